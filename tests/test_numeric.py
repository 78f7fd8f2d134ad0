"""Numeric families: every shipped one drawn many times and held to its laws; marking; the guide's examples."""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import failures, sample, sampled
from studying import shipped_cards

from dlquiz import bank, calc, expressions, numeric
from dlquiz.calc.mistakes.catalogue import by_id, equal
from dlquiz.cards import Asked, Card, FamilyMistake, Numeric, Text
from dlquiz.errors import DlquizError
from dlquiz.formatting import with_minus
from dlquiz.grading.numeric import expected, mark
from dlquiz.grading.reply import parse as replies
from dlquiz.kinds.view import SolvedQuantity
from dlquiz.numeric import Instance, Quantity
from dlquiz.numeric.sampling import SampleCandidate, chosen
from dlquiz.numeric.template import format_value

FUNCTIONS = ("sqrt", "exp", "log", "log2", "log10", "sin", "cos", "tanh", "erf", "floor", "ceil", "pi", "e")
GUIDE = Path(__file__).parents[1] / "docs" / "numeric-families.md"
# Mistakes that are the same number by their nature: no values tell them apart.
ALIKE = [
    {"P15", "P16"},
    {"P57", "P58"},
    {"F1", "F10"},
]
# Classics (one member) whose right number some mistake gives too, and by which mistake.
COINCIDENCES: dict[str, set[str]] = {}


def _shipped() -> list[Card]:
    cards = shipped_cards()
    return [card for card in cards if isinstance(card.body, Numeric)]


def _examples(folder: Path) -> list[Card]:
    blocks = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    cards = "".join("  " + line + "\n" for block in blocks for line in block.splitlines())
    path = folder / "guide.yaml"
    path.write_text("title: {en: Guide, zh: 指南}\ncards:\n" + cards, encoding="utf-8")
    loaded, problems = bank.load([path])
    assert not [problem for problem in problems if "example" in str(problem)], problems
    return list(loaded)


SHIPPED = _shipped()


def _family(card: Card) -> Numeric:
    assert isinstance(card.body, Numeric)
    return card.body


def _instances(card: Card, count: int) -> Iterator[Instance]:
    family = _family(card)
    if not family.vary:
        count = 1
    for seed in range(count):
        yield numeric.draw(family, Random(seed), (None, 5.0, 60.0)[seed % 3])


# ── the laws ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("one_in", "count"),
    [
        # Three: one for each strength of memory.
        pytest.param(6, 3, id="sample"),
        pytest.param(1, 3, id="all", marks=pytest.mark.slow),
        pytest.param(1, 500, id="all-500-times", marks=(pytest.mark.slow, pytest.mark.timeout(14_400))),
    ],
)
def test_laws_of_shipped_families(one_in: int, count: int) -> None:
    assert failures(lambda card: hold_laws(card, count), sample(SHIPPED, one_in)) == []


@pytest.mark.no_cover
@pytest.mark.parametrize("count", [6, pytest.param(60, marks=pytest.mark.slow)])
def test_laws_of_the_examples_of_the_guide(tmp_path: Path, count: int) -> None:
    cards = _examples(tmp_path)
    assert len(cards) == 6
    for card in cards:
        hold_laws(card, count)


def hold_laws(card: Card, count: int) -> None:
    for instance in _instances(card, count):
        _allowed(instance)
        _right(instance)
        _texts(card, instance)
        _working(instance)
        _mistakes(card, instance)
        _replayed(instance)


def _allowed(instance: Instance) -> None:
    family = instance.family
    assert set(instance.values) == set(family.vary)
    for name, domain in family.vary.items():
        value = instance.values[name]
        assert value in domain or str(value) in {str(one) for one in domain} or Fraction(value) in map(Fraction, domain)
    for condition in family.where:
        assert _python(condition, instance.numbers)


def _right(instance: Instance) -> None:
    """The answer once more, by Python and by the calculator called directly."""
    family = instance.family
    for quantity in instance.quantities:
        if family.value is not None:
            assert equal(_python(family.value, instance.numbers), quantity.value)
        elif family.calc and "layer" in family.calc:
            arguments = {name: _argument(one, instance.numbers) for name, one in family.calc.items() if name != "layer"}
            shape = arguments.pop("input")
            assert calc.layer(family.calc["layer"], shape, **arguments).ask(quantity.name) == quantity.value


def _argument(written: Any, numbers: Mapping[str, Any]) -> Any:
    if isinstance(written, list | tuple):
        return tuple(_argument(one, numbers) for one in written)
    plain = {"true": True, "false": False, "none": None}
    if written in plain:
        return plain[written]
    try:
        value = _python(written, numbers)
    except NameError:
        return written
    if isinstance(value, tuple):
        return tuple(int(one) for one in value)
    return int(value) if value == int(value) else float(value)


def _python(text: str, numbers: Mapping[str, Any]) -> Any:
    functions = {name: getattr(math, name) for name in FUNCTIONS}
    functions |= {"abs": abs, "min": min, "max": max, "round": round, "Fraction": Fraction}
    functions["sum"] = lambda *values: sum(values[0] if isinstance(values[0], tuple) else values)
    functions["comb"] = lambda n, k: math.comb(int(n), int(k))
    functions["prod"] = lambda *values: math.prod(values[0] if isinstance(values[0], tuple) else values)
    exact = re.sub(r"(?<![\w.])(\d+(?:\.\d+)?(?:e[-+]?\d+)?)(?![\w.])", r"Fraction('\1')", text)
    exact = re.sub(r"\[Fraction\('(\d+)'\)\]", r"[\1]", exact)
    return eval(
        exact, {"__builtins__": {}, **functions, **{name: Fraction(number) for name, number in numbers.items()}}
    )


def _texts(card: Card, instance: Instance) -> None:
    used: list[set[str]] = []
    for language in ("en", "zh"):
        written = card.question.language(language)
        output = instance.fill(written)
        assert not re.search(r"(?<!@)@\{[^}\\]", output)
        names: set[str] = set()
        for inside in re.findall(r"(?<!@)@\{([^}\\][^}]*)\}", written):
            shown = instance.values.get(inside.strip())
            value = str(shown) if shown is not None else format_value(_value(inside, instance))
            assert value in output or with_minus(value) in output
            names |= {
                node.id for node in ast.walk(ast.parse(inside.strip(), mode="eval")) if isinstance(node, ast.Name)
            }
        used.append(names & set(instance.values))
        question = numeric.question(instance, language)
        if instance.family.convention is not None:
            assert question.convention
            assert "@{" not in question.convention
        assert question.values == instance.values
        assert all(one.label for one in question.asked)
    assert used[0] == used[1], "the two languages show different values"


def _value(inside: str, instance: Instance) -> Any:
    from dlquiz import expressions

    return expressions.parse(inside).evaluate(instance.numbers)


def _working(instance: Instance) -> None:
    for language in ("en", "zh"):
        steps = numeric.steps(instance, language)
        assert 1 <= len(steps) <= 6
        for quantity in instance.quantities:
            own = [step for step in steps if step["quantity"] == numeric.label(quantity, language)]
            assert own[-1]["value"] == format_value(quantity.value)
        hints = numeric.hints(instance, language)
        assert 1 <= len(hints) <= 2


def _mistakes(card: Card, instance: Instance) -> None:
    for quantity in instance.quantities:
        right_too = {one.name for one in quantity.wrongs if quantity.is_right(one.value)}
        assert right_too == (COINCIDENCES.get(card.id, set()) if not instance.family.vary else set())
        if instance.family.vary:
            _told_apart(instance, quantity)
        for wrong in quantity.wrongs:
            if wrong.name not in right_too:
                _named(instance, quantity, wrong)


def _told_apart(instance: Instance, quantity: Quantity) -> None:
    catalogued = [one for one in quantity.wrongs if not one.name.startswith("own")]
    values = Counter(str(one.value) for one in catalogued)
    if quantity.name.startswith("output") and catalogued:
        strided = any(one.variables.get("s", 1) > 1 or one.variables.get("d", 1) > 1 for one in quantity.mistake_cases)
        alone = len(instance.quantities) == 1
        if alone and strided and quantity.mistake_cases[0].context == "conv_size":
            assert len(values) >= min(5, len(catalogued)), (instance.values, catalogued)
    elif quantity.name.split(".")[0] in ("parameters", "trainable", "macs", "flops", "receptive_field"):
        tied = [
            {one.name for one in catalogued if str(one.value) == value} for value, count in values.items() if count > 1
        ]
        assert all(any(tie <= alike for alike in ALIKE) for tie in tied), (instance.values, tied)


def _named(instance: Instance, quantity: Quantity, wrong: numeric.WrongValue) -> None:
    """Typing the wrong value names the mistake, or the tie that brute force finds."""
    ties = {one.name for one in quantity.wrongs if _same(one.value, wrong.value)}
    typed = _typed(wrong.value)
    given: Any = (
        typed
        if len(instance.quantities) == 1
        else [typed if one is quantity else _typed(one.value) for one in instance.quantities]
    )
    marking = mark(instance, given, "en")
    assert marking.outcome == "wrong", (instance.values, quantity.name, wrong, marking)
    assert marking.mistake is not None
    assert set(marking.mistake["name"].split("|")) == ties, (instance.values, quantity.value, wrong, marking)


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) if isinstance(one, tuple) or isinstance(other, tuple) else equal(one, other)


def _typed(value: Any) -> str:
    if isinstance(value, tuple):
        return format_value(value)
    if isinstance(value, Fraction) and len(str(value)) > 40:
        return repr(float(value))
    return repr(value) if isinstance(value, float) else str(value)


def _replayed(instance: Instance) -> None:
    again = numeric.restored(instance.family, dict(instance.values))
    assert again is not None
    assert again.numbers == instance.numbers
    assert [one.value for one in again.quantities] == [one.value for one in instance.quantities]
    right = expected(instance)
    given = right if isinstance(right, list) else str(right)
    marking = mark(instance, given, "zh")
    assert marking.correct, (instance.values, right, marking)
    assert marking.expected == right


@pytest.mark.no_cover
@sampled
def test_the_same_seed_gives_the_same_instance(one_in: int) -> None:
    def check(card: Card) -> None:
        family = _family(card)
        one, two = (numeric.draw(family, Random(7), 20.0) for _ in range(2))
        assert one.values == two.values
        if family.vary and math.prod(len(domain) for domain in family.vary.values()) > 30:
            assert any(numeric.draw(family, Random(seed), 20.0).values != one.values for seed in range(6))

    assert failures(check, sample(SHIPPED, one_in)) == []


@pytest.mark.no_cover
def test_every_family_knows_two_mistakes() -> None:
    varied = [card for card in SHIPPED if _family(card).vary]
    ample = {card.id for card in varied if any(len(one.quantities[0].wrongs) >= 2 for one in _instances(card, 4))}
    assert not {card.id for card in varied} - ample


def test_a_range_of_families_is_shipped() -> None:
    kinds = {
        (
            str((_family(card).calc or {}).get("layer", _family(card).value)),
            asked.name,
            tuple(sorted(_family(card).vary)),
        )
        for card in SHIPPED
        for asked in _family(card).ask
    }
    assert len(kinds) >= 60


# ── drawing ──────────────────────────────────────────────────────────────────────────────────────────────────────

SIZE = Numeric(
    ask=(Asked("output_size"),),
    vary={"n": range(20, 65), "k": ("3", "5", "7"), "s": ("1", "2", "3"), "p": range(5), "d": range(1, 4)},
    where=("n + 2*p > d*(k-1) + 1",),
    calc={"layer": "conv2d", "input": ("8", "n", "n"), "out_channels": "8", "kernel_size": "k", "stride": "s",
          "padding": "p", "dilation": "d"},
)  # fmt: skip
PARAMETERS = Numeric(
    ask=(Asked("parameters"),),
    vary={"c": range(2, 40), "f": range(2, 40), "k": ("1", "3", "5"), "g": ("1", "2", "4"), "d": ("1", "2")},
    where=("c % g == 0", "f % g == 0"),
    calc={"layer": "conv2d", "input": ("c", "28", "28"), "out_channels": "f", "kernel_size": "k", "groups": "g",
          "dilation": "d"},
)  # fmt: skip
COST = Numeric(
    ask=(Asked("macs"),),
    vary={"c": ("8", "16", "24"), "f": ("10", "20"), "n": range(14, 30), "s": ("1", "2")},
    calc={"layer": "conv2d", "input": ("c", "n", "n"), "out_channels": "f", "kernel_size": "3", "stride": "s",
          "padding": "1", "bias": "false"},
)  # fmt: skip
OWN = Numeric(
    ask=(Asked("value", Text("updates", "更新次数")),),
    vary={"n": range(200, 3000), "b": ("16", "32", "64")},
    where=("n % b != 0",),
    value="ceil(n / b)",
    mistakes=(
        FamilyMistake("n // b", Text("the last batch of @{n % b} counts", "最后 @{n % b} 个也算一批")),
        FamilyMistake("n", Text("one update per batch", "每批更新一次")),
    ),
)
ROOT = Numeric(
    ask=(Asked("value"),),
    vary={"f": ("50", "128", "200", "288", "512")},
    value="sqrt(2 / f)",
    tolerance="1 %",
    mistakes=(
        FamilyMistake("2 / f", Text("take the root", "要开方")),
        FamilyMistake("sqrt(1 / f)", Text("ReLU: 2", "ReLU 要乘 2")),
    ),
)


@pytest.mark.no_cover
def test_a_stronger_memory_is_asked_larger_and_fuller_members() -> None:
    def mean(stability: float | None) -> float:
        drawn = [numeric.draw(PARAMETERS, Random(seed), stability) for seed in range(60)]
        return sum(len(one.quantities[0].wrongs) + math.log10(one.quantities[0].value) for one in drawn) / len(drawn)

    assert mean(None) < mean(14.0) < mean(200.0)


def test_large_numbers_do_not_cost_a_strong_memory_the_mistakes_that_are_told_apart() -> None:
    small, large = (numeric.draw(PARAMETERS, Random(seed)) for seed in (1, 2))
    telling = [SampleCandidate(small, 8, separate=8, coincide=0, count_ties=0, difficulty=1.0)] * 5
    blurred = [SampleCandidate(large, 8, separate=6, coincide=0, count_ties=0, difficulty=9.0)] * 5
    assert all(chosen([*telling, *blurred], Random(seed), 200.0) is small for seed in range(10))


@pytest.mark.no_cover
def test_sizes_tell_at_least_five_mistakes_apart() -> None:
    for seed in range(100):
        quantity = numeric.draw(SIZE, Random(seed), 30.0).quantities[0]
        applying, apart, coincide = numeric.distinguishable(quantity)
        assert coincide == 0
        assert apart >= 5
        assert applying >= apart


@pytest.mark.no_cover
def test_parameters_tell_all_their_mistakes_apart() -> None:
    for seed in range(100):
        applying, apart, coincide = numeric.distinguishable(numeric.draw(PARAMETERS, Random(seed)).quantities[0])
        assert (applying, coincide) == (apart, 0)


@pytest.mark.no_cover
def test_conditions_that_few_values_meet_are_met() -> None:
    rare = Numeric(
        ask=(Asked("value"),), vary={"a": range(1, 400), "b": range(1, 400)}, where=("a*b == 397*389",), value="a"
    )
    assert numeric.draw(rare, Random(1)).values["a"] in (389, 397)


def test_conditions_that_no_value_meets_are_reported() -> None:
    none = Numeric(ask=(Asked("value"),), vary={"a": range(1, 9)}, where=("a > 9",), value="a")
    with pytest.raises(DlquizError, match="no values meet the conditions"):
        numeric.draw(none, Random(1))


def test_an_instance_is_shown_again_after_the_family_was_edited() -> None:
    narrowed = Numeric(ask=OWN.ask, vary={"n": range(10, 20), "b": ("8",)}, value=OWN.value, mistakes=OWN.mistakes)
    again = numeric.restored(narrowed, {"n": 1000, "b": 64})
    assert again is not None
    assert again.quantities[0].value == 16
    assert numeric.restored(narrowed, {"n": 1000}) is None
    assert numeric.restored(narrowed, {"n": 1000, "b": "sixty"}) is None
    assert numeric.restored(narrowed, {"n": 1000, "b": None}) is None


def test_named_values_show_their_name_and_count_as_their_number() -> None:
    family = Numeric(ask=(Asked("value"),), vary={"n": ("10",), "w": {"fp16": "2", "fp32": "4"}}, value="n * w")
    instance = numeric.restored(family, {"n": 10, "w": "fp16"})
    assert instance is not None
    assert (instance.fill("@{n} in @{w}: @{n*w} B"), instance.quantities[0].value) == ("10 in fp16: 20 B", 20)


def test_a_word_is_an_argument_and_a_fraction_becomes_a_float() -> None:
    family = Numeric(
        ask=(Asked("output_shape"), Asked("parameters")), vary={"k": ("3",), "p": ("0.1",)},
        calc={"layer": "conv2d", "input": ("3", "9", "9"), "out_channels": "4", "kernel_size": "k", "padding": "same"},
    )  # fmt: skip
    instance = numeric.draw(family, Random(0))
    assert [one.value for one in instance.quantities] == [(4, 9, 9), 112]


def test_an_unknown_calculator_is_reported() -> None:
    family = Numeric(ask=(Asked("parameters"),), vary={}, calc={"layer": "conv9d", "input": ("3", "9", "9")})
    with pytest.raises(DlquizError, match="no layer 'conv9d'"):
        numeric.draw(family, Random(0))


# ── marking ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _of(family: Numeric, **values: Any) -> Instance:
    instance = numeric.restored(family, values)
    assert instance is not None
    return instance


SIZED = _of(SIZE, n=26, k=7, s=3, p=3, d=3)
COUNTED = _of(PARAMETERS, c=12, f=20, k=3, g=2, d=2)
COSTED = _of(COST, c=8, f=10, n=28, s=2)


@pytest.mark.parametrize(
    ("instance", "reply", "outcome", "correct", "mistake"),
    [
        (SIZED, "5", "right", True, None),
        (SIZED, 5, "right", True, None),
        (SIZED, "５", "right", True, None),
        (SIZED, "5x5", "right", True, None),
        (SIZED, "(8, 5, 5)", "right", True, None),
        (SIZED, "(26 + 6 - 19)//3 + 1", "right", True, None),
        (SIZED, "9", "wrong", False, "O5"),
        (SIZED, "9x9", "wrong", False, "O5"),
        (SIZED, "8", "wrong", False, "O7|O9"),
        (SIZED, "4", "wrong", False, "O2|O3|O6|O10"),
        (SIZED, "1000", "wrong", False, None),
        (SIZED, None, "wrong", False, None),
        (COUNTED, "1,100", "right", True, None),
        (COUNTED, "1.1k", "right", True, None),
        (COUNTED, "1080", "wrong", False, "P1"),
        (COUNTED, "1.08k", "wrong", False, "P1"),
        (COUNTED, "2160", "wrong", False, "P1+P6"),
        (COUNTED, "4400", "wrong", False, "unit:*4"),
        (COUNTED, "1.10k", "right", True, None),
        (COUNTED, "2.2k", "wrong", False, "P6"),
        (COUNTED, "2200", "wrong", False, "unit:*2"),
        (COSTED, "141,120", "right", True, None),
        (COSTED, "141k", "rounded", True, None),
        (COSTED, "0.14M", "rounded", True, None),
        (COSTED, "0.1M", "rounded", None, None),
        (COSTED, "282,240", "wrong", False, "F1"),
        (COSTED, "282k", "wrong", False, "F1"),
        (COSTED, "141120 MACs", "right", True, None),
        (COSTED, "282240 FLOPs", "other-convention", True, None),
        (COSTED, "720", "wrong", False, "F12"),
    ],
)
def test_marks_and_names_the_mistake(
    instance: Instance, reply: Any, outcome: str, correct: bool | None, mistake: str | None
) -> None:
    marking = mark(instance, reply, "en")
    assert (marking.outcome, marking.correct) == (outcome, correct)
    assert (marking.mistake["name"] if marking.mistake else None) == mistake
    assert (outcome in ("rounded", "other-convention")) == bool(marking.notes)


@pytest.mark.parametrize(("asked", "typed", "factor"), [("macs", "FLOPs", 2), ("flops", "MACs", Fraction(1, 2))])
@pytest.mark.parametrize("convention", [None, Text("one MAC: one product and sum", "乘加算一次")])
def test_the_other_count_is_wrong_unless_the_reply_says_what_it_counts(
    asked: str, typed: str, factor: Fraction, convention: Text | None
) -> None:
    """The prompt ends in MAC or FLOP, which leaves nothing open."""
    stated = Numeric((Asked(asked),), COST.vary, calc=COST.calc, convention=convention)
    instance = _of(stated, c=8, f=10, n=28, s=2)
    (quantity,) = instance.quantities
    assert quantity.unit == asked.upper().removesuffix("S")
    bare = mark(instance, str(quantity.value * factor), "en")
    assert (bare.outcome, bare.correct) == ("wrong", False)
    assert bare.mistake is not None
    assert numeric.mistake_name(bare.mistake["name"], "en") or bare.mistake["cure"]
    assert mark(instance, f"{quantity.value * factor} {typed}", "en").outcome == "other-convention"


def test_the_verdict_says_which_mistake_in_both_languages() -> None:
    one = _of(SIZE, n=224, k=7, s=2, p=3, d=1)
    en, zh = (mark(one, "109", language).mistake for language in ("en", "zh"))
    assert en is not None
    assert zh is not None
    assert en["text"] == (
        "109 is what you get when the padding is forgotten: the window slides over the padded input, n + 2p pixels"
    )
    assert zh["text"] == "漏掉了填充，就会得到 109：窗口是在填充之后的 n + 2p 个像素上滑动的"
    assert en["name"] == zh["name"] == "O1"


def test_a_familys_own_mistake_is_reported_with_the_values() -> None:
    instance = _of(OWN, n=1000, b=64)
    marking = mark(instance, "15", "en")
    assert marking.mistake is not None
    assert marking.mistake["name"] == "own:1"
    assert marking.mistake["text"] == "15: the last batch of 40 counts"
    assert mark(instance, "1000", "zh").mistake == {
        "name": "own:2", "what": "", "cure": "每批更新一次", "text": "1000：每批更新一次"}  # fmt: skip


def test_tolerance() -> None:
    instance = _of(ROOT, f=512)
    for reply in ("0.0625", "0.063", "1/16", "sqrt(2/512)", "6.25e-2", "6.25%"):
        assert mark(instance, reply, "en").outcome == "right", reply
    assert mark(instance, "0.06", "en").outcome == "rounded"
    mistake = mark(instance, "0.0442", "en").mistake
    assert mistake is not None
    assert mistake["name"] == "own:2"


def test_points_are_read_as_per_cent_and_called_points() -> None:
    family = Numeric(ask=(Asked("value"),), vary={"a": ("12",)}, value="a - 4", unit="percentage points")
    instance = _of(family, a=12)
    for reply in ("8", "8 %", "8%", "8 pp", "8 points", "8 percentage points", "8 个百分点", "0.08"):
        assert mark(instance, reply, "en").outcome == "right", reply
    assert numeric.question(instance, "en").asked[0].unit == "percentage points"
    assert numeric.question(instance, "zh").asked[0].unit == "个百分点"
    one = numeric.question(_of(family, a=5), "en").asked[0]
    assert SolvedQuantity(one, "1", "en").with_unit == "1 percentage point"
    assert mark(_of(family, a=5), "1 percentage point", "en").outcome == "right"


def test_a_percentage_reads_both_ways() -> None:
    family = Numeric(ask=(Asked("value"),), vary={"a": ("3",)}, value="100 * a / 8", unit="%")
    instance = _of(family, a=3)
    for reply in ("37.5", "37.5%", "0.375"):
        assert mark(instance, reply, "en").outcome == "right", reply
    assert mark(instance, "38%", "en").outcome == "rounded"


def test_shapes() -> None:
    family = Numeric(
        ask=(Asked("output_shape"),), vary={"h": ("28",), "w": ("20",)},
        calc={"layer": "conv2d", "input": ("3", "h", "w"), "out_channels": "16", "kernel_size": "3", "stride": "2"},
    )  # fmt: skip
    instance = _of(family, h=28, w=20)
    for reply in ("16x13x9", "(16, 13, 9)", "16 13 9", "1x16x13x9"):
        assert mark(instance, reply, "en").outcome == "right", reply
    assert mark(instance, [16, 13, 9], "en").outcome == "right"
    assert mark(instance, "13x9x16", "en").outcome == "other-convention"
    mistake = mark(instance, "16x26x9", "en").mistake
    assert mistake is not None
    assert mistake["name"] == "O8"
    assert expected(instance) == "(16, 13, 9)"


SEVERAL = Numeric(
    ask=(Asked("output_size", unit="px"), Asked("parameters"), Asked("macs", unit="MAC")),
    vary={"n": range(10, 40), "k": ("3", "5")},
    calc={"layer": "conv2d", "input": ("4", "n", "n"), "out_channels": "10", "kernel_size": "k", "stride": "2",
          "padding": "1"},
)  # fmt: skip


def test_several_quantities_are_marked_each_on_its_own() -> None:
    instance = _of(SEVERAL, n=15, k=3)
    right = [one.value for one in instance.quantities]
    assert right == [8, 370, 23040]
    assert mark(instance, right, "en").parts == (True, True, True)
    for line in ("8; 370; 23,040", "8, 370, 23040", "[8 370 23040]", "8；370；23040"):
        assert mark(instance, line, "en").correct, line
    marking = mark(instance, ["8", "360", "46080"], "en")
    assert (marking.outcome, marking.parts, marking.expected) == ("wrong", (True, False, False), right)
    assert marking.mistake is not None
    assert marking.mistake["name"] == "P1"
    with pytest.raises(replies.ReplyError, match="3 values are asked"):
        mark(instance, "8", "en")
    assert mark(instance, None, "en").parts == (False, False, False)


@pytest.mark.parametrize(
    ("reply", "en", "zh"),
    [
        ("20*(12//2*3*3 + 3)", "first difference: 20·3 stands where the formula has 20·1",
         "第一处不同：你写的是 20·3，公式中是 20·1"),
        ("20*12//2*3*3 + 20 + 7", "too much: 7", "多了 7"),
        ("19*(12//2*3*3 + 1)",
         "first difference: ⌊19 · 12 / 2⌋ · 3 · 3 stands where the formula has ⌊20 · 12 / 2⌋ · 3 · 3",
         "第一处不同：你写的是 ⌊19 · 12 / 2⌋ · 3 · 3，公式中是 ⌊20 · 12 / 2⌋ · 3 · 3"),
        ("20*(12//2*3*7 + 1)",
         "first difference: ⌊20 · 12 / 2⌋ · 3 · 7 stands where the formula has ⌊20 · 12 / 2⌋ · 3 · 3",
         "第一处不同：你写的是 ⌊20 · 12 / 2⌋ · 3 · 7，公式中是 ⌊20 · 12 / 2⌋ · 3 · 3"),
    ],
)  # fmt: skip
def test_the_first_term_that_differs_is_reported(reply: str, en: str, zh: str) -> None:
    for language, output in (("en", en), ("zh", zh)):
        marking = mark(COUNTED, reply, language)  # type: ignore[arg-type]
        assert (marking.outcome, marking.mistake, marking.notes) == ("wrong", None, (output,))


def test_a_factor_inside_a_quotient_is_found() -> None:
    marking = mark(_of(SIZE, n=60, k=5, s=2, p=2, d=1), "floor((60 + 2*2 - 11)/2) + 1", "en")
    assert marking.outcome == "wrong"
    assert marking.mistake or "11" in marking.notes[0]


def test_hints_tell_the_formula_then_the_numbers_and_never_the_answer() -> None:
    first, second = numeric.hints(_of(SIZE, n=60, k=5, s=2, p=2, d=1), "en")
    assert first == "H_out = W_out = floor((H + 2 · p - k) / s) + 1"
    assert second == "H_out = W_out = floor((60 + 2 · 2 - 5) / 2) + 1"
    first, second = numeric.hints(_of(OWN, n=1000, b=64), "zh")
    assert (first, second) == ("ceil(n / b)", "ceil(1000 / 64)")


@pytest.mark.no_cover
@sampled
def test_hints_of_a_written_working_are_its_beginning_and_leave_the_answer_out(one_in: int) -> None:
    def check(card: Card) -> None:
        for seed in range(2):
            instance = numeric.draw(_family(card), Random(seed))
            answers = {format_value(one.value) for one in instance.quantities}
            for language in ("en", "zh"):
                working = numeric.steps(instance, language)[0]["working"]
                *gentler, whole = numeric.hints(instance, language)
                hints = (*gentler, whole)
                assert all(working.startswith(hint.rstrip("$")) and hint.count("$") % 2 == 0 for hint in hints)
                assert all(len(hint) < len(whole) for hint in gentler)
                assert whole.rpartition("=")[2].strip(" $") not in answers

    worked = [card for card in SHIPPED if _family(card).working]
    assert failures(check, sample(worked, one_in)) == []


def test_mistakes_have_names_for_summaries() -> None:
    assert numeric.mistake_name("O5", "en") == "the dilation is forgotten"
    assert numeric.mistake_name("O2|O3", "zh") == "填充只加了一次，忘了加 1"
    assert all(numeric.mistake_name(name, "zh") for name in by_id())


@given(st.one_of(st.text(max_size=30), st.text("0123456789.,x*/+-()^kMG%;FLOPs", max_size=20), st.none(), st.integers(),
                 st.floats(), st.lists(st.integers(0, 9), max_size=4), st.booleans()),
       st.sampled_from([SIZED, COUNTED, COSTED, _of(ROOT, f=50), _of(SEVERAL, n=15, k=3)]))  # fmt: skip
def test_any_reply_is_marked_or_asked_again(reply: object, instance: Instance) -> None:
    for language in ("en", "zh"):
        try:
            marking = mark(instance, reply, language)
        except replies.ReplyError:
            continue
        assert marking.outcome in ("right", "other-convention", "rounded", "wrong")
        assert bool(marking.correct) == all(marking.parts)


@given(st.fractions(max_denominator=10**6))
def test_printed_numbers_read_back(value: Fraction) -> None:
    printed = format_value(value)
    assert float(Fraction(printed)) == pytest.approx(float(value), rel=1e-5)
    if "/" in printed or value.denominator in (1, 2, 4, 5, 8, 10, 100):
        assert Fraction(printed) == value


@pytest.mark.no_cover
@sampled
def test_the_working_is_written_as_a_person_would(one_in: int) -> None:
    """No floor division and no cases that do not hold; what is written still comes to the answer."""

    def check(card: Card) -> None:
        for seed in range(2):
            instance = numeric.draw(_family(card), Random(seed))
            (quantity,) = instance.quantities
            (step,) = instance.computed.steps(quantity.name)
            assert not re.search(r"//| if | else ", f"{step.formula} {step.numbers}")
            assert expressions.parse(step.formula).evaluate(instance.numbers) == pytest.approx(quantity.value)
            assert expressions.parse(step.numbers).evaluate({}) == pytest.approx(quantity.value, rel=1e-3)
            assert not any("//" in hint for hint in numeric.hints(instance, "en"))

    own_formulas = [card for card in SHIPPED if _family(card).value and len(_family(card).ask) == 1]
    assert failures(check, sample(own_formulas, one_in)) == []


def test_the_chinese_working_of_a_calculation_has_no_english_words() -> None:
    def check(card: Card) -> None:
        for step in numeric.steps(numeric.draw(_family(card), Random(1)), "zh"):
            assert set(re.findall(r"[a-z]{4,}", step["formula"])) <= {"floor", "ceil", "sqrt"}

    assert failures(check, (card for card in SHIPPED if _family(card).calc and not _family(card).working)) == []


def test_bytes_are_turned_into_gigabytes_under_that_name() -> None:
    """Not under the calculator's own name of the quantity, which no reader of the card knows."""
    (card,) = (one for one in SHIPPED if one.id == "activation-memory-checkpointed")
    instance = numeric.draw(_family(card), Random(1))
    english, chinese = numeric.steps(instance, "en"), numeric.steps(instance, "zh")
    assert [step["formula"] for step in english[1::2]] == ["bytes / 1024 ^ 3"] * 3
    assert [step["formula"] for step in chinese[1::2]] == ["字节数 / 1024 ^ 3"] * 3
