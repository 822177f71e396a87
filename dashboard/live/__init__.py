"""The live figure: words, readouts and one Plotly figure, redrawn in place while a native slider is dragged.

On every run Streamlit hands over the committed picture. During a drag the component's JavaScript asks the server
for the picture of each value under the thumb (`server.routes`), so no script runs and nothing is committed. Where
`app.py` does not serve, everything is ordinary Streamlit.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from dashboard.live.server import PLOTLY_PATH, picture_path, serving
from dashboard.words.text import colored

__all__ = ["live_figure"]

_SOURCE = Path(__file__).parent
_COMPONENT = st.components.v2.component(
    "live_figure",
    html=(_SOURCE / "live_figure.html").read_text(),
    css=(_SOURCE / "live_figure.css").read_text(),
    js=(_SOURCE / "plotly_nodes.js").read_text() + (_SOURCE / "live_figure.js").read_text(),
    isolate_styles=False,
)
_COLORS: dict[int, Literal["normal", "inverse", "off"]] = {1: "normal", -1: "inverse", 0: "off"}


def live_figure(
    picture: Mapping[str, Any],
    *,
    key: str,
    url_path: str,
    settings: Mapping[str, str],
    sliders: Mapping[str, Sequence[float] | None],
) -> None:
    """Show `picture` (notices, takeaway, readouts, figure) and follow the `sliders`.

    Args:
        url_path: the page to ask for pictures.
        settings: the committed settings, which go along with every question.
        sliders: widget key → the values a log slider steps over, or None where the thumb's value is the value.
    """
    if serving():
        source = {"plotly": PLOTLY_PATH, "pictures": picture_path(url_path), "name": url_path}
        _COMPONENT(key=key, data={"picture": picture, "settings": settings, "sliders": sliders, **source})
    else:
        _static(picture, key)


def _static(picture: Mapping[str, Any], key: str) -> None:
    for notice in picture["notices"]:
        st.warning(notice)
    marks = {"": "{}", "inherit": "**{}**"}
    st.markdown("".join(marks[c].format(text) if c in marks else colored(text, c) for text, c in picture["takeaway"]))
    with st.container(horizontal=True, gap="medium"):
        for readout in picture["readouts"]:
            st.metric(
                readout["label"],
                readout["value"],
                readout["change"] or None,
                delta_arrow="off",
                delta_color=_COLORS[readout["better"]],
                delta_description=readout["note"],
            )
    layout = {**picture["figure"]["layouts"]["wide"], "showlegend": True}
    st.plotly_chart({"data": picture["figure"]["data"], "layout": layout}, key=f"{key}_static")
