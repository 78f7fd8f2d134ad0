"""Which network is meant on the command line: a name, the notation, a file, or stdin; and how its errors are told."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from dlquiz.errors import DlquizError, UsageError

if TYPE_CHECKING:
    from dlquiz.calc.networks.network import NetworkResult


def completed(incomplete: str) -> list[str]:
    """The shipped networks that begin so, for the shell."""
    from dlquiz.calc.networks.zoo import classics

    return [name for name in classics() if name.startswith(incomplete)]


Net = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NET",
        help="A name (resnet50@320), the notation, a file, or - for stdin.",
        show_default=False,
        autocompletion=completed,
    ),
]
LARGEST_FILE = 1_000_000


def text_of(words: list[str] | None) -> str:
    """The text of the network that was typed, or of the file that was named."""
    if not words:
        refuse_net("which network? — `dlquiz calc net --list` lists names; or write 3x224x224, conv 64 k7 s2 p3")
    text = " ".join(words)
    if text == "-":
        return sys.stdin.read(LARGEST_FILE)
    if len(words) == 1 and _is_file(text):
        return _read(Path(text))
    return text


def _is_file(text: str) -> bool:
    return len(text) < 1000 and "\n" not in text and ("/" in text or "\\" in text or "." in text) and _exists(text)


def _exists(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()[:LARGEST_FILE]
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DlquizError(f"{path} is not UTF-8 text", fix="save it as UTF-8") from None
    except OSError as error:
        raise DlquizError(f"cannot read {path}: {error.strerror}", fix="check the path") from None


def read_network(words: list[str] | None, batch: int | None = None, dtype: str = "fp32") -> NetworkResult:
    """The network, computed; what cannot be read exits with 2 and a mark under the place."""
    return compute(text_of(words), batch, dtype)


def compute(text: str, batch: int | None = None, dtype: str = "fp32") -> NetworkResult:
    from dlquiz.calc.networks.network import network
    from dlquiz.calc.networks.notation.parser import NotationError

    try:
        return network(text, batch=batch, dtype=dtype)
    except NotationError as error:
        refuse_net(str(error), error)


def refuse_net(message: str, error: object = None) -> NoReturn:
    """The message, the source with a mark below it; exit code 2."""
    from dlquiz.calc.networks.notation.parser import NotationError

    lines = [message]
    if isinstance(error, NotationError) and error.source.strip():
        start = max(0, error.column - 1 - 50)
        shown = error.source[start : start + 76]
        lines += [f"  {shown}", "  " + " " * (error.column - 1 - start) + "^" * min(error.length, 20)]
    raise UsageError("\n".join(lines))
