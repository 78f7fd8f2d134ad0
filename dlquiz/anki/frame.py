"""A template's frame: what stands around the fields and is the same on every card."""

from __future__ import annotations

import re

from dlquiz.markup.tag_reader import TagReader

_FIELD = re.compile(r"\{\{(?!\s*(?:(?:Tags|Type|Deck|Subdeck|Card|CardFlag|FrontSide)\s*\}\}|!))")
_BLOCKS = {"div", "p", "header", "footer", "section", "article", "nav", "aside", "center", "table", "ul", "ol",
           "h1", "h2", "h3", "h4", "h5", "h6"}  # fmt: skip
# Words that ask or introduce, such as `Translate into French:`.
_ADDRESSES = re.compile(r"[?？:：…]\W*$")
# `Question:` right before a field.
_LABEL = re.compile(
    r"(?<!\w)(?:question|front|answer|back|问题|答案|正面|背面)\s*[:：]\s*(?=(?:<[^<>]*>\s*)*\{\{)", re.IGNORECASE
)
_LONGEST, _DEEPEST = 100_000, 40
_ENDING = 40  # so many signs at the end of a block say whether its words ask
# One that nothing closes goes on to the end, as in a browser.
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def without_frame(template: str, front: bool) -> str:
    """The template without labels such as `Question:` and without the blocks that hold no field; on the front those
    whose words ask or introduce stay.

    >>> without_frame('<div>My deck <img src="a.png"></div><div>Question: {{Front}}</div><p>In French:</p>', front=True)
    '<div>{{Front}}</div><p>In French:</p>'
    """
    template = _LABEL.sub("", _COMMENT.sub("", template))
    if len(template) > _LONGEST:
        return template
    finder = _BlockFinder(template)
    finder.feed(template)
    finder.close()
    kept, at = [], 0
    for begin, end, words in sorted(finder.blocks, key=lambda block: (block[0], -block[1])):
        if (
            begin >= at
            and not _FIELD.search(template, begin, end)
            and not (front and _ADDRESSES.search(words[-_ENDING:]))
        ):
            kept.append(template[at:begin])
            at = end
    return "".join(kept) + template[at:]


class _BlockFinder(TagReader):
    """The blocks that are closed: where they begin and end in the template, and their words."""

    def __init__(self, template: str) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[int, int, str]] = []
        self._template = template
        self._lines = [0, *(found.end() for found in re.finditer("\n", template))]
        self._open: list[tuple[str, int, list[str]]] = []

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS and len(self._open) < _DEEPEST:
            self._open.append((tag, self._offset(), []))

    def handle_data(self, data: str) -> None:
        for _, _, words in self._open:
            words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if all(tag != name for name, _, _ in self._open):
            return
        name = ""
        while name != tag:
            name, begin, words = self._open.pop()
        self.blocks.append((begin, self._template.find(">", self._offset()) + 1, "".join(words).strip()))
