"""What a visitor chooses: frozen records of knobs, each with one verb, `law()`."""

from models.base_models.base import BaseModel
from models.base_models.goodhart import GoodhartMixture
from models.base_models.listening import Blend, Routing
from models.base_models.noisy_truth import (
    TruthPlusLaplace,
    TruthPlusLevy,
    TruthPlusLognormal,
    TruthPlusNormal,
    TruthPlusStudentT,
    TruthPlusUniform,
)
from models.base_models.submodules import ThreeSubmodules

__all__ = [
    "BASE_MODELS",
    "BaseModel",
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
]

BASE_MODELS: tuple[type[BaseModel], ...] = (
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
