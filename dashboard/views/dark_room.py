"""The dark room: a learner that copied an expert, and learners that copied how an expert learns."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np

from dashboard.figures.ghosts import Ghost
from dashboard.figures.room import RoomDrawn, room_figure
from dashboard.figures.style import BASE, FOCUS
from dashboard.page.capabilities import Found
from dashboard.page.record import Figure, Page, Readout
from dashboard.settings import Choice, Section, Settings
from dashboard.words.chances import percent
from dashboard.words.text import change, colored, count, equation, latex, number, plain
from models import DarkRoom
from models.parameters import Parameter

EPISODE = Parameter(
    symbol="k",
    label="episode",
    default=20.0,
    low=1.0,
    high=1000.0,
    step=1.0,
    scale="log",
    help="How many guesses in, the one at hand included.",
)
LEARNER = Choice(
    "learner",
    "learner",
    "What the learner looks back at: the last episode’s reward, as in the source; or it remembers the rewarded cell for ever; "
    "or its failures as well.",
    "One episode back",
    {"One episode back": {}, "Remembers rewards": {}, "Remembers failures too": {}},
)
KNOBS = DarkRoom.parameters()
SECTIONS = (Section("Task", {"episode": EPISODE}), Section("Learner", choice=LEARNER), Section("Room", KNOBS))
VERBS: Mapping[str, Callable[[DarkRoom, np.ndarray], np.ndarray]] = {
    "One episode back": DarkRoom.algorithm,
    "Remembers rewards": DarkRoom.remembering,
    "Remembers failures too": DarkRoom.without_repetition,
}
SUBJECTS = {
    "One episode back": "A learner that looks one episode back",
    "Remembers rewards": "A learner that remembers a rewarded cell",
    "Remembers failures too": "A learner that remembers failures too",
}
NAMES = {
    "One episode back": "algorithm",
    "Remembers rewards": "remembering",
    "Remembers failures too": "without_repetition",
}
HALFWAY = "half of its limit"
EPISODES = np.unique(np.round(np.geomspace(EPISODE.low, EPISODE.high, 80)))


@dataclass(frozen=True)
class DarkRoomState:
    """A room, a learner and the episode at hand."""

    model: DarkRoom
    learner: str
    episode: int
    remarks: Sequence[str]

    @property
    def notices(self) -> Sequence[str]:
        return self.remarks

    @property
    def by_episode(self) -> np.ndarray:
        """Success in every episode up to this one."""
        return VERBS[self.learner](self.model, np.arange(1.0, self.episode + 1))

    @property
    def success(self) -> float:
        return float(self.by_episode[-1])

    @property
    def expert(self) -> float:
        return float(self.model.expert(1)[0])

    @property
    def limit(self) -> float:
        return self.model.limit if self.learner == "One episode back" else self.model.limit_remembering

    @property
    def targets(self) -> Mapping[str, bool]:
        return {HALFWAY: False}

    def go_to(self, target: str, value: float) -> Found:
        """The first episode with half the limit’s success."""
        along = VERBS[self.learner](self.model, np.arange(1.0, EPISODE.high + 1))
        enough = np.flatnonzero(along >= 0.5 * self.limit)
        if not enough.size:
            return Found(f"Not within {EPISODE.high:,.0f} episodes, where the slider ends.")
        at = float(enough[0] + 1)
        return Found(f"k = {at:.0f}", {"episode": at})

    def code(self) -> str:
        return "\n".join(
            [
                "from models import *",
                "",
                f"model = {self.model!r}",
                f"along = model.{NAMES[self.learner]}({self.episode})",
                "print(along[-1], sum(along), model.limit, model.limit_remembering, model.expert(1)[0])",
                "",
            ]
        )

    def rows(self) -> Iterator[Sequence[str]]:
        """Success by episode."""
        yield ["episode", "expert", *NAMES.values()]
        columns = [self.model.expert(EPISODES), *(verb(self.model, EPISODES) for verb in VERBS.values())]
        for k, numbers in zip(EPISODES, np.transpose(columns), strict=True):
            yield [str(int(k)), *(repr(float(number)) for number in numbers)]

    @property
    def drawn(self) -> RoomDrawn:
        rooms = [replace(self.model, fidelity=float(f)) for f in np.linspace(0, 1, 51)]
        now = np.array([float(self.episode)])
        return RoomDrawn(
            cells=int(self.model.cells),
            hit=self.success,
            miss=(1 - self.success) / (self.model.cells - 1),
            episode=self.episode,
            chosen=self.learner,
            episodes=np.log10(EPISODES).tolist(),
            expert=self.expert,
            success={name: verb(self.model, EPISODES).tolist() for name, verb in VERBS.items()},
            fidelity=self.model.fidelity,
            fidelities=[room.fidelity for room in rooms],
            by_fidelity={name: [float(verb(room, now)[0]) for room in rooms] for name, verb in VERBS.items()},
            limits=[replace(self, model=room).limit for room in rooms],
        )


def solve(settings: Settings) -> DarkRoomState:
    cells, episode = (float(settings[key]) for key in ("cells", "episode"))
    whole = [max(low, round(value)) for low, value in ((2, cells), (1, episode))]
    rounded = [symbol for symbol, value, used in zip("Gk", (cells, episode), whole, strict=True) if value != used]
    remarks = [f"Cells and episodes come whole: {' and '.join(rounded)} rounded."] if rounded else []
    model = DarkRoom(cells=float(whole[0]), fidelity=float(settings["fidelity"]))
    return DarkRoomState(model, str(settings["learner"]), whole[1], remarks)


# ── words ──


def takeaway(state: DarkRoomState) -> str:
    return (
        f"{SUBJECTS[state.learner]} finds the goal in episode {state.episode:,} with a chance of "
        f"{colored(percent(state.success), FOCUS.color)}, and in the long run with {colored(percent(state.limit), FOCUS.color)}. "
        f"A copy of the expert never adjusts: {colored(percent(state.expert), BASE.color)} in every episode."
    )


def readouts(state: DarkRoomState) -> list[Readout]:
    rewards, copied = float(np.sum(state.by_episode)), state.episode * state.expert
    return [
        Readout(
            "success in this episode",
            percent(state.success),
            f"× {count(log(state.success / state.expert))}",
            note=f"expert’s copy {percent(state.expert)}",
        ),
        Readout(
            "success in the long run",
            percent(state.limit),
            f"× {count(log(state.limit / state.expert))}",
            note="the limit",
        ),
        Readout(
            "rewards so far",
            number(rewards),
            change(rewards - copied),
            note=f"expert’s copy {number(copied)}",
            amount=rewards,
        ),
        Readout("this episode ÷ the limit", percent(state.success / state.limit), note=f"episode {state.episode:,}"),
    ]


def why(state: DarkRoomState) -> str:
    model, f, cells = state.model, state.model.fidelity, state.model.cells
    return "\n\n".join(
        [
            "**Copying what an expert did** gives a cell that was right in another task: with the goal anywhere it is right with\n\n"
            rf"$$\frac1G=\frac1{{{cells:.0f}}}={latex(1 / cells, 4)}$$",
            FORMULAS[state.learner](state),
            "**The limit** of looking one episode back and of remembering the rewarded cell:\n\n"
            rf"$$\frac{{1/G}}{{1-f+f/G}}={latex(model.limit, 4)},\qquad f+\frac{{1-f}}{{G}}="
            + equation([(f,), (1 - f, 1 / cells)], model.limit_remembering, 4)
            + "$$\n\nA slip guesses uniformly over all cells. After a slip, a learner that looks back one episode forgets the cell.",
            "The source, comments by Sam Marks, has the dark room, the copy of the expert, and the learner that looks at the last "
            "episode’s reward. The two that remember more, the formulas and the numbers are ours.",
        ]
    )


def one_back(state: DarkRoomState) -> str:
    model = state.model
    kept = model.fidelity * (1 - 1 / model.cells)
    return (
        "**Copying how an expert learns.** The cell that was rewarded in the last episode is repeated with fidelity f, and "
        "otherwise the guess is uniform:\n\n"
        r"$$s_{k+1}=f\,s_k+\frac{1-f\,s_k}{G},\qquad s_k=s_\infty\,(1-r^k),\qquad r=f\left(1-\frac1G\right)="
        rf"{latex(kept, 4)},\qquad s_{{{state.episode}}}={latex(state.success, 4)}$$"
    )


def remembering(state: DarkRoomState) -> str:
    model = state.model
    known = -float(np.expm1((state.episode - 1) * np.log1p(-1 / model.cells)))
    terms = [(1 / model.cells,), (known, model.fidelity * (1 - 1 / model.cells))]
    return (
        "**Copying how an expert learns, with a memory of rewards.** The goal is known before episode k with probability "
        r"$K_k=1-(1-1/G)^{k-1}$, here "
        f"{percent(known)}. Then it is found but for slips:\n\n"
        r"$$s_k=\frac1G+K_k\,f\left(1-\frac1G\right)=" + equation(terms, state.success, 4) + "$$"
    )


def exploring(state: DarkRoomState) -> str:
    model = state.model
    known = min((state.episode - 1) / model.cells, 1.0)
    first = 1 / model.cells if state.episode <= model.cells else 0.0
    return (
        "**Copying how an expert learns, with a memory of failures too.** No cell is tried twice until the goal is found, so it is "
        r"known before episode k with probability $K_k=\min((k-1)/G,\,1)$, here "
        f"{percent(known)}. Where it is not, one of the cells left is right, with 1/G in all, as long as k ≤ G:\n\n"
        r"$$s_k=\frac{[k\le G]}G+K_k\left(f+\frac{1-f}G\right)="
        + equation([(first,), (known, model.limit_remembering)], state.success, 4)
        + "$$"
    )


FORMULAS: Mapping[str, Callable[[DarkRoomState], str]] = {
    "One episode back": one_back,
    "Remembers rewards": remembering,
    "Remembers failures too": exploring,
}


# ── picture ──


def figure(state: DarkRoomState, pinned: Sequence[Ghost[DarkRoomState]]) -> Figure:
    alt = (
        "Three panels: the room with its goal and where the next guess goes, success by episode, and success by fidelity. "
        f"{plain(takeaway(state))}"
    )
    return room_figure(state.drawn, [ghost.showing(ghost.of.drawn) for ghost in pinned], alt)


PAGE = Page(
    title="Dark room",
    url_path="dark-room",
    intro="A goal is hidden in one of the cells, and every episode is a guess. Is it better to copy what an expert did, or how one learns?",
    sections=SECTIONS,
    solve=solve,
    takeaway=takeaway,
    readouts=readouts,
    figure=figure,
    why=why,
    under="More from the same notebook",
    presets={
        "A hundred cells": {"cells": 100.0, "episode": 1000.0},
        "It remembers": {"cells": 100.0, "episode": 1000.0, "learner": "Remembers rewards"},
        "No cell twice": {"cells": 100.0, "episode": 100.0, "learner": "Remembers failures too"},
        "Never a slip": {"fidelity": 1.0},
        "Only slips": {"fidelity": 0.0},
    },
)
