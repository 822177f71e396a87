"""The pages without a browser: Streamlit's AppTest runs the script, sliders and links; a drag asks the page itself."""

import json
import urllib.error
import urllib.request

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.views import compare, goodhart
from dashboard.views.rl_versus_filtering import PAGE
from dashboard.words.methods import method_text
from models import BestOfN, Filter, ThreeSubmodules
from models.parameters import Parameter

KNOBS = {key: knob for s in PAGE.sections for key, knob in s.knobs.items() if isinstance(knob, Parameter)}


def said(at: AppTest) -> str:
    return "\n".join(markdown.value for markdown in at.markdown)


def open_page(**link: str) -> AppTest:
    def script() -> None:
        from dashboard.page.render import render
        from dashboard.views.rl_versus_filtering import PAGE

        render(PAGE)

    at = AppTest.from_function(script, default_timeout=30)
    for key, value in link.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at


def readouts(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


def warnings(at: AppTest) -> str:
    return "\n".join(said.value for said in [*at.warning, *at.toast])


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
    assert "raises mean truth from 0.70 to" in said(at)
    assert "RL ends up listening to C alone, and truth falls to" in said(at)
    assert not warnings(at)
    spec = json.loads(at.get("plotly_chart")[0].proto.spec)
    assert {trace["xaxis"] for trace in spec["data"]} == {"x", "x2", "x3", "x4"}


@pytest.mark.parametrize("key", ThreeSubmodules.parameters())
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
    at.pills(key="method").set_value("Filter").run()
    at.slider(key="threshold").set_value(1.5).run()
    base = ThreeSubmodules().blend()
    assert readouts(at)["mean truth"] == f"{Filter(threshold=1.5).apply(base).mean_truth:.3f}"
    at.pills(key="method").set_value("Boltzmann").run()
    at.slider(key="strength").set_value(2.0).run()
    assert not at.exception
    assert readouts(at)["mean persuasiveness"] == "1.500"
    assert readouts(at)["base samples per output"] == "not sampled"


def test_a_link_sets_the_page() -> None:
    at = open_page(method="Filter", threshold="1.25", mu_c="0.5", alpha="0.9")
    model = ThreeSubmodules.listening(alpha=0.9, beta=0.3, gamma=0.3, mu_c=0.5)
    assert readouts(at)["mean truth"] == f"{Filter(threshold=1.25).apply(model.blend()).mean_truth:.3f}"
    assert not warnings(at)


@pytest.mark.parametrize("text", ["37", "2.5", "1e6", "123456"])
def test_a_link_may_name_an_n_between_the_stops(text: str) -> None:
    at = open_page(n=text)
    assert not warnings(at)
    assert at.select_slider(key="n").value == float(text)
    assert readouts(at)["mean truth"] == f"{BestOfN(n=float(text)).apply(ThreeSubmodules().blend()).mean_truth:.3f}"


@pytest.mark.parametrize(
    ("key", "text", "named"),
    [
        ("alpha", "abc", "α (A: true and persuasive) must be a number from 0 to 1"),
        ("n", "-3", "n (candidates) must be a number from 1 to 10⁹"),
        ("mu_a", "nan", "μ_A (mean of A) must be a number from −2 to 4"),
        ("mu_a", "1e999", "μ_A (mean of A) must be a number from −2 to 4"),
        ("sigma_b", "<script>alert(1)</script>", "σ_B (spread of B) must be a number from 0 to 3"),
        (
            "method",
            "Magic",
            "method must be one of Filter, Quantilizer, Best-of-n, Best-of-Poisson, Boltzmann, Chi-squared",
        ),
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
    assert "are all 0" not in warnings(at)
    assert "weight starts at exactly 0" in warnings(at)  # of C, where the corner is


def test_a_filter_that_keeps_nothing_says_so() -> None:
    at = open_page(method="Filter", alpha="0", gamma="0", threshold="1")
    assert "does not exist" in said(at)
    assert set(readouts(at).values()) == {"does not exist"}


def test_a_tie_is_stated() -> None:
    assert "RL is unable to tell A from C, a tie: mean truth may end anywhere" in said(open_page(mu_c="1"))
    assert "RL is unable to tell A from C" in said(open_page(mu_c="1", steering="Rivals", rivalry="1"))


def test_a_drag_gets_the_picture_of_its_settings() -> None:
    picture = PAGE.answer({"mu_a": "2.0", "n": "1000"})
    outcome = BestOfN(n=1000).apply(ThreeSubmodules(mu_a=2).blend())
    shown = {readout["label"]: readout["value"] for readout in picture["readouts"]}
    assert shown["mean truth"] == f"{outcome.mean_truth:.3f}"
    assert shown["base samples per output"] == "1,000"
    assert [f"{outcome.mean_truth:.2f}", method_text(BestOfN).style.color] in [list(run) for run in picture["takeaway"]]
    json.dumps(picture, allow_nan=False)


def test_the_whole_page_and_a_drag_show_the_same() -> None:
    at, picture = open_page(mu_a="2.0"), PAGE.answer({"mu_a": "2.0"})
    assert readouts(at) == {readout["label"]: readout["value"] for readout in picture["readouts"]}
    drawn = json.loads(at.get("plotly_chart")[0].proto.spec)["data"]
    numbers = [[t.get(axis) for axis in ("x", "y", "z")] for t in picture["figure"]["data"]]
    assert [[t.get(axis) for axis in ("x", "y", "z")] for t in drawn] == numbers


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("mu_a", "99"),
        ("mu_a", "nan"),
        ("mu_a", "<script>"),
        ("n", "0.5"),
        ("n", "9" * 40),
        ("nothing", "1"),
        ("method", ""),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(key: str, text: str) -> None:
    with pytest.raises(ValueError, match="is ignored") as refusal:
        PAGE.answer({key: text})
    assert "script" not in str(refusal.value)


@pytest.mark.xdist_group("browser")  # where the server is
def test_the_server_answers_drags(address: str) -> None:
    with urllib.request.urlopen(f"{address}/live/rl-versus-filtering.json?mu_a=2") as response:
        assert json.load(response) == json.loads(json.dumps(PAGE.answer({"mu_a": "2"})))
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(f"{address}/live/rl-versus-filtering.json?mu_a=%3Cb%3E")
    assert refusal.value.code == 400
    assert refusal.value.headers.get_content_type() == "text/plain"
    assert "μ_A (mean of A) must be a number from −2 to 4" in refusal.value.read().decode()
    refusal.value.close()


def test_seeded_draws_of_every_slider() -> None:
    rng = np.random.default_rng(5)
    for method in ("Filter", "Best-of-n", "Boltzmann"):
        link = {
            key: repr(round(knob.draw(rng), 2)) for key, knob in KNOBS.items() if key in ThreeSubmodules.parameters()
        }
        at = open_page(method=method, **link)
        assert not warnings(at)
        assert len(at.metric) == 4


def test_what_stands_below_is_told_as_what_it_is() -> None:
    for page in (PAGE, goodhart.PAGE):
        state = page.asked({})
        below = page.below(state)
        assert [plate["figure"] for plate in below["plates"]] == [plate.figure for plate in page.plates(state)]
        assert [table["title"] for table in below["tables"]] == [table.title for table in page.tables(state)]
        assert below["plates"] or below["tables"]


def test_where_all_methods_leave_the_same_every_one_of_them_does() -> None:
    assert "every method leaves mean truth at" in compare.PAGE.takeaway(compare.PAGE.asked({"target_kl": "0"}))


def test_what_lies_two_nats_beyond_the_best_is_said_even_where_there_is_nothing() -> None:
    state = goodhart.PAGE.asked({"world": "Normal error", "sd_truth": "0.1", "scale": "0.1"})
    further = {row[0]: row[-1] for row in goodhart.PAGE.tables(state)[0].rows}
    assert further["Filter"] == "beyond 1 in 10²⁹³"
    assert further["Best-of-n"] == "out of reach"
    assert float(further["Quantilizer"]) > 0


def test_a_reward_that_nearly_every_sample_has_is_not_called_rare() -> None:
    """Routing to a C without spread: RL ends at the very persuasiveness that 0.9996 of the base model’s outputs have."""
    asked = {"world": "Routing", "alpha": "0", "beta": "0.0004", "gamma": "0.9996", "sigma_c": "0"}
    assert "deviations out: nearly every sample of the base model is that persuasive." in PAGE.why(PAGE.asked(asked))
    assert "the base model gives one in about" in PAGE.why(PAGE.asked({}))
