"""The four panels of a state."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dashboard.figures.dots import DrawnOutputs
from dashboard.figures.ghosts import Ghost
from dashboard.figures.panel_data import Ceiling, Handle, Line, MethodCurve, PanelData, Shown
from dashboard.figures.panels import four_panels
from dashboard.page.record import Figure
from dashboard.selection.state import Selected, SelectionState, threshold_of
from dashboard.selection.targets import SAME
from dashboard.selection.words import best_in_words, takeaway
from dashboard.words.base_models import BASE_MODEL_TEXTS
from dashboard.words.course import turn_names
from dashboard.words.methods import method_text
from dashboard.words.text import nats, plain

__all__ = ["figure", "picture_of", "scene"]


def scene(
    state: SelectionState, *, lines: Sequence[Line] = (), weight: bool = False, rings: bool = True, stated: str = ""
) -> PanelData:
    """The four panels of `state`, with rings where mean truth turns; `stated` is the page’s takeaway where it is another
    than `takeaway`."""
    selected = state.selected
    got, shown = selected.outcome, []
    for outcome in [*([got] if got else []), *selected.neighbours]:
        said = method_text(outcome.selection)
        words = said.label(outcome.selection)
        name = words if outcome is got else outcome.selection.name
        words = words if outcome is got else f"{words}, same {SAME[selected.by]}"
        shown.append(Shown(said.style, words, outcome, threshold_of(outcome), outcome, name))
    turns = turn_names(selected.course) if rings and selected.course else []
    return PanelData(
        base=selected.base,
        shown=shown,
        style=method_text(selected.selection).style,
        lines=lines,
        curves=[MethodCurve(method_text(m).style, m.name, o, selected.names(m)) for m, o in selected.curves.items()],
        turns=[(turn, name) for turn, name in turns if turn.kl <= selected.max_kl],
        reading=selected.reading,
        weight=weight,
        alt=f"Four panels: the densities of persuasiveness and of truth, the plane of both, and mean truth against "
        f"{selected.against}. {plain(stated or takeaway(state))}",
        handle=_handle(selected),
        ceiling=_ceiling(selected),
        dots=_dots(selected) if selected.draw else None,
    )


def _ceiling(selected: Selected) -> Ceiling | None:
    """What persuasion can reach at the KL of what is shown, where that is the axis; nothing where laws are at several KLs."""
    got, base = selected.outcome, selected.base
    if got is None or selected.against != "mean persuasiveness" or selected.by != "kl":
        return None
    here, farthest = base.ceiling(got.kl), base.ceiling(selected.max_kl)
    return (
        None
        if here is None or farthest is None
        else Ceiling(here, farthest, f"no method goes beyond at {nats(got.kl)}")
    )


def _dots(selected: Selected) -> DrawnOutputs:
    label = f"kept: {best_in_words(selected)}" if selected.candidates else ""
    kinds, style = BASE_MODEL_TEXTS[type(selected.world)].kinds(selected.world), method_text(selected.selection).style
    return DrawnOutputs(selected.outputs, kinds, selected.candidates, selected.best, label, style)


def _handle(selected: Selected) -> Handle | None:
    """What a hand on the picture can take: nothing where no slider is the pressure, or the curve is not drawn."""
    got, along = selected.outcome, selected.curves.get(type(selected.selection))
    if not (selected.key and got and along):
        return None
    said, knob, cut = method_text(got.selection), got.selection.knob(), threshold_of(got)
    pressures, cuts = np.asarray(along.selection.pressure), along.cuts if cut is not None else None
    places, at = selected.reading.place(along), selected.reading.place(got)
    here = np.isfinite(pressures)
    for each in (cuts, places):
        here = here & (np.isfinite(each) if each is not None else True)
    return Handle(
        slider=selected.key,
        log=knob.scale == "log",
        pressures=pressures[here],
        label=knob.label,
        text=said.label(got.selection),
        places=None if places is None else places[here],
        at=None if at is None or not np.isfinite(at) else (float(at), got.mean_truth),
        cuts=None if cuts is None else cuts[here],
        cut=cut,
    )


def picture_of(drawn: PanelData, pinned: Sequence[Ghost[SelectionState]]) -> Figure:
    """The four panels of a scene, with what is pinned as ghosts."""
    return four_panels(replace(drawn, ghosts=[ghost.showing(ghost.of.selected.shadow) for ghost in pinned]))


def figure(state: SelectionState, pinned: Sequence[Ghost[SelectionState]]) -> Figure:
    return picture_of(scene(state), pinned)
