"""Multi-head attention (grouped-query and multi-query too) and the transformer's encoder and decoder layers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import Sizes, choice, dimensions, flag, probability, tuple_text, whole
from dlquiz.calc.result import Result, Shape, Step

EVERY_PROJECTION = "qkvo"


class Heads(NamedTuple):
    """The widths of model, all query heads, all key heads and all value heads, and the number of query heads."""

    model: int
    queries: int
    keys: int
    values: int
    number: int

    def rows(self, projection: str) -> int:
        """The outputs of a projection: q, k, v or o."""
        return {"q": self.queries, "k": self.keys, "v": self.values, "o": self.model}[projection]


class SourceWidths(NamedTuple):
    """The features of what the keys and the values are made from."""

    keys: int
    values: int


class Lengths(NamedTuple):
    """How many examples, queries and sources there are; `seen` counts the keys that torch adds (bias_kv, zero_attn)."""

    batch: int
    targets: int
    sources: int
    seen: int


def attention(
    kind: str,
    shape: object,
    value_bytes: int,
    *,
    num_heads: int,
    dropout: float = 0.0,
    bias: bool = True,
    add_bias_kv: bool = False,
    add_zero_attn: bool = False,
    kdim: int | None = None,
    vdim: int | None = None,
    batch_first: bool = False,
    embed_dim: int | None = None,
    key: Sizes | None = None,
    value: Sizes | None = None,
    num_kv_heads: int | None = None,
    head_dim: int | None = None,
    biases: str = EVERY_PROJECTION,
    query_norm: str = "none",
) -> Result:
    """Attention of a query over `key` and `value` (shapes; the query itself by default).

    `num_kv_heads` shares keys and values between groups of query heads (Ainslie et al. 2023), `head_dim` frees the
    width of a head from embed_dim / num_heads, `biases` are the projections (of q, k, v and output o) that have one,
    `query_norm` puts an RMS norm on queries and keys, over each head or over all (`full`); torch's layer has none of
    these.
    """
    query = _sequence(shape, kind)
    _check_width("embed_dim", embed_dim, query[-1])
    heads = read_heads(query[-1], num_heads, num_kv_heads, head_dim)
    probability(dropout, "dropout")
    biased, extra = (
        read_biases(biases) if flag(bias, "bias") else "",
        flag(add_bias_kv, "add_bias_kv") + flag(add_zero_attn, "add_zero_attn"),
    )
    first = flag(batch_first, "batch_first")
    widths = _widths(query, key, value, kdim, vdim)
    batch, targets = _batch_and_length(query, first)
    sources = _sources(query, key, value, first)
    lengths = Lengths(batch, targets, sources, sources + extra)
    tensors = attention_tensors(heads, widths, biased, bool(add_bias_kv))
    choice(query_norm, "query_norm", ("none", "head", "full"))
    if query_norm != "none":
        each = heads.number if query_norm == "head" else 1
        shared = each * heads.keys // heads.queries or 1
        tensors |= {"q_norm.weight": (heads.queries // each,), "k_norm.weight": (heads.keys // shared,)}
    macs = attention_macs(heads, widths, lengths)
    scores = (targets, lengths.seen)
    weights = (*(query[:1] if first else query[1:2]), *scores) if len(query) == 3 else scores

    def working() -> Iterable[Step]:
        yield from _attention_parameter_steps(heads, widths, tensors, biased)
        yield from attention_mac_steps(heads, widths, lengths, macs)

    return Result(
        kind,
        query,
        query,
        working,
        tensors,
        macs,
        attention_work(heads, lengths, biased, query_norm != "none"),
        "global",
        {"output": query, "attn_output_weights": weights},
        value_bytes=value_bytes,
    )


def read_biases(biases: object) -> str:
    """The projections with a bias, as letters of qkvo in this order.

    >>> read_biases("ovq")
    'qvo'
    """
    if not isinstance(biases, str) or not set(biases) <= set(EVERY_PROJECTION):
        raise CalcError(f"biases is {str(biases)[:40]!r}", fix="use letters of qkvo, such as qkv")
    return "".join(one for one in EVERY_PROJECTION if one in biases)


def read_heads(model: int, num_heads: int, num_kv_heads: int | None = None, head_dim: int | None = None) -> Heads:
    count = whole(num_heads, "num_heads", torch="num_heads must be greater than 0")
    if head_dim is None and model % count:
        fits = [str(one) for one in range(1, min(model, 128) + 1) if model % one == 0]
        raise CalcError(
            f"num_heads={count} does not divide embed_dim={model}",
            fix="use one of " + " ".join(fits[:12]),
            torch="embed_dim must be divisible by num_heads",
        )
    width = model // count if head_dim is None else whole(head_dim, "head_dim")
    shared = count if num_kv_heads is None else whole(num_kv_heads, "num_kv_heads")
    if count % shared:
        raise CalcError(
            f"num_kv_heads={shared} does not divide num_heads={count}",
            fix="each key head serves the same number of heads",
        )
    return Heads(model, count * width, shared * width, shared * width, count)


def attention_tensors(heads: Heads, widths: SourceWidths, biased: str, bias_kv: bool) -> dict[str, Shape]:
    """torch's names; where only some of query, key and value have a bias, each bias has its own."""
    tensors: dict[str, Shape] = {}
    if heads.queries == heads.keys == heads.model == widths.keys == widths.values:
        tensors["in_proj_weight"] = (3 * heads.model, heads.model)
    else:
        tensors["q_proj_weight"] = (heads.queries, heads.model)
        tensors["k_proj_weight"] = (heads.keys, widths.keys)
        tensors["v_proj_weight"] = (heads.values, widths.values)
    inner = [one for one in biased if one != "o"]
    if len(inner) == 3:
        tensors["in_proj_bias"] = (heads.queries + heads.keys + heads.values,)
    else:
        tensors |= {f"{one}_proj_bias": (heads.rows(one),) for one in inner}
    tensors["out_proj.weight"] = (heads.model, heads.queries)
    if "o" in biased:
        tensors["out_proj.bias"] = (heads.model,)
    if bias_kv:
        tensors["bias_k"], tensors["bias_v"] = (1, 1, heads.keys), (1, 1, heads.values)
    return tensors


def attention_macs(heads: Heads, widths: SourceWidths, lengths: Lengths) -> int:
    """Four projections, the scores and the weighted sum; masks save nothing, as torch counts."""
    queries = lengths.targets * heads.model * heads.queries
    keys = lengths.sources * (widths.keys * heads.keys + widths.values * heads.values)
    return lengths.batch * (2 * queries + keys + 2 * lengths.targets * lengths.seen * heads.queries)


def attention_work(heads: Heads, lengths: Lengths, biased: str, normed: bool = False) -> dict[str, int]:
    batch, targets, sources, seen = lengths
    scores = batch * heads.number * targets * seen
    work = {"scale_scores": scores, "softmax": scores}
    if biased:
        work["bias"] = batch * sum((targets if one in "qo" else sources) * heads.rows(one) for one in biased)
    if normed:
        work |= dict.fromkeys(("normalize", "scale"), batch * (targets * heads.queries + sources * heads.keys))
    return work


def _attention_parameter_steps(
    heads: Heads, widths: SourceWidths, tensors: dict[str, Shape], biased: str
) -> Iterable[Step]:
    total = sum(map(prod, tensors.values()))
    d = heads.model
    if "in_proj_weight" in tensors:
        yield Step("parameters", "weights = 4 * d * d (query, key, value, output)", f"4 * {d} * {d}", 4 * d * d)
        if biased:
            count = len(biased)
            yield Step("parameters", f"biases = {count} * d", f"{count} * {d}", count * d)
    else:
        q, k, v = heads.queries, heads.keys, heads.values
        yield Step("parameters", "query and output = 2 * d * heads * head width", f"2 * {d} * {q}", 2 * d * q)
        yield Step("parameters", "key = key width * its heads * head width", f"{widths.keys} * {k}", widths.keys * k)
        yield Step(
            "parameters", "value = value width * its heads * head width", f"{widths.values} * {v}", widths.values * v
        )
        if biased:
            names = {"q": "query", "k": "key", "v": "value", "o": "output"}
            formula = "biases = " + " + ".join(names[one] for one in biased)
            rows = [heads.rows(one) for one in biased]
            yield Step("parameters", formula, " + ".join(map(str, rows)), sum(rows))
    if "bias_k" in tensors:
        yield Step("parameters", "bias_k + bias_v", f"{heads.keys} + {heads.values}", heads.keys + heads.values)
    if biased and "in_proj_weight" in tensors and not {"bias_k", "q_norm.weight"} & tensors.keys():
        yield Step("parameters", "weights + biases", f"{4 * d * d} + {len(biased) * d}", total)
    elif len(tensors) > 2:
        yield Step("parameters", "all tensors", " + ".join(str(prod(one)) for one in tensors.values()), total)


def attention_mac_steps(heads: Heads, widths: SourceWidths, lengths: Lengths, total: int) -> Iterable[Step]:
    batch, targets, sources, seen = lengths
    d, q, k = heads.model, heads.queries, heads.keys
    lead, letter = (f"{batch} * ", "N * ") if batch > 1 else ("", "")
    rows = batch * targets * q
    yield Step("macs", f"query and output = {letter}2 * T * d * d", f"{lead}2 * {targets} * {d} * {q}", 2 * rows * d)
    into = batch * sources * k * sum(widths)
    yield Step(
        "macs",
        f"key and value = {letter}S * (d_k + d_v) * heads * head width",
        f"{lead}{sources} * ({widths.keys} + {widths.values}) * {k}",
        into,
    )
    yield Step("macs", f"scores = {letter}T * S * d", f"{lead}{targets} * {seen} * {q}", rows * seen)
    yield Step("macs", f"weighted sum = {letter}T * S * d", f"{lead}{targets} * {seen} * {q}", rows * seen)
    yield Step("macs", "their sum", f"{2 * rows * d} + {into} + {rows * seen} + {rows * seen}", total)


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
    read = _sequence(shape, kind)
    d, inner = read[-1], whole(layer.dim_feedforward, "dim_feedforward")
    _check_width("d_model", layer.d_model, d)
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
    batch, targets = _batch_and_length(read, first)
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


def _sequence(shape: object, kind: str) -> Shape:
    read = dimensions(shape, kind)
    if len(read) not in (2, 3):
        raise CalcError(
            f"{kind} takes (T, features) or with a batch three axes, not {tuple_text(read)}",
            fix="give tokens and features",
            torch=f"query should be unbatched 2D or batched 3D tensor but received {len(read)}-D query tensor",
        )
    return read


def _check_width(name: str, given: int | None, width: int) -> None:
    if given is not None and whole(given, name) != width:
        raise CalcError(
            f"{name} is {given}, and the input has {width} features",
            fix=f"use {width}, or leave it out",
            torch=f"was expecting embedding dimension of {given}, but got {width}",
        )


def _batch_and_length(shape: Shape, first: bool) -> tuple[int, int]:
    if len(shape) == 2:
        return 1, shape[0]
    return (shape[0], shape[1]) if first else (shape[1], shape[0])


def _widths(query: Shape, key: Sizes | None, value: Sizes | None, kdim: int | None, vdim: int | None) -> SourceWidths:
    widths = []
    for name, given, width in (("key", key, kdim), ("value", key if value is None else value, vdim)):
        wanted = query[-1] if width is None else whole(width, f"{name[0]}dim")
        checked = width is not None or name == "key" or value is not None
        if given is not None and checked and (seen := _sequence(given, name)[-1]) != wanted:
            raise CalcError(
                f"the {name} has {seen} features and the layer takes {wanted}",
                fix=f"use {name[0]}dim={seen}",
                torch=f"mat1 and mat2 shapes cannot be multiplied ({name} of {seen}, {name[0]}dim={wanted})",
            )
        widths.append(wanted)
    return SourceWidths(*widths)


def _sources(query: Shape, key: Sizes | None, value: Sizes | None, first: bool) -> int:
    given = query if key is None else _sequence(key, "key")
    if len(given) != len(query) or _batch_and_length(given, first)[0] != _batch_and_length(query, first)[0]:
        raise CalcError(
            f"the key {tuple_text(given)} and the query {tuple_text(query)} have different batches",
            fix="give both the same batch",
            torch="key and query must have the same batch",
        )
    if value is not None and _sequence(value, "value")[:-1] != given[:-1]:
        raise CalcError(
            f"the value {tuple_text(dimensions(value, 'value'))} does not match the key {tuple_text(given)}",
            fix="keys and values come in pairs: give both the same length and batch",
            torch="key's sequence and batch dims do not match value's",
        )
    return _batch_and_length(given, first)[1]


def _memory_length(target: Shape, memory: Sizes | None, first: bool) -> int:
    if memory is None:
        return _batch_and_length(target, first)[1]
    read = _sequence(memory, "memory")
    if read[-1] != target[-1]:
        raise CalcError(
            f"the memory has {read[-1]} features and the layer takes {target[-1]}",
            fix=f"use {target[-1]}",
            torch="mat1 and mat2 shapes cannot be multiplied",
        )
    return _sources(target, memory, None, first)
