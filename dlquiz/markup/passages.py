"""What card text is made of once it is read: passages with spans, small enough to be kept as plain lists."""

from __future__ import annotations

from typing import Any, NamedTuple


class Span(NamedTuple):
    """Words of one look. Styles, separated by blanks: strong, emphasis, code, link, image, math (the text is LaTeX),
    and in fenced code the colours keyword, string, comment, number, name; the target is a link's or image's address.
    """

    text: str
    style: str = ""
    target: str = ""


class Passage(NamedTuple):
    """A piece of card text. Kinds: paragraph, heading (info: level), code (info: language), math (one span, LaTeX),
    list (info: first number, or empty for bullets; children: item), item, quote, table (info: l, c, r per column;
    children: row, the first is the head), row (children: cell), cell, rule.
    """

    kind: str
    spans: tuple[Span, ...] = ()
    children: tuple[Passage, ...] = ()
    info: str = ""


def to_data(passages: tuple[Passage, ...]) -> list[Any]:
    """Plain lists and texts, for a cache.

    >>> to_data((Passage("paragraph", (Span("x", "math"),)),))
    [['paragraph', [['x', 'math', '']], [], '']]
    """
    return [[one.kind, [list(span) for span in one.spans], to_data(one.children), one.info] for one in passages]


def from_data(data: list[Any]) -> tuple[Passage, ...]:
    """What to_data was given.

    >>> from_data([["rule", [], [], ""]])
    (Passage(kind='rule', spans=(), children=(), info=''),)
    """
    return tuple(
        Passage(kind, tuple(Span(*span) for span in spans), from_data(children), info)
        for kind, spans, children, info in data
    )
