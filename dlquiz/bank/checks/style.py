"""What a good card keeps to, beyond being readable: the rules that `bank check` holds shipped decks to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dlquiz.bank.checks import cues, similar_questions, wording
from dlquiz.bank.checks.finding import Finding, texts_of
from dlquiz.bank.checks.glossary import other_words
from dlquiz.cards import LANGUAGES, Card, Choice, Numeric, Option
from dlquiz.errors import DlquizError
from dlquiz.formatting import shortened
from dlquiz.grading.chinese import HAN
from dlquiz.kinds.kind import Path
from dlquiz.schema.placeholders import templates

if TYPE_CHECKING:
    from dlquiz.markup import Passage, Span

MAXIMAL_ANSWER = 1_200
# How much longer than every other the right option may be.
LONGEST = 1.1
# The terminals for which a figure is drawn once, to see that it can be.
WIDTHS = (40, 80)

# The mark with the Chinese character that it touches; a comma is half-width also with a blank between.
_MARK = '[,;:!?()"]'
_HALF_WIDTH = re.compile(rf"[{HAN}]({_MARK})|({_MARK})[{HAN}]|([,;]) [{HAN}]|[{HAN}](\.)(?![\w.])")
_FULL_WIDTH = dict(zip(',;:!?()".', "，；：！？（）”。", strict=True))
_YEAR = re.compile(r"(?<![\d.:/])(?:19|20)\d{2}(?!\d)")


def checks(cards: Sequence[Card], bank: Sequence[Card]) -> Iterator[Iterator[Finding]]:
    """Everything that the rules find in these cards, which are among those of the bank: of each card, of each deck, of
    all cards."""
    for deck in dict.fromkeys(card.deck for card in cards):
        yield from (_of_card(card) for card in cards if card.deck == deck)
        yield cues.common([card for card in bank if card.deck == deck])
    yield similar_questions.near_identical(bank)


def _of_card(card: Card) -> Iterator[Finding]:
    for path, text in texts_of(card):
        for language in LANGUAGES:
            written = getattr(text, language)
            if written is None:
                yield Finding(card, path, "missing-language", f"no {language} text", f"write {language}: …")
            else:
                yield from _of_text(card, (*path, language), written)
    yield from cues.of_points(card)
    yield from _of_answer(card)
    yield from _of_references(card)
    yield from _of_figure(card)
    if isinstance(card.body, Choice):
        yield from _of_options(card, card.body.options)
    elif isinstance(card.body, Numeric):
        yield from wording.of_numeric(card)
    else:
        yield from wording.wrong_articles(card, ())


def _of_options(card: Card, options: Sequence[Option]) -> Iterator[Finding]:
    for number, option in enumerate(options):
        if not option.right and option.why is None:
            yield Finding(
                card,
                ("options", number),
                "wrong-option-without-why",
                "a wrong option without its reason",
                "write why: {en: …, zh: …}",
            )
    right = [number for number, option in enumerate(options) if option.right]
    if len(options) > 2 and len(right) == len(options) - 1:
        yield Finding(
            card,
            ("options",),
            "all-but-one-right",
            "all options but one are right",
            "make a second one wrong, or ask which one does not hold",
        )
    for language in LANGUAGES if len(right) == 1 else ():
        lengths = [len(getattr(option.text, language) or "") for option in options]
        others = max(length for number, length in enumerate(lengths) if number != right[0])
        if lengths[right[0]] > LONGEST * others > 0:
            yield Finding(
                card,
                ("options", right[0], language),
                "right-option-longest",
                f"the right option is much the longest: {lengths[right[0]]} characters against {others}",
                "shorten it, or give the others as much detail",
            )


def _of_text(card: Card, path: Path, written: str) -> Iterator[Finding]:
    from dlquiz import markup as text

    passages = text.blocks(_filled(card, written))
    for formula, displayed in _formulas(passages):
        try:
            text.inline(formula)
            if displayed:
                text.display(formula)
        except text.MathError as error:
            yield Finding(
                card,
                path,
                "formula",
                f"the formula {shortened(formula)} does not render: {error.message}",
                error.fix or "write it in plain LaTeX",
                formula,
            )
    prose = _prose(passages)
    for word, better in other_words("zh" if path[-1] == "zh" else "en", prose):
        yield Finding(card, path, "other-word", f"cards use another word for {word}", f"write {better}", word)
    for match in _HALF_WIDTH.finditer(prose):
        mark = next(group for group in match.groups() if group)
        yield Finding(
            card,
            path,
            "half-width",
            f"half-width {mark} at a Chinese character: {match.group()}",
            f"write {_FULL_WIDTH[mark]}",
            match.group(),
        )


def _filled(card: Card, written: str) -> str:
    """The text with a digit for every value of a family."""
    if not isinstance(card.body, Numeric):
        return written
    for template in reversed(list(templates(written))):
        end = written.find("}", template.start)
        written = f"{written[: template.start]}1{written[end + 1 :]}"
    return written


def _formulas(passages: Sequence[Passage]) -> Iterator[tuple[str, bool]]:
    """Each formula, and whether it stands on lines of its own."""
    for passage in passages:
        yield from ((span.text, passage.kind == "math") for span in passage.spans if "math" in span.style.split())
        yield from _formulas(passage.children)


def _prose(passages: Sequence[Passage]) -> str:
    """The words: each formula, code or hole is one neutral letter, and passages stand apart."""
    return " \n ".join(_words(passage) for passage in passages)


def _words(passage: Passage) -> str:
    own = "x" if passage.kind in ("code", "math") else "".join(_word(span) for span in passage.spans)
    return " \n ".join([re.sub(r"@\{\d+\}", "x", own), *(_words(child) for child in passage.children)])


def _word(span: Span) -> str:
    return "x" if {"math", "code", "image"} & set(span.style.split()) else span.text


def _of_answer(card: Card) -> Iterator[Finding]:
    for language in LANGUAGES:
        answer = card.answer and getattr(card.answer, language)
        if not answer:
            if card.kind == "open" and card.answer is None and language == "en":
                yield Finding(
                    card, (), "open-without-answer", "an open card without an answer", "write answer: {en: …, zh: …}"
                )
            continue
        if len(answer) > MAXIMAL_ANSWER:
            yield Finding(
                card,
                ("answer", language),
                "answer-too-long",
                f"an answer of {len(answer):,} characters",
                f"at most {MAXIMAL_ANSWER:,}: make two cards of it",
            )
        question = getattr(card.question, language) or ""
        if _repeats(question, answer):
            yield Finding(
                card,
                ("answer", language),
                "answer-repeats-question",
                "the answer repeats the question",
                "begin with what is new",
            )


def _repeats(question: str, answer: str) -> bool:
    """Whether the answer's first sentence is the question again."""
    first = re.split(r"(?<=[.!?])\s|[。！？]", answer.strip(), maxsplit=1)[0]
    asked, answered = similar_questions.tokens(question), similar_questions.tokens(first)
    return len(asked) >= 4 and len(asked & answered) >= similar_questions.REPEATED_SHARE * len(asked | answered)


def _of_references(card: Card) -> Iterator[Finding]:
    for number, reference in enumerate(card.references):
        if not _YEAR.search(reference):
            yield Finding(
                card,
                ("references", number),
                "reference-without-year",
                f"a reference without a year: {shortened(reference)}",
                "write the year of publication",
            )


def _of_figure(card: Card) -> Iterator[Finding]:
    if card.figure is None:
        return
    from dlquiz import figures

    try:
        for language in LANGUAGES:
            figure = figures.figure(card.figure, language)
            for width in WIDTHS:
                figures.draw(figure, width)
            figures.svg(figure)
    except (DlquizError, ArithmeticError, KeyError, TypeError, ValueError) as error:
        message = error.message if isinstance(error, DlquizError) else f"{type(error).__name__}: {error}"
        fix = error.fix if isinstance(error, DlquizError) else None
        yield Finding(
            card, ("figure",), "figure", f"the figure does not draw: {message}", fix or "correct its description"
        )
