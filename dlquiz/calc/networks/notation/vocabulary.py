"""The words of the network notation: layers and blocks, what each takes, and how its arguments are written."""

from __future__ import annotations

import re
from functools import cache

ACTIVATIONS = (
    "relu", "relu6", "leakyrelu", "elu", "selu", "celu", "silu", "mish", "gelu", "sigmoid", "tanh", "hardswish",
    "hardsigmoid", "hardtanh", "softplus", "softsign", "logsigmoid", "tanhshrink", "identity", "softmax",
    "logsoftmax",
)  # fmt: skip
# layer -> (size: "!" needed, "?" may stand, "" none; what the size is; its arguments in canonical order).
# Kinds of arguments: n a number or one per axis, p padding, i a whole number, b 0 or 1, r a decimal, l a label,
# f a flag that stands alone, a|b one of these words.
_MAP = "k:n s:n p:p d:n"
LAYERS: dict[str, tuple[str, str, str]] = {
    "conv": ("!", "output channels", _MAP + " g:i b:b links:i mode:zeros|reflect|replicate|circular tied:l"),
    "dwconv": ("", "", _MAP + " b:b"),
    "separable": ("!", "output channels", _MAP + " b:b"),
    "deconv": ("!", "output channels", _MAP + " o:n g:i b:b"),
    "maxpool": ("", "", _MAP + " ceil:f"),
    "avgpool": ("", "", "k:n s:n p:p ceil:f bare:f"),
    "adaptiveavgpool": ("?", "output side", "o:n"),
    "adaptivemaxpool": ("?", "output side", "o:n"),
    "gap": ("", "", ""),
    "linear": ("!", "output features", "b:b tied:l"),
    "flatten": ("", "", ""),
    "bn": ("", "", "affine:b"),
    "ln": ("", "", "b:b affine:b all:f"),
    "gn": ("!", "groups", "affine:b"),
    "in": ("", "", "affine:b"),
    "rms": ("", "", "affine:b"),
    "scale": ("", "", "b:b"),
    **dict.fromkeys(ACTIVATIONS, ("", "", "")),
    "identity": ("", "", "from:l"),
    "prelu": ("?", "slopes", ""),
    "glu": ("", "", ""),
    "dropout": ("", "", "p:r"),
    "pad": ("", "", "p:p mode:zeros|reflect|replicate|circular"),
    "upsample": ("?", "factor", "o:n mode:nearest|nearest-exact|linear|bilinear|trilinear|bicubic corners:f from:l"),
    "shuffle": ("!", "factor", ""),
    "unshuffle": ("!", "factor", ""),
    "chunk": ("!", "parts", "i:i"),
    "channelshuffle": ("!", "groups", ""),
    "embedding": ("!", "features", "v:i tied:l"),
    "position": ("?", "rows", ""),
    "cls": ("", "", ""),
    "first": ("", "", ""),
    "last": ("", "", ""),
    "tokens": ("", "", ""),
    "unflatten": ("", "", "o:n"),
    "transpose": ("", "", ""),
    "parameter": ("!", "values", ""),
    "attention": ("?", "features", "h:i kv:i hd:i b:b bias:qkv|qvo|o qknorm:head|full causal:f from:l"),
    "encoder": ("?", "features", "h:i f:i b:b act:relu|gelu prenorm:f"),
    "decoder": ("?", "features", "h:i f:i b:b act:relu|gelu prenorm:f from:l"),
    "rnn": ("!", "hidden units", "n:i b:b both:f onebias:f act:tanh|relu"),
    "lstm": ("!", "hidden units", "n:i b:b both:f onebias:f proj:i"),
    "gru": ("!", "hidden units", "n:i b:b both:f onebias:f"),
    "selectivescan": ("!", "states", "r:i"),
    "se": ("!", "squeezed channels", "act:relu|silu gate:sigmoid|hardsigmoid"),
    "rbf": ("!", "outputs", ""),
}  # fmt: skip
# block -> (fewest and most branches, arguments)
BLOCKS: dict[str, tuple[int, int, str]] = {
    "residual": (1, 2, ""),
    "add": (2, 64, ""),
    "mul": (2, 64, ""),
    "concat": (2, 64, "crop:f"),
    "moe": (1, 1, "experts:i top:i"),
    "aux": (1, 1, ""),
    "sdpa": (3, 3, "h:i kv:i rope:i causal:f"),
    "windows": (1, 1, "k:n shift:n grid:f"),
    "shared": (1, 1, ""),
}
ALIASES = {
    "conv1d": "conv", "conv2d": "conv", "conv3d": "conv", "convtranspose": "deconv", "fc": "linear", "dense": "linear",
    "batchnorm": "bn", "layernorm": "ln", "groupnorm": "gn", "instancenorm": "in", "rmsnorm": "rms",
    "depthwise": "dwconv", "globalavgpool": "gap", "swish": "silu", "pixelshuffle": "shuffle", "mha": "attention",
    "multiheadattention": "attention", "scaleddotproductattention": "sdpa",
    "flat": "flatten", "lrelu": "leakyrelu", "zeropad": "pad", "ssm": "selectivescan",
}  # fmt: skip
KEYWORDS = frozenset({"let", "as", "input", "tokens"})
# Words of an argument that stand for it without "=".
NEEDED = {"conv": "k", "dwconv": "k", "separable": "k", "deconv": "k", "maxpool": "k", "avgpool": "k",
          "attention": "h", "encoder": "h", "decoder": "h", "sdpa": "h", "moe": "experts", "windows": "k", "pad": "p",
          "selectivescan": "r"}  # fmt: skip


def word(typed: str) -> str:
    """The word of the notation for a layer or block as people write it, torch's names among them.

    >>> word("max_pool2d"), word("ConvTranspose2d"), word("gelu")
    ('maxpool', 'deconv', 'gelu')
    """
    name = typed.lower()
    if name not in LAYERS and name not in BLOCKS and name not in ALIASES:
        name = re.sub(r"_|[123]d$", "", name)
    return ALIASES.get(name, name)


@cache
def arguments(name: str) -> dict[str, str]:
    """The arguments of a layer or block and their kinds, in canonical order.

    >>> arguments("avgpool")
    {'k': 'n', 's': 'n', 'p': 'p', 'ceil': 'f', 'bare': 'f'}
    """
    written = LAYERS[name][2] if name in LAYERS else BLOCKS[name][2]
    return dict(one.split(":") for one in written.split())


def example(name: str, letter: str) -> str:
    """How an argument is written, for messages.

    >>> example("conv", "p"), example("avgpool", "ceil"), example("attention", "kv")
    ('p1', 'ceil', 'kv=8')
    """
    kind = arguments(name)[letter]
    if kind == "f":
        return letter
    if "|" in kind:
        return f"{letter}={kind.split('|')[0]}"
    if kind == "l":
        return f"{letter}=LABEL"
    value = {"b": "0", "r": "0.5", "p": "1"}.get(
        kind, {"k": "3", "s": "2", "v": "30522", "h": "8", "kv": "8"}.get(letter, "2")
    )
    return f"{letter}{value}" if len(letter) == 1 else f"{letter}={value}"
