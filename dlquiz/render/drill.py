"""What a person reads during a drill, where it differs from study: the heading, and the score with the mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from dlquiz.cards import Language
from dlquiz.render.layout import QUIET, STRONG
from dlquiz.render.study import StudyPage
from dlquiz.session.events import DrillSummaryEvent, QuestionEvent

if TYPE_CHECKING:
    from dlquiz.session.frequent_mistakes import ReportedMistake

_PHRASES: dict[Language, dict[str, str]] = {
    "en": {
        "drill": "drill",
        "nothing": "Nothing answered.",
        "score": "{correct} of {answered} right ({share} %), {minutes} min",
        "speed": "{seconds} s for a right answer",
        "speed before": "{seconds} s for a right answer; {before} s before",
        "mistakes": "What went wrong:",
        "mistake": "{what}: {count} of {of}",
    },
    "zh": {
        "drill": "练习",
        "nothing": "没有作答。",
        "score": "答对 {correct}/{answered}（{share} %），用时 {minutes} 分钟",
        "speed": "答对一题用 {seconds} 秒",
        "speed before": "答对一题用 {seconds} 秒；以前 {before} 秒",
        "mistakes": "出错的地方：",
        "mistake": "{what}：{of} 次中有 {count} 次",
    },
}


class DrillPage(StudyPage):
    """A page of study with the heading and the end of a drill."""

    def _phrase(self, name: str, **facts: object) -> str:
        return _PHRASES[self.say.language][name].format(**facts)

    def _heading(self, event: QuestionEvent) -> list[str]:
        return [self._phrase("drill"), *super()._heading(event)]

    def drill_summary(self, event: DrillSummaryEvent) -> list[Text]:
        if not event.answered:
            return [Text(), *self._fitted(self._phrase("nothing"), STRONG)]
        share = round(100 * event.correct / event.answered)
        score = self._phrase(
            "score", correct=event.correct, answered=event.answered, share=share, minutes=f"{event.minutes:g}"
        )
        return [Text(), *self._fitted(score, STRONG), *self._speed(event), *self._mistakes(event.mistakes)]

    def _speed(self, event: DrillSummaryEvent) -> list[Text]:
        if event.seconds is None:
            return []
        seconds = f"{event.seconds:g}"
        if event.before is None:
            return self._fitted(self._phrase("speed", seconds=seconds), QUIET)
        return self._fitted(self._phrase("speed before", seconds=seconds, before=f"{event.before:g}"), QUIET)

    def _mistakes(self, mistakes: Sequence[ReportedMistake]) -> list[Text]:
        if not mistakes:
            return []
        out = self._fitted(self._phrase("mistakes"))
        for mistake in mistakes:
            out += self._hung("  ", self._phrase("mistake", what=mistake.what, count=mistake.times, of=mistake.of))
        return out
