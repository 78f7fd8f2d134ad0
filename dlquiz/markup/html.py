"""Card text → the HTML of an Anki field: no scripts, formulas in the marks that Anki's MathJax reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape

from dlquiz import markup
from dlquiz.markup import Passage, Span

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
_COLOURS = {"keyword": "k", "string": "s", "comment": "c", "number": "m", "name": "n"}
_SAFE = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


def render(markdown: str, hole: FillHole | None = None, image: FindImage | None = None) -> str:
    r"""The text as HTML; one paragraph alone stands without `<p>`.

    >>> render("the side is $n < 5$, not **x**")
    'the side is \\(n &lt; 5\\), not <b>x</b>'
    """
    if _PLAIN.fullmatch(markdown):
        return _holes(escape(markdown.strip(), quote=False), hole, False)
    plain = _unmarked(markdown)
    if plain is not None:
        return _spans(plain, hole, image)
    passages = markup.blocks(markdown)
    if len(passages) == 1 and passages[0].kind == "paragraph":
        return _spans(passages[0].spans, hole, image)
    return "".join(_passage(passage, hole, image) for passage in passages)


def plain_text(words: str) -> str:
    r"""Words that are no Markdown, with nothing in them that a browser or Anki would act on.

    >>> plain_text("x < y, [sound:a.mp3], \\(z\\)")
    'x &lt; y, &#91;sound:a.mp3], &#92;(z&#92;)'
    """
    return _ACTIVE.sub(lambda match: f"&#{ord(match.group())};", escape(words, quote=False))


def formula(latex: str) -> str:
    r"""LaTeX inside `\(…\)` or `\[…\]`, whose marks the caller puts around it.

    >>> formula("a<b")
    'a&lt;b'
    """
    return escape(latex.strip(), quote=False).replace("{{c", "{ {c")


def _unmarked(markdown: str) -> tuple[Span, ...] | None:
    """The spans of a text without any mark of Markdown, which needs no parser; None for any other."""
    if "`" in markdown or "\n" in markdown or _MARKED_START.match(markdown):
        return None
    pieces = _FORMULA.split(markdown.strip()) if "$" in markdown else [markdown.strip()]
    if any(map(_MARKED.search, pieces[::2])):
        return None
    return tuple(Span(piece, "math" if index % 2 else "") for index, piece in enumerate(pieces) if piece)


def _passage(passage: Passage, hole: FillHole | None, image: FindImage | None) -> str:
    match passage.kind:
        case "heading":
            return f"<h4>{_spans(passage.spans, hole, image)}</h4>"
        case "code":
            return f'<pre class="code"><code>{_code(passage.spans, hole)}</code></pre>'
        case "math":
            return f'<div class="display">\\[{_math(passage.spans[0].text, hole)}\\]</div>'
        case "rule":
            return "<hr>"
        case "table":
            return _table(passage, hole, image)
        case _:
            return _container(passage, hole, image)


def _container(passage: Passage, hole: FillHole | None, image: FindImage | None) -> str:
    inner = _spans(passage.spans, hole, image) + "".join(_inner(passage.children, hole, image))
    if passage.kind == "list":
        if not passage.info:
            return f"<ul>{inner}</ul>"
        start = "" if passage.info == "1" else f' start="{passage.info}"'
        return f"<ol{start}>{inner}</ol>"
    tag = {"item": "li", "quote": "blockquote"}.get(passage.kind, "p")
    return f"<{tag}>{inner}</{tag}>"


def _inner(children: Sequence[Passage], hole: FillHole | None, image: FindImage | None) -> list[str]:
    """The children; a paragraph that opens an item stands without `<p>`."""
    out = [_passage(child, hole, image) for child in children]
    if children and children[0].kind == "paragraph":
        out[0] = _spans(children[0].spans, hole, image)
    return out


def _table(table: Passage, hole: FillHole | None, image: FindImage | None) -> str:
    sides = {"r": ' class="right"', "c": ' class="center"'}
    lines = []
    for number, line in enumerate(table.children):
        tag = "td" if number else "th"
        cells = zip(line.children, table.info.ljust(len(line.children), "l"), strict=False)
        lines.append(
            "".join(f"<{tag}{sides.get(side, '')}>{_spans(cell.spans, hole, image)}</{tag}>" for cell, side in cells)
        )
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


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


def _spans(spans: Sequence[Span], hole: FillHole | None, image: FindImage | None) -> str:
    return "".join(_span(span, hole, image) for span in spans)


def _span(span: Span, hole: FillHole | None, image: FindImage | None) -> str:
    styles = span.style.split()
    if "math" in styles:
        inner = f"\\({_math(span.text, hole)}\\)"
    elif "image" in styles:
        inner = _image(span, image)
    else:
        inner = _holes(plain_text(span.text), hole, False).replace("\n", "<br>")
    if "code" in styles:
        inner = f"<code>{inner}</code>"
    if "link" in styles and _SAFE.match(span.target):
        inner = f'<a href="{escape(span.target)}">{inner}</a>'
    if "emphasis" in styles:
        inner = f"<i>{inner}</i>"
    return f"<b>{inner}</b>" if "strong" in styles else inner


def _math(latex: str, hole: FillHole | None) -> str:
    return _holes(formula(latex), hole, True)


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
