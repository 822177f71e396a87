"""What a scene is: a few words, one or two sliders and some panels of an ordinary page. Knows no screen."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from dashboard.page.record import Page
from dashboard.settings import Settings, defaults, shown
from models.parameters import Parameter

__all__ = ["Mark", "Notes", "Prediction", "Scene", "Slider"]


class Slider(NamedTuple):
    """A slider of the page under another label, over a part of its range."""

    label: str
    low: float
    high: float


class Mark(NamedTuple):
    """A name for a place in a panel, which is known by the suffix of its axes."""

    panel: str
    x: float
    y: float
    name: str


@dataclass(frozen=True)
class Notes:
    """For the speaker: what to say in a minute, what to ask the room, and what people get wrong."""

    say: str
    ask: str
    trap: str


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """A question put before the slider is freed.

    Attributes:
        question: of the page's state in the scene.
        answers: to choose from.
        right: the place of the right answer, of the same state.
        before: what the sliders show, and panels: what is seen, while it is open.
    """

    question: Callable[[Any], str]
    answers: Sequence[str]
    right: Callable[[Any], int]
    before: Settings
    panels: Sequence[str]

    def reply(self, state: Any, chosen: int | None) -> str:
        """What is said to who chose an answer, or None of them."""
        right = self.right(state)
        said = {None: "The answer was", right: "Yes, it was"}.get(chosen, "No, it was")
        return f"{said} **“{self.answers[right].lower()}”**."


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A declaration on top of a page.

    Attributes:
        settings: changes to the page's defaults.
        sliders: those on screen, by the page's key; Play moves the first.
        panels: of the page's figure, by the suffix of their axes.
        words: at most two sentences, Markdown of `words.text`, of the page's state at any place of the sliders.
        predict: a question before the slider is freed.
        hides: traces of the page's figure, by name, that have not been told of yet.
        marks: names for what is seen, of the page's state.
        opens: the page that "Open the full page" leads to, if another has the same settings.
        tied: settings that follow from all others.

    Raises:
        ValueError: for settings that the page does not have, and for a slider that leaves the page's range.
    """

    title: str
    page: Page[Any]
    settings: Settings
    sliders: Mapping[str, Slider]
    panels: Sequence[str]
    words: Callable[[Any], str]
    notes: Notes
    predict: Prediction | None = None
    hides: Collection[str] = ()
    marks: Callable[[Any], Sequence[Mark]] = lambda state: ()
    opens: Page[Any] | None = None
    tied: Callable[[Settings], Settings] = lambda settings: {}

    def __post_init__(self) -> None:
        asked = self.predict.before if self.predict else {}
        if unknown := {*self.settings, *self.sliders, *asked} - set(defaults(self.page.sections)):
            raise ValueError(f"{self.title}: {self.page.url_path} has no {', '.join(sorted(unknown))}")
        declared = shown(self.page.sections, self.start)
        for key, (_, low, high) in self.sliders.items():
            if not declared[key].low <= low < high <= declared[key].high:
                ends = f"[{declared[key].low:g}, {declared[key].high:g}]"
                raise ValueError(f"{self.title}: {key} from {low:g} to {high:g} leaves the page’s {ends}")

    @property
    def start(self) -> Settings:
        """Every setting of the page, as the scene has it."""
        return self.at({})

    def at(self, sliders: Settings) -> Settings:
        """Every setting of the page, with the sliders somewhere."""
        settings = {**defaults(self.page.sections), **self.settings, **sliders}
        return {**settings, **self.tied(settings)}

    @property
    def knobs(self) -> dict[str, Parameter]:
        """The sliders on screen, at rest where the scene has them."""
        start = self.start
        declared = shown(self.page.sections, start)
        return {
            key: replace(declared[key], label=label, low=low, high=high, default=float(start[key]))
            for key, (label, low, high) in self.sliders.items()
        }

    def solve(self, sliders: Settings) -> Any:
        """The page's state."""
        return self.page.solve(self.at(sliders))
