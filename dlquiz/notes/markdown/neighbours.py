"""Headers that only those beside them and the lines around them show: codes that count up, `AQ01:`, a word before a
colon, `Chat : …`, numbered scenarios, numbers with a hyphen or hidden by what follows, labels without a blank behind
them, broken numbers, headings that were broken into two, underlined lines, headings in items, kinds of exercises,
and answers on the line of a question."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from dlquiz.notes.markdown.asking import ASKS, TOPIC, asks, starts_with_question
from dlquiz.notes.markdown.lines import SourceLine, is_plain
from dlquiz.notes.markdown.titles import (
    BROKEN_NUMBER,
    Header,
    header_of,
    is_answer_title,
    is_kind_of_exercise,
    is_outline,
)

_CODE = re.compile(r"([A-Z]{1,4})[-_ ]?(\d{1,3})\s*[:：.、)\]]\s*(?=\S)")
_CODES = 3
# How many items must have a whole number for each that has a broken one.
_NUMBERED = 3
_LABEL = re.compile(r"(\w+)\s*[:：]\s*(?=\S)")
# How many headings must begin with one word, and what share of them must ask behind it.
_LABELS, _ASKING = 5, 0.5
# An item with something behind its question mark or its colon, and how many there must be.
_ITEMS = ("bullet", "number")
_PARTED = re.compile(
    r"(?P<asked>.{3,300}?[?？])\s*(?:[:：]|\s[–—-]\s)\s*(?P<rest>\S.{19,})$|"
    r"(?P<ordered>[^?？–—]{10,300}[.。])\s[–—]\s(?P<told>\S.{19,})$|(?P<alone>[^?？]{3,160}[?？])\s+(?P<answer>[^?？]{20,})$|"
    r"(?P<name>[^:：?？]{3,160}?)\s?[:：](?!//)\s*(?P<meaning>\S.{19,})$"
)
_PARTS_MEET = re.compile("[?？:：]")
_PARTS = 5
# `"What is a cache?" → memory that …`, and how many of such items must ask.
_ARROWS, _STOPS = 4, (".", "。", "!", "！")
_QUOTES = tuple('"“「')
_ARROW = re.compile(r"[\"“「]([^\"”」]{3,160})[\"”」]\s*(?:→|->|=>)\s*(\S.*)")
# Over how many more lines bold words may go on that have no label.
_BOLD_LINES = 3
# The indentation of the lines of an item, and of code, in which no heading of the document stands.
_INDENTED, _BLOCK = 2, 4
# A line that underlines, how many underlined lines there must be, and how long they are at most.
_RULES = ("-", "=")
_UNDERLINE = re.compile(r"(?:-+|=+)[ \t]*$")
_UNDERLINED, _LONGEST = 5, 160
# `Scenario 2: …`: a label and a number, but the words stay in the question. So many there must be.
_SCENARIOS = 3
_SCENARIO = re.compile(
    r"(?:Scenario|Case|Situation|Exercise|Challenge|Puzzle)[ #]*(\d{1,3})\s*[:：–—-]\s*(?=\S)", re.IGNORECASE
)
# How many headings in and outside of bullets are a series.
_SERIES = 5
# How many lines are counted with a hyphen at least, and what share of them follow the one before.
_HYPHENS, _RISING = 6, 0.9
_HYPHEN = re.compile(r"(\*\*)?(\d{1,3})\s?[-–—]\s+(?=\D)")
# The number of an item or a heading, whatever stands behind it, but for numbers of parts, `3.1 What`, and how many of a
# list must have one that is plainly so.
_LEADING = re.compile(
    r"(?P<before>#{1,6}\s*|[-*+•]\s+|)(?P<number>\d{1,3})(?!\d|[.．]\d+(?:\.\d+)*(?:[\s.、．)]|$))"
    r"(?P<mark>[.、．)]?)(?P<behind>.*)"
)
_LEADING_BEGINS = frozenset("#-*+•0123456789")
_PLAINLY = 2
_FIRST_PART = re.compile(r"1\D")
# A word right behind a number, but for `3D kernels`.
_WORD = re.compile(r"(?![A-Za-z](?![A-Za-z]))[^\W\d_]")
# `Q5.What is a cache?`
_LABELS_BEGIN = ("Q", "**Q")
_UNSPACED_LABEL = re.compile(r"(?:\*\*)?Q\d{1,4}[.)](?=[A-Z][a-z])")

# How a line below such a heading begins that is counted itself.
_COUNTED = re.compile(r"[#*_ ]*[(（]?\d{1,3}[.)）、．]")


def with_kinds_of_exercises(lines: Sequence[SourceLine], headers: Sequence[Header]) -> list[Header]:
    """The headers; counted headings that name a kind of exercise have no words of their own, for the lines below ask,
    but where most have counted lines below: then they only divide the file, and have no number."""
    kinds = [one for one in headers if is_outline(one) and one.number and is_kind_of_exercise(one.title)]
    if not kinds:
        return [*headers]
    ends = {one.at: below.at for one, below in pairwise(kinds)}
    divide = sum(_has_counted(lines, one, ends.get(one.at, len(lines))) for one in kinds) * 2 >= len(kinds)
    return _with(headers, [_as_section(one) if divide else one._replace(title="", labelled=True) for one in kinds])


def _as_section(kind: Header) -> Header:
    # `2. Short answer` is no title above an answer.
    title = f"{kind.number}. {kind.title}" if is_answer_title(kind.title) else kind.title
    return kind._replace(title=title, number="")


def _has_counted(lines: Sequence[SourceLine], kind: Header, end: int) -> bool:
    return any(lines[at].state == "text" and _COUNTED.match(lines[at].words) for at in range(kind.at + 1, end))


def with_unspaced_labels(lines: Sequence[SourceLine], headers: Sequence[Header]) -> list[Header]:
    """The headers, and the lines with a label right before the question, `Q5.What is a cache?`, where more labels
    before bold or plain questions have a blank behind them."""
    places = [at for at, line in enumerate(lines) if line.text.startswith(_LABELS_BEGIN) and line.state == "text"]
    places = [at for at in places if _UNSPACED_LABEL.match(lines[at].text)]
    spaced = sum(one.labelled and one.shape in ("bold", "label") for one in headers)
    if not 0 < len(places) < spaced:
        return [*headers]
    read = [header_of(_UNSPACED_LABEL.sub(r"\g<0> ", lines[at].words, count=1), lines[at].indent, at) for at in places]
    return _with(headers, [one for one in read if one is not None])


def _with(headers: Sequence[Header], found: Sequence[Header]) -> list[Header]:
    """The headers, with those found in the place of others on their lines."""
    taken = {one.at for one in found}
    return sorted([*(one for one in headers if one.at not in taken), *found], key=lambda one: one.at)


def numbered_with_hyphens(lines: Sequence[SourceLine], headers: Sequence[Header]) -> list[Header]:
    """The headers, and lines at the margin that are counted with a hyphen, `1 - What is a cache?`, where these go on
    through the file or a section and most ask."""
    counted = [at for at, line in enumerate(lines) if line.state == "text" and line.indent < 2]
    counted = [at for at in counted if "0" <= lines[at].words.lstrip("*")[:1] <= "9" and _HYPHEN.match(lines[at].words)]
    read = [header_of(_HYPHEN.sub(r"\1\2. ", lines[at].words, count=1), lines[at].indent, at) for at in counted]
    found = [one for one in read if one is not None and one.number.isdecimal()]
    rising = sum(int(after.number) in (1, int(before.number) + 1) for before, after in pairwise(found))
    asking = sum(asks(one.title) >= ASKS for one in found)
    if len(found) < _HYPHENS or rising < _RISING * (len(found) - 1) or asking < _ASKING * len(found):
        return [*headers]
    return _with(headers, found)


def with_expected_numbers(lines: Sequence[SourceLine], headers: Sequence[Header]) -> list[Header]:
    """The headers, with the numbers that what stands right behind them hides, where their list has none other for that
    place: `- 5.4GB of text` between `- 4.…` and `- 6.…`, `###3Heaps` between `###2.…` and `###4.…`."""
    by_line = {one.at: one for one in headers}
    counted: dict[tuple[str, int, int], list[tuple[int, re.Match[str]]]] = defaultdict(list)
    section = 0
    for at, line in enumerate(lines):
        one = by_line.get(at)
        section = at if one is not None and is_outline(one) else section
        if line.words[:1] in _LEADING_BEGINS and line.state == "text" and (count := _LEADING.match(line.words)):
            kind = count["before"].strip()
            counted[kind, line.indent, -1 if kind.startswith("#") else section].append((at, count))
    found: list[Header] = []
    for listed in counted.values():
        plainly = [_has_number(by_line.get(at), count["number"]) for at, count in listed]
        if not all(plainly) and sum(plainly) >= _PLAINLY:
            hidden = (listed[place] for place, plain in enumerate(plainly) if not plain and _is_next(listed, place))
            texts = {at: f"{count['before']}{count['number']}. {count['behind'].strip()}" for at, count in hidden}
            read = (header_of(text, lines[at].indent, at) for at, text in texts.items())
            found += [one for one in read if one is not None and (one.at in by_line or one.shape == "number")]
    return _with(headers, found)


def _has_number(one: Header | None, number: str) -> bool:
    return one is not None and one.shape in ("number", "heading") and one.number == number


def _is_next(listed: Sequence[tuple[int, re.Match[str]]], place: int) -> bool:
    """Whether the number at this place of a list is the one between those before and behind it, or, with a mark, the
    one after the last."""
    count = listed[place][1]
    if place == 0 or int(listed[place - 1][1]["number"]) != int(count["number"]) - 1:
        return False
    if not (count["mark"] or (count["before"] and _WORD.match(count["behind"]))):
        return False
    if place + 1 < len(listed):
        return int(listed[place + 1][1]["number"]) == int(count["number"]) + 1
    # `3.1` behind `2.` may be a part of a third chapter.
    return count["mark"] != "" and not _FIRST_PART.match(count["behind"])


def unwrapped(headers: Sequence[Header]) -> list[Header]:
    """The headers without the second line of a heading that was broken into two: `## What is`, `## a cache?`."""
    out: list[Header] = []
    for one in headers:
        if out and _goes_on(out[-1], one):
            out[-1] = out[-1]._replace(asked_until=one.at)
        else:
            out.append(one)
    return out


def _goes_on(first: Header, second: Header) -> bool:
    below = second.at == max(first.at, first.asked_until) + 1
    if first.shape != "heading" or second.style != first.style or not below or second.number or second.labelled:
        return False
    ends = second.title.endswith(("?", "？")) and not first.title.endswith(("?", "？", ".", "。", ":", "：", "!", "！"))
    return ends and starts_with_question(first.title) and not starts_with_question(second.title)


def wrapped_in_bold(lines: Sequence[SourceLine], headers: Sequence[Header]) -> list[Header]:
    """The headers, and bold paragraphs of a few lines, `**Q1. Why does a`, `cache help?**`, where half of them ask."""
    found: list[Header] = []
    for at, line in enumerate(lines):
        if line.words.startswith("**") and line.words.count("**") == 1 and line.state == "text":
            end = _end_of_bold(lines, at) if line.indent < _BLOCK else 0
            one = header_of(f"{line.words}**", line.indent, at) if end else None
            if one is not None and (one.labelled or (one.shape == "bold" and end - at <= _BOLD_LINES)):
                found.append(one._replace(asked_until=end))
    asking = sum(asks(lines[one.asked_until].words) == 1.0 for one in found)
    return _with(headers, found) if asking * 2 >= len(found) > 0 else [*headers]


def _end_of_bold(lines: Sequence[SourceLine], at: int) -> int:
    """The line of the same paragraph at whose end the bold words end; 0 without one."""
    for place in range(at + 1, len(lines)):
        words = lines[place].words
        if lines[place].state != "text" or words.startswith(("#", "- ", "* ", "> ")):
            return 0
        if "**" in words:
            return place if words.count("**") == 1 and words.rstrip(" :：").endswith("**") else 0
    return 0


def inside_items(lines: Sequence[SourceLine], headers: Sequence[Header]) -> list[Header]:
    """The headers; a heading indented below a bullet at the margin is a part of what that item says."""
    items = {one.at for one in headers if one.shape in _ITEMS and one.indent < _INDENTED}
    out: list[Header] = []
    margin = -1
    at = 0
    for one in headers:
        if one.shape == "heading" and _INDENTED <= one.indent < _BLOCK:
            for place in range(at, one.at):
                margin = place if lines[place].words and lines[place].indent < _INDENTED else margin
            at = one.at
            one = one._replace(indent=_BLOCK) if margin in items else one
        out.append(one)
    return out


def counted_on_in_items(headers: Sequence[Header]) -> list[Header]:
    """The headers; headings in bullets at the margin that go on with the numbers of those of the document, whatever
    their level, `- ### 1.6 …` between `## 1.5 …` and `## 1.7 …`, are headings of the document, too."""
    counted = [one for one in headers if one.shape == "heading" and one.indent < _INDENTED and one.number]
    levels = Counter(one.level for one in counted if is_outline(one))
    rising = sum(_counts_on(before.number, after.number) for before, after in pairwise(counted))
    if levels.total() in (len(counted), 0) or len(counted) < _SERIES or rising < _RISING * (len(counted) - 1):
        return [*headers]
    level = levels.most_common(1)[0][0]
    return _with(headers, [one._replace(style=f"h{level}", level=level) for one in counted if not is_outline(one)])


def _counts_on(before: str, after: str) -> bool:
    """Whether the second number is the next of the same length, `1.10` behind `1.9`."""
    parent, _, last = before.rpartition(".")
    further, _, following = after.rpartition(".")
    return parent == further and last.isdecimal() and following.isdecimal() and int(following) == int(last) + 1


def underlined(lines: Sequence[SourceLine], headers: Sequence[Header]) -> list[Header]:
    """The headers, and the lines above a line of hyphens or of equals signs as headings, where most of those ask:
    elsewhere it is a rule below a paragraph."""
    below = [at for at, line in enumerate(lines) if at and line.text.startswith(_RULES) and _UNDERLINE.match(line.text)]
    found = [one for at in below if _is_title(lines, at - 1) and (one := _as_heading(lines, at - 1))]
    if len(found) < _UNDERLINED or sum(asks(one.title) >= ASKS for one in found) < _ASKING * len(found):
        return [*headers]
    return _with(headers, found)


def _is_title(lines: Sequence[SourceLine], at: int) -> bool:
    """Whether a line is a paragraph of its own, but for what is below."""
    if not is_plain(lines[at], _LONGEST):
        return False
    return at == 0 or lines[at - 1].state == "blank" or _UNDERLINE.match(lines[at - 1].text) is not None


def parted(headers: Sequence[Header]) -> list[Header]:
    """The headers, with the answer apart where items hold it on their line: `- What is a cache?: memory that …`, and
    also behind names, `- Cache line: …`, between these."""
    headers = _without_arrows(headers)
    items = [one for one in headers if one.shape in _ITEMS and not one.rest]
    margin = min((one.indent for one in items), default=0)
    alike = [one for one in items if one.indent < margin + 2]
    parts = {one.at: end for one in alike if _PARTS_MEET.search(one.title) and (end := _PARTED.match(one.title))}
    asking = Counter(one.style for one in alike if one.at in parts and _asks_before(parts[one.at]))
    sizes = Counter(one.style for one in alike)
    styles = {style for style, count in asking.items() if count >= max(_PARTS, _ASKING * sizes[style])}
    return [_without_answer(one, parts[one.at]) if one.style in styles and one.at in parts else one for one in headers]


def _without_arrows(headers: Sequence[Header]) -> Sequence[Header]:
    """The headers; items that say in quotation marks what is asked and behind an arrow what is answered are labelled
    ones, where most of them ask."""
    able = [one for one in headers if one.shape in _ITEMS and not one.rest and one.title[:1] in _QUOTES]
    found = {one.at: parts for one in able if (parts := _ARROW.fullmatch(one.title))}
    asking = sum(asks(parts[1]) >= ASKS for parts in found.values())
    if asking < max(_ARROWS, _ASKING * len(found)):
        return headers
    # What a candidate should not say stands before an arrow as well.
    found = {at: parts for at, parts in found.items() if asks(parts[1]) >= TOPIC or not parts[1].endswith(_STOPS)}
    return [_with_answer(one, found[one.at][1], found[one.at][2]) if one.at in found else one for one in headers]


def _with_answer(one: Header, asked: str, answer: str) -> Header:
    return one._replace(title=asked.strip(), rest=answer.strip(), labelled=True, answered_by_arrow=True)


def _asks_before(found: re.Match[str]) -> bool:
    # `Why: …` is the name of a part.
    if found["ordered"]:
        # `Bias: Explain the trade-off. – It is …`: the name before the order asks nothing.
        return asks(found["ordered"].split(": ", 1)[-1]) >= ASKS
    return asks(found["asked"] or found["alone"] or f"{found['name']}:") >= ASKS


def _without_answer(one: Header, found: re.Match[str]) -> Header:
    title, rest = (part.strip() for part in found.groups() if part is not None)
    return one._replace(title=title, rest=rest)


def _as_heading(lines: Sequence[SourceLine], at: int) -> Header | None:
    return header_of(f"## {lines[at].words}", lines[at].indent, at)


def marked(headers: Sequence[Header]) -> list[Header]:
    """The headers with codes taken for numbers, scenarios and words before a colon for labelled ones."""
    return _labelled(_numbered(_with_scenarios(_among_numbers(headers))))


def _among_numbers(headers: Sequence[Header]) -> list[Header]:
    """Items with a broken number are such only among many that have a whole one."""
    numbered = sum(one.style == "number" for one in headers)
    broken = sum(one.style == BROKEN_NUMBER for one in headers)
    if broken * _NUMBERED <= numbered:
        return [one._replace(style="number") if one.style == BROKEN_NUMBER else one for one in headers]
    return [one for one in headers if one.style != BROKEN_NUMBER]


def _with_scenarios(headers: Sequence[Header]) -> list[Header]:
    """The headers with a label and a number for `Scenario 2: Find …`, where most of these ask."""
    scenarios = {one.at: found for one in headers if not one.labelled and (found := _SCENARIO.match(one.title))}
    asking = sum(asks(one.title[scenarios[one.at].end() :]) >= ASKS for one in headers if one.at in scenarios)
    if len(scenarios) < _SCENARIOS or asking < _ASKING * len(scenarios):
        return [*headers]
    return [one._replace(labelled=True, number=scenarios[one.at][1]) if one.at in scenarios else one for one in headers]


def _numbered(headers: Sequence[Header]) -> list[Header]:
    counts: dict[tuple[str, str], list[int]] = defaultdict(list)
    coded = [None if one.number or one.labelled else _CODE.match(one.title) for one in headers]
    for one, code in zip(headers, coded, strict=True):
        if code:
            counts[one.style, code[1]].append(int(code[2]))
    beside = _beside_labels(headers, counts)
    rising = {look for look, found in counts.items() if sum(b == a + 1 for a, b in pairwise(found)) >= _CODES - 1}
    return [
        one._replace(
            number=code[2].lstrip("0") or "0",
            title=one.title[code.end() :],
            labelled=(one.style, code[1]) in beside,
        )
        if code and (one.style, code[1]) in rising | beside
        else one
        for one, code in zip(headers, coded, strict=True)
    ]


def _beside_labels(headers: Sequence[Header], counts: dict[tuple[str, str], list[int]]) -> set[tuple[str, str]]:
    """The styles and letters of headings that are counted from 1 on, `S1: …`, `S2: …`, behind or before more labelled
    ones of the same level, `Q1: …`, not between these, where each may belong to the one above."""
    labelled = Counter(one.style for one in headers if one.labelled and one.number and is_outline(one))
    blocks: dict[str, list[str]] = defaultdict(list)
    for one in headers:
        code = "Q" if one.labelled else code[1] if (code := _CODE.match(one.title)) else ""
        if one.style in labelled and code and blocks[one.style][-1:] != [code]:
            blocks[one.style].append(code)
    return {
        (style, letter)
        for (style, letter), numbers in counts.items()
        # `A1: …` answers, and as many as the questions may do so, too.
        if len(letter) == 1 and letter not in "AQ" and blocks[style].count(letter) == 1
        if 1 < len(numbers) < labelled[style] and numbers == [*range(1, len(numbers) + 1)]
    }


def _labelled(headers: Sequence[Header]) -> list[Header]:
    words = [_LABEL.match(one.title) if one.shape == "heading" and not one.labelled else None for one in headers]
    behind: dict[tuple[str, str], list[str]] = defaultdict(list)
    numbers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one, word in zip(headers, words, strict=True):
        if word:
            behind[one.style, word[1]].append(one.title[word.end() :])
            numbers[one.style, word[1]].add(one.number)
    # Those that always have one number are the same part of each answer: `一、本质：…`.
    labels = {
        look
        for look, titles in behind.items()
        if len(titles) >= _LABELS
        and sum(asks(title) >= ASKS for title in titles) >= _ASKING * len(titles)
        and (len(numbers[look]) > 1 or "" in numbers[look])
    }
    return [
        one._replace(title=one.title[word.end() :], labelled=True) if word and (one.style, word[1]) in labels else one
        for one, word in zip(headers, words, strict=True)
    ]
