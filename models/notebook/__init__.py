"""Toy models of their own from the same notebook: no selection and no steering in them (docs/theory.md §7 to §9)."""

from models.notebook.dark_room import DarkRoom
from models.notebook.inductive_bias import InductiveBias
from models.notebook.nearest_tokens import NearestTokens

__all__ = ["DarkRoom", "InductiveBias", "NearestTokens"]
