"""The tokens of the notation, a walk over them, and the error that points at one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from dlquiz.calc.errors import CalcError

MAX_TEXT_LENGTH, MAX_NUMBER_LENGTH = 100_000, 18
TOKEN = re.compile(r"(?:[^\S\n]+|#[^\n]*)*(?:(\n)|([,;()|])|([^\s,;()|#]+)|\Z)")
# What a Chinese keyboard gives for the signs of the notation; each is one character, so places stay right.
PLAIN = str.maketrans("×，；（）｜＝＊＋　", "x,;()|=*+ ")


class NotationError(CalcError):
    """A text that is no network: what was expected, what stands there, and where (line and column from 1)."""

    def __init__(self, message: str, text: str, start: int, length: int, fix: str | None = None) -> None:
        super().__init__(message, fix=fix)
        self.line = text.count("\n", 0, start) + 1
        begin = text.rfind("\n", 0, start) + 1
        self.column = start - begin + 1
        self.source = text[begin:].split("\n", 1)[0]
        self.length = max(1, min(length, len(self.source) - self.column + 1))

    def __str__(self) -> str:
        place = f"column {self.column}" if self.line == 1 else f"line {self.line}, column {self.column}"
        return f"{place}: {super().__str__()}"


class NotationToken(NamedTuple):
    kind: str  # "\n" , ; ( ) | w (a word) or "" (the end)
    text: str
    start: int


class NotationTokens:
    """One text being walked over, token by token; raises `NotationError` for a text that is too long."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_TEXT_LENGTH:
            raise NotationError(
                f"a network of {len(text):,} characters is too long", "", 0, 1, f"use up to {MAX_TEXT_LENGTH:,}"
            )
        self.text = text.translate(PLAIN)
        self.all = list(_tokens(self.text))
        self.at = 0

    @property
    def here(self) -> NotationToken:
        return self.all[self.at]

    @property
    def after(self) -> NotationToken:
        return self.all[self.at + 1]

    def take(self) -> NotationToken:
        token = self.all[self.at]
        self.at += 1 if token.kind else 0
        return token

    def skip_lines(self) -> None:
        while self.all[self.at].kind == "\n":
            self.at += 1

    def cut(self, head: str) -> None:
        """Take `head` off the word that stands here, and leave the rest."""
        token = self.here
        if len(token.text) == len(head):
            self.at += 1
        else:
            self.all[self.at] = NotationToken("w", token.text[len(head) :], token.start + len(head))

    def error(self, message: str, token: NotationToken | None = None, fix: str | None = None) -> NotationError:
        token = token or self.here
        return NotationError(message, self.text, token.start, len(token.text), fix)

    def expected(self, what: str, fix: str | None = None) -> NotationError:
        token = self.here
        found = {"": "the end", "\n": "a new line"}.get(token.kind, repr(short(token.text)))
        return self.error(f"expected {what}, found {found}", token, fix)

    def expect(self, kind: str, what: str, fix: str | None = None) -> NotationToken:
        if self.here.kind != kind:
            raise self.expected(what, fix)
        return self.take()

    def name(self, what: str) -> str:
        token = self.here
        if token.kind != "w" or not is_name(token.text):
            raise self.expected(f"{what} (letters, digits and _)")
        self.at += 1
        return token.text

    def split_at_equals(self) -> None:
        """Take the name off `name=steps`, so that the sign begins the next word."""
        token = self.here
        cut = token.text.index("=")
        self.all[self.at : self.at + 1] = [
            NotationToken("w", token.text[:cut], token.start),
            NotationToken("w", token.text[cut:], token.start + cut),
        ]


def _tokens(text: str) -> Iterable[NotationToken]:
    at = 0
    while True:
        found = TOKEN.match(text, at)
        assert found is not None
        at = found.end()
        if found.lastindex is None:
            yield NotationToken("", "", len(text))
            return
        kind = found[found.lastindex] if found.lastindex < 3 else "w"
        yield NotationToken(kind, found[found.lastindex], found.start(found.lastindex))


def digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def is_name(text: str) -> bool:
    return text.isascii() and text.isidentifier()


def is_shape(text: str) -> bool:
    return all(map(digits, text.split("x")))


def is_size(text: str) -> bool:
    """Atoms, whole numbers or names, with `*`, `//` and `+` between them."""
    return all(digits(atom) or is_name(atom) for atom in atoms(text))


def atoms(size: str) -> list[str]:
    return size.replace("//", "*").replace("+", "*").split("*")


def lettered_parts(text: str) -> tuple[str, str] | None:
    """`k3x5` as letter and number."""
    return (text[0], text[1:]) if len(text) > 1 and "a" <= text[0] <= "z" and "0" <= text[1] <= "9" else None


def short(text: str) -> str:
    return text if len(text) <= 24 else text[:21] + "..."
