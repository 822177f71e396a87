"""RL versus filtering: the worked example by Sam Marks, with Eric Neyman and Drake Thomas."""

import numpy as np

from dashboard.page.record import Page
from dashboard.selection.settings import AGAINST, base_model_section, method_section
from dashboard.selection.state import chosen
from dashboard.selection.words import why
from dashboard.settings import Section, Settings
from dashboard.views.steering import STEERING, Steered, figure, takeaway, triangle, with_rl
from dashboard.words.text import count, equation, latex, number
from models import BestOfN, Blend, Routing, log_price_of_filtering
from models.base_models.listening import Listening

METHOD = method_section(BestOfN)
WORLD = base_model_section(Blend, Blend, Routing)


def solve(settings: Settings) -> Steered:
    selected = chosen(METHOD, WORLD, settings)
    assert isinstance(selected.world, Listening)
    numbers = {key: float(settings[key]) for key in ("time", "rivalry", "tau")}
    return Steered(selected, selected.world, str(settings["steering"]), **numbers)


def with_steering(state: Steered) -> str:
    base, end, model = state.selected.base, state.end, state.model
    parts = [why(state)]
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
        "filtering only follows what goes along with it. Each of its three limits has its own control: the family (**KL penalty**), the "
        "submodules’ means and spreads, and how far capabilities compete (**Rivals**, down to none). "
        f"{in_the_triangle(state)}"
    )
    return "\n\n".join(part for part in parts if part)


def in_the_triangle(state: Steered) -> str:
    """What the figure below shows of RL."""
    if not state.follows_path:
        held = (
            "RL stops where the penalty holds it"
            if state.how == "KL penalty"
            else "there is only the base model: RL’s weights do not add up to 1"
        )
        return f"In the triangle, {held}."
    if state.corner.model is None:
        return f"In the triangle, RL walks to where {' and '.join(state.corner.winners)} tie."
    return f"In the triangle, RL walks from the base model’s weights towards {state.corner.winners[0]} alone."


PAGE = Page(
    title="RL versus filtering",
    url_path="rl-versus-filtering",
    intro="Outputs blend A (true and persuasive), B (true only) and C (persuasive only). Select the persuasive ones, or train "
    "on persuasion?",
    sections=(METHOD, WORLD, Section("Steering", choice=STEERING), AGAINST),
    solve=solve,
    takeaway=takeaway,
    readouts=with_rl,
    figure=figure,
    why=with_steering,
    plates=triangle,
    presets={
        "Persuasion is cheaper": {"mu_a": 1.0, "mu_c": 3.5},
        "Truth pays": {"mu_a": 2.0, "mu_c": 1.0},
        "A tie": {"mu_a": 1.0, "mu_c": 1.0},
        "A penalty": {"steering": "KL penalty", "tau": 0.5},
        "Everyone wins": {"steering": "No rivals"},
    },
)
