"""The page record and its renderer: every page is a declaration, drawn here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import controls
from dashboard.controls import Section, Settings
from dashboard.figures import Ranges, Scene, four_panels, widen
from dashboard.live import drag_message, live_figure

__all__ = ["Page", "Readout", "render"]


@dataclass(frozen=True)
class Readout:
    """A number with its change against the base model, and a line for what it is compared with.

    `better` says which direction of change is good news: +1, −1, or 0 for neither.
    """

    label: str
    value: str
    change: str | None = None
    better: int = 0
    note: str = ""


@dataclass(frozen=True)
class Page:
    """What a page is: which parameters, which `solve`, which scene, which words.

    `solve` maps settings to a state that the other functions read.
    """

    title: str
    url_path: str
    sections: Sequence[Section]
    solve: Callable[[Settings], Any]
    notices: Callable[[Any], Sequence[str]]
    takeaway: Callable[[Any], str]
    readouts: Callable[[Any], Sequence[Readout]]
    scene: Callable[[Any], Scene]
    why: Callable[[Any], str]


def render(page: Page) -> None:
    """Draw `page`: sliders in the sidebar, then the live part."""
    epoch = st.session_state.get("epoch", 0) + 1
    st.session_state["epoch"] = epoch
    problems = controls.read_link(page.sections)
    with st.sidebar:
        settings = controls.widgets(page.sections)
    st.title(page.title, anchor=False)
    if problems:
        st.warning("\n".join(f"- {problem}" for problem in problems), icon=":material/link_off:")
    _live(page, settings, epoch)
    st.markdown(page.why(page.solve(settings)))


@st.fragment
def _live(page: Page, settings: Settings, epoch: int) -> None:
    """The part that follows a finger: run for every drag message with the dragged value put in."""
    key = f"{page.url_path}_figure"
    answers = None
    if message := drag_message(key, epoch):
        slider, raw, answers = message
        settings = controls.dragged(page.sections, settings, slider, raw)
    state = page.solve(settings)
    for notice in page.notices(state):
        st.warning(notice)
    with st.container(key="takeaway"):
        st.markdown(page.takeaway(state))
    with st.container(horizontal=True, gap="medium"):
        for readout in page.readouts(state):
            st.metric(
                readout.label,
                readout.value,
                readout.change,
                delta_arrow="off",
                delta_color={1: "normal", -1: "inverse", 0: "off"}[readout.better],
                delta_description=readout.note,
            )
    scene = page.scene(state)
    figure = four_panels(scene, _steady(f"{page.url_path}_ranges", epoch, scene.ranges))
    live_figure(figure, key=key, sliders=list(controls.sliders(page.sections, settings)), epoch=epoch, answers=answers)


def _steady(key: str, epoch: int, ranges: Ranges) -> Ranges:
    """Axis ranges that only grow during a drag, and settle at the next full run: a jumping axis hides motion."""
    since, kept = st.session_state.get(key, (None, {}))
    ranges = widen(kept, ranges) if since == epoch else ranges
    st.session_state[key] = (epoch, ranges)
    return ranges
