"""Numbers typed into a hole: digits, fractions, per cent, words, Chinese numerals, with units around them."""

from __future__ import annotations

import re
import unicodedata

from dlquiz.grading.formulas import value_of

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = {
    word: 10 * n
    for n, word in enumerate(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), 2)
}
_FRACTIONS = {"half": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4, "fifth": 5,
              "fifths": 5, "eighth": 8, "eighths": 8, "tenth": 10, "tenths": 10}  # fmt: skip
_HAN_DIGITS = {one: n for n, one in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[-+]?\d+)?", re.I)


def is_number(text: str) -> bool:
    r"""Whether an answer is one number.

    >>> [is_number(text) for text in ("6", ".5", "1e-3", "1/4", "25%", r"\frac12", "2,048", "3×3", "2x", "six")]
    [True, True, True, True, True, True, True, False, False, False]
    """
    plain = text.strip().replace("−", "-")
    if re.fullmatch(r"\\[dt]?frac\s*(?:\d\s*\d|\{\d+\}\{\d+\})", plain):
        return True
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain)
    return bool(re.fullmatch(rf"{_NUMBER.pattern}(?:/\d+)?\s*\\?%?", plain, re.I))


def fits_number(given: str, answer: str, *, percent: bool = False) -> bool:
    """Whether the typed number is the answer, or rounds to it; `percent` says that the sentence counts per cent.

    >>> [fits_number(*pair) for pair in (("7.32", "7.3"), ("6.7", "6.67"), ("5e-4", "0.0005"), ("2^11", "2048"))]
    [True, False, True, True]
    >>> [fits_number(given, "0.25") for given in ("a quarter", "25 %", "四分之一", "25")]
    [True, True, True, False]
    """
    due, said = _value(answer), _value(given)
    if due is None or said is None:
        return False
    if (
        given.rstrip(" 。.").endswith(("%", "percent", "per cent"))
        and not answer.endswith("%")
        and (percent or due > 1)
    ):
        said *= 100
    places = len(match[1]) if (match := re.fullmatch(r"-?\d+\.(\d+)%?", answer.strip())) else None
    rounds = places is not None and abs(due) >= 1 and abs(said - due) <= 0.5 * 10.0**-places * (1 - 1e-9)
    return rounds or abs(said - due) <= 1e-9 * max(abs(said), abs(due))


def _value(text: str) -> float | None:
    """The number that the text gives, with or without words around it."""
    plain = (
        unicodedata.normalize("NFKC", text.translate(_SUPERSCRIPTS))
        .replace("−", "-")
        .replace("⁄", "/")
        .strip()
        .casefold()
    )
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain).strip(" =~≈约").rstrip(".。")
    plain = re.sub(r"(?<=^\d),(?=\d{1,2}$)", ".", plain)  # 7,3
    for reading in (_plain_value, _spelt_out, _han_value, _with_noun):
        if (value := reading(plain)) is not None:
            return value
    return None


_SUPERSCRIPTS = str.maketrans({sign: f"^{digit}" for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")} | {"⁻": "^-"})


def _plain_value(text: str) -> float | None:
    """Digits, fractions and expressions without symbols: 1/4, 2^11, 8*64, 5×10^-4, 25%."""
    percent = re.fullmatch(r"(.+?)\s*(?:\\?%|percent|per cent)", text)
    inner = percent[1] if percent else text
    if not re.fullmatch(r"[-+*/^().\d\se{}×x·\\fractdimes]+", inner) or not re.search(r"\d", inner):
        return None
    inner = re.sub(r"\^-\^", "^-", inner.replace("×", "*"))
    if side := re.fullmatch(r"\s*(\d+)\s*[x×]\s*\1\s*", text):  # 3×3 has the side 3, and is no 9
        return float(side[1])
    inner = re.sub(r"(?<=\d)\s*x\s*(?=\d)", "*", inner)
    value = value_of(inner)
    return None if value is None else value / 100 if percent else value


def _spelt_out(text: str) -> float | None:
    """six, sixty-four, a quarter, three quarters, one hundred and twenty-eight."""
    found = re.findall("[a-z]+|\\d+", text)
    if not found or re.search(r"[^a-z\s\d-]", text):
        return None
    if found[-1] in _FRACTIONS and len(found) <= 2:
        above = 1.0 if len(found) == 1 or found[0] in ("a", "an") else _cardinal(found[:1])
        return None if above is None else above / _FRACTIONS[found[-1]]
    return _cardinal([one for one in found if one != "and"])


def _cardinal(found: list[str]) -> float | None:
    if len(found) >= 2 and found[1] == "hundred":
        rest = _cardinal(found[2:]) if found[2:] else 0.0
        head = 1.0 if found[0] == "a" else _cardinal(found[:1])
        return None if rest is None or head is None else 100 * head + rest
    if len(found) == 1 and found[0].isdigit():
        return float(found[0])
    if len(found) == 1:
        return (
            float(_SMALL.index(found[0]))
            if found[0] in _SMALL
            else float(_TENS[found[0]])
            if found[0] in _TENS
            else None
        )
    if len(found) == 2 and found[0] in _TENS and found[1] in _SMALL[1:10]:
        return float(_TENS[found[0]] + _SMALL.index(found[1]))
    return None


def _han_value(text: str) -> float | None:
    """六, 六十四, 一百二十八, 二〇一五, 四分之三, 一半."""
    if text in ("一半", "半"):
        return 0.5
    fraction = re.fullmatch("(.+)分之(.+)", text)
    if fraction:
        below, above = _han_value(fraction[1]), _han_value(fraction[2])
        return above / below if above is not None and below else None
    if re.fullmatch(r"\d+", text):
        return float(text)
    if not text or not all(one in _HAN_DIGITS or one in _HAN_UNITS for one in text):
        return None
    if not any(one in _HAN_UNITS for one in text):
        return float("".join(str(_HAN_DIGITS[one]) for one in text))
    total, digit = 0, None
    for one in text:
        if one in _HAN_UNITS:
            total += (1 if digit is None else digit) * _HAN_UNITS[one]
            digit = None
        else:
            digit = _HAN_DIGITS[one] or None
    return float(total + (digit or 0))


def _with_noun(text: str) -> float | None:
    """The number among nouns: `6 layers`, `64个`, `ILSVRC-2012`, `2015年`; of two numbers none."""
    han = re.fullmatch(r"([零一二三四五六七八九十百千两〇]+)\s*[个层维年次倍块张类种条头级步路份]\w*", text)
    if han:
        return _han_value(han[1])
    numbers = _NUMBER.findall(text)
    if len(numbers) != 1:
        spelt = re.match(r"([a-z]+(?:-[a-z]+)?)\s+[a-z]+s?$", text)
        return _spelt_out(spelt[1]) if spelt and not numbers else None
    before, after = text.split(numbers[0], 1)
    number = numbers[0]
    if before.endswith("-") or (number.startswith(("-", "+")) and before.strip()):  # ILSVRC-2012
        number = number.lstrip("-+")
    if not re.fullmatch(r"(?:(?:[a-z]{2,}|[\u4e00-\u9fff]+)[\s-]*)*", before) or not re.fullmatch(
        r"\s*%?\s*(?:x|(?:[a-z]{2,}|[\u4e00-\u9fff]+)[\s\w\u4e00-\u9fff-]*)?", after
    ):
        return None
    return float(number) / (100 if after.strip().startswith("%") else 1)
