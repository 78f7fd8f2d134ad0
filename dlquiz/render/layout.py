"""How text is laid out for one terminal: its size, margins, wrapping and hanging indents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from rich.text import Text

from dlquiz.cards import Language
from dlquiz.cards import Text as CardText
from dlquiz.markup.width import cell_width
from dlquiz.messages.study import Phrases
from dlquiz.render import markdown as prose

MARGIN = 2
# Longer lines are hard to read, however wide the terminal is.
MAX_WIDTH = 92
# Below this a label stands above its text, not beside it.
NARROW = 50
RIGHT, WRONG, QUIET, STRONG = "green", "red", "dim", "bold"
# Marks, and what stands for them where only letters and digits are wanted.
MARKS = {"right": "✓", "wrong": "✗", "maybe": "?", "open": "·", "suggested": "›", "becomes": "→"}
PLAIN_MARKS = {"right": "x", "wrong": "-", "maybe": "?", "open": "-", "suggested": "*", "becomes": ":"}
# A minus sign and a power of ten as one types them: -2.9e9.
PLAIN_POWERS = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")


class Drawing(NamedTuple):
    """What the terminal is able to show: formulas as their source (`raw`) or in words and ASCII (`plain`), pictures."""

    raw: bool = False
    plain: bool = False
    pictures: bool = True


class Page:
    """The size of the terminal, the language of the prompts, and formulas drawn or as source."""

    def __init__(
        self,
        say: Phrases,
        width: int,
        *,
        drawing: Drawing = Drawing(),
        card_language: Language | None = None,
        height: int | None = None,
        titles: Mapping[str, CardText] = MappingProxyType({}),
    ) -> None:
        self.say = say
        self.raw, self.plain, self.pictures = drawing
        self.titles = titles
        # Lines of the terminal; None where nothing scrolls away.
        self.height = height
        self.marks = PLAIN_MARKS if drawing.plain else MARKS
        # The language of the card that is shown; formulas said in words and the labels of its parts follow it.
        self.card_language = card_language or say.language
        self.say_of_card = say if self.card_language == say.language else Phrases(self.card_language)
        self.margin = MARGIN if width >= 30 else 0
        self.width = max(12, min(width - self.margin - 1, MAX_WIDTH))

    def numbered(self, parts: Sequence[str], marks: Sequence[str] = (), styles: Sequence[str] = ()) -> list[Text]:
        """Numbered lines; a mark and a style for each, where there are any."""
        out: list[Text] = []
        wide = len(str(len(parts)))
        for index, part in enumerate(parts):
            mark = f"{marks[index]} " if marks else ""
            lead = f"{mark}{index + 1:>{wide}}  "
            style = styles[index] if styles else ""
            out += self._hanging(Text(lead, style or STRONG), part, style)
        return out

    def _hung(self, lead: str, sentence: str) -> list[Text]:
        found = prose.wrapped([(sentence, "math")], self.width - len(lead))
        return [Text(lead if index == 0 else " " * len(lead)) + line for index, line in enumerate(found)]

    def remark(self, sentence: str) -> list[Text]:
        return self._fitted(sentence, QUIET)

    def _prose(self, markdown: str, style: str = "") -> list[Text]:
        return [prose.under(line, style) for line in self.laid_out(markdown, self.width)]

    def laid_out(self, markdown: str, width: int) -> list[Text]:
        """Card text in lines of this width."""
        return prose.lines(markdown, width, raw=self.raw, plain=self.plain, language=self.card_language)

    def _fitted(self, sentence: str, style: str = "") -> list[Text]:
        return [prose.under(line, style) for line in prose.wrapped([(sentence, "")], self.width)]

    def _packed(self, parts: Sequence[str], style: str = "") -> list[Text]:
        """Short facts, as many on a line as fit; none is broken that fits on a line."""
        lines = [""]
        for part in parts:
            joined = f"{lines[-1]} · {part}" if lines[-1] else part
            if lines[-1] and cell_width(joined) > self.width:
                lines.append(part)
            else:
                lines[-1] = joined
        return [line for sentence in lines for line in self._fitted(sentence, style)]

    def _labelled(self, label: str, markdown: str) -> list[Text]:
        if self.width >= NARROW:
            return self._hanging(Text(label + "  ", STRONG), markdown)
        return [Text(label, STRONG), *self._prose(markdown)]

    def _hanging(self, lead: Text, markdown: str, style: str = "") -> list[Text]:
        """The text beside its lead, later lines under the first."""
        indent = cell_width(lead.plain)
        found = self.laid_out(markdown, self.width - indent)
        # Put behind nothing, the look of the lead stays with the lead.
        leads = [Text() + lead, *(Text(" " * indent) for _ in found[1:])]
        return [before + prose.under(line, style) for before, line in zip(leads, found, strict=True)]


def separated(*blocks: list[Text]) -> list[Text]:
    """Those blocks that hold something, a blank line before, between and after."""
    out = [Text()]
    for block in blocks:
        if block:
            out += [*block, Text()]
    return out
