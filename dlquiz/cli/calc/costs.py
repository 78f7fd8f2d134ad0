"""The commands of `dlquiz calc` that name a calculator, each built from its row of the table when it is called."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from inspect import Parameter
from pathlib import Path
from typing import Any

import typer

from dlquiz.calc.costs.registry import CALCULATORS, calculator
from dlquiz.calc.errors import CalcError
from dlquiz.cards import QuantityKind
from dlquiz.cli.calc.costs_table import COSTS, Cost, Given
from dlquiz.cli.calc.params import MAX_TEXT, language, refuse, with_signature
from dlquiz.grading.reply import parse


def command(name: str) -> Callable[..., None]:
    """The function of a command, with its options as typer reads them."""
    cost = COSTS[name]

    def run(**typed: Any) -> None:
        _run(cost, typed)

    parameters = [_parameter(one) for one in cost.arguments]
    positional = [one for one in parameters if "--" not in cost.arguments[parameters.index(one)].form]
    options = [one for one in parameters if one not in positional]
    examples = "\n".join(f"  dlquiz calc {one}" for one in cost.examples)
    help_text = f"{cost.summary}\n\n\b\nExamples:\n{examples}\n"
    with_signature(run, name, help_text, [*positional, *options, *_SHARED])
    return run


def _parameter(given: Given) -> Parameter:
    default: Any
    kind: type = str
    if given.kind in ("yes", "no"):
        default, kind = typer.Option(False, given.form, help=given.help), bool
    elif given.form.startswith("--"):
        option, metavar = given.form.split(" ", 1)
        default = typer.Option(None, option, metavar=metavar, help=given.help)
    else:
        needed = not given.form.startswith("[")
        default = typer.Argument(... if needed else None, metavar=given.form, help=given.help)
    return Parameter(given.name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def _shared(name: str, kind: type, default: Any) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)


_SHARED = [
    _shared(
        "ask", str, typer.Option(None, "--ask", metavar="NAME", help="Only this quantity, bytes also as bytes.GB.")
    ),
    _shared(
        "check", str, typer.Option(None, "--check", metavar="NUMBER", help="Is this right? If not, which mistake?")
    ),
    _shared("as_json", bool, typer.Option(False, "--json", help="One JSON object instead of text.")),
    _shared("lang", str, typer.Option(None, "--lang", metavar="en|zh", help="Language of the answer.")),
]


def _run(cost: Cost, typed: dict[str, Any]) -> None:
    shared = {name: typed.pop(name) for name in ("ask", "check", "as_json", "lang")}
    output_language, width = language(shared["lang"]), shutil.get_terminal_size().columns
    arguments: dict[str, Any] = {}
    for given in cost.arguments:
        if typed[given.name] is not None and typed[given.name] is not False:
            name, value = _read(given, typed[given.name])
            arguments[name] = value
    if cost.calculator == "attention_cost" and "tokens" not in arguments:
        arguments["tokens"] = 4096
    assert cost.calculator in CALCULATORS
    try:
        result = calculator(cost.calculator, **arguments)
    except CalcError as error:
        raise _in_options(error, cost) from None
    from dlquiz.cli.calc.render import costs as output

    if shared["check"] is not None:
        output.check(result, shared["check"], shared["ask"], shared["as_json"], width, output_language)
    elif shared["as_json"]:
        import json

        fields = {shared["ask"]: output.plain(result.ask(shared["ask"]))} if shared["ask"] else result.as_dict()
        typer.echo(json.dumps(fields, ensure_ascii=False))
    elif shared["ask"]:
        typer.echo(output.number(result.ask(shared["ask"])))
    else:
        lines_out = [*output.lines(result, width, output_language)]
        if cost.calculator == "attention_cost":
            lines_out += output.by_length(arguments, width, output_language)
        typer.echo("\n".join(lines_out))


def _in_options(error: CalcError, cost: Cost) -> CalcError:
    """What is missing, in the words of the command line."""
    message = error.message
    if " needs " not in message:
        return error
    words = {one.name: one.form.split(" ")[0].strip("[]") for one in cost.arguments}
    missing = [words.get(name, name) for name in message.partition(" needs ")[2].split(" and ")]
    by_name = any(one.kind in ("model", "size") for one in cost.arguments)
    fix = "give it, or a model by name" if by_name else "give it; --help has examples"
    verb = "is" if len(missing) == 1 else "are"
    return CalcError(f"{' and '.join(missing)} {verb} missing", fix=fix)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _read(given: Given, text: Any) -> tuple[str, Any]:
    match given.kind:
        case "yes":
            return given.name, True
        case "no":
            return given.name, False
        case "word":
            return given.name, text.strip().lower()
        case "words":
            return given.name, tuple(text.lower().replace(" ", "").split(","))
        case "model":
            return "model", _model(text)
        case "size":
            return _size(text)
        case "list":
            return given.name, _list(given, text)
        case _:
            return given.name, _number(given, text)


def _size(text: str) -> tuple[str, Any]:
    try:
        return "parameters", parse.read(text, "count").value
    except parse.ReplyError:
        return "model", _model(text)


def _model(text: str) -> Any:
    if not text.endswith(".json"):
        return text
    import json

    from dlquiz.calc.costs.configurations import from_config

    try:
        fields = json.loads(Path(text).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CalcError(f"{text[-60:]} cannot be read: {error}"[:200], fix="give a config.json or a name") from None
    if not isinstance(fields, dict):
        raise CalcError(f"{text[-60:]} holds no configuration", fix="give a model's config.json")
    return from_config(fields)


def _list(given: Given, text: str) -> tuple[Any, ...]:
    plain = text.strip().strip("[]()").lower().replace("×", "x").replace("x", ",").replace(";", ",").replace("，", ",")
    parts = [part for part in plain.replace(" ", ",").split(",") if part]
    return tuple(_number(given, part) for part in parts)


def _number(given: Given, text: str) -> Any:
    plain = text.strip().removesuffix("/s")
    asked: QuantityKind = "bytes" if given.kind == "bytes" else "ratio" if given.kind == "share" else "count"
    name = given.form.split(" ")[0]
    try:
        value = parse.read(plain, asked).value
    except parse.ReplyError as error:
        refuse(f"{name} {text[:MAX_TEXT]!r}: {error}")
    if isinstance(value, tuple):
        refuse(f"{name} {text[:MAX_TEXT]!r} is several numbers — write one")
    if given.kind == "whole" and value != int(value):
        refuse(f"{name} {text[:MAX_TEXT]!r} is not a whole number — write one such as 32")
    return int(value) if value == int(value) else value
