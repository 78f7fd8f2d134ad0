"""Problems of card files in Chinese: each message and fix of the checks has a row, and each row its own sentence."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from studying import run_in
from test_messages_errors import counts_of, phrases

from dlquiz.cli.translation import in_chinese
from dlquiz.messages.card_problems import NOUNS, PHRASES
from dlquiz.messages.errors import chinese
from dlquiz.schema.syntax_errors import _SYNTAX

PACKAGE = Path(__file__).parents[1] / "dlquiz"
GOLDEN = Path(__file__).parent / "golden" / "bank" / "problems.txt"
FIELD = re.compile(r"\{([a-z]\w*)\}")
CHINESE = re.compile("[\u4e00-\u9fff]")
# Where the message and the fix stand among the arguments.
REPORTED = {
    "report": slice(2, 4),
    "Problem": slice(2, 4),
    "Finding": slice(3, 5),
    "OneLine": slice(2, 3),
    "MathError": slice(1),
    "FigureError": slice(1),
}
ROOMS = ("bank", "kinds", "schema", "markup/math", "figures")
# Sentences that the code puts together, and what they are when it has run.
ASSEMBLED: dict[str, str | None] = {
    "7: 7": None,
    "calc 7": "calc names no calculator",
    "names 7": None,
    "names no calculator": None,
    "the file is 7, not a deck": "the file is a text, not a deck",
    "7 is 7, not a text": "answer is a list, not a text",
    "the family cannot be asked7: 7": "the family cannot be asked (member 3 of those drawn): 7",
    "no card has the 7 7": "no card has the tag loss",
    "7: 7 is not a 7": None,
    "7 is not a map of 7": "also is not a map of names",
    "write 7": "write at least 2",
    "write 7 or 7": "write open, choice or cloze",
    '"7 7"': None,
    "write [7], or one line beginning with - for each": "write [loss], or one line beginning with - for each",
    "known here: 7": "known here: x, y and z",
    "at least 7": "write at least 2",
    "at most 7": "write at most 6",
    "open": None,
    "a list": None,
    "a map": None,
    "a text": None,
    "a list of cards": None,
}


def reported() -> Iterator[tuple[str, str]]:
    """Every message and fix that the checks say in words, with its place."""
    for path in chain.from_iterable((PACKAGE / room).rglob("*.py") for room in ROOMS):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        given = {
            (target.id, value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for target, value in _pairs(node)
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            if not isinstance(node, ast.Call) or name not in REPORTED:
                continue
            for one in (*node.args[REPORTED[name]], *(one.value for one in node.keywords if one.arg == "fix")):
                named = isinstance(one, ast.Name)
                for part in [value for target, value in given if target == one.id] if named else [one]:  # type: ignore[attr-defined]
                    for text in phrases(part, counts_of(tree)):
                        yield text, f"{path.relative_to(PACKAGE)}:{node.lineno}"


def _pairs(node: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    match node:
        case ast.Assign([ast.Tuple(names)], ast.Tuple(values)):
            yield from zip(names, values, strict=True)
        case ast.Assign([name], value):
            yield name, value
        case _:
            pass


@pytest.mark.no_cover
def test_every_message_and_fix_of_the_checks_has_a_row() -> None:
    found = {ASSEMBLED.get(text, text): place for text, place in reported() if re.search("[a-z]{2}", text)}
    assert len(found) > 200
    assert {text: place for text, place in found.items() if text and not in_rows(text)} == {}


def in_rows(text: str) -> bool:
    """Whether the text is said in Chinese, or is nothing but a name or an example to write."""
    said = in_chinese(f"a.yaml:1:1: {text}")
    return bool(CHINESE.search(said)) and not re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", re.sub("`[^`]*`", "", said))


def test_what_yaml_stumbles_over_has_a_row() -> None:
    texts = [text.format(text="x") for _, _, message, fix in _SYNTAX for text in (message, fix)]
    assert [text for text in texts if not chinese(text)] == []


def test_each_problem_that_the_cases_show_is_said_whole() -> None:
    shown = [line for line in GOLDEN.read_text(encoding="utf-8").split("\n") if re.match(r"\S+:\d+:\d+: ", line)]
    assert len(shown) > 100
    assert [line for line in shown if not all(CHINESE.search(half) for half in in_chinese(line).split(" — "))] == []
    english = re.compile(r"\b(is|not|the|are|has|write|with|of|and)\b")
    assert [
        said for said in map(in_chinese, shown) if english.search(re.sub(r"：.*? — |'[^']*'|\".*\"", "", said))
    ] == []


def test_every_row_says_the_same_in_both_languages() -> None:
    for english, translation in PHRASES:
        assert set(FIELD.findall(english)) == set(FIELD.findall(translation)), english
        assert CHINESE.search(translation), english
        sentence = {"sentence": ("the quantity", "所求的量")}
        said = {name: sentence.get(name, (f"<{name}>",) * 2) for name in FIELD.findall(english)}
        in_english, in_other = (
            FIELD.sub(lambda field: said[field[1]][language], row)  # noqa: B023
            for language, row in enumerate((english, translation))
        )
        assert chinese(in_english) == in_other, english
    assert all(CHINESE.search(noun) for noun in NOUNS.values())


def test_no_row_stands_twice() -> None:
    english = [FIELD.sub("{}", row[0]) for row in PHRASES if "{sentence}" not in row[0]]
    assert sorted({one for one in english if english.count(one) > 1}) == ["add {} ({})"] * 0


@pytest.mark.parametrize(
    ("cards", "problem"),
    [
        (
            "cards:\n- {id: one-card, kind: open, question: Why?}\n",
            "mine.yaml:2:3：卡片 one-card：缺少 answer — 请写 answer: {en: …, zh: …}，或写 points",
        ),
        ("cards: []\n", "mine.yaml:1:8：文件里没有卡片 — 请写 `cards:` 和一张卡片；`dlquiz bank new` 会打印一张"),
        (
            "language: zh\ncards:\n- {id: one-card, kind: choice, question: 选哪个,\n"
            "   options: [{text: 甲, right: yes}, 乙]}\n",
            "mine.yaml:4:31：卡片 one-card：right：'yes' 不是 true 或 false — 请写 true 或 false",
        ),
    ],
)
def test_bank_check_and_doctor_speak_chinese(tmp_path: Path, cards: str, problem: str) -> None:
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions" / "mine.yaml").write_text(cards, encoding="utf-8")
    path = str(tmp_path / "questions" / "mine.yaml")
    ran = run_in(tmp_path, "bank", "check", path, DLQUIZ_LANG="zh")
    assert problem in ran.output.replace(str(tmp_path / "questions") + "/", "")
    assert "1 个文件，共 0 张卡：" in ran.errors
    health = run_in(tmp_path, "doctor", DLQUIZ_LANG="zh").output
    assert problem in health.replace(str(tmp_path / "questions") + "/", "")
    assert "message" in run_in(tmp_path, "bank", "check", path, "--json", DLQUIZ_LANG="zh").output


def test_why_a_computed_question_cannot_be_asked_is_said_in_the_words_of_calc(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "language: zh\ncards:\n- id: one-card\n  kind: numeric\n  question: 边长 @{n}？\n  vary: {n: 3..9}\n"
        "  calc: {layer: conv2d, input: [3, n, n], out_channels: 4, kernel_size: 30}\n  ask: output_size\n",
        encoding="utf-8",
    )
    ran = run_in(tmp_path, "bank", "check", str(tmp_path / "mine.yaml"), DLQUIZ_LANG="zh")
    problem = ran.output.replace(f"{tmp_path}/", "")
    assert re.fullmatch(
        r"mine.yaml:7:\d+：卡片 one-card：这组计算题无法出题：核 30 放不进填充后大小为 \d 的输入"
        r" — 填充 ≥ 1\d，核 ≤ \d，或输入 ≥ 30\n",
        problem,
    ), problem
