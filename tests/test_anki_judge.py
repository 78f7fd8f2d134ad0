"""What the real Anki makes of our packages, and we of its own. Needs `pip install '.[anki]'` and a C compiler."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import pytest
from phone import DAY, HOUR, MINUTE, Diary, Phone, hard_lowers_stability, left_out, offset_in, phone

from dlquiz import bank
from dlquiz.anki import import_reviews
from dlquiz.anki.export import ExportedDecks, ExportOptions, ExportResult, ReviewHistory, export
from dlquiz.anki.manifest import Manifest
from dlquiz.anki.package import reader
from dlquiz.cards import Card, Cloze, Hole, Open, Text
from dlquiz.review_log import History, Row
from dlquiz.scheduler import Entry, Instant, Model, State, day_of, replay

pytestmark = pytest.mark.anki

WEIGHTS = (0.3, 1.1, 2.5, 9.0, 6.2, 0.8, 3.0, 0.01, 1.8, 0.2, 0.8, 1.5, 0.06, 0.26, 1.6, 0.6, 1.9, 0.5, 0.1, 0.07, 0.16)
MODEL = Model(WEIGHTS, 0.87)
NOW = 1_795_187_000_000  # 2026-11-20, after both clock changes of the year
SECOND = 1000


def plain_cards(count: int) -> list[Card]:
    return [Card(f"card-{number:03}", "deck", Text(en=f"Question {number}?", zh=f"问题 {number}？"), Open(),
                 answer=Text(en="Answer.", zh="答案。")) for number in range(count)]  # fmt: skip


def states_of(rows: list[Row]) -> dict[str, State]:
    by_card: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (row.at, row.id)):
        by_card.setdefault(row.card or "", []).append(row)
    return {card: replay(card, [Entry(row.id, row.kind, row.day, row.rating, row.interval) for row in own], MODEL)
            for card, own in by_card.items()}  # fmt: skip


def packed(
    path: Path, cards: list[Card], rows: list[Row], manifest: Manifest, at: int = NOW, **options: Any
) -> ExportResult:
    ordered = sorted(rows, key=lambda row: (row.at, row.id))
    done = export(
        ExportedDecks(cards, {}),
        ReviewHistory(ordered, states_of(rows), {}, MODEL),
        manifest,
        Instant(at, 0),
        ExportOptions(**options),
    )
    path.write_bytes(done.data)
    return done


# ── the shipped bank in a fresh collection ───────────────────────────────────────────────────────────────────────


class SessionContext:
    """The real collection in this process, for what has nothing to do with time."""

    def __init__(self, path: Path) -> None:
        from anki.collection import Collection

        path.mkdir()
        self.col = Collection(str(path / "collection.anki2"))

    def load(self, package: Path) -> tuple[int, int, int, int]:
        from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

        options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True)
        log = self.col.import_anki_package(ImportAnkiPackageRequest(package_path=str(package), options=options)).log
        self.col.models._clear_cache()
        return len(log.new), len(log.updated), len(log.duplicate), len(log.conflicting)

    def faces(self) -> Iterator[tuple[str, str, str]]:
        for card in map(self.col.get_card, self.col.find_cards("")):
            rendered = card.render_output()
            yield card.note().fields[0], rendered.question_text, rendered.answer_text


@pytest.fixture
def context(tmp_path: Path) -> Iterator[SessionContext]:
    opened = SessionContext(tmp_path / "anki")
    yield opened
    opened.col.close()


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Card], dict[str, Text]]:
    with bank.open_bank([bank.shipped_questions()], tmp_path_factory.mktemp("cache")) as questions:
        return list(questions.all()), {deck.name: deck.title for deck in questions.decks()}


CODE = re.compile(r"<(code|pre)\b.*?</\1>", re.DOTALL)
FORMULA = re.compile(r"\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL)


@pytest.mark.parametrize("languages", [("en", "zh"), ("zh", "en"), ("zh",)], ids=["both", "chinese-first", "chinese"])
def test_shipped_bank_in_a_fresh_collection(
    tmp_path: Path, context: SessionContext, languages: tuple[Any, ...], shipped: tuple[list[Card], dict[str, Text]]
) -> None:
    cards, titles = shipped
    manifest = Manifest(tmp_path / "anki.db")
    options = ExportOptions(languages, variants=1)
    done = export(ExportedDecks(cards, titles), ReviewHistory(), manifest, Instant(NOW, 0), options)
    package = tmp_path / "all.apkg"
    package.write_bytes(done.data)
    families = sum(card.kind == "numeric" and bool(card.body.vary) for card in cards)  # type: ignore[union-attr]
    assert context.load(package) == (len(cards) + families, 0, 0, 0)
    names = {deck.name for deck in context.col.decks.all_names_and_ids()}
    assert names == {"Default", "DLQuiz"}
    assert context.col.find_notes("tag:dlq::variant")
    assert len(context.col.find_notes("tag:dlq::variant")) == families
    for card in cards[::7]:
        note = context.col.get_note(context.col.find_notes(f'"Key:{card.id}"')[0])
        assert f"dlq::deck::{card.deck}" in note.tags
        assert f"dlq::kind::{card.kind}" in note.tags
    for key, question, answer in context.faces():
        for side in (question, answer):
            assert "docs.ankiweb.net" not in side, key
            prose = FORMULA.sub("", CODE.sub("", side))
            # A dollar after a number is the unit of a price.
            assert not re.search(r"\*\*|`|@\{|\{\{|<script|(?<!\\)(?<!\d )\$", prose), (key, prose)
        # Hints and working are folded away; what is seen at once must say more on the back.
        shown, output = (re.sub(r"<details.*?</details>", "", side, flags=re.DOTALL) for side in (question, answer))
        assert len(output) > len(shown) or "cloze" in answer, key
        shown = re.sub(r'<div class="context">.*?</div>|<[^>]*>', "", shown)
        assert shown.strip(), f"{key} has an empty front"
    text, clean = context.col.fix_integrity()
    assert clean, text
    assert len(text.splitlines()) == 1, text
    assert not context.col.get_empty_cards().notes
    media = context.col.media.check()
    assert not media.missing
    assert not media.unused
    assert context.load(package) == (0, 0, len(cards) + families, 0)


def test_holes_of_formulas_survive(tmp_path: Path, context: SessionContext) -> None:
    r"""Braces of a formula do not end the hole: `\frac{a}{\sqrt{b}}`, two at the end, two colons."""
    tricky = [r"\frac{a}{\sqrt{b}}", r"a::b", r"x^{y^{z}}", r"{{a}}"]
    question = Text(en=r"$\frac{@{1}}{@{2}}$ and $$x^@{3}$$ and @{4} and `f(@{2})`, not {{c1::this}}")
    card = Card("tricky", "deck", question, Cloze(tuple(map(Hole, tricky))))
    packed(tmp_path / "x.apkg", [card], [], Manifest(tmp_path / "m.db"))
    context.load(tmp_path / "x.apkg")
    ((_, front, back),) = context.faces()
    shown = back.split("<hr id=answer>")[0].replace("<!-- -->", "")
    for hole in tricky:
        squeezed = re.sub(r"\s", "", shown.replace("&#125;", "}"))
        assert hole.replace(" ", "") in squeezed, hole
        assert hole.replace(" ", "") not in re.sub(r'\s|data-cloze="[^"]*"', "", front), hole
    assert "{c1::this}}" in back


# ── updates ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_second_export_updates_in_place_and_keeps_what_was_edited_there(
    tmp_path: Path, context: SessionContext
) -> None:
    cards, manifest = plain_cards(6), Manifest(tmp_path / "anki.db")
    package = tmp_path / "x.apkg"
    packed(package, cards, [], manifest)
    assert context.load(package) == (6, 0, 0, 0)
    mine = context.col.get_note(context.col.find_notes("Key:card-002")[0])
    mine["Answer"], mine.tags = "my own words", [*mine.tags, "mine"]
    context.col.update_note(mine)
    context.col.decks.rename(context.col.decks.id("DLQuiz"), "Interview")
    before = set(context.col.find_notes(""))
    # Elsewhere in the bank: a card is edited, one is new, one moved to another place.
    changed = [cards[0], cards[3], *plain_cards(8)[6:], Card("card-001", "deck", Text(en="Edited?"), Open(),
               answer=Text(en="Yes.")), cards[2], cards[4], cards[5]]  # fmt: skip
    packed(package, changed, [], manifest, NOW + 7 * DAY)
    assert context.load(package) == (2, 1, 5, 0)
    assert context.col.get_note(context.col.find_notes("Key:card-001")[0])["Question"] == "Edited?"
    kept = context.col.get_note(mine.id)
    assert kept["Answer"] == "my own words"
    assert "mine" in kept.tags
    assert set(context.col.find_notes("")) > before
    assert len(context.col.find_notes("")) == 8
    # The old cards follow the renamed deck; only new ones make the old name again.
    assert len(context.col.find_cards("deck:Interview")) == 6
    assert [one.name for one in context.col.models.all_names_and_ids() if "DLQuiz" in one.name] == ["DLQuiz"]
    assert context.load(package) == (0, 0, 8, 0)


def test_a_new_look_updates_the_note_type_without_forking_it(
    tmp_path: Path, context: SessionContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dlquiz.anki.package import notetypes

    cards, manifest = plain_cards(2), Manifest(tmp_path / "anki.db")
    packed(tmp_path / "x.apkg", cards, [], manifest)
    context.load(tmp_path / "x.apkg")
    monkeypatch.setattr(notetypes, "CSS", notetypes.CSS + ".new { color: red; }")
    packed(tmp_path / "x.apkg", cards, [], manifest, NOW + DAY)
    assert context.load(tmp_path / "x.apkg") == (0, 0, 2, 0)
    assert ".new" in context.col.models.by_name("DLQuiz")["css"]
    assert len(context.col.models.all_names_and_ids()) == 7


def test_a_renamed_card_stays_one_note(tmp_path: Path, context: SessionContext) -> None:
    cards, manifest = plain_cards(2), Manifest(tmp_path / "anki.db")
    packed(tmp_path / "x.apkg", cards, [], manifest)
    context.load(tmp_path / "x.apkg")
    renamed = [cards[0], Card("better-name", "deck", Text(en="Question 1?"), Open(), formerly=("card-001",))]
    past = ReviewHistory(previous_ids={"better-name": ("card-001",)}, model=MODEL)
    done = export(ExportedDecks(renamed, {}), past, manifest, Instant(NOW + DAY, 0))
    (tmp_path / "x.apkg").write_bytes(done.data)
    assert context.load(tmp_path / "x.apkg") == (0, 1, 1, 0)
    assert context.col.find_notes("Key:better-name")


def test_pictures_of_a_person_s_own_bank(tmp_path: Path, context: SessionContext) -> None:
    deck = tmp_path / "own" / "deck.yaml"
    (deck.parent / "pictures").mkdir(parents=True)
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" viewBox="0 0 9 9"><circle r="4"/></svg>'
    (deck.parent / "pictures" / "a curve.svg").write_text(svg)
    deck.write_text(
        "language: en\ncards:\n  - id: with-picture\n    kind: open\n    answer: Seen.\n"
        "    question: 'Look: ![a curve](<pictures/a curve.svg>) ![gone](gone.png)'\n"
    )
    cards, problems = bank.load([deck])
    assert len(cards) == 1, problems
    done = packed(tmp_path / "x.apkg", list(cards), [], Manifest(tmp_path / "m.db"))
    assert done.media == 1
    assert done.missing == ("with-picture: gone.png",)
    context.load(tmp_path / "x.apkg")
    ((_, front, _),) = context.faces()
    name = re.search(r'src="(dlq-[0-9a-f]{12}\.svg)" alt="a curve"', front)
    assert name
    assert context.col.media.have(name[1])
    assert not context.col.media.check().missing


# ── progress ─────────────────────────────────────────────────────────────────────────────────────────────────────


def differences(
    output: dict[str, Any], cards: list[Card], rows: list[Row], zone: str, now: int
) -> tuple[list[str], int]:
    """What Anki has otherwise than we do, card by card; and how many cards were left out of the comparison."""
    states, by_card = states_of(rows), {card.id: [row for row in rows if row.card == card.id] for card in cards}
    today, found, skipped = day_of(now, offset_in(zone, now)), list[str](), 0
    for card in cards:
        one, state = output[card.id], states.get(card.id)
        if left_out(by_card[card.id], zone, now):
            skipped += 1
            continue
        if state is None or state.memory is None:
            if one["type"] != 0 or one["memory"] is not None:
                found.append(f"{card.id}: learnt there, new here")
            continue
        assert state.due_day is not None
        if one["memory"] is None or one["replayed"] is None:
            found.append(f"{card.id}: no memory")
            continue
        (stability, difficulty), replayed = one["memory"], one["replayed"]
        if one["due"] - one["today"] != state.due_day - today:
            found.append(f"{card.id}: due {one['due'] - one['today']}, not {state.due_day - today}")
        if abs(stability - state.memory.stability) > max(0.002 * state.memory.stability, 0.00005):
            found.append(f"{card.id}: stability {stability}, not {state.memory.stability}")
        if abs(difficulty - state.memory.difficulty) > 0.001:
            found.append(f"{card.id}: difficulty {difficulty}, not {state.memory.difficulty}")
        if any(abs(there - here) > 1e-4 * max(1, here) for there, here in zip(replayed, state.memory, strict=True)):
            found.append(f"{card.id}: replayed {replayed}, not {state.memory}")
        ratings = [row.rating for row in sorted(by_card[card.id], key=lambda row: row.at) if row.kind == "review"]
        if [line[1] for line in one["log"] if line[1]] != ratings:
            found.append(f"{card.id}: other ratings")
        if (one["queue"] == -1) != state.suspended or bool(one["flag"]) != state.flagged:
            found.append(f"{card.id}: queue {one['queue']}, flag {one['flag']}")
    return found, skipped


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/Los_Angeles"])
@pytest.mark.parametrize("month", [4, 11])
def test_progress_is_exact(tmp_path: Path, zone: str, month: int) -> None:
    """320 random histories up to a day after each clock change; a new collection and one that is years old."""
    now = int(datetime(2026, month, 20, 15, tzinfo=ZoneInfo(zone)).timestamp()) * SECOND
    cards, diary = plain_cards(340), Diary(zone, MODEL, month)
    for card in cards[:320]:
        diary.history(card.id, now - int(diary.chance.uniform(30, 700) * DAY), now - HOUR)
    package = tmp_path / "x.apkg"
    done = packed(package, cards, diary.rows, Manifest(tmp_path / "m.db"), now)
    assert done.reviews > 1500
    made = now if month == 11 else now - 900 * DAY
    with phone(tmp_path / "phone", made, zone) as anki:
        anki("clock", at=now)
        assert anki("load", package=str(package))["new"] == len(cards)
        before = anki("cards")
        found, skipped = differences(before, cards, diary.rows, zone, now)
        assert not found, found[:5]
        assert skipped < (160 if hard_lowers_stability() else 60)
        anki("fsrs", on=True)
        after = anki("cards")
        found, _ = differences(after, cards, diary.rows, zone, now)
        assert not found, found[:5]
        moved = [
            key for key in after if (after[key]["due"], after[key]["log"]) != (before[key]["due"], before[key]["log"])
        ]
        assert not moved
        preset = anki("preset")
        assert preset["name"] == "DLQuiz"
        assert preset["desiredRetention"] == pytest.approx(0.87)
        assert preset["fsrsParams6"] == pytest.approx(list(WEIGHTS))
        text, clean = anki("check")
        assert clean, text
        assert len(text.splitlines()) == 1, text


# ── there and back ───────────────────────────────────────────────────────────────────────────────────────────────


class Machine:
    """Our side: a log, a manifest, a zone."""

    def __init__(self, directory: Path, zone: str, cards: list[Card]) -> None:
        directory.mkdir()
        self.zone, self.cards, self.directory = zone, cards, directory
        self.log = History.open(directory / "history.db", device="here", clock=lambda: Instant(NOW, 0), model=MODEL)

    def bring(self, path: Path) -> import_reviews.ImportedReviews:
        manifest = Manifest(self.directory / "anki.db")
        rows = self.log.rows(live_only=False)
        meant = import_reviews.targets([card.id for card in self.cards], {}, manifest)
        states = {state.card: state for state in self.log.states()}
        with reader.opened(path) as file:
            derived = import_reviews.derived(rows, manifest)
            imported = import_reviews.new_reviews(
                file,
                meant,
                manifest,
                import_reviews.OwnReviews(rows, states, derived=derived),
                lambda at: offset_in(self.zone, at),
            )
            if imported.rows:
                self.log.add(imported.rows)
            import_reviews.update_manifest(manifest, file, imported)
        manifest.save()
        return imported


class MachineMaker(Protocol):
    def __call__(self, name: str, zone: str, cards: list[Card]) -> Machine: ...


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[MachineMaker]:
    """Make machines whose logs are closed after the test."""
    with ExitStack() as logs:

        def make(name: str, zone: str, cards: list[Card]) -> Machine:
            made = Machine(tmp_path / name, zone, cards)
            logs.enter_context(made.log)
            return made

        yield make


def answered_there(anki: Phone, start: int, days: int, each: int) -> tuple[int, int]:
    """Days of study on the phone at different hours, with what people do besides: how many answers, and the end."""
    anki("fsrs", on=True)
    answers, at = 0, start
    for day in range(days):
        at = start + day * DAY + (day * 5 % 9) * HOUR
        anki("clock", at=at)
        answers += anki("answer", count=each, seed=day)
        at += each * 8 * SECOND + MINUTE
        anki("clock", at=at)
        if day == 1:
            anki("suspend", keys=["card-003", "card-050"])
            anki("flag", keys=["card-004", "card-051"], flag=3)
        if day == 2:
            anki("forget", keys=["card-005", "card-006"])
            anki("give_date", keys=["card-007", "card-008"], days="9")
            anki("unsuspend", keys=["card-050"])
        if day == 3:
            # Filtered decks: one that reschedules early, one that only looks.
            answers += anki("filtered", search="prop:due>1 is:review", reschedule=True, count=12, seed=1)
            assert anki("filtered", search="prop:due>1 is:review", reschedule=False, count=5, seed=2) > 0
            at += 10 * MINUTE
    return answers, at


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles"])
def test_there_and_back(machine: MachineMaker, tmp_path: Path, zone: str) -> None:
    """Study here, export, 200 answers and more on the phone in six days, every format back: states and rows equal."""
    cards, diary = plain_cards(240), Diary(zone, MODEL, 5)
    start = NOW - 2 * DAY
    for card in cards[:120]:
        diary.history(card.id, start - int(diary.chance.uniform(20, 200) * DAY), start - HOUR, resets=False)
    here = machine("here", zone, cards)
    here.log.add(diary.rows)
    manifest = Manifest(tmp_path / "here" / "anki.db")
    packed(tmp_path / "x.apkg", cards, diary.rows, manifest, start, new_per_day=40)
    manifest.save()
    files = []
    with phone(tmp_path / "phone", start, zone) as anki:
        anki("load", package=str(tmp_path / "x.apkg"))
        count, end = answered_there(anki, start, 6, 60)
        output = anki("cards")
        for legacy in (False, True):
            for kind in ("apkg", "colpkg"):
                files.append(anki("save", file=str(tmp_path / f"back-{legacy}.{kind}"), legacy=legacy))
    files.append(str(tmp_path / "phone" / "collection.anki2"))
    ours, exported = {row.at for row in diary.rows}, (tmp_path / "here" / "anki.db").read_bytes()
    first = here.bring(Path(files[0]))
    answers = [row for row in first.rows if row.kind == "review"]
    assert len(answers) == count >= 200
    assert first.unmatched == 0
    assert first.corrupt == 0
    assert {row.kind for row in first.rows} >= {"review", "cram", "reset", "due", "suspend", "flag", "unsuspend"}
    for file in files:
        again = here.bring(Path(file))
        assert not again.rows, (file, again.rows[:3])
    # Another machine that reads only one of the other files gets the very same log.
    for number, file in enumerate(files[1:]):
        other = machine(f"other-{number}", zone, cards)
        (other.directory / "anki.db").write_bytes(exported)
        other.log.add(diary.rows)
        other.bring(Path(file))
        assert other.log.rows() == here.log.rows()
    there = sorted(
        (line[0], key, line[1]) for key, card in output.items() for line in card["log"] if line[0] not in ours
    )
    back = sorted(
        (row.at, row.card, row.rating or 0) for row in first.rows if row.kind in ("review", "reset", "due", "cram")
    )
    assert back == there
    compare_states(here.log, output, zone, end)
    # To a new phone with all of it, the numbers of its reviews unchanged; to the old one nothing is news.
    rows = here.log.rows()
    done = packed(tmp_path / "again.apkg", cards, rows, Manifest(here.directory / "anki.db"), end, new_per_day=40)
    assert (done.new, done.changed, done.cancelled) == (0, 0, 0)
    with phone(tmp_path / "second", end, zone) as anki:
        assert anki("load", package=str(tmp_path / "again.apkg"))["new"] == len(cards)
        second = anki("cards")
    found, _ = differences(second, cards, rows, zone, end)
    assert not found, found[:4]
    same = {key: [line[:2] for line in card["log"] if line[4] != 3] for key, card in output.items()}
    assert {key: [line[:2] for line in card["log"]] for key, card in second.items() if card["log"]}.items() >= {
        key: log for key, log in same.items() if log and key not in with_filtered(output)
    }.items()


def with_filtered(output: dict[str, Any]) -> set[str]:
    """Cards answered in a filtered deck: those rows come back as plain reviews, or not at all."""
    return {key for key, card in output.items() if any(line[4] in (3, 5) for line in card["log"])}


def compare_states(log: History, output: dict[str, Any], zone: str, now: int) -> None:
    today, rows = day_of(now, offset_in(zone, now)), log.rows()
    unlike, skipped = [], 0
    for card, one in output.items():
        state = log.state(card) or State(card)
        own = [row for row in rows if row.card == card]
        if left_out(own, zone, now):
            skipped += 1
            continue
        assert bool(state.suspended) == (one["queue"] == -1), card
        assert bool(state.flagged) == bool(one["flag"]), card
        if state.memory is None:
            assert one["memory"] is None, card
            continue
        due = (
            one["due"] - one["today"]
            if one["due"] < 10**9
            else day_of(one["due"] * SECOND, offset_in(zone, now)) - today
        )
        stored, replayed = one["memory"], one["replayed"]
        # Anki goes on from rounded memory at each answer; its own replay, which does not, must be ours.
        steps = 1 + sum(row.device == "anki" for row in own)
        if (
            state.due_day != today + due
            or any(abs(a - b) > 1e-4 * max(1, b) for a, b in zip(replayed, state.memory, strict=True))
            or abs(stored[0] - state.memory.stability) > steps * max(0.002 * state.memory.stability, 0.00005)
            or abs(stored[1] - state.memory.difficulty) > 0.001 * steps
        ):
            unlike.append((card, state, one))
    assert not unlike, unlike[:2]
    assert skipped < len(output) / (2 if hard_lowers_stability() else 4)


def test_a_collection_that_is_open_is_reported(tmp_path: Path) -> None:
    from dlquiz.errors import DlquizError

    packed(tmp_path / "x.apkg", plain_cards(3), [], Manifest(tmp_path / "m.db"))
    collection = tmp_path / "phone" / "collection.anki2"
    with phone(tmp_path / "phone", NOW) as anki:
        anki("load", package=str(tmp_path / "x.apkg"))
        with pytest.raises(DlquizError, match="Anki has it open — close Anki"), reader.opened(collection):
            pass
    with reader.opened(collection) as file:
        assert file.connection.execute("SELECT count(*) FROM notes").fetchone() == (3,)


# ── somebody else's deck ─────────────────────────────────────────────────────────────────────────────────────────


def test_decks_made_in_anki_become_banks(tmp_path: Path, context: SessionContext) -> None:
    """Notes of the types Anki has, in all four formats and as the collection itself: one and the same bank."""
    from anki.collection import ExportAnkiPackageOptions

    from dlquiz.anki.import_deck import convert

    col = context.col
    png = tmp_path / "net work.png"
    png.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    name = col.media.add_file(str(png))
    written = [
        ("Basic", [f"What is \\(a<b\\)? <img src=\"{name}\">", "<b>less</b><br>than"]),
        ("Basic (and reversed card)", ["forward", "backward"]),
        ("Basic (optional reversed card)", ["one way", "only", ""]),
        ("Basic (type in the answer)", ["type it", "typed"]),
        ("Cloze", ["{{c1::Adam}} keeps {{c2::two::how many}} moments: \\[{{c1::m_t}}, v_t\\]", "Kingma"]),
    ]  # fmt: skip
    for kind, values in written:
        note = col.new_note(col.models.by_name(kind))
        note.fields, note.tags = list(values), ["optimiser::adam"]
        col.add_note(note, col.decks.id("Mine::Deep"))
    col.decks.select(col.decks.id("Mine::Deep"))
    for _ in range(4):
        card = col.sched.getCard()
        assert card is not None
        col.sched.answerCard(card, 3)
    files = []
    for legacy in (False, True):
        options = ExportAnkiPackageOptions(with_scheduling=True, with_media=True, legacy=legacy)
        files.append(str(tmp_path / f"x-{legacy}.apkg"))
        col.export_anki_package(out_path=files[-1], options=options, limit=None)
        files.append(str(tmp_path / f"x-{legacy}.colpkg"))
        col.export_collection_package(files[-1], include_media=True, legacy=legacy)
        col.reopen()
    files.append(col.path)
    col.close()
    found = []
    for file in files:
        with reader.opened(Path(file)) as opened:
            done = convert(opened, "mine")
            found.append(
                (done.yaml, done.images, import_reviews.reviews_of_deck(opened, done.cards, lambda at: 0).rows)
            )
    col.reopen()
    assert all(one == found[0] for one in found)
    text, images, rows = found[0]
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "mine-images").mkdir()
    for image, data in images.items():
        (tmp_path / "mine-images" / image).write_bytes(data)
    cards, problems = bank.load([tmp_path / "mine.yaml"])
    assert not [one for one in problems if one.severity == "error"], problems
    assert sorted(card.kind for card in cards) == ["cloze", "cloze", "open", "open", "open", "open", "open"]
    assert {card.question.en for card in cards} >= {"forward", "backward", "one way", "type it"}
    assert cards[0].answer is not None
    assert cards[0].answer.en == "**less**\nthan"
    assert list(images.values()) == [png.read_bytes()]
    assert len(rows) == 4
    assert {row.kind for row in rows} == {"review"}
    # And out again: the picture arrives in Anki once more.
    again = packed(tmp_path / "again.apkg", list(cards), [], Manifest(tmp_path / "m.db"))
    assert (again.media, again.missing) == (1, ())
