"""Numbers and shapes as people type them: what a reply may mean, given what was asked, or why it cannot be read."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dlquiz import expressions
from dlquiz.cards import QuantityKind
from dlquiz.grading.reply.lexer import Piece, Scanner, decimal_comma, hundredth
from dlquiz.grading.reply.normalise import MAX_LENGTH, plain_text
from dlquiz.grading.reply.reading import Meaning, Note, Reading, ReplyError
from dlquiz.grading.reply.shape import MAX_AXES, axes_of, shape_reading
from dlquiz.grading.reply.units import SECONDS, prefix_and_unit, unit_scale
from dlquiz.messages.quantities import unit_label

if TYPE_CHECKING:
    from dlquiz.expressions import Expression, Number

__all__ = ["MAX_LENGTH", "Meaning", "Note", "Reading", "ReplyError", "read", "split", "unit_scale"]


def read(
    reply: object, asked: QuantityKind = "number", unit: str = "", names: Mapping[str, Any] | None = None
) -> Reading:
    """Read one quantity; a number in the asked `unit` where none is typed, else converted to it.

    >>> read("9.4k", "count").value
    9400
    >>> read("55x55x96", "shape").value, read("3x3x64", "count").value
    ((55, 55, 96), 576)
    >>> read("112 GB", "bytes", unit="GB").value
    112

    `names` are values that may be used by name in typed arithmetic. Raises ReplyError with the reason.
    """
    if isinstance(reply, bool) or reply is None or isinstance(reply, dict):
        raise ReplyError("this asks for a number", "这里要填数字")
    if isinstance(reply, list | tuple):
        return _read_list(reply, asked)
    if not isinstance(reply, str):
        reply = _typed_number(reply)
    return _read_text(reply, asked, unit, names or {})


def split(reply: str, count: int) -> list[str]:
    """The parts of one line that answers several quantities, in their order.

    >>> split("112; 9,408", 2), split("56, 9408", 2), split("[56 9408]", 2)
    (['112', '9,408'], ['56', '9408'], ['56', '9408'])

    Raises ReplyError when the line does not have `count` parts.
    """
    line = reply.strip().replace("；", ";").replace("，", ",").replace("、", ";").replace("\u3000", " ")
    for separator in (";", "\n", "|", ", ", ",", "  ", None):
        for text in (_unwrapped(line), line):
            parts = [part.strip() for part in text.split(separator)]
            if len(parts) == count and all(parts):
                return parts
    raise ReplyError(f"{count} values are asked, separated by ;", f"这里要填 {count} 个数，用分号隔开")


def _unwrapped(line: str) -> str:
    return line[1:-1] if line[:1] in ("[", "(") and line[-1:] in ("]", ")") else line


def _typed_number(reply: object) -> str:
    text = str(reply)
    if (
        not isinstance(reply, int | float)
        or not text.replace("-", "").replace("+", "").replace("e", "").replace(".", "").isdigit()
    ):
        raise ReplyError("this asks for a number", "这里要填数字")
    return text


def _read_list(reply: Sequence[object], asked: QuantityKind) -> Reading:
    if asked not in ("shape", "size") and len(reply) == 1:
        return read(reply[0], asked)
    if asked not in ("shape", "size") or not 0 < len(reply) <= MAX_AXES:
        raise ReplyError("one number is asked, not a list", "这里只填一个数，不是列表")
    values = []
    for one in reply:
        value = read(one, "number").value
        assert not isinstance(value, tuple)
        values.append(value)
    return shape_reading(tuple(values))


def _read_text(reply: str, asked: QuantityKind, unit: str, names: Mapping[str, Any]) -> Reading:
    text = plain_text(reply)
    if not text:
        raise ReplyError("nothing typed", "什么也没有输入")
    readings = [_read_side(side, asked, unit, names) for side in _sides(text)]
    first = readings[0]
    for other in readings[1:]:
        if other.value != first.value and not _rounds_to(first, other):
            raise ReplyError("the two sides of = differ", "等号两边不相等")
    # Of `7*7*3*64 = 9408` the first side tells how, and both tell the value.
    return next((reading for reading in readings if reading.expression), first)


def _sides(text: str) -> list[str]:
    sides = [side.strip() for side in text.replace("≈", "=").split("=") if side.strip()]
    # A label before the value: `output = 112`, `H: 56`.
    if len(sides) > 1 and all(letter.isalpha() or letter in " _'" for letter in sides[0]):
        sides = sides[1:]
    if not sides:
        raise ReplyError("this asks for a number", "这里要填数字")
    if len(sides) > 4:
        raise ReplyError("one value is asked", "这里只填一个数")
    return sides


def _rounds_to(exact: Reading, rounded: Reading) -> bool:
    step: Any = rounded.resolution if rounded.resolution is not None else exact.resolution
    if step is None or isinstance(exact.value, tuple) or isinstance(rounded.value, tuple):
        return False
    return bool(abs(exact.value - rounded.value) <= step)


def _read_side(text: str, asked: QuantityKind, unit: str, names: Mapping[str, Any]) -> Reading:
    text = _without_unit(text, unit)
    scanner = Scanner(text, asked, unit, names, swapped=False)
    pieces = scanner.scan()
    if asked in ("shape", "size"):
        axes = axes_of(pieces)
        if len(axes) > 1 or asked == "shape":
            return shape_reading(tuple(_evaluate(axis, names, asked)[0] for axis in axes))
    value, expression = _evaluate(pieces, names, asked)
    typed_unit = next((one.unit for one in scanner.numerals if one.unit), "")
    meanings = [Meaning(value)]
    if any(one.prefix for one in scanner.numerals):
        again = Scanner(text, asked, unit, names, swapped=True)
        binary = any(one.prefix and not one.prefix.endswith("i") for one in scanner.numerals)
        meanings.append(Meaning(_evaluate(again.scan(), names, asked)[0], "binary" if binary else "decimal"))
    resolution = _resolution(scanner, pieces)
    return _in_unit(Reading(tuple(meanings), resolution, expression, typed_unit), unit, scanner)


def _without_unit(text: str, unit: str) -> str:
    """The text without the card's own unit at its end, in either language, where this reader does not know it."""
    plain = unicodedata.normalize("NFKC", unit).strip().lower()
    known = plain in SECONDS or plain == "%" or prefix_and_unit(plain.replace(" ", "")) is not None
    for shown in () if known else dict.fromkeys((plain, unit_label(plain, "zh"))):
        if shown and text.lower().endswith(shown) and len(text) > len(shown):
            return text[: -len(shown)].rstrip()
    return text


def _in_unit(reading: Reading, unit: str, scanner: Scanner) -> Reading:
    """The reading in the card's unit: `112 GB` and `112` are 112 where gigabytes are asked."""
    if unit.strip() in ("%", "％"):
        return _in_percent(reading)
    scale: Any = unit_scale(unit)
    if unit.lower() in SECONDS:
        from fractions import Fraction

        scale = Fraction(SECONDS[unit.lower()])
    if scale == 1:
        return reading
    explicit = any(one.prefix or one.unit or one.factor != 1 for one in scanner.numerals)
    if explicit:
        meanings = tuple(Meaning(_over(one.value, scale), one.note) for one in reading.meanings)
        resolution = None if reading.resolution is None else _over(reading.resolution, scale)
        return reading._replace(meanings=meanings, resolution=resolution)
    other = Meaning(_over(reading.value, scale), "base-unit")
    return reading._replace(meanings=(*reading.meanings, other))


def _in_percent(reading: Reading) -> Reading:
    if reading.unit == "percent":
        meanings = tuple(Meaning(_over(one.value, hundredth()), one.note) for one in reading.meanings)
        resolution = None if reading.resolution is None else _over(reading.resolution, hundredth())
        return reading._replace(meanings=meanings, resolution=resolution)
    return reading._replace(meanings=(*reading.meanings, Meaning(_over(reading.value, hundredth()), "fraction")))


def _over(value: Any, scale: Any) -> Any:
    if isinstance(value, float):
        return value / float(scale)
    from fractions import Fraction

    result = Fraction(value) / scale
    return result.numerator if result.denominator == 1 else result


def _evaluate(
    pieces: Sequence[Piece], names: Mapping[str, Any], asked: QuantityKind
) -> tuple[Number, Expression | None]:
    source = _source_of(pieces)
    if not source:
        raise ReplyError("a number is missing", "缺少数字")
    try:
        expression = expressions.parse(source)
        value = expression.evaluate(names)
    except expressions.ExpressionError as error:
        raise _as_reply_error(error, pieces) from None
    if isinstance(value, tuple):
        raise _one_number(pieces, asked)
    if isinstance(value, bool):
        raise ReplyError("this asks for a number", "这里要填数字")
    typed = any(piece.kind in ("operator", "name") for piece in pieces)
    return value, expression if typed and len(pieces) > 2 else None


def _source_of(pieces: Sequence[Piece]) -> str:
    """The pieces as one would write them: blanks around + and -, and between two signs that would make another one."""
    text, before = "", Piece("open", "(")
    for piece in pieces:
        separate = piece.text in ("+", "-") and before.kind in ("number", "name", "close")
        text += " " if before.text == piece.text in ("*", "/") else ""
        text += f" {piece.text} " if separate else ", " if piece.kind == "comma" else piece.text
        before = piece
    return text


def _one_number(pieces: Sequence[Piece], asked: QuantityKind) -> ReplyError:
    numbers = [piece for piece in pieces if piece.kind == "number"]
    commas = [piece.text for piece in pieces if piece.kind == "comma"]
    if asked not in ("size", "shape") and len(numbers) == 2 and commas == [","]:
        return decimal_comma()
    return ReplyError("one number is asked", "这里只填一个数")


def _as_reply_error(error: expressions.ExpressionError, pieces: Sequence[Piece]) -> ReplyError:
    if any(piece.kind == "comma" for piece in pieces) and "function" not in error.message:
        return _one_number(pieces, "number")
    from dlquiz.messages.expressions import chinese, has_no_value

    message = error.message
    if piece := _piece_at(error.position, pieces):
        message = message.replace(f'found "{piece.text}"', f'found "{piece.typed or piece.text}"')
    en, zh = ("cannot work it out", "算不出来") if has_no_value(message) else ("cannot read it", "读不懂")
    return ReplyError(f"{en}: {message}", f"这个算式{zh}：{chinese(message) or message}")


def _piece_at(position: int, pieces: Sequence[Piece]) -> Piece | None:
    """The piece at that place of the source that is made of them."""
    ends = (len(_source_of(pieces[: number + 1])) for number in range(len(pieces)))
    return next((piece for piece, end in zip(pieces, ends, strict=True) if position < end), None)


def _resolution(scanner: Scanner, pieces: Sequence[Piece]) -> Number | None:
    """One unit of the last digit typed, where the number is a single one that looks rounded."""
    from fractions import Fraction

    numbers = [piece for piece in pieces if piece.kind == "number"]
    if len(scanner.numerals) != 1 or len(numbers) != 1 or any(piece.kind == "name" for piece in pieces):
        return None
    if any(piece.kind == "operator" and piece.text != "-" for piece in pieces):
        return None
    numeral = scanner.numerals[0]
    if not numeral.rounded:
        return _trailing_zeros(int(numeral.digits))
    one = scanner._value(numeral._replace(digits=Fraction(1)))
    result = one / Fraction(10) ** numeral.places
    return result.numerator if result.denominator == 1 else result


def _trailing_zeros(value: int) -> int | None:
    """25,600,000 looks rounded to 100,000; 110 is simply 110."""
    digits = str(value)
    significant = digits.rstrip("0")
    if len(digits) < 6 or len(digits) - len(significant) < 2 or len(significant) < 2:
        return None
    return int(10 ** (len(digits) - len(significant)))
