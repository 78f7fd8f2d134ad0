"""The little of protocol buffers that newer packages need: fields by number, and the map of media."""

from __future__ import annotations

from collections.abc import Iterator

ProtobufField = tuple[int, int | bytes]


def fields(data: bytes) -> Iterator[ProtobufField]:
    """The fields of a message in order: numbers as such, strings and messages as bytes; stops where it is damaged.

    >>> list(fields(bytes([0x08, 0x96, 0x01, 0x12, 0x02, 0x68, 0x69])))
    [(1, 150), (2, b'hi')]
    """
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = _varint(data, at)
            yield number, value
        elif kind == 2:
            length, at = _varint(data, at)
            if at + length > len(data):
                return
            yield number, data[at : at + length]
            at += length
        elif kind in (1, 5):
            at += 8 if kind == 1 else 4
        else:
            return


def media_names(data: bytes) -> list[str]:
    """The names in a package's map of media, in the order of their entries."""
    names = []
    for number, entry in fields(data):
        if number == 1 and isinstance(entry, bytes):
            name = next((value for field, value in fields(entry) if field == 1 and isinstance(value, bytes)), b"")
            names.append(name.decode("utf-8", "replace"))
    return names


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 64:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if not byte & 128:
            return value, at
        shift += 7
    return value, len(data)
