"""The sizes and arguments of layers and blocks as the notation writes them, checked and in canonical form."""

from __future__ import annotations

import re
from typing import NamedTuple

from dlquiz.calc.networks.notation.lexer import (
    MAX_NUMBER_LENGTH,
    NotationToken,
    NotationTokens,
    atoms,
    digits,
    is_name,
    is_size,
    lettered_parts,
    short,
)
from dlquiz.calc.networks.notation.tree import NUMBER
from dlquiz.calc.networks.notation.vocabulary import arguments, example

Parameters = tuple[str, ...]


class WrittenArgument(NamedTuple):
    """An argument as it stands in the text, the kind of value it takes, and how it is written."""

    word: str
    kind: str
    value: str
    form: str
    token: NotationToken


def size_of(tokens: NotationTokens, parameters: Parameters) -> str:
    """The size that stands here, in canonical form."""
    token = tokens.here
    if token.kind != "w" or not is_size(token.text):
        raise tokens.expected("a size, such as 64 or 4*w")
    tokens.take()
    return _checked(token.text, token, tokens, parameters)


def is_size_here(text: str, parameters: Parameters) -> bool:
    """Whether the word is a size and not an argument, with the parameters that the let has."""
    if digits(text) or text in parameters:
        return True
    return is_size(text) and all(one.isdigit() or one in parameters for one in atoms(text))


def refuse_size(name: str, meaning: str, tokens: NotationTokens, parameters: Parameters) -> None:
    """Say what is wrong with what stands where the size is missing."""
    token = tokens.here
    lettered = lettered_parts(token.text)
    argument = token.text in arguments(name) or (lettered and lettered[0] in arguments(name))
    if token.kind == "w" and is_size(token.text) and not argument and token.text != "as":
        _checked(token.text, token, tokens, parameters)
    raise tokens.expected(f"the {meaning} of {name}", f"write {name} 64")


def read_argument(name: str, given: dict[str, str], tokens: NotationTokens, parameters: Parameters) -> None:
    """Take the argument that stands here into `given`."""
    token, allowed = tokens.take(), arguments(name)
    word, sign, value = token.text.partition("=")
    lettered = None if sign or word in allowed else lettered_parts(word)
    if lettered:
        word, value = lettered
    if word not in allowed:
        known = " ".join(example(name, one) for one in allowed)
        raise tokens.error(
            f"{name} has no argument {short(token.text)!r}", token, f"it takes {known}" if known else "it takes none"
        )
    if word in given:
        raise tokens.error(f"{word} stands twice", token, "leave one out")
    kind, form = allowed[word], f"write {example(name, word)}"
    if kind != "f":
        given[word] = _value(WrittenArgument(word, kind, value, form, token), tokens, parameters)
    elif sign or lettered:
        raise tokens.error(f"{word} stands alone", token, form)
    else:
        given[word] = ""


def ordered(name: str, given: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """The arguments in the order in which they are written."""
    return tuple((word, given[word]) for word in arguments(name) if word in given)


def takes(name: str) -> str:
    """What to do about an argument that the layer does not know."""
    known = " ".join(example(name, one) for one in arguments(name))
    return f"it takes {known}" if known else "write it alone"


def _value(given: WrittenArgument, tokens: NotationTokens, parameters: Parameters) -> str:
    word, kind, value, form, token = given
    if not value:
        raise tokens.error(f"expected a value of {word}", token, form)
    if "|" in kind:
        if value not in kind.split("|"):
            raise tokens.error(f"{word} is {short(value)!r}", token, "use one of: " + ", ".join(kind.split("|")))
        return value
    if kind == "l":
        if not is_name(value):
            raise tokens.error(f"{short(value)!r} is not a label", token, form)
        return value
    if kind == "p" and value in ("same", "valid", "tf-same"):
        return value
    return _number(given, tokens, parameters)


def _number(given: WrittenArgument, tokens: NotationTokens, parameters: Parameters) -> str:
    word, kind, value, form, token = given
    if digits(value) and len(value) <= MAX_NUMBER_LENGTH and kind not in "br":
        return str(int(value))
    if re.fullmatch(NUMBER, value):
        if any(len(one.lstrip("0")) > MAX_NUMBER_LENGTH for one in re.findall(r"\d+", value)):
            raise tokens.error(f"{short(value)} is too large", token, "use up to 10^18")
        fits = {"p": "." not in value, "n": "." not in value and ":" not in value, "r": "x" not in value}
        if kind == "b" and value not in ("0", "1"):
            raise tokens.error(f"{word} is {short(value)}", token, f"use {word}0 or {word}1")
        if fits.get(kind, value.isdigit()) and ":" not in (value if kind == "r" else ""):
            return re.sub(r"\d+", lambda one: str(int(one[0])), value) if kind != "r" else value
        raise tokens.error(f"{short(value)!r} does not fit {word}", token, form)
    if kind in ("n", "p", "i") and is_size(value):
        return _checked(value, token, tokens, parameters)
    raise tokens.error(f"{short(value)!r} is not a value of {word}", token, form)


def _checked(text: str, token: NotationToken, tokens: NotationTokens, parameters: Parameters) -> str:
    if digits(text) and len(text) <= MAX_NUMBER_LENGTH:
        return str(int(text))
    if len(text) > 200:
        raise tokens.error("a size of more than 200 characters", token, "use a shorter one")
    for atom in atoms(text):
        if atom.isdigit():
            if len(atom.lstrip("0")) > MAX_NUMBER_LENGTH:
                raise tokens.error(f"{short(atom)} is too large", token, "use up to 10^18")
        elif atom not in parameters:
            raise tokens.error(f"there is no parameter {short(atom)!r} here", token, _parameters_fix(parameters))
    return re.sub(r"\b\d+", lambda found: str(int(found[0])), text) if _leading_zero(text) else text


def _leading_zero(size: str) -> bool:
    return any(atom[0] == "0" and len(atom) > 1 for atom in atoms(size))


def _parameters_fix(parameters: tuple[str, ...]) -> str:
    return f"use a number, or one of: {', '.join(parameters)}" if parameters else "use a number"
