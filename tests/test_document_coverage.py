"""Every question that the documents suggest is asked by a card, or a reason says why not."""

from __future__ import annotations

import json
from pathlib import Path

import document_coverage as coverage
import pytest
from studying import shipped_cards

from dlquiz import bank

CARD = """\
cards:
  - id: padding-why
    kind: open
    question: {en: Why pad?, zh: 为什么填充？}
    answer: {en: To keep the size., zh: 保持尺寸。}
    source: [SOURCE]
"""


def test_every_item_is_covered_and_every_front_asked_or_excused() -> None:
    found = coverage.coverage(shipped_cards())
    assert [item.id for item, covered, _ in found.items if not covered.cards] == []
    assert [front.id for front in found.fronts if not front.settled] == []
    assert [str(problem) for problem in found.problems] == []


def test_the_items_are_those_of_the_documents() -> None:
    items = coverage.items()
    counts = [sum(id.startswith(f"d{number}-") for id in items) for number in range(5)]
    assert counts == [32, 125, 72, 70, 78]
    assert len(coverage.fronts()) == 795
    assert all(item.about and item.fronts for item in items.values())


def test_coverage_follows_sources_and_reasons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deck.yaml").write_text(CARD.replace("SOURCE", "d0-24.1"), encoding="utf-8")
    reasons = tmp_path / "left-out.yaml"
    reasons.write_text(
        "d0-24.2: asked by d0-24.1\nd0-25.1: asked by nobody-at-all\nd0-24.1: too vague\nd7-01.1: gone\n"
    )
    monkeypatch.setattr(coverage, "LEFT_OUT", reasons)
    found = coverage.coverage(bank.load([tmp_path / "deck.yaml"])[0])
    rows = {item.id: (covered, fronts) for item, covered, fronts in found.items}
    assert rows["d0-24"][0].cards == ("padding-why",)
    assert [front.settled for front in rows["d0-24"][1]] == [True, True]
    assert not rows["d0-26"][1][0].settled
    assert found.covered_items == 1
    assert [(one.code, one.place.line) for one in found.problems] == [
        ("reason-points-nowhere", 2), ("front-is-asked", 3), ("unknown-front", 4),
    ]  # fmt: skip


@pytest.mark.parametrize("source", ["m1-001", "m1-001.3"])
def test_a_topic_is_known_but_no_item_of_the_documents(tmp_path: Path, source: str) -> None:
    (tmp_path / "deck.yaml").write_text(CARD.replace("SOURCE", source), encoding="utf-8")
    found = coverage.coverage(bank.load([tmp_path / "deck.yaml"])[0])
    assert not any(one.code == "unknown-source" for one in found.problems)
    assert found.covered_items == 0


@pytest.mark.parametrize("source", ["d0-24.9", "d9-24", "m1-001.4", "m1-999"])
def test_a_source_that_no_document_has_is_a_problem(tmp_path: Path, source: str) -> None:
    (tmp_path / "deck.yaml").write_text(CARD.replace("SOURCE", source), encoding="utf-8")
    found = coverage.coverage(bank.load([tmp_path / "deck.yaml"])[0])
    problem = next(one for one in found.problems if one.code == "unknown-source")
    assert problem.card == "padding-why"
    assert f"there is no item or front {source}" in problem.message


def test_the_script_prints_items_and_documents(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bank, "load", lambda paths: (shipped_cards(), ()))
    assert coverage.main(["d0-01", "--json"]) == 0
    (item,) = json.loads(capsys.readouterr().out)["items"]
    assert (item["id"], item["topic"], len(item["fronts"])) == ("d0-01", "activation", 5)
    assert coverage.main([]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("377 of 377 items covered")
    with pytest.raises(SystemExit):
        coverage.main(["d9-99"])
    assert "there is no item d9-99" in capsys.readouterr().err
