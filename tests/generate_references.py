"""High-precision reference values for the toy models of Goodhart's law: writes `references.json`.

Everything is computed from the definitions in docs/theory.md (sections 2 to 6) with mpmath, without the
package under test: a base law is turned into quadrature nodes, a selection is a weight w on those nodes, and
every number is a sum over them. Turning points are bracketed by a scan and settled as roots of the exact derivative.

    python tests/generate_references.py [output.json] [digits] [nodes per panel]

A whole run, from scratch, takes about 11 minutes on 2 cores (two processes), and the curves of `figure_parts` about half an
hour more. It gives the same file every time.
Inputs mean their decimal value (0.7 is 7/10). Results are strings of 20 significant digits; null = infinite.
Running again with more digits and nodes (56 36) shows how many digits are settled.
"""

import json
import multiprocessing
import resource
import sys
import time
from collections import namedtuple
from decimal import Decimal
from pathlib import Path

import mpmath as mp
import numpy as np

OUTPUT = sys.argv[1] if len(sys.argv) > 1 else str(Path(__file__).parent / "references.json")
mp.mp.dps = int(sys.argv[2]) if len(sys.argv) > 2 else 48
ORDER = int(sys.argv[3]) if len(sys.argv) > 3 else 30
CASES = []  # of the part that this process is at
NOTE = (
    "definitions of docs/theory.md by quadrature; 20 significant digits; inputs are exact decimals; "
    "null = does not exist or is infinite; an input given as a string is an irrational number to 30 digits: use float(...)"
)


def num(x):
    return x if isinstance(x, mp.mpf) else mp.mpf(str(x))


def record(base, selection, **numbers):
    def text(v):
        if isinstance(v, (list, tuple)):
            return [text(x) for x in v]
        if isinstance(v, dict):
            return {k: text(x) for k, x in v.items()}
        if isinstance(v, mp.mpf) and abs(v) < mp.mpf(10) ** -36:  # rounding noise, or far below any double in use
            return "0.0"
        return mp.nstr(v, 20, min_fixed=-6, max_fixed=12) if isinstance(v, mp.mpf) else v

    CASES.append({"base": base, "selection": selection, **{k: text(v) for k, v in numbers.items()}})
    print(base["kind"], base.get("error", ""), selection or "", flush=True)


# ---------------------------------------------------------------- quadrature
def legendre_rule(n):
    rule = []
    for i in range(n):
        x = mp.cos(mp.pi * (i + mp.mpf(3) / 4) / (n + mp.mpf(1) / 2))
        for _ in range(8):  # Newton; the recurrence gives P_n and P_(n-1)
            last, now = mp.mpf(1), x
            for k in range(2, n + 1):
                last, now = now, ((2 * k - 1) * x * now - (k - 1) * last) / k
            slope = n * (x * now - last) / (x * x - 1)
            x -= now / slope
        rule.append((x, 2 / ((1 - x * x) * slope**2)))
    return rule


RULE = legendre_rule(ORDER)


def panels(breaks):
    breaks = sorted(set(breaks))
    for a, b in zip(breaks, breaks[1:]):
        for x, weight in RULE:
            yield (a + b) / 2 + (b - a) / 2 * x, (b - a) / 2 * weight


def steps(a, b, width):
    count = max(1, int(mp.ceil((b - a) / width)))
    return [a + (b - a) * i / count for i in range(count + 1)]


def root(function, a, b):
    """The root between a and b where the function changes sign: some halvings, then a superlinear method."""
    sign = function(a) > 0
    for _ in range(10):
        middle = (a + b) / 2
        a, b = (middle, b) if (function(middle) > 0) == sign else (a, middle)
    return mp.findroot(function, (a, b), solver="anderson", tol=mp.mpf(10) ** (6 - mp.mp.dps))


# p, quadrature weight, density of P, E[T|P=p], E[T^2|P=p], P(P < p), P(P > p).  An atom has weight 1.
Node = namedtuple("Node", "p weight density t1 t2 below above atom", defaults=[False])


def phi(x, s=1):
    return mp.exp(-((x / s) ** 2) / 2) / (s * mp.sqrt(2 * mp.pi))


def upper(z):
    return mp.erfc(z / mp.sqrt(2)) / 2


# ---------------------------------------------------------------- base laws
class TruthPlusError:
    """P = T + V. at(p) gives f_P, E[T; p], E[T^2; p] (densities times moments) and P(P > p)."""

    def __init__(self, base):
        self.base, self.s, error = base, num(base["sd_truth"]), base["error"]
        self.kind = error["kind"]
        self.scale = num(error.get("sd") or error.get("scale") or error.get("half_width"))
        self.df = num(error.get("df", 1))
        self.heavy = self.kind in ("student_t", "cauchy")
        variance = {
            "normal": self.scale**2,
            "laplace": 2 * self.scale**2,
            "uniform": self.scale**2 / 3,
            "cauchy": None,
            "student_t": self.scale**2 * self.df / (self.df - 2) if self.df > 2 else None,
        }
        self.sd = variance[self.kind] and mp.sqrt(self.s**2 + variance[self.kind])
        self.beta = mp.mpf(0)
        self.has_mean = not self.heavy or self.df > 1
        self.truths = [self.s * num(x) for x in (-1.5, -0.6, 0.2, 0.9, 1.7, 2.8, 4, 5.5)]
        self.half_beta = mp.beta(self.df / 2, mp.mpf(1) / 2)

    def error_pdf(self, v):
        b = self.scale
        if self.kind == "normal":
            return phi(v, b)
        if self.kind == "laplace":
            return mp.exp(-abs(v) / b) / (2 * b)
        if self.kind == "uniform":
            return 1 / (2 * b) if abs(v) < b else mp.mpf(0)
        return (1 + (v / b) ** 2 / self.df) ** (-(self.df + 1) / 2) / (b * mp.sqrt(self.df) * self.half_beta)

    def error_tail(self, v):
        x, a = abs(v) / self.scale, self.df / 2
        y = self.df / (self.df + x * x)
        if self.df == 1 or self.df in (3, 5) and y > 1e-4:  # odd: elementary; far out its terms cancel
            angle = mp.atan2(mp.sqrt(self.df) * self.scale, v)
            series = {1: 0, 3: 1, 5: 1 + 2 * y / 3}[int(self.df)] * mp.sqrt(y * (1 - y))
            return (angle - (series if v > 0 else -series)) / mp.pi
        # incomplete beta function through its 2F1
        half = y**a / a * mp.hyp2f1(a, mp.mpf(1) / 2, a + 1, y) / self.half_beta / 2
        return half if v > 0 else 1 - half

    def at(self, p):
        if p < 0:
            f, m1, m2, above = self.at(-p)
            return f, -m1, m2, 1 - above
        s, b, v = self.s, self.scale, self.s**2
        if self.kind == "normal":
            total = v + b * b
            f, r = phi(p, mp.sqrt(total)), v * p / total
            return f, f * r, f * (r * r + v * b * b / total), upper(p / mp.sqrt(total))
        if self.kind == "laplace":
            front = mp.exp(v / (2 * b * b)) / (2 * b)
            right, left = (front * mp.exp(-k * p / b) * upper(s / b - k * p / s) for k in (1, -1))
            f = right + left
            return f, v * (right - left) / b, v * f + v * v * (f - phi(p, s)) / b**2, upper(p / s) + b * (right - left)
        if self.kind == "uniform":
            lo, hi = (p - b) / s, (p + b) / s
            excess = lambda z: phi(z) - z * upper(z)
            f = (upper(lo) - upper(hi)) / (2 * b)
            return (
                f,
                s * (phi(lo) - phi(hi)) / (2 * b),
                v * f + v * (lo * phi(lo) - hi * phi(hi)) / (2 * b),
                s * (excess(lo) - excess(hi)) / (2 * b),
            )
        # Student-t, Cauchy: trapezoidal rule over t, which converges geometrically for an analytic integrand
        digits = mp.mp.dps * mp.log(10)
        step = 2 * mp.pi * s / mp.sqrt(2 * digits)
        if p < 16 * s:
            step = min(step, 2 * mp.pi * b * mp.sqrt(self.df) / digits)
        f = m1 = m2 = above = mp.mpf(0)
        reach = int(mp.sqrt(2 * digits) * s / step) + 1
        for i in range(-reach, reach + 1):
            t = i * step
            g = phi(t, s) * step
            h = g * self.error_pdf(p - t)
            f, m1, m2, above = f + h, m1 + t * h, m2 + t * t * h, above + g * self.error_tail(p - t)
        return f, m1, m2, above

    def breaks(self, extra=()):
        extra = [abs(x) for x in extra]
        if self.kind in ("normal", "uniform"):
            points = steps(mp.mpf(0), 20 * self.sd, mp.mpf(1) / 4)
        elif self.kind == "laplace":
            points = steps(mp.mpf(0), mp.mpf(60), mp.mpf(1) / 2) + steps(mp.mpf(60), mp.mpf(480), mp.mpf(4))
        else:
            last = mp.mpf(10) ** (26 / (self.df - 1) + 15 / self.df if self.df > 1 else 42)
            points = steps(mp.mpf(0), mp.mpf(16), mp.mpf(1) / 2)
            while points[-1] < last:
                points.append(2 * points[-1])
        if self.kind == "laplace":
            extra += [abs(t) for t in self.truths]  # kinks of f_V(p - t) as a function of p
        if self.kind == "uniform":
            extra += [abs(t + k * self.scale) for t in self.truths for k in (-1, 1)]
        return points + extra

    def nodes(self, extra=()):
        result = []
        for p, weight in panels(self.breaks(extra)):
            f, m1, m2, above = self.at(p)
            result.append(Node(p, weight, f, m1 / f, m2 / f, 1 - above, above))
            result.append(Node(-p, weight, f, -m1 / f, m2 / f, above, 1 - above))
        return sorted(result)

    def quantile(self, q):
        hi = mp.log(mp.mpf(10) ** (15 / self.df + 2)) if self.heavy else mp.log(100)
        return mp.exp(root(lambda y: mp.log(self.at(mp.exp(y))[3] / q), mp.mpf(-5), hi))


class Modes:
    """A mixture of normals, or the routing of three submodules (an atom of P at 0 and degenerate T given P)."""

    def __init__(self, base):
        if base["kind"] == "mixture":
            keys = "weight mean_truth mean_persuasiveness sd_truth sd_persuasiveness correlation"
            self.modes, self.beta = [[num(m[k]) for k in keys.split()] for m in base["modes"]], mp.mpf(0)
        else:
            x = {k: num(v) for k, v in base.items() if k != "kind"}
            self.modes = [
                [x["alpha"], x["mu_a"], x["mu_a"], x["sigma_a"], x["sigma_a"], mp.mpf(1)],
                [x["gamma"], mp.mpf(0), x["mu_c"], mp.mpf(0), x["sigma_c"], mp.mpf(0)],
            ]
            self.beta, self.b1, self.b2 = x["beta"], x["mu_b"], x["mu_b"] ** 2 + x["sigma_b"] ** 2
        self.lo, self.hi = min(m[2] - 20 * m[4] for m in self.modes), max(m[2] + 20 * m[4] for m in self.modes)
        self.width = min(m[4] for m in self.modes) / 4

    def at(self, p):
        f = m1 = m2 = above = mp.mpf(0)
        for w, mt, mq, st, sp, rho in self.modes:
            g, r = w * phi(p - mq, sp), mt + rho * st / sp * (p - mq)
            f, m1, m2 = f + g, m1 + g * r, m2 + g * (r * r + st**2 * (1 - rho**2))
            above += w * upper((p - mq) / sp)
        return f, m1, m2, above + (self.beta if p < 0 else 0)

    def below(self, p):
        return sum(m[0] * upper((m[2] - p) / m[4]) for m in self.modes) + (self.beta if p > 0 else 0)

    def nodes(self, extra=()):
        result = []
        for p, weight in panels(steps(self.lo, self.hi, self.width) + [mp.mpf(0)] + list(extra)):
            f, m1, m2, above = self.at(p)
            result.append(Node(p, weight, f, m1 / f, m2 / f, self.below(p), above))
        if self.beta:
            zero = mp.mpf(0)
            result.append(Node(zero, mp.mpf(1), self.beta, self.b1, self.b2, self.below(zero), self.at(zero)[3], True))
        return result

    def shortfall(self, p, level):
        """E[max(0, level - T); P = p], a density times a mean. For modes with a density of (T, P)."""
        total = mp.mpf(0)
        for w, mt, mq, st, sp, rho in self.modes:
            sd = st * mp.sqrt(1 - rho**2)
            gap = (level - mt - rho * st / sp * (p - mq)) / sd
            total += w * phi(p - mq, sp) * sd * (gap * upper(-gap) + phi(gap))
        return total

    def tilted(self, x):
        """Mean truth, KL and Cov(T, P) under Boltzmann: normals stay normal with the same covariance."""
        w = [m[0] * mp.exp(x * m[2] + x * x * m[4] ** 2 / 2) for m in self.modes]
        z, own = sum(w), [m[5] * m[3] * m[4] for m in self.modes]
        truth = [m[1] + x * k for m, k in zip(self.modes, own)]
        persuasion = [m[2] + x * m[4] ** 2 for m in self.modes]
        mean_t, mean_p = (sum(y * m for y, m in zip(w, means)) / z for means in (truth, persuasion))
        cov = sum(y * (k + (t - mean_t) * (p - mean_p)) for y, k, t, p in zip(w, own, truth, persuasion)) / z
        return mean_t, x * mean_p - mp.log(z), cov

    def filtered(self, c):
        """E[T | P >= c], KL and E[T | P >= c] - r(c), which has the sign of the slope of mean truth."""
        z = [(c - m[2]) / m[4] for m in self.modes]
        kept = sum(m[0] * upper(y) for m, y in zip(self.modes, z))
        mean = sum(m[0] * (m[1] * upper(y) + m[5] * m[3] * phi(y)) for m, y in zip(self.modes, z)) / kept
        f, m1, _, _ = self.at(c)
        return mean, -mp.log(kept), mean - m1 / f

    def quantile(self, q):
        if self.at(mp.mpf(0))[3] < q <= self.at(mp.mpf(0))[3] + self.beta:
            return mp.mpf(0)
        return root(lambda y: mp.log(self.at(y)[3] / q), self.lo, self.hi)


# ---------------------------------------------------------------- selections: log w(p), None where w = 0
def log_below(node):
    return mp.log1p(-node.above) if node.above < 0.5 else mp.log(node.below)


def log_weight(kind, x, cut, law):
    if kind == "filter":
        return lambda v: mp.mpf(0) if v.p >= cut else None
    if kind == "quantilizer":
        share = lambda v: (x - v.above) / (x * v.density) if v.atom and cut == 0 else 1 / x
        return lambda v: mp.log(share(v)) if v.p > cut or v.atom and v.p == cut else None
    if kind == "best_of_n":
        ties = lambda v: mp.log(((1 - v.above) ** x - v.below**x) / v.density)
        return lambda v: ties(v) if v.atom else mp.log(x) + (x - 1) * log_below(v)
    if kind == "boltzmann":
        return lambda v: x * v.p
    if kind == "best_of_poisson":
        return lambda v: mp.log1p(x * v.below) - x * v.above
    if kind == "chi_squared":
        return lambda v: mp.log(x * (v.p - cut)) if v.p > cut else None


def select(nodes, weigh):
    z = kl = p1 = p2 = t1 = t2 = mp.mpf(0)
    kept = []
    for v in nodes:
        w = weigh(v)
        if w is None:
            continue
        q = mp.exp(w) * v.density * v.weight
        kept.append((v, q))
        z, kl, p1, p2, t1, t2 = z + q, kl + q * w, p1 + q * v.p, p2 + q * v.p**2, t1 + q * v.t1, t2 + q * v.t2
    return {
        "z": z,
        "mean_truth": t1 / z,
        "mean_persuasiveness": p1 / z,
        "var_truth": t2 / z - (t1 / z) ** 2,
        "var_persuasiveness": p2 / z - (p1 / z) ** 2,
        "kl": kl / z - mp.log(z),
    }, kept


def chi_squared_cut(law, strength, lo, hi):
    """lambda with E[(P - lambda)+] = 1/strength, from E[(P - lambda)+] = integral of the upper tail above lambda."""
    lo = mp.mpf(lo)
    grid = list(panels(steps(lo, mp.mpf(hi), mp.mpf(1) / 4)))
    excess = sum(law.at(p)[3] * weight for p, weight in grid)  # above lo; the rest is a short integral
    short = lambda c: sum(law.at(p)[3] * weight for p, weight in panels(steps(min(lo, c), max(lo, c), mp.mpf(1) / 4)))
    gap = lambda c: excess + (short(c) if c < lo else -short(c)) - 1 / strength
    a = lo
    while gap(a) < 0:
        a -= 4
    b = a + 1
    while gap(b) > 0:
        b += 1
    return root(gap, a, b)


def cut_of(law, kind, x):
    if kind == "chi_squared":
        return chi_squared_cut(law, x, 0, 150 if isinstance(law, TruthPlusError) else int(law.hi))
    return {"filter": lambda: x, "quantilizer": lambda: law.quantile(x)}.get(kind, lambda: None)()


def apply_all(law, base, selections, report):
    """One set of nodes, with a panel edge at every threshold, serves all selections of a base law."""
    cuts = [cut_of(law, kind, num(x)) for kind, x in selections]
    breaks = [c for c in cuts if c is not None]
    for (kind, _), c in zip(selections, cuts):  # w log w is singular where w starts at 0: panels shrink towards it
        breaks += [c + mp.mpf(4) ** -j for j in range(30)] if kind == "chi_squared" else []
    nodes = law.nodes(breaks)
    for (kind, x), cut in zip(selections, cuts):
        weigh = log_weight(kind, num(x), cut, law)
        numbers, kept = select(nodes, weigh)
        total = law.at(cut)[3] + (law.beta if cut == 0 else 0) if kind == "filter" else mp.mpf(1)
        if kind != "boltzmann" and abs(numbers["z"] / total - 1) > mp.mpf(10) ** -22:
            raise ArithmeticError(f"total weight off by {mp.nstr(numbers['z'] / total - 1, 3)}: {kind} {x}")
        exact = mp.log(num(x)) - 1 + 1 / num(x) if kind == "best_of_n" and not law.beta else numbers["kl"]
        if abs(numbers["kl"] - exact) > abs(exact) * mp.mpf(10) ** -21:
            raise ArithmeticError(f"best-of-n KL off: {kind} {x}")
        report(kind, x, cut, weigh, numbers, kept)


# ---------------------------------------------------------------- 1. truth plus error
def truth_plus_error_cases(base):
    law = TruthPlusError(base)
    far, deep = (10, 12) if law.kind in ("normal", "uniform") else (40, 40)
    at, pdf_p = [-2, 0, 1, 3, 6, far], [-2, 0, 0.7, 3, 8]
    tail_c = [-3, 0, 1, 3, 10, deep]
    points = {x: law.at(num(x)) for x in at + pdf_p + tail_c}
    record(
        base,
        None,
        sd_persuasiveness=law.sd,
        p=pdf_p,
        persuasiveness_pdf=[points[p][0] for p in pdf_p],
        c=tail_c,
        log_survival=[mp.log(points[c][3]) for c in tail_c],
        regression_p=at,
        regression=[points[p][1] / points[p][0] for p in at],
    )
    selections = [("filter", c) for c in (0.5, 3, 10)] + [("quantilizer", q) for q in (0.1, 1e-6, 1e-15)]
    selections += [("best_of_n", n) for n in (2, 7.5, 64, 10000, 1000000000)]
    if not law.heavy:
        selections += [("boltzmann", x) for x in (0.5, 2) if law.kind != "laplace" or x * law.scale < 1]
    if base == {"kind": "truth_plus_error", "sd_truth": 1, "error": {"kind": "laplace", "scale": 1}}:
        selections += RELATIVES

    def report(kind, x, cut, weigh, numbers, kept):
        # four t's next to the mean; four p's near quantiles of the selected law, the first below a threshold
        t = sorted(sorted(law.truths, key=lambda t: abs(t - numbers["mean_truth"]))[:4])
        levels, total, p = [mp.mpf(k) / 100 for k in (5, 30, 65, 95)], mp.mpf(0), []
        for v, q in kept:
            total += q / numbers["z"]
            while levels and total > levels[0]:
                p, levels = p + [float(mp.nstr(v.p, 5))], levels[1:]
        if kind in ("filter", "quantilizer"):
            p[0] = float(mp.nstr(cut - abs(cut) / 10, 4))
        pdf = []
        for y in map(num, p):
            f, _, _, above = law.at(y)
            w = weigh(Node(y, 1, f, 0, 0, 1 - above if y > 0 else law.at(-y)[3], above))
            pdf.append(mp.mpf(0) if w is None else f * mp.exp(w) / numbers["z"])
        weights = [(v.p, q / v.density) for v, q in kept]
        truth = [phi(y, law.s) * mp.fsum(q * law.error_pdf(p_ - y) for p_, q in weights) / numbers["z"] for y in t]
        extra = {"lambda": cut} if kind == "chi_squared" else {"threshold": cut} if kind == "quantilizer" else {}
        if not law.heavy:
            extra["var_persuasiveness"] = numbers["var_persuasiveness"]
        record(
            base,
            {"kind": kind, "value": x},
            mean_truth=numbers["mean_truth"],
            mean_persuasiveness=numbers["mean_persuasiveness"] if law.has_mean else None,
            var_truth=numbers["var_truth"],
            kl=numbers["kl"],
            t=[float(mp.nstr(y, 8)) for y in t],
            truth_pdf=truth,
            p=p,
            persuasiveness_pdf=pdf,
            **extra,
        )

    apply_all(law, base, selections, report)


# ---------------------------------------------------------------- 2. routing, 3. relatives on mixtures
def routing_cases(base):
    law = Modes(base)
    above = law.at(mp.mpf(0))[3]
    inside, outside = float(mp.nstr(above + law.beta / 3, 3)), float(mp.nstr(above / 5, 2))
    beyond = float(mp.nstr(above + law.beta + (1 - above - law.beta) / 2, 3))
    selections = [("filter", c) for c in (-0.7, 0, 1.3)] + [("quantilizer", q) for q in (outside, inside, beyond, 1e-6)]
    selections += [("best_of_n", n) for n in (2, 7.5, 64, 1000000)] + [("boltzmann", x) for x in (0.5, 2)]

    def report(kind, x, cut, weigh, numbers, kept):
        mass = [sum((q for v, q in kept if v.atom), mp.mpf(0)) / numbers["z"]]
        mode = law.modes[1]
        mass.append(
            sum((q * mode[0] * phi(v.p - mode[2], mode[4]) / v.density for v, q in kept if not v.atom), mp.mpf(0))
            / numbers["z"]
        )
        numbers.pop("z")
        record(
            base, {"kind": kind, "value": x}, **numbers, mass_at_zero_persuasiveness=mass[0], mass_at_zero_truth=mass[1]
        )

    apply_all(law, base, selections, report)


RELATIVES = [("best_of_poisson", x) for x in (0, 0.5, 3.4, 50, 10000)] + [("chi_squared", x) for x in (0.1, 1, 5, 30)]


def relatives_cases(base):
    def report(kind, x, cut, weigh, numbers, kept):
        numbers.pop("z")
        record(base, {"kind": kind, "value": x}, **numbers, **({"lambda": cut} if kind == "chi_squared" else {}))

    apply_all(Modes(base), base, RELATIVES, report)


# ---------------------------------------------------------------- 4. steering
def blend_law(x):
    a, b, c = (num(x[k]) for k in ("alpha", "beta", "gamma"))
    va, vb, vc = (num(x[k]) ** 2 for k in ("sigma_a", "sigma_b", "sigma_c"))
    mean = (a * num(x["mu_a"]) + b * num(x["mu_b"]), a * num(x["mu_a"]) + c * num(x["mu_c"]))
    return mean, (a * a * va + b * b * vb, a * a * va, a * a * va + c * c * vc)  # (T, P), (TT, TP, PP)


def normal_kl(one, two):
    (m, (a, b, c)), (n, (d, e, f)) = one, two
    x, y, det = n[0] - m[0], n[1] - m[1], d * f - e * e
    return (
        (f * a - 2 * e * b + d * c + f * x * x - 2 * e * x * y + d * y * y) / det - 2 + mp.log(det / (a * c - b * b))
    ) / 2


def steering_cases():
    for mu_a, mu_c in ((1, 2), (1.5, -0.5)):
        for k in (1.5, 2, 4, 50):
            a, c, k_ = num(mu_a), num(mu_c), num(k)
            reward = lambda x: a * x ** (1 / k_) + c * (1 - x) ** (1 / k_)  # x = alpha^k, gamma^k = 1 - x
            x = mp.mpf(1)
            if c > 0:  # stationary point of the reward
                x = root(
                    lambda x: mp.log(a / c) + (1 / k_ - 1) * mp.log(x / (1 - x)), mp.mpf("1e-4"), 1 - mp.mpf("1e-4")
                )
            assert all(reward(x) >= reward(mp.mpf(i) / 1000) - mp.mpf(10) ** -30 for i in range(1001))
            alpha, gamma = x ** (1 / k_), (1 - x) ** (1 / k_)
            record(
                {"kind": "capabilities", "mu_a": mu_a, "mu_c": mu_c},
                {"kind": "norm_budget", "value": k},
                alpha=alpha,
                gamma=gamma,
                reward=alpha * a + gamma * c,
            )
    base = blend(0.4, 0.3, 0.3, 1, 1, 2, 1, 1, 1)
    other = blend(0.25, 0.6, 0.15, 1.3, -0.4, 2.5, 0.7, 1.2, 0.9)
    for here, there in (
        (base, dict(base, alpha=0.1, beta=0.05, gamma=0.85)),
        (other, dict(other, alpha=0.5, beta=0.2, gamma=0.3)),
    ):
        record(
            here,
            {"kind": "kl_between_blends", "to": there},
            kl_to_from_base=normal_kl(blend_law(there), blend_law(here)),
            kl_base_from_to=normal_kl(blend_law(here), blend_law(there)),
        )
    # the maximum lies on a ridge thinner than the cells of a coarse grid
    trap = blend(0.6416666666666667, 0.175, 0.1833333333333333, -1.45, 0.4, 3.35, 2.8, 0.1, 0.1)
    for x, tau in [(base, tau) for tau in (0.05, 0.2, 1, 5)] + [(trap, 2.3)]:
        family_optimum(x, tau)


def blend(*values):
    """A blend's record: weights, means and spreads of A, B and C."""
    names = ("alpha", "beta", "gamma", "mu_a", "mu_b", "mu_c", "sigma_a", "sigma_b", "sigma_c")
    return {"kind": "blend", **dict(zip(names, values, strict=True))}


def family_optimum(base, tau):
    law, tau_ = blend_law(base), num(tau)

    def objective(b, c):
        new = blend_law(dict(base, alpha=1 - b - c, beta=b, gamma=c))
        return new[0][1] - tau_ * normal_kl(new, law)

    slope = lambda b, c: [mp.diff(objective, (b, c), (1, 0)), mp.diff(objective, (b, c), (0, 1))]
    fine = mp.mp.dps  # starts: dense grids over the triangle and its edges, in 15 digits
    mp.mp.dps = 15
    values = {}
    for size in (150, 2000):
        for i in range(size):
            for j in range(size + 1 - i) if size == 150 or i == 0 else {0, size - i}:
                if (i > 0) + (j > 0) + (i + j < size) > 1:
                    b, c = i / mp.mpf(size), j / mp.mpf(size)
                    values[b, c] = objective(b, c)
    starts = sorted(values, key=values.get)[:-12:-1]
    mp.mp.dps = fine
    if starts[0][0] > 0:  # every good start leads to the same stationary point
        beta, gamma = mp.findroot(slope, starts[0], tol=mp.mpf(10) ** -30)
        for start in starts[1:]:
            again = mp.findroot(slope, start, tol=mp.mpf(10) ** -30)
            assert abs(again[0] - beta) + abs(again[1] - gamma) < mp.mpf(10) ** -15
    else:  # the maximum is on the edge beta = 0
        beta = mp.mpf(0)
        gamma = mp.findroot(lambda c: mp.diff(lambda y: objective(beta, y), c), starts[0][1])
        assert mp.diff(lambda y: objective(y, gamma), 0) < 0
    value = objective(beta, gamma)
    assert beta >= 0 and gamma > 0 and beta + gamma < 1 and value >= max(values.values()) - mp.mpf(10) ** -12
    x = 1 / tau_  # Boltzmann law of the base, strength 1/tau
    log_z = x * law[0][1] + x * x * law[1][2] / 2
    tilted = ((law[0][0] + x * law[1][1], law[0][1] + x * law[1][2]), law[1])
    new = blend_law(dict(base, alpha=1 - beta - gamma, beta=beta, gamma=gamma))
    assert abs(normal_kl(new, tilted) - (log_z - value / tau_)) < mp.mpf(10) ** -25
    record(
        base,
        {"kind": "kl_penalised_rl", "value": tau},
        alpha=1 - beta - gamma,
        beta=beta,
        gamma=gamma,
        objective=value,
        mean_truth=new[0][0],
        mean_persuasiveness=new[0][1],
        kl=normal_kl(new, law),
        log_z=log_z,
        expressivity_gap=log_z - value / tau_,
    )


# ---------------------------------------------------------------- 5. peaks
def peak(function, points):
    """Every interior maximum of a function on a scan, settled by the root of its derivative; the highest one."""
    values = [function(x) for x in points]
    tops = [i for i in range(1, len(points) - 1) if values[i - 1] < values[i] > values[i + 1]]
    roots = [
        mp.findroot(
            lambda x: mp.diff(function, x), (points[i - 1], points[i + 1]), solver="anderson", tol=mp.mpf(10) ** -26
        )
        for i in tops
    ]
    print("  maxima at", [mp.nstr(x, 8) for x in roots])
    return max(roots, key=function)


def ranked(law, nodes=None):
    """Mean truth under best-of-n and its derivative by n, Cov(r(P), log F(P)), as functions of real n."""
    nodes = [(v.density * v.weight * v.t1, log_below(v)) for v in nodes or law.nodes()]
    mean = lambda n: n * mp.fsum(m * mp.exp((n - 1) * log) for m, log in nodes)
    slope = lambda n: mp.fsum(m * mp.exp((n - 1) * log) * (1 + n * log) for m, log in nodes)  # E[log F] = -1/n
    return mean, slope


def mixture_peaks(base):
    law = Modes(base)

    tilted, filtered, (best, _) = law.tilted, law.filtered, ranked(law)
    x = peak(lambda x: tilted(x)[0], steps(mp.mpf(0), mp.mpf(8), mp.mpf(1) / 16))
    record(base, {"kind": "peak_boltzmann"}, pressure=x, mean_truth=tilted(x)[0], kl=tilted(x)[1])
    x = peak(lambda x: filtered(x)[0], steps(mp.mpf(-6), mp.mpf(12), mp.mpf(1) / 8))
    record(base, {"kind": "peak_filter"}, pressure=x, mean_truth=filtered(x)[0], kl=filtered(x)[1])
    y = peak(lambda y: best(mp.exp(y)), steps(mp.mpf(0), mp.log(10) * 9, mp.mpf(1) / 2))
    n = mp.exp(y)
    record(base, {"kind": "peak_best_of_n"}, pressure=n, mean_truth=best(n), kl=mp.log(n) - 1 + 1 / n)
    one, two = law.modes
    a, b, c = (two[4] ** 2 - one[4] ** 2) / 2, two[2] - one[2], mp.log(two[0] / one[0])
    record(base, {"kind": "crossing_boltzmann"}, **{"lambda": (-b + mp.sqrt(b * b - 4 * a * c)) / (2 * a)})


def tail_peaks():
    for error in (
        {"kind": "student_t", "df": 3, "scale": 1},
        {"kind": "student_t", "df": 5, "scale": 1},
        {"kind": "cauchy", "scale": 1},
        {"kind": "laplace", "scale": 1},
        {"kind": "normal", "sd": 1},
    ):
        base = {"kind": "truth_plus_error", "sd_truth": 1, "error": error}
        law = TruthPlusError(base)
        mean = lambda c: law.at(c)[0] / law.at(c)[3]  # sigma_T^2 times the hazard rate
        top = {}
        if law.heavy:  # the hazard is stationary where E[T | P = c] = E[T | P >= c]
            c = root(lambda c: law.at(c)[1] / law.at(c)[0] - mean(c), mp.mpf(1), mp.mpf(4))
            top = {"pressure": c, "mean_truth": mean(c), "kl": -mp.log(law.at(c)[3])}
        record(base, {"kind": "peak_filter"}, **top, mean_truth_at_10=mean(mp.mpf(10)))


# ---------------------------------------------------------------- 6. turning points
def bracket(points, values, slopes, least=mp.mpf(10) ** -4):
    """The brackets of all turns of a scanned curve that are no ripple: each step in value, to the next turn or to an
    end of the range, is at least `least`. The smallest step goes first; between two turns it takes both away."""
    turns = [i for i in range(len(points) - 1) if (slopes[i] > 0) != (slopes[i + 1] > 0)]
    marks = [0, *turns, len(points) - 1]
    while len(marks) > 2:
        step, j = min((abs(values[b] - values[a]), j) for j, (a, b) in enumerate(zip(marks, marks[1:])))
        assert abs(step / least - 1) > 0.02, "too near the limit for a scan to tell"
        if step > least:
            break
        marks = marks[: max(j, 1)] + marks[min(j + 2, len(marks) - 1) :]
    return [(points[i], points[i + 1]) for i in marks[1:-1]]


def turning_points(base):
    law = Modes(base)

    def settle(kind, brackets, slope, at, start, end):
        turns = [root(slope, *ends) for ends in brackets]
        named = [dict(zip(("pressure", "kl", "mean_truth"), (x, at(x)[1], at(x)[0]))) for x in turns]
        heights = [start, *(turn["mean_truth"] for turn in named), at(end)[0]]
        moves = [b - a for a, b in zip(heights, heights[1:])]
        assert all(abs(x) >= mp.mpf(10) ** -4 for x in moves) and all(a * b < 0 for a, b in zip(moves, moves[1:]))
        record(base, {"kind": kind}, turns=named, start=start, end=heights[-1], end_pressure=end)

    mean = sum(m[0] * m[1] for m in law.modes)
    far = lambda of, low, high: root(lambda x: of(x)[1] - 30, mp.mpf(low), mp.mpf(high))
    # Boltzmann
    end = max(mp.mpf(20), far(law.tilted, 0, 400))
    points = steps(mp.mpf(0), end, mp.mpf(1) / 100)
    scan = [law.tilted(x) for x in points]
    settle(
        "turns_boltzmann",
        bracket(points, [x[0] for x in scan], [x[2] for x in scan]),
        lambda x: law.tilted(x)[2],
        law.tilted,
        mean,
        end,
    )
    # filter
    end = max(mp.mpf(8), far(law.filtered, -20, 60))
    points = steps(min(m[2] - 10 * m[4] for m in law.modes), end, mp.mpf(1) / 100)
    scan = [law.filtered(x) for x in points]
    settle(
        "turns_filter",
        bracket(points, [x[0] for x in scan], [x[2] for x in scan]),
        lambda x: law.filtered(x)[2],
        law.filtered,
        mean,
        end,
    )
    # best-of-n: a scan in double precision over log n, then the roots in full
    best, slope = ranked(law)
    end = mp.mpf(10) ** 12
    settle(
        "turns_best_of_n",
        rank_brackets(law.nodes(), mp.log(end)),
        slope,
        lambda n: (best(n), mp.log(n) - 1 + 1 / n),
        mean,
        end,
    )


def rank_brackets(nodes, reach):
    """Brackets in n of the turns of mean truth under best-of-n, log n from 0 to `reach`, scanned in double precision."""
    truth, log = np.array([[float(v.density * v.weight * v.t1), float(log_below(v))] for v in nodes]).T
    points, values, slopes = steps(mp.mpf(0), reach, mp.mpf(1) / 50), [], []
    for n in (float(mp.exp(y)) for y in points):
        selected = n * truth * np.exp((n - 1) * log)
        values.append(mp.mpf(float(np.sum(selected))))
        slopes.append(float(np.sum(selected * (1 + n * log))))
    return [(mp.exp(a), mp.exp(b)) for a, b in bracket(points, values, slopes)]


def synthetic_best_of_n(base):
    """The synthetic best-of-n figure of Kwa, Thomas & Garriga-Alonso 2024, normal utility: peak and n = 65,536."""
    law = TruthPlusError(base)
    nodes = law.nodes()
    best, slope = ranked(law, nodes)
    tweedie = [(v.weight * v.density**2, log_below(v)) for v in nodes]
    again = lambda n: law.s**2 * n * (n - 1) * mp.fsum(m * mp.exp((n - 2) * log) for m, log in tweedie)
    peaks, top = rank_brackets(nodes, mp.log(mp.mpf(10) ** 9)), {}
    for ends in peaks:
        n = root(slope, *ends)
        top = {"pressure": n, "mean_truth": best(n), "kl": mp.log(n) - 1 + 1 / n}
        assert abs(again(n) / best(n) - 1) < mp.mpf(10) ** -22
    assert len(peaks) == law.heavy and abs(again(65536) / best(65536) - 1) < mp.mpf(10) ** -22
    record(base, {"kind": "peak_best_of_n"}, **top, mean_truth_at_65536=best(65536))


class AnySum:
    """P = T + V by two integrals over t at every p, of f_T f_V and of f_T S_V; no table, no halves, no derivative."""

    def __init__(self, base, order):
        self.rule = legendre_rule(order)
        truth, error = base["truth"], base["error"]
        self.s, self.b = num(truth["scale"]), num(error["scale"])
        self.truth_df, self.kind, self.df = truth.get("df"), error["kind"], error.get("df")
        self.start, self.sigma = num(error.get("location", 0)), num(error.get("sigma", 1))
        out = [mp.mpf(2) ** k for k in range(1, 60)]
        if self.truth_df:
            reach = [0, num(0.7), num(1.4), *(num(2.2) * num(1.5) ** k for k in range(24))]
            self.t_front = self.t_tail(self.s, self.truth_df)
        else:
            reach = [num(k) * num(0.9) for k in range(16)]
        self.t_breaks, self.max_kl = [sign * self.s * x for x in reach for sign in (-1, 1)], self.s * reach[-1]
        if self.df:
            self.v_front = self.t_tail(self.b, self.df)
            self.v_breaks = [sign * self.b * x for x in [0, num(0.6), num(1.2), *out[:40]] for sign in (-1, 1)]
        elif self.kind == "normal":
            self.v_breaks = [self.b * num(k) for k in range(-14, 15)]
        elif self.kind == "lognormal":
            self.v_breaks = [self.start + self.b * mp.exp(self.sigma * num(k) * num(0.8)) for k in range(-17, 18)]
        else:
            rise = [num(150) ** -1 * num(1.25) ** k for k in range(18)]
            self.v_breaks = [self.start, *(self.b * x for x in [*rise, num(0.5), num(1), *out])]

    def t_tail(self, scale, df):
        return mp.gamma(num(df + 1) / 2) / mp.gamma(num(df) / 2) / mp.sqrt(df * mp.pi) / scale

    def truth(self, t):
        if self.truth_df:
            return self.t_front * (1 + (t / self.s) ** 2 / self.truth_df) ** (-num(self.truth_df + 1) / 2)
        return phi(t, self.s)

    def error(self, v):
        """Density and upper tail."""
        if self.kind == "normal":
            return phi(v, self.b), upper(v / self.b)
        if self.df:  # 3 or 5
            x = v / self.b / mp.sqrt(self.df)
            angle, sine, cosine2 = mp.atan2(1, x), x / mp.sqrt(1 + x * x), 1 / (1 + x * x)
            more = 1 if self.df == 3 else 1 + 2 * cosine2 / 3
            tail = (angle - sine * mp.sqrt(cosine2) * more) / mp.pi
            return self.v_front * cosine2 ** (num(self.df + 1) / 2), tail
        x = (v - self.start) / self.b
        if x <= 0:
            return mp.mpf(0), mp.mpf(1)
        if self.kind == "lognormal":
            z = mp.log(x) / self.sigma
            return phi(z) / (self.sigma * x * self.b), upper(z)
        return mp.exp(-1 / (2 * x)) / mp.sqrt(2 * mp.pi * x**3) / self.b, mp.erf(1 / mp.sqrt(2 * x))

    def at(self, p):
        """f_P(p), E[T; P = p] and P(P > p)."""
        breaks = sorted([*self.t_breaks, *(p - v for v in self.v_breaks)])
        breaks = [t for t in breaks if abs(t) <= self.max_kl]
        rough = [[self.truth(t) * x for x in self.error(p - t)] for t in breaks]
        rough = [float(max(x)) for x in rough]
        least = max(rough) * 1e-36
        f = g = tail = mp.mpf(0)
        for a, b, one, two in zip(breaks, breaks[1:], rough, rough[1:]):
            if max(one, two) < least or a == b:
                continue
            for x, weight in self.rule:
                t = (a + b) / 2 + (b - a) / 2 * x
                density, above = self.error(p - t)
                mass = (b - a) / 2 * weight * self.truth(t)
                f, g, tail = f + mass * density, g + mass * density * t, tail + mass * above
        return f, g, tail

    def nodes(self, low, high):
        """(weight · E[T; P = p], log P(P < p)) between `low` and `high`, on panels that grow away from 0."""
        near = [num(k) * num(1.5) for k in range(-5, 13)]
        far = [near[-1] * num(1.4) ** k for k in range(1, 120) if near[-1] * num(1.4) ** k < high]
        below = [near[0] * num(1.5) ** k for k in range(1, 40) if near[0] * num(1.5) ** k > low]
        edges = sorted([num(low), *below, *near, *far, num(high)])
        for a, b in zip(edges, edges[1:]):
            for x, weight in self.rule:
                p = (a + b) / 2 + (b - a) / 2 * x
                _, g, tail = self.at(p)
                yield (b - a) / 2 * weight * g, mp.log1p(-tail)


class NormalPlusLevy:
    """P = T + V from its characteristic function e^(−s²u²/2 − √(−2iub)): nothing of either density is used.

    The integral over u ≥ 0 goes down from 0 to −ih and then to the right; for p < 0 up to ih. On the way down, u = −iw²,
    only the sine of the root is left; to the right, near the saddle at h = |p|/s², hardly anything oscillates.
    """

    def __init__(self, base, order):
        self.rule, self.s = legendre_rule(order), num(base["truth"]["scale"])
        self.b = num(base["error"]["scale"])

    def along(self, edges):
        for a, b in zip(edges, edges[1:]):
            for x, weight in self.rule:
                yield (a + b) / 2 + (b - a) / 2 * x, (b - a) / 2 * weight

    def at(self, p):
        """f_P(p), E[T; P = p] = −s² f′, and P(P > p), or for p < 0 minus P(P ≤ p)."""
        s, max_root_kl, found = self.s, mp.mpf(95), [mp.mpf(0)] * 3
        down = max(abs(p) / s**2, 1 / s)
        if p >= 0:
            end = mp.sqrt(min(down, max_root_kl / p if p else down))
            for w, weight in self.along([end * k / 3 for k in range(4)]):
                y = w * w
                each = 2 * w * weight * mp.exp(-y * p + (s * y) ** 2 / 2) * mp.sin(mp.sqrt(2 * self.b) * w)
                found = [total + each * x for total, x in zip(found, (1, y * s * s, 1 / y))]
        if p * down - (s * down) ** 2 / 2 < max_root_kl:
            height = -down if p >= 0 else down
            last = mp.sqrt(2 * max_root_kl) / s
            for x, weight in self.along([last * num(k) for k in (0, 0.05, 0.15, 0.3, 0.5, 0.75, 1)]):
                u = mp.mpc(x, height)
                each = weight * mp.exp(-1j * u * p - (s * u) ** 2 / 2 - mp.sqrt(-2j * u * self.b))
                found = [total + mp.re(each * x) for total, x in zip(found, (1, 1j * u * s * s, 1 / (1j * u)))]
        return [x / mp.pi for x in found]

    def nodes(self):
        """(weight · E[T; P = p], log P(P < p)); below −13 s and above 10²² there is less than 30 digits see."""
        edges = [self.s * num(k) for k in range(-13, 14)]
        edges += [edges[-1] * mp.mpf(3) ** k for k in range(1, 46)]
        for p, weight in self.along(edges):
            _, g, tail = self.at(p)
            yield weight * g, mp.log(-tail) if p < 0 else mp.log1p(-tail)


def normal_plus_levy(base, near, order=48):
    """That figure’s normal utility with a Lévy error; the law of P beside the other route’s at a few places."""
    with mp.workdps(45):
        law, other = NormalPlusLevy(base, order), AnySum(base, 30)
        for p in (num(-5), num(0.3), num(4), num(40), num(1e6)):
            f, g, tail = law.at(p)
            once = other.at(p)
            again = [*once[:2], once[2] if p >= 0 else once[2] - 1]
            assert all(abs(x - y) < mp.mpf(10) ** -27 * abs(f) for x, y in zip((f, g, tail), again)), p
        turn_of(base, list(law.nodes()), near)


def figure_of_any_truth(base, low, high, near, order=20):
    """The same figure’s other curves: the turn near n = `near`, or n = 65,536 where there is none."""
    with mp.workdps(34):
        turn_of(base, list(AnySum(base, order).nodes(low, high)), near)


def turn_of(base, nodes, near):
    best = lambda n: n * mp.fsum(g * mp.exp((n - 1) * log) for g, log in nodes)
    slope = lambda n: mp.fsum(g * mp.exp((n - 1) * log) * (1 + n * log) for g, log in nodes)
    top = {}
    if near:
        n = root(slope, num(near) * num(0.999), num(near) * num(1.001))
        top = {"pressure": n, "mean_truth": best(n), "kl": mp.log(n) - 1 + 1 / n}
    record(base, {"kind": "turn_best_of_n"}, **top, mean_truth_at_65536=best(65536))


def any_truth(degrees, kind, **error):
    """Utility of standard deviation 2, normal or Student-t."""
    scale = mp.nstr(2 * mp.sqrt(mp.mpf(degrees - 2) / degrees), 30) if degrees else 2
    truth = {"kind": "student_t", "df": degrees, "scale": scale} if degrees else {"kind": "normal", "scale": 2}
    return {"kind": "truth_plus_error", "truth": truth, "error": {"kind": kind, **error}}


def figure_parts():
    log_2, third, fifth = (mp.nstr(x, 30) for x in (mp.log(2), mp.sqrt(mp.mpf(1) / 3), mp.sqrt(mp.mpf(3) / 5)))
    lognormal = {"kind": "lognormal", "sigma": log_2, "scale": 1, "location": -1}
    levy = {"kind": "levy", "scale": 1}
    yield figure_of_any_truth, any_truth(None, **lognormal), -30, 2e4, 97.67
    yield normal_plus_levy, any_truth(None, **levy), 2.634
    yield figure_of_any_truth, any_truth(10, "normal", scale=1), -400, 2e5, None
    yield figure_of_any_truth, any_truth(10, **lognormal), -400, 2e5, 913.7
    yield figure_of_any_truth, any_truth(10, "student_t", df=3, scale=third), -400, 1e8, 643.4
    yield figure_of_any_truth, any_truth(10, "student_t", df=5, scale=fifth), -400, 1e6, 48917
    yield figure_of_any_truth, any_truth(10, **levy), -2000, 1e17, 2.646


# ---------------------------------------------------------------- 7. tail mass, shortfall, correlation within the top
def tail_mass_cases():
    """A Student-t alone, the mass above t raised to t^-0.8 with the law above t and the law below t unchanged."""
    df = 3
    total = mp.sqrt(df) * mp.beta(mp.mpf(df) / 2, mp.mpf(1) / 2)
    density = lambda x: (1 + x * x / df) ** (-mp.mpf(df + 1) / 2) / total
    for t in (1.5, 10.77, 100):
        cut = num(t)
        edges = [cut * 4**k for k in range(4)] + [mp.inf]
        above, first = mp.quad(density, edges), mp.quad(lambda x: x * density(x), edges)  # below t: 1 - above, -first
        assert abs(first / ((df + cut**2) / (df - 1) * density(cut)) - 1) < mp.mpf(10) ** -25
        mass = cut ** (-mp.mpf(4) / 5)
        record(
            {"kind": "student_t_alone", "df": df},
            {"kind": "tail_mass", "value": t},
            mean_persuasiveness=first * (mass / above - (1 - mass) / (1 - above)),
            kl=mass * mp.log(mass / above) + (1 - mass) * mp.log((1 - mass) / (1 - above)),
        )


def shortfall_cases(base, level):
    law, level_ = Modes(base), num(level)

    def report(kind, x, cut, weigh, numbers, kept):
        selection = {"kind": f"shortfall_{kind}", "value": x} if x else {"kind": "shortfall_base"}
        missing = sum(q * law.shortfall(v.p, level_) / v.density for v, q in kept) / numbers["z"]
        rest = {k: numbers[k] for k in ("mean_truth", "kl")}
        record(base, {**selection, "level": level}, shortfall=missing, **rest)

    selections = [("boltzmann", 0), ("filter", 4), ("quantilizer", 1e-4), ("best_of_n", 1000), ("boltzmann", 1)]
    apply_all(law, base, selections, report)


def top_correlation_cases(base):
    def report(kind, x, cut, weigh, numbers, kept):
        product = sum(q * v.p * v.t1 for v, q in kept) / numbers["z"]
        cov = product - numbers["mean_persuasiveness"] * numbers["mean_truth"]
        spread = mp.sqrt(numbers["var_truth"] * numbers["var_persuasiveness"])
        record(base, {"kind": "top_correlation", "value": x}, correlation=cov / spread)

    apply_all(Modes(base), base, [("filter", z) for z in (0, 1, 2, 4)], report)


def error_base(sd_truth, kind, **parameters):
    return {"kind": "truth_plus_error", "sd_truth": sd_truth, "error": {"kind": kind, **parameters}}


def mode(*x):
    return dict(zip("weight mean_truth mean_persuasiveness sd_truth sd_persuasiveness correlation".split(), x))


def routing(*x):
    return {"kind": "routing", **dict(zip("alpha beta gamma mu_a mu_b mu_c sigma_a sigma_b sigma_c".split(), x))}


def goodhart_mixture(liars, honest_correlation, liar_truth, liar_persuasiveness, liar_spread, liar_correlation):
    honest = mode(float(1 - Decimal(str(liars))), 0, 0, 1, 1, honest_correlation)
    liar = mode(liars, liar_truth, liar_persuasiveness, 1, liar_spread, liar_correlation)
    return {"kind": "mixture", "modes": [honest, liar]}


def parts():
    """Every piece of work, in the order of the file: a function and its arguments."""
    goodhart = goodhart_mixture(0.02, 0.6, -1, 1, 1.5, -0.5)
    one_mode = {"kind": "mixture", "modes": [mode(1, 0, 0, 1, 1, 0.6)]}
    yield (steering_cases,)
    yield mixture_peaks, goodhart
    yield (tail_peaks,)
    for base in (goodhart, one_mode):
        yield relatives_cases, base
    for base in (
        routing(0.4, 0.3, 0.3, 1, 1, 2, 1, 1, 1),
        routing(0.25, 0.55, 0.2, 0.6, -0.8, 1.7, 0.5, 1.4, 0.8),
        routing(0.5, 0.2, 0.3, -0.6, 0.4, -1.2, 0.9, 0.7, 1.3),
    ):
        yield routing_cases, base
    for base in (
        error_base(1, "normal", sd=1),
        error_base(0.7, "normal", sd=2),
        error_base(1, "laplace", scale=1),
        error_base(0.7, "laplace", scale=0.5),
        error_base(1, "laplace", scale=1.5),
        error_base(1, "uniform", half_width=1),
        error_base(0.7, "uniform", half_width=2),
        error_base(1, "cauchy", scale=1),
        error_base(0.7, "cauchy", scale=0.5),
        error_base(1, "student_t", df=3, scale=1),
        error_base(0.7, "student_t", df=5, scale=0.5),
        error_base(1, "student_t", df=1.5, scale=1),
        error_base(0.7, "student_t", df=2.5, scale=0.8),
    ):
        yield truth_plus_error_cases, base
    for base in (
        goodhart,
        goodhart_mixture(0.15, 0.1, -3.45, 2.35, 0.35, -0.95),
        goodhart_mixture(8e-6, 0.05, -4, 2.95, 2.9, 0.95),
        goodhart_mixture(0.015, -0.9, 0.25, -1, 1.35, 0.8),
        goodhart_mixture(0.05, -0.2, 1.2, 2.45, 0.75, -0.8),  # four turns under Boltzmann
        goodhart_mixture(0.003, -0.75, -1.65, -1.55, 1.55, -0.15),  # three under filters
    ):
        yield turning_points, base
    yield synthetic_best_of_n, error_base(2, "normal", sd=1)
    for df in (3, 5):  # scaled to standard deviation 1
        scale = mp.nstr(mp.sqrt(mp.mpf(df - 2) / df), 30)
        yield synthetic_best_of_n, error_base(2, "student_t", df=df, scale=scale)
    yield from figure_parts()
    yield (tail_mass_cases,)
    for base in (goodhart_mixture(0.001, 0.95, -4, 0, 1, 0), goodhart):
        yield shortfall_cases, base, -1
    yield top_correlation_cases, one_mode


def work(part):
    CASES.clear()
    part[0](*part[1:])
    return list(CASES)


if __name__ == "__main__":
    started, work_list = time.time(), list(parts())
    with multiprocessing.get_context("fork").Pool(2) as pool:
        # the longest parts are late in the list: start them first, keep the order of the list in the file
        pending = [pool.apply_async(work, (part,)) for part in reversed(work_list)][::-1]
        cases = [case for result in pending for case in result.get()]
        pool.close()
        pool.join()
    Path(OUTPUT).write_text(json.dumps({"note": NOTE, "cases": cases}, indent=1))
    busy = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    print(f"{len(cases)} cases in {(time.time() - started) / 60:.1f} minutes, {busy / 60:.1f} of processor time")
