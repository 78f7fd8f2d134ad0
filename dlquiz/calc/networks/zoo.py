"""The networks that ship, by name: files in the notation, a family a file, a size a line; and published decoders."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from dlquiz.calc.costs import configurations
from dlquiz.calc.errors import CalcError
from dlquiz.suggest import containing, matches

FOLDER = Path(__file__).with_name("definitions")
# A name or a Hugging Face id: letters first, then variants after ":", a size after "@".
NAME = r"\s*([A-Za-z][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_.-]+)?)((?:\s*:\s*[A-Za-z0-9_.-]+)*)(?:\s*@\s*(\d+(?:x\d+)*))?\s*"


class NamedNetwork(NamedTuple):
    """One named network: its line in the notation, the family's file, and what the file says of its figures."""

    name: str
    line: str
    family: str
    note: str


@lru_cache(1)
def named_networks() -> dict[str, NamedNetwork]:
    """Every network that ships, in the order of the files.

    >>> named_networks()["resnet50"].note.split(";")[0]
    '25,557,032 parameters'
    """
    found: dict[str, NamedNetwork] = {}
    for path in sorted(FOLDER.glob("*.net")):
        family = path.stem
        for line in path.read_text(encoding="utf-8").splitlines():
            name, sign, rest = line.partition(" := ")
            if sign and not name.startswith("#"):
                network, _, note = rest.partition("#")
                found[name] = NamedNetwork(name, network.strip(), family, note.strip())
    return found


@lru_cache(1)
def _plain() -> dict[str, str]:
    return {plain(name): name for name in named_networks()}


def _listed(wanted: str) -> str | None:
    """The name as it is listed: with `.` and `-` for its `_` first, for only that tells regnet_x_1_6gf from _16gf."""
    exact = wanted.lower().replace("-", "_").replace(".", "_")
    return exact if exact in named_networks() else _plain().get(plain(wanted))


def plain(name: str) -> str:
    """A name as it is compared: `-` and `_` are ignored.

    >>> plain("ResNeXt50-32x4d")
    'resnext5032x4d'
    """
    return name.lower().replace("_", "").replace("-", "").replace(".", "").strip()


def is_name(text: str) -> bool:
    """Whether a text is meant as a name: one word that begins with a letter, perhaps with a variant or a size, or what
    names have in them.

    >>> is_name("resnet50@320"), is_name("70b"), is_name("3x224x224"), is_name("3x224x224, gap")
    (True, True, False, False)
    """
    return len(text) <= 200 and (text.isidentifier() or bool(re.fullmatch(NAME, text)) or _is_part_of_a_name(text))


def _is_part_of_a_name(text: str) -> bool:
    has_steps = bool(set(text.strip()) & set(",;\n("))
    return not has_steps and any(map(str.isalpha, text)) and bool(containing(text, _names()))


def notation(text: str) -> str:
    """The notation of a named network; raises `CalcError` with near misses when there is none of that name.

    >>> notation("squeezenet1-1@100").splitlines()[-1][:20]
    '3x100x100, conv 64 k'
    """
    read = re.fullmatch(NAME, text.strip().lstrip("_"))
    if read is None:
        raise _unknown(text.strip(), [])
    name, variants, size = read[1], re.findall(r":\s*([^:\s]+)", read[2]), read[3]
    found = _listed(":".join([name, *variants]))
    if found is None:
        if not variants and _is_transformer(name):
            return _decoder(name, size)
        raise _unknown(name, variants)
    network = named_networks()[found]
    line = network.line if size is None else sized(network, size)
    return lets(network.family) + "\n" + line


def _is_transformer(name: str) -> bool:
    try:
        return bool(configurations.configuration(name))
    except CalcError:
        return False


def _decoder(name: str, size: str | None) -> str:
    from dlquiz.calc.networks.from_configuration import decoder

    if size and not size.isdigit():
        raise CalcError(f"{name[:60]} takes a number of tokens, not {size}", fix=f"write {name[:60]}@128")
    return decoder(name, int(size) if size else None)


def _unknown(name: str, variants: list[str]) -> CalcError:
    base = _plain().get(plain(name))
    if base and variants:
        known = [one.partition(":")[2] for one in named_networks() if one.startswith(base + ":")]
        fix = f"use one of: {', '.join(known)}" if known else f"use {base} alone"
        return CalcError(f"{base} has no variant {':'.join(variants)[:40]!r}", fix=fix)
    return CalcError(f"there is no network {name[:40]!r}", fix=configurations.did_you_mean(_similar(name)))


def _similar(name: str) -> list[str]:
    """The names that a name is a part of, else those near to it."""
    names = {plain(one): one for one in _names()}
    name = name.rpartition("/")[2]
    return containing(name, names.values()) or [
        names[one] for one in matches(plain(name), names, 4) or _beginning_alike(plain(name), names)
    ]


@lru_cache(1)
def _names() -> list[str]:
    return [*configurations.names(), *named_networks()]


def _beginning_alike(name: str, known: Iterable[str]) -> list[str]:
    """Names that share their beginning, where typing errors do not lead to one: `deeplab_v3_plus` is near DeepLabV3."""
    alike = [
        (sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(name, one, strict=False))), one) for one in known
    ]
    longest = max(alike)[0]
    return [one for length, one in alike if length == longest][:4] if longest >= max(5, len(name) // 2) else []


@lru_cache(64)
def lets(family: str) -> str:
    """What a family's file defines before its networks."""
    lines = (FOLDER / f"{family}.net").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if " := " not in line)


def sized(network: NamedNetwork, size: str) -> str:
    """The line with other sides (or another number of tokens): `320` for all sides, `320x480` for each.

    >>> sized(NamedNetwork("a", "3x224x224, conv 8 k3", "", ""), "320x480")
    '3x320x480, conv 8 k3'
    """
    first, comma, rest = network.line.partition(",")
    shape, space, tokens = first.partition(" ")
    axes, new = shape.split("x"), size.split("x")
    if tokens:
        if len(new) != 1:
            raise CalcError(f"{network.name} takes a number of tokens, not {size}", fix=f"write {network.name}@128")
        renewed = re.sub(r"\binput \d+ tokens", f"input {new[0]} tokens", rest)
        return "x".join([new[0], *axes[1:]]) + space + tokens + comma + renewed
    if len(axes) == 1 or len(new) not in (1, len(axes) - 1):
        raise CalcError(f"{network.name} takes {len(axes) - 1} sides, not {size}", fix=f"write {network.name}@320")
    return "x".join([axes[0], *(new * (len(axes) - 1) if len(new) == 1 else new)]) + comma + rest
