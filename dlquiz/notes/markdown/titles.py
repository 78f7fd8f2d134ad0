"""A line that may begin a question: what marks it (heading, bold, bullet, number, label), and its bare words."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from dlquiz.notes.markdown.lines import MAX_HEADER, SourceLine
from dlquiz.notes.markdown.title_words import (
    has_mark_behind,
    is_label,
    is_quotation,
    label_before,
    mark_before,
    title_of,
    without_attributes,
    without_marks,
)

HeaderShape = Literal["heading", "bold", "bullet", "number", "label", "admonition", "details"]


class Header(NamedTuple):
    """`style` tells headers of one look apart from others: `h4`, `- bold`, `number`. `level` is that of a heading,
    whose question goes on in the lines below up to `asked_until`. `answered_by_arrow` says that an arrow stands between
    the question and `rest`, its answer."""

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
    tags: tuple[str, ...] = ()
    chooses: bool = False
    answered_by_arrow: bool = False


class Headers(tuple[Header, ...]):
    """The headers of a file in their order. They stay as they are, so the headings among them are sought once."""

    @cached_property
    def outline(self) -> Sequence[Header]:
        """The headings of the document, of any level."""
        return _outline(self)


# Each title is looked at several times, habit by habit; a file of one megabyte has some 50,000.
CACHED_TITLES = 1 << 17
# The style of items whose number is none that Markdown knows.
BROKEN_NUMBER = "broken number"
# The style of headers that are rows of a table.
TABLE_ROW = "table row"
# With what the style of headers in a quote begins.
QUOTED = "> "
# The styles of headings that are not inside a list, and the indentation from which on a line is none.
_CODE = 4
_HEADING_STYLES = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LETTER = re.compile(r"\w")
_WIDE = re.compile(r"[ \t]{3,}")
_BULLET = re.compile(r"[-*+•][ \t\u3000]+")
_TASK = re.compile(r"\[([ xX])\][ \t]+")
_ATX = re.compile(r"(#{1,6})(?:[ \t\u3000\xa0]+|(?=\d)|(?<=##)(?=[^\s#]))(.*)$")
_HTML_HEADING = re.compile(r"<h([1-6])\b[^<>]*>(.*)$", re.IGNORECASE)
_HTML_END = re.compile(r"</h[1-6]>\s*$", re.IGNORECASE)
_ADMONITION = re.compile(r"(?:\?\?\?\+?|!!!)[ \t]+(\w+)?[ \t]*[\"“](.*)[\"”][ \t]*$")
_CONTAINER = re.compile(r":::+[ \t]*\{?(question|faq|details|spoiler|collapse)\}?[ \t]+(.+)$", re.IGNORECASE)
_CALLOUT = re.compile(r">\s*\[!(?:question|faq|help)\][-+]?\s+(.+)$", re.IGNORECASE)
_SUMMARY = re.compile(r"(?:<(?:b|strong)>\s*)?(?:<details\b[^<>]*>)?\s*<summary\b[^<>]*>(.*)$", re.IGNORECASE)
_SUMMARY_END = re.compile(r"</summary>\s*(?:</(?:b|strong)>\s*)?$", re.IGNORECASE)
_BOLD = re.compile(r"(?:(\*\*|__)|<(b|strong)>)(?=\S)(.+?)(?(1)\1|</(?:b|strong)>)(.*)$", re.IGNORECASE)
# A bold question whose end was forgotten: `**3. What is a cache?`
_UNCLOSED = re.compile(r"\*\*(?=[\w`\"'“])[^*]*[?？]\s*$")
# `*Q: "Why pad?"*`
_ITALIC = re.compile(r"\*([^*\s][^*]*)\*")
# `*Follow-up*: Why pad?`
_ITALIC_LABEL = re.compile(r"([*_])([^\s*_][^*_]{0,30})\1\s?[:：]\s*(?=\S)")
_PARAGRAPH_TAG = re.compile(r"^<p\b[^<>]*>|</p>\s*$", re.IGNORECASE)
_CLOSING_HASHES = re.compile(r"\s+#+\s*$|(?<=[^\s#C])#+\s*$")
_BARE_NUMBER = re.compile(
    r"(?P<number>\d{1,4}(?:\.\d{1,3}){0,3})\\?[.)、．](?=\s|$|[^\x00-\x7f]|[A-Z*\[`$\"“]|[a-z]{2}|[a-z][A-Z\u3400-\u9fff])\s*"
)
# A point whose number got lost, `. What is it`, `.注意力`, or a number that is a picture of a key.
_BROKEN_NUMBER = re.compile(
    r"[.．](?:[ \t]+(?=\w)|(?=[A-Za-z]*[\u3400-\u9fff]))|(?P<number>\d)\ufe0f?\u20e3[ \t]*(?=\w)"
)
_BOLD_NUMBER = re.compile(r"\*\*(?P<number>\d{1,4})[.)、．:]\*\*\s*(?=\S)")
KINDS_OF_ANSWERS = (
    "(?:sample|short|model|reference|suggested|strong|detailed|quick|full|long"
    "|ideal|example|correct|expected|best|good|my)"
)
_ANSWER_TITLE = re.compile(
    r"(?:\W*)(?:(?:(?:show|view|see|click|reveal|toggle|expand|check)\b|点击|查看|展开|显示|参考).{0,30}|"
    + KINDS_OF_ANSWERS
    + r"\s+)?"
    r"(?:ans|answers?(?: keys?)?(?: (?:&|and) explanations?)?|solutions?|(?<=reference )response|(?<=sample )response|"
    r"(?<=model )response|explanations?|hints?|details|code|答案(?:(?:与|及|和)?(?:解析|解答))?|回答|解答|解析|解|提示|"
    r"详情|答)\W*$",
    re.IGNORECASE,
)
# With what such titles begin, unless it is no letter.
_ANSWER_TITLES_BEGIN = frozenset("SVCRTEMDQFLIBGAHsvcrtemdqflibgah点查展显参答回解提详")
_QUESTION_TITLE = re.compile(
    r"\W*(?:(?:the )?(?:question|problem|task|exercise)(?: statement)?|(?:问题|题目|题干)(?:描述)?|"
    r"(?:the )?interviewer(?: asks)?|面试官(?:提问|问)?)\W*$",
    re.IGNORECASE,
)
# A kind of exercise, which the lines below state: `## 选择题`, `### 2. 填空题`.
_EXERCISE = re.compile(
    r"\W*(?:(?:单选|多选|单项选择|多项选择|不定项选择|选择|填空|判断|简答|问答|论述|编程|代码|计算|推导|证明|改错)题|"
    r"(?:multiple[- ]choice|short[- ]answers?|fill[- ]in[- ]the[- ]blanks?|true ?(?:/|or) ?false)(?: questions?)?)\W*",
    re.IGNORECASE,
)
_COUNTS = re.compile(r"(?:\*\*)?(?:\d{1,4}[.)、:：]|Q\d{0,4}[.:：])")
# A label with words behind it is longer.
_LABEL_AND_WORDS = 8
# What parts a question from an answer on its line.
_PARTED = re.compile(r"(?:→|->|=>|—|–|-|:|：)\s*\S")


def header(line: SourceLine, index: int) -> Header | None:
    """How the line may begin a question; None for a line that is plain text, or code."""
    return header_of(line.text, line.indent, index) if line.state == "text" else None


def header_of(text: str, indent: int, index: int) -> Header | None:
    """How a text in the line of this index may begin a question.

    >>> header_of("#### 3) What is **SGD**? :v:", 0, 0)[1:4], header_of("text", 0, 0)
    (('heading', 'h4', 'What is **SGD**?'), None)
    """
    text = text.strip(" \t\u3000\ufeff")
    if not text or len(text) > MAX_HEADER or _is_prose(text):
        return None
    if "   " in text or "\t" in text:
        text = _WIDE.sub("  ", text)
    if text[0] == "\\" and text[1:2].isdecimal():
        # Editors write `\1.` for a number that is to begin no list.
        text = text[1:]
    bullet = _BULLET.match(text) if text[0] in "-*+•" else None
    prefix = ""
    if bullet and not _is_rule(text):
        text, prefix = text[bullet.end() :], "- "
        if task := _TASK.match(text):
            text, prefix = text[task.end() :], "- task "
    start = _Start(index, indent, prefix)
    found = _wrapped(start, text) or _marked(start, text)
    if found is None or _LETTER.search(found.title):
        return found
    counts = bool(found.number or found.labelled)
    return found if (counts if found.shape == "heading" else not found.title) else None


def _is_prose(text: str) -> bool:
    """Whether a line begins with a letter and is no label: what most lines are is known soon."""
    return text[0].isalpha() and "<" not in text and label_before(text) is None


class _Start(NamedTuple):
    """The line of a header, its indentation, and the bullet that was taken off, `- ` or `- task `."""

    at: int
    indent: int
    bullet: str


def _built(start: _Start, shape: HeaderShape, style: str, text: str, number: str = "", rest: str = "") -> Header:
    """A header of this text; its number is the one inside the text, or the one that stood before it."""
    title = title_of(text, shape == "bullet" or number != "")
    return Header(
        start.at,
        shape,
        style,
        title.words,
        int(style[-1]) if shape == "heading" else 0,
        start.indent,
        title.number or number,
        title.labelled,
        title.mark,
        rest,
        label=title.label,
    )


def _marked(start: _Start, text: str) -> Header | None:
    """A number or a label behind a sign: `✅ 1. **What …**`, `🔴 **Follow-up:** Why?`."""
    sign = "" if text[0].isascii() else mark_before(text)
    if not sign or not (_COUNTS.match(text, len(sign)) or label_before(text[len(sign) :].lstrip("*"))):
        return None
    found = _plain(start._replace(bullet=""), text[len(sign) :])
    return found and found._replace(mark=found.mark or sign.strip(" \t\u200d"))


def _is_rule(text: str) -> bool:
    first = text[0]
    return first in "-*_=" and text[-1] == first and not text.strip(f"{first} \t") and len(text.replace(" ", "")) > 2


def is_rule(text: str) -> bool:
    """Whether the line is nothing but a rule: `---`, `* * *`, `====`."""
    return bool(text) and _is_rule(text)


def _wrapped(start: _Start, text: str) -> Header | None:
    """A heading, an admonition or a fold; anything else is a plain line."""
    first = text[:1]
    if first == "#" and (found := _ATX.match(text)):
        inner = _CLOSING_HASHES.sub("", found[2]) if found[2].rstrip().endswith("#") else found[2]
        return _built(start, "heading", f"{start.bullet}h{len(found[1])}", inner)
    if first == "<" and (found := _HTML_HEADING.match(text)):
        inner = _HTML_END.sub("", found[2])
        return _built(start, "heading", f"{start.bullet}h{found[1]}", inner)._replace(html=True)
    if first in ("?", "!") and (found := _ADMONITION.match(text)):
        return _built(start, "admonition", f"{start.indent // 4}:{(found[1] or '').lower()}", found[2])
    if first == ":" and (found := _CONTAINER.match(text)):
        return _built(start, "admonition", found[1].lower(), found[2])
    if first == ">" and (found := _CALLOUT.match(text)):
        return _built(start, "label", f"{QUOTED}callout", found[1])._replace(labelled=True)
    if first == "<" and (found := _SUMMARY.match(text)):
        return _built(start, "details", "details", _SUMMARY_END.sub("", found[1]))
    return _plain(start, text)


def _plain(start: _Start, text: str) -> Header | None:
    """A line that has no heading around it: a label, a number, bold words, or a bullet alone."""
    prefix = start.bullet
    if not prefix and not text[:1].isalpha() and (broken := _BROKEN_NUMBER.match(text)):
        found = _built(start, "number", BROKEN_NUMBER, text[broken.end() :])
        return found._replace(number=broken["number"] or "")
    unwrapped = text
    if "<" in text and (unwrapped := _PARAGRAPH_TAG.sub("", text)) != text:
        unwrapped = _PARAGRAPH_TAG.sub("", unwrapped).strip()
    if unwrapped.startswith("*") and (slanted := _ITALIC.fullmatch(unwrapped)) and label_before(slanted[1]):
        unwrapped = slanted[1]
    if first_label := _ITALIC_LABEL.match(unwrapped):
        labelled = f"{first_label[2]}: {unwrapped[first_label.end() :]}"
        unwrapped = labelled if label_before(labelled) else unwrapped
    if unwrapped.startswith("**") and _UNCLOSED.match(unwrapped):
        unwrapped = f"{unwrapped}**"
    first = unwrapped[:1]
    label = label_before(unwrapped)
    if not (prefix or first in "*_<" or first.isdecimal() or label):
        return None
    number = _BARE_NUMBER.match(unwrapped) if first.isdecimal() else _BOLD_NUMBER.match(unwrapped)
    if number:
        found = _numbered(start, unwrapped[number.end() :], number["number"])
        plain = found.style == f"{prefix}number" and number.re is _BOLD_NUMBER
        return found._replace(style=f"{prefix}bold number") if plain else found
    if bold := _bold_line(start, unwrapped):
        return bold
    if label:
        return _built(start, "label", f"{prefix}label", unwrapped)
    return _built(start, "bullet", prefix.strip(), text) if prefix else None


def _numbered(start: _Start, text: str, number: str) -> Header:
    """What stands behind a number: a heading, bold words, or others."""
    if heading := _ATX.match(text):
        return _built(start, "number", f"{start.bullet}number heading", heading[2], number)
    if (part := _bold_part(text)) and (bold := _bold(part)):
        inner, rest = bold
        return _built(start, "number", f"{start.bullet}number bold", inner, number, rest)
    found = _built(start, "number", f"{start.bullet}number", text, number)
    return found if found.number == number else found._replace(number=number)


def _bold_line(start: _Start, text: str) -> Header | None:
    """A line whose words are bold, or whose bold words begin with a number."""
    part = _bold_part(text)
    if part is None:
        return None
    if part[4].strip(" .:：") and (count := _BARE_NUMBER.match(part[3])):
        title = f"{part[3][count.end() :]} {part[4].lstrip(' .:：')}"
        return _built(start, "number", f"{start.bullet}bold number", title, count["number"])
    if bold := _bold(part):
        inner, rest = bold
        return _built(start, "bold", f"{start.bullet}bold", inner, rest=rest)
    return None


def _bold_part(text: str) -> re.Match[str] | None:
    return _BOLD.match(text) if text[:1] in ("*", "_", "<") else None


def _bold(part: re.Match[str]) -> tuple[str, str] | None:
    """The words of a line that is bold as a whole, and an answer behind them."""
    inner, rest = part[3].strip(), part[4].strip()
    behind = without_marks(without_attributes(rest))[0].strip(" :：.。,，\\")
    if behind in ("?", "？"):
        # `**Why pad**?`: the question mark is not bold.
        return f"{inner}{behind}", ""
    if not behind or is_answer_title(behind):
        tail = rest if not behind and rest.strip(" :：\\") and has_mark_behind(rest) else ""
        return f"{inner} {tail}".strip(), ""
    bare = inner[len(mark_before(inner)) :]
    if rest[:1] in (":", "：") and is_label(f"{bare}:"):
        # `**Q**: What is it?`, `**🎯 Q**: …`: the colon is not bold either.
        return f"{bare}{rest}", ""
    if is_label(f"{bare} ") or ((label := label_before(f"{bare} {rest}")) and label.end() >= len(bare)):
        # `**Q1:** What is it?`, `**Q1.** What is it?`, `**🔴 Follow-up:** Why?`: only the label is bold.
        return f"{inner} {rest}", ""
    if inner.endswith(("?", "？")) or (len(inner) > _LABEL_AND_WORDS and label_before(inner)):
        return inner, rest.lstrip(" :：")
    return (inner, rest.lstrip(" →->=—–:：")) if is_quotation(inner) and _PARTED.match(rest) else None


def is_outline(header: Header) -> bool:
    """Whether it is a heading of the document, not one inside a list."""
    return header.style in _HEADING_STYLES and header.indent < _CODE


def outline_of(headers: Sequence[Header]) -> Sequence[Header]:
    """The headings of the document, of any level."""
    return headers.outline if isinstance(headers, Headers) else _outline(headers)


def _outline(headers: Sequence[Header]) -> list[Header]:
    return [one for one in headers if one.style in _HEADING_STYLES and one.indent < _CODE]


def end_of_section(outline: Sequence[Header], place: int, end: int) -> int:
    """The line of the next heading that is no deeper than the one at this place; the end of the file without one."""
    level = outline[place].level
    return next((outline[at].at for at in range(place + 1, len(outline)) if outline[at].level <= level), end)


def headings_above(headers: Sequence[Header], among: Sequence[Header]) -> list[Header | None]:
    """The heading of the document in whose section each of these stands; a heading stands in its own."""
    outline = outline_of(headers)
    begins = [one.at for one in outline]
    places = (bisect(begins, one.at) for one in among)
    return [outline[place - 1] if place else None for place in places]


@lru_cache(CACHED_TITLES)
def is_answer_title(title: str) -> bool:
    """Whether the words announce an answer, such as `Show answer` or `答案`."""
    if title[:1].isalnum() and title[0] not in _ANSWER_TITLES_BEGIN:
        return False
    return len(title) < 60 and _ANSWER_TITLE.match(title) is not None


def is_kind_of_exercise(title: str) -> bool:
    """Whether the words only name a kind of exercise, `填空题` or `Multiple choice`."""
    return len(title) < 40 and _EXERCISE.fullmatch(title) is not None


def is_question_title(title: str) -> bool:
    """Whether the words only say that a question follows, such as `Problem` or `题目`."""
    return len(title) < 40 and _QUESTION_TITLE.match(title) is not None
