"""What inference and training are both asked about: the sequences, the GPUs, the bits of quantised weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dlquiz.calc.calculation import WorkingLine
from dlquiz.calc.costs.fit.request import bytes_line
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import Bytes, Exact, Number, Share, positive, real, share
from dlquiz.calc.layers.arguments import whole

RESERVE = 2**29


@dataclass(frozen=True)
class Sequences:
    """How many sequences there are at once, and the tokens of each."""

    tokens: int = 2048
    batch: int = 1

    def checked(self) -> tuple[int, int]:
        """Batch and tokens; raises CalcError for what is not a whole number above 0."""
        return whole(self.batch, "batch"), whole(self.tokens, "tokens")


@dataclass(frozen=True)
class Gpus:
    """How many GPUs there are, the bytes of one (None: none is named), the share in use, and the bytes reserved."""

    gpus: int = 1
    memory: Bytes | None = None
    utilisation: Share = 1
    reserve: Bytes = RESERVE

    def usable(self) -> Exact | None:
        """The bytes that may be used; None where no GPU is named."""
        used = share(self.utilisation, "utilisation")
        return None if self.memory is None else positive(self.memory, "memory") * used

    def letters(self) -> dict[str, Exact]:
        """How many GPUs there are (G), and the bytes for what frameworks allocate beside the tensors (R)."""
        return {"G": whole(self.gpus, "gpus"), "R": real(self.reserve, "reserve", low=0)}


@dataclass(frozen=True)
class Quantisation:
    """Weights of `bits` bits, in groups of so many with a scale of 16 bits; without `bits` they are not quantised.

    `matrices` is how many parameters are quantised, all unless given.
    """

    bits: int | None = None
    group: int = 128
    matrices: Number | None = None

    def weights(self, sizes: Mapping[str, Exact], over: str = " / G") -> WorkingLine:
        """The bytes of the weights on one GPU; `over` divides them."""
        part = self._part(sizes["N"])
        if self.bits is None:
            return bytes_line("weights", f"w * N{over}", sizes)
        width = whole(self.bits, "bits")
        if width > 16:
            raise CalcError(f"bits is {width}", fix="use 16 or fewer")
        numbers = {**sizes, "M": part, "q": width, "g": whole(self.group, "group")}
        return bytes_line("weights", f"(w * (N - M) + M * (q + 16 / g) / 8){over}", numbers)

    def _part(self, parameters: Exact) -> Exact:
        part = parameters if self.matrices is None else positive(self.matrices, "matrices")
        if part > parameters:
            raise CalcError(f"the matrices have {part} of {parameters} parameters", fix=f"use {parameters} or less")
        return part
