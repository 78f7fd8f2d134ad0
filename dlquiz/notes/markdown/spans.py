"""Which lines belong to which question: from its header to the next one, or to what ends the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, field

from dlquiz.notes.markdown.answers import ANSWER_BEGINS, is_difficulty, label_of
from dlquiz.notes.markdown.asking import ASKS, TOPIC, asks
from dlquiz.notes.markdown.habits.lists.stems import joined
from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.lines import SourceLine, is_end_of_list, line_below, place_below
from dlquiz.notes.markdown.sections import is_no_question, may_be_part
from dlquiz.notes.markdown.table_lines import figures
from dlquiz.notes.markdown.title_words import BOLD_NAME, TASK, title_of
from dlquiz.notes.markdown.titles import QUOTED, TABLE_ROW, Header, is_answer_title, is_outline, is_question_title

_BOLD_LEVEL = 8
# Over how many more lines a question before an arrow may go on.
_WRAPPED = 3
# How far below a heading that is only a number its question may begin.
_FURTHEST = 12
_ITEM = re.compile(r"(?:[-*+•]|\d{1,4}[.)、])\s*\S")
_DEEPEST = 8  # folded blocks inside one another; more were never closed
_LONGEST_BLOCK = 3_000  # lines in which a folded block must end


@dataclass(slots=True)
class CardSpan:
    """Lines in their order: `asked` are those of the question, `lines` those below it; without a header, those of no
    card, of which `titles` are headings and `keys` say which options are right: `key` is what they say of the question.
    `joined` is the line whose number only says which question it answers, `premise` the code that is asked about."""

    header: Header | None
    section: tuple[str, ...]
    question: str = ""
    asked: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    titles: set[int] = field(default_factory=set)
    keys: set[int] = field(default_factory=set)
    key: str = ""
    joined: set[int] = field(default_factory=set)
    premise: str = ""


class _Sections:
    """The headings above a line, by level."""

    def __init__(self) -> None:
        self.open: list[tuple[float, str]] = []

    def enter(self, level: float, title: str) -> None:
        self.open = [one for one in self.open if one[0] < level]
        self.open.append((level, title))

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(title for _, title in self.open if title)

    @property
    def level(self) -> float:
        return self.open[-1][0] if self.open else 0.0


def spans(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found, skipped: set[int]) -> list[CardSpan]:
    """Every line in one span, but for the `skipped` ones of the table of contents."""
    questions = {one.at: one for one in found.questions}
    sections = _section_headers(lines, headers, found)
    open_sections = _Sections()
    out = [CardSpan(None, ())]
    end = len(lines)
    parts_of_answers = _bare_lists(lines, skipped)
    for index in range(len(lines)):
        current = out[-1]
        if index in skipped and (current.header is None or index not in parts_of_answers):
            if current.header is not None:
                out.append(CardSpan(None, open_sections.path))
            continue
        if index in questions:
            one = questions[index]
            _enter_question(open_sections, one, found)
            out.append(_begun(lines, one, open_sections.path, questions, sections))
            end = _end_of(lines, one)
        elif index in found.stems:
            out.append(CardSpan(None, open_sections.path, lines=[index], titles={index}))
        elif index in sections:
            one = sections[index]
            open_sections.enter(one.level or _BOLD_LEVEL, one.title)
            out.append(CardSpan(None, open_sections.path, lines=[index], titles={index}))
        elif index >= end and current.header is not None and lines[index].words:
            out.append(CardSpan(None, open_sections.path, lines=[index]))
        elif index not in current.asked:
            (current if lines[index].state != "front matter" else out[0]).lines.append(index)
    return out


def _bare_lists(lines: Sequence[SourceLine], contents: set[int]) -> set[int]:
    """The lists without links among the lines of tables of contents: in an answer they name its parts."""
    blocks: list[list[int]] = []
    for at in sorted(contents):
        if blocks and not any(line.words for line in lines[blocks[-1][-1] + 1 : at]):
            blocks[-1].append(at)
        else:
            blocks.append([at])
    bare = (block for block in blocks if _ITEM.match(lines[block[0]].words))
    return {at for block in bare if not any("](" in lines[one].text for one in block) for at in block}


def _enter_question(open_sections: _Sections, one: Header, found: Found) -> None:
    """A heading that is a question closes the sections at its level and below; it opens none itself."""
    if open_sections.open and one.shape == "heading" and found.levels:
        open_sections.open = [section for section in open_sections.open if section[0] < one.level]


def _section_headers(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> dict[int, Header]:
    """The headings that divide the file: those that are no part of an answer."""
    loose = _at_margin(lines, found.questions)
    questions = {one.at for one in found.questions}
    parts = found.inside | questions
    sections: dict[int, Header] = {}
    under: Header | None = None
    outer: Header | None = None  # the heading in whose answer a labelled question stands
    above = 0  # the level of the heading above the last question
    folded = 0  # where the folded block ends that is the answer to the last question
    headings = [one for one in headers if one.at not in parts and (one.shape == "heading" or _divides(one))]
    headings = sorted([*headings, *found.questions], key=lambda one: one.at)
    named_parts = _named_parts(headings, questions)
    for place, one in enumerate(headings):
        in_outer_answer = outer is not None and under is not outer and one.level > outer.level
        behind_outer = outer is not None and under is not outer and one.level <= outer.level
        if one.at in questions:
            outer = _answered_above(one, outer)
            under = one
            folded = _end_of_fold(lines, one)
        elif one.at < folded or is_answer_title(one.title) or ANSWER_BEGINS.match(one.title) or one.at in named_parts:
            continue
        elif one.shape != "heading":
            if (
                under is None
                or ((under.style.startswith("- ") or under.indent) and not loose)
                or _is_between(lines, one, under, questions)
            ):
                sections[one.at] = one
        elif one.style.startswith("- ") or one.indent >= 4 or in_outer_answer:
            continue
        elif under is None or behind_outer or not _in_answer(headings, place, under, above, questions):
            sections[one.at] = one
            under, outer, above = None, None, one.level
    return sections


def _named_parts(headings: Sequence[Header], questions: set[int]) -> set[int]:
    """The headings such as `References` that are parts of answers: they lie below the heading that is the question.
    Below the last question they are those of the file, unless another question has the same."""
    below: list[tuple[Header, int]] = []
    under: Header | None = None
    for one in headings:
        if one.at in questions:
            under = one if is_outline(one) else None
        elif under is not None and is_outline(one):
            if one.level <= under.level:
                under = None
            elif may_be_part(one.title):
                below.append((one, under.at))
    last = max(questions, default=-1)
    titles = {one.title.casefold() for one, at in below if at != last}
    alone = len(questions) == 1
    return {one.at for one, at in below if alone or at != last or one.title.casefold() in titles}


def _end_of_fold(lines: Sequence[SourceLine], question: Header) -> int:
    """Where the folded block ends that such a question opens; 0 for others, and where it is never closed."""
    end = _end_of(lines, question) if question.shape == "details" else 0
    return end if end < len(lines) else 0


def _answered_above(question: Header, outer: Header | None) -> Header | None:
    """The heading that asks and whose answer goes on behind this question, which only has a label."""
    if not question.labelled or (is_outline(question) and not (outer and question.level > outer.level)):
        return question if is_outline(question) else None
    return outer


def _at_margin(lines: Sequence[SourceLine], questions: Sequence[Header]) -> bool:
    """Whether answers stand at the margin, though their questions are bullets."""
    below = [line_below(lines, one.at, 3) for one in questions]
    at_margin = [line is not None and line.indent == 0 and line.words[0].isalpha() for line in below]
    return sum(at_margin) * 3 > len(at_margin)


def _divides(one: Header) -> bool:
    """Between bullets and indented questions a bold line at the margin is a heading."""
    return one.style == "bold" and one.indent == 0 and not (one.rest or one.labelled) and len(one.title) < 40


def _is_between(lines: Sequence[SourceLine], one: Header, under: Header, questions: Set[int]) -> bool:
    """Whether nothing but this line stands between two numbered questions."""
    above = next((at for at in range(one.at - 1, under.at, -1) if lines[at].words), under.at)
    return under.shape == "number" and above == under.at and place_below(lines, one.at, 3) in questions


def _in_answer(headings: Sequence[Header], place: int, under: Header, above: int, questions: Set[int]) -> bool:
    """Whether a heading below a question is part of its answer, or a section of its own."""
    one = headings[place]
    if is_no_question(one.title):
        return False
    if under.shape == "heading" and not under.style.startswith("- "):
        return one.level > under.level
    before = headings[max(0, place - 2)]
    if before.style == under.style and under.at - before.at in (1, 2):
        # The last of items that have no answers of their own has none either.
        return False
    # Below an item, a heading that has no questions under it and lies deeper than the section goes on with the answer.
    following = headings[place + 1] if place + 1 < len(headings) else None
    holds = following is not None and (following.shape != "heading" or following.at in questions)
    return one.level > max(above, 1) and not holds


def _begun(
    lines: Sequence[SourceLine],
    one: Header,
    section: tuple[str, ...],
    questions: dict[int, Header],
    sections: dict[int, Header],
) -> CardSpan:
    """The span of a question with the lines in which it is asked."""
    last = one.at
    title = one.title
    premise = ""
    if one.asked_until:
        last = one.asked_until
        begin = max((at + 1 for at in range(one.at + 1, last) if lines[at].state == "code"), default=one.at + 1)
        # A question that is only a picture needs it for its words.
        shown = figures(lines, range(begin, last + 1)) if title else []
        premise = _premise([*lines[one.at + 1 : begin], *(lines[at] for at in shown)])
        levels = [line.words for line in lines[one.at + 1 : last + 1] if is_difficulty(line.words)]
        asked = [words for at in range(begin, last + 1) if (words := lines[at].words) and at not in shown]
        below = " ".join(
            bare for words in asked if words not in levels and not is_question_title(bare := _without_label(words))
        )
        one = one._replace(mark=one.mark or (levels[0] if levels else ""))
        wrapped = lines[one.at + 1].words.startswith("#") or lines[one.at].words.count("**") == 1
        title = f"{title} {below}".strip() if wrapped else joined(title, below)
    elif title and one.labelled and one.shape == "heading" and asks(title) < TOPIC and _is_above_label(lines, one.at):
        # `## Question 4 — Coding`, `### Interviewer`, and then what is asked.
        last = _below(lines, one.at, questions, sections)
        title = joined(title, _bare(lines[last].words)) if last > one.at else title
    elif not title:
        last = _below(lines, one.at, questions, sections)
        title = _bare(lines[last].words) if last > one.at else f"Question {one.number}".strip()
    elif one.labelled and not one.rest and one.shape != "heading":
        last = _labelled_end(lines, one.at, questions, sections)
        title = " ".join([title, *(lines[at].words.lstrip("> ") for at in range(one.at + 1, last + 1))])
    elif one.shape in ("number", "bullet") and one.rest == "":
        last = _wrapped_end(lines, one.at, questions)
        title = " ".join([title, *(lines[at].words for at in range(one.at + 1, last + 1))])
    title, rest = (title, one.rest) if one.rest else _split_answer(one, title)
    if rest != one.rest:
        one = one._replace(rest=rest)
    return CardSpan(one, section, title, list(range(one.at, last + 1)), premise=premise)


def _premise(lines: Sequence[SourceLine]) -> str:
    """The code and figures between a heading and its question, and words between such code, without the difficulty."""
    return "\n".join(line.text for line in lines if not is_difficulty(line.words)).strip("\n")


def _is_above_label(lines: Sequence[SourceLine], index: int) -> bool:
    """Whether the next line with words is a heading that only says that a question follows."""
    below = line_below(lines, index, 3)
    return below is not None and below.words.startswith("#") and is_question_title(_bare(below.words))


def _below(lines: Sequence[SourceLine], index: int, questions: dict[int, Header], sections: dict[int, Header]) -> int:
    """The first line of words below a heading that is only a number; none where code is what is asked."""
    for at in range(index + 1, min(index + _FURTHEST, len(lines))):
        if at in questions or at in sections or lines[at].state == "code":
            break
        if lines[at].state == "text" and not is_question_title(_bare(lines[at].words)):
            return at
    return index


def _without_label(words: str) -> str:
    """The words of a line below a heading whose question goes on there, without the label of a question."""
    if task := TASK.match(words):
        return words[task.end() :]
    title = title_of(_bare(words))
    return title.words if title.labelled and title.words else _bare(words)


def _bare(words: str) -> str:
    bare = re.sub(r"^(?:#{1,6}\s+|>\s?|[-*+]\s+)", "", words)
    return bare if BOLD_NAME.match(bare) else bare.strip("*_ ") or words


def _labelled_end(
    lines: Sequence[SourceLine], index: int, questions: dict[int, Header], sections: dict[int, Header]
) -> int:
    """The last line of a labelled question that goes on until its labelled answer."""
    for at in range(index + 1, min(index + 8, len(lines))):
        line = lines[at]
        if line.state != "text" or at in questions or at in sections:
            return index
        if label_of(line.text) or BOLD_NAME.match(line.words):
            return at - 1
    return index


def _wrapped_end(lines: Sequence[SourceLine], index: int, questions: dict[int, Header]) -> int:
    """The last line of a question that was broken to fit a width: only the second line ends in a question mark."""
    at = index + 1
    if at >= len(lines) or at in questions or lines[at].state != "text" or len(lines[index].words) < 50:
        return index
    words, first = lines[at].words, lines[index].words
    if "→" not in first and (end := _before_arrow(lines, index, questions)):
        return end
    whole = first.rstrip(" *").endswith(("?", "？", "。", ".", ":", "：", "!", "！"))
    return at if not whole and words.rstrip(" *").endswith(("?", "？")) and len(words) < 200 else index


def _before_arrow(lines: Sequence[SourceLine], index: int, questions: dict[int, Header]) -> int:
    """The line of the same paragraph with the question mark and an arrow behind it, with which the answer begins; 0
    without one."""
    for at in range(index + 1, min(index + _WRAPPED + 1, len(lines))):
        if at in questions or lines[at].state != "text" or _ITEM.match(lines[at].words):
            return 0
        if _ARROW.search(lines[at].words):
            return at
        if _QUESTION_MARK.search(lines[at].words):
            return 0
    return 0


# An order behind the question mark: `Explain it.`, `Give an example.`
_ASKS_ON = re.compile(
    r"(?:please |and )?(?:provide|give|explain|describe|show|compare|discuss|list|name|illustrate|justify|write)\b"
    r"[^:]{0,120}$|(?:请|并|试)?(?:举例|说明|解释|简述|谈谈)[^：]{0,60}$",
    re.IGNORECASE,
)
_ARROW = re.compile(r"[?？]\s*(?:→|->|=>)")
_QUESTION_MARK = re.compile(r"[?？](?:\*\*)?")
_ANSWER_ON_LINE = re.compile(r"(?<=[\s?？。.*])(?:A|Ans|Answer|答|答案|回答)\s*[:：](?:\*\*)?\s*", re.IGNORECASE)


def answer_on_line(title: str) -> re.Match[str] | None:
    """The label of an answer behind a question on its line: `What is a cache? **A:** …`."""
    return _ANSWER_ON_LINE.search(title) if ":" in title or "：" in title else None


def _split_answer(one: Header, title: str) -> tuple[str, str]:
    """The question and an answer that stands behind it on the same line."""
    if one.shape == "heading" or one.shape in ("admonition", "details"):
        return title, ""
    if one.labelled and (label := answer_on_line(title)):
        return title[: label.start()].rstrip(" \t\u3000*"), title[label.end() :]
    if one.shape not in ("number", "bullet", "label") or one.style.endswith("bold"):
        return title, ""
    asked, arrow, answer = title.partition(" → ")
    if arrow and asks(asked) >= ASKS and re.search(r"\w", answer):
        return asked.strip(), answer.strip()
    end = 0
    for mark in _QUESTION_MARK.finditer(title):
        between = title[end : mark.start()].strip()
        if end and not (len(between) < 160 and asks(between + "?") and not re.search(r"[。.;；!]\s", between)):
            break
        end = mark.end()
    rest = title[end:].strip(" \t\u3000:：-—→") if end else ""
    if not rest or not re.search(r"\w", rest) or rest.startswith(("(", "（", "[[", "<")) or _ASKS_ON.match(rest):
        return title.rstrip(" →"), ""
    return title[:end].strip(), rest


def _end_of(lines: Sequence[SourceLine], one: Header) -> int:
    """Where the answer of a fold, of a row or in a quote ends; elsewhere nothing but the next header ends it."""
    if one.style == TABLE_ROW:
        return one.at + 1
    if one.style == "plain" and is_end_of_list(lines, one.at + 1) and not is_end_of_list(lines, one.at - 1):
        # A list in a fence ends with it; what stands behind a fence around one question is its answer.
        return one.at + 1
    if one.style.startswith(QUOTED):
        return next((at for at in range(one.at + 1, len(lines)) if not lines[at].words.startswith(">")), len(lines))
    if one.shape == "admonition" and ":" in one.style:
        for at in range(one.at + 1, len(lines)):
            if lines[at].words and lines[at].indent <= one.indent and lines[at].state != "code":
                return at
    elif one.shape == "admonition":
        return _closed(lines, one.at, re.compile(r":::+\s*$"), re.compile(r":::+\s*\{?\w"))
    elif one.shape == "details":
        return _closed(lines, one.at, re.compile(r"</details>", re.I), re.compile(r"<details\b", re.I))
    return len(lines)


def _closed(lines: Sequence[SourceLine], index: int, closing: re.Pattern[str], opening: re.Pattern[str]) -> int:
    depth = 1
    for at in range(index + 1, min(index + _LONGEST_BLOCK, len(lines))):
        if lines[at].state != "text":
            continue
        depth += len(opening.findall(lines[at].text)) - len(closing.findall(lines[at].text))
        if depth <= 0:
            return at + 1
        if depth > _DEEPEST:
            break
    return len(lines)
