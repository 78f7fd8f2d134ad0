"""What the YAML parser stumbles over, in the words of someone who writes cards."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from dlquiz.schema.problems import ReportProblem

_TAB_INDENT = re.compile(r"^ *\t+[ \t]*\S", re.M)
USE_SINGLE_QUOTES = "use single quotes or \\\\"


def report_syntax(error: Any, source: str, report: ReportProblem) -> str:
    """Report what the parser stumbled over; the problem's code."""
    mark = error.problem_mark or error.context_mark
    index = min(mark.index if mark else 0, len(source))
    for applies, code, message, fix in _SYNTAX:
        place = applies(error, source, index)
        if place is not None:
            report(place, code, message.format(text=_at(source, place)), fix)
            return code
    report(index, "yaml-syntax", f"YAML cannot be read here: {error.problem}", "quote a text that holds : # , { } [ ]")
    return "yaml-syntax"


def _at(source: str, index: int) -> str:
    from dlquiz.formatting import shortened

    return shortened(source[index:].split("\n", 1)[0] or source[max(0, index - 30) : index], 30)


def _line(source: str, index: int) -> tuple[int, str]:
    start = source.rfind("\n", 0, index) + 1
    end = source.find("\n", index)
    return start, source[start : end if end >= 0 else len(source)]


def _unclosed_quote(error: Any, source: str, index: int) -> int | None:
    quoted = "quoted scalar" in (error.context or "")
    return error.context_mark.index if quoted and "end of stream" in error.problem else None


def _document_in_quote(error: Any, source: str, index: int) -> int | None:
    quoted = "quoted scalar" in (error.context or "")
    return error.context_mark.index if quoted and "document" in error.problem else None


def _bad_escape(error: Any, source: str, index: int) -> int | None:
    return index if "escape" in error.problem or "hexdecimal" in error.problem else None


def _tab(error: Any, source: str, index: int) -> int | None:
    start, line = _line(source, index)
    return start + line.index("\t") if _TAB_INDENT.match(line) else None


def _template_in_flow(error: Any, source: str, index: int) -> int | None:
    if "flow" not in (error.context or ""):
        return None
    return index - 1 if source[index : index + 1] == "{" and source[index - 1 : index] == "@" else None


def _brackets_in_flow(error: Any, source: str, index: int) -> int | None:
    return index if "flow" in (error.context or "") and source[index : index + 1] in ("{", "[") else None


def _unclosed_flow(error: Any, source: str, index: int) -> int | None:
    inside = "flow" in (error.context or "") and error.context_mark is not None
    return error.context_mark.index if inside and source.count("\n", error.context_mark.index, index) else None


def _starts_with(characters: str) -> Callable[[Any, str, int], int | None]:
    def applies(error: Any, source: str, index: int) -> int | None:
        cannot = "cannot start" in error.problem or "node content" in error.problem
        return index if cannot and source[index : index + 1] in tuple(characters) else None

    return applies


def _colon(error: Any, source: str, index: int) -> int | None:
    if "mapping values" not in error.problem:
        return None
    _, line = _line(source, index)
    return index if len(re.findall(r":(?=\s|$)", line)) > 1 else None


def _indentation(error: Any, source: str, index: int) -> int | None:
    reports = ("mapping values", "block collection", "block mapping", "did not find expected key", "'-' indicator")
    return index if any(word in f"{error.problem} {error.context}" for word in reports) else None


_QUOTE = "quote the text"
_Applies = Callable[[Any, str, int], int | None]
_SYNTAX: tuple[tuple[_Applies, str, str, str], ...] = (
    (_tab, "tab", "a tab in the indentation", "indent with spaces"),
    (
        _unclosed_quote,
        "quote-not-closed",
        "this quote is never closed: {text}",
        "close it; a ' inside single quotes is written ''",
    ),
    (
        _document_in_quote,
        "quote-not-closed",
        "this quote is never closed: {text}",
        "close it; a ' inside single quotes is written ''",
    ),
    (_bad_escape, "escape", "{text:.2} in double quotes", USE_SINGLE_QUOTES),
    (_template_in_flow, "template-not-quoted", "an unquoted text inside {{…}} or […] holds @{{", _QUOTE),
    (_brackets_in_flow, "bracket-not-quoted", "an unquoted text inside {{…}} or […] holds {text}", _QUOTE),
    (
        _unclosed_flow,
        "bracket-not-closed",
        "this bracket is never closed: {text}",
        "close it, or quote a text that holds brackets",
    ),
    (_starts_with("@"), "at-sign", "an unquoted text may not begin with @: {text}", _QUOTE),
    (_starts_with("%"), "percent", "an unquoted text may not begin with %: {text}", 'quote it: unit: "%"'),
    (_starts_with("`"), "backtick", "an unquoted text may not begin with a backtick: {text}", _QUOTE),
    (
        _starts_with("]},"),
        "bracket-too-many",
        "nothing was opened that this closes: {text}",
        "delete it, or quote the text",
    ),
    (
        _colon,
        "colon-not-quoted",
        "a colon and a space in an unquoted text",
        "quote the text, or begin it with | on a line of its own",
    ),
    (
        _indentation,
        "indentation",
        "this line does not fit the ones above: {text}",
        "check its indentation, and the quotes above it",
    ),
)
