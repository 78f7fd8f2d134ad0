"""A card → the two sides it shows in Anki, in one language or in two with one of them first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from dlquiz.anki.equation import equation
from dlquiz.anki.images import DrawFigure
from dlquiz.anki.mathjax import escaped, mathjax
from dlquiz.anki.package.notetypes import FIELDS, TYPED
from dlquiz.cards import Card, Language, Text
from dlquiz.formatting import spoken_number, with_unit
from dlquiz.kinds import kind_of
from dlquiz.kinds.view import (
    CardView,
    FilledHole,
    FilledHoles,
    Items,
    JudgedOption,
    JudgedOptions,
    OrderedSteps,
    SolvedQuantity,
    Working,
    WorkingStep,
    card_view,
)
from dlquiz.markup.html import FindImage, plain_text, render
from dlquiz.messages.study import CARD_PARTS
from dlquiz.numeric import AskedQuantity, Instance
from dlquiz.render.working import printed

_WORDS: dict[str, tuple[str, str]] = CARD_PARTS | {
    "points": ("What an interviewer listens for", "面试官要听的要点"),
    "hint": ("Hint", "提示"),
    "level": ("level", "难度"),
    "language": ("English", "中文"),
    "tolerance": ("within", "误差不超过"),
    "factor": ("within a factor of", "误差不超过的倍数："),
}
# A number that has one way to be typed; fractions and long decimals have many.
_TYPEABLE = re.compile(r"-?\d{1,7}(\.\d{1,4})?")
# A hole of plain text with a formula in it, and the punctuation that must not begin the next line.
_FORMULA_IN_HOLE = re.compile(r"(\{\{c1::\\\((?:(?!\}\}).)*\}\})([,.;:!?)，。；：！？、）]+)")
_LANGUAGE_TAG = {"en": "en", "zh": "zh-CN"}


class Side(NamedTuple):
    """What one language's fields hold."""

    question: str
    answer: str
    extra: str
    hint: str = ""


class ExportedCard(NamedTuple):
    """A card as it goes to Anki: `key` names the note, `instance` is what a numeric card shows there (None: what is
    drawn for the key)."""

    key: str
    card: Card
    deck: Text
    instance: Instance | None = None


def fields(
    exported: ExportedCard,
    languages: Sequence[Language],
    image: FindImage | None = None,
    figure: DrawFigure | None = None,
) -> list[str]:
    """The note's fields, in order; the first of the languages that the card has stands first."""
    written = exported.card.question.languages
    available = [language for language in languages if language in written] or written
    first = available[0]
    card = exported.card
    drawn = exported.instance or kind_of(card.body).fixed(card.body, exported.key)
    values = {
        "Key": exported.key,
        "Source": plain_text(" · ".join(card.references)),
        TYPED: plain_text(_typed(card_view(card, first, drawn), first)),
        "Context": plain_text(f"{exported.deck.language(first)} · {_word('level', first)} {card.level}"),
    }
    for language, suffix in zip(available[:2], ("", "_2"), strict=False):
        side = _side(card_view(card, language, drawn), language, image)
        if figure and card.figure and (picture := figure(card.figure, language)):
            side = side._replace(answer=f'{side.answer}<div class="figure">{picture}</div>')
        values |= {f"Question{suffix}": side.question, f"Answer{suffix}": side.answer, f"Extra{suffix}": side.extra}
        values |= {f"Hint{suffix}": side.hint, f"Language{suffix}": _LANGUAGE_TAG[language]}
        if suffix:
            values["Language_2_name"] = _word("language", language)
    return [values.get(name, "") for name in FIELDS]


def _typed(view: CardView, language: Language) -> str:
    """What the person types, for Anki to compare letter by letter: one number, or one hole with a word in it."""
    match view.solution:
        case Working():
            values = [quantity.value for quantity in view.quantities]
            return values[0] if len(values) == 1 and _TYPEABLE.fullmatch(values[0]) else ""
        case FilledHoles(holes=(FilledHole() as hole,)):
            answer = hole.spoken(language)
            return "" if set(answer) & set("$\\`*") else answer
        case _:
            return ""


def _side(view: CardView, language: Language, image: FindImage | None) -> Side:
    question, answer = _asked(view, language, image), _text(view.answer, image)
    solution = _solution(view, language, image)
    if solution and answer:
        answer = f'<div class="explanation">{answer}</div>'
    hint = _hint(view.hint, language) if view.hint else ""
    return Side(question, solution + answer, _extra(view, language, image), hint)


def _text(words: str | None, image: FindImage | None) -> str:
    return "" if words is None else render(words, mathjax, None, image)


def _asked(view: CardView, language: Language, image: FindImage | None) -> str:
    """The front: the question with what it lists, what it asks for, and how that is meant."""
    if isinstance(view.solution, FilledHoles):
        return _cloze(view.question, view.solution.holes, image)
    question = _text(view.question, image) + (_items(view.items, image) if view.items else "")
    if len(view.quantities) > 1:
        question += "<ul>" + "".join(f"<li>{_quantity(one.asked)}</li>" for one in view.quantities) + "</ul>"
    notes = [_text(view.convention, image), *(_tolerance(one.asked.tolerance, language) for one in view.quantities[:1])]
    return question + "".join(f'<div class="note">{note}</div>' for note in notes if note)


def _items(items: Items, image: FindImage | None) -> str:
    lines = "".join(f"<li>{_text(words, image)}</li>" for words in items.texts)
    match items.style:
        case "options":
            return f'<ol class="options" type="A">{lines}</ol>'
        case "steps":
            return f'<ul class="steps">{lines}</ul>'


def _solution(view: CardView, language: Language, image: FindImage | None) -> str:
    """The back, before the answer in words."""
    match view.solution:
        case JudgedOptions(options):
            return f'<ol class="options" type="A">{"".join(_option(one, image) for one in options)}</ol>'
        case OrderedSteps(steps):
            return f'<ol class="steps">{"".join(f"<li>{_text(step, image)}</li>" for step in steps)}</ol>'
        case Working(steps=lines):
            results = "".join(_result(one, len(view.quantities) > 1) for one in view.quantities)
            working = "".join(map(_step, lines))
            return results + (f'<div class="label">{_word("working", language)}</div>{working}' if working else "")
        case FilledHoles() | None:
            return ""


def _option(option: JudgedOption, image: FindImage | None) -> str:
    kind, mark = ("right", "✓") if option.right else ("wrong", "✗")
    why = _text(option.why, image)
    words = f'<span class="mark">{mark}</span> {_text(option.text, image)}'
    return f'<li class="{kind}">{words}' + (f'<span class="why">{why}</span></li>' if why else "</li>")


def _cloze(text: str, holes: Sequence[FilledHole], image: FindImage | None) -> str:
    """The text as Anki's cloze; all holes are c1, numbered where there are several, so that they are one memory."""

    def fill(number: int, in_formula: bool) -> str:
        if not 1 <= number <= len(holes):
            return f"@{{{number}}}"
        name = f"::{number}" if len(holes) > 1 else ""
        answer = holes[number - 1].answer
        if in_formula:
            # A hole stands like a symbol: braces keep what is before and after it from taking a part. Anki colours no
            # hole inside a formula; the class comes with the answer, so that only the back has it.
            latex = rf"\class{{cloze}}{{{escaped(answer.strip().strip('$'))}}}"
            return "{ {{c1::" + _inside(latex) + name + "}} }"
        if answer.strip().startswith("$") and answer.strip().endswith("$"):
            answer = answer.strip().strip("$")
        elif "\\" not in answer:
            words = plain_text(answer).replace("}}", "}&#125;").replace("::", ":<!-- -->:")
            return "{{c1::" + words + name + "}}"
        return "{{c1::\\(" + _inside(escaped(answer)) + "\\)" + name + "}}"

    return _FORMULA_IN_HOLE.sub(r'<span class="unbroken">\1\2</span>', render(text, mathjax, fill, image))


def _inside(latex: str) -> str:
    """LaTeX that Anki can find the end of: two closing braces would end the hole, two colons begin its hint.

    >>> _inside(r"\\frac{a}{\\sqrt{b}}")
    '\\\\frac{a}{\\\\sqrt{b} } '
    """
    while "}}" in latex:
        latex = latex.replace("}}", "} }")
    return latex.replace("::", ": :") + (" " if latex.endswith("}") else "")


def _hint(hint: str, language: Language) -> str:
    lines = render(hint, mathjax) if "$" in hint else plain_text(hint).replace("\n", "<br>")
    return f'<details><summary>{_word("hint", language)}</summary><div class="step">{lines}</div></details>'


def _quantity(quantity: AskedQuantity) -> str:
    unit = f" ({quantity.unit})" if quantity.unit else ""
    return plain_text(quantity.label + unit)


def _result(quantity: SolvedQuantity, several: bool) -> str:
    lead = f"{quantity.asked.label}: " if several else ""
    return f'<div class="result">{plain_text(lead + quantity.with_unit)}</div>'


def _tolerance(tolerance: str, language: Language) -> str:
    if tolerance == "exact":
        return ""
    if tolerance.startswith("factor"):
        return f"{_word('factor', language)} {tolerance.removeprefix('factor').strip()}"
    return f"{_word('tolerance', language)} {with_unit(tolerance.rstrip('% '), '%', language)}"


def _step(step: WorkingStep) -> str:
    if step.markdown is not None:
        return f'<div class="step">{render(step.markdown, mathjax)}</div>'
    lead = f"<b>{plain_text(step.quantity)}</b>: " if step.quantity else ""
    shown = step.formula if step.numbers == step.value else f"{step.formula} = {step.numbers}"
    latex = equation(shown)
    if latex is None:
        return f'<div class="step">{lead}{plain_text(printed(step.equation))}</div>'
    value = plain_text(spoken_number(step.value))
    return f'<div class="step">{lead}{mathjax(latex, False)} = {value}</div>'


def _extra(view: CardView, language: Language, image: FindImage | None) -> str:
    out = ""
    if view.points:
        points = "".join(f"<li>{_text(point.text, image)}</li>" for point in view.points)
        out += f'<div class="label">{_word("points", language)}</div><ul class="points">{points}</ul>'
    if view.pitfall is not None:
        detail = _text(view.pitfall, image)
        out += f'<div class="pitfall"><div class="label">{_word("pitfall", language)}</div>{detail}</div>'
    return out


def _word(name: str, language: Language) -> str:
    return _WORDS[name][language == "zh"]
