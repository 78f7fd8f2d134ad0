"""The conversation itself: question, verdict, end, and what each word does in them. Prints nothing, reads no clock."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from typing import Any

from dlquiz import answers
from dlquiz.cards import Language
from dlquiz.memory import State
from dlquiz.study import events, slips
from dlquiz.study.desk import Answered, Desk, Open, Wishes
from dlquiz.study.events import END, OVER, QUESTION, VERDICT, Event
from dlquiz.study.queue import Queue, Turn
from dlquiz.study.ratings import USUAL_SECONDS, suggested
from dlquiz.study.showing import Showing, draw, remembered
from dlquiz.study.words import RATINGS, Words, read

Conversation = Generator[Event, Any, None]


def converse(desk: Desk, wishes: Wishes) -> Conversation:
    """Yield events; after one with a non-empty `expects` send what came in, None at the end of input.

    The events are those of docs/study-json.md. An answer is committed before its `recorded` is yielded. Raises
    `DlquizError` when the log cannot be written; then the answer is not in it.
    """
    session = Session(desk, wishes)
    out: Iterable[Event] = session.opening()
    try:
        while True:
            given = None
            for event in out:
                given = yield event
            if session.over:
                return
            out = session.hear(given)
    finally:
        session.close()


class Session:
    """One conversation: `hear` takes what came in and returns the events that answer it."""

    def __init__(self, desk: Desk, wishes: Wishes) -> None:
        self.over = False
        self._desk = desk
        self._first_bank = desk.bank
        self._wishes = wishes
        self._queue = Queue(wishes.cards)
        self._open: Open | None = None
        self._rows: list[str] = []
        self._answered: dict[str, Answered] = {}
        self._began = desk.clock().at
        self._said_summary = False

    @property
    def _expects(self) -> tuple[str, ...]:
        if self._open is None:
            return END
        if self._open.verdict is None:
            return QUESTION
        return VERDICT if self._open.showing.card.points else VERDICT[1:]

    @property
    def _language(self) -> Language:
        return self._open.showing.language if self._open is not None else self._wishes.language

    def _state(self, card: str) -> State:
        return self._desk.history.state(card) or State(card)

    def opening(self) -> Iterator[Event]:
        yield events.session(self._wishes.language, len(self._queue), self._wishes.cram, self._wishes.told)
        yield from self._next()

    def hear(self, given: Any) -> Iterable[Event]:
        """The events that answer what came in, each made only when it is asked for: what was committed is told
        before the next card is drawn."""
        if given is None:
            return self._leave()
        try:
            words = read(given, self._expects)
            self._said_summary &= words.value == "quit"
            return self._act(words)
        except answers.RefusedError as refusal:
            self._said_summary = False
            return [events.error(refusal.told(self._language), self._expects)]

    def _act(self, words: Words) -> Iterable[Event]:
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
                return self._put_away(self._table(), command)

    def _table(self) -> Open:
        assert self._open is not None, "words.read lets nothing else through at the end"
        return self._open

    def close(self) -> None:
        """Let go of a bank that this session opened; the first one is its opener's."""
        if self._desk.bank is not self._first_bank:
            self._desk.bank.close()

    # The next card

    def _next(self) -> Iterator[Event]:
        turn = self._take()
        if turn is None:
            self._open = None
            yield self._summary(END)
        else:
            yield from self._show(*turn)

    def _show(self, showing: Showing, repeat: bool) -> list[Event]:
        self._open = Open(showing, self._desk.clock().at, repeat)
        return [self._question(self._open)]

    def _take(self) -> tuple[Showing, bool] | None:
        minutes = self._wishes.minutes
        if minutes is not None and self._desk.clock().at - self._began >= minutes * 60_000:
            self._queue.only_returns()
        while (turn := self._queue.take()) is not None:
            if (card := self._desk.bank.card(turn.card)) is None:
                continue
            state = self._state(turn.card)
            repeat = any(answered.card == turn.card for answered in self._answered.values())
            if turn.showing is not None and turn.showing.card == card:
                return turn.showing._replace(version=state.version), repeat
            if turn.showing is None and not turn.returns and self._done_elsewhere(state):
                continue
            language = turn.showing.language if turn.showing else self._wishes.language
            return draw(card, language, self._desk.chance, state.version, state.stability), repeat
        return None

    def _done_elsewhere(self, state: State) -> bool:
        """Whether another terminal has answered or put away the card since the agenda of this session was made."""
        if self._wishes.cram:
            return False
        today = self._desk.clock().day
        return state.asleep(today) or (state.due_day or 0) > today == state.last_day

    def _question(self, table: Open) -> Event:
        return events.question(
            table.showing,
            hints=len(answers.hints(table.showing.card, table.showing.drawn, table.showing.language)) - table.hints,
            position=len(self._answered) + 1,
            remaining=len(self._queue),
            repeat=table.repeat,
        )

    # Answers

    def _judge(self, table: Open, reply: Any, seconds: float | None) -> list[Event]:
        showing = table.showing
        if seconds is None:
            seconds = max(0, self._desk.clock().at - table.asked_at) / 1000
        verdict = answers.check(showing.card, showing.drawn, reply, showing.language)
        self._open = table._replace(reply=reply, seconds=seconds, verdict=verdict, ticks=verdict.ticked)
        return [self._verdict(self._open)]

    def _tick(self, table: Open, ticks: list[int]) -> list[Event]:
        count = len(table.showing.card.points)
        if wrong := [tick for tick in ticks if not 1 <= tick <= count]:
            raise answers.RefusedError(
                f"there is no point {wrong[0]}: tick 1 to {count}", f"没有第 {wrong[0]} 个要点，请填 1 到 {count}"
            )
        self._open = table._replace(ticks=tuple(sorted(set(ticks))))
        return [self._verdict(self._open)]

    def _verdict(self, table: Open) -> Event:
        assert table.verdict is not None
        previews = None
        if not self._wishes.cram:
            card = table.showing.card.id
            days = self._desk.model.previews(card, self._state(card), self._desk.clock().day)
            previews = {name: days[number] for name, number in RATINGS.items()}
        return events.verdict(table.showing, table.verdict, table.ticks, table.seconds, self._suggested(table),
                              previews, self._expects)  # fmt: skip

    def _suggested(self, table: Open) -> str:
        card, verdict = table.showing.card, table.verdict
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
        card = table.showing.card
        answer = events.answer(
            table.showing,
            table.verdict,
            kind="cram" if self._wishes.cram else "review",
            rating=number,
            reply=table.reply,
            seconds=table.seconds,
            hints=table.hints,
        )
        kept = self._desk.history.record(answer, shown_version=table.showing.version)
        self._rows.append(kept.id)
        judged = table.verdict.correct if table.verdict else None
        correct = judged if judged is not None else number > 1
        self._answered[kept.id] = Answered(card.id, correct, table.seconds, table.showing)
        if number == 1:
            self._queue.come_back(card.id)
        else:
            self._queue.drop(card.id)
        yield events.recorded(kept, rating)
        yield from self._next()

    # Commands

    def _hint(self, table: Open) -> list[Event]:
        showing = table.showing
        told = answers.hints(showing.card, showing.drawn, showing.language)
        if table.hints >= len(told):
            raise (
                answers.RefusedError("no hint is left", "没有更多提示了")
                if told
                else answers.RefusedError("there is no hint", "这张卡片没有提示")
            )
        self._open = table._replace(hints=table.hints + 1)
        return [events.hint(told[table.hints], len(told) - table.hints - 1)]

    def _flag(self, table: Open) -> list[Event]:
        card = table.showing.card.id
        kind = "unflag" if self._state(card).flagged else "flag"
        row = self._write(kind, card)
        return [events.done(kind, card, row, self._expects)]

    def _put_away(self, table: Open, command: str) -> Iterator[Event]:
        card = table.showing.card.id
        row = None if command == "skip" else self._write(command, card)
        self._queue.drop(card)
        yield events.done(command, card, row)
        yield from self._next()

    def _write(self, kind: str, card: str) -> str:
        from dlquiz.history import Event as HistoryEvent

        kept = self._desk.history.record(HistoryEvent(kind, card))
        self._rows.append(kept.id)
        return kept.id

    def _change(self, table: Open, change: str) -> Iterable[Event]:
        """The same card in the other language, or as it reads after an edit; a reply is judged anew."""
        showing = table.showing
        if change == "language":
            showing = showing._replace(language="zh" if showing.language == "en" else "en")
        else:
            self.close()
            self._desk = self._desk._replace(bank=self._desk.reopen())
            card = self._desk.bank.card(showing.card.id)
            if card is None:
                return self._next()
            if card.body != showing.card.body:
                return self._show(draw(card, showing.language, self._desk.chance, showing.version), table.repeat)
            showing = showing._replace(card=card)
        self._open = table = table._replace(showing=showing)
        if table.verdict is None:
            return [self._question(table)]
        verdict = answers.check(showing.card, showing.drawn, table.reply, showing.language)
        ticks = tuple(tick for tick in table.ticks if tick <= len(showing.card.points))
        self._open = table._replace(verdict=verdict, ticks=ticks)
        return [self._verdict(self._open)]

    def _undo(self) -> Iterator[Event]:
        table = self._open
        if table is not None and table.verdict is not None:
            yield from self._show(table.showing, table.repeat)
            return
        row = self._desk.history.undo(first=tuple(self._rows))
        if row is None:
            yield events.undone(None, None, None, self._expects)
            return
        name = row.card or ""
        answered = self._answered.pop(row.id, None)
        if table is not None:
            self._queue.put_first(Turn(table.showing.card.id, table.showing))
        if (card := self._desk.bank.card(name)) is not None:
            showing = answered.showing if answered else None
            if showing is None and table is not None and table.showing.card.id == name:
                showing = table.showing
            showing = showing or remembered(card, row.shown, self._wishes.language)
            self._queue.put_first(Turn(name, showing, returns=True))
        yield events.undone(row.id, row.kind, name)
        yield from self._next()

    # The end

    def _leave(self) -> list[Event]:
        self.over = True
        return [] if self._said_summary else [self._summary(OVER)]

    def _summary(self, expects: tuple[str, ...]) -> Event:
        counts = self._desk.history.counts(self._desk.bank.cards_path, self._desk.clock().day)
        kept = self._answered.values()
        self._said_summary = True
        return events.summary(
            answered=len(kept),
            correct=sum(answered.correct for answered in kept),
            minutes=sum(answered.seconds for answered in kept) / 60,
            tomorrow=counts.tomorrow,
            next_due=counts.next_due,
            slips=slips.habits(slips.chances(self._desk.history), self._language),
            expects=expects,
        )
