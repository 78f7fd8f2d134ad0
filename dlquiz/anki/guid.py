"""What makes a thing in Anki the same thing for ever: guids, and the ids of note types, fields, deck and preset."""

from __future__ import annotations

from hashlib import sha1, sha256

# Frozen at the first release: Anki matches note types and presets by these numbers, fields and templates too.
BASIC, CLOZE = 1_763_640_000_001, 1_763_640_000_002
DECK, PRESET = 1_763_640_000_011, 1_763_640_000_021
DECK_NAME = "DLQuiz"
_GUID_SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&()*+,-./:;<=>?@[]^_`{|}~"


def guid(key: str) -> str:
    """The guid of a note; `key` is a card's id, followed by `#2` … for further instances of a numeric family.

    >>> guid("padding-why"), guid("padding-why") == guid("padding-why#2")
    ('PQA6|^q4FH', False)
    """
    number = int.from_bytes(sha256(f"dlquiz/{key}".encode()).digest()[:8], "big")
    signs = ""
    while number:
        number, place = divmod(number, len(_GUID_SIGNS))
        signs = _GUID_SIGNS[place] + signs
    return signs


def checksum(first_field: str) -> int:
    """What Anki's duplicate check compares: of the first field, the first 32 bits of its SHA-1.

    >>> checksum("padding-why")
    3916214086
    """
    return int.from_bytes(sha1(first_field.encode()).digest()[:4], "big")


def part(number: int) -> int:
    """The id of a field or template, from its number within all note types; numbers are only ever added.

    >>> part(1)
    1763640001001
    """
    return 1_763_640_001_000 + number
