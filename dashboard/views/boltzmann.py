"""Boltzmann reweighting: what KL-penalised RL would reach if it could make any policy."""

from dataclasses import replace
from math import log

from dashboard.page import Page, Readout
from dashboard.selecting import WORLD, State, choice_of, readouts, scene, selection_of, takeaway, world_of
from dashboard.settings import Section, Settings
from dashboard.text import count, exactly, latex
from dashboard.words import pressure, share, span
from models import BestOfN, Boltzmann, Filter, mode_crossings


def solve(settings: Settings) -> State:
    base, source, model, notices = world_of(settings, world=settings["world"])
    return State(base, selection_of(settings), source, (Filter, BestOfN, Boltzmann), model=model, notices=notices)


def with_fraction(state: State) -> list[Readout]:
    *cards, last = readouts(state)
    samples = Readout(
        "effective sample fraction",
        count(state.selection.log_effective_fraction(state.base)),
        note="of importance reweighting",
    )
    return [*cards, replace(samples, amount=last.amount)]


def why(state: State) -> str:
    lam, got = state.selection.strength, state.outcome
    price = r"\infty" if lam == 0 else latex(1 / lam)
    places = " and ".join(pressure(turn.selection) for turn in state.course.turns)
    lines = [
        r"Reweighting by $e^{\lambda p}$ is exactly the optimum of $\mathrm E[P]-\tau\,\mathrm{KL}$ with "
        rf"$\tau=1/\lambda={price}$ (Korbak, Perez & Buckley 2022).",
        r"$$\frac{\mathrm d\,\mathrm E_\lambda[T]}{\mathrm d\lambda}=\mathrm{Cov}_\lambda(T,P)="
        + latex(got.law.covariance, 4)
        + "$$",
        "While it is above 0 more pressure helps truth, and below 0 it hurts. "
        + (f"Mean truth turns where it changes sign, at {places}" if places else "Mean truth never turns")
        + f", {span(state.course)}.",
    ]
    if state.model is None:
        lines.append(_two_modes(state))
    lines.append(
        "Of a base sample, importance reweighting leaves a fraction "
        f"$Z(\\lambda)^2/Z(2\\lambda)=$ **{count(state.selection.log_effective_fraction(state.base))}** effective."
    )
    return "\n\n".join(lines)


def _two_modes(state: State) -> str:
    """How much of the policy is manipulative, and where that is half."""
    log_weight = log(state.base.modes[1].weight) + float(state.base.log_tilt_of_modes(state.selection.strength)[1])
    crossings = " and ".join(f"λ = {exactly(x)}" for x in mode_crossings(state.base))
    where = f"The two modes weigh the same at {crossings}" if crossings else "The two modes never weigh the same"
    return f"{where}; now {share(log_weight)} of the policy is manipulative."


PAGE = Page(
    title="Boltzmann",
    url_path="boltzmann",
    intro="KL-penalised RL without limits on what the policy can be: every output weighted by exp(λ · persuasiveness).",
    sections=(choice_of(Boltzmann, Boltzmann), Section("Base model", choice=WORLD)),
    solve=solve,
    takeaway=takeaway,
    readouts=with_fraction,
    scene=lambda state: scene(state, weight=True),
    why=why,
    presets={
        "Gentle": {"strength": 0.5},
        "At the peak": {"strength": 1.0},
        "After the jump": {"strength": 3.0},
        "Blend: no peak": {"world": "Blend", "strength": 4.0},
    },
)
