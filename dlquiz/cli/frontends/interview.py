"""The interview in a terminal: the front end of study with a clock in its prompts. No logic of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from typing import NamedTuple

from rich.text import Text

from dlquiz.cli.frontends.keyboard import REDRAW_SECONDS
from dlquiz.cli.frontends.terminal import EndOfInputError, Terminal
from dlquiz.render.interviews.screen import InterviewPage
from dlquiz.render.text_lines import clock
from dlquiz.session.actions import CommandAction, ConversationAction, ReplyAction
from dlquiz.session.events import (
    AnsweredQuestionEvent,
    ConversationEvent,
    DoneEvent,
    InterviewEvent,
    InterviewSummaryEvent,
    NotedEvent,
    QuestionEvent,
    ReportEvent,
    ReviewEvent,
    VerdictEvent,
)

QUESTION_KEYS = "nprlmq"
REVIEW_KEYS = "nvlmuq"


class Stopwatch(NamedTuple):
    """The time of one question: what passed before `since`, a moment of the clock that only goes forward."""

    card: str
    since: float
    before: float = 0.0

    @property
    def seconds(self) -> float:
        return self.before + monotonic() - self.since


class InterviewTerminal(Terminal):
    """The interview as a person has it. The time of an answer is measured here, whatever happens to the date."""

    _stopwatch = Stopwatch("", 0.0)
    _limit = 0.0
    _paused = False
    _passed = False
    _noted = 0
    _report: ReportEvent | None = None
    # The questions of an interview by card, each on one line.
    texts_of: Callable[[str], Mapping[str, str]]

    @property
    def _page(self) -> InterviewPage:
        return self._page_of(InterviewPage)

    @property
    def answered(self) -> int:
        return max(self._noted, super().answered)

    # Showing

    def _show(self, event: ConversationEvent) -> None:
        match event:
            case DoneEvent(command="pause"):
                self._paused = True
                self._stopwatch = self._stopwatch._replace(before=self._stopwatch.seconds)
                self._remark(self._page.phrase("pause"))
            case DoneEvent(command="skip"):
                self._passed = True
            case _:
                super()._show(event)

    def _show_in_interview(self, event: ConversationEvent) -> None:
        page = self._page
        match event:
            case InterviewEvent():
                self._greeted = True
                self._print(page.opening(event))
            case NotedEvent():
                self._noted += 1
                self._print(page.noted(event, self._limit, skipped=self._passed))
                self._passed = False
            case ReviewEvent():
                self._print(page.review(event))
            case AnsweredQuestionEvent():
                self._passed = self._ticked = False
                self._shown, self._languages = event.question, event.question.languages
                self._print(self._page.answered(event))
            case ReportEvent():
                self._report = event
                self._print_report(event)
            case InterviewSummaryEvent():
                self._print(page.left(event))
            case _:
                pass

    def _print_report(self, event: ReportEvent) -> None:
        from dlquiz.render.interviews.report import lines

        self._print([Text()])
        texts = self.texts_of(event.report.id)
        for line in lines(event.report, self._say.language, self.titles, self._page.width, texts):
            self._print([Text(line)])

    def _show_question(self, event: QuestionEvent) -> None:
        if event.card != self._stopwatch.card:
            self._stopwatch = Stopwatch(event.card, monotonic())
        elif self._paused:
            self._stopwatch = self._stopwatch._replace(since=monotonic())
        self._paused = False
        self._limit = event.turn.limit if event.turn else 0.0
        super()._show_question(event)

    # Asking

    def _answer(self) -> ConversationAction | None:
        try:
            if self._paused:
                return self._ask_paused()
            if self._report is not None:
                self._report = None
                return self._ask_at_end()
        except EndOfInputError:
            return None
        return super()._answer()

    def _ask_paused(self) -> ConversationAction:
        while True:
            key = super()._key("> ").removeprefix(":")
            if key in ("enter", " ", "p"):
                return CommandAction("resume")
            if key == "q":
                return CommandAction("quit")

    def _ask_question(self, event: QuestionEvent) -> ConversationAction:
        if event.content is None:
            self._remark(self._page.phrase("open prompt"))
            action = self._typed([self._prompt()], event, empty="")
        else:
            action = super()._ask_question(event)
        if isinstance(action, ReplyAction):
            return action._replace(seconds=round(self._stopwatch.seconds, 1))
        return action

    @property
    def _give_up(self) -> str:
        return self._page.phrase("give up")

    def _keys(self, event: QuestionEvent | VerdictEvent, lead: str) -> str:
        return QUESTION_KEYS if isinstance(event, QuestionEvent) else REVIEW_KEYS

    @property
    def _ticking(self) -> bool:
        """Whether a clock stands in the prompt: not where each change is read aloud or makes a new line."""
        asked = isinstance(self._shown, QuestionEvent) and not self._paused
        return asked and not self._keyboard.dumb and not self._plain_formulas

    def _clock(self) -> str:
        return f"{clock(self._stopwatch.seconds)}/{clock(self._limit)} "

    def _line(self, prompt: str) -> str:
        if not self._ticking:
            return super()._line(prompt)
        margin = " " * self._page.margin
        line = self._keyboard.line(lambda: margin + self._clock() + prompt)
        if line is None:
            raise EndOfInputError
        return line

    def _key(self, prompt: Text | str = "> ", above: int = 0) -> str:
        while self._ticking:
            margin = " " * self._page.margin
            self._console.print(Text(margin + self._clock(), "dim") + prompt, end="", soft_wrap=True)
            pressed = self._keyboard.waiting(REDRAW_SECONDS)
            self._console.file.write("\r\x1b[K")
            if pressed:
                return super()._key(Text(self._clock(), "dim") + prompt, above)
        return super()._key(prompt, above)
