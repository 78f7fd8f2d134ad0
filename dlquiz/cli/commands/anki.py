"""`dlquiz anki`: exchange reviews and schedules with the Anki on this computer."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from dlquiz.cli import completion
from dlquiz.cli.app import new_app
from dlquiz.cli.line_breaks import notice, say_below, say_translated
from dlquiz.cli.translation import language_of, said
from dlquiz.errors import DlquizError, UsageError

if TYPE_CHECKING:
    from dlquiz.anki.live.changes import CardChange
    from dlquiz.anki.live.connect import Transport
    from dlquiz.anki.live.profiles import Profile
    from dlquiz.anki.live.revert import RevertResult
    from dlquiz.anki.live.sync import AnkiSide, AnkiSyncResult, SyncedBank
    from dlquiz.anki.manifest import LastExport, Manifest
    from dlquiz.bank.cache import Bank
    from dlquiz.cards import Card
    from dlquiz.settings import Settings

app = new_app(no_args_is_help=True)

MAX_NAMED = 8
TIMEOUT = 120.0  # seconds; an import of many notes takes Anki a while


@app.callback()
def group() -> None:
    """Work with the Anki on this computer.

    \b
    Examples:
      dlquiz anki sync
    """


@app.command()
def sync(
    profile: Annotated[
        str | None, typer.Option(metavar="NAME|PATH", help="Anki's profile, or the path of a collection.anki2.")
    ] = None,
    add: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DECK|all", help="Add cards of this deck that Anki lacks.", autocompletion=completion.decks
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    revert: Annotated[
        bool, typer.Option("--revert", help="Undo the last sync, except for cards answered in Anki since.")
    ] = False,
    connect: Annotated[bool, typer.Option("--connect", help="Use the add-on AnkiConnect of a running Anki.")] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port of AnkiConnect.")] = 8765,
    key: Annotated[str | None, typer.Option(metavar="KEY", help="The key set in AnkiConnect, if any.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Exchange reviews with Anki: its answers come here; answers, due days and memory states from here go there.

    Close Anki first (pip install 'dlquiz[anki]' brings its library), or leave it open and use its add-on AnkiConnect.
    Anki makes one of its backups before anything is written; all of it is written, or nothing. Then let Anki sync with
    your phone as usual. A card studied on both sides gets the state that all its answers give, on both.

    \b
    Examples:
      dlquiz anki sync --dry-run
      dlquiz anki sync --add all
      dlquiz anki sync --connect
      dlquiz anki sync --revert
    """
    from dlquiz.settings import read

    user_settings = read()
    if revert:
        _print_reverted(_revert(user_settings, profile, connect), as_json)
        return
    from dlquiz.anki.manifest import Manifest

    manifest = Manifest(user_settings.data_dir / "anki.db")
    with _anki(manifest, profile, port if connect else None, key) as there:
        done = _sync(user_settings, there, manifest, _Asked(tuple(add or ()), dry_run))
        _print_synced(there, done, dry_run, as_json)


@contextmanager
def _anki(manifest: Manifest, profile: str | None, port: int | None, key: str | None) -> Iterator[AnkiSide]:
    """The collection: of the profile while Anki is closed, or through AnkiConnect at a port."""
    if port is None:
        from dlquiz.anki.live.collection import opened

        with opened(_profile(profile)) as collection:
            yield collection
        return
    from dlquiz.anki.guid import guid
    from dlquiz.anki.live.connect import AnkiConnect
    from dlquiz.cli.clock import clock

    if profile is not None:
        raise UsageError("--profile and --connect exclude each other", fix="AnkiConnect has the profile that is open")
    known = {note.key: note.guid for note in manifest.notes.values()}
    yield AnkiConnect(_transport(port), lambda name: known.get(name) or guid(name), clock().day, key)


def _transport(port: int) -> Transport:
    """Requests to AnkiConnect on this machine, never by a proxy."""
    from urllib.error import URLError
    from urllib.request import ProxyHandler, Request, build_opener

    opener, address = build_opener(ProxyHandler({})), f"http://127.0.0.1:{port}"

    def send(body: bytes) -> bytes:
        try:
            with opener.open(Request(address, body, {"Content-Type": "application/json"}), timeout=TIMEOUT) as answer:
                found: bytes = answer.read()
                return found
        except (URLError, OSError) as error:
            raise DlquizError(
                f"no AnkiConnect answers at {address}: {getattr(error, 'reason', error)}",
                fix="start Anki with its add-on AnkiConnect (2055492159), or close Anki and leave --connect out",
            ) from error

    return send


def _profile(wanted: str | None) -> Profile:
    import os

    from dlquiz.anki.live.profiles import base_directories, chosen

    return chosen(wanted, base_directories(os.environ, Path.home(), sys.platform))


class _Asked(NamedTuple):
    """What the options say: decks to add, and whether to show only."""

    add: tuple[str, ...]
    dry_run: bool


def _sync(user_settings: Settings, there: AnkiSide, manifest: Manifest, asked: _Asked) -> AnkiSyncResult:
    from dataclasses import replace

    from dlquiz.anki.live.sync import LocalSide
    from dlquiz.anki.live.sync import sync as exchange
    from dlquiz.cli.clock import clock, offset_at
    from dlquiz.cli.context import open_bank, open_history, report_problems
    from dlquiz.cli.interview_plan import planned_order
    from dlquiz.files import temporary_directory

    with temporary_directory() as directory, open_history(user_settings) as log:
        log.check_clock()
        here = LocalSide(log, manifest, clock(), offset_at, _record_file(user_settings))
        with open_bank(user_settings) as questions:
            report_problems(questions)
            order = planned_order(questions, log, user_settings, here.now.day)
            bank = replace(_bank(user_settings, questions, manifest, asked.add), order=order)
        if not asked.dry_run:
            return exchange(there, here, bank)
        copy = directory / "history.db"
        log.copy_to(copy)
        with open_history(user_settings._replace(data_dir=directory)) as trial:
            return exchange(there, replace(here, log=trial), bank, dry_run=True)


def _record_file(user_settings: Settings) -> Path:
    from dlquiz.anki.live.record import FILE_NAME

    return user_settings.data_dir / FILE_NAME


def _bank(user_settings: Settings, questions: Bank, manifest: Manifest, add: tuple[str, ...]) -> SyncedBank:
    """The bank as the person exported it last: languages, variants, decks and tags; a card that cannot be drawn stays
    in Anki as it is."""
    from dlquiz.anki.export import ExportOptions
    from dlquiz.anki.live.sync import SyncedBank
    from dlquiz.anki.manifest import LastExport
    from dlquiz.cli.commands.export import drawable, languages_of
    from dlquiz.cli.completion import known

    titles = {row.name: row.title for row in questions.decks()}
    wanted = set(titles) if "all" in add else set(known("deck", add, titles))
    cards = list(drawable(questions.all()))
    last = manifest.last_export or LastExport()
    return SyncedBank(
        cards,
        [*questions.ids(), *(card.id for card in questions.drafts())],
        titles,
        questions.previous_ids(),
        ExportOptions(
            languages_of(last.lang, user_settings.language),
            variants=last.variants,
            new_per_day=user_settings.new_per_day,
            subdecks=last.subdecks,
        ),
        frozenset(card.id for card in cards if card.deck in wanted),
        _chosen_cards(cards, last),
        tracks=questions.tracks(),
    )


def _chosen_cards(cards: Sequence[Card], last: LastExport) -> frozenset[str] | None:
    """The cards of the decks and tags of the last export; None when there was none."""
    if last.decks is None:
        return None
    return frozenset(
        card.id
        for card in cards
        if (not last.decks or card.deck in last.decks) and (not last.tags or set(card.tags) & set(last.tags))
    )


def _revert(user_settings: Settings, wanted: str | None, connect: bool) -> RevertResult:
    from dlquiz.anki.live import record
    from dlquiz.anki.live.collection import opened
    from dlquiz.anki.live.revert import revert
    from dlquiz.anki.manifest import Manifest
    from dlquiz.cli.clock import clock

    if connect:
        raise UsageError("AnkiConnect cannot revert a sync", fix="close Anki and use --revert without --connect")
    file = _record_file(user_settings)
    made = record.load(file)
    manifest = Manifest(user_settings.data_dir / "anki.db")
    with opened(_profile(wanted or made.collection or made.profile)) as there:
        if there.name != made.profile:
            raise DlquizError(f"the last sync was with {made.profile}, not {there.name}", fix="leave --profile out")
        done = revert(there, made, manifest, clock().at)
    manifest.save()
    file.unlink(missing_ok=True)
    return done


def _print_reverted(done: RevertResult, as_json: bool) -> None:
    from dlquiz.formatting import count

    if as_json:
        import json

        print(json.dumps(done.to_json(), ensure_ascii=False, indent=2))
        return
    say_translated(
        f"{count(done.cards, 'card')} and {count(done.notes, 'text')} put back, {count(done.removed, 'note')} removed"
    )
    if done.kept:
        named = ", ".join(done.kept[:MAX_NAMED]) + (" …" if len(done.kept) > MAX_NAMED else "")
        say_translated(f"{count(len(done.kept), 'card')} answered or changed in Anki since, left as they are: {named}")
    if done.uploaded:
        say_translated(f"{count(done.uploaded, 'review')} went to a server already and stay in Anki's log")
    if done.backup:
        say_translated(f"backup by Anki: {done.backup}")


def _print_synced(there: AnkiSide, done: AnkiSyncResult, dry_run: bool, as_json: bool) -> None:
    if as_json:
        import json

        facts = {"profile": there.name, "dry_run": dry_run, **done.to_json()}
        print(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    lines = list(_lines(done, dry_run))
    if not lines:
        say_translated(f"{there.name}: nothing new on either side")
    elif dry_run:
        say_translated(f"{there.name}: nothing was changed; a sync would do this")
    else:
        say_translated(f"{there.name}: synced")
    for line in lines:
        say_below(line)
    _warn(done, there.path is None)


def _lines(done: AnkiSyncResult, dry_run: bool) -> Iterator[str]:
    """What went either way, in the person's language."""
    from dlquiz.formatting import count

    found, came = done.changes, done.imported
    others = len(came.rows) - len(came.answers)
    answers, changes = count(len(came.answers), "review"), count(others, "other change")
    if came.rows:
        yield said(f"  from Anki: {answers}, {changes}") if others else said(f"  from Anki: {answers}")
    if found.cards:
        reviews, cards = count(len(found.reviews), "review"), count(len(found.cards), "card")
        yield said(f"  to Anki: {reviews}, {cards} changed")
        yield from map(_card_line, found.cards[: MAX_NAMED if dry_run else 0])
        if dry_run and len(found.cards) > MAX_NAMED:
            yield said(f"    and {count(len(found.cards) - MAX_NAMED, 'more card')} (--json lists all)")
    if found.added or found.updated:
        yield said(f"  notes: {len(found.added):,} added, {len(found.updated):,} brought up to date")
    if done.moved:
        yield said(f"  {count(done.moved, 'new card')} moved to the order of the plan")
    if done.backup:
        yield said(f"  backup by Anki: {done.backup}")


def _card_line(change: CardChange) -> str:
    from dlquiz.formatting import COLON, COMMA, count

    language = language_of(sys.argv[1:])
    reviews = [count(len(change.reviews), "review")] if change.reviews else []
    parts = [" → ".join(map(said, part.split(" → "))) for part in (*change.parts(), *reviews)]
    return f"    {change.key}{COLON[language]}{COMMA[language].join(parts)}"


def _warn(done: AnkiSyncResult, through_connect: bool) -> None:
    """Say what was left as it is, and why."""
    from dlquiz.formatting import count

    found = done.changes
    if found.filtered:
        notice(f"{count(len(found.filtered), 'card')} in a filtered deck left out; empty it and sync again")
    if found.deleted:
        notice(f"{count(found.deleted, 'note')} deleted in Anki stay deleted; --add DECK brings those of a deck back")
    if found.cancelled:
        notice(f"{count(found.cancelled, 'review')} undone here stay in Anki's log, which cannot lose any")
    if found.undated:
        notice("this AnkiConnect does not say when notes changed, so texts were left as they are; update the add-on")
    if found.other_fields:
        notice("the note type DLQuiz has other fields in Anki now, so texts were left as they are")
    if through_connect and found.cards:
        notice("AnkiConnect sets no FSRS memory: Anki computes it from the reviews when a card is answered next")
    for missing in done.missing:
        notice(f"picture not found, left out: {missing}")
    if done.rollover not in (None, 4):
        notice(f"Anki's next day begins at {done.rollover}:00, here at 4:00; set it to 4 in Anki's preferences")
