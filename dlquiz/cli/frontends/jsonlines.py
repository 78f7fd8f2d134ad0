"""A conversation as JSON lines: every event is a line out, every line in is what came in. No logic of its own."""

from __future__ import annotations

import json
import sys

from dlquiz.session.actions import ConversationAction, read_action
from dlquiz.session.conversation import EventGenerator
from dlquiz.session.events import ConversationEvent

MAX_LINE = 1 << 20


def run(conversation: EventGenerator) -> None:
    """Carry the conversation between standard input and output; a reader that is gone ends it quietly."""
    action: ConversationAction | None = None
    try:
        event = next(conversation)
        while True:
            _write(event)
            action = None
            if event.expects:
                line = sys.stdin.buffer.readline(MAX_LINE + 1)
                if len(line) > MAX_LINE:
                    _skip_rest()
                    line = b"{}"
                action = read_action(_read(line)) if line else None
            event = conversation.send(action)
    except (StopIteration, BrokenPipeError):
        return


def _skip_rest() -> None:
    """Read on to the end of a line that is too long to be an answer, without keeping it."""
    while chunk := sys.stdin.buffer.readline(MAX_LINE):
        if chunk.endswith(b"\n"):
            return


def _read(line: bytes) -> object:
    try:
        read: object = json.loads(line.decode("utf-8"))
        return read
    except (ValueError, RecursionError):
        # Not an object: the conversation says so and stays where it is.
        return line.decode("utf-8", "replace").strip()


def _write(event: ConversationEvent) -> None:
    data = json.dumps(event.to_json(), ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
