"""What every page must do: at its defaults, at its presets, at random settings; and what it lets a visitor take away."""

import csv
import io
import json
import urllib.parse
from operator import attrgetter
from typing import Any

import numpy as np
import pytest
from cases import LIVE_PAGES, NOTEBOOK_PAGES, SELECTION_PAGES, drawn
from streamlit.testing.v1 import AppTest

from dashboard.page.controls import stops
from dashboard.page.exports import figure_html, link, rows_csv
from dashboard.page.record import Page
from dashboard.settings import as_text, defaults, read, shown
from dashboard.views import PAGES
from models import BestOfN, GoodhartMixture, match_target

on_pages = pytest.mark.parametrize("page", LIVE_PAGES, ids=lambda page: page.url_path)
on_selection_pages = pytest.mark.parametrize("page", SELECTION_PAGES, ids=lambda page: page.url_path)
on_notebook_pages = pytest.mark.parametrize("page", NOTEBOOK_PAGES, ids=lambda page: page.url_path)
BY_PATH = {page.url_path: page for page in PAGES}

EACH_KIND = ("rl-versus-filtering", "goodhart-mixture", "twins", "dark-room")
on_each_kind = pytest.mark.parametrize(
    "page",
    [pytest.param(p, marks=[] if p.url_path in EACH_KIND else pytest.mark.wide, id=p.url_path) for p in LIVE_PAGES],
)


def open_page(page: Page, link: dict[str, str] | None = None) -> AppTest:
    def script(url_path: str) -> None:
        from dashboard.page.render import render
        from dashboard.views import PAGES

        render(next(page for page in PAGES if page.url_path == url_path))

    at = AppTest.from_function(script, default_timeout=30, args=(page.url_path,))
    for key, value in (link or {}).items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at


def press(at: AppTest, label: str) -> AppTest:
    next(button for button in at.button if button.label == label).click().run()
    assert not at.exception
    return at


def readouts(at: AppTest) -> list[str]:
    return [metric.value for metric in at.metric]


@on_each_kind
def test_the_page_and_each_of_its_presets(page: Page) -> None:
    at = open_page(page)
    assert at.title[0].value == page.title
    assert len(at.metric) == len(page.answer({})["readouts"]) >= 4
    assert page.presets
    for name, changes in page.presets.items():
        press(at, name)
        picture = page.answer(as_text(defaults(page.sections) | changes))
        assert readouts(at) == [readout["value"] for readout in picture["readouts"]], name
    press(at, "Reset")
    assert readouts(at) == [readout["value"] for readout in page.answer({})["readouts"]]


def test_a_page_that_is_come_back_to_is_as_it_was_left() -> None:
    page = BY_PATH["goodhart-mixture"]
    at = open_page(page)
    for name in list(page.presets)[:2]:
        press(at, name)
    left = readouts(at)
    at.session_state["page"] = "elsewhere"
    at.query_params.clear()
    at.query_params["present"] = "1"
    at.run()
    assert readouts(at) == left
    assert at.query_params["present"] == "1"  # which is of every page


@pytest.mark.parametrize("seed", [11, *(pytest.param(seed, marks=pytest.mark.wide) for seed in range(12, 18))])
@on_pages
def test_random_settings_have_a_picture(page: Page, seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(6):
        asked = drawn(page, rng)
        picture = page.answer(asked)
        json.dumps(picture, allow_nan=False)
        assert "nan" not in json.dumps([picture["readouts"], picture["takeaway"]])
        page.why(page.asked(asked))
    page.tables(page.asked(asked))


@on_each_kind
def test_a_link_written_out_in_full_gives_the_page_back(page: Page) -> None:
    rng = np.random.default_rng(12)
    settings = defaults(page.sections) | read(page.sections, drawn(page, rng))[0]
    address = link("http://localhost:8501", page, settings)
    parts = urllib.parse.urlsplit(address)
    assert parts.path == f"/{page.url_path}"
    asked = dict(urllib.parse.parse_qsl(parts.query))
    assert read(page.sections, asked) == (settings, {})
    at = open_page(page, asked)
    assert not at.toast
    assert readouts(at) == [readout["value"] for readout in page.answer(asked)["readouts"]]


@on_selection_pages
def test_the_python_reproduces_the_numbers(page: Page, capsys: pytest.CaptureFixture) -> None:
    for changes in ({}, *page.presets.values()):
        state = page.solve(defaults(page.sections) | changes)
        if state.selected.outcome is None:
            continue
        names: dict[str, Any] = {}
        exec(state.code(), names)
        for attribute in ("mean_truth", "mean_persuasiveness", "kl", "samples_per_output"):
            ours = getattr(state.selected.outcome, attribute)
            assert getattr(names["outcome"], attribute) == (ours and pytest.approx(ours, rel=1e-12))
        *_, last = state.selected.curves.values()
        for attribute in ("kl", "mean_truth", "mean_persuasiveness"):
            np.testing.assert_array_equal(getattr(names["along"], attribute), getattr(last, attribute))
        printed = capsys.readouterr().out
        for outcome in (state.selected.outcome, *state.selected.neighbours):
            assert repr(float(outcome.mean_truth))[:12] in printed


@pytest.mark.parametrize("world", ["Blend", "Routing"])
@pytest.mark.parametrize("steering", ["To the end", "For a time", "Rivals", "No rivals", "KL penalty"])
@pytest.mark.parametrize("tie", [False, True])
def test_the_python_reproduces_rls_numbers(world: str, steering: str, tie: bool, capsys: pytest.CaptureFixture) -> None:
    asked = {"world": world, "steering": steering} | ({"mu_a": "1.5", "mu_c": "1.5"} if tie else {})
    state = BY_PATH["rl-versus-filtering"].asked(asked)
    exec(state.code(), {})
    printed = capsys.readouterr().out
    end = state.end
    for number in (*end.truths, end.reward, *([end.kl] if end.law else [])):
        assert repr(float(number))[:12] in printed, (number, printed)


@on_notebook_pages
def test_the_python_makes_the_model_and_prints_its_numbers(page: Page, capsys: pytest.CaptureFixture) -> None:
    for changes in ({}, *page.presets.values()):
        state = page.solve(defaults(page.sections) | changes)
        names: dict[str, Any] = {}
        exec(state.code(), names)
        assert names["model"] == state.model
        printed = [float(text) for text in capsys.readouterr().out.split() if text != "None"]
        assert len(printed) >= 3
        shown = {"inductive-bias": "model.log_odds", "nearest-tokens": "pairs", "dark-room": "success"}[page.url_path]
        assert printed[0] == pytest.approx(attrgetter(shown)(state), rel=1e-12)


@on_pages
def test_the_csv_says_under_which_settings_it_is(page: Page) -> None:
    settings = defaults(page.sections)
    lines = rows_csv(page.title, as_text(settings), page.solve(settings)).splitlines()
    header = [line for line in lines if line.startswith("#")]
    assert header[0] == f"# {page.title}"
    assert set(header[1:]) == {f"# {key} = {value}" for key, value in as_text(settings).items()}
    rows = list(csv.reader(lines[len(header) :]))
    assert len(rows) > 5
    assert {len(row) for row in rows} == {len(rows[0])}


@pytest.mark.parametrize(
    ("against", "places"),
    [
        ("√KL", "Best-of-n [0."),
        ("samples", "Best-of-n [1."),
        ("mean persuasiveness", "Boltzmann [0.02"),
        ("own pressure", "Best-of-n [1."),
    ],
)
def test_the_python_and_the_csv_say_what_mean_truth_is_read_against(
    against: str, places: str, capsys: pytest.CaptureFixture
) -> None:
    page = BY_PATH["goodhart-mixture"]
    state = page.asked({"against": against})
    code = state.code()
    assert f"mean truth against {against}" in code
    exec(code, {})
    printed = capsys.readouterr().out
    assert places in printed
    assert ("Filter [" in printed) == (against != "own pressure")
    assert f"# against = {against}\n" in rows_csv(page.title, {"against": against}, state)


@on_selection_pages
def test_the_csv_holds_the_curves(page: Page) -> None:
    settings = defaults(page.sections)
    state = page.solve(settings)
    text = rows_csv(page.title, as_text(settings), state)
    rows = list(csv.DictReader(io.StringIO("\n".join(line for line in text.splitlines() if not line.startswith("#")))))
    for method, outcome in state.selected.curves.items():
        mine = [row for row in rows if row["method"] == method.name]
        np.testing.assert_array_equal([float(row["mean_truth"]) for row in mine], outcome.mean_truth)
        np.testing.assert_array_equal([float(row["kl_nats"]) for row in mine], outcome.kl)
        samples = outcome.samples_per_output
        none = ["" for _ in mine] if samples is None else [repr(number) for number in samples.tolist()]
        assert [row["samples_per_output"] for row in mine] == none
        again = outcome.selection.at(float(mine[7]["pressure"])).apply(state.selected.base)
        assert again.mean_truth == pytest.approx(float(mine[7]["mean_truth"]), rel=1e-9, abs=1e-12)


def test_the_html_needs_nothing_else() -> None:
    page = BY_PATH["tails"]
    figure = page.answer({})["figure"]
    html = figure_html(page.title, figure)
    assert figure["data"][1]["y"]["bdata"] in html.replace("\\u002f", "/").replace("\\u002b", "+")
    assert "plotly.js v" in html
    assert 'src="http' not in html
    assert "What we want: truth" in html


def test_undo_goes_back_one_step_at_a_time() -> None:
    at = open_page(BY_PATH["goodhart-mixture"])
    first = readouts(at)
    press(at, "Charming liars")
    second = readouts(at)
    press(at, "Harmless liars")
    assert readouts(at) not in (first, second)
    press(at, "Undo")
    assert readouts(at) == second
    press(at, "Undo")
    assert readouts(at) == first
    assert next(button for button in at.button if button.label == "Undo").disabled


def go(at: AppTest, wanted: str, value: float | None = None) -> str:
    path = "goodhart-mixture"
    at.radio(key=f"{path}_target").set_value(wanted).run()
    if value is not None:
        at.number_input(key=f"{path}_target_value").set_value(value).run()
    press(at, "Go")
    return at.toast[0].value


def test_the_pressure_goes_where_it_is_asked_to() -> None:
    at = open_page(BY_PATH["goodhart-mixture"])
    go(at, "a KL, in nats", 2.5)
    assert readouts(at)[2] == "2.50 nats"
    go(at, "a mean persuasiveness", 1.75)
    assert readouts(at)[1] == "1.750"
    assert "n = 26" in go(at, "the peak of mean truth")
    assert readouts(at)[0] == "0.834"
    peak = BY_PATH["goodhart-mixture"].asked({}).course.peak.selection.n
    assert at.select_slider(key="n").value == peak  # to the last digit, whatever is written over the thumb
    assert f"BestOfN(n={peak!r})" in BY_PATH["goodhart-mixture"].asked({"n": repr(peak)}).code()
    assert "does not reach that" in go(at, "a mean persuasiveness", -3.0)
    assert go(at, "a KL, in nats", -3.0) == "A KL is 0 nats or more."
    assert go(at, "base samples per output", 0.5) == "An output takes 1 base sample or more."
    press(at, "Harmless liars")
    assert "highest where the range ends" in go(at, "the peak of mean truth")


@pytest.mark.wide
@on_pages
def test_every_slider_can_be_typed_exactly(page: Page) -> None:
    at = open_page(page)
    settings = defaults(page.sections)
    for key, knob in shown(page.sections, settings).items():
        value = float(0.37 * knob.low + 0.63 * knob.default) if knob.low < knob.default else knob.high
        box = f"typed_{key}_{settings[key]!r}"
        at.number_input(key=box).set_value(value).run()
        assert not at.exception
        settings = settings | {key: value}
        widget = at.select_slider(key=key) if knob.scale == "log" else at.slider(key=key)
        assert widget.value == pytest.approx(value, rel=1e-12)


def test_unknown_and_bad_settings_are_said() -> None:
    at = open_page(BY_PATH["tails"], {"world": "Gaussian", "df": "0", "nonsense": "0.4"})
    said = at.toast[0].value
    assert "base model must be one of Blend, Routing, Mixture, Normal error" in said
    assert "ν (degrees of freedom) must be a number from 1 to 30" in said
    assert "a setting that this page does not know" in said
    assert [line[:2] for line in said.split("\n")] == ["- "] * 3


def test_where_there_is_no_optimum_the_page_says_so_in_words() -> None:
    at = press(open_page(BY_PATH["tails"]), "No optimum")
    assert any("does not exist" in markdown.value for markdown in at.markdown)
    assert set(readouts(at)) == {"does not exist"}


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("rl-versus-filtering", "alpha=0&beta=0&gamma=1&sigma_c=1e-17"),  # hung the server
        ("rl-versus-filtering", "alpha=0&beta=0&gamma=1&sigma_c=1e-5"),
        ("best-of-n", "world=Blend&sigma_a=1e-200&sigma_c=0"),
        ("tails", "df=11.5"),
        ("tails", "df=11.5&method=Best-of-n"),
        ("tails", "df=30&scale=0.2&threshold=6"),
        ("boltzmann", "strength=20&liar_spread=3"),
        ("boltzmann", "strength=20&liar_spread=2.2"),
        ("filters", "world=Blend&method=Filter&threshold=8&alpha=0&beta=0.75&gamma=0.13&sigma_b=1e-203"),
    ],
)
def test_settings_that_used_to_fail_have_a_whole_page(path: str, query: str) -> None:
    asked = dict(urllib.parse.parse_qsl(query))
    at = open_page(BY_PATH[path], asked)
    assert not at.error
    assert readouts(at) == [readout["value"] for readout in BY_PATH[path].answer(asked)["readouts"]]


def test_each_method_answers_for_itself_where_another_cannot() -> None:
    page = BY_PATH["compare"]
    state = page.asked({"world": "Blend", "target": "Equal mean", "target_mean_persuasiveness": "8"})
    reached = [state.selected.outcome, *state.neighbours]
    assert [outcome.mean_persuasiveness for outcome in reached] == pytest.approx([8] * 5, rel=1e-9)
    names = {"Filter", "Quantilizer", "Boltzmann", "Chi-squared", "Online modelling"}
    assert {o.selection.name for o in reached} == names
    assert state.missing == {"Best-of-n": "cannot reach it", "Best-of-Poisson": "cannot reach it"}
    nobody = page.asked({"target": "Equal mean", "target_mean_persuasiveness": "-2"})
    assert nobody.remarks == ("No method reaches −2.00 here. The base model is shown.",)
    assert nobody.outcome.kl == 0
    samples = page.asked({"target": "Equal samples", "target_samples": "64"})
    assert samples.missing == {"Boltzmann": "draws no samples", "Chi-squared": "draws no samples"}


def test_two_nats_further_is_two_nats_further() -> None:
    (table,) = BY_PATH["goodhart-mixture"].tables(BY_PATH["goodhart-mixture"].asked({}))
    (row,) = (row for row in table.rows if row[0] == "Best-of-n")
    here = BestOfN(26).apply(GoodhartMixture())
    assert (
        row[-1] == f"{match_target(BestOfN, GoodhartMixture(), here.kl + 2).mean_truth:.3f}"
    )  # it was once at another KL


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("tails", {"df": "1"}),
        ("tails", {"df": "1", "method": "Best-of-n"}),
        ("tails", {"method": "Boltzmann", "strength": "0"}),
        ("tails", {"world": "Normal error", "scale": "0.1", "sd_truth": "0.1", "threshold": "8"}),
        ("rl-versus-filtering", {"world": "Routing", "beta": "0", "sigma_a": "0", "sigma_c": "0"}),
        ("rl-versus-filtering", {"world": "Routing", "alpha": "0", "gamma": "0", "n": "1e9", "sigma_a": "3"}),
        (
            "rl-versus-filtering",
            {"world": "Routing", "alpha": "0", "method": "Boltzmann", "strength": "20", "sigma_a": "3"},
        ),
        ("rl-versus-filtering", {"world": "Routing", "beta": "0", "method": "Filter", "threshold": "1"}),
        ("goodhart-mixture", {"method": "Boltzmann", "strength": "20", "liar_spread": "3", "liar_persuasiveness": "4"}),
        ("compare", {"target_kl": "1e-9"}),
        ("compare", {"target_kl": "15", "liar_spread": "3"}),
        ("filters", {"world": "Blend", "level": "2", "sigma_a": "1e-9", "sigma_b": "1e-9"}),
    ],
)
def test_corners_where_something_once_failed(path: str, asked: dict[str, str]) -> None:
    page = BY_PATH[path]
    picture = page.answer(asked)
    json.dumps(picture, allow_nan=False)
    assert "nan" not in json.dumps([picture["readouts"], picture["takeaway"]])
    page.why(page.asked(asked))
    page.tables(page.asked(asked))


def test_pages_share_keys_but_not_values() -> None:
    """Going to another page and coming back finds each page as it was left."""
    at = AppTest.from_function(_two_pages, default_timeout=30).run()
    assert not at.exception
    at.select_slider(key="n").set_value(1000.0).run()
    at.session_state["which"] = "rl-versus-filtering"
    at.run()
    assert not at.exception
    assert at.select_slider(key="n").value == 64.0
    assert not at.warning
    at.session_state["which"] = "goodhart-mixture"
    at.run()
    assert at.select_slider(key="n").value == 1000.0


def _two_pages() -> None:
    import streamlit as st

    from dashboard.page.render import render
    from dashboard.views import PAGES

    which = st.session_state.get("which", "goodhart-mixture")
    render(next(page for page in PAGES if page.url_path == which))


def test_compare_has_no_pressure_to_go_to() -> None:
    assert not [button for button in open_page(BY_PATH["compare"]).button if button.label == "Go"]


def test_the_cost_of_a_quantilizer_is_live() -> None:
    low, high = (BY_PATH["filters"].answer({"level": level})["readouts"][2] for level in ("-1", "0"))
    assert low["label"] == "mean cost"
    assert float(high["value"]) > float(low["value"]) > 0


@on_pages
def test_a_slider_on_a_log_scale_names_its_stops_briefly_and_exactly(page: Page) -> None:
    settings = defaults(page.sections)
    knobs = shown(page.sections, settings)
    for slider in open_page(page).select_slider:
        assert [float(text) for text in slider.options] == stops(knobs[slider.key], settings[slider.key])
        assert not [text for text in slider.options if "e+" in text or "e0" in text or "e-0" in text]


def test_what_is_about_blends_is_not_done_to_a_routing() -> None:
    page = BY_PATH["rl-versus-filtering"]
    said = "“Rivals” is about blends; routing is steered to the end instead."
    assert said in page.asked({"world": "Routing", "steering": "Rivals"}).notices
    assert said not in page.asked({"steering": "Rivals"}).notices
    assert page.asked({"world": "Routing", "steering": "For a time"}).notices == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"liar_truth": "-4", "liars": "0.5", "liar_spread": "3", "honest_correlation": "-0.5"},
            "highest with no pressure",
        ),
        (
            {
                "liar_truth": "2",
                "liars": "0.5",
                "honest_correlation": "0.9",
                "liar_correlation": "0.9",
                "liar_spread": "3",
            },
            "highest where the range ends",
        ),
        ({"world": "Blend", "mu_a": "1", "sigma_a": "0"}, "pressure leaves it as it is"),
    ],
)
def test_where_there_is_no_peak_it_says_where_truth_is_highest(settings: dict[str, str], said: str) -> None:
    state = BY_PATH["goodhart-mixture"].asked(settings)
    found = state.go_to("the peak of mean truth", 0.0)
    assert said in found.said
    assert found.said.startswith("Mean truth ")
    assert not found.changes


def test_where_a_method_never_passes_best_of_n_it_says_so() -> None:
    found = BY_PATH["boltzmann"].asked({"world": "Blend"}).go_to("where it passes best-of-n at equal KL", 0.0)
    assert found.said == "There is no KL up to 30 nats at which Boltzmann passes best-of-n."
    assert not found.changes


def test_a_page_of_many_figures_has_none_that_follows_a_finger() -> None:
    page = BY_PATH["literature"]
    assert page.picture(page.asked({}))["figure"] is None


def test_a_routing_that_keeps_nothing_has_no_words_of_its_own() -> None:
    page = BY_PATH["best-of-n"]
    lost = {"world": "Routing", "method": "Filter", "threshold": "5", "sigma_a": "0", "sigma_c": "0"}
    assert page.why(page.asked(lost)) == ""
