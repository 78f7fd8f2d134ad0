"""A whole card on the terminal, question and solution, as `dlquiz bank show` prints it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from random import Random
from shutil import get_terminal_size

from rich.console import Console
from rich.text import Text as Line

from dlquiz.cards import Card, Language
from dlquiz.formatting import COLON, COMMA, SEMICOLON
from dlquiz.kinds.view import FilledHoles, JudgedOptions, OrderedSteps, Working, WorkingStep, card_view
from dlquiz.messages.study import CARD_PARTS
from dlquiz.render import figure as picture
from dlquiz.render import markdown
from dlquiz.render.layout import MAX_WIDTH
from dlquiz.render.working import printed
from dlquiz.session.presentation import in_file_order

LABELS = CARD_PARTS | {
    "mistakes": ("Mistakes", "错误算法"),
    "references": ("References", "参考"),
    "then": ("Then", "追问"),
    "tags": ("Tags", "标签"),
    "source": ("Source", "来源"),
    "draft": ("draft", "草稿"),
    "checked": ("Checked", "复核"),
}


def print_card(card: Card, language: Language, *, cues: bool = False) -> None:
    """One instance of a numeric family is shown, always the same; the cues of points on request."""
    width = min(get_terminal_size().columns, MAX_WIDTH)
    console = Console(markup=False, emoji=False, highlight=False, width=width)
    for line in _Sheet(card, language, width, cues=cues).lines():
        console.print(line)


def _is_dumb() -> bool:
    return os.environ.get("TERM") in ("dumb", "unknown")


class _Sheet:
    def __init__(self, card: Card, language: Language, width: int, *, cues: bool) -> None:
        self.card, self.language, self.width, self.cues = card, language, width, cues
        self.view = card_view(card, language, in_file_order(card, Random(1)))

    def lines(self) -> Iterator[Line]:
        card, view = self.card, self.view
        draft = f" · {self.label('draft')}" if card.draft else ""
        yield Line(f"{card.id} · {card.deck} · {card.kind} · {card.level}/3 · {'★' * card.weight}{draft}", "dim")
        yield from self.lines_of(view.question)
        if view.convention is not None:
            yield from self.lines_of(view.convention)
        yield Line()
        yield from self.solution()
        if view.answer is not None:
            yield self.head("answer")
            yield from self.lines_of(view.answer)
        if card.figure:
            yield Line()
            yield from picture.lines(card.figure, self.width, plain=_is_dumb(), language=self.language)
            yield Line()
        if view.pitfall is not None:
            yield self.head("pitfall")
            yield from self.lines_of(view.pitfall)
        if view.points:
            yield self.head("points")
            for point in view.points:
                yield from self.item("·" if point.core else "+", point.text)
                if self.cues:
                    yield from self.comment(", ".join(point.cues))
        yield from self.marks()

    def solution(self) -> Iterator[Line]:
        match self.view.solution:
            case JudgedOptions(options):
                for option in options:
                    yield from self.item("✓" if option.right else "✗", option.text)
                    if option.why is not None:
                        yield from self.item(" ", option.why)
            case OrderedSteps(parts):
                for number, part in enumerate(parts, start=1):
                    yield from self.item(f"{number}", part)
            case FilledHoles(holes):
                for number, hole in enumerate(holes, start=1):
                    yield from self.item(markdown.hole(number), hole.markdown)
                    forms = [", ".join(hole.accept)] if hole.accept else []
                    forms += [hole.form] if hole.form else []
                    if forms:
                        yield from self.comment(f"({'; '.join(forms)})")
            case Working(steps):
                for step in steps:
                    yield from self.step(step)
                listed = ", ".join(one.with_unit.strip() for one in self.view.quantities)
                yield Line(f"→ {listed}", "bold")
            case None:
                pass

    def step(self, step: WorkingStep) -> Sequence[Line]:
        if step.markdown is not None:
            return self.lines_of(step.markdown)
        return markdown.wrapped([(f"{step.quantity}{COLON[self.language]}{printed(step.equation)}", "")], self.width)

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
                joint = (SEMICOLON if name == "references" else COMMA)[self.language]
                listed = self.label(name) + COLON[self.language] + joint.join(values)
                yield from markdown.wrapped([(listed, "comment")], self.width)
        yield Line(str(card.place), "dim")

    def lines_of(self, text: str) -> Sequence[Line]:
        return markdown.lines(text, self.width, language=self.language)

    def item(self, mark: str, text: str) -> Iterator[Line]:
        lead = f"  {mark} "
        for number, line in enumerate(markdown.lines(text, self.width - 4, language=self.language)):
            yield Line(lead if number == 0 else " " * len(lead)) + line

    def comment(self, words: str) -> Iterator[Line]:
        yield from (Line("    ") + line for line in markdown.wrapped([(words, "comment")], self.width - 4))

    def head(self, name: str) -> Line:
        return Line(self.label(name), "bold")

    def label(self, name: str) -> str:
        return LABELS[name][0 if self.language == "en" else 1]
