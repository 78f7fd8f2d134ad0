"""The error of an impossible layer: the reason, the mend, and how torch words it."""

from __future__ import annotations

from dlquiz.errors import DlquizError


class CalcError(DlquizError):
    """A layer or network that cannot be, with torch's own wording where torch has one, so that a search finds it.

    >>> print(CalcError("stride is 0", fix="use 1 or more", torch="non-positive stride is not supported"))
    stride is 0 — use 1 or more (torch: non-positive stride is not supported)
    """

    def __init__(self, message: str, *, fix: str | None = None, torch: str | None = None) -> None:
        super().__init__(message, fix=fix)
        self.torch = torch

    def __str__(self) -> str:
        text = super().__str__()
        return f"{text} (torch: {self.torch})" if self.torch else text
