"""What every method, world, law and page must have, each named where it lacks; and what CONTRIBUTING.md promises."""

import functools
import gc
import inspect
import re
import shutil
import subprocess
import sys
import weakref
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from cases import METHODS as TRIED
from cases import SELECTION_PAGES, panels_stand_apart

import models
from dashboard.page.record import Page
from dashboard.settings import Choice, defaults
from dashboard.views import PAGES
from dashboard.words.base_models import BASE_MODEL_TEXTS
from dashboard.words.methods import VOICES, pressure, subject
from models import (
    BASE_MODELS,
    METHODS,
    BaseModel,
    Filter,
    GoodhartMixture,
    NoOptimumError,
    Quantilizer,
    Selection,
    course,
    curve,
    match_target,
)
from models.laws.base import BaseLaw

ROOT = Path(__file__).resolve().parents[1]
named = pytest.mark.parametrize


@named("method", METHODS, ids=lambda method: method.name)
def test_a_method_is_whole(method: type[Selection]) -> None:
    assert method in VOICES, f"{method.__name__} has no voice in dashboard/words/methods.py"
    assert method in TRIED, f"{method.__name__} is not among the METHODS of tests/cases.py"
    assert method.__name__ in models.__all__, f"{method.__name__} is not exported by models"
    assert inspect.getdoc(method), f"{method.__name__} has no docstring"
    knobs = method.parameters()
    assert knobs, f"{method.__name__} has no knob"
    base = GoodhartMixture().law()
    outcome = method().apply(base)
    assert outcome.selection == method()
    assert all(np.isfinite([outcome.mean_truth, outcome.mean_persuasiveness, outcome.kl]))
    assert method().at_root_kl(base, 0.0).apply(base).kl == pytest.approx(0, abs=1e-12)
    deeper = [method().at_root_kl(base, root_kl).apply(base).kl for root_kl in (0.5, 1.0, 2.0)]
    assert deeper == sorted(deeper)
    assert match_target(method, base, kl=1.0).kl == pytest.approx(1, rel=1e-9)
    assert curve(method, base, 2.0, 5).mean_truth.shape == (5,)
    assert course(method, base).end.kl >= 30 or method.__name__.startswith("BestOf")
    said = VOICES[method]
    assert said.label(method())
    assert subject(method())
    assert pressure(method()).startswith(f"{method.knob().symbol} = ")
    assert re.fullmatch("#[0-9a-fA-F]{6}", said.style.color)


def test_no_two_methods_look_or_are_called_alike() -> None:
    assert len({voice.style for voice in VOICES.values()}) == len(VOICES)
    assert len({method.name for method in METHODS}) == len(METHODS)
    assert set(VOICES) == set(METHODS)
    assert [method for method in METHODS if VOICES[method].falling] == [Quantilizer]


@named("world", BASE_MODELS, ids=lambda world: world.name)
def test_a_world_is_whole(world: type[BaseModel]) -> None:
    assert world in BASE_MODEL_TEXTS, f"{world.__name__} has no tale in dashboard/words/base_models.py"
    assert world.__name__ in models.__all__, f"{world.__name__} is not exported by models"
    assert inspect.getdoc(world), f"{world.__name__} has no docstring"
    start = {name: knob.default for name, knob in world.knobs().items()}
    made, said = world.repaired(**start)
    assert (made, said) == (world.of(**start), "")
    law = made.law()
    assert isinstance(law, BaseLaw)
    assert law == made.law(), "two laws of one world differ"
    names: dict[str, object] = {}
    exec(f"from models import *\nbase = {made!r}.law()", names)
    assert names["base"] == law
    selection = Filter(threshold=1.0)
    assert selection.apply(law).computed in ("closed form", "quadrature")
    assert all(
        isinstance(text, str) for text in BASE_MODEL_TEXTS[world].paragraphs(made, selection, selection.apply(law))
    )


@named("world", BASE_MODELS, ids=lambda world: world.__name__)
def test_a_law_goes_with_the_last_who_needs_it(world: type[BaseModel]) -> None:
    """Without the collector, which comes late: what laws hold is megabytes in few objects."""
    kept = [each for each in gc.get_objects() if isinstance(each, functools._lru_cache_wrapper)]
    alive = []
    gc.disable()
    try:
        for method in METHODS:
            law = world.of(**{name: knob.default for name, knob in world.knobs().items()}).law()
            alive.append(weakref.ref(law))
            with suppress(NoOptimumError):
                outcome = method().apply(law)
                outcome.truth_pdf(np.zeros(2)), outcome.joint_pdf(0.0, 1.0), law.isf(-1.0)
                for name in ("mean_truth", "sd_truth", "mean_persuasiveness", "sd_persuasiveness", "kl"):
                    getattr(outcome, name)
                law.outputs(10)
        del law, outcome
        for each in kept:
            if (each.__module__ or "").startswith("models"):
                each.cache_clear()
        assert [ref() for ref in alive] == [None] * len(METHODS)
    finally:
        gc.enable()


@named("page", PAGES, ids=lambda page: page.url_path)
def test_a_page_is_whole(page: Page) -> None:
    assert page.title
    assert re.fullmatch("[a-z-]+", page.url_path)
    assert page.intro
    state = page.asked({})
    assert page.takeaway(state)
    assert page.why(state) or page.tables(state) or page.plates(state)
    keys = [key for section in page.sections for key in section.knobs]
    assert len(keys) == len(set(keys))
    assert all(set(changes) <= set(keys) for changes in page.presets.values())
    seen = [start := defaults(page.sections), *(start | changes for changes in page.presets.values())]
    assert all(one != other for k, one in enumerate(seen) for other in seen[:k]), (
        "a preset repeats another, or the default"
    )
    for name, changes in page.presets.items():
        for key, value in changes.items():
            knob = next(section.knobs[key] for section in page.sections if key in section.knobs)
            inside = value in knob.options if isinstance(knob, Choice) else knob.low <= value <= knob.high
            assert inside, f"the preset {name} sets {key} out of its range"
    if page.figure:
        drawn = page.figure(state, ())
        assert set(drawn["layouts"]) == {"wide", "narrow"}
        assert drawn["alt"]
        panels = {str(trace.get("xaxis", "x")).removeprefix("x") for trace in drawn["data"]}
        assert {panel.removesuffix("1") for panel in drawn["panels"]} == panels
        assert set(drawn.get("staged") or panels) <= panels
        assert panels_stand_apart(drawn)


OWN_METHOD = ("compare", "online-modelling")  # all of them at once, or one alone


@named("page", [page for page in SELECTION_PAGES if page.url_path not in OWN_METHOD], ids=lambda page: page.url_path)
def test_every_method_is_offered_with_every_world(page: Page) -> None:
    choices = {s.choice.key: set(s.choice.options) for s in page.sections if s.choice}
    assert choices["method"] == {method.name for method in METHODS}
    if page.url_path != "rl-versus-filtering":  # RL is about the submodules
        assert choices["world"] == {world.name for world in BASE_MODELS}


# ── what CONTRIBUTING.md promises ──

BLOCK = re.compile(r"^```(python|diff) (\S+)\n(.*?)^```$", re.M | re.S)
LOOK = """
import sys
from streamlit.testing.v1 import AppTest

def script(path):
    from dashboard.page.render import render
    from dashboard.views import PAGES
    render(next(page for page in PAGES if page.url_path == path))

def see(path, **link):
    at = AppTest.from_function(script, default_timeout=60, args=(path,))
    for key, value in link.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception, at.exception
    assert not [*at.warning, *at.toast]
    return at

def said(at):
    return "\\n".join(markdown.value for markdown in at.markdown)
"""
SEEN = {
    "A method": """
at = see("best-of-n", method="Sometimes best", sometimes_best_n="100", share="0.3")
assert "best of 100 for 30 %" in said(at), said(at)
assert at.slider(key="share").value == 0.3
at.slider(key="share").set_value(0.5).run()
assert "best of 100 for 50 %" in said(at)
assert at.metric[3].value == "50.5"
at = see("compare")
assert "Sometimes best" in at.table[0].value["method"].tolist()
from dashboard.views import best_of_n
state = best_of_n.PAGE.asked({"method": "Sometimes best", "share": "0.3"})
assert {curve.selection.share for method, curve in state.selected.curves.items() if method.name == "Sometimes best"} == {0.3}
at = see("goodhart-mixture", method="Sometimes best")
assert "Sometimes best" in at.table[0].value["method"].tolist()
at = see("rl-versus-filtering", method="Sometimes best", world="Routing")
from models import BestOfN, GoodhartMixture, Mode, OutputMixture, SometimesBest
base = GoodhartMixture().law()
best = BestOfN(n=7).apply(base).mean_truth
assert abs(SometimesBest(n=7, share=1).apply(base).mean_truth - best) < 1e-11
base = OutputMixture([Mode()])
half = SometimesBest(n=4, share=0.5).apply(base).mean_persuasiveness
assert abs(half - 0.5 * 1.0293753730039641) < 1e-11
""",
    "A world": """
at = see("best-of-n", world="One normal", correlation="0.7")
assert "raises mean truth from 0.00" in said(at)
see("tails", world="One normal")
see("compare", world="One normal")
""",
    "A page": """
at = see("coin", heads="0.3")
assert "3.0" in said(at)
assert [button.label for button in at.button if button.label in ("Undo", "Reset", "Pin", "Go")] == ["Undo", "Reset", "Pin"]
at.slider(key="heads").set_value(0.8).run()
assert at.metric[0].value == "8.0"
next(button for button in at.button if button.label == "Undo").click().run()
assert at.metric[0].value == "3.0"
""",
    "A scene": """
from dashboard.story.story import STORY
from dashboard.views import filters
told = STORY.solve({**{key: knob.default for s in STORY.sections for key, knob in s.knobs.items()}, "scene": "1"})
truth = filters.PAGE.asked({"fraction": "0.1"}).selected.outcome.mean_truth
assert f"{truth:.2f}" in STORY.takeaway(told), STORY.takeaway(told)
picture = STORY.answer({"scene": "1", "fraction": "0.5"})
assert {trace["xaxis"] for trace in picture["figure"]["data"]} == {"x2"}
assert len(STORY.sections[0].options.options) == 19
""",
}


def follow(guide: str, root: Path) -> dict[str, int]:
    """Do what the blocks of a guide say, in a copy of the tree; returns how many lines each file gets."""
    added: dict[str, int] = {}
    for kind, name, text in BLOCK.findall(guide):
        path = root / name
        lines = text.splitlines()
        if kind == "python":
            path.write_text(text)
            added[name] = sum(map(bool, lines))
            continue
        written, at = path.read_text().splitlines(), -1
        for line in lines:
            if line.startswith("+"):
                written.insert(at, line[1:])
                at += 1
                added[name] = added.get(name, 0) + 1
            else:
                assert written.count(line[1:]) == 1, f"{name} has not one line {line[1:]!r}"
                at = written.index(line[1:]) + 1
        path.write_text("\n".join(written) + "\n")
    return added


@named("titles", [tuple(SEEN), *(pytest.param((title,), marks=pytest.mark.wide) for title in SEEN)], ids=" and ".join)
def test_the_guide_can_be_followed(titles: tuple[str, ...], tmp_path: Path) -> None:
    """All of it in one tree, and each part alone."""
    sections = re.split(r"^## ", (ROOT / "CONTRIBUTING.md").read_text(), flags=re.M)
    guides = {section.partition("\n")[0]: section for section in sections}
    for building in ("models", "dashboard"):
        shutil.copytree(ROOT / building, tmp_path / building, ignore=shutil.ignore_patterns("__pycache__"))
    for title in titles:
        added = follow(guides[title], tmp_path)
        assert len(added) <= 3
        assert sum(added.values()) <= 60
    (tmp_path / "look.py").write_text(LOOK + "".join(SEEN[title] for title in titles))
    command = [sys.executable, "-W", "ignore", "look.py"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-3000:]
