"""The three submodules as base models: outputs that blend them, or that come from one of them each (docs/theory.md §1.2, §4.2)."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Self

from models.base_models.base import BaseModel
from models.base_models.submodules import ThreeSubmodules
from models.laws.mixture import OutputMixture
from models.parameters import Parameter, Record

__all__ = ["Blend", "Listening", "Routing"]

LEAST_WEIGHT = 1e-12  # of the largest: below it a submodule is heard in no sample anyone will draw


@dataclass(frozen=True)
class Listening(Record, BaseModel):
    """Three submodules; their weights are chosen in [0, 1] and normalised to add to 1."""

    model: ThreeSubmodules

    @classmethod
    def knobs(cls) -> dict[str, Parameter]:
        return ThreeSubmodules.parameters()

    @classmethod
    def of(cls, **knobs: float) -> Self:
        return cls(ThreeSubmodules.listening(**knobs))

    @classmethod
    def repaired(cls, **knobs: float) -> tuple[Self, str]:
        """A model that listens to nothing listens to the three as the default one does; next to nothing is nothing."""
        weights = {name: knobs[name] for name in ("alpha", "beta", "gamma")}
        least = LEAST_WEIGHT * max(weights.values())
        if slight := [name for name, weight in weights.items() if 0 < weight < least]:
            symbols = " and ".join(cls.knobs()[name].symbol for name in slight)
            verb = "counts" if len(slight) == 1 else "count"
            said = f"{symbols} {verb} as 0, being less than 10⁻¹² of the largest weight."
            return cls.of(**knobs | dict.fromkeys(slight, 0.0)), said
        try:
            return cls.of(**knobs), ""
        except ValueError as problem:
            weights = {name: cls.knobs()[name].default for name in ("alpha", "beta", "gamma")}
            shown = ", ".join(f"{cls.knobs()[name].symbol} = {weight:g}" for name, weight in weights.items())
            return cls.of(**knobs | weights), f"{problem}. Until then the picture shows {shown}."

    @abstractmethod
    def law(self) -> OutputMixture: ...


@dataclass(frozen=True)
class Blend(Listening):
    """Every output blends the three.

    >>> Blend(ThreeSubmodules(mu_c=2)).law().mean_persuasiveness
    1.0
    """

    name: ClassVar[str] = "Blend"

    def law(self) -> OutputMixture:
        return self.model.blend()


@dataclass(frozen=True)
class Routing(Listening):
    """Every output comes from one of the three.

    >>> Routing(ThreeSubmodules(mu_c=2)).law().mean_persuasiveness
    1.0
    """

    name: ClassVar[str] = "Routing"

    def law(self) -> OutputMixture:
        return self.model.routing()
