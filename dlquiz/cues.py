"""Cues: the words in a typed answer that give a point away, and how they are recognised."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from dlquiz.cards import Language, Point

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
    return found(cue, fold(text))


def ticked(points: Sequence[Point], reply: str, language: Language) -> tuple[int, ...]:
    """The points, counted from 1, that a typed answer names by one of their cues.

    English cues count in a Chinese answer too, because the field's terms stay English there.

    >>> from dlquiz.cards import Text
    >>> points = [Point(Text(en="a product"), ("chain rule",), ("连乘",)), Point(Text(en="flat"), ("tail",))]
    >>> ticked(points, "The Chain Rule multiplies", "en"), ticked(points, "用chain rule逐层连乘", "zh")
    ((1,), (1,))
    """
    folded = fold(reply)
    return tuple(
        number
        for number, point in enumerate(points, start=1)
        if any(found(cue, folded) for cue in _counting(point, language))
    )


def _counting(point: Point, language: Language) -> tuple[str, ...]:
    return point.cues_en if language == "en" else (*point.cues_zh, *point.cues_en)


def fold(text: str) -> str:
    r"""The form in which cues and answers are compared.

    >>> fold("Ｂatch-Normalisation 的 均值")
    'batch normalization的均值'
    >>> fold(r"$\frac{1}{4}\sigma^2$"), fold("¼ σ²"), fold("9,408")
    ('1/4sigma^2', '1/4 sigma^2', '9408')
    """
    text = unicodedata.normalize("NFKC", text.translate(_SUPERSCRIPTS).translate(_SIGNS)).casefold()
    text = _THOUSANDS.sub("", _FRACTION.sub(r"\1/\2", text)).translate(_LATEX_DRESS).translate(_SIGNS).translate(_GREEK)
    for spelling, one in _SPELLINGS:
        text = text.replace(spelling, one)
    text = _HYPHEN_IN_WORD.sub(" ", text)
    return " ".join(_SPACES_AT_HAN.sub(r"\1", text).split())


def found(cue: str, folded: str) -> bool:
    """As `matches`, for a text that `fold` has folded already.

    >>> found("Keep the size", fold("Padding keeps the sizes"))
    True
    """
    rarest, pattern = _pattern(cue)
    return rarest is not None and rarest in folded and pattern.search(folded) is not None


@lru_cache(maxsize=65536)
def _pattern(cue: str) -> tuple[str | None, re.Pattern[str]]:
    """The longest piece of the cue, which must occur literally, and the whole as a regular expression."""
    folded = fold(cue)
    pieces = list(_PIECES.finditer(folded))
    if not pieces:
        return None, re.compile("(?!)")
    source = ""
    for piece in pieces:
        gap = " ?" if folded[: piece.start()].endswith(" ") else ""
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
