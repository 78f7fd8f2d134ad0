"""torch as the judge of `calc.network`: random chains, random graphs with branches, and every classic that ships.

    python tests/oracles/torch_networks.py --chains 2000 --graphs 300      compare, and print every disagreement
    python tests/oracles/torch_networks.py --sequences 500                 attention, windows, scans, tokens and maps
    python tests/oracles/torch_networks.py --shipped                       the shipped networks, on the meta device
    python tests/oracles/torch_networks.py --tools                         torchinfo, fvcore, ptflops on three of them
    python tests/oracles/torch_networks.py --printed                       what print(model) gives, with torch's counts
    python tests/oracles/torch_networks.py --write                         write the sample that the suite checks

What is compared: output shape, parameters, FLOPs by `torch.utils.flop_counter`, and the extent of the gradient of an
all-positive twin (max pooling made average, activations and norms the identity, all weights equal and positive) at
single units, corner units among them, clipped at the borders. The twin shares only the parser with `calc`: shapes,
padding and counts are torch's own. Attention is four linear layers and two products, as in the definition; FLOPs of
recurrent layers are left out (the counter does not see oneDNN's kernels).
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dlquiz.calc import CalcError, network
from dlquiz.calc.networks.graph import Environment, given, size_of
from dlquiz.calc.networks.notation.parser import read
from dlquiz.calc.networks.notation.tree import Input, Layer, NotationBlock, NotationCall, NotationGroup, NotationStep
from dlquiz.calc.networks.unit_field import seen

DATA = Path(__file__).parents[1] / "data" / "torch_networks.json.gz"
PRINTED = Path(__file__).parents[1] / "data" / "printed"
TOOLS = Path(__file__).parents[1] / "data" / "counters.json"


# ------------------------------------------------------------------------------------------------ the twin


def twin(text: str, *, positive: bool = False) -> Any:
    """The network as a torch module, built by running it once."""
    import torch
    from torch import nn
    from torch.nn import functional

    tree = read(text)
    lets = {let.name: let for let in tree.lets}

    class Attention(nn.Module):
        def __init__(self, width: int, source: int, heads: int, shared: int, head: int, biases: str, norm: str) -> None:
            super().__init__()
            over = {"none": (0, 0), "head": (head, head), "full": (heads * head, shared * head)}[norm]
            self.norms = nn.ModuleList(nn.RMSNorm(one) if one else nn.Identity() for one in over)
            self.full = norm == "full"
            self.heads, self.shared, self.head = heads, shared, head
            self.query = nn.Linear(width, heads * head, bias="q" in biases)
            self.key = nn.Linear(source, shared * head, bias="k" in biases)
            self.value = nn.Linear(source, shared * head, bias="v" in biases)
            self.output = nn.Linear(heads * head, width, bias="o" in biases)

        def forward(self, x: Any, y: Any) -> Any:
            def split(z: Any, heads: int) -> Any:
                return z.unflatten(-1, (heads, self.head)).transpose(1, 2)

            def normed(z: Any, heads: int, norm: Any) -> Any:
                return split(norm(z), heads) if self.full else norm(split(z, heads))

            q, k, v = (
                normed(self.query(x), self.heads, self.norms[0]),
                normed(self.key(y), self.shared, self.norms[1]),
                split(self.value(y), self.shared),
            )
            k = k.repeat_interleave(self.heads // self.shared, 1)
            v = v.repeat_interleave(self.heads // self.shared, 1)
            weights = torch.softmax(torch.matmul(q, k.transpose(-1, -2)) / self.head**0.5, -1)
            return self.output(torch.matmul(weights, v).transpose(1, 2).flatten(2))

    class Vector(nn.Module):
        """A learned vector (or table) and how it is put to use."""

        def __init__(self, shape: tuple[int, ...], use: Any, shift: bool = False) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.ones(shape))
            self.bias = nn.Parameter(torch.zeros(shape)) if shift else None
            self.use = use

        def forward(self, x: Any) -> Any:
            return self.use(x, self.weight, self.bias)

    class SelectiveScan(nn.Module):
        """The scan as Gu & Dao (2023, algorithm 2) write it, a step after the other."""

        def __init__(self, width: int, states: int, rank: int) -> None:
            super().__init__()
            self.rank, self.states = rank, states
            self.x_proj = nn.Linear(width, rank + 2 * states, bias=False)
            self.dt_proj = nn.Linear(rank, width)
            self.A_log = nn.Parameter(torch.zeros(width, states))
            self.D = nn.Parameter(torch.ones(width))

        def forward(self, x: Any) -> Any:
            rank, b, c = self.x_proj(x).split([self.rank, self.states, self.states], -1)
            steps = functional.softplus(self.dt_proj(rank))[..., None]
            decay, inflow = torch.exp(steps * -torch.exp(self.A_log)), steps * b[:, :, None] * x[..., None]
            state, outputs = torch.zeros_like(inflow[:, 0]), []
            for place in range(x.shape[1]):
                state = decay[:, place] * state + inflow[:, place]
                outputs.append(torch.matmul(state, c[:, place, :, None])[..., 0])
            return torch.stack(outputs, 1) + self.D * x

    class Channels(nn.Module):
        """Layer norm over the channels of a map."""

        def __init__(self, inner: Any) -> None:
            super().__init__()
            self.inner = inner

        def forward(self, x: Any) -> Any:
            return self.inner(x.movedim(1, -1)).movedim(-1, 1)

    class Twin(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.parts = nn.ModuleList()
            self.building, self.at = True, 0

        def part(self, make: Any) -> Any:
            if self.replayed is not None:
                self.replayed += 1
                return self.parts[self.replayed - 1]
            if self.building:
                self.parts.append(make().eval())
            self.at += 1
            return self.parts[self.at - 1]

        def forward(self, *inputs: Any) -> Any:
            self.at, self.inputs = 0, list(inputs)
            self.replayed: int | None = None
            self.first_runs: dict[Any, int] = {}
            self.labels: dict[str, Any] = {}
            self.form = _form(tree.input)
            return self.chain(tree.chain, Environment({}, ()), self.inputs.pop(0))

        def chain(self, steps: tuple[NotationStep, ...], env: Environment, x: Any) -> Any:
            for step in steps:
                times = size_of(step.repeat, env) if step.repeat else 1
                outer = dict(self.labels)
                for _ in range(times):
                    if step.repeat:
                        self.labels = dict(outer)
                    x = self.unit(step.unit, env, x)
                if step.repeat:
                    self.labels = outer
                if step.label:
                    self.labels[step.label] = (x, self.form, self.parts[self.at - 1] if self.at else None)
            return x

        def unit(self, unit: Any, env: Environment, x: Any) -> Any:
            match unit:
                case Layer():
                    return self.layer(unit.name, size_of(unit.size, env) if unit.size else None,
                                      given(unit.arguments, env), x)  # fmt: skip
                case NotationCall():
                    let, outer = lets[unit.name], dict(self.labels)
                    values = tuple(size_of(one, env) for one in unit.sizes)
                    x = self.chain(let.chain, Environment(dict(zip(let.parameters, values, strict=True)), values), x)
                    self.labels = outer
                    return x
                case NotationGroup():
                    return self.chain(unit.chain, env, x)
                case Input():
                    self.form = _form(unit)
                    return self.inputs.pop(0)
                case NotationBlock():
                    return self.block(unit, env, x)

        def block(self, unit: NotationBlock, env: Environment, x: Any) -> Any:
            form, ends, forms = self.form, [], []
            if unit.name == "moe":
                return self.experts(unit, env, x)
            if unit.name == "windows":
                return self.windows(unit, env, x)
            if unit.name == "shared":
                return self.shared(unit, env, x)
            for branch in unit.branches:
                self.form = form
                ends.append(self.chain(branch, env, x))
                forms.append(self.form)
            if unit.name == "aux":
                self.form = form
                return x
            if unit.name == "residual" and len(ends) == 1:
                ends.append(x)
            self.form = forms[0]
            arguments = given(unit.arguments, env)
            if unit.name == "add" and len(set(forms)) > 1:
                self.form = next(one for one in forms if one != "vector")
                big = ends[forms.index(self.form)]
                ends = [_at_each_place(end, big, self.form) if form == "vector" else end
                        for end, form in zip(ends, forms, strict=True)]  # fmt: skip
                return sum(ends[1:], ends[0])
            if unit.name in ("residual", "add"):
                assert all(end.shape == ends[0].shape for end in ends)
                return sum(ends[1:], ends[0])
            if unit.name == "mul":
                return self.product(ends, forms)
            if unit.name == "sdpa":
                assert forms == ["tokens"] * 3
                return _attended(*ends, **{"kv": arguments["h"], "rope": 0} | arguments)
            if arguments.get("crop"):
                ends = [_cropped(end, ends) for end in ends]
            return torch.cat(ends, -1 if self.form == "tokens" else 1)

        def product(self, ends: list[Any], forms: list[str]) -> Any:
            big = max(range(len(ends)), key=lambda one: ends[one].numel())
            self.form = forms[big]
            out = ends[big]
            for place, end in enumerate(ends):
                if place != big:
                    if forms[place] == "vector":
                        end = _at_each_place(end, out, self.form)
                    out = out * end if not positive else out + 0 * end.sum()
            return out

        def experts(self, unit: NotationBlock, env: Environment, x: Any) -> Any:
            arguments = given(unit.arguments, env)
            experts, top = arguments["experts"], arguments.get("top", 1)
            weights = self.part(lambda: nn.Linear(x.shape[-1], experts, bias=False))(x).softmax(-1)
            total = 0
            for number in range(experts):
                out = self.chain(unit.branches[0], env, x)
                if number < top:
                    total = total + out * weights[..., number : number + 1]
            return total

        def windows(self, unit: NotationBlock, env: Environment, x: Any) -> Any:
            """torchvision's way: pad, cut, run the windows as a batch, put together, cut the padding off."""
            arguments, sides = given(unit.arguments, env), tuple(x.shape[2:])
            k = arguments["k"] if isinstance(arguments["k"], tuple) else (arguments["k"],) * len(sides)
            assert self.form == "map"
            assert len(k) == len(sides)
            if arguments.get("grid"):
                assert all(side % one == 0 for side, one in zip(sides, k, strict=True))
            pads = [one for side, edge in zip(sides[::-1], k[::-1], strict=True) for one in (0, -side % edge)]
            x = functional.pad(x, pads)
            counts = [side // edge for side, edge in zip(x.shape[2:], k, strict=True)]
            for place, (count, edge) in enumerate(zip(counts, k, strict=True)):
                x = x.unflatten(2 + 2 * place, (count, edge))
            outer, inner = range(2, 2 + 2 * len(k), 2), range(3, 3 + 2 * len(k), 2)
            x = x.permute(0, *outer, *inner, 1).flatten(1 + len(k), 2 * len(k)).flatten(0, len(k))
            self.form = "tokens"
            x = self.chain(unit.branches[0], env, x)
            assert self.form == "tokens"
            self.form = "map"
            x = x.unflatten(1, k).unflatten(0, (1, *counts))
            order = [axis for place in range(len(k)) for axis in (1 + place, 1 + len(k) + place)]
            x = x.permute(0, 1 + 2 * len(k), *order)
            for place in range(len(k)):
                x = x.flatten(2 + place, 3 + place)
            return x[(..., *(slice(side) for side in sides))]

        def shared(self, unit: NotationBlock, env: Environment, x: Any) -> Any:
            key = id(unit), env.key
            outer = self.replayed
            if key not in self.first_runs:
                self.first_runs[key] = self.at
                return self.chain(unit.branches[0], env, x)
            self.replayed = self.first_runs[key]
            x = self.chain(unit.branches[0], env, x)
            self.replayed = outer
            return x

        def layer(self, name: str, size: int | None, given: dict[str, Any], x: Any) -> Any:
            if self.form == "tokens" and (name in OVER_TOKENS or name.startswith("adaptive")):
                self.form = "map"
                y = self.layer(name, size, given, x.transpose(1, 2)).transpose(1, 2)
                self.form = "tokens"
                return y
            axes = x.ndim - 2
            bias = bool(given.get("b", 1))
            affine = bool(given.get("affine", 1))
            window = {
                torch_name: given[word]
                for word, torch_name in (("k", "kernel_size"), ("s", "stride"), ("d", "dilation"), ("g", "groups"))
                if word in given
            }
            channels = x.shape[1] if x.ndim > 1 else 1
            if name in ("conv", "dwconv"):
                if name == "dwconv":
                    size, window["groups"] = channels, channels
                mode = given.get("mode", "zeros")
                pad, before = _padding(given.get("p", 0), x.shape[2:], given, axes)
                if before is not None:
                    x = functional.pad(x, before)
                kind = getattr(nn, f"Conv{axes}d")
                made = self.part(lambda: kind(channels, size, bias=bias, padding=pad, padding_mode=mode, **window))
                if "tied" in given and self.building:
                    made.weight = self.labels[given["tied"]][2].weight
                return made(x)
            if name == "separable":
                x = self.layer("dwconv", None, given, x)
                return self.layer("conv", size, {"k": 1, "b": given.get("b", 1)}, x)
            if name == "deconv":
                kind = getattr(nn, f"ConvTranspose{axes}d")
                return self.part(lambda: kind(
                    channels, size, bias=bias, padding=given.get("p", 0), output_padding=given.get("o", 0), **window
                ))(x)  # fmt: skip
            if name in ("maxpool", "avgpool"):
                return self.pool(name, axes, given, window, x)
            if name.startswith("adaptive"):
                kind = "Avg" if positive else name[8:11].capitalize()
                return self.part(lambda: getattr(nn, f"Adaptive{kind}Pool{axes}d")(given.get("o", size)))(x)
            if name == "gap":
                if self.form == "tokens":
                    self.form = "vector"
                    return x.mean(1)
                self.form = "vector"
                return self.part(lambda: getattr(nn, f"AdaptiveAvgPool{axes}d")(1))(x).flatten(1)
            if name == "linear":
                assert self.form in ("vector", "tokens")
                made = self.part(lambda: nn.Linear(x.shape[-1], size, bias=bias))
                if "tied" in given and self.building:
                    made.weight = self.labels[given["tied"]][2].weight
                return made(x)
            if name == "flatten":
                self.form = "vector"
                return self.part(nn.Flatten)(x)
            if positive and name in ("bn", "in", "gn", "ln", "rms", "dropout", "scale"):
                return x
            if name == "bn":
                return self.part(lambda: getattr(nn, f"BatchNorm{max(axes, 1)}d")(channels, affine=affine))(x)
            if name == "in":
                return self.part(lambda: getattr(nn, f"InstanceNorm{max(axes, 1)}d")(channels, affine=affine))(x)
            if name == "gn":
                return self.part(lambda: nn.GroupNorm(size, channels, affine=affine))(x)
            if name in ("ln", "rms"):
                return self.last_norm(name, given, affine, bias, x)
            if name == "scale":
                use = lambda x, w, b: x * _over(x, w, self.form) + (0 if b is None else _over(x, b, self.form))  # noqa: E731
                width = channels if self.form == "map" else x.shape[-1]
                return self.part(lambda: Vector((width,), use, bool(given.get("b", 0))))(x)
            if name == "dropout":
                return self.part(lambda: nn.Dropout(given.get("p", 0.5)))(x)
            if name == "identity" and "from" in given:
                x, self.form, _ = self.labels[given["from"]]
                return x
            if name in ACTIVATIONS:
                if positive:
                    return x
                return self.part(getattr(nn, ACTIVATIONS[name]))(x)
            return self.rest(name, size, given, x, axes, channels, bias)

        def pool(self, name: str, axes: int, given: dict[str, Any], window: dict[str, Any], x: Any) -> Any:
            pad = given.get("p", 0)
            window_arguments = window | {"padding": pad, "ceil_mode": "ceil" in given}
            if name == "avgpool":
                window_arguments["count_include_pad"] = "bare" not in given
                return self.part(lambda: getattr(nn, f"AvgPool{axes}d")(**window_arguments))(x)
            if positive:
                return _ones_pool(x, window_arguments, axes)
            return self.part(lambda: getattr(nn, f"MaxPool{axes}d")(**window_arguments))(x)

        def last_norm(self, name: str, given: dict[str, Any], affine: bool, bias: bool, x: Any) -> Any:
            width = tuple(x.shape[1:]) if "all" in given else x.shape[1] if self.form == "map" else x.shape[-1]
            if name == "ln":
                inner = lambda: nn.LayerNorm(width, elementwise_affine=affine, bias=bias)  # noqa: E731
            else:
                inner = lambda: nn.RMSNorm(width, elementwise_affine=affine)  # noqa: E731
            if self.form == "map" and "all" not in given:
                return self.part(lambda: Channels(inner()))(x)
            return self.part(inner)(x)

        def rest(
            self, name: str, size: int | None, given: dict[str, Any], x: Any, axes: int, channels: int, bias: bool
        ) -> Any:
            if name == "pad":
                mode = {"zeros": "constant"}.get(given.get("mode", "zeros"), given.get("mode", ""))
                assert self.form == "map"
                pads = given["p"] if isinstance(given["p"], tuple) else (given["p"],) * axes
                pairs = [one if isinstance(one, tuple) else (one, one) for one in pads]
                return functional.pad(x, [one for pair in reversed(pairs * (axes // len(pairs))) for one in pair], mode)
            if name == "parameter":
                return self.part(lambda: Vector((size or 0,), lambda x, w, b: x))(x)
            if name == "transpose":
                assert self.form == "tokens"
                return x.transpose(1, 2)
            if name == "unflatten":
                assert self.form == "tokens"
                self.form = "map"
                sides = given.get("o", (int(x.shape[1] ** 0.5),) * 2)
                return x.transpose(1, 2).unflatten(2, sides if isinstance(sides, tuple) else (sides,))
            if name == "selectivescan":
                assert self.form == "tokens"
                return self.part(lambda: SelectiveScan(x.shape[2], size or 1, given["r"]))(x)
            if name == "prelu":
                return self.part(lambda: nn.PReLU(size or 1))(x)
            if name == "glu":
                return self.part(lambda: nn.GLU(1 if self.form == "map" else -1))(x)
            if name == "upsample":
                corners = {"align_corners": True} if "corners" in given else {}
                where = {"size": given["o"]} if "o" in given else {"scale_factor": size}
                if "from" in given:
                    where = {"size": tuple(self.labels[given["from"]][0].shape[2:])}
                return self.part(lambda: nn.Upsample(mode=given.get("mode", "nearest"), **where, **corners))(x)
            if name == "shuffle":
                return self.part(lambda: nn.PixelShuffle(size))(x)
            if name == "unshuffle":
                return self.part(lambda: nn.PixelUnshuffle(size))(x)
            if name == "chunk":
                return x.chunk(size, 1 if self.form == "map" else -1)[given.get("i", 0)]
            if name == "channelshuffle":
                return x.unflatten(1, (size, -1)).transpose(1, 2).flatten(1, 2)
            if name == "embedding":
                self.form = "tokens"
                made = self.part(lambda: nn.Embedding(given["v"], size))
                if "tied" in given and self.building:
                    made.weight = self.labels[given["tied"]][2].weight
                return made(x)
            if name == "position":
                return self.part(lambda: Vector((size or x.shape[1], x.shape[2]), lambda x, w, b: x + w[: x.shape[1]]))(
                    x
                )
            if name == "cls":
                use = lambda x, w, b: torch.cat([w.expand(x.shape[0], 1, -1), x], 1)  # noqa: E731
                return self.part(lambda: Vector((x.shape[2],), use))(x)
            if name in ("first", "last"):
                self.form = "vector"
                return x[:, 0 if name == "first" else -1]
            if name == "tokens":
                self.form = "tokens"
                return x.flatten(2).transpose(1, 2) if x.ndim > 2 else x[:, None]
            if name == "attention":
                y = self.labels[given["from"]][0] if "from" in given else x
                heads = given["h"]
                head = given.get("hd", x.shape[2] // heads)
                assert size in (None, x.shape[2])
                assert "hd" in given or x.shape[2] % heads == 0
                biases = given.get("bias", "qkvo" if bias else "")
                shared, norm = given.get("kv", heads), given.get("qknorm", "none")
                made = self.part(lambda: Attention(x.shape[2], y.shape[2], heads, shared, head, biases, norm))
                return made(x, y)
            if name in ("rnn", "lstm", "gru"):
                kind = getattr(nn, name.upper())
                arguments = {"proj_size": given["proj"]} if "proj" in given else {}
                return self.part(lambda: kind(
                    x.shape[2], size, given.get("n", 1), bias=bias, batch_first=True,
                    bidirectional="both" in given, **arguments
                ))(x)[0]  # fmt: skip
            if name == "se":
                form = self.form
                y = self.layer("gap", None, {}, x)
                y = self.layer(given.get("act", "relu"), None, {}, self.layer("linear", size, {}, y))
                y = self.layer(given.get("gate", "sigmoid"), None, {}, self.layer("linear", channels, {}, y))
                return self.product([x, y], [form, "vector"])
            if name == "encoder" or name == "decoder":
                arguments = {
                    "dim_feedforward": given.get("f", 2048),
                    "activation": given.get("act", "relu"),
                    "bias": bias,
                    "batch_first": True,
                    "norm_first": "prenorm" in given,
                }
                kind = nn.TransformerEncoderLayer if name == "encoder" else nn.TransformerDecoderLayer
                made = self.part(lambda: kind(x.shape[2], given["h"], **arguments))
                if name == "encoder":
                    return made(x)
                return made(x, self.labels[given["from"]][0] if "from" in given else x)
            if name in ("softmax", "logsoftmax"):
                return x.softmax(-1) if name == "softmax" else x.log_softmax(-1)
            raise NotImplementedError(name)

    return Twin()


ACTIVATIONS = {
    "relu": "ReLU", "relu6": "ReLU6", "leakyrelu": "LeakyReLU", "elu": "ELU", "selu": "SELU", "celu": "CELU",
    "silu": "SiLU", "mish": "Mish", "gelu": "GELU", "sigmoid": "Sigmoid", "tanh": "Tanh", "hardswish": "Hardswish",
    "hardsigmoid": "Hardsigmoid", "hardtanh": "Hardtanh", "softplus": "Softplus", "softsign": "Softsign",
    "logsigmoid": "LogSigmoid", "tanhshrink": "Tanhshrink", "identity": "Identity",
}  # fmt: skip


def _form(unit: Input) -> str:
    if unit.tokens:
        return "tokens" if len(unit.shape) == 2 else "ids"
    return "map" if len(unit.shape) > 1 else "vector"


OVER_TOKENS = ("conv", "dwconv", "separable", "deconv", "maxpool", "avgpool", "bn")


def _attended(q: Any, k: Any, v: Any, *, h: int, kv: int, rope: int, causal: bool = False) -> Any:
    """Attention of heads that share the last `rope` features of the keys."""
    import torch

    q, v = q.unflatten(-1, (h, -1)).transpose(1, 2), v.unflatten(-1, (kv, -1)).transpose(1, 2)
    own, common = k[..., : k.shape[-1] - rope], k[..., k.shape[-1] - rope :]
    keys = torch.cat([own.unflatten(-1, (kv, -1)), common[:, :, None].expand(-1, -1, kv, -1)], -1).transpose(1, 2)
    keys, v = keys.repeat_interleave(h // kv, 1), v.repeat_interleave(h // kv, 1)
    assert keys.shape[-1] == q.shape[-1]
    scores = torch.matmul(q, keys.transpose(-1, -2)) / q.shape[-1] ** 0.5
    return torch.matmul(scores.softmax(-1), v).transpose(1, 2).flatten(2)


def _at_each_place(vector: Any, like: Any, form: str) -> Any:
    return vector[:, None] if form == "tokens" else vector.reshape(*vector.shape, *(1,) * (like.ndim - 2))


def _over(x: Any, w: Any, form: str) -> Any:
    return w.reshape(-1, *(1,) * (x.ndim - 2)) if form == "map" else w


def _padding(value: Any, sides: Any, given: dict[str, Any], axes: int) -> tuple[Any, Any]:
    """torch's own padding, or the pads to put before it (last axis first) for what torch does not know."""

    def axis(name: str, place: int) -> int:
        one = given.get(name, 1)
        return int(one[place] if isinstance(one, tuple) else one)

    if value == "tf-same":
        pads: list[int] = []
        for place in reversed(range(axes)):
            n, k, s, d = sides[place], axis("k", place), axis("s", place), axis("d", place)
            total = max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0)
            pads += [total // 2, total - total // 2]
        return 0, pads
    if isinstance(value, tuple) and isinstance(value[0], tuple):
        pairs = value * axes if len(value) == 1 else value
        return 0, [one for pair in reversed(pairs) for one in pair]
    return value, None


def _cropped(x: Any, others: list[Any]) -> Any:
    for place in range(2, x.ndim):
        least = min(other.shape[place] for other in others)
        x = x.narrow(place, (x.shape[place] - least) // 2, least)
    return x


def _ones_pool(x: Any, arguments: dict[str, Any], axes: int) -> Any:
    """The windows of a max pooling with every tap equal and positive (for the gradient's extent only)."""
    import torch
    from torch.nn import functional

    def sides(name: str, default: Any) -> tuple[int, ...]:
        value = arguments.get(name, default)
        return value if isinstance(value, tuple) else (value,) * axes

    shape = getattr(torch.nn, f"MaxPool{axes}d")(**arguments)(x).shape
    kernel, pads, spread = sides("kernel_size", 1), sides("padding", 0), sides("dilation", 1)
    around = [one for k, p, d in zip(kernel[::-1], pads[::-1], spread[::-1], strict=True) for one in (p, p + k * d)]
    weight = torch.ones(x.shape[1], 1, *kernel, dtype=x.dtype)
    conv = getattr(functional, f"conv{axes}d")
    out = conv(functional.pad(x, around), weight, stride=sides("stride", kernel), dilation=spread, groups=x.shape[1])
    for place in range(2, out.ndim):
        out = out.narrow(place, 0, shape[place])
    return out


def inputs_of(text: str, device: str = "cpu", dtype: Any = None) -> list[Any]:
    """Random inputs of batch 1, one for each `input` of the network in the order in which they are read."""
    import torch

    tree = read(text)
    found = [tree.input, *_inputs(tree)]
    made = []
    for one in found:
        if one.tokens and len(one.shape) == 1:
            made.append(torch.zeros(1, *one.shape, dtype=torch.long, device=device))
        else:
            made.append(torch.rand(1, *one.shape, device=device, dtype=dtype or torch.get_default_dtype()))
    return made


def _inputs(tree: Any) -> Iterator[Input]:
    """Only inputs outside repeats are looked for: enough for what ships."""
    lets = {let.name: let for let in tree.lets}

    def walk(steps: Any) -> Iterator[Input]:
        for step in steps:
            match step.unit:
                case Input():
                    yield step.unit
                case NotationGroup(chain, _):
                    yield from walk(chain)
                case NotationCall(name, _, _):
                    yield from walk(lets[name].chain)
                case NotationBlock():
                    for branch in step.unit.branches:
                        yield from walk(branch)

    return walk(tree.chain)


# ------------------------------------------------------------------------------------------------ torch's answers


def answers(text: str, *, flops: bool = True, device: str = "cpu") -> dict[str, Any]:
    """Shape, parameters and FLOPs as torch has them, or {"refused": …}."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    try:
        with torch.device(device):
            module = twin(text).eval()
            inputs = inputs_of(text, device)
            with torch.no_grad():
                output = module(*inputs)
                module.building = False
                module.eval()
                found = {"output_shape": list(output.shape[1:]),
                         "parameters": sum(one.numel() for one in module.parameters())}  # fmt: skip
                if flops:
                    with FlopCounterMode(display=False) as counter:
                        module(*inputs)
                    found["flops"] = counter.get_total_flops()
    except (RuntimeError, ValueError, AssertionError, TypeError, IndexError, ZeroDivisionError) as error:
        return {"refused": str(error).splitlines()[0][:100] if str(error) else repr(error)}
    return found


def extents(text: str, units: list[tuple[int, ...]]) -> list[Any]:
    """For each unit of the output map the first and last input it sees along each axis, or None: by its gradient."""
    import torch

    with torch.device("cpu"):
        module = twin(text, positive=True).eval().double()
        (x,) = inputs_of(text, dtype=torch.double)
        with torch.no_grad():
            torch.set_default_dtype(torch.double)
            try:
                module(x)
            finally:
                torch.set_default_dtype(torch.float)
        module.double()
        module.building = False
        for part in module.modules():
            for name, one in part.named_parameters(recurse=False):
                fan = max(one[0].numel() if one.ndim > 1 else 1, 1)
                one.data.fill_(1.0 / fan if name == "weight" else 0.0)
        x.requires_grad_(True)
        output = module(x)
        found: list[Any] = []
        for unit in units:
            (gradient,) = torch.autograd.grad(output[(0, slice(None), *unit)].sum(), x, retain_graph=True)
            touched = gradient[0].abs().sum(0) > 0
            if not bool(touched.any()):
                found.append(None)
                continue
            axes = []
            for axis in range(touched.ndim):
                others = tuple(one for one in range(touched.ndim) if one != axis)
                line = touched.any(dim=others) if others else touched
                where = line.nonzero().flatten().tolist()
                axes.append([where[0], where[-1]])
            found.append(axes)
    return found


# ------------------------------------------------------------------------------------------------ drawing


class Draw:
    """Random networks in the notation."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def pick(self, *options: Any) -> Any:
        return self.chance.choice(options)

    def shape(self) -> str:
        axes = self.pick(1, 2, 2, 2, 3)
        sides = [self.chance.randint(6, (40, 24, 12)[axes - 1]) for _ in range(axes)]
        return "x".join(map(str, [self.pick(1, 2, 3, 4), *sides]))

    def window(self, *, conv: bool) -> str:
        k = self.pick(1, 2, 3, 3, 3, 4, 5, 7)
        words = [f"k{k}"]
        if self.chance.random() < 0.4:
            words.append(f"s{self.pick(1, 2, 2, 3)}")
        if self.chance.random() < 0.7:
            top = max(k // 2, 0)
            words.append(f"p{self.chance.randint(0, top if not conv else top + 1)}")
        if self.chance.random() < 0.2:
            words.append(f"d{self.pick(1, 2, 3)}")
        return " ".join(words)

    def same(self) -> str:
        """A layer that keeps the sides."""
        k, d = self.pick(1, 3, 3, 5), self.pick(1, 1, 2)
        c = self.pick(2, 4, 6, 8)
        return self.pick(
            f"conv {c} k{k} p{d * (k - 1) // 2} d{d}", f"conv {c} k{k} p=same d{d}", f"conv {c} k4 p=same",
            f"dwconv k{k} p{k // 2}", f"separable {c} k3 p1", "maxpool k3 s1 p1", "avgpool k3 s1 p1", "bn", "relu",
            "gelu", "dropout p0.1", "identity", f"conv {c} k1 b0", "ln", "scale", "conv 4 k3 p=tf-same",
            f"conv {c} k3 p1:1", "in",
        )  # fmt: skip

    def step(self, axes: int) -> str:
        c = self.pick(2, 3, 4, 6, 8)
        roll = self.chance.random()
        if roll < 0.45:
            extra = self.pick("", "", " b0", " p=tf-same", " p1:0", " p=valid")
            window = self.window(conv=True)
            if "p=" in extra or ":" in extra:
                window = " ".join(one for one in window.split() if not one.startswith("p"))
            return f"conv {c} {window}{extra}"
        if roll < 0.6:
            ceil = self.pick("", "", " ceil")
            return (
                f"{self.pick('maxpool', 'avgpool')} "
                + self.pick(f"k{self.pick(2, 3)}", "k3 s2 p1", f"k2 s{self.pick(1, 2, 3)}")
                + ceil
            )
        if roll < 0.68:
            return f"deconv {c} " + self.pick(
                "k2 s2", "k4 s2 p1", "k3 s2 p1 o1", "k3", "k3 s1 p1", "k5 s3 p1", "k3 s2 d2"
            )
        if roll < 0.72:
            mode = {1: "linear", 2: "bilinear", 3: "trilinear"}[axes]
            return self.pick("upsample 2", f"upsample 2 mode={mode}", "upsample 3 mode=nearest-exact")
        if roll < 0.75:
            return f"{self.pick('adaptiveavgpool', 'adaptivemaxpool')} {self.pick(2, 3, 4, 5)}"
        if roll < 0.78 and axes == 2:
            return self.pick("conv 4 k3x5 p1x2", "conv 4 k1x7 s1x2 p0x3", "maxpool k2x1", "conv 4 k3 p1:0x0:2")
        return self.same()

    def chain(self, *, most: int = 7, head: bool = True) -> str:
        shape = self.shape()
        axes = shape.count("x")
        steps = [self.step(axes) for _ in range(self.chance.randint(1, most))]
        if head and self.chance.random() < 0.3:
            steps += self.pick(["gap", "linear 5"], ["flatten", "linear 7 b0"], ["gap", "relu", "linear 3"])
        return f"{shape}, " + ", ".join(steps)

    def branch(self, depth: int, channels: int | None) -> str:
        steps = [self.same() if self.chance.random() < 0.75 or depth > 1 else self.block(depth + 1, None)
                 for _ in range(self.chance.randint(1, 3))]  # fmt: skip
        if channels:
            steps.append(f"conv {channels} k{self.pick(1, 3)} p=same")
        return ", ".join(steps)

    def block(self, depth: int, channels: int | None) -> str:
        c = channels or self.pick(2, 4, 6)
        kind = self.pick("residual", "residual", "concat", "add", "concat", "se", "strided", "crop", "dense")
        if kind == "residual":
            return f"residual({self.branch(depth, c)} | conv {c} k1)"
        if kind == "dense":
            return f"{self.pick(1, 2, 3)}*(concat(identity | {self.branch(depth, 2)}))"
        if kind == "se":
            return f"se {self.pick(1, 2)}"
        if kind == "strided":
            k = self.pick(2, 3, 4, 5)
            return f"residual(conv {c} k3 s2 p1, bn, relu, {self.branch(2, c)} | conv {c} k1 s2)" if k < 4 else (
                f"concat(maxpool k3 s2 p1 | conv {c} k3 s2 p1)")  # fmt: skip
        if kind == "crop":
            return f"concat crop (identity | conv {c} k{self.pick(2, 3, 4)} | {self.branch(2, None)})"
        branches = " | ".join(self.branch(depth, c if kind == "add" else None) for _ in range(self.pick(2, 2, 3)))
        return f"{kind}({branches})"

    def sequence(self) -> str:
        """Tokens x features through layers that keep, mix or lengthen them, some steps as a map or in windows."""
        length, width = self.pick(4, 9, 12, 16, 36), self.pick(4, 6, 8, 12)
        steps = []
        for _ in range(self.chance.randint(2, 5)):
            h = self.pick(1, 2, 2, 3, 4)
            steps.append(self.pick(
                f"residual(ln, {self.attention(width, h)})", self.attention(width, h), f"linear {width}", "bn", "rms",
                f"conv {width} k{self.pick(1, 3)} p1", f"dwconv k3 p{self.pick('1', '2:0', '1:1')}", "maxpool k2",
                f"2*shared({self.pick('ln', 'bn', f'linear {width}')}, gelu)", f"parameter {self.pick(1, 7)}",
                "transpose, gelu, transpose", f"residual(transpose, linear {length}, transpose)",
                f"selectivescan {self.pick(1, 4)} r{self.pick(1, 2)}", f"add(identity | gap, linear {width})",
                f"unflatten, conv {width} k3 p1, windows k{self.pick(2, 3)} ({self.attention(width, h)}), tokens",
                f"unflatten, {self.same()}, tokens", f"unflatten o{length}, maxpool k3 s1 p1, tokens",
                "identity as here, linear 3, identity from=here", f"mul(identity | linear {width}, sigmoid)",
            ))  # fmt: skip
        return f"{length}x{width} tokens, " + ", ".join(steps)

    def attention(self, width: int, heads: int) -> str:
        words = [f"attention {width} h{heads}", *(one for one in (
            self.pick("", "", "b0", "bias=qkv", "bias=qvo", "bias=o"), self.pick("", "", "kv=1", "kv=2"),
            self.pick("", "", "hd=2", "hd=3"), self.pick("", "", "qknorm=head", "qknorm=full")) if one)]  # fmt: skip
        return " ".join(words)

    def graph(self) -> str:
        shape = self.shape()
        axes = shape.count("x")
        steps = [self.block(0, None) if self.chance.random() < 0.6 else self.step(axes)
                 for _ in range(self.chance.randint(1, 4))]  # fmt: skip
        steps.insert(self.chance.randint(0, len(steps)), self.block(0, None))
        return f"{shape}, " + ", ".join(steps)


# What random chains and graphs do not draw: sequences and maps in turn, windows, shared weights, labels, pads.
WORDS = (
    "3x8x8, conv 8 k3 p1, tokens, attention 8 h2 bias=qkv, unflatten, conv 4 k1",
    "3x8x6, conv 8 k3 p1, residual(ln, tokens, attention 8 h2, unflatten o8x6)",
    "12x8 tokens, unflatten o3x4, conv 2 k1",
    "12x8 tokens, unflatten o12, conv 3 k3",
    "12x8 tokens, unflatten",
    "16x8 tokens, conv 16 k3 p1, bn, dwconv k3 p2:0, transpose, linear 5, transpose",
    "12x8 tokens, maxpool k2, avgpool k3 s1 p1, deconv 4 k2 s2, separable 5 k3, adaptiveavgpool 3",
    "16x8 tokens, residual(ln, transpose, linear 4, gelu, linear 16, transpose)",
    "16x8 tokens, attention 8 h4 kv=2 hd=3 bias=qvo as first_one, attention 8 h2 bias=qkv from=first_one",
    "16x8 tokens, attention 8 h4 kv=2 hd=3 b0 qknorm=head, attention 8 h4 kv=2 qknorm=full, attention 8 h2 bias=o",
    "16x8 tokens, sdpa h4 kv=2 causal (linear 12 b0 | linear 6 | linear 10), linear 8",
    "16x8 tokens, sdpa h4 rope=2 (linear 20 | concat(linear 4, rms as latent, linear 12 | linear 2) |"
    " identity from=latent, linear 24)",
    "16x8 tokens, sdpa h4 rope=2 (linear 20 | linear 20 | linear 24)",
    "16x8 tokens, sdpa h3 (linear 12 | linear 12 | linear 8)",
    "16x8 tokens, sdpa h2 (linear 12 | linear 12, maxpool k2 | linear 8, maxpool k2)",
    "16x8 tokens, sdpa h2 (linear 12 | linear 12, maxpool k2 | linear 8)",
    "8x14x14, residual(windows k7 shift=3 (attention 8 h2, parameter 169*2))",
    "8x10x13, windows k4x5 (ln, attention 8 h2, linear 6), conv 2 k1",
    "8x12x12, windows k4 grid (ln, attention 8 h2)",
    "8x13x12, windows k4 grid (ln, attention 8 h2)",
    "8x12x12, windows k4 (gap)",
    "9 tokens, embedding 8 v9, 3*shared(residual(attention 8 h2 bias=qvo), ln, linear 8)",
    "let head(c) = shared(2*(conv c k3 p1, bn, relu), conv 5 k1)\n"
    "3x16x16, conv 8 k3, aux(head(8)), maxpool k2, head(8)",
    "let head(c) = shared(conv c k3 p1, conv 5 k1)\n3x16x16, conv 8 k3, aux(head(8)), aux(head(4)), conv 6 k1, head(8)",
    "4x8x8, conv 4 k1 as map, input 10, linear 4 as time, identity from=map, conv 6 k3 p1,"
    " add(identity | identity from=time, silu, linear 6)",
    "12x8 tokens, add(identity | gap, linear 8)",
    "12x8 tokens, add(identity | gap, linear 7)",
    "3x9x9, conv 8 k3 as wide, maxpool k2, upsample mode=bilinear from=wide, concat(identity | identity from=wide)",
    "3x8x8, pad p1:2x0:1 mode=reflect, conv 3 k3",
    "3x8x8, pad p9 mode=reflect",
    "3x8x8, pad p8 mode=circular, conv 2 k5 s3",
    "3x20, pad p2:3 mode=replicate, maxpool k3 s2",
    "16x8 tokens, selectivescan 4 r2",
    "16x8 tokens, linear 32 b0,"
    " mul(chunk 2, dwconv k4 p3:0, silu, selectivescan 16 r1 | chunk 2 i1, silu), linear 8 b0",
)


# ------------------------------------------------------------------------------------------------ comparing


def units_of(shape: list[int], chance: random.Random) -> list[tuple[int, ...]]:
    """Corner units and a few others of a map."""
    sides = shape[1:]
    units = {(0,) * len(sides), tuple(side - 1 for side in sides)}
    for _ in range(3):
        units.add(tuple(chance.randrange(side) for side in sides))
    return sorted(units)


def ours(text: str, flops: bool = True) -> dict[str, Any]:
    try:
        net = network(text)
    except CalcError as error:
        return {"refused": str(error)}
    found = {"output_shape": list(net.output_shape), "parameters": net.parameters}
    return found | ({"flops": net.flops} if flops else {})


def our_extents(text: str, units: list[tuple[int, ...]]) -> list[Any]:
    net = network(text)
    boxes = [seen(net, unit) for unit in units]
    return [None if box.box is None else [list(axis) for axis in box.box] for box in boxes]


def difference(case: dict[str, Any]) -> str:
    """What `calc` says otherwise than the case, or nothing."""
    mine = ours(case["network"], "flops" in case["torch"])
    theirs = case["torch"]
    if ("refused" in mine) != ("refused" in theirs):
        return f"calc {mine}, torch {theirs}"
    if "refused" in mine:
        return ""
    if mine != theirs:
        return f"calc {mine}, torch {theirs}"
    if "units" in case:
        boxes = our_extents(case["network"], [tuple(one) for one in case["units"]])
        if boxes != case["extents"]:
            return f"units {case['units']}: calc {boxes}, torch {case['extents']}"
    return ""


# Texts whose units' fields torch's gradient does not have as `calc` has them: no map, or pixels that repeat others.
UNFOLLOWED = ("tokens", "windows", "input", "ln all", "mode=bicubic", "mode=reflect", "mode=replicate", "mode=circular")


def case_of(text: str, chance: random.Random) -> dict[str, Any]:
    theirs = answers(text)
    case: dict[str, Any] = {"network": text, "torch": theirs}
    if "refused" not in theirs and len(theirs["output_shape"]) > 1 and not any(word in text for word in UNFOLLOWED):
        units = units_of(theirs["output_shape"], chance)
        case["units"], case["extents"] = [list(one) for one in units], extents(text, units)
    return case


def compare(chains: int, graphs: int, seed: int, keep: int = 0, sequences: int = 0) -> tuple[int, list[dict[str, Any]]]:
    chance = random.Random(seed)
    draw, wrong, kept, done = Draw(chance), 0, [], 0
    counts = {"valid": 0, "refused": 0, "fields": 0}
    for number in range(chains + graphs + sequences):
        text = draw.chain() if number < chains else draw.graph() if number < chains + graphs else draw.sequence()
        case = case_of(text, chance)
        counts["refused" if "refused" in case["torch"] else "valid"] += 1
        counts["fields"] += len(case.get("units", ()))
        disagreement = difference(case)
        if disagreement:
            wrong += 1
            print(f"{text}\n    {disagreement}", flush=True)
        done += 1
        kept.append(case)
    print(f"{done} networks, {counts}, {wrong} disagreements", file=sys.stderr)
    return wrong, kept if keep else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chains", type=int, default=0)
    parser.add_argument("--graphs", type=int, default=0)
    parser.add_argument("--sequences", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--shipped", action="store_true")
    parser.add_argument("--tools", action="store_true")
    parser.add_argument("--printed", action="store_true")
    options = parser.parse_args()
    import torch

    torch.backends.mkldnn.enabled = False
    torch.set_num_threads(1)
    wrong = 0
    if options.chains or options.graphs or options.sequences:
        wrong += compare(options.chains, options.graphs, options.seed, sequences=options.sequences)[0]
    if options.write:
        _, cases = compare(240, 120, 7, keep=1, sequences=60)
        cases += [case_of(text, random.Random(7)) for text in WORDS]
        DATA.write_bytes(gzip.compress(json.dumps(cases, separators=(",", ":")).encode(), mtime=0))
    if options.shipped:
        wrong += judge_shipped()
    if options.printed:
        write_printed()
    if options.tools:
        TOOLS.write_text(json.dumps(judge_tools(), indent=1) + "\n", encoding="utf-8")
    sys.exit(1 if wrong else 0)


def judge_shipped() -> int:
    """Every network that ships, built by torch on the meta device."""
    from dlquiz.calc.networks.zoo import named_networks, notation

    wrong = 0
    for name in named_networks():
        if name in ("lenet5:1998", "mixtral_8x7b"):
            continue  # sparse links and chosen experts are counted by hand in the tests
        theirs, mine = answers(notation(name), device="meta"), ours(name)
        if theirs != mine:
            wrong += 1
        print(name, "ok" if theirs == mine else f"calc {mine}, torch {theirs}", flush=True)
    return wrong


def judge_tools() -> dict[str, Any]:
    """What other counters say of three networks built from plain torch modules."""
    import ptflops
    import torch
    import torchinfo
    from fvcore.nn import FlopCountAnalysis

    from dlquiz.calc.networks.zoo import notation

    found: dict[str, Any] = {}
    for name in ("vgg16", "resnet50", "mobilenet_v2"):
        module, (x,) = twin(notation(name)).eval(), inputs_of(notation(name))
        with torch.no_grad():
            module(x)
        module.building = False
        module.eval()
        summary = torchinfo.summary(module, input_data=x, verbose=0)
        flops = FlopCountAnalysis(module, x).unsupported_ops_warnings(False).uncalled_modules_warnings(False)
        macs, parameters = ptflops.get_model_complexity_info(
            module, tuple(x.shape[1:]), as_strings=False, print_per_layer_stat=False, backend="pytorch", verbose=False
        )  # fmt: skip
        found[name] = {
            "torchinfo": {"parameters": summary.total_params, "count": summary.total_mult_adds},
            "fvcore": {"parameters": sum(one.numel() for one in module.parameters()), "count": int(flops.total())},
            "ptflops": {"parameters": parameters, "count": int(macs)},
        }
        print(name, found[name], flush=True)
    return found


def write_printed() -> None:
    """What torch prints for models whose counts it also gives (torchvision's where it is installed)."""
    import torch
    from torch import nn

    class Tied(nn.Module):
        """Holds a tensor of its own, which a print does not show."""

        def __init__(self) -> None:
            super().__init__()
            self.position = nn.Parameter(torch.zeros(16, 32))
            self.words = nn.Embedding(100, 32)
            self.layers = nn.TransformerEncoder(nn.TransformerEncoderLayer(32, 4, 64), 3)
            self.head = nn.Linear(32, 100, bias=False)

    models: dict[str, tuple[Any, str]] = {
        "sequential": (nn.Sequential(
            nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(inplace=True), nn.MaxPool2d(2),
            nn.Conv2d(16, 32, (3, 5), stride=(2, 1), padding=(1, 2), groups=4, padding_mode="zeros"), nn.GELU(),
            nn.ConvTranspose2d(32, 8, 4, stride=2, padding=1, output_padding=1), nn.InstanceNorm2d(8),
            nn.AvgPool2d(3, stride=2, ceil_mode=True), nn.AdaptiveAvgPool2d((2, 3)), nn.Flatten(), nn.Dropout(0.2),
            nn.Linear(48, 10, bias=False),
        ), "3x32x32"),
        "recurrent": (nn.ModuleDict({
            "words": nn.Embedding(500, 20),
            "lstm": nn.LSTM(20, 30, num_layers=2, bidirectional=True, batch_first=True),
            "gru": nn.GRU(60, 10), "rnn": nn.RNN(10, 5, bias=False), "norm": nn.LayerNorm(5),
            "group": nn.GroupNorm(5, 5),
            "attention": nn.MultiheadAttention(60, 4), "slope": nn.PReLU(),
            "list": nn.ParameterList([torch.zeros(3, 4)]),
            "rms": nn.RMSNorm(7), "projected": nn.LSTM(6, 8, proj_size=3),
        }), ""),
        "transformer": (nn.Transformer(32, 4, 2, 3, 64), ""),
        "own_tensors": (Tied(), ""),
    }  # fmt: skip
    try:
        import torchvision.models as zoo

        models |= {
            name: (getattr(zoo, name)(), "3x224x224") for name in ("resnet18", "resnet50", "vgg11_bn", "alexnet")
        }
        models |= {name: (getattr(zoo, name)(), "") for name in ("mobilenet_v3_small", "densenet121")}
    except ImportError:
        print("torchvision is not installed: its models are left as they are", file=sys.stderr)
    for name, (model, shape) in models.items():
        PRINTED.mkdir(parents=True, exist_ok=True)
        (PRINTED / f"{name}.txt").write_text(f"# {_facts(model.eval(), shape)}\n{model}\n", encoding="utf-8")


def _facts(model: Any, shape: str) -> str:
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    exact = "no" if type(model).__name__ == "Tied" else "yes"
    facts = f"parameters={sum(one.numel() for one in model.parameters())} exact={exact} "
    facts += f"buffers={sum(one.numel() for one in model.buffers())}"
    if shape:
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            model(torch.zeros(1, *map(int, shape.split("x"))))
        facts += f" input={shape} macs={counter.get_total_flops() // 2}"
    return facts


if __name__ == "__main__":
    main()
