"""Multi-head attention, grouped-query and multi-query too."""

from __future__ import annotations

from collections.abc import Iterable
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
    query = read_sequence(shape, kind)
    check_width("embed_dim", embed_dim, query[-1])
    heads = read_heads(query[-1], num_heads, num_kv_heads, head_dim)
    probability(dropout, "dropout")
    biased, extra = (
        read_biases(biases) if flag(bias, "bias") else "",
        flag(add_bias_kv, "add_bias_kv") + flag(add_zero_attn, "add_zero_attn"),
    )
    first = flag(batch_first, "batch_first")
    widths = _widths(query, key, value, kdim, vdim)
    batch, targets = batch_and_length(query, first)
    sources = source_length(query, key, value, first)
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


def read_sequence(shape: object, kind: str) -> Shape:
    """The shape of tokens with features, or of a batch of them; raises CalcError for any other."""
    read = dimensions(shape, kind)
    if len(read) not in (2, 3):
        raise CalcError(
            f"{kind} takes (T, features) or with a batch three axes, not {tuple_text(read)}",
            fix="give tokens and features",
            torch=f"query should be unbatched 2D or batched 3D tensor but received {len(read)}-D query tensor",
        )
    return read


def check_width(name: str, given: int | None, width: int) -> None:
    """Raise CalcError where the features that were named are not those of the input."""
    if given is not None and whole(given, name) != width:
        raise CalcError(
            f"{name} is {given}, and the input has {width} features",
            fix=f"use {width}, or leave it out",
            torch=f"was expecting embedding dimension of {given}, but got {width}",
        )


def batch_and_length(shape: Shape, first: bool) -> tuple[int, int]:
    """How many examples and tokens there are; `first`: the batch is the first axis."""
    if len(shape) == 2:
        return 1, shape[0]
    return (shape[0], shape[1]) if first else (shape[1], shape[0])


def _widths(query: Shape, key: Sizes | None, value: Sizes | None, kdim: int | None, vdim: int | None) -> SourceWidths:
    widths = []
    for name, given, width in (("key", key, kdim), ("value", key if value is None else value, vdim)):
        wanted = query[-1] if width is None else whole(width, f"{name[0]}dim")
        checked = width is not None or name == "key" or value is not None
        if given is not None and checked and (seen := read_sequence(given, name)[-1]) != wanted:
            raise CalcError(
                f"the {name} has {seen} features and the layer takes {wanted}",
                fix=f"use {name[0]}dim={seen}",
                torch=f"mat1 and mat2 shapes cannot be multiplied ({name} of {seen}, {name[0]}dim={wanted})",
            )
        widths.append(wanted)
    return SourceWidths(*widths)


def source_length(query: Shape, key: Sizes | None, value: Sizes | None, first: bool) -> int:
    """The tokens of key and value, those of the query unless given; raises CalcError where they do not fit together."""
    given = query if key is None else read_sequence(key, "key")
    if len(given) != len(query) or batch_and_length(given, first)[0] != batch_and_length(query, first)[0]:
        raise CalcError(
            f"the key {tuple_text(given)} and the query {tuple_text(query)} have different batches",
            fix="give both the same batch",
            torch="key and query must have the same batch",
        )
    if value is not None and read_sequence(value, "value")[:-1] != given[:-1]:
        raise CalcError(
            f"the value {tuple_text(dimensions(value, 'value'))} does not match the key {tuple_text(given)}",
            fix="keys and values come in pairs: give both the same length and batch",
            torch="key's sequence and batch dims do not match value's",
        )
    return batch_and_length(given, first)[1]
