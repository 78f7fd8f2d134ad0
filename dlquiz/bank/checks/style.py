"""What a good card keeps to, beyond being readable: the rules that `bank check` holds shipped decks to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from dlquiz.bank.checks import wording
from dlquiz.bank.checks.finding import Finding, texts_of
from dlquiz.bank.checks.glossary import other_words
from dlquiz.cards import LANGUAGES, Card, Choice, Language, Numeric, Option, Point
from dlquiz.errors import DlquizError
from dlquiz.formatting import shortened
from dlquiz.grading.open_answer import keywords
from dlquiz.grading.open_answer.cue_rows import matches, unreadable
from dlquiz.grading.open_answer.phrases import Reply
from dlquiz.kinds import kind_of
from dlquiz.kinds.kind import Path
from dlquiz.schema.placeholders import templates

if TYPE_CHECKING:
    from dlquiz.markup import Passage, Span

MAXIMAL_ANSWER = 1_200
# A cue found in more of the other open cards' answers says nothing; below so few answers nothing can be said.
COMMON_SHARE = 0.25
MIN_ANSWERS = 10
REPEATED_SHARE = 0.8
MAX_HOLDERS = 500
# How much longer than every other the right option may be.
LONGEST = 1.1
# The terminals for which a figure is drawn once, to see that it can be.
WIDTHS = (40, 80)

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# The mark with the Chinese character that it touches; a comma is half-width also with a blank between.
_MARK = '[,;:!?()"]'
_HALF_WIDTH = re.compile(rf"[{_HAN}]({_MARK})|({_MARK})[{_HAN}]|([,;]) [{_HAN}]|[{_HAN}](\.)(?![\w.])")
_FULL_WIDTH = dict(zip(',;:!?()".', "，；：！？（）”。", strict=True))
_YEAR = re.compile(r"(?<![\d.:/])(?:19|20)\d{2}(?!\d)")


def checks(cards: Sequence[Card], bank: Sequence[Card]) -> Iterator[Iterator[Finding]]:
    """Everything that the rules find in these cards, which are among those of the bank: of each card, of each deck, of
    all cards."""
    for deck in dict.fromkeys(card.deck for card in cards):
        yield from (_of_card(card) for card in cards if card.deck == deck)
        yield _common_cues([card for card in bank if card.deck == deck])
    yield _near_identical(bank)


def _of_card(card: Card) -> Iterator[Finding]:
    for path, text in texts_of(card):
        for language in LANGUAGES:
            written = getattr(text, language)
            if written is None:
                yield Finding(card, path, "missing-language", f"no {language} text", f"write {language}: …")
            else:
                yield from _of_text(card, (*path, language), written)
    yield from _of_points(card)
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


def _of_points(card: Card) -> Iterator[Finding]:
    if card.kind == "open" and not card.points:
        yield Finding(
            card,
            (),
            "open-without-points",
            "an open card without points",
            "write 2 to 6 points that an interviewer ticks",
        )
    for number, point in enumerate(card.points):
        for language in LANGUAGES:
            yield from _of_cues(card, number, point, language)


def _of_cues(card: Card, number: int, point: Point, language: Language) -> Iterator[Finding]:
    path, own = ("points", number, "cues", language), point.cues(language)
    answer = card.answer and getattr(card.answer, language)
    if not own and language in card.question.languages:
        yield Finding(
            card, path[:3], "missing-cues", f"a point without {language} cues", f"write cues: {{{language}: […]}}"
        )
    elif own and answer and not any(matches(cue, _indexed(answer)) for cue in own):
        yield Finding(
            card,
            path,
            "cue-not-in-answer",
            f"no {language} cue of this point matches the card's own answer",
            "take words of the answer",
        )
    question = _indexed(getattr(card.question, language) or "")
    for place, cue in enumerate(own):
        if matches(cue, question):
            yield Finding(
                card, (*path, place), "cue-in-question", f"the cue {cue!r} matches the question", "take another word"
            )
        if nothing := unreadable(cue):
            yield Finding(
                card,
                (*path, place),
                "cue-unreadable",
                f"the cue {cue!r} looks for {', '.join(nothing)}, which no answer can hold",
                "take a word that is read (全 for 都), at most four in a row, and close each alternative's brackets",
            )


@lru_cache(maxsize=256)
def _indexed(text: str) -> Reply:
    """The question or answer of a card, indexed once for all cues of its deck."""
    return Reply(text)


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
    asked, answered = tokens(question), tokens(first)
    return len(asked) >= 4 and len(asked & answered) >= REPEATED_SHARE * len(asked | answered)


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


def _common_cues(deck: Sequence[Card]) -> Iterator[Finding]:
    """Cues that match too many of the other answers of the deck's open cards."""
    for language in LANGUAGES:
        answers = {
            card.id: _indexed(answer)
            for card in deck
            if card.kind == "open" and card.answer and (answer := getattr(card.answer, language))
        }
        for card in deck:
            if not any(point.cues(language) for point in card.points):
                continue
            others = [answer for id, answer in answers.items() if id != card.id]
            for number, point in enumerate(card.points) if len(others) >= MIN_ANSWERS else ():
                for place, cue in enumerate(point.cues(language)):
                    share = _number_of_holders(cue, others) / len(others)
                    if share > COMMON_SHARE:
                        yield Finding(
                            card,
                            ("points", number, "cues", language, place),
                            "cue-too-common",
                            f"the cue {cue!r} matches {share:.0%} of the deck's other open answers",
                            "take a more telling word",
                        )


def _number_of_holders(cue: str, answers: Sequence[Reply]) -> int:
    """How many of the answers the cue matches, counted for as long as they can still become too many."""
    number = 0
    for left, answer in zip(reversed(range(len(answers))), answers, strict=True):
        number += matches(cue, answer)
        if number + left <= COMMON_SHARE * len(answers):
            break
    return number


def tokens(text: str) -> frozenset[str]:
    """What two questions are compared by: words and numbers, and pairs of Chinese characters.

    >>> sorted(tokens("Why pad, 为什么填充？"))
    ['pad', 'why', '为什', '么填', '什么', '填充']
    """
    normalised = keywords.normalise(text)
    words = re.findall(r"[a-z0-9_.]*[a-z0-9]|[^\W\da-z_]", re.sub(rf"[{_HAN}]", " ", normalised))
    pairs = [run[at : at + 2] for run in re.findall(rf"[{_HAN}]+", normalised) for at in range(max(1, len(run) - 1))]
    return frozenset(words + pairs)


def _near_identical(cards: Sequence[Card]) -> Iterator[Finding]:
    """Each card that asks nearly what an earlier one asks, with the first such."""
    message: set[str] = set()
    for language in LANGUAGES:
        asked = [(card, tokens(question)) for card in cards if (question := getattr(card.question, language))]
        for first, second in near_pairs([words for _, words in asked], REPEATED_SHARE):
            one, other = asked[first][0], asked[second][0]
            siblings = one.kind == other.kind == "numeric" and one.deck == other.deck
            if not siblings and other.id not in message:
                message.add(other.id)
                field = kind_of(other.body).question_field
                yield Finding(
                    other,
                    (field, language),
                    "near-identical-question",
                    f"nearly the same question as {one.id} ({one.place})",
                    "ask each thing once",
                )


def near_pairs(sets: Sequence[frozenset[str]], share: float) -> Iterator[tuple[int, int]]:
    """The pairs of sets whose overlap (intersection over union) is at least `share`, each once, lower index first.

    Only sets that share one of their rarest members are compared: of n members, n − ⌈share·n⌉ + 1 must hold one.
    Of a member that more than `MAX_HOLDERS` sets have, the first so many are compared: thousands of questions made
    from one template are each found near the first of them, not near all.

    >>> list(near_pairs([frozenset("abcde"), frozenset("xyz"), frozenset("abcd")], 0.8))
    [(0, 2)]
    """
    count: dict[str, int] = {}
    for one in sets:
        for member in one:
            count[member] = count.get(member, 0) + 1
    holders: dict[str, list[int]] = {}
    for index, one in enumerate(sets):
        rare = sorted(one, key=lambda member: (count[member], member))[: len(one) + 1 - _at_least(share, len(one))]
        candidates = {other for member in rare for other in holders.get(member, ())}
        for other in sorted(candidates):
            if len(one & sets[other]) >= share * len(one | sets[other]):
                yield other, index
        for member in rare:
            if len(found := holders.setdefault(member, [])) < MAX_HOLDERS:
                found.append(index)


def _at_least(share: float, size: int) -> int:
    from math import ceil

    return ceil(share * size - 1e-9)
