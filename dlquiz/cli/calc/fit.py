"""`dlquiz calc fit`: does a model fit a GPU, what is left, and what would make it fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from inspect import Parameter
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from dlquiz.calc.calculation import Calculation
from dlquiz.calc.errors import CalcError, UncoveredFormulaError
from dlquiz.calc.inputs import Number
from dlquiz.cards import Language
from dlquiz.cli.calc.calculators.commands import OUTPUT_OPTIONS, read_model, read_number, read_value
from dlquiz.cli.calc.calculators.rows import BATCH, DTYPE, TOKENS, CalculatorOption
from dlquiz.cli.calc.params import with_signature
from dlquiz.cli.calc.reading import language, refuse
from dlquiz.cli.calc.render.layout import columns, wrapped
from dlquiz.messages.calc_screens import say

if TYPE_CHECKING:
    from dlquiz.calc.costs.fit.changes import FitChange

SUMMARY = "Does it fit a GPU? What is left, and what would make it fit."
# Each with the type that it is read as; what is left out has the default of the calculator.
OPTIONS = (
    TOKENS._replace(type="int"),
    BATCH._replace(help="Sequences or examples; in training, for each GPU.", type="int"),
    DTYPE._replace(type="Dtype"),
    CalculatorOption("bits", "--bits N", "Bits of quantised matrices; with --lora that is QLoRA.", "int"),
    CalculatorOption("cache", "--cache TYPE", "Type of the KV cache, such as fp8.", "Dtype"),
    CalculatorOption("gpus", "--gpus N", "Number of GPUs: tensor parallel; in training, ZeRO.", "int"),
    CalculatorOption("prefill", "--prefill N", "Tokens in one pass of the prefill; all unless given.", "int"),
    CalculatorOption("optimiser", "--optimiser NAME", "adam, adamw, adam8bit, lion, muon, momentum or sgd.", "str"),
    CalculatorOption("zero", "--zero STAGE", "ZeRO's stage, 0 to 3.", "int"),
    CalculatorOption("rank", "--lora RANK", "Train only LoRA adapters of this rank.", "int"),
    CalculatorOption(
        "targets", "--targets LIST", "Matrices that LoRA adapts: all, or q,k,v,o,gate,up,down.", "Sequence[str]"
    ),
    CalculatorOption("utilisation", "--utilisation SHARE", "Share of the memory that may be used.", "Share"),
    CalculatorOption("reserve", "--reserve BYTES", "For CUDA and libraries; 512MiB unless given.", "Bytes"),
)
TRAIN = CalculatorOption("train", "--train", "Training instead of inference.")
FLAGS = (
    CalculatorOption("checkpoint", "--checkpoint", "Activation checkpointing: compute them again."),
    CalculatorOption("scores", "--scores", "Keep the n² attention scores: no FlashAttention."),
)
EXAMPLES = (
    "fit llama3-8b --gpu RTX-4090 --tokens 32Ki",
    "fit llama3-70b --gpu A100-80 --tokens 8Ki --bits 4 --cache fp8",
    "fit llama2-7b --gpu H100 --train --tokens 4Ki --zero 3 --gpus 8",
    "fit Qwen/Qwen2.5-7B --memory 24GiB --train --lora 16 --bits 4",
    "fit resnet50 --gpu T4 --train --batch 64",
)


class NamedMemory(NamedTuple):
    """The memory that is asked about, and what it is called."""

    name: str
    size: Number


def command(name: str) -> Callable[..., None]:
    """The function of the command, with its options as typer reads them."""

    def run(**typed: Any) -> None:
        _run(typed)

    model = typer.Argument(..., metavar="MODEL", help="A model by name or config.json, or a network as in net.")
    options = [Parameter("model", Parameter.KEYWORD_ONLY, default=model, annotation=list[str])]
    for one in (
        CalculatorOption("gpu", "--gpu NAME", "A GPU, such as A100-80, H100, L4, T4 or RTX-4090."),
        CalculatorOption("memory", "--memory BYTES", "The memory of a GPU, such as 24GiB."),
        *OPTIONS,
    ):
        flag, metavar = one.form.split(" ", 1)
        default = typer.Option(None, flag, metavar=metavar, help=one.help)
        options.append(Parameter(one.name, Parameter.KEYWORD_ONLY, default=default, annotation=str))
    for one in (TRAIN, *FLAGS):
        default = typer.Option(False, one.form, help=one.help)
        options.append(Parameter(one.name, Parameter.KEYWORD_ONLY, default=default, annotation=bool))
    with_signature(run, name, SUMMARY, EXAMPLES, [*options, *OUTPUT_OPTIONS])
    return run


def _run(typed: dict[str, Any]) -> None:
    shared = {name: typed.pop(name) for name in ("ask", "check", "as_json", "lang")}
    output_language, width = language(shared["lang"]), columns()
    memory = _named_memory(typed.pop("gpu"), typed.pop("memory"))
    words, training = typed.pop("model"), typed.pop("train")
    arguments = {one.name: read_value(one, one.type, typed[one.name]) for one in OPTIONS if typed[one.name] is not None}
    arguments |= {one.name: True for one in FLAGS if typed[one.name]}
    if memory:
        arguments["memory"] = memory.size
    model = _transformer(words)
    changes: list[FitChange] = []
    if model is None:
        result = _network(words, arguments, training)
    else:
        name = "fit_training" if training else "fit_inference"
        result = _calculated(name, {"model": model, **arguments}, training)
        if memory and result.ask("left") < 0:
            from dlquiz.calc.costs.fit.changes import fit_changes

            changes = fit_changes(name, {"model": model, **arguments})
    from dlquiz.cli.calc.render import calculation as output

    lines: Iterable[str] = output.lines(result, width, output_language)
    fields: dict[str, object] = {}
    if memory:
        lines = chain(_verdict(result, memory, changes, max(width, 20), output_language), [""], lines)
        fields = _verdict_fields(result, memory, changes)
    output.show(result, shared, width, output_language, lines, fields)


def _verdict_fields(result: Calculation, memory: NamedMemory, changes: list[FitChange]) -> dict[str, object]:
    from dlquiz.cli.calc.render.calculation import plain

    listed = [{"options": _options(one.arguments), "left": plain(one.left)} for one in changes]
    fits = result.ask("left") >= 0
    return {"gpu": memory.name or None, "memory": plain(memory.size), "fits": fits, "changes": listed}


def _verdict(
    result: Calculation, memory: NamedMemory, changes: list[FitChange], width: int, output_language: Language
) -> Iterator[str]:
    left = result.ask("left")
    where = memory.name or say("the memory", output_language)
    verdict = say("fits" if left >= 0 else "does not fit", output_language, where=where, left=_gib(abs(left)))
    yield from wrapped(verdict, width, "  ")
    if left >= 0:
        return
    # A network has the largest batch that fits among its quantities.
    if not changes and "longest_context" in result.values:
        yield from wrapped(say("no change fits", output_language), width, "  ")
    for one in changes:
        change = say("change fits", output_language, options=_options(one.arguments), left=_gib(one.left))
        yield from wrapped(change, width, "  ")


def _gib(size: Number) -> str:
    gibibytes = float(size) / 2**30
    return f"{gibibytes:,.0f} GiB" if gibibytes >= 1000 else f"{gibibytes:.3g} GiB"


def _options(arguments: Mapping[str, Any]) -> str:
    """Arguments as they are typed."""
    forms = {one.name: one.form.split(" ")[0] for one in (*OPTIONS, *FLAGS)}
    return " ".join(forms[name] if value is True else f"{forms[name]} {value}" for name, value in arguments.items())


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _named_memory(gpu_name: str | None, memory: str | None) -> NamedMemory | None:
    from dlquiz.calc.costs.fit.gpus import gpu

    if gpu_name is not None and memory is not None:
        refuse("--gpu and --memory are both given — give one")
    if gpu_name is not None:
        return NamedMemory(*gpu(gpu_name))
    return None if memory is None else NamedMemory("", read_number("--memory", "Bytes", memory))


def _transformer(words: list[str]) -> str | Mapping[str, object] | None:
    """A configuration of a language model; None for a network (BERT and ViT are networks, with their input's size)."""
    from dlquiz.calc.costs.configurations import configuration, names
    from dlquiz.suggest import containing

    if len(words) != 1 or "," in words[0]:
        return None
    if re.fullmatch(r"\d+(\.\d+)?[kmbgt]", words[0], re.IGNORECASE):
        near = ", ".join(containing(words[0], names())) or "llama3-8b, or a config.json"
        refuse(f"{words[0][:40]} is a number of parameters — name a model, as its layers decide on the memory: {near}")
    found = read_model(words[0])
    try:
        fields = configuration(found)
    except CalcError:
        if "/" in words[0]:
            raise
        return None
    known = bool(fields.get("vocabulary")) and not fields.get("segments")
    return found if known or not isinstance(found, str) else None


def _calculated(name: str, arguments: dict[str, Any], training: bool) -> Calculation:
    from dlquiz.calc.calculators import calculator, parameters_of

    known = parameters_of(name)
    other = "inference: leave --train out" if training else "training: add --train"
    for one in (*OPTIONS, *FLAGS):
        if one.name in arguments and one.name not in known:
            refuse(f"{one.form.split(' ')[0]} is for {other}")
    try:
        return calculator(name, **arguments)
    except UncoveredFormulaError as error:
        fix = "`dlquiz calc memory MODEL` has weights, gradients and optimiser"
        raise CalcError(error.message, fix=fix) from None


# The options that a network has.
OF_NETWORKS = ("batch", "memory", "dtype", "optimiser", "reserve")


def _network(words: list[str], arguments: dict[str, Any], training: bool) -> Calculation:
    from dlquiz.calc.networks.fit import fit_network
    from dlquiz.calc.networks.notation.parser import NotationError
    from dlquiz.cli.calc.network_input import refuse_net, text_of

    for one in (*OPTIONS, *FLAGS):
        if one.name in arguments and one.name not in OF_NETWORKS:
            refuse(f"{one.form.split(' ')[0]} is for language models, by name or config.json")
    try:
        return fit_network(text_of(words), training=training, **arguments)
    except NotationError as error:
        refuse_net(str(error), error)
