"""What a visitor chooses the base model from."""

from abc import ABC, abstractmethod
from typing import ClassVar, Self

from models.laws.base import BaseLaw
from models.parameters import Parameter

__all__ = ["World"]


class World(ABC):
    """A toy model of the base model’s outputs: a frozen record of knobs, and the law that they make."""

    name: ClassVar[str]

    @classmethod
    @abstractmethod
    def knobs(cls) -> dict[str, Parameter]:
        """Every number that can be chosen, by the keyword that `of` takes it by."""

    @classmethod
    @abstractmethod
    def of(cls, **knobs: float) -> Self:
        """The world with these knobs, each in its slider’s range.

        Raises:
            ValueError: where together they make no world.
        """

    @classmethod
    def mended(cls, **knobs: float) -> tuple[Self, str]:
        """The world with these knobs or, where together they make none, one near by; and what had to be changed, in a
        sentence fit for a visitor, "" if nothing."""
        return cls.of(**knobs), ""

    @abstractmethod
    def law(self) -> BaseLaw:
        """The law of the base model’s outputs."""
