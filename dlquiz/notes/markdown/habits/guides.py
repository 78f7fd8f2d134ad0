"""Guides, plans and pages of projects: their headings name what is to be done or to be had, and are no questions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from dlquiz.notes.markdown.asking import likelihood
from dlquiz.notes.markdown.lines import SourceLine
from dlquiz.notes.markdown.sections import is_program_page, step_of
from dlquiz.notes.markdown.titles import Header, is_outline

# What share of the headings that ask nothing must speak of work to be done: in a file for interviews, in one whose
# title is that of a plan or a project, and in others.
_SHARE_FOR_INTERVIEWS, _SHARE_OF_PLAN, _SHARE = 1 / 2, 1 / 5, 1 / 3
# The share of lines with a box to tick from which on a file is a list of tasks.
_TICKED = 0.1
_FIRST = frozenset(("0", "1", "01", "一"))
_WORK = re.compile(
    r"\b(?:install(?:ation|ing)?|set ?up|quick ?start|getting started|running|deploy(?:ment|ing)?|config(?:uration)?|"
    r"features|roadmap|milestones?|schedule|week|day|phase|steps?|stage|contribut\w+|licen[cs]e|usage|requirements|"
    r"prerequisites|environment variables|secrets|troubleshooting|changelog|release notes?|resources|references|"
    r"projects?|repository|folders?|goals?|outcomes?|audience|owner|resumes?|practice|tips|checklist|status|to-?do|"
    r"tasks?|scripts?|commands?)\b|"
    "项目|任务|阶段|需求|目标|规划|计划|安装|搭建|部署|上线|启动|下载|目录|路线图|里程碑|贡献|开发|维护|风险|步骤|准备|建议|"
    "资源|资料|指南|说明|环境|前置|验证|验收|检查|执行|实操|清单|进度|标准|交付|产出|产物|沟通|复盘|交接|测试|待办|备注|优先级|第.{1,3}[天周步部章]",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"\b(?:plan|roadmap|project|runbook|report|summary|proposal|specification|tasks?|templates?)\b|"
    "计划|规划|路线|项目|方案|报告|任务|模板|规则|交接|执行|说明|开发文档|完成总结",
    re.IGNORECASE,
)
# How a firm interviews: so many headings of this kind are those of a guide through it.
_ROUNDS = 3
_ROUND = re.compile(
    r"\W*(?:.{0,30}\binterview (?:process|rounds?|format|structure|loop|timeline|stages)\b|"
    r".{0,20}\bround[- ]by[- ]round\b|how to prepare\b|what to expect\b|"
    r"(?:recruiter|phone|tech(?:nical)?)(?: phone)? screen\b|(?:virtual )?onsite\b|hiring manager\b|面试流程)",
    re.IGNORECASE,
)
_BOX = re.compile(r"(?:[-*+]|\d{1,3}[.)])[ \t]+\[[ xX]\]\s")


def is_guide(
    name: str,
    lines: Sequence[SourceLine],
    headers: Sequence[Header],
    subjects: Sequence[Header],
    for_interviews: bool,
) -> bool:
    """Whether headings are those of pages of a program, rounds of interviews, or steps from the first one on, most of
    these subjects name work, or there are many boxes to tick."""
    titles = [one.title for one in headers if is_outline(one)]
    steps = {*map(step_of, titles)} - {""}
    if len({*filter(is_program_page, titles)}) > 1 or (len(steps) > 1 and not steps.isdisjoint(_FIRST)):
        return True
    if sum(_ROUND.match(title) is not None for title in {*titles}) >= _ROUNDS:
        return True
    texts = [line.words for line in lines if line.state == "text"]
    named = [one.title for one in subjects if likelihood(one) < 0.9]
    work = sum(_WORK.search(title) is not None for title in named)
    ticked = sum(_BOX.match(words) is not None for words in texts)
    share = _SHARE_FOR_INTERVIEWS if for_interviews else _SHARE_OF_PLAN if _is_plan(name, titles) else _SHARE
    return work > share * len(named) or ticked > _TICKED * len(texts)


def counted(name: str, headers: Sequence[Header], subjects: Sequence[Header]) -> list[Header]:
    """The subjects with a number, where most have one, in a file whose title is that of a plan: without its frame."""
    styles = Counter(one.style for one in subjects if one.number)
    style, count = styles.most_common(1)[0] if styles else ("", 0)
    if count * 2 < len(subjects) or not _is_plan(name, [one.title for one in headers if is_outline(one)]):
        return [*subjects]
    return [one for one in subjects if one.number and one.style == style]


def _is_plan(name: str, titles: Sequence[str]) -> bool:
    return any(_PLAN.search(title) for title in (name, *titles[:1]))
