"""A line that may begin a question: what marks it (heading, bold, bullet, number, label), and its bare words."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from typing import Literal, NamedTuple

from dlquiz.notes.markdown.lines import MAX_HEADER, SourceLine

HeaderShape = Literal["heading", "bold", "bullet", "number", "label", "admonition", "details"]


class Header(NamedTuple):
    """`style` tells headers of one look apart from others: `h4`, `- bold`, `number`. `level` is that of a heading,
    whose question goes on in the lines below up to `asked_until`."""

    at: int
    shape: HeaderShape
    style: str
    title: str
    level: int = 0
    indent: int = 0
    number: str = ""
    labelled: bool = False
    mark: str = ""
    rest: str = ""
    html: bool = False
    asked_until: int = 0
    label: str = ""


# The style of items whose number is none that Markdown knows.
BROKEN_NUMBER = "broken number"
# The style of headers that are rows of a table.
TABLE_ROW = "table row"
# With what the style of headers in a quote begins.
QUOTED = "> "
# The styles of headings that are not inside a list.
_HEADING_STYLES = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LETTER = re.compile(r"\w")
_WIDE = re.compile(r"[ \t]{3,}")
_BULLET = re.compile(r"[-*+•][ \t\u3000]+")
_TASK = re.compile(r"\[([ xX])\][ \t]+")
_ATX = re.compile(r"(#{1,6})(?:[ \t\u3000\xa0]+|(?=\d)|(?<=##)(?=[^\s#]))(.*)$")
_HTML_HEADING = re.compile(r"<h([1-6])\b[^<>]*>(.*)$", re.IGNORECASE)
_HTML_END = re.compile(r"</h[1-6]>\s*$", re.IGNORECASE)
_ADMONITION = re.compile(r"(?:\?\?\?\+?|!!!)[ \t]+(\w+)?[ \t]*[\"“](.*)[\"”][ \t]*$")
_CONTAINER = re.compile(r":::+[ \t]*\{?(question|faq)\}?[ \t]+(.+)$", re.IGNORECASE)
_SUMMARY = re.compile(r"(?:<details\b[^<>]*>)?\s*<summary\b[^<>]*>(.*)$", re.IGNORECASE)
_SUMMARY_END = re.compile(r"</summary>\s*$", re.IGNORECASE)
_BOLD = re.compile(r"(?:(\*\*|__)|<(b|strong)>)(?=\S)(.+?)(?(1)\1|</(?:b|strong)>)(.*)$", re.IGNORECASE)
_PARAGRAPH_TAG = re.compile(r"^<p\b[^<>]*>|</p>\s*$", re.IGNORECASE)
_KRAMDOWN = re.compile(r"\{[:#.][^{}]{0,80}\}\s*$")
_CLOSING_HASHES = re.compile(r"\s+#+\s*$|(?<=[^\s#C])#+\s*$")
_LABEL = re.compile(
    r"(?:\$?Q\$?|Q[ .]?(?P<q>\d{1,4})|(?:Interview[ ])?(?:Question|Ques|Q(?=[:：*])|Problem)(?:[ #.]*(?P<en>\d{1,4}))?"
    r"|(?:问题|问|题目|提问|面试题|面试官(?:提问|问)?|考题)[ ]?(?P<zh>\d{1,4})?|Interviewer|Front"
    # What follows a question up is one when it stands on the same line.
    r"|(?:(?:面试官)?追问|Follow[- ]?up(?: question)?)[ ]?\d{0,2}(?=(?:\*\*|__)?\s*[:：](?:\*\*|__)?\s*\w))"
    r"(?:\s?[（(][^()（）]{1,30}[)）](?=\s*[:：]))?"
    r"(?:(?:\*\*|__)?\s*[:：](?:\*\*|__)?|\s*[.、)](?=\s|[^\x00-\x7f])|(?<=\d)\s+(?=\S)|(?<=\d)$)\s*",
    re.IGNORECASE,
)
# `30 秒回答`, `10 ways`: the number counts something and belongs to the words.
_COUNTED = re.compile(
    r"[ \t]*\d+[ \t]+(?:秒|分钟|小时|天|周|个|年|种|条|步|倍|亿|万|"
    r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|steps?|ways?|things?|types?|tips?|reasons?)\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:[#＃][ ]?(?=\d))?(?:第\s*)?[(（]?"
    r"(?P<number>\d{1,4}(?:[.\-]\d{1,3}){0,4}|[一二三四五六七八九十百]{1,4}(?=[、.．]))"
    r"(?:\s*\\?[)）]|\s*题|\s*\\?[.、．:：](?!\d)|(?=[ \t\u3000])|(?<=\d\.\d)(?=[^\x00-\x7f\d]))+[、.．:：]?\s*"
)
_BARE_NUMBER = re.compile(
    r"(?P<number>\d{1,4}(?:\.\d{1,3}){0,3})\\?[.)、．](?=\s|$|[^\x00-\x7f]|[A-Z*\[`$\"“]|[a-z]{2})\s*"
)
# A point whose number got lost, `. What is it`, `.注意力`, or a number that is a picture of a key.
_BROKEN_NUMBER = re.compile(
    r"[.．](?:[ \t]+(?=\w)|(?=[A-Za-z]*[\u3400-\u9fff]))|(?P<number>\d)\ufe0f?\u20e3[ \t]*(?=\w)"
)
_BOLD_NUMBER = re.compile(r"\*\*(?P<number>\d{1,4})[.)、．:]\*\*\s*(?=\S)")
_BULLET_NUMBER = re.compile(r"\d+(?:[.-]\d+)+|\d+[.)、]|[一二三四五六七八九十]{1,3}、")
_LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\[\]]*\]){1,500})\]\([^()\n]{0,500}(?:\([^()]{0,200}\)[^()\n]{0,200})?\)")
_SOURCE_LINK = re.compile(r"\[\[?[^\[\]]{0,40}\]?\]\([^()\s]{1,500}\)\]?\s*$")
_ANCHOR = re.compile(r"<(a|span)\b[^<>]*>\s*(?:</\1>)?|</(?:a|span)>|<br\s*/?>", re.IGNORECASE)
_STYLING = re.compile(r"</?(?:font|u|i|em|b|strong|center|mark|small|big|code|kbd)\b[^<>]*>", re.IGNORECASE)
_EMOJI = "\U0001f300-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3★☆✓✔"
_MARKS_BEFORE = re.compile(rf"^(?:[{_EMOJI}]+|\[(?:[EMH]|easy|medium|hard|简单|中等|困难)\]|:[a-z_]{{1,30}}:)\s*", re.I)
_MARKS_BEHIND = re.compile(
    rf"\s*(?:[{_EMOJI}]+|[\[(（](?:E|M|H|easy|medium|hard|简单|中等|困难)[\])）]|:[a-z_]{{1,30}}:)\s*$", re.I
)
# What labels and numbers begin with: most lines are told apart by their first letter.
_LABELS_BEGIN = frozenset("$QqPpIiFf问题提面考追")
_NUMBERS_BEGIN = frozenset("#＃第(（一二三四五六七八九十百")
KINDS_OF_ANSWERS = (
    "(?:sample|short|model|suggested|strong|detailed|quick|full|long|ideal|example|correct|expected|best|good|my)"
)
_ANSWER_TITLE = re.compile(
    r"(?:\W*)(?:(?:(?:show|view|see|click|reveal|toggle|expand|check)\b|点击|查看|展开|显示|参考).{0,30}|"
    + KINDS_OF_ANSWERS
    + r"\s+)?"
    r"(?:answers?|solutions?|explanations?|hints?|details|code|答案|回答|解答|解析|解|提示|详情|答)\W*$",
    re.IGNORECASE,
)

_QUESTION_TITLE = re.compile(
    r"\W*(?:(?:the )?(?:question|problem|task|exercise)(?: statement)?|(?:问题|题目|题干)(?:描述)?)\W*$", re.IGNORECASE
)
_COUNTS = re.compile(r"(?:\*\*)?(?:\d{1,4}[.)、:：]|Q\d{0,4}[.:：])")
# Words in quotation marks, and what parts a question from an answer on its line.
_QUOTATION_MARKS = tuple('"“「『')
_IN_QUOTATION_MARKS = re.compile(r"[\"“「『][^\"“”「」『』]+[\"”」』]$")
_PARTED = re.compile(r"(?:→|->|=>|—|–|-|:|：)\s*\S")
_BOLD_LABEL = re.compile(r"\*\*([^*:：]{1,20})(?:[:：]\*\*|\*\*\s*[:：])\s*(?=\S)")


def header(line: SourceLine, index: int) -> Header | None:
    """How the line may begin a question; None for a line that is plain text, or code."""
    return header_of(line.text, line.indent, index) if line.state == "text" else None


def header_of(text: str, indent: int, index: int) -> Header | None:
    """How a text in the line of this index may begin a question.

    >>> header_of("#### 3) What is **SGD**? :v:", 0, 0)[1:4], header_of("text", 0, 0)
    (('heading', 'h4', 'What is **SGD**?'), None)
    """
    text = text.strip(" \t\u3000\ufeff")
    if not text or len(text) > MAX_HEADER:
        return None
    if "   " in text or "\t" in text:
        text = _WIDE.sub("  ", text)
    bullet = _BULLET.match(text) if text[0] in "-*+•" else None
    prefix = ""
    if bullet and not _is_rule(text):
        text, prefix = text[bullet.end() :], "- "
        if task := _TASK.match(text):
            text, prefix = text[task.end() :], "- task "
    found = _wrapped(text, prefix, indent, index) or _marked(text, indent, index)
    if found is None or _LETTER.search(found.title):
        return found
    counts = bool(found.number or found.labelled)
    return found if (counts if found.shape == "heading" else not found.title) else None


def _marked(text: str, indent: int, index: int) -> Header | None:
    """A number or a label behind a sign: `✅ 1. **What …**`."""
    sign = _MARKS_BEFORE.match(text) if not (text[0].isascii() or text[0].isalnum()) else None
    if sign is None or not _COUNTS.match(text, sign.end()):
        return None
    found = _plain(text[sign.end() :], "", indent, index)
    return found and found._replace(mark=found.mark or sign.group().strip(" \t\u200d"))


def _is_rule(text: str) -> bool:
    return text[0] in "-*_=" and not text.strip(f"{text[0]} \t") and len(text.replace(" ", "")) > 2


def is_rule(text: str) -> bool:
    """Whether the line is nothing but a rule: `---`, `* * *`, `====`."""
    return bool(text) and _is_rule(text)


def _wrapped(text: str, prefix: str, indent: int, index: int) -> Header | None:
    first = text[:1]
    if first == "#" and (found := _ATX.match(text)):
        level = len(found[1])
        inner = _CLOSING_HASHES.sub("", found[2]) if found[2].rstrip().endswith("#") else found[2]
        return _finished(Header(index, "heading", f"{prefix}h{level}", inner, level, indent))
    if first == "<" and (found := _HTML_HEADING.match(text)):
        level = int(found[1])
        inner = _HTML_END.sub("", found[2])
        return _finished(Header(index, "heading", f"{prefix}h{level}", inner, level, indent, html=True))
    if first in ("?", "!") and (found := _ADMONITION.match(text)):
        kind = (found[1] or "").lower()
        return _finished(Header(index, "admonition", f"{indent // 4}:{kind}", found[2], 0, indent))
    if first == ":" and (found := _CONTAINER.match(text)):
        return _finished(Header(index, "admonition", found[1].lower(), found[2], 0, indent))
    if first == "<" and (found := _SUMMARY.match(text)):
        inner = _SUMMARY_END.sub("", found[1])
        return _finished(Header(index, "details", "details", inner, 0, indent))
    return _plain(text, prefix, indent, index)


def _plain(text: str, prefix: str, indent: int, index: int) -> Header | None:
    """A line that has no heading around it: a label, a number, bold words, or a bullet alone."""
    if not prefix and (broken := _BROKEN_NUMBER.match(text)):
        found = _finished(Header(index, "number", BROKEN_NUMBER, text[broken.end() :], 0, indent))
        return found._replace(number=broken["number"] or "")
    unwrapped = text
    if "<" in text and (unwrapped := _PARAGRAPH_TAG.sub("", text)) != text:
        unwrapped = _PARAGRAPH_TAG.sub("", unwrapped).strip()
    first = unwrapped[:1]
    if not (prefix or first in "*_<" or first.isdecimal() or first in _LABELS_BEGIN):
        return None
    number = _BARE_NUMBER.match(unwrapped) if first.isdecimal() else _BOLD_NUMBER.match(unwrapped)
    behind = unwrapped[number.end() :] if number else unwrapped
    if number and (heading := _ATX.match(behind)):
        found = _finished(Header(index, "number", f"{prefix}number heading", heading[2], 0, indent))
        return found._replace(number=found.number or number["number"])
    part = None if number else _BOLD.match(behind)
    count = _BARE_NUMBER.match(part[3]) if part and part[4].strip(" .:：") else None
    if part and count:
        title = f"{part[3][count.end() :]} {part[4].lstrip(' .:：')}"
        found = _finished(Header(index, "number", f"{prefix}bold number", title, 0, indent))
        return found._replace(number=found.number or count["number"])
    bold = _bold(behind)
    shape: HeaderShape
    if bold is not None:
        inner, rest = bold
        shape, style = ("number", "number bold") if number else ("bold", "bold")
        found = _finished(Header(index, shape, prefix + style, inner, 0, indent, rest=rest))
        if number:
            found = found._replace(number=found.number or number["number"])
        return found
    if label := _label(unwrapped):
        return _finished(Header(index, "label", f"{prefix}label", unwrapped, 0, indent)) if label.end() else None
    if number:
        found = _finished(Header(index, "number", f"{prefix}number", behind, 0, indent))
        return found._replace(number=number["number"])
    if prefix:
        return _finished(Header(index, "bullet", prefix.strip(), text, 0, indent))
    return None


def _bold(text: str) -> tuple[str, str] | None:
    """The words of a line that is bold as a whole, and an answer behind them."""
    found = _BOLD.match(text) if text[:1] in ("*", "_", "<") else None
    if found is None:
        return None
    inner, rest = found[3].strip(), found[4].strip()
    behind = _without_marks(_KRAMDOWN.sub("", _SOURCE_LINK.sub("", rest)))[0].strip(" :：.。,，\\")
    if not behind or is_answer_title(behind):
        tail = rest if not behind and rest.strip(" :：\\") and _MARKS_BEHIND.search(rest) else ""
        return f"{inner} {tail}".strip(), ""
    if rest[:1] in (":", "：") and _LABEL.fullmatch(f"{inner}:"):
        # `**Q**: What is it?`: the colon is not bold either.
        return f"{inner}{rest}", ""
    if _LABEL.fullmatch(f"{inner} "):
        # `**Q1:** What is it?`, `**Q1.** What is it?`: only the label is bold.
        return f"{inner} {rest}", ""
    if inner.endswith(("?", "？")) or (_LABEL.match(inner) and len(inner) > 8):
        return inner, rest.lstrip(" :：")
    return (inner, rest.lstrip(" →->=—–:：")) if _IN_QUOTATION_MARKS.match(inner) and _PARTED.match(rest) else None


def _label(title: str) -> re.Match[str] | None:
    return _LABEL.match(title) if title[:1] in _LABELS_BEGIN else None


def _number(title: str) -> re.Match[str] | None:
    if not (title[:1].isdecimal() or title[:1] in _NUMBERS_BEGIN) or _COUNTED.match(title.removeprefix("第")):
        return None
    return _NUMBER.match(title + " ")


def _finished(header: Header) -> Header:
    """The header with its number, label and marks taken off the title."""
    title = header.title
    if "{" in title:
        title = _KRAMDOWN.sub("", title)
    title, mark = _without_marks(title.strip().removesuffix("\\").rstrip())
    if "<" in title:
        title = _ANCHOR.sub("", title).strip()
    if "]" in title:
        title = unlinked(_without_source(title))
    title = _unbold(title)
    if title.startswith("**") and (bold := _BOLD_LABEL.match(title)) and _label(f"{bold[1]}:"):
        title = f"{bold[1]}: {title[bold.end() :]}"
    number, labelled, word = header.number, False, ""
    for _ in range(3):
        if label := _label(title):
            number, labelled = label["q"] or label["en"] or label["zh"] or number, True
            word = word or label.group().strip(" *_:：").lower()
            title = _unbold(title[label.end() :].strip())
        elif count := _number(title):
            if header.shape in ("bullet",) and not _BULLET_NUMBER.match(title):
                break
            number, title = number or count["number"], _unbold((title + " ")[count.end() :].strip())
        else:
            break
        title, more = _without_marks(title)
        mark = mark or more
    if "<" in title:
        title = _STYLING.sub("", title).strip()
    title = unlinked(title)
    if title[:1] in _QUOTATION_MARKS and _IN_QUOTATION_MARKS.fullmatch(title):
        title = title[1:-1].strip()
    if not (labelled or mark) and (title, number) == (header.title, header.number):
        return header
    return header._replace(title=title, number=number, labelled=labelled, mark=mark, label=word)


def _without_source(title: str) -> str:
    """The title without a link to its source behind it, which is not all that it says."""
    bare = _SOURCE_LINK.sub("", title).rstrip(" \t→")
    mark = _label(bare) or _number(bare)
    return bare if _LETTER.search(bare[mark.end() :] if mark else bare) else title


def _without_marks(title: str) -> tuple[str, str]:
    """The title without marks of difficulty and emoji at either end, and the first of them."""
    marks: list[str] = []
    title = title.strip()
    for _ in range(6):
        found = None
        if _may_mark(title[-1:], "])）:"):
            found = _MARKS_BEHIND.search(title[-60:])
        if found is None and _may_mark(title[:1], "[:"):
            found = _MARKS_BEFORE.match(title)
        if found is None:
            break
        marks.append(found.group().strip(" \t\u200d"))
        if found.re is _MARKS_BEHIND:
            title = title[: len(title) - len(found.group())].strip()
        else:
            title = title[found.end() :].strip()
    return title, marks[0] if marks else ""


def _may_mark(letter: str, brackets: str) -> bool:
    return letter in brackets if letter.isascii() else not letter.isalnum()


def _unbold(title: str) -> str:
    if title[:1] not in ("*", "_"):
        return title
    for mark in ("**", "__", "*"):
        inner = title[len(mark) : -len(mark)]
        if len(title) > 2 * len(mark) and title.startswith(mark) and title.endswith(mark) and mark not in inner:
            return inner.strip()
    return title


def unlinked(title: str) -> str:
    """A title that is one link is the words of that link."""
    found = _LINK.fullmatch(title) if title.startswith("[") else None
    return found[1].strip() if found else title


def is_outline(header: Header) -> bool:
    """Whether it is a heading of the document, not one inside a list."""
    return header.style in _HEADING_STYLES and header.indent < 4


def headings_above(headers: Sequence[Header], among: Sequence[Header]) -> list[Header | None]:
    """The heading of the document in whose section each of these stands; a heading stands in its own."""
    outline = [one for one in headers if is_outline(one)]
    begins = [one.at for one in outline]
    places = (bisect(begins, one.at) for one in among)
    return [outline[place - 1] if place else None for place in places]


def is_answer_title(title: str) -> bool:
    """Whether the words announce an answer, such as `Show answer` or `答案`."""
    return len(title) < 60 and _ANSWER_TITLE.match(title) is not None


def is_question_title(title: str) -> bool:
    """Whether the words only say that a question follows, such as `Problem` or `题目`."""
    return len(title) < 40 and _QUESTION_TITLE.match(title) is not None
