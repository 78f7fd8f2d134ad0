"""What a person says of how their notes mark questions: options, an answer to the preview, a list of
lines in their editor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dlquiz.cli.prompts import NO, YES, Choices, agreed, answer_to
from dlquiz.errors import DlquizError, UsageError
from dlquiz.formatting import COMMA, in_brackets, visible
from dlquiz.messages.importing import ImportPhrases
from dlquiz.notes.markdown.habits.names import GUESSED, HABITS, HabitChoice

if TYPE_CHECKING:
    from dlquiz.notes.markdown.habits.heading_levels import HeadingLevel
    from dlquiz.notes.markdown.reading import Document
    from dlquiz.settings import Settings

# What `--habit` says where an earlier choice is to be forgotten.
GUESS = "guess"
EDIT = "e"


class NewChoice(NamedTuple):
    """What a person says instead of what was found, and the list of lines that they edited for it, if they did."""

    choice: HabitChoice
    draft: Path | None = None


class Options(NamedTuple):
    """What `dlquiz import` was asked for."""

    as_bank: Path | None
    habit: str | None
    heading_levels: Sequence[int]
    edit: bool
    lang: str | None
    reworded: bool
    dry_run: bool
    yes: bool
    as_json: bool


def of_options(options: Options) -> HabitChoice | None:
    """How the options say that questions are marked; None where they say nothing."""
    given, levels = options.habit, tuple(sorted({*options.heading_levels}))
    if given is not None and levels:
        raise UsageError("--habit and --heading-level both say what a question is", fix="give one of them")
    if levels:
        return HabitChoice(heading_levels=levels)
    if given is None or given.lower() == GUESS:
        return None if given is None else GUESSED
    found = next((name for name in HABITS if name == given.upper()), None)
    if found is None:
        known = ", ".join(f"{name} ({what})" for name, what in HABITS.items())
        raise UsageError(f"there is no habit {given}", fix=f"there are {known}, and {GUESS}")
    return HabitChoice(found)


def refuse_missing_levels(documents: Sequence[Document], choice: HabitChoice | None, phrases: ImportPhrases) -> None:
    """Raise DlquizError when the questions are to be headings of a level that none of the files has: their cards would
    be gone, and what was said before of their questions forgotten. Where others have such headings, a file without is
    read as if the level had not been named."""
    headings: Counter[int] = Counter()
    for document in documents:
        headings.update({one.level: one.headings for one in document.heading_levels})
    named = choice.heading_levels if choice else ()
    if not named and len(documents) > 1 and not all(one.levels_missing for one in documents):
        return
    levels = named or [level for one in documents for level in one.choice.heading_levels]
    missing = [level for level in levels if level not in headings]
    if not missing:
        return
    name = visible(documents[0].name) if len(documents) == 1 else phrases.count(len(documents), "file")
    others = [
        phrases("headings of level", headings=phrases.count(headings[level], "heading"), level=level)
        for level in sorted(headings)
    ]
    what = phrases("no headings of level", name=name, level=missing[0])
    if not named:
        what += in_brackets(phrases("named before"), phrases.language)
    if others:
        what += COMMA[phrases.language] + phrases("but others", others=COMMA[phrases.language].join(others))
    raise DlquizError(what, fix=phrases("name level" if others else "guess again"))


def ask(user_settings: Settings, documents: Sequence[Document], what: str) -> bool | NewChoice:
    """Ask whether to write `what` was found, if anything. Of a single file the answer may also be the level of the
    headings that are its questions, or the wish to say so line by line."""
    phrases = ImportPhrases(user_settings.language)
    levels = [str(one.level) for one in levels_of(documents)]
    offered = [level for level in levels if documents[0].levels_shown and not _is_taken(documents[0], level)]
    edit = [EDIT] if len(documents) == 1 and documents[0].lines_may_be_chosen else []
    found = any(document.cards for document in documents)
    if not what and (found or not (offered or edit)):
        return False
    if not (levels or edit):
        return agreed(what, default=True)
    words = [*([YES] if what else []), NO, *edit]
    question = what or phrases("which level" if offered else "which lines")
    meaning = phrases("edit") if edit else ""
    expected = phrases.expected(words, levels)
    answer = answer_to(f"{question}{meaning}", Choices([*words, *offered], [*words, *levels], expected))
    if answer == EDIT:
        return edited(user_settings, documents)
    return NewChoice(HabitChoice(heading_levels=(int(answer),))) if answer in levels else answer == YES


def _is_taken(document: Document, level: str) -> bool:
    """Whether the questions are the headings of this level alone, as the person said."""
    return document.choice == HabitChoice(heading_levels=(int(level),))


def levels_of(documents: Sequence[Document]) -> Sequence[HeadingLevel]:
    """The levels of headings that the person may name, when a single file is imported."""
    return documents[0].heading_levels if len(documents) == 1 else ()


def edited(user_settings: Settings, documents: Sequence[Document]) -> NewChoice:
    """What the person says in their editor of the lines of a single file.

    Raises DlquizError where that cannot be. The draft stays, and is opened again the next time, until the caller has
    written what it says.
    """
    from dlquiz.cli.frontends.edit_card import text_from_editor
    from dlquiz.notes.line_list import choice_of, line_list

    if len(documents) != 1:
        raise UsageError("--edit is for a single file of notes", fix="import that file alone")
    document = documents[0]
    if not document.lines_may_be_chosen:
        raise UsageError(
            "--edit is for notes in Markdown that are no flashcards",
            fix="leave it out; the cards can be corrected in the bank",
        )
    before = line_list(document, ImportPhrases(user_settings.language)("line list", name=document.name))
    draft = _draft(user_settings, before)
    after = text_from_editor(draft, before, user_settings.editor)
    if after == before:
        draft.unlink(missing_ok=True)
    try:
        return NewChoice(choice_of(after, document), draft)
    except DlquizError as error:
        raise DlquizError(f"{draft}: {error.message}", fix=error.fix) from None


def _draft(user_settings: Settings, before: str) -> Path:
    """Where the list of lines lies that is this before it is edited: notes with others have another."""
    return user_settings.data_dir / "edits" / f"lines-{sha256(before.encode()).hexdigest()[:8]}.txt"
