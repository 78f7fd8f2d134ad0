"""A drill: numbers only, outside the schedule, with fresh values and a difficulty that follows the person."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from statistics import median
from typing import Any, NamedTuple

from dlquiz import answers
from dlquiz.cards import Card, Language
from dlquiz.study import events, slips
from dlquiz.study.desk import Desk
from dlquiz.study.events import END, OVER, QUESTION, Event
from dlquiz.study.ratings import USUAL_SECONDS, suggested
from dlquiz.study.showing import Showing, draw
from dlquiz.study.words import RATINGS, read

# A missed family comes back, with other numbers, behind so many others.
GAP = 3
# How the wished strength of memory (days) moves with each answer, and how far.
HARDER, EASIER = 1.5, 0.5
LEAST_SKILL, MOST_SKILL = 0.05, 50.0
# A family never answered is drawn as if it was remembered for so many days.
FRESH_DAYS = 2.0
MOST_SLIPS = 5


class DrillWishes(NamedTuple):
    """What is drilled: `cards` are numeric; without `questions` and `minutes` it goes on until the person leaves."""

    cards: Sequence[Card]
    language: Language
    questions: int | None = None
    minutes: float | None = None


class Shown(NamedTuple):
    """The question on the table."""

    showing: Showing
    asked_at: int
    repeat: bool = False
    hints: int = 0


class Done(NamedTuple):
    """What was recorded of one answer."""

    shown: Shown
    correct: bool
    seconds: float
    slip: str | None

    @property
    def chance(self) -> slips.Chance:
        showing = self.shown.showing
        return slips.Chance(showing.card.id, self.slip, frozenset(slips.possible(showing.drawn)))


def converse(desk: Desk, wishes: DrillWishes) -> Generator[Event, Any, None]:
    """Yield events and take replies and commands, as study does; a verdict is recorded at once, without a rating.

    The events are those of study, with `drill: true` in `session`, and in `summary` {seconds, before, slips: [{name,
    what, count, of}]}: the median seconds of right answers, those of the same families before, and the slips made.
    """
    drill = Drill(desk, wishes)
    out = drill.opening()
    while True:
        given = None
        for event in out:
            given = yield event
        if drill.over:
            return
        out = drill.hear(given)


class Drill:
    """One drill: `hear` takes what came in and returns the events that answer it."""

    def __init__(self, desk: Desk, wishes: DrillWishes) -> None:
        self.over = False
        self._desk, self._wishes = desk, wishes
        self._turns: list[Card] = []
        self._table: Shown | None = None
        self._waiting: Showing | None = None  # what was open when an answer was undone
        self._done: dict[str, Done] = {}
        self._skill = 1.0
        self._began = desk.clock().at
        self._said_summary = False

    def opening(self) -> Iterator[Event]:
        yield events.session(self._wishes.language, len(self._wishes.cards), False, {"drill": True})
        yield from self._next()

    def hear(self, given: Any) -> Iterator[Event]:
        if given is None:
            yield from self._leave()
            return
        expects = QUESTION if self._table else END
        try:
            words = read(given, expects)
            yield from self._act(words.form, words.value, words.seconds)
        except answers.RefusedError as refusal:
            yield events.error(refusal.told(self._language), expects)

    @property
    def _language(self) -> Language:
        return self._table.showing.language if self._table else self._wishes.language

    def _act(self, form: str, value: Any, seconds: float | None) -> Iterator[Event]:
        if form == "command" and value == "quit":
            return self._leave()
        if form == "command" and value == "undo":
            return self._undo()
        assert self._table is not None, "words.read lets nothing else through at the end"
        if form == "reply":
            return self._judge(self._table, value, seconds)
        return self._command(self._table, value)

    # The next question

    def _next(self) -> Iterator[Event]:
        if self._is_enough():
            self._table = None
            yield self._summary(END)
            return
        waiting, self._waiting = self._waiting, None
        yield self._put(waiting or self._drawn(self._take()), repeat=False)

    def _is_enough(self) -> bool:
        wishes = self._wishes
        used = self._desk.clock().at - self._began
        late = wishes.minutes is not None and used >= wishes.minutes * 60_000
        return late or (wishes.questions is not None and len(self._done) >= wishes.questions)

    def _take(self) -> Card:
        """The next family: all of them in a new order, then again."""
        if not self._turns:
            self._turns = list(self._wishes.cards)
            self._desk.chance.shuffle(self._turns)
            last = self._table.showing.card.id if self._table else None
            if len(self._turns) > 1 and self._turns[0].id == last:
                self._turns.append(self._turns.pop(0))
        return self._turns.pop(0)

    def _drawn(self, card: Card) -> Showing:
        state = self._desk.history.state(card.id)
        days = (state.stability if state else None) or FRESH_DAYS
        return draw(card, self._wishes.language, self._desk.chance, "", days * self._skill)

    def _put(self, showing: Showing, *, repeat: bool) -> Event:
        self._table = Shown(showing, self._desk.clock().at, repeat)
        return self._question(self._table)

    def _question(self, table: Shown) -> Event:
        left = None if self._wishes.questions is None else self._wishes.questions - len(self._done) - 1
        hints = len(answers.hints(table.showing.card, table.showing.drawn, table.showing.language)) - table.hints
        event = events.question(
            table.showing, hints=hints, position=len(self._done) + 1, remaining=left or 0, repeat=table.repeat
        )
        return {**event, "remaining": left}

    # Answers

    def _judge(self, table: Shown, reply: Any, seconds: float | None) -> Iterator[Event]:
        showing = table.showing
        if seconds is None:
            seconds = max(0, self._desk.clock().at - table.asked_at) / 1000
        verdict = answers.check(showing.card, showing.drawn, reply, showing.language)
        correct = bool(verdict.correct)
        usual = showing.card.usual_seconds or USUAL_SECONDS
        rating = suggested(
            correct=verdict.correct,
            ticked=0,
            points=0,
            seconds=seconds,
            usual=usual,
            hints=table.hints,
            rounded=verdict.outcome == "rounded",
        )
        yield events.verdict(showing, verdict, (), seconds, rating, None, OVER)
        answer = events.answer(
            showing, verdict, kind="drill", rating=RATINGS[rating], reply=reply, seconds=seconds, hints=table.hints
        )
        kept = self._desk.history.record(answer)
        self._done[kept.id] = Done(table, correct, seconds, verdict.mistake["name"] if verdict.mistake else None)
        self._follow(showing.card, correct, seconds <= 2 * usual)
        yield events.recorded(kept, rating)
        yield from self._next()

    def _follow(self, card: Card, correct: bool, swift: bool) -> None:
        """Harder after a right answer in time, easier after a wrong one, which comes back soon."""
        factor = HARDER if correct and swift else 1.0 if correct else EASIER
        self._skill = min(MOST_SKILL, max(LEAST_SKILL, self._skill * factor))
        if not correct:
            self._turns = [one for one in self._turns if one.id != card.id]
            self._turns.insert(min(GAP, len(self._turns)), card)

    # Commands

    def _command(self, table: Shown, command: str) -> Iterator[Event]:
        showing = table.showing
        match command:
            case "hint":
                told = answers.hints(showing.card, showing.drawn, showing.language)
                if table.hints >= len(told):
                    raise answers.RefusedError("no hint is left", "没有更多提示了")
                self._table = table._replace(hints=table.hints + 1)
                yield events.hint(told[table.hints], len(told) - table.hints - 1)
            case "skip":
                yield events.done("skip", showing.card.id, None)
                yield from self._next()
            case "language":
                turned: Language = "zh" if showing.language == "en" else "en"
                self._wishes = self._wishes._replace(language=turned)
                self._table = table._replace(showing=showing._replace(language=turned))
                yield self._question(self._table)
            case _:
                raise answers.RefusedError(f"{command} does not fit in a drill", "练习中不能这样做")

    def _undo(self) -> Iterator[Event]:
        """The newest answer of this drill; nothing that was recorded before it is touched."""
        expects = QUESTION if self._table else END
        row = self._desk.history.undo(first=tuple(self._done)) if self._done else None
        if row is None:
            yield events.undone(None, None, None, expects)
            return
        done = self._done.pop(row.id, None)
        yield events.undone(row.id, row.kind, row.card)
        if done is None:
            yield from self._next()
        else:
            self._waiting = self._table.showing if self._table else None
            yield self._put(done.shown.showing, repeat=True)

    # The end

    def _leave(self) -> Iterator[Event]:
        self.over = True
        if not self._said_summary or self._table is not None:
            yield self._summary(OVER)

    def _summary(self, expects: tuple[str, ...]) -> Event:
        done = list(self._done.values())
        now, before = self._speed()
        self._said_summary = True
        return {
            "event": "summary",
            "answered": len(done),
            "correct": sum(one.correct for one in done),
            "minutes": round(sum(one.seconds for one in done) / 60, 1),
            "seconds": now,
            "before": before,
            "slips": slips.told(slips.tally([one.chance for one in reversed(done)]), self._language, MOST_SLIPS),
            "expects": list(expects),
        }

    def _speed(self) -> tuple[float | None, float | None]:
        """Median seconds of the right answers, and of earlier right answers to the same families."""
        now: list[float] = []
        before: list[float] = []
        for name in {one.shown.showing.card.id for one in self._done.values() if one.correct}:
            now += [one.seconds for one in self._done.values() if one.correct and one.shown.showing.card.id == name]
            before += [
                row.seconds
                for row in self._desk.history.rows(name)
                if row.kind in ("drill", "review") and row.correct and row.seconds and row.id not in self._done
            ]
        return _median(now), _median(before)


def _median(seconds: Sequence[float]) -> float | None:
    return round(median(seconds), 1) if seconds else None
