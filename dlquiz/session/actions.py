"""What a person does in a conversation: a reply, ticks, a rating or a command, as values and read from JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeGuard, get_args

from dlquiz.cards import RATING_NAMES, Rating
from dlquiz.grading.check import RefusedError

# What may come in next; the events say it in `expects`.
Expectation = Literal["reply", "ticks", "rating", "command", "undo", "quit", "resume"]
CommandName = Literal[
    "undo",
    "skip",
    "suspend",
    "bury",
    "flag",
    "hint",
    "quit",
    "language",
    "reload",
    "follow_up",
    "pause",
    "resume",
    "review",
]
COMMANDS: tuple[CommandName, ...] = get_args(CommandName)
MAX_SECONDS = 86_400


class ReplyAction(NamedTuple):
    """An answer to the question, as JSON has it (None: not known); `seconds` replaces the time by our clock."""

    value: object
    seconds: float | None = None


class TicksAction(NamedTuple):
    """The points that were made, counted from 1."""

    points: tuple[int, ...]


class RatingAction(NamedTuple):
    """A rating; None accepts the suggested one."""

    rating: Rating | None


class CommandAction(NamedTuple):
    command: CommandName


class UnreadableAction(NamedTuple):
    """What came in and could not be read; the conversation answers it with an error and stays where it is. `form` is
    set where only the value was wrong: then that the form does not fit the state is said first."""

    message: str
    form: Expectation | None = None


ConversationAction = ReplyAction | TicksAction | RatingAction | CommandAction | UnreadableAction


def read_action(given: object) -> ConversationAction:
    """The action that a JSON value stands for.

    >>> read_action({"rating": "good"}), read_action({"reply": "55", "seconds": 4})
    (RatingAction(rating=<Rating.GOOD: 3>), ReplyAction(value='55', seconds=4.0))
    >>> read_action({"command": "sing"}).message[:34]
    "no command is called 'sing': there"
    """
    try:
        return _read(given)
    except RefusedError as refusal:
        return UnreadableAction(refusal.message)


def check_fits(action: ConversationAction, expects: tuple[Expectation, ...]) -> None:
    """Raise `RefusedError` for an action that the state of the conversation does not expect."""
    match action:
        case UnreadableAction(message, form):
            if form is not None:
                _check_expected(form, expects)
            raise RefusedError(message)
        case CommandAction(command):
            fits = command in expects or "command" in expects
            if not fits or (command == "hint" and "reply" not in expects):
                raise _misfit(command, expects)
        case ReplyAction():
            _check_expected("reply", expects)
        case TicksAction():
            _check_expected("ticks", expects)
        case RatingAction():
            _check_expected("rating", expects)


def _check_expected(form: Expectation, expects: tuple[Expectation, ...]) -> None:
    if form not in expects:
        raise _misfit(form, expects)


def _misfit(what: str, expects: tuple[Expectation, ...]) -> RefusedError:
    return _refused(f"{what} does not fit here", f"{' or '.join(expects)} is expected")


def _read(given: object) -> ConversationAction:
    if not isinstance(given, Mapping):
        raise _refused("an object is expected", 'as in {"reply": "…"}')
    forms = [form for form in ("reply", "ticks", "rating", "command") if form in given]
    unknown = [key for key in given if key not in (*forms, "seconds")]
    if len(forms) != 1 or unknown or ("seconds" in given and forms != ["reply"]):
        raise _refused("one of reply (with or without seconds), ticks, rating, command is expected")
    value = given[forms[0]]
    match forms[0]:
        case "reply":
            return ReplyAction(value, _seconds(given.get("seconds")))
        case "ticks":
            return _ticks(value)
        case "rating":
            return _rating(value)
        case _:
            return CommandAction(_command(value))


def _refused(message: str, fix: str = "") -> RefusedError:
    # What only a script can get wrong is said in one language.
    return RefusedError(f"{message}: {fix}" if fix else message)


def _command(value: object) -> CommandName:
    if not _is_command(value):
        raise _refused(f"no command is called {value!r}", f"there are {', '.join(COMMANDS)}")
    return value


def _is_command(value: object) -> TypeGuard[CommandName]:
    return value in COMMANDS


def _rating(value: object) -> RatingAction | UnreadableAction:
    if value == "suggested":
        return RatingAction(None)
    for rating in Rating:
        if value == rating.label:
            return RatingAction(rating)
    return UnreadableAction(f"no rating is called {value!r}: there are {', '.join(RATING_NAMES)}, suggested", "rating")


def _ticks(value: object) -> TicksAction | UnreadableAction:
    if isinstance(value, list) and all(type(one) is int for one in value):
        return TicksAction(tuple(value))
    return UnreadableAction("ticks are a list of numbers: as in [1, 3]", "ticks")


def _seconds(value: object) -> float | None:
    if value is None:
        return None
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not 0 <= value <= MAX_SECONDS  # neither nan nor infinity, nor an integer that no float holds
    ):
        raise _refused(f"seconds are a number from 0 to {MAX_SECONDS}")
    return float(value)
