"""The one error that people are told about; anything else is a bug and may show a traceback."""

# Before each further error of several: it stands below the first, which has the program's name before it.
BELOW = "\n" + " " * len("dlquiz: ")


class DlquizError(Exception):
    """Something the person can put right: what is wrong (with file and line where known), and what to do.

    >>> str(DlquizError("cannot write history.db: the disk is full", fix="free some space and start again"))
    'cannot write history.db: the disk is full — free some space and start again'
    """

    exit_code = 1

    def __init__(self, message: str, *, fix: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message} — {self.fix}" if self.fix else self.message


class UsageError(DlquizError):
    """A command line that cannot be read: an unknown option, a missing argument, a number that is none."""

    exit_code = 2
