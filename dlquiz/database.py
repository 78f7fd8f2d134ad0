"""SQLite files that several processes use at once: a connection that waits for its turn, and a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

NOTICE_SECONDS = 1.0  # of waiting, until the person is told what is waited for


class SharedConnection(sqlite3.Connection):
    """A connection to a file that says so when another program makes it wait for longer than a moment.

    `busy_seconds` is how long it waits at most; `on_wait` is called when it has waited for a second.
    """

    busy_seconds: float
    on_wait: Callable[[], None] | None = None

    def execute_in_turn(self, statement: str) -> sqlite3.Cursor:
        """Run a statement for which another program may hold the file: at once, or when that one is done."""
        at_once = min(NOTICE_SECONDS, self.busy_seconds)
        try:
            return self._execute_within(at_once, statement)
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or at_once >= self.busy_seconds:
                raise
            if self.on_wait is not None:
                self.on_wait()
            return self._execute_within(self.busy_seconds - at_once, statement)

    @contextmanager
    def waiting(self, seconds: float) -> Iterator[None]:
        """Wait for at most so long inside."""
        usual, self.busy_seconds = self.busy_seconds, seconds
        self._set_timeout(seconds)
        try:
            yield
        finally:
            self.busy_seconds = usual
            self._set_timeout(usual)

    def _execute_within(self, seconds: float, statement: str) -> sqlite3.Cursor:
        self._set_timeout(seconds)
        try:
            return self.execute(statement)
        finally:
            self._set_timeout(self.busy_seconds)

    def _set_timeout(self, seconds: float) -> None:
        self.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")


def connect(path: Path, busy_seconds: float, on_wait: Callable[[], None] | None) -> SharedConnection:
    """Open a file, made when there is none; nothing is read yet, and transactions begin where they are asked for."""
    # `uri` lets other files be attached read-only; an absolute path is never taken for a URI itself.
    connection = sqlite3.connect(
        path.absolute(), timeout=busy_seconds, isolation_level=None, uri=True, factory=SharedConnection
    )
    connection.busy_seconds, connection.on_wait = busy_seconds, on_wait
    return connection


@contextmanager
def transaction(connection: SharedConnection) -> Iterator[None]:
    """One transaction that waits for its turn and either commits or leaves nothing."""
    connection.execute_in_turn("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have ended the transaction already: a second error would hide the first.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
