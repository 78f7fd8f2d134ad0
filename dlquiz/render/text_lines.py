"""Plain text for the terminal: wrapped or cut to a width, seconds as a clock shows them."""

from __future__ import annotations

from dlquiz.markup import cell_width, wrap


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines no wider than the width; an empty line for no text."""
    return ["".join(part for part, _ in line).rstrip() for line in wrap([(text, "")], width)] if text else [""]


def cut(text: str, width: int) -> str:
    """The text, or as much of it as fits with a sign that some is left out.

    >>> cut("convolution", 8), cut("卷积神经网络", 8), cut("conv", 8)
    ('convolu…', '卷积神…', 'conv')
    """
    if cell_width(text) <= width:
        return text
    while text and cell_width(text) > width - 1:
        text = text[:-1]
    return f"{text.rstrip()}…"


def clock(seconds: float) -> str:
    """Minutes and seconds as a clock shows them.

    >>> clock(75), clock(3600), clock(4.6)
    ('1:15', '60:00', '0:05')
    """
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"
