"""How texts of computed questions are worded: articles before numbers, the form of cures, letters without meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dlquiz import expressions
from dlquiz.bank.checks.finding import Finding, texts_of
from dlquiz.cards import LANGUAGES, Card, Language, Numeric, Text
from dlquiz.formatting import shortened
from dlquiz.schema.placeholders import templates

if TYPE_CHECKING:
    from dlquiz.numeric import Instance

# An article and the number behind it, written out or drawn.
_ARTICLE = re.compile(r"\b([Aa]n?) (\$?@\{[^{}]*\}|\$?\d[\d,]*)")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "η": "eta", "θ": "theta", "κ": "kappa",
    "λ": "lambda", "μ": "mu", "ν": "nu", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "ω": "omega",
}  # fmt: skip
_LETTERS = frozenset(_GREEK.values())
# Letters that everybody reads in the same way: Euler's number, running indices, the sigmoid.
_KNOWN = frozenset({"e", "i", "j", "sigma", "d"})
_WORDS_IN_FORMULAS = re.compile(r"\\(?:text|mathrm|operatorname|mathbf|mathit)\s*\{[^{}]*\}")


def begins_with_vowel(number: str) -> bool | None:
    """Whether a number is read with a vowel first, so that "an" stands before it; None where both readings are usual.

    >>> [begins_with_vowel(one) for one in ("8", "11", "18", "80", "1", "11,000", "110", "1100")]
    [True, True, True, True, False, True, False, None]
    """
    digits = number.replace(",", "").partition(".")[0]
    if len(digits) == 4 and digits[:2] in ("11", "18"):
        return None
    return digits.startswith("8") or (digits[:2] in ("11", "18") and len(digits) % 3 == 2)


def wrong_articles(card: Card, members: Sequence[Instance]) -> Iterator[Finding]:
    """ "an 5×5", "a 8×8": with what is written, or with a value of one of the members."""
    for path, text in texts_of(card):
        for match in _ARTICLE.finditer(text.en or ""):
            article, number = match[1].lower(), match[2].removeprefix("$")
            values = {one.fill(number) for one in members} if "@" in number else {number}
            wrong = sorted(one for one in values if begins_with_vowel(one) is (article == "a"))
            if wrong:
                right = f"write {'an' if article == 'a' else 'a'} {number}"
                fix = "word it so that no article stands before a number that varies" if "@" in number else right
                yield Finding(card, (*path, "en"), "article", f'"{article} {wrong[0]}"', fix, match[0])


def of_numeric(card: Card) -> Iterator[Finding]:
    """The form of cures and the letters of workings and cures."""
    if not isinstance(card.body, Numeric):
        return
    for number, mistake in enumerate(card.body.mistakes):
        yield from _of_cure(card, ("mistakes", number, "cure"), mistake.cure)
    yield from _of_letters(card, card.body)


def _of_cure(card: Card, path: tuple[str | int, ...], cure: Text) -> Iterator[Finding]:
    for language in LANGUAGES:
        written = (getattr(cure, language) or "").strip()
        if not re.search(r"[.!?。！？](?:\s|$)|[。！？].", written):
            continue
        message = f"a cure is one sentence without a full stop: {shortened(written)}"
        yield Finding(
            card, (*path, language), "cure-form", message, "join sentences by a semicolon; leave the full stop out"
        )


def _of_letters(card: Card, family: Numeric) -> Iterator[Finding]:
    """Letters in formulas of cures, and in the numbers that end a working, which no text of the card has."""
    if family.value is not None and family.working is None:
        yield from _names_in_hints(card, family, family.value)
    explained = [card.question, card.answer, family.convention, *(one.label for one in family.ask)]
    for language in LANGUAGES:
        known = _KNOWN.union(*(_letters_of(_in(text, language), anywhere=True) for text in explained))
        if family.working:
            working = _in(family.working, language)
            yield from _unknown(card, ("working", language), _numbers_of(working), known)
            known |= _letters_of(working, anywhere=True)
        for number, mistake in enumerate(family.mistakes):
            yield from _unknown(card, ("mistakes", number, "cure", language), _in(mistake.cure, language), known)


def _names_in_hints(card: Card, family: Numeric, value: str) -> Iterator[Finding]:
    """Variables that hints and the solution print, since no working is written, and the question does not name."""
    asked = [card.question, family.convention, *(one.label for one in family.ask)]
    text = " ".join(_without_templates(_in(one, language)) for one in asked for language in LANGUAGES)
    known = _letters_of(text, anywhere=True).union(re.findall(r"\w+", text))
    unknown = sorted(expressions.cached(value).names & family.vary.keys() - known)
    if unknown:
        message = f"hints show {', '.join(unknown)}, which the question does not name"
        yield Finding(card, ("value",), "unknown-letter", message, "write working: the step in the question's symbols")


def _unknown(card: Card, path: tuple[str | int, ...], text: str, known: frozenset[str]) -> Iterator[Finding]:
    for letter in sorted(_letters_of(text) - known):
        yield Finding(
            card,
            path,
            "unknown-letter",
            f"the letter {letter} stands in no other text of the card",
            "say in the question what it is, or write it in words or numbers",
        )


def _in(text: Text | None, language: Language) -> str:
    return (getattr(text, language) or "") if text else ""


def _numbers_of(working: str) -> str:
    """What stands behind the last equals sign of each formula: there the numbers are put in."""
    formulas = re.findall(r"\$+([^$]+)\$+", _without_templates(working))
    return " ".join(f"${one.rpartition('=')[2]}$" for one in formulas if "=" in one)


def _letters_of(text: str, *, anywhere: bool = False) -> frozenset[str]:
    """The letters of the formulas, Greek ones by name, without indices; `anywhere`: also those of the sentences.

    >>> sorted(_letters_of(r"a $\\eta_0 x^n$ of $\\text{size}$"))
    ['eta', 'n', 'x']
    """
    plain = _without_templates(text)
    formulas = plain if anywhere else " ".join(re.findall(r"\$+([^$]+)\$+", plain))
    formulas = _WORDS_IN_FORMULAS.sub(" ", formulas)
    named = {"epsilon" if name == "varepsilon" else name for name in _COMMAND.findall(formulas)} & _LETTERS
    rest = re.sub(r"_(?:\{[^{}]*\}|\w)", " ", _COMMAND.sub(" ", formulas))
    single = re.findall(r"(?<![A-Za-z])[∂dΔ]?([A-Za-z])(?![A-Za-z])", rest)
    return frozenset({*named, *single, *(_GREEK[one] for one in rest if one in _GREEK)})


def _without_templates(text: str) -> str:
    for template in reversed(list(templates(text))):
        end = text.find("}", template.start)
        text = f"{text[: template.start]} {text[end + 1 :]}"
    return text
