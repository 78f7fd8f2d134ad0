"""`dlquiz calc` for feature maps: conv, deconv, separable, pool, upsample, shuffle, flatten, norm."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dlquiz.cli.calc.params import (
    Ask,
    Batch,
    Check,
    Count,
    Dilation,
    Dtype,
    Groups,
    Input,
    Json,
    Kernel,
    Lang,
    NoBias,
    Out,
    Padding,
    Stride,
    every_axis,
    given,
    number,
    numbers,
    padding,
    per_axis,
    refuse,
)
from dlquiz.cli.calc.render.layer import show

FORM = "channels x sides, as 3x224x224, or one side"


def feature_map(text: str, batch: str | None) -> tuple[tuple[int, ...], int, bool]:
    """The shape, its number of map axes, and whether the channels are unknown (a bare side, read as a square image)."""
    read = numbers(text, "the input", FORM)
    if len(read) > 4:
        refuse(f"the input {text[:40]!r} has {len(read)} numbers — write {FORM}; the batch goes to --batch")
    bare = len(read) == 1
    shape = (1, read[0], read[0]) if bare else read
    examples = () if batch is None else (number(batch, "--batch"),)
    return (*examples, *shape), len(shape) - 1, bare


def conv(
    input: Input, out: Out = None, kernel: Kernel = None, stride: Stride = None, padding_: Padding = None,
    dilation: Dilation = None, groups: Groups = None, no_bias: NoBias = False, batch: Batch = None,
    dtype: Dtype = "fp32",
    count: Count = "both", check: Check = None, ask: Ask = None, as_json: Json = False, lang: Lang = None,
) -> None:  # fmt: skip
    """Convolution: output size, parameters, MACs, memory, receptive field, with the working.

    \b
    Examples:
      dlquiz calc conv 3x224x224 -o 64 -k 7 -s 2 -p 3     ResNet's first layer
      dlquiz calc conv 224 -k 3 -s 2 -p 1                 sizes only
      dlquiz calc conv 16x100 -o 32 -k 5 -d 2 -p same     a signal, dilated
      dlquiz calc conv 3x16x112x112 -o 64 -k 3x7x7        a clip
      dlquiz calc conv 32x56x56 -o 32 -k 3 -g 32          depthwise
      dlquiz calc conv 3x224x224 -o 32 -k 3 -s 2 -p tf-same
      dlquiz calc conv 26 -k 7 -s 3 -p 3 -d 3 --check 6   which mistake gives 6?
    """
    _convolution("conv", input, out, kernel, stride, padding_, dilation, groups, no_bias, batch, dtype,
                 count, check, ask, as_json, lang)  # fmt: skip


def deconv(
    input: Input, out: Out = None, kernel: Kernel = None, stride: Stride = None, padding_: Padding = None,
    dilation: Dilation = None, groups: Groups = None,
    output_padding: Annotated[
        str | None, typer.Option("--output-padding", metavar="P", help="Pixels added after each side.")
    ] = None,
    no_bias: NoBias = False, batch: Batch = None, dtype: Dtype = "fp32", count: Count = "both", check: Check = None,
    ask: Ask = None, as_json: Json = False, lang: Lang = None,
) -> None:  # fmt: skip
    """Transposed convolution ("deconvolution").

    \b
    Examples:
      dlquiz calc deconv 64x28x28 -o 32 -k 4 -s 2 -p 1      doubles the map
      dlquiz calc deconv 64x28x28 -o 32 -k 3 -s 2 -p 1 --output-padding 1
      dlquiz calc deconv 28 -k 2 -s 2                       sizes only
    """
    _convolution("conv_transpose", input, out, kernel, stride, padding_, dilation, groups, no_bias, batch, dtype, count,
                 check, ask, as_json, lang, output_padding=per_axis(output_padding, "output padding"))  # fmt: skip


def _convolution(
    name: str, input: str, out: str | None, kernel: str | None, stride: str | None, padding_: str | None,
    dilation: str | None, groups: str | None, no_bias: bool, batch: str | None, dtype: str, count: str,
    check: str | None,
    ask: str | None, as_json: bool, lang: str | None, **more: Any,
) -> None:  # fmt: skip
    shape, axes, bare = feature_map(input, batch)
    if kernel is None or (out is None and not bare):
        refuse("-k is missing — say the kernel" if kernel is None else "-o is missing — say the output channels")
    grouped = 1 if groups is None else number(groups, "groups")
    filters = grouped if out is None else number(out, "out")
    if bare and grouped > 0:
        shape = (*shape[:-3], grouped, *shape[-2:])
    arguments = given(
        out_channels=filters, kernel_size=per_axis(kernel, "kernel"), stride=per_axis(stride, "stride"),
        padding=every_axis(padding(padding_), axes), dilation=per_axis(dilation, "dilation"),
        groups=None if groups is None else grouped, bias=False if no_bias else None, dtype=dtype, **more,
    )  # fmt: skip
    show(
        f"{name}{axes}d",
        shape,
        arguments,
        count=count,
        check=check,
        ask=ask,
        as_json=as_json,
        lang=lang,
        sizes_only=bare,
    )


def separable(
    input: Input, out: Out = None, kernel: Kernel = None, stride: Stride = None, padding_: Padding = None,
    dilation: Dilation = None, no_bias: NoBias = False,
    multiplier: Annotated[
        str | None, typer.Option("-m", "--multiplier", metavar="M", help="Filters per channel.")
    ] = None,
    batch: Batch = None, dtype: Dtype = "fp32", count: Count = "both", check: Check = None, ask: Ask = None,
    as_json: Json = False, lang: Lang = None,
) -> None:  # fmt: skip
    """Depthwise separable convolution: a filter a channel, then 1 x 1 over the channels.

    \b
    Examples:
      dlquiz calc separable 32x112x112 -o 64 -k 3 -p 1 --no-bias
      dlquiz calc separable 256x14x14 -o 256 -k 3 -p 1
    """
    shape, axes, bare = feature_map(input, batch)
    if bare or out is None or kernel is None:
        refuse("separable needs channels x sides, -o and -k — for example 32x112x112 -o 64 -k 3")
    arguments = given(
        out_channels=number(out, "out"), kernel_size=per_axis(kernel, "kernel"), stride=per_axis(stride, "stride"),
        padding=every_axis(padding(padding_), axes), dilation=per_axis(dilation, "dilation"),
        bias=False if no_bias else None,
        depth_multiplier=None if multiplier is None else number(multiplier, "multiplier"), dtype=dtype,
    )  # fmt: skip
    show(f"separable_conv{axes}d", shape, arguments, count=count, check=check, ask=ask, as_json=as_json, lang=lang)


def pool(
    input: Input, kernel: Kernel = None, stride: Stride = None, padding_: Padding = None, dilation: Dilation = None,
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help="max, avg, adaptive-max, adaptive-avg.")] = "max",
    out: Annotated[str | None, typer.Option("-o", "--out", metavar="N", help="Output side, adaptive kinds.")] = None,
    ceil: Annotated[bool, typer.Option("--ceil", help="Round the size up (ceil_mode).")] = False,
    exclude_padding: Annotated[bool, typer.Option("--exclude-padding", help="Average without the padding.")] = False,
    batch: Batch = None, dtype: Dtype = "fp32", count: Count = "both", check: Check = None, ask: Ask = None,
    as_json: Json = False, lang: Lang = None,
) -> None:  # fmt: skip
    """Pooling; the stride is the kernel unless given, as in torch.

    \b
    Examples:
      dlquiz calc pool 64x112x112 -k 3 -s 2 -p 1
      dlquiz calc pool 109 -k 2 --ceil                   sizes only
      dlquiz calc pool 9 -k 4 -s 4 -p 2 --ceil --kind avg
      dlquiz calc pool 512x7x7 --kind adaptive-avg -o 1
    """
    shape, axes, bare = feature_map(input, batch)
    names = {
        "max": "max_pool",
        "avg": "avg_pool",
        "adaptive-max": "adaptive_max_pool",
        "adaptive-avg": "adaptive_avg_pool",
    }
    if kind not in names:
        refuse(f"--kind {kind[:40]!r} is unknown — use max, avg, adaptive-max or adaptive-avg")
    if kind.startswith("adaptive"):
        if out is None:
            refuse("-o is missing — say the output side, for example -o 1")
        arguments: dict[str, Any] = {"output_size": per_axis(out, "out")}
    else:
        if kernel is None:
            refuse("-k is missing — say the kernel")
        arguments = given(
            kernel_size=per_axis(kernel, "kernel"), stride=per_axis(stride, "stride"), ceil_mode=ceil or None,
            padding=every_axis(padding(padding_), axes), dilation=per_axis(dilation, "dilation"),
            count_include_pad=False if exclude_padding else None,
        )  # fmt: skip
    show(f"{names[kind]}{axes}d", shape, arguments | {"dtype": dtype}, count=count, check=check, ask=ask,
         as_json=as_json, lang=lang, sizes_only=bare)  # fmt: skip


def upsample(
    input: Input,
    scale: Annotated[str | None, typer.Option("--scale", metavar="F", help="Factor, as 2 or 1.5.")] = None,
    size: Annotated[str | None, typer.Option("--size", metavar="N", help="Output side: 448, or 448x600.")] = None,
    mode: Annotated[str, typer.Option("--mode", help="nearest, linear, bilinear, trilinear, bicubic.")] = "nearest",
    batch: Batch = None, dtype: Dtype = "fp32", count: Count = "both", check: Check = None, ask: Ask = None,
    as_json: Json = False, lang: Lang = None,
) -> None:  # fmt: skip
    """Interpolation to a larger (or smaller) map; no parameters.

    \b
    Examples:
      dlquiz calc upsample 64x28x28 --scale 2
      dlquiz calc upsample 64x28x28 --size 224 --mode bilinear
    """
    shape, _, bare = feature_map(input, batch or "1")
    factor = None
    if scale is not None:
        try:
            factor = float(scale)
        except ValueError:
            refuse(f"--scale {scale[:40]!r} is not a number — write one such as 2")
    arguments = given(scale_factor=factor, size=per_axis(size, "size"), mode=mode, dtype=dtype)
    show("upsample", shape, arguments, count=count, check=check, ask=ask, as_json=as_json, lang=lang, sizes_only=bare)


def shuffle(
    input: Input,
    factor: Annotated[str, typer.Option("-r", "--factor", metavar="R", help="Upscaling factor.")] = "2",
    down: Annotated[bool, typer.Option("--down", help="The other way: unshuffle.")] = False,
    batch: Batch = None, dtype: Dtype = "fp32", count: Count = "both", check: Check = None, ask: Ask = None,
    as_json: Json = False, lang: Lang = None,
) -> None:  # fmt: skip
    """Pixel shuffle: channels become pixels; with --down, pixels become channels.

    \b
    Examples:
      dlquiz calc shuffle 64x28x28 -r 2
      dlquiz calc shuffle 3x224x224 -r 2 --down
    """
    shape, _, _ = feature_map(input, batch)
    name, argument = ("pixel_unshuffle", "downscale_factor") if down else ("pixel_shuffle", "upscale_factor")
    arguments = {argument: number(factor, "factor"), "dtype": dtype}
    show(name, shape, arguments, count=count, check=check, ask=ask, as_json=as_json, lang=lang)


def flatten(
    input: Input, batch: Batch = None, dtype: Dtype = "fp32", count: Count = "both", check: Check = None,
    ask: Ask = None,
    as_json: Json = False, lang: Lang = None,
) -> None:  # fmt: skip
    """A map as one vector; a batch stays.

    \b
    Examples:
      dlquiz calc flatten 256x6x6
      dlquiz calc flatten 256x6x6 --batch 32
    """
    read = numbers(input, "the input", FORM)
    shape = read if batch is None else (number(batch, "--batch"), *read)
    arguments = {"start_dim": 0 if batch is None else 1, "dtype": dtype}
    show("flatten", shape, arguments, count=count, check=check, ask=ask, as_json=as_json, lang=lang)


def norm(
    input: Input,
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help="batch, layer, group, instance, rms.")] = "batch",
    groups: Annotated[str, typer.Option("-g", "--groups", metavar="G", help="Groups of a group norm.")] = "32",
    no_affine: Annotated[bool, typer.Option("--no-affine", help="Without a learned scale and shift.")] = False,
    batch: Batch = None, dtype: Dtype = "fp32", count: Count = "both", check: Check = None, ask: Ask = None,
    as_json: Json = False, lang: Lang = None,
) -> None:  # fmt: skip
    """Normalisation: what is learned, what is kept beside it. Layer and RMS norm work on the last axis.

    \b
    Examples:
      dlquiz calc norm 512                       batch norm of 512 features
      dlquiz calc norm 64x56x56
      dlquiz calc norm 128x768 --kind layer      tokens x features
      dlquiz calc norm 64x56x56 --kind group -g 32
    """
    read = numbers(input, "the input", FORM)
    examples = number(batch, "--batch") if batch is not None else None
    arguments: dict[str, Any] = {"dtype": dtype}
    if kind in ("layer", "rms"):
        shape = read if examples is None else (examples, *read)
        arguments |= {"elementwise_affine": False} if no_affine else {}
        name = f"{kind}_norm"
    elif kind in ("batch", "instance", "group"):
        shape = (1 if examples is None else examples, *read)
        if len(read) > 4:
            refuse(f"the input {input[:40]!r} has {len(read)} numbers — write {FORM}")
        name = "group_norm" if kind == "group" else f"{kind}_norm{max(len(read) - 1, 1)}d"
        arguments |= {"num_groups": number(groups, "groups")} if kind == "group" else {}
        arguments |= {"affine": not no_affine} if no_affine or kind == "instance" else {}
    else:
        refuse(f"--kind {kind[:40]!r} is unknown — use batch, layer, group, instance or rms")
    show(name, shape, arguments, count=count, check=check, ask=ask, as_json=as_json, lang=lang)
