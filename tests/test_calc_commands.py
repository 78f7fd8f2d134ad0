"""`dlquiz calc` as people call it: the classic questions, every example of every help, widths, and typing errors."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from steps import at_most

from dlquiz.cli.calc.group import COMMANDS
from dlquiz.markup import cell_width

RunCalc = Callable[..., tuple[int, str, str]]
Golden = Callable[[str, str], None]


# The questions of single layers that interviews ask, numbered as in the list they were collected in:
# the command, the path into its JSON, the standard answer.
QUESTIONS: list[tuple[int, str, str, Any]] = [
    (1, "conv 32 -k 5 -p 2", "output_size[0]", 32),
    (2, "conv 12 -k 3", "output_size[0]", 10),
    (3, "conv 28 -k 7", "output_size[0]", 22),
    (4, "conv 6 -k 3 -s 2 -p 1", "output_size[0]", 3),
    (6, "conv 32 -k 3 -s 2 -p 1", "output_size[0]", 16),
    (7, "conv 200 -k 5 -p 1 -s 2", "output_size[0]", 99),
    (7, "pool 99 -k 3 -s 1", "output_size[0]", 97),
    (7, "conv 97 -k 3 -p 1", "output_size[0]", 97),
    (10, "conv 64x56x56 -o 64 -k 3 -p 1 --no-bias", "parameters", 36_864),
    (10, "conv 64x56x56 -o 64 -k 7 -p 3 --no-bias", "parameters", 200_704),
    (11, "conv 227 -k 11 -s 4", "output_size[0]", 55),
    (11, "conv 224 -k 11 -s 4", "output_size[0]", 54),
    (11, "conv 224 -k 11 -s 4 -p 2", "output_size[0]", 55),
    (12, "conv 3x227x227 -o 96 -k 11 -s 4", "parameters", 34_944),
    (13, "conv 3x227x227 -o 96 -k 11 -s 4", "elementwise.bias", 290_400),
    (15, "linear 25088 -o 4096", "parameters", 102_764_544),
    (19, "conv 3x224x224 -o 64 -k 7 -s 2 -p 3 --no-bias", "output_shape[1]", 112),
    (19, "conv 3x224x224 -o 64 -k 7 -s 2 -p 3 --no-bias", "parameters", 9_408),
    (19, "pool 64x112x112 -k 3 -s 2 -p 1", "output_shape[1]", 56),
    (21, "conv 64x56x56 -o 128 -k 3", "parameters", 73_856),
    (22, "conv 3x224x224 -o 64 -k 3 -p 1", "parameters", 1_792),
    (23, "conv 128x100x100 -o 256 -k 3 -p same", "parameters", 295_168),
    (23, "conv 128x100x100 -o 256 -k 3 -p same --no-bias", "parameters", 294_912),
    (24, "linear 128 -o 256", "parameters", 33_024),
    (25, "conv 3x32x32 -o 8 -k 5", "parameters", 608),
    (25, "conv 8x14x14 -o 16 -k 5", "parameters", 3_216),
    (25, "linear 400 -o 120", "parameters", 48_120),
    (25, "linear 120 -o 84", "parameters", 10_164),
    (25, "linear 84 -o 10", "parameters", 850),
    (26, "conv 3x256x256 -o 1 -k 1", "parameters", 4),
    (27, "conv 3x224x224 -o 20 -k 3", "output_shape[1]", 222),
    (27, "pool 222 -k 2", "output_size[0]", 111),
    (27, "conv 20x111x111 -o 90 -k 3", "output_shape[1]", 109),
    (27, "pool 109 -k 2", "output_size[0]", 54),
    (27, "conv 3x224x224 -o 20 -k 3", "parameters", 560),
    (27, "conv 20x111x111 -o 90 -k 3", "parameters", 16_290),
    (31, "separable 16x32x32 -o 32 -k 3 -p 1 --no-bias", "parameters", 656),
    (31, "conv 16x32x32 -o 32 -k 3 -p 1 --no-bias", "parameters", 4_608),
    (33, "conv 32x112x112 -o 64 -k 3 -p 1", "macs", 231_211_008),
    (33, "separable 32x112x112 -o 64 -k 3 -p 1", "macs", 29_302_784),
    (34, "norm 512", "parameters", 1_024),
    (35, "lstm 4096 -o 256 --one-bias", "parameters", 4_457_472),
    (35, "lstm 4096 -o 256", "parameters", 4_458_496),
    (36, "lstm 25 -o 100 --one-bias", "parameters", 50_400),
    (36, "lstm 25 -o 100", "parameters", 50_800),
    (37, "lstm 1 -o 9 --one-bias", "parameters", 396),
    (38, "gru 300 -o 256", "parameters", 428_544),
    (38, "gru 300 -o 256 --one-bias", "parameters", 427_776),
    (39, "rnn 100 -o 128 --one-bias", "parameters", 29_312),
    (39, "rnn 100 -o 128", "parameters", 29_440),
    (40, "attention 10x512 --heads 8", "parameters", 1_050_624),
    (40, "attention 10x512 --heads 8 --no-bias", "parameters", 1_048_576),
    (41, "encoder 10x512 --heads 8", "parameters", 3_152_384),
    (42, "decoder 10x512 --heads 8", "parameters", 4_204_032),
    (46, "conv 3x224x224 -o 768 -k 16 -s 16", "parameters", 590_592),
    (47, "conv 192x28x28 -o 32 -k 5 -p same", "macs", 120_422_400),
    (48, "linear 100352 -o 1000 --no-bias", "parameters", 100_352_000),
    (48, "linear 2048 -o 1000 --no-bias", "parameters", 2_048_000),
    (49, "conv 9 -k 3 -d 2", "receptive_field[0].size", 5),
    (51, "deconv 28 -k 4 -s 2 -p 1", "output_size[0]", 56),
    (51, "deconv 28 -k 2 -s 2", "output_size[0]", 56),
    (52, "deconv 56 -k 4 -s 2 -p 2", "output_size[0]", 110),
    (53, "deconv 2 -k 3 -s 2 -p 1", "output_size[0]", 3),
    (53, "deconv 2 -k 3 -s 2 -p 1 --output-padding 1", "output_size[0]", 4),
    (54, "pool 109 -k 2", "output_size[0]", 54),
    (54, "pool 109 -k 2 --ceil", "output_size[0]", 55),
    (55, "pool 9 --kind avg -k 4 -s 4 -p 2 --ceil", "output_size[0]", 3),
    (57, "attention 2048x4096 --heads 32", "elementwise.softmax", 268_435_456 // 2),
    (64, "conv 3x16x112x112 -o 64 -k 3", "parameters", 5_248),
    (65, "embedding 30522x768", "parameters", 23_440_896),
    (65, "embedding 10000x300", "parameters", 3_000_000),
    (66, "flatten 16x5x5", "output_shape[0]", 400),
    # Of the interview notes' calculators, those of one layer.
    (101, "conv 3x224x224 -o 64 -k 7 -s 2 -p 3", "macs", 118_013_952),
    (102, "separable 256x14x14 -o 256 -k 3 --no-bias", "parameters", 67_840),
    (102, "conv 256x14x14 -o 256 -k 3 --no-bias", "parameters", 589_824),
    (103, "lstm 256 -o 512 --one-bias", "parameters", 1_574_912),
    (103, "lstm 256 -o 512", "parameters", 1_576_960),
]


def at(value: Any, path: str) -> Any:
    for part in path.replace("[", ".").replace("]", "").split("."):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


@pytest.mark.parametrize(("number", "command", "path", "answer"), QUESTIONS)
def test_classic_questions(run_calc: RunCalc, number: int, command: str, path: str, answer: Any) -> None:
    code, out, err = run_calc(f"{command} --json")
    assert (code, err) == (0, "")
    assert at(json.loads(out), path) == answer


def test_keras_counts_are_in_the_working(run_calc: RunCalc) -> None:
    assert "= 2,048" in run_calc("norm 512")[1]
    assert "= 4,457,472" in run_calc("lstm 4096 -o 256")[1]
    assert "= 427,776" in run_calc("gru 300 -o 256")[1]


# ------------------------------------------------------------------------------------------------ helps


def helps(run_calc: RunCalc) -> list[tuple[str, str]]:
    names = ["", *COMMANDS, *(f"solve {name}" for name in ("size", "same", "undo", "input", "channels"))]
    return [(name, run_calc(f"{name} --help")[1]) for name in names]


def test_every_example_of_every_help_runs(run_calc: RunCalc) -> None:
    examples = 0
    for name, text in helps(run_calc):
        assert "Examples:" in text, name
        for line in re.sub(r" \\\n +", " ", text).splitlines():
            if line.strip().startswith("dlquiz calc"):
                command = re.split(r" {2,}", line.strip())[0]
                code, out, err = run_calc(command.removeprefix("dlquiz calc "))
                assert out, command
                assert err == "", command
                assert code == (1 if "--check " in command else 0), command
                examples += 1
    assert examples > 50


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("language", ["en", "zh_CN.UTF-8"])
def test_nothing_is_wider_than_the_terminal(
    run_calc: RunCalc, monkeypatch: pytest.MonkeyPatch, columns: int, language: str
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("LANG", language)
    for _, command, _, _ in QUESTIONS:
        _, out, _ = run_calc(command)
        assert max(map(cell_width, out.splitlines())) <= columns, command
    for command in (
        "conv 12 -k 3 -p 1 -d 2",
        "conv 3x9x7 -o 2 -k 3x2 -p 1:2x0:1",
        "conv 26 -k 7 -s 3 -p 3 -d 3 --check 6",
    ):
        _, out, _ = run_calc(command)
        assert max(map(cell_width, out.splitlines())) <= columns, out


GOLDEN = [
    "conv 3x224x224 -o 64 -k 7 -s 2 -p 3",
    "conv 9 -k 3 -s 2 -p 1:0",
    "conv 8 -k 2 -s 3",
    "pool 7 -k 2 --ceil",
    "conv 2x9x7 -o 4 -k 3x2 -s 2x1 -d 2x1 -g 2 --count all",
    "deconv 16x4x4 -o 8 -k 3 -s 2 -p 1 --output-padding 1",
    "separable 32x112x112 -o 64 -k 3 -p 1 --no-bias --count mac",
    "norm 64x8x8",
    "lstm 5x8 -o 16 -n 2 --both --proj 4",
    "attention 4096x4096 --heads 32 --kv 8 --no-bias --dtype bf16",
    "conv 26 -k 7 -s 3 -p 3 -d 3 --check 6",
    "conv 3x224x224 -o 64 -k 7 -s 2 -p 3 --check 111",
    "solve size 227 55 --max-padding 0",
    "conv 3x9x9 -o 4 -k 3 -s 2 -d 2 -p 1 --lang zh",
    "lstm 10x8 -o 4 -n 2 --both --lang zh",
    "conv 3x224x224 -o 64 -k 7 -s 2 -p 3 --check 111 --lang zh",
    "conv 3x224x224 -o 64 -k 7 -s 2 -p 3 --check 9.5k --lang zh",
]


@pytest.mark.parametrize(
    ("command", "printed"),
    [
        ("conv 3x8x8 -o 4 -k 3 --ask macs", "3,888"),
        ("conv 3x8x8 -o 4 -k 3 --ask macs --json", '{"macs": 3888}'),
        ("conv 3x8x8 -o 4 -k 3 --ask output_shape", "4x6x6"),
        ("conv 224 -k 3 --ask output_size", "222"),
        ("conv 3x8x8 -o 4 -k 3 --ask receptive_field[0].start", "3/2"),
        ("layer relu 3x8 --ask elementwise", '{"relu": 24}'),
    ],
)
def test_a_layer_answers_what_is_asked_alone(run_calc: RunCalc, command: str, printed: str) -> None:
    assert run_calc(command) == (0, f"{printed}\n", "")


def test_what_needs_channels_is_not_answered_without_them(run_calc: RunCalc) -> None:
    code, out, err = run_calc("conv 224 -k 3 --ask macs")
    assert (code, out) == (2, "")
    assert "--ask macs needs the input's channels — write the input as 3x224x224" in err


def test_what_is_printed(run_calc: RunCalc, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    golden("calc.txt", "".join(f"$ dlquiz calc {command}\n{run_calc(command)[1]}\n" for command in GOLDEN))


# ------------------------------------------------------------------------------------------------ tables and JSON


@pytest.mark.parametrize("command", sorted({command for _, command, _, _ in QUESTIONS}))
def test_json_equals_the_table(run_calc: RunCalc, command: str) -> None:
    table, fields = run_calc(f"{command} --count all")[1], json.loads(run_calc(f"{command} --json")[1])
    rows = {"parameters": "parameters", "MACs": "macs", "FLOPs": "flops", "weight memory": "weight_bytes",
            "output memory": "activation_bytes"}  # fmt: skip
    for label, name in rows.items():
        row = re.search(rf"^  {label} +([\d,]+)", table, re.MULTILINE)
        if row:
            assert int(row.group(1).replace(",", "")) == fields[name]
    if "output_shape" in fields:
        shape = re.search(r"^  output shape +(\S+)", table, re.MULTILINE)
        assert shape is not None
        assert shape[1] == "x".join(map(str, fields["output_shape"]))
        assert {"parameters", "macs", "flops"} <= fields.keys()
    numbers = [int(one.replace(",", "")) for one in re.findall(r"= ([\d,]+)$", table, re.MULTILINE)]
    values = [step["value"] for step in fields["steps"]]
    assert numbers
    assert set(numbers) <= {value for value in values if isinstance(value, int)}


def test_the_language_is_asked_for_or_found(run_calc: RunCalc, monkeypatch: pytest.MonkeyPatch) -> None:
    command = "conv 3x8x8 -o 4 -k 3"
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "参数量" in run_calc(command)[1]
    assert "参数量" not in run_calc(f"{command} --lang en")[1]
    monkeypatch.setenv("DLQUIZ_LANG", "en")
    assert "参数量" not in run_calc(command)[1]
    assert run_calc(f"{command} --lang fr")[0] == 2
    assert json.loads(run_calc(f"{command} --lang zh --json")[1])["parameters"] == 112


def test_counts_choose_the_cost(run_calc: RunCalc) -> None:
    command = "conv 3x8x8 -o 4 -k 3"
    mac, flop, everything = (run_calc(f"{command} --count {one}")[1] for one in ("mac", "flop", "all"))
    assert "  MACs" in mac
    assert "  FLOPs" not in mac
    assert "  MACs  " not in flop
    assert "  FLOPs" in flop
    fields = json.loads(run_calc(f"{command} --json")[1])
    total = fields["flops"] + sum(fields["elementwise"].values())
    assert f"all operations  {total:,} " in everything


def test_check_says_right_and_wrong(run_calc: RunCalc) -> None:
    stem = "conv 3x224x224 -o 64 -k 7 -s 2 -p 3 --check"
    assert run_calc(f"{stem} 112x112")[0] == 0  # Both sides of a square are its size.
    assert run_calc(f"{stem} 112x112x112")[0] == 1
    for right in ("112", "9472", "9,472", "9.47k", "64x112x112", "118013952", "118M", "7*7*3*64+64", "１１２"):
        code, out, _ = run_calc(f"{stem} '{right}'")
        assert (code, "is right" in out) == (0, True), right
    code, out, _ = run_calc(f"{stem} 9408 --ask parameters")
    assert code == 1
    assert "parameters: 9,472, not 9408" in out
    assert "bias" in out
    code, out, _ = run_calc(f"{stem} 77")
    assert code == 1
    assert "no known mistake gives it" in out
    code, out, _ = run_calc(f"{stem} 111 --json")
    found = json.loads(out)
    assert not found["correct"]
    assert {"O2", "O3"} <= set(found["found"][0]["mistakes"])
    code, _, err = run_calc(f"{stem} nonsense")
    assert code == 2
    assert len(err.splitlines()) == 1


# ------------------------------------------------------------------------------------------------ bad input

NUMBERS = ["0", "-1", "-3", "3", "5", "64", "99", "3x5", "2x2", "3x5x7", "1:2", "3x0x8", "3x2x2", "1000000000000000000"]
TYPOS = (
    "3x5x7x9x2 1:2:3 : same valid tf-same full abc 1e3 2.5 x 3x x3 -- NaN ① 0x10 None 3xx8 ∞ 3×8×8 "
    "1000000000000000000x2x3 max avg group layer fp16 fp12 mac all"
)
WORDS = [
    *TYPOS.split(),
    "",
    " ",
    "9" * 30,
    "9" * 400,
    "x".join("3" * 40),
    "3 x 8",
    "é\n",
    "'",
    "\x00",
    "x" * 5000,
]
BASES = """
conv 3x32x32 -o 8 -k 3 -s 2 -p 1 -d 1 -g 1 --batch 2 --dtype fp16 --count all
conv 32 -k 5
conv 4x9 -o 4 -k 3 -p same --json
conv 2x5x5x5 -o 2 -k 3x3x3 -p 1:0x0:1x1:1
deconv 8x7x7 -o 4 -k 4 -s 2 -p 1 --output-padding 1 -g 2
separable 8x9x9 -o 4 -k 3 -m 2
pool 8x9x9 -k 3 -s 2 -p 1 -d 1 --kind max --ceil
pool 8x9x9 --kind adaptive-avg -o 3
upsample 4x8x8 --scale 2 --mode bilinear
upsample 4x8x8 --size 9x11
shuffle 16x4x4 -r 2 --down
flatten 16x5x5 --batch 4
norm 32x8x8 --kind group -g 4
norm 10x64 --kind layer --batch 2
linear 10x8 -o 5
embedding 100x8 --tokens 5
rnn 10x8 -o 5 -n 2
lstm 10x8 -o 6 --proj 3 --both
gru --tokens 10x8 -o 5
attention 5x8 --heads 4 --kv 2
attention 5x8 --heads 4 --keys 3x8
encoder 5x8 --heads 2 --ff 16 --activation gelu
decoder 5x8 --heads 2 --memory 3x8
layer conv2d 3x8x8 out_channels=4 kernel_size=3 stride=2
layer gelu 3x8
solve size 32 16 -k 3 -s 2 --max-dilation 2
solve same -k 5 -d 2
solve undo 32 -k 3 -s 2 -p 1
solve input 16 -k 3 -s 2 -p 1 -d 1
solve channels 8 -k 3 --parameters 10000 -g 2
solve channels 8 -k 3 --macs 1000000 --output 8x8
""".strip().splitlines()


def mistake(source: random.Random) -> list[str]:
    """A good command with one to three of its words wrong, missing, doubled, or foreign."""
    words = source.choice(BASES).split()
    for _ in range(source.choice([1, 1, 2, 3])):
        place = source.randrange(1, len(words) + 1)
        match source.randrange(8):
            case 0:
                words.insert(place, source.choice([*NUMBERS, *WORDS]))
            case 1 if len(words) > 2 and place < len(words):
                del words[place]
            case 2:
                words.insert(place, source.choice(["--bogus", "-z", "-o", "-k", "--heads", "--ceil", "--count"]))
            case _ if place < len(words) and not words[place].startswith("-"):
                name, sign, _ = words[place].rpartition("=")
                words[place] = name + sign + source.choice(NUMBERS if source.random() < 0.6 else WORDS)
    return words


@pytest.mark.parametrize("count", [100, pytest.param(1000, marks=pytest.mark.slow)])
def test_a_thousand_typing_errors_are_answered(run_calc: RunCalc, count: int) -> None:
    source, codes = random.Random(11), {0: 0, 1: 0, 2: 0}
    for _ in range(count):
        command = mistake(source)
        with at_most(300_000):
            code, out, err = run_calc(command)
        assert code in codes, command
        codes[code] += 1
        assert "Traceback" not in err, command
        if code == 1 and "--check" not in command:
            assert out == "", command
            assert len([line for line in err.splitlines() if not line.startswith("note: ")]) == 1, command
            assert " — " in err, command
        if code == 2 and err:
            last = err.strip().splitlines()[-1]
            assert last.startswith("dlquiz: "), command
            if last.startswith("dlquiz: "):
                assert " — " in last, command
    assert codes[1] > 0.06 * count, codes
    assert codes[2] > 0.3 * count, codes


@pytest.mark.parametrize("option", ["-k", "-s", "-p", "-d", "--max-kernel", "--max-padding", "--max-dilation"])
@pytest.mark.parametrize("value", ["9" * 30, "1000000", "0", "-5", "x"])
def test_bounds_of_solve_cannot_run_away(run_calc: RunCalc, option: str, value: str) -> None:
    with at_most(1_000_000):
        code, _, err = run_calc(f"solve size 224 112 {option} {value}")
    assert code in (0, 1, 2)
    assert len(err.splitlines()) == (code > 0)


# ------------------------------------------------------------------------------------------------ cost


def test_a_layer_loads_only_what_it_needs() -> None:
    code = "import sys; sys.argv = ['dlquiz', 'calc', 'conv', '3x8x8', '-o', '4', '-k', '3']\n"
    code += "from dlquiz.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
    code += "print(*sorted(sys.modules), file=sys.stderr)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr.split()
    heavy = {"rich", "numpy", "yaml", "sqlite3", "markdown_it", "asyncio", "torch"}
    assert not heavy & {name.split(".")[0] for name in loaded}
    ours = {name for name in loaded if name.startswith("dlquiz.")}
    assert "dlquiz.calc.layers.convolution" in ours
    assert not {
        name for name in ours if name.startswith(("dlquiz.calc.costs", "dlquiz.calc.methods", "dlquiz.calc.calc"))
    }
    assert not ours & {
        f"dlquiz.calc.{name}"
        for name in (
            "layers.pooling",
            "layers.recurrent",
            "layers.attention",
            "layers.transformer",
            "mistakes",
            "inverse",
        )
    }
    assert not ours & {
        f"dlquiz.cli.{name}"
        for name in ("calc.calculators", "calc.inverse", "calc.check", "commands.study", "commands.bank")
    }


@pytest.mark.parametrize(
    ("typed", "meant"), [("3,224,224", "3x224x224"), ("224,224", "224x224"), ("(3,32,32)", "3x32x32")]
)
def test_a_shape_with_commas_is_shown_as_it_is_written(run_calc: RunCalc, typed: str, meant: str) -> None:
    code, _, err = run_calc(f"conv '{typed}' -o 8 -k 3")
    assert code == 2
    assert err.endswith(f"has commas — write {meant}\n")


def test_shapes_that_are_seldom_meant_are_remarked_on(run_calc: RunCalc) -> None:
    for command in ("conv 224x224x3 -o 8 -k 3", "net '224x224x3, conv 8 k3'"):
        code, out, err = run_calc(command)
        assert (code, err) == (0, "note: three numbers are C,H,W, so 224 channels; 3 channels are 3x224x224\n")
    assert run_calc("conv 64 -o 128 -k 3")[2].endswith("for the parameters of 64 channels write 64x3x3\n")
    assert run_calc("conv 64 -k 3")[2] == ""
    assert run_calc("conv 224x224x3 -o 8 -k 3 --lang zh")[2].endswith("3 个通道请写 3x224x224\n")
    for command in ("conv 3x224x224 -o 8 -k 3", "conv 64x3x3 -o 8 -k 3", "conv 512x1x1 -o 8 -k 1", "conv 7x7x3 -o 8"):
        assert "note" not in run_calc(command)[2]
    code, out, err = run_calc("conv 8x3x224x224 -o 64 -k 3 -p 1")
    assert code == 0
    assert "13,888" in out
    assert err == "note: four numbers are C,D,H,W; a batch of 8 is 3x224x224 --batch 8\n"
    assert run_calc("conv 3x16x112x112 -o 64 -k 3 -p 1")[2] == ""
    assert run_calc("conv 8x3x224x224 -o 64 -k 3 -p 1 --json")[2] == ""
