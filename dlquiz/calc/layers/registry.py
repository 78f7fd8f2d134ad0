"""The table of layers, and the one door to them: a kind, a shape, and torch's arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import value_bytes
from dlquiz.calc.result import Result

# kind -> (module of dlquiz.calc, function, number of map axes or None); a module is imported when first asked for.
KINDS: dict[str, tuple[str, str, int | None]] = {
    **{f"conv{n}d": ("convolution", "convolution", n) for n in (1, 2, 3)},
    **{f"conv_transpose{n}d": ("convolution", "transposed", n) for n in (1, 2, 3)},
    **{f"separable_conv{n}d": ("convolution", "separable", n) for n in (1, 2, 3)},
    **{f"max_pool{n}d": ("pooling", "max_pool", n) for n in (1, 2, 3)},
    **{f"avg_pool{n}d": ("pooling", "average_pool", n) for n in (1, 2, 3)},
    **{f"adaptive_max_pool{n}d": ("pooling", "adaptive_pool", n) for n in (1, 2, 3)},
    **{f"adaptive_avg_pool{n}d": ("pooling", "adaptive_pool", n) for n in (1, 2, 3)},
    "linear": ("linear", "linear", None),
    "embedding": ("linear", "embedding", None),
    **{f"batch_norm{n}d": ("normalization", "batch_norm", n) for n in (1, 2, 3)},
    **{f"instance_norm{n}d": ("normalization", "instance_norm", n) for n in (1, 2, 3)},
    **{f"{name}_norm": ("normalization", f"{name}_norm", None) for name in ("layer", "group", "rms")},
    **{name: ("recurrent", name, None) for name in ("rnn", "lstm", "gru")},
    "multihead_attention": ("attention", "attention", None),
    "transformer_encoder_layer": ("transformer", "encoder_layer", None),
    "transformer_decoder_layer": ("transformer", "decoder_layer", None),
    "flatten": ("reshape", "flatten", None),
    "upsample": ("reshape", "upsample", None),
    "pixel_shuffle": ("reshape", "shuffle", None),
    "pixel_unshuffle": ("reshape", "unshuffle", None),
    "unfold": ("reshape", "unfold", None),
    **dict.fromkeys(("relu", "relu6", "selu", "silu", "mish", "hardswish"), ("activation", "activation", None)),
    "hardsigmoid": ("activation", "activation", None),
    **dict.fromkeys(("sigmoid", "tanh", "softsign", "log_sigmoid", "tanhshrink"), ("activation", "bare", None)),
    "leaky_relu": ("activation", "leaky", None),
    **dict.fromkeys(("elu", "celu"), ("activation", "exponential", None)),
    **{name: ("activation", name, None) for name in ("gelu", "softplus", "prelu", "glu", "softmax", "identity")},
    "hardtanh": ("activation", "clipped", None),
    "log_softmax": ("activation", "softmax", None),
    **{f"dropout{n}": ("activation", "dropout", None) for n in ("", "1d", "2d", "3d")},
}
_PLAIN = {name.replace("_", ""): name for name in KINDS}


class LayerArgument(NamedTuple):
    """An argument of a layer: its annotation as written, and its default; `...` where it must be given."""

    annotation: str
    default: object


class LayerEntry(NamedTuple):
    """A layer's function, its keyword-only parameters, and the names of those without a default."""

    function: Callable[..., Result]
    parameters: Mapping[str, LayerArgument]
    needed: tuple[str, ...]


_READY: dict[str, LayerEntry] = {}


def layer(kind: str, shape: object, *, dtype: str = "fp32", **arguments: object) -> Result:
    """What torch's layer of this kind makes of an input of this shape.

    The kind is torch's name in either spelling (`conv2d`, `Conv2d`, `max_pool2d`, `MaxPool2d`), the arguments are those
    of its constructor with their defaults; the input's channels or features are taken from the shape. With or without
    a batch axis, as torch takes it. Raises `CalcError` where torch would refuse.

    >>> layer("Conv2d", (3, 32, 32), out_channels=8, kernel_size=5).output_shape
    (8, 28, 28)
    >>> layer("conv2d", (3, 5, 5), out_channels=8, kernel_size=7)
    Traceback (most recent call last):
        ...
    dlquiz.calc.errors.CalcError: kernel 7 does not fit a padded input of 5 — padding ≥ 1, kernel ≤ 5, or input ≥ 7 \
(torch: Calculated padded input size per channel: (5 x 5). Kernel size: (7 x 7). Kernel size can't be greater than \
actual input size)
    """
    ready = _READY.get(kind) if isinstance(kind, str) else None
    if ready is None:
        kind, ready = _prepare(kind)
    function, accepted, needed = ready
    if not arguments.keys() <= accepted.keys():
        raise _unknown_argument(kind, arguments, accepted)
    for name in needed:
        if name not in arguments:
            raise CalcError(f"{kind} needs {name}", fix=f"add {name}=…")
    size = value_bytes(dtype)
    axes = KINDS[kind][2]
    if axes is None:
        return function(kind, shape, size, **arguments)
    return function(kind, axes, shape, size, **arguments)


def _prepare(kind: object) -> tuple[str, LayerEntry]:
    known = _PLAIN.get(str(kind).replace("_", "").replace("-", "").lower())
    if known is None:
        raise CalcError(f"there is no layer {str(kind)[:40]!r}", fix=_nearest(str(kind)))
    if known not in _READY:
        module, name, axes = KINDS[known]
        function = getattr(import_module(f"dlquiz.calc.layers.{module}"), name)
        keywords = _keywords(function, 3 if axes is None else 4)
        needed = tuple(name for name, one in keywords.items() if one.default is ...)
        _READY[known] = LayerEntry(function, keywords, needed)
    return known, _READY[known]


def _keywords(function: Callable[..., Result], positional: int) -> dict[str, LayerArgument]:
    """What follows the positional parameters, with its default: `inspect` would take longer than the layer."""
    defaults = function.__kwdefaults__ or {}
    names = [name for name in function.__annotations__ if name != "return"][positional:]
    return {name: LayerArgument(function.__annotations__[name], defaults.get(name, ...)) for name in names}


def parameters_of(kind: str) -> Mapping[str, LayerArgument]:
    """The arguments of a kind as its layer's signature has them: name, annotation, default.

    >>> parameters_of("conv2d")["kernel_size"].annotation, parameters_of("linear")["bias"].default
    ('PerAxis', True)
    """
    return _prepare(kind)[1].parameters


def _nearest(kind: str) -> str:
    from dlquiz.suggest import matches

    close = matches(kind, KINDS)
    return f"did you mean {' or '.join(close)}?" if close else "use one of: " + ", ".join(KINDS)


def _unknown_argument(kind: str, arguments: Iterable[str], accepted: Mapping[str, LayerArgument]) -> CalcError:
    from dlquiz.suggest import closest

    wrong = next(name for name in arguments if name not in accepted)
    close = closest(wrong, sorted(accepted))
    fix = f"did you mean {close}?" if close else "it takes " + ", ".join(sorted(accepted))
    return CalcError(f"{kind} has no argument {wrong[:40]!r}", fix=fix)
