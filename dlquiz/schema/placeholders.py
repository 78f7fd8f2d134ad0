"""Where a card's text holds `@{…}`: a hole of a cloze, a value of a family."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Template(NamedTuple):
    start: int
    inside: str | None  # None when it is never closed


def templates(text: str) -> Iterator[Template]:
    r"""Every `@{…}` of a text; `@@{` is a literal `@{`, and `@{}` and `@{\` belong to LaTeX arrays.

    >>> list(templates(r"@{n}×@{k + 1} @@{x} \begin{array}{@{}c@{\,}} @{open"))
    [Template(start=0, inside='n'), Template(start=5, inside='k + 1'), Template(start=45, inside=None)]
    """
    at = text.find("@{")
    while at >= 0:
        if text.startswith("@", at - 1) and at > 0:
            at = text.find("@{", at + 2)
            continue
        end = text.find("}", at)
        if text[at + 2 : at + 3] not in ("}", "\\") or end < 0:
            yield Template(at, text[at + 2 : end] if end >= 0 else None)
        at = text.find("@{", at + 2)
