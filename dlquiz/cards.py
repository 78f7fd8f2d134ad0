"""The vocabulary: a card, its five kinds and their parts. Reading and writing them is done in `bank/`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

# A card and its parts are tuples with names: defining a frozen dataclass takes about 2 ms at each start of the program,
# a named tuple a tenth of that, and importing `dataclasses` another 6 ms.
Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
Kind = Literal["open", "numeric", "choice", "cloze", "order"]
KINDS: tuple[Kind, ...] = ("open", "numeric", "choice", "cloze", "order")

RatingName = Literal["again", "hard", "good", "easy"]


class Rating(IntEnum):
    """How well a card was recalled, numbered as FSRS and Anki do.

    >>> Rating.GOOD, Rating.GOOD.label, Rating.named("good") is Rating.GOOD
    (<Rating.GOOD: 3>, 'good', True)
    """

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4

    @property
    def label(self) -> RatingName:
        """Its name in JSON and in the catalogue of phrases."""
        return RATING_NAMES[self - 1]

    @classmethod
    def named(cls, name: RatingName) -> Rating:
        return cls(RATING_NAMES.index(name) + 1)


RATING_NAMES: tuple[RatingName, ...] = ("again", "hard", "good", "easy")

HoleForm = Literal["formula", "word", "set", "list", "number", "name"]
HOLE_FORMS: tuple[HoleForm, ...] = ("formula", "word", "set", "list", "number", "name")


class Text(NamedTuple):
    """The same words in both languages; a person's own card may have only one of them.

    >>> Text(en="padding", zh="填充").language("zh")
    '填充'
    >>> Text(en="padding").language("zh")
    'padding'
    """

    en: str | None = None
    zh: str | None = None

    def language(self, language: Language) -> str:
        first, second = (self.en, self.zh) if language == "en" else (self.zh, self.en)
        return first if first is not None else second or ""

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages in which it is written."""
        return tuple(language for language in LANGUAGES if getattr(self, language) is not None)


class Point(NamedTuple):
    """One thing an interviewer ticks off, with the words that give it away in a typed answer; one that is not `core`
    is a bonus, which a good answer may leave out."""

    text: Text
    cues_en: tuple[str, ...] = ()
    cues_zh: tuple[str, ...] = ()
    core: bool = True

    def cues(self, language: Language) -> tuple[str, ...]:
        return self.cues_en if language == "en" else self.cues_zh


class Option(NamedTuple):
    text: Text
    right: bool
    why: Text | None = None


class Hole(NamedTuple):
    """One hole of a cloze. `form` says as what its answer is compared (None: as what it looks like); of a formula,
    `also` gives further names of its symbols, and `where` says what the letters of the sentence stand for."""

    answer: str
    accept: tuple[str, ...] = ()
    form: HoleForm | None = None
    also: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    where: tuple[str, ...] = ()


# What a number that is asked for counts, which decides how a reply is read.
QuantityKind = Literal["number", "count", "bytes", "ratio", "size", "shape"]


class Asked(NamedTuple):
    """One quantity that a numeric card asks for; `name` is a path into a calculator's result or `output_size`."""

    name: str
    label: Text | None = None
    unit: str | None = None
    tolerance: str | None = None


class FamilyMistake(NamedTuple):
    """A wrong formula of a family's own: where `when` holds (or the value differs), this mistake gives `value`."""

    value: str
    cure: Text
    when: str | None = None


class Open(NamedTuple):
    """Said aloud or typed; judged by the points of the card."""


class Choice(NamedTuple):
    options: tuple[Option, ...]


class Order(NamedTuple):
    steps: tuple[Text, ...]


class Cloze(NamedTuple):
    """The card's question is the text with `@{1}`, `@{2}` …; `holes[0]` fills `@{1}`."""

    holes: tuple[Hole, ...]


# What a variable may be drawn from: `range(7, 65)` for `7..64`, the numbers as typed, or named values
# (`{fp16: "2"}`: texts print the key, expressions use the value).
Domain = range | tuple[str, ...] | Mapping[str, str]


class Numeric(NamedTuple):
    """A family of computed questions: `calc` names a calculator and its arguments (expressions as text), or
    `value` is an expression of the family's own, with its `working` as a text where the expression is not readable;
    a family without `vary` has one member."""

    ask: tuple[Asked, ...]
    vary: Mapping[str, Domain]
    where: tuple[str, ...] = ()
    calc: Mapping[str, Any] | None = None
    value: str | None = None
    mistakes: tuple[FamilyMistake, ...] = ()
    unit: str = ""
    tolerance: str = "exact"
    convention: Text | None = None
    working: Text | None = None


Body = Open | Choice | Order | Cloze | Numeric


def kind_name(body: Body) -> Kind:
    match body:
        case Open():
            return "open"
        case Choice():
            return "choice"
        case Order():
            return "order"
        case Cloze():
            return "cloze"
        case Numeric():
            return "numeric"


class Place(NamedTuple):
    """Where in a file something was written; line and column count from 1."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Card(NamedTuple):
    id: str
    deck: str
    question: Text
    body: Body
    answer: Text | None = None
    points: tuple[Point, ...] = ()
    pitfall: Text | None = None
    level: int = 2
    weight: int = 3
    tags: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()
    usual_seconds: float | None = None
    figure: Mapping[str, Any] | None = None
    replaces: str | None = None
    checked: str | None = None  # the month of the second reading, 2026-11
    draft: bool = False  # never asked, counted or exported
    place: Place | None = None

    @property
    def kind(self) -> Kind:
        return kind_name(self.body)
