"""`dlquiz calc`: the table of its commands, each built only when it is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from itertools import chain
from typing import Any, ClassVar

from dlquiz.cli.app import LazyGroup, new_app

# name -> (module of dlquiz.cli.calc, function or "app" for a group, one line of help)
LAYER_ROWS: dict[str, tuple[str, str, str]] = {
    "conv": ("layers", "conv", "Convolution in one, two or three dimensions."),
    "deconv": ("layers", "deconv", "Transposed convolution."),
    "separable": ("layers", "separable", "Depthwise separable convolution."),
    "pool": ("layers", "pool", "Maximum or average pooling, adaptive too."),
    "upsample": ("layers", "upsample", "Interpolation to a larger map."),
    "shuffle": ("layers", "shuffle", "Pixel shuffle, and back."),
    "flatten": ("layers", "flatten", "A map as a vector."),
    "norm": ("layers", "norm", "Batch, layer, group, instance or RMS normalisation."),
    "linear": ("layers", "linear", "Fully connected layer."),
    "embedding": ("layers", "embedding", "A table of vectors."),
    "rnn": ("layers", "rnn", "Plain recurrent layer."),
    "lstm": ("layers", "lstm", "Long short-term memory."),
    "gru": ("layers", "gru", "Gated recurrent unit."),
    "attention": ("layers", "attention", "Multi-head attention, grouped-query too."),
    "encoder": ("layers", "encoder", "Transformer encoder layer."),
    "decoder": ("layers", "decoder", "Transformer decoder layer."),
    "net": ("network", "net", "A whole network as a table: by name, notation, file."),
    "rf": ("receptive_field", "field", "Receptive fields: every layer, one unit, backwards."),
    "diff": ("compare", "diff", "Two networks side by side."),
    "top": ("compare", "top", "The layers that cost most."),
    "fit": ("fit", "fit", "Does it fit a GPU? What is left, and what would make it fit."),
    "layer": ("any_layer", "layer", "Any layer by torch's name and arguments."),
    "solve": ("inverse", "app", "Backwards: which layer gives this size or fits this budget?"),
}


class _Table(Mapping[str, tuple[str, str]]):
    """Commands → module and line of help; those of calculators are read when one of them, or all, are asked for."""

    def __getitem__(self, name: str) -> tuple[str, str]:
        if name in LAYER_ROWS:
            module, _, summary = LAYER_ROWS[name]
            return f"dlquiz.cli.calc.{module}", summary
        from dlquiz.cli.calc.calculators.tables import CALCULATOR_COMMANDS

        return "dlquiz.cli.calc.calculators.commands", CALCULATOR_COMMANDS[name].summary

    def __iter__(self) -> Iterator[str]:
        from dlquiz.cli.calc.calculators.tables import CALCULATOR_COMMANDS

        return chain(LAYER_ROWS, CALCULATOR_COMMANDS)

    def __len__(self) -> int:
        return sum(1 for _ in self)


COMMANDS = _Table()


class CalcGroup(LazyGroup):
    """A group that builds the options of the one command that was called."""

    table: ClassVar[Mapping[str, tuple[str, str]]] = COMMANDS

    def build(self, name: str) -> Any:
        module = import_module(COMMANDS[name][0])
        function = LAYER_ROWS[name][1] if name in LAYER_ROWS else name
        if function == "app":
            return module.app
        single = new_app()
        # The modules of layers and of calculators make a command from its row of a table.
        built = module.command(name) if hasattr(module, "command") else getattr(module, function)
        single.command(cls=getattr(module, "COMMAND_CLASS", None))(built)
        return single

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        from dlquiz.cli.calc.calculators.tables import PANELS

        panels: dict[str, Iterable[str]] = {"Layers and networks": LAYER_ROWS, **PANELS}
        for title, names in panels.items():
            with formatter.section(title):
                formatter.write_dl([(name, COMMANDS[name][1]) for name in names])


app = new_app(cls=CalcGroup, no_args_is_help=True)


@app.callback()
def calc() -> None:
    """Compute a layer or a network as torch does: size, parameters, MACs, memory, receptive field, with the working.

    Input is channels x sides: 3x224x224 an image, 16x100 a signal, 3x16x112x112 a clip; a bare 224 is a square image of
    unknown channels, for sizes only. Sequences are tokens x features: 128x768.

    \b
    Examples:
      dlquiz calc conv 3x224x224 -o 64 -k 7 -s 2 -p 3
      dlquiz calc conv 3x224x224 -o 64 -k 7 -s 2 -p 3 --check 111
      dlquiz calc pool 64x112x112 -k 3 -s 2 -p 1
      dlquiz calc lstm 10x4096 -o 256
      dlquiz calc net resnet50
      dlquiz calc rf vgg16
      dlquiz calc kv llama3-8b --tokens 8192
      dlquiz calc solve size 224 112 -k 3
    """
