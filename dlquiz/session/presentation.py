"""A card as it is presented: what was drawn for it, as the question is put and as the log keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dlquiz.cards import Card, Choice, Cloze, Language, Numeric, Open, Order, Text
from dlquiz.errors import DlquizError
from dlquiz.kinds import kind_of

if TYPE_CHECKING:
    from dlquiz.kinds.content import QuestionContent
    from dlquiz.kinds.kind import Drawn
    from dlquiz.kinds.view import CardView
    from dlquiz.randomness import RandomSource
    from dlquiz.session.events import ChoiceSolution, ClozeSolution, NumericSolution, OrderSolution


class UndrawableError(DlquizError):
    """A card that cannot be asked: which, where it is written, and why; the session goes on without it."""

    def __init__(self, card: Card, reason: Exception) -> None:
        where = f" ({card.place})" if card.place else ""
        message = reason.message if isinstance(reason, DlquizError) else str(reason)
        super().__init__(f"card {card.id}{where} cannot be asked: {message}", fix="dlquiz bank check says more")


class Presentation(NamedTuple):
    """`version` is the state of the card's history when it was shown."""

    card: Card
    language: Language
    drawn: Drawn = None
    version: str = ""


def draw(
    card: Card, language: Language, random: RandomSource, version: str, stability: float | None = None
) -> Presentation:
    """Options and steps in a random order, fresh values for a family, harder ones for a stronger memory (stability in
    days). Raises UndrawableError for a card, usually one of the person's own, that no values fit."""
    try:
        drawn = kind_of(card.body).draw(card.body, random, stability)
    except (DlquizError, ArithmeticError) as error:
        raise UndrawableError(card, error) from error
    return Presentation(card, language, drawn, version)


def fixed(card: Card) -> Drawn:
    """What is drawn for the card wherever it is printed, the same every time. Raises UndrawableError as `draw` does."""
    try:
        return kind_of(card.body).fixed(card.body, card.id)
    except (DlquizError, ArithmeticError) as error:
        raise UndrawableError(card, error) from error


def in_file_order(card: Card, random: RandomSource) -> Drawn:
    """Options and steps as the card's file numbers them, which is how its author looks at them; values at random.
    Raises UndrawableError as `draw` does."""
    match card.body:
        case Choice(options=parts) | Order(steps=parts):
            return tuple(range(len(parts)))
        case Open() | Cloze() | Numeric():
            return draw(card, "en", random, "").drawn


def stored(presentation: Presentation) -> dict[str, Any]:
    """What the log keeps of a presentation, enough to show it again after the card was edited."""
    return {"language": presentation.language, **kind_of(presentation.card.body).snapshot(presentation.drawn)}


def restored(card: Card, shown: str | None, language: Language) -> Presentation | None:
    """The presentation that a row of the log describes; None when it does not fit the card as it is now."""
    import json

    try:
        facts = json.loads(shown or "")
    except ValueError:
        return None
    if not isinstance(facts, Mapping):
        return None
    recorded_language: Language = (
        "zh" if facts.get("language") == "zh" else "en" if facts.get("language") == "en" else language
    )
    try:
        return Presentation(card, recorded_language, kind_of(card.body).restore(card.body, facts))
    except ValueError:
        return None


def text(presentation: Presentation, words: Text) -> str:
    """A text of the card in the language of the presentation, the drawn values filled in."""
    written = words.language(presentation.language)
    return kind_of(presentation.card.body).fill(presentation.drawn, written)


def available_hints(presentation: Presentation) -> tuple[str, ...]:
    card = presentation.card
    return kind_of(card.body).hints(card, card.body, presentation.drawn, presentation.language)


def question_content(presentation: Presentation) -> QuestionContent:
    """What a question of this kind has beside its text."""
    card = presentation.card
    return kind_of(card.body).question(card.body, presentation.drawn, presentation.language)


def view(presentation: Presentation) -> CardView:
    from dlquiz.kinds.view import card_view

    return card_view(presentation.card, presentation.language, presentation.drawn)


def solution(
    view: CardView, language: Language
) -> ChoiceSolution | OrderSolution | ClozeSolution | NumericSolution | None:
    """What the question had open, closed: the reasons of the options, the steps in order, the text without holes."""
    from dlquiz.kinds.view import FilledHoles, JudgedOptions, OrderedSteps, Working
    from dlquiz.session.events import ChoiceSolution, ClozeSolution, NumericSolution, OrderSolution

    match view.solution:
        case JudgedOptions(options):
            return ChoiceSolution(tuple(one.text for one in options), tuple(one.why for one in options))
        case OrderedSteps(steps):
            return OrderSolution(steps)
        case FilledHoles(holes, text):
            return ClozeSolution(text, tuple(one.spoken(language) for one in holes))
        case Working():
            return NumericSolution(tuple(one.asked for one in view.quantities))
        case None:
            return None
