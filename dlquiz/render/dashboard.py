"""The dashboard: where the person stands, in a few lines, one line, or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dlquiz.formatting import in_brackets, with_unit
from dlquiz.scheduler import date_of
from dlquiz.scheduler.queue import USUAL_SECONDS

if TYPE_CHECKING:
    from dlquiz.cards import Text
    from dlquiz.messages.study import Phrases
    from dlquiz.readiness.report import PlanReport
    from dlquiz.review_log import StudyCounts
    from dlquiz.session.frequent_mistakes import ReportedMistake

# What is said at the start should be read at a glance.
MAX_LINES, WEAK_TOPICS, BAR = 5, 3, 10


class PlanStanding(NamedTuple):
    """The plan today: day numbers, the minutes of today, the newest report (None before one), titles of the decks.

    `up_to_date`: the report is of today, and nothing has moved readiness since it was made.
    """

    date: int
    today: int
    minutes: float
    report: PlanReport | None
    titles: Mapping[str, Text]
    up_to_date: bool = True


class Dashboard(NamedTuple):
    """What there is to show; `counts` None before the first answer, `most` are the cards asked most
    in the scope of the plan, and those of them seen; `unfinished_interview` how many were answered in one that is
    open."""

    cards: int
    counts: StudyCounts | None
    new_per_day: int
    minutes_per_day: float
    habit: ReportedMistake | None = None
    plan: PlanStanding | None = None
    most: tuple[int, int] | None = None
    unfinished_interview: int | None = None

    @property
    def fresh(self) -> int:
        """The new cards that today still has."""
        counts = self.counts
        return 0 if counts is None else max(0, min(self.new_per_day - counts.new_today, counts.new))

    @property
    def minutes(self) -> float:
        """The minutes of today."""
        return self.minutes_per_day if self.plan is None else self.plan.minutes

    def to_json(self) -> dict[str, Any]:
        """As `dlquiz --json` prints it."""
        counts, plan = self.counts, self.plan
        report = None if plan is None else plan.report
        found: dict[str, Any] = {"cards": self.cards, "seen": 0, "due": 0, "new": self.cards, "answered_today": 0}
        found |= {"minutes_today": 0.0, "minutes": self.minutes, "tomorrow": 0, "next_due": None}
        if counts is not None:
            found |= {
                "seen": counts.learned,
                "due": counts.due,
                "new": counts.new,
                "answered_today": counts.answered_today,
                "minutes_today": round(counts.minutes_today, 1),
                "tomorrow": counts.tomorrow,
                "next_due": None if counts.next_due is None else date_of(counts.next_due),
            }
        found["plan"] = (
            None
            if plan is None
            else {
                "date": date_of(plan.date),
                "days_left": plan.date - plan.today,
                "now": None if report is None else round(report.now, 4),
                "on_the_day": None if report is None else round(report.on_the_day, 4),
                "as_of": None if report is None else report.as_of,
                "up_to_date": report is not None and plan.up_to_date,
            }
        )
        return found


def lines(found: Dashboard, say: Phrases) -> list[str]:
    """Where the person stands, the last line what to do next."""
    counts = found.counts
    if found.plan is not None and counts is not None:
        return [*_plan(found, found.plan, counts, say)]
    if counts is None or not (counts.learned or counts.answered_today):
        if not found.cards:
            return [say("stand empty")]
        left = _unfinished_interview(found, say)
        return [say("stand new", cards=found.cards), *left, say("next plan"), say("next first")]
    out = [say("stand", learned=counts.learned, cards=found.cards), *_unfinished_interview(found, say)]
    if counts.answered_today:
        minutes = f"{counts.minutes_today:.0f}"
        time = say("time", minutes=minutes) if counts.minutes_today >= 1 else say("time under a minute")
        out.append(say("stand today", answered=counts.answered_today, time=time))
    out.append(_due(found, counts, say))
    ahead = say("tomorrow", tomorrow=counts.tomorrow) if counts.tomorrow else None
    if ahead is None and counts.next_due is not None:
        ahead = say("next due", date=date_of(counts.next_due))
    if ahead:
        out.append(ahead)
    if found.habit is not None and len(out) < MAX_LINES - 1:
        out.append(say("habit", what=found.habit.what, count=found.habit.times, of=found.habit.of))
    if not counts.due and not found.fresh:
        return [*out, say("next new" if counts.new else "next weakest")]
    return [*out, say("next study") if found.minutes > counts.minutes_today else say("next more")]


def _unfinished_interview(found: Dashboard, say: Phrases) -> list[str]:
    answered = found.unfinished_interview
    return [] if answered is None else [say("stand interview", answered=answered)]


def short_line(found: Dashboard, say: Phrases) -> str:
    """One line for a prompt or status bar."""
    counts, plan = found.counts, found.plan
    if plan is None:
        return say(
            "stand short due", due=counts.due if counts else 0, fresh=found.fresh if counts else found.new_per_day
        )
    left = plan.date - plan.today
    facts = [say("short days", days=left) if left else say("plan today")]
    if plan.report is not None:
        from dlquiz.render.plan_summary import percent

        then = with_unit(percent(plan.report.on_the_day), "%", say.language)
        facts.append(then + in_brackets(plan.report.time, say.language) if _changed_today(plan) else then)
    if found.minutes > 0:
        spent = f"{counts.minutes_today if counts else 0:.0f}"
        facts.append(say("stand short minutes", spent=spent, minutes=f"{found.minutes:g}"))
    return " · ".join(facts)


def _due(found: Dashboard, counts: StudyCounts, say: Phrases) -> str:
    """What waits; after a break only what fits into the day, for the rest is no debt."""
    left = max(found.minutes - counts.minutes_today, 0)
    fits = int(left * 60 / USUAL_SECONDS)
    if counts.due > fits > 0:
        return say("stand fits", fits=fits, due=counts.due, minutes=f"{found.minutes:g}")
    return say("stand due", due=counts.due, fresh=found.fresh)


def _plan(found: Dashboard, plan: PlanStanding, counts: StudyCounts, say: Phrases) -> Iterator[str]:
    from dlquiz.render.plan_summary import bar

    report, left, spent = plan.report, plan.date - plan.today, counts.minutes_today
    yield _head(plan, say)
    if plan.minutes > 0:
        share = min(spent / plan.minutes, 1.0)
        yield say("stand minutes", bar=bar(share, share, BAR), spent=f"{spent:.0f}", minutes=f"{plan.minutes:g}")
    if found.most is not None and found.most[0]:
        yield say("stand most", cards=found.most[0], seen=found.most[1])
    if report is not None:
        yield say("stand weak", topics=_weak(report, plan.titles, say))
    yield from _unfinished_interview(found, say)
    asked = report is None or not plan.up_to_date or report.cards_today > 0
    done = left > 0 and (plan.minutes <= spent or not asked)
    yield say("plan rest") if not plan.minutes and left else say("plan done") if done else say("next study")


def _head(plan: PlanStanding, say: Phrases) -> str:
    """The date and how far it is, the readiness, and since when that is known where it is not of today."""
    from dlquiz.render.plan_summary import day_name, percent

    report, left = plan.report, plan.date - plan.today
    when = day_name(date_of(plan.date), say.language)
    days = say("plan day") if left == 1 else say("plan days", days=left)
    if report is None:
        return say("stand plan soon", date=when, left=days) if left else say("plan on the day", date=when)
    now, then = percent(report.now), percent(report.on_the_day)
    if left:
        head = say("stand plan", date=when, left=days, now=now, then=then)
    else:
        head = f"{say('plan on the day', date=when)} · {say('plan expected', then=then)}"
    if plan.up_to_date:
        return head
    if _changed_today(plan):
        remark = say("stand plan at", time=report.time)
    else:
        remark = say("plan as of", date=day_name(report.as_of, say.language))
    return head + in_brackets(remark, say.language)


def _changed_today(plan: PlanStanding) -> bool:
    """Whether something has moved readiness since the report was made today."""
    return plan.report is not None and plan.report.as_of == date_of(plan.today) and not plan.up_to_date


def _weak(report: PlanReport, titles: Mapping[str, Text], say: Phrases) -> str:
    """The decks that lack most of what is asked, with their readiness."""
    from dlquiz.render.plan_summary import percent

    weak = report.most_to_gain()[:WEAK_TOPICS]
    names = [titles[topic.deck].language(say.language) if topic.deck in titles else topic.deck for topic in weak]
    return " · ".join(
        f"{name} {with_unit(percent(topic.now), '%', say.language)}" for name, topic in zip(names, weak, strict=True)
    )
