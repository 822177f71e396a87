"""The figure's data against the models."""

import base64
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from cases import DEGENERATE
from scipy.optimize import brentq

from dashboard.figures.axes import outward
from dashboard.figures.charts import decades
from dashboard.figures.ghosts import STYLES, Ghost
from dashboard.figures.style import BASE, PINNED, STEERING, Style
from dashboard.figures.ternary import ternary
from dashboard.selection.caches import CURVE_POINTS
from dashboard.selection.picture import scene
from dashboard.selection.settings import AGAINST as AGAINST_SECTION
from dashboard.settings import defaults
from dashboard.views import PAGES
from dashboard.views.best_of_n import PAGE as BEST_OF_N
from dashboard.views.rl_versus_filtering import PAGE
from dashboard.views.steering import Steered, with_path
from dashboard.views.steering import figure as steered_figure
from dashboard.words.methods import VOICES
from dashboard.words.readings import READINGS
from models import BestOfN, Boltzmann, Filter, ThreeSubmodules, training_path

DEFAULTS = defaults(PAGE.sections)


def state(**changes: Any) -> Steered:
    return PAGE.solve(DEFAULTS | changes)


def figure(solved: Steered) -> dict:
    return dict(steered_figure(solved, ()))


def unpack(array: Any) -> np.ndarray:
    if not isinstance(array, dict):
        return np.asarray(array)
    flat = np.frombuffer(base64.b64decode(array["bdata"]), "<f4")
    return flat.reshape([int(n) for n in array["shape"].split(", ")]) if "shape" in array else flat


def traces(data: dict, panel: str, name: str) -> list[dict]:
    return [t for t in data["data"] if t["xaxis"] == f"x{panel}" and t.get("name", "").startswith(name)]


def curve(trace: dict) -> tuple[np.ndarray, np.ndarray]:
    """A density's points, without the stem at its mean that follows the gap."""
    x, y = unpack(trace["x"]).astype(float), unpack(trace["y"])
    gap = np.flatnonzero(np.isnan(x))[0]
    return x[:gap], y[:gap]


@pytest.mark.parametrize("method", ["Filter", "Best-of-n", "Boltzmann"])
def test_density_panels_show_the_models_densities(method: str) -> None:
    solved = state(method=method)
    drawn = figure(solved)
    for panel, pdf in (("", solved.selected.outcome.persuasiveness_pdf), ("2", solved.selected.outcome.truth_pdf)):
        (trace,) = (t for t in traces(drawn, panel, with_path(solved).shown[0].label) if t["mode"] == "lines")
        x, y = curve(trace)
        smooth = x > 2.001 if method == "Filter" and panel == "" else x > -np.inf
        np.testing.assert_allclose(y[smooth], pdf(x)[smooth], rtol=2e-4, atol=1e-6)
    x, y = curve(traces(drawn, "2", "base model")[0])
    np.testing.assert_allclose(y, solved.selected.base.truth_pdf(x), rtol=1e-4, atol=1e-6)


def test_the_plane_shows_the_selected_joint_law_and_the_path() -> None:
    solved = state()
    drawn = figure(solved)
    (heat,) = (t for t in drawn["data"] if t["type"] == "heatmap")
    z = unpack(heat["z"]).astype(float)
    t, p = (heat[f"{axis}0"] + heat[f"d{axis}"] * np.arange(n) for axis, n in zip("yx", z.shape, strict=True))
    np.testing.assert_allclose(z, solved.selected.outcome.joint_pdf(t[:, None], p), rtol=1e-3, atol=1e-5)
    line = traces(drawn, "3", "expected truth")[0]
    np.testing.assert_allclose(
        unpack(line["y"]), solved.selected.base.regression(unpack(line["x"]).astype(float)), rtol=1e-5, atol=1e-6
    )
    assert solved.path.blends().mean_truth[0] == pytest.approx(solved.selected.base.mean_truth)
    assert solved.path.blends().mean_truth[-1] == pytest.approx(0, abs=1e-6)


def test_a_joint_law_on_a_line_is_drawn_as_a_line() -> None:
    solved = state(beta=0.0, sigma_c=0.0)
    (line,) = (t for t in figure(solved)["data"] if t["xaxis"] == "x3" and t.get("line", {}).get("width") == 6)
    x, y = unpack(line["x"]).astype(float), unpack(line["y"])
    np.testing.assert_allclose(y, solved.selected.base.regression(x), rtol=1e-5)
    assert np.mean(x) == pytest.approx(solved.selected.outcome.mean_persuasiveness, rel=1e-5)


@pytest.mark.parametrize("name", ["Filter", "Best-of-n", "Boltzmann"])
def test_goodhart_curves_are_the_methods_at_their_own_kl(name: str) -> None:
    solved = state()
    curve = next(c for c in with_path(solved).curves if c.style.name == name)
    assert len(curve.along.kl) == CURVE_POINTS
    kl = curve.along.kl[np.searchsorted(curve.along.kl, 3.0)]
    selection = {
        "Filter": lambda: Filter(threshold=solved.selected.base.isf(-kl)),
        "Best-of-n": lambda: BestOfN(n=brentq(lambda n: np.log(n) - (n - 1) / n - kl, 1, 1e9, xtol=1e-12)),
        "Boltzmann": lambda: Boltzmann(strength=np.sqrt(2 * kl) / solved.selected.base.sd_persuasiveness),
    }[name]()
    outcome = selection.apply(solved.selected.base)
    assert outcome.kl == pytest.approx(kl, rel=1e-9)
    assert outcome.mean_truth == pytest.approx(np.interp(kl, curve.along.kl, curve.along.mean_truth), rel=1e-9)
    assert np.all(np.diff(curve.along.mean_truth) > 0)


def test_rl_curve_stands_at_its_true_kl() -> None:
    solved = state()
    curve = next(c for c in with_path(solved).curves if c.style == STEERING)
    new = training_path(solved.model, 0.5).blend()
    cov = [
        [[m.sd_persuasiveness**2, c], [c, m.sd_truth**2]]
        for law in (solved.selected.base, new)
        for m in law.modes
        for c in [m.correlation * m.sd_truth * m.sd_persuasiveness]
    ]
    mean = [np.array([law.mean_persuasiveness, law.mean_truth]) for law in (solved.selected.base, new)]
    inverse, gap = np.linalg.inv(cov[0]), mean[0] - mean[1]
    kl = 0.5 * (
        np.trace(inverse @ cov[1]) + gap @ inverse @ gap - 2 + np.log(np.linalg.det(cov[0]) / np.linalg.det(cov[1]))
    )
    assert np.interp(kl, curve.along.kl, curve.along.mean_truth) == pytest.approx(new.mean_truth, abs=2e-3)


def test_alternative_text_speaks_of_this_state() -> None:
    assert "Keeping the best of 64 raises mean truth from 0.70 to 1.45." in figure(state())["alt"]
    assert "truth falls to 0.00" in figure(state())["alt"]


def test_plotly_accepts_the_figure_in_both_layouts() -> None:
    drawn = figure(state(method="Filter"))
    for layout in drawn["layouts"].values():
        go.Figure({"data": drawn["data"], "layout": layout})


def test_every_corner_of_the_triangle_has_its_name() -> None:
    weights = np.array([[0.2, 0.3, 0.5], [0.1, 0.2, 0.7]])
    drawn = ternary(weights[0], (0, 0, 1), weights, (1, 0, 2), (2, 0, 1))
    places = {mark["text"]: (mark["x"], round(mark["y"], 3)) for mark in drawn["layout"]["annotations"]}
    assert places == {"A alone, α = 1": (0, 0), "B alone, β = 1": (0.5, 0.866), "C alone, γ = 1": (1, 0)}
    named = {trace["name"]: trace for trace in drawn["data"] if trace["name"]}
    assert list(named) == ["equal mean truth", "equal reward", "RL’s training path", "base model", "RL"]
    assert (named["RL"]["x"], named["RL"]["y"]) == ([1], [0])


@pytest.mark.parametrize("name", DEGENERATE)
@pytest.mark.parametrize("method", ["Filter", "Best-of-n", "Boltzmann"])
def test_degenerate_models_have_a_figure(name: str, method: str) -> None:
    model: ThreeSubmodules = DEGENERATE[name]
    solved = state(method=method, **{key: getattr(model, key) for key in model.parameters()})
    drawn = figure(solved)
    for trace in drawn["data"]:
        for axis in "xyz":
            values = unpack(trace.get(axis, [0.0]))  # NaN is a gap between two strokes
            assert not np.any(np.isinf(values)), (trace.get("name"), axis)
            assert np.any(np.isfinite(values)), (trace.get("name"), axis)


def linear(color: str) -> np.ndarray:
    shares = np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear sRGB."""
    white = TO_XYZ.sum(axis=1)
    f = np.cbrt(np.clip(TO_XYZ @ rgb, 0, None) / white)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
EYES = {  # Machado, Oliveira & Fernandes 2009, complete deficiency
    "trichromat": np.eye(3),
    "deuteranope": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protanope": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
}
DRAWN = [BASE, PINNED, STEERING, *(voice.style for voice in VOICES.values())]


@pytest.mark.parametrize("style", DRAWN, ids=lambda style: style.name)
def test_a_line_stands_out_from_either_ground(style: Style) -> None:
    luminance = TO_XYZ[1] @ linear(style.color)
    assert 1.05 / (luminance + 0.05) >= 3
    assert (luminance + 0.05) / (TO_XYZ[1] @ linear("#171614") + 0.05) >= 3


@pytest.mark.parametrize("eye", EYES)
def test_colours_are_told_apart_by_every_eye(eye: str) -> None:
    seen = [lab(np.clip(np.array(EYES[eye]) @ linear(style.color), 0, 1)) for style in DRAWN]
    for k, one in enumerate(seen):
        for j, other in enumerate(seen[:k]):
            assert np.linalg.norm(one - other) > 11, (DRAWN[k].name, DRAWN[j].name)


# ── what mean truth is read against ──

AGAINST = tuple(AGAINST_SECTION.options.options)
AXIS_OF = {
    "KL": lambda along: along.kl,
    "√KL": lambda along: np.sqrt(along.kl),
    "samples": lambda along: along.log_samples_per_output / np.log(10),
    "mean persuasiveness": lambda along: along.mean_persuasiveness,
    "own pressure": lambda along: np.log10(along.selection.pressure),
}


@pytest.mark.parametrize("against", AGAINST)
def test_the_fourth_panel_is_read_against_what_is_chosen(against: str) -> None:
    """Every curve at its own places, the point and its grip among them, on an axis with round ends."""
    solved = state(against=against)
    drawn, chosen = figure(solved), solved.selected
    lines = {t["name"]: t for t in drawn["data"] if t["xaxis"] == "x4" and t["mode"] == "lines" and t["name"]}
    own = {"own pressure": {BestOfN}, "samples": {Filter, BestOfN}}.get(against, {Filter, BestOfN, Boltzmann})
    path = {"RL’s training path"} if against not in ("own pressure", "samples") else set()
    assert set(lines) == {method.name for method in own} | path
    for method in own:
        along = chosen.curves[method]
        np.testing.assert_allclose(unpack(lines[method.name]["x"]), AXIS_OF[against](along), rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(unpack(lines[method.name]["y"]), along.mean_truth, rtol=1e-6)
    handle, here = drawn["handle"], float(AXIS_OF[against](chosen.outcome))
    assert handle["at"] == pytest.approx([here, chosen.outcome.mean_truth])
    np.testing.assert_allclose(handle["places"], AXIS_OF[against](chosen.curves[BestOfN]), rtol=1e-12, atol=1e-12)
    axis = drawn["layouts"]["wide"]["xaxis4"]
    low, high = axis["range"]
    assert low <= here <= high
    assert outward(low, high) == (low, high)
    if drawn["reading"]["log"]:
        assert dict(zip(axis["tickvals"], axis["ticktext"], strict=True)) == {
            0: "1", 1: "10", 2: "100", 3: "1,000", 4: "10⁴", 5: "10⁵", 6: "10⁶",
        }  # fmt: skip


@pytest.mark.parametrize("against", AGAINST)
def test_an_axis_stands_still_while_pressure_moves_a_little(against: str) -> None:
    """It has few ends over the whole slider, each the longer the more pressure."""
    ends = [
        tuple(figure(state(against=against, n=n))["layouts"]["wide"]["xaxis4"]["range"])
        for n in BestOfN.knob().stops[::4]
    ]
    assert len(set(ends)) <= 8
    assert ends == sorted(ends)
    highest = {"own pressure": 9}.get(against, np.inf)
    assert all(high <= highest for _, high in ends)


def test_areas_that_are_said_to_be_1_are() -> None:
    drawn = figure(state())
    said = [words["text"] for words in drawn["layouts"]["wide"]["annotations"] if ">density<" in words["text"]]
    assert [text.split("</b>")[0] for text in said] == ["<b>What we measure: persuasiveness", "<b>What we want: truth"]
    for panel in ("", "2"):
        for name in ("base model", "best of 64"):
            (trace,) = (t for t in traces(drawn, panel, name) if t["mode"] == "lines")
            x, y = curve(trace)
            assert np.trapezoid(y, x) == pytest.approx(1, abs=2e-3)


def test_a_pin_is_read_against_the_same_and_has_no_place_among_another_methods_pressures() -> None:
    now = state(against="own pressure", n=1000.0)
    same, other = state(against="KL"), state(against="own pressure", method="Filter")
    (ghost,) = traces(dict(steered_figure(now, [Ghost("pinned", "pinned", STYLES[0], same)])), "4", "pinned")
    np.testing.assert_allclose(unpack(ghost["x"]), AXIS_OF["own pressure"](same.selected.curves[BestOfN]), atol=1e-6)
    assert not traces(dict(steered_figure(now, [Ghost("pinned", "pinned", STYLES[0], other)])), "4", "pinned")


def test_the_ceiling_stands_where_persuasion_ends() -> None:
    """On one normal Boltzmann attains it, so there the point is on the line; best-of-n stays before it."""
    for method, reached in (("Boltzmann", True), ("Best-of-n", False)):
        solved = state(against="mean persuasiveness", method=method, strength=1.5)
        got, drawn = solved.selected.outcome, figure(solved)
        (line,) = (t for t in drawn["data"] if t.get("meta", {}).get("place") == "beside")
        assert line["meta"]["name"] == f"no method goes beyond at {got.kl:.2f} nats"
        gap = unpack(line["x"])[0] - got.mean_persuasiveness
        assert gap == pytest.approx(0, abs=1e-6) if reached else gap > 0.05
    for against in AGAINST[:3]:
        drawn = figure(state(against=against))
        assert not [t for t in drawn["data"] if t.get("meta", {}).get("place") == "beside"]


@pytest.mark.parametrize("settings", [{"n": 1.0}, {"n": 1e9}, {"method": "Quantilizer", "fraction": 1.0}], ids=str)
@pytest.mark.parametrize("name", ["no spread", "beta = 1", "gamma = 0"])
def test_an_axis_has_two_ends_where_hardly_anything_is_on_it(name: str, settings: dict[str, Any]) -> None:
    model: ThreeSubmodules = DEGENERATE[name]
    for against in AGAINST:
        knobs = {key: getattr(model, key) for key in model.parameters()}
        low, high = figure(state(against=against, **knobs, **settings))["layouts"]["wide"]["xaxis4"]["range"]
        assert np.isfinite([low, high]).all()
        assert low < high, against


def test_powers_of_ten_and_a_second_line_have_room() -> None:
    margins = [figure(state(against=against))["layouts"]["narrow"]["margin"] for against in ("KL", "samples")]
    for side in "rb":
        assert margins[0][side] < margins[1][side]
    assert {side: margins[0][side] for side in "lt"} == {side: margins[1][side] for side in "lt"}


def test_an_axis_of_numbers_ends_on_round_ones_and_one_of_logarithms_on_whole_powers() -> None:
    reading = READINGS["mean persuasiveness"]
    low, high = reading.ends(6.0, np.array([0.1, 0.45]))
    assert low <= 0.1 < 0.45 <= high
    assert high - low <= 0.5
    assert READINGS["samples"].ends(6.0, np.array([0.1, 1.45])) == (0, 2)
    far = READINGS["samples"].ticks(0, 600)
    assert 5 <= len(far["tickvals"]) <= 60
    assert len(far["tickvals"]) == len(far["ticktext"])


def test_a_wide_axis_of_logarithms_has_a_few_ticks_on_round_powers() -> None:
    assert [place for place, _ in decades(-700, 700)] == [-600, -400, -200, 0, 200, 400, 600]
    assert [place for place, _ in decades(-3, 4)] == [-3, -2, -1, 0, 1, 2, 3, 4]
    for span in np.geomspace(1, 2000, 60):
        assert len(decades(-span / 3, span)) <= 9


def test_a_weight_that_is_nowhere_on_the_axis_is_not_drawn() -> None:
    """The best of 10⁹ beside an end of persuasiveness, nearer than two points of the axis."""
    asked = {"world": "Uniform error", "truth": "Uniform truth", "truth_half_width": "0.45", "half_width": "0.1"}
    for n, drawn in (("1000000000", False), ("3", True)):
        with np.errstate(invalid="raise"):
            figure = BEST_OF_N.answer({**asked, "n": n})["figure"]
        assert any(trace.get("name") == "weight (own scale)" for trace in figure["data"]) == drawn


@pytest.mark.parametrize(("against", "end"), [("KL", 6.0), ("√KL", 6**0.5)])
def test_the_axis_of_pressure_ends_at_the_same_kl(against: str, end: float) -> None:
    figure = BEST_OF_N.answer({"n": "64", "against": against})["figure"]
    assert end <= figure["layouts"]["wide"]["xaxis4"]["range"][1] < 1.1 * end


@pytest.mark.parametrize("path", ["best-of-n", "goodhart-mixture", "boltzmann", "filters", "tails"])
def test_what_is_seen_fills_at_least_half_of_its_axis(path: str) -> None:
    page = next(page for page in PAGES if page.url_path == path)
    drawn = scene(page.asked({}))
    for name, spans in (("persuasiveness", drawn.seen), ("truth", drawn.seen_of_truth)):
        low, high = drawn.ranges[name]
        assert low <= min(first for first, _ in spans)
        assert max(last for _, last in spans) <= high
        assert max(last for _, last in spans) - min(first for first, _ in spans) >= 0.5 * (high - low)
