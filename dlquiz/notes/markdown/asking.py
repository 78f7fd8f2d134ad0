"""Whether the words of a title ask: by their question mark, their first word, or an order to explain."""

from __future__ import annotations

import re
from functools import lru_cache

from dlquiz.notes.markdown.statements import is_clause
from dlquiz.notes.markdown.titles import CACHED_TITLES, Header

# How likely a title asks that has the words of a question or an order but no question mark, and one that names a
# subject and says what of it: `Dropout的理解`.
ASKS, TOPIC = 0.9, 0.5
_LONG = 160
# An order that is no longer may be the name of a section.
_SENTENCE = 20
# A mark of difficulty that only questions have.
_GRADED = re.compile(r"[\[(](?:[EMH]|easy|medium|hard|basic|intermediate|advanced)[\])]", re.IGNORECASE)
_URL = re.compile(r"\(?\w{2,8}://\S+")
# A sign of doubt about the words before it.
_DOUBT = re.compile(r"\s*[(（]\s*[?？]\s*[)）]")
_ADDRESS = re.compile(r"\]\([^()]{0,300}\)")
_ASKS_EN = re.compile(
    # `**Why**: …` is the name of a part.
    r"(?:\W*)(?:(?:what|why|how|when|where|who)(?!\W{0,3}[:：])|which|whose|is|are|was|does|do(?!['’])|did|can|could|should|"
    r"would|will|has|have|if|"
    r"explain|describe|define|draw|plot|traverse|compare|contrast|list|name|give|discuss|derive|prove|tell|write|implement|differentiate|"
    r"differences?|distinguish|state|suppose|you(?! can)|imagine|design|estimate|calculate|compute|show|consider|"
    r"mention|provide|outline|justify|walk|in what|in which|for what|on what|at what|to what|assume|find|"
    r"given|true or false|let|briefly|please|advantages?|disadvantages?|pros|types of|"
    r"role of|purpose of|importance of)\b",
    re.IGNORECASE,
)
# `Health checks: how do you add one? Give an example.`, `You have ten servers. Explain how …`
_NAMED = 80
_ASKS_BEHIND = re.compile(
    r"[.:;]\s+(?:(?:what|how|why|which|when|where|can you|could you|would you|do you|have you)\b[^.?]{10,300}\?|"
    r"(?:explain|describe|discuss|walk me through|tell me)\b.{0,40}?"
    r"\b(?:how|what|why|you|your|the (?:difference|process|steps))\b)",
    re.IGNORECASE,
)
# `With two servers, how do you share a session`: the question stands behind a clause.
_ASKS_BEHIND_CLAUSE = re.compile(
    r"[^.:;,?]{3,60},\s+(?:how|what|why|which|when|where)\s+(?:do|does|did|will|would|can|could|should|is|are)\b",
    re.IGNORECASE,
)
# `What are the parts of a kernel.`: the order of the words asks, whatever stands at the end.
_INVERTED = re.compile(
    r"\W*(?:(?:what|why|how|when|where|who)\s+(?:is|are|was|were|do|does|did|will|would|can|could|should|to)\b"
    r"|(?:the )?differences? between\b"
    r"|(?:is|are|was|were|do|does|did|will|would|can|could|should)\s+(?:i|you|u|we|they|it|there|this|an?|the)\b)",
    re.IGNORECASE,
)
_ASKS_ZH = re.compile(
    "什么|如何|怎么|怎样|为何|为啥|哪些|哪个|哪几|哪种|几种|几个|多少|干嘛|咋|何时|何谓|^[^，。；]{0,40}是[^，。；]{1,14}还是[^，。；]{1,16}$|么[)）]?\\s*$|是否|能否|可否|有没有|会不会|是不是|可不可以|能不能|吗|呢|谈谈|讲讲|[讲说聊谈]一下|说说|聊聊|"
    "^\\W*(?:设计一?[个款套种]|实现一?[个种]|给定|给你一?|找出|编写|写一?[个段])|"
    "简述|阐述|简单介绍|列举|举例|^\\W*[请试](?![求问验卷题图用错])|[，；。]请(?:设计|说明|解释|描述|实现|分析|给出)|写出|手写|手撕|推导|证明|解释|描述|区别|不同|异同|对比|比较|优缺点"
)
# `两者什么关系。`: a question that ends as a sentence does.
_ASKS_BEFORE_STOP = re.compile(
    "[^，。]{0,30}(?:什么|怎么|如何|为何|哪些|哪个)[^，。]{0,6}。$|(?:什么|怎么|如何|为什么)[^，。]{2,30}。$"
    r"|(?!这|以上|上述)[^，。]{2,40}(?:和|与|跟)[^，。]{2,40}的(?:区别|异同|联系|差异) ?。$"
)
_ORDERS = re.compile(
    r"(?:\W*)(?:(?:briefly|please|now) )?(?:write|implement|explain|describe|define|derive|prove|compare|contrast|list|"
    r"name|discuss|tell|give|find|given|calculate|compute|design|draw|plot|show|traverse|suppose|assume|estimate|sketch|"
    r"outline|mention|简单介绍|介绍|说明|实现)\b"
    r"|\W*(?:简述|解释|推导|证明|列举|请|谈谈|描述|写出|手写|讨论|阐述|用 ?\d+ ?分钟)"
    r"(?:一下 ?(?=\w)|下(?= |[A-Za-z])|(?=\w{4}))|\W*(?:请(?:设计|实现)|比较|对比|分析)(?= [`\w])",
    re.IGNORECASE,
)
# Names of two words that begin as orders do: `State Value`.
_NAME = 30
_NOUNS = re.compile(
    r"\W*(?:state|list|name|plot|show|design|estimate|find|outline|(?:dis)?advantages?|differences?|pros)s?"
    r"(?:\W+\w+)?\W*",
    re.IGNORECASE,
)
# What a guide tells its reader as well, in fewer words.
_TASKS = re.compile(
    r"\W*(?:(?:construct|create|generate|determine|build|make|convert|using)\b"
    r"|(?:reverse|swap|merge|detect|sort|count)\s+(?:an?|the|two|all|if|both)\b)",
    re.IGNORECASE,
)
_TASK_LENGTH = 40
_QUESTION_START = re.compile(
    r"\W*(?:(?:(?:what|why|how|when|where|who)(?!\W{0,3}[:：])|which|explain|describe|compare|define)\b|"
    r"谈谈|讲讲|说说|[讲说聊谈]一?下|简述|解释|介绍)"
    r"|.{1,40}[讲说聊谈]一下\W*$|.{0,40}(?:什么|如何|怎么|怎样|为何|哪些|哪个|多少|是否|吗\W*$)",
    re.IGNORECASE,
)
# `对比篇`: the name of a part, whatever words are in it.
_PART_ZH = re.compile(r"(?:[^什怎]|^)[篇章]\W*$")
SENTENCE_END = re.compile(r"(?<=[.!;])\s+|(?<=[。！；])")
_REMARK = re.compile(r"\s*[(（][^()（）]*[?？][)）]\W*$")
_PREMISE = re.compile(
    r"\W*(?:(?:given|suppose|assume|consider|let|imagine|you (?:have|are))\b|假设|给定|设)", re.IGNORECASE
)
_TOPIC_ZH = re.compile(
    "作用|原理|理解|介绍|说明|分析|实现|定义|含义|意义|关系|联系|特点|特性|优点|缺点|方法|公式|流程|步骤|原因|场景|影响|选择|计算|方式|过程|总结|概念|技巧|改进|机制|本质|思想|问题|策略"
)
_TOPICS_EN = (" vs ", " vs. ", "difference", "overview", "definition", "advantages", "intuition")


def likelihood(header: Header) -> float:
    """Whether the header asks; a long sentence that ends in no question mark states more than it asks."""
    certain = header.labelled or header.chooses or (header.mark and _GRADED.match(header.mark))
    return 1.0 if certain else _likelihood(header.title)


@lru_cache(CACHED_TITLES)
def _likelihood(title: str) -> float:
    worth = asks(title)
    if orders(title):
        return worth if len(title) <= 3 * _LONG else 0.6
    states = len(title) > _LONG or title.endswith(("。", "；", ";", ".", "，"))
    if worth == 1.0 or not states or _ASKS_BEFORE_STOP.match(title):
        return worth
    inverted = len(title) <= _LONG and (_INVERTED.match(title) or _ASKS_BEHIND_CLAUSE.match(title))
    return worth if inverted else worth * 0.4


def questions_plainly(header: Header) -> bool:
    """Whether a title is a question as people ask it, not only the name of a subject."""
    return (
        asks(header.title) == 1.0
        or header.labelled
        or starts_with_question(header.title)
        or orders_in_a_sentence(header.title)
    )


def orders(title: str) -> bool:
    """Whether the words tell the reader to do something, as interviewers do.

    >>> [orders(words) for words in ("阐述一下 Activity 的生命周期。", "请设计 App。", "比较 `map` 和 `set`。")]
    [True, True, True]
    >>> [orders(words) for words in ("比较常见的问题", "分析模式", "解释下界")]
    [False, False, False]
    """
    return _ORDERS.match(title[:40]) is not None or (len(title) > _TASK_LENGTH and _TASKS.match(title) is not None)


def is_premise(title: str) -> bool:
    """Whether the words only say what is given: `Given a classifier:`."""
    return _PREMISE.match(title) is not None


def orders_in_a_sentence(title: str) -> bool:
    """Whether an order is too long for the name of a section, such as `Show More`."""
    return len(title) > _SENTENCE and orders(title)


def starts_with_question(title: str) -> bool:
    """Whether the words begin as questions do, What is …, or have a Chinese word that asks: 什么, 如何.

    >>> starts_with_question("What is ANR"), starts_with_question("ANR"), starts_with_question("如何选择激活函数")
    (True, False, True)
    """
    return _QUESTION_START.match(title) is not None


def begins_asking(title: str) -> bool:
    """Whether the first sentence asks or says what is given: in prose a question also ends a paragraph that tells.

    >>> begins_asking("Nobody knew. Why?"), begins_asking("You have no labels. What now?"), begins_asking("Why pad?")
    (False, True, True)
    """
    return asks(SENTENCE_END.split(title, maxsplit=1)[0]) >= ASKS


def without_remark(title: str) -> str:
    """The title without a remark in brackets behind it that asks: `Clear explanations (can you teach this?)`."""
    return _REMARK.sub("", title) if ")" in title or "）" in title else title


@lru_cache(CACHED_TITLES)
def asks(title: str) -> float:
    """How much the words look like a question, from 0 to 1.

    >>> asks("Why pad?"), asks("Dropout的理解"), asks("References")
    (1.0, 0.5, 0.0)
    >>> asks("Why pad (?)"), asks("Adversarial noise (?)")
    (0.9, 0.0)
    >>> asks("Ten servers share the one database of a large shop. Explain how you would find the slowest.")
    0.9
    >>> case = "Two of your colleagues disagree on the design of a service that many others use."
    >>> [asks(f"{case} {order}") for order in ("Walk me through what you do.", "Tell me how you decide.")]
    [0.9, 0.9]
    >>> asks("日志每天有一百亿行，请设计存储"), asks("日志每天有一百亿行")
    (0.9, 0.0)
    """
    if "](" in title:
        title = _ADDRESS.sub("]", title)
    if "://" in title:
        title = _URL.sub("", title)
    if "?)" in title:
        title = _DOUBT.sub("", title)
    end = title.rstrip(' *_`)）。.!！"”').rstrip()
    if end.endswith(("?", "？")) or "?" in title[-80:] or "？" in title:
        return 1.0
    if (len(title) > _NAMED and _ASKS_BEHIND.search(title)) or ("," in title and _ASKS_BEHIND_CLAUSE.match(title)):
        return ASKS
    if _ASKS_EN.match(title[:40]) or orders(title):
        return TOPIC if len(title) < _NAME and _NOUNS.fullmatch(title) else ASKS
    if not title.isascii():
        if _PART_ZH.search(title[-20:]):
            return 0.0
        if _ASKS_ZH.search(title[:300]):
            return ASKS
    return TOPIC if _names_topic(title[:300]) and not is_clause(title) else 0.0


def _names_topic(words: str) -> bool:
    """Whether a word says what of a subject is meant: its 原理, its definition."""
    lower = words.lower()
    return any(topic in lower for topic in _TOPICS_EN) or _TOPIC_ZH.search(words) is not None
