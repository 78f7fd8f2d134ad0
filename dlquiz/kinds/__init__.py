"""The kinds of cards: what each one is written with, how it is stored, printed, asked and checked.

One file a kind, which is imported when a card of that kind is met.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast, overload

from dlquiz.cards import Body, Card, Kind, Language, Numeric, kind_name

if TYPE_CHECKING:
    from dlquiz.grading.check import Verdict
    from dlquiz.kinds.choice import ChoiceKind
    from dlquiz.kinds.cloze import ClozeKind
    from dlquiz.kinds.kind import CardKind, Drawn
    from dlquiz.kinds.numeric import NumericKind
    from dlquiz.kinds.open import OpenKind
    from dlquiz.kinds.order import OrderKind
    from dlquiz.thesaurus import Lexicon


@cache
def kind_named(name: Kind) -> OpenKind | ChoiceKind | ClozeKind | OrderKind | NumericKind:
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


@overload
def kind_of(body: Numeric) -> NumericKind: ...
@overload
def kind_of(body: Body) -> CardKind[Body, Drawn]: ...
def kind_of(body: Body) -> CardKind[Body, Drawn] | NumericKind:
    """What a kind of card is able to do, by the body of such a card.

    >>> from dlquiz.cards import Order
    >>> kind_of(Order(())).marker
    'steps'
    """
    # A kind takes only bodies of its own and what it drew itself, which goes back to it with the same card.
    return cast("CardKind[Body, Drawn]", kind_named(kind_name(body)))


def check(card: Card, drawn: Drawn, reply: object, language: Language, lexicon: Lexicon | None = None) -> Verdict:
    """Judge a reply to a card; `drawn` is what its kind drew for the presentation. "I don't know" in words is no
    reply. Raises `RefusedError`.

    >>> from dlquiz.cards import Choice, Option, Text
    >>> card = Card("c", "d", Text(en="?"), Choice((Option(Text(en="yes"), True), Option(Text(en="no"), False))))
    >>> check(card, (1, 0), 2, "en").outcome, check(card, (1, 0), [1], "en").expected
    ('right', [2])
    """
    from dlquiz.grading.check import says_unknown
    from dlquiz.kinds.kind import ReplyContext

    given = None if says_unknown(reply) else reply
    return kind_of(card.body).check(card.body, drawn, given, ReplyContext(card, language, lexicon))
