"""Diffusion and latents."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import exp, log, sqrt

from dlquiz.calc.calculation import Calculation, Number, Share, WorkingLine, calculated, several, share
from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import whole


def diffusion(*, steps: int = 1000, first: Share = Fraction(1, 10000), last: Share = Fraction(1, 50)) -> Calculation:
    """What is left of the signal after all steps of a linear schedule (Ho et al. 2020, arXiv:2006.11239).

    `alpha_bar` is the product of 1 − β_t; `signal` and `noise` are the factors of x_0 and of the noise in x_T.

    >>> f"{diffusion().ask('alpha_bar'):.3g}"
    '4.04e-05'
    """
    t, low, high = whole(steps, "steps", 2), share(first, "first"), share(last, "last")
    if t > 100_000 or low >= 1 or high >= 1:
        raise CalcError("the schedule cannot be followed", fix="use up to 100,000 steps and betas below 1")
    betas = [float(low) + (float(high) - float(low)) * one / (t - 1) for one in range(t)]
    log_kept = sum(log(1 - beta) for beta in betas)
    numbers = {"s": log_kept, "T": t, "first": low, "last": high}
    lines = [
        WorkingLine("log_alpha_bar", "sum of log(1 - beta_t)", {}, value=log_kept),
        WorkingLine("alpha_bar", "exp(s)", numbers, "", "alpha_bar"),
        WorkingLine("signal", "sqrt(a)", {"a": exp(log_kept)}),
        WorkingLine("noise", "sqrt(1 - a)", {"a": exp(log_kept)}),
    ]
    assert sqrt(exp(log_kept)) <= 1
    return calculated("diffusion", {"steps": t, "first": low, "last": high}, lines)


def latent(*, image: Sequence[Number], code: Sequence[Number]) -> Calculation:
    """How many times fewer values a latent of (height, width, channels) has than the image (Rombach et al. 2022).

    >>> latent(image=(512, 512, 3), code=(64, 64, 4)).ask("ratio")
    48
    """
    sizes = [whole(one, "a size") for box in (image, code) for one in several(box, "sizes", 3)]
    if len(sizes) != 6:
        raise CalcError("an image has height, width and channels", fix="give 512x512x3 and 64x64x4")
    numbers = dict(zip("HWChwc", sizes, strict=True))
    lines = [WorkingLine("ratio", "H * W * C / (h * w * c)", numbers, "×", "latent_ratio")]
    return calculated("latent", {"image": tuple(sizes[:3]), "code": tuple(sizes[3:])}, lines)
