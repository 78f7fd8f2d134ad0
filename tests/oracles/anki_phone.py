"""A real Anki collection that does what it is told, at the times it is told: one JSON command a line, one answer each.

Run by the tests in a process of its own, in a time zone of its own, with the clock of `clock.c` preloaded.
"""

import ctypes
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

from anki.collection import (
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)
from anki.decks import UpdateDeckConfigs

REAL = time.time() if not hasattr(ctypes.CDLL(None), "set_clock_offset") else None


def set_clock(milliseconds: int) -> None:
    clock = ctypes.CDLL(None)
    clock.set_clock_offset(ctypes.c_longlong(0))
    clock.set_clock_offset(ctypes.c_longlong(milliseconds // 1000 - int(time.time())))


class Phone:
    def __init__(self, path: str) -> None:
        self.path = path
        self.col = Collection(path)

    def do(self, command: str, **given: Any) -> Any:
        return getattr(self, command)(**given)

    def clock(self, at: int) -> int:
        set_clock(at)
        # The collection reads the day when it is opened.
        self.col.close()
        self.col = Collection(self.path)
        return int(time.time())

    def load(self, package: str) -> dict[str, int]:
        options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True)
        log = self.col.import_anki_package(ImportAnkiPackageRequest(package_path=package, options=options)).log
        self.col.models._clear_cache()
        return {name: len(getattr(log, name)) for name in ("new", "updated", "duplicate", "conflicting")}

    def fsrs(self, on: bool) -> None:
        """As the switch in the deck options does it: all memory is recomputed from the log."""
        deck = self.col.decks.id("DLQuiz")
        have = self.col.decks.get_deck_configs_for_update(deck)
        request = UpdateDeckConfigs()
        request.target_deck_id = deck
        request.configs.extend(one.config for one in have.all_config if one.config.id == have.current_deck.config_id)
        request.limits.CopyFrom(have.current_deck.limits)
        request.fsrs = on
        self.col.decks.update_deck_configs(request)

    def filtered(self, search: str, reschedule: bool, count: int, seed: int) -> int:
        """A filtered deck of these cards, some of it answered, then given back."""
        deck = self.col.sched.get_or_create_filtered_deck(0)
        deck.config.reschedule = reschedule
        del deck.config.search_terms[:]
        deck.config.search_terms.add(search=search, limit=count, order=0)
        id = self.col.sched.add_or_update_filtered_deck(deck).id
        done = self.answer(count, seed, id)
        self.col.sched.empty_filtered_deck(id)
        return done

    def answer(self, count: int, seed: int, deck: int | None = None) -> int:
        chance = random.Random(seed)
        self.col.decks.select(deck or self.col.decks.id("DLQuiz"))
        done = 0
        while done < count:
            queued = self.col.sched.get_queued_cards(fetch_limit=1).cards
            if not queued:
                break
            card = self.col.get_card(queued[0].card.id)
            card.start_timer()
            rating = chance.choices((1, 2, 3, 4), (2, 2, 5, 1))[0]
            answer = self.col.sched.build_answer(card=card, states=queued[0].states, rating=rating - 1)
            self.col.sched.answer_card(answer)
            done += 1
            set_clock(int(time.time() * 1000) + 7_000)
        return done

    def suspend(self, keys: list[str]) -> None:
        self.col.sched.suspend_cards([self._card(key) for key in keys])

    def unsuspend(self, keys: list[str]) -> None:
        self.col.sched.unsuspend_cards([self._card(key) for key in keys])

    def flag(self, keys: list[str], flag: int) -> None:
        self.col.set_user_flag_for_cards(flag, [self._card(key) for key in keys])

    def forget(self, keys: list[str]) -> None:
        self.col.sched.schedule_cards_as_new([self._card(key) for key in keys])

    def give_date(self, keys: list[str], days: str) -> None:
        self.col.sched.set_due_date([self._card(key) for key in keys], days)

    def _card(self, key: str) -> int:
        return self.col.find_cards(f"Key:{key}")[0]

    def save(self, file: str, legacy: bool) -> str:
        if file.endswith(".colpkg"):
            self.col.export_collection_package(file, include_media=True, legacy=legacy)
            self.col.reopen()
        else:
            options = ExportAnkiPackageOptions(
                with_scheduling=True, with_deck_configs=True, with_media=True, legacy=legacy
            )
            self.col.export_anki_package(out_path=file, options=options, limit=None)
        return file

    def check(self) -> list[Any]:
        return list(self.col.fix_integrity())

    def preset(self) -> dict[str, Any]:
        return dict(self.col.decks.config_dict_for_deck_id(self.col.decks.id("DLQuiz")))

    def cards(self) -> dict[str, dict[str, Any]]:
        timing = self.col._backend.sched_timing_today()
        out = {}
        for id in self.col.find_cards("note:DLQuiz*"):
            card = self.col.get_card(id)
            stored, replayed = card.memory_state, self.col.compute_memory_state(id)
            log = self.col.db.all("select id, ease, ivl, factor, type from revlog where cid = ? order by id", id)
            out[card.note().fields[0]] = {
                "type": card.type, "queue": card.queue, "due": card.due, "ivl": card.ivl, "reps": card.reps,
                "lapses": card.lapses, "flag": card.flags, "today": timing.days_elapsed, "log": log,
                "memory": [stored.stability, stored.difficulty] if stored else None,
                "replayed": [replayed.stability, replayed.difficulty] if replayed.stability else None,
            }  # fmt: skip
        return out

    def close(self) -> None:
        self.col.close()


def main() -> None:
    Path(sys.argv[1]).parent.mkdir(parents=True, exist_ok=True)
    if len(sys.argv) > 2:
        set_clock(int(sys.argv[2]))
    # Anki prints to stdout what takes it long: only answers go there.
    answers, sys.stdout = sys.stdout, sys.stderr
    phone = Phone(sys.argv[1])
    for line in sys.stdin:
        given = json.loads(line)
        print(json.dumps({"ok": phone.do(**given)}), file=answers, flush=True)


if __name__ == "__main__":
    main()
