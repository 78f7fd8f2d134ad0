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
MAX_LINES = 100_000


class Module(NamedTuple):
    """One printed module: its place, class, arguments, children, and how many equal ones the line stands for."""

    name: str
    kind: str
    positional: tuple[Any, ...]
    named: dict[str, Any]
    children: list[Module]
    repeat: int
    line: int


class ParameterCount(NamedTuple):
    """Parameters and buffers of a printed model; `unseen` may hold more, `tied` may count twice."""

    parameters: int
    buffers: int
    unseen: tuple[str, ...]
    tied: str


# Containers whose parameters are all in their children.
PLAIN = frozenset(
    {
        "Sequential",
        "ModuleList",
        "ModuleDict",
        "VGG",
        "AlexNet",
        "ResNet",
        "BasicBlock",
        "Bottleneck",
        "DenseNet",
        "_DenseBlock",
        "_DenseLayer",
        "_Transition",
        "SqueezeNet",
        "Fire",
        "GoogLeNet",
        "Inception",
        "InceptionAux",
        "BasicConv2d",
        "Inception3",
        "InceptionA",
        "InceptionB",
        "InceptionC",
        "InceptionD",
        "InceptionE",
        "MobileNetV2",
        "MobileNetV3",
        "InvertedResidual",
        "Conv2dNormActivation",
        "ConvNormActivation",
        "SqueezeExcitation",
        "EfficientNet",
        "MBConv",
        "FusedMBConv",
        "ShuffleNetV2",
        "MNASNet",
        "_InvertedResidual",
        "Transformer",
        "TransformerEncoder",
        "TransformerDecoder",
        "TransformerEncoderLayer",
        "TransformerDecoderLayer",
        "MLPBlock",
        "IntermediateLayerGetter",
        "Flatten",
        "Identity",
    }
)
# Layers without parameters.
EMPTY = frozenset(
    {
        "ReLU",
        "ReLU6",
        "LeakyReLU",
        "ELU",
        "SELU",
        "CELU",
        "SiLU",
        "Mish",
        "GELU",
        "Sigmoid",
        "Tanh",
        "Hardswish",
        "Hardsigmoid",
        "Hardtanh",
        "Softplus",
        "Softsign",
        "LogSigmoid",
        "Tanhshrink",
        "Softmax",
        "LogSoftmax",
        "Dropout",
        "Dropout1d",
        "Dropout2d",
        "Dropout3d",
        "AlphaDropout",
        "StochasticDepth",
        "MaxPool1d",
        "MaxPool2d",
        "MaxPool3d",
        "AvgPool1d",
        "AvgPool2d",
        "AvgPool3d",
        "AdaptiveAvgPool1d",
        "AdaptiveAvgPool2d",
        "AdaptiveAvgPool3d",
        "AdaptiveMaxPool1d",
        "AdaptiveMaxPool2d",
        "AdaptiveMaxPool3d",
        "Flatten",
        "Unflatten",
        "Identity",
        "Upsample",
        "UpsamplingBilinear2d",
        "UpsamplingNearest2d",
        "PixelShuffle",
        "PixelUnshuffle",
        "ZeroPad2d",
        "ReflectionPad2d",
        "NewGELUActivation",
        "GELUActivation",
        "SiLUActivation",
        "ChannelShuffle",
        "GLU",
        "Threshold",
        "Softmin",
        "CrossEntropyLoss",
        "MSELoss",
        "Permute",
    }
)


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
    if len(lines) > MAX_LINES:
        raise CalcError(f"{len(lines):,} lines are too many", fix=f"use up to {MAX_LINES:,}")
    stack: list[Module] = []
    top: Module | None = None
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.strip() == ")":
            if line.strip() and stack:
                stack.pop()
            continue
        module, opens = _module(line, number)
        if module is None:
            raise CalcError(f"line {number} is no module: {line.strip()[:50]!r}", fix="paste what print(model) gives")
        if stack:
            stack[-1].children.append(module)
        elif top is None:
            top = module
        else:
            raise CalcError(f"line {number} begins a second model", fix="paste one model")
        if opens:
            stack.append(module)
    if top is None:
        raise CalcError("there is no module in it", fix="paste what print(model) gives")
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


def count(model: Module) -> ParameterCount:
    """What can be counted without running the model.

    >>> counted = count(read("Net(\\n  (fc): Linear(in_features=4, out_features=3, bias=True)\\n)"))
    >>> counted.parameters, counted.unseen
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
    return ParameterCount(parameters, buffers, tuple(unseen), _tied(model))


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
        raise CalcError(
            f"line {module.line}: the arguments of {module.kind} cannot be read",
            fix="paste what print(model) gives, unchanged",
        ) from None


def argument(module: Module, place: int, name: str, default: object = ...) -> Any:
    if name in module.named:
        return module.named[name]
    if place < len(module.positional):
        return module.positional[place]
    if default is ...:
        raise KeyError(name)
    return default


def _product(values: object) -> int:
    total = 1
    for one in values if isinstance(values, tuple) else (values,):
        total *= one
    return total


def _conv(transposed: bool) -> Callable[[Module], tuple[int, int]]:
    def parameters(module: Module) -> tuple[int, int]:
        into, out = argument(module, 0, "in_channels"), argument(module, 1, "out_channels")
        groups = module.named.get("groups", 1)
        weight = into * out // groups * _product(module.named["kernel_size"])
        return weight + (out if module.named.get("bias", True) else 0), 0

    return parameters


def _linear(module: Module) -> tuple[int, int]:
    into, out = argument(module, 0, "in_features"), argument(module, 1, "out_features")
    return into * out + (out if module.named.get("bias", True) else 0), 0


def _batch_norm(module: Module) -> tuple[int, int]:
    channels = argument(module, 0, "num_features")
    affine, tracked = module.named.get("affine", True), module.named.get("track_running_stats", True)
    return 2 * channels if affine else 0, 2 * channels + 1 if tracked else 0


def _last_norm(shift: int) -> Callable[[Module], tuple[int, int]]:
    def parameters(module: Module) -> tuple[int, int]:
        if module.named.get("elementwise_affine", True) is False:
            return 0, 0
        width = _product(argument(module, 0, "normalized_shape"))
        return width * (1 + (shift if module.named.get("bias", True) else 0)), 0

    return parameters


def _group_norm(module: Module) -> tuple[int, int]:
    return 2 * argument(module, 1, "num_channels") if module.named.get("affine", True) else 0, 0


def _recurrent(gates: int) -> Callable[[Module], tuple[int, int]]:
    def parameters(module: Module) -> tuple[int, int]:
        into, hidden = argument(module, 0, "input_size"), argument(module, 1, "hidden_size")
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
    width = argument(out, 0, "in_features")
    return 3 * width * width + (3 * width if out.named.get("bias", True) else 0), 0


KNOWN: dict[str, Callable[[Module], tuple[int, int]]] = {
    **{f"Conv{n}d": _conv(False) for n in (1, 2, 3)},
    **{f"ConvTranspose{n}d": _conv(True) for n in (1, 2, 3)},
    "Linear": _linear, "NonDynamicallyQuantizableLinear": _linear,
    "Conv1D": lambda module: (module.named["nx"] * module.named["nf"] + module.named["nf"], 0),
    "Bilinear": lambda module: (
        argument(module, 0, "in1_features") * argument(module, 1, "in2_features") * argument(module, 2, "out_features")
        + (argument(module, 2, "out_features") if module.named.get("bias", True) else 0), 0,
    ),
    **{f"BatchNorm{n}d": _batch_norm for n in (1, 2, 3)}, "SyncBatchNorm": _batch_norm,
    "FrozenBatchNorm2d": lambda module: (0, 4 * argument(module, 0, "num_features")),
    **{f"InstanceNorm{n}d": lambda module: (
        2 * argument(module, 0, "num_features") if module.named.get("affine", False) else 0,
        2 * argument(module, 0, "num_features") + 1 if module.named.get("track_running_stats", False) else 0,
    ) for n in (1, 2, 3)},
    "LayerNorm": _last_norm(1), "LayerNorm2d": _last_norm(1), "RMSNorm": _last_norm(0), "GroupNorm": _group_norm,
    **dict.fromkeys(("LlamaRMSNorm", "MistralRMSNorm", "MixtralRMSNorm", "Qwen2RMSNorm", "T5LayerNorm"), _last_norm(0)),
    "Embedding": lambda module: (argument(module, 0, "num_embeddings") * argument(module, 1, "embedding_dim"), 0),
    "EmbeddingBag": lambda module: (argument(module, 0, "num_embeddings") * argument(module, 1, "embedding_dim"), 0),
    "RNN": _recurrent(1), "GRU": _recurrent(3), "LSTM": _recurrent(4), "MultiheadAttention": _attention,
    "PReLU": lambda module: (argument(module, 0, "num_parameters", 1), 0),
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
