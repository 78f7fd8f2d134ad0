"""Where things are and how the person wants them: directories, `config.toml`, environment. Flags win, then these."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from dlquiz.errors import BELOW, DlquizError

if TYPE_CHECKING:
    from dlquiz.cards import Language


class Settings(NamedTuple):
    """What holds for this call; `origins` says for each key where its value comes from."""

    language: Language
    retention: float
    new_per_day: int
    minutes_per_day: float
    banks: tuple[Path, ...]
    plain: bool
    editor: str
    origins: Mapping[str, str]
    data_dir: Path
    config_file: Path
    cache_dir: Path

    @property
    def history_file(self) -> Path:
        return self.data_dir / "history.db"

    @property
    def backup_dir(self) -> Path:
        return self.data_dir / "backups"

    @property
    def own_questions(self) -> Path:
        return self.data_dir / "questions"

    @property
    def overrides_file(self) -> Path:
        return self.own_questions / "overrides.yaml"

    @property
    def device_file(self) -> Path:
        # Outside the data directory's backups and never merged: two machines must not share one device id.
        return self.data_dir / "device"

    @property
    def bank_paths(self) -> tuple[Path, ...]:
        """The banks of this person besides the shipped one: their own directory (if it is there), then `banks`."""
        own = (self.own_questions,) if self.own_questions.is_dir() else ()
        return (*own, *self.banks)


# Each key: what a value may be (said in errors and by `dlquiz config`), the default, and the reader that types it.
KEYS: dict[str, tuple[str, object, Callable[[object], object]]]


def _language(value: object) -> str:
    word = str(value).strip().lower().replace("_", "-")
    if word in ("en", "zh", "auto"):
        return word
    raise ValueError


def _number(low: float, high: float) -> Callable[[object], float]:
    def read(value: object) -> float:
        if isinstance(value, bool):
            raise ValueError
        number = float(cast("str | float", value))
        if not low <= number <= high:
            raise ValueError
        return number

    return read


def _count(value: object) -> int:
    number = cast("str | float", value)
    if isinstance(value, bool) or int(number) != float(number) or not 0 <= int(number) <= 9999:
        raise ValueError
    return int(number)


def _expanded(path: str | Path) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise DlquizError(f"{path}: there is no such user on this computer", fix="write the whole path") from None


def _paths(value: object) -> tuple[Path, ...]:
    parts = value.split(os.pathsep) if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str | Path) for part in parts):
        raise ValueError
    return tuple(_expanded(part) for part in parts if str(part))


def _yes_or_no(value: object) -> bool:
    words = {"true": True, "yes": True, "1": True, "on": True, "false": False, "no": False, "0": False, "off": False}
    if (word := str(value).strip().lower()) in words:
        return words[word]
    raise ValueError


def _words(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


KEYS = {
    "language": ("en, zh, or auto (LC_ALL, LC_MESSAGES, LANG)", "auto", _language),
    "retention": ("a number from 0.7 to 0.97", 0.9, _number(0.7, 0.97)),
    "new_per_day": ("a whole number from 0 to 9999", 20, _count),
    "minutes_per_day": ("a number of minutes from 1 to 1440", 30.0, _number(1, 1440)),
    "banks": (f'a list of files or directories (in the environment joined by "{os.pathsep}")', (), _paths),
    "plain": ("true or false", False, _yes_or_no),
    "editor": ("a command; empty means $VISUAL, then $EDITOR", "", _words),
}

# The two places where a key's name in the environment is not its own name in capitals.
_VARIABLES = {"language": "DLQUIZ_LANG", "banks": "DLQUIZ_BANK"}


def variable(key: str) -> str:
    """The environment variable that sets a key.

    >>> variable("new_per_day")
    'DLQUIZ_NEW_PER_DAY'
    """
    return _VARIABLES.get(key, f"DLQUIZ_{key.upper()}")


def read(environment: Mapping[str, str] | None = None, **flags: object) -> Settings:
    """The settings of this call; a flag that is None was not given. Raises `DlquizError` with every problem at once.

    >>> read({"DLQUIZ_HOME": "/nowhere", "LANG": "zh_CN.UTF-8"}, retention=0.95).language
    'zh'
    """
    environment = os.environ if environment is None else environment
    data_dir, config_file, cache_dir = directories(environment)
    problems: list[str] = []
    written = _written(config_file, problems)
    values: dict[str, object] = {}
    origins: dict[str, str] = {}
    for key, (_, default, _) in KEYS.items():
        values[key], origins[key] = default, "default"
        for origin, found in (
            (str(config_file), written.get(key)),
            (variable(key), environment.get(variable(key)) or None),
            ("command line", flags.get(key)),
        ):
            if found is None:
                continue
            try:
                values[key], origins[key] = typed(key, found), origin
            except DlquizError as error:
                problems.append(
                    f"{_place(config_file, key) if origin == str(config_file) else origin}: {error.message}"
                )
    if problems:
        raise DlquizError(BELOW.join(problems), fix="see dlquiz config --help")
    if values["language"] == "auto":
        values["language"], origins["language"] = locale_language(environment)
    places = {"data_dir": data_dir, "config_file": config_file, "cache_dir": cache_dir}
    return Settings(**values, origins=origins, **places)  # type: ignore[arg-type]


def typed(key: str, value: object) -> object:
    """The value as its key wants it; raises `DlquizError` that says what it may be, or which key is meant."""
    if key not in KEYS:
        from dlquiz.suggest import begun_or_near

        near = " or ".join(begun_or_near(key, KEYS))
        hint = f"did you mean {near}?" if near else f"there are {', '.join(KEYS)}"
        raise DlquizError(f"no setting is called {key!r}: {hint}")
    meaning, _, reader = KEYS[key]
    try:
        return reader(value)
    except (ValueError, TypeError, OverflowError):
        raise DlquizError(f"{key} is {_toml(value)}, but must be {meaning}") from None


def directories(environment: Mapping[str, str]) -> tuple[Path, Path, Path]:
    """The data directory, the configuration file and the cache directory; `DLQUIZ_HOME` moves all three.

    >>> [path.as_posix() for path in directories({"DLQUIZ_HOME": "/tmp/d"})]
    ['/tmp/d', '/tmp/d/config.toml', '/tmp/d/cache']
    """
    if home := environment.get("DLQUIZ_HOME"):
        root = _expanded(home).absolute()
        return root, root / "config.toml", root / "cache"
    if sys.platform == "linux" and "ANDROID_DATA" not in environment and os.path.isabs(environment.get("HOME", "")):
        return _xdg_directories(environment)
    import platformdirs

    directory = platformdirs.PlatformDirs("dlquiz", appauthor=False)
    return directory.user_data_path, directory.user_config_path / "config.toml", directory.user_cache_path


def _xdg_directories(environment: Mapping[str, str]) -> tuple[Path, Path, Path]:
    """What platformdirs gives on Linux; importing it takes 6 ms, a tenth of the time until the first question."""

    def below(variable: str, usual: str) -> Path:
        given = environment.get(variable, "")
        return Path(given if os.path.isabs(given) else f"{environment['HOME']}/{usual}", "dlquiz")

    config = below("XDG_CONFIG_HOME", ".config") / "config.toml"
    return below("XDG_DATA_HOME", ".local/share"), config, below("XDG_CACHE_HOME", ".cache")


def locale_language(environment: Mapping[str, str]) -> tuple[Language, str]:
    """The language of the messages as POSIX finds it, and the variable that said so.

    >>> locale_language({"LC_ALL": "", "LANG": "zh_TW.UTF-8"})
    ('zh', 'LANG')
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return ("zh" if value.lower().startswith("zh") else "en"), name
    return "en", "default"


def write(config_file: Path, key: str, value: object) -> None:
    """Set one key in the file (None takes it out), all other lines and comments kept; the file changes whole or not
    at all. Raises `DlquizError` when the value is wrong, or the file cannot be read or written."""
    if key not in KEYS or value is not None:
        value = typed(key, value)
    before = _text(config_file)
    _parsed(before, config_file)
    after = _edited(before, key, value)
    _parsed(after, config_file)
    from dlquiz.files import write_atomically

    write_atomically(config_file, after.encode(), parents=True)


def _edited(text: str, key: str, value: object) -> str:
    """The text with one key set in its top table, or taken out; all else as it was."""
    import tomlkit
    import tomlkit.exceptions

    try:
        document = tomlkit.parse(text)
    except tomlkit.exceptions.TOMLKitError as error:
        raise DlquizError(f"cannot change config.toml: {error}", fix="set it with an editor") from None
    if value is None:
        document.pop(key, None)
        return document.as_string()
    # Through TOML, so that a number is written as errors quote it, and a path is a string.
    item = tomlkit.value(_toml(value))
    if key in document:
        document[key] = item
    else:
        item.trivia.trail = "\r\n" if "\r\n" in text else "\n"
        document.append(key, item)
    return document.as_string()


def _written(config_file: Path, problems: list[str]) -> dict[str, object]:
    try:
        written = _parsed(_text(config_file), config_file)
    except DlquizError as error:
        problems.append(str(error))
        return {}
    for key in written:
        if key not in KEYS:
            try:
                typed(key, None)
            except DlquizError as error:
                problems.append(f"{_place(config_file, key)}: {error.message}")
    return written


def _text(config_file: Path) -> str:
    try:
        return config_file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise DlquizError(f"{config_file}: not UTF-8", fix="save it as UTF-8") from None
    except OSError as error:
        raise DlquizError(
            f"cannot read {config_file}: {error.strerror}", fix="make it readable, or move it away"
        ) from None


def _parsed(text: str, config_file: Path) -> dict[str, object]:
    if not text:
        return {}
    import re
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        where = f":{place[1]}:{place[2]}" if place else ""
        message = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise DlquizError(
            f"{config_file}{where}: not TOML: {message[:1].lower()}{message[1:]}", fix="correct that line"
        ) from None
    except (ValueError, RecursionError):
        raise DlquizError(
            f"{config_file} holds a number of thousands of digits, or lists nested as deep", fix="correct it by hand"
        ) from None


def _place(config_file: Path, key: str) -> str:
    import re

    for number, line in enumerate(_text(config_file).split("\n"), 1):
        if re.match(rf"\s*\[?[\"']?{re.escape(key)}[\"']?\s*[=\].]", line):
            return f"{config_file}:{number}"
    return str(config_file)


def _toml(value: object) -> str:
    """The value as TOML writes it (and as errors quote it).

    >>> _toml(True), _toml(0.9), _toml((Path("a"),)), _toml('say "hi"')
    ('true', '0.9', '["a"]', '"say \\\\"hi\\\\""')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > 1000:
        return f"{hex(value)[:16]}…"
    if isinstance(value, int | float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    import json

    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def as_text(key: str, settings: Settings) -> str:
    """The value of a key as the configuration file would have it."""
    return _toml(getattr(settings, key))
