"""Figures of tiles: pipelines, a ring all-reduce, shared heads, paged caches, bits of numbers, two boxes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dlquiz.figures.reading import Fields, FigureError
from dlquiz.figures.shapes import BACKWARD, Box, Label, Polyline, Scene, Tiles
from dlquiz.formatting import with_minus
from dlquiz.markup import cell_width

# -- pipeline schedules ------------------------------------------------------------------------------------------------

# One step of a stage: the micro-batch, and whether it is its backward pass.
PipelineStep = tuple[int, bool]


def gpipe(stage: int, stages: int, micro_batches: int) -> list[PipelineStep]:
    """All forward passes, then all backward passes (Huang et al. 2019)."""
    return [(one, backward) for backward in (False, True) for one in range(micro_batches)]


def one_forward_one_backward(stage: int, stages: int, micro_batches: int) -> list[PipelineStep]:
    """As many forward passes as there are stages behind, then one of each in turn (Narayanan et al. 2019)."""
    ahead = min(stages - stage - 1, micro_batches)
    steps = [(one, False) for one in range(ahead)]
    for one in range(micro_batches):
        if one + ahead < micro_batches:
            steps.append((one + ahead, False))
        steps.append((one, True))
    return steps


PIPELINES: dict[str, Callable[[int, int, int], list[PipelineStep]]] = {
    "gpipe": gpipe,
    "1f1b": one_forward_one_backward,
}


def pipeline_slots(schedule: str, stages: int, micro_batches: int) -> list[list[PipelineStep | None]]:
    """What each stage does in each slot of time, None where it waits; a pass of either direction takes one slot.

    >>> [sum(step is None for step in row) for row in pipeline_slots("1f1b", 3, 4)]
    [4, 4, 4]
    """
    waiting = [PIPELINES[schedule](stage, stages, micro_batches) for stage in range(stages)]
    done: set[tuple[int, PipelineStep]] = set()
    rows: list[list[PipelineStep | None]] = [[] for _ in range(stages)]
    while any(waiting):
        ready = [bool(steps) and _has_input(stage, steps[0], stages, done) for stage, steps in enumerate(waiting)]
        for row, steps, can_run in zip(rows, waiting, ready, strict=True):
            row.append(steps.pop(0) if can_run else None)
        done |= {(stage, row[-1]) for stage, row in enumerate(rows) if row[-1] is not None}
    return rows


def _has_input(stage: int, step: PipelineStep, stages: int, done: set[tuple[int, PipelineStep]]) -> bool:
    micro_batch, backward = step
    if not backward:
        return stage == 0 or (stage - 1, step) in done
    return (stage, (micro_batch, False)) in done and (stage == stages - 1 or (stage + 1, step) in done)


def pipeline(fields: Fields) -> Scene:
    """`schedules: [gpipe, 1f1b]`, `stages: 4`, `micro-batches: 4`."""
    names = fields.chosen("schedules", PIPELINES, tuple(PIPELINES))
    stages, micro_batches = fields.whole("stages", 4, 1, 8), fields.whole("micro-batches", 4, 1, 9)
    chinese = fields.language == "zh"
    tiles, labels, y, width = [], [], 0, 0
    for name in names:
        rows = pipeline_slots(name, stages, micro_batches)
        labels.append(Label(0, y, name))
        labels += [Label(0, y + 1 + stage, f"{'级' if chinese else 'stage'} {stage + 1}") for stage in range(stages)]
        tiles.append(Tiles(8, y + 1, tuple("".join(map(_step_letter, row)) for row in rows)))
        width, y = max(width, 8 + 2 * len(rows[0])), y + stages + 2
    legend = "1 前向，1' 反向，· 空闲" if chinese else "1 forward, 1' backward, · idle"
    labels.append(Label(0, y - 1, legend))
    idle = f"({stages - 1} / {micro_batches + stages - 1})"
    words = (
        f"{stages} 级、{micro_batches} 个微批的流水线，空闲占 {idle}"
        if chinese
        else f"pipelines of {stages} stages and {micro_batches} micro-batches, of whose time {idle} is idle"
    )
    alternative = f"{words}: {', '.join(names)}"
    return Scene(max(width, cell_width(legend)), y, (), tuple(labels), tuple(tiles), (), alternative)


def _step_letter(step: PipelineStep | None) -> str:
    if step is None:
        return "p"
    micro_batch, backward = step
    return BACKWARD[micro_batch] if backward else str(micro_batch + 1)


# -- ring all-reduce ---------------------------------------------------------------------------------------------------

_RING_BOX = 9  # cells from a GPU of the ring to the next


def ring_states(gpus: int) -> list[list[list[int]]]:
    """Of how many GPUs each chunk of each GPU holds the sum: at the start, and after each step.

    In every step each GPU sends one chunk to the next, which adds it in the reduce-scatter and keeps it in the
    all-gather (Patarasuk & Yuan 2009).

    >>> ring_states(3)[2]
    [[1, 3, 2], [2, 1, 3], [3, 2, 1]]
    """
    states = [[[1] * gpus for _ in range(gpus)]]
    for step in range(2 * gpus - 2):
        after = [list(row) for row in states[-1]]
        for gpu, row in enumerate(states[-1]):
            chunk, target = (gpu - step) % gpus, after[(gpu + 1) % gpus]
            target[chunk] = row[chunk] + (target[chunk] if step < gpus - 1 else 0)
        states.append(after)
    return states


def ring(fields: Fields) -> Scene:
    """`gpus: 4`: the chunks that each GPU holds after every step of a ring all-reduce."""
    gpus = fields.whole("gpus", 4, 2, 6)
    steps, chinese = gpus - 1, fields.language == "zh"
    labels, tiles, y = [], [], 6
    for phase, start in (("reduce-scatter", 1), ("all-gather", gpus)):
        numbers = f"{start}–{start + steps - 1}" if steps > 1 else str(start)
        named = f"{phase}，第 {numbers} 步" if chinese else f"{phase}, step{'s' * (steps > 1)} {numbers}"
        labels.append(Label(0, y, named))
        labels += [Label(0, y + 1 + gpu, f"GPU {gpu + 1}") for gpu in range(gpus)]
        for place, state in enumerate(ring_states(gpus)[start : start + steps]):
            rows = tuple("".join("k" if one == gpus else str(one) for one in row) for row in state)
            tiles.append(Tiles(6 + place * (2 * gpus + 2), y + 1, rows))
        y += gpus + 2
    legend = f"数字：已相加的 GPU 数，■ 全部 {gpus} 个" if chinese else f"1, 2 …: GPUs summed so far, ■ all {gpus}"
    labels.append(Label(0, y - 1, legend))
    boxes, wires = _ring_of_boxes(gpus)
    words = (
        f"{gpus} 块 GPU 的环形 all-reduce：reduce-scatter 与 all-gather 各 {steps} 步，每步把 1/{gpus} 的数据发给下一块"
        if chinese
        else f"a ring all-reduce of {gpus} GPUs: {steps} steps of reduce-scatter and {steps} of all-gather, in each of "
        f"which every GPU sends 1/{gpus} of the data to the next"
    )
    width = max(6 + steps * (2 * gpus + 2) - 2, _RING_BOX * gpus - 2, *(cell_width(one.text) for one in labels))
    return Scene(width, y, boxes, tuple(labels), tuple(tiles), wires, words)


def _ring_of_boxes(gpus: int) -> tuple[tuple[Box, ...], tuple[Polyline, ...]]:
    boxes = tuple(Box(_RING_BOX * gpu, 0, 7, f"GPU {gpu + 1}") for gpu in range(gpus))
    onward = [Polyline(((box.x + 6, 1), (box.x + 8, 1))) for box in boxes[:-1]]
    first, last = boxes[0].x + 3, boxes[-1].x + 3
    back = Polyline(((last, 2), (last, 4), (first, 4), (first, 3)))
    return boxes, (*onward, back)


# -- attention heads ---------------------------------------------------------------------------------------------------


def heads(fields: Fields) -> Scene:
    """`query: 8`, `key-value: [8, 2, 1]`: which query heads read one head of keys and values."""
    query = fields.whole("query", 8, 1, 8)
    counts = [int(one) for one in fields.numbers("key-value", (query, 2, 1))]
    if not 1 <= len(counts) <= 4 or any(one < 1 or query % one for one in counts):
        raise FigureError(f"key-value heads are divisors of the {query} query heads", fix="write key-value: [8, 2, 1]")
    tiles, labels, width = [], [], 0
    for place, count in enumerate(counts):
        y, shared = 4 * place, query // count
        name = "MHA" if count == query else "MQA" if count == 1 else "GQA"
        labels += [Label(0, y, f"{name} ({count})"), Label(0, y + 1, "Q"), Label(0, y + 2, "K, V")]
        for group in range(count):
            x = 6 + group * 2 * (shared + (count > 1))
            tiles += [Tiles(x, y + 1, ("." * shared,)), Tiles(x + shared - 1, y + 2, ("k",))]
            width = max(width, x + 2 * shared)
    given = ", ".join(map(str, counts))
    words = (
        f"{query} 个查询头分别共用 {given} 组键值头"
        if fields.language == "zh"
        else f"{query} query heads that share {given} heads of keys and values"
    )
    return Scene(max(width, 9), 4 * len(counts) - 1, (), tuple(labels), tuple(tiles), (), words)


# -- a paged cache -----------------------------------------------------------------------------------------------------


def pages(fields: Fields) -> Scene:
    """`tokens: [7, 5]` of each sequence, `block: 4` tokens: blocks in the order of need, wherever one is free."""
    tokens, block = [int(one) for one in fields.numbers("tokens", (7, 5))], fields.whole("block", 4, 1, 12)
    if not 1 <= len(tokens) <= 4 or any(not 1 <= one <= 4 * block for one in tokens):
        raise FigureError("a pages figure needs one to four sequences of up to four blocks", fix="write tokens: [7, 5]")
    chinese = fields.language == "zh"
    blocks = [-(-one // block) for one in tokens]
    # Block by block, as sequences that grow side by side ask for them.
    order = [(sequence, one) for one in range(max(blocks)) for sequence in range(len(tokens)) if one < blocks[sequence]]
    head = "序列 → 物理块" if chinese else "sequence → physical block"
    labels, tiles, y = [Label(0, 0, head)], [], 1
    for sequence, count in enumerate(tokens):
        labels.append(Label(0, y, chr(ord("A") + sequence)))
        filled = "k" * count + "." * (blocks[sequence] * block - count)
        for one in range(blocks[sequence]):
            tiles.append(Tiles(3, y, (filled[one * block : (one + 1) * block],)))
            labels.append(Label(4 + 2 * block, y, f"→ {order.index((sequence, one))}"))
            y += 1
    memory = " ".join(f"{chr(ord('A') + sequence)}{one}" for sequence, one in order)
    labels += [Label(0, y + 1, f"{'显存' if chinese else 'memory'}  {memory}")]
    width = max(8 + 2 * block, *(label.x + cell_width(label.text) for label in labels))
    lengths = ", ".join(map(str, tokens))
    words = (
        f"分页缓存：每块 {block} 个词元，序列长 {lengths}，显存中的次序 {memory}"
        if chinese
        else f"a paged cache with blocks of {block} tokens for sequences of {lengths}, in memory {memory}"
    )
    return Scene(width, y + 2, (), tuple(labels), tuple(tiles), (), words)


# -- number formats ----------------------------------------------------------------------------------------------------

# Bits of exponent and mantissa, beside one of the sign.
FORMATS: dict[str, tuple[int, int]] = {
    "fp32": (8, 23),
    "tf32": (8, 10),
    "bf16": (8, 7),
    "fp16": (5, 10),
    "fp8-e4m3": (4, 3),
    "fp8-e5m2": (5, 2),
    "fp4-e2m1": (2, 1),
}


def bits(fields: Fields) -> Scene:
    """`formats: [fp32, bf16, fp16]`: sign, exponent and mantissa as rows of bits."""
    names = fields.chosen("formats", FORMATS, ("fp32", "bf16", "fp16"))
    chinese = fields.language == "zh"
    labels, tiles = [], []
    for place, name in enumerate(names):
        exponent, mantissa = FORMATS[name]
        labels.append(Label(0, 3 * place, f"{name}: 1 + {exponent} + {mantissa}"))
        tiles.append(Tiles(0, 3 * place + 1, ("s" + "e" * exponent + "m" * mantissa,), cells=1))
    legend = "s 符号，e 指数，m 尾数" if chinese else "s sign, e exponent, m mantissa"
    labels.append(Label(0, 3 * len(names), legend))
    width = max(*(1 + sum(FORMATS[name]) for name in names), *(cell_width(label.text) for label in labels))
    parts = ", ".join(f"{name} 1 + {FORMATS[name][0]} + {FORMATS[name][1]}" for name in names)
    words = f"符号、指数、尾数的位数：{parts}" if chinese else f"bits of sign, exponent and mantissa: {parts}"
    return Scene(width, 3 * len(names) + 1, (), tuple(labels), tuple(tiles), (), words)


# -- two boxes ---------------------------------------------------------------------------------------------------------


def boxes(fields: Fields) -> Scene:
    """`first: [0, 0, 6, 4]`, `second: [3, 2, 9, 6]` as x1, y1, x2, y2; `enclosing: true` for generalised IoU."""
    one, other = _corners(fields, "first", (0, 0, 6, 4)), _corners(fields, "second", (3, 2, 9, 6))
    enclosing = fields.flag("enclosing")
    left, top = min(one[0], other[0]), min(one[1], other[1])
    right, bottom = max(one[2], other[2]), max(one[3], other[3])

    def letter(x: int, y: int) -> str:
        inside = [box[0] <= x < box[2] and box[1] <= y < box[3] for box in (one, other)]
        return "k" if all(inside) else "1" if inside[0] else "2" if inside[1] else "p" if enclosing else " "

    rows = tuple("".join(letter(x, y) for x in range(left, right)) for y in range(top, bottom))
    shared = sum(row.count("k") for row in rows)
    union = shared + sum(row.count("1") + row.count("2") for row in rows)
    whole = (right - left) * (bottom - top)
    lines = [f"IoU = {shared} / {union} = {shared / union:.2f}"]
    if enclosing:
        lines.append(f"GIoU = {shared / union:.2f} − {whole - union} / {whole} = {_generalised(shared, union, whole)}")
    labels = [Label(0, len(rows) + place, text) for place, text in enumerate(lines)]
    words = "两个框" if fields.language == "zh" else "two boxes"
    width = max(2 * len(rows[0]), *(cell_width(text) for text in lines), 1)
    alternative = f"{words}: {'; '.join(lines)}"
    return Scene(width, len(rows) + len(lines), (), tuple(labels), (Tiles(0, 0, rows),), (), alternative)


def _generalised(shared: int, union: int, whole: int) -> str:
    return with_minus(f"{shared / union - (whole - union) / whole:.2f}")


def _corners(fields: Fields, name: str, default: Sequence[int]) -> tuple[int, int, int, int]:
    given = tuple(int(one) for one in fields.numbers(name, default))
    if len(given) != 4 or not (0 <= given[0] < given[2] <= 18 and 0 <= given[1] < given[3] <= 12):
        raise FigureError(f"{name} of a boxes figure is {list(given)}", fix="write [x1, y1, x2, y2] up to 18 and 12")
    return given[0], given[1], given[2], given[3]
