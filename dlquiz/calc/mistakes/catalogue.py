"""The catalogue of mistakes: wrong formulas with a name and a cure, and which of them gives a wrong number."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import permutations
from math import isclose
from pathlib import Path
from typing import Any, Literal, NamedTuple

from dlquiz import expressions
from dlquiz.calc.errors import CalcError
from dlquiz.cards import Language, Text
from dlquiz.expressions import ExpressionError
from dlquiz.suggest import closest


class Mistake(NamedTuple):
    """A wrong formula in the letters of its context. `when` says when it applies; None means always.

    `name` completes "112 is what you get when …"; `edit` makes the wrong formula from the right one, where it can.
    """

    id: str
    context: str
    formula: str
    when: str | None
    name: Text
    cure: Text
    edit: tuple[str, str] | None


class MistakeContext(NamedTuple):
    """A quantity of one kind of layer, its variables, the right formula and the ways to get it wrong."""

    name: str
    quantity: str
    variables: tuple[str, ...]
    right: str
    mistakes: tuple[Mistake, ...]


class MistakeCase(NamedTuple):
    """A context with the numbers of one layer; `scale` multiplies all its values, `without` are mistakes left out."""

    context: str
    variables: Mapping[str, Any]
    scale: int | Fraction = 1
    without: Collection[str] = ()


class UnitMistake(NamedTuple):
    """The right number in another unit: `factor` times what was asked."""

    factor: str
    name: Text


class Diagnosis(NamedTuple):
    """What gives the wrong number: one mistake, several that tie, two at once (`pair`), another unit, or unknown."""

    kind: Literal["mistake", "unit", "pair", "unknown"]
    mistakes: tuple[Mistake, ...] = ()
    unit: UnitMistake | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        return (f"unit:{self.unit.factor}",) if self.unit else tuple(one.id for one in self.mistakes)

    @property
    def is_tie(self) -> bool:
        return self.kind == "mistake" and len(self.mistakes) > 1

    def name(self, language: Language) -> str:
        """What happened, to follow "is what you get when": a tie joined by "or", two at once by "and"."""
        if self.unit:
            return self.unit.name.language(language)
        joint = {"en": (" or ", " and "), "zh": ("，或者", "，同时")}[language][self.kind == "pair"]
        return joint.join(_unique(one.name.language(language) for one in self.mistakes))

    def cure(self, language: Language) -> str:
        joint = {"en": "; ", "zh": "；"}[language]
        return joint.join(_unique(one.cure.language(language) for one in self.mistakes))


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


UNKNOWN = Diagnosis("unknown")
# Quantities that are counted in units of which there are several; sizes and fields are not.
_WITHOUT_UNITS = ("output_size", "output_shape", "receptive_field")


@cache
def catalogue() -> Mapping[str, MistakeContext]:
    """All contexts by name: those of the published catalogue, then further ones.

    >>> len(catalogue()), by_id()["O2"].name.en
    (35, 'the padding is added once')
    """
    return _contexts("layers.json", "further.json")


def _contexts(*files: str) -> dict[str, MistakeContext]:
    # Not by importlib.resources, whose import costs more than all the rest.
    texts = (Path(__file__).with_name(name).read_text(encoding="utf-8") for name in files)
    return {name: _context(name, fields) for text in texts for name, fields in json.loads(text).items()}


def _context(name: str, fields: Mapping[str, Any]) -> MistakeContext:
    mistakes = tuple(_mistake(name, one) for one in fields["mistakes"])
    return MistakeContext(name, fields["quantity"], tuple(fields["variables"].split()), fields["right"], mistakes)


def _mistake(context: str, fields: Mapping[str, Any]) -> Mistake:
    edit = fields.get("edit")
    name, cure = (Text(en=fields[part][0], zh=fields[part][1]) for part in ("name", "cure"))
    return Mistake(fields["id"], context, fields["formula"], fields.get("when"), name, cure, edit and tuple(edit))


@cache
def of_calculators() -> Mapping[str, MistakeContext]:
    """The contexts of the calculators, read apart: whoever asks about a layer does not wait for them.

    >>> of_calculators()["all_reduce"].right
    '2*(G-1)/G*S'
    """
    return _contexts("calculators.json", "methods.json")


def mistake_of(identifier: str) -> Mistake | None:
    """The mistake of that id, of layers or of calculators (theirs begin with T)."""
    if not identifier.startswith("T"):
        return by_id().get(identifier)
    every = (mistake for context in of_calculators().values() for mistake in context.mistakes)
    return next((mistake for mistake in every if mistake.id == identifier), None)


@cache
def by_id() -> Mapping[str, Mistake]:
    return {mistake.id: mistake for context in catalogue().values() for mistake in context.mistakes}


def context_of(name: str) -> MistakeContext:
    """The context of that name; raises CalcError with the near miss."""
    found = catalogue().get(name) or of_calculators().get(name)
    if found is None:
        near = closest(name, [*catalogue(), *of_calculators()])
        raise CalcError(f"no mistakes are known for {name}", fix=f"did you mean {near}?" if near else "")
    return found


def right_value(context: str, variables: Mapping[str, object]) -> Any:
    """What the right formula of the context gives."""
    return _value(context_of(context).right, variables)


def applicable(mistake_case: MistakeCase) -> Iterator[tuple[Mistake, Any]]:
    """The mistakes that apply to these numbers, each with the wrong value that it gives.

    >>> numbers = {"n": 224, "k": 7, "s": 2, "p": 3, "d": 1}
    >>> [(mistake.id, value) for mistake, value in applicable(MistakeCase("conv_size", numbers))][:3]
    [('O1', 109), ('O2', 111), ('O3', 111)]
    """
    variables = mistake_case.variables
    for mistake in context_of(mistake_case.context).mistakes:
        if mistake.id in mistake_case.without or not (mistake.when is None or _value(mistake.when, variables)):
            continue
        try:
            yield mistake, _value(mistake.formula, variables) * mistake_case.scale
        except ExpressionError:
            continue  # a wrong formula may divide by zero where the right one does not


def diagnose(context: str, variables: Mapping[str, object], right: object, wrong: object) -> Diagnosis:
    """Which mistake turns the right number into the wrong one.

    Exact equality first, then another unit, then two mistakes at once if only one such pair gives the number.

    >>> found = diagnose("conv_size", {"n": 26, "k": 7, "s": 3, "p": 3, "d": 3}, 5, 9)
    >>> found.ids, found.name("en")
    (('O5',), 'the dilation is forgotten')
    """
    return explain((MistakeCase(context, variables),), right, wrong)


def explain(mistake_cases: Sequence[MistakeCase], right: object, wrong: object, quantity: str = "") -> Diagnosis:
    """As `diagnose`, for a number that can be got wrong in several contexts."""
    single = [mistake for one in mistake_cases for mistake, value in applicable(one) if equal(value, wrong)]
    if single:
        return Diagnosis("mistake", tuple(single))
    quantity = quantity or (context_of(mistake_cases[0].context).quantity if mistake_cases else "")
    unit = None if quantity.startswith(_WITHOUT_UNITS) else unit_mistake(right, wrong, _batch(mistake_cases))
    if unit is not None:
        return Diagnosis("unit", unit=unit)
    pairs: dict[frozenset[Mistake], tuple[Mistake, Mistake]] = {}
    for pair in (pair for one in mistake_cases for pair, value in _pairs(one) if equal(value, wrong)):
        pairs.setdefault(frozenset(pair), pair)
    if len(pairs) == 1:
        return Diagnosis("pair", next(iter(pairs.values())))
    return UNKNOWN


def equal(one: Any, other: Any) -> bool:
    """Exactly for rationals, to rounding for floats."""
    if isinstance(one, float) or isinstance(other, float):
        return isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return bool(one == other)


def _value(text: str, variables: Mapping[str, Any]) -> Any:
    if text.endswith("(L)"):
        from dlquiz.calc.mistakes.receptive_field import CONDITIONS, MISTAKEN

        name = text.removesuffix("(L)")
        return CONDITIONS[name](variables["L"]) if name in CONDITIONS else MISTAKEN[name](variables["L"])
    return expressions.cached(text).evaluate(variables)


# ── two at once ──────────────────────────────────────────────────────────────────────────────────────────────────


def _pairs(mistake_case: MistakeCase) -> Iterator[tuple[tuple[Mistake, Mistake], Any]]:
    """Every two mistakes that can be made together in the right formula, with what comes out."""
    right = context_of(mistake_case.context).right
    applying = [mistake for mistake, _ in applicable(mistake_case) if mistake.edit]
    values = {mistake.id: value for mistake, value in applicable(mistake_case)}
    for first, second in permutations(applying, 2):
        text = _edited(_edited(right, first), second)
        if text is None:
            continue
        try:
            value = _value(text, mistake_case.variables) * mistake_case.scale
        except ExpressionError:
            continue
        if value not in (values[first.id], values[second.id]):
            yield (first, second), value


def _edited(text: str | None, mistake: Mistake) -> str | None:
    if text is None or mistake.edit is None or text.count(mistake.edit[0]) != 1:
        return None
    return text.replace(*mistake.edit)


# ── units ────────────────────────────────────────────────────────────────────────────────────────────────────────

_MISTAKES: tuple[tuple[str, int, int, str, str], ...] = (
    ("*2", 2, 1, "it is doubled (FLOPs for MACs, or twice the bytes a value)",
     "多乘了 2（把 MAC 当 FLOP，或每个值的字节数多算一倍）"),
    ("/2", 1, 2, "it is halved (MACs for FLOPs, or half the bytes a value)",
     "少乘了 2（把 FLOP 当 MAC，或每个值的字节数少算一半）"),
    ("*4", 4, 1, "it is multiplied by 4 (4 times the bytes a value)", "多乘了 4（每个值的字节数算成 4 倍）"),
    ("/4", 1, 4, "it is divided by 4 (a quarter of the bytes a value)", "少乘了 4（每个值的字节数只算了四分之一）"),
    ("*8", 8, 1, "it is multiplied by 8 (bits for bytes)", "多乘了 8（用比特代替了字节）"),
    ("/8", 1, 8, "it is divided by 8 (bytes for bits)", "少乘了 8（用字节代替了比特）"),
)  # fmt: skip
_NAMES = {1: ("thousand", "千"), 2: ("million", "百万"), 3: ("billion", "十亿"), 4: ("trillion", "万亿")}


def unit_mistake(right: Any, wrong: Any, batch: int = 1) -> UnitMistake | None:
    """The right number in another unit: 2, 4, 8, the batch, powers of 1000 and of 1024.

    >>> unit_mistake(25_690_112, 205_520_896).factor, unit_mistake(16_000, 16_384).factor
    ('*8', '*1024/1000')
    """
    if not right or not wrong or isinstance(right, tuple) or isinstance(wrong, tuple):
        return None
    for factor, up, down, en, zh in _MISTAKES:
        if equal(wrong * down, right * up):
            return UnitMistake(factor, Text(en=en, zh=zh))
    if batch > 1 and equal(wrong, right * batch):
        return UnitMistake("*batch", Text(en="the batch is multiplied in", zh="多乘了批大小"))
    if batch > 1 and equal(wrong * batch, right):
        return UnitMistake("/batch", Text(en="the batch is left out", zh="漏乘了批大小"))
    return _power_mistake(right, wrong)


def _power_mistake(right: object, wrong: object) -> UnitMistake | None:
    for power, (en, zh) in _NAMES.items():
        for sign, more, less in (("*", right, wrong), ("/", wrong, right)):
            if equal(less, more * 1000**power):
                return UnitMistake(f"{sign}1000**{power}", Text(en=f"it is off by a {en}", zh=f"差了{zh}倍"))
            if equal(less, more * 1024**power):
                return UnitMistake(
                    f"{sign}1024**{power}", Text(en=f"it is off by 1024**{power}", zh=f"差了 1024**{power} 倍")
                )
            if equal(less * 1000**power, more * 1024**power):
                factor = f"{sign}1024/1000" if power == 1 else f"{sign}(1024/1000)**{power}"
                return UnitMistake(factor, Text(en="1000 and 1024 are exchanged", zh="把 1000 和 1024 弄混了"))
    return None


def _batch(mistake_cases: Sequence[MistakeCase]) -> int:
    for mistake_case in mistake_cases:
        for name in ("N", "B"):
            if name in context_of(mistake_case.context).variables and mistake_case.context != "training_flops":
                return int(mistake_case.variables.get(name, 1))
    return 1
