"""Analytic toy models of Goodhart's law in language-model fine-tuning. numpy and scipy only.

Read in this order: parameters, laws, normal, modes, mixture, truncated, selection, submodules, goodhart, matching, course,
steering, family, tails, ranks.
"""

from models.cost import expected_shortfall
from models.course import Course, course, peak
from models.family import FamilyOptimum, family_optimum, kl_between_weights
from models.goodhart import GoodhartMixture
from models.laws import EmptySelectionError, NoOptimumError
from models.matching import curve, match, mode_crossings
from models.mixture import Mode, OutputMixture
from models.ranks import RaisedTail, RankTilt, top_correlation, win_rate
from models.selection import BestOfN, BestOfPoisson, Boltzmann, ChiSquared, Filter, Outcome, Quantilizer, Selection
from models.steering import (
    Corner,
    NormOptimum,
    corner,
    kl_between_blends,
    kl_between_routings,
    log_price_of_best_of_n,
    log_price_of_filtering,
    norm_optimum,
    training_path,
)
from models.submodules import ThreeSubmodules
from models.tails import LaplaceError, NormalError, StudentTError, TruthPlusError, UniformError

__all__ = [
    "BestOfN",
    "BestOfPoisson",
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
    "Selection",
    "StudentTError",
    "ThreeSubmodules",
    "TruthPlusError",
    "UniformError",
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
    "match",
    "mode_crossings",
    "norm_optimum",
    "peak",
    "top_correlation",
    "training_path",
    "win_rate",
]
