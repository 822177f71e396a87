"""The pages, in the order of the navigation."""

from dashboard.page import Page
from dashboard.views import rl_versus_filtering

PAGES: tuple[Page, ...] = (rl_versus_filtering.PAGE,)
