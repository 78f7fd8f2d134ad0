"""A row of the tables of calculators: the command, its arguments, its examples; and the arguments that many share."""

from __future__ import annotations

from typing import NamedTuple


class CalculatorOption(NamedTuple):
    """An argument: what the calculator calls it, how it is written (`N` or `--tokens N`), its help.

    It is read as the calculator's signature types it; `type` is set only where the command reads something else: a
    model by name, or either parameters or a model.
    """

    name: str
    form: str
    help: str
    type: str = ""


class CalculatorCommand(NamedTuple):
    """A command: its calculator, help, arguments and examples."""

    calculator: str
    summary: str
    arguments: tuple[CalculatorOption, ...]
    examples: tuple[str, ...]


MODEL = CalculatorOption("model", "[MODEL]", "A model by name (llama3-8b), or its config.json.", "model")
SIZE = CalculatorOption("parameters", "MODEL", "Parameters, as 7B; or a model by name.", "size")
SIZES = (
    CalculatorOption("layers", "--layers N", "Number of layers."),
    CalculatorOption("width", "--width N", "Width of the model."),
    CalculatorOption("heads", "--heads N", "Number of query heads."),
    CalculatorOption("kv_heads", "--kv N", "Number of key-value heads."),
    CalculatorOption("head_width", "--head-width N", "Width of a head."),
    CalculatorOption("feed_forward", "--ff N", "Width of the feed-forward."),
)
DTYPE = CalculatorOption("dtype", "--dtype TYPE", "fp32, fp16, bf16, fp8, int8, int4.")
TOKENS = CalculatorOption("tokens", "--tokens N", "Number of tokens; 8Ki is 8192.")
BATCH = CalculatorOption("batch", "--batch N", "Sequences in the batch; 1 unless given.")
GPUS = CalculatorOption("gpus", "--gpus N", "Number of GPUs.")
PEAK = CalculatorOption("peak", "--peak FLOP/s", "Dense peak of one GPU, as 312T.")
BANDWIDTH = CalculatorOption("bandwidth", "--bandwidth B/s", "Bytes per second, as 3.35T.")
