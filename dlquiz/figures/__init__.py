"""A figure description in a card → curves, bars or boxes; drawn in terminal cells or as a standalone SVG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlquiz.figures.cells import draw
from dlquiz.figures.plots import (
    forgetting,
    functions,
    geometry,
    losses,
    noise,
    receptive_field,
    roofline,
    schedules,
)
from dlquiz.figures.rasters import bits, boxes, heads, pages, pipeline, ring
from dlquiz.figures.reading import Builder, FigureError, built
from dlquiz.figures.scenes import blocks, convolution, normalisation
from dlquiz.figures.shapes import Figure
from dlquiz.figures.vector import svg
from dlquiz.figures.vision import patches, u_net

__all__ = ["KINDS", "Figure", "FigureError", "draw", "figure", "svg"]

KINDS: dict[str, Builder] = {
    "functions": functions,
    "schedules": schedules,
    "losses": losses,
    "receptive-field": receptive_field,
    "convolution": convolution,
    "normalisation": normalisation,
    "blocks": blocks,
    "regularisation": geometry,
    "forgetting": forgetting,
    "noise": noise,
    "roofline": roofline,
    "pipeline": pipeline,
    "heads": heads,
    "pages": pages,
    "bits": bits,
    "boxes": boxes,
    "ring": ring,
    "u-net": u_net,
    "patches": patches,
}


def figure(description: Mapping[str, Any], language: str = "en") -> Figure:
    """The figure that a card describes; its `alternative` says it in words. Raises FigureError.

    >>> figure({"kind": "receptive-field", "layers": [[3, 1], [3, 2]]}).alternative
    'receptive field after each layer: 3, 5'
    """
    drawn: Figure = built(description, language, KINDS)
    return drawn
