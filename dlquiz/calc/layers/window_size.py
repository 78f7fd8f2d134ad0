"""The window that slides: output sizes of convolution and pooling, why a window does not fit, and the working."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import Pair
from dlquiz.calc.receptive_field.window import Window, effective_kernel, written
from dlquiz.calc.result import Step

# The axes of a map by their number, as formulas name them.
LETTERS = {0: "", 1: "L", 2: "HW", 3: "DHW"}


class WindowAxis(NamedTuple):
    """The window along one axis of a map, and the padding before and after it."""

    size: int
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int

    @property
    def effective_kernel(self) -> int:
        return effective_kernel(self.kernel, self.dilation)

    @property
    def padded(self) -> int:
        return self.size + self.before + self.after


def sizes(
    sides: tuple[int, ...],
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
    pads: list[Pair],
    kind: str,
) -> tuple[Window, ...]:
    """floor((n + before + after - d (k - 1) - 1) / s) + 1 along each axis (Dumoulin & Visin 2016, relationship 14)."""
    axes = [WindowAxis(n, k, s, d, *pad) for n, k, s, d, pad in zip(sides, kernel, stride, dilation, pads, strict=True)]
    windows = []
    for axis in axes:
        room = axis.padded - axis.effective_kernel
        if room < 0:
            raise _does_not_fit(axis, axes, kind)
        windows.append(Window("slide", axis.size, room // axis.stride + 1, *axis[1:]))
    return tuple(windows)


def _does_not_fit(axis: WindowAxis, axes: list[WindowAxis], kind: str) -> CalcError:
    n, k, _, d, before, after = axis
    effective, padded = axis.effective_kernel, axis.padded
    named = f"kernel {k}" if d == 1 else f"kernel {k}, with dilation {d} effectively {effective},"
    missing = effective - n - (before + after)
    fixes = []
    if before == after:
        fixes.append(f"padding ≥ {before + -(-missing // 2)}")
    if k > 1 and d > 1 and (fitting := (padded - 1) // (k - 1)) >= 1:
        fixes.append(f"dilation {'1' if fitting == 1 else f'≤ {fitting}'}")
    if (padded - 1) // d + 1 >= 1:
        fixes.append(f"kernel ≤ {(padded - 1) // d + 1}")
    fixes.append(f"input ≥ {effective - before - after}")
    inside = " x ".join(str(one.padded) for one in axes)
    outside = " x ".join(str(one.effective_kernel) for one in axes)
    return CalcError(
        f"{named} does not fit a padded input of {padded}",
        fix=", ".join(fixes[:-1]) + (f", or {fixes[-1]}" if len(fixes) > 1 else fixes[-1]),
        torch=_torch_refuses(kind, inside, outside),
    )


def _torch_refuses(kind: str, inside: str, outside: str) -> str:
    """torch's words for a window that is larger than the padded input."""
    if kind == "unfold":
        return "calculated shape of the array of sliding blocks, but its components must be at least one"
    if not kind.startswith("conv"):
        return "Output size is too small"
    sizes = f"Calculated padded input size per channel: ({inside}). Kernel size: ({outside})"
    return f"{sizes}. Kernel size can't be greater than actual input size"


def sliding_steps(windows: tuple[Window, ...], ceil_mode: bool = False) -> Iterable[Step]:
    """The output sizes: one line when all axes are alike, otherwise one an axis."""
    letters = LETTERS[len(windows)]
    if len(set(windows)) == 1:
        yield _size_step(windows[0], letters[0], " = ".join(f"{one}_out" for one in letters), ceil_mode)
        return
    for letter, window in zip(letters, windows, strict=True):
        yield _size_step(window, letter, f"{letter}_out", ceil_mode)


def _size_step(w: Window, letter: str, result: str, ceil_mode: bool) -> Step:
    formula, numbers = _span(w, letter)
    rounding = "ceil" if ceil_mode else "floor"
    formula, numbers = f"{rounding}(({formula}) / s) + 1", f"{rounding}(({numbers}) / {w.stride}) + 1"
    if ceil_mode and -(-(w.size + w.before + w.after - w.effective_kernel) // w.stride) + 1 > w.output:
        formula, numbers = f"{formula} - 1 (the last window starts in the padding)", f"{numbers} - 1"
    return Step("output_shape", f"{result} = {formula}", numbers, w.output)


def _span(w: Window, letter: str) -> tuple[str, str]:
    formula, numbers = letter, str(w.size)
    if w.before == w.after:
        if w.before:
            formula, numbers = f"{formula} + 2 * p", f"{numbers} + 2 * {w.before}"
    else:
        formula, numbers = f"{formula} + p_before + p_after", f"{numbers} + {w.before} + {w.after}"
    if w.dilation == 1:
        return f"{formula} - k", f"{numbers} - {w.kernel}"
    return f"{formula} - d * (k - 1) - 1", f"{numbers} - {w.dilation} * ({w.kernel} - 1) - 1"


def field_steps(windows: tuple[Window, ...]) -> Iterable[Step]:
    """Size of what one output sees, the jump between neighbours, the first unit's centre; only when all axes agree."""
    if len({(w.kernel, w.stride, w.dilation, w.before) for w in windows}) > 1:
        return
    w = windows[0]
    field = w.field(written)
    yield Step("receptive_field", "size = d * (k - 1) + 1", f"{w.dilation} * ({w.kernel} - 1) + 1", field["size"])
    yield Step("receptive_field", "jump = s", str(w.stride), field["jump"])
    numbers = f"{field['size']} / 2 - {w.before}"
    yield Step("receptive_field", "start = size / 2 - p (centre of the first unit)", numbers, field["start"])
