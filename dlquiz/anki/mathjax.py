"""Formulas in the marks that Anki's MathJax reads."""

from __future__ import annotations

from html import escape


def mathjax(latex: str, displayed: bool) -> str:
    r"""The formula with the marks around it that set it in a line, or on a line of its own.

    >>> mathjax("a<b", False), mathjax("a", True)
    ('\\(a&lt;b\\)', '\\[a\\]')
    """
    opening, closing = (r"\[", r"\]") if displayed else (r"\(", r"\)")
    return opening + escaped(latex) + closing


def escaped(latex: str) -> str:
    r"""The LaTeX between the marks, with nothing in it that begins a cloze.

    >>> escaped("a<b"), escaped("{{c")
    ('a&lt;b', '{ {c')
    """
    return escape(latex.strip(), quote=False).replace("{{c", "{ {c")
