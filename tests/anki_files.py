"""Small Anki files made by hand: what somebody else's deck, an old collection or a hostile one looks like."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dlquiz.anki.package.writer import TABLES

BASIC: dict[str, Any] = {
    "id": 7, "name": "Basic", "type": 0, "flds": [{"name": "Front", "ord": 0}, {"name": "Back", "ord": 1}],
    "tmpls": [
        {"name": "Card 1", "ord": 0, "qfmt": "{{Front}}", "afmt": "{{FrontSide}}\n\n<hr id=answer>\n\n{{Back}}"},
        {"name": "Card 2", "ord": 1, "qfmt": "{{#Back}}{{Back}}{{/Back}}",
         "afmt": "{{FrontSide}}<hr id=answer>{{Front}}"},
    ],
}  # fmt: skip
CLOZE: dict[str, Any] = {
    "id": 8, "name": "Cloze", "type": 1, "flds": [{"name": "Text", "ord": 0}, {"name": "Extra", "ord": 1}],
    "tmpls": [{"name": "Cloze", "ord": 0, "qfmt": "{{cloze:Text}}", "afmt": "{{cloze:Text}}<br>{{Extra}}"}],
}  # fmt: skip
DAY_ONE = 1_577_851_200  # 2020-01-01 04:00 UTC


def collection(
    path: Path,
    notes: Sequence[tuple[str, int, str, Sequence[str]]] = (),
    cards: Sequence[tuple[int, int, Mapping[str, Any]]] = (),
    reviews: Sequence[tuple[int, int, int, int, int, int]] = (),
    models: Sequence[Mapping[str, Any]] = (BASIC, CLOZE),
) -> Path:
    """A collection of schema 11. Notes are (guid, note type, tags, fields), cards (note, ord, columns), both numbered
    from 1; reviews (id, card, ease, interval, factor, kind)."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    for statement in TABLES:
        connection.execute(statement)
    conf = json.dumps({"schedVer": 2, "creationOffset": 0, "rollover": 4})
    kinds = json.dumps({str(model["id"]): model for model in models})
    connection.execute("INSERT INTO col VALUES (1,?,0,0,11,0,0,0,?,?,'{}','{}','{}')", (DAY_ONE, conf, kinds))
    for number, (guid, kind, tags, fields) in enumerate(notes, 1):
        connection.execute("INSERT INTO notes VALUES (?,?,?,0,0,?,?,'',0,0,'')",
                           (number, guid, kind, tags, "\x1f".join(fields)))  # fmt: skip
    for number, (note, place, columns) in enumerate(cards, 1):
        kept = {"mod": 0, "type": 0, "queue": 0, "due": number, "flags": 0, **columns}
        row = (number, note, place, *(kept[name] for name in ("mod", "type", "queue", "due", "flags")))
        connection.execute("INSERT INTO cards VALUES (?,?,1,?,?,0,?,?,?,0,0,0,0,0,0,0,?,'')", row)
    connection.executemany("INSERT INTO revlog VALUES (?,?,0,?,?,0,?,9000,?)", reviews)
    connection.commit()
    connection.close()
    return path


def apkg(path: Path, members: Mapping[str, bytes], media: Mapping[str, bytes] | None = None) -> Path:
    """A package of these members; media under the names that its map gives them."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)
        if media is not None:
            package.writestr("media", json.dumps({str(number): name for number, name in enumerate(media)}))
            for number, data in enumerate(media.values()):
                package.writestr(str(number), data)
    return path
