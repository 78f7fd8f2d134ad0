"""How a cue is written: `variance|方差 same|kept !batch_norm`; and the plain form in which texts are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from dlquiz.errors import DlquizError
from dlquiz.grading.chinese import HAN

_GREEK = {
    ord(letter): unicodedata.name(letter).rsplit(" ", 1)[1].lower().replace("lamda", "lambda")
    for letter in "αβγδεζηθικλμνξπρστυφχψω"
}
_SIGNS = str.maketrans(
    {"−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "⁄": "/", "’": "'", "‘": "'", "·": " ", "ς": "σ"}
)
# British and American spelling fold to one: stems stay stems (`normalis` finds `normalized`).
_SPELLINGS = (("is", "iz"), ("ys", "yz"), ("center", "centr"), ("centre", "centr"), ("iour", "ior"), ("avour", "avor"),
              ("olour", "olor"), ("modell", "model"), ("labell", "label"), ("gradient's", "gradients"))  # fmt: skip
_SUPERSCRIPTS = str.maketrans({letter: f"^{value}" for value, letter in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")})
_LATEX_DRESS = str.maketrans("", "", "$\\{}")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{?([^{}\\]+?)\}?\s*\{([^{}\\]+)\}")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_SPACES_AT_HAN = re.compile(rf"\s*([{HAN}])\s*")
_HYPHEN_IN_WORD = re.compile(r"(?<=[a-z])-(?=[a-z])")

# `variance|方差` are alternatives, `batch_norm` are words kept together; a subscript (`d_k`), a norm (`||w||_2`) and a
# condition (`p(y|x)`) are plain text.
_TOGETHER = re.compile(rf"[^\W_]{{2,}}_[^\W_]{{2,}}|[{HAN}]_|_[{HAN}]")
_NORM = re.compile(r"(?<![^\W_])(?<![)\]])(\|+)[^|]+\1(?![^\W_])")
_IN_BRACKETS = re.compile(r"\([^()]*\)")


class CueError(DlquizError):
    """What is written wrongly in a cue, and which word of it that is."""

    def __init__(self, message: str, written: str, fix: str) -> None:
        super().__init__(message, fix=fix)
        self.written = written


class WordGroup(NamedTuple):
    """Words of which one must occur, or, when `forbidden`, none may."""

    alternatives: tuple[str, ...]
    forbidden: bool = False


@lru_cache(maxsize=65536)
def groups(cue: str) -> tuple[WordGroup, ...]:
    """The word groups of a cue; empty for a plain cue, each word of which must occur.

    Raises CueError for a group without words.

    >>> groups("variance|方差 same !batch_norm")
    (WordGroup(alternatives=('variance', '方差'), forbidden=False), \
WordGroup(alternatives=('same',), forbidden=False), WordGroup(alternatives=('batch_norm',), forbidden=True))
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


def _group(word: str) -> WordGroup:
    forbidden = word.startswith("!") and word[1:2] not in ("=", "")
    inside = word.removeprefix("!") if forbidden else word
    if word == "!":
        raise CueError("! stands alone", word, "write !word without a space")
    if not _divided(inside):
        return WordGroup((inside,), forbidden)
    alternatives = tuple(inside.split("|"))
    if not all(alternatives):
        raise CueError(f"{word} has an empty alternative", word, "write word|word, without spaces at |")
    for one in alternatives:
        if one.startswith("!"):
            raise CueError(f"{word} forbids only one alternative", word, "write ! before the whole group: !word|word")
        if one.strip("_") != one:
            raise CueError(f"{word} has a _ without a word on both sides", word, "write word_word")
    return WordGroup(alternatives, forbidden)


def _divided(word: str) -> bool:
    """Whether `|` stands between alternatives.

    >>> _divided("(1-rho)|1-rho|(1-ρ)"), _divided("||w||_2"), _divided("p(y|x)")
    (True, False, False)
    """
    balanced = all(one.count("(") == one.count(")") for one in word.split("|"))
    return balanced and "|" in _NORM.sub("", word)


def has_open_bracket(word: str) -> bool:
    """Whether a bracket that is open at `|` keeps alternatives from being divided.

    >>> has_open_bracket("ln_p|log(p"), has_open_bracket("p(y|x)"), has_open_bracket("ln_p|log(p)")
    (True, False, False)
    """
    return not _divided(word) and "|" in _NORM.sub("", _IN_BRACKETS.sub("", word))


def _is_group(word: str, group: WordGroup) -> bool:
    return group.forbidden or len(group.alternatives) > 1 or _TOGETHER.search(word) is not None


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
