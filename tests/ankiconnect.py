"""AnkiConnect as its documentation describes it, over the real Anki library: what the add-on does in a running Anki."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

KEY = "sesame"


class AddOn:
    """The actions that dlquiz uses; `key` is the one set in the add-on, if any."""

    def __init__(self, collection: Any, key: str | None = None) -> None:
        self.col, self.key = collection, key
        self.actions: list[str] = []

    def handle(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self.actions.append(str(request.get("action")))
        try:
            if request.get("key") != self.key:
                raise ValueError("valid api key must be provided")
            method = getattr(self, f"do_{request['action']}", None)
            if method is None:
                raise ValueError("unsupported action")
            return {"result": method(**request.get("params", {})), "error": None}
        except Exception as error:
            return {"result": None, "error": str(error)}

    def do_version(self) -> int:
        return 6

    def do_getActiveProfile(self) -> str:  # noqa: N802
        return "User 1"

    def do_multi(self, actions: list[Mapping[str, Any]]) -> list[Any]:
        return [self.handle(action) for action in actions]

    def do_findCards(self, query: str) -> list[int]:  # noqa: N802
        return list(self.col.find_cards(query))

    def do_cardsInfo(self, cards: list[int]) -> list[dict[str, Any]]:  # noqa: N802
        return [self._card(number) for number in cards]

    def _card(self, number: int) -> dict[str, Any]:
        card = self.col.get_card(number)
        note = card.note()
        return {
            "cardId": card.id, "fields": self._fields(note), "fieldOrder": card.ord, "question": card.question(),
            "answer": card.answer(), "modelName": note.note_type()["name"], "ord": card.ord,
            "deckName": self.col.decks.name(card.did), "css": note.note_type()["css"], "factor": card.factor,
            "interval": card.ivl, "note": card.nid, "type": card.type, "queue": card.queue, "due": card.due,
            "reps": card.reps, "lapses": card.lapses, "left": card.left, "mod": card.mod,
        }  # fmt: skip

    def _fields(self, note: Any) -> dict[str, dict[str, Any]]:
        return {name: {"value": value, "order": order} for order, (name, value) in enumerate(note.items())}

    def do_notesInfo(self, notes: list[int]) -> list[dict[str, Any]]:  # noqa: N802
        found = []
        for number in notes:
            note = self.col.get_note(number)
            cards = self.col.db.list("select id from cards where nid = ? order by ord", number)
            found.append({"noteId": number, "profile": "User 1", "tags": note.tags, "fields": self._fields(note),
                          "modelName": note.note_type()["name"], "mod": note.mod, "cards": cards})  # fmt: skip
        return found

    def do_getReviewsOfCards(self, cards: list[int]) -> dict[str, list[dict[str, int]]]:  # noqa: N802
        names = ["id", "usn", "ease", "ivl", "lastIvl", "factor", "time", "type"]
        query = f"select {', '.join(names)} from revlog where cid = ?"
        rows = {card: self.col.db.all(query, card) for card in cards}
        return {str(card): [dict(zip(names, row, strict=True)) for row in own] for card, own in rows.items()}

    def do_insertReviews(self, reviews: list[list[int]]) -> None:  # noqa: N802
        if reviews:
            values = ",".join("(" + ",".join(map(str, row)) + ")" for row in reviews)
            columns = "id,cid,usn,ease,ivl,lastIvl,factor,time,type"
            self.col.db.execute(f"insert into revlog({columns}) values {values}")

    def do_setSpecificValueOfCard(  # noqa: N802
        self,
        card: int,
        keys: list[str],
        newValues: list[Any],  # noqa: N803
        warning_check: bool = False,
    ) -> Any:
        guarded = {"did", "id", "ivl", "lapses", "left", "mod", "nid", "odid", "odue", "ord", "queue", "reps", "type"}
        if len(keys) != len(newValues) or (guarded & set(keys) and not warning_check):
            return False
        try:
            found = self.col.get_card(card)
            for key, value in zip(keys, newValues, strict=True):
                setattr(found, key, value)
            self.col.update_card(found, skip_undo_entry=True)
            return [True]
        except Exception as error:
            return [[False, str(error)]]

    def do_importPackage(self, path: str) -> bool:  # noqa: N802
        from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

        options = ImportAnkiPackageOptions(merge_notetypes=True, with_scheduling=True, with_deck_configs=True)
        self.col.import_anki_package(ImportAnkiPackageRequest(package_path=str(Path(path)), options=options))
        self.col.models._clear_cache()
        return True


@contextmanager
def served(addon: AddOn) -> Iterator[int]:
    """The add-on's server on this machine; gives its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(addon.handle(request)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
