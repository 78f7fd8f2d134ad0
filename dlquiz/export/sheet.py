"""The sheet for the evening before, as Markdown: terminal and page are made from the same text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple

from dlquiz.cards import Card, Language, Text
from dlquiz.kinds.view import CardView, FilledHoles, JudgedOptions, OrderedSteps, Working, WorkingStep, card_view
from dlquiz.messages.stats import STATS
from dlquiz.render.pages import page
from dlquiz.render.working import printed
from dlquiz.session.presentation import fixed

# Formulas at most, and the longest that stands on one line; letters of an answer from which its points stand for it.
MOST_FORMULAS, LONGEST_FORMULA, LONG_ANSWER = 14, 120, 320
_FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![\\$])\$(?![\s$])((?:[^$\\]|\\.)+?)(?<![\s\\])\$(?![\d$])", re.DOTALL)
_RELATION = re.compile(r"=|\\approx|\\propto|\\sim|\\le|\\ge")
# A symbol's value, as that of a setting, is no formula.
_VALUE = re.compile(r"\\?[A-Za-z]+(?:_(?:\w|\{[^{}]*\}))?\s*(?:=|\\approx|\\sim)\s*-?[\d.,]+")
_LETTER = re.compile(r"[A-Za-z]")
_NAME = re.compile(r"[^\W\d_]+")


class SheetPart(NamedTuple):
    """Cards under a heading, named as in `messages.stats`."""

    heading: str
    cards: Sequence[Card]


def sheet(parts: Sequence[SheetPart], language: Language, titles: Mapping[str, Text], until: str | None = None) -> str:
    """The whole sheet; `until` is the interview's date in words, None without a plan."""
    words = STATS[language]
    out = [f"# {words['sheet title']}" + (f" · {until}" if until else "")]
    number, views = 0, list[tuple[Card, CardView]]()
    for part in parts:
        if part.cards:
            out.append(f"## {words[part.heading]}")
        for card in part.cards:
            number += 1
            view = card_view(card, _language(card, language), fixed(card))
            views.append((card, view))
            out += _entry(card, view, number, words["sheet pitfall"])
    found = _by_deck(views)
    if found:
        out.append(f"## {words['sheet formulas']}")
        out += [f"**{_title(deck, titles, language)}**\n\n{_listed(listed)}" for deck, listed in found.items()]
    return "\n\n".join(out) + "\n"


def sheet_page(text: str, language: Language) -> str:
    """A sheet as a page that stands alone, its headings as those of the page."""
    words = STATS[language]
    title, _, rest = text.removeprefix("# ").partition("\n\n")
    headings = "|".join(re.escape(words[name]) for name in ("sheet missed", "sheet weakest", "sheet formulas"))
    _, *found = re.split(rf"^## ({headings})$", rest, flags=re.MULTILINE)
    body = [f"<h1>{escape(title)}</h1>"]
    for heading, part in zip(found[::2], found[1::2], strict=True):
        body += [f"<h2>{escape(heading)}</h2>", page.prose(part)]
    return page.document(title, "\n".join(body), language)


def formulas(view: CardView) -> Iterator[str]:
    """The formulas of a card that state a relation, as Markdown, in the order of its texts."""
    texts = [view.answer, *(point.text for point in view.points)]
    match view.solution:
        case FilledHoles(text=text):
            texts.insert(0, text)
        case JudgedOptions(options):
            texts += [option.text for option in options if option.right]
        case OrderedSteps(steps):
            texts += steps
        case Working(steps=lines):
            # The texts of a computed card hold the numbers that were drawn.
            yield from (f"`{printed(_relation(line))}`" for line in lines if _stands_alone(line.formula))
            return
        case None:
            pass
    for one in texts:
        for found in _FORMULA.finditer(one or ""):
            latex = " ".join((found[1] or found[2]).split())
            relates = _RELATION.search(latex) and _LETTER.search(latex) and not _VALUE.fullmatch(latex)
            if relates and 6 <= len(latex) <= LONGEST_FORMULA:
                yield f"${latex}$"


def _relation(line: WorkingStep) -> str:
    """A layer's formula says itself what it gives, which may be a part alone (`bias = C_out`) of the quantity asked."""
    return line.formula if " = " in line.formula else f"{line.quantity} = {line.formula}"


def _stands_alone(formula: str) -> bool:
    """Whether a reader who does not see the question knows all its names: a layer's, as `C_out`, or words.

    >>> [_stands_alone(one) for one in ("bias = C_out", "weight + bias", "n × p / s", "bytes / 1024^3")]
    [True, True, False, False]
    """
    names = set(_NAME.findall(formula))
    known = " = " in formula or "_" in formula or (len(names) > 1 and all(len(name) > 1 for name in names))
    return known and len(formula) <= LONGEST_FORMULA


def _by_deck(views: Iterable[tuple[Card, CardView]]) -> dict[str, list[str]]:
    """At most `MOST_FORMULAS`, each once, one of a card before the second of another."""
    waiting = [(card.deck, list(dict.fromkeys(formulas(view)))) for card, view in views]
    seen, found = set[str](), dict[str, list[str]]()
    for turn in range(max((len(listed) for _, listed in waiting), default=0)):
        for deck, listed in waiting:
            if turn < len(listed) and listed[turn] not in seen and len(seen) < MOST_FORMULAS:
                seen.add(listed[turn])
                found.setdefault(deck, []).append(listed[turn])
    return found


def _entry(card: Card, view: CardView, number: int, pitfall: str) -> Iterator[str]:
    asked = view.question.strip()
    head = f"**{number}.** {'★' * card.weight}"
    if isinstance(view.solution, FilledHoles):
        yield f"{head} {view.solution.text.strip()}"
    else:
        yield f"{head} {asked}" if not asked.startswith(("$$", "```", "|")) else f"{head}\n\n{asked}"
        if answer := _answer(view):
            yield answer
    if view.pitfall is not None:
        yield pitfall.format(text=" ".join(view.pitfall.split()))


def _answer(view: CardView) -> str:
    core = [point.text for point in view.points if point.core]
    match view.solution:
        case JudgedOptions(options):
            return _listed(one.text for one in options if one.right)
        case OrderedSteps(steps):
            return "\n".join(f"{place}. {' '.join(step.split())}" for place, step in enumerate(steps, 1))
        case Working(steps=lines):
            return _listed(line.markdown or f"`{line.quantity}: {printed(line.equation)}`" for line in lines)
        case _:
            answer = (view.answer or "").strip()
            return answer if not core or (answer and len(answer) <= LONG_ANSWER) else _listed(core)


def _listed(texts: Iterable[str]) -> str:
    return "\n".join(f"- {' '.join(text.split())}" for text in texts)


def _language(card: Card, language: Language) -> Language:
    """The language wanted where the card has it, else the one that it has."""
    written = card.question.languages
    return language if language in written or not written else written[0]


def _title(deck: str, titles: Mapping[str, Text], language: Language) -> str:
    return titles[deck].language(language) if deck in titles else deck
