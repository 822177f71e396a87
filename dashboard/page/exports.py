"""Take it away: the link, the numbers, the Python and the figure of a page’s state, as far as it has them."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import TypeVar, cast
from urllib.parse import urlencode

import plotly.graph_objects as go
import streamlit as st

from dashboard import __version__
from dashboard.figures.ghosts import Ghost
from dashboard.page.capabilities import Reproducible, Tabular
from dashboard.page.pins import KEY, split_pins
from dashboard.page.record import Figure, Page
from dashboard.settings import Settings, as_text
from dashboard.words.text import plain

__all__ = ["citation", "figure_html", "link", "popover", "python", "root", "rows_csv"]

State = TypeVar("State")


def link(root: str, page: Page[State], settings: Settings, pinned: str = "") -> str:
    """A link to the page with every setting written out, so that it survives a change of defaults, and with what is pinned.

    `root` is the address that the dashboard is served at.
    """
    query = urlencode(as_text(settings) | ({KEY: pinned} if pinned else {}))
    return f"{root}/{page.url_path}?{query}"


def root(url_path: str = "") -> str:
    """The address that the dashboard is served at, as the browser of the page `url_path` has it; "" for the first page."""
    return (st.context.url or "").rstrip("/").removesuffix(f"/{url_path}")


def rows_csv(
    title: str, settings: Mapping[str, str], state: Tabular, pinned: str = "", ghosts: Sequence[Ghost[Tabular]] = ()
) -> str:
    """The table of a state, under a header that states the parameters; what is pinned is told by a first column."""
    table = io.StringIO()
    stated = dict(settings) | {ghost.name: text for ghost, text in zip(ghosts, split_pins(pinned), strict=False)}
    table.write(f"# {title}\n" + "".join(f"# {key} = {value}\n" for key, value in stated.items()))
    write = csv.writer(table).writerows
    if not ghosts:
        write(state.rows())
        return table.getvalue()
    header, *rows = state.rows()
    write([["pinned", *header], *(["", *row] for row in rows)])
    for ghost in ghosts:
        _, *rows = ghost.of.rows()
        write([ghost.name, *row] for row in rows)
    return table.getvalue()


def python(state: Reproducible, ghosts: Sequence[Ghost[Reproducible]]) -> str:
    """The lines that give a state’s numbers, and those of what is pinned."""
    return "\n".join([state.code(), *(f"# {ghost.name}\n{ghost.of.code()}" for ghost in ghosts)])


def figure_html(title: str, figure: Figure) -> str:
    """The figure as one HTML file that needs nothing else."""
    layout = {**figure["layouts"]["wide"], "showlegend": True, "title": {"text": title}, "margin": {"t": 80}}
    return go.Figure({"data": figure["data"], "layout": layout}).to_html(include_plotlyjs=True)


def citation(title: str, address: str) -> str:
    """What to write under a picture or a number taken from a page."""
    return f"Goodhart’s law, live (version {__version__}), “{title}”. {address}"


def popover(
    page: Page[State], settings: Settings, state: State, pinned: str = "", ghosts: Sequence[Ghost[State]] = ()
) -> None:
    """The button that offers all there is; the figure’s PNG and SVG are beside the figure."""
    with st.popover("Take away", type="tertiary", icon=":material/ios_share:"):
        st.caption("A link to exactly this, defaults included")
        address = link(root(page.url_path), page, settings, pinned)
        st.code(address, language=None)
        st.caption("Cite this")
        st.code(citation(page.title, address), language=None)
        if isinstance(state, Reproducible):
            st.caption("The Python that gives these numbers")
            st.code(python(state, cast("Sequence[Ghost[Reproducible]]", ghosts)), language="python", wrap_lines=True)
        if isinstance(state, Tabular):
            table = state
            st.download_button(
                "Numbers as CSV",
                lambda: rows_csv(
                    page.title, as_text(settings), table, pinned, cast("Sequence[Ghost[Tabular]]", ghosts)
                ),
                f"{page.url_path}.csv",
                "text/csv",
                on_click="ignore",
            )
        if page.figure:
            figure = page.figure
            st.download_button(
                "Figure as HTML",
                lambda: figure_html(plain(page.takeaway(state)), figure(state, ghosts)),
                f"{page.url_path}.html",
                "text/html",
                on_click="ignore",
            )
