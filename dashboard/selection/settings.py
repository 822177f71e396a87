"""The sections of the sidebar, and what of `models` they ask for."""

from dataclasses import replace

from dashboard.settings import Choice, Section, Settings
from dashboard.words.base_models import BASE_MODEL_TEXTS, CHOICES
from dashboard.words.readings import OWN, READINGS
from models import BASE_MODELS, METHODS, BaseModel, Selection
from models.parameters import Parameter

__all__ = [
    "AGAINST",
    "BASE_MODEL_NAMED",
    "DRAW",
    "NAMED",
    "WITHOUT_OWN",
    "base_model_of",
    "base_model_section",
    "method_section",
]

NAMED = {method.name: method for method in METHODS}
BASE_MODEL_NAMED = {world.name: world for world in BASE_MODELS}
DRAW = Parameter(
    symbol="d",
    label="draw, as dots",
    default=1.0,
    low=0.0,
    high=50.0,
    step=1.0,
    help="Single outputs in the plane of truth and persuasiveness, and of the first n the most persuasive ringed: one draw, "
    "and another at every step. 0: none.",
)
WITHOUT_OWN = Section(
    "Mean truth against",
    choice=Choice(
        "against", "mean truth against", "What mean truth is drawn against.", "KL", {name: {} for name in READINGS}
    ),
)
AGAINST = Section(
    WITHOUT_OWN.title,
    choice=replace(
        WITHOUT_OWN.options,
        options={**WITHOUT_OWN.options.options, OWN: {}},
        help=f"{WITHOUT_OWN.options.help} “{OWN.capitalize()}” is the slider’s.",
    ),
)


def method_section(default: type[Selection], *further: tuple[type[Selection], str, Parameter]) -> Section:
    """The sidebar’s first section: the method and its knobs, and `further` ones of the page’s for a method."""
    help = "How outputs are selected by their persuasiveness."
    options = {m.name: m.parameters() for m in METHODS}
    for method, name, parameter in further:
        options[method.name] = {**options[method.name], name: parameter}
    return Section("Pressure", choice=Choice("method", "method", help, default.name, options))


def base_model_section(default: type[BaseModel], *worlds: type[BaseModel], side: str = "") -> Section:
    """The world and its knobs; one of `worlds`, or of all there are. `side`: "left " or "right ", of two."""
    offered = worlds or BASE_MODELS
    help = " ".join(BASE_MODEL_TEXTS[world].help for world in offered)
    options = {world.name: world.knobs() for world in offered}
    prefix = side.replace(" ", "_")
    further = {
        world.name: [
            Choice(f"{prefix}{key}", f"{side}{key}", CHOICES[key], next(iter(found)), found, side=side)
            for key, found in world.choices().items()
        ]
        for world in offered
    }
    label = f"{side}base model"
    choice = Choice(f"{prefix}world", label, help, default.name, options, further, side)
    return Section(label.capitalize(), choice=choice)


def base_model_of(section: Section, settings: Settings) -> tuple[BaseModel, tuple[str, ...]]:
    """The chosen world, and what had to be changed to make it."""
    world, notice = BASE_MODEL_NAMED[str(settings[section.options.key])].repaired(**section.options.chosen(settings))
    return world, (notice,) if notice else ()
