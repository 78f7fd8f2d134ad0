"""Numbers with their nouns, bytes, and text cut to a length, as they stand in messages."""

from __future__ import annotations

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
