"""Cards as rows of a table: the question of each on one line, for `dlquiz bank list` and `search`."""

from __future__ import annotations

import re
from random import Random

from dlquiz.cards import Card, Language
from dlquiz.errors import DlquizError
from dlquiz.kinds import kind_of
from dlquiz.markup import MathError, cell_width, inline, pad
from dlquiz.render.text_lines import cut

# Code is left as it is: a dollar in it begins no formula.
_FORMULA = re.compile(
    r"`[^`]*`|(?<![\\$])(?:\$\$(?P<apart>.+?)\$\$|\$(?![\s$])(?P<among>(?:[^$\\]|\\.)+?)(?<![\s\\])\$(?![\d$]))",
    re.DOTALL,
)

# What an import makes of notes, and what is made of a question without letters of a-z.
_WORDLESS_ID = re.compile(r".+-[0-9a-f]{8}|card-\d+")
# So that one fits into a line of 40 cells.
NAME_CELLS = 30


def one_line(card: Card, language: Language) -> str:
    """The question without line breaks, its formulas as signs; a hole is a box, a family has the values of a member.

    The member is always the same, and the first that comes, since many cards are listed at once.
    """
    return question_line(card, card.question.language(language))


def readable_name(id: str, card: Card | None, language: Language) -> str:
    """How a sentence calls a card: by its id, or where that was made of no words, by the first ones of its question.

    >>> readable_name("bn-why", None, "en"), readable_name("notes-c323143e", None, "en")
    ('bn-why', 'notes-c323143e')
    """
    if card is None or not _WORDLESS_ID.fullmatch(id):
        return id
    try:
        return f"“{cut(one_line(card, language), NAME_CELLS)}”"
    except DlquizError:
        return id  # a card of the person's own that no values fit


def question_line(card: Card, question: str) -> str:
    """The same of a question whose values may be filled in already."""
    listed = kind_of(card.body).listed(card.body, question, Random(1))
    return " ".join(_FORMULA.sub(_drawn, listed).split())


def _drawn(found: re.Match[str]) -> str:
    latex = found["apart"] or found["among"]
    if latex is None:
        return found[0]
    try:
        return inline(latex.strip())
    except MathError:
        return found[0]


def table(rows: list[list[str]], width: int | None) -> list[str]:
    """Aligned columns; in a narrow terminal the last one stands below the others."""
    if not rows:
        return []
    widths = [max(cell_width(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    used = sum(widths) + 2 * len(widths)
    lines: list[str] = []
    for row in rows:
        lead = "  ".join(pad(cell, size) for cell, size in zip(row, widths, strict=False))
        if width is None or width - used >= 30:
            lines.append(f"{lead}  {row[-1] if width is None else cut(row[-1], width - used)}".rstrip())
        else:
            lines += [*_whole(row[:-1], width), f"  {cut(row[-1], width - 2)}"]
    return lines


def _whole(cells: list[str], width: int) -> list[str]:
    """The cells one behind another, over as many lines as they need: an id is typed next, so none is cut."""
    lines = cells[:1]
    for cell in filter(None, cells[1:]):
        if cell_width(lines[-1]) + 2 + cell_width(cell) <= width:
            lines[-1] += f"  {cell}"
        else:
            lines.append(f"  {cell}")
    return lines
