"""The stage: keys for the whole page, the black screen, Play, and the wire to the speaker's window."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import streamlit as st

from dashboard.live.server import serving

__all__ = ["Cue", "stage"]

_BROWSER = Path(__file__).parent / "browser"
_SCRIPTS = ("presenting", "thumbs", "keys", "play", "back", "scrolling", "stage")  # one module, in this order
_COMPONENT = st.components.v2.component(
    "stage",
    html=(_BROWSER / "stage.html").read_text(),
    css=(_BROWSER / "stage.css").read_text(),
    js="\n".join((_BROWSER / f"{name}.js").read_text() for name in _SCRIPTS),
    isolate_styles=False,
)


@dataclass(frozen=True, kw_only=True)
class Cue:
    """What the stage has to know of what is shown.

    Attributes:
        slider: the key of the slider that Play moves, "" where there is none.
        scene, scenes: where the story is and how long it is; 0 on a page.
        title, notes, following: for the speaker, the last being the next scene's title.
    """

    slider: str
    scene: int = 0
    scenes: int = 0
    title: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
    following: str = ""


def stage(cue: Cue) -> None:
    """Set the stage for what is shown, where `app.py` serves."""
    if serving():
        _COMPONENT(key="stage", data=asdict(cue))
