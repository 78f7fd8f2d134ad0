"""Card text → lines of rich `Text`, wrapped to a width; formulas as Unicode, or as their source on request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich.text import Text

from dlquiz import text
from dlquiz.text import MathError, Passage, Run, Span

# Looks of the spans; those of card text never meet rich as markup, only as styles of a Text.
STYLES = {
    "strong": "bold", "emphasis": "italic", "code": "cyan", "link": "underline", "image": "italic", "math": "",
    "source": "dim", "quiet": "dim", "keyword": "magenta", "string": "green", "comment": "dim", "number": "blue",
    "name": "cyan", "hole": "bold",
}  # fmt: skip
_MARKED = re.compile(r"[`*_~|#<\[\\&\n]|^\s*(?:[-+>]|\d+[.)])\s|https?:|www\.|[\w.]@\w", re.IGNORECASE)
_FORMULA = re.compile(r"(?<![\\$])\$(?![\s$])((?:[^$\\]|\\.)+?)(?<![\s\\])\$(?![\d$])")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_HOLE = re.compile(r"@\{(\d{1,2})\}")


def lines(markdown: str, width: int, *, raw: bool = False, plain: bool = False) -> list[Text]:
    """The text laid out; never wider than `width` cells but for code and drawn formulas, which are not cut."""
    out: list[Text] = []
    for passage in passages(markdown):
        if out:
            out.append(Text())
        out += _passage(passage, width, raw, plain)
    return out


def passages(markdown: str) -> tuple[Passage, ...]:
    """As `text.blocks`, which loads a Markdown parser; a text without any mark of Markdown is read here.

    >>> [span.style for span in passages("the side is $n$")[0].spans]
    ['', 'math']
    """
    pieces = _FORMULA.split(markdown)
    if any("$" in words or _MARKED.search(words) for words in pieces[::2]):
        return text.blocks(markdown)
    spans = [Span(piece, "math" if index % 2 else "") for index, piece in enumerate(pieces) if piece]
    return (Passage("paragraph", tuple(spans)),)


def _passage(passage: Passage, width: int, raw: bool, plain: bool) -> list[Text]:
    match passage.kind:
        case "code":
            return _code(passage.spans)
        case "math":
            return _display(passage.spans[0].text, width, raw, plain)
        case "list":
            return _list(passage, width, raw, plain)
        case "quote":
            return _beside(Text("│ ", "dim"), passage.children, width, raw, plain, every=True)
        case "table":
            return _table(passage, width, raw, plain)
        case "rule":
            return [Text("─" * min(width, 20), "dim")]
        case _:
            found = wrapped(list(_runs(passage.spans, raw, plain)), width)
            return [line_with(line, "bold") for line in found] if passage.kind == "heading" else found


def _runs(spans: Sequence[Span], raw: bool, plain: bool) -> Iterator[Run]:
    for span in spans:
        if "math" in span.style.split():
            yield _formula(span, raw, plain)
        else:
            yield from _words(span)


def _formula(span: Span, raw: bool, plain: bool) -> Run:
    if not raw:
        try:
            return text.inline(span.text, plain), span.style
        except MathError:
            pass
    return f"${span.text}$", "math source"


def _words(span: Span) -> Iterator[Run]:
    """Words with the holes of a cloze standing out."""
    for index, piece in enumerate(_HOLE.split(span.text)):
        if index % 2:
            yield hole(int(piece)), "math hole"
        elif piece:
            yield piece, span.style


def hole(number: int) -> str:
    """A hole of a cloze, as formulas show it too.

    >>> hole(12)
    '▢₁₂'
    """
    return "▢" + str(number).translate(_SUBSCRIPTS)


def _display(latex: str, width: int, raw: bool, plain: bool) -> list[Text]:
    inside = max(width - 4, 8)
    return [Text("    ") + line for line in wrapped([_formula(Span(latex, "math"), raw, plain)], inside)]


def _code(spans: Sequence[Span]) -> list[Text]:
    whole = Text()
    for span in spans:
        whole.append(span.text, style_of(span.style) or "")
    found = list(whole.split("\n"))
    while found and not found[-1].plain.strip():
        found.pop()
    return [Text("    ") + line for line in found]


def _list(passage: Passage, width: int, raw: bool, plain: bool) -> list[Text]:
    out: list[Text] = []
    first = int(passage.info) if passage.info.isdigit() else None
    for index, item in enumerate(passage.children):
        lead = "• " if first is None else f"{first + index}. "
        inner = (Passage("paragraph", item.spans), *item.children) if item.spans else item.children
        out += _beside(Text(lead, "dim"), inner, width, raw, plain)
    return out


def _beside(
    lead: Text, inner: Sequence[Passage], width: int, raw: bool, plain: bool, *, every: bool = False
) -> list[Text]:
    """Passages beside a lead, which stands on the first line or on every one."""
    indent = text.cell_width(lead.plain)
    found = [line for passage in inner for line in _passage(passage, width - indent, raw, plain)]
    rest = lead if every else Text(" " * indent)
    return [(lead if index == 0 else rest) + line for index, line in enumerate(found)]


def _table(passage: Passage, width: int, raw: bool, plain: bool) -> list[Text]:
    """A table in columns where it fits, else each row as lines of "head: cell"."""
    rows = [[_flat(cell.spans, raw, plain) for cell in row.children] for row in passage.children]
    columns = max(map(len, rows))
    rows = [row + [Text()] * (columns - len(row)) for row in rows]
    widths = [max(text.cell_width(row[at].plain) for row in rows) for at in range(columns)]
    if sum(widths) + 2 * (columns - 1) > width:
        return _stacked(rows, width)
    sides = {"l": "left", "c": "centre", "r": "right"}
    out = []
    for number, row in enumerate(rows):
        line = Text()
        for at, cell in enumerate(row):
            line += _padded(cell, widths[at], sides.get(passage.info[at : at + 1], "left"), last=at == columns - 1)
        out.append(line_with(line, "bold") if number == 0 else line)
    return out


def _padded(cell: Text, width: int, side: str, *, last: bool) -> Text:
    missing = width - text.cell_width(cell.plain)
    before = {"left": 0, "right": missing, "centre": missing // 2}[side]
    after = 0 if last else missing - before + 2
    return Text(" " * before) + cell + Text(" " * after)


def _stacked(rows: Sequence[Sequence[Text]], width: int) -> list[Text]:
    head, *body = rows
    out: list[Text] = []
    for row in body:
        if out:
            out.append(Text())
        for name, cell in zip(head, row, strict=True):
            out += wrapped([(f"{name.plain}: ", "strong"), (cell.plain, "")], width)
    return out


def _flat(spans: Sequence[Span], raw: bool, plain: bool) -> Text:
    out = Text()
    for words, style in _runs(spans, raw, plain):
        out.append(words, style_of(style) or "")
    return out


def wrapped(runs: Sequence[Run], width: int) -> list[Text]:
    """The runs as lines no wider than the width."""
    out = []
    for line in text.wrap(runs, max(width, 4)):
        whole = Text()
        for words, style in line:
            whole.append(words, style_of(style) or "")
        out.append(whole)
    return out


def style_of(names: str) -> str:
    return " ".join(look for name in names.split() if (look := STYLES.get(name)))


def line_with(line: Text, style: str) -> Text:
    """The line with a look under those that its pieces have."""
    if style:
        line.stylize_before(style)
    return line
