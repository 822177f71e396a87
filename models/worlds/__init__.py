"""What a visitor chooses: frozen records of knobs, each with one verb, `law()`."""

from models.worlds.base import World
from models.worlds.goodhart import GoodhartMixture
from models.worlds.listening import Blend, Routing
from models.worlds.noisy_truth import (
    TruthPlusLaplace,
    TruthPlusLevy,
    TruthPlusLognormal,
    TruthPlusNormal,
    TruthPlusStudentT,
    TruthPlusUniform,
)
from models.worlds.submodules import ThreeSubmodules

__all__ = [
    "WORLDS",
    "Blend",
    "GoodhartMixture",
    "Routing",
    "ThreeSubmodules",
    "TruthPlusLaplace",
    "TruthPlusLevy",
    "TruthPlusLognormal",
    "TruthPlusNormal",
    "TruthPlusStudentT",
    "TruthPlusUniform",
    "World",
]

WORLDS: tuple[type[World], ...] = (
    Blend,
    Routing,
    GoodhartMixture,
    TruthPlusNormal,
    TruthPlusLaplace,
    TruthPlusStudentT,
    TruthPlusUniform,
    TruthPlusLognormal,
    TruthPlusLevy,
)
