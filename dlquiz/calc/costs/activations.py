"""The activations that a transformer keeps for the backward pass."""

from __future__ import annotations

from collections.abc import Mapping

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated, line_from_sizes
from dlquiz.calc.costs.transformer_sizes import (
    QUERY_NORMS,
    LayerForm,
    key_value_heads,
    width_of_feed_forward,
    width_of_heads,
)
from dlquiz.calc.errors import UncoveredFormulaError
from dlquiz.calc.layers.arguments import choice, flag, whole
from dlquiz.formatting import count


def activation_memory(
    *,
    layers: int,
    width: int,
    heads: int,
    tokens: int,
    batch: int = 1,
    form: LayerForm = LayerForm(),
) -> Calculation:
    """Activations kept for the backward pass in 16 bits: sbh(34 + 5as/h) bytes a layer with dropout and GELU.

    `without_scores` is what remains when the n² scores are recomputed (FlashAttention, or selective recomputation),
    `checkpointed` only the input of each layer (Korthikanti et al. 2022, arXiv:2205.05198). A gated layer (Llama) has
    no dropout: kept once each are the inputs and outputs of both norms, queries, keys, values, the output of attention,
    and four vectors of the feed-forward (gate, its SiLU, up, their product); of the scores their softmax. Of four
    `norms` (Gemma 2) two stand after their part and keep their input alone, with one (parallel layers) attention and
    feed-forward share their input; a `query_norm` keeps queries and keys once more.

    >>> found = activation_memory(layers=32, width=4096, heads=32, tokens=4096)
    >>> [found.ask(name) // 2**30 for name in ("bytes", "without_scores", "checkpointed")]
    [97, 17, 1]
    """
    lines = activation_lines(form, layers, tokens, batch, width, heads)
    given = {"layers": layers, "width": width, "heads": heads, "tokens": tokens, "batch": batch}
    return calculated("activation_memory", given, lines)


def activation_lines(
    form: LayerForm, layers: int, tokens: int, batch: int, width: int, heads: int
) -> list[WorkingLine]:
    """The working of `activation_memory`, also for those who need more lines below it."""
    numbers = activation_letters(layers, tokens, batch, width, heads)
    _covered(form)
    width_of_heads(numbers["h"], numbers["a"], form.head_width)
    if flag(form.gated, "gated"):
        return _gated_activations(form, numbers)
    return _gpt_activations(form, numbers)


def activation_letters(layers: int, tokens: int, batch: int, width: int, heads: int) -> dict[str, int]:
    """The sizes by the letters of Korthikanti et al. 2022; raises CalcError for one that is not a whole number."""
    return {
        "L": whole(layers, "layers"),
        "s": whole(tokens, "tokens"),
        "b": whole(batch, "batch"),
        "h": whole(width, "width"),
        "a": whole(heads, "heads"),
    }


# Bytes of a token that the norms of a gated layer keep, by how many there are.
_NORMS = {1: "4 * h", 2: "8 * h", 4: "12 * h"}


def _covered(form: LayerForm) -> None:
    """Refuse the architectures whose activations depend on how they are implemented."""
    fix = "give --layers, --width and --heads of a dense layer"
    norms = whole(form.norms, "norms", 0)
    normed = choice(form.query_norm, "query_norm", QUERY_NORMS) != "none"
    beyond = {
        "a mixture of experts": form.experts > 1,
        "multi-head latent attention": bool(form.latent),
        f"a layer of {count(norms, 'norm')}": norms not in (_NORMS if form.gated else (2,)),
        "norms on queries and keys": normed and not form.gated,
    }
    for what, uncovered in beyond.items():
        if uncovered:
            raise UncoveredFormulaError(f"the formula of activations does not cover {what}", fix=fix)


def _gpt_activations(form: LayerForm, numbers: Mapping[str, int]) -> list[WorkingLine]:
    usual = {"kv_heads": numbers["a"], "head_width": numbers["h"] // numbers["a"], "feed_forward": 4 * numbers["h"]}
    for name, size in usual.items():
        given = getattr(form, name)
        if given is not None and given != size:
            raise UncoveredFormulaError(
                f"the formula 34 + 5as/h is for a {name} of {size}, not {given}",
                fix="give --layers, --width and --heads of a dense layer",
            )
    plain = {name: numbers[name] for name in "Lsbh"}
    one = {name: numbers[name] for name in "sbha"}
    scores = {name: numbers[name] for name in "Lasb"}
    return [
        WorkingLine("per_layer", "s * b * h * (34 + 5 * a * s / h)", one, "B"),
        WorkingLine("bytes", "L * s * b * h * (34 + 5 * a * s / h)", numbers, "B", "activation_memory"),
        WorkingLine("scores_only", "L * 5 * a * b * s ** 2", scores, "B"),
        WorkingLine("without_scores", "34 * L * s * b * h", plain, "B", "activations_without_scores"),
        WorkingLine("checkpointed", "2 * L * s * b * h", plain, "B", "activations_checkpointed"),
    ]


def _gated_activations(form: LayerForm, numbers: Mapping[str, int]) -> list[WorkingLine]:
    h, a = numbers["h"], numbers["a"]
    sizes = dict(numbers) | {
        "kv": key_value_heads(a, form.kv_heads),
        "dh": width_of_heads(h, a, form.head_width),
        "f": width_of_feed_forward(h, form.feed_forward),
    }
    heads = "4 * a * dh + 4 * kv * dh" if form.query_norm == "none" else "6 * a * dh + 6 * kv * dh"
    each = f"{_NORMS[form.norms]} + {heads} + 8 * f"
    formulas = {
        "per_layer": f"s * b * ({each} + 2 * a * s)",
        "bytes": f"L * s * b * ({each} + 2 * a * s)",
        "scores_only": "L * 2 * a * b * s ** 2",
        "without_scores": f"L * s * b * ({each})",
        "checkpointed": "2 * L * s * b * h",
    }
    return [line_from_sizes(quantity, formula, sizes, "B") for quantity, formula in formulas.items()]
