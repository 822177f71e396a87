"""Analytic toy models of Goodhart's law in language-model fine-tuning. numpy and scipy only.

Read in this order: parameters, numerics, laws, worlds, selection, pressure, steering. Each imports only those before it.
"""

from models.laws.base import EmptySelectionError, NoOptimumError
from models.laws.errors import LaplaceError, NormalError, StudentTError, UniformError
from models.laws.mixture import OutputMixture
from models.laws.modes import Mode
from models.laws.truth_plus_error import TruthPlusError
from models.pressure.cost import expected_shortfall
from models.pressure.course import Course, course, peak
from models.pressure.crossings import mode_crossings
from models.pressure.curve import curve
from models.pressure.prices import log_price_of_best_of_n, log_price_of_filtering
from models.pressure.ranks import RaisedTail, RankTilt, top_correlation, win_rate
from models.pressure.reach import reach
from models.selection import METHODS
from models.selection.base import Outcome, Selection
from models.selection.best_of_n import BestOfN
from models.selection.best_of_poisson import BestOfPoisson
from models.selection.boltzmann import Boltzmann
from models.selection.chi_squared import ChiSquared
from models.selection.filter import Filter
from models.selection.quantilizer import Quantilizer
from models.steering.corner import Corner, corner
from models.steering.divergence import kl_between_blends, kl_between_routings
from models.steering.family import FamilyOptimum, family_optimum, kl_between_weights
from models.steering.norm import NormOptimum, norm_optimum
from models.steering.path import training_path
from models.worlds import WORLDS
from models.worlds.base import World
from models.worlds.goodhart import GoodhartMixture
from models.worlds.listening import Blend, Routing
from models.worlds.noisy_truth import TruthPlusLaplace, TruthPlusNormal, TruthPlusStudentT, TruthPlusUniform
from models.worlds.submodules import ThreeSubmodules

__all__ = [
    "METHODS",
    "WORLDS",
    "BestOfN",
    "BestOfPoisson",
    "Blend",
    "Boltzmann",
    "ChiSquared",
    "Corner",
    "Course",
    "EmptySelectionError",
    "FamilyOptimum",
    "Filter",
    "GoodhartMixture",
    "LaplaceError",
    "Mode",
    "NoOptimumError",
    "NormOptimum",
    "NormalError",
    "Outcome",
    "OutputMixture",
    "Quantilizer",
    "RaisedTail",
    "RankTilt",
    "Routing",
    "Selection",
    "StudentTError",
    "ThreeSubmodules",
    "TruthPlusError",
    "TruthPlusLaplace",
    "TruthPlusNormal",
    "TruthPlusStudentT",
    "TruthPlusUniform",
    "UniformError",
    "World",
    "corner",
    "course",
    "curve",
    "expected_shortfall",
    "family_optimum",
    "kl_between_blends",
    "kl_between_routings",
    "kl_between_weights",
    "log_price_of_best_of_n",
    "log_price_of_filtering",
    "mode_crossings",
    "norm_optimum",
    "peak",
    "reach",
    "top_correlation",
    "training_path",
    "win_rate",
]
