"""A terminal for tests: `dlquiz` behind a real pseudo-terminal, its output on a screen of cells that can be read."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from types import TracebackType

import pexpect
import pyte
from studying import command, environment


class Screen:
    """The program as a person has it before them; closed with its process in any case."""

    def __init__(
        self, home: Path, *arguments: str, columns: int = 80, rows: int = 40, term: str = "xterm", **more: str
    ) -> None:
        first, *rest = command(*arguments)
        self.columns, self.rows = columns, rows
        self.raw = ""
        self._mark = 0
        self._taken = False
        self._screen = pyte.HistoryScreen(columns, rows, history=2000)
        self._stream = pyte.Stream(self._screen)
        variables = {"TERM": term, **environment(home), **more}
        self.process = pexpect.spawn(
            first, rest, dimensions=(rows, columns), env=variables, encoding="utf-8", timeout=15
        )
        # Keys are sent when their prompt is there, so no pause is needed before each.
        self.process.delaybeforesend = None

    def __enter__(self) -> Screen:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.close(force=True)

    def press(self, keys: str) -> Screen:
        self._mark = len(self.raw)
        self.process.send(keys)
        return self

    def until(self, *words: str, seconds: float = 15) -> Screen:
        """Wait until all these words were written since the last key, and the program writes no more."""
        end = time.monotonic() + seconds
        while not all(word in self.news for word in words):
            if time.monotonic() > end or not self._read_more():
                raise AssertionError(f"{words!r} never came after the last key:\n{self.text}\n---\n{self.news!r}")
        while self._read_more(0.03) and self._taken:
            pass
        return self

    @property
    def news(self) -> str:
        """What was written since the last key, as one text without sequences and line ends."""
        return re.sub(r"\s*\r?\n\s*", " ", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r(?!\n)", "", self.raw[self._mark :]))

    def ended(self, seconds: float = 15) -> int:
        """Wait for the end of the program; its exit code, or minus the signal that killed it."""
        end = time.monotonic() + seconds
        while self._read_more() or self.process.isalive():
            if time.monotonic() > end:
                raise AssertionError(f"the program has not ended after {seconds} s:\n{self.text}")
        if self.process.signalstatus is not None:
            return -int(self.process.signalstatus)
        return int(self.process.exitstatus or 0)

    @property
    def echoes(self) -> bool:
        """Whether the terminal is as a shell needs it; only Linux says so once the program has ended."""
        import termios

        wanted = termios.ECHO | termios.ICANON
        return sys.platform != "linux" or bool(termios.tcgetattr(self.process.child_fd)[3] & wanted == wanted)

    def resize(self, columns: int, rows: int | None = None) -> Screen:
        self.columns = columns
        self._screen.resize(rows or self.rows, columns)
        self.process.setwinsize(rows or self.rows, columns)
        return self

    def _read_more(self, seconds: float = 0.2) -> bool:
        """Read what there is; false at the end of the program's output."""
        self._taken = False
        try:
            output = self.process.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self._taken = True
        self.raw += output
        self._stream.feed(output)
        return True

    @property
    def text(self) -> str:
        """What stands on the screen, with blanks at line ends taken off; a wide character takes its two cells."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip()

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def cell(self, row: int, column: int) -> pyte.screens.Char:
        """What stands in one cell, with its colour and its weight."""
        return self._screen.buffer[row][column]

    @property
    def sequences(self) -> list[str]:
        return re.findall(r"\x1b\[[0-9;?]*[A-Za-z]", self.raw)
