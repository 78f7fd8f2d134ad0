"""The pictures of notes: kept beside the bank, turned into LaTeX where they are formulas, or named as missing."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePosixPath
from urllib.parse import unquote, unquote_plus, urlsplit

from dlquiz.files import LARGEST_PICTURE, PICTURE_SUFFIXES

# The bytes at a path as the notes write it, relative to their file; None when there is no such picture.
ReadImage = Callable[[str], bytes | None]

_STARTS = {
    b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"GIF8": ".gif", b"RIFF": ".webp", b"<svg": ".svg", b"<?xml": ".svg",
}  # fmt: skip

# Services that draw a formula: the host, and where in the address its LaTeX stands.
_SERVICES: tuple[tuple[str, str], ...] = (
    (r"(?:www\.)?zhihu\.com/equation", "tex"),
    (r"(?:\w+\.)?juejin\.(?:cn|im)/equation", "tex"),
    (r"(?:www\.)?nowcoder\.com/equation", "tex"),
    (r"render\.githubusercontent\.com/render/math", "math"),
    (r"math\.jianshu\.com/math", "formula"),
    (r"math\.now\.sh", "from"),
    (r"chart\.(?:googleapis|apis\.google)\.com/chart", "chl"),
    (r"s\d?\.wp\.com/latex\.php", "latex"),
    (r"(?:\w+\.)?wikimedia\.org/api/rest_v1/media/math/render", ""),
    (r"(?:latex|private|www|tex)?\.?codecogs\.com/(?:eqnedit/)?(?:\w+\.(?:latex|image|download))", "?"),
    (r"(?:www\.)?forkosh\.com/(?:cgi-bin/)?mathtex\.cgi", "?"),
    (r"i\.upmath\.me/(?:svg|png)b?/", "/"),
    (r"tex\.s2cms\.(?:ru|com)/(?:svg|png)b?/", "/"),
)
_DRAWING = re.compile(
    r"^\\(?:dpi|bg|fn|color|large|Large|inline|tiny|small|huge)_?(?:\{[^{}]*\}|(?<=_)\w+)?\s*|^(?:\\\s)+"
)

_OPENING = re.compile(r"!\[|<img\b", re.IGNORECASE)
_SOURCE = re.compile(r"""\b(?:src|data-src|data-original)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ALTERNATIVE = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_LONGEST = 100_000


@dataclass(slots=True)
class Pictures:
    """The pictures of one bank: `files` by the name under which they are kept, in the directory of that name."""

    directory: str
    files: dict[str, bytes] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    remote: list[str] = field(default_factory=list)
    formulas: int = 0


def formula_of(address: str) -> str | None:
    r"""The LaTeX that a service draws at this address; None for any other picture.

    >>> formula_of("https://www.zhihu.com/equation?tex=%28C%2FG%29%2AH"), formula_of("https://example.org/a.png")
    ('(C/G)*H', None)
    >>> formula_of("https://latex.codecogs.com/gif.latex?\\dpi{120}&space;x_i^2")
    'x_i^2'
    """
    bare = re.sub(r"^(?:https?:)?//", "", address.strip().replace("&amp;", "&"))
    for pattern, where in _SERVICES:
        found = re.match(pattern, bare, re.IGNORECASE)
        if found is None:
            continue
        latex = _latex_at(bare, found.end(), where)
        return latex or None
    return None


def _latex_at(bare: str, end: int, where: str) -> str:
    if where == "/":
        return unquote(bare[end:]).strip()
    query = bare[end:].partition("?")[2]
    if where == "?":
        latex = unquote(query.replace("&space;", " ").replace("&plus;", "+").replace("&hash;", "#"))
        before = None
        while before != latex:
            before, latex = latex, _DRAWING.sub("", latex.strip())
        return latex.strip()
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name == where:
            return unquote_plus(value).strip()
    return ""


def replaced(text: str, pictures: Pictures, read: ReadImage, missing: str) -> str:
    """The text with its pictures kept, drawn as formulas or named; `missing` is the word for one that is not there.

    >>> replaced("a ![[公式]](//www.zhihu.com/equation?tex=x%5E2) b", Pictures("d"), lambda path: None, "missing")
    'a $x^2$ b'
    """
    if "![" not in text and "<img" not in text.lower():
        return text
    out, at = [], 0
    while found := _OPENING.search(text, at):
        parsed = _markdown_image(text, found.end()) if found.group() == "![" else _html_image(text, found.start())
        out.append(text[at : found.start()])
        at = found.end()
        if parsed is None:
            out.append(found.group())
            continue
        alternative, address, at = parsed
        out.append(_kept(alternative, address, pictures, read, missing))
    return _alone("".join(out) + text[at:])


def _alone(text: str) -> str:
    """A formula that is all of its line is a displayed one."""
    return re.sub(r"(?m)^([ \t>]*)\$([^$\n]{12,})\$([ \t]*)$", r"\1$$\2$$\3", text)


def _markdown_image(text: str, start: int) -> tuple[str, str, int] | None:
    """The words, the address and the end of `![words](address "title")` or `![[file]]`; words may hold brackets."""
    depth, at = 1, start
    limit = min(len(text), start + 2_000)
    while at < limit and 0 < depth < 5:
        depth += {"[": 1, "]": -1}.get(text[at], 0)
        at += 1
    if depth:
        return None
    words = text[start : at - 1]
    if text[at : at + 1] == "(":
        end = _closing(text, at + 1)
        if end is None:
            return None
        inside = text[at + 1 : end].strip()
        address = inside[1:].partition(">")[0] if inside.startswith("<") else re.split(r"\s+[\"'=]", inside)[0]
        return words, address.strip(), end + 1
    if words.startswith("[") and words.endswith("]"):
        name = words[1:-1].partition("|")[0]
        return "", name.strip(), at
    return None


def _closing(text: str, start: int) -> int | None:
    depth = 1
    for at in range(start, min(len(text), start + _LONGEST)):
        if text[at] == "\n" or depth > 4:
            return None
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if not depth:
            return at
    return None


def _html_image(text: str, start: int) -> tuple[str, str, int] | None:
    end = text.find(">", start, start + _LONGEST)
    if end < 0:
        return None
    tag = text[start:end]
    source, alternative = _SOURCE.search(tag), _ALTERNATIVE.search(tag)
    if source is None:
        return None
    address = next(group for group in source.groups() if group is not None)
    words = next((group for group in alternative.groups() if group is not None), "") if alternative else ""
    return words, address.strip(), end + 1


def _kept(words: str, address: str, pictures: Pictures, read: ReadImage, missing: str) -> str:
    if (latex := formula_of(address)) is not None:
        pictures.formulas += 1
        return f"${_one_line(latex)}$"
    words = re.sub(r"[\[\]\\\n`*$!<>]", " ", words).strip()
    if re.match(r"(?:https?:)?//", address):
        if address not in pictures.remote:
            pictures.remote.append(address)
        return f"[{words or 'image'}]({'https:' + address if address.startswith('//') else address})"
    data = _data_of(address) if address.startswith("data:") else read(address)
    suffix = suffix_of(data) if data else None
    if data is None or suffix is None:
        shown = address[:120] if not address.startswith("data:") else "data"
        if shown not in pictures.missing:
            pictures.missing.append(shown)
        return f"[{missing}: {shown}]".replace("](", "] (")
    name = f"{sha256(data).hexdigest()[:12]}{suffix}"
    pictures.files[name] = data
    return f"![{words or 'image'}]({pictures.directory}/{name})"


def _one_line(latex: str) -> str:
    return " ".join(re.sub(r"(?<!\\)\$", "", latex).split())


def _data_of(address: str) -> bytes | None:
    head, _, body = address.partition(",")
    try:
        return base64.b64decode(body, validate=True) if head.endswith(";base64") else unquote(body).encode()
    except (binascii.Error, ValueError):
        return None


def suffix_of(data: bytes) -> str | None:
    """The suffix of a picture, by what it begins with; None when it is none that cards can show."""
    if not data or len(data) > LARGEST_PICTURE:
        return None
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    found = next((suffix for sign, suffix in _STARTS.items() if start.startswith(sign)), None)
    return found if found != ".svg" or b"<svg" in data[:4_000] else None


def is_picture(path: str) -> bool:
    """Whether a path has the suffix of a picture that cards can show."""
    return PurePosixPath(urlsplit(path).path if "://" in path else path).suffix.lower() in PICTURE_SUFFIXES
