"""What each command of `dlquiz calc` that names a layer makes of what was typed: the layer, its shape and arguments."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, NamedTuple, cast

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import shape_text
from dlquiz.calc.layers.registry import LayerArgument, layer, parameters_of
from dlquiz.cli.calc.layers_table import (
    LAYER_COMMANDS,
    MAP_FORM,
    SEQUENCE_FORM,
    TABLE_FORM,
    LayerCommand,
    LayerOption,
)
from dlquiz.cli.calc.reading import (
    CountType,
    PaddingType,
    ParameterType,
    PerAxisType,
    RealType,
    ShapeType,
    every_axis,
    refuse,
    shape_note,
)
from dlquiz.cli.calc.render.layer import OutputOptions, show
from dlquiz.errors import BELOW, DlquizError

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


class Needed(NamedTuple):
    """An argument that a layer cannot be without: its flag, what to give, and a value that fits every other one."""

    argument: str
    flag: str
    what: str
    stand_in: int


KERNEL_NEEDED = Needed("kernel_size", "-k", "the kernel size", 1)
CHANNELS_NEEDED = Needed("out_channels", "-o", "the output channels", 1)
FEATURES_NEEDED = Needed("out_features", "-o", "the output features", 1)
HIDDEN_NEEDED = Needed("hidden_size", "-o", "the hidden units", 10**6)
HEADS_NEEDED = Needed("num_heads", "--heads", "the number of heads", 1)


class LayerRequest(NamedTuple):
    """A layer to compute; `sizes_only` where the channels are unknown."""

    kind: str
    shape: ShapeGiven
    arguments: dict[str, object]
    sizes_only: bool = False


def run(name: str, typed: dict[str, object]) -> None:
    """Compute the layer that a command names and print it; `typed` has the command's options by their names."""
    row = LAYER_COMMANDS[name]
    output = OutputOptions(*(typed.pop(one) for one in ("count", "check", "ask", "as_json", "lang")))  # type: ignore[arg-type]
    dtype = typed.pop("dtype")
    given = TypedLayer(
        cast("ShapeGiven | None", typed.pop("input")),
        cast("ShapeGiven | None", typed.pop("tokens", None)) if row.input == "sequence" else None,
        cast("int | None", typed.pop("batch")),
        {one: value for one, value in typed.items() if value is not None},
    )
    is_map = row.input == "map" and not output.as_json
    if given.input and is_map and (note := shape_note(given.input, output.lang, "out_channels" in given.arguments)):
        print(note, file=sys.stderr)
    request = PREPARE[name](given)
    show(request.kind, request.shape, request.arguments | {"dtype": dtype}, output, request.sizes_only)


# ── how each option is read ──────────────────────────────────────────────────────────────────────────────────────


class ReadOption(NamedTuple):
    """An option with what its layer's signature says of it.

    A flag sets `flag_value`, the opposite of its default (`--no-bias` is bias=False); other options are read by
    `parser`, or kept as text where it is None.
    """

    option: LayerOption
    is_flag: bool
    flag_value: bool
    parser: ParameterType | None


def read_options(row: LayerCommand) -> list[ReadOption]:
    """The options of a command, typed by the signatures of its layers, the first one's above those after it."""
    known: dict[str, LayerArgument] = {}
    for kind in reversed(row.kinds):
        known |= parameters_of(kind)
    return [_read_option(option, known) for option in row.options]


def _read_option(option: LayerOption, known: Mapping[str, LayerArgument]) -> ReadOption:
    annotation = option.type or known[option.argument].annotation.partition(" | ")[0]
    flag_value = option.type == "bool" or (annotation == "bool" and not known[option.argument].default)
    parser = TYPES[annotation](option.noun) if annotation in TYPES else None
    return ReadOption(option, annotation == "bool", flag_value, parser)


def input_type(form: str) -> ShapeType:
    """How the input of a command is read."""
    if form == "sequence":
        return ShapeType("the input", SEQUENCE_FORM)
    return ShapeType("the table", TABLE_FORM) if form == "table" else ShapeType("the input", MAP_FORM)


def _refuse_missing(request: LayerRequest, needed: Sequence[Needed]) -> None:
    """Refuse a layer without what it needs, and say at once what else cannot be."""
    missing = [one for one in needed if one.argument not in request.arguments]
    if not missing:
        return
    what = f"{' and '.join(one.flag for one in missing)} {'is' if len(missing) == 1 else 'are'} missing"
    fix = f"give {' and '.join(one.what for one in missing)}"
    stand_ins = {one.argument: one.stand_in for one in missing}
    try:
        layer(request.kind, request.shape, **request.arguments | stand_ins)  # type: ignore[arg-type]
    except CalcError as error:
        fix += f"{BELOW}{DlquizError(error.message, fix=error.fix)}"
    refuse(f"{what} — {fix}")


# ── what each command makes of what was typed ────────────────────────────────────────────────────────────────────


def _text(shape: ShapeGiven) -> str:
    return repr(shape_text(shape)[:40])


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
        groups = cast("int", typed.arguments.get("groups", 1))
        if bare and groups > 0:
            shape = (*shape[:-3], groups, *shape[-2:])
        _pads(typed, axes)
        arguments = ({"out_channels": groups} if bare else {}) | typed.arguments
        request = LayerRequest(f"{name}{axes}d", shape, arguments, bare)
        _refuse_missing(request, (KERNEL_NEEDED, CHANNELS_NEEDED._replace(stand_in=groups)))
        return request

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
            refuse("-o is missing — give the output side, for example -o 1")
        arguments = {"output_size": size}
    _pads(typed, axes)
    request = LayerRequest(f"{POOLING[kind]}{axes}d", shape, arguments, bare)
    _refuse_missing(request, () if kind.startswith("adaptive") else (KERNEL_NEEDED,))
    return request


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
    read = typed.input or typed.tokens or ()
    if len(read) > 2:
        refuse(f"linear takes a vector or {SEQUENCE_FORM}, not a map — flatten it first: {prod(read)}")
    shape = _sequence(typed)
    request = LayerRequest("linear", (*shape[:-2], shape[-1]) if len(read) == 1 else shape, typed.arguments)
    _refuse_missing(request, (FEATURES_NEEDED,))
    return request


def _embedding(typed: TypedLayer) -> LayerRequest:
    read = typed.input or ()
    if len(read) != 2:
        refuse(f"the table {_text(read)} cannot be read — write {TABLE_FORM}")
    tokens = cast("int", typed.arguments["tokens"])
    sizes = {"num_embeddings": read[0], "embedding_dim": read[1]}
    return LayerRequest("embedding", typed.with_batch((tokens,)), {**sizes})


def _recurrent(kind: str) -> Callable[[TypedLayer], LayerRequest]:
    def prepare(typed: TypedLayer) -> LayerRequest:
        request = _batch_first(kind, typed)
        _refuse_missing(request, (HIDDEN_NEEDED,))
        return request

    return prepare


def _attention(typed: TypedLayer) -> LayerRequest:
    request = _batch_first("multihead_attention", typed)
    if "key" in request.arguments:
        source = _sequence(typed, cast("ShapeGiven", request.arguments["key"]))
        request.arguments.update(key=source, kdim=source[-1], vdim=source[-1])
    _refuse_missing(request, (HEADS_NEEDED,))
    return request


def _transformer(kind: str) -> Callable[[TypedLayer], LayerRequest]:
    def prepare(typed: TypedLayer) -> LayerRequest:
        request = _batch_first(kind, typed)
        if "memory" in request.arguments:
            request.arguments["memory"] = _sequence(typed, cast("ShapeGiven", request.arguments["memory"]))
        _refuse_missing(request, (HEADS_NEEDED._replace(argument="nhead"),))
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
