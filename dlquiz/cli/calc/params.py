"""Reading what is typed after `dlquiz calc`: axes, per-axis numbers, padding; what cannot be read exits with 2."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from dlquiz.cards import Language

MAX_TEXT = 40


def refuse(message: str) -> NoReturn:
    """One line on stderr, exit code 2."""
    typer.echo(f"dlquiz: {message}", err=True)
    raise typer.Exit(2)


def number(text: str, name: str) -> int:
    """A whole number as typed, a sign allowed (the library says which are too small)."""
    shown = text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 3] + "..."
    if len(text) > MAX_TEXT:
        refuse(f"{name} {shown!r} is too long for a number — use up to 10^18")
    try:
        return int(text)
    except ValueError:
        refuse(f"{name} {shown!r} is not a whole number — write one such as 3")


def numbers(text: str, name: str, form: str) -> tuple[int, ...]:
    """Numbers with `x` between them."""
    parts = text.strip().lower().replace("×", "x").split("x")
    suggestion = "x".join(part.strip(" ()") for part in text.rstrip(", )").split(","))
    if "," in text and suggestion.replace("x", "").isdigit() and len(text) <= MAX_TEXT:
        refuse(f"{name} {text!r} has commas — write {suggestion}")
    if len(parts) > 8:
        refuse(f"{name} has {len(parts)} numbers — write {form}")
    if not all(parts):
        refuse(f"{name} {text[:MAX_TEXT]!r} cannot be read — write {form}")
    return tuple(number(part, name) for part in parts)


def per_axis(text: str | None, name: str) -> int | tuple[int, ...] | None:
    """`3` for every axis, `3x5` for rows and columns."""
    if text is None:
        return None
    read = numbers(text, name, "3, or 3x5 for rows x columns")
    return read[0] if len(read) == 1 else read


def padding(text: str | None) -> Any:
    """`1`, `1x2`, `1:2` (before:after), `1:2x0:1`, or a word."""
    if text is None:
        return None
    word = text.strip().lower()
    if word in ("same", "valid", "tf-same"):
        return word
    if ":" not in word:
        if word and not any(character.isdigit() for character in word):
            refuse(
                f"padding {text[:MAX_TEXT]!r} cannot be read — write 1, 1x2, 1:2 (before:after), same, valid or tf-same"
            )
        return per_axis(text, "padding")
    pairs = []
    for part in word.replace("×", "x").split("x"):
        ends = part.split(":")
        if len(ends) > 2 or not all(ends):
            refuse(f"padding {text[:MAX_TEXT]!r} cannot be read — write before:after for an axis, as 1:2x0:1")
        pairs.append(tuple(number(end, "padding") for end in ends) * (1 if len(ends) == 2 else 2))
    return tuple(pairs)


def every_axis(value: Any, axes: int) -> Any:
    """One `before:after` for all axes when only one was typed."""
    if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], tuple):
        return value * axes
    return value


def given(**arguments: Any) -> dict[str, Any]:
    """The arguments that were typed."""
    return {name: value for name, value in arguments.items() if value is not None}


def language(chosen: str | None) -> Language:
    """The language asked for, else that of DLQUIZ_LANG or the locale. (The settings file would cost a third more.)"""
    if chosen is not None and chosen not in ("en", "zh"):
        refuse(f"--lang {chosen[:40]!r} is unknown — use en or zh")
    names = ("DLQUIZ_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    found = chosen or next((value for name in names if (value := os.environ.get(name))), "en")
    return "zh" if found.lower().startswith("zh") else "en"


Input = Annotated[str, typer.Argument(metavar="INPUT", help="Channels x sides, as 3x224x224; or one bare side.")]
Sequence = Annotated[
    str | None, typer.Argument(metavar="[TxF]", help="Tokens x features, as 128x768; or features alone.")
]
Tokens = Annotated[str | None, typer.Option("--tokens", metavar="TxF", help="The same as an option.")]
Out = Annotated[str | None, typer.Option("-o", "--out", metavar="N", help="Output channels.")]
Kernel = Annotated[str | None, typer.Option("-k", "--kernel", metavar="K", help="Kernel: 3, or 3x5.")]
Stride = Annotated[str | None, typer.Option("-s", "--stride", metavar="S", help="Stride; 1 unless given.")]
Padding = Annotated[
    str | None,
    typer.Option("-p", "--padding", metavar="P", help="1, 1x2, 1:2 (before:after), same, valid, tf-same."),
]
Dilation = Annotated[str | None, typer.Option("-d", "--dilation", metavar="D", help="Dilation; 1 unless given.")]
Groups = Annotated[str | None, typer.Option("-g", "--groups", metavar="G", help="Groups; 1 unless given.")]
NoBias = Annotated[bool, typer.Option("--no-bias", help="Without biases.")]
Batch = Annotated[str | None, typer.Option("--batch", metavar="N", help="Examples at once.")]
Count = Annotated[
    str, typer.Option("--count", metavar="mac|flop|all", help="Which cost to show; all adds element-wise.")
]
Check = Annotated[str | None, typer.Option("--check", metavar="NUMBER", help="Is this right? If not, which mistake?")]
Ask = Annotated[str | None, typer.Option("--ask", metavar="NAME", help="What --check is about, as parameters or macs.")]
Dtype = Annotated[str, typer.Option("--dtype", metavar="TYPE", help="fp64, fp32, fp16, bf16, int8 ...: for memory.")]
Lang = Annotated[str | None, typer.Option("--lang", metavar="en|zh", help="Language of the answer.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]
