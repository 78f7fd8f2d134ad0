"""The transformer's encoder and decoder layers: attention, a feed-forward, residuals and layer norms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import Sizes, choice, flag, probability, whole
from dlquiz.calc.layers.attention import (
    EVERY_PROJECTION,
    Heads,
    Lengths,
    SourceWidths,
    attention_macs,
    attention_tensors,
    attention_work,
    batch_and_length,
    check_width,
    read_heads,
    read_sequence,
    source_length,
)
from dlquiz.calc.result import Result, Shape, Step


def encoder_layer(
    kind: str,
    shape: object,
    value_bytes: int,
    *,
    nhead: int,
    dim_feedforward: int = 2048,
    dropout: float = 0.1,
    activation: str = "relu",
    layer_norm_eps: float = 1e-5,
    batch_first: bool = False,
    norm_first: bool = False,
    bias: bool = True,
    d_model: int | None = None,
) -> Result:
    """Self-attention and a feed-forward of two linear layers, each with a residual and a layer norm."""
    layer = TransformerArguments(
        nhead, dim_feedforward, dropout, activation, batch_first, norm_first, bias, d_model, attentions=1
    )
    return _transformer(kind, shape, value_bytes, layer)


def decoder_layer(
    kind: str,
    shape: object,
    value_bytes: int,
    *,
    nhead: int,
    dim_feedforward: int = 2048,
    dropout: float = 0.1,
    activation: str = "relu",
    layer_norm_eps: float = 1e-5,
    batch_first: bool = False,
    norm_first: bool = False,
    bias: bool = True,
    d_model: int | None = None,
    memory: Sizes | None = None,
) -> Result:
    """An encoder layer with a second attention, over `memory` (a shape; like the input by default)."""
    layer = TransformerArguments(
        nhead, dim_feedforward, dropout, activation, batch_first, norm_first, bias, d_model, attentions=2, memory=memory
    )
    return _transformer(kind, shape, value_bytes, layer)


@dataclass(frozen=True)
class TransformerArguments:
    """What the encoder's and the decoder's layer share, under torch's names; a decoder has two attentions."""

    nhead: int
    dim_feedforward: int
    dropout: float
    activation: str
    batch_first: bool
    norm_first: bool
    bias: bool
    d_model: int | None
    attentions: int
    memory: Sizes | None = None


def _transformer(kind: str, shape: object, value_bytes: int, layer: TransformerArguments) -> Result:
    read = read_sequence(shape, kind)
    d, inner = read[-1], whole(layer.dim_feedforward, "dim_feedforward")
    check_width("d_model", layer.d_model, d)
    probability(layer.dropout, "dropout")
    flag(layer.norm_first, "norm_first")
    choice(
        layer.activation,
        "activation",
        ("relu", "gelu"),
        torch=f"activation should be relu/gelu, not {layer.activation}",
    )
    heads, biased, first = read_heads(d, layer.nhead), flag(layer.bias, "bias"), flag(layer.batch_first, "batch_first")
    projections = EVERY_PROJECTION if biased else ""
    batch, targets = batch_and_length(read, first)
    sources = [targets] if layer.attentions == 1 else [targets, _memory_length(read, layer.memory, first)]
    lengths, widths = [Lengths(batch, targets, length, length) for length in sources], SourceWidths(d, d)
    tensors: dict[str, Shape] = {}
    for name in ("self_attn", "multihead_attn")[: layer.attentions]:
        tensors |= {
            f"{name}.{tensor}": size for tensor, size in attention_tensors(heads, widths, projections, False).items()
        }
    for name, size in (("linear1", (inner, d)), ("linear2", (d, inner))):
        tensors[f"{name}.weight"] = size
        if biased:
            tensors[f"{name}.bias"] = size[:1]
    for index in range(1, layer.attentions + 2):
        tensors[f"norm{index}.weight"] = (d,)
        if biased:
            tensors[f"norm{index}.bias"] = (d,)
    attended = [attention_macs(heads, widths, one) for one in lengths]
    forward = 2 * batch * targets * d * inner
    work = _transformer_work(heads, lengths, inner, biased, layer.activation)

    def working() -> Iterable[Step]:
        yield from _transformer_parameter_steps(d, inner, layer.attentions, biased)
        lead, letter, around = (f"{batch} * ", "N * ", "({})") if batch > 1 else ("", "", "{}")
        for name, length, macs in zip(("self-attention", "cross-attention"), sources, attended, strict=False):
            rows = f"2 * {targets} * {d} * {d} + 2 * {length} * {d} * {d} + 2 * {targets} * {length} * {d}"
            formula = f"{name} = {letter}" + around.format("2 * T * d * d + 2 * S * d * d + 2 * T * S * d")
            yield Step("macs", formula, lead + around.format(rows), macs)
        numbers = f"{lead}2 * {targets} * {d} * {inner}"
        yield Step("macs", f"feed-forward = {letter}2 * T * d * f", numbers, forward)
        parts = [*attended, forward]
        yield Step("macs", "their sum", " + ".join(map(str, parts)), sum(parts))

    return Result(kind, read, read, working, tensors, sum(attended) + forward, work, "global", value_bytes=value_bytes)


def _transformer_parameter_steps(d: int, inner: int, attentions: int, biased: bool) -> Iterable[Step]:
    numbers = f"4 * {d} * {d} + 4 * {d}" if biased else f"4 * {d} * {d}"
    attended = attentions * (4 * d * d + (4 * d if biased else 0))
    letters = "4 * d * d + 4 * d" if biased else "4 * d * d"
    if attentions == 1:
        yield Step("parameters", f"attention = {letters}", numbers, attended)
    else:
        yield Step("parameters", f"two attentions = 2 * ({letters})", f"2 * ({numbers})", attended)
    forward = 2 * d * inner + (d + inner if biased else 0)
    formula, numbers = "feed-forward = 2 * d * f", f"2 * {d} * {inner}"
    if biased:
        formula, numbers = f"{formula} + f + d", f"{numbers} + {inner} + {d}"
    yield Step("parameters", formula, numbers, forward)
    count, each = attentions + 1, 2 if biased else 1
    norms = count * each * d
    yield Step("parameters", f"layer norms = {count} * {each} * d", f"{count} * {each} * {d}", norms)
    yield Step("parameters", "their sum", f"{attended} + {forward} + {norms}", attended + forward + norms)


def _transformer_work(
    heads: Heads, lengths: list[Lengths], inner: int, biased: bool, activation: str
) -> dict[str, int]:
    rows, blocks = lengths[0].batch * lengths[0].targets, len(lengths) + 1
    work = {activation: rows * inner, "add": blocks * rows * heads.model, "normalize": blocks * rows * heads.model}
    work["scale"] = blocks * rows * heads.model
    for one in lengths:
        for name, count in attention_work(heads, one, EVERY_PROJECTION if biased else "").items():
            work[name] = work.get(name, 0) + count
    if biased:
        work["bias"] += rows * (inner + heads.model)
        work["shift"] = blocks * rows * heads.model
    return work


def _memory_length(target: Shape, memory: Sizes | None, first: bool) -> int:
    if memory is None:
        return batch_and_length(target, first)[1]
    read = read_sequence(memory, "memory")
    if read[-1] != target[-1]:
        raise CalcError(
            f"the memory has {read[-1]} features and the layer takes {target[-1]}",
            fix=f"use {target[-1]}",
            torch="mat1 and mat2 shapes cannot be multiplied",
        )
    return source_length(target, memory, None, first)
