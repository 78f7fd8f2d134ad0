"""`dlquiz sync`: exchange reviews with other computers through a folder that something else carries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dlquiz import settings
from dlquiz.cli.app import new_app
from dlquiz.cli.context import open_history
from dlquiz.cli.line_breaks import notice, say_translated
from dlquiz.cli.other_names import refuse_word
from dlquiz.errors import DlquizError
from dlquiz.formatting import count

if TYPE_CHECKING:
    from dlquiz.review_log import History
    from dlquiz.sync.folder import FolderSyncResult

app = new_app()

POLL_SECONDS = 2.0
FOLDER_NOTE = "shared-folder"


@app.command()
def sync(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="The shared folder; default: the one used last.")
    ] = None,
    without_replies: Annotated[
        bool, typer.Option("--without-replies", help="Do not write what you typed into the folder.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Keep running and sync whenever a file changes.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Exchange reviews with your other computers through a shared folder.

    Syncthing, Dropbox, iCloud or git carries the folder; each computer adds to a file of its own in it and reads those
    of the others. The result is the same in any order and however often. Settings and own decks are not carried.

    \b
    Examples:
      dlquiz sync ~/Sync
      dlquiz sync --watch
      dlquiz sync ~/Dropbox --without-replies
    """
    from dlquiz.sync.folder import file_stats

    user_settings = settings.read()
    with open_history(user_settings) as log:
        chosen = _chosen(log, folder)
        if log.note(FOLDER_NOTE) is None and chosen.is_dir():
            what = "without" if without_replies else "with"
            notice(f"files in {chosen / 'dlquiz'} hold your reviews {what} the answers you typed, not encrypted")
        log.backup()
        before = file_stats(chosen, log)
        _print(_exchange(log, chosen, with_replies=not without_replies), as_json)
        log.set_note(FOLDER_NOTE, str(chosen))
        if watch:
            for done in _watch(log, chosen, before, with_replies=not without_replies):
                _print(done, as_json)


def _chosen(log: History, folder: Path | None) -> Path:
    if folder is not None:
        if not folder.exists():
            refuse_word("dlquiz sync", str(folder))
        return folder.expanduser().absolute()
    if (last := log.note(FOLDER_NOTE)) is None:
        raise DlquizError("no folder was synced yet", fix="give it, as in dlquiz sync ~/Sync")
    return Path(last)


def _exchange(log: History, folder: Path, *, with_replies: bool) -> FolderSyncResult:
    from dlquiz.sync.folder import sync as exchange

    return exchange(log, folder, with_replies=with_replies)


def _print(done: FolderSyncResult, as_json: bool) -> None:
    if as_json:
        import json

        facts = {
            "rows": done.came.rows,
            "answers": done.came.answers,
            "cards": done.came.cards,
            "written": done.written,
            "files": done.files,
            "left_out": done.came.left_out,
            "unreadable": [str(line) for line in done.unreadable],
        }
        typer.echo(json.dumps(facts, ensure_ascii=False))
        return
    say_translated(_sentence(done))
    for line in [*map(str, done.unreadable), *done.came.reasons][:10]:
        notice(f"left out: {line}")


def _sentence(done: FolderSyncResult) -> str:
    if not done.came.rows and not done.written:
        return f"nothing new in {count(done.files, 'file')}"
    written = f"{count(done.written, 'event')} written"
    if not done.came.rows:
        return written
    received = f"{count(done.came.answers, 'answer')} to {count(done.came.cards, 'card')} received"
    return f"{received}, {written}" if done.written else received


def _watch(
    log: History, folder: Path, seen: tuple[tuple[str, int, int], ...], *, with_replies: bool
) -> Iterator[FolderSyncResult]:
    """What each further sync brought. Files are looked at before a sync, so that what arrives during one is not missed;
    the sync that follows from its own lines brings nothing, and nothing is said of it."""
    import time

    from dlquiz.sync.folder import file_stats

    while True:
        time.sleep(POLL_SECONDS)
        if (now := file_stats(folder, log)) != seen:
            seen, done = now, _exchange(log, folder, with_replies=with_replies)
            if done.came.rows or done.written:
                yield done
