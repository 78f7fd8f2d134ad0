"""The HTML of a foreign field → the Markdown of a card: formulas between dollars, pictures kept, scripts gone."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from dlquiz.markup.tag_reader import TagReader

# A picture's name → the address to write for it, None when it is not there.
KeepImage = Callable[[str], str | None]

_FIRST = 0xF0000
_PLACE = re.compile("([\U000f0000-\U000ffffd])")
_MATH = re.compile(
    # Nothing opens a formula inside itself: without that a field of many openings would be searched again for each.
    r"\\\((?P<inline>(?:(?!\\\().)*?)\\\)|\\\[(?P<display>(?:(?!\\\[).)*?)\\\]"
    r"|\[\$\$\](?P<old_display>(?:(?!\[\$\$\]).)*?)\[/\$\$\]|\[\$\](?P<old>(?:(?!\[\$\]).)*?)\[/\$\]"
    r"|\[latex\](?P<latex>(?:(?!\[latex\]).)*?)\[/latex\]|<anki-mathjax(?P<block>[^>]*)>(?P<element>(?:(?!<anki-mathjax).)*?)</anki-mathjax>",
    re.DOTALL | re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]*>")
_SOUND = re.compile(r"\[sound:[^\]]*\]|\[anki:[^\]]*\]")
_SPECIAL = re.compile(r"[\\`*$]")
_LINE_START = re.compile(r"^(\s*)(#{1,6}(?=\s)|[-+>](?=\s)|\d{1,9}[.)](?=\s)|~{3,}|-{3,}$)", re.MULTILINE)
_HIDDEN = {"script", "style", "head", "title", "iframe", "object", "embed", "template", "noscript", "svg", "math",
           "audio", "video", "canvas", "form", "select", "textarea", "button"}  # fmt: skip
_BLOCKS = {
    "p",
    "div",
    "section",
    "article",
    "header",
    "footer",
    "ul",
    "ol",
    "dl",
    "blockquote",
    "center",
    "hr",
}
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
_HEADINGS = {f"h{level}" for level in range(1, 7)}


def markdown(html: str, keep: KeepImage | None = None) -> str:
    r"""The Markdown that says the same.

    >>> markdown("the <b>side</b> is \\(n &lt; 5\\)<br><script>x</script>costs 5 $")
    'the **side** is $n < 5$\ncosts 5 \\$'
    """
    formulas: list[str] = []

    def guard(match: re.Match[str]) -> str:
        if len(formulas) >= 0xFFF0:
            return match.group()
        kind = match.lastgroup or ""
        inner = next(
            match[name]
            for name in ("inline", "display", "old_display", "old", "latex", "element")
            if match[name] is not None
        )
        displayed = kind in ("display", "old_display") or "block" in (match["block"] or "")
        formulas.append(_formula(inner, displayed))
        return chr(_FIRST + len(formulas) - 1)

    guarded = _MATH.sub(guard, _SOUND.sub("", html))
    writer = _MarkdownWriter(keep, formulas)
    writer.feed(guarded)
    writer.close()
    written = _PLACE.sub(lambda match: _restored(match, formulas), writer.text())
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", written)).strip()


def plain(html: str) -> str:
    r"""The words alone: for the answer of a hole; LaTeX without its marks.

    >>> plain("<b>\\(\\mu\\)</b>"), plain("a &amp; b")
    ('\\mu', 'a & b')
    """
    bare = _MATH.sub(lambda match: next(part for part in match.groups() if part is not None), _SOUND.sub("", html))
    return " ".join(unescape(_TAG.sub("", bare)).split())


def _formula(inner: str, displayed: bool) -> str:
    latex = " ".join(unescape(_TAG.sub(" ", inner)).replace("\xa0", " ").split()).strip("$").strip()
    if not latex:
        return ""
    # A dollar inside would end the formula where cards are read.
    latex = re.sub(r"(?<!\\)\$", r"\\$", latex)
    return f"\n\n$${latex}$$\n\n" if displayed else f"${latex}$"


def _in_cell(formula: str) -> str:
    r"""A formula within one cell of a table: on one line, and without the sign that ends a cell.

    >>> _in_cell("\n\n$$|x| = 1$$\n\n")
    '$\\vert x\\vert  = 1$'
    """
    return re.sub(r"^\$\$(.*)\$\$$", r"$\1$", formula.strip()).replace("\\|", "\\Vert ").replace("|", "\\vert ")


def _restored(match: re.Match[str], formulas: list[str]) -> str:
    place = ord(match[1]) - _FIRST
    return formulas[place] if place < len(formulas) else ""


class _MarkdownWriter(TagReader):
    """Markdown as the tags go by; unbalanced ones do no harm."""

    def __init__(self, keep: KeepImage | None, formulas: list[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._keep = keep
        self._formulas = formulas
        self._out: list[str] = []
        self._hidden = 0
        self._pre = 0
        self._code = 0
        self._lists: list[int] = []
        self._links: list[str] = []
        self._tables = 0
        self._rows = 0
        self._cells: list[str] = []
        # Where the text of the open cell begins in what is written.
        self._cell: int | None = None

    def text(self) -> str:
        self._end_row()
        return "".join(self._out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        if self._hidden:
            return
        given = dict(attrs)
        if tag == "br":
            self._out.append("\n")
        elif tag == "img":
            self._image(given)
        elif tag == "pre":
            self._pre += 1
            self._out.append("\n\n```\n")
        elif tag == "code" and not self._pre:
            self._code += 1
            self._out.append("`")
        elif tag in _MARKS and not self._pre and not self._code:
            self._out.append(_MARKS[tag])
        elif tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ul" else 1)
            self._out.append("" if len(self._lists) > 1 else "\n\n")
        elif tag == "li":
            self._item()
        elif tag in _HEADINGS:
            self._out.append(f"\n\n{'#' * int(tag[1])} ")
        elif tag == "a":
            self._links.append(given.get("href") or "")
            if self._safe(self._links[-1]):
                self._out.append("[")
        elif tag in ("table", "tr", "td", "th"):
            self._open_in_table(tag)
        elif tag in ("sub", "sup"):
            self._out.append("_" if tag == "sub" else "^")
        elif tag in _BLOCKS:
            self._out.append("\n" if tag == "div" else "\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
            return
        if self._hidden:
            return
        if tag == "pre" and self._pre:
            self._pre -= 1
            self._out.append("\n```\n\n")
        elif tag == "code" and self._code:
            self._code -= 1
            self._out.append("`")
        elif tag in _MARKS and not self._pre and not self._code:
            self._close(_MARKS[tag])
        elif tag in ("ul", "ol"):
            if self._lists:
                self._lists.pop()
            self._out.append("\n\n" if not self._lists else "\n")
        elif tag == "a" and self._links:
            address = self._links.pop()
            if self._safe(address):
                self._out.append(f"]({address})")
        elif tag in ("table", "tr", "td", "th"):
            self._close_in_table(tag)
        elif tag in _BLOCKS or tag in _HEADINGS:
            self._out.append("\n" if tag == "div" else "\n\n")

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        data = data.replace("\xa0", " ")
        if self._pre:
            self._out.append(data.replace("```", "'''"))
        elif self._code:
            self._out.append(data.replace("`", "'"))
        else:
            words = re.sub(r"\s+", " ", data)
            escaped = _SPECIAL.sub(lambda match: "\\" + match.group(), words).replace("](", "]\\(")
            self._out.append(_LINE_START.sub(r"\1\\\2", escaped) if self._at_line_start() else escaped)

    def _at_line_start(self) -> bool:
        return self._cell is None and (not self._out or self._out[-1].endswith("\n"))

    def _open_in_table(self, tag: str) -> None:
        """A table within a cell is words in that cell: Markdown has no such thing."""
        if tag == "table":
            self._tables += 1
        if self._tables > 1:
            self._out.append(" ")
        elif tag == "table":
            self._end_row()
            self._rows = 0
            self._out.append("\n\n")
        elif tag == "tr":
            self._end_row()
        else:
            self._end_cell()
            self._cell = len(self._out)

    def _close_in_table(self, tag: str) -> None:
        nested = self._tables > 1
        if tag == "table":
            self._tables = max(0, self._tables - 1)
        if nested:
            self._out.append(" ")
        elif tag in ("td", "th"):
            self._end_cell()
        else:
            self._end_row()
        if tag == "table" and not nested:
            self._rows = 0
            self._out.append("\n\n")

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        text = "".join(self._out[self._cell :])
        del self._out[self._cell :]
        self._cell = None
        for place in (ord(mark) - _FIRST for mark in _PLACE.findall(text)):
            if place < len(self._formulas):
                self._formulas[place] = _in_cell(self._formulas[place])
        self._cells.append(" ".join(text.replace("|", "\\|").split()))

    def _end_row(self) -> None:
        """Write the cells; the first row of a table is its head, and the rule below makes it a table."""
        self._end_cell()
        if not self._cells:
            return
        self._out.append(("" if self._rows else "\n") + f"\n| {' | '.join(self._cells)} |")
        if not self._rows:
            self._out.append("\n|" + " --- |" * len(self._cells))
        self._rows += 1
        self._cells = []

    def _close(self, mark: str) -> None:
        """A mark that closes must touch what it marks; an empty pair is taken back."""
        if self._out and self._out[-1] == mark:
            self._out.pop()
            return
        tail = ""
        while self._out and self._out[-1] != self._out[-1].rstrip(" "):
            tail += " "
            self._out[-1] = self._out[-1].rstrip(" ")
            if not self._out[-1]:
                self._out.pop()
        self._out.append(mark + tail[:1])

    def _item(self) -> None:
        depth = max(0, len(self._lists) - 1)
        if self._lists and self._lists[-1]:
            mark = f"{self._lists[-1]}. "
            self._lists[-1] += 1
        else:
            mark = "- "
        self._out.append("\n" + "   " * min(depth, 8) + mark)

    def _image(self, given: dict[str, str | None]) -> None:
        found = self._keep(given.get("src") or "") if self._keep else None
        alt = re.sub(r"[\[\]\\\n`*$!<>]", " ", given.get("alt") or "").strip()
        # A picture without words would be lost where cards are read aloud, or on a plain screen.
        alt = alt or ("image" if found else "")
        self._out.append(f"![{alt}]({found})" if found else alt)

    @staticmethod
    def _safe(address: str) -> bool:
        return bool(re.fullmatch(r"https?://[^\s()<>]+", address))
