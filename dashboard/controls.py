"""Parameters → native sliders. The only place that makes widgets for parameters, and that reads a link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st

from models.parameters import Parameter

__all__ = ["Choice", "Section", "Settings", "dragged", "read_link", "sliders", "widgets"]

Settings = Mapping[str, float | str]


@dataclass(frozen=True)
class Choice:
    """One of a few options, each with parameters of its own."""

    key: str
    label: str
    help: str
    default: str
    options: Mapping[str, Mapping[str, Parameter]]


@dataclass(frozen=True)
class Section:
    """A titled group of sliders in the sidebar; the chosen option's own sliders come first."""

    title: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    choice: Choice | None = None

    def all_parameters(self) -> dict[str, Parameter]:
        of_options = self.choice.options.values() if self.choice else ()
        return {key: p for group in (*of_options, self.parameters) for key, p in group.items()}


def read_link(sections: Sequence[Section]) -> list[str]:
    """Take the settings of a link into the session, and say what could not be taken.

    Streamlit drops a bound value it cannot use without a word; so the link is read here, before the widgets.
    """
    parameters = {key: p for section in sections for key, p in section.all_parameters().items()}
    choices = {section.choice.key: section.choice for section in sections if section.choice}
    problems = []
    for key in list(st.query_params):
        text = st.query_params[key]
        if key in parameters and key not in st.session_state:
            try:
                st.session_state[key] = parameters[key].read(text)
            except ValueError as problem:
                problems.append(
                    f"The link's {key} is ignored: {problem}. The default, {parameters[key].default:g}, is used."
                )
        elif key in choices and key not in st.session_state and text not in choices[key].options:
            allowed = ", ".join(choices[key].options)
            problems.append(f"The link's {key} is ignored: it must be one of {allowed}. The default is used.")
        elif key not in parameters and key not in choices:
            problems.append("The link has a setting that this page does not know. It is ignored.")
            del st.query_params[key]
    return problems


def widgets(sections: Sequence[Section]) -> dict[str, float | str]:
    """Draw every section in the current container; returns the committed settings, hidden ones included."""
    settings: dict[str, float | str] = {}
    for section in sections:
        with st.container(gap=None):
            st.caption(section.title.upper())
            shown = dict(section.parameters)
            if section.choice:
                settings |= _choice(section.choice)
                shown = dict(section.choice.options[settings[section.choice.key]]) | shown
            settings |= {key: _slider(key, parameter) for key, parameter in shown.items()}
    return settings


def sliders(sections: Sequence[Section], settings: Settings) -> dict[str, Parameter]:
    """The parameters that have a slider on screen under `settings`."""
    chosen = (s.choice.options[settings[s.choice.key]] for s in sections if s.choice)
    return {key: p for group in (*chosen, *(s.parameters for s in sections)) for key, p in group.items()}


def dragged(sections: Sequence[Section], settings: Settings, slider: str, raw: float) -> Settings:
    """`settings` with the value under the finger put in; unchanged if the message makes no sense."""
    parameter = sliders(sections, settings).get(slider)
    if parameter is None:
        return settings
    if parameter.scale == "log":
        stops = _stops(parameter, settings[slider])
        if not (raw.is_integer() and 0 <= raw < len(stops)):
            return settings
        return {**settings, slider: stops[int(raw)]}
    if not parameter.low <= raw <= parameter.high:
        return settings
    return {**settings, slider: raw}


def _stops(parameter: Parameter, value: float) -> list[float]:
    """A log slider's stops, the present value among them even where it is between two."""
    return sorted({*parameter.stops, value})


def _choice(choice: Choice) -> dict[str, float | str]:
    """The chosen option, and the defaults of every option's parameters."""
    chosen = st.segmented_control(
        choice.label, list(choice.options), default=choice.default, required=True, key=choice.key, help=choice.help,
        label_visibility="collapsed", width="stretch", wrap=False, bind="query-params",
    )  # fmt: skip
    return {choice.key: chosen} | {key: p.default for group in choice.options.values() for key, p in group.items()}


def _slider(key: str, parameter: Parameter) -> float:
    label = f"{parameter.label} · {_typeset(parameter.symbol)}"
    shared = {"key": key, "help": parameter.help, "bind": "query-params"}
    st.session_state.setdefault(key, parameter.default)
    if parameter.scale == "log":
        stops = _stops(parameter, st.session_state[key])
        return st.select_slider(label, stops, format_func=_compact, **shared)
    return st.slider(label, parameter.low, parameter.high, step=parameter.step, **shared)


def _typeset(symbol: str) -> str:
    """A symbol such as “μ_A” as mathematics, with its subscript set low."""
    return f"${symbol}$"


def _compact(value: float) -> str:
    """A number that is short to read and exact to read back: 64, 2.5e6, 0.001."""
    text = f"{value:g}" if float(f"{value:g}") == value else repr(value)
    return text.replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
