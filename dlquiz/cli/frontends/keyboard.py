"""The person's keyboard: single keys, and lines that can be edited, wide characters included. Knows no card.

On a terminal that can move its cursor we edit lines ourselves: the terminal's own line mode erases half of a Chinese
character. A dumb terminal is read line by line, as it expects.
"""

from __future__ import annotations

import os
import signal
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, TextIO

from dlquiz.cli.frontends.line_editor import EditedLine

# What the terminals of the last thirty years send; named as this module returns them.
SEQUENCES = {
    "[A": "up", "[B": "down", "[C": "right", "[D": "left", "[H": "home", "[F": "end", "OA": "up", "OB": "down",
    "OC": "right", "OD": "left", "OH": "home", "OF": "end", "[1~": "home", "[4~": "end", "[7~": "home", "[8~": "end",
    "[3~": "delete", "[200~": "paste", "[1;5C": "word right", "[1;5D": "word left", "[1;3C": "word right",
    "[1;3D": "word left", "b": "word left", "f": "word right", "\x7f": "kill word",
}  # fmt: skip
CONTROLS = {
    "\r": "enter", "\n": "enter", "\x7f": "backspace", "\b": "backspace", "\t": "tab", "\x01": "home", "\x05": "end",
    "\x02": "left", "\x06": "right", "\x04": "end of input", "\x15": "kill line", "\x0b": "kill rest",
    "\x17": "kill word", "\x0c": "redraw", "\x03": "interrupt",
}  # fmt: skip
# A lone Escape is told from a sequence by what follows within this time (seconds).
PATIENCE = 0.05
# How often (seconds) a prompt that changes is drawn: a clock that is seen, but does not flicker.
REDRAW_SECONDS = 5.0


def plain(text: str) -> str:
    """Full-width letters, digits and signs as their plain ones, for whoever types with a Chinese keyboard.

    >>> plain("２"), plain("：ｕ"), plain("卷积")
    ('2', ':u', '卷积')
    """
    return "".join(unicodedata.normalize("NFKC", sign) if "\uff01" <= sign <= "\uff5e" else sign for sign in text)


def _one_key(entered: str) -> str:
    """The character that was entered, or digits; other text of several characters is "text", which is no key's name.

    >>> _one_key("b"), _one_key("1 3"), _one_key("batch norm")
    ('b', '13', 'text')
    """
    digits = "".join(entered.split())
    return digits if digits.isdecimal() else entered if len(entered) < 2 else "text"


class Keyboard:
    """A terminal in single-key mode while it is held; left as it was found, also across Ctrl-Z and fg.

    `key` and `line` return None at the end of input (Ctrl-D) and raise KeyboardInterrupt on Ctrl-C.
    """

    def __init__(self, out: TextIO, *, dumb: bool, width: Callable[[], int]) -> None:
        self._out = out
        self._width = width
        self.dumb = dumb
        self._opened: _Posix | _Windows | None = None
        self._redraw: Callable[[], None] | None = None

    def __enter__(self) -> Keyboard:
        if not self.dumb:
            self._opened = _Windows() if os.name == "nt" else _Posix(self._on_return)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._opened is not None:
            self._opened.close()

    @property
    def _device(self) -> _Posix | _Windows:
        assert self._opened is not None, "used outside of its with block"
        return self._opened

    def key(self) -> str | None:
        """One key: a character (full-width ones as plain), "enter", "backspace" …; in a dumb terminal a line of one
        character, or all of a line that begins with a colon. Digits that came at once come together; other text of
        several characters was pasted or meant for another prompt, and is "text", which stands for no key."""
        self._out.flush()
        if self.dumb:
            line = sys.stdin.readline()
            entered = plain(line.strip())
            return (entered if entered.startswith(":") else _one_key(entered) or "enter") if line else None
        with self._bracketed_paste():
            key = plain(self._read())
            if key == "paste":
                return _one_key(plain(self._pasted())) or "nothing"
        if key == "end of input":
            return None
        return key if key == ":" or len(key) > 1 else _one_key(key + plain(self._at_once(key)))

    def waiting(self, seconds: float) -> bool:
        """Whether a key was pressed within this time; a dumb terminal is read as it comes."""
        self._out.flush()
        return self.dumb or self._device.waiting(seconds)

    def line(self, prompt: str | Callable[[], str], begun: str = "") -> str | None:
        """One line of text after the prompt; one that was begun for the person ends, empty, when they take it all
        back. A prompt that is a function is drawn again from time to time."""
        if self.dumb:
            self._out.write(prompt if isinstance(prompt, str) else prompt())
            self._out.flush()
            line = sys.stdin.readline()
            return line.rstrip("\r\n") if line else None
        line = EditedLine(prompt, self._width)
        if begun:
            line.press(begun)
        return self._edited(line, taken_back=bool(begun), changing=not isinstance(prompt, str))

    @contextmanager
    def handed_over(self) -> Iterator[None]:
        """Give the terminal back as it was, for an editor to run in."""
        if self._opened is not None:
            self._opened.rest()
        try:
            yield
        finally:
            if self._opened is not None:
                self._opened.wake()

    def _edited(self, line: EditedLine, *, taken_back: bool, changing: bool) -> str | None:
        def draw() -> None:
            self._out.write(line.drawn())
            self._out.flush()

        self._redraw = draw
        try:
            with self._bracketed_paste():
                draw()
                while True:
                    while changing and not self._device.waiting(REDRAW_SECONDS):
                        draw()
                    key = self._read()
                    if key == "enter" or (key == "end of input" and not line.text):
                        self._out.write(line.left())
                        return line.text if key == "enter" else None
                    if key == "interrupt":
                        raise KeyboardInterrupt
                    line.press(self._pasted() if key == "paste" else key)
                    draw()
                    if taken_back and (key == "escape" or not line.text):
                        self._out.write("\r\x1b[J")
                        return ""
        except KeyboardInterrupt:
            self._out.write(line.left())
            raise
        finally:
            self._redraw = None

    @contextmanager
    def _bracketed_paste(self) -> Iterator[None]:
        """Have the terminal mark what is pasted meanwhile."""
        self._out.write("\x1b[?2004h")
        self._out.flush()
        try:
            yield
        finally:
            self._out.write("\x1b[?2004l")
            self._out.flush()

    def _at_once(self, key: str) -> str:
        """What the terminal sent together with a key, taken; control keys after digits stay for the next prompt."""
        received = ""
        while (key + received).isdecimal() and self._device.ready[:1].isdecimal():
            received += self._device.read()
        rest = self._device.ready
        if rest and rest[0].isprintable():
            self._device.ready = ""
            received += rest
        return received

    def _on_return(self) -> None:
        if self._redraw is not None:
            self._redraw()

    def _read(self) -> str:
        sign = self._device.read()
        if sign == "":
            return "end of input"
        if sign == "\x1b":
            return self._sequence()
        if sign in CONTROLS:
            return CONTROLS[sign]
        return sign if sign.isprintable() or sign == "\u3000" else "nothing"

    def _sequence(self) -> str:
        received = ""
        while self._device.waiting(PATIENCE) and len(received) < 16:
            received += self._device.read()
            if received in SEQUENCES:
                return SEQUENCES[received]
            if received[0] not in "[O" or (len(received) > 1 and received[-1].isalpha()) or received[-1] == "~":
                break
        return "nothing" if received else "escape"

    def _pasted(self) -> str:
        """What was pasted, as one line: its line ends would otherwise send half an answer."""
        received = ""
        while not received.endswith("\x1b[201~") and (sign := self._device.read()):
            received += sign
        return " ".join(received.removesuffix("\x1b[201~").split())


class _Posix:
    """The terminal behind standard input, with echo and line mode off while awake."""

    def __init__(self, on_return: Callable[[], None]) -> None:
        import codecs
        import termios

        self._termios = termios
        self._file = sys.stdin.fileno()
        self._before = termios.tcgetattr(self._file)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.ready = ""
        self._on_return = on_return
        self._old = {number: signal.signal(number, self._returned) for number in (signal.SIGCONT, signal.SIGWINCH)}
        # Whoever ends the program must find a terminal that echoes.
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            self._old[number] = signal.signal(number, _end)
        self.wake()
        # What was typed while nothing was asked yet is no answer to the first question.
        termios.tcflush(self._file, termios.TCIFLUSH)

    def _returned(self, *_: object) -> None:
        self.wake()
        self._on_return()

    def wake(self) -> None:
        raw = self._termios.tcgetattr(self._file)
        raw[3] &= ~(self._termios.ECHO | self._termios.ICANON)
        raw[6][self._termios.VMIN], raw[6][self._termios.VTIME] = 1, 0
        self._termios.tcsetattr(self._file, self._termios.TCSADRAIN, raw)

    def rest(self) -> None:
        self._termios.tcsetattr(self._file, self._termios.TCSADRAIN, self._before)

    def close(self) -> None:
        for number, handler in self._old.items():
            signal.signal(number, handler)
        self.rest()

    def read(self) -> str:
        while not self.ready:
            try:
                data = os.read(self._file, 1024)
            except OSError:  # the terminal is gone
                return ""
            if not data:
                return ""
            self.ready = self._decoder.decode(data)
        sign, self.ready = self.ready[0], self.ready[1:]
        return sign

    def waiting(self, seconds: float) -> bool:
        import select

        return bool(self.ready) or bool(select.select([self._file], [], [], seconds)[0])


def _end(number: int, *_: object) -> None:
    sys.exit(128 + number)


class _Windows:
    """The console of Windows; its arrow keys come as a pair and are turned into the sequences of the others."""

    _PAIRS = {"H": "[A", "P": "[B", "M": "[C", "K": "[D", "G": "[H", "O": "[F", "S": "[3~"}  # noqa: RUF012

    def __init__(self) -> None:
        import msvcrt

        self._console: Any = msvcrt
        self.ready = ""
        os.system("")  # switches the console to understanding escape sequences

    def read(self) -> str:
        if not self.ready:
            self.ready = self._pressed()
            while self._console.kbhit():
                self.ready += self._pressed()
        sign, self.ready = self.ready[0], self.ready[1:]
        return sign

    def _pressed(self) -> str:
        sign = str(self._console.getwch())
        if sign in "\x00\xe0":
            return "\x1b" + self._PAIRS.get(self._console.getwch(), "[~")
        return "\x04" if sign == "\x1a" else sign

    def waiting(self, seconds: float) -> bool:
        return bool(self.ready) or bool(self._console.kbhit())

    def rest(self) -> None:
        pass

    def wake(self) -> None:
        pass

    def close(self) -> None:
        pass
