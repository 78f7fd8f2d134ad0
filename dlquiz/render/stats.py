"""Statistics as lines of text: sentences, a calendar, and plots in cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from dlquiz.cards import Language, Text
from dlquiz.figures.cells import draw
from dlquiz.figures.shapes import Bars, Curve, Figure, Plot
from dlquiz.formatting import with_unit
from dlquiz.messages.interview import REPORT
from dlquiz.messages.stats import STATS
from dlquiz.messages.study import Phrases
from dlquiz.render.plan import topics
from dlquiz.render.plan_summary import MONTHS, day_name, percent
from dlquiz.render.text_lines import wrapped
from dlquiz.scheduler import date_of
from dlquiz.scheduler.optimise import MIN_SCORED
from dlquiz.stats.report import MistakeWeek, StatsReport, StudyDay, monday_of

if TYPE_CHECKING:
    from dlquiz.readiness.report import PlanReport
    from dlquiz.session.frequent_mistakes import ReportedMistake

# Weeks in a calendar, at least and at most; days with a bar in the forecast, weeks from which mistakes are drawn.
FEW_WEEKS, MOST_WEEKS, BARS, LEAST_WEEKS = 12, 52, 14, 3
SHADES = "░▒▓█"
WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "en": ("Mon", "", "Wed", "", "Fri", "", "Sun"),
    "zh": ("一", "", "三", "", "五", "", "日"),
}


class Section(NamedTuple):
    """A part of the statistics: sentences, then what is drawn; `table` gives lines for a width.

    What a page draws in another way than the terminal has a `name`.
    """

    title: str
    sentences: tuple[str, ...]
    figure: Figure | None = None
    table: Callable[[int], list[str]] | None = None
    name: str = ""


class Sources(NamedTuple):
    """What the statistics show: the numbers, the plan of today (None without one), habits, titles of the decks, and
    whether the weights of FSRS are fitted to the person."""

    report: StatsReport
    plan: PlanReport | None
    habits: Sequence[ReportedMistake]
    titles: Mapping[str, Text]
    own_weights: bool = False


class StatsPhrases:
    """The phrases of statistics in one language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def __call__(self, name: str, **facts: object) -> str:
        return STATS[self.language][name].format(**facts)


def lines(sources: Sources, language: Language, width: int) -> list[str]:
    """All sections in lines no wider than the width."""
    say = StatsPhrases(language)
    if not sources.report.days:
        return wrapped(say("nothing"), width)
    out: list[str] = []
    for section in sections(sources, say):
        out += ["", *wrapped(section.title, width)] if out else wrapped(section.title, width)
        out += [line for sentence in section.sentences for line in wrapped(sentence, width)]
        if section.table is not None:
            out += section.table(width)
        if section.figure is not None:
            out += ["".join(text for text, _ in line).rstrip() for line in draw(section.figure, width)]
    return out


def sections(sources: Sources, say: StatsPhrases) -> list[Section]:
    """What there is to show, in the order in which it is shown."""
    return [
        _days(sources.report, say),
        _forecast(sources, say),
        _retention(sources, say),
        _topics(sources, say),
        _mistakes(sources, say),
        _kinds(sources.report, say),
    ]


def calendar(days: Sequence[StudyDay], today: int, width: int, language: Language) -> list[str]:
    """A column a week, a row a weekday, the shade says how many minutes; the months stand above."""
    margin = 4 if language == "en" else 3
    weeks = max(1, min(calendar_weeks(days, today), (width - margin) // 2))
    first = monday_of(today) - 7 * (weeks - 1)
    minutes = {one.day: one.minutes for one in days}
    most = max(minutes.values(), default=0.0)
    head = _months(first, weeks, language)
    rows = [" " * margin + head] if head.strip() else []
    for weekday in range(7):
        cells = [_shade(minutes.get(day), most, day > today) for day in range(first + weekday, today + 8, 7)][:weeks]
        name = WEEKDAYS[language][weekday]
        rows.append((name + " " * (margin - _cells(name)) + " ".join(cells)).rstrip())
    return rows


def calendar_weeks(days: Sequence[StudyDay], today: int) -> int:
    """The weeks since the first day of study, at least `FEW_WEEKS` and at most `MOST_WEEKS`."""
    first = min((one.day for one in days), default=today)
    return min(max((monday_of(today) - monday_of(first)) // 7 + 1, FEW_WEEKS), MOST_WEEKS)


def month_name(day: date, language: Language) -> str:
    """The month of a day, short."""
    return MONTHS[day.month - 1] if language == "en" else f"{day.month}月"


def _cells(name: str) -> int:
    return sum(1 if letter.isascii() else 2 for letter in name)


def _shade(minutes: float | None, most: float, future: bool) -> str:
    if future:
        return " "
    if minutes is None:
        return "·"
    return SHADES[min(int(len(SHADES) * minutes / most), len(SHADES) - 1)] if most else SHADES[0]


def _months(first: int, weeks: int, language: Language) -> str:
    """The name of each month above the first whole week in it, where there is room for it."""
    text, end = "", -1
    for week in range(weeks):
        monday = date.fromisoformat(date_of(first + 7 * week))
        name = month_name(monday, language)
        if monday.day <= 7 and 2 * week > end and 2 * week + _cells(name) <= 2 * weeks:
            text += " " * (2 * week - max(end, 0)) + name
            end = 2 * week + _cells(name)
    return text


def _days(report: StatsReport, say: StatsPhrases) -> Section:
    today, days = report.today, report.days
    now = [one for one in days if one.day == today]
    week = [one for one in days if today - 7 < one.day <= today]
    most = max(one.minutes for one in days)
    sentences = (
        say("today", answers=_answers(now, say), time=_minutes(now, say)),
        say("week", answers=_answers(week, say), time=_minutes(week, say), days=len(week)),
        say(
            "all",
            answers=_answers(days, say),
            time=_time(days, say),
            days=_counted(len(days), say, "day", "several days"),
            streak=_counted(report.streak, say, "day", "several days"),
        ),
    )
    key = say("calendar key", most=f"{max(most, 1):.0f}")

    def table(width: int) -> list[str]:
        return [*wrapped(key, width), *calendar(days, today, width, say.language)]

    return Section(say("days"), sentences, table=table, name="days")


def _forecast(sources: Sources, say: StatsPhrases) -> Section:
    report = sources.report
    cards = [one.cards for one in report.forecast]
    sentences = () if sources.plan is None else (say("forecast planned"),)
    words = say("forecast words", today=cards[0], week=sum(cards[:7]), month=sum(cards))
    bars = tuple((day_name(date_of(one.day), say.language), float(one.cards)) for one in report.forecast[:BARS])
    return Section(say("forecast"), (words, *sentences), Bars(bars, alternative=words) if any(cards[:BARS]) else None)


def _retention(sources: Sources, say: StatsPhrases) -> Section:
    kept, title = sources.report.retention, say("retention")
    if not kept.answers:
        return Section(title, (say("retention none"),))
    observed, expected = kept.right / kept.answers, kept.expected / kept.answers
    sentences = [
        say("retention words", answers=kept.answers, observed=percent(observed), expected=percent(expected)),
    ]
    low, high = observed_range(kept.right, kept.answers)
    if not low <= expected <= high:
        sentences.append(say("better" if observed > expected else "worse"))
    if kept.answers >= MIN_SCORED and not sources.own_weights:
        sentences.append(say("retention fit"))
    if len(kept.bins) < 2:
        return Section(title, (*sentences, say("retention few")))
    points = tuple((100 * one.expected, 100 * one.observed) for one in kept.bins)
    ends = (points[0][0], points[-1][0])
    words = say("calibration words", points="; ".join(f"{x:.0f} → {y:.0f}" for x, y in points))
    curves = (Curve(say("yours"), points), Curve(say("exact"), tuple((end, end) for end in ends)))
    plot = Plot(curves, say("calibration x"), say("calibration y"), alternative=words)
    return Section(title, tuple(sentences), plot)


def observed_range(right: int, answers: int) -> tuple[float, float]:
    """What the share lies between, 80 % of the time."""
    from dlquiz.interview.ranges import share_range

    found = share_range(right, answers)
    return found.low, found.high


def _topics(sources: Sources, say: StatsPhrases) -> Section:
    plan, titles = sources.plan, sources.titles
    if plan is None:
        return Section(say("topics plain"), (say("topics none"),))
    title = say("topics", date=day_name(plan.date, say.language))
    return Section(title, (), table=lambda width: topics(plan, Phrases(say.language), titles, width), name="topics")


def _mistakes(sources: Sources, say: StatsPhrases) -> Section:
    weeks, monday = sources.report.weeks, monday_of(sources.report.today)
    now, before = [one for one in weeks if one.monday == monday], [one for one in weeks if one.monday < monday]
    sentences = [say("habit", what=one.what, times=one.times, of=one.of) for one in sources.habits]
    facts = {name: percent(_wrong(some)) for name, some in (("now", now), ("before", before)) if some}
    name = "mistakes words" if now and before else f"mistakes {next(iter(facts), 'none')}"
    sentences.insert(0, say(name, **facts))
    if len(weeks) < LEAST_WEEKS:
        return Section(say("mistakes"), tuple(sentences))
    parts: tuple[tuple[str, Callable[[MistakeWeek], int]], ...] = (
        ("wrong", lambda one: one.wrong),
        ("recognised", lambda one: one.recognised),
    )
    curves = tuple(
        Curve(say(name), tuple(((one.monday - monday) / 7, 100 * of(one) / one.answers) for one in weeks))
        for name, of in parts
    )
    words = "; ".join(
        f"{date_of(one.monday)}: {with_unit(percent(one.wrong / one.answers), '%', say.language)}" for one in weeks
    )
    return Section(
        say("mistakes"),
        tuple(sentences),
        Plot(curves, say("mistakes x"), say("mistakes y"), alternative=words, whole=True),
    )


def _kinds(report: StatsReport, say: StatsPhrases) -> Section:
    names = REPORT[say.language]
    bars = tuple(
        (say("kind", kind=names[one.kind], seconds=f"{one.seconds:.0f}"), round(one.minutes, 1)) for one in report.kinds
    )
    words = say("kinds words")
    listed = "; ".join(f"{name}: {minutes:g} {say('minutes')}" for name, minutes in bars)
    figure = Bars(bars, say("minutes"), alternative=listed) if bars else None
    return Section(say("kinds"), (words,), figure)


def _answers(days: Sequence[StudyDay], say: StatsPhrases) -> str:
    return _counted(sum(one.answers for one in days), say, "answer", "answers")


def _counted(number: int, say: StatsPhrases, one: str, several: str) -> str:
    return say(one) if number == 1 else say(several, number=number)


def _minutes(days: Sequence[StudyDay], say: StatsPhrases) -> str:
    minutes = sum(one.minutes for one in days)
    return say("under a minute") if 0 < minutes < 1 else f"{minutes:.0f} {say('minutes')}"


def _time(days: Sequence[StudyDay], say: StatsPhrases) -> str:
    """In hours from one hour on, below in minutes: the first week is more than 0.1 h."""
    hours = sum(one.minutes for one in days) / 60
    return f"{hours:.1f} {say('hours')}" if hours >= 1 else _minutes(days, say)


def _wrong(weeks: Sequence[MistakeWeek]) -> float:
    return sum(one.wrong for one in weeks) / sum(one.answers for one in weeks)
