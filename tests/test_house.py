"""The figures of the house: sizes of folders and signatures, where `Any` may stand, names that mean one thing."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from package_source import nodes, sources, trees

pytestmark = pytest.mark.no_cover

MAX_MODULES, MAX_PARAMETERS, MAX_LINES, MAX_ANY = 15, 6, 50, 12.0
# Folders whose files are rows of a table: a kind, a command, a figure a file; and the top level, which has the rooms.
TABLES = {"kinds", "cli/commands", "figures", "."}
# Words that nobody outside would guess; the field has its own.
PRIVATE = {"told", "tell", "mend", "mends", "held", "wishes", "desk", "showing", "anew", "spoiled", "heirs", "slip",
           "slips"}  # fmt: skip

# Modules in which `Any` may stand, by what comes in there without a type that could be written down.
UNTYPED = {
    "YAML: card files, and what they are compiled to": (
        "bank/cache.py", "bank/checks/report.py", "bank/codec.py", "bank/compiled/reuse.py", "bank/compiled/rows.py",
        "bank/compiled/tables.py", "bank/deck_file.py", "bank/fields.py", "bank/json_schema.py", "bank/thesaurus.py",
        "bank/tracks.py", "cards.py",
        "figures/__init__.py", "figures/reading.py", "figures/scenes.py", "kinds/card_fields.py",
        "kinds/choice.py", "kinds/cloze.py", "kinds/encoding.py", "kinds/kind.py", "kinds/numeric.py",
        "kinds/numeric_family.py", "kinds/numeric_fields.py", "kinds/open.py", "kinds/order.py", "schema/nodes.py",
        "schema/syntax_errors.py", "schema/types.py",
    ),
    "SQLite: the review log, Anki's collection": (
        "anki/export.py", "anki/images.py", "anki/import_deck.py", "anki/import_reviews.py", "anki/live/changes.py",
        "anki/live/collection.py", "anki/live/connect.py", "anki/live/record.py", "anki/live/snapshot.py",
        "anki/manifest.py", "anki/package/notetypes.py", "anki/package/reader.py", "anki/package/writer.py",
        "anki/scheduling.py", "review_log/candidates.py", "review_log/interview_rows.py", "review_log/log.py",
        "review_log/merge.py", "review_log/plan_rows.py", "review_log/rows.py", "scheduler/fsrs.py",
        "scheduler/replay.py", "stats/report.py",
    ),
    "JSON: what is printed or stored, and what the log keeps of it": (
        "calc/costs/config_json/counted_alone.py", "calc/costs/config_json/encoders.py",
        "calc/costs/config_json/fields.py", "calc/costs/config_json/reading.py", "calc/files/safetensors.py",
        "calc/mistakes/catalogue.py", "calc/mistakes/contexts.py",
        "calc/networks/network.py", "calc/receptive_field/intervals.py", "calc/receptive_field/window.py",
        "calc/result.py", "calc/translations.py", "cli/commands/config.py", "cli/commands/export.py",
        "cli/commands/history.py", "cli/commands/import_.py", "cli/commands/study.py", "export/json_data.py",
        "files.py", "interview/record.py", "interview/report.py", "notes/sidecar.py", "readiness/plan_settings.py",
        "readiness/report.py",
        "render/dashboard.py", "session/interview_report.py", "session/presentation.py",
    ),
    "parsing: replies, expressions, arguments of layers and calculators, printed and pasted models, Markdown": (
        "calc/calculation.py", "calc/calculators.py", "calc/costs/configurations.py", "calc/costs/fit/request.py",
        "calc/costs/fit/changes.py", "calc/costs/transformer.py", "calc/networks/graph.py",
        "calc/networks/printed/code.py",
        "calc/networks/printed/torch_print.py", "calc/networks/units/map_layers.py",
        "calc/networks/units/norm_layers.py", "calc/networks/units/token_layers.py", "calc/networks/units/values.py",
        "calc/networks/units/window_layers.py", "expressions/tokens.py", "expressions/tree.py", "grading/check.py",
        "grading/numeric.py", "grading/reply/lexer.py", "grading/reply/parse.py", "grading/reply/units.py",
        "markup/markdown.py", "markup/passages.py", "numeric/compute.py", "numeric/difference.py",
        "numeric/formula.py", "numeric/instance.py", "numeric/sampling.py", "numeric/solution.py",
        "numeric/template.py",
    ),
    "the command line: objects of its library, numbers as typed": (
        "cli/app.py", "cli/calc/any_layer.py", "cli/calc/calculators/commands.py", "cli/calc/compare.py",
        "cli/calc/fit.py", "cli/calc/group.py", "cli/calc/render/calculation.py",
        "cli/calc/render/check.py", "cli/calc/render/layer.py", "cli/calc/render/network.py",
        "cli/frontends/keyboard.py",
    ),
}  # fmt: skip

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> Iterator[tuple[str, Function]]:
    for module, inside in nodes().items():
        yield from ((module, node) for node in inside if isinstance(node, Function))


def test_no_folder_is_crowded() -> None:
    sizes = Counter(Path(module).parent.as_posix() for module in sources() if not module.endswith("__init__.py"))
    assert {folder: size for folder, size in sizes.items() if size > MAX_MODULES and folder not in TABLES} == {}


def lists_options(module: str, function: Function) -> bool:
    """Commands list their options; layers and calculators have the keyword arguments of torch or of their formula."""
    if module.startswith(("cli/commands/", "cli/calc/")):
        return any("typer." in ast.unparse(one) for one in function.args.defaults) or any(
            re.search(r"Annotated|Option$|^(AsJson|Lang)$", ast.unparse(one.annotation))
            for one in function.args.args
            if one.annotation is not None
        )
    return module.startswith("calc/") and len(function.args.kwonlyargs) > len(function.args.args)


def test_signatures_are_short() -> None:
    wide = []
    for module, function in functions():
        arguments = function.args
        names = [one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
        count = len(names) - (names[:1] in (["self"], ["cls"]))
        if count > MAX_PARAMETERS and not lists_options(module, function):
            wide.append(f"{module}:{function.lineno} {function.name} ({count})")
    assert wide == []


def body_lines(function: Function) -> int:
    """The lines of code of a function, without its signature and its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body and body[-1].end_lineno else 0


def test_functions_are_short() -> None:
    long = [
        f"{module}:{function.lineno} {function.name} ({body_lines(function)})"
        for module, function in functions()
        if body_lines(function) > MAX_LINES
    ]
    assert long == []


def test_any_stands_only_where_untyped_data_comes_in() -> None:
    words = {module: len(re.findall(r"\bAny\b", source)) for module, source in sources().items()}
    allowed = {module for modules in UNTYPED.values() for module in modules}
    assert {module for module, count in words.items() if count} <= allowed
    lines = sum(source.count("\n") for source in sources().values())
    assert 1000 * sum(words.values()) / lines <= MAX_ANY


def test_a_type_has_one_meaning() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for module, tree in trees().items():
        for node in tree.body:
            match node:
                case ast.ClassDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                    pass
                case ast.Assign(targets=[ast.Name(id=name)]):
                    pass
                case _:
                    continue
            if re.match(r"_?[A-Z]\w*[a-z]", name):
                places[name].append(module)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_no_private_words() -> None:
    found = []
    for module, inside in nodes().items():
        for node in inside:
            for attribute in ("name", "id", "arg", "attr"):
                label = getattr(node, attribute, None)
                if isinstance(label, str) and set(label.strip("_").lower().split("_")) & PRIVATE:
                    found.append(f"{module}:{getattr(node, 'lineno', 0)} {label}")
    assert found == []


def test_the_formatter_lays_out_the_code() -> None:
    """`# fmt: skip` stands on tables of data only: constants of a module or a class."""
    skipped = []
    for module, tree in trees().items():
        lines = sources()[module].split("\n")
        classes = [node.body for node in tree.body if isinstance(node, ast.ClassDef)]
        tables = {
            node.end_lineno
            for body in (tree.body, *classes)
            for node in body
            if isinstance(node, ast.Assign | ast.AnnAssign)
        }
        marked = {number for number, line in enumerate(lines, 1) if re.search(r"# fmt: (skip|off)", line)}
        skipped += [f"{module}:{number}" for number in sorted(marked - tables)]
    assert skipped == []


def test_comments_and_docstrings_use_the_words_of_the_field() -> None:
    """`told` and `held` are plain English in a sentence; these are not, or mean something else in this program."""
    words = re.compile(r"\b(anew|heirs|mend|mends|mended|slip|slips|spoiled|wishes)\b", re.IGNORECASE)
    keys = re.compile(r"""["']slips["']|\$\.slips|["']spoiled["']""")  # of the log and of JSON, which keep their names
    found = [
        f"{module}:{number} {match[0]}"
        for module, source in sources().items()
        for number, line in enumerate(source.split("\n"), 1)
        if (match := words.search(keys.sub("", line)))
    ]
    assert found == []


def test_what_is_said_beside_the_output_goes_one_way() -> None:
    """By `line_breaks.notice`: broken between words, without control characters. A stream that is full gets it bare."""
    found = [
        f"{module}:{number}"
        for module, source in sources().items()
        for number, line in enumerate(source.split("\n"), 1)
        if re.search(r"""(print|echo)\(f?["']dlquiz: """, line) and "cannot write the output" not in line
    ]
    assert found == []
