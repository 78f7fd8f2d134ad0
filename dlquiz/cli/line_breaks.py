"""What the program prints, fitted to the terminal: widths of reports and tables, sentences broken between words."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TextIO

# Reports are laid out for a terminal of at least so many columns.
NARROWEST = 24


def report_width(widest: int = 100) -> int:
    """How many columns a report may take: those of the terminal, within the bounds in which it reads well."""
    from shutil import get_terminal_size

    return max(NARROWEST, min(get_terminal_size().columns, widest))


def table_width() -> int | None:
    """How wide a table may be: as the terminal is, or as its cells are when nobody is looking."""
    import os
    from shutil import get_terminal_size

    return get_terminal_size().columns if sys.stdout.isatty() or "COLUMNS" in os.environ else None


def fitted(text: str, stream: TextIO, room: int = 0) -> str:
    """The text as the stream shows it best: a terminal would break a long line within a word, a file needs no breaks.

    So many columns of `room` are left free at the end of lines.

    Lines that begin with blanks are laid out already, as a mark under a column is.
    """
    if not stream.isatty():
        return text
    width = max(_columns(stream) - room, 2)
    return "\n".join(part for line in text.split("\n") for part in _parts(line, width))


def _columns(stream: TextIO) -> int:
    """The columns of the terminal behind a stream; standard output, by which others go, may be no terminal."""
    import os
    from shutil import get_terminal_size

    with suppress(OSError, ValueError):
        if "COLUMNS" not in os.environ and (columns := os.get_terminal_size(stream.fileno()).columns):
            return columns
    return get_terminal_size().columns


def say(text: str, stream: TextIO | None = None) -> None:
    """Print what the program itself has to say, by default on stdout, broken where a terminal needs it."""
    stream = stream or sys.stdout
    print(fitted(text, stream), file=stream)


def say_translated(sentence: str, stream: TextIO | None = None) -> None:
    """Print a sentence of the program, by default on stdout, in the person's language where the catalogue has it."""
    from dlquiz.cli.translation import said

    say_below(said(sentence), stream)


def say_below(text: str, stream: TextIO | None = None) -> None:
    """Print a line of a report, by default on stdout, that stands below another, further in; what a terminal has no
    place for goes on further in still."""
    stream = stream or sys.stdout
    margin = len(text) - len(text.lstrip(" "))
    if margin and stream.isatty():
        first, *rest = _parts(text[margin:], max(_columns(stream) - margin - 2, 2))
        text = "\n".join([" " * margin + first, *(" " * (margin + 2) + line for line in rest)])
    say(text, stream)


def notice(text: str) -> None:
    """Say something beside the output, in the person's language where the catalogue of errors has it."""
    from dlquiz.cli.translation import said

    on_stderr(said(text))


def on_stderr(text: str) -> None:
    """Say something after the program's name, control characters made visible. Of the lines below it a further error
    is broken between words; the text that an error is about stays as it was typed."""
    from dlquiz.formatting import visible

    first, *below = f"dlquiz: {visible(text)}".split("\n")
    say(first, sys.stderr)
    for line in below:
        (say_below if " — " in line else say)(line, sys.stderr)


def _parts(line: str, width: int) -> list[str]:
    if len(line) * 2 <= width or line.startswith(" "):
        return [line]
    from dlquiz.markup.wrapping import wrap

    return ["".join(text for text, _ in part).rstrip() for part in wrap([(line, "")], width)]
