"""Present mode, on every page and scene: `?present=1`, and the switch."""

from pathlib import Path

import streamlit as st

__all__ = ["presenting", "presenting_css", "switch"]

KEY = "present"
_DRESS = Path(__file__).parents[1] / "present.css"


def presenting() -> bool:
    return st.query_params.get(KEY) == "1"


def presenting_css() -> str:
    """The style of the present mode, "" outside it; what a link says of it that is not 1 is taken back and said."""
    if KEY in st.query_params and not presenting():
        del st.query_params[KEY]
        st.toast("The link's present is ignored: it must be 1.", icon=":material/link_off:", duration="infinite")
    return _DRESS.read_text() if presenting() else ""


def switch() -> None:
    """Into the present mode and out of it."""
    on = presenting()
    st.button(
        "Leave" if on else "Present",
        key=KEY,
        on_click=_toggle,
        type="tertiary",
        icon=":material/close_fullscreen:" if on else ":material/present_to_all:",
        help="The picture fills the window. Keys: **P** here and back, **F** full screen, **B** black, **?** all of them.",
    )


def _toggle() -> None:
    if presenting():
        del st.query_params[KEY]
    else:
        st.query_params[KEY] = "1"
