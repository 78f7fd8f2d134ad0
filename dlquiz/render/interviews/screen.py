"""What a person reads in a mock interview: the clock in the heading, nothing of the answers before the review."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from dlquiz.cards import Rating
from dlquiz.kinds.content import ChoiceQuestion, OrderQuestion
from dlquiz.markup.width import cell_width
from dlquiz.messages.interview import CONDUCT
from dlquiz.render import markdown as prose
from dlquiz.render.layout import QUIET, STRONG
from dlquiz.render.study import StudyPage
from dlquiz.render.text_lines import clock
from dlquiz.session.events import (
    AnsweredQuestionEvent,
    InterviewEvent,
    InterviewSummaryEvent,
    NotedEvent,
    QuestionEvent,
    RecordedEvent,
    ReviewEvent,
)


class InterviewPage(StudyPage):
    """A page of study with the headings and remarks of an interview."""

    def phrase(self, name: str, **facts: object) -> str:
        return CONDUCT[self.say.language][name].format(**facts)

    def minutes(self, minutes: float) -> str:
        return self.phrase("minutes", minutes=f"{minutes:.0f}")

    def opening(self, event: InterviewEvent) -> list[Text]:
        name = "opening resumed" if event.resumed else "opening"
        minutes = self.minutes(event.minutes_left) if event.resumed else f"{event.minutes:g}"
        return [*self._fitted(self.phrase(name, minutes=minutes)), *self._fitted(self.phrase("keys"), QUIET)]

    def _heading(self, event: QuestionEvent) -> list[str]:
        turn = event.turn
        parts = [self.phrase("interview"), self.title(event), self.say("level", level=event.level)]
        if turn is not None and turn.follow_up_of is not None:
            parts.insert(1, self.phrase("follow-up"))
        if turn is not None:
            parts.append(self.phrase("time", limit=clock(turn.limit)))
        return parts

    def _progress(self, event: QuestionEvent, _clock: str = "") -> str:
        position = self.phrase("question", position=event.position)
        if event.turn is None:
            return position
        left = self.phrase("minutes left", minutes=self.minutes(event.turn.minutes_left))
        return f"{position} · {left}"

    def noted(self, event: NotedEvent, limit: float, *, skipped: bool) -> list[Text]:
        minutes = self.minutes(event.minutes_left)
        if skipped:
            return self._fitted(self.phrase("passed", minutes=minutes), QUIET)
        took = {"seconds": clock(event.seconds), "limit": clock(limit)}
        return self._fitted(self.phrase("noted", minutes=minutes, **took), QUIET)

    def review(self, event: ReviewEvent) -> list[Text]:
        name = {0: "review none", 1: "review one"}.get(event.questions, "review")
        return [Text(), *self._fitted(self.phrase(name, questions=event.questions), STRONG)]

    def answered(self, event: AnsweredQuestionEvent) -> list[Text]:
        """The question again, with what was answered below it."""
        place = "place" if event.question.remaining else "place last"
        heading = [
            self.title(event.question),
            *self.phrase(place, position=event.question.position, left=event.question.remaining).split(" · "),
        ]
        if event.question.turn is not None:
            limit = clock(event.question.turn.limit)
            heading.append(self.phrase("took", seconds=clock(event.seconds), limit=limit))
        progress = heading.pop(1) if len(heading) > 1 else ""
        return [Text(), *self.heading(heading, progress), Text(), *self.asked(event.question), *self._mine(event)]

    def _mine(self, event: AnsweredQuestionEvent) -> list[Text]:
        lead = f"{self.phrase('yours')}  "
        indent = cell_width(lead)
        # What was typed is no Markdown.
        found = prose.wrapped([(self._typed(event), "")], self.width - indent)
        return [Text(" " * indent if number else lead) + line for number, line in enumerate(found)]

    def _typed(self, event: AnsweredQuestionEvent) -> str:
        if event.skipped:
            return self.phrase("skipped")
        reply = event.reply
        if reply is None:
            return self.phrase("unknown")
        if reply == "":
            return self.phrase("spoken")
        match event.question.content:
            case ChoiceQuestion(options=parts):
                picked = reply if isinstance(reply, list | tuple) else [reply]
                return "; ".join(f"{number} {_part(parts, number)}" for number in picked)
            case OrderQuestion():
                return " ".join(map(str, reply)) if isinstance(reply, list | tuple) else str(reply)
            case _:
                return " | ".join(map(str, reply)) if isinstance(reply, list | tuple) else str(reply)

    def recorded(self, event: RecordedEvent) -> list[Text]:
        """A missed card does not return in the interview: its day is said as that of any other."""
        if event.rating is not Rating.AGAIN or event.interval is None:
            return super().recorded(event)
        facts = {"rating": self.say(event.rating.label), "due": event.due, "interval": self.say.days(event.interval)}
        return self._fitted(self.say("recorded", **facts), QUIET)

    def left(self, event: InterviewSummaryEvent) -> list[Text]:
        name = {0: "left none", 1: "left one"}.get(event.answered, "left")
        return [Text(), *self._fitted(self.phrase(name, answered=event.answered, rated=event.rated), STRONG)]

    def keys(self, keys: Sequence[str], lead: str, before: str = "") -> list[Text]:
        """What the keys do, where it differs from study."""
        own = CONDUCT[self.say.language]
        named = [f"{before}{key}\u00a0{own.get('key ' + key) or self.say('key ' + key)}" for key in keys]
        return [*self._fitted(lead, QUIET), *self._packed(named, QUIET)]


def _part(parts: Sequence[str], number: object) -> str:
    return parts[number - 1] if isinstance(number, int) and 1 <= number <= len(parts) else ""
