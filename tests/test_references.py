"""Every law and selection against 20-digit references from the definitions (`generate_references.py`)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tolerances import EXACT, ROOT, ZERO

from models import (
    BestOfN,
    BestOfPoisson,
    Boltzmann,
    ChiSquared,
    Filter,
    Laplace,
    Levy,
    Lognormal,
    Mode,
    Normal,
    OutputMixture,
    Quantilizer,
    RaisedTail,
    StudentT,
    ThreeSubmodules,
    TruthPlusError,
    Uniform,
    course,
    expected_shortfall,
    family_optimum,
    kl_between_blends,
    top_correlation,
)
from models.distributions import Distribution
from models.laws.base import BaseLaw

CASES = json.loads((Path(__file__).parent / "references.json").read_text())["cases"]
SELECTIONS = {
    "filter": Filter,
    "quantilizer": Quantilizer,
    "best_of_n": BestOfN,
    "boltzmann": Boltzmann,
    "best_of_poisson": BestOfPoisson,
    "chi_squared": ChiSquared,
}
ERRORS = {
    "normal": lambda sd: Normal(scale=sd),
    "laplace": Laplace,
    "student_t": StudentT,
    "cauchy": lambda scale: StudentT(df=1, scale=scale),
    "uniform": Uniform,
}


def law(base: dict[str, Any]) -> BaseLaw:
    rest = {key: value for key, value in base.items() if key != "kind"}
    match base["kind"]:
        case "mixture":
            return OutputMixture([Mode(**mode) for mode in base["modes"]])
        case "blend":
            return ThreeSubmodules(**rest).blend()
        case "routing":
            return ThreeSubmodules(**rest).routing()
        case "truth_plus_error":
            error = dict(base["error"])
            kind = error.pop("kind")
            if "truth" in base:
                return TruthPlusError(truth=one(base["truth"]), error=one(base["error"]))
            return TruthPlusError(
                ERRORS[kind](**{k: float(x) for k, x in error.items()}), truth=Normal(scale=base["sd_truth"])
            )
    raise AssertionError(base["kind"])


def one(law: dict[str, Any]) -> Distribution:
    kinds = {"normal": Normal, "student_t": StudentT, "lognormal": Lognormal, "levy": Levy}
    return kinds[law["kind"]](**{key: float(x) for key, x in law.items() if key != "kind"})


def name(case: dict[str, Any]) -> str:
    base, selection = case["base"] or {}, case["selection"] or {"kind": "base"}
    kind = base.get("error", {}).get("kind", base.get("kind"))
    return f"{kind}-{selection['kind']}-{selection.get('value', '')}"


def of_kind(*kinds: str | None) -> pytest.MarkDecorator:
    cases = [case for case in CASES if (case["selection"] or {"kind": None})["kind"] in kinds]
    assert cases
    return pytest.mark.parametrize("case", cases, ids=name)


def close(got: Any, expected: Any, **tolerance: float) -> None:
    np.testing.assert_allclose(got, np.array(expected, dtype=float), **({"rtol": EXACT} | tolerance))


@of_kind(*SELECTIONS)
def test_selected_law(case: dict[str, Any]) -> None:
    method = SELECTIONS[case["selection"]["kind"]]
    (pressure,) = method.parameters()
    outcome = method(**{pressure: case["selection"]["value"]}).apply(law(case["base"]))
    for attribute in ("mean_truth", "mean_persuasiveness", "kl"):
        if case.get(attribute) is not None:
            close(getattr(outcome, attribute), case[attribute], atol=ZERO if float(case[attribute]) < 1e-3 else 0)
        elif attribute in case:
            assert getattr(outcome, attribute) == np.inf
    for attribute in ("truth", "persuasiveness"):
        if case.get(f"var_{attribute}") is not None:
            close(getattr(outcome, f"sd_{attribute}") ** 2, case[f"var_{attribute}"])
    for axis, of in (("t", "truth"), ("p", "persuasiveness")):
        if f"{of}_pdf" in case:
            close(getattr(outcome, f"{of}_pdf")(np.array(case[axis], float)), case[f"{of}_pdf"], atol=1e-30)
        if f"mass_at_zero_{of}" in case:
            atoms = getattr(outcome, f"{of}_atoms")()
            mass = float(np.sum(atoms.mass[atoms.position == 0]))
            close(mass, case[f"mass_at_zero_{of}"], atol=ZERO)


@of_kind(None)
def test_truth_plus_error(case: dict[str, Any]) -> None:
    base = law(case["base"])
    if case.get("sd_persuasiveness"):
        close(base.sd_persuasiveness, case["sd_persuasiveness"])
    close(base.persuasiveness_pdf(np.array(case["p"], float)), case["persuasiveness_pdf"])
    close(base.log_sf(np.array(case["c"], float)), case["log_survival"])
    close(base.regression(np.array(case["regression_p"], float)), case["regression"], atol=ZERO)


@of_kind("kl_between_blends")
def test_kl_between_blends(case: dict[str, Any]) -> None:
    base, to = law(case["base"]), law(case["selection"]["to"])
    close(kl_between_blends(to, base), case["kl_to_from_base"])
    close(kl_between_blends(base, to), case["kl_base_from_to"])


@of_kind("turns_boltzmann", "turns_best_of_n", "turns_filter")
def test_turns(case: dict[str, Any]) -> None:
    method, base = SELECTIONS[case["selection"]["kind"].removeprefix("turns_")], law(case["base"])
    found = course(method, base)
    near = [min(abs(float(turn["mean_truth"]) - x.mean_truth) for x in found.turns) < 1e-9 for turn in case["turns"]]
    shown = [turn for turn, known in zip(case["turns"], near, strict=True) if known]  # the reference keeps ripples
    for outcome, turn in zip(found.turns, shown, strict=True):
        close(outcome.selection.pressure, turn["pressure"], rtol=ROOT)
        close(outcome.kl, turn["kl"], rtol=ROOT)
        close(outcome.mean_truth, turn["mean_truth"])
    close(found.base.mean_truth, case["start"], atol=ZERO)
    close(method().at(float(case["end_pressure"])).apply(base).mean_truth, case["end"])


@of_kind("peak_best_of_n")
def test_peak_of_best_of_n(case: dict[str, Any]) -> None:
    base = law(case["base"])
    found = course(BestOfN, base).peak
    assert (found is None) == ("pressure" not in case)
    if found is not None:
        close(found.selection.n, case["pressure"], rtol=ROOT)
        close(found.mean_truth, case["mean_truth"])
        close(found.kl, case["kl"], rtol=ROOT)
    if "mean_truth_at_65536" in case:
        close(BestOfN(n=65536).apply(base).mean_truth, case["mean_truth_at_65536"])


@of_kind("turn_best_of_n")
def test_a_turn_of_best_of_n(case: dict[str, Any]) -> None:
    base = law(case["base"])
    if "pressure" in case:
        first = course(BestOfN, base).turns[0]
        close(first.selection.n, case["pressure"], rtol=ROOT)
        close(first.mean_truth, case["mean_truth"])
        close(first.kl, case["kl"], rtol=ROOT)
    close(BestOfN(n=65536).apply(base).mean_truth, case["mean_truth_at_65536"])


SHORTFALLS = ("filter", "quantilizer", "best_of_n", "boltzmann")


@of_kind("shortfall_base", *(f"shortfall_{kind}" for kind in SHORTFALLS))
def test_shortfall(case: dict[str, Any]) -> None:
    base, selection = law(case["base"]), case["selection"]
    selected = base
    if "value" in selection:
        selected = SELECTIONS[selection["kind"].removeprefix("shortfall_")]().at(selection["value"]).apply(base)
        close(selected.kl, case["kl"])
    close(expected_shortfall(selected, selection["level"]), case["shortfall"])
    close(selected.mean_truth, case["mean_truth"])


@of_kind("tail_mass")
def test_tail_mass(case: dict[str, Any]) -> None:
    threshold = case["selection"]["value"]
    raised = RaisedTail(df=case["base"]["df"], threshold=threshold, mass=threshold**-0.8)
    close(raised.mean, case["mean_persuasiveness"])
    close(raised.kl, case["kl"])


@of_kind("top_correlation")
def test_top_correlation(case: dict[str, Any]) -> None:
    kept = Filter(threshold=case["selection"]["value"]).apply(law(case["base"]))
    close(top_correlation(kept), case["correlation"])


@of_kind("kl_penalised_rl")
def test_kl_penalised_rl(case: dict[str, Any]) -> None:
    model = ThreeSubmodules(**{key: value for key, value in case["base"].items() if key != "kind"})
    best = family_optimum(model, tau=case["selection"]["value"])
    close(best.objective, case["objective"], rtol=ROOT)
    for weight in ("alpha", "beta", "gamma"):
        close(getattr(best.model, weight), case[weight], rtol=1e-4, atol=1e-4)
    close(best.gap, case["expressivity_gap"], rtol=ROOT)
