"""The stage: keys for the whole page, the black screen, Play, and the wire to the speaker's window."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import streamlit as st

from dashboard.live.modules import BROWSER, loader
from dashboard.live.server import PLOTLY_PATH, serving

__all__ = ["Cue", "stage"]

_COMPONENT = st.components.v2.component(
    "stage",
    html=(BROWSER / "stage.html").read_text(),
    css=(BROWSER / "stage.css").read_text(),
    js=loader("stage.js"),
    isolate_styles=False,
)


@dataclass(frozen=True, kw_only=True)
class Cue:
    """What the stage has to know of what is shown.

    Attributes:
        slider: the key of the slider that Play moves, "" where there is none.
        scene, scenes: where the story is and where it ends; 0 on a page. place: what is shown of that.
        titles: of every scene.
        title, notes, following, picture: for the speaker, the last two being the next scene's title, and where its picture is.
    """

    slider: str
    scene: int = 0
    scenes: int = 0
    place: str = ""
    titles: Sequence[str] = ()
    title: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
    following: str = ""
    picture: str = ""


def stage(cue: Cue) -> None:
    """Set the stage for what is shown, where `app.py` serves."""
    if serving():
        _COMPONENT(key="stage", data={**asdict(cue), "plotly": PLOTLY_PATH})
