"""RL versus filtering: the worked example by Sam Marks, with Eric Neyman and Drake Thomas."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dashboard.figures import STYLES, Curve, Scene
from dashboard.page import Page, Readout
from dashboard.settings import Choice, Section, Settings
from dashboard.text import change, colored, count, direction, nats, number, plain
from models import (
    BestOfN,
    Boltzmann,
    Corner,
    EmptySelectionError,
    Filter,
    Outcome,
    OutputMixture,
    ThreeSubmodules,
    corner,
    kl_between_blends,
    log_price_of_filtering,
    training_path,
)

METHODS = {method.name: method for method in (Filter, BestOfN, Boltzmann)}
KNOBS = ThreeSubmodules.parameters()
LISTENING = {key: KNOBS[key] for key in ("alpha", "beta", "gamma")}
SUBMODULES = {key: knob for key, knob in KNOBS.items() if key not in LISTENING}
CURVE_POINTS = 100


@dataclass(frozen=True)
class State:
    """One state of the page, solved."""

    model: ThreeSubmodules
    selection: Filter | BestOfN | Boltzmann
    notices: tuple[str, ...]

    @cached_property
    def base(self) -> OutputMixture:
        return self.model.blend()

    @cached_property
    def outcome(self) -> Outcome | None:
        """The selected law, or None where the filter keeps nothing."""
        try:
            return self.selection.apply(self.base)
        except EmptySelectionError:
            return None

    @cached_property
    def corner(self) -> Corner:
        return corner(self.model)

    @cached_property
    def path(self) -> OutputMixture:
        """RL's way from the base model to the corner, fine where it moves fast."""
        gaps = np.abs(np.diff(sorted({self.model.mu_a, 0.0, self.model.mu_c})))
        longest = 36.0 / np.min(gaps) if gaps.size else 0.0
        return training_path(self.model, longest * np.linspace(0, 1, CURVE_POINTS) ** 2).blend()

    @cached_property
    def curves(self) -> list[Curve]:
        reach = max(6.0, 1.25 * self.outcome.kl if self.outcome else 0.0)
        kl = reach * np.linspace(0, 1.02, CURVE_POINTS) ** 2
        curves = []
        if self.base.sd_persuasiveness > 0:
            ladder = (
                Filter(threshold=self.base.isf(-kl)),
                BestOfN(n=np.exp(np.linspace(0, min(reach + 1.1, np.log(1e9)), CURVE_POINTS))),
                Boltzmann(strength=np.sqrt(2 * kl) / self.base.sd_persuasiveness),
            )
            outcomes = [selection.apply(self.base) for selection in ladder]
            curves = [Curve(o.selection.name, o.selection.name, o.kl, o.mean_truth) for o in outcomes]
        path_kl = kl_between_blends(self.path, self.base)
        near = np.isfinite(path_kl)
        return [*curves, Curve("RL", "RL on (α, β, γ)", path_kl[near], self.path.mean_truth[near])]


def solve(settings: Settings) -> State:
    submodules = {key: settings[key] for key in SUBMODULES}
    notices = ()
    try:
        model = ThreeSubmodules.listening(**{key: settings[key] for key in LISTENING}, **submodules)
    except ValueError as problem:
        notices = (f"{problem}. Until then the picture shows α = 0.4, β = 0.3, γ = 0.3.",)
        model = ThreeSubmodules(**submodules)
    starts = {"A": model.alpha, "B": model.beta, "C": model.gamma}
    stuck = [name for name in corner(model).winners if starts[name] == 0]
    if stuck:
        notices += (
            f"RL’s corner listens to {' and '.join(stuck)}, whose weight starts at exactly 0: training multiplies weights and "
            "never moves one that is 0. Any start above 0 leads to the corner shown.",
        )
    method = METHODS[settings["method"]]
    (pressure,) = method.parameters()
    return State(model, method(**{pressure: settings[pressure]}), notices)


def label(state: State) -> str:
    match state.selection:
        case Filter(threshold=threshold):
            return f"filter at {number(threshold)}"
        case BestOfN(n=n):
            return f"best of {count(np.log(n))}"
        case Boltzmann(strength=strength):
            return f"Boltzmann, λ = {number(strength, 1)}"


def takeaway(state: State) -> str:
    return f"{_of_selection(state)} {_of_steering(state)}"


def _of_selection(state: State) -> str:
    got, before = state.outcome, state.base.mean_truth
    match state.selection:
        case Filter(threshold=threshold) if got is None:
            return f"No output reaches {number(threshold)}, so what this filter leaves **does not exist**."
        case Filter(threshold=threshold):
            subject = f"Keeping only outputs above {number(threshold)}"
        case BestOfN():
            subject = f"Keeping the {label(state)}"
        case Boltzmann(strength=strength):
            subject = f"KL-penalised selection at λ = {number(strength, 1)}"
    after = colored(number(got.mean_truth), STYLES[state.selection.name].color)
    match direction(got.mean_truth - before):
        case 1:
            return f"{subject} raises mean truth from {number(before)} to {after}."
        case -1:
            return f"{subject} lowers mean truth from {number(before)} to {after}."
    return f"{subject} leaves mean truth at {after}."


def _of_steering(state: State) -> str:
    end, color = state.corner, STYLES["RL"].color
    low, high = end.truth_range
    if end.mean_truth is None:
        span = colored(f"from {number(low)} to {number(high)}", color)
        return f"RL cannot tell {' from '.join(end.winners)}, a tie: mean truth may end anywhere {span}."
    verb = {1: "rises to", -1: "falls to", 0: "stays at"}[direction(end.mean_truth - state.base.mean_truth)]
    return f"RL ends up listening to {' and '.join(end.winners)} alone, and truth {verb} {colored(number(low), color)}."


def readouts(state: State) -> list[Readout]:
    base, end, got = state.base, state.corner, state.outcome
    low, high = end.truth_range
    truth = number(low) if end.mean_truth is not None else f"{number(low)} to {number(high)}"
    price = log_price_of_filtering(base, end.reward)
    found = (
        f"{count(price)} to reach RL’s {number(end.reward)}"
        if np.isfinite(price)
        else f"RL’s {number(end.reward)} is out of reach"
    )
    rows = (
        ("mean truth", lambda law: law.mean_truth, f"base {number(base.mean_truth)} · RL {truth}", 1),
        ("mean persuasiveness", lambda law: law.mean_persuasiveness, f"base {number(base.mean_persuasiveness)} · RL {number(end.reward)}", 0),
    )  # fmt: skip
    none = "does not exist"
    cards = [
        Readout(
            name,
            number(value(got), 3) if got else none,
            change(value(got) - value(base), 3) if got else "",
            better,
            note,
        )
        for name, value, note, better in rows
    ]
    at_corner = "∞" if end.model is None or not np.isfinite(kl_between_blends(end.model.blend(), base)) else nats(0.0)
    samples = got and got.log_samples_per_output
    return [
        *cards,
        Readout(
            "KL from the base model",
            nats(got.kl) if got else none,
            change(got.kl) if got else "",
            note=f"base 0 · RL {at_corner}",
        ),
        Readout(
            "base samples per output",
            none if got is None else "not sampled" if samples is None else count(samples),
            "" if samples is None else f"× {count(samples)}",
            note=f"base 1 · {found}",
        ),
    ]


def scene(state: State) -> Scene:
    got, end = state.outcome, state.corner
    words = plain(takeaway(state))
    return Scene(
        base=state.base,
        selected=got,
        style=state.selection.name,
        label=label(state),
        threshold=state.selection.threshold if isinstance(state.selection, Filter) else None,
        rival=end.model.blend() if end.model else None,
        path=state.path,
        curves=state.curves,
        kl=got.kl if got else None,
        alt=f"Four panels: the densities of persuasiveness and of truth, the plane of both, and mean truth against KL. {words}",
    )


def why(state: State) -> str:
    base, end, got, model = state.base, state.corner, state.outcome, state.model
    parts = []
    if got and base.sd_persuasiveness > 0:
        slope = base.covariance / base.sd_persuasiveness**2
        gain = got.mean_persuasiveness - base.mean_persuasiveness
        parts.append(
            "**Selection climbs a line.** It looks at persuasiveness alone, so truth can only follow along E[truth | persuasiveness]:\n\n"
            r"$$\mathrm E_q[T]-\mathrm E[T]=\frac{\mathrm{Cov}(T,P)}{\mathrm{Var}\,P}\,(\mathrm E_q[P]-\mathrm E[P])"
            f"={slope:.3f}\\times{gain:.3f}={slope * gain:.3f}$$"
        )
    parts.append(
        "**RL slides to a corner.** Its reward is linear in the listening weights, so the winner takes all:\n\n"
        r"$$\mathrm E[P]=\alpha\,\mu_A+\gamma\,\mu_C="
        f"{model.alpha:.2f}\\times{model.mu_a:.2f}+{model.gamma:.2f}\\times{model.mu_c:.2f}={base.mean_persuasiveness:.3f}"
        f"\\;\\longrightarrow\\;{end.reward:.2f}$$"
    )
    price = log_price_of_filtering(base, end.reward)
    if np.isfinite(price):
        z = (end.reward - base.mean_persuasiveness) / base.sd_persuasiveness if base.sd_persuasiveness else 0.0
        parts.append(
            f"**What the virtue costs.** An output as persuasive as RL’s average, {number(end.reward)}, is {number(z)} standard "
            f"deviations out: the base model gives one in about **{count(price)}** samples."
        )
    parts.append(
        "The example is Sam Marks’s, worked out with Eric Neyman and Drake Thomas: RL "
        "strengthens whatever causes reward, filtering only follows what goes along with it."
    )
    return "\n\n".join(parts)


PAGE = Page(
    title="RL versus filtering",
    url_path="rl-versus-filtering",
    sections=(
        Section(
            "Pressure",
            choice=Choice(
                "method", "method", "How outputs are selected by their persuasiveness.", BestOfN.name,
                {name: method.parameters() for name, method in METHODS.items()},
            ),
        ),
        Section("The model listens to …", LISTENING),
        Section("Submodules", SUBMODULES),
    ),
    solve=solve,
    notices=lambda state: state.notices,
    takeaway=takeaway,
    readouts=readouts,
    scene=scene,
    why=why,
)  # fmt: skip
