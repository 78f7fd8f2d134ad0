"""The error of an impossible layer: the reason, the fix, and how torch words it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlquiz.errors import DlquizError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlquiz.cards import Language


class CalcError(DlquizError):
    """A layer or network that cannot be, with torch's own wording where torch has one, so that a search finds it.

    >>> print(CalcError("stride is 0", fix="use 1 or more", torch="non-positive stride is not supported"))
    stride is 0 — use 1 or more (torch: non-positive stride is not supported)
    """

    def __init__(self, message: str, *, fix: str | None = None, torch: str | None = None) -> None:
        super().__init__(message, fix=fix)
        self.torch = torch

    def torch_says(self, language: Language = "en") -> str:
        """torch's wording, always in English, after the message; nothing where torch has none."""
        if not self.torch:
            return ""
        return f"（torch：{self.torch}）" if language == "zh" else f" (torch: {self.torch})"

    def __str__(self) -> str:
        return super().__str__() + self.torch_says()


class MissingArgumentError(CalcError):
    """A calculator whose arguments `missing` were not given."""

    def __init__(self, calculator: str, missing: Sequence[str]) -> None:
        self.missing = tuple(missing)
        super().__init__(f"{calculator} needs {' and '.join(missing)}", fix="give it, or a model that has it")


class UncoveredFormulaError(CalcError):
    """A formula that is of another architecture than the one that is asked about."""
