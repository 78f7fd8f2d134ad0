"""Study as JSON lines: every event is a line out, every line in is what came in. No logic of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator
from typing import Any


def run(conversation: Generator[dict[str, Any], Any, None]) -> None:
    """Carry the conversation between standard input and output; a reader that is gone ends it quietly."""
    given: Any = None
    try:
        event = next(conversation)
        while True:
            _write(event)
            given = None
            if event.get("expects"):
                line = sys.stdin.buffer.readline()
                given = _read(line) if line else None
            event = conversation.send(given)
    except (StopIteration, BrokenPipeError):
        return


def _read(line: bytes) -> Any:
    try:
        read = json.loads(line.decode("utf-8"))
        # A line that says null is not the end of input, which is what None would say.
        return "null" if read is None else read
    except (ValueError, RecursionError):
        # Not an object: the conversation says so and stays where it is.
        return line.decode("utf-8", "replace").strip()


def _write(event: dict[str, Any]) -> None:
    data = json.dumps(event, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
