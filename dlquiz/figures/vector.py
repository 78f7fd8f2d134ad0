"""Figures as SVG that stands alone: its own colours for light and dark, its description inside, no outside parts."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from dlquiz.figures.cells import DASHES, number, reach, span, ticks
from dlquiz.figures.shapes import BACKWARD, Bars, Figure, Plot, PlotPoint, Scene
from dlquiz.markup import cell_width

# Okabe & Ito's colours, which colour-blind people tell apart; lighter ones of the same order on dark ground.
LIGHT: dict[str, str | tuple[str, ...]] = {
    "ink": "#222",
    "faint": "#999",
    "ground": "#fff",
    "curves": ("#0072b2", "#d55e00", "#009e73", "#aa4499", "#806000"),
}
DARK: dict[str, str | tuple[str, ...]] = {
    "ink": "#eee",
    "faint": "#888",
    "ground": "#1c1c1c",
    "curves": ("#56b4e9", "#e69f00", "#20c997", "#e599c9", "#f0e442"),
}
_CELL, _LINE = 9, 18


def svg(figure: Figure, theme: str = "auto") -> str:
    """The figure as one SVG document; `auto` follows the reader's preference, `light` and `dark` do not ask."""
    match figure:
        case Plot():
            width, height, body = _plot(figure)
        case Bars():
            width, height, body = _bars(figure)
        case Scene():
            width, height, body = _scene(figure)
    words = escape(figure.alternative)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-label="{words}"><title>{words}</title><style>{_style(theme)}</style>'
        f'<rect class="ground" width="{width}" height="{height}"/>{"".join(body)}</svg>\n'
    )


def _rules(colours: Mapping[str, str | tuple[str, ...]]) -> str:
    lines = "".join(
        f".c{index}{{stroke:{colour};fill:none;stroke-width:2}}.f{index}{{fill:{colour}}}"
        for index, colour in enumerate(colours["curves"])
    )
    return (
        f".ground{{fill:{colours['ground']}}}text{{fill:{colours['ink']};font:13px sans-serif}}"
        f".axis{{stroke:{colours['faint']};fill:none}}.head{{fill:{colours['ink']}}}.box{{stroke:{colours['ink']};fill:{colours['ground']}}}"
        f".small{{font-size:11px}}.pad{{stroke:{colours['faint']};fill:none;stroke-dasharray:2 2}}{lines}"
    )


def _style(theme: str) -> str:
    if theme == "auto":
        return _rules(LIGHT) + "@media (prefers-color-scheme:dark){" + _rules(DARK) + "}"
    return _rules(DARK if theme == "dark" else LIGHT)


def _text(x: float, y: float, text: str, anchor: str = "start", extra: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{extra}>{escape(text)}</text>'


def _dashes(index: int) -> str:
    dashes = DASHES[index % len(DASHES)]
    return "" if dashes == (1, 0) else f' stroke-dasharray="{" ".join(str(2 * one) for one in dashes)}"'


def _plot(plot: Plot) -> tuple[int, int, list[str]]:
    x_low, x_high = span([x for curve in plot.curves for x, _ in curve.points])
    y_low, y_high = reach([y for curve in plot.curves for _, y in curve.points])
    left, top, wide, high = 56, 28, 520, 260
    if plot.equal:
        wide = min(wide, round(high * (x_high - x_low) / (y_high - y_low)))
    named = [(index, curve.label) for index, curve in enumerate(plot.curves) if curve.label]
    height = top + high + 44 + 20 * len(named)

    def place(x: float, y: float) -> tuple[float, float]:
        return left + (x - x_low) / (x_high - x_low) * wide, top + (y_high - y) / (y_high - y_low) * high

    body = [f'<path class="axis" d="M{left} {top}V{top + high}H{left + wide}"/>']
    if plot.equal:
        x, y = place(0.0, 0.0)
        body.append(f'<path class="axis" d="M{x:.1f} {top}V{top + high}M{left} {y:.1f}H{left + wide}"/>')
    for mark in ticks(x_low, x_high, 8, plot.whole):
        x, _ = place(mark, y_low)
        body.append(f'<path class="axis" d="M{x:.1f} {top + high}v4"/>')
        body.append(_text(round(x, 1), top + high + 17, number(mark), "middle", ' class="small"'))
    for mark in ticks(y_low, y_high, 6):
        _, y = place(x_low, mark)
        body.append(f'<path class="axis" d="M{left} {y:.1f}h-4"/>')
        body.append(_text(left - 7, round(y + 4, 1), number(mark), "end", ' class="small"'))
    for index, curve in enumerate(plot.curves):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in curve.points))
        body.append(f'<polyline class="c{index % 5}"{_dashes(index)} points="{points}"/>')
    body.append(_text(left + wide, top + high + 34, plot.x_label, "end"))
    body.append(_text(8, 18, plot.y_label))
    for row, (index, label) in enumerate(named):
        y = top + high + 50 + 20 * row
        body.append(f'<path class="c{index % 5}"{_dashes(index)} d="M{left} {y - 4}h40"/>')
        body.append(_text(left + 50, y, label))
    return left + max(wide, 200) + 24, height, body


def _bars(figure: Bars) -> tuple[int, int, list[str]]:
    most = max(value for _, value in figure.bars) or 1.0
    left = 20 + 8 * max(cell_width(name) for name, _ in figure.bars)
    body = []
    for row, (name, value) in enumerate(figure.bars):
        y = 14 + 24 * row
        length = round(360 * value / most, 1)
        body.append(_text(left - 8, y + 13, name, "end"))
        body.append(f'<rect class="f0" x="{left}" y="{y}" width="{length:g}" height="17"/>')
        body.append(_text(left + length + 6, y + 13, f"{number(value)} {figure.unit}".strip()))
    return left + 450, 24 + 24 * len(figure.bars), body


def _scene(scene: Scene) -> tuple[int, int, list[str]]:
    body = []
    for wire in scene.wires:
        (_, before), (_, end) = wire.points[-2:]
        into_box = any(end == (box.y - 1 if end > before else box.y + 3) for box in scene.boxes)
        points = _reaching([(_x(x), _y(y)) for x, y in wire.points], wire.arrow, into_box)
        if any(label.y == wire.points[0][1] for label in scene.labels):
            points[0] = (points[0][0], points[0][1] + _LINE / 2)
        body.append(f'<polyline class="axis" points="{" ".join(f"{x:g},{y:g}" for x, y in points)}"/>')
        if wire.arrow:
            body.append(f'<path class="head" d="{_head(*points[-2:])}"/>')
    for box in scene.boxes:
        x, y, width, height = 10 + box.x * _CELL, round(_y(box.y)), box.width * _CELL, 2 * _LINE
        body.append(f'<rect class="box" x="{x}" y="{y}" width="{width}" height="{height}"/>')
        body.append(_text(x + width / 2, y + height / 2 + 5, box.text, "middle"))
    for tiles in scene.tiles:
        for row, text in enumerate(tiles.rows):
            for column, letter in enumerate(text):
                x = 10 + (tiles.x + tiles.cells * column) * _CELL
                body.append(_tile(letter, x, 10 + (tiles.y + row) * _LINE, tiles.cells * _CELL))
    body += [_text(10 + label.x * _CELL, 10 + label.y * _LINE + 14, label.text) for label in scene.labels]
    return 20 + scene.width * _CELL, 20 + scene.height * _LINE, body


def _reaching(points: list[PlotPoint], arrow: bool, into_box: bool) -> list[PlotPoint]:
    """The wire with its head at the edge of its cell, or at the frame of the box below it."""
    (x1, y1), (x2, y2) = points[-2:]
    last = (x2 + _CELL / 2 * _sign(x2 - x1), y2 + _LINE * (1 if into_box else 0.5) * _sign(y2 - y1))
    return [*points[:-1], last if arrow else points[-1]]


def _head(before: PlotPoint, tip: PlotPoint) -> str:
    """The path of an arrow's head at the tip."""
    (x1, y1), (x2, y2) = before, tip
    along = 7 * (_sign(x2 - x1) + _sign(y2 - y1))
    return f"M{x2 - 4:g} {y2 - along:g}h8l-4 {along}z" if x1 == x2 else f"M{x2 - along:g} {y2 - 4:g}v8l{along} -4z"


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def _x(x: int) -> float:
    return 10 + (x + 0.5) * _CELL


def _y(y: int) -> float:
    return 10 + (y + 0.5) * _LINE


_FILLS = {"k": "f0", "p": "pad", "z": "pad", "s": "f1", "e": "f0"} | dict.fromkeys(BACKWARD, "f1")


def _tile(letter: str, x: int, y: int, width: int) -> str:
    if letter == " ":
        return ""
    kind = _FILLS.get(letter, "box")
    backward = f"{BACKWARD.index(letter) + 1}'" if letter in BACKWARD else ""
    written = "0" if letter == "z" else letter if letter.isdigit() else backward
    inner = _text(x + 9, y + 13, written, "middle", ' class="small"') if written else ""
    return f'<rect class="{kind}" x="{x + 1}" y="{y + 1}" width="{width - 2}" height="16"/>{inner}'
