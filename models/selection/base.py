"""Selection on persuasiveness: reweighting outputs by a function of P alone (docs/theory.md §2).

    q(t, p) = f(t, p) w(p) / E[w(P)]

Every method is a frozen record of its one pressure, which may be given without its name. `apply` returns an `Outcome`;
given an array of pressures it returns one whose attributes are arrays, which is how curves are computed.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, cast

import numpy as np

from models.base_models.base import BaseModel
from models.base_models.given import as_law, named
from models.laws.base import Atoms, BaseLaw, OutputLaw, Points
from models.numerics.axes import Floats, plain
from models.parameters import Parameter, Parameters

__all__ = ["MOST_SAMPLES", "Outcome", "Selection", "as_outcome", "as_template"]

MOST_SAMPLES = 1e12  # where the shared quadrature ends


class WithKL(Protocol):
    """A selected law that knows its own KL from the base law."""

    @property
    def kl(self) -> Floats: ...


@dataclass(frozen=True, eq=False)
class Outcome(OutputLaw):
    """The outputs a selection leaves, and what it cost.

    Attributes:
        base, selection: what was applied to what.
        law: the selected law of (T, P); its moments and densities are the outcome's own.
        exact_kl: KL(selected ‖ base), nats, where it is known; otherwise `law` is one that sums it, `WithKL`.
        log_samples_per_output: natural log of the base samples one output costs, or None where that has no
            meaning (Boltzmann).
    """

    base: BaseLaw
    selection: "Selection"
    law: OutputLaw
    exact_kl: Floats | None
    log_samples_per_output: Floats | None

    @property
    def kl(self) -> Floats:
        """KL(selected ‖ base), nats."""
        return cast(WithKL, self.law).kl if self.exact_kl is None else self.exact_kl

    @property
    def samples_per_output(self) -> Floats | None:
        """Base samples per output; ∞ past 1.8e308, where `log_samples_per_output` still tells."""
        if self.log_samples_per_output is None:
            return None
        with np.errstate(over="ignore"):
            return plain(np.exp(self.log_samples_per_output))

    @property
    def computed(self) -> str:
        return self.law.computed

    @property
    def mean_truth(self) -> Floats:
        return self.law.mean_truth

    @property
    def mean_persuasiveness(self) -> Floats:
        return self.law.mean_persuasiveness

    @property
    def sd_truth(self) -> Floats:
        return self.law.sd_truth

    @property
    def sd_persuasiveness(self) -> Floats:
        return self.law.sd_persuasiveness

    @property
    def covariance(self) -> Floats | None:
        return self.law.covariance

    def truth_pdf(self, t: Floats) -> Floats:
        return self.law.truth_pdf(t)

    def persuasiveness_pdf(self, p: Floats) -> Floats:
        return self.law.persuasiveness_pdf(p)

    def joint_pdf(self, t: Floats, p: Floats) -> Floats:
        return self.law.joint_pdf(t, p)

    def truth_atoms(self) -> Atoms:
        return self.law.truth_atoms()

    def persuasiveness_atoms(self) -> Atoms:
        return self.law.persuasiveness_atoms()

    @property
    def jumps(self) -> np.ndarray:
        return self.law.jumps

    def on_nodes(self, base: BaseLaw) -> tuple[Points, np.ndarray]:
        return self.law.on_nodes(base)

    def expected_shortfall(self, level: float) -> float:
        return self.law.expected_shortfall(level)

    def __repr__(self) -> str:
        pressure, samples = self.selection.pressure, self.samples_per_output
        first, *further = self.selection.parameters()
        method = f"{type(self.selection).__name__}({first}={_said(pressure)}{', …' if further else ''})"
        several = f"{np.size(pressure)} × " if np.ndim(pressure) else ""
        means = f"mean truth {_said(self.mean_truth)}, mean persuasiveness {_said(self.mean_persuasiveness)}"
        cost = "" if samples is None else f", {_said(samples)} base samples per output"
        return f"{several}{method} on {self.base.title}: {means}, KL {_said(self.kl)} nats{cost}"

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """
            Raises:
                AttributeError: naming where it is, or what there is.
            """
            selection = self.__dict__.get("selection")
            if name.startswith("_") or selection is None or name in dir(self):
                return object.__getattribute__(self, name)  # raises what it raised
            pressure = next(iter(selection.parameters()))
            for part, of in (("selection", selection), ("base", self.base)):
                if name in dir(of):
                    what = "its pressure" if name == pressure else "that"
                    raise AttributeError(f"an outcome has no {name!r}; {what} is outcome.{part}.{name}")
            public = [known for known in dir(self) if not known.startswith("_")]
            alike = [known for known in public if len(name) > 1 and name.lower() in known] or public
            raise AttributeError(
                f"an outcome has no {name!r}; it has {', '.join(alike)}, and its pressure is outcome.selection.{pressure}"
            )


def _said(numbers: Floats | None) -> str:
    """A number as it is read, or the range of several; what is below 1e-12 is rounding."""
    if numbers is None:
        return "does not exist"
    ends, digits = ([np.min(numbers), np.max(numbers)], 3) if np.ndim(numbers) else ([numbers], 4)
    return " to ".join(f"{round(float(end), 12) + 0.0:.{digits}g}" for end in ends)


@dataclass(frozen=True, kw_only=True)
class Selection(Parameters, ABC):
    """A way to reweight outputs by their persuasiveness alone, at one pressure: the first knob.

    `max_root_kl` is the root_kl at which the numbers of a method end: for tails, one output in 1e293.
    """

    name: ClassVar[str]
    max_root_kl: ClassVar[float] = 26.0

    def max_root_kl_on(self, base: BaseLaw) -> float:
        """`max_root_kl`, or where the numbers of the base law end."""
        return min(self.max_root_kl, base.max_root_kl)

    exact_root_kl: ClassVar[bool] = False  # where P is continuous the KL is depth², not only about that

    def apply(self, base: BaseLaw | BaseModel) -> Outcome:
        """Select from `base`, a law or a base model.

        Raises:
            TypeError: for anything else; it names the right call.
            ValueError: for a law that is several, or where the method leaves nothing or has no optimum.
        """
        return self.select(as_law(base))

    @abstractmethod
    def select(self, base: BaseLaw) -> Outcome:
        """`apply`, to a law."""

    @classmethod
    def arrays(cls) -> Collection[str]:
        """The pressure alone."""
        return list(cls.parameters())[:1]

    @classmethod
    def knob(cls) -> Parameter:
        """The declaration of the pressure: a method's first knob. Further knobs are held while pressure changes."""
        return next(iter(cls.parameters().values()))

    @property
    def pressure(self) -> Floats:
        return getattr(self, next(iter(self.parameters())))

    def at(self, pressure: Floats) -> Self:
        """The same method at another pressure, or at an array of them."""
        return replace(self, **{next(iter(self.parameters())): pressure})

    def exists(self, base: BaseLaw, pressure: Floats) -> Floats:
        """Whether `apply` has a result at `pressure`, element by element."""
        return np.full(np.shape(pressure), True)

    def truth_limit(self, base: BaseLaw) -> float:
        """What mean truth tends to as pressure grows without bound; ±∞ if it passes every bound."""
        return base.truth_limit

    def kinks(self, base: BaseLaw) -> Floats:
        """The pressures at which the outcome moves with a kink or jumps: point masses make them, and whole
        numbers of rounds."""
        return np.empty(0)

    def jumps(self, base: BaseLaw) -> Floats:
        """Those of `kinks` just above which the outcome is another."""
        kinks = np.asarray(self.kinks(base))
        return kinks[np.isin(np.nextafter(kinks, np.inf), kinks)]

    @abstractmethod
    def at_root_kl(self, base: BaseLaw, root_kl: Floats) -> Self:
        """The method at the pressure whose KL from `base` is about `root_kl`²; nothing is selected at 0, and pressure
        grows steadily with root_kl."""


def as_template(method: Selection | type[Selection]) -> Selection:
    """A method whose pressure is to be varied: a record, or a class for that class with its other knobs at their defaults.

    Raises:
        TypeError: for anything else.
    """
    if isinstance(method, Selection):
        return method
    if isinstance(method, type) and issubclass(method, Selection):
        return method()
    raise TypeError(
        f"{named(method)} is no method; the first argument is one, such as BestOfN, and the second the base model"
    )


def as_outcome(outcome: Outcome) -> Outcome:
    """
    Raises:
        TypeError: for anything else.
    """
    if not isinstance(outcome, Outcome):
        raise TypeError(f"{named(outcome)} is no outcome; give one, such as BestOfN(64).apply(base)")
    return outcome
