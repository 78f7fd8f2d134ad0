"""What a person reads in a mock interview: the clock in the heading, nothing of the answers before the review."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from dlquiz.cards import Language, Rating
from dlquiz.kinds.content import ChoiceQuestion, OrderQuestion
from dlquiz.render.study import QUIET, STRONG, StudyPage
from dlquiz.session.events import (
    AnsweredQuestionEvent,
    InterviewEvent,
    InterviewSummaryEvent,
    NotedEvent,
    QuestionEvent,
    RecordedEvent,
    ReviewEvent,
)

PHRASES: dict[Language, dict[str, str]] = {
    "en": {
        "interview": "interview",
        "minutes left": "{minutes} left",
        "minutes": "{minutes} min",
        "follow-up": "follow-up",
        "question": "question {position}",
        "time": "time {limit}",
        "opening": "A mock interview of {minutes} minutes. Every answer is kept at once; none is shown until the end.",
        "opening resumed": "The interview goes on: {minutes} left.",
        "keys": "Enter when you have said it, or type it. :n passes, :p pauses (once), :r ends the questions, :q "
        "leaves (on keys without the colon). ? lists them",
        "open prompt": "Say it aloud and press Enter when you are done; or type it",
        "give up": "Enter once more: not known",
        "noted": "noted · {seconds} of {limit} · {minutes} left",
        "passed": "passed · {minutes} left",
        "pause": "Paused: the clock stands. Enter goes on, q leaves",
        "review": "The questions are over. Now go through your {questions} answers, each beside the right one.",
        "review one": "The questions are over. Now go through your answer, then rate it.",
        "review none": "The questions are over, and all answers are rated.",
        "place": "answer {position} · {left} to go",
        "place last": "answer {position} · the last",
        "took": "{seconds} of {limit}",
        "mine": "mine",
        "spoken": "(said aloud)",
        "skipped": "(passed)",
        "unknown": "(not known)",
        "left": "{answered} answers kept, {rated} of them rated → dlquiz interview --resume goes on",
        "left one": "1 answer kept → dlquiz interview --resume goes on",
        "left none": "Nothing was answered.",
        "key n": "pass",
        "key p": "pause, once",
        "key r": "end the questions, begin the review",
        "key q": "leave; all is kept",
    },
    "zh": {
        "interview": "模拟面试",
        "minutes left": "还剩 {minutes}",
        "minutes": "{minutes} 分钟",
        "follow-up": "追问",
        "question": "第 {position} 题",
        "time": "限时 {limit}",
        "opening": "{minutes} 分钟的模拟面试。每个回答立即保存；结束之前不显示答案。",
        "opening resumed": "面试继续：还剩 {minutes}。",
        "keys": "说完后按回车，或者直接输入。:n 跳过，:p 暂停（一次），:r 结束提问，:q 离开"
        "（按键题不用冒号）。? 列出按键",
        "open prompt": "口头回答，说完按回车；也可以输入",
        "give up": "再按一次回车表示不知道",
        "noted": "已记下 · {seconds}/{limit} · 还剩 {minutes}",
        "passed": "已跳过 · 还剩 {minutes}",
        "pause": "已暂停，计时停止。回车继续，q 离开",
        "review": "提问结束。现在逐一回顾你的 {questions} 个回答：与参考答案对照，再评分。",
        "review one": "提问结束。现在回顾你的回答并评分。",
        "review none": "提问结束，所有回答都已评分。",
        "place": "第 {position} 个回答 · 还有 {left} 个",
        "place last": "第 {position} 个回答 · 最后一个",
        "took": "{seconds}/{limit}",
        "mine": "我的回答",
        "spoken": "（口头回答）",
        "skipped": "（跳过）",
        "unknown": "（不知道）",
        "left": "已保存 {answered} 个回答，其中 {rated} 个已评分 → dlquiz interview --resume 继续",
        "left one": "已保存 1 个回答 → dlquiz interview --resume 继续",
        "left none": "没有作答。",
        "key n": "跳过",
        "key p": "暂停，一次",
        "key r": "结束提问，开始回顾",
        "key q": "离开；全部已保存",
    },
}


def clock(seconds: float) -> str:
    """Minutes and seconds as a clock shows them.

    >>> clock(75), clock(3600), clock(4.6)
    ('1:15', '60:00', '0:05')
    """
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"


class InterviewPage(StudyPage):
    """A page of study with the headings and remarks of an interview."""

    def phrase(self, name: str, **facts: object) -> str:
        return PHRASES[self.say.language][name].format(**facts)

    def minutes(self, minutes: float) -> str:
        return self.phrase("minutes", minutes=f"{minutes:.0f}")

    def opening(self, event: InterviewEvent) -> list[Text]:
        name = "opening resumed" if event.resumed else "opening"
        minutes = self.minutes(event.minutes_left) if event.resumed else f"{event.minutes:g}"
        return [*self._fitted(self.phrase(name, minutes=minutes)), *self._fitted(self.phrase("keys"), QUIET)]

    def _heading(self, event: QuestionEvent) -> list[str]:
        turn = event.turn
        position = self.phrase("question", position=event.position)
        parts = [self.phrase("interview"), event.deck, self.say("level", level=event.level), position]
        if turn is not None and turn.follow_up_of is not None:
            parts.insert(1, self.phrase("follow-up"))
        if turn is not None:
            parts += [
                self.phrase("time", limit=clock(turn.limit)),
                self.phrase("minutes left", minutes=self.minutes(turn.minutes_left)),
            ]
        return parts

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
            event.question.deck,
            *self.phrase(place, position=event.question.position, left=event.question.remaining).split(" · "),
        ]
        if event.question.turn is not None:
            limit = clock(event.question.turn.limit)
            heading.append(self.phrase("took", seconds=clock(event.seconds), limit=limit))
        lines = self.question(event.question)
        below = lines[1 + len(self._packed(self._heading(event.question), QUIET)) :]
        return [Text(), *self._packed(heading, QUIET), *below, *self._mine(event), Text()]

    def _mine(self, event: AnsweredQuestionEvent) -> list[Text]:
        label, typed = self.phrase("mine"), self._typed(event)
        return self._hung(f"{label}  ", typed) if typed else []

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
        own = PHRASES[self.say.language]
        named = [f"{before}{key}\u00a0{own.get('key ' + key) or self.say('key ' + key)}" for key in keys]
        return [*self._fitted(lead, QUIET), *self._fitted(" · ".join(named), QUIET)]


def _part(parts: Sequence[str], number: object) -> str:
    return parts[number - 1] if isinstance(number, int) and 1 <= number <= len(parts) else ""
