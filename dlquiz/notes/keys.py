"""What makes two questions the same: their letters and digits, whatever numbers, marks and punctuation stand around."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

_COUNT = re.compile(r"#\d+$")
_SIGNS = re.compile(r"[^\w+]+|_+")
_ASCII_SIGNS = dict.fromkeys(code for code in range(128) if not (chr(code).isalnum() or chr(code) == "+"))


# The title of a question is compared by several habits; a file of one megabyte has some 50,000.
@lru_cache(1 << 17)
def normalised(words: str) -> str:
    """The letters and digits alone, in one width and case; signs where there is nothing else.

    >>> normalised("What is **SGD**?"), normalised("ＢＮ 的作用？"), normalised("?")
    ('whatissgd', 'bn的作用', '?')
    """
    if words.isascii():
        folded = words.lower()
        return folded.translate(_ASCII_SIGNS) or folded.strip()
    folded = unicodedata.normalize("NFKC", words).casefold()
    return _SIGNS.sub("", folded) or folded.strip()


def key_of(section: tuple[str, ...], question: str) -> str:
    """The identity of a card: its normalised question below its normalised sections."""
    return f"{_path(section)}{normalised(question)}"


def question_of(key: str) -> str:
    """The normalised question in the key of a card, without its sections and the number behind it.

    >>> question_of(key_of(("Layers", "CNN"), "What is padding?")), question_of("layers/definition#2")
    ('whatispadding', 'definition')
    """
    return _COUNT.sub("", key.rpartition("/")[2])


def counted(names: Sequence[str]) -> list[str]:
    """The names; one that comes again has a number behind it.

    >>> counted(["a", "b", "a", ""])
    ['a', 'b', 'a#2', '']
    """
    seen: Counter[str] = Counter()
    out = []
    for name in names:
        seen[name] += 1
        out.append(f"{name}#{seen[name]}" if name and seen[name] > 1 else name)
    return out


@lru_cache(1 << 12)
def _path(section: tuple[str, ...]) -> str:
    return "".join(f"{normalised(part)}/" for part in section)


def id_of(stem: str, key: str) -> str:
    """The id of the card with this key in the bank with this stem."""
    return f"{slug(stem)[:50].strip('-')}-{sha256(key.encode()).hexdigest()[:8]}"


def slug(words: str, default: str = "notes") -> str:
    """The words as part of an id: letters a to z, digits and hyphens.

    >>> slug("ML Notes (2024)"), slug("深度学习")
    ('ml-notes-2024', 'notes')
    """
    ascii_only = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    made = re.sub(r"[^a-z0-9]+", "-", ascii_only.casefold()).strip("-")[:60].strip("-")
    return made or default
