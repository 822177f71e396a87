"""Two worlds side by side: what is said, the shared axes, and what each costs and gives away."""

from dataclasses import replace

import numpy as np
import pytest
from test_words import with_other_digits
from words_checker import settings_of
from words_sums import AnySum, law_of
from words_twins import false_claims, halves, objections

from dashboard.settings import as_text, defaults, read
from dashboard.views.twins import PAGE
from dashboard.words.text import plain
from models import BestOfN, GoodhartMixture, ThreeSubmodules


def test_nothing_said_is_false() -> None:
    false = []
    for k, query in enumerate(settings_of(PAGE, 30)):
        if any(isinstance(law_of(half.s), AnySum) for half in halves(PAGE, query)):
            continue  # their route loses its digits far out
        false += [f"{query}: {claim}" for claim in false_claims(PAGE, query, alt=k % 10 == 0)]
    assert not false, "\n".join(false)


def test_nothing_said_is_false_at_the_presets() -> None:
    for changes in ({}, *PAGE.presets.values()):
        assert false_claims(PAGE, as_text(changes), alt=True) == [], changes


WORDS = (
    ("raises", "lowers"),
    ("Blend", "Mixture"),
    ("never hurts", "costs"),
    ("peaks at", "falls to"),
    ("and more pressure", "and less pressure"),
)


def test_the_checker_objects_to_corrupted_words() -> None:
    query = {"n": "10000"}
    state = PAGE.asked(query)
    said, cards, why = plain(PAGE.takeaway(state)), list(PAGE.readouts(state)), PAGE.why(state)
    assert objections(PAGE, query, said, cards, why) == []
    lies = [(said.replace(old, new, 1), cards) for old, new in WORDS] + [
        (text, cards) for text in with_other_digits(said)
    ]
    for k, card in enumerate(cards):
        lies += [
            (said, [*cards[:k], replace(card, value=text), *cards[k + 1 :]]) for text in with_other_digits(card.value)
        ]
    assert len(lies) > 10
    believed = [lie for lie in lies if not objections(PAGE, query, *lie, why)]
    assert not believed


def test_each_side_is_its_own_world_under_the_same_pressure() -> None:
    state = PAGE.asked({"n": "500", "left_mu_c": "1.5", "right_liars": "0.1"})
    laws = ThreeSubmodules(mu_c=1.5).blend(), GoodhartMixture(liars=0.1).mixture()
    for side, law in zip(state.both, laws, strict=True):
        assert side.outcome.mean_truth == pytest.approx(BestOfN(n=500).apply(law).mean_truth, rel=1e-12)


def test_one_world_on_both_sides_has_settings_of_its_own_on_each() -> None:
    asked, problems = read(PAGE.sections, {"left_world": "Mixture", "left_liars": "0.1", "right_liars": "0.2"})
    assert not problems
    state = PAGE.solve(defaults(PAGE.sections) | asked)
    assert [side.world.liars for side in state.both] == [0.1, 0.2]
    assert state.names == ["the left Mixture", "the right Mixture"]
    assert "liars" in read(PAGE.sections, {"liars": "0.1"})[1]  # of which side?


@pytest.mark.parametrize("query", [{}, {"method": "Filter", "threshold": "4", "right_world": "Student-t error"}])
def test_both_sides_have_the_same_axes_and_all_of_them_is_seen(query: dict[str, str]) -> None:
    state = PAGE.asked(query)
    figure = PAGE.answer(query)["figure"]
    for layout in figure["layouts"].values():
        for axis in "xy":
            assert layout[f"{axis}axis"]["range"] == layout[f"{axis}axis2"]["range"]
            assert layout[f"{axis}axis3"]["range"] == layout[f"{axis}axis4"]["range"]
    (_, end), (low, high) = (figure["layouts"]["wide"][axis]["range"] for axis in ("xaxis", "yaxis"))
    for side in state.both:
        assert side.outcome.kl <= end
        assert low <= side.outcome.mean_truth <= high
        assert all(
            np.max(along.kl) >= end or type(along.selection).__name__ == "Filter" for along in side.curves.values()
        )


def test_a_narrow_screen_shows_both_curves_first() -> None:
    figure = PAGE.answer({})["figure"]
    ups = {panel: figure["layouts"]["narrow"][f"yaxis{panel}"]["domain"] for panel in ("", "2", "3", "4")}
    assert figure["staged"] == ["", "2"]
    assert ups[""] == ups["2"] == [0.59, 1]
    assert ups["3"] == ups["4"] == [0, 0.35]


def test_a_pin_is_a_ghost_on_both_sides() -> None:
    data = PAGE.answer({"n": "500", "pin": "n:64,right_liars:0.1"})["figure"]["data"]
    ghosts = [trace for trace in data if str(trace.get("name")).startswith("pinned: n = 64, right w = 0.1")]
    assert {trace["xaxis"] for trace in ghosts} == {"x", "x2", "x3", "x4"}
    assert "pinned 0.739" in PAGE.answer({"n": "500", "pin": "n:64"})["readouts"][1]["note"]


def test_the_python_and_the_table_have_both_sides(capsys: pytest.CaptureFixture) -> None:
    state = PAGE.asked({"n": "500"})
    exec(state.code(), {})
    printed = capsys.readouterr().out
    assert all(repr(float(side.outcome.mean_truth))[:12] in printed for side in state.both)
    header, *rows = state.rows()
    assert header[0] == "side"
    assert {row[0] for row in rows} == {"left", "right"}
    assert len({len(row) for row in rows}) == 1


def test_what_has_no_best_policy_at_all_is_said_of_its_half() -> None:
    asked = {"method": "Boltzmann", "right_world": "Student-t error"}
    assert "in Student-t error any pressure at all has no best policy" in plain(
        PAGE.takeaway(PAGE.asked(asked | {"strength": "0"}))
    )
    assert "in Student-t error no pressure above 0 has a result" in plain(PAGE.takeaway(PAGE.asked(asked)))


def test_the_pressure_goes_to_either_peak() -> None:
    state = PAGE.asked({})
    targets = list(state.targets)
    assert state.go_to(targets[1], 0.0).changes["n"] == 26
    assert not state.go_to(targets[0], 0.0).changes
