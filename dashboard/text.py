"""Numbers as people read them."""

import math
import re

__all__ = ["change", "colored", "count", "direction", "nats", "number", "plain", "runs"]

_BOLD = re.compile(r':color\[\*\*(.*?)\*\*\]\{foreground="(.*?)"\}|\*\*(.*?)\*\*')
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, digits: int = 2) -> str:
    """A score with a true minus sign; never “−0.00”."""
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if abs(value) >= 1e6:
        return _power_of_ten(math.log10(abs(value)), 2).replace("", "−" if value < 0 else "", 1)
    text = f"{abs(value):,.{digits}f}"
    return f"−{text}" if value < 0 and text.strip("0.,") else text


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
        if value < 1e-3:
            return _power_of_ten(log_value / math.log(10), 2)
        return f"{value:.3g}" if value < 99.95 else f"{value:,.0f}"
    return _power_of_ten(log_value / math.log(10), 2)


def direction(difference: float) -> int:
    """+1, −1, or 0 where the difference does not show at two digits."""
    return 0 if abs(difference) < 0.005 else 1 if difference > 0 else -1


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
