"""Parameters → native widgets. The only place that makes widgets for parameters."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.settings import Choice, Section, Settings, defaults, read, shown
from dashboard.text import exactly
from dashboard.words import no_peak
from models import NoOptimumError, Outcome, match
from models.parameters import Parameter

if TYPE_CHECKING:
    from dashboard.page import Page

__all__ = [
    "answer_of_last_click",
    "enter",
    "go_to",
    "keeping",
    "presets",
    "read_link",
    "remember",
    "stops",
    "typed",
    "widgets",
]


def enter(page: "Page") -> None:
    """Coming from another page, take up this page’s own settings again: pages share keys, not values."""
    before = st.session_state.get("page")
    st.session_state["page"] = page.url_path
    if before in (None, page.url_path):
        return
    for key in list(st.query_params):
        del st.query_params[key]
    history = st.session_state.get(f"{page.url_path}_history")
    set_all(history[-1] if history else defaults(page.sections))


def read_link(sections: Sequence[Section]) -> list[str]:
    """Take the settings of a link into the session, and say what could not be taken.

    Streamlit drops a bound value it cannot use without a word; so the link is read here, before the widgets.
    """
    link = {key: st.query_params[key] for key in st.query_params if key not in st.session_state}
    asked, problems = read(sections, link)
    for key, value in asked.items():
        if isinstance(value, float):
            st.session_state[key] = value
    for key in problems:
        del st.query_params[key]
    return list(dict.fromkeys(problems.values()))


def widgets(sections: Sequence[Section]) -> dict[str, float | str]:
    """Draw every section in the current container; returns the committed settings, hidden ones included."""
    settings: dict[str, float | str] = {}
    for section in sections:
        with st.container(gap=None):
            st.caption(section.title.upper())
            visible = dict(section.parameters)
            if section.choice:
                settings |= _choice(section.choice)
                visible = dict(section.choice.options[settings[section.choice.key]]) | visible
            settings |= {key: _slider(key, parameter) for key, parameter in visible.items()}
    return settings


def stops(parameter: Parameter, value: float) -> list[float] | None:
    """A log slider's stops, the present value among them even where it is between two; None on a linear scale."""
    return sorted({*parameter.stops, value}) if parameter.scale == "log" else None


# ── buttons: they change the settings before the sliders are drawn ──


def set_all(settings: Settings) -> None:
    """Move every slider named in `settings`."""
    for key, value in settings.items():
        st.session_state[key] = value


def presets(page: "Page") -> None:
    """One button for each named state."""
    for name, changes in page.presets.items():
        st.button(
            name,
            on_click=set_all,
            args=(defaults(page.sections) | changes,),
            type="tertiary",
            icon=":material/play_arrow:",
        )


def remember(url_path: str, settings: Settings) -> None:
    """Add `settings` to the page’s history, for undo."""
    history = st.session_state.setdefault(f"{url_path}_history", [])
    if not history or history[-1] != settings:
        history.append(settings)
    del history[:-100]


def keeping(page: "Page", settings: Settings) -> None:
    """Undo, reset and pin."""
    history, pin = st.session_state[f"{page.url_path}_history"], f"{page.url_path}_pin"

    def undo() -> None:
        history.pop()
        set_all(history[-1])

    def toggle_pin() -> None:
        st.session_state[pin] = None if st.session_state.get(pin) else settings

    st.button("Undo", on_click=undo, disabled=len(history) < 2, icon=":material/undo:", type="tertiary")
    start = defaults(page.sections)
    st.button("Reset", on_click=set_all, args=(start,), icon=":material/restart_alt:", type="tertiary")
    st.button(
        "Unpin" if st.session_state.get(pin) else "Pin",
        on_click=toggle_pin,
        icon=":material/keep:",
        type="tertiary",
        help="Keep the present state as a ghost in the picture and read the differences while moving on.",
    )


def go_to(page: "Page", settings: Settings, state: Any) -> None:
    """The inverse: ask for a KL, a mean persuasiveness or the peak of truth, and the pressure slider goes there."""
    target = f"{page.url_path}_target"
    value = f"{page.url_path}_target_value"

    def go() -> None:
        method = type(state.selection)
        ((pressure, knob),) = method.parameters().items()
        wanted = st.session_state[target]
        try:
            found = _reached(state, wanted, st.session_state.get(value, 0.0))
        except (NoOptimumError, ValueError) as problem:
            found, said = None, f"{problem}."
        else:
            said = f"{method.name} cannot reach that: there is no such pressure."
            if wanted == PEAK:
                said = no_peak(state.course) if state.course else f"{method.name} has no optimum here."
        if found is not None:
            at = float(found.selection.pressure)
            st.session_state[pressure] = min(max(at, knob.low), knob.high)
            said = f"{knob.symbol} = {exactly(at)}"
            if not knob.low <= at <= knob.high:
                said += f", beyond the slider, which ends at {exactly(st.session_state[pressure])}"
        st.session_state[f"{page.url_path}_said"] = said

    if not set(type(state.selection).parameters()) <= set(settings):
        return
    with st.popover("Go to", type="tertiary", icon=":material/my_location:"):
        wanted = st.radio("Set the pressure so that it reaches", TARGETS, key=target)
        if wanted != PEAK:
            st.number_input("value", value=1.0, key=value, format="%g", label_visibility="collapsed")
        st.button("Go", on_click=go, type="primary")


PEAK = "the peak of mean truth"
TARGETS = ("a KL, in nats", "a mean persuasiveness", PEAK)


def _reached(state: Any, wanted: str, value: float) -> Outcome | None:
    method = type(state.selection)
    if wanted == PEAK:
        return state.course and state.course.peak
    name = {"a KL, in nats": "kl", "a mean persuasiveness": "mean_persuasiveness"}[wanted]
    return match(method, state.base, **{name: value})


def answer_of_last_click(page: "Page") -> None:
    """What the last “Go to” found, said once."""
    if said := st.session_state.pop(f"{page.url_path}_said", None):
        st.info(said)


def typed(page: "Page", settings: Settings) -> None:
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


def _choice(choice: Choice) -> dict[str, float | str]:
    """The chosen option, and the defaults of every option's parameters."""
    hidden = {key: p.default for group in choice.options.values() for key, p in group.items()}
    if len(choice.options) == 1:
        return {choice.key: choice.default} | hidden
    chosen = st.segmented_control(
        choice.label,
        list(choice.options),
        default=choice.default,
        required=True,
        key=choice.key,
        help=choice.help,
        label_visibility="collapsed",
        width="stretch",
        wrap=True,
        bind="query-params",
    )
    return {choice.key: chosen or choice.default} | hidden


def _slider(key: str, parameter: Parameter) -> float:
    label = f"{parameter.label} · ${parameter.symbol}$"
    shared = {"key": key, "help": parameter.help, "bind": "query-params"}
    default = parameter.default
    if parameter.scale == "log":
        steps = stops(parameter, st.session_state.get(key, default))
        return st.select_slider(label, steps, default, format_func=_compact, **shared)
    return st.slider(label, parameter.low, parameter.high, default, step=parameter.step, **shared)


def _compact(value: float) -> str:
    """A number that is short to read and exact to read back: 64, 2.5e6, 0.001."""
    text = f"{value:g}" if float(f"{value:g}") == value else repr(value)
    return text.replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
