"""Best-of-n: on a blend it only ever helps truth, on a mixture it turns."""

from math import log

import numpy as np

from dashboard.page import Page
from dashboard.selecting import WORLD, State, choice_of, reached, readouts, scene, selection_of, takeaway, world_of
from dashboard.settings import Section, Settings
from dashboard.text import equation, latex, number
from models import BestOfN, BestOfPoisson, Boltzmann, Filter

BESIDE = (Filter, Boltzmann, BestOfPoisson)


def solve(settings: Settings) -> State:
    base, source, model, notices = world_of(settings, world=settings["world"])
    selection = selection_of(settings)
    kl = selection.apply(base).kl
    beside = {method: reached(method, base, "kl", kl) for method in BESIDE}
    return State(base, selection, source, (BestOfN, *BESIDE), beside, model=model, notices=notices)


def why(state: State) -> str:
    n, kl = state.selection.n, state.outcome.kl
    formula = log(n) - (n - 1) / n
    lines = [
        r"Best-of-n weighs an output at persuasiveness $p$ by $n\,F(p)^{n-1}$: its rank among the base model’s outputs is all that counts.",
        r"$$\mathrm{KL}=\ln n-\frac{n-1}{n}=" + equation([(log(n),), (-(n - 1) / n,)], formula) + r"\text{ nats}$$",
        "It beats one output of the base model with probability",
        r"$$\frac{n}{n+1}=" + latex(n / (n + 1), 4) + "$$",
    ]
    if not np.isclose(kl, formula, rtol=1e-9, atol=1e-12):
        lines.append(f"Ties, broken at random, keep the KL below the formula, at {number(kl, 3)} nats.")
    rivals = [f"**{number(o.mean_truth, 3)}** under {o.selection.name}" for o in state.neighbours]
    rivals += [f"{name} {why}" for name, why in state.missing.items()]
    lines.append(
        f"At the same KL, mean truth is {number(state.outcome.mean_truth, 3)} under best-of-n; {', '.join(rivals)}."
    )
    return "\n\n".join(lines)


PAGE = Page(
    title="Best-of-n",
    url_path="best-of-n",
    intro="Draw n outputs, keep the most persuasive. Drag n, and change the base model from Mixture to Blend: can it hurt truth?",
    sections=(choice_of(BestOfN, BestOfN), Section("Base model", choice=WORLD)),
    solve=solve,
    takeaway=takeaway,
    readouts=readouts,
    scene=lambda state: scene(state, weight=True),
    why=why,
    presets={
        "Blend: it cannot hurt": {"world": "Blend", "n": 1e4},
        "Mixture: it does": {"world": "Mixture", "n": 1e4},
        "One liar in ten thousand": {"world": "Mixture", "liars": 1e-4, "n": 1e6},
    },
)
