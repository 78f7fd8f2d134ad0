"""calc's errors in Chinese: each phrase that the code can raise has a row, and each row its own phrase."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlquiz.cli import main
from dlquiz.messages.calc import NOUNS, PHRASES, chinese

PACKAGE = Path(__file__).parents[1] / "dlquiz"
FIELD = re.compile(r"\{(\w+)\}")
CHINESE = re.compile("[\u4e00-\u9fff]")
RAISED = {"CalcError", "UncoveredFormulaError", "refuse", "refuse_net"}


def phrases(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may be, with 7 for what is only known when it runs."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "7" for part in node.values]
        yield "".join(map(str, parts))
    elif isinstance(node, ast.IfExp):
        yield from phrases(node.body)
        yield from phrases(node.orelse)
    elif isinstance(node, ast.BinOp):
        yield "".join(next(phrases(side), "7") for side in (node.left, node.right))


# Phrases that the code puts together, and what they are when it has run.
ASSEMBLED: dict[str, str | None] = {
    "--check 7: 7": None,
    "7 7 missing": "layers and kv_heads are missing",
    "7 has 7 for 7 7": "kernel_size has 3 values for 2 axes",
    "padding has 7 entries for 7 7": "padding has 3 entries for 2 axes",
    "the 7 has 7 features and the layer takes 7": "the key has 3 features and the layer takes 4",
    "7, or 7": "padding ≥ 1, kernel ≤ 5, or input ≥ 7",
    "7use in_features=7": "flatten first, or use in_features=400",
}


def raised() -> dict[str, str]:
    """Every message and fix that calc's code raises as a literal, with its place."""
    found: dict[str, str] = {}
    for path in [*PACKAGE.glob("calc/**/*.py"), *PACKAGE.glob("cli/calc/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in RAISED:
                continue
            given = [*node.args[:1], *(one.value for one in node.keywords if one.arg == "fix")]
            for half in (half for one in given for phrase in phrases(one) for half in phrase.split(" — ")):
                text = ASSEMBLED.get(half, half)
                if text and text.strip("7 :>"):
                    found[text] = f"{path.relative_to(PACKAGE)}:{node.lineno}"
    return found


@pytest.mark.no_cover
def test_every_phrase_of_the_code_has_a_row() -> None:
    found = raised()
    assert len(found) > 200
    missing = {text: place for text, place in found.items() if not chinese(text)}
    assert missing == {}


NAMING = {"whole", "positive", "real", "count", "several", "number", "numbers", "ShapeType"}


def named() -> set[str]:
    """What the code calls a value in words, such as "the input", where it checks it."""
    calls = (one for path in PACKAGE.glob("**/calc/**/*.py") for one in ast.walk(ast.parse(path.read_text("utf-8"))))
    checks = (one for one in calls if isinstance(one, ast.Call) and getattr(one.func, "id", "") in NAMING)
    given = {one.value for call in checks for one in call.args if isinstance(one, ast.Constant)}
    return {one for one in given if isinstance(one, str) and one.startswith(("a ", "an ", "the "))}


@pytest.mark.no_cover
def test_what_a_value_is_called_has_a_name_in_chinese() -> None:
    names = named()
    assert {"the budget", "the input"} <= names
    for name in names:
        said = chinese(f"{name} 'q' is not a whole number"), chinese(f"{name} is 0")
        assert said == (f"{NOUNS[name]} 'q' 不是整数", f"{NOUNS[name]}是 0"), name


def test_every_row_says_the_same_in_both_languages() -> None:
    for english, translation in PHRASES:
        assert set(FIELD.findall(english)) == set(FIELD.findall(translation)), english
        assert CHINESE.search(translation), english
        values = {name: f"<{name}>" for name in FIELD.findall(english)}
        assert chinese(english.format(**values)) == translation.format(**values), english


def test_no_phrase_stands_twice() -> None:
    english = [FIELD.sub("{}", row[0]) for row in PHRASES]
    assert sorted({one for one in english if english.count(one) > 1}) == []
    assert all(CHINESE.search(noun) or noun in ("MAC", "True 或 False") for noun in NOUNS.values())


@pytest.mark.parametrize(
    ("typed", "code", "message"),
    [
        ("conv 3x5x5 -o 8 -k 7", 1, "核 7 放不进填充后大小为 5 的输入 — 填充 ≥ 1，核 ≤ 5，或输入 ≥ 7（torch："),
        ("conv 3x5x5 -o 8 -k q", 2, "卷积核 'q' 无法读懂 — 请写 3，或 3x5（行 x 列）"),
        ("conv abc -k 3", 2, "输入 'abc' 无法读懂 — 请写通道数 x 边长，例如 3x224x224，或一个边长"),
        ("conv 3x5x5 -k 3", 2, "缺少 -o — 请给出输出通道数"),
        ("conv 3x5x5 -k 0", 2, "缺少 -o — 请给出输出通道数\n        kernel_size 是 0 — 请用 1 或更大的数\n"),
        ("linear 3x4x5 -o 2", 2, "linear 接收向量或词元数 x 特征数，例如 128x768，不接收特征图 — 请先展平：60"),
        ("mfu 7B --rate 3500 --peak 0", 1, "peak 是 0 — 请用大于 0 的数"),
        ("net 3x8x8, conv 8 k9", 1, "conv 8 k9 on 3x8x8：核 9 放不进填充后大小为 8 的输入 — 填充 ≥ 1，核"),
        ("net 3x8x8, foo", 2, "第 8 列：没有叫 'foo' 的层、模块或 let — `dlquiz calc net --layers`"),
        ("rf vgg16 --at 999", 2, "--at 999 不是层 — 请用 1 到 40"),
        ("conv 3x8x8 -o 4 -k 3 --check banana", 2, "--check 'banana'：读不懂“banana”：这里要填数字\n"),
        ("conv 3x8x8 -o 4 -k 3 --check 1.2.3", 2, "--check '1.2.3'：两个数之间没有运算符\n"),
        ("conv 3x8x8 -o 4 -k 3 --check 1e99999", 2, "--check '1e99999'：指数太大\n"),
        ("conv 3x8x8 -o 4 -k 3 --check ", 2, "--check ''：什么也没有输入\n"),
        ("conv 3x8x8 -o 4 -k 3 --check 1zz", 2, "--check '1zz'：不认识的单位“zz”；这里可用："),
        ("conv 3x8x8 -o 4 -k 3 --check 1:q", 2, "--check '1:q'：读不懂“:”\n"),
        ("conv 3x8x8 -o 4 -k 3 --check 1/0", 2, "--check '1/0'：这个算式算不出来：除以了 0\n"),
        ("conv 3x8x8 -o 4 -k 3 --check (1", 2, '--check \'(1\'：这个算式读不懂：与 "(" 配对的应是 ")"，却是结尾\n'),
        ("conv 3,224,224 -o 64 -k 0", 2, "输入 '3,224,224' 里有逗号 — 请写 3x224x224\n"),
        ("solve channels 64 -k 3 --parameters -5", 1, "预算是 -5 — 请用 1 或更大的数\n"),
        ("params nofile.json", 1, "没有文件 nofile.json — 请检查路径，或按名字给一个模型\n"),
        ("dpo --chosen a", 2, "--chosen 'a'：读不懂“a”：这里要填数字\n"),
        (
            "pass-at-k --samples 9 --correct x --k 5",
            2,
            "--correct 'x'：这个算式读不懂：这里应有数或名字，却是 \"x\"\n",
        ),
        ("perplexity 2.0 --check 3+", 2, "--check '3+'：这个算式读不懂：算式没有写完\n"),
    ],
)
def test_errors_speak_the_language_asked_for(
    typed: str, code: int, message: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["dlquiz", "calc", *typed.split(" "), "--lang", "zh"])
    with pytest.raises(SystemExit) as leaving:
        main()
    out, err = capsys.readouterr()
    assert (leaving.value.code, out) == (code, "")
    assert err.startswith(f"dlquiz: {message}")


def test_a_quantity_is_called_the_same_in_calc_its_check_and_a_working(capsys: pytest.CaptureFixture[str]) -> None:
    from dlquiz.calc import layer
    from dlquiz.cli.calc.render.check import report
    from dlquiz.cli.calc.render.layer import OutputOptions, lines
    from dlquiz.messages.calculators import CHINESE as OF_CALCULATORS
    from dlquiz.messages.quantities import QUANTITIES, quantity_label
    from dlquiz.numeric.instance import Quantity
    from dlquiz.numeric.solution import label

    result = layer("conv2d", (3, 8, 8), out_channels=4, kernel_size=3)
    shown = "\n".join(lines(result, "both", False, 80, "zh"))
    for name in ("output_shape", "parameters", "macs", "flops", "activation_bytes", "weight_bytes", "receptive_field"):
        assert f"  {quantity_label(name, 'zh')} " in shown
        assert OF_CALCULATORS.get(name, quantity_label(name, "zh")) == quantity_label(name, "zh")
    for name in ("output_size", "macs", "activation_bytes"):
        report(result, {}, OutputOptions(check=str(result.ask(name)), ask=name), language="zh")
        assert capsys.readouterr().out.rstrip().endswith(QUANTITIES[name][1])
        assert label(Quantity(name, None, 0, "", "", "count", (), ()), "zh") == QUANTITIES[name][1]
