"""How each method looks and speaks: adding a method to the screen is adding its voice here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import log
from typing import Any, cast

import numpy as np

from dashboard.figures.style import Style
from dashboard.words.text import LEAST_CHANGE, count, distinct_numbers, equation, latex, moved, nats, number, or_more
from models import (
    BestOfN,
    BestOfPoisson,
    Boltzmann,
    ChiSquared,
    Course,
    Filter,
    OnlineModelling,
    Outcome,
    Quantilizer,
    Selection,
)
from models.laws.reweighted import DensityRatioLaw
from models.numerics.axes import Floats

__all__ = ["VOICES", "MethodText", "method_text", "pressure", "rounds", "share", "span", "subject", "whole"]


@dataclass(frozen=True, kw_only=True)
class MethodText:
    """A method’s colour and words.

    Attributes:
        style: of its curve and of what it selects.
        label: what it selects, in a few words: “best of 64”.
        subject: how a sentence about it begins; “Keeping the” and the label if not given.
        pressure: the pressure as formulas write it; the knob’s symbol and number if not given.
        cut: the persuasiveness below which nothing is kept, at each pressure, if there is one.
        formulas: paragraphs of its own, of what was selected and of the course of mean truth.
        falling: whether more pressure is a smaller number.
    """

    style: Style
    label: Callable[[Any], str]
    subject: Callable[[Any], str] | None = None
    pressure: Callable[[Any], str] | None = None
    cut: Callable[[Outcome], Floats | None] = lambda outcome: None
    formulas: Callable[[Outcome, Course], list[str]] = lambda outcome, course: []
    falling: bool = False


def method_text(method: Selection | type[Selection]) -> MethodText:
    return VOICES[method if isinstance(method, type) else type(method)]


def subject(selection: Selection) -> str:
    said = method_text(selection)
    return said.subject(selection) if said.subject else f"Keeping the {said.label(selection)}"


def pressure(selection: Selection) -> str:
    """The pressure as formulas write it: “n = 64”."""
    knob, value, said = selection.knob(), float(selection.pressure), method_text(selection)
    if said.pressure:
        return f"{knob.symbol} = {said.pressure(selection)}"
    if knob.scale == "log" or value >= 1000:
        return f"{knob.symbol} = {count(np.log(value))}"
    return f"{knob.symbol} = {number(value)}"


def span(course: Course) -> str:
    """The range that a statement about more pressure is about."""
    last = course.end.selection
    return f"{'down' if method_text(last).falling else 'up'} to {pressure(last)}"


def share(log_fraction: float) -> str:
    """A fraction, given by its logarithm, as a percentage, or “1 in …” where that is shorter."""
    percent = 100 * np.exp(log_fraction)
    return f"{percent:.3g} %" if percent >= 0.1 else f"1 in {count(-log_fraction)}"


def whole(many: float) -> str:
    """How many, without decimals where it is a whole number: “10”, “2.50”."""
    return number(many, 0 if many == round(many) else 2)


def samples_drawn(n: float) -> str:
    """How many outputs best-of-n draws: “64”, “about 14” where another method’s match lies between whole numbers."""
    return f"{'' if n == round(n) else 'about '}{count(log(round(n)))}"


def rounds(many: float) -> str:
    return "1 round" if many == 1 else f"{whole(many)} rounds"


# ── the formulas ──


def what_a_bar_costs(got: Outcome, course: Course) -> list[str]:
    kept = float(got.log_samples_per_output or 0)
    return [f"The bar now costs {count(kept)} base samples per output and a KL of {nats(got.kl)}."]


def best_of_n_formulas(got: Outcome, course: Course) -> list[str]:
    n = got.selection.pressure
    formula = log(n) - (n - 1) / n
    lines = [
        "Best-of-n weighs an output at persuasiveness $p$ by $n\\,F(p)^{n-1}$: its rank among the base model’s outputs is "
        "all that counts.",
        r"$$\mathrm{KL}=\ln n-\frac{n-1}{n}=" + equation([(log(n),), (-(n - 1) / n,)], formula) + r"\text{ nats}$$",
        "It beats one output of the base model with probability",
        r"$$\frac{n}{n+1}=" + latex(n / (n + 1), 4) + "$$",
    ]
    if not np.isclose(got.kl, formula, rtol=1e-9, atol=1e-12):
        less = (
            f"at {distinct_numbers(formula, got.kl)[1]}" if moved(formula, got.kl) else f"by less than {LEAST_CHANGE:g}"
        )
        lines.append(f"Ties, broken at random, keep the KL below the formula, {less} nats.")
    return lines


def best_of_poisson_formulas(got: Outcome, course: Course) -> list[str]:
    mu = got.selection.pressure
    return [
        r"Best-of-Poisson weighs an output at persuasiveness $p$ by $(\mu F(p)+1)\,e^{\mu(F(p)-1)}$, and draws "
        f"$1+\\mu={latex(1 + mu)}$ outputs on average."
    ]


def boltzmann_formulas(got: Outcome, course: Course) -> list[str]:
    lam = got.selection.pressure
    price = r"\infty" if lam == 0 else latex(1 / lam)
    places = " and ".join(pressure(turn.selection) for turn in course.turns)
    turns = f"Mean truth turns where it changes sign, at {places}" if places else "Mean truth never turns"
    turns += f", but for steps below {LEAST_CHANGE:g}" if course.ripples else ""
    lines = [
        r"Reweighting by $e^{\lambda p}$ is exactly the optimum of $\mathrm E[P]-\tau\,\mathrm{KL}$ with "
        rf"$\tau=1/\lambda={price}$ (Korbak, Perez & Buckley 2022)."
    ]
    if (covariance := got.covariance) is not None:
        lines.append(
            r"$$\frac{\mathrm d\,\mathrm E_\lambda[T]}{\mathrm d\lambda}=\mathrm{Cov}_\lambda(T,P)="
            + latex(covariance, 4)
            + "$$"
        )
        lines.append(f"While it is above 0 more pressure helps truth, and below 0 it hurts. {turns}, {span(course)}.")
    return lines


def start_of(got: Outcome) -> Floats:
    """Where the outputs begin that are kept; −∞ if all are."""
    return cast(DensityRatioLaw, got.law).start


def chi_squared_formulas(got: Outcome, course: Course) -> list[str]:
    if not (slope := got.selection.pressure):
        return []
    return [
        rf"Outputs weigh $\max(0,\,s\,(p-x))$ with $s={latex(slope)}$ and $x={latex(float(start_of(got)), 4)}$, where the mean "
        "weight is 1 (Huang et al. 2025)."
    ]


def online_modelling_formulas(got: Outcome, course: Course) -> list[str]:
    method = cast(OnlineModelling, got.selection)
    q, omega = method.fraction, method.feedback
    if not (method.rounds and method.log_step):
        return []
    growth = equation([(1,), (-omega,), (omega, 1 / q)], float(np.exp(method.log_step)))
    weight = count(method.log_samples(method.rounds))
    return [
        "Every round multiplies the weight of what it asks for by",
        rf"$$A=1-\omega+\frac{{\omega}}{{q}}={growth}$$",
        rf"and that of the rest by $1-\omega={latex(1 - omega)}$. An output that reaches every bar so far weighs {weight} times "
        "as much as in the base model, which is also how many base samples an output costs. The next round asks for the top "
        f"{share(np.log(q))} of what is imitated: the top {share(method.log_tail(method.rounds))} of the base model.",
    ]


def start_of_online(got: Outcome) -> Floats | None:
    """Where outputs begin when each round replaces the whole buffer; None where some of the base model’s remain."""
    method = cast(OnlineModelling, got.selection)
    if method.feedback < 1:
        return None
    done = np.floor(method.rounds)
    return np.where(done >= 1, method.bar(got.base, np.maximum(done - 1, 0)), -np.inf)


# ── the voices ──

VOICES: Mapping[type[Selection], MethodText] = {
    Filter: MethodText(
        style=Style("Filter", "#C2185B", "6px 2px 2px 2px"),
        label=lambda selection: f"filter at {number(selection.threshold)}",
        subject=lambda selection: f"Keeping only outputs {or_more(selection.threshold)}",
        cut=lambda outcome: outcome.selection.pressure,
        formulas=what_a_bar_costs,
    ),
    Quantilizer: MethodText(
        style=Style("Quantilizer", "#7B68EE", "3px 2px"),
        label=lambda selection: f"top {share(np.log(selection.fraction))}",
        pressure=lambda selection: share(np.log(selection.fraction)),
        cut=start_of,
        formulas=what_a_bar_costs,
        falling=True,
    ),
    BestOfN: MethodText(
        style=Style("Best-of-n", "#0072B2"),
        label=lambda selection: f"best of {samples_drawn(selection.n)}",
        pressure=lambda selection: samples_drawn(selection.n),
        formulas=best_of_n_formulas,
    ),
    BestOfPoisson: MethodText(
        style=Style("Best-of-Poisson", "#0A98B4", "10px 3px 2px 3px"),
        label=lambda selection: f"best of 1 + Poisson({count(np.log(selection.mu)) if selection.mu > 0 else 0})",
        formulas=best_of_poisson_formulas,
    ),
    Boltzmann: MethodText(
        style=Style("Boltzmann", "#A0522D", "8px 3px"),
        label=lambda selection: f"Boltzmann, λ = {number(selection.strength)}",
        subject=lambda selection: f"KL-penalised selection at λ = {number(selection.strength)}",
        formulas=boltzmann_formulas,
    ),
    ChiSquared: MethodText(
        style=Style("Chi-squared", "#8712FF", "5px 2px"),
        label=lambda selection: f"chi-squared, s = {number(selection.slope)}",
        subject=lambda selection: f"χ²-penalised selection at s = {number(selection.slope)}",
        cut=start_of,
        formulas=chi_squared_formulas,
    ),
    OnlineModelling: MethodText(
        style=Style("Online modelling", "#1F7086", "12px 3px"),
        label=lambda selection: f"{rounds(selection.rounds)} of the top {share(np.log(selection.fraction))}",
        subject=lambda selection: (
            f"Feeding the top {share(np.log(selection.fraction))} back for "
            f"{rounds(selection.rounds)} at ω = {number(selection.feedback)}"
        ),
        pressure=lambda selection: whole(selection.rounds),
        cut=start_of_online,
        formulas=online_modelling_formulas,
    ),
}
