"""Chances, odds and whole numbers as people read them."""

import math

from dashboard.words.methods import share
from dashboard.words.text import count

__all__ = ["chance", "odds", "percent", "whole"]

NEARLY = 0.9995  # printed with three digits it would be certainty


def chance(value: float) -> str:
    """A probability: “12.3 %”, “1 in 5,000”; never certainty or impossibility where it is neither."""
    if value <= 0:
        return "less than 1 in 10³⁰⁰"
    return "more than 99.9 %" if NEARLY <= value < 1 else share(math.log(value))


def percent(value: float) -> str:
    """A share that may be exactly 0 or 1: “0 %”, “12.3 %”, “less than 0.01 %”."""
    if value == 0:
        return "0 %"
    if value < 1e-4:
        return "less than 0.01 %"
    return "more than 99.9 %" if NEARLY <= value < 1 else f"{100 * value:.3g} %"


def odds(log_odds: float) -> str:
    """“1 : 9,999” or “55 : 1”, from the logarithm."""
    return f"1 : {count(-log_odds)}" if log_odds < 0 else f"{count(log_odds)} : 1"


def whole(log_value: float) -> str:
    """A number of things that come whole, rounded up, from its logarithm."""
    value = math.exp(log_value) if log_value < math.log(999_999) else 0.0
    return f"{max(1, math.ceil(value)):,}" if value else count(log_value)
