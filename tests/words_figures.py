"""Checks notices above a picture, and what its curves are read against."""

import base64
import math
import re
from typing import Any

import numpy as np
from words_case import NUM, Case
from words_laws import Law, Normals, listening
from words_steering import rl_end


def check_notices(case: Case, notices: Any) -> None:
    s = case.s
    for notice in notices:
        case.here = notice
        if m := re.fullmatch(
            r"RL’s corner listens to ([ABC](?: and [ABC])*), whose weight starts at exactly 0: training multiplies weights and never moves one that is 0\. Any start above 0 leads to the corner shown\.",
            notice,
        ):
            starts = dict(zip("ABC", listening(s), strict=True))
            stuck = [x for x in rl_end({**s, "steering": "To the end"}).winners if starts[x] == 0]
            case.say(m[1] == " and ".join(stuck), f"stuck: {stuck}")
        elif m := re.fullmatch(r"“(.+)” is about blends; routing is steered to the end instead\.", notice):
            case.say(s["world"] == "Routing" and s["steering"] == m[1] != "For a time", "not so")
        elif m := re.fullmatch(rf"No method reaches ({NUM}) here\. The base model is shown\.", notice):
            case.say(all(isinstance(x, str) for x in case.matched.values()), f"{case.matched}")
        elif re.fullmatch(
            r"alpha, beta and gamma are all 0; at least one listening weight must be above 0\. Until then the picture shows α = 0\.4, β = 0\.3, γ = 0\.3\.",
            notice,
        ):
            case.say(s["alpha"] == s["beta"] == s["gamma"] == 0, "not so")
        elif m := re.fullmatch(
            r"([αβγ](?: and [αβγ])*) counts? as 0, being less than 10⁻¹² of the largest weight\.", notice
        ):
            weights = {"α": s["alpha"], "β": s["beta"], "γ": s["gamma"]}
            slight = [symbol for symbol, x in weights.items() if 0 < x < 1e-12 * max(weights.values())]
            case.say(m[1] == " and ".join(slight), f"slight: {slight}")
        elif notice == "ν between 1 and 1.02 counts as 1: the mean would lie beyond any sample.":
            case.say(1 < s["df"] < 1.02 and s["world"].startswith("Student"), "not so")
        else:
            case.say(False, "unknown notice")


def shown(array: Any) -> np.ndarray:
    """Numbers of a trace, packed or not."""
    return np.frombuffer(base64.b64decode(array["bdata"]), "<f4").astype(float) if "bdata" in array else np.array(array)


UNSAMPLED = {"Boltzmann", "Chi-squared", "RL", "RL’s training path"}
AXES = {
    "KL": "KL from the base model (nats)",
    "√KL": "√KL from the base model (√nats)",
    "samples": "base samples per output",
    "mean persuasiveness": "mean persuasiveness",
}
OWN = {
    "Filter": "threshold, c",
    "Quantilizer": "top fraction, q",
    "Best-of-n": "candidates, n",
    "Best-of-Poisson": "extra candidates, μ",
    "Boltzmann": "strength, λ",
    "Chi-squared": "slope, s",
    "Online modelling": "rounds, k",
}


def check_reading(case: Case, figure: Any) -> None:
    """What the fourth panel is read against, what is said of curves that have no place there, and where persuasion ends."""
    against, law = case.s["against"], case.law
    case.here = figure["layouts"]["wide"]["xaxis4"]["title"]["text"]
    title, _, remark = re.sub("<span[^>]*>|</span>", "", case.here).partition("<br>")
    traces = [trace for trace in figure["data"] if trace["xaxis"] == "x4" and trace["mode"] == "lines"]
    drawn = {trace["name"] for trace in traces if trace.get("name")}
    case.say(title == (AXES.get(against) or OWN[case.method]), "the axis differs")
    match against:
        case "own pressure":
            case.say(drawn <= {case.method}, "another curve is drawn")
            alone = f"only {case.method} has this pressure"
            case.say(remark == alone or (not remark and not traces), "the remark is another")
        case "samples":
            none = remark.removesuffix(" draws none").removesuffix(" draw none").replace(" and ", ", ").split(", ")
            case.say(not drawn & UNSAMPLED, "what draws no samples is drawn")
            case.say({*filter(None, none)} <= UNSAMPLED, "all of them draw samples")
        case "mean persuasiveness":
            case.say(
                (remark == "it is not finite here") == (law.mean in (None, math.inf)), "the mean is finite, or not"
            )
            case.say(law.mean not in (None, math.inf) or not drawn, "a curve is drawn")
        case _:
            case.say(not remark, "nothing is missing")
    ends = [trace for trace in traces if trace.get("meta", {}).get("place") == "beside"]
    light = law.mean not in (None, math.inf) and law.most_strength == math.inf
    at_one_kl = case.s["target"] == "Equal KL" if "target" in case.s else case.got is not None
    case.say(bool(ends) == (against == "mean persuasiveness" and light and at_one_kl), "a ceiling, or none")
    for trace in ends:
        case.here = trace["meta"]["name"]
        (said,) = re.fullmatch(r"no method goes beyond at (.*) nats", case.here).groups()
        kl = (
            float(case.got.kl)
            if "target" not in case.s
            else 0.0
            if case.here.endswith(" 0.00 nats")
            else case.target[1]
        )
        case.same(said, kl, "the KL")
        at = np.geomspace(1e-4, 1e4, 400) / max(scale_of(law), 1e-9)
        proxies = [2 * (float(law.log_mgf(lam)) - lam * law.mean) / lam**2 for lam in at.tolist()]
        least = law.mean + math.sqrt(2 * kl * max(0.0, *proxies))
        case.say(abs(shown(trace["x"])[0] - least) <= 2e-3 * (1 + abs(least - law.mean)), f"it is at {least}")


def scale_of(law: Law) -> float:
    """How wide a law of P is, about."""
    return float(np.max(law.s) + np.ptp(law.p)) if isinstance(law, Normals) else 1.0
