"""The scenes, in the order of the story. Every number in their words comes from the state that the picture shows."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from dashboard.figures.style import STEERING
from dashboard.selection.state import SelectionState
from dashboard.story.scene import Mark, Notes, Prediction, Scene, Slider
from dashboard.views import best_of_n, goodhart, rl_versus_filtering, tails
from dashboard.views.steering import PATH, Steered
from dashboard.words.chances import percent
from dashboard.words.course import course_words
from dashboard.words.methods import method_text, pressure
from dashboard.words.text import colored, count, distinct_numbers, exactly, moved, nats, number
from models import (
    BestOfN,
    Boltzmann,
    Filter,
    GoodhartMixture,
    OutputMixture,
    Selection,
    corner,
    family_optimum,
    norm_optimum,
)

__all__ = ["SCENES"]

PERSUASIVENESS, TRUTH, PLANE, CURVE = "", "2", "3", "4"
RINGS = "the base model’s spread"
WEIGHT = "weight (own scale)"
WAYS = {1: "Higher", -1: "Lower", 0: "The same"}
RIVALS: Mapping[type[Selection], str] = {Filter: "a filter", BestOfN: "best-of-n", Boltzmann: "RL (Boltzmann)"}
LATER = ("Filter", "Boltzmann")  # methods that the story has not told of yet


def goes(before: float, after: float, color: str) -> str:
    """What a score does: “rises from 0.70 to 1.45”."""
    direction = moved(before, after)
    start, end = distinct_numbers(before, after)
    if direction == 0:
        return f"stays at {colored(start, color)}"
    return f"{'rises' if direction > 0 else 'falls'} from {start} to {colored(end, color)}"


def truth_goes(state: SelectionState) -> str:
    selected = state.selected
    assert selected.outcome
    return goes(selected.base.mean_truth, selected.outcome.mean_truth, method_text(selected.selection).style.color)


def way_of_truth(state: SelectionState) -> int:
    """The place in `WAYS` of what selection does to mean truth."""
    selected = state.selected
    assert selected.outcome
    return list(WAYS).index(moved(selected.base.mean_truth, selected.outcome.mean_truth))


# ── the words ──


def together(state: SelectionState) -> str:
    base = state.selected.base
    correlation = base.covariance / (base.sd_truth * base.sd_persuasiveness)
    how = f"tend to rise together (correlation {number(correlation)})" if correlation > 0.005 else "are unrelated"
    return f"Answers of a **base model**, as dots: further right is more persuasive, higher is truer. The two {how}."


def best_of(state: SelectionState) -> str:
    return f"**Best-of-n** draws n answers and keeps the most persuasive. Average truth {truth_goes(state)}."


def on_a_line(state: SelectionState) -> str:
    got, slope = state.selected.outcome, number(state.selected.base.slope or 0.0)
    assert got
    tries = count(float(got.log_samples_per_output or 0))
    color = method_text(state.selected.selection).style.color
    return (
        f"Keeping persuasive answers moves us along this line: {slope} truth per point of persuasion. **KL**, in units "
        f"called nats, says how far: {colored(number(got.kl), color)}, at {tries} {'try' if tries == '1' else 'tries'} per answer."
    )


def liars_asked(state: SelectionState) -> str:
    world, got = state.selected.world, state.selected.selection
    assert isinstance(world, GoodhartMixture)
    return (
        f"Now {number(100 * world.liars, 0)} answers in 100 lie, persuasively. Keep the {method_text(got).label(got)}: "
        "average truth will be…"
    )


def liars(state: SelectionState) -> str:
    world, got = state.selected.world, state.selected.selection
    assert isinstance(world, GoodhartMixture)
    assert isinstance(got, BestOfN)
    _, liar = world.mixture().modes
    bar = state.selected.base.isf(-np.log(got.n))
    among = liar.weight * np.exp(OutputMixture([replace(liar, weight=1)]).log_sf(bar)) * got.n
    whom = f"the top 1 in {number(got.n, 0)}" if got.n > 1 else "all answers"
    return f"Average truth {truth_goes(state)}. Liars make {percent(among)} of {whom}."


def humps(state: SelectionState) -> list[Mark]:
    """The two humps of truth where there are two, by who makes them: liars are less true here."""
    got = state.selected.outcome
    assert got
    t = np.linspace(got.mean_truth - 5 * got.sd_truth, got.mean_truth + 5 * got.sd_truth, 401)
    height = got.truth_pdf(t)
    tops = np.flatnonzero((height[1:-1] > height[:-2]) & (height[1:-1] > height[2:])) + 1
    if tops.size != 2:
        return []
    return [Mark(TRUTH, float(t[k]), float(height[k]), name) for k, name in zip(tops, ("liars", "honest"), strict=True)]


def goodhart_law(state: SelectionState) -> str:
    selected = state.selected
    assert selected.course
    assert selected.outcome
    law = "**Goodhart’s law**: press a measure too hard and it stops measuring."
    top, color = selected.course.peak, method_text(selected.selection).style.color
    if top is None:
        return f"{law} {course_words(selected.course, selected.outcome)}"
    height, now = distinct_numbers(top.mean_truth, selected.outcome.mean_truth)
    return f"{law} Truth peaks at {height}, at {pressure(top.selection)}; it is {colored(now, color)} now."


def at_same_kl(state: SelectionState) -> dict[type[Selection], float]:
    """Mean truth of the rivals at the KL of what is selected."""
    selected = state.selected
    found = {
        type(outcome.selection): outcome.mean_truth for outcome in (selected.outcome, *selected.neighbours) if outcome
    }
    return {method: found[method] for method in RIVALS if method in found}


def same_kl_asked(state: SelectionState) -> str:
    got = state.selected.outcome
    assert got
    return (
        f"Two more ways to {nats(got.kl)}: a **filter** keeps all above a bar, reinforcement learning (RL) favours "
        "persuasion smoothly. Which is truest?"
    )


def same_kl(state: SelectionState) -> str:
    got = state.selected.outcome
    assert got
    truths = {method: number(truth) for method, truth in at_same_kl(state).items()}
    said = [f"{RIVALS[method]} {colored(truth, method_text(method).style.color)}" for method, truth in truths.items()]
    differs = "truth differs" if len({*truths.values()}) > 1 else "truth is the same"
    return f"At the same {nats(got.kl)}, {differs}: {', '.join(said)}."


def truest_at_same_kl(state: SelectionState) -> int:
    truths = at_same_kl(state)
    return list(RIVALS).index(max(truths, key=lambda method: truths[method]))


def heavy(state: SelectionState) -> str:
    selected = state.selected
    assert selected.course
    assert selected.outcome
    top, color = selected.course.peak, method_text(selected.selection).style.color
    if top is None:
        return course_words(selected.course, selected.outcome)
    height, now = distinct_numbers(top.mean_truth, selected.outcome.mean_truth)
    return (
        f"Above the bar truth averages {colored(now, color)}; the best bar, {number(float(top.selection.pressure))}, gives {height}. "
        "Such luck is a **heavy tail**."
    )


def fate(state: SelectionState) -> int:
    """Whether truth, as the bar rises, rises to the end of the range, levels off, or falls back."""
    found = state.selected.course
    assert found
    if found.directions[-1] < 0:
        return 2
    return 0 if np.isinf(found.limit) else 1


def running_away(state: SelectionState) -> str:
    got, limit = state.selected.outcome, exactly(state.selected.base.strength_limit)
    assert got
    assert got.mean_persuasiveness is not None
    color = method_text(Boltzmann).style.color
    return (
        f"RL trades persuasion (weight λ) against KL: truth is {colored(number(got.mean_truth), color)}, persuasion "
        f"{colored(number(got.mean_persuasiveness), color)}. Towards λ = {limit} persuasion grows without bound: **nothing is best**."
    )


def training(state: Steered) -> str:
    end = state.end
    assert end.weights
    share = colored(f"{number(100 * end.weights[2], 0)} %", STEERING.color)
    return (
        "Each answer mixes A (true, persuasive), B (true) and C (persuasive). **Training** changes how much weight each "
        f"gets: C now has {share}; truth {goes(state.selected.base.mean_truth, end.truths[0], STEERING.color)}."
    )


def corners(state: Steered) -> list[Mark]:
    """Where an answer of one part alone is, on average."""
    model = state.model
    places = {"A": (model.mu_a, model.mu_a), "B": (0.0, model.mu_b), "C": (model.mu_c, 0.0)}
    return [Mark(PLANE, *place, name) for name, place in places.items()]


def corners_and_end(state: Steered) -> list[Mark]:
    end = state.end.law
    ends = [Mark(PLANE, end.mean_persuasiveness, end.mean_truth, "after training")] if end else []
    return [*corners(state), *ends]


def cornered(state: Steered) -> str:
    end, got = corner(state.model), state.selected.outcome
    assert got
    low, high = end.truth_range
    if end.model is None:
        span = colored(f"from {number(low)} to {number(high)}", STEERING.color)
        return f"A tie: training may end with truth anywhere {span}."
    blue = method_text(state.selected.selection).style.color
    return (
        f"Training ends with {end.winners[0]} alone, truth {colored(number(low), STEERING.color)}; "
        f"the {method_text(got.selection).label(got.selection)} has {colored(number(got.mean_truth), blue)}."
    )


def corner_way(state: Steered) -> int:
    """The place in `WAYS` of what training to the end does to mean truth."""
    end = corner(state.model)
    assert end.mean_truth is not None
    return list(WAYS).index(moved(state.selected.base.mean_truth, end.mean_truth))


def shared(state: Steered) -> str:
    best = norm_optimum(state.model, state.rivalry)
    assert best
    truth = colored(number(best.mean_truth), STEERING.color)
    return f"Now C’s gain need not be A’s loss: A gets weight {number(best.alpha)}, C {number(best.gamma)}; truth is {truth}."


def out_of_reach(state: Steered) -> str:
    wanted, end = state.selected.outcome, state.end
    best = family_optimum(state.model, state.tau)
    assert wanted
    blue = method_text(Boltzmann).style.color
    away = nats(best.gap) if best.gap >= 0.005 else "less than 0.01 nats"
    return (
        f"Make training pay for KL: the ideal (Boltzmann) has truth {colored(number(wanted.mean_truth), blue)}. No mix of A, B and C "
        f"reaches it; the best stays {away} away, at {colored(number(end.truths[0]), STEERING.color)}."
    )


def advice(state: SelectionState) -> str:
    selected = state.selected
    assert selected.course
    assert selected.outcome
    top = selected.course.peak
    stop = f"stop at the peak, {pressure(top.selection)}" if top else "stop before truth falls"
    return (
        "Training amplifies what **causes** persuasion; selection keeps what **goes along** with it. "
        f"Know your tail, check the most persuasive, {stop}."
    )


# ── the scenes ──

NEAR_N = Slider("keep the best of", 1.0, 1000.0)
FAR_N = Slider("keep the best of", 1.0, 1e6)

SCENES: tuple[Scene, ...] = (
    Scene(
        title="We measure persuasion. We want truth.",
        page=goodhart.PAGE,
        settings={"world": "Blend", "n": 1.0},
        sliders={"n": NEAR_N},
        opens=best_of_n.PAGE,
        panels=(PERSUASIVENESS,),
        words=lambda state: "Drag to demand more.",
        notes=Notes(
            "We would like true answers, but all we can score is how convincing they sound. This hill is what a model says "
            "today. The slider asks for more convincing answers, and gets them.",
            "When did you last rate something by how good it sounded?",
            "Nothing has been said about truth yet. Do not promise anything.",
        ),
    ),
    Scene(
        title="The base model",
        page=goodhart.PAGE,
        settings={"world": "Blend", "n": 1.0, "draw": 1.0},
        sliders={"alpha": Slider("how much both share", 0.0, 1.0)},
        opens=best_of_n.PAGE,
        panels=(PLANE,),
        hides=(RINGS,),
        words=together,
        notes=Notes(
            "Each answer has two scores. We see the one across and want the one up. Here they share a cause, so the cloud leans.",
            "What would a cloud look like in which persuasion says nothing about truth?",
            "Correlation is a property of the base model, before anything is selected.",
        ),
    ),
    Scene(
        title="Keep the most persuasive",
        page=goodhart.PAGE,
        settings={"world": "Blend", "n": 64.0},
        sliders={"n": NEAR_N},
        opens=best_of_n.PAGE,
        panels=(PERSUASIVENESS, TRUTH),
        words=best_of,
        predict=Prediction(
            question=lambda state: (
                f"Keep the {method_text(BestOfN).label(state.selected.selection)}. Average truth will be…"
            ),
            answers=tuple(WAYS.values()),
            right=way_of_truth,
            before={"n": 1.0},
            panels=(PERSUASIVENESS, TRUTH),
        ),
        notes=Notes(
            "Draw many answers, keep the most convincing one. Nothing here looks at truth, and yet truth moves.",
            "Hands up: higher, lower, the same?",
            "Many expect harm at once. In this world there is none.",
        ),
    ),
    Scene(
        title="Why truth came along",
        page=goodhart.PAGE,
        settings={"world": "Blend", "n": 64.0, "draw": 1.0},
        sliders={"n": NEAR_N},
        opens=best_of_n.PAGE,
        panels=(PLANE, CURVE),
        hides=(RINGS, *LATER),
        words=on_a_line,
        notes=Notes(
            "In a blend, what you expect of truth at each persuasion is a straight line. Selection slides along it and cannot "
            "leave it. KL counts how unusual our answers have become for the base model; a nat is its unit, as a metre is of length.",
            "What would have to bend for selection to hurt?",
            "The line is about averages; the ringed answer of one draw lies off it. And KL is not harm: here more only helps.",
        ),
    ),
    Scene(
        title="A few liars",
        page=goodhart.PAGE,
        settings={"n": 2500.0},
        sliders={"n": FAR_N},
        panels=(PERSUASIVENESS, TRUTH),
        marks=humps,
        words=liars,
        predict=Prediction(
            question=liars_asked,
            answers=tuple(WAYS.values()),
            right=way_of_truth,
            before={"n": 1.0},
            panels=(PERSUASIVENESS, TRUTH),
        ),
        notes=Notes(
            "The same as before, but a few answers manipulate. Their persuasion spreads wider, so the far end belongs to them.",
            "They are few: can they matter?",
            "Their share among all answers says nothing about their share among the best.",
        ),
    ),
    Scene(
        title="The peak",
        page=goodhart.PAGE,
        settings={"n": 400.0},
        sliders={"n": FAR_N, "liars": Slider("share of liars", 1e-4, 0.1)},
        panels=(TRUTH, CURVE),
        hides=LATER,
        words=goodhart_law,
        notes=Notes(
            "At first pressure finds honest answers, then it finds liars. The curve turns where the liars take over.",
            "Fewer liars: does the peak go away, or only move?",
            "Rare liars move the peak outward. They do not remove it.",
        ),
    ),
    Scene(
        title="Equally far, another way",
        page=best_of_n.PAGE,
        settings={"n": 150.0, "draw": 0.0},
        sliders={"n": FAR_N},
        panels=(PERSUASIVENESS, CURVE),
        hides=("Best-of-Poisson", WEIGHT),
        words=same_kl,
        predict=Prediction(
            question=same_kl_asked,
            answers=("A filter", "Best-of-n", "RL"),
            right=truest_at_same_kl,
            before={},
            panels=(PERSUASIVENESS,),
        ),
        notes=Notes(
            "KL alone does not fix the result. Ideal RL puts its weight on the far tail, and there the liars live.",
            "Whom would you trust at the same distance?",
            "The order changes with the distance: drag it down to half a nat and look again.",
        ),
    ),
    Scene(
        title="Know your tail",
        page=tails.PAGE,
        settings={"world": "Student-t error", "method": "Filter", "threshold": 6.0},
        sliders={"threshold": Slider("the bar", -2.0, 8.0), "df": Slider("lightness of the tail", 1.5, 30.0)},
        panels=(TRUTH, CURVE),
        words=heavy,
        predict=Prediction(
            question=lambda state: (
                "Now persuasion is truth plus luck, occasionally enormous. If we keep raising the bar, truth…"
            ),
            answers=("Keeps rising", "Levels off", "Falls back"),
            right=fate,
            before={"threshold": -2.0},
            panels=(PERSUASIVENESS, TRUTH),
        ),
        notes=Notes(
            "An answer that scores absurdly well was either very true or very lucky. With heavy tails, luck is likelier.",
            "Which tail does your own metric have?",
            "A light tail is not proof: the peak may only lie further out.",
        ),
    ),
    Scene(
        title="No optimum at all",
        page=tails.PAGE,
        settings={"world": "Laplace error", "method": "Boltzmann", "strength": 0.5},
        sliders={"strength": Slider("weight of persuasion", 0.0, 0.95)},
        panels=(PERSUASIVENESS, TRUTH),
        words=running_away,
        notes=Notes(
            "Pay for distance and there is usually a best compromise. When luck has too heavy a tail there is none: as the weight "
            "of persuasion nears what luck’s tail can bear, persuasion runs off to the right, and beyond that nothing is best.",
            "What would a training run do that has no optimum to find?",
            "Truth stays modest all the while. What runs away is luck.",
        ),
    ),
    Scene(
        title="Train instead of selecting",
        page=rl_versus_filtering.PAGE,
        settings={"steering": "For a time", "time": 1.0, "n": 64.0},
        sliders={"time": Slider("training time", 0.0, 8.0)},
        panels=(PLANE, TRUTH),
        hides=(PATH,),
        marks=corners_and_end,
        words=training,
        notes=Notes(
            "Selection keeps answers. Training changes who speaks: three parts, each marked where its own answers lie. It strengthens the parts that cause reward, however true they are.",
            "Which part will win in the end?",
            "Training leaves the line that selection must climb.",
        ),
    ),
    Scene(
        title="The corner",
        page=rl_versus_filtering.PAGE,
        settings={"n": 64.0},
        sliders={"mu_c": Slider("how much C persuades", 0.0, 3.0), "mu_a": Slider("how much A persuades", 0.0, 3.0)},
        panels=(PLANE, TRUTH),
        marks=corners_and_end,
        words=cornered,
        predict=Prediction(
            question=lambda state: (
                f"C adds {number(state.model.mu_c, 0)} to persuasiveness, A adds {number(state.model.mu_a, 0)}. "
                "Train to the end: average truth will be…"
            ),
            answers=tuple(WAYS.values()),
            right=corner_way,
            before={"mu_c": 2.0, "mu_a": 1.0},
            panels=(PERSUASIVENESS,),
        ),
        notes=Notes(
            "Reward is linear in how much each part is heard, so the winner takes all. Make the two equal and nothing decides.",
            "What would you change so that A wins?",
            "The winner is what persuades most, not what correlates most.",
        ),
    ),
    Scene(
        title="Room for both",
        page=rl_versus_filtering.PAGE,
        settings={"steering": "Rivals", "rivalry": 2.0, "n": 64.0},
        sliders={"rivalry": Slider("room for both", 1.0, 100.0)},
        panels=(PLANE, TRUTH),
        marks=corners,
        words=shared,
        notes=Notes(
            "The corner assumed that one part’s gain is another’s loss. With room for all, truth comes back.",
            "In a large model, do skills compete for room?",
            "B has no say in reward, so what becomes of it is open.",
        ),
    ),
    Scene(
        title="Paying for distance",
        page=rl_versus_filtering.PAGE,
        settings={"steering": "KL penalty", "tau": 0.2, "method": "Boltzmann"},
        sliders={"tau": Slider("price of a nat", 0.1, 10.0)},
        panels=(PLANE, TRUTH),
        words=out_of_reach,
        tied=lambda settings: {"strength": 1 / float(settings["tau"])},
        notes=Notes(
            "A penalty on distance has one best policy, and it is a selection: it reweighs answers and climbs the line. A model "
            "that can only be made louder in three places cannot become it. What it becomes instead is another thing.",
            "Of all that your loss asks for, how much can your model express?",
            "The gap is not a failure of training. The best of the three knobs has been found, and this is it.",
        ),
    ),
    Scene(
        title="What to do",
        page=goodhart.PAGE,
        settings={"n": 25.0},
        sliders={"n": FAR_N, "liars": Slider("share of liars", 1e-4, 0.1)},
        panels=(CURVE,),
        hides=LATER,
        words=advice,
        notes=Notes(
            "Ask what your pressure finds: causes or companions. Then measure the tail, and stop early.",
            "Where would you look for the peak in your own work?",
            "The peak can only be seen if truth is measured, at least now and then.",
        ),
    ),
)
