"""What a page lets a visitor choose, and how a link's text becomes settings. Knows no screen.

A setting's key names its slider, its place in a link and its value in the session. It is the knob's own name, but where
an option of a choice has another knob of the same name than an option before it, the option's name comes in front: keys
are unique by construction, and an option added at the end leaves the others' alone. A link may say the bare name all the
same; unless it has the long one too, it then means the chosen option's.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from models.parameters import Parameter, printed

__all__ = [
    "BadSettingsError",
    "Choice",
    "Section",
    "Settings",
    "as_text",
    "defaults",
    "read",
    "refuse_shared_keys",
    "shown",
]

Settings = Mapping[str, float | str]


class BadSettingsError(ValueError):
    """What a visitor asked for cannot be had; the message says why, without repeating what was asked."""


@dataclass(frozen=True)
class Choice:
    """One of a few options, each with knobs of its own: `options` maps an option to its knobs by name.

    `further` maps an option to more choices that go with it. A choice that several options have is one and the same.
    `side` comes in front of names and keys where a page offers the same options twice: "left " and "right ".
    """

    key: str
    label: str
    help: str
    default: str
    options: Mapping[str, Mapping[str, Parameter]]
    further: Mapping[str, Sequence["Choice"]] = field(default_factory=dict)
    side: str = ""

    @property
    def name(self) -> str:
        """The key without the side."""
        return self.key.removeprefix(_slug(self.side))

    @cached_property
    def keys(self) -> dict[str, dict[str, str]]:
        """The key of every option's every knob: option → name → key."""
        first: dict[str, Parameter] = {}
        for group in self.options.values():
            first = dict(group) | first
        side = _slug(self.side)
        return {
            option: {
                name: f"{side}{name}" if knob == first[name] else f"{side}{_slug(option)}_{name}"
                for name, knob in group.items()
            }
            for option, group in self.options.items()
        }

    def knobs(self, option: str) -> dict[str, Parameter]:
        """The knobs of one option, by key; not those of further choices."""
        return {self.keys[option][name]: knob for name, knob in self.options[option].items()}

    @cached_property
    def every(self) -> dict[str, "Choice | Parameter"]:
        """The choice and all that comes with any of its options, by key.

        Raises:
            ValueError: where one key would mean two things.
        """
        found: dict[str, Choice | Parameter] = {self.key: self}
        for option in self.options:
            below = [choice.every for choice in self.further.get(option, ())]
            for key, knob in [*self.knobs(option).items(), *(item for each in below for item in each.items())]:
                if found.setdefault(key, knob) != knob:
                    raise ValueError(f"two settings share the key {key!r}")
        return found

    def offered(self, settings: Settings) -> list["Choice"]:
        """The choices on screen under `settings`: this one and those that come with its option."""
        below = [choice.offered(settings) for choice in self.further.get(str(settings[self.key]), ())]
        return [self, *(choice for each in below for choice in each)]

    def visible(self, settings: Settings) -> dict[str, Parameter]:
        """The sliders on screen under `settings`, by key, those of further choices last."""
        option = str(settings[self.key])
        found = self.knobs(option)
        for choice in self.further.get(option, ()):
            found |= choice.visible(settings)
        return found

    def values(self, settings: Settings) -> dict[str, float]:
        """The numbers chosen for the chosen option, by name; not those of further choices."""
        keys = self.keys[str(settings[self.key])]
        return {name: float(settings[key]) for name, key in keys.items()}

    def chosen(self, settings: Settings) -> dict[str, float | str]:
        """What is chosen with the chosen option, by name: its numbers, and the options of further choices with theirs."""
        found: dict[str, float | str] = dict(self.values(settings))
        for choice in self.further.get(str(settings[self.key]), ()):
            found |= {choice.name: str(settings[choice.key]), **choice.chosen(settings)}
        return found

    def bare(self, link: Mapping[str, str]) -> dict[str, str]:
        """The keys that bare names stand for in a link, by what it chooses; a side comes in front of names, too."""
        chosen = link.get(self.key, self.default)
        found = {f"{_slug(self.side)}{name}": key for name, key in self.keys.get(chosen, {}).items()}
        for choice in self.further.get(chosen, ()):
            found |= choice.bare(link)
        return found

    def read(self, text: str) -> str:
        """
        Raises:
            ValueError: unless `text` is one of the options; the text itself is not repeated.
        """
        if text not in self.options:
            raise ValueError(f"{self.label} must be one of {', '.join(self.options)}")
        return text


@dataclass(frozen=True)
class Section:
    """A titled group of sliders; the chosen option's own sliders come first."""

    title: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    choice: Choice | None = None

    @cached_property
    def knobs(self) -> dict[str, Choice | Parameter]:
        """Everything a link can set here, by key."""
        return (self.choice.every if self.choice else {}) | dict(self.parameters)

    @property
    def options(self) -> Choice:
        """The choice.

        Raises:
            TypeError: where the section has none.
        """
        if self.choice is None:
            raise TypeError(f"the section {self.title!r} has no choice")
        return self.choice

    def visible(self, settings: Settings) -> dict[str, Parameter]:
        """The sliders on screen under `settings`, by key."""
        return (self.choice.visible(settings) if self.choice else {}) | dict(self.parameters)


def refuse_shared_keys(sections: Sequence[Section]) -> None:
    """
    Raises:
        ValueError: where one key would mean two things.
    """
    seen: set[str] = set()
    for section in sections:
        chosen, own = set(section.choice.every if section.choice else ()), set(section.parameters)
        if both := (own & chosen) | (seen & (own | chosen)):
            raise ValueError(f"two settings share the keys {sorted(both)}")
        seen |= own | chosen


def defaults(sections: Sequence[Section]) -> dict[str, float | str]:
    return {key: knob.default for section in sections for key, knob in section.knobs.items()}


def read(sections: Sequence[Section], link: Mapping[str, str]) -> tuple[dict[str, float | str], dict[str, str]]:
    """The settings that `link` asks for, and by the link's key what is wrong with it. A link is a stranger's text."""
    knobs = {key: knob for section in sections for key, knob in section.knobs.items()}
    bare: dict[str, str] = {}
    for choice in (section.choice for section in sections if section.choice):
        bare |= choice.bare(link)
    asked: dict[str, float | str] = {}
    problems: dict[str, str] = {}
    for said, text in link.items():
        key = bare[said] if said in bare and bare[said] not in link else said
        if key not in knobs:
            problems[said] = "The link has a setting that this page does not know. It is ignored."
            continue
        try:
            asked[key] = knobs[key].read(text)
        except ValueError as problem:
            default = knobs[key].default
            used = default if isinstance(default, str) else printed(default)
            problems[said] = f"The link's {said} is ignored: {problem}. The default, {used}, is used."
    return asked, problems


def as_text(settings: Settings) -> dict[str, str]:
    """Settings as a link writes them: every digit."""
    return {key: value if isinstance(value, str) else repr(float(value)) for key, value in settings.items()}


def shown(sections: Sequence[Section], settings: Settings) -> dict[str, Parameter]:
    """The parameters that have a slider on screen under `settings`."""
    return {key: knob for section in sections for key, knob in section.visible(settings).items()}


def _slug(option: str) -> str:
    plain = unicodedata.normalize("NFKD", option).encode("ascii", "ignore").decode()
    return re.sub(r"\W+", "_", plain.lower())
