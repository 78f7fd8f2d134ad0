"""The sizes of a transformer, as its configuration gives them, by the letters of the formulas.

Widths and lengths are in elements of a vector and in tokens; None stands for what is usual.
"""

from __future__ import annotations

from dataclasses import dataclass

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import whole

# A norm on queries and keys: none, one for the width of a head, or one for all heads.
QUERY_NORMS = ("none", "head", "full")


@dataclass(frozen=True)
class LayerSizes:
    """The layers, each with its heads, its feed-forward (of 4 times the width unless given) and its norms."""

    layers: int
    width: int
    heads: int
    feed_forward: int | None = None
    kv_heads: int | None = None
    head_width: int | None = None
    norms: int = 2

    def letters(self) -> dict[str, int]:
        d, h = whole(self.width, "width"), whole(self.heads, "heads")
        return {
            "L": whole(self.layers, "layers"),
            "d": d,
            "h": h,
            "kv": key_value_heads(h, self.kv_heads),
            "dh": width_of_heads(d, h, self.head_width),
            "f": width_of_feed_forward(d, self.feed_forward),
            "N": whole(self.norms, "norms", 0),
        }


@dataclass(frozen=True)
class MatrixForm:
    """What decides on a layer's matrices beside its width and heads; widths are in elements, None is what is usual."""

    kv_heads: int | None = None
    head_width: int | None = None
    feed_forward: int | None = None
    gated: bool = True
    experts: int = 1
    latent: int = 0


@dataclass(frozen=True)
class LayerForm(MatrixForm):
    """What decides on a layer's activations beside its width and heads: its matrices and its norms.

    `norms` are those of a layer without the one on queries and keys, which `query_norm` names.
    """

    gated: bool = False
    norms: int = 2
    query_norm: str = "none"


@dataclass(frozen=True)
class MixtureSizes:
    """The experts of a layer, those that a token goes through (all unless given) and those that every token does.

    The first `dense_layers` have a feed-forward of `dense_feed_forward` in place of the experts.
    """

    experts: int = 1
    active_experts: int | None = None
    shared_experts: int = 0
    dense_layers: int = 0
    dense_feed_forward: int | None = None

    def letters(self, layers: int) -> dict[str, int]:
        """The sizes by their letters; raises CalcError for more dense layers than there are layers."""
        count, active = expert_counts(self.experts, self.active_experts)
        if whole(self.dense_layers, "dense_layers", 0) > layers:
            raise CalcError(f"{self.dense_layers} dense layers of {layers}", fix=f"use {layers} or less")
        dense = self.dense_feed_forward
        return {
            "E": count,
            "k": active,
            "s": whole(self.shared_experts, "shared_experts", 0),
            "D": self.dense_layers,
            "F": 0 if dense is None else whole(dense, "dense_feed_forward"),
        }

    def active_width(self, feed_forward: int, layers: int) -> int:
        """The widths of all experts that a token visits, together; that of a dense layer where it is larger."""
        sizes = self.letters(layers)
        return max(whole(feed_forward, "feed_forward") * (sizes["k"] + sizes["s"]), sizes["F"])


@dataclass(frozen=True)
class LatentSizes:
    """The widths of multi-head latent attention (DeepSeek-AI 2024, arXiv:2405.04434); 0 where there is none.

    `latent` is that of keys and values, `rope` that of the rotary part of each key.
    """

    latent: int = 0
    query_latent: int = 0
    rope: int = 0

    def letters(self) -> dict[str, int]:
        return {
            "c": whole(self.latent, "latent", 0),
            "q": whole(self.query_latent, "query_latent", 0),
            "r": whole(self.rope, "rope", 0),
        }


@dataclass(frozen=True)
class EmbeddingSizes:
    """What is embedded before the layers and read off behind them; `image` and `patch` are sides in pixels."""

    vocabulary: int = 0
    positions: int = 0
    segments: int = 0
    patch: int = 0
    image: int = 224
    classes: int = 0

    def letters(self) -> dict[str, int]:
        return {
            "V": whole(self.vocabulary, "vocabulary", 0),
            "P": whole(self.positions, "positions", 0),
            "S": whole(self.segments, "segments", 0),
            "p": whole(self.patch, "patch", 0),
            "I": whole(self.image, "image"),
            "C": whole(self.classes, "classes", 0),
        }


def width_of_heads(width: int, heads: int, head_width: int | None) -> int:
    """The width of a head, an equal part of the model's unless given; raises CalcError where there is none.

    >>> width_of_heads(4096, 32, None), width_of_heads(3072, 16, 256)
    (128, 256)
    """
    if head_width is not None:
        return whole(head_width, "head_width")
    if width % heads:
        raise CalcError(
            f"{heads} heads do not divide the width {width}", fix="give head_width, or another number of heads"
        )
    return width // heads


def width_of_feed_forward(width: int, feed_forward: int | None) -> int:
    """The width of the vectors inside the feed-forward, 4 times the model's unless given."""
    return 4 * width if feed_forward is None else whole(feed_forward, "feed_forward")


def key_value_heads(heads: int, kv_heads: int | None) -> int:
    """How many heads of keys and values there are, one for each head unless given.

    Raises CalcError where unequal groups of heads would share them.
    """
    shared = heads if kv_heads is None else whole(kv_heads, "kv_heads")
    if heads % shared:
        raise CalcError(f"{shared} key-value heads do not divide {heads} heads", fix="use a divisor of the heads")
    return shared


def expert_counts(experts: int, active_experts: int | None) -> tuple[int, int]:
    """All experts of a layer, and those that a token goes through."""
    count = whole(experts, "experts")
    active = count if active_experts is None else whole(active_experts, "active_experts")
    if active > count:
        raise CalcError(f"{active} active experts of {count}", fix=f"use at most {count}")
    return count, active
