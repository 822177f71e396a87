"""Truth plus an independent error, one world for each law of the error, with a choice of truth’s law (docs/theory.md §3)."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, ClassVar, Self

from models.base_models.base import BaseModel
from models.distributions import Distribution, Laplace, Levy, Lognormal, Normal, StudentT, Uniform
from models.laws.truth_plus_error import TruthPlusError
from models.parameters import Parameter, Parameters, knob

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
TRUTHS: Mapping[str, type[Distribution]] = {
    "Normal truth": Normal,
    "Student-t truth": StudentT,
    "Laplace truth": Laplace,
    "Uniform truth": Uniform,
}


def _of_the_error(law: type[Distribution], name: str) -> Parameter:
    declared = law.parameters()[name]
    return replace(declared, label=f"{declared.label} of the error")


@cache
def _truth_knobs(law: type[Distribution]) -> dict[str, Parameter]:
    """The knobs of a truth about 0, by the keyword that a base model takes them by."""
    names = {"scale": "sd_truth"} if law is Normal else {name: f"truth_{name}" for name in law.parameters()}
    knobs = {
        names[name]: replace(knob, symbol=f"{knob.symbol}_T", label=f"{knob.label} of truth")
        for name, knob in law.parameters().items()
        if name != "location"
    }
    if law is StudentT:
        knobs["truth_df"] = replace(knobs["truth_df"], default=10.0, low=LEAST_DF_OF_TRUTH)
    return knobs


@dataclass(frozen=True, kw_only=True, repr=False)
class NoisyTruth(Parameters, BaseModel):
    """Persuasiveness is truth plus an error. `truth` is one of `TRUTHS`, by name; `sd_truth` goes with the normal, `truth_df`
    and `truth_scale` with Student’s t, `truth_scale` with the Laplace and `truth_half_width` with the uniform law.

    Any law of either makes a base law by itself: `TruthPlusError(truth=…, error=…)`.

    Raises:
        ValueError: for a number that does not go with what is chosen, or a law of truth without a mean.
    """

    truth: str = next(iter(TRUTHS))
    sd_truth: float | None = None
    truth_df: float | None = None
    truth_scale: float | None = None
    truth_half_width: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        for key, options in self.choices().items():
            chosen = getattr(self, key)
            if chosen not in list(options):
                own_law = "; a law of your own goes to TruthPlusError(truth=…, error=…)" if key == "truth" else ""
                named = ", ".join(map(repr, options))
                raise ValueError(f"{key} = {chosen!r} is not allowed; it must be one of {named}{own_law}")
            for name in dict.fromkeys(name for knobs in options.values() for name in knobs):
                value, own = getattr(self, name), options[chosen].get(name)
                if own:
                    self.hold(name, own, own.default if value is None else value)
                elif value is not None:
                    others = " or ".join(repr(option) for option, knobs in options.items() if name in knobs)
                    raise ValueError(f"{name} = {value!r} goes with {key} = {others}, not with {chosen!r}")
        self.law()  # says what is wrong with it at once

    def __repr__(self) -> str:
        names = list(self.parameters())
        for key, options in self.choices().items():
            names += [key, *options[getattr(self, key)]]
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    @classmethod
    def knobs(cls) -> dict[str, Parameter]:
        return cls.parameters()

    @classmethod
    def choices(cls) -> dict[str, dict[str, dict[str, Parameter]]]:
        return {"truth": {name: _truth_knobs(law) for name, law in TRUTHS.items()}}

    @classmethod
    def of(cls, **knobs: Any) -> Self:
        return cls(**knobs)

    @property
    @abstractmethod
    def error(self) -> Distribution:
        """The law of the error."""

    @cached_property
    def base(self) -> TruthPlusError:
        law, names = TRUTHS[self.truth], {"sd_truth": "scale"}
        own = {names.get(name, name.removeprefix("truth_")): getattr(self, name) for name in _truth_knobs(law)}
        return TruthPlusError(self.error, truth=law(**own))

    def law(self) -> TruthPlusError:
        return self.base


@dataclass(frozen=True, kw_only=True, repr=False)
class TruthPlusNormal(NoisyTruth):
    name: ClassVar[str] = "Normal error"
    scale: float = knob(_of_the_error(Normal, "scale"))

    @property
    def error(self) -> Normal:
        return Normal(scale=self.scale)


@dataclass(frozen=True, kw_only=True, repr=False)
class TruthPlusLaplace(NoisyTruth):
    name: ClassVar[str] = "Laplace error"
    scale: float = knob(_of_the_error(Laplace, "scale"))

    @property
    def error(self) -> Laplace:
        return Laplace(scale=self.scale)


@dataclass(frozen=True, kw_only=True, repr=False)
class TruthPlusStudentT(NoisyTruth):
    name: ClassVar[str] = "Student-t error"
    df: float = knob(StudentT.parameters()["df"])
    scale: float = knob(_of_the_error(StudentT, "scale"))

    @property
    def error(self) -> StudentT:
        return StudentT(df=self.df, scale=self.scale)

    @classmethod
    def repaired(cls, **knobs: Any) -> tuple[Self, str]:
        """A tail so near the Cauchy law’s that most of its mean lies beyond one output in 10²⁰ is the Cauchy law’s."""
        if 1 < float(knobs["df"]) < LEAST_DF:
            said = f"{cls.knobs()['df'].symbol} between 1 and {LEAST_DF} counts as 1: the mean would lie beyond any sample."
            return cls.of(**knobs | {"df": 1.0}), said
        return cls.of(**knobs), ""


@dataclass(frozen=True, kw_only=True, repr=False)
class TruthPlusUniform(NoisyTruth):
    name: ClassVar[str] = "Uniform error"
    half_width: float = knob(_of_the_error(Uniform, "half_width"))

    @property
    def error(self) -> Uniform:
        return Uniform(half_width=self.half_width)


@dataclass(frozen=True, kw_only=True, repr=False)
class TruthPlusLognormal(NoisyTruth):
    """The error has a heavy tail above only; it has mean 0, or by `placing` lies above `lower_end`."""

    name: ClassVar[str] = "Lognormal error"
    sigma: float = knob(Lognormal.parameters()["sigma"])
    scale: float = knob(Lognormal.parameters()["scale"])
    placing: str = CENTRED
    lower_end: float | None = None

    @classmethod
    def choices(cls) -> dict[str, dict[str, dict[str, Parameter]]]:
        return super().choices() | {"placing": {CENTRED: {}, PLACED: {"lower_end": LOWER_END}}}

    @property
    def error(self) -> Lognormal:
        centred = self.placing == CENTRED
        return Lognormal(sigma=self.sigma, scale=self.scale, location=self.lower_end or 0.0, centred=centred)


@dataclass(frozen=True, kw_only=True, repr=False)
class TruthPlusLevy(NoisyTruth):
    """The error lies above `lower_end`, and its mean is infinite."""

    name: ClassVar[str] = "Lévy error"
    scale: float = knob(Levy.parameters()["scale"])
    lower_end: float = knob(LOWER_END)

    @property
    def error(self) -> Levy:
        return Levy(scale=self.scale, location=self.lower_end)
