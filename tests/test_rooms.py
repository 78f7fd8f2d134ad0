"""The house: which room may import which, and who may touch the clock, the terminal, YAML and SQLite."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
from package_source import PACKAGE, nodes

pytestmark = pytest.mark.no_cover

# Rooms from the ground up: a room may import those above it in this list.
ORDER = [
    "errors", "randomness", "cards", "tracks", "thesaurus", "suggest", "formatting", "files", "protobuf", "database",
    "settings", "messages", "expressions", "markup", "figures", "calc", "numeric", "grading", "schema", "kinds",
    "scheduler", "readiness", "bank", "review_log", "interview", "session", "stats", "render", "notes", "anki", "sync",
    "export", "cli",
]  # fmt: skip
# Packages that only these rooms may import.
ONLY_IN: dict[str, set[str]] = {
    "typer": {"cli"},
    "rich": {"cli", "render"},
    "sqlite3": {"database", "review_log", "bank/cache", "bank/compiled", "anki"},
    "yaml": {"schema", "bank"},
    # Lists and pages show one member of a numeric family, always the same: a generator with a fixed seed.
    "random": {"cli", "render/card", "render/card_table"},
    "numpy": {"readiness", "calc/networks/field_depth"},
    "latex2mathml": {"render"},
    "torch": set(),
}
CLOCKS = {("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"), ("date", "today"), ("time", "time"),
          ("time", "time_ns"), ("time", "monotonic"), ("time", "perf_counter"), ("time", "localtime")}  # fmt: skip

MODULES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def imported(path: Path) -> list[tuple[str, int]]:
    """Every module that the file imports, at its top or inside a function, with the line."""
    names: list[tuple[str, int]] = []
    for node in nodes()[path.relative_to(PACKAGE).as_posix()]:
        if isinstance(node, ast.Import):
            names += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import; name the room"
            module = node.module or ""
            names += [(f"{module}.{alias.name}" if module == "dlquiz" else module, node.lineno) for alias in node.names]
    return names


def test_every_room_is_in_the_table() -> None:
    assert {room(path) for path in MODULES} - {"__init__", "__main__"} == set(ORDER)


def test_imports_point_down() -> None:
    upward = [
        f"{path}:{line}: {room(path)} imports {name}, which comes after it"
        for path in MODULES
        if room(path) in ORDER
        for name, line in imported(path)
        if name.startswith("dlquiz.") and (there := name.split(".")[1]) not in {"__version__", room(path)}
        if ORDER.index(there) >= ORDER.index(room(path))
    ]
    assert upward == []


def test_packages_stay_in_their_rooms() -> None:
    strayed = []
    for path in MODULES:
        inside = path.relative_to(PACKAGE).with_suffix("").as_posix()
        for name, line in imported(path):
            allowed = ONLY_IN.get(name.split(".")[0])
            if allowed is not None and not any(inside == one or inside.startswith(one + "/") for one in allowed):
                strayed.append(f"{path}:{line}: {name}")
    assert strayed == []


def test_only_the_door_has_a_clock() -> None:
    clocks = []
    for path in (path for path in MODULES if room(path) != "cli"):
        for node in nodes()[path.relative_to(PACKAGE).as_posix()]:
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
                owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
                if (owner, node.attr) in CLOCKS:
                    clocks.append(f"{path}:{node.lineno}: {owner}.{node.attr}")
    assert clocks == []


def test_no_room_for_leftovers() -> None:
    leftovers = {"utils", "util", "core", "common", "models", "services", "helpers", "misc"}
    assert not {path.stem for path in PACKAGE.rglob("*")} & leftovers
