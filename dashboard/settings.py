"""What a page lets a visitor choose, and how a link's text becomes settings. Knows no screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models.parameters import Parameter

__all__ = ["BadSettingsError", "Choice", "Section", "Settings", "as_text", "defaults", "read", "shown"]

Settings = Mapping[str, float | str]


class BadSettingsError(ValueError):
    """What a visitor asked for cannot be had; the message says why, without repeating what was asked."""


@dataclass(frozen=True)
class Choice:
    """One of a few options, each with parameters of its own."""

    key: str
    label: str
    help: str
    default: str
    options: Mapping[str, Mapping[str, Parameter]]

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

    def __post_init__(self) -> None:
        for group in self._groups():
            for key, knob in group.items():
                if _slider(knob) != _slider(self.knobs()[key]):
                    raise ValueError(f"two options of {self.title!r} share the key {key!r}, but not its range")

    def knobs(self, chosen: str = "") -> dict[str, Choice | Parameter]:
        """Everything a link can set here, by key; of options that share a key, the `chosen` one's parameter."""
        everything: dict[str, Choice | Parameter] = {self.choice.key: self.choice} if self.choice else {}
        for group in self._groups():
            everything |= group
        return everything | (dict(self.choice.options.get(chosen, {})) if self.choice else {})

    def _groups(self) -> list[Mapping[str, Parameter]]:
        return [*(self.choice.options.values() if self.choice else ()), self.parameters]


def _slider(knob: Choice | Parameter) -> tuple:
    """What two parameters with one key must have in common, so that a setting means the same under both."""
    return (knob.low, knob.high, knob.default, knob.step, knob.scale) if isinstance(knob, Parameter) else (knob,)


def defaults(sections: Sequence[Section]) -> dict[str, float | str]:
    return {key: knob.default for section in sections for key, knob in section.knobs().items()}


def read(sections: Sequence[Section], link: Mapping[str, str]) -> tuple[dict[str, float | str], dict[str, str]]:
    """The settings that `link` asks for, and by key what is wrong with it. A link is a stranger's text."""
    knobs: dict[str, Choice | Parameter] = {}
    for section in sections:
        mine = section.knobs(link.get(section.choice.key, section.choice.default) if section.choice else "")
        if both := set(knobs) & set(mine):
            raise ValueError(f"two sections share the keys {sorted(both)}")
        knobs |= mine
    asked: dict[str, float | str] = {}
    problems: dict[str, str] = {}
    for key, text in link.items():
        if key not in knobs:
            problems[key] = "The link has a setting that this page does not know. It is ignored."
            continue
        try:
            asked[key] = knobs[key].read(text)
        except ValueError as problem:
            default = knobs[key].default
            used = default if isinstance(default, str) else f"{default:g}"
            problems[key] = f"The link's {key} is ignored: {problem}. The default, {used}, is used."
    return asked, problems


def as_text(settings: Settings) -> dict[str, str]:
    """Settings as a link writes them: every digit."""
    return {key: value if isinstance(value, str) else repr(float(value)) for key, value in settings.items()}


def shown(sections: Sequence[Section], settings: Settings) -> dict[str, Parameter]:
    """The parameters that have a slider on screen under `settings`."""
    chosen = (s.choice.options[settings[s.choice.key]] for s in sections if s.choice)
    return {key: p for group in (*chosen, *(s.parameters for s in sections)) for key, p in group.items()}
