"""A formula in words, for screen readers and terminals without mathematics: every piece is said where it ends."""

from __future__ import annotations

from collections.abc import Mapping
from unicodedata import name as unicode_name
from unicodedata import normalize

from dlquiz.markup.math.analysis import FUNCTION_LETTERS, is_big, nucleus, settled, shape
from dlquiz.markup.math.errors import MathError
from dlquiz.markup.math.inline import is_lines
from dlquiz.markup.math.scripts import needs_brackets
from dlquiz.markup.math.speech_words import CHINESE, ENGLISH, SIGNS
from dlquiz.markup.math.symbols import INTEGRALS, words
from dlquiz.markup.math.tree import MathNode, row_of

_MARKS = {"widehat": "hat", "widetilde": "tilde", "overline": "bar", "underline": "underlined", "overrightarrow": "vec"}
_PAIRS = {"⌊": "floor", "⌈": "ceiling", "|": "absolute", "‖": "norm"}
_ENDS = {"⌋": "floor", "⌉": "ceiling", "|": "absolute", "‖": "norm"}


def speak(node: MathNode, language: str = "en") -> str:
    """The formula as it would be read aloud, in English or Chinese.

    >>> from dlquiz.markup.math.parser import parse
    >>> speak(parse(r"\\sum_{i=1}^n x_i^2"))
    'sum over i from 1 to n of x sub i squared'
    """
    speaker = _Speaker(CHINESE if language == "zh" else ENGLISH, 1 if language == "zh" else 0)
    return " ".join(speaker.any(node).split()).replace(" ,", ",").replace(" ;", ";").replace(" ，", "，")


class _Speaker:
    def __init__(self, phrases: Mapping[str, str], column: int) -> None:
        self.phrases = phrases
        self.column = column

    def phrase(self, phrase: str, *parts: str) -> str:
        return self.phrases[phrase].format(*parts)

    def any(self, node: MathNode) -> str:
        return self.table(node) if node.kind == "table" else self.row(node)

    def row(self, row: MathNode) -> str:
        nodes = [node for node in settled(row) if node.kind != "space"]
        speech: list[str] = []
        index = 0
        while index < len(nodes):
            node = nodes[index]
            after = nodes[index + 1] if index + 1 < len(nodes) else None
            if after is not None and self.is_call(node, after):
                end = index + 2 if after.kind == "fence" else _closing(nodes, index + 1)
                inside = after.parts[0] if after.kind == "fence" else row_of(nodes[index + 2 : end - 1])
                if end and shape(inside) == "factor" and nodes[end - 1].kind != "script":
                    speech.append(self.phrase("call", self.single(node), self.row(inside)))
                    index = end
                    continue
            speech.append(self.single(node))
            index += 1
        return " ".join(speech)

    def is_call(self, node: MathNode, after: MathNode) -> bool:
        base = nucleus(node)
        opens = (after.role == "open" and after.text == "(") or (after.kind == "fence" and after.marks[:1] == ("(",))
        letter = base.kind == "word" or (base.kind == "atom" and base.text in FUNCTION_LETTERS)
        return opens and letter and not is_big(node) and not (node.kind == "script" and node.role == "op")

    def single(self, node: MathNode) -> str:
        match node.kind:
            case "atom" | "word":
                return self.symbol(node)
            case "number":
                return normalize("NFKC", node.text)
            case "text":
                return node.text
            case "row":
                return self.row(node)
            case "fraction" | "binomial":
                return self.fraction(node)
            case "root":
                return self.root(node)
            case "script":
                return self.script(node)
            case "fence":
                return self.fence(node)
            case "accent":
                mark = _MARKS.get(node.marks[0], node.marks[0])
                return self.phrase(
                    "accent" if _is_short(node.parts[0]) else "long accent", self.row(node.parts[0]), mark
                )
            case "brace" | "box":
                return self.row(node.parts[0])
            case "arrow":
                return self.phrase("arrow", " ".join(self.row(part) for part in node.parts).strip())
            case "hole":
                return self.phrase("hole", node.text)
            case "table":
                return self.table(node)
            case _:
                raise MathError(f"{node.kind} has no words")

    def symbol(self, node: MathNode) -> str:
        text = node.text
        if node.role in {"open", "close"} and text in "|‖⌊⌋⌈⌉":
            opens = node.role == "open"
            return self.phrase((_PAIRS if opens else _ENDS)[text] + ("" if opens else " end"))
        if node.role in {"open", "close"} and text in SIGNS and text != "!":
            return self.phrase(node.role, SIGNS[text][self.column])
        if text in SIGNS:
            return SIGNS[text][self.column]
        if node.kind == "word" or text.isascii():
            return text
        return self.letter(text)

    def letter(self, text: str) -> str:
        plain = normalize("NFKC", text)
        name = unicode_name(text[0], "") if text else ""
        for style in ("bold", "script", "double-struck", "fraktur"):
            if style.upper() in name.split() and plain != text:
                return self.phrase(style, self.letter(plain))
        if "GREEK" in name:
            word = name.replace(" SYMBOL", "").split()[-1].lower().replace("lamda", "lambda")
            return self.phrase("capital", word) if "CAPITAL" in name else word
        if text.isalnum():
            return plain if len(plain) == 1 else text
        if not name:
            raise MathError(f"{text} has no name")
        return name.lower()

    def fraction(self, node: MathNode) -> str:
        above, below = (self.row(part) for part in node.parts)
        if node.kind == "binomial":
            return self.phrase("binomial", above, below)
        if all(_is_short(part) for part in node.parts):
            return self.phrase("short fraction", above, below)
        return self.phrase("nested fraction" if any(map(_holds_fraction, node.parts)) else "fraction", above, below)

    def root(self, node: MathNode) -> str:
        radicand = self.row(node.parts[0])
        body = radicand if _is_short(node.parts[0]) else f"{radicand} {self.phrase('root end')}"
        return (
            self.phrase("index", body, self.row(node.parts[1])) if len(node.parts) == 2 else self.phrase("root", body)
        )

    def script(self, node: MathNode) -> str:
        base, below, above = node.parts
        base = base._replace(role=node.role)
        if base.role == "rel":
            return self.phrase("above", self.single(base), self.row(above if above.parts else below))
        if is_big(base) or (base.role == "op" and below.parts and not above.parts):
            return self.big(base, below, above)
        if base.kind == "brace":
            return self.phrase("labelled", self.row(base.parts[0]), self.row(above if above.parts else below))
        if base.kind == "fence" and base.marks[-1:] == ("|",) and base.marks[0] == "":
            return self.phrase("at", self.row(base.parts[0]), self.row(below))
        speech = self.single(base)
        if needs_brackets(base):
            paren = SIGNS["("][self.column]
            speech = f"{self.phrase('open', paren)} {speech} {self.phrase('close', paren)}"
        if below.parts:
            speech = self.phrase("sub", speech, self.closed(below, "sub end"))
        return self.raised(speech, above) if above.parts else speech

    def closed(self, row: MathNode, end: str) -> str:
        return self.row(row) if _is_short(row) else f"{self.row(row)} {self.phrase(end)}"

    def raised(self, speech: str, above: MathNode) -> str:
        parts = above.parts
        primes = [node for node in parts if node.text == "′"]
        if primes:
            for _ in primes:
                speech = self.phrase("prime", speech)
            rest = row_of([node for node in parts if node.text != "′"])
            return self.raised(speech, rest) if rest.parts else speech
        text = parts[0].text if len(parts) == 1 else ""
        known = {"2": "squared", "3": "cubed", "T": "transpose", "⊤": "transpose", "∗": "star", "†": "dagger"}
        if text in known:
            return self.phrase(known[text], speech)
        fenced = len(parts) == 1 and parts[0].kind == "fence" and len(parts[0].parts) == 1
        if fenced or (parts[0].role == "open" and parts[-1].role == "close" and len(parts) > 2):
            inside = parts[0].parts[0] if fenced else row_of(list(parts[1:-1]))
            return self.phrase("superscript", speech, self.closed(inside, "superscript end"))
        return self.phrase("power", speech, self.closed(above, "power end"))

    def big(self, base: MathNode, below: MathNode, above: MathNode) -> str:
        name = self.single(base)
        start = next((index for index, node in enumerate(below.parts) if node.text == "="), -1)
        if above.parts and start > 0:
            variable, first = row_of(list(below.parts[:start])), row_of(list(below.parts[start + 1 :]))
            return self.phrase("from", name, self.row(variable), self.row(first), self.row(above))
        if above.parts and (base.text in INTEGRALS or below.parts):
            return self.phrase("between", name, "", self.row(below), self.row(above))
        if base.text.startswith("lim") and below.parts:
            return self.phrase("limit", name, self.row(below))
        if base.role == "op" and not is_big(base) and base.text in words("log ln lg"):
            return self.phrase("sub", name, self.closed(below, "sub end"))
        if below.parts:
            return self.phrase("over", name, self.row(below))
        return self.raised(name, above) if above.parts else name

    def fence(self, node: MathNode) -> str:
        opening, closing = node.marks[0], node.marks[-1]
        inside = f" {self.phrase('given')} ".join(self.row(part) for part in node.parts)
        if opening in _PAIRS and _ENDS.get(closing) == _PAIRS[opening]:
            return f"{self.phrase(_PAIRS[opening])} {inside} {self.phrase(_PAIRS[opening] + ' end')}"
        only = node.parts[0].parts
        if len(only) == 1 and only[0].kind == "table":
            return f"{self.phrase('cases')} {inside}; {self.phrase('cases end')}" if node.marks == ("{", "") else inside
        first = self.phrase("open", SIGNS[opening][self.column]) if opening in SIGNS else ""
        last = self.phrase("close", SIGNS[closing][self.column]) if closing in SIGNS else ""
        return f"{first} {inside} {last}"

    def table(self, node: MathNode) -> str:
        if is_lines(node) or node.text == "substack":
            lines = [row_of([one for cell in row.parts for one in cell.parts]) for row in node.parts]
            return "; ".join(self.row(line) for line in lines)
        if node.text in {"cases", "dcases", "rcases"}:
            cells = [[self.row(cell) for cell in row.parts] for row in node.parts]
            speech = "; ".join(f" {self.phrase('if')} ".join(cell.rstrip(", ，") for cell in row) for row in cells)
            return f"{self.phrase('cases')} {speech}; {self.phrase('cases end')}"
        size = self.phrase("matrix", str(len(node.parts)), str(max(len(row.parts) for row in node.parts)))
        rows = [
            f"{self.phrase('row', str(number))} {', '.join(self.row(cell) for cell in row.parts)}"
            for number, row in enumerate(node.parts, 1)
        ]
        return f"{size} {'; '.join(rows)}; {self.phrase('matrix end')}"


def _is_short(row: MathNode) -> bool:
    """One letter, number or word: its end needs no words."""
    return len(row.parts) == 1 and row.parts[0].kind in {"atom", "number", "word", "text", "hole"}


def _holds_fraction(row: MathNode) -> bool:
    return any(part.kind == "fraction" or _holds_fraction(part) for part in row.parts)


def _closing(nodes: list[MathNode], opening: int) -> int:
    depth = 0
    for index in range(opening, len(nodes)):
        depth += {"open": 1, "close": -1}.get(nodes[index].role, 0) if nodes[index].text != "!" else 0
        if depth == 0:
            return index + 1
    return 0
