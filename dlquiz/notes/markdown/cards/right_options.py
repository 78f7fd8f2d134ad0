"""The key of a question of multiple choice: `Answer: B`, `**Correct: B, D**`, `答案：ABD`, the words of an option."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from dlquiz.notes.keys import normalised
from dlquiz.notes.markdown.lines import MAX_HEADER, SourceLine
from dlquiz.notes.markdown.titles import is_answer_title
from dlquiz.notes.note import NoteOption

LABELS = ("ABCDEFGH", "abcdefgh", "12345678")
# What says that a key follows; a number before it is that of the question whose answer stands at the end of a file.
_NUMBER = re.compile(r"(?:[QA]|第)?\s*\d{1,4}\s*[.)、:：题]\s*")
_KEY = re.compile(
    r"(?:the )?(?:(?:correct|right|best) (?:answers?|options?|choices?)|answers?|ans|key|correct|solution"
    r"|a(?=[*_]{0,3}\s*[:：][*_]{0,3}\s*[(（]?[A-Ha-h][)）.]?\W*$)"
    r"|respuestas?(?: correctas?)?|r[ée]ponses?|antwort|ответ)(?: (?P<is>is|are|key|es))?"
    r"(?:[*_]{0,3}\s*[:：=]|\.\s|\s+[-–—]|(?=\s*$)|(?=\s+[(（]?[A-Ha-h][)）]?\W*$)|(?(is)|(?!)))\s*"
    r"|\[?(?:正确|参考|标准)?答案(?:是|为|应?选)?[*_】\]]{0,3}\s*[:：]?\s*|正确选项(?:是|为)?[】\]]?\s*[:：]?\s*"
    r"|(?:故|应|因此|所以)?(?:应?选|答)\s*[:：]?\s*(?=[A-H])",
    re.IGNORECASE,
)
# `1-B`, `Q2: (a)`, `| 3 | CD |`, and `1-5: BADCA`.
_NUMBERED_KEY = re.compile(
    r"(?<!\w)(?:Q|A|第)?[ ]?(?P<first>\d{1,4})(?:[ ]?[-–—~～至][ ]?(?P<last>\d{1,4}))?[ ]?题?"
    r"[*_`]{0,2}[ ]?(?:[-–—.:：)）、|=][*_`]{0,2}[ ]?|[ ])[*_`(（]{0,3}"
    r"(?(last)(?P<run>[A-H](?:[ ,，、]?[A-H]){1,99})"
    r"|(?P<letters>[A-H]{2,8}|[A-H](?:(?:[,，、]|[ ]?[&+]|[ ]and)[ ]?[A-H]){0,7}|[a-h]))[*_`)）]{0,3}(?![\w'’])"
)
# `1-B`, `2. False` with what parts it from the one before; how long the words of one are.
_ENTRY = re.compile(
    r"(?:^|(?<=[,，;；|])[ ]*|(?<=[ \u3000]{2}))(?:Q|第)?[ ]?(?P<number>\d{1,4})[ ]?题?[ ]?"
    r"(?:[-–—:：)）=]|[.](?!\d))[ ]?(?=\S)"
)
_LONGEST_WORDS = 60
_JOINED = re.compile(
    r"\s*(?:[,，]\s*(?:and\b|和)?|、|;|；|/|\+|&|\band\b|和|与|及|\by\b)\s*|\s+(?=[A-H]\b)", re.IGNORECASE
)
_ONE = re.compile(r"(?:(?:[Oo]ption|[Cc]hoice)[ ]+|选项[ ]?)?[（(\[]?([A-Ha-h1-8])[)）\]]?(?![\w'’])")
_ONE_ALONE = re.compile(rf"[*_`]*{_ONE.pattern}[.。*_`\s]*")
_RUN = re.compile(r"[A-H]{2,8}(?![\w'’])")
_LONE = re.compile(r"[（(]?[A-H][)）]?(?:\s*[,，、&]?\s*[（(]?[A-H][)）]?){0,5}[.。]?")
_BEHIND = re.compile(
    r"\s*(?:$|[.。:：,，;；)）]|[-–—=]\s|[（(]|(?:is|are)(?: the)? (?:correct|right|true)\b"
    r"|因为|because\b|since\b|正确)",
    re.IGNORECASE,
)
# What parts the words of an option from what is said of it; other words go on with them: `A. Adam adapts its steps`.
_BETWEEN = re.compile(r"[ *_`]*(?:$|[.。,，;；:：)*_`]|[-–—]+ )[ .。,，;；:：*_`)]*(?:[-–—]+ )?")
_SAYS_RIGHT = re.compile(
    r"[\s.。:：,，;；)）–—=-]*(?:(?:is|are)(?: the)? (?:correct|right|true)(?: (?:answers?|options?))?)?"
    r"[\s.。:：,，;；–—-]*"
)
_TAG = re.compile(r"</?\w[^<>]{0,200}>")
# The title of a folded block or a tab: `??? success "Answer"`, `::: details 答案`.
_BLOCK = re.compile(r"(?:\?\?\?\+?|!!!|===\+?|:::+)[ \t]*(?:\w+[ \t]+)?[\"“]?(.*?)[\"”]?$")
_BLOCKS_BEGIN = frozenset("?!=:")
_CALLOUT = re.compile(r"\[!\w+\][-+]?[ \t]*")
_BEFORE_KEYS = "*_【["
_AROUND = "|*_`#>【 \t\u3000💡📝👉📌🎯🔹\ufe0f✅✔✓☑√"


class OptionKey(NamedTuple):
    """Which options are right, by their places, the lines that say so, and the words behind it."""

    right: frozenset[int]
    lines: frozenset[int]
    first: str


def keys_in(text: str) -> dict[str, str]:
    """The letters that a line gives for each number, where it holds nothing else but a label before them.

    >>> keys_in("1-B, 2-A, **3.** CD"), keys_in("| 4 | b |"), keys_in("1-3: BAD"), keys_in("1. B trees 2. A")
    ({'1': 'B', '2': 'A', '3': 'CD'}, {'4': 'b'}, {'1': 'B', '2': 'A', '3': 'D'}, {})
    >>> keys_in("| 5 | A, C, D |"), keys_in("1. A 2. B、C")
    ({'5': 'ACD'}, {'1': 'A', '2': 'BC'})
    >>> keys_in("参考答案：1.A 2.ACD"), keys_in("【答案】1.A 2.C"), keys_in("**Answers:** 1-B, 2-C")
    ({'1': 'A', '2': 'ACD'}, {'1': 'A', '2': 'C'}, {'1': 'B', '2': 'C'})
    """
    found: dict[str, str] = {}

    def take(match: re.Match[str]) -> str:
        first, last, letters = match["first"], match["last"], re.sub(r"[\s,，、]", "", match["run"] or "")
        if last is None:
            found[first] = re.sub(r"[^A-H]", "", match["letters"]) or match["letters"]
        elif int(last) - int(first) + 1 == len(letters):
            found.update(zip(map(str, range(int(first), int(last) + 1)), letters, strict=True))
        else:
            return match[0]
        return " "

    label = _KEY.match(words := text.lstrip(_BEFORE_KEYS))
    text = words[label.end() :] if label else text
    left = _NUMBERED_KEY.sub(take, text) if len(text) <= MAX_HEADER and text[:1] not in "#" else text
    return {} if re.search(r"\w", left) else found


def answers_in(text: str) -> dict[str, str]:
    """What a line gives for each number: letters, and the words of a few others.

    >>> answers_in("1-B, 2-AB, 3-False"), answers_in("答案：1.B；2.对；3.C"), answers_in("1-B")
    ({'1': 'B', '2': 'AB', '3': 'False'}, {'1': 'B', '2': '对', '3': 'C'}, {'1': 'B'})
    >>> answers_in("1. B trees, 2. D models"), answers_in("1-B, 5-False")
    ({}, {})
    """
    if (found := keys_in(text)) or len(text) > MAX_HEADER:
        return found
    words = text.lstrip(_BEFORE_KEYS)
    label = _KEY.match(words)
    words = words[label.end() :].lstrip("*_ ") if label else words
    entries = [*_ENTRY.finditer(words)]
    if (
        len(entries) < 2
        or entries[0].start()
        or any(int(one["number"]) + 1 != int(other["number"]) for one, other in pairwise(entries))
    ):
        return {}
    ends = [*(one.start() for one in entries[1:]), len(words)]
    pieces = {one["number"]: words[one.end() : end].strip(" ,，;；|*_") for one, end in zip(entries, ends, strict=True)}
    letters = {number: own[number] for number, piece in pieces.items() if (own := keys_in(f"{number}-{piece}"))}
    few = len(letters) * 2 >= len(pieces) and all(0 < len(piece) <= _LONGEST_WORDS for piece in pieces.values())
    return pieces | letters if few else {}


def announces_key(text: str) -> bool:
    """Whether a line begins as one that says which options are right."""
    return _KEY.match(_bare(text)) is not None


def find(lines: Sequence[tuple[int, SourceLine]], options: Sequence[NoteOption]) -> OptionKey | None:
    """What these lines, each with its place, say of the options above them."""
    lettered = options[0].letter.isalpha()
    announced: list[int] = []
    said = False
    alone = True
    for at, line in lines:
        words = _bare(line.text) if line.state == "text" else ""
        if line.state != "code" and not words:
            continue
        number = _NUMBER.match(words) if lettered else None
        body = words[number.end() :].lstrip(_AROUND) if number else words
        label = _KEY.match(body)
        body = body[label.end() :].lstrip(_AROUND) if label else body
        if (label and not body) or is_answer_title(words):
            said, announced = True, [] if "<" in line.text else [at]
            continue
        said = said or label is not None
        found = _by_letters(body, options) if said or number or (alone and _LONE.fullmatch(body)) else None
        if not lettered and not (label and _ONE_ALONE.fullmatch(body)):
            # Answers begin with a number or a letter for other reasons too.
            found = None
        found = found or (_by_words(body, options) if said else None)
        if found:
            return OptionKey(frozenset(found[0]), frozenset([*announced, at]), found[1])
        said, announced, alone = False, [], False
    return None


def _bare(text: str) -> str:
    """The words of a line without tags and marks around them.

    >>> _bare("> **Answer:** B"), _bare("<summary><b>Answer</b></summary>")
    ('Answer:** B', 'Answer')
    """
    words = _TAG.sub("", text) if "<" in text else text
    words = words.strip(_AROUND + "-+•")
    words = _CALLOUT.sub("", words, count=1) if words[:2] == "[!" else words
    block = _BLOCK.match(words) if words[:1] in _BLOCKS_BEGIN else None
    return block[1].strip(_AROUND) if block else words


def _by_letters(text: str, options: Sequence[NoteOption]) -> tuple[list[int], str] | None:
    """The options that letters at the beginning name, and the words behind these."""
    right: list[int] = []
    end, of_comma = 0, False
    if run := _RUN.match(text):
        places = [*map(_place, run[0])]
        right, end = ([] if any(one >= other for one, other in pairwise(places)) else places), run.end()
    if not right:
        one, joint = _ONE.match(text), None
        while one:
            right.append(_place(one[1]))
            end = one.end()
            of_comma = joint is not None and joint[0].strip() in ",，;；"
            # `B) A tree`: the letter is followed by the words of its option.
            alone = len(right) == 1 and right[0] < len(options) and _repeats(text[end:], options[right[0]])
            joint = None if alone else _JOINED.match(text, end)
            one = _ONE.match(text, joint.end()) if joint else None
    of_digits, letter = any(map(str.isdecimal, text[:end])), options[0].letter
    if not right or max(right) >= len(options) or (letter and letter.isdecimal() != of_digits):
        return None
    behind, words = text[end:].lstrip("*_`"), options[right[0]].text
    if not behind:
        return right, ""
    if len(right) == 1 and _repeats(behind, options[right[0]]):
        return right, _behind_words(behind, words)
    if of_comma and re.match(r"\s*[:：]", behind):
        # It may be said of the last one alone: `A, B: too small`.
        return None
    # What is bold as a whole is no word of a sentence.
    certain = text[end : end + 2] == "**" or _BEHIND.match(behind)
    return (right, _SAYS_RIGHT.sub("", behind, count=1).strip(_AROUND)) if certain else None


def _repeats(text: str, option: NoteOption) -> bool:
    return normalised(text).startswith(normalised(option.text))


def _behind_words(behind: str, words: str) -> str:
    """What a key says besides the words of its option; all of it where these begin a sentence, or differ in form."""
    if normalised(behind) == normalised(words):
        return ""
    _, found, said = behind.partition(words)
    between = _BETWEEN.match(said) if found else None
    return said[between.end() :] if between else behind.lstrip(" .。)、:：\u3000*_`")


def _place(letter: str) -> int:
    return next(labels.index(letter) for labels in LABELS if letter in labels)


def _by_words(text: str, options: Sequence[NoteOption]) -> tuple[list[int], str] | None:
    """The one option whose words the key repeats, with its label or without."""
    said = normalised(text)
    same = [at for at, one in enumerate(options) if said and said in map(normalised, (one.text, one.label + one.text))]
    return (same, "") if len(same) == 1 else None
