"""Ways in which files get damaged: bytes, lines, numbers and JSON that are not what they were."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

Mutation = Callable[[bytes, Random], bytes]

FRAGMENTS = [
    b"```\n", b"````python\n", b"~~~\n", b"---\n", b"+++\n", b"$$\n", b"$", b"|", b"| a | b |\n|---|\n", b"<!--",
    b"-->", b"<details>\n", b"</details>\n", b"<summary>", b"<h2>", b"**", b"__", b"`", b"#", b"###### ", b"> ",
    b">>>> ", b"- ", b"1. ", b"\t", b"    ", b"\r", b"\r\n", b"\0", b"\x0b", b"\x1b[31m", b"\xef\xbb\xbf",
    b"\xff\xfe", b"\xe4\xb8", b"\x80", b"\xc4\xe3", "\u2028".encode(), "\u202e".encode(), "\ufffe".encode(),
    "\U0010ffff".encode(), b"@{1}", b"{{c1::", b"}}", b"![", b"](", b"<img src=", b"Q: ", b"A: ", b"?\n", b"::",
    b"::: question ", b'??? question "', b"[TOC]\n", b"==", b"\\(", b"\\[", b"{:.x}\n",
]  # fmt: skip
# Of formulas, expressions, YAML, JSON, printed models and networks.
SYNTAX = [
    b"(", b")", b"[", b"]", b"{", b"}", b"{{", b"\\frac", b"\\sqrt[", b"\\left(", b"\\right", b"\\begin{matrix}",
    b"\\end{matrix}", b"&", b"\\\\", b"^", b"_", b"^{", b"\\text{", b"\\sum", b"'", b'"', b":", b",", b"-", b"+", b"**",
    b"//", b"%", b" if ", b" else ", b"@{", b"@@{", b"&a", b"*a", b"<<: *a", b"!!python/name:os.system", b"? ", b"null",
    b"true", b"1e400", b"-0", b"NaN", b"10**99", b"0x", b"\xe5\x80\xbc", b"*(", b"residual(", b" | ", b" as x",
    b"from=x", b"let f =", b"k0", b"k3x", b"s-1", b"(0): ", b"3 x ", b"Linear(", b"kernel_size=", b"\n", b"\n\n  ",
]  # fmt: skip
NUMBERS = [
    "0", "-1", "1", "2", "3.5", "1e308", "1e-308", "-0.0", "65536", "4294967296", "9223372036854775807",
    "9223372036854775808", "-9223372036854775809", "1" + "0" * 40, "9" * 5000, "1e999999999", "10**400", "nan", "inf",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, False, 0, -1, 3.5, 1e308, float("inf"), float("nan"), 2**31, 2**63, -(2**63) - 1, 10**400, "", "a",
    "\x1b]0;x\x07", "\u202e", "\ud800", "x" * 9999, [], {}, [[]], {"a": 1}, "9" * 400, "../../x", "\0", "null", "1e3",
]  # fmt: skip


def inserted(data: bytes, chance: Random) -> bytes:
    for _ in range(chance.randint(1, 6)):
        at = chance.randint(0, len(data))
        data = data[:at] + chance.choice(FRAGMENTS) * chance.choice([1, 1, 2, 30]) + data[at:]
    return data


def syntax_inserted(data: bytes, chance: Random) -> bytes:
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(data))
        data = data[:at] + chance.choice(SYNTAX) * chance.choice([1, 1, 1, 2, 30, 3000]) + data[at:]
    return data


def cut(data: bytes, chance: Random) -> bytes:
    first, last = sorted(chance.randint(0, len(data)) for _ in range(2))
    return data[:first] + data[last:]


def flipped(data: bytes, chance: Random) -> bytes:
    found = bytearray(data)
    for _ in range(chance.randint(1, 20)):
        if found:
            found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


def shuffled(data: bytes, chance: Random) -> bytes:
    lines = data.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)


def repeated(data: bytes, chance: Random) -> bytes:
    first, last = sorted(chance.randint(0, len(data)) for _ in range(2))
    return data[:last] + data[first:last] * chance.randint(1, 4) + data[last:]


def reencoded(data: bytes, chance: Random) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(chance.choice(["gbk", "utf-16", "utf-16-be", "big5", "cp1252", "utf-7"]), "replace")


def renumbered(data: bytes, chance: Random) -> bytes:
    """Some of the numbers become others."""
    share = chance.choice([0.05, 0.3])
    return re.sub(
        rb"-?\d+(\.\d+)?", lambda found: chance.choice(NUMBERS).encode() if chance.random() < share else found[0], data
    )


ANY_TEXT: list[Mutation] = [inserted, syntax_inserted, cut, flipped, shuffled, repeated, reencoded, renumbered]


def damaged(data: bytes, chance: Random, mutations: Sequence[Mutation] = ANY_TEXT) -> bytes:
    """The data after one to three mutations."""
    for _ in range(chance.randint(1, 3)):
        data = chance.choice(mutations)(data, chance)
    return data


def json_damaged(value: Any, chance: Random) -> Any:
    """The same JSON with one to three values, keys or levels that do not belong there."""
    for _ in range(chance.randint(1, 3)):
        value = _with_damage(value, chance)
    return value


def _with_damage(value: Any, chance: Random) -> Any:
    if isinstance(value, (dict, list)) and value and chance.random() < 0.8:
        copy = value.copy()
        key = chance.choice(list(copy)) if isinstance(copy, dict) else chance.randrange(len(copy))
        copy[key] = _with_damage(copy[key], chance)
        return copy
    if isinstance(value, dict) and value and chance.random() < 0.4:
        gone = chance.choice(list(value))
        return {key: one for key, one in value.items() if key != gone}
    return chance.choice(VALUES)


def json_bytes(value: Any) -> bytes:
    """JSON as a program with few scruples writes it: infinities, lone surrogates, numbers of any length."""
    return json.dumps(value).encode()
