"""Reinforcement learning on (α, β, γ), the say each submodule has (docs/theory.md §6)."""

from models.steering.corner import Corner, corner
from models.steering.divergence import kl_between_blends, kl_between_routings
from models.steering.family import FamilyOptimum, family_optimum, kl_between_weights
from models.steering.norm import NormOptimum, norm_optimum
from models.steering.path import training_path

__all__ = [
    "Corner",
    "FamilyOptimum",
    "NormOptimum",
    "corner",
    "family_optimum",
    "kl_between_blends",
    "kl_between_routings",
    "kl_between_weights",
    "norm_optimum",
    "training_path",
]
