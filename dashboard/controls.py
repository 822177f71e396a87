"""Parameters → native widgets. The only place that makes widgets for parameters."""

from collections.abc import Sequence

import streamlit as st

from dashboard.settings import Choice, Section, read
from models.parameters import Parameter

__all__ = ["read_link", "stops", "widgets"]


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


def _choice(choice: Choice) -> dict[str, float | str]:
    """The chosen option, and the defaults of every option's parameters."""
    chosen = st.segmented_control(
        choice.label, list(choice.options), default=choice.default, required=True, key=choice.key, help=choice.help,
        label_visibility="collapsed", width="stretch", wrap=False, bind="query-params",
    )  # fmt: skip
    return {choice.key: chosen or choice.default} | {
        key: p.default for group in choice.options.values() for key, p in group.items()
    }


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
