"""Texts and plain values as JSON has them: the short form of the cache, and the named form of exported data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlquiz.cards import Text


def encode_text(text: Text | None) -> list[str | None] | None:
    return None if text is None else [text.en, text.zh]


def decode_text(pair: list[str | None]) -> Text:
    return Text(pair[0], pair[1])


def decode_optional_text(pair: list[str | None] | None) -> Text | None:
    return None if pair is None else Text(pair[0], pair[1])


def freeze(value: Any) -> Any:
    """Lists as tuples, at any depth.

    >>> freeze({"a": [1, [2]]})
    {'a': (1, (2,))}
    """
    if isinstance(value, list):
        return tuple(freeze(item) for item in value)
    if isinstance(value, dict):
        return {key: freeze(item) for key, item in value.items()}
    return value


def text_data(text: Text | None) -> dict[str, str]:
    """The text under the names of its languages.

    >>> text_data(Text(zh="填充"))
    {'zh': '填充'}
    """
    if text is None:
        return {}
    return {language: words for language, words in (("en", text.en), ("zh", text.zh)) if words is not None}


def plain_data(value: Any) -> Any:
    """Tuples and mappings as JSON has them.

    >>> plain_data({"input": (3, "n")})
    {'input': [3, 'n']}
    """
    if isinstance(value, Mapping):
        return {str(key): plain_data(item) for key, item in value.items()}
    return [plain_data(item) for item in value] if isinstance(value, list | tuple) else value
