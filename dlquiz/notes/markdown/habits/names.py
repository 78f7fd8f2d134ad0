"""The habits of notes, as `docs/notes.md` describes them, and what was found of them in a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, get_args

from dlquiz.messages.importing import PHRASES
from dlquiz.notes.markdown.titles import Header, is_outline

Habit = Literal["F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11"]
HABITS: dict[Habit, str] = {habit: PHRASES[habit][0] for habit in get_args(Habit)}


class HabitChoice(NamedTuple):
    """How a person says that questions are marked: by the name of the habit, or by the levels of the headings that are
    questions, or the names of the looks of others (`looks.name_of`); without any it is found out. `cards` are single
    lines that are questions besides, `passed_over` lines that are none, as `chosen_lines.names_of` calls them."""

    habit: Habit | None = None
    heading_levels: tuple[int, ...] = ()
    cards: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    looks: tuple[str, ...] = ()


GUESSED = HabitChoice()


@dataclass(slots=True)
class Found:
    """The headers that begin questions, and the habits in which they were found."""

    questions: list[Header] = field(default_factory=list)
    habits: list[Habit] = field(default_factory=list)
    levels: set[int] = field(default_factory=set)  # of headings that are questions
    stems: set[int] = field(default_factory=set)  # lines that introduce questions
    topics: list[Header] = field(default_factory=list)  # bullets that ask nothing, but may introduce questions
    inside: set[int] = field(default_factory=set)  # lines of headings that are parts of answers, whatever their level

    def add(self, headers: Sequence[Header], habit: Habit) -> None:
        """Add questions in the order of the file."""
        self.questions[:] = sorted([*self.questions, *headers], key=lambda one: one.at)
        if headers and habit not in self.habits:
            self.habits.append(habit)

    def replace(self, subjects: Sequence[Header], beside: Sequence[Header]) -> None:
        """Make the subjects, of which there must be some, and the questions beside them all that was found."""
        known = {one.at: one for one in self.questions}
        self.questions[:] = sorted([*(known.get(one.at, one) for one in subjects), *beside], key=lambda one: one.at)
        habit = habit_of(subjects)
        self.habits[:] = [habit, *(one for one in self.habits if beside and one != habit)]
        self.levels = {one.level for one in subjects if is_outline(one)}
        self.stems, self.topics = set(), []


def habit_of(headers: Sequence[Header]) -> Habit:
    """The name of the habit of headers of one look."""
    first = headers[0]
    numbered = sum(bool(one.number) for one in headers) * 2 >= len(headers)
    if sum(not one.title for one in headers) * 2 > len(headers):
        return "F10"
    if first.style.startswith("- task") or first.style == "-":
        return "F8"
    if first.style.startswith("- "):
        return "F4"
    if first.shape == "heading":
        return "F7" if first.html else "F1" if numbered else "F2"
    return {"number": "F5", "admonition": "F6", "details": "F6"}.get(first.shape, "F3")  # type: ignore[return-value]
