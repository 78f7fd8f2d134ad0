"""What a figure is made of once it is computed: curves on axes, bars, or boxes, tiles and wires on a grid of cells."""

from __future__ import annotations

from typing import NamedTuple

PlotPoint = tuple[float, float]


class Curve(NamedTuple):
    label: str
    points: tuple[PlotPoint, ...]


class Plot(NamedTuple):
    """Curves over two axes; `equal` gives both axes one scale; with `whole`, x counts days or the like, unbroken."""

    curves: tuple[Curve, ...]
    x_label: str = ""
    y_label: str = ""
    equal: bool = False
    alternative: str = ""
    whole: bool = False


class Bars(NamedTuple):
    """Named lengths, in `unit`."""

    bars: tuple[tuple[str, float], ...]
    unit: str = ""
    alternative: str = ""


class Box(NamedTuple):
    """A framed word; position and size in cells, the frame included."""

    x: int
    y: int
    width: int
    text: str


class Label(NamedTuple):
    x: int
    y: int
    text: str


# The tiles of the first to the ninth backward pass.
BACKWARD = "ABCDEFGHI"


class Tiles(NamedTuple):
    """A raster, of two cells a tile or of one.

    Letters: `.` plain, `p` padding or idle, `k` touched, `z` inserted zero, a blank for nothing; `1` to `9` the number
    of a forward pass or a box, `A` to `I` that of a backward pass; `s`, `e`, `m` bits of sign, exponent, mantissa,
    which have one cell each.
    """

    x: int
    y: int
    rows: tuple[str, ...]
    cells: int = 2


class Polyline(NamedTuple):
    """A line of straight pieces through cell corners; with `arrow` it ends in a head."""

    points: tuple[tuple[int, int], ...]
    arrow: bool = True


class Scene(NamedTuple):
    """Boxes, labels, tiles and wires on a grid of cells."""

    width: int
    height: int
    boxes: tuple[Box, ...] = ()
    labels: tuple[Label, ...] = ()
    tiles: tuple[Tiles, ...] = ()
    wires: tuple[Polyline, ...] = ()
    alternative: str = ""


Figure = Plot | Bars | Scene
