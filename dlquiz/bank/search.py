"""Finding cards by words, in both languages: whole words above beginnings, the question above the answer.

A Latin word counts where a word begins with it (`RAG` is not in "average"), Chinese characters count anywhere, and
the parts of a word with hyphens belong together (`U-Net`). Between digits, x and × are one sign (`3x3`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dlquiz.cards import Card, Text
from dlquiz.grading.open_answer import keywords
from dlquiz.kinds import kind_of

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.bank.compiled.tables import CompileProgress

# What a word is worth where it is found; half of it when it is only the beginning of a word there.
# The fields: id, tags, question, points and options, answer, pitfall; the heaviest first.
WEIGHTS = (12.0, 8.0, 6.0, 3.0, 2.0, 1.0)


# Between the fields of a card's searchable text.
_BETWEEN = "\x1f"
# Folded to × and not to x: the 512 of `7×7×512` begins a word.
_TIMES = re.compile(r"(?<=\d)\s*(?:[xX×]|\\times)\s*(?=\d)")


def search(bank: Bank, words: str, progress: CompileProgress | None = None) -> list[str]:
    """The ids of the cards that hold every word somewhere, the best first, otherwise in their order.

    `progress` is called while texts are made searchable, once after they were compiled.
    """
    wanted = folded_words(words)
    if not wanted:
        return []
    patterns = [_pattern(word) for word in wanted]
    found = bank.searchable(wanted, searchable_text, progress)
    scored = [(-score(text, wanted, patterns), number, id) for number, (id, text) in enumerate(found)]
    return [id for worth, _, id in sorted(scored) if worth < 0]


def folded_words(words: str) -> list[str]:
    """The words that are looked for, as texts are searched; none where only signs that say nothing were given.

    >>> folded_words("U-Net 3x3"), folded_words(" - ")
    (['u net', '3×3'], [])
    """
    folded = (keywords.normalise(word.replace("-", " ")) for word in _TIMES.sub("×", words).split())
    return [word for word in folded if word]


def searchable_text(card: Card) -> str:
    """The folded fields of a card, in the order of WEIGHTS."""
    return _BETWEEN.join(keywords.normalise(_TIMES.sub("×", text)) for text in texts(card))


def score(text: str, wanted: Sequence[str], patterns: Sequence[re.Pattern[str]]) -> float:
    """How well a searchable text fits folded words; 0 when one of them is nowhere.

    >>> from dlquiz.cards import Order
    >>> first = searchable_text(Card("same-padding", "d", Text(en="Why pad?"), Order(())))
    >>> second = searchable_text(Card("other", "d", Text(en="Same padding?", zh="填充"), Order(())))
    >>> [score(one, ["padding"], [_pattern("padding")]) for one in (first, second)]
    [12.0, 6.0]
    >>> [score(one, ["填充"], [_pattern("填充")]) for one in (first, second)]
    [0.0, 6.0]
    """
    fields = [*zip(WEIGHTS, text.split(_BETWEEN), strict=True)]
    worths = [_worth(fields, word, pattern) for word, pattern in zip(wanted, patterns, strict=True)]
    return sum(worths) if worths and min(worths) > 0 else 0.0


def _worth(fields: Sequence[tuple[float, str]], word: str, pattern: re.Pattern[str]) -> float:
    best = 0.0
    for weight, text in fields:
        if weight <= best:
            break
        best = max(best, weight * _fit(word, pattern, text))
    return best


def _pattern(word: str) -> re.Pattern[str]:
    """A folded word where it begins, and what follows it up to its end."""
    before = r"(?<![a-z0-9])" if word[0].isascii() and word[0].isalnum() else ""
    return re.compile(rf"{before}{re.escape(word)}([a-z0-9]*)")


def _fit(word: str, pattern: re.Pattern[str], text: str) -> float:
    if word not in text:
        return 0.0
    rests = set(pattern.findall(text))
    if not rests:
        return 0.0
    whole = bool(rests & {"", "s"}) or not word.replace("×", "").isascii()
    return 1.0 if whole else 0.5


def texts(card: Card) -> tuple[str, ...]:
    """The fields of a card that are searched, in the order of WEIGHTS."""
    parts = [*(point.text for point in card.points), *kind_of(card.body).searchable(card.body)]
    return (
        card.id.replace("-", " "),
        " ".join((*card.tags, card.deck)).replace("-", " "),
        _both(card.question),
        " ".join(_both(part) for part in parts),
        _both(card.answer),
        _both(card.pitfall),
    )


def _both(text: Text | None) -> str:
    return f"{text.en or ''} {text.zh or ''}" if text else ""
