"""The dashboard."""

__version__ = "2.1"
