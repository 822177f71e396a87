"""Laws of (truth, persuasiveness): what they can answer, mixtures of normals, truth plus error, and both reweighted."""

from models.laws.base import EmptySelectionError, NoOptimumError
from models.laws.mixture import OutputMixture
from models.laws.modes import Mode
from models.laws.truth_plus_error import TruthPlusError

__all__ = ["EmptySelectionError", "Mode", "NoOptimumError", "OutputMixture", "TruthPlusError"]
