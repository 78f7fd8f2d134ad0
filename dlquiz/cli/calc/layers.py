"""The commands of `dlquiz calc` that name a layer, each built from its row of the table when it is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from inspect import Parameter
from math import prod
from typing import TYPE_CHECKING, Annotated, NamedTuple, cast

import typer

from dlquiz.calc.layers.registry import parameters_of
from dlquiz.cli.calc import params
from dlquiz.cli.calc.layers_table import (
    LAYER_COMMANDS,
    MAP_FORM,
    SEQUENCE_FORM,
    TABLE_FORM,
    LayerCommand,
    LayerOption,
)
from dlquiz.cli.calc.params import (
    CountType,
    PaddingType,
    ParameterType,
    PerAxisType,
    RealType,
    ShapeType,
    every_axis,
    refuse,
)
from dlquiz.cli.calc.render.layer import OutputOptions, show

if TYPE_CHECKING:
    from dlquiz.calc.layers.arguments import Padding

ShapeGiven = tuple[int, ...]

# How the annotation of a layer's argument is read on the command line.
TYPES: dict[str, Callable[[str], ParameterType]] = {
    "int": CountType,
    "float": RealType,
    "PerAxis": PerAxisType,
    "Padding": PaddingType,
    "Sizes": lambda name: ShapeType("the input", SEQUENCE_FORM),
}


class TypedLayer(NamedTuple):
    """What was typed for one layer, read: the input, the batch and the arguments under the layer's names."""

    input: ShapeGiven | None
    tokens: ShapeGiven | None
    batch: int | None
    arguments: dict[str, object]

    def take_word(self, name: str) -> str:
        return str(self.arguments.pop(name))

    def take_flag(self, name: str) -> bool:
        return self.arguments.pop(name, None) is not None

    def with_batch(self, shape: ShapeGiven) -> ShapeGiven:
        return shape if self.batch is None else (self.batch, *shape)


class LayerRequest(NamedTuple):
    """A layer to compute; `sizes_only` where the channels are unknown."""

    kind: str
    shape: ShapeGiven
    arguments: dict[str, object]
    sizes_only: bool = False


def command(name: str) -> Callable[..., None]:
    """The function of a command, with its options as typer reads them."""
    row = LAYER_COMMANDS[name]

    def run(**typed: object) -> None:
        output = OutputOptions(*(typed.pop(one) for one in ("count", "check", "ask", "as_json", "lang")))  # type: ignore[arg-type]
        dtype = typed.pop("dtype")
        given = TypedLayer(
            cast("ShapeGiven | None", typed.pop("input")),
            cast("ShapeGiven | None", typed.pop("tokens", None)) if row.input == "sequence" else None,
            cast("int | None", typed.pop("batch")),
            {one: value for one, value in typed.items() if value is not None},
        )
        if not output.as_json:
            _warn_of_batch(name, given.input)
        request = PREPARE[name](given)
        arguments = request.arguments | {"dtype": dtype}
        show(request.kind, request.shape, arguments, output, request.sizes_only)

    examples = "\n".join(f"  dlquiz calc {one}" for one in row.examples)
    params.with_signature(run, name, f"{row.summary}\n\n\b\nExamples:\n{examples}\n", _parameters(row))
    return run


def _warn_of_batch(name: str, shape: object) -> None:
    """PyTorch's N,C,H,W read as C,D,H,W is legal and seldom meant: say so beside the answer."""
    if name in ("conv", "pool") and isinstance(shape, tuple) and len(shape) == 4 and shape[1] in (1, 3):
        batch, *rest = shape
        sides = "x".join(map(str, rest))
        typer.echo(f"note: four numbers are C,D,H,W; a batch of {batch} is {sides} --batch {batch}", err=True)


# ── options ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _parameters(row: LayerCommand) -> Iterator[Parameter]:
    yield from _inputs(row.input)
    known: dict[str, Parameter] = {}
    for kind in reversed(row.kinds):
        known |= parameters_of(kind)
    for option in row.options:
        yield _flag(option, known) if _type_of(option, known) == "bool" else _option(option, _type_of(option, known))
    for name, annotation, default in (
        ("batch", params.BatchOption, None),
        ("dtype", params.DtypeOption, "fp32"),
        ("count", params.CountOption, "both"),
        ("check", params.CheckOption, None),
        ("ask", params.AskOption, None),
        ("as_json", params.JsonOption, False),
        ("lang", params.LangOption, None),
    ):
        yield Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _type_of(option: LayerOption, known: Mapping[str, Parameter]) -> str:
    return option.type or str(known[option.argument].annotation).partition(" | ")[0]


def _flag(option: LayerOption, known: Mapping[str, Parameter]) -> Parameter:
    """A flag is the argument turned from its default: --no-bias is bias=False."""
    turned = option.type == "bool" or not known[option.argument].default
    described = typer.Option(*option.flags.split(), help=option.help, callback=lambda given: turned if given else None)
    return Parameter(option.argument, Parameter.KEYWORD_ONLY, default=False, annotation=Annotated[bool, described])


def _option(option: LayerOption, annotation: str) -> Parameter:
    parser = TYPES[annotation](option.noun) if annotation in TYPES else None
    described = typer.Option(*option.flags.split(), metavar=option.metavar, help=option.help, parser=parser)
    kind = str if option.default is not None else str | None
    return Parameter(
        option.argument, Parameter.KEYWORD_ONLY, default=option.default, annotation=Annotated[kind, described]
    )


def _inputs(form: str) -> Iterator[Parameter]:
    if form == "sequence":
        read = ShapeType("the input", SEQUENCE_FORM)
        argument = typer.Argument(
            metavar="[TxF]", help="Tokens x features, as 128x768; or features alone.", parser=read
        )
        option = typer.Option("--tokens", metavar="TxF", help="The same as an option.", parser=read)
        yield Parameter("input", Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[str | None, argument])
        yield Parameter("tokens", Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[str | None, option])
        return
    if form == "table":
        argument = typer.Argument(
            metavar="VxF", help="Vocabulary x features, as 30522x768.", parser=ShapeType("the table", TABLE_FORM)
        )
    else:
        argument = typer.Argument(
            metavar="INPUT",
            help="Channels x sides, as 3x224x224; or one bare side.",
            parser=ShapeType("the input", MAP_FORM),
        )
    yield Parameter("input", Parameter.KEYWORD_ONLY, annotation=Annotated[str, argument])


# ── what each command makes of what was typed ────────────────────────────────────────────────────────────────────


def _text(shape: ShapeGiven) -> str:
    return repr("x".join(map(str, shape))[:40])


def _feature_map(typed: TypedLayer) -> tuple[ShapeGiven, int, bool]:
    """The shape, its number of map axes, and whether the channels are unknown (a bare side, read as a square image)."""
    read = typed.input or ()
    if len(read) > 4:
        refuse(f"the input {_text(read)} has {len(read)} numbers — write {MAP_FORM}; the batch goes to --batch")
    bare = len(read) == 1
    shape = (1, read[0], read[0]) if bare else read
    return typed.with_batch(shape), len(shape) - 1, bare


def _sequence(typed: TypedLayer, read: ShapeGiven | None = None) -> ShapeGiven:
    """Tokens x features, batch first; features alone are one token."""
    if read is None:
        if (typed.input is None) == (typed.tokens is None):
            refuse(f"the input is {'missing' if typed.input is None else 'given twice'} — write {SEQUENCE_FORM}")
        read = typed.input or typed.tokens or ()
    if len(read) > 2:
        refuse(f"the input {_text(read)} has {len(read)} numbers — write {SEQUENCE_FORM}, the batch to --batch")
    return typed.with_batch(read if len(read) == 2 else (1, *read))


def _pads(typed: TypedLayer, axes: int) -> None:
    if "padding" in typed.arguments:
        typed.arguments["padding"] = every_axis(cast("Padding", typed.arguments["padding"]), axes)


def _convolution(name: str) -> Callable[[TypedLayer], LayerRequest]:
    def prepare(typed: TypedLayer) -> LayerRequest:
        shape, axes, bare = _feature_map(typed)
        if "kernel_size" not in typed.arguments:
            refuse("-k is missing — say the kernel")
        if "out_channels" not in typed.arguments and not bare:
            refuse("-o is missing — say the output channels")
        groups = cast("int", typed.arguments.get("groups", 1))
        if bare and groups > 0:
            shape = (*shape[:-3], groups, *shape[-2:])
        _pads(typed, axes)
        return LayerRequest(f"{name}{axes}d", shape, {"out_channels": groups} | typed.arguments, bare)

    return prepare


def _separable(typed: TypedLayer) -> LayerRequest:
    shape, axes, bare = _feature_map(typed)
    if bare or not {"out_channels", "kernel_size"} <= typed.arguments.keys():
        refuse("separable needs channels x sides, -o and -k — for example 32x112x112 -o 64 -k 3")
    _pads(typed, axes)
    return LayerRequest(f"separable_conv{axes}d", shape, typed.arguments)


POOLING = {
    "max": "max_pool",
    "avg": "avg_pool",
    "adaptive-max": "adaptive_max_pool",
    "adaptive-avg": "adaptive_avg_pool",
}


def _pooling(typed: TypedLayer) -> LayerRequest:
    shape, axes, bare = _feature_map(typed)
    kind = typed.take_word("kind")
    if kind not in POOLING:
        refuse(f"--kind {kind[:40]!r} is unknown — use max, avg, adaptive-max or adaptive-avg")
    arguments, size = typed.arguments, typed.arguments.pop("output_size", None)
    if kind.startswith("adaptive"):
        if size is None:
            refuse("-o is missing — say the output side, for example -o 1")
        arguments = {"output_size": size}
    elif "kernel_size" not in arguments:
        refuse("-k is missing — say the kernel")
    _pads(typed, axes)
    return LayerRequest(f"{POOLING[kind]}{axes}d", shape, arguments, bare)


def _upsample(typed: TypedLayer) -> LayerRequest:
    shape, axes, bare = _feature_map(typed)
    # torch's upsample takes a batch only.
    return LayerRequest("upsample", (1, *shape) if len(shape) == axes + 1 else shape, typed.arguments, bare)


def _shuffle(typed: TypedLayer) -> LayerRequest:
    shape, _, _ = _feature_map(typed)
    if not typed.take_flag("down"):
        return LayerRequest("pixel_shuffle", shape, typed.arguments)
    return LayerRequest("pixel_unshuffle", shape, {"downscale_factor": typed.arguments["upscale_factor"]})


def _flatten(typed: TypedLayer) -> LayerRequest:
    start = 0 if typed.batch is None else 1
    return LayerRequest("flatten", typed.with_batch(typed.input or ()), {"start_dim": start})


def _norm(typed: TypedLayer) -> LayerRequest:
    read = typed.input or ()
    kind, groups, no_affine = typed.take_word("kind"), typed.arguments["num_groups"], typed.take_flag("no_affine")
    if kind in ("layer", "rms"):
        affine = {"elementwise_affine": False} if no_affine else {}
        return LayerRequest(f"{kind}_norm", typed.with_batch(read), {**affine})
    if kind not in ("batch", "instance", "group"):
        refuse(f"--kind {kind[:40]!r} is unknown — use batch, layer, group, instance or rms")
    if len(read) > 4:
        refuse(f"the input {_text(read)} has {len(read)} numbers — write {MAP_FORM}")
    name = "group_norm" if kind == "group" else f"{kind}_norm{max(len(read) - 1, 1)}d"
    arguments = {"num_groups": groups} if kind == "group" else {}
    if no_affine or kind == "instance":
        arguments["affine"] = not no_affine
    return LayerRequest(name, (1 if typed.batch is None else typed.batch, *read), arguments)


def _linear(typed: TypedLayer) -> LayerRequest:
    if "out_features" not in typed.arguments:
        refuse("-o is missing — say the output features")
    read = typed.input or typed.tokens or ()
    if len(read) > 2:
        refuse(f"linear takes a vector or {SEQUENCE_FORM}, not a map — flatten it first: {prod(read)}")
    shape = _sequence(typed)
    return LayerRequest("linear", (*shape[:-2], shape[-1]) if len(read) == 1 else shape, typed.arguments)


def _embedding(typed: TypedLayer) -> LayerRequest:
    read = typed.input or ()
    if len(read) != 2:
        refuse(f"the table {_text(read)} cannot be read — write {TABLE_FORM}")
    tokens = cast("int", typed.arguments["tokens"])
    sizes = {"num_embeddings": read[0], "embedding_dim": read[1]}
    return LayerRequest("embedding", typed.with_batch((tokens,)), {**sizes})


def _recurrent(kind: str) -> Callable[[TypedLayer], LayerRequest]:
    def prepare(typed: TypedLayer) -> LayerRequest:
        if "hidden_size" not in typed.arguments:
            refuse("-o is missing — say the hidden units")
        return _batch_first(kind, typed)

    return prepare


def _attention(typed: TypedLayer) -> LayerRequest:
    if "num_heads" not in typed.arguments:
        refuse("--heads is missing — say how many")
    request = _batch_first("multihead_attention", typed)
    if "key" in request.arguments:
        source = _sequence(typed, cast("ShapeGiven", request.arguments["key"]))
        request.arguments.update(key=source, kdim=source[-1], vdim=source[-1])
    return request


def _transformer(kind: str) -> Callable[[TypedLayer], LayerRequest]:
    def prepare(typed: TypedLayer) -> LayerRequest:
        if "nhead" not in typed.arguments:
            refuse("--heads is missing — say how many")
        request = _batch_first(kind, typed)
        if "memory" in request.arguments:
            request.arguments["memory"] = _sequence(typed, cast("ShapeGiven", request.arguments["memory"]))
        return request

    return prepare


def _batch_first(kind: str, typed: TypedLayer) -> LayerRequest:
    shape = _sequence(typed)
    return LayerRequest(kind, shape, typed.arguments | ({"batch_first": True} if len(shape) == 3 else {}))


PREPARE: dict[str, Callable[[TypedLayer], LayerRequest]] = {
    "conv": _convolution("conv"),
    "deconv": _convolution("conv_transpose"),
    "separable": _separable,
    "pool": _pooling,
    "upsample": _upsample,
    "shuffle": _shuffle,
    "flatten": _flatten,
    "norm": _norm,
    "linear": _linear,
    "embedding": _embedding,
    "rnn": _recurrent("rnn"),
    "lstm": _recurrent("lstm"),
    "gru": _recurrent("gru"),
    "attention": _attention,
    "encoder": _transformer("transformer_encoder_layer"),
    "decoder": _transformer("transformer_decoder_layer"),
}
