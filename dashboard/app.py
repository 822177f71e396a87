"""The server: `streamlit run dashboard/app.py`.

Serves the pages of `main.py` and, from the installed plotly package, the Plotly.js that draws them.
"""

import os
import sys
from pathlib import Path

# The models’ products are small: BLAS threads would only spin on the browser’s cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import streamlit as st

from dashboard.live import server

app = st.App(Path(__file__).with_name("main.py"), routes=server.routes(), lifespan=server.lifespan)
