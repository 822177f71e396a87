"""Best-of-n: on a blend it only ever helps truth, on a mixture it turns."""

from collections.abc import Sequence
from dataclasses import replace

from dashboard.figures.ghosts import Ghost
from dashboard.page.record import Figure, Page
from dashboard.selection.picture import picture_of, scene
from dashboard.selection.settings import AGAINST, DRAW, base_model_section, method_section
from dashboard.selection.state import Selected, SelectionState, chosen
from dashboard.selection.targets import reached
from dashboard.selection.words import readouts, takeaway, why
from dashboard.settings import Settings
from dashboard.words.text import number
from models import BestOfN, BestOfPoisson, Boltzmann, Filter, GoodhartMixture

METHOD = method_section(BestOfN, (BestOfN, "draw", DRAW))
WORLD = base_model_section(GoodhartMixture)
RIVALS = (BestOfN, Filter, Boltzmann, BestOfPoisson)


def solve(settings: Settings) -> Selected:
    """The chosen method, and three others at its KL."""
    selected = chosen(METHOD, WORLD, settings, drawn=RIVALS)
    if selected.outcome is None:
        return selected
    rivals = [method for method in RIVALS if method is not type(selected.selection)][-3:]
    kl = selected.outcome.kl
    return replace(selected, beside={method: reached(method, selected.base, "kl", kl) for method in rivals})


def beside_rivals(state: Selected) -> str:
    if state.outcome is None:
        return why(state)
    rivals = [f"**{number(o.mean_truth, 3)}** under {o.selection.name}" for o in state.neighbours]
    rivals += [f"{name} {reason}" for name, reason in state.missing.items()]
    own = f"{number(state.outcome.mean_truth, 3)} under {state.selection.name.lower()}"
    return f"{why(state)}\n\nAt the same KL, mean truth is {own}; {', '.join(rivals)}."


def figure(state: Selected, pinned: Sequence[Ghost[SelectionState]]) -> Figure:
    return picture_of(scene(state, weight=True), pinned)


PAGE = Page(
    title="Best-of-n",
    url_path="best-of-n",
    under="Selection",
    intro="Draw n outputs, keep the most persuasive. Drag n, and change the base model from Mixture to Blend: can it hurt truth?",
    sections=(METHOD, WORLD, AGAINST),
    solve=solve,
    takeaway=takeaway,
    readouts=readouts,
    figure=figure,
    why=beside_rivals,
    presets={
        "Blend: it cannot hurt": {"world": "Blend", "n": 1e4},
        "Mixture: it does": {"world": "Mixture", "n": 1e4},
        "One liar in ten thousand": {"world": "Mixture", "liars": 1e-4, "n": 1e6},
    },
)
