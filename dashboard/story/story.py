"""The story as a page: its one choice is the scene, and each scene brings its sliders. Scenes after the story count apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.figures.excerpt import excerpt
from dashboard.figures.ghosts import Ghost
from dashboard.figures.traces import named_place
from dashboard.page.record import Figure, Page
from dashboard.settings import Choice, Section, Settings
from dashboard.story.further import FURTHER
from dashboard.story.scene import Scene
from dashboard.story.scenes import SCENES
from dashboard.words.text import plain

__all__ = ["CHOICE", "NAMED", "STORY", "SceneState", "asking", "part", "place"]

NAMED: Mapping[str, Scene] = {str(number): scene for number, scene in enumerate((*SCENES, *FURTHER), 1)}
CHOICE = Choice("scene", "scene", "Where the story is.", "1", {number: scene.knobs for number, scene in NAMED.items()})


def place(number: str) -> str:
    """Where a scene is: “5 / 14, and 4 more”, or of those after the story “more: 2 / 4”."""
    here, story, more = int(number), len(SCENES), len(FURTHER)
    return f"{here} / {story}, and {more} more" if here <= story else f"more: {here - story} / {more}"


def part(number: str) -> str:
    """The heading that a scene stands under, "" in the story itself."""
    return NAMED[number].page.under if int(number) > len(SCENES) else ""


@dataclass(frozen=True)
class SceneState:
    """A scene, and its page's state where its sliders stand.

    `open` is whether the scene's question waits for an answer.
    """

    scene: Scene
    state: Any
    open: bool = False


def solve(settings: Settings) -> SceneState:
    scene = NAMED[str(settings[CHOICE.key])]
    return SceneState(scene, scene.solve(CHOICE.values(settings)))


def asking(scene: Scene) -> SceneState:
    """The scene while its question is open."""
    if scene.predict is None:
        raise TypeError(f"the scene {scene.title!r} asks nothing")
    return SceneState(scene, scene.solve(scene.predict.before), open=True)


def words(told: SceneState) -> str:
    scene = told.scene
    if told.open and scene.predict:
        return scene.predict.question(scene.solve({}))
    return scene.words(told.state)


def figure(told: SceneState, pinned: Sequence[Ghost[SceneState]]) -> Figure:
    scene = told.scene
    panels = scene.predict.panels if told.open and scene.predict else scene.panels
    drawn = excerpt(scene.page.figure(told.state, ()), panels) if scene.page.figure else {}
    shown = [trace for trace in drawn["data"] if trace.get("name") not in scene.hides]
    marks = [mark for mark in scene.marks(told.state) if mark.panel in panels and not told.open]
    drawn["data"] = [*shown, *(named_place(*mark) for mark in marks)]
    named = ", ".join(title.lower() for title in drawn["panels"].values())
    return drawn | {"alt": f"{named}. {plain(words(told))}", "handle": _handle(told, drawn["handle"])}


def _handle(told: SceneState, handle: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """What a hand on the picture can take, if that is one of the scene's sliders and it is free."""
    if handle is None or told.open or handle["slider"] not in told.scene.sliders:
        return None
    number = next(number for number, scene in NAMED.items() if scene is told.scene)
    return {**handle, "slider": CHOICE.keys[number][handle["slider"]]}


STORY: Page[SceneState] = Page(
    title="Start",
    url_path="start",
    intro="",
    sections=(Section("Scene", choice=CHOICE),),
    solve=solve,
    takeaway=words,
    figure=figure,
)
