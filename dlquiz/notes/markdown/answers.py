"""The lines below a question → its answer: labels, quotes and indentation off, placeholders apart from words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from dlquiz.notes.ledger import Fate
from dlquiz.notes.markdown.lines import MAX_HEADER, SourceLine, indent_of
from dlquiz.notes.markdown.titles import KINDS_OF_ANSWERS, is_answer_title, is_rule

_PLACEHOLDER = re.compile(
    r"[\W_]*(?:todo|tbd|tba|tbc|to be (?:filled|done|added|answered|continued|updated)(?: in)?|fixme|wip|coming soon|"
    r"answer(?: goes)? here|your answer(?: here)?|fill in|placeholder|pending|no answer(?: yet)?|n/?a|none|empty|"
    r"write your answer(?: here)?|add answer(?: here)?|answer|solution|ans|"
    r"待补充|待完善|待更新|待填|待定|待整理|未完待续|暂无(?:答案)?|略|空|答案|解答|回答|无|补充中)[\W_]*$",
    re.IGNORECASE,
)
# Signs before the label of an answer: `✅ **Answer:**`.
_SIGNS = "✅💡📝👉📌🎯✔🔹"
_SIGN = f"(?:[{_SIGNS}]\ufe0f?[ \\t]*)?"
# With what a label begins behind list marks, quote marks and signs.
_LABEL_BEGINS = frozenset("<$AaSsEeMmDdQqIiFfLlGg答回参标解面候求应简详示我一CcBb")
_BEFORE_LABEL = f" \t-*+>#_【{_SIGNS}\ufe0f"
# What every label has, and in how many letters.
_IN_LABEL, _LONGEST_LABEL = re.compile(r"[:：*_<】\d]"), 80
_LABEL = re.compile(
    r"(?P<before>[ \t]*(?:[-*+][ \t]+)?(?:>[ \t]?)*[ \t]*(?:#{1,6}[ \t]*)?" + _SIGN + ")"
    r"(?P<open>\*\*\*?|__|<b>|<strong>|【)?" + _SIGN + "(?:"
    r"\$?A\$?|A[ .]?\d{1,4}|(?:" + KINDS_OF_ANSWERS + r"[ ])?(?:Answer|Solution|Explanation)|Ans|"
    r"(?:参考|标准|简短|简要|详细|示例|我的|一句话)?(?:答案|回答|解答)|答|解析|答案解析|解|分析|"
    r"面试者|候选人|求职者|应聘者|Candidate|Back)(?:\s*\d{1,4})?"
    r"(?:(?(open)\s*[:：.]?(?:\*\*\*?|__|</b>|</strong>|】)\s*[:：]?|\s*[:：])|(?<=\d)[.、)])[ \t]*",
    re.IGNORECASE,
)
# What begins an answer wherever it stands, as in a heading `Answer: B`: in an answer `A: …` may be something else.
ANSWER_BEGINS = re.compile(r"\W*(?:answer|ans|solution|答案?|解答|解析|分析|回答|답)\W{0,3}[:：]", re.IGNORECASE)
_TAB_TITLE = re.compile(
    r"===!?\+?[ \t]+\".*\"[ \t]*$|\?\?\?\+?[ \t]+\w+([ \t]+\".*\")?[ \t]*$|!!![ \t]+\w+([ \t]+\".*\")?[ \t]*$|:::+.*$"
)
_ANSWER_LINK = re.compile(r"(?:[-*+][ \t]+)?\[([^\[\]]{1,60})\]\([^()\s]{1,500}\)$")
_SUMMARY = re.compile(
    r"^(?:<details\b[^<>]*>)?\s*<summary\b[^<>]*>(.*?)(?:</summary>)?\s*(?:</details>)?$", re.IGNORECASE
)
_TAGS_ONLY = re.compile(
    r"(?:</?(?:details|summary|div|p|br|center|span|a|section|blockquote|ul|ol|dl|hr)\b[^<>]*/?>\s*)+$", re.IGNORECASE
)
_KRAMDOWN = re.compile(r"\{[:#.][^{}]{0,80}\}$|%%.*%%$|\^[\w-]{1,40}$")
_ATTRIBUTE_BEGINS = frozenset("{%^")
_BACK = re.compile(
    r"\W*\[?\W*(?:back to (?:the )?(?:top|questions|toc|contents)|[⬆↥].{0,30}|↑.{0,20}|[返回到]{2}(?:目录|顶部).{0,6})"
    r"\W*(?:\]?\W*\(#?[^()]*\)\W*)?$",
    re.IGNORECASE,
)
_BACK_BEGINS = frozenset("bB返回到")
_DASHES = "—–―─━═ "
_DIFFICULTY = re.compile(
    r"\W*(?:difficulty|level|frequency|importance|time|tags?|category|topic|type|难度|频率|重要程度|重要性|标签|考察频率)"
    r"\W{0,4}[:：]\W{0,4}.{0,80}$",
    re.IGNORECASE,
)
# What an assistant closes an answer with.
CLOSES_CHAT = re.compile(
    r"\W*(?:要不要我|需要我|如果(?:你|您)(?:需要|愿意|想)|希望(?:这|以上|对你)|还有什么|would you like|do you want me|"
    r"let me know if|you've successfully|i hope this|feel free to)",
    re.IGNORECASE,
)
_STYLING = re.compile(
    r"</?(?:font|span|div|p|center|u|small|big|mark|details|summary|section|figure|figcaption|abbr|ins)\b[^<>]{0,400}>"
    r"|<a\s+(?:name|id)\s*=[^<>]{0,200}>(?:\s*</a>)?",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BOLD_TAG = re.compile(r"</?(?:b|strong)>", re.IGNORECASE)
_ITALIC_TAG = re.compile(r"</?(?:i|em)>", re.IGNORECASE)
_WIKI = re.compile(r"(?<!!)\[\[([^\[\]|]{1,200})(?:\|([^\[\]]{1,200}))?\]\]")
_MATH_FENCE = re.compile(
    r"(?m)^[ \t]*(?:```|~~~)[ \t]*(?:math|latex|tex|katex)[ \t]*\n"
    r"((?:(?![ \t]*(?:```|~~~)).*\n)*)[ \t]*(?:```|~~~)[ \t]*$"
)
_CODE_IN_LINE = re.compile(r"((?<!`)`[^`\n]+`(?!`))")
_FENCE_END = re.compile(r"(?m)^[ \t>]*(?:`{3,}|~{3,})[ \t]*$")
_CODE = re.compile(r"(?ms)(^[ \t>]*(?:`{3,}(?!`)|~{3,}(?!~)).*?^[ \t>]*(?:`{3,}|~{3,})[ \t]*$|(?<!`)`[^`\n]+`(?!`))")
# `> [!tip] Say this`, as Obsidian and GitHub write it.
_CALLOUT = re.compile(
    r"^(?P<item>[ \t]*[-*+][ \t]+(?=>))?(?P<quote>[ \t]*(?:>[ \t]*)*)\[!(?P<kind>[a-z]{3,20})\][-+]?[ \t]*"
    r"(?P<title>[^\n]*)(?:\n[ \t]*>[ \t>]*(?=\n))?\n?",
    re.I | re.M,
)
# `> > [!success]- Answer`: the callout holds the answer.
_ANSWER_CALLOUT = re.compile(
    r"(?P<quote>[ \t]*(?:>[ \t]*)+)\[!(?:(?P<kind>answers?|solutions?)|\w{3,20})\][-+]?[ \t]*(?P<title>.*)$", re.I
)
_SAYS_ANSWER = re.compile(r"answers?\b|solutions?\b|response\b|答|解", re.I)
_GAP = re.compile(r"\n{4,}")
# Nothing opens a formula inside itself: without that a text of many openings would be searched again for each.
_DELIMITER = re.compile(
    r"\\\\?\(((?:(?!\\[()]).){1,2000})\\\\?\)|\\\\?\[((?:(?!\\[\[\]]).){1,4000})\\\\?\]|\$`([^`$]{1,2000})`\$",
    re.DOTALL,
)


_TASK = re.compile(r"^[-*+]\s+\[[ xX]\]\s*")
_LETTER = re.compile(r"\w")
_EMPTY_ITEM = re.compile(r"\d{1,4}[.)、．]|[-*+]")
# In which lines of an answer its difficulty or a lone `Answer` may stand, and how long the latter is at most.
_OPENING, _SHORT_TITLE = 4, 24


# A card's text has at most 40,000 characters, and pictures and formulas may need more than in the notes; what is longer
# stays unplaced.
MAX_ANSWER = 38_000


class Cleaned(NamedTuple):
    """The answer, empty when it is blank, and the fate of each of its lines."""

    text: str
    fates: tuple[Fate, ...]
    level: str = ""


def label_of(text: str) -> re.Match[str] | None:
    """`Answer:` and the like at the beginning of a line."""
    words = text.lstrip(_BEFORE_LABEL)
    able = words[:1] in _LABEL_BEGINS and _IN_LABEL.search(words, 0, _LONGEST_LABEL)
    return _LABEL.match(text) if able else None


def mark_of(words: str) -> bool:
    """Whether a line carries no words of its own: a rule, an attribute, a lone tag, a link to the top."""
    first = words.lstrip("-*+#> ")[:1]
    if first.isalnum() and first not in _BACK_BEGINS:
        return False
    return (
        is_rule(words.lstrip("# "))
        or not words.strip(_DASHES)
        or (words[:1] in _ATTRIBUTE_BEGINS and _KRAMDOWN.match(words) is not None)
        or (words[:1] == "<" and _TAGS_ONLY.match(words) is not None)
        or (len(words) < 120 and (not words.isascii() or "back to" in words.lower()) and _BACK.match(words) is not None)
    )


def is_difficulty(words: str) -> bool:
    """Whether a line says how hard or how frequent a question is, or what it belongs to: `**Difficulty:** Hard`."""
    return len(words) < 140 and (":" in words or "：" in words) and _DIFFICULTY.match(words) is not None


def is_placeholder(words: str) -> bool:
    """Whether a line stands where an answer is missing.

    >>> [is_placeholder(words) for words in ("- [ ] TODO", "_[To be filled]_", "**Answer:**", "[solution]:", "No.")]
    [True, True, True, True, False]
    >>> is_placeholder("### Sample response"), is_placeholder("### Batch normalisation")
    (True, False)
    """
    if len(words) >= 60:
        return False
    bare = _TASK.sub("", words) if "[" in words else words
    announces = bare.startswith("#") and is_answer_title(bare)
    return announces or _PLACEHOLDER.match(bare) is not None or not _LETTER.search(bare)


def clean(lines: Sequence[SourceLine], first: str = "") -> Cleaned:
    """The answer in these lines; `first` stood behind the question on its own line."""
    if not first and not any(line.words for line in lines):
        blank: Fate = "placeholder"
        return Cleaned("", (blank,) * len(lines))
    fates: list[Fate] = ["answer"] * len(lines)
    kept: list[tuple[str, bool]] = [(first, False)] if first else []
    level = ""
    last = next((at for at in range(len(lines) - 1, -1, -1) if lines[at].words), -1)
    for index, line in enumerate(lines):
        words = line.words
        if index == last and _EMPTY_ITEM.fullmatch(words):
            fates[index] = "placeholder"
        elif line.state == "text" and _callout_of_answer(line.text):
            fates[index] = "mark"
            kept.append((line.text, False))
        elif index == 0 and words == "-":
            # A single hyphen right below makes a heading of the line above.
            fates[index] = "mark"
        elif line.state == "comment" or (line.state == "text" and _is_mark(line, index, last)):
            fates[index] = "mark"
            level = level or (words if words and _DIFFICULTY.match(words) else "")
            if line.state == "text" and not is_rule(words):
                continue
            kept.append(("", False))
        else:
            kept.append((line.text, line.state == "code"))
    _leave_chat(lines, last, fates, kept)
    text = _joined(kept)
    if _is_blank(text):
        text = ""
        fates = ["placeholder" if fate == "answer" else fate for fate in fates]
    text, left = within(MAX_ANSWER, text)
    if left:
        fates = without_last(lines, left.count("\n") + 1, fates)
    return Cleaned(text, tuple(fates), level)


def within(limit: int, text: str) -> tuple[str, str]:
    """So much of an answer, up to the end of a line, and the rest."""
    if len(text) <= limit:
        return text, ""
    end = text.rfind("\n", 0, limit)
    return (text[:end], text[end + 1 :]) if end > 0 else (text[:limit], text[limit:])


def without_last(lines: Sequence[SourceLine], count: int, fates: Sequence[Fate] = ()) -> list[Fate]:
    """The fates of the lines of an answer of which the last ones, so many, did not fit; without `fates` all are of the
    answer."""
    found: list[Fate] = [*fates] or ["answer"] * len(lines)
    at = max((at for at, line in enumerate(lines) if line.words), default=-1)
    found[at + 1 :] = ["unplaced"] * (len(found) - at - 1)
    while at >= 0 and count:
        if found[at] == "answer":
            found[at], count = "unplaced", count - 1
        at -= 1
    return found


def _is_mark(line: SourceLine, index: int, last: int) -> bool:
    """Whether a line says nothing of the answer; a title such as `Answer:` only above others, of which `last` is the
    last one with words."""
    words = line.words
    if len(words) > MAX_HEADER:
        return False
    if mark_of(words) or (words[0] in "=?!:" and _TAB_TITLE.match(words)):
        return True
    if (
        words[0] == "<"
        and (summary := _SUMMARY.match(words))
        and is_answer_title(_STYLING.sub("", _BOLD_TAG.sub("", summary[1])))
    ):
        return True
    if "](" in words and (link := _ANSWER_LINK.match(words)) and is_answer_title(link[1]):
        return True
    label = label_of(line.text)
    if label and not line.text[label.end() :].strip(" *_:："):
        return index < last
    alone = index < _OPENING and len(words) < _SHORT_TITLE and _SAYS_ANSWER.search(words) is not None
    heading = alone or words[0] == "#" or words.startswith("**")
    if heading and index < last and is_answer_title(words):
        return True
    return index < _OPENING and is_difficulty(words)


def _leave_chat(lines: Sequence[SourceLine], last: int, fates: list[Fate], kept: list[tuple[str, bool]]) -> None:
    """The last paragraph of a chat's answer offers more of the same: it is no part of the answer."""
    if last > 1 and lines[last].state == "text" and CLOSES_CHAT.match(lines[last].words) and not lines[last - 1].words:
        fates[last] = "unplaced"
        text = lines[last].text
        at = next(at for at in range(len(kept) - 1, -1, -1) if kept[at][0] == text)
        del kept[at:]


def _is_blank(text: str) -> bool:
    rows = [row.strip() for row in text.split("\n") if row.strip()]
    return all(is_placeholder(row) for row in rows[:3]) if len(rows) <= 3 else False


def _joined(kept: list[tuple[str, bool]]) -> str:
    rows = _unquoted(_dedented(_without_labels(_out_of_callout(kept))))
    return "\n".join(text.rstrip() for text, _ in rows).strip("\n")


def _callout_of_answer(text: str) -> re.Match[str] | None:
    """The first line of a callout that only says that it holds the answer."""
    found = _ANSWER_CALLOUT.match(text) if "[!" in text else None
    title = found["title"].strip(" *:：") if found else ""
    says = is_answer_title(title) and _SAYS_ANSWER.search(title) if title else found and found["kind"]
    return found if says else None


def _out_of_callout(rows: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """What stands in a callout that holds the answer, without its first line and its own quote marks: those around it
    stay."""
    out: list[tuple[str, bool]] = []
    depth = 0
    for text, code in rows:
        if not code and (callout := _callout_of_answer(text)):
            depth = callout["quote"].count(">")
            if not out or not out[-1][0].strip("> \t"):
                continue
            text = "> " * (depth - 1)
        elif depth and (quoted := re.match(rf"([ \t]*(?:>[ \t]*){{{depth - 1}}})>[ \t]?", text)):
            text = quoted[1] + text[quoted.end() :]
        else:
            depth = 0
        out.append((text, code))
    return out


def _without_labels(rows: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """`A:` taken off where the answer begins, with its quote marks, and where each of its lines repeats it."""
    out: list[tuple[str, bool]] = []
    found = seen = quoted = False
    for text, code in rows:
        label = label_of(text) if not code and (not seen or found) else None
        if label and (not seen or "$A$" in text or text.lstrip().startswith(">")):
            before = label["before"]
            found = True
            quoted = quoted or ">" in before
            text = re.sub(r"#+[ \t]*$|[-*+][ \t]+$", "", before) + text[label.end() :]
        if quoted and not code:
            text = re.sub(r"^([ \t]*)>[ \t]?", r"\1", text)
        seen = seen or bool(text.strip())
        out.append((text, code))
    return out


def _dedented(rows: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Each line moved by the indentation of the first, as far as its own goes."""
    indents = [indent_of(text) for text, _ in rows if text.strip()]
    if not any(indents):
        return rows
    margin, least, others = indents[0], min(indents), indents[1:]
    if margin == 0 and others and min(others) >= 2:
        # Only the words behind the question stand at the margin.
        margin = min(others)
        return [rows[0], *((_moved(text, margin), code) for text, code in rows[1:])]
    margin = margin if margin < 8 or least >= margin else least
    return [(_moved(text, margin), code) for text, code in rows]


def _moved(text: str, margin: int) -> str:
    taken = at = 0
    while at < len(text) and taken < margin and text[at] in " \t\u3000":
        taken += 4 - taken % 4 if text[at] == "\t" else 1
        at += 1
    return " " * max(0, taken - margin) + text[at:]


def _unquoted(rows: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Quote marks off where nearly the whole answer is a quote."""
    for _ in range(3):
        full = [text.lstrip() for text, _ in rows if text.strip()]
        if not full or not full[0].startswith(">") or sum(text.startswith(">") for text in full) * 4 < len(full) * 3:
            break
        rows = [(re.sub(r"^[ \t]{0,3}>[ \t]?", "", text), code) for text, code in rows]
    return rows


def markdown(text: str) -> str:
    r"""The answer as cards have it: HTML for looks gone, formulas between dollars, links of wikis as words.

    >>> markdown("a<br>b <font color=red>c</font> [[note|words]] \\(x\\) @{y}")
    'a\nb c words $x$ @@{y}'
    >>> markdown("> [!tip] Say this\n> Mention VGG."), markdown("[!note]-\nZeros.")
    ('> **Say this**\n>\n> Mention VGG.', '**Note**\n\nZeros.')
    """
    if "`" in text or "~~~" in text:
        text = _MATH_FENCE.sub(lambda match: f"$$\n{match[1].strip()}\n$$", text)
        parts = _apart(text)
        parts[::2] = [_prose(part) for part in parts[::2]]
        text = "".join(parts)
    else:
        text = _prose(text)
    if "\n\n\n\n" in text:
        text = _GAP.sub("\n\n\n", text)
    return text.replace("@{", "@@{").strip("\n ")


def _apart(text: str) -> list[str]:
    """Prose and code in turn; behind the last end of a fence none is looked for: each opening would search it all."""
    end = max((fence.end() for fence in _FENCE_END.finditer(text)), default=0)
    parts, others = _CODE.split(text[:end]), _CODE_IN_LINE.split(text[end:])
    return [*parts[:-1], parts[-1] + others[0], *others[1:]]


# `(1)` and `①` at the beginning of a line are lists to their writer, and one paragraph to Markdown.
_NUMBERED_LINE = re.compile(r"(?<=[^\n])\n(?=[ \t]*(?:[（(][0-9０-９]{1,2}[)）]|[①-⑳]))")


def _prose(text: str) -> str:
    if "[!" in text:
        text = _CALLOUT.sub(_titled, text)
    if "<" in text:
        text = _BREAK.sub("\n", text)
        text = _STYLING.sub("", text)
        text = _ITALIC_TAG.sub("*", _BOLD_TAG.sub("**", text))
    if "[[" in text:
        text = _WIKI.sub(lambda match: match[2] or match[1].rpartition("/")[2], text)
    if "\\(" in text or "\\[" in text or "$`" in text:
        text = _DELIMITER.sub(_dollars, text)
    return _NUMBERED_LINE.sub("\n\n", text) if "\n" in text else text


def _titled(callout: re.Match[str]) -> str:
    """The first line of a callout as bold words, with the rest in a paragraph of its own."""
    item, quote, title = callout["item"] or "", callout["quote"], callout["title"].strip()
    bare = title.strip(" *") or callout["kind"].capitalize()
    # Bold words in a title are closed as they were: `[!answer] **Answer:** Zeros`.
    return f"{item}{quote}{title if '**' in bare else f'**{bare}**'}\n{' ' * len(item)}{quote.rstrip()}\n"


def _dollars(match: re.Match[str]) -> str:
    inline, display, quoted = match[1], match[2], match[3]
    if display is not None:
        return f"$${display.strip()}$$" if re.search(r"[\\=^_+]", display) else match[0]
    return f"${(inline if inline is not None else quoted).strip()}$"
