"""A text as words that can be compared: English words with their stems, numbers, Chinese characters and signs."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from dlquiz.grading.chinese import HAN
from dlquiz.grading.stems import american, stem

MAX_LENGTH = 5000  # of a typed answer; what follows is not looked at
COMMA, STOP = 6.0, 16.0  # how far a comma and the end of a sentence set words apart, in words
_GREEK = {
    letter: unicodedata.name(letter).rsplit(" ", 1)[1].lower().replace("lamda", "lambda")
    for letter in "αβγδεζηθικλμνξπρστυφχψω"
} | {"ς": "sigma", "ϵ": "epsilon", "ϕ": "phi", "∇": "nabla", "∑": "sum", "√": "sqrt", "∞": "infinity",
     "\u0302": "hat", "ŷ": "y hat", "ŵ": "w hat", "ẑ": "z hat"}  # fmt: skip
_SIGNS = {
    "−": "-", "–": "-", "—": ",", "‐": "-", "‑": "-", "⁄": "/", "÷": "/", "×": "x", "✕": "x", "·": " ", "⋅": " ",
    "’": "'", "‘": "'", "≈": "~", "≤": "<=", "≥": ">=", "→": "->", "，": ",", "、": " ", "。": ".", "；": ";",
    "！": "!", "？": "?", "：": ":", "\n": " ",
}  # fmt: skip
_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-", strict=True))
_FRACTION = re.compile(r"\\[dt]?frac\s*\{?([^{}\\]+?)\}?\s*\{([^{}\\]+)\}")
_NEW_THOUGHT = re.compile(r"\n(?=\s*(?:\n|[-*•]|\d+[.)、]))")  # a blank line or an item of a list
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})|(?<=[A-Z])(?=[A-Z][a-rt-z](?![a-z]))")
# A hyphen in a word is left out; between two letters it is a minus: `p-y`.
_WORD = re.compile(
    rf"(?P<left_out>\b(?:e\.g|i\.e|vs|etc|approx)\.|(?<=[a-z])-(?=[a-z]{{2}})|(?<=[a-z]{{2}})-(?=[a-z])|(?<=[a-z])'s\b)|(?P<number>\d+(?:,\d{{3}}(?!\d))+|\d+(?:\.\d+)?)|(?P<negated>[a-z]+(?=n't\b))|(?P<word>n't\b|[a-z]+)"
    rf"|(?P<han>[{HAN}])|(?P<comma>,|:)|(?P<stop>[;!?]|\.(?![a-z\d]))|(?P<sign>->|[<>]=?|[-+*/^=%~&@▁])"
)
# Particles carry no meaning of their own: 通用的特征 is 通用特征, 仍是线性 is 仍然是线性 or 还是线性的.
_PARTICLES = frozenset("的了地得着也都就")
_TURNS = frozenset(("but", "while", "whereas", "although", "though", "however", "而", "但"))
_SHORTENED = {"ca": "can", "wo": "will"}
_WITHOUT_APOSTROPHE = frozenset(
    ("dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "werent", "cant", "wont", "couldnt", "shouldnt", "wouldnt",
     "hasnt", "havent")
)  # fmt: skip
# Where 而 does not begin a contrary thought.
_NO_TURN = re.compile("[因从反进然]而|而且")


class Word(NamedTuple):
    """One word of a text: `place` says how far along it stands (a Chinese character counts half a word, a comma and a
    full stop set apart), `clause` in which clause, `start` and `end` where it was typed."""

    stem: str
    form: str
    kind: str  # word, number, han or sign
    start: int
    end: int
    place: float
    clause: int


def words(text: str) -> list[Word]:
    """The words of a text in order, punctuation and brackets left out.

    >>> [word.stem for word in words(r"BatchNorm keeps the σ² at $\\frac{1}{3}$, 方差不变")]
    ['batch', 'norm', 'keep', 'the', 'sigma', '^', '2', 'at', '1', '/', '3', '方', '差', '不', '变']
    >>> [(word.form, word.clause) for word in words("it isn't flat, 9,408 steps")]
    [('it', 0), ('is', 0), ('not', 0), ('flat', 0), ('9408', 1), ('steps', 1)]
    """
    normalised, origin = _folded(text[:MAX_LENGTH])
    turns = {at for match in _NO_TURN.finditer(normalised) for at in (match.start(), match.start() + 1)}
    found: list[Word] = []
    place, clause = 0.0, 0
    for match in _WORD.finditer(normalised):
        kind, form = str(match.lastgroup), match.group()
        if kind in ("comma", "stop"):
            place, clause = place + (COMMA if kind == "comma" else STOP), clause + 1
            continue
        if kind == "left_out" or form in _PARTICLES:
            continue
        if form in _TURNS and match.start() not in turns and found and found[-1].clause == clause:
            place, clause = place + COMMA, clause + 1
        start, end = origin[match.start()], origin[match.end() - 1] + 1
        for one in _parts(kind, form):
            found.append(
                Word(_stemmed(kind, one), one, "word" if kind == "negated" else kind, start, end, place, clause)
            )
        place += 0.5 if kind == "han" else 1.0
    return found


def _parts(kind: str, form: str) -> tuple[str, ...]:
    """A word as one reads it: `can't`, `cannot` and `cant` are can and not."""
    if kind == "number":
        return (form.replace(",", ""),)
    if form == "n't":
        return ("not",)
    if kind == "negated":
        return (_SHORTENED.get(form, form),)
    if form == "cannot" or form in _WITHOUT_APOSTROPHE:
        verb = form.removesuffix("not") if form == "cannot" else form.removesuffix("nt")
        return (_SHORTENED.get(verb, verb), "not")
    return (american(form),)


def _stemmed(kind: str, form: str) -> str:
    return stem(form) if kind in ("word", "negated") else form


def _folded(text: str) -> tuple[str, list[int]]:
    """The text in small plain letters, and for each of its characters where it was typed."""
    breaks = {match.start() for match in _CAMEL.finditer(text)}
    out: list[str] = []
    origin: list[int] = []
    thoughts = {match.start() for match in _NEW_THOUGHT.finditer(text)}
    for at, letter in _without_fractions(text):
        if at in breaks:
            out.append(" ")
            origin.append(at)
        plain = ";" if at in thoughts else _plain(letter)
        if letter in _SUPERSCRIPTS:
            plain = ("" if text[at - 1 : at] in _SUPERSCRIPTS else "^") + _SUPERSCRIPTS[letter]
        out.append(plain)
        origin += [at] * len(plain)
    return "".join(out), origin


def _without_fractions(text: str) -> list[tuple[int, str]]:
    """The characters with their places; of a LaTeX fraction the two parts with a stroke between."""
    out: list[tuple[int, str]] = []
    at = 0
    for match in _FRACTION.finditer(text):
        out += zip(range(at, match.start()), text[at : match.start()], strict=True)
        out += zip(range(match.start(1), match.end(1)), match[1], strict=True)
        out.append((match.end(1), "/"))
        out += zip(range(match.start(2), match.end(2)), match[2], strict=True)
        at = match.end()
    return out + list(zip(range(at, len(text)), text[at:], strict=True))


@lru_cache(maxsize=8192)
def _plain(letter: str) -> str:
    if letter.isascii():
        return " " if letter in "$\\{}" else _SIGNS.get(letter, letter.lower())
    letter = _SIGNS.get(letter) or unicodedata.normalize("NFKC", letter).casefold()
    return "".join(f" {_GREEK[one]} " if one in _GREEK else _SIGNS.get(one, one) for one in letter)
