"""Editing a card during study: the person's editor, and what becomes of what they wrote."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from dlquiz.errors import DlquizError

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.settings import Settings


def edit(card_id: str, open_bank: Callable[[], Bank], user_settings: Settings, key: str) -> bool:
    """Let the person edit a card: one of their own in its file, a shipped one as an override; whether it was changed.

    A text with problems is kept, and opened again the next time, by `key`. Raises `DlquizError` that says what is
    wrong with it and where it lies, and then the card is as it was.
    """
    from dlquiz.bank import overrides

    with open_bank() as bank:
        card = bank.card(card_id)
    if card is None or card.place is None:
        raise DlquizError(f"{card_id} is not in the bank any more", fix="dlquiz bank search finds it under another id")
    before = overrides.editable(card)
    draft = user_settings.data_dir / "edits" / f"{card_id}.yaml"
    edited = text_from_editor(draft, before, user_settings.editor)
    if edited.strip() == before.strip():
        draft.unlink(missing_ok=True)
        return False
    problems = overrides.save(
        card, edited, overrides=user_settings.overrides_file if _is_shipped(card.place.file) else None
    )
    if problems:
        message = "\n".join(f"{one.place.line}:{one.place.column}: {one.message} — {one.fix}" for one in problems)
        raise DlquizError(f"{message}\nnothing was changed; your text is kept in {draft}", fix=f"{key} opens it again")
    draft.unlink(missing_ok=True)
    return True


def text_from_editor(draft: Path, text: str, editor: str) -> str:
    """What the person leaves in a draft of this text, or in the one that was kept from before; the caller deletes it.

    `editor` is a command, $VISUAL or $EDITOR where it is empty.
    """
    command = _command(editor)
    _begin(draft, text)
    _open(draft, command)
    return _read(draft)


def can_open(editor: str) -> bool:
    """Whether an editor can be opened: that of the system needs a terminal, which one that a person named may not."""
    return bool(_named(editor)) or (sys.stdin.isatty() and sys.stdout.isatty())


def _named(editor: str) -> str | None:
    return editor or os.environ.get("VISUAL") or os.environ.get("EDITOR")


def _command(editor: str) -> str:
    if named := _named(editor):
        return named
    if not can_open(editor):
        raise DlquizError(
            "no editor can be opened: this is no terminal, and none is named",
            fix="set VISUAL or EDITOR, or dlquiz config editor COMMAND; nothing was changed",
        )
    return "notepad" if os.name == "nt" else "vi"


def _begin(draft: Path, text: str) -> None:
    """Put the text into a draft, unless one was kept from before."""
    try:
        draft.parent.mkdir(parents=True, exist_ok=True)
        if not draft.exists():
            draft.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DlquizError(
            f"cannot write {draft}: {error.strerror}", fix="free some space, or let that directory be written to"
        ) from None


def _open(draft: Path, command: str) -> None:
    import shlex
    import subprocess

    try:
        subprocess.run([*shlex.split(command), str(draft)], check=True)
    except (OSError, ValueError):
        raise DlquizError(
            f"the editor {command!r} cannot be started", fix="set another one: dlquiz config editor COMMAND"
        ) from None
    except subprocess.CalledProcessError as error:
        raise DlquizError(
            f"the editor exited with status {error.returncode}", fix=f"what it left is in {draft}"
        ) from None


def _read(draft: Path) -> str:
    """What the person left in the draft."""
    try:
        return draft.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DlquizError(
            f"cannot read {draft}: {error.strerror}", fix="save it under that name; nothing was changed"
        ) from None
    except UnicodeDecodeError:
        raise DlquizError(f"cannot read {draft} as UTF-8", fix="save it as UTF-8; nothing was changed") from None


def _is_shipped(file: str) -> bool:
    from dlquiz import bank

    return Path(file).is_relative_to(bank.shipped_questions())
