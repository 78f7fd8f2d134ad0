"""Reading what is typed after `dlquiz calc`: shapes, per-axis numbers, padding; what cannot be read exits with 2."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from dlquiz.calc.layers.arguments import shape_text
from dlquiz.errors import DlquizError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlquiz.calc.layers.arguments import Padding
    from dlquiz.cards import Language
    from dlquiz.grading.reply.reading import ReplyError

MAX_TEXT = 40
PADDING_WORDS = ("same", "valid", "tf-same")


class UnreadNumberError(UsageError):
    """What was typed for an option that takes a number, and why it is none, which is known in both languages."""

    def __init__(self, option: str, text: str, error: ReplyError) -> None:
        typed = f"{option} {text[:MAX_TEXT]!r}"
        super().__init__(f"{typed}: {error.reason.language('en')}")
        self.chinese = f"{typed}：{error.reason.language('zh')}"


def refuse(message: str) -> NoReturn:
    """One line on stderr, exit code 2."""
    raise UsageError(message)


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
    """Numbers with `x` between them; `×` and `*` are read too."""
    parts = text.strip().lower().replace("×", "x").replace("*", "x").split("x")
    suggestion = "x".join(part.strip(" ()") for part in text.rstrip(", )").split(","))
    if "," in text and suggestion.replace("x", "").isdigit() and len(text) <= MAX_TEXT:
        refuse(f"{name} {text!r} has commas — write {suggestion}")
    if len(parts) > 8:
        refuse(f"{name} has {len(parts)} numbers — write {form}")
    if not all(len(part) > MAX_TEXT or _is_whole(part) for part in parts):
        refuse(f"{name} {text[:MAX_TEXT]!r} cannot be read — write {form}")
    return tuple(number(part, name) for part in parts)


def _is_whole(text: str) -> bool:
    try:
        int(text)
    except ValueError:
        return False
    return True


# ── parameter types: each reads the text of one option before the command runs ───────────────────────────────────


class _NamedType:
    """A parser that typer calls with the text of one option; `name` is what errors call the value."""

    __name__ = "text"

    def __init__(self, name: str) -> None:
        self.name = name


class CountType(_NamedType):
    """A whole number."""

    __name__ = "count"

    def __call__(self, text: str) -> int:
        return number(text, self.name)


class RealType(_NamedType):
    """A decimal number."""

    __name__ = "real"

    def __call__(self, text: str) -> float:
        try:
            return float(text)
        except ValueError:
            refuse(f"{self.name} {text[:MAX_TEXT]!r} is not a number — write one such as 2")


class ShapeType(_NamedType):
    """Numbers with `x` between them, in the form that the message shows."""

    __name__ = "shape"

    def __init__(self, name: str, form: str) -> None:
        super().__init__(name)
        self.form = form

    def __call__(self, text: str) -> tuple[int, ...]:
        return numbers(text, self.name, self.form)


class PerAxisType(_NamedType):
    """`3` for every axis, `3x5` for rows and columns."""

    __name__ = "per_axis"

    def __call__(self, text: str) -> int | tuple[int, ...]:
        read = numbers(text, self.name, "3, or 3x5 for rows x columns")
        return read[0] if len(read) == 1 else read


class PaddingType(_NamedType):
    """`1`, `1x2`, `1:2` (before:after), `1:2x0:1`, or a word."""

    __name__ = "padding"

    def __call__(self, text: str) -> Padding:
        word = text.strip().lower()
        if word in PADDING_WORDS:
            return word
        if ":" in word:
            return tuple(self._ends(part, text) for part in word.replace("×", "x").split("x"))
        if word and not any(character.isdigit() for character in word):
            self._refuse(text, "1, 1x2, 1:2 (before:after), same, valid or tf-same")
        return PerAxisType(self.name)(text)

    def _ends(self, part: str, text: str) -> tuple[int, int]:
        ends = part.split(":")
        if len(ends) > 2 or not all(ends):
            self._refuse(text, "before:after for an axis, as 1:2x0:1")
        return number(ends[0], self.name), number(ends[-1], self.name)

    def _refuse(self, text: str, form: str) -> NoReturn:
        refuse(f"{self.name} {text[:MAX_TEXT]!r} cannot be read — write {form}")


ParameterType = CountType | RealType | ShapeType | PerAxisType | PaddingType


def every_axis(value: Padding, axes: int) -> Padding:
    """One `before:after` for all axes when only one was typed."""
    if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], tuple):
        return (value[0],) * axes
    return value


def language(chosen: str | None) -> Language:
    """The language asked for, else that of the settings, or of DLQUIZ_LANG and the locale where they cannot be read."""
    if chosen is not None and chosen not in ("en", "zh"):
        refuse(f"--lang {chosen[:40]!r} is unknown — use en or zh")
    if chosen is None and not os.environ.get("DLQUIZ_LANG") and _may_have_settings(os.environ):
        from dlquiz import settings

        with suppress(DlquizError):
            return settings.read().language
    names = ("DLQUIZ_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    found = chosen or next((value for name in names if (value := os.environ.get(name))), "en")
    return "zh" if found.lower().startswith("zh") else "en"


def _may_have_settings(environment: Mapping[str, str]) -> bool:
    """Whether the person may have set something: reading settings takes half as long as a layer does."""
    home = environment.get("DLQUIZ_HOME")
    if sys.platform != "linux" or "ANDROID_DATA" in environment:
        return True
    configured = environment.get("XDG_CONFIG_HOME", "")
    usual = os.path.join(environment.get("HOME", ""), ".config")
    directory = home or os.path.join(configured if os.path.isabs(configured) else usual, "dlquiz")
    return os.path.exists(os.path.join(directory, "config.toml"))


SHAPE_NOTES: dict[str, tuple[str, str]] = {
    "batch": (
        "note: four numbers are C,D,H,W; a batch of {first} is {rest} --batch {first}",
        "提示：四个数是 C,D,H,W；批大小为 {first} 时请写 {rest} --batch {first}",
    ),
    "last": (
        "note: three numbers are C,H,W, so {first} channels; {last} channels are {turned}",
        "提示：三个数是 C,H,W，这里是 {first} 个通道；{last} 个通道请写 {turned}",
    ),
    "side": (
        "note: {first} is the side of an image; for the parameters of {first} channels write {first}x3x3",
        "提示：{first} 是图像的边长；要 {first} 个通道的参数量请写 {first}x3x3",
    ),
}


def shape_note(shape: tuple[int, ...], chosen: str | None, counted: bool = False) -> str | None:
    """PyTorch's N,C,H,W and the H,W,C of other libraries can be read, and are seldom meant: what to write instead.

    A bare side has no channels, which a layer that is `counted` needs.

    >>> shape_note((224, 224, 3), "en")
    'note: three numbers are C,H,W, so 224 channels; 3 channels are 3x224x224'
    """
    first, *rest, last = shape if len(shape) > 1 else (*shape, 0)
    if len(shape) == 4 and shape[1] in (1, 3):
        kind = "batch"
    elif len(shape) == 3 and last in (1, 3) and min(first, *rest) > 7:
        kind = "last"
    elif len(shape) == 1 and counted:
        kind = "side"
    else:
        return None
    turned = shape_text((last, first, *rest))
    template = SHAPE_NOTES[kind][language(chosen) == "zh"]
    return template.format(first=first, last=last, rest=shape_text(shape[1:]), turned=turned)


def in_chinese(error: DlquizError) -> DlquizError:
    """The same error with its message and fix in Chinese, by the catalogue; what it does not know stays English."""
    from dlquiz.calc.errors import CalcError
    from dlquiz.messages.errors import chinese

    if isinstance(error, UnreadNumberError):
        return UsageError(error.chinese)
    what, fix, source = error.message, error.fix, ""
    if "\n" in what:
        what, _, source = what.partition("\n")
        source = "\n".join(map(_further_in_chinese, source.split("\n")))
    if fix is None:
        what, _, rest = what.partition(" — ")
        fix = rest or None
    texts = [chinese(text, of_calc=True) or text for text in (what, fix) if text]
    torch = error.torch_says("zh") if isinstance(error, CalcError) else ""
    kind = UsageError if error.exit_code == UsageError.exit_code else DlquizError
    return kind(" — ".join(texts) + torch + (f"\n{source}" if source else ""))


def _further_in_chinese(line: str) -> str:
    """A line below an error: another error, or the text that it is about, which stays as it was typed."""
    from dlquiz.messages.errors import chinese

    what, dash, fix = line.lstrip().partition(" — ")
    if not dash:
        return line
    margin = line[: len(line) - len(line.lstrip())]
    return f"{margin}{chinese(what, of_calc=True) or what}{dash}{chinese(fix, of_calc=True) or fix}"
