"""One declaration per knob.

A `Parameter` says everything about one number: its symbol and words for the screen, the range a
slider or a link may use, and the mathematical domain a model accepts. A `Parameters` record is a
frozen dataclass whose fields are declared with `knob`, so the field name is at once the keyword
argument, the widget key and the URL key.

Two ranges, on purpose: `low .. high` is what a visitor may ask for (inclusive and finite: the slider,
the link and the tests' draws all use it), `domain` is what the mathematics allows.
"""

import dataclasses
import inspect
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Self, cast

import numpy as np

__all__ = ["Interval", "Parameter", "Parameters", "Record", "knob", "printed"]

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Interval:
    """A range of finite numbers; an infinite end is never itself allowed."""

    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False

    def contains(self, value: np.ndarray) -> np.ndarray:
        above = value > self.low if self.open_low else value >= self.low
        below = value < self.high if self.open_high else value <= self.high
        return above & below & np.isfinite(value)

    def check(self, value: Any, name: str) -> Any:
        """`value` as a float (or float array) inside.

        Raises:
            ValueError: naming the quantity, the value and the allowed range.
        """
        if isinstance(value, float) and self.low < value < self.high:
            return float(value)
        try:
            if isinstance(value, str | bytes | bool):
                raise TypeError
            number = np.array(value, dtype=float)
            number.setflags(write=False)
        except (TypeError, ValueError, OverflowError):
            raise ValueError(f"{name} = {value!r} is not a number; it must lie in {self}") from None
        inside = self.contains(number)
        if not np.all(inside):
            culprit = number[~inside].flat[0] if number.ndim else number.item()
            raise ValueError(f"{name} = {float(culprit)!r} is not allowed; it must lie in {self}")
        return number if number.ndim else number.item()

    def __str__(self) -> str:
        left = "(−∞" if self.low == -math.inf else f"{'(' if self.open_low else '['}{self.low:g}"
        right = "∞)" if self.high == math.inf else f"{self.high:g}{')' if self.open_high else ']'}"
        return f"{left}, {right}"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One number a person can choose.

    Attributes:
        symbol: what the formulas call it, e.g. ``"μ_A"``.
        label: what a slider calls it, in a few words.
        default, low, high, step: the slider, inclusive and finite. On a log scale the slider moves over
            round numbers (`stops`) that are multiples of `step`.
        help: one sentence more.
        scale: ``"linear"`` or ``"log"``.
        domain: every value the mathematics accepts.
    """

    symbol: str
    label: str
    default: float
    low: float
    high: float
    step: float
    help: str
    scale: Literal["linear", "log"] = "linear"
    domain: Interval = Interval()

    def __post_init__(self) -> None:
        if not self.low <= self.default <= self.high:
            raise ValueError(f"{self.label}: default {self.default} is outside [{self.low}, {self.high}]")
        if not np.all(self.domain.contains(np.array([self.low, self.high]))):
            raise ValueError(f"{self.label}: [{self.low}, {self.high}] leaves the domain {self.domain}")

    def check(self, value: Any, name: str) -> Any:
        """`value` as a float (or float array) inside `domain`; see `Interval.check`."""
        return self.domain.check(value, name)

    def read(self, text: str) -> float:
        """The number that `text`, typed by a stranger, stands for.

        Raises:
            ValueError: naming the quantity and the slider's range, unless it is a number in that range. The
                text itself is not repeated.
        """
        try:
            number = float(text) if len(text) <= 32 else math.nan
        except ValueError:
            number = math.nan
        if not self.low <= number <= self.high:
            raise ValueError(
                f"{self.symbol} ({self.label}) must be a number from {printed(self.low)} to {printed(self.high)}"
            )
        return number

    @property
    def stops(self) -> tuple[float, ...]:
        """The values of a log-scaled slider, about ten to a decade, the default among them."""
        mantissas = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        decades = (float(f"{m}e{e}") for e in range(first, last + 1) for m in mantissas)
        on_step = (max(self.step, round(v / self.step) * self.step) if self.step else v for v in decades)
        return tuple(sorted({v for v in on_step if self.low <= v <= self.high} | {self.low, self.default, self.high}))

    @property
    def spread(self) -> np.ndarray:
        """Values all over the slider, both ends among them."""
        if self.scale == "log":
            return np.geomspace(self.low, self.high, 21)
        return np.linspace(self.low, self.high, 81)

    def draw(self, rng: np.random.Generator) -> float:
        """A random value of the slider's range, uniform on its scale (for tests)."""
        if self.scale == "log":
            return float(np.exp(rng.uniform(np.log(self.low), np.log(self.high))))
        return float(rng.uniform(self.low, self.high))


def printed(value: float) -> str:
    """A slider’s end or default as people read it: “−2”, “64”, “10⁹”.

    >>> printed(-0.5), printed(5000.0), printed(2.5e6), printed(1e-9)
    ('−0.5', '5,000', '2.5 × 10⁶', '10⁻⁹')
    """
    mantissa, _, exponent = f"{value:g}".partition("e")
    if not exponent:
        return f"{value:,g}".replace("-", "−")
    power = f"10{str(int(exponent)).translate(_SUPERSCRIPT)}"
    return power if mantissa == "1" else f"{mantissa.replace('-', '−')} × {power}"


def knob(like: Parameter | None = None, **declaration: Any) -> Any:
    """Declare a dataclass field by its `Parameter`, or by one `like` it; the field's default is the parameter's."""
    parameter = like or Parameter(**declaration)
    return dataclasses.field(default=parameter.default, metadata={"parameter": parameter})


class Record:
    """Base of frozen dataclasses that name what they take where they are given something else.

    Raises:
        TypeError: on construction, for what is no keyword, or has to be one.
    """

    def __new__(cls, *unnamed: Any, **named: Any) -> Self:
        known, positional = _keywords(cast(type, cls))
        strange = [f"{value!r} without a name" for value in unnamed[positional:]]
        strange += [name for name in named if name not in known]
        if strange:
            raise TypeError(f"{cls.__name__} does not take {', '.join(strange)}; it takes {', '.join(known.values())}")
        return super().__new__(cls)


@dataclass(frozen=True, kw_only=True)
class Parameters(Record):
    """Base of the frozen records whose fields are knobs: numbers, and for `arrays` of them arrays of numbers.

    Raises:
        ValueError: on construction, for a value outside its parameter's domain, or an array where one number is needed.
    """

    def __post_init__(self) -> None:
        for name, parameter in self.parameters().items():
            self.hold(name, parameter, getattr(self, name))

    def hold(self, name: str, parameter: Parameter, value: Any) -> None:
        """Keep the checked `value`; for the record's own construction."""
        checked = parameter.check(value, name)
        if isinstance(checked, np.ndarray) and name not in self.arrays():
            several = f"[{type(self).__name__}({name}=x) for x in …]"
            raise ValueError(f"{name} is an array of {checked.size}; it must be one number, and for several {several}")
        object.__setattr__(self, name, checked)

    @classmethod
    def parameters(cls) -> dict[str, Parameter]:
        """Field name → `Parameter`, in order of declaration."""
        return dict(_declared(cast(type, cls)))

    @classmethod
    def arrays(cls) -> Collection[str]:
        """The knobs that may be arrays of numbers."""
        return ()


@cache
def _declared(record: type) -> Sequence[tuple[str, Parameter]]:
    return [(f.name, f.metadata["parameter"]) for f in dataclasses.fields(record) if "parameter" in f.metadata]


@cache
def _keywords(record: type) -> tuple[Mapping[str, str], int]:
    """What a record takes, each with its default or its type, and how much of it without a name."""
    taken = [each for each in inspect.signature(record).parameters.values() if each.kind is not each.VAR_KEYWORD]
    said = {
        each.name: re.sub("[a-z_]+[.]", "", str(each))
        if each.default is each.empty
        else f"{each.name}={each.default!r}"
        for each in taken
    }
    return said, sum(each.kind is not each.KEYWORD_ONLY for each in taken)
