"""What every kind of card is able to do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from dlquiz.cards import Body, Text

if TYPE_CHECKING:
    from dlquiz.schema.nodes import Map
    from dlquiz.schema.types import Field, Reading

BodyT = TypeVar("BodyT", bound=Body)

# The way to a text inside a card file: `("options", 0, "why")`.
Path = tuple[str | int, ...]


class CardKind(ABC, Generic[BodyT]):
    """The fields, the storage and the texts of one kind of card; without state of its own."""

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
    def build(self, node: Map, values: Mapping[str, Any], reading: Reading) -> BodyT | None:
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
