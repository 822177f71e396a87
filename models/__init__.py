"""Analytic toy models of Goodhart's law in language-model fine-tuning. numpy and scipy only.

Read in this order: parameters, laws, mixture, selection, submodules, steering.
"""

from models.laws import EmptySelectionError, NoOptimumError
from models.mixture import Mode, OutputMixture
from models.selection import BestOfN, BestOfPoisson, Boltzmann, ChiSquared, Filter, Outcome, Quantilizer, Selection
from models.steering import Corner, corner, kl_between_blends, log_price_of_filtering, training_path
from models.submodules import ThreeSubmodules
from models.tails import LaplaceError, NormalError, StudentTError, TruthPlusError, UniformError

__all__ = [
    "BestOfN", "BestOfPoisson", "Boltzmann", "ChiSquared", "Corner", "EmptySelectionError", "Filter", "LaplaceError", "Mode", "NoOptimumError", "NormalError", "Outcome", "OutputMixture",
    "Quantilizer", "Selection", "StudentTError", "ThreeSubmodules", "TruthPlusError", "UniformError", "corner", "kl_between_blends", "log_price_of_filtering",
    "training_path",
]  # fmt: skip
