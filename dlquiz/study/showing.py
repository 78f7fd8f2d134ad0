"""One showing of a card: what was drawn for it, as the question is put and as the log keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from dlquiz.answers import filling
from dlquiz.cards import Card, Choice, Cloze, Language, Numeric, Order, Text
from dlquiz.study.slips import possible


class Chance(Protocol):
    """What is needed of a `random.Random`; the door brings one."""

    def shuffle(self, x: list[Any], /) -> None: ...
    def random(self) -> float: ...


class Showing(NamedTuple):
    """`drawn` is the order of options or steps as indices into the card, the instance of a numeric family, or None;
    `version` is the state of the card's history when it was shown."""

    card: Card
    language: Language
    drawn: Any = None
    version: str = ""


def draw(card: Card, language: Language, chance: Chance, version: str, stability: float | None = None) -> Showing:
    """What this showing looks like: options and steps shuffled, fresh values for a family, harder ones for a stronger
    memory (stability in days)."""
    match card.body:
        case Choice(options):
            return Showing(card, language, _shuffled(len(options), chance), version)
        case Order(steps):
            return Showing(card, language, _disordered(len(steps), chance), version)
        case Numeric():
            from dlquiz import families

            return Showing(card, language, families.draw(card.body, chance, stability), version)
        case _:
            return Showing(card, language, None, version)


def _shuffled(count: int, chance: Chance) -> tuple[int, ...]:
    indices = list(range(count))
    chance.shuffle(indices)
    return tuple(indices)


def _disordered(count: int, chance: Chance) -> tuple[int, ...]:
    order = _shuffled(count, chance)
    # Steps that already stand in order would give themselves away.
    return order if order != tuple(range(count)) else order[1:] + order[:1]


def kept(showing: Showing) -> dict[str, Any]:
    """What the log keeps of a showing, enough to show it again after the card was edited."""
    facts: dict[str, Any] = {"language": showing.language}
    match showing.card.body:
        case Choice() | Order():
            facts["order"] = list(showing.drawn)
        case Numeric():
            facts["values"] = dict(showing.drawn.values)
            # Kept beside them, so that nothing need be computed anew to say how often a slip could have been made.
            facts["slips"] = possible(showing.drawn)
    return facts


def remembered(card: Card, shown: str | None, language: Language) -> Showing | None:
    """The showing that a row of the log tells of; None when it does not fit the card as it is now."""
    import json

    try:
        facts = json.loads(shown or "")
    except ValueError:
        return None
    if not isinstance(facts, Mapping):
        return None
    spoken: Language = "zh" if facts.get("language") == "zh" else "en" if facts.get("language") == "en" else language
    match card.body:
        case Choice(options=parts) | Order(steps=parts):
            order = facts.get("order")
            if not isinstance(order, list) or sorted(order, key=str) != list(range(len(parts))):
                return None
            return Showing(card, spoken, tuple(order))
        case Numeric():
            from dlquiz import families

            values = facts.get("values")
            instance = families.remembered(card.body, values) if isinstance(values, Mapping) else None
            return None if instance is None else Showing(card, spoken, instance)
        case _:
            return Showing(card, spoken)


def text(showing: Showing, words: Text) -> str:
    """A text of the card in the language of the showing, the drawn values filled in."""
    told = words.language(showing.language)
    if isinstance(showing.card.body, Numeric):
        from dlquiz import families

        return families.fill(told, showing.drawn)
    return told


def numeric_facts(showing: Showing) -> dict[str, Any]:
    """What a numeric question says beside its text: values, quantities asked, unit, convention."""
    from dlquiz import families

    return families.facts(showing.drawn, showing.language)


def filled(showing: Showing) -> str:
    """The text of a cloze with its answers in the holes."""
    told = showing.card.question.language(showing.language)
    assert isinstance(showing.card.body, Cloze)
    for number, hole in enumerate(showing.card.body.holes, 1):
        before, _, after = told.partition(f"@{{{number}}}")
        inside = before.replace("$$", "").count("$") % 2 or before.count("$$") % 2
        # A formula that fills a hole of plain text needs dollars of its own.
        answer = hole.answer if inside else filling(hole, showing.language)
        told = before + (answer if inside or "\\" not in answer else f"${answer}$") + after
    return told
