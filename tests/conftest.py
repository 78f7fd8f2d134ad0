"""What every test shares: golden files, and an environment in which nothing of the person's own is visible."""

from __future__ import annotations

import gc
import io
import os
import shlex
import signal
import sqlite3
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from pkgutil import walk_packages
from shutil import copy, rmtree
from tempfile import mkdtemp
from typing import Any

import pytest
from coverage import Coverage
from hypothesis import settings

import dlquiz

# A run must not depend on luck: the same examples every time. `--hypothesis-profile=explore` searches at random, and
# for longer; each counterexample that it finds becomes an `@example` of its test. Neither judges an example by how long
# it took.
settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=40)
settings.register_profile("explore", derandomize=False, deadline=None, max_examples=500, print_blob=True)
settings.load_profile("repeatable")

# Started in the background of a shell, the suite has SIGINT ignored, and so would every process that it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

GOLDEN = Path(__file__).parent / "golden"
# The heavy judges are read only where their package is installed.
JUDGES = {
    "anki": ["oracles/anki_phone.py", "oracles/anki_places.py"],
    "torch": [
        "oracles/torch_layers.py",
        "oracles/torch_networks.py",
        "oracles/torch_saved.py",
        "oracles/torch_onnx.py",
    ],
}
collect_ignore = [path for package, paths in JUDGES.items() if find_spec(package) is None for path in paths]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew; read them by eye after")
    parser.addoption("--seed", type=int, default=2026, help="of the campaigns of random input, which are slow tests")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        _prepare_workers(config)


def _prepare_workers(config: pytest.Config) -> None:
    """The process that starts the workers gives them a directory for what only one of them need make.

    It runs no test then, and is not measured.
    """
    shared = mkdtemp(prefix="dlquiz-tests-")
    os.environ["DLQUIZ_TESTS_SHARED"] = shared
    config.add_cleanup(lambda: rmtree(shared, ignore_errors=True))
    measuring = Coverage.current()
    if measuring is not None and config.getoption("numprocesses", None):
        measuring.stop()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """A million objects are made that stay: looking among them for garbage takes as long as making them."""
    if Coverage.current() is not None:
        _import_everything()
    gc.disable()
    try:
        with _not_measured():
            return (yield)
    finally:
        gc.freeze()
        # Tests make thousands of cards and nodes that stay, too: the default looks through all of them far too often.
        gc.set_threshold(20_000, 20, 20)
        gc.enable()


def _import_everything() -> None:
    """Collecting imports each module for its doctests; those of a run that is measured are imported before it rests."""
    for module in walk_packages(dlquiz.__path__, "dlquiz."):
        if not module.name.endswith("__main__"):
            import_module(module.name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    if item.get_closest_marker("no_cover") is None:
        return (yield)
    with _not_measured():
        return (yield)


@contextmanager
def _not_measured() -> Iterator[None]:
    """Coverage makes what runs take twice as long; here it rests."""
    measuring = Coverage.current()
    if measuring is None:
        yield
        return
    measuring.stop()
    try:
        yield
    finally:
        measuring.start()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is run on request may take an hour; the limit of the others stands in pyproject.toml."""
    for item in items:
        if any(item.get_closest_marker(name) for name in ("slow", "oracle", "anki")):
            item.add_marker(pytest.mark.timeout(3600))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the golden file of that name."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"no golden file {name}: run pytest --update-golden and read it"
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture
def run_calc(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """Call `dlquiz calc` in this process, with a line or with words: exit code, stdout, stderr."""

    def call(command: str | list[str], stdin: str = "") -> tuple[int, str, str]:
        from dlquiz.cli import main

        words = shlex.split(command) if isinstance(command, str) else command
        monkeypatch.setattr(sys, "argv", ["dlquiz", "calc", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        code: int | str = 0
        try:
            main()
        except SystemExit as leaving:
            code = leaving.code or 0
        output = capsys.readouterr()
        assert isinstance(code, int)
        return code, output.out, output.err

    return call


@pytest.fixture
def compiled_home(tmp_path: Path, _own_home: None) -> Path:
    """The home of this test's commands, where the shipped questions are compiled already."""
    from studying import copy_compiled

    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    copy_compiled(home)
    return home


@pytest.fixture
def few_questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One shipped deck in place of all of them, for commands that the others only make slower."""
    from dlquiz import bank

    directory = tmp_path / "one-shipped-deck"
    directory.mkdir()
    copy(bank.shipped_questions() / "pooling.yaml", directory)
    monkeypatch.setattr(bank, "shipped_questions", lambda: directory)
    return directory


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Homes of the tests that ask for no directory: most of them never make theirs."""
    directory = tmp_path_factory.mktemp("homes")
    return (directory / str(number) for number in count())


@pytest.fixture(autouse=True)
def _own_home(request: pytest.FixtureRequest, _homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    home = request.getfixturevalue("tmp_path") / "home" if "tmp_path" in request.fixturenames else next(_homes)
    monkeypatch.setenv("DLQUIZ_HOME", str(home))
    # Nor are the programs that a test starts measured: that would change what they import.
    for name in (
        "COVERAGE_PROCESS_START",
        "NO_COLOR",
        "FORCE_COLOR",
        "COLUMNS",
        "DLQUIZ_NOW",
        "DLQUIZ_DEBUG",
        "LC_ALL",
        "LC_MESSAGES",
        "LANG",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _closed_connections(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test after which a connection to SQLite is open that it opened.

    Windows removes no file that is open. Python warns of it from 3.13 on, and then in whichever test collects it.
    """
    connect, opened = sqlite3.connect, list[tuple[Any, sqlite3.Connection]]()

    def recorded(database: Any, *arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(database, *arguments, **options)
        opened.append((database, connection))
        return connection

    monkeypatch.setattr(sqlite3, "connect", recorded)
    yield
    left_open = [str(database) for database, connection in opened if _is_open(connection)]
    assert not left_open


def _is_open(connection: sqlite3.Connection) -> bool:
    try:
        return connection.total_changes >= 0
    except sqlite3.ProgrammingError:
        return False
