"""Selection on persuasiveness: reweighting outputs by a function of P alone (docs/theory.md §2). One file a method."""

from models.selection.base import Outcome, Selection
from models.selection.best_of_n import BestOfN
from models.selection.best_of_poisson import BestOfPoisson
from models.selection.boltzmann import Boltzmann
from models.selection.chi_squared import ChiSquared
from models.selection.filter import Filter
from models.selection.online_modelling import OnlineModelling
from models.selection.quantilizer import Quantilizer

__all__ = [
    "METHODS",
    "BestOfN",
    "BestOfPoisson",
    "Boltzmann",
    "ChiSquared",
    "Filter",
    "OnlineModelling",
    "Outcome",
    "Quantilizer",
    "Selection",
]

METHODS: tuple[type[Selection], ...] = (
    Filter,
    Quantilizer,
    BestOfN,
    BestOfPoisson,
    Boltzmann,
    ChiSquared,
    OnlineModelling,
)
