"""A running Anki, through its add-on AnkiConnect on this machine (https://git.sr.ht/~foosoft/anki-connect).

It can insert reviews and set what a card is scheduled by, but not the FSRS memory: that is cleared, and Anki computes
it from the reviews when the card is answered next. It makes no backup, and cannot do all of a sync or nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dlquiz.anki.live.changes import CardChange
from dlquiz.anki.live.snapshot import AnkiCard, CardColumns, CollectionNote, RevlogRow, Snapshot
from dlquiz.anki.package.notetypes import FIELDS
from dlquiz.errors import DlquizError
from dlquiz.files import temporary_directory

# The body of a request → the body of the answer; raises DlquizError when nobody answers.
Transport = Callable[[bytes], bytes]

VERSION = 6
OURS = "(note:DLQuiz* OR tag:dlq::*)"
# How many cards, reviews or actions go into one request; answers hold rendered cards.
CHUNK = 200
# No due day is further from today.
FURTHEST = 40_000
SCHEDULED = ("type", "queue", "due", "ivl", "factor", "reps", "lapses", "left", "flags")


class AnkiConnect:
    """Anki's collection by way of AnkiConnect; `guid_of` gives a note's guid by its field Key, `today` is our day."""

    path: Path | None = None

    def __init__(self, transport: Transport, guid_of: Callable[[str], str], today: int, key: str | None = None) -> None:
        self._transport, self._guid_of, self._today, self._key = transport, guid_of, today, key
        self._first_day: int | None = None
        version = self._ask("version")
        if not isinstance(version, int) or version < VERSION:
            raise DlquizError(f"AnkiConnect has version {version}, not {VERSION}", fix="update the add-on in Anki")
        self.name = self._profile()

    def _ask(self, action: str, **params: Any) -> Any:
        return self._result(action, json.loads(self._transport(json.dumps(self._request(action, params)).encode())))

    def _request(self, action: str, params: Mapping[str, Any]) -> dict[str, Any]:
        request = {"action": action, "version": VERSION, "params": params}
        return request if self._key is None else request | {"key": self._key}

    def _result(self, action: str, answer: Any) -> Any:
        if not isinstance(answer, dict) or "result" not in answer:
            raise DlquizError(
                f"the program at this port is not AnkiConnect: {str(answer)[:80]}", fix="give its port with --port"
            )
        if (error := answer.get("error")) is not None:
            if "api key" in str(error):
                raise DlquizError(
                    "AnkiConnect requires its key", fix="give it with --key; it is in the add-on's settings"
                )
            raise DlquizError(f"AnkiConnect refuses {action}: {error}", fix="close Anki and sync without --connect")
        return answer["result"]

    def _ask_many(self, requests: Sequence[tuple[str, Mapping[str, Any]]]) -> Iterator[Any]:
        for some in _chunks(requests):
            actions = [self._request(action, params) for action, params in some]
            for (action, _), answer in zip(some, self._ask("multi", actions=actions), strict=True):
                yield self._result(action, answer)

    def _profile(self) -> str:
        """The open profile; older versions only tell all that there are."""
        try:
            return str(self._ask("getActiveProfile"))
        except DlquizError as error:
            if "unsupported action" not in str(error):
                raise
        names = self._ask("getProfiles")
        return str(names[0]) if len(names) == 1 else "AnkiConnect"

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────

    def snapshot(self, guids: Collection[str]) -> Snapshot:
        """What is there of the notes with these guids."""
        found = self._ask("findCards", query=OURS)
        infos = [info for some in _chunks(found) for info in self._ask("cardsInfo", cards=some) if info]
        keys = {
            info["note"]: self._guid_of(info["fields"]["Key"]["value"]) for info in infos if "Key" in info["fields"]
        }
        keys = {note: guid for note, guid in keys.items() if guid in guids}
        infos = [info for info in infos if info["note"] in keys]
        marks = self._marks()
        cards = tuple(_card(info, keys[info["note"]], marks) for info in infos)
        self._first_day = self._day_zero(cards)
        notes = tuple(self._notes(keys))
        return Snapshot(self.name, self._first_day, notes, cards, tuple(self._reviews(cards)))

    def _marks(self) -> dict[str, set[int]]:
        """Cards with each flag, and those in filtered decks."""
        queries = {
            **{f"flag:{number}": f"flag:{number} {OURS}" for number in range(1, 8)},
            "filtered": f"deck:filtered {OURS}",
        }
        answers = self._ask_many([("findCards", {"query": query}) for query in queries.values()])
        return {name: set(cards) for name, cards in zip(queries, answers, strict=True)}

    def _notes(self, guids: Mapping[int, str]) -> Iterator[CollectionNote]:
        for some in _chunks(list(guids)):
            for info in self._ask("notesInfo", notes=some):
                if info:
                    fields = tuple(info["fields"].get(name, {"value": ""})["value"] for name in FIELDS)
                    yield CollectionNote(
                        info["noteId"], guids[info["noteId"]], info.get("mod"), tuple(info["tags"]), fields
                    )

    def _reviews(self, cards: Sequence[AnkiCard]) -> Iterator[RevlogRow]:
        names = ("id", "usn", "ease", "ivl", "lastIvl", "factor", "time", "type")
        for some in _chunks([card.id for card in cards]):
            for card, rows in self._ask("getReviewsOfCards", cards=some).items():
                for row in rows:
                    number, *rest = (row[name] for name in names)
                    yield RevlogRow(number, int(card), *rest)

    def _day_zero(self, cards: Iterable[AnkiCard]) -> int | None:
        """The collection's day 0, found by asking in how many days a card is due; None while none is in review."""
        one = next((card for card in cards if card.columns.queue == 2 and not card.filtered), None)
        return None if one is None else self._today - (one.columns.due - self._days_until_due(one.id))

    def _days_until_due(self, card: int) -> int:
        low, high = -FURTHEST, FURTHEST
        while low < high:
            middle = (low + high) // 2
            if self._ask("findCards", query=f"cid:{card} prop:due<={middle}"):
                high = middle
            else:
                low = middle + 1
        return low

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────

    def back_up(self) -> Path | None:
        """AnkiConnect has no action for it; Anki makes backups of its own while it runs."""
        return None

    def write(
        self, package: bytes | None, changes: Sequence[CardChange], positions: Mapping[int, int], now: int
    ) -> None:
        """Notes first, then reviews, then states: what is interrupted is completed by the next sync."""
        if package is not None:
            with temporary_directory() as directory:
                path = directory / "dlquiz.apkg"
                path.write_bytes(package)
                self._ask("importPackage", path=str(path))
        for some in _chunks([row for change in changes for row in change.reviews]):
            self._ask("insertReviews", reviews=[[*map(int, row)] for row in some])
        day_zero = self._calibrated(changes) if self._first_day is None else 0
        settings = [_setting(change, day_zero) for change in changes]
        settings += [_action(card, {"due": position}) for card, position in positions.items()]
        for (_, params), done in zip(settings, self._ask_many(settings), strict=True):
            if done != [True]:
                raise DlquizError(
                    f"AnkiConnect could not set card {params['card']}: {done}",
                    fix="close Anki and sync without --connect",
                )

    def _calibrated(self, changes: Sequence[CardChange]) -> int:
        """The collection's day 0, where no card was in review: by a card that is about to be."""
        one = next((change for change in changes if change.after.type == 2), None)
        if one is None:
            return 0
        action, params = _action(one.card.id, {"type": 2, "queue": 2, "due": FURTHEST // 2})
        self._ask(action, **params)
        return self._today - (FURTHEST // 2 - self._days_until_due(one.card.id))


def _card(info: Mapping[str, Any], guid: str, marks: Mapping[str, set[int]]) -> AnkiCard:
    flag = next((number for number in range(1, 8) if info["cardId"] in marks[f"flag:{number}"]), 0)
    names = ("type", "queue", "due", "interval", "factor", "reps", "lapses", "left")
    columns = CardColumns._make([*(info[name] for name in names), flag, "{}"])
    filtered = info["cardId"] in marks["filtered"]
    return AnkiCard(info["cardId"], info["note"], guid, info["ord"], info["mod"], info["deckName"], filtered, columns)


def _setting(change: CardChange, day_zero: int) -> tuple[str, dict[str, Any]]:
    """What of the card changes. With other reviews the memory goes: Anki computes it again from all of them."""
    before, after = change.card.columns, change.after
    values: dict[str, Any] = dict(zip(SCHEDULED, after[: len(SCHEDULED)], strict=True))
    if after.type == 2:
        values["due"] -= day_zero
    values = {name: value for (name, value), was in zip(values.items(), before, strict=False) if value != was}
    if after.data != before.data:
        values |= {"memory_state": None, "last_review_time": after.stored.get("lrt")}
    return _action(change.card.id, values)


def _action(card: int, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    keys, new = list(values), list(values.values())
    return "setSpecificValueOfCard", {"card": card, "keys": keys, "newValues": new, "warning_check": True}


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
