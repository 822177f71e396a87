"""What a link may say: each key means one thing, and what is wrong is blamed on the right parameter."""

import pytest

from dashboard.settings import Choice, Section, defaults, read, refuse_shared_keys, shown
from dashboard.views import PAGES
from models import Laplace, StudentT
from models.parameters import Parameter


def knob(**changes: object) -> Parameter:
    return Parameter(
        **({"symbol": "x", "label": "x", "default": 0.5, "low": 0.0, "high": 1.0, "step": 0.1, "help": ""} | changes)
    )


def section(one: Parameter, other: Parameter) -> Section:
    return Section("Shape", choice=Choice("kind", "kind", "", "one", {"one": {"x": one}, "the other": {"x": other}}))


@pytest.mark.parametrize(
    "changes", [{"low": -1.0}, {"high": 2.0}, {"default": 0.1}, {"step": 0.2}, {"symbol": "y"}], ids=repr
)
def test_different_knobs_of_one_name_have_keys_of_their_own(changes: dict[str, float]) -> None:
    shape = section(knob(), knob(**changes))
    assert shape.choice.keys == {"one": {"x": "x"}, "the other": {"x": "the_other_x"}}
    assert defaults([shape]) == {"kind": "one", "x": 0.5, "the_other_x": changes.get("default", 0.5)}
    assert list(shown([shape], {"kind": "the other"})) == ["the_other_x"]
    assert shape.choice.values({"kind": "the other", "x": 0.1, "the_other_x": 0.2}) == {"x": 0.2}


def test_a_knob_that_options_share_is_one_setting() -> None:
    assert defaults([section(knob(), knob())]) == {"kind": "one", "x": 0.5}


def test_sections_may_not_share_a_key() -> None:
    sections = (Section("One", {"x": knob()}), Section("Two", {"x": knob()}))
    with pytest.raises(ValueError, match=r"^two settings share the keys \['x'\]$"):
        refuse_shared_keys(sections)
    with pytest.raises(ValueError, match=r"^two settings share the keys \['x'\]$"):
        refuse_shared_keys([Section("One", {"x": knob()}, section(knob(), knob()).choice)])


def test_a_bare_name_is_the_chosen_options() -> None:
    sections = (section(knob(symbol="b"), knob(symbol="s")),)
    assert read(sections, {"x": "0.1"}) == ({"x": 0.1}, {})
    assert read(sections, {"x": "0.1", "kind": "the other"}) == ({"the_other_x": 0.1, "kind": "the other"}, {})
    in_full = {"x": "0.1", "the_other_x": "0.2", "kind": "the other"}
    assert read(sections, in_full) == ({"x": 0.1, "the_other_x": 0.2, "kind": "the other"}, {})
    assert "b (x) must be" in read(sections, {"x": "9"})[1]["x"]
    assert "s (x) must be" in read(sections, {"x": "9", "kind": "the other"})[1]["x"]


def test_the_tails_page_names_each_laws_own_scale() -> None:
    (page,) = (page for page in PAGES if page.url_path == "tails")
    laws = {"Laplace error": Laplace, "Student-t error": StudentT}
    for name, law in laws.items():
        _, problems = read(page.sections, {"world": name, "scale": "99"})
        declared = law.parameters()["scale"]
        assert f"{declared.symbol} ({declared.label} of the error) must be a number from 0.1 to 3" in problems["scale"]
