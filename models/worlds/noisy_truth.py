"""Truth plus an independent error, one world for each law of the error (theory §1.3)."""

from dataclasses import dataclass
from typing import ClassVar, Self

from models.laws.errors import ErrorLaw, LaplaceError, NormalError, StudentTError, UniformError
from models.laws.truth_plus_error import TruthPlusError
from models.parameters import Parameter
from models.worlds.base import World

__all__ = ["NoisyTruth", "TruthPlusLaplace", "TruthPlusNormal", "TruthPlusStudentT", "TruthPlusUniform"]

LEAST_DF = 1.02


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
        return cls(TruthPlusError(error, sd_truth=knobs["sd_truth"]))

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

    @classmethod
    def mended(cls, **knobs: float) -> tuple[Self, str]:
        """A tail so near the Cauchy law’s that most of its mean lies beyond one output in 10²⁰ is the Cauchy law’s."""
        if 1 < knobs["df"] < LEAST_DF:
            said = f"{cls.knobs()['df'].symbol} between 1 and {LEAST_DF} counts as 1: the mean would lie beyond any sample."
            return cls.of(**knobs | {"df": 1.0}), said
        return cls.of(**knobs), ""


@dataclass(frozen=True)
class TruthPlusUniform(NoisyTruth):
    name: ClassVar[str] = "Uniform error"
    family: ClassVar[type[ErrorLaw]] = UniformError
