"""The words of a title without what stands around them: labels, numbers, marks, links and emphasis."""

from __future__ import annotations

import re
from typing import NamedTuple


class Title(NamedTuple):
    """The bare words of a title, its number, whether a label such as `Q:` stands before it and which, and its mark of
    difficulty or emoji."""

    words: str
    number: str = ""
    labelled: bool = False
    mark: str = ""
    label: str = ""


_LETTER = re.compile(r"\w")
_KRAMDOWN = re.compile(r"\{[:#.][^{}]{0,80}\}\s*$")
# `Follow-up`, also with a hyphen that does not break.
FOLLOW_UP = "Follow[-\u2010\u2011 ]?up"
# Below it stand follow-ups: `Follow-ups`, `Tricky follow-ups (batching)`, `追问链`, `常见追问与回答`.
FOLLOW_UPS_BELOW = (
    rf"(?:(?:[a-z]+ )?{FOLLOW_UP}(?:s|(?: questions?))?(?:\s*[(（][^()（）]*[)）])?"
    r"|(?:常见|高频|典型|可能的?|面试官?)*追问(?:链|问题)?(?:[与和及]?(?:回答|答案|应对))?)"
)
_LABEL = re.compile(
    r"(?:\$?Q\$?|Q[ .-]?(?P<q>\d{1,4}(?:\.\d{1,3})?)"
    r"|(?:Interview[ ])?(?:Question|Ques|Q(?=[:：*])|Problem|Challenge(?=[:：*]))(?:[ #.]*(?:[-–—] ?)?(?P<en>\d{1,4}))?"
    r"|What (?:they|interviewers) (?:(?:may|might|will|really) )?ask|(?:Trap|Trick|Bonus) question"
    r"|(?:问题|问|题目|提问|面试题|面试官(?:提问|问)?|考题|题(?=[ ]?\d))[ ]?(?P<zh>\d{1,4})?|Interviewer|Front"
    # What follows a question up is one when it stands on the same line.
    r"|(?:(?:面试官?|面试里)?(?:常见|高频|补充|典型|经典|继续)?追问"
    rf"|(?:(?:Common|Interview|Likely|Possible|Typical) )?{FOLLOW_UP}(?:s|(?: question)?))[ ]?\d{{0,2}}"
    r"(?=\s+[—–]\s+\S|(?:\*\*|__)?\s*[:：](?:\*\*|__)?\s*[\w`$*\"“「《]))"
    r"(?:\s?[（(][^()（）]{1,30}[)）](?=\s*[:：]))?"
    r"(?:(?:\*\*|__)?\s*[:：](?:\*\*|__)?|\s*[.、)](?=\s|[^\x00-\x7f])|(?<=\d)\s?[-–—](?!>|\s?Q?\d)"
    r"|(?<=\d)\s+(?=\S)(?!→|[-=]>)|(?<=\d)$|(?<=[Uu]p)\s+[—–]\s+)\s*",
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
    r"(?:\s*\\?[)）]|(?<=\d)\s*题(?![目型解库干材图海])"
    r"|\s*\\?[.、．:：](?!\d)|(?=[ \t\u3000])|(?<=\d\.\d)(?=[^\x00-\x7f\d]))+"
    r"[、.．:：]?\s*(?:[-–—]\s+)?"
)
# `4、100 apples`: behind the mark stands a number of things, not a further one of a list.
_NUMBER_BEFORE_DIGITS = re.compile(r"(?P<number>\d{1,2})、(?=\d{2,}[^\d、，,.和与])")
# `Q: 5 kinds of joins?`
_OF_THINGS = re.compile(r"\d+ [a-z]")
_BULLET_NUMBER = re.compile(r"\d+(?:[.-]\d+)+|\d+[.)、]|[一二三四五六七八九十]{1,3}、")
_LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\[\]]*\]){1,500})\]\([^()\n]{0,500}(?:\([^()]{0,200}\)[^()\n]{0,200})?\)")
# Marks behind a link, in code, emphasis, brackets, or as signs.
_BEHIND_LINK = re.compile(r"(?:\s+(?:`[^`]{1,30}`|[*_(]{1,2}[^*_()\n]{1,30}[*_)]{1,2}|[^\w\s`*_()\[\]]{1,4}))*\s*")
_SOURCE_LINK = re.compile(r"\[\[?[^\[\]]{0,40}\]?\]\([^()\s]{1,500}\)\]?\s*$")
_ANCHOR = re.compile(r"<(a|span)\b[^<>]*>\s*(?:</\1>)?|</(?:a|span)>|<br\s*/?>", re.IGNORECASE)
_STYLING = re.compile(r"</?(?:font|u|i|em|b|strong|center|mark|small|big|code|kbd)\b[^<>]*>", re.IGNORECASE)
_EMOJI = "\U0001f300-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3★☆✓✔"
_LEVELS = "[EMH]|easy|medium|hard|basic|beginner|intermediate|advanced|expert|简单|中等|困难|初级|中级|高级"
_MARKS_BEFORE = re.compile(rf"^(?:[{_EMOJI}]+|\[(?:{_LEVELS})\]|:[a-z_]{{1,30}}:)\s*", re.I)
_MARKS_BEHIND = re.compile(
    rf"\s*(?:[{_EMOJI}]+|[\[(（](?:E|M|H|easy|medium|hard|简单|中等|困难)[\])）]|:[a-z_]{{1,30}}:)\s*$", re.I
)
# How many labels and numbers may stand before the words.
_MOST_BEFORE = 3
# `**Debugging:** **Question:** Why …?`: the first label names a part.
_INNER_LABEL = re.compile(r"\*\*[^*:：]{1,40}[:：]\*\*\s*(?=\*\*(?:Question|Q|问题?)[:：]\*\*)")
# Numbers that are pictures of keys, `1️⃣2️⃣ What is it?`
_KEYCAPS = ("\ufe0f\u20e3", "\u20e3 ")
_KEYS = re.compile("((?:\\d\ufe0f?\u20e3)+|🔟)\\s*(?=\\S)")
# What labels and numbers begin with: most lines are told apart by their first letter.
_LABELS_BEGIN = frozenset("$Qq问题提面考追常高补典经继")
# Others begin with words, as do few lines that begin with their first letters.
_WORDS_BEGIN = frozenset("PpIiFfCcWwTtBbLl")
_LABELS_BEGIN_WITH = (
    "problem", "interview", "front", "follow", "challenge", "what they", "what int", "trap ", "trick ", "bonus ",
    "common f", "likely f", "possible f", "typical f",
)  # fmt: skip
_NUMBERS_BEGIN = frozenset("#＃第(（一二三四五六七八九十百")
# With what words in quotation marks begin, and such words.
_QUOTATION_MARKS = tuple('"“「『')
_IN_QUOTATION_MARKS = re.compile(r"[\"“「『][^\"“”「」『』]+[\"”」』]$")
# `**The Question:** Why …?`, `**Why it is tricky:** …`: a bold name of what follows it.
BOLD_NAME = re.compile(r"\*\*[^*:：]{1,30}(?:[:：]\*\*|\*\*\s?[:：])\s*(?=\S)")
# `**Task**: Join the tables.`
TASK = re.compile(r"(?:\*\*|__)(?:Task|任务|要求|题目)(?:(?:\*\*|__)\s*[:：]|[:：](?:\*\*|__))\s*(?=\S)", re.IGNORECASE)
_BOLD_LABEL = re.compile(r"\*\*([^*:：]{1,20})(?:[:：]\*\*|\*\*\s*[:：])\s*(?=\S)")


def label_before(title: str) -> re.Match[str] | None:
    """The label of a question with which the title begins: `Q:`, `Question 3.`, `面试官：`.

    >>> labels = "Q2.1", "题1：", "题目：", "Likely follow-up:", "Common follow-ups:", "Possible follow-up question:"
    >>> [found[0].rstrip() for label in labels if (found := label_before(f"{label} Why?"))] == [*labels]
    True
    >>> [label_before(f"{label} Why?") for label in ("题解：", "Unlikely follow-up:", "Follow-up work:")]
    [None, None, None]
    """
    first = title[:1]
    able = first in _LABELS_BEGIN or (first in _WORDS_BEGIN and title[:20].lower().startswith(_LABELS_BEGIN_WITH))
    return _LABEL.match(title) if able else None


def _number(title: str) -> re.Match[str] | None:
    if not (title[:1].isdecimal() or title[:1] in _NUMBERS_BEGIN) or _COUNTED.match(title.removeprefix("第")):
        return None
    return _NUMBER.match(title + " ") or _NUMBER_BEFORE_DIGITS.match(title)


def title_of(text: str, is_item: bool = False) -> Title:
    """The words of a title; those of an item of a list have no number, and no second one, but such as lists have.

    >>> title_of("3) Q: What is **SGD**? :v:")
    Title(words='What is **SGD**?', number='3', labelled=True, mark=':v:', label='q')
    >>> title_of("**4. Why a seed**?")[:2]
    ('Why a seed?', '4')
    >>> title_of("Q: 5 kinds of joins?")[:3], title_of("Q3 → B (False).")[:3]
    (('5 kinds of joins?', '', True), ('Q3 → B (False).', '', False))
    >>> title_of("1 - What is a seed")[:2]
    ('What is a seed', '1')
    >>> title_of("Q1- What is a seed")[:3], title_of("Q1–Q10: Seeds")[:3]
    (('What is a seed', '1', True), ('Q1–Q10: Seeds', '', False))
    """
    bare, mark = _bare(text)
    title = _counted_off(bare, is_item)
    words = _STYLING.sub("", title.words).strip() if "<" in title.words else title.words
    words = unlinked(words)
    if words[:1] in _QUOTATION_MARKS and is_quotation(words):
        words = words[1:-1].strip()
    mark = mark or title.mark
    same = words is title.words and mark == title.mark
    return title if same else Title(words, title.number, title.labelled, mark, title.label)


def _bare(text: str) -> tuple[str, str]:
    """The text without marks at its ends, attributes, anchors, links and emphasis, and the first of the marks."""
    if "{" in text:
        text = _KRAMDOWN.sub("", text)
    text, mark = without_marks(text.strip().removesuffix("\\").rstrip())
    if "**" in text and (part := _INNER_LABEL.match(text)):
        text = text[part.end() :]
    if text[1:3] in _KEYCAPS or text[:1] == "🔟":
        text = _KEYS.sub(_counted_by_keys, text, count=1)
    if "<" in text:
        text = _ANCHOR.sub("", text).strip()
    if "]" in text:
        text = unlinked(_without_source(text))
    if (plain := _unbold(text)) != text:
        # `**✅ 1. What is a cache?**`
        text, inner = without_marks(plain)
        mark = mark or inner
    if (
        text.startswith("**")
        and (bold := _BOLD_LABEL.match(text))
        and label_before(whole := f"{bold[1]}: {text[bold.end() :]}")
    ):
        text = whole
    return text, mark


def _counted_by_keys(keys: re.Match[str]) -> str:
    return "10. " if keys[1] == "🔟" else f"{''.join(filter(str.isdecimal, keys[1]))}. "


def _counted_off(words: str, is_item: bool) -> Title:
    """The title of bare words that may begin with labels and numbers, and have marks behind these."""
    number, labelled, mark, word = "", False, "", ""
    for _ in range(_MOST_BEFORE):
        if label := label_before(words):
            number, labelled = label["q"] or label["en"] or label["zh"] or number, True
            word = word or label.group().strip(" *_:：").lower()
            words = _unbold(words[label.end() :].strip())
        elif count := _number(words):
            if ((is_item or number) and not _BULLET_NUMBER.match(words)) or (labelled and _OF_THINGS.match(words)):
                break
            number, words = number or count["number"], _unbold((words + " ")[count.end() :].strip())
        else:
            break
        words, more = without_marks(words)
        mark = mark or more
    return Title(words, number, labelled, mark, word)


def without_attributes(text: str) -> str:
    """The text without a link to a source behind it and attributes such as `{#id}`."""
    return _KRAMDOWN.sub("", _SOURCE_LINK.sub("", text))


def is_label(text: str) -> bool:
    """Whether the text is nothing but the label of a question, `Q1:`."""
    return _LABEL.fullmatch(text) is not None


def is_quotation(text: str) -> bool:
    """Whether the words stand in quotation marks."""
    return _IN_QUOTATION_MARKS.fullmatch(text) is not None


def mark_before(text: str) -> str:
    """The emoji or the mark of difficulty with which the text begins, and the blanks behind it."""
    found = _MARKS_BEFORE.match(text) if _may_mark(text[:1], "[:") else None
    return found.group() if found else ""


def has_mark_behind(text: str) -> bool:
    """Whether the text ends in emoji or a mark of difficulty."""
    return _MARKS_BEHIND.search(text) is not None


def _without_source(title: str) -> str:
    """The title without a link to its source behind it, which is not all that it says."""
    bare = _SOURCE_LINK.sub("", title).rstrip(" \t→")
    mark = label_before(bare) or _number(bare)
    return bare if _LETTER.search(bare[mark.end() :] if mark else bare) else title


def without_marks(title: str) -> tuple[str, str]:
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
    if title.endswith(("**.", "**?")):
        # What ends the sentence stands behind the bold words.
        title = f"{title[:-3]}{title[-1]}**"
    elif title.startswith("**") and title.endswith("**`"):
        # What ends the bold words stands in the code.
        title = f"{title[:-3]}`**"
    for mark in ("**", "__", "*"):
        inner = title[len(mark) : -len(mark)]
        if len(title) > 2 * len(mark) and title.startswith(mark) and title.endswith(mark) and mark not in inner:
            return inner.strip()
    return title


def unlinked(title: str) -> str:
    """A title that is one link is the words of that link, and of marks behind it: `[Q1: Why?](#q1) `Senior``."""
    found = _LINK.match(title) if title.startswith("[") else None
    if found is None or not _BEHIND_LINK.fullmatch(title, found.end()):
        return title
    return f"{found[1].strip()}{title[found.end() :]}"
