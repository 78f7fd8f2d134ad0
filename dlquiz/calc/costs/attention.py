"""What one layer of a transformer multiplies for a sequence, and where attention overtakes the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated, line_from_sizes, line_value
from dlquiz.calc.costs.transformer_sizes import (
    LatentSizes,
    MixtureSizes,
    key_value_heads,
    width_of_feed_forward,
    width_of_heads,
)
from dlquiz.calc.inputs import Exact
from dlquiz.calc.layers.arguments import flag, whole


class _Formulas(NamedTuple):
    """MACs of one token: the projections, a pair of tokens in the products of attention, the feed-forward."""

    projections: str
    pair: str
    feed_forward: str
    dense: str


def attention_cost(
    *,
    tokens: int = 4096,
    width: int,
    heads: int | None = None,
    kv_heads: int | None = None,
    head_width: int | None = None,
    feed_forward: int | None = None,
    gated: bool = False,
    layers: int = 1,
    mixture: MixtureSizes = MixtureSizes(),
    latents: LatentSizes = LatentSizes(),
    shared_gate: bool = False,
) -> Calculation:
    """MACs of one layer by part for a sequence, the share of the products with n², and where they overtake the rest.

    All pairs are counted, as without a causal mask. `crossing_projections` is the length at which the products of
    queries, keys and values cost as much as the four projections (2d for plain multi-head attention),
    `crossing_layer` as much as projections and feed-forward together (6d with a feed-forward of 4d). With experts, the
    layer has the router and the experts that a token visits; `macs` has the dense layers as they are.

    >>> cost = attention_cost(tokens=4096, width=4096)
    >>> cost.ask("share"), cost.ask("crossing_projections"), cost.ask("crossing_layer")
    (Fraction(100, 7), 8192, 24576)
    """
    n, d = whole(tokens, "tokens"), whole(width, "width")
    h = 1 if heads is None else whole(heads, "heads")
    layer_count = whole(layers, "layers")
    sizes: dict[str, Exact] = {
        "n": n,
        "d": d,
        "h": h,
        "kv": key_value_heads(h, kv_heads),
        "dh": width_of_heads(d, h, head_width),
        "m": 3 if flag(gated, "gated") else 2,
        "f": width_of_feed_forward(d, feed_forward),
        "g": int(flag(shared_gate, "shared_gate")),
        "L": layer_count,
        **latents.letters(),
        **mixture.letters(layer_count),
    }
    given = {"tokens": n, "width": d, "heads": heads, "feed_forward": sizes["f"]}
    return calculated("attention_cost", given, _lines(sizes))


def _plain(sizes: dict[str, Exact]) -> bool:
    """Whether every head has its own keys and values and all heads together are as wide as the model."""
    return not sizes["c"] and sizes["h"] == sizes["kv"] and sizes["h"] * sizes["dh"] == sizes["d"]


def _formulas(sizes: dict[str, Exact]) -> _Formulas:
    if sizes["c"]:
        queries = "d * q + q * h * (dh + r)" if sizes["q"] else "d * h * (dh + r)"
        attention = f"{queries} + d * (c + r) + 2 * c * h * dh + h * dh * d", "h * (2 * dh + r)"
    elif _plain(sizes):
        attention = "4 * d ** 2", "2 * d"
    else:
        attention = "2 * d * h * dh + 2 * d * kv * dh", "2 * h * dh"
    forward = "m * d * f"
    if sizes["E"] > 1:
        forward = "(k + s) * m * d * f + d * E" if sizes["s"] else "k * m * d * f + d * E"
        forward += " + d" if sizes["g"] else ""
    return _Formulas(*attention, forward, "m * d * F")


def _value(formula: str, sizes: dict[str, Exact]) -> Exact:
    value: Exact = line_value(line_from_sizes("value", formula, sizes))
    return value


def _lines(sizes: dict[str, Exact]) -> list[WorkingLine]:
    by_token = _formulas(sizes)
    power = "2 * n ** 2 * d" if _plain(sizes) else f"n ** 2 * {by_token.pair}"
    power = power.replace("n ** 2 * 2 * ", "2 * n ** 2 * ")
    formulas = {
        "projections": "4 * n * d ** 2" if _plain(sizes) else f"n * ({by_token.projections})",
        "scores": power,
        "feed_forward": "m * n * d * f" if sizes["E"] == 1 else f"n * ({by_token.feed_forward})",
    }
    parts = {name: _value(formula, sizes) for name, formula in formulas.items()}
    layer = sum(parts.values())
    lines = [line_from_sizes(name, formula, sizes, "MAC") for name, formula in formulas.items()]
    lines.append(WorkingLine("layer_macs", "projections + scores + feed_forward", parts, "MAC"))
    total = sizes["L"] * layer
    counted: dict[str, Exact] = {"L": sizes["L"], "layer_macs": layer}
    if sizes["D"]:
        dense = parts["projections"] + parts["scores"] + _value("n * (m * d * F)", sizes)
        lines.append(
            line_from_sizes("dense_layer_macs", f"projections + scores + n * {by_token.dense}", sizes | parts, "MAC")
        )
        counted |= {"D": sizes["D"], "dense_layer_macs": dense}
        total = (sizes["L"] - sizes["D"]) * layer + sizes["D"] * dense
        lines.append(WorkingLine("macs", "(L - D) * layer_macs + D * dense_layer_macs", counted, "MAC"))
    else:
        lines.append(WorkingLine("macs", "L * layer_macs", counted, "MAC"))
    lines.append(WorkingLine("flops", "2 * macs", {"macs": total}, "FLOP"))
    return lines + _shares(sizes, parts) + _crossings(sizes, by_token)


def _classic(sizes: dict[str, Exact]) -> bool:
    """The layer of the textbook: plain attention and a feed-forward of two matrices of 4d."""
    return _plain(sizes) and sizes["f"] == 4 * sizes["d"] and sizes["m"] == 2 and sizes["E"] == 1


def _shares(sizes: dict[str, Exact], parts: Mapping[str, Exact]) -> list[WorkingLine]:
    numbers = {"scores": parts["scores"], "layer_macs": sum(parts.values())}
    lines = [WorkingLine("share", "100 * scores / layer_macs", numbers, "%")]
    if _classic(sizes):
        formula = "100 * 4 * n ** 2 * d / (24 * n * d ** 2 + 4 * n ** 2 * d)"
        lines.append(WorkingLine("share", formula, {"n": sizes["n"], "d": sizes["d"]}, "%", "attention_share"))
    return lines


def _crossings(sizes: dict[str, Exact], by_token: _Formulas) -> list[WorkingLine]:
    pair = f"({by_token.pair})"
    first = line_from_sizes("crossing_projections", f"({by_token.projections}) / {pair}", sizes, "tokens")
    both = f"({by_token.projections} + {by_token.feed_forward}) / {pair}"
    lines = [first, line_from_sizes("crossing_layer", both, sizes, "tokens")]
    if _plain(sizes):
        lines[0] = first._replace(context="crossing_projections")
    if _classic(sizes):
        d = {"d": sizes["d"]}
        lines.append(WorkingLine("crossing_layer", "12 * d ** 2 / (2 * d)", d, "tokens", "crossing_layer"))
    return lines
