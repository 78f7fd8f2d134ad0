"""Card text → HTML without scripts; whoever asks for it brings the writer of formulas (MathJax, MathML)."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import NamedTuple

from dlquiz import markup
from dlquiz.markup import Passage, Span

# A formula's LaTeX, and whether it stands on a line of its own → HTML. Holes `@{1}` in it are filled afterwards.
WriteFormula = Callable[[str, bool], str]
# A hole's number, and whether it stands in a formula → what stands in its place, HTML.
FillHole = Callable[[int, bool], str]
# An image's address and its alternative text → an `img` tag, or None where there is no such file.
FindImage = Callable[[str, str], str | None]

_HOLE = re.compile(r"@\{(\d{1,2})\}")
_FORMULA = re.compile(r"(?<![\\$])\$(?![\s$])((?:[^$\\]|\\.)+?)(?<![\s\\])\$(?![\d$])")
# What the Markdown of cards gives a meaning to; `_`, `&` and addresses are plain words there.
_MARKED = re.compile(r"[*<\[\\\n\t\$]")
# A sentence with nothing in it that Markdown, HTML or Anki could act on: most of what cards say.
_PLAIN = re.compile(r"(?!\s*(?:[-+>#_=~|]|\d+[.)]))(?:[^*<\[\\\n\t$`{]|\{(?!\{))*")
_MARKED_START = re.compile(r"\s*(?:[-+>#_=~|]|\d+[.)])")
# What Anki would act on wherever it stands in a field.
_ACTIVE = re.compile(r"\\(?=[()\[\]])|\[(?=sound:|latex\]|\$|/|\[type:|anki:)|\{(?=\{c\d)", re.IGNORECASE)
# What may not be parted from a formula by the end of a line: its punctuation, and the word that it is a part of.
_BEFORE_FORMULA = re.compile(r"(?:(?<!\S)[!-?A-~“‘]{1,12}|[(\[{“‘（【《〈「『]{1,12})$")
_AFTER_FORMULA = re.compile(r"[!-?A-~…”’]{1,12}(?![!-~])|[,.;:!?%)\]}…”’，。；：！？、％）】》〉」』]{1,12}")
_COLOURS = {"keyword": "k", "string": "s", "comment": "c", "number": "m", "name": "n"}
_SAFE = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


def render(markdown: str, formula: WriteFormula, hole: FillHole | None = None, image: FindImage | None = None) -> str:
    r"""The text as HTML; one paragraph alone stands without `<p>`.

    >>> render("the side is $n < 5$, not **x**", lambda latex, displayed: f"<i>{escape(latex)}</i>")
    'the side is <span class="unbroken"><i>n &lt; 5</i>,</span> not <b>x</b>'
    """
    if _PLAIN.fullmatch(markdown):
        return _holes(escape(markdown.strip(), quote=False), hole, False)
    writer = _Writer(formula, hole, image)
    plain = _unmarked(markdown)
    if plain is not None:
        return writer.spans(plain)
    passages = markup.blocks(markdown)
    if len(passages) == 1 and passages[0].kind == "paragraph":
        return writer.spans(passages[0].spans)
    return "".join(map(writer.passage, passages))


def plain_text(words: str) -> str:
    r"""Words that are no Markdown, with nothing in them that a browser or Anki would act on.

    >>> plain_text("x < y, [sound:a.mp3], \\(z\\)")
    'x &lt; y, &#91;sound:a.mp3], &#92;(z&#92;)'
    """
    return _ACTIVE.sub(lambda match: f"&#{ord(match.group())};", escape(words, quote=False))


def _unmarked(markdown: str) -> tuple[Span, ...] | None:
    """The spans of a text without any mark of Markdown, which needs no parser; None for any other."""
    if "`" in markdown or "\n" in markdown or _MARKED_START.match(markdown):
        return None
    pieces = _FORMULA.split(markdown.strip()) if "$" in markdown else [markdown.strip()]
    if any(map(_MARKED.search, pieces[::2])):
        return None
    return tuple(Span(piece, "math" if index % 2 else "") for index, piece in enumerate(pieces) if piece)


class _Writer(NamedTuple):
    formula: WriteFormula
    hole: FillHole | None
    image: FindImage | None

    def passage(self, passage: Passage) -> str:
        match passage.kind:
            case "heading":
                return f"<h4>{self.spans(passage.spans)}</h4>"
            case "code":
                return f'<pre class="code"><code>{_code(passage.spans, self.hole)}</code></pre>'
            case "math":
                return f'<div class="display">{self.math(passage.spans[0].text, True)}</div>'
            case "rule":
                return "<hr>"
            case "table":
                return self.table(passage)
            case _:
                return self.container(passage)

    def container(self, passage: Passage) -> str:
        inner = self.spans(passage.spans) + "".join(self.inner(passage.children))
        if passage.kind == "list":
            if not passage.info:
                return f"<ul>{inner}</ul>"
            start = "" if passage.info == "1" else f' start="{passage.info}"'
            return f"<ol{start}>{inner}</ol>"
        tag = {"item": "li", "quote": "blockquote"}.get(passage.kind, "p")
        return f"<{tag}>{inner}</{tag}>"

    def inner(self, children: Sequence[Passage]) -> list[str]:
        """The children; a paragraph that opens an item stands without `<p>`."""
        out = [self.passage(child) for child in children]
        if children and children[0].kind == "paragraph":
            out[0] = self.spans(children[0].spans)
        return out

    def table(self, table: Passage) -> str:
        sides = {"r": ' class="right"', "c": ' class="center"'}
        lines = []
        for number, line in enumerate(table.children):
            tag = "td" if number else "th"
            cells = zip(line.children, table.info.ljust(len(line.children), "l"), strict=False)
            lines.append(
                "".join(f"<{tag}{sides.get(side, '')}>{self.spans(cell.spans)}</{tag}>" for cell, side in cells)
            )
        return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"

    def spans(self, spans: Sequence[Span]) -> str:
        if len(spans) < 2 or not any("math" in span.style for span in spans):
            return "".join(map(self.span, spans))
        return "".join(map(self.unbroken, _with_punctuation(spans)))

    def unbroken(self, spans: Sequence[Span]) -> str:
        """What stays on one line: a browser may end a line on either side of a formula, even before a comma."""
        inner = "".join(map(self.span, spans))
        return inner if len(spans) < 2 else f'<span class="unbroken">{inner}</span>'

    def span(self, span: Span) -> str:
        styles = span.style.split()
        if "math" in styles:
            inner = self.math(span.text, False)
        elif "image" in styles:
            inner = _image(span, self.image)
        else:
            inner = _holes(plain_text(span.text), self.hole, False).replace("\n", "<br>")
        if "code" in styles:
            inner = f"<code>{inner}</code>"
        if "link" in styles and _SAFE.match(span.target):
            inner = f'<a href="{escape(span.target)}">{inner}</a>'
        if "emphasis" in styles:
            inner = f"<i>{inner}</i>"
        return f"<b>{inner}</b>" if "strong" in styles else inner

    def math(self, latex: str, displayed: bool) -> str:
        return _holes(self.formula(latex, displayed), self.hole, True)


def _with_punctuation(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """Each formula with what may not be parted from it, everything else alone.

    >>> spans = Span("the ("), Span("n", "math"), Span("-gram), too")
    >>> [[span.text for span in part] for part in _with_punctuation(spans)]
    [['the '], ['(', 'n', '-gram),'], [' too']]
    """
    rest = deque(spans)
    while rest:
        group = [rest.popleft()]
        if rest and _is_prose(group[0]) and _is_formula(rest[0]) and (found := _end_of_line(group[0].text)):
            if found.start():
                yield [group[0]._replace(text=group[0].text[: found.start()])]
            group = [group[0]._replace(text=found.group()), rest.popleft()]
        if rest and _is_formula(group[-1]) and _is_prose(rest[0]) and (found := _AFTER_FORMULA.match(rest[0].text)):
            prose = rest.popleft()
            group.append(prose._replace(text=found.group()))
            if found.end() < len(prose.text):
                rest.appendleft(prose._replace(text=prose.text[found.end() :]))
        yield group


def _end_of_line(text: str) -> re.Match[str] | None:
    """What at the end of a text may not be parted from a formula behind it: at most its last twelve characters."""
    return _BEFORE_FORMULA.search(text, max(0, len(text) - 12))


def _is_formula(span: Span) -> bool:
    return "math" in span.style.split()


def _is_prose(span: Span) -> bool:
    return not {"math", "image", "link", "code"} & set(span.style.split())


def _code(spans: Sequence[Span], hole: FillHole | None) -> str:
    """Coloured code; the colours were found with the holes' marks in it, so those are cut out of their spans."""
    whole = "".join(span.text for span in spans)
    holes = list(_HOLE.finditer(whole)) if hole else []
    out, at, waiting = "", 0, list(holes)
    for span in spans:
        end = at + len(span.text)
        while waiting and waiting[0].start() < end:
            found = waiting[0]
            if found.start() >= at:
                out += _coloured(span._replace(text=whole[at : found.start()])) + (
                    hole(int(found[1]), False) if hole else ""
                )
            if found.end() > end:
                at = end
                break
            at = found.end()
            waiting.pop(0)
        out += _coloured(span._replace(text=whole[at:end]))
        at = end
    return out


def _coloured(span: Span) -> str:
    if not span.text:
        return ""
    kind = next((sign for name, sign in _COLOURS.items() if name in span.style.split()), None)
    words = plain_text(span.text)
    return f'<span class="{kind}">{words}</span>' if kind else words


def _holes(inner: str, hole: FillHole | None, in_formula: bool) -> str:
    if hole is None or "@{" not in inner:
        return inner
    return _HOLE.sub(lambda match: hole(int(match[1]), in_formula), inner)


def _image(span: Span, image: FindImage | None) -> str:
    found = image(span.target, span.text) if image else None
    if found is not None:
        return found
    if _SAFE.match(span.target):
        return f'<a href="{escape(span.target)}">{plain_text(span.text or span.target)}</a>'
    return f"<i>{plain_text(span.text or span.target)}</i>"
