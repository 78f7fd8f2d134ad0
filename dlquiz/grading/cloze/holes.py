r"""Whether what is typed fills a hole: as a formula, a number, a word, a name, a set or a list.

>>> fits("(1 - beta2) * g * g", Hole(r"(1-\beta_2)g^2")), fits("W, N and H", Hole("N, H, W", form="set"))
(True, True)
>>> fits("six layers", Hole("6")), fits("about 15.3 %", Hole("15.3")), fits("10%", Hole("0.1")), fits("4", Hole("2×2"))
(True, True, True, False)
>>> fits("O(n)", Hole("n"), "costs O(@{1}) steps"), fits("varience", Hole("variance")), fits("bias", Hole("variance"))
(True, True, False)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from dlquiz.cards import Hole, HoleForm
from dlquiz.grading import formulas
from dlquiz.grading.cloze.hole_numbers import fits_number, is_number
from dlquiz.grading.cloze.hole_words import fits_name, fits_word, unwrapped_words
from dlquiz.grading.cloze.parts import fits_list, is_list
from dlquiz.grading.formulas import Context
from dlquiz.grading.formulas.tokens import GREEK_NAMES
from dlquiz.grading.thesaurus import Thesaurus

LONGEST = 400  # of a filling
_MATHEMATICS = re.compile(r"[\\^_=+*/()|<>α-ωΑ-Ω√∂∑·²³]|^[-−]|'$|\b\w\s*[-−]\s*\w\b")
# Two letters side by side, the first of them small: xV, zy.
_PRODUCT = re.compile(r"(?!no|in|is|to|by|or|up|at|if|of|on|do|go)[a-z][A-Za-z]")
_NOTHING = Thesaurus()


def fits(given: str, hole: Hole, text: str = "", thesaurus: Thesaurus = _NOTHING, *, number: int = 1) -> bool:
    """Whether the words fill the hole; `text` is the sentence in both languages, in which the hole is `@{number}`."""
    if not given.strip() or len(given) > LONGEST:
        return False
    place = _HoleInText(hole, text, number, thesaurus)
    readings = tuple(_readings(given, text, number))
    return any(place.accepts(reading, answer, form) for answer, form in _answers(hole) for reading in readings)


@lru_cache(maxsize=1024)
def _looks(answer: str) -> HoleForm:
    return form_of(answer)


def form_of(answer: str) -> HoleForm:
    """What an answer is compared as when its card does not say so.

    >>> [form_of(answer) for answer in ("6", r"\\frac12", "15.3%", r"\\alpha z", "C", "2×2", "N, H, W", "variance")]
    ['number', 'number', 'number', 'formula', 'formula', 'list', 'list', 'word']
    >>> form_of("feed-forward network"), form_of("multi-head self-attention"), form_of("same (minority)"), form_of("FP")
    ('word', 'word', 'word', 'word')
    """
    plain = re.sub(r"\\[,;:! ]", " ", answer).strip().strip("$")
    if is_number(plain):
        return "number"
    if is_list(plain):
        return "list"
    letters = re.sub(r"[^A-Za-z]", "", plain)
    is_symbol = (len(letters) == 1 and len(plain) <= 2) or letters in GREEK_NAMES or _PRODUCT.fullmatch(plain)
    if (is_symbol or _MATHEMATICS.search(plain)) and not _is_prose(plain) and formulas.is_readable(plain):
        return "formula"
    return "word"


def _is_prose(text: str) -> bool:
    """Whether words of a language stand in the text."""
    without_commands = re.sub(r"\\[A-Za-z]+|[A-Za-z]+_", " ", text)
    words = re.findall(r"[A-Za-z]{4,}", without_commands)
    return bool(re.search("[\u4e00-\u9fff]", text)) or (
        len(words) > 0 and bool(re.search(r"[a-z] [a-z(]", without_commands))
    )


def _answers(hole: Hole) -> Iterator[tuple[str, HoleForm]]:
    """What is accepted, each with the form in which it is compared."""
    form = hole.form or _looks(hole.answer)
    yield hole.answer, form
    for answer in hole.accept:
        looks = _looks(answer)
        yield answer, form if form in ("set", "list", "name") and looks != "word" else looks


class _HoleInText(NamedTuple):
    """A hole with what its fillings are judged by."""

    hole: Hole
    text: str
    number: int
    thesaurus: Thesaurus

    def accepts(self, given: str, answer: str, form: HoleForm) -> bool:
        if _squeezed(given) == _squeezed(answer):
            return True
        match form:
            case "formula":
                return formulas.equal(given, answer, self.context())
            case "number":
                return self._is_number(given, answer)
            case "set" | "list":
                return fits_list(given, answer, ordered=form == "list", same=self._same_part)
            case "name":
                return fits_name(given, answer, self.thesaurus)
            case "word":
                return fits_word(given, answer, self.thesaurus)

    def context(self) -> Context:
        also = tuple((name, tuple(others)) for name, others in self.hole.also.items())
        return Context(self.text, also, self.hole.where, formulas.speaks_of_matrices(self.hole.answer))

    def _is_number(self, given: str, answer: str) -> bool:
        if given.endswith("x") and re.search(r"\$[^$]*(?<![A-Za-z\\])x(?![A-Za-z])", self.text):
            return False  # 2x is twice, but not beside a symbol x
        return fits_number(given, answer, percent=_percent_follows(self.text, self.number))

    def _same_part(self, one: str, other: str) -> bool:
        """Whether two parts of a list are the same."""
        form = _looks(other)
        if form == "number":
            return fits_number(one, other)
        if form == "formula":
            return formulas.equal(one, other, Context(self.text))
        return fits_word(one, other, _NOTHING)


def _squeezed(text: str) -> str:
    """The text without what distinguishes nobody's knowledge; case is kept."""
    return re.sub(r"[\s$]|\\[,;!]", "", text)


def _percent_follows(text: str, number: int) -> bool:
    return bool(re.search(rf"@\{{{number}\}}\$?\s*(?:\\?%|percent|个百分点)", text))


# -- what people type around an answer --------------------------------------------------------------------------------

_REMARK = re.compile(r"^(.*?[^\s(（])(?:\s+[(]|（|(?<=[\u4e00-\u9fff])[(])([\w\s.%\-=]*)[)）]$", re.DOTALL)
_LEADING = re.compile(
    r"^(?:=|≈|~|:|：|is|are|equals|about|around|roughly|approximately|approx\.?|约|大约|大概|等于|是|为)\s*(?=\S)", re.I
)


def _readings(given: str, text: str, number: int) -> Iterator[str]:
    """The filling as typed, and without what people add: quotes, hedges, the frame of the sentence, a remark."""
    # A prime at the end belongs to the formula unless another one opens it.
    quotes = "'" if given.lstrip().startswith("'") else ""
    plain = given.strip().strip(f'"“”‘’`。；;，,{quotes}').strip()
    if plain.endswith(".") and not plain.endswith(".."):
        plain = plain[:-1].strip()
    seen = dict.fromkeys((given.strip(), plain))
    for one in list(seen):
        seen[_LEADING.sub("", one)] = None
    for one in list(seen):
        seen |= dict.fromkeys(_without_frame(one, text, number))
        if remark := _REMARK.match(one):
            is_word = re.search(r"\w{3}|[\u4e00-\u9fff]", remark[1])
            seen |= dict.fromkeys((remark[1], remark[2]) if is_word else (remark[1],))
    for one in list(seen):
        seen[unwrapped_words(one, text)] = None
    return (one for one in seen if one.strip())


def _without_frame(given: str, text: str, number: int) -> Iterator[str]:
    """What stands in the hole, of a filling that repeats what the sentence has around it: `O(n)` for `O(@{1})`."""
    for match in re.finditer(rf"(\S*)@\{{{number}\}}(\S*)", text):
        before, after = match[1].rpartition("$")[2], match[2].partition("$")[0]
        before = re.split(r"[=,;，；:]", before)[-1]
        after = re.split(r"[,;，；。]", after)[0]
        squeezed = _squeezed(given)
        if before and squeezed.startswith(before) and squeezed.endswith(after) and len(squeezed) > len(before + after):
            yield squeezed[len(before) : len(squeezed) - len(after)]
