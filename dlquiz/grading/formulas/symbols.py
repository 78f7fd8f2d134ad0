"""The same symbol under another name: in the other case, without its subscript, or as everybody else calls it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dlquiz.grading.formulas.parser import ANY_VARIABLE
from dlquiz.grading.formulas.tokens import GREEK_NAMES
from dlquiz.grading.formulas.tree import Node, base_of, walk

# Greek capitals that look like Latin ones name no symbol of their own: Beta is how a keyboard writes beta.
_LATIN_LIKE = frozenset(("Alpha", "Beta", "Epsilon", "Zeta", "Eta", "Iota", "Kappa", "Mu", "Nu", "Rho", "Tau", "Chi"))
_LAYERS = {"batchnorm": "BN", "batchnormalization": "BN", "layernorm": "LN", "layernormalization": "LN"}


Also = Sequence[tuple[str, tuple[str, ...]]]  # a symbol and its further names


def with_names(node: Node, meant: Sequence[Node], sentence: str, also: Also) -> Node:
    """The typed formula with the card's names for its symbols; `meant` are the card's formulas."""
    nodes = [part for tree in meant for part in walk(tree)]
    names = frozenset(one.text for one in nodes if one.kind == "name")
    calls = frozenset(one.text for one in nodes if one.kind == "call")
    derivatives = tuple(one for one in nodes if one.kind == "derivative")
    is_norm = any(one.kind == "norm" and one.text != "abs" for one in nodes)
    no_abs = not any(one.kind == "norm" and one.text == "abs" for one in nodes)
    others = {one: name for name, further in also for one in further if name in names}

    def walked(one: Node) -> Node:
        parts = tuple(map(walked, one.parts))
        if one.kind == "name":
            return one._replace(text=_known(others.get(one.text, one.text), names, sentence))
        if one.kind == "derivative":
            return _known_derivative(one._replace(parts=parts), derivatives)
        if one.kind == "call":
            return one._replace(text=_function(one.text, calls), parts=parts)
        if one.kind == "norm" and one.text == "abs" and is_norm and no_abs:
            return one._replace(text="2", parts=parts)
        if one.kind == "norm" and not is_norm and "LN" in calls:
            return Node("call", "LN", parts)
        return one._replace(parts=parts)

    return walked(node)


def _function(text: str, calls: frozenset[str]) -> str:
    """The card's name of a function, whatever its case; `LayerNorm` is `LN`."""
    plain = _LAYERS.get(text.replace("_", "").casefold(), text)
    folded = [one for one in calls if one.casefold() == plain.casefold()]
    return text if text in calls or len(folded) != 1 or len(text) == 1 else folded[0]


def _known(text: str, names: frozenset[str], sentence: str) -> str:
    """The card's name of a symbol: as it is, in the other case, or with a subscript that was left out or added."""
    if text in names:
        return text
    base, _, subscripts = text.partition("_")
    folded = [one for one in names if _folds(base, base_of(one)) and one.partition("_")[2] == subscripts]
    if len(folded) == 1 and not _stands_in(base, sentence):
        return folded[0]
    if subscripts == "t" and base in names:
        return base
    longer = [one for one in names if base_of(one) == base and not subscripts]
    return longer[0] if len(longer) == 1 else text


def _folds(given: str, meant: str) -> bool:
    """Whether a symbol is the other in another case. Greek letters have two cases that mean two things."""
    if given in _LATIN_LIKE:
        return given.lower() == meant
    is_greek = given.lower() != given and len(given) > 1 and meant == given.lower() and given.title() == given
    return given.casefold() == meant.casefold() and not (is_greek or _is_greek_pair(given, meant))


def _is_greek_pair(given: str, meant: str) -> bool:
    return given in GREEK_NAMES and meant in GREEK_NAMES


def _stands_in(base: str, sentence: str) -> bool:
    return bool(re.search(rf"(?<![A-Za-z\\]){re.escape(base)}(?![A-Za-z])", sentence))


def _known_derivative(node: Node, known: Sequence[Node]) -> Node:
    """A derivative under the card's variable where it names none, or none where the card names none."""
    of, by, *at = node.parts
    key = (node.text, of.text, [part.number for part in at])
    same = [one for one in known if (one.text, one.parts[0].text, [part.number for part in one.parts[2:]]) == key]
    exact = [one for one in same if one.parts[1].text == by.text]
    fitting = exact or [
        one for one in same if _is_looser(by.text, one.parts[1].text) or _names_less(one.parts[1].text, by.text)
    ]
    return fitting[0] if len(fitting) == 1 else node


def _is_looser(given: str, meant: str) -> bool:
    """Whether a typed variable is the card's without its labels, or left out."""
    return given in ("", ANY_VARIABLE.text, base_of(meant))


def _names_less(meant: str, given: str) -> bool:
    """Whether the card's variable is the typed one without labels, or any."""
    return meant == ANY_VARIABLE.text or (meant != "" and meant == base_of(given))
