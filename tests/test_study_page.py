"""What is drawn: every shipped card fits narrow and wide screens, phrases in both languages, golden screens."""

from __future__ import annotations

import re
from collections.abc import Callable
from inspect import getsource
from pathlib import Path
from random import Random
from string import Formatter
from typing import Any

import pytest
from rich.text import Text
from samples import sample, sampled
from studying import CARDS, context, options, right_reply, shipped_cards

from dlquiz import kinds, session
from dlquiz.cards import Card, Language, Rating
from dlquiz.markup import cell_width
from dlquiz.messages.study import PHRASES, Phrases
from dlquiz.render.interviews.screen import InterviewPage
from dlquiz.render.layout import Drawing
from dlquiz.render.study import StudyPage
from dlquiz.session.actions import read_action
from dlquiz.session.conversation import converse
from dlquiz.session.current_card import CurrentCard, question_event, verdict_event
from dlquiz.session.events import (
    VERDICT_WITH_POINTS,
    ConversationEvent,
    HintEvent,
    PlanFacts,
    QuestionEvent,
    RecordedEvent,
    SessionEvent,
    SummaryEvent,
    VerdictEvent,
)
from dlquiz.session.presentation import draw
from dlquiz.session.session import Session


def test_both_languages_say_the_same_things() -> None:
    for name, phrases in PHRASES.items():
        english, chinese = ({field for _, field, _, _ in Formatter().parse(one) if field} for one in phrases)
        assert english == chinese, name


def test_every_phrase_is_said_somewhere() -> None:
    package = Path(session.__file__).parents[1]
    sources = [*package.glob("render/**/*.py"), *package.glob("cli/**/*.py")]
    spoken = getsource(Phrases) + "".join(path.read_text(encoding="utf-8") for path in sources)
    events_of_session = {
        "again",
        "hard",
        "good",
        "easy",
        "right",
        "wrong",
        "other-convention",
        "rounded",
        "skip",
        "suspend",
        "bury",
        "flag",
        "unflag",
        "cram",
    }
    curves = {"plan curve expected", "plan curve low", "plan curve high", "plan days", "plan study days"}
    said = {name for name in PHRASES if f'"{name}"' in spoken or f"'{name}'" in spoken}
    unsaid = {name for name in PHRASES.keys() - said - curves if not name.startswith(("key ", "undone "))}
    assert unsaid - events_of_session == set()


def drawn(lines: list[Text]) -> str:
    return "\n".join(line.plain for line in lines)


def verdict_of(card: Card, language: Language) -> tuple[QuestionEvent, VerdictEvent]:
    """The question and the verdict on not knowing, as a session would yield them."""
    presentation = draw(card, language, Random(1), "")
    asked = CurrentCard(presentation, 0, repeat=True)
    judged = asked._replace(seconds=61.0, verdict=kinds.check(card, presentation.drawn, None, language), ticks=(1,))
    previews = {Rating.AGAIN: 1, Rating.HARD: 12, Rating.GOOD: 345, Rating.EASY: 4567}
    return question_event(asked, 12, 30), verdict_event(judged, Rating.AGAIN, previews, VERDICT_WITH_POINTS)


@pytest.fixture(scope="module")
def shipped() -> tuple[Card, ...]:
    return shipped_cards()


@sampled
@pytest.mark.parametrize(
    ("width", "language"),
    [(40, "en"), (40, "zh"), *(pytest.param(width, "zh", marks=pytest.mark.slow) for width in (80, 200))],
)
def test_every_shipped_card_fits(shipped: tuple[Card, ...], width: int, language: Language, one_in: int) -> None:
    cards = sample(shipped, one_in)
    page = StudyPage(Phrases(language), width)
    assert cards
    for card in cards:
        question, verdict = verdict_of(card, language)
        lines = [*page.question(question), *page.verdict(verdict), *page.points(verdict), *page.ratings(verdict)]
        for line in lines:
            assert cell_width(line.plain) + page.margin <= width, f"{card.id}: {line.plain!r}"
            assert "@{" not in line.plain, f"{card.id}: {line.plain!r}"


@pytest.mark.parametrize("page_type", [StudyPage, InterviewPage])
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [40, 60, 80])
def test_no_key_of_the_help_is_parted_from_its_meaning(
    page_type: type[StudyPage], language: Language, width: int
) -> None:
    page, keys = page_type(Phrases(language), width), "hnlmefsbuq"
    lines = [line.plain for line in page.keys(keys, "", ":")]
    items = [item for line in lines if line for item in line.split(" · ")]
    assert [item.partition("\u00a0")[0] for item in items] == [f":{key}" for key in keys]
    assert all(cell_width(line) <= width for line in lines)


def test_a_formula_as_source_shows_holes_and_no_template() -> None:
    for plain, sign in ((False, "▢₂"), (True, "[2]")):
        page = StudyPage(Phrases("en"), 80, drawing=Drawing(True, plain))
        shown = drawn(page.laid_out("slope $\\sqrt{@{2}}$ and $$@{2}^k$$", 60))
        assert "@{" not in shown
        assert shown.count(sign) == 2


LABELS = {"en": "keep the size", "zh": "尺寸不变"}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [40, 80])
def test_golden_screens(tmp_path: Path, golden: Callable[[str, str], None], language: Language, width: int) -> None:
    """Each kind asked and judged, wrong and right, as one long page to read by eye."""
    page = StudyPage(Phrases(language), width)
    out: list[Text] = []
    with context(tmp_path) as at:
        for name in CARDS:
            card = at.bank.card(name)
            conversation = converse(Session(at, options(at, [name], language=language)))
            inputs: list[Any] = [{"command": "hint"}, {"reply": None, "seconds": 20}, {"rating": "again"}, "right",
                                 {"rating": "suggested"}, {"command": "quit"}]  # fmt: skip
            given: Any = None
            for word in inputs:
                while True:
                    event = conversation.send(None if given is None else read_action(given))
                    out += lines_of(page, event)
                    given = None
                    if event.expects:
                        break
                given = word
                if word == "right":
                    right = LABELS[language] if name == "pad-why" else right_reply(card, event.to_json())
                    given = {"reply": right, "seconds": 20}
    text = re.sub(r" +\n", "\n", drawn(out) + "\n")
    golden(f"study-{language}-{width}.txt", text)


def lines_of(page: StudyPage, event: ConversationEvent) -> list[Text]:
    match event:
        case QuestionEvent():
            return page.question(event)
        case HintEvent():
            return page.hint(event)
        case VerdictEvent():
            points = [*page.points(event), page.ticks(event, [1])] if event.points else []
            return [*page.verdict(event), *points, *page.ratings(event)]
        case RecordedEvent():
            return page.recorded(event)
        case SummaryEvent():
            return page.summary(event)
        case _:
            return []


def test_a_verdict_speaks_the_language_of_its_card_and_prompts_that_of_the_person(shipped: tuple[Card, ...]) -> None:
    card = next(card for card in shipped if card.pitfall is not None and card.kind == "open")
    page = StudyPage(Phrases("en"), 80, card_language="zh")
    _, verdict = verdict_of(card, "zh")
    said = drawn(page.verdict(verdict))
    assert "易错点" in said
    assert "pitfall" not in said
    assert "again" in drawn(page.ratings(verdict))
    hint = HintEvent("看看步幅", 1)
    assert drawn(page.hint(hint)) == "提示：看看步幅（还有 1 条）"


def test_the_formula_of_a_hint_is_written_as_the_working_is() -> None:
    page = StudyPage(Phrases("en"), 80)
    (line,) = page.hint(HintEvent("floor((H - 1) / s) + 7000000000 · 2", 0))
    assert "⌊(H − 1) / s⌋ + 7·10⁹ × 2" in line.plain
    (line,) = page.hint(HintEvent("the matrix is $A - B$", 0))
    assert line.plain.endswith("the matrix is A − B")


def test_a_day_of_the_plan_is_done_when_its_minutes_are_used() -> None:
    """Or all but a few of them, into which no card fits; with more left, only what was selected has nothing more."""
    page, summary = StudyPage(Phrases("en"), 80), SummaryEvent(0, 0, 0.0, 3, None, (), ())
    for minutes_left, said in (
        (1.5, "Today's part of the plan is done."),
        (34.4, "The plan has nothing more to ask here"),
    ):
        session = SessionEvent("en", 0, cram=False, due=0, new=0, minutes_left=minutes_left, next_due=None)
        first, *_ = page.nothing_to_ask(session._replace(plan=PlanFacts(12, None, None)), summary)
        assert first.plain.startswith(said)


def test_the_promise_is_said_with_the_day_or_time_of_which_it_is_where_it_is_not_of_now() -> None:
    session = SessionEvent("en", 0, cram=False, due=0, new=0, minutes_left=None, next_due=None)
    for facts, said in (
        (PlanFacts(12, 0.49, "2026-11-30", up_to_date=True, time="09:14"), "49 %"),
        (PlanFacts(12, 0.49, "2026-11-30", time="09:14"), "49 % (worked out at 09:14)"),
        (PlanFacts(12, 0.49, "2026-11-29"), "49 % (worked out on Sun 29 Nov)"),
    ):
        (line,) = StudyPage(Phrases("en"), 80).plan(session._replace(plan=facts))
        assert line.plain == f"interview: 12 days · readiness on the day {said}"


def test_a_placement_says_what_it_is() -> None:
    session = SessionEvent("en", 25, cram=False, due=0, new=25, minutes_left=None, next_due=None)
    placement = session._replace(plan=PlanFacts(12, 0.49, "2026-11-29", placement=True))
    said = " ".join(line.plain for line in StudyPage(Phrases("en"), 80).plan(placement))
    assert said.startswith("interview: 12 days placement: 25 questions over all topics show what you know already;")
    assert "49" not in said
    page = StudyPage(Phrases("en"), 80)
    assert "1 question shows" in page.plan(placement._replace(cards=1))[1].plain
    begun = session._replace(cards=15, plan=PlanFacts(12, None, None, placement=True, answered=10))
    assert page.plan(begun)[1].plain == "placement: 10 of 25 questions are answered and count; left: 15"
    assert "dlquiz plan --placement goes on with the other 3" in page.after_placement(left=3)[0].plain
    assert "dlquiz study goes on" in page.after_placement(left=0)[0].plain
