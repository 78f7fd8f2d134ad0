"""Guides, plans and pages of projects: their headings name what is to be done or to be had, and are no questions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from dlquiz.notes.markdown.asking import ASKS, likelihood
from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.notes_file import NotesFile
from dlquiz.notes.markdown.sections import is_program_page, step_of
from dlquiz.notes.markdown.titles import Header, is_outline, outline_of

# What share of the headings that ask nothing must speak of work to be done: in a file for interviews, in one whose
# title is that of a plan or a project, and in others as well as in plans for interviews.
_SHARE_FOR_INTERVIEWS, _SHARE_OF_PLAN, _SHARE = 1 / 2, 1 / 5, 1 / 3
# The share of lines with a box to tick from which on a file is a list of tasks.
_TICKED = 0.1
_FIRST = frozenset(("0", "1", "01", "一"))
_WORK = re.compile(
    r"\b(?:install(?:ation|ing)?|set ?up|quick ?start|getting started|running|deploy(?:ment|ing)?|config(?:uration)?|"
    r"features|roadmap|milestones?|schedule|week|day|phase|steps?|stage|contribut\w+|licen[cs]e|usage|requirements|"
    r"prerequisites|environment variables|secrets|troubleshooting|changelog|release notes?|resources|references|"
    r"projects?|repository|folders?|goals?|outcomes?|audience|owner|resumes?|practice|tips|checklist|status|to-?do|"
    r"tasks?|scripts?|commands?)\b|`[^`]*(?:/|\.(?:py|ya?ml|json|toml|txt|md|sh|tsx?|gitignore)\b)[^`]*`|"
    "项目|任务|阶段|需求|目标|规划|计划|安装|卸载|搭建|部署|上线|启动|下载|目录|路线图|里程碑|贡献|开发|维护|风险|步骤|准备|建议|"
    "学习资[源料]|参考资[源料]|推荐|指南|说明|环境|前置|验证|验收|检查|执行|实操|清单|进度|标准|交付|产出|产物|沟通|复盘|交接|测试|待办|备注|优先级|第.{1,3}[天周步部章]",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"\b(?:plan|roadmap|project|runbook|report|summary|proposal|specification|tasks?|templates?)\b|"
    "计划|规划|路线|项目|方案|报告|任务|模板|规则|交接|执行|说明|(?:开发|架构|设计|接口|需求)文档|完成总结",
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
# What says, in the name, a heading or the first lines, that a file is for interviews.
_PURPOSE = re.compile(
    r"interview|flashcard|cheat ?sheet|mian ?(?:shi|jing)|ba ?gu ?wen|"
    "面试|面經|面经|八股|考点|高频|常问|秋招|校招|题库",
    re.IGNORECASE,
)
_BEGINNING = 20
# So few headings that name a topic are no questions among so many times as many others.
_TOPICS, _OTHERS = 4, 4
# More days, weeks or steps than these are a timetable.
_DAYS = 4
_TIME = re.compile(r"\W*(?:step|week|day|第)", re.IGNORECASE)
# How many numbered subjects there are at least where steps are their chapters, and for each step.
_NUMBERED, _MANY_PER_STEP = 20, 8
# In a file with a name for interviews chapters may have the names of a program's pages, if no larger share does.
_PAGES = 0.05
_BOX = re.compile(r"(?:[-*+]|\d{1,3}[.)])[ \t]+\[[ xX]\]\s")


def leave_out(notes: NotesFile, headers: Sequence[Header], found: Found) -> None:
    """Take what asks nothing out of the questions of a timetable, and headings that ask nothing out of those of a guide
    and where they are a few topics among many headings."""
    questions = found.questions
    asking = [one for one in questions if one.labelled or one.asked_until or likelihood(one) >= ASKS]
    if len(asking) * 2 >= len(questions):
        return
    outline = outline_of(headers)
    few = not asking and len(questions) <= _TOPICS and len(outline) >= (1 + _OTHERS) * len(questions)
    doubtful = all(map(is_outline, questions)) and (few or _name_work(notes, headers, questions))
    if doubtful or _is_timetable(outline, questions):
        found.questions[:] = asking if len(asking) > _TOPICS else []
        found.habits[:] = found.habits if found.questions else []


def _is_timetable(outline: Sequence[Header], questions: Sequence[Header]) -> bool:
    """Whether headings are days, weeks or steps from the first one on, and no chapters of questions."""
    days = {step_of(one.title) for one in outline if _TIME.match(one.title)} - {""}
    return len(days) > _DAYS and not _FIRST.isdisjoint(days) and not _fill_chapters(questions, len(days))


def _fill_chapters(subjects: Sequence[Header], steps: int) -> bool:
    """Whether days of interview notes are the chapters of many numbered subjects."""
    numbered = sum(bool(one.number) for one in subjects)
    return numbered >= max(_NUMBERED, _MANY_PER_STEP * steps) and numbered * 2 > len(subjects)


def is_for_interviews(notes: NotesFile, headers: Sequence[Header]) -> bool:
    """Whether the name, a heading or the beginning speaks of interviews."""
    titles = [one.title for one in outline_of(headers)]
    words = [notes.name, *titles, *(re.sub("`[^`]*`", "", line.text[:400]) for line in notes.lines[:_BEGINNING])]
    return any(map(names_interviews, words))


def names_interviews(text: str) -> bool:
    """Whether words speak of interviews, or of what is learnt for them."""
    return _PURPOSE.search(text) is not None


def is_guide(notes: NotesFile, headers: Sequence[Header], subjects: Sequence[Header]) -> bool:
    """Whether headings are those of pages of a program, rounds of interviews, or steps from the first one on, most of
    these subjects name work, or there are many boxes to tick."""
    titles = [one.title for one in outline_of(headers)]
    steps = {*map(step_of, titles)} - {""}
    stepwise = len(steps) > 1 and not steps.isdisjoint(_FIRST) and not _fill_chapters(subjects, len(steps))
    pages = len({*filter(is_program_page, titles)})
    if stepwise or pages > (max(1, _PAGES * len(titles)) if names_interviews(notes.name) else 1):
        return True
    texts = [line.words for line in notes.lines if line.state == "text"]
    ticked = sum(_BOX.match(words) is not None for words in texts)
    return ticked > _TICKED * len(texts) or is_about_work(notes, headers, subjects)


def is_about_work(notes: NotesFile, headers: Sequence[Header], subjects: Sequence[Header]) -> bool:
    """Whether headings are those of rounds of interviews, or most of these subjects name work."""
    titles = {one.title for one in outline_of(headers)}
    rounds = sum(_ROUND.match(title) is not None for title in titles)
    return rounds >= _ROUNDS or _name_work(notes, headers, subjects)


def _name_work(notes: NotesFile, headers: Sequence[Header], subjects: Sequence[Header]) -> bool:
    named = {one.title for one in subjects if likelihood(one) < ASKS}
    work = sum(_WORK.search(title) is not None for title in named)
    planned, for_interviews = _is_plan(notes, headers), is_for_interviews(notes, headers)
    share = _SHARE if planned == for_interviews else _SHARE_OF_PLAN if planned else _SHARE_FOR_INTERVIEWS
    return work > share * len(named)


def without_frame(notes: NotesFile, headers: Sequence[Header], subjects: Sequence[Header]) -> list[Header]:
    """The subjects; in a file whose title is that of a plan those with a number, where most have one."""
    styles = Counter(one.style for one in subjects if one.number)
    style, count = styles.most_common(1)[0] if styles else ("", 0)
    if count * 2 < len(subjects) or not _is_plan(notes, headers):
        return [*subjects]
    return [one for one in subjects if one.number and one.style == style]


def _is_plan(notes: NotesFile, headers: Sequence[Header]) -> bool:
    """Whether the name or the title of the file is that of a plan or a project."""
    title = next((one.title for one in headers if is_outline(one)), "")
    return any(map(_PLAN.search, (notes.name, title)))
