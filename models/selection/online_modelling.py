"""Online generative modelling: imitate a buffer, ask for its top, and feed the answers back (docs/theory.md §2.7, after Sam Marks)."""

from dataclasses import KW_ONLY, dataclass
from functools import lru_cache
from typing import ClassVar, Self

import numpy as np
from scipy.special import xlog1py

from models.base_models.base import BaseModel
from models.base_models.given import as_law
from models.laws.base import BaseLaw
from models.laws.iterated_top_fraction import IteratedTopFraction, Thresholds, log_growth
from models.numerics.axes import Floats, plain
from models.parameters import Interval, knob
from models.selection.base import Outcome, Selection

__all__ = ["OnlineModelling"]

MOST_ROUNDS = 500
PARTS = 16  # of the first round, in which root_kl does not go straight
SWEPT = 31.0  # nats: as far as a course goes at least, rounds are looked at one by one


@dataclass(frozen=True)
class OnlineModelling(Selection):
    """A model imitates a buffer, is asked for the top q of it, and a share ω of the buffer is replaced by the answers.

    G_{k+1} = (1 − ω) G_k + ω (G_k given P ≥ c_k), c_k the (1 − q)-quantile of G_k, an atom there being split. G_k
    weighs an output that reaches the first j bars by A^j (1 − ω)^(k−j), A = 1 − ω + ω/q; c_k has base tail q A^(−k), or
    lies on the atom that straddles it. rounds = 0, feedback = 0 or fraction = 1 give the base model; feedback = 1 the top
    q^k, at a KL of k log(1/q).

    The pressure is the number of rounds. Between two whole numbers the last round is fed back in part: after k + x rounds
    the law is (1 − x) G_k + x G_{k+1}, so that every mean moves straight from round to round.

    An output of G_k costs A^k base samples: 1 − ω of the outputs of G_{k+1} are those of G_k, and for the others 1/q
    outputs of G_k are drawn for each that is kept. That is also the most that any output's weight has grown, and so what
    rejection sampling from the base model takes. A model that has learnt to imitate the buffer gives one in a single
    draw; the price is paid in making the buffer.

    >>> from models import Mode, OutputMixture
    >>> base = OutputMixture([Mode(correlation=1)])
    >>> outcome = OnlineModelling(rounds=10, fraction=0.5, feedback=1).apply(base)
    >>> round(outcome.kl, 6), round(outcome.samples_per_output, 6)  # the top 1 in 1,024
    (6.931472, 1024.0)
    """

    name: ClassVar[str] = "Online modelling"
    rounds: float = knob(
        symbol="k",
        label="rounds",
        default=10.0,
        low=0.0,
        high=40.0,
        step=1.0,
        help="How often the model is asked for its best, and imitates a buffer with the answers in it.",
        domain=Interval(0.0, MOST_ROUNDS),
    )
    _: KW_ONLY
    fraction: float = knob(
        symbol="q",
        label="asked for: the top",
        default=0.5,
        low=0.05,
        high=0.95,
        step=0.01,
        help="Every round asks for this most persuasive fraction of the buffer: 0.5 is only pretty good.",
        domain=Interval(0.0, 1.0, open_low=True),
    )
    feedback: float = knob(
        symbol="ω",
        label="fed back",
        default=0.5,
        low=0.05,
        high=1.0,
        step=0.05,
        help="The share of the buffer that every round replaces by its answers.",
        domain=Interval(0.0, 1.0),
    )

    @property
    def log_step(self) -> float:
        """log A: by how much a round multiplies the weight of the outputs it asks for."""
        return float(log_growth(self.fraction, self.feedback))

    def log_samples(self, rounds: Floats) -> Floats:
        """log of A^k, in base samples per output; of a round fed back in part its own part of A."""
        whole = np.floor(rounds)
        return plain(whole * self.log_step + log_growth(self.fraction, (rounds - whole) * self.feedback))

    def log_tail(self, rounds: Floats) -> Floats:
        """log of the base model's share of outputs that are the top q after that many rounds: q A^(−k)."""
        return plain(np.log(self.fraction) - self.log_samples(np.asarray(rounds)))

    def bar(self, base: BaseLaw | BaseModel, rounds: Floats) -> Floats:
        """The (1 − q)-quantile after that many rounds, score units: c_k, which the next round asks its answers to reach."""
        return plain(as_law(base).top(np.asarray(self.log_tail(rounds)))[0])

    def select(self, base: BaseLaw) -> Outcome:
        """
        Raises:
            ValueError: where a tail is so heavy that the last bar would lie beyond every number.
        """
        return self._outcomes(base, [self.rounds])[0]

    def path(self, base: BaseLaw | BaseModel) -> tuple[Outcome, ...]:
        """The outcome after every round, the base model's own first and `apply`'s last; of one number of rounds.

        Raises:
            ValueError: as `apply`, and for an array of rounds.
        """
        if np.ndim(self.rounds):
            raise ValueError(f"rounds is an array of {np.size(self.rounds)}; a path is that of one number of rounds")
        return self._outcomes(as_law(base), [*map(float, range(int(np.ceil(self.rounds)))), self.rounds])

    def _outcomes(self, base: BaseLaw, stops: list[Floats]) -> tuple[Outcome, ...]:
        """The outcome after each number of rounds; they share what they are mixed from."""
        last = np.max(self.rounds, initial=0.0)
        if not np.all(self.exists(base, last)):
            raise ValueError(
                f"rounds = {float(last)!r}: at fraction = {self.fraction!r} and feedback = {self.feedback!r} the last bar "
                "would lie beyond every number"
            )
        bars = _bars(base, self.at(0.0), max(int(np.ceil(last)), 1))
        return tuple(
            Outcome(base, selection, law, None, self.log_samples(rounds))
            for rounds in stops
            for selection in [self if rounds is self.rounds else self.at(rounds)]
            for law in [IteratedTopFraction(base, self.fraction, self.feedback, np.asarray(rounds), bars)]
        )

    def exists(self, base: BaseLaw, pressure: Floats) -> Floats:
        last = np.maximum(np.ceil(pressure) - 1, 0.0)
        return np.asarray(self.log_tail(last)) / min(base.tail_index, 1e9) >= -np.square(self.max_root_kl)

    def max_root_kl_on(self, base: BaseLaw) -> float:
        """Or where the last bar would lie beyond every number."""
        last = np.square(self.max_root_kl) * min(base.tail_index, 1e9) + np.log(self.fraction)
        most = np.floor(last / self.log_step) + 1 if self.log_step > 0 else np.inf
        return min(super().max_root_kl_on(base), float(np.interp(most, *self._root_kls)))

    def truth_limit(self, base: BaseLaw) -> float:
        """That of the base model's tail; where a round changes nothing, the base model's own mean."""
        return base.truth_limit if self.log_step > 0 else base.mean_truth

    def kinks(self, base: BaseLaw) -> Floats:
        """Every whole number of rounds."""
        last = max(self.knob().high, np.ceil(self.at_root_kl(base, np.sqrt(SWEPT)).rounds))
        whole = np.arange(last + 1)
        return whole[self.exists(base, whole)]

    def at_root_kl(self, base: BaseLaw, root_kl: Floats) -> Self:
        """Where P is continuous the KL is depth² at whole rounds, and root_kl goes straight from one to the next."""
        rounds, root_kls = self._root_kls
        return self.at(plain(np.where(np.asarray(root_kl) > 0, np.interp(root_kl, root_kls, rounds), 0.0)))

    @property
    def _root_kls(self) -> tuple[np.ndarray, np.ndarray]:
        """√KL of a continuous P after some parts of a round and every whole number of rounds, as far as numbers go: a sum
        over the bars, of which those between the first and the last form geometric series."""
        q, omega, kept, step = self.fraction, self.feedback, 1 - self.feedback, self.log_step
        far = (np.square(self.max_root_kl) + np.log(q)) / step if step > 0 else np.inf
        k = np.arange(1, 1 + int(min(max(far, 1.0), MOST_ROUNDS)))
        power, log_kept = kept**k, np.log(kept) if kept > 0 else 0.0
        ones, counted = np.cumsum(power) - power, np.cumsum(k * power) - k * power
        between = omega * ((k * ones - counted) * step + counted * log_kept)
        kl = (1 - q) * (power * k * log_kept + between) + (q * kept + omega) * k * step
        part = np.linspace(0, 1, PARTS, endpoint=False)
        fed = part * omega
        first = (1 - q) * xlog1py(1 - fed, -fed) + (q + fed * (1 - q)) * log_growth(q, fed)
        root_kl = np.sqrt(np.maximum(np.append(first, kl), 0.0))
        return np.append(part, k), np.maximum.accumulate(root_kl)


@lru_cache(maxsize=16)
def _bars(base: BaseLaw, method: OnlineModelling, rounds: int) -> Thresholds:
    """What so many rounds ask for: the same for all numbers of rounds that end in the last."""
    return Thresholds(base, np.asarray(method.log_tail(np.arange(rounds))))
