"""Whether a numeric family can be asked: its members are drawn, computed and printed as study would do it."""

from __future__ import annotations

from collections.abc import Iterator

from dlquiz import numeric
from dlquiz.bank.checks.style import Finding, texts_of
from dlquiz.cards import LANGUAGES, Card, Numeric
from dlquiz.errors import DlquizError

DRAWN = 2


class Steady:
    """A sequence of chances that is always the same, so that a check is."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def random(self) -> float:
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return float(self._state >> 11) / 2.0**53


def unaskable(card: Card) -> Iterator[Finding]:
    """What keeps a numeric card from being asked, or its mistakes from being told from the answer."""
    if not isinstance(card.body, Numeric):
        return
    chance = Steady(20)
    coinciding: set[str] = set()
    for number in range(DRAWN if card.body.vary else 1):
        try:
            instance = numeric.draw(card.body, chance)
            _print(card, instance)
        except (DlquizError, ValueError, ArithmeticError) as error:
            yield _cannot(card, error, number)
            return
        if card.body.vary:
            coinciding |= {
                wrong.name for one in instance.quantities for wrong in one.wrongs if one.is_right(wrong.value)
            }
    if coinciding:
        names = ", ".join(sorted(numeric.mistake_name(name, "en") or name for name in coinciding))
        yield Finding(card, ("where",), "mistake-gives-answer", f"a mistake gives the right answer: {names}",
                      "narrow vary or where, so that slips show")  # fmt: skip


def _print(card: Card, instance: numeric.Instance) -> None:
    for _, text in texts_of(card):
        for language in LANGUAGES:
            instance.fill(text.language(language))


def _cannot(card: Card, error: Exception, drawn: int) -> Finding:
    assert isinstance(card.body, Numeric)
    message = getattr(error, "message", None) or str(error)
    fix = getattr(error, "fix", None) or "correct calc, value or where"
    path = "vary" if "conditions" in message else "calc" if card.body.calc is not None else "value"
    again = f" (member {drawn + 1} of those drawn)" if drawn else ""
    return Finding(card, (path,), "cannot-be-asked", f"the family cannot be asked{again}: {message}", fix)
