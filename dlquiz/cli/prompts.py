"""Questions of the program that a person answers on a line."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from typing import NamedTuple

from dlquiz.cli.line_breaks import fitted, say
from dlquiz.cli.translation import said
from dlquiz.errors import DlquizError

YES, NO = "y", "n"
# Columns behind a prompt for what is typed.
ROOM = 4


class Choices(NamedTuple):
    """What may be answered: the answers that are `shown`, the first by Enter alone, and all that are `known`; what is
    `expected` is said of them where something else was typed. Of those `together` several may be typed at once."""

    shown: Sequence[str]
    known: Sequence[str]
    expected: str
    together: Collection[str] = ()


def answer_to(question: str, choices: Choices) -> str:
    """What the person answers, one of those that are known, or several with a space between; asks until it is."""
    default, *others = choices.shown
    offered = "/".join((default.upper(), *others))
    prompt = fitted(f"{question} [{offered}]:", sys.stdout, ROOM)
    while True:
        words = _typed(prompt).lower().replace(",", " ").split() or [default]
        several = len(words) > 1 and all(word in choices.together for word in words)
        if several or (len(words) == 1 and words[0] in choices.known):
            return " ".join(words)
        say(choices.expected)


def _typed(prompt: str) -> str:
    """The line that is typed behind the prompt; raises DlquizError where the input ends, as Ctrl-D ends it."""
    print(prompt, end="", flush=True)
    try:
        # Only what Python itself has printed stays when a letter is taken back.
        return input(" ")
    except KeyboardInterrupt:
        print()
        raise
    except EOFError:
        print()
        raise DlquizError("no answer was given", fix="nothing was changed") from None


def agreed(question: str, *, default: bool) -> bool:
    """Whether the person says yes."""
    shown = (YES, NO) if default else (NO, YES)
    words = {YES: True, "yes": True, "是": True, NO: False, "no": False, "否": False}
    return words[answer_to(question, Choices(shown, tuple(words), said("Answer y for yes or n for no.")))]
