"""New cards to fill in: one of each kind, with every field that a good card has."""

from __future__ import annotations

import re
from collections.abc import Container

from dlquiz.cards import Kind
from dlquiz.kinds import kind_named

_END = """\
  pitfall: {en: "…", zh: "……"}
  level: 2      # 1 basic, 2 solid, 3 deep
  weight: 3     # 1 to 5: how often it is asked
  tags: [new]
  references: []
"""


def skeleton(kind: Kind, id: str) -> str:
    """The card as YAML at the margin, whole and without problems, with … where words go.

    >>> skeleton("open", "why-pad").splitlines()[:2]
    ['- id: why-pad', '  kind: open']
    """
    return f"- id: {id}\n  kind: {kind}\n{kind_named(kind).template}{_END}"


def fresh_id(words: str, taken: Container[str]) -> str:
    """An id made of the words (`card` when they hold no letter of a-z), with a number behind it when it is taken.

    >>> fresh_id("Why pad an image?", {"why-pad-an-image"}), fresh_id("为什么", set())
    ('why-pad-an-image-2', 'card-1')
    """
    stem = "-".join(re.findall(r"[a-z0-9]+", words.casefold()))[:50].strip("-")
    if len(stem) >= 3 and stem not in taken:
        return stem
    stem = stem if len(stem) >= 3 else "card"
    first = 1 if stem == "card" else 2
    return next(id for number in range(first, 10**6) if (id := f"{stem}-{number}") not in taken)
