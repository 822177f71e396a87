"""The pages and the way between them; run by `app.py`."""

import sys
from functools import partial
from pathlib import Path

root = str(Path(__file__).resolve().parents[1])
if root not in sys.path:
    sys.path.insert(0, root)

import streamlit as st
from streamlit.navigation.page import Page as Entry

from dashboard.live.server import serving
from dashboard.page.controls import read_history
from dashboard.page.presenting import presenting_css
from dashboard.page.render import render
from dashboard.story.stage import show
from dashboard.story.story import STORY
from dashboard.views import PAGES

st.set_page_config(page_title="Goodhart's law, live", page_icon="🎯", layout="wide", initial_sidebar_state=310)
entry = read_history()
story = st.Page(partial(show, entry), title=STORY.title, url_path=STORY.url_path, default=True)
called = {page: st.Page(partial(render, page, entry), title=page.title, url_path=page.url_path) for page in PAGES}
SHORT = {"More from the same notebook": "Notebook"}  # in the menu


def menu(present: str | None) -> Entry:
    """The navigation; the heading that the present page, by its path, stands under names it."""
    heads = {page.under: SHORT.get(page.under, page.under) for page in PAGES}
    heads |= {
        page.under: f"{heads[page.under]}: {page.title}" for page in PAGES if page.under and page.url_path == present
    }
    entries: dict[str, list[Entry]] = {"": [story]}
    for page, entered in called.items():
        entries.setdefault(heads[page.under], []).append(entered)
    return st.navigation(entries, position="top")


before = st.session_state.get("page")
chosen = menu(before)
present = chosen.url_path or STORY.url_path
if present != before:
    chosen = menu(present)
sheets = {"main.css": True, "story.css": chosen is story, "dark.css": st.context.theme.type == "dark"}
style = [Path(__file__).with_name(name).read_text() for name, wanted in sheets.items() if wanted]
st.html(f"<style>{''.join(style)}{presenting_css()}</style>")
if not serving():
    st.info("Nothing follows a drag here. `streamlit run dashboard/app.py` serves what does.", icon=":material/info:")
    told = "console.info('Nothing follows a drag here: only dashboard/app.py serves what does.')"
    st.html(f"<script>{told}</script>", unsafe_allow_javascript=True)
chosen.run()
