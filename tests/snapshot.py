"""What every page says and draws at its defaults, at its presets and under each option, word by word, and every element
on the screen.

    python tests/snapshot.py

writes `snapshot.json` anew. A change of words, marks or declarations shows there, line by line, to be read before it is
committed; `test_snapshot.py` compares. Numbers in figures are kept as count, least, greatest and mean.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import asdict, astuple
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
from cases import LIVE_PAGES
from google.protobuf.json_format import MessageToDict
from test_every_page import open_page

import models
from dashboard.figures.small_multiples import small_multiple
from dashboard.literature.published import GROUPS
from dashboard.page import pins
from dashboard.page.record import Page
from dashboard.selection.settings import AGAINST, WITHOUT_OWN
from dashboard.settings import Choice, Settings, as_text, defaults
from dashboard.story.story import CHOICE, NAMED, STORY, asking
from dashboard.views import literature
from dashboard.views.steering import STEERING
from models.parameters import Parameter, Parameters

FILE = Path(__file__).with_name("snapshot.json")
PRESENTED = "as a presentation"
LEFT_OUT = {  # of what Streamlit is told: what other tests read, and what it adds by itself
    *("spec", "codeText", "deferredFileId", "widthConfig", "heightConfig", "labelVisibility", "wrap", "allowEmpty"),
    *("elementType", "hasMin", "hasMax", "dataType", "ignoreRerun"),
}


def settings_of(page: Page) -> dict[str, Settings]:
    """Changes to the defaults worth a picture, by name."""
    knobs = {key: knob for section in page.sections for key, knob in section.knobs.items()}
    options = {
        f"{key} = {option}": {key: option}
        for key, knob in knobs.items()
        if isinstance(knob, Choice)
        and (knob not in (AGAINST.options, WITHOUT_OWN.options) or STEERING.key in knobs)  # RL has the most curves
        for option in knob.options
    }
    extra: dict[str, Settings] = {}
    if STEERING.key in knobs:
        extra["routed, for a time"] = {"world": "Routing", "steering": "For a time", "time": 2.0}
        extra["a tie"] = {"mu_a": 1.0, "mu_c": 1.0, "beta": 0.0}
        extra["nothing kept"] = {"method": "Filter", "sigma_a": 0.0, "sigma_c": 0.0, "threshold": 4.0}
    return {"defaults": {}} | dict(page.presets) | options | extra


def shot(page: Page, changes: Settings) -> dict[str, Any]:
    """Everything on screen, without the size of the arrays."""
    state = page.asked(as_text(changes))
    drawn = page.picture(state)
    figure = drawn.pop("figure")
    del drawn["pinned"]  # nothing is
    drawn["takeaway"] = page.takeaway(state)
    drawn["why"] = page.why(state).split("\n\n")
    drawn["figure"] = {key: value for key, value in figure.items() if key not in ("data", "layouts")}
    drawn["traces"] = [_summary(trace) for trace in figure["data"]]
    drawn["tables"] = [[list(table.columns), *table.rows] for table in page.tables(state)]
    drawn["plates"] = [_summary(plate.figure) for plate in page.plates(state)]
    drawn["columns"] = list(next(iter(state.rows())))
    own = layouts_of(page)
    drawn["layouts"] = {
        name: {part: value for part, value in layout.items() if not changes or value != own[name].get(part)}
        for name, layout in figure["layouts"].items()
    }
    return json.loads(json.dumps(drawn))


@cache
def layouts_of(page: Page) -> dict[str, dict[str, Any]]:
    """Of its defaults; of other settings what differs is kept."""
    return page.picture(page.asked({}))["figure"]["layouts"]


def beside(page: Page) -> dict[str, Any]:
    """The picture of the first preset with the defaults pinned; of point masses with narrower ones, where there are any."""
    start, first = defaults(page.sections), next(iter(page.presets.values()))
    pairs = [(first, {})]
    if STEERING.key in start:
        pairs.append(({"world": "Routing"}, {"world": "Routing", "sigma_a": 0.0, "sigma_b": 0.0, "sigma_c": 0.0}))
    found = {}
    for changes, kept in pairs:
        drawn = page.answer(as_text(changes) | {pins.KEY: pins.written(page.sections, [start | kept])})
        told = [drawn["figure"]["alt"], *map(_summary, drawn["figure"]["data"])]
        found[", ".join(drawn["pinned"])] = told + [readout["note"] for readout in drawn["readouts"]]
    return json.loads(json.dumps(found))


def declarations() -> dict[str, Any]:
    """What every page declares."""
    return {
        page.url_path: {
            "title": page.title,
            "intro": page.intro,
            "presets": {name: dict(change) for name, change in page.presets.items()},
            "knobs": [[section.title, *map(_declared, section.knobs.values())] for section in page.sections],
            "start": dict(defaults(page.sections)),
        }
        for page in LIVE_PAGES
    }


def records() -> dict[str, Any]:
    """Every knob that `models` declares."""
    found = [cls for cls in vars(models).values() if isinstance(cls, type) and issubclass(cls, Parameters)]
    return {f"{cls.__name__}.{name}": _declared(knob) for cls in found for name, knob in cls.parameters().items()}


def literature_page() -> dict[str, Any]:
    """Its pictures and tables."""
    drawn: dict[str, Any] = {"summary": literature.summary(GROUPS)}
    drawn["rows"] = next(literature.Literature({}).rows())
    for panel in literature.panels():
        drawn[panel.title] = [panel.caption, _summary(_plain(small_multiple(panel)))]
    for title, entries in GROUPS.items():
        drawn[title] = [list(literature.table(title, entries).columns), *literature.table(title, entries).rows]
        drawn[f"{title}: agrees from … to …"] = [[each.published.low, each.published.high] for each in entries]
    return drawn


def _plain(figure: dict[str, Any]) -> dict[str, Any]:
    """`figure` as Plotly writes it, without the template that happens to be the default."""
    drawn = json.loads(go.Figure(figure).to_json())
    drawn["layout"].pop("template", None)
    return drawn


def scenes() -> dict[str, Any]:
    """What every scene of the story says at its start and at both ends of every slider, and what it asks before."""
    found: dict[str, Any] = {}
    for number, scene in NAMED.items():
        start = STORY.asked({CHOICE.key: number})
        ends = [{name: end} for name, knob in scene.knobs.items() for end in (knob.low, knob.high)]
        found[number] = STORY.takeaway(start)
        found[f"{number} is"] = [scene.title, list(scene.panels), scene.sliders, list(astuple(scene.notes))]
        found[f"{number} at the ends"] = [scene.words(scene.solve(settings)) for settings in ends]
        found[f"{number} shows"] = STORY.picture(start)["figure"]["alt"]
        if scene.predict:
            replies = [
                scene.predict.reply(start.state, chosen) for chosen in (None, *range(len(scene.predict.answers)))
            ]
            found[f"{number} asks"] = [STORY.takeaway(asking(scene)), *scene.predict.answers, *replies]
    return found


def screen(page: Page, **link: str) -> dict[str, list[Any]]:
    """Every element that a script run puts on the screen, one within another, as Streamlit is told of it."""
    at = open_page(page, link)
    return {"main": list(_elements(at.main)), "sidebar": list(_elements(at.sidebar))}


def _elements(node: Any, depth: int = 0) -> Iterator[list[Any]]:
    for child in node.children.values():
        told = MessageToDict(child.proto) if getattr(child, "proto", None) else {}
        key = told.pop("id", "").split("-", 2)[-1]  # what comes before is a hash
        kept = {name: value for name, value in told.items() if name not in LEFT_OUT}
        yield [depth, child.type, key, kept]
        yield from _elements(child, depth + 1) if hasattr(child, "children") else ()


def everything() -> dict[str, dict[str, Any]]:
    shots = {
        f"{page.url_path}: {name}": shot(page, changes)
        for page in LIVE_PAGES
        for name, changes in settings_of(page).items()
    }
    screens = {f"{page.url_path}: on screen": screen(page) for page in LIVE_PAGES}
    pinned = {f"{page.url_path}: pinned": beside(page) for page in LIVE_PAGES}
    presented = {PRESENTED: screen(LIVE_PAGES[0], present="1")}
    told = {"models": records(), "pages": declarations(), "literature": literature_page(), "scenes": scenes()}
    return told | shots | pinned | screens | presented


def _declared(knob: Choice | Parameter) -> dict[str, Any]:
    return {
        key: str(value) if key == "domain" else value
        for key, value in asdict(knob).items()
        if key not in ("options", "further")
    }


def _summary(value: Any) -> Any:
    """`value` with every array of numbers made short."""
    if isinstance(value, dict):
        if "bdata" in value:
            return _short(np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"]))
        return {key: _summary(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        if len(value) > 4 and all(item is None or isinstance(item, int | float) for item in value):  # None is a gap
            return _short(np.array(value, dtype=float))
        return [_summary(item) for item in value]
    return value


def _short(numbers: np.ndarray) -> list[float]:
    known = numbers[np.isfinite(numbers)].astype(float)
    return [int(numbers.size), *(float(f"{f(known):.4g}") for f in (np.min, np.max, np.mean))]


def written(states: dict[str, dict[str, Any]]) -> str:
    """JSON with one line for each key, and for each item of a list."""

    def line(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    def field(value: Any) -> str:
        if not isinstance(value, list):
            return line(value)
        return "[\n   " + ",\n   ".join(map(line, value)) + "\n  ]" if value else "[]"

    shots = [
        f" {line(name)}: {{\n" + ",\n".join(f"  {line(key)}: {field(value)}" for key, value in state.items()) + "\n }"
        for name, state in states.items()
    ]
    return "{\n" + ",\n".join(shots) + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(written(everything()))
