"""Card text → lines of rich `Text`, wrapped to a width; formulas as Unicode, or as their source on request."""

from __future__ import annotations

import re

from rich.console import Console
from rich.text import Text

_MATH = re.compile(r"\$\$(.+?)\$\$|\$([^$]+?)\$|`([^`]+)`|\*\*(.+?)\*\*|\*([^*\s][^*]*?)\*", re.DOTALL)
_WRAPPER = Console(width=80, no_color=True, force_terminal=False)


def lines(markdown: str, width: int, *, raw: bool = False, plain: bool = False) -> list[Text]:
    out: list[Text] = []
    for paragraph in re.split(r"\n\s*\n", markdown.strip()):
        out += wrapped(spans(" ".join(paragraph.split("\n"))), width)
        out.append(Text())
    return out[:-1]


def spans(markdown: str) -> Text:
    text = Text()
    at = 0
    for found in _MATH.finditer(markdown):
        text.append(markdown[at : found.start()])
        display, inline, code, strong, soft = found.groups()
        if display or inline:
            text.append(display or inline, "dim")
        elif code:
            text.append(code, "cyan")
        else:
            text.append(strong or soft, "bold" if strong else "italic")
        at = found.end()
    text.append(markdown[at:])
    return text


def wrapped(text: Text, width: int) -> list[Text]:
    return list(text.wrap(_WRAPPER, max(width, 8)))
