"""torch as the judge of `calc.layer`: random layers, edge cases first, valid and invalid.

    python tests/oracles/torch_layers.py --count 20000            compare, and print every disagreement
    python tests/oracles/torch_layers.py --sample 3000 --write    write the sample that the suite checks without torch

What is compared: output shapes, parameters by tensor, buffers, FLOPs by `torch.utils.flop_counter`, and refusal.
Known defects of the judge, named here and worked round:
- oneDNN's LSTM kernel and fused attention count 0 FLOPs: both are switched off;
- a matrix times one vector (a linear layer or a recurrent step on a vector) is not in its registry and counts 0: such
  layers are given their vector as one row;
- attention that broadcasts shared key heads is judged with the heads repeated.
Not compared: layers of size zero (torch builds some, `calc` refuses all), and integer overflow.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[1] / "data" / "torch_layers.json.gz"
Case = dict[str, Any]

NAMES = {
    "multihead_attention": "MultiheadAttention",
    "transformer_encoder_layer": "TransformerEncoderLayer",
    "transformer_decoder_layer": "TransformerDecoderLayer",
    "rms_norm": "RMSNorm", "rnn": "RNN", "lstm": "LSTM", "gru": "GRU", "relu": "ReLU", "relu6": "ReLU6",
    "prelu": "PReLU",     "glu": "GLU", "gelu": "GELU", "silu": "SiLU", "elu": "ELU", "celu": "CELU", "selu": "SELU",
    "leaky_relu": "LeakyReLU", "log_sigmoid": "LogSigmoid", "log_softmax": "LogSoftmax",
    "pixel_shuffle": "PixelShuffle", "pixel_unshuffle": "PixelUnshuffle", "unfold": "Unfold",
}  # fmt: skip


def torch_name(kind: str) -> str:
    """`conv_transpose2d` is ConvTranspose2d."""
    return NAMES.get(kind) or "".join(part[:1].upper() + part[1:] for part in kind.split("_"))


# ------------------------------------------------------------------------------------------------ drawing


def edge_cases() -> Iterator[Case]:
    """The rules that every reimplementation gets wrong first."""

    def one(kind: str, shape: tuple[int, ...], **arguments: Any) -> Case:
        return {"kind": kind, "shape": list(shape), "arguments": arguments}

    for ceil in (True, False):
        yield one("avg_pool2d", (1, 9, 9), kernel_size=4, stride=4, padding=2, ceil_mode=ceil)
        yield one("max_pool2d", (1, 32, 32), kernel_size=1, stride=2, ceil_mode=ceil)
        yield one("max_pool1d", (2, 1, 5), kernel_size=2, stride=3, padding=1, ceil_mode=ceil)
        yield one("avg_pool3d", (1, 4, 4, 4), kernel_size=5, padding=1, ceil_mode=ceil)
        yield one("max_pool3d", (1, 4, 4, 4), kernel_size=5, padding=1, ceil_mode=ceil)
        yield one("avg_pool2d", (1, 4, 4), kernel_size=5, padding=1, ceil_mode=ceil)
        for n in range(1, 8):
            for k, s, p in ((3, 2, 1), (2, 2, 0), (3, 5, 1), (1, 3, 0), (4, 3, 2)):
                for kind in ("max_pool2d", "avg_pool2d"):
                    yield one(kind, (1, n, n), kernel_size=k, stride=s, padding=p, ceil_mode=ceil)
    for dilation in (1, 2, 3):
        for padding in (0, 1, 2, 3):
            for kind in ("max_pool1d", "max_pool2d", "max_pool3d"):
                shape = (2, *(9,) * int(kind[-2]))
                yield one(kind, shape, kernel_size=3, padding=padding, dilation=dilation)
            yield one(
                "conv2d", (3, 5, 5), in_channels=3, out_channels=2, kernel_size=3, padding=padding, dilation=dilation
            )
            for extra in (0, 1, 2, 3):
                yield one(
                    "conv_transpose2d", (3, 4, 5), in_channels=3, out_channels=2, kernel_size=3, stride=2,
                    padding=padding,
                    dilation=dilation, output_padding=extra,
                )  # fmt: skip
    for word in ("same", "valid", "full"):
        for kernel, step in ((3, 1), (4, 1), (3, 2), ((3, 4), 1), (3, (1, 2))):
            sizes = {"kernel_size": kernel, "stride": step, "padding": word}
            yield one("conv2d", (1, 3, 8, 8), in_channels=3, out_channels=2, **sizes)
        yield one("conv_transpose2d", (1, 3, 8, 8), in_channels=3, out_channels=2, kernel_size=3, padding=word)
    for shape in ((1, 4), (2, 4), (1, 4, 1), (1, 4, 2), (4,), (1, 3, 2)):
        for training in (True, False):
            for tracked in (True, False):
                for affine in (True, False):
                    arguments = {
                        "num_features": 4,
                        "training": training,
                        "affine": affine,
                        "track_running_stats": tracked,
                    }
                    yield one("batch_norm1d", shape, **arguments)
                    yield one("instance_norm1d", shape, **arguments)
    for shape in ((1, 4), (1, 4, 1), (2, 4, 3), (1, 4, 3, 3), (4,)):
        for groups in (1, 2, 3, 4):
            yield one("group_norm", shape, num_groups=groups, num_channels=4)
    for mode in ("reflect", "circular", "replicate", "zeros", "mirror"):
        for border in (2, 3, 4, "same"):
            yield one(
                "conv2d", (2, 3, 3, 4), in_channels=3, out_channels=2, kernel_size=3, padding=border, padding_mode=mode
            )
    for proj in (0, 1, 3, 4, 5, -1):
        for layers in (0, 1, 2):
            for both in (True, False):
                yield one(
                    "lstm",
                    (5, 2, 3),
                    input_size=3,
                    hidden_size=4,
                    proj_size=proj,
                    num_layers=layers,
                    bidirectional=both,
                )
    for start in (-3, -1, 0, 1, 2, 3):
        for end in (-4, -1, 0, 2, 3):
            yield one("flatten", (2, 3, 4), start_dim=start, end_dim=end)
    kernels: tuple[Any, ...] = (1, 2, 3, (2, 3), (3,), 8, 0)
    windows: tuple[Any, ...] = ((1, 0, 1), (2, 1, 1), ((1, 3), (0, 2), 2), (0, 0, 1), (1, -1, 1), (1, 0, 0))
    for shape, kernel, window in product(((2, 3, 7, 5), (3, 7, 5), (7, 5), (1, 2, 3, 4, 5)), kernels, windows):
        stride, padding, dilation = window
        yield one("unfold", shape, kernel_size=kernel, stride=stride, padding=padding, dilation=dilation)
    for shape in ((1, 2, 5), (1, 2, 5, 4), (2, 5), (1, 1, 2, 3, 4), (1, 1, 1, 2, 3, 4)):
        for mode in ("nearest", "nearest-exact", "linear", "bilinear", "trilinear", "bicubic", "odd"):
            for corners in (None, True, False):
                yield one("upsample", shape, scale_factor=1.5, mode=mode, align_corners=corners)
            yield one("upsample", shape, size=3, mode=mode)
            yield one("upsample", shape, size=3, scale_factor=2, mode=mode)
            yield one("upsample", shape, mode=mode)
            yield one("upsample", shape, scale_factor=0.1, mode=mode)


class Draw:
    """Random layers with small sizes near the edges of what is allowed."""

    def __init__(self, source: random.Random) -> None:
        self.source = source

    def case(self) -> Case:
        family = self.source.choices(
            ["conv", "transposed", "pool", "adaptive", "linear", "norm", "recurrent", "attention", "transformer",
             "reshape",             "pointwise", "embedding", "separable", "asymmetric"],
            [18, 12, 20, 4, 4, 10, 8, 7, 4, 8, 6, 2, 5, 5],
        )[0]  # fmt: skip
        case: Case = getattr(self, family)()
        if self.maybe(0.02):
            shape = case["shape"]
            case["shape"] = shape[1:] if self.maybe(0.5) and len(shape) > 1 else [2, *shape]
        return case

    def maybe(self, chance: float) -> bool:
        return self.source.random() < chance

    def integer(self, low: int, high: int) -> int:
        return self.source.randint(low, high)

    def pick(self, *values: Any) -> Any:
        return self.source.choice(values)

    def axes(self, axes: int, low: int, high: int, bad: float = 0.01) -> Any:
        if self.maybe(bad):
            return self.pick(0, -1, -2)
        if self.maybe(0.6):
            return self.integer(low, high)
        count = axes if not self.maybe(bad) else axes + 1
        return [self.integer(low, high) for _ in range(count)]

    def map(self, axes: int, channels: int) -> list[int]:
        sides = [self.integer(1, (20, 12, 6)[axes - 1]) for _ in range(axes)]
        return [*([self.integer(1, 3)] if self.maybe(0.6) else []), channels, *sides]

    def optional(self, arguments: dict[str, Any], **given: Any) -> dict[str, Any]:
        return arguments | {name: value for name, value in given.items() if self.maybe(0.5)}

    def channels(self) -> tuple[int, int, int]:
        groups = self.pick(1, 1, 1, 2, 3, 4)
        inside, outside = groups * self.integer(1, 3), groups * self.integer(1, 3)
        if self.maybe(0.03):
            inside += 1
        if self.maybe(0.02):
            groups = self.pick(0, -1, groups + 1)
        return inside, outside, groups

    def conv(self) -> Case:
        axes = self.integer(1, 3)
        inside, outside, groups = self.channels()
        arguments = self.optional(
            {"in_channels": inside if not self.maybe(0.02) else inside + 1, "out_channels": outside,
             "kernel_size": self.axes(axes, 1, 5), "groups": groups},
            stride=self.axes(axes, 1, 4), dilation=self.axes(axes, 1, 3),
            padding=self.pick("same", "valid") if self.maybe(0.2) else self.axes(axes, 0, 3), bias=self.maybe(0.5),
        )  # fmt: skip
        if self.maybe(0.1):
            arguments["padding_mode"] = self.pick("reflect", "replicate", "circular")
        return {"kind": f"conv{axes}d", "shape": self.map(axes, inside), "arguments": arguments}

    def transposed(self) -> Case:
        axes = self.integer(1, 3)
        inside, outside, groups = self.channels()
        arguments = self.optional(
            {"in_channels": inside if not self.maybe(0.02) else inside + 1, "out_channels": outside,
             "kernel_size": self.axes(axes, 1, 5), "groups": groups},
            stride=self.axes(axes, 1, 4), dilation=self.axes(axes, 1, 3), padding=self.axes(axes, 0, 3),
            output_padding=self.axes(axes, 0, 2), bias=self.maybe(0.5),
        )  # fmt: skip
        return {"kind": f"conv_transpose{axes}d", "shape": self.map(axes, inside), "arguments": arguments}

    def separable(self) -> Case:
        axes, inside = self.integer(1, 3), self.integer(1, 4)
        arguments = self.optional(
            {"out_channels": self.integer(1, 6), "kernel_size": self.axes(axes, 1, 4)},
            stride=self.axes(axes, 1, 3), padding=self.axes(axes, 0, 2), dilation=self.axes(axes, 1, 2),
            bias=self.maybe(0.5), depth_multiplier=self.integer(1, 3),
        )  # fmt: skip
        return {"kind": f"separable_conv{axes}d", "shape": self.map(axes, inside), "arguments": arguments}

    def asymmetric(self) -> Case:
        axes = self.integer(1, 3)
        arguments = self.optional(
            {"in_channels": 2, "out_channels": 3, "kernel_size": self.axes(axes, 1, 5),
             "padding": [[self.integer(0, 3), self.integer(0, 3)] for _ in range(axes)]},
            stride=self.axes(axes, 1, 3), dilation=self.axes(axes, 1, 2),
        )  # fmt: skip
        return {"kind": f"conv{axes}d", "shape": self.map(axes, 2), "arguments": arguments}

    def pool(self) -> Case:
        axes, kind = self.integer(1, 3), self.pick("max", "avg")
        given: dict[str, Any] = {
            "stride": self.axes(axes, 1, 4),
            "padding": self.axes(axes, 0, 2),
            "ceil_mode": self.maybe(0.6),
        }
        if kind == "max":
            given["dilation"] = self.axes(axes, 1, 3)
        else:
            given["count_include_pad"] = self.maybe(0.5)
            if axes > 1 and self.maybe(0.2):
                given["divisor_override"] = self.integer(0, 3)
        arguments = self.optional({"kernel_size": self.axes(axes, 1, 5)}, **given)
        return {"kind": f"{kind}_pool{axes}d", "shape": self.map(axes, self.integer(1, 3)), "arguments": arguments}

    def adaptive(self) -> Case:
        axes, kind = self.integer(1, 3), self.pick("max", "avg")
        wanted: Any = self.axes(axes, 1, 7, bad=0)
        if isinstance(wanted, list) and self.maybe(0.3):
            wanted[0] = None
        shape = self.map(axes, self.integer(1, 3))
        return {"kind": f"adaptive_{kind}_pool{axes}d", "shape": shape, "arguments": {"output_size": wanted}}

    def linear(self) -> Case:
        shape = [self.integer(1, 5) for _ in range(self.integer(1, 4))]
        features = shape[-1] if not self.maybe(0.1) else shape[-1] + 1
        arguments = self.optional({"in_features": features, "out_features": self.integer(1, 9)}, bias=self.maybe(0.5))
        return {"kind": "linear", "shape": shape, "arguments": arguments}

    def embedding(self) -> Case:
        shape = [self.integer(1, 4) for _ in range(self.integer(1, 3))]
        rows = self.integer(1, 9)
        arguments = self.optional({"num_embeddings": rows, "embedding_dim": self.integer(1, 6)},
                                  padding_idx=self.integer(-rows - 1, rows))  # fmt: skip
        return {"kind": "embedding", "shape": shape, "arguments": arguments}

    def norm(self) -> Case:
        kind = self.pick("batch", "instance", "layer", "group", "rms")
        axes, channels = self.integer(1, 3), self.integer(1, 6)
        shape = [self.integer(1, 2), channels, *[self.integer(1, 3) for _ in range(axes)]]
        if kind in ("batch", "instance"):
            arguments = self.optional(
                {"num_features": channels if not self.maybe(0.08) else channels + 1},
                affine=self.maybe(0.5), track_running_stats=self.maybe(0.5), training=self.maybe(0.5),
            )  # fmt: skip
            return {
                "kind": f"{kind}_norm{axes}d",
                "shape": shape if self.maybe(0.8) else shape[1:],
                "arguments": arguments,
            }
        if kind == "group":
            arguments = self.optional(
                {"num_groups": self.integer(1, 4), "num_channels": channels}, affine=self.maybe(0.5)
            )
            return {"kind": "group_norm", "shape": shape[: self.integer(2, 4)], "arguments": arguments}
        last: Any = shape[-self.integer(1, 2) :]
        if self.maybe(0.1):
            last = [*last[:-1], last[-1] + 1]
        arguments = self.optional({"normalized_shape": last}, elementwise_affine=self.maybe(0.5))
        if kind == "layer":
            arguments = self.optional(arguments, bias=self.maybe(0.5))
        return {"kind": f"{kind}_norm", "shape": shape, "arguments": arguments}

    def recurrent(self) -> Case:
        kind, features = self.pick("rnn", "lstm", "gru"), self.integer(1, 6)
        shape = [self.integer(1, 4), *([self.integer(2, 3)] if self.maybe(0.7) else []), features]
        arguments = self.optional(
            {"input_size": features if not self.maybe(0.04) else features + 1, "hidden_size": self.integer(1, 6)},
            num_layers=self.integer(1, 3) if not self.maybe(0.03) else 0, bias=self.maybe(0.5),
            batch_first=self.maybe(0.5), bidirectional=self.maybe(0.5),
        )  # fmt: skip
        if kind == "lstm":
            arguments = self.optional(arguments, proj_size=self.integer(0, 4))
        if kind == "rnn":
            arguments = self.optional(arguments, nonlinearity=self.pick("tanh", "relu", "relu", "gelu"))
        return {"kind": kind, "shape": shape, "arguments": arguments}

    def attention(self) -> Case:
        heads, width = self.pick(1, 2, 3, 4), self.integer(1, 3)
        model = heads * width + (1 if self.maybe(0.08) else 0)
        first, batch = self.maybe(0.5), self.integer(1, 3)
        targets, sources = self.integer(1, 5), self.integer(1, 5)
        batched = self.maybe(0.7)

        def sequence(length: int, features: int) -> list[int]:
            return [*(([batch, length] if first else [length, batch]) if batched else [length]), features]

        arguments = self.optional(
            {"embed_dim": model, "num_heads": heads, "batch_first": first}, bias=self.maybe(0.5),
            add_bias_kv=self.maybe(0.5), add_zero_attn=self.maybe(0.5),
        )  # fmt: skip
        if self.maybe(0.5):
            key, value = (self.integer(1, 5), self.integer(1, 5)) if self.maybe(0.5) else (model, model)
            lengths = (sources, sources + 1) if self.maybe(0.05) else (sources, sources)
            arguments |= {"key": sequence(lengths[0], key), "value": sequence(lengths[1], value)}
            if (key, value) != (model, model):
                arguments |= {"kdim": key, "vdim": value}
        elif self.maybe(0.3) and model % heads == 0:
            arguments = {"embed_dim": model, "num_heads": heads, "batch_first": first, "bias": self.maybe(0.5),
                         "num_kv_heads": self.pick(*[one for one in range(1,
                         heads + 1) if heads % one == 0])}  # fmt: skip
        return {"kind": "multihead_attention", "shape": sequence(targets, model), "arguments": arguments}

    def transformer(self) -> Case:
        heads, first = self.pick(1, 2, 4), self.maybe(0.5)
        model, batched, batch = heads * self.integer(1, 3), self.maybe(0.7), self.integer(1, 3)
        if self.maybe(0.05):
            model += 1
        name = self.pick("encoder", "decoder")

        def sequence(length: int) -> list[int]:
            return [*(([batch, length] if first else [length, batch]) if batched else [length]), model]

        arguments = self.optional(
            {"d_model": model, "nhead": heads, "batch_first": first, "dim_feedforward": self.integer(1, 9)},
            activation=self.pick("relu", "gelu", "gelu", "tanh"), norm_first=self.maybe(0.5), bias=self.maybe(0.5),
        )  # fmt: skip
        if name == "decoder":
            arguments["memory"] = sequence(self.integer(1, 5))
        return {"kind": f"transformer_{name}_layer", "shape": sequence(self.integer(1, 5)), "arguments": arguments}

    def reshape(self) -> Case:
        kind = self.pick("flatten", "upsample", "pixel_shuffle", "pixel_unshuffle")
        if kind == "flatten":
            shape = [self.integer(1, 4) for _ in range(self.integer(1, 5))]
            arguments = self.optional({}, start_dim=self.integer(-5, 4), end_dim=self.integer(-5, 4))
        elif kind == "upsample":
            axes = self.integer(1, 3)
            shape = [1, self.integer(1, 2), *[self.integer(1, 6) for _ in range(axes)]]
            arguments = {"mode": self.pick("nearest", "nearest-exact", ("linear", "bilinear", "trilinear")[axes - 1])}
            if self.maybe(0.5):
                arguments["size"] = self.axes(axes, 1, 9)
            else:
                arguments["scale_factor"] = self.pick(2, 3, 0.5, 1.5, 2.7, [2] * axes, [1.3] * axes, [2] * (axes + 1))
        else:
            r = self.integer(1, 3)
            shape = [*[2][: self.integer(0, 1)], self.pick(1, 4, 9, 8, 18), r * self.integer(1, 3), self.integer(1, 6)]
            arguments = {
                ("upscale_factor" if kind == "pixel_shuffle" else "downscale_factor"): self.pick(r, r, r + 1, 0)
            }
        return {"kind": kind, "shape": shape, "arguments": arguments}

    def pointwise(self) -> Case:
        shape = [self.integer(1, 5) for _ in range(self.integer(1, 4))]
        kind = self.pick(
            "relu", "relu6", "gelu", "silu", "sigmoid", "tanh", "elu", "leaky_relu", "hardswish", "softplus", "mish",
            "selu", "softmax", "log_softmax", "dropout", "identity", "prelu", "glu", "hardtanh",
        )  # fmt: skip
        arguments: dict[str, Any] = {}
        if kind in ("softmax", "log_softmax", "glu"):
            arguments["dim"] = self.integer(-5, 4)
        if kind == "prelu":
            arguments["num_parameters"] = self.integer(1, 5)
        if kind == "dropout":
            arguments["p"] = self.pick(0, 0.5, 1, 1.5, -0.1)
        if kind == "gelu":
            arguments["approximate"] = self.pick("none", "tanh", "erf")
        return {"kind": kind, "shape": shape, "arguments": arguments}


# ------------------------------------------------------------------------------------------------ judging


def torch_answer(case: Case) -> Case:
    """What torch says: shapes, parameters by tensor, buffers, FLOPs, or its refusal."""
    import torch

    try:
        return _run(case)
    except (
        RuntimeError,
        ValueError,
        AssertionError,
        TypeError,
        IndexError,
        NotImplementedError,
        ZeroDivisionError,
    ) as error:
        del torch
        return {"refused": str(error).strip().split("\n")[0][:200] or type(error).__name__}


def _run(case: Case) -> Case:
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    module, inputs = _build(case)
    # Normalisations count as in evaluation unless given; a transformer's evaluation path is fused and uncounted.
    module.train(case["arguments"].get("training", "_norm" not in case["kind"]))
    counter = FlopCounterMode(display=False)
    with torch.no_grad(), torch.backends.mkldnn.flags(enabled=False), sdpa_kernel(SDPBackend.MATH), counter:
        output = module(*inputs)
    first = output[0] if isinstance(output, tuple) else output
    answer: Case = {
        "output_shape": list(first.shape),
        "parameters_by_tensor": {name: tensor.numel() for name, tensor in module.named_parameters()},
        "buffers": sum(tensor.numel() for tensor in module.buffers()),
        "flops": counter.get_total_flops(),
    }
    if case["kind"] in ("rnn", "gru"):
        answer["outputs"] = {"output": list(first.shape), "h_n": list(output[1].shape)}
    if case["kind"] == "lstm":
        answer["outputs"] = {
            "output": list(first.shape), "h_n": list(output[1][0].shape), "c_n": list(output[1][1].shape)
        }  # fmt: skip
    if case["kind"] == "multihead_attention" and isinstance(output, tuple):
        answer["outputs"] = {"output": list(first.shape), "attn_output_weights": list(output[1].shape)}
    return answer


def _build(case: Case) -> tuple[Any, list[Any]]:
    import torch

    kind, shape = case["kind"], tuple(case["shape"])
    arguments = {name: tuples(value) for name, value in case["arguments"].items() if name != "training"}
    others = [arguments.pop(name) for name in ("key", "value", "memory") if name in arguments]
    if kind == "embedding":
        return torch.nn.Embedding(**arguments), [torch.zeros(shape, dtype=torch.long)]
    inputs = [torch.randn(shape), *[torch.randn(one) for one in others]]
    if kind.startswith("separable"):
        return _separable(kind, shape, arguments), inputs
    if "num_kv_heads" in arguments:
        return _grouped_attention(arguments), inputs
    if kind.startswith("conv") and any(isinstance(one, tuple) for one in _listed(arguments.get("padding"))):
        return _padded(kind, arguments), inputs
    if kind == "multihead_attention" and not others:
        inputs = inputs * 3
    if kind == "transformer_encoder_layer" or kind == "transformer_decoder_layer":
        arguments["dropout"] = 0.0
    return getattr(torch.nn, torch_name(kind))(**arguments), inputs


def _listed(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else ()


def tuples(value: Any) -> Any:
    return tuple(tuples(one) for one in value) if isinstance(value, list) else value


def _separable(kind: str, shape: tuple[int, ...], arguments: dict[str, Any]) -> Any:
    import torch
    from torch import nn

    axes = int(kind[-2])
    layer = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[axes - 1]
    channels, multiplier = shape[-axes - 1] if len(shape) > axes else 1, arguments.pop("depth_multiplier", 1)
    filters, bias = arguments.pop("out_channels"), arguments.get("bias", True)

    class Separable(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.depthwise = layer(channels, channels * multiplier, groups=channels, **arguments)
            self.pointwise = layer(channels * multiplier, filters, 1, bias=bias)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.pointwise(self.depthwise(x))

    return Separable()


def _padded(kind: str, arguments: dict[str, Any]) -> Any:
    import torch
    from torch import nn

    pads = arguments.pop("padding")

    class Padded(getattr(nn, torch_name(kind))):  # type: ignore[misc]
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            flat = [one for pair in reversed(pads) for one in pair]
            return super().forward(nn.functional.pad(x, flat))

    return Padded(**arguments)


def _grouped_attention(arguments: dict[str, Any]) -> Any:
    import torch
    from torch import nn

    model, heads, shared = arguments["embed_dim"], arguments["num_heads"], arguments["num_kv_heads"]
    width, bias, first = model // heads, arguments["bias"], arguments["batch_first"]
    split = shared * width

    class Grouped(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            if shared == heads:
                self.in_proj_weight = nn.Parameter(torch.zeros(3 * model, model))
            else:
                self.q_proj_weight = nn.Parameter(torch.zeros(model, model))
                self.k_proj_weight = nn.Parameter(torch.zeros(split, model))
                self.v_proj_weight = nn.Parameter(torch.zeros(split, model))
            if bias:
                self.in_proj_bias = nn.Parameter(torch.zeros(model + 2 * split))
            self.out_proj = nn.Linear(model, model, bias=bias)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            batched = x.dim() == 3
            x = x[None] if not batched else x if first else x.transpose(0, 1)
            weights = (
                self.in_proj_weight.split(model)
                if shared == heads
                else (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight)
            )
            q, k, v = (nn.functional.linear(x, one).unflatten(-1, (-1, width)).transpose(1, 2) for one in weights)
            k, v = (one.repeat_interleave(heads // shared, 1) for one in (k, v))
            seen = torch.softmax(q @ k.transpose(-1, -2), -1) @ v
            y = self.out_proj(seen.transpose(1, 2).flatten(2))
            return y[0] if not batched else y if first else y.transpose(0, 1)

    return Grouped()


# ------------------------------------------------------------------------------------------------ comparing


def our_answer(case: Case) -> Case:
    from dlquiz import calc

    try:
        result = calc.layer(case["kind"], tuples(case["shape"]), **{k: tuples(v) for k, v in case["arguments"].items()})
    except calc.CalcError as error:
        return {"refused": str(error)}
    answer: Case = {
        "output_shape": list(result.output_shape),
        "parameters_by_tensor": result.parameters_by_tensor,
        "buffers": result.buffers,
        "flops": result.flops,
    }
    if result.outputs:
        answer["outputs"] = {name: list(shape) for name, shape in result.outputs.items()}
    return answer


def difference(case: Case, theirs: Case) -> str:
    """What differs, or an empty text."""
    ours = our_answer(case)
    if 0 in theirs.get("output_shape", ()):
        return ""
    if "refused" in theirs or "refused" in ours:
        if "refused" in theirs and "refused" in ours:
            return ""
        return f"torch refuses: {theirs['refused']}" if "refused" in theirs else f"we refuse: {ours['refused']}"
    for name, value in theirs.items():
        if ours.get(name) != value:
            return f"{name}: torch {value}, we {ours.get(name)}"
    return ""


def cases(count: int, seed: int = 2013) -> Iterator[Case]:
    """Edge cases first, then random ones."""
    edges = list(edge_cases())
    yield from edges[:count]
    draw = Draw(random.Random(seed))
    for _ in range(count - len(edges)):
        yield draw.case()


def compare(count: int) -> tuple[list[str], Counter[str]]:
    disagreements, tally = [], Counter[str]()
    for case in cases(count):
        theirs = torch_answer(case)
        tally["refused" if "refused" in theirs else "valid"] += 1
        if wrong := difference(case, theirs):
            disagreements.append(f"{json.dumps(case)}: {wrong}")
    return disagreements, tally


@pytest.mark.oracle
def test_torch_agrees_on_layers() -> None:
    pytest.importorskip("torch")
    warnings.simplefilter("ignore")
    disagreements, tally = compare(20_000)
    assert disagreements == []
    assert tally["refused"] > 1000
    assert tally["valid"] > 10_000


def write_sample(count: int) -> None:
    """Half of them edge cases and refusals, so that the suite sees the rules and not only the easy middle."""
    answered = [case | {"answer": torch_answer(case)} for case in cases(3 * count)]
    edges = answered[: len(list(edge_cases()))]
    rest = answered[len(edges) :]
    refused = [case for case in rest if "refused" in case["answer"]][: count // 5]
    valid = [case for case in rest if "refused" not in case["answer"]]
    chosen = [*edges[: count // 2], *refused]
    chosen += valid[: count - len(chosen)]
    text = "[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in chosen) + "\n]\n"
    DATA.parent.mkdir(exist_ok=True)
    DATA.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{len(chosen)} answers, {DATA.stat().st_size} bytes")


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--count", type=int, default=20_000)
    reader.add_argument("--sample", type=int, default=3_000)
    reader.add_argument("--write", action="store_true")
    options = reader.parse_args()
    warnings.simplefilter("ignore")
    if options.write:
        write_sample(options.sample)
        return 0
    disagreements, tally = compare(options.count)
    print(*disagreements, sep="\n")
    print(f"{options.count} layers ({dict(tally)}), {len(disagreements)} disagreements")
    return 1 if disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
