"""Packages, sheets and the interchange, as far as they can be judged without Anki."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phone import DAY, HOUR, Diary
from studying import Ran, environment, run_in, shipped_cards

from dlquiz import bank
from dlquiz.anki.card_html import ExportedCard, _step, fields
from dlquiz.anki.equation import equation
from dlquiz.anki.export import (
    ExportedDecks,
    ExportOptions,
    ExportResult,
    ReviewHistory,
    export,
    exported_instance,
    tags_of,
)
from dlquiz.anki.guid import guid
from dlquiz.anki.manifest import Manifest
from dlquiz.anki.mathjax import mathjax
from dlquiz.anki.package.notetypes import CSS, FIELDS, TYPED, notetypes
from dlquiz.anki.scheduling import CardLog, numbered, progress
from dlquiz.cards import Card, Choice, Cloze, Hole, Language, Numeric, Open, Option, Order, Point, Text
from dlquiz.export.json_data import Interchange, card_data, interchange
from dlquiz.export.tables import study_sheet, table
from dlquiz.kinds.drawing import fixed_order
from dlquiz.kinds.view import WorkingStep
from dlquiz.markup import html
from dlquiz.markup.html import render
from dlquiz.review_log import Row
from dlquiz.scheduler import Entry, Instant, Model, State, replay
from dlquiz.tracks import Track

NOW = 1_795_187_000_000
BOTH: tuple[Language, ...] = ("en", "zh")


def one_of_each() -> list[Card]:
    def text(en: str, zh: str) -> Text:
        return Text(en, zh)

    return [
        Card("open-one", "first", text("Why $a<b$ & `x[i]`?", "为什么 $a<b$？"), Open(),
             answer=text("Because\n\n```python\nreturn x  # done\n```", "因为"), level=1, tags=("one",),
             points=(Point(text("small", "小")), Point(text("**big**", "大"))), pitfall=text("costs $5", "小心"),
             references=("A & B 2020",)),
        Card("choice-one", "first", text("Which?", "哪个？"), Choice((
            Option(text("this", "这个"), True, text("it is", "对")),
            Option(text("that", "那个"), False, text("not", "错")),
            Option(text("none", "都不"), False))), answer=text("this", "这个")),
        Card("cloze-one", "first", text("$\\frac{@{1}}{@{2}}$, named @{3}", "$\\frac{@{1}}{@{2}}$，叫 @{3}"),
             Cloze((Hole("\\mu_{B}"), Hole("n"), Hole("mean")))),
        Card("order-one", "second", text("In order?", "排序？"),
             Order((text("one", "一"), text("two", "二"), text("three", "三")))),
        Card("numeric-one", "second", text("@{n} plus @{m}?", "@{n} 加 @{m}？"), Numeric(
            ask=(_asked(),), vary={"n": range(2, 40), "m": ("1", "0.5")}, value="n + m", unit="px",
            convention=text("counted once", "只算一次")), answer=text("add @{n}", "加上 @{n}")),
    ]  # fmt: skip


def _asked() -> Any:
    from dlquiz.cards import Asked

    return Asked("value")


def packed(
    cards: list[Card], manifest: Manifest, past: ReviewHistory = ReviewHistory(), at: int = NOW, **options: Any
) -> ExportResult:
    decks = ExportedDecks(cards, {"first": Text("First", "一")})
    return export(decks, past, manifest, Instant(at, 60), ExportOptions(**options))


@contextmanager
def database(data: bytes, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        (tmp_path / "collection.db").write_bytes(package.read("collection.anki2"))
    with closing(sqlite3.connect(tmp_path / "collection.db")) as connection:
        yield connection


def past_of(diary: Diary) -> ReviewHistory:
    rows = sorted(diary.rows, key=lambda row: (row.at, row.id))
    by_card: dict[str, list[Entry]] = {}
    for row in rows:
        by_card.setdefault(row.card or "", []).append(Entry(row.id, row.kind, row.day, row.rating, row.interval))
    return ReviewHistory(rows, {card: replay(card, own, Model()) for card, own in by_card.items()}, {})


def test_the_same_bank_log_and_manifest_give_the_same_bytes(tmp_path: Path) -> None:
    cards, diary = one_of_each(), Diary("UTC", Model(), 3)
    for card in cards:
        diary.history(card.id, NOW - 200 * DAY, NOW - HOUR)
    manifest = Manifest(tmp_path / "m.db")
    first = packed(cards, manifest, past_of(diary), variants=2)
    manifest.save()
    for later in (1, 3600, 10**6):
        again = packed(cards, Manifest(tmp_path / "m.db"), past_of(diary), NOW + later * 1000, variants=2)
        assert again.data == first.data
        assert (again.new, again.changed) == (0, 0)
    assert (first.new, first.notes) == (7, 7)


def test_only_what_changed_is_dated_again(tmp_path: Path) -> None:
    cards, manifest = one_of_each(), Manifest(tmp_path / "m.db")
    packed(cards, manifest)
    cards[0] = Card("open-one", "first", Text("Other?"), Open())
    done = packed(cards, manifest, at=NOW + DAY)
    with database(done.data, tmp_path) as db:
        dated = dict(db.execute("SELECT guid, mod FROM notes").fetchall())
    assert done.changed == 1
    assert {key for key, when in dated.items() if when == (NOW + DAY) // 1000} == {guid("open-one")}
    assert {when for key, when in dated.items() if key != guid("open-one")} == {NOW // 1000}


def test_fixed_values_stay_until_the_family_forbids_them(tmp_path: Path) -> None:
    card, manifest = one_of_each()[4], Manifest(tmp_path / "m.db")
    packed([card], manifest)
    drawn = manifest.notes[guid("numeric-one")].drawn
    assert drawn is not None
    assert isinstance(card.body, Numeric)
    assert exported_instance(card.body, drawn, "numeric-one").values == drawn
    other = {"n": drawn["n"] + 1 if drawn["n"] < 39 else 2, "m": "0.5"}
    assert dict(exported_instance(card.body, other, "numeric-one").values) == other
    for forbidden in ({"n": 90, "m": "0.5"}, {"n": 3, "m": "0.7"}, {"n": 3}, {"n": 3, "m": "x"}):
        assert dict(exported_instance(card.body, forbidden, "numeric-one").values) == drawn


@pytest.mark.parametrize("languages", [("en",), ("zh",), ("en", "zh"), ("zh", "en")], ids="-".join)
def test_faces_of_every_kind(
    tmp_path: Path, golden: Callable[[str, str], None], languages: tuple[Language, ...]
) -> None:
    out = []
    for card in one_of_each():
        instance = exported_instance(card.body, None, card.id) if isinstance(card.body, Numeric) else None
        filled = fields(ExportedCard(card.id, card, Text("First", "一"), instance), languages)
        out += [f"== {card.id}"] + [f"{name}: {value}" for name, value in zip(FIELDS, filled, strict=True) if value]
    golden(f"anki/faces-{'-'.join(languages)}.txt", "\n".join(out) + "\n")


def test_the_punctuation_of_a_formula_stays_on_its_line() -> None:
    """A browser may end a line on either side of a formula; the marks of Anki and of MathJax stay whole."""
    text = Text(r"The ($n$)-gram with $x$, and **$y$**; @{1}, or @{2}. See $z$ alone [$w$](https://a.b), `c` $v$")
    card = Card("c", "d", text, Cloze((Hole(r"\frac{1}{2}"), Hole("a word"))))
    question = dict(zip(FIELDS, fields(ExportedCard("c", card, Text("D")), ("en",)), strict=True))["Question"]
    assert question == (
        r'The <span class="unbroken">(\(n\))-gram</span> with <span class="unbroken">\(x\),</span> and '
        r'<span class="unbroken"><b>\(y\)</b>;</span> <span class="unbroken">{{c1::\(\frac{1}{2} \)::1}},</span> '
        r"or {{c1::a word::2}}. See \(z\) alone "
        r'<span class="unbroken"><a href="https://a.b">\(w\)</a>,</span> <code>c</code> \(v\)'
    )


def test_a_card_in_one_language_only_shows_that_one() -> None:
    card = Card("only-zh", "deck", Text(zh="问？"), Open(), answer=Text(zh="答"))
    filled = dict(zip(FIELDS, fields(ExportedCard("only-zh", card, Text(en="Deck")), BOTH), strict=True))
    assert (filled["Question"], filled["Language"], filled["Question_2"]) == ("问？", "zh-CN", "")


def test_note_types_are_frozen(golden: Callable[[str, str], None]) -> None:
    """Ids, names and order of fields and templates are for ever: Anki forks a note type when they change."""
    kept = [
        {"id": one["id"], "name": one["name"], "type": one["type"], "sortf": one["sortf"],
         "fields": [[field["ord"], field["name"], field["id"]] for field in one["flds"]],
         "templates": [[face["ord"], face["name"], face["id"]] for face in one["tmpls"]]}
        for one in notetypes()
    ]  # fmt: skip
    golden("anki/note-types.json", json.dumps(kept, indent=1) + "\n")


def test_nothing_in_a_package_is_a_script_or_comes_from_elsewhere() -> None:
    output = json.dumps(notetypes())
    assert not re.search(r"<script|javascript:|@import|https?:|url\(|onload", output, re.IGNORECASE)
    assert "nightMode" in CSS
    assert "max-width: 100%" in CSS


def test_hostile_text_is_shown_not_run() -> None:
    shown = render(
        "<img src=x onerror=alert(1)> [a](javascript:alert(1)) [sound:x.mp3] \\\\(x\\\\) {{c1::y}} <script>z</script>",
        mathjax,
    )
    assert "<img" not in shown
    assert "<script" not in shown
    assert "href" not in shown
    assert "[sound:" not in shown
    assert "\\(" not in shown
    assert "{{c1" not in shown


@given(st.text("ab$`*_\\[]()<>&{}@1:#\n-| ", max_size=50))
def test_any_card_text_becomes_balanced_html(markdown: str) -> None:
    shown = render(markdown, mathjax, lambda number, formula: f"<u>{number}</u>")
    stack = []
    for slash, name in re.findall(r"<(/?)([a-z0-9]+)[^<>]*?>", shown):
        if name in ("br", "hr", "img"):
            continue
        if not slash:
            stack.append(name)
        else:
            assert stack, shown
            assert stack.pop() == name, shown
    assert not stack


@given(st.text("abc-", min_size=1, max_size=20), st.integers(2, 7))
def test_a_shuffle_is_fixed_whole_and_never_the_given_order(key: str, count: int) -> None:
    order = fixed_order(key, count)
    assert sorted(order) == list(range(count)) != list(order)
    assert order == fixed_order(key, count)


# ── decks, order, tags, what is typed ────────────────────────────────────────────────────────────────────────────


def test_subdecks_are_named_by_topic_below_the_deck(tmp_path: Path) -> None:
    for subdecks, wanted in ((False, {"DLQuiz"}), (True, {"DLQuiz", "DLQuiz::First", "DLQuiz::second"})):
        done = packed(one_of_each(), Manifest(tmp_path / f"{subdecks}.db"), subdecks=subdecks)
        with database(done.data, tmp_path) as db:
            decks = {
                int(number): deck["name"]
                for number, deck in json.loads(db.execute("SELECT decks FROM col").fetchone()[0]).items()
            }
            used = dict(db.execute("SELECT n.sfld, c.did FROM cards c JOIN notes n ON n.id = c.nid").fetchall())
        assert set(decks.values()) == {"Default", *wanted}
        assert {decks[deck] for deck in used.values()} == (wanted - {"DLQuiz"} if subdecks else wanted)


def test_a_plan_changes_positions_and_nothing_else(tmp_path: Path) -> None:
    cards, manifest = one_of_each(), Manifest(tmp_path / "m.db")
    titles = {"first": Text("First", "一")}
    first = export(ExportedDecks(cards, titles), ReviewHistory(), manifest, Instant(NOW, 60))
    order = [cards[3].id, cards[1].id]
    planned = export(ExportedDecks(cards, titles, (), order), ReviewHistory(), manifest, Instant(NOW + DAY, 60))
    assert (planned.new, planned.changed) == (0, 0)
    with database(planned.data, tmp_path) as db:
        query = "SELECT n.flds, n.mod FROM cards c JOIN notes n ON n.id = c.nid ORDER BY c.due"
        found = [(fields.split("\x1f")[0], modified) for fields, modified in db.execute(query)]
    keys = [card.id for card in cards]
    assert [key for key, _ in found] == [*order, *(key for key in keys if key not in order)]
    assert {modified for _, modified in found} == {NOW // 1000}
    assert first.notes == len(found)


def test_tags_say_how_often_and_in_which_track_a_card_is_asked() -> None:
    card = Card("x-card", "attention", Text(en="?"), Open(), weight=5, tags=("rope",))
    llm = Track("llm", Text(en="LLM"), {"attention": 2.0}, {}, 0.5)
    vision = Track("vision", Text(en="Vision"), {"convolution": 2.0}, {"rope": 0.2})
    tags = tags_of(card, tracks=(llm, vision))
    assert {"dlq::weight::5", "dlq::track::llm"} <= set(tags)
    assert not any("vision" in tag for tag in tags)


@pytest.mark.parametrize(
    ("card", "typed"),
    [
        (Card("one-word", "d", Text(en="It is the @{1}."), Cloze((Hole("mean"),))), "mean"),
        (Card("two-words", "d", Text(en="@{1} and @{2}"), Cloze((Hole("a1"), Hole("b1")))), ""),
        (Card("a-formula", "d", Text(en="It is $@{1}$."), Cloze((Hole("\\mu"),))), ""),
        (Card("said-aloud", "d", Text(en="Why?"), Open(), answer=Text(en="So.")), ""),
        (one_of_each()[4], "16.5"),
    ],
    ids=lambda value: value.id if isinstance(value, Card) else "",
)
def test_numbers_and_single_words_are_typed(card: Card, typed: str) -> None:
    instance = exported_instance(card.body, None, card.id) if isinstance(card.body, Numeric) else None
    values = dict(zip(FIELDS, fields(ExportedCard(card.id, card, Text(en="D"), instance), ("en",)), strict=True))
    assert values[TYPED] == typed


def test_a_line_of_working_is_mathematics_where_it_can_be() -> None:
    assert equation("a - (b + c) * d / e // 2") == r"a - \frac{\left(b + c\right) \cdot d}{e} \mathbin{/\!/} 2"
    assert equation("sqrt(C / (6 · r)) = stage_3") == r"\sqrt{\frac{C}{6 \cdot r}} = \mathrm{stage\_3}"
    assert equation("2 layer norms of 2 · d") is None


@pytest.mark.parametrize(
    ("formula", "numbers", "shown"),
    [
        ("权重 + 偏置", "102760448 + 4096", "权重 + 偏置 = 102,760,448 + 4096 = 102,764,544 (102.8 M)"),
        ("前馈 · floor(N / 2)", "2 · floor(5 / 2)", "前馈 × ⌊N / 2⌋ = 2 × ⌊5 / 2⌋ = 102,764,544 (102.8 M)"),
        ("6 * N", "6 * 8000000000", r"\(6 \cdot N = 6 \cdot 8 \cdot 10^{9}\) = 102,764,544 (102.8 M)"),
    ],
)
def test_a_line_of_working_has_signs_and_readable_numbers(formula: str, numbers: str, shown: str) -> None:
    assert _step(WorkingStep("", formula, numbers, "102764544")) == f'<div class="step">{shown}</div>'


@given(st.text("ab12+-*/%()^,.· =[]", max_size=30))
def test_any_line_is_mathematics_or_text(line: str) -> None:
    latex = equation(line)
    assert latex is None or latex.count("{") == latex.count("}")


# ── progress ─────────────────────────────────────────────────────────────────────────────────────────────────────


def row(at: int, kind: str, rating: int | None = None, interval: int | None = None) -> Row:
    return Row(f"{at:026}", at, 0, "d", kind, "c", None, rating, interval=interval)


def stands(*rows: Row) -> Any:
    entries = [Entry(one.id, one.kind, one.day, one.rating, one.interval) for one in rows]
    log = CardLog(Model())
    for row in rows:
        log.add(row)
    return progress(replay("c", entries, Model()), log, rows[-1].day)


def test_first_rows_count_as_learning_resets_and_dates_are_manual() -> None:
    noon = NOW // DAY * DAY + 12 * HOUR
    output = stands(row(noon, "review", 1, 1), row(noon + 1, "review", 3, 2), row(noon + 2 * DAY, "review", 3, 9),
                  row(noon + 3 * DAY, "cram", 3), row(noon + 3 * DAY + 1, "drill", 3), row(noon + 4 * DAY, "reset"),
                  row(noon + 5 * DAY, "review", 4, 8), row(noon + 6 * DAY, "due", None, 3))  # fmt: skip
    assert [(one.ease, one.kind, one.interval, one.last) for one in output.log] == [
        (1, 0, 1, 0), (3, 2, 2, 1), (3, 1, 9, 2), (0, 4, 0, 9), (4, 0, 8, 0), (0, 4, 4, 8)]  # fmt: skip
    assert output.log[3].factor == 0
    assert output.log[5].factor > 0
    assert (output.kind, output.queue, output.due, output.interval, output.reviews) == (
        2,
        2,
        noon // DAY + 9,
        4,
        1,
    )


def test_asleep_and_flagged() -> None:
    noon = NOW // DAY * DAY + 12 * HOUR
    reviewed = row(noon, "review", 3, 2)
    assert stands(reviewed, row(noon + 1, "suspend")).queue == -1
    assert stands(reviewed, row(noon + 1, "bury")).queue == -3
    assert stands(reviewed, row(noon + 1, "bury"), row(noon + DAY, "flag")).queue == 2
    assert stands(row(noon, "suspend"), row(noon + 1, "flag"))[:2] == (0, -1)
    assert stands(row(noon, "suspend"), row(noon + 1, "flag")).flagged


def test_numbers_of_reviews_are_free_and_kept() -> None:
    noon = NOW // DAY * DAY
    log = tuple(stands(row(noon, "review", 3, 2)).log)
    twin = tuple(one._replace(source="other") for one in log)
    given_ = numbered({"g": log, "h": twin}, {})
    assert sorted(number for own in given_.values() for number, _ in own) == [noon, noon + 1]
    known = {number: (one.source, key) for key, own in given_.items() for number, one in own}
    late = tuple(one._replace(source="earlier", at=noon - 0) for one in log)
    again = numbered({"g": log, "h": twin, "i": late}, known)
    assert {key: again[key] for key in given_} == given_
    assert again["i"][0][0] == noon + 2


def test_what_was_undone_after_an_export_is_counted(tmp_path: Path) -> None:
    cards, diary, manifest = one_of_each()[:1], Diary("UTC", Model(), 1), Manifest(tmp_path / "m.db")
    diary.write(NOW - DAY, "review", "open-one", rating=3, interval=2)
    assert packed(cards, manifest, past_of(diary)).cancelled == 0
    assert packed(cards, manifest, ReviewHistory()).cancelled == 1


# ── sheets and interchange ───────────────────────────────────────────────────────────────────────────────────────


def test_interchange_reads_back_as_a_bank(tmp_path: Path) -> None:
    """A card of the interchange has the names of a card file: written as one, it is the same card."""
    cards = shipped_cards()[::10]
    found = json.loads("".join(interchange(Interchange({"first": Text("First")}, cards, [], []))))
    ids = {card.id for card in cards}
    for one in found["cards"]:
        one["then"] = [then for then in one.get("then", ()) if then in ids]
        one.pop("deck")
    # JSON is YAML, but in double quotes a card file knows fewer escapes.
    path = tmp_path / "all.yaml"
    path.write_text("cards:\n" + "".join(f"- {_yaml(one)}\n" for one in found["cards"]), encoding="utf-8")
    again, problems = bank.load([path])
    assert not [problem for problem in problems if problem.severity == "error"], problems[:3]
    for card, other in zip(cards, again, strict=True):
        assert card_data(other) | {"deck": card.deck, "then": []} == card_data(card) | {"then": []}


def test_the_pieces_of_an_interchange_are_laid_out_as_json_does(tmp_path: Path) -> None:
    cards = shipped_cards()[::50]
    rows = [
        Row("01", 1, 60, "laptop", "review", "a-card", rating=3, reply='2 "x"\n\x7f', seconds=0.1 + 0.2, undone=True)
    ]
    states = [State("a-card", stability=1e-7, difficulty=5.0, due_day=20_000, suspended=True)]
    for content in (Interchange({}, [], [], []), Interchange({"a": Text("A", "一")}, cards, states, rows * 3)):
        written = "".join(interchange(content))
        assert written == json.dumps(json.loads(written), ensure_ascii=False, indent=1) + "\n"


def _yaml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_yaml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_yaml, value)) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\u000A") + '"'
    return json.dumps(value)


def test_sheets(golden: Callable[[str, str], None]) -> None:
    cards = one_of_each()
    golden("anki/sheet.md", "".join(study_sheet(cards, {"first": Text("First", "一")}, BOTH)))
    lines = list(csv.DictReader(io.StringIO("".join(table(cards, {})))))
    assert [line["id"] for line in lines] == [card.id for card in cards]
    assert all(line["question_zh"] and line["reviews"] == "0" for line in lines)


def test_no_cell_of_a_table_is_a_formula() -> None:
    question = Text("+1?", "@1？")
    card = Card("plain-id", "=1+cmd", question, Open(), answer=Text("-x", "=y"), tags=("=2+3",))
    cells = list(csv.reader(io.StringIO("".join(table([card], {})))))[1]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@")]
    assert "'=1+cmd" in cells


SMALL = ("losses", "--variants", "1")


def run(*arguments: str, home: Path, now: str = "2026-11-20T12:00+08:00") -> Ran:
    return run_in(home, *arguments, DLQUIZ_NOW=now)


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "person"
    home.mkdir()
    monkeypatch.chdir(home)
    done = run("export", "anki", *SMALL, "--json", home=home)
    assert done.code == 0, done.errors
    first, facts = (home / "dlquiz.apkg").read_bytes(), json.loads(done.output)
    assert facts["notes"] > 10
    assert facts["new"] == facts["notes"]
    output = run("export", "anki", *SMALL, home=home, now="2027-01-01T12:00").output.splitlines()
    assert (home / "dlquiz.apkg").read_bytes() == first
    assert len(output) == 3
    assert "Import any learning progress" in output[1]
    assert "new to that Anki" in output[2]
    for wrong, code, match in (
        (("anki", "nodeck"), 1, "there is no deck 'nodeck'"),
        (("anki", "out.apkg"), 2, "'out.apkg' is the name of a file, not of a deck"),
        (("anki", "--lang", "fr"), 2, "en, zh or both"),
        (("anki", "ensembles", "-o", "no/such/place.apkg"), 1, "cannot write no/such/place.apkg"),
    ):  # fmt: skip
        refused = run("export", *wrong, home=home)
        assert refused.code == code
        assert match in refused.errors
        assert "Traceback" not in refused.errors
    piped = subprocess.run(
        [sys.executable, "-m", "dlquiz", "export", "anki", *SMALL, "-o", "-"], capture_output=True, cwd=home,
        env=os.environ | {"DLQUIZ_HOME": str(home), "DLQUIZ_NOW": "2026-11-20T12:00+08:00"}, timeout=120,
    )  # fmt: skip
    assert piped.stdout == first
    assert b"Import any learning progress" in piped.stderr
    assert not (home / "-").exists()
    read = run("import", "dlquiz.apkg", home=home)
    assert read.code == 0, read.errors
    assert "nothing new in dlquiz.apkg" in read.output
    refused = run("import", "nothing.apkg", home=home)
    assert (refused.code, "no such file" in refused.errors) == (1, True)
    assert json.loads(run("export", "json", "losses", home=home).output)["format"] == "dlquiz"
    for form in ("csv", "json", "markdown"):
        written = run("export", form, "losses", "-o", f"x.{form}", home=home)
        assert (written.code, written.output) == (0, "")
        assert re.fullmatch(rf"x\.{form}: \d+ cards\n", written.errors)
    assert (home / "x.csv").read_bytes().startswith(b"\xef\xbb\xbfid,deck")
    assert run("export", "markdown", "losses", "--lang", "zh", home=home).output.startswith("# ")


def texts_in(value: Any) -> list[str]:
    if isinstance(value, Text):
        return [words for words in value if words]
    if isinstance(value, Card):
        parts = [getattr(value, name) for name in value._fields]
        return [words for part in parts for words in texts_in(part)]
    return [words for part in value for words in texts_in(part)] if isinstance(value, tuple) else []


@pytest.mark.no_cover
def test_what_is_read_without_a_parser_is_read_as_the_parser_would(tmp_path: Path) -> None:
    from dlquiz import markup as text

    fast = 0
    every = [words for card in shipped_cards()[::4] for words in texts_in(card)]
    for words in every:
        if html._unmarked(words) is not None or html._PLAIN.fullmatch(words):
            (passage,) = text.blocks(words)
            assert render(words, mathjax) == html._Writer(mathjax, None, None).spans(passage.spans), words
            fast += 1
    assert len(every) > 1500
    assert fast > len(every) / 2


@given(st.text("ab1. -+>#_=~|&<\\`$*[](){}@\t中，", max_size=24))
def test_any_text_read_without_a_parser_is_read_as_the_parser_would(words: str) -> None:
    from dlquiz import markup as text

    if html._unmarked(words) is not None or html._PLAIN.fullmatch(words):
        passages = text.blocks(words)
        output = html._Writer(mathjax, None, None).spans(passages[0].spans) if passages else ""
        assert len(passages) <= 1
        assert render(words, mathjax) == output


def test_a_full_disk_is_said_where_a_package_is_made(tmp_path: Path) -> None:
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); "
        f"sys.argv = ['dlquiz', 'export', 'anki', 'losses', '-o', {str(tmp_path / 'out.apkg')!r}]; "
        "from dlquiz.cli import main; sys.exit(main())"
    )
    ran = subprocess.run([sys.executable, "-c", code], env=environment(tmp_path), capture_output=True, text=True)
    assert (ran.returncode, "Traceback" in ran.stderr) == (1, False), ran.stderr
    assert re.search(r"dlquiz: the package cannot be made in \S+: .+ — free some space on the disk", ran.stderr)
    assert not (tmp_path / "out.apkg").exists()
