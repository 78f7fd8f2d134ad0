"""The text of a reply as pieces of an expression: numbers with their prefixes worked in, signs, axes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dlquiz import expressions
from dlquiz.cards import QuantityKind
from dlquiz.grading.reply.reading import ReplyError
from dlquiz.grading.reply.units import (
    HAN,
    PERCENT,
    PERCENT_WORDS,
    SECONDS,
    SI,
    WORD_FACTORS,
    known_units,
    prefix_and_unit,
)

if TYPE_CHECKING:
    from fractions import Fraction

MAX_DIGITS = 40


class Piece(NamedTuple):
    """kind: number, name, operator, open, close, comma, axis (an x between axes); `typed` where that was another sign,
    as x for *."""

    kind: str
    text: str
    typed: str = ""


class Numeral(NamedTuple):
    """A number as written, before its prefix is taken as a power of 1000 or 1024."""

    digits: Fraction
    places: int  # how many digits after the point
    rounded: bool  # written with a point, an exponent or a prefix
    prefix: str = ""
    unit: str = ""
    factor: Any = 1  # of words and characters that have one meaning: million, 万, percent


class Scanner:
    """Walks over the plain text once; `swapped` takes the prefixes k, M, G as powers of 1024 and Ki, Mi as 1000."""

    def __init__(self, text: str, asked: QuantityKind, unit: str, names: Mapping[str, Any], swapped: bool) -> None:
        self.text, self.asked, self.names, self.swapped = text, asked, names, swapped
        self.at = 0
        self.started = 0  # where the number being read begins
        self.pieces: list[Piece] = []
        self.calls: list[bool] = []  # for each open bracket: whether it belongs to a function
        self.numerals: list[Numeral] = []
        self.unit = unit
        self.time = unit.lower() in SECONDS
        self.percent = unit.strip() in ("%", "％")
        lower = text.lower()
        self.has_x = "×" in text or any(
            lower[i] == "x" and (lower[i - 1 : i].strip() or " ") in "0123456789 )" for i in range(1, len(lower))
        )

    def scan(self) -> list[Piece]:
        while self.at < len(self.text):
            letter = self.text[self.at]
            if letter.isspace():
                self.at += 1
            elif self._digit(self.at) or (letter == "." and self._digit(self.at + 1)):
                self._number()
            elif letter.isalpha() or letter == "_" or letter == "×":
                self._word()
            else:
                self._sign(letter)
        return self.pieces

    def _digit(self, at: int) -> bool:
        return at < len(self.text) and self.text[at] in "0123456789"

    def _digits(self) -> str:
        start = self.at
        while self._digit(self.at):
            self.at += 1
        return self.text[start : self.at]

    # numbers

    def _number(self) -> None:
        if self.pieces and self.pieces[-1].kind in ("number", "close"):
            self._juxtaposed()
        self.started = self.at
        numeral = self._suffixed(self._numeral())
        value = self._value(numeral)
        while value and numeral.factor != 1 and self._digit(self.at) and self.text[self.at - 1] in HAN:
            further = self._suffixed(self._numeral())  # 1亿2000万
            if further.factor >= numeral.factor or further.digits * further.factor >= numeral.factor:
                raise ReplyError("cannot read a number such as 1万2亿", "大小单位的顺序不对")
            numeral = numeral._replace(digits=numeral.digits + further.digits * further.factor / numeral.factor)
            value = self._value(numeral)
        self.numerals.append(numeral)
        if self._of_quotient(numeral, value):
            self.pieces += [Piece("number", source(numeral.digits)), Piece("operator", "*")]
            value /= numeral.digits
        self.pieces.append(Piece("number", source(value)))

    def _of_quotient(self, numeral: Numeral, value: Fraction) -> bool:
        """In `1/64 GiB` the unit is of the quotient, not of the 64; in `15M/30k` the k is of the 30."""
        divides = bool(self.pieces) and self.pieces[-1].text == "/"
        spaced = " " in self.text[self.started : self.at].strip()
        return divides and spaced and numeral.unit != "percent" and value not in (0, numeral.digits)

    def _juxtaposed(self) -> None:
        if self.asked not in ("shape", "size"):
            raise ReplyError("two numbers without a sign between them", "两个数之间没有运算符")
        self.pieces.append(Piece("axis", "x"))

    def _numeral(self) -> Numeral:
        from fractions import Fraction

        whole = self._digits()
        mark = self._mark()
        if mark:
            if whole.startswith("0") or len(whole) > 3:
                raise decimal_comma()
            while self._marked(mark):
                self.at += 1
                whole += self._digits()
        part = ""
        if self.text[self.at : self.at + 1] == "." and (whole or self._digit(self.at + 1)):
            self.at += 1
            part = self._digits()
        if len(whole) + len(part) > MAX_DIGITS:
            raise ReplyError(f"a number of more than {MAX_DIGITS} digits", f"数字超过 {MAX_DIGITS} 位")
        exponent = self._exponent()
        digits = Fraction(int(whole + part or "0"), 10 ** len(part)) * Fraction(10) ** exponent
        rounded = bool(part) or exponent != 0
        return Numeral(digits, len(part) - exponent, rounded)

    def _mark(self) -> str:
        """The thousands mark that follows, if one does: the same between all groups of exactly three digits."""
        mark = self.text[self.at : self.at + 1]
        if mark == "," and (any(self.calls) or (self.asked in ("shape", "size") and not self.has_x)):
            return ""  # axes and arguments are separated by commas
        if mark == " " and self.asked in ("shape", "size"):
            return ""
        return mark if mark and mark in ", '_" and self._marked(mark) else ""

    def _marked(self, mark: str) -> bool:
        follows = self.text[self.at + 1 : self.at + 4]
        return (
            self.text[self.at : self.at + 1] == mark
            and len(follows) == 3
            and all(letter in "0123456789" for letter in follows)
            and not self._digit(self.at + 4)
        )

    def _exponent(self) -> int:
        if self.text[self.at : self.at + 1] not in ("e", "E"):
            return 0
        at = self.at + 1 + (self.text[self.at + 1 : self.at + 2] in ("+", "-"))
        if not self._digit(at):
            return 0
        sign = -1 if self.text[self.at + 1] == "-" else 1
        self.at = at
        digits = self._digits()
        if len(digits) > 3:
            raise ReplyError("an exponent of more than 3 digits", "指数太大")
        return sign * int(digits)

    def _suffixed(self, numeral: Numeral) -> Numeral:
        """The number with what is written behind it: 万, k, Mi, GB, FLOPs, %, million, times."""
        before = self.at
        self._blanks()
        factor: Any = numeral.factor
        while self.text[self.at : self.at + 1] and self.text[self.at] in HAN:
            factor *= HAN[self.text[self.at]]
            self.at += 1
        if factor != 1:
            numeral = numeral._replace(factor=factor, rounded=True)
            before = self.at
            self._blanks()
        if self.text[self.at : self.at + 1] == "%" and self._is_percent():
            self.at += 1
            self._skip_points()
            return numeral._replace(factor=factor * hundredth(), unit="percent", rounded=True)
        run = self._run()
        found = self._of_run(numeral, run) if run else None
        if found is None:
            self.at = before
            return numeral
        if not found.unit:
            found = found._replace(unit=self._unit_after())
        return found

    def _blanks(self) -> None:
        while self.text[self.at : self.at + 1].isspace():
            self.at += 1

    def _skip_points(self) -> None:
        """`8 percentage points` and `8 % points` end in a word that `8 points` has too."""
        before = self.at
        self._blanks()
        self.at += self.text[self.at : self.at + 1] == "-"
        run = self._run().lower()
        self.at = self.at + len(run) if run in PERCENT else before

    def _is_percent(self) -> bool:
        """`37.5%` and `50% * 2`, but not `7 % 3`."""
        after = self.text[self.at + 1 :].lstrip(" -") if self.percent else self.text[self.at + 1 :].lstrip()
        if self.percent and after.lower().startswith(PERCENT):
            return True
        return not after or not (after[0].isalnum() or after[0] in "(.") or after[0] in "×xX"

    def _run(self) -> str:
        """The letters that follow directly, without an x between numbers: of `64kx3` the k."""
        start = at = self.at
        if self.text[at : at + 1] == "×":
            return "×"
        while at < len(self.text) and (
            self.text[at].isalpha()
            or (self.text[at] == "-" and at > start and self.text[at + 1 : at + 4].lower() == "add")
        ):
            at += 1
        run = self.text[start:at]
        if len(run) > 1 and run[-1] in "xX×" and at < len(self.text) and (self.text[at] in "0123456789( "):
            run = run[:-1]
        return run

    def _of_run(self, numeral: Numeral, run: str) -> Numeral | None:
        lower = run.lower().replace("-", "")
        self.at += len(run)
        if lower in ("x", "×"):
            return self._times(numeral)
        if self.time and lower in SECONDS:
            from fractions import Fraction

            return numeral._replace(factor=numeral.factor * Fraction(SECONDS[lower]), unit="second")
        if lower in ("percent", "pct") or (self.percent and lower in (*PERCENT, *PERCENT_WORDS)):
            if lower == "per":
                self._blanks()
                self.at += len("cent") if self.text[self.at : self.at + 4].lower() == "cent" else 0
            self._skip_points()
            return numeral._replace(factor=numeral.factor * hundredth(), unit="percent", rounded=True)
        if lower in WORD_FACTORS:
            return numeral._replace(factor=numeral.factor * WORD_FACTORS[lower], rounded=True)
        if self.asked != "bytes" and lower == "b":
            return numeral._replace(factor=numeral.factor * 10**9, rounded=True)
        named = prefix_and_unit(lower)
        if named is not None:
            return numeral._replace(prefix=named[0], unit=named[1], rounded=numeral.rounded or bool(named[0]))
        return None

    def _times(self, numeral: Numeral) -> Numeral | None:
        """`8.8x` at the end is "8.8 times"; an x before another number is a sign."""
        rest = self.text[self.at :].lstrip()
        if rest and (rest[0].isalnum() or rest[0] in "(.+-"):
            return None
        return numeral._replace(unit="times")

    def _unit_after(self) -> str:
        before = self.at
        self._blanks()
        run = self._run()
        named = prefix_and_unit(run.lower().replace("-", "")) if run else None
        if named is None or named[0]:
            self.at = before
            return ""
        self.at += len(run)
        return named[1]

    def _value(self, numeral: Numeral) -> Fraction:
        value: Fraction = numeral.digits * numeral.factor
        prefix = numeral.prefix
        if prefix:
            binary = prefix.endswith("i") != self.swapped
            value *= (1024 if binary else 1000) ** SI[prefix[0]]
        if numeral.unit == "bit" and self.asked == "bytes":
            value /= 8
        return value

    # words and signs

    def _word(self) -> None:
        start = self.at
        if self.text.startswith("百分之", start):
            self.at += 3
            self._blanks()
            if not self._digit(self.at):
                raise ReplyError("a number is missing after 百分之", "“百分之”后面没有数字")
            numeral = self._numeral()
            numeral = numeral._replace(factor=hundredth(), unit="percent", rounded=True)
            self.numerals.append(numeral)
            self.pieces.append(Piece("number", source(self._value(numeral))))
            return
        if self.text[start] in "xX×" and (self.text[start] == "×" or not self._letter(start + 1)):
            self.at += 1
            self._axis(self.text[start])
            return
        while self._letter(self.at) or self._digit(self.at):
            self.at += 1
        self._named(self.text[start : self.at])

    def _letter(self, at: int) -> bool:
        return at < len(self.text) and (self.text[at].isalpha() or self.text[at] == "_") and self.text[at] != "×"

    def _axis(self, typed: str) -> None:
        separates = self.asked in ("shape", "size") and not any(self.calls)
        self.pieces.append(Piece("axis", "x", typed) if separates else Piece("operator", "*", typed))

    def _named(self, word: str) -> None:
        lower = word.lower()
        if lower == "by":
            self._axis(word)
        elif word in self.names or lower in expressions.FUNCTIONS or lower in expressions.CONSTANTS:
            self.pieces.append(Piece("name", word if word in self.names else lower))
        elif lower == "ln":
            self.pieces.append(Piece("name", "log"))
        elif word == "√":
            raise ReplyError("write a root as sqrt(…)", "开方请写成 sqrt(…)")
        elif self.pieces and self.pieces[-1].kind == "number":
            known = known_units(self.asked, self.unit)
            en, zh = f'unknown unit "{word[:20]}"; known here: {known}', f"不认识的单位“{word[:20]}”；这里可用：{known}"
            raise ReplyError(en, zh)
        else:
            raise ReplyError(f'cannot read "{word[:20]}": this asks for a number', f"读不懂“{word[:20]}”：这里要填数字")

    def _sign(self, letter: str) -> None:
        for operator in ("**", "//", "^", "+", "-", "*", "/", "%"):
            if self.text.startswith(operator, self.at):
                self.at += len(operator)
                self.pieces.append(Piece("operator", "**" if operator == "^" else operator, operator))
                return
        self.at += 1
        if letter == "(":
            self.calls.append(bool(self.pieces) and self.pieces[-1].kind == "name")
            self.pieces.append(Piece("open", "("))
        elif letter == ")":
            if self.calls:
                self.calls.pop()
            self.pieces.append(Piece("close", ")"))
        elif letter in ",;":
            self.pieces.append(Piece("comma", letter))
        elif letter == "√":
            self._root()
        else:
            raise ReplyError(f'cannot read "{letter}"', f"读不懂“{letter}”")

    def _root(self) -> None:
        self._blanks()
        if not self._digit(self.at):
            raise ReplyError("write a root as sqrt(…)", "开方请写成 sqrt(…)")
        value = self._value(self._numeral())
        self.pieces += [Piece("name", "sqrt"), Piece("open", "("), Piece("number", source(value)), Piece("close", ")")]


def hundredth() -> Fraction:
    from fractions import Fraction

    return Fraction(1, 100)


def decimal_comma() -> ReplyError:
    return ReplyError("write the decimal point as . (0.25, not 0,25)", "小数点请写成 .（0.25，而不是 0,25）")


def source(value: Fraction) -> str:
    """The number as the expression reader takes it."""
    if value.denominator == 1:
        return str(value.numerator)
    return f"({value.numerator}/{value.denominator})"
