"""The report on an interview as lines of text: score with its range, topics and kinds, questions, what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from dlquiz.cards import Language, Text
from dlquiz.formatting import with_unit
from dlquiz.interview.record import Record
from dlquiz.interview.report import Question, Report, Score, compared
from dlquiz.markup import cell_width, pad
from dlquiz.messages.interview import REPORT
from dlquiz.readiness.plan_settings import GENERAL
from dlquiz.render.plan_summary import bar, day_name, percent
from dlquiz.render.text_lines import clock, cut, cut_to_lines, packed, wrapped

MARKS = {"right": "✓", "wrong": "✗", "skipped": "–", "unrated": "?"}
DEEPER = "↳"
NARROW, NARROWER, BAR, SHORT_BAR = 60, 40, 20, 10
# A follow-up of a follow-up is not moved further in.
DEEPEST = 3


class ReportPhrases:
    """The phrases of reports in one language, and the titles of the decks in it."""

    def __init__(self, language: Language, titles: Mapping[str, Text]) -> None:
        self.language = language
        self._titles = titles

    def __call__(self, name: str, **facts: object) -> str:
        return REPORT[self.language][name].format(**facts)

    def deck(self, name: str) -> str:
        title = self._titles.get(name)
        return title.language(self.language) if title else name

    def decks(self, names: Sequence[str]) -> str:
        return ("，" if self.language == "zh" else ", ").join(map(self.deck, names))


def lines(
    report: Report,
    language: Language,
    titles: Mapping[str, Text],
    width: int,
    texts: Mapping[str, str] = MappingProxyType({}),
) -> list[str]:
    """The report in lines no wider than the width; what matters comes last, where it stays on the screen.

    `texts` are the questions by card; of one that is not among them the id stands.
    """
    say, out = ReportPhrases(language, titles), list[str]()
    if report.questions:
        out += ["", *_questions(report.questions, say, texts, width)]
    if report.topics:
        out += ["", *wrapped(say("kinds"), width), *scores(report.kinds, say, language, width)]
        out += ["", *wrapped(say("topics"), width), *scores(report.topics, say.deck, language, width)]
    end = [line for text in (*verdict(report, say), *advice(report, say)) for line in wrapped(text, width)]
    return [*packed(heading_facts(report, say), width), *out, "", *end]


def unfinished_lines(
    report: Report,
    language: Language,
    titles: Mapping[str, Text],
    width: int,
    texts: Mapping[str, str] = MappingProxyType({}),
) -> list[str]:
    """An interview that was left: what was asked, and how to go on; its result is told at its end."""
    say = ReportPhrases(language, titles)
    rated = sum(one.outcome in ("right", "wrong") for one in report.questions)
    end = [*wrapped(say("go on", answered=len(report.questions), rated=rated), width), *wrapped(say("resume"), width)]
    head = [*packed(heading_facts(report, say), width), ""]
    return [*head, *_questions(report.questions, say, texts, width), "", *end]


def heading(report: Report, say: ReportPhrases) -> str:
    """When it was, how long, and for which position, in one line."""
    return " · ".join(heading_facts(report, say))


def heading_facts(report: Report, say: ReportPhrases) -> list[str]:
    """When it was, how long, and for which position."""
    at = datetime.fromisoformat(report.at)
    when = f"{day_name(f'{at:%Y-%m-%d}', say.language)} {at:%H:%M}"
    parts = [say("title"), when, say("minutes", minutes=f"{report.minutes:g}")]
    return parts + ([] if report.track == GENERAL else [say("track", track=report.track)])


def verdict(report: Report, say: ReportPhrases) -> Iterator[str]:
    """The score with its range, and the pace."""
    total = report.total
    if total.asked:
        yield say("score", score=percent(total.score), right=total.right, asked=total.asked)
        yield say("range", low=percent(total.low), high=percent(total.high))
        yield say("pace", share=round(report.pace.of_limit * 100), over=report.pace.over)
    else:
        yield say("nothing")
    unrated = sum(not one.counts for one in report.questions)
    if unrated:
        yield say("unrated", count=unrated)


def advice(report: Report, say: ReportPhrases) -> Iterator[str]:
    """What is strong, what is weak, what to do about it."""
    if report.strongest:
        yield say("strongest", names=say.decks(report.strongest))
    if report.weakest:
        yield say("weakest", names=say.decks(report.weakest))
        yield say("study", decks=" ".join(report.weakest))
    if report.missed:
        yield say("missed")
    if report.readiness is not None:
        ready = report.readiness
        when = day_name(ready.date, say.language)
        yield say("readiness", now=percent(ready.now), then=percent(ready.on_the_day), date=when)


def scores(found: Sequence[Score], name: Callable[[str], str], language: Language, width: int) -> list[str]:
    """One bar each: what was right, and up to where the range goes."""
    names = [name(one.name) for one in found]
    wide = width >= NARROWER
    facts = [f"{one.right}/{one.asked}  {_share(one, language)}{_spread(one) if wide else ''}" for one in found]
    cells = 0 if not wide else SHORT_BAR if width < NARROW else BAR
    room = max(8, width - cells - 2 - max(map(cell_width, facts)))
    column = min(room, max(map(cell_width, names)))
    return [
        " ".join(part for part in (pad(cut(title, column), column), bar(one.score, one.high, cells), fact) if part)
        for title, one, fact in zip(names, found, facts, strict=True)
    ]


def _share(score: Score, language: Language) -> str:
    return with_unit(f"{percent(score.score):>3}", "%", language)


def _spread(score: Score) -> str:
    return f" ({percent(score.low)}–{percent(score.high)})"


def _questions(
    questions: Sequence[Question], say: ReportPhrases, texts: Mapping[str, str], width: int
) -> Iterator[str]:
    """One line each, two on a narrow screen; follow-ups below the question that they go deeper into. What the signs in
    front of them mean stands above."""
    yield from wrapped(say("questions"), width)
    outcomes = {one.outcome for one in questions}
    signs = [f"{sign} {say(f'sign {outcome}')}" for outcome, sign in MARKS.items() if outcome in outcomes]
    signs += [f"{DEEPER} {say('sign follow-up')}"] if any(one.follow_up_of for one in questions) else []
    yield from packed(signs, width)
    depths: dict[str, int] = {}
    for one in questions:
        depth = depths[one.card] = depths.get(one.follow_up_of or "", -1) + 1 if one.follow_up_of else 0
        lead = "  " * min(depth, DEEPEST) + (f"{DEEPER} " if depth else "") + f"{MARKS[one.outcome]} "
        time = f"{clock(one.seconds)}/{clock(one.limit)}"
        room = max(3, width - cell_width(lead) - len(time) - 2)
        name, *more = cut_to_lines(texts.get(one.card, one.card), room, 2 if width < NARROW else 1)
        yield f"{lead}{name}{' ' * max(2, width - cell_width(lead + name) - len(time))}{time}"
        yield from (" " * cell_width(lead) + line for line in more)


def table(found: Sequence[tuple[Record, Report]], language: Language, width: int) -> list[str]:
    """One line for each interview, the newest last."""
    say = ReportPhrases(language, {})
    if not found:
        return wrapped(say("list none"), width)
    out = []
    for record, report in found:
        at, total = datetime.fromisoformat(report.at), report.total
        score = f"{_share(total, language)}{_spread(total)}  {total.right}/{total.asked}"
        if record.report is None:
            score = say("unfinished", answered=len(record.answers))
        when = f"{day_name(f'{at:%Y-%m-%d}', language)} {at:%H:%M}"
        out += wrapped(
            f"{record.id}  {when}  {say('minutes', minutes=f'{report.minutes:g}')}  {report.track}  {score}", width
        )
    return out


def comparison(before: Report, after: Report, language: Language, titles: Mapping[str, Text], width: int) -> list[str]:
    """What changed from one interview to the next, and whether that may be chance."""
    say, found = ReportPhrases(language, titles), compared(before, after)
    points = round(found.share * 100)
    facts = {"before": percent(before.total.score), "after": percent(after.total.score)}
    direction = say("better" if points > 0 else "worse")
    change = say("compare one" if abs(points) == 1 else "compare", score=abs(points), direction=direction, **facts)
    sure = found.low > 0 or found.high < 0
    spread = say("sure" if sure else "chance", low=f"{found.low * 100:+.0f}", high=f"{found.high * 100:+.0f}")
    text = [change if points else say("same", **facts), spread]
    out = [line for one in (before, after) for line in packed(heading_facts(one, say), width)] + [""]
    out += [line for one in text for line in wrapped(one, width)]
    earlier = {one.name: one for one in before.topics}
    both = [one for one in after.topics if one.name in earlier]
    if both:
        column = min(max(cell_width(say.deck(one.name)) for one in both), max(8, width - 14))
        out += ["", *wrapped(say("both topics"), width)]
        out += [
            f"{pad(cut(say.deck(one.name), column), column)}  {earlier[one.name].right}/{earlier[one.name].asked}"
            f" → {one.right}/{one.asked}"
            for one in both
        ]
    return out
