"""`dlquiz bank try`: how a reply would be judged, for authors, tests and editors; nothing is recorded."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from random import Random
from typing import TYPE_CHECKING

import typer

from dlquiz.cards import Language
from dlquiz.cli.context import open_bank
from dlquiz.errors import DlquizError, UsageError
from dlquiz.session import trial
from dlquiz.session.trial import Trial
from dlquiz.settings import Settings

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank

# Of a computed question without given values always the same one is tried.
SEED = 0
LANGUAGE_OF: dict[object, Language] = {"en": "en", "zh": "zh"}


def try_reply(settings: Settings, id: str, replies: list[str], hole: int | None, *, as_json: bool) -> None:
    """Judge one reply from the command line: several words are several holes or numbers."""
    from dlquiz.cli.commands.bank import card_of

    with open_bank(settings) as questions:
        card = card_of(questions, id)
        reply: object = replies[0] if len(replies) == 1 else replies
        tried = Trial(card, reply, settings.language, hole)
        verdict = trial.judge(tried, questions.lexicon(), Random(SEED))
    if as_json:
        typer.echo(json.dumps(trial.report(verdict), ensure_ascii=False))
        return
    from dlquiz.render.verdict import print_verdict

    print_verdict(verdict, settings.language)


def try_lines(settings: Settings, lines: Iterable[bytes]) -> bool:
    """Judge JSON lines, one line out for each; whether all could be judged."""
    well = True
    with open_bank(settings) as questions:
        lexicon = questions.lexicon()
        for line in lines:
            if not line.strip():
                continue
            try:
                tried = _read(line, questions, settings.language)
                found = trial.report(trial.judge(tried, lexicon, Random(SEED)))
            except DlquizError as error:
                found, well = {"error": str(error)}, False
            sys.stdout.buffer.write(json.dumps(found, ensure_ascii=False).encode() + b"\n")
            sys.stdout.buffer.flush()
    return well


def _read(line: bytes, questions: Bank, language: Language) -> Trial:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, Mapping) or "card" not in given or "reply" not in given:
        raise DlquizError(
            "a line is not a JSON object with card and reply", fix='as in {"card": "relu-formula", "reply": "…"}'
        )
    hole, values = given.get("hole"), given.get("values")
    if hole is not None and type(hole) is not int:
        raise DlquizError(f"hole is {hole!r}", fix="give its number, from 1")
    if values is not None and not isinstance(values, Mapping):
        raise DlquizError("values is not a JSON object", fix='as in {"n": 32, "k": 3}')
    from dlquiz.cli.commands.bank import card_of

    card = card_of(questions, str(given["card"]))
    return Trial(card, given["reply"], LANGUAGE_OF.get(given.get("lang"), language), hole, values)


def check_usage(id: str | None, replies: list[str] | None, *, as_json: bool) -> None:
    """Raises UsageError unless a card and a reply are given, or neither, with --json."""
    if id is None and not as_json:
        raise UsageError("which card?", fix="dlquiz bank try CARD REPLY, or --json for lines on standard input")
    if id is not None and not replies:
        raise UsageError("which reply?", fix=f'dlquiz bank try {id} "your answer"; "" is one said aloud')
