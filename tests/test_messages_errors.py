"""Errors and notices in Chinese: each that the code can raise has a row, and each row its own sentence."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from studying import run_in

from dlquiz import settings
from dlquiz.cli.other_names import NAMES_ELSEWHERE
from dlquiz.cli.translation import in_chinese, language_of
from dlquiz.messages import expressions as of_expressions
from dlquiz.messages import other_commands
from dlquiz.messages.catalogue import Catalogue
from dlquiz.messages.errors import NOUNS, PHRASES, chinese
from dlquiz.messages.reports import COUNTED
from dlquiz.messages.reports import PHRASES as REPORTS
from dlquiz.review_log import errors as of_storage
from dlquiz.review_log.validity import CONDITIONS
from dlquiz.sync.lines import row_of

PACKAGE = Path(__file__).parents[1] / "dlquiz"
FIELD = re.compile(r"\{(\w+)\}")
CHINESE = re.compile("[\u4e00-\u9fff]")
# Rooms whose sentences are about the text of a card file or a reply, or have a catalogue of their own.
ELSEWHERE = ("calc", "cli/calc", "expressions", "figures", "grading", "kinds", "markup", "numeric", "schema")
RAISED = {"DlquizError", "UsageError", "DamagedLogError", "notice", "Bar", "_say_waiting", "refused", "said",
          "say_translated", "HealthFinding", "write_atomically"}  # fmt: skip
# Sentences that the code puts together, and what they are when it has run.
ASSEMBLED: dict[str, str] = {
    "waiting for 7, which 7 is using": "waiting for a.db, which another dlquiz or a database browser is using",
    "the compiled questions in 7": "waiting for the compiled questions in a, which another dlquiz is using",
    "7 in the questions; dlquiz bank check lists them": "2 problems in the questions; dlquiz bank check lists them",
    "7 exported to Anki before were undone here since and stay in Anki; "
    "to remove them, delete the card there and import the package again": "2 reviews exported to Anki before were "
    "undone here since and stay in Anki; to remove them, delete the card there and import the package again",
    "files in 7 hold your reviews 7 the answers you typed, not encrypted": "files in a hold your reviews with the "
    "answers you typed, not encrypted",
    "7 cannot be used": "2 backups cannot be used",
    "7 is 7": "2026-12-11 is past",
    "7 is not a date7": "'11 Dez' is not a date, did you mean december?",
    "7 is not in the calendar: 7": "'sat 11 Dec' is not in the calendar: 2026-12-11 is a Friday",
    "no setting is called 7: 7": "no setting is called 'a': there are b, c",
    "today's new cards are used up: dlquiz study 7 asks your own first": "today's new cards are used up: dlquiz study "
    "--new 5 --minutes 10 asks your own first",
    "another dlquiz": "waiting for a, which another dlquiz is using",
    "another dlquiz or a database browser": "waiting for a, which another dlquiz or a database browser is using",
    "7 7": "no interview is called 'a'",
    "problem": "PROBLEM",
    "Since your weights were fitted: 7 reviews, 7.": "Since your weights were fitted: 7 reviews, log loss 0.41 with "
    "your weights, 0.42 with the defaults (2.4 % better).",
    "7 reviews. Predicting later ones from earlier ones: 7.": "7 reviews. Predicting later ones from earlier ones: "
    "log loss 0.43 with your weights, 0.42 with the defaults (2.4 % worse).",
}


def phrases(node: ast.expr, counts: Mapping[str, str] = {}) -> Iterator[str]:
    """The texts that an expression may be, with 7 for what is only known when it runs; `counts` are names for some."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(given_in(part, counts) for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from phrases(node.body, counts)
        yield from phrases(node.orelse, counts)
    elif isinstance(node, ast.BinOp):
        for left in phrases(node.left, counts):
            yield from (left + right for right in phrases(node.right, counts))
    elif (number := counted(node)) is not None:
        yield number


def given_in(part: ast.expr, counts: Mapping[str, str]) -> str:
    """A part of a text, 7 for what is only known when it runs."""
    value = part.value if isinstance(part, ast.FormattedValue) else part
    if isinstance(value, ast.Constant):
        return str(value.value)
    return counts.get(value.id, "7") if isinstance(value, ast.Name) else counted(value) or "7"


def counted(node: ast.expr) -> str | None:
    """`count(…, "card")` as 7 cards."""
    if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "count"):
        return None
    noun = node.args[1]
    return f"7 {noun.value}s" if isinstance(noun, ast.Constant) and isinstance(noun.value, str) else None


def counts_of(tree: ast.Module) -> dict[str, str]:
    """Names that a module gives to numbers with their nouns."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign([ast.Tuple(names)], ast.Tuple(values)):
                pairs = list(zip(names, values, strict=True))
            case ast.Assign([name], value):
                pairs = [(name, value)]
            case _:
                continue
        found |= {name.id: text for name, one in pairs if isinstance(name, ast.Name) and (text := counted(one))}
    return found


def raised() -> dict[str, str]:
    """Every message, fix and notice that the code says in words, with its place."""
    found: dict[str, str] = {}
    for path in PACKAGE.rglob("*.py"):
        module = path.relative_to(PACKAGE).as_posix()
        if module.startswith(tuple(f"{room}/" for room in ELSEWHERE)):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        counts = counts_of(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in RAISED:
                continue
            given = [*node.args[:4], *(one.value for one in node.keywords if one.arg == "fix")]
            said = (phrase.strip() for one in given for phrase in phrases(one, counts))
            for text in (text for phrase in said for text in phrase.split("\n")):
                if re.search("[a-z]{2}", text):
                    found[ASSEMBLED.get(text, text)] = f"{module}:{node.lineno}"
    return found


@pytest.mark.no_cover
def test_every_sentence_of_the_code_has_a_row() -> None:
    found = raised()
    assert len(found) > 200
    # Rows of the checks of card files would fit some of them by chance.
    rows = Catalogue((*PHRASES, *other_commands.PHRASES, *REPORTS), NOUNS, COUNTED)
    assert {text: place for text, place in found.items() if not rows.chinese(text)} == {}


@pytest.mark.no_cover
def test_every_reason_of_typed_arithmetic_has_a_row() -> None:
    calls = (node for path in (PACKAGE / "expressions").glob("*.py") for node in ast.walk(ast.parse(path.read_text())))
    of_errors = (one for one in calls if isinstance(one, ast.Call) and getattr(one.func, "id", "") == "ExpressionError")
    found = {text for one in of_errors for text in phrases(one.args[0])}
    assert len(found) > 20
    assert [text for text in found - {'unknown 7 "7"'} if not of_expressions.chinese(text)] == []
    assert of_expressions.chinese('unknown function "f"') == '没有 "f" 这个函数'


def test_names_of_several_words_are_listed_whole() -> None:
    assert chinese("no collection of Anki in /a, /b or /c") == "/a、/b 或 /c 里没有 Anki 的集合"
    listed = chinese("there are F1 (numbered headings), F3 (bold or labelled lines), and guess")
    assert listed == "可用的有 F1（带编号的标题）、F3（加粗或带标签的行）和 guess"


def test_a_row_of_a_log_that_is_left_out_says_why_in_chinese() -> None:
    lines = ("half", "[]", "{}", '{"id": 1}', '{"at": "x"}', '{"at": 1.5}', f'{{"at": {2**63}}}')
    whole = {"id": "01", "at": 5, "offset": 0, "device": "d", "kind": "answer", "origin": "o"}
    reasons = [row_of(json.dumps(whole | json.loads(line)) if ":" in line else line) for line in lines]
    assert [one for one in [*reasons, *CONDITIONS] if not chinese(str(one))] == []
    assert chinese("left out: /a/b.jsonl:3: it is not a JSON object") == "略去：/a/b.jsonl:3：它不是 JSON 对象"
    assert chinese("left out: 01A: its time is not a date") == "略去：01A：它的时间不是日期"
    bad = "what begins with neither card nor - and the number of a line: 'maybe' in line 7; 'x' in line 8"
    assert chinese(bad) == "有的行不是以 card 或 - 加行号开头：第 7 行的 'maybe'；第 8 行的 'x'"


def test_what_is_kept_in_tables_has_a_row() -> None:
    fixes = [fix for names in NAMES_ELSEWHERE.values() for fix in names.values()]
    assert [fix for fix in fixes if not chinese(fix)] == []
    assert [name for name, (meaning, _, _) in settings.KEYS.items() if name != "banks" and meaning not in NOUNS] == []
    kinds = (getattr(of_storage, name) for name in dir(of_storage) if name.isupper() and not name.startswith("_"))
    assert [one for one in kinds if one[0] not in NOUNS or not chinese(one[1])] == []


def test_every_row_says_the_same_in_both_languages() -> None:
    for english, translation in (*PHRASES, *REPORTS):
        assert set(FIELD.findall(english)) == set(FIELD.findall(translation)), english
        assert CHINESE.search(translation), english
        values = {name: value_of(name) for name in FIELD.findall(english)}
        said = {name: value for name, (value, _) in values.items()}
        in_the_other = {name: value for name, (_, value) in values.items()}
        assert chinese(english.format(**said)) == translation.format(**in_the_other), english


def value_of(field: str) -> tuple[str, str]:
    """What the field of a row may hold, in English and in Chinese."""
    if field == "sentence":
        return "nothing was missed", "没有答错的题"
    noun = field.removesuffix("s").replace("_", " ")
    return (f"7 {noun}s", f"7 {COUNTED[noun]}") if field.endswith("s") and noun in COUNTED else (f"<{field}>",) * 2


def test_a_number_is_counted_as_chinese_counts() -> None:
    assert [chinese(text) for text in ("1 card", "1,200 cards", "2 other events", "7 days")] == [
        "1 张卡",
        "1,200 张卡",
        "2 条其他记录",
        None,
    ]
    assert chinese("1 answer and 2 undos to 3 cards received") == "收到 3 张卡的 1 次作答和 2 次撤销"
    assert chinese("many cards without a problem") is None


def _blank(field: re.Match[str]) -> str:
    """A field as it stands in no other row: one that is counted is not like another."""
    english, chinese = value_of(field[1])
    return "{}" if english == chinese else english


def test_no_sentence_stands_twice() -> None:
    english = [FIELD.sub(_blank, row[0]) for row in (*PHRASES, *REPORTS) if "{sentence}" not in row[0]]
    twice = {one for one in english if english.count(one) > 1}
    assert sorted(twice - {"invalid value for {}: {}"}) == []


@pytest.mark.parametrize(
    ("typed", "code", "message"),
    [
        ("study --limt 3", 2, "没有选项 --limt — 是不是指 --limit？用法见 dlquiz study --help"),
        ("study --limit", 2, "选项 '--limit' 后面要有一个值 — 请把值写在它后面"),
        ("study --limit x", 2, "'--limit' 的值无效：'x' 不是整数 — 用法见 dlquiz study --help"),
        ("study --level 4", 2, "'--level' 的值无效：4 不在 1 到 3 之间 — 用法见 dlquiz study --help"),
        (
            "bank show",
            2,
            "缺少参数 'ids' — 例如 dlquiz bank show sigmoid-saturated-unit；用法见 dlquiz bank show --help",
        ),
        ("undo this", 2, "多余的参数：this — 用法见 dlquiz undo --help"),
        ("stdy", 2, "没有命令 'stdy' — 是不是指 study？用法见 dlquiz --help"),
        ("restore", 2, "没有命令 'restore' — dlquiz backup --restore 日期 把复习记录恢复到某个备份"),
        ("study --json --ahead --cram", 2, "--ahead、--cram 和 --weakest 不能同时用 — 请只给其中一个"),
        ("study", 1, "study 需要在终端里运行 — 在脚本里请用 dlquiz study --json"),
        ("study --json losess", 1, "没有题组 'losess'，是不是指 losses？ — dlquiz bank decks 列出所有题组"),
        ("study --json --tag nothing-like-it", 1, "没有标签 'nothing-like-it' — dlquiz bank tags 列出所有标签"),
        ("bank show relu-x-y-z", 1, "没有卡片 relu-x-y-z — 用 dlquiz bank search 查找卡片"),
        ("plan someday", 1, "'someday' 不是日期"),
        ("plan 11/12", 1, "'11/12' 可能是 12月11日，也可能是 11月12日 — 请写成"),
        ("plan 2020-01-01", 1, "2020-01-01 已经过去 — 请给出还没到的面试日期"),
        ("interview --minutes 7 --json", 2, "模拟面试的时长是 20、30、45 或 60 分钟，不能是 7 分钟 — 请只给其中一个"),
        ("backup --list --verify", 2, "--to、--list、--restore 和 --verify 不能同时用 — 请只给其中一个"),
        ("backup 2026-11-28", 2, "日期只和 --restore 一起用 — dlquiz backup --restore 日期 恢复某个备份，--to"),
        ("config retention 2", 1, 'retention 是 "2"，但应当是 0.7 到 0.97 之间的数'),
        ("import /nowhere.md", 1, "没有 /nowhere.md — 请检查路径"),
        ("import README.md --as-bank b.txt", 2, "b.txt 不是题库文件 — 请指定以 .yaml 结尾的文件"),
        (
            "import README.md --habit F99",
            2,
            "没有写法 F99 — 可用的有 F1（带编号的标题）、F2（普通标题）、F3（加粗或带标签的行）、",
        ),
        ("import a.apkg b.md", 2, "Anki 的文件要单独导入 — 请一次导入一个文件"),
        ("import a.apkg --edit", 2, "--edit 只用于笔记，不用于 Anki 的文件 — 请去掉它；没有导入任何内容"),
        ("calc conv 3x5x5 --kernal 3", 2, "没有选项 --kernal — 是不是指 --kernel？用法见 dlquiz calc conv --help"),
        ("calc conv 3x5x5 -o 8 -k q", 2, "卷积核 'q' 无法读懂 — 请写 3，或 3x5（行 x 列）"),
        (
            "calc sampling",
            1,
            "缺少 logit — 请给 logits 或 probabilities，例如 dlquiz calc sampling --logits 2,1,0.5,-1",
        ),
    ],
)
def test_errors_speak_the_language_of_the_person(tmp_path: Path, typed: str, code: int, message: str) -> None:
    ran = run_in(tmp_path, *typed.split(), DLQUIZ_LANG="zh")
    assert (ran.code, ran.output) == (code, "")
    assert ran.errors.startswith(f"dlquiz: {message}"), ran.errors


def test_a_setting_an_option_and_the_locale_choose_the_language(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('language = "zh"\n', encoding="utf-8")
    assert run_in(tmp_path, "study").errors.startswith("dlquiz: study 需要")
    assert run_in(tmp_path, "undo", "--lang", "en").errors.startswith("dlquiz: there is nothing to undo")
    (tmp_path / "config.toml").write_text("language = \n", encoding="utf-8")
    assert "不是 TOML" in run_in(tmp_path, "config", LANG="zh_CN.UTF-8").errors
    assert "not TOML" in run_in(tmp_path, "config").errors


def test_calc_speaks_the_language_of_the_settings(tmp_path: Path) -> None:
    layer = ("calc", "conv", "3x5x5", "-o", "8")
    for place, variables in (
        (tmp_path, {}),
        (tmp_path / "config" / "dlquiz", {"DLQUIZ_HOME": "", "XDG_CONFIG_HOME": str(tmp_path / "config")}),
        (tmp_path / ".config" / "dlquiz", {"DLQUIZ_HOME": "", "XDG_CONFIG_HOME": "", "HOME": str(tmp_path)}),
    ):
        assert "参数量" not in run_in(tmp_path, *layer, "-k3", **variables).output
        place.mkdir(parents=True, exist_ok=True)
        (place / "config.toml").write_text('language = "zh"\n', encoding="utf-8")
        assert "参数量" in run_in(tmp_path, *layer, "-k3", **variables).output
        assert "parameters" in run_in(tmp_path, *layer, "-k3", "--lang", "en", **variables).output
        assert run_in(tmp_path, *layer, **variables).errors.startswith("dlquiz: 缺少")
        (place / "config.toml").write_text("no settings", encoding="utf-8")
        assert "parameters" in run_in(tmp_path, *layer, "-k3", **variables).output


def test_the_language_of_cards_is_not_that_of_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLQUIZ_HOME", str(tmp_path))
    monkeypatch.setenv("DLQUIZ_LANG", "en")
    assert [language_of(line.split()) for line in ("add --lang zh", "export anki --lang zh", "plan --lang=zh")] == [
        "en",
        "en",
        "zh",
    ]


def test_a_list_ends_with_one_word_for_and() -> None:
    assert in_chinese("there are F1, F2, and guess") == "可用的有 F1、F2 和 guess"
    assert in_chinese("there are a, b or c") == "可用的有 a、b 或 c"


def test_what_is_not_known_stays_english() -> None:
    assert in_chinese("the moon is full — 请看天空") == "the moon is full — 请看天空"
    several = (
        "config.toml:1: no setting is called 'a': there are b, c\n        config.toml:2: not UTF-8 — save it as UTF-8"
    )
    assert (
        in_chinese(several)
        == "config.toml:1：没有设置项 'a'：可用的有 b、c\n        config.toml:2：不是 UTF-8 — 请存成 UTF-8"
    )
