"""What is pinned stays on every panel as a ghost: quiet, behind the rest, and named."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from dashboard.figures.style import PINNED, Style

__all__ = ["STYLES", "Ghost"]

Of = TypeVar("Of", covariant=True)
Part = TypeVar("Part")
STYLES = tuple(Style(PINNED.name, PINNED.color, dash) for dash in ("2px 2px", "9px 3px", "9px 3px 2px 3px"))


@dataclass(frozen=True)
class Ghost(Generic[Of]):
    """Something pinned.

    Attributes:
        name: what it is called: “pinned: n = 64”, or “pinned A: n = 64” where there are several. mark: the same, on its line.
        style: how its lines are drawn.
        of: what is pinned.
    """

    name: str
    mark: str
    style: Style
    of: Of

    def showing(self, part: Part) -> "Ghost[Part]":
        """The same ghost of a part of it."""
        return Ghost(self.name, self.mark, self.style, part)
