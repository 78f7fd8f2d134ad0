"""A card as it stands in notes: a question, its answer and where it was."""

from __future__ import annotations

import re
from typing import NamedTuple

from dlquiz.cards import Kind
from dlquiz.formatting import shortened
from dlquiz.kinds.choice import MAX_OPTIONS, MIN_OPTIONS
from dlquiz.notes.keys import normalised

_LEVELS = (
    (3, re.compile(r"\[H\]|\(H\)|hard|困难|难(?!度)|🚀|⭐️?⭐️?⭐|★★★|advanced|\bdifficult\b", re.IGNORECASE)),
    (2, re.compile(r"\[M\]|\(M\)|medium|中等|⭐️?⭐|★★|intermediate", re.IGNORECASE)),
    (1, re.compile(r"\[E\]|\(E\)|easy|简单|👶|beginner|basic", re.IGNORECASE)),
)
# An option that speaks of others by their place, which changes each time: `All of the above`, `A and C`.
_SPEAKS_OF_OTHERS = re.compile(
    r"\b(?:above|below|preceding|previous (?:options?|answers?))\b|\b(?:todas|ninguna|ambas)\b"
    r"|^\W*(?:both|neither)\b.{0,30}$|以上|上述|上面|都(?:是|不|对|正确|错)"
    r"|[(（]?\b[A-H]\b[)）]?\s*(?:,|，|、|/|&|\+|and|or|nor|和|与|或|y|и)\s*[(（]?\b[A-H]\b",
    re.IGNORECASE,
)
# What calls an option by its letter.
_CALLS_BY_LETTER = re.compile(
    r"\b(?:[Oo]ptions?|[Cc]hoices?|[Aa]nswers?|[Ss]tatements?)\s+[(（]?[A-Ha-h]\b|(?:选项|选|答案)\s*[A-H](?![A-Za-z])"
    r"|(?:^|\n)[ \t]*(?:#{1,6}[ \t]+)?(?:[-*+][ \t]+)?[*_`]{0,2}[(（]?[A-Ha-h]"
    r"(?:[.)、）:：]|[*_`]{1,2}|[ \t]*(?:[-–—]|项|is\b|are\b))"
    r"|\b[A-H][)）]?(?:,? (?:and|or) [(（]?[A-H][)）]?)? (?:is|are|was|would)\b"
    r"|(?<![A-Za-z])[A-H](?:项|选项|错|对|正确|错误|不对|不正确)"
)
# Two of them in one text are hardly anything else.
_LETTER_ALONE = re.compile(r"(?<![\w'’$\\-])(?:A(?=[,.;:)）、，]|[ ](?:is|was|and|or|nor|would)\b)|[B-H])(?![\w'’+#-])")


# A key in the place that the question leaves: `卷积的作用是（ B ）。`
_FILLED = re.compile(
    r"（\s*([A-H](?:[,，、\s]*[A-H]){0,5})\s*）|\(\s+([A-H](?:[,、\s]*[A-H]){0,5})\s+\)|【\s+([A-H])\s+】"
)


def key_in_question(question: str) -> str:
    """The letters that the notes wrote in the brackets of a question; nothing in others.

    >>> key_in_question("卷积的作用是（ B ）。"), key_in_question("错误的是【 C 】"), key_in_question("Why?")
    ('B', 'C', '')
    """
    found = _FILLED.search(question)
    return next(filter(None, found.groups())) if found else ""


# What a follow-up follows is named, not asked again.
_LONGEST_PARENT = 200


def _quoted(question: str) -> str:
    r"""The question on one line, not too long for a quote, and not cut inside a formula or code.

    >>> _quoted("Why?"), _quoted("x " * 95 + r"$\frac{a}{b} + c$")[-4:]
    ('Why?', 'x x…')
    """
    text = shortened(question, _LONGEST_PARENT)
    for mark in "`$" if text != " ".join(question.split()) else "":
        if text.count(mark) % 2:
            text = text[: text.rfind(mark)].rstrip() + "…"
    return text


def without_quote(question: str) -> str:
    r"""The question of a card without what it follows up.

    >>> without_quote("And at inference?\n\n> Why batch norm?\n\n- a"), without_quote("Why > 0?")
    ('And at inference?\n\n- a', 'Why > 0?')
    """
    return "\n\n".join(part for part in question.split("\n\n") if not part.startswith("> "))


class NoteOption(NamedTuple):
    """One of the options to choose from; `label` is its letter in the notes, `B)`, and `why` what they say of it."""

    text: str
    right: bool = False
    label: str = ""
    why: str = ""

    @property
    def letter(self) -> str:
        """The letter or the digit in its label."""
        return self.label.strip("(（")[:1]

    @property
    def markdown(self) -> str:
        return f"{self.label} {self.text}".strip().replace("\n", "\n  ")


class NoteCard(NamedTuple):
    """`line` counts from 1; `mark` is the source's own mark of difficulty; `holes` are those of a cloze; `premise` is
    what stands between the question and its `options`, and is asked with it; a follow-up is asked with the question,
    or the heading that names the subject, that it `follows`; `followed_line` is that of the question's card, 0 without
    one. A card that dlquiz exported has its `id` and `kind`, and may have `steps` in their order, `points` and a
    `pitfall`.

    A card whose answer is blank, or `incomplete` because it is a picture that is not there, is a draft.
    """

    section: tuple[str, ...]
    question: str
    answer: str
    line: int
    mark: str = ""
    key: str = ""
    incomplete: bool = False
    holes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    premise: str = ""
    options: tuple[NoteOption, ...] = ()
    id: str = ""
    kind: Kind | None = None
    steps: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    pitfall: str = ""
    follows: str = ""
    followed_line: int = 0

    @property
    def draft(self) -> bool:
        said = self.answer or self.holes or self.steps or self.points or any(one.right for one in self.options)
        return self.incomplete or not said

    @property
    def level(self) -> int | None:
        """What the mark says of the difficulty, from 1 to 3; None where it says nothing.

        >>> NoteCard((), "Q", "", 1, mark="[M]").level, NoteCard((), "Q", "", 1, mark=":v:").level
        (2, None)
        """
        return next((level for level, pattern in _LEVELS if pattern.search(self.mark)), None)

    @property
    def is_choice(self) -> bool:
        """Whether the options can be shown in any order, to be chosen from, and it is known which are right."""
        if self.kind is not None:
            return self.kind == "choice"
        texts = [normalised(one.text) for one in self.options]
        right = sum(one.right for one in self.options)
        fits = MIN_OPTIONS <= len(texts) <= MAX_OPTIONS and len({*texts} - {""}) == len(texts)
        if not (fits and 0 < right < len(texts)):
            return False
        alone = not any("\n" in one.text or _SPEAKS_OF_OTHERS.search(one.text) for one in self.options)
        said = "\n".join([self.answer, *(one.why for one in self.options)])
        return alone and not (_CALLS_BY_LETTER.search(said) or len({*_LETTER_ALONE.findall(said)}) > 1)

    @property
    def asked(self) -> str:
        """The question as a card has it: with the one that it follows, and its options where they are no options to
        the card."""
        options = "" if self.is_choice else "\n".join(f"- {one.markdown}" for one in self.options)
        parent = f"> {_quoted(self.follows)}" if self.follows else ""
        return "\n\n".join(filter(None, (self.question_without_key, parent, self.premise, options)))

    @property
    def question_without_key(self) -> str:
        """The question without the letters in its brackets, where these say which of its options are right."""
        return _FILLED.sub("（ ）", self.question) if self.options else self.question

    @property
    def answered(self) -> str:
        """The answer as a card has it: with the right options where they are no options to the card."""
        right = [] if self.is_choice else [one.markdown for one in self.options if one.right]
        named = "\n".join(f"- {one}" for one in right) if len(right) > 1 else "".join(right)
        whys = "" if self.is_choice else "\n".join(f"- {one.label} {one.why}" for one in self.options if one.why)
        return "\n\n".join(filter(None, (named, self.answer, whys)))
