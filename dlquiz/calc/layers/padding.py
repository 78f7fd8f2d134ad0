"""Padding as people give it: numbers per axis, pairs before and after, `same`, `valid`, TensorFlow's SAME."""

from __future__ import annotations

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import Padding, Pair, choice, per_axis, plural, whole

WORDS = ("same", "valid", "tf-same")
NEGATIVE = "negative padding is not supported"


def read_padding(
    padding: Padding,
    sides: tuple[int, ...],
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
    torch: str = NEGATIVE,
) -> list[Pair]:
    """Pixels added before and after each axis.

    `same` is torch's (stride 1 only; an odd total puts its extra pixel after), `tf-same` gives ceil(n / stride) as
    TensorFlow and Keras do and depends on the input size.

    >>> read_padding("tf-same", (224,), (3,), (2,), (1,))
    [(0, 1)]
    >>> read_padding("same", (224,), (4,), (1,), (1,))
    [(1, 2)]
    >>> read_padding(((1, 2), 3), (8, 8), (5, 5), (1, 1), (1, 1))
    [(1, 2), (3, 3)]
    """
    axes = len(sides)
    if isinstance(padding, str):
        return _by_word(padding, sides, kernel, stride, dilation)
    if isinstance(padding, tuple | list) and any(isinstance(one, tuple | list) for one in padding):
        if len(padding) != axes:
            raise CalcError(f"padding has {len(padding)} entries for {axes} {plural(axes)}", fix=f"give {axes}")
        return [_pair(one, torch) for one in padding]
    return [(one, one) for one in per_axis(padding, "padding", axes, 0, torch)]


def _pair(value: object, torch: str) -> Pair:
    ends = value if isinstance(value, tuple | list) else (value, value)
    if len(ends) != 2:
        raise CalcError(f"padding of one axis has {len(ends)} numbers", fix="give (before, after)")
    return whole(ends[0], "padding", 0, torch), whole(ends[1], "padding", 0, torch)


def _by_word(
    word: str, sides: tuple[int, ...], kernel: tuple[int, ...], stride: tuple[int, ...], dilation: tuple[int, ...]
) -> list[Pair]:
    choice(word, "padding", WORDS, torch=f"Invalid padding string {word!r}, should be one of 'valid', 'same'")
    if word == "valid":
        return [(0, 0)] * len(sides)
    if word == "same" and any(one != 1 for one in stride):
        halves = [str(one * (k - 1) // 2) for k, one in zip(kernel, dilation, strict=True)]
        raise CalcError(
            "padding 'same' needs stride 1",
            fix=f"use stride 1, padding {'x'.join(halves)} with this stride, or 'tf-same' for ceil(n / stride)",
            torch="padding='same' is not supported for strided convolutions",
        )
    pairs = []
    for n, k, s, d in zip(sides, kernel, stride, dilation, strict=True):
        total = max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0) if word == "tf-same" else d * (k - 1)
        pairs.append((total // 2, total - total // 2))
    return pairs
