"""The nearest tokens to a random direction: how alike they are where embeddings come in clusters (docs/theory.md §8)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.polynomial import legendre
from scipy.special import bdtr, betainccinv, betaincinv, erf, erfc, log_ndtr, ndtr, ndtri

from models.numerics.normal import inverse_mills, log_phi
from models.numerics.panels import panels
from models.parameters import Interval, Parameter, Parameters, knob

__all__ = ["ALIKE", "NearestTokens"]

NEGLIGIBLE = 1e-19  # a chance that changes no digit
FARTHEST_SDS = 9.3  # Q(9.3) < 1e-20
PANEL = 0.4  # scores: the largest of 1e9 tokens has a spread of 0.2, the m-th largest 1/√m of it
POINTS = 16  # of `panels` to a panel
WIDEST_PANEL = 0.6  # scores, of a panel above which
ALONE = 1e-2  # tokens are expected, so that a token there is hardly ever beside another
COARSE = 401  # scores looked at to find where the m-th largest can be
RULE_STEP = 0.1  # times √ρ: of the trapezoidal rule over what a cluster shares, whose error falls as e^(−1/step²)
LEAST_SPREAD = 1e-150  # in the place of a spread of 0
LARGEST = 600.0  # log of what is multiplied by an equally small factor

ALIKE = Parameter(
    symbol="a",
    label="alike",
    default=4.0,
    low=2.0,
    high=10.0,
    step=1.0,
    scale="log",
    help="A direction looks meaningful where so many of its nearest tokens are from one cluster.",
    domain=Interval(1.0),
)


@dataclass(frozen=True, kw_only=True)
class NearestTokens(Parameters):
    """N tokens in clusters of g, of whose variance a share ρ lies between clusters, seen from a random direction.

    Along a random unit vector of d dimensions the scores are standard normal, with correlation ρ inside a cluster and
    independent across: score = √ρ · cluster’s + √(1 − ρ) · own. If g does not divide N, the tokens left over are one
    smaller cluster. Of interest are the m of highest score, the nearest. ρ = 0 is no cluster at all; at ρ = 1 a cluster’s
    tokens are tied, and chance orders them.

    Numbers are expectations over that law, exact but for quadrature, to about 1e-12: a token is among the nearest if at
    most m − 1 lie above it, so one integrates over its score x, the chance that k of its own cluster are above x, and the
    chance that the other clusters, which are independent of it, have at most m − 1 − k above x. A fixed threshold at the
    expected rank instead of that is 7 % off at N = 20,000, g = 20, ρ = 0.4, m = 20. What remains approximate is the law
    of the scores: normal, as of Gaussian embeddings whose lengths hardly differ, every pair of a cluster equally close.

    Every knob is one number, whole but for ρ. The time is of the order of m² log N: hundredths of a second for m = 20, seconds for m = 200.

    Raises:
        ValueError: also where a cluster, or the nearest, would be more tokens than there are.
    """

    between_share: float = knob(
        symbol="ρ",
        label="shared by a cluster",
        default=0.4,
        low=0.0,
        high=0.95,
        step=0.01,
        help="The share of the variance of embeddings that lies between clusters: how close a cluster’s tokens are.",
        domain=Interval(0.0, 1.0),
    )
    tokens: float = knob(
        symbol="N",
        label="vocabulary",
        default=20_000.0,
        low=100.0,
        high=1e6,
        step=1.0,
        scale="log",
        help="How many tokens there are; GPT-2 has 50,257.",
        domain=Interval(1.0, 1e9),
    )
    cluster_size: float = knob(
        symbol="g",
        label="tokens in a cluster",
        default=20.0,
        low=1.0,
        high=60.0,
        step=1.0,
        scale="log",
        help="How many tokens belong together.",
        domain=Interval(1.0, 1e6),
    )
    dimension: float = knob(
        symbol="d",
        label="dimensions",
        default=1280.0,
        low=2.0,
        high=20_000.0,
        step=1.0,
        scale="log",
        help="Dimensions of the embedding: the more, the smaller every cosine. GPT-2 large has 1,280.",
        domain=Interval(2.0, 1e12),
    )
    nearest: float = knob(
        symbol="m",
        label="nearest tokens shown",
        default=20.0,
        low=2.0,
        high=40.0,
        step=1.0,
        scale="log",
        help="How many of the nearest tokens one looks at.",
        domain=Interval(1.0, 200.0),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in self.parameters():
            if name != "between_share":
                _whole(name, getattr(self, name))
        for name in ("cluster_size", "nearest"):
            if getattr(self, name) > self.tokens:
                raise ValueError(
                    f"{name} = {getattr(self, name)!r} is not allowed; it must lie in [1, {self.tokens:g}], the tokens"
                )

    # ── the numbers ──

    @property
    def same_cluster_share(self) -> float | None:
        """The expected share of pairs among the nearest whose tokens are of one cluster; None for one token.

        (g − 1)/(N − 1) at ρ = 0, if g divides N.

        >>> tokens = NearestTokens(tokens=20_000, cluster_size=20, between_share=0.4, nearest=20)
        >>> round(tokens.same_cluster_share, 10)
        0.0259362785
        """
        if self.nearest == 1:
            return None
        pairs = sum(float(np.sum(k * each)) for k, each in self._among_the_nearest)
        return pairs / (self.nearest * (self.nearest - 1) / 2)

    @property
    def expected_clusters(self) -> float:
        """How many different clusters the nearest are from, expected; each is counted by its first token.

        Near m where clusters are many and ρ is small, 1 where there is one cluster.
        """
        return sum(float(np.sum(each)) for k, each in self._among_the_nearest if k == 0)

    @property
    def expected_cosine(self) -> float:
        """The expected cosine of the nearest token, with the exact law of a cosine in d dimensions.

        Exact at ρ = 0, where embeddings are independent. Elsewhere the scores’ normal dependence is carried over to the
        cosines, as if the tokens’ lengths did not matter to it. About E[max of N]/√d (`normal_cosine`) for large d.

        >>> f"{NearestTokens(tokens=50_257, dimension=1280, between_share=0, nearest=1).expected_cosine:.7f}"
        '0.1179280'
        """
        return self._first(_cosine(self._nodes[0], self.dimension))

    @property
    def normal_cosine(self) -> float:
        """E[max of N]/√d: the cosine of the nearest where a score in d dimensions is taken for normal."""
        return self._first(self._nodes[0]) / np.sqrt(self.dimension)

    def looks_meaningful(self, alike: float) -> float:
        """The chance that at least `alike` of the nearest are of one cluster, to 1e-13 absolute.

        One less the chance that no cluster has as many, by the same integral over the m-th largest score.

        Raises:
            ValueError: unless `alike` is a whole number of at least 1.
        """
        alike = int(_whole("alike", ALIKE.check(alike, "alike")))
        if alike > min(self.nearest, self.cluster_size):
            return 0.0
        last, fewer = int(self.nearest) - 1, 0.0
        for own, size, others in self._kinds:
            counts = self._counts(others, alike - 1)
            for k, density in enumerate(self._above(size)[: alike - 1]):
                fewer += own * size * float(np.sum(density * counts[last - k] * self._nodes[1]))
        return max(0.0, 1.0 - fewer)

    # ── what a fixed threshold shows of it ──

    @property
    def threshold(self) -> float:
        """Q⁻¹(m/N): the score above which m tokens are expected; −∞ for all of them."""
        return -float(ndtri(self.nearest / self.tokens))

    @property
    def mean_above(self) -> float:
        """The expected score of a token above `threshold`, of which the cluster’s part is ρ."""
        return float(inverse_mills(self.threshold)) if self.nearest < self.tokens else 0.0

    @property
    def _clusters(self) -> float:
        """How many clusters there are; the last may be smaller."""
        return float(np.ceil(self.tokens / self.cluster_size))

    @property
    def _leading(self) -> float:
        """Q⁻¹(1/K) of K clusters, in standard deviations of what a cluster shares; at least the median, 0."""
        return -float(ndtri(min(0.5, 1 / self._clusters)))

    @property
    def leading_cluster(self) -> float:
        """The part of a score that one cluster among all is expected to exceed."""
        return float(np.sqrt(self.between_share)) * self._leading

    @property
    def leading_tokens(self) -> float:
        """How many tokens of a cluster whose part exceeds `leading_cluster` are expected above `threshold`, any cluster alike."""
        first, shared, own = (
            self._leading,
            np.sqrt(self.between_share),
            max(np.sqrt(1 - self.between_share), LEAST_SPREAD),
        )
        turn = (self.threshold + own * np.linspace(-FARTHEST_SDS, FARTHEST_SDS, 41)) / max(shared, LEAST_SPREAD)
        edges = np.sort(
            np.append(np.linspace(first, first + FARTHEST_SDS, 41), np.clip(turn, first, first + FARTHEST_SDS))
        )
        z, width = panels(edges)
        weight = np.exp(log_phi(z)) * width
        beyond = float(weight @ ndtr((shared * z - self.threshold) / own)) / float(ndtr(-first))
        return self.tokens / self._clusters * beyond

    # ── the integral over a token’s score ──

    @property
    def _kinds(self) -> list[tuple[float, float, list[tuple[float, float]]]]:
        """Kinds of cluster: how many there are, their size, and how many others there are of each size."""
        full, rest = divmod(self.tokens, self.cluster_size)
        if not rest:
            return [(full, self.cluster_size, [(self.cluster_size, full - 1)])]
        return [
            (full, self.cluster_size, [(self.cluster_size, full - 1), (rest, 1)]),
            (1.0, rest, [(self.cluster_size, full - 1), (self.cluster_size, 1)]),
        ]

    @cached_property
    def _nodes(self) -> tuple[np.ndarray, np.ndarray]:
        """Nodes and weights over every score that one of the nearest can have.

        Every full cluster has a token above x with at least the chance Q(x) of its first one.
        """
        x = np.linspace(-FARTHEST_SDS, -float(ndtri(NEGLIGIBLE / self.tokens)), COARSE)
        full = self.tokens // self.cluster_size
        low = x[0]
        if self.nearest <= full:
            low = x[np.argmax(bdtr(self.nearest - 1, int(full), ndtr(-x)) > NEGLIGIBLE)]
        end = max(low, -float(ndtri(ALONE / self.tokens)))
        panel = PANEL * min(1.0, np.sqrt(10 / self.nearest))
        fine = np.linspace(low, end, int(np.ceil((end - low) / panel)) + 1)
        wide = np.linspace(end, x[-1], int(np.ceil((x[-1] - end) / WIDEST_PANEL)) + 1)
        return panels(np.concatenate([fine[:-1], wide]))

    @cached_property
    def _kept(self) -> dict[tuple[float, ...], np.ndarray]:
        """Densities by size, and powers by what was raised."""
        return {}

    def _above(self, size: float) -> np.ndarray:
        """Density of a token’s score where k others of its cluster of `size` are above it, shape (k, scores).

        Given the score x, the cluster’s part of it is √ρ times a normal of mean √ρ x and variance 1 − ρ; so another
        token of the cluster is above x with probability Q(√(1 − ρ) x − √ρ t), t standard normal.
        """
        if (size,) not in self._kept:
            x = self._nodes[0]
            step = RULE_STEP / max(0.5, np.sqrt(self.between_share))
            t = np.arange(-FARTHEST_SDS, FARTHEST_SDS + step, step)
            z = np.sqrt(1 - self.between_share) * x - np.sqrt(self.between_share) * t[:, None]
            weight = step * np.exp(log_phi(t))
            self._kept[(size,)] = np.exp(log_phi(x)) * _binomial(z, weight, size - 1, int(min(size, self.nearest)))
        return self._kept[(size,)]

    def _at_least(self, size: float) -> np.ndarray:
        """The chance that a cluster of `size` has at least k + 1 tokens above each score: its (k + 1)-th largest is there."""
        mass = (size * self._above(size)).reshape(-1, self._nodes[0].size // POINTS, POINTS)
        width = self._nodes[1].reshape(-1, POINTS).sum(axis=1)[:, None]
        whole = mass @ WHOLE * width[:, 0]
        beyond = np.cumsum(whole[:, ::-1], axis=1)[:, ::-1] - whole
        return (mass @ TO_THE_END.T * width + beyond[:, :, None]).reshape(len(mass), -1)

    def _counts(self, clusters: list[tuple[float, float]], most: int) -> np.ndarray:
        """The chance that `clusters` have j tokens above each score, none of them more than `most`: shape (j, scores).

        A cluster’s counts are the coefficients of a power series, the clusters’ the product’s. Where none above is
        likely, the constant is taken out of the power: rounded beside 1 it would lose digits.
        """
        product = np.zeros((int(self.nearest), self._nodes[0].size))
        product[0] = 1.0
        for size, how_many in clusters:
            if how_many:
                product = _times(product, self._raised(size, how_many, most))
        return product

    def _raised(self, size: float, how_many: float, most: int) -> np.ndarray:
        """`_counts` of `how_many` clusters of one size."""
        what = (size, how_many, float(most))
        if what not in self._kept:
            least = np.clip(self._at_least(size), 0.0, 1.0)
            one = -np.diff(np.vstack([np.ones_like(least[:1]), least]), axis=0)
            if size < self.nearest:
                one = np.vstack([one, least[-1:]])
            one = np.maximum(one[: most + 1], 0.0)
            with np.errstate(divide="ignore"):
                log_none = np.log1p(-least[0])
            apart = how_many * log_none > -LARGEST
            log_scale = np.where(apart, log_none, 0.0)
            one /= np.exp(log_scale)
            one[0] = np.where(apart, 1.0, one[0])
            self._kept[what] = _power(one, int(how_many), int(self.nearest)) * np.exp(how_many * log_scale)
        return self._kept[what]

    @cached_property
    def _among_the_nearest(self) -> list[tuple[int, np.ndarray]]:
        """k, and by score how many of the nearest are expected to have k of their own cluster above them."""
        found = []
        for own, size, others in self._kinds:
            at_most = np.cumsum(self._counts(others, int(self.nearest)), axis=0)
            densities = self._above(size) * self._nodes[1] * own * size
            found += [(k, density * at_most[-1 - k]) for k, density in enumerate(densities)]
        return found

    def _first(self, value: np.ndarray) -> float:
        """The expectation of `value` at the largest score."""
        return sum(
            float(np.sum(own * size * self._above(size)[0] * self._counts(others, 0)[0] * value * self._nodes[1]))
            for own, size, others in self._kinds
        )


def _binomial(z: np.ndarray, weight: np.ndarray, trials: float, counts: int) -> np.ndarray:
    """Σ weight · P(k of `trials` normals are above z) over the first axis of z, for the first `counts` numbers k.

    Powers one from another: upward in k where z ≥ 0, downward where it is not, so that what underflows is negligible.
    Each is `scale`ᵏ too large and its number of ways as much too small, which keeps both inside a float.
    """
    k = np.arange(counts)
    scale = max(1.0, trials / counts)
    log_ways = np.cumsum(np.log(np.append(1.0, (trials - k[1:] + 1) / (k[1:] * scale))))
    found, up = np.zeros((counts, z.shape[1])), z >= 0
    rows = np.any(up, axis=1)
    term = np.where(up[rows], np.exp(trials * log_ndtr(np.maximum(z[rows], 0.0))), 0.0)
    ratio = scale * ndtr(-np.maximum(z[rows], 0.0)) / ndtr(np.maximum(z[rows], 0.0))
    for j in k:
        found[j] += weight[rows] @ term
        term *= ratio
    rows = ~np.all(up, axis=1)
    low = np.minimum(z[rows], 0.0)
    log_term = k[-1] * (log_ndtr(-low) + np.log(scale)) + (trials - k[-1]) * log_ndtr(low)
    term = np.where(up[rows], 0.0, np.exp(log_term))
    ratio = ndtr(low) / (scale * ndtr(-low))
    for j in k[::-1]:
        found[j] += weight[rows] @ term
        term *= ratio
    return found * np.exp(log_ways)[:, None]


def _to_the_end() -> np.ndarray:
    """From values at the nodes of a panel of length 1, the integrals from each node to the panel’s end."""
    nodes = legendre.leggauss(POINTS)[0]
    integrals = [legendre.legint(row, lbnd=1) for row in np.eye(POINTS)]
    ends = -np.stack([legendre.legval(nodes, each) for each in integrals], axis=-1)
    return 0.5 * ends @ np.linalg.inv(legendre.legvander(nodes, POINTS - 1))


TO_THE_END = _to_the_end()
WHOLE = 0.5 * legendre.leggauss(POINTS)[1]


def _power(series: np.ndarray, exponent: int, length: int) -> np.ndarray:
    """A power series, its coefficients along the first axis, to a whole power: its first `length` coefficients."""
    result = np.zeros((length, series.shape[1]))
    result[0] = 1.0
    square = series[:length]
    while exponent:
        if exponent % 2:
            result = _times(result, square)
        exponent //= 2
        if exponent:
            longer = np.zeros((min(length, 2 * len(square) - 1), series.shape[1]))
            longer[: len(square)] = square
            square = _times(longer, square)
    return result


def _times(series: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The product of two power series, as long as `series`."""
    result = np.zeros_like(series)
    for k, coefficient in enumerate(other[: len(series)]):
        result[k:] += coefficient * series[: len(series) - k]
    return result


def _cosine(score: np.ndarray, dimension: float) -> np.ndarray:
    """The cosine in `dimension` dimensions that is as rare as a standard normal `score`: its square is a beta variable."""
    far, half = np.abs(score), 0.5 * (dimension - 1)
    near = betaincinv(0.5, half, erf(np.minimum(far, 1) / np.sqrt(2)))
    tail = betainccinv(0.5, half, erfc(np.maximum(far, 1) / np.sqrt(2)))
    return np.sign(score) * np.sqrt(np.where(far < 1, near, tail))


def _whole(name: str, value: float) -> float:
    if np.ndim(value) or value != np.floor(value):
        raise ValueError(f"{name} = {value!r} is not allowed; it must be one whole number")
    return value
