"""Markdown with formulas as HTML with MathML, which a browser shows without a library: words that follow a finger."""

from functools import lru_cache
from typing import Any

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

__all__ = ["cell", "html"]


@lru_cache(maxsize=1024)
def _formula(latex: str, display: str) -> str:
    return convert(latex, display=display)


def _math(latex: str, options: dict[str, Any]) -> str:
    return _formula(latex, "block" if options["display_mode"] else "inline")


_MARKDOWN = MarkdownIt("commonmark", {"html": False}).use(dollarmath_plugin, renderer=_math, allow_digits=True)


def html(markdown: str) -> str:
    """`markdown` as HTML; markup inside it is shown as text."""
    return str(_MARKDOWN.render(markdown))


def cell(markdown: str) -> str:
    """One line of Markdown as HTML, without a paragraph around it."""
    return str(_MARKDOWN.renderInline(markdown))
