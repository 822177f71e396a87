"""What mean truth can be read against: KL, its root, base samples, mean persuasiveness, or the method’s own pressure."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from dashboard.figures.readings import KL_AXIS, Placeable, Reading
from dashboard.words.text import listed
from models import Selection
from models.numerics.axes import Floats

__all__ = ["OWN", "READINGS", "own_pressure"]

OWN = "own pressure"
NARROW = 2.5**0.5  # times too long: an axis that goes like √KL then stays as long as that of KL


def _title(words: str, one: str = "", several: str = "") -> Callable[[Sequence[str]], str]:
    """`words`, and in small print what is said of one curve, or of several, that have no place on the axis."""

    def title(absent: Sequence[str]) -> str:
        remark = (one if len(absent) == 1 else several).format(listed(absent)) if absent else ""
        return f'{words}<br><span style="font-size: 0.85em">{remark}</span>' if remark else words

    return title


def _samples(placed: Placeable) -> Floats | None:
    logs = placed.log_samples_per_output
    return None if logs is None else np.asarray(logs) / np.log(10)


def own_pressure(method: type[Selection]) -> Reading:
    """The pressure of `method`, on the scale of its slider."""
    knob = method.knob()
    log = knob.scale == "log"

    def scaled(pressure: Floats) -> Floats:
        with np.errstate(divide="ignore"):
            return np.log10(pressure) if log else np.asarray(pressure)

    def place(placed: Placeable) -> Floats | None:
        selection = placed.selection
        return scaled(selection.pressure) if selection is not None and type(selection) is method else None

    alone = f"only {method.name} has this pressure"
    return Reading(
        title=_title(f"{knob.label}, {knob.symbol}", alone, alone),
        place=place,
        python="along.selection.pressure",
        log=log,
        low=float(scaled(knob.low)),
        high=float(scaled(knob.high)),
        roomy=NARROW,
    )


READINGS: Mapping[str, Reading] = {
    "KL": Reading(
        title=_title(KL_AXIS),
        place=lambda placed: placed.kl,
        python="along.kl",
        before="KL ",
        after=" nats",
        end=lambda max_kl: max_kl,
    ),
    "√KL": Reading(
        title=_title("√KL from the base model (√nats)"),
        place=lambda placed: np.sqrt(placed.kl),
        python="along.kl**0.5",
        before="√KL ",
        end=lambda max_kl: max_kl**0.5,
        roomy=NARROW,
    ),
    "samples": Reading(
        title=_title("base samples per output", "{} draws none", "{} draw none"),
        low=0.0,
        place=_samples,
        python="along.samples_per_output",
        log=True,
        after=" base samples per output",
        roomy=NARROW,
    ),
    "mean persuasiveness": Reading(
        title=_title("mean persuasiveness", *["it is not finite here"] * 2),
        place=lambda placed: placed.mean_persuasiveness,
        python="along.mean_persuasiveness",
        before="mean persuasiveness ",
        roomy=NARROW,
    ),
}
