"""What closes a file, such as a list of references or a wish of good luck, apart from the last answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dlquiz.notes.markdown.lines import SourceLine
from dlquiz.notes.markdown.spans import CardSpan
from dlquiz.notes.markdown.titles import is_rule

# How long a line is that stands for a heading, and with what marks around it.
_TITLE, _MARKS = 80, "*_#>~ \t"
# What is said of a file, to those who read it, or by the candidate at the end of an interview.
_OF_FILE = re.compile(
    r"\W*(?:(?:good luck|all the best|best of luck|happy (?:learning|coding|studying|interviewing|hacking|preparing)"
    r"|thanks? (?:you )?for reading|that(?:'s|’s| is) all(?: folks)?)(?: (?:and|with|on|for|in|to)\b.{0,50})?\W*"
    r"|(?:licen[cs]e|contribut(?:e|ing|ions?|ors)|acknowledge?ments?|disclaimer|credits|authors?"
    r"|about (?:me|the author)|support (?:me|us|this .{0,20})|contact(?: (?:me|us))?|connect with me|changelog"
    r"|stay in touch)\W*"
    r"|(?:licen[cs]e|authors?|contact|disclaimer)\W{0,4}[:：].{1,60}"
    r"|祝.{0,14}|反问(?:环节|阶段|问题)?\W*|(?:致谢|结束语|写在最后|更新日志|许可证?|贡献(?:指南)?|联系(?:我|方式|作者)?|关于(?:作者|我))\W*"
    r"|版权.{0,40}|未完待续.{0,10})$",
    re.IGNORECASE,
)
_REFERENCES = re.compile(
    r"\W*(?:references?|bibliography|citations?|(?:(?:additional|further|more|other|useful|recommended|external|learning)"
    r" )?(?:resources|reading|links)|see also|sources?|related (?:links|articles|posts|reading|resources)"
    r"|(?:参考|引用)(?:文献|资料|链接|文章|书籍|来源)?|(?:相关|推荐|学习)(?:链接|文章|资料|资源|书籍)"
    r"|(?:延伸|扩展|拓展|推荐)阅读)\W*$",
    re.IGNORECASE,
)
# A line of a list, or one with an address.
_LISTED = re.compile(r"(?:[-*+•]|\d{1,3}[.)、])\s|.*(?:\w{2,8}://|\]\()")
_LINK = re.compile(r"!?\[[^\[\]]{0,200}\]\([^()\s]{0,500}\)")
# How many answers must end in a rule, so that it parts them, and what share; how many lines close a file at most.
_LEAST_RULED, _RULED, _CLOSING = 3, 0.8, 12
# How many answers there must be without references of their own; how many lines are looked at.
_LEAST_ANSWERS, _FAR = 3, 100


def cut(lines: Sequence[SourceLine], parts: list[CardSpan]) -> None:
    """Take the lines that close the file out of the last card, where it is certain that they are no part of its
    answer."""
    cards = [part for part in parts if part.header is not None]
    if not cards or not any(lines[at].words for at in cards[-1].lines):
        return
    last = cards[-1]
    end = _end(lines, last.lines, [part.lines for part in cards[:-1]])
    if end < len(last.lines):
        rest = CardSpan(None, last.section, lines=last.lines[end:])
        del last.lines[end:]
        parts.insert(next(at for at, part in enumerate(parts) if part is last) + 1, rest)


def _end(lines: Sequence[SourceLine], own: Sequence[int], others: Sequence[Sequence[int]]) -> int:
    """How many of its own lines the last answer has."""
    rules = [place for place in range(len(own)) if _is_rule(lines, own, place)]
    if rules and _closes(lines, own[rules[0] :]) and _part_answers(lines, others):
        return rules[0]
    end = len(own)
    if rules and _only_leads_on(lines, own[rules[-1] + 1 :]):
        end = rules[-1]
    behind_rules = {_first_words(lines, own, place) for place in rules}
    for place in range(end - 1, max(-1, end - _FAR), -1):
        if _is_title(lines, own, place):
            title, below = lines[own[place]].words.strip(_MARKS), own[place + 1 : end]
            behind_rule = place in behind_rules
            wish = _OF_FILE.match(title) and (behind_rule or _is_short(lines, below))
            sources = _REFERENCES.match(title) and _is_list(lines, below)
            sources = sources and (behind_rule or _have_no_references(lines, others))
            end = place if wish or sources else end
    return end


def _is_rule(lines: Sequence[SourceLine], own: Sequence[int], place: int) -> bool:
    """Whether a line is a rule, and no line below a heading."""
    line = lines[own[place]]
    return line.state == "text" and is_rule(line.words) and (place == 0 or not lines[own[place - 1]].words)


def _closes(lines: Sequence[SourceLine], among: Sequence[int]) -> bool:
    """Whether these are a few lines without headings and code."""
    full = [lines[at] for at in among if lines[at].words]
    return len(full) <= _CLOSING and not any(line.state == "code" or line.words[0] == "#" for line in full)


def _part_answers(lines: Sequence[SourceLine], bodies: Sequence[Sequence[int]]) -> bool:
    """Whether nearly all answers end in a rule and none has one inside."""
    ruled = 0
    for body in bodies:
        full = [at for at in body if lines[at].words]
        rules = [at for at in full if lines[at].state == "text" and is_rule(lines[at].words)]
        if rules and rules != full[-1:]:
            return False
        ruled += bool(rules)
    return ruled >= max(_LEAST_RULED, _RULED * len(bodies))


def _only_leads_on(lines: Sequence[SourceLine], among: Sequence[int]) -> bool:
    """Whether there is nothing but links to other pages."""
    texts = [lines[at].words for at in among if lines[at].words]
    return len(texts) == 1 and bool(_LINK.search(texts[0])) and not re.search(r"\w", _LINK.sub("", texts[0]))


def _is_title(lines: Sequence[SourceLine], own: Sequence[int], place: int) -> bool:
    """Whether a line at the margin stands alone, as a heading does, behind a blank line or a rule."""
    line = lines[own[place]]
    if line.state != "text" or line.indent or len(line.words) > _TITLE or _is_rule(lines, own, place):
        return False
    return place == 0 or not lines[own[place - 1]].words or _is_rule(lines, own, place - 1)


def _first_words(lines: Sequence[SourceLine], own: Sequence[int], rule: int) -> int:
    """The place of the first line with words behind this one."""
    return next((place for place in range(rule + 1, len(own)) if lines[own[place]].words), len(own))


def _have_no_references(lines: Sequence[SourceLine], bodies: Sequence[Sequence[int]]) -> bool:
    """Whether there are several answers and none has references of its own."""
    return len(bodies) >= _LEAST_ANSWERS and not any(_references_in(lines, body) for body in bodies)


def _references_in(lines: Sequence[SourceLine], body: Sequence[int]) -> bool:
    """Whether an answer has references of its own."""
    return any(
        lines[at].state == "text"
        and len(lines[at].words) <= _TITLE
        and _REFERENCES.match(lines[at].words.strip(_MARKS))
        for at in body
    )


def _is_short(lines: Sequence[SourceLine], among: Sequence[int]) -> bool:
    """Whether there are a few lines at most, such as below `License`."""
    return sum(bool(lines[at].words) for at in among) <= 3


def _is_list(lines: Sequence[SourceLine], among: Sequence[int]) -> bool:
    """Whether there is a list or links, and nothing else."""
    texts = [lines[at].words for at in among if lines[at].words]
    return bool(texts) and all(map(_LISTED.match, texts))
