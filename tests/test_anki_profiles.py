"""Where Anki keeps its collections, on each system."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlquiz.anki.live.profiles import base_directories, chosen, profiles
from dlquiz.errors import DlquizError

HOME = Path("/home/me")


@pytest.mark.parametrize(
    ("environment", "platform", "wanted"),
    [
        ({}, "linux", "/home/me/.local/share/Anki2"),
        ({"XDG_DATA_HOME": "/data"}, "linux", "/data/Anki2"),
        ({}, "linux", "/home/me/.var/app/net.ankiweb.Anki/data/Anki2"),
        ({}, "darwin", "/home/me/Library/Application Support/Anki2"),
        ({"APPDATA": "/roaming"}, "win32", "/roaming/Anki2"),
        ({"ANKI_BASE": "/elsewhere"}, "win32", "/elsewhere"),
    ],
)
def test_base_directories(environment: dict[str, str], platform: str, wanted: str) -> None:
    found = [path.as_posix() for path in base_directories(environment, HOME, platform)]
    assert wanted in found
    assert "ANKI_BASE" not in environment or found == [wanted]


def made(base: Path, *names: str) -> list[Path]:
    for name in names:
        (base / name).mkdir(parents=True)
        (base / name / "collection.anki2").touch()
    (base / "addons21").mkdir(parents=True)
    return [base, base / "not there"]


def test_the_only_profile_needs_no_name(tmp_path: Path) -> None:
    directories = made(tmp_path, "User 1")
    assert chosen(None, directories) == chosen("User 1", directories) == profiles(directories)[0]
    assert chosen(None, directories).backups == tmp_path / "User 1" / "backups"


def test_a_path_names_a_collection_or_its_directory(tmp_path: Path) -> None:
    (directory, _) = made(tmp_path, "A", "B")
    path = directory / "A" / "collection.anki2"
    assert chosen(str(path), []) == chosen(str(path.parent), []) == ("A", path)


@pytest.mark.parametrize(
    ("names", "wanted", "words"),
    [
        ((), None, "no collection of Anki in"),
        (("A", "B"), None, "Anki has 2 profiles: A, B"),
        (("A", "B"), "C", "Anki has no profile C — there are A, B"),
        (("A",), "gone.anki2", "there is no gone.anki2"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, names: tuple[str, ...], wanted: str | None, words: str) -> None:
    with pytest.raises(DlquizError, match=words):
        chosen(wanted, made(tmp_path, *names))
