"""Colours and dashes: the same meaning in every figure."""

from typing import NamedTuple

__all__ = ["BASE", "PINNED", "STEERING", "Style"]


class Style(NamedTuple):
    """What a law or a curve is drawn with: a colour (Okabe–Ito, safe for colour blindness) and a dash."""

    name: str
    color: str
    dash: str = "solid"


BASE = Style("Base", "#8a8a8a")
PINNED = Style("Pinned", "#b08d57", "2px 2px")
STEERING = Style("RL", "#D55E00")
