"""The keyboard without a terminal: what Windows' console sends, played from a text."""

from __future__ import annotations

import sys
from io import StringIO
from types import ModuleType
from typing import Any

import pytest

from dlquiz.cli.frontends import keyboard


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is typed at once; the console of Windows gives it sign by sign."""
    typed: list[str] = []
    module: Any = ModuleType("msvcrt")
    module.getwch, module.kbhit = lambda: typed.pop(0), lambda: bool(typed)
    monkeypatch.setitem(sys.modules, "msvcrt", module)
    monkeypatch.setattr("os.system", lambda command: 0)
    return typed


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("b", ["b"]),
        ("12\r", ["12", "enter"]),
        ("batch norm\r", ["text"]),
        ("\xe0H", ["up"]),
        ("\x00;", ["nothing"]),
        ("\x1a", [None]),
        ("：", [":"]),
    ],
)
def test_keys_of_windows(console: list[str], typed: str, keys: list[str | None]) -> None:
    board = keyboard.Keyboard(StringIO(), dumb=False, width=lambda: 80)
    board._opened = keyboard._Windows()
    console.extend(typed)
    assert [board.key() for _ in keys] == keys
    assert console == []
