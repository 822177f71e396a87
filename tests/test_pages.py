"""The pages without a browser: Streamlit's AppTest runs the script, sliders, links and drag messages."""

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.views.rl_versus_filtering import PAGE, SUBMODULES
from models import BestOfN, Filter, ThreeSubmodules

FIGURE = "rl-versus-filtering_figure"
KNOBS = {key: knob for section in PAGE.sections for key, knob in section.all_parameters().items()}


def open_page(**link: str) -> AppTest:
    at = AppTest.from_file("../dashboard/main.py", default_timeout=30)
    for key, value in link.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at


def readouts(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


def warnings(at: AppTest) -> str:
    return "\n".join(warning.value for warning in at.warning)


def test_the_page_at_its_defaults() -> None:
    at = open_page()
    assert at.title[0].value == "RL versus filtering"
    assert readouts(at) == {
        "mean truth": "1.450",
        "mean persuasiveness": "2.172",
        "KL from the base model": "3.17 nats",
        "base samples per output": "64",
    }
    assert [metric.delta for metric in at.metric] == ["+0.750", "+1.172", "+3.17", "× 64"]
    assert "raises mean truth from 0.70 to" in at.markdown[0].value
    assert "RL ends up listening to C alone, and truth falls to" in at.markdown[0].value
    assert not at.warning
    spec = json.loads(at.get("plotly_chart")[0].proto.spec)
    assert {trace["xaxis"] for trace in spec["data"]} == {"x", "x2", "x3", "x4"}


@pytest.mark.parametrize("key", [key for key in KNOBS if key not in ("n", "threshold", "strength")])
def test_each_slider_moves_the_numbers(key: str) -> None:
    at = open_page()
    before = readouts(at), at.get("plotly_chart")[0].proto.spec
    knob = KNOBS[key]
    at.slider(key=key).set_value(knob.high if knob.default < knob.high else knob.low).run()
    assert not at.exception
    assert (readouts(at), at.get("plotly_chart")[0].proto.spec) != before


def test_each_method_has_its_pressure() -> None:
    at = open_page()
    at.select_slider(key="n").set_value(1e6).run()
    assert readouts(at)["base samples per output"] == "1.0 × 10⁶"
    at.segmented_control(key="method").set_value("Filter").run()
    at.slider(key="threshold").set_value(1.5).run()
    base = ThreeSubmodules().blend()
    assert readouts(at)["mean truth"] == f"{Filter(threshold=1.5).apply(base).mean_truth:.3f}"
    at.segmented_control(key="method").set_value("Boltzmann").run()
    at.slider(key="strength").set_value(2.0).run()
    assert not at.exception
    assert readouts(at)["mean persuasiveness"] == "1.500"
    assert readouts(at)["base samples per output"] == "no such number"


def test_a_link_sets_the_page() -> None:
    at = open_page(method="Filter", threshold="1.25", mu_c="0.5", alpha="0.9")
    model = ThreeSubmodules.listening(alpha=0.9, beta=0.3, gamma=0.3, mu_c=0.5)
    assert readouts(at)["mean truth"] == f"{Filter(threshold=1.25).apply(model.blend()).mean_truth:.3f}"
    assert not at.warning


@pytest.mark.parametrize("text", ["37", "2.5", "1e6", "123456"])
def test_a_link_may_name_an_n_between_the_stops(text: str) -> None:
    at = open_page(n=text)
    assert not at.warning
    assert at.select_slider(key="n").value == float(text)
    assert readouts(at)["mean truth"] == f"{BestOfN(n=float(text)).apply(ThreeSubmodules().blend()).mean_truth:.3f}"


@pytest.mark.parametrize(
    ("key", "text", "named"),
    [
        ("alpha", "abc", "α (A: true and persuasive) must be a number from 0 to 1"),
        ("n", "-3", "n (candidates) must be a number from 1 to 1e+09"),
        ("mu_a", "nan", "μ_A (mean of A) must be a number from -2 to 4"),
        ("mu_a", "1e999", "μ_A (mean of A) must be a number from -2 to 4"),
        ("sigma_b", "<script>alert(1)</script>", "σ_B (spread of B) must be a number from 0 to 3"),
        ("method", "Magic", "it must be one of Filter, Best-of-n, Boltzmann"),
        ("nonsense", "1", "a setting that this page does not know"),
    ],
)
def test_what_a_link_gets_wrong_is_said_and_the_default_is_used(key: str, text: str, named: str) -> None:
    at = open_page(**{key: text, "mu_b": "2.5"})
    assert named in warnings(at)
    assert "script" not in warnings(at)
    assert at.slider(key="mu_b").value == 2.5  # nothing else is lost
    if key in KNOBS and key != "n":
        assert at.slider(key=key).value == KNOBS[key].default
    assert readouts(at)["KL from the base model"] == "3.17 nats"


def test_all_listening_weights_at_zero() -> None:
    at = open_page(alpha="0", beta="0", gamma="0")
    assert "alpha, beta and gamma are all 0; at least one listening weight must be above 0" in warnings(at)
    assert readouts(at)["mean truth"] == "1.450"
    at.slider(key="beta").set_value(1.0).run()
    assert not at.warning


def test_a_filter_that_keeps_nothing_says_so() -> None:
    at = open_page(method="Filter", alpha="0", gamma="0", threshold="1")
    assert "does not exist" in at.markdown[0].value
    assert set(readouts(at).values()) == {"does not exist"}


def test_a_tie_is_stated() -> None:
    assert "RL cannot tell A from C, a tie: mean truth may end anywhere" in open_page(mu_c="1").markdown[0].value


def drag(at: AppTest, slider: str, value: object, epoch: int | None = None) -> dict[str, str]:
    epoch = at.session_state["epoch"] + 1 if epoch is None else epoch
    at.session_state[FIGURE] = {"drag": {"slider": slider, "value": value, "epoch": epoch, "number": 1}}
    at.run()
    assert not at.exception
    return readouts(at)


def test_a_drag_message_drives_the_picture_and_commits_nothing() -> None:
    at = open_page()
    shown = drag(at, "mu_a", 2.0)
    assert shown["mean truth"] == f"{BestOfN(n=64).apply(ThreeSubmodules(mu_a=2).blend()).mean_truth:.3f}"
    assert at.slider(key="mu_a").value == 1.0
    stops = KNOBS["n"].stops
    assert drag(at, "n", stops.index(1000))["base samples per output"] == "1,000"


@pytest.mark.parametrize(
    ("slider", "value"),
    [
        ("mu_a", 99.0),
        ("mu_a", float("nan")),
        ("mu_a", "2"),
        ("threshold", 1.0),
        ("nothing", 1.0),
        ("n", 1e9),
        ("n", 2.5),
        ("n", -1),
        (7, 1.0),
    ],
)
def test_a_drag_message_that_makes_no_sense_is_ignored(slider: object, value: object) -> None:
    at = open_page()
    before = readouts(at)
    assert drag(at, slider, value) == before


def test_a_stale_drag_never_overrides_a_committed_value() -> None:
    at = open_page()
    before = readouts(at)
    assert drag(at, "mu_a", 2.0, epoch=at.session_state["epoch"]) == before


def test_seeded_draws_of_every_slider() -> None:
    rng = np.random.default_rng(5)
    for method in ("Filter", "Best-of-n", "Boltzmann"):
        link = {
            key: repr(round(knob.draw(rng), 2))
            for key, knob in KNOBS.items()
            if key in SUBMODULES or key in "alpha beta gamma"
        }
        at = open_page(method=method, **link)
        assert not at.warning
        assert len(at.metric) == 4
