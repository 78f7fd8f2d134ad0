"""A card as YAML in a card file, as a person would write it: texts that read back the same, whatever they hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from dlquiz.cards import Kind, Language

# What card files refuse: controls, halves of pairs, and signs that reorder a line without being seen.
_REFUSED = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u061b\u061d-\u200d\u2010-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_TAG = re.compile(r"[\s,:\[\]{}#]+")


class WrittenOption(NamedTuple):
    text: str
    right: bool
    why: str = ""


class WrittenCard(NamedTuple):
    """The fields of a card whose texts are in the language of its file; a cloze has its text as the question. Its kind
    is that of its `holes`, `options` or `steps`."""

    id: str
    question: str
    answer: str = ""
    holes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    level: int | None = None
    draft: bool = False
    formerly: tuple[str, ...] = ()
    options: tuple[WrittenOption, ...] = ()
    steps: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    pitfall: str = ""
    then: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        return "cloze" if self.holes else "choice" if self.options else "order" if self.steps else "open"


def printable(text: str) -> str:
    r"""The text without what a card file refuses, tabs as blanks, without blanks at its ends.

    >>> printable("a\tb\x07\r\nc\u202e ")
    'a   b \nc'
    """
    if text.isprintable():
        return text.strip()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return _REFUSED.sub(" ", "\n".join(line.expandtabs(4) if "\t" in line else line for line in lines)).strip()


def scalar(text: str, indent: int) -> str:
    """The text as YAML that reads back the same.

    >>> scalar("it's", 0), scalar("a\\nb", 2)
    ("'it''s'", '|-\\n  a\\n  b')
    """
    text = printable(text)
    if "\n" not in text:
        return "'" + text.replace("'", "''") + "'"
    margin = " " * indent
    body = "\n".join(margin + line if line.strip() else "" for line in text.split("\n"))
    return f"|-\n{body}"


def entry(card: WrittenCard) -> str:
    """The card's lines in a list of cards that is indented by two.

    >>> print(entry(WrittenCard("why-pad", "Why pad?", "To keep the size.")), end="")
      - id: why-pad
        kind: open
        question: 'Why pad?'
        answer: 'To keep the size.'
    """
    lines = [f"  - id: {card.id}", *(f"    {line}" for line in fields(card).values())]
    return "\n".join(lines) + "\n"


def entry_in(card: WrittenCard, language: Language) -> str:
    """The card's lines at the margin, each text under its language, so that it may stand in any deck.

    >>> print(entry_in(WrittenCard("why-pad", "Why pad?", draft=True), "en"), end="")
    - id: why-pad
      kind: open
      question:
        en: 'Why pad?'
      draft: true
    """
    lines = [f"- id: {card.id}", "  kind: open", "  question:", f"    {language}: {scalar(card.question, 6)}"]
    if card.answer:
        lines += ["  answer:", f"    {language}: {scalar(card.answer, 6)}"]
    lines += [f"  {line}" for name, line in fields(card).items() if name not in ("kind", "question", "answer")]
    return "\n".join(lines) + "\n"


def fields(card: WrittenCard) -> dict[str, str]:
    """The fields that stand on lines of their own, as YAML at a margin of four."""
    found = {"kind": f"kind: {card.kind}"}
    found["question"] = f"{'text' if card.holes else 'question'}: {scalar(card.question, 6)}"
    if card.holes:
        found["holes"] = "\n".join(["holes:", *(f"      - answer: {scalar(hole, 10)}" for hole in card.holes)])
    if card.options:
        found["options"] = "\n".join(["options:", *map(_option, card.options)])
    if card.steps:
        found["steps"] = "\n".join(["steps:", *(f"      - {scalar(step, 8)}" for step in card.steps)])
    if card.answer:
        found["answer"] = f"answer: {scalar(card.answer, 6)}"
    if card.points:
        found["points"] = "\n".join(["points:", *(f"      - {scalar(point, 8)}" for point in card.points)])
    if card.pitfall:
        found["pitfall"] = f"pitfall: {scalar(card.pitfall, 6)}"
    if card.level is not None:
        found["level"] = f"level: {card.level}"
    if card.tags:
        found["tags"] = f"tags: [{', '.join(card.tags)}]"
    if card.then:
        found["then"] = f"then: [{', '.join(card.then)}]"
    if card.formerly:
        found["formerly"] = f"formerly: [{', '.join(card.formerly)}]"
    if card.draft:
        found["draft"] = "draft: true"
    return found


def _option(option: WrittenOption) -> str:
    lines = [f"      - text: {scalar(option.text, 10)}"]
    if option.right:
        lines.append("        right: true")
    if option.why:
        lines.append(f"        why: {scalar(option.why, 10)}")
    return "\n".join(lines)


def tags_of(words: Sequence[str], limit: int = 12) -> tuple[str, ...]:
    """The words as tags: lower case, with hyphens for blanks and for what a tag may not hold.

    >>> tags_of(["Batch norm: basics", "卷积", "a/b"])
    ('batch-norm-basics', '卷积', 'a/b')
    """
    made = (_TAG.sub("-", printable(word).casefold()).strip("-'\"*&!%@`|>?=~")[:40].strip("-") for word in words)
    return tuple(dict.fromkeys(tag for tag in made if tag))[:limit]
