"""LaTeX mathematics → a tree of nodes; anything that is not known for certain raises MathError."""

from __future__ import annotations

import re

from dlquiz.markup.math.errors import MathError
from dlquiz.markup.math.lexer import Tokens
from dlquiz.markup.math.symbols import (
    ACCENTS,
    ALPHABETS,
    BIG,
    BINARY,
    DELIMITERS,
    FONT_SWITCHES,
    FONTS,
    FUNCTIONS,
    GREEK,
    NEGATED,
    ORDINARY,
    RELATION,
    SPACES,
    words,
)
from dlquiz.markup.math.tree import EMPTY, MathNode, row_of

MAX_LENGTH = 4000
DEEPEST = 40


_IGNORED = words(
    r"\displaystyle \textstyle \scriptstyle \scriptscriptstyle \nonumber \notag \limits \nolimits \left. \allowbreak"
    r" \mathstrut \strut \hfill \hline \relax"
)
_BIG_DELIMITERS = re.compile(r"\\[bB]igg?[lrm]?$")
_FRACTIONS = frozenset((r"\frac", r"\dfrac", r"\tfrac", r"\cfrac"))
_TEXTS = frozenset((r"\text", r"\textrm", r"\mbox", r"\textbf", r"\textit", r"\textsf", r"\texttt", r"\textnormal"))
_STACKS = {r"\overset": "above", r"\stackrel": "above", r"\underset": "below"}
_BRACES = {r"\overbrace": "⏞", r"\underbrace": "⏟"}
_ARROWS = {r"\xrightarrow": "→", r"\xleftarrow": "←"}
_CLASSES = {r"\mathbin": "bin", r"\mathrel": "rel", r"\mathop": "op", r"\mathord": "ord", r"\mathopen": "open",
            r"\mathclose": "close", r"\mathpunct": "punct", r"\mathinner": "ord"}  # fmt: skip
_PLAIN = {"-": ("−", "bin"), "+": ("+", "bin"), "*": ("∗", "bin"), "=": ("=", "rel"), "<": ("<", "rel"),
          ">": (">", "rel"), ":": (":", "rel"), ",": (",", "punct"), ";": (";", "punct"), "(": ("(", "open"),
          "[": ("[", "open"), ")": (")", "close"), "]": ("]", "close"), "!": ("!", "close"), "?": ("?", "close"),
          "|": ("|", "ord"), "/": ("/", "ord"), ".": (".", "ord"), "@": ("@", "ord"), '"': ('"', "ord"),
          "−": ("−", "bin"), "`": ("‘", "ord"), "，": (",", "punct"), "。": (".", "punct"),
          "；": (";", "punct"), "（": ("(", "open"), "）": (")", "close")}  # fmt: skip
_UNICODE = {mark: (mark, role) for table, role in ((BINARY, "bin"), (RELATION, "rel"), (BIG, "op"))
            for mark in table.values() if not mark.isascii()}  # fmt: skip
_PLAIN = _UNICODE | _PLAIN
_TABLES = words(
    """cases dcases rcases matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix array darray aligned align align*
    alignat* alignedat split gathered gather gather* eqnarray eqnarray* multline multline* equation equation*"""
)


def parse(latex: str) -> MathNode:
    """The tree of a formula; several lines (`\\\\`) are a table named `lines`.

    >>> parse("x^2").parts[0].kind
    'script'
    """
    if len(latex) > MAX_LENGTH:
        raise MathError(f"a formula of {len(latex)} characters is too long to draw")
    reader = _Reader(latex)
    tree = reader.table("lines", ends=frozenset())
    only = tree.parts[0].parts
    return only[0] if len(tree.parts) == 1 and len(only) == 1 else tree


class _Reader:
    """One formula being read; each method reads one kind of piece."""

    def __init__(self, source: str) -> None:
        self.tokens = Tokens(source)
        # || is a norm's bar where no single bar stands; beside single ones, as in ||x|-|y||, only the eye can tell.
        self.doubled = "|" not in source.replace(r"\|", "").replace("||", "")
        self.font = ""
        self.depth = 0

    # -- rows and arguments ------------------------------------------------------------------------------------------

    def row(self, ends: frozenset[str]) -> MathNode:
        """Everything up to one of the ends, which is left standing; a font switch lasts until there."""
        font = self.font
        self.depth += 1
        if self.depth > DEEPEST:
            raise MathError("a formula nested too deeply to draw")
        nodes: list[MathNode] = []
        while (token := self.tokens.peek()) and token not in ends:
            if token == r"\over":
                self.tokens.take()
                below = self.row(ends)
                nodes = [MathNode("fraction", parts=(row_of(nodes), below))]
                break
            nodes += self.item()
        self.depth -= 1
        self.font = font
        return row_of(nodes)

    def item(self) -> list[MathNode]:
        """The next piece with its scripts; a group without meaning of its own dissolves into its pieces."""
        if self.tokens.peek() in FONT_SWITCHES:
            self.font = FONT_SWITCHES[self.tokens.take()]
            return []
        base = self.nucleus()
        if base is None:
            return []
        node = self.scripts(base)
        if node is base and base.kind == "row" and not base.marks:
            return list(base.parts) if len(base.parts) != 1 else [_made_ordinary(base.parts[0])]
        return [node]

    def argument(self) -> MathNode:
        """A group, or the one piece that follows; of a number only its first digit, as TeX takes it."""
        token = self.tokens.peek()
        if token == "{":
            return self.group()
        if token.isdecimal():
            return row_of([MathNode("number", self.letter(self.tokens.take()))])
        if token in {"", "}", "&", "^", "_", r"\\", r"\right", r"\end"}:
            raise MathError(f"an argument is missing before {token or 'the end'}")
        node = self.nucleus()
        if node is None:
            raise MathError(f"{token} cannot be an argument")
        return row_of([node])

    def group(self) -> MathNode:
        self.tokens.expect("{")
        inside = self.row(frozenset("}"))
        self.tokens.expect("}")
        return inside

    def optional(self) -> MathNode | None:
        if self.tokens.peek() != "[":
            return None
        self.tokens.take()
        inside = self.row(frozenset("]"))
        self.tokens.expect("]")
        return inside

    def scripts(self, base: MathNode) -> MathNode:
        below: MathNode | None = None
        above: MathNode | None = None
        primes = 0
        while (token := self.tokens.peek()) in {"^", "_", "'", "′", r"\limits", r"\nolimits"}:
            self.tokens.take()
            if token in {"'", "′"}:
                if above is not None:
                    raise MathError("a prime after a superscript")
                primes += 1
            elif token == "^":
                if above is not None:
                    raise MathError("two superscripts")
                above = self.argument()
            elif token == "_":
                if below is not None:
                    raise MathError("two subscripts")
                if self.tokens.peek() == r"\limits":  # \sum_\limits{k}: misplaced, but its meaning is plain
                    base = _limited(base, self.tokens.take())
                below = self.argument()
            else:
                base = _limited(base, token)
        if primes:
            above = row_of([MathNode("atom", "′")] * primes + list(above.parts if above else ()))
        if below is None and above is None:
            return base
        if base.kind == "row" and not base.marks:
            base = _one_base(base)
        return MathNode("script", parts=(base, below or EMPTY, above or EMPTY), role=base.role)

    # -- nuclei ------------------------------------------------------------------------------------------------------

    def nucleus(self) -> MathNode | None:
        if not self.tokens.peek():
            raise MathError("the formula ends too early")
        kind, token, _ = self.tokens.all[self.tokens.at]
        if kind == "hole":
            self.tokens.at += 1
            return MathNode("hole", token[2:-1])
        if kind == "command":
            return self.command(token)
        if token == "{":
            return self.group()
        if token in {"^", "_"}:
            return MathNode("row")
        self.tokens.at += 1
        if token.isdecimal() and token.isascii():
            return self.number(token)
        if token in _PLAIN:
            return self.plain(token)
        if token in {"~", "\\"}:
            return MathNode("space", "1")
        if token in {"'", "′"}:
            self.tokens.at -= 1
            return MathNode("row")
        if token.isascii() and not token.isalpha():
            raise MathError(f"{token} has no meaning here")
        if self.font in {"rm", "bf"} and token.isalpha():
            return self.upright(token)
        return MathNode("atom", self.letter(token))

    def plain(self, token: str) -> MathNode:
        text, role = _PLAIN[token]
        if token == "|" and self.doubled and self.tokens.adjacent == "|":
            self.tokens.at += 1
            return MathNode("atom", "‖")
        if token == ":" and self.tokens.peek() == "=":
            self.tokens.take()
            return MathNode("atom", "≔", role="rel")
        return MathNode("atom", text, role=role)

    def number(self, first: str) -> MathNode:
        digits = first
        while self.tokens.at < len(self.tokens.all):
            token = self.tokens.all[self.tokens.at][1]
            after = self.tokens.all[self.tokens.at + 1][1] if self.tokens.at + 1 < len(self.tokens.all) else ""
            if not (token.isdecimal() or (token == "." and "." not in digits and after.isdecimal())):
                break
            digits += token
            self.tokens.at += 1
        return MathNode("number", "".join(map(self.letter, digits)))

    def upright(self, first: str) -> MathNode:
        letters = first
        while (token := self.tokens.adjacent).isalpha() and len(token) == 1:
            letters += token
            self.tokens.at += 1
        text = "".join(map(self.letter, letters))
        return MathNode("word" if len(letters) > 1 else "atom", text)

    def letter(self, character: str) -> str:
        table = ALPHABETS.get(self.font, {})
        if self.font in {"cal", "frak", "bb"} and character.isalnum() and character not in table:
            raise MathError(f"{character} does not exist in this alphabet")
        return table.get(character, character)

    def command(self, name: str) -> MathNode | None:
        self.tokens.at += 1
        if name in GREEK:
            return MathNode("atom", self.letter(GREEK[name]) if self.font == "bf" else GREEK[name])
        if name in ORDINARY:
            symbol = ORDINARY[name]
            return MathNode("atom", ALPHABETS["bf"].get(symbol, symbol) if self.font == "bf" else symbol)
        if name in BINARY:
            return MathNode("word" if name == r"\bmod" else "atom", BINARY[name], role="bin")
        if name in RELATION:
            return MathNode("atom", RELATION[name], role="rel")
        if name in BIG:
            return MathNode("atom", BIG[name], role="op")
        if name in FUNCTIONS:
            text = {r"\liminf": "lim inf", r"\limsup": "lim sup"}.get(name, name[1:])
            return MathNode("word", text, role="op")
        if name in SPACES:
            return MathNode("space", str(SPACES[name]))
        if name in DELIMITERS:
            return _delimiter(DELIMITERS[name])
        if name in _IGNORED:
            return None
        return self.construction(name)

    def construction(self, name: str) -> MathNode | None:
        if name in FONTS:
            return self.with_font(FONTS[name])
        if name in ACCENTS:
            return MathNode("accent", ACCENTS[name], (self.argument(),), marks=(name[1:],))
        if name in _FRACTIONS:
            return MathNode("fraction", parts=(self.argument(), self.argument()))
        if name in {r"\binom", r"\dbinom", r"\tbinom"}:
            return MathNode("binomial", parts=(self.argument(), self.argument()))
        if name == r"\sqrt":
            index = self.optional()
            radicand = self.argument()
            return MathNode("root", parts=(radicand, index) if index else (radicand,))
        if name in _TEXTS:
            return MathNode("text", self.tokens.raw_text())
        if name == r"\left":
            return self.fence()
        if name == r"\begin":
            return self.environment()
        if name == r"\operatorname":
            return self.operator()
        if name in _CLASSES:
            inside = self.argument()
            only = inside.parts[0] if len(inside.parts) == 1 else inside._replace(marks=("class",))
            return only._replace(role=_CLASSES[name])
        if _BIG_DELIMITERS.match(name):
            return _delimiter(self.tokens.delimiter(), name)
        return self.decoration(name)

    def decoration(self, name: str) -> MathNode | None:
        if name in _STACKS:
            mark, base = self.argument(), self.argument()
            only = base.parts[0] if len(base.parts) == 1 else base._replace(marks=("class",))
            parts = (only, EMPTY, mark) if _STACKS[name] == "above" else (only, mark, EMPTY)
            return MathNode("script", parts=parts, role=only.role, marks=("limits",))
        if name in _BRACES:
            return MathNode("brace", _BRACES[name], (self.argument(),), marks=("limits",))
        if name in _ARROWS:
            below = self.optional()
            return MathNode("arrow", _ARROWS[name], (self.argument(), below or EMPTY), role="rel")
        if name == r"\not":
            node = self.nucleus()
            if node is None or node.text not in NEGATED:
                raise MathError(r"\not before something that has no crossed-out form")
            return MathNode("atom", NEGATED[node.text], role="rel")
        if name == r"\boxed":
            return MathNode("box", parts=(self.argument(),))
        if name == r"\substack":
            self.tokens.expect("{")
            table = self.table("substack", frozenset("}"))
            self.tokens.expect("}")
            return table
        if name == r"\pmod":
            return MathNode(
                "fence",
                parts=(row_of([MathNode("word", "mod", role="op"), *self.argument().parts]),),
                marks=("(", ")"),
                text="pmod",
            )
        if name == r"\colon":
            return MathNode("atom", ":", role="punct")
        if name == r"\tag":
            return MathNode("text", f"  ({self.tokens.raw_text()})")
        if name in {r"\label"}:
            self.tokens.raw_text()
            return None
        raise MathError(f"{name} is not known here")

    def with_font(self, font: str) -> MathNode:
        outer, self.font = self.font, font
        inside = self.argument()
        self.font = outer
        return inside

    def operator(self) -> MathNode:
        starred = self.tokens.peek() == "*"
        if starred:
            self.tokens.take()
        inside = self.with_font("rm")
        name = ""
        for part in inside.parts:
            if part.kind == "space":
                name += " " if part.text != "0" and name else ""
            elif part.kind in {"atom", "word", "number", "text"}:
                name += {"−": "-", "∗": "*"}.get(part.text, part.text)
            else:
                raise MathError(r"\operatorname with more than letters in it")
        return MathNode("word", name.strip(), role="op", marks=("limits",) if starred else ())

    def fence(self) -> MathNode:
        marks = [self.tokens.delimiter()]
        parts = [self.fence_body()]
        while self.tokens.peek() == r"\middle":
            self.tokens.take()
            marks.append(self.tokens.delimiter())
            parts.append(self.fence_body())
        self.tokens.expect(r"\right")
        marks.append(self.tokens.delimiter())
        return MathNode("fence", parts=tuple(parts), marks=tuple(marks))

    def fence_body(self) -> MathNode:
        table = self.table("lines", frozenset((r"\right", r"\middle")))
        only = table.parts[0].parts
        return only[0] if len(table.parts) == 1 and len(only) == 1 else row_of([table])

    # -- tables ------------------------------------------------------------------------------------------------------

    def environment(self) -> MathNode:
        name = self.tokens.environment_name()
        if name not in _TABLES:
            raise MathError(f"the environment {name} is not known here")
        columns = ""
        if name in {"array", "darray"}:
            columns = self.tokens.raw_text()
        elif name.startswith("aligned") and self.tokens.peek() == "[":
            self.optional()
        elif name in {"alignat*", "alignedat"}:
            self.tokens.raw_text()
        table = self.table(name.removesuffix("*"), frozenset((r"\end",)))
        self.tokens.expect(r"\end")
        if self.tokens.environment_name() != name:
            raise MathError(f"the environment {name} is closed under another name")
        return table._replace(marks=(columns,)) if columns else table

    def table(self, name: str, ends: frozenset[str]) -> MathNode:
        rows: list[MathNode] = []
        cells: list[MathNode] = []
        stops = ends | {"&", r"\\", r"\cr"}
        while True:
            cells.append(self.row(stops))
            token = self.tokens.peek()
            if token == "&":
                if name == "lines":
                    raise MathError("& outside a table")
                self.tokens.take()
                continue
            rows.append(MathNode("row", parts=tuple(cells)))
            cells = []
            if token not in {r"\\", r"\cr"}:
                break
            self.tokens.take()
            if name != "lines" and self.tokens.peek() == "[":
                self.optional()
        if token not in ends and token:
            raise MathError(f"{token} does not belong here")
        while len(rows) > 1 and not any(cell.parts for cell in rows[-1].parts):
            rows.pop()
        return MathNode("table", name, tuple(rows))


def _limited(base: MathNode, command: str) -> MathNode:
    if base.role != "op" and base.kind != "brace":
        raise MathError(f"{command} behind something that is no operator")
    return base._replace(marks=(command[1:],))


def _delimiter(mark: str, name: str = "") -> MathNode | None:
    if not mark:
        return None
    side = {"l": "open", "r": "close", "m": "rel"}.get(name[-1:] if name else "", "")
    role = "open" if mark in "([{⟨⌊⌈⟦⌜" else "close" if mark in ")]}⟩⌋⌉⟧⌝" else "ord"
    return MathNode("atom", mark, role=side if side and role == "ord" else role)


def _made_ordinary(node: MathNode) -> MathNode:
    """Braces around a sign take its spacing away, as in 1{,}000; around an operator they change nothing here."""
    return node._replace(role="ord") if node.kind == "atom" and node.role in {"punct", "bin", "rel"} else node


def _one_base(base: MathNode) -> MathNode:
    """The base of a script on a group; a group with a sum in it is refused, for {a+b}^2 is set like a+b²."""
    if len(base.parts) == 1:
        return _made_ordinary(base.parts[0])
    if any(part.role in {"bin", "rel", "punct"} for part in base.parts):
        raise MathError("a script on a group without brackets")
    return base
