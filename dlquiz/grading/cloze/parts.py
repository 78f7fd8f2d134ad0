"""Fillings of several parts: sets, lists, sizes like 3×3, intervals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

_SIZE = re.compile(r"\d+(?:\s*(?:[x×*]|by|乘)\s*\d+)+", re.I)
_COMMA = re.compile(r"\s*(?:[,;、，；]|\band\b|和|与|及|&)\s*", re.I)
_INTERVAL = re.compile(r"(?P<open>[\[(\]])?\s*(?P<low>[^,;]+?)\s*[,;]\s*(?P<high>[^,;]+?)\s*(?P<close>[\])\[])?")
_BETWEEN = re.compile(
    r"(?:in |from |between |在)?(?P<low>[-+]?\d*\.?\d+)\s*(?:to|and|\.\.+|~|到|和|至|—|–)\s*(?P<high>[-+]?\d*\.?\d+)\s*"
    r"(?:inclusive|exclusive|之间)?",
    re.I,
)
_CHAIN = re.compile(r"(?P<low>[-+]?[\d.]+)\s*(?P<left><=?|≤)\s*[^\d<>≤]+?\s*(?P<right><=?|≤)\s*(?P<high>[-+]?[\d.]+)")


class Interval(NamedTuple):
    """`opens` and `closes` are None where the words do not say whether the end belongs to it."""

    low: float
    high: float
    opens: bool | None
    closes: bool | None


def is_list(text: str) -> bool:
    """Whether an answer has several parts.

    >>> [is_list(text) for text in ("N, H, W", "(2, 3, 4)", "11×11", "[0, 1]", "max(0, z)", "a and b", "same (x)")]
    [True, True, True, True, False, True, False]
    """
    return bool(_SIZE.fullmatch(text.strip())) or len(_split(text)) > 1


def fits_list(given: str, answer: str, *, ordered: bool, same: Callable[[str, str], bool]) -> bool:
    """Whether the parts are the same, in any order unless `ordered`; an interval is compared as one.

    >>> same = lambda one, other: one == other
    >>> [fits_list(given, "3×3", ordered=True, same=same) for given in ("3 by 3 conv", "3x3", "3*3", "{3, 3}", "9")]
    [True, True, True, False, False]
    >>> fits_list("W H N", "N, H, W", ordered=False, same=same), fits_list("W,H,N", "N,H,W", ordered=True, same=same)
    (True, False)
    >>> [fits_list(given, "(0, 1)", ordered=True, same=same) for given in ("0<a<1", "between 0 and 1", "[0, 1]")]
    [True, True, False]
    """
    if (due := _interval(answer)) and due.opens is not None:
        said = None if given.lstrip()[:1] in "{｛" else _interval(given)
        return said is not None and _same_interval(said, due)
    wanted = _size(answer) or _split(answer)
    parts = _size(given) or _split(given, letters=len(wanted))
    if len(parts) != len(wanted) or (_size(answer) and given.strip()[:1] == "{"):
        return False
    if ordered:
        return all(same(one, other) for one, other in zip(parts, wanted, strict=True))
    rest = list(wanted)
    for one in parts:
        hit = next((other for other in rest if same(one, other)), None)
        if hit is None:
            return False
        rest.remove(hit)
    return True


def _size(text: str) -> list[str] | None:
    """The sides of a size, of `3×3`, `3x3 conv`, `3 by 3`."""
    plain = unicodedata.normalize("NFKC", text).strip().strip("$").replace(r"\times", "×")
    match = re.match(rf"({_SIZE.pattern})(?:\s*(?:[A-Za-z]+|[\u4e00-\u9fff]+))*$", plain, re.I)
    return re.findall(r"\d+", match[1]) if match else None


def _split(text: str, letters: int = 0) -> list[str]:
    """The parts of a list; `letters` single letters may stand side by side: NHW."""
    plain = unicodedata.normalize("NFKC", text).strip().strip("$").replace("【", "[").replace("】", "]")
    plain = re.sub(r"^(?:dim|axis|axes)\s*=\s*", "", plain).strip()
    if len(plain) > 1 and plain[0] in "([{" and _closes_at_end(plain):
        plain = plain[1:-1]
    if letters and re.fullmatch(rf"[A-Za-z]{{{letters}}}", plain):
        return list(plain)
    parts = _top_level(plain)
    if len(parts) < letters:
        for separator in (r"\s+", r"\s*[x×*]\s*"):
            found = [one for part in parts for one in re.split(separator, part) if one]
            if len(found) == letters:
                return found
    return [one for one in parts if one]


def _closes_at_end(text: str) -> bool:
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0:
            return at == len(text) - 1
    return False


def _top_level(text: str) -> list[str]:
    """Split at the commas that stand in no brackets."""
    parts, depth, start, at = [], 0, 0, 0
    while at < len(text):
        depth += (text[at] in "([{") - (text[at] in ")]}")
        match = _COMMA.match(text, at) if depth == 0 else None
        if match and match.end() > at:
            parts.append(text[start:at].strip())
            start = at = match.end()
        else:
            at += 1
    return [*parts, text[start:].strip()]


def _interval(text: str) -> Interval | None:
    """An interval in any of the ways to write one."""
    plain = (
        unicodedata.normalize("NFKC", text).strip().strip("$").replace("【", "[").replace("】", "]").replace("−", "-")
    )
    word = re.search("(?:half-?)?open|开区间|closed|闭区间", plain, re.I)
    plain = re.sub(r"(?:the )?(?:open |closed )?interval\s*|[开闭]?区间", "", plain, flags=re.I).strip()
    if match := _CHAIN.fullmatch(plain):
        return _made(match["low"], match["high"], match["left"] == "<", match["right"] == "<")
    if match := _INTERVAL.fullmatch(plain):
        opening, closing = match["open"], match["close"]
        if bool(opening) != bool(closing):
            return None
        opens = None if not opening else opening in "(]"
        closes = None if not closing else closing in ")["
        return _made(match["low"], match["high"], opens, closes)
    if match := _BETWEEN.fullmatch(plain):
        is_open = None if word is None else word[0].casefold() in ("open", "开区间")
        return _made(match["low"], match["high"], is_open, is_open)
    return None


def _made(low: str, high: str, opens: bool | None, closes: bool | None) -> Interval | None:
    try:
        return Interval(float(low), float(high), opens, closes)
    except ValueError:
        return None


def _same_interval(said: Interval, due: Interval) -> bool:
    ends = ((said.opens, due.opens), (said.closes, due.closes))
    return (said.low, said.high) == (due.low, due.high) and all(a is None or b is None or a == b for a, b in ends)
