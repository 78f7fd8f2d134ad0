"""Names of subjects that were taken for questions in a file whose other questions ask."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence

from dlquiz.notes.markdown.asking import ASKS, asks, likelihood
from dlquiz.notes.markdown.habits.groups import count_of
from dlquiz.notes.markdown.habits.headings import with_parents
from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.sections import names_questions
from dlquiz.notes.markdown.titles import Header, headings_above, outline_of

# How many names must stand together; how many questions must stand beside them, how many times as many, and what share
# of these must ask.
_LEAST, _OTHERS, _TIMES, _OTHERS_ASKING = 3, 8, 1.5, 0.75
# What is folded below its title is an answer, whatever the title is.
_FOLDED = ("admonition", "details")
# What share of the names of one look may ask in a series of numbers or a whole file.
_ASKING = 0.2


def leave_out(headers: Sequence[Header], found: Found) -> None:
    """Leave out what has one look in a section where none of it asks, or in a series of numbers or the whole file where
    hardly any does, while most other questions ask: titles of exercises, of parts of an answer, of lists of links. What
    looks like those that ask, below a heading that names questions, is a question in few words: `缓存雪崩`."""
    if all(map(_is_question, found.questions)):
        return
    above, series = _sections(headers, found.questions), _series(found.questions)
    alike = (
        (lambda one: (above[one.at], *_look(one)), 0.0),
        (lambda one: (series[one.at], *_look(one)), _ASKING),
        (lambda one: (_introduces(one), *_look(one)), 0.0),
        (_look, _ASKING),
    )
    aside = {one.at for look, share in alike for one in _that_ask_little(found.questions, look, share)}
    aside -= _counted_on(found.questions, aside) | _named_questions(headers, found.questions)
    found.stems |= {one.at for one in found.questions if one.at in aside and _introduces(one)}
    found.questions[:] = [one for one in found.questions if one.at not in aside]


def _introduces(one: Header) -> bool:
    return one.title.endswith((":", "："))


def _named_questions(headers: Sequence[Header], questions: Sequence[Header]) -> set[int]:
    """The lines of those with a look of which most ask, in the section of a heading such as `Interview questions`."""
    looks = Counter(map(_look, questions))
    asking = Counter(_look(one) for one in questions if _is_question(one))
    named: set[int] = set()
    for one, above in with_parents(outline_of(headers)):
        if names_questions(one) or (above is not None and above.at in named):
            named.add(one.at)
    nearest = zip(questions, headings_above(headers, questions), strict=True)
    inside = (one for one, heading in nearest if heading is not None and heading.at in named)
    return {one.at for one in inside if asking[_look(one)] * 2 >= looks[_look(one)]}


def _counted_on(questions: Sequence[Header], aside: set[int]) -> set[int]:
    """The lines of those whose number follows that of another question."""
    last: dict[Hashable, int] = {}
    follow: set[int] = set()
    for one in questions:
        count, before = count_of(one.number), last.pop(_look(one), 0)
        if one.at in aside and 0 < before == count - 1:
            follow.add(one.at)
        if one.at not in aside or one.at in follow:
            last[_look(one)] = count
    return follow


def _series(questions: Sequence[Header]) -> dict[int, int]:
    """How often the numbers of the look have begun again at 1 before each question."""
    begun: Counter[Hashable] = Counter()
    places: dict[int, int] = {}
    for one in questions:
        begun[_look(one)] += one.number == "1"
        places[one.at] = begun[_look(one)]
    return places


def _look(one: Header) -> tuple[Hashable, ...]:
    return one.shape, one.style, one.level, one.indent


def _sections(headers: Sequence[Header], questions: Sequence[Header]) -> dict[int, int]:
    """The line of the heading in whose section each question stands; -1 for none."""
    nearest = zip(questions, headings_above(headers, questions), strict=True)
    above = {one.at: heading.at if heading else -1 for one, heading in nearest}
    parents = {one.at: parent.at if parent else -1 for one, parent in with_parents(outline_of(headers))}
    return above | {at: parents[at] for at in above if at in parents}


def _that_ask_little(questions: Sequence[Header], look: Callable[[Header], Hashable], share: float) -> list[Header]:
    """Those of a look of which no larger share asks, beside enough others that do."""
    groups: dict[Hashable, list[Header]] = defaultdict(list)
    for one in questions:
        groups[look(one)].append(one)
    asking = sum(map(_is_question, questions))
    little: list[Header] = []
    for group in groups.values():
        ask, others = sum(map(_is_question, group)), len(questions) - len(group)
        enough = len(group) >= _LEAST and others >= max(_OTHERS, _TIMES * len(group))
        if enough and ask <= share * len(group) and asking - ask >= _OTHERS_ASKING * others:
            little += [one for one in group if asks(one.title) < 1.0]
    return little


def _is_question(one: Header) -> bool:
    return one.asked_until > 0 or one.shape in _FOLDED or "?" in one.title or likelihood(one) >= ASKS
