"""Plain text for the terminal: wrapped or cut to a width, seconds as a clock shows them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dlquiz.markup import cell_width, wrap

# Two characters between which a word of an alphabet would be broken, and the beginning of a word that was.
_WITHIN_WORD = re.compile("[!-~][0-9A-Za-z]")
_BROKEN_WORD = re.compile("[!-~]+$")


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines no wider than the width; an empty line for no text."""
    return ["".join(part for part, _ in line).rstrip() for line in wrap([(text, "")], width)] if text else [""]


def cut(text: str, width: int) -> str:
    """The text, or as much of it as fits with a sign that some is left out; a word is broken only where it is long.

    >>> cut("convolution", 8), cut("卷积神经网络", 8), cut("conv", 8)
    ('convolu…', '卷积神…', 'conv')
    >>> cut("Why is the gradient zero?", 18), cut("为什么用 Transformer？", 16)
    ('Why is the…', '为什么用…')
    >>> cut("what is a gradient, and why", 19), cut("介绍 注意力机制QKV的原理", 18)
    ('what is a gradient…', '介绍 注意力机制…')
    """
    if cell_width(text) <= width:
        return text
    kept = text
    while kept and cell_width(kept) > width - 1:
        kept = kept[:-1]
    if _WITHIN_WORD.match(text, len(kept) - 1):
        words = _BROKEN_WORD.sub("", kept)
        kept = words if 2 * cell_width(words) >= width - 1 else kept
    return f"{kept.rstrip(' ,;:，；：、')}…"


def cut_to_lines(text: str, width: int, most: int) -> list[str]:
    """The text in at most so many lines, the last one cut where more is left out.

    >>> cut_to_lines("Why is the gradient of a saturated unit zero?", 18, 2)
    ['Why is the', 'gradient of a…']
    """
    lines = wrapped(text, width)
    return lines if len(lines) <= most else [*lines[: most - 1], cut(" ".join(lines[most - 1 :]), width)]


def packed(parts: Sequence[str], width: int) -> list[str]:
    """Facts with a dot between them, as many on a line as fit, broken between them where that is possible.

    >>> packed(["Mock interview", "Mon 30 Nov 14:31", "20 min"], 26)
    ['Mock interview', 'Mon 30 Nov 14:31 · 20 min']
    """
    lines = [""]
    for part in parts:
        joined = f"{lines[-1]} · {part}" if lines[-1] else part
        if lines[-1] and cell_width(joined) > width:
            lines.append(part)
        else:
            lines[-1] = joined
    return [piece for line in lines for piece in wrapped(line, width)]


def clock(seconds: float) -> str:
    """Minutes and seconds as a clock shows them.

    >>> clock(75), clock(3600), clock(4.6)
    ('1:15', '60:00', '0:05')
    """
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"
