"""Results → Plotly figures: pure functions, with no maths of their own and no Streamlit."""
