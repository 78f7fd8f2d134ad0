"""Figures where people meet them: on cards in study and `bank show`, in the documentation, in Anki and on a page."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest
from studying import run_in, shipped_cards
from test_page import Reader

from dlquiz import bank, figures, kinds
from dlquiz.anki.card_html import ExportedCard, fields
from dlquiz.anki.export import ExportedDecks, ReviewHistory, export
from dlquiz.anki.images import Images
from dlquiz.anki.manifest import Manifest
from dlquiz.anki.package.notetypes import FIELDS
from dlquiz.bank.checks.report import check_bank
from dlquiz.cards import LANGUAGES, Card, Language, Numeric, Open, Rating, Text
from dlquiz.markup import cell_width
from dlquiz.messages.study import Phrases
from dlquiz.numeric import Instance
from dlquiz.numeric import draw as drawn_instance
from dlquiz.render.layout import Drawing
from dlquiz.render.pages.card_page import page
from dlquiz.render.study import StudyPage
from dlquiz.scheduler import Instant
from dlquiz.session.current_card import CurrentCard, question_event, verdict_event
from dlquiz.session.events import VERDICT, QuestionEvent, VerdictEvent
from dlquiz.session.presentation import draw

DOCS = Path(__file__).parents[1] / "docs"
DECK = """\
deck: pictures
language: en
title: {en: Pictures, zh: 图}
cards:
"""


@pytest.fixture(scope="module")
def shipped() -> tuple[Card, ...]:
    return tuple(card for card in shipped_cards() if card.figure)


def examples() -> list[str]:
    return re.findall(r"^figure: (.+)$", (DOCS / "figures.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_examples_of_the_documentation_are_figures(tmp_path: Path) -> None:
    """Each is read from a deck, so that what is documented is what one writes."""
    deck = tmp_path / "pictures.yaml"
    output = "".join(
        f"  - {{id: picture-{number}, kind: open, question: What is shown?, answer: This.,\n     figure: {example}}}\n"
        for number, example in enumerate(examples())
    )
    deck.write_text(DECK + output, encoding="utf-8")
    cards, problems = bank.load([deck])
    assert not [problem for problem in problems if problem.severity == "error"], problems
    assert len(cards) == len(examples()) >= len(figures.KINDS)
    for card in cards:
        assert card.figure
        for language in LANGUAGES:
            assert figures.draw(figures.figure(card.figure, language), 80)
    assert {card.figure["kind"] for card in cards if card.figure} == set(figures.KINDS)


def test_the_documentation_names_every_choice() -> None:
    from dlquiz.figures.functions import FUNCTIONS, SCHEDULES
    from dlquiz.figures.plots import LOSS_CURVES, NOISE_SCHEDULES
    from dlquiz.figures.rasters import FORMATS, PIPELINES
    from dlquiz.figures.scenes import DIAGRAMS, NORMS

    written = (DOCS / "figures.md").read_text(encoding="utf-8")
    for name in [
        *figures.KINDS,
        *FUNCTIONS,
        *SCHEDULES,
        *DIAGRAMS,
        *LOSS_CURVES,
        *NORMS,
        *NOISE_SCHEDULES,
        *FORMATS,
        *PIPELINES,
    ]:
        assert f"`{name}`" in written, name


def test_a_wrong_figure_is_reported_at_its_place(tmp_path: Path) -> None:
    deck = tmp_path / "pictures.yaml"
    fields = "kind: open, question: What is shown?, answer: This."
    card = f"  - {{id: wrong, {fields},\n     figure: {{kind: functions, functions: [sigmod]}}}}\n"
    deck.write_text(DECK + card, encoding="utf-8")
    problems = check_bank([deck], (), bank.shipped_questions()).problems
    (output,) = [problem for problem in problems if "sigm" in str(problem)]
    assert f"{deck}:6:" in str(output)
    assert "did you mean sigmoid" in str(output)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_figure_fits_forty_columns_as_a_drawing(shipped: tuple[Card, ...], language: Language) -> None:
    assert len(shipped) >= 35
    for card in shipped:
        assert card.figure
        figure = figures.figure(card.figure, language)
        width = StudyPage(Phrases(language), 40).width
        lines = ["".join(words for words, _ in line) for line in figures.draw(figure, width)]
        assert " ".join(lines) != figure.alternative, card.id
        assert max(map(cell_width, lines)) <= width, card.id
        assert len(lines) > 2, f"{card.id} is shown in words"


def verdict_of(card: Card, language: Language) -> tuple[QuestionEvent, VerdictEvent]:
    presentation = draw(card, language, Random(1), "")
    asked = CurrentCard(presentation, 0)
    judged = asked._replace(verdict=kinds.check(card, presentation.drawn, None, language))
    return question_event(asked, 1, 3), verdict_event(judged, Rating.AGAIN, None, VERDICT)


def test_a_figure_comes_with_the_answer_and_not_before(shipped: tuple[Card, ...]) -> None:
    for card in shipped:
        question, verdict = verdict_of(card, "en")
        assert "figure" not in question.to_json()
        assert json.dumps(verdict.to_json()["figure"]) == json.dumps(card.figure)


def test_a_card_without_a_figure_says_nothing_of_it() -> None:
    card = Card("bare", "first", Text(en="Why?"), Open(), answer=Text(en="Because."))
    assert "figure" not in verdict_of(card, "en")[1].to_json()


@pytest.mark.parametrize("pictures", [True, False])
def test_a_verdict_draws_the_figure_or_says_it(shipped: tuple[Card, ...], pictures: bool) -> None:
    (card,) = [card for card in shipped if card.id == "senet-steps"]
    _, verdict = verdict_of(card, "en")
    output = "\n".join(
        line.plain for line in StudyPage(Phrases("en"), 80, drawing=Drawing(pictures=pictures)).verdict(verdict)
    )
    assert ("┌" in output) == pictures
    assert ("se: x →" in output) != pictures


def test_a_figure_that_cannot_be_drawn_does_not_stop_a_session() -> None:
    card = Card("odd", "first", Text(en="Why?"), Open(), answer=Text(en="So."), figure={"kind": "drawing"})
    output = "\n".join(line.plain for line in StudyPage(Phrases("en"), 80).verdict(verdict_of(card, "en")[1]))
    assert "not a kind of figure" in output


def test_anki_is_given_the_figure_behind_and_not_in_front(shipped: tuple[Card, ...]) -> None:
    (card,) = [card for card in shipped if card.id == "l1-sparsity-geometry"]
    images = Images()
    cells = fields(ExportedCard(card.id, card, Text(en="x")), LANGUAGES, None, images.drawn(card))
    filled = dict(zip(FIELDS, cells, strict=True))
    names = re.findall(r'src="(dlq-[0-9a-f]{12}\.svg)"', filled["Answer"] + filled["Answer_2"])
    assert len(set(names)) == 2
    assert set(names) == set(images.files)
    assert "<img" not in filled["Question"] + filled["Question_2"]
    assert all(ElementTree.fromstring(data).get("aria-label") for data in images.files.values())


def test_the_package_carries_every_figure(shipped: tuple[Card, ...], tmp_path: Path) -> None:
    done = export(
        ExportedDecks(shipped, {}), ReviewHistory(), Manifest(tmp_path / "manifest"), Instant(1_795_187_000_000, 0)
    )
    different = {(str(card.figure), language) for card in shipped for language in LANGUAGES}
    # The same drawing, such as one without a word in it, is one file.
    assert len(shipped) < done.media <= len(different)
    assert not done.missing


def instance(family: Numeric) -> Instance:
    return drawn_instance(family, Random(1))


def test_a_page_stands_alone(shipped: tuple[Card, ...]) -> None:
    assert not any(isinstance(card.body, Numeric) and card.body.vary for card in shipped)
    output = page(shipped, LANGUAGES, {}, Images().of)
    outside = {address for address in re.findall(r'(?:src|href)="([^"]*)"', output) if not address.startswith("data:")}
    assert all(address.startswith("https://") for address in outside)
    assert not re.search(r"<script|url\(|@import|\{\{|@\{\d|\\\(|\\\[", output)
    pictures = re.findall(r"data:image/svg\+xml;base64,([\w+/=]+)", output)
    assert len(pictures) == 2 * len(shipped)
    ElementTree.fromstring(b64decode(pictures[0]))


def test_bank_show_prints_a_page(tmp_path: Path) -> None:
    code, output, _ = run_in(tmp_path, "bank", "show", "inception-branches", "batch-norm-formula", "--html")
    assert code == 0
    read = Reader()
    read.feed(output)
    assert read.open == []
    assert output.startswith("<!DOCTYPE html>")
    assert output.count("<article>") == output.count("<details") == 2
    question, solution = output.split("Answer</p>")[:2]
    assert "▢<sub>1</sub>" in question
    assert "5×5" not in question
    assert "5×5" in solution
    assert "<math" in output
    assert "data:image/svg+xml;base64," in output


def test_a_picture_of_ones_own_card_stands_inside_the_page(tmp_path: Path) -> None:
    deck = tmp_path / "questions" / "own.yaml"
    deck.parent.mkdir()
    (deck.parent / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    deck.write_text(
        "deck: own\nlanguage: en\ncards:\n  - {id: own-dot, kind: open, question: 'What is ![a dot](dot.svg)?', "
        "answer: A dot., points: [{en: a dot, cues: [dot]}, {en: black, cues: [black]}]}\n",
        encoding="utf-8",
    )
    code, output, _ = run_in(tmp_path, "bank", "show", "own-dot", "--html")
    assert code == 0
    assert 'src="data:image/svg+xml;base64,' in output
    assert "<details" not in output
