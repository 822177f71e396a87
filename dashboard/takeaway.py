"""Take it away: the link, the numbers, the Python and the figure of a page’s state."""

import csv
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from dashboard.figures import four_panels
from dashboard.settings import Settings, as_text

if TYPE_CHECKING:
    from dashboard.page import Page

__all__ = ["code", "curves_csv", "figure_html", "link", "popover"]


def link(address: str, page: "Page", settings: Settings) -> str:
    """A link to the page with every setting written out, so that it survives a change of defaults.

    `address` is that of any page of the same server.
    """
    parts = urlsplit(address)
    root = parts.path.rpartition("/")[0]
    path = f"{root}/{'' if page.home else page.url_path}"
    return urlunsplit((parts.scheme, parts.netloc, path, urlencode(as_text(settings)), ""))


def curves_csv(title: str, settings: Mapping[str, str], state: Any) -> str:
    """Every method’s curve, under a header that states the parameters."""
    table = io.StringIO()
    table.write(f"# {title}\n" + "".join(f"# {key} = {value}\n" for key, value in settings.items()))
    rows = csv.writer(table)
    rows.writerow(["method", "pressure", "kl_nats", "mean_truth", "mean_persuasiveness"])
    for method, outcome in state.curves.items():
        (pressure,) = method.parameters()
        columns = (getattr(outcome.selection, pressure), outcome.kl, outcome.mean_truth, outcome.mean_persuasiveness)
        for numbers in zip(*map(np.atleast_1d, columns), strict=True):
            rows.writerow([method.name, *(repr(float(number)) for number in numbers)])
    return table.getvalue()


def code(state: Any) -> str:
    """Python that reproduces the page’s numbers with `models`."""
    return "\n".join(
        [
            "from models import *",
            "",
            f"base = {state.source}",
            f"outcome = {state.selection!r}.apply(base)",
            "print(outcome.mean_truth, outcome.mean_persuasiveness, outcome.kl, outcome.samples_per_output)",
            "",
        ]
    )


def figure_html(title: str, figure: Mapping[str, Any]) -> str:
    """The figure as one HTML file that needs nothing else."""
    layout = {**figure["layouts"]["wide"], "showlegend": True, "title": {"text": title}, "margin": {"t": 80}}
    return go.Figure({"data": figure["data"], "layout": layout}).to_html(include_plotlyjs=True)


def popover(page: "Page", settings: Settings, state: Any) -> None:
    """The button that offers all of it; the figure’s PNG and SVG are beside the figure."""
    with st.popover("Take away", type="tertiary", icon=":material/ios_share:"):
        st.caption("A link to exactly this, defaults included")
        st.code(link(st.context.url or "/", page, settings), language=None, wrap_lines=True)
        st.caption("The Python that gives these numbers")
        st.code(code(state), language="python", wrap_lines=True)
        name = page.url_path
        st.download_button(
            "Curves as CSV",
            lambda: curves_csv(page.title, as_text(settings), state),
            f"{name}.csv",
            "text/csv",
            on_click="ignore",
        )
        st.download_button(
            "Figure as HTML",
            lambda: figure_html(page.title, four_panels(page.scene(state))),
            f"{name}.html",
            "text/html",
            on_click="ignore",
        )
