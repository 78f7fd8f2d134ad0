"""The kinds of cards: what each one is written with, how it is stored, printed, asked and checked.

One file a kind, which is imported when a card of that kind is met.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from dlquiz.cards import Body, Kind, kind_name

if TYPE_CHECKING:
    from dlquiz.kinds.kind import CardKind

BodyT = TypeVar("BodyT", bound=Body)


@cache
def kind_named(name: Kind) -> CardKind[Any, Any]:
    """What a kind of card is able to do, by its name in a card file.

    >>> kind_named("order").marker
    'steps'
    """
    match name:
        case "open":
            from dlquiz.kinds.open import OpenKind

            return OpenKind()
        case "choice":
            from dlquiz.kinds.choice import ChoiceKind

            return ChoiceKind()
        case "cloze":
            from dlquiz.kinds.cloze import ClozeKind

            return ClozeKind()
        case "order":
            from dlquiz.kinds.order import OrderKind

            return OrderKind()
        case "numeric":
            from dlquiz.kinds.numeric import NumericKind

            return NumericKind()


def kind_of(body: BodyT) -> CardKind[BodyT, Any]:
    """What a kind of card is able to do, by the body of such a card.

    >>> from dlquiz.cards import Order
    >>> kind_of(Order(())).marker
    'steps'
    """
    return cast("CardKind[BodyT, Any]", kind_named(kind_name(body)))
