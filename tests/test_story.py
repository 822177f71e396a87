"""The story without a browser: its words against the models, its answers against its pictures, and every scene's contract."""

import base64
import json
import re
import urllib.parse
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
from cases import panels_stand_apart, value_of
from conftest import ROOT
from scipy import optimize, stats
from streamlit.testing.v1 import AppTest

from dashboard.page.exports import link
from dashboard.settings import as_text, defaults
from dashboard.story.further import FURTHER
from dashboard.story.scene import Scene, Slider
from dashboard.story.scenes import SCENES
from dashboard.story.story import CHOICE, NAMED, STORY, asking, place
from dashboard.views import PAGES
from dashboard.words.text import plain
from models import (
    BestOfN,
    Boltzmann,
    Filter,
    GoodhartMixture,
    InductiveBias,
    NearestTokens,
    Normal,
    OnlineModelling,
    StudentT,
    ThreeSubmodules,
    TruthPlusError,
    family_optimum,
    match_target,
    norm_optimum,
    peak,
    training_path,
)

on_scenes = pytest.mark.parametrize("number", NAMED, ids=lambda number: f"{number}: {NAMED[number].title}")
GUESSED = [number for number, scene in NAMED.items() if scene.predict]
TOLD = list(NAMED)[: len(SCENES)]  # the story itself
MOST_WORDS = 450


def told(number: str, **sliders: float) -> Any:
    """The state of a scene with its sliders, by the page's keys, where they are asked to be."""
    keys = CHOICE.keys[number]
    asked = {CHOICE.key: number} | {keys[name]: value for name, value in sliders.items()}
    return STORY.solve(defaults(STORY.sections) | asked)


def words(number: str, **sliders: float) -> str:
    return plain(STORY.takeaway(told(number, **sliders)))


def everything_read(scene: Scene, number: str) -> str:
    """All that a reader of the scene is given: with the longest reply, where there is a question."""
    parts = [scene.title, words(number)]
    if scene.predict:
        state = scene.solve({})
        question = plain(scene.predict.question(state))
        parts += [question, *scene.predict.answers, plain(scene.predict.reply(state, -1))]
    return " ".join(parts)


def sliders_of(number: str, rng: np.random.Generator) -> dict[str, float]:
    return {name: value_of(knob, rng) for name, knob in NAMED[number].knobs.items()}


# ── the words ──


def test_the_whole_story_is_short_and_begins_with_ten_words() -> None:
    read = [everything_read(NAMED[number], number) for number in TOLD]
    assert 12 <= len(read) <= 14
    assert len(read[0].split()) == 10
    assert sum(len(text.split()) for text in read) <= MOST_WORDS


@on_scenes
def test_at_most_two_sentences(number: str) -> None:
    scene = NAMED[number]
    said = [words(number)] + ([plain(scene.predict.question(scene.solve({})))] if scene.predict else [])
    for text in said:
        assert 1 <= len(re.findall(r"[.?…](?= |$)", text)) <= 2, text


def test_every_term_is_introduced_where_it_first_appears() -> None:
    """In bold or by “X is …”; and no axis of KL is seen before KL is."""
    order = [everything_read(NAMED[number], number) for number in TOLD]
    marked = [STORY.takeaway(told(number)) for number in TOLD]
    for term, introduced in {
        "base model": "**base model**",
        "est-of-n": "**Best-of-n** draws n answers",
        "KL": "**KL**, in units called nats, says",
        "nat": "units called nats",
        "Goodhart": "**Goodhart’s law**: ",
        "[Tt]raining": "**Training** changes how much weight each gets",
        r"\bC": "mixes A (true, persuasive), B (true) and C (persuasive)",
        "λ": "persuasion (weight λ)",
    }.items():
        first = next(k for k, text in enumerate(order) if re.search(rf"{term}(s|\b)", text))
        assert introduced in marked[first], term
    question = next(text for text in order if "RL" in text)
    assert "reinforcement learning (RL)" in question
    pressed = next(k for k, scene in enumerate(SCENES) if "4" in scene.panels)
    assert "**KL**, in units called nats, says" in marked[pressed]


# scene → the numbers of its words, by another route than the page's: from the models, at the sliders
BLEND = ThreeSubmodules().blend()


def mixture(liars: float = 0.02) -> Any:
    return GoodhartMixture(liars=liars).law()


def correlated(alpha: float) -> list[str]:
    model = ThreeSubmodules.listening(alpha=alpha, beta=0.3, gamma=0.3)
    a, b, c = model.alpha, model.beta, model.gamma
    return [f"{a * a / np.sqrt((a * a + b * b) * (a * a + c * c)):.2f}"]


def heavy(threshold: float, df: float) -> list[str]:
    base = TruthPlusError(StudentT(df=df, scale=1), truth=Normal(scale=1))
    top = peak(Filter, base)
    return [
        f"{Filter(threshold=threshold).apply(base).mean_truth:.2f}",
        f"{top.selection.threshold:.2f}",
        f"{top.mean_truth:.2f}",
    ]


def few_liars(n: float) -> list[str]:
    bar = optimize.brentq(lambda c: 0.98 * stats.norm.sf(c) + 0.02 * stats.norm(1, 1.5).sf(c) - 1 / n, -9, 9)
    among = 100 * 0.02 * stats.norm(1, 1.5).sf(bar) * n
    return ["-0.02", f"{BestOfN(n=n).apply(mixture()).mean_truth:.2f}", f"{among:.3g}", "1", f"{n:,.0f}"]


def runaway(strength: float) -> list[str]:
    """σ²λ, Tweedie; the tilted Laplace law’s mean 2λ/(1 − λ²) added; 1/b."""
    return [f"{strength:.2f}", f"{strength + 2 * strength / (1 - strength**2):.2f}", "1"]


def same_kl(n: float) -> list[str]:
    kl = np.log(n) - (n - 1) / n
    return [
        f"{kl:.2f}",
        *(f"{match_target(method, mixture(), kl=kl).mean_truth:.2f}" for method in (Filter, BestOfN, Boltzmann)),
    ]


def trained(time: float) -> list[str]:
    model = training_path(ThreeSubmodules(), time)
    return [f"{100 * model.gamma:.0f}", "0.70", f"{model.blend().mean_truth:.2f}"]


def ends_at(mu_c: float, mu_a: float) -> list[str]:
    best = BestOfN(n=64).apply(ThreeSubmodules(mu_a=mu_a, mu_c=mu_c).blend()).mean_truth
    return [f"{mu_a if mu_a > mu_c else 0.0:.2f}", "64", f"{best:.2f}"]


def shared(rivalry: float) -> list[str]:
    best = norm_optimum(ThreeSubmodules(), rivalry)
    return [f"{best.alpha:.2f}", f"{best.gamma:.2f}", f"{best.mean_truth:.2f}"]


def peaked(n: float, liars: float) -> list[str]:
    exact = peak(BestOfN, mixture(liars)).selection.n
    truth = {k: BestOfN(n=k).apply(mixture(liars)).mean_truth for k in (np.floor(exact), np.ceil(exact), n)}
    at = max(truth, key=lambda k: truth[k])
    return [f"{truth[at]:.2f}", f"{at:,.0f}", f"{truth[n]:.2f}"]


def unsayable(tau: float) -> list[str]:
    model = ThreeSubmodules()
    best = family_optimum(model, tau)
    ideal = BLEND.mean_truth + 0.16 / tau  # Cov λ: a tilt moves a normal law along its covariance
    return [f"{ideal:.2f}", f"{best.gap:.2f}", f"{best.model.blend().mean_truth:.2f}"]


def pretty_good(rounds: float, fraction: float) -> list[str]:
    """Half of what is imitated is replaced, so the next bar has this tail of the base model."""
    grown = (0.5 + 0.5 / fraction) ** -rounds
    bars = [mixture().isf(np.log(fraction * each)) for each in (1.0, grown)]
    after = OnlineModelling(rounds=rounds, fraction=fraction).apply(mixture()).mean_truth
    return [f"{100 * fraction:.3g}", f"{rounds:.0f}", "-0.02", f"{after:.2f}", *(f"{bar:.2f}" for bar in bars)]


def pushed(strength: float) -> list[str]:
    odds = np.exp(strength * InductiveBias().reward_gap) / 9999
    runs = np.ceil(np.log(0.05) / -np.log1p(odds))
    return ["1", "9,999", "1", f"{1 / odds:.3g}" if odds > 0.01 else f"{1 / odds:,.0f}", "95", f"{runs:,.0f}", "29,956"]


def meaning(between_share: float) -> list[str]:
    model = NearestTokens(between_share=between_share)
    shares = (model.same_cluster_share, model.looks_meaningful(4))
    return ["20", *(f"{100 * share:.3g}" for share in shares), "4"]


def found(episode: float, fidelity: float) -> list[str]:
    chance = 0.01 + (1 - 0.99 ** (episode - 1)) * fidelity * 0.99
    return ["100", "1", f"{100 * chance:.3g}", f"{episode:.0f}"]


NUMBERS: dict[str, tuple[Callable[..., list[str]], list[dict[str, float]]]] = {
    "2": (correlated, [{"alpha": 0.4}, {"alpha": 0.9}, {"alpha": 0.1}]),
    "3": (lambda n: ["0.70", f"{BestOfN(n=n).apply(BLEND).mean_truth:.2f}"], [{"n": 64.0}, {"n": 1000.0}]),
    "4": (  # Cov/Var = 0.16/(0.16 + 0.09)
        lambda n: ["0.64", f"{np.log(n) - (n - 1) / n:.2f}", f"{n:,.0f}"],
        [{"n": 64.0}, {"n": 5.0}],
    ),
    "5": (few_liars, [{"n": 2500.0}, {"n": 30.0}]),
    "6": (peaked, [{"n": 400.0, "liars": 0.02}, {"n": 1e5, "liars": 1e-4}, {"n": 2.0, "liars": 0.1}]),
    "7": (same_kl, [{"n": 150.0}, {"n": 5.0}]),
    "8": (heavy, [{"threshold": 6.0, "df": 3.0}, {"threshold": -1.0, "df": 20.0}]),
    "9": (runaway, [{"strength": 0.5}, {"strength": 0.95}]),
    "10": (trained, [{"time": 1.0}, {"time": 6.0}]),
    "11": (ends_at, [{"mu_c": 2.0, "mu_a": 1.0}, {"mu_c": 0.5, "mu_a": 3.0}]),
    "12": (shared, [{"rivalry": 2.0}, {"rivalry": 50.0}]),
    "13": (unsayable, [{"tau": 0.2}, {"tau": 1.0}]),
    "14": (lambda n, liars: peaked(n, liars)[1:2], [{"n": 25.0, "liars": 0.02}, {"n": 25.0, "liars": 1e-3}]),
    "15": (pretty_good, [{"rounds": 30.0, "fraction": 0.5}, {"rounds": 4.0, "fraction": 0.2}]),
    "16": (pushed, [{"strength": 5.0}, {"strength": 2.0}]),
    "17": (meaning, [{"between_share": 0.4}, {"between_share": 0.8}]),
    "18": (found, [{"episode": 20.0, "fidelity": 0.9}, {"episode": 200.0, "fidelity": 0.5}]),
}


@on_scenes
def test_every_number_in_the_words_is_the_models(number: str) -> None:
    """At the scene's own settings, which come first, and at others."""
    if number not in NUMBERS:
        assert not re.search(r"\d", everything_read(NAMED[number], number))
        return
    expected, places = NUMBERS[number]
    assert places[0] == {name: knob.default for name, knob in NAMED[number].knobs.items()}
    for sliders in places:
        found = re.findall(r"−?\d[\d,]*(?:\.\d+)?", words(number, **sliders))
        assert [text.replace("−", "-") for text in found] == expected(**sliders), sliders


def test_the_numbers_of_the_questions_are_the_scenes() -> None:
    asked = {number: NAMED[number].predict.question(NAMED[number].solve({})) for number in GUESSED}
    numbers = {number: re.findall(r"\d+(?:\.\d+)?", text) for number, text in asked.items()}
    start = {number: NAMED[number].start for number in GUESSED}
    assert numbers["3"] == [f"{start['3']['n']:g}"]
    assert numbers["5"] == [f"{100 * float(start['5']['liars']):g}", "100", *f"{start['5']['n']:,.0f}".split(",")]
    assert numbers["7"] == same_kl(float(start["7"]["n"]))[:1]
    assert numbers["8"] == []
    assert numbers["11"] == [f"{start['11']['mu_c']:g}", f"{start['11']['mu_a']:g}"]


def test_where_there_is_nothing_to_say_a_number_of_the_words_say_so() -> None:
    assert "truth is 0.95" in words("9", strength=0.95)
    assert "A tie: training may end with truth anywhere from 0.00 to 1.00" in words("11", mu_c=1.0, mu_a=1.0)
    assert "are unrelated" in words("2", alpha=0.0)
    assert "after 0 rounds average truth is still −0.02" in words("15", rounds=0.0)
    assert "without an incentive the odds are 1 : 9,999" in words("16", strength=0.0)
    assert "Average truth stays at 0.70" in words("3", n=1.0)
    assert words("4", n=1.0).count("at 1 try per answer") == 1


# ── the answers, against what the picture then shows ──


def drawn(number: str) -> list[dict[str, Any]]:
    return STORY.picture(told(number))["figure"]["data"]


def array(packed: dict[str, str]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])


def mean_in_picture(trace: dict[str, Any]) -> float:
    """Where a density's stem stands, or a point mass."""
    return float(array(trace["x"])[-1 if trace["mode"] == "lines" else 0])


def truths_in_picture(number: str) -> dict[str, float]:
    panel = [trace for trace in drawn(number) if trace["xaxis"] == "x2" and trace.get("name")]
    return {trace["name"]: mean_in_picture(trace) for trace in panel}


def as_seen(number: str) -> str:
    """The right answer, read off the picture alone."""
    if number == "7":
        curves = {t["meta"]["name"]: t for t in drawn(number) if t.get("meta", {}).get("reading")}
        here = float(np.log(150) - 149 / 150)
        heights = {name: np.interp(here, array(t["x"]), array(t["y"])) for name, t in curves.items()}
        return {"Filter": "A filter", "Boltzmann": "RL"}.get(best := max(heights, key=heights.get), best)
    if number == "8":
        (curve,) = (t for t in drawn(number) if t.get("meta", {}).get("name") == "Filter")
        height = array(curve["y"])
        falling = height[-1] < np.max(height) and np.all(np.diff(height[np.argmax(height) :]) <= 0)
        return "Falls back" if falling else "Keeps rising"
    truths = truths_in_picture(number)
    after = truths["RL" if number == "11" else next(name for name in truths if name.startswith("best of"))]
    gap = after - truths["base model"]
    return "Higher" if gap > 1e-4 else "Lower" if gap < -1e-4 else "The same"


@pytest.mark.parametrize("number", GUESSED)
def test_each_right_answer_is_what_the_picture_shows(number: str) -> None:
    predict, state = NAMED[number].predict, NAMED[number].solve({})
    right = predict.right(state)
    assert predict.answers[right] == as_seen(number)
    assert predict.reply(state, right).startswith("Yes")
    others = {predict.reply(state, k) for k in range(len(predict.answers)) if k != right}
    assert all(f"**“{predict.answers[right].lower()}”**" in reply for reply in others)
    assert 2 <= len(predict.answers) <= 4
    assert len(set(predict.answers)) == len(predict.answers)


def test_the_law_is_told_of_a_curve_without_a_peak_too() -> None:
    scene = next(scene for scene in SCENES if "stops measuring" in scene.words(scene.solve({})))
    rising = {"liars": 0.5, "honest_correlation": 0.9, "liar_correlation": 0.9, "liar_truth": 2.0}
    assert "More pressure **never hurts truth**" in scene.words(scene.page.solve({**scene.start, **rising}))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"settings": {"m": 3.0, "k": 1.0}}, "A few liars: goodhart-mixture has no k, m"),
        (
            {"sliders": {"n": Slider("best of", 1.0, 1e13)}},
            "A few liars: n from 1 to 1e+13 leaves the page’s [1, 1e+09]",
        ),
        ({"sliders": {"n": Slider("best of", 0.5, 2.0)}}, "A few liars: n from 0.5 to 2 leaves the page’s [1, 1e+09]"),
        ({"sliders": {"n": Slider("best of", 2.0, 2.0)}}, "A few liars: n from 2 to 2 leaves the page’s [1, 1e+09]"),
    ],
)
def test_a_scene_asks_of_its_page_what_it_has(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        replace(NAMED["5"], **changes)


def test_most_of_the_most_persuasive_lie() -> None:
    """What the scene of a few liars says of them, wherever its slider stands."""
    world = NAMED["5"].solve({}).selected.world
    honest, liars = world.mixture().modes
    tail = {
        mode: mode.weight * stats.norm.sf(4.0, mode.mean_persuasiveness, mode.sd_persuasiveness)
        for mode in (honest, liars)
    }
    assert liars.weight < 0.05 < 0.9 < tail[liars] / sum(tail.values())


def test_the_answers_follow_the_models_where_these_are_others() -> None:
    """Negative control: with other worlds other answers are right."""
    state = NAMED["5"].solve({"n": 10.0})
    assert NAMED["5"].predict.right(state) == 0
    state = NAMED["11"].solve({"mu_a": 2.0, "mu_c": 1.0})
    assert NAMED["11"].predict.right(state) == 0
    light = NAMED["8"].page.solve({**NAMED["8"].start, "world": "Normal error"})
    assert NAMED["8"].predict.right(light) == 0
    flat = NAMED["8"].page.solve({**NAMED["8"].start, "world": "Laplace error"})
    assert NAMED["8"].predict.right(flat) == 1
    near = NAMED["7"].solve({"n": 3.0})
    assert NAMED["7"].predict.answers[NAMED["7"].predict.right(near)] == "Best-of-n"


def test_at_least_five_scenes_ask_first_and_hide_the_answer() -> None:
    assert len(GUESSED) >= 5
    for number in GUESSED:
        open_scene = asking(NAMED[number])
        picture = STORY.picture(open_scene)
        assert picture["takeaway"][0][0].startswith(NAMED[number].predict.question(NAMED[number].solve({}))[:20])
        assert picture["figure"]["handle"] is None
        names = {trace["xaxis"].removeprefix("x") for trace in picture["figure"]["data"]}
        assert "4" not in names  # the curve would tell


# ── the contract ──


@on_scenes
def test_every_scene_all_over_its_sliders(number: str) -> None:
    scene, rng = NAMED[number], np.random.default_rng(int(number))
    assert 1 <= len(scene.sliders) <= 2
    corners = [{name: getattr(knob, end) for name, knob in scene.knobs.items()} for end in ("low", "high")]
    for sliders in [{}, *corners, *(sliders_of(number, rng) for _ in range(6))]:
        state = told(number, **sliders)
        picture = STORY.picture(state)
        json.dumps(picture, allow_nan=False)
        said = plain(STORY.takeaway(state))
        assert said
        assert "nan" not in said
        assert "None" not in said
        figure = picture["figure"]
        assert {trace["xaxis"] for trace in figure["data"]} == {f"x{panel}" for panel in scene.panels}
        assert panels_stand_apart(figure)
        for layout in figure["layouts"].values():
            assert {name for name in layout if "axis" in name} == {f"{a}axis{p}" for a in "xy" for p in scene.panels}
            assert len(layout["annotations"]) == len(scene.panels)
        page, marks = scene.page.figure(state.state, ()), len(scene.marks(state.state))
        seen = [trace for trace in page["data"] if trace["xaxis"].removeprefix("x") in scene.panels]
        kept = [trace for trace in seen if trace.get("name") not in scene.hides]
        assert figure["data"][: len(kept)] == kept
        assert len(figure["data"]) == len(kept) + marks
        handle, of_page = figure["handle"], page.get("handle")
        if of_page is None or of_page["slider"] not in scene.sliders:
            assert handle is None
        else:
            assert handle == {**of_page, "slider": CHOICE.keys[number][of_page["slider"]]}


@on_scenes
def test_a_drag_in_a_scene_asks_for_the_scenes_picture(number: str) -> None:
    name, knob = next(iter(NAMED[number].knobs.items()))
    key = CHOICE.keys[number][name]
    query = as_text({CHOICE.key: number, key: knob.high})
    assert STORY.answer(query) == STORY.picture(told(number, **{name: knob.high}))
    with pytest.raises(ValueError, match="must be a number from"):
        STORY.answer({CHOICE.key: number, key: "1e99"})


@on_scenes
def test_the_full_page_opens_with_the_scenes_state(number: str) -> None:
    scene, rng = NAMED[number], np.random.default_rng(3)
    sliders = sliders_of(number, rng)
    page = scene.opens or scene.page
    asked = {key: value for key, value in scene.at(sliders).items() if key in defaults(page.sections)}
    address = urllib.parse.urlsplit(link("http://localhost", page, asked))
    assert address.path == f"/{page.url_path}"
    state = page.asked(dict(urllib.parse.parse_qsl(address.query)))
    assert page.takeaway(state) == scene.page.takeaway(scene.solve(sliders))


@on_scenes
def test_every_scene_has_notes_for_the_speaker(number: str) -> None:
    notes = asdict(NAMED[number].notes)
    assert set(notes) == {"say", "ask", "trap"}
    assert all(text.endswith((".", "?")) for text in notes.values())
    assert notes["ask"].endswith("?")
    assert not re.search(r"\d", " ".join(notes.values()))  # a number would not follow the models


# ── the page ──


def open_story(**link: str) -> AppTest:
    at = AppTest.from_file("../dashboard/main.py", default_timeout=30)
    for key, value in link.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at


def press(at: AppTest, key: str) -> AppTest:
    at.button(key=key).click().run()
    assert not at.exception
    return at


def said(at: AppTest) -> str:
    return " ".join(markdown.value for markdown in at.markdown)


def test_the_story_by_its_buttons() -> None:
    at = open_story()
    titles, steps = [at.title[0].value], 0
    headings = [caption.value for caption in at.caption]
    while not at.button(key="next").disabled:
        press(at, "next")
        steps += 1
        if at.title[0].value != titles[-1]:
            titles.append(at.title[0].value)
            headings += [caption.value for caption in at.caption]
    assert titles == [scene.title for scene in (*SCENES, *FURTHER)]
    assert steps == len(titles) - 1 + len(GUESSED)  # Next shows the answer first
    assert headings == ["More from the same notebook"] * len(FURTHER)
    press(at, "previous")
    assert at.title[0].value == FURTHER[-2].title


def test_scenes_after_the_story_are_counted_apart() -> None:
    places = [place(number) for number in ("1", "14", "15", "18")]
    assert places == ["1 / 14, and 4 more", "14 / 14, and 4 more", "more: 1 / 4", "more: 4 / 4"]
    notebook = [page for page in PAGES if page.under == "More from the same notebook"]
    assert [scene.page for scene in FURTHER] == notebook


def test_a_guess_frees_the_slider_and_is_answered_kindly() -> None:
    at = open_story(scene="5")
    assert not at.select_slider
    press(at, "answer_0")
    assert "No, it was **“lower”**." in said(at)
    assert at.select_slider[0].value == 2500.0
    at = press(open_story(scene="5"), "answer_1")
    assert "Yes, it was **“lower”**." in said(at)


def test_a_scene_that_was_left_is_whole_again() -> None:
    at = open_story(scene="6")
    key = CHOICE.keys["6"]["n"]
    at.select_slider(key=key).set_value(10.0).run()
    moved = said(at)
    press(at, "next")
    press(at, "previous")
    assert at.select_slider(key=key).value == 400.0
    assert said(at) != moved
    at.select_slider(key=key).set_value(10.0).run()
    next(button for button in at.button if button.label == "Back to the scene").click().run()
    assert at.select_slider(key=key).value == 400.0


def test_a_link_may_say_where_the_sliders_are_and_then_nothing_is_asked() -> None:
    at = open_story(scene="5", **{CHOICE.keys["5"]["n"]: "30"})
    assert at.select_slider[0].value == 30.0
    assert f"**{BestOfN(n=30).apply(mixture()).mean_truth:.2f}**" in said(at)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ({"scene": "99"}, "scene must be one of 1, 2, 3"),
        ({"scene": "<b>"}, "scene must be one of 1, 2, 3"),
        ({"scene": "6", "6_n": "0"}, "n (keep the best of) must be a number from 1 to 10⁶"),
        ({"present": "yes"}, "The link's present is ignored: it must be 1"),
        ({"nonsense": "1"}, "a setting that this page does not know"),
    ],
)
def test_what_a_link_gets_wrong_is_said(asked: dict[str, str], answer: str) -> None:
    at = open_story(**asked)
    toasts = " ".join(toast.value for toast in at.toast)
    assert answer in toasts
    assert "<b>" not in toasts
    assert at.title[0].value == NAMED[asked["scene"] if asked.get("scene") == "6" else "1"].title


def test_present_mode_is_a_style_that_a_switch_puts_on_and_off() -> None:
    at = open_story(present="1", scene="2")
    assert not at.toast
    assert at.query_params["present"] == "1"
    press(at, "present")
    assert "present" not in at.query_params
    press(at, "present")
    assert at.query_params["present"] == "1"
    assert at.title[0].value == NAMED["2"].title


# ── the lesson ──

LESSON = re.findall(r"\((http://localhost:8501/\S+?)\)", (ROOT / "docs/teaching.md").read_text())


@pytest.mark.parametrize("address", LESSON)
def test_every_link_of_the_lesson_opens_what_it_says(address: str) -> None:
    parts = urllib.parse.urlsplit(address)
    page = next(page for page in PAGES if page.url_path == parts.path.strip("/"))
    page.answer(dict(urllib.parse.parse_qsl(parts.query)))  # raises where a setting is bad


def test_the_answers_of_the_lessons_exercises() -> None:
    states = []
    for address in LESSON:
        parts = urllib.parse.urlsplit(address)
        page = next(page for page in PAGES if page.url_path == parts.path.strip("/"))
        states.append(page.asked(dict(urllib.parse.parse_qsl(parts.query))))
    blend, rare, harmless, laplace, trained = states
    assert blend.course.directions == (1,)
    assert rare.course.peak.kl > peak(BestOfN, mixture()).kl
    assert harmless.course.directions == (1,)
    assert laplace.outcome is not None
    assert trained.corner.winners == ("A",)
