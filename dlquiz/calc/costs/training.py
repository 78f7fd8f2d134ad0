"""What training a transformer takes: floating-point operations, days, and memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated, line_from_sizes
from dlquiz.calc.costs.activations import activation_lines
from dlquiz.calc.costs.transformer_sizes import LayerForm, width_of_heads
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import Dtype, Exact, Number, Share, active_parameters, bytes_of, positive, share
from dlquiz.calc.layers.arguments import choice, flag, whole

# Bytes of the two moments that an optimiser keeps of a parameter, 0 for one that it does not have.
OPTIMISER_STATES = {"adam": (4, 4), "adamw": (4, 4), "sgd": (0, 0), "momentum": (4, 0), "lion": (4, 0), "muon": (4, 0),
                    "adam8bit": (1, 1)}  # fmt: skip


@dataclass(frozen=True)
class OptimiserState:
    """What is kept of each parameter beside its gradient: itself in its type, and what the optimiser needs.

    Types below 32 bits have a copy of the weights in fp32 unless `master` says otherwise.
    """

    optimiser: str = "adamw"
    dtype: Dtype = "bf16"
    master: bool | None = None

    def bytes_of_a_parameter(self) -> dict[str, Exact]:
        """Bytes of the weight (w), of its copy in fp32 (c) and of the optimiser's moments (m, v).

        >>> OptimiserState().bytes_of_a_parameter(), OptimiserState("sgd", "fp32").bytes_of_a_parameter()
        ({'w': 2, 'c': 4, 'm': 4, 'v': 4}, {'w': 4, 'c': 0, 'm': 0, 'v': 0})
        """
        size = bytes_of(self.dtype)
        first, second = OPTIMISER_STATES[choice(self.optimiser, "optimiser", tuple(OPTIMISER_STATES))]
        copy = 4 if (size < 4 if self.master is None else flag(self.master, "master")) else 0
        return {"w": size, "c": copy, "m": first, "v": second}


def training_flops(
    *,
    parameters: Number,
    tokens: int,
    active: Number | None = None,
    layers: int | None = None,
    width: int | None = None,
    length: int | None = None,
    vocabulary: int = 0,
    tied: bool = False,
    positions: int = 0,
    heads: int | None = None,
    head_width: int | None = None,
    latent: int = 0,
    rope: int = 0,
) -> Calculation:
    """6ND: 2 forward and 4 backward for each active parameter and token; 8ND when every activation is recomputed.

    With `layers`, `width` and `length` also `exact_flops`: the input table left out (a look-up multiplies nothing) and
    the products of attention over all pairs added, 12 L n d a token (Kaplan et al. 2020, arXiv:2001.08361;
    Chowdhery et al. 2022, appendix B).

    >>> training_flops(parameters=7 * 10**9, tokens=10**12).ask("flops") == 42 * 10**21
    True
    """
    n, d = active_parameters(parameters, active), positive(tokens, "tokens")
    numbers = {"N": n, "D": d}
    lines = [
        WorkingLine("flops", "6 * N * D", numbers, "FLOP", "training_flops"),
        WorkingLine("forward", "2 * N * D", numbers, "FLOP", "forward_flops"),
        WorkingLine("with_recomputation", "8 * N * D", numbers, "FLOP", "recomputed_flops"),
    ]
    if layers is not None and width is not None and length is not None:
        table = (
            positions if flag(tied, "tied") else whole(vocabulary, "vocabulary", 0) + whole(positions, "positions", 0)
        )
        d_model, h = whole(width, "width"), 1 if heads is None else whole(heads, "heads")
        sizes = {
            "d": d_model,
            "L": whole(layers, "layers"),
            "n": whole(length, "length"),
            "h": h,
            "dh": width_of_heads(d_model, h, head_width),
            "r": whole(rope, "rope", 0),
        }
        formula = f"(6 * (N - T * d) + {_pairs(sizes, bool(latent))}) * D"
        lines.append(line_from_sizes("exact_flops", formula, {"N": n, "T": table, **sizes, "D": d}, "FLOP"))
    return calculated("training_flops", {"parameters": n, "tokens": d, "length": length}, lines)


def _pairs(sizes: Mapping[str, int], latent: bool) -> str:
    """FLOPs of a token, forward and backward, in the products of queries, keys and values with all n positions."""
    if latent:
        return "6 * L * n * h * (2 * dh + r)"
    return "12 * L * n * d" if sizes["h"] * sizes["dh"] == sizes["d"] else "12 * L * n * h * dh"


def training_days(
    *, parameters: Number, tokens: int, gpus: int, peak: Number, mfu: Share = 1, active: Number | None = None
) -> Calculation:
    """Days of training: 6ND over what the GPUs really do; `peak` in FLOP/s of one, dense; `mfu` the share reached.

    >>> round(float(training_days(parameters=7e9, tokens=2 * 10**12, gpus=1024, peak=312e12, mfu=0.4).ask("days")), 1)
    7.6
    """
    n = active_parameters(parameters, active)
    numbers = {
        "N": n,
        "D": positive(tokens, "tokens"),
        "G": whole(gpus, "gpus"),
        "R": positive(peak, "peak"),
        "m": share(mfu, "mfu"),
    }
    lines = [
        WorkingLine("flops", "6 * N * D", {name: numbers[name] for name in "ND"}, "FLOP", "training_flops"),
        WorkingLine("gpu_hours", "6 * N * D / (R * m) / 3600", {name: numbers[name] for name in "NDRm"}, "h"),
        WorkingLine("days", "6 * N * D / (G * R * m) / 86400", numbers, "days", "training_days"),
    ]
    given = {"parameters": n, "tokens": numbers["D"], "gpus": numbers["G"], "peak": numbers["R"], "mfu": numbers["m"]}
    return calculated("training_days", given, lines)


def mfu(*, parameters: Number, tokens_per_second: Number, peak: Number, active: Number | None = None) -> Calculation:
    """Model FLOPs utilisation of one GPU, per cent: 6N a token, recomputation not counted (Chowdhery et al. 2022).

    >>> round(float(mfu(parameters=7e9, tokens_per_second=3500, peak=312e12).ask("mfu")))
    47
    """
    numbers = {
        "N": active_parameters(parameters, active),
        "t": positive(tokens_per_second, "tokens_per_second"),
        "R": positive(peak, "peak"),
    }
    lines = [
        WorkingLine("flops_per_second", "6 * N * t", {"N": numbers["N"], "t": numbers["t"]}, "FLOP/s"),
        WorkingLine("mfu", "100 * 6 * N * t / R", numbers, "%", "mfu"),
    ]
    given = {"parameters": numbers["N"], "tokens_per_second": numbers["t"], "peak": numbers["R"]}
    return calculated("mfu", given, lines)


def chinchilla(*, flops: Number, tokens_per_parameter: Number = 20) -> Calculation:
    """Compute-optimal size and tokens for a budget, from C = 6ND and D = 20N (Hoffmann et al. 2022, arXiv:2203.15556).

    >>> found = chinchilla(flops=1e23)
    >>> round(found.ask("parameters") / 1e9, 1), round(found.ask("tokens") / 1e9)
    (28.9, 577)
    """
    numbers = {"C": positive(flops, "flops"), "r": positive(tokens_per_parameter, "tokens_per_parameter")}
    lines = [
        WorkingLine("parameters", "sqrt(C / (6 * r))", numbers, "", "compute_optimal"),
        WorkingLine("tokens", "r * sqrt(C / (6 * r))", numbers, "tokens", "optimal_tokens"),
    ]
    return calculated("chinchilla", {"flops": numbers["C"]}, lines)


def training_memory(
    *,
    parameters: Number,
    state: OptimiserState = OptimiserState(),
    gradient_dtype: Dtype | None = None,
    tokens: int | None = None,
    batch: int = 1,
    layers: int | None = None,
    width: int | None = None,
    heads: int | None = None,
    form: LayerForm = LayerForm(),
) -> Calculation:
    """Weights, gradients and optimiser; in 16 bits with a copy of the weights in fp32, as is usual.

    Gradients have the type of the weights unless a `gradient_dtype` is given: frameworks that sum them keep fp32.

    With `tokens`, and a model's layers, width and heads, also the activations of one pass, in the bytes of the type,
    and the totals with them.

    >>> training_memory(parameters=7 * 10**9).ask("bytes") == 112 * 10**9
    True
    """
    numbers = {"N": positive(parameters, "parameters"), **state.bytes_of_a_parameter()}
    numbers["g"] = numbers["w"] if gradient_dtype is None else bytes_of(gradient_dtype)
    sizes = tuple(numbers[name] for name in "wgcmv")
    mixed = sizes == (2, 2, 4, 4, 4)
    whole_line = WorkingLine("bytes", "w * N + g * N + c * N + m * N + v * N", numbers, "B")
    each = {name: {"N": numbers["N"], name: numbers[name]} for name in "wgcmv"}
    lines = [
        WorkingLine("weights", "w * N", each["w"], "B"),
        WorkingLine("gradients", "g * N", each["g"], "B"),
        WorkingLine("master", "c * N", each["c"], "B"),
        WorkingLine("momentum", "m * N", each["m"], "B"),
        WorkingLine("variance", "v * N", each["v"], "B"),
        WorkingLine(
            "bytes_per_parameter",
            "w + g + c + m + v",
            {name: numbers[name] for name in "wgcmv"},
            "B",
            "bytes_per_parameter" if mixed else "",
        ),
        whole_line,
    ]
    if mixed:
        lines.append(WorkingLine("bytes", "16 * N", {"N": numbers["N"]}, "B", "training_state"))
    if sizes == (2, 4, 4, 4, 4):
        lines.append(WorkingLine("bytes", "18 * N", {"N": numbers["N"]}, "B", "training_state_fp32_gradients"))
    if tokens is not None:
        if layers is None or width is None or heads is None:
            raise CalcError("activations need layers, width and heads", fix="name a model, or leave tokens out")
        lines += _with_activations(activation_lines(form, layers, tokens, batch, width, heads), numbers)
    given = {
        "parameters": numbers["N"],
        "optimiser": state.optimiser,
        "dtype": state.dtype,
        "gradient_dtype": gradient_dtype,
        "tokens": tokens,
    }
    return calculated("training_memory", given, lines)


def _with_activations(activations: list[WorkingLine], numbers: Mapping[str, Exact]) -> list[WorkingLine]:
    state = (numbers["w"] + numbers["g"] + numbers["c"] + numbers["m"] + numbers["v"]) * numbers["N"]
    kept = {line.quantity: line for line in activations}
    values = calculated("", {}, activations).values
    found = []
    for name, quantity, total in (
        ("activations", "bytes", "total"),
        ("without_scores", "without_scores", "total_without_scores"),
        ("checkpointed", "checkpointed", "total_checkpointed"),
    ):
        formula, used, size = kept[quantity].formula, kept[quantity].numbers, values[quantity]
        if numbers["w"] != 2:
            formula, used, size = f"({formula}) * w / 2", {**used, "w": numbers["w"]}, Fraction(size) * numbers["w"] / 2
        found.append(WorkingLine(name, formula, used, "B"))
        found.append(WorkingLine(total, f"state + {name}", {"state": state, name: size}, "B"))
    return found


def post_training_memory(
    *, parameters: Number, trained: int = 1, frozen: int = 1, adapter: Number | None = None, dtype: Dtype = "bf16"
) -> Calculation:
    """Weights, gradients and optimiser of several models of one size: 16 bytes a trained parameter, the rest frozen.

    PPO trains policy and value beside a reference and a reward model, DPO and GRPO a policy beside a reference. With
    `adapter` parameters these alone are trained, on one frozen base: LoRA.

    >>> post_training_memory(parameters=7 * 10**9, trained=2, frozen=2).ask("bytes") // 10**9
    252
    >>> round(float(post_training_memory(parameters=6.738e9, adapter=4.19e6).ask("bytes.GB")), 2)
    13.54
    """
    numbers = {"N": positive(parameters, "parameters"), "w": bytes_of(dtype)}
    given: dict[str, object] = {"parameters": numbers["N"], "dtype": dtype}
    if adapter is not None:
        small = numbers | {"m": positive(adapter, "adapter")}
        lines = [WorkingLine("bytes", "w * N + 16 * m", small, "B", "adapter_memory")]
        return calculated("post_training_memory", given | {"adapter": small["m"]}, lines)
    models = numbers | {"t": whole(trained, "trained"), "f": whole(frozen, "frozen", 0)}
    lines = [
        WorkingLine("trained", "16 * t * N", {"t": models["t"], "N": numbers["N"]}, "B"),
        WorkingLine("frozen", "w * f * N", {name: models[name] for name in "wfN"}, "B"),
        WorkingLine("bytes", "16 * t * N + w * f * N", models, "B", "post_training_memory"),
    ]
    return calculated("post_training_memory", given | {"trained_models": trained, "frozen_models": frozen}, lines)
