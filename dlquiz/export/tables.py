"""A printable study sheet in Markdown, deck by deck, and a table for spreadsheets."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from dlquiz.anki.card_html import shuffled
from dlquiz.cards import Card, Choice, Cloze, Language, Numeric, Open, Order, Text
from dlquiz.numeric import Instance, format_value, steps, worked_line
from dlquiz.numeric import question as numeric_question
from dlquiz.scheduler import State, date_of

# The fixed instance of a numeric card that stands on paper.
Fix = Callable[[Card], Instance]

_HOLE = re.compile(r"@\{(\d{1,2})\}")
_WORDS = {
    "en": {"answer": "Answer", "points": "Points", "pitfall": "Pitfall", "working": "Working", "in order": "In order"},
    "zh": {"answer": "答案", "points": "要点", "pitfall": "常见误区", "working": "计算过程", "in order": "正确顺序"},
}
COLUMNS = ("id", "deck", "kind", "level", "weight", "tags", "question_en", "question_zh", "answer_en", "answer_zh",
           "pitfall_en", "pitfall_zh", "reviews", "lapses", "stability_days", "difficulty", "last", "due", "suspended",
           "flagged")  # fmt: skip


def table(cards: Sequence[Card], states: Mapping[str, State], fix: Fix) -> str:
    """One line a card, with where it stands, as CSV (RFC 4180) that a spreadsheet opens without running anything."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for card in cards:
        instance = fix(card) if isinstance(card.body, Numeric) else None
        state = states.get(card.id) or State(card.id)
        words = [cell for written in (_question, _answer, _pitfall) for cell in _both(card, instance, written)]
        writer.writerow([
            card.id, card.deck, card.kind, card.level, card.weight, " ".join(card.tags), *map(_inert, words),
            state.reviews, state.lapses, "" if state.stability is None else f"{state.stability:.4f}",
            "" if state.difficulty is None else f"{state.difficulty:.3f}",
            "" if state.last_day is None else date_of(state.last_day),
            "" if state.due_day is None else date_of(state.due_day), int(state.suspended), int(state.flagged),
        ])  # fmt: skip
    return out.getvalue()


def study_sheet(cards: Sequence[Card], titles: Mapping[str, Text], languages: Sequence[Language], fix: Fix) -> str:
    """Questions with their answers beneath, a section a deck; in two languages the second follows the first."""
    out = []
    for deck, group in groupby(cards, key=lambda card: card.deck):
        title = titles.get(deck, Text(en=deck))
        named = dict.fromkeys(title.language(language) for language in languages)
        out.append(f"# {' · '.join(named)}")
        for number, card in enumerate(group, 1):
            instance = fix(card) if isinstance(card.body, Numeric) else None
            has: list[Language] = [one for one in languages if getattr(card.question, one) is not None]
            for place, language in enumerate(has or [_only(card)]):
                out += _entry(card, instance, language, number if not place else 0)
    return "\n\n".join(out) + "\n"


def _only(card: Card) -> Language:
    return "en" if card.question.en is not None else "zh"


def _entry(card: Card, instance: Instance | None, language: Language, number: int) -> list[str]:
    labels = _WORDS[language]
    out = [f"## {number}. {card.id}"] if number else []
    out.append(_question(card, instance, language))
    if answer := _answer(card, instance, language):
        out.append(f"**{labels['answer']}**\n\n{answer}")
    if card.points:
        points = "\n".join(f"- [ ] {_item(point.text.language(language))}" for point in card.points)
        out.append(f"**{labels['points']}**\n\n{points}")
    if card.pitfall:
        out.append(f"**{labels['pitfall']}**\n\n{_filled(card.pitfall, instance, language)}")
    return out


def _question(card: Card, instance: Instance | None, language: Language) -> str:
    asked = _filled(card.question, instance, language)
    match card.body:
        case Choice(options):
            mixed = [options[place].text.language(language) for place in shuffled(card.id, len(options))]
            lines = [f"{number}. {_item(words)}" for number, words in enumerate(mixed, 1)]
            return "\n\n".join([asked, "\n".join(lines)])
        case Order(step_texts):
            mixed = [step_texts[place].language(language) for place in shuffled(card.id, len(step_texts))]
            lines = [f"- {_item(words)}" for words in mixed]
            return "\n\n".join([asked, "\n".join(lines)])
        case Cloze():
            return _HOLE.sub(lambda match: f"[{match[1]}]", asked)
        case Numeric() if instance is not None:
            convention = numeric_question(instance, language).convention
            return f"{asked}\n\n{convention}" if convention else asked
        case Open() | Numeric():
            return asked


def _answer(card: Card, instance: Instance | None, language: Language) -> str:
    written = _filled(card.answer, instance, language) if card.answer else ""
    match card.body:
        case Choice(options):
            lines = [
                f"{number}. {'✓' if one.right else '✗'} {_item(one.why.language(language)) if one.why else ''}".rstrip()
                for number, one in enumerate((options[place] for place in shuffled(card.id, len(options))), 1)
            ]
        case Order(step_texts):
            lines = [f"{number}. {_item(one.language(language))}" for number, one in enumerate(step_texts, 1)]
        case Cloze(holes):
            lines = [f"{number}. {_hole(hole.answer)}" for number, hole in enumerate(holes, 1)]
        case Numeric() if instance is not None:
            lines = [f"- {format_value(one.value)} {one.unit}".rstrip() for one in instance.quantities]
            lines += [f"- {_working(step)}" for step in steps(instance, language)]
        case Open() | Numeric():
            lines = []
    return "\n\n".join(part for part in ("\n".join(lines), written) if part)


def _working(step: Mapping[str, str]) -> str:
    if "working" in step:
        return worked_line(step, step["value"])
    return "`" + " = ".join(step[name] for name in ("formula", "numbers", "value") if step.get(name)) + "`"


def _pitfall(card: Card, instance: Instance | None, language: Language) -> str:
    return _filled(card.pitfall, instance, language) if card.pitfall else ""


def _filled(text: Text, instance: Instance | None, language: Language) -> str:
    written = text.language(language).strip()
    return instance.fill(written) if instance else written


def _item(words: str) -> str:
    return " ".join(words.split())


def _hole(answer: str) -> str:
    return f"${answer}$" if "\\" in answer and not answer.startswith("$") else answer


def _both(
    card: Card, instance: Instance | None, written: Callable[[Card, Instance | None, Language], str]
) -> list[str]:
    return [written(card, instance, language) if getattr(card.question, language) is not None else ""
            for language in ("en", "zh")]  # fmt: skip


def _inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> _inert("=1+1"), _inert("-5"), _inert("x=1")
    ("'=1+1", "'-5", 'x=1')
    """
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
