"""The stored states against a second, slow reading of the log, after anything that two machines may do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dlquiz.errors import DlquizError
from dlquiz.review_log import Event, History, Row
from dlquiz.review_log.rows import RowKind
from dlquiz.scheduler import Instant, Model

CARDS = ["bn-why", "bn-when", "conv-size"]
LINEAGES: list[dict[str, tuple[str, ...]]] = [
    {},
    {"bn-when": ("bn-why",)},
    {"bn-left": ("bn-why",), "bn-right": ("bn-why", "conv-size")},
]
MODEL = Model()


class Machine:
    """One computer: its own log, device and clock."""

    def __init__(self, directory: Path, name: str) -> None:
        self.now = Instant(1_770_000_000_000, 60)
        self.shown: dict[str, str] = {}
        self.log = History.open(directory / f"{name}.db", device=name, clock=lambda: self.now, model=MODEL)
        # The order of events is tested here, not the disk.
        self.log.connection.execute("PRAGMA synchronous = OFF")


def slow_state(card: str, names: Iterable[str], rows: list[Row]) -> dict[str, Any] | None:
    """What contracts say a card's state is, straight from the rows, one step of the engine at a time."""
    undone = {row.target for row in rows if row.kind == "undo"}
    live = [row for row in rows if row.card in set(names) and row.kind != "undo" and row.id not in undone]
    live.sort(key=lambda row: (row.at, row.id))
    if not live:
        return None
    state: dict[str, Any] = {"card": card, "suspended": False, "flagged": False, "buried_until": None}
    restart: dict[str, Any] = {"memory": None, "reviews": 0, "lapses": 0, "last_day": None, "due_day": None,
                               "interval": 0, "first_day": None}  # fmt: skip
    state |= restart
    for row in live:
        day = (row.at + row.offset * 60_000 - 4 * 3_600_000) // 86_400_000
        if row.kind == "review":
            elapsed = 0 if state["last_day"] is None else max(0, day - state["last_day"])
            state["lapses"] += row.rating == 1 and elapsed > 0
            state["memory"] = MODEL.after(state["memory"], elapsed)[row.rating or 0][0]
            state["reviews"] += 1
            state |= {"last_day": day, "interval": row.interval, "due_day": day + (row.interval or 0)}
            state["first_day"] = day if state["first_day"] is None else state["first_day"]
        elif row.kind == "due" and state["memory"] is not None:
            state["due_day"] = day + (row.interval or 0)
        elif row.kind == "reset":
            state |= restart
        elif row.kind in ("suspend", "unsuspend"):
            state["suspended"] = row.kind == "suspend"
        elif row.kind in ("flag", "unflag"):
            state["flagged"] = row.kind == "flag"
        elif row.kind == "bury":
            state["buried_until"] = day + 1
    right = [row.seconds for row in live if row.seconds is not None and row.correct == 1]
    state["usual_seconds"] = median(right[-5:]) if right else None
    return state


def all_rows(log: History) -> list[Row]:
    return [Row._make(row) for row in log.connection.execute("SELECT *, 0 FROM event ORDER BY id")]


class TwoMachines(RuleBasedStateMachine):
    @initialize()
    def start(self) -> None:
        self.directory = TemporaryDirectory()
        self.machines = [Machine(Path(self.directory.name), name) for name in ("aaa", "bbb")]
        self.previous_ids: dict[str, tuple[str, ...]] = {}

    @rule(machine=st.integers(0, 1), step=st.integers(-4 * 86_400_000, 30 * 86_400_000), offset=st.integers(-720, 840))
    def time_passes(self, machine: int, step: int, offset: int) -> None:
        self.machines[machine].now = Instant(self.machines[machine].now.at + step, offset)

    @rule(machine=st.integers(0, 1), card=st.sampled_from(CARDS), rating=st.integers(1, 4), seconds=st.integers(1, 99))
    def answer(self, machine: int, card: str, rating: int, seconds: int) -> None:
        log, now = self.machines[machine].log, self.machines[machine].now
        before = log.state(card)
        days = MODEL.previews(card, before, now.day)
        kept = log.record(
            Event("review", card, rating=rating, correct=rating > 1, seconds=seconds),
            shown_version=before.version if before else "",
        )
        assert (kept.kind, kept.interval, kept.due_day) == ("review", days[rating], now.day + days[rating]) or (
            # A clock set back: an older row is not the last of its card, and does not decide when it is due.
            before is not None and log.rows(card)[-1].id != kept.id
        )

    @rule(machine=st.integers(0, 1), card=st.sampled_from(CARDS),
          kind=st.sampled_from(["suspend", "unsuspend", "bury", "flag", "unflag", "reset"]))  # fmt: skip
    def put(self, machine: int, card: str, kind: RowKind) -> None:
        self.machines[machine].log.record(Event(kind, card))

    @rule(machine=st.integers(0, 1), card=st.sampled_from(CARDS), rating=st.integers(1, 4))
    def cram(self, machine: int, card: str, rating: int) -> None:
        log = self.machines[machine].log
        before = log.state(card)
        kept = log.record(Event("cram", card, rating=rating))
        assert before is None or kept.state.memory == before.memory

    @rule(machine=st.integers(0, 1), card=st.sampled_from(CARDS), days=st.integers(0, 40))
    def due(self, machine: int, card: str, days: int) -> None:
        log = self.machines[machine].log
        before = log.state(card)
        try:
            log.record(Event("due", card, interval=days))
        except DlquizError:
            assert before is None or before.memory is None

    @rule(machine=st.integers(0, 1))
    def undo(self, machine: int) -> None:
        log = self.machines[machine].log
        device = "aaa" if machine == 0 else "bbb"
        live = [row.id for row in log.rows() if row.device == device]
        undone = log.undo()
        assert (undone.id if undone else None) == max(live, default=None)

    @rule(machine=st.integers(0, 1))
    def merge(self, machine: int) -> None:
        one, other = self.machines[machine].log, self.machines[1 - machine].log
        one.merge(other.path)
        before = one.states()
        again = one.merge(other.path)
        assert (again.rows, again.replaced) == (0, 0)
        assert one.states() == before

    @rule(previous_ids=st.sampled_from(LINEAGES))
    def bank_changes(self, previous_ids: dict[str, tuple[str, ...]]) -> None:
        self.previous_ids = previous_ids
        for machine in self.machines:
            machine.log.reconcile(previous_ids)

    @invariant()
    def states_follow_the_log(self) -> None:
        for machine in getattr(self, "machines", []):
            assert machine.log.verify() == []
            rows = all_rows(machine.log)
            names = {row.card: {row.card} for row in rows if row.card}
            for card, formers in self.previous_ids.items():
                names.setdefault(card, {card}).update(formers)
            wanted = [state for card in sorted(names) if (state := slow_state(card, names[card], rows))]
            keys = [*wanted[0]] if wanted else ["card"]
            assert [{key: getattr(state, key) for key in keys} for state in machine.log.states()] == wanted

    @invariant()
    def ids_rise(self) -> None:
        for machine in getattr(self, "machines", []):
            for name in ("aaa", "bbb"):
                written = machine.log.connection.execute(
                    "SELECT id FROM event WHERE device = ? ORDER BY id", (name,)
                ).fetchall()
                assert len({identity[:10] for (identity,) in written}) == len(written)

    def teardown(self) -> None:
        if not hasattr(self, "machines"):
            return
        one, other = (machine.log for machine in self.machines)
        one.merge(other.path)
        other.merge(one.path)
        assert one.states() == other.states()
        assert all_rows(one) == all_rows(other)
        before = one.states()
        one.rebuild()
        assert one.states() == before
        for machine in self.machines:
            machine.log.close()
        self.directory.cleanup()


TestTwoMachines = TwoMachines.TestCase
TestTwoMachines.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
