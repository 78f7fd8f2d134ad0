"""Problems: what is wrong in a bank, where it stands, and what to do about it; collected, never raised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from dlquiz.cards import Place
from dlquiz.formatting import visible

Severity = Literal["error", "warning"]
ReportProblem = Callable[[int, str, str, str], None]  # index in the source, code, message, fix


class Problem(NamedTuple):
    """One thing to correct in a bank file.

    >>> print(Problem(Place("cnn.yaml", 7, 12), "no-right-option", "no option is right", "mark one", "max-pool"))
    cnn.yaml:7:12: card max-pool: no option is right — mark one
    """

    place: Place
    code: str
    message: str
    fix: str
    card: str | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        card = f"card {self.card}: " if self.card else ""
        warning = "warning: " if self.severity == "warning" else ""
        return visible(f"{self.place}: {warning}{card}{self.message} — {self.fix}")
