"""Reading what a layer is given: sizes, per-axis tuples, padding and shapes, each refusal naming the fix."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from math import gcd
from typing import SupportsIndex

from dlquiz.calc.errors import CalcError

LARGEST = 10**18
VALUE_BYTES = {"fp64": 8, "fp32": 4, "tf32": 4, "fp16": 2, "bf16": 2, "fp8": 1, "int8": 1}
# What torch calls them.
TORCH_TYPES = {"float64": "fp64", "double": "fp64", "float32": "fp32", "float": "fp32", "float16": "fp16",
               "half": "fp16", "bfloat16": "bf16"}  # fmt: skip
Pair = tuple[int, int]
Sizes = Sequence[int]
# One number for every axis, or one for each.
PerAxis = int | Sizes
# A word, one number, one for each axis, or (before, after) for each axis.
Padding = str | int | Sequence[int | Sequence[int]]


def whole(value: object, name: str, least: int = 1, torch: str | None = None) -> int:
    """A whole number from `least` to 10^18.

    >>> whole(7, "kernel_size")
    7
    """
    number = value if type(value) is int else _as_int(value, name)
    if number < least:
        raise CalcError(f"{name} is {_message(number)}", fix=f"use {least} or more", torch=torch)
    if number > LARGEST:
        raise CalcError(f"{name} is larger than 10^18", fix="use a smaller number")
    return number


def type_name(dtype: str, known: Collection[str]) -> str:
    """The type under its short name, also from torch's or in capitals; raises CalcError for one that is not known.

    >>> type_name("BFloat16", VALUE_BYTES)
    'bf16'
    """
    typed = str(dtype).lower()
    name = TORCH_TYPES.get(typed, typed)
    if name not in known:
        raise CalcError(f"dtype is {str(dtype)[:40]!r}", fix="use one of: " + ", ".join(known))
    return name


def value_bytes(dtype: str) -> int:
    """Bytes of a value of the type in a layer; raises CalcError for an unknown one."""
    return VALUE_BYTES[type_name(dtype, VALUE_BYTES)]


def _as_int(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        raise CalcError(f"{name} is {_message(value)}, which is not a whole number", fix="use an integer such as 3")
    return value.__index__()


def _message(value: object) -> str:
    if isinstance(value, int) and abs(value) > LARGEST:
        return "beyond 10^18" if value > 0 else "below -10^18"
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def per_axis(value: object, name: str, axes: int, least: int = 1, torch: str | None = None) -> tuple[int, ...]:
    """One number for every axis, or one per axis.

    >>> per_axis(3, "kernel_size", 2), per_axis((3, 5), "kernel_size", 2)
    ((3, 3), (3, 5))
    """
    if type(value) is int:
        return (whole(value, name, least, torch),) * axes
    if isinstance(value, tuple | list):
        if len(value) != axes:
            given = f"{len(value)} value{'' if len(value) == 1 else 's'}"
            raise CalcError(f"{name} has {given} for {axes} {plural(axes)}", fix=f"give one number, or {axes}")
        return tuple([whole(one, name, least, torch) for one in value])
    return (whole(value, name, least, torch),) * axes


def plural(axes: int) -> str:
    return "axis" if axes == 1 else "axes"


def flag(value: object, name: str) -> bool:
    if value is not True and value is not False:
        raise CalcError(f"{name} is {_message(value)}", fix="use True or False")
    return bool(value)


def flags(**given: object) -> dict[str, bool]:
    """Several flags by their names."""
    return {name: flag(value, name) for name, value in given.items()}


def real(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise CalcError(f"{name} is {_message(value)}, which is not a number", fix="use a number such as 0.1")
    return value


def probability(value: object, name: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise CalcError(
            f"{name} is {_message(value)}",
            fix="use a number from 0 to 1",
            torch="dropout should be a number in range [0, 1] representing the probability of an element being zeroed",
        )


def choice(value: object, name: str, allowed: tuple[str, ...], torch: str | None = None) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise CalcError(f"{name} is {_message(value)}", fix="use one of: " + ", ".join(allowed), torch=torch)
    return value


def dimensions(shape: object, kind: str) -> tuple[int, ...]:
    """A shape as a tuple of positive integers; a single number is a vector."""
    if type(shape) is int:
        shape = (shape,)
    if not isinstance(shape, tuple | list):
        raise CalcError(f"the input of {kind} is {_message(shape)}", fix="give a shape such as (3, 224, 224)")
    if not 1 <= len(shape) <= 64:
        raise CalcError(f"the input of {kind} has {len(shape)} axes", fix="give a shape such as (3, 224, 224)")
    return tuple([whole(one, "an axis of the input") for one in shape])


def feature_map(shape: object, axes: int, kind: str) -> tuple[tuple[int, ...], int, tuple[int, ...]]:
    """The batch axes (none or one), the channels and the sides of a map with this many axes.

    >>> feature_map((8, 3, 32, 32), 2, "conv2d")
    ((8,), 3, (32, 32))
    """
    read = dimensions(shape, kind)
    if len(read) == axes + 1:
        return (), read[0], read[1:]
    if len(read) == axes + 2:
        return read[:1], read[1], read[2:]
    form = ("C, L", "C, H, W", "C, D, H, W")[axes - 1]
    raise CalcError(
        f"{kind} takes ({form}) or (N, {form}), not a shape of {len(read)} axes {tuple_text(read)}",
        fix=f"give {axes + 1} numbers, or {axes + 2} with the batch",
        torch=f"Expected {axes + 1}D (unbatched) or {axes + 2}D (batched) input to {kind}, "
        f"but got input of size: [{', '.join(map(str, read))}]",
    )


def shape_text(shape: Iterable[int]) -> str:
    """A shape as commands and the notation write it.

    >>> shape_text((3, 224, 224)), shape_text(())
    ('3x224x224', '()')
    """
    return "x".join(map(str, shape)) or "()"


def tuple_text(values: tuple[int, ...]) -> str:
    return "(" + ", ".join(map(str, values)) + ("," if len(values) == 1 else "") + ")"


def divides(name: str, groups: int, what: str, channels: int, torch: str, together: int = 0) -> None:
    """Refuse groups that do not divide channels, and name those that would (and `together`, when given)."""
    if channels % groups:
        common = gcd(channels, together)
        fits = [str(one) for one in range(1, min(common, 1000) + 1) if common % one == 0]
        listed = " ".join(fits if len(fits) <= 8 else [*fits[:7], "..."])
        both = f"{channels} and {together}" if together not in (0, channels) else f"{channels}"
        fix = f"only 1 divides {both}" if common == 1 else f"use one of {listed}, which divide {both}"
        raise CalcError(f"{name}={groups} does not divide {what}={channels}", fix=fix, torch=torch)
