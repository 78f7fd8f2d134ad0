"""Reply + card → verdict, for each kind of card; numbers are judged by `grading.numeric`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from dlquiz.cards import Card, Choice, Cloze, Hole, Language, Numeric, Open, Order
from dlquiz.errors import DlquizError

if TYPE_CHECKING:
    from fractions import Fraction

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


class Verdict(NamedTuple):
    """What a reply is worth. `correct` is None where only the person can tell; `expected` is the reply that would have
    been right, in the form in which one replies; `parts` tells hole by hole or quantity by quantity; `ticked` are the
    points, counted from 1, that a typed answer was seen to make; `notes` are sentences about how it was read."""

    outcome: Outcome
    correct: bool | None
    expected: Any
    parts: tuple[bool, ...] = ()
    ticked: tuple[int, ...] = ()
    mistake: Mapping[str, str] | None = None
    steps: tuple[Mapping[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def check(card: Card, shown: Any, reply: Any, language: Language) -> Verdict:
    """Judge a reply; `shown` is what was drawn for this showing: the order of options or steps (indices into the
    card), or the instance of a numeric family. Raises `RefusedError`.

    >>> from dlquiz.cards import Option, Text
    >>> card = Card("c", "d", Text(en="?"), Choice((Option(Text(en="yes"), True), Option(Text(en="no"), False))))
    >>> check(card, (1, 0), 2, "en").outcome, check(card, (1, 0), [1], "en").expected
    ('right', [2])
    """
    if reply is None and not isinstance(card.body, Open | Numeric):
        return _unknown(card, shown)
    match card.body:
        case Open():
            return _open(card, reply, language)
        case Choice(options):
            return _choice([options[index].right for index in shown], reply)
        case Order(steps):
            return _order(shown, reply, len(steps))
        case Cloze(holes):
            return _cloze(holes, reply)
        case Numeric():
            return _numeric(shown, reply, language)


def _unknown(card: Card, shown: Any) -> Verdict:
    """No reply: it is not known, which is wrong without a mistake."""
    match card.body:
        case Choice(options):
            return _checked(False, [number for number, index in enumerate(shown, 1) if options[index].right], ())
        case Order(steps):
            return _checked(False, [shown.index(index) + 1 for index in range(len(steps))], ())
        case Cloze(holes):
            return _checked(False, [hole.answer for hole in holes], tuple(False for _ in holes))
        case _:
            raise TypeError(f"{card.kind} cards say themselves what not knowing means")


def _open(card: Card, reply: Any, language: Language) -> Verdict:
    if reply is not None and not isinstance(reply, str):
        raise RefusedError(
            'an answer in words is expected ("" when said aloud)', "这里要用文字作答（口头作答时填空字符串）"
        )
    from dlquiz.grading.keywords import ticked

    seen = ticked(card.points, reply, language) if reply and reply.strip() else ()
    return Verdict("unchecked", None, None, ticked=seen)


def _choice(right: Sequence[bool], reply: Any) -> Verdict:
    picked = set(numbers(reply, len(right)))
    if not picked:
        raise RefusedError(f"pick numbers from 1 to {len(right)}", f"请选择 1 到 {len(right)} 的编号")
    expected = [number for number, is_right in enumerate(right, 1) if is_right]
    return _checked(picked == set(expected), expected, tuple((n in picked) == r for n, r in enumerate(right, 1)))


def _order(shown: Sequence[int], reply: Any, count: int) -> Verdict:
    given = numbers(reply, count)
    if sorted(given) != list(range(1, count + 1)):
        raise RefusedError(f"give each of the numbers 1 to {count} once", f"1 到 {count} 每个编号各填一次")
    expected = [shown.index(index) + 1 for index in range(count)]
    return _checked(given == expected, expected, tuple(a == b for a, b in zip(given, expected, strict=True)))


def _cloze(holes: Sequence[Hole], reply: Any) -> Verdict:
    given = [reply] if isinstance(reply, str | int | float) and not isinstance(reply, bool) else reply
    if not isinstance(given, list | tuple) or not all(isinstance(one, str | int | float) for one in given):
        raise RefusedError("a list of strings is expected, one for each hole", "要填一个列表，每个空一项")
    if len(given) != len(holes):
        raise RefusedError(
            f"{len(given)} given, but there are {len(holes)} holes", f"共有 {len(holes)} 个空，却填了 {len(given)} 项"
        )
    parts = tuple(fits(hole, str(one)) for hole, one in zip(holes, given, strict=True))
    return _checked(all(parts), [hole.answer for hole in holes], parts)


def _numeric(instance: Any, reply: Any, language: Language) -> Verdict:
    from dlquiz.grading.numeric import mark
    from dlquiz.grading.reply.parse import ReplyError

    try:
        marking = mark(instance, reply, language)
    except ReplyError as error:
        raise RefusedError(error.reason.language("en"), error.reason.language("zh")) from None
    outcome: Any = marking.outcome
    return Verdict(outcome, marking.correct, marking.expected, marking.parts, (), marking.mistake, marking.steps,
                   marking.notes)  # fmt: skip


def _checked(correct: bool, expected: Any, parts: tuple[bool, ...]) -> Verdict:
    return Verdict("right" if correct else "wrong", correct, expected, parts)


def numbers(reply: Any, count: int) -> list[int]:
    """The numbers that a person picked, in the order given: 3, [1, 3], "1 3", "1,3", and "13" while there are at most
    nine. Raises `RefusedError`.

    >>> numbers("１3", 4), numbers("1、3", 4), numbers([2.0], 4)
    ([1, 3], [1, 3], [2])
    """
    if isinstance(reply, str):
        plain = unicodedata.normalize("NFKC", reply)
        words = re.findall(r"\d" if count < 10 else r"\d+", plain)
        if re.sub(r"[\d\s,;、，。.()\[\]>-]+", "", plain):
            raise RefusedError(
                f"{reply.strip()!r}: give numbers from 1 to {count}", f"{reply.strip()}：请填 1 到 {count} 的编号"
            )
        given: list[Any] = [int(word) for word in words]
    else:
        given = list(reply) if isinstance(reply, list | tuple) else [reply]
    for one in given:
        if isinstance(one, bool) or not isinstance(one, int | float) or one not in range(1, count + 1):
            raise RefusedError(
                f"there is no {one}: give numbers from 1 to {count}", f"没有 {one}：请填 1 到 {count} 的编号"
            )
    return [int(one) for one in given]


def fits(hole: Hole, given: str) -> bool:
    r"""Whether the words fill the hole: case, widths, blanks, LaTeX dress, equal numbers and one slip of the fingers
    in a word of seven letters or more are forgiven.

    >>> fits(Hole(r"\sigma_B^2", ("variance",)), "σ_B²"), fits(Hole("0.5"), "1/2"), fits(Hole("variance"), "varience")
    (True, True, True)
    >>> fits(Hole("variance"), "variants"), fits(Hole("L2"), "L1"), fits(Hole("0.25"), "25")
    (False, False, False)
    """
    normalised = squeezed(given)
    if not normalised:
        return False
    for answer in (hole.answer, *hole.accept):
        expected_form = squeezed(answer)
        if normalised == expected_form or (
            _value(normalised) is not None and _value(normalised) == _value(expected_form)
        ):
            return True
        if (
            len(expected_form) >= 7
            and expected_form.isalpha()
            and expected_form.isascii()
            and _one_typo(normalised, expected_form)
        ):
            return True
    return False


def squeezed(text: str) -> str:
    r"""The form in which fillings are compared: what distinguishes nobody's knowledge is taken away.

    >>> squeezed(r"$\mathbf{W}^{\top}$ "), squeezed("W^T"), squeezed("Layer-Norm")
    ('wtop', 'wt', 'layernorm')
    """
    from dlquiz.grading.keywords import normalise

    text = re.sub(r"\\(math(rm|bf|it|cal|bb)|text(bf|it)?|operatorname|boldsymbol|left|right|[,;!]|quad)\s*", "", text)
    return re.sub(r"(?<=[a-z])-(?=[a-z])|[\s_^{}\\$]", "", normalise(text))


def _value(text: str) -> Fraction | None:
    from fractions import Fraction

    plain = text.replace("**", "^")
    if not re.fullmatch(r"[-+]?(\d{1,30}(\.\d{1,30})?|\.\d{1,30})(/\d{1,30})?%?", plain):
        return None
    top, _, bottom = plain.removesuffix("%").partition("/")
    if bottom and not int(bottom):
        return None
    return Fraction(top) / int(bottom or 1) / (100 if plain.endswith("%") else 1)


def _one_typo(given: str, expected_form: str) -> bool:
    """One letter too many, too few, another, or two neighbours swapped.

    >>> [_one_typo(word, "dropout") for word in ("dropuot", "dropot", "dropoutt", "drapout", "drop")]
    [True, True, True, True, False]
    """
    if given[:1] != expected_form[:1] or abs(len(given) - len(expected_form)) > 1:
        return False
    start = next(
        (at for at, (a, b) in enumerate(zip(given, expected_form, strict=False)) if a != b),
        min(len(given), len(expected_form)),
    )
    rest, due = given[start:], expected_form[start:]
    return rest[1:] == due[1:] or rest[1:] == due or rest == due[1:] or (rest[:2] == due[1::-1] and rest[2:] == due[2:])


def hints(card: Card, shown: Any, language: Language) -> tuple[str, ...]:
    """What helps without giving it all away, the gentlest first; empty where there is nothing to say."""
    match card.body:
        case Choice(options):
            return _choice_hints([options[index].right for index in shown], language)
        case Order(steps):
            first = shown.index(0) + 1
            last = shown.index(len(steps) - 1) + 1
            return (f"{first} comes first", f"{last} comes last") if language == "en" else (
                f"第一步是 {first}", f"最后一步是 {last}")  # fmt: skip
        case Cloze(holes):
            return tuple(_cloze_hint(number, hole, language) for number, hole in enumerate(holes, 1))
        case Open():
            return _open_hints(card, language)
        case Numeric():
            from dlquiz import numeric

            return numeric.hints(shown, language)


def _choice_hints(right: Sequence[bool], language: Language) -> tuple[str, ...]:
    count = sum(right)
    in_language = [
        f"{count} of them {'is' if count == 1 else 'are'} right" if language == "en" else f"其中有 {count} 个正确"
    ]
    wrong = [number for number, is_right in enumerate(right, 1) if not is_right]
    # Never so many that only the right ones are left.
    in_language += [f"not {number}" if language == "en" else f"{number} 不对" for number in wrong[:-1]]
    return tuple(in_language)


def _cloze_hint(number: int, hole: Hole, language: Language) -> str:
    plain = filling(hole, language)
    if "\\" in plain:
        plain = next((word for word in hole.accept if "\\" not in word), plain).strip("\\ ")
    lead = "▢" + str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
    if plain.isascii():
        return f"{lead} {plain[:1]}{'·' * (len(plain) - 1)}"
    return f"{lead} {len(plain)} characters" if language == "en" else f"{lead} 共 {len(plain)} 个字"


def filling(hole: Hole, language: Language) -> str:
    """The answer of a hole as a sentence of the language has it: in Chinese the Chinese word, where there is one.

    >>> filling(Hole("mean", ("average", "均值")), "zh"), filling(Hole("mean", ("均值",)), "en")
    ('均值', 'mean')
    """
    if language == "zh" and re.fullmatch(r"[A-Za-z][A-Za-z -]+", hole.answer):
        return next((word for word in hole.accept if re.search(r"[\u4e00-\u9fff]", word)), hole.answer)
    return hole.answer


def _open_hints(card: Card, language: Language) -> tuple[str, ...]:
    if not card.points:
        return ()
    count = len(card.points)
    in_language = f"{count} points are looked for" if language == "en" else f"面试官期待 {count} 个要点"
    return (in_language, *(point.text.language(language) for point in card.points[:-1]))
