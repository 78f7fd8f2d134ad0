"""Single lines that a person calls questions, or no questions, whatever the rest of the file is like."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence, Set
from dataclasses import replace

from dlquiz.notes.keys import counted, normalised
from dlquiz.notes.markdown import answers_below
from dlquiz.notes.markdown.habits.names import Found, HabitChoice, habit_of
from dlquiz.notes.markdown.lines import MAX_HEADER, SourceLine
from dlquiz.notes.markdown.spans import CardSpan, spans
from dlquiz.notes.markdown.titles import Header, header_of, is_outline


def names_of(texts: Sequence[str]) -> list[str]:
    """What each line is known by when the file has changed: its letters and digits without its number, counted where
    they come again.

    >>> names_of(["## 1. Padding", "", "Zeros.", "zeros"])
    ['padding', '', 'zeros', 'zeros#2']
    """
    return counted([normalised(_without_number(text)) for text in texts])


def _without_number(text: str) -> str:
    found = header_of(text, 0, 0)
    return f"{found.title} {found.rest}" if found and found.number and found.title else text


def find(
    lines: Sequence[SourceLine], headers: Sequence[Header], listed: set[int], choice: HabitChoice, found: Found
) -> tuple[Found, list[CardSpan], set[int]]:
    """What was found with these lines as its questions, and those not; the lines of each question; and the lines that
    look like questions and are the answers to others. `listed` are the lines of the table of contents."""
    guessed = _copy(found)
    answers = answers_below.join(lines, spans(lines, headers, guessed, listed), guessed)
    names = names_of([line.text for line in lines])
    if answers and not any(names[at] in choice.cards for at in answers):
        # They stay answers where the choice leaves each of them its question.
        kept = _copy(found)
        added = _choose(lines, names, headers, choice, kept, answers)
        parts = spans(lines, headers, kept, listed - added)
        if answers_below.join(lines, parts, kept) == answers:
            return kept, parts, answers
    added = _choose(lines, names, headers, choice, found)
    parts = spans(lines, headers, found, listed - added)
    return found, parts, answers_below.join(lines, parts, found, chosen=True)


def _copy(found: Found) -> Found:
    return replace(found, questions=[*found.questions], habits=[*found.habits], levels={*found.levels})


def _choose(
    lines: Sequence[SourceLine],
    names: Sequence[str],
    headers: Sequence[Header],
    choice: HabitChoice,
    found: Found,
    answers: Set[int] = frozenset(),
) -> set[int]:
    """Make these lines the questions of what was found, and those not, but for the answers; the lines added."""
    cards, passed_over = {*choice.cards}, {*choice.passed_over}
    chosen = [at for at, line in enumerate(lines) if line.words and names[at] in cards]
    kept = [_cut(one, chosen) for one in found.questions if one.at in answers or names[one.at] not in passed_over]
    by_line = {one.at: one for one in (*headers, *kept)}
    asked = {one.at for one in kept}
    added = [by_line.get(at) or _plain(lines[at], at) for at in chosen if at not in asked]
    found.questions[:] = kept
    found.levels |= {one.level for one in added if is_outline(one)}
    if added:
        found.add(added, habit_of(added))
    return {one.at for one in added}


def _plain(line: SourceLine, at: int) -> Header:
    """A line as a question whatever it looks like; what is too long for one is the beginning of the answer."""
    words = line.words
    end = words.rfind(" ", 0, MAX_HEADER) if len(words) > MAX_HEADER else len(words)
    end = MAX_HEADER if end < 0 else end
    return Header(at, "label", "plain", words[:end], indent=line.indent, rest=words[end:].strip())


def _cut(question: Header, chosen: Sequence[int]) -> Header:
    """A question of several lines, up to the next one that is chosen."""
    end = next((at for at in chosen[bisect(chosen, question.at) :] if at <= question.asked_until), None)
    return question if end is None else question._replace(asked_until=end - 1 if end - 1 > question.at else 0)
