"""Twins: two worlds side by side on shared axes, under one pressure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard.figures.ghosts import Ghost
from dashboard.figures.twins import twin_panels
from dashboard.page.capabilities import Found
from dashboard.page.record import Figure, Page, Readout
from dashboard.selection.picture import scene
from dashboard.selection.settings import AGAINST, base_model_section, method_section
from dashboard.selection.state import Selected, chosen
from dashboard.selection.targets import PEAK
from dashboard.selection.words import effect, readouts
from dashboard.settings import Settings
from dashboard.words.base_models import explain
from dashboard.words.course import course_clause, range_note
from dashboard.words.methods import subject
from dashboard.words.text import plain
from models import BestOfN, Blend, GoodhartMixture

SIDES = ("left", "right")
METHOD = method_section(BestOfN)
BASE_MODELS = (base_model_section(Blend, side="left "), base_model_section(GoodhartMixture, side="right "))


@dataclass(frozen=True)
class Twins:
    """The same selection from two worlds."""

    left: Selected
    right: Selected

    @property
    def both(self) -> Sequence[Selected]:
        return self.left, self.right

    @property
    def names(self) -> Sequence[str]:
        """What the worlds are called in a sentence."""
        names = [each.world.name for each in self.both]
        return (
            names if names[0] != names[1] else [f"the {side} {name}" for side, name in zip(SIDES, names, strict=True)]
        )

    @property
    def notices(self) -> Sequence[str]:
        return [f"On the {side}: {said}" for side, each in zip(SIDES, self.both, strict=True) for said in each.remarks]

    @property
    def targets(self) -> Mapping[str, bool]:
        return dict.fromkeys([f"{PEAK}, {side}" for side in SIDES], False)

    def go_to(self, target: str, value: float) -> Found:
        side = next(each for name, each in zip(SIDES, self.both, strict=True) if target.endswith(name))
        return side.go_to(PEAK, value)

    def code(self) -> str:
        return "\n".join(f"# {side}\n{each.code()}" for side, each in zip(SIDES, self.both, strict=True))

    def rows(self) -> Iterator[Sequence[str]]:
        """Both worlds’ curves."""
        for side, each in zip(SIDES, self.both, strict=True):
            header, *rows = each.rows()
            if side == SIDES[0]:
                yield ["side", *header]
            yield from ([side, *row] for row in rows)


def solve(settings: Settings) -> Twins:
    twins = [chosen(METHOD, world, {**settings, AGAINST.options.key: "KL"}) for world in BASE_MODELS]
    farthest = max(each.max_kl for each in twins)
    return Twins(*(each if each.max_kl == farthest else replace(each, seen=farthest / 1.1) for each in twins))


# ── words ──


def takeaway(state: Twins) -> str:
    """What selection does in each world, and what more of it would do."""
    named = [f"**{name}**" for name in state.names]
    first, second = (done(each, name) for each, name in zip(state.both, named, strict=True))
    again = second.replace(" mean truth ", " it ", 1) if first.count(" mean truth ") else second
    joined = "; it " if state.left.outcome is None else " and "
    said = f"{subject(state.left.selection)} {first}{joined}{again}."
    clauses = [goes_on(each) for each in state.both]
    spans = [span for _, span in clauses]
    if spans[0] and spans[0] == spans[1]:
        clauses = [(words, "") for words, _ in clauses]
        end = f"; both {spans[0]}"
    else:
        end = ""
    more = [
        f"in {name} {words}{', ' if span else ''}{span}" for name, (words, span) in zip(named, clauses, strict=True)
    ]
    return f"{said} {more[0][0].upper()}{more[0][1:]}; {more[1]}{end}."


def done(state: Selected, name: str) -> str:
    """“raises mean truth from 0.70 to 1.45 in Blend”."""
    if state.outcome is None:
        return f"has **no result** in {name}, for {state.obstacle}"
    return f"{effect(state, state.outcome)} in {name}"


def goes_on(state: Selected) -> tuple[str, str]:
    """What more of the same does, and over which range."""
    if state.course:
        return course_clause(state.course)
    return ("no pressure above 0 has a result" if state.obstacle else "any pressure at all has **no best policy**"), ""


def cards(state: Twins) -> list[Readout]:
    """Mean truth and KL, left and right."""
    found = [readouts(each) for each in state.both]
    return [
        replace(card, label=f"{label}, {side}", note=f"{each.world.name} · {card.note}")
        for place, label in ((0, "mean truth"), (2, "KL"))
        for side, each, card in zip(SIDES, state.both, (mine[place] for mine in found), strict=True)
    ]


def why(state: Twins) -> str:
    """Each world’s own words."""
    parts = []
    for side, each in zip(SIDES, state.both, strict=True):
        parts += [f"**On the {side}: {each.world.name}.**", *explain(each.world, each.selection, each.outcome)]
        parts += [range_note(each.course)] if each.course and each.outcome else []
    return "\n\n".join(parts)


# ── picture ──


def figure(state: Twins, pinned: Sequence[Ghost[Twins]]) -> Figure:
    scenes = [
        replace(scene(each), ghosts=[ghost.showing(ghost.of.both[place].shadow) for ghost in pinned])
        for place, each in enumerate(state.both)
    ]
    names = [f"{side.capitalize()}: {each.world.name}" for side, each in zip(SIDES, state.both, strict=True)]
    lead = "Two worlds side by side, each with the density of truth above and mean truth against KL below."
    return twin_panels(scenes, names, f"{lead} {plain(takeaway(state))}")


PAGE = Page(
    title="Twins",
    url_path="twins",
    intro="One pressure, two base models, the same axes: where does it help, where does it hurt?",
    sections=(METHOD, *BASE_MODELS),
    solve=solve,
    takeaway=takeaway,
    readouts=cards,
    figure=figure,
    why=why,
    presets={
        "It cannot hurt here, it does there": {"n": 1e4},
        "Light tail, heavy tail": {
            "method": "Filter",
            "threshold": 4.0,
            "left_world": "Normal error",
            "right_world": "Student-t error",
        },
        "Few liars, fewer liars": {"left_world": "Mixture", "right_liars": 1e-4, "n": 1e4},
        "Blend or route": {"right_world": "Routing", "n": 1e4},
    },
)
