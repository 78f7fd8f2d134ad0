"""Malformed input for every reader: the fuzzer sees what it is for, and nothing that it found comes back."""

from __future__ import annotations

import os
from contextlib import suppress

import malformed
import pytest
from malformed import Files, Reader

posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and POSIX limits")


def _misbehave(files: Files) -> None:
    """Each of the things that no reader may do."""
    match int(next(iter(files))):
        case 1:
            raise ValueError("a traceback")
        case 2:
            while True:
                pass
        case 3:
            with suppress(OSError):
                os.mkdir("../../missing/directory")
        case 4:
            bytearray(malformed.MEGABYTES + 10 << 20)
        case 5:
            os._exit(3)
        case _:
            pass


@posix
def test_the_fuzzer_sees_what_no_reader_may_do(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter(range(-2, 99))
    misbehaving = Reader(lambda chance: {str(next(numbers)): b""}, _misbehave)
    monkeypatch.setitem(malformed.READERS, "misbehaving", misbehaving)
    monkeypatch.setattr(malformed, "SECONDS", 0.2)
    outcomes = list(malformed.campaign("misbehaving", 6, seed=1))
    seen = ["", "a traceback", "TooSlowError", "written outside", "MemoryError", "the process ended with 3"]
    assert [word in outcome.broken for word, outcome in zip(seen, outcomes, strict=True)] == [True] * 6
    assert not outcomes[0].broken


@posix
@pytest.mark.slow
@pytest.mark.parametrize("name", malformed.READERS)
def test_malformed_input_is_read_or_refused(name: str) -> None:
    count = 100 * malformed.READERS[name].share
    broken = [outcome for outcome in malformed.campaign(name, count, seed=17) if outcome.broken]
    assert not broken
