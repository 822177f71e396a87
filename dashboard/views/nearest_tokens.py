"""Nearest tokens: what a random direction in embedding space seems to mean."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from math import log

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.special import ndtri

from dashboard.figures.ghosts import Ghost
from dashboard.figures.style import FOCUS, SECOND
from dashboard.figures.tokens import Alike, TokensDrawn, tokens_figure, vocabulary_plate
from dashboard.page.record import Figure, Page, Plate, Readout
from dashboard.settings import Section, Settings
from dashboard.words.chances import percent
from dashboard.words.methods import share
from dashboard.words.text import as_shown, colored, count, number, plain
from models import NearestTokens
from models.notebook.nearest_tokens import ALIKE

KNOBS = NearestTokens.parameters()
SECTIONS = (
    Section("Clusters", {name: KNOBS[name] for name in ("between_share", "cluster_size")}),
    Section("Vocabulary", {name: KNOBS[name] for name in ("tokens", "dimension")}),
    Section("Looking", {"nearest": KNOBS["nearest"], "alike": ALIKE}),
)
WHOLE = ("cluster_size", "tokens", "dimension", "nearest")
SOLVED, DRAWN = 9, 65  # points of a curve
SIZES = 7  # of the vocabulary, in whole clusters: a smaller one is dear
APART = 1e-3  # of a curve’s length: what is nearer to the point at hand is left out
RING = 2 * np.pi * np.linspace(0, 1, 61)


@lru_cache(maxsize=512)
def _alike(model: NearestTokens, alike: int) -> tuple[float, float]:
    """The share of same-cluster pairs, and of directions that look meaningful; kept, for curves meet a model again."""
    return model.same_cluster_share or 0.0, model.looks_meaningful(alike)


def _with(grid: np.ndarray, here: float) -> list[float]:
    """The points of `grid`, and `here` among them."""
    far = np.abs(grid - here) > APART * (grid[-1] - grid[0])
    return sorted([*map(float, grid[far]), here])


@dataclass(frozen=True)
class Nearest:
    """A direction’s nearest tokens. `remarks`: what had to be rounded."""

    model: NearestTokens
    alike: int
    remarks: Sequence[str]

    @property
    def notices(self) -> Sequence[str]:
        return self.remarks

    @property
    def pairs(self) -> float:
        return _alike(self.model, self.alike)[0]

    @property
    def meaningful(self) -> float:
        return _alike(self.model, self.alike)[1]

    @cached_property
    def clusters(self) -> float:
        return self.model.expected_clusters

    @cached_property
    def cosine(self) -> float:
        return self.model.expected_cosine

    @property
    def by_chance(self) -> float:
        """The share of same-cluster pairs among any tokens."""
        full, rest = divmod(self.model.tokens, self.model.cluster_size)
        size, tokens = self.model.cluster_size, self.model.tokens
        return (full * size * (size - 1) + rest * (rest - 1)) / (tokens * (tokens - 1))

    def code(self) -> str:
        return "\n".join(
            [
                "from models import *",
                "",
                f"model = {self.model!r}",
                f"print(model.same_cluster_share, model.expected_clusters, model.looks_meaningful({self.alike}))",
                "print(model.expected_cosine, model.normal_cosine)",
                "print(model.threshold, model.mean_above, model.leading_cluster, model.leading_tokens)",
                "",
            ]
        )

    def rows(self) -> Iterator[Sequence[str]]:
        """Both shares, at the points of the curve that are solved."""
        yield ["between_share", "same_cluster_share", "looks_meaningful"]
        for at in self._shares:
            yield [repr(value) for value in (at, *_alike(replace(self.model, between_share=at), self.alike))]

    @property
    def _shares(self) -> list[float]:
        knob = KNOBS["between_share"]
        return _with(np.linspace(knob.low, knob.high, SOLVED), self.model.between_share)

    @cached_property
    def drawn(self) -> TokensDrawn:
        model = self.model
        shared, own = np.sqrt(model.between_share), np.sqrt(1 - model.between_share)
        x, y = (np.append(f(RING), np.nan) for f in (np.cos, np.sin))
        rings = tuple(
            [None if np.isnan(value) else float(value) for k in (1, 2, 3, 4) for value in k * sd * axis]
            for sd, axis in ((shared, x), (own, y))
        )
        above = model.mean_above
        return TokensDrawn(
            rings=(rings[0], rings[1]),
            threshold=model.threshold,
            nearest=(model.between_share * above, (1 - model.between_share) * above),
            leading=(model.leading_cluster, float(own)),
            shares=self._along(
                self._shares, [replace(model, between_share=at) for at in self._shares], model.between_share
            ),
        )

    @cached_property
    def by_vocabulary(self) -> Alike:
        knob, size = KNOBS["tokens"], self.model.cluster_size
        sizes = np.geomspace(knob.low, knob.high, SIZES)
        logs = _with(np.log10(size * np.round(sizes / size)), float(np.log10(self.model.tokens)))
        models = [replace(self.model, tokens=float(round(10**at))) for at in logs]
        return self._along(logs, models, float(np.log10(self.model.tokens)))

    def _along(self, at: Sequence[float], models: Sequence[NearestTokens], here: float) -> Alike:
        """Both shares, solved for `models` and smooth between them."""
        solved = np.array([_alike(model, self.alike) for model in models])
        grid = np.linspace(at[0], at[-1], DRAWN)
        pairs, meaningful = (np.clip(CubicSpline(at, each)(grid), 0, 1).tolist() for each in solved.T)
        return Alike(grid.tolist(), pairs, meaningful, (here, self.pairs, self.meaningful))


def solve(settings: Settings) -> Nearest:
    asked = {name: float(settings[name]) for name in KNOBS}
    counts = {name: float(max(KNOBS[name].low, round(asked[name]))) for name in WHOLE}
    alike = int(max(ALIKE.low, round(float(settings["alike"]))))
    rounded = [KNOBS[name].symbol for name, value in counts.items() if value != asked[name]]
    rounded += [ALIKE.symbol] if alike != settings["alike"] else []
    remarks = [f"Tokens and dimensions come whole: {', '.join(rounded)} rounded."] if rounded else []
    return Nearest(NearestTokens(**asked | counts), alike, remarks)


# ── words ──


def part(value: float) -> str:
    """A share that may be 0."""
    return "0 %" if value == 0 else share(log(value))


def takeaway(state: Nearest) -> str:
    model = state.model
    kind = "a hodgepodge" if state.pairs < 0.5 else "mostly of a kind"
    first = (
        f"Of the {model.nearest:.0f} tokens nearest to a random direction, {colored(part(state.pairs), FOCUS.color)} of the pairs "
        f"are of one cluster: {kind}."
    )
    if state.alike > min(model.nearest, model.cluster_size):
        why_not = (
            f"a cluster has {model.cluster_size:.0f}"
            if model.cluster_size <= model.nearest
            else f"only {model.nearest:.0f} are looked at"
        )
        return f"{first} No direction has {state.alike} of one cluster among them, for {why_not}."
    return (
        f"{first} {colored(percent(state.meaningful), SECOND.color)} of directions have {state.alike} or more of one cluster among "
        "them, and look meaningful."
    )


def readouts(state: Nearest) -> list[Readout]:
    model = state.model
    more = f"× {count(log(state.pairs / state.by_chance))}" if state.pairs > 0 else ""
    return [
        Readout(
            "pairs of one cluster", part(state.pairs), more, note=f"any tokens {part(state.by_chance)}", amount=None
        ),
        Readout(
            "clusters among the nearest",
            number(state.clusters),
            note=f"of {model.nearest:.0f} tokens",
            amount=state.clusters,
        ),
        Readout(
            "directions that look meaningful", percent(state.meaningful), note=f"{state.alike} or more of one cluster"
        ),
        Readout(
            "cosine of the nearest",
            number(state.cosine, 4),
            note=f"1/√d = {number(model.dimension**-0.5, 4)}",
            amount=state.cosine,
        ),
    ]


def why(state: Nearest) -> str:
    model, above = state.model, state.model.mean_above
    shared, own = model.between_share * above, (1 - model.between_share) * above
    (share_beyond,), is_u = as_shown(
        [model.nearest / model.tokens], model.threshold, lambda beyond: -float(ndtri(beyond))
    )
    return "\n\n".join(
        [
            "**Two parts of a score.** How far a token lies along the direction is a sum: what its cluster shares, with the share "
            f"ρ = {model.between_share:.2f} of the variance, and what is its own. About {model.nearest:.0f} of "
            f"{model.tokens:,.0f} tokens lie beyond\n\n"
            rf"$$u=Q^{{-1}}\!\left(\frac mN\right)=Q^{{-1}}({share_beyond}){is_u},$$"
            f"\n\nwhere on average the cluster’s part is {number(shared)} and the own part {number(own)}.",
            f"**Why they differ, and why some do not.** {leading(model)} The {model.nearest:.0f} nearest are expected to be from {number(state.clusters)} different clusters.",
            f"**The exact numbers** are for normal scores, and integrate over the score of the last of the {model.nearest:.0f} instead "
            "of fixing it at u. A direction’s nearest token has an expected cosine of "
            f"{number(state.cosine, 4)}, with the law of a cosine in {model.dimension:,.0f} dimensions; E[max]/√d, which takes "
            f"that for normal, is {number(model.normal_cosine, 4)}.",
            "The source, comments by Sam Marks, has the observation: a random direction’s nearest tokens are a hodgepodge, yet some "
            "20 % of directions look meaningful. The clusters, and what looks meaningful, are our simplest model of it, and the numbers "
            "are ours.",
        ]
    )


def leading(model: NearestTokens) -> str:
    """What the cluster that is farthest along the direction has to do with it."""
    if model.between_share == 0:
        return "Tokens of a cluster share nothing, so that chance alone says which are nearest."
    return (
        f"One cluster of all is expected to share {number(model.leading_cluster)} or more, and to have "
        f"{number(model.leading_tokens)} tokens beyond the line."
    )


# ── picture ──


def figure(state: Nearest, pinned: Sequence[Ghost[Nearest]]) -> Figure:
    alt = (
        "Two panels: the plane of what a cluster shares and what is a token’s own, with the line beyond which the nearest are; "
        f"and how alike they are against what a cluster shares. {plain(takeaway(state))}"
    )
    return tokens_figure(state.drawn, [ghost.showing(ghost.of.drawn) for ghost in pinned], alt)


def plates(state: Nearest) -> list[Plate]:
    first, last = (
        _alike(replace(state.model, tokens=end), state.alike) for end in (KNOBS["tokens"].low, KNOBS["tokens"].high)
    )
    alt = (
        f"From 100 to 1,000,000 tokens the pairs of one cluster go from {part(first[0])} to {part(last[0])}, "
        f"the directions that look meaningful from {percent(first[1])} to {percent(last[1])}."
    )
    return [Plate(vocabulary_plate(state.by_vocabulary), alt, alt)]


PAGE = Page(
    title="Nearest tokens",
    url_path="nearest-tokens",
    intro="Take a random direction in embedding space and look at the tokens nearest to it. They seem to mean something now and then. "
    "What of that is chance?",
    sections=SECTIONS,
    solve=solve,
    takeaway=takeaway,
    readouts=readouts,
    figure=figure,
    why=why,
    plates=plates,
    under="More from the same notebook",
    presets={
        "GPT-2’s vocabulary": {"tokens": 50_257.0, "dimension": 1280.0, "nearest": 10.0, "alike": 3.0},
        "No clusters": {"between_share": 0.0},
        "Tight clusters": {"between_share": 0.9},
        "A small vocabulary": {"tokens": 1000.0, "dimension": 100.0},
        "Pairs of twins": {"cluster_size": 2.0, "between_share": 0.9, "alike": 2.0},
    },
)
