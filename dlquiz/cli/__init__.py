"""The door: every command and option, the only clock and randomness, and the place where errors become messages."""

from __future__ import annotations

import gc
import io
import os
import sys


def main() -> None:
    """Run the command line; an error becomes one line on stderr and its exit code (1, or 2 for what cannot be read)."""
    # Starting up allocates much and frees nothing: collecting at every 700 objects costs 5 % of a short command.
    gc.set_threshold(20_000, 10, 10)
    _prepare_streams()
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read the output has seen enough, as in `dlquiz bank list | head`.
        _drop_output()
        sys.exit(141)


def _run() -> None:
    from dlquiz.cli import fast_path
    from dlquiz.errors import DlquizError

    try:
        try:
            if not fast_path.run(sys.argv[1:]):
                from dlquiz.cli.root import app

                app()
        finally:
            sys.stdout.flush()
    except DlquizError as error:
        if os.environ.get("DLQUIZ_DEBUG") == "1":
            raise
        from dlquiz.cli.line_breaks import on_stderr
        from dlquiz.cli.translation import error_said

        on_stderr(error_said(error))
        sys.exit(error.exit_code)
    except OSError as error:
        if isinstance(error, BrokenPipeError) or error.filename is not None or os.environ.get("DLQUIZ_DEBUG") == "1":
            raise
        _drop_output()
        from dlquiz.cli.line_breaks import notice

        notice(f"cannot write the output: {error.strerror or error}")
        sys.exit(1)


def _prepare_streams() -> None:
    """Streams that are closed become empty ones, and no encoding stops a text: what it lacks is replaced."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        if stream.encoding.lower() == "utf-8":
            if stream.errors == "strict":
                # A file may have a name that is no text.
                stream.reconfigure(errors="backslashreplace")
        elif stream.isatty():
            stream.reconfigure(errors="replace")
        else:
            stream.reconfigure(encoding="utf-8", errors="replace")


def _drop_output() -> None:
    """Let nothing more be written: the interpreter would try again at its end, and complain."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
