"""Statistics as a page that stands alone: what the terminal draws in cells is SVG here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import escape

from dlquiz.cards import Language
from dlquiz.figures import svg
from dlquiz.messages.study import Phrases
from dlquiz.readiness.report import Topic
from dlquiz.render.pages import page as pages
from dlquiz.render.plan import now_and_then, topic_title
from dlquiz.render.plan_summary import day_name
from dlquiz.render.stats import WEEKDAYS, Section, Sources, StatsPhrases, calendar_weeks, month_name, sections
from dlquiz.scheduler import date_of
from dlquiz.stats.report import StatsReport, monday_of

# Pixels: the side of a day in the calendar with its gap, room for weekdays and months; the bar of a topic.
DAY, LEFT, TOP = 14, 32, 18
BAR_WIDTH, BAR_HEIGHT = 160, 12
FAINTEST = 0.25


def page(sources: Sources, language: Language) -> str:
    """The whole page."""
    say = StatsPhrases(language)
    title = say("title", date=day_name(date_of(sources.report.today), language))
    parts = [f"<h1>{escape(title)}</h1>"]
    if not sources.report.days:
        parts += _section(Section(say("days"), (say("nothing"),)), "")
        return pages.document(title, "\n".join(parts), language)
    drawn = {"days": _calendar(sources.report, say), "topics": _topics(sources, say)}
    for section in sections(sources, say):
        parts += _section(section, drawn.get(section.name, ""))
    return pages.document(title, "\n".join(parts), language)


def _section(section: Section, drawn: str) -> list[str]:
    parts = [f"<h2>{escape(section.title)}</h2>", *(f"<p>{escape(sentence)}</p>" for sentence in section.sentences)]
    if drawn:
        parts.append(drawn)
    if section.figure is not None:
        parts.append(f"<figure>{pages.picture(svg(section.figure), section.figure.alternative)}</figure>")
    return parts


def _calendar(report: StatsReport, say: StatsPhrases) -> str:
    """A column a week, a row a weekday; the minutes of a day say how dark it is."""
    weeks = calendar_weeks(report.days, report.today)
    first = monday_of(report.today) - 7 * (weeks - 1)
    words = escape(say("calendar words", most=f"{max(1, *(one.minutes for one in report.days)):.0f}"))
    marks = "".join([*_months(first, weeks, say.language), *_weekdays(say.language), *_days(report, first)])
    width, height = LEFT + DAY * weeks + DAY, TOP + 7 * DAY
    return (
        f'<figure><svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
        f' aria-label="{words}"><title>{words}</title>{marks}</svg><p class="quiet">{words}</p></figure>'
    )


def _months(first: int, weeks: int, language: Language) -> Iterator[str]:
    for week in range(weeks):
        monday = date.fromisoformat(date_of(first + 7 * week))
        if monday.day <= 7:
            yield _text(LEFT + DAY * week, TOP - 6, month_name(monday, language))


def _weekdays(language: Language) -> Iterator[str]:
    for row, name in enumerate(WEEKDAYS[language]):
        yield _text(0, TOP + DAY * row + 10, name)


def _days(report: StatsReport, first: int) -> Iterator[str]:
    minutes = {one.day: one.minutes for one in report.days}
    most = max(minutes.values()) or 1.0
    for day in range(first, report.today + 1):
        week, row = divmod(day - first, 7)
        spent = minutes.get(day)
        shade = "var(--line)" if spent is None else "var(--bar)"
        opacity = 0.5 if spent is None else FAINTEST + (1 - FAINTEST) * spent / most
        yield (
            f'<rect x="{LEFT + DAY * week}" y="{TOP + DAY * row}" width="{DAY - 2}" height="{DAY - 2}" rx="2"'
            f' fill="{shade}" fill-opacity="{opacity:.2f}"/>'
        )


def _text(x: int, y: int, words: str) -> str:
    return f'<text x="{x}" y="{y}" font-size="11" fill="var(--quiet)">{escape(words)}</text>'


def _topics(sources: Sources, say: StatsPhrases) -> str:
    """A row a topic: how much of it is known now, and what is to come until the day."""
    if sources.plan is None:
        return ""
    phrases = Phrases(say.language)
    rows = (
        f"<tr><td>{escape(topic_title(topic, phrases, sources.titles))}</td><td>{_bar(topic)}</td>"
        f'<td class="number">{escape(now_and_then(topic, phrases))}</td>'
        f'<td class="quiet number">{escape(phrases("plan seen", seen=topic.seen, cards=topic.cards))}</td></tr>'
        for topic in sources.plan.most_to_gain()
    )
    return f"<table>{''.join(rows)}</table>"


def _bar(topic: Topic) -> str:
    parts = (("--line", 1.0), ("--range", max(topic.now, topic.on_the_day)), ("--bar", topic.now))
    marks = "".join(
        f'<rect width="{BAR_WIDTH * share:.1f}" height="{BAR_HEIGHT}" rx="2" fill="var({name})"/>'
        for name, share in parts
    )
    return (
        f'<svg viewBox="0 0 {BAR_WIDTH} {BAR_HEIGHT}" width="{BAR_WIDTH}" height="{BAR_HEIGHT}" aria-hidden="true">'
        f"{marks}</svg>"
    )
