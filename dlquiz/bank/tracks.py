"""`tracks.yaml` of a bank directory → its tracks; what several directories say of one track is joined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from dlquiz.cards import Place, Text
from dlquiz.formatting import shortened
from dlquiz.schema.nodes import MapNode, YamlNode
from dlquiz.schema.types import Field, FieldReader, JsonSchema, Prose, RecordField, read_fields, text_of
from dlquiz.tracks import Track

MAXIMAL_FACTOR = 10


class TrackPart(NamedTuple):
    """What one file says of a track; None is what it leaves to the others."""

    name: str
    title: Text | None = None
    decks: Mapping[str, float] = {}
    tags: Mapping[str, float] = {}
    others: float | None = None


class TrackReference(NamedTuple):
    """A deck or a tag that a track names, and its place in the file."""

    relation: Literal["deck", "tag"]
    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Factor:
    """A number from 0 to 10."""

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> float | None:
        text = text_of(node, reading, name)
        if text is None:
            return None
        if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text):
            reading.report(node, "not-a-number", f"{name}: {shortened(text)!r} is not a factor", "write 2 or 0.5")
            return None
        if float(text) > MAXIMAL_FACTOR:
            reading.report(node, "out-of-range", f"{name}: {text} is out of range", f"write 0 to {MAXIMAL_FACTOR}")
            return None
        return float(text)

    def schema(self) -> JsonSchema:
        return {"type": "number", "minimum": 0, "maximum": MAXIMAL_FACTOR}


@dataclass(frozen=True, slots=True)
class Factors:
    """`{attention: 2, pooling: 0.2}`."""

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> dict[str, float] | None:
        if not isinstance(node, MapNode):
            reading.report(node, "not-a-map", f"{name} is not a map", f"write {name}: {{attention: 2}}")
            return None
        factors = {key: Factor().read(value, reading, f"{name}.{key}") for key, (_, value) in node.pairs.items()}
        usable = {key: factor for key, factor in factors.items() if factor is not None}
        return usable if len(usable) == len(factors) else None

    def schema(self) -> JsonSchema:
        return {"type": "object", "additionalProperties": Factor().schema()}


def _part(node: MapNode, values: dict[str, Any], reading: FieldReader, name: str) -> TrackPart:
    return TrackPart(name, values.get("title"), values.get("decks", {}), values.get("tags", {}), values.get("others"))


TRACK = RecordField(
    {
        "title": Field(Prose(), "the track's title: {en: …, zh: …}"),
        "decks": Field(Factors(), "factors of decks: {attention: 2}"),
        "tags": Field(Factors(), "factors of tags: {lora: 3}"),
        "others": Field(Factor(), "the factor of all other cards; 1 when left out"),
    },
    _part,
)


@dataclass(frozen=True, slots=True)
class Tracks:
    """A map from each track's name to what it weighs."""

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> tuple[TrackPart, ...] | None:
        if not isinstance(node, MapNode):
            reading.report(node, "not-a-map", "tracks is not a map", "write tracks: {llm: {decks: {attention: 2}}}")
            return None
        parts = [self._one(key, place, value, reading) for key, (place, value) in node.pairs.items()]
        return tuple(part for part in parts if part is not None)

    def _one(self, name: str, place: YamlNode, value: YamlNode, reading: FieldReader) -> TrackPart | None:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,39}", name):
            reading.report(
                place, "not-a-track", f"{shortened(name)!r} is not the name of a track", "use 2 to 40 of a-z, 0-9 and -"
            )
            return None
        return TRACK.read(value, reading, name)  # type: ignore[no-any-return]

    def schema(self) -> JsonSchema:
        return {"type": "object", "additionalProperties": TRACK.schema()}


FILE = {"tracks": Field(Tracks(), "the tracks: {llm: {title: …, decks: {attention: 2}, others: 0.5}}", required=True)}


def read_tracks(root: YamlNode | None, reading: FieldReader) -> tuple[TrackPart, ...]:
    """The tracks of a file; what is wrong in it is reported."""
    if root is not None and not isinstance(root, MapNode):
        reading.report(root, "not-tracks", "the file holds no tracks", "begin it with `tracks:`")
    if not isinstance(root, MapNode):
        return ()
    return read_fields(root, FILE, reading, "the file").get("tracks", ())  # type: ignore[no-any-return]


def track_references(root: YamlNode | None, reading: FieldReader) -> Iterator[TrackReference]:
    """Every deck and tag that the tracks of a file name."""
    tracks = root.get("tracks") if isinstance(root, MapNode) else None
    for _, track in tracks.pairs.values() if isinstance(tracks, MapNode) else ():
        relations: tuple[tuple[str, Literal["deck", "tag"]], ...] = (("decks", "deck"), ("tags", "tag"))
        for field, relation in relations:
            listed = track.get(field) if isinstance(track, MapNode) else None
            for name, (place, _) in listed.pairs.items() if isinstance(listed, MapNode) else ():
                yield TrackReference(relation, name, reading.place(place))


def joined(parts: Iterable[TrackPart]) -> tuple[Track, ...]:
    """One track of each name, in the order of their first files; a later file adds to an earlier one.

    Where both say something of the same deck or tag, the later one holds.

    >>> first = TrackPart("llm", Text(en="LLM"), {"attention": 2.0}, {}, 0.5)
    >>> joined([first, TrackPart("llm", decks={"my-notes": 3.0})])[0].decks
    {'attention': 2.0, 'my-notes': 3.0}
    """
    whole: dict[str, Track] = {}
    for part in parts:
        before = whole.get(part.name, Track(part.name, Text(part.name, part.name), {}, {}))
        whole[part.name] = Track(
            part.name,
            part.title or before.title,
            {**before.decks, **part.decks},
            {**before.tags, **part.tags},
            before.others if part.others is None else part.others,
        )
    return tuple(whole.values())
