"""Problems: what is wrong in a bank, where it stands, and what to do about it; collected, never raised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dlquiz.cards import Place

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in a bank file.

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
        return f"{self.place}: {warning}{card}{self.message} — {self.fix}"


def shortened(text: str, limit: int = 40) -> str:
    """The text as it is quoted in a message: one line, not longer than the limit.

    >>> shortened("a\\n b"), shortened("x" * 50, 10)
    ('a b', 'xxxxxxxxx…')
    """
    line = " ".join(text[: limit * 4].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def near(word: str, known: object) -> str | None:
    """The known word that was probably meant.

    >>> near("awnser", ["answer", "question"]), near("sdfgh", ["answer"])
    ('answer', None)
    """
    from difflib import get_close_matches

    names = list(known)  # type: ignore[call-overload]
    normalised = {name.casefold().replace("_", "-"): name for name in names}
    found = get_close_matches(word[:60].casefold().replace("_", "-"), normalised, n=1, cutoff=0.6)
    return normalised[found[0]] if found else None
