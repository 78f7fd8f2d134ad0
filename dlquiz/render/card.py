"""A whole card on the terminal, question and solution, as `dlquiz bank show` prints it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from shutil import get_terminal_size

from rich.console import Console
from rich.text import Text as Line

from dlquiz.cards import Card, Choice, Cloze, Language, Numeric, Open, Order, Text
from dlquiz.grading.numeric import expected
from dlquiz.numeric import Instance, draw, format_value, steps, worked_line
from dlquiz.render import figure as picture
from dlquiz.render import markdown

LABELS = {
    "answer": ("Answer", "答案"),
    "points": ("Points", "要点"),
    "pitfall": ("Pitfall", "易错"),
    "mistakes": ("Mistakes", "错误算法"),
    "references": ("References", "参考"),
    "then": ("Then", "追问"),
    "tags": ("Tags", "标签"),
    "source": ("Source", "来源"),
    "draft": ("draft", "草稿"),
    "checked": ("Checked", "复核"),
}
MAX_LENGTH_ = 92


def print_card(card: Card, language: Language) -> None:
    """One instance of a numeric family is shown, always the same."""
    width = min(get_terminal_size().columns, MAX_LENGTH_)
    console = Console(markup=False, emoji=False, highlight=False, width=width)
    for line in _Sheet(card, language, width).lines():
        console.print(line)


def print_page(cards: Sequence[Card], titles: Mapping[str, Text], language: Language) -> None:
    """One HTML page with both sides of the cards; of a numeric family the member that Anki would be given."""
    from dlquiz.anki.card_html import ExportedCard
    from dlquiz.anki.export import fixed
    from dlquiz.anki.preview import page

    presentations = [
        ExportedCard(card.id, card, titles.get(card.deck, Text(en=card.deck)),
                fixed(card.body, None, card.id) if isinstance(card.body, Numeric) else None)
        for card in cards
    ]  # fmt: skip
    languages: tuple[Language, ...] = ("en", "zh") if language == "en" else ("zh", "en")
    sys.stdout.write(page(presentations, languages))


def _is_dumb() -> bool:
    return os.environ.get("TERM") in ("dumb", "unknown")


class _Sheet:
    def __init__(self, card: Card, language: Language, width: int) -> None:
        self.card, self.language, self.width = card, language, width
        self.instance: Instance | None = draw(card.body, Random(1)) if isinstance(card.body, Numeric) else None

    def lines(self) -> Iterator[Line]:
        card = self.card
        draft = f" · {self.label('draft')}" if card.draft else ""
        yield Line(f"{card.id} · {card.deck} · {card.kind} · {card.level}/3 · {'★' * card.weight}{draft}", "dim")
        yield from self.lines_of(card.question)
        if isinstance(card.body, Numeric) and card.body.convention:
            yield from self.lines_of(card.body.convention)
        yield Line()
        yield from self.solution()
        if card.answer:
            yield self.head("answer")
            yield from self.lines_of(card.answer)
        if card.figure:
            yield Line()
            yield from picture.lines(card.figure, self.width, plain=_is_dumb(), language=self.language)
            yield Line()
        if card.pitfall:
            yield self.head("pitfall")
            yield from self.lines_of(card.pitfall)
        if card.points:
            yield self.head("points")
            for point in card.points:
                cues = ", ".join(point.cues(self.language))
                yield from self.item("·" if point.core else "+", point.text)
                yield from (Line("    ") + line for line in markdown.wrapped([(cues, "comment")], self.width - 4))
        yield from self.marks()

    def solution(self) -> Iterator[Line]:
        match self.card.body:
            case Choice(options):
                for option in options:
                    yield from self.item("✓" if option.right else "✗", option.text)
                    if option.why:
                        yield from self.item(" ", option.why)
            case Order(parts):
                for number, part in enumerate(parts, start=1):
                    yield from self.item(f"{number}", part)
            case Cloze(holes):
                for number, hole in enumerate(holes, start=1):
                    forms = [f"{', '.join(hole.accept)}"] if hole.accept else []
                    forms += [hole.form] if hole.form else []
                    accepted = f"({'; '.join(forms)})" if forms else ""
                    yield from self.item(
                        markdown.hole(number), Text(f"${hole.answer}$" if "\\" in hole.answer else hole.answer)
                    )
                    yield from (
                        Line("    ") + line
                        for line in markdown.wrapped([(accepted, "comment")], self.width - 4)
                        if accepted
                    )
            case Numeric():
                yield from self.worked()
            case Open():
                pass

    def worked(self) -> Iterator[Line]:
        assert self.instance is not None
        for step in steps(self.instance, self.language):
            if "working" in step:
                yield from markdown.lines(worked_line(step, step["value"]), self.width, language=self.language)
                continue
            parts = [step["formula"], step["numbers"], step["value"]]
            yield from markdown.wrapped(
                [(f"{step['quantity']}: {' = '.join(part for part in parts if part)}", "")], self.width
            )
        answers = expected(self.instance)
        each = answers if isinstance(answers, list) else [answers]
        units = [quantity.unit for quantity in self.instance.quantities]
        listed = ", ".join(
            f"{one if isinstance(one, str) else format_value(one)} {unit}".strip()
            for one, unit in zip(each, units, strict=True)
        )
        yield Line(f"→ {listed}", "bold")

    def marks(self) -> Iterator[Line]:
        card = self.card
        for name, values in (
            ("references", card.references),
            ("then", card.then),
            ("tags", card.tags),
            ("source", card.source),
            ("checked", (card.checked,) if card.checked else ()),
        ):
            if values:
                joint = "; " if name == "references" else ", "
                yield from markdown.wrapped([(f"{self.label(name)}: {joint.join(values)}", "comment")], self.width)
        yield Line(str(card.place), "dim")

    def lines_of(self, text: Text) -> Sequence[Line]:
        return markdown.lines(self.filled(text), self.width, language=self.language)

    def item(self, mark: str, text: Text) -> Iterator[Line]:
        lead = f"  {mark} "
        for number, line in enumerate(markdown.lines(self.filled(text), self.width - 4, language=self.language)):
            yield Line(lead if number == 0 else " " * len(lead)) + line

    def filled(self, text: Text) -> str:
        written = text.language(self.language)
        return self.instance.fill(written) if self.instance else written

    def head(self, name: str) -> Line:
        return Line(self.label(name), "bold")

    def label(self, name: str) -> str:
        return LABELS[name][0 if self.language == "en" else 1]
