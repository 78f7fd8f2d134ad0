"""Sentences of the program broken between words where a terminal is narrower than they are."""

from __future__ import annotations

import sys
from typing import TextIO


def fitted(text: str, stream: TextIO) -> str:
    """The text as the stream shows it best: a terminal would break a long line within a word, a file needs no breaks.

    Lines that begin with blanks are laid out already, as a mark under a column is.
    """
    if not stream.isatty():
        return text
    from shutil import get_terminal_size

    width = get_terminal_size().columns
    return "\n".join(part for line in text.split("\n") for part in _parts(line, width))


def say(text: str, stream: TextIO | None = None) -> None:
    """Print what the program itself has to say, by default on stdout, broken where a terminal needs it."""
    stream = stream or sys.stdout
    print(fitted(text, stream), file=stream)


def notice(text: str) -> None:
    """Say something beside the output: on stderr, after the program's name, control characters made visible."""
    from dlquiz.formatting import visible

    say(f"dlquiz: {visible(text)}", sys.stderr)


def _parts(line: str, width: int) -> list[str]:
    if len(line) * 2 <= width or line.startswith(" "):
        return [line]
    from dlquiz.markup.wrapping import wrap

    return ["".join(text for text, _ in part).rstrip() for part in wrap([(line, "")], width)]
