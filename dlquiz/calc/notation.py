"""The notation of networks: text to a tree, and the tree to its canonical text (the grammar is in docs/networks.md).

>>> from dlquiz.calc.tree import written
>>> tree = read("3x224x224, conv 64 k=7 s2 p3, 2*(residual(bn,relu, conv 64 k3 p1)), gap, fc 1000")
>>> written(tree)
'3x224x224, conv 64 k7 s2 p3, 2*(residual(bn, relu, conv 64 k3 p1)), gap, linear 1000'
>>> read(written(tree)) == tree
True
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.calc.tree import NUMBER, Block, Call, Group, Input, Layer, Let, Place, Step, Tree, Unit
from dlquiz.calc.vocabulary import ALIASES, BLOCKS, KEYWORDS, LAYERS, NEEDED, arguments, example

LONGEST_TEXT, DEEPEST, LONGEST_NUMBER = 100_000, 60, 18
TOKEN = re.compile(r"(?:[^\S\n]+|#[^\n]*)*(?:(\n)|([,;()|])|([^\s,;()|#]+)|\Z)")
# What a Chinese keyboard gives for the signs of the notation; each is one character, so places stay right.
PLAIN = str.maketrans("×，；（）｜＝＊＋　", "x,;()|=*+ ")


class NotationError(CalcError):
    """A text that is no network: what was expected, what stands there, and where (line and column from 1)."""

    def __init__(self, message: str, text: str, start: int, length: int, mend: str | None = None) -> None:
        super().__init__(message, mend=mend)
        self.line = text.count("\n", 0, start) + 1
        begin = text.rfind("\n", 0, start) + 1
        self.column = start - begin + 1
        self.source = text[begin:].split("\n", 1)[0]
        self.length = max(1, min(length, len(self.source) - self.column + 1))

    def __str__(self) -> str:
        place = f"column {self.column}" if self.line == 1 else f"line {self.line}, column {self.column}"
        return f"{place}: {super().__str__()}"


class Token(NamedTuple):
    kind: str  # "\n" , ; ( ) | w (a word) or "" (the end)
    text: str
    start: int


def read(text: str) -> Tree:
    """The network that a text describes; raises `NotationError`, which points at the token."""
    return Reader(text).network()


class Reader:
    """One text being read, token by token."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST_TEXT:
            raise NotationError(f"a network of {len(text):,} characters is too long", "", 0, 1,
                                f"use up to {LONGEST_TEXT:,}")  # fmt: skip
        self.text = text.translate(PLAIN)
        self.tokens = list(_tokens(self.text))
        self.at = 0
        self.depth = 0
        self.lets: dict[str, tuple[str, ...]] = {}
        self.parameters: tuple[str, ...] = ()

    # ── tokens

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1 if token.kind else 0
        return token

    def skip_lines(self) -> None:
        while self.tokens[self.at].kind == "\n":
            self.at += 1

    def cut(self, head: str) -> None:
        """Take `head` off the word that stands here, and leave the rest."""
        token = self.here
        if len(token.text) == len(head):
            self.at += 1
        else:
            self.tokens[self.at] = Token("w", token.text[len(head) :], token.start + len(head))

    def error(self, message: str, token: Token | None = None, mend: str | None = None) -> NotationError:
        token = token or self.here
        return NotationError(message, self.text, token.start, len(token.text), mend)

    def expected(self, what: str, mend: str | None = None) -> NotationError:
        token = self.here
        found = {"": "the end", "\n": "a new line"}.get(token.kind, repr(_short(token.text)))
        return self.error(f"expected {what}, found {found}", token, mend)

    def expect(self, kind: str, what: str, mend: str | None = None) -> Token:
        if self.here.kind != kind:
            raise self.expected(what, mend)
        return self.take()

    def name(self, what: str) -> str:
        token = self.here
        if token.kind != "w" or not _is_name(token.text):
            raise self.expected(f"{what} (letters, digits and _)")
        self.at += 1
        return token.text

    # ── the grammar

    def network(self) -> Tree:
        lets = []
        self.skip_lines()
        while self.here.text == "let" and self.here.kind == "w":
            lets.append(self.let())
            self.skip_lines()
        first = self.shape("the input, such as 3x224x224 or 128 tokens")
        if self.here.kind not in (",", "\n"):
            raise self.expected('"," and a layer')
        self.at += 1
        self.skip_lines()
        chain = self.chain(lines=True)
        self.skip_lines()
        if self.here.kind:
            raise self.expected('"," or the end')
        return Tree(tuple(lets), first, chain)

    def let(self) -> Let:
        self.take()
        if self.here.kind == "w" and "=" in self.here.text[1:]:
            self._split_at_equals()
        token, name = self.here, self.name("the name of the let")
        if name in LAYERS or name in BLOCKS or name in ALIASES or name in KEYWORDS:
            raise self.error(f"{name} is a word of the notation", token, "choose another name")
        if name in self.lets:
            raise self.error(f"{name} is defined twice", token, "choose another name")
        parameters = self._parameters() if self.here.kind == "(" else ()
        if self.here.kind != "w" or not self.here.text.startswith("="):
            raise self.expected('"=" and the steps')
        self.cut("=")
        self.parameters = parameters
        chain = self.chain(lines=False)
        self.parameters = ()
        self.lets[name] = parameters
        if self.here.kind not in (";", "\n"):
            raise self.expected('"," and a step, or ";" or a new line after the let')
        self.take()
        return Let(name, parameters, chain)

    def _split_at_equals(self) -> None:
        token = self.here
        cut = token.text.index("=")
        self.tokens[self.at : self.at + 1] = [
            Token("w", token.text[:cut], token.start), Token("w", token.text[cut:], token.start + cut)
        ]  # fmt: skip

    def _parameters(self) -> tuple[str, ...]:
        self.take()
        names: list[str] = []
        while True:
            self.skip_lines()
            token, name = self.here, self.name("a parameter")
            if name in names:
                raise self.error(f"the parameter {name} stands twice", token, "choose another name")
            lettered = _lettered(name)
            if name in KEYWORDS or name in _FLAGS or (lettered and lettered[0] in _WORDS):
                raise self.error(f"{name} reads as an argument", token, "choose another name")
            names.append(name)
            self.skip_lines()
            if self.here.kind == ")":
                self.take()
                return tuple(names)
            self.expect(",", '"," or ")"')

    def shape(self, what: str) -> Input:
        token = self.here
        if token.kind != "w" or not _is_shape(token.text):
            raise self.expected(what)
        axes = token.text.split("x")
        if len(axes) > 4 or any(len(one.lstrip("0")) > LONGEST_NUMBER or not int(one) for one in axes):
            raise self.error(f"{_short(token.text)} is no input", token, "use one to four numbers from 1 to 10^18")
        self.at += 1
        tokens = self.here.kind == "w" and self.here.text == "tokens"
        if tokens:
            self.at += 1
            if len(axes) > 2:
                raise self.error("tokens have one or two numbers", token, "write 128 tokens, or 128x768 tokens")
        return Input(tuple(map(int, axes)), tokens, Place(token.start))

    def chain(self, *, lines: bool) -> tuple[Step, ...]:
        """Steps up to what cannot be a separator; with `lines`, new lines separate too."""
        steps = [self.step()]
        while True:
            if self.here.kind == ",":
                self.take()
                self.skip_lines()
            elif self.here.kind == "\n" and lines:
                self.skip_lines()
                if self.here.kind in ("", ")", "|"):
                    return tuple(steps)
            else:
                return tuple(steps)
            steps.append(self.step())

    def step(self) -> Step:
        repeat = self.repeat()
        unit = self.unit()
        label = ""
        if self.here.kind == "w" and self.here.text == "as":
            self.take()
            label = self.name("a label")
        return Step(repeat, unit, label)

    def repeat(self) -> str:
        token = self.here
        if token.kind != "w":
            return ""
        times, star, _ = token.text.partition("*")
        if not (_digits(times) or _is_name(times)):
            return ""
        if not star:
            after = self.tokens[self.at + 1]
            if after.kind != "w" or not after.text.startswith("*"):
                return ""
        if not times.isdigit() and times not in self.parameters:
            raise self.error(f"expected a number of repeats, found {_short(times)!r}", token,
                             "repeat by a number, 3*( … ), or by a parameter of a let")  # fmt: skip
        if times.isdigit() and not 0 < int(times[: LONGEST_NUMBER + 1]) <= 10**6:
            raise self.error(f"{_short(times)} repeats", token, "use 1 to 1,000,000")
        if not star:
            self.at += 1
            self.cut("*")
        else:
            self.cut(times + "*")
        return str(int(times)) if times.isdigit() else times

    def unit(self) -> Unit:
        token = self.here
        if token.kind == "(":
            return Group(self.inside(self.take()), Place(token.start))
        if token.kind != "w":
            raise self.expected("a layer, a block or a name")
        name = ALIASES.get(token.text.lower(), token.text if token.text in self.lets else token.text.lower())
        if name == "input":
            self.take()
            return self.shape("the shape of another input, such as 128 tokens")
        if name in self.lets and token.text not in ALIASES:
            return self.call()
        if name in LAYERS:
            return self.layer(name)
        if name in BLOCKS:
            return self.block(name)
        raise self.unknown(token)

    def inside(self, opening: Token) -> tuple[Step, ...]:
        self.deeper(opening)
        self.skip_lines()
        chain = self.chain(lines=True)
        self.skip_lines()
        self.expect(")", '"," or ")"')
        self.depth -= 1
        return chain

    def deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(f"more than {DEEPEST} parentheses inside each other", token, "name the inner ones by let")

    def unknown(self, token: Token) -> NotationError:
        from difflib import get_close_matches

        word = token.text[:40]
        glued = re.match(r"([a-zA-Z]+)([\d.]+.*)$", word)
        if glued and ALIASES.get(glued[1].lower(), glued[1].lower()) in LAYERS:
            return self.error(f"there is no layer {word!r}", token, f"put a blank: {glued[1]} {glued[2]}")
        close = get_close_matches(word.lower(), [*LAYERS, *BLOCKS, *ALIASES, *self.lets], 3, 0.6)
        mend = f"did you mean {' or '.join(close)}?" if close else "`dlquiz calc net --layers` lists them"
        if _is_shape(word):
            mend = "another input is written: input " + word
        return self.error(f"there is no layer, block or let {_short(word)!r}", token, mend)

    def call(self) -> Call:
        token = self.take()
        wanted, sizes = self.lets[token.text], []
        if self.here.kind == "(":
            self.take()
            while True:
                self.skip_lines()
                sizes.append(self.size())
                self.skip_lines()
                if self.here.kind == ")":
                    self.take()
                    break
                self.expect(",", '"," or ")"')
        if len(sizes) != len(wanted):
            form = f"{token.text}({', '.join(wanted)})" if wanted else token.text
            raise self.error(f"{token.text} takes {len(wanted)} sizes and has {len(sizes)}", token, f"write {form}")
        return Call(token.text, tuple(sizes), Place(token.start))

    def size(self) -> str:
        token = self.here
        if token.kind != "w" or not _is_size(token.text):
            raise self.expected("a size, such as 64 or 4*w")
        self.at += 1
        return self.checked_size(token.text, token)

    def checked_size(self, text: str, token: Token) -> str:
        if _digits(text) and len(text) <= LONGEST_NUMBER:
            return str(int(text))
        if len(text) > 200:
            raise self.error("a size of more than 200 characters", token, "use a shorter one")
        for atom in _atoms(text):
            if atom.isdigit():
                if len(atom.lstrip("0")) > LONGEST_NUMBER:
                    raise self.error(f"{_short(atom)} is too large", token, "use up to 10^18")
            elif atom not in self.parameters:
                raise self.error(
                    f"there is no parameter {_short(atom)!r} here", token, _parameters_mend(self.parameters)
                )
        return re.sub(r"\b\d+", lambda found: str(int(found[0])), text) if _leading_zero(text) else text

    def layer(self, name: str) -> Layer:
        token = self.take()
        rule, meaning, _ = LAYERS[name]
        size, given = "", dict[str, str]()
        if self.here.kind == "w" and self._is_size(self.here.text):
            if not rule:
                raise self.error(f"{name} takes no size", self.here, self._takes(name))
            size = self.size()
        elif rule == "!":
            self._refuse_size(name, meaning)
        while self.here.kind == "w" and self.here.text != "as":
            self.argument(name, given)
        if (needed := NEEDED.get(name)) and needed not in given:
            raise self.error(f"{name} needs {needed}", token, f"write {example(name, needed)}")
        return Layer(name, size, self._ordered(name, given), Place(token.start))

    def _refuse_size(self, name: str, meaning: str) -> None:
        token = self.here
        lettered = _lettered(token.text)
        argument = token.text in arguments(name) or (lettered and lettered[0] in arguments(name))
        if token.kind == "w" and _is_size(token.text) and not argument and token.text != "as":
            self.checked_size(token.text, token)
        raise self.expected(f"the {meaning} of {name}", f"write {name} 64")

    def _is_size(self, text: str) -> bool:
        if _digits(text) or text in self.parameters:
            return True
        return _is_size(text) and all(one.isdigit() or one in self.parameters for one in _atoms(text))

    def argument(self, name: str, given: dict[str, str]) -> None:
        token, allowed = self.take(), arguments(name)
        word, sign, value = token.text.partition("=")
        lettered = None if sign or word in allowed else _lettered(word)
        if lettered:
            word, value = lettered
        if word not in allowed:
            known = " ".join(example(name, one) for one in allowed)
            raise self.error(f"{name} has no argument {_short(token.text)!r}", token,
                             f"it takes {known}" if known else "it takes none")  # fmt: skip
        if word in given:
            raise self.error(f"{word} stands twice", token, "leave one out")
        given[word] = self._value(name, word, allowed[word], value, token, bool(sign or lettered))

    def _value(self, name: str, word: str, kind: str, value: str, token: Token, has_value: bool) -> str:
        form = f"write {example(name, word)}"
        if kind == "f":
            if has_value:
                raise self.error(f"{word} stands alone", token, form)
            return ""
        if not value:
            raise self.error(f"expected a value of {word}", token, form)
        if "|" in kind:
            if value not in kind.split("|"):
                raise self.error(f"{word} is {_short(value)!r}", token, "use one of: " + ", ".join(kind.split("|")))
            return value
        if kind == "l":
            if not _is_name(value):
                raise self.error(f"{_short(value)!r} is no label", token, form)
            return value
        if kind == "p" and value in ("same", "valid", "tf-same"):
            return value
        return self._number(word, kind, value, token, form)

    def _number(self, word: str, kind: str, value: str, token: Token, form: str) -> str:
        if _digits(value) and len(value) <= LONGEST_NUMBER and kind not in "br":
            return str(int(value))
        if re.fullmatch(NUMBER, value):
            if any(len(one.lstrip("0")) > LONGEST_NUMBER for one in re.findall(r"\d+", value)):
                raise self.error(f"{_short(value)} is too large", token, "use up to 10^18")
            fits = {"p": "." not in value, "n": "." not in value and ":" not in value, "r": "x" not in value}
            if kind == "b" and value not in ("0", "1"):
                raise self.error(f"{word} is {_short(value)}", token, f"use {word}0 or {word}1")
            if fits.get(kind, value.isdigit()) and ":" not in (value if kind == "r" else ""):
                return re.sub(r"\d+", lambda one: str(int(one[0])), value) if kind != "r" else value
            raise self.error(f"{_short(value)!r} does not fit {word}", token, form)
        if kind in ("n", "p", "i") and _is_size(value):
            return self.checked_size(value, token)
        raise self.error(f"{_short(value)!r} is no value of {word}", token, form)

    def _takes(self, name: str) -> str:
        known = " ".join(example(name, one) for one in arguments(name))
        return f"it takes {known}" if known else "write it alone"

    def _ordered(self, name: str, given: dict[str, str]) -> tuple[tuple[str, str], ...]:
        return tuple((word, given[word]) for word in arguments(name) if word in given)

    def block(self, name: str) -> Block:
        token, given = self.take(), dict[str, str]()
        while self.here.kind == "w":
            self.argument(name, given)
        opening = self.expect("(", f'"(" and the branches of {name}')
        self.deeper(opening)
        branches = []
        while True:
            self.skip_lines()
            branches.append(self.chain(lines=True))
            self.skip_lines()
            if self.here.kind == ")":
                self.take()
                break
            self.expect("|", '"," or "|" or ")"')
        self.depth -= 1
        fewest, most, _ = BLOCKS[name]
        if not fewest <= len(branches) <= most:
            count = f"{fewest}" if fewest == most else f"{fewest} to {most}"
            raise self.error(f"{name} has {len(branches)} branches and takes {count}", token, 'separate them by "|"')
        if (needed := NEEDED.get(name)) and needed not in given:
            raise self.error(f"{name} needs {needed}", token, f"write {example(name, needed)}")
        return Block(name, self._ordered(name, given), tuple(branches), Place(token.start))


# Letters that may stand first after a layer without a size.
_WORDS = frozenset("kspdbohf")
_FLAGS = frozenset({"ceil", "bare", "all", "corners", "causal", "prenorm", "both", "onebias", "crop"})


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _is_name(text: str) -> bool:
    return text.isascii() and text.isidentifier()


def _is_shape(text: str) -> bool:
    return all(map(_digits, text.split("x")))


def _is_size(text: str) -> bool:
    """Atoms, whole numbers or names, with `*`, `//` and `+` between them."""
    return all(_digits(atom) or _is_name(atom) for atom in _atoms(text))


def _atoms(size: str) -> list[str]:
    return size.replace("//", "*").replace("+", "*").split("*")


def _leading_zero(size: str) -> bool:
    return any(atom[0] == "0" and len(atom) > 1 for atom in _atoms(size))


def _lettered(text: str) -> tuple[str, str] | None:
    """`k3x5` as letter and number."""
    return (text[0], text[1:]) if len(text) > 1 and "a" <= text[0] <= "z" and "0" <= text[1] <= "9" else None


def _tokens(text: str) -> Iterable[Token]:
    at = 0
    while True:
        found = TOKEN.match(text, at)
        assert found is not None
        at = found.end()
        if found.lastindex is None:
            yield Token("", "", len(text))
            return
        kind = found[found.lastindex] if found.lastindex < 3 else "w"
        yield Token(kind, found[found.lastindex], found.start(found.lastindex))


def _short(text: str) -> str:
    return text if len(text) <= 24 else text[:21] + "..."


def _parameters_mend(parameters: tuple[str, ...]) -> str:
    return f"use a number, or one of: {', '.join(parameters)}" if parameters else "use a number"
