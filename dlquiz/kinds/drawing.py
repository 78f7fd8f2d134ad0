"""Orders of the options or steps of a card: the same for every export, or as the log kept them."""

from __future__ import annotations


def fixed_order(key: str, count: int) -> tuple[int, ...]:
    """A fixed order of the parts that differs from card to card and does not give the answer away.

    >>> fixed_order("attention-steps", 4), fixed_order("bn-steps", 4)
    ((0, 2, 3, 1), (3, 1, 0, 2))
    """
    from hashlib import sha256

    order = tuple(sorted(range(count), key=lambda place: sha256(f"{key}/{place}".encode()).digest()))
    return order if order != tuple(range(count)) else order[1:] + order[:1]


def restored_order(count: int, order: object) -> tuple[int, ...]:
    """The order that a log kept; raises ValueError where it is none of so many parts."""
    if not isinstance(order, list) or sorted(order, key=str) != list(range(count)):
        raise ValueError("other parts than the card has now")
    return tuple(order)
