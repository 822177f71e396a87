"""Pins: settings kept beside those on screen, in the link and in every question. Knows no screen."""

import unicodedata
from collections.abc import Iterator, Sequence
from string import ascii_uppercase

from dashboard.figures.ghosts import STYLES
from dashboard.settings import BadSettingsError, Choice, Section, Settings, as_text, defaults, read, shown
from dashboard.words.text import exactly, scientific

__all__ = [
    "KEY",
    "LONGEST",
    "LONGEST_TITLE",
    "MOST_PINS",
    "letters",
    "named",
    "read_pins",
    "read_title",
    "split_pins",
    "titles",
    "written",
]

KEY = "pin"
MOST_PINS = len(STYLES)
LONGEST = 4000  # characters of all of them
LONGEST_TITLE = 30  # characters
BESIDE_LETTERS = (
    " .-–'’()+/"  # of a title: none that means something to a link, to Markdown, to Plotly or to a spreadsheet
)
PARTS = 2  # of a name
BETWEEN_PINS, BETWEEN_SETTINGS, IS, TITLES = ";", ",", ":", "="


def written(sections: Sequence[Section], pins: Sequence[Settings], titles: Sequence[str] = ()) -> str:
    """Pins as a link has them: every setting that is on screen under them, to the last digit, after what a visitor calls it."""
    given = [*titles, *[""] * len(pins)]
    return BETWEEN_PINS.join(
        (title and f"{title}{TITLES}")
        + BETWEEN_SETTINGS.join(f"{key}{IS}{text}" for key, text in as_text(_seen(sections, pin)).items())
        for title, pin in zip(given, pins, strict=False)
    )


def read_pins(sections: Sequence[Section], text: str) -> list[Settings]:
    """The pins of a link, which is a stranger’s text; none for "".

    Raises:
        BadSettingsError: saying what is wrong with them, without repeating it.
    """
    if not text:
        return []
    if len(text) > LONGEST or text.count(BETWEEN_PINS) >= MOST_PINS:
        raise BadSettingsError(f"The link's pin is ignored: it must be {MOST_PINS} sets of settings at most.")
    for title in titles(text):
        try:
            needless = title != read_title(title)
        except BadSettingsError as problem:
            raise BadSettingsError(
                f"The link's pin is ignored: {str(problem)[0].lower()}{str(problem)[1:]}"
            ) from problem
        if needless:
            raise BadSettingsError("The link's pin is ignored: its name has needless spaces.")
    found: list[Settings] = []
    for pin in split_pins(text):
        pairs = [setting.partition(IS) for setting in pin.split(BETWEEN_SETTINGS)]
        if not all(key and middle for key, middle, _ in pairs):
            raise BadSettingsError("The link's pin is ignored: it must be settings, each a name, a colon and a value.")
        asked, problems = read(sections, {key: value for key, _, value in pairs})
        if problems:
            raise BadSettingsError("The link's pin is ignored: this page has no such setting, or not in that range.")
        found.append(defaults(sections) | asked)
    return found


def split_pins(text: str) -> list[str]:
    """The settings of a link's pins, one pin by one."""
    return [pin.rpartition(TITLES)[2] for pin in text.split(BETWEEN_PINS)]


def titles(text: str) -> list[str]:
    """What a visitor calls the pins of a link, "" for one that has no name of its own."""
    return [pin.rpartition(TITLES)[0] for pin in text.split(BETWEEN_PINS)]


def read_title(text: str) -> str:
    """A name that a visitor gives a pin, without needless space.

    Raises:
        BadSettingsError: if it is too long or has other characters than a name needs, without repeating it.
    """
    title = " ".join(unicodedata.normalize("NFC", text).split())
    if len(title) > LONGEST_TITLE or not all(c.isalnum() or c in BESIDE_LETTERS for c in title):
        allowed = " ".join(BESIDE_LETTERS.strip())
        raise BadSettingsError(
            f"A pin's name must be {LONGEST_TITLE} characters at most, of letters, digits, spaces and {allowed}"
        )
    return title


def letters(count: int) -> Sequence[str]:
    """What tells several pins apart; one needs nothing."""
    return ascii_uppercase[:count] if count > 1 else [""]


def named(sections: Sequence[Section], settings: Settings, pins: Sequence[Settings]) -> list[str]:
    """What each pin is called, by what tells it from `settings`; "" where nothing does."""
    now, start = _seen(sections, settings), defaults(sections)
    names = []
    for pin in pins:
        parts = [part for key, part in _parts(sections, pin) if pin[key] != now.get(key, start[key])]
        names.append(", ".join(parts[:PARTS]) + (", …" if len(parts) > PARTS else ""))
    return names


def _seen(sections: Sequence[Section], settings: Settings) -> Settings:
    """Of `settings` those that are on screen under them."""
    choices = [choice.key for choice in _offered(sections, settings) if len(choice.options) > 1]
    return {key: settings[key] for key in [*choices, *shown(sections, settings)]}


def _offered(sections: Sequence[Section], settings: Settings) -> list[Choice]:
    return [choice for section in sections if section.choice for choice in section.choice.offered(settings)]


def _parts(sections: Sequence[Section], settings: Settings) -> Iterator[tuple[str, str]]:
    """“n = 64” of every setting on screen, by its key; choices first, but for one without sliders, which is a way to look."""
    for choice in _offered(sections, settings):
        if any(choice.options.values()):
            yield choice.key, f"{choice.side}{settings[choice.key]}"
    for section in sections:
        side = section.choice.side if section.choice else ""
        for key, knob in section.visible(settings).items():
            value = float(settings[key])
            plainly = value == 0 or 1e-4 <= abs(value) < 1e6
            yield key, f"{side}{knob.symbol} = {exactly(value) if plainly else scientific(value)}"
