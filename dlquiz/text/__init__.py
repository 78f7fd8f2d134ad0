"""Card text → blocks and spans; LaTeX → Unicode; cell widths and wrapping."""

from __future__ import annotations

from functools import lru_cache

from dlquiz.text.errors import MathError
from dlquiz.text.inline import render as _render_inline
from dlquiz.text.latex import parse as _parse
from dlquiz.text.width import cell_width, pad

__all__ = ["MathError", "cell_width", "inline", "pad"]


@lru_cache(maxsize=1024)
def inline(latex: str, plain: bool = False) -> str:
    r"""The formula on one line; raises MathError rather than show anything that could be read another way.

    >>> inline(r"\frac{i+2p-k}{s}+1")
    '(i + 2p − k)/s + 1'
    """
    return _render_inline(_parse(latex))
