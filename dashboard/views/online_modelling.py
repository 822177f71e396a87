"""Online modelling: a model imitates a buffer, is asked for the top of it, and is fed its own answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from dashboard.figures.ghosts import Ghost
from dashboard.figures.rounds import Here, Rounds, Way, round_panels
from dashboard.figures.style import Style
from dashboard.page.record import Figure, Page, Table
from dashboard.selection.settings import base_model_of, base_model_section
from dashboard.selection.state import Selected, SelectionState
from dashboard.selection.targets import reached
from dashboard.selection.words import readouts
from dashboard.selection.words import takeaway as of_course
from dashboard.selection.words import why as of_method
from dashboard.settings import Section, Settings
from dashboard.words.methods import method_text, share, whole
from dashboard.words.text import count, distinct_numbers, number, plain
from models import GoodhartMixture, OnlineModelling, Outcome, Quantilizer
from models.laws.base import BaseLaw
from models.numerics.axes import Floats

DRAWN = 60  # rounds: the slider's, and a little beyond
ROWS = 11
POINTS = 72  # of the one-shot selection’s way
SAME = {"mean_persuasiveness": "mean persuasiveness", "kl": "KL"}
NO_MEAN = "has no mean to match"
ROUNDS = Section("Rounds", OnlineModelling.parameters())
WORLD = base_model_section(GoodhartMixture)


@dataclass(frozen=True)
class OnlineModellingState(SelectionState):
    """Rounds of imitation, and the one-shot quantilizer that agrees with the last of them."""

    chosen: Selected
    method: OnlineModelling

    @property
    def selected(self) -> Selected:
        return self.chosen

    @cached_property
    def got(self) -> Outcome:
        got = self.chosen.outcome
        assert got is not None  # rounds always have a result
        return got

    @cached_property
    def one_shot(self) -> Mapping[str, Outcome | str]:
        """The quantilizer at the same mean persuasiveness and at the same KL, or why there is none."""
        mean = self.got.mean_persuasiveness
        known = mean is not None and np.isfinite(mean)
        return {
            "mean_persuasiveness": reached(Quantilizer, self.chosen.base, "mean_persuasiveness", mean)
            if known
            else NO_MEAN,
            "kl": reached(Quantilizer, self.chosen.base, "kl", self.got.kl),
        }

    @cached_property
    def bar(self) -> tuple[float, float, float]:
        """What the first round asked for, what the last one did, and what the next would ask for."""
        rounds = self.method.rounds
        first, last, following = self.method.bar(self.chosen.base, np.array([0.0, max(np.ceil(rounds) - 1, 0), rounds]))
        return float(first), float(last), float(following)

    @property
    def way(self) -> Outcome:
        """The outcome after every whole number of rounds, some more than the slider has."""
        return _way(self.method.at(self.method.knob().default), self.chosen.base)

    @property
    def bars(self) -> Floats:
        """What the next round asks for, after every whole number of rounds."""
        return self.method.bar(self.chosen.base, self.way.selection.pressure)


@lru_cache(maxsize=32)
def _way(method: OnlineModelling, base: BaseLaw) -> Outcome:
    """Kept, for a drag of the rounds does not change it."""
    return method.at(np.arange(DRAWN + 1.0)).apply(base)


@lru_cache(maxsize=32)
def _one_shots(base: BaseLaw, max_kl: float) -> Outcome:
    """Quantilizers up to a KL of about `match_target` nats."""
    return Quantilizer().at(np.exp(-max_kl * np.linspace(0, 1, POINTS) ** 2)).apply(base)


def solve(settings: Settings) -> OnlineModellingState:
    world, notices = base_model_of(WORLD, settings)
    method = OnlineModelling(**{name: float(settings[name]) for name in ROUNDS.parameters})
    return OnlineModellingState(Selected(world, method, (OnlineModelling,), remarks=notices, key="rounds"), method)


# ── words ──


def takeaway(state: OnlineModellingState) -> str:
    return f"{of_course(state)} {drift(state)}"


def drift(state: OnlineModellingState) -> str:
    """How far the bar has moved, though every round asks for the same."""
    method, (before, _, after) = state.method, state.bar
    asked, tail = share(np.log(method.fraction)), share(method.log_tail(method.rounds))
    first, now = distinct_numbers(before, after)
    if method.rounds == 0:
        return f"The first round will ask for the top {asked}: {first} or more."
    moved = f"has moved from {first} to {now}" if first != now else f"is still at {now}"
    return f"Every round asks only for the top {asked}, and that bar {moved}: the base model’s top **{tail}**."


def why(state: OnlineModellingState) -> str:
    return "\n\n".join([of_method(state), *beside(state), SOURCE])


SOURCE = (
    "Imitating outputs, asking for better ones and training on the answers is Sam Marks’s description of online "
    "generative modelling; that each round replaces a share ω of one buffer, evenly, is ours."
)


def beside(state: OnlineModellingState) -> list[str]:
    """The last bar, and what one shot would have done."""
    method, lines = state.method, []
    if method.rounds > 0:
        _, last, following = map(number, state.bar)
        lines.append(f"The last round asked for {last} or more, the next would ask for {following}.")
    said = []
    for by, found in state.one_shot.items():
        if found == NO_MEAN:
            said.append("there is no mean persuasiveness to match")
        elif isinstance(found, str):
            said.append(f"none has the same {SAME[by]}")
        else:
            said.append(f"at the same {SAME[by]} it leaves mean truth at **{number(found.mean_truth, 3)}**")
    now = number(state.got.mean_truth, 3)
    return [
        *lines,
        f"**Beside one shot.** Mean truth is now {now}. A quantilizer asks the base model once: {'; '.join(said)}.",
    ]


def tables(state: OnlineModellingState) -> list[Table]:
    return [one_shot_table(state), round_table(state)]


def one_shot_table(state: OnlineModellingState) -> Table:
    columns = ("which", "selection", "mean truth", "mean persuasiveness", "KL", "samples")
    rows = [["rounds", *_described(state.got)]]
    for by, found in state.one_shot.items():
        cells = _described(found) if isinstance(found, Outcome) else [found, "", "", "", ""]
        rows.append([f"one shot, same {SAME[by]}", *cells])
    return Table(columns, rows, "Beside one shot")


def _described(outcome: Outcome) -> list[str]:
    label, log_samples = method_text(outcome.selection).label(outcome.selection), outcome.log_samples_per_output
    assert log_samples is not None  # both methods draw
    return [label, *_numbers(outcome.mean_truth, outcome.mean_persuasiveness, outcome.kl, log_samples)]


def _numbers(truth: float, mean: float | None, kl: float, log_samples: float) -> list[str]:
    known = "does not exist" if mean is None or np.isnan(mean) else number(mean, 4)
    return [number(truth, 4), known, number(kl, 4), count(log_samples)]


def round_table(state: OnlineModellingState) -> Table:
    """Rounds spread evenly over all there were, the last among them."""
    columns = ("rounds", "next bar", "top of the base model", "mean truth", "mean persuasiveness", "KL", "samples")
    method, base = state.method, state.chosen.base
    last = int(np.ceil(method.rounds))
    at = np.minimum(np.unique(np.round(np.linspace(0, last, ROWS))), method.rounds)
    many, bars = method.at(at).apply(base), method.bar(base, at)
    means = np.full(at.size, np.nan) if many.mean_persuasiveness is None else many.mean_persuasiveness
    numbers = zip(many.mean_truth, means, many.kl, method.log_samples(at), strict=True)
    rows = [
        [whole(float(k)), number(bar), share(tail), *_numbers(*each)]
        for k, bar, tail, each in zip(at, bars, method.log_tail(at), numbers, strict=True)
    ]
    return Table(columns, rows, "Round by round")


# ── picture ──


def drawn(state: OnlineModellingState) -> Rounds:
    method, base, rival = state.method, state.chosen.base, method_text(Quantilizer).style
    none, max_kl = np.empty(0), float(state.way.kl[-1])
    shots = _one_shots(base, max_kl) if base.mean_persuasiveness is not None else None
    marks = [
        Here(
            rival,
            f"one shot, same {SAME[by]}",
            {"4": "one shot, same mean"} if by == "mean_persuasiveness" else {},
            method.rounds,
            None,
            each.mean_truth,
            each.mean_persuasiveness,
            each.kl,
        )
        for by, each in state.one_shot.items()
        if isinstance(each, Outcome)
    ]
    continuous = not base.persuasiveness_atoms().position.size
    return Rounds(
        base=base,
        first_bar=state.bar[0],
        way=way_of(state, method_text(method).style, "round after round"),
        rival=(
            rival,
            "one shot: ● same KL, ◆ same mean persuasiveness",
            *((shots.mean_persuasiveness, shots.mean_truth) if shots else (none, none)),
        ),
        matched=Quantilizer().at(np.exp(-state.way.kl)).apply(base).mean_truth if continuous else none,
        here=[*marks, here(state)],
        diamonds=[f"one shot, same {SAME['mean_persuasiveness']}"],
        alt="Four panels: the persuasiveness that the next round asks for and mean truth, round by round; the plane of both "
        f"scores; and KL, round by round. {plain(takeaway(state))}",
    )


def way_of(state: OnlineModellingState, style: Style, label: str) -> Way:
    way = state.way
    means = np.full(DRAWN + 1, np.nan) if way.mean_persuasiveness is None else way.mean_persuasiveness
    return Way(style, label, way.selection.pressure, state.bars, way.mean_truth, means, way.kl)


def here(state: OnlineModellingState) -> Here:
    method, got = state.method, state.got
    label = method_text(method).label(method)
    return Here(
        method_text(method).style,
        label,
        {"2": "you are here"},
        method.rounds,
        state.bar[2],
        got.mean_truth,
        got.mean_persuasiveness,
        got.kl,
    )


def figure(state: OnlineModellingState, pinned: Sequence[Ghost[OnlineModellingState]]) -> Figure:
    shown = drawn(state)
    marks = [replace(here(g.of), style=g.style, label=g.name, names={"2": g.mark}) for g in pinned]
    ways = [g.showing(way_of(g.of, g.style, g.name)) for g in pinned]
    return round_panels(replace(shown, here=[*marks, *shown.here], ghosts=ways))


PAGE = Page(
    title="Online modelling",
    url_path="online-modelling",
    under="More from the same notebook",
    intro="Imitate a buffer, ask for its better part, feed the answers back. Nobody ever asks for the best: how far does it go?",
    sections=(ROUNDS, WORLD),
    solve=solve,
    takeaway=takeaway,
    readouts=readouts,
    figure=figure,
    why=why,
    tables=tables,
    presets={
        "Only pretty good": {"rounds": 30.0, "fraction": 0.5},
        "A slow buffer": {"rounds": 30.0, "fraction": 0.5, "feedback": 0.1},
        "Ask for the best": {"rounds": 5.0, "fraction": 0.05},
        "Replace it all": {"rounds": 10.0, "feedback": 1.0},
        "Blend": {"world": "Blend", "rounds": 30.0},
        "Heavy tail": {"world": "Student-t error", "rounds": 20.0},
    },
)
