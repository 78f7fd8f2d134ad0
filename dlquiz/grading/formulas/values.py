"""Values of formulas at random points: two formulas that agree at all of them are taken as equal.

Each symbol gets a value that depends on its name and the number of the trial alone, so nothing is random twice. In a
formula with transposed factors capitals are matrices and small letters columns, so that order matters there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from zlib import crc32

from dlquiz.grading.formulas.tree import FormulaError, Node

TRIALS = 24
FEWEST = 5  # trials in which both have a value
MOST_STEPS = 8_000  # of one comparison
RANGES = ((0.05, 0.95), (-2.0, 2.0), (1.1, 3.0), (-2.0, 2.0))
SIZE = 2  # of matrices
TERMS = 3  # of a sum without bounds
_TOLERANCE = 1e-8
_SCALARS = frozenset("deijlmnrstc") | frozenset(
    ("alpha", "beta", "gamma", "epsilon", "eta", "lambda", "tau", "rho", "kappa", "pi", "sigma")
)

Matrix = tuple[tuple[float, ...], ...]
Value = float | Matrix

_FUNCTIONS: dict[str, Callable[[float], float]] = {
    "sqrt": math.sqrt, "exp": math.exp, "ln": math.log, "log": math.log, "log2": math.log2, "log10": math.log10,
    "lg": math.log10, "sin": math.sin, "cos": math.cos, "tan": math.tan, "sinh": math.sinh, "cosh": math.cosh,
    "tanh": math.tanh, "erf": math.erf, "floor": math.floor, "ceil": math.ceil,
    "relu": lambda x: max(0.0, x), "softplus": lambda x: math.log1p(math.exp(x)),
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)), "silu": lambda x: x / (1 + math.exp(-x)),
    "Phi": lambda x: (1 + math.erf(x / math.sqrt(2))) / 2, "gelu": lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2,
    "id": lambda x: x,
}  # fmt: skip
_FUNCTIONS["sigma"] = _FUNCTIONS["sigmoid"]  # σ of something is the sigmoid in all these formulas


def agree(one: Node, other: Node, *, matrices: bool = False) -> bool:
    """Whether both have the same value wherever both have one."""
    seen = 0
    steps = [0]
    bounds = _upper_bounds(one) | _upper_bounds(other)
    for trial in range(TRIALS):
        point = SamplePoint(trial, matrices, bounds, steps)
        first, second = point.value(one), point.value(other)
        if first is None or second is None:
            continue
        if not _close(first, second):
            return False
        seen += 1
    return seen >= FEWEST


def constant(node: Node) -> float | None:
    """The value of a formula without symbols.

    >>> constant(Node("divide", parts=(Node("number", number=3.0), Node("number", number=4.0))))
    0.75
    """
    first, second = (
        SamplePoint(0, False, frozenset(), [0]).value(node),
        SamplePoint(1, False, frozenset(), [0]).value(node),
    )
    return first if isinstance(first, float) and first == second else None


def _upper_bounds(node: Node) -> frozenset[str]:
    own = {node.parts[2].text} if node.kind in ("sum", "product") and len(node.parts) == 3 else set()
    return frozenset(own - {""}).union(*map(_upper_bounds, node.parts))


def _close(one: Value, other: Value) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=_TOLERANCE, abs_tol=1e-12)
    if isinstance(one, float) or isinstance(other, float) or _shape(one) != _shape(other):
        return False
    pairs = zip(one, other, strict=True)
    return all(
        math.isclose(a, b, rel_tol=_TOLERANCE, abs_tol=1e-12) for x, y in pairs for a, b in zip(x, y, strict=True)
    )


class SamplePoint:
    """One trial: what each symbol stands for, and what a formula is worth there."""

    def __init__(self, trial: int, matrices: bool, bounds: frozenset[str], steps: list[int]) -> None:
        self._trial = trial
        self._low, self._high = RANGES[trial % len(RANGES)]
        self._matrices = matrices
        self._bounds = bounds
        self._steps = steps
        self._drawn: dict[str, float] = {}
        self._indices: dict[str, float] = {}
        self._component = 0  # of the vectors inside a norm

    def value(self, node: Node) -> Value | None:
        """None where the formula has no finite real value."""
        try:
            found = self._of(node)
        except FormulaError:
            raise
        except (ArithmeticError, ValueError, TypeError):
            return None
        numbers = [found] if isinstance(found, float) else [one for line in found for one in line]
        return found if all(map(math.isfinite, numbers)) else None

    def _of(self, node: Node) -> Value:
        self._steps[0] += 1
        if self._steps[0] > MOST_STEPS:
            raise FormulaError("a formula that takes too long")
        match node.kind:
            case "number":
                return node.number
            case "name":
                return self._name(node.text)
            case "negate":
                return _times(-1.0, self._of(node.parts[0]))
            case "add":
                return self._sum(node.parts)
            case "multiply" | "elementwise":
                left, right = self._of(node.parts[0]), self._of(node.parts[1])
                return _times(left, right) if node.kind == "multiply" else _elementwise(left, right)
            case "divide":
                return _times(self._of(node.parts[0]), _inverse(self._of(node.parts[1])))
            case "power":
                return self._power(self._of(node.parts[0]), self._of(node.parts[1]))
            case "transpose":
                inside = self._of(node.parts[0])
                return inside if isinstance(inside, float) else _transposed(inside)
            case "sum" | "product":
                return self._total(node)
            case _:
                return self._applied(node)

    def _applied(self, node: Node) -> Value:
        match node.kind:
            case "norm":
                return self._norm(node)
            case "compare":
                left, right = self._number(node.parts[0]), self._number(node.parts[1])
                return float(left < right if node.text == "<" else left > right)
            case "floor_divide":
                return float(self._number(node.parts[0]) // self._number(node.parts[1]))
            case "derivative":
                return self._draw(f"d{node.text}{[(part.kind, part.text, part.number) for part in node.parts]}")
            case "call":
                return self._call(node.text, [self._of(part) for part in node.parts])
            case _:
                raise FormulaError(f"a {node.kind} alone")

    def _call(self, function: str, arguments: Sequence[Value]) -> Value:
        if function in ("max", "min") and len(arguments) > 1:
            numbers = [_real(one) for one in arguments]
            return max(numbers) if function == "max" else min(numbers)
        known = _FUNCTIONS.get(function)
        if known and len(arguments) == 1:
            argument = arguments[0]
            if isinstance(argument, float):
                return float(known(argument))
            return tuple(tuple(float(known(one)) for one in line) for line in argument)
        return self._draw(f"{function}({[_rounded(one) for one in arguments]})")

    def _number(self, node: Node) -> float:
        return _real(self._of(node))

    def _draw(self, what: str) -> float:
        """A number in the range of this trial that belongs to the text."""
        if what not in self._drawn:
            mixed = (crc32(what.encode()) + self._trial * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
            mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
            mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
            self._drawn[what] = self._low + (self._high - self._low) * ((mixed ^ (mixed >> 31)) / 2**64)
        return self._drawn[what]

    def _name(self, text: str) -> Value:
        if text in self._indices:
            return self._indices[text]
        if text in ("pi", "e"):
            return math.pi if text == "pi" else math.e
        if text in self._bounds and self._indices:
            return float(TERMS)
        base, _, subscripts = text.partition("_")
        if self._indices and subscripts:
            subscripts = ",".join(str(self._indices.get(one, one)) for one in subscripts.split(","))
        if self._component and (not subscripts or (len(subscripts) == 1 and subscripts.isalpha())):
            subscripts = str(float(self._component))
        key = f"{base}_{subscripts}"
        if not self._matrices or base in _SCALARS or self._component:
            return 1.0 if text == "I" else self._draw(key)
        if text == "I":
            return tuple(tuple(float(i == j) for j in range(SIZE)) for i in range(SIZE))
        columns = SIZE if base[0].isupper() else 1
        return tuple(tuple(self._draw(f"{key}[{i}{j}]") for j in range(columns)) for i in range(SIZE))

    def _sum(self, parts: Sequence[Node]) -> Value:
        total = self._of(parts[0])
        for part in parts[1:]:
            total = _plus(total, self._of(part))
        return total

    def _power(self, base: Value, exponent: Value) -> Value:
        power = _real(exponent)
        if isinstance(base, float):
            result = base**power
            if isinstance(result, complex):
                raise ValueError("no real power")
            return float(result)
        if power == -1:
            return _inverse(base)
        if power == 2:
            return _times(base, base)
        raise ValueError("no such power of a matrix")

    def _total(self, node: Node) -> Value:
        """A sum or product over its index; without bounds over a few terms."""
        first = int(self._bound(node.parts[1])) if len(node.parts) == 3 else 1
        last = int(self._bound(node.parts[2])) if len(node.parts) == 3 else TERMS
        if last - first > 2 * TERMS:
            raise ValueError("too many terms")
        outer = dict(self._indices)
        index = node.text or _only_index(node.parts[0])
        total: Value | None = None
        for at in range(first, last + 1):
            self._indices = outer | {index: float(at)}
            term = self._of(node.parts[0])
            total = term if total is None else _plus(total, term) if node.kind == "sum" else _times(total, term)
        self._indices = outer
        return total if total is not None else float(node.kind == "product")

    def _bound(self, node: Node) -> float:
        return float(TERMS) if node.kind == "name" and node.text in self._bounds else self._number(node)

    def _norm(self, node: Node) -> Value:
        """The norm of a vector, each plain symbol in it standing for its components; of a scalar the absolute value."""
        if node.text == "abs":
            return abs(self._number(node.parts[0]))
        order = {"1": 1.0, "2": 2.0, "F": 2.0}.get(node.text, 2.0)
        outer, total = self._component, 0.0
        for self._component in range(1, TERMS + 1):
            total += abs(self._number(node.parts[0])) ** order
        self._component = outer
        return float(total ** (1 / order))


def _only_index(body: Node) -> str:
    """The index that a sum without one runs over: the letter that its symbols have below them."""
    if body.kind == "name":
        return next((one for one in body.text.partition("_")[2].split(",") if len(one) == 1 and one.isalpha()), "")
    return next((index for part in body.parts if (index := _only_index(part))), "")


def _rounded(value: Value) -> str:
    return f"{value:.9g}" if isinstance(value, float) else str([[f"{one:.9g}" for one in line] for line in value])


# -- matrices ---------------------------------------------------------------------------------------------------------


def _real(value: Value) -> float:
    if isinstance(value, float):
        return value
    if _shape(value) == (1, 1):
        return value[0][0]
    raise TypeError("a matrix where a number is asked")


def _shape(matrix: Matrix) -> tuple[int, int]:
    return len(matrix), len(matrix[0])


def _transposed(matrix: Matrix) -> Matrix:
    return tuple(zip(*matrix, strict=True))


def _plus(one: Value, other: Value) -> Value:
    if isinstance(one, float) and isinstance(other, float):
        return one + other
    left, right = _as_matrix(one, other), _as_matrix(other, one)
    if _shape(left) != _shape(right):
        raise TypeError("shapes differ")
    return tuple(tuple(a + b for a, b in zip(x, y, strict=True)) for x, y in zip(left, right, strict=True))


def _as_matrix(value: Value, like: Value) -> Matrix:
    """A number beside a square matrix is that multiple of the identity."""
    if not isinstance(value, float):
        return value
    if isinstance(like, float) or _shape(like)[0] != _shape(like)[1]:
        raise TypeError("a number beside a matrix")
    return tuple(tuple(value * (i == j) for j in range(len(like))) for i in range(len(like)))


def _times(one: Value, other: Value) -> Value:
    if isinstance(one, float) and isinstance(other, float):
        return one * other
    if isinstance(one, float) or isinstance(other, float):
        return _scaled(one, other) if isinstance(one, float) else _scaled(_real(other), one)
    if _shape(one)[1] != _shape(other)[0]:
        if _shape(one) == _shape(other) and _shape(one)[1] == 1:  # q·k of two columns
            one = _transposed(one)
        elif (1, 1) in (_shape(one), _shape(other)):
            return _times(_real(one), other) if _shape(one) == (1, 1) else _times(one, _real(other))
        else:
            raise TypeError("shapes do not fit")
    columns = list(zip(*other, strict=True))
    product = tuple(tuple(sum(a * b for a, b in zip(line, column, strict=True)) for column in columns) for line in one)
    return product if _shape(product) != (1, 1) else product[0][0]


def _scaled(factor: float, value: Value) -> Value:
    if isinstance(value, float):
        return factor * value
    return tuple(tuple(factor * one for one in line) for line in value)


def _elementwise(one: Value, other: Value) -> Value:
    if isinstance(one, float) or isinstance(other, float):
        return _times(one, other)
    if _shape(one) != _shape(other):
        raise TypeError("shapes differ")
    return tuple(tuple(a * b for a, b in zip(x, y, strict=True)) for x, y in zip(one, other, strict=True))


def _inverse(value: Value) -> Value:
    if isinstance(value, float):
        return 1 / value
    if _shape(value) == (1, 1):
        return 1 / value[0][0]
    if _shape(value) != (2, 2):
        raise TypeError("the inverse of what is not square")
    (a, b), (c, d) = value
    determinant = a * d - b * c
    return (d / determinant, -b / determinant), (-c / determinant, a / determinant)
