"""Figures as terminal cells: curves in braille, bars in blocks, scenes in box lines; every curve keeps its own dashes,
so that they can be told apart without colour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from math import floor, hypot, log10

from dlquiz.figures.shapes import BACKWARD, Bars, Figure, Plot, PlotPoint, Scene
from dlquiz.markup import Line, Run, cell_width, pad, wrap

# Dots on and off along a curve; the first curve is solid.
DASHES = ((1, 0), (6, 5), (1, 3), (8, 4, 1, 4), (3, 3))
_BRAILLE = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_SAMPLES = ("⠤⠤⠤", "⠤ ⠤", "⠄⠄⠄", "⠤⠄⠤", "⠄⠤⠄")


def draw(figure: Figure, width: int) -> list[Line]:
    """The figure in lines no wider than the width; where it does not fit, its description in words."""
    match figure:
        case Plot():
            return _plot(figure, width) if width >= 24 else wrap([(figure.alternative, "")], width)
        case Bars():
            return _bars(figure, width) or wrap([(figure.alternative, "")], width)
        case Scene():
            return _scene(figure) if figure.width <= width else wrap([(figure.alternative, "")], width)


# -- plots -------------------------------------------------------------------------------------------------------------


def span(values: list[float]) -> tuple[float, float]:
    """The range of the values, never empty."""
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 1, high + 1)


def reach(values: list[float]) -> tuple[float, float]:
    """The range of an upright axis: a little more than the values, so that a curve which tends to 1 has its 1 marked.

    >>> reach([0.0, 1.0])
    (-0.03, 1.03)
    """
    low, high = span(values)
    return low - 0.03 * (high - low), high + 0.03 * (high - low)


def ticks(low: float, high: float, most: int, whole: bool = False) -> list[float]:
    """Round numbers inside the range, at most that many; whole ones on request.

    >>> ticks(-6, 6, 5), ticks(0, 2, 6), ticks(0, 2, 6, whole=True)
    ([-5.0, 0.0, 5.0], [0.0, 0.5, 1.0, 1.5, 2.0], [0.0, 1.0, 2.0])
    """
    size: float = 10.0 ** floor(log10((high - low) / max(most, 2)))
    for factor in (1, 2, 5, 10, 20, 50, 100):
        step = max(size * factor, float(whole))
        first, last = floor(low / step + 1 - 1e-9), floor(high / step + 1e-9)
        if last - first < most:
            break
    return [round(step * index, 12) + 0.0 for index in range(first, last + 1)]


def number(value: float) -> str:
    """A tick as people write it.

    >>> number(-0.5), number(10.0)
    ('−0.5', '10')
    """
    return f"{value:g}".replace("-", "−")


class _Canvas:
    """Dots of braille, four by two in a cell; the curve drawn last gives a cell its colour."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.bits = [[0] * columns for _ in range(rows)]
        self.owner = [[0] * columns for _ in range(rows)]

    def dot(self, x: int, y: int, curve: int) -> None:
        if 0 <= x < 2 * self.columns and 0 <= y < 4 * self.rows:
            self.bits[y // 4][x // 2] |= _BRAILLE[y % 4][x % 2]
            self.owner[y // 4][x // 2] = curve

    def line(self, points: list[PlotPoint], curve: int) -> None:
        """A polyline in dots, with the dashes of its curve."""
        pattern = _PATTERNS[curve % len(DASHES)]
        period, travelled = len(pattern), 0.0
        for (x1, y1), (x2, y2) in pairwise(points):
            dx, dy = x2 - x1, y2 - y1
            length = hypot(dx, dy)
            steps = max(1, round(2 * length))
            for step in range(steps + 1):
                part = step / steps
                if pattern[int(travelled + part * length) % period]:
                    self.dot(round(x1 + part * dx), round(y1 + part * dy), curve)
            travelled += length


# Whether the curve is drawn, for each dot of its period.
_PATTERNS = [[index % 2 == 0 for index, length in enumerate(dashes) for _ in range(length)] for dashes in DASHES]


def _plot(plot: Plot, width: int) -> list[Line]:
    rows = min(14, max(8, width // 5)) if not plot.equal else min(18, max(8, width // 3))
    x_low, x_high = span([x for curve in plot.curves for x, _ in curve.points])
    y_low, y_high = reach([y for curve in plot.curves for _, y in curve.points])
    marks = ticks(y_low, y_high, rows // 3 + 1)
    margin = max(cell_width(number(mark)) for mark in marks)
    columns = min(width - margin - 2, 72)
    if plot.equal:
        columns = min(columns, max(8, round(2 * rows * (x_high - x_low) / (y_high - y_low))))
    canvas = _Canvas(columns, rows)

    def place(point: PlotPoint) -> PlotPoint:
        x, y = point
        return (x - x_low) / (x_high - x_low) * (2 * columns - 1), (y_high - y) / (y_high - y_low) * (4 * rows - 1)

    for index, curve in enumerate(plot.curves):
        canvas.line([place(point) for point in curve.points], index)
    named = {int(place((x_low, mark))[1]) // 4: number(mark) for mark in marks}
    lines: list[Line] = [((pad("", margin + 1) + plot.y_label, "label"),)] if plot.y_label else []
    zero = tuple(int(at) for at in place((0.0, 0.0))) if plot.equal else None
    for row in range(rows):
        axis = pad(named.get(row, ""), margin, "right") + (" ┤" if row in named else " │")
        lines.append(((axis, "axis"), *_canvas_row(canvas, row, zero)))
    lines += _x_axis(plot, x_low, x_high, margin, columns)
    return lines + _legend(plot, width)


def _canvas_row(canvas: _Canvas, row: int, zero: tuple[int, ...] | None) -> Iterator[Run]:
    """The cells of a row; `zero` is the dot in which the axes cross, where they are drawn inside."""
    text, style = "", ""
    for column, (bits, owner) in enumerate(zip(canvas.bits[row], canvas.owner[row], strict=True)):
        empty = _axis_cell(column, row, zero) if zero else " "
        own = f"curve {owner + 1}" if bits else "axis" if empty != " " else style
        if own != style and text:
            yield text, style
            text = ""
        text, style = text + (chr(0x2800 + bits) if bits else empty), own
    if text.rstrip():
        yield text.rstrip(), style


def _axis_cell(column: int, row: int, zero: tuple[int, ...]) -> str:
    upright, level = column == zero[0] // 2, row == zero[1] // 4
    return "┼" if upright and level else "│" if upright else "─" if level else " "


def _x_axis(plot: Plot, low: float, high: float, margin: int, columns: int) -> list[Line]:
    axis = ["─"] * columns
    labels = [" "] * (columns + margin + 2)
    end = -1
    for mark in ticks(low, high, max(3, columns // 10), plot.whole):
        column = min(columns - 1, int((mark - low) / (high - low) * (columns - 1) + 0.5))
        axis[column] = "┬"
        text = number(mark)
        start = min(max(margin + 2 + column - len(text) // 2, end + 1), len(labels) - len(text))
        if start > end:
            labels[start : start + len(text)] = text
            end = start + len(text)
    lines: list[Line] = [((" " * margin + " └" + "".join(axis), "axis"),), (("".join(labels).rstrip(), "axis"),)]
    if plot.x_label:
        lines.append(
            ((pad("", max(0, margin + 2 + (columns - cell_width(plot.x_label)) // 2)) + plot.x_label, "label"),)
        )
    return lines


def _legend(plot: Plot, width: int) -> list[Line]:
    runs: list[Run] = []
    for index, curve in enumerate(plot.curves):
        if curve.label:
            runs.append((_SAMPLES[index % len(_SAMPLES)].replace(" ", "\u2007"), f"curve {index + 1}"))
            runs.append(("\u00a0" + curve.label.replace(" ", "\u00a0") + "   ", "label"))
    return (
        [
            tuple((text.replace("\u2007", " ").replace("\u00a0", " "), style) for text, style in line)
            for line in wrap(runs, width)
        ]
        if runs
        else []
    )


# -- bars --------------------------------------------------------------------------------------------------------------


def _bars(figure: Bars, width: int) -> list[Line]:
    """No lines where names and values leave no cell for a bar."""
    margin = min(max(cell_width(name) for name, _ in figure.bars), width // 2)
    values = [number(value) + (f" {figure.unit}" if figure.unit else "") for _, value in figure.bars]
    room = width - margin - 2 - max(map(cell_width, values))
    if room < 1:
        return []
    most = max(value for _, value in figure.bars) or 1.0
    lines: list[Line] = []
    for (name, value), text in zip(figure.bars, values, strict=True):
        eighths = max(1, round(8 * room * value / most)) if value > 0 else 0
        bar = "█" * (eighths // 8) + ("▏▎▍▌▋▊▉"[eighths % 8 - 1] if eighths % 8 else "")
        lines.append(((pad(_clipped(name, margin), margin) + " ", "label"), (bar, "curve 1"), (" " + text, "axis")))
    return lines


def _clipped(text: str, width: int) -> str:
    while cell_width(text) > width:
        text = text[:-2] + "…"
    return text


# -- scenes ------------------------------------------------------------------------------------------------------------

_TILES = {" ": ("  ", ""), ".": ("□ ", "tile"), "p": ("· ", "axis"), "k": ("■ ", "curve 1"), "z": ("∘ ", "axis"),
          "s": ("s", "curve 2"), "e": ("e", "curve 1"), "m": ("m", "axis")}  # fmt: skip
_JOINTS = {0b0011: "─", 0b1100: "│", 0b0101: "┘", 0b0110: "└", 0b1001: "┐", 0b1010: "┌", 0b0111: "┴", 0b1011: "┬",
           0b1101: "┤", 0b1110: "├", 0b1111: "┼", 0b0001: "─", 0b0010: "─", 0b0100: "│", 0b1000: "│"}  # fmt: skip
_LEFT, _RIGHT, _UP, _DOWN = 1, 2, 4, 8


def _scene(scene: Scene) -> list[Line]:
    grid = [[(" ", "")] * scene.width for _ in range(scene.height)]

    def write(x: int, y: int, text: str, style: str) -> None:
        for character in text:
            size = cell_width(character)
            if size == 0 and x > 0:
                grid[y][x - 1] = (grid[y][x - 1][0] + character, style)
                continue
            grid[y][x] = (character, style)
            if size == 2:
                grid[y][x + 1] = ("", style)
            x += size

    _draw_wires(scene, write)
    for box in scene.boxes:
        stacked = grid[box.y][box.x][0] == "└"
        write(box.x, box.y, ("├" if stacked else "┌") + "─" * (box.width - 2) + ("┤" if stacked else "┐"), "axis")
        write(box.x, box.y + 1, "│" + " " * (box.width - 2) + "│", "axis")
        write(box.x + 1, box.y + 1, pad(box.text, box.width - 2, "centre"), "label")
        write(box.x, box.y + 2, "└" + "─" * (box.width - 2) + "┘", "axis")
    for tiles in scene.tiles:
        for row, text in enumerate(tiles.rows):
            for column, letter in enumerate(text):
                write(tiles.x + tiles.cells * column, tiles.y + row, *_tile(letter))
    for label in scene.labels:
        write(label.x, label.y, label.text, "label")
    return [_row(cells) for cells in grid]


def _tile(letter: str) -> Run:
    if letter in _TILES:
        return _TILES[letter]
    if letter in BACKWARD:
        return f"{BACKWARD.index(letter) + 1}'", "curve 2"
    return f"{letter} ", "curve 1" if letter == "1" else "label"


def _draw_wires(scene: Scene, write: Callable[[int, int, str, str], None]) -> None:
    ways: dict[tuple[int, int], int] = {}
    for wire in scene.wires:
        for (x1, y1), (x2, y2) in pairwise(wire.points):
            for x, y, way in _steps(x1, y1, x2, y2):
                ways[x, y] = ways.get((x, y), 0) | way
    for (x, y), way in ways.items():
        write(x, y, _JOINTS[way], "axis")
    for wire in scene.wires:
        if wire.arrow:
            (x1, y1), (x2, y2) = wire.points[-2:]
            write(x2, y2, ("▼" if y2 > y1 else "▲") if x1 == x2 else ("▶" if x2 > x1 else "◀"), "axis")


def _steps(x1: int, y1: int, x2: int, y2: int) -> Iterator[tuple[int, int, int]]:
    """The cells of a straight piece, each with the sides on which the line leaves it."""
    dx, dy = (x2 > x1) - (x2 < x1), (y2 > y1) - (y2 < y1)
    length = max(abs(x2 - x1), abs(y2 - y1))
    ahead = {(1, 0): _RIGHT, (-1, 0): _LEFT, (0, 1): _DOWN, (0, -1): _UP}.get((dx, dy), 0)
    back = {_RIGHT: _LEFT, _LEFT: _RIGHT, _DOWN: _UP, _UP: _DOWN}.get(ahead, 0)
    for step in range(length + 1):
        yield x1 + dx * step, y1 + dy * step, (ahead if step < length else 0) | (back if step else 0)


def _row(cells: list[Run]) -> Line:
    runs: list[Run] = []
    for text, style in cells:
        if runs and (runs[-1][1] == style or text == " "):
            runs[-1] = (runs[-1][0] + text, runs[-1][1])
        else:
            runs.append((text, style))
    if runs:
        runs[-1] = (runs[-1][0].rstrip(), runs[-1][1])
    return tuple(run for run in runs if run[0])
