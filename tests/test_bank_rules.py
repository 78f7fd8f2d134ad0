"""The rules of a good card: each is broken once and found where it was broken; and the words behind cues."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz import bank
from dlquiz.bank.checks import cues, style
from dlquiz.bank.checks.report import SHIPPED_ONLY, STYLE, check_bank
from dlquiz.bank.checks.similar_questions import MAX_HOLDERS, near_pairs, tokens
from dlquiz.bank.files import is_deck
from dlquiz.cards import Numeric
from dlquiz.grading.open_answer.cue_rows import matches
from dlquiz.grading.open_answer.phrases import Reply
from dlquiz.numeric.instance import holds
from dlquiz.schema.problems import Problem

GOOD = """\
cards:
  - id: padding-why
    kind: open
    question: {en: Why does a convolution layer pad its input?, zh: 卷积层为什么要做填充？}
    answer:
      en: "Without it the map shrinks by $k-1$ in every layer, and the border is seen less often."
      zh: "不填充时每层都会缩小 $k-1$，边缘也更少被看到。"
    points:
      - {en: the map shrinks, zh: 特征图缩小, cues: {en: [shrink], zh: [缩小]}}
      - {en: the border counts less, zh: 边缘被忽略, cues: {en: [border], zh: [边缘]}}
    level: 1
    weight: 3
    source: [d0-24.1]
    references: ["Dumoulin & Visin 2016, arXiv:1603.07285"]
  - id: conv-side
    kind: numeric
    question: {en: "The side for @{n}, @{k} and stride @{s}?", zh: "@{n}、@{k}、步幅 @{s} 的输出边长？"}
    vary: {n: 13..64, k: [3, 5, 7], s: [2, 3]}
    calc: {layer: conv2d, input: [8, n, n], out_channels: 8, kernel_size: k, stride: s}
    ask: output_size
  - id: pool-kinds
    kind: choice
    question: {en: Which one keeps the largest value?, zh: 哪一种保留最大值？}
    options:
      - {en: max pooling, zh: 最大池化, right: true}
      - {en: average pooling, zh: 平均池化, right: false, why: {en: it averages, zh: 它取平均}}
"""

# rule → what is written instead of what, and the line and column at which it must be told
BROKEN: list[tuple[str, str, str, tuple[int, int]]] = [
    ("missing-language", ", zh: 哪一种保留最大值？", "", (23, 15)),
    ("missing-language", ", zh: 它取平均", "", (26, 60)),
    ("missing-cues", "cues: {en: [shrink], zh: [缩小]}", "cues: {en: [shrink]}", (9, 48)),
    ("cue-not-in-answer", "[shrink]", "[decrease]", (9, 53)),
    ("cue-not-in-answer", "[边缘]", "[角落]", (10, 74)),
    ("cue-in-question", "[border]", "[border, convol]", (10, 69)),
    ("cue-in-question", "[缩小]", "[缩小, 填充]", (9, 72)),
    ("cue-unreadable", "[缩小]", "[缩小, 图|都 变小]", (9, 72)),
    ("cue-unreadable", "[shrink]", "[shrink, small|the_map_is_made_smaller]", (9, 62)),
    ("cue-unreadable", "[shrink]", '[shrink, "size|f(n minus"]', (9, 62)),
    ("answer-repeats-question", '"Without it', '"Why does a convolution layer pad its input? Without it', (6, 11)),
    ("answer-repeats-question", '"不填充', '"卷积层为什么要做填充。不填充', (7, 11)),
    ("answer-too-long", "seen less often.", "seen less often. " + "Really. " * 160, (6, 11)),
    ("reference-without-year", "2016, arXiv", "arXiv", (14, 18)),
    ("formula", '"不填充时每层都会缩小 $k-1$', '"不填充时每层都会缩小 $\\\\frac{k$', (7, 25)),
    ("half-width", "，边缘", ", 边缘", (7, 28)),
    ("half-width", "，边缘", "（x),边缘", (7, 31)),
    ("half-width", "填充？", "填充?", (4, 78)),
    ("wrong-option-without-why", ", why: {en: it averages, zh: 它取平均}", "", (26, 9)),
    (
        "near-identical-question",
        "Which one keeps the largest value?",
        "Why does a convolution layer pad its own input?",
        (23, 20),
    ),
    ("near-identical-question", "哪一种保留最大值？", "卷积层为什么要做填充呢？", (23, 60)),
    ("figure", "    level: 1\n", "    level: 1\n    figure: {kind: receptive-feeld, layers: [[3, 1]]}\n", (12, 13)),
    ("figure", "    level: 1\n", "    level: 1\n    figure: {kind: receptive-field, layers: none}\n", (12, 13)),
    ("cannot-be-asked", "layer: conv2d", "layer: conv2e", (19, 11)),
    ("cannot-be-asked", "stride: s}", "strides: s}", (19, 11)),
    ("cannot-be-asked", "vary: {n: 13..64", "where: [n > 99]\n    vary: {n: 13..64", (19, 11)),
    ("cannot-be-asked", "ask: output_size", "ask: outputs_size", (19, 11)),
]


def checked(tmp_path: Path, text: str, *, shipped: bool = True) -> tuple[Problem, ...]:
    path = tmp_path / "deck.yaml"
    path.write_text(text, encoding="utf-8")
    return check_bank([path], (), tmp_path if shipped else tmp_path / "elsewhere").problems


def test_the_good_deck_is_clean(tmp_path: Path) -> None:
    assert checked(tmp_path, GOOD) == ()


@pytest.mark.parametrize(("code", "old", "new", "place"), BROKEN, ids=[f"{n}-{one[0]}" for n, one in enumerate(BROKEN)])
def test_a_broken_rule_is_found(tmp_path: Path, code: str, old: str, new: str, place: tuple[int, int]) -> None:
    assert old in GOOD
    output = [one for one in checked(tmp_path, GOOD.replace(old, new, 1)) if one.code == code]
    assert [(one.place.line, one.place.column) for one in output][:1] == [place], output
    assert all(one.severity == "error" for one in output)


def test_open_cards_need_points_and_an_answer(tmp_path: Path) -> None:
    for start, code in (("    points:", "open-without-points"), ("    answer:", "open-without-answer")):
        lines = GOOD.splitlines(keepends=True)
        first = lines.index(f"{start}\n")
        text = "".join(lines[:first] + lines[first + 3 :])
        assert code in {one.code for one in checked(tmp_path, text)}


def test_a_mistake_that_always_gives_the_answer_is_found(tmp_path: Path) -> None:
    text = GOOD.replace(
        "ask: output_size",
        "ask: output_size\n    mistakes: [{value: (n - k) // s + 1, when: n > 0, cure: {en: a, zh: 甲}}]",
    )
    assert "mistake-gives-answer" in {one.code for one in checked(tmp_path, text)}


def test_a_cue_that_says_nothing_is_found(tmp_path: Path) -> None:
    card = "  - {{id: c-{n}, kind: open, question: {{en: What {n}?, zh: 什么 {n}？}}, answer: {{en: {a}, zh: 甲}}}}\n"
    for common, expected in ((4, True), (3, False)):
        others = "".join(card.format(n=number, a="it shrinks" if number < common else "x") for number in range(12))
        found = {one.code for one in checked(tmp_path, GOOD + others)}
        assert ("cue-too-common" in found) == expected


def test_numeric_siblings_may_ask_alike(tmp_path: Path) -> None:
    lines = GOOD.splitlines(keepends=True)
    start = lines.index("  - id: conv-side\n")
    sibling = "".join(lines[start : start + 6]).replace("conv-side", "conv-rows").replace("output_size", "parameters")
    assert checked(tmp_path, GOOD + sibling) == ()


def test_a_persons_own_deck_is_only_warned(tmp_path: Path) -> None:
    own = GOOD.replace(", zh: 哪一种保留最大值？", "").replace("[border]", "[border, convol]").replace("2016, ", "")
    (problem,) = checked(tmp_path, own, shipped=False)
    assert (problem.code, problem.severity) == ("cue-in-question", "warning")


def test_a_persons_own_deck_is_checked_for_style_only_when_asked(tmp_path: Path) -> None:
    own = (
        GOOD.replace(", why: {en: it averages, zh: 它取平均}", "")
        .replace(", zh: 哪一种保留最大值？", "")
        .replace("2016, ", "")
    )
    path = tmp_path / "deck.yaml"
    path.write_text(own, encoding="utf-8")
    elsewhere = tmp_path / "elsewhere"
    assert check_bank([path], (), elsewhere).problems == ()
    found = check_bank([path], (), elsewhere, with_style=True).problems
    assert {one.code for one in found} == {"wrong-option-without-why", "reference-without-year"}
    assert {one.severity for one in found} == {"warning"}
    shipped = check_bank([path], (), tmp_path).problems
    assert {one.code for one in shipped} == {one.code for one in found} | {"missing-language"}


def test_every_matter_of_style_is_found_somewhere() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(style.__file__).parent.glob("*.py"))
    assert all(sources.count(f'"{code}"') > 1 for code in STYLE | SHIPPED_ONLY)


def test_all_that_takes_time_is_progress(tmp_path: Path) -> None:
    """The style of cards and decks too, which takes longer than the numbers."""
    path, seen = tmp_path / "deck.yaml", list[tuple[int, int]]()
    path.write_text(GOOD, encoding="utf-8")
    report = check_bank([path], (), tmp_path, lambda done, total: seen.append((done, total)))
    checks = 2 * len(report.cards) + len({card.deck for card in report.cards}) + 1
    assert seen == [(number, checks) for number in range(checks)]


def test_a_check_does_nothing_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer is indexed once for all cues of its deck, and the conditions of a family are asked once of values."""
    indexed, asked = list[str](), list[tuple[object, ...]]()

    def index(text: str) -> Reply:
        indexed.append(text)
        return Reply(text)

    def ask(family: Numeric, numbers: Mapping[str, Any]) -> bool:
        asked.append((family.where, *numbers.values()))
        return holds(family, numbers)

    cues.indexed.cache_clear()
    monkeypatch.setattr(cues, "Reply", index)
    monkeypatch.setattr("dlquiz.numeric.sampling.holds", ask)
    path = tmp_path / "deck.yaml"
    few = GOOD.replace("    calc:", '    where: ["(n - k) % s == 1"]\n    calc:').replace("13..64", "13..19")
    path.write_text(few, encoding="utf-8")
    check_bank([path], (), tmp_path)
    assert len(indexed) == len(set(indexed)) == 4
    assert len(asked) == len(set(asked)) > 20


def test_ids_of_other_banks_are_known_when_one_file_is_checked(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "more.yaml").write_text("cards: [{id: deeper-card, kind: open, question: {en: a?}, answer: {en: b}}]")
    path = tmp_path / "deck.yaml"
    path.write_text(GOOD.replace("level: 1", "level: 1\n    then: [deeper-card]"), encoding="utf-8")
    assert check_bank([path], [other, path], tmp_path / "nowhere").problems == ()
    assert {one.code for one in check_bank([path], [], tmp_path / "nowhere").problems} == {"then-dangles"}


@given(st.lists(st.frozensets(st.sampled_from("abcdefghij"), min_size=1), max_size=12))
def test_near_pairs_are_those_of_every_pair_compared(sets: list[frozenset[str]]) -> None:
    every = {
        (first, second)
        for second in range(len(sets))
        for first in range(second)
        if len(sets[first] & sets[second]) >= 0.8 * len(sets[first] | sets[second])
    }
    assert set(near_pairs(sets, 0.8)) == every


@pytest.mark.no_cover
def test_questions_of_one_template_are_not_compared_all_with_all() -> None:
    template = "what is the meaning of number {} here and now"
    near = list(near_pairs([frozenset(template.format(number).split()) for number in range(1_000)], 0.8))
    assert {second for _, second in near} == set(range(1, 1_000))
    assert max(first for first, _ in near) < MAX_HOLDERS


def test_tokens_do_not_depend_on_case_width_or_spelling() -> None:
    assert tokens("Batch Normalisation？") == tokens("batch normalization")
    assert tokens("卷积") == {"卷积"}


# -- cues --------------------------------------------------------------------------------------------------------------

WORDS = st.text("abcdefgh", min_size=4, max_size=8)


@given(WORDS, WORDS, WORDS)
def test_a_cue_is_a_stem_at_the_start_of_a_word(before: str, stem: str, ending: str) -> None:
    assert matches(stem.upper(), Reply(f"{before} {stem}{ending}."))
    assert not matches(f"q{stem}", Reply(f"{before} {stem}{ending}"))
    assert not matches(stem, Reply(f"q{stem}"))
    assert matches(f"{before} {stem}", Reply(f"the {before}s-{stem}{ending}"))


@given(st.text(max_size=12), st.text(max_size=30))
def test_any_cue_can_be_asked_of_any_text(cue: str, text: str) -> None:
    assert matches(cue, Reply(text)) in (True, False)


@given(st.integers(0, 9999), st.integers(0, 9999))
def test_numbers_stand_whole(one: int, other: int) -> None:
    assert matches(str(one), Reply(f"it is {other}.")) == (one == other)
    assert not matches(f"{one}.5", Reply(f"it is {other}{one}.55"))


@pytest.mark.parametrize(
    ("cue", "text"),
    [
        ("1/4", r"at most $\frac{1}{4}$"),
        ("1/4", "¼"),
        ("0.25", "０．２５"),
        ("9408", "9,408 parameters"),
        ("σ^2", r"$\sigma^2$"),
        ("sigma", "σ²"),
        ("zero-centred", "zero centered outputs"),
        ("normalis", "Normalization"),
        ("sqrt", r"$\sqrt{d_k}$"),
        ("逐层 相乘", "逐层相乘"),
        ("sigmoid的导数", "sigmoid 的导数"),
        ("批归一化", "做批归一化（Batch Normalization）"),
        ("p", "when p is small"),
        ("max", "the max of it"),
        ("unit", "two units"),
        ("1-p", "scaled by 1−p"),
    ],
)
def test_cues_see_through_writing(cue: str, text: str) -> None:
    assert matches(cue, Reply(text))


@pytest.mark.parametrize(
    ("cue", "text"),
    [
        ("max", "softmax"),
        ("max", "maximal"),
        ("p", "pooling"),
        ("log", "logits"),
        ("0.25", "0.255"),
        ("10", "10.5"),
        ("", "anything"),
        ("flat", "inflate"),
    ],
)
def test_cues_do_not_see_what_is_not_there(cue: str, text: str) -> None:
    assert not matches(cue, Reply(text))


# -- the schema --------------------------------------------------------------------------------------------------------


def test_the_schema_beside_the_decks_is_the_one_that_is_printed() -> None:
    from dlquiz.bank.json_schema import schema

    assert json.loads((bank.shipped_questions() / "schema.json").read_text(encoding="utf-8")) == schema()


@pytest.mark.no_cover
def test_the_schema_accepts_what_loads_and_refuses_what_does_not() -> None:
    import yaml
    from jsonschema import Draft202012Validator
    from test_bank_problems import CASES

    from dlquiz.bank.json_schema import schema

    Draft202012Validator.check_schema(schema())
    judge = Draft202012Validator(schema())
    decks = sorted(filter(is_deck, bank.shipped_questions().glob("*.yaml")))
    for path in decks[::3]:
        assert not list(judge.iter_errors(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader))), path
    structural = {
        "unknown-field",
        "field-of-another-kind",
        "missing-field",
        "out-of-range",
        "unknown-kind",
        "not-a-list",
        "not-a-card-id",
    }
    seen = set()
    for code, data in CASES:
        if code in structural and isinstance(data, str):
            # Not all of them: that a family needs `ask` beside `calc`, for one, is left to the check.
            refused = list(judge.iter_errors(yaml.load(textwrap.dedent(data), yaml.CSafeLoader)))
            seen |= {code} if refused else set()
    assert seen == structural
