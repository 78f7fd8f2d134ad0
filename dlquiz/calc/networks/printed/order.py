"""A printed PyTorch model as a network, where the order of its modules is known, and the layer that does not fit.

Sequential containers and torchvision's VGG, AlexNet and ResNet have a known order, the latter by the names of their
children. The notation takes its sizes from the input; each layer of the network is then compared with the sizes that
the print says, and the first that differs is the one where torch would stop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import shape_text
from dlquiz.calc.networks.printed import counting
from dlquiz.calc.networks.printed.torch_print import Module, argument, size, sizes

if TYPE_CHECKING:
    from dlquiz.calc.networks.graph import NetworkNode
    from dlquiz.calc.networks.network import NetworkResult


class UnknownOrderError(CalcError):
    """What a module does with its children, or with its input, is not known: its parameters can still be counted."""


class OrderedStep(NamedTuple):
    """A step of the notation, and the printed module of each layer in it; None for one that the print does not have."""

    text: str
    leaves: tuple[Module | None, ...]


_FLATTEN = OrderedStep("flatten", (None,))


def notation(model: Module, shape: str) -> str:
    """The model as a text of the notation, its sizes compared with the print's.

    Raises `UnknownOrderError` naming the first module whose order is not known, and `CalcError` naming the first layer
    that does not fit what reaches it, with what to write.
    """
    steps = list(_chain(model))
    text = f"{shape}, " + ", ".join(step.text for step in steps)
    try:
        network = _network(text)
    except CalcError:
        raise _first_refused(steps, shape) from None
    if wrong := _first_wrong(network, steps):
        raise wrong
    return text


def check_order(model: Module) -> None:
    """Raise `UnknownOrderError` naming the first module whose order is not known."""
    for _ in _chain(model):
        pass


def _network(text: str) -> NetworkResult:
    from dlquiz.calc.networks.network import network
    from dlquiz.calc.networks.notation.parser import NotationError

    try:
        return network(text)
    except NotationError as error:
        raise UnknownOrderError(str(error).partition("\n")[0], fix="write the network in the notation") from None


def _first_refused(steps: list[OrderedStep], shape: str) -> CalcError:
    """The error of the shortest chain that cannot be, unless a layer before it already has other sizes."""
    before = _network(f"{shape}, identity")
    reason: CalcError = _unwritable(None)
    fits, fails = 0, len(steps)
    while fits < fails:
        middle = (fits + fails) // 2
        try:
            before, fits = _network(", ".join([shape, *(step.text for step in steps[: middle + 1])])), middle + 1
        except CalcError as error:
            reason, fails = error, middle
    if fits and (wrong := _first_wrong(before, steps[:fits])):
        return wrong
    leaf = steps[fits].leaves[0] if len(steps[fits].leaves) == 1 else None
    if leaf is None:
        return reason
    if wrong := _mismatch(leaf, before.output_shape):
        return wrong
    # A linear layer takes any shape in torch and works on its last axis; the notation refuses a map.
    return UnknownOrderError(reason.message, fix=reason.fix) if leaf.kind == "Linear" else _at(leaf, reason)


def _at(leaf: Module, reason: CalcError) -> CalcError:
    """The builder's reason with the place in the print."""
    return CalcError(f"{_place(leaf)}: {reason.message}", fix=reason.fix, torch=reason.torch)


def _unwritable(module: Module | None) -> UnknownOrderError:
    where = "the model" if module is None else _place(module)
    return UnknownOrderError(
        f"{where} cannot be written in the notation", fix="write the network in the notation yourself"
    )


def _place(module: Module) -> str:
    name = f"({module.name}) " if module.name else ""
    return f"line {module.line}, {name}{module.kind}"


# ── the sizes of the print against those of the network


def _first_wrong(network: NetworkResult, steps: list[OrderedStep]) -> CalcError | None:
    leaves = [leaf for step in steps for leaf in step.leaves]
    nodes = [node for node in network.nodes if node.result.kind not in ("input", "add")]
    if len(leaves) != len(nodes):
        return _unwritable(None)
    for leaf, node in zip(leaves, nodes, strict=True):
        if leaf is not None and (wrong := _wrong(leaf, node)):
            return wrong
    return None


def _wrong(leaf: Module, node: NetworkNode) -> CalcError | None:
    found = _mismatch(leaf, node.result.input_shape)
    if found is None and (counting.own(leaf) or (0, 0))[0] != node.parameters:
        return _unwritable(leaf)
    return found


def _mismatch(leaf: Module, shape: tuple[int, ...]) -> CalcError | None:
    """The error of a layer whose sizes are not those of its input; None where they fit."""
    expected = _expected(leaf)
    if expected is None:
        return None
    name, wanted, axis = expected
    got = shape[axis]
    if got == wanted:
        return None
    what = "features" if axis == -1 else "channels"
    source = shape_text(shape)
    fix = f"write {name}={got}, or let {wanted} {what} come in"
    return CalcError(
        f"{_place(leaf)} gets {got} {what} ({source}), its {name} is {wanted}", fix=fix, torch=_torch(leaf, shape)
    )


def _torch(leaf: Module, shape: tuple[int, ...]) -> str | None:
    if leaf.kind == "Linear":
        rows = 1
        for side in shape[:-1]:
            rows *= side
        into, out = size(leaf, 0, "in_features"), size(leaf, 1, "out_features")
        return f"mat1 and mat2 shapes cannot be multiplied ({rows}x{shape[-1]} and {into}x{out})"
    if leaf.kind.startswith("Conv") and "Transpose" not in leaf.kind:
        wanted = size(leaf, 0, "in_channels")
        sides = ", ".join(map(str, shape))
        return f"expected input[1, {sides}] to have {wanted} channels, but got {shape[0]} channels instead"
    if leaf.kind.startswith("BatchNorm"):
        return f"running_mean should contain {shape[0]} elements not {size(leaf, 0, 'num_features')}"
    return None


def _expected(leaf: Module) -> tuple[str, int, int] | None:
    """The argument that says what must come in, its value, and the axis of the input that it is about."""
    kind = leaf.kind
    if kind.startswith("Conv"):
        return "in_channels", size(leaf, 0, "in_channels"), 0
    if kind == "Linear":
        return "in_features", size(leaf, 0, "in_features"), -1
    if kind.startswith(("BatchNorm", "InstanceNorm")):
        return "num_features", size(leaf, 0, "num_features"), 0
    if kind == "GroupNorm":
        return "num_channels", size(leaf, 1, "num_channels"), 0
    return None


# ── modules as steps of the notation


def _chain(module: Module) -> Iterator[OrderedStep]:
    if module.kind in ("Sequential", "Conv2dNormActivation", "ConvNormActivation") and module.repeat == 1:
        if not module.children:
            yield OrderedStep("identity", (None,))
        for child in module.children:
            yield from _chain(child)
        return
    if module.repeat > 1:
        once = list(_chain(module._replace(repeat=1)))
        if module.repeat * len(once) > 50_000:
            raise UnknownOrderError(f"line {module.line}: {module.repeat} repeats are too many", fix="use fewer")
        yield _joined(f"{module.repeat}*({_text(once)})", once * module.repeat)
        return
    if module.kind in ("VGG", "AlexNet", "ResNet") and counting.as_torchvision(module):
        for child in module.children[:-1]:
            yield from _chain(child)
        yield _FLATTEN
        yield from _chain(module.children[-1])
    elif module.kind in ("BasicBlock", "Bottleneck") and counting.as_torchvision(module):
        yield from _residual(module)
    elif module.kind in LAYERS:
        yield OrderedStep(_layer(module), (module,))
    else:
        raise UnknownOrderError(
            f"line {module.line}: what {module.kind} does with its modules is not known",
            fix="write the network in the notation for shapes and MACs",
        )


def _text(steps: list[OrderedStep]) -> str:
    return ", ".join(step.text for step in steps)


def _joined(text: str, steps: list[OrderedStep]) -> OrderedStep:
    return OrderedStep(text, tuple(leaf for step in steps for leaf in step.leaves))


def _layer(module: Module) -> str:
    """A layer's step; UnknownOrderError for arguments that cannot be read."""
    if module.children:
        raise _unwritable(module)
    counting.own(module)
    try:
        text = LAYERS[module.kind](module)
    except (KeyError, IndexError, TypeError, ValueError):
        raise UnknownOrderError(
            f"line {module.line}: the arguments of {module.kind} cannot be read",
            fix="paste what print(model) gives, unchanged",
        ) from None
    return text


def _residual(module: Module) -> Iterator[OrderedStep]:
    children = {child.name: child for child in module.children}
    relu = OrderedStep(_layer(children["relu"]), (None,))
    main: list[OrderedStep] = []
    numbers = [one for one in ("1", "2", "3") if f"conv{one}" in children]
    for one in numbers:
        main += [*_chain(children[f"conv{one}"]), *_chain(children[f"bn{one}"])]
        main += [relu] if one != numbers[-1] else []
    shortcut = list(_chain(children["downsample"])) if "downsample" in children else []
    beside = f" | {_text(shortcut)}" if shortcut else ""
    yield _joined(f"residual({_text(main)}{beside})", [*main, *shortcut])
    yield relu


def _sides(value: object) -> str:
    """A size or several as the notation has them; TypeError for what is no size."""
    found = sizes(value)
    return str(found[0]) if len(set(found)) == 1 else shape_text(found)


def _window(module: Module, *letters: str) -> str:
    names = {"k": "kernel_size", "s": "stride", "p": "padding", "d": "dilation", "o": "output_padding"}
    parts = []
    for letter in letters:
        value = module.named.get(names[letter])
        if (
            value is None
            or (letter in "po" and value != "same" and value != "valid" and _sides(value) == "0")
            or (letter in "sd" and _sides(value) == "1" and module.kind.startswith("Conv"))
        ):
            continue
        parts.append(f"{letter}={value}" if value in ("same", "valid") else f"{letter}{_sides(value)}")
    return " ".join(parts)


def _conv_step(name: str, letters: str) -> Callable[[Module], str]:
    def step(module: Module) -> str:
        groups = size(module, 99, "groups", 1)
        extra = (f" g{groups}" if groups != 1 else "") + (" b0" if module.named.get("bias", True) is False else "")
        return f"{name} {size(module, 1, 'out_channels')} {_window(module, *letters)}{extra}"

    return step


def _pool_step(name: str) -> Callable[[Module], str]:
    return lambda module: (
        f"{name} {_window(module, 'k', 's', 'p', 'd')}" + (" ceil" if module.named.get("ceil_mode") is True else "")
    )


def _adaptive_step(kind: str) -> Callable[[Module], str]:
    return lambda module: f"adaptive{kind}pool o{_sides(argument(module, 0, 'output_size'))}"


def _norm_step(name: str, affine: bool) -> Callable[[Module], str]:
    def step(module: Module) -> str:
        if module.named.get("affine", affine) is not True:
            return f"{name} affine=0"
        return _with_shift(module, name)

    return step


def _with_shift(module: Module, step: str) -> str:
    """The step of a norm that scales and shifts; the notation has no word for one that only scales."""
    if module.named.get("bias", True) is False:
        raise ValueError(module.kind)
    return step


def _last_norm_step(name: str) -> Callable[[Module], str]:
    def step(module: Module) -> str:
        affine = "" if module.named.get("elementwise_affine", True) is True else " affine=0"
        bias = " b0" if module.named.get("bias", True) is False and name == "ln" else ""
        every = " all" if name == "ln" and len(sizes(argument(module, 0, "normalized_shape"))) > 1 else ""
        return name + bias + affine + every

    return step


def _flatten_step(module: Module) -> str:
    if module.named.get("start_dim", 1) != 1 or module.named.get("end_dim", -1) != -1:
        raise ValueError(module.kind)
    return "flatten"


def _upsample_step(module: Module) -> str:
    factor, mode = float(str(module.named["scale_factor"])), module.named.get("mode", "nearest")
    if factor != int(factor) or mode not in ("nearest", "linear", "bilinear", "trilinear", "bicubic"):
        raise ValueError(module.kind)
    return f"upsample {int(factor)} mode={mode}"


def _linear_step(module: Module) -> str:
    return f"linear {size(module, 1, 'out_features')}" + (" b0" if module.named.get("bias", True) is False else "")


LAYERS: dict[str, Callable[[Module], str]] = {
    **{f"Conv{n}d": _conv_step("conv", "kspd") for n in (1, 2, 3)},
    **{f"ConvTranspose{n}d": _conv_step("deconv", "kspdo") for n in (1, 2, 3)},
    **{f"MaxPool{n}d": _pool_step("maxpool") for n in (1, 2, 3)},
    **{f"AvgPool{n}d": _pool_step("avgpool") for n in (1, 2, 3)},
    **{f"AdaptiveAvgPool{n}d": _adaptive_step("avg") for n in (1, 2, 3)},
    **{f"AdaptiveMaxPool{n}d": _adaptive_step("max") for n in (1, 2, 3)},
    **{f"BatchNorm{n}d": _norm_step("bn", True) for n in (1, 2, 3)},
    **{f"InstanceNorm{n}d": _norm_step("in", False) for n in (1, 2, 3)},
    "GroupNorm": lambda module: _with_shift(module, f"gn {size(module, 0, 'num_groups')}"),
    "LayerNorm": _last_norm_step("ln"), "LayerNorm2d": _last_norm_step("ln"), "RMSNorm": _last_norm_step("rms"),
    "Linear": _linear_step,
    "Embedding": lambda module: (
        f"embedding {size(module, 1, 'embedding_dim')} v{size(module, 0, 'num_embeddings')}"
    ),
    "Flatten": _flatten_step, "Upsample": _upsample_step, "Identity": lambda module: "identity",
    **{f"Dropout{n}": lambda module: "dropout" for n in ("", "1d", "2d", "3d")},
    "PReLU": lambda module: f"prelu {size(module, 0, 'num_parameters', 1)}",
    "PixelShuffle": lambda module: f"shuffle {size(module, 0, 'upscale_factor')}",
    **{name: (lambda word: lambda module: word)(name.lower()) for name in (
        "ReLU", "ReLU6", "LeakyReLU", "ELU", "SELU", "CELU", "SiLU", "Mish", "GELU", "Sigmoid", "Tanh", "Hardswish",
        "Hardsigmoid", "Hardtanh", "Softplus", "Softsign", "LogSigmoid", "Tanhshrink", "Softmax", "LogSoftmax", "GLU",
    )},
}  # fmt: skip
