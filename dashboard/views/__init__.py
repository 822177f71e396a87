"""The pages, in the order of the navigation."""

from dashboard.page import Page
from dashboard.views import best_of_n, boltzmann, compare, filters, goodhart, rl_versus_filtering, tails

PAGES: tuple[Page, ...] = tuple(
    view.PAGE for view in (rl_versus_filtering, best_of_n, boltzmann, filters, goodhart, tails, compare)
)
