"""Best-of-n: on a blend it only ever helps truth, on a mixture it turns."""

from math import log

import numpy as np

from dashboard.page import Page
from dashboard.selecting import WORLD, State, choice_of, readouts, scene, selection_of, takeaway, world_of
from dashboard.settings import Section, Settings
from dashboard.text import number
from models import BestOfN, BestOfPoisson, Boltzmann, Filter

BESIDE = (Filter, Boltzmann, BestOfPoisson)


def solve(settings: Settings) -> State:
    base, source, model, notices = world_of(settings, world=settings["world"])
    methods = (Filter, BestOfN, Boltzmann, BestOfPoisson)
    return State(base, selection_of(settings), source, methods, BESIDE, model=model, notices=notices)


def why(state: State) -> str:
    n, kl = state.selection.n, state.outcome.kl
    lines = [
        r"Best-of-n weighs an output at persuasiveness $p$ by $n\,F(p)^{n-1}$: its rank among the base model’s outputs is all that counts.",
        r"$$\mathrm{KL}=\ln n-\frac{n-1}{n}=" + f"{log(n):.3f}-{(n - 1) / n:.3f}={log(n) - (n - 1) / n:.3f}" + r"\text{ nats}$$",
        "It beats one output of the base model with probability",
        r"$$\frac{n}{n+1}=" + f"{n / (n + 1):.4f}$$",
        "At the same KL, mean truth is "
        + ", ".join(f"**{number(o.mean_truth, 3)}** under {o.selection.name}" for o in state.neighbours)
        + f", and {number(state.outcome.mean_truth, 3)} under best-of-n.",
    ]  # fmt: skip
    if not np.isclose(kl, log(n) - (n - 1) / n, rtol=1e-9, atol=1e-12):
        lines.append(f"Ties keep the KL below the formula, at {kl:.3f} nats.")
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
