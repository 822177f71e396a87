"""The page record: what a page is. Knows no screen."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Generic, TypeVar

from dashboard.page.manners import Noticing
from dashboard.settings import BadSettingsError, Section, Settings, defaults, read, refuse_shared_keys
from dashboard.words.markup import cell, html
from dashboard.words.text import change, runs

__all__ = ["Figure", "Page", "Plate", "Readout", "Table"]

LONGEST_PIN = 4000  # characters of a pinned state in a question

State = TypeVar("State")
Figure = Mapping[str, Any]
"""A Plotly figure as plain data: "data", "alt", and "layouts", of which "wide" and "narrow" are for two kinds of screen."""


@dataclass(frozen=True)
class Readout:
    """A number with its change against the base model, and a line for what it is compared with.

    `better` says which direction of change is good news: +1, −1, or 0 for neither. `amount` is the number itself,
    where differences from it make sense. `bar` shows it between the ends of a track, from where to where as shares of it,
    in `color`.
    """

    label: str
    value: str
    change: str = ""
    better: int = 0
    note: str = ""
    amount: float | None = None
    bar: tuple[float, float] | None = None
    color: str = ""


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


@dataclass(frozen=True, kw_only=True)
class Page(Generic[State]):
    """What a page is: settings to choose, `solve`, which makes a state of them, and functions that read the state.

    Attributes:
        sections: what can be chosen; none is a page without sliders.
        takeaway: the page in a sentence or two, Markdown of `words.text`.
        figure: the figure that follows a finger, of a state and of a pinned one if there is one.
        why: Markdown below the figure. plates, tables: below that.
        presets: named changes to the defaults.
        home: whether the page is at the server’s root.
        under: the heading it stands under in the navigation, "" for none.
    """

    title: str
    url_path: str
    intro: str
    solve: Callable[[Settings], State]
    takeaway: Callable[[State], str]
    sections: Sequence[Section] = ()
    readouts: Callable[[State], Sequence[Readout]] = lambda state: ()
    figure: Callable[[State, State | None], Figure] | None = None
    why: Callable[[State], str] = lambda state: ""
    tables: Callable[[State], Sequence[Table]] = lambda state: ()
    plates: Callable[[State], Sequence[Plate]] = lambda state: ()
    presets: Mapping[str, Settings] = field(default_factory=dict)
    home: bool = False
    under: str = ""

    def __post_init__(self) -> None:
        refuse_shared_keys(self.sections)

    def answer(self, query: Mapping[str, str]) -> dict[str, Any]:
        """The picture of the settings in `query`, defaults for the rest: what a drag asks the server for.

        `pin`, if there, is a JSON object of further settings, whose state is drawn as a ghost.

        Raises:
            BadSettingsError: saying what is wrong with the query.
        """
        query = dict(query)
        pin = query.pop("pin", "")
        return self.picture(self.asked(query), self.asked(_pinned(pin)) if pin else None)

    def explanation(self, query: Mapping[str, str]) -> dict[str, Any]:
        """What stands below the picture of the settings in `query`: asked for when a drag has time for it.

        Raises:
            BadSettingsError: saying what is wrong with the query.
        """
        return self.below(self.asked({key: text for key, text in query.items() if key != "pin"}))

    def asked(self, query: Mapping[str, str]) -> State:
        """The state that the settings in `query` ask for, defaults for the rest.

        Raises:
            BadSettingsError: saying what is wrong with the query.
        """
        asked, problems = read(self.sections, query)
        if problems:
            raise BadSettingsError(" ".join(dict.fromkeys(problems.values())))
        return self.solve(defaults(self.sections) | asked)

    def picture(self, state: State, pinned: State | None = None) -> dict[str, Any]:
        """Everything that follows a finger, as plain data: words, readouts and the figure."""
        readouts = list(self.readouts(state))
        if pinned is not None:
            before = {readout.label: readout for readout in self.readouts(pinned)}
            readouts = [_against(now, before[now.label]) for now in readouts]
        return {
            "notices": list(state.notices) if isinstance(state, Noticing) else [],
            "takeaway": runs(self.takeaway(state)),
            "readouts": [asdict(readout) for readout in readouts],
            "figure": self.figure(state, pinned) if self.figure else None,
        }

    def below(self, state: State) -> dict[str, Any]:
        """Everything below the picture, as plain data; words are HTML."""
        return {
            "why": html(self.why(state)),
            "plates": [asdict(plate) for plate in self.plates(state)],
            "tables": [
                {
                    "title": table.title,
                    "columns": [cell(column) for column in table.columns],
                    "rows": [[cell(text) for text in row] for row in table.rows],
                }
                for table in self.tables(state)
            ],
        }


def _against(now: Readout, then: Readout) -> Readout:
    """`now` with what was pinned in its note, and the difference where it makes sense."""
    gap = "" if now.amount is None or then.amount is None else f" ({change(now.amount - then.amount, 3)})"
    return replace(now, note=f"pinned {then.value}{gap}")


def _pinned(text: str) -> dict[str, str]:
    try:
        pin = json.loads(text) if len(text) <= LONGEST_PIN else None
    except (ValueError, RecursionError):
        pin = None
    if not (isinstance(pin, dict) and all(isinstance(value, str) for value in pin.values())):
        raise BadSettingsError("pin must be a JSON object of settings")
    return pin
