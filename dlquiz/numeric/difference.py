"""Where typed arithmetic first differs from the right formula, term by term."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dlquiz import expressions
from dlquiz.cards import Language
from dlquiz.expressions import Expression, ExpressionError
from dlquiz.formatting import floor_signs
from dlquiz.numeric.formula import written
from dlquiz.numeric.template import format_value, pretty

if TYPE_CHECKING:
    from dlquiz.expressions import Value


# The groups of a convolution that has none.
_BY_ONE = re.compile(r"//\s*1(?![\d.])")


class Difference(NamedTuple):
    """A term as typed and as it should be; None where one side has no such term."""

    typed: str | None
    right: str | None

    def text(self, language: Language) -> str:
        """The sentence that a person reads, with floors as they are written by hand and without divisions by 1.

        >>> Difference("2**3*4", "20*16//1*3*3").text("en")
        'first difference: 2^3·4 stands where the formula has 20·16·3·3'
        >>> Difference(None, "-7//2").text("en")
        'missing: ⌊-7 / 2⌋'
        >>> Difference("(9-2)//2//3", None).text("en")
        'too much: ⌊⌊(9-2) / 2⌋ / 3⌋'
        """
        typed, right = (_as_written(one) if one else None for one in self)
        if language == "en":
            if typed and right:
                return f"first difference: {typed} stands where the formula has {right}"
            return f"missing: {right}" if right else f"too much: {typed}"
        if typed and right:
            return f"第一处不同：你写的是 {typed}，公式中是 {right}"
        return f"少了 {right}" if right else f"多了 {typed}"


def _as_written(text: str) -> str:
    try:
        return floor_signs(pretty(written(_BY_ONE.sub("", text))))
    except ExpressionError:
        return pretty(text)


class DifferenceTerm(NamedTuple):
    value: Any
    text: str
    expression: Expression | None


def first_difference(
    typed: Expression, names: Mapping[str, Value], formula: str, numbers: Mapping[str, Value]
) -> Difference | None:
    """The first term of the typed arithmetic that the right formula does not have, beside what it has instead.

    >>> right = "co*(ci*k*k + 1)"
    >>> first_difference(expressions.parse("3*3*64*128 + 64"), {}, right, {"co": 128, "ci": 64, "k": 3})
    Difference(typed='64', right='128*1')
    """
    shown = {name: format_value(number) for name, number in numbers.items()}
    try:
        wanted = _terms(expressions.parse(expressions.parse(formula).with_numbers(shown)), {})
        given = _terms(typed, names)
        return _between(given, wanted, names)
    except ExpressionError:
        return None


def _between(
    given: list[DifferenceTerm], wanted: list[DifferenceTerm], names: Mapping[str, Value]
) -> Difference | None:
    extra, missing = _without(given, wanted), _without(wanted, given)
    if not extra and not missing:
        return None
    if len(extra) == len(missing) == 1:
        inner = _inside(extra[0], missing[0], names)
        if inner is not None:
            return inner
    return Difference(extra[0].text if extra else None, missing[0].text if missing else None)


def _without(terms: list[DifferenceTerm], others: list[DifferenceTerm]) -> list[DifferenceTerm]:
    left = [other.value for other in others]
    kept: list[DifferenceTerm] = []
    for term in terms:
        if term.value in left:
            left.remove(term.value)
        else:
            kept.append(term)
    return kept


def _terms(expression: Expression, names: Mapping[str, Value]) -> list[DifferenceTerm]:
    """The terms of the sum, a product with one sum in it multiplied out."""
    found: list[DifferenceTerm] = []
    for sign, term in expression.terms():
        found += [_signed(sign, one) for one in _multiplied_out(term, names)]
    return found


def _signed(sign: int, term: DifferenceTerm) -> DifferenceTerm:
    return term if sign > 0 else DifferenceTerm(-term.value, f"-{term.text}", term.expression)


def _multiplied_out(term: Expression, names: Mapping[str, Value]) -> list[DifferenceTerm]:
    factors = term.factors()
    sums = [factor for _, factor in factors if factor.node.kind == "sum"]
    if len(sums) != 1 or any(operator != "*" for operator, _ in factors):
        return [DifferenceTerm(term.evaluate_number(names), term.text, term)]
    others = [factor for _, factor in factors if factor is not sums[0]]
    found = []
    for sign, inner in sums[0].terms():
        value: Any = sign * inner.evaluate_number(names)
        for other in others:
            value *= other.evaluate_number(names)
        found.append(DifferenceTerm(value, "*".join([*(one.text for one in others), inner.text]), None))
    return found


def _inside(extra: DifferenceTerm, missing: DifferenceTerm, names: Mapping[str, Value]) -> Difference | None:
    """Of two quotients or products that differ in one factor, that factor."""
    if extra.expression is None or missing.expression is None:
        return None
    given = [
        DifferenceTerm((sign, part.evaluate_number(names)), part.text, part)
        for sign, part in extra.expression.factors()
    ]
    wanted = [
        DifferenceTerm((sign, part.evaluate_number({})), part.text, part) for sign, part in missing.expression.factors()
    ]
    if len(given) < 2 or len(wanted) < 2:
        return None
    over, lacking = _without(given, wanted), _without(wanted, given)
    if len(over) == len(lacking) == 1:
        one, two = over[0].expression, lacking[0].expression
        if one is not None and two is not None and "sum" in (one.node.kind, two.node.kind):
            deeper = _between(_terms(one, names), _terms(two, {}), names)
            if deeper is not None:
                return deeper
        return Difference(over[0].text, lacking[0].text)
    if len(over) + len(lacking) == 1:
        return Difference(over[0].text if over else None, lacking[0].text if lacking else None)
    return None
