"""Reviews that come back from Anki, foreign decks that become banks, and files that mean harm; no Anki needed."""

from __future__ import annotations

import io
import os
import sqlite3
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import anki_files
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz import bank
from dlquiz import markup as text
from dlquiz.anki import import_reviews
from dlquiz.anki.frame import without_frame
from dlquiz.anki.guid import guid
from dlquiz.anki.html_to_markdown import markdown
from dlquiz.anki.import_deck import ConvertedDeck, convert, opened_holes
from dlquiz.anki.manifest import ExportedNote, Manifest
from dlquiz.anki.package import reader
from dlquiz.cli import main
from dlquiz.errors import DlquizError
from dlquiz.files import zstandard
from dlquiz.review_log import Event, History, Row
from dlquiz.scheduler import Instant, Model

DAY, HOUR = 86_400_000, 3_600_000
START = 1_790_000_000_000 // DAY * DAY + 12 * HOUR
LEARN, REVIEW, RELEARN, FILTERED, MANUAL, MOVED = range(6)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[History]:
    with History.open(tmp_path / "h.db", device="here", clock=lambda: Instant(START, 0), model=Model()) as log:
        yield log


def bring(
    log: History,
    path: Path,
    cards: Sequence[str],
    manifest: Manifest,
    previous_ids: dict[str, tuple[str, ...]] | None = None,
) -> import_reviews.ImportedReviews:
    log.reconcile(previous_ids or {})
    meant = import_reviews.targets(cards, previous_ids or {}, manifest)
    rows = log.rows(live_only=False)
    states = {state.card: state for state in log.states()}
    with reader.opened(path) as file:
        own = import_reviews.OwnReviews(rows, states, previous_ids or {}, import_reviews.derived(rows, manifest))
        imported = import_reviews.new_reviews(file, meant, manifest, own, lambda at: 0)
        if imported.rows:
            log.add(imported.rows)
        import_reviews.update_manifest(manifest, file, imported)
    return imported


def ours(path: Path, lines: Sequence[tuple[int, int, int, int, int, int]], *cards: dict[str, Any]) -> Path:
    """A collection with our cards a-card and b-card (numbers 1 and 2), and a stranger's (number 3)."""
    notes = [
        (guid("a-card"), 7, "", ["a-card", "x"]),
        (guid("b-card"), 7, "", ["b-card", "x"]),
        ("?", 7, "", ["q", "a"]),
    ]
    columns = [*cards, {}, {}, {}][:3]
    return anki_files.collection(path, notes, [(place, 0, one) for place, one in enumerate(columns, 1)], lines)


@pytest.mark.parametrize("section", ["<![ if IE]>", "<![x[words]]>", "<![if !IE]>", "<![<b>"])
def test_a_section_that_no_browser_knows_is_no_error(section: str) -> None:
    assert markdown(f"before {section} behind").endswith("behind")
    template = f"<div>{{{{Front}}}}</div>{section}"
    assert without_frame(template, front=True) == template


def test_reviews_come_once_and_say_what_they_were(log: History, tmp_path: Path) -> None:
    lines = [
        (START, 1, 3, -600, 0, LEARN), (START + 600_000, 1, 3, 3, 500, LEARN),
        (START + 3 * DAY, 1, 1, -600, 600, REVIEW),
        (START + 3 * DAY + 600_000, 1, 3, 2, 600, RELEARN),
        (START + 4 * DAY, 1, 2, 2, 0, FILTERED), (START + 4 * DAY + 1, 1, 3, 5, 600, FILTERED),
        (START + 5 * DAY, 1, 0, 7, 600, MOVED), (START + 6 * DAY, 2, 0, 30, 600, MANUAL),
        (START + 6 * DAY + 2, 2, 0, 0, 0, MANUAL),
        # Of the stranger's two rows one is an answer.
        (START + 5, 3, 3, 1, 500, LEARN), (START + 6, 3, 0, 7, 500, MANUAL),
    ]  # fmt: skip
    # Review 5 of a-card: its due day stands on the card itself, two days after the last row.
    due = START // DAY + 7 - anki_files.DAY_ONE // 86_400
    path = ours(tmp_path / "c.anki2", lines, {"type": 2, "queue": 2, "due": due})
    manifest = Manifest(tmp_path / "m.db")
    imported = bring(log, path, ["a-card", "b-card"], manifest)
    kinds = [(row.card, row.kind, row.rating, row.interval) for row in log.rows()]
    assert kinds == [
        ("a-card", "review", 3, 0), ("a-card", "review", 3, 3), ("a-card", "review", 1, 0), ("a-card", "review", 3, 2),
        ("a-card", "cram", 2, None), ("a-card", "review", 3, 5), ("a-card", "due", None, 2),
        ("b-card", "due", None, 30), ("b-card", "reset", None, None),
    ]  # fmt: skip
    assert (imported.unmatched, imported.unmatched_notes, imported.undated, imported.corrupt) == (1, 1, 1, 0)
    assert [row.origin for row in log.rows()] == [f"anki:{line[0]}" for line in lines[:-2]]
    assert log.rows()[0].seconds == 9.0
    assert log.rows()[0].device == "anki"
    before = log.rows(live_only=False)
    assert not bring(log, path, ["a-card", "b-card"], manifest).rows
    assert not bring(log, path, ["a-card", "b-card"], Manifest(tmp_path / "none.db")).rows
    assert log.rows(live_only=False) == before
    state = log.state("a-card")
    assert state is not None
    assert state.due_day == (START + 5 * DAY) // DAY + 2
    assert not log.verify()


def test_a_row_that_was_cancelled_here_stays_cancelled(log: History, tmp_path: Path) -> None:
    manifest = Manifest(tmp_path / "m.db")
    mine = log.record(Event("review", "a-card", 3))
    raised = log.record(Event("review", "b-card", 3))
    log.undo()
    log.undo()
    path = ours(tmp_path / "c.anki2", [(START, 1, 3, 2, 500, LEARN), (START + 1, 2, 3, 2, 500, LEARN)])
    # The second has the same instant; an export gave it the next number, which the manifest knows, or it is derived.
    assert mine.id < raised.id
    assert not bring(log, path, ["a-card", "b-card"], manifest).rows
    manifest.reviews[START + 1] = (raised.id, guid("b-card"))
    assert not bring(log, path, ["a-card", "b-card"], manifest).rows
    assert log.state("a-card") is None


def test_renamed_cards_and_variants_find_their_way(log: History, tmp_path: Path) -> None:
    path = ours(tmp_path / "c.anki2", [(START, 1, 3, 2, 500, LEARN), (START + 1, 2, 4, 2, 500, LEARN)])
    manifest = Manifest(tmp_path / "m.db")
    manifest.notes[guid("b-card")] = ExportedNote(guid("b-card"), "family", 2, "", 0, 1)
    bring(log, path, ["new-name", "family"], manifest, {"new-name": ("a-card",)})
    assert [(row.card, row.kind, row.rating) for row in log.rows()] == [
        ("new-name", "review", 3),
        ("family", "drill", 4),
    ]


def test_suspended_and_flagged_only_where_anki_changed_it(log: History, tmp_path: Path) -> None:
    manifest = Manifest(tmp_path / "m.db")
    log.record(Event("suspend", "b-card"))
    for card in ("a-card", "b-card"):
        manifest.notes[guid(card)] = ExportedNote(guid(card), card, 0, "", 0, 1, None, card == "b-card", False)
    now = START // 1000
    there = ours(tmp_path / "c.anki2", [], {"queue": -1, "flags": 9, "mod": now + 5}, {"queue": -1, "mod": now + 6})
    assert [row.kind for row in bring(log, there, ["a-card", "b-card"], manifest).rows] == ["flag", "suspend"]
    assert not bring(log, there, ["a-card", "b-card"], manifest).rows
    there = ours(tmp_path / "c.anki2", [], {"queue": 0, "flags": 8, "mod": now + 9}, {"queue": 0, "mod": now + 9})
    assert [row.kind for row in bring(log, there, ["a-card", "b-card"], manifest).rows].count("unsuspend") == 2
    # Suspended here later: what Anki shows is not news.
    log.record(Event("suspend", "a-card"))
    assert not bring(log, there, ["a-card", "b-card"], manifest).rows


def test_the_manifest_comes_back_as_it_was_and_is_reported_when_broken(tmp_path: Path) -> None:
    manifest = Manifest(tmp_path / "m.db")
    manifest.notes["g"] = ExportedNote("g", "card", 2, "c", 5, 6, {"n": 7, "b": "fp16"}, True, False)
    manifest.reviews[5] = ("row", "g")
    manifest.save()
    again = Manifest(tmp_path / "m.db")
    assert (again.notes, again.notetypes, again.reviews) == (manifest.notes, manifest.notetypes, manifest.reviews)
    (tmp_path / "m.db").write_bytes(b"SQLite format 3\0" + os.urandom(500))
    with pytest.raises(DlquizError, match=r"m\.db cannot be read.*move it away"):
        Manifest(tmp_path / "m.db")


# ── foreign decks ────────────────────────────────────────────────────────────────────────────────────────────────


def foreign(path: Path) -> ConvertedDeck:
    with reader.opened(path) as file:
        return convert(file, "my deck")


def test_a_foreign_deck_becomes_a_bank(tmp_path: Path) -> None:
    notes = [
        ("g1", 7, " Stats::bayes leech ",
         [r"What is \(p &lt; q\)? <img src='a b.png'><script>alert(1)</script>",
          "<b>Bayes</b>:<br>\\[\\frac{a}{b}\\]<ul><li>one</li><li>two*</li></ul>5 $ [sound:x.mp3]"]),
        ("g2", 8, "", [r"The {{c1::mean::greek}} is \({{c2::\mu_{x} }}\) and {{c1::<i>never</i>}} 中",
                       "see <a href='https://example.org/a'>here</a>"]),
        ("g3", 7, "", ["", "empty front"]),
    ]  # fmt: skip
    cards = [(1, 0, {}), (1, 1, {}), (2, 0, {}), (2, 1, {}), (3, 0, {"queue": -1, "mod": START // 1000})]
    collection = anki_files.collection(tmp_path / "c.anki2", notes, cards, [(START, 3, 3, 2, 500, LEARN)])
    path = anki_files.apkg(tmp_path / "x.apkg", {"collection.anki2": collection.read_bytes()}, {"a b.png": b"\x89PNG"})
    done = foreign(path)
    (tmp_path / "out.yaml").write_text(done.yaml, encoding="utf-8")
    found, problems = bank.load([tmp_path / "out.yaml"])
    assert not [one for one in problems if one.severity == "error"], problems
    first, back, mean, formula = found
    assert first.question.en is not None
    assert "What is $p < q$?" in first.question.en
    assert "script" not in done.yaml
    assert "alert" not in done.yaml
    assert first.answer is not None
    assert first.answer.en == "**Bayes**:\n\n$$\\frac{a}{b}$$\n\n- one\n- two\\*\n\n5 \\$"
    assert back.question.en == first.answer.en
    assert first.tags == ("stats-bayes",)
    assert mean.question.en == r"The @{1} (greek) is $\mu_{x}$ and @{2} 中"
    assert [hole.answer for hole in mean.body.holes] == ["mean", "never"]  # type: ignore[union-attr]
    assert mean.answer is not None
    assert mean.answer.en == "see [here](https://example.org/a)"
    assert formula.question.en == r"The mean is $@{1}$ and *never* 中"
    assert [hole.answer for hole in formula.body.holes] == [r"\mu_{x}"]  # type: ignore[union-attr]
    ((name, data),) = done.images.items()
    assert data == b"\x89PNG"
    assert f"![image](my-deck-images/{name})" in first.question.en
    assert done.left_out == ["1 cards with an empty front"]
    with reader.opened(path) as file:
        imported = import_reviews.reviews_of_deck(file, done.cards, lambda at: 0)
    assert [(row.card, row.rating) for row in imported.rows] == [(mean.id, 3)]
    assert foreign(path).cards == done.cards


def model(number: int, fields: str, front: str, back: str, cloze: bool = False) -> dict[str, Any]:
    names = [{"name": name, "ord": place} for place, name in enumerate(fields.split())]
    face = {"name": "Card 1", "ord": 0, "qfmt": front, "afmt": back}
    return {"id": number, "name": f"M{number}", "type": int(cloze), "flds": names, "tmpls": [face]}


LINE = "{{FrontSide}}<hr id=answer>"


@pytest.mark.parametrize(
    ("kind", "fields", "question", "answer"),
    [
        (model(11, "Q A", "{{Q}} {{type:A}}", LINE + "{{type:A}}"), ["Letter?", "L"], "Letter?", "L"),
        (model(12, "Q A", "<div>My deck</div><div>Question: {{Q}}</div><script>x</script><!-- {{Q}} -->",
               LINE + "Answer: {{A}}<div>foot</div><button>Show</button>"), ["Why?", "So."], "Why?", "So."),
        (model(13, "Q A H", "<div>In French:</div>{{Q}} {{hint:H}}", LINE + "{{A}}"), ["cat", "chat", "ch…"],
         "In French:\ncat", "chat\n\nch…"),
        (model(14, "Q A", "<p>Deck</p><p>{{Q}}</p>", "<p>Deck</p><p>{{Q}}</p><br>{{A}}"), ["Why?", "So."],
         "Why?", "So."),
        (model(15, "T Text", "<div>{{T}}</div>{{cloze:Text}}", "{{cloze:Text}}<div>foot</div>", cloze=True),
         ["Loss", "the {{c1::mean}}"], "Loss\nthe @{1}", ""),
        (model(16, "Q A H", "{{Q}} {{hint:H}}", LINE + "<p>{{A}}</p><p>Here</p>"), ["cat", "chat", "ch…"],
         "cat", "chat\n\nch…"),
        (model(17, "Text H", "{{cloze:Text}} {{hint: H}}", "{{cloze:Text}}", cloze=True),
         ["the {{c1::mean}}", "not max"], "the @{1}", "not max"),
    ],
)  # fmt: skip
def test_the_frame_of_a_template_is_no_part_of_a_card(
    tmp_path: Path, kind: dict[str, Any], fields: list[str], question: str, answer: str
) -> None:
    collection = anki_files.collection(
        tmp_path / "c.anki2", [("g", kind["id"], "", fields)], [(1, 0, {})], models=[kind]
    )
    path = anki_files.apkg(tmp_path / "x.apkg", {"collection.anki2": collection.read_bytes()})
    (tmp_path / "out.yaml").write_text(foreign(path).yaml, encoding="utf-8")
    ((card,), problems) = bank.load([tmp_path / "out.yaml"])
    assert not [one for one in problems if one.severity == "error"], problems
    assert (card.question.en, card.answer.en if card.answer else "") == (question, answer)


@settings(max_examples=15)
@given(
    st.text(st.characters(codec="utf-8"), max_size=80), st.text(st.characters(codec="utf-8"), min_size=1, max_size=80)
)
def test_any_text_survives_as_yaml_and_markdown(
    tmp_path_factory: pytest.TempPathFactory, front: str, back: str
) -> None:
    """Whatever people wrote, the file reads back without a problem, and the words are still there."""
    from html import escape

    directory = tmp_path_factory.mktemp("any")
    fields = [escape("q" + front.replace("\x1f", "")), escape(back.replace("\x1f", ""))]
    path = anki_files.collection(directory / "c.anki2", [("g", 7, "", fields)], [(1, 0, {})])
    done = foreign(path)
    out = directory / "out.yaml"
    out.write_text(done.yaml, encoding="utf-8")
    found, problems = bank.load([out])
    assert len(found) == 1, (problems, done.yaml)
    assert not [one for one in problems if one.severity == "error"], problems


@given(st.text("{}c1:: ab", max_size=60))
def test_holes_of_any_text(source: str) -> None:
    text, holes = opened_holes(source, 1)
    assert all(text.count(chr(0xE000 + place)) <= 1 for place in range(len(holes)))
    assert len(text) <= len(source) + 2 * len(holes) + 3 * source.count("::")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "x<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>y",
            "x\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\ny",
        ),
        ("<table>\n<tr>\n<td>a<br>b</td> <td>c|d</td>\n</tr></table>", "| a b | c\\|d |\n| --- | --- |"),
        (r"<table><tr><td>norm<tr><td>\[|x|\]</table>", "| norm |\n| --- |\n| $\\vert x\\vert $ |"),
        ("<table><tr><td><table><tr><td>n<td>m</table><td>z</table>", "| n m | z |\n| --- | --- |"),
    ],
)
def test_a_table_stays_a_table(html: str, expected: str) -> None:
    assert markdown(html) == expected
    assert "table" in [passage.kind for passage in text.blocks(markdown(html))]


@given(st.text("<>/abpreduli \n&;\\()[]$`*", max_size=80))
def test_html_of_any_kind_is_read(html: str) -> None:
    assert "<script" not in markdown(html)


# ── files that mean harm ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("repeated", "expected"), [("<!--", "<div>"), ("?", "{{Front}}")])
def test_a_long_template_is_read_in_linear_time(repeated: str, expected: str) -> None:
    """A search begun again at each sign would take minutes."""
    assert without_frame(f"<div>{repeated * 20_000}a</div>{{{{Front}}}}", front=True) == expected


def read_all(path: Path) -> None:
    manifest = Manifest(path.parent / "m.db")
    with reader.opened(path) as file:
        convert(file, "out")
        meant = import_reviews.targets(["a-card", "b-card"], {}, manifest)
        import_reviews.new_reviews(file, meant, manifest, import_reviews.OwnReviews(), lambda at: 0)


def refused(path: Path, match: str) -> None:
    before = sorted(path.parent.rglob("*"))
    with pytest.raises(DlquizError, match=match) as output:
        read_all(path)
    assert "\n" not in str(output.value)
    assert sorted(path.parent.rglob("*")) == before


def test_what_is_no_anki_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "x.apkg").write_bytes(b"hello")
    refused(tmp_path / "x.apkg", "neither an Anki package")
    (tmp_path / "empty.apkg").write_bytes(b"")
    refused(tmp_path / "empty.apkg", "neither an Anki package")
    refused(tmp_path / "none.apkg", "no such file")
    (tmp_path / "directory").mkdir()
    refused(tmp_path / "directory", "it is a directory")
    refused(anki_files.apkg(tmp_path / "y.apkg", {"readme": b"x"}), "holds no collection")
    refused(anki_files.apkg(tmp_path / "z.apkg", {"collection.anki2": b"not a database"}), "not a database")
    refused(
        anki_files.apkg(tmp_path / "b.apkg", {"collection.anki21b": b"\x28\xb5\x2f\xfd" + os.urandom(90)}), "damaged"
    )


def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused(anki_files.apkg(tmp_path / "zip.apkg", {"collection.anki2": bytes(80 << 20)}), "unpacks to over")
    zstd = zstandard()
    packed = zstd.compress(bytes(200 << 20))
    refused(anki_files.apkg(tmp_path / "zstd.apkg", {"collection.anki21b": packed}), "unpacks to over")
    monkeypatch.setattr(reader, "LARGEST", 1000)
    good = ours(tmp_path / "c.anki2", [])
    refused(anki_files.apkg(tmp_path / "big.apkg", {"collection.anki2": good.read_bytes()}), "unpacks to over")


@pytest.mark.parametrize("script", [
    "DROP TABLE revlog",
    "DROP TABLE revlog; CREATE VIEW revlog AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT i id, 1 cid, 3 ease, 1 ivl, 0 lastIvl, 0 factor, 0 time, 0 type FROM n",
    "DROP TABLE notes; CREATE VIRTUAL TABLE notes USING fts5(id, guid, mid, tags, flds)",
    "DROP TABLE revlog; CREATE TABLE revlog (id integer primary key, cid, ease as (randomblob(1000000000)), ivl,"
    " lastIvl, factor, time, type)",
    "ALTER TABLE notes RENAME COLUMN flds TO other",
])  # fmt: skip
def test_databases_that_are_not_as_anki_makes_them(tmp_path: Path, script: str) -> None:
    path = ours(tmp_path / "c.anki2", [(START, 1, 3, 1, 500, LEARN)])
    with closing(sqlite3.connect(path)) as connection:
        try:
            connection.executescript(script)
        except sqlite3.OperationalError as error:
            pytest.skip(f"this SQLite cannot make it: {error}")
    refused(path, "no table|not as Anki makes it")


def test_damaged_bytes_never_raise_anything_else(tmp_path: Path) -> None:
    """400 packages and databases with some bytes changed or the end cut off: read, or refused in one sentence."""
    from random import Random

    chance = Random(4)
    lines = [(START + place, 1 + place % 3, 3, 1, 500, REVIEW) for place in range(200)]
    good = ours(tmp_path / "c.anki2", lines).read_bytes()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("collection.anki2", good)
        package.writestr("media", '{"0": "x.png"}')
        package.writestr("0", b"x")
    output = 0
    for number in range(400):
        data = bytearray(good if number % 2 else buffer.getvalue())
        for _ in range(chance.randrange(1, 40)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        cut = len(data) if chance.random() < 0.7 else chance.randrange(len(data))
        path = tmp_path / "spoiled"
        path.write_bytes(data[:cut])
        try:
            read_all(path)
        except DlquizError:
            output += 1
    assert 50 < output < 400


def test_rows_of_wrong_types_are_counted_not_taken(log: History, tmp_path: Path) -> None:
    path = ours(tmp_path / "c.anki2", [(START, 1, 3, 1, 500, LEARN)])
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO revlog VALUES (?, 1, 0, 'three', 1, 0, 500, 9, 1)", (START + 1,))
    connection.execute("INSERT INTO revlog VALUES (?, 1, 0, 3, x'00ff', 0, 500, 9, 1)", (START + 2,))
    connection.execute("INSERT INTO revlog VALUES (-5, 1, 0, 3, 1, 0, 500, 9, 1)")
    connection.execute("INSERT INTO revlog VALUES (?, 1, 0, 3, 1, 0, 500, 9, 1)", (2**62,))
    connection.execute("INSERT INTO revlog VALUES (?, 1, 0, 3, ?, 0, 500, -9, 1)", (START + 3, 2**60))
    connection.execute("UPDATE cards SET mod = 'soon', flags = 'red' WHERE id = 2")
    connection.execute("UPDATE notes SET flds = x'ff00fe', guid = 5 WHERE id = 3")
    connection.commit()
    connection.close()
    imported = bring(log, path, ["a-card", "b-card"], Manifest(tmp_path / "m.db"))
    assert imported.corrupt == 4
    assert [(row.at, row.interval, row.seconds) for row in log.rows()] == [(START, 1, 9.0), (START + 3, 36_500, None)]


def test_names_in_a_package_choose_no_place_on_this_machine(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    names = {
        "../../evil.png": b"1",
        "/etc/evil.png": b"2",
        "C:\\evil.png": b"3",
        "a\x00.png": b"4",
        "x" * 400 + ".png": b"5",
    }
    html = " ".join(f'<img src="{name}">' for name in names)
    path = anki_files.collection(inside / "c.anki2", [("g", 7, "", [html, "a"])], [(1, 0, {})])
    done = foreign(anki_files.apkg(inside / "x.apkg", {"collection.anki2": path.read_bytes()}, names))
    assert all(name == Path(name).name and name.endswith(".png") and len(name) == 16 for name in done.images)
    assert "evil" not in done.yaml
    with reader.opened(path) as file:
        assert file.media("../x.png") is None
        assert file.media("/etc/passwd") is None


def test_a_note_type_without_a_number_has_no_cards(tmp_path: Path) -> None:
    path = anki_files.collection(
        tmp_path / "c.anki2", [("g", 7, "", ["q", "a"])], [(1, 0, {})], models=[{**anki_files.BASIC, "id": "²"}]
    )
    assert foreign(path).cards == {}


def test_endless_work_is_cut_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_STEPS", 0)
    lines = [(START + place, 1, 3, 1, 500, REVIEW) for place in range(60_000)]
    refused(ours(tmp_path / "c.anki2", lines), "far too long")


def test_a_collection_that_was_not_closed_properly_is_read_whole(tmp_path: Path) -> None:
    """What is still in the write-ahead log counts; the files stay as they are."""
    from shutil import copyfile

    path = ours(tmp_path / "c.anki2", [(START, 1, 3, 1, 500, LEARN)])
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("INSERT INTO revlog VALUES (?, 1, 0, 3, 4, 0, 500, 9, 1)", (START + DAY,))
    connection.commit()
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for name in ("c.anki2", "c.anki2-wal"):
        copyfile(tmp_path / name, crashed / name)
    connection.close()
    before = {file.name: file.read_bytes() for file in crashed.iterdir()}
    assert len(before["c.anki2-wal"]) > 1000
    with reader.opened(crashed / "c.anki2") as file:
        assert file.connection.execute("SELECT count(*) FROM revlog").fetchone() == (2,)
    assert {file.name: file.read_bytes() for file in crashed.iterdir() if not file.name.endswith("-shm")} == before


def test_rows_are_ours_to_the_letter(log: History, tmp_path: Path) -> None:
    """An imported row's id is made from its source, as the log's contract says."""
    from hashlib import sha256

    from dlquiz.review_log.ids import ulid

    bring(log, ours(tmp_path / "c.anki2", [(START, 1, 3, 4, 500, LEARN)]), ["a-card"], Manifest(tmp_path / "m.db"))
    (row,) = log.rows()
    identity = ulid(START, sha256(f"anki:{START}:1".encode()).digest()[:10])
    assert row == Row(identity, START, 0, "anki", "review", "a-card", None, 3, None, None, None, 9.0, None, None, None,
                      4, f"anki:{START}", False)  # fmt: skip


@pytest.mark.parametrize("option", ["--dry-run", "--reworded", "--habit=F1", "--lang=en"])
@pytest.mark.parametrize("target", [[], ["--as-bank", "deck.yaml"]])
def test_options_for_notes_are_refused_with_a_file_of_anki(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: str,
    target: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    ours(tmp_path / "c.anki2", [(START, 1, 3, 4, 500, LEARN)])
    monkeypatch.setattr("sys.argv", ["dlquiz", "import", "c.anki2", option, *target])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    assert f"{option.partition('=')[0]} is for notes" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["c.anki2"]
