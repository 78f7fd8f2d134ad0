"""Files that ask nothing: lists of subjects, each with what there is to know about it below."""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Sequence

from dlquiz.notes.keys import normalised
from dlquiz.notes.markdown.asking import ASKS, TOPIC, asks, likelihood
from dlquiz.notes.markdown.habits import guides
from dlquiz.notes.markdown.habits.names import Found, habit_of
from dlquiz.notes.markdown.habits.subjects import headings, items
from dlquiz.notes.markdown.lines import SourceLine, ends_asking, lines_in_folds
from dlquiz.notes.markdown.notes_file import NotesFile
from dlquiz.notes.markdown.sections import is_no_subject, names_questions
from dlquiz.notes.markdown.titles import Header, headings_above, is_outline, outline_of

# The least number of subjects, how many times that of other questions but one, and that of all found.
_LEAST, _TIMES, _AMONG = 10, 8, 2
# So many subjects are notes to learn from, whatever they are called.
_MANY = 12
# The share of questions that ask from which on subjects beside them are none.
_ASK = 0.9
# So few subjects beside the questions are questions as well.
_FEW_BESIDE = 0.05
# How many times the headings items must be to be the subjects.
_ITEMS = 3
# Where more of the headers are questions, there is nothing else to find.
_NEARLY_ALL = 0.8
# The number of a heading is no label, where so large a share as many questions have a label.
_LABELLED = 0.6
# How many questions with a mark there must be, and how many times as many parts each may have at most.
_LEAST_MARKED, _PARTS = 5, 5
# What share of the questions may be other headings than the subjects, where all are headings.
_OTHERS = 0.15
# So few items of a list below a subject may ask.
_ASKED_BELOW = 3
# The letters of a file's name from which on a heading that begins with it is its title.
_NAME = 6
# The share of lines with a link from which on a file is a collection of links.
_LINKS = 0.2


def find(notes: NotesFile, headers: Sequence[Header], found: Found) -> None:
    """Put the subjects of a file for interviews or learning in the place of few other questions: its headings, or the
    bold lines or bullets that stand below headings in greater numbers."""
    if len(found.questions) > _NEARLY_ALL * len(headers):
        return
    lines = notes.lines
    outline = headings.measured(lines, headers)
    counted = headings.counted(outline, found.questions)
    subjects = counted or _explained(notes, headers, outline)
    apart = items.apart(lines, subjects, found.questions)
    unfolded = _outside_folds(lines, subjects, found.questions)
    others = _others(outline, unfolded, {one.at for one in (*subjects, *apart)})
    named = _below_names(headers, others) or _below_end(headers, others, subjects)
    subjects = _without_headings_of(headers, subjects, [one for one in others if one.at in named])
    lists = _lists(headers, [one for one in others if one.at not in named])
    alike = not counted and _are_alike(notes, headers, subjects, others, found.questions)
    among = 0 if counted or alike else len(unfolded) - len(others) + lists
    if alike and others:
        subjects, others = _joined(headers, subjects, others, found.questions), []
    enough = len(subjects) >= max(_LEAST, _TIMES * (lists - 1), _AMONG * among)
    if are_parts(subjects, found.questions) or not enough or not _for_learning(notes, headers, subjects):
        return
    subjects = _asking_alone(subjects, found.questions)
    if not subjects:
        return
    subjects = sorted([*subjects, *headings.between(outline, subjects)], key=lambda one: one.at)
    subjects = guides.without_frame(notes, headers, subjects)
    beside = [one for one in others if one.at in named or _asks_beside(one, bool(counted))]
    chosen = {one.at for one in (*subjects, *beside, *apart)}
    beside += [one for one in _plainly(headers, subjects) if one.at not in chosen]
    found.replace(subjects, [*beside, *apart])


def _asking_alone(subjects: Sequence[Header], questions: Sequence[Header]) -> list[Header]:
    """The subjects without those that ask nothing beside more questions of which nearly all ask plainly: parts of
    answers, or sections."""
    asked = {one.at for one in questions}
    beside = [one for one in subjects if one.at not in asked]
    asking = sum(asks(one.title) == 1.0 or one.asked_until > 0 for one in questions)
    few = len(beside) <= _FEW_BESIDE * len(questions)
    if few or len(questions) < max(_MANY, len(beside)) or asking < _ASK * len(questions):
        return [*subjects]
    return [one for one in subjects if one.at in asked or likelihood(one) >= ASKS]


def _explained(
    notes: NotesFile, headers: Sequence[Header], outline: Sequence[headings.MeasuredHeading]
) -> list[Header]:
    """The headings of one level that are explained; where these are few beside them, the items that are."""
    subjects = [one for one in headings.of_one_level(outline) if not _is_title(notes.name, headers, one)]
    if len(subjects) >= _MANY:
        return subjects
    listed = items.find(notes.lines, headers)
    return listed if len(listed) >= _ITEMS * len(subjects) else subjects


def _outside_folds(
    lines: Sequence[SourceLine], subjects: Sequence[Header], questions: Sequence[Header]
) -> list[Header]:
    """The questions without bullets in folded blocks, unless these are subjects."""
    taken = {one.at for one in subjects}
    folded = lines_in_folds(lines)
    return [one for one in questions if one.shape != "bullet" or one.at in taken or one.at not in folded]


def _others(outline: Sequence[headings.MeasuredHeading], questions: Sequence[Header], taken: set[int]) -> list[Header]:
    """The questions in other lines than those taken, but for the headings of sections, which hardly ask."""
    divide = {one.header.at for one in outline if one.is_section and not one.words and likelihood(one.header) < ASKS}
    apart = taken | divide
    return [one for one in questions if one.at not in apart]


def _without_headings_of(
    headers: Sequence[Header], subjects: Sequence[Header], questions: Sequence[Header]
) -> list[Header]:
    """The subjects without the headings below which these questions stand."""
    lists = {heading.at for heading in headings_above(headers, questions) if heading is not None}
    return [one for one in subjects if one.at not in lists]


def _are_alike(
    notes: NotesFile,
    headers: Sequence[Header],
    subjects: Sequence[Header],
    others: Sequence[Header],
    questions: Sequence[Header],
) -> bool:
    """Whether all that was found are headings of the same kind as the subjects: nearly all are subjects in a file for
    interviews, or all are, and these many at least half of them."""
    few = len(others) <= _OTHERS * len(questions)
    outer = few and all(map(is_outline, questions)) and all(map(is_outline, subjects))
    half = not others and len(questions) >= max(_MANY, len(subjects) / 2)
    return outer and (half or guides.is_for_interviews(notes, headers))


def _joined(
    headers: Sequence[Header], subjects: Sequence[Header], others: Sequence[Header], questions: Sequence[Header]
) -> list[Header]:
    """All questions, and the subjects beside them that are no parts of the answers to the others."""
    asked = {one.at for one in questions}
    new = [one for one in subjects if one.at not in asked]
    return sorted([*_not_below(headers, new, others), *questions], key=lambda one: one.at)


def _asks_beside(one: Header, counted: bool) -> bool:
    """Whether a question stands beside the subjects. What asks in a list below one is about it, but not where a series
    of numbers lacks only few questions."""
    if is_outline(one) and likelihood(one) >= ASKS:
        return True
    return asks(one.title) == 1.0 and (counted or one.labelled or one.shape in ("heading", "bold"))


def _not_below(headers: Sequence[Header], subjects: Sequence[Header], questions: Sequence[Header]) -> Iterator[Header]:
    """The headings that are no parts of the answers to these questions."""
    levels = {one.at: one.level for one in questions}
    wanted = {one.at for one in subjects}
    under = 0
    for one in headers:
        if not is_outline(one):
            continue
        if under and one.level <= under:
            under = 0
        under = under or levels.get(one.at, 0)
        if one.at in wanted and not under:
            yield one


def _plainly(headers: Sequence[Header], subjects: Sequence[Header]) -> Iterator[Header]:
    """The headings that end in a question mark among subjects that are headings, whatever their level."""
    if all(map(is_outline, subjects)) and not all(one.labelled for one in subjects):
        for one in headers:
            if is_outline(one) and one.at >= subjects[0].at and ends_asking(one.title) and not is_no_subject(one):
                yield one


def take(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> None:
    """Put the subjects in the place of headings that mostly ask nothing, as a person wants who names their habit."""
    subjects = headings.of_one_level(headings.measured(lines, headers))
    asking = sum(likelihood(one) >= TOPIC for one in found.questions)
    if subjects and is_outline(found.questions[0]) and asking * 2 <= len(found.questions):
        found.questions[:], found.habits[:] = subjects, [habit_of(subjects)]
        found.levels = {one.level for one in subjects}


def _lists(headers: Sequence[Header], others: Sequence[Header]) -> int:
    """How many questions there are besides, where a list below one heading counts once if few items ask and none has
    a question mark."""
    begins = [one.at for one in outline_of(headers)]
    items: dict[int, list[Header]] = defaultdict(list)
    for one in others:
        if one.shape in ("bullet", "number") and not one.labelled:
            items[bisect(begins, one.at)].append(one)
    apart = len(others) - sum(map(len, items.values()))
    return apart + sum(1 if _is_explanation(below) else len(below) for below in items.values())


def _is_explanation(items: Sequence[Header]) -> bool:
    """Whether the items of a list state something about the subject above."""
    asking = [asks(one.title) for one in items if likelihood(one) >= ASKS]
    return len(asking) <= _ASKED_BELOW and 1.0 not in asking


def _below_names(headers: Sequence[Header], questions: Sequence[Header]) -> set[int]:
    """The lines of the questions right below a heading that names them, such as `Interview Questions`."""
    above = zip(questions, headings_above(headers, questions), strict=True)
    return {one.at for one, heading in above if heading is not None and names_questions(heading)}


def _below_end(headers: Sequence[Header], questions: Sequence[Header], subjects: Sequence[Header]) -> set[int]:
    """The lines of questions that all stand below the last or the first of the subjects, as a list of their own."""
    above = {heading.at for heading in headings_above(headers, questions) if heading is not None}
    ends = {subjects[0].at, subjects[-1].at} if subjects else set()
    listed = len(questions) > _ASKED_BELOW and len(above) == 1 and above <= ends
    return {one.at for one in questions} if listed else set()


def _is_title(name: str, headers: Sequence[Header], subject: Header) -> bool:
    """Whether it is the first heading of a file that has the same name, and asks nothing."""
    if subject is not headers[0] or asks(subject.title) >= ASKS:
        return False
    stem = normalised(re.sub(r"^[\d\W_]+|\.\w+$", "", name))
    return len(stem) >= _NAME and normalised(subject.title).startswith(stem)


def are_parts(subjects: Sequence[Header], questions: Sequence[Header]) -> bool:
    """Whether subjects have no number or label where each question has a label, or each of not much fewer questions is
    a heading with a number."""
    labelled = sum(one.labelled and (not one.title or asks(one.title) >= ASKS) for one in questions)
    marked = sum(is_outline(one) and bool(one.number or one.labelled) for one in questions)
    enough = labelled == len(questions) or (marked == len(questions) and marked * _PARTS >= len(subjects))
    if len(questions) < _LEAST_MARKED or not enough:
        return False
    asked = {one.at for one in questions}
    added = [one for one in subjects if one.at not in asked]
    by_label = all(one.labelled for one in questions) and len(questions) > _LABELLED * len(added)
    return sum(one.labelled or bool(one.number and not by_label) for one in added) * 2 < len(added)


def _for_learning(notes: NotesFile, headers: Sequence[Header], subjects: Sequence[Header]) -> bool:
    """Whether the name, the beginning or a heading speaks of interviews, or there are many subjects; not where the name
    asks, the file is a guide, or what is below are links."""
    if asks(re.sub(r"\.\w+$", "", notes.name)) > 0.5:
        return False
    texts = [line.text[:400] for line in notes.lines if line.state == "text"]
    linked = sum(map(headings.is_link, texts)) > _LINKS * len(texts)
    # Bold bullets are subjects even if all there is about them is behind links.
    if linked and subjects[0].style != "- bold":
        return False
    if len(subjects) < _MANY and not guides.is_for_interviews(notes, headers):
        return False
    return not guides.is_guide(notes, headers, subjects)
