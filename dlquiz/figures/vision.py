"""Figures of networks that see: the levels of a U-Net, and an image that a Vision Transformer cuts into tokens."""

from __future__ import annotations

from dlquiz.figures.reading import Fields, FigureError
from dlquiz.figures.shapes import Box, Label, Polyline, Scene, Tiles
from dlquiz.markup import cell_width

# -- U-Net -------------------------------------------------------------------------------------------------------------

_LEVEL_ROWS, _INDENT, _SKIP = 4, 2, 4  # rows from a level to the next, cells that it is further in, cells of a skip


def u_net_sides(side: int, levels: int, padded: bool) -> tuple[list[int], list[int]]:
    """The sides of the maps after the two 3×3 convolutions of each level: going down, and going up again.

    >>> u_net_sides(572, 5, padded=False)
    ([568, 280, 136, 64, 28], [52, 100, 196, 388])
    """
    lost = 0 if padded else 4
    down, up = [side - lost], list[int]()
    for _ in range(levels - 1):
        if down[-1] % 2 and down[-1] > 0:
            raise FigureError(f"a map of {down[-1]} pixels cannot be halved", fix="take 572, or 512 with padding")
        down.append(down[-1] // 2 - lost)
    for _ in range(levels - 1):
        up.append(2 * (up or down)[-1] - lost)
    if min(*down, *up, 1) < 1:
        raise FigureError(f"an input of {side} pixels is used up before the last level", fix="take a larger input")
    return down, up


def u_net(fields: Fields) -> Scene:
    """`input: 572`, `channels: [64, 128, 256, 512, 1024]` from the top level down, `padding: true`."""
    side, padded = fields.whole("input", 572, 8, 4096), fields.flag("padding")
    channels = fields.numbers("channels", (64, 128, 256, 512, 1024))
    if not 2 <= len(channels) <= 5 or not all(one in range(1, 10_000) for one in channels):
        raise FigureError(
            "a u-net figure has two to five levels of 1 to 9999 channels", fix="write channels: [64, 128, 256]"
        )
    down, up = u_net_sides(side, len(channels), padded)
    left = [f"{count:.0f}×{one}²" for count, one in zip(channels, down, strict=True)]
    right = [f"{count:.0f}×{one}²" for count, one in zip(channels, reversed(up), strict=False)]
    boxes, wires, width = _levels(left, right)
    y = _LEVEL_ROWS * len(channels)
    legend = _u_net_legend(fields.language, (side, up[-1]), padded)
    labels = [Label(0, y - 1 + row, text) for row, text in enumerate(legend)]
    head = f"U-Net，{len(right)} 条跳跃连接" if fields.language == "zh" else f"U-Net with {len(right)} skip connections"
    words = f"{head}: {' → '.join([*left, *reversed(right)])}"
    width = max(width, *map(cell_width, legend))
    return Scene(width, y - 1 + len(legend), tuple(boxes), tuple(labels), (), tuple(wires), words)


def _levels(left: list[str], right: list[str]) -> tuple[list[Box], list[Polyline], int]:
    """The boxes of each level with the arrows between them, the lowest in the middle; and how wide all is."""
    size = max(10, *(len(text) + len(text) % 2 + 2 for text in (*left, *right)))
    width = 2 * size + 2 * _INDENT * (len(right) - 1) + _SKIP
    boxes, wires = [Box((width - size) // 2, _LEVEL_ROWS * len(right), size, left[-1])], []
    for level, (going_down, going_up) in enumerate(zip(left, right, strict=False)):
        x, y = _INDENT * level, _LEVEL_ROWS * level
        mirrored, pool = width - x - size, x + size - 2
        boxes += [Box(x, y, size, going_down), Box(mirrored, y, size, going_up)]
        wires += [
            Polyline(((x + size - 1, y + 1), (mirrored - 1, y + 1))),
            Polyline(((pool, y + 2), (pool, y + 3))),
            Polyline(((width - 1 - pool, y + 4), (width - 1 - pool, y + 3))),
        ]
    return boxes, wires, width


def _u_net_legend(language: str, sides: tuple[int, int], padded: bool) -> list[str]:
    if language == "zh":
        arrows = f"▼ 最大池化  ▲ 转置卷积  ▶ {'拼接' if padded else '裁剪并拼接'}"
        return [f"输入 {sides[0]}²，输出 {sides[1]}²", "通道数×边长²，经两次 3×3 卷积", arrows]
    arrows = f"▼ max pool  ▲ up-conv  ▶ {'concat' if padded else 'crop, concat'}"
    return [f"input {sides[0]}², output {sides[1]}²", "channels×side² after two 3×3 convs", arrows]


# -- patches -----------------------------------------------------------------------------------------------------------


def patches(fields: Fields) -> Scene:
    """`grid: 3` patches to a side, `patch: 16` pixels, `class-token: true`."""
    grid, patch = fields.whole("grid", 3, 2, 3), fields.whole("patch", 16, 1, 64)
    first, chinese = fields.flag("class-token"), fields.language == "zh"
    count, side, values = grid**2, grid * patch, 3 * patch**2
    numbers = "".join(map(str, range(1, count + 1)))
    image = tuple("".join(numbers[grid * (y // 2) + x // 2] for x in range(2 * grid)) for y in range(2 * grid))
    cut_x, tokens_y = 4 * grid + 6, 3 * grid + 7
    cut = [
        Tiles(cut_x + 6 * (place % grid), 1 + 3 * (place // grid), (letter * 2, letter * 2))
        for place, letter in enumerate(numbers)
    ]
    sequence, positions = "k" * first + numbers, "".join(map(str, range(1 - first, count + 1)))
    middle = cut_x + 3 * grid - 1
    tokens_x = middle - len(sequence)
    linear = f"线性：{values} → d" if chinese else f"linear: {values} → d"
    box = cell_width(linear) + 4
    labels = [
        Label(0, 0, f"{'图像' if chinese else 'image'} {side}×{side}"),
        Label(cut_x, 0, f"{count} {'块' if chinese else 'patches'} {patch}×{patch}"),
        Label(0, tokens_y, "词元" if chinese else "tokens"),
        Label(0, tokens_y + 1, "+ 位置" if chinese else "+ positions"),
    ]
    labels += [Label(0, tokens_y + 2, "■ 类别词元" if chinese else "■ class token")] * first
    tiles = [Tiles(0, 1, image), *cut, Tiles(tokens_x, tokens_y, (sequence, positions))]
    wires = (
        Polyline(((4 * grid, grid + 1), (cut_x - 2, grid + 1))),
        Polyline(((middle, 3 * grid), (middle, 3 * grid + 1))),
        Polyline(((middle, 3 * grid + 4), (middle, 3 * grid + 6))),
    )
    words = (
        f"{side}×{side} 的图像切成 {count} 块 {patch}×{patch}，每块 {values} 个数，线性映射成一个词元，再加位置"
        if chinese
        else f"an image of {side}×{side} pixels cut into {count} patches of {patch}×{patch}, each of whose {values} "
        "values a linear map turns into a token; positions are added"
    )
    drawn = (Box(middle - box // 2, 3 * grid + 2, box, linear),)
    width = max(tokens_x + 2 * len(sequence), middle + box // 2 + 1, *(one.x + cell_width(one.text) for one in labels))
    return Scene(width, tokens_y + 2 + first, drawn, tuple(labels), tuple(tiles), wires, words)
