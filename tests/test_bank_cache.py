"""The compiled bank gives what loading gives, notices every change, and is harmless however it is damaged."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from studying import compiled_questions, shipped_cards

from dlquiz import bank
from dlquiz.bank.cache import Bank
from dlquiz.bank.codec import decode, encode
from dlquiz.bank.deck_file import read_file
from dlquiz.bank.search import search
from dlquiz.cards import (
    HOLE_FORMS,
    Asked,
    Card,
    Choice,
    Cloze,
    FamilyMistake,
    Hole,
    Numeric,
    Open,
    Option,
    Order,
    Place,
    Point,
    Text,
)
from dlquiz.cli.context import open_bank
from dlquiz.database import SharedConnection, connect, transaction
from dlquiz.settings import Settings
from dlquiz.settings import read as read_settings

SHIPPED = bank.shipped_questions()


@pytest.fixture
def decks(tmp_path: Path) -> Path:
    folder = tmp_path / "decks"
    folder.mkdir()
    write(folder / "one.yaml", "first-card", "second-card")
    write(folder / "two.yaml", "third-card")
    return folder


def write(path: Path, *ids: str, extra: str = "") -> None:
    cards = "".join(
        f"  - {{id: {id}, kind: open, question: {{en: 'Why {id}?', zh: '{id} 为什么？'}}, answer: {{en: x, zh: y}},\n"
        f"     tags: [t-{id[0]}]{extra}}}\n"
        for id in ids
    )
    path.write_text(f"cards:\n{cards}", encoding="utf-8")


def opened(*paths: Path) -> Bank:
    return bank.open_bank(paths, paths[0].parent / "cache")


def ids(questions: Bank) -> list[str]:
    return [card.id for card in questions.all()]


# -- the same as loading -----------------------------------------------------------------------------------------------

words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
texts = st.builds(Text, st.none() | words, st.none() | words)
lists = st.lists(words, max_size=3).map(tuple)
trees = st.recursive(
    words | st.booleans() | st.integers(-9, 9),
    lambda below: st.lists(below, max_size=3).map(tuple) | st.dictionaries(words, below, max_size=3),
    max_leaves=6,
)
numerics = st.builds(
    Numeric,
    ask=st.lists(st.builds(Asked, words, st.none() | texts, st.none() | words, st.none() | words), max_size=2).map(
        tuple
    ),
    vary=st.dictionaries(
        words,
        st.builds(lambda low, more: range(low, low + 1 + more), st.integers(-99, 99), st.integers(0, 99))
        | lists
        | st.dictionaries(words, words, max_size=2),
        max_size=3,
    ),
    where=lists,
    calc=st.none() | st.dictionaries(words, trees, max_size=3),
    value=st.none() | words,
    mistakes=st.lists(st.builds(FamilyMistake, words, texts, st.none() | words), max_size=2).map(tuple),
    unit=words,
    tolerance=words,
    convention=st.none() | texts,
    working=st.none() | texts,
)
holes = st.builds(
    Hole, words, lists, st.none() | st.sampled_from(HOLE_FORMS), st.dictionaries(words, lists, max_size=2), lists
)
bodies = (
    st.just(Open()) | numerics
    | st.builds(Choice, st.lists(st.builds(Option, texts, st.booleans(), st.none() | texts), max_size=3).map(tuple))
    | st.builds(Order, st.lists(texts, max_size=3).map(tuple))
    | st.builds(Cloze, st.lists(holes, max_size=3).map(tuple))
)  # fmt: skip
cards = st.builds(
    Card,
    id=words,
    deck=words,
    question=texts,
    body=bodies,
    answer=st.none() | texts,
    points=st.lists(st.builds(Point, texts, lists, lists, st.booleans()), max_size=2).map(tuple),
    pitfall=st.none() | texts,
    level=st.integers(1, 3),
    weight=st.integers(1, 5),
    tags=lists,
    source=lists,
    references=lists,
    then=lists,
    formerly=lists,
    usual_seconds=st.none() | st.floats(1, 3600),
    figure=st.none() | st.dictionaries(words, trees, max_size=3),
    replaces=st.none() | words,
    checked=st.none() | words,
    draft=st.booleans(),
    place=st.builds(Place, words, st.integers(1, 9), st.integers(1, 9)),
)


@given(cards)
def test_a_card_survives_its_payload(card: Card) -> None:
    assert decode(encode(card), card.id, card.deck, card.place) == card


@pytest.mark.no_cover
@pytest.mark.parametrize("paths", [[SHIPPED], [SHIPPED / "pooling.yaml", SHIPPED / "norm.yaml"]], ids=len)
def test_the_compiled_shipped_bank_is_the_loaded_one(tmp_path: Path, paths: list[Path]) -> None:
    loaded, problems = bank.load(paths)
    for directory in [compiled_questions()] if paths == [SHIPPED] else [tmp_path, tmp_path]:
        with bank.open_bank(paths, directory) as questions:
            assert tuple(questions.all()) == loaded
            for kind in {card.kind for card in loaded}:
                assert list(questions.all(kind=kind)) == [card for card in loaded if card.kind == kind]
            assert questions.problems == problems
            assert [questions.card(card.id) for card in loaded] == list(loaded)
            assert questions.card("no-such-card") is None


def test_sql_sees_every_card_in_order() -> None:
    loaded = shipped_cards()
    with bank.open_bank([SHIPPED], compiled_questions()) as questions, closing(sqlite3.connect(":memory:")) as other:
        other.execute("attach ? as bank", (str(questions.cards_path),))
        rows = other.execute("select id, deck, kind, level, weight from bank.card order by position").fetchall()
        tags = other.execute("select card, tag from bank.tag order by card, tag").fetchall()
        follow = other.execute("select card, then_card from bank.follow").fetchall()
    assert rows == [(card.id, card.deck, card.kind, card.level, card.weight) for card in loaded]
    assert tags == sorted((card.id, tag) for card in loaded for tag in card.tags)
    assert set(follow) == {(card.id, then) for card in loaded for then in card.then}


# -- freshness ---------------------------------------------------------------------------------------------------------


def test_only_changed_files_are_read_again(decks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(path: Path) -> object:
        read.append(path.name)
        return read_file(path)

    monkeypatch.setattr("dlquiz.bank.compiled.rows.read_file", counted)
    opened(decks).close()
    opened(decks).close()
    assert read == ["one.yaml", "two.yaml"]
    write(decks / "two.yaml", "fourth-card")
    with opened(decks) as questions:
        assert ids(questions) == ["first-card", "second-card", "fourth-card"]
    write(decks / "three.yaml", "fifth-card")
    (decks / "one.yaml").unlink()
    with opened(decks) as questions:
        assert ids(questions) == ["fifth-card", "fourth-card"]
    assert read == ["one.yaml", "two.yaml", "two.yaml", "three.yaml"]


def dump(cache: Path) -> dict[str, list[tuple[object, ...]]]:
    """What the tables of a cache say, without the numbers that they give to cards and to problems."""
    tables = {
        "card": "select card.id, deck, position, card.kind, card.level, card.weight, card.content_hash,"
        " card.usual_seconds, own, file, place from card join part on number = part order by position",
        "part": "select file, place, card, line, column, kind, level, weight, content_hash, tags, usual_seconds,"
        " payload, crc from part order by file, place",
        "draft": "select draft.id, deck, position, file, place from draft join part on number = part order by position",
        **{name: f"select * from {name} order by 1, 2" for name in ("deck", "tag", "former", "follow", "problem")},
        "file": "select name, position, outline from file order by name",
    }
    with closing(sqlite3.connect(cache)) as connection:
        return {name: connection.execute(sql).fetchall() for name, sql in tables.items()}


MORE = [", weight: 4", ", tags: [t, u]", ", then: [c-card]", ", draft: true", ", level: 3",
        ", formerly: [z-card]", ", replaces: c-card", ", pitfall: {en: other}", ", nope: 1"]  # fmt: skip


def cards_of(*ids: str) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Cards of a file by their ids, most of them plain: links and problems have the whole bank arranged again."""
    more = st.sampled_from([""] * 30 + MORE)
    return st.lists(st.tuples(st.sampled_from(ids), more), min_size=1, max_size=4, unique_by=lambda card: card[0])


BANKS = st.tuples(cards_of("a-card", "b-card", "c-card", "z-card"), cards_of("c-card", "d-card", "e-card"))


def added(*, before: str = "", after: str = "", elsewhere: str = "") -> dict[str, object]:
    """One card more in the first file, beside one that may change its standing or be replaced in the second."""
    two = [("d-card", ""), *([("c-card", elsewhere)] if elsewhere else [])]
    one = [("a-card", "")] if elsewhere else []
    return {"before": ([*one, ("c-card", before)], two), "both": False, "blank": False,
            "after": ([*one, ("c-card", after), ("b-card", after)], two)}  # fmt: skip


@settings(max_examples=40, deadline=None)
@example(**added())
@example(**added(before=", draft: true"))
@example(**added(after=", draft: true"))
@example(**added(elsewhere=", replaces: c-card"))
@given(before=BANKS, after=BANKS, both=st.booleans(), blank=st.booleans())
def test_a_changed_bank_is_compiled_as_a_new_one(
    tmp_path_factory: pytest.TempPathFactory,
    before: tuple[list[tuple[str, str]], ...],
    after: tuple[list[tuple[str, str]], ...],
    both: bool,
    blank: bool,
) -> None:
    """Whatever is changed in one file or in both, what is updated in place is what compiling from nothing gives."""
    place = tmp_path_factory.mktemp("changed")
    folder = place / "decks"
    folder.mkdir()
    # Where all files have changed nothing is updated in place.
    write(folder / "unchanged.yaml", "first-card", "second-card")
    for state in (before, after):
        for name, cards in zip(("one", "two"), state, strict=True):
            lines = [
                f"  - {{id: {id}, kind: open, question: {{en: 'Why?'}}, answer: {{en: x}}{more}}}" for id, more in cards
            ]
            text = "\n".join([f"deck: {name}", *([""] if blank and state is after else []), "cards:", *lines])
            if state is before or both or name == "one":
                (folder / f"{name}.yaml").write_text(text + "\n", encoding="utf-8")
        with bank.open_bank([folder], place / "cache") as updated:
            changed = updated.cards_path
        assert changed.parent == place / "cache", "it could not be updated"
    with bank.open_bank([folder], place / "fresh") as made:
        fresh = made.cards_path
    assert dump(changed) == dump(fresh)


def test_a_search_finds_what_has_changed_since_the_last_one(decks: Path) -> None:
    with opened(decks) as compiled:
        assert search(compiled, "second") == ["second-card"]
    write(decks / "one.yaml", "first-card", "second-card", extra=", pitfall: {en: zebra}")
    with opened(decks) as compiled:
        assert search(compiled, "zebra") == ["first-card", "second-card"]
        assert search(compiled, "zebra third") == []
        assert search(compiled, "two") == ["third-card"]
    (decks / "two.yaml").rename(decks / "three.yaml")
    with opened(decks) as compiled:
        assert search(compiled, "two") == []
        assert search(compiled, "three") == ["third-card"]


def test_the_words_of_a_search_are_no_patterns(decks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bank, "_rebuild", lambda self: pytest.fail("a word is no damage of the cache"))
    write(decks / "two.yaml", "third-card", extra=", pitfall: {en: '50%_a c:\\temp'}")
    with opened(decks) as compiled:
        for word in ("%", "_", "\\", "50%_a", "50%a", "0__", "c%d", "为什么", "why", "p\\", "x" * 60_000):
            found = [id for id, _ in compiled.searchable([word], lambda card: repr(card).lower())]
            assert found == [card.id for card in compiled.all() if word in repr(card).lower()], word[:9]


def test_words_that_are_spelled_right_are_those_of_the_cards(decks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(decks / "one.yaml", "first-card", extra=", pitfall: {en: Normalisation contains Convergence or a mean}")
    with opened(decks) as questions:
        assert {"normalization", "contains", "convergence", "mean"} <= set(questions.lexicon().words)
    write(decks / "one.yaml", "first-card", extra=", pitfall: {en: Gradients}")
    with opened(decks) as questions:
        assert "gradients" in questions.lexicon().words
        assert "convergence" not in questions.lexicon().words
    # Of a file that has very many the commonest are kept.
    monkeypatch.setattr("dlquiz.bank.compiled.rows.MOST_WORDS", 1)
    write(decks / "one.yaml", "first-card", extra=", pitfall: {en: rare often often often often often often}")
    (decks / "two.yaml").unlink()
    with opened(decks) as questions:
        assert questions.lexicon().words == ("often",)


def test_a_search_goes_on_without_a_cache_that_another_program_holds(
    decks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlquiz.database.NOTICE_SECONDS", 0.01)
    monkeypatch.setattr("dlquiz.bank.cache.SEARCH_BUSY_SECONDS", 0.01, raising=False)
    with opened(decks) as compiled:
        path = compiled.cards_path

    def too_long() -> None:
        pytest.fail("a search that can go on waits")

    with (
        closing(sqlite3.connect(path, isolation_level=None)) as writer,
        bank.open_bank([decks], path.parent, on_wait=too_long) as compiled,
    ):
        writer.execute("begin immediate")
        assert search(compiled, "second") == search(compiled, "second") == ["second-card"]


def test_another_set_of_banks_reads_only_what_no_cache_has(decks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(path: Path) -> object:
        read.append(path.name)
        return read_file(path)

    monkeypatch.setattr("dlquiz.bank.compiled.rows.read_file", counted)
    own = decks.parent / "own.yaml"
    write(own, "own-card", "second-card")
    opened(decks).close()
    write(decks / "two.yaml", "fourth-card")
    read.clear()
    with opened(decks, own) as questions:
        assert read == ["two.yaml", "own.yaml"]
        loaded, problems = bank.load([decks, own])
        assert (tuple(questions.all()), questions.problems) == (loaded, problems)
        assert problems


@pytest.mark.parametrize(
    "sql", ["update part set payload = '[]'", "update meta set value = 'older'", "drop table part"]
)
def test_a_cache_that_cannot_be_trusted_lends_nothing(decks: Path, sql: str) -> None:
    with opened(decks) as questions:
        path = questions.cards_path
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(sql)
    own = decks.parent / "own.yaml"
    write(own, "own-card")
    with opened(decks, own) as questions:
        assert tuple(questions.all()) == bank.load([decks, own])[0]


def test_a_change_of_the_same_size_in_the_same_instant_is_seen(decks: Path) -> None:
    opened(decks).close()
    looked = (decks / "two.yaml").stat()
    write(decks / "two.yaml", "thirt-card")
    assert (decks / "two.yaml").stat().st_size == looked.st_size
    os.utime(decks / "two.yaml", ns=(looked.st_atime_ns, looked.st_mtime_ns))
    with opened(decks) as questions:
        assert ids(questions)[-1] == "thirt-card"


def test_another_version_reads_everything_again(decks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output: list[int] = []
    bank.open_bank([decks], decks.parent / "cache").close()
    bank.open_bank([decks], decks.parent / "cache", lambda done, total: output.append(done)).close()
    assert output == []
    monkeypatch.setattr("dlquiz.bank.cache._version", lambda: "another")
    with bank.open_bank([decks], decks.parent / "cache", lambda done, total: output.append(done)) as questions:
        assert len(ids(questions)) == 3
    assert len(output) == 2


def test_a_file_that_is_gone_takes_its_cards_along(decks: Path) -> None:
    opened(decks).close()
    (decks / "one.yaml").unlink()
    with opened(decks) as questions:
        assert ids(questions) == ["third-card"]


def test_progress_is_reported_in_bytes(decks: Path, tmp_path: Path) -> None:
    output: list[tuple[int, int]] = []
    bank.open_bank([decks], tmp_path, lambda done, total: output.append((done, total))).close()
    total = sum(path.stat().st_size for path in decks.iterdir())
    assert output == [((decks / "one.yaml").stat().st_size, total), (total, total)]


def test_a_warm_bank_needs_no_yaml(tmp_path: Path) -> None:
    code = """
        import sys; from pathlib import Path; from dlquiz import bank
        held = bank.open_bank([bank.shipped_questions() / "pooling.yaml"], Path(sys.argv[1]))
        cards = held.ids(); held.card(cards[0]); held.decks(); held.tags(); held.previous_ids(); held.resolve(cards[0])
        print(sorted({"yaml", "difflib", "tempfile", "dlquiz.bank.deck_file", "dlquiz.expressions"} & set(sys.modules)))
    """
    run = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)]
    assert "yaml" in subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout == "[]\n"


# -- damage ------------------------------------------------------------------------------------------------------------


def test_a_deleted_cache_is_made_again(decks: Path) -> None:
    with opened(decks) as questions:
        path = questions.cards_path
    path.unlink()
    with opened(decks) as questions:
        assert len(ids(questions)) == 3


@pytest.mark.parametrize("damage", [b"", b"not a database", b"SQLite format 3\x00" + bytes(3000)])
def test_a_corrupt_cache_is_made_again(decks: Path, damage: bytes) -> None:
    with opened(decks) as questions:
        path = questions.cards_path
    path.write_bytes(damage)
    with opened(decks) as questions:
        assert len(ids(questions)) == 3
        assert questions.cards_path == path


def test_a_cache_that_another_program_holds_is_read_elsewhere_and_not_replaced(
    decks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlquiz.bank.cache.BUSY_SECONDS", 0.1)
    with opened(decks) as questions, closing(sqlite3.connect(questions.cards_path)) as browser:
        before = (path := questions.cards_path).stat()
        browser.execute("BEGIN EXCLUSIVE")
        assert len(ids(questions)) == 3
        assert questions.cards_path != path
        browser.execute("ROLLBACK")
        assert path.stat() == before
    with opened(decks) as questions:
        assert questions.cards_path == path
        assert len(ids(questions)) == 3


def test_drafts_of_killed_processes_go_after_a_day(decks: Path) -> None:
    cache_dir = decks.parent / "cache"
    cache_dir.mkdir()
    for name, days in (("bank-0123abcd.sqlite.99", 2), ("bank-0123abcd.sqlite.99-journal", 2),
                       ("bank-0123abcd.sqlite.98", 0.5), ("bank-0123abcd.sqlite", 9)):  # fmt: skip
        (cache_dir / name).touch()
        then = (cache_dir / name).stat().st_mtime - days * 86_400
        os.utime(cache_dir / name, (then, then))
    with bank.open_bank([decks], cache_dir) as questions:
        made = questions.cards_path.name
    assert {path.name for path in cache_dir.iterdir()} == {made, "bank-0123abcd.sqlite", "bank-0123abcd.sqlite.98"}


def test_a_cache_with_flipped_bytes_never_gives_a_wrong_card(decks: Path) -> None:
    loaded, _ = bank.load([decks])
    with opened(decks) as questions:
        path = questions.cards_path
    whole = path.read_bytes()
    for at in range(0, len(whole), 701):
        corrupt = bytearray(whole)
        corrupt[at : at + 8] = bytes(255 - byte for byte in corrupt[at : at + 8])
        path.write_bytes(corrupt)
        with opened(decks) as questions:
            found = [questions.card(card.id) for card in loaded]
        assert all(one is None or one == card for one, card in zip(found, loaded, strict=True))
        assert sum(one is not None for one in found) >= 2


def test_a_payload_that_changed_on_disk_is_read_from_the_file_again(decks: Path) -> None:
    with opened(decks) as questions:
        path = questions.cards_path
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("update part set payload = replace(payload, 'Why', 'How')")
    with opened(decks) as questions:
        card = questions.card("first-card")
        assert card is not None
        assert card.question.en == "Why first-card?"


def test_a_cache_directory_that_cannot_be_written(decks: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with bank.open_bank([decks], tmp_path / "file" / "cache") as questions:
        assert len(ids(questions)) == 3
        temporary = questions.cards_path
        assert temporary.is_file()
    assert not temporary.exists()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="POSIX permissions")
def test_a_read_only_cache_serves_what_is_fresh(decks: Path, tmp_path: Path) -> None:
    with opened(decks) as questions:
        path = questions.cards_path
    path.chmod(stat.S_IREAD)
    path.parent.chmod(stat.S_IREAD | stat.S_IEXEC)
    try:
        with opened(decks) as questions:
            assert len(ids(questions)) == 3
        write(decks / "two.yaml", "third-card", "sixth-card")
        with opened(decks) as questions:
            assert len(ids(questions)) == 4
    finally:
        path.parent.chmod(stat.S_IRWXU)


def test_four_processes_at_once(decks: Path, tmp_path: Path) -> None:
    code = """
        import sys; from pathlib import Path; from dlquiz import bank
        held = bank.open_bank([Path(sys.argv[1])], Path(sys.argv[2]))
        print(len(held.ids()), held.cards_path.parent.name)
    """
    for number in range(20):
        shutil.copy(decks / "one.yaml", decks / f"more-{number}.yaml")
        write(decks / f"more-{number}.yaml", f"card-{number}-a", f"card-{number}-b")
    running = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code), str(decks), str(tmp_path / "shared")],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    assert {process.communicate(timeout=120)[0] for process in running} == {"43 shared\n"}


@pytest.mark.parametrize(("held", "changed"), [("exclusive", False), ("immediate", True)])
def test_who_waits_for_another_process_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], held: str, changed: bool
) -> None:
    """For one that writes its cards, and before one's own are written; then a cache of one's own is made."""
    user_settings = a_home(tmp_path, monkeypatch)
    with open_bank(user_settings) as questions:
        cache = questions.cards_path
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("dlquiz.bank.cache.BUSY_SECONDS", 0.1)
    monkeypatch.setattr("dlquiz.database.NOTICE_SECONDS", 0.02)
    if changed:
        write(tmp_path / "questions" / "two.yaml", "second-card")
    with closing(sqlite3.connect(cache, isolation_level=None)) as holder:
        holder.execute(f"begin {held}")
        with open_bank(user_settings) as questions:
            assert len(ids(questions)) == 1 + changed
    waiting = (
        f"dlquiz: waiting for the compiled questions in {user_settings.cache_dir}, which another dlquiz is using\n"
    )
    assert capsys.readouterr().err == waiting


def a_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of a person whose only bank, the shipped one too, is the directory of their own cards."""
    (home / "questions").mkdir()
    write(home / "questions" / "one.yaml", "first-card")
    monkeypatch.setenv("DLQUIZ_HOME", str(home))
    monkeypatch.setattr("dlquiz.bank.shipped_questions", lambda: home / "questions")
    return read_settings()


# -- across files ------------------------------------------------------------------------------------------------------


def test_an_override_takes_the_place_of_its_card(decks: Path) -> None:
    own = decks.parent / "own"
    own.mkdir()
    write(own / "overrides.yaml", "first-card", extra=", replaces: first-card, weight: 5")
    with opened(own, decks) as questions:
        assert ids(questions) == ["first-card", "second-card", "third-card"]
    with opened(decks, own) as questions:
        card = questions.card("first-card")
        assert ids(questions) == ["first-card", "second-card", "third-card"]
        assert card is not None
        assert (card.deck, card.weight, card.replaces) == ("one", 5, "first-card")
        assert card.place is not None
        assert card.place.file.endswith("overrides.yaml")
        assert questions.problems == ()


def test_lineages_are_transitive_and_former_ids_resolve(decks: Path) -> None:
    write(decks / "two.yaml", "third-card", extra=", formerly: [older-card]")
    write(decks / "zoo.yaml", "third-card", extra=", formerly: [oldest-card], replaces: third-card")
    write(decks / "yes.yaml", "split-card", extra=", formerly: [older-card]")
    with opened(decks) as questions:
        assert questions.previous_ids() == {"third-card": ("older-card", "oldest-card"), "split-card": ("older-card",)}
        assert questions.resolve("older-card") == "third-card"
        assert questions.resolve("first-card") == "first-card"
        assert questions.resolve("never-card") is None


def test_lists_for_completion(decks: Path) -> None:
    write(decks / "two.yaml", "third-card", "theirs-card")
    with opened(decks) as questions:
        assert questions.ids("the") == ["theirs-card"]
        assert questions.ids("th") == ["third-card", "theirs-card"]
        assert [(deck.name, deck.cards) for deck in questions.decks()] == [("one", 2), ("two", 2)]
        assert questions.tags() == {"t-t": 2, "t-f": 1, "t-s": 1}


@pytest.mark.slow
def test_a_card_of_twenty_thousand_compiles_as_fast_as_one_of_the_shipped(tmp_path: Path) -> None:
    from time import process_time

    def seconds_per_card(directory: Path, name: str) -> float:
        started = process_time()
        with bank.open_bank([directory], tmp_path / name) as questions:
            return (process_time() - started) / len(questions.ids())

    few = seconds_per_card(SHIPPED, "few")
    sources = [path.read_text(encoding="utf-8") for path in SHIPPED.glob("*.yaml")]
    (tmp_path / "many").mkdir()
    written = copies = 0
    while written < 20_000:
        for number, source in enumerate(sources):
            body = source.replace("- id: ", f"- id: n{copies}-").replace("then: [", "tags: [")
            (tmp_path / "many" / f"deck-{copies}-{number}.yaml").write_text(
                "\n".join(
                    line for line in body.splitlines() if not line.lstrip().startswith("tags: [") or "tags" in line
                )
            )
            written += source.count("- id: ")
        copies += 1
    assert seconds_per_card(tmp_path / "many", "cache") < 2 * few


def test_what_a_full_disk_says_is_not_hidden_by_the_rollback(tmp_path: Path) -> None:
    """SQLite ends the transaction itself on some errors; a full disk must not look like a damaged cache."""

    def write(connection: SharedConnection) -> None:
        with transaction(connection):
            connection.execute("rollback")
            raise sqlite3.OperationalError("database or disk is full")

    with (
        closing(connect(tmp_path / "cache.sqlite", 1.0, None)) as connection,
        pytest.raises(sqlite3.OperationalError, match="disk is full"),
    ):
        write(connection)
