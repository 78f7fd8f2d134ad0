"""Protocol buffers as bytes on the wire: the fields of a message by number, without a schema and without copies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

FieldValue = int | memoryview
# Bytes of the wire types of a fixed length.
_FIXED = {1: 8, 5: 4}


class ProtobufError(ValueError):
    """The bytes are no message, or end in the middle of one."""


def fields(data: memoryview) -> Iterator[tuple[int, FieldValue]]:
    """Each field of a message: its number, and a number or the bytes of a text, a list, a message.

    Raises ProtobufError where the bytes are no message. (protobuf.dev, "Encoding".)

    >>> [(number, value if isinstance(value, int) else bytes(value)) for number, value in
    ...  fields(memoryview(bytes([0x08, 0x96, 0x01, 0x12, 0x02, 0x68, 0x69])))]
    [(1, 150), (2, b'hi')]
    """
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if number == 0:
            raise ProtobufError
        if kind == 0:
            value, at = _varint(data, at)
            yield number, value
            continue
        if kind == 2:
            length, at = _varint(data, at)
        elif kind in _FIXED:
            length = _FIXED[kind]
        else:
            raise ProtobufError
        if at + length > len(data):
            raise ProtobufError
        yield number, data[at : at + length]
        at += length


def whole_fields(data: bytes) -> list[tuple[int, int | bytes]]:
    """The fields of a short message, texts and messages as bytes; what comes after damage is left out.

    >>> whole_fields(bytes([0x08, 0x96, 0x01, 0x12, 0x02, 0x68, 0x69, 0x12, 0x09]))
    [(1, 150), (2, b'hi')]
    """
    found: list[tuple[int, int | bytes]] = []
    with suppress(ProtobufError):
        for number, value in fields(memoryview(data)):
            found.append((number, value if isinstance(value, int) else bytes(value)))
    return found


def varints(value: FieldValue) -> Iterator[int]:
    """The numbers of a repeated field: one, or several packed; negative ones as 64 bits of two's complement."""
    if isinstance(value, int):
        yield signed(value)
        return
    at = 0
    while at < len(value):
        number, at = _varint(value, at)
        yield signed(number)


def signed(value: int) -> int:
    """A number of 64 bits with its sign."""
    return value - 2**64 if value >= 2**63 else value


def text(value: FieldValue) -> str:
    """A text; bytes that are no UTF-8 are shown as such."""
    return str(value) if isinstance(value, int) else bytes(value[:4096]).decode("utf-8", "backslashreplace")


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & (2**64 - 1), at
        shift += 7
    raise ProtobufError
