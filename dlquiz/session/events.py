"""The events of a conversation, in the very form in which a JSON line has them (docs/study-json.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dlquiz.cards import Choice, Cloze, Numeric, Open, Order, Text
from dlquiz.grading import check
from dlquiz.scheduler import date_of
from dlquiz.session import presentation as presentations
from dlquiz.session.presentation import Presentation

if TYPE_CHECKING:
    from dlquiz.review_log import Event as Answer
    from dlquiz.review_log import Recorded

Event = dict[str, Any]

# What each state expects; the last line out of every answer says it.
QUESTION = ("reply", "command")
VERDICT = ("ticks", "rating", "command")
END = ("undo", "quit")
OVER: tuple[str, ...] = ()


def session(language: str, cards: int, cram: bool, facts: Mapping[str, Any]) -> Event:
    return {"event": "session", "version": 1, "language": language, "cards": cards, "cram": cram, **facts}


def question(presentation: Presentation, *, hints: int, position: int, remaining: int, repeat: bool) -> Event:
    card = presentation.card
    return {
        "event": "question",
        "card": card.id,
        "deck": card.deck,
        "kind": card.kind,
        "language": presentation.language,
        "level": card.level,
        "text": presentations.text(presentation, card.question),
        **_parts(presentation),
        "hints": hints,
        "position": position,
        "remaining": remaining,
        "repeat": repeat,
        "expects": list(QUESTION),
    }


def _parts(presentation: Presentation) -> dict[str, Any]:
    language = presentation.language
    match presentation.card.body:
        case Choice(options):
            return {
                "options": [options[index].text.language(language) for index in presentation.drawn],
                "several": sum(option.right for option in options) > 1,
            }
        case Order(steps):
            return {"steps": [steps[index].language(language) for index in presentation.drawn]}
        case Cloze(holes):
            return {"holes": len(holes)}
        case Numeric():
            return presentations.numeric_facts(presentation)
        case Open():
            return {}


def hint(text: str, left: int) -> Event:
    return {"event": "hint", "text": text, "left": left, "expects": list(QUESTION)}


def verdict(
    presentation: Presentation,
    judged: check.Verdict,
    ticks: Sequence[int],
    seconds: float,
    suggested: str,
    previews: Mapping[str, int] | None,
    expects: Sequence[str],
) -> Event:
    card, language = presentation.card, presentation.language
    return {
        "event": "verdict",
        "card": card.id,
        "kind": card.kind,
        "language": language,
        "correct": judged.correct,
        "verdict": judged.outcome,
        "expected": judged.expected,
        "parts": list(judged.parts),
        "notes": list(judged.notes),
        "mistake": dict(judged.mistake) if judged.mistake else None,
        "steps": [dict(step) for step in judged.steps],
        **_solution(presentation),
        "answer": _text(presentation, card.answer),
        # Of a card without a figure nothing is said, as of other kinds' parts.
        **({"figure": dict(card.figure)} if card.figure else {}),
        "points": [
            {"text": presentations.text(presentation, point.text), "ticked": number in ticks}
            for number, point in enumerate(card.points, 1)
        ],
        "pitfall": _text(presentation, card.pitfall),
        "references": list(card.references),
        "seconds": round(seconds, 1),
        "suggested": suggested,
        "previews": previews,
        "expects": list(expects),
    }


def _solution(presentation: Presentation) -> dict[str, Any]:
    """What the question had open, closed: the reasons of the options, the steps in order, the text without holes."""
    language = presentation.language
    match presentation.card.body:
        case Choice(options):
            shown = [options[index] for index in presentation.drawn]
            return {
                "options": [option.text.language(language) for option in shown],
                "reasons": [_text(presentation, option.why) for option in shown],
            }
        case Order(steps):
            return {"ordered": [step.language(language) for step in steps]}
        case Cloze():
            return {"text": presentations.filled(presentation)}
        case Numeric():
            return {"asked": presentations.numeric_facts(presentation)["asked"]}
        case Open():
            return {}


def _text(presentation: Presentation, text: Text | None) -> str | None:
    return None if text is None else presentations.text(presentation, text)


def recorded(stored: Recorded, rating: str) -> Event:
    due = stored.due_day if stored.due_day is not None else stored.state.due_day
    return {
        "event": "recorded",
        "id": stored.id,
        "card": stored.card,
        "kind": stored.kind,
        "rating": rating,
        "interval": stored.interval,
        "due": None if due is None else date_of(due),
        "leech": stored.leech,
    }


def answer(presentation: Presentation, judged: check.Verdict | None, **facts: Any) -> Answer:
    """The row of the log for an answered showing."""
    from dlquiz.review_log import Event as Answer

    reply = facts.pop("reply")
    return Answer(
        card=presentation.card.id,
        verdict=judged.outcome if judged else None,
        correct=judged.correct if judged else None,
        mistake=judged.mistake["name"] if judged and judged.mistake else None,
        reply=reply if isinstance(reply, str) or reply is None else json.dumps(reply, ensure_ascii=False),
        shown=presentations.stored(presentation),
        **facts,
    )


def done(command: str, card: str, row: str | None, expects: Sequence[str] | None = None) -> Event:
    event: Event = {"event": "done", "command": command, "card": card, "id": row}
    return event if expects is None else {**event, "expects": list(expects)}


def undone(row: str | None, kind: str | None, card: str | None, expects: Sequence[str] | None = None) -> Event:
    event: Event = {"event": "undone", "id": row, "kind": kind, "card": card}
    return event if expects is None else {**event, "expects": list(expects)}


def summary(
    *,
    answered: int,
    correct: int,
    minutes: float,
    tomorrow: int,
    next_due: int | None,
    mistakes: Sequence[Mapping[str, Any]],
    expects: Sequence[str],
) -> Event:
    return {
        "event": "summary",
        "answered": answered,
        "correct": correct,
        "minutes": round(minutes, 1),
        "tomorrow": tomorrow,
        "next_due": None if next_due is None else date_of(next_due),
        "slips": [dict(mistake) for mistake in mistakes],
        "expects": list(expects),
    }


def error(message: str, expects: Sequence[str]) -> Event:
    return {"event": "error", "message": message, "expects": list(expects)}
