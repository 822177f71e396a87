"""Checks takeaways: what selection and RL do, the course of mean truth, and the comparison of methods."""

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
from words_case import DEEPEST, NUM, PLACE, SHARE, Case, agrees, interval, moved, value_of
from words_laws import LEAST, MOST, ORDER, REACH, SLIDER, SYMBOL, Got, Law, Normals, Sum, Sweep, listening
from words_rounds import MOST_ROUNDS
from words_steering import noises

ONE_SHOT = {"mean persuasiveness": "mean", "KL": "kl"}
DONE = {"raises": 1, "lowers": -1, "leaves": 0, "rises to": 1, "falls to": -1, "stays at": 0}
STEP = rf"(?:rises|falls) to {NUM} (?:at|just past) {PLACE}"


ERRORS = {
    f"{name} error": f"a {name if name in ('Laplace', 'Student-t', 'Lévy') else name.lower()} error"
    for name in ("Normal", "Laplace", "Student-t", "Uniform", "Lognormal", "Lévy")
}


def in_world(case: Case, m: re.Match) -> None:
    """An error is named; on Twins each world is."""
    case.say(m["error"] == ERRORS.get(case.s["world"]) or case.page.url_path == "twins", "another error")


def subject(case: Case, m: re.Match) -> None:
    in_world(case, m)
    how = m["how"].replace("keeping", "Keeping")
    method = {
        "Keeping only outputs of": "Filter",
        "Keeping only outputs above": "Filter",
        "KL-penalised selection at λ =": "Boltzmann",
        "Keeping the best of": "Best-of-n",
        "χ²-penalised selection at s =": "Chi-squared",
        "Keeping the top": "Quantilizer",
        "Keeping the best of 1 + Poisson(": "Best-of-Poisson",
    }[how.removesuffix(" about")]
    case.say(method == case.method, f"the method is {case.method}")
    if case.got is None and method != case.method:
        return
    if method == "Best-of-n":
        whole = round(case.setting)
        case.counted(m["x"], math.log(whole), "n")
        case.say(how.endswith("about") == (whole != case.setting), "n is whole, or about that")
    elif method == "Best-of-Poisson":
        case.counted(m["x"], math.log(case.setting), "μ")
    else:
        case.same(m["x"], case.setting, SYMBOL[method])
    if method == "Filter":  # what lies at the number shown is kept, or not
        case.say(how.endswith("above") == (value_of(m["x"])[0] < case.setting), f"the bar is {case.setting!r}")


def fed_back(case: Case, m: re.Match) -> None:
    in_world(case, m)
    case.say(case.method == "Online modelling", f"the method is {case.method}")
    q, omega = case.knobs if "target" not in case.s else (0.5, 0.5)
    case.same(m["q"], q, "q")
    case.same(m["w"], omega, "ω")
    if "target" not in case.s:
        case.same(m["x"] or m["once"], case.setting, "rounds", slack=0)


def does(case: Case, m: re.Match) -> None:
    (fed_back if "q" in m.groupdict() else subject)(case, m)
    if case.got is None:
        case.say(False, "the result does not exist")
        return
    truth, base = float(case.got.truth), case.law.truth
    case.say(moved(base, truth, DONE[m["verb"]]), f"from {base} to {truth}")
    if m["verb"] == "leaves":
        case.same(m["at"], base, "mean truth")
    else:
        case.say(m["a"] != m["b"], "no move is shown")
        case.same(m["a"], base, "mean truth of the base model")
        case.same(m["b"], truth, "mean truth")


def absent(case: Case, m: re.Match) -> None:
    subject(case, m)
    law, x = case.law, case.setting
    match m["why"][:10]:
        case "no output ":
            case.say(case.method == "Filter" and x > law.highest, f"the highest is {law.highest}")
            case.say(abs(value_of(m["top"])[0] - law.highest) < 5.01e-7, f"the highest is {law.highest}")
        case "a further ":
            case.say(case.method == "Boltzmann" and 0 < law.most_strength <= x, "there is an optimum")
            case.same(m["inverse"], law.most_strength, "1/b", digits=3)
        case "the tail i":
            if "too near 1" in m["why"]:
                case.say(case.method == "Chi-squared" and 1 < law.index < 1.02, f"the tail index is {law.index}")
            else:
                case.say(case.method == "Boltzmann" and law.most_strength == 0 and x > 0, "the tail is not heavy")
        case "mean persu":
            missing = "is infinite" if law.mean == math.inf else "does not exist"
            case.say(case.method == "Chi-squared" and missing in m["why"], f"the mean is {law.mean}")
            case.say(law.mean is None or law.mean == math.inf, "there is a mean")


def cliff(case: Case, method: str) -> float:
    """The KL at an atom beyond which there are so few outputs that no number of draws leads there."""
    least = math.log(MOST) + 5 if method.startswith("Best") else DEEPEST
    atoms = case.law.atoms if isinstance(case.law, Normals) else np.empty(0)
    tails = [(float(case.law.log_sf(x)), float(case.law.log_sf(x, strict=True))) for x in atoms]
    return min((-at - 1e-3 for at, beyond in tails if -beyond > least), default=np.inf)


def end_of(method: str, law: Law, low: float, high: float) -> float:
    """Where a range ends whose end is printed as somewhere from `low` to `high`: a filter’s at an atom, if there is one."""
    atoms = (
        [atom for atom in law.atoms if low <= atom <= high] if isinstance(law, Normals) and method == "Filter" else []
    )
    middle = max(atoms, default=0.5 * (low + high))
    if method == "Boltzmann":
        middle = min(middle, law.most_strength * (1 - 1e-9))  # nearer this route's numbers end
    return min(middle, MOST) if method.startswith("Best") else middle


def swept(
    case: Case, span: str, directions: tuple[int, ...], limit: str | None = "", check: Any = None, method: str = ""
) -> None:
    """A claim about a whole range: how far it goes, which way truth goes, and beyond; no `limit`: that is said elsewhere."""
    sweep = case.sweep(method)
    method, law = method or case.method, case.law
    way, _, place = span.partition(" to ")
    symbol, low, high = interval(place)
    case.say(
        symbol == SYMBOL[method] and (way == "down") == (method == "Quantilizer"), f"{method} has {SYMBOL[method]}"
    )
    if law.fixed:
        case.say(directions == (0,), "nothing can move")
        return
    most = min(
        REACH, -float(law.log_sf(law.highest)) - 1e-3 if np.isfinite(law.highest) else np.inf, cliff(case, method)
    )
    bounded = most < REACH  # the slider leads as near as makes no difference to all that any pressure can do
    if method == "Quantilizer":
        far = low <= SLIDER[method] and (bounded or low <= math.exp(-REACH))
    elif method in ("Best-of-n", "Best-of-Poisson"):
        far = low <= MOST * 1.000001 <= high * 1.00001 or (bounded and high >= SLIDER[method])
    elif method == "Online modelling":
        all_told = min(high, float(sweep.rounds.last))
        far = high >= SLIDER[method] and (high >= MOST_ROUNDS or sweep.rounds.kl(all_told, ranks=True) >= REACH)
    else:
        end = sweep.place(min(high, law.most_strength * (1 - 1e-12)) if method == "Boltzmann" else high)
        far = high >= min(SLIDER[method], law.most_strength if method == "Boltzmann" else np.inf) * (1 - 1e-9)
        far = (far or bounded) and sweep.at(end).kl >= most
    far = far or (method == "Filter" and law.highest <= high)  # an end printed to a few digits
    case.say(far, "the range falls short of the slider or of 30 nats")
    middle = end_of(method, law, low, high)
    key = (method, middle, sweep.knobs)
    courses = case.courses
    if key not in courses:
        courses[key] = [at_whole_n(sweep, *found) for found in sweep.courses(middle)]
    fits = [found for found in courses[key] if found[0] == directions]
    if not fits:
        case.say(
            False,
            f"truth goes {courses[key][0][0]}, {courses[key][0][1]} at {[sweep.pressure(u) for u in courses[key][0][2]]}",
        )
        return
    if check:
        check(sweep, fits[0][1], fits[0][2], (low, high))
    if limit is None:
        return
    ends = [float(fits[0][1][-1])]
    if method in ("Boltzmann", "Quantilizer"):
        cap = case.law.most_strength * (1 - 1e-12) if method == "Boltzmann" else 1.0
        ends += [float(sweep.at(sweep.place(min(end, cap))).truth) for end in (low, high)]
    beyond(case, limit, ends, directions[-1])


def at_whole_n(sweep: Sweep, directions: tuple[int, ...], heights: np.ndarray, places: np.ndarray) -> tuple:
    """A course of best-of-n with its turns at whole n; of any other method as it is."""
    if sweep.method != "Best-of-n" or not len(places):
        return directions, heights, places
    kept: list[tuple[float, float]] = []
    for u, way in zip(places, directions, strict=False):
        n = sweep.pressure(u)
        beside = [max(whole(n), 1.0) for whole in (math.floor, math.ceil)]
        truths = sweep.truths(np.array([sweep.place(each) for each in beside]))
        best = beside[int(np.argmax(way * truths))]
        if kept and kept[-1][0] == best:
            kept.pop()
        elif best > 1:
            kept.append((best, float(np.max(way * truths) * way)))
    last = directions[-1]
    ways = tuple(last * (-1) ** (len(kept) - k) for k in range(len(kept) + 1))
    found = [heights[0], *(height for _, height in kept), heights[-1]]
    return ways, np.array(found), np.array([sweep.place(n) for n, _ in kept])


def beyond(case: Case, said: str, ends: list[float], direction: int) -> None:
    """What is said of the limit; `ends`: what truth may be where the range ends, which is printed to a few digits."""
    limit = case.law.limit
    end = (max if said else min)(ends, key=lambda end: abs(end - limit))
    if "without bound" in said:
        case.say(
            math.isinf(limit) and ("rises" in said) == (limit > 0) and np.sign(limit) != direction,
            f"the limit is {limit}",
        )
    elif said:
        text = said.removeprefix(" In the limit it tends to ").removesuffix(".")
        case.say(abs(limit - end) > LEAST / 3, "the limit is reached")
        case.same(text, limit, "the limit")
    else:
        hidden = (
            np.sign(limit) != direction
            if math.isinf(limit)
            else round(limit, 2) != round(end, 2) and abs(limit - end) > 3 * LEAST
        )
        case.say(not hidden, f"the limit, {limit}, is not said; the range ends at {end}")


def at_place(case: Case, sweep: Sweep, text: str, how: str, place: str, height: float, u: float) -> None:
    """“height at place”, or just past it: the place is the turn’s, or the curve so flat that its height is reached there."""
    symbol, low, high = interval(place)
    case.say(symbol == SYMBOL[sweep.method], "symbol")
    case.same(text, height, f"truth at {place}", slack=1e-6)
    exact = sweep.pressure(u)
    near = low * (1 - 1e-3) - 1e-6 <= exact <= high * (1 + 1e-3) + 1e-6 or low - 2e-3 <= exact <= high + 2e-3
    around = [sweep.place(pressure) for pressure in ((high,) if how == "just past" else (low, 0.5 * (low + high)))]
    flat = np.min(np.abs(sweep.truths(np.array(around)) - height)) < 1e-6
    case.say(near or flat, f"the turn is at {exact}, not {place}")


def end_height(case: Case, sweep: Sweep, text: str, ends: tuple[float, float]) -> None:
    """Truth where the range ends, whose pressure is printed to a few digits."""
    cap = {"Best-of-n": MOST, "Best-of-Poisson": MOST, "Boltzmann": case.law.most_strength * (1 - 1e-12)}.get(
        sweep.method, np.inf
    )
    y = sweep.truths(np.array([sweep.place(min(end, cap)) for end in ends]))
    shown, half = value_of(text)
    case.say(
        min(y) - half * 1.001 - 1e-6 <= shown <= max(y) + half * 1.001 + 1e-6, f"truth at the end is {y}, not {text}"
    )


def straight_words(case: Case, m: re.Match) -> None:
    directions = {"leaves": (0,), "never ": (1,), "Any pr": (-1,)}[m["what"][:6]]
    swept(case, m["span"] or case.range, directions, m["limit"] or "")


def one_peak(case: Case, m: re.Match) -> None:
    """What comes after the one peak; the peak itself, where it is said."""

    def check(sweep: Sweep, heights: np.ndarray, places: np.ndarray, _: Any) -> None:
        base, top, end = heights
        lost = (top - end) - 0.5 * (top - base)
        ruined = end < base or lost > 0
        close = abs(end - base) < 1e-5 if end < base + 1e-5 and lost <= 0 else abs(lost) < 1e-5
        case.say((m["harm"] == "destroys it") == ruined or close, f"base {base}, peak {top}, end {end}")
        kl, kl_top, now = float(case.got.kl), sweep.at(places[0]).kl, float(case.got.truth)
        said = m.groupdict()
        if "v" in said:
            at_place(case, sweep, m["v"], m["way"], m["place"], top, places[0])
            case.say(kl < kl_top + 1e-4, f"KL {kl} here, {kl_top} at the peak")
        elif "here" in said:
            case.say(abs(now - top) < LEAST + 1e-5, f"truth {now} here, {top} at the peak")
        else:
            case.say(kl > kl_top - 1e-4, f"KL {kl} here, {kl_top} at the peak")

    swept(case, m["span"] or case.range, (1, -1), m["limit"] or "", check)


def fallen(case: Case, m: re.Match) -> None:
    """Past the only peak: where that was, and what is left."""
    (fed_back if "q" in m.groupdict() else subject)(case, m)
    now, base = float(case.got.truth), case.law.truth
    case.same(m["now"], now, "mean truth")
    case.say(m["v"] != m["now"], "no fall is shown")
    case.say(moved(base, now, -1) == bool(m["below"]) or abs(base - now) < LEAST + 1e-5, f"from {base} to {now}")
    if m["below"]:
        case.same(m["base"], base, "mean truth of the base model")

    def check(sweep: Sweep, heights: np.ndarray, places: np.ndarray, _: Any) -> None:
        at_place(case, sweep, m["v"], m["way"], m["place"], heights[1], places[0])
        case.say(float(case.got.kl) > sweep.at(places[0]).kl - 1e-4, "the peak is still to come")

    swept(case, case.range, (1, -1), None, check)


def every_turn(case: Case, m: re.Match) -> None:
    steps = re.findall(rf"(rises|falls) to ({NUM}) (at|just past) ({PLACE})", m["steps"])
    phrases = [f"{how} {place}" for _, _, how, place in steps]
    directions = tuple(1 if verb == "rises" else -1 for verb, *_ in steps)

    def check(sweep: Sweep, heights: np.ndarray, places: np.ndarray, ends: tuple[float, float]) -> None:
        for (_, text, how, place), height, u in zip(steps, heights[1:-1], places, strict=False):
            at_place(case, sweep, text, how, place, height, u)
        end_height(case, sweep, steps[-1][1], ends)
        where = {"with no pressure at all": 0, "there": len(steps)}.get(m["where"])
        if where is None:
            where = 1 + next((k for k, phrase in enumerate(phrases) if phrase == m["where"]), 99)
        case.say(where < heights.size and heights[where] >= np.max(heights) - 1e-6, f"heights are {heights}")
        if 0 < where <= len(steps):
            case.say(m["top"] == steps[where - 1][1], "two heights for one place")
        else:
            case.same(m["top"], case.law.truth, "mean truth of the base model")

    way = "down" if case.method == "Quantilizer" else "up"
    swept(case, f"{way} to {steps[-1][-1]}", directions, m["limit"] or "", check)


def drifts(case: Case, m: re.Match) -> None:
    """How far the bar has moved."""
    rounds, now = case.sweep().rounds, case.setting
    case.same(m["q"], case.knobs[0], "q")
    barred(case, m["a"] or m["still"], 0.0)
    case.say((now == 0) == ("b" not in m.groupdict()), "rounds, or none")
    if "b" in m.groupdict():
        case.say(m["a"] is None or m["a"] != m["b"], "no move is shown")
        barred(case, m["b"] or m["still"], now)
        case.same(m["tail"], rounds.tail(now), "the base model’s top", slack=1e-6)


def barred(case: Case, text: str, rounds: float) -> None:
    """The bar after so many rounds."""
    told = case.sweep().rounds
    exact = told.bar(rounds) if not case.law.fixed else float(case.law.p[0])
    case.same(text, exact, f"the bar after {rounds} rounds", slack=case.slack(math.log(told.tail(rounds))))


def no_best(case: Case, m: re.Match) -> None:
    case.say(case.method in case.no_optimum, "there is a best policy")


def rl_words(case: Case, m: re.Match) -> None:
    s, end = case.s, case.end
    how = s["steering"] if s["world"] == "Blend" or s["steering"] == "For a time" else "To the end"
    said = m["how"]
    degenerate = how == "KL penalty" and len(noises(s)) < 2
    numbers = re.findall(NUM, said)
    if said.startswith("after a time"):
        case.say(how == "For a time", f"steering is {how}")
        case.same(numbers[0], s["time"], "t")
    elif said.startswith("where a KL price"):
        case.say(how == "KL penalty", f"steering is {how}")
        case.same(numbers[0], s["tau"], "τ")
        if not degenerate:
            case.same(numbers[1], end.gap, "the gap", slack=1e-5)
    elif said.startswith("sharing"):
        case.say(how == "Rivals" and end.weights, f"steering is {how}")
        case.same(numbers[0], s["rivalry"], "k")
        case.same(numbers[1], end.weights[0], "α")
        case.same(numbers[2], end.weights[2], "γ")
    elif said.startswith("with every"):
        case.say(how == "No rivals", f"steering is {how}")
        case.same(numbers[0], listening(s)[1], "β")
    else:
        case.say(how == "To the end" or (how == "Rivals" and s["rivalry"] == 1), f"steering is {how}")
        case.say(
            said == f"listening to {' and '.join(end.winners)} alone" and len(end.winners) == 1,
            f"winners: {end.winners}",
        )
    truth, base = end.truths[0], case.law.truth
    if degenerate:
        return
    if how == "KL penalty" and abs(truth - base) < 3e-4:
        return
    case.say(moved(base, truth, DONE[m["verb"]]), f"from {base} to {truth}")
    case.same(
        m["v"], truth if DONE[m["verb"]] else base, "RL’s mean truth", slack=1e-4 if how == "KL penalty" else 2e-7
    )


def rl_tie(case: Case, m: re.Match) -> None:
    end = case.end
    case.say(m["who"] == " from ".join(end.winners) and len(end.winners) > 1, f"winners: {end.winners}")
    case.same(m["low"], end.truths[0], "the least")
    case.same(m["high"], end.truths[1], "the most")


WITH = r"(?:With (?P<error>a [\w-]+ error), )?"
HOW = rf"{WITH}(?P<how>[Kk]eeping only outputs(?: of| above)|KL-penalised selection at λ =|[Kk]eeping the best of(?: about)?|χ²-penalised selection at s =|[Kk]eeping the top|[Kk]eeping the best of 1 \+ Poisson\()"
X = rf"{HOW} ?(?P<x>{SHARE}|{NUM})(?: or more|\))?"
LIMIT = rf"(?P<limit> In the limit it (?:tends to {NUM}|rises without bound|falls without bound)\.)?"
RANGE = rf"(?P<span>(?:up|down) to {PLACE})"
SHORT = rf"(?:, {RANGE})?"
HARM = r"(?P<harm>destroys it|costs truth)"
FALLEN = rf"truth peaked at (?P<v>{NUM}), (?P<way>at|just past) (?P<place>{PLACE}), and has fallen to (?P<now>{NUM})(?P<below>, below the base model’s (?P<base>{NUM}))?\."
RL_HOW = rf"after a time t = {NUM}|where a KL price of τ = {NUM} stops it, {NUM} nats from the best policy at that price|sharing a budget of norm k = {NUM} as α = {NUM}, γ = {NUM}|with every useful weight at its most, β where it was \({NUM}; what it ends at is not settled\)|listening to [ABC] alone"
FED = rf"{WITH}[Ff]eeding the top (?P<q>{SHARE}) back for (?:(?P<x>{NUM}) rounds|(?P<once>1) round) at ω = (?P<w>{NUM})"
TAKEAWAY: list[tuple[str, Callable]] = [
    (rf"{FED} (?P<verb>raises|lowers) mean truth from (?P<a>{NUM}) to (?P<b>{NUM})\.", does),
    (rf"{FED} (?P<verb>leaves) mean truth at (?P<at>{NUM})\.", does),
    (rf"{FED}: {FALLEN}", fallen),
    (rf"{X}: {FALLEN}", fallen),
    (
        rf"Every round asks only for the top (?P<q>{SHARE}), and that bar (?:has moved from (?P<a>{NUM}) to (?P<b>{NUM})|is still at (?P<still>{NUM})): the base model’s top (?P<tail>{SHARE})\.",
        drifts,
    ),
    (rf"The first round will ask for the top (?P<q>{SHARE}): (?P<a>{NUM}) or more\.", drifts),
    (rf"{X} (?:(?P<verb>raises|lowers) mean truth from (?P<a>{NUM}) to (?P<b>{NUM})\.)", does),
    (rf"{X} (?P<verb>leaves) mean truth at (?P<at>{NUM})\.", does),
    (
        rf"{X}: the result does not exist, for (?P<why>no output is more persuasive than (?P<top>{NUM})|a further unit of reward is worth λ nats and never costs as much as 1/b = (?P<inverse>{NUM})|the tail is so heavy that any reward costs almost no KL|mean persuasiveness (?:does not exist|is infinite), so no χ² weight can be normalised|the tail index is below 1\.02, too near 1 for the start of a χ² weight to be computed)\.",
        absent,
    ),
    (rf"(?:More pressure (?P<what>leaves it there|never hurts truth)){SHORT}\.{LIMIT}", straight_words),
    (rf"(?P<what>Any pressure costs truth){SHORT}\.{LIMIT}", straight_words),
    (
        rf"Truth peaks at (?P<v>{NUM}), (?P<way>at|just past) (?P<place>{PLACE}); pressure beyond that {HARM}{SHORT}\.{LIMIT}",
        one_peak,
    ),
    (rf"(?P<here>This is the peak of truth); more pressure {HARM}{SHORT}\.{LIMIT}", one_peak),
    (rf"More pressure {HARM}{SHORT}\.{LIMIT}", one_peak),
    (
        rf"With more and more pressure truth (?P<steps>{STEP}, then {STEP}(?:, then {STEP})*)\. It is highest, (?P<top>{NUM}), (?P<where>with no pressure at all|there|(?:at|just past) {PLACE})\.{LIMIT}",
        every_turn,
    ),
    (r"With any pressure at all there is no best policy here\.", no_best),
    (rf"RL ends up (?P<how>{RL_HOW}), and truth (?P<verb>rises to|falls to|stays at) (?P<v>{NUM})\.", rl_words),
    (
        rf"RL is unable to tell (?P<who>[ABC](?: from [ABC])+), a tie: mean truth may end anywhere from (?P<low>{NUM}) to (?P<high>{NUM})\.",
        rl_tie,
    ),
]


# ── the comparison ──

METHOD = "(?:Best-of-n|Best-of-Poisson|Filter|Quantilizer|Boltzmann|Chi-squared|Online modelling)"
NAMES = rf"{METHOD}(?:(?:, {METHOD})* and {METHOD})?"
AT = rf"At (?P<there>a KL of {NUM} nats|a mean persuasiveness of {NUM}|{NUM} base samples per output)"
BESIDE = rf"(?: (?P<beside>All are above the base model’s|All are below the base model’s|The base model’s is) (?P<base>{NUM})\.)"


def truths(case: Case) -> dict[str, float]:
    return {method: float(got.truth) for method, got in case.matched.items() if isinstance(got, Got)}


def slack_of(case: Case) -> float:
    """How far the two routes may be apart: a grid beside a point mass, or far out."""
    rough = isinstance(case.law, Normals) and np.any(case.law.s == 0)
    rough = rough or (
        isinstance(case.law, Sum) and any(isinstance(g, Got) and g.kl > 150 for g in case.matched.values())
    )
    return 2e-4 if rough else 3e-6


def who(case: Case, text: str, height: float, before: str = "") -> None:
    """The methods named are those at `height`, but for less than counts and those named `before`."""
    found, slack = truths(case), slack_of(case)
    named, already = (set(re.findall(METHOD, names)) for names in (text, before))
    case.say(not named & already, "one comes first and last")
    for method, truth in found.items():
        if method in already:
            continue
        off = abs(truth - height)
        case.say(off < LEAST + slack if method in named else off > LEAST - slack, f"{method} is at {truth}")
    for method in named - set(found):
        case.say(case.either(method, "cannot reach it"), f"{method} {case.matched[method]}")


def there_and_base(case: Case, m: re.Match) -> tuple[float, float]:
    by, aim = case.target
    text = re.search(rf"{NUM}(?= nats$| base samples|$)", m["there"])[0]
    if by == "log_samples":
        case.counted(text, aim, "samples")
    else:
        case.same(text, aim, by)
    found, slack, base = list(truths(case).values()), slack_of(case), case.law.truth
    best, last = max(found), min(found)
    case.same(m["base"], base, "the base’s mean truth")
    word = m["beside"].split()[2] if m["beside"].startswith("All") else ""
    case.say(word != "above" or last - base > LEAST - slack, f"the last is at {last}")
    case.say(word != "below" or base - best > LEAST - slack, f"the best is at {best}")
    case.say(word or (last - base < LEAST + slack and base - best < LEAST + slack), "it is above or below them all")
    return best, last


def winner(case: Case, m: re.Match) -> None:
    best, last = there_and_base(case, m)
    slack = slack_of(case)
    who(case, m["top"], best)
    who(case, m["end"] or m["second"], last, before=m["top"])
    case.same(m["best"], best, "the best", slack=slack)
    case.same(m["last"], last, "the last", slack=slack)
    seconds = [  # the best of what is behind: what is behind by hardly less than counts may be said to be level
        max((truth for truth in truths(case).values() if best - truth > least), default=last)
        for least in (max(LEAST - slack, 0.5 * LEAST), LEAST, LEAST + slack)
    ]
    second = next((truth for truth in seconds if agrees(m["ahead"], best - truth, 2 * slack)), seconds[1])
    case.same(m["ahead"], best - second, "the margin", slack=2 * slack)
    if m["end"]:
        case.say(m["second"] in truths(case), "it does not reach that")
        case.say(abs(truths(case).get(m["second"], np.inf) - second) < LEAST + slack, f"the second is at {second}")


def alike(case: Case, m: re.Match) -> None:
    best, last = there_and_base(case, m)
    case.say(best - last < LEAST + slack_of(case), f"from {last} to {best}")
    case.same(m["v"], best, "mean truth", slack=slack_of(case) + LEAST)
    if m["who"] == "every method":
        case.say(len(truths(case)) == len(ORDER), "not every one")
    else:
        who(case, m["who"], best)


def nothing_reached(case: Case, m: re.Match) -> None:
    case.same(m["v"], case.law.truth, "the base’s mean truth")
    case.say(all(case.either(name, "cannot reach it") for name in truths(case)), "some method reaches it")


COMPARED = [
    (
        rf"{AT} (?P<top>{NAMES}) leaves? the truest outputs, mean truth (?P<best>{NUM}), (?P<ahead>{NUM}) ahead of "
        rf"(?P<second>{NAMES})(?:; (?P<end>{NAMES}) comes? last)?, at (?P<last>{NUM})\.{BESIDE}",
        winner,
    ),
    (rf"{AT} (?P<who>every method|{NAMES}) leaves? mean truth at (?P<v>{NUM})\.{BESIDE}", alike),
    (rf"The base model’s mean truth is (?P<v>{NUM})\.", nothing_reached),
]


EMPTY = re.compile(  # true, perhaps, and nobody would say so
    r"(?:raises|lowers) mean truth from (\S+) to \1\.(?:\s|$)|\*\*1\*\* samples|is −[\d.,]+ standard deviations"
)


def check_text(case: Case, text: str, known: list[tuple[str, Callable]]) -> None:
    """Sentence after sentence, each by the pattern that knows it."""
    if m := EMPTY.search(text):
        case.here = m[0]
        case.say(False, "an empty statement")
    while text:
        for pattern, check in known:
            if m := re.compile(pattern).match(text):
                case.here = m[0]
                check(case, m)
                text = text[m.end() :].strip()
                break
        else:
            case.here = text
            case.say(False, "unknown sentence")
            return


def check_takeaway(case: Case, text: str) -> None:
    check_text(case, text, COMPARED if "target" in case.s else TAKEAWAY)
