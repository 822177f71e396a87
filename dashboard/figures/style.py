"""Colours and dashes: the same meaning in every figure."""

from typing import NamedTuple

__all__ = ["BASE", "FOCUS", "PINNED", "SECOND", "STEERING", "THIRD", "Style"]


class Style(NamedTuple):
    """What a law or a curve is drawn with: a colour and a dash.

    Every colour has a contrast of 3 or more on white and on the dark ground, and is told from the others drawn beside it
    with red-green blindness, too (a test holds both).
    """

    name: str
    color: str
    dash: str = "solid"


BASE = Style("Base", "#7d7d7d")
PINNED = Style("Pinned", "#a8814a", "2px 2px")
STEERING = Style("RL", "#D55E00")

# Where there is neither a method nor RL: what the page is about, and what stands beside it.
FOCUS = Style("Focus", "#8a63d2")
SECOND = Style("Second", "#2a9d8f", "7px 4px")
THIRD = Style("Third", "#c05a7e", "2px 3px")
