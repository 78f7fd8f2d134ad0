"""Words of the field that name the same thing, in both languages: `batch norm`, `BN`, `批归一化`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from dlquiz.grading.words import words
from dlquiz.thesaurus import ThesaurusEntry


@lru_cache(maxsize=16384)
def key(phrase: str) -> str:
    """What the spellings of a phrase share, for looking it up.

    >>> key("Batch-Normalisation") == key("BatchNormalization"), key("layers") == key("layer"), key("批 归一化")
    (True, True, '批归一化')
    """
    return "".join(word.stem for word in words(phrase))


class Thesaurus:
    """Groups of phrases that say the same; a phrase may stand in several groups.

    >>> thesaurus = Thesaurus([("learning rate", "lr", "学习率"), ("step size", "learning rate", "步长")])
    >>> thesaurus.others("LR"), thesaurus.others("learning rates"), thesaurus.others("momentum")
    (('learning rate', '学习率'), ('lr', '学习率', 'step size', '步长'), ())
    >>> thesaurus.same("Lr", "学习率"), thesaurus.same("lr", "步长")
    (True, False)
    """

    def __init__(self, groups: Iterable[Sequence[str]] = ()) -> None:
        self.groups = tuple(tuple(group) for group in groups)
        self._groups_of: dict[str, list[int]] = {}
        for number, group in enumerate(self.groups):
            for phrase in group:
                self._groups_of.setdefault(key(phrase), []).append(number)

    def others(self, phrase: str) -> tuple[str, ...]:
        """The other ways to say the phrase."""
        own = key(phrase)
        found = (one for number in self._groups_of.get(own, ()) for one in self.groups[number] if key(one) != own)
        return tuple(dict.fromkeys(found))

    def same(self, one: str, other: str) -> bool:
        """Whether both phrases stand in one group."""
        return not set(self._groups_of.get(key(one), ())).isdisjoint(self._groups_of.get(key(other), ()))

    def __len__(self) -> int:
        return len(self.groups)


@lru_cache(maxsize=8)
def compiled(entries: tuple[ThesaurusEntry, ...]) -> Thesaurus:
    """The thesaurus of a bank, compiled once.

    >>> compiled((ThesaurusEntry(("batch normalisation", "BN"), ("批归一化",)),)).same("BN", "批归一化")
    True
    """
    return Thesaurus(entry.forms for entry in entries)
