"""Truth plus an independent error, one world for each law of the error (theory §1.3)."""

from dataclasses import dataclass
from typing import ClassVar, Self

from models.laws.errors import ErrorLaw, LaplaceError, NormalError, StudentTError, UniformError
from models.laws.truth_plus_error import TruthPlusError
from models.parameters import Parameter
from models.worlds.base import World

__all__ = ["NoisyTruth", "TruthPlusLaplace", "TruthPlusNormal", "TruthPlusStudentT", "TruthPlusUniform"]


@dataclass(frozen=True)
class NoisyTruth(World):
    """Persuasiveness is truth plus an error; `family` is the law of the error."""

    family: ClassVar[type[ErrorLaw]]
    base: TruthPlusError

    @classmethod
    def knobs(cls) -> dict[str, Parameter]:
        return cls.family.parameters() | TruthPlusError.parameters()

    @classmethod
    def of(cls, **knobs: float) -> Self:
        error = cls.family(**{name: knobs[name] for name in cls.family.parameters()})
        return cls(TruthPlusError(error, **{name: knobs[name] for name in TruthPlusError.parameters()}))

    def law(self) -> TruthPlusError:
        return self.base


@dataclass(frozen=True)
class TruthPlusNormal(NoisyTruth):
    name: ClassVar[str] = "Normal error"
    family: ClassVar[type[ErrorLaw]] = NormalError


@dataclass(frozen=True)
class TruthPlusLaplace(NoisyTruth):
    name: ClassVar[str] = "Laplace error"
    family: ClassVar[type[ErrorLaw]] = LaplaceError


@dataclass(frozen=True)
class TruthPlusStudentT(NoisyTruth):
    name: ClassVar[str] = "Student-t error"
    family: ClassVar[type[ErrorLaw]] = StudentTError


@dataclass(frozen=True)
class TruthPlusUniform(NoisyTruth):
    name: ClassVar[str] = "Uniform error"
    family: ClassVar[type[ErrorLaw]] = UniformError
