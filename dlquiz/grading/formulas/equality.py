"""Whether a typed formula has the value of the card's formula."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from dlquiz.grading.formulas.parser import parse
from dlquiz.grading.formulas.symbols import with_names
from dlquiz.grading.formulas.tokens import FUNCTIONS, GREEK_NAMES, LONGEST, STRUCTURE, Names, names_of
from dlquiz.grading.formulas.tree import FormulaError, Node, base_of, walk
from dlquiz.grading.formulas.values import agree, constant

_TRANSPOSED = re.compile(r"\\top|\\intercal|⊤|ᵀ|\^\{?T\b|\.T\b")
_SYMBOL = re.compile(r"\\?[A-Za-z]+(?:_\{?[A-Za-z0-9]+\}?)?|[α-ωΑ-Ω]")
_UPRIGHT = re.compile(r"\\(?:mathrm|text|operatorname)\s*\{([A-Za-z]+)\}")
_CALLED = re.compile(r"(?<![A-Za-z\\])(\\?[A-Za-z]+)'?\s*\(([A-Za-z_{}0-9,\s\\]*)\)")
# Names that everybody uses.
_USUAL = (
    ("eta", ("lr",)), ("epsilon", ("eps",)), ("I", ("E",)), ("n_in", ("fan_in",)), ("n_out", ("fan_out",)),
)  # fmt: skip


class Context(NamedTuple):
    """What surrounds a formula: the sentence that names its symbols, further names for them (`("V", ("W_3",))`), what
    some of the letters stand for (`"a = tanh z"`), and whether they are matrices although nothing is transposed."""

    text: str = ""
    also: tuple[tuple[str, tuple[str, ...]], ...] = ()
    where: tuple[str, ...] = ()
    matrices: bool = False


class _Meant(NamedTuple):
    """The formula of the card, with the symbols that a reply may use."""

    tree: Node
    names: Names
    matrices: bool
    definitions: tuple[tuple[str, Node], ...]


def equal(given: str, meant: str, context: Context = Context()) -> bool:
    """Whether a typed formula is equal to the card's; what cannot be read, or is too large, is not.

    >>> hinge = r"\\max(0,d_{ap}-d_{an}+m)"
    >>> equal("max(0, m + d_ap - d_an)", hinge), equal("[dap-dan+m]_+", hinge), equal("[dan-dap+m]_+", hinge)
    (True, True, False)
    >>> equal("W_3 x", "Vx", Context(also=(("V", ("W_3",)),)))
    True
    >>> equal("1-tanh^2(z)", "1-a^2", Context(where=("a = tanh z",)))
    True
    """
    if len(given) > LONGEST:
        return False
    try:
        target = _meant(meant, context)
    except FormulaError:
        return False
    return any(_equal(given, target, context, loose) for loose in (False, True))


def _equal(given: str, meant: _Meant, context: Context, loose: bool) -> bool:
    try:
        said = parse(given, meant.names, matrices=meant.matrices, loose=loose)
        said = _substituted(with_names(said, _trees(meant), context.text, _also(context)), meant.definitions)
        target = _substituted(meant.tree, meant.definitions)
        if said.kind == "transpose" and target.kind == "name" and target.text[:1].isupper():
            return False  # W is no scalar, although nothing in the card's formula says so
        if agree(said, target, matrices=meant.matrices):
            return True
        exact = _exact(said, target)
        return exact is not None and agree(exact, target, matrices=meant.matrices)
    except FormulaError:
        return False


def _trees(meant: _Meant) -> tuple[Node, ...]:
    """The card's formula and its definitions."""
    symbols = tuple(Node("name", symbol) for symbol, _ in meant.definitions)
    return (meant.tree, *symbols, *(tree for _, tree in meant.definitions))


def is_readable(formula: str) -> bool:
    """Whether the text of a card can be read as a formula.

    >>> is_readable(r"\\frac{1}{1+e^{-z}}"), is_readable("the mean ("), is_readable("z if z>0 else 0")
    (True, False, False)
    """
    try:
        _meant(formula, Context())
    except FormulaError:
        return False
    return True


# -- the formula of the card ------------------------------------------------------------------------------------------


def speaks_of_matrices(formula: str) -> bool:
    """Whether something is transposed, so that the order of factors matters."""
    return bool(_TRANSPOSED.search(formula))


def value_of(formula: str) -> float | None:
    """The value of a formula without symbols.

    >>> value_of("5*10^-4"), value_of("2^11"), value_of("n/2"), value_of("1/0")
    (0.0005, 2048.0, None, None)
    """
    try:
        return constant(parse(formula, Names()))
    except FormulaError:
        return None


@lru_cache(maxsize=2048)
def _meant(formula: str, context: Context) -> _Meant:
    matrices = context.matrices or speaks_of_matrices(formula)
    upright = names_of(frozenset(_UPRIGHT.findall(_formulas(context.text))), frozenset())
    tree = parse(formula, upright._replace(author=True), matrices=matrices)
    definitions = tuple(_definition(one) for one in context.where)
    trees = [tree, *(node for _, node in definitions)]
    nodes = [node for one in trees for node in walk(one)]
    symbols = {node.text for node in nodes if node.kind == "name" and node.text} | {one for one, _ in definitions}
    for node in nodes:
        if node.kind == "derivative":
            symbols |= {part.text for part in node.parts if part.kind == "name" and part.text}
    plain = {node.text for node in nodes if node.kind == "name"}
    functions = {base_of(node.text) for node in nodes if node.kind == "call"} | (_called(context.text) - plain)
    functions |= {node.parts[0].text for node in nodes if node.kind == "derivative"}
    symbols |= {other for _, others in _also(context) for other in others} | _named(context.text)
    return _Meant(tree, names_of(frozenset(symbols), frozenset(functions - FUNCTIONS)), matrices, definitions)


@lru_cache(maxsize=2048)
def _also(context: Context) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The further names of symbols, the usual ones with them, all as formulas have them: `α` is `alpha`."""
    written = ((_symbol(name), tuple(map(_symbol, others))) for name, others in context.also)
    return (*written, *_USUAL)


def _symbol(text: str) -> str:
    try:
        node = parse(text, Names())
    except FormulaError:
        return text
    return node.text if node.kind == "name" else text


def _definition(text: str) -> tuple[str, Node]:
    """What a letter stands for, of `a = tanh z`."""
    letter, _, formula = text.partition("=")
    symbol = parse(letter, Names(author=True))
    if symbol.kind != "name" or not formula:
        raise FormulaError(f"{text!r} defines no symbol")
    return symbol.text, parse(formula, Names(author=True))


def _formulas(text: str) -> str:
    return " ; ".join(re.findall(r"\$\$?(.+?)\$\$?", text, re.DOTALL))


def _named(text: str) -> set[str]:
    """The symbols that the formulas of a sentence use; only what is set upright has several letters.

    >>> sorted(_named(r"$xW_1+\\mathrm{var}\\cdot\\beta_2$ and a word"))
    ['W_1', 'beta_2', 'var', 'x']
    """
    source = _formulas(text)
    found = set(_UPRIGHT.findall(source))
    for symbol in _SYMBOL.findall(_UPRIGHT.sub(" ", source)):
        base, separator, subscript = symbol.replace("{", "").replace("}", "").partition("_")
        if base.startswith("\\"):
            found |= {base[1:] + separator + subscript} if base[1:] in GREEK_NAMES else set()
        elif base:
            found |= {*base[:-1], base[-1] + separator + subscript}
    return {one for one in found if one not in FUNCTIONS | STRUCTURE}


def _is_command(symbol: str) -> bool:
    return symbol.startswith("\\") and base_of(symbol[1:]) not in GREEK_NAMES


def _called(text: str) -> set[str]:
    """The symbols that the formulas of a sentence apply to others."""
    return {match[1].strip("\\") for match in _CALLED.finditer(_formulas(text)) if not _is_command(match[1])}


def _substituted(node: Node, definitions: tuple[tuple[str, Node], ...]) -> Node:
    """The formula with the letters replaced by what they stand for, each definition once."""
    for symbol, tree in definitions:
        node = _replaced(node, symbol, tree)
    return node


def _replaced(node: Node, symbol: str, tree: Node) -> Node:
    if node.kind == "name":
        return tree if node.text == symbol else node
    return node._replace(parts=tuple(_replaced(part, symbol, tree) for part in node.parts))


# -- rounded constants ------------------------------------------------------------------------------------------------


def _exact(said: Node, meant: Node) -> Node | None:
    """The typed formula with its decimals replaced by the card's constants that they round: 0.693/k is ln 2/k."""
    constants = [value for node in walk(meant) if (value := _irrational(node)) is not None]
    decimals = {node.number for node in walk(said) if node.kind == "number" and node.number % 1}
    rounded = {number: value for number in decimals for value in constants if _rounds(number, value)}
    return _with_numbers(said, rounded) if rounded else None


def _irrational(node: Node) -> float | None:
    """The value of a constant that no short decimal writes: ln 2, 1/3, √2."""
    value = constant(node) if node.kind in ("call", "divide", "power") else None
    return abs(value) if value is not None and abs(value * 1000 - round(value * 1000)) > 1e-9 else None


def _rounds(number: float, value: float) -> bool:
    """Whether a number of three digits or more is the value, rounded."""
    _, _, places = f"{number:.12f}".rstrip("0").partition(".")
    digits = (f"{number:.12f}".rstrip("0").replace(".", "")).lstrip("0")
    return len(digits) >= 3 and abs(number - value) <= 0.5001 * 10.0 ** -len(places)


def _with_numbers(node: Node, instead: dict[float, float]) -> Node:
    if node.kind == "number":
        return node._replace(number=instead.get(node.number, node.number))
    return node._replace(parts=tuple(_with_numbers(part, instead) for part in node.parts))
