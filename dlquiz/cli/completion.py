"""What the shell completes: decks, tags and card ids, from the compiled bank, so that no YAML is read for a TAB."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from dlquiz.cards import KINDS, LANGUAGES
from dlquiz.errors import DlquizError
from dlquiz.readiness.plan_settings import GENERAL

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank, DeckRow
    from dlquiz.tracks import Track

_LISTED = {
    "deck": "dlquiz bank decks lists them",
    "tag": "dlquiz bank tags lists them",
    "deck or tag": "dlquiz bank decks and dlquiz bank tags list them",
}


def decks(incomplete: str) -> list[str]:
    return _found(incomplete, "decks")


def tags(incomplete: str) -> list[str]:
    return _found(incomplete, "tags")


def tracks(incomplete: str) -> list[str]:
    return _found(incomplete, "tracks")


def cards(incomplete: str) -> list[str]:
    return _found(incomplete, "cards")


def languages(incomplete: str) -> list[str]:
    return [language for language in LANGUAGES if language.startswith(incomplete)]


def languages_or_both(incomplete: str) -> list[str]:
    return [one for one in (*LANGUAGES, "both") if one.startswith(incomplete)]


def kinds(incomplete: str) -> list[str]:
    return [kind for kind in KINDS if kind.startswith(incomplete)]


def _found(incomplete: str, what: str) -> list[str]:
    from dlquiz import settings
    from dlquiz.cli.context import open_bank

    try:
        with open_bank(settings.read()) as bank:
            if what == "cards":
                return bank.ids(incomplete)
            rows = bank.tracks() if what == "tracks" else bank.decks()
            names: Iterable[str] = bank.tags() if what == "tags" else (row.name for row in rows)
            return [name for name in names if name.startswith(incomplete)]
    except DlquizError:
        # A shell that waits for completions is no place to complain in.
        return []


def known(kind: str, wanted: Collection[str] | None, there: Collection[str]) -> tuple[str, ...]:
    """The names that were asked for; raises `DlquizError` with the near miss of each that does not exist.

    >>> known("deck", ["conv"], ["convolution", "ensembles", "convexity"])
    Traceback (most recent call last):
    dlquiz.errors.DlquizError: there is no deck 'conv', did you mean convexity or convolution? — dlquiz bank decks ...
    >>> known("kind", ["opne"], ["open", "order"])
    Traceback (most recent call last):
    dlquiz.errors.DlquizError: there is no kind 'opne', did you mean open? — choose one of open, order
    """
    from dlquiz.suggest import begun_or_near

    unknown = []
    for name in wanted or ():
        if name not in there:
            near = " or ".join(begun_or_near(name, there) or _sharing_a_word(name, there)[:3])
            unknown.append(f"there is no {kind} {name!r}" + (f", did you mean {near}?" if near else ""))
    if unknown:
        raise DlquizError("; ".join(unknown), fix=_LISTED.get(kind) or f"choose one of {', '.join(there)}")
    return tuple(wanted or ())


def known_decks(wanted: Collection[str] | None, bank: Bank) -> tuple[str, ...]:
    """The decks that were asked for by their names or, as study shows them, by their titles in either language.

    Raises DlquizError for one that there is not; it says so when a tag is called that.
    """
    if not wanted:
        return ()
    rows = bank.decks()
    names, tags = {row.name for row in rows}, bank.tags()
    meant = by_title(wanted, rows)
    if tagged := [name for name in meant if name in tags and name not in names]:
        raise DlquizError(f"{tagged[0]!r} is a tag, not a deck", fix=f"--tag {tagged[0]} takes the cards that have it")
    return known("deck", meant, names)


def by_title(wanted: Iterable[str], rows: Iterable[DeckRow]) -> tuple[str, ...]:
    """What was typed, each title of a deck, in any case of letters, replaced by the name of that deck."""
    rows = list(rows)
    names = {title.casefold(): row.name for row in rows for title in row.title if title}
    names |= {row.name: row.name for row in rows}
    return tuple(names.get(one.casefold(), one) for one in wanted)


def _sharing_a_word(name: str, there: Collection[str]) -> list[str]:
    """The names with a word of this one, the shortest first, so that a deck's title finds its deck.

    >>> _sharing_a_word("Arithmetic of layers", ["transformer-arithmetic", "arithmetic", "mixture-of-experts"])
    ['arithmetic', 'transformer-arithmetic']
    >>> _sharing_a_word("padding-and-stride", ["vae-and-gan"])
    []
    """
    words = {word for word in name.lower().replace("-", " ").split() if len(word) > 2} - {"and", "the"}
    return sorted((one for one in there if words & set(one.split("-"))), key=len)


def known_track(name: str, tracks: Collection[Track]) -> Track | None:
    """The track of that name; None for the general one where no file says anything of it.

    Raises DlquizError for one that there is not.
    """
    known("track", [name], list(dict.fromkeys([GENERAL, *(track.name for track in tracks)])))
    return next((track for track in tracks if track.name == name), None)
