"""Parameters and buffers of a printed model: exact where the print shows everything, else a bound that says why.

Names and sizes decide. A class that torch does not have is read by its arguments: two widths and a kernel are a
convolution, `in_features` and `out_features` a linear layer, and so on. What a print does not show is left out of the
bound: tensors that a class of unknown code holds itself, the widths of keys and values of MultiheadAttention, one of
two matrices of one shape that may share their weight, and all but one of equal heads in a list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator
from math import prod
from typing import Literal, NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import whole
from dlquiz.calc.networks.printed.torch_print import Module, argument, size, sizes


class SharedWeights(NamedTuple):
    """Modules that may share a weight, which a print shows in each.

    These are `tables` and heads, equal `heads` in lists, or `modules` that print again inside later ones;
    `spared` is what the modules would have less.
    """

    kind: Literal["tables", "heads", "modules"]
    names: tuple[str, ...]
    spared: int


class ParameterCount(NamedTuple):
    """`parameters` counts every tensor of the print once; `at_least` is below the truth, whatever the print hides.

    `unseen` are classes that may hold tensors of their own, `shared` what may share a weight; `widths_unknown` says
    that the widths of keys and values are taken to be the query's, and `sizeless` are classes that have weights by
    their name and no size in the print.
    """

    parameters: int
    at_least: int
    buffers: int
    unseen: tuple[str, ...]
    shared: tuple[SharedWeights, ...]
    widths_unknown: bool
    sizeless: tuple[str, ...]

    @property
    def exact(self) -> bool:
        return not self.unseen and self.parameters == self.at_least


# Containers whose parameters are all in their children.
PLAIN = frozenset(
    {
        "Sequential", "ModuleList", "ModuleDict", "DenseNet", "_DenseBlock", "_DenseLayer", "_Transition",
        "SqueezeNet", "GoogLeNet", "InceptionAux", "BasicConv2d", "Inception3", "InceptionA", "InceptionB",
        "InceptionC", "InceptionD", "InceptionE", "MobileNetV2", "MobileNetV3", "Conv2dNormActivation",
        "ConvNormActivation", "SqueezeExcitation", "EfficientNet", "MBConv", "FusedMBConv", "ShuffleNetV2",
        "MNASNet", "_InvertedResidual", "Transformer", "TransformerEncoder", "TransformerDecoder",
        "TransformerEncoderLayer", "TransformerDecoderLayer", "MLPBlock", "IntermediateLayerGetter", "Flatten",
        "Identity",
    }
)  # fmt: skip
_MAY_BE_EMPTY = ("Sequential", "ModuleList", "ModuleDict")
# Classes of torchvision by the names of their children: others that are called so may hold anything.
_RESNET_BLOCK = "conv1 bn1 relu conv2 bn2"
SIGNATURES: dict[str, tuple[str, str]] = {
    "ResNet": ("conv1 bn1 relu maxpool layer1 layer2 layer3 layer4 avgpool fc", ""),
    "BasicBlock": (_RESNET_BLOCK, "downsample"),
    "Bottleneck": ("conv1 bn1 conv2 bn2 conv3 bn3 relu", "downsample"),
    "VGG": ("features avgpool classifier", ""),
    "AlexNet": ("features avgpool classifier", ""),
    "Inception": ("branch1 branch2 branch3 branch4", ""),
    "Fire": ("squeeze squeeze_activation expand1x1 expand1x1_activation expand3x3 expand3x3_activation", ""),
    "InvertedResidual": ("conv", "branch1 branch2 block"),
}
# Layers without parameters.
EMPTY = frozenset(
    {
        "ReLU", "ReLU6", "LeakyReLU", "ELU", "SELU", "CELU", "SiLU", "Mish", "GELU", "Sigmoid", "Tanh",
        "Hardswish", "Hardsigmoid", "Hardtanh", "Softplus", "Softsign", "LogSigmoid", "Tanhshrink", "Softmax",
        "LogSoftmax", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "StochasticDepth",
        "MaxPool1d", "MaxPool2d", "MaxPool3d", "AvgPool1d", "AvgPool2d", "AvgPool3d", "AdaptiveAvgPool1d",
        "AdaptiveAvgPool2d", "AdaptiveAvgPool3d", "AdaptiveMaxPool1d", "AdaptiveMaxPool2d", "AdaptiveMaxPool3d",
        "Flatten", "Unflatten", "Identity", "Upsample", "UpsamplingBilinear2d", "UpsamplingNearest2d",
        "PixelShuffle", "PixelUnshuffle", "NewGELUActivation", "GELUActivation",
        "SiLUActivation", "ChannelShuffle", "GLU", "Threshold", "Softmin", "CrossEntropyLoss", "MSELoss",
        "Permute", "LocalResponseNorm", "CrossMapLRN2d", "CosineSimilarity", "PairwiseDistance", "Fold", "Unfold",
        "RReLU", "Hardshrink", "Softshrink", "Softmax2d", "FeatureAlphaDropout",
        *(f"{kind}{axes}d" for axes in "123" for kind in (
            "ZeroPad", "ConstantPad", "ReflectionPad", "ReplicationPad", "CircularPad", "LPPool", "MaxUnpool",
            "FractionalMaxPool",
        )),
    }
)  # fmt: skip


def as_torchvision(module: Module) -> bool:
    """Whether a module has the children of torchvision's class of this name, and no argument."""
    needed, optional = (set(one.split()) for one in SIGNATURES[module.kind])
    names = {child.name for child in module.children}
    if module.kind == "InvertedResidual":
        return bool(names) and names <= needed | optional
    return needed <= names <= needed | optional and not module.positional and not module.named


def count(model: Module) -> ParameterCount:
    """What can be counted without running the model.

    >>> from dlquiz.calc.networks.printed.torch_print import read
    >>> counted = count(read("Net(\\n  (fc): Linear(in_features=4, out_features=3, bias=True)\\n)"))
    >>> counted.parameters, counted.unseen
    (15, ('Net',))
    """
    unseen: dict[str, None] = {}
    parameters = buffers = unsure = 0
    sizeless: dict[str, None] = {}
    for module, times, parent in _all(model, 1, ""):
        mine = own(module)
        if mine is None:
            unseen[module.kind] = None
            mine = by_arguments(module) or (0, 0)
        parameters += mine[0] * times
        buffers += mine[1] * times
        if module.kind == "MultiheadAttention" and parent not in ATTENDING:
            width = size(_projection(module), 0, "in_features")
            unsure += 2 * width * (width - 1) * times
        if mine == (0, 0) and module.kind in unseen and _is_sizeless(module):
            sizeless[module.kind] = None
    shared = tuple(one for one in (_tied(model), _equal_heads(model), _handed_down(model)) if one.spared)
    least = parameters - unsure - sum(one.spared for one in shared)
    return ParameterCount(parameters, least, buffers, tuple(unseen), shared, unsure > 0, tuple(sizeless))


class PrintedPart(NamedTuple):
    """A module of a print with all that it holds: its names from the root on, its class, how often it stands there."""

    name: str
    kind: str
    repeat: int
    parameters: int


def outline(model: Module, depth: int) -> list[PrintedPart]:
    """The print at a depth of its modules: what stands deeper is summed; a module's own tensors are a row of its own.

    >>> from dlquiz.calc.networks.printed.torch_print import read
    >>> text = "Net(\\n  (a): Sequential(\\n    (0): Linear(in_features=4, out_features=3, bias=True)\\n  )\\n)"
    >>> [(part.name, part.kind, part.parameters) for part in outline(read(text), 1)]
    [('a', 'Sequential', 15)]
    """
    return list(_parts(model, "", 1, whole(depth, "depth")))


def _parts(module: Module, name: str, times: int, left: int) -> Iterator[PrintedPart]:
    times *= module.repeat
    if not left or not module.children:
        yield PrintedPart(name, module.kind, times, _with_children(module) * times)
        return
    if mine := _own_parameters(module):
        yield PrintedPart(name, module.kind, times, mine * times)
    for child in module.children:
        yield from _parts(child, f"{name}.{child.name}" if name else child.name, times, left - 1)


def _own_parameters(module: Module) -> int:
    return (own(module) or by_arguments(module) or (0, 0))[0]


def _with_children(module: Module) -> int:
    """The parameters of one module with its children."""
    once = module._replace(repeat=1)
    return sum(_own_parameters(one) * times for one, times, _ in _all(once, 1, ""))


_WEIGHTED = re.compile(r"Experts|Conv\dd$|Linear$|Embedding$")


def _is_sizeless(module: Module) -> bool:
    """Whether a module of unknown code has weights, by its name, of which the print shows no size."""
    return bool(_WEIGHTED.search(module.kind)) and not _with_children(module)


# Classes of torch that give their attention one width.
ATTENDING = ("TransformerEncoderLayer", "TransformerDecoderLayer", "EncoderBlock")


def _all(module: Module, times: int, parent: str) -> Iterator[tuple[Module, int, str]]:
    times *= module.repeat
    yield module, times, parent
    for child in module.children:
        yield from _all(child, times, module.kind)


def own(module: Module) -> tuple[int, int] | None:
    """Parameters and buffers that a module holds itself; None when its class is not known."""
    if module.kind in SIGNATURES:
        return (0, 0) if as_torchvision(module) else None
    if module.kind in EMPTY or (module.kind in PLAIN and (module.children or module.kind in _MAY_BE_EMPTY)):
        return 0, 0
    known = KNOWN.get(module.kind)
    if known is None:
        return None
    try:
        return known(module)
    except (KeyError, IndexError, TypeError, ValueError, ZeroDivisionError):
        raise CalcError(
            f"line {module.line}: the arguments of {module.kind} cannot be read",
            fix="paste what print(model) gives, unchanged",
        ) from None


# ── classes that torch does not have, by their arguments


def by_arguments(module: Module) -> tuple[int, int] | None:
    """What a class of unknown code holds if it is what its arguments read like; None when they read like nothing.

    >>> from dlquiz.calc.networks.printed.torch_print import read
    >>> by_arguments(read("Conv3DSimple(3, 64, kernel_size=(3, 3, 3), bias=False)"))
    (5184, 0)
    """
    for formula in (_conv_like, _linear_like, _batch_norm_like, _group_norm_like, _norm_like, _embedding_like):
        try:
            found = formula(module)
        except (KeyError, IndexError, TypeError, ValueError, ZeroDivisionError):
            continue
        if found is not None:
            return found
    return None


def _conv_like(module: Module) -> tuple[int, int] | None:
    return _conv(module) if "kernel_size" in module.named and len(module.positional) == 2 else None


def _linear_like(module: Module) -> tuple[int, int] | None:
    return _linear(module) if {"in_features", "out_features"} <= module.named.keys() else None


def _batch_norm_like(module: Module) -> tuple[int, int] | None:
    return _batch_norm(module) if {"momentum", "track_running_stats"} <= module.named.keys() else None


def _group_norm_like(module: Module) -> tuple[int, int] | None:
    return _group_norm(module) if "GroupNorm" in module.kind and len(module.positional) == 2 else None


def _norm_like(module: Module) -> tuple[int, int] | None:
    """`((n,), eps=…)`: one weight a feature, and a shift only where the class is called a layer norm of torch's."""
    if "Norm" not in module.kind or len(module.positional) != 1:
        return None
    shifted = "LayerNorm" in module.kind and "elementwise_affine" in module.named
    return _last_norm(1 if shifted else 0)(module)


def _embedding_like(module: Module) -> tuple[int, int] | None:
    return _embedding(module) if "Embedding" in module.kind and len(module.positional) == 2 else None


# ── classes of torch


def _conv(module: Module) -> tuple[int, int]:
    into, out = size(module, 0, "in_channels"), size(module, 1, "out_channels")
    weight = into * out // size(module, 9, "groups", 1) * prod(sizes(module.named["kernel_size"]))
    return weight + (out if module.named.get("bias", True) else 0), 0


def _linear(module: Module) -> tuple[int, int]:
    into, out = size(module, 0, "in_features"), size(module, 1, "out_features")
    return into * out + (out if module.named.get("bias", True) else 0), 0


def _batch_norm(module: Module) -> tuple[int, int]:
    channels = size(module, 0, "num_features")
    tracked = module.named.get("track_running_stats", True)
    return _affine(module, True) * channels, 2 * channels + 1 if tracked else 0


def _affine(module: Module, default: bool) -> int:
    """How many values a channel has: scale and shift, the scale alone (`bias=False`, from torch 2.13 on), or none."""
    if not module.named.get("affine", default):
        return 0
    return 2 if module.named.get("bias", True) else 1


def _last_norm(shift: int) -> Callable[[Module], tuple[int, int]]:
    def parameters(module: Module) -> tuple[int, int]:
        if module.named.get("elementwise_affine", True) is False:
            return 0, 0
        width = prod(sizes(argument(module, 0, "normalized_shape")))
        return width * (1 + (shift if module.named.get("bias", True) else 0)), 0

    return parameters


def _group_norm(module: Module) -> tuple[int, int]:
    return _affine(module, True) * size(module, 1, "num_channels"), 0


def _recurrent(gates: int) -> Callable[[Module], tuple[int, int]]:
    def parameters(module: Module) -> tuple[int, int]:
        into, hidden = size(module, 0, "input_size"), size(module, 1, "hidden_size")
        projection = size(module, 99, "proj_size", 0)
        ways, width = (2 if module.named.get("bidirectional") else 1), projection or hidden
        bias = 2 if module.named.get("bias", True) else 0
        total = 0
        for layer in range(size(module, 99, "num_layers", 1)):
            below = into if layer == 0 else ways * width
            total += ways * (gates * hidden * (below + width + bias) + projection * hidden)
        return total, 0

    return parameters


def _projection(module: Module) -> Module:
    """The child of MultiheadAttention that is printed: its output projection."""
    found = next((child for child in module.children if child.kind.endswith("Linear")), None)
    if found is None:
        raise KeyError("out_proj")
    return found


def _attention(module: Module) -> tuple[int, int]:
    """Query, key and value of one width, which the print does not show; the output projection is a child."""
    out = _projection(module)
    width = size(out, 0, "in_features")
    return 3 * width * width + (3 * width if out.named.get("bias", True) else 0), 0


def _embedding(module: Module) -> tuple[int, int]:
    return size(module, 0, "num_embeddings") * size(module, 1, "embedding_dim"), 0


KNOWN: dict[str, Callable[[Module], tuple[int, int]]] = {
    **{f"Conv{n}d": _conv for n in (1, 2, 3)},
    **{f"ConvTranspose{n}d": _conv for n in (1, 2, 3)},
    "Linear": _linear, "NonDynamicallyQuantizableLinear": _linear,
    "Conv1D": lambda module: (size(module, 1, "nx") * size(module, 0, "nf") + size(module, 0, "nf"), 0),
    "Bilinear": lambda module: (
        size(module, 0, "in1_features") * size(module, 1, "in2_features") * size(module, 2, "out_features")
        + (size(module, 2, "out_features") if module.named.get("bias", True) else 0), 0,
    ),
    **{f"BatchNorm{n}d": _batch_norm for n in (1, 2, 3)}, "SyncBatchNorm": _batch_norm,
    "FrozenBatchNorm2d": lambda module: (0, 4 * size(module, 0, "num_features")),
    **{f"InstanceNorm{n}d": lambda module: (
        _affine(module, False) * size(module, 0, "num_features"),
        2 * size(module, 0, "num_features") + 1 if module.named.get("track_running_stats", False) else 0,
    ) for n in (1, 2, 3)},
    "LayerNorm": _last_norm(1), "LayerNorm2d": _last_norm(1), "RMSNorm": _last_norm(0), "GroupNorm": _group_norm,
    "Embedding": _embedding, "EmbeddingBag": _embedding,
    "RNN": _recurrent(1), "GRU": _recurrent(3), "LSTM": _recurrent(4), "MultiheadAttention": _attention,
    "PReLU": lambda module: (size(module, 0, "num_parameters", 1), 0),
    "Parameter": lambda module: (prod(sizes(tuple(module.positional))), 0), "ParameterList": lambda module: (0, 0),
    "ParameterDict": lambda module: (0, 0),
}  # fmt: skip


def _tied(model: Module) -> SharedWeights:
    """Tables and heads of one shape may be one tensor, which a print shows for each: what that would spare."""
    tables: dict[tuple[int, int], int] = {}
    spared, names = 0, []
    for module, times, _ in _all(model, 1, ""):
        is_head = "in_features" in module.named and module.kind != "NonDynamicallyQuantizableLinear"
        if not is_head and "Embedding" not in module.kind:
            continue
        try:
            shape = (
                (size(module, 1, "out_features"), size(module, 0, "in_features"))
                if is_head
                else (size(module, 0, "num_embeddings"), size(module, 1, "embedding_dim"))
            )
        except (KeyError, TypeError):
            continue
        if is_head and shape not in tables:
            continue
        tables[shape] = tables.get(shape, 0) + times
        if tables[shape] > 1:
            spared += prod(shape) * (times if tables[shape] > times else times - 1)
            names.append(module.name or module.kind)
    return SharedWeights("tables", tuple(names), spared)


_HEADS = re.compile(r"(embed|head|classifier|predictor)s?$")


def _equal_heads(model: Module) -> SharedWeights:
    """Lists of equal heads, one a layer, may hold one head in every place (DETR's family): what that would spare."""
    spared, names = 0, []
    for module, times, _ in _all(model, 1, ""):
        if module.kind != "ModuleList" or not _HEADS.search(module.name):
            continue
        for head in module.children:
            if head.repeat > 1:
                spared += times * (head.repeat - 1) * _with_children(head)
                names.append(module.name)
    return SharedWeights("heads", tuple(names), spared)


def _handed_down(model: Module) -> SharedWeights:
    """A module of unknown code that prints again inside later ones may have been handed to them (CoaT's `cpe`)."""
    keys: dict[int, Hashable] = {}
    _print_key(model, keys)
    earlier: dict[Hashable, str] = {}
    spared, names = 0, dict[str, None]()
    for child in model.children:
        for inner, times, _ in _all(child, 1, ""):
            name = earlier.get(keys[id(inner)])
            if name and inner is not child and (parameters := _with_children(inner)):
                names[name] = None
                spared += times * parameters
        if child.children and own(child) is None:
            earlier[keys[id(child)]] = child.name
    return SharedWeights("modules", tuple(names), spared)


def _print_key(module: Module, keys: dict[int, Hashable]) -> Hashable:
    """What a module prints but for its own name, as a key; that of each module inside is added to the keys."""
    inside = tuple((child.name, child.repeat, _print_key(child, keys)) for child in module.children)
    keys[id(module)] = hash((module.kind, str(module.positional), str(module.named), inside))
    return keys[id(module)]
