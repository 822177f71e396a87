"""What a state may offer beyond being shown. A page whose state lacks a manner lacks its button, and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from dashboard.settings import Settings

__all__ = ["Found", "Invertible", "Noticing", "Reproducible", "Stepping", "Tabular"]


@runtime_checkable
class Noticing(Protocol):
    """A state with something to say about the settings themselves."""

    @property
    def notices(self) -> Sequence[str]: ...


@dataclass(frozen=True)
class Found:
    """What was found where someone asked to go: words, and settings if there is such a place."""

    said: str
    changes: Settings = field(default_factory=dict)


@runtime_checkable
class Invertible(Protocol):
    """A state that can say which settings would reach a target: “Go to”."""

    @property
    def targets(self) -> Mapping[str, bool]:
        """What can be asked for, and whether a number goes with it; empty if nothing can."""

    def go_to(self, target: str, value: float) -> Found: ...


@runtime_checkable
class Stepping(Protocol):
    """A state with something to go on to: “Another draw”."""

    @property
    def steps(self) -> Mapping[str, Settings]:
        """Changes to the settings, by what their buttons say."""


@runtime_checkable
class Reproducible(Protocol):
    """A state whose numbers a few lines of Python give."""

    def code(self) -> str: ...


@runtime_checkable
class Tabular(Protocol):
    """A state whose curves are a table of numbers."""

    def rows(self) -> Iterator[Sequence[str]]:
        """The header, then a row for each point."""
