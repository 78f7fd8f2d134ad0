"""What every kind of card is able to do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, TypeVar

from dlquiz.cards import Body, Card, Language, Text

if TYPE_CHECKING:
    from dlquiz.grading.check import Verdict
    from dlquiz.kinds.content import QuestionContent
    from dlquiz.kinds.view import CardView
    from dlquiz.numeric import Instance
    from dlquiz.randomness import RandomSource
    from dlquiz.schema.nodes import MapNode
    from dlquiz.schema.types import Field, FieldReader
    from dlquiz.thesaurus import Lexicon

    # What is drawn for one presentation of a card: an order of parts as indices into the card, a numeric template with
    # its values, or nothing.
    Drawn = tuple[int, ...] | Instance | None

BodyT = TypeVar("BodyT", bound=Body)
DrawnT = TypeVar("DrawnT", bound="Drawn")

# The way to a text inside a card file: `("options", 0, "why")`.
Path = tuple[str | int, ...]


class ReplyContext(NamedTuple):
    """What a reply is judged by besides the body of the card and what was drawn for it."""

    card: Card
    language: Language
    lexicon: Lexicon | None = None


class CardKind(ABC, Generic[BodyT, DrawnT]):
    """The fields, the storage, the texts and the presentation of one kind of card; without state of its own."""

    question_field: ClassVar[str] = "question"
    # The field that only cards of this kind have: it says which kind is meant where `kind` is missing.
    marker: ClassVar[str | None] = None
    # A new card's own fields as YAML, between its kind and its pitfall, with … where words go.
    template: ClassVar[str]

    # -- card files --------------------------------------------------------------------------------------------------

    @abstractmethod
    def fields(self) -> Mapping[str, Field]:
        """The fields that only cards of this kind have."""

    @abstractmethod
    def build(self, node: MapNode, values: Mapping[str, Any], reading: FieldReader) -> BodyT | None:
        """The body made of the fields that could be read; what does not fit together is reported."""

    # -- texts -------------------------------------------------------------------------------------------------------

    def texts(self, body: BodyT) -> Iterable[tuple[Path, Text]]:
        """The texts of the body that a person reads, with the fields that lead to them in the card's file."""
        return ()

    def searchable(self, body: BodyT) -> Iterable[Text]:
        """The texts of the body by which the card is found."""
        return ()

    # -- JSON --------------------------------------------------------------------------------------------------------

    @abstractmethod
    def encode(self, body: BodyT) -> dict[str, Any]:
        """The body as the cache keeps it."""

    @abstractmethod
    def decode(self, content: Mapping[str, Any]) -> BodyT:
        """The body that was encoded so."""

    @abstractmethod
    def data(self, body: BodyT) -> dict[str, Any]:
        """The body under the names of a card file, as `export json` writes it; what is empty is left out there."""

    # -- one presentation --------------------------------------------------------------------------------------------

    @abstractmethod
    def draw(self, body: BodyT, random: RandomSource, stability: float | None = None) -> DrawnT:
        """What changes from one presentation to the next; harder values for a stronger memory (stability in days)."""

    @abstractmethod
    def fixed(self, body: BodyT, key: str) -> DrawnT:
        """What is drawn for paper and for Anki, where one presentation is all there is: the same for the same key."""

    def snapshot(self, drawn: DrawnT) -> dict[str, Any]:
        """What the log keeps of it, enough to show it again after the card was edited."""
        return {}

    @abstractmethod
    def restore(self, body: BodyT, snapshot: Mapping[str, Any]) -> DrawnT:
        """What was drawn when the snapshot was made; raises ValueError when it does not fit the card as it is now."""

    def fill(self, drawn: DrawnT, text: str) -> str:
        """A text of the card with the drawn values in place."""
        return text

    @abstractmethod
    def question(self, body: BodyT, drawn: DrawnT, language: Language) -> QuestionContent:
        """What a question of this kind has beside its text."""

    def listed(self, body: BodyT, question: str, random: RandomSource) -> str:
        """The question where many cards are listed; holes are boxes, and values any that it could have."""
        return question

    @abstractmethod
    def complete(self, view: CardView, body: BodyT, drawn: DrawnT, language: Language) -> CardView:
        """The view with what the question lists and with its solution."""

    # -- the reply ---------------------------------------------------------------------------------------------------

    @abstractmethod
    def check(self, body: BodyT, drawn: DrawnT, reply: object, context: ReplyContext) -> Verdict:
        """Judge a reply as JSON has it; None says that the answer is not known. Raises `RefusedError`."""

    @abstractmethod
    def hints(self, card: Card, body: BodyT, drawn: DrawnT, language: Language) -> tuple[str, ...]:
        """What helps without giving it all away, the gentlest first; empty where there is nothing to say."""
