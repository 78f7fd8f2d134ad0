"""Card text → lines of rich `Text`: the colours of what `text` has laid out. Card text is never markup to rich."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich.text import Text

from dlquiz import markup
from dlquiz.cards import Language
from dlquiz.markup import Line, Passage, Run, Span

# Readable on light and dark: no colour that vanishes on either.
STYLES = {
    "strong": "bold", "emphasis": "italic", "code": "cyan", "link": "underline", "image": "italic", "source": "dim",
    "address": "dim", "bullet": "dim", "quote": "dim", "rule": "dim", "heading": "bold", "head": "bold",
    "keyword": "magenta", "string": "green", "comment": "dim", "number": "blue", "name": "cyan", "hole": "bold",
}  # fmt: skip
_MARKED = re.compile(r"[`*_~|#<\[\\&\n]|^\s*(?:[-+>]|\d+[.)])\s|https?:|www\.|[\w.]@\w", re.IGNORECASE)
_FORMULA = re.compile(r"(?<![\\$])\$(?![\s$])((?:[^$\\]|\\.)+?)(?<![\s\\])\$(?![\d$])")
_HOLE = re.compile(r"@\{(\d{1,2})\}")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def lines(
    markdown: str, width: int, *, raw: bool = False, plain: bool = False, language: Language = "en"
) -> list[Text]:
    """The text laid out for the width; `raw` shows formulas as their LaTeX source, `plain` says them in words."""
    found = [_opened(passage, raw, plain) for passage in passages(markdown)]
    return [coloured(line) for line in markup.layout(found, max(width, 4), plain=plain, language=language)]


def passages(markdown: str) -> tuple[Passage, ...]:
    """As `text.blocks`, which loads a Markdown parser; a text without any mark of Markdown is read here.

    >>> [span.style for span in passages("the side is $n$")[0].spans]
    ['', 'math']
    """
    pieces = _FORMULA.split(markdown)
    if any("$" in words or _MARKED.search(words) for words in pieces[::2]):
        return markup.blocks(markdown)
    spans = [Span(piece, "math" if index % 2 else "") for index, piece in enumerate(pieces) if piece]
    return (Passage("paragraph", tuple(spans)),)


def _opened(passage: Passage, raw: bool, plain: bool) -> Passage:
    """The passage with the holes of a cloze shown as holes, and formulas as source where that is wanted."""
    if passage.kind == "math" and raw:
        return Passage("paragraph", (Span(f"$${_with_holes(passage.spans[0].text, plain)}$$", "source"),))
    if passage.kind == "math":
        return passage
    given = passage.spans
    if passage.kind == "code" and _HOLE.search(code := "".join(span.text for span in given)):
        # Colours would cut a hole in pieces.
        given = (Span(code),)
    spans = tuple(one for span in given for one in _open(span, raw, plain))
    return passage._replace(spans=spans, children=tuple(_opened(child, raw, plain) for child in passage.children))


def _open(span: Span, raw: bool, plain: bool) -> Iterator[Span]:
    if "math" in span.style.split():
        yield span if not raw else Span(f"${_with_holes(span.text, plain)}$", "source")
        return
    for index, piece in enumerate(_HOLE.split(span.text)):
        if index % 2:
            yield Span(hole(int(piece), plain), "hole")
        elif piece:
            yield span._replace(text=piece)


def _with_holes(source: str, plain: bool) -> str:
    """LaTeX with the holes of a cloze as a person knows them."""
    return _HOLE.sub(lambda found: hole(int(found[1]), plain), source)


def hole(number: int, plain: bool = False) -> str:
    """A hole of a cloze, as formulas show it too.

    >>> hole(12), hole(1, plain=True)
    ('▢₁₂', '[1]')
    """
    return f"[{number}]" if plain else "▢" + str(number).translate(_SUBSCRIPTS)


def wrapped(runs: Sequence[Run], width: int) -> list[Text]:
    """Runs of our own words as lines no wider than the width."""
    return [coloured(line) for line in markup.wrap(runs, max(width, 4))]


def coloured(line: Line) -> Text:
    whole = Text()
    for words, style in line:
        whole.append(words, " ".join(look for name in style.split() if (look := STYLES.get(name))))
    return whole


def under(line: Text, style: str) -> Text:
    """The line with a look under those that its pieces have."""
    if style:
        line.stylize_before(style)
    return line
