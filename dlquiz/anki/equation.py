"""A line of a working in plain text → LaTeX, where it is made of expressions; numbers as the other pages have them."""

from __future__ import annotations

import re
from unicodedata import normalize

from dlquiz.expressions import ExpressionError
from dlquiz.expressions.tree import ExpressionNode, Parser
from dlquiz.render.working import readable

_SUBSCRIPT = re.compile(r"([A-Za-z])_(\w+)")
_ENCLOSED = {
    "floor": (r"\left\lfloor ", r"\right\rfloor"),
    "ceil": (r"\left\lceil ", r"\right\rceil"),
    "abs": (r"\left|", r"\right|"),
    "sqrt": (r"\sqrt{", "}"),
}
_NAMED = {"exp", "log", "sin", "cos", "min", "max"}
_OPERATORS = {"*": r" \cdot ", "//": r" \mathbin{/\!/} ", "%": r" \bmod ", "+": " + ", "-": " - "}
_GREEK = {"alpha", "beta", "gamma", "delta", "epsilon", "eta", "lambda", "mu", "pi", "rho", "sigma", "tau"}
# How tightly each kind of node binds; below the wanted tightness it stands in parentheses.
_TIGHTNESS = {"sum": 1, "negative": 1, "product": 2, "power of ten": 3, "power": 3}
LOOSE, FACTOR, BASE = 0, 2, 4
_POWER_OF_TEN = re.compile(r"(\d+)·10([⁰¹²³⁴⁵⁶⁷⁸⁹]+)")


def equation(line: str) -> str | None:
    r"""The LaTeX of `formula = numbers = value`; None where a part is no expression.

    >>> equation("floor((H - k) / s) + 1 = 7")
    '\\left\\lfloor \\frac{H - k}{s}\\right\\rfloor + 1 = 7'
    >>> equation("H_out = 2 · (w + 1)^2")
    'H_{\\mathrm{out}} = 2 \\cdot \\left(w + 1\\right)^{2}'
    >>> equation("25088 · 8000000000 / 7000000000^2")
    '\\frac{25{,}088 \\cdot 8 \\cdot 10^{9}}{\\left(7 \\cdot 10^{9}\\right)^{2}}'
    >>> equation("rows of the output") is None
    True
    """
    found = []
    for part in line.split(" = "):
        source = part.replace("·", "*").replace("^", "**").replace("×", "*").replace("−", "-")
        try:
            found.append(_latex(Parser(source).parse(), source, LOOSE))
        except (ExpressionError, _UnwrittenError):
            return None
    return " = ".join(found)


class _UnwrittenError(Exception):
    """The expression has a part that is better read as text."""


def _latex(node: ExpressionNode, source: str, tight: int) -> str:
    written = _written(node, source)
    kind = "power of ten" if node.kind == "number" and "10^" in written else node.kind
    return rf"\left({written}\right)" if _TIGHTNESS.get(kind, BASE) < tight else written


def _written(node: ExpressionNode, source: str) -> str:
    parts = node.parts
    match node.kind:
        case "number":
            return _number(source[node.start : node.end])
        case "name":
            return _name(node.value)
        case "negative":
            return "-" + _latex(parts[0], source, FACTOR)
        case "power":
            return f"{_latex(parts[0], source, BASE)}^{{{_latex(parts[1], source, LOOSE)}}}"
        case "sum":
            terms = [_latex(part, source, FACTOR if number else LOOSE) for number, part in enumerate(parts)]
            return "".join(_joined(node.value, terms))
        case "product":
            return _product(node, source)
        case "call" if node.value in _ENCLOSED and len(parts) == 1:
            opening, closing = _ENCLOSED[node.value]
            return f"{opening}{_latex(parts[0], source, LOOSE)}{closing}"
        case "call" if node.value in _NAMED:
            return rf"\{node.value}\left({', '.join(_latex(part, source, LOOSE) for part in parts)}\right)"
        case _:
            raise _UnwrittenError


def _number(digits: str) -> str:
    """A long number with thousands marks or as a power of ten."""
    written = readable(digits)
    if found := _POWER_OF_TEN.fullmatch(written):
        return rf"{found[1]} \cdot 10^{{{normalize('NFKC', found[2])}}}"
    return written.replace(",", "{,}")


def _joined(operators: tuple[str, ...], terms: list[str]) -> list[str]:
    return [terms[0], *(_OPERATORS[sign] + term for sign, term in zip(operators, terms[1:], strict=True))]


def _product(node: ExpressionNode, source: str) -> str:
    """Factors from the left; a division makes a fraction of all that stands before it."""
    out = _latex(node.parts[0], source, FACTOR if node.value[0] != "/" else LOOSE)
    for number, (sign, part) in enumerate(zip(node.value, node.parts[1:], strict=True)):
        last = number + 1 == len(node.value)
        if sign == "/":
            out = rf"\frac{{{out}}}{{{_latex(part, source, LOOSE)}}}"
        else:
            divided = not last and node.value[number + 1] == "/"
            out += _OPERATORS[sign] + _latex(part, source, FACTOR + (not divided))
    return out


def _name(name: str) -> str:
    if name in _GREEK:
        return "\\" + name
    if found := _SUBSCRIPT.fullmatch(name):
        return rf"{found[1]}_{{\mathrm{{{_escaped(found[2])}}}}}"
    return name if len(name) == 1 else rf"\mathrm{{{_escaped(name)}}}"


def _escaped(name: str) -> str:
    return name.replace("_", r"\_")
