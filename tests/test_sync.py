"""The shared folder: whatever carries the files, and in whatever order, all devices end with the same log."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dlquiz.cli import main
from dlquiz.errors import DlquizError
from dlquiz.review_log import Event, History
from dlquiz.review_log.rows import COLUMNS
from dlquiz.scheduler import Instant
from dlquiz.sync.folder import FolderSyncResult, directory_of, read, sync
from dlquiz.sync.lines import line_of, row_of

NOON = 1_770_030_000_000


class Device:
    """A computer with its own log, its own copy of the shared folder, and a clock of its own."""

    def __init__(self, directory: Path, name: str, drift: int) -> None:
        self.directory, self.name, self.drift = directory / name, name, drift
        self.folder = self.directory / "shared"
        self.folder.mkdir(parents=True)
        self.now = NOON + drift
        self.log = self._open()

    def _open(self) -> History:
        return History.open(self.directory / "history.db", device=self.name, clock=lambda: Instant(self.now, 60))

    def act(self, chance: Random) -> None:
        self.now += chance.randrange(1000, 40_000_000)
        card = f"card-{chance.randrange(6)}"
        match chance.randrange(8):
            case 0:
                self.log.undo()
            case 1:
                self.log.record(Event(chance.choice(["flag", "suspend", "unsuspend", "bury"]), card))
            case _:
                self.log.record(Event("review", card, rating=chance.randint(1, 4), reply="w" * chance.randrange(4)))

    def restore(self) -> None:
        """Go back to an old copy of the log, as after a broken disk."""
        self.log.close()
        if (saved := self.directory / "old.db").exists():
            for part in self.directory.glob("history.db*"):
                part.unlink()
            shutil.copyfile(saved, self.directory / "history.db")
        self.log = self._open()

    def save(self) -> None:
        (self.directory / "old.db").unlink(missing_ok=True)
        self.log.copy_to(self.directory / "old.db")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Device]:
    device = Device(tmp_path, "desk", 0)
    with device.log:
        yield device


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Device]:
    device = Device(tmp_path, "laptop", 0)
    with device.log:
        yield device


def carry(source: Device, target: Device, chance: Random) -> None:
    """Bring files from one copy of the folder to another: late, torn, twice, as a conflict, or not at all."""
    for path in sorted(directory_of(source.folder).glob("*")):
        if path.name == f"{target.name}.jsonl" and chance.random() < 0.9:
            continue
        there = directory_of(target.folder) / path.name
        there.parent.mkdir(exist_ok=True)
        data = path.read_bytes()
        match chance.randrange(6):
            case 0:
                continue
            case 1:
                data = data[: chance.randrange(len(data) + 1)]
                there.with_name(f"{path.stem}.sync-conflict-{chance.randrange(9)}.jsonl").write_bytes(data)
            case 2:
                there.with_name(f"{path.stem} (conflicted copy).jsonl").write_bytes(data)
            case _:
                if path.name != f"{target.name}.jsonl":
                    there.write_bytes(data)


def contents(log: History) -> list[tuple[object, ...]]:
    return [tuple(getattr(row, name) for name in COLUMNS) for row in log.events()]


def run(directory: Path, seed: int, steps: int = 60) -> None:
    chance = Random(seed)
    devices = [
        Device(directory, name, drift) for name, drift in (("desk", 0), ("laptop", -90_000), ("phone", 7_000_000))
    ]
    for _ in range(steps):
        one, other = chance.sample(devices, 2)
        match chance.randrange(10):
            case 0:
                one.save()
            case 1:
                one.restore()
            case 2 | 3 | 4:
                sync(one.log, one.folder)
                carry(one, other, chance)
            case _:
                one.act(chance)
    calm = directory / "calm"
    calm.mkdir()
    for _ in range(3):
        for device in devices:
            for path in directory_of(device.folder).glob("*"):
                directory_of(calm).mkdir(exist_ok=True)
                shutil.copyfile(path, directory_of(calm) / f"{device.name}-{path.name}")
            sync(device.log, device.folder)
            sync(device.log, calm)
    first = contents(devices[0].log)
    for device in devices:
        assert contents(device.log) == first
        assert device.log.states() == devices[0].log.states()
        assert device.log.verify() == []
        again = sync(device.log, calm)
        assert (again.came.rows, again.written) == (0, 0)
    for device in devices:
        device.log.close()


@pytest.mark.no_cover
@pytest.mark.parametrize("seeds", [range(2), pytest.param(range(1000), marks=pytest.mark.slow)], ids=len)
def test_three_devices_agree_in_the_end(tmp_path: Path, seeds: range) -> None:
    for seed in seeds:
        run(tmp_path / str(seed), seed)


def test_lines_and_rows_are_inverse(desk: Device) -> None:
    chance = Random(3)
    for _ in range(30):
        desk.act(chance)
    for row in desk.log.events():
        assert row_of(line_of(row)) == row._replace(undone=False)
        assert row_of(line_of(row, with_reply=False)) == row._replace(undone=False, reply=None)


def test_replies_are_left_out_and_found_again(desk: Device, laptop: Device, tmp_path: Path) -> None:
    desk.log.record(Event("review", "card-1", rating=3, reply="secret"))
    shared = tmp_path / "folder"
    shared.mkdir()
    sync(desk.log, shared, with_replies=False)
    text = (directory_of(shared) / "desk.jsonl").read_text()
    assert "secret" not in text
    sync(laptop.log, shared)
    assert [row.reply for row in laptop.log.rows()] == [None]
    sync(desk.log, shared)
    assert [row.reply for row in desk.log.rows()] == ["secret"], "what this device knows is not forgotten"
    assert stat.S_IMODE((directory_of(shared) / "desk.jsonl").stat().st_mode) == 0o600


def test_files_that_the_carrier_has_under_way_are_not_read(desk: Device, laptop: Device) -> None:
    laptop.log.record(Event("review", "card-1", rating=3))
    directory_of(desk.folder).mkdir()
    (directory_of(desk.folder) / ".syncthing.laptop.jsonl.tmp").write_text(line_of(next(iter(laptop.log.events()))))
    assert sync(desk.log, desk.folder).came.rows == 0


def test_lines_that_are_no_events_are_named_and_left_alone(desk: Device, laptop: Device) -> None:
    directory_of(desk.folder).mkdir()
    other = directory_of(desk.folder) / "other.jsonl"
    laptop.log.record(Event("review", "card-1", rating=3))
    whole = line_of(next(iter(laptop.log.events())))
    odd = json.loads(whole) | {"id": "01KGDX0000000000000000000X", "rating": 9}
    bad = ["{}", "[1]", "not json", '{"id": 5}', json.dumps(odd), "9" * 5000]
    other.write_text(whole + "\n".join(bad) + "\n" + '{"id": "half', encoding="utf-8")
    before = other.read_bytes()
    done = sync(desk.log, desk.folder)
    assert done.came.rows == 1
    assert [line.line for line in done.unreadable] == [2, 3, 4, 5, 7]
    assert done.came.left_out == 1
    assert other.read_bytes() == before
    assert [row.card for row in desk.log.rows()] == ["card-1"]
    assert read(directory_of(desk.folder), other).torn, "one's own torn line is noticed"


def test_a_folder_that_is_not_there(desk: Device, tmp_path: Path) -> None:
    with pytest.raises(DlquizError, match="there is no directory"):
        sync(desk.log, tmp_path / "nowhere")


def test_what_arrives_while_a_watched_folder_syncs_is_taken_too(
    laptop: Device, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shared = tmp_path / "folder"
    laptop.log.record(Event("review", "card-1", rating=3))
    shared.mkdir()

    def sync_then_arrival(*arguments: Any, **options: Any) -> FolderSyncResult:
        done = sync(*arguments, **options)
        sync(laptop.log, shared)
        return done

    ticks = iter(range(5))

    def tick(seconds: float) -> None:
        if next(ticks, None) is None:
            raise KeyboardInterrupt

    monkeypatch.setattr("dlquiz.sync.folder.sync", sync_then_arrival)
    monkeypatch.setattr("time.sleep", tick)
    monkeypatch.setattr("sys.argv", ["dlquiz", "sync", str(shared), "--watch"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 130
    assert capsys.readouterr().out.splitlines()[1:] == ["1 answer to 1 card received"]
    with History.open(tmp_path / "home" / "history.db", device="here", clock=lambda: Instant(NOON, 0)) as log:
        assert [row.card for row in log.rows()] == ["card-1"]
