"""GPUs by name, with the memory that nvidia-smi reports for them."""

from __future__ import annotations

from dlquiz.calc.errors import CalcError
from dlquiz.suggest import closest

# MiB. H100, A100, L40S, L4, A10, T4: modal-labs/modal-client pull request 2797 (2025). The others as printed by
# nvidia-smi in public logs: RTX 3090 noonghunna/club-3090 issue 747, RTX 5090 issue 1107, P100 wookayin/gpustat issue
# 130, RTX 4090, V100 of 32 GB, H200 and B200 in several repositories' logs.
MEBIBYTES = {
    "A100-80": 81920,
    "A100-40": 40960,
    "H100": 81559,
    "H200": 143771,
    "B200": 183359,
    "L40S": 46068,
    "L4": 23034,
    "A10": 23028,
    "T4": 15360,
    "V100-32": 32768,
    "P100": 16384,
    "RTX-3090": 24576,
    "RTX-4090": 24564,
    "RTX-5090": 32607,
}
_ALSO = {"a100": "A100-80", "v100": "V100-32", "h10080": "H100", "a1024": "A10", "a10g": "A10"}


def _plain(name: str) -> str:
    plain = "".join(letter for letter in name.lower() if letter.isalnum())
    return plain.removeprefix("nvidia").removeprefix("tesla").removeprefix("geforce").removesuffix("gb")


def gpu(name: str) -> tuple[str, int]:
    """The name as it is listed and the bytes of its memory; raises CalcError for an unknown one.

    >>> gpu("rtx 4090"), gpu("4090")[0], gpu("a100")[1] // 2**20
    (('RTX-4090', 25757220864), 'RTX-4090', 81920)
    """
    known = {_plain(one): one for one in MEBIBYTES}
    plain = _plain(name)
    found = known.get(plain) or known.get(f"rtx{plain}") or _ALSO.get(plain)
    if found is None:
        near = closest(plain, known)
        fix = f"did you mean {known[near]}?" if near else f"use one of {', '.join(MEBIBYTES)}, or give the memory"
        raise CalcError(f"no GPU is called {name[:40]!r}", fix=fix)
    return found, MEBIBYTES[found] * 2**20
