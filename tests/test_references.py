"""Every law and selection against 20-digit references from the definitions (`generate_references.py`)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tolerances import EXACT, ZERO

from models import (
    BestOfN,
    BestOfPoisson,
    Boltzmann,
    ChiSquared,
    Filter,
    LaplaceError,
    Mode,
    NormalError,
    OutputMixture,
    Quantilizer,
    StudentTError,
    ThreeSubmodules,
    TruthPlusError,
    UniformError,
    kl_between_blends,
)
from models.laws import BaseLaw

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
    "normal": lambda sd: NormalError(scale=sd),
    "laplace": LaplaceError,
    "student_t": StudentTError,
    "cauchy": lambda scale: StudentTError(df=1, scale=scale),
    "uniform": UniformError,
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
            return TruthPlusError(ERRORS[error.pop("kind")](**error), sd_truth=base["sd_truth"])
    raise AssertionError(base["kind"])


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
