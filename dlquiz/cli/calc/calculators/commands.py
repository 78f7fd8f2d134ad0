"""The commands of `dlquiz calc` that name a calculator, each built from its row of the table when it is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from inspect import Parameter
from itertools import chain
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand

from dlquiz.calc.calculation import Calculation
from dlquiz.calc.calculators import calculator, parameters_of
from dlquiz.calc.errors import CalcError, MissingArgumentError
from dlquiz.calc.inputs import Number, number_text
from dlquiz.calc.layers.arguments import whole
from dlquiz.cards import QuantityKind
from dlquiz.cli.calc.calculators.rows import CalculatorCommand, CalculatorOption
from dlquiz.cli.calc.calculators.tables import CALCULATOR_COMMANDS
from dlquiz.cli.calc.params import LangOption, with_signature
from dlquiz.cli.calc.reading import MAX_TEXT, UnreadNumberError, language, refuse
from dlquiz.cli.calc.render.layout import columns
from dlquiz.formatting import with_minus
from dlquiz.grading.reply import parse


class NumbersCommand(TyperCommand):
    """A command whose arguments may be negative numbers: `-1,2,3` is no option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, [with_minus(one) if _NEGATIVE.match(one) else one for one in args])


_NEGATIVE = re.compile(r"-\.?\d")
# What `dlquiz calc` makes the commands of this module with.
COMMAND_CLASS = NumbersCommand


def command(name: str) -> Callable[..., None]:
    """The function of a command, with its options as typer reads them."""
    row = CALCULATOR_COMMANDS[name]

    def run(**typed: object) -> None:
        _run(row, typed)

    positional = [_parameter(row, one) for one in row.arguments if not one.form.startswith("--")]
    options = [_parameter(row, one) for one in row.arguments if one.form.startswith("--")]
    with_signature(run, name, row.summary, row.examples, [*positional, *options, *OUTPUT_OPTIONS])
    return run


def _type_of(row: CalculatorCommand, option: CalculatorOption) -> str:
    """How the option is read: its own word, or the annotation of the calculator's argument."""
    return option.type or str(parameters_of(row.calculator)[option.name].annotation).removesuffix(" | None")


def _parameter(row: CalculatorCommand, option: CalculatorOption) -> Parameter:
    if _type_of(row, option) == "bool":
        flag = typer.Option(False, option.form, help=option.help)
        return Parameter(option.name, Parameter.KEYWORD_ONLY, default=flag, annotation=bool)
    if option.form.startswith("--"):
        name, metavar = option.form.split(" ", 1)
        default = typer.Option(None, *name.split(","), metavar=metavar, help=option.help)
    else:
        needed = not option.form.startswith("[")
        default = typer.Argument(... if needed else None, metavar=option.form, help=option.help)
    return Parameter(option.name, Parameter.KEYWORD_ONLY, default=default, annotation=str)


def _shared(name: str, kind: type, default: object) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)


OUTPUT_OPTIONS = [
    _shared(
        "ask", str, typer.Option(None, "--ask", metavar="NAME", help="Only this quantity, bytes also as bytes.GB.")
    ),
    _shared(
        "check", str, typer.Option(None, "--check", metavar="NUMBER", help="Is this right? If not, which mistake?")
    ),
    _shared("as_json", bool, typer.Option(False, "--json", help="One JSON object instead of text.")),
    Parameter("lang", Parameter.KEYWORD_ONLY, default=None, annotation=LangOption),
]


def _run(row: CalculatorCommand, typed: dict[str, Any]) -> None:
    shared = {name: typed.pop(name) for name in ("ask", "check", "as_json", "lang")}
    output_language, width = language(shared["lang"]), columns()
    depth = typed.pop("depth", None)
    if row.calculator == "transformer_parameters" and _is_weights(typed["model"]):
        from dlquiz.cli.calc.network_input import read_weights
        from dlquiz.cli.calc.render.weights import TensorOptions, show_tensors

        tensors = read_weights(Path(typed["model"]))
        parts = 2 if depth is None else whole(read_number("--depth", "int", depth), "depth")
        show_tensors(tensors, TensorOptions(shared["ask"], shared["as_json"], parts, output_language, width))
        return
    if depth is not None:
        refuse("--depth is for files of weights — a network's is `dlquiz calc net NAME --depth 2`")
    arguments: dict[str, object] = {}
    for option in row.arguments:
        text = typed.get(option.name)
        if text is not None and text is not False:
            name, value = _read(row, option, text)
            arguments[name] = value
    try:
        result = _counted_alone(row, arguments) or calculator(row.calculator, **arguments)
    except CalcError as error:
        raise _in_options(error, row, given=bool(arguments)) from None
    from dlquiz.cli.calc.render import calculation as output

    lines: Iterable[str] = output.lines(result, width, output_language)
    if row.calculator == "attention_cost":
        lines = chain(lines, output.by_length(arguments, width, output_language))
    output.show(result, shared, width, output_language, lines, {})


def _in_options(error: CalcError, row: CalculatorCommand, *, given: bool) -> CalcError:
    """What is missing, in the words of the command line, with an example; also where nothing was given at all."""
    example = f", as in dlquiz calc {row.examples[0]}"
    if not isinstance(error, MissingArgumentError):
        return error if given or error.fix is None else CalcError(error.message, fix=error.fix + example)
    words = {one.name: one.form.split(" ")[0].split(",")[0].strip("[]") for one in row.arguments}
    *first, last = (words.get(name, name) for name in error.missing)
    named = f"{', '.join(first)} and {last}" if first else last
    by_name = any(one.type in ("model", "size") for one in row.arguments)
    verb, them = ("are", "them") if first else ("is", "it")
    fix = f"give {them}, or a model by name" if by_name else f"give {them}"
    return CalcError(f"{named} {verb} missing", fix=fix + example)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _read(row: CalculatorCommand, option: CalculatorOption, text: str | bool) -> tuple[str, object]:
    kind = _type_of(row, option)
    if isinstance(text, bool):
        # A flag is the argument turned from its default: --plain is gated=False.
        return option.name, not parameters_of(row.calculator)[option.name].default
    if kind == "model":
        return "model", read_model(text, raw=row.calculator == "transformer_parameters")
    return _size(text) if kind == "size" else (option.name, read_value(option, kind, text))


def read_value(option: CalculatorOption, kind: str, text: str) -> object:
    """What was typed for an option, read as the annotation `kind` of the calculator's argument says."""
    match kind:
        case "str" | "Dtype":
            return text.strip().lower()
        case "Sequence[str]":
            return tuple(text.lower().replace(" ", "").split(","))
        case "Sequence[Number]":
            return _list(option, text)
        case "Sequence[Sequence[Number]]":
            return tuple(_list(option, line) for line in text.replace("；", ";").split(";"))
        case "Mapping[str, int]":
            return _counts(option, text)
        case _:
            return read_number(option.form.split(" ")[0], kind, text)


def _size(text: str) -> tuple[str, object]:
    try:
        parameters = parse.read(text, "count").value
    except parse.ReplyError:
        return "model", read_model(text)
    if isinstance(parameters, int | Fraction) and 0 < parameters < FEW_PARAMETERS:
        refuse(f"{text[:MAX_TEXT]} parameters are too few — write {number_text(parameters)}B for so many billion")
    return "parameters", parameters


LARGEST_CONFIG = 1_000_000


def _is_weights(text: str | None) -> bool:
    return text is not None and text.lower().endswith((".safetensors", ".index.json", ".onnx"))


def _counted_alone(row: CalculatorCommand, arguments: Mapping[str, object]) -> Calculation | None:
    """The parameters of an architecture of which nothing else is computed; None for all others."""
    model = arguments.get("model")
    if row.calculator != "transformer_parameters" or not isinstance(model, RawConfig):
        return None
    from dlquiz.calc.costs.config_json.counted_alone import other_parameters

    return other_parameters(model)


class RawConfig(dict[str, object]):
    """The fields of a config.json as they stand there, for the command that counts them."""


def read_model(text: str, raw: bool = False) -> str | Mapping[str, object]:
    """A name as it is, or what a config.json says; `raw` leaves architectures that are only counted unread."""
    if not text.endswith(".json"):
        return text
    import json

    from dlquiz.calc.costs.config_json.reading import COUNTED_ALONE, architecture, from_config

    try:
        fields = json.loads(Path(text).read_bytes()[:LARGEST_CONFIG].decode("utf-8-sig"))
    except FileNotFoundError:
        raise CalcError(f"there is no file {text[-60:]}", fix="check the path, or give a model by name") from None
    except OSError as error:
        raise CalcError(f"cannot read {text[-60:]}: {error.strerror or error}", fix="check the path") from None
    except (ValueError, RecursionError):
        raise CalcError(f"{text[-60:]} is not JSON", fix="give a config.json or a name") from None
    if not isinstance(fields, dict):
        raise CalcError(f"{text[-60:]} holds no configuration", fix="give a model's config.json")
    return RawConfig(fields) if raw and architecture(fields)[0] in COUNTED_ALONE else from_config(fields)


def _list(option: CalculatorOption, text: str) -> tuple[Number, ...]:
    plain = text.strip().strip("[]()").lower().replace("×", "x").replace("x", ",").replace(";", ",").replace("，", ",")
    parts = [part for part in plain.replace(" ", ",").split(",") if part]
    return tuple(read_number(option.form.split(" ")[0], "Number", part) for part in parts)


def _counts(option: CalculatorOption, text: str) -> dict[str, int]:
    """Words with a number each, as hug:10,pug:5."""
    found: dict[str, int] = {}
    for part in text.replace("，", ",").replace(" ", ",").split(","):
        if not part:
            continue
        word, _, times = part.strip().rpartition(":")
        found[word] = int(read_number(option.form.split(" ")[0], "int", times))
    return found


# What an annotation says of the text: 40% is a share, 8GB are bytes; other numbers are counts.
QUANTITY_KINDS: dict[str, QuantityKind] = {"Bytes": "bytes", "Share": "ratio"}
# Fewer are a number of billions, of gigabytes or of teraFLOPs without its unit.
FEW_PARAMETERS, FEW_BYTES, SLOW_RATE = 1000, 1000, 10**6
RATES = {"--peak": "312T", "--bandwidth": "3.35T"}


def read_number(name: str, kind: str, text: str) -> Number:
    """The number that was typed for an option, as the kind says: a count, bytes, a share; `int` for a whole one."""
    plain = text.strip().removesuffix("/s")
    asked = QUANTITY_KINDS.get(kind, "count")
    try:
        value = parse.read(plain, asked).value
    except parse.ReplyError as error:
        raise UnreadNumberError(name, text, error) from None
    if isinstance(value, tuple):
        refuse(f"{name} {text[:MAX_TEXT]!r} is several numbers — write one")
    if kind == "Share" and 1 < value <= 100:
        refuse(f"{name} {text[:MAX_TEXT]} is more than 1 — write {text.strip()}% or {number_text(value / 100)}")
    if kind == "Bytes" and 0 < value < FEW_BYTES and plain.replace(".", "", 1).isdigit():
        refuse(f"{name} {text[:MAX_TEXT]} has no unit — write {plain}GB or {plain}GiB")
    if name in RATES and 0 < value < SLOW_RATE:
        refuse(f"{name} {text[:MAX_TEXT]} is too small — write it with its prefix, as {RATES[name]}")
    if kind == "int" and value != int(value):
        refuse(f"{name} {text[:MAX_TEXT]!r} is not a whole number — write one such as 32")
    return int(value) if value == int(value) else value
