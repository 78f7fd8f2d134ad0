"""The plan in the terminal: date, promise, today, topics as bars, what is left out, readiness over the days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from dlquiz.cards import Text
from dlquiz.formatting import with_unit
from dlquiz.markup import cell_width, pad
from dlquiz.messages.study import Phrases
from dlquiz.readiness.plan_settings import GENERAL
from dlquiz.readiness.report import PlanReport, Topic
from dlquiz.render.plan_summary import bar, day_name, percent
from dlquiz.render.text_lines import cut, packed, wrapped

# Topics in the list of what does not fit.
MOST_LEFT_OUT = 4
LEAST_TOPICS = 3
WIDE_BAR, NARROW_BAR, NARROW, NARROWER = 20, 10, 60, 36


def lines(
    report: PlanReport,
    say: Phrases,
    titles: Mapping[str, Text],
    tracks: Mapping[str, Text],
    width: int,
    rows: int | None = None,
) -> list[str]:
    """The report in lines no wider than the width, the curve of the days last.

    On a terminal of fewer rows what it comes down to stands last, where it is still seen: its topics alone scroll away
    a small screen.
    """
    remarks = [*_left_out(report, say, titles), *_about(report, say)]
    short = [*_head_lines(report, say, tracks, width), "", *_all_wrapped(remarks, width)]
    details = [*wrapped(say("plan topics"), width), *topics(report, say, titles, width)]
    if report.days_left:
        details += ["", *_curve(report, say, width)]
    last = rows is not None and len(short) + len(details) + 2 > rows
    return [*details, "", *short] if last else [*short, "", *details]


def screenful(
    report: PlanReport, say: Phrases, titles: Mapping[str, Text], tracks: Mapping[str, Text], width: int, rows: int
) -> list[str]:
    """The report where it fits on a terminal of so many rows; else as much of it, what matters first: how ready, what
    is to do today, and the topics with most to gain."""
    whole = lines(report, say, titles, tracks, width)
    if len(whole) < rows:
        return whole
    too_much = [say("plan left out brief", cards=report.left_out, all=report.cards)] if report.left_out else []
    top = [*_head_lines(report, say, tracks, width), "", *_all_wrapped([*too_much, *_about(report, say)], width), ""]
    top += wrapped(say("plan topics"), width)
    found = topics(report, say, titles, width)
    # Below stand what is left out, and the prompt of the shell.
    room = max(LEAST_TOPICS, rows - 1 - len(top) - len(wrapped(say("plan more topics", more=len(found)), width)))
    more = say("plan more topics", more=len(found) - room) if len(found) > room else say("plan more days")
    return [*top, *found[:room], *wrapped(more, width)]


def _head_lines(report: PlanReport, say: Phrases, tracks: Mapping[str, Text], width: int) -> list[str]:
    return [line for text in _head(report, say, tracks) for line in packed(text.split(" · "), width)]


def _all_wrapped(texts: Iterable[str], width: int) -> list[str]:
    return [line for text in texts for line in wrapped(text, width)]


def today(report: PlanReport, say: Phrases) -> list[str]:
    """What is to do today, and how to begin."""
    spent = report.minutes_today
    facts = say(
        "plan today facts",
        spent=f"{spent:.0f}",
        minutes=f"{spent + report.minutes_left:.0f}",
        reviews=report.reviews_today,
        new=report.new_today,
    )
    if report.minutes_left > 0 and report.cards_today:
        share = spent / (spent + report.minutes_left)
        return [f"{bar(share, share, NARROW_BAR)} {facts} {say('next study')}"]
    if report.days_left == 0:
        return [say("next study")]
    return [say("plan done") if spent > 0 else say("plan rest")]


def _head(report: PlanReport, say: Phrases, tracks: Mapping[str, Text]) -> Iterator[str]:
    when = day_name(report.date, say.language)
    if report.days_left == 0:
        yield say("plan on the day", date=when)
    else:
        minutes, study = f"{report.minutes_per_day:g}", _days(say, "plan study day", report.study_days)
        head = say("plan head", date=when, left=_days(say, "plan day", report.days_left), study=study, minutes=minutes)
        title = tracks.get(report.track)
        name = title.language(say.language) if title else report.track
        yield head + ("" if report.track == GENERAL else " · " + say("plan track", track=name))
    promise = say(
        "plan promise",
        now=percent(report.now),
        then=percent(report.on_the_day),
        low=percent(report.low),
        high=percent(report.high),
    )
    yield f"{say('plan readiness')}  {promise}"
    more = [say("plan more", minutes=f"{one.minutes:g}", then=percent(one.on_the_day)) for one in report.more]
    if more:
        yield " · ".join(more)
    for line in today(report, say):
        yield f"{say('plan today')}  {line}"


def _days(say: Phrases, name: str, days: int) -> str:
    return say(name) if days == 1 else say(f"{name}s", days=days)


def _left_out(report: PlanReport, say: Phrases, titles: Mapping[str, Text]) -> Iterator[str]:
    if not report.left_out:
        yield say("plan fits")
        return
    weights = [
        say("plan left out weight", weight=weight, cards=cards) for weight, cards in report.left_out_by_weight.items()
    ]
    comma = "，" if say.language == "zh" else ", "
    yield say("plan left out", cards=report.left_out, all=report.cards, weights=comma.join(weights))
    most = sorted(report.topics, key=lambda topic: -topic.left_out)[:MOST_LEFT_OUT]
    decks = [f"{topic_title(topic, say, titles)} {topic.left_out}" for topic in most if topic.left_out]
    yield say("plan left out decks", decks=comma.join(decks))


def _about(report: PlanReport, say: Phrases) -> Iterator[str]:
    if not report.seen:
        yield say("plan unseen assumed", share=percent(report.unseen_known))
    elif report.seen < report.cards:
        yield say("plan unseen known", share=percent(report.unseen_known))
    if report.answers:
        yield say(
            "plan calibration one" if report.answers == 1 else "plan calibration",
            answers=report.answers,
            expected=percent(report.expected / report.answers),
            observed=percent(report.observed / report.answers),
        )


def topics(report: PlanReport, say: Phrases, titles: Mapping[str, Text], width: int) -> list[str]:
    """One bar a deck, the one with most to gain first; the title is cut where the line is short."""
    ordered = report.most_to_gain()
    cells = 0 if width < NARROWER else NARROW_BAR if width < NARROW else WIDE_BAR
    seen = [say("plan seen", seen=topic.seen, cards=topic.cards) for topic in ordered]
    facts = [now_and_then(topic, say) for topic in ordered]
    room = width - cells - 3 - max(map(cell_width, facts)) - (max(map(cell_width, seen)) + 2 if width >= NARROW else 0)
    names = [cut(topic_title(topic, say, titles), max(room, 8)) for topic in ordered]
    column = max(map(cell_width, names))
    rows = []
    for topic, name, fact, count in zip(ordered, names, facts, seen, strict=True):
        tail = f"  {count}" if width >= NARROW else ""
        shown = f" {bar(topic.now, topic.on_the_day, cells)}" if cells else ""
        rows.append(f"{pad(name, column)}{shown} {fact}{tail}")
    return rows


def now_and_then(topic: Topic, say: Phrases) -> str:
    """The readiness of a topic now and on the day."""
    return with_unit(f"{percent(topic.now):>3} → {percent(topic.on_the_day):>3}", "%", say.language)


def topic_title(topic: Topic, say: Phrases, titles: Mapping[str, Text]) -> str:
    """The title of a deck; its name where no bank here has it."""
    title = titles.get(topic.deck)
    return title.language(say.language) if title else topic.deck


def _curve(report: PlanReport, say: Phrases, width: int) -> list[str]:
    from dlquiz.figures.cells import draw
    from dlquiz.figures.shapes import Curve, Plot
    from dlquiz.readiness.report import Day

    parts: dict[str, Callable[[Day], float]] = {
        "expected": lambda day: day.expected,
        "low": lambda day: day.low,
        "high": lambda day: day.high,
    }
    curves = [
        Curve(say(f"plan curve {name}"), tuple((float(at), 100 * of(day)) for at, day in enumerate(report.curve)))
        for name, of in parts.items()
    ]
    words = say(
        "plan curve words",
        now=percent(report.now),
        then=percent(report.on_the_day),
        date=day_name(report.date, say.language),
    )
    if len(report.curve) < 3:
        return wrapped(words, width)
    plot = Plot(tuple(curves), say("plan curve x"), say("plan curve y"), alternative=words, whole=True)
    return ["".join(text for text, _ in line).rstrip() for line in draw(plot, width)]
