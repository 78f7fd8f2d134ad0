"""Answers that are collected at the end: joined to their questions by number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from dlquiz.notes.keys import normalised
from dlquiz.notes.markdown.asking import asks
from dlquiz.notes.markdown.cards import multiple_choice
from dlquiz.notes.markdown.cards.right_options import answers_in, keys_in
from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.lines import SourceLine, line_below
from dlquiz.notes.markdown.spans import CardSpan
from dlquiz.notes.markdown.table_lines import cells_of, is_kind_of_answer, is_ruler
from dlquiz.notes.markdown.title_words import title_of
from dlquiz.notes.markdown.titles import Header, is_answer_title
from dlquiz.notes.near import NearQuestions

# How many lines below a question are looked at, and how long a title is.
_FAR, _LONGEST = 400, 80
# How near the title of an answer is at least that repeats its question, in pairs of letters.
_NEAR = 0.5
# How many answers with the labels of the questions are looked at.
_MOST = 200
_TITLE = re.compile(r"#{1,6}\s|\*\*|<summary|<details|答案|Answers?\b")
_TAG_OR_HASHES = re.compile(r"<[^<>]*>|^#+")
_ANSWERS = re.compile("answers|answer keys?|solutions|答案|解答|解析", re.IGNORECASE)
_KEY, _OPTIONS = re.compile("keys?", re.IGNORECASE), re.compile(r"\W*\d{1,3}\s*[-–—.:：)、]\s*[A-Ha-h]{1,8}\b")
# `参考答案：1.A 2.C`
_LABELLED_KEYS = re.compile(
    r"\W{0,3}(?:answers?|answer keys?|keys?|solutions?|(?:参考|正确|标准)?答案)\W{1,4}\d", re.IGNORECASE
)
_NUMBER = re.compile(
    r"(?P<before>[ \t>]*)(?:[-*+][ \t]+)?(?P<hashes>#{1,6}[ \t]*)?(?:\*\*)?(?:A|Answer|答案?|Q)?[ .]?"
    r"(?P<number>\d{1,4})(?:\*\*)?(?:[.:](?!\d)|[)、：])(?:\*\*)?[ \t]*",
    re.IGNORECASE,
)
# `二、计算题`, `Part II: Sums`
_SECTION = re.compile(
    r"(?:第?[一二三四五六七八九十]{1,3}(?:、|[.．]|部分|[ ])[^。，？?]{1,20}"
    r"|(?:Part|Section) (?:[IVX]+|\d{1,2})\b[^.?]{0,40})",
    re.IGNORECASE,
)
# Items of one list are not further apart in their indentation.
_ASKEW = 2


def join(lines: Sequence[SourceLine], parts: list[CardSpan], found: Found, chosen: bool = False) -> set[int]:
    """Move the lines of numbered answers, at the end of the file or of a section, below the questions they answer.

    Nothing is moved unless most of the questions before it are blank, and most numbers fit, or the labels are those of
    the questions; nothing that looks like a question where a person has `chosen` the lines of these. Returns the lines
    of what looked like a question and was moved.
    """
    numbers = Counter(one.header.number for one in parts if one.header is not None)
    asked_at = {one.header.at for one in parts if one.header is not None}
    before: list[CardSpan] = []  # the questions before this part, from the last answers on
    joined = False
    blank = seen = 0
    for place, part in enumerate(parts):
        at = _answers_begin(lines, part)
        if at is None:
            continue
        new = [one for one in parts[seen:place] if one.header is not None]
        before += new
        blank += sum(_is_blank(lines, one.lines) for one in new)
        seen = place
        asks = part.header is not None
        asked = before[-_MOST:] + ([part] if asks else [])
        again = 0 if chosen else _begun_again(parts, place, asked)
        if again:
            _move_spans(parts, place, _by_number(asked[-again:]), numbers)
            joined = True
            before, blank, seen = [], 0, place + 1
            continue
        without = blank + (asks and _is_blank(lines, [index for index in part.lines if index < at]))
        # What stands right below a question is its own answer, where those before it are answered.
        if len(before) + asks > 1 and without * 2 >= len(before) + asks and blank * 2 >= len(before):
            by_number = _by_number([*before, part])
            joined |= (
                _by_sections(lines, parts, place, at, [*before, part])
                or _give_keys(lines, parts, place, at, by_number)
                or _move_lines(lines, parts, place, at, by_number)
                or (not chosen and _move_spans(parts, place, by_number, numbers))
            )
            before, blank, seen = [], 0, place + 1
    if joined and "F11" not in found.habits:
        found.habits.append("F11")
    return asked_at - {one.header.at for one in parts if one.header is not None}


def _begun_again(parts: Sequence[CardSpan], place: int, before: Sequence[CardSpan]) -> int:
    """How many labelled parts right behind this one have the numbers of the last questions before it, in their order:
    answers, whether or not something stands below the questions."""
    numbers: dict[str, None] = {}
    for at in range(place + 1, min(place + 1 + _MOST, len(parts))):
        one = parts[at]
        if one.header is None or not one.header.labelled or one.header.number in numbers:
            break
        numbers[one.header.number] = None
    if len(numbers) < 2 or "" in numbers:
        return 0
    last = [one.header for one in before[-len(numbers) :] if one.header is not None and one.header.labelled]
    if [*numbers] != [one.number for one in last]:
        return 0
    behind = parts[place + 1 : place + 1 + len(numbers)]
    return 0 if _ask_something_else(_by_number(before[-len(numbers) :]), behind) else len(numbers)


def _ask_something_else(questions: Mapping[str, CardSpan], behind: Sequence[CardSpan]) -> bool:
    """Whether most of what has the numbers of the questions are other questions: a second series that begins at 1."""
    other = 0
    for one in behind:
        title = one.header.title if one.header else ""
        question = questions[one.header.number].header if one.header else None
        other += question is not None and asks(title) == 1.0 and not _repeats(question, title)
    return other * 2 >= len(behind)


def _repeats(question: Header, title: str) -> bool:
    """Whether the title of an answer is the question once more, in nearly the same words."""
    if not title or normalised(title) == normalised(question.title):
        return bool(title)
    return asks(title) == 1.0 and any(NearQuestions([("", question.title)]).near(title, _NEAR))


def _answer(card: CardSpan, asked: Sequence[int], title: str, answer: Sequence[int]) -> None:
    """Move the lines of an answer below its question, but for its title where that repeats the question: it asks."""
    if card.header is not None and _repeats(card.header, title):
        card.asked += asked
    else:
        card.joined.update(asked[:1])
        card.lines += asked
    card.lines += answer


def _leave_title(lines: Sequence[SourceLine], card: CardSpan) -> None:
    """Take the title of the next section, in plain text, out of the lines of a question that has no others."""
    full = [index for index in card.lines if lines[index].words]
    if len(full) == 1 and lines[full[0]].state == "text" and _SECTION.fullmatch(lines[full[0]].words):
        card.lines.remove(full[0])


def without_number(line: SourceLine) -> SourceLine:
    """The first line of an answer without the number that joined it to its question.

    >>> from dlquiz.notes.markdown.lines import scan
    >>> texts = ["**2.** By 4.", "  4、**One** is", "### A1. **Two**", "**3. So** it"]
    >>> [without_number(line).text for line in scan(texts)]
    ['By 4.', '  **One** is', '### **Two**', '**So** it']
    """
    found = _NUMBER.match(line.text) if line.state == "text" else None
    if found is None:
        return line
    rest = line.text[found.end() :]
    if not rest.strip(" *"):
        return SourceLine("", "blank", 0, "")
    opened = "**" if found[0].count("**") % 2 else ""
    text = f"{found['before']}{found['hashes'] or ''}{opened}{rest}"
    return SourceLine(text, "text", line.indent, text.strip())


def _by_number(parts: Sequence[CardSpan]) -> dict[str, CardSpan]:
    return {one.header.number: one for one in parts if one.header is not None and one.header.number}


def _by_sections(
    lines: Sequence[SourceLine], parts: list[CardSpan], place: int, at: int, questions: Sequence[CardSpan]
) -> bool:
    """Where the numbers begin again in each section, among the questions and among the answers, move the answers by
    section and number; where the sections are not named there, take them out of the last question and leave them."""
    able = [one for one in questions if one.header is not None and one.header.number]
    if len(_by_number(able)) == len(able):
        return False
    end = next((to for to in range(place + 1, len(parts)) if parts[to].header is not None), len(parts))
    own = [index for index in parts[place].lines if index >= at]
    behind = [*own, *(index for one in parts[place + 1 : end] for index in one.lines)]
    margin = min((lines[index].indent for index in behind if _number(lines[index])), default=0)
    numbers = [number for index in behind if lines[index].indent <= margin and (number := _number(lines[index]))]
    if len({*numbers}) == len(numbers):
        return False
    sections = {(one.section[-1:], one.header.number): one for one in able if one.header is not None}
    names = {normalised(name) for section, _ in sections for name in section}
    taken: dict[tuple[str, str], list[int]] = {}
    titles, section = {at}, ""
    current: list[int] = []
    for index in behind:
        number = _number(lines[index]) if lines[index].indent <= margin else ""
        name = normalised(_TAG_OR_HASHES.sub("", lines[index].words).strip("*: ："))
        if lines[index].state == "text" and name in names:
            section, current = name, []
            titles.add(index)
        elif number and (section, number) not in taken:
            current = taken[section, number] = []
        current.append(index)
    by_name = {(normalised("".join(name)), number): one for (name, number), one in sections.items()}
    fits = len(by_name) == len(able) and {*taken} <= {*by_name} and len(taken) == len(numbers)
    moved = {index for one in taken.values() for index in one} if fits else set()
    parts[place].lines = [index for index in parts[place].lines if index < at]
    for key, indices in taken.items() if fits else ():
        _answer(by_name[key], indices[:1], title_of(lines[indices[0]].words).words, indices[1:])
    rest = [index for index in behind if index not in moved]
    parts[place + 1 : end] = [CardSpan(None, parts[place].section, lines=rest, titles=titles)]
    return True


def _number(line: SourceLine) -> str:
    """The number with which a line begins an answer."""
    found = _NUMBER.match(line.text) if line.state == "text" else None
    return found["number"] if found else ""


def _is_blank(lines: Sequence[SourceLine], among: Sequence[int]) -> bool:
    """Whether nothing stands there, or nothing but options of which none is marked as right."""
    body = [lines[index] for index in among]
    return all(line.state == "blank" for line in body) or multiple_choice.is_without_key(body)


def _answers_begin(lines: Sequence[SourceLine], part: CardSpan) -> int | None:
    """The line of a heading such as `Answers`, of the fold that holds them, of the names of a table of keys, or of keys
    behind their label."""
    for index in part.lines[:_FAR]:
        line = lines[index]
        if line.words[:1] == "|" and _names_keys(lines, index):
            return index
        if line.state == "text" and _LABELLED_KEYS.match(line.words) and len(answers_in(line.words)) > 1:
            return index
        if line.state == "text" and len(line.words) < _LONGEST and _TITLE.match(line.words):
            words = _TAG_OR_HASHES.sub("", line.words).strip("*: ：")
            if (is_answer_title(words) and _ANSWERS.search(words)) or (
                _KEY.fullmatch(words) and _has_keys(lines, index)
            ):
                return index
    return None


def _has_keys(lines: Sequence[SourceLine], at: int) -> bool:
    """Whether the next line with words gives options by numbers, `1-C, 2-ACD`: subjects are called `Key` as well."""
    below = line_below(lines, at, 3)
    return below is not None and _OPTIONS.match(below.words) is not None


def _names_keys(lines: Sequence[SourceLine], at: int) -> bool:
    """Whether a line has the names of a table that gives options by numbers."""
    if at + 2 >= len(lines) or not is_ruler(lines[at + 1].words):
        return False
    names = [name for name in cells_of(lines[at].text) if name]
    below = keys_in(lines[at + 2].words) if names and is_kind_of_answer(names[-1]) else {}
    return bool(below) or any(map(len, _keys_in_columns(lines, [at]).values()))


def _give_keys(
    lines: Sequence[SourceLine], parts: list[CardSpan], place: int, at: int, by_number: Mapping[str, CardSpan]
) -> bool:
    """Give questions the letters, or the few words, that lines behind this one of a part list for their numbers,
    several a line or in a table, where at least half of the questions have one there."""
    source = parts[place]
    behind = [index for index in source.lines if index >= at]
    listed = {index: found for index in behind if (found := answers_in(lines[index].words))}
    listed |= _keys_in_columns(lines, behind)
    keys = {number: letters for found in listed.values() for number, letters in found.items() if number in by_number}
    rows = all(len(found) == 1 and _NUMBER.match(lines[index].words) for index, found in listed.items())
    if rows or len(keys) * 2 < len(by_number):
        return False
    source.lines = [index for index in source.lines if index < at]
    for number, letters in keys.items():
        asked = by_number[number]
        if keys_in(f"{number} {letters}") or any(lines[index].words for index in asked.lines):
            asked.key = letters
        elif asked.header is not None:
            asked.header = asked.header._replace(rest=asked.header.rest or letters)
    key_lines = _names_above(lines, listed) | {*listed}
    parts.insert(place + 1, CardSpan(None, source.section, lines=behind, titles={at} - key_lines, keys=key_lines))
    return True


def _keys_in_columns(lines: Sequence[SourceLine], among: Sequence[int]) -> dict[int, dict[str, str]]:
    """The letters of tables that have them below the numbers."""
    found: dict[int, dict[str, str]] = {}
    for index in among:
        if index + 2 < len(lines) and "|" in lines[index].text and is_ruler(lines[index + 1].words):
            numbers, letters = cells_of(lines[index].text), cells_of(lines[index + 2].text)
            pairs = {number.strip("* Qq"): letter.strip("* ") for number, letter in zip(numbers, letters, strict=False)}
            keys = {number: letter for number, letter in pairs.items() if keys_in(f"{number} {letter}")}
            if keys:
                found |= {index: {}, index + 2: keys}
    return found


def _names_above(lines: Sequence[SourceLine], listed: Collection[int]) -> set[int]:
    """The lines of the names and the rulers of tables that begin with these lines."""
    rulers = [index - 1 for index in listed if index > 1 and is_ruler(lines[index - 1].words)]
    return {at for ruler in rulers for at in (ruler - 1, ruler)}


def _move_lines(
    lines: Sequence[SourceLine], parts: list[CardSpan], place: int, at: int, by_number: Mapping[str, CardSpan]
) -> bool:
    """Move the answers that begin in this line of a part, when at least half of the questions have one there."""
    source = parts[place]
    taken: dict[str, list[int]] = {}
    rest: list[int] = []
    current = rest
    furthest = 0
    for index in (index for index in source.lines if index >= at):
        number = _NUMBER.match(lines[index].text) if lines[index].state == "text" else None
        if number and taken and lines[index].indent >= furthest:
            # It counts what stands in an answer.
            number = None
        if number and number["number"] in by_number and number["number"] not in taken:
            current = taken[number["number"]] = []
            furthest = lines[index].indent + _ASKEW
        current.append(index)
    if len(taken) * 2 < len(by_number):
        return False
    source.lines = [index for index in source.lines if index < at]
    for key, indices in taken.items():
        _leave_title(lines, by_number[key])
        _answer(by_number[key], indices[:1], title_of(lines[indices[0]].words).words, indices[1:])
    parts.insert(place + 1, CardSpan(None, source.section, lines=rest, titles={at}))
    return True


def _move_spans(
    parts: list[CardSpan], place: int, by_number: Mapping[str, CardSpan], numbers: Mapping[str, int]
) -> bool:
    """Move answers that look like questions themselves: the second block of the same numbers. `numbers` says how many
    parts there are of each, for it takes long to look at all that follow."""
    if sum(numbers[number] - 1 for number in by_number) * 2 < len(by_number):
        return False
    behind = parts[place + 1 :]
    following = [one for one in behind if one.header is not None and one.header.number in by_number]
    if len(following) * 2 < len(by_number) or _ask_something_else(by_number, following):
        return False
    for one in following:
        assert one.header is not None
        title = "" if one.header.rest else one.header.title
        _answer(by_number[one.header.number], one.asked, title, one.lines)
    moved = set(map(id, following))
    parts[place + 1 :] = [one for one in behind if id(one) not in moved]
    return True
