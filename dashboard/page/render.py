"""A page on the screen: sliders in the sidebar, then the live part, then why."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import pandas as pd
import streamlit as st

from dashboard.figures.ghosts import Ghost
from dashboard.live import live_figure
from dashboard.live.server import working
from dashboard.live.stage import Cue, stage
from dashboard.page import controls, exports, pins
from dashboard.page.presenting import switch
from dashboard.page.record import Page, Plate, Table
from dashboard.settings import Settings, as_text, shown
from dashboard.words.glossary import GLOSSARY

__all__ = ["glossary", "render"]

State = TypeVar("State")


@working()
def render(page: Page[State], entry: Mapping[str, str] | None = None) -> None:
    """Draw `page`, and only the buttons that its settings and its state have a use for; `entry` as in `controls.enter`."""
    controls.enter(page, entry)
    pinned, problems = controls.read_pins(page) if page.figure else ("", [])
    problems += controls.read_link(page.sections, (*controls.OF_EVERY_PAGE, *([pins.KEY] if page.figure else [])))
    with st.sidebar:
        settings = controls.widgets(page.sections)
    controls.remember(page.url_path, settings)
    state, ghosts = page.at(settings), page.ghosts(pinned, settings)
    with st.container(key="head", gap=None):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.title(page.title, anchor=False, width="content")
            with st.container(key="buttons", horizontal=True, gap="xsmall", width="content"):
                if page.sections:
                    controls.keeping(page, settings, pinned, ghosts)
                    controls.go_to(page, state)
                    controls.typed(page, settings)
                exports.popover(page, settings, state, pinned, ghosts)
                glossary()
                if page.figure:
                    switch()
        st.caption(page.intro)
        if page.presets:
            with st.container(key="presets", horizontal=True, gap="small"):
                controls.presets(page)
                controls.steps(state)
    controls.answer_of_last_click(page)
    if problems:
        st.toast("\n".join(f"- {problem}" for problem in problems), icon=":material/link_off:", duration="infinite")
    if not (page.figure and _live(page, settings, state, pinned, ghosts)):
        _explanation(page, state)
    stage(Cue(slider=next(iter(shown(page.sections, settings)), "")))


def glossary() -> None:
    """What the words mean."""
    with st.popover("Words", type="tertiary", icon=":material/menu_book:"):
        for term, meaning in GLOSSARY.items():
            st.markdown(f"**{term}** {meaning}")
        st.markdown("Where results come from: [Literature](literature)")


def _live(page: Page[State], settings: Settings, state: State, pinned: str, ghosts: Sequence[Ghost[State]]) -> bool:
    """The picture that follows a finger; whether what stands below it follows as well."""
    return live_figure(
        page.picture(state, ghosts),
        page.below(state),
        key=f"{page.url_path}_figure",
        url_path=page.url_path,
        settings=as_text(settings) | ({pins.KEY: pinned} if pinned else {}),
        sliders={key: controls.stops(p, float(settings[key])) for key, p in shown(page.sections, settings).items()},
    )


def _explanation(page: Page[State], state: State) -> None:
    """Words, smaller figures and tables, in Streamlit’s own elements."""
    if not page.figure:
        st.markdown(page.takeaway(state))
    if words := page.why(state):
        st.markdown(words)
    _plates(page.url_path, page.plates(state))
    for table in page.tables(state):
        _table(page, table)


def _plates(name: str, plates: Sequence[Plate]) -> None:
    """One figure over the whole width, or several side by side, each with its caption."""
    with st.container(key=f"{name}_plates" if len(plates) > 1 else None):
        for k, plate in enumerate(plates):
            with st.container(gap=None):
                st.plotly_chart(plate.figure, key=f"{name}_plate_{k}", config={"displayModeBar": False}, alt=plate.alt)
                if plate.caption:
                    st.caption(plate.caption)


def _table(page: Page[State], table: Table) -> None:
    if table.title:
        st.subheader(table.title, anchor=False)
    frame = pd.DataFrame(table.rows, columns=list(table.columns))
    with st.container(key=f"{page.url_path}_table_{table.title or 'numbers'}"):
        st.table(frame, border="horizontal", hide_index=True, alt=table.title or page.title)
