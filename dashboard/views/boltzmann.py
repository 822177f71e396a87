"""Boltzmann reweighting: what KL-penalised RL would reach if it could make any policy."""

from dataclasses import replace

from dashboard.page import Page, Readout
from dashboard.selecting import WORLD, State, choice_of, readouts, scene, selection_of, takeaway, world_of
from dashboard.settings import Section, Settings
from dashboard.text import count, number
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
    covariance = got.law.covariance
    price = r"\infty" if lam == 0 else f"{1 / lam:.3f}"
    lines = [
        r"Reweighting by $e^{\lambda p}$ is exactly the optimum of $\mathrm E[P]-\tau\,\mathrm{KL}$ with "
        rf"$\tau=1/\lambda={price}$ (Korbak, Perez & Buckley 2022).",
        r"$$\frac{\mathrm d\,\mathrm E_\lambda[T]}{\mathrm d\lambda}=\mathrm{Cov}_\lambda(T,P)="
        + f"{covariance:+.4f}" + r"$$",
        "Above 0, more pressure still helps truth; it changes sign exactly where mean truth peaks"
        + (f", at λ = {number(state.peak.selection.strength, 4)}." if state.peak else ", which it never does here."),
    ]  # fmt: skip
    if len(state.base.modes) == 2 and (crossings := mode_crossings(state.base)):
        weights = [mode.weight for mode in got.law.modes]
        jump = " and ".join(number(x, 3) for x in crossings)
        lines.append(
            f"The policy jumps from one mode to the other at λ = {jump}; now {100 * weights[1]:.3g} % of it is manipulative."
        )
    lines.append(
        "Of a base sample, importance reweighting leaves a fraction "
        f"$Z(\\lambda)^2/Z(2\\lambda)=$ **{count(state.selection.log_effective_fraction(state.base))}** effective."
    )
    return "\n\n".join(lines)


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
