"""A printable study sheet in Markdown, deck by deck, and a table for spreadsheets."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from dlquiz.cards import LANGUAGES, Card, Language, Text
from dlquiz.kinds.view import CardView, FilledHoles, Items, JudgedOptions, OrderedSteps, Working, WorkingStep, card_view
from dlquiz.messages.study import CARD_PARTS
from dlquiz.render.working import printed
from dlquiz.scheduler import State, date_of
from dlquiz.session.presentation import fixed

_HOLE = re.compile(r"@\{(\d{1,2})\}")
COLUMNS = ("id", "deck", "kind", "level", "weight", "tags", "question_en", "question_zh", "answer_en", "answer_zh",
           "pitfall_en", "pitfall_zh", "reviews", "lapses", "stability_days", "difficulty", "last", "due", "suspended",
           "flagged")  # fmt: skip


def table(cards: Iterable[Card], states: Mapping[str, State]) -> Iterator[str]:
    """One line a card, with where it stands, as CSV (RFC 4180) that a spreadsheet opens without running anything."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for card in cards:
        yield _taken(out)
        state = states.get(card.id) or State(card.id)
        views = _views(card, LANGUAGES)
        words = [
            written(views[language]) if language in views else ""
            for written in (_question, _answer, _pitfall)
            for language in LANGUAGES
        ]
        writer.writerow(
            [
                card.id,
                _inert(card.deck),
                card.kind,
                card.level,
                card.weight,
                _inert(" ".join(card.tags)),
                *map(_inert, words),
                state.reviews,
                state.lapses,
                "" if state.stability is None else f"{state.stability:.4f}",
                "" if state.difficulty is None else f"{state.difficulty:.3f}",
                "" if state.last_day is None else date_of(state.last_day),
                "" if state.due_day is None else date_of(state.due_day),
                int(state.suspended),
                int(state.flagged),
            ]
        )
    yield _taken(out)


def _taken(out: io.StringIO) -> str:
    """What was written, which is taken away."""
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text


def study_sheet(cards: Iterable[Card], titles: Mapping[str, Text], languages: Sequence[Language]) -> Iterator[str]:
    """Questions with their answers beneath, a section a deck; in two languages the second follows the first."""
    before = ""
    for paragraph in _paragraphs(cards, titles, languages):
        yield before + paragraph
        before = "\n\n"
    yield "\n"


def _paragraphs(cards: Iterable[Card], titles: Mapping[str, Text], languages: Sequence[Language]) -> Iterator[str]:
    for deck, group in groupby(cards, key=lambda card: card.deck):
        title = titles.get(deck, Text(en=deck))
        named = dict.fromkeys(title.language(language) for language in languages)
        yield f"# {' · '.join(named)}"
        for number, card in enumerate(group, 1):
            for place, (language, view) in enumerate(_views(card, languages).items()):
                yield from _entry(view, language, f"{number}. {card.id}" if not place else None)


def _views(card: Card, languages: Sequence[Language]) -> dict[Language, CardView]:
    """The card in those of the languages that it has, else in the one that it has."""
    written = card.question.languages
    drawn = fixed(card)
    chosen = [language for language in languages if language in written] or written[:1]
    return {language: card_view(card, language, drawn) for language in chosen}


def _entry(view: CardView, language: Language, heading: str | None) -> list[str]:
    labels = {part: titles[language == "zh"] for part, titles in CARD_PARTS.items()}
    out = [f"## {heading}"] if heading else []
    out.append(_question(view))
    if answer := _answer(view):
        out.append(f"**{labels['answer']}**\n\n{answer}")
    if view.points:
        points = "\n".join(f"- [ ] {_item(point.text)}" for point in view.points)
        out.append(f"**{labels['points']}**\n\n{points}")
    if view.pitfall is not None:
        out.append(f"**{labels['pitfall']}**\n\n{_pitfall(view)}")
    return out


def _question(view: CardView) -> str:
    asked = view.question.strip()
    if isinstance(view.solution, FilledHoles):
        asked = _HOLE.sub(lambda match: f"[{match[1]}]", asked)
    parts = [asked, _items(view.items) if view.items else "", view.convention or ""]
    return "\n\n".join(part for part in parts if part)


def _items(items: Items) -> str:
    match items.style:
        case "options":
            return "\n".join(f"{number}. {_item(words)}" for number, words in enumerate(items.texts, 1))
        case "steps":
            return "\n".join(f"- {_item(words)}" for words in items.texts)


def _answer(view: CardView) -> str:
    parts = ("\n".join(_solution(view)), (view.answer or "").strip())
    return "\n\n".join(part for part in parts if part)


def _solution(view: CardView) -> list[str]:
    match view.solution:
        case JudgedOptions(options):
            return [
                f"{number}. {'✓' if one.right else '✗'} {_item(one.why or '')}".rstrip()
                for number, one in enumerate(options, 1)
            ]
        case OrderedSteps(steps):
            return [f"{number}. {_item(step)}" for number, step in enumerate(steps, 1)]
        case FilledHoles(holes):
            return [f"{number}. {hole.markdown}" for number, hole in enumerate(holes, 1)]
        case Working(steps=lines):
            return [f"- {one.with_unit}" for one in view.quantities] + [f"- {_working(line)}" for line in lines]
        case None:
            return []


def _working(step: WorkingStep) -> str:
    return f"`{printed(step.equation)}`" if step.markdown is None else step.markdown


def _pitfall(view: CardView) -> str:
    return (view.pitfall or "").strip()


def _item(words: str) -> str:
    return " ".join(words.split())


def _inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> _inert("=1+1"), _inert("-5"), _inert("x=1")
    ("'=1+1", "'-5", 'x=1')
    """
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
