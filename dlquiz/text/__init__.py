"""Card text → blocks and spans; LaTeX → Unicode; cell widths and wrapping."""

from __future__ import annotations

from functools import lru_cache

from dlquiz.text.errors import MathError
from dlquiz.text.inline import render as _render_inline
from dlquiz.text.latex import parse as _parse
from dlquiz.text.passages import Passage, Span, from_data, to_data
from dlquiz.text.width import cell_width, pad
from dlquiz.text.wrapping import Line, Run, wrap

__all__ = [
    "Line",
    "MathError",
    "Passage",
    "Run",
    "Span",
    "blocks",
    "cell_width",
    "from_data",
    "inline",
    "pad",
    "to_data",
    "wrap",
]


@lru_cache(maxsize=1024)
def inline(latex: str, plain: bool = False) -> str:
    r"""The formula on one line; raises MathError rather than show anything that could be read another way.

    >>> inline(r"\frac{i+2p-k}{s}+1")
    '(i + 2p − k)/s + 1'
    """
    return _render_inline(_parse(latex))


def blocks(markdown: str) -> tuple[Passage, ...]:
    r"""The passages of a card's text; `to_data` and `from_data` keep them, so that the parser is needed only once.

    >>> [passage.kind for passage in blocks("The side:\n\n$$n$$")]
    ['paragraph', 'math']
    """
    from dlquiz.text.markdown import read

    return read(markdown)
