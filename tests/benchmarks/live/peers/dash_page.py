"""The dashboard's first page in Dash at its best: the same answer, figure and words, one callback at a time.

    python tests/benchmarks/live/peers/dash_page.py PORT WIDTH HEIGHT

WIDTH and HEIGHT are those of the dashboard's figure. Served by waitress, in production mode, with Dash's and Plotly's
scripts from this server and nothing that redraws but the figure and the words.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[4]))

import waitress
from dash import Dash, Input, Output, State, dcc, html

from dashboard.settings import defaults, shown
from dashboard.views.rl_versus_filtering import PAGE

KEY = "mu_c"
KNOB = shown(PAGE.sections, defaults(PAGE.sections))[KEY]
PLOTLY = {"displayModeBar": False, "responsive": False, "doubleClick": False, "scrollZoom": False}


def picture(value: float, width: int, height: int) -> tuple[dict[str, Any], list[html.Span], list[html.Li]]:
    """The figure, which carries the value it is of as `meta`, the takeaway and the readouts."""
    answer = PAGE.answer({KEY: repr(float(value))})
    size = {"width": width, "height": height, "showlegend": False, "meta": value}
    figure = {"data": answer["figure"]["data"], "layout": answer["figure"]["layouts"]["wide"] | size}
    takeaway = [html.Span(text, style={"color": color} if color else None) for text, color in answer["takeaway"]]
    readouts = [html.Li(" ".join(map(str, readout.values()))) for readout in answer["readouts"]]
    return figure, takeaway, readouts


# Dash throws an answer away when its question has been asked anew meanwhile, so a callback on the slider itself draws next to
# nothing while the thumb moves. This asks for the newest value when the last one has been answered.
ASK = """(value, answered, asked) => {
  if (answered === (asked ?? answered) && value !== answered) dash_clientside.set_props("asked", { data: value })
}"""


def build(width: int, height: int) -> Dash:
    app = Dash(__name__, serve_locally=True, update_title="", title=PAGE.title)
    figure, takeaway, readouts = picture(KNOB.default, width, height)
    bounds = {"min": KNOB.low, "max": KNOB.high, "step": KNOB.step, "value": KNOB.default}
    slider = dcc.Slider(id=KEY, updatemode="drag", marks=None, allow_direct_input=False, **bounds)
    graph = dcc.Graph(id="figure", figure=figure, config=PLOTLY, animate=False)
    words = [html.P(takeaway, id="takeaway"), html.Ul(readouts, id="readouts")]
    stores = [dcc.Store(id="asked"), dcc.Store(id="answered", data=KNOB.default)]
    app.layout = html.Div(
        [html.Div([slider, *stores], style={"width": 258}), html.Div([*words, graph])],
        style={"display": "flex", "gap": 32},
    )
    inputs = Input(KEY, "value"), Input("answered", "data"), State("asked", "data")
    app.clientside_callback(ASK, *inputs, prevent_initial_call=True)

    @app.callback(
        Output("figure", "figure"),
        Output("takeaway", "children"),
        Output("readouts", "children"),
        Output("answered", "data"),
        Input("asked", "data"),
        prevent_initial_call=True,
    )
    def answer(value: float) -> tuple[dict[str, Any], list[html.Span], list[html.Li], float]:
        return *picture(value, width, height), value

    return app


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("port", "width", "height"):
        parser.add_argument(name, type=int)
    asked = parser.parse_args()
    app = build(asked.width, asked.height)
    app.enable_dev_tools(debug=False)
    waitress.serve(app.server, host="127.0.0.1", port=asked.port, threads=4)
