"""Prefixes and units as they are typed: k, Mi, GB, FLOPs, million, 万, ms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dlquiz.cards import QuantityKind

SI = {"k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
WORD_FACTORS = {
    "thousand": 10**3, "thousands": 10**3, "million": 10**6, "millions": 10**6, "mio": 10**6, "mn": 10**6,
    "mil": 10**6, "billion": 10**9, "billions": 10**9, "bn": 10**9, "trillion": 10**12, "trillions": 10**12,
    "tn": 10**12, "dozen": 12,
}  # fmt: skip
HAN = {"百": 10**2, "千": 10**3, "万": 10**4, "亿": 10**8}
# A unit as typed → its plain name. None of them changes the number except bits, times and seconds.
UNITS = {
    **dict.fromkeys(("byte", "bytes", "字节"), "byte"),
    **dict.fromkeys(("bit", "bits", "比特"), "bit"),
    **dict.fromkeys(("flop", "flops", "浮点运算", "次浮点运算"), "flop"),
    **dict.fromkeys(("mac", "macs", "madd", "madds", "multadds", "次乘加", "乘加", "乘加运算", "次乘加运算"), "mac"),
    **dict.fromkeys(("param", "params", "parameter", "parameters", "weights", "weight", "参数", "个参数"), "parameter"),
    **dict.fromkeys(("px", "pixel", "pixels", "像素", "个像素"), "pixel"),
    **dict.fromkeys(("token", "tokens", "个token", "词元", "个词元"), "token"),
    **dict.fromkeys(("element", "elements", "values", "neurons", "units", "元素", "个元素", "个", "次"), ""),
    **dict.fromkeys(("steps", "layers", "channels", "features", "images", "epochs", "neuron", "通道", "层", "步"), ""),
    **dict.fromkeys(("times", "fold", "倍"), "times"),
}  # fmt: skip
SECONDS: dict[str, Any] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "秒", "秒钟"), 1),
    **dict.fromkeys(("ms", "毫秒"), "1/1000"),
    **dict.fromkeys(("us", "μs", "µs", "微秒"), "1/1000000"),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "分", "分钟"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "小时", "个小时"), 3600),
    **dict.fromkeys(("d", "day", "days", "天", "日"), 86400),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks", "周", "星期", "个星期"), 7 * 86400),
}
PERCENT = ("percent", "pct", "pp", "pt", "pts", "point", "points")
# What may stand between a number and a word of per cent: 8 percentage points, 8 % points.
PERCENT_WORDS = ("percentage", "percent", "per")


def known_units(asked: QuantityKind, unit: str) -> str:
    """The units that may be typed where this is asked, as a message lists them.

    >>> known_units("ratio", "%"), known_units("count", "days")
    ('%, percent, points', 's, min, h, d, weeks')
    """
    plain = unit.strip().lower()
    if plain in ("%", "％"):
        return "%, percent, points"
    if plain in SECONDS:
        return "s, min, h, d, weeks"
    if asked == "bytes":
        return "B, kB, MB, GB, TB, KiB, MiB, GiB, TiB, bit"
    if asked in ("size", "shape") or plain == "px":
        return "px, 55x55"
    return "k, M, G, T, million, billion, 万, 亿, %"


def prefix_and_unit(lower: str) -> tuple[str, str] | None:
    """`gflops` → (g, flop), `mib` → (mi, byte), `k` → (k, ""), None for any other word."""
    if lower in UNITS:
        return "", UNITS[lower]
    for prefix in ("ki", "mi", "gi", "ti", "pi", "k", "m", "g", "t", "p"):
        rest = lower.removeprefix(prefix)
        if rest == lower:
            continue
        if rest == "":
            return prefix, ""
        if rest == "b":
            return prefix, "byte"
        if UNITS.get(rest):
            return prefix, UNITS[rest]
    return ("", "byte") if lower == "b" else None


def unit_scale(unit: str) -> int:
    """What one of a card's unit is worth in plain ones.

    >>> unit_scale("GB"), unit_scale("MiB"), unit_scale("parameters"), unit_scale("million")
    (1000000000, 1048576, 1, 1000000)
    """
    plain = unit.lower().replace(" ", "").replace("-", "")
    if plain in WORD_FACTORS:
        return WORD_FACTORS[plain]
    named = prefix_and_unit(plain)
    if named is None or not named[0] or len(unit) < 2:
        return 1
    return int((1024 if named[0].endswith("i") else 1000) ** SI[named[0][0]])
