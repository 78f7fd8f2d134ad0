"""Headings that are no questions: those of every document, of parts of answers, and of what a guide says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from dlquiz.notes.markdown.lines import SourceLine, ends_asking
from dlquiz.notes.markdown.title_words import FOLLOW_UPS_BELOW
from dlquiz.notes.markdown.titles import CACHED_TITLES, Header, is_answer_title, is_kind_of_exercise, is_outline

_NO_QUESTION = re.compile(
    r"\W*(?:references?|bibliography|citations?|conclusions?|contribut\w*|licen[cs]e|"
    r"how to (?:contribute.*|use(?: this .{0,40})?|"
    r"(?:run|study)(?: (?:it|this|the (?:project|app|code|tests))\b.*|\s*[—–:-].*)?)|"
    r"acknowledge?ments?|authors?|credits|disclaimer|prerequisites?|resources?|"
    r"about(?: (?:me|us|myself|the|this|these)\b.{0,20})?|"
    r"further reading|useful links|links?|see also|sources?|introduction|overview|preface|"
    r"main (?:title|page|menu)|back to .{0,20}|list of (?:interview )?questions|"
    r"(?:related|next) (?:topics?|posts?|articles?|projects?|links?|questions?|reading|resources?|notes|steps?)|"
    r"table of contents?|contents?|toc|index|changelog|stargazers.*|support.{0,30}|sponsors?|installation|usage|"
    r"(?:(?:study|interview|preparation|practice|pro|final|exam) ){1,2}(?:plan|tips|thoughts|words|advice|checklist)"
    r"(?: for .{1,30})?|tips|"
    r"good luck.{0,20}|(?:key )?takeaways?|what(?: is|'s|’s|s) next|future (?:improvements|work)|"
    r"未完待续.{0,10}|(?:本章|章节)索引|公众号|[初中高]级|[初进高]阶|学习(?:建议|路线|路径|计划)|使用(?:说明|指南|技巧|建议)|怎么使用|如何使用(?:本.{0,10})?|"
    r"(?:面试|答题|复习)(?:技巧|建议|准备)|结束语|祝.{0,12}|"
    r"参考(?:文献|资料|链接|文章)?|链接|目录|引用|致谢|前言|写在前面|写在最后|更新日志|版权.{0,6}|联系.{0,8}|"
    r"(?:相关|关联|学习|推荐)(?:链接|文章|资料|资源|书籍|知识)|(?:推荐|延伸|扩展|拓展)阅读|附录|贡献.{0,6})\W*$",
    re.IGNORECASE,
)
# What both a document and an answer may have.
_MAY_BE_PART = re.compile(
    r"\W*(?:references?|bibliography|citations?|conclusions?|resources?|further reading|useful links|links?|see also|"
    r"sources?|introduction|overview|usage|prerequisites?|installation|(?:interview )?tips|(?:key )?takeaways?|"
    r"related (?:topics?|posts?|articles?|links?|questions?|reading|resources?|notes)|"
    r"(?:面试|答题)(?:技巧|建议)|使用(?:说明|指南|技巧|建议)|"
    r"参考(?:文献|资料|链接|文章)?|链接|引用|(?:相关|关联|学习|推荐)(?:链接|文章|资料|资源|书籍|知识)|"
    r"(?:推荐|延伸|扩展|拓展)阅读)\W*$",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\W*(?:(?:code |usage )?examples?|pros and cons|(?:dis)?advantages|summary|glossary|"
    r"quick (?:reference|revision|recap)|implementation|notes?|output|syntax|"
    rf"{FOLLOW_UPS_BELOW}|"
    r"(?:一句话)?总结|小结|(?:面试)?回答要点|核心要点|注意事项|实际例子|示例|例子|优点|缺点|优缺点|作用|区别|原理|特点|特性|优势|劣势|不足|缺陷|改进|优化|概述|简介|背景|流程|步骤|应用|(?:最短|一句话)?结论|推荐写法|"
    r"(?:具体|代码|完整|核心|简单|参考|关键)?(?:实现|代码|思路|步骤)|(?:代码|使用)?示例(?:代码)?|(?:使用|应用|适用)场景|使用方(?:法|式)|用法|测试用例|复杂度(?:分析)?|题目(?:描述|内容)|解题思路|补充(?:说明)?|图解)\W*$",
    re.IGNORECASE,
)
# What names questions though it ends in a question mark.
_COLLECTION = re.compile(r"(?:.{0,30}\b)?(?:FAQs?|Q ?(?:&|and) ?As?)|.{0,12}常见问题", re.IGNORECASE)
_NAMES_QUESTIONS = re.compile(
    r"(?!\W*(?:list|name|give|write|explain|describe|tell|ask|mention|provide|how|what|why|which)\b)"
    r".{0,60}\b(?:questions|FAQs?|Q ?(?:&|and) ?As?)(?: (?:&|and|with) (?:sample |model )?answers)?"
    r"\W*(?:\([^()]{0,40}\)\W*)?$|"
    r".{0,20}(?:(?:相关|高频)的?(?:问题|题目?)|面试的?(?:真?题目?|问题)|(?:笔试|场景)题目?|(?:题|问题)库)"
    r"(?:集锦|汇总|整理|大全|合集|集)?(?:(?:及|和|与)?(?:答案|解析|解答))?\W*$",
    re.IGNORECASE,
)
# `字节跳动一面（40 min）`
_ROUND = re.compile(
    r"[^，。？?]{0,20}(?:[一二三四五初终]|HR)面(?:试)?[^\w（(]{0,3}(?:[（(][^()（）]{0,30}[)）])?\W*$", re.IGNORECASE
)
_PROGRAM_PAGE = re.compile(
    r"\W*(?:(?:key )?features|highlights|tech(?:nology)? stack|project overview|getting started|quick ?start|set ?up|"
    r"(?:local )?development|(?:secrets? (?:&|and) )?environment variables|deploy\w*|"
    r"(?:project|folder|repository|directory) (?:structure|layout)|roadmap|(?:key )?config(?:uration)?|"
    r"running (?:the|this) (?:project|app|application|server|tests)|"
    r"how it works|tests?|testing|faq|troubleshooting|requirements|quality checks|(?:everyday )?commands|"
    r"(?:task id|owner|status) ?[:：].*|build|run(?:ning)? the .{0,20}(?:client|server|demo)|"
    r"education|work experience|教育背景|工作经[历验]|项目经[历验]|个人简介|专业技能|自我评价|求职意向|系统要求|"
    r"license|contributing|许可证|主要特性|设计亮点|项目(?:结构|简介|介绍|背景|概述|目标|范围)|目录结构|快速开始|环境变量|部署|技术栈|"
    r"技术选型|安装|功能特性|环境要求|前置条件|学习目标|成功标准|风险评估|维护计划|"
    r"系统概述|模块详解|配置说明|开发指南|监控指标|部署(?:架构|说明|指南|步骤))\W*$",
    re.IGNORECASE,
)
_STEP = re.compile(
    r"\W*(?:(?:step|task|phase|week|day|part|stage|sprint|pass) ?(\d+)|"
    r"第 ?(\d{1,2}|[一二三四五六七八九十]{1,3}) ?[天周步])",
    re.IGNORECASE,
)
# `Beginner: 27 questions`, `- **总题数：** 8`
_OWN_SIZE = re.compile(
    r"\W*[\w &/+.'’-]{1,40}[:：]\W{0,4}\d{1,5}\s*"
    r"(?:(?:questions?|answers?|topics?|problems?)|[个道]?(?:问?题|知识点))?\W*$",
    re.IGNORECASE,
)
# What a guide says of itself and of those who read it.
_ITSELF = re.compile(
    r"\W*(?:who (?:is|are) th(?:is|ese)\b.{0,30}\bfor|who should (?:use|read|take|follow)\b.{0,40}|"
    r"(?:what|how|why) this (?:is|works|covers|teaches|repository|repo|guide|book|course|roadmap)\b.{0,40}|"
    r"(?:how (?:to|can i|do i) (?:use|set(?: up)?|run|read)|can (?:i|you) (?:use|share)|where can i find) "
    r"this (?:project|repo|repository|guide|handbook|course)\b.{0,50}|"
    r"how (?:it|this .{0,20}) works|how (?:is|are) (?:this|the) .{0,30} (?:organi[sz]ed|structured)|"
    r"what (?:you(?:'ll|’ll)?|the app|interviewers) [^?？]{0,60}|what (?:will|do|can) (?:you|i) learn\b.{0,40}|"
    r"who is the target audience|"
    r"(?:can|could) i (?:explain|solve|debug|write|build|optimi[sz]e|describe|implement|derive|compare)\b.{0,120}|"
    r"(?:do you )?want to (?:contribute|help|support|check|join)\b.*|"
    r"appendi(?:x|ces)\b.{0,60}|(?:legend|(?:the )?(?:\S+ ){0,4}(?:check|short)lists?)(?: ?\([^()]*\))?|"
    r"附录.{0,40}|.{0,8}图例|.{0,20}(?:check ?list|清单)|"
    r".{0,12}(?:复习|学习|备考|刷题)(?:路线|计划|路径|建议|方法|顺序|资料|资源).{0,10}|"
    r"(?:[\w ]{0,50} )?cheat ?sheets?|"
    r"p\.?s\.?\s?[:：].*|(?:这|本(?:文|书|项目|仓库|文档|教程|指南))(?:个(?:项目|仓库))?是(?:什么|干什么的|做什么的)|"
    r"(?:(?:这|本)一?[页篇章节份])?(?:适合(?:谁|哪些人|什么人)|谁适合).{0,12}|怎么(?:使?用)?[读看]?(?:这|本)一?[页篇章节份].{0,6}|"
    r"why (?:another|i (?:made|wrote|created|built)|we (?:made|wrote|built)|(?:you|i) (?:use|read)) .{0,40}|"
    r"为什么(?:要|会)?(?:写|做|整理|有)(?:这|本|了).{0,12}|contact(?: (?:me|us))?|关于(?:我|我们|作者)|"
    r"common interview (?:mistakes|pitfalls)|(?:common )?(?:mistakes|pitfalls) to avoid|常见误区|"
    r"(?:additional|further|more|other|useful|recommended|external) (?:resources|reading|links|materials)|"
    r"(?:final|last|pro|quick) (?:tips|thoughts|advice|words)|"
    r".{0,10}反问(?:环节|问题|面试官|部分)?|"
    r"questions? (?:to|(?:that )?you (?:can|should|could|may)) ask (?:the|your|an) .{0,30}|"
    r"如何(?:参与)?贡献|(?:怎么|如何)阅读(?:本.{0,6})?)\W*$",
    re.IGNORECASE,
)
# What the candidate asks, and what a guide advises.
_TO_INTERVIEWERS = re.compile(
    r"\W*(?:\d{1,2}[.、]\W*)?(?:questions? (?:to|(?:that )?you (?:can|should|could|may)) ask"
    r"(?: (?:(?:the|your|an) (?:interviewers?|company|employer|team|recruiter|manager)|them|at the end).{0,30})?\W*$"
    r"|.{0,10}反问)",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"\W*(?:how to use\b.{0,40}|(?:(?:final|last|pro|quick|interview|preparation|study) )?tips(?: for .{0,30})?|"
    r"contribut(?:ing|ions?)(?: .{0,20})?|getting started|install(?:ing|ation)(?: .{0,20})?|requirements|prerequisites|"
    r"what (?:will (?:you|i)|you(?:'ll|’ll| will)) learn.{0,20}|(?:who is the )?target audience|running .{0,20}|"
    r"(?:interview|preparation|final) advice|common (?:interview )?(?:mistakes|pitfalls)(?: to avoid)?|"
    r"(?:使用|阅读|复习|学习)(?:说明|指南|方法|建议|方式)|(?:一些|几点)?(?:关于)?(?:面试|答题|复习)的?(?:个人|一些)?小?(?:技巧|建议|心得|感悟)|自我介绍|常见误区)\W*$",
    re.IGNORECASE,
)
# What a collection asks of those who read it.
_TO_READERS = re.compile(
    r"\W*(?:(?:please )?feel free to\b|(?:please )?(?:give|leave) .{0,30}\bstar\b|(?:please )?star (?:this|the|and)\b|"
    r"(?:all )?(?:PRs?|pull requests?|issues|contributions?|suggestions)\b.{0,20}\bwelcome|"
    r"if (?:you (?:find|like|spot)|th(?:is|e) (?:repo(?:sitory)?|project|guide) helps)\b|"
    r"欢迎.{0,20}(?:PR|pull|issue|star|fork|贡献|提交|补充|指正)|.{0,20}(?:点个?|求|给个?).{0,4}(?:star|赞|小星星))",
    re.IGNORECASE,
)
_THANKS = re.compile(r"\W*(?:did you find|found|was) (?:this|it)\b.{0,20}\b(?:helpful|useful)\b", re.IGNORECASE)
_REFERENCE = re.compile(
    r"(?:[-*+•]|\d{1,3}[.)、])\s+(?:\[[^\[\]]{1,200}\]\((?!#)[^()\s]{1,500}\)|<?\w{2,8}://[^\s<>]{1,500}>?)"
    r"(?:\W*|\s*[-–—:：].{0,120})"
)
# How long a line of its own is at most that stands for a heading.
_TITLE = 30


@lru_cache(CACHED_TITLES)
def is_no_question(title: str) -> bool:
    """Whether a heading is one that every document may have, such as `References`.

    >>> {is_no_question(title) for title in ("Pro tips for interviews", "Practice plan", "本章索引", "公众号", "进阶")}
    {True}
    >>> {is_no_question(title) for title in ("Tips for tuning", "索引怎么建", "公众号怎么推送", "进阶的优化器")}
    {False}
    """
    return len(title) < 80 and (_NO_QUESTION.match(title) is not None or is_kind_of_exercise(title))


def may_be_part(title: str) -> bool:
    """Whether such a heading is also one of parts of answers, as `References` are."""
    return _MAY_BE_PART.match(title) is not None


@lru_cache(CACHED_TITLES)
def is_about_itself(title: str) -> bool:
    """Whether a heading begins as questions do, but speaks of the document or those who read it: `Who is this for?`."""
    return is_own_size(title) or (len(title) < 300 and _ITSELF.match(title) is not None)


def is_own_size(title: str) -> bool:
    """Whether the words say how much a document holds: `Beginner: 27 questions`."""
    return len(title) < 60 and (":" in title or "：" in title) and _OWN_SIZE.match(title) is not None


def names_questions(header: Header) -> bool:
    """Whether a heading is the name of what is below it, such as `Interview Questions & Answers`."""
    return not header.labelled and _names_questions(header.title)


@lru_cache(CACHED_TITLES)
def _names_questions(title: str) -> bool:
    bare = title.rstrip("?？ ")
    if bare != title and not _COLLECTION.fullmatch(bare):
        return False
    return len(bare) <= 100 and "?" not in bare and "？" not in bare and _NAMES_QUESTIONS.match(bare) is not None


def is_round(title: str) -> bool:
    """Whether a heading names a round of interviews, what is asked in which stands below."""
    return len(title) < 60 and _ROUND.match(title) is not None


def to_readers(headers: Sequence[Header]) -> set[int]:
    """The items before the second heading that ask those who read the file for something: a star, more questions; those
    that thank them anywhere."""
    headings = [one.at for one in headers if one.shape == "heading"]
    end = headings[1] if len(headings) > 1 else 0
    items = [one for one in headers if one.shape in ("bullet", "number", "bold")]
    asking = {one.at for one in items if one.at < end and _TO_READERS.match(one.title)}
    asking -= {one.at for one in items if one.title.endswith(("?", "？"))}
    return asking | {one.at for one in items if _THANKS.match(one.title)}


def for_interviewers(headers: Sequence[Header]) -> set[int]:
    """The items below headings such as `Questions to ask the interviewer`."""
    return {one.at for one in _items_below(headers, _TO_INTERVIEWERS) if not one.labelled}


def advice(headers: Sequence[Header]) -> set[int]:
    """The items without a question mark below headings such as `Interview tips`."""
    return {one.at for one in _items_below(headers, _ADVICE) if not (one.labelled or ends_asking(one.title))}


def _items_below(headers: Sequence[Header], titles: re.Pattern[str]) -> Iterator[Header]:
    inside: Header | None = None
    for one in headers:
        if is_outline(one):
            deeper = inside is not None and one.level > inside.level
            inside = one if len(one.title) < 80 and titles.match(one.title) else inside if deeper else None
        elif inside is not None and one.shape in ("bullet", "number", "bold"):
            yield one


def references(lines: Sequence[SourceLine], headers: Sequence[Header]) -> set[int]:
    """The items that are nothing but a link below a heading such as `References`."""
    items = [one for one in headers if one.shape in ("bullet", "number")]
    found = {one.at for one in items if _REFERENCE.fullmatch(lines[one.at].words)}
    return _below_no_question(lines, headers, found) if found else found


def _below_no_question(lines: Sequence[SourceLine], headers: Sequence[Header], among: set[int]) -> set[int]:
    """Those of these lines that stand below a heading, or a short line like one, that asks nothing."""
    found: set[int] = set()
    titles = [Header(at, "label", "plain", line.words) for at, line in enumerate(lines) if _is_short(lines, at, line)]
    taken = {one.at for one in headers}
    inside = False
    for one in sorted([*headers, *(one for one in titles if one.at not in taken)], key=lambda one: one.at):
        if is_outline(one) or one.style == "plain":
            inside = is_no_question(one.title)
        elif inside and one.at in among:
            found.add(one.at)
    return found


def _is_short(lines: Sequence[SourceLine], at: int, line: SourceLine) -> bool:
    """Whether a line of its own, such as `Resources`, may stand above a list as a heading does."""
    if line.state != "text" or line.indent or len(line.words) > _TITLE or not line.words[0].isalpha():
        return False
    return at == 0 or lines[at - 1].state == "blank"


def is_bare_part(header: Header) -> bool:
    """Whether a header without number and label names a part of an answer, such as `Example`."""
    return not (header.number or header.labelled) and _names_part(header.title)


@lru_cache(CACHED_TITLES)
def _names_part(title: str) -> bool:
    return len(title) < 30 and _PART.match(title) is not None


def is_no_subject(header: Header) -> bool:
    """Whether a heading or an item names nothing to be known: a part of an answer, or of the document itself."""
    title = header.title
    if is_no_question(title) or is_about_itself(title) or is_bare_part(header) or is_answer_title(title):
        return True
    return names_questions(header)


@lru_cache(CACHED_TITLES)
def is_program_page(title: str) -> bool:
    """Whether a heading is one of the pages of a program, such as `Tech stack`."""
    return len(title) < 80 and _PROGRAM_PAGE.match(title) is not None


def step_of(title: str) -> str:
    """The number of a part of a plan or of instructions, `Week 2` or `Step 3: build it`; nothing for other headings."""
    found = _STEP.match(title) if len(title) < 80 else None
    return found[1] or found[2] if found else ""
