"""Names are suggested when they are near, by one rule for the whole program."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dlquiz.suggest import closest, matches

NAMES = st.text("abcdefgh-", min_size=3, max_size=12)


@given(NAMES, st.lists(NAMES, max_size=8))
def test_a_known_name_is_its_own_nearest(name: str, others: list[str]) -> None:
    assert closest(name.upper().replace("-", "_"), [*others, name]) is not None
    assert matches(name, [*others, name])[0].casefold() == name


@given(NAMES.filter(lambda name: len(name) >= 5), st.data())
def test_one_typing_error_is_seen_through(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name) - 2))
    swapped = name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    for typed in (swapped, name[:place] + name[place + 1 :], name[:place] + "z" + name[place:]):
        assert closest(typed, [name]) == name


def test_what_is_not_near_is_not_suggested() -> None:
    assert closest("nope", ["noam-peak", "open", "pooling"]) is None
    assert closest("m", ["k", "n"]) is None
