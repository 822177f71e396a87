"""What a drag of the pressure does not change, kept by value: laws with what they have worked out, curves and courses."""

from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace

import numpy as np

from dashboard.words.course import at_whole_n
from dashboard.words.methods import method_text
from models import BaseModel, Course, NoOptimumError, Selection, course, curve
from models.laws.base import BaseLaw, Outputs

__all__ = ["CURVE_POINTS", "DOTS", "CurveNumbers", "course_of", "curve_of", "law_of", "names_of", "outputs_of"]

CURVE_POINTS = 72
DOTS = 400


@lru_cache(maxsize=64)
def law_of(world: BaseModel) -> BaseLaw:
    return world.law()


@lru_cache(maxsize=64)
def outputs_of(base: BaseLaw, first: int) -> Outputs:
    return base.outputs(DOTS, after=first)


@dataclass(frozen=True, eq=False)
class CurveNumbers:
    """A method’s curve in numbers: what `Outcome` says of it, without the law they are from, which takes megabytes."""

    selection: Selection
    kl: np.ndarray
    mean_truth: np.ndarray
    mean_persuasiveness: np.ndarray | None
    samples_per_output: np.ndarray | None
    log_samples_per_output: np.ndarray | None
    cuts: np.ndarray | None


@lru_cache(maxsize=128)
def curve_of(method: Selection, base: BaseLaw, max_kl: float) -> CurveNumbers:
    found = curve(method, base, max_kl, CURVE_POINTS)
    numbers = {name: getattr(found, name) for name in CurveNumbers.__dataclass_fields__ if name != "cuts"}
    return CurveNumbers(**numbers, cuts=method_text(method).cut(found))


@lru_cache(maxsize=128)
def names_of(method: Selection, base: BaseLaw, max_kl: float) -> tuple[str, ...]:
    label, knobs, name = method_text(method).label, SimpleNamespace(**vars(method)), next(iter(method.parameters()))

    def called(pressure: float) -> str:
        setattr(knobs, name, pressure)  # a label only reads knobs, which a record of a method would check
        return label(knobs)

    return tuple(map(called, curve_of(method, base, max_kl).selection.pressure.tolist()))


@lru_cache(maxsize=64)
def course_of(method: Selection, base: BaseLaw) -> Course | None:
    """How mean truth goes under `method` over its whole range; None where that has no optimum at all."""
    try:
        return at_whole_n(course(method, base))
    except NoOptimumError:
        return None
