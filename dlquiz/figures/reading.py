"""A card's `figure:` → a figure: the fields of each kind, checked, with what to write instead where they are wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any

from dlquiz.errors import DlquizError
from dlquiz.suggest import closest


class FigureError(DlquizError):
    """A description of a figure that cannot be drawn."""


class Fields:
    """The fields of one description, taken one by one; what is left over at the end was misspelt."""

    def __init__(self, description: Mapping[str, Any], language: str) -> None:
        self.left = dict(description)
        self.language = language
        self.kind = str(self.left.pop("kind", ""))

    def words(self, name: str, default: str) -> str:
        """A text, or a map of both languages."""
        return self.word(self.left.pop(name, default))

    def word(self, value: object) -> str:
        """The value in the figure's language, where it is a map of both."""
        if isinstance(value, Mapping):
            value = value.get(self.language) or next(iter(value.values()), "")
        return line(value)

    def number(self, name: str, default: float, low: float, high: float) -> float:
        value = self.left.pop(name, default)
        try:
            value = float(value)
        except (TypeError, ValueError, OverflowError):
            raise FigureError(f"{name} of a {self.kind} figure is {value!r}, not a number") from None
        if not low <= value <= high:
            raise FigureError(f"{name} of a {self.kind} figure is {value:g}", fix=f"take {low:g} to {high:g}")
        return float(value)

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        value = self.number(name, default, low, high)
        if value != int(value):
            raise FigureError(f"{name} of a {self.kind} figure is {value:g}, not a whole number")
        return int(value)

    def flag(self, name: str) -> bool:
        return str(self.left.pop(name, "false")).lower() in {"true", "yes", "1"}

    def several(self, name: str, default: Sequence[Any] = ()) -> tuple[Any, ...]:
        value = self.left.pop(name, default)
        return tuple(value) if isinstance(value, list | tuple) else (value,)

    def numbers(self, name: str, default: Sequence[Any] = ()) -> tuple[float, ...]:
        return self.read(name, self.several(name, default))

    def read(self, name: str, values: Sequence[Any]) -> tuple[float, ...]:
        """The values as numbers; `name` is what the person called them."""
        try:
            numbers = tuple(float(one) for one in values)
        except (TypeError, ValueError, OverflowError):
            numbers = (float("nan"),)
        if not all(map(isfinite, numbers)):
            raise FigureError(f"{name} of a {self.kind} figure holds something that is not a number")
        return numbers

    def chosen(self, name: str, known: Mapping[str, Any], default: Sequence[str] = ()) -> tuple[str, ...]:
        """Names out of a table."""
        names = tuple(str(one) for one in self.several(name, default))
        if not names:
            raise FigureError(f"a {self.kind} figure without {name}", fix=f"name one of {', '.join(known)}")
        for one in names:
            if one not in known:
                near = closest(one, known)
                raise FigureError(
                    f"{one!r} is not among the {name} that a {self.kind} figure knows",
                    fix=f"did you mean {near}?" if near else f"take one of {', '.join(known)}",
                )
        return names

    def finish(self) -> None:
        if self.left:
            raise FigureError(f"a {self.kind} figure has no {', '.join(map(str, self.left))}")


def line(value: object) -> str:
    """A word of the person's own as it can stand in a figure: on one line, nothing in it that a terminal acts on.

    >>> line("conv  3×3\\x1b")
    'conv 3×3'
    """
    return " ".join("".join(one if one.isprintable() else " " for one in str(value)).split())


Builder = Callable[[Fields], Any]


def built(description: Mapping[str, Any], language: str, kinds: Mapping[str, Builder]) -> Any:
    """The figure of a description; raises FigureError for an unknown kind, name or field."""
    fields = Fields(description, language)
    if fields.kind not in kinds:
        near = closest(fields.kind, kinds)
        fix = f"did you mean {near}?" if near else f"take one of {', '.join(kinds)}"
        raise FigureError(f"{fields.kind!r} is not a kind of figure", fix=fix)
    figure = kinds[fields.kind](fields)
    fields.finish()
    return figure
