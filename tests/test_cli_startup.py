"""What a command must not load: start-up speed is held by structure, not by seconds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from studying import environment, run_json, write_bank

# What takes long to import; each command names those that it may load.
HEAVY = {"yaml", "rich", "numpy", "markdown_it", "pygments", "fsrs_rs_python", "sqlite3", "tomllib", "pydantic",
         "torch", "dlquiz.figures", "importlib.metadata", "hypothesis", "asyncio", "ssl",
         "socket", "http.client"}  # fmt: skip
PROBE = """
import sys
sys.argv = ["dlquiz", *sys.argv[1:]]
from dlquiz.cli import main
try:
    main()
except SystemExit:
    pass
print(*sorted(sys.modules), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("startup")
    write_bank(place / "questions")
    code, _, stderr = run_json(place, [{"reply": ""}, {"rating": "good"}], "small")
    assert code == 0, stderr
    return place


def loaded(home: Path, *arguments: str, stdin: str = "", **variables: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", PROBE, *arguments], input=stdin.encode(), capture_output=True,
                          env=environment(home, **variables), timeout=60)  # fmt: skip
    assert "Traceback" not in done.stderr.decode(), done.stderr.decode()
    return set(done.stderr.decode().split())


# What only typer needs, and what else costs more than the hot commands do themselves.
SLOW = {"typer", "inspect", "dataclasses", "shutil", "subprocess", "statistics", "tomlkit"}
LOG = {"sqlite3", "fsrs_rs_python"}


@pytest.mark.parametrize(
    ("arguments", "forbidden"),
    [
        (("--version",), HEAVY),
        (("--help",), HEAVY),
        (("study", "--help"), HEAVY - {"sqlite3"}),
        (("where",), HEAVY),
        (("config",), HEAVY),
        # The hot commands, which start without typer.
        (("calc", "conv", "3x224x224", "-o", "64", "-k", "7", "-s", "2", "-p", "3"), HEAVY | SLOW),
        ((), (HEAVY | SLOW) - LOG),
        (("study", "--json", "small"), (HEAVY | SLOW) - LOG),
    ],
)
def test_heavy_packages_stay_out(home: Path, arguments: tuple[str, ...], forbidden: set[str]) -> None:
    assert loaded(home, *arguments, stdin='{"command": "quit"}\n') & forbidden == set()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs is asked")
def test_where_a_persons_files_are_needs_no_package(tmp_path: Path) -> None:
    assert "platformdirs" not in loaded(tmp_path, "where", DLQUIZ_HOME="", HOME=str(tmp_path))


def test_the_probe_sees_what_is_loaded(home: Path) -> None:
    assert {"typer", "sqlite3", "dlquiz.cli.commands.bank"} <= loaded(home, "bank", "decks")
