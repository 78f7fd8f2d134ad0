"""How well natural replies are understood: the figures by which cues and matcher are measured.

`python tests/natural_replies.py tests/replies/for-cues` prints totals, and with `--missed` the replies behind them. The
replies in `for-judging` (cards of the documents) and `for-judging-topics` (cards of later topics) are read by nobody
who writes cues or the matcher. Those in `for-judging-everyday` (115 of these cards, in notes and everyday words) have
one writer with the cues of these cards, which were written from other replies: what they say is an upper bound. Of all
three only totals are printed. `denials` and `for-matching` are what the matcher is chosen by, beside `for-cues`; no
cues are written from them.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from studying import compiled_questions, shipped_cards

from dlquiz import bank
from dlquiz.cards import Card, Cloze, Rating
from dlquiz.grading.cloze.holes import fits
from dlquiz.grading.open_answer.points import JudgedPoint, judge, targets
from dlquiz.grading.ratings import gave_up, suggested_for_points
from dlquiz.grading.thesaurus import compiled
from dlquiz.grading.typos import known_words
from dlquiz.thesaurus import Lexicon

Totals = Counter[tuple[str, str]]


@cache
def lexicon() -> Lexicon:
    with bank.open_bank([bank.shipped_questions()], compiled_questions()) as questions:
        return questions.lexicon()


@cache
def shipped() -> dict[str, Card]:
    return {card.id: card for card in shipped_cards()}


def replies(folder: Path, part: str) -> Iterator[tuple[Card, dict[str, Any]]]:
    """The replies to cards that are still there; `part` is open or holes."""
    cards = shipped()
    for file in sorted(folder.glob("*.yaml")):
        read = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
        for name, found in (read.get(part) or {}).items():
            if name in cards:
                yield from ((cards[name], reply) for reply in found)


def measure_open(folder: Path, missed: bool = False) -> Totals:
    """Points said, found and ticked wrongly, by language and by kind of reply."""
    totals: Totals = Counter()
    names, known = compiled(lexicon().thesaurus), known_words(lexicon().words)
    for card, reply in replies(folder, "open"):
        said = set(reply["points"])
        found = judge(targets(card.points, card.question, names, known), reply["text"])
        _count(totals, card, reply, said, found)
        ticked = {one.point for one in found if one.state == "said"}
        if missed and ticked != said:
            print(
                card.id, reply["kind"], f"missed {sorted(said - ticked)} false {sorted(ticked - said)}", reply["text"]
            )
    return totals


def _count(totals: Totals, card: Card, reply: dict[str, Any], said: set[int], found: tuple[JudgedPoint, ...]) -> None:
    ticked = {one.point for one in found if one.state == "said"}
    maybe = {one.point for one in found if one.state == "maybe"}
    core = {number for number, point in enumerate(card.points, 1) if point.core}
    for language in (reply["lang"], "all"):
        totals[language, "said"] += len(said)
        totals[language, "found"] += len(ticked & said)
        totals[language, "false"] += len(ticked - said)
        totals[language, "maybe"] += len(maybe)
        totals[language, "maybe right"] += len(maybe & said)
        if reply["kind"] == "wrong" and not said:
            totals[language, "wrong"] += 1
            totals[language, "wrong ticked"] += bool(ticked)
        if reply["kind"] == "full" and core <= said:
            totals[language, "full"] += 1
            totals[language, "full found"] += core <= ticked
            totals[language, "full found or maybe"] += core <= ticked | maybe
            suggested = suggested_for_points(core, ticked, confirmed=False, given_up=gave_up(reply["text"]))
            totals[language, "full again"] += suggested is Rating.AGAIN


def measure_holes(folder: Path, missed: bool = False) -> Totals:
    totals: Totals = Counter()
    names = compiled(lexicon().thesaurus)
    for card, reply in replies(folder, "holes"):
        if not isinstance(card.body, Cloze) or reply["hole"] > len(card.body.holes):
            continue
        hole, text = card.body.holes[reply["hole"] - 1], f"{card.question.en}\n{card.question.zh}"
        for kind in ("right", "wrong"):
            for filling in map(str, reply[kind]):
                accepted = fits(filling, hole, text, names, number=reply["hole"])
                totals["all", kind] += 1
                totals["all", f"{kind} accepted"] += accepted
                if missed and accepted != (kind == "right"):
                    print(card.id, reply["hole"], kind, filling, f"for {hole.answer}")
    return totals


def share(totals: Totals, language: str, part: str, whole: str) -> float:
    return totals[language, part] / max(1, totals[language, whole])


def precision(totals: Totals, language: str) -> float:
    found = totals[language, "found"]
    return found / max(1, found + totals[language, "false"])


def report(folder: Path, missed: bool = False) -> Iterator[str]:
    points, holes = measure_open(folder, missed), measure_holes(folder, missed)
    for language in ("all", "en", "zh"):
        yield (
            f"{language}: {share(points, language, 'found', 'said'):.1%} of the points said are ticked, precision "
            f"{precision(points, language):.1%}; wrong answers that tick anything "
            f"{share(points, language, 'wrong ticked', 'wrong'):.1%}; complete answers with all core points "
            f"{share(points, language, 'full found', 'full'):.1%}, said or maybe "
            f"{share(points, language, 'full found or maybe', 'full'):.1%}, suggested Again "
            f"{points[language, 'full again']}; maybes right "
            f"{share(points, language, 'maybe right', 'maybe'):.1%}"
        )
    accepted, refused = (
        share(holes, "all", "right accepted", "right"),
        1 - share(holes, "all", "wrong accepted", "wrong"),
    )
    yield f"holes: right fillings accepted {accepted:.1%}, wrong refused {refused:.1%}"


if __name__ == "__main__":
    directory = Path(sys.argv[1])
    if not directory.is_dir():
        raise SystemExit(f"{directory} is no directory of replies: give tests/replies/for-cues")
    with_missed = "--missed" in sys.argv[2:]
    if with_missed and directory.name.startswith("for-judging"):
        raise SystemExit(f"of {directory.name} only totals are printed")
    print("\n".join(report(directory, with_missed)))
