"""Outputs as dots: the sequence, every law’s way from the square, and what the picture shows of them."""

import json
from typing import Any

import numpy as np
import pytest
from cases import BASES, DEGENERATE
from scipy import stats
from streamlit.testing.v1 import AppTest
from test_figures import unpack
from words_draw import square

from dashboard.figures.dots import INK
from dashboard.selection.caches import DOTS
from dashboard.views import best_of_n, goodhart
from models import (
    BASE_MODELS,
    GoodhartMixture,
    Laplace,
    Levy,
    Lognormal,
    Mode,
    Normal,
    OutputMixture,
    StudentT,
    TruthPlusError,
    Uniform,
)
from models.distributions import Distribution
from models.laws.base import BaseLaw
from models.numerics.halton import halton

PAGE = best_of_n.PAGE
MANY = 20_000
NEAR = np.log(MANY) / MANY  # chance: 1/√n, 14 times as much


def laws() -> dict[str, BaseLaw]:
    worlds = {
        world.name: world.of(**{name: k.default for name, k in world.knobs().items()}).law() for world in BASE_MODELS
    }
    degenerate = {name: model.routing() for name, model in DEGENERATE.items()}
    return (
        worlds
        | BASES
        | degenerate
        | {"any truth": TruthPlusError(truth=StudentT(df=10), error=Lognormal(centred=True))}
    )


LAWS = laws()
on_laws = pytest.mark.parametrize("name", LAWS)


def test_the_sequence_is_scipys_moved_and_goes_on_where_it_stopped() -> None:
    for mine, there in zip(halton(500, 19_600), square(500, 19_600), strict=True):
        np.testing.assert_allclose(mine, there, atol=1e-11)
    assert all(np.all((x > 0) & (x < 1)) for x in halton(MANY))
    np.testing.assert_array_equal(np.concatenate([halton(7), halton(5, 7)], axis=1), halton(12))


def test_the_sequence_is_far_more_even_than_chance() -> None:
    """The largest gap between counted and true area of a box at the origin, over a grid; random points as the control."""

    def gap(across: np.ndarray, up: np.ndarray) -> float:
        counted = np.histogram2d(across, up, bins=32, range=[[0, 1], [0, 1]])[0].cumsum(0).cumsum(1) / across.size
        ends = np.arange(1, 33) / 32
        return float(np.max(np.abs(counted - np.outer(ends, ends))))

    for n in (100, 400, 4000):
        assert gap(*halton(n)) < 1.5 * np.log(n) / n
    assert gap(*np.random.default_rng(5).random((2, 4000))) > 3 * np.log(4000) / 4000


@on_laws
def test_means_of_many_outputs_are_the_laws(name: str) -> None:
    """To within 5 standard deviations times log(n)/n; and another law’s are not."""
    law = LAWS[name]
    outputs, bound = law.outputs(MANY), 5 * NEAR
    assert abs(np.mean(outputs.truth) - law.mean_truth) <= bound * law.sd_truth + 1e-12
    if law.sd_persuasiveness is not None and np.isfinite(law.sd_persuasiveness):
        assert abs(np.mean(outputs.persuasiveness) - law.mean_persuasiveness) <= bound * law.sd_persuasiveness + 1e-12
    elsewhere = GoodhartMixture(liars=0.3, liar_persuasiveness=3).law()
    assert abs(np.mean(outputs.truth) - elsewhere.mean_truth) > bound * law.sd_truth or name == "gamma = 1"


@on_laws
def test_outputs_lie_where_the_law_puts_them(name: str) -> None:
    """Shares below quantiles of P, and of T and P together where there is a correlation."""
    law, outputs = LAWS[name], LAWS[name].outputs(MANY)
    for tail in (0.9, 0.5, 0.1, 0.01):
        cut = law.isf(np.log(tail))
        above = np.mean(outputs.persuasiveness > cut + 1e-9), np.mean(outputs.persuasiveness >= cut - 1e-9)
        assert above[0] - 2 * NEAR <= tail <= above[1] + 2 * NEAR
    if law.covariance is not None and law.tail_index == np.inf:
        found = np.cov(outputs.truth, outputs.persuasiveness)[0, 1]
        assert found == pytest.approx(law.covariance, abs=5 * NEAR * law.sd_truth * law.sd_persuasiveness + 1e-12)


@pytest.mark.parametrize(
    ("law", "other"),
    [
        (Normal(location=1, scale=2), stats.norm(1, 2)),
        (Laplace(location=-1, scale=0.5), stats.laplace(-1, 0.5)),
        (Uniform(location=2, half_width=3), stats.uniform(-1, 6)),
        (StudentT(df=3, location=1, scale=2), stats.t(3, 1, 2)),
        (Lognormal(sigma=0.7, location=1, scale=2), stats.lognorm(0.7, 1, 2)),
        (Levy(location=1, scale=2), stats.levy(1, 2)),
    ],
    ids=lambda law: type(law).__name__,
)
def test_quantiles_are_scipys(law: Distribution, other: Any) -> None:
    share = np.array([1e-9, 0.01, 0.3, 0.5, 0.8, 0.999, 1 - 1e-9])
    np.testing.assert_allclose(law.ppf(share), other.ppf(share), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(np.exp(law.logsf(law.ppf(share))), 1 - share, rtol=1e-6)


def test_a_laplace_error_beside_a_normal_truth_is_that_of_any_sum() -> None:
    one, other = TruthPlusError(Laplace(scale=0.5)), TruthPlusError(truth=Normal(), error=Laplace(scale=0.5))
    np.testing.assert_array_equal(one.outputs(50).persuasiveness, other.outputs(50).persuasiveness)


def test_modes_come_as_often_as_they_weigh_and_are_where_they_are() -> None:
    law = GoodhartMixture(liars=0.1, liar_truth=-4, liar_spread=0.2).law()
    outputs = law.outputs(4000)
    assert np.mean(outputs.mode == 1) == pytest.approx(0.1, abs=0.005)
    assert np.mean(outputs.truth[outputs.mode == 1]) == pytest.approx(-4, abs=0.05)
    assert np.std(outputs.persuasiveness[outputs.mode == 1]) == pytest.approx(0.2, rel=0.02)


def test_an_end_of_a_mode_is_a_finite_output() -> None:
    law = OutputMixture([Mode(weight=0.5), Mode(weight=0.5, mean_truth=1)])
    ends = law.from_uniforms(np.array([0.5, np.nextafter(1, 0), 1e-300]), np.full(3, 0.5))
    assert np.all(np.isfinite(ends.persuasiveness))
    assert ends.mode.tolist() == [1, 1, 0]


@pytest.mark.parametrize(("count", "after"), [(0, 0), (-3, 0), (5, -1)])
def test_a_bad_number_of_outputs_is_refused_by_name(count: int, after: int) -> None:
    with pytest.raises(ValueError, match=r"(count|after) = -?\d is not allowed; it must lie in \["):
        GoodhartMixture().law().outputs(count, after=after)
    assert [each.size for each in halton(1)] == [1, 1]
    with pytest.raises(ValueError, match=r"n = 6 is not allowed; it must lie in \[1, 5\]"):
        GoodhartMixture().law().outputs(5).best(6)


# ── the picture ──


def dots(**settings: Any) -> tuple[list[tuple[np.ndarray, np.ndarray, str]], tuple[float, float, str], dict]:
    """Candidates that can be seen, with their symbols; the ring and what stands beside it; the figure."""
    figure = PAGE.answer({key: str(value) for key, value in settings.items()})["figure"]
    across, up = (figure["layouts"]["wide"][f"{axis}axis3"]["range"] for axis in "xy")
    groups: list[tuple[np.ndarray, np.ndarray, str]] = []
    everything: list[np.ndarray] = []
    for trace in figure["data"]:
        if trace.get("meta", {}).get("texture"):
            p, t = unpack(trace["x"]).astype(float), unpack(trace["y"]).astype(float)
            assert p.size in range(100, DOTS + 1, 100)
            seen = (p > across[0] - 8 * (across[1] - across[0])) & (t > up[0] - 8 * (up[1] - up[0]))
            larger, darker = np.array(trace["marker"]["size"]) == 6, np.array(trace["marker"]["color"]) == INK
            assert np.array_equal(larger, darker)
            assert not np.any(larger & ~seen)
            assert np.all(np.diff(larger[seen].astype(int)) >= 0)  # above those that are not chosen from
            everything.append(np.stack([p[seen], t[seen]]))
            groups.append((p[larger], t[larger], trace["marker"]["symbol"]))
    if everything:
        assert np.hstack(everything).shape == (2, DOTS)
    (ring,) = (trace for trace in figure["data"] if trace.get("name") == "the one kept")
    return groups, (float(unpack(ring["x"])[0]), float(unpack(ring["y"])[0]), ring["text"][0]), figure


@pytest.mark.parametrize("draw", [1, 2, 50])
def test_the_ring_is_around_the_most_persuasive_candidate(draw: int) -> None:
    groups, (p, t, said), _ = dots(n=200, draw=draw, liars=0.05)
    everything = np.concatenate([group[0] for group in groups])
    assert everything.size == 200
    assert p == np.max(everything)
    kind = next(symbol for x, _, symbol in groups if p in x)
    name = {"circle": "honest", "x": "manipulative"}[kind]
    assert said == f"kept: {name}, truth {t:.2f}".replace("-", "−")
    law = GoodhartMixture(liars=0.05).law()
    outputs = law.outputs(200, after=400 * (draw - 1))
    assert [x.size for x, _, _ in groups] == [np.sum(outputs.mode == k) for k in (0, 1)]


def test_more_candidates_are_the_same_and_more() -> None:
    def seen(n: float) -> set[tuple[float, float]]:
        groups, _, _ = dots(n=n)
        return {pair for p, t, _ in groups for pair in zip(p, t, strict=True)}

    few, more, all_of_them = seen(10), seen(64), seen(400)
    assert few < more < all_of_them
    assert [len(each) for each in (few, more, all_of_them)] == [10, 64, 400]
    assert not few & {pair for p, t, _ in dots(n=10, draw=2)[0] for pair in zip(p, t, strict=True)}


@pytest.mark.parametrize(("n", "candidates"), [(1, 0), (1.9, 0), (2, 2), (400.5, 400), (401, 0), (1e9, 0)])
def test_candidates_are_seen_from_2_to_400(n: float, candidates: int) -> None:
    groups, (_, _, said), figure = dots(n=n)
    assert sum(p.size for p, _, _ in groups) == candidates
    assert bool(said) == bool(candidates)
    sizes = [unpack(trace["x"]).size for trace in figure["data"] if trace.get("meta", {}).get("texture")]
    assert sizes == [DOTS, 100]  # whatever n is, so that a drag moves what is there


@pytest.mark.parametrize("world", [world.name for world in BASE_MODELS])
def test_every_world_has_dots_and_names_their_kinds(world: str) -> None:
    for settings in ({}, {"alpha": "0"}, {"alpha": "1", "beta": "0", "gamma": "0"}, {"draw": "7", "n": "400"}):
        state = PAGE.asked({"world": world, **settings})
        json.dumps(PAGE.picture(state), allow_nan=False)
        assert "as dots" in PAGE.why(state)
        assert sum(x.size for x, _, _ in dots(world=world, **settings)[0]) == int(settings.get("n", 64))


def test_another_draw_steps_and_begins_again() -> None:
    assert PAGE.asked({"draw": "0"}).steps == {"Show dots": {"draw": 1.0}}
    assert PAGE.asked({"draw": "1"}).steps == {"Another draw": {"draw": 2.0}}
    assert PAGE.asked({"draw": "50"}).steps == {"Another draw": {"draw": 1.0}}
    assert goodhart.PAGE.asked({}).steps == {"Show dots": {"draw": 1.0}}
    assert PAGE.asked({"method": "Filter"}).steps == {}
    with pytest.raises(ValueError, match="from 0 to 50"):
        PAGE.answer({"draw": "51"})


def test_the_button_of_another_draw() -> None:
    def script() -> None:
        from dashboard.page.render import render
        from dashboard.views.goodhart import PAGE

        render(PAGE)

    at = AppTest.from_function(script, default_timeout=30).run()
    for label, draw in (("Show dots", 1.0), ("Another draw", 2.0)):
        next(button for button in at.button if button.label == label).click().run()
        assert not at.exception
        assert at.slider(key="draw").value == draw


def test_the_python_gives_the_ringed_output(capsys: pytest.CaptureFixture) -> None:
    state = PAGE.asked({"draw": "3", "n": "100"})
    exec(state.code(), {})
    truth, persuasion, mode = map(float, capsys.readouterr().out.splitlines()[-1].split())
    best = state.outputs.best(100)
    assert (truth, persuasion, mode) == (
        state.outputs.truth[best],
        state.outputs.persuasiveness[best],
        state.outputs.mode[best],
    )


def test_where_there_are_no_dots_nothing_is_said_or_drawn_of_them() -> None:
    for page, query in ((PAGE, {"draw": "0"}), (goodhart.PAGE, {}), (PAGE, {"method": "Filter"})):
        state = page.asked(query)
        assert "dots" not in page.why(state)
        assert not [trace for trace in page.figure(state, ())["data"] if trace.get("meta", {}).get("texture")]
        assert "dots" not in json.dumps(page.figure(state, ())["layouts"])
