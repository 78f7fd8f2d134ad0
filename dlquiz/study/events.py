"""The events of a conversation, in the very form in which a JSON line has them (docs/study-json.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dlquiz import answers
from dlquiz.cards import Choice, Cloze, Numeric, Order, Text
from dlquiz.memory import date_of
from dlquiz.study import showing as showings
from dlquiz.study.showing import Showing

if TYPE_CHECKING:
    from dlquiz.history import Event as Answer
    from dlquiz.history import Recorded

Event = dict[str, Any]

# What each state expects; the last line out of every answer says it.
QUESTION = ("reply", "command")
VERDICT = ("ticks", "rating", "command")
END = ("undo", "quit")
OVER: tuple[str, ...] = ()


def session(language: str, cards: int, cram: bool, told: Mapping[str, Any]) -> Event:
    return {"event": "session", "version": 1, "language": language, "cards": cards, "cram": cram, **told}


def question(showing: Showing, *, hints: int, position: int, remaining: int, repeat: bool) -> Event:
    card = showing.card
    return {
        "event": "question",
        "card": card.id,
        "deck": card.deck,
        "kind": card.kind,
        "language": showing.language,
        "level": card.level,
        "text": showings.text(showing, card.question),
        **_parts(showing),
        "hints": hints,
        "position": position,
        "remaining": remaining,
        "repeat": repeat,
        "expects": list(QUESTION),
    }


def _parts(showing: Showing) -> dict[str, Any]:
    language = showing.language
    match showing.card.body:
        case Choice(options):
            return {
                "options": [options[index].text.language(language) for index in showing.drawn],
                "several": sum(option.right for option in options) > 1,
            }
        case Order(steps):
            return {"steps": [steps[index].language(language) for index in showing.drawn]}
        case Cloze(holes):
            return {"holes": len(holes)}
        case Numeric():
            return showings.numeric_facts(showing)
        case _:
            return {}


def hint(text: str, left: int) -> Event:
    return {"event": "hint", "text": text, "left": left, "expects": list(QUESTION)}


def verdict(
    showing: Showing,
    judged: answers.Verdict,
    ticks: Sequence[int],
    seconds: float,
    suggested: str,
    previews: Mapping[str, int] | None,
    expects: Sequence[str],
) -> Event:
    card, language = showing.card, showing.language
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
        **_solution(showing),
        "answer": _text(showing, card.answer),
        # Of a card without a figure nothing is said, as of other kinds' parts.
        **({"figure": dict(card.figure)} if card.figure else {}),
        "points": [
            {"text": showings.text(showing, point.text), "ticked": number in ticks}
            for number, point in enumerate(card.points, 1)
        ],
        "pitfall": _text(showing, card.pitfall),
        "references": list(card.references),
        "seconds": round(seconds, 1),
        "suggested": suggested,
        "previews": previews,
        "expects": list(expects),
    }


def _solution(showing: Showing) -> dict[str, Any]:
    """What the question had open, closed: the reasons of the options, the steps in order, the text without holes."""
    language = showing.language
    match showing.card.body:
        case Choice(options):
            shown = [options[index] for index in showing.drawn]
            return {
                "options": [option.text.language(language) for option in shown],
                "reasons": [_text(showing, option.why) for option in shown],
            }
        case Order(steps):
            return {"ordered": [step.language(language) for step in steps]}
        case Cloze():
            return {"text": showings.filled(showing)}
        case Numeric():
            return {"asked": showings.numeric_facts(showing)["asked"]}
        case _:
            return {}


def _text(showing: Showing, text: Text | None) -> str | None:
    return None if text is None else showings.text(showing, text)


def recorded(kept: Recorded, rating: str) -> Event:
    due = kept.due_day if kept.due_day is not None else kept.state.due_day
    return {
        "event": "recorded",
        "id": kept.id,
        "card": kept.card,
        "kind": kept.kind,
        "rating": rating,
        "interval": kept.interval,
        "due": None if due is None else date_of(due),
        "leech": kept.leech,
    }


def answer(showing: Showing, judged: answers.Verdict | None, **facts: Any) -> Answer:
    """The row of the log for an answered showing."""
    from dlquiz.history import Event as Answer

    reply = facts.pop("reply")
    return Answer(
        card=showing.card.id,
        verdict=judged.outcome if judged else None,
        correct=judged.correct if judged else None,
        mistake=judged.mistake["name"] if judged and judged.mistake else None,
        reply=reply if isinstance(reply, str) or reply is None else json.dumps(reply, ensure_ascii=False),
        shown=showings.kept(showing),
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
    slips: Sequence[Mapping[str, Any]],
    expects: Sequence[str],
) -> Event:
    return {
        "event": "summary",
        "answered": answered,
        "correct": correct,
        "minutes": round(minutes, 1),
        "tomorrow": tomorrow,
        "next_due": None if next_due is None else date_of(next_due),
        "slips": [dict(slip) for slip in slips],
        "expects": list(expects),
    }


def error(message: str, expects: Sequence[str]) -> Event:
    return {"event": "error", "message": message, "expects": list(expects)}
