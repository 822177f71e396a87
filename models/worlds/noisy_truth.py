"""Truth plus an independent error, one world for each law of the error, with a choice of truth’s law (theory §1.3)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from models.laws.errors import ErrorLaw, LaplaceError, NormalError, StudentTError, UniformError
from models.laws.independent_sum import IndependentSum
from models.laws.truth_plus_error import TruthPlusError
from models.laws.univariate import Laplace, Levy, Lognormal, Normal, StudentT, Uniform, Univariate
from models.parameters import Parameter
from models.worlds.base import World

__all__ = [
    "PLACED",
    "TRUTHS",
    "NoisyTruth",
    "TruthPlusLaplace",
    "TruthPlusLevy",
    "TruthPlusLognormal",
    "TruthPlusNormal",
    "TruthPlusStudentT",
    "TruthPlusUniform",
]

LEAST_DF = 1.02
LEAST_DF_OF_TRUTH = 2.5  # so that truth has a standard deviation
LOWER_END = replace(
    Levy.parameters()["location"], symbol="m_V", label="lower end of the error", help="Every error lies above this."
)
CENTRED, PLACED = "Mean error 0", "Error from a lower end"
TRUTHS: Mapping[str, type[Univariate]] = {
    "Normal truth": Normal,
    "Student-t truth": StudentT,
    "Laplace truth": Laplace,
    "Uniform truth": Uniform,
}


def _truth_knobs(law: type[Univariate]) -> dict[str, Parameter]:
    """The knobs of a truth about 0, by the keyword that a world takes them by."""
    if law is Normal:
        return TruthPlusError.parameters()
    declared = {name: knob for name, knob in law.parameters().items() if name != "location"}
    knobs = {
        f"truth_{name}": replace(knob, symbol=f"{knob.symbol}_T", label=f"{knob.label} of truth")
        for name, knob in declared.items()
    }
    if law is Laplace:
        knobs["truth_scale"] = replace(knobs["truth_scale"], symbol="b_T")
    if "truth_df" in knobs:
        knobs["truth_df"] = replace(knobs["truth_df"], default=10.0, low=LEAST_DF_OF_TRUTH)
    return knobs


@dataclass(frozen=True)
class NoisyTruth(World):
    """Persuasiveness is truth plus an error; `family` is the law of the error."""

    family: ClassVar[type[ErrorLaw] | type[Univariate]]
    base: TruthPlusError | IndependentSum

    @classmethod
    def knobs(cls) -> dict[str, Parameter]:
        return cls.family.parameters()

    @classmethod
    def choices(cls) -> dict[str, dict[str, dict[str, Parameter]]]:
        return {"truth": {name: _truth_knobs(law) for name, law in TRUTHS.items()}}

    @classmethod
    def of(cls, **knobs: Any) -> Self:
        return cls(TruthPlusError(cls._error(knobs), truth=cls._truth(knobs)))

    @classmethod
    def _error(cls, knobs: Mapping[str, Any]) -> ErrorLaw | Univariate:
        return cls.family(**{name: knobs[name] for name in cls.family.parameters()})

    @classmethod
    def _truth(cls, knobs: Mapping[str, Any]) -> Univariate:
        chosen = str(knobs.get("truth", next(iter(TRUTHS))))
        if chosen not in TRUTHS:
            raise ValueError(f"truth = {chosen!r} is not allowed; it must be one of {', '.join(TRUTHS)}")
        own = {name: knobs.get(name, knob.default) for name, knob in _truth_knobs(TRUTHS[chosen]).items()}
        names = {"sd_truth": "scale"}
        return TRUTHS[chosen](**{names.get(name, name.removeprefix("truth_")): value for name, value in own.items()})

    def law(self) -> TruthPlusError | IndependentSum:
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
    def mended(cls, **knobs: Any) -> tuple[Self, str]:
        """A tail so near the Cauchy law’s that most of its mean lies beyond one output in 10²⁰ is the Cauchy law’s."""
        if 1 < float(knobs["df"]) < LEAST_DF:
            said = f"{cls.knobs()['df'].symbol} between 1 and {LEAST_DF} counts as 1: the mean would lie beyond any sample."
            return cls.of(**knobs | {"df": 1.0}), said
        return cls.of(**knobs), ""


@dataclass(frozen=True)
class TruthPlusUniform(NoisyTruth):
    name: ClassVar[str] = "Uniform error"
    family: ClassVar[type[ErrorLaw]] = UniformError


@dataclass(frozen=True)
class TruthPlusLognormal(NoisyTruth):
    """The error has a heavy tail above only; it lies above a lower end, or has mean 0."""

    name: ClassVar[str] = "Lognormal error"
    family: ClassVar[type[Univariate]] = Lognormal

    @classmethod
    def knobs(cls) -> dict[str, Parameter]:
        return {name: knob for name, knob in cls.family.parameters().items() if name != "location"}

    @classmethod
    def choices(cls) -> dict[str, dict[str, dict[str, Parameter]]]:
        return super().choices() | {"placing": {CENTRED: {}, PLACED: {"lower_end": LOWER_END}}}

    @classmethod
    def _error(cls, knobs: Mapping[str, Any]) -> Lognormal:
        sigma, scale = (float(knobs[name]) for name in ("sigma", "scale"))
        if knobs.get("placing", CENTRED) == CENTRED:
            return Lognormal(sigma=sigma, scale=scale, centred=True)
        return Lognormal(sigma=sigma, scale=scale, location=float(knobs.get("lower_end", LOWER_END.default)))


@dataclass(frozen=True)
class TruthPlusLevy(NoisyTruth):
    """The error lies above a lower end, and its mean is infinite."""

    name: ClassVar[str] = "Lévy error"
    family: ClassVar[type[Univariate]] = Levy

    @classmethod
    def knobs(cls) -> dict[str, Parameter]:
        return {"scale": cls.family.parameters()["scale"], "lower_end": LOWER_END}

    @classmethod
    def _error(cls, knobs: Mapping[str, Any]) -> Levy:
        return Levy(scale=float(knobs["scale"]), location=float(knobs["lower_end"]))
