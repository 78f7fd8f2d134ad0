"""The report on an interview as a page: score, ranges, and every question with its answer and the model one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from dlquiz.cards import Language, Text
from dlquiz.formatting import with_unit
from dlquiz.interview.report import Question, Report, Score
from dlquiz.markup import cell_width
from dlquiz.messages.interview import PAGE
from dlquiz.render.interviews.report import MARKS, ReportPhrases, advice, heading, verdict
from dlquiz.render.pages import page as pages
from dlquiz.render.pages.card_parts import CardParts
from dlquiz.render.plan_summary import percent
from dlquiz.render.text_lines import clock
from dlquiz.session.interview_report import ReviewedAnswer

OUTCOME_CLASSES = {"right": "right", "wrong": "wrong", "skipped": "wrong", "unrated": ""}
# The plot of ranges: pixels of a row, of the scale, and of a cell of a name.
ROW, SCALE, CELL = 26, 300, 8.5


def page(report: Report, answers: Sequence[ReviewedAnswer], language: Language, titles: Mapping[str, Text]) -> str:
    """The whole page."""
    say = ReportPhrases(language, titles)
    title = heading(report, say)
    parts = [f"<h1>{escape(title)}</h1>", *_head(report, say)]
    if report.topics:
        parts += [
            f"<h2>{_phrase('topics', language)}</h2>",
            _ranges(report.topics, [say.deck(one.name) for one in report.topics], language),
            f'<p class="quiet">{_phrase("legend", language)}</p>',
            f"<h2>{_phrase('kinds', language)}</h2>",
            _ranges(report.kinds, [say(one.name) for one in report.kinds], language),
        ]
    lines = list(advice(report, say))
    if lines:
        parts += [
            f"<h2>{_phrase('next', language)}</h2>",
            "<ul>",
            *(f"<li>{escape(line)}</li>" for line in lines),
            "</ul>",
        ]
    questions = {one.card: one for one in report.questions}
    parts.append(f"<h2>{_phrase('questions', language)}</h2>")
    parts += [_answer(one, questions.get(one.card.id), say) for one in answers]
    return pages.document(title, "\n".join(parts), language)


def _phrase(name: str, language: Language, **facts: object) -> str:
    return escape(PAGE[language][name].format(**facts))


def _head(report: Report, say: ReportPhrases) -> list[str]:
    first, *rest = verdict(report, say)
    total = report.total
    score = with_unit(percent(total.score), "%", say.language)
    big = [f'<p class="big">{score}</p>'] if total.asked else []
    return [*big, f"<p>{escape(first)}</p>", *(f'<p class="quiet">{escape(line)}</p>' for line in rest)]


def _ranges(scores: Sequence[Score], names: Sequence[str], language: Language) -> str:
    """One line for each share, from the lower to the upper end of its range, a dot at the share, and the count."""
    left = round(max(map(cell_width, names)) * CELL) + 24
    width, height = left + SCALE + 70, ROW * len(scores) + 24
    rows = "".join(
        _range(one, name, number, left) for number, (one, name) in enumerate(zip(scores, names, strict=True))
    )
    shares = {share: with_unit(str(share), "%", language) for share in (0, 50, 100)}
    ticks = "".join(
        f'<line x1="{left + SCALE * share / 100:g}" x2="{left + SCALE * share / 100:g}" y1="4" y2="{height - 20}"'
        f' stroke="var(--line)"/><text x="{left + SCALE * share / 100:g}" y="{height - 4}" text-anchor="middle"'
        f' font-size="12" fill="var(--quiet)">{name}</text>'
        for share, name in shares.items()
    )
    words = escape(
        "; ".join(
            f"{name}: {one.right}/{one.asked}, {with_unit(f'{percent(one.low)}–{percent(one.high)}', '%', language)}"
            for one, name in zip(scores, names, strict=True)
        )
    )
    return (
        f'<figure><svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
        f' aria-label="{words}"><title>{words}</title>{ticks}{rows}</svg></figure>'
    )


def _range(score: Score, name: str, row: int, left: int) -> str:
    middle = ROW * row + 18
    low, at, high = (round(left + SCALE * share, 1) for share in score.range[1:2] + score.range[:1] + score.range[2:])
    return (
        f'<text x="0" y="{middle + 5}" font-size="14" fill="var(--ink)">{escape(name)}</text>'
        f'<line x1="{low}" x2="{high}" y1="{middle}" y2="{middle}" stroke="var(--range)" stroke-width="8"'
        f' stroke-linecap="round"/><circle cx="{at}" cy="{middle}" r="6" fill="var(--bar)"/>'
        f'<text x="{left + SCALE + 16}" y="{middle + 5}" font-size="14"'
        f' fill="var(--quiet)">{score.right}/{score.asked}</text>'
    )


def _answer(one: ReviewedAnswer, question: Question | None, say: ReportPhrases) -> str:
    language = say.language
    outcome = question.outcome if question is not None else "unrated"
    deeper = one.answer.turn.follow_up_of is not None
    facts = [
        say.deck(one.card.deck),
        PAGE[language]["level"].format(level=one.card.level),
        f"{clock(one.answer.seconds)}/{clock(one.answer.turn.limit)}",
    ]
    if deeper:
        facts.insert(0, PAGE[language]["follow-up"])
    names = " ".join(name for name in (OUTCOME_CLASSES[outcome], "deeper" if deeper else "") if name)
    head = f'<p class="quiet">{MARKS[outcome]} {escape(" · ".join(facts))}</p>'
    figure = pages.figure(one.card.figure, one.language) if one.card.figure else ""
    parts = CardParts(one.view, language)
    body = "".join(
        [parts.question(), _mine(one, language), parts.solution(figure), parts.points(one.made), parts.pitfall()]
    )
    return f'<article class="{names}">{head}{body}</article>'


def _mine(one: ReviewedAnswer, language: Language) -> str:
    reply = one.answer.reply
    if one.answer.skipped:
        shown = f"<i>{_phrase('skipped', language)}</i>"
    elif reply is None:
        shown = f"<i>{_phrase('unknown', language)}</i>"
    elif reply == "":
        shown = f"<i>{_phrase('spoken', language)}</i>"
    else:
        shown = escape(" | ".join(map(str, reply)) if isinstance(reply, list | tuple) else str(reply))
    mistake = one.verdict.mistake
    said = f'<p class="quiet">{escape(mistake["text"])}</p>' if mistake and "text" in mistake else ""
    return f'<p class="label">{_phrase("yours", language)}</p><p>{shown}</p>{said}'
