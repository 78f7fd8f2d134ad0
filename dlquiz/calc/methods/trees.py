"""Splits of decision trees: impurity and its decrease, and the second-order gain of gradient boosting."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated, formula_value
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import Exact, Number, operand, real, same_length, several
from dlquiz.calc.layers.arguments import choice


def split(*, left: Sequence[Number], right: Sequence[Number], criterion: str = "gini") -> Calculation:
    """Impurity of a node and of its children, by the examples of each class in them, and how far the split lowers it.

    `criterion` is gini, or entropy (bits: the information gain).

    >>> found = split(left=(5, 1), right=(1, 3))
    >>> found.ask("parent"), round(float(found.ask("decrease")), 4)
    (Fraction(12, 25), 0.1633)
    """
    kind = choice(criterion, "criterion", ("gini", "entropy"))
    children = _counts(left, "left"), _counts(right, "right")
    same_length(*children, "left and right")
    parent = tuple(one + other for one, other in zip(*children, strict=True))
    formulas = {
        name: _impurity(counts, kind)
        for name, counts in zip(("parent", "left", "right"), (parent, *children), strict=True)
    }
    values = {name: _value(formula, kind) for name, formula in formulas.items()}
    numbers = {
        "P": values["parent"],
        "L": values["left"],
        "R": values["right"],
        "l": sum(children[0]),
        "r": sum(children[1]),
    }
    unit = "bit" if kind == "entropy" else ""
    lines = [
        WorkingLine("parent", formulas["parent"], {}, unit),
        WorkingLine("left_impurity", formulas["left"], {}, unit),
        WorkingLine("right_impurity", formulas["right"], {}, unit),
        WorkingLine("children", "(l * L + r * R) / (l + r)", {name: numbers[name] for name in "lLrR"}, unit),
        WorkingLine("decrease", "P - (l * L + r * R) / (l + r)", numbers, unit, "impurity_decrease"),
    ]
    return calculated("split", {"left_counts": children[0], "right_counts": children[1], "criterion": kind}, lines)


def _counts(values: Sequence[Number], name: str) -> tuple[Exact, ...]:
    read = several(values, name, 2, 20)
    if min(read) < 0 or not sum(read):
        raise CalcError(f"{name} holds no examples", fix="give the examples of each class, as 5,1")
    return read


def _impurity(counts: Sequence[Exact], kind: str) -> str:
    n = operand(sum(counts))
    present = [operand(one) for one in counts if one]
    if kind == "gini":
        return "1 - " + " - ".join(f"({one} / {n}) ** 2" for one in present)
    return " + ".join(f"{one} / {n} * log2({n} / {one})" for one in present)


def _value(formula: str, kind: str) -> Number:
    value = formula_value(formula)
    return Fraction(value).limit_denominator(10**12) if kind == "gini" else value


def boosting_split(
    *,
    left_gradient: Number,
    left_hessian: Number,
    right_gradient: Number,
    right_hessian: Number,
    regularisation: Number = 1,
    penalty: Number = 0,
) -> Calculation:
    """Leaf weights and gain of a split from the sums of first and second derivatives (Chen & Guestrin 2016).

    `regularisation` is λ, `penalty` γ (arXiv:1603.02754, equation 7).

    >>> found = boosting_split(left_gradient=-4, left_hessian=3, right_gradient=6, right_hessian=5, penalty=0.5)
    >>> found.ask("left_weight"), round(float(found.ask("gain")), 3)
    (1, 4.278)
    """
    sums = {"g": real(left_gradient, "left_gradient"), "G": real(right_gradient, "right_gradient")}
    curvatures = {
        "h": real(left_hessian, "left_hessian", low=0),
        "H": real(right_hessian, "right_hessian", low=0),
        "l": real(regularisation, "regularisation", low=0),
    }
    if not (curvatures["h"] + curvatures["l"] and curvatures["H"] + curvatures["l"]):
        raise CalcError("hessian and regularisation are 0", fix="use a number above 0 for one of them")
    numbers = sums | curvatures
    gain = "(g ** 2 / (h + l) + G ** 2 / (H + l) - (g + G) ** 2 / (h + H + l)) / 2 - c"
    costed = numbers | {"c": real(penalty, "penalty", low=0)}
    lines = [
        WorkingLine("left_weight", "-g / (h + l)", {name: numbers[name] for name in "ghl"}, "", "leaf_weight"),
        WorkingLine("right_weight", "-G / (H + l)", {name: numbers[name] for name in "GHl"}),
        WorkingLine("gain", gain, costed, "", "boosting_gain"),
    ]
    given = {
        "left_gradient": numbers["g"],
        "left_hessian": numbers["h"],
        "right_gradient": numbers["G"],
        "right_hessian": numbers["H"],
        "regularisation": numbers["l"],
        "penalty": costed["c"],
    }
    return calculated("boosting_split", given, lines)
