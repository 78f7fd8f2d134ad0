"""From a layer's result to the contexts of the catalogue in which its numbers can be got wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any

from dlquiz.calc.errors import CalcError
from dlquiz.calc.mistakes.catalogue import MistakeCase, equal, right_value
from dlquiz.calc.mistakes.receptive_field import ChainLink
from dlquiz.calc.receptive_field.window import Window
from dlquiz.calc.result import Result

if TYPE_CHECKING:
    from dlquiz.calc.networks.graph import NetworkNode
    from dlquiz.calc.networks.network import NetworkResult

# A pooling whose stride is its window has O18 and O19 for what these two say.
_POOL_SAYS_IT = frozenset({"O8", "O9"})


def mistake_cases(result: Result, path: str, arguments: Mapping[str, Any] | None = None) -> tuple[MistakeCase, ...]:
    """Where the quantity at `path` can be got wrong; `arguments` are those the layer was made with.

    Only contexts whose right formula gives the layer's own value: a quantity that the catalogue does not fit (an
    asymmetric window, a projection) has no mistake cases.

    >>> from dlquiz import calc
    >>> stem = calc.layer("conv2d", (3, 224, 224), out_channels=64, kernel_size=7, stride=2, padding=3)
    >>> sizes, costs = mistake_cases(stem, "output_size"), mistake_cases(stem, "macs")
    >>> [one.context for one in sizes], [one.context for one in costs]
    (['conv_size'], ['conv_macs'])
    """
    value = result.ask(path)
    found = _found(result, path, arguments or {})
    return tuple(one for one in found if equal(right_value(one.context, one.variables) * one.scale, value))


def _found(result: Result, path: str, arguments: Mapping[str, Any]) -> Iterator[MistakeCase]:
    quantity = path.split("[")[0].split(".")[0]
    match quantity:
        case "output_size" | "output_shape":
            yield from _sizes(result, path, arguments)
        case "parameters" | "trainable":
            yield from _parameters(result, arguments, 1)
        case "weight_bytes":
            yield from _parameters(result, arguments, result.value_bytes)
        case "macs":
            yield from _macs(result, arguments, 1)
        case "flops":
            yield from _macs(result, arguments, 2)
        case "receptive_field":
            yield from _fields(result, path)
        case "activation_bytes":
            yield from _bytes(result)
        case _:
            # Of other quantities no usual mistake is known.
            return


# ── sizes ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _sizes(result: Result, path: str, arguments: Mapping[str, Any]) -> Iterator[MistakeCase]:
    if result.kind == "flatten":
        shape = result.input_shape
        batch, (channels, *sides) = (shape[0], shape[1:]) if len(shape) > 3 else (1, shape)
        height, width = (*sides, 1, 1)[:2] if len(sides) < 3 else (sides[0], prod(sides[1:]))
        yield MistakeCase("flatten_size", {"C": channels, "H": height, "W": width, "N": batch})
        return
    window = _window(result, path)
    if window is None:
        return
    padding = Fraction(window.before + window.after, 2)
    numbers = {"n": window.size, "k": window.kernel, "s": window.stride, "d": window.dilation}
    numbers["p"] = padding.numerator if padding.denominator == 1 else padding  # type: ignore[assignment]
    if window.rule == "spread":
        plain = (window.size - 1) * window.stride - window.before - window.after + window.effective_kernel
        yield MistakeCase("transposed_size", {**numbers, "op": window.output - plain})
    elif window.rule == "slide":
        yield from _sliding(result.kind, window, numbers, arguments)


def _window(result: Result, path: str) -> Window | None:
    """The axis that the path asks for; without an index, the first if all agree."""
    windows = result.windows
    if not isinstance(windows, tuple) or not windows:
        return None
    if "[" not in path:
        same = len({window.output for window in windows}) == 1 and path.split(".")[0] != "output_shape"
        return windows[0] if same else None
    index = int(path.split("[")[1].split("]")[0])
    place = index if path.startswith("receptive_field") else index - len(result.output_shape) + len(windows)
    if index < 0:
        place = index + len(windows)
    return windows[place] if 0 <= place < len(windows) else None


def _sliding(kind: str, window: Window, numbers: dict[str, Any], arguments: Mapping[str, Any]) -> Iterator[MistakeCase]:
    if arguments.get("padding") == "tf-same":
        yield MistakeCase("tf_same_size", numbers)
    elif "pool" not in kind:
        yield MistakeCase("conv_size", numbers)
    elif arguments.get("ceil_mode"):
        yield MistakeCase("ceil_size", numbers)
    elif window.stride == window.kernel and window.dilation == 1:
        yield MistakeCase("pool_size", numbers)
        yield MistakeCase("conv_size", numbers, without=_POOL_SAYS_IT)
    else:
        yield MistakeCase("conv_size", numbers)


# ── parameters ───────────────────────────────────────────────────────────────────────────────────────────────────


def _parameters(result: Result, arguments: Mapping[str, Any], scale: int) -> Iterator[MistakeCase]:
    kind, tensors = result.kind, result.tensors
    if kind.startswith("conv") and "transpose" not in kind:
        yield MistakeCase("conv_parameters", {**_convolution(result), "b": int("bias" in tensors)}, scale)
    elif kind.startswith("separable"):
        yield MistakeCase("separable_parameters", {**_separable(result), "b": int("depthwise.bias" in tensors)}, scale)
    elif kind == "linear":
        out, into = tensors["weight"]
        yield MistakeCase("linear_parameters", {"i": into, "o": out, "b": int("bias" in tensors)}, scale)
    elif kind.startswith("batch_norm") and tensors:
        yield MistakeCase("batch_norm_parameters", {"C": tensors["weight"][0], **_map(result)}, scale)
    elif "transpose" in kind:
        inner, outer, *kernel = tensors["weight"]
        yield MistakeCase(
            "transposed_parameters",
            {**_taps(_transposed(result, inner, outer, kernel)), "b": int("bias" in tensors)},
            scale,
        )
    elif kind == "layer_norm" and len(tensors) == 2 and len(tensors["weight"]) > 1:
        channels, *sides = tensors["weight"]
        yield MistakeCase("layer_norm_parameters", {"C": channels, "M": prod(sides)}, scale)
    elif kind in ("group_norm", "layer_norm") and len(tensors) == 2:
        groups = int(arguments.get("num_groups", 0))
        channels = prod(tensors["weight"])
        yield MistakeCase("group_norm_parameters", {"C": channels, "G": groups, **_map(result)}, scale)
    elif kind == "embedding":
        rows, width = tensors["weight"]
        yield MistakeCase("embedding_parameters", {"V": rows, "d": width, "L": result.input_shape[-1]}, scale)
    else:
        yield from _sequence_parameters(result, arguments, scale)


def _sequence_parameters(result: Result, arguments: Mapping[str, Any], scale: int) -> Iterator[MistakeCase]:
    tensors = result.tensors
    if result.kind == "lstm":
        hidden, into = tensors["weight_ih_l0"][0] // 4, tensors["weight_ih_l0"][1]
        length = result.input_shape[-2]
        yield MistakeCase("lstm_parameters", {"i": into, "h": hidden, "T": length}, scale)
        yield MistakeCase("bidirectional_lstm_parameters", {"i": into, "h": hidden}, scale)
    elif result.kind in ("gru", "rnn"):
        into = tensors["weight_ih_l0"][1]
        hidden = tensors["weight_hh_l0"][1]
        yield MistakeCase(f"{result.kind}_parameters", {"i": into, "h": hidden, "T": result.input_shape[-2]}, scale)
    elif result.kind == "transformer_decoder_layer" and "linear1.weight" in tensors:
        wide, model = tensors["linear1.weight"]
        yield MistakeCase("decoder_parameters", {"d": model, "f": wide}, scale)
    elif result.kind == "multihead_attention" and "in_proj_weight" in tensors:
        numbers = {"d": tensors["in_proj_weight"][1], "h": int(arguments.get("num_heads", 1))}
        yield MistakeCase("attention_parameters", numbers, scale)
    elif result.kind == "transformer_encoder_layer" and "linear1.weight" in tensors:
        wide, model = tensors["linear1.weight"]
        yield MistakeCase("encoder_parameters", {"d": model, "f": wide}, scale)


def _convolution(result: Result) -> dict[str, Any]:
    """Channels, kernel, groups, dilation and maps of a convolution; a third axis joins the second."""
    filters, inside, *kernel = result.tensors["weight"]
    windows = result.windows
    assert isinstance(windows, tuple)
    channels = result.input_shape[-len(windows) - 1]
    ins, outs = _two([one.size for one in windows]), _two([one.output for one in windows])
    taps = _two(kernel)
    return {
        "ci": channels,
        "co": filters,
        "g": channels // inside,
        "kh": taps[0],
        "kw": taps[1],
        "d": windows[0].dilation,
        "axes": len(kernel),
        "Hi": ins[0],
        "Wi": ins[1],
        "Ho": outs[0],
        "Wo": outs[1],
        "N": prod(result.input_shape[: -len(windows) - 1]),
    }


def _separable(result: Result) -> dict[str, Any]:
    filters, channels = result.tensors["pointwise.weight"][:2]
    windows = result.windows
    assert isinstance(windows, tuple)
    taps = _two(list(result.tensors["depthwise.weight"][2:]))
    outs = _two([one.output for one in windows])
    batch = prod(result.input_shape[: -len(windows) - 1])
    return {"ci": channels, "co": filters, "kh": taps[0], "kw": taps[1], "Ho": outs[0], "Wo": outs[1], "N": batch}


def _two(sides: Sequence[int]) -> tuple[int, int]:
    return sides[0], prod(sides[1:])


def _map(result: Result) -> dict[str, int]:
    """Height and width of the map that a normalisation works on (1 where it has none)."""
    sides = [one.size for one in result.windows] if isinstance(result.windows, tuple) else []
    height, width = _two(sides) if sides else (1, 1)
    return {"H": height, "W": width}


# ── cost, fields, memory ─────────────────────────────────────────────────────────────────────────────────────────


def _macs(result: Result, arguments: Mapping[str, Any], work: int) -> Iterator[MistakeCase]:
    kind, tensors = result.kind, result.tensors
    if "transpose" in kind:
        inner, outer, *kernel = tensors["weight"]
        numbers = _transposed(result, inner, outer, kernel)
        yield MistakeCase("transposed_macs", {**numbers, "w": work})
    elif kind.startswith("conv"):
        yield MistakeCase("conv_macs", {**_convolution(result), "b": int("bias" in tensors), "w": work})
    elif kind.startswith("separable"):
        yield MistakeCase("separable_macs", {**_separable(result), "w": work})
    elif kind == "linear":
        out, into = tensors["weight"]
        *batch, length = result.input_shape[:-1] or (1,)
        yield MistakeCase("linear_macs", {"B": prod(batch), "T": length, "i": into, "o": out, "w": work})
    elif kind == "multihead_attention" and "in_proj_weight" in tensors:
        *batch, length, width = result.input_shape
        heads = int(arguments.get("num_heads", 1))
        yield MistakeCase("attention_macs", {"N": prod(batch), "T": length, "d": width, "h": heads, "w": work})


def _transposed(result: Result, inner: int, outer: int, kernel: Sequence[int]) -> dict[str, int]:
    windows = result.windows
    assert isinstance(windows, tuple)
    groups = result.output_shape[-len(windows) - 1] // outer
    ins, outs = _two([one.size for one in windows]), _two([one.output for one in windows])
    taps = _two(kernel)
    return {
        "N": prod(result.input_shape[: -len(windows) - 1]),
        "Hi": ins[0],
        "Wi": ins[1],
        "Ho": outs[0],
        "Wo": outs[1],
        "ci": inner,
        "co": outer * groups,
        "g": groups,
        "kh": taps[0],
        "kw": taps[1],
    }


def _taps(numbers: dict[str, int]) -> dict[str, int]:
    return {name: numbers[name] for name in ("ci", "co", "kh", "kw", "g")}


def link(window: Window, pooling: bool) -> ChainLink:
    return ChainLink(window.kernel, window.stride, window.dilation, window.before, pooling)


def field_situations(chain: Sequence[ChainLink], part: str) -> Iterator[MistakeCase]:
    """Of a chain of windows, from the input on: its `size`, `jump` or `start`."""
    context = {"size": "receptive_field", "jump": "jump", "start": "start"}.get(part)
    if context:
        yield MistakeCase(context, {"L": tuple(chain)})


def _fields(result: Result, path: str) -> Iterator[MistakeCase]:
    window = _window(result, path)
    if window is not None and window.rule == "slide":
        yield from field_situations([link(window, "pool" in result.kind)], path.rpartition(".")[2])


def network_situations(network: NetworkResult, path: str) -> tuple[MistakeCase, ...]:
    """Where a quantity of a network can be got wrong: the field of a plain chain, what is asked of one of its layers
    (`layers[2].macs`), or anything of a network of a single layer.

    >>> from dlquiz import calc
    >>> chain = calc.network("3x64x64, conv 8 k3, maxpool k2, conv 8 k3")
    >>> [one.context for one in network_situations(chain, "receptive_field.size")]
    ['receptive_field']
    >>> [one.context for one in network_situations(chain, "layers[2].parameters")]
    ['conv_parameters']
    """
    nodes, value, quantity = network.nodes, network.ask(path), path
    if path.startswith("layers[") and "]." in path:
        index, _, quantity = path.removeprefix("layers[").partition("].")
        node = network.layers[int(index)].node
        nodes = nodes[: nodes.index(node) + 1]
        if not quantity.startswith("receptive_field"):
            return _of_layer(node.result, quantity, value)
    elif sum(bool(node.sources) for node in nodes) == 1 and not network.batched:
        return _of_layer(nodes[-1].result, path, value)
    chain = _chain(nodes) if quantity.startswith("receptive_field") else None
    found = field_situations(chain, quantity.rpartition(".")[2]) if chain else ()
    return tuple(one for one in found if equal(right_value(one.context, one.variables), value))


def _of_layer(result: Result, quantity: str, value: Any) -> tuple[MistakeCase, ...]:
    """The layer's own, where it says of itself what the network says of it."""
    try:
        return mistake_cases(result, quantity) if result.ask(quantity) == value else ()
    except CalcError:
        return ()


def _chain(nodes: Sequence[NetworkNode]) -> list[ChainLink] | None:
    """The windows of the layers from the input on; None where the network branches or sees everything at once."""
    links: list[ChainLink] = []
    for node in (node for node in nodes if node.sources):
        windows = node.result.windows
        if len(node.sources) > 1 or not isinstance(windows, tuple) or len(set(windows)) > 1:
            return None
        if windows and windows[0].rule != "slide":
            return None
        if windows and (windows[0].kernel > 1 or windows[0].stride > 1):
            links.append(link(windows[0], "pool" in node.result.kind))
    return links


def _bytes(result: Result) -> Iterator[MistakeCase]:
    shape = result.output_shape
    axes = len(result.windows) if isinstance(result.windows, tuple) else 0
    if not axes or len(shape) <= axes:
        return
    height, width = _two(shape[-axes:])
    numbers = {"C": shape[-axes - 1], "H": height, "W": width, "B": prod(shape[: -axes - 1]), "w": result.value_bytes}
    yield MistakeCase("activation_bytes", numbers)
