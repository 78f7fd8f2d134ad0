"""Headings that may be subjects, where some of them have no words of their own."""

from __future__ import annotations

from dlquiz.notes.markdown.habits.subjects import headings
from dlquiz.notes.markdown.lines import scan
from dlquiz.notes.markdown.titles import Headers, header

PARTS = "## Learning rate\n\n### Warm-up\n\nUp.\n\n### Plateau\n\nFlat.\n\n### Decay\n\nDown.\n\n"
EXPLAINED = "".join(f"## Layer {number}\n\nWords on {number}.\n\n" for number in range(8))
EMPTY = "".join(f"## Loss {number}\n\n" for number in range(4))


def subjects_of(text: str) -> list[str]:
    lines = scan(text.split("\n"))
    found = Headers([one for at, line in enumerate(lines) if (one := header(line, at))])
    return [one.title for one in headings.of_one_level(headings.measured(lines, found))]


def test_a_heading_with_parts_is_a_subject_where_the_others_are_explained_or_still_empty() -> None:
    subjects = subjects_of(EXPLAINED + PARTS + EMPTY)
    assert "Learning rate" in subjects
    assert not {"Warm-up", "Plateau", "Decay"} & {*subjects}
    # Where two of three headings have parts, they are chapters.
    chapters = subjects_of(EXPLAINED + PARTS + PARTS.replace("rate", "curve") + PARTS.replace("rate", "speed"))
    assert "Learning rate" not in chapters
    assert "Warm-up" in chapters
