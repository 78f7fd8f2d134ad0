"""Layers, networks, receptive field, cost and the catalogue of mistakes, without torch.

>>> from dlquiz import calc
>>> stem = calc.layer("conv2d", (1, 3, 224, 224), out_channels=64, kernel_size=7, stride=2, padding=3, bias=False)
>>> stem.output_shape, stem.parameters, stem.macs
((1, 64, 112, 112), 9408, 118013952)
"""

from dlquiz.calc.errors import CalcError
from dlquiz.calc.kinds import KINDS, layer
from dlquiz.calc.result import Result, Step
from dlquiz.calc.window import Window

__all__ = ["KINDS", "CalcError", "Result", "Step", "Window", "layer"]
