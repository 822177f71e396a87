"""What is pinned: in the link, on the picture, in words, in a drag and in everything that is taken away."""

import csv
import json
import re
import urllib.parse
from collections.abc import Sequence

import numpy as np
import pytest
from cases import LIVE_PAGES, drawn
from streamlit.testing.v1 import AppTest
from test_every_page import BY_PATH, open_page, press
from test_figures import unpack

from dashboard.page import pins
from dashboard.page.exports import figure_html, link, python, rows_csv
from dashboard.page.record import Page
from dashboard.settings import Choice, Settings, as_text, defaults, read
from dashboard.story.story import STORY
from models import BestOfN, GoodhartMixture

MIXTURE = BY_PATH["goodhart-mixture"]
RL = BY_PATH["rl-versus-filtering"]
START = defaults(MIXTURE.sections)
on_pages = pytest.mark.parametrize("page", LIVE_PAGES, ids=lambda page: page.url_path)


def marks(at: AppTest) -> list[str]:
    """What is named on the picture."""
    spec = json.loads(at.get("plotly_chart")[0].proto.spec)
    return [name for trace in spec["data"] if (name := (trace.get("meta") or {}).get("name"))]


def called(settings: Settings, *kept: Settings) -> list[str]:
    return pins.named(MIXTURE.sections, START | settings, [START | each for each in kept])


@on_pages
def test_a_link_gives_pins_back_to_the_last_digit(page: Page) -> None:
    rng = np.random.default_rng(7)
    kept = defaults(page.sections) | read(page.sections, drawn(page, rng))[0]
    text = pins.written(page.sections, [kept, defaults(page.sections)])
    assert 3 * len(text) < 2 * pins.LONGEST
    again, start = pins.read_pins(page.sections, text)
    assert start == defaults(page.sections)
    assert page.readouts(page.solve(again)) == page.readouts(page.solve(kept))


def test_a_pin_is_called_by_what_tells_it_from_now() -> None:
    assert called({}, {}) == [""]
    assert called({"n": 1000.0}, {}, {"n": 1000.0}) == ["n = 64", ""]
    assert called({}, {"liars": 1e-6, "n": 1e9}) == ["n = 1.0 × 10⁹, w = 1.0 × 10⁻⁶"]
    assert called({}, {"liars": 1e-4, "n": 999_999}) == ["n = 999,999, w = 0.0001"]
    assert called({}, {"liar_truth": -2.0}) == ["m_T = −2"]
    assert called({}, {"world": "Blend", "n": 100.0}) == ["Blend, n = 100"]
    assert called({}, {"world": "Blend", "mu_c": 1.0, "n": 100.0}) == ["Blend, n = 100, …"]
    assert called({"method": "Filter"}, {}) == ["Best-of-n"]


@on_pages
def test_every_page_draws_what_is_pinned(page: Page) -> None:
    """In every panel that has curves, and named on one of them at least; the second pin apart from the first."""
    other = defaults(page.sections) | next(iter(page.presets.values()))
    text = pins.written(page.sections, [defaults(page.sections), other])
    ghosts = page.ghosts(text, other)
    data = page.figure(page.solve(other), ghosts)["data"]
    for ghost in ghosts:
        mine = [trace for trace in data if str(trace.get("name")).startswith(ghost.name)]
        assert len({trace["xaxis"] for trace in mine}) >= 2
        assert {trace["line"]["dash"] for trace in mine if "dash" in trace["line"]} == {ghost.style.dash}
        assert ghost.mark in {(trace.get("meta") or {}).get("name") for trace in mine}
    assert ghosts[0].name.startswith("pinned A: ")
    assert ghosts[1].name == "pinned B"
    assert not any("pinned" in str(trace.get("name")) for trace in page.figure(page.solve(other), ())["data"])


def test_another_world_is_a_ghost_in_all_four_panels_and_its_own_numbers() -> None:
    data = MIXTURE.answer({"n": "1000", "pin": "n:64,liars:0.1"})["figure"]["data"]
    ghosts = [trace for trace in data if str(trace.get("name")).startswith("pinned: n = 64, w = 0.1")]
    assert {trace["xaxis"] for trace in ghosts} == {"x", "x2", "x3", "x4"}
    law = GoodhartMixture(liars=0.1).mixture()
    densities = {t["name"]: (unpack(t["x"]).astype(float), unpack(t["y"])) for t in ghosts if t["xaxis"] == "x2"}
    (x, y), (x0, y0) = (densities[f"pinned: n = 64, w = 0.1: {what}"] for what in ("best of 64", "base model"))
    np.testing.assert_allclose(y, BestOfN(n=64).apply(law).truth_pdf(x), rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(y0, law.truth_pdf(x0), rtol=1e-3, atol=1e-6)


def test_the_same_world_has_one_base_model() -> None:
    data = MIXTURE.answer({"n": "1000", "pin": "n:64"})["figure"]["data"]
    names = [str(trace.get("name")) for trace in data]
    assert "pinned: n = 64: best of 64" in names
    assert not [name for name in names if name.startswith("pinned") and "base model" in name]


def test_a_drag_solves_no_pin_again() -> None:
    first = MIXTURE.ghosts("n:64;n:65", START | {"n": 100.0})
    again = MIXTURE.ghosts("n:64;n:65", START | {"n": 200.0})
    assert [ghost.of for ghost in first] == [ghost.of for ghost in again]
    assert all(one.of is other.of for one, other in zip(first, again, strict=True))
    shadow = first[0].of.shadow
    assert shadow is again[0].of.shadow
    assert shadow.truth is shadow.truth


def test_pins_come_and_go_and_are_in_the_link() -> None:
    at = press(open_page(MIXTURE), "Pin")
    assert next(button for button in at.button if button.label == "Pin").disabled  # the same state twice says nothing
    at.select_slider(key="n").set_value(1000.0).run()
    press(at, "Pin")
    at.select_slider(key="n").set_value(10000.0).run()
    assert {"A: n = 64", "B: n = 1,000"} <= set(marks(at))
    assert len(pins.read_pins(MIXTURE.sections, at.query_params["pin"])) == 2
    press(at, "Unpin A: n = 64")
    assert "pinned: n = 1,000" in marks(at)
    assert "A: n = 64" not in marks(at)
    press(at, "Unpin n = 1,000")
    assert "pin" not in at.query_params
    assert not [mark for mark in marks(at) if mark.startswith("pinned")]


def test_no_more_than_three() -> None:
    at = open_page(MIXTURE, {"n": "10", "pin": "n:64;n:65;n:66"})
    assert next(button for button in at.button if button.label == "Pin").disabled
    press(at, "Unpin all")
    assert not next(button for button in at.button if button.label == "Pin").disabled


def test_a_link_with_a_bad_pin_is_said_and_has_none() -> None:
    at = open_page(MIXTURE, {"n": "100", "pin": "n:<script>alert(1)</script>"})
    assert at.toast[0].value == "- The link's pin is ignored: this page has no such setting, or not in that range."
    assert "pin" not in at.query_params
    assert at.select_slider(key="n").value == 100.0


def test_a_pin_is_called_as_its_visitor_calls_it() -> None:
    at = open_page(MIXTURE, {"n": "1000", "pin": "n:64;liars:0.1"})
    at.text_input[0].set_value("  Where it   turns ").run()
    assert pins.titles(at.query_params["pin"]) == ["Where it turns", ""]
    assert {"A: Where it turns", "B: n = 64, w = 0.1"} <= set(marks(at))
    for bad in ("<b>x</b>", "a=b", "**a**", "%{x}", "a;b", "=1", "x\u202ey"):
        link = at.query_params["pin"]
        at.text_input[0].set_value(bad).run()
        assert at.query_params["pin"] == link
        assert at.toast[0].value.startswith("A pin's name must be 30 characters at most")
        assert bad not in at.toast[0].value
    press(at, "Unpin B: n = 64, w = 0.1")
    assert "pinned: Where it turns" in marks(at)
    state, pinned = MIXTURE.solve(START), at.query_params["pin"]
    ghosts = MIXTURE.ghosts(pinned, START)
    lines = rows_csv("Mixture", as_text(START), state, pinned, ghosts).splitlines()
    assert [line for line in lines if line.startswith("# pinned: Where it turns = ") and "n:64" in line]
    assert "# pinned: Where it turns" in python(state, ghosts)
    assert "pinned: Where it turns: best of 64" in figure_html("Mixture", MIXTURE.figure(state, ghosts))
    at.text_input[0].set_value("").run()
    assert "pinned: n = 64" in marks(at)


BAD = [
    "<b>x</b>=n:5",
    "=1=n:5",
    f"{'x' * 31}=n:5",
    " x=n:5",
    "a%{x}=n:5",
    "x\n=n:5",
    "{",
    "n",
    "n:-5",
    "n:",
    ":",
    "<b>:1",
    "n:5;",
    "n:1;n:2;n:3;n:4",
    "x:" * 2500,
]


@pytest.mark.parametrize("pin", BAD)
def test_a_bad_pin_is_refused(pin: str) -> None:
    with pytest.raises(ValueError, match=r"^The link's pin is ignored: ") as refusal:
        BY_PATH["best-of-n"].answer({"pin": pin})
    assert "<b>" not in str(refusal.value)


def test_a_pin_without_a_value_is_said_to_be_none() -> None:
    said = "^The link's pin is ignored: it must be settings, each a name, a colon and a value.$"
    for pin in ("n", ":64", "n:64,liars"):
        with pytest.raises(ValueError, match=said):
            BY_PATH["best-of-n"].answer({"pin": pin})


def test_words_tell_the_difference_from_one_pin_and_the_numbers_of_several() -> None:
    def truth(n: float) -> float:
        return float(MIXTURE.solve(START | {"n": n}).outcome.mean_truth)

    def notes(pin: str) -> Sequence[str]:
        return [readout["note"] for readout in MIXTURE.answer({"n": "1000", "pin": pin})["readouts"]]

    assert notes("n:64")[0] == f"pinned {truth(64):.3f} ({truth(1000) - truth(64):+.3f})".replace("-", "−")
    assert notes("n:64;n:2")[0] == f"A {truth(64):.3f} · B {truth(2):.3f}"
    assert notes("n:64;n:2")[2] == "A 3.17 · B 0.19 nats"
    lost = RL.answer({"mu_a": "1.5", "pin": "mu_a:1.2;method:Filter,sigma_a:0,sigma_c:0,threshold:4"})["readouts"][2][
        "note"
    ]
    assert re.fullmatch(r"A [\d.]+ nats · B does not exist", lost)
    alt = MIXTURE.answer({"n": "1000", "pin": "n:64"})["figure"]["alt"]
    assert alt.endswith(f"Beside it pinned: n = 64 (mean truth {truth(64):.3f}).")


def test_all_that_is_taken_away_has_what_is_pinned(capsys: pytest.CaptureFixture) -> None:
    settings, pinned = START | {"n": 1000.0}, "n:64;liars:0.1,n:2"
    state, ghosts = MIXTURE.solve(settings), MIXTURE.ghosts(pinned, settings)
    query = urllib.parse.urlsplit(link("http://localhost", MIXTURE, settings, pinned)).query
    asked = dict(urllib.parse.parse_qsl(query))
    assert MIXTURE.answer(asked) == MIXTURE.picture(state, ghosts)
    lines = rows_csv("Mixture", as_text(settings), state, pinned, ghosts).splitlines()
    assert "# pinned B: n = 2, w = 0.1 = liars:0.1,n:2" in lines
    header, *rows = csv.reader(line for line in lines if not line.startswith("#"))
    assert header[0] == "pinned"
    assert [row[0] for row in rows if row[1] == "Best-of-n"][::72] == [
        "",
        "pinned A: n = 64",
        "pinned B: n = 2, w = 0.1",
    ]
    exec(python(state, ghosts), {})
    printed = capsys.readouterr().out
    for each in (state, *(ghost.of for ghost in ghosts)):
        assert repr(float(each.outcome.mean_truth))[:12] in printed
    html = figure_html("Mixture", MIXTURE.figure(state, ghosts))
    assert "pinned A: n = 64: best of 64" in html


def test_each_page_keeps_its_own_pins() -> None:
    at = AppTest.from_function(_two_pages, default_timeout=30).run()
    press(at, "Pin")
    kept = at.query_params["pin"]
    at.session_state["which"] = "tails"
    at.query_params.clear()  # as the menu does
    at.run()
    assert "pin" not in at.query_params
    at.session_state["which"] = "goodhart-mixture"
    at.run()
    assert at.query_params["pin"] == kept


def _two_pages() -> None:
    import streamlit as st

    from dashboard.page.render import render
    from dashboard.views import PAGES

    which = st.session_state.get("which", "goodhart-mixture")
    render(next(page for page in PAGES if page.url_path == which))


@pytest.mark.parametrize("page", [*LIVE_PAGES, STORY], ids=lambda page: page.url_path)
def test_an_option_pinned_under_another_is_a_picture(page: Page) -> None:
    knobs = [knob for section in page.sections for knob in section.knobs.values()]
    for choice in [knob for knob in knobs if isinstance(knob, Choice)]:
        options = list(choice.options)
        for here, there in zip(options, options[1:] + options[:1], strict=True):
            assert page.answer({choice.key: here, pins.KEY: f"{choice.key}:{there}"})["figure"]["data"]


def test_a_readout_that_only_the_pin_or_only_the_page_has_is_no_fault() -> None:
    """Boltzmann has no base samples, and says another number there."""
    page = BY_PATH["boltzmann"]
    readouts = page.answer({"method": "Filter", pins.KEY: "method:Boltzmann"})["readouts"]
    assert "pinned" in readouts[0]["note"]
    assert [readout["note"] for readout in readouts if "pinned" not in readout["note"]] == ["base 1"]
