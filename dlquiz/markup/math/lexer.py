"""The tokens of a formula in LaTeX, and a walk over them."""

from __future__ import annotations

import re

from dlquiz.markup.math.errors import MathError
from dlquiz.markup.math.symbols import DELIMITERS

_TOKEN = re.compile(
    r"(?P<hole>@\{\d{1,2}\})|(?P<command>\\(?:[a-zA-Z]+|.))|(?P<blank>\s+|\u3000+)|(?P<other>.)", re.DOTALL
)
_ESCAPED = {r"\_": "_", r"\%": "%", r"\&": "&", r"\#": "#", r"\$": "$", r"\{": "{", r"\}": "}", r"\ ": " "}


class Tokens:
    """One formula being walked over: kind, text and place of each token."""

    def __init__(self, source: str) -> None:
        self.all = [(str(m.lastgroup), m.group(), m.start()) for m in _TOKEN.finditer(source)]
        self.at = 0

    @property
    def adjacent(self) -> str:
        """The token that follows without a blank between; empty at the end."""
        return self.all[self.at][1] if self.at < len(self.all) else ""

    def skip_blanks(self) -> None:
        while self.at < len(self.all) and self.all[self.at][0] == "blank":
            self.at += 1

    def peek(self) -> str:
        self.skip_blanks()
        return self.all[self.at][1] if self.at < len(self.all) else ""

    def take(self) -> str:
        token = self.peek()
        if not token:
            raise MathError("the formula ends too early")
        self.at += 1
        return token

    def expect(self, token: str) -> None:
        if self.peek() != token:
            raise MathError(f"{token} expected before {self.peek() or 'the end'}")
        self.at += 1

    def raw_text(self) -> str:
        """The text of a group in which nothing is mathematics, as of `\\text`."""
        self.expect("{")
        depth = 1
        text = ""
        while self.at < len(self.all):
            kind, token, _ = self.all[self.at]
            self.at += 1
            depth += {"{": 1, "}": -1}.get(token, 0)
            if not depth:
                return re.sub(" +", " ", text)
            if kind == "command" and token not in _ESCAPED:
                raise MathError(f"{token} inside text")
            if token == "$":
                raise MathError("mathematics inside text")
            text += " " if kind == "blank" or token == "~" else _ESCAPED.get(token, "" if token in "{}" else token)
        raise MathError("a text that does not end")

    def delimiter(self) -> str:
        """The mark of the bracket that comes; empty for `.`, the invisible one."""
        token = self.take()
        if token not in DELIMITERS:
            raise MathError(f"{token} is not a bracket")
        return DELIMITERS[token]

    def environment_name(self) -> str:
        self.expect("{")
        name = ""
        while (token := self.take()) != "}":
            name += token
        return name
