"""The page record: what a page is. Knows no screen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Generic, TypeVar

from dashboard.figures.ghosts import STYLES, Ghost
from dashboard.page.capabilities import Noticing
from dashboard.page.pins import KEY, letters, named, read_pins, titles
from dashboard.settings import BadSettingsError, Section, Settings, defaults, read, refuse_shared_keys
from dashboard.words.markup import cell, html
from dashboard.words.text import change, runs

__all__ = ["Figure", "Page", "Plate", "Readout", "Table"]

NATS = " nats"
State = TypeVar("State")
Figure = Mapping[str, Any]
"""A Plotly figure as plain data: "data", "alt", and "layouts", of which "wide" and "narrow" are for two kinds of screen."""


@dataclass(frozen=True)
class Readout:
    """A number with its change against the base model, and a line for what it is compared with.

    `better` says which direction of change is good news: +1, −1, or 0 for neither. `amount` is the number itself,
    where differences from it make sense. `bar` shows it between the ends of a track, from where to where as shares of it,
    in `color`. `help` says its unit and what 0 is.
    """

    label: str
    value: str
    change: str = ""
    better: int = 0
    note: str = ""
    amount: float | None = None
    bar: tuple[float, float] | None = None
    color: str = ""
    help: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of cells in Markdown, under a header."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""


@dataclass(frozen=True)
class Plate:
    """One more figure, below the words: a Plotly figure, what it shows in words, and a caption to be seen."""

    figure: Mapping[str, Any]
    alt: str
    caption: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Page(Generic[State]):
    """What a page is: settings to choose, `solve`, which makes a state of them, and functions that read the state.

    Attributes:
        sections: what can be chosen; none is a page without sliders.
        takeaway: the page in a sentence or two, Markdown of `words.text`.
        figure: the figure that follows a finger, of a state and of those that are pinned.
        why: Markdown below the figure. plates, tables: below that.
        presets: named changes to the defaults.
        under: the heading it stands under in the navigation, "" for none.
    """

    title: str
    url_path: str
    intro: str
    solve: Callable[[Settings], State]
    takeaway: Callable[[State], str]
    sections: Sequence[Section] = ()
    readouts: Callable[[State], Sequence[Readout]] = lambda state: ()
    figure: Callable[[State, Sequence[Ghost[State]]], Figure] | None = None
    why: Callable[[State], str] = lambda state: ""
    tables: Callable[[State], Sequence[Table]] = lambda state: ()
    plates: Callable[[State], Sequence[Plate]] = lambda state: ()
    presets: Mapping[str, Settings] = field(default_factory=dict)
    under: str = ""

    def __post_init__(self) -> None:
        refuse_shared_keys(self.sections)

    def answer(self, query: Mapping[str, str]) -> dict[str, Any]:
        """The picture of the settings in `query`, defaults for the rest: what a drag asks the server for.

        `pin`, if there, is what `pins.written` makes of further settings, whose states are drawn as ghosts.

        Raises:
            BadSettingsError: saying what is wrong with the query.
        """
        query = dict(query)
        pinned = query.pop(KEY, "")
        settings = self._settings(query)
        return self.picture(self.at(settings), self.ghosts(pinned, settings))

    def ghosts(self, pinned: str, settings: Settings) -> list[Ghost[State]]:
        """What is pinned, each called as its visitor calls it, or by what tells it from `settings`; and told from the others.

        Raises:
            BadSettingsError: saying what is wrong with `pinned`.
        """
        kept = _solved(self, pinned)
        told = named(self.sections, settings, [pin for pin, _ in kept])
        names = [title or name for title, name in zip(titles(pinned), told, strict=False)]
        ghosts = []
        for letter, name, style, (_, state) in zip(letters(len(kept)), names, STYLES, kept, strict=False):
            own = [": ".join(filter(None, (head, name))) for head in (f"pinned {letter}".strip(), letter or "pinned")]
            ghosts.append(Ghost(own[0], own[1], style, state))
        return ghosts

    def explanation(self, query: Mapping[str, str]) -> dict[str, Any]:
        """What stands below the picture of the settings in `query`: asked for when a drag has time for it.

        Raises:
            BadSettingsError: saying what is wrong with the query.
        """
        return self.below(self.asked({key: text for key, text in query.items() if key != KEY}))

    def asked(self, query: Mapping[str, str]) -> State:
        """The state that the settings in `query` ask for, defaults for the rest.

        Raises:
            BadSettingsError: saying what is wrong with the query.
        """
        return self.at(self._settings(query))

    def at(self, settings: Settings) -> State:
        """The state of `settings`, the same for as long as it is kept: a picture, what stands below it, and the script run when
        it is committed share what it works out."""
        return _state(self, tuple(settings.items()))

    def _settings(self, query: Mapping[str, str]) -> Settings:
        asked, problems = read(self.sections, query)
        if problems:
            raise BadSettingsError(" ".join(dict.fromkeys(problems.values())))
        return defaults(self.sections) | asked

    def picture(self, state: State, ghosts: Sequence[Ghost[State]] = ()) -> dict[str, Any]:
        """Everything that follows a finger, as plain data: words, readouts and the figure."""
        readouts = list(self.readouts(state))
        figure = self.figure(state, ghosts) if self.figure else None
        if ghosts:
            before = [{readout.label: readout for readout in self.readouts(ghost.of)} for ghost in ghosts]
            same = [[then[now.label] for now in readouts[:1] if now.label in then] for then in before]
            said = [
                ghost.name + "".join(f" ({one.label} {one.value})" for one in first)
                for ghost, first in zip(ghosts, same, strict=True)
            ]
            figure = figure and {**figure, "alt": f"{figure['alt']} Beside it {'; '.join(said)}."}
            readouts = [_against(now, [then.get(now.label) for then in before]) for now in readouts]
        return {
            "notices": list(state.notices) if isinstance(state, Noticing) else [],
            "takeaway": runs(self.takeaway(state)),
            "readouts": [vars(readout) for readout in readouts],
            "figure": figure,
            "pinned": [ghost.name for ghost in ghosts],
        }

    def below(self, state: State) -> dict[str, Any]:
        """Everything below the picture, as plain data; words are HTML."""
        return {
            "why": html(self.why(state)),
            "plates": [vars(plate) for plate in self.plates(state)],
            "tables": [
                {
                    "title": table.title,
                    "columns": [cell(column) for column in table.columns],
                    "rows": [[cell(text) for text in row] for row in table.rows],
                }
                for table in self.tables(state)
            ],
        }


def _against(now: Readout, pinned: Sequence[Readout | None]) -> Readout:
    """`now` with what was pinned in its note, where that has such a readout, and the difference from one pin where it makes
    sense."""
    if not any(pinned):
        return now
    if len(pinned) > 1:
        values = [then.value if then else "–" for then in pinned]
        if all(value.endswith(NATS) for value in values):
            values[:-1] = [value.removesuffix(NATS) for value in values[:-1]]  # once is enough
        told = zip(letters(len(pinned)), values, strict=True)
        return replace(now, note=" · ".join(f"{letter} {value}" for letter, value in told))
    then = pinned[0]
    assert then
    gap = "" if now.amount is None or then.amount is None else f" ({change(now.amount - then.amount, 3)})"
    return replace(now, note=f"pinned {then.value}{gap}")


@lru_cache(maxsize=32)
def _state(page: Page[State], settings: tuple[tuple[str, float | str], ...]) -> State:
    return page.solve(dict(settings))


@lru_cache(maxsize=64)
def _solved(page: Page[State], pinned: str) -> Sequence[tuple[Settings, State]]:
    """Kept, for a drag does not change what is pinned; and a state keeps what it has worked out."""
    return [(settings, page.at(settings)) for settings in read_pins(page.sections, pinned)]
