"""Every kind of problem a bank file can have is told at its line and column, with what to do; nothing ever raises."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from dlquiz import bank
from dlquiz.bank.deck_file import read_deck
from dlquiz.bank.loader import joined
from dlquiz.cards import Cloze, Hole
from dlquiz.schema.problems import Problem

OPEN = """
    cards:
      - id: a-card
        kind: open
        question: {en: Why?, zh: 为什么？}
        answer: {en: Because., zh: 因为。}
"""
CHOICE = """
    cards:
      - id: a-card
        kind: choice
        question: {en: Which?, zh: 哪一个？}
        options:
          - {en: one, zh: 一, right: true}
          - {en: two, zh: 二, right: false, why: {en: no, zh: 不对}}
"""
CLOZE = """
    cards:
      - id: a-card
        kind: cloze
        text: {en: "x is @{1}", zh: "x 是 @{1}"}
        holes: [{answer: y}]
"""
NUMERIC = """
    cards:
      - id: a-card
        kind: numeric
        question: {en: "Side for @{n} and @{k}?", zh: "@{n} 与 @{k}？"}
        vary: {n: 7..64, k: [3, 5]}
        where: ["n > k"]
        calc: {layer: conv2d, input: [3, n, n], out_channels: 8, kernel_size: k}
        ask: output_size
"""
VALUE = """
    cards:
      - id: a-card
        kind: numeric
        question: {en: "Sigmoid at @{x}?", zh: "@{x}？"}
        vary: {x: [0, 1, 2]}
        value: "1 / (1 + exp(-x))"
        tolerance: 1 %
        mistakes:
          - {value: "exp(-x)", cure: {en: divide, zh: 要除}}
          - {value: "1 + exp(-x)", cure: {en: invert, zh: 要取倒数}}
"""


def put(base: str, old: str, new: str) -> str:
    assert old in base, old
    return base.replace(old, new, 1)


def more(base: str, line: str) -> str:
    """One more field for the last card."""
    return base.rstrip(" \n") + f"\n        {line}\n"


def second(base: str) -> str:
    """The card as another one below the first."""
    return base.replace("\n    cards:", "").replace("id: a-", "id: b-")


# code that must be told → the file
CASES: list[tuple[str, str | bytes]] = [
    # the file as such
    ("not-utf-8", b"cards:\n  - id: a\xe9b\n"),
    ("utf-16", "cards: []".encode("utf-16")),
    ("control-character", "cards:\n  - id: a\x07b\n"),
    ("file-too-large", b"x" * 32_000_001),
    ("text-too-long", put(OPEN, "Because.", "x" * 50_000)),
    ("too-deep", "cards: " + "[" * 40 + "]" * 40),
    ("empty-file", "\n\n"),
    ("not-a-deck", "- id: a-card\n"),
    ("no-cards", "deck: x\ntitle: {en: X, zh: X}\n"),
    ("several-documents", OPEN + "\n---\ncards: []\n"),
    ("directive", "%YAML 1.1\n---\ncards: []\n"),
    # YAML's traps
    ("tab", "cards:\n\t- id: x\n"),
    ("duplicate-key", more(OPEN, "kind: open")),
    ("anchor", put(OPEN, "Because.", "&a Because.")),
    ("anchor", "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ncards: [*c, *c]\n"),
    ("alias", put(put(OPEN, "Why?", "&why Why?"), "Because.", "*why")),
    ("tag", put(OPEN, "Because.", "!!python/object:os.system x")),
    ("merge-key", put(OPEN, "kind: open", "<<: {kind: open}\n        kind: open")),
    ("key-not-a-word", put(OPEN, "kind: open", "[a, b]: open\n        kind: open")),
    ("escape", put(OPEN, "Because.", r'"$\frac{1}{2}$"')),
    ("escape", put(OPEN, "Because.", r'"$\qquad$"')),
    ("quote-not-closed", put(OPEN, "Why?", '"Why?')),
    ("bracket-not-closed", put(OPEN, "zh: 因为。}", "zh: 因为。")),
    ("bracket-too-many", put(OPEN, "kind: open", "kind: ]")),
    ("template-not-quoted", put(NUMERIC, '"Side for @{n} and @{k}?"', "Side for @{n}?")),
    ("bracket-not-quoted", put(OPEN, "Because.", "x {y}")),
    ("at-sign", put(NUMERIC, '{en: "Side for @{n} and @{k}?", zh: "@{n} 与 @{k}？"}', "\n          en: @{n} and @{k}")),
    ("percent", more(NUMERIC, "unit: %")),
    ("backtick", more(OPEN, "pitfall: `x`")),
    ("colon-not-quoted", put(OPEN, "{en: Because., zh: 因为。}", "\n          en: softmax: a map")),
    ("indentation", OPEN + "         level: 1\n"),
    ("comma-not-quoted", put(OPEN, "Because.", "Because, of that")),
    ("text-cut-at-comment", put(OPEN, "{en: Because., zh: 因为。}", "\n          en: Because # of that")),
    # the head
    ("unknown-field", "titel: {en: X}\n" + textwrap.dedent(OPEN)),
    ("not-a-deck-name", "deck: two words\n" + textwrap.dedent(OPEN)),
    ("unknown-language", "language: fr\n" + textwrap.dedent(OPEN)),
    ("not-a-list", "cards: {id: x}\n"),
    ("not-a-card", "cards:\n  - just a text\n"),
    # any card
    ("missing-field", put(OPEN, "id: a-card\n        ", "")),
    ("missing-field", put(OPEN, "kind: open\n        ", "")),
    ("missing-field", put(OPEN, "question: {en: Why?, zh: 为什么？}\n        ", "")),
    ("missing-field", put(OPEN, "answer: {en: Because., zh: 因为。}", "level: 1")),
    ("not-a-card-id", put(OPEN, "a-card", "A_Card")),
    ("duplicate-id", OPEN + OPEN.replace("\n    cards:", "")),
    ("unknown-kind", put(OPEN, "kind: open", "kind: clozed")),
    ("unknown-field", more(OPEN, "pitfal: {en: x}")),
    ("unknown-field", put(OPEN, "zh: 因为。", "cn: 因为。")),
    ("field-of-another-kind", more(OPEN, "holes: [{answer: x}]")),
    ("empty", more(OPEN, "pitfall:")),
    ("empty", put(OPEN, "Because.", '""')),
    ("not-a-text", put(OPEN, "Because.", "[a, b]")),
    ("no-language", put(OPEN, "{en: Because., zh: 因为。}", "Because.")),
    ("no-text", put(OPEN, "{en: Because., zh: 因为。}", "{}")),
    ("not-an-integer", more(OPEN, "level: basic")),
    ("not-an-integer", more(OPEN, "level: 1e0")),
    ("out-of-range", more(OPEN, "weight: 9")),
    ("not-a-number", more(OPEN, "usual_seconds: 1:30")),
    ("not-a-list", more(OPEN, "tags: gradient")),
    ("not-a-tag", more(OPEN, "tags: [two words]")),
    ("repeated", more(OPEN, "tags: [a, a]")),
    ("line-too-long", more(OPEN, f"references: [{'x' * 400}]")),
    ("not-a-map", more(OPEN, "figure: picture.png")),
    ("too-few", more(OPEN, "points: [{en: one, zh: 一}]")),
    ("too-many", more(OPEN, f"points: [{', '.join(f'{{en: p{n}}}' for n in range(7))}]")),
    ("not-a-map", more(OPEN, "points: [{en: a, cues: word}, {en: b}]")),
    ("no-core-point", more(OPEN, "points: [{en: a, core: false}, {en: b, core: false}]")),
    ("not-true-or-false", more(OPEN, "points: [{en: a, core: 1}, {en: b}]")),
    ("not-a-cue", more(OPEN, "points: [{en: a, cues: {en: [same|, other]}}, {en: b}]")),
    ("not-a-cue", more(OPEN, "points: [{en: a, cues: {en: [same | kept]}}, {en: b}]")),
    ("not-a-cue", more(OPEN, "points: [{en: a, cues: {en: [size same|!kept]}}, {en: b}]")),
    ("not-a-cue", more(OPEN, "points: [{en: a, cues: {en: [size batch_|layer]}}, {en: b}]")),
    ("not-a-cue", more(OPEN, "points: [{en: a, cues: {en: [size ! kept]}}, {en: b}]")),
    ("not-a-cue", more(OPEN, "points: [{en: a, cues: {en: ['!kept !same']}}, {en: b}]")),
    ("tag", more(OPEN, "points: [{en: a, cues: {en: [!kept same]}}, {en: b}]")),
    ("then-dangles", more(OPEN, "then: [a-cart]")),
    ("then-itself", more(OPEN, "then: [a-card]")),
    ("then-circles", more(OPEN, "then: [b-card]") + second(more(OPEN, "then: [a-card]"))),
    ("formerly-alive", OPEN + second(more(OPEN, "formerly: [a-card]"))),
    ("formerly-itself", more(OPEN, "formerly: [a-card]")),
    ("replaces-nothing", more(OPEN, "replaces: a-card")),
    ("replaces-another", more(OPEN, "replaces: b-card")),
    ("not-a-month", more(OPEN, "checked: 2026-13")),
    ("not-a-month", more(OPEN, "checked: November")),
    ("not-true-or-false", more(OPEN, "draft: yes")),
    ("not-a-fingerprint", more(OPEN, "replaced_text: yes")),
    # choice
    ("no-right-option", put(CHOICE, "right: true", "right: false")),
    ("not-true-or-false", put(CHOICE, "right: true", "right: yes")),
    ("no-right-option", put(CHOICE, ", right: true", "")),
    ("no-language", put(CHOICE, "{en: two, zh: 二, right: false, why: {en: no, zh: 不对}}", "two")),
    ("repeated", put(CHOICE, "en: two", "en: one")),
    ("no-text", put(CHOICE, "en: one, zh: 一, ", "")),
    # cloze
    ("hole-without-answer", put(CLOZE, "x is @{1}", "x is @{1} and @{2}")),
    ("answer-without-hole", put(CLOZE, "[{answer: y}]", "[{answer: y}, {answer: z}]")),
    ("not-a-hole", put(CLOZE, "x is @{1}", "x is @{one}")),
    ("template-not-closed", put(CLOZE, "x is @{1}", "x is @{1} @{2")),
    ("missing-field", put(CLOZE, "\n        holes: [{answer: y}]", "")),
    ("unknown-as", put(CLOZE, "answer: y", "answer: y, as: formular")),
    ("not-a-map", put(CLOZE, "answer: y", "answer: y, also: [W_3]")),
    ("too-few", put(CLOZE, "answer: y", "answer: y, also: {V: []}")),
    ("not-a-definition", put(CLOZE, "answer: y", "answer: y, where: [tanh z]")),
    ("not-of-a-formula", put(CLOZE, "answer: y", "answer: y, as: word, where: [a = tanh z]")),
    ("empty", put(CLOZE, "{answer: y}", "''")),
    ("template-in-another-kind", put(OPEN, "Why?", '"Why @{n}?"')),
    # numeric
    ("nothing-computed", put(NUMERIC, NUMERIC.splitlines()[-2] + "\n", "")),
    ("computed-twice", more(NUMERIC, "value: n - k")),
    ("no-calculator", put(NUMERIC, "layer: conv2d", "layr: conv2d")),
    ("several-calculators", put(NUMERIC, "layer: conv2d", "layer: conv2d, network: x")),
    ("missing-field", put(NUMERIC, "\n        ask: output_size", "")),
    ("not-a-name-of-a-quantity", put(NUMERIC, "output_size", "the size")),
    ("not-a-range", put(NUMERIC, "7..64", "7-64")),
    ("range-backwards", put(NUMERIC, "7..64", "64..7")),
    ("range-too-long", put(NUMERIC, "7..64", "1..900000")),
    ("not-a-number", put(NUMERIC, "[3, 5]", "[3, five]")),
    ("not-a-variable", put(NUMERIC, "k: [3, 5]", "k': [3, 5]")),
    ("reserved-name", put(NUMERIC, "k: [3, 5]", "same: [3, 5]")),
    ("unused-variable", put(NUMERIC, "k: [3, 5]", "k: [3, 5], m: 1..2")),
    ("unknown-name", put(NUMERIC, "n > k", "n > kernel")),
    ("unknown-name", put(NUMERIC, "kernel_size: k", "kernel_size: kk")),
    ("unknown-name", put(NUMERIC, "Side for @{n}", "Side for @{n - m}")),
    ("not-an-expression", put(NUMERIC, "n > k", "n > > k")),
    ("not-an-expression", put(NUMERIC, "Side for @{n}", "Side for @{n +}")),
    ("comma-not-quoted", put(NUMERIC, '["n > k"]', "[min(n, k) > 2]")),
    ("not-a-tolerance", put(VALUE, "1 %", "about 1")),
    ("not-a-tolerance", put(VALUE, "1 %", "factor 0")),
    ("exact-with-floats", put(VALUE, "1 %", "exact")),
    ("too-few", put(VALUE, '\n          - {value: "1 + exp(-x)", cure: {en: invert, zh: 要取倒数}}', "")),
    ("too-many", more(VALUE, "ask: [value, other]")),
    ("working-of-several", more(put(NUMERIC, "output_size", "[output_size, macs]"), "working: {en: n, zh: n}")),
    ("field-of-another-kind", more(OPEN, "working: {en: n, zh: n}")),
    ("unknown-name", more(VALUE, 'working: {en: "1 over @{y}", zh: "@{x}"}')),
    ("not-an-expression", more(VALUE, 'working: {en: "1 over @{x +}", zh: "@{x}"}')),
    ("missing-field", put(VALUE, ', cure: {en: divide, zh: 要除}', "")),
]  # fmt: skip


def problems_of(data: str | bytes) -> tuple[Problem, ...]:
    raw = data if isinstance(data, bytes) else textwrap.dedent(data).lstrip("\n").encode()
    return joined([read_deck("deck.yaml", raw)])[1]


@pytest.mark.parametrize(("code", "data"), CASES, ids=[f"{number}-{code}" for number, (code, _) in enumerate(CASES)])
def test_each_problem_is_reported(code: str, data: str | bytes) -> None:
    assert code in {problem.code for problem in problems_of(data)}


@pytest.mark.parametrize("base", [OPEN, CHOICE, CLOZE, NUMERIC, VALUE])
def test_the_cards_that_the_cases_spoil_are_whole(base: str) -> None:
    cards, problems = joined([read_deck("deck.yaml", textwrap.dedent(base).encode())])
    assert len(cards) == 1
    assert problems == ()


def test_places_and_fixes(golden: Callable[[str, str], None]) -> None:
    output = []
    for code, data in CASES:
        source = data if isinstance(data, str) else data.decode("utf-8", "backslashreplace")
        source = textwrap.dedent(source).strip("\n").replace("\x07", "␇")
        shown = "\n".join(f"    {line[:100]}" for line in source.splitlines()[:24])
        output.append(f"## {code}\n{shown}\n" + "\n".join(str(problem) for problem in problems_of(data)))
    golden("bank/problems.txt", "\n\n".join(output) + "\n")


def test_at_least_sixty_kinds() -> None:
    assert len({code for code, _ in CASES}) >= 60


def test_all_problems_of_a_file_are_reported_in_one_run() -> None:
    source = put(put(put(more(OPEN, "levle: 1"), "Why?", '"W\\hy?"'), "a-card", "A"), "zh: 因为。", "cn: 因为。")
    assert [problem.code for problem in problems_of(source)] == [
        "not-a-card-id",
        "escape",
        "unknown-field",
        "unknown-field",
    ]


def test_cards_before_an_error_of_syntax_are_kept() -> None:
    broken = OPEN + "      - id: b-card\n        kind: open\n        question: {en: Wh\n"
    cards, problems = joined([read_deck("deck.yaml", textwrap.dedent(broken).encode())])
    assert [card.id for card in cards] == ["a-card"]
    assert [problem.code for problem in problems] == ["bracket-not-closed"]


def test_files_that_cannot_be_read_are_problems(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    cards, problems = bank.load([tmp_path / "nothing.yaml"])
    assert cards == ()
    assert [problem.code for problem in problems] == ["no-such-file"]


def test_what_yaml_would_have_changed_stays_as_written() -> None:
    source = put(
        put(CLOZE, "{answer: y}", "{answer: no, accept: [1e-3, 1:30, 010, ~, 0x10, 1_000, .inf, =]}"), "x is", "010 is"
    )
    (card,), problems = joined([read_deck("deck.yaml", textwrap.dedent(source).encode())])
    assert problems == ()
    assert card.body.holes[0].answer == "no"  # type: ignore[union-attr]
    assert card.body.holes[0].accept == ("1e-3", "1:30", "010", "~", "0x10", "1_000", ".inf", "=")  # type: ignore[union-attr]


def test_a_deck_in_one_language_needs_no_maps() -> None:
    source = """
    language: zh
    cards:
      - {id: one-card, kind: open, question: 为什么？, answer: 因为。, points: [{text: 甲, cues: [甲]}, 乙]}
      - {id: two-card, kind: choice, question: 哪个？, options: [{text: 一, right: true},
         {zh: 二, right: false, why: 不对}]}
      - {id: six-card, kind: order, question: 排序, steps: [先, 后]}
    """
    cards, problems = joined([read_deck("deck.yaml", textwrap.dedent(source).encode())])
    assert problems == ()
    assert cards[0].question.zh == "为什么？"
    assert cards[0].question.en is None
    assert cards[0].points[0].cues_zh == ("甲",)
    assert cards[0].points[1].text.zh == "乙"
    assert cards[1].body.options[1].why.zh == "不对"  # type: ignore[union-attr]


def test_what_is_said_of_points_options_and_holes_is_read() -> None:
    source = """
    language: en
    cards:
      - id: one-card
        kind: open
        question: Why?
        points: [{text: a, cues: ["variance|方差 same|kept !mean"]}, {text: b, core: false, cues: ["!no d_k"]}]
      - {id: two-card, kind: choice, question: Which?, options: [two, {text: one, right: true}, {text: three}]}
      - id: six-card
        kind: cloze
        text: "@{1} and @{2}"
        holes: [y, {answer: V a, as: formula, also: {V: [W_3, "W^{(3)}"]}, where: ["a = tanh z"]}]
    """
    (one, two, six), problems = joined([read_deck("deck.yaml", textwrap.dedent(source).encode())])
    assert problems == ()
    assert [point.core for point in one.points] == [True, False]
    assert one.points[0].cues_en == ("variance|方差 same|kept !mean",)
    assert [option.right for option in two.body.options] == [False, True, False]  # type: ignore[union-attr]
    assert six.body == Cloze((Hole("y"), Hole("V a", (), "formula", {"V": ("W_3", "W^{(3)}")}, ("a = tanh z",))))


@pytest.mark.no_cover
def test_bombs_and_mountains_are_refused_quickly(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 200))
    for data in (
        bomb,
        OPEN.replace("Because.", "x" * 10_000_000),
        "[" * 1_000_000,
        "{a: " * 500_000,
        "- " * 500_000,
        "? " * 100_000,
    ):
        assert problems_of(data)


# -- files damaged at random -------------------------------------------------------------------------------------------

BITS = [
    "\t",
    "  ",
    "\n",
    ":",
    ": ",
    " #",
    "-",
    "- ",
    "{",
    "}",
    "[",
    "]",
    ",",
    '"',
    "'",
    "\\",
    "|",
    ">",
    "&a ",
    "*a",
    "!",
    "!!int ",
    "%",
    "@",
    "@{",
    "@{n}",
    "`",
    "?",
    "? ",
    "<<: ",
    "---\n",
    "...\n",
    "\x00",
    "\ufeff",
    "\u2028",
    "é",
    "填",
    "😀",
    "null",
    "~",
    "1e999",
    "0..9",
    "9..0",
    "true",
    "id: ",
    "kind: numeric",
    "((((",
    "2**9999",
    "\r\n",
    "\r",
]


def corrupt(source: str, random: Random) -> bytes:
    """The source with up to four pieces deleted, doubled, moved, or replaced by something nasty."""
    for _ in range(random.randint(1, 4)):
        start = random.randrange(len(source) + 1)
        end = min(len(source), start + random.choice([0, 0, 1, 1, 3, 20, 200]))
        piece = random.choice([random.choice(BITS), source[start:end] * 2, "", chr(random.randrange(1, 0xD7FF))])
        source = source[:start] + piece + source[end:]
    data = bytearray(source.encode("utf-8", "surrogatepass"))
    if random.random() < 0.1 and data:
        data[random.randrange(len(data))] = random.randrange(256)
    return bytes(data)


@pytest.mark.parametrize("count", [500, pytest.param(5_000, marks=pytest.mark.slow)])
def test_damaged_files_never_raise(count: int) -> None:
    random = Random(1)
    decks = sorted(bank.shipped_questions().glob("*.yaml"))
    shipped = [random.choice(decks).read_text(encoding="utf-8")[:4_000] for _ in range(3)]
    sources = [textwrap.dedent(base).lstrip("\n") for base in (OPEN, CHOICE, CLOZE, NUMERIC, VALUE)] + shipped
    for _ in range(count):
        data = corrupt(random.choice(sources), random)
        cards, problems = joined([read_deck("deck.yaml", data)])
        lines = data.count(b"\n") + data.count(b"\r") + 1
        for problem in problems:
            assert 1 <= problem.place.line <= lines
            assert problem.place.column >= 1
            assert problem.fix
            assert "\n" not in str(problem), problem
            assert len(str(problem)) < 600, problem
        assert cards or problems


def test_a_card_that_yaml_damaged_is_not_asked() -> None:
    for old, new in (
        ("Because.", r'"$\frac{1}{2}$"'),
        ("Because.", "&a x"),
        ("kind: open", "kind: open\n        kind: open"),
    ):
        deck = read_deck("deck.yaml", textwrap.dedent(put(OPEN, old, new)).encode())
        assert deck.cards == ()
        assert deck.problems
