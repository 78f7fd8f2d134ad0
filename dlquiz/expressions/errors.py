"""What is wrong with an expression, and the word that was probably meant."""

from __future__ import annotations

from collections.abc import Collection

from dlquiz.errors import DlquizError
from dlquiz.suggest import closest


class ExpressionError(DlquizError):
    """An expression that cannot be read or worked out; `position` counts characters from 0."""

    def __init__(self, message: str, position: int, *, fix: str | None = None) -> None:
        super().__init__(message, fix=fix)
        self.position = position


def unknown(name: str, position: int, known: Collection[str], *, what: str = "name") -> ExpressionError:
    """The error for a name that nothing here has, with the one that was probably meant."""
    close = closest(name, known)
    listed = ", ".join(sorted(known)[:12])
    fix = f"did you mean {close}?" if close else (f"known here: {listed}" if listed else None)
    return ExpressionError(f'unknown {what} "{name}"', position, fix=fix)
