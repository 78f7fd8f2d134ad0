"""Figures on a grid: convolution windows, the axes of normalisation, and block diagrams of networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dlquiz.figures.reading import Fields, FigureError
from dlquiz.figures.shapes import Box, Label, Polyline, Scene, Tiles
from dlquiz.markup import cell_width

_GAP = 3
_SEPARATORS = 1  # cells between branches


def convolution(fields: Fields) -> Scene:
    """`input: 5, kernel: 3, stride: 2, padding: 1, dilation: 1, transposed: true, at: [1, 0]`."""
    side, kernel = fields.whole("input", 5, 1, 16), fields.whole("kernel", 3, 1, 9)
    stride, padding = fields.whole("stride", 1, 1, 5), fields.whole("padding", 0, 0, 6)
    dilation, transposed = fields.whole("dilation", 1, 1, 4), fields.flag("transposed")
    reach = dilation * (kernel - 1)
    spread = stride if transposed else 1
    border = reach - padding if transposed else padding
    if border < 0:
        raise FigureError(f"padding {padding} is more than the reach {reach} of a transposed kernel of {kernel}")
    core = (side - 1) * spread + 1
    whole, move = core + 2 * border, 1 if transposed else stride
    if whole <= reach:
        raise FigureError(
            f"kernel {kernel} does not fit a padded input of {whole}", fix="pad more or take a smaller kernel"
        )
    output = (whole - reach - 1) // move + 1
    row, column = (max(0, min(int(one), output - 1)) for one in (*fields.numbers("at", (0, 1)), 0, 0)[:2])
    taps = {(row * move + i * dilation, column * move + j * dilation) for i in range(kernel) for j in range(kernel)}

    def letter(y: int, x: int) -> str:
        if (y, x) in taps:
            return "k"
        inside = border <= y < border + core and border <= x < border + core
        real = inside and (y - border) % spread == 0 and (x - border) % spread == 0
        return "." if real else "z" if inside else "p"

    padded = tuple("".join(letter(y, x) for x in range(whole)) for y in range(whole))
    result = tuple("".join("k" if (y, x) == (row, column) else "." for x in range(output)) for y in range(output))
    return _two_rasters(
        fields, padded, result, (side, output), _arguments(kernel, stride, padding, dilation, transposed)
    )


def _arguments(kernel: int, stride: int, padding: int, dilation: int, transposed: bool) -> str:
    return (
        f"k{kernel} s{stride} p{padding}"
        + (f" d{dilation}" if dilation > 1 else "")
        + (" transposed" if transposed else "")
    )


def _two_rasters(
    fields: Fields, first: tuple[str, ...], second: tuple[str, ...], sides: tuple[int, int], named: str
) -> Scene:
    chinese = fields.language == "zh"
    heads = [
        f"{'输入' if chinese else 'input'} {sides[0]}×{sides[0]}",
        f"{'输出' if chinese else 'output'} {sides[1]}×{sides[1]}",
    ]
    left = max(2 * len(first), cell_width(heads[0]) + 1)
    start = left + _GAP + 2
    width = start + max(2 * len(second), cell_width(heads[1]))
    middle = 1 + len(first) // 2
    offset = 1 + (len(first) - len(second)) // 2 if len(second) < len(first) else 1
    labels = (Label(0, 0, heads[0]), Label(start, 0, heads[1]), Label(0, 1 + len(first), named))
    wire = Polyline(((left, middle), (start - 2, middle)))
    description = f"{heads[0]} → {heads[1]} ({named})"
    kind = "卷积窗口" if chinese else "a convolution window"
    height = 1 + max(len(first) + 1, len(second) + offset - 1, middle)
    width = max(width, cell_width(named))
    return Scene(
        width, height, (), labels, (Tiles(0, 1, first), Tiles(start, offset, second)), (wire,), f"{kind}: {description}"
    )


# Which samples (rows) and channels (columns) of a 4 × 6 raster share one mean; every position of the map belongs to it.
NORMS: dict[str, tuple[Callable[[int, int], bool], str]] = {
    "batch": (lambda n, c: c == 0, "N, H, W"),
    "layer": (lambda n, c: n == 0, "C, H, W"),
    "instance": (lambda n, c: (n, c) == (0, 0), "H, W"),
    "group": (lambda n, c: n == 0 and c < 3, "C/G, H, W"),
}
_CHINESE_NORMS = {"batch": "批归一化", "layer": "层归一化", "instance": "实例归一化", "group": "组归一化"}


def normalisation(fields: Fields) -> Scene:
    """`norms: [batch, layer, instance, group]`: samples downwards, channels across, what shares a mean filled."""
    names = fields.chosen("norms", NORMS, tuple(NORMS))
    chinese = fields.language == "zh"
    tiles, labels, panels = [], [], []
    for index, name in enumerate(names):
        shared, over = NORMS[name]
        title = _CHINESE_NORMS[name] if chinese else f"{name} norm"
        panels.append(f"{title}: {over}")
        x, y = 2 + 16 * (index % 2), 8 * (index // 2)
        rows = tuple("".join("k" if shared(n, c) else "." for c in range(6)) for n in range(4))
        tiles.append(Tiles(x, y + 2, rows))
        labels += [Label(x, y, title), Label(x, y + 1, "C →"), Label(x, y + 6, over)]
        labels += [Label(0, y + 2, "N")] if index % 2 == 0 else []
    description = "; ".join(panels)
    alternative = (
        f"{'每种归一化在哪些轴上求均值' if chinese else 'axes over which each normalisation averages'}: {description}"
    )
    return Scene(
        2 + 16 * min(len(names), 2) - 2,
        8 * ((len(names) + 1) // 2) - 1,
        (),
        tuple(labels),
        tuple(tiles),
        (),
        alternative,
    )


# Stages of a block: branches side by side from one input, then how they meet, then what follows.
DIAGRAMS: dict[str, tuple[dict[str, Any], ...]] = {
    "residual": ({"branches": [["conv 3×3", "BN", "ReLU", "conv 3×3", "BN"], []], "merge": "+", "after": ["ReLU"]},),
    "preactivation": ({"branches": [["BN", "ReLU", "conv 3×3", "BN", "ReLU", "conv 3×3"], []], "merge": "+"},),
    "pre-norm": (
        {"branches": [["LayerNorm", "attention"], []], "merge": "+"},
        {"branches": [["LayerNorm", "feed-forward"], []], "merge": "+"},
    ),
    "llama": (
        {"branches": [["RMSNorm", "attention, RoPE"], []], "merge": "+"},
        {"branches": [["RMSNorm", "SwiGLU"], []], "merge": "+"},
    ),
    "bottleneck": (
        {"branches": [["conv 1×1, 64", "conv 3×3, 64", "conv 1×1, 256"], []], "merge": "+", "after": ["ReLU"]},
    ),
    "inception": (
        {
            "branches": [["1×1"], ["1×1", "3×3"], ["1×1", "5×5"], ["max 3×3", "1×1"]],
            "merge": "concat",
        },
    ),
    "se": ({"branches": [["global pool", "linear C/r", "ReLU", "linear C", "sigmoid"], []], "merge": "×"},),
    "dense": ({"branches": [["BN", "ReLU", "conv 3×3, k"], []], "merge": "concat"},),
    "attention": ({"branches": [["Q=xW_Q"], ["K=xW_K"], ["V=xW_V"]], "merge": "softmax(QKᵀ/√dₖ)V", "after": ["W_O"]},),
    "encoder": (
        {"branches": [["attention"], []], "merge": "+", "after": ["LayerNorm"]},
        {"branches": [["feed-forward"], []], "merge": "+", "after": ["LayerNorm"]},
    ),
}


def blocks(fields: Fields) -> Scene:
    """`diagram: residual`, or `branches: [[conv, BN], []]`, `merge: "+"`, `after: [ReLU]`; [] is a skip."""
    if "diagram" in fields.left:
        (name,) = fields.chosen("diagram", DIAGRAMS)[:1]
        stages = DIAGRAMS[name]
    else:
        name = "网络结构" if fields.language == "zh" else "network block"
        branches = [
            [fields.word(one) for one in (branch if isinstance(branch, list | tuple) else [branch])]
            for branch in fields.several("branches")
        ]
        if not branches or len(branches) > 6 or max(map(len, branches)) > 12:
            raise FigureError("a blocks figure needs one to six branches of at most twelve steps")
        merge, after = fields.words("merge", "+"), [fields.word(one) for one in fields.several("after")]
        stages = ({"branches": branches, "merge": merge, "after": after},)
    skip = "跳连" if fields.language == "zh" else "skip"
    return _diagram(stages, fields.words("input", "x"), name, skip)


def _diagram(stages: tuple[dict[str, Any], ...], start: str, name: str, skip: str) -> Scene:
    widths = [
        [max([cell_width(step) + 4 for step in branch] or [3]) for branch in stage["branches"]] for stage in stages
    ]
    totals = [sum(row) + _SEPARATORS * (len(row) - 1) for row in widths]
    extra = [[stage["merge"], *stage.get("after", ())] for stage in stages]
    total = max([*totals, cell_width(start), *(cell_width(text) + 4 for texts in extra for text in texts)])
    middle = total // 2
    drawing = _BlockDrawing(middle)
    labels = [Label(middle - cell_width(start) // 2, 0, start)]
    y = 0
    for stage, row, whole in zip(stages, widths, totals, strict=True):
        y = drawing.stage(stage, row, (total - whole) // 2, y, stage is stages[-1])
    words = "; ".join(
        f"({' | '.join(' → '.join(branch) or skip for branch in stage['branches'])}) → {stage['merge']}"
        + "".join(f" → {step}" for step in stage.get("after", ()))
        for stage in stages
    )
    return Scene(
        total, y + 1, tuple(drawing.boxes), tuple(labels), (), tuple(drawing.wires), f"{name}: {start} → {words}"
    )


class _BlockDrawing:
    """The boxes and wires of a diagram, drawn from its top down around the column `middle`."""

    def __init__(self, middle: int) -> None:
        self.middle = middle
        self.boxes: list[Box] = []
        self.wires: list[Polyline] = []

    def stage(self, stage: dict[str, Any], widths: list[int], x: int, y: int, last: bool) -> int:
        """Branches from y on; the row of what leaves the stage, an arrow from the last one."""
        deepest = max(len(branch) for branch in stage["branches"])
        foot = y + 4 + 2 * deepest if deepest else y + 2
        for branch, width in zip(stage["branches"], widths, strict=True):
            centre = x + width // 2
            top = y + 1
            self.wires.append(Polyline(((self.middle, y), (self.middle, top), (centre, top)), arrow=False))
            at = self.stack(branch, x, centre, top, width)
            # A wire leaves a box from its lower edge, which is drawn over it.
            ends = ((centre, at - bool(branch)), (centre, foot), (self.middle, foot))
            self.wires.append(Polyline(ends, arrow=False))
            x += width + _SEPARATORS
        ending = [stage["merge"], *stage.get("after", ())]
        width = max(map(cell_width, ending)) + 4
        y = self.stack(ending, self.middle - width // 2, self.middle, foot, width)
        self.wires.append(Polyline(((self.middle, y - 1), (self.middle, y)), arrow=last))
        return y

    def stack(self, steps: list[str], x: int, centre: int, y: int, width: int) -> int:
        """The steps as one frame of boxes below an arrow; the row in which a wire leaves it."""
        if not steps:
            return y
        self.wires.append(Polyline(((centre, y), (centre, y + 1))))
        self.boxes += [Box(x, y + 2 + 2 * index, width, step) for index, step in enumerate(steps)]
        return y + 3 + 2 * len(steps)
