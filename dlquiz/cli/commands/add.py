"""`dlquiz add QUESTION ANSWER`: one card of one's own, in one line or in the editor."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from dlquiz.cli.app import new_app
from dlquiz.cli.clock import clock
from dlquiz.cli.line_breaks import say_translated
from dlquiz.cli.options import AsJson, Lang, language_of_cards
from dlquiz.errors import DlquizError, UsageError

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.cards import Language, Place
    from dlquiz.settings import Settings

app = new_app()

TEMPLATE = (
    "\n---\n\n<!-- The question stands above the line, the answer below it. Without an answer it is a draft. -->\n"
)


class NewCard(NamedTuple):
    question: str
    answer: str
    tags: tuple[str, ...] = ()
    level: int | None = None


class AddedCard(NamedTuple):
    place: Place
    id: str
    similar: str | None
    # What has to stand after `dlquiz study` for new cards to be asked today, where it asks no more of them by itself.
    more_today: str


@app.command()
def add(
    question: Annotated[str | None, typer.Argument(help="The question; without it the editor opens.")] = None,
    answer: Annotated[str | None, typer.Argument(help="The answer in Markdown; without it, a draft.")] = None,
    deck: Annotated[
        str | None, typer.Option(help="The deck in your own directory, or a .yaml file; mine where left out.")
    ] = None,
    tag: Annotated[list[str] | None, typer.Option(help="A tag; may be given several times.")] = None,
    level: Annotated[int | None, typer.Option(min=1, max=3, help="1 basic, 2 solid, 3 deep.")] = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Add a card of your own; of the day's new cards, study asks your own first.

    The language is that of the words, unless --lang says it.

    \b
    Examples:
      dlquiz add "What does batch norm use at test time?" "Running averages."
      dlquiz add "What is a prior?" --deck statistics --tag bayes --level 1
      dlquiz add
    """
    from dlquiz import settings
    from dlquiz.bank.writing import tags_of
    from dlquiz.cli.frontends.edit_card import can_open

    user_settings = settings.read()
    language, path = language_of_cards(lang), _file(user_settings, deck)
    draft = None
    if question is None:
        if not can_open(user_settings.editor):
            raise UsageError("a question is missing", fix='write dlquiz add "question" "answer"')
        draft = user_settings.data_dir / "edits" / "new-card.md"
        question, answer = _edited(user_settings, draft)
    card = NewCard(question.strip(), (answer or "").strip(), tags_of(tag or ()), level)
    if not card.question:
        raise UsageError("the question is empty", fix="nothing was added")
    place, id, similar, more_today = _add(user_settings, path, card, language)
    if draft is not None:
        draft.unlink(missing_ok=True)
    if as_json:
        facts = {"id": id, "file": place.file, "line": place.line, "draft": not card.answer, "similar": similar}
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    added = f"added {id}" if card.answer else f"added a draft, {id}, which has no answer yet"
    say_translated(f"{added}: {place}", sys.stderr)
    if similar:
        say_translated(f"the bank asks nearly the same in {similar}", sys.stderr)
    if more_today and card.answer:
        say_translated(f"today's new cards are used up: dlquiz study {more_today} asks your own first", sys.stderr)


def _file(user_settings: Settings, deck: str | None) -> Path:
    """Where the card goes; raises UsageError for what is neither the name of a deck nor a file of one."""
    import re

    from dlquiz.bank.fields import DECK
    from dlquiz.bank.files import SUFFIXES
    from dlquiz.notes.sources import MARKDOWN, bank_of_added, stem_of

    if deck is None:
        return bank_of_added(user_settings.own_questions)
    if deck.endswith(SUFFIXES):
        return Path(deck)
    name = "-".join(deck.split())
    # A name such as notes.md was meant to be a file.
    if not re.fullmatch(DECK.pattern, name) or name.startswith(".") or name.lower().endswith(MARKDOWN):
        raise UsageError(
            f"{deck!r} is not a deck name", fix="use one word, with - between its parts, or a file that ends in .yaml"
        )
    return user_settings.own_questions / f"{stem_of(name)}.yaml"


def _edited(user_settings: Settings, draft: Path) -> tuple[str, str]:
    """The question and the answer that the person writes in their editor; a text that cannot be used stays there."""
    import re

    from dlquiz.cli.frontends.edit_card import text_from_editor
    from dlquiz.cli.translation import said

    written = text_from_editor(draft, said(TEMPLATE), user_settings.editor)
    text = re.sub(r"<!--.*?-->", "", written, flags=re.DOTALL)
    question, _, answer = re.sub(r"\r\n?", "\n", text).partition("\n---\n")
    if not question.strip():
        draft.unlink(missing_ok=True)
        raise DlquizError("the question is empty", fix="nothing was added; write it above the line")
    return question, answer


def _add(user_settings: Settings, path: Path, card: NewCard, language: Language | None) -> AddedCard:
    """Write the card; where it stands, its id, and the id of a card that asks nearly the same."""
    from dlquiz.bank.overrides import add as add_to_deck
    from dlquiz.bank.templates import fresh_id
    from dlquiz.bank.writing import WrittenCard, entry_in
    from dlquiz.cli.context import open_bank
    from dlquiz.markup.language import language_of
    from dlquiz.notes.duplicates import duplicates

    with open_bank(user_settings, (path,) if path.exists() else ()) as questions:
        taken = {*questions.ids(), *(one.id for one in questions.drafts())}
        taken |= {former for formers in questions.previous_ids().values() for former in formers}
        asked = [*questions.all(), *questions.drafts()]
        similar = duplicates({"new": (card.question,)}, asked, questions.thesaurus()).get("new")
        more_today = _more_today(user_settings, questions)
    id = fresh_id(card.question, taken)
    escaped = card._replace(question=card.question.replace("@{", "@@{"), answer=card.answer.replace("@{", "@@{"))
    written = WrittenCard(id, escaped.question, escaped.answer, tags=card.tags, level=card.level, draft=not card.answer)
    spoken = language or language_of([card.question, card.answer]) or user_settings.language
    return AddedCard(add_to_deck(path, entry_in(written, spoken)), id, similar, more_today)


def _more_today(user_settings: Settings, questions: Bank) -> str:
    """The options with which study asks new cards once more today; empty where it asks them without any."""
    from dlquiz.cli.context import open_history
    from dlquiz.cli.interview_plan import current_plan

    if not user_settings.history_file.exists():
        return ""
    with open_history(user_settings) as history:
        counts = history.counts(questions.cards_path)
        # A plan has no number of new cards a day.
        if not 0 < user_settings.new_per_day <= counts.new_today or current_plan(history, clock().day):
            return ""
    return "--new 5" if counts.minutes_today < user_settings.minutes_per_day else "--new 5 --minutes 10"
