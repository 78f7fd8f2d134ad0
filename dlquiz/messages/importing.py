"""What `dlquiz import` says: what notes hold, what it asks, what was written; what came from Anki."""

from __future__ import annotations

from collections.abc import Sequence

from dlquiz import formatting
from dlquiz.cards import Language

# What is counted: the English noun, whose plural takes an s, and the Chinese measure with its noun.
NOUNS = {
    "line": ("line", "行"),
    "question": ("question", "题"),
    "heading": ("heading", "个标题"),
    "file": ("file", "个文件"),
    "new card": ("new card", "张新卡"),
    "more card": ("more card", "张卡"),
    "card": ("card", "张卡"),
    "draft": ("draft", "张草稿"),
    "picture": ("picture", "张图片"),
    "review": ("review", "次复习"),
    "other change": ("other change", "项其他改动"),
    "note": ("note", "条笔记"),
    "row": ("row", "行"),
    "option": ("option", "个选项"),
}

# The name of a phrase, or a habit, a fate of a line, a status of a card -> (English, Chinese)
PHRASES: dict[str, tuple[str, str]] = {
    "document": (
        "{name}: {lines}, {language}, {encoding}; {found}",
        "{name}：{lines}，{language}，{encoding}；{found}",
    ),
    "found": (
        "{questions}, {drafts} without an answer ({habits})",
        "{questions}，其中 {drafts} 题没有答案（{habits}）",
    ),
    "no questions": ("no questions", "没有题目"),
    "en": ("English", "英文"),
    "zh": ("Chinese", "中文"),
    "and": (" and ", "；"),
    "habit": ("{habit}, {name}", "{habit} {name}"),
    "F1": ("numbered headings", "带编号的标题"),
    "F2": ("plain headings", "普通标题"),
    "F3": ("bold or labelled lines", "加粗或带标签的行"),
    "F4": ("bold or labelled bullets", "加粗或带标签的列表项"),
    "F5": ("numbered items", "带编号的列表项"),
    "F6": ("folded blocks", "折叠块"),
    "F7": ("HTML headings", "HTML 标题"),
    "F8": ("an outline", "提纲"),
    "F9": ("flashcards", "问答卡片"),
    "F10": ("numbers with the question below", "编号下一行是题目"),
    "F11": ("answers at the end", "答案在文末"),
    "lines": ("  lines: {counts}", "  各行用途：{counts}"),
    "fate": ("{number} {fate}", "{fate} {number}"),
    "question": ("question", "题目"),
    "answer": ("answer", "答案"),
    "section": ("section", "章节"),
    "mark": ("mark", "标记"),
    "placeholder": ("placeholder", "占位"),
    "front matter": ("front matter", "文件头"),
    "table of contents": ("table of contents", "目录"),
    "unplaced": ("unplaced", "未归入"),
    "unplaced lines": ("  unplaced {lines}: {text}", "  未归入，第 {lines} 行：{text}"),
    "left out": (
        "  left out: {headings} without a question, from {line}, {title} (--habit F2 takes them)",
        "  略去 {headings}，因为不是提问；第一个在第 {line} 行：{title}（--habit F2 可把它们作为题目）",
    ),
    "asking": (
        "  {lines} end in a question mark and are no cards, the first is {line}: {title}{choose}",
        "  另有 {lines}以问号结尾，但没有成为卡片；第一个在第 {line} 行：{title}{choose}",
    ),
    "choose lines": (" (--edit takes those you choose)", "（--edit 可逐行选择）"),
    "asking answer": (
        "    {number} of them in the answer to {line}: {question}",
        "    其中 {number} 行在第 {line} 行这道题的答案里：{question}",
    ),
    "and more answers": (
        "    and more in other answers: {number} (--json lists all)",
        "    另有 {number} 道题的答案里也有（--json 列出全部）",
    ),
    "looks missing": (
        "files without headings of the level or lines of the look that you named, read as if you had not:",
        "下列文件没有你指定的那一级标题或那种样式的行，按没有指定处理：",
    ),
    "looks of file": ("{name}: {looks}", "{name}：{looks}"),
    "named level": ("level {levels}", "{levels} 级"),
    "named look": ("{look}", "{look}"),
    "levels": (
        "  headings by level; --heading-level says which are questions:",
        "  各级标题如下，用 --heading-level 指定哪一级是题目：",
    ),
    "looks": (
        "  other lines by look; --look says which are questions:",
        "  其他各种样式的行如下，用 --look 指定哪一种是题目：",
    ),
    "look": (
        "    {look}: {lines}, {asking} asking, from {first}",
        "    {look}：{lines}，其中 {asking} 行在提问，第一行是 {first}",
    ),
    "look taken": (
        "    {look}: {lines}, {asking} asking, from {first}; taken",
        "    {look}：{lines}，其中 {asking} 行在提问，第一行是 {first}；已作为题目",
    ),
    "look taken in part": (
        "    {look}: {lines}, {asking} asking, from {first}; {questions} taken",
        "    {look}：{lines}，其中 {asking} 行在提问，第一行是 {first}；{questions} 行已作为题目",
    ),
    "level": (
        "    {level}: {headings}, {asking} asking, from {first}",
        "    {level} 级：{headings}，其中 {asking} 个在提问，第一个是 {first}",
    ),
    "level taken": (
        "    {level}: {headings}, {asking} asking, from {first}; taken",
        "    {level} 级：{headings}，其中 {asking} 个在提问，第一个是 {first}；已作为题目",
    ),
    "level taken in part": (
        "    {level}: {headings}, {asking} asking, from {first}; {questions} taken",
        "    {level} 级：{headings}，其中 {asking} 个在提问，第一个是 {first}；{questions} 个已作为题目",
    ),
    "new": ("new", "新增"),
    "changed": ("changed", "修改"),
    "a draft": ("draft", "草稿"),
    "and more": ("  and {more} (--json lists all)", "  另有 {more}（--json 列出全部）"),
    "and more names": ("  and {number} more (--json lists all)", "  另有 {number} 个（--json 列出全部）"),
    "nothing new": ("{path}: nothing new", "{path}：没有新内容"),
    "changes": (
        "{path}: {new} new, {changed} changed, {same} as before, {gone} gone from the notes",
        "{path}：新增 {new}，修改 {changed}，不变 {same}，笔记里已没有 {gone}",
    ),
    "like": ("{place}: {question} — like {card}", "{place}：{question} —— 类似 {card}"),
    "of the bank": ("{id}: {question}", "{id}：{question}"),
    "duplicates": ("{number} asked by the bank already:", "题库里已有类似的题，{number} 题："),
    "repeated": (
        "{number} asked in another file too, each a card of its own:",
        "另一个文件里也有，各成一张卡，{number} 题：",
    ),
    "also in": ("{place}: {question} — also in {other}", "{place}：{question} —— {other} 里也有"),
    "exported": (
        "{number} exported from cards that you have, so left out:",
        "由你已有的卡片导出，不再加入，{number} 题：",
    ),
    "edited": ("{number} edited by you, so kept as they are:", "你自己改过，保持不变，{number} 题："),
    "level of a card": ("level", "难度"),
    "tags": ("tags", "标签"),
    "then": ("follow-ups", "追问"),
    "holes": ("holes", "填空"),
    "options": ("options", "选项"),
    "points": ("points", "要点"),
    "pitfall": ("pitfall", "易错点"),
    "draft of a card": ("draft", "草稿"),
    "moved": (
        "{number} moved below other headings or to other files, still the same cards:",
        "换了章节或文件，仍是原来的卡，{number} 题：",
    ),
    "deleted": ("{number} deleted by you, so left out:", "你自己删过，不再加入，{number} 题："),
    "gone": ("{number} gone from the notes, kept in the bank:", "笔记里已没有，题库里保留，{number} 题："),
    "reworded": (
        "{number} reworded (--reworded lets the new one take over the history):",
        "改了措辞，{number} 题（加 --reworded 可让新题接过原来的复习记录）：",
    ),
    "reworded before": (
        "{number} reworded, imported as new before; --reworded joins only what is not in the bank yet:",
        "改了措辞、之前已作为新题导入，{number} 题（--reworded 只合并还没写进题库的题）：",
    ),
    "reworded before next": (
        "to let one take over the history: in {path}, write formerly: [the old id] below the new id and delete the old "
        "card",
        "要让新题接过复习记录：在 {path} 里给新题写上 formerly: [旧 id]，并删掉旧题",
    ),
    "none reworded": (
        "no question was reworded, so --reworded changes nothing",
        "没有改了措辞的题，--reworded 没有作用",
    ),
    "joined": (
        "{number} reworded, the new one takes over the history of the old one:",
        "改了措辞，{number} 题，新题接过原来的复习记录：",
    ),
    "of the notes": ("{place}: {question}", "{place}：{question}"),
    "was": ("{place}: {question} — was probably {card}", "{place}：{question} —— 大概就是原来的 {card}"),
    "was before": (
        "{place}: {question} ({id}) — was probably {card}",
        "{place}：{question}（{id}）—— 大概就是原来的 {card}",
    ),
    "missing": ("{pictures} not found:", "找不到 {pictures}："),
    "remote": ("{pictures} on the web, kept as links:", "网络上的 {pictures}，保留为链接："),
    "formulas": ("{pictures} of formulas turned into LaTeX", "{pictures}里的公式转成了 LaTeX"),
    "write": ("Write {new} and {changed} changed?", "写入 {new}，修改 {changed} 张？"),
    "remember": ("Remember this for the next import?", "记下这些，供下次导入使用？"),
    "which look": ("Which headings or lines are your questions?", "哪些标题或行是你的题目？"),
    "which lines": ("No questions found. Say line by line which are?", "没有找到题目。要逐行指定吗？"),
    "answer e": ("e edits which lines are questions", "e 逐行指定题目"),
    "answer l": ("l lists looks", "l 列出样式"),
    "expected": ("Answer {answers}.", "请输入 {answers}。"),
    "expected y": ("y to write", "y 写入"),
    "expected n": ("n to write nothing", "n 什么也不写"),
    "expected e": ("e to choose lines", "e 逐行指定题目"),
    "expected l": ("l to list the looks of the lines", "l 列出各种样式的行"),
    "expected level": ("{levels} to take the headings of that level", "{levels} 以该级标题为题目"),
    "expected look": ("{looks} to take the lines of that look", "{looks} 以该样式的行为题目"),
    "expected several": ("several with a space between", "也可以输入几种，以空格隔开"),
    "last answer": ("or {answer}", "{answer}"),
    "or": (" or ", " 或 "),
    "line list": (
        "Which lines of {name} are questions? Write in front of a line\n"
        "  card   for a question: what follows, up to the next one, is its answer\n"
        "  -      for no question\n"
        "and save. Lines that you leave out stay as they are.",
        "{name} 里哪些行是题目？在行首写\n"
        "  card   表示题目，直到下一题之前都是它的答案\n"
        "  -      表示不是题目\n"
        "然后保存。删掉的行保持原样。",
    ),
    "nothing found": ("no questions were found in these notes", "这些笔记里没有找到题目"),
    "name habit": (
        "name the habit with --habit; docs/notes.md shows them all",
        "用 --habit 指定写法，docs/notes.md 列出了所有写法",
    ),
    "name habit or look": (
        "say with --heading-level which headings are your questions, or with --look which other lines, choose lines "
        "with --edit, or name the habit with --habit; docs/notes.md shows them all",
        "用 --heading-level 指定哪一级标题、或用 --look 指定哪种行是题目，用 --edit 逐行选择，或用 --habit 指定写法，"
        "docs/notes.md 列出了所有写法",
    ),
    "headings of level": ("{headings} of level {level}", "{level} 级的 {headings}"),
    "no headings of level": ("there is no heading of level {level} in {name}", "{name} 里没有 {level} 级标题"),
    "lines of look": ("{lines} of the look {look}", "样式为 {look} 的 {lines}"),
    "no lines of look": ("there is no line of the look {look} in {name}", "{name} 里没有样式为 {look} 的行"),
    "name look": (
        "nothing was written; pass --look or --heading-level with one of these, or --habit guess",
        "什么也没有写入；用 --look 或 --heading-level 指定其中一种，或用 --habit guess 让程序判断",
    ),
    "named before": ("you named it at an earlier import", "是你上次导入时指定的"),
    "but others": ("but {others}", "有 {others}"),
    "name level": (
        "nothing was written; pass --heading-level with one of these, or --habit guess",
        "什么也没有写入；用 --heading-level 指定其中一级，或用 --habit guess 让程序判断",
    ),
    "guess again": (
        "nothing was written; let dlquiz guess with --habit guess, or name the habit with --habit",
        "什么也没有写入；用 --habit guess 让程序判断，或用 --habit 指定写法",
    ),
    "written": ("written: {path}", "已写入：{path}"),
    "remembered": ("remembered for the next import: {path}", "已记下，供下次导入使用：{path}"),
    "drafts": (
        "without an answer yet: {drafts} (dlquiz bank list --drafts)",
        "还没有答案：{drafts}（dlquiz bank list --drafts）",
    ),
    "elsewhere": (
        "study it with dlquiz study --bank {path}, or move it to {directory}",
        "用 dlquiz study --bank {path} 学习，或把它移到 {directory}",
    ),
    "reviews": ("{reviews} of {cards} imported, {first} to {last}:", "已导入 {cards}的 {reviews}，{first} 到 {last}："),
    "others": (
        "{changes} imported: suspended, flagged, reset or given a date in Anki",
        "已导入 {changes}：在 Anki 里暂停、标记、重置或改期",
    ),
    "known": (
        "nothing new in {path}: its {reviews} are in the log already",
        "{path} 没有新内容：其中 {reviews}记录里都已有",
    ),
    "unmatched": (
        "{reviews} left out, of {notes} that no card here has; --as-bank OUT.yaml makes cards of them",
        "略去 {reviews}，属于这里没有的 {notes}；--as-bank OUT.yaml 可把它们做成卡片",
    ),
    "unreadable": ("{rows} of its log could not be read", "它的记录里有 {rows}读不出来"),
    "undated": (
        "{cards} given a date in Anki before any review: new here",
        "{cards}在 Anki 里没复习就改了期：这里是新卡",
    ),
    "deck": (
        "{path}: {cards}, {pictures}; {reviews} added to the log",
        "{path}：{cards}，{pictures}；记录里新增 {reviews}",
    ),
    "note left out": ("left out: {note}", "略去：{note}"),
}


class ImportPhrases:
    """`say("nothing new", path="notes.yaml")` gives "notes.yaml: nothing new"."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, phrase: str, /, **given: object) -> str:
        return PHRASES[phrase][self.language == "zh"].format_map(given)

    def expected(self, answers: Sequence[str], levels: Sequence[str], looks: Sequence[str] = ()) -> str:
        """What may be answered to the question whether to write, and what it does.

        >>> print(ImportPhrases("en").expected("n", "23"))
        Answer n to write nothing, 2 or 3 to take the headings of that level, or several with a space between.
        >>> print(ImportPhrases("zh").expected("yn", "", ["bold"]))
        请输入 y 写入，n 什么也不写，bold 以该样式的行为题目。
        """
        named = [self(f"expected {answer}") for answer in answers]
        if levels:
            named.append(self("expected level", levels=self._any_of(levels)))
        if looks:
            named.append(self("expected look", looks=self._any_of(looks)))
        if len([*levels, *looks]) > 1:
            named.append(self("expected several"))
        if levels or looks:
            named[-1] = self("last answer", answer=named[-1])
        return self("expected", answers=formatting.COMMA[self.language].join(named))

    def _any_of(self, answers: Sequence[str]) -> str:
        first = formatting.COMMA["en"].join(answers[:-1]) if self.language == "en" else "、".join(answers[:-1])
        return self("or").join(filter(None, (first, answers[-1])))

    def count(self, number: int, noun: str) -> str:
        """So many of them.

        >>> [ImportPhrases(language).count(1200, "card") for language in ("en", "zh")]
        ['1,200 cards', '1,200 张卡']
        """
        english, chinese = NOUNS[noun]
        return f"{number:,} {chinese}" if self.language == "zh" else formatting.count(number, english)
