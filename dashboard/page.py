"""The page record and its renderer: every page is a declaration, drawn here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from dashboard import controls
from dashboard.figures import Scene, four_panels
from dashboard.live import live_figure
from dashboard.settings import Section, Settings, defaults, read, shown
from dashboard.text import runs

__all__ = ["Page", "Readout", "picture", "render"]


@dataclass(frozen=True)
class Readout:
    """A number with its change against the base model, and a line for what it is compared with.

    `better` says which direction of change is good news: +1, −1, or 0 for neither.
    """

    label: str
    value: str
    change: str = ""
    better: int = 0
    note: str = ""


@dataclass(frozen=True)
class Page:
    """What a page is: which parameters, which `solve`, which scene, which words.

    `solve` maps settings to a state that the other functions read. `takeaway` is Markdown of `text.py`.
    """

    title: str
    url_path: str
    intro: str
    sections: Sequence[Section]
    solve: Callable[[Settings], Any]
    notices: Callable[[Any], Sequence[str]]
    takeaway: Callable[[Any], str]
    readouts: Callable[[Any], Sequence[Readout]]
    scene: Callable[[Any], Scene]
    why: Callable[[Any], str]

    def answer(self, query: Mapping[str, str]) -> dict[str, Any]:
        """The picture of the settings in `query`, defaults for the rest: what a drag asks the server for.

        Raises:
            ValueError: saying what is wrong with the query.
        """
        asked, problems = read(self.sections, query)
        if problems:
            raise ValueError(" ".join(problems.values()))
        return picture(self, self.solve(defaults(self.sections) | asked))


def picture(page: Page, state: Any) -> dict[str, Any]:
    """Everything that follows a finger, as plain data: words, readouts and the figure."""
    return {
        "notices": list(page.notices(state)),
        "takeaway": runs(page.takeaway(state)),
        "readouts": [asdict(readout) for readout in page.readouts(state)],
        "figure": four_panels(page.scene(state)),
    }


def render(page: Page) -> None:
    """Draw `page`: sliders in the sidebar, then the live part, then why."""
    problems = controls.read_link(page.sections)
    with st.sidebar:
        settings = controls.widgets(page.sections)
    st.title(page.title, anchor=False)
    if problems:
        st.warning("\n".join(f"- {problem}" for problem in problems), icon=":material/link_off:")
    state = page.solve(settings)
    live_figure(
        picture(page, state),
        key=f"{page.url_path}_figure",
        url_path=page.url_path,
        settings=settings,
        sliders={key: controls.stops(p, settings[key]) for key, p in shown(page.sections, settings).items()},
    )
    st.markdown(page.why(state))
