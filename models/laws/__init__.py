"""Laws of (truth, persuasiveness): what they can answer, mixtures of normals, truth plus error, and both reweighted."""

from models.laws.base import EmptySelectionError, NoOptimumError
from models.laws.errors import LaplaceError, NormalError, StudentTError, UniformError
from models.laws.independent_sum import IndependentSum
from models.laws.mixture import OutputMixture
from models.laws.modes import Mode
from models.laws.truth_plus_error import TruthPlusError
from models.laws.univariate import Laplace, Levy, Lognormal, Normal, StudentT, Uniform

__all__ = [
    "EmptySelectionError",
    "IndependentSum",
    "Laplace",
    "LaplaceError",
    "Levy",
    "Lognormal",
    "Mode",
    "NoOptimumError",
    "Normal",
    "NormalError",
    "OutputMixture",
    "StudentT",
    "StudentTError",
    "TruthPlusError",
    "Uniform",
    "UniformError",
]
