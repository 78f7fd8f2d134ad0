"""Random command lines and damaged files for `dlquiz calc`, each in a process of its own with its limits.

    .venv/bin/python tests/campaign.py KIND COUNT SEED

prints a JSON line for each case that broke a rule: a traceback, an exit code that says nothing, more than a second of
CPU or 150 MB; and a summary. `test_campaigns.py` runs it; nothing but the program itself is imported, so that the
memory of a case is the program's.
"""

from __future__ import annotations

import base64
import json
import os
import random
import re
import shlex
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

TESTS = Path(__file__).parent
MOST_SECONDS, MOST_MEGABYTES = 1.0, 150
# Exit codes that mean something: done, an error that is explained, a command line that cannot be read.
EXPLAINED = (0, 1, 2)


class CampaignCase(NamedTuple):
    """Words after `dlquiz calc`, with the file that FILE stands for and what comes in on stdin."""

    words: list[str]
    data: bytes = b""
    suffix: str = ""


class Outcome(NamedTuple):
    """How a case ended: its exit code, minus the signal that ended it, its errors, CPU seconds and megabytes."""

    code: int
    errors: str
    seconds: float
    megabytes: float


def faults(case: CampaignCase, outcome: Outcome) -> list[str]:
    """The rules that a case broke."""
    found = []
    if outcome.code not in EXPLAINED:
        found.append(f"exit code {outcome.code}")
    if "Traceback" in outcome.errors:
        found.append("traceback")
    # A number that --check finds wrong leaves with 1 and says so on stdout.
    if outcome.code in (1, 2) and "dlquiz: " not in outcome.errors and "--check" not in case.words:
        found.append("no message")
    if outcome.seconds > MOST_SECONDS:
        found.append(f"{outcome.seconds:.2f} s of CPU")
    if outcome.megabytes > MOST_MEGABYTES:
        found.append(f"{outcome.megabytes:.0f} MB")
    return found


def run(case: CampaignCase, folder: Path) -> Outcome:
    """The case in a fork of this process, ended after ten times the CPU it may take."""
    path = folder / f"given{case.suffix}"
    path.write_bytes(case.data)
    errors = folder / "errors"
    child = os.fork()
    if child == 0:
        _run_here([word.replace("FILE", str(path)) for word in case.words], path, errors)
    _, status, used = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    seconds = used.ru_utime + used.ru_stime
    return Outcome(code, errors.read_text(encoding="utf-8", errors="replace"), seconds, used.ru_maxrss / 1024)


def _run_here(words: list[str], given: Path, errors: Path) -> None:
    """Only in a fork: run the command with its streams turned to files, and leave."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    for number, file, flags in ((0, given, os.O_RDONLY), (1, "/dev/null", os.O_WRONLY), (2, errors, os.O_CREAT)):
        os.dup2(os.open(file, flags | os.O_TRUNC | os.O_RDWR if number == 2 else flags, 0o600), number)
    sys.argv = ["dlquiz", "calc", *words]
    code = 0
    try:
        from dlquiz.cli import main

        main()
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
        code = 70
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


# ── command lines

NUMBERS = ("0", "1", "-1", "2", "3", "7", "10", "64", "1000", "1e9", "9" * 30, "1.5", "0.1", "40%", "7B", "8GB", "1/3",
           "3x3", "3x224x224", "128x768", "0x0", "2x0x3", "1x1x1x1x1", "", "x", "²", "∞", "nan")  # fmt: skip
WORDS = ("", "x", "--", "-", "FILE", "resnet50", "gpt2", "llama3-8b", "Qwen/Qwen3-8B", "deepseek-v3", "vit_b_16",
         "unet", "3x32x32, conv 8 k3", "(", "conv", "64*(conv 8 k3)", "=", "|", "let", "x" * 3000, "\x00", "注意力",
         "H100", "fp8", "all", "true")  # fmt: skip
OPTIONS = ("--json", "--explain", "--batch", "--check", "--ask", "--lang", "--count", "--dtype", "--tokens", "--input",
           "--stages", "--csv", "--markdown", "--notation", "--list", "-o", "-k", "-s", "-p", "-d", "-g", "--heads",
           "--memory", "--gpu", "--train", "--bits", "--rank", "--width", "--layers", "--unit", "--help")  # fmt: skip


def examples() -> list[list[str]]:
    """The words of every example in help texts and in the pages about `calc`."""
    from dlquiz.cli.calc import fit, layers_table
    from dlquiz.cli.calc.calculators import tables

    found = [*fit.EXAMPLES]
    found += [line for row in layers_table.LAYER_COMMANDS.values() for line in row.examples]
    found += [line for row in tables.CALCULATOR_COMMANDS.values() for line in row.examples]
    sources = [*(TESTS.parent / "dlquiz" / "cli" / "calc").rglob("*.py"), *(TESTS.parent / "docs").glob("*.md")]
    for path in sources:
        found += re.findall(r"dlquiz calc ([^\n`|{]+?)(?:  |\n)", path.read_text(encoding="utf-8"))
    lines = []
    for line in dict.fromkeys(found):
        try:
            lines.append(shlex.split(line))
        except ValueError:
            continue
    return [words for words in lines if words and words[0].isidentifier()]


def command_lines(source: random.Random) -> Iterator[CampaignCase]:
    """An example with its words changed, left out, doubled, or taken from another one; in part as it is."""
    good = examples()
    while True:
        words = [*source.choice(good)]
        for _ in range(source.choice([0, 1, 1, 1, 2, 3])):
            place = source.randrange(1, len(words) + 1)
            match source.randrange(8):
                case 0:
                    words.insert(place, source.choice(OPTIONS))
                case 1:
                    del words[place : place + 1]
                case 2:
                    words.insert(place, source.choice([*NUMBERS, *WORDS]))
                case 3:
                    words[place:] = source.choice(good)[1:]
                case 4:
                    words = [_digit_changed(source, word) for word in words]
                case _:
                    words[place : place + 1] = [source.choice(NUMBERS if source.random() < 0.6 else WORDS)]
        yield CampaignCase([word.replace("\x00", "\ufffd") for word in words], b"3x32x32, conv 8 k3")


def _digit_changed(source: random.Random, word: str) -> str:
    return re.sub(r"\d+", lambda found: str(source.choice([int(found[0]) + 1, 10 * int(found[0]), 0, 7])), word)


# ── prints


def printed_models() -> list[str]:
    """The printed models that the tests keep, the longest left out."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((TESTS / "data" / "printed").glob("*.txt"))]
    return [text.partition("\n")[2] for text in texts if len(text) < 12_000]


def changed_print(source: random.Random, text: str) -> str:
    """A print that somebody cut, doubled, or typed over."""
    lines = text.split("\n")
    for _ in range(source.randrange(1, 4)):
        place = source.randrange(len(lines))
        line = lines[place]
        at = source.randrange(len(line) + 1)
        match source.randrange(6):
            case 0:
                lines[place] = line[:at]
            case 1:
                lines[place] = line[:at] + source.choice("()[]=,x -09a:None") + line[at:]
            case 2:
                lines[place] = re.sub(r"\d+", source.choice(["0", "-1", "a", "None", "(2, 3)", "9" * 30, ""]), line)
            case 3:
                del lines[place : place + source.randrange(1, 4)]
                lines = lines or [""]
            case 4:
                lines.insert(place, source.choice(lines))
            case _:
                lines[place] = re.sub(r"\w+=", source.choice(["", "p=", "kernel_size="]), line)
    return "\n".join(lines)


def prints(source: random.Random) -> Iterator[CampaignCase]:
    texts = printed_models()
    shapes = ("3x32x32", "3x224x224", "784", "8 tokens", "128x768 tokens", "0x1", "")
    while True:
        shape = source.choice(shapes)
        words = ["net", "FILE", *(["--input", shape] if shape else []), *source.choice([[], ["--json"], ["--stages"]])]
        yield CampaignCase(words, changed_print(source, source.choice(texts)).encode(), ".txt")


# ── configurations

ODD: tuple[Any, ...] = (0, -1, 1, 3, 10**9, 10**18, 1.5, True, False, None, "", "x", [], [1], {}, {"a": 1})


def configurations() -> list[dict[str, Any]]:
    """The config.json files that the tests keep."""
    found = []
    for name in ("configurations", "other_configurations"):
        rows = json.loads((TESTS / "data" / f"{name}.json").read_text(encoding="utf-8"))
        found += [row["config"] for row in rows.values()]
    return found


def changed_configuration(source: random.Random, given: Mapping[str, Any], kinds: list[str]) -> dict[str, Any]:
    """A configuration with fields left out, of another type, of another size, or of another architecture."""
    found = dict(given)
    for _ in range(source.randrange(1, 4)):
        match source.randrange(5):
            case 0:
                found.pop(source.choice([*sorted(found), "model_type"]), None)
            case 1:
                found[source.choice([*sorted(found), "num_extra_heads", "layer_types"])] = source.choice(ODD)
            case 2:
                found["model_type"] = source.choice([*kinds, 7])
            case 3 if isinstance(found.get("text_config"), dict):
                found["text_config"] = changed_configuration(source, found["text_config"], kinds)
            case _:
                found[source.choice([*sorted(found), "hidden_size"])] = source.randrange(1, 5000)
    return found


def config_files(source: random.Random) -> Iterator[CampaignCase]:
    whole = configurations()
    kinds = [str(one["model_type"]) for one in whole]
    commands = ("params FILE", "kv FILE --tokens 4096", "length FILE --tokens 4096", "memory FILE --tokens 512",
                "activations FILE --tokens 512", "lora FILE --rank 8", "flops FILE --tokens 1T --length 4096",
                "fit FILE --gpu H100", "fit FILE --gpu L4 --train --tokens 512")  # fmt: skip
    while True:
        text = json.dumps(changed_configuration(source, source.choice(whole), kinds)).encode()
        if source.random() < 0.1:
            text = damaged(source, text)
        yield CampaignCase(source.choice(commands).split(), text, ".json")


# ── files of weights


def damaged(source: random.Random, data: bytes) -> bytes:
    """Bytes of which some are changed, lost or added near the beginning, where the structure is."""
    found = bytearray(data)
    for _ in range(source.randint(1, 6)):
        place = source.randrange(min(len(found), 2000) or 1)
        match source.randrange(4):
            case 0:
                found[place : place + 1] = source.randbytes(1)
            case 1:
                del found[place : place + source.randint(1, 9)]
            case 2:
                found[place:place] = source.randbytes(source.randint(1, 9))
            case _:
                found[place : place + 8] = (2 ** source.randint(8, 63)).to_bytes(8, "little")
    return bytes(found)


def weight_files(source: random.Random) -> Iterator[CampaignCase]:
    """ONNX models and safetensors files, damaged; a part of the latter promises terabytes."""
    rows = json.loads((TESTS / "data" / "onnx.json").read_text(encoding="utf-8"))
    models = [base64.b64decode(row["file"]) for row in rows]
    while True:
        if source.random() < 0.5:
            words = [source.choice(["net", "params"]), "FILE", *source.choice([[], ["--json"]])]
            yield CampaignCase(words, damaged(source, source.choice(models)), ".onnx")
        else:
            data = safetensors_file(source)
            if source.random() < 0.8:
                data = damaged(source, data)
            yield CampaignCase(["params", "FILE"], data, ".safetensors")


def safetensors_file(source: random.Random) -> bytes:
    header, end = {}, 0
    for place in range(source.randrange(5)):
        shape = [source.choice([1, 2, 3, 2**20, 2**40]) for _ in range(source.randrange(4))]
        size = 2
        for side in shape:
            size *= side
        header[f"layers.{place}.weight"] = {"dtype": "BF16", "shape": shape, "data_offsets": [end, end := end + size]}
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + bytes(min(end, 10_000))


KINDS: dict[str, Callable[[random.Random], Iterator[CampaignCase]]] = {
    "commands": command_lines, "prints": prints, "configurations": config_files, "weights": weight_files,
}  # fmt: skip


def _import_once() -> None:
    """Import what every case would import again; `python tests/benchmark.py` measures that."""
    import pkgutil
    from importlib import import_module

    import dlquiz.calc
    import dlquiz.cli.calc

    import_module("dlquiz.cli.root")
    for package in (dlquiz.calc, dlquiz.cli.calc):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if "field_depth" not in module.name:  # numpy
                import_module(module.name)


def main() -> None:
    kind, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    _import_once()
    codes: Counter[int] = Counter()
    slowest = largest = 0.0
    with tempfile.TemporaryDirectory() as name:
        os.environ |= {"DLQUIZ_HOME": f"{name}/home", "COLUMNS": "80"}
        cases = KINDS[kind](random.Random(seed))
        for place in range(count):
            case = next(cases)
            outcome = run(case, Path(name))
            codes[outcome.code] += 1
            slowest, largest = max(slowest, outcome.seconds), max(largest, outcome.megabytes)
            if broken := faults(case, outcome):
                about = {"words": [word[:200] for word in case.words], "data": base64.b64encode(case.data).decode()}
                print(
                    json.dumps({"case": place, "faults": broken, "errors": outcome.errors[-1500:]} | about), flush=True
                )
    print(json.dumps({"cases": count, "codes": codes, "seconds": round(slowest, 3), "megabytes": round(largest, 1)}))


if __name__ == "__main__":
    main()
