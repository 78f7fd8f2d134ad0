"""`dlquiz backup`: back up the review log, list and check the backups, go back to one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dlquiz import settings
from dlquiz.cli.app import new_app
from dlquiz.cli.context import open_history
from dlquiz.cli.line_breaks import say_translated
from dlquiz.cli.other_names import refuse_word
from dlquiz.cli.translation import error_said, said
from dlquiz.errors import DlquizError, UsageError
from dlquiz.settings import Settings

if TYPE_CHECKING:
    from dlquiz.review_log.backups import Backup

app = new_app()


@app.command()
def backup(
    which: Annotated[
        str | None, typer.Argument(metavar="[DATE]", help="With --restore: a day, a minute or a file; else the newest.")
    ] = None,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Write the backup to this file.")] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List the backups, newest first.")] = False,
    restore: Annotated[bool, typer.Option("--restore", help="Put the review log back to a backup.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Open every backup and check it.")] = False,
) -> None:
    """Back up the review log; safe while other windows are studying.

    Backups are also made after study, drill and before merge and import, when the log has changed and the last one is
    over 30 minutes old. All of the last 2 days are kept, then one a day for 12 days, 10 weekly and 9 monthly ones.
    --restore backs up the present log first, so that it can be taken back.

    \b
    Examples:
      dlquiz backup
      dlquiz backup --list
      dlquiz backup --restore 2026-11-28
      dlquiz backup --to /media/stick/dlquiz.db
    """
    if sum((to is not None, list_all, restore, verify)) > 1:
        raise UsageError("--to, --list, --restore and --verify exclude each other", fix="give one of them")
    if which is not None and not restore:
        refuse_word("dlquiz backup", which)
        raise UsageError(
            "a date is only used with --restore",
            fix="dlquiz backup --restore DATE goes back to a backup, --to FILE writes one elsewhere",
        )
    user_settings = settings.read()
    if list_all:
        _list(user_settings.backup_dir)
    elif verify:
        _verify(user_settings.backup_dir)
    elif restore:
        _restore(user_settings, which)
    else:
        typer.echo(_make(user_settings, to))


def _make(user_settings: Settings, to: Path | None) -> Path | None:
    with open_history(user_settings) as log:
        if to is None:
            return log.backup(force=True)
        if not to.parent.is_dir():
            raise DlquizError(f"{to.parent} does not exist", fix="create it, or mount the medium, and try again")
        log.copy_to(to)
        return to


def _listed(directory: Path) -> Sequence[Backup]:
    """The backups, the newest first; prints how to make one where there is none."""
    from dlquiz.review_log.backups import listed

    found = listed(directory)
    if not found:
        say_translated(f"No backup yet in {directory} → dlquiz backup")
    return found


def _list(directory: Path) -> None:
    from dlquiz.formatting import binary_bytes

    for one in _listed(directory):
        typer.echo(f"{one.at:%Y-%m-%d %H:%M}  {binary_bytes(one.size):>9}  {one.path}")


def _verify(directory: Path) -> None:
    from dlquiz.formatting import count
    from dlquiz.markup import cell_width, pad
    from dlquiz.review_log.backups import verify as events_of

    well, bad = said("ok"), said("PROBLEM")
    width, broken = max(cell_width(well), cell_width(bad)), 0
    for one in _listed(directory):
        try:
            typer.echo(f"{pad(well, width)}  {one.path}  {said(count(events_of(one.path), 'event'))}")
        except DlquizError as error:
            broken += 1
            typer.echo(f"{pad(bad, width)}  {error_said(error)}")
    if broken:
        raise DlquizError(f"{count(broken, 'backup')} cannot be used", fix="delete them; dlquiz backup makes a new one")


def _restore(user_settings: Settings, which: str | None) -> None:
    from dlquiz.review_log.backups import chosen, reinstate
    from dlquiz.review_log.errors import DamagedLogError

    before: Path | None = None
    path = Path(which) if which is not None and Path(which).is_file() else chosen(user_settings.backup_dir, which).path
    try:
        opened_log = open_history(user_settings)
    except DamagedLogError:
        damage = ["the log cannot be opened"]
    else:
        # What is wrong with the backup is no reason to set the log aside.
        with opened_log as log:
            damage = log.integrity()
            if not damage:
                before = log.restore(path)
    if damage:
        aside = reinstate(user_settings.history_file, path)
        say_translated(f"the damaged log was set aside as {aside}", sys.stderr)
    say_translated(f"restored from {path}")
    if before is not None:
        from shlex import quote

        say_translated(f"to undo this: dlquiz backup --restore {quote(str(before))}")
