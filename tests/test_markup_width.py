"""Cell widths: our own table agrees with rich's on every character that a bank may hold."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from wcwidth import wcswidth

from dlquiz.markup import cell_width, pad
from dlquiz.markup.math import symbols

TABLES = [table for name in dir(symbols) if name.isupper() and isinstance(table := getattr(symbols, name), dict)]
WRITTEN = {letter for table in TABLES for value in table.values() if isinstance(value, str) for letter in value}
ALPHABETS = {letter for table in symbols.ALPHABETS.values() for letter in table.values()}
RANGES = ((0x20, 0x7F), (0xA1, 0xAD), (0x2010, 0x2027), (0x2030, 0x205F), (0x2190, 0x2300), (0x2500, 0x25FD),
          (0x2800, 0x2900), (0x3000, 0x302A), (0x4E00, 0x9FA6), (0xFF01, 0xFFA0))  # fmt: skip
CHARACTERS = sorted(WRITTEN | ALPHABETS | {chr(code) for start, end in RANGES for code in range(start, end)})


def test_widths_are_those_of_rich() -> None:
    assert [f"{ord(one):04x}" for one in CHARACTERS if cell_width(one) != cell_len(one)] == []


@pytest.mark.parametrize("text", ["", "conv", "卷积 conv", "x̂ᵢ", "（全角）"])
def test_padding_fills_cells(text: str) -> None:
    for align in ("left", "right", "centre"):
        assert cell_len(pad(text, 12, align)) == 12


@pytest.mark.parametrize("text", ["❤️", "🙂\ufe0f", "👨‍👩‍👧", "👍🏽", "⚠️ x", "🙂", "𠀀", "1️⃣", "卷积 ❤️ 👩‍🔬"])
def test_emoji_take_the_cells_that_terminals_give_them(text: str) -> None:
    assert cell_width(text) == wcswidth(text)
