"""The server: `streamlit run dashboard/app.py`.

Serves the pages of `main.py`, the pictures a drag asks for, and the installed package's Plotly.js that draws them.
"""

import os
import sys
from pathlib import Path

# The models’ products are small: BLAS threads would only spin on the browser’s cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import streamlit as st
from starlette.middleware import Middleware

from dashboard.live import server
from dashboard.story.story import STORY
from dashboard.views import PAGES

live = [STORY, *(page for page in PAGES if page.figure)]
pictures = {server.picture_path(page.url_path): page.answer for page in live}
explanations = {server.explanation_path(page.url_path): page.explanation for page in live}
app = st.App(
    Path(__file__).with_name("main.py"),
    routes=server.routes(pictures | explanations, ["", *(page.url_path for page in PAGES)]),
    middleware=[Middleware(server.HealthCheck)],
    lifespan=server.lifespan,
)
