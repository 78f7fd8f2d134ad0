"""The rules on wording, options and computed questions: each with a card that breaks it and one that keeps it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.bank.checks.glossary import GLOSSARY, other_words
from dlquiz.bank.checks.report import check_bank
from dlquiz.bank.checks.wording import begins_with_vowel
from dlquiz.schema.problems import Problem

FAMILY = """\
  - id: two-factors
    kind: numeric
    question: {{en: "{en}", zh: "{zh}"}}
    convention: {{en: "{named}", zh: "{named}"}}
    vary: {{a: [2, 3, 5, 7], b: [11, 13, 17, 19]}}
    value: "{value}"
    ask: [{{name: value, en: product, zh: 乘积}}]
    mistakes:
      - {{value: "a + b", cure: {{en: "{cure}", zh: "{cure_zh}"}}}}
      - {{value: "{mistake}", cure: {{en: both factors count, zh: 两个因子都要乘}}}}
    {more}
"""
KEPT = {
    "en": "What is @{a} times @{b}?", "zh": "@{a} 乘 @{b} 等于多少？", "value": "a * b", "mistake": "b",
    "cure": "multiply, do not add", "cure_zh": "要相乘，不是相加", "more": "level: 1", "named": "a × b",
}  # fmt: skip

# What is written, and the rule that it breaks; the cards after each keep it.
FAMILIES: list[tuple[str, dict[str, str], list[dict[str, str]]]] = [
    ("equal-mistakes", {"mistake": "b + a + 0*b"}, [{"mistake": "2*a + b"}]),
    ("hint-is-answer", {"value": "b", "mistake": "a"}, [{"value": "b + 0*a", "mistake": "a"}]),
    ("hint-is-answer", {"more": 'working: {en: "$@{a*b}$", zh: "$@{a*b}$"}'},
     [{"more": 'working: {en: "$@{a}\\\\cdot@{b}$", zh: "$@{a}\\\\cdot@{b}$"}'},
      {"more": 'working: {en: "$@{a}\\\\cdot@{b}=@{a*b}$", zh: "$@{a}\\\\cdot@{b}$"}'}]),
    ("per-cent-without-unit", {"en": "How many per cent are @{a} times @{b}?"},
     [{"en": "How many per cent are @{a} times @{b}?", "more": 'unit: "%"'}, {"en": "What are @{a} % of @{b}?"}]),
    ("per-cent-without-unit", {"zh": "@{a} 乘 @{b} 是百分之几？"}, [{"zh": "@{a}% 乘 @{b} 是多少？"}]),
    ("one-answer", {"value": "1 if a < 7 or b < 17 else b", "mistake": "2"},
     [{"value": "1 if a < 3 else b", "mistake": "2"}]),
    ("article", {"en": "What is a @{b}×@{a} map?"}, [{"en": "A map of @{b}×@{a}?"}, {"en": "A @{a}×@{b} map?"}]),
    ("article", {"en": "An @{a}×@{b} map?"}, [{"en": "An 8×@{a} map of @{b}?"}]),
    ("cure-form", {"cure": "Multiply. Do not add."}, [{"cure": "multiply, do not add"}]),
    ("cure-form", {"cure_zh": "要相乘。"}, [{"cure_zh": "a·b，约为 2.5 倍"}]),
    ("unknown-letter", {"cure": "that is $q$, not the product"},
     [{"cure": "that is $@{a}$, not the product"}, {"cure": "that is $q$", "en": "What is q = @{a} times @{b}?"}]),
    ("unknown-letter", {"more": 'working: {en: "$ab = 4q$", zh: "$@{a}@{b}$"}'},
     [{"more": 'working: {en: "$qr = @{a}\\\\cdot @{b}$", zh: "$@{a}\\\\cdot @{b}$"}'}]),
    ("unknown-letter", {"named": "×"},
     [{"named": "×", "more": 'working: {en: "$@{a}\\\\cdot@{b}$", zh: "$@{a}\\\\cdot@{b}$"}'}]),
    ("other-word", {"zh": "@{a} 乘 @{b} 是几百万，跳距多少？"}, [{"zh": "@{a} 乘 @{b}，步进（jump）多少？"}]),
]  # fmt: skip

CHOICE = """\
  - id: one-choice
    kind: choice
    question: {{en: "Which one holds?", zh: 哪个对？}}
    options:
{options}
"""
WHY = "why: {en: no, zh: 不对}"


def found(tmp_path: Path, card: str, *, shipped: bool = True) -> list[Problem]:
    path = tmp_path / "deck.yaml"
    path.write_text(f"cards:\n{card}", encoding="utf-8")
    return list(check_bank([path], (), tmp_path if shipped else tmp_path / "elsewhere").problems)


def family(**changed: str) -> str:
    return FAMILY.format(**{**KEPT, **changed})


def test_a_family_that_keeps_all_rules_is_clean(tmp_path: Path) -> None:
    assert found(tmp_path, family()) == []


@pytest.mark.parametrize(("code", "broken", "kept"), FAMILIES, ids=[f"{n}-{one[0]}" for n, one in enumerate(FAMILIES)])
def test_a_family_that_breaks_a_rule(
    tmp_path: Path, code: str, broken: dict[str, str], kept: list[dict[str, str]]
) -> None:
    problems = found(tmp_path, family(**broken))
    assert {one.code for one in problems} == {code}, problems
    assert all(one.severity == "error" for one in problems)
    for good in kept:
        assert found(tmp_path, family(**good)) == []


def options(*texts: tuple[str, str, bool]) -> str:
    lines = (
        f"      - {{en: '{en}', zh: '{zh}', right: {str(right).lower()}, {WHY}}}" for en, zh, right in texts
    )  # fmt: skip
    return CHOICE.format(options="\n".join(lines))


def test_the_right_option_may_not_be_much_the_longest(tmp_path: Path) -> None:
    long = options(("yes, because it is scaled", "对", True), ("no", "错", False), ("never at all", "不", False))
    even = options(("yes, it is scaled", "对", True), ("no, it is shifted", "错", False), ("never", "不", False))
    several = options(
        ("yes, because it is scaled", "对", True), ("no", "错", False), ("b", "不", False), ("c", "丙", True)
    )
    assert [(one.code, one.place.line) for one in found(tmp_path, long)] == [("right-option-longest", 6)]
    assert found(tmp_path, even) == found(tmp_path, several) == []


def test_not_all_options_but_one_are_right(tmp_path: Path) -> None:
    two = [("a", "甲", True), ("b", "乙", True), ("c", "丙", False), ("d", "丁", False)]
    assert [one.code for one in found(tmp_path, options(*two[:3]))] == ["all-but-one-right"]
    assert found(tmp_path, options(*two)) == []
    assert found(tmp_path, options(*two[1:3])) == []


def test_questions_that_are_nearly_the_same_are_found_across_decks(tmp_path: Path) -> None:
    first = family()
    (tmp_path / "first.yaml").write_text(f"cards:\n{first}", encoding="utf-8")
    again = first.replace("two-factors", "other-factors")
    (tmp_path / "second.yaml").write_text(f"cards:\n{again}", encoding="utf-8")
    problems = check_bank([tmp_path / "first.yaml", tmp_path / "second.yaml"], (), tmp_path).problems
    assert [(one.code, one.card) for one in problems] == [("near-identical-question", "other-factors")]
    assert found(tmp_path, first + again) == []


def test_a_term_is_not_listed_against_itself() -> None:
    for language, terms in GLOSSARY.items():
        for term in terms:
            assert not list(other_words(language, term.write)), term


def test_code_and_formulas_may_have_other_words(tmp_path: Path) -> None:
    assert found(tmp_path, family(en="What is @{a} times @{b} in `F.normalize`?")) == []
    codes = [one.code for one in found(tmp_path, family(en="Normalize: what is @{a} times @{b}?"))]
    assert codes == ["other-word"]


TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip


def spoken(number: int) -> str:
    """The first word of a number as it is read out."""
    for power in (10**9, 10**6, 10**3, 100):
        if number >= power:
            return spoken(number // power)
    return UNITS[number] if number < 20 else TENS[number // 10]


@given(st.integers(1, 10**9))
def test_articles_follow_the_spoken_number(number: int) -> None:
    vowel = begins_with_vowel(str(number))
    hundreds = 1000 <= number < 10_000 and number // 100 in (11, 18)
    assert vowel == (None if hundreds else bool(re.match("[aeiou]", spoken(number)) and spoken(number) != "one"))
