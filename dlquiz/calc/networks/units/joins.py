"""Where branches meet: the sum, the product, the concatenation, and the mixture of experts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import prod

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import shape_text, whole
from dlquiz.calc.networks.units.values import FORMS, Arguments, BuiltLayer, Tensor
from dlquiz.calc.receptive_field.window import same
from dlquiz.calc.result import Result, Shape, Step


def joined(kind: str, ends: Sequence[Tensor], arguments: Arguments, value_bytes: int) -> BuiltLayer:
    """The node at which branches meet; raises `CalcError` when their shapes do not fit together."""
    if kind == "concat":
        return _concatenated(ends, "crop" in arguments, value_bytes)
    if kind == "mul":
        return _multiplied(ends, value_bytes)
    if kind == "sdpa":
        return scaled_dot_product_attention(ends, arguments, value_bytes)
    return _added(kind, ends, value_bytes)


def _shapes(ends: Sequence[Tensor]) -> str:
    return " and ".join(shape_text(end.shape) for end in ends[:4]) + (" and more" if len(ends) > 4 else "")


def _added(kind: str, ends: Sequence[Tensor], value_bytes: int) -> BuiltLayer:
    """Equal shapes; `add` also a vector of channels or features, the same at every place (a time embedding)."""
    first = ends[0] if kind == "residual" else max(ends, key=lambda end: prod(end.shape))
    if any(not _fits(end, first, kind == "add") for end in ends):
        if any(end.form != first.form for end in ends):
            fix = "bring the branches to one form: tokens makes tokens x features of a map"
        elif kind == "residual":
            fix = (
                f"give the shortcut a projection to {shape_text(first.shape)}: residual(… | conv {first.shape[0]} k1 …)"
            )
        else:
            fix = "bring the branches to one shape"
        raise CalcError(f"the branches give {_shapes(ends)}", fix=fix)
    return _joined("add", first, first.shape, {"add": (len(ends) - 1) * prod(first.shape)}, value_bytes)


def scaled_dot_product_attention(ends: Sequence[Tensor], arguments: Arguments, value_bytes: int) -> BuiltLayer:
    """Queries, keys and values to softmax(q k^T) v, head by head; nothing is learned.

    `rope` of a head's features of the keys are the same for all heads (multi-head latent attention, DeepSeek-AI 2024).
    """
    queries, keys, values = ends
    if any(end.form != "tokens" for end in ends):
        raise CalcError(f"the branches give {_shapes(ends)}", fix="bring each to tokens x features")
    heads, rope = whole(arguments["h"], "h"), whole(arguments.get("rope", 0), "rope", 0)
    groups = whole(arguments.get("kv", heads), "kv")
    (targets, wide), (sources, key), value = queries.shape, keys.shape, values.shape[1]
    if heads % groups or wide % heads or value % groups:
        raise CalcError(f"{heads} heads and {groups} of keys do not divide {_shapes(ends)}", fix="use h and kv that do")
    width, each = wide // heads, value // groups
    if sources != values.shape[0] or rope > width or key != groups * (width - rope) + rope:
        wanted = f"{sources}x{groups * (width - rope) + rope} keys" if rope <= width else f"rope below {width}"
        raise CalcError(f"the branches give {_shapes(ends)}", fix=f"give {wanted} for {heads} heads of {width}")
    scores, output = heads * targets * sources, (targets, heads * each)

    def working() -> Iterable[Step]:
        numbers = f"{heads} * {targets} * {sources} * ({width} + {each})"
        yield Step("macs", "h * T * S * (features of a query + of a value)", numbers, scores * (width + each))

    work = {"scale_scores": scores, "softmax": scores}
    kind, macs = "scaled_dot_product_attention", scores * (width + each)
    return BuiltLayer(
        Result(kind, queries.shape, output, working, {}, macs, work, None, value_bytes=value_bytes), "tokens"
    )


def _features(end: Tensor) -> int:
    return end.shape[0] if end.form == "map" else end.shape[-1]


def _fits(end: Tensor, largest: Tensor, broadcast: bool) -> bool:
    """Whether a branch has the shape of the largest, or is a vector that goes with each of its places."""
    if (end.shape, end.form) == (largest.shape, largest.form):
        return True
    vector = end.form == "vector" and end.shape == (_features(largest),)
    return broadcast and vector and largest.form in ("map", "tokens")


def _multiplied(ends: Sequence[Tensor], value_bytes: int) -> BuiltLayer:
    """Equal shapes, or a vector of channels (or one pixel) times a map."""
    largest = max(ends, key=lambda end: prod(end.shape))
    features = _features(largest)
    pixel = (features, *(1,) * (len(largest.shape) - 1))
    for end in ends:
        if _fits(end, largest, True) or (end.form == "map" and end.shape == pixel):
            continue
        raise CalcError(
            f"the branches give {_shapes(ends)}", fix=f"bring them to {shape_text(largest.shape)} or {features}"
        )
    work = {"multiply": (len(ends) - 1) * prod(largest.shape)}
    return _joined("mul", largest, largest.shape, work, value_bytes)


def _concatenated(ends: Sequence[Tensor], crop: bool, value_bytes: int) -> BuiltLayer:
    """Along the channels of maps, the features of tokens and vectors; `crop` cuts maps to the smallest, centred."""
    first = ends[0]
    axis = 0 if first.form == "map" else -1
    if first.form == "ids" or any(end.form != first.form or len(end.shape) != len(first.shape) for end in ends):
        steps = " and ".join(FORMS[end.form] for end in ends[:4])
        raise CalcError(f"the branches give {steps}", fix="bring them to one form")
    rest = [end.shape[1:] if axis == 0 else end.shape[:-1] for end in ends]
    least = tuple(map(min, zip(*rest, strict=True))) if rest[0] else ()
    if not crop and any(one != least for one in rest):
        fix = "pad or stride them alike" + (", or write concat crop( … )" if first.form == "map" else "")
        raise CalcError(f"the branches give {_shapes(ends)}", fix=fix)
    if crop and first.form != "map":
        raise CalcError("crop is for maps", fix="leave it out")
    features = sum(end.shape[axis] for end in ends)
    output = (features, *least) if axis == 0 else (*least, features)

    def working() -> Iterable[Step]:
        parts = " + ".join(str(end.shape[axis]) for end in ends)
        yield Step("output_shape", "channels = their sum", parts, features)

    return _joined("concat", first, output, {}, value_bytes, working)


def _joined(
    kind: str,
    like: Tensor,
    output: Shape,
    work: dict[str, int],
    value_bytes: int,
    working: Callable[[], Iterable[Step]] | None = None,
) -> BuiltLayer:
    windows = tuple(map(same, output[1:])) if like.form == "map" else None
    steps = working or (lambda: [Step("output_shape", "as each branch", shape_text(output), output)])
    return BuiltLayer(Result(kind, like.shape, output, steps, {}, 0, work, windows, value_bytes=value_bytes), like.form)


def combined(value: Tensor, top: int, value_bytes: int) -> BuiltLayer:
    """The outputs of the chosen experts, weighted and summed."""
    elements = prod(value.shape)
    work = {"multiply": top * elements, "add": (top - 1) * elements}
    return _joined("mix", value, value.shape, work, value_bytes)
