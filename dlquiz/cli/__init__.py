"""The door: every command and option, the only clock and randomness, and the place where errors become messages."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line; an error becomes one line on stderr and its exit code (1, or 2 for what cannot be read)."""
    # Starting up allocates much and frees nothing: collecting at every 700 objects costs 5 % of a short command.
    gc.set_threshold(20_000, 10, 10)
    try:
        from dlquiz.cli.root import app
        from dlquiz.errors import DlquizError

        try:
            app()
        except DlquizError as error:
            if os.environ.get("DLQUIZ_DEBUG") == "1":
                raise
            print(f"dlquiz: {error}", file=sys.stderr)
            sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
