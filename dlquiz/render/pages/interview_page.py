"""The report on an interview as a page: score, ranges, and every question with mine beside the model answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from dlquiz.cards import Language, Text
from dlquiz.interview.report import Question, Report, Score
from dlquiz.kinds.view import CardView, FilledHoles, JudgedOption, JudgedOptions, OrderedSteps, Working, WorkingStep
from dlquiz.markup import cell_width
from dlquiz.messages.interview import PAGE
from dlquiz.render.interviews.report import MARKS, Words, advice, heading, verdict
from dlquiz.render.interviews.screen import clock
from dlquiz.render.pages import page as pages
from dlquiz.render.plan_summary import percent
from dlquiz.render.working import printed
from dlquiz.session.interview_report import ReviewedAnswer

OUTCOME_CLASSES = {"right": "right", "wrong": "wrong", "skipped": "wrong", "unrated": ""}
# The plot of ranges: pixels of a row, of the scale, and of a cell of a name.
ROW, SCALE, CELL = 26, 300, 8.5


def page(report: Report, answers: Sequence[ReviewedAnswer], language: Language, titles: Mapping[str, Text]) -> str:
    """The whole page."""
    say = Words(language, titles)
    title = heading(report, say)
    parts = [f"<h1>{escape(title)}</h1>", *_head(report, say)]
    if report.topics:
        parts += [
            f"<h2>{_phrase('topics', language)}</h2>",
            _ranges(report.topics, [say.deck(one.name) for one in report.topics]),
            f'<p class="quiet">{_phrase("legend", language)}</p>',
            f"<h2>{_phrase('kinds', language)}</h2>",
            _ranges(report.kinds, [say(one.name) for one in report.kinds]),
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


def _head(report: Report, say: Words) -> list[str]:
    first, *rest = verdict(report, say)
    total = report.total
    big = [f'<p class="big">{percent(total.score)} %</p>'] if total.asked else []
    return [*big, f"<p>{escape(first)}</p>", *(f'<p class="quiet">{escape(line)}</p>' for line in rest)]


def _ranges(scores: Sequence[Score], names: Sequence[str]) -> str:
    """One line for each share, from the lower to the upper end of its range, a dot at the share, and the count."""
    left = round(max(map(cell_width, names)) * CELL) + 24
    width, height = left + SCALE + 70, ROW * len(scores) + 24
    rows = "".join(
        _range(one, name, number, left) for number, (one, name) in enumerate(zip(scores, names, strict=True))
    )
    ticks = "".join(
        f'<line x1="{left + SCALE * share / 100:g}" x2="{left + SCALE * share / 100:g}" y1="4" y2="{height - 20}"'
        f' stroke="var(--line)"/><text x="{left + SCALE * share / 100:g}" y="{height - 4}" text-anchor="middle"'
        f' font-size="12" fill="var(--quiet)">{share} %</text>'
        for share in (0, 50, 100)
    )
    words = escape(
        "; ".join(
            f"{name}: {one.right}/{one.asked}, {percent(one.low)}–{percent(one.high)} %"
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


def _answer(one: ReviewedAnswer, question: Question | None, say: Words) -> str:
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
    body = "".join(
        [
            _question(one.view),
            _mine(one, language),
            _solution(one, language),
            _points(one, language),
            _pitfall(one.view, language),
        ]
    )
    return f'<article class="{names}">{head}{body}</article>'


def _question(view: CardView) -> str:
    items = ""
    # Options stand in the solution with their reasons.
    if view.items is not None and view.items.style == "steps":
        items = "<ol>" + "".join(f"<li>{pages.prose(text)}</li>" for text in view.items.texts) + "</ol>"
    convention = f'<p class="quiet">{pages.prose(view.convention)}</p>' if view.convention else ""
    return f"<h3>{pages.prose(view.question)}</h3>{items}{convention}"


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
    return f'<p class="label">{_phrase("mine", language)}</p><p>{shown}</p>{said}'


def _solution(one: ReviewedAnswer, language: Language) -> str:
    view, out = one.view, ""
    match view.solution:
        case JudgedOptions(options):
            out = f"<ol>{''.join(map(_option, options))}</ol>"
        case OrderedSteps(steps):
            out = f"<ol>{''.join(f'<li>{pages.prose(step)}</li>' for step in steps)}</ol>"
        case FilledHoles(text=text):
            out = f"<p>{pages.prose(text)}</p>"
        case Working(steps=working):
            results = "; ".join(escape(each.with_unit) for each in view.quantities)
            out = f'<p><b>{results}</b></p><ul class="quiet">{"".join(map(_step, working))}</ul>'
        case None:
            pass
    answer = f"<div>{pages.prose(view.answer)}</div>" if view.answer else ""
    figure = pages.figure(one.card.figure, one.language) if one.card.figure else ""
    return f'<p class="label">{_phrase("answer", language)}</p>{out}{answer}{figure}'


def _option(option: JudgedOption) -> str:
    kind, mark = ("right", "✓ ") if option.right else ("quiet", "")
    return f'<li class="{kind}"><span class="mark">{mark}</span>{pages.prose(option.text)}{_why(option.why)}</li>'


def _step(step: WorkingStep) -> str:
    return f"<li>{pages.prose(step.markdown) if step.markdown else escape(printed(step.equation))}</li>"


def _why(why: str | None) -> str:
    return f'<span class="why">{pages.prose(why)}</span>' if why else ""


def _points(one: ReviewedAnswer, language: Language) -> str:
    if not one.view.points:
        return ""
    lines = []
    for number, point in enumerate(one.view.points, 1):
        made = number in one.made
        bonus = "" if point.core else f' <span class="quiet">({_phrase("bonus", language)})</span>'
        lines.append(
            f'<li class="{"right" if made else ""}"><span class="mark">{"✓" if made else "·"}</span>'
            f" {pages.prose(point.text)}{bonus}</li>"
        )
    return f'<p class="label">{_phrase("points", language)}</p><ul class="points">{"".join(lines)}</ul>'


def _pitfall(view: CardView, language: Language) -> str:
    return (
        f'<p class="label">{_phrase("pitfall", language)}</p><p>{pages.prose(view.pitfall)}</p>' if view.pitfall else ""
    )
