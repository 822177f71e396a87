"""The pages, in the order of the navigation."""

from typing import Any

from dashboard.page.record import Page
from dashboard.views import (
    best_of_n,
    boltzmann,
    compare,
    dark_room,
    filters,
    goodhart,
    inductive_bias,
    literature,
    nearest_tokens,
    online_modelling,
    rl_versus_filtering,
    tails,
    twins,
)

__all__ = ["PAGES"]

PAGES: tuple[Page[Any], ...] = (
    rl_versus_filtering.PAGE,
    best_of_n.PAGE,
    boltzmann.PAGE,
    filters.PAGE,
    goodhart.PAGE,
    tails.PAGE,
    compare.PAGE,
    twins.PAGE,
    online_modelling.PAGE,
    inductive_bias.PAGE,
    nearest_tokens.PAGE,
    dark_room.PAGE,
    literature.PAGE,
)
