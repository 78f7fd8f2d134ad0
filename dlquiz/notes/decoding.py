"""The bytes of a notes file → its text: UTF-8, UTF-16 and the encodings of older Chinese and Western editors."""

from __future__ import annotations

import re
from typing import NamedTuple

# Tried in this order where the bytes are not UTF-8; GB 18030 holds GBK and GB 2312.
_OTHERS = ("gb18030", "big5", "cp1252")
# What turns up when bytes of one encoding are read in another: private signs, and rare ideographs beside plain Latin.
_ODD = re.compile("[\ue000-\uf8ff\ufffd\u0080-\u009f]")
_COMMON = re.compile("[的一是不在有和为了这中大来上个到说们，。、？：的為這個們說來]")
_SAMPLE = 200_000


class Decoded(NamedTuple):
    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """The text and the name of its encoding; whatever the bytes are, a text comes out.

    >>> decode("什么是感受野？".encode("gbk")), decode(b"\\xef\\xbb\\xbfWhy?").text
    (Decoded(text='什么是感受野？', encoding='gb18030'), 'Why?')
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Decoded(data.decode("utf-16", "replace"), "utf-16")
    try:
        return Decoded(data.decode("utf-8-sig"), "utf-8")
    except UnicodeDecodeError:
        pass
    if wide := _without_mark(data):
        return wide
    if _mostly_utf8(data):
        return Decoded(data.decode("utf-8-sig", "replace"), "utf-8 with damaged bytes")
    found = [_tried(data, encoding) for encoding in _OTHERS]
    return max(
        (one for one in found if one is not None), key=_likelihood, default=Decoded(data.decode("latin-1"), "latin-1")
    )


def _without_mark(data: bytes) -> Decoded | None:
    """UTF-16 without its byte order mark: every other byte of Latin text is zero."""
    sample = data[:_SAMPLE]
    for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if len(zeros) > 8 and zeros.count(0) > 0.3 * len(zeros):
            return Decoded(data.decode(encoding, "replace"), encoding)
    return None


def _mostly_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8 but for a few: a file that was cut or joined, not one of another encoding."""
    text = data[:_SAMPLE].decode("utf-8", "replace")
    wide = sum(not one.isascii() for one in text)
    return text.count("\ufffd") * 10 <= wide


def _tried(data: bytes, encoding: str) -> Decoded | None:
    text = data.decode(encoding, "replace")
    return Decoded(text, encoding) if text.count("\ufffd") * 50 <= len(text) else None


def _likelihood(one: Decoded) -> float:
    """How much the text looks like words; the earlier of two equal encodings wins."""
    sample = one.text[:_SAMPLE]
    odd, common = len(_ODD.findall(sample)), len(_COMMON.findall(sample))
    letters = sum(letter.isascii() for letter in sample)
    western = letters if one.encoding == "cp1252" and letters > 0.9 * len(sample) else 0
    return common * 10 + western - odd * 20
