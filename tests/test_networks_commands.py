"""`dlquiz calc net | rf | diff | top` as people call them: a command for each classic question."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dlquiz import calc
from dlquiz.markup import cell_width

RunCalc = Callable[..., tuple[int, str, str]]
Golden = Callable[[str, str], None]
PRINTED = Path(__file__).parent / "data" / "printed"


LECTURE = "conv 8 k5, maxpool k2, conv 16 k5, maxpool k2, flatten, linear 120, linear 84, linear 10"
DILATED = ", ".join(f"conv 1 k2 d{2**power}" for power in range(10))
# Number of the classic question, command, and what its output must say.
QUESTIONS: list[tuple[int, str, list[str]]] = [
    (1, "net 1x32x32, conv 1 k5 p2 --ask output_size", ["32"]),
    (2, "net 1x12x12, conv 1 k3 --ask output_size", ["10"]),
    (3, "net 1x28x28, conv 1 k7 --ask output_size", ["22"]),
    (4, "net 1x6x6, conv 1 k3 s2 p1 --ask output_size", ["3"]),
    (5, 'rf "1x6x6, 50*(conv 1 k3 s2 p1)"', ["2,251,799,813,685,247"]),
    (6, "net 1x32x32, conv 1 k3 s2 p1 --ask output_size", ["16"]),
    (7, "net 3x200x200, conv 8 k5 s2 p1, maxpool k3 s1, conv 8 k3 p1 --ask output_size", ["97"]),
    (8, "net 3x64x64, conv 8 k3 s2, relu, bn, maxpool k2, conv 8 k3 --ask receptive_field.size", ["13"]),
    (9, 'net "3x64x64, 3*(conv 8 k3)" --ask receptive_field.size', ["7"]),
    (10, 'net "64x9x9, 3*(conv 64 k3 b0)" --ask parameters', ["110,592"]),
    (10, "net 64x9x9, conv 64 k7 b0 --ask parameters", ["200,704"]),
    (11, "net alexnet:paper --ask layers[0].output_shape", ["96x55x55"]),
    (11, "net alexnet:paper@224 --ask layers[0].output_shape", ["96x54x54"]),
    (12, "net alexnet:paper --ask layers[0].parameters", ["34,944"]),
    (13, "net alexnet:paper --ask layers[1].elementwise.relu", ["290,400"]),
    (14, "net alexnet:paper --ask parameters", ["60,965,224"]),
    (14, "net alexnet:ungrouped --ask parameters", ["62,378,344"]),
    (15, "net vgg16 --ask parameters", ["138,357,544"]),
    (15, "top vgg16 --by parameters -n 1", ["102,764,544", "74.3 %"]),
    (16, "rf vgg16", ["512x14x14     196", "512x7x7     212", "404x404"]),
    (17, "net vgg16 --ask macs_by_kind.conv2d --ask macs", ["15,346,630,656", "15,470,264,320"]),
    (18, "net resnet50 --ask parameters --ask macs", ["25,557,032", "4,089,184,256"]),
    (18, "net resnet50:stride-1x1 --ask macs", ["3,857,973,248"]),
    (19, "net 3x224x224, conv 64 k7 s2 p3 b0, maxpool k3 s2 p1", ["64x112x112", "64x56x56", "9,408"]),
    (20, "rf resnet50", ["427, jump 32, start 1/2, padding 213"]),
    (20, "rf resnet50:stride-1x1", ["483, jump 32"]),
    (21, "net 64x8x8, conv 128 k3 --ask parameters", ["73,856"]),
    (22, "net 3x8x8, conv 64 k3 --ask parameters", ["1,792"]),
    (23, "net 128x100x100, conv 256 k3 p1 --ask parameters", ["295,168"]),
    (23, "net 128x100x100, conv 256 k3 p1 b0 --ask parameters", ["294,912"]),
    (24, "net 128, linear 256 --ask parameters", ["33,024"]),
    (25, f"net 3x32x32, {LECTURE}", ["608", "3,216", "48,120", "10,164", "850"]),
    (26, "net 3x256x256, conv 1 k1 --ask parameters", ["4"]),
    (27, "net 3x224x224, conv 20 k3, maxpool k2, conv 90 k3, maxpool k2",
     ["222", "111", "109", "54", "560", "16,290"]),
    (28, "net 784, linear 128, relu, linear 10 --ask parameters", ["101,770"]),
    (29, "net 1x28x28, conv 32 k3, relu, maxpool k2, conv 64 k3, relu, maxpool k2, flatten, dropout, linear 10 "
     "--ask parameters", ["34,826"]),
    (30, "net lenet5 --ask parameters", ["61,706"]),
    (30, "net lenet5:1998 --ask parameters", ["60,000"]),
    (31, "net 16x9x9, separable 32 k3 b0 --ask parameters", ["656"]),
    (31, "net 16x9x9, conv 32 k3 b0 --ask parameters", ["4,608"]),
    (33, "net 32x112x112, conv 64 k3 p1 --ask macs", ["231,211,008"]),
    (33, "net 32x112x112, separable 64 k3 p1 --ask macs", ["29,302,784"]),
    (34, "net 512x2x2, bn --count others", ["2,048 parameters", "1,024 parameters"]),
    (35, "net 9x4096 tokens, lstm 256 --ask parameters", ["4,458,496"]),
    (35, "net 9x4096 tokens, lstm 256 onebias --ask parameters", ["4,457,472"]),
    (36, "net 9x25 tokens, lstm 100 --ask parameters", ["50,800"]),
    (36, "net 9x25 tokens, lstm 100 onebias --ask parameters", ["50,400"]),
    (37, "net 9x1 tokens, lstm 9 onebias --ask parameters", ["396"]),
    (38, "net 9x300 tokens, gru 256 --ask parameters", ["428,544"]),
    (38, "net 9x300 tokens, gru 256 onebias --ask parameters", ["427,776"]),
    (39, "net 9x100 tokens, rnn 128 --ask parameters", ["29,440"]),
    (39, "net 9x100 tokens, rnn 128 onebias --ask parameters", ["29,312"]),
    (40, "net 9x512 tokens, attention 512 h8 --ask parameters", ["1,050,624"]),
    (40, "net 9x512 tokens, attention 512 h8 b0 --ask parameters", ["1,048,576"]),
    (41, "net 9x512 tokens, encoder 512 h8 --ask parameters", ["3,152,384"]),
    (42, "net 9x512 tokens, decoder 512 h8 --ask parameters", ["4,204,032"]),
    (43, "net bert_base --ask parameters", ["109,482,240"]),
    (43, 'net "9 tokens, add(embedding 768 v30522 | embedding 768 v2), position 512, ln" --ask parameters',
     ["23,837,184"]),
    (43, "net 9x768 tokens, encoder 768 h12 f=3072 --ask parameters", ["7,087,872"]),
    (43, "net 9x768 tokens, first, linear 768 --ask parameters", ["590,592"]),
    (44, "net gpt2 --ask parameters", ["124,439,808"]),
    (45, "net gpt3 --ask parameters", ["174,604,259,328"]),
    (46, "net vit_b_16 --ask layers[2].output_shape --ask layers[0].parameters --ask parameters",
     ["197x768", "590,592", "86,567,656"]),
    (47, "net 192x28x28, conv 32 k5 p2 --ask macs", ["120,422,400"]),
    (47, "net 192x28x28, conv 16 k1, conv 32 k5 p2 --ask macs", ["12,443,648"]),
    (48, "net 2048x7x7, flatten, linear 1000 b0 --ask parameters", ["100,352,000"]),
    (48, "net 2048x7x7, gap, linear 1000 b0 --ask parameters", ["2,048,000"]),
    (49, "net 3x64x64, conv 8 k3 d2 --ask receptive_field.size", ["5"]),
    (49, "net 3x64x64, conv 8 k3, conv 8 k3 d2, conv 8 k3 d4 --ask receptive_field.size", ["15"]),
    (50, "rf wavenet_stack", ["1,024, jump 1"]),
    (50, f'rf "1x9000, 3*({DILATED})"', ["3,070, jump 1"]),
    (51, "net 8x28x28, deconv 8 k4 s2 p1 --ask output_size", ["56"]),
    (51, "net 8x28x28, deconv 8 k2 s2 --ask output_size", ["56"]),
    (52, "net 8x56x56, deconv 8 k4 s2 p2 --ask output_size", ["110"]),
    (53, "net 8x2x2, deconv 8 k3 s2 p1 --ask output_size", ["3"]),
    (53, "net 8x2x2, deconv 8 k3 s2 p1 o1 --ask output_size", ["4"]),
    (54, "net 8x109x109, maxpool k2 --ask output_size", ["54"]),
    (54, "net 8x109x109, maxpool k2 ceil --ask output_size", ["55"]),
    (55, "net 1x9x9, avgpool k4 s4 p2 ceil --ask output_size", ["3"]),
    (63, "net resnet50 --ask weight_bytes", ["102,228,128"]),
    (63, "net resnet50", ["102,228,128 B = 97.5 MiB"]),
    (64, "net 3x9x9x9, conv 64 k3 --ask parameters", ["5,248"]),
    (65, "net 9 tokens, embedding 768 v30522 --ask parameters", ["23,440,896"]),
    (66, "net 1x32x32, conv 6 k5, maxpool k2, conv 16 k5, maxpool k2, flatten --ask output_shape[0]", ["400"]),
    (67, "net unet --ask parameters --ask output_shape", ["31,030,658", "2x388x388"]),
]  # fmt: skip


@pytest.mark.parametrize(("number", "command", "spoken"), QUESTIONS)
def test_classic_questions(
    run_calc: RunCalc, monkeypatch: pytest.MonkeyPatch, number: int, command: str, spoken: list[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    code, out, err = run_calc(command)
    assert (code, err) == (0, ""), command
    if "--ask" in command:
        assert out.split("\n")[:-1] == spoken
    else:
        assert all(one in out for one in spoken), out


@pytest.mark.parametrize("columns", [40, 60, 80, 130])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_wider_than_the_terminal(
    run_calc: RunCalc, monkeypatch: pytest.MonkeyPatch, columns: int, language: str
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for command in (
        f"net resnet50 --lang {language}", f"net unet --count all --lang {language}", "net mixtral_8x7b", "net gpt2_xl",
        "net inception_v3 --count flop", "net vgg16 --count others", "net --list", "net --layers", "rf unet",
        f"rf resnet50 --lang {language}", "rf resnet50 --at 100 --unit 3,5", "diff resnet50 resnet50:stride-1x1",
        "diff vgg16 vgg16_bn", "top resnet50", "top gpt2 --by memory", 'rf "1x64x64, 10*(conv 1 k3 p1)" --effective',
        "net inception_v3 --explain", "net " + "x".join(["3", "99999999", "99999999"]) + ", conv 1024 k3x5 p1x2 s1x2",
    ):  # fmt: skip
        code, out, err = run_calc(command)
        assert (code, err) == (0, ""), command
        widest = max(out.splitlines(), key=cell_width)
        assert cell_width(widest) <= columns, (command, widest)


@pytest.mark.parametrize("name", ["resnet50", "unet", "gpt2", "mixtral_8x7b", "inception_v3:aux"])
def test_json_csv_and_markdown_say_the_same(run_calc: RunCalc, name: str) -> None:
    net = calc.network(name)
    fields = json.loads(run_calc(f"net {name} --json")[1])
    assert fields["parameters"] == net.parameters == sum(one["parameters"] * one["repeat"] for one in fields["layers"])
    assert fields["macs"] == net.macs == sum(one["macs"] * one["repeat"] for one in fields["layers"])
    assert fields["flops"] == 2 * fields["macs"]
    assert {
        "activation_bytes",
        "peak_activation_bytes",
        "weight_bytes",
        "receptive_field",
        "steps",
    } <= fields.keys()
    table = list(csv.DictReader(io.StringIO(run_calc(f"net {name} --csv")[1])))
    assert sum(int(row["macs"]) * int(row["repeat"]) for row in table) == net.macs
    assert len(table) == len(fields["layers"])
    markdown = run_calc(f"net {name} --markdown")[1].splitlines()
    assert len(markdown) == len(table) + 3
    assert len({line.replace("\\|", "").count("|") for line in markdown}) == 1
    assert f"**{net.macs:,}**" in markdown[-1]
    whole = list(csv.DictReader(io.StringIO(run_calc(f"net {name} --csv --explain")[1])))
    assert len(whole) == len(net.layers)


def test_json_has_rationals_as_text(run_calc: RunCalc) -> None:
    fields = json.loads(run_calc("net 1x8x8, deconv 1 k2 s2 --json")[1])
    assert fields["receptive_field"][0]["jump"] == "1/2"


@pytest.mark.parametrize(
    ("more", "said"), [("", "there is no file 'model.txt' — check the path"), (" --lang zh", "没有文件 'model.txt'")]
)
def test_a_file_that_is_not_there_is_said_to_be_none(run_calc: RunCalc, more: str, said: str) -> None:
    code, _, err = run_calc(f"net model.txt{more}")
    assert code == 2
    assert said in err


def test_a_network_comes_from_a_file_stdin_or_many_words(run_calc: RunCalc, tmp_path: Path) -> None:
    text = "# a comment\nlet b(w) = conv w k3 p1, relu\n\n3x16x16\nb(4)\n2*( b(4)\n b(4) )"
    path = tmp_path / "mine.net"
    path.write_text(text, encoding="utf-8")
    answers = {run_calc(f"net {path} --ask parameters")[1], run_calc("net - --ask parameters", text)[1],
               run_calc("net 3x16x16, conv 4 k3 p1, relu, conv 4 k3 p1, conv 4 k3 p1, conv 4 k3 p1, conv 4 k3 p1 --ask "
                   "parameters")[1]}  # fmt: skip
    assert len(answers) == 1
    path.write_bytes(b"\xff\xfe3x2x2")
    code, _, err = run_calc(f"net {path}")
    assert code == 1
    assert "not UTF-8" in err


def test_what_cannot_be_read_exits_with_2_and_a_mark(run_calc: RunCalc) -> None:
    code, out, err = run_calc("net 3x224x224, conv 64 kk7")
    assert (code, out) == (2, "")
    assert err.splitlines()[1:] == ["  3x224x224, conv 64 kk7", "                     ^^^"]
    for command in ("net", "net 3x2 --count x", "rf vgg16 --at 99", "rf vgg16 --unit x", "net gpt2 --batch x"):
        code, _, err = run_calc(command)
        assert code == 2, command
        assert err.startswith("dlquiz: "), command


@pytest.mark.parametrize(
    ("command", "spoken"),
    [
        ("net 3x32x32, conv 8 k50", "kernel 50 does not fit"),
        ("net resnet51", "did you mean"),
        ("net gpt2 --ask nothing", "ask for one of"),
        ("net gpt2 --dtype fp12", "fp16"),
        ("rf gpt2 --unit 1,1", "no map"),
        ("rf vgg16 --at 5 --unit 1,2,3", "rows,columns"),
        ("rf vgg16 --at 5 --unit 1,999", "outside"),
        ("rf resnet50 --effective", "plain chain"),
        ("rf 3x8x8, relu --until 9", "kernel of 2 or more"),
        ("diff gpt2 gpt9", "did you mean"),
        ("rf resnet50@0", "1 to 10^18"),
    ],
)
def test_what_cannot_be_exits_with_1(run_calc: RunCalc, command: str, spoken: str) -> None:
    code, out, err = run_calc(command)
    assert spoken in err
    assert out == ""
    assert code == (2 if "@0" in command else 1), err


def test_printed_models(run_calc: RunCalc) -> None:
    resnet = (PRINTED / "resnet50.txt").read_text(encoding="utf-8").partition("\n")[2]
    _, out, _ = run_calc("net - --input 3x224x224 --ask macs --ask parameters", resnet)
    assert out.split() == ["4,089,184,256", "25,557,032"]
    own = (PRINTED / "own_tensors.txt").read_text(encoding="utf-8").partition("\n")[2]
    _, out, _ = run_calc("net -", own)
    assert "at least" in out
    assert "Tied may hold" in out
    assert "subtract 3,200" in out
    assert json.loads(run_calc("net - --json", own)[1])["exact"] is False
    assert "--input" not in out
    assert "does with its modules is not known" in out
    assert "give --input" in run_calc("net -", resnet)[1]
    code, _, err = run_calc("net -", "Net(\n  what is this\n)")
    assert code == 1
    assert "line 2" in err


def test_the_input_of_a_name_is_obeyed_and_that_of_a_notation_refused(run_calc: RunCalc) -> None:
    assert run_calc("net resnet50 --input 3x320x320 --ask macs")[1] == "8,343,142,400\n"
    assert run_calc("net gpt2 --input 128 --ask output_shape")[1] == run_calc("net gpt2@128 --ask output_shape")[1]
    for command in ("net resnet50 --input 1x320x320", "net resnet50 --input 320", "net 3x8x8,relu --input 3x9x9"):
        code, out, err = run_calc(command)
        assert (code, out) == (2, "")
        assert "--input" in err


def test_a_print_says_which_layer_does_not_fit(run_calc: RunCalc) -> None:
    text = """Sequential(
  (0): Flatten(start_dim=1, end_dim=-1)
  (1): Linear(in_features=100, out_features=10, bias=True)
)"""
    code, out, err = run_calc("net - --input 3x32x32", text)
    assert (code, out) == (1, "")
    assert "line 3, (1) Linear gets 3072 features (3072), its in_features is 100 — write in_features=3072" in err
    assert "mat1 and mat2 shapes cannot be multiplied (1x3072 and 100x10)" in err
    assert "收到 3072 个特征" in run_calc("net - --input 3x32x32 --lang zh", text)[2]
    assert run_calc("net - --input 100 --ask macs", text)[1] == "1,000\n"


def test_a_field_that_is_not_followed_is_no_missing_map(run_calc: RunCalc) -> None:
    for command in ("rf", "net"):
        shown = run_calc(f"{command} '8x14x14, conv 8 k3, windows k7 (attention 8 h2)'")[1]
        assert re.search(r"receptive field +not followed\n +note +fields are not followed through windows", shown)
    assert "none: no input map" in run_calc("net '4x8 tokens, linear 3'")[1]


def test_units_backwards_and_how_much_matters(run_calc: RunCalc) -> None:
    fields = json.loads(run_calc("rf vgg16 --unit 0,3 --json")[1])
    assert fields["box"] == [[0, 121], [6, 217]]
    out = run_calc("rf 1x9x9, conv 1 k3 p1, gap --unit 0,8")[1].splitlines()
    assert out[0] == "unit 0,8 of conv 1 k3 p1, 1x9x9"
    assert out[1] == "rows 0 to 1: 2 pixels, 2 of them touched"
    assert out[2] == "columns 7 to 8: 2 pixels, 2 of them touched"
    assert "100 repeats: field 201" in run_calc("rf 8x64x64, conv 8 k3 p1 --until 200")[1]
    assert json.loads(run_calc("rf 8x64x64, conv 8 k3 s2 p1 --until 200 --json")[1])["repeats"] == 7
    assert "of which 13 matter" in run_calc('rf "1x64x64, 10*(conv 1 k3 p1)" --effective')[1]


def test_differences(run_calc: RunCalc) -> None:
    assert run_calc("diff vgg16 VGG-16")[1] == "no difference\n"
    out = run_calc("diff resnet50 resnet50:stride-1x1")[1]
    assert "4,089,184,256 -> 3,857,973,248 (−231,211,008)" in out
    assert "427/32/213 -> 483/32/241" in out
    assert sum(line.startswith("*") for line in out.splitlines()) == 3
    fields = json.loads(run_calc("diff vgg16 vgg16_bn --json")[1])
    assert fields["totals"]["parameters"] == [138_357_544, 138_365_992]
    assert all(one["first"] is None and one["second"]["kind"] == "batch_norm2d" for one in fields["layers"])


def test_networks_of_one_structure_differ_in_place(run_calc: RunCalc) -> None:
    out = run_calc("diff resnet50 resnext50_32x4d --most 200")[1].splitlines()
    assert not [line for line in out if line.startswith(("- ", "+ "))]
    assert any("conv 64 k3 p1 b0 => conv 128 k3 p1 g32 b0" in line for line in out)
    pairs = json.loads(run_calc("diff resnet50 resnext50_32x4d --json")[1])
    assert sum(one["parameters"] for one in pairs["layers"]) == 25_028_904 - 25_557_032


def test_repeats_are_compared_once(run_calc: RunCalc) -> None:
    code, out, _ = run_calc('diff "3x8x8, 3000*(relu, sigmoid)" "3x8x8, 3000*(sigmoid, relu, tanh)"')
    assert code == 0
    assert "3000× " in out
    assert len(out.splitlines()) < 20


def test_the_list_names_every_network(run_calc: RunCalc) -> None:
    listed = json.loads(run_calc("net --list --json")[1])
    assert {one["name"] for one in listed} >= {"resnet50", "vgg16_bn", "gpt3", "llama3_8b", "efficientnet_b7"}
    assert "conv OUTPUT_CHANNELS" in run_calc("net --layers")[1]


def test_notation_prints_canonically(run_calc: RunCalc) -> None:
    assert run_calc("net 3x8x8,conv  4 k=3,  fc 2 --notation")[0] == 1
    assert run_calc("net 3x8x8,conv  4 k=3, gap,  fc 2 --notation")[1] == "3x8x8, conv 4 k3, gap, linear 2\n"


def test_depth_opens_the_tables_of_networks_prints_and_files(run_calc: RunCalc, tmp_path: Path) -> None:
    assert json.loads(run_calc("net resnet18 --depth 1 --json")[1])["parts"][0]["name"] == "stem"
    text = "Net(\n  (a): Sequential(\n    (0): Linear(in_features=4, out_features=3, bias=True)\n  )\n)"
    code, out, err = run_calc("net - --depth 1 --lang zh", text)
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "a (Sequential)      15  100.0%"
    assert json.loads(run_calc("net - --depth 2 --json", text)[1])["parts"][0]["name"] == "a.0"
    assert run_calc("net resnet18 --depth 0")[0] == 1
    assert "--stages and --depth are both given" in run_calc("net resnet18 --depth 1 --stages")[2]
    code, _, err = run_calc("params gpt2 --depth 2")
    assert (code, "--depth is for files of weights" in err) == (2, True)


@pytest.mark.parametrize(
    "command", ["net lenet5", "net resnet18 --depth 2", "net vit_b_16", "rf squeezenet1_1", "net lenet5 --lang zh"]
)
def test_what_is_printed(run_calc: RunCalc, golden: Golden, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    golden("networks/" + command.replace(" ", "-").replace("--", "") + ".txt", run_calc(command)[1])


def test_a_table_loads_only_what_it_needs() -> None:
    heavy = ("numpy", "rich", "yaml", "sqlite3", "fsrs_rs_python", "markdown_it", "torch", "json")
    source = ("import sys; sys.argv = ['dlquiz', 'calc', 'net', 'resnet50']\n"
              "try:\n from dlquiz.cli import main; main()\n"
              f"except SystemExit: pass\nprint([one for one in {heavy!r} if one in sys.modules])")  # fmt: skip
    out = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("_resnet50", "resnet50"),
        ("deeplab_v3_plus", "deeplabv3_resnet50"),
        ("resnet_50_v2", "resnet50"),
        ("mobilenet_v4", "mobilenet_v2"),
    ],
)
def test_near_misses_are_found_through_underscores(run_calc: RunCalc, typed: str, near: str) -> None:
    code, out, err = run_calc(f"net {typed}")
    assert (code, near in out + err) == (0 if typed == "_resnet50" else 1, True)
