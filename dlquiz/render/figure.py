"""A card's figure → lines of rich `Text` that fit, or what it shows in words."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text

from dlquiz.cards import Language
from dlquiz.render import markdown

# Okabe & Ito's order, in shades that are readable on white and on black; dashes tell curves apart too.
STYLES = {"curve 1": "color(32)", "curve 2": "color(166)", "curve 3": "color(29)", "curve 4": "color(133)",
          "curve 5": "color(136)", "axis": "dim"}  # fmt: skip


def lines(
    description: Mapping[str, object], width: int, *, plain: bool = False, language: Language = "en"
) -> list[Text]:
    """The drawing; in words where it is too wide or with `plain`, and what is wrong with a description that is."""
    from dlquiz import figures

    try:
        figure = figures.figure(description, language)
    except figures.FigureError as error:
        return [markdown.under(line, "dim") for line in markdown.wrapped([(error.message, "")], width)]
    if plain:
        return markdown.wrapped([(figure.alternative, "")], width)
    return [_coloured(line) for line in figures.draw(figure, width)]


def _coloured(line: tuple[tuple[str, str], ...]) -> Text:
    whole = Text()
    for words, style in line:
        whole.append(words, STYLES.get(style))
    return whole
