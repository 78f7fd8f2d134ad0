"""Markdown with mathematics → passages; formulas are cut out before any Markdown rule can touch them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any
from unicodedata import category

from dlquiz.markup.passages import Passage, Span
from dlquiz.markup.width import cell_width

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token
    from markdown_it.tree import SyntaxTreeNode

# A formula stands in the Markdown as one character of a private plane, which no rule gives a meaning.
_FIRST = 0xF0000
_PLACE = re.compile("([\U000f0000-\U000ffffd])")
_FENCE = re.compile(r"[ \t>*+\-\d.)]*(`{3,}|~{3,})")
_SCAN = re.compile(r"\\.|`+|(?:\$\$)+|\$|\n[ \t>]*\n", re.DOTALL)
_DOLLARS = re.compile(r"\\.|\$+|\n[ \t>]*\n", re.DOTALL)
_TICKS = re.compile("`+")
_DEEPEST = 50
_COMMAND = re.compile(r"\\[a-zA-Z{]")


def read(markdown: str) -> tuple[Passage, ...]:
    """The passages of a card's text; one whose marks are nested dozens deep is a paragraph as it stands.

    >>> [span.style for span in read("the side is $n$")[0].spans]
    ['', 'math']
    """
    formulas: list[tuple[str, str]] = []
    # A sign of the private plane in the text itself would be taken for a formula.
    plain = _PLACE.sub("\N{REPLACEMENT CHARACTER}", markdown.replace("\r\n", "\n"))
    guarded = _guard(plain, formulas)
    builder = _PassageBuilder(formulas)
    nodes = _nodes(guarded)
    if nodes is None:
        return tuple(builder.paragraph(builder.text(" ".join(guarded.split()), "", "")))
    return builder.passages(nodes)


def _nodes(guarded: str) -> list[SyntaxTreeNode] | None:
    """The tree of the Markdown, or None where it is too deep: making it takes its depth times its length."""
    from markdown_it.tree import SyntaxTreeNode

    try:
        tokens = _parser().parse(guarded)
        return SyntaxTreeNode(tokens).children if _depth(tokens) <= _DEEPEST else None
    except RecursionError:
        return None


def _depth(tokens: Sequence[Token]) -> int:
    level = deepest = 0
    for token in tokens:
        level += token.nesting
        deepest = max(deepest, level + (_depth(token.children) if token.children else 0))
    return deepest


# -- formulas out of the way -------------------------------------------------------------------------------------------


def _guard(source: str, formulas: list[tuple[str, str]]) -> str:
    """The source with a placeholder for every formula; code, fenced or in backticks, keeps its dollars."""
    out: list[str] = []
    prose: list[str] = []
    fence = ""
    for line in source.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            out.append(line)
            if mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
                fence = ""
        elif mark and not (mark[1][0] == "`" and "`" in line[mark.end() :]):
            out += [_guard_prose("\n".join(prose), formulas)] if prose else []
            prose, fence = [], mark[1]
            out.append(line)
        else:
            prose.append(line)
    out += [_guard_prose("\n".join(prose), formulas)] if prose else []
    return "\n".join(out)


def _guard_prose(text: str, formulas: list[tuple[str, str]]) -> str:
    out, at = "", 0
    while match := _SCAN.search(text, at):
        out += text[at : match.start()]
        mark, at = match.group(), match.end()
        if mark[0] == "`":
            end = _closing_ticks(text, mark, at)
            out += mark + text[at:end]
            at = end
            continue
        opening = mark[:2]
        start = match.start() + len(opening)
        end = _closing_dollar(text, opening, start) if mark[0] == "$" else -1
        if end < 0:  # what does not close the first pair of a row of dollars closes no other
            out += mark
            continue
        formulas.append((text[start:end].strip(), opening))
        out += chr(_FIRST + len(formulas) - 1)
        at = end + len(opening)
    return out + text[at:]


def _closing_ticks(text: str, mark: str, start: int) -> int:
    for match in _TICKS.finditer(text, start):
        if match.group() == mark:
            return match.end()
    return start


def _closing_dollar(text: str, mark: str, start: int) -> int:
    """Where the formula that starts here ends, or -1 when the dollar is only a dollar: $5, $10–$20."""
    at = start
    while match := _DOLLARS.search(text, at):
        found, at = match.group(), match.end()
        if found[0] == "\n":
            return -1
        if found[0] == "\\":
            continue
        inside = text[start : match.start()]
        if mark == "$$":
            if found.startswith("$$") and inside.strip():
                return match.start()
            continue
        return match.start() if _is_formula(inside, text[match.start() + 1 : match.start() + 2]) else -1
    return -1


def _is_formula(inside: str, after: str) -> bool:
    if not inside.strip() or after.isdecimal():
        return False
    return bool(_COMMAND.search(inside)) or inside == inside.strip()


# -- the parser --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    # What cards hold as plain text: <pad>, &amp;, [i]: x, indented lines, a line of dashes under a sentence.
    parser.disable(["html_inline", "html_block", "entity", "reference", "code", "lheading"])
    parser.inline.ruler.at("emphasis", _stars)
    return parser


def _stars(state: StateInline, silent: bool) -> bool:
    """Only `*` marks emphasis (so __init__ stays), it may touch Chinese punctuation, and never stands inside a word
    or a product like 3*3*64.
    """
    from markdown_it.rules_inline.state_inline import Delimiter

    start = state.pos
    if silent or state.src[start] != "*":
        return False
    scanned = state.scanDelims(start, True)
    before = state.src[start - 1] if start else " "
    end = start + scanned.length
    after = state.src[end] if end < len(state.src) else " "
    inside_word = _is_word(before) and _is_word(after)
    opens = not after.isspace() and (not _is_narrow_mark(after) or _is_boundary(before)) and not inside_word
    closes = not before.isspace() and (not _is_narrow_mark(before) or _is_boundary(after)) and not inside_word
    for _ in range(scanned.length):
        state.push("text", "", 0).content = "*"
        last = len(state.tokens) - 1
        state.delimiters.append(Delimiter(ord("*"), scanned.length, last, -1, opens, closes))
    state.pos += scanned.length
    return True


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _is_narrow_mark(character: str) -> bool:
    return category(character)[0] in "PS" and cell_width(character) < 2 and character not in "“”‘’"


def _is_boundary(character: str) -> bool:
    return character.isspace() or cell_width(character) == 2 or category(character)[0] in "PS"


# -- the tree into passages --------------------------------------------------------------------------------------------

_SIMPLE = {"blockquote": "quote", "list_item": "item"}


class _PassageBuilder:
    def __init__(self, formulas: list[tuple[str, str]]) -> None:
        self.formulas = formulas

    def passages(self, nodes: list[SyntaxTreeNode]) -> tuple[Passage, ...]:
        return tuple(passage for node in nodes for passage in self.passage(node))

    def passage(self, node: SyntaxTreeNode) -> Iterator[Passage]:
        match node.type:
            case "paragraph":
                yield from self.paragraph(self.spans(node.children[0]))
            case "heading":
                yield Passage("heading", self.spans(node.children[0]), info=node.tag[1:])
            case "fence":
                language = node.info.split()[0] if node.info.strip() else ""
                yield Passage("code", coloured(self.restored(node.content).rstrip("\n"), language), info=language)
            case "bullet_list":
                yield Passage("list", children=self.passages(node.children))
            case "ordered_list":
                yield Passage("list", children=self.passages(node.children), info=str(node.attrs.get("start", 1)))
            case "blockquote" | "list_item":
                yield Passage(_SIMPLE[node.type], children=self.passages(node.children))
            case "hr":
                yield Passage("rule")
            case "table":
                yield self.table(node)
            case _:
                yield Passage("paragraph", (Span(self.restored(node.content)),))

    def paragraph(self, inside: Iterable[Span]) -> Iterator[Passage]:
        """A paragraph; a displayed formula in it stands as a passage of its own."""
        spans: list[Span] = []
        for span in inside:
            if span.target == "$$":
                if any(one.text.strip() for one in spans):
                    yield Passage("paragraph", _joined(spans))
                yield Passage("math", (Span(span.text, "math"),))
                spans = []
            else:
                spans.append(span)
        if any(one.text.strip() for one in spans):
            yield Passage("paragraph", _joined(spans))

    def table(self, node: SyntaxTreeNode) -> Passage:
        lines = [line for part in node.children for line in part.children]
        sides = "".join(
            {"right": "r", "center": "c"}.get(str(cell.attrs.get("style", "")).removeprefix("text-align:"), "l")
            for cell in lines[0].children
        )
        return Passage(
            "table",
            children=tuple(
                Passage("row", children=tuple(Passage("cell", self.cell(cell)) for cell in line.children))
                for line in lines
            ),
            info=sides,
        )

    def cell(self, node: SyntaxTreeNode) -> tuple[Span, ...]:
        return _joined(
            [span._replace(target="") if span.target == "$$" else span for span in self.spans(node.children[0])]
        )

    def spans(self, node: SyntaxTreeNode, style: str = "", target: str = "") -> tuple[Span, ...]:
        found: list[Span] = []
        for child in node.children:
            found += self.inline(child, style, target)
        return tuple(found) if style or target else _softened(found)

    def inline(self, node: SyntaxTreeNode, style: str, target: str) -> list[Span]:
        match node.type:
            case "text":
                return self.text(node.content, style, target)
            case "softbreak":
                return [Span("\n", "soft")]
            case "hardbreak":
                return [Span("\n", style)]
            case "code_inline":
                return [Span(self.restored(node.content), f"{style} code".strip(), target)]
            case "em" | "strong":
                inner = f"{style} {'emphasis' if node.type == 'em' else 'strong'}".strip()
                return list(self.spans(node, inner, target))
            case "link":
                address = self.restored(str(node.attrs.get("href", "")))
                return list(self.spans(node, f"{style} link".strip(), address))
            case "image":
                address = self.restored(str(node.attrs.get("src", "")))
                return [Span(self.restored(node.content), f"{style} image".strip(), address)]
            case _:
                return self.text(node.content, style, target)

    def text(self, content: str, style: str, target: str) -> list[Span]:
        spans = []
        for part in _PLACE.split(content):
            if _PLACE.fullmatch(part):
                latex, mark = self.formulas[ord(part) - _FIRST]
                spans.append(Span(latex, f"{style} math".strip(), "$$" if mark == "$$" and not style else target))
            elif part:
                spans.append(Span(part, style, target))
        return spans

    def restored(self, text: str) -> str:
        """Placeholders back to the source, where they turn out to stand in code or an address."""

        def source(match: re.Match[str]) -> str:
            latex, mark = self.formulas[ord(match[1]) - _FIRST]
            return mark + latex + mark

        return _PLACE.sub(source, text)


def _softened(spans: list[Span]) -> tuple[Span, ...]:
    """A line's end in the source is a blank, but nothing where Chinese goes on."""
    out: list[Span] = []
    for index, span in enumerate(spans):
        if span.style != "soft":
            out.append(span)
            continue
        before = out[-1].text[-1:] if out and "math" not in out[-1].style else "x"
        after = spans[index + 1] if index + 1 < len(spans) else Span(" ")
        first = after.text[:1] if "math" not in after.style else "x"
        if not _meets_in_chinese(before, first):
            out.append(Span(" ", out[-1].style if out and out[-1].style == after.style else ""))
    return tuple(out)


def _meets_in_chinese(before: str, after: str) -> bool:
    wide = [cell_width(one) == 2 for one in (before, after)]
    marks = [category(one)[0] == "P" if one else False for one in (before, after)]
    return all(wide) or (wide[0] and marks[0]) or (wide[1] and marks[1])


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    """Neighbours of one look as one span; the ends without blanks."""
    out: list[Span] = []
    for (style, target), group in groupby(spans, lambda span: (span.style, span.target)):
        alike = list(group)
        out += alike if "math" in style else [Span("".join(span.text for span in alike), style, target)]
    if out and "math" not in out[0].style:
        out[0] = out[0]._replace(text=out[0].text.lstrip())
    if out and "math" not in out[-1].style:
        out[-1] = out[-1]._replace(text=out[-1].text.rstrip())
    return tuple(span for span in out if span.text)


def coloured(code: str, language: str) -> tuple[Span, ...]:
    """Code in spans of one colour each; a language that is not known stays in one colour."""
    if not language:
        return (Span(code, "code"),)
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer: Any = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return (Span(code, "code"),)
    spans = [Span(text, f"code {_colour(str(kind))}".strip()) for kind, text in lexer.get_tokens(code)]
    joined = _joined_code(spans)
    return joined if "".join(span.text for span in joined) == code else (Span(code, "code"),)


def _colour(kind: str) -> str:
    for colour, starts in _COLOURS.items():
        if kind.startswith(starts):
            return colour
    return ""


_COLOURS = {
    "keyword": ("Token.Keyword", "Token.Operator.Word"),
    "string": ("Token.Literal.String",),
    "number": ("Token.Literal.Number",),
    "comment": ("Token.Comment",),
    "name": ("Token.Name.Function", "Token.Name.Class", "Token.Name.Builtin", "Token.Name.Decorator"),
}


def _joined_code(spans: list[Span]) -> tuple[Span, ...]:
    """Neighbours of one colour as one span; blanks have no colour of their own."""
    out: list[tuple[list[str], str]] = []
    for span in spans:
        if out and (out[-1][1] == span.style or span.text.isspace()):
            out[-1][0].append(span.text)
        elif span.text:
            out.append(([span.text], span.style))
    return tuple(Span("".join(texts), style) for texts, style in out)
