"""Cues: the words in a typed answer that give a point away, and how they are recognised."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from dlquiz.cards import Language, Point
from dlquiz.errors import DlquizError

_GREEK = {
    ord(letter): unicodedata.name(letter).rsplit(" ", 1)[1].lower().replace("lamda", "lambda")
    for letter in "αβγδεζηθικλμνξπρστυφχψω"
}
_SIGNS = str.maketrans(
    {"−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "⁄": "/", "’": "'", "‘": "'", "·": " ", "ς": "σ"}
)
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# British and American spelling fold to one: stems stay stems (`normalis` finds `normalized`).
_SPELLINGS = (("is", "iz"), ("ys", "yz"), ("center", "centr"), ("centre", "centr"), ("iour", "ior"), ("avour", "avor"),
              ("olour", "olor"), ("modell", "model"), ("labell", "label"), ("gradient's", "gradients"))  # fmt: skip
_SUPERSCRIPTS = str.maketrans({letter: f"^{value}" for value, letter in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")})
_LATEX_DRESS = str.maketrans("", "", "$\\{}")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{?([^{}\\]+?)\}?\s*\{([^{}\\]+)\}")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_SPACES_AT_HAN = re.compile(rf"\s*([{_HAN}])\s*")
_HYPHEN_IN_WORD = re.compile(r"(?<=[a-z])-(?=[a-z])")
_PIECES = re.compile(rf"[0-9]+(?:\.[0-9]+)*(?![a-z])|[a-z0-9]+|[{_HAN}]+|[^\sa-z0-9{_HAN}]+")
_SHORT = 3


# `variance|方差` are alternatives, `batch_norm` are words kept together; a subscript (`d_k`), a norm (`||w||_2`) and a
# condition (`p(y|x)`) are plain text.
_TOGETHER = re.compile(rf"[^\W_]{{2,}}_[^\W_]{{2,}}|[{_HAN}]_|_[{_HAN}]")
_NORM = re.compile(r"(?<![^\W_])(\|+)[^|]+\1(?![^\W_])")


class CueError(DlquizError):
    """What is written wrongly in a cue, and which word of it that is."""

    def __init__(self, message: str, written: str, fix: str) -> None:
        super().__init__(message, fix=fix)
        self.written = written


class Group(NamedTuple):
    """Words of which one must occur, or, when `forbidden`, none may."""

    alternatives: tuple[str, ...]
    forbidden: bool = False


@lru_cache(maxsize=65536)
def groups(cue: str) -> tuple[Group, ...]:
    """The word groups of a cue; empty for a plain cue, whose words stand together as written.

    Raises CueError for a group without words.

    >>> groups("variance|方差 same !batch_norm")
    (Group(alternatives=('variance', '方差'), forbidden=False), Group(alternatives=('same',), forbidden=False), \
Group(alternatives=('batch_norm',), forbidden=True))
    >>> groups("same size"), groups("p(y|x)"), groups("||w||_2"), groups("d_k")
    ((), (), (), ())
    """
    words = cue.split()
    read = [_group(word) for word in words]
    if not any(_is_group(word, group) for word, group in zip(words, read, strict=True)):
        return ()
    if all(group.forbidden for group in read):
        raise CueError("it only says what may not occur", words[0], "add a word that must occur")
    return tuple(read)


def _group(word: str) -> Group:
    forbidden = word.startswith("!") and word[1:2] not in ("=", "")
    inside = word.removeprefix("!") if forbidden else word
    if word == "!":
        raise CueError("! stands alone", word, "write !word without a blank")
    if not _divided(inside):
        return Group((inside,), forbidden)
    alternatives = tuple(inside.split("|"))
    if not all(alternatives):
        raise CueError(f"{word} has an empty alternative", word, "write word|word, without blanks at |")
    for one in alternatives:
        if one.startswith("!"):
            raise CueError(f"{word} forbids only one alternative", word, "write ! before the whole group: !word|word")
        if one.strip("_") != one:
            raise CueError(f"{word} has a _ without a word on both sides", word, "write word_word")
    return Group(alternatives, forbidden)


def _divided(word: str) -> bool:
    """Whether `|` stands between alternatives."""
    balanced = all(one.count("(") == one.count(")") for one in word.split("|"))
    return balanced and "|" in _NORM.sub("", word)


def _is_group(word: str, group: Group) -> bool:
    return group.forbidden or len(group.alternatives) > 1 or _TOGETHER.search(word) is not None


def matches(cue: str, text: str) -> bool:
    """Whether the cue occurs in the text: letters and widths folded, a word of four letters or more is a stem.

    Short words and numbers must stand whole; Chinese is found anywhere; British and American spelling are one.

    >>> matches("multipl", "Backprop multiplies one factor per layer"), matches("flat", "it inflates")
    (True, False)
    >>> matches("0.25", "at most ０.２５"), matches("0.25", "10.25"), matches("log", "the logits")
    (True, False, False)
    >>> matches("zero-centred", "not zero centered"), matches("sigma", "方差 σ²"), matches("逐层相乘", "逐层 相乘")
    (True, True, True)
    """
    return found(cue, normalise(text))


def ticked(points: Sequence[Point], reply: str, language: Language) -> tuple[int, ...]:
    """The points, counted from 1, that a typed answer names by one of their cues.

    English cues count in a Chinese answer too, because the field's terms stay English there.

    >>> from dlquiz.cards import Text
    >>> points = [Point(Text(en="a product"), ("chain rule",), ("连乘",)), Point(Text(en="flat"), ("tail",))]
    >>> ticked(points, "The Chain Rule multiplies", "en"), ticked(points, "用chain rule逐层连乘", "zh")
    ((1,), (1,))
    """
    normalised = normalise(reply)
    return tuple(
        number
        for number, point in enumerate(points, start=1)
        if any(found(cue, normalised) for cue in _counting(point, language))
    )


def _counting(point: Point, language: Language) -> tuple[str, ...]:
    return point.cues_en if language == "en" else (*point.cues_zh, *point.cues_en)


def normalise(text: str) -> str:
    r"""The form in which cues and answers are compared.

    >>> normalise("Ｂatch-Normalisation 的 均值")
    'batch normalization的均值'
    >>> normalise(r"$\frac{1}{4}\sigma^2$"), normalise("¼ σ²"), normalise("9,408")
    ('1/4sigma^2', '1/4 sigma^2', '9408')
    """
    text = unicodedata.normalize("NFKC", text.translate(_SUPERSCRIPTS).translate(_SIGNS)).casefold()
    text = _THOUSANDS.sub("", _FRACTION.sub(r"\1/\2", text)).translate(_LATEX_DRESS).translate(_SIGNS).translate(_GREEK)
    for spelling, one in _SPELLINGS:
        text = text.replace(spelling, one)
    text = _HYPHEN_IN_WORD.sub(" ", text)
    return " ".join(_SPACES_AT_HAN.sub(r"\1", text).split())


def found(cue: str, normalised: str) -> bool:
    """As `matches`, for a text that `normalise` was applied to already.

    >>> found("Keep the size", normalise("Padding keeps the sizes"))
    True
    >>> found("size|尺寸 kept|keeps", normalise("it keeps the size"))
    True
    >>> found("size !input", normalise("the size of the input"))
    False
    """
    row = groups(cue)
    if row:
        return all(group.forbidden != any(_stands(one, normalised) for one in group.alternatives) for group in row)
    return _stands(cue, normalised)


def _stands(words: str, normalised: str) -> bool:
    """Whether the words stand in the text as written, or with blanks for `_`."""
    return _occurs(words, normalised) or ("_" in words and _occurs(words.replace("_", " "), normalised))


def _occurs(cue: str, normalised: str) -> bool:
    rarest, pattern = _pattern(cue)
    return rarest is not None and rarest in normalised and pattern.search(normalised) is not None


@lru_cache(maxsize=65536)
def _pattern(cue: str) -> tuple[str | None, re.Pattern[str]]:
    """The longest piece of the cue, which must occur literally, and the whole as a regular expression."""
    normalised = normalise(cue)
    pieces = list(_PIECES.finditer(normalised))
    if not pieces:
        return None, re.compile("(?!)")
    source = ""
    for piece in pieces:
        gap = " ?" if normalised[: piece.start()].endswith(" ") else ""
        source += gap + _one(piece.group(), last=piece is pieces[-1])
    return max((piece.group() for piece in pieces), key=len), re.compile(source)


def _one(piece: str, *, last: bool) -> str:
    source = re.escape(piece)
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)*", piece):
        return rf"(?<![0-9])(?<![0-9]\.){source}(?!\.?[0-9])"
    if not re.fullmatch(r"[a-z0-9]+", piece):
        return source
    whole = rf"(?<![a-z0-9]){source}"
    if len(piece) <= _SHORT:
        return rf"{whole}s?(?![a-z0-9])"
    return whole if last else rf"{whole}[a-z]*"
