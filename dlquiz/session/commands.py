"""What comes in: one JSON object read as one of four things, or refused with a reason. Nothing here acts."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, NamedTuple

from dlquiz.grading.check import RefusedError

RATINGS = {"again": 1, "hard": 2, "good": 3, "easy": 4}
COMMANDS = ("undo", "skip", "suspend", "bury", "flag", "hint", "quit", "language", "reload")


class Action(NamedTuple):
    """`form` is reply, ticks, rating or command; `seconds` only comes with a reply."""

    form: str
    value: Any
    seconds: float | None = None


def read(given: Any, expects: tuple[str, ...]) -> Action:
    """The object as words that fit the state, which is told by what it expects; raises `RefusedError`.

    >>> read({"rating": "good"}, ("ticks", "rating", "command"))
    Action(form='rating', value='good', seconds=None)
    """
    if not isinstance(given, Mapping):
        raise _refused("an object is expected", 'as in {"reply": "…"}')
    forms = [form for form in ("reply", "ticks", "rating", "command") if form in given]
    strange = [key for key in given if key not in (*forms, "seconds")]
    if len(forms) != 1 or strange or ("seconds" in given and forms != ["reply"]):
        raise _refused("one of reply (with or without seconds), ticks, rating, command is expected")
    form = forms[0]
    action = Action(form, given[form], _seconds(given.get("seconds")))
    _check_fits(action, expects)
    return action


def _check_fits(action: Action, expects: tuple[str, ...]) -> None:
    form, value = action.form, action.value
    if form == "command":
        if value not in COMMANDS:
            raise _refused(f"no command is called {value!r}", f"there are {', '.join(COMMANDS)}")
        if ("command" not in expects and value not in expects) or (value == "hint" and "reply" not in expects):
            raise _refused(f"{value} does not fit here", f"{' or '.join(expects)} is expected")
    elif form not in expects:
        raise _refused(f"{form} does not fit here", f"{' or '.join(expects)} is expected")
    elif form == "rating" and value not in (*RATINGS, "suggested"):
        raise _refused(f"no rating is called {value!r}", f"there are {', '.join(RATINGS)}, suggested")
    elif form == "ticks" and not (isinstance(value, list) and all(type(one) is int for one in value)):
        raise _refused("ticks are a list of numbers", "as in [1, 3]")


def _refused(message: str, fix: str = "") -> RefusedError:
    # What only a script can get wrong is told in one language.
    return RefusedError(f"{message}: {fix}" if fix else message)


def _seconds(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or not 0 <= value <= 86_400:
        raise _refused("seconds are a number from 0 to 86400")
    return float(value)
