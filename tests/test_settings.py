"""What a link may say: each key means one thing, and what is wrong is blamed on the right parameter."""

import pytest

from dashboard.settings import Choice, Section, read
from dashboard.views import PAGES
from models import LaplaceError, StudentTError
from models.parameters import Parameter


def knob(**changes: object) -> Parameter:
    return Parameter(
        **({"symbol": "x", "label": "x", "default": 0.5, "low": 0.0, "high": 1.0, "step": 0.1, "help": ""} | changes)
    )


def choice(one: Parameter, other: Parameter) -> Choice:
    return Choice("kind", "kind", "", "one", {"one": {"x": one}, "other": {"x": other}})


@pytest.mark.parametrize("changes", [{"low": -1.0}, {"high": 2.0}, {"default": 0.1}, {"step": 0.2}], ids=repr)
def test_options_that_share_a_key_must_share_its_slider(changes: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="two options of 'Shape' share the key 'x', but not its range"):
        Section("Shape", choice=choice(knob(), knob(**changes)))


def test_sections_may_not_share_a_key() -> None:
    sections = (Section("One", {"x": knob()}), Section("Two", {"x": knob()}))
    with pytest.raises(ValueError, match=r"two sections share the keys \['x'\]"):
        read(sections, {})


def test_the_chosen_option_is_the_one_that_is_blamed() -> None:
    sections = (Section("Shape", choice=choice(knob(symbol="b"), knob(symbol="s"))),)
    assert "b (x) must be" in read(sections, {"x": "9"})[1]["x"]
    assert "b (x) must be" in read(sections, {"x": "9", "kind": "one"})[1]["x"]
    assert "s (x) must be" in read(sections, {"x": "9", "kind": "other"})[1]["x"]


def test_the_tails_page_names_each_laws_own_scale() -> None:
    (page,) = (page for page in PAGES if page.url_path == "tails")
    laws = {"Laplace": LaplaceError, "Student-t": StudentTError}
    for name, law in laws.items():
        _, problems = read(page.sections, {"error": name, "scale": "99"})
        declared = law.parameters()["scale"]
        assert f"{declared.symbol} ({declared.label}) must be a number from 0.1 to 3" in problems["scale"]
