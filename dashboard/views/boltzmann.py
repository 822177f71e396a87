"""Boltzmann reweighting: what KL-penalised RL would reach if it could make any policy."""

from collections.abc import Sequence
from dataclasses import replace

from dashboard.figures.ghosts import Ghost
from dashboard.page.record import Figure, Page, Readout
from dashboard.selection.picture import picture_of, scene
from dashboard.selection.settings import AGAINST, base_model_section, method_section
from dashboard.selection.state import Selected, SelectionState, chosen
from dashboard.selection.words import readouts, takeaway, why
from dashboard.settings import Settings
from dashboard.words.text import count
from models import Boltzmann, GoodhartMixture, NoOptimumError

METHOD = method_section(Boltzmann)
WORLD = base_model_section(GoodhartMixture)


def solve(settings: Settings) -> Selected:
    return chosen(METHOD, WORLD, settings)


def effective(state: Selected) -> str:
    """The share of base samples that importance reweighting leaves effective."""
    try:
        return count(Boltzmann(strength=state.selection.pressure).log_effective_fraction(state.base))
    except NoOptimumError:
        return "does not exist"


def with_fraction(state: Selected) -> list[Readout]:
    *cards, last = readouts(state)
    if not isinstance(state.selection, Boltzmann):
        return [*cards, last]
    fraction = Readout("effective sample fraction", effective(state), note="of importance reweighting")
    return [*cards, replace(fraction, amount=last.amount)]


def with_reweighting(state: Selected) -> str:
    if not isinstance(state.selection, Boltzmann):
        return why(state)
    share = "Of a base sample, importance reweighting leaves a fraction $Z(\\lambda)^2/Z(2\\lambda)=$"
    if (left := effective(state)) == "does not exist":
        return f"{why(state)}\n\nOf a base sample, importance reweighting leaves nothing effective: $Z(2\\lambda)$ is infinite."
    return f"{why(state)}\n\n{share} **{left}** effective."


def figure(state: Selected, pinned: Sequence[Ghost[SelectionState]]) -> Figure:
    return picture_of(scene(state, weight=True), pinned)


PAGE = Page(
    title="Boltzmann",
    url_path="boltzmann",
    under="Selection",
    intro="KL-penalised RL without limits on what the policy can be: every output weighted by exp(λ · persuasiveness).",
    sections=(METHOD, WORLD, AGAINST),
    solve=solve,
    takeaway=takeaway,
    readouts=with_fraction,
    figure=figure,
    why=with_reweighting,
    presets={
        "Gentle": {"strength": 0.5},
        "At the peak": {"strength": 1.0},
        "After the jump": {"strength": 3.0},
        "Blend: no peak": {"world": "Blend", "strength": 4.0},
    },
)
