"""The rating that is suggested for an open answer: it follows from the points, and Again only from the person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from dlquiz.grading.points import State

_GIVEN_UP = re.compile(
    r"(?:i )?(?:really |honestly |just )?(?:do not|dont|don't|cannot|can't|cant|couldn't) (?:know|remember|recall)"
    r"(?: it| this| that| the answer| at all)?|idk|dunno|dk|(?:i have )?no (?:idea|clue)|(?:i )?forgot|pass|not sure"
    r"|(?:i )?give up|放弃"
    r"|我?(?:真的?)?(?:不知道|不晓得|不清楚|不会|不懂|忘了|忘记了|没?想不?起来|不?记不?得了?)(?:了|啊|呀|呢)?"
)
_LONGEST_GIVEN_UP = 40


@dataclass(frozen=True, slots=True)
class PointState:
    """What is known of one point: whether a good answer needs it, and what the typed answer made of it."""

    core: bool
    state: State


def gave_up(reply: str | None) -> bool:
    """Whether a reply says that the answer is not known; an empty one was said aloud.

    >>> [gave_up(reply) for reply in (None, "I don't know.", "IDK", "不知道！", "No idea")]
    [True, True, True, True, True]
    >>> [gave_up(reply) for reply in ("", "we do not know the labels", "不知道标签也能训练", "passes the gradient")]
    [False, False, False, False]
    """
    if reply is None:
        return True
    if len(reply) > _LONGEST_GIVEN_UP:
        return False
    plain = unicodedata.normalize("NFKC", reply).casefold().replace("’", "'")
    return bool(_GIVEN_UP.fullmatch(re.sub(r"[\s.!?,;:。，！？…~]+", " ", plain).strip()))


def suggested_for_points(
    points: Collection[PointState],
    ticked: Collection[int] | None,
    *,
    given_up: bool = False,
    slow_or_helped: bool = False,
) -> str:
    """again, hard or good: `ticked` are the points, counted from 1, that the person has ticked or confirmed, None while
    nothing was confirmed; `slow_or_helped` says that it took twice the usual time or a hint.

    Bonus points never lower it. Before the person confirms, what was not recognised may still have been said: Hard.

    >>> core, bonus = PointState(True, "said"), PointState(False, "missing")
    >>> suggested_for_points([core, core, bonus], None), suggested_for_points([PointState(True, "maybe")], None)
    ('good', 'hard')
    >>> [suggested_for_points([PointState(True, "missing")] * 3, ticks) for ticks in ((1, 2, 3), (1, 2), (1,), ())]
    ['good', 'hard', 'again', 'again']
    >>> suggested_for_points([core], None, slow_or_helped=True), suggested_for_points([], None, given_up=True)
    ('hard', 'again')
    """
    if given_up:
        return "again"
    core = [number for number, point in enumerate(points, 1) if point.core]
    said = {number for number, point in enumerate(points, 1) if point.state == "said"}
    found = sum(number in (said if ticked is None else ticked) for number in core)
    if found == len(core):
        return "hard" if slow_or_helped else "good"
    if ticked is None or 2 * found >= len(core):
        return "hard"
    return "again"
