"""The notation of networks: text to a tree, and the tree to its canonical text (the grammar is in docs/networks.md).

>>> from dlquiz.calc.networks.notation.tree import written
>>> tree = read("3x224x224, conv 64 k=7 s2 p3, 2*(residual(bn,relu, conv 64 k3 p1)), gap, fc 1000")
>>> written(tree)
'3x224x224, conv 64 k7 s2 p3, 2*(residual(bn, relu, conv 64 k3 p1)), gap, linear 1000'
>>> read(written(tree)) == tree
True
"""

from __future__ import annotations

import re

from dlquiz.calc.networks.notation.arguments import is_size_here, ordered, read_argument, refuse_size, size_of, takes
from dlquiz.calc.networks.notation.lexer import (
    MAX_NUMBER_LENGTH,
    NotationError,
    NotationToken,
    NotationTokens,
    digits,
    is_name,
    is_shape,
    lettered_parts,
    short,
)
from dlquiz.calc.networks.notation.tree import (
    Input,
    Layer,
    Let,
    NotationBlock,
    NotationCall,
    NotationGroup,
    NotationPlace,
    NotationStep,
    NotationUnit,
    Tree,
)
from dlquiz.calc.networks.notation.vocabulary import ALIASES, BLOCKS, KEYWORDS, LAYERS, NEEDED, example, word

__all__ = ["NotationError", "read"]

DEEPEST = 60
# Letters that may stand first after a layer without a size.
_WORDS = frozenset("kspdbohf")
_FLAGS = frozenset({"ceil", "bare", "all", "corners", "causal", "prenorm", "both", "onebias", "crop"})


def read(text: str) -> Tree:
    """The network that a text describes; raises `NotationError`, which points at the token."""
    return Reader(text).network()


class Reader:
    """One text being read by the grammar; each method reads one of its rules."""

    def __init__(self, text: str) -> None:
        self.tokens = NotationTokens(text)
        self.depth = 0
        self.lets: dict[str, tuple[str, ...]] = {}
        self.parameters: tuple[str, ...] = ()

    def network(self) -> Tree:
        lets = []
        self.tokens.skip_lines()
        while self.tokens.here.text == "let" and self.tokens.here.kind == "w":
            lets.append(self.let())
            self.tokens.skip_lines()
        first = self.shape("the input, such as 3x224x224 or 128 tokens")
        if self.tokens.here.kind not in (",", "\n"):
            raise self.tokens.expected('"," and a layer')
        self.tokens.take()
        self.tokens.skip_lines()
        chain = self.chain(lines=True)
        self.tokens.skip_lines()
        if self.tokens.here.kind:
            raise self.tokens.expected('"," or the end')
        return Tree(tuple(lets), first, chain)

    def let(self) -> Let:
        self.tokens.take()
        if self.tokens.here.kind == "w" and "=" in self.tokens.here.text[1:]:
            self.tokens.split_at_equals()
        token, name = self.tokens.here, self.tokens.name("the name of the let")
        if name in LAYERS or name in BLOCKS or name in ALIASES or name in KEYWORDS:
            raise self.tokens.error(f"{name} is a word of the notation", token, "choose another name")
        if name in self.lets:
            raise self.tokens.error(f"{name} is defined twice", token, "choose another name")
        parameters = self._parameters() if self.tokens.here.kind == "(" else ()
        if self.tokens.here.kind != "w" or not self.tokens.here.text.startswith("="):
            raise self.tokens.expected('"=" and the steps')
        self.tokens.cut("=")
        self.parameters = parameters
        chain = self.chain(lines=False)
        self.parameters = ()
        self.lets[name] = parameters
        if self.tokens.here.kind not in (";", "\n"):
            raise self.tokens.expected('"," and a step, or ";" or a new line after the let')
        self.tokens.take()
        return Let(name, parameters, chain)

    def _parameters(self) -> tuple[str, ...]:
        self.tokens.take()
        names: list[str] = []
        while True:
            self.tokens.skip_lines()
            token, name = self.tokens.here, self.tokens.name("a parameter")
            if name in names:
                raise self.tokens.error(f"the parameter {name} stands twice", token, "choose another name")
            lettered = lettered_parts(name)
            if name in KEYWORDS or name in _FLAGS or (lettered and lettered[0] in _WORDS):
                raise self.tokens.error(f"{name} reads as an argument", token, "choose another name")
            names.append(name)
            self.tokens.skip_lines()
            if self.tokens.here.kind == ")":
                self.tokens.take()
                return tuple(names)
            self.tokens.expect(",", '"," or ")"')

    def shape(self, what: str) -> Input:
        token = self.tokens.here
        if token.kind != "w" or not is_shape(token.text):
            raise self.tokens.expected(what)
        axes = token.text.split("x")
        if len(axes) > 4 or any(len(one.lstrip("0")) > MAX_NUMBER_LENGTH or not int(one) for one in axes):
            raise self.tokens.error(
                f"{short(token.text)} is not an input", token, "use one to four numbers from 1 to 10^18"
            )
        self.tokens.take()
        tokens = self.tokens.here.kind == "w" and self.tokens.here.text == "tokens"
        if tokens:
            self.tokens.take()
            if len(axes) > 2:
                raise self.tokens.error("tokens have one or two numbers", token, "write 128 tokens, or 128x768 tokens")
        return Input(tuple(map(int, axes)), tokens, NotationPlace(token.start))

    def chain(self, *, lines: bool) -> tuple[NotationStep, ...]:
        """Steps up to what cannot be a separator; with `lines`, new lines separate too."""
        steps = [self.step()]
        while True:
            if self.tokens.here.kind == ",":
                self.tokens.take()
                self.tokens.skip_lines()
            elif self.tokens.here.kind == "\n" and lines:
                self.tokens.skip_lines()
                if self.tokens.here.kind in ("", ")", "|"):
                    return tuple(steps)
            else:
                return tuple(steps)
            steps.append(self.step())

    def step(self) -> NotationStep:
        repeat = self.repeat()
        unit = self.unit()
        label = ""
        if self.tokens.here.kind == "w" and self.tokens.here.text == "as":
            self.tokens.take()
            label = self.tokens.name("a label")
        return NotationStep(repeat, unit, label)

    def repeat(self) -> str:
        token = self.tokens.here
        if token.kind != "w":
            return ""
        times, star, _ = token.text.partition("*")
        if not (digits(times) or is_name(times)):
            return ""
        if not star:
            after = self.tokens.after
            if after.kind != "w" or not after.text.startswith("*"):
                return ""
        if not times.isdigit() and times not in self.parameters:
            raise self.tokens.error(
                f"expected a number of repeats, found {short(times)!r}",
                token,
                "repeat by a number, 3*( … ), or by a parameter of a let",
            )
        if times.isdigit() and not 0 < int(times[: MAX_NUMBER_LENGTH + 1]) <= 10**6:
            raise self.tokens.error(f"{short(times)} repeats", token, "use 1 to 1,000,000")
        if not star:
            self.tokens.take()
            self.tokens.cut("*")
        else:
            self.tokens.cut(times + "*")
        return str(int(times)) if times.isdigit() else times

    def unit(self) -> NotationUnit:
        token = self.tokens.here
        if token.kind == "(":
            return NotationGroup(self.inside(self.tokens.take()), NotationPlace(token.start))
        if token.kind != "w":
            raise self.tokens.expected("a layer, a block or a name")
        name = token.text if token.text in self.lets else word(token.text)
        if name == "input":
            self.tokens.take()
            return self.shape("the shape of another input, such as 128 tokens")
        if token.text in self.lets:
            return self.call()
        if name in LAYERS:
            return self.layer(name)
        if name in BLOCKS:
            return self.block(name)
        raise self.unknown(token)

    def inside(self, opening: NotationToken) -> tuple[NotationStep, ...]:
        self.deeper(opening)
        self.tokens.skip_lines()
        chain = self.chain(lines=True)
        self.tokens.skip_lines()
        self.tokens.expect(")", '"," or ")"')
        self.depth -= 1
        return chain

    def deeper(self, token: NotationToken) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.tokens.error(
                f"more than {DEEPEST} parentheses inside each other", token, "name the inner ones by let"
            )

    def unknown(self, token: NotationToken) -> NotationError:
        from dlquiz.suggest import matches

        typed = token.text[:40]
        glued = re.match(r"([a-zA-Z]+)([\d.]+.*)$", typed)
        if glued and ALIASES.get(glued[1].lower(), glued[1].lower()) in LAYERS:
            return self.tokens.error(f"there is no layer {typed!r}", token, f"put a space: {glued[1]} {glued[2]}")
        close = matches(typed, [*LAYERS, *BLOCKS, *ALIASES, *self.lets])
        fix = f"did you mean {' or '.join(close)}?" if close else "`dlquiz calc net --layers` lists them"
        if re.fullmatch(r"\d+x", typed) and self.tokens.after.kind == "(":
            fix = f"a repeat is written {typed[:-1]}*( … )"
        elif is_shape(typed):
            fix = "another input is written: input " + typed
        return self.tokens.error(f"there is no layer, block or let {short(typed)!r}", token, fix)

    def call(self) -> NotationCall:
        token = self.tokens.take()
        wanted, sizes = self.lets[token.text], []
        if self.tokens.here.kind == "(":
            self.tokens.take()
            while True:
                self.tokens.skip_lines()
                sizes.append(size_of(self.tokens, self.parameters))
                self.tokens.skip_lines()
                if self.tokens.here.kind == ")":
                    self.tokens.take()
                    break
                self.tokens.expect(",", '"," or ")"')
        if len(sizes) != len(wanted):
            form = f"{token.text}({', '.join(wanted)})" if wanted else token.text
            raise self.tokens.error(
                f"{token.text} takes {len(wanted)} sizes and has {len(sizes)}", token, f"write {form}"
            )
        return NotationCall(token.text, tuple(sizes), NotationPlace(token.start))

    def layer(self, name: str) -> Layer:
        token = self.tokens.take()
        rule, meaning, _ = LAYERS[name]
        size, given = "", dict[str, str]()
        if self.tokens.here.kind == "w" and is_size_here(self.tokens.here.text, self.parameters):
            if not rule:
                raise self.tokens.error(f"{name} takes no size", self.tokens.here, takes(name))
            size = size_of(self.tokens, self.parameters)
        elif rule == "!":
            refuse_size(name, meaning, self.tokens, self.parameters)
        while self.tokens.here.kind == "w" and self.tokens.here.text != "as":
            read_argument(name, given, self.tokens, self.parameters)
        if (needed := NEEDED.get(name)) and needed not in given:
            raise self.tokens.error(f"{name} needs {needed}", token, f"write {example(name, needed)}")
        return Layer(name, size, ordered(name, given), NotationPlace(token.start))

    def block(self, name: str) -> NotationBlock:
        token, given = self.tokens.take(), dict[str, str]()
        while self.tokens.here.kind == "w":
            read_argument(name, given, self.tokens, self.parameters)
        opening = self.tokens.expect("(", f'"(" and the branches of {name}')
        self.deeper(opening)
        branches = []
        while True:
            self.tokens.skip_lines()
            branches.append(self.chain(lines=True))
            self.tokens.skip_lines()
            if self.tokens.here.kind == ")":
                self.tokens.take()
                break
            self.tokens.expect("|", '"," or "|" or ")"')
        self.depth -= 1
        fewest, most, _ = BLOCKS[name]
        if not fewest <= len(branches) <= most:
            count = f"{fewest}" if fewest == most else f"{fewest} to {most}"
            raise self.tokens.error(
                f"{name} has {len(branches)} branches and takes {count}", token, 'separate them by "|"'
            )
        if (needed := NEEDED.get(name)) and needed not in given:
            raise self.tokens.error(f"{name} needs {needed}", token, f"write {example(name, needed)}")
        return NotationBlock(name, ordered(name, given), tuple(branches), NotationPlace(token.start))
