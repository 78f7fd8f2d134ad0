"""Passages → lines of styled runs for a screen of a given width; `render/` gives the styles their colours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest

from dlquiz.markup.math.errors import MathError
from dlquiz.markup.passages import Passage, Span
from dlquiz.markup.width import cell_width
from dlquiz.markup.wrapping import Line, Run, longest_unit, natural_width, wrap

# inline(latex) and displayed(latex, width): handed in by the package, which keeps their results.
Inline = Callable[[str], str]
Displayed = Callable[[str, int], Sequence[str]]

_GAP = 2  # blanks between the columns of a table
_NARROWEST = 6  # cells of a column below which a table is written row by row


class LineLayout:
    """One way of setting passages: how formulas are drawn, and whether marks must be plain."""

    def __init__(self, inline: Inline, displayed: Displayed, plain: bool) -> None:
        self.inline = inline
        self.displayed = displayed
        self.plain = plain

    def lines(self, passages: Sequence[Passage], width: int) -> list[Line]:
        """All lines, a blank one between passages."""
        out: list[Line] = []
        for index, passage in enumerate(passages):
            if index and not (passage.kind == "list" and passages[index - 1].kind == "paragraph"):
                out.append(())
            out += self.passage(passage, width)
        return out

    def passage(self, passage: Passage, width: int) -> list[Line]:
        match passage.kind:
            case "paragraph" | "cell":
                return wrap(self.runs(passage.spans), width)
            case "heading":
                return wrap([(text, _with(style, "heading")) for text, style in self.runs(passage.spans)], width)
            case "math":
                return self.formula(passage.spans[0].text, width)
            case "code":
                return _code(passage.spans, width)
            case "list":
                return self.items(passage, width)
            case "quote":
                mark = "> " if self.plain else "│ "
                return _indented(self.lines(passage.children, max(width - 2, 2)), (mark, "quote"), (mark, "quote"))
            case "table":
                return self.table(passage, width)
            case "rule":
                return [((("-" if self.plain else "─") * min(width, 20), "rule"),)]
            case _:
                return self.lines(passage.children, width)

    # -- text ----------------------------------------------------------------------------------------------------------

    def runs(self, spans: Iterable[Span]) -> list[Run]:
        """The spans as they are shown: formulas drawn, links with their address, images by their words."""
        out: list[Run] = []
        for span in spans:
            styles = span.style.split()
            if "math" in styles:
                out.append(self.math(span))
            elif "image" in styles:
                out.append((f"[{span.text or span.target}]", span.style))
            else:
                out.append((span.text, span.style))
            if "link" in styles and span.target not in {span.text, "", "$$"} and not span.target.startswith("#"):
                out.append((f" ({span.target})", "address"))
        return out

    def math(self, span: Span) -> Run:
        try:
            return self.inline(span.text), self.style(span.style)
        except MathError:
            return span.text, _with(span.style.replace("math", "").strip(), "source")

    def style(self, style: str) -> str:
        """A formula in words may be wrapped like words."""
        return style.replace("math", "spoken") if self.plain else style

    def formula(self, latex: str, width: int) -> list[Line]:
        """A displayed formula a little indented; where it is too wide even when cut, on the line."""
        indent = " " * (4 if width >= 60 else 2)
        try:
            rows = () if self.plain else self.displayed(latex, width - len(indent))
            if rows and max(map(cell_width, rows)) <= width - len(indent):
                return [((indent, ""), (row.rstrip(), "math")) if row.strip() else () for row in rows]
            cut = wrap([(self.inline(latex), self.style("math"))], width - len(indent) - 2)
        except MathError:
            cut = wrap([(latex, "source")], width - len(indent) - 2)
        return _indented(cut, (indent, ""), (indent + "  ", ""))

    # -- lists ---------------------------------------------------------------------------------------------------------

    def items(self, passage: Passage, width: int) -> list[Line]:
        out: list[Line] = []
        roomy = any(_is_roomy(item) for item in passage.children)
        number = int(passage.info) if passage.info else None
        last = len(str((number or 0) + len(passage.children) - 1))
        for index, item in enumerate(passage.children):
            if index and roomy:
                out.append(())
            mark = ("- " if self.plain else "• ") if number is None else f"{number + index:>{last}}. "
            inside = self.lines(item.children, max(width - len(mark), 2)) or [()]
            out += _indented(inside, (mark, "bullet"), (" " * len(mark), ""))
        return out

    # -- tables --------------------------------------------------------------------------------------------------------

    def table(self, passage: Passage, width: int) -> list[Line]:
        rows = [[self.runs(cell.spans) for cell in row.children] for row in passage.children]
        columns = max(map(len, rows))
        natural = [max(natural_width(row[index]) for row in rows if index < len(row)) for index in range(columns)]
        room = width - _GAP * (columns - 1)
        if sum(natural) > room and room < columns * _NARROWEST:
            return self.row_lists(rows, width)
        least = [max(longest_unit(row[index]) for row in rows if index < len(row)) for index in range(columns)]
        return self.drawn(rows, _shared(natural, least, room), passage.info)

    def drawn(self, rows: list[list[list[Run]]], widths: list[int], sides: str) -> list[Line]:
        out: list[Line] = []
        wrapped = False
        for number, row in enumerate(rows):
            cells = [wrap(runs, width) for runs, width in zip(row, widths, strict=False)]
            if number == 0:
                cells = [[_restyled(line, "head") for line in cell] for cell in cells]
            wrapped = wrapped or (number > 0 and max(map(len, cells), default=1) > 1)
            body = [_table_line(parts, widths, sides) for parts in zip_longest(*cells, fillvalue=())]
            if number > 1 and wrapped:
                out.append(())
            out += body
            if number == 0:
                mark = "-" if self.plain else "─"
                out.append(((mark * (sum(widths) + _GAP * (len(widths) - 1)), "rule"),))
        return out

    def row_lists(self, rows: list[list[list[Run]]], width: int) -> list[Line]:
        """A table too wide for the screen: each row as a list of `head: cell`."""
        out: list[Line] = []
        for row in rows[1:]:
            if out:
                out.append(())
            for head, cell in zip(rows[0], row, strict=False):
                named = [*((text, _with(style, "head")) for text, style in head), (": ", "head"), *cell]
                out += _indented(wrap(named, width - 2), ("", ""), ("  ", ""))
        return out


def _with(style: str, more: str) -> str:
    return f"{style} {more}".strip()


def _restyled(line: Line, more: str) -> Line:
    return tuple((text, _with(style, more)) for text, style in line)


def _indented(lines: list[Line], first: Run, others: Run) -> list[Line]:
    out: list[Line] = []
    for index, line in enumerate(lines):
        mark = others if index else first
        bare = not line and not mark[0].strip()
        out.append(() if bare else (mark, *line) if mark[0] else line)
    return out


def _is_roomy(item: Passage) -> bool:
    return len([one for one in item.children if one.kind != "list"]) > 1


def _code(spans: Sequence[Span], width: int) -> list[Line]:
    """Code as it stands, two cells in; only a line wider than the screen goes on in the next."""
    lines: list[list[Run]] = [[]]
    for span in spans:
        first, *rest = span.text.split("\n")
        lines[-1].append((first, span.style))
        for part in rest:
            lines.append([(part, span.style)])
    return [((("  ", ""), *part) if part else ()) for line in lines for part in _folded(line, max(width - 2, 2))]


def _folded(line: list[Run], width: int) -> list[Line]:
    out: list[list[Run]] = [[]]
    used = 0
    for text, style in line:
        piece = ""
        for character in text.expandtabs(4):
            size = cell_width(character)
            if used + size > width:
                out[-1].append((piece, style))
                out.append([])
                piece, used = "", 0
            piece, used = piece + character, used + size
        if piece:
            out[-1].append((piece, style))
    return [tuple(run for run in part if run[0]) for part in out]


def _shared(natural: list[int], least: list[int], room: int) -> list[int]:
    """Widths that fit: columns give way from the widest down, at first only as far as no word or formula is cut."""
    widths = [min(max(width, 1), room) for width in natural]  # what is wider than the room gives way in any case
    while sum(widths) > room:
        loose = [index for index in range(len(widths)) if widths[index] > least[index]]
        widest = max(loose or range(len(widths)), key=lambda index: widths[index])
        widths[widest] -= 1
    return widths


def _table_line(parts: Sequence[Line], widths: list[int], sides: str) -> Line:
    out: list[Run] = []
    for index, width in enumerate(widths):
        line = parts[index] if index < len(parts) else ()
        missing = width - sum(cell_width(text) for text, _ in line)
        before = {"r": missing, "c": missing // 2}.get(sides[index : index + 1], 0)
        after = missing - before + (_GAP if index + 1 < len(widths) else 0)
        out += [(" " * before, ""), *line, (" " * after, "")]
    while out and not out[-1][0].strip():
        out.pop()
    return tuple(run for run in out if run[0])
