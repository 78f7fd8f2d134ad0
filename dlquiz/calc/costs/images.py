"""Tokens that a vision-language model reads of an image: merged patches, tiles and a thumbnail, the grids of models."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated, line_from_sizes, line_value
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import Bytes, count, positive
from dlquiz.calc.layers.arguments import choice, flag, whole


def image_tokens(*, width: int, height: int, patch: int, merge: int = 1) -> Calculation:
    """Tokens that a vision-language model reads of an image, `merge` × `merge` patches merged into one.

    >>> image_tokens(width=336, height=336, patch=14).ask("tokens")
    576
    >>> image_tokens(width=1120, height=840, patch=14, merge=2).ask("tokens")
    1200
    """
    numbers = {
        "x": whole(width, "width"),
        "y": whole(height, "height"),
        "p": whole(patch, "patch"),
        "m": whole(merge, "merge"),
    }
    lines = [WorkingLine("tokens", "floor(x / (p * m)) * floor(y / (p * m))", numbers, "", "image_tokens")]
    return calculated("image_tokens", {"width": width, "height": height, "patch": patch, "merge": merge}, lines)


_TILED = "(t + h) * floor(s / (p * m)) ** 2"


def tiled_image_tokens(
    *,
    tiles: int,
    tile: int,
    patch: int = 14,
    merge: int = 1,
    thumbnail: bool = True,
    token_bytes: Bytes | None = None,
) -> Calculation:
    """Tokens of an image that is cut into tiles, each encoded on its own, beside a thumbnail of the whole.

    With `token_bytes`, what the language model keeps of a token, also the bytes of its cache. Four tiles of 336 px and
    the thumbnail are LLaVA-NeXT's most (Liu et al. 2024), twelve of 448 px merged by 2 InternVL 1.5's in training
    (Chen et al. 2024, arXiv:2404.16821).

    >>> tiled_image_tokens(tiles=4, tile=336).ask("tokens")
    2880
    >>> tiled_image_tokens(tiles=12, tile=448, merge=2).ask("tokens")
    3328
    """
    numbers = {
        "t": whole(tiles, "tiles"),
        "h": int(flag(thumbnail, "thumbnail")),
        "s": whole(tile, "tile"),
        "p": whole(patch, "patch"),
        "m": whole(merge, "merge"),
    }
    lines = [WorkingLine("tokens", _TILED, numbers, "", "tiled_image_tokens")]
    if token_bytes is not None:
        each = positive(token_bytes, "token_bytes")
        lines.append(
            WorkingLine("cache", f"{_TILED} * b", numbers | {"b": each}, "B", "tiled_image_tokens", scale=each)
        )
    given = {"tiles": tiles, "thumbnail": numbers["h"], "tile": tile, "patch": patch, "merge": merge}
    return calculated("tiled_image_tokens", given | {"token_bytes": token_bytes}, lines)


# Columns and rows of LLaVA-NeXT's grids of 336 px, as its released configurations list them.
_LLAVA_NEXT_GRIDS = ((2, 1), (1, 2), (2, 2), (1, 3), (3, 1))
_LLAVA_NEXT_TILE, _LLAVA_NEXT_PATCHES = 336, 24
_INTERNVL_TILE = 448
_QWEN2_VL_TOKEN, _QWEN2_VL_LEAST, _QWEN2_VL_LARGEST_RATIO = 28, 4, 200


def image_grid(*, width: int, height: int, rule: str = "internvl", limit: int | None = None) -> Calculation:
    """The grid into which a model cuts an image, and its tokens, without markers around them.

    `internvl`: the grid of at most `limit` tiles of 448 px whose aspect ratio is nearest, and a thumbnail beside more
    than one (Chen et al. 2024, arXiv:2404.16821). `llava-next`: of five grids the one that keeps most of the image and
    then wastes least; rows and columns of padding are dropped, and each row ends in a token (Liu et al. 2024, as in
    transformers). `qwen2-vl`: no tiles, the sides are rounded to multiples of 28 px and shrunk to at most `limit`
    tokens (Wang et al. 2024, arXiv:2409.12191).

    >>> image_grid(width=800, height=1300).ask("tokens")
    1792
    >>> image_grid(width=672, height=672, rule="llava-next").ask("tokens")
    2928
    >>> image_grid(width=224, height=224, rule="qwen2-vl").ask("tokens")
    64
    """
    size = count(width, "width", 1, 100_000), count(height, "height", 1, 100_000)
    match choice(rule, "rule", ("internvl", "llava-next", "qwen2-vl")):
        case "internvl":
            lines = _internvl(*size, count(12 if limit is None else limit, "limit", 1, 100))
        case "qwen2-vl":
            lines = _qwen2_vl(*size, whole(1280 if limit is None else limit, "limit", _QWEN2_VL_LEAST))
        case _:
            if limit is not None:
                raise CalcError("llava-next has no limit", fix="leave the limit out: its five grids are fixed")
            lines = _llava_next(*size)
    given = {"width": width, "height": height, "rule": rule, "limit": limit}
    return calculated("image_grid", given, lines)


def _internvl(width: int, height: int, most: int) -> Iterable[WorkingLine]:
    columns, rows = nearest_grid(width, height, most)
    tiles = columns * rows
    yield WorkingLine("aspect_ratio", "w / h", {"w": width, "h": height})
    yield from _grid_lines(columns, rows)
    yield WorkingLine("grid_ratio", "x / y", {"x": columns, "y": rows})
    numbers = {"t": tiles, "e": int(tiles > 1), "s": _INTERNVL_TILE, "p": 14, "m": 2}
    yield WorkingLine("tokens", "(t + e) * (s / (p * m)) ** 2", numbers | {"h": numbers["e"]}, "", "tiled_image_tokens")


def nearest_grid(width: int, height: int, most: int) -> tuple[int, int]:
    """Columns and rows of InternVL's grid; of equally near ones the largest that the image fills by half.

    >>> nearest_grid(800, 1300, 12), nearest_grid(448, 448, 12), nearest_grid(1344, 1344, 12)
    ((2, 3), (1, 1), (3, 3))
    """
    every = [(x, y) for x in range(1, most + 1) for y in range(1, most // x + 1)]
    distance = {grid: abs(Fraction(width, height) - Fraction(*grid)) for grid in every}
    near = [grid for grid in every if distance[grid] == min(distance.values())]
    first, *larger = sorted(near, key=lambda grid: grid[0] * grid[1])
    filled = [(x, y) for x, y in larger if 2 * width * height > _INTERNVL_TILE**2 * x * y]
    return filled[-1] if filled else first


def _llava_next(width: int, height: int) -> Iterable[WorkingLine]:
    columns, rows = _fullest_grid(width, height)
    yield from _grid_lines(columns, rows)
    down, across = "n * y", "n * x"
    if width * rows > height * columns:
        down = "n * y - 2 * floor((n * y - floor(n * x * h / w)) / 2)"
    else:
        across = "n * x - 2 * floor((n * x - floor(n * y * w / h)) / 2)"
    sizes = {"n": _LLAVA_NEXT_PATCHES, "x": columns, "y": rows, "w": width, "h": height}
    kept = [line_from_sizes("patch_rows", down, sizes), line_from_sizes("patch_columns", across, sizes)]
    yield from kept
    numbers = sizes | {"a": line_value(kept[0]), "b": line_value(kept[1])}
    yield WorkingLine("tokens", "a * (b + 1) + n ** 2", numbers, "", "llava_next_tokens")


def _grid_lines(columns: int, rows: int) -> Iterable[WorkingLine]:
    yield WorkingLine("columns", "x", {"x": columns})
    yield WorkingLine("rows", "y", {"y": rows})
    yield WorkingLine("tiles", "x * y", {"x": columns, "y": rows})


def _fullest_grid(width: int, height: int) -> tuple[int, int]:
    """The grid of LLaVA-NeXT in which most pixels of the image are kept; of several the smallest."""

    def kept(grid: tuple[int, int]) -> tuple[int, int]:
        x, y = (_LLAVA_NEXT_TILE * side for side in grid)
        scale = min(Fraction(x, width), Fraction(y, height))
        return min(int(width * scale) * int(height * scale), width * height), -x * y

    return max(_LLAVA_NEXT_GRIDS, key=kept)


def _qwen2_vl(width: int, height: int, most: int) -> Iterable[WorkingLine]:
    sides = {"w": whole(width, "width", _QWEN2_VL_TOKEN), "h": whole(height, "height", _QWEN2_VL_TOKEN)}
    if max(width, height) > _QWEN2_VL_LARGEST_RATIO * min(width, height):
        raise CalcError("one side is more than 200 times the other", fix="use an image of at most 200 to 1")
    across, down, numbers = "round(w / q)", "round(h / q)", {"q": _QWEN2_VL_TOKEN}
    tokens = round(Fraction(width, _QWEN2_VL_TOKEN)) * round(Fraction(height, _QWEN2_VL_TOKEN))
    if tokens > most:
        across, down, numbers = "max(1, floor(sqrt(l * w / h)))", "max(1, floor(sqrt(l * h / w)))", {"l": most}
    elif tokens < _QWEN2_VL_LEAST:
        across, down, numbers = "ceil(sqrt(z * w / h))", "ceil(sqrt(z * h / w))", {"z": _QWEN2_VL_LEAST}
    lines = [line_from_sizes(name, formula, sides | numbers) for name, formula in (("columns", across), ("rows", down))]
    yield from lines
    grid = {"x": line_value(lines[0]), "y": line_value(lines[1])}
    yield WorkingLine("tokens", "x * y", grid | sides, "", "qwen2_vl_tokens")
