"""What a card file may say beside its texts: drafts, months of checking, workings, kinds of points and holes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studying import START, Clock, compiled_questions, context
from test_bank_cli import dlquiz

from dlquiz import bank, numeric
from dlquiz.bank.checks.report import check_bank
from dlquiz.bank.codec import encode, fingerprint
from dlquiz.cards import Card, Cloze, Hole, Numeric, Point, Text
from dlquiz.export.json_data import card_data
from dlquiz.grading.open_answer import keywords
from dlquiz.grading.open_answer.cue_rows import matches
from dlquiz.grading.open_answer.phrases import Reply
from dlquiz.messages.study import Phrases
from dlquiz.render.study import StudyPage
from dlquiz.review_log import History, Selection
from dlquiz.scheduler import Instant
from dlquiz.thesaurus import ThesaurusEntry
from dlquiz.tracks import Track

__all__ = ["dlquiz"]

DECK = """\
title: {en: Small, zh: 小}
cards:
  - id: ready-card
    kind: open
    question: {en: Why is it normalised?, zh: 为什么要归一化？}
    answer: {en: So that it trains faster., zh: 这样训练更快。}
    then: [later-card]
    checked: 2026-11
  - id: later-card
    kind: open
    question: {en: What is left to say?, zh: 还有什么可说的？}
    tags: [unwritten]
    draft: true
  - id: plain-card
    kind: numeric
    question: {en: "He initialisation with fan-in @{f}?", zh: "fan-in 为 @{f} 的 He 初始化？"}
    vary: {f: [50, 200, 800]}
    value: sqrt(2 / f)
    working: {en: 'the root of two over the fan-in, $\\sqrt{2 / @{f}}$', zh: '二除以 fan-in 再开方，$\\sqrt{2 / @{f}}$'}
    mistakes:
      - {value: 2 / f, cure: {en: take the root, zh: 要开方}}
      - {value: sqrt(1 / f), cure: {en: half of them are off, zh: 一半为零}}
    tolerance: 1 %
"""


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    path = tmp_path / "bank" / "small.yaml"
    path.parent.mkdir()
    path.write_text(DECK, encoding="utf-8")
    return path


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The deck as the whole bank of the commands."""
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    monkeypatch.setattr(bank, "shipped_questions", lambda: shipped)
    path = Path(os.environ["DLQUIZ_HOME"]) / "questions" / "small.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(DECK, encoding="utf-8")
    return path


def loaded(path: Path) -> dict[str, Card]:
    cards, problems = bank.load([path])
    assert not problems, problems
    return {card.id: card for card in cards}


# -- drafts ------------------------------------------------------------------------------------------------------------


def test_a_draft_is_in_no_list_of_the_bank_but_its_own(deck: Path, tmp_path: Path) -> None:
    asked = ["ready-card", "plain-card"]
    assert list(loaded(deck)) == asked
    with bank.open_bank([deck], tmp_path / "cache") as questions:
        assert [card.id for card in questions.all()] == questions.ids() == asked
        assert [row.cards for row in questions.decks()] == [2]
        assert "unwritten" not in questions.tags()
        assert questions.card("later-card") is None
        assert questions.resolve("later-card") is None
        assert [card.id for card in questions.drafts()] == ["later-card"]
        draft = questions.draft("later-card")
        assert draft is not None
        assert (draft.draft, draft.deck, draft.kind) == (True, "small", "open")
        assert questions.draft("ready-card") is None
        assert questions.problems == ()


def test_a_draft_is_asked_when_it_is_none_any_more(deck: Path, tmp_path: Path) -> None:
    bank.open_bank([deck], tmp_path / "cache").close()
    deck.write_text(DECK.replace("draft: true", "answer: {en: Nothing.}"), encoding="utf-8")
    with bank.open_bank([deck], tmp_path / "cache") as questions:
        assert "later-card" in questions.ids()
        assert questions.drafts() == []


def test_a_deck_of_drafts_alone_is_no_deck(deck: Path, tmp_path: Path) -> None:
    deck.write_text(DECK.partition("  - id: ready-card")[0] + "  - {id: one-card, kind: open, question: {en: Why?}, "
                    "draft: true}\n", encoding="utf-8")  # fmt: skip
    with bank.open_bank([deck], tmp_path / "cache") as questions:
        assert questions.decks() == []
        assert questions.ids() == []
        assert len(questions.drafts()) == 1


def test_a_draft_is_never_asked_nor_counted(deck: Path, tmp_path: Path) -> None:
    with context(tmp_path, Clock(START)) as at:
        today = at.clock().day
        found = at.history.candidates(at.bank.cards_path, Selection(), today)
        assert {one.card for one in found} == {"ready-card", "plain-card"}
        assert at.history.counts(at.bank.cards_path, today).new == 2


def test_the_check_reads_drafts_but_holds_them_to_no_style(deck: Path) -> None:
    report = check_bank([deck], (), deck.parent)
    assert not [one for one in report.problems if one.card == "later-card"]
    assert (len(report.cards), report.drafts) == (2, 1)
    assert "1 file, 2 cards, 1 draft: " in report.summary()
    deck.write_text(DECK.replace("draft: true", "draft: true\n    levle: 1"), encoding="utf-8")
    assert [one.code for one in check_bank([deck], (), deck.parent).problems if one.card == "later-card"] == [
        "unknown-field"
    ]


def test_the_commands_leave_drafts_out(dlquiz: Any, own: Path, tmp_path: Path) -> None:
    def listed(*options: str) -> list[str]:
        return [card["id"] for card in dlquiz("bank", "list", "--json", *options).json["cards"]]

    assert listed() == ["ready-card", "plain-card"]
    assert listed("--drafts") == ["later-card"]
    assert listed("--unchecked") == ["plain-card"]
    assert dlquiz("bank", "search", "left", "--json").json["cards"] == []
    assert "small · open · 2/3 · ★★★ · draft" in dlquiz("bank", "show", "later-card").out
    assert "did you mean later-card?" in dlquiz("bank", "show", "late-card").err
    out = tmp_path / "all.json"
    assert dlquiz("export", "json", "-o", str(out)).code == 0
    assert [card["id"] for card in json.loads(out.read_text(encoding="utf-8"))["cards"]] == ["ready-card", "plain-card"]
    assert "later-card-2" in dlquiz("bank", "new", "open", "later", "card").out


# -- the month of the last check ---------------------------------------------------------------------------------------


def test_the_month_of_checking_is_shown_and_is_no_change_of_the_card(dlquiz: Any, own: Path) -> None:
    card = loaded(own)["ready-card"]
    assert card.checked == "2026-11"
    assert card_data(card)["checked"] == "2026-11"
    assert "Checked: 2026-11" in dlquiz("bank", "show", "ready-card", "--lang", "en").out
    own.write_text(DECK.replace("2026-11", "2026-12"), encoding="utf-8")
    later = loaded(own)["ready-card"]
    assert later != card
    assert fingerprint(later) == fingerprint(card)


# -- points and holes --------------------------------------------------------------------------------------------------

PARTS = """\
cards:
  - id: open-card
    kind: open
    question: {en: Why?, zh: 为什么？}
    answer: {en: The variance is kept. It trains., zh: 方差不变，能训练。}
    points:
      - {en: variance kept, zh: 方差不变, cues: {en: [variance|var kept|same], zh: [方差 不变|相同]}}
      - {en: it trains, zh: 能训练, core: false, cues: {en: [train], zh: [训练]}}
  - id: cloze-card
    kind: cloze
    text: {en: "$@{1}$, @{2}", zh: "$@{1}$，@{2}"}
    holes:
      - {answer: 'V \\tanh(z)', as: formula, also: {V: [W_3]}, where: ["a = tanh z"]}
      - word
"""


def test_points_and_holes_are_exported_and_shown(dlquiz: Any, own: Path, tmp_path: Path) -> None:
    own.write_text(PARTS, encoding="utf-8")
    cards = loaded(own)
    first, second = card_data(cards["open-card"])["points"]
    assert "core" not in first
    assert second["core"] is False
    assert card_data(cards["cloze-card"])["holes"] == [
        {"answer": r"V \tanh(z)", "accept": [], "as": "formula", "also": {"V": ["W_3"]}, "where": ["a = tanh z"]},
        {"answer": "word", "accept": []},
    ]
    again = tmp_path / "again.yaml"
    again.write_text(json.dumps({"cards": [card_data(card) | {"deck": None} for card in cards.values()]}
                                | {"deck": "small"}).replace('"deck": null, ', "").replace(', "deck": null', ""),
                     encoding="utf-8")  # fmt: skip
    assert {id: card._replace(place=None) for id, card in loaded(again).items()} == {
        id: card._replace(place=None) for id, card in cards.items()
    }
    assert "  + it trains" in dlquiz("bank", "show", "open-card", "--lang", "en").out
    assert "(formula)" in dlquiz("bank", "show", "cloze-card", "--lang", "en").out


def test_what_equals_a_default_leaves_no_trace_in_the_cache() -> None:
    card = Card("a-card", "d", Text(en="?"), Cloze((Hole("y"),)), points=(Point(Text(en="a"), ("b",)),))
    assert json.loads(encode(card)) == {
        "kind": "cloze", "question": ["?", None], "holes": [["y", []]], "points": [[["a", None], ["b"], []]],
        "level": 2, "weight": 3,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cue", "text", "occurs"),
    [
        ("variance|方差 same|kept", "the variance is kept", True),
        ("variance|方差 same|kept", "kept: 方差", True),
        ("variance|方差 same|kept", "the variance", False),
        ("batch_norm|LN mean", "the mean of batch norm", True),
        ("batch_norm|LN mean", "the norm over a batch: the mean", False),
        ("size !output", "the size of the output", False),
        ("size !output|map", "the size", True),
        ("same size", "the size stays the same", True),
        ("large d_k", "a large d_k", True),
        ("p(y|x)", "it models p(y|x)", True),
        ("||w||_2", "shrinks ||w||_2", True),
    ],
)
def test_every_word_group_of_a_cue_must_occur(cue: str, text: str, occurs: bool) -> None:
    assert matches(cue, Reply(text)) is occurs


@given(st.text(max_size=30) | st.text("ab|!_ ()", max_size=12))
def test_a_cue_is_read_or_refused(cue: str) -> None:
    refused: keywords.CueError | None = None
    groups: tuple[keywords.WordGroup, ...] = ()
    try:
        groups = keywords.groups(cue)
    except keywords.CueError as error:
        refused = error
    assert refused is None or (refused.written in cue.split() and refused.fix)
    assert all(group.alternatives and all(group.alternatives) for group in groups)
    assert groups == () or not all(group.forbidden for group in groups)


# -- workings ----------------------------------------------------------------------------------------------------------


def test_a_working_stands_in_place_of_the_expression(deck: Path, dlquiz: Any, own: Path) -> None:
    family = loaded(deck)["plain-card"].body
    assert isinstance(family, Numeric)
    instance = numeric.instance_of(family, {"f": "50"})
    (step,) = numeric.steps(instance, "en")
    assert step["working"] == r"the root of two over the fan-in, $\sqrt{2 / 50}$"
    assert numeric.worked_line(step, "0.2") == r"value = the root of two over the fan-in, $\sqrt{2 / 50}$ = 0.2"
    assert numeric.steps(instance, "zh")[0]["working"].startswith("二除以 fan-in 再开方")
    (line,) = (str(one) for one in StudyPage(Phrases("en"), 80)._steps([step]))
    assert line == "value = the root of two over the fan-in, √(2/50) = 0.2"
    shown = dlquiz("bank", "show", "plain-card", "--lang", "en").out
    assert "value = the root of two over the fan-in, √(2" in shown
    assert "sqrt" not in shown
    assert "the root of two" in dlquiz("bank", "show", "plain-card", "--html").out
    assert card_data(loaded(deck)["plain-card"])["working"]["en"].startswith("the root")


@pytest.mark.parametrize(
    ("written", "code", "output"),
    [
        ("@{g}", "unknown-name", ":19:"),
        ("@{f", "template-not-closed", ":19:"),
        ("@{1 / (f - f)}", "cannot-be-asked", ":18:"),
    ],
)
def test_a_working_is_checked_as_other_texts_are(deck: Path, written: str, code: str, output: str) -> None:
    deck.write_text(DECK.replace("$\\sqrt{2 / @{f}}$', zh", f"{written}', zh"), encoding="utf-8")
    found = [one for one in check_bank([deck], (), deck.parent).problems if one.code == code]
    assert len(found) == 1
    assert output in str(found[0])


# -- tracks and the thesaurus -----------------------------------------------------------------------------------------

TRACKS = """\
tracks:
  llm:
    title: {en: LLM, zh: 大模型}
    decks: {small: 2, other: 0.2}
    tags: {unwritten: 3}
    others: 0.5
  general: {title: {en: General, zh: 通用}}
"""
THESAURUS = """\
- {en: [batch normalisation, BN], zh: [批归一化]}
- {en: [fine-tuning], zh: [微调, 精调]}
"""


@pytest.fixture
def banks(deck: Path, tmp_path: Path) -> list[Path]:
    """A bank with tracks and thesaurus, and a person's own beside it."""
    own = tmp_path / "own"
    own.mkdir()
    (deck.parent / "tracks.yaml").write_text(TRACKS, encoding="utf-8")
    (deck.parent / "thesaurus.yaml").write_text(THESAURUS, encoding="utf-8")
    (own / "tracks.yaml").write_text(
        "tracks: {llm: {decks: {other: 1.5}, others: 0}, robots: {tags: {unwritten: 1}}}\n", encoding="utf-8"
    )
    (own / "thesaurus.yaml").write_text("- {zh: [激活值, 激活]}\n", encoding="utf-8")
    return [deck.parent, own]


def test_tracks_and_thesaurus_come_with_the_bank(banks: list[Path], tmp_path: Path) -> None:
    for _ in ("cold", "warm"):
        with bank.open_bank(banks, tmp_path / "cache") as questions:
            assert questions.problems == ()
            assert questions.ids() == ["ready-card", "plain-card"]
            assert [row.name for row in questions.decks()] == ["small"]
            assert questions.tracks() == (
                Track("llm", Text("LLM", "大模型"), {"small": 2, "other": 1.5}, {"unwritten": 3}, 0),
                Track("general", Text("General", "通用"), {}, {}, 1),
                Track("robots", Text("robots", "robots"), {}, {"unwritten": 1}, 1),
            )
            assert questions.thesaurus() == (
                ThesaurusEntry(("batch normalisation", "BN"), ("批归一化",)),
                ThesaurusEntry(("fine-tuning",), ("微调", "精调")),
                ThesaurusEntry((), ("激活值", "激活")),
            )
    (banks[1] / "tracks.yaml").unlink()
    (banks[0] / "thesaurus.yaml").write_text("- {en: [a, b]}\n", encoding="utf-8")
    with bank.open_bank(banks, tmp_path / "cache") as questions:
        assert [track.name for track in questions.tracks()] == ["llm", "general"]
        assert questions.tracks()[0].others == 0.5
        assert [entry.forms for entry in questions.thesaurus()] == [("a", "b"), ("激活值", "激活")]


@pytest.mark.parametrize(
    ("file", "old", "new", "output"),
    [
        ("tracks.yaml", "tracks:", "track:", "1:1: unknown field 'track' — did you mean tracks?"),
        ("tracks.yaml", TRACKS, "- llm\n", "1:1: the file holds no tracks — begin it with `tracks:`"),
        (
            "tracks.yaml",
            "  llm:",
            "  L L M:",
            "2:3: 'L L M' is not the name of a track — use 2 to 40 of a-z, 0-9 and -",
        ),
        ("tracks.yaml", "others: 0.5", "other: 0.5", "6:5: unknown field 'other' — did you mean others?"),
        ("tracks.yaml", "small: 2", "small: much", "4:20: decks.small: 'much' is not a factor — write 2 or 0.5"),
        ("tracks.yaml", "small: 2", "small: 20", "4:20: decks.small: 20 is out of range — write 0 to 10"),
        ("tracks.yaml", "{unwritten: 3}", "[unwritten]", "5:11: tags is not a map — write tags: {attention: 2}"),
        ("tracks.yaml", "{en: LLM, zh: 大模型}", "LLM", "3:12: title does not say its language — "),
        ("tracks.yaml", "    tags", "\ttags", "5:1: a tab"),
        ("thesaurus.yaml", THESAURUS, "entries: []\n", "1:1: the file is not a list — begin each entry with"),
        ("thesaurus.yaml", "zh: [批归一化]", "cn: [批归一化]", "1:35: unknown field 'cn' — did you mean zh?"),
        ("thesaurus.yaml", "[微调, 精调]", "fine-tuning", "2:27: zh is not a list — write [fine-tuning]"),
        ("thesaurus.yaml", ", zh: [微调, 精调]", "", "2:3: entry 2 has one form only — add what else it is called"),
        ("thesaurus.yaml", "[微调, 精调]", "[微调, 微调]", "2:32: zh holds the same entry twice — delete one of them"),
        ("thesaurus.yaml", "{en: [fine-tuning], zh: [微调, 精调]}", "{}", "2:3: entry 2 has no forms — write en: […]"),
    ],
)
def test_what_is_wrong_in_them_is_reported_at_its_place(
    banks: list[Path], tmp_path: Path, file: str, old: str, new: str, output: str
) -> None:
    path = banks[0] / file
    assert old in path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with bank.open_bank(banks, tmp_path / "cache") as questions:
        assert any(f"{file}:{output}" in str(problem) for problem in questions.problems), [
            *map(str, questions.problems)
        ]
        assert questions.ids() == ["ready-card", "plain-card"]


def test_decks_and_tags_that_no_card_has_are_reported(banks: list[Path]) -> None:
    def output(shipped: Path) -> list[tuple[str, str, int, int, str]]:
        found = check_bank(banks, (), shipped).problems
        return [(one.code, one.severity, one.place.line, one.place.column, Path(one.place.file).parent.name)
                for one in found if one.code in ("unknown-deck", "unknown-tag")]  # fmt: skip

    assert output(banks[0]) == [
        ("unknown-deck", "error", 4, 23, "bank"),
        ("unknown-tag", "error", 5, 12, "bank"),
        ("unknown-deck", "warning", 1, 24, "own"),
        ("unknown-tag", "warning", 1, 65, "own"),
    ]


@pytest.mark.usefixtures("few_questions")
def test_a_new_card_is_not_put_among_the_tracks(dlquiz: Any, banks: list[Path]) -> None:
    ran = dlquiz("bank", "new", "--into", str(banks[0] / "tracks.yaml"))
    assert ran.code == 1
    assert "is not a deck" in ran.err
    assert (banks[0] / "tracks.yaml").read_text(encoding="utf-8") == TRACKS


def test_the_shipped_tracks_weigh_what_their_names_say() -> None:
    with bank.open_bank([bank.shipped_questions()], compiled_questions()) as questions:
        tracks = {track.name: track for track in questions.tracks()}
        entries = questions.thesaurus()
    assert list(tracks) == ["general", "vision", "llm", "inference", "post-training", "infrastructure"]
    assert all(track.title.en and track.title.zh for track in tracks.values())
    assert tracks["general"].factor("attention", ["lora"]) == 1
    assert tracks["vision"].factor("convolution", []) > tracks["llm"].factor("convolution", [])
    assert tracks["llm"].factor("attention", []) > tracks["vision"].factor("attention", [])
    assert entries
    assert all(entry.en and entry.zh for entry in entries)


def test_an_own_card_without_a_weight_counts_as_always_asked(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    card = "  - {{id: {}, kind: open, question: {{en: Why?}}, answer: {{en: So.}}{}}}\n"
    shipped = next(iter(bank.load([bank.shipped_questions() / "pooling.yaml"])[0]))
    own.write_text(
        "deck: own\ncards:\n" + card.format("asked-me", "") + card.format("seldom", ", weight: 3")
        + card.format(shipped.id, f", replaces: {shipped.id}"), encoding="utf-8",
    )  # fmt: skip
    paths = [bank.shipped_questions() / "pooling.yaml", own]
    with bank.open_bank(paths, tmp_path / "cache") as opened, History.open(
        tmp_path / "log.db", device="laptop", clock=lambda: Instant(1_770_030_000_000, 60)
    ) as log:  # fmt: skip
        cards, _ = log.plan_inputs(opened.cards_path, Selection())
        asked = opened.card("asked-me")
    weights = {card.card: card.weight for card in cards}
    assert (weights["asked-me"], weights["seldom"], weights[shipped.id]) == (5, 3, 3)
    assert asked is not None
    assert asked.weight == 3
