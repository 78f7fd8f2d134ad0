"""What a separable convolution saves."""

from __future__ import annotations

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated
from dlquiz.calc.layers.arguments import whole


def separable_ratio(*, inputs: int, outputs: int, kernel: int = 3) -> Calculation:
    """Weights of a depthwise separable convolution beside an ordinary one, without biases; `ratio` in per cent.

    >>> found = separable_ratio(inputs=256, outputs=256)
    >>> found.ask("separable"), found.ask("ordinary"), round(float(found.ask("ratio")), 1)
    (67840, 589824, 11.5)
    """
    numbers = {"k": whole(kernel, "kernel"), "c": whole(inputs, "inputs"), "o": whole(outputs, "outputs")}
    lines = [
        WorkingLine("separable", "k ** 2 * c + c * o", numbers),
        WorkingLine("ordinary", "k ** 2 * c * o", numbers),
        WorkingLine("ratio", "100 * (k ** 2 * c + c * o) / (k ** 2 * c * o)", numbers, "%", "separable_ratio"),
    ]
    return calculated("separable_ratio", {"inputs": inputs, "outputs": outputs, "kernel": kernel}, lines)
