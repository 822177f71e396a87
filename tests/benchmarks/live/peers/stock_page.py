"""The dashboard's first figure the stock way: st.slider and st.plotly_chart."""

import streamlit as st

from dashboard.settings import defaults
from dashboard.views.rl_versus_filtering import PAGE

mu_c = st.slider("mean of C", -2.0, 4.0, 2.0, 0.05, key="mu_c")
figure = PAGE.figure(PAGE.solve(defaults(PAGE.sections) | {"mu_c": mu_c}), ())
st.plotly_chart({"data": figure["data"], "layout": figure["layouts"]["wide"] | {"meta": mu_c}}, key="chart")
