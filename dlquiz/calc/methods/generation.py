"""Generative models: noise schedules, steps of diffusion, guidance, flow matching, latents, distances of Gaussians."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import exp, log

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import Exact, Number, Share, count, positive, real, several, share
from dlquiz.calc.layers.arguments import whole


def diffusion(
    *, steps: int = 1000, first: Share = Fraction(1, 10000), last: Share = Fraction(1, 50), at: int | None = None
) -> Calculation:
    """What is left of the signal after all steps of a linear schedule, or after `at` of them (Ho et al. 2020).

    `alpha_bar` is the product of 1 − β_t; `signal` and `noise` are the factors of x_0 and of the noise in x_t
    (arXiv:2006.11239).

    >>> f"{diffusion().ask('alpha_bar'):.3g}", f"{diffusion(at=500).ask('alpha_bar'):.4g}"
    ('4.04e-05', '0.07859')
    """
    t, low, high = count(steps, "steps", 2, 100_000), share(first, "first"), share(last, "last")
    taken = t if at is None else count(at, "at", 1, t)
    if low >= 1 or high >= 1:
        raise CalcError("the schedule cannot be followed", fix="use betas below 1")
    betas = [float(low) + (float(high) - float(low)) * one / (t - 1) for one in range(taken)]
    log_kept = sum(log(1 - beta) for beta in betas)
    numbers = {"s": log_kept, "T": t, "first": low, "last": high}
    context = "alpha_bar" if taken == t else ""
    lines = [
        WorkingLine("log_alpha_bar", "sum(log(1 - beta_t))", {}, value=log_kept),
        WorkingLine("alpha_bar", "exp(s)", numbers, "", context),
        WorkingLine("signal", "sqrt(a)", {"a": exp(log_kept)}),
        WorkingLine("noise", "sqrt(1 - a)", {"a": exp(log_kept)}),
    ]
    return calculated("diffusion", {"steps": t, "first": low, "last": high, "at": at}, lines)


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


def noising(*, clean: Number, noise: Number, alpha_bar: Share) -> Calculation:
    """A value of a diffusion model after the forward process, its velocity target and the signal-to-noise ratio.

    x_t = √ᾱ·x_0 + √(1 − ᾱ)·ε (Ho et al. 2020), v = √ᾱ·ε − √(1 − ᾱ)·x_0 (Salimans & Ho 2022, arXiv:2202.00512).

    >>> found = noising(clean=0.5, noise=-1, alpha_bar=0.64)
    >>> round(found.ask("noised"), 4), round(found.ask("velocity"), 4)
    (-0.2, -1.1)
    """
    numbers = {"x": real(clean, "clean"), "z": real(noise, "noise"), "a": _open_share(alpha_bar, "alpha_bar")}
    lines = [
        WorkingLine("noised", "sqrt(a) * x + sqrt(1 - a) * z", numbers, "", "noised_value"),
        WorkingLine("velocity", "sqrt(a) * z - sqrt(1 - a) * x", numbers, "", "velocity_target"),
        WorkingLine("signal_to_noise", "a / (1 - a)", {"a": numbers["a"]}, "", "signal_to_noise"),
    ]
    return calculated("noising", {"clean": numbers["x"], "noise": numbers["z"], "alpha_bar": numbers["a"]}, lines)


def denoising(*, noised: Number, noise: Number, alpha_bar: Share, next_alpha_bar: Share | None = None) -> Calculation:
    """The clean value that a noise prediction implies, and one deterministic DDIM step to `next_alpha_bar`.

    Song et al. 2021, arXiv:2010.02502.

    >>> step = denoising(noised=0.5, noise=0.4, alpha_bar=0.25, next_alpha_bar=0.64)
    >>> round(step.ask("next"), 4), round(denoising(noised=-0.2, noise=-1, alpha_bar=0.64).ask("clean"), 4)
    (0.4857, 0.5)
    """
    numbers = {"x": real(noised, "noised"), "z": real(noise, "noise"), "a": _open_share(alpha_bar, "alpha_bar")}
    lines = [WorkingLine("clean", "(x - sqrt(1 - a) * z) / sqrt(a)", numbers, "", "clean_value")]
    given = {"noised": numbers["x"], "noise": numbers["z"], "alpha_bar": numbers["a"], "next_alpha_bar": next_alpha_bar}
    if next_alpha_bar is not None:
        stepped = numbers | {"b": share(next_alpha_bar, "next_alpha_bar")}
        formula = "sqrt(b) * (x - sqrt(1 - a) * z) / sqrt(a) + sqrt(1 - b) * z"
        lines.append(WorkingLine("next", formula, stepped, "", "ddim_step"))
    return calculated("denoising", given, lines)


def _open_share(value: Share, name: str) -> Exact:
    read = share(value, name)
    if read == 1:
        raise CalcError(f"{name} is 1", fix="use a number below 1: there is noise")
    return read


def guidance(*, unconditional: Number, conditional: Number, scale: Number) -> Calculation:
    """Classifier-free guidance, 1 meaning none, as in diffusers (Ho & Salimans 2022, arXiv:2207.12598).

    The paper's own weight is the scale minus 1.

    >>> guidance(unconditional=0.2, conditional=0.5, scale=7.5).ask("guided")
    Fraction(49, 20)
    """
    numbers = {
        "u": real(unconditional, "unconditional"),
        "c": real(conditional, "conditional"),
        "w": real(scale, "scale"),
    }
    lines = [WorkingLine("guided", "u + w * (c - u)", numbers, "", "guided_value")]
    given = {"unconditional": numbers["u"], "conditional": numbers["c"], "scale": numbers["w"]}
    return calculated("guidance", given, lines)


def flow_matching(*, noise: Number, data: Number, time: Share, shift: Number = 1) -> Calculation:
    """The point between noise (t = 0) and data (t = 1) on a straight path, its velocity (Lipman et al. 2023).

    `shifted_time` moves a time as Stable Diffusion 3 does for larger images (Esser et al. 2024, arXiv:2403.03206),
    there with noise at 1.

    >>> found = flow_matching(noise=-1, data=3, time=0.25, shift=3)
    >>> found.ask("point"), found.ask("velocity"), found.ask("shifted_time")
    (0, 4, Fraction(1, 2))
    """
    ends = {"z": real(noise, "noise"), "x": real(data, "data")}
    t = real(time, "time", low=0, high=1)
    numbers = ends | {"t": t}
    times = {"s": positive(shift, "shift"), "t": t}
    lines = [
        WorkingLine("point", "(1 - t) * z + t * x", numbers, "", "flow_point"),
        WorkingLine("velocity", "x - z", numbers, "", "flow_velocity"),
        WorkingLine("shifted_time", "s * t / (1 + (s - 1) * t)", times, "", "shifted_time"),
    ]
    given = {"noise": ends["z"], "data": ends["x"], "time": t, "shift": times["s"]}
    return calculated("flow_matching", given, lines)


def gaussian_divergence(
    *, mean: Number, variance: Number, other_mean: Number = 0, other_variance: Number = 1
) -> Calculation:
    """KL divergence of one Gaussian from another in nats, the standard normal unless given; Fréchet distance too.

    The divergence is a VAE's latent term (Kingma & Welling 2014); `frechet` is FID in one dimension.

    >>> found = gaussian_divergence(mean=0.5, variance=0.25)
    >>> round(found.ask("divergence"), 4), found.ask("frechet")
    (0.4431, 0.5)
    """
    numbers = {
        "m": real(mean, "mean"),
        "v": positive(variance, "variance"),
        "n": real(other_mean, "other_mean"),
        "w": positive(other_variance, "other_variance"),
    }
    divergence = "((m - n) ** 2 / w + v / w - 1 - log(v / w)) / 2"
    lines = [
        WorkingLine("divergence", divergence, numbers, "", "gaussian_divergence"),
        WorkingLine("frechet", "(m - n) ** 2 + (sqrt(v) - sqrt(w)) ** 2", numbers, "", "frechet_distance"),
    ]
    given = {"mean": numbers["m"], "variance": numbers["v"], "other_mean": numbers["n"], "other_variance": numbers["w"]}
    return calculated("gaussian_divergence", given, lines)
