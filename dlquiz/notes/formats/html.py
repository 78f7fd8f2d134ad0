"""A page of HTML → lines of Markdown, each with the line of the source in which it began."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dlquiz.markup.tag_reader import TagReader
from dlquiz.notes.ledger import Fate, Ledger

_HIDDEN = {"script", "style", "head", "title", "iframe", "object", "template", "noscript", "svg", "nav", "footer",
           "button", "form", "select"}  # fmt: skip
_BLOCKS = {"p", "div", "section", "article", "main", "header", "ul", "ol", "dl", "dt", "dd", "blockquote", "figure",
           "figcaption", "center", "aside", "hr", "body"}  # fmt: skip
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`"}
_PAGE = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!doctype html|<html\b|<!-- ?(?:saved|notion))", re.IGNORECASE)
# Which fate a source line has from which several lines were made: the first of these.
_ORDER: tuple[Fate, ...] = (
    "question", "answer", "section", "table of contents", "placeholder", "unplaced", "front matter", "mark",
)  # fmt: skip


def is_page(text: str) -> bool:
    """Whether a text is a page of HTML, whatever its file is called.

    >>> is_page("<!DOCTYPE html>\\n<html>"), is_page("# Notes with <b>tags</b>")
    (True, False)
    """
    return _PAGE.match(text[:2_000]) is not None


def lines_of(text: str) -> tuple[list[str], list[int]]:
    """The lines of Markdown, and for each the index of the source line in which it begins.

    >>> lines_of("<h2>Why <b>pad</b>?</h2>\\n<p>To keep\\nthe size.</p>")[0]
    ['', '## Why **pad**?', '', 'To keep the size.', '']
    """
    writer = _LineWriter()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # What opens behind the last end of a tag is none, and each would be searched to the end of the text.
    end = text.rfind(">") + 1
    writer.feed(text[:end] + text[end:].replace("<", "&lt;"))
    writer.close()
    writer.end_line()
    return writer.lines, writer.sources


def traced_back(ledger: Ledger, sources: Sequence[int], texts: Sequence[str]) -> Ledger:
    """The ledger of the source: a line of which several were made has the weightiest of their fates, one of which none
    was made holds nothing but marks."""
    found = Ledger(len(texts))
    for index in range(len(texts)):
        found.set(index, "mark")
    for made, index in enumerate(sources):
        fate, card = ledger.fates[made], ledger.cards[made]
        if index < len(texts) and _ORDER.index(fate) < _ORDER.index(found.fates[index]):
            found.set(index, fate, card)
    return found


class _LineWriter(TagReader):
    """Gathers lines as the tags go by; unbalanced ones do no harm."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.sources: list[int] = []
        self._words: list[str] = []
        self._begun: int | None = None
        self._hidden = self._pre = self._math = 0
        self._formula: str | None = None
        self._prefix = ""
        self._lists: list[int | None] = []
        self._quotes = 0
        self._links: list[str] = []

    # -- lines ---------------------------------------------------------------------------------------------------------

    def _write(self, words: str) -> None:
        if self._begun is None:
            self._begun = self.getpos()[0] - 1
        self._words.append(words)

    def end_line(self, blank: bool = False) -> None:
        text = "".join(self._words)
        text = text if self._pre else re.sub(r"[ \t]+", " ", text).strip()
        begun = self._begun if self._begun is not None else self.getpos()[0] - 1
        if text or self._pre:
            lead = "> " * min(self._quotes, 4) + self._prefix
            self._put(lead + text, begun)
            if self._prefix.strip():
                self._prefix = " " * len(self._prefix)
        if blank and (not self.lines or self.lines[-1]):
            self._put("", begun)
        self._words, self._begun = [], None

    def _put(self, line: str, source: int) -> None:
        self.lines.append(line)
        self.sources.append(source)

    # -- tags ----------------------------------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and given.get("type", "").startswith("math/tex"):
            self._formula = "$$" if "display" in given["type"] else "$"
            return
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "math" or "katex-html" in given.get("class", ""):
            self._math += 1
        elif tag == "annotation" and "tex" in given.get("encoding", ""):
            self._formula = "$"
        if self._hidden or self._math:
            return
        self._open(tag, given)

    def _open(self, tag: str, given: dict[str, str]) -> None:
        if re.fullmatch("h[1-6]", tag):
            self.end_line(blank=True)
            self._write("#" * int(tag[1]) + " ")
        elif tag == "li":
            self._item()
        elif tag == "img":
            self._write(f"![{given.get('alt', '')}]({given.get('src') or given.get('data-src', '')})")
        elif tag == "a":
            self._links.append(given.get("href", ""))
            self._write("[" if self._links[-1] else "")
        elif tag == "pre":
            self.end_line(blank=True)
            self._put("```", self.getpos()[0] - 1)
            self._pre += 1
        elif tag in _MARKS and not self._pre:
            self._write(_MARKS[tag])
        elif tag in ("br", "tr"):
            self.end_line()
        elif tag in ("td", "th"):
            self._write("| ")
        elif tag in ("details", "summary"):
            self.end_line()
            self._write(f"<{tag}>")
        elif tag in _BLOCKS:
            self._open_block(tag, given)

    def _open_block(self, tag: str, given: dict[str, str]) -> None:
        self.end_line(blank=tag not in ("ul", "ol") or not self._lists)
        if tag in ("ul", "ol"):
            start = given.get("start", "1")
            self._lists.append(None if tag == "ul" else int(start) if re.fullmatch(r"\d{1,6}", start) else 1)
        elif tag == "blockquote":
            self._quotes += 1
        elif tag == "hr":
            self._put("---", self.getpos()[0] - 1)

    def _item(self) -> None:
        self.end_line()
        margin = "   " * max(0, min(len(self._lists), 8) - 1)
        number = self._lists[-1] if self._lists else None
        self._prefix = margin + ("- " if number is None else f"{number}. ")
        if self._lists and number is not None:
            self._lists[-1] = number + 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "annotation") and self._formula is not None:
            self._formula = None
            return
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag == "math" or (tag == "span" and self._math):
            self._math = max(0, self._math - 1)
        if not (self._hidden or self._math):
            self._close(tag)

    def _close(self, tag: str) -> None:
        if re.fullmatch("h[1-6]", tag):
            self.end_line(blank=True)
        elif tag == "pre" and self._pre:
            self.end_line()
            self._pre -= 1
            self._put("```", self.getpos()[0] - 1)
        elif tag in _MARKS and not self._pre:
            self._write(_MARKS[tag])
        elif tag == "a" and self._links:
            address = self._links.pop()
            self._write(f"]({address})" if address else "")
        elif tag in ("details", "summary"):
            self._write(f"</{tag}>")
            self.end_line()
        elif tag in ("ul", "ol") and self._lists:
            self.end_line()
            self._lists.pop()
            self._prefix = " " * 3 * len(self._lists) if self._lists else ""
        elif tag in ("li", "tr"):
            self.end_line()
        elif tag in _BLOCKS:
            self.end_line(blank=not self._lists)
            self._quotes = max(0, self._quotes - (tag == "blockquote"))

    def handle_data(self, data: str) -> None:
        if self._formula is not None:
            self._write(f"{self._formula}{' '.join(data.split())}{self._formula}")
        elif self._pre and not self._hidden:
            first, *rest = data.split("\n")
            self._write(first)
            for line in rest:
                self.end_line()
                self._write(line)
        elif not (self._hidden or self._math) and (data.strip() or self._words):
            begun = self._begun is not None
            self._write(re.sub(r"\s+", " ", data.replace("\xa0", " ")))
            if not begun:
                # Text that begins with line ends belongs to the line of its first word.
                self._begun = self.getpos()[0] - 1 + data[: len(data) - len(data.lstrip())].count("\n")
