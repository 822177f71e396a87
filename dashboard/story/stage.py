"""The story on the screen: words and picture, the scene's sliders under it, and the way from scene to scene."""

from collections.abc import Mapping
from dataclasses import asdict

import streamlit as st

from dashboard.live import live_figure
from dashboard.live.server import picture_path, working
from dashboard.live.stage import Cue, stage
from dashboard.page import controls, exports
from dashboard.page.presenting import switch
from dashboard.page.render import glossary
from dashboard.settings import Settings, as_text, defaults
from dashboard.story.scene import Prediction, Scene
from dashboard.story.scenes import SCENES
from dashboard.story.story import CHOICE, NAMED, STORY, asking, part, place
from models.parameters import Parameter

__all__ = ["show"]

ANSWERS = "answers"  # in the session: scene → the place of the answer chosen, or None where it was only shown
START = defaults(STORY.sections)


@working()
def show(entry: Mapping[str, str] | None = None) -> None:
    """The scene that the link names, or the first; `entry` as in `controls.enter`."""
    controls.enter(STORY, entry)
    problems = controls.read_link(STORY.sections)
    progress = st.container(key="progress", horizontal=True, vertical_alignment="center", gap="small")
    with progress:
        back, dots, on = (st.container(width="content", key=key) for key in ("back", "dots", "on"))
    with dots:
        settings = controls.choose(CHOICE, on_change=_rest)
    number = str(settings[CHOICE.key])
    scene, knobs = NAMED[number], CHOICE.knobs(number)
    open_question = scene.predict if _open(number, knobs) else None
    with back:
        st.button("Previous", key="previous", on_click=_be_at, args=(str(int(number) - 1),), disabled=number == "1")
    with on:
        _onward(number, open_question)
    with st.container(key="part"):  # always there, as is the next: what comes after keeps its place, and so its node
        if heading := part(number):
            st.caption(heading)
    st.title(scene.title, anchor=False)
    with st.container(key="reply"):
        if scene.predict:
            _reply(number, scene, scene.predict, open_question)
    picture, under = st.container(), st.container(key="under", gap="xsmall")
    with under, st.container(gap="xsmall"):
        if open_question:
            _ask(number, scene, open_question)
        else:
            with st.container(key="story_sliders", horizontal=True, gap="large"):
                settings |= {key: controls.slider(key, knob) for key, knob in knobs.items()}
            _after(scene, settings, knobs)
    controls.remember(STORY.url_path, settings)
    told = asking(scene) if open_question else STORY.solve(settings)
    committed = {CHOICE.key: number} | {key: settings[key] for key in knobs}
    sliders = {} if open_question else {k: controls.stops(p, float(settings[k])) for k, p in knobs.items()}
    with picture:
        live_figure(
            STORY.picture(told),
            STORY.below(told),
            key="story_figure",
            url_path=STORY.url_path,
            settings=as_text(committed),
            sliders=sliders,
        )
    if problems:
        st.toast("\n".join(f"- {problem}" for problem in problems), icon=":material/link_off:", duration="infinite")
    with under:
        stage(_cue(number, scene, next(iter(sliders), "")))


def _cue(number: str, scene: Scene, slider: str) -> Cue:
    after = str(int(number) + 1)
    following = NAMED.get(after)
    return Cue(
        scene=int(number),
        scenes=len(SCENES),
        place=place(number),
        title=scene.title,
        notes=asdict(scene.notes),
        following=following.title if following else "",
        titles=[scene.title for scene in NAMED.values()],
        picture=f"{picture_path(STORY.url_path)}?{CHOICE.key}={after}" if following else "",
        slider=slider,
    )


# ── from scene to scene ──


def _rest() -> None:
    """Every slider back where its scene has it."""
    controls.set_all({key: value for key, value in START.items() if key != CHOICE.key})


def _be_at(number: str) -> None:
    """At a scene as it is told. A click may come before the browser knows of the last step: so every click says where it is."""
    _rest()
    st.session_state[CHOICE.key] = number


def _onward(number: str, question: Prediction | None) -> None:
    """To the answer where a question is open, else to the next scene."""
    if question:
        st.button("Next", key="next", type="primary", on_click=_answer, args=(number, None))
    else:
        last = int(number) == len(NAMED)
        st.button("Next", key="next", type="primary", on_click=_be_at, args=(str(int(number) + 1),), disabled=last)


# ── guess first ──


def _open(number: str, knobs: Mapping[str, Parameter]) -> bool:
    """Whether the scene's question waits: it does until it is answered, or a link says where its sliders are."""
    return number not in st.session_state.setdefault(ANSWERS, {}) and not any(key in st.query_params for key in knobs)


def _answer(number: str, chosen: int | None) -> None:
    st.session_state[ANSWERS][number] = chosen
    _be_at(number)


def _ask(number: str, scene: Scene, question: Prediction) -> None:
    with st.container(key="answers", horizontal=True, gap="small"):
        for place, answer in enumerate(question.answers):
            st.button(answer, key=f"answer_{place}", on_click=_answer, args=(number, place))
        st.button("Show me", key="answer_shown", type="tertiary", on_click=_answer, args=(number, None))


def _reply(number: str, scene: Scene, question: Prediction, asked: Prediction | None) -> None:
    """Before the guess and after it."""
    chosen = st.session_state[ANSWERS].get(number)
    st.markdown("Guess first:" if asked else question.reply(scene.solve({}), chosen))


# ── below the sliders ──


def _after(scene: Scene, settings: Settings, knobs: Mapping[str, Parameter]) -> None:
    with st.container(key="after", horizontal=True, gap="small"):
        st.button(
            "Back to the scene",
            on_click=_be_at,
            args=(str(settings[CHOICE.key]),),
            type="tertiary",
            icon=":material/restart_alt:",
        )
        names = CHOICE.keys[str(settings[CHOICE.key])]
        there = scene.at({name: settings[key] for name, key in names.items()})
        page = scene.opens or scene.page
        known = {key: value for key, value in there.items() if key in defaults(page.sections)}
        address = exports.link(exports.root(), page, known)
        st.link_button("Open the full page", address, type="tertiary", icon=":material/open_in_new:")
        glossary()
        switch()
