"""English sentences of the program, found again in a table of patterns, and said in Chinese.

What goes wrong is raised where it arises, in English, without a language at hand; it is put into Chinese where it is
shown. A field in braces stands for what was given, so both languages have the same rows by construction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

_FIELD = re.compile(r"\{([a-z]\w*)\}")
_NAMES = re.compile(r"[\w-]+(?:, [\w-]+)* and [\w-]+")
# A field that holds one of these has swallowed more than was given: a second way out, another sentence, what may have
# been meant, or the place before the phrase.
_SEPARATOR = re.compile(r", or |; |, did you mean |: ")
# A field of this name holds a sentence that has a row of its own.
_SENTENCE = "sentence"


class Catalogue:
    """Rows of (English, Chinese), and what a field may hold in place of a number or a name."""

    def __init__(
        self, phrases: Sequence[tuple[str, str]], nouns: Mapping[str, str], counted: Mapping[str, str] | None = None
    ) -> None:
        self._phrases = phrases
        self._nouns = nouns
        self._patterns: dict[str, re.Pattern[str]] = {}
        # A check finds the same problem in many cards.
        self._looked_up: dict[str, str | None] = {}
        # A field that is called by the plural of one of these holds a number of them: {cards}, "1,200 cards".
        self._counted = counted or {}
        self._of_words = "|".join(re.escape(one) for one in sorted(nouns, key=len, reverse=True) if " " in one)

    @cached_property
    def _rows(self) -> list[tuple[str, str, str]]:
        """The phrases, each behind the longest part between its fields, those with most letters first: the closest row
        is taken."""
        split = [(_FIELD.split(english)[::2], english, chinese) for english, chinese in self._phrases]
        split.sort(key=lambda row: -sum(map(len, row[0])))
        return [(max(parts, key=len), english, chinese) for parts, english, chinese in split]

    def chinese(self, phrase: str) -> str | None:
        """The phrase in Chinese, what was given left as it is; None where no row says it."""
        if phrase not in self._looked_up:
            whole = self._count(phrase) or self._by_row(phrase, _SEPARATOR)
            several = whole or self._listed(phrase) or self._in_turn(phrase)
            self._looked_up[phrase] = several or self._placed(phrase) or self._by_row(phrase, None)
        return self._looked_up[phrase]

    def _by_row(self, phrase: str, refused: re.Pattern[str] | None) -> str | None:
        for found, template in self._matches(phrase):
            given = found.groupdict()
            said = [text for name, text in given.items() if name != _SENTENCE and text not in self._nouns]
            if refused and any(map(refused.search, said)):
                continue
            if (fields := self._fields(given)) is not None:
                return _filled(template, fields)
        return None

    def _matches(self, phrase: str) -> Iterator[tuple[re.Match[str], str]]:
        # Most rows have a part that the phrase has not: only the others are worth a pattern.
        for english, chinese in [row[1:] for row in self._rows if row[0] in phrase]:
            if found := self._pattern(english).fullmatch(phrase):
                yield found, chinese

    def _pattern(self, english: str) -> re.Pattern[str]:
        """The row with its fields; one called `name` holds a noun of several words whole. Python itself keeps fewer
        patterns than there are rows."""
        if english in self._patterns:
            return self._patterns[english]
        parts = [
            f"(?P<{part}>{self._pattern_of(part)})" if place % 2 else re.escape(part)
            for place, part in enumerate(_FIELD.split(english))
        ]
        return self._patterns.setdefault(english, re.compile("".join(parts), re.DOTALL))

    def _pattern_of(self, field: str) -> str:
        """The pattern of what a field may hold."""
        noun = field.replace("_", " ").removesuffix("s")
        if field.endswith("s") and noun in self._counted:
            return rf"[\d,]+ {noun}s?"
        return f"(?:{self._of_words})|.+?" if field == "name" and self._of_words else ".+?"

    def _count(self, text: str) -> str | None:
        """A number with its noun, `1,200 cards`, as Chinese counts them; None for anything else."""
        number, _, noun = text.partition(" ")
        measure = self._counted.get(noun) or self._counted.get(noun.removesuffix("s"))
        return f"{number} {measure}" if measure and number.replace(",", "").isdecimal() else None

    def _fields(self, given: Mapping[str, str]) -> dict[str, str] | None:
        """What stands in the fields, as Chinese writes it; None where a sentence is among them that no row says."""
        fields: dict[str, str] = {}
        for name, text in given.items():
            said = self.chinese(text) if name == _SENTENCE else self._noun(text) or self._enumerated(name, text)
            if said is None:
                return None
            fields[name] = said
        return fields

    def _noun(self, text: str) -> str | None:
        return self._nouns.get(text) or self._count(text)

    def _enumerated(self, field: str, text: str) -> str:
        """Names as Chinese lists them, those that are nouns in Chinese; anything else as it is."""
        if field != "names" and not _NAMES.fullmatch(text):
            return text
        # A noun of several words may hold an `or` of its own.
        parts = re.split(rf"((?:{self._of_words})(?=,| and | or |$))" if self._of_words else "(?!)", text)
        said = [self._nouns.get(part) or _with_commas(part) for part in parts]
        return "".join(said).replace("） ", "）")

    def _listed(self, phrase: str) -> str | None:
        """Several ways out, `a, b, or c`."""
        *first, last = phrase.split(", ")
        if not first or not last.startswith("or "):
            return None
        parts = [self._by_row(part, _SEPARATOR) for part in (*first, last.removeprefix("or "))]
        if None in parts:
            return None
        return "，".join(str(part) for part in parts[:-1]) + f"，或{parts[-1]}"

    def _in_turn(self, phrase: str) -> str | None:
        """Sentences that stand one after another, `a; b`."""
        first, mark, rest = phrase.partition("; ")
        parts = [self.chinese(part) for part in (first, rest)] if mark else [None]
        return None if None in parts else "；".join(map(str, parts))

    def _placed(self, phrase: str) -> str | None:
        """A phrase after the place that it is about, `conv 8 k9 on 3x8x8: …` or `column 8: …`."""
        place, mark, rest = phrase.partition(": ")
        message = self.chinese(rest) if mark else None
        return None if message is None else f"{self._by_row(place, _SEPARATOR) or place}：{message}"


def _with_commas(text: str) -> str:
    return re.sub(",? and ", " 和 ", re.sub(",? or ", " 或 ", text)).replace(", ", "、")


def _filled(template: str, fields: Mapping[str, str]) -> str:
    """The template with its fields; a blank beside one goes where it would stand between two Chinese characters."""
    before, *pairs = re.split(r"( ?\{[a-z]\w*\} ?)", template)
    for field, after in zip(pairs[::2], pairs[1::2], strict=True):
        text = fields[field.strip(" {}")]
        before += " " * (field[0] == " " and not _meet(before[-1:], text[:1])) + text
        before += " " * (field[-1] == " " and not _meet(text[-1:], after[:1])) + after
    return before


def _meet(left: str, right: str) -> bool:
    return all("\u4e00" <= character <= "\u9fff" for character in (left or " ", right or " "))
