"""Where Anki keeps its collections on this computer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from dlquiz.errors import DlquizError

COLLECTION = "collection.anki2"


class Profile(NamedTuple):
    """A profile of Anki's: its name and its collection."""

    name: str
    collection: Path

    @property
    def backups(self) -> Path:
        return self.collection.parent / "backups"


def base_directories(environment: Mapping[str, str], home: Path, platform: str) -> list[Path]:
    """The directories that may hold profiles, as Anki looks for them; ANKI_BASE alone when it is set.

    >>> [path.as_posix() for path in base_directories({"ANKI_BASE": "/data/anki"}, Path("/home/me"), "linux")]
    ['/data/anki']
    >>> [path.as_posix() for path in base_directories({}, Path("/Users/me"), "darwin")]
    ['/Users/me/Library/Application Support/Anki2']
    """
    if base := environment.get("ANKI_BASE"):
        return [Path(base).expanduser()]
    if platform == "win32":
        return [Path(environment.get("APPDATA") or home / "AppData" / "Roaming") / "Anki2"]
    if platform == "darwin":
        return [home / "Library" / "Application Support" / "Anki2"]
    data = Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share")
    flatpak = home / ".var" / "app" / "net.ankiweb.Anki" / "data"
    return [
        data / "Anki2",
        flatpak / "Anki2",
        home / "snap" / "anki-desktop" / "current" / ".local" / "share" / "Anki2",
    ]


def profiles(directories: Iterable[Path]) -> list[Profile]:
    """Every profile that has a collection, in the order of its name."""
    found = [path for directory in directories if directory.is_dir() for path in directory.glob(f"*/{COLLECTION}")]
    return sorted(Profile(path.parent.name, path) for path in found)


def chosen(wanted: str | None, directories: list[Path]) -> Profile:
    """The profile of that name or at that path, or the only one; raises DlquizError that lists what there is."""
    if wanted is not None and (path := _path(wanted)) is not None:
        return Profile(path.parent.name, path)
    known = profiles(directories)
    names = ", ".join(dict.fromkeys(profile.name for profile in known))
    matching = [profile for profile in known if wanted in (None, profile.name)]
    if len(matching) == 1:
        return matching[0]
    if not known:
        *others, last = map(str, directories)
        places = f"{', '.join(others)} or {last}" if others else last
        raise DlquizError(f"no collection of Anki in {places}", fix="name it with --profile PATH, or set ANKI_BASE")
    if not matching:
        raise DlquizError(f"Anki has no profile {wanted}", fix=f"there are {names}")
    raise DlquizError(f"Anki has {len(matching)} profiles: {names}", fix="choose one with --profile NAME or a path")


def _path(wanted: str) -> Path | None:
    """The collection that a path names, itself or by its directory; None for what is only a name."""
    path = Path(wanted).expanduser()
    if path.is_dir() and (path / COLLECTION).is_file():
        return path / COLLECTION
    if path.suffix == ".anki2" or path.is_file():
        if not path.is_file():
            raise DlquizError(f"there is no {path}", fix="name collection.anki2 or the directory of the profile")
        return path
    return None
