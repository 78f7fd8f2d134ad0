"""Reply → verdict, for each kind of card, and hints; numbers are judged by `grading.numeric`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from dlquiz.cards import Hole, Language, Point, Text
from dlquiz.errors import DlquizError
from dlquiz.formatting import shortened

if TYPE_CHECKING:
    from dlquiz.grading.open_answer.points import PointState
    from dlquiz.numeric import Instance
    from dlquiz.thesaurus import Lexicon

# What is right: the number or the shape, the text, the places of options or steps; None for an open card.
Expected = int | str | Sequence[int | str] | None
Outcome = Literal["right", "other-convention", "rounded", "wrong", "unchecked"]


class RefusedError(DlquizError):
    """What came in cannot be read or does not fit: it is told in the person's language, and changes nothing.

    >>> RefusedError("no hint is left", "没有更多提示了").in_language("zh")
    '没有更多提示了'
    """

    def __init__(self, en: str, zh: str | None = None) -> None:
        super().__init__(en)
        self._zh = zh or en

    def in_language(self, language: Language) -> str:
        return self.message if language == "en" else self._zh


class PointFinding(NamedTuple):
    """What a typed answer was seen to say of one point, counted from 1, and the words that speak for it."""

    point: int
    state: PointState
    by: str = ""


class Verdict(NamedTuple):
    """What a reply is worth. `correct` is None where only the person can tell; `expected` is the reply that would have
    been right, in the form in which one replies; `parts` tells hole by hole or quantity by quantity; `points` are what
    a typed answer was seen to say of each point; `given_up` that it says the answer is not known; `notes` are sentences
    about how it was read."""

    outcome: Outcome
    correct: bool | None
    expected: Expected
    parts: tuple[bool, ...] = ()
    points: tuple[PointFinding, ...] = ()
    mistake: Mapping[str, str] | None = None
    steps: tuple[Mapping[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    given_up: bool = False

    @property
    def ticked(self) -> tuple[int, ...]:
        """The points, counted from 1, that were said for certain."""
        return tuple(found.point for found in self.points if found.state == "said")


def _given_up(expected: Expected, parts: tuple[bool, ...] = ()) -> Verdict:
    return _checked(False, expected, parts)._replace(given_up=True)


def says_unknown(reply: object) -> bool:
    """Whether the reply says in words that the answer is not known."""
    from dlquiz.grading.ratings import gave_up

    texts = reply if isinstance(reply, list | tuple) and reply else [reply]
    return all(isinstance(one, str) and gave_up(one) for one in texts)


def check_open(question: Text, points: Sequence[Point], reply: object, lexicon: Lexicon | None = None) -> Verdict:
    """What a typed answer says of each point; only the person can tell whether it is right."""
    if reply is not None and not isinstance(reply, str):
        raise RefusedError(
            'an answer in words is expected ("" when said aloud)', "这里要用文字作答（口头作答时填空字符串）"
        )
    from dlquiz.grading.open_answer.points import judge, quote, targets
    from dlquiz.grading.thesaurus import compiled
    from dlquiz.grading.typos import known_words

    terms, spelled = lexicon or ((), ())
    card = targets(tuple(points), question, compiled(terms), known_words(spelled))
    findings = tuple(
        PointFinding(found.point, found.state, quote(reply or "", found.by)) for found in judge(card, reply or "")
    )
    return Verdict("unchecked", None, None, points=findings, given_up=reply is None)


def check_choice(right: Sequence[bool], reply: object) -> Verdict:
    """Judge the picked options by which of those shown are right.

    >>> check_choice([False, True], 2).outcome, check_choice([False, True], [1]).expected
    ('right', [2])
    """
    expected = [number for number, is_right in enumerate(right, 1) if is_right]
    if reply is None:
        return _given_up(expected)
    picked = set(numbers(reply, len(right)))
    if not picked:
        raise RefusedError(f"pick numbers from 1 to {len(right)}", f"请选择 1 到 {len(right)} 的编号")
    if len(picked) > len(expected) == 1:
        # Not one that is wrong: the person has taken the question for one with several right options.
        raise RefusedError(
            f"one option is right: pick one number from 1 to {len(right)}",
            f"只有一个选项正确：请从 1 到 {len(right)} 中选一个编号",
        )
    return _checked(picked == set(expected), expected, tuple((n in picked) == r for n, r in enumerate(right, 1)))


def check_order(shown: Sequence[int], reply: object) -> Verdict:
    """Judge the order given to the shown parts, which are indices of the right order.

    >>> check_order((1, 0), "21").outcome, check_order((2, 0, 1), [1, 2, 3]).expected
    ('right', [2, 3, 1])
    """
    count = len(shown)
    expected = [shown.index(index) + 1 for index in range(count)]
    if reply is None:
        return _given_up(expected)
    given = numbers(reply, count)
    if sorted(given) != list(range(1, count + 1)):
        raise RefusedError(f"give each of the numbers 1 to {count} once", f"1 到 {count} 每个编号各填一次")
    return _checked(given == expected, expected, tuple(a == b for a, b in zip(given, expected, strict=True)))


def check_cloze(text: Text, holes: Sequence[Hole], reply: object, lexicon: Lexicon | None = None) -> Verdict:
    """Judge one filling for each hole of the text."""
    if reply is None:
        return _given_up([hole.answer for hole in holes], tuple(False for _ in holes))
    given = [reply] if isinstance(reply, str | int | float) and not isinstance(reply, bool) else reply
    if not isinstance(given, list | tuple) or not all(isinstance(one, str | int | float) for one in given):
        raise RefusedError("a list of strings is expected, one for each hole", "要填一个列表，每个空一项")
    if len(given) != len(holes):
        raise RefusedError(
            f"{len(given)} given, but there are {len(holes)} holes", f"共有 {len(holes)} 个空，却填了 {len(given)} 项"
        )
    from dlquiz.grading.cloze.holes import fits
    from dlquiz.grading.thesaurus import compiled

    sentence, names = f"{text.en or ''}\n{text.zh or ''}", compiled(lexicon.thesaurus if lexicon else ())
    parts = tuple(
        fits(str(one), hole, sentence, names, number=number)
        for number, (hole, one) in enumerate(zip(holes, given, strict=True), 1)
    )
    return _checked(all(parts), [hole.answer for hole in holes], parts)


def check_numeric(instance: Instance, reply: object, language: Language) -> Verdict:
    from dlquiz.grading.numeric import mark
    from dlquiz.grading.reply.parse import ReplyError

    try:
        marking = mark(instance, reply, language)
    except ReplyError as error:
        raise RefusedError(error.reason.language("en"), error.reason.language("zh")) from None
    return Verdict(
        marking.outcome,
        marking.correct,
        marking.expected,
        marking.parts,
        mistake=marking.mistake,
        steps=marking.steps,
        notes=marking.notes,
        given_up=reply is None,
    )


def _checked(correct: bool, expected: Expected, parts: tuple[bool, ...]) -> Verdict:
    return Verdict("right" if correct else "wrong", correct, expected, parts)


def numbers(reply: object, count: int) -> list[int]:
    """The numbers that a person picked, in the order given: 3, [1, 3], "1 3", "1,3", and "13" while there are at most
    nine. Raises `RefusedError`.

    >>> numbers("１3", 4), numbers("1、3", 4), numbers([2.0], 4)
    ([1, 3], [1, 3], [2])
    """
    if isinstance(reply, str):
        plain = unicodedata.normalize("NFKC", reply)
        words = re.findall(r"\d" if count < 10 else r"\d+", plain)
        if re.sub(r"[\d\s,;、，。.()\[\]>-]+", "", plain):
            quoted = shortened(reply)
            raise RefusedError(f"{quoted!r}: give numbers from 1 to {count}", f"“{quoted}”：请填 1 到 {count} 的编号")
        given: list[Any] = [int(word) for word in words]
    else:
        given = list(reply) if isinstance(reply, list | tuple) else [reply]
    for one in given:
        if isinstance(one, bool) or not isinstance(one, int | float) or one not in range(1, count + 1):
            raise RefusedError(
                f"there is no {one}: give numbers from 1 to {count}", f"没有 {one}：请填 1 到 {count} 的编号"
            )
    return [int(one) for one in given]


def choice_hints(right: Sequence[bool], language: Language) -> tuple[str, ...]:
    count = sum(right)
    hints = [f"{count} of them {'is' if count == 1 else 'are'} right" if language == "en" else f"其中有 {count} 个正确"]
    wrong = [number for number, is_right in enumerate(right, 1) if not is_right]
    # Never so many that only the right ones are left.
    hints += [f"not {number}" if language == "en" else f"{number} 不对" for number in wrong[:-1]]
    return tuple(hints)


def order_hints(shown: Sequence[int], language: Language) -> tuple[str, ...]:
    first, last = shown.index(0) + 1, shown.index(len(shown) - 1) + 1
    if language == "en":
        return (f"{first} comes first", f"{last} comes last")
    return (f"第一步是 {first}", f"最后一步是 {last}")


def cloze_hint(number: int, hole: Hole, language: Language) -> str:
    plain = filling(hole, language)
    if "\\" in plain:
        plain = next((word for word in hole.accept if "\\" not in word), plain).strip("\\ ")
    lead = "▢" + str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
    if plain.isascii():
        return f"{lead} {plain[:1]}{'·' * (len(plain) - 1)}"
    return f"{lead} {len(plain)} characters" if language == "en" else f"{lead} 共 {len(plain)} 个字"


def filling(hole: Hole, language: Language) -> str:
    """The answer of a hole as a sentence of the language has it: in Chinese the Chinese word, where there is one and
    the answer is no name.

    >>> filling(Hole("mean", ("average", "均值")), "zh"), filling(Hole("mean", ("均值",)), "en")
    ('均值', 'mean')
    >>> filling(Hole("ReLU", ("修正线性单元",), "name"), "zh")
    'ReLU'
    """
    if language == "zh" and hole.form != "name" and re.fullmatch(r"[A-Za-z][A-Za-z -]+", hole.answer):
        return next((word for word in hole.accept if re.search(r"[\u4e00-\u9fff]", word)), hole.answer)
    return hole.answer


def open_hints(points: Sequence[Point], language: Language) -> tuple[str, ...]:
    if not points:
        return ()
    count = len(points)
    how_many = f"{count} points are looked for" if language == "en" else f"面试官期待 {count} 个要点"
    return (how_many, *(point.text.language(language) for point in points[:-1]))
