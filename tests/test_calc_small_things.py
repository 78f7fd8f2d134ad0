"""Small promises of `dlquiz calc`: what is typed in a usual form is read, options are obeyed, numbers stay whole."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable

import pytest

from dlquiz import calc

RunCalc = Callable[..., tuple[int, str, str]]


def test_a_budget_is_read_with_its_prefix(run_calc: RunCalc) -> None:
    assert run_calc("solve channels 64 -k 3 --parameters 1M") == run_calc("solve channels 64 -k 3 --parameters 1000000")
    assert run_calc("solve channels 64 -k 3 --parameters 1.5")[0] == 2


def test_saving_takes_the_kernel_as_convolutions_do(run_calc: RunCalc) -> None:
    assert run_calc("saving 256 256 -k 5 --ask ratio") == run_calc("saving 256 256 --kernel 5 --ask ratio")


@pytest.mark.parametrize(
    ("command", "number"),
    [
        ("separable 32x112x112 -o 64 -k 3 -p 1", "pointwise.weight 2,048"),
        ("mfu mixtral-8x7b --rate 3500 --peak 989T", "989,000,000,000,000"),
        ("kv llama3-70b --tokens 128Ki --batch 64", "2,748,779,069,440 B"),
    ],
)
@pytest.mark.parametrize("columns", [40, 60, 80])
def test_numbers_and_names_are_not_broken(
    run_calc: RunCalc, monkeypatch: pytest.MonkeyPatch, command: str, number: str, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    out = run_calc(command)[1]
    assert max(map(len, out.splitlines())) <= columns
    assert number in " ".join(out.split())


def test_a_long_count_has_its_power_of_ten(run_calc: RunCalc) -> None:
    assert "3,334,644,015,513,600,000,000,000 FLOP = 3.335e24" in run_calc("flops deepseek-v3 --tokens 14.8T")[1]


def test_lists_obey_json(run_calc: RunCalc) -> None:
    found = json.loads(run_calc("net --layers --json")[1])
    assert found["layers"]["conv"]["arguments"]["k"] == "n"
    assert "residual" in found["blocks"]


def test_a_printed_model_obeys_ask(run_calc: RunCalc) -> None:
    printed = "Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1))\n"
    assert run_calc("net - --ask parameters", printed)[1] == "112\n"
    assert json.loads(run_calc("net - --ask buffers --json", printed)[1]) == {"buffers": 0}
    code, out, err = run_calc("net - --ask macs", printed)
    assert (code, out) == (1, "")
    assert "without --input has nothing at 'macs'" in err


def test_none_stands_in_a_tuple(run_calc: RunCalc) -> None:
    shape = json.loads(run_calc("layer adaptive_avg_pool2d 1x5x8x8 output_size=nonex4 --json")[1])["output_shape"]
    assert tuple(shape) == calc.layer("adaptive_avg_pool2d", (1, 5, 8, 8), output_size=(None, 4)).output_shape


def test_narrow_tables_have_heads(run_calc: RunCalc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    out = run_calc("net lenet5")[1]
    assert "layer\n      output  params    MACs   field\n" in out
    assert "conv 16 k5\n    16x10x10   2,416   240 k      14\n" in out


def test_a_table_too_wide_stands_in_columns_on_several_lines(
    run_calc: RunCalc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    out = run_calc("net resnet50 --stages")[1]
    assert out.endswith(
        "part         output  layers  parameters\n"
        "               MACs   share      memory\n"
        "112x112  64x112x112       3       9,536\n"
        "              118 M   2.9 %    9.19 MiB\n"
        "56x56     128x56x56      36       249 k\n"
        "              771 M  18.8 %      62 MiB\n"
        "28x28     256x28x28      42      1.32 M\n"
        "             1.03 G  25.1 %    37.9 MiB\n"
        "14x14     512x14x14      62      7.49 M\n"
        "             1.46 G  35.8 %    27.4 MiB\n"
        "7x7        2048x7x7      29      14.4 M\n"
        "              706 M  17.3 %    6.79 MiB\n"
        "vector         1000       2      2.05 M\n"
        "             2.05 M   0.1 %    11.9 KiB\n"
    )


def test_branches_of_two_forms_are_not_advised_a_convolution(run_calc: RunCalc) -> None:
    code, _, err = run_calc('net "64x8x8, residual(tokens | conv 64 k1)"')
    assert code == 1
    assert "to one form" in err
    assert "conv 64 k1)" not in err.partition("—")[2]


COMMANDS = ["net resnet18", "net resnet18 --depth 1", "net lenet5 --stages", "conv 3x224x224 -o 64 -k 7", "kv gpt2",
            "rf lenet5", "length gpt2"]  # fmt: skip
ANSI = re.compile("\x1b\\[[0-9;]*m")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("columns", ["40", "80", "130"])
def test_a_terminal_shows_the_same_text_with_bold_heads(
    run_calc: RunCalc, monkeypatch: pytest.MonkeyPatch, command: str, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    piped = run_calc(command)[1]
    assert "\x1b" not in piped
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    shown = run_calc(command)[1]
    assert ANSI.sub("", shown) == piped
    first, *rest = shown.splitlines()
    assert first.startswith("\x1b[1m"), "the first line is bold"
    assert all(line.count("\x1b[") in (0, 2) for line in rest)
    monkeypatch.setenv("NO_COLOR", "1")
    assert run_calc(command)[1] == piped


@pytest.mark.parametrize("command", COMMANDS)
def test_numbers_stay_whole_with_their_unit_at_40_columns(
    run_calc: RunCalc, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    numbers = set(re.findall(r"\d{1,3}(?:,\d{3})+", run_calc(command)[1]))
    monkeypatch.setenv("COLUMNS", "40")
    narrow = run_calc(command)[1]
    assert {one for one in numbers if one not in narrow} == set()
    for line in narrow.splitlines():
        assert not re.match(r"\s*([KMGT]i?B|[kMGT]|%)(\s|,|$)", line), f"a unit begins a line: {line!r}"


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("conv abc -k 3", 2, "the input 'abc' cannot be read — write channels x sides, as 3x224x224, or one side"),
        ("conv 3xabc -k 3 -o 4", 2, "the input '3xabc' cannot be read — write channels x sides, as 3x224x224"),
        (
            "conv 3x224x224 -k 0",
            2,
            "-o is missing — give the output channels\n        kernel_size is 0 — use 1 or more",
        ),
        ("conv 3x224x224", 2, "-k and -o are missing — give the kernel size and the output channels"),
        ("conv 3x224x224 -o 4", 2, "-k is missing — give the kernel size"),
        (
            "encoder 128x768 --ff 0",
            2,
            "--heads is missing — give the number of heads\n        dim_feedforward is 0 — use 1",
        ),
        ("lstm 128x768 --proj 8", 2, "-o is missing — give the hidden units"),
        ("sampling", 1, "the logits are missing — give logits or probabilities, as in dlquiz calc sampling --logits 2"),
        ("sampling --top-p 0.9", 1, "the logits are missing — give logits or probabilities"),
        ("gae --rewards 1", 1, "--values is missing — give it, as in dlquiz calc gae --rewards 0,0,1 --values 0.2"),
        ("iou", 2, "missing argument 'BOX' — as in dlquiz calc iou 0,0,10,10 5,5,15,15; see dlquiz calc iou --help"),
    ],
)
def test_what_is_missing_is_said_at_once_with_an_example(run_calc: RunCalc, command: str, code: int, said: str) -> None:
    found = run_calc(command)
    assert found[:2] == (code, "")
    assert found[2].startswith(f"dlquiz: {said}"), found[2]
