"""What decides stays on the screen: each shipped card in each outcome, both languages, low and narrow terminals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from rich.text import Text
from samples import sample
from studying import shipped_cards, write_bank

from dlquiz import bank, kinds
from dlquiz.cards import Card, Choice, Cloze, Language, Numeric, Order, Rating
from dlquiz.markup import cell_width
from dlquiz.messages.study import Phrases
from dlquiz.numeric import Instance
from dlquiz.numeric.template import format_value
from dlquiz.render.study import StudyPage
from dlquiz.session.current_card import CurrentCard, question_event, verdict_event
from dlquiz.session.events import VERDICT_WITH_POINTS, VerdictEvent
from dlquiz.session.presentation import Presentation, draw

SCREENS: list[Any] = [(80, 24, "en", 12), (40, 30, "zh", 12)]
SCREENS += [
    pytest.param(width, height, language, 1, marks=pytest.mark.slow)
    for width, height in ((80, 24), (40, 30), (120, 35))
    for language in ("en", "zh")
]
PREVIEWS = {Rating.AGAIN: 1, Rating.HARD: 12, Rating.GOOD: 345, Rating.EASY: 4567}


@pytest.fixture(scope="module")
def shipped() -> tuple[Card, ...]:
    return shipped_cards()


def wrong_reply(presentation: Presentation) -> object:
    """A reply that is wrong in every part."""
    card, drawn = presentation.card, presentation.drawn
    match card.body:
        case Choice(options):
            assert drawn is not None
            assert not isinstance(drawn, Instance)
            wrong = [number for number, index in enumerate(drawn, 1) if not options[index].right]
            return wrong if sum(option.right for option in options) > 1 else wrong[:1]
        case Cloze(holes):
            return ["something that is not it"] * len(holes)
        case Order():
            right = kinds.check(card, drawn, None, presentation.language).expected
            assert isinstance(right, list)
            return [*right[1:], right[0]]
        case Numeric():
            assert isinstance(drawn, Instance)
            return ["123456789123"] * len(drawn.quantities) if len(drawn.quantities) > 1 else "123456789123"
        case _:
            return "I would say that it depends on the data and on the model"


def right_reply(presentation: Presentation) -> object:
    card, drawn = presentation.card, presentation.drawn
    match card.body:
        case Numeric():
            assert isinstance(drawn, Instance)
            values = [format_value(one.value) for one in drawn.quantities]
            return values if len(values) > 1 else values[0]
        case Choice() | Order() | Cloze():
            return kinds.check(card, drawn, None, presentation.language).expected
        case _:
            return " ".join(point.text.language(presentation.language) for point in card.points)


def verdicts(cards: tuple[Card, ...], language: Language) -> Iterator[VerdictEvent]:
    for card in cards:
        presentation = draw(card, language, Random(1), "")
        for reply in (None, wrong_reply(presentation), right_reply(presentation)):
            try:
                verdict = kinds.check(card, presentation.drawn, reply, language)
            except ValueError:  # a shape, where a plain number is no reply
                continue
            judged = CurrentCard(presentation, 0)._replace(
                reply=reply, seconds=20.0, verdict=verdict, ticks=verdict.ticked
            )
            yield verdict_event(judged, Rating.AGAIN, PREVIEWS, VERDICT_WITH_POINTS)


def screen_of(page: StudyPage, event: VerdictEvent) -> list[Text]:
    """All that stands below the reply when the rating is asked."""
    points = [*page.points(event), *page.tick_prompt(event), page.ticks(event, ())] if event.points else []
    return [*page.verdict(event), *points, *page.ratings(event)]


@pytest.mark.no_cover
@pytest.mark.parametrize(("width", "height", "language", "one_in"), SCREENS)
def test_outcome_mine_and_the_right_one_stay_in_view(
    shipped: tuple[Card, ...], width: int, height: int, language: Language, one_in: int
) -> None:
    cards = tuple(sample(shipped, one_in))
    page = StudyPage(Phrases(language), width, height=height, card_language=language)
    counted = 0
    for event in verdicts(cards, language):
        lines = [line.plain for line in screen_of(page, event)]
        assert len(lines) <= height, f"{event.card} {event.verdict}: {len(lines)} lines\n" + "\n".join(lines)
        assert all(cell_width(line) + page.margin <= width for line in lines), event.card
        shown = "\n".join(lines)
        assert "@{" not in shown
        assert event.figure or page.say("rest with figure") not in shown, event.card
        if event.kind != "open":
            assert lines[1][:1] in "✓✗" or page.say("not known") in lines[1] or lines[1] == page.say(event.verdict)
        if event.correct is False and event.given is not None:
            mine = {"choice": page.say("yours here"), "cloze": "something", "numeric": "123456789123"}
            assert mine.get(event.kind, page.say("yours at", place="").strip()) in shown, event.card
        counted += 1
    assert counted > 2 * len(cards)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("width", "height"), [(40, 30), (80, 24), (120, 35)])
def test_golden_screens_of_each_kind_in_each_outcome(
    tmp_path: Path, golden: Callable[[str, str], None], width: int, height: int, language: Language
) -> None:
    """The question, and the screen as it stands when the rating is asked: not known, wrong and right."""
    drawn = bank.load([Path(__file__).parent / "data" / "screens.yaml"])[0]
    cards = (*bank.load([write_bank(tmp_path)])[0], *drawn)
    page = StudyPage(Phrases(language), width, height=height, card_language=language)
    out: list[str] = []
    for card in cards:
        asked = CurrentCard(draw(card, language, Random(1), ""), 0)
        out += [line.plain for line in page.question(question_event(asked, 3, 17), "1:05")]
        for event in verdicts((card,), language):
            screen = screen_of(page, event)
            assert len(screen) <= height
            out += [f"# {event.card}: {event.given!r}", *(line.plain for line in screen), ""]
    golden(f"verdicts/{language}-{width}x{height}.txt", "".join(line.rstrip() + "\n" for line in out))


def test_no_hole_stands_behind_the_continuation_of_another(tmp_path: Path) -> None:
    (card,) = (card for card in bank.load([write_bank(tmp_path)])[0] if isinstance(card.body, Cloze))
    page = StudyPage(Phrases("en"), 80, height=24, card_language="en")
    _, wrong, _ = verdicts((card,), "en")
    long = "a running average of the gradients and of their squares, each of them divided by a power"
    lines = [line.plain for line in page.verdict(wrong._replace(given=[long, "x"]))]
    assert [line for line in lines if "▢₂ ✗" in line] == ["▢₂ ✗ x → σ²"]
