"""Numbers as people read them."""

import math
import re
from collections.abc import Callable, Sequence

__all__ = [
    "LEAST_CHANGE",
    "as_shown",
    "change",
    "colored",
    "count",
    "distinct_numbers",
    "equation",
    "exactly",
    "latex",
    "latex_count",
    "listed",
    "moved",
    "nats",
    "number",
    "or_more",
    "plain",
    "quotient",
    "runs",
    "scientific",
]

LEAST_CHANGE = 1e-4  # a difference in a score that counts as one
APPROX = r"\approx "
TINY = 1e-300  # less is printed as 0 in formulas: a double is about to lose its digits

_BOLD = re.compile(r':color\[\*\*(.*?)\*\*\]\{foreground="(.*?)"\}|\*\*(.*?)\*\*')
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_BASELINE = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def number(value: float, digits: int = 2) -> str:
    """A score with a true minus sign; never “−0.00”."""
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if abs(value) >= 1e6:
        return _power_of_ten(math.log10(abs(value)), 2).replace("", "−" if value < 0 else "", 1)
    text = f"{abs(value):,.{digits}f}"
    return f"−{text}" if value < 0 and text.strip("0.,") else text


def or_more(value: float) -> str:
    """“of 0.50 or more”; “above 0.50” where that is rounded down, and what lies there is below the value."""
    shown = number(value)
    return f"of {shown} or more" if float(f"{value:.2f}") >= value else f"above {shown}"


def change(value: float, digits: int = 2) -> str:
    """A difference, always with its sign."""
    text = number(value, digits)
    return text if text.startswith("−") or not float(f"{value:.{digits}f}") else f"+{text}"


def nats(value: float) -> str:
    return f"{number(value)} nats" if math.isfinite(value) else number(value)


def count(log_value: float) -> str:
    """How many, from the natural logarithm of it, so that no number is too large: “44”, “4.1 × 10⁷”."""
    if log_value < math.log(999_999.5):
        value = math.exp(log_value)
        if value < 1e-3 and log_value > -math.inf:
            return _power_of_ten(log_value / math.log(10), 2)
        return f"{value:.3g}" if value < 99.95 else f"{value:,.0f}"
    if log_value == math.inf:
        return "∞"
    log10 = log_value / math.log(10)
    return _power_of_ten(log10, 2) if log10 < 1e6 else f"10^({_power_of_ten(math.log10(log10), 2)})"


def exactly(value: float) -> str:
    """Six significant digits, however large or small the number; 0 below 1e-300."""
    value = value if abs(value) > TINY else 0.0
    if value != 0 and not 1e-4 <= abs(value) < 1e6:
        return ("−" if value < 0 else "") + _power_of_ten(math.log10(abs(value)), 6)
    return f"{value:,.6g}".replace("-", "−")


def scientific(value: float) -> str:
    """Two significant digits and a power of ten: “−5.6 × 10⁻⁶”, and “0” for 0."""
    if value == 0:
        return "0"
    return ("−" if value < 0 else "") + _power_of_ten(math.log10(abs(value)), 2)


def moved(start: float, end: float) -> int:
    """+1 where a score rises, −1 where it falls, 0 where it moves by less than 1e-4."""
    return 0 if abs(end - start) < LEAST_CHANGE else 1 if end > start else -1


def distinct_numbers(*values: float) -> list[str]:
    """Scores to as many digits, from 2 to 4, as tell each from the next where they differ by 1e-4 or more."""
    for digits in (2, 3, 4):
        shown = [number(value, digits) for value in values]
        pairs = zip(values, values[1:], shown, shown[1:], strict=False)
        if all(a != b or not moved(x, y) for x, y, a, b in pairs):
            break
    return shown


def latex(value: float, digits: int = 3) -> str:
    """A number in a formula, with a power of ten where it is large, or too small for its digits; 0 below 1e-300."""
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    value = value if abs(value) > TINY else 0.0
    if value != 0 and not 10.0**-digits <= abs(value) < 1e6:
        mantissa, exponent = f"{value:.{digits}e}".split("e")
        return rf"{mantissa}\times10^{{{int(exponent)}}}"
    return f"{value:.{digits}f}"


def latex_count(log_value: float) -> str:
    """`count`, in a formula."""
    text = re.sub("([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda power: f"^{{{power[1].translate(_BASELINE)}}}", count(log_value))
    return text.replace("∞", r"\infty").replace(" × ", r"\times").replace("(", "{").replace(")", "}").replace(",", "")


def equation(terms: Sequence[Sequence[float]], total: float, digits: int = 3) -> str:
    """“a×b+c×d=total” in LaTeX, each term a product of factors.

    The factors get as many digits as it takes for the numbers shown to give the total shown; “≈” where six do not.
    """
    for more in range(digits, 7):
        shown = [[_factor(factor, more) for factor in factors] for factors in terms]
        value = math.fsum(math.prod(_shown(factor) for factor in factors) for factors in shown)
        result = latex(total, digits)
        holds = latex(value, digits) == result
        if holds:
            break
    products = [r"\times".join(_bracketed(f, k) for k, f in enumerate(factors)) for factors in shown]
    return "+".join(products).replace("+-", "-") + ("=" if holds else APPROX) + result


def as_shown(
    values: Sequence[float], result: float, formula: Callable[..., float], digits: int = 3
) -> tuple[list[str], str]:
    """`values` and “=result” in LaTeX, where `formula` makes the one of the others.

    The values get as many digits as it takes for the numbers shown to give the result shown; “≈” where six do not.
    """
    total = latex(result, digits)
    for more in range(digits, 7):
        shown = [_factor(value, more) for value in values]
        if holds := latex(formula(*map(_shown, shown)), digits) == total:
            break
    return shown, f"{'=' if holds else APPROX}{total}"


def quotient(top: float, bottom: float, result: float, digits: int = 3) -> str:
    """“a/b=result” in LaTeX, a and b `as_shown`."""
    (over, under), is_ = as_shown([top, bottom], result, lambda a, b: a / b if b else math.inf, digits)
    return rf"\frac{{{over}}}{{{under}}}{is_}"


def listed(names: Sequence[str]) -> str:
    """“A”, “A and B”, “A, B and C”."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def colored(text: str, color: str) -> str:
    """`text` in bold and in `color`, as Streamlit's Markdown."""
    return f':color[**{text}**]{{foreground="{color}"}}'


def runs(markdown: str) -> list[tuple[str, str]]:
    """Markdown of this module as pieces of text, each with its colour: "" is plain, "inherit" is bold."""
    found, end = [], 0
    for match in _BOLD.finditer(markdown):
        found += [(markdown[end : match.start()], ""), (match[1] or match[3], match[2] or "inherit")]
        end = match.end()
    return [run for run in [*found, (markdown[end:], "")] if run[0]]


def plain(markdown: str) -> str:
    """Markdown of this module without its marks."""
    return "".join(text for text, _ in runs(markdown))


def _power_of_ten(log10: float, significant: int) -> str:
    exponent = math.floor(log10)
    mantissa = f"{10 ** (log10 - exponent):.{significant - 1}f}"
    if float(mantissa) >= 10:
        exponent, mantissa = exponent + 1, f"{1:.{significant - 1}f}"
    return f"{mantissa} × 10{str(exponent).translate(_SUPERSCRIPT)}"


def _factor(value: float, digits: int) -> str:
    """`latex`, but with a power of ten already where half the digits would be leading zeros."""
    if TINY < abs(value) < 10 ** (-0.5 * digits):
        mantissa, exponent = f"{value:.{digits}e}".split("e")
        return rf"{mantissa}\times10^{{{int(exponent)}}}"
    return latex(value, digits)


def _shown(text: str) -> float:
    """The value of what `latex` wrote."""
    return float(text.replace(r"\times10^{", "e").replace("}", "").replace(r"\infty", "inf"))


def _bracketed(factor: str, place: int) -> str:
    """A factor that would be misread after a ×, in brackets."""
    return f"({factor})" if place and (factor.startswith("-") or "times" in factor) else factor
