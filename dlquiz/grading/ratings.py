"""The rating that is suggested for an open answer: it follows from the points, and Again only from the person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from dlquiz.cards import Rating

_GIVEN_UP = re.compile(
    r"(?:i )?(?:really |honestly |just )?(?:do not|dont|don't|cannot|can't|cant|couldn't) (?:know|remember|recall)"
    r"(?: it| this| that| the answer| at all)?|idk|dunno|dk|(?:i have )?no (?:idea|clue)|(?:i )?forgot|pass|not sure"
    r"|(?:i )?give up|放弃"
    r"|我?(?:真的?)?(?:不知道|不晓得|不清楚|不会|不懂|忘了|忘记了|没?想不?起来|不?记不?得了?)(?:了|啊|呀|呢)?"
)
_LONGEST_GIVEN_UP = 40


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
    core: Collection[int],
    ticked: Collection[int],
    *,
    confirmed: bool,
    given_up: bool = False,
    slow_or_helped: bool = False,
) -> Rating:
    """What is suggested for an open answer: `core` are the points that a good answer needs, `ticked` those that it
    makes, both counted from 1; `confirmed` says that the person has ticked or confirmed them, `slow_or_helped` that it
    took twice the usual time or a hint.

    Bonus points never lower it. Before the person confirms, what was not recognised may still have been said: Hard.

    >>> suggested_for_points([1, 2], [1, 2], confirmed=False), suggested_for_points([1, 2], [1, 3], confirmed=False)
    (<Rating.GOOD: 3>, <Rating.HARD: 2>)
    >>> [suggested_for_points([1, 2, 3], ticks, confirmed=True).label for ticks in ([1, 2, 3], [1, 2], [1], [])]
    ['good', 'hard', 'again', 'again']
    """
    if given_up:
        return Rating.AGAIN
    found = len({*core} & {*ticked})
    if found == len(core):
        return Rating.HARD if slow_or_helped else Rating.GOOD
    return Rating.HARD if not confirmed or 2 * found >= len(core) else Rating.AGAIN
