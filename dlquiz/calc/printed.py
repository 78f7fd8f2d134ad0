"""Reading what `print(model)` gives in PyTorch: modules, parameters, and the network where its order is known.

A printed model names its modules and not what `forward` does with them. Sequential containers and torchvision's VGG,
AlexNet and ResNet have a known order; elsewhere the parameters are still counted, as a lower bound when a container
of unknown code may hold tensors of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from dlquiz.calc.errors import CalcError

LINE = re.compile(r"^(\s*)(?:\(([^()]*)\): )?(?:(\d+) x )?([A-Za-z_][\w.]*)\((.*)$")
PARAMETER = re.compile(r"^\s*\(([^()]*)\): Parameter containing: \[.* of size ([\dx]+)\]")
MOST_LINES = 100_000


class Module(NamedTuple):
    """One printed module: its place, class, arguments, children, and how many equal ones the line stands for."""

    name: str
    kind: str
    positional: tuple[Any, ...]
    named: dict[str, Any]
    children: list[Module]
    repeat: int
    line: int


class Count(NamedTuple):
    """Parameters and buffers of a printed model; `unseen` may hold more, `tied` may count twice."""

    parameters: int
    buffers: int
    unseen: tuple[str, ...]
    tied: str


# Containers whose parameters are all in their children.
PLAIN = frozenset({
    "Sequential", "ModuleList", "ModuleDict", "VGG", "AlexNet", "ResNet", "BasicBlock", "Bottleneck", "DenseNet",
    "_DenseBlock", "_DenseLayer", "_Transition", "SqueezeNet", "Fire", "GoogLeNet", "Inception", "InceptionAux",
    "BasicConv2d", "Inception3", "InceptionA", "InceptionB", "InceptionC", "InceptionD", "InceptionE", "MobileNetV2",
    "MobileNetV3", "InvertedResidual", "Conv2dNormActivation", "ConvNormActivation", "SqueezeExcitation",
    "EfficientNet", "MBConv", "FusedMBConv", "ShuffleNetV2", "MNASNet", "_InvertedResidual", "Transformer",
    "TransformerEncoder", "TransformerDecoder", "TransformerEncoderLayer", "TransformerDecoderLayer", "MLPBlock",
    "IntermediateLayerGetter", "Flatten", "Identity",
})  # fmt: skip
# Layers without parameters.
EMPTY = frozenset({
    "ReLU", "ReLU6", "LeakyReLU", "ELU", "SELU", "CELU", "SiLU", "Mish", "GELU", "Sigmoid", "Tanh", "Hardswish",
    "Hardsigmoid", "Hardtanh", "Softplus", "Softsign", "LogSigmoid", "Tanhshrink", "Softmax", "LogSoftmax", "Dropout",
    "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "StochasticDepth", "MaxPool1d", "MaxPool2d", "MaxPool3d",
    "AvgPool1d", "AvgPool2d", "AvgPool3d", "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d", "AdaptiveMaxPool2d", "AdaptiveMaxPool3d", "Flatten", "Unflatten", "Identity", "Upsample",
    "UpsamplingBilinear2d", "UpsamplingNearest2d", "PixelShuffle", "PixelUnshuffle", "ZeroPad2d", "ReflectionPad2d",
    "NewGELUActivation", "GELUActivation", "SiLUActivation", "ChannelShuffle", "GLU", "Threshold", "Softmin",
    "CrossEntropyLoss", "MSELoss", "Permute",
})  # fmt: skip


def is_printed(text: str) -> bool:
    """Whether a text is a printed model.

    >>> is_printed("Sequential(\\n  (0): Linear(in_features=2, out_features=3, bias=True)\\n)"), is_printed("3x2, relu")
    (True, False)
    """
    first = text.lstrip().split("\n", 1)[0].rstrip()
    return bool(re.match(r"[A-Za-z_]\w*\(", first)) and first.endswith(("(", ")"))


def read(text: str) -> Module:
    """The tree of modules; raises `CalcError` with the line that cannot be read."""
    lines = text.replace("\r", "").strip("\n").split("\n")
    if len(lines) > MOST_LINES:
        raise CalcError(f"{len(lines):,} lines are too many", mend=f"use up to {MOST_LINES:,}")
    stack: list[Module] = []
    top: Module | None = None
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.strip() == ")":
            if line.strip() and stack:
                stack.pop()
            continue
        module, opens = _module(line, number)
        if module is None:
            raise CalcError(f"line {number} is no module: {line.strip()[:50]!r}", mend="paste what print(model) gives")
        if stack:
            stack[-1].children.append(module)
        elif top is None:
            top = module
        else:
            raise CalcError(f"line {number} begins a second model", mend="paste one model")
        if opens:
            stack.append(module)
    if top is None:
        raise CalcError("there is no module in it", mend="paste what print(model) gives")
    return top


def _module(line: str, number: int) -> tuple[Module | None, bool]:
    parameter = PARAMETER.match(line)
    if parameter:
        sides = tuple(int(one[:19]) for one in parameter[2].split("x") if one)
        return Module(parameter[1], "Parameter", sides, {}, [], 1, number), False
    found = LINE.match(line)
    if found is None:
        return None, False
    if "Parameter containing:" in line:
        return _listed(found[2] or "", line, number), not line.rstrip().endswith("])")
    _, name, repeat, kind, rest = found.groups()
    rest = rest.rstrip()
    opens = not rest.endswith(")") or rest.count("(") >= rest.count(")")
    positional, named = _arguments("" if opens else rest[:-1])
    return Module(name or "", kind.rpartition(".")[2], positional, named, [], int((repeat or "1")[:6]), number), opens


def _listed(name: str, line: str, number: int) -> Module:
    """A list of parameters, whose first stands on its own line."""
    module = Module(name, "ParameterList", (), {}, [], 1, number)
    for sides in re.findall(r"of size ([\dx]+)", line):
        shape = tuple(int(one[:19]) for one in sides.split("x") if one)
        module.children.append(Module("", "Parameter", shape, {}, [], 1, number))
    return module


def _arguments(text: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """`64, 3, kernel_size=(7, 7), bias=False` as values; words stay text."""
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for part in _parts(text):
        name, sign, value = part.partition("=")
        if sign and name.strip().isidentifier():
            named[name.strip()] = _value(value)
        elif part.strip():
            positional.append(_value(part))
    return tuple(positional), named


def _parts(text: str) -> Iterator[str]:
    depth, start = 0, 0
    for place, character in enumerate(text):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
        if character == "," and depth == 0:
            yield text[start:place]
            start = place + 1
    yield text[start:]


def _value(text: str) -> Any:
    text = text.strip()
    if text[:1] in "([" and text[-1:] in ")]":
        return tuple(_value(one) for one in _parts(text[1:-1]) if one.strip())
    if re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    return {"True": True, "False": False, "None": None}.get(text, text.strip("'\""))


# ── parameters


def count(model: Module) -> Count:
    """What can be counted without running the model.

    >>> told = count(read("Net(\\n  (fc): Linear(in_features=4, out_features=3, bias=True)\\n)"))
    >>> told.parameters, told.unseen
    (15, ('Net',))
    """
    unseen: dict[str, None] = {}
    parameters = buffers = 0
    for module, times in _all(model, 1):
        mine = own(module)
        if mine is None:
            unseen[module.kind] = None
        else:
            parameters += mine[0] * times
            buffers += mine[1] * times
    return Count(parameters, buffers, tuple(unseen), _tied(model))


def _all(module: Module, times: int) -> Iterator[tuple[Module, int]]:
    times *= module.repeat
    yield module, times
    for child in module.children:
        yield from _all(child, times)


def own(module: Module) -> tuple[int, int] | None:
    """Parameters and buffers that a module holds itself; None when its class is not known."""
    if module.kind in PLAIN or module.kind in EMPTY:
        return 0, 0
    known = KNOWN.get(module.kind)
    if known is None:
        return None
    try:
        return known(module)
    except (KeyError, IndexError, TypeError, ZeroDivisionError):
        raise CalcError(f"line {module.line}: the arguments of {module.kind} cannot be read",
                        mend="paste what print(model) gives, unchanged") from None  # fmt: skip


def _get(module: Module, place: int, name: str, default: Any = ...) -> Any:
    if name in module.named:
        return module.named[name]
    if place < len(module.positional):
        return module.positional[place]
    if default is ...:
        raise KeyError(name)
    return default


def _product(values: Any) -> int:
    total = 1
    for one in values if isinstance(values, tuple) else (values,):
        total *= one
    return total


def _conv(transposed: bool) -> Callable[[Module], tuple[int, int]]:
    def parameters(module: Module) -> tuple[int, int]:
        into, out = _get(module, 0, "in_channels"), _get(module, 1, "out_channels")
        groups = module.named.get("groups", 1)
        weight = into * out // groups * _product(module.named["kernel_size"])
        return weight + (out if module.named.get("bias", True) else 0), 0

    return parameters


def _linear(module: Module) -> tuple[int, int]:
    into, out = _get(module, 0, "in_features"), _get(module, 1, "out_features")
    return into * out + (out if module.named.get("bias", True) else 0), 0


def _batch_norm(module: Module) -> tuple[int, int]:
    channels = _get(module, 0, "num_features")
    affine, tracked = module.named.get("affine", True), module.named.get("track_running_stats", True)
    return 2 * channels if affine else 0, 2 * channels + 1 if tracked else 0


def _last_norm(shift: int) -> Callable[[Module], tuple[int, int]]:
    def parameters(module: Module) -> tuple[int, int]:
        if module.named.get("elementwise_affine", True) is False:
            return 0, 0
        width = _product(_get(module, 0, "normalized_shape"))
        return width * (1 + (shift if module.named.get("bias", True) else 0)), 0

    return parameters


def _group_norm(module: Module) -> tuple[int, int]:
    return 2 * _get(module, 1, "num_channels") if module.named.get("affine", True) else 0, 0


def _recurrent(gates: int) -> Callable[[Module], tuple[int, int]]:
    def parameters(module: Module) -> tuple[int, int]:
        into, hidden = _get(module, 0, "input_size"), _get(module, 1, "hidden_size")
        projection = module.named.get("proj_size", 0)
        ways, width = (2 if module.named.get("bidirectional") else 1), projection or hidden
        bias = 2 if module.named.get("bias", True) else 0
        total = 0
        for layer in range(module.named.get("num_layers", 1)):
            below = into if layer == 0 else ways * width
            total += ways * (gates * hidden * (below + width + bias) + projection * hidden)
        return total, 0

    return parameters


def _attention(module: Module) -> tuple[int, int]:
    """The query, key and value projections, which the print does not show; the output projection is a child."""
    out = next(child for child in module.children if child.kind.endswith("Linear"))
    width = _get(out, 0, "in_features")
    return 3 * width * width + (3 * width if out.named.get("bias", True) else 0), 0


KNOWN: dict[str, Callable[[Module], tuple[int, int]]] = {
    **{f"Conv{n}d": _conv(False) for n in (1, 2, 3)},
    **{f"ConvTranspose{n}d": _conv(True) for n in (1, 2, 3)},
    "Linear": _linear, "NonDynamicallyQuantizableLinear": _linear,
    "Conv1D": lambda module: (module.named["nx"] * module.named["nf"] + module.named["nf"], 0),
    "Bilinear": lambda module: (
        _get(module, 0, "in1_features") * _get(module, 1, "in2_features") * _get(module, 2, "out_features")
        + (_get(module, 2, "out_features") if module.named.get("bias", True) else 0), 0,
    ),
    **{f"BatchNorm{n}d": _batch_norm for n in (1, 2, 3)}, "SyncBatchNorm": _batch_norm,
    "FrozenBatchNorm2d": lambda module: (0, 4 * _get(module, 0, "num_features")),
    **{f"InstanceNorm{n}d": lambda module: (
        2 * _get(module, 0, "num_features") if module.named.get("affine", False) else 0,
        2 * _get(module, 0, "num_features") + 1 if module.named.get("track_running_stats", False) else 0,
    ) for n in (1, 2, 3)},
    "LayerNorm": _last_norm(1), "LayerNorm2d": _last_norm(1), "RMSNorm": _last_norm(0), "GroupNorm": _group_norm,
    **dict.fromkeys(("LlamaRMSNorm", "MistralRMSNorm", "MixtralRMSNorm", "Qwen2RMSNorm", "T5LayerNorm"), _last_norm(0)),
    "Embedding": lambda module: (_get(module, 0, "num_embeddings") * _get(module, 1, "embedding_dim"), 0),
    "EmbeddingBag": lambda module: (_get(module, 0, "num_embeddings") * _get(module, 1, "embedding_dim"), 0),
    "RNN": _recurrent(1), "GRU": _recurrent(3), "LSTM": _recurrent(4), "MultiheadAttention": _attention,
    "PReLU": lambda module: (_get(module, 0, "num_parameters", 1), 0),
    "Parameter": lambda module: (_product(module.positional), 0), "ParameterList": lambda module: (0, 0),
    "ParameterDict": lambda module: (0, 0),
}  # fmt: skip


def _tied(model: Module) -> str:
    """A table and a head of one shape may be one tensor, which a print shows twice."""
    tables = {own(module) for module, _ in _all(model, 1) if module.kind == "Embedding"}
    for module, _ in _all(model, 1):
        if module.kind == "Linear" and module.named.get("bias") is False and own(module) in tables:
            size = (own(module) or (0, 0))[0]
            return f"{module.name} has the shape of an embedding: if they share the weight, subtract {size:,}"
    return ""


# ── the network, where the order is known


def notation(model: Module, shape: str) -> str:
    """The model as a text of the notation; raises `CalcError` naming the first module whose order is not known."""
    return f"{shape}, {_chain(model)}"


def _chain(module: Module) -> str:
    steps = _steps(module)
    if module.repeat > 1:
        return f"{module.repeat}*({steps})"
    return steps


def _steps(module: Module) -> str:
    if module.kind in LAYERS:
        return LAYERS[module.kind](module)
    if module.kind in ("Sequential", "Conv2dNormActivation", "ConvNormActivation"):
        return ", ".join(_chain(child) for child in module.children) or "identity"
    if module.kind in ("VGG", "AlexNet"):
        parts = [_chain(child) for child in module.children]
        return ", ".join([*parts[:-1], "flatten", parts[-1]])
    if module.kind == "ResNet":
        return ", ".join([*(_chain(child) for child in module.children[:-1]), "flatten", _chain(module.children[-1])])
    if module.kind in ("BasicBlock", "Bottleneck"):
        return _residual(module)
    raise CalcError(f"line {module.line}: what {module.kind} does with its modules is not known",
                    mend="write the network in the notation for shapes and MACs")  # fmt: skip


def _residual(module: Module) -> str:
    children = {child.name: child for child in module.children}
    relu = _steps(children["relu"]) if "relu" in children else "relu"
    main = []
    numbers = [one for one in ("1", "2", "3") if f"conv{one}" in children]
    for one in numbers:
        main += [_steps(children[f"conv{one}"]), _steps(children[f"bn{one}"])]
        main += [relu] if one != numbers[-1] else []
    shortcut = f" | {_steps(children['downsample'])}" if "downsample" in children else ""
    return f"residual({', '.join(main)}{shortcut}), {relu}"


def _sides(value: Any) -> str:
    if isinstance(value, tuple):
        return str(value[0]) if len(set(value)) == 1 else "x".join(map(str, value))
    return str(value)


def _window(module: Module, *letters: str) -> str:
    names = {"k": "kernel_size", "s": "stride", "p": "padding", "d": "dilation", "o": "output_padding"}
    told = []
    for letter in letters:
        value = module.named.get(names[letter])
        if value is None or (letter in "po" and _sides(value) == "0") or (letter in "sd" and _sides(value) == "1" and
                                                                          module.kind.startswith("Conv")):  # fmt: skip
            continue
        told.append(f"{letter}={value}" if isinstance(value, str) else f"{letter}{_sides(value)}")
    return " ".join(told)


def _conv_step(name: str, letters: str) -> Callable[[Module], str]:
    def step(module: Module) -> str:
        groups = module.named.get("groups", 1)
        extra = (f" g{groups}" if groups != 1 else "") + (" b0" if module.named.get("bias", True) is False else "")
        return f"{name} {_get(module, 1, 'out_channels')} {_window(module, *letters)}{extra}"

    return step


def _pool_step(name: str) -> Callable[[Module], str]:
    return lambda module: (
        f"{name} {_window(module, 'k', 's', 'p', 'd')}" + (" ceil" if module.named.get("ceil_mode") is True else "")
    )


def _adaptive_step(kind: str) -> Callable[[Module], str]:
    return lambda module: f"adaptive{kind}pool o{_sides(_get(module, 0, 'output_size'))}"


def _norm_step(name: str, affine: bool) -> Callable[[Module], str]:
    return lambda module: name if module.named.get("affine", affine) is True else f"{name} affine=0"


def _linear_step(module: Module) -> str:
    return f"linear {_get(module, 1, 'out_features')}" + (" b0" if module.named.get("bias", True) is False else "")


LAYERS: dict[str, Callable[[Module], str]] = {
    **{f"Conv{n}d": _conv_step("conv", "kspd") for n in (1, 2, 3)},
    **{f"ConvTranspose{n}d": _conv_step("deconv", "kspdo") for n in (1, 2, 3)},
    **{f"MaxPool{n}d": _pool_step("maxpool") for n in (1, 2, 3)},
    **{f"AvgPool{n}d": _pool_step("avgpool") for n in (1, 2, 3)},
    **{f"AdaptiveAvgPool{n}d": _adaptive_step("avg") for n in (1, 2, 3)},
    **{f"AdaptiveMaxPool{n}d": _adaptive_step("max") for n in (1, 2, 3)},
    **{f"BatchNorm{n}d": _norm_step("bn", True) for n in (1, 2, 3)},
    **{f"InstanceNorm{n}d": _norm_step("in", False) for n in (1, 2, 3)},
    "GroupNorm": lambda module: f"gn {_get(module, 0, 'num_groups')}",
    "LayerNorm": lambda module: "ln", "LayerNorm2d": lambda module: "ln", "RMSNorm": lambda module: "rms",
    "Linear": _linear_step,
    "Embedding": lambda module: f"embedding {_get(module, 1, 'embedding_dim')} v{_get(module, 0, 'num_embeddings')}",
    "Flatten": lambda module: "flatten", "Identity": lambda module: "identity",
    **{f"Dropout{n}": lambda module: "dropout" for n in ("", "1d", "2d", "3d")},
    "PReLU": lambda module: f"prelu {_get(module, 0, 'num_parameters', 1)}",
    "PixelShuffle": lambda module: f"shuffle {_get(module, 0, 'upscale_factor')}",
    **{name: (lambda word: lambda module: word)(name.lower()) for name in (
        "ReLU", "ReLU6", "LeakyReLU", "ELU", "SELU", "CELU", "SiLU", "Mish", "GELU", "Sigmoid", "Tanh", "Hardswish",
        "Hardsigmoid", "Hardtanh", "Softplus", "Softsign", "LogSigmoid", "Tanhshrink", "Softmax", "LogSoftmax", "GLU",
    )},
}  # fmt: skip
