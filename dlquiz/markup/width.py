"""How many terminal cells a text takes: 2 for Chinese and full-width, 0 for combining marks, 1 otherwise.

Emoji that are joined into one picture, or turned into one by a variation selector, are counted as terminals draw them
(Unicode Technical Standard 51).
"""

from __future__ import annotations

from functools import lru_cache
from unicodedata import category, east_asian_width

# Zero-width by category, but drawn in a cell of its own by every terminal (soft hyphen, Arabic number signs).
_VISIBLE_FORMAT = {"\u00ad"}
_JOINER, _PICTURE = "\u200d", "\ufe0f"
_SKIN_TONES = tuple(map(chr, range(0x1F3FB, 0x1F400)))
_JOINTS = (_JOINER, _PICTURE, *_SKIN_TONES)


@lru_cache(maxsize=4096)
def _character_width(character: str) -> int:
    kind = category(character)
    if kind in {"Mn", "Me"} or (kind in {"Cf", "Cc"} and character not in _VISIBLE_FORMAT):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def cell_width(text: str) -> int:
    """Terminal cells that the text takes on one line.

    >>> cell_width("conv"), cell_width("卷积"), cell_width("x̂ᵢ")
    (4, 4, 2)
    """
    if text.isascii():
        return len(text)
    if any(joint in text for joint in _JOINTS):
        return _emoji_width(text)
    return sum(map(_character_width, text))


def _emoji_width(text: str) -> int:
    """The width where characters join into one picture: each counts when nothing before it has taken it in."""
    total, last = 0, 0
    joined = False
    for character in text:
        if character == _PICTURE and last == 1:
            total, last = total + 1, 2
        elif character == _JOINER:
            joined = last == 2
        elif character in _SKIN_TONES and last == 2:
            continue
        elif joined:
            joined = False
        else:
            width = _character_width(character)
            total, last = total + width, width or last
    return total


def pad(text: str, width: int, align: str = "left") -> str:
    """The text with blanks to fill the width; str.ljust counts characters, not cells.

    >>> pad("卷积", 6) + "|", pad("7", 3, "right"), pad("ab", 5, "centre")
    ('卷积  |', '  7', ' ab  ')
    """
    missing = max(0, width - cell_width(text))
    before = {"left": 0, "right": missing, "centre": missing // 2}[align]
    return " " * before + text + " " * (missing - before)
