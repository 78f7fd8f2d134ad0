"""A line that may begin a question: what marks it (heading, bold, bullet, number, label), and its bare words."""

from __future__ import annotations

import re
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
_BOLD = re.compile(r"(\*\*|__|<b>|<strong>)(?=\S)(.+?)(\*\*|__|</b>|</strong>)(.*)$", re.IGNORECASE)
_PARAGRAPH_TAG = re.compile(r"^<p\b[^<>]*>|</p>\s*$", re.IGNORECASE)
_KRAMDOWN = re.compile(r"\{[:#.][^{}]{0,80}\}\s*$")
_CLOSING_HASHES = re.compile(r"\s+#+\s*$|(?<=[^\s#C])#+\s*$")
_LABEL = re.compile(
    r"(?:\$?Q\$?|Q[ .]?(?P<q>\d{1,4})|(?:Question|Ques|Problem)(?:[ #.]*(?P<en>\d{1,4}))?"
    r"|(?:问题|问|题目|提问|面试题|面试官(?:提问|问)?|考题)[ ]?(?P<zh>\d{1,4})?|Interviewer|Front)"
    r"(?:\s?[（(][^()（）]{1,30}[)）](?=\s*[:：]))?"
    r"(?:(?:\*\*|__)?\s*[:：](?:\*\*|__)?|\s*[.、)](?=\s|[^\x00-\x7f])|(?<=\d)\s+(?=\S)|(?<=\d)$)\s*",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:[#＃][ ]?(?=\d))?(?:第\s*)?[(（]?"
    r"(?P<number>\d{1,4}(?:[.\-]\d{1,3}){0,4}|[一二三四五六七八九十百]{1,4}(?=[、.．]))"
    r"(?:\s*[)）]|\s*题|\s*[.、．:：](?!\d)|(?=[ \t\u3000])|(?<=\d\.\d)(?=[^\x00-\x7f\d]))+[、.．:：]?\s*"
)
_BARE_NUMBER = re.compile(
    r"(?P<number>\d{1,4}(?:\.\d{1,3}){0,3})[.)、．](?=\s|$|[^\x00-\x7f]|[A-Z*\[`$\"“]|[a-z]{2})\s*"
)
_BOLD_NUMBER = re.compile(r"\*\*(?P<number>\d{1,4})[.)、．:]\*\*\s*(?=\S)")
_BULLET_NUMBER = re.compile(r"\d+(?:[.-]\d+)+|\d+[.)、]|[一二三四五六七八九十]{1,3}、")
_LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\[\]]*\]){1,500})\]\([^()\s]{0,500}(?:\([^()]{0,200}\)[^()\s]{0,200})?\)")
_SOURCE_LINK = re.compile(r"\[\[?[^\[\]]{0,40}\]?\]\([^()\s]{1,500}\)\]?\s*$")
_ANCHOR = re.compile(r"<(a|span)\b[^<>]*>\s*(?:</\1>)?|</(?:a|span)>|<br\s*/?>", re.IGNORECASE)
_STYLING = re.compile(r"</?(?:font|u|i|em|b|strong|center|mark|small|big|code|kbd)\b[^<>]*>", re.IGNORECASE)
_EMOJI = "\U0001f300-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3★☆✓✔"
_MARKS_BEFORE = re.compile(rf"^(?:[{_EMOJI}]+|\[(?:[EMH]|easy|medium|hard|简单|中等|困难)\]|:[a-z_]{{1,30}}:)\s*", re.I)
_MARKS_BEHIND = re.compile(
    rf"\s*(?:[{_EMOJI}]+|[\[(（](?:E|M|H|easy|medium|hard|简单|中等|困难)[\])）]|:[a-z_]{{1,30}}:)\s*$", re.I
)
# What labels and numbers begin with: most lines are told apart by their first letter.
_LABELS_BEGIN = frozenset("$QqPpIiFf问题提面考")
_NUMBERS_BEGIN = frozenset("#＃第(（一二三四五六七八九十百")
_ANSWER_TITLE = re.compile(
    r"(?:\W*)(?:(?:show|view|see|click|reveal|toggle|expand|check|点击|查看|展开|显示|参考).{0,30})?"
    r"(?:answers?|solutions?|explanations?|hints?|details|code|答案|回答|解答|解析|解|提示|详情|答)\W*$",
    re.IGNORECASE,
)


def header(line: SourceLine, index: int) -> Header | None:
    """How the line may begin a question; None for a line that is plain text.

    >>> header(SourceLine("#### 3) What is **SGD**? :v:", "text", 0), 0)[1:4], header(SourceLine("text", "text", 0), 0)
    (('heading', 'h4', 'What is **SGD**?'), None)
    """
    text = line.text.strip(" \t\u3000\ufeff")
    if line.state != "text" or not text or len(text) > MAX_HEADER:
        return None
    if "   " in text or "\t" in text:
        text = _WIDE.sub("  ", text)
    bullet = _BULLET.match(text) if text[0] in "-*+•" else None
    prefix = ""
    if bullet and not _is_rule(text):
        text, prefix = text[bullet.end() :], "- "
        if task := _TASK.match(text):
            text, prefix = text[task.end() :], "- task "
    found = _wrapped(text, prefix, line.indent, index)
    says = found is None or found.shape != "heading" or found.number or found.labelled or _LETTER.search(found.title)
    return found if says else None


def _is_rule(text: str) -> bool:
    return text[0] in "-*_=" and len(set(text) - {" ", "\t"}) == 1 and len(text.replace(" ", "")) > 2


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
    count = _BARE_NUMBER.match(part[2]) if part and part[4].strip(" .:：") else None
    if part and count:
        title = f"{part[2][count.end() :]} {part[4].lstrip(' .:：')}"
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
    inner, rest = found[2].strip(), found[4].strip()
    behind = _without_marks(_KRAMDOWN.sub("", _SOURCE_LINK.sub("", rest)))[0].strip(" :：.。,，\\")
    if not behind or is_answer_title(behind):
        tail = rest if not behind and rest.strip(" :：\\") and _MARKS_BEHIND.search(rest) else ""
        return f"{inner} {tail}".strip(), ""
    if _LABEL.match(inner) and not _LABEL.sub("", inner, count=1).strip():
        # `**Q1:** What is it?`: only the label is bold.
        return f"{inner} {rest}", ""
    if inner.endswith(("?", "？")) or (_LABEL.match(inner) and len(inner) > 8):
        return inner, rest.lstrip(" :：")
    return None


def _label(title: str) -> re.Match[str] | None:
    return _LABEL.match(title) if title[:1] in _LABELS_BEGIN else None


def _number(title: str) -> re.Match[str] | None:
    return _NUMBER.match(title + " ") if title[:1].isdecimal() or title[:1] in _NUMBERS_BEGIN else None


def _finished(header: Header) -> Header:
    """The header with its number, label and marks taken off the title."""
    title = header.title
    if "{" in title:
        title = _KRAMDOWN.sub("", title)
    title, mark = _without_marks(title.strip())
    if "<" in title:
        title = _ANCHOR.sub("", title).strip()
    if "]" in title:
        title = _unlinked(_SOURCE_LINK.sub("", title).strip() or title)
    title = _unbold(title)
    number, labelled = header.number, False
    for _ in range(3):
        if label := _label(title):
            number, labelled = label["q"] or label["en"] or label["zh"] or number, True
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
    return header._replace(title=_unlinked(title), number=number, labelled=labelled, mark=mark)


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


def _unlinked(title: str) -> str:
    """A title that is one link is the words of the link."""
    found = _LINK.fullmatch(title) if title.startswith("[") else None
    return found[1].strip() if found else title


def is_answer_title(title: str) -> bool:
    """Whether the words announce an answer, such as `Show answer` or `答案`."""
    return len(title) < 60 and _ANSWER_TITLE.match(title) is not None


# -- whether it asks ---------------------------------------------------------------------------------------------------

_URL = re.compile(r"\(?\w{2,8}://\S+")
_ADDRESS = re.compile(r"\]\([^()]{0,300}\)")
_ASKS_EN = re.compile(
    r"(?:\W*)(?:what|why|how|when|which|where|who|whose|is|are|was|does|do(?!['’])|did|can|could|should|"
    r"would|will|has|have|if|"
    r"explain|describe|define|draw|plot|traverse|compare|contrast|list|name|give|discuss|derive|prove|tell|write|implement|differentiate|"
    r"differences?|distinguish|state|suppose|you(?! can)|imagine|design|estimate|calculate|compute|show|consider|"
    r"mention|provide|outline|justify|walk|difference|in what|in which|for what|on what|at what|to what|assume|find|"
    r"given|true or false|let|briefly|please|advantages?|disadvantages?|pros|types of|"
    r"role of|purpose of|importance of)\b",
    re.IGNORECASE,
)
_ASKS_ZH = re.compile(
    "什么|如何|怎么|怎样|为何|为啥|哪些|哪个|哪几|哪种|几种|几个|多少|是否|能否|可否|有没有|会不会|是不是|可不可以|能不能|吗|呢|谈谈|讲讲|讲一下|说一下|说说|聊聊|"
    "简述|阐述|简单介绍|列举|举例|^\\W*[请试](?![求问验卷题图用错])|写出|手写|手撕|推导|证明|解释|描述|区别|不同|异同|对比|比较|优缺点"
)
_ORDERS = re.compile(
    r"(?:\W*)(?:(?:briefly|please|now) )?(?:write|implement|explain|describe|define|derive|prove|compare|contrast|list|"
    r"name|discuss|tell|give|find|given|calculate|compute|design|draw|plot|show|traverse|suppose|assume|estimate|sketch|"
    r"outline|简述|简单介绍|介绍|解释|说明|推导|证明|列举|请|谈谈|描述|写出|实现|手写)\b",
    re.IGNORECASE,
)
# Names of two words that begin as orders do: `State Value`.
_NAME = 30
_NOUNS = re.compile(
    r"\W*(?:state|list|name|plot|show|design|estimate|find|outline|state|(?:dis)?advantages?|differences?|pros)s?"
    r"(?:\W+\w+)?\W*",
    re.IGNORECASE,
)
# What a guide tells its reader as well, in fewer words.
_TASKS = re.compile(r"\W*(?:construct|create|generate|determine|build|make|convert|using)\b", re.IGNORECASE)
_TASK_LENGTH = 40
_QUESTION_START = re.compile(
    r"\W*(?:(?:what|why|how|when|which|where|who|explain|describe|compare|define)\b|谈谈|讲讲|说说|简述|解释|介绍)"
    r"|.{0,40}(?:什么|如何|怎么|怎样|为何|哪些|哪个|多少|是否|吗\W*$)",
    re.IGNORECASE,
)
# `对比篇`: the name of a part, whatever words are in it.
_PART_ZH = re.compile(r"(?:[^什怎]|^)[篇章]\W*$")
_TOPIC = re.compile(
    "作用|原理|理解|介绍|说明|分析|实现|定义|含义|意义|关系|联系|特点|特性|优点|缺点|方法|公式|流程|步骤|原因|场景|影响|选择|计算|方式|过程|总结|概念|技巧|改进|机制|本质|思想|问题|策略"
    r"| vs\.? |difference|overview|definition|advantages|intuition",
    re.IGNORECASE,
)


def orders(title: str) -> bool:
    """Whether the words tell the reader to do something, as interviewers do."""
    return _ORDERS.match(title[:40]) is not None or (len(title) > _TASK_LENGTH and _TASKS.match(title) is not None)


def starts_with_question(title: str) -> bool:
    """Whether the words begin as questions do, What is …, or have a Chinese word that asks: 什么, 如何.

    >>> starts_with_question("What is ANR"), starts_with_question("ANR"), starts_with_question("如何选择激活函数")
    (True, False, True)
    """
    return _QUESTION_START.match(title) is not None


def asks(title: str) -> float:
    """How much the words look like a question, from 0 to 1.

    >>> asks("Why pad?"), asks("Dropout的理解"), asks("References")
    (1.0, 0.5, 0.0)
    """
    if "](" in title:
        title = _ADDRESS.sub("]", title)
    if "://" in title:
        title = _URL.sub("", title)
    end = title.rstrip(' *_`)）。.!！"”').rstrip()
    if end.endswith(("?", "？")) or "?" in title[-80:] or "？" in title:
        return 1.0
    if _ASKS_EN.match(title[:40]) or orders(title):
        return 0.5 if len(title) < _NAME and _NOUNS.fullmatch(title) else 0.9
    if _PART_ZH.search(title[-20:]):
        return 0.0
    if _ASKS_ZH.search(title[:300]):
        return 0.9
    return 0.5 if _TOPIC.search(title[:300]) else 0.0
