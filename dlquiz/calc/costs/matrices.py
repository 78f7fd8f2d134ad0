"""What follows from the matrices of a model's layers: what LoRA trains of them, what Adafactor keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated, line_from_sizes, line_value
from dlquiz.calc.costs.transformer_sizes import MatrixForm, key_value_heads, width_of_feed_forward, width_of_heads
from dlquiz.calc.errors import CalcError, UncoveredFormulaError
from dlquiz.calc.inputs import Number, positive, several
from dlquiz.calc.layers.arguments import flag, whole


@dataclass(frozen=True)
class MatrixSizes:
    """The sizes from which the matrices of a model's layers follow; widths are in elements, None is what is usual."""

    width: int | None = None
    heads: int | None = None
    form: MatrixForm = field(default_factory=MatrixForm)

    def matrices(self) -> dict[str, tuple[int, int]]:
        """The matrices of a layer by name, each with its inputs and outputs."""
        if self.width is None:
            raise CalcError("the matrices are unknown", fix="give shapes, or a model, or width and heads")
        d = whole(self.width, "width")
        h = 1 if self.heads is None else whole(self.heads, "heads")
        dh = width_of_heads(d, h, self.form.head_width)
        kv, f = key_value_heads(h, self.form.kv_heads), width_of_feed_forward(d, self.form.feed_forward)
        known = {"q": (d, h * dh), "k": (d, kv * dh), "v": (d, kv * dh), "o": (h * dh, d)}
        gate = {"gate": (d, f)} if flag(self.form.gated, "gated") else {}
        return known | gate | {"up": (d, f), "down": (f, d)}


def lora(
    *,
    rank: int,
    shapes: Sequence[Sequence[int]] | None = None,
    layers: int = 1,
    sizes: MatrixSizes = MatrixSizes(),
    targets: Sequence[str] = ("q", "v"),
    parameters: Number | None = None,
) -> Calculation:
    """Trainable parameters of LoRA: r(d_in + d_out) for each matrix (Hu et al. 2022, arXiv:2106.09685).

    Give `shapes`, a list of (in, out), or a model's sizes and `targets`: q, k, v, o, gate, up, down, or all.

    >>> lora(rank=8, shapes=[(4096, 4096), (4096, 1024)], layers=32).ask("trainable")
    3407872
    """
    r, layer_count = whole(rank, "rank"), whole(layers, "layers")
    named = _adapted(sizes, targets) if shapes is None else _named_shapes(shapes)
    _check_rank(r, named)
    lines = _summed("per_layer", "r * (i + o)", named, {"r": r})
    each = line_value(lines[-1])
    lines.append(WorkingLine("trainable", "L * per_layer", {"L": layer_count, "per_layer": each}))
    i, o = sum(into for into, _ in named.values()), sum(out for _, out in named.values())
    product = sum(into * out for into, out in named.values())
    found = {"L": layer_count, "r": r, "i": i, "o": o, "io": product}
    lines.append(WorkingLine("trainable", "L * r * (i + o)", found, "", "lora"))
    if named.keys() == {"q", "v"} and named["q"] != named["v"]:
        same = {"L": layer_count, "r": r, "d": named["q"][0], "q": named["q"][1], "v": named["v"][1]}
        lines.append(WorkingLine("trainable", "L * r * (d + q + d + v)", same, "", "lora_grouped"))
    lines.append(WorkingLine("full", "L * io", {"L": layer_count, "io": product}))
    if parameters is not None:
        total = {"t": layer_count * each, "N": positive(parameters, "parameters")}
        lines.append(WorkingLine("share", "100 * t / N", total, "%"))
    return calculated("lora", {"rank": r, "layers": layer_count, "targets": ", ".join(named)}, lines)


def _summed(
    quantity: str, formula: str, named: Mapping[str, tuple[int, int]], numbers: Mapping[str, int]
) -> list[WorkingLine]:
    """What each matrix of a layer comes to, i its inputs and o its outputs, and their sum."""
    lines = [
        WorkingLine(quantity, formula, {**numbers, "i": into, "o": out}, subject=name)
        for name, (into, out) in named.items()
    ]
    if len(lines) > 1:
        parts = " + ".join(str(line_value(line)) for line in lines)
        lines.append(WorkingLine(quantity, parts, {}, subject="their sum"))
    return lines


def _adapted(sizes: MatrixSizes, targets: Sequence[str]) -> dict[str, tuple[int, int]]:
    """The matrices that LoRA adapts; raises CalcError for those that the model lacks, or has once for each expert."""
    named = _targeted(sizes, targets)
    if not named:
        raise CalcError("no matrix is adapted", fix="give shapes such as (4096, 4096), or targets such as q, v")
    experts, latent = whole(sizes.form.experts, "experts"), whole(sizes.form.latent, "latent", 0)
    if latent and set(named) & set("qkvo"):
        raise CalcError(
            "multi-head latent attention has no matrices q, k, v of that form",
            fix="give the shapes of the matrices that are adapted",
        )
    if experts > 1 and set(named) & {"gate", "up", "down"}:
        raise CalcError(
            f"the model has gate, up and down once for each of {experts} experts",
            fix="use the targets q, k, v, o",
        )
    return named


def _check_rank(rank: int, named: Mapping[str, tuple[int, int]]) -> None:
    for name, (into, out) in named.items():
        if rank > min(into, out):
            raise CalcError(
                f"rank {rank} is above the rank of {name}, {into} x {out}", fix=f"use {min(into, out)} or less"
            )


def _dense_matrices(sizes: MatrixSizes) -> dict[str, tuple[int, int]]:
    if whole(sizes.form.experts, "experts") > 1 or whole(sizes.form.latent, "latent", 0):
        raise UncoveredFormulaError(
            "the matrices of this model are not those of a dense layer", fix="give shapes, as [[4096, 11008]]"
        )
    return sizes.matrices()


def _named_shapes(shapes: Sequence[Sequence[Number]]) -> dict[str, tuple[int, int]]:
    if not isinstance(shapes, tuple | list) or not shapes:
        raise CalcError(f"shapes are {str(shapes)[:40]!r}", fix="give a list of (in, out), as [[4096, 1024]]")
    return {f"matrix {place}": _pair(one) for place, one in enumerate(shapes, 1)}


def _pair(shape: Sequence[Number]) -> tuple[int, int]:
    sizes = several(shape, "a matrix's sizes", 2)
    if len(sizes) != 2:
        raise CalcError(f"a matrix has {len(sizes)} sizes", fix="give in and out, as (4096, 1024)")
    return whole(sizes[0], "a size"), whole(sizes[1], "a size")


def _targeted(sizes: MatrixSizes, targets: Sequence[str]) -> dict[str, tuple[int, int]]:
    known = sizes.matrices()
    wanted = tuple(targets) if isinstance(targets, tuple | list) else (targets,)
    if wanted == ("all",):
        return known
    for one in wanted:
        if one not in known:
            letters = isinstance(one, str) and set(one) <= known.keys()
            fix = f"write {','.join(one)}" if letters else "use " + ", ".join(known) + ", or all"
            raise CalcError(f"there is no matrix {str(one)[:40]!r}", fix=fix)
    return {one: known[one] for one in known if one in wanted}


def adafactor_memory(
    *,
    shapes: Sequence[Sequence[Number]] | None = None,
    layers: int = 1,
    sizes: MatrixSizes = MatrixSizes(),
    momentum: bool = False,
) -> Calculation:
    """What Adafactor keeps in fp32 of the matrices of a model, beside what Adam does (Shazeer & Stern 2018).

    Of the second moment of a matrix only the means of its rows and columns are kept; the first moment is left out
    unless `momentum` asks for it (arXiv:1804.04235). Give `shapes`, a list of (in, out), or a model's sizes; vectors
    such as biases, whose second moment is kept in full, and the embedding are left out.

    >>> found = adafactor_memory(shapes=[(4096, 11008)])
    >>> found.ask("numbers"), found.ask("bytes"), found.ask("adam")
    (15104, 60416, 360710144)
    """
    named = _dense_matrices(sizes) if shapes is None else _named_shapes(shapes)
    pairs = named.values()
    numbers = {
        "L": whole(layers, "layers"),
        "s": sum(into + out for into, out in pairs),
        "p": sum(into * out for into, out in pairs),
        "l": sum(map(min, pairs)),
        "f": int(flag(momentum, "momentum")),
    }
    lines = [
        *_summed("per_layer", "i + o", named, {}),
        *_summed("elements", "i * o", named, {}),
        WorkingLine("numbers", "L * s", numbers, "", "adafactor_numbers"),
        WorkingLine("bytes", "4 * L * (s + f * p)", numbers, "B", "adafactor_bytes"),
        line_from_sizes("adam", "8 * L * p", numbers, "B"),
        line_from_sizes("ratio", "8 * p / (4 * (s + f * p))", numbers),
    ]
    given = {"layers": layers, "matrices": len(named), "momentum": numbers["f"]}
    return calculated("adafactor_memory", given, lines)
