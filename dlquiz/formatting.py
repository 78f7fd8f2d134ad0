"""Numbers with their nouns, bytes, and text cut to a length, as they stand in messages."""

from __future__ import annotations

import re

# C0 and C1 controls but for tab and line feed, and what reorders a line without being seen.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_BINARY_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


def count(number: int, noun: str) -> str:
    """A number with its noun, for nouns whose plural takes an s.

    >>> count(1, "day"), count(0, "lapse"), count(1200, "card")
    ('1 day', '0 lapses', '1,200 cards')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def shortened(text: str, limit: int = 40) -> str:
    """The text as it is quoted in a message: one line, not longer than the limit.

    >>> shortened("a\\n b"), shortened("x" * 50, 10)
    ('a b', 'xxxxxxxxx…')
    """
    line = " ".join(text[: limit * 4].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def visible(text: str) -> str:
    """The text with control characters made visible, so that a file name or reply cannot drive the terminal.

    >>> visible("a\\x1b]0;title\\x07b"), visible("abc\\u202edef")
    ('a␛]0;title␇b', 'abc<U+202E>def')
    """
    return text if text.isprintable() else _INVISIBLE.sub(_seen, text)


def _seen(found: re.Match[str]) -> str:
    code = ord(found.group())
    return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else f"<U+{code:04X}>"


def binary_bytes(size: int) -> str:
    """Bytes in the largest binary unit that they fill, at three significant digits.

    >>> binary_bytes(512), binary_bytes(3_211_264)
    ('512 B', '3.06 MiB')
    """
    value, unit = float(size), _BINARY_UNITS[0]
    for unit in _BINARY_UNITS:
        if value < 1024 or unit == _BINARY_UNITS[-1]:
            break
        value /= 1024
    return f"{size:,} B" if unit == "B" else f"{value:.3g} {unit}"
