"""Cards on a page that stands alone: question, solution, points and pitfall, the other language folded below."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

from dlquiz.cards import Card, Language, Text
from dlquiz.kinds.view import card_view
from dlquiz.markup.html import FindImage
from dlquiz.messages.interview import PAGE
from dlquiz.render.pages import page as pages
from dlquiz.render.pages.card_parts import CardParts
from dlquiz.session.presentation import fixed

NAMES: Mapping[Language, str] = {"en": "English", "zh": "中文"}


def page(
    cards: Sequence[Card],
    languages: Sequence[Language],
    titles: Mapping[str, Text],
    image_of: Callable[[Card], FindImage],
) -> str:
    """The whole page; `image_of` a card finds the pictures that its text names, as HTML."""
    body = "\n".join(_article(card, languages, titles, image_of(card)) for card in cards)
    return pages.document(", ".join(card.id for card in cards), body, languages[0])


def _article(card: Card, languages: Sequence[Language], titles: Mapping[str, Text], image: FindImage) -> str:
    first, *others = [one for one in languages if one in card.question.languages] or card.question.languages
    title = titles[card.deck].language(first) if card.deck in titles else card.deck
    facts = [title, PAGE[first]["level"].format(level=card.level), "★" * card.weight, card.id]
    head = f'<p class="quiet">{escape(" · ".join(facts))}</p>'
    folded = "".join(
        f'<details lang="{"zh-CN" if other == "zh" else "en"}"><summary>{NAMES[other]}</summary>'
        f"{_sides(card, other, image)}</details>"
        for other in others
    )
    sources = f'<p class="quiet">{escape("; ".join(card.references))}</p>' if card.references else ""
    return f"<article>{head}{_sides(card, first, image)}{folded}{sources}</article>"


def _sides(card: Card, language: Language, image: FindImage) -> str:
    view = card_view(card, language, fixed(card))
    parts = CardParts(view, language, image)
    figure = pages.figure(card.figure, language) if card.figure else ""
    return parts.question(with_options=True) + parts.solution(figure) + parts.points() + parts.pitfall()
