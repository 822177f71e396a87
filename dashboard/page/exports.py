"""Take it away: the link, the numbers, the Python and the figure of a page’s state, as far as it has them."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar
from urllib.parse import urlencode, urlsplit, urlunsplit

import plotly.graph_objects as go
import streamlit as st

from dashboard import __version__
from dashboard.page.manners import Reproducible, Tabular
from dashboard.page.record import Figure, Page
from dashboard.settings import Settings, as_text
from dashboard.words.text import plain

__all__ = ["citation", "figure_html", "link", "popover", "rows_csv"]

State = TypeVar("State")


def link(address: str, page: Page[State], settings: Settings) -> str:
    """A link to the page with every setting written out, so that it survives a change of defaults.

    `address` is that of any page of the same server.
    """
    parts = urlsplit(address)
    root = parts.path.rpartition("/")[0]
    path = f"{root}/{'' if page.home else page.url_path}"
    return urlunsplit((parts.scheme, parts.netloc, path, urlencode(as_text(settings)), ""))


def rows_csv(title: str, settings: Mapping[str, str], rows: Iterator[Sequence[str]]) -> str:
    """A table, under a header that states the parameters."""
    table = io.StringIO()
    table.write(f"# {title}\n" + "".join(f"# {key} = {value}\n" for key, value in settings.items()))
    csv.writer(table).writerows(rows)
    return table.getvalue()


def figure_html(title: str, figure: Figure) -> str:
    """The figure as one HTML file that needs nothing else."""
    layout = {**figure["layouts"]["wide"], "showlegend": True, "title": {"text": title}, "margin": {"t": 80}}
    return go.Figure({"data": figure["data"], "layout": layout}).to_html(include_plotlyjs=True)


def citation(title: str, address: str) -> str:
    """What to write under a picture or a number taken from a page."""
    return f"Goodhart’s law, live (version {__version__}), “{title}”. {address}"


def popover(page: Page[State], settings: Settings, state: State, pinned: State | None) -> None:
    """The button that offers all there is; the figure’s PNG and SVG are beside the figure."""
    with st.popover("Take away", type="tertiary", icon=":material/ios_share:"):
        st.caption("A link to exactly this, defaults included")
        address = link(st.context.url or "/", page, settings)
        st.code(address, language=None, wrap_lines=True)
        st.caption("Cite this")
        st.code(citation(page.title, address), language=None, wrap_lines=True)
        if isinstance(state, Reproducible):
            st.caption("The Python that gives these numbers")
            st.code(state.code(), language="python", wrap_lines=True)
        if isinstance(state, Tabular):
            rows = state.rows
            st.download_button(
                "Numbers as CSV",
                lambda: rows_csv(page.title, as_text(settings), rows()),
                f"{page.url_path}.csv",
                "text/csv",
                on_click="ignore",
            )
        if page.figure:
            figure = page.figure
            st.download_button(
                "Figure as HTML",
                lambda: figure_html(plain(page.takeaway(state)), figure(state, pinned)),
                f"{page.url_path}.html",
                "text/html",
                on_click="ignore",
            )
