"""Card text → blocks and spans; LaTeX → Unicode; cell widths and wrapping."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from dlquiz.markup.math.errors import MathError
from dlquiz.markup.passages import Passage, Span, from_data, to_data
from dlquiz.markup.width import cell_width, pad
from dlquiz.markup.wrapping import Line, Run, wrap

if TYPE_CHECKING:
    from dlquiz.markup.math.boxes import Block
    from dlquiz.markup.math.tree import MathNode

# What draws formulas is imported with the first formula: text without any costs the start nothing.

__all__ = [
    "Line",
    "MathError",
    "Passage",
    "Run",
    "Span",
    "blocks",
    "cell_width",
    "display",
    "from_data",
    "inline",
    "layout",
    "pad",
    "to_data",
    "wrap",
]


def _parse(latex: str) -> MathNode:
    from dlquiz.markup.math.parser import parse

    return parse(latex)


@lru_cache(maxsize=1024)
def inline(latex: str, plain: bool = False, language: str = "en") -> str:
    r"""The formula on one line; raises MathError rather than show anything that could be read another way.

    Plain, it is said in words, for a screen reader or a terminal that has letters and digits only.

    >>> inline(r"\frac{i+2p-k}{s}+1")
    '(i + 2p − k)/s + 1'
    >>> inline(r"\sigma_B^2", plain=True)
    'sigma sub B squared'
    """
    if plain:
        from dlquiz.markup.math.speech import speak

        return speak(_parse(latex), language)
    from dlquiz.markup.math.inline import render

    return render(_parse(latex))


@lru_cache(maxsize=256)
def display(latex: str, plain: bool = False, language: str = "en") -> Block:
    r"""The formula in two dimensions; raises MathError as `inline` does. Plain, it is the one line of words.

    >>> display(r"\frac{a+b}{c}").rows
    ('a + b', '─────', '  c  ')
    """
    if plain:
        from dlquiz.markup.math.boxes import Block

        return Block((inline(latex, True, language),))
    from dlquiz.markup.math.block import render

    return render(_parse(latex))


@lru_cache(maxsize=256)
def _displayed(latex: str, width: int) -> Sequence[str]:
    from dlquiz.markup.math.block import fitted

    block = fitted(_parse(latex), width)
    return block.rows if block else ()


def layout(passages: Sequence[Passage], width: int, *, plain: bool = False, language: str = "en") -> list[Line]:
    """The passages as lines of (text, style) runs, none wider than the width; a formula that cannot be drawn stands as
    its source in the style `source`. Plain, formulas are words of the language.

    >>> layout(blocks("- the side is $n_1$"), 40)
    [(('• ', 'bullet'), ('the side is ', ''), ('n₁', 'math'))]
    """
    from dlquiz.markup.line_layout import LineLayout

    return LineLayout(partial(inline, plain=plain, language=language), _displayed, plain).lines(passages, width)


def blocks(markdown: str) -> tuple[Passage, ...]:
    r"""The passages of a card's text; `to_data` and `from_data` keep them, so that the parser is needed only once.

    >>> [passage.kind for passage in blocks("The side:\n\n$$n$$")]
    ['paragraph', 'math']
    """
    from dlquiz.markup.markdown import read

    return read(markdown)
