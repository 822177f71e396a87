"""Parameters → native widgets, and the buttons that change settings. The only place that makes widgets for parameters."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.figures.ghosts import Ghost
from dashboard.page import pins
from dashboard.page.capabilities import Invertible, Stepping
from dashboard.page.record import Page
from dashboard.settings import BadSettingsError, Choice, Section, Settings, defaults, read, shown
from models.parameters import Parameter

__all__ = [
    "OF_EVERY_PAGE",
    "answer_of_last_click",
    "choose",
    "enter",
    "go_to",
    "keeping",
    "presets",
    "read_history",
    "read_link",
    "read_pins",
    "remember",
    "set_all",
    "slider",
    "steps",
    "stops",
    "typed",
    "widgets",
]

State = TypeVar("State")
OF_EVERY_PAGE = ("present",)  # what a link may say on any page (`presenting.py`)
TRACKERS = re.compile(r"utm_.*|hsa_.*|mc_[ce]id|[a-z]*cl(s|k)?id|[gw]braid|igshid?|_g[al]|ref(_src)?|source|si|srsltid")


def read_history() -> Mapping[str, str] | None:
    """The link of the history’s entry that the browser went to, None where it went to none.

    To be asked before the navigation, which takes out of it what the page before has a widget for.
    """
    context = get_script_run_ctx()
    if not (context and context.is_history_navigation):
        return None
    return dict(parse_qsl(context.query_string, keep_blank_values=True))


def enter(page: Page[State], entry: Mapping[str, str] | None) -> None:
    """Coming from another page, take up this page’s own settings again: pages share keys, not values.

    The menu leads to a page without settings, the browser’s history to an `entry` with its own: the page runs once more with
    what the navigation took out of it.
    """
    if kept := st.session_state.pop("entry", None):
        st.query_params.update(kept)
    before = st.session_state.get("page")
    st.session_state["page"] = page.url_path
    if before in (None, page.url_path):
        return
    if entry is not None:
        asked, problems = read(page.sections, entry)
        set_all(defaults(page.sections) | asked)
        st.session_state["entry"] = {key: text for key, text in entry.items() if key not in problems}
        st.rerun()
    for key in [key for key in st.query_params if key not in OF_EVERY_PAGE]:
        del st.query_params[key]
    if pinned := st.session_state.get(f"{page.url_path}_pins"):
        st.query_params[pins.KEY] = pinned
    history = st.session_state.get(f"{page.url_path}_history")
    set_all(history[-1] if history else defaults(page.sections))


def read_pins(page: Page[State]) -> tuple[str, list[str]]:
    """What the link has pinned, and what is wrong with it: then nothing is."""
    pinned, problems = st.query_params.get(pins.KEY, ""), []
    try:
        pins.read_pins(page.sections, pinned)
    except BadSettingsError as problem:
        pinned, problems = "", [str(problem)]
        del st.query_params[pins.KEY]
    st.session_state[f"{page.url_path}_pins"] = pinned
    return pinned, problems


def read_link(sections: Sequence[Section], further: Sequence[str] = OF_EVERY_PAGE) -> list[str]:
    """Take the settings of a link into the session, and say what could not be taken.

    Streamlit drops a bound value it cannot use without a word; so the link is read here, before the widgets. What is
    `further` in it is no setting, nor is what other sites add to follow their visitors.
    """
    known = {*st.session_state, *further}
    link = {key: st.query_params[key] for key in st.query_params if not (key in known or TRACKERS.fullmatch(key))}
    asked, problems = read(sections, link)
    for key, value in asked.items():
        if isinstance(value, float):
            st.session_state[key] = value
    for key in link:
        if key in problems or key not in asked:  # a bare name: its setting has another key
            del st.query_params[key]
    return list(dict.fromkeys(problems.values()))


def widgets(sections: Sequence[Section]) -> dict[str, float | str]:
    """Draw every section in the current container; returns the committed settings, hidden ones included."""
    settings: dict[str, float | str] = {}
    for place, section in enumerate(sections):
        with st.container(gap=None, key=None if place else "first_section"):
            st.caption(section.title.upper())
            if section.choice:
                settings |= choose(section.choice)
            settings |= {key: slider(key, parameter) for key, parameter in section.visible(settings).items()}
    return settings


def stops(parameter: Parameter, value: float) -> list[float] | None:
    """A log slider's stops, the present value among them even where it is between two; None on a linear scale."""
    return sorted({*parameter.stops, value}) if parameter.scale == "log" else None


# ── buttons: they change the settings before the sliders are drawn ──


def set_all(settings: Settings) -> None:
    """Move every slider named in `settings`."""
    for key, value in settings.items():
        st.session_state[key] = value


def presets(page: Page[State]) -> None:
    """One button for each named state."""
    for name, changes in page.presets.items():
        st.button(
            name,
            on_click=set_all,
            args=({**defaults(page.sections), **changes},),
            type="tertiary",
            icon=":material/play_arrow:",
        )


def steps(state: State) -> None:
    """One button for each step that the state has."""
    if isinstance(state, Stepping):
        for name, changes in state.steps.items():
            st.button(name, on_click=set_all, args=(changes,), type="tertiary", icon=":material/casino:")


def remember(url_path: str, settings: Settings) -> None:
    """Add `settings` to the page’s history, for undo."""
    history = st.session_state.setdefault(f"{url_path}_history", [])
    if not history or history[-1] != settings:
        history.append(settings)
    del history[:-100]


def keeping(page: Page[State], settings: Settings, pinned: str, ghosts: Sequence[Ghost[State]]) -> None:
    """Undo, reset and pin; `pinned` is the link’s, `ghosts` what it means."""
    history = st.session_state[f"{page.url_path}_history"]

    def undo() -> None:
        history.pop()
        set_all(history[-1])

    st.button(
        "Undo",
        key="undo",
        help="Ctrl Z, on a Mac ⌘ Z",
        on_click=undo,
        disabled=len(history) < 2,
        icon=":material/undo:",
        type="tertiary",
    )
    start = defaults(page.sections)
    st.button("Reset", on_click=set_all, args=(start,), icon=":material/restart_alt:", type="tertiary")
    if not page.figure:
        return
    kept = pins.read_pins(page.sections, pinned)
    st.button(
        "Pin",
        on_click=_keep,
        args=(page.sections, [*kept, settings], pins.titles(pinned)),
        disabled=len(kept) == pins.MOST_PINS or settings in kept,
        icon=":material/keep:",
        type="tertiary",
        help=f"Keep the present state as a ghost in the picture, up to {pins.MOST_PINS} of them, and read the differences while moving on.",
    )
    if not ghosts:
        return
    with st.popover(f"{len(ghosts)} pinned", type="tertiary", icon=":material/keep_off:"), st.container(gap=None):
        titles = pins.titles(pinned)
        for place, ghost in enumerate(ghosts):
            name = ghost.name.removeprefix("pinned").strip(": ") or "it"
            _rename(page, kept, titles, place, name)
            others, left = kept[:place] + kept[place + 1 :], titles[:place] + titles[place + 1 :]
            _unpin(f"Unpin {name}", page.sections, others, left)
        if len(ghosts) > 1:
            _unpin("Unpin all", page.sections, [], [])


def _rename(page: Page[State], kept: list[Settings], titles: list[str], place: int, name: str) -> None:
    """What a visitor calls a pin; nothing gives it back the name that its settings give it."""
    box = f"title_{place}_{pins.written(page.sections, kept, titles)}"

    def take() -> None:
        try:
            title = pins.read_title(st.session_state[box])
        except BadSettingsError as problem:
            st.session_state[f"{page.url_path}_said"] = str(problem)
            return
        _keep(page.sections, kept, [*titles[:place], title, *titles[place + 1 :]])

    st.text_input(
        f"Call {name}", titles[place], pins.LONGEST_TITLE, key=box, on_change=take, placeholder="a name of your own"
    )


def _unpin(label: str, sections: Sequence[Section], rest: Sequence[Settings], titles: Sequence[str]) -> None:
    st.button(label, key=label, on_click=_keep, args=(sections, rest, titles), type="tertiary", icon=":material/close:")


def _keep(sections: Sequence[Section], kept: Sequence[Settings], titles: Sequence[str]) -> None:
    """Pin what is `kept` under `titles`, and nothing else."""
    if kept:
        st.query_params[pins.KEY] = pins.written(sections, kept, titles)
    else:
        del st.query_params[pins.KEY]


def go_to(page: Page[State], state: State) -> None:
    """The inverse: ask for what a setting is to reach, and its slider goes there."""
    if not (isinstance(state, Invertible) and state.targets):
        return
    target, value = f"{page.url_path}_target", f"{page.url_path}_target_value"

    def go() -> None:
        found = state.go_to(st.session_state[target], st.session_state.get(value, 0.0))
        set_all(found.changes)
        st.session_state[f"{page.url_path}_said"] = found.said

    with st.popover("Go to", type="tertiary", icon=":material/my_location:"):
        wanted = st.radio("Set the pressure so that it reaches", list(state.targets), key=target)
        if state.targets[wanted]:
            st.number_input("value", value=1.0, key=value, format="%g", label_visibility="collapsed")
        st.button("Go", on_click=go, type="primary")


def answer_of_last_click(page: Page[State]) -> None:
    """What the last “Go to” found, said once."""
    if said := st.session_state.pop(f"{page.url_path}_said", None):
        st.toast(said, icon=":material/my_location:", duration="long")


def typed(page: Page[State], settings: Settings) -> None:
    """Every slider’s number, to be typed to the last digit."""
    with st.popover("Type", type="tertiary", icon=":material/keyboard:"):
        for key, parameter in shown(page.sections, settings).items():
            box = f"typed_{key}_{settings[key]!r}"

            def take(key: str = key, box: str = box) -> None:
                if math.isfinite(st.session_state[box]):
                    st.session_state[key] = st.session_state[box]

            st.number_input(
                f"{parameter.label} · ${parameter.symbol}$",
                parameter.low,
                parameter.high,
                float(settings[key]),
                step=parameter.step or None,
                format="%.9g",
                key=box,
                on_change=take,
            )


def choose(
    choice: Choice, on_change: Callable[[], None] | None = None, *, titled: bool = False
) -> dict[str, float | str]:
    """Draw the options, and those of the choices that come with the chosen one; returns what is chosen, and the defaults
    of all that can be set besides."""
    settings = {key: knob.default for key, knob in choice.every.items()}
    if len(choice.options) == 1:
        return settings
    chosen = st.pills(
        choice.label,
        list(choice.options),
        default=choice.default,
        required=True,
        key=choice.key,
        help=choice.help,
        label_visibility="visible" if titled else "collapsed",
        bind="query-params",
        on_change=on_change,
    )
    settings[choice.key] = chosen or choice.default
    for further in choice.further.get(str(settings[choice.key]), ()):
        settings |= choose(further, titled=True)
    return settings


def slider(key: str, parameter: Parameter) -> float:
    """Draw the slider of a parameter; returns the committed value."""
    label = f"{parameter.label} · ${parameter.symbol}$"
    shared: dict[str, Any] = {"key": key, "help": parameter.help, "bind": "query-params"}
    default = parameter.default
    if steps := stops(parameter, st.session_state.get(key, default)):
        return st.select_slider(label, steps, default, format_func=_compact, **shared)
    shown = "%g" if parameter.step == round(parameter.step) else None
    return st.slider(label, parameter.low, parameter.high, default, step=parameter.step, format=shown, **shared)


def _compact(value: float) -> str:
    """A number that is short to read and exact to read back: 64, 2.5e6, 0.001."""
    text = f"{value:g}" if float(f"{value:g}") == value else repr(value)
    return text.replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
