"""What stands on stderr in the person's language: errors and notices, which may come before any setting was read."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlquiz.cards import Language
    from dlquiz.errors import DlquizError

# Their --lang is the language of cards or notes.
LANGUAGE_OF_CARDS = ("add", "export", "import")
DASH = " — "


def language_of(arguments: Sequence[str]) -> Language:
    """The language that a command line is answered in: what --lang says, else the settings, or only the environment
    when they cannot be read.

    >>> language_of(["study", "--lang", "zh"]), language_of(["calc", "net", "--lang=zh"])
    ('zh', 'zh')
    """
    from dlquiz.cards import LANGUAGES
    from dlquiz.cli.calc.reading import language

    typed = None if next(iter(arguments), "") in LANGUAGE_OF_CARDS else _typed(arguments)
    if (chosen := next((one for one in LANGUAGES if one == typed), None)) is not None:
        return chosen
    return language(None)


def _typed(arguments: Sequence[str]) -> str | None:
    """What stands behind the last --lang."""
    found = [value for name, value in pairwise(arguments) if name == "--lang"]
    found += [one.removeprefix("--lang=") for one in arguments if one.startswith("--lang=")]
    return found[-1] if found else None


def said(sentence: str) -> str:
    """An error or a notice of this command line in the language that it is answered in."""
    return in_chinese(sentence) if language_of(sys.argv[1:]) == "zh" else sentence


def error_said(error: DlquizError) -> str:
    """An error of this command line in the language that it is answered in."""
    return error_in_chinese(error) if language_of(sys.argv[1:]) == "zh" else str(error)


def error_in_chinese(error: DlquizError) -> str:
    """The error with its message and fix in Chinese, by the catalogues; what they do not know stays English."""
    from dlquiz.calc.errors import CalcError
    from dlquiz.grading.check import RefusedError

    if isinstance(error, RefusedError):
        return error.in_language("zh")
    if isinstance(error, CalcError) or sys.argv[1:2] == ["calc"]:
        from dlquiz.cli.calc.reading import in_chinese as calc_in_chinese

        return str(calc_in_chinese(error))
    return in_chinese(str(error))


def in_chinese(sentence: str, *, of_calc: bool = False) -> str:
    """`what — fix` in Chinese, line by line; what the catalogue does not know stays English. With `of_calc` sentences
    of `calc` may stand in it.

    >>> in_chinese("there is no card relu-x — did you mean relu?")
    '没有卡片 relu-x — 是不是指 relu？'
    """
    from dlquiz.messages.errors import chinese

    def line_in_chinese(line: str) -> str:
        margin = line[: len(line) - len(line.lstrip())]
        return margin + DASH.join(chinese(part, of_calc=of_calc) or part for part in line.lstrip().split(DASH))

    return "\n".join(map(line_in_chinese, sentence.split("\n")))
