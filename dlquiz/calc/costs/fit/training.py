"""The bytes of one GPU in training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dlquiz.calc.calculation import Calculation, WorkingLine
from dlquiz.calc.costs.activations import activation_memory
from dlquiz.calc.costs.fit.arguments import Gpus, Quantisation, Sequences
from dlquiz.calc.costs.fit.request import FitLines, FitRequest, bytes_line
from dlquiz.calc.costs.matrices import MatrixSizes, lora
from dlquiz.calc.costs.training import OptimiserState
from dlquiz.calc.costs.transformer_sizes import LayerForm
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import Exact, Number, positive
from dlquiz.calc.layers.arguments import flag, whole


@dataclass(frozen=True)
class TrainedModel:
    """What decides on a model's states and on the activations of a pass."""

    parameters: Number
    layers: int
    width: int
    heads: int
    vocabulary: int = 0
    form: LayerForm = field(default_factory=LayerForm)

    def activations(self, batch: int, tokens: int) -> Calculation:
        """What a pass keeps for the backward pass, in 16 bits."""
        sizes = {"layers": self.layers, "width": self.width, "heads": self.heads}
        return activation_memory(**sizes, tokens=tokens, batch=batch, form=self.form)


@dataclass(frozen=True)
class ZeroGpus(Gpus):
    """GPUs among which ZeRO of a stage divides what is kept (Rajbhandari et al. 2020, arXiv:1910.02054)."""

    zero: int = 0

    def stage(self) -> int:
        """The stage, 0 for plain data parallelism; raises CalcError for one that there is not."""
        stage = whole(self.zero, "zero", 0)
        if stage > 3:
            raise CalcError(f"zero is {stage}", fix="use a stage of 0 to 3")
        return stage


@dataclass(frozen=True)
class LoraSettings:
    """The adapters that LoRA trains: their rank (0: the whole model is trained) and the matrices that have one.

    On weights that are quantised it is QLoRA.
    """

    rank: int = 0
    targets: Sequence[str] = ("all",)
    quantisation: Quantisation = field(default_factory=Quantisation)

    def trainable(self, model: TrainedModel) -> Exact | None:
        """The parameters of the adapters; None where the whole model is trained."""
        if not whole(self.rank, "rank", 0):
            if self.quantisation.bits is not None:
                raise CalcError("quantised weights cannot be trained", fix="train LoRA on them: give its rank")
            return None
        matrices = MatrixSizes(model.width, model.heads, model.form)
        adapters = lora(rank=self.rank, layers=model.layers, sizes=matrices, targets=self.targets)
        found: Exact = adapters.ask("trainable")
        return found


@dataclass(frozen=True)
class KeptActivations:
    """Which activations wait for the backward pass: with `checkpoint` the input of each layer and those of the one that
    is recomputed; with `scores` the n² scores too, which FlashAttention does not keep."""

    checkpoint: bool = False
    scores: bool = False

    def line(self, every: Calculation, layers: int, size: Exact) -> WorkingLine:
        """Their bytes in a type of `size` bytes; the formulas of `activation_memory`, which gave `every`, are for 2."""
        whole_layers = every.ask("bytes" if flag(self.scores, "scores") else "without_scores")
        if not flag(self.checkpoint, "checkpoint"):
            return bytes_line("activations", "kept * w / 2", {"kept": whole_layers, "w": size})
        numbers = {"kept": every.ask("checkpointed"), "all_layers": whole_layers, "L": layers, "w": size}
        return bytes_line("activations", "(kept + all_layers / L) * w / 2", numbers)


def fit_training(
    *,
    trained: TrainedModel,
    sequences: Sequences = Sequences(),
    hardware: ZeroGpus = ZeroGpus(),
    state: OptimiserState = OptimiserState(),
    activations: KeptActivations = KeptActivations(),
    adapters: LoraSettings = LoraSettings(),
) -> Calculation:
    """Bytes of one GPU in training: weights, gradients, optimiser, activations, logits, reserve; what is left.

    `batch` is that of one GPU. ZeRO over `gpus` divides the optimiser (stage 1), the gradients too (2), the weights too
    (3). With a `rank`, LoRA trains its matrices alone, on weights quantised to `bits` that is QLoRA; its activations
    are counted as in full training, which is a bound. The logits are kept in 32 bits with their gradient.

    >>> from dlquiz.calc.calculators import calculator
    >>> fit = calculator("fit_training", model="llama2-7b", tokens=4096, checkpoint=True)
    >>> [round(float(fit.ask(name + ".GB")), 1) for name in ("weights", "gradients", "optimiser", "activations")]
    [13.5, 13.5, 80.9, 1.7]
    """
    stage, trainable = hardware.stage(), adapters.trainable(trained)
    n = positive(trained.parameters, "parameters")
    numbers = {"N": n, "T": n if trainable is None else trainable} | state.bytes_of_a_parameter()
    numbers |= {"V": whole(trained.vocabulary, "vocabulary", 0), **hardware.letters()}
    states = _states(numbers, stage, adapters.quantisation)

    def lines(batch: int, tokens: int) -> FitLines:
        passed = trained.activations(batch, tokens)
        found = [*states, activations.line(passed, trained.layers, numbers["w"])]
        if numbers["V"]:
            found.append(bytes_line("logits", "2 * 4 * b * s * V", numbers | {"b": batch, "s": tokens}))
        return [*found, bytes_line("reserve", "R", numbers)]

    given = {"optimiser": state.optimiser, "dtype": state.dtype, "bits": adapters.quantisation.bits}
    given |= {"rank": adapters.rank or None, "zero": stage or None}
    given |= {"tokens": sequences.tokens, "batch": sequences.batch, "gpus": hardware.gpus, "trainable": trainable}
    return FitRequest("fit_training", lines, *sequences.checked()).calculation(given, hardware.usable())


def _states(sizes: Mapping[str, Exact], stage: int, quantisation: Quantisation) -> FitLines:
    """Weights, adapters, gradients and optimiser, each divided among the GPUs from its stage of ZeRO on."""
    over = ["" if stage < first else " / G" for first in (3, 2, 1)]
    found = [quantisation.weights(sizes, over[0])]
    if sizes["T"] != sizes["N"]:
        found.append(bytes_line("adapters", f"w * T{over[0]}", sizes))
    found.append(bytes_line("gradients", f"w * T{over[1]}", sizes))
    return [*found, bytes_line("optimiser", f"(c + m + v) * T{over[2]}", sizes)]
