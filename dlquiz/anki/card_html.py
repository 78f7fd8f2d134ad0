"""A card → the two sides it shows in Anki, in one language or in two with one of them first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from dlquiz import numeric
from dlquiz.anki.images import DrawFigure
from dlquiz.anki.package.notetypes import FIELDS
from dlquiz.cards import Card, Choice, Cloze, Language, Numeric, Open, Option, Order, Text
from dlquiz.markup.html import FindImage, formula, plain_text, render
from dlquiz.numeric import Instance

_WORDS: dict[str, tuple[str, str]] = {
    "points": ("What an interviewer listens for", "面试官要听的要点"),
    "pitfall": ("Pitfall", "常见误区"),
    "working": ("Working", "计算过程"),
    "hint": ("Hint", "提示"),
    "level": ("level", "难度"),
    "in order": ("In order", "正确顺序"),
    "language": ("English", "中文"),
    "tolerance": ("within", "误差不超过"),
    "factor": ("within a factor of", "误差不超过的倍数："),
}
_LANGUAGE_TAG = {"en": "en", "zh": "zh-CN"}


class Side(NamedTuple):
    """What one language's fields hold."""

    question: str
    answer: str
    extra: str
    hint: str = ""


class ExportedCard(NamedTuple):
    """A card as it goes to Anki: `key` names the note, `instance` is the fixed one of a numeric family."""

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
    has = [language for language in languages if getattr(exported.card.question, language) is not None]
    available = has or [language for language in ("en", "zh") if getattr(exported.card.question, language) is not None]
    first = available[0]
    card = exported.card
    values = {
        "Key": exported.key,
        "Source": plain_text(" · ".join(card.references)),
        "Context": plain_text(f"{exported.deck.language(first)} · {_word('level', first)} {card.level}"),
    }
    for language, suffix in zip(available[:2], ("", "_2"), strict=False):
        side = _side(exported, language, image)
        if figure and card.figure and (drawn := figure(card.figure, language)):
            side = side._replace(answer=f'{side.answer}<div class="figure">{drawn}</div>')
        values |= {f"Question{suffix}": side.question, f"Answer{suffix}": side.answer, f"Extra{suffix}": side.extra}
        values |= {f"Hint{suffix}": side.hint, f"Language{suffix}": _LANGUAGE_TAG[language]}
        if suffix:
            values["Language_2_name"] = _word("language", language)
    return [values.get(name, "") for name in FIELDS]


def shuffled(key: str, count: int) -> list[int]:
    """A fixed order of the parts that differs from card to card and does not give the answer away.

    >>> shuffled("attention-steps", 4), shuffled("bn-steps", 4)
    ([0, 2, 3, 1], [3, 1, 0, 2])
    """
    order = sorted(range(count), key=lambda place: sha256(f"{key}/{place}".encode()).digest())
    return order if order != list(range(count)) else order[1:] + order[:1]


def _side(exported: ExportedCard, language: Language, image: FindImage | None) -> Side:
    card = exported.card
    answer = _text(exported, card.answer, language, image)
    match card.body:
        case Choice(options):
            side = _choice(exported, options, language, image)
        case Order(steps):
            side = _order(exported, steps, language, image)
        case Cloze():
            side = Side(_cloze(exported, language, image), "", "")
        case Numeric():
            side = _numeric(exported, language, image)
        case Open():
            side = Side(_text(exported, card.question, language, image), "", "")
    if side.answer and answer:
        answer = f'<div class="told">{answer}</div>'
    return side._replace(answer=side.answer + answer, extra=_extra(exported, language, image) + side.extra)


def _text(exported: ExportedCard, words: Text | None, language: Language, image: FindImage | None) -> str:
    if words is None:
        return ""
    return render(_filled(exported, words.language(language)), None, image)


def _filled(exported: ExportedCard, words: str) -> str:
    return exported.instance.fill(words) if exported.instance else words


def _choice(exported: ExportedCard, options: Sequence[Option], language: Language, image: FindImage | None) -> Side:
    asked, detail = [], []
    for place in shuffled(exported.key, len(options)):
        option = options[place]
        words = _text(exported, option.text, language, image)
        why = _text(exported, option.why, language, image)
        asked.append(f"<li>{words}</li>")
        kind, mark = ("right", "✓") if option.right else ("wrong", "✗")
        detail.append(
            f'<li class="{kind}"><span class="mark">{mark}</span> {words}'
            + (f'<span class="why">{why}</span></li>' if why else "</li>")
        )
    question = _text(exported, exported.card.question, language, image)
    return Side(f'{question}<ol class="options" type="A">{"".join(asked)}</ol>',
                f'<ol class="options" type="A">{"".join(detail)}</ol>', "")  # fmt: skip


def _order(exported: ExportedCard, steps: Sequence[Text], language: Language, image: FindImage | None) -> Side:
    lines = [f"<li>{_text(exported, step, language, image)}</li>" for step in steps]
    mixed = "".join(lines[place] for place in shuffled(exported.key, len(lines)))
    question = _text(exported, exported.card.question, language, image)
    return Side(f'{question}<ul class="steps">{mixed}</ul>', f'<ol class="steps">{"".join(lines)}</ol>', "")


def _cloze(exported: ExportedCard, language: Language, image: FindImage | None) -> str:
    """The text as Anki's cloze; all holes are c1, numbered where there are several, so that they are one memory."""
    assert isinstance(exported.card.body, Cloze)
    holes = exported.card.body.holes

    def fill(number: int, in_formula: bool) -> str:
        if not 1 <= number <= len(holes):
            return f"@{{{number}}}"
        name = f"::{number}" if len(holes) > 1 else ""
        answer = holes[number - 1].answer
        if in_formula:
            # A hole stands like a symbol: braces keep what is before and after it from taking a part.
            return "{ {{c1::" + _inside(formula(answer.strip().strip("$"))) + name + "}} }"
        if answer.strip().startswith("$") and answer.strip().endswith("$"):
            answer = answer.strip().strip("$")
        elif "\\" not in answer:
            words = plain_text(answer).replace("}}", "}&#125;").replace("::", ":<!-- -->:")
            return "{{c1::" + words + name + "}}"
        return "{{c1::\\(" + _inside(formula(answer)) + "\\)" + name + "}}"

    return render(exported.card.question.language(language), fill, image)


def _inside(latex: str) -> str:
    """LaTeX that Anki can find the end of: two closing braces would end the hole, two colons begin its hint.

    >>> _inside(r"\\frac{a}{\\sqrt{b}}")
    '\\\\frac{a}{\\\\sqrt{b} } '
    """
    while "}}" in latex:
        latex = latex.replace("}}", "} }")
    return latex.replace("::", ": :") + (" " if latex.endswith("}") else "")


def _numeric(exported: ExportedCard, language: Language, image: FindImage | None) -> Side:
    card, instance = exported.card, exported.instance
    assert isinstance(card.body, Numeric)
    assert instance is not None
    question = _text(exported, card.question, language, image)
    several = len(instance.quantities) > 1
    if several:
        question += "<ul>" + "".join(f"<li>{_asked(one, language)}</li>" for one in instance.quantities) + "</ul>"
    notes = [_text(exported, card.body.convention, language, image) if card.body.convention else ""]
    notes.append(_tolerance(instance.quantities[0].tolerance, language))
    question += "".join(f'<div class="note">{note}</div>' for note in notes if note)
    results = "".join(_result(one, language, several) for one in instance.quantities)
    working = "".join(map(_step, numeric.steps(instance, language)))
    detail = f'<div class="label">{_word("working", language)}</div>{working}' if working else ""
    hints = numeric.hints(instance, language)
    hint = ""
    if hints:
        lines = plain_text(hints[0]).replace("\n", "<br>")
        hint = f'<details><summary>{_word("hint", language)}</summary><div class="step">{lines}</div></details>'
    return Side(question, results + detail, "", hint)


def _asked(quantity: numeric.Quantity, language: Language) -> str:
    unit = f" ({quantity.unit})" if quantity.unit else ""
    return plain_text(numeric.label(quantity, language) + unit)


def _result(quantity: numeric.Quantity, language: Language, several: bool) -> str:
    lead = f"{numeric.label(quantity, language)}: " if several else ""
    unit = f" {quantity.unit}" if quantity.unit else ""
    return f'<div class="result">{plain_text(lead + numeric.format_value(quantity.value) + unit)}</div>'


def _tolerance(tolerance: str, language: Language) -> str:
    if tolerance == "exact":
        return ""
    if tolerance.startswith("factor"):
        return f"{_word('factor', language)} {tolerance.removeprefix('factor').strip()}"
    return f"{_word('tolerance', language)} {tolerance}"


def _step(step: Mapping[str, str]) -> str:
    if "working" in step:
        return f'<div class="step">{render(numeric.worked_line(step, step["value"]))}</div>'
    pieces = [step[name] for name in ("formula", "numbers", "value") if step.get(name)]
    lead = f"<b>{plain_text(step['quantity'])}</b>: " if step.get("quantity") else ""
    return f'<div class="step">{lead}{plain_text(" = ".join(pieces))}</div>'


def _extra(exported: ExportedCard, language: Language, image: FindImage | None) -> str:
    out, card = "", exported.card
    if card.points:
        points = "".join(f"<li>{_text(exported, point.text, language, image)}</li>" for point in card.points)
        out += f'<div class="label">{_word("points", language)}</div><ul class="points">{points}</ul>'
    if card.pitfall:
        detail = _text(exported, card.pitfall, language, image)
        out += f'<div class="pitfall"><div class="label">{_word("pitfall", language)}</div>{detail}</div>'
    return out


def _word(name: str, language: Language) -> str:
    return _WORDS[name][language == "zh"]
