"""The windows of a small layer over its padded input, drawn in plain characters along one axis."""

from __future__ import annotations

from dlquiz.calc.receptive_field.window import Window

WIDEST = 60


def picture(window: Window, width: int = 80) -> list[str]:
    """One row for each output: `#` a tap, `-` a gap of the dilation; nothing when it would not fit.

    The first row is the padded input: the last digit of each index, `p` padding, `x` what no window reaches (dropped by
    rounding down, or because no window may start in the padding), `+` what a last window reaches beyond the padding
    (added by rounding up).

    >>> print("\\n".join(picture(Window("slide", 6, 3, kernel=3, stride=2, before=1, after=1))))
    p 0 1 2 3 4 5 x
    # # #
        # # #
            # # #
    """
    end = window.size + window.after
    reached = (window.output - 1) * window.stride - window.before + window.effective_kernel
    cells = max(end, reached) + window.before
    if window.rule != "slide" or 2 * cells > min(width, WIDEST) or window.output > 16:
        return []
    rows = [" ".join(_cell(index, window, reached) for index in range(-window.before, max(end, reached)))]
    taps = ["#" if index % window.dilation == 0 else "-" for index in range(window.effective_kernel)]
    for unit in range(window.output):
        rows.append("  " * (unit * window.stride) + " ".join(taps))
    return rows


def _cell(index: int, window: Window, reached: int) -> str:
    if index >= window.size + window.after:
        return "+"
    if index >= reached:
        return "x"
    return str(index % 10) if 0 <= index < window.size else "p"
