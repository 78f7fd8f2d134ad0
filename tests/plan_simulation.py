"""A simulated learner at the installed program: shipped questions, days that pass by `DLQUIZ_NOW`, JSON lines.

`python tests/plan_simulation.py --minutes 40 --days 12 --plan` prints one line a day and what came of it. Minutes long.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from studying import right_reply

from dlquiz import bank
from dlquiz.readiness.plan_settings import GENERAL
from dlquiz.scheduler import AGAIN, EASY, GOOD, HARD, Memory, Model

FIRST_DAY = date(2026, 11, 29)
KNOWN_SHARE, KNOWN_DAYS = 0.3, 60.0
# Of an uneven learner: the share of decks that are known well, and the shares of their cards and of the others.
STRONG_DECKS, STRONG, WEAK = 1 / 6, 0.8, 0.2
MODEL = Model()
RATINGS: dict[int, str] = {AGAIN: "again", HARD: "hard", GOOD: "good", EASY: "easy"}


@dataclass
class Learner:
    """Knows a share of the cards beforehand, remembers as FSRS says, and takes about 45 or 30 s for an answer."""

    random: Random
    memories: dict[str, tuple[Memory, int]] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    def know(self, decks: dict[str, str], uneven: bool) -> None:
        """Some of the cards, each of a deck: the same share of all decks, or much of some and little of the others."""
        names = sorted(set(decks.values()))
        strong = set(self.random.sample(names, round(STRONG_DECKS * len(names)))) if uneven else set()
        for card, deck in sorted(decks.items()):
            share = KNOWN_SHARE if not uneven else STRONG if deck in strong else WEAK
            if self.random.random() < share:
                self.memories[card] = (Memory(KNOWN_DAYS, 5.0), 0)

    def right(self, card: str, day: int) -> float:
        if card not in self.memories:
            return 0.0
        memory, last = self.memories[card]
        return MODEL.retrievability(memory.stability, day - last)

    def answer(self, card: str, day: int) -> int:
        """The rating; what was missed is known when it comes back in the session."""
        self.asked.add(card)
        right = self.random.random() < self.right(card, day)
        rating = self.random.choices([HARD, GOOD, EASY], [0.224, 0.631, 0.145])[0] if right else AGAIN
        memory, last = self.memories.get(card, (None, day))
        if memory is not None and last == day and card in self.asked:
            rating = GOOD if rating == AGAIN else rating
        self.memories[card] = (MODEL.after(memory, day - last)[rating][0], day)
        return rating

    def seconds(self, kind: str) -> float:
        return (45 if kind == "open" else 30) * self.random.lognormvariate(0, 0.3)


class Program:
    """`dlquiz` with a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.misjudged = home, 0

    def environment(self, day: int) -> dict[str, str]:
        now = f"{FIRST_DAY + timedelta(days=day)}T19:00+00:00"
        return {**os.environ, "DLQUIZ_HOME": str(self.home), "LANG": "C.UTF-8", "DLQUIZ_NOW": now}

    def run(self, day: int, *arguments: str) -> str:
        command = [sys.executable, "-m", "dlquiz", *arguments]
        done = subprocess.run(
            command, env=self.environment(day), capture_output=True, text=True, check=True, timeout=120
        )
        return done.stdout

    def study(self, day: int, learner: Learner, cards: dict[str, Any]) -> tuple[float, int, dict[str, Any]]:
        """One session: the minutes spent, the answers given, the summary."""
        command = [sys.executable, "-m", "dlquiz", "study", "--json", "--seed", str(day)]
        with subprocess.Popen(command, env=self.environment(day), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True) as process:  # fmt: skip
            assert process.stdin is not None
            assert process.stdout is not None
            spent, answers, rating, seconds = 0.0, 0, 3, 0.0
            expected: object = None
            for event in _events(process.stdout):
                kind = event["event"]
                if kind == "question" and expected is None:
                    rating, seconds = learner.answer(event["card"], day), learner.seconds(event["kind"])
                    spent, answers = spent + seconds, answers + 1
                if kind == "question":
                    reply = self._reply(cards[event["card"]], event, rating, expected)
                    _send(process.stdin, {"reply": reply, "seconds": seconds})
                elif kind == "verdict" and event["kind"] == "numeric" and rating != AGAIN and expected is None:
                    # Only the program works out the numbers that it drew: look, go back, and reply so.
                    expected = event["expected"]
                    _send(process.stdin, {"command": "undo"})
                elif kind == "verdict":
                    self.misjudged += event["correct"] is False and rating != AGAIN
                    expected = None
                    _send(process.stdin, {"rating": RATINGS[rating]})
                elif kind == "summary":
                    process.stdin.close()
                    return spent / 60, answers, event
        raise AssertionError("the session ended without a summary")

    def _reply(self, card: Any, event: dict[str, Any], rating: int, expected: object) -> object:
        if rating == AGAIN or (event["kind"] == "numeric" and expected is None):
            return None
        return expected if event["kind"] == "numeric" else right_reply(card, event)


def _events(lines: Any) -> Iterator[dict[str, Any]]:
    for line in lines:
        yield json.loads(line)


def _send(stdin: Any, action: dict[str, Any]) -> None:
    stdin.write(json.dumps(action) + "\n")
    stdin.flush()


def simulate(days: int, minutes: int, seed: int, track: str | None, uneven: bool) -> None:
    """Study every day; `track` is that of the plan, None for no plan. Readiness counts the cards by the track."""
    with (
        tempfile.TemporaryDirectory() as home,
        bank.open_bank([bank.shipped_questions()], Path(home) / "bank") as questions,
    ):
        cards = {card.id: card for card in questions.all()}
        learner, program = Learner(Random(seed)), Program(Path(home))
        learner.know({name: card.deck for name, card in cards.items()}, uneven)
        factors = next(found for found in questions.tracks() if found.name == (track or GENERAL))
        weights = {name: card.weight * factors.factor(card.deck, card.tags) for name, card in cards.items()}
        program.run(0, "config", "minutes_per_day", str(minutes))
        if track is not None:
            interview = str(FIRST_DAY + timedelta(days=days))
            program.run(0, "plan", interview, "--minutes", str(minutes), "--track", track)
        longest = 0.0

        def readiness(day: int) -> float:
            right = sum(weight * learner.right(name, day) for name, weight in weights.items())
            return right / sum(weights.values())

        for day in range(days):
            now = readiness(day)
            promise = json.loads(program.run(day, "plan", "--json"))["readiness"] if track is not None else {}
            spent, answers, _ = program.study(day, learner, cards)
            longest = max(longest, spent)
            row = f"day {day + 1}: {answers} answers in {spent:.1f} min"
            if track is not None:
                low, high = (f"{100 * promise[name]:.0f}" for name in ("low", "high"))
                row += f" | now {100 * now:.1f} %, believed {100 * promise['now']:.1f} %"
                row += f" | promised {100 * promise['on_the_day']:.1f} ({low} to {high}) %"
            print(row, flush=True)
        fives = [name for name, card in cards.items() if card.weight == 5]
        seen = sum(name in learner.asked for name in fives)
        print(f"on the day {100 * readiness(days):.1f} % | longest day {longest:.1f} min | weight 5 seen {seen} of"
              f" {len(fives)} | cards seen {len(learner.asked)} | misjudged {program.misjudged}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=12)
    parser.add_argument("--minutes", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plan", action="store_true")
    parser.add_argument("--track", default="general")
    parser.add_argument("--uneven", action="store_true", help="who knows much of some decks, little of others")
    given = parser.parse_args()
    simulate(given.days, given.minutes, given.seed, given.track if given.plan else None, given.uneven)


if __name__ == "__main__":
    main()
