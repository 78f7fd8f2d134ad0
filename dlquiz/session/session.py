"""The conversation itself: question, verdict, end, and what each word does in them. Prints nothing, reads no clock."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from typing import Any

from dlquiz.cards import Language
from dlquiz.grading import check as answers
from dlquiz.scheduler import State
from dlquiz.session import events, frequent_mistakes
from dlquiz.session.commands import RATINGS, Action, read
from dlquiz.session.context import Answered, Open, SessionContext, StudyOptions
from dlquiz.session.events import END, OVER, QUESTION, VERDICT, Event
from dlquiz.session.presentation import Presentation, draw, restored
from dlquiz.session.queue import Queue, Turn
from dlquiz.session.suggested_rating import USUAL_SECONDS, suggested

Conversation = Generator[Event, Any, None]


def converse(context: SessionContext, options: StudyOptions) -> Conversation:
    """Yield events; after one with a non-empty `expects` send what came in, None at the end of input.

    The events are those of docs/study-json.md. An answer is committed before its `recorded` is yielded. Raises
    `DlquizError` when the log cannot be written; then the answer is not in it.
    """
    session = Session(context, options)
    out: Iterable[Event] = session.opening()
    try:
        while True:
            given = None
            for event in out:
                given = yield event
            if session.over:
                return
            out = session.handle(given)
    finally:
        session.close()


class Session:
    """One conversation: `hear` takes what came in and returns the events that answer it."""

    def __init__(self, context: SessionContext, options: StudyOptions) -> None:
        self.over = False
        self._context = context
        self._first_bank = context.bank
        self._options = options
        self._queue = Queue(options.cards)
        self._open: Open | None = None
        self._rows: list[str] = []
        self._answered: dict[str, Answered] = {}
        self._began = context.clock().at
        self._summary_sent = False

    @property
    def _expects(self) -> tuple[str, ...]:
        if self._open is None:
            return END
        if self._open.verdict is None:
            return QUESTION
        return VERDICT if self._open.presentation.card.points else VERDICT[1:]

    @property
    def _language(self) -> Language:
        return self._open.presentation.language if self._open is not None else self._options.language

    def _state(self, card: str) -> State:
        return self._context.history.state(card) or State(card)

    def opening(self) -> Iterator[Event]:
        yield events.session(self._options.language, len(self._queue), self._options.cram, self._options.facts)
        yield from self._next()

    def handle(self, given: Any) -> Iterable[Event]:
        """The events that answer what came in, each made only when it is asked for: what was committed is told
        before the next card is drawn."""
        if given is None:
            return self._leave()
        try:
            words = read(given, self._expects)
            self._summary_sent &= words.value == "quit"
            return self._act(words)
        except answers.RefusedError as refusal:
            self._summary_sent = False
            return [events.error(refusal.in_language(self._language), self._expects)]

    def _act(self, words: Action) -> Iterable[Event]:
        match words.form, words.value:
            case "reply", reply:
                return self._judge(self._table(), reply, words.seconds)
            case "ticks", ticks:
                return self._tick(self._table(), ticks)
            case "rating", rating:
                return self._rate(self._table(), rating)
            case _, "quit":
                return self._leave()
            case _, "undo":
                return self._undo()
            case _, "hint":
                return self._hint(self._table())
            case _, "flag":
                return self._flag(self._table())
            case _, "language" | "reload" as change:
                return self._change(self._table(), change)
            case _, command:
                return self._dismiss(self._table(), command)

    def _table(self) -> Open:
        assert self._open is not None, "words.read lets nothing else through at the end"
        return self._open

    def close(self) -> None:
        """Let go of a bank that this session opened; the first one is its opener's."""
        if self._context.bank is not self._first_bank:
            self._context.bank.close()

    # The next card

    def _next(self) -> Iterator[Event]:
        turn = self._next_card()
        if turn is None:
            self._open = None
            yield self._summary(END)
        else:
            yield from self._show(*turn)

    def _show(self, presentation: Presentation, repeat: bool) -> list[Event]:
        self._open = Open(presentation, self._context.clock().at, repeat)
        return [self._question(self._open)]

    def _next_card(self) -> tuple[Presentation, bool] | None:
        minutes = self._options.minutes
        if minutes is not None and self._context.clock().at - self._began >= minutes * 60_000:
            self._queue.only_returns()
        while (turn := self._queue.take()) is not None:
            if (card := self._context.bank.card(turn.card)) is None:
                continue
            state = self._state(turn.card)
            repeat = any(answered.card == turn.card for answered in self._answered.values())
            if turn.presentation is not None and turn.presentation.card == card:
                return turn.presentation._replace(version=state.version), repeat
            if turn.presentation is None and not turn.returns and self._done_in_another_window(state):
                continue
            language = turn.presentation.language if turn.presentation else self._options.language
            return draw(card, language, self._context.chance, state.version, state.stability), repeat
        return None

    def _done_in_another_window(self, state: State) -> bool:
        """Whether another terminal has answered or put away the card since the agenda of this session was made."""
        if self._options.cram:
            return False
        today = self._context.clock().day
        return state.inactive(today) or (state.due_day or 0) > today == state.last_day

    def _question(self, table: Open) -> Event:
        return events.question(
            table.presentation,
            hints=len(answers.hints(table.presentation.card, table.presentation.drawn, table.presentation.language))
            - table.hints,
            position=len(self._answered) + 1,
            remaining=len(self._queue),
            repeat=table.repeat,
        )

    # Answers

    def _judge(self, table: Open, reply: Any, seconds: float | None) -> list[Event]:
        presentation = table.presentation
        if seconds is None:
            seconds = max(0, self._context.clock().at - table.asked_at) / 1000
        verdict = answers.check(presentation.card, presentation.drawn, reply, presentation.language)
        self._open = table._replace(reply=reply, seconds=seconds, verdict=verdict, ticks=verdict.ticked)
        return [self._verdict(self._open)]

    def _tick(self, table: Open, ticks: list[int]) -> list[Event]:
        count = len(table.presentation.card.points)
        if wrong := [tick for tick in ticks if not 1 <= tick <= count]:
            raise answers.RefusedError(
                f"there is no point {wrong[0]}: tick 1 to {count}", f"没有第 {wrong[0]} 个要点，请填 1 到 {count}"
            )
        self._open = table._replace(ticks=tuple(sorted(set(ticks))))
        return [self._verdict(self._open)]

    def _verdict(self, table: Open) -> Event:
        assert table.verdict is not None
        previews = None
        if not self._options.cram:
            card = table.presentation.card.id
            days = self._context.model.previews(card, self._state(card), self._context.clock().day)
            previews = {name: days[number] for name, number in RATINGS.items()}
        return events.verdict(table.presentation, table.verdict, table.ticks, table.seconds, self._suggested(table),
                              previews, self._expects)  # fmt: skip

    def _suggested(self, table: Open) -> str:
        card, verdict = table.presentation.card, table.verdict
        usual = card.usual_seconds or self._state(card.id).usual_seconds or USUAL_SECONDS
        return suggested(
            correct=verdict.correct if verdict else None,
            ticked=len(table.ticks),
            points=len(card.points),
            seconds=table.seconds,
            usual=usual,
            hints=table.hints,
            rounded=verdict is not None and verdict.outcome == "rounded",
        )

    def _rate(self, table: Open, rating: str) -> Iterator[Event]:
        rating = self._suggested(table) if rating == "suggested" else rating
        number = RATINGS[rating]
        card = table.presentation.card
        answer = events.answer(
            table.presentation,
            table.verdict,
            kind="cram" if self._options.cram else "review",
            rating=number,
            reply=table.reply,
            seconds=table.seconds,
            hints=table.hints,
        )
        stored = self._context.history.record(answer, shown_version=table.presentation.version)
        self._rows.append(stored.id)
        judged = table.verdict.correct if table.verdict else None
        correct = judged if judged is not None else number > 1
        self._answered[stored.id] = Answered(card.id, correct, table.seconds, table.presentation)
        if number == 1:
            self._queue.come_back(card.id)
        else:
            self._queue.drop(card.id)
        yield events.recorded(stored, rating)
        yield from self._next()

    # Commands

    def _hint(self, table: Open) -> list[Event]:
        presentation = table.presentation
        available = answers.hints(presentation.card, presentation.drawn, presentation.language)
        if table.hints >= len(available):
            raise (
                answers.RefusedError("no hint is left", "没有更多提示了")
                if available
                else answers.RefusedError("there is no hint", "这张卡片没有提示")
            )
        self._open = table._replace(hints=table.hints + 1)
        return [events.hint(available[table.hints], len(available) - table.hints - 1)]

    def _flag(self, table: Open) -> list[Event]:
        card = table.presentation.card.id
        kind = "unflag" if self._state(card).flagged else "flag"
        row = self._write(kind, card)
        return [events.done(kind, card, row, self._expects)]

    def _dismiss(self, table: Open, command: str) -> Iterator[Event]:
        card = table.presentation.card.id
        row = None if command == "skip" else self._write(command, card)
        self._queue.drop(card)
        yield events.done(command, card, row)
        yield from self._next()

    def _write(self, kind: str, card: str) -> str:
        from dlquiz.review_log import Event as HistoryEvent

        stored = self._context.history.record(HistoryEvent(kind, card))
        self._rows.append(stored.id)
        return stored.id

    def _change(self, table: Open, change: str) -> Iterable[Event]:
        """The same card in the other language, or as it reads after an edit; a reply is judged anew."""
        presentation = table.presentation
        if change == "language":
            presentation = presentation._replace(language="zh" if presentation.language == "en" else "en")
        else:
            self.close()
            self._context = self._context._replace(bank=self._context.reopen())
            card = self._context.bank.card(presentation.card.id)
            if card is None:
                return self._next()
            if card.body != presentation.card.body:
                return self._show(
                    draw(card, presentation.language, self._context.chance, presentation.version), table.repeat
                )
            presentation = presentation._replace(card=card)
        self._open = table = table._replace(presentation=presentation)
        if table.verdict is None:
            return [self._question(table)]
        verdict = answers.check(presentation.card, presentation.drawn, table.reply, presentation.language)
        ticks = tuple(tick for tick in table.ticks if tick <= len(presentation.card.points))
        self._open = table._replace(verdict=verdict, ticks=ticks)
        return [self._verdict(self._open)]

    def _undo(self) -> Iterator[Event]:
        table = self._open
        if table is not None and table.verdict is not None:
            yield from self._show(table.presentation, table.repeat)
            return
        row = self._context.history.undo(first=tuple(self._rows))
        if row is None:
            yield events.undone(None, None, None, self._expects)
            return
        name = row.card or ""
        answered = self._answered.pop(row.id, None)
        if table is not None:
            self._queue.put_first(Turn(table.presentation.card.id, table.presentation))
        if (card := self._context.bank.card(name)) is not None:
            presentation = answered.presentation if answered else None
            if presentation is None and table is not None and table.presentation.card.id == name:
                presentation = table.presentation
            presentation = presentation or restored(card, row.shown, self._options.language)
            self._queue.put_first(Turn(name, presentation, returns=True))
        yield events.undone(row.id, row.kind, name)
        yield from self._next()

    # The end

    def _leave(self) -> list[Event]:
        self.over = True
        return [] if self._summary_sent else [self._summary(OVER)]

    def _summary(self, expects: tuple[str, ...]) -> Event:
        counts = self._context.history.counts(self._context.bank.cards_path, self._context.clock().day)
        stored = self._answered.values()
        self._summary_sent = True
        return events.summary(
            answered=len(stored),
            correct=sum(answered.correct for answered in stored),
            minutes=sum(answered.seconds for answered in stored) / 60,
            tomorrow=counts.tomorrow,
            next_due=counts.next_due,
            mistakes=frequent_mistakes.habits(frequent_mistakes.chances(self._context.history), self._language),
            expects=expects,
        )
