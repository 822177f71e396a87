"""What is given for a base model: a law, or what makes one."""

from models.base_models.base import BaseModel
from models.base_models.submodules import ThreeSubmodules
from models.distributions import Distribution
from models.laws.base import BaseLaw, OutputLaw
from models.laws.mixture import MixtureBatch
from models.laws.modes import Mode

__all__ = ["as_law", "as_submodules", "named"]


def as_law(base: BaseLaw | BaseModel) -> BaseLaw:
    """The law that selection starts from: `base` itself, or that of a base model.

    Raises:
        TypeError: for anything else; it names the right call.
    """
    if not isinstance(base, BaseLaw | BaseModel):
        raise TypeError(f"{named(base)} is no base model; {_instead(base)}")
    return base.law() if isinstance(base, BaseModel) else base


def as_submodules(model: ThreeSubmodules) -> ThreeSubmodules:
    """What reinforcement learning steers.

    Raises:
        TypeError: for anything else; it names the right call.
    """
    if not isinstance(model, ThreeSubmodules):
        raise TypeError(f"{named(model)} cannot be steered; give ThreeSubmodules(…), not its .blend() or .routing()")
    return model


def named(given: object) -> str:
    return f"the class {given.__name__}" if isinstance(given, type) else type(given).__name__


def _instead(given: object) -> str:
    match given:
        case type():
            return f"give {given.__name__}(…)"
        case ThreeSubmodules():
            return "it makes two: give its .blend() or its .routing()"
        case Mode():
            return "give OutputMixture([mode])"
        case Distribution():
            return "give TruthPlusError(truth=…, error=…)"
        case MixtureBatch():
            return "it is several laws at once: [method.apply(base) for base in …]"
        case OutputLaw():
            return "something is selected already: give outcome.base"
        case _:
            return "give a law, such as OutputMixture([Mode(…), …]), or a base model, such as GoodhartMixture()"
