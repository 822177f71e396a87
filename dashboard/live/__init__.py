"""The live figure: one Plotly figure redrawn in place, following native sliders while they are dragged.

The component's JavaScript streams the value under the thumb to `drag_message`; the page solves the models with
it and mounts the next figure. Where `app.py` does not serve Plotly.js the figure is an ordinary Streamlit chart.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.live.server import PLOTLY_PATH, serving

__all__ = ["drag_message", "live_figure"]

_SOURCE = Path(__file__).parent
_COMPONENT = st.components.v2.component(
    "live_figure",
    html='<ul class="live-legend"></ul>\n<div class="live-figure" role="img"></div>',
    css=(_SOURCE / "live_figure.css").read_text(),
    js=(_SOURCE / "live_figure.js").read_text(),
    isolate_styles=False,
)


def drag_message(key: str, epoch: int) -> tuple[str, float, int] | None:
    """The slider under a finger: its key, the raw value of its range input, and the message's number.

    None when nothing is dragged, or when the message was sent before the present `epoch`, the count of full
    runs: a stale drag never overrides a committed value.
    """
    message = (st.session_state.get(key) or {}).get("drag")
    if not isinstance(message, Mapping) or message.get("epoch") != epoch:
        return None
    slider, value, number = (message.get(name) for name in ("slider", "value", "number"))
    if not (isinstance(slider, str) and isinstance(value, int | float) and isinstance(number, int)):
        return None
    return slider, float(value), number


def live_figure(figure: Mapping[str, Any], *, key: str, sliders: list[str], epoch: int, answers: int | None) -> None:
    """Mount the figure: a dict of data, its "wide" and "narrow" layouts, and alt text.

    Args:
        sliders: keys of the sliders to follow.
        epoch: count of full runs, which every drag message repeats.
        answers: number of the drag message that this figure answers, if any.
    """
    if not serving():
        layout = {**figure["layouts"]["wide"], "showlegend": True}
        st.plotly_chart({"data": figure["data"], "layout": layout}, key=f"{key}_static")
        return
    _COMPONENT(
        key=key,
        data={**figure, "sliders": sliders, "epoch": epoch, "answers": answers, "plotly": PLOTLY_PATH},
        on_drag_change=lambda: None,
    )
