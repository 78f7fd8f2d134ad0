"""What a reply may mean, and the error of one that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from dlquiz.cards import Text
from dlquiz.errors import DlquizError

if TYPE_CHECKING:
    from dlquiz.expressions import Expression, Number


# The other way in which a reply can be meant: the same prefixes as powers of 1024 (or 1000), the channels last, …
Note = Literal["", "binary", "decimal", "channels-last", "batch", "fraction", "base-unit"]


class ReplyError(DlquizError):
    """A reply that cannot be read; it is asked again, never marked wrong. `reason` is for the person's language."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.reason = Text(en=en, zh=zh)


class Meaning(NamedTuple):
    value: Number | tuple[Number, ...]
    note: Note = ""


class Reading(NamedTuple):
    """What a reply may mean, the plainest first. `resolution` is one unit of its last digit where it looks rounded
    (`9.4k`: 100), `expression` what was typed as arithmetic, `unit` a unit that was typed (flop, mac, byte, bit …)."""

    meanings: tuple[Meaning, ...]
    resolution: Number | None = None
    expression: Expression | None = None
    unit: str = ""

    @property
    def value(self) -> Number | tuple[Number, ...]:
        return self.meanings[0].value
