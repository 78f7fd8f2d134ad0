"""Reading HTML tag by tag, whatever stands in it."""

from __future__ import annotations

from html.parser import HTMLParser


class TagReader(HTMLParser):
    """An HTMLParser that no text makes raise an error."""

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """`<![if !IE]>` and the like; what is called otherwise is a comment, as in browsers, and no error of Python."""
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:
            return self.parse_bogus_comment(i, False)
