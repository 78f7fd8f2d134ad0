"""What study says: each phrase in English and in Chinese, looked up by name and filled in."""

from __future__ import annotations

from dlquiz.cards import Language

# The name of a part of a card -> its title in English and in Chinese, on the screen, in Anki and in what is exported:
# an import knows the parts of a study sheet by them.
CARD_PARTS: dict[str, tuple[str, str]] = {
    "answer": ("Answer", "答案"),
    "points": ("Points", "要点"),
    "pitfall": ("Pitfall", "易错点"),
    "working": ("Working", "计算过程"),
    "in order": ("In order", "正确顺序"),
}

# The name of a phrase -> (English, Chinese)
PHRASES: dict[str, tuple[str, str]] = {
    "level": ("level {level}", "难度 {level}"),
    "repeat": ("again", "再来一次"),
    "cram": ("cram: nothing is scheduled", "突击模式：不影响复习安排"),
    "greeting": (
        ":? lists the keys, :q leaves (? and q where one key is asked); every answer is saved at once",
        "输入 :? 看按键，:q 离开（只按一个键时用 ? 和 q）；每次作答都会立即保存",
    ),
    "open prompt": ("Say it aloud, Enter shows the answer; or type it", "先说出来，按回车看答案；也可以打字作答"),
    "choice prompt": ("Pick one, then Enter", "选一个，再按回车"),
    "several prompt": ("Pick all that are right, then Enter", "选出所有正确的，再按回车"),
    "order prompt": ("Type the numbers in the right order, then Enter", "按正确顺序输入编号，再按回车"),
    "hint": ("hint: {text}", "提示：{text}"),
    "hints left": (" ({left} left)", "（还有 {left} 条）"),
    "give up": ("Enter once more shows the answer (counts as not known)", "再按一次回车看答案（算作不会）"),
    "right": ("right", "正确"),
    "wrong": ("not right", "不对"),
    "other-convention": ("right in another convention", "换一种约定是对的"),
    "rounded": ("right, rounded", "正确（四舍五入）"),
    "rounded away": ("rounded too far", "取整过多"),
    "expected": ("answer: {expected}", "答案：{expected}"),
    "pitfall": ("pitfall", "易错点"),
    "tick prompt": ("Which of these did you say? Digits tick, Enter goes on", "你说到了哪几点？数字勾选，按回车继续"),
    "tick prompt unsure": (
        "Did you also say those marked ? Digits tick, Enter goes on",
        "标 ? 的要点你也说到了吗？数字勾选，按回车继续",
    ),
    "bonus": ("bonus", "加分项"),
    "suggested": ("suggested rating: {rating}", "建议评分：{rating}"),
    "again": ("again", "忘了"),
    "hard": ("hard", "吃力"),
    "good": ("good", "记得"),
    "easy": ("easy", "轻松"),
    "days": ("{days} d", "{days} 天"),
    "months": ("{months} mo", "{months} 个月"),
    "years": ("{years} y", "{years} 年"),
    "recorded": ("{rating}, back on {due} ({interval})", "{rating}，{due} 再复习（{interval}）"),
    "recorded again": ("{rating}, comes back in a moment", "{rating}，过一会儿再问"),
    "recorded plain": ("{rating}", "{rating}"),
    "kept as cram": (
        "kept as cram: another session has already answered this card",
        "另一个会话已经答过这张卡，本次只记为突击，不影响安排",
    ),
    "leech": (
        "this one keeps slipping: rewrite it (e), or suspend it (s) next time",
        "这张卡总是记不住：下次按 e 改写，或按 s 暂停",
    ),
    "skip": ("skipped", "已跳过"),
    "suspend": ("suspended; :u brings it back", "已暂停，输入 :u 撤销"),
    "bury": ("put off until tomorrow", "推迟到明天"),
    "flag": ("flagged; dlquiz bank list --flagged finds it", "已标记，可用 dlquiz bank list --flagged 查看"),
    "unflag": ("flag taken off", "已取消标记"),
    "nothing to undo": ("nothing to undo", "没有可撤销的"),
    "summary": (
        "{answered} answered, {correct} right, {time}",
        "答了 {answered} 题，对 {correct} 题，用时 {time}",
    ),
    "summary one": ("1 answered, {correct} right, {time}", "答了 1 题，对 {correct} 题，用时 {time}"),
    "time": ("{minutes} min", "{minutes} 分钟"),
    "time under a minute": ("under 1 min", "1 分钟以内"),
    "summary none": ("Nothing is due.", "现在没有要复习的卡片。"),
    "summary nothing answered": ("Nothing answered.", "这次没有作答。"),
    "missed": ("missed: {cards} → dlquiz study --missed", "答错：{cards} → dlquiz study --missed"),
    "and more": (" and {more} more", " 等，另 {more} 题"),
    "tomorrow": ("tomorrow: {tomorrow} to review", "明天要复习 {tomorrow} 题"),
    "next due": ("next review on {date}", "下次复习：{date}"),
    "nothing due": (
        "dlquiz study --new 5 adds new cards, --weakest asks what is weakest, --cram asks anything",
        "dlquiz study --new 5 加学新题，--weakest 复习最弱的，--cram 随便问、不影响安排",
    ),
    "nothing due here": (
        "add --weakest to ask what is weakest here, --cram to ask anything here",
        "加 --weakest 复习这里最弱的，加 --cram 随便问这里的、不影响安排",
    ),
    "drafts": (
        "drafts, which are not asked yet: {drafts} → dlquiz bank list --drafts",
        "草稿 {drafts} 张，还不会问到 → dlquiz bank list --drafts",
    ),
    "new used up": (
        "Nothing is due here, and today's new cards are used up.",
        "这里没有到期的题，今天的新题也学完了。",
    ),
    "new used up next": (
        "add --new 5 for five more; dlquiz config new_per_day NUMBER sets how many a day brings",
        "加 --new 5 可再学 5 道新题；dlquiz config new_per_day 数量 可改每天的新题数",
    ),
    "new and minutes used up next": (
        "today's minutes are used as well; add --new 5 --minutes 10 for five more",
        "今天的时间也用完了；加 --new 5 --minutes 10 可再学 5 道新题",
    ),
    "ahead asks none": (
        "Nothing is left to ask ahead: what you have seen here was answered today, suspended or put off.",
        "没有可以提前复习的题了：这里学过的题今天都答过了，或已暂停、推迟。",
    ),
    "ahead asks none next": (
        "dlquiz study --weakest asks what is weakest once more, --cram asks anything, --new 5 adds new cards if any "
        "are left",
        "dlquiz study --weakest 再问一遍最弱的，--cram 随便问、不影响安排，--new 5 加学新题（如果还有）",
    ),
    "ahead asks none next here": (
        "instead of --ahead, --weakest asks what is weakest here once more, --cram asks anything here",
        "把 --ahead 换成 --weakest 可再问一遍这里最弱的，换成 --cram 随便问这里的、不影响安排",
    ),
    "weakest asks none": (
        "Nothing here was answered yet, or what was is suspended or put off.",
        "这里还没有答过的题，或者答过的已暂停、推迟。",
    ),
    "weakest asks none next": (
        "dlquiz study --new 5 asks new cards, --cram asks anything",
        "dlquiz study --new 5 学新题，--cram 随便问、不影响安排",
    ),
    "weakest asks none next here": (
        "instead of --weakest, --new 5 asks new cards here, --cram asks anything here",
        "把 --weakest 换成 --new 5 学这里的新题，换成 --cram 随便问这里的、不影响安排",
    ),
    "habit": ("keeps happening: {what} ({count} of {of})", "经常出现：{what}（最近 {of} 次中有 {count} 次）"),
    "end prompt": ("u undoes the last · Enter leaves", "按 u 撤销上一题 · 按回车离开"),
    "drill": ("drill", "练习"),
    "drill score": (
        "{correct} of {answered} right ({share} %), {time}",
        "答对 {correct}/{answered}（{share}%），用时 {time}",
    ),
    "drill speed": ("{seconds} s for a right answer", "答对一题用 {seconds} 秒"),
    "drill speed before": (
        "{seconds} s for a right answer; {before} s before",
        "答对一题用 {seconds} 秒；以前 {before} 秒",
    ),
    "drill mistakes": ("What went wrong:", "出错的地方："),
    "drill mistake": ("{what}: {count} of {of}", "{what}：{of} 次中有 {count} 次"),
    "kept": ("{answered} answers kept", "已保存 {answered} 题"),
    "kept one": ("1 answer kept", "已保存 1 题"),
    "not a key": ("{key} does nothing here; ? lists the keys", "{key} 在这里没有作用；按 ? 看按键"),
    "not one key": ("this prompt takes one key; the text was ignored", "这里只按一个键；这段文字已忽略"),
    "no command": ("no command {entered}; :? lists the keys", "没有命令 {entered}；输入 :? 看按键"),
    "letter": (":{key} with a colon is the command", "加冒号 :{key} 才是命令"),
    "letter once": (
        "not sent: the command is :{key}, with a colon; if {key} is your answer, send it again",
        "没有提交：命令要加冒号，写成 :{key}；如果 {key} 就是回答，请再输入一次",
    ),
    "edited": ("the card was edited", "卡片已修改"),
    "not edited": ("nothing changed", "没有改动"),
    "keys rate": ("1-4 rate, Enter takes the marked one", "1-4 评分，回车采用标出的那个"),
    "keys tick": ("digits tick, Enter goes on", "数字勾选，回车继续"),
    "keys typed": ("Enter sends; a colon before a key gives a command", "回车提交；冒号加字母是命令"),
    "key d": ("accept the marked one, then ask a deeper question", "接受建议评分，接着问更深入的问题"),
    "key u": ("undo", "撤销"),
    "key n": ("not now", "先跳过"),
    "key s": ("suspend", "暂停这张卡"),
    "key b": ("bury until tomorrow", "推迟到明天"),
    "key f": ("flag", "标记"),
    "key l": ("中文", "English"),
    "key m": ("raw LaTeX", "显示 LaTeX 源码"),
    "key h": ("hint", "提示"),
    "key e": ("edit the card", "编辑卡片"),
    "key q": ("leave", "离开"),
    "key ?": ("these keys", "按键说明"),
    "stand new": ("{cards} questions, none answered yet", "题库共 {cards} 题，还没有开始"),
    "stand empty": (
        "There is no question: dlquiz bank check says why",
        "题库里没有题目，运行 dlquiz bank check 看原因",
    ),
    "stand": ("{learned} of {cards} cards seen", "已看 {learned} 题，共 {cards} 题"),
    "stand interview": (
        "a mock interview is not finished ({answered} answered) → dlquiz interview --resume",
        "有一场模拟面试没有完成（已答 {answered} 题）→ dlquiz interview --resume",
    ),
    "stand today": ("today: {answered} answered in {time}", "今天答了 {answered} 题，用时 {time}"),
    "stand due": ("now: {due} due, {fresh} new", "现在：{due} 题到期，{fresh} 题新题"),
    "next first": ("→ dlquiz study asks the first one", "→ dlquiz study 开始第一题"),
    "next plan": (
        "with an interview in sight: dlquiz plan DATE",
        "知道面试日期后：dlquiz plan 日期",
    ),
    "next study": ("→ dlquiz study", "→ dlquiz study"),
    "next more": (
        "today's minutes are used → dlquiz study --minutes 10 goes on",
        "今天的时间已用完 → dlquiz study --minutes 10 继续",
    ),
    "next new": (
        "done for today → dlquiz study --new 5 for more new cards, or --weakest",
        "今天的任务完成了 → dlquiz study --new 5 加学新题，或 --weakest",
    ),
    "next weakest": (
        "done for today → dlquiz study --weakest, or --ahead",
        "今天的任务完成了 → dlquiz study --weakest 或 --ahead",
    ),
    "minutes used": ("Today's minutes are used; {due} more are due.", "今天的时间已用完，还有 {due} 题到期。"),
    "minutes used new": (
        "Today's minutes are used; new cards left for today: {new}.",
        "今天的时间已用完，今天还有 {new} 道新题没学。",
    ),
    "minutes used next": (
        "add --minutes 10 to go on; dlquiz config minutes_per_day MINUTES sets the budget",
        "加 --minutes 10 可继续；dlquiz config minutes_per_day 分钟数 可改每天的时长",
    ),
    "plan head": (
        "interview {date} · {left} · {study} of {minutes} min",
        "面试 {date} · 还有 {left} · {study}，每天 {minutes} 分钟",
    ),
    "plan on the day": ("interview {date}: today", "面试 {date}：就是今天"),
    "plan days": ("{days} days", "{days} 天"),
    "plan day": ("1 day", "1 天"),
    "plan study days": ("{days} study days", "{days} 个学习日"),
    "plan study day": ("1 study day", "1 个学习日"),
    "plan track": ("track {track}", "方向：{track}"),
    "plan readiness": ("readiness", "准备程度"),
    "plan promise": (
        "now {now} % · on the day {then} % ({low} to {high} %)",
        "现在 {now}% · 面试当天 {then}%（{low} 到 {high}%）",
    ),
    "plan more": ("with {minutes} min more a day {then} %", "每天多 {minutes} 分钟：{then}%"),
    "plan today": ("today", "今天"),
    "plan today facts": (
        "{spent} of {minutes} min · {reviews} to review, {new} new",
        "{minutes} 分钟中已用 {spent} 分钟 · 复习 {reviews} 题，新题 {new} 题",
    ),
    "plan done": (
        "done for today → dlquiz study --ahead goes on in the same order",
        "今天的任务完成了 → dlquiz study --ahead 按同样的顺序继续",
    ),
    "plan rest": (
        "no study today → dlquiz study --ahead asks anyway",
        "今天不安排学习 → dlquiz study --ahead 仍可继续",
    ),
    "plan topics": (
        "By topic (share of what is asked: now, then on the day)",
        "各主题（按考到的分量：现在，面试当天）",
    ),
    "plan seen": ("{seen}/{cards} seen", "已看 {seen}/{cards}"),
    "plan left out": (
        "The time is too short: {cards} of {all} cards will probably not be asked ({weights}).",
        "时间不够全部学完：{all} 题中约有 {cards} 题问不到（{weights}）。",
    ),
    "plan left out brief": (
        "The time is too short: {cards} of {all} cards will probably not be asked.",
        "时间不够全部学完：{all} 题中约有 {cards} 题问不到。",
    ),
    "plan more topics": (
        "… {more} more topics, the days and what does not fit: dlquiz plan --all",
        "… 另有 {more} 个主题、每日曲线和学不完的部分：dlquiz plan --all",
    ),
    "plan more days": (
        "… the days and what does not fit: dlquiz plan --all",
        "… 每日曲线和学不完的部分：dlquiz plan --all",
    ),
    "plan left out weight": ("{cards} of weight {weight}", "权重 {weight}：{cards} 题"),
    "plan left out decks": (
        "Most of them: {decks}. Leaving these out costs least.",
        "主要是：{decks}。舍去这些损失最小。",
    ),
    "plan fits": ("Every card fits into the time.", "时间足够问到每一题。"),
    "plan unseen assumed": (
        "Before your first answer every card counts as {share} % known; dlquiz plan --placement finds out with 25 "
        "questions.",
        "第一次回答之前，每题按 {share}% 会答计算；dlquiz plan --placement 用 25 题摸底。",
    ),
    "plan unseen known": (
        "What was not asked yet counts as {share} % known (34 % before the first answer).",
        "还没问过的题按 {share}% 会答计算（第一次回答之前为 34%）。",
    ),
    "plan calibration": (
        "Of {answers} answers after a day or more {observed} % were right (FSRS: {expected} %).",
        "隔天以后的 {answers} 次回答，FSRS 预计答对 {expected}%，实际 {observed}%。",
    ),
    "plan calibration one": (
        "Of one answer after a day or more {observed} % was right (FSRS: {expected} %).",
        "隔天以后的 1 次回答，FSRS 预计答对 {expected}%，实际 {observed}%。",
    ),
    "plan curve x": ("days from today", "从今天起的天数"),
    "plan curve y": ("readiness, %", "准备程度，%"),
    "plan curve expected": ("expected", "预计"),
    "plan curve low": ("low", "下限"),
    "plan curve high": ("high", "上限"),
    "plan curve words": (
        "readiness from {now} % today to {then} % on {date}",
        "准备程度从今天的 {now}% 到 {date} 的 {then}%",
    ),
    "plan none": (
        "There is no plan → dlquiz plan 2026-12-11 sets one (or friday, or in 12 days)",
        "还没有计划 → dlquiz plan 2026-12-11 设定（也可以写 下周五 或 12天后）",
    ),
    "plan over": (
        "The interview was on {date}; the plan has ended and questions come by FSRS again.",
        "面试日 {date} 已过，计划结束，题目重新按 FSRS 安排。",
    ),
    "plan cleared": ("The plan is ended; questions come by FSRS again.", "计划已结束，题目重新按 FSRS 安排。"),
    "plan missing": ("not in the questions here: {names}", "这里的题库没有：{names}"),
    "plan session": ("interview: {days}", "面试：{days}"),
    "placement": (
        "placement: {cards} questions over all topics show what you know already; what is missed comes back; "
        "a first estimate follows",
        "摸底：{cards} 题，覆盖各个主题，看你已经会哪些；答错的会再问；做完给出初步估计",
    ),
    "placement one": (
        "placement: 1 question shows what you know already; a first estimate follows",
        "摸底：1 题，看你已经会哪些；做完给出初步估计",
    ),
    "placement goes on": (
        "placement: {answered} of {total} questions are answered and count; left: {cards}",
        "摸底：共 {total} 题，已答 {answered} 题，都算数；还剩 {cards} 题",
    ),
    "placement left": (
        "→ dlquiz plan --placement goes on with the other {left}; what is answered counts",
        "→ dlquiz plan --placement 接着问剩下的 {left} 题；答过的都算数",
    ),
    "placement next": (
        "→ dlquiz plan shows it by topic, dlquiz study goes on",
        "→ dlquiz plan 按主题显示，dlquiz study 继续学习",
    ),
    "plan expected": ("readiness on the day {then} %", "面试当天的准备程度 {then}%"),
    "plan changed": ("readiness on the day {before} → {then} %", "面试当天的准备程度 {before} → {then}%"),
    "plan asks none": ("The plan has nothing more to ask here today.", "这个范围里，今天的计划没有要问的题了。"),
    "plan asks none next": (
        "→ dlquiz study --weakest asks what is weakest once more, --cram asks anything",
        "→ dlquiz study --weakest 再问一遍最弱的，--cram 随便问、不影响安排",
    ),
    "plan asks no more": ("Today's part of the plan is done.", "今天的计划完成了。"),
    "stand fits": (
        "{fits} of {due} due fit into today's {minutes} minutes; the rest waits",
        "到期 {due} 题，今天 {minutes} 分钟做得完 {fits} 题，其余以后再做",
    ),
    "stand plan": (
        "interview {date} · {left} · readiness now {now} %, on the day {then} %",
        "面试 {date} · 还有 {left} · 准备程度：现在 {now}%，面试当天 {then}%",
    ),
    "stand plan soon": (
        "interview {date} · {left} · readiness: dlquiz plan",
        "面试 {date} · 还有 {left} · 准备程度见 dlquiz plan",
    ),
    "plan as of": ("worked out on {date}", "计算于 {date}"),
    "plan at": ("worked out at {time}", "计算于 {time}"),
    "stand plan at": ("worked out at {time}; dlquiz plan renews it", "计算于 {time}，dlquiz plan 可更新"),
    "stand minutes": ("today {bar} {spent} of {minutes} min", "今天 {bar} {minutes} 分钟中已用 {spent} 分钟"),
    "stand most": ("asked most: {seen} of {cards} seen", "最常考的题：已看 {seen}/{cards}"),
    "stand weak": ("most to gain: {topics}", "提升空间最大：{topics}"),
    "stand short minutes": ("{spent}/{minutes} min", "{spent}/{minutes} 分钟"),
    "stand short due": ("{due} due, {fresh} new", "到期 {due}，新题 {fresh}"),
    "short days": ("{days} d", "{days} 天"),
    "rest": ("more: v shows all of it", "还有内容：按 v 查看全部"),
    "rest with figure": ("more: v shows all of it, with the figure", "还有内容：按 v 查看全部（含图）"),
    "not known": ("not known", "不会"),
    "yours here": ("← yours", "← 你的选择"),
    "yours at": ("you had this at {place}", "你排在第 {place}"),
    "yours": ("yours: {reply}", "你的答案：{reply}"),
    "empty": ("(empty)", "（空）"),
    "key v": ("show all of the answer", "显示完整答案"),
    "undone review": ("undone: the answer to {card}", "已撤销对 {card} 的作答"),
    "undone suspend": ("{card} is no longer suspended", "{card} 不再暂停"),
    "undone bury": ("{card} is no longer put off", "{card} 不再推迟"),
    "undone flag": ("the flag of {card} is taken off", "{card} 的标记已取消"),
    "undone unflag": ("{card} is flagged again", "{card} 重新标记"),
    "undone unsuspend": ("{card} is suspended again", "{card} 重新暂停"),
    "undone reset": ("{card} has its past again", "{card} 的记录已恢复"),
    "undone due": ("{card} has its former date again", "{card} 的日期已恢复"),
}


class Phrases:
    """`say("level", level=2)` gives "level 2"."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._column = 1 if language == "zh" else 0

    def __call__(self, name: str, **facts: object) -> str:
        return PHRASES[name][self._column].format(**facts)

    def days(self, days: int) -> str:
        """An interval as people say it.

        >>> [Phrases("en").days(days) for days in (1, 59, 90, 800)]
        ['1 d', '59 d', '3 mo', '2.2 y']
        """
        if days < 60:
            return self("days", days=days)
        if days < 720:
            return self("months", months=f"{days / 30.4:.0f}")
        return self("years", years=f"{days / 365.25:.1f}".removesuffix(".0"))
