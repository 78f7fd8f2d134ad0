"""The commands of every day read without typer, whose import takes longer than what they do.

The options stand here as typer has them, which a test holds. A line that is not understood to the last word is left to
typer: help, completion, a mistake, an option of another command.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple


class FastOption(NamedTuple):
    """An option that takes a value, read by `read`, or a flag (`read` is None), which sets `flag_value`.

    `read` raises ValueError for what typer has to answer; `least` and `most` bound the value.
    """

    name: str
    read: Callable[[str], object] | None = None
    least: float | None = None
    most: float | None = None
    multiple: bool = False
    flag_value: object = True

    def value(self, text: str) -> object:
        assert self.read is not None
        found = self.read(text)
        if isinstance(found, int | float) and not (
            (self.least is None or found >= self.least) and (self.most is None or found <= self.most)
        ):
            raise ValueError
        return found


def _path(text: str) -> object:
    from pathlib import Path

    return Path(text)


ROOT = {"--json": FastOption("as_json"), "--short": FastOption("short"), "--lang": FastOption("lang", str)}
STUDY = {
    "--limit": FastOption("limit", int, least=1),
    "--new": FastOption("new", int, least=0),
    "--minutes": FastOption("minutes", float, least=0.1),
    "--tag": FastOption("tag", str, multiple=True),
    "--level": FastOption("level", int, least=1, most=3, multiple=True),
    "--important": FastOption("important"),
    "--track": FastOption("track", str),
    "--lang": FastOption("lang", str),
    "--ahead": FastOption("ahead"),
    "--cram": FastOption("cram"),
    "--weakest": FastOption("weakest"),
    "--missed": FastOption("missed"),
    "--flagged": FastOption("flagged"),
    "--bank": FastOption("bank", _path, multiple=True),
    "--seed": FastOption("seed", int),
    "--json": FastOption("as_json"),
    "--plain": FastOption("plain"),
}
# The options of all commands of layers; `--batch` is read by the layers' own type.
LAYER_OUTPUT = {
    "--dtype": FastOption("dtype", str),
    "--count": FastOption("count", str),
    "--check": FastOption("check", str),
    "--ask": FastOption("ask", str),
    "--json": FastOption("as_json"),
    "--lang": FastOption("lang", str),
}
NETWORK = {
    "--explain": FastOption("all_layers"),
    "--count": FastOption("cost", str),
    "--ask": FastOption("ask", str, multiple=True),
    "--dtype": FastOption("dtype", str),
    "--input": FastOption("input", str),
    "--stages": FastOption("by_stage"),
    "--list": FastOption("listed"),
    "--layers": FastOption("words"),
    "--notation": FastOption("notation"),
    "--csv": FastOption("as_csv"),
    "--markdown": FastOption("as_markdown"),
    "--json": FastOption("as_json"),
    "--lang": FastOption("lang", str),
}
LAYER_DEFAULTS = {
    "batch": None, "dtype": "fp32", "count": "both", "check": None, "ask": None, "as_json": False, "lang": None
}  # fmt: skip


def run(arguments: Sequence[str]) -> bool:
    """Run the command of this line if it can be read here; False leaves it to typer."""
    if any(name.startswith("_") and name.endswith("_COMPLETE") for name in os.environ):
        return False
    match list(arguments):
        case ["study", *rest]:
            return _study(rest)
        case ["calc", "net", *rest]:
            return _network(rest)
        case ["calc", name, *rest] if not name.startswith("-"):
            return _layer(name, rest)
        case line:
            return _dashboard(line)


def parse(options: Mapping[str, FastOption], line: Sequence[str]) -> tuple[dict[str, object], list[str]] | None:
    """The values of the options by their names, and the words beside them; None for what typer has to read.

    >>> parse(STUDY, ["losses", "--limit", "5", "--tag=a", "--json"])
    ({'limit': 5, 'tag': ('a',), 'as_json': True}, ['losses'])
    >>> parse(STUDY, ["--limit", "none"]), parse(STUDY, ["--help"])
    (None, None)
    """
    values: dict[str, object] = {}
    words: list[str] = []
    rest = iter(line)
    for text in rest:
        if not text.startswith("-"):
            words.append(text)
            continue
        option, value = _option(options, text)
        if option is None:
            return None
        if option.read is None:
            if value is not None:
                return None
            values[option.name] = option.flag_value
            continue
        value = next(rest, "-") if value is None else value
        if value.startswith("-"):
            return None
        try:
            found = option.value(value)
        except ValueError:
            return None
        values[option.name] = (*values.get(option.name, ()), found) if option.multiple else found  # type: ignore[misc]
    return None if "" in words else (values, words)


def _option(options: Mapping[str, FastOption], text: str) -> tuple[FastOption | None, str | None]:
    """The option that begins a word, and the value that is written together with it: --limit=5, -k7."""
    if text.startswith("--"):
        name, equals, value = text.partition("=")
        return options.get(name), value if equals else None
    return options.get(text[:2]), text[2:] or None


def _dashboard(line: Sequence[str]) -> bool:
    read = parse(ROOT, line)
    if read is None or read[1]:
        return False
    from dlquiz.cli.dashboard import DashboardArguments, dashboard

    dashboard(DashboardArguments(**read[0]))  # type: ignore[arg-type]
    return True


def _study(line: Sequence[str]) -> bool:
    if (read := parse(STUDY, line)) is None:
        return False
    from dlquiz.cli.study import StudyArguments, study

    values, decks = read
    study(StudyArguments(deck=tuple(decks), **values))  # type: ignore[arg-type]
    return True


def network_options() -> dict[str, FastOption]:
    """The options of `calc net`, by their flags; its counts are read by the type that typer uses."""
    from dlquiz.cli.calc.reading import CountType

    counts = {flag: FastOption(flag.removeprefix("--"), CountType(flag)) for flag in ("--batch", "--depth")}
    return NETWORK | counts


def _network(line: Sequence[str]) -> bool:
    from dlquiz.cli.calc import net_request

    def run(typed: dict[str, object]) -> None:
        net_request.run(net_request.NetRequest(**typed))  # type: ignore[arg-type]

    return _calc(network_arguments, run, line)


def network_arguments(line: Sequence[str]) -> dict[str, object] | None:
    """What was typed for `calc net`, by the names of its options; None for what typer has to read."""
    found = parse(network_options(), line)
    return found and {"network": found[1] or None, **found[0]}


def _calc(
    read: Callable[[Sequence[str]], dict[str, object] | None],
    run: Callable[[dict[str, object]], None],
    line: Sequence[str],
) -> bool:
    """Run a command of `calc` with what `read` makes of its line."""
    from dlquiz.errors import DlquizError

    try:
        typed = read(line)
    except DlquizError:
        # What of several mistakes is said first is for typer to decide.
        return False
    if typed is None:
        return False
    run(typed)
    return True


def _layer(name: str, line: Sequence[str]) -> bool:
    from dlquiz.cli.calc.layers_table import LAYER_COMMANDS

    if name not in LAYER_COMMANDS:
        return False
    from dlquiz.cli.calc import layer_request

    return _calc(partial(layer_arguments, name), partial(layer_request.run, name), line)


def layer_options(name: str) -> dict[str, FastOption]:
    """The options of a command of a layer, by their flags."""
    from dlquiz.cli.calc.layer_request import input_type, read_options
    from dlquiz.cli.calc.layers_table import LAYER_COMMANDS
    from dlquiz.cli.calc.reading import CountType

    row = LAYER_COMMANDS[name]
    options = LAYER_OUTPUT | {"--batch": FastOption("batch", CountType("--batch"))}
    if row.input == "sequence":
        options["--tokens"] = FastOption("tokens", input_type(row.input))
    for one in read_options(row):
        reader = None if one.is_flag else one.parser or str
        option = FastOption(one.option.argument, reader, flag_value=one.flag_value)
        options |= dict.fromkeys(one.option.flags.split(), option)
    return options


def layer_arguments(name: str, line: Sequence[str]) -> dict[str, object] | None:
    """What was typed for a command of a layer, by the names of its options, with the defaults of the others.

    None for what typer has to read; raises UsageError for a value that cannot be read.
    """
    from dlquiz.cli.calc.layer_request import input_type, read_options
    from dlquiz.cli.calc.layers_table import LAYER_COMMANDS

    row = LAYER_COMMANDS[name]
    found = parse(layer_options(name), line)
    if found is None or len(found[1]) > 1 or (not found[1] and row.input != "sequence"):
        return None
    typed: dict[str, object] = {"tokens": None} if row.input == "sequence" else {}
    for one in read_options(row):
        default = one.option.default
        typed[one.option.argument] = default if default is None or one.parser is None else one.parser(default)
    given = input_type(row.input)(found[1][0]) if found[1] else None
    return LAYER_DEFAULTS | typed | found[0] | {"input": given}
