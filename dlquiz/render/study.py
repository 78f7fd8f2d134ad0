"""What a person reads during study: each event of the conversation as a few lines of text. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from dlquiz.cards import Rating
from dlquiz.formatting import in_brackets
from dlquiz.kinds.content import ChoiceQuestion, ClozeQuestion, OrderQuestion
from dlquiz.markup.width import cell_width
from dlquiz.render.feedback import FeedbackPage
from dlquiz.render.layout import QUIET, STRONG, separated
from dlquiz.render.markdown import hole
from dlquiz.render.plan_summary import day_name, percent
from dlquiz.session.events import (
    HintEvent,
    PlanFacts,
    QuestionEvent,
    RecordedEvent,
    SessionEvent,
    SummaryEvent,
    VerdictEvent,
)

if TYPE_CHECKING:
    from dlquiz.numeric import NumericQuestion
    from dlquiz.session.frequent_mistakes import ReportedMistake

# Missed cards that the summary names.
MOST_NAMED = 4
# With fewer minutes left of its day the plan is done with it: hardly a card fits into them.
DAY_IS_DONE = 3.0


class StudyPage(FeedbackPage):
    """A page with questions, hints and what stands at the beginning and the end of a session, besides verdicts."""

    def question(self, event: QuestionEvent, clock: str = "") -> list[Text]:
        """The question below a rule that says where it stands; `clock` is the time that the session has taken."""
        return [Text(), *self.heading(self._heading(event), self._progress(event, clock)), Text(), *self.asked(event)]

    def asked(self, event: QuestionEvent) -> list[Text]:
        """The question itself, in bold, with what its kind lists below it."""
        match event.content:
            case ChoiceQuestion(options=parts) | OrderQuestion(steps=parts):
                below = self.numbered(parts)
            case None | ClozeQuestion():
                below = []
            case numeric:
                below = self._prose(numeric.convention, style=QUIET) if numeric.convention else []
        return separated(self._prose(event.text, style=STRONG), below)[1:]

    def asked_again(self, event: VerdictEvent) -> list[Text]:
        """The question of a verdict whose language was changed."""
        return [Text(), *self._prose(event.question_text, style=STRONG)]

    def _heading(self, event: QuestionEvent) -> list[str]:
        parts = [self.title(event), self.say("level", level=event.level)]
        if event.repeat:
            parts.append(self.say("repeat"))
        return [*parts, "LaTeX"] if self.raw else parts

    def title(self, event: QuestionEvent) -> str:
        """The deck's title in the person's language; its name where it has none."""
        title = self.titles.get(event.deck)
        return title.language(self.say.language) if title else event.deck

    def _progress(self, event: QuestionEvent, clock: str = "") -> str:
        place = str(event.position)
        if event.remaining is not None:
            place = f"{event.position}/{event.position + event.remaining}"
        return f"{place} {clock}".rstrip()

    def heading(self, parts: Sequence[str], progress: str) -> list[Text]:
        """A rule with the facts in it; two lines where they do not fit into one."""
        if self.plain:
            return self._packed([*parts, progress] if progress else parts, QUIET)
        facts, end = " · ".join(parts), f" {progress} ──" if progress else ""
        room = self.width - cell_width(facts) - cell_width(end) - 4
        if room >= 1:
            return [Text(f"── {facts} " + "─" * room + end, QUIET)]
        return [Text("─" * max(self.width - cell_width(end), 1) + end, QUIET), *self._packed(parts, QUIET)]

    def hint(self, event: HintEvent) -> list[Text]:
        from dlquiz.render.working import readable, signs

        left = self.say_of_card("hints left", left=event.left) if event.left else ""
        # Formulas of a family that have no LaTeX are written as the working below the answer is.
        text = event.text if "$" in event.text else readable(signs(event.text), self.plain)
        return self._prose(self.say_of_card("hint", text=text) + left, style=QUIET)

    def holes(self, count: int) -> list[str]:
        """The prompts of a cloze, one for each hole."""
        return [f"{hole(number, self.plain)} > " for number in range(1, count + 1)]

    def quantities(self, question: NumericQuestion) -> list[str]:
        """The prompts of a numeric card, one for each quantity that it asks for."""
        asked = question.asked
        if len(asked) == 1:
            return [f"{asked[0].unit} > " if asked[0].unit else "> "]
        return [f"{one.label}{' (' + one.unit + ')' if one.unit else ''} > " for one in asked]

    def recorded(self, event: RecordedEvent) -> list[Text]:
        say = self.say
        rating = say(event.rating.label)
        if event.rating is Rating.AGAIN:
            sentence = say("recorded again", rating=rating)
        elif event.interval is None:
            sentence = say("recorded plain", rating=rating)
        else:
            sentence = say("recorded", rating=rating, due=event.due, interval=say.days(event.interval))
        out = self._fitted(sentence, QUIET)
        if event.leech:
            out += self._fitted(say("leech"), STRONG)
        return out

    def nothing_to_ask(self, session: SessionEvent, summary: SummaryEvent) -> list[Text]:
        """Why no question came, and what the person can do about it."""
        say = self.say
        if session.plan is not None and (session.ahead or session.minutes_left is not None):
            done = not session.ahead and (session.minutes_left or 0) < DAY_IS_DONE
            sentence, then = ("plan asks no more", "plan done") if done else ("plan asks none", "plan asks none next")
            return [*self._fitted(say(sentence), STRONG), *self._fitted(say(then), QUIET)]
        used = session.minutes_left == 0
        if used and (session.due or session.new):
            sentence = say("minutes used" if session.due else "minutes used new", due=session.due, new=session.new)
            return [*self._fitted(sentence, STRONG), *self._fitted(say("minutes used next"), QUIET)]
        sentence, then, here = "summary none", "nothing due", "nothing due here"
        if session.ahead:
            sentence, then, here = "ahead asks none", "ahead asks none next", "ahead asks none next here"
        elif session.weakest:
            sentence, then, here = "weakest asks none", "weakest asks none next", "weakest asks none next here"
        elif session.new_used_up:
            sentence = "new used up"
            then = here = "new and minutes used up next" if used else "new used up next"
        return [
            *self._fitted(say(sentence), STRONG),
            *self._next_reviews(summary),
            *(self._fitted(say("drafts", drafts=session.drafts)) if session.drafts else []),
            # A command that is written out would ask other decks than the person did.
            *self._fitted(say(here if session.narrowed else then), QUIET),
        ]

    def summary(self, event: SummaryEvent) -> list[Text]:
        say = self.say
        if event.answered:
            name = "summary one" if event.answered == 1 else "summary"
            sentence = say(name, answered=event.answered, correct=event.correct, time=self._time(event.minutes))
        else:
            sentence = say("summary nothing answered")
        habits = self._habits(event.mistakes) if event.answered else []
        missed = self._missed(event.missed)
        ready = self._readiness(event)
        return [Text(), *self._fitted(sentence, STRONG), *ready, *missed, *habits, *self._next_reviews(event)]

    def _time(self, minutes: float) -> str:
        return self.say("time", minutes=f"{minutes:g}") if minutes >= 1 else self.say("time under a minute")

    def plan(self, session: SessionEvent) -> list[Text]:
        """How far the interview is, and what is promised for it or, in a placement, what that is; else nothing."""
        if session.plan is None:
            return []
        left, then = session.plan.days_left, session.plan.on_the_day
        days = self.say({0: "plan today", 1: "plan day"}.get(left, "plan days"), days=left)
        if session.plan.placement:
            lines = [self.say("plan session", days=days), self._placement(session.cards, session.plan.answered)]
            return [row for line in lines for row in self._fitted(line, QUIET)]
        promise = "" if then is None else " · " + self.say("plan expected", then=percent(then))
        return self._fitted(self.say("plan session", days=days) + promise + self._worked_out(session.plan), QUIET)

    def _worked_out(self, plan: PlanFacts) -> str:
        """When the promise was made, where something has moved it since."""
        if plan.as_of is None or plan.up_to_date:
            return ""
        if plan.time is not None:
            return in_brackets(self.say("plan at", time=plan.time), self.say.language)
        return in_brackets(self.say("plan as of", date=day_name(plan.as_of, self.say.language)), self.say.language)

    def _placement(self, cards: int, answered: int) -> str:
        """What a placement is, or how far the one that goes on has come."""
        if answered:
            return self.say("placement goes on", answered=answered, total=answered + cards, cards=cards)
        return self.say("placement one" if cards == 1 else "placement", cards=cards)

    def after_placement(self, left: int) -> list[Text]:
        """What comes after a placement of which so many questions are left."""
        return self.remark(self.say("placement left", left=left) if left else self.say("placement next"))

    def _readiness(self, event: SummaryEvent) -> list[Text]:
        """What the session did for the day of the interview."""
        if event.readiness is None:
            return []
        after, before = percent(event.readiness.after), event.readiness.before
        if before is None or percent(before) == after:
            return self._fitted(self.say("plan expected", then=after))
        return self._fitted(self.say("plan changed", before=percent(before), then=after))

    def _missed(self, cards: Sequence[str]) -> list[Text]:
        """What was missed, and how to go through it once more."""
        if not cards:
            return []
        named = "，" if self.say.language == "zh" else ", "
        more = max(len(cards) - MOST_NAMED, 0)
        listed = named.join(cards[:MOST_NAMED]) + (self.say("and more", more=more) if more else "")
        return self._fitted(self.say("missed", cards=listed))

    def _habits(self, mistakes: Sequence[ReportedMistake]) -> list[Text]:
        """Mistakes that keep coming back, each with how often it was made of how often it could have been."""
        sentences = [self.say("habit", what=one.what, count=one.times, of=one.of) for one in mistakes]
        return [line for sentence in sentences for line in self._fitted(sentence, QUIET)]

    def _next_reviews(self, event: SummaryEvent) -> list[Text]:
        if event.tomorrow:
            return self._fitted(self.say("tomorrow", tomorrow=event.tomorrow))
        return self._fitted(self.say("next due", date=event.next_due)) if event.next_due else []

    def keys(self, keys: Sequence[str], lead: str, before: str = "") -> list[Text]:
        """What the keys do; `before` is what is typed before each of them."""
        # The other language is named in itself, and which one it is the card says.
        says = {"l": self.say_of_card}
        named = [f"{before}{key}\u00a0{says.get(key, self.say)('key ' + key)}" for key in keys]
        return [*self._fitted(lead, QUIET), *self._packed(named, QUIET)]
