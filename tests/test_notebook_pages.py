"""What the notebook's pages draw and where they go, against the models."""

import math
import re
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from cases import NOTEBOOK_PAGES, drawn

from dashboard.figures.ghosts import STYLES, Ghost
from dashboard.page.record import Page
from models import DarkRoom, InductiveBias, NearestTokens

KNOBS = NearestTokens.parameters()

BY_PATH = {page.url_path: page for page in NOTEBOOK_PAGES}
on_pages = pytest.mark.parametrize("page", NOTEBOOK_PAGES, ids=lambda page: page.url_path)


@on_pages
def test_the_sources_part_and_ours_are_told_apart(page: Page) -> None:
    words = page.why(page.asked({}))
    assert "Sam Marks" in words
    assert re.search(r"\b(is|are) ours\b", words)


def figure(path: str, **settings: Any) -> dict[str, Any]:
    page = BY_PATH[path]
    return page.figure(page.asked({key: str(value) for key, value in settings.items()}), ())


def trace(figure: dict[str, Any], panel: str, name: str) -> dict[str, Any]:
    """The line of `panel` that is called so, or the points that are."""
    inside = [each for each in figure["data"] if each["xaxis"] == f"x{panel}"]
    lines = [each for each in inside if each.get("name") == name]
    (found,) = lines or [each for each in inside if name in each.get("text", [])]
    return found


@on_pages
def test_plotly_accepts_the_figure_in_both_layouts_and_panels_do_not_overlap(page: Page) -> None:
    state = page.asked({})
    whole = page.figure(state, [Ghost("pinned", "pinned", STYLES[0], state)])
    for layout in whole["layouts"].values():
        go.Figure({"data": whole["data"], "layout": layout})
        names = [key.removeprefix("xaxis") for key in layout if key.startswith("xaxis")]
        boxes = [(*layout[f"xaxis{k}"]["domain"], *layout[f"yaxis{k}"]["domain"]) for k in names]
        for i, (left, right, bottom, top) in enumerate(boxes):
            for other in boxes[i + 1 :]:
                assert right < other[0] or other[1] < left or top < other[2] or other[3] < bottom


@on_pages
def test_every_axis_is_linear_and_shows_the_points(page: Page) -> None:
    """Only a linear axis can be moved in a drag; what is named must be on the picture."""
    rng = np.random.default_rng(14)
    for query in ({}, *(drawn(page, rng) for _ in range(3 if page.url_path == "nearest-tokens" else 20))):
        whole = page.figure(page.asked(query), ())
        layout = whole["layouts"]["wide"]
        for each in whole["data"]:
            across, up = (layout[f"{axis}axis{each['xaxis'][1:]}"] for axis in "xy")
            assert "type" not in across
            assert "type" not in up
            if each["mode"] == "markers":
                assert all(across["range"][0] <= x <= across["range"][1] for x in each["x"]), (query, each["text"])
                assert all(up["range"][0] <= y <= up["range"][1] for y in each["y"]), (query, each["text"])


def test_the_odds_are_where_the_incentive_puts_them() -> None:
    bias = InductiveBias(sycophantic=1e-6, strength=7, detection=0.3)
    whole = figure("inductive-bias", sycophantic=1e-6, strength=7, detection=0.3, honest_runs=500)
    here = trace(whole, "", "the odds with the incentive")
    assert (here["x"][0], here["y"][0]) == (pytest.approx(bias.log_odds / math.log(10)), 7)
    line = trace(whole, "", "with more and more incentive")
    assert np.interp(7, line["y"], line["x"]) == pytest.approx(here["x"][0])
    resolution = trace(whole, "", "odds the honest runs tell from 0")["x"][0]
    assert 10**resolution == pytest.approx(0.05 ** (-1 / 500) - 1)
    seen = trace(whole, "2", "with the incentive")
    assert np.interp(3, seen["x"], seen["y"]) == pytest.approx(1 - (1 - bias.share) ** 1000, abs=0.02)


def test_the_plane_of_scores_is_exact() -> None:
    model = NearestTokens(between_share=0.25)
    whole = figure("nearest-tokens", between_share=0.25)
    line = trace(whole, "", "the nearest are beyond this line")
    assert np.add(line["x"], line["y"]) == pytest.approx([model.threshold] * 2)
    rings = trace(whole, "", "all tokens, 1 to 4 standard deviations out")
    x, y = (np.array([value for value in rings[axis] if value is not None]) for axis in "xy")
    radii = np.hypot(x / 0.5, y / math.sqrt(0.75))
    assert radii == pytest.approx(np.repeat([1, 2, 3, 4], 61))
    curve = trace(whole, "2", "pairs of one cluster")
    at = {0.0: 19 / 19_999, 0.95: NearestTokens(between_share=0.95).same_cluster_share}
    assert [curve["y"][0], curve["y"][-1]] == pytest.approx(list(at.values()))


def test_the_squares_of_the_room_are_the_chances_of_the_guess() -> None:
    whole = figure("dark-room", cells=10, episode=7, fidelity=0.8)
    hit = DarkRoom(cells=10, fidelity=0.8).algorithm(7)[-1]
    areas = []
    for name in ("a guess at the goal", "a guess elsewhere"):
        x, y = (trace(whole, "", name)[axis] for axis in "xy")
        areas += [(x[k + 1] - x[k]) * (y[k + 2] - y[k + 1]) for k in range(0, len(x), 6)]
    assert areas[0] == pytest.approx(hit)
    assert len(areas) == 10
    assert sum(areas) == pytest.approx(1)


@pytest.mark.parametrize(
    ("path", "target", "settings", "changes", "said"),
    [
        ("inductive-bias", "even odds", {}, {"strength": math.log(9999) / 0.8}, "λ = 11.5128"),
        ("inductive-bias", "even odds", {"detection": 0.9}, {}, "No strength makes the odds even."),
        ("inductive-bias", "even odds", {"sycophantic": 1e-8, "detection": 0.4}, {}, "beyond the slider"),
        ("inductive-bias", "as many runs as it takes", {"strength": 0}, {"honest_runs": 29_956}, "m = 29,956"),
        (
            "inductive-bias",
            "as many runs as it takes",
            {"sycophantic": 1e-8, "strength": 0},
            {},
            "which ends at 1,000,000.",
        ),
        ("dark-room", "half of its limit", {}, {"episode": 5}, "k = 5"),
        ("dark-room", "half of its limit", {"cells": 400, "learner": "Remembers rewards"}, {"episode": 277}, "k = 277"),
    ],
)
def test_a_page_goes_where_it_is_asked_to(
    path: str, target: str, settings: dict[str, Any], changes: dict[str, float], said: str
) -> None:
    state = BY_PATH[path].asked({key: str(value) for key, value in settings.items()})
    found = state.go_to(target, 0.0)
    assert said in found.said
    assert found.changes == pytest.approx(changes)


def test_one_run_is_one() -> None:
    page = BY_PATH["inductive-bias"]
    said = {runs: page.why(page.asked({"honest_runs": runs})) for runs in ("1", "2")}
    assert "One run is honest with probability" in said["1"]
    assert "2 runs are all honest with probability" in said["2"]


def test_a_curve_is_solved_at_the_point_at_hand_and_at_no_other_beside_it() -> None:
    near = KNOBS["between_share"].high - 1e-4
    for share in (near, 0.2334):
        state = BY_PATH["nearest-tokens"].asked({"between_share": str(share)})
        at = np.array([float(row[0]) for row in list(state.rows())[1:]])
        assert share in at
        assert np.min(np.diff(at)) > 9e-4
