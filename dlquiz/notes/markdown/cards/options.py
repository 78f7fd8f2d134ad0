"""Lists of options: lines with letters, boxes to tick, bullets, or all on one line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dlquiz.notes.markdown.answers import label_of, mark_of
from dlquiz.notes.markdown.cards.right_options import LABELS, announces_key
from dlquiz.notes.markdown.lines import MAX_HEADER, SourceLine
from dlquiz.notes.note import NoteOption

_LABELLED = re.compile(
    r"(?P<before>[ \t\u3000>]*(?:#{1,6}[ \t]+)?(?P<bullet>[-*+•][ \t]+)?(?:\[(?P<task>[ xX])\][ \t]+)?)"
    r"(?P<bold>\*\*|__)?(?P<label>[（(]?(?P<letter>[A-Ha-h1-8])(?P<mark>[.)、）．:：]))(?P<closed>\*\*|__)?"
    r"[ \t\u3000]*(?=\S)"
)
_MAY_BE_LABELLED = re.compile(r"[\W_]*(?:[xX]\][\W_]*)?[A-Ha-h1-8][.)、）．:：]")
_BULLETS = frozenset("-*+•")
_FIRST_LETTER, _BEFORE_LETTER = frozenset("Aa"), "-*+•>#[]xX_(（ \t\u3000"
_TASK = re.compile(r"[ \t>]*[-*+][ \t]+\[(?P<task>[ xX])\][ \t]+(?P<text>\S.*)$")
_BULLET = re.compile(r"[ \t>]*[-*+•][ \t]+(?P<text>\S.*)$")
_CHECK = "✅✔✓☑√"
_RIGHT_BEHIND = re.compile(
    rf"\s*(?:[{_CHECK}]\ufe0f?|[*_]{{0,2}}[（(][*_]{{0,2}}\s*(?:correct|right|正确)(?: (?:answer|option|choice))?"
    rf"(?:答案|选项)?\s*[{_CHECK}!]?[*_]{{0,2}}[)）][*_]{{0,2}}"
    r"|(?:<-+|←|⬅\ufe0f?)\s*(?:correct|right|answer|正确|答案).{0,12})$",
    re.IGNORECASE,
)
_RIGHT_BEFORE = re.compile(rf"[{_CHECK}]\ufe0f?\s*")
_WRONG = re.compile(r"^[❌✗✘✖]\ufe0f?\s*|\s*[❌✗✘✖]\ufe0f?$")
_TITLE = re.compile(r"\W*(?:options?|choices?|选项|备选答案)\W*$", re.IGNORECASE)
# What is said of one option: `- **A**: too small`, `Option B) …`, `选项 C：…`.
_WHY = re.compile(
    r"[ \t>]*(?:[-*+•][ \t]+)?[❌✗✘✖✅✔✓]?\ufe0f?[ \t]*[*_`]{0,2}(?:(?:option|choice|选项)[ \t]*)?"
    r"[（(]?(?P<letter>[A-H])[)）]?(?:项)?[*_`]{0,2}[ \t]*(?:[.:：、）)]|[-–—](?=[ \t]))[*_`]{0,2}[ \t]*(?P<why>\S.*)$",
    re.IGNORECASE,
)
# What no option holds: items of another list, headings, tables.
_OTHER_LIST = re.compile(r"(?:[-*+•]|\d{1,3}[.)、])[ \t]|[#|>]")
# How far below the question a list begins, and how many lines an option has.
_FAR, _LONGEST = 60, 25
# From so many options on, one line may hold them all, and one of them may be bold because it is right.
_SEVERAL = 3


class BodyLine(NamedTuple):
    """A line below a question by its place; -1 is what stands behind the question on its own line."""

    at: int
    line: SourceLine


class OptionList(NamedTuple):
    """Options with the marks that they have, and where they begin and end among the rows; `lettered` says whether they
    are counted."""

    options: list[NoteOption]
    begin: int
    end: int
    lettered: bool


def is_options_title(words: str) -> bool:
    """Whether a line only says that options follow."""
    return len(words) < 40 and _TITLE.match(words) is not None


def begins_options(line: SourceLine) -> bool:
    """Whether a line may be the first of options with letters."""
    if (
        line.state != "text"
        or len(line.text) > MAX_HEADER
        or line.words.lstrip(_BEFORE_LETTER)[:1] not in _FIRST_LETTER
    ):
        return False
    match = _LABELLED.match(line.text)
    return match is not None and match["letter"] in _FIRST_LETTER


def may_hold_options(lines: Sequence[SourceLine]) -> bool:
    """Whether a line begins with a letter or a digit and a mark, or several with bullets: of most answers that alone
    says that they hold no options."""
    items = 0
    for at, line in enumerate(lines):
        items += line.words.lstrip("> \t")[:1] in _BULLETS
        if items > 1 or (at < _FAR and _MAY_BE_LABELLED.match(line.text)):
            return True
    return False


def lists(rows: Sequence[BodyLine]) -> Iterator[OptionList]:
    """What may be options, down to what says which are right: bullets only right below the question."""
    above, begin = True, 0
    while begin < min(len(rows), _FAR):
        line = rows[begin].line
        listed = None
        if line.state == "text" and len(line.text) <= MAX_HEADER:
            listed = _lettered(rows, begin)
            listed = listed or (_unlettered(rows, begin, _TASK) if "[" in line.text else None)
            listed = listed or (_unlettered(rows, begin, _BULLET) if above else None)
            if listed is None and (label_of(line.text) or announces_key(line.text)):
                return
        if listed:
            yield listed
        above = above and listed is None and (not line.words or is_options_title(line.words))
        begin = listed.end if listed else begin + 1


def _lettered(rows: Sequence[BodyLine], begin: int) -> OptionList | None:
    """Lines that are counted with letters or digits, one or several options a line."""
    first = _LABELLED.match(rows[begin].line.text)
    labels = next((one for one in LABELS if first and first["letter"] == one[0]), "")
    if first is None or not labels:
        return None
    found: list[NoteOption] = []
    end, goes_on = begin, False
    for at in range(begin, len(rows)):
        line = rows[at].line
        match = _LABELLED.match(line.text) if line.words and line.state == "text" else None
        letter = labels[len(found) : len(found) + 1]
        if match and _follows(first, match, letter):
            found += _on_line(match, labels[len(found) :])
            end = at + 1
        elif not _goes_on(rows, at, first, letter):
            break
        elif line.words:
            found[-1] = _longer(found[-1], line)
            end, goes_on = at + 1, True
    if len(found) < 2:
        return None
    return OptionList(_with_bold(found, marks=not goes_on and labels[0].isalpha()), begin, end, True)


def _follows(first: re.Match[str], match: re.Match[str], letter: str) -> bool:
    """Whether a line has the look of the first option and this letter."""
    if match["letter"] != letter or match["mark"] != first["mark"] or bool(match["bullet"]) != bool(first["bullet"]):
        return False
    return abs(len(first["before"]) - len(match["before"])) < 4


def _goes_on(rows: Sequence[BodyLine], at: int, first: re.Match[str], letter: str) -> bool:
    """Whether a line goes on with the option above it: further in, or above the next option."""
    line = rows[at].line
    if line.words and line.state == "text":
        if label_of(line.text) or announces_key(line.text) or mark_of(line.words) or _OTHER_LIST.match(line.words):
            return False
        if rows[at - 1].line.words and line.indent > len(first["before"]) + 1:
            return True
    for _, below in rows[at : at + _LONGEST] if letter else ():
        if below.state == "text" and (match := _LABELLED.match(below.text)) and _follows(first, match, letter):
            return True
    return False


def _longer(option: NoteOption, line: SourceLine) -> NoteOption:
    """The option with a further line; what holds code keeps its lines."""
    code = line.state == "code" or "\n" in option.text
    return option._replace(text=f"{option.text}\n{line.text.rstrip()}" if code else f"{option.text} {line.words}")


def _on_line(match: re.Match[str], labels: str) -> Iterator[NoteOption]:
    """The options on the line of this label: `A. x  B. y  C. z`; two of them with some room between."""
    text = match.string[match.end() :]
    label, mark = match["label"], match["mark"]
    pieces: list[tuple[str, str]] = []
    for letter in labels[1:]:
        if letter + mark not in text:
            break
        found = re.search(rf"(?<=[ \t\u3000])([（(]?{letter}{re.escape(mark)})[ \t\u3000]*(?=\S)", text)
        if found is None:
            break
        pieces.append((label, text[: found.start()]))
        label, text = found[1], text[found.end() :]
    pieces.append((label, text))
    if len(pieces) < _SEVERAL and not pieces[0][1].endswith(("  ", "\t", "\u3000")):
        pieces = [(match["label"], match.string[match.end() :])]
    for own, words in pieces:
        opened = f"{match['bold']}{words}" if match["bold"] and not match["closed"] else words
        yield _marked(own, opened.strip(), (match["task"] or "").lower() == "x")


def _marked(label: str, words: str, right: bool = False) -> NoteOption:
    """An option without the mark that says whether it is right."""
    if words.isascii() and ")" not in words and "<" not in words:
        # The other marks are signs beyond ASCII.
        return NoteOption(words, right, label)
    if found := _RIGHT_BEHIND.search(words):
        words, right = words[: found.start()].strip(), True
    if found := _RIGHT_BEFORE.match(words):
        words, right = words[found.end() :], True
    return NoteOption(_WRONG.sub("", words).strip(), right, label)


def _with_bold(options: list[NoteOption], *, marks: bool) -> list[NoteOption]:
    """The options, none bold as a whole; where that is one of the `marks`, the only such of several is right."""
    bold = [at for at, one in enumerate(options) if _is_bold(one.text)]
    if not bold:
        return options
    right = marks and len(bold) == 1 and len(options) >= _SEVERAL and not any(one.right for one in options)
    return [
        one._replace(text=one.text[2:-2].strip(), right=one.right or right) if at in bold else one
        for at, one in enumerate(options)
    ]


def _is_bold(text: str) -> bool:
    return len(text) > 4 and text[:2] == text[-2:] and text[:2] in ("**", "__") and text[:2] not in text[2:-2]


def _unlettered(rows: Sequence[BodyLine], begin: int, pattern: re.Pattern[str]) -> OptionList | None:
    """Items of a list without letters: boxes to tick, or bullets."""
    found: list[NoteOption] = []
    margin, end = rows[begin].line.indent, begin
    for at in range(begin, len(rows)):
        line = rows[at].line
        match = pattern.match(line.text) if line.state == "text" and line.indent == margin else None
        if match is not None:
            found.append(NoteOption(match["text"].strip(), pattern is _TASK and match["task"] in "xX"))
            end = at + 1
        elif line.words:
            break
    return OptionList(found, begin, end, False) if len(found) > 1 else None


def explained(rows: Sequence[BodyLine], options: Sequence[NoteOption]) -> tuple[dict[int, str], frozenset[int]]:
    """What lines below the key say of single options, by the places of these, and the places of the lines: several that
    go through the options in their order."""
    whys: dict[int, str] = {}
    found: set[int] = set()
    open_at = -1  # how far in the last of these lines stands, whose text goes on further in
    for row in rows if options[0].letter.isalpha() else ():
        line = row.line
        match = _WHY.match(line.text) if line.state == "text" and len(line.text) <= MAX_HEADER else None
        place = LABELS[0].index(match["letter"].upper()) if match else -1
        if match and max(whys, default=-1) < place < len(options):
            whys[place], open_at = match["why"].strip(), line.indent
            found.add(row.at)
        elif line.state == "text" and 0 <= open_at < line.indent and not mark_of(line.words):
            whys[max(whys)] += f" {line.words}"
            found.add(row.at)
        else:
            open_at = -1
    return (whys, frozenset(found)) if len(whys) > 1 else ({}, frozenset())
