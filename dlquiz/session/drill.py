"""A drill: numbers only, outside the schedule, with fresh values and a difficulty that follows the person."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from statistics import median
from typing import Any, NamedTuple

from dlquiz.cards import Card, Language
from dlquiz.grading import check as answers
from dlquiz.session import events, frequent_mistakes
from dlquiz.session.commands import RATINGS, read
from dlquiz.session.context import SessionContext
from dlquiz.session.events import END, OVER, QUESTION, Event
from dlquiz.session.presentation import Presentation, draw
from dlquiz.session.suggested_rating import USUAL_SECONDS, suggested

# A missed family comes back, with other numbers, behind so many others.
GAP = 3
# How the wished strength of memory (days) moves with each answer, and how far.
HARDER, EASIER = 1.5, 0.5
MIN_SKILL, MAX_SKILL = 0.05, 50.0
# A family never answered is drawn as if it was remembered for so many days.
FRESH_DAYS = 2.0
MAX_MISTAKES = 5


class DrillOptions(NamedTuple):
    """What is drilled: `cards` are numeric; without `questions` and `minutes` it goes on until the person leaves."""

    cards: Sequence[Card]
    language: Language
    questions: int | None = None
    minutes: float | None = None


class Shown(NamedTuple):
    """The question on the table."""

    presentation: Presentation
    asked_at: int
    repeat: bool = False
    hints: int = 0


class Done(NamedTuple):
    """What was recorded of one answer."""

    shown: Shown
    correct: bool
    seconds: float
    mistake: str | None

    @property
    def chance(self) -> frequent_mistakes.Chance:
        presentation = self.shown.presentation
        return frequent_mistakes.Chance(
            presentation.card.id, self.mistake, frozenset(frequent_mistakes.possible(presentation.drawn))
        )


def converse(context: SessionContext, options: DrillOptions) -> Generator[Event, Any, None]:
    """Yield events and take replies and commands, as study does; a verdict is recorded at once, without a rating.

    The events are those of study, with `drill: true` in `session`, and in `summary` {seconds, before, slips: [{name,
    what, count, of}]}: the median seconds of right answers, those of the same families before, and the slips made.
    """
    drill = Drill(context, options)
    out = drill.opening()
    while True:
        given = None
        for event in out:
            given = yield event
        if drill.over:
            return
        out = drill.handle(given)


class Drill:
    """One drill: `hear` takes what came in and returns the events that answer it."""

    def __init__(self, context: SessionContext, options: DrillOptions) -> None:
        self.over = False
        self._context, self._options = context, options
        self._turns: list[Card] = []
        self._table: Shown | None = None
        self._waiting: Presentation | None = None  # what was open when an answer was undone
        self._done: dict[str, Done] = {}
        self._skill = 1.0
        self._began = context.clock().at
        self._summary_sent = False

    def opening(self) -> Iterator[Event]:
        yield events.session(self._options.language, len(self._options.cards), False, {"drill": True})
        yield from self._next()

    def handle(self, given: Any) -> Iterator[Event]:
        if given is None:
            yield from self._leave()
            return
        expects = QUESTION if self._table else END
        try:
            words = read(given, expects)
            yield from self._act(words.form, words.value, words.seconds)
        except answers.RefusedError as refusal:
            yield events.error(refusal.in_language(self._language), expects)

    @property
    def _language(self) -> Language:
        return self._table.presentation.language if self._table else self._options.language

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
        yield self._put(waiting or self._drawn(self._next_card()), repeat=False)

    def _is_enough(self) -> bool:
        options = self._options
        used = self._context.clock().at - self._began
        late = options.minutes is not None and used >= options.minutes * 60_000
        return late or (options.questions is not None and len(self._done) >= options.questions)

    def _next_card(self) -> Card:
        """The next family: all of them in a new order, then again."""
        if not self._turns:
            self._turns = list(self._options.cards)
            self._context.chance.shuffle(self._turns)
            last = self._table.presentation.card.id if self._table else None
            if len(self._turns) > 1 and self._turns[0].id == last:
                self._turns.append(self._turns.pop(0))
        return self._turns.pop(0)

    def _drawn(self, card: Card) -> Presentation:
        state = self._context.history.state(card.id)
        days = (state.stability if state else None) or FRESH_DAYS
        return draw(card, self._options.language, self._context.chance, "", days * self._skill)

    def _put(self, presentation: Presentation, *, repeat: bool) -> Event:
        self._table = Shown(presentation, self._context.clock().at, repeat)
        return self._question(self._table)

    def _question(self, table: Shown) -> Event:
        left = None if self._options.questions is None else self._options.questions - len(self._done) - 1
        hints = (
            len(answers.hints(table.presentation.card, table.presentation.drawn, table.presentation.language))
            - table.hints
        )
        event = events.question(
            table.presentation, hints=hints, position=len(self._done) + 1, remaining=left or 0, repeat=table.repeat
        )
        return {**event, "remaining": left}

    # Answers

    def _judge(self, table: Shown, reply: Any, seconds: float | None) -> Iterator[Event]:
        presentation = table.presentation
        if seconds is None:
            seconds = max(0, self._context.clock().at - table.asked_at) / 1000
        verdict = answers.check(presentation.card, presentation.drawn, reply, presentation.language)
        correct = bool(verdict.correct)
        usual = presentation.card.usual_seconds or USUAL_SECONDS
        rating = suggested(
            correct=verdict.correct,
            ticked=0,
            points=0,
            seconds=seconds,
            usual=usual,
            hints=table.hints,
            rounded=verdict.outcome == "rounded",
        )
        yield events.verdict(presentation, verdict, (), seconds, rating, None, OVER)
        answer = events.answer(
            presentation, verdict, kind="drill", rating=RATINGS[rating], reply=reply, seconds=seconds, hints=table.hints
        )
        stored = self._context.history.record(answer)
        self._done[stored.id] = Done(table, correct, seconds, verdict.mistake["name"] if verdict.mistake else None)
        self._follow(presentation.card, correct, seconds <= 2 * usual)
        yield events.recorded(stored, rating)
        yield from self._next()

    def _follow(self, card: Card, correct: bool, swift: bool) -> None:
        """Harder after a right answer in time, easier after a wrong one, which comes back soon."""
        factor = HARDER if correct and swift else 1.0 if correct else EASIER
        self._skill = min(MAX_SKILL, max(MIN_SKILL, self._skill * factor))
        if not correct:
            self._turns = [one for one in self._turns if one.id != card.id]
            self._turns.insert(min(GAP, len(self._turns)), card)

    # Commands

    def _command(self, table: Shown, command: str) -> Iterator[Event]:
        presentation = table.presentation
        match command:
            case "hint":
                summarised = answers.hints(presentation.card, presentation.drawn, presentation.language)
                if table.hints >= len(summarised):
                    raise answers.RefusedError("no hint is left", "没有更多提示了")
                self._table = table._replace(hints=table.hints + 1)
                yield events.hint(summarised[table.hints], len(summarised) - table.hints - 1)
            case "skip":
                yield events.done("skip", presentation.card.id, None)
                yield from self._next()
            case "language":
                turned: Language = "zh" if presentation.language == "en" else "en"
                self._options = self._options._replace(language=turned)
                self._table = table._replace(presentation=presentation._replace(language=turned))
                yield self._question(self._table)
            case _:
                raise answers.RefusedError(f"{command} does not fit in a drill", "练习中不能这样做")

    def _undo(self) -> Iterator[Event]:
        """The newest answer of this drill; nothing that was recorded before it is touched."""
        expects = QUESTION if self._table else END
        row = self._context.history.undo(first=tuple(self._done)) if self._done else None
        if row is None:
            yield events.undone(None, None, None, expects)
            return
        done = self._done.pop(row.id, None)
        yield events.undone(row.id, row.kind, row.card)
        if done is None:
            yield from self._next()
        else:
            self._waiting = self._table.presentation if self._table else None
            yield self._put(done.shown.presentation, repeat=True)

    # The end

    def _leave(self) -> Iterator[Event]:
        self.over = True
        if not self._summary_sent or self._table is not None:
            yield self._summary(OVER)

    def _summary(self, expects: tuple[str, ...]) -> Event:
        done = list(self._done.values())
        now, before = self._speed()
        self._summary_sent = True
        return {
            "event": "summary",
            "answered": len(done),
            "correct": sum(one.correct for one in done),
            "minutes": round(sum(one.seconds for one in done) / 60, 1),
            "seconds": now,
            "before": before,
            "slips": frequent_mistakes.summarised(
                frequent_mistakes.tally([one.chance for one in reversed(done)]), self._language, MAX_MISTAKES
            ),
            "expects": list(expects),
        }

    def _speed(self) -> tuple[float | None, float | None]:
        """Median seconds of the right answers, and of earlier right answers to the same families."""
        now: list[float] = []
        before: list[float] = []
        for name in {one.shown.presentation.card.id for one in self._done.values() if one.correct}:
            now += [
                one.seconds for one in self._done.values() if one.correct and one.shown.presentation.card.id == name
            ]
            before += [
                row.seconds
                for row in self._context.history.rows(name)
                if row.kind in ("drill", "review") and row.correct and row.seconds and row.id not in self._done
            ]
        return _median(now), _median(before)


def _median(seconds: Sequence[float]) -> float | None:
    return round(median(seconds), 1) if seconds else None
