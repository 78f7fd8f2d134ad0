"""One event of the review log ⇄ one line of JSON."""

from __future__ import annotations

import json

from dlquiz.review_log import Row
from dlquiz.review_log.rows import COLUMNS

_TEXTS = {"id", "device", "kind", "card", "target", "verdict", "reply", "shown", "mistake", "origin"}
_REQUIRED = ("id", "at", "offset", "device", "kind", "origin")


def line_of(row: Row, *, with_reply: bool = True) -> str:
    """The row as a line, without what is missing; `reply` only when it may be shared."""
    values = {name: getattr(row, name) for name in COLUMNS if with_reply or name != "reply"}
    return json.dumps({name: value for name, value in values.items() if value is not None}, ensure_ascii=False) + "\n"


def row_of(line: str) -> Row | str:
    """The row that a line holds, or why it holds none.

    >>> row_of('{"id": "01", "at": 5}')
    'offset is missing'
    >>> row_of("half a li")
    'it is not a JSON object'
    """
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return "it is not a JSON object"
    if not isinstance(found, dict):
        return "it is not a JSON object"
    for name in _REQUIRED:
        if name not in found:
            return f"{name} is missing"
    for name, value in found.items():
        if name in _TEXTS and not isinstance(value, str):
            return f"{name} is no text"
        if name in COLUMNS and name not in _TEXTS and (isinstance(value, bool) or not isinstance(value, int | float)):
            return f"{name} is not a number"
        if isinstance(value, int) and abs(value) >= 2**63:
            return f"{name} is too large"
        if isinstance(value, float) and name != "seconds":
            return f"{name} is no whole number"
    # Fields of a later version are left out: a row keeps what this one knows.
    return Row._make((*(found.get(name) for name in COLUMNS), False))
