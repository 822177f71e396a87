"""The pages and the way between them; run by `app.py`."""

import sys
from functools import partial
from pathlib import Path

root = str(Path(__file__).resolve().parents[1])
if root not in sys.path:
    sys.path.insert(0, root)

import streamlit as st

from dashboard.page.render import render
from dashboard.views import PAGES

st.set_page_config(page_title="Goodhart's law, live", page_icon="🎯", layout="wide", initial_sidebar_state=310)
st.html(f"<style>{Path(__file__).with_name('main.css').read_text()}</style>")
entries: dict[str, list] = {}
for page in PAGES:
    entry = st.Page(partial(render, page), title=page.title, url_path=page.url_path, default=page.home)
    entries.setdefault(page.under, []).append(entry)
st.navigation(entries, position="top").run()
