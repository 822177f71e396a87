"""What a visitor chooses the base model from."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Self

from models.laws.base import BaseLaw
from models.parameters import Parameter

__all__ = ["BaseModel"]


class BaseModel(ABC):
    """A toy model of the base model’s outputs: a frozen record of knobs, and the law that they make."""

    name: ClassVar[str]

    @classmethod
    @abstractmethod
    def knobs(cls) -> dict[str, Parameter]:
        """Every number that can be chosen, by the keyword that `of` takes it by."""

    @classmethod
    def choices(cls) -> dict[str, dict[str, dict[str, Parameter]]]:
        """What else can be chosen, by the keyword that `of` takes it by: the options, each with knobs of its own. What is
        not given is the first option, and its knobs are at their defaults."""
        return {}

    @classmethod
    @abstractmethod
    def of(cls, **knobs: Any) -> Self:
        """The world with these knobs, each in its slider’s range, and these options.

        Raises:
            ValueError: where together they make no world.
        """

    @classmethod
    def repaired(cls, **knobs: Any) -> tuple[Self, str]:
        """The world with these knobs or, where together they make none, one near by; and what had to be changed, in a
        sentence fit for a visitor, "" if nothing."""
        return cls.of(**knobs), ""

    @abstractmethod
    def law(self) -> BaseLaw:
        """The law of the base model’s outputs."""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """
            Raises:
                AttributeError: naming where it is.
            """
            if name.startswith("_") or name in dir(self) or name not in dir(self.law()):
                return object.__getattribute__(self, name)  # raises what it raised
            raise AttributeError(f"{type(self).__name__} has no {name!r}; its law has: .law().{name}")
