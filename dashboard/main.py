"""The pages and the way between them; run by `app.py`."""

import sys
from functools import partial
from pathlib import Path

root = str(Path(__file__).resolve().parents[1])
if root not in sys.path:
    sys.path.insert(0, root)

import streamlit as st

from dashboard.page.presenting import dressed
from dashboard.page.render import render
from dashboard.story.stage import show
from dashboard.story.story import STORY
from dashboard.views import PAGES

st.set_page_config(page_title="Goodhart's law, live", page_icon="🎯", layout="wide", initial_sidebar_state=310)
story = st.Page(show, title=STORY.title, url_path=STORY.url_path, default=True)
entries: dict[str, list] = {"": [story]}
for page in PAGES:
    entry = st.Page(partial(render, page), title=page.title, url_path=page.url_path)
    entries.setdefault(page.under, []).append(entry)
chosen = st.navigation(entries, position="top")
names = ("main.css", "story.css") if chosen is story else ("main.css",)
style = [Path(__file__).with_name(name).read_text() for name in names]
st.html(f"<style>{''.join(style)}{dressed()}</style>")
chosen.run()
