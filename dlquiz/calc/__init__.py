"""Layers, networks, receptive field, cost and the catalogue of mistakes, without torch.

>>> from dlquiz import calc
>>> stem = calc.layer("conv2d", (1, 3, 224, 224), out_channels=64, kernel_size=7, stride=2, padding=3, bias=False)
>>> stem.output_shape, stem.parameters, stem.macs
((1, 64, 112, 112), 9408, 118013952)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.registry import KINDS, layer
from dlquiz.calc.receptive_field.window import Window
from dlquiz.calc.result import Result, Step

if TYPE_CHECKING:
    from dlquiz.calc.calculation import Calculation
    from dlquiz.calc.networks.network import NetworkResult

__all__ = ["KINDS", "CalcError", "Result", "Step", "Window", "calculator", "layer", "network"]


def network(text: str, *, batch: int | None = None, dtype: str = "fp32") -> NetworkResult:
    """A whole network, by its name or in the notation; imported only when it is asked for.

    >>> network("resnet50").parameters, network("3x32x32, conv 8 k5").ask("receptive_field.size")
    (25557032, 5)
    """
    from dlquiz.calc.networks.network import network as computed

    return computed(text, batch=batch, dtype=dtype)


def calculator(name: str, **arguments: object) -> Calculation:
    """The costs of a transformer, of a training run, a measure: by the calculator's name; imported when asked for.

    >>> calculator("pipeline", stages=8, microbatches=32).ask("to_ideal")
    Fraction(175, 8)
    """
    from dlquiz.calc.calculators import calculator as computed

    return computed(name, **arguments)
