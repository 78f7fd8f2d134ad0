"""The single changes of a request that would make it fit a GPU, those first that change least."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dlquiz.calc.calculators import calculator
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import Exact

# A pass over fewer tokens, the length that vLLM's scheduler takes at once by default.
PREFILL = 2048
RANK = 16

FitArguments = Mapping[str, Any]


class FitChange(NamedTuple):
    """Arguments to change, and the bytes that are left of the memory then."""

    arguments: dict[str, Any]
    left: Exact


def fit_changes(name: str, arguments: FitArguments) -> list[FitChange]:
    """The changes with which the request fits, in the order in which they cost quality, time, or money.

    In inference: shorter passes of the prefill, a cache of 8 bits, weights of 8 and 4 bits, 2 to 8 GPUs; in training:
    checkpointing, ZeRO over the GPUs there are, LoRA, QLoRA, 2 to 8 GPUs.

    >>> found = fit_changes("fit_inference", {"model": "llama3-70b", "tokens": 8192, "memory": 48 * 2**30})
    >>> [one.arguments for one in found]
    [{'bits': 4}, {'gpus': 4}, {'gpus': 8}]
    """
    candidates = _inference(arguments) if name == "fit_inference" else _training(arguments)
    found = []
    for change in candidates:
        try:
            left = calculator(name, **{**arguments, **change}).ask("left")
        except CalcError:
            # The model does not have what would change: heads that divide, matrices that LoRA adapts.
            continue
        if left >= 0:
            found.append(FitChange(change, left))
    return found


def _inference(given: FitArguments) -> Iterator[dict[str, Any]]:
    if given.get("prefill") is None and given.get("batch", 1) * given.get("tokens", PREFILL) > PREFILL:
        yield {"prefill": PREFILL}
    if given.get("cache") is None:
        yield {"cache": "fp8"}
    yield from ({"bits": bits} for bits in (8, 4) if bits < (given.get("bits") or 16))
    yield from ({"gpus": gpus} for gpus in (2, 4, 8) if gpus > given.get("gpus", 1))


def _training(given: FitArguments) -> Iterator[dict[str, Any]]:
    gpus, stage = given.get("gpus", 1), given.get("zero", 0)
    if not given.get("checkpoint"):
        yield {"checkpoint": True}
    if gpus > 1:
        yield from ({"zero": one} for one in (1, 2, 3) if one > stage)
    if not given.get("rank"):
        yield {"rank": RANK}
    if given.get("bits") is None:
        yield {"bits": 4} if given.get("rank") else {"rank": RANK, "bits": 4}
    yield from ({"gpus": count, "zero": 3} for count in (2, 4, 8) if count > gpus)
