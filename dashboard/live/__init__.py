"""The live figure: words, readouts and one Plotly figure, redrawn in place while a native slider is dragged.

On every run Streamlit hands over the committed picture. During a drag the component's JavaScript asks the server
for the picture of each value under the thumb (`server.routes`), so no script runs and nothing is committed. Where
`app.py` does not serve, everything is ordinary Streamlit.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import streamlit as st

from dashboard.live.modules import BROWSER, loader
from dashboard.live.server import PLOTLY_PATH, explanation_path, picture_path, serving
from dashboard.words.text import colored

__all__ = ["live_figure"]

_COMPONENT = st.components.v2.component(
    "live_figure",
    html=(BROWSER / "live_figure.html").read_text(),
    css=(BROWSER / "live_figure.css").read_text(),
    js=loader("live_figure.js"),
    isolate_styles=False,
)
_COLORS: dict[int, Literal["normal", "inverse", "off"]] = {1: "normal", -1: "inverse", 0: "off"}


def live_figure(
    picture: Mapping[str, Any],
    below: Mapping[str, Any],
    *,
    key: str,
    url_path: str,
    settings: Mapping[str, str],
    sliders: Mapping[str, Sequence[float] | None],
) -> bool:
    """Show `picture` (notices, takeaway, readouts, figure) and what stands `below` it, and follow the `sliders`.

    Args:
        url_path: the page to ask for pictures.
        settings: the committed settings, which go along with every question.
        sliders: widget key → the values a log slider steps over, or None where the thumb's value is the value.

    Returns:
        Whether `below` is shown too: where `app.py` does not serve, only the picture is.
    """
    if not serving():
        _static(picture, key)
        return False
    addresses = {"pictures": picture_path(url_path), "explanations": explanation_path(url_path)}
    shown = {"picture": picture, "below": below, "settings": settings, "sliders": sliders, "name": url_path}
    _COMPONENT(key=key, data={**shown, **addresses, "plotly": PLOTLY_PATH})
    return True


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
