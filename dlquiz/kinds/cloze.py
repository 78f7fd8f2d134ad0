"""Cloze cards: a text with holes to fill."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dlquiz.cards import HOLE_FORMS, Card, Cloze, Hole, HoleForm, Language, Text
from dlquiz.kinds.content import ClozeQuestion
from dlquiz.kinds.encoding import plain_data
from dlquiz.kinds.kind import CardKind, ReplyContext

if TYPE_CHECKING:
    from dlquiz.grading.check import Verdict
    from dlquiz.kinds.view import CardView
    from dlquiz.randomness import RandomSource
    from dlquiz.schema.nodes import MapNode, ScalarNode
    from dlquiz.schema.types import Field, FieldReader, RecordField

MAX_HOLES = 12


class ClozeKind(CardKind[Cloze, None]):
    question_field = "text"
    marker = "holes"
    template = """\
  text:
    en: 'The derivative of $\\sigma(z)$ is $@{1}\\,(1-@{2})$.'
    zh: '$\\sigma(z)$ 的导数是 $@{1}\\,(1-@{2})$。'
  holes:
    - {answer: '\\sigma(z)', accept: [sigmoid, s]}
    - {answer: '\\sigma(z)', accept: [sigmoid, s]}
"""

    def fields(self) -> Mapping[str, Field]:
        from dlquiz.schema.types import Field, ListOf, OneLine, Prose, RecordOr

        hole = RecordOr(_hole_record(), OneLine(), Hole)
        about = "a list of {answer: …}, one for each hole"
        return {
            "text": Field(Prose(), "the text with @{1}, @{2} … for its holes: {en: …, zh: …}", required=True),
            "holes": Field(ListOf(hole, 1, MAX_HOLES, unique=False), about, required=True),
        }

    def build(self, node: MapNode, values: Mapping[str, Any], reading: FieldReader) -> Cloze | None:
        from dlquiz.schema.nodes import scalars

        holes: tuple[Hole, ...] | None = values.get("holes")
        text = node.get("text")
        for one in scalars(text) if text is not None else ():
            _check_holes(one, None if holes is None else len(holes), reading)
        return None if holes is None else Cloze(holes)

    def searchable(self, body: Cloze) -> list[Text]:
        return [Text(hole.answer, " ".join(hole.accept)) for hole in body.holes]

    def encode(self, body: Cloze) -> dict[str, Any]:
        return {"holes": [_encode_hole(hole) for hole in body.holes]}

    def decode(self, content: Mapping[str, Any]) -> Cloze:
        return Cloze(tuple(_decode_hole(*hole) for hole in content["holes"]))

    def data(self, body: Cloze) -> dict[str, Any]:
        return {"holes": [_hole_data(hole) for hole in body.holes]}

    def draw(self, body: Cloze, random: RandomSource, stability: float | None = None) -> None:
        return None

    def fixed(self, body: Cloze, key: str) -> None:
        return None

    def restore(self, body: Cloze, snapshot: Mapping[str, Any]) -> None:
        return None

    def question(self, body: Cloze, drawn: None, language: Language) -> ClozeQuestion:
        return ClozeQuestion(len(body.holes))

    def listed(self, body: Cloze, question: str, random: RandomSource) -> str:
        return re.sub(r"@\{\d{1,2}\}", "▢", question)

    def check(self, body: Cloze, drawn: None, reply: object, context: ReplyContext) -> Verdict:
        from dlquiz.grading.check import check_cloze

        return check_cloze(context.card.question, body.holes, reply, context.lexicon)

    def hints(self, card: Card, body: Cloze, drawn: None, language: Language) -> tuple[str, ...]:
        from dlquiz.grading.check import cloze_hint

        return tuple(cloze_hint(number, hole, language) for number, hole in enumerate(body.holes, 1))

    def complete(self, view: CardView, body: Cloze, drawn: None, language: Language) -> CardView:
        from dlquiz.kinds.view import FilledHole, FilledHoles

        holes = tuple(
            FilledHole(
                hole.answer, hole.accept, hole.form, _ends_in_formula(view.question.partition(f"@{{{number}}}")[0])
            )
            for number, hole in enumerate(body.holes, 1)
        )
        return view._replace(solution=FilledHoles(holes, _filled(view.question, body.holes, language)))


def _hole_record() -> RecordField:
    from dlquiz.schema.types import Field, ListOf, MapOf, OneLine, OneOf, RecordField

    meaning = OneLine(
        r"[^=]*[^=\s][^=]*=[^=]*[^=\s][^=]*", "definition", "write a letter and what it stands for: a = tanh z"
    )
    names = MapOf(ListOf(OneLine(limit=60), 1, 20, one="name"), "names", "{V: [W_3]}")
    return RecordField(
        {
            "answer": Field(OneLine(), "what belongs into the hole", required=True),
            "accept": Field(ListOf(OneLine(), high=30, one="answer"), "other right answers"),
            "as": Field(OneOf(HOLE_FORMS), f"what the answer is: {', '.join(HOLE_FORMS[:-1])} or {HOLE_FORMS[-1]}"),
            "also": Field(names, "of a formula: further names of its symbols: {V: [W_3]}"),
            "where": Field(
                ListOf(meaning, 1, 12, one="definition"), "of a formula: what letters stand for: [a = tanh z]"
            ),
        },
        _hole,
    )


def _hole(node: MapNode, values: dict[str, Any], reading: FieldReader, name: str) -> Hole:
    form = values.get("as")
    for key in ("also", "where"):
        if key in node.pairs and form not in (None, "formula"):
            reading.report(
                node.pairs[key][0],
                "not-of-a-formula",
                f"{key} belongs to holes compared as formula, this one is compared as {form}",
                f"delete {key}, or write as: formula",
            )
    return Hole(
        values.get("answer", ""), values.get("accept", ()), form, values.get("also", {}), values.get("where", ())
    )


def _check_holes(text: ScalarNode, count: int | None, reading: FieldReader) -> None:
    """Report holes without an answer and, where the answers are known, answers without a hole."""
    from dlquiz.schema.placeholders import templates

    used = {
        number
        for start, inside in templates(text.text)
        if (number := _hole_number(text, start, inside, count, reading)) is not None
    }
    for number in range(1, (count or 0) + 1):
        if number not in used:
            reading.report(
                text,
                "answer-without-hole",
                f"answer {number} has no hole",
                f"write @{{{number}}} into this text, or delete the answer",
            )


def _hole_number(
    text: ScalarNode, start: int, inside: str | None, count: int | None, reading: FieldReader
) -> int | None:
    """The number inside `@{…}`; reported where it is none of a hole that has an answer."""
    from dlquiz.formatting import shortened
    from dlquiz.schema.types import index_of

    at = index_of(text, text.text[start : start + 12] if inside is None else f"@{{{inside}}}", reading)
    if inside is None:
        reading.report(at, "template-not-closed", "@{ is never closed", "write @{1}, or @@{ for a literal @{")
    elif not inside.strip().isdecimal() or not 1 <= int(inside) <= MAX_HOLES:
        fix = "number the holes @{1}, @{2} …; a literal @{ is written @@{"
        reading.report(at, "not-a-hole", f"@{{{shortened(inside, 20)}}} is not a hole", fix)
    elif count is not None and int(inside) > count:
        message = f"@{{{inside.strip()}}} has no answer, there are {count} holes"
        reading.report(at, "hole-without-answer", message, "add its answer to holes")
    else:
        return int(inside)
    return None


def _ends_in_formula(text: str) -> bool:
    """Whether what follows stands inside dollars."""
    return bool(text.replace("$$", "").count("$") % 2 or text.count("$$") % 2)


def _filled(text: str, holes: Sequence[Hole], language: Language) -> str:
    """The text with its answers in the holes, wherever each stands.

    >>> _filled("对 @{1} 求和", (Hole("batch", ("批次",)),), "zh"), _filled("对 @{1} 求和", (Hole("K"),), "zh")
    ('对批次求和', '对 K 求和')
    """
    from dlquiz.grading.check import filling

    first, *rest = re.split(r"@\{(\d{1,2})\}", text)
    filled = first
    for number, after in zip(map(int, rest[::2]), rest[1::2], strict=True):
        if not 1 <= number <= len(holes):
            filled += f"@{{{number}}}{after}"
            continue
        hole = holes[number - 1]
        inside = _ends_in_formula(filled)
        # A formula that fills a hole of plain text needs dollars of its own.
        answer = hole.answer if inside else filling(hole, language)
        filled += (answer if inside or "\\" not in answer else f"${answer}$") + after
    # The blanks around a hole that a Latin word may fill are too many around a Chinese one.
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", filled)


def _encode_hole(hole: Hole) -> list[Any]:
    more = [hole.form, dict(hole.also), hole.where]
    return [hole.answer, hole.accept, *(more if any(more) else [])]


def _decode_hole(
    answer: str,
    accept: Sequence[str],
    form: HoleForm | None = None,
    also: Mapping[str, Sequence[str]] | None = None,
    where: Iterable[str] = (),
) -> Hole:
    names = {symbol: tuple(names) for symbol, names in (also or {}).items()}
    return Hole(answer, tuple(accept), form, names, tuple(where))


def _hole_data(hole: Hole) -> dict[str, Any]:
    more = {"as": hole.form, "also": plain_data(hole.also), "where": list(hole.where)}
    return {"answer": hole.answer, "accept": list(hole.accept)} | {name: value for name, value in more.items() if value}
