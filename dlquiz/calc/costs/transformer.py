"""A transformer from its configuration: parameters by part, and those active for a token."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dlquiz.calc import argument_groups
from dlquiz.calc.calculation import Calculation, WorkingLine, calculated, line_from_sizes, line_value
from dlquiz.calc.costs.configurations import configuration
from dlquiz.calc.costs.transformer_sizes import QUERY_NORMS, EmbeddingSizes, LatentSizes, LayerSizes, MixtureSizes
from dlquiz.calc.inputs import Number, positive
from dlquiz.calc.layers.arguments import choice, flag, flags, whole


def fields_of(model: str | Mapping[str, object], known: Collection[str]) -> dict[str, Any]:
    """What a named model says of the arguments known; its parameters are counted."""
    fields = configuration(model)
    found = {name: value for name, value in fields.items() if name in known}
    if "optimiser" in known:
        # The type is that of the stored weights; training chooses its own.
        found.pop("dtype", None)
    if "parameters" in known:
        taken = argument_groups.parameters(transformer_parameters)
        sizes = {name: value for name, value in fields.items() if name in taken}
        counted = argument_groups.call(transformer_parameters, sizes)
        found["parameters"] = counted.ask("parameters")
        if "active" in known:
            found["active"] = counted.ask("active")
        if "matrices" in known:
            found["matrices"] = counted.ask("attention") + counted.ask("feed_forward")
    if "head_width" in known and "head_width" not in found:
        found["head_width"] = fields["width"] // fields["heads"]
    if "kv_heads" in known and "kv_heads" not in found:
        found["kv_heads"] = fields["heads"]
    if "feed_forward" in known and "feed_forward" not in found:
        found["feed_forward"] = 4 * fields["width"]
    if "gated" in known and "gated" not in found:
        found["gated"] = True
    return found


_FLAGS = "gated bias qkv_bias head_bias router_bias tied embedding_norm final_norm pooler sinks shared_gate"


@dataclass(frozen=True)
class TransformerForm:
    """What the layers of a transformer have: gates, biases, norms, and what stands before and behind them.

    `norm` is rms, layer or none, `query_norm` one of QUERY_NORMS. `sinks` are one learned logit for each head.
    """

    gated: bool = True
    bias: bool = False
    qkv_bias: bool = False
    attention_bias: bool = False
    forward_bias: bool = False
    head_bias: bool = False
    router_bias: bool = False
    norm: str = "rms"
    query_norm: str = "none"
    embedding_norm: bool = False
    final_norm: bool = True
    tied: bool = False
    pooler: bool = False
    sinks: bool = False
    shared_gate: bool = False

    def flags(self) -> dict[str, bool]:
        """What is there, by name; raises CalcError for a word that is none of those known."""
        found = flags(**{name: getattr(self, name) for name in _FLAGS.split()})
        return found | {
            "attention_bias": flag(self.attention_bias, "attention_bias") or found["bias"],
            "forward_bias": flag(self.forward_bias, "forward_bias") or found["bias"],
            "layer_norm": choice(self.norm, "norm", ("rms", "layer", "none")) == "layer",
            "no_norm": self.norm == "none",
            "head_norm": choice(self.query_norm, "query_norm", QUERY_NORMS) == "head",
            "full_norm": self.query_norm == "full",
        }


def transformer_parameters(
    *,
    sizes: LayerSizes,
    mixture: MixtureSizes = MixtureSizes(),
    latents: LatentSizes = LatentSizes(),
    embeddings: EmbeddingSizes = EmbeddingSizes(),
    form: TransformerForm = TransformerForm(),
    left_out: str | None = None,
) -> Calculation:
    """Parameters by part: embedding, attention, feed_forward, norms, head; `active` leaves out the experts not chosen.

    `left_out` says what is not counted.

    >>> from dlquiz.calc.calculators import calculator
    >>> calculator("transformer_parameters", model="llama3-8b").ask("parameters")
    8030261248
    >>> calculator("transformer_parameters", model="mixtral-8x7b").ask("active")
    12879925248
    """
    layer = sizes.letters()
    numbers = layer | mixture.letters(layer["L"]) | latents.letters() | embeddings.letters()
    given = {
        "layers": numbers["L"],
        "width": numbers["d"],
        "heads": numbers["h"],
        "kv_heads": numbers["kv"],
        "head_width": numbers["dh"],
        "feed_forward": numbers["f"],
        "vocabulary": numbers["V"] or None,
        "experts": numbers["E"] if numbers["E"] > 1 else None,
        "active_experts": numbers["k"] if numbers["E"] > 1 else None,
        "left_out": left_out,
    }
    return calculated("transformer_parameters", given, list(_lines(numbers, form.flags())))


def _lines(numbers: Mapping[str, int], form: dict[str, bool]) -> Iterator[WorkingLine]:
    parts: dict[str, int] = {}
    for quantity, formula in _formulas(numbers, form).items():
        line = line_from_sizes(quantity, formula, numbers)
        part = line_value(line)
        if part or quantity == "embedding":
            parts[quantity] = part
            yield line
    total, active = _whole_formula(numbers, form)
    context = _context(numbers, form)
    yield WorkingLine("parameters", " + ".join(parts), parts)
    if context:
        used = {name: numbers[name] for name in context[1].split()}
        yield WorkingLine("parameters", total, used, "", context[0])
    if numbers["E"] > 1:
        sparse = "(L - D)" if numbers["D"] else "L"
        expert = line_from_sizes("per_expert", _expert(form), numbers)
        yield expert
        found = {"parameters": sum(parts.values()), "per_expert": line_value(expert)}
        found |= {name: numbers[name] for name in ("LDEk" if numbers["D"] else "LEk")}
        yield WorkingLine("active", f"parameters - {sparse} * (E - k) * per_expert", found)
        if context:
            used = {name: numbers[name] for name in context[1].split()}
            yield WorkingLine("active", active, used, "", "mixture_active")
    else:
        yield WorkingLine("active", "parameters", {"parameters": sum(parts.values())})


def _formulas(numbers: Mapping[str, int], form: dict[str, bool]) -> dict[str, str]:
    embedding = ["V * d"] if numbers["V"] else []
    if numbers["p"]:
        # The patch convolution with its bias, the class token, one position for each token.
        embedding += ["3 * p * p * d + d + d + ((I // p) ** 2 + 1) * d"]
    embedding += [f"{letter} * d" for letter in "PS" if numbers[letter]]
    found = {"embedding": " + ".join(embedding) or "0"}
    found["attention"] = f"L * ({_attention(numbers, form)})"
    found["feed_forward"] = _feed_forward(numbers, form)
    found["norms"] = _norms(numbers, form)
    head = [] if form["tied"] or not numbers["V"] else ["V * d"]
    head += ["V"] if form["head_bias"] and numbers["V"] else []
    head += ["d * C + C"] if numbers["C"] else []
    head += ["d * d + d"] if form["pooler"] else []
    found["head"] = " + ".join(head) or "0"
    return found


def _norms(numbers: Mapping[str, int], form: dict[str, bool]) -> str:
    if form["no_norm"]:
        return "0"
    each = 2 if form["layer_norm"] else 1
    found = "L * N * d" if each == 1 else "L * N * 2 * d"
    if numbers["N"] == 2:
        found = found.replace("N", "2")
    around = form["embedding_norm"] + form["final_norm"]
    found += f" + {around * each} * d" if around else ""
    if numbers["c"]:
        found += " + L * (q + c)" if numbers["q"] else " + L * c"
    if form["head_norm"]:
        found += " + L * 2 * dh"
    return found + (" + L * (h * dh + kv * dh)" if form["full_norm"] else "")


def _attention(numbers: Mapping[str, int], form: dict[str, bool]) -> str:
    if numbers["c"]:
        # Queries, keys and values from latents; a rotary part beside each head's dh.
        queries = "d * q + q * h * (dh + r)" if numbers["q"] else "d * h * (dh + r)"
        return f"{queries} + d * (c + r) + c * h * 2 * dh + h * dh * d"
    weights = "2 * d * h * dh + 2 * d * kv * dh" + (" + h" if form["sinks"] else "")
    if form["attention_bias"]:
        return f"{weights} + h * dh + 2 * kv * dh + d"
    return f"{weights} + h * dh + 2 * kv * dh" if form["qkv_bias"] else weights


def _expert(form: dict[str, bool]) -> str:
    weights = "3 * d * f" if form["gated"] else "2 * d * f"
    if form["forward_bias"]:
        weights += " + 2 * f + d" if form["gated"] else " + f + d"
    return weights


def _feed_forward(numbers: Mapping[str, int], form: dict[str, bool]) -> str:
    one = _expert(form)
    if numbers["E"] == 1:
        return f"L * ({one})"
    experts = f"(E + s) * ({one})" if numbers["s"] else f"E * ({one})"
    router = "d * E + E" if form["router_bias"] else "d * E"
    router += " + d" if form["shared_gate"] else ""
    if not numbers["D"]:
        return f"L * ({experts} + {router})"
    return f"D * ({one.replace('f', 'F')}) + (L - D) * ({experts} + {router})"


_DENSE = "2 * V * d + L * (2 * d * h * dh + 2 * d * kv * dh + 3 * d * f + 2 * d) + d"
_MIXTURE = "2 * V * d + L * (2 * d * h * dh + 2 * d * kv * dh + E * 3 * d * f + d * E + 2 * d) + d"
_GPT = "V * d + P * d + L * (4 * d * d + 2 * d * f + 9 * d + f) + 2 * d"
_BERT = "V * d + P * d + S * d + 2 * d + L * (4 * d * d + 2 * d * f + 9 * d + f) + d * d + d"
_VIT = "3 * p * p * d + d + d + ((I // p) ** 2 + 1) * d + L * (4 * d * d + 2 * d * f + 9 * d + f) + 2 * d + d * C + C"


def _whole_formula(numbers: Mapping[str, int], form: dict[str, bool]) -> tuple[str, str]:
    context = _context(numbers, form)
    formulas = {
        "dense_parameters": _DENSE,
        "mixture_parameters": _MIXTURE,
        "gpt_parameters": _GPT,
        "bert_parameters": _BERT,
        "vit_parameters": _VIT,
    }
    return formulas[context[0]] if context else "", _MIXTURE.replace("E * 3", "k * 3")


def _context(numbers: Mapping[str, int], form: dict[str, bool]) -> tuple[str, str] | None:
    """The catalogue's name for a transformer of this form, and the letters it takes."""
    unusual = ("qkv_bias", "head_bias", "no_norm", "head_norm", "full_norm", "sinks", "shared_gate")
    biased = not form["bias"] and (form["attention_bias"] or form["forward_bias"])
    special = numbers["c"] or numbers["s"] or numbers["D"] or numbers["N"] != 2 or biased
    special = special or any(form[name] for name in unusual)
    classic = form["bias"] and form["layer_norm"] and not form["gated"] and numbers["h"] * numbers["dh"] == numbers["d"]
    if special or (classic and numbers["kv"] != numbers["h"]):
        return None
    if classic and numbers["E"] == 1:
        if numbers["p"] and numbers["C"] and not numbers["V"] and form["final_norm"] and not form["pooler"]:
            return "vit_parameters", "p I d L f C"
        if numbers["V"] and form["tied"] and not numbers["p"] and not numbers["C"]:
            if form["pooler"] and form["embedding_norm"] and not form["final_norm"]:
                return "bert_parameters", "V P S d L f"
            if not (form["pooler"] or form["embedding_norm"] or numbers["S"]) and form["final_norm"]:
                return "gpt_parameters", "V P d L f"
        return None
    plain = not (form["bias"] or form["layer_norm"] or form["tied"] or form["pooler"] or form["embedding_norm"])
    if plain and form["gated"] and form["final_norm"] and numbers["V"] and not any(numbers[one] for one in "PSpC"):
        if numbers["E"] > 1:
            return "mixture_parameters", "V L d h kv dh f E k"
        return "dense_parameters", "V L d h kv dh f"
    return None


def feed_forward_width(*, width: int, multiple: int = 256, multiplier: Number = 1) -> Calculation:
    """The hidden width of Llama's gated feed-forward: two thirds of 4d, scaled, rounded up to a multiple.

    As `meta-llama/llama3` has it in model.py, floors included.

    >>> feed_forward_width(width=4096).ask("hidden")
    11008
    >>> feed_forward_width(width=4096, multiple=1024, multiplier=1.3).ask("hidden")
    14336
    """
    numbers = {
        "d": whole(width, "width"),
        "m": whole(multiple, "multiple"),
        "c": positive(multiplier, "multiplier"),
    }
    formula = "m * ceil(floor(c * floor(8 * d / 3)) / m)"
    lines = [
        WorkingLine("two_thirds", "8 * d / 3", {"d": numbers["d"]}),
        WorkingLine("hidden", formula, numbers, "", "feed_forward_width"),
    ]
    given = {"width": width, "multiple": multiple, "multiplier": numbers["c"]}
    return calculated("feed_forward_width", given, lines)
