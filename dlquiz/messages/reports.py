"""What the commands around studying report on stdout or beside it: each sentence in English and in Chinese.

They are looked up as errors are (`messages/errors.py`). A field that is called by the plural of a noun below holds a
number of them: `{cards}` is "1,200 cards" or "1 card".
"""

from __future__ import annotations

from dlquiz.messages import importing

# What is counted: the English noun, and the Chinese measure with its noun.
COUNTED: dict[str, str] = {noun: chinese for noun, (_, chinese) in importing.NOUNS.items()} | {
    "answer": "次作答",
    "backup": "个备份",
    "event": "条记录",
    "id": "个编号",
    "imported row": "行导入的记录",
    "other event": "条其他记录",
    "problem": "个问题",
    "text": "处文字",
    "undo": "次撤销",
    "warning": "个警告",
}

# (English, Chinese), by the command that says it.
PHRASES: tuple[tuple[str, str], ...] = (
    # doctor: levels and checks
    ("ok", "正常"),
    ("note", "提示"),
    ("PROBLEM", "问题"),
    ("log", "复习记录"),
    ("rows", "记录的各行"),
    ("states", "卡片状态"),
    ("clock", "时钟"),
    ("orphans", "没有卡片的记录"),
    ("texts", "卡片文字"),
    ("backups", "备份"),
    ("questions", "题目"),
    ("and {number} more (--json lists them)", "另有 {number} 项（--json 列出全部）"),
    ("{path} is damaged", "{path} 已损坏"),
    ("dlquiz backup --restore goes back to the newest backup", "dlquiz backup --restore 恢复最新的备份"),
    ("{events} in {path}", "{path} 里有 {events}"),
    ("{rows} no dlquiz wrote like this", "有 {rows}不是 dlquiz 写的样子"),
    (
        "another program has changed the log; dlquiz backup --restore goes back to a backup",
        "别的程序改过复习记录；dlquiz backup --restore 恢复备份",
    ),
    ("not before the newest answer", "不早于最近一次作答"),
    ("rebuilt; {number} differed from the log", "已重建；原有 {number} 张卡与复习记录不一致"),
    ("{cards} out of step with the log", "{cards}与复习记录不一致"),
    (
        "dlquiz doctor --repair rebuilds them; the log is intact",
        "dlquiz doctor --repair 可重建；复习记录完好",
    ),
    ("every card state matches a replay of the log", "每张卡的状态都与复习记录一致"),
    ("{card}  {rows}", "{card}  共 {rows}"),
    ("{ids} with a history, but no card", "{ids}有复习记录，却没有卡片"),
    (
        "was a card renamed, name the old id in its `formerly`; else no harm",
        "如果卡片改了编号，请把旧编号写进它的 `formerly`；否则无妨",
    ),
    ("{cards} changed since the last answer", "{cards}在最近一次作答后改过"),
    (
        "they keep their history; dlquiz forget CARD resets one",
        "它们保留复习记录；dlquiz forget 卡片 清除一张的进度",
    ),
    ("none yet", "还没有"),
    (
        "one is made after study; dlquiz backup makes one now",
        "学习后会自动做；dlquiz backup 现在就做一个",
    ),
    ("{backups} in {path}, the newest of {time}", "{path} 里有 {backups}，最新的是 {time}"),
    ("dlquiz bank check explains each", "dlquiz bank check 逐个说明"),
    ("{cards}, {warnings}", "{cards}，有 {warnings}"),
    ("{cards} without a problem", "{cards}，没有问题"),
    # config, where
    ("default", "默认"),
    ("command line", "命令行"),
    ("{name} set in {path}", "{name} 已写入 {path}"),
    ("{name} removed from {path}", "已从 {path} 去掉 {name}"),
    ("history", "复习记录"),
    ("settings", "设置"),
    ("own questions", "自己的题目"),
    ("shipped questions", "自带的题目"),
    ("cache", "缓存"),
    ("bank", "题库"),
    ("(not there yet)", "（还没有）"),
    # bank
    ("{number} more: --limit {limit}", "另有 {number} 张：--limit {limit}"),
    ("{files}, {cards}", "{files}，共 {cards}"),
    ("{files}, {cards}, {drafts}", "{files}，共 {cards}，另有 {drafts}"),
    ("{problems} and {warnings}", "{problems}和 {warnings}"),
    ("no problems", "没有问题"),
    ("save it below `cards:` in a .yaml file in {path}", "请存到 {path} 里某个 .yaml 文件的 `cards:` 下面"),
    (
        "<!-- The question stands above the line, the answer below it. Without an answer it is a draft. -->",
        "<!-- 题目写在横线上方，答案写在下方。没有答案就是草稿。 -->",
    ),
    # export
    ("{path}: {cards}, {number} learnt, {reviews}", "{path}：{cards}，其中学过 {number} 张，{reviews}"),
    ("{texts} changed since the last export", "上次导出后改了 {texts}"),
    (
        'In Anki: File > Import, tick "Import any learning progress" and "Import any deck presets"; switch FSRS on '
        "once.",
        "在 Anki 中：文件 > 导入，勾选导入学习进度（Import any learning progress）"
        "和牌组预设（Import any deck presets）；FSRS 只需启用一次。",
    ),
    (
        "Progress reaches only cards that are new to that Anki; the texts of the others are brought up to date.",
        "进度只会写到那个 Anki 里还没有的卡片；其余卡片只更新文字。",
    ),
    # merge, sync
    ("{rows} left out, as no version of dlquiz writes them so:", "略去 {rows}，没有哪个版本的 dlquiz 会这样写："),
    ("nothing new: this log has all of it already", "没有新内容：这份复习记录里都已有"),
    ("nothing new in {files}", "{files}里没有新内容"),
    ("{answers} to {cards} received", "收到 {cards}的 {answers}"),
    ("{answers} and {undos} to {cards} received", "收到 {cards}的 {answers}和 {undos}"),
    ("{answers} to {cards} received, {events} written", "收到 {cards}的 {answers}，写出 {events}"),
    ("{events} written", "写出 {events}"),
    (
        "{other_events} received (suspended, flagged, buried, forgotten)",
        "收到 {other_events}（暂停、标记、推迟、清除进度）",
    ),
    ("{imported_rows} took the other machine's time zone", "{imported_rows}改用了另一台电脑的时区"),
    # anki
    ("{profile}: nothing new on either side", "{profile}：两边都没有新内容"),
    ("{profile}: nothing was changed; a sync would do this", "{profile}：什么也没有改；同步时会这样做"),
    ("{profile}: synced", "{profile}：已同步"),
    ("from Anki: {reviews}", "来自 Anki：{reviews}"),
    ("from Anki: {reviews}, {other_changes}", "来自 Anki：{reviews}，{other_changes}"),
    ("to Anki: {reviews}, {cards} changed", "写入 Anki：{reviews}，改动 {cards}"),
    ("and {more_cards} (--json lists all)", "另有 {more_cards}（--json 列出全部）"),
    ("notes: {added} added, {updated} brought up to date", "笔记：新增 {added} 条，更新 {updated} 条"),
    ("{new_cards} moved to the order of the plan", "{new_cards}按计划的顺序排好"),
    ("backup by Anki: {path}", "Anki 做的备份：{path}"),
    ("due {days} d", "到期日 {days} 天"),
    ("new", "新卡"),
    ("learning", "学习中"),
    ("review", "复习"),
    ("relearning", "重新学习"),
    ("suspended", "暂停"),
    ("unsuspended", "恢复"),
    ("flagged", "标记"),
    ("unflagged", "取消标记"),
    ("memory", "记忆状态"),
    (
        "{cards} in a filtered deck left out; empty it and sync again",
        "略去筛选牌组里的 {cards}；请清空筛选牌组后再同步",
    ),
    (
        "{notes} deleted in Anki stay deleted; --add DECK brings those of a deck back",
        "Anki 里删除的 {notes}不再恢复；--add 题组 可恢复一个题组的",
    ),
    (
        "{reviews} undone here stay in Anki's log, which cannot lose any",
        "这里撤销的 {reviews}仍留在 Anki 的记录里，它不能删记录",
    ),
    (
        "this AnkiConnect does not say when notes changed, so texts were left as they are; update the add-on",
        "这个 AnkiConnect 不说明笔记何时改过，所以文字没有动；请更新插件",
    ),
    (
        "the note type DLQuiz has other fields in Anki now, so texts were left as they are",
        "笔记类型 DLQuiz 在 Anki 里的字段变了，所以文字没有动",
    ),
    (
        "AnkiConnect sets no FSRS memory: Anki computes it from the reviews when a card is answered next",
        "AnkiConnect 不写 FSRS 记忆状态：下次答到一张卡时，Anki 会从复习记录算出",
    ),
    (
        "Anki's next day begins at {hour}:00, here at 4:00; set it to 4 in Anki's preferences",
        "Anki 的新一天从 {hour}:00 开始，这里是 4:00；请在 Anki 的偏好设置里改成 4",
    ),
    ("{cards} and {texts} put back, {notes} removed", "{cards}和 {texts}已还原，删去 {notes}"),
    (
        "{cards} answered or changed in Anki since, left as they are: {names}",
        "{cards}后来在 Anki 里答过或改过，没有动：{names}",
    ),
    (
        "{reviews} went to a server already and stay in Anki's log",
        "{reviews}已传到服务器，仍留在 Anki 的记录里",
    ),
    # backup, forget
    ("Answer y for yes or n for no.", "请输入 y（是）或 n（否）。"),
    ("No backup yet in {path} → dlquiz backup", "{path} 里还没有备份 → dlquiz backup"),
    ("the log cannot be opened", "复习记录打不开"),
    ("the damaged log was set aside as {path}", "损坏的复习记录另存为 {path}"),
    ("restored from {path}", "已从 {path} 恢复"),
    ("to undo this: {command}", "要撤销，请用 {command}"),
    ("{card} has no progress to reset", "{card} 没有进度可清除"),
    ("Forget {reviews} of {card}?", "清除 {card} 的 {reviews}？"),
    (
        "forgotten: {card} is a new card (dlquiz undo takes it back)",
        "已清除：{card} 现在是新卡（dlquiz undo 可撤销）",
    ),
    # optimise
    (
        "The default weights of FSRS are in use again; all memories were computed again.",
        "重新使用 FSRS 的默认权重；所有记忆状态已重新计算。",
    ),
    ("Since your weights were fitted: {reviews}, {sentence}.", "自拟合以来有 {reviews}，{sentence}。"),
    (
        "{number} of the {needed} reviews that a fit needs, each a day or more after the last. The defaults stay in "
        "use.",
        "拟合需要 {needed} 次隔一天以上的复习，现有 {number} 次。继续使用默认权重。",
    ),
    (
        "{reviews}. Predicting later ones from earlier ones: {sentence}.",
        "{reviews}。用较早的预测较晚的：{sentence}。",
    ),
    (
        "log loss {own} with your weights, {default} with the defaults ({share} % better)",
        "对数损失：你的权重 {own}，默认权重 {default}（好 {share}%）",
    ),
    (
        "log loss {own} with your weights, {default} with the defaults ({share} % worse)",
        "对数损失：你的权重 {own}，默认权重 {default}（差 {share}%）",
    ),
    (
        "Your weights are in use from now on; dates that are set stay.",
        "从现在起使用你的权重；已定的日期不变。",
    ),
    ("Go back with dlquiz optimise --revert.", "要改回去，请用 dlquiz optimise --revert。"),
    ("That is not more than chance: the defaults stay in use.", "差别不超过偶然：继续使用默认权重。"),
    ("Nothing was changed; dlquiz optimise uses them.", "没有改动任何内容；dlquiz optimise 会启用它们。"),
)
