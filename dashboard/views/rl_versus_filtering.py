"""RL versus filtering: the worked example by Sam Marks, with Eric Neyman and Drake Thomas."""

import numpy as np

from dashboard.page import Page
from dashboard.selecting import LISTENING, SUBMODULES, State, choice_of, selection_of, world_of
from dashboard.settings import Section, Settings
from dashboard.steering import READING, STEERING, steer, takeaway, triangle, with_path, with_rl
from dashboard.text import count, equation, latex, number
from models import BestOfN, Boltzmann, Filter, log_price_of_filtering

NOISE = 1e-11  # a smaller difference between two scores, as a share of them, is their rounding


def solve(settings: Settings) -> State:
    base, source, model, notices = world_of(settings, world=settings["reading"])
    return steer(State(base, selection_of(settings), source, model=model, notices=notices), settings)


def why(state: State) -> str:
    base, end, got, model = state.base, state.extra["end"], state.outcome, state.model
    parts = []
    if got and base.sd_persuasiveness > 0 and state.extra["reading"] == "Blend":
        slope = base.covariance / base.sd_persuasiveness**2
        gain = got.mean_persuasiveness - base.mean_persuasiveness
        scale = abs(base.mean_persuasiveness) + base.sd_persuasiveness
        gain = gain if abs(gain) > NOISE * scale else 0.0
        parts.append(
            "**Selection climbs a line.** It looks at persuasiveness alone, so truth can only follow along E[truth | persuasiveness]:\n\n"
            r"$$\mathrm E_q[T]-\mathrm E[T]=\frac{\mathrm{Cov}(T,P)}{\mathrm{Var}\,P}\,(\mathrm E_q[P]-\mathrm E[P])"
            "=" + equation([(slope, gain)], slope * gain) + "$$"
        )
    elif base.sd_persuasiveness == 0:
        parts.append("**Selection has nothing to go by:** every output is equally persuasive.")
    elif got:
        parts.append(
            "**Routed outputs come from one submodule each.** Selection then asks which of A and C persuades further out, and "
            "the outputs of B, all at persuasiveness 0, stand or fall together."
        )
    parts.append(
        "**RL slides towards a corner.** Its reward is linear in the listening weights, so nothing but a tie, a budget or a "
        "penalty stops the winner from taking all:\n\n"
        r"$$\mathrm E[P]=\alpha\,\mu_A+\gamma\,\mu_C="
        + equation([(model.alpha, model.mu_a), (model.gamma, model.mu_c)], base.mean_persuasiveness)
        + rf"\;\longrightarrow\;{latex(end.reward)}$$"
    )
    price = log_price_of_filtering(base, end.reward)
    if np.isfinite(price) and base.sd_persuasiveness > 0:
        z = max(end.reward - base.mean_persuasiveness, 0.0) / base.sd_persuasiveness
        rare = f"the base model gives one in about **{count(price)}** samples"
        parts.append(
            f"**What the virtue costs.** An output as persuasive as RL’s average, {number(end.reward)}, is {number(z)} standard "
            f"deviations out: {rare if count(price) != '1' else 'nearly every sample of the base model is that persuasive'}."
        )
    parts.append(
        "The example is Sam Marks’s, worked out with Eric Neyman and Drake Thomas: RL strengthens whatever causes reward, "
        "filtering only follows what goes along with it. Its three limits have a control each: the family (**KL penalty**), the "
        "submodules’ means and spreads, and how far capabilities compete (**Rivals**, down to none). In the triangle, RL walks from the base "
        "model’s weights to a corner."
    )
    return "\n\n".join(parts)


PAGE = Page(
    title="RL versus filtering",
    url_path="rl-versus-filtering",
    intro="Outputs blend A (true and persuasive), B (true only) and C (persuasive only). Select the persuasive ones, or train on persuasion?",
    sections=(
        choice_of(BestOfN, Filter, BestOfN, Boltzmann),
        Section("The model listens to …", LISTENING, READING),
        Section("Submodules", SUBMODULES),
        Section("Steering", choice=STEERING),
    ),
    solve=solve,
    takeaway=takeaway,
    readouts=with_rl,
    scene=with_path,
    why=why,
    below=triangle,
    home=True,
    presets={
        "Persuasion is cheaper": {"mu_a": 1.0, "mu_c": 2.0},
        "Truth pays": {"mu_a": 2.0, "mu_c": 1.0},
        "A tie": {"mu_a": 1.0, "mu_c": 1.0},
        "A penalty": {"steering": "KL penalty", "tau": 0.5},
        "Everyone wins": {"steering": "No rivals"},
    },
)
