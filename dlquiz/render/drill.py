"""What a person reads during a drill, where it differs from study: the heading, and the score with the mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from dlquiz.render.layout import QUIET, STRONG
from dlquiz.render.study import StudyPage
from dlquiz.session.events import DrillSummaryEvent, QuestionEvent

if TYPE_CHECKING:
    from dlquiz.session.frequent_mistakes import ReportedMistake


class DrillPage(StudyPage):
    """A page of study with the heading and the end of a drill."""

    def _heading(self, event: QuestionEvent) -> list[str]:
        return [self.say("drill"), *super()._heading(event)]

    def drill_summary(self, event: DrillSummaryEvent) -> list[Text]:
        if not event.answered:
            return [Text(), *self._fitted(self.say("summary nothing answered"), STRONG)]
        share = round(100 * event.correct / event.answered)
        time = self._time(event.minutes)
        score = self.say("drill score", correct=event.correct, answered=event.answered, share=share, time=time)
        return [Text(), *self._fitted(score, STRONG), *self._speed(event), *self._mistakes(event.mistakes)]

    def _speed(self, event: DrillSummaryEvent) -> list[Text]:
        if event.seconds is None:
            return []
        seconds = f"{event.seconds:g}"
        if event.before is None:
            return self._fitted(self.say("drill speed", seconds=seconds), QUIET)
        return self._fitted(self.say("drill speed before", seconds=seconds, before=f"{event.before:g}"), QUIET)

    def _mistakes(self, mistakes: Sequence[ReportedMistake]) -> list[Text]:
        if not mistakes:
            return []
        out = self._fitted(self.say("drill mistakes"))
        for mistake in mistakes:
            out += self._hung("  ", self.say("drill mistake", what=mistake.what, count=mistake.times, of=mistake.of))
        return out
