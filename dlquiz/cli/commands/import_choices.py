"""What a person says of how their notes mark questions: options, an answer to the preview, a list of
lines in their editor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dlquiz.cli import line_breaks
from dlquiz.cli.commands import import_preview
from dlquiz.cli.prompts import NO, YES, Choices, agreed, answer_to
from dlquiz.errors import DlquizError, UsageError
from dlquiz.formatting import COMMA, in_brackets, visible
from dlquiz.messages.importing import ImportPhrases
from dlquiz.notes.markdown.habits.names import GUESSED, HABITS, HabitChoice

if TYPE_CHECKING:
    from dlquiz.notes.markdown.habits.looks import HeadingLevel
    from dlquiz.notes.markdown.reading import Document
    from dlquiz.settings import Settings

# What `--habit` says where an earlier choice is to be forgotten.
GUESS = "guess"
EDIT, LIST = "e", "l"


class NewChoice(NamedTuple):
    """What a person says instead of what was found, and the list of lines that they edited for it, if they did."""

    choice: HabitChoice
    draft: Path | None = None


class Options(NamedTuple):
    """What `dlquiz import` was asked for."""

    as_bank: Path | None
    habit: str | None
    heading_levels: Sequence[int]
    looks: Sequence[str]
    edit: bool
    lang: str | None
    reworded: bool
    dry_run: bool
    yes: bool
    as_json: bool


def of_options(options: Options) -> HabitChoice | None:
    """How the options say that questions are marked; None where they say nothing."""
    given, levels = options.habit, tuple(sorted({*options.heading_levels}))
    looks = tuple(sorted({look.lower() for look in options.looks}))
    if given is not None and (levels or looks):
        other = "--heading-level" if levels else "--look"
        raise UsageError(f"--habit and {other} both say what a question is", fix="give one of them")
    if levels or looks:
        return HabitChoice(heading_levels=levels, looks=looks)
    if given is None or given.lower() == GUESS:
        return None if given is None else GUESSED
    found = next((name for name in HABITS if name == given.upper()), None)
    if found is None:
        known = ", ".join(f"{name} ({what})" for name, what in HABITS.items())
        raise UsageError(f"there is no habit {given}", fix=f"there are {known}, and {GUESS}")
    return HabitChoice(found)


def refuse_missing_looks(documents: Sequence[Document], choice: HabitChoice | None, phrases: ImportPhrases) -> None:
    """Raise DlquizError when the questions are to be headings of a level, or lines of a look, that none of the files
    has: their cards would be gone, and what was said before of their questions forgotten. Where others have such lines,
    a file without is read as if they had not been named."""
    headings, lines = Counter[int](), Counter[str]()
    for document in documents:
        headings.update({one.level: one.headings for one in document.heading_levels})
        lines.update({one.name: one.lines for one in document.looks})
    named = choice if choice and (choice.heading_levels or choice.looks) else None
    if named is None and len(documents) > 1 and not all(one.missing != GUESSED for one in documents):
        return
    said = [named] if named else [one.choice for one in documents]
    levels = [level for one in said for level in one.heading_levels if level not in headings]
    looks = [look for one in said for look in one.looks if look not in lines]
    if not (levels or looks):
        return
    name = visible(documents[0].name) if len(documents) == 1 else phrases.count(len(documents), "file")
    others = [
        phrases("headings of level", headings=phrases.count(headings[level], "heading"), level=level)
        for level in sorted(headings)
    ]
    if looks:
        others += [
            phrases("lines of look", lines=phrases.count(number, "line"), look=look) for look, number in lines.items()
        ]
    what = (
        phrases("no headings of level", name=name, level=levels[0])
        if levels
        else phrases("no lines of look", name=name, look=visible(looks[0]))
    )
    if named is None:
        what += in_brackets(phrases("named before"), phrases.language)
    if others:
        what += COMMA[phrases.language] + phrases("but others", others=COMMA[phrases.language].join(others))
    fix = "guess again" if not others else "name look" if looks else "name level"
    raise DlquizError(what, fix=phrases(fix))


def ask(user_settings: Settings, documents: Sequence[Document], what: str) -> bool | NewChoice:
    """Ask whether to write `what` was found, if anything. Of a single file the answer may also be the levels of the
    headings and the looks of the lines that are its questions, or the wish to say so line by line."""
    language = user_settings.language
    phrases = ImportPhrases(language)
    levels = [str(one.level) for one in levels_of(documents)]
    looks = [one.name for one in documents[0].looks if one.is_listed] if len(documents) == 1 else []
    marked = [*levels, *looks]
    others = len(documents) == 1 and documents[0].has_other_looks
    shown = bool(marked) and documents[0].looks_shown
    edit = [EDIT] if len(documents) == 1 and documents[0].lines_may_be_chosen else []
    if not what and (any(document.cards for document in documents) or not (shown or edit)):
        return False
    if not (marked or edit):
        return agreed(what, default=True)
    question = what or phrases("which look" if shown else "which lines")
    while True:
        words = [*([YES] if what else []), NO, *edit, *([LIST] if others and not shown else [])]
        offered = [one for one in marked if shown and _named(one) != documents[0].choice]
        said = COMMA[language].join(phrases(f"answer {word}") for word in words if word in (EDIT, LIST))
        meanings = in_brackets(said, language) if said else ""
        expected = phrases.expected(words, levels, looks)
        answer = answer_to(f"{question}{meanings}", Choices([*words, *offered], [*words, *marked], expected, marked))
        if answer != LIST:
            break
        shown = True
        for line in import_preview.looks(documents[0], phrases):
            line_breaks.say_below(line)
    if answer == EDIT:
        return edited(user_settings, documents)
    return answer == YES if answer in words else NewChoice(_named(answer))


def _named(answer: str) -> HabitChoice:
    """That the questions are the headings of these levels and the lines of these looks alone.

    >>> _named("bold 3 2").heading_levels, _named("bold 3 2").looks
    ((2, 3), ('bold',))
    """
    said = sorted({*answer.split()})
    levels = tuple(int(one) for one in said if one.isdecimal())
    return HabitChoice(heading_levels=levels, looks=tuple(one for one in said if not one.isdecimal()))


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
