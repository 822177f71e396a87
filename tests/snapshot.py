"""What every page declares, says and draws: at its defaults, at its presets and under each option.

    python tests/snapshot.py

writes `snapshot.txt` anew; its diff is read line by line before it is committed, and `test_snapshot.py` compares.

    python tests/snapshot.py "tails: world = Blend"

prints one of its parts in full. A part is what is seen at a time, as lines: a clause, a row, a number or a mark each. In
the file it has a heading, which says how many traces each panel has, how many lines there are, and their checksum; below
that are those of its lines that are nowhere above. So a change shows where it is first seen, and in all headings it is in.

Words are kept to the letter, numbers after a “~” to five digits, see `short`.
"""

import base64
import re
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple, fields
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from cases import LIVE_PAGES
from google.protobuf.json_format import MessageToDict
from test_every_page import open_page

import models
from dashboard.figures.small_multiples import small_multiple
from dashboard.literature.published import GROUPS
from dashboard.page import pins
from dashboard.page.record import Page, Table
from dashboard.selection.settings import AGAINST, WITHOUT_OWN
from dashboard.settings import Choice, Settings, as_text, defaults
from dashboard.story.story import CHOICE, NAMED, STORY, asking
from dashboard.views import literature
from dashboard.views.steering import STEERING
from dashboard.words.text import plain
from models.parameters import Parameter, Parameters

Lines = Iterator[str]

FILE = Path(__file__).with_name("snapshot.txt")
AXES = ("x", "y", "z", "x0", "dx", "y0", "dy")
LEFT_OUT = {  # of what Streamlit is told: what other tests read, and what it adds by itself
    *("spec", "codeText", "deferredFileId", "widthConfig", "heightConfig", "labelVisibility", "wrap", "allowEmpty"),
    *("elementType", "hasMin", "hasMax", "dataType", "ignoreRerun", "arrowData"),
}


def everything() -> dict[str, Callable[[], Lines]]:
    """Every part, by name."""
    found: dict[str, Callable[[], Lines]] = {"models": records}
    for page in LIVE_PAGES:
        path = page.url_path
        found[f"{path}: declared"] = partial(declared, page)
        found |= {f"{path}: {name}": partial(shot, page, changes) for name, changes in settings_of(page).items()}
        found |= {f"{path}: pinned": partial(beside, page), f"{path}: on screen": partial(screen, page)}
    found["as a presentation"] = partial(screen, LIVE_PAGES[0], present="1")
    return found | {"literature": literature_page} | {f"scene {number}": partial(scene, number) for number in NAMED}


def settings_of(page: Page) -> dict[str, Settings]:
    """Changes to the defaults worth a picture, by name."""
    start = defaults(page.sections)
    seen = [choice.key for section in page.sections if section.choice for choice in section.choice.offered(start)]
    choices = {
        key: list(knob.options)
        for section in page.sections
        for key, knob in section.knobs.items()
        if isinstance(knob, Choice)
        and (knob not in (AGAINST.options, WITHOUT_OWN.options) or STEERING.key in start)  # RL has the most curves
    }
    found: dict[str, Settings] = {"defaults": {}} | dict(page.presets)
    found |= {f"{key} = {option}": {key: option} for key in choices if key in seen for option in choices[key]}
    found["choices that are hidden"] = {key: options[-1] for key, options in choices.items() if key not in seen}
    if STEERING.key in start:
        found["routed, for a time"] = {"world": "Routing", "steering": "For a time", "time": 2.0}
        found["a tie"] = {"mu_a": 1.0, "mu_c": 1.0, "beta": 0.0}
        found["nothing kept"] = {"method": "Filter", "sigma_a": 0.0, "sigma_c": 0.0, "threshold": 4.0}
    return found


# ── the parts ──


def records() -> Lines:
    """Every knob that `models` declares."""
    for cls in vars(models).values():
        if isinstance(cls, type) and issubclass(cls, Parameters):
            yield from (cls.__name__, *knobs(cls.parameters()))


def declared(page: Page) -> Lines:
    yield from (page.title, page.intro)
    for section in page.sections:
        yield from (section.title, *knobs(section.knobs))
    yield from (f"{name}: {dict(changes)}" for name, changes in page.presets.items())


def knobs(found: Mapping[str, Choice | Parameter]) -> Lines:
    yield " ".join(found)
    for knob in found.values():
        told = {field.name: getattr(knob, field.name) for field in fields(knob) if field.name != "further"}
        yield from (*prose(told.pop("help")), *told.pop("options", ()))
        yield ", ".join(map(str, told.values()))


def shot(page: Page, changes: Settings) -> Lines:
    """A page under its defaults but for `changes`."""
    state = page.asked(as_text(changes))
    drawn, takeaway, readouts = page.picture(state), page.takeaway(state), page.readouts(state)
    yield from (*prose(takeaway), *drawn["notices"])
    for readout in readouts:
        yield from (f"{readout.label}: {readout.better} {readout.color}", f"bar ~ {short(readout.bar or 0)}")
        yield from prose(readout.help)
    yield " | ".join(f"{readout.value} {readout.change}".strip() for readout in readouts)
    yield " | ".join(readout.note for readout in readouts)
    yield from prose(page.why(state))
    yield from rows(*page.tables(state))
    yield from picture(drawn["figure"], takeaway)
    for plate in page.plates(state):
        yield from (plate.alt, plate.caption, *picture(plate.figure))
    yield " ".join(next(iter(state.rows())))


def beside(page: Page) -> Lines:
    """The picture of the first preset with the defaults pinned; of point masses with narrower ones, where there are any."""
    start, first = defaults(page.sections), next(iter(page.presets.values()))
    pairs: list[tuple[Settings, Settings]] = [(first, {})]
    if STEERING.key in start:
        pairs.append(({"world": "Routing"}, {"world": "Routing", "sigma_a": 0.0, "sigma_b": 0.0, "sigma_c": 0.0}))
    for changes, kept in pairs:
        asked = as_text(changes)
        drawn = page.answer(asked | {pins.KEY: pins.written(page.sections, [start | kept])})
        yield from (*drawn["pinned"], *picture(drawn["figure"], page.takeaway(page.asked(asked))))
        yield from (readout["note"] for readout in drawn["readouts"])


def screen(page: Page, **link: str) -> Lines:
    """Every element that a script run puts on the screen, one within another, as Streamlit is told of it."""
    at = open_page(page, link)
    yield from (*elements(at.main), "sidebar", *elements(at.sidebar))


def elements(node: Any, depth: int = 0) -> Lines:
    for child in node.children.values():
        told = MessageToDict(child.proto) if getattr(child, "proto", None) else {}
        key = told.pop("id", "").split("-", 2)[-1]  # what comes before is a hash
        yield f"{depth * '  '}{child.type} {'' if 'label' in told else key}".rstrip()
        yield from (*prose(told.pop("body", "")), *prose(told.pop("help", "")))
        yield from facts({field: value for field, value in told.items() if field not in LEFT_OUT})
        yield from elements(child, depth + 1) if hasattr(child, "children") else ()


def literature_page() -> Lines:
    """Its pictures and tables."""
    yield from (literature.summary(GROUPS), " ".join(next(literature.Literature({}).rows())))
    for panel in literature.panels():
        yield from (panel.caption, *picture(small_multiple(panel)))
    for title, entries in GROUPS.items():
        yield from rows(literature.table(title, entries))
        yield from (f"agrees ~ {short([entry.published.low, entry.published.high])}" for entry in entries)


def scene(number: str) -> Lines:
    """What a scene of the story says at its start and at both ends of every slider, and what it asks before."""
    scene, start = NAMED[number], STORY.asked({CHOICE.key: number})
    ends = [{name: end} for name, knob in scene.knobs.items() for end in (knob.low, knob.high)]
    yield from (scene.title, f"panels {scene.panels}", str(scene.sliders), *astuple(scene.notes))
    for words in (STORY.takeaway(start), *(scene.words(scene.solve(settings)) for settings in ends)):
        yield from prose(words)
    yield STORY.picture(start)["figure"]["alt"].replace(plain(STORY.takeaway(start)), "…")
    if scene.predict:
        chosen = (None, *range(len(scene.predict.answers)))
        yield from (STORY.takeaway(asking(scene)), *scene.predict.answers)
        yield from (scene.predict.reply(start.state, each) for each in chosen)


# ── as lines ──


def prose(words: str) -> Lines:
    """Clause by clause, and formulas from one equals sign to the next, with colours put short."""
    words = re.sub(r':color\[\*\*(.*?)\*\*\]\{foreground="(.*?)"\}', r"[\1 \2]", words)
    yield from filter(None, re.split(r"(?<=[.:;?!]) |(?<==)(?=[-\d])|\n+", words))


def rows(*tables: Table) -> Lines:
    """Rows, and apart from them links, which many rows share."""
    for table in tables:
        for row in ([table.title], table.columns, *table.rows):
            yield " | ".join(cell for cell in row if "](" not in cell)
            yield from (cell for cell in row if "](" in cell)


def picture(figure: Mapping[str, Any], takeaway: str = "") -> Lines:
    """Of every trace the panel, the name, the numbers and the looks; then the words, and the layouts."""
    for trace in figure["data"]:
        panel, name = trace.get("xaxis", "x")[1:] or "1", trace.get("name") or trace.get("mode", trace["type"])
        yield f"{panel} {name} ~ {short(*(trace[axis] for axis in AXES if axis in trace))}"
        looks = {key: value for key, value in trace.items() if key not in (*AXES, "xaxis", "yaxis", "name")}
        yield from (line.replace(f" {name}", " …") for line in facts(looks))
    yield from prose(figure.get("alt", "").replace(plain(takeaway), "…"))
    yield from facts({key: value for key, value in figure.items() if key not in ("data", "alt", "layout", "layouts")})
    for size, layout in figure.get("layouts", {"layout": figure.get("layout")}).items():
        yield from (size, *facts(layout))


def facts(value: Any, keys: str = "") -> Lines:
    """Every word and number in `value`, after the keys that lead there; of a long list of words the last."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from facts(item, f"{keys} {key}".strip())
    elif isinstance(value, list | tuple) and any(isinstance(item, str | list | tuple | Mapping) for item in value):
        for item in value if len(value) <= 30 else [f"{len(value)} to {value[-1]}"]:
            yield from facts(item, keys)
    elif isinstance(value, float | list | tuple):
        yield f"{keys} ~ {short(value)}"
    else:
        yield f"{keys} {value}"


def short(*arrays: Any) -> str:
    """Up to three numbers as they are; of more the mean, or the root mean square where they are not the first array."""
    told: list[float] = []
    for k, array in enumerate(arrays):
        if isinstance(array, Mapping):  # as Plotly packs it
            array = np.frombuffer(base64.b64decode(array["bdata"]), array["dtype"])
        numbers = np.array(array, dtype=float).ravel()
        if numbers.size > 3:
            numbers = numbers[np.isfinite(numbers)]
            numbers = [np.sqrt(np.mean(numbers**2)) if k else np.mean(numbers)]
        told += list(numbers)
    return " ".join(f"{round(float(number), 7) + 0.0:.5g}" for number in told)


# ── the file ──


def heading(name: str, lines: list[str]) -> str:
    """“== tails: defaults: 2 2 5 4 491 1a2b3c4d”."""
    panels = Counter(line[0] for line in lines if re.match(r"\d .* ~ ", line))
    counts = " ".join(map(str, (*panels.values(), len(lines))))
    return f"== {name}: {counts} {zlib.crc32(chr(10).join(lines).encode()):08x}"


def written() -> str:
    kept: list[str] = []
    seen: set[str] = set()
    for name, part in everything().items():
        lines = list(part())
        kept += [heading(name, lines), *(line for line in dict.fromkeys(lines) if line not in seen)]
        seen.update(lines)
    return "\n".join(kept) + "\n"


if __name__ == "__main__":
    if sys.argv[1:]:
        print(*everything()[sys.argv[1]](), sep="\n")
    else:
        FILE.write_text(written())
