"""What history and undo say: words for the rows of the log, and where a card stands."""

from __future__ import annotations

from dlquiz.cards import Language
from dlquiz.messages import study

# Ratings and verdicts are called here as they are when the answer is given.
_AS_IN_STUDY = ("again", "hard", "good", "easy", "wrong", "rounded", "other-convention")

# The name of a phrase, or a kind of row, a rating or a verdict -> (English, Chinese)
PHRASES: dict[str, tuple[str, str]] = {name: study.PHRASES[name] for name in _AS_IN_STUDY} | {
    "cram": ("cram", "突击"),
    "drill": ("drill", "练习"),
    "suspend": ("suspend", "暂停"),
    "unsuspend": ("unsuspend", "恢复"),
    "bury": ("bury", "推迟"),
    "flag": ("flag", "标记"),
    "unflag": ("unflag", "取消标记"),
    "reset": ("reset", "重置"),
    "due": ("due", "改期"),
    "back": ("back in {days}", "{days}后再来"),
    "day": ("1 day", "1 天"),
    "days": ("{number} days", "{number} 天"),
    "seconds": ("{seconds} s", "{seconds} 秒"),
    "undone": ("undone: {card}  {row}", "已撤销：{card}  {row}"),
    "none today": ("No answer today → dlquiz study", "今天还没有作答 → dlquiz study"),
    "new": ("never answered, or forgotten on purpose: it is a new card", "还没有答过，或已清除进度：是新卡"),
    "standing": (
        "due {due}, recall now {recall} %, {lapses}",
        "到期：{due}，现在答得出的概率 {recall}%，{lapses}",
    ),
    "today": ("today", "今天"),
    "lapse": ("1 lapse", "忘过 1 次"),
    "lapses": ("{number} lapses", "忘过 {number} 次"),
    "suspended": ("suspended", "已暂停"),
    "flagged": ("flagged", "已标记"),
    "buried": ("buried until {date}", "推迟到 {date}"),
}


def say(phrase: str, language: Language, **given: object) -> str:
    """The phrase in the language, with what was given; a kind of row that a later version wrote stands as it is.

    >>> say("back", "en", days=counted("day", 2, "en")), say("back", "zh", days=counted("day", 2, "zh"))
    ('back in 2 days', '2 天后再来')
    """
    return PHRASES[phrase][language == "zh"].format_map(given) if phrase in PHRASES else phrase


def counted(noun: str, number: int, language: Language) -> str:
    """So many days or lapses.

    >>> counted("day", 1, "en"), counted("lapse", 1200, "en"), counted("lapse", 3, "zh")
    ('1 day', '1,200 lapses', '忘过 3 次')
    """
    return say(noun if number == 1 else f"{noun}s", language, number=f"{number:,}")
