"""Replies as people type them: a table of writings, round trips of every style, and nothing but told errors."""

from __future__ import annotations

import json
import math
from ast import literal_eval
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps import at_most

from dlquiz.cards import LANGUAGES, Text
from dlquiz.grading.reply import parse
from dlquiz.grading.reply.parse import Reading, ReplyError, read, split
from dlquiz.messages.quantities import CHINESE_UNITS, unit_label

ASKED: list[Any] = ["number", "count", "bytes", "ratio", "size", "shape"]


class Form(NamedTuple):
    writing: str
    asked: Any
    unit: str
    typed: str
    meaning: str


def _forms() -> list[Form]:
    forms: list[Form] = []
    writing, asked, unit = "", "", ""
    for line in Path(__file__).with_name("replies.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            writing, asked, unit = ([*map(str.strip, line[3:].split("|")), ""])[:3]
        elif "=>" in line:
            typed, _, meaning = line.rpartition(" =>")
            forms.append(Form(writing, asked, unit, typed, meaning.strip()))
    return forms


FORMS = _forms()


def test_the_table_is_as_long_as_people_are_inventive() -> None:
    assert len({form.writing for form in FORMS}) >= 60
    assert len(FORMS) >= 300
    assert len({(form.asked, form.unit, form.typed) for form in FORMS}) == len(FORMS)


@pytest.mark.parametrize("writing", dict.fromkeys(form.writing for form in FORMS))
def test_reads_as_meant(writing: str) -> None:
    for form in FORMS:
        if form.writing == writing:
            reads_as_meant(form)


def reads_as_meant(form: Form) -> None:
    if form.meaning == "!":
        with pytest.raises(ReplyError) as output:
            read(form.typed, form.asked, form.unit)
        assert output.value.reason.en
        assert output.value.reason.zh
        return
    value = read(form.typed, form.asked, form.unit).value
    wanted = Fraction(form.meaning) if "/" in form.meaning else literal_eval(form.meaning)
    assert value == wanted, form
    assert isinstance(value, float) == isinstance(wanted, float), form


# ── every value in every style reads back ────────────────────────────────────────────────────────────────────────


def _grouped(mark: str) -> Callable[[int], str]:
    return lambda value: f"{value:,}".replace(",", mark)


def _scaled(suffix: str, factor: int) -> Callable[[int], str]:
    """The value exactly, in thousands, millions …, with as many decimals as it needs."""

    def write(value: int) -> str:
        whole, rest = divmod(value, factor)
        decimals = f"{rest:0{len(str(factor)) - 1}d}".rstrip("0")
        return f"{whole}.{decimals}{suffix}" if decimals else f"{whole}{suffix}"

    return write


STYLES: dict[str, Callable[[int], str]] = {
    "plain": str,
    **{f"grouped by {mark!r}": _grouped(mark) for mark in ",_' \u202f\u00a0"},
    **{
        f"in {suffix}": _scaled(suffix, factor)
        for suffix, factor in {
            "k": 10**3, "K": 10**3, " M": 10**6, "G": 10**9, "T": 10**12, " million": 10**6, "B": 10**9,
            " billion": 10**9, "万": 10**4, " 亿": 10**8, "千": 10**3, "百万": 10**6,
            "万亿": 10**12, "k params": 10**3, "GFLOPs": 10**9,
            " MMACs": 10**6, "e3": 10**3, "E+6": 10**6, "*10^3": 10**3, "×10⁶": 10**6, " x 10**9": 10**9,
        }.items()
    },
    "in full width": lambda value: str(value).translate(dict(zip(range(48, 58), range(0xFF10, 0xFF1A), strict=True))),
    "grouped in full width": lambda value: f"{value:,}".replace(",", "，"),
    "about": lambda value: f"≈ {value}",
    "as a sum": lambda value: f"{value // 2} + {value - value // 2}",
    "as a product": lambda value: f"3*{value} - 2×{value}",
    "as a difference": lambda value: f"{value + 7}−7",
    "as a quotient": lambda value: f"{value * 3}/3",
    "in parentheses": lambda value: f"({value})",
    "as an equation": lambda value: f"{value} = {value:,}",
    "labelled": lambda value: f"total = {value}",
}  # fmt: skip


@given(st.one_of(st.integers(0, 10**5), st.integers(0, 10**23), st.integers(1, 10**9).map(lambda n: n * 1000)))
def test_any_count_in_any_style_reads_back(value: int) -> None:
    for name, write in STYLES.items():
        assert read(write(value), "count").value == value, (name, write(value))


@given(st.integers(0, 10**6), st.sampled_from(["Ki", "Mi", "Gi", "KiB", " MiB", "GiB", "gib"]))
def test_binary_prefixes_read_back(value: int, suffix: str) -> None:
    power = "kmgt".index(suffix.strip()[0].lower()) + 1
    reading = read(f"{value}{suffix}", "bytes")
    assert reading.value == value * 1024**power
    assert [one.value for one in reading.meanings if one.note == "decimal"] == [value * 1000**power]
    decimal = read(f"{value}{suffix.replace('i', '')}", "bytes")
    assert [one.value for one in decimal.meanings if one.note == "binary"] == [value * 1024**power]


@given(st.fractions(-10, 10, max_denominator=10**4), st.integers(0, 12))
def test_fractions_and_decimals_read_back(value: Fraction, places: int) -> None:
    assert read(f"{value.numerator}/{value.denominator}", "ratio").value == value
    exact = Fraction(round(value, places))
    written = f"{float(exact):.{places}f}"
    assert read(written, "ratio").value == Fraction(written)
    assert read(f"{written}%", "ratio").value == Fraction(written) / 100
    assert read(f"{written}%", "ratio", unit="%").value == Fraction(written)


@pytest.mark.parametrize("unit", CHINESE_UNITS)
def test_a_unit_is_read_back_as_it_is_shown_in_either_language(unit: str) -> None:
    for language in LANGUAGES:
        assert read(f"38.46 {unit_label(unit, language)}", "count", unit=unit).value == Fraction("38.46")


SHAPES: dict[str, Callable[[tuple[int, ...]], str]] = {
    "x": lambda axes: "x".join(map(str, axes)),
    " x ": lambda axes: " x ".join(map(str, axes)),
    "×": lambda axes: "×".join(map(str, axes)),
    "tuple": lambda axes: str(axes),
    "tight tuple": lambda axes: str(axes).replace(" ", ""),
    "list": lambda axes: str(list(axes)),
    "torch": lambda axes: f"torch.Size({list(axes)})",
    "commas": lambda axes: ", ".join(map(str, axes)),
    "blanks": lambda axes: " ".join(map(str, axes)),
    "full width": lambda axes: "（" + "，".join(map(str, axes)) + "）",
    "json": lambda axes: json.dumps(axes),
}


@given(st.lists(st.integers(1, 4096), min_size=2, max_size=5).map(tuple))
def test_any_shape_in_any_style_reads_back(axes: tuple[int, ...]) -> None:
    for name, write in SHAPES.items():
        assert read(write(axes), "shape").value == axes, (name, write(axes))
    assert read(list(axes), "shape").value == axes
    if len(axes) == 3:
        moved = (*axes[1:], axes[0])
        assert (axes, "channels-last") in [tuple(one) for one in read(str(moved), "shape").meanings]


def _not_tiny(value: float) -> bool:
    return value == 0 or abs(value) > 1e-20


@given(st.one_of(st.integers(-(10**15), 10**15), st.floats(-1e6, 1e6).filter(_not_tiny)), st.sampled_from(ASKED[:5]))
def test_json_numbers_read_back(value: float, asked: Any) -> None:
    assert math.isclose(float(read(value, asked).value), value, rel_tol=1e-12, abs_tol=1e-300)  # type: ignore[arg-type]


# ── nothing but the told error, and soon ─────────────────────────────────────────────────────────────────────────

ALPHABET = "0123456789.,'_ xX×*/+-^()[]%kMGTBie=~≈万亿千百½²√πsqrtFLOPMAC，（）１"


@given(st.one_of(st.text(max_size=60), st.text(ALPHABET, max_size=40)), st.sampled_from(ASKED),
       st.sampled_from(["", "%", "GB", "MiB", "ms", "tok/s", "px"]))  # fmt: skip
def test_random_text_raises_nothing_but_its_error(text: str, asked: Any, unit: str) -> None:
    try:
        reading = read(text, asked, unit)
    except ReplyError as output:
        _is_told(output)
        return
    assert isinstance(reading, Reading)
    assert reading.meanings
    for meaning in reading.meanings:
        values = meaning.value if isinstance(meaning.value, tuple) else (meaning.value,)
        assert all(isinstance(one, int | Fraction | float) and not isinstance(one, bool) for one in values)


def _is_told(output: ReplyError) -> None:
    assert output.reason.en
    assert output.reason.zh
    assert "\n" not in output.message


@given(st.recursive(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner), max_leaves=6),
       st.sampled_from(ASKED))  # fmt: skip
def test_any_json_raises_nothing_but_its_error(reply: object, asked: Any) -> None:
    try:
        read(reply, asked)
    except ReplyError as output:
        _is_told(output)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize(
    "text",
    ["1" * 10_000, "9**" * 3_000 + "9", "(" * 10_000, "9**9**9**9", "10^10^10", "2^(2^(2^(2^(2^2))))",
     "1x" * 5_000 + "1", "√" * 10_000, "²" * 10_000, "万" * 10_000, "1" + "万" * 400, "1" + "亿" * 400,
     "1e999999999", "1e" + "9" * 300, "," * 400, "1," * 200, " " * 10_000 + "1", "百分之" * 100, "=" * 400,
     "1=" * 200, "~" * 400, "(" * 250 + "1" + ")" * 250, "-" * 400 + "1", "½" * 100, "1 " * 200],
    ids=range(25),
)  # fmt: skip
def test_is_bounded(text: str, asked: Any) -> None:
    with at_most(150_000), pytest.raises(ReplyError):
        read(text, asked)


# ── what else a reading tells ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "asked", "resolution"),
    [
        ("9.4k", "count", 100),
        ("9.40k", "count", 10),
        ("9k", "count", 1000),
        ("1.8G", "count", 10**8),
        ("2557万", "count", 10**4),
        ("0.67", "ratio", Fraction(1, 100)),
        ("67%", "ratio", Fraction(1, 100)),
        ("1e9", "count", 10**9),
        ("25,600,000", "count", 10**5),
        ("9408", "count", None),
        ("110", "size", None),
        ("3*3*64", "count", None),
        ("-0.5", "number", Fraction(1, 10)),
        ("≈ 9.4k", "count", 100),
    ],
)
def test_knows_what_looks_rounded(typed: str, asked: Any, resolution: object) -> None:
    assert read(typed, asked).resolution == resolution


def test_keeps_arithmetic_that_was_typed() -> None:
    reading = read("3x3x64x128 + 128", "count")
    assert reading.expression is not None
    assert [term.evaluate({}) for _, term in reading.expression.terms()] == [73728, 128]
    assert read("7*7*3*64 = 9408", "count").expression is not None
    assert read("-4", "number").expression is None
    assert read("9.4k", "count").expression is None


@pytest.mark.parametrize(
    ("typed", "output"),
    [("0,25", "decimal point"), ("3;4", "one number"), ("1,2,3", "one number")],
)
def test_asks_for_one_number_or_for_a_decimal_point(typed: str, output: str) -> None:
    with pytest.raises(ReplyError, match=output):
        read(typed, "ratio")


def test_names_may_be_used_where_they_are_given() -> None:
    assert read("(n + 2*p - k)//s + 1", "size", names={"n": 224, "p": 3, "k": 7, "s": 2}).value == 112
    with pytest.raises(ReplyError):
        read("(n + 2*p - k)//s + 1", "size")


def test_tells_the_unit_that_was_typed() -> None:
    units = [
        ("4.1 GFLOPs", "flop"),
        ("4.1G MACs", "mac"),
        ("8 bits", "bit"),
        ("7GB", "byte"),
        ("9 params", "parameter"),
    ]
    for typed, unit in units:
        assert read(typed, "count").unit == unit


@pytest.mark.parametrize(
    ("line", "count", "parts"),
    [
        ("112; 9,408", 2, ["112", "9,408"]),
        ("112；9，408", 2, ["112", "9,408"]),
        ("56, 9408", 2, ["56", "9408"]),
        ("[56, 9408, 3]", 3, ["56", "9408", "3"]),
        ("56 9408", 2, ["56", "9408"]),
        ("222、111、109", 3, ["222", "111", "109"]),
        ("56", 1, ["56"]),
    ],
)
def test_splits_one_line_of_several_values(line: str, count: int, parts: list[str]) -> None:
    assert split(line, count) == parts


def test_says_how_many_values_it_wants() -> None:
    with pytest.raises(ReplyError, match="3 values are asked"):
        split("56", 3)


def test_a_usual_reply_is_read_in_few_steps() -> None:
    with at_most(2_000):
        read("3*3*64*128 + 128", "count")
    assert parse.MAX_LENGTH < 10_000


@pytest.mark.parametrize(
    ("asked", "unit", "known"),
    [("ratio", "%", "points"), ("count", "days", "weeks"), ("bytes", "GiB", "MiB"), ("count", "", "million")],
)
def test_an_unknown_unit_is_answered_by_those_that_are_known(asked: Any, unit: str, known: str) -> None:
    with pytest.raises(ReplyError) as found:
        read("3 furlongs", asked, unit)
    assert known in str(found.value.reason.en)
    assert known in str(found.value.reason.zh)


def _reason(typed: str) -> Text:
    with pytest.raises(ReplyError) as output:
        read(typed, "count")
    return output.value.reason


@pytest.mark.parametrize(
    ("typed", "sign"),
    [
        ("x", "x"),
        ("3/×4", "×"),
        ("3*/4", "/"),
        ("2/^3", "^"),
        ("3 - x 4", "x"),
        ("3/by 4", "by"),
        ("3 * * 4", "*"),
        ("8 / / 2", "/"),
    ],
)
def test_a_sign_that_cannot_stand_there_is_shown_as_it_was_typed(typed: str, sign: str) -> None:
    reason = _reason(typed)
    assert reason.en == f'cannot read it: expected a number or a name, found "{sign}"'
    assert reason.zh == f'这个算式读不懂：这里应有数或名字，却是 "{sign}"'


@pytest.mark.parametrize(
    ("typed", "en", "zh"),
    [
        ("1/0", "cannot work it out: a division by zero", "这个算式算不出来：除以了 0"),
        ("log(0)", "cannot work it out: log of 0 does not exist", "这个算式算不出来：0 的 log 不存在"),
        ("(1", 'cannot read it: expected ")" to close "(", found the end', '读不懂：与 "(" 配对的应是 ")"，却是结尾'),
    ],
)
def test_arithmetic_that_cannot_be_read_or_worked_out_says_why_in_both_languages(typed: str, en: str, zh: str) -> None:
    reason = _reason(typed)
    assert (reason.en, (reason.zh or "")[-len(zh) :]) == (en, zh)
