"""The lines of a notes file, each with what it stands in: code, front matter, a comment, or text.

Notes are not always CommonMark (`####12.`, torn lists, admonitions), so lines are what everything else works on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

LineState = Literal["text", "blank", "code", "front matter", "comment"]

# A longer line is text, whatever it begins with.
MAX_HEADER = 2_000
_TAB = 4
_BLANKS = " \t\u3000"
_FENCE = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}|~{3,})([^`\n]*)$")
# What no language of programs has at the beginning of a line.
_NO_CODE = re.compile(r"#{2,6}\s|\*\*\S|[-*] \*\*|<(?:details|summary|h\d)")
# How many questions a fence must hold, what share of its lines, and how many such fences there must be.
_LEAST_LISTED, _ASKING, _LEAST_LISTS = 3, 0.8, 3
# The same of a long fence, which needs no others.
_LONG_LIST, _LONG_ASKING = 20, 0.5
# How many lines a fence around one line has, and how many of these must ask.
_SINGLE, _LEAST_SINGLE = 3, 5
_ASKED = re.compile(r"[?？]\s*(?:[（(][^()（）]{0,60}[)）])?\W*$")
_CHINESE = re.compile("[\u3400-\u9fff]")
_NUMBERED = re.compile(r"\d{1,3}[.、)）]\s*\D")
_FRONT_END = re.compile(r"(?:---|\.\.\.|\+\+\+)[ \t]*$")
_FRONT_LIMIT = 200


class SourceLine(NamedTuple):
    """One line without its end; `indent` counts columns, a tab up to the next multiple of four, `words` is the text
    without the blanks around it."""

    text: str
    state: LineState
    indent: int
    words: str


def split(text: str) -> list[str]:
    """The lines of a text, whichever way they end; nothing follows the end of the last one.

    >>> split("a\\r\\nb\\rc\\n"), split("")
    (['a', 'b', 'c'], [])
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if not lines[-1] else lines


def scan(texts: Sequence[str]) -> list[SourceLine]:
    """Each line with its state.

    >>> [line.state for line in scan(["---", "a: 1", "---", "# Q", "", "```", "# no", "```", "<!-- x", "-->"])]
    ['front matter', 'front matter', 'front matter', 'text', 'blank', 'code', 'code', 'code', 'comment', 'comment']
    """
    words = [text.strip() for text in texts]
    states: list[LineState] = ["text" if bare else "blank" for bare in words]
    begin = _front_matter(texts)
    states[:begin] = ["front matter"] * begin
    _mark_fences(texts, states, begin)
    _open_lists(texts, states)
    _mark_comments(texts, states, begin)
    return list(map(SourceLine, texts, states, map(indent_of, texts), words))


def indent_of(text: str) -> int:
    if text[:1] not in _BLANKS:
        return 0
    column = 0
    for letter in text[:200]:
        if letter == "\t":
            column += _TAB - column % _TAB
        elif letter in " \u3000":
            column += 1
        else:
            break
    return column


def _front_matter(texts: Sequence[str]) -> int:
    """How many lines at the beginning are front matter."""
    if not texts or texts[0].strip() not in ("---", "+++"):
        return 0
    for number, text in enumerate(texts[1:_FRONT_LIMIT], 1):
        if _FRONT_END.match(text):
            return number + 1
        if re.match(r"#{1,6}\s|\*\*|\d+\.\s", text):
            return 0
    return 0


def _mark_fences(texts: Sequence[str], states: list[LineState], begin: int) -> None:
    """Code between fences; one that is never closed is no fence."""
    opened, mark = -1, ""
    for number in range(begin, len(texts)):
        text = texts[number]
        fence = _FENCE.match(text) if len(text) <= MAX_HEADER and ("```" in text or "~~~" in text) else None
        if fence is None:
            continue
        info = fence[2].strip()
        if opened < 0:
            opened, mark = number, fence[1]
        elif fence[1].startswith(mark) and not info:
            states[opened : number + 1] = ["code"] * (number + 1 - opened)
            opened = -1
        elif fence[1] == mark and info:
            # A second opening: the end of the first was forgotten.
            end = _code_end(texts, opened + 1, number)
            states[opened:end] = ["code"] * (end - opened)
            opened = number


def _open_lists(texts: Sequence[str], states: list[LineState]) -> None:
    """Text for code in fences that name no language and hold questions, where a file has several such lists, or a long
    one, or a fence around each question."""
    lists: list[range] = []
    long: list[range] = []
    single: dict[int, bool] = {}  # where fences of one line begin, and whether it asks
    at = 0
    while at < len(texts):
        if states[at] != "code":
            at += 1
            continue
        end = next((one for one in range(at, len(texts)) if states[one] != "code"), len(texts))
        bare = _is_bare_fence(texts[at])
        if bare and end - at == _SINGLE:
            single[at] = ends_asking(texts[at + 1])
        inner = [text for text in texts[at + 1 : end - 1] if text.strip()]
        asking = sum(map(ends_asking, inner)) if bare and end - at > _LEAST_LISTED + 1 else 0
        if asking >= max(_LONG_LIST, _LONG_ASKING * len(inner)):
            long.append(range(at, end))
        elif asking >= max(_LEAST_LISTED, _ASKING * len(inner)) or (asking and _count_questions(inner)):
            lists.append(range(at, end))
        at = end
    if sum(single.values()) >= max(_LEAST_SINGLE, _ASKING * len(single)):
        long += [range(begin, begin + _SINGLE) for begin in single]
    for block in long if len(long) + len(lists) < _LEAST_LISTS else [*long, *lists]:
        states[block.start : block.stop] = ["text" if texts[one].strip() else "blank" for one in block]
        states[block.start] = states[block.stop - 1] = "comment"


def _is_bare_fence(text: str) -> bool:
    """Whether a fence names no language."""
    fence = _FENCE.match(text) if len(text) <= MAX_HEADER else None
    return fence is not None and not fence[2].strip()


def _count_questions(texts: Sequence[str]) -> bool:
    """Whether nearly all lines at the margin have a number, and half of these ask."""
    margin = [text for text in texts if not text[0].isspace()]
    numbered = [text for text in margin if _NUMBERED.match(text)]
    enough = len(numbered) >= max(_LEAST_LISTED, _ASKING * len(margin))
    return enough and sum(map(ends_asking, numbered)) * 2 >= len(numbered)


def line_below(lines: Sequence[SourceLine], at: int, within: int) -> SourceLine | None:
    """The next line with words, among so many lines below this one."""
    below = place_below(lines, at, within)
    return lines[below] if below >= 0 else None


def place_below(lines: Sequence[SourceLine], at: int, within: int) -> int:
    """Where the next line with words is, among so many lines below this one; -1 without one."""
    at += 1
    for line in lines[at : at + within]:
        if line.words:
            return at
        at += 1
    return -1


def lines_in_folds(lines: Sequence[SourceLine]) -> set[int]:
    """The lines of folded blocks, `<details>`."""
    inside: set[int] = set()
    opened = False
    for at, line in enumerate(lines):
        tags = line.text.lower() if line.state == "text" and "<" in line.text else ""
        opened = opened or "<details" in tags
        if opened:
            inside.add(at)
        opened = opened and "</details" not in tags
    return inside


def is_end_of_list(lines: Sequence[SourceLine], at: int) -> bool:
    """Whether the line is the end of a fence whose questions became text."""
    return at < len(lines) and lines[at].state == "comment" and lines[at].words.startswith(("```", "~~~"))


def ends_asking(text: str) -> bool:
    """Whether a line ends in a question mark, or in one and a remark in brackets.

    >>> ends_asking("为什么用跳表？（不用红黑树）"), ends_asking("为什么用跳表？因为简单。")
    (True, False)
    """
    return _ASKED.search(text[-80:]) is not None


def has_chinese(text: str) -> bool:
    """Whether any letter is Chinese."""
    return _CHINESE.search(text) is not None


def is_plain(line: SourceLine, longest: int) -> bool:
    """Whether a line of text at the margin begins with a letter or a digit, as those of paragraphs do, and is no longer
    than so many letters."""
    return line.indent < 2 and has_plain_words(line, longest)


def has_plain_words(line: SourceLine, longest: int) -> bool:
    """Whether a line of text, which may be indented, begins with a letter or a digit and is no longer than so many
    letters."""
    return line.state == "text" and len(line.words) <= longest and line.words[0].isalnum()


def _code_end(texts: Sequence[str], begin: int, end: int) -> int:
    """Where the code ends behind a fence without an end: before the first line that only a text has."""
    return next((at for at in range(begin, end) if _NO_CODE.match(texts[at])), begin - 1)


def _mark_comments(texts: Sequence[str], states: list[LineState], begin: int) -> None:
    """Lines that hold nothing but a comment; one that is never closed is text."""
    opened = -1
    for number in range(begin, len(texts)):
        if states[number] == "code":
            continue
        text = texts[number].strip()
        if opened < 0 and text.startswith("<!--"):
            opened = number
            text = text[4:]
        if opened >= 0 and (end := text.find("-->")) >= 0:
            if not text[end + 3 :].strip():
                states[opened : number + 1] = ["comment"] * (number + 1 - opened)
            opened = -1
