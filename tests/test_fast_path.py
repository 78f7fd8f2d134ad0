"""The fast path reads a line as typer does, or leaves it to typer."""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from studying import run_in, write_bank

from dlquiz.cli import dashboard, fast_path, study
from dlquiz.cli.calc import layer_request, net_request
from dlquiz.cli.calc.layers_table import LAYER_COMMANDS
from dlquiz.cli.fast_path import FastOption
from dlquiz.cli.root import app

COMMAND: Any = typer.main.get_command(app)


def command(*path: str) -> Any:
    found = COMMAND
    for name in path:
        found = found.get_command(None, name)
    return found


def options_of(*path: str) -> dict[str, Any]:
    """The options of a command as typer made them, by their flags; without help and what leaves at once."""
    return {
        flag: one
        for one in command(*path).params
        if one.param_type_name == "option" and one.name not in ("help", "version", "install_completion",
                                                                "show_completion")
        for flag in one.opts
    }  # fmt: skip


def assert_alike(table: Mapping[str, FastOption], options: Mapping[str, Any]) -> None:
    assert set(table) == set(options)
    for flag, mine in table.items():
        theirs = options[flag]
        assert (mine.name, mine.read is None, mine.multiple) == (theirs.name, theirs.is_flag, theirs.multiple), flag
        bounds = getattr(theirs.type, "min", None), getattr(theirs.type, "max", None)
        assert (mine.least, mine.most) == bounds, flag
        if mine.read in (int, float, str):
            assert theirs.type.name.partition(" ")[0] in {int: ("integer", "int"), float: ("float",),
                                                          str: ("text", "str")}[mine.read], flag  # fmt: skip


def test_the_tables_are_those_of_typer() -> None:
    assert_alike(fast_path.ROOT, options_of())
    assert_alike(fast_path.STUDY, options_of("study"))
    assert {one.name for one in command("study").params} == {*study.StudyArguments._fields, "help"} - {"help"}


def test_the_options_of_networks_are_those_of_typer() -> None:
    assert_alike(fast_path.network_options(), options_of("calc", "net"))
    assert set(net_request.NetRequest._fields) == {one.name for one in command("calc", "net").params}


@pytest.mark.parametrize("name", LAYER_COMMANDS)
def test_the_options_of_layers_are_those_of_typer(name: str) -> None:
    options = options_of("calc", name)
    assert_alike(fast_path.layer_options(name), options)
    read = fast_path.layer_arguments(name, ["3x8x8"])
    assert read is not None
    assert set(read) == {one.name for one in command("calc", name).params}


def captured(line: list[str], owner: Any, name: str, by_typer: bool) -> list[tuple[Any, ...]]:
    """What a line calls the function `name` of a module with."""
    calls: list[tuple[Any, ...]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, lambda *values: calls.append(values))
        if by_typer:
            with redirect_stderr(io.StringIO()):
                COMMAND.main(line, standalone_mode=False)
        else:
            fast_path.run(line)
    return calls


TEXTS = st.sampled_from(["5", "0", "-1", "2.5", "3x3", "1:2", "same", "none", "", "losses", "1_0", " 7", "nan", "1e3",
                         "en", "zh", "--", "-", "int8"])  # fmt: skip


def lines_of(flags: list[str], words: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    """Lines of a command: options with a value after them, with `=`, with none, and words between them."""
    flag = st.sampled_from([*flags, "--help", "--nope"])
    piece = st.one_of(
        st.tuples(flag, TEXTS).map(list),
        st.tuples(flag, TEXTS).map(lambda pair: ["=".join(pair)]),
        st.tuples(flag, TEXTS).map(lambda pair: ["".join(pair)]),
        flag.map(lambda one: [one]),
        words.map(lambda one: [one]),
    )
    return st.lists(piece, max_size=5).map(lambda pieces: [word for piece in pieces for word in piece])


@given(lines_of(list(fast_path.STUDY), TEXTS))
def test_study_is_read_as_typer_reads_it(line: list[str]) -> None:
    if mine := captured(["study", *line], study, "study", by_typer=False):
        assert repr(mine) == repr(captured(["study", *line], study, "study", by_typer=True))


@given(lines_of(list(fast_path.ROOT), st.just("--json")))
def test_the_dashboard_is_read_as_typer_reads_it(line: list[str]) -> None:
    if mine := captured(line, dashboard, "dashboard", by_typer=False):
        assert mine == captured(line, dashboard, "dashboard", by_typer=True)


@given(st.data())
def test_layers_are_read_as_typer_reads_them(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(list(LAYER_COMMANDS)))
    shapes = st.sampled_from(["3x224x224", "64x8x8", "224", "16x100", "128x768", "x"])
    line = data.draw(lines_of(list(fast_path.layer_options(name)), shapes))
    for shape in (data.draw(shapes), None):
        whole = ["calc", name, *([shape] if shape else []), *line]
        if mine := captured(whole, layer_request, "run", by_typer=False):
            theirs = captured(whole, layer_request, "run", by_typer=True)
            assert [(one, repr(sorted(typed.items()))) for one, typed in mine] == [
                (one, repr(sorted(typed.items()))) for one, typed in theirs
            ]


@given(lines_of(list(fast_path.network_options()), st.sampled_from(["resnet50", "3x8x8,", "conv", "-", "k3"])))
def test_networks_are_read_as_typer_reads_them(line: list[str]) -> None:
    whole = ["calc", "net", *line]
    if mine := captured(whole, net_request, "run", by_typer=False):
        theirs = captured(whole, net_request, "run", by_typer=True)
        assert [_plain(one) for (one,) in mine] == [_plain(one) for (one,) in theirs]


def _plain(asked: net_request.NetRequest) -> net_request.NetRequest:
    return asked._replace(network=list(asked.network or []), ask=list(asked.ask or []))


LINES = ["", "calc net resnet50 --ask macs", "calc net lenet5 --lang zh", "calc net nope",
         "calc net resnet50 --depth x", "calc net 3x8x8, conv 4 k3, relu", "calc net",
         "calc net lenet5 --stages --csv --lang zh", "--short", "--json", "--nope",
         "calc conv 3x224x224 -o 64 -k7 --stride=2 -p 3 --no-bias", "calc conv 3x8x8 -o 4 -k 3 --check 7",
         "calc conv 3x8x8 -o 4 -k 3 --check 6 --json", "calc conv 3x8x8 -o 4 -k 9 --lang zh", "calc conv 3x8x8 -o 4",
         "calc conv 3x8x8 -o 4 -k 0 --lang fr", "calc conv 3,8,8 -o 4 -k 3 --lang zh",
         "calc conv 8x3x32x32 -o 4 -k 3", "calc lstm --tokens 10x8 -o 4 --both", "calc attention 10x8 --heads 2",
         "calc nope 3", "calc conv", "calc", "study nope", "study --ahead --cram --json", "study --json --tag nope",
         "study --json --bank nowhere", "study --limit 0", "study"]  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("lines")
    write_bank(place / "questions")
    return place


@pytest.mark.parametrize("line", LINES)
def test_a_line_says_the_same_on_both_paths(line: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = run_in(home, *line.split())
    monkeypatch.setattr(fast_path, "run", lambda arguments: False)
    assert run_in(home, *line.split()) == fast


def test_completion_is_left_to_typer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_DLQUIZ_COMPLETE", "complete_bash")
    assert not fast_path.run([])
