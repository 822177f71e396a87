"""The page record and its renderer: every page is a declaration, drawn here."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import streamlit as st

from dashboard import controls, takeaway
from dashboard.figures import Scene, Shown, four_panels
from dashboard.live import live_figure
from dashboard.live.server import working
from dashboard.settings import BadSettingsError, Section, Settings, as_text, defaults, read, shown
from dashboard.text import change, runs

__all__ = ["Page", "Readout", "picture", "render"]

LONGEST_PIN = 4000  # characters of a pinned state in a question


@dataclass(frozen=True)
class Readout:
    """A number with its change against the base model, and a line for what it is compared with.

    `better` says which direction of change is good news: +1, −1, or 0 for neither. `amount` is the number itself,
    where differences from it make sense.
    """

    label: str
    value: str
    change: str = ""
    better: int = 0
    note: str = ""
    amount: float | None = None


@dataclass(frozen=True)
class Page:
    """What a page is: which parameters, which `solve`, which scene, which words.

    `solve` maps settings to a state that the other functions read. `takeaway` is Markdown of `text.py`; `presets` are
    changes to the defaults; `below` is one more figure, under the words. The `home` page is at the
    server’s root.
    """

    title: str
    url_path: str
    intro: str
    sections: Sequence[Section]
    solve: Callable[[Settings], Any]
    takeaway: Callable[[Any], str]
    readouts: Callable[[Any], Sequence[Readout]]
    scene: Callable[[Any], Scene]
    why: Callable[[Any], str]
    presets: Mapping[str, Settings] = field(default_factory=dict)
    below: Callable[[Any], dict[str, Any]] | None = None
    home: bool = False

    def __post_init__(self) -> None:
        read(self.sections, {})  # refuses keys that collide

    def answer(self, query: Mapping[str, str]) -> dict[str, Any]:
        """The picture of the settings in `query`, defaults for the rest: what a drag asks the server for.

        `pin`, if there, is a JSON object of further settings, whose state is drawn as a ghost.

        Raises:
            BadSettingsError: saying what is wrong with the query.
        """
        query = dict(query)
        pin = query.pop("pin", "")
        return picture(self, self.asked(query), self.asked(_pinned(pin)) if pin else None)

    def asked(self, query: Mapping[str, str]) -> Any:
        """The state that the settings in `query` ask for, defaults for the rest.

        Raises:
            BadSettingsError: saying what is wrong with the query.
        """
        asked, problems = read(self.sections, query)
        if problems:
            raise BadSettingsError(" ".join(dict.fromkeys(problems.values())))
        return self.solve(defaults(self.sections) | asked)


def picture(page: Page, state: Any, pinned: Any = None) -> dict[str, Any]:
    """Everything that follows a finger, as plain data: words, readouts and the figure."""
    scene, readouts = page.scene(state), list(page.readouts(state))
    if pinned is not None:
        ghosts = [s for s in page.scene(pinned).shown[:1] if s.style != "RL"]
        end = scene.ranges["pressure"][1]
        ghost = [
            Shown("Pinned", f"pinned: {s.label}", s.law, s.threshold, s.kl if (s.kl or 0.0) <= end else None)
            for s in ghosts
        ]
        scene = replace(scene, shown=[*scene.shown, *ghost])
        readouts = [_against(now, then) for now, then in zip(readouts, page.readouts(pinned), strict=True)]
    return {
        "notices": list(state.notices),
        "takeaway": runs(page.takeaway(state)),
        "readouts": [asdict(readout) for readout in readouts],
        "figure": four_panels(scene),
    }


@working()
def render(page: Page) -> None:
    """Draw `page`: sliders in the sidebar, then the live part, then why."""
    controls.enter(page)
    problems = controls.read_link(page.sections)
    with st.sidebar:
        settings = controls.widgets(page.sections)
    controls.remember(page.url_path, settings)
    pin = st.session_state.get(f"{page.url_path}_pin")
    state = page.solve(settings)
    with st.container(gap=None):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.title(page.title, anchor=False, width="content")
            with st.container(horizontal=True, gap="xsmall", width="content"):
                controls.keeping(page, settings)
                controls.go_to(page, settings, state)
                controls.typed(page, settings)
                takeaway.popover(page, settings, state)
        st.caption(page.intro)
        with st.container(horizontal=True, gap="small"):
            controls.presets(page)
    controls.answer_of_last_click(page)
    if problems:
        st.warning("\n".join(f"- {problem}" for problem in problems), icon=":material/link_off:")
    live_figure(
        picture(page, state, page.solve(pin) if pin else None),
        key=f"{page.url_path}_figure",
        url_path=page.url_path,
        settings=as_text(settings) | ({"pin": json.dumps(as_text(pin))} if pin else {}),
        sliders={key: controls.stops(p, settings[key]) for key, p in shown(page.sections, settings).items()},
    )
    st.markdown(page.why(state))
    if page.below is not None:
        st.plotly_chart(page.below(state), key=f"{page.url_path}_below", config={"displayModeBar": False})


def _against(now: Readout, then: Readout) -> Readout:
    """`now` with what was pinned in its note, and the difference where it makes sense."""
    gap = "" if now.amount is None or then.amount is None else f" ({change(now.amount - then.amount, 3)})"
    return replace(now, note=f"pinned {then.value}{gap}")


def _pinned(text: str) -> dict[str, str]:
    try:
        pin = json.loads(text) if len(text) <= LONGEST_PIN else None
    except (ValueError, RecursionError):
        pin = None
    if not (isinstance(pin, dict) and all(isinstance(value, str) for value in pin.values())):
        raise BadSettingsError("pin must be a JSON object of settings")
    return pin
