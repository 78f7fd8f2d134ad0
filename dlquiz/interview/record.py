"""What the log keeps of an interview: its beginning and one entry for every answer, as values and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from dlquiz.cards import Language
from dlquiz.interview.course import Turn
from dlquiz.scheduler.days import Instant


@dataclass(frozen=True)
class Beginning:
    """What an interview was begun with; `scope` are the decks, tags and kinds that it was narrowed to."""

    id: str
    minutes: float
    track: str
    seed: int
    language: Language
    questions: tuple[str, ...]
    scope: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The entry of the log."""
        scope = {name: list(values) for name, values in self.scope.items() if values}
        return {
            "id": self.id,
            "event": "begin",
            "minutes": self.minutes,
            "track": self.track,
            "seed": self.seed,
            "language": self.language,
            "questions": list(self.questions),
            **({"scope": scope} if scope else {}),
        }


@dataclass(frozen=True)
class Answer:
    """One answer: `values` are what was drawn for the question, `asked_at` UTC milliseconds, `reply` as JSON has it
    (None: not known, or `skipped`)."""

    turn: Turn
    values: Mapping[str, Any]
    reply: Any
    seconds: float
    asked_at: Instant
    skipped: bool = False

    def to_json(self, interview: str, position: int) -> dict[str, Any]:
        """The entry of the log."""
        turn, more = self.turn, dict[str, Any]()
        if turn.follow_up_of is not None:
            more["follow_up_of"] = turn.follow_up_of
        more |= {name: True for name, holds in (("easier", turn.easier), ("skipped", self.skipped)) if holds}
        return {
            "id": interview,
            "event": "answer",
            "position": position,
            "card": turn.card,
            "values": dict(self.values),
            "reply": self.reply,
            "seconds": self.seconds,
            "limit": turn.limit,
            "asked_at": list(self.asked_at),
            **more,
        }


@dataclass(frozen=True)
class Record:
    """All that the log has of one interview, in the order of its entries; `report` is that of its end, if it ended."""

    beginning: Beginning
    at: Instant
    answers: tuple[Answer, ...] = ()
    report: Mapping[str, Any] | None = None

    @property
    def id(self) -> str:
        return self.beginning.id

    @property
    def cards(self) -> tuple[str, ...]:
        """The cards that were answered or passed."""
        return tuple(answer.turn.card for answer in self.answers)

    @property
    def seconds(self) -> float:
        """What all answers took."""
        return sum(answer.seconds for answer in self.answers)


def new_id(at: Instant, device: str) -> str:
    """A name for an interview that a person can type: its date and time, and what keeps two devices apart.

    >>> new_id(Instant(1_772_442_000_000, 60), "a")
    '20260302-1000-972c'
    """
    from datetime import UTC, datetime, timedelta

    local = datetime.fromtimestamp(at.at / 1000, UTC) + timedelta(minutes=at.offset)
    return f"{local:%Y%m%d-%H%M}-{sha256(f'{at.at}/{device}'.encode()).hexdigest()[:4]}"


def read_records(entries: Iterable[tuple[Instant, Mapping[str, Any]]]) -> list[Record]:
    """The interviews that these entries of the log tell of, the oldest first; what cannot be read is left out."""
    found: dict[str, Record] = {}
    for at, entry in entries:
        known = found.get(str(entry.get("id")))
        match entry.get("event"):
            case "begin" if known is None and (beginning := _beginning(entry)) is not None:
                found[beginning.id] = Record(beginning, at)
            case "answer" if known is not None and (answer := _answer(entry)) is not None:
                found[known.id] = replace(known, answers=(*known.answers, answer))
            case "end" if known is not None and isinstance(entry.get("report"), Mapping):
                found[known.id] = replace(known, report=entry["report"])
    return list(found.values())


def unfinished(records: Iterable[Record]) -> list[Record]:
    """Those in which something was answered and that did not end, the oldest first; the last one is gone on with."""
    return [one for one in records if one.report is None and one.answers]


def _beginning(entry: Mapping[str, Any]) -> Beginning | None:
    try:
        scope = {name: tuple(map(str, values)) for name, values in dict(entry.get("scope", {})).items()}
        language: Language = "zh" if entry.get("language") == "zh" else "en"
        questions = tuple(map(str, entry["questions"]))
        minutes, seed = float(entry["minutes"]), int(entry["seed"])
        return Beginning(str(entry["id"]), minutes, str(entry["track"]), seed, language, questions, scope)
    except (KeyError, TypeError, ValueError):
        return None


def _answer(entry: Mapping[str, Any]) -> Answer | None:
    try:
        follow_up = entry.get("follow_up_of")
        turn = Turn(str(entry["card"]), float(entry["limit"]), follow_up and str(follow_up), bool(entry.get("easier")))
        at, offset = entry["asked_at"]
        return Answer(
            turn,
            dict(entry["values"]),
            entry.get("reply"),
            float(entry["seconds"]),
            Instant(int(at), int(offset)),
            bool(entry.get("skipped")),
        )
    except (KeyError, TypeError, ValueError):
        return None
