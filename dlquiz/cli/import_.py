"""`dlquiz import FILE`: reviews made in Anki come back; a deck of somebody else's becomes a bank."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dlquiz.cli.commands import new_app
from dlquiz.errors import DlquizError

if TYPE_CHECKING:
    from dlquiz.anki.reviews import Brought
    from dlquiz.history import History
    from dlquiz.history.merging import Merged
    from dlquiz.settings import Settings

app = new_app()


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A .apkg, a .colpkg, or Anki's own collection.anki2.")],
    as_bank: Annotated[
        Path | None,
        typer.Option("--as-bank", metavar="OUT.yaml", help="Make a card file of a deck that is not dlquiz's."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Bring the reviews made in Anki back into the log; a second time nothing changes.

    On a phone, export the deck or collection with its learning progress and copy the file here; on this machine close
    Anki and name its collection.anki2. With --as-bank any deck becomes a card file, pictures beside it, and its
    history goes into the log.

    \b
    Examples:
      dlquiz import ~/Downloads/DLQuiz.apkg
      dlquiz import collection-2026-03-14.colpkg
      dlquiz import ~/.local/share/Anki2/User\\ 1/collection.anki2
      dlquiz import statistics.apkg --as-bank statistics.yaml
    """
    from dlquiz.settings import read

    facts, told = _as_bank(read(), file, as_bank) if as_bank else _bring_back(read(), file)
    if as_json:
        import json

        print(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        for line in told:
            print(line)


def _bring_back(held: Settings, path: Path) -> tuple[dict[str, Any], list[str]]:
    from dlquiz.anki import reading, reviews
    from dlquiz.anki.manifest import Manifest
    from dlquiz.cli.clock import clock, offset_at
    from dlquiz.cli.opening import open_bank, open_history
    from dlquiz.memory import Model

    manifest = Manifest(held.data_dir / "anki.db")
    with open_bank(held) as questions:
        lineages, ids = questions.lineages(), [*questions.ids(), *(card.id for card in questions.drafts())]
    with reading.opened(path) as file, open_history(held, clock, Model(retention=held.retention)) as log:
        log.reconcile(lineages)
        meant = reviews.targets(ids, lineages, manifest)
        states = {state.card: state for state in log.states()}
        rows = log.rows(live_only=False)
        derived = reviews.derived(rows, manifest)
        brought = reviews.bring(file, meant, manifest, rows, states, lineages, offset_at, derived)
        merged = _take(log, brought)
        reviews.remember(manifest, file, brought, meant)
    manifest.save()
    return _facts(path, brought, merged), _told(path, brought, merged)


def _take(log: History, brought: Brought) -> Merged:
    from dlquiz.anki import reviews
    from dlquiz.history.merging import Merged

    if not brought.rows:
        return Merged()
    log.backup(anew=True)
    return reviews.take(log, brought.rows)


def _facts(path: Path, brought: Brought, merged: Merged) -> dict[str, Any]:
    answers = brought.answers
    return {
        "file": str(path), "rows": merged.rows, "reviews": merged.answers, "cards": merged.cards,
        "first": _date(answers[0].at) if answers and merged.rows else None,
        "last": _date(answers[-1].at) if answers and merged.rows else None,
        "known": brought.known, "unmatched_reviews": brought.unmatched, "unmatched_notes": brought.unmatched_notes,
        "left_out": brought.unrated, "spoiled": brought.spoiled, "dated_before_any_review": brought.undated,
        "by_card": _by_card(brought) if merged.rows else {},
    }  # fmt: skip


def _by_card(brought: Brought) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in brought.answers:
        counts[row.card or ""] = counts.get(row.card or "", 0) + 1
    return counts


def _date(at: int) -> str:
    from dlquiz.cli.clock import offset_at
    from dlquiz.memory import date_of, day_of

    return date_of(day_of(at, offset_at(at)))


MOST_NAMED = 8


def _told(path: Path, brought: Brought, merged: Merged) -> list[str]:
    from dlquiz.cli.history import count

    out = []
    if merged.answers:
        answers = brought.answers
        span = f"{_date(answers[0].at)} to {_date(answers[-1].at)}"
        out.append(f"{count(merged.answers, 'review')} came, {span}, of {count(len(_by_card(brought)), 'card')}:")
        named = sorted(_by_card(brought).items(), key=lambda item: (-item[1], item[0]))
        out += [f"  {card}  {number}" for card, number in named[:MOST_NAMED]]
        if len(named) > MOST_NAMED:
            out.append(f"  and {count(len(named) - MOST_NAMED, 'more card')} (--json lists all)")
    others = merged.rows - merged.answers
    if others > 0:
        out.append(f"{count(others, 'other change')} came: suspended, flagged, forgotten or given a date in Anki")
    if not merged.rows:
        out.append(f"nothing new in {path}: {count(brought.known, 'review')} of it known here already")
    if brought.unmatched:
        out.append(f"{count(brought.unmatched, 'review')} left out, of {count(brought.unmatched_notes, 'note')} that "
                   "no card here has; --as-bank OUT.yaml makes cards of them")  # fmt: skip
    if brought.spoiled:
        out.append(f"{count(brought.spoiled, 'row')} of its log could not be read")
    if brought.undated:
        out.append(f"{count(brought.undated, 'card')} given a date in Anki before any review: new here")
    return out


def _as_bank(held: Settings, path: Path, out: Path) -> tuple[dict[str, Any], list[str]]:
    from dlquiz.anki import reading, reviews
    from dlquiz.anki.foreign import convert
    from dlquiz.cli.clock import clock, offset_at
    from dlquiz.cli.export import write_whole
    from dlquiz.cli.history import count
    from dlquiz.cli.opening import open_history
    from dlquiz.memory import Model

    if out.exists():
        raise DlquizError(f"{out} is there already", mend="give another name, or delete it first")
    with reading.opened(path) as file:
        bank = convert(file, out.stem)
        brought = reviews.foreign(file, bank.cards, offset_at)
    if not bank.cards:
        raise DlquizError(f"{path} has no card that could be read", mend="export the deck again from Anki")
    _write_pictures(out.with_name(bank.directory), bank.images)
    write_whole(out, bank.yaml.encode())
    with open_history(held, clock, Model(retention=held.retention)) as log:
        merged = _take(log, brought)
    facts = {"file": str(out), "cards": len(bank.cards), "images": len(bank.images), "reviews": merged.answers,
             "left_out": list(bank.left_out)}  # fmt: skip
    told = [f"{out}: {count(len(bank.cards), 'card')}, {count(len(bank.images), 'picture')}; "
            f"{count(merged.answers, 'review')} went into the log"]  # fmt: skip
    told += [f"left out: {one}" for one in bank.left_out]
    told.append(f"study it with dlquiz study --bank {out}, or move it to {held.own_questions}")
    return facts, told


def _write_pictures(directory: Path, images: dict[str, bytes]) -> None:
    from dlquiz.cli.export import write_whole

    for name, data in images.items():
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DlquizError(f"cannot make {directory}: {error.strerror}", mend="give another place") from None
        write_whole(directory / name, data)
