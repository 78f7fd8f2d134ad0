"""One alphabet for replies that are written in many."""

from __future__ import annotations

import re
import unicodedata

from dlquiz.grading.reply.reading import ReplyError

MAX_LENGTH = 500

_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True))
_VULGAR = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3", "⅕": "1/5", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8",
           "⅞": "7/8", "⅙": "1/6", "⅚": "5/6"}  # fmt: skip
_SAME = str.maketrans(
    {
        "−": "-",
        "–": "-",
        "—": "-",
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "➖": "-",
        "➕": "+",
        "·": "*",
        "⋅": "*",
        "∙": "*",
        "•": "*",
        "∗": "*",
        "✕": "×",
        "✖": "×",
        "⨯": "×",
        "╳": "×",
        "乘": "×",
        "÷": "/",
        "⁄": "/",
        "∕": "/",
        "π": " pi ",
        "【": "(",
        "】": ")",
        "[": "(",
        "]": ")",
        "{": "(",
        "}": ")",
        "’": "'",
        "‘": "'",
        "´": "'",
        "`": " ",
        "$": " ",
        "“": " ",
        "”": " ",
        '"': " ",
        "。": " ",
        "、": ",",
        "負": "-",
        "负": "-",
        "点": ".",
        "點": ".",
        "萬": "万",
        "億": "亿",
    }
)
# What may stand before a value without changing it; a threshold is often typed as the least value.
_ABOUT = ("approximately", "approx.", "approx", "about", "around", "roughly", "circa", "ca.", "大约", "约为", "约等于",
          "大概", "左右", "约", "等于", "是", "≈", "≅", "≃", "∼", "~", "=",
          "at least", "至少", "不小于", "≥", "⩾", ">=")  # fmt: skip

_OF = re.compile(r"(?<=[A-Za-z]) of (?=[A-Za-z])")  # 38 million of parameters


def plain_text(reply: str) -> str:
    """One alphabet for what is written in many: full-width, superscripts, signs, brackets, words for "about"."""
    if len(reply) > MAX_LENGTH:
        raise ReplyError(f"too long: {len(reply)} characters", f"太长了：{len(reply)} 个字符")
    # 点 is a decimal point, but not here.
    reply = reply.replace("个百分点", " points").replace("百分点", " points")
    text = unicodedata.normalize("NFKC", _powers(reply)).translate(_SAME).strip()
    text = text.replace("√(", "sqrt(").replace("左右", "").replace("torch.Size", "")
    text = _OF.sub(" ", text)
    changed = True
    while changed:
        changed = False
        for word in _ABOUT:
            if text.lower().startswith(word):
                text, changed = text[len(word) :].lstrip(" :"), True
    return text.rstrip(" .!,;:")


def _powers(text: str) -> str:
    """`7²` as `7**(2)` and `½` as `(1/2)`, before normalisation would make them 72 and 1/2 without a power."""
    out: list[str] = []
    in_power = False
    for letter in text:
        power = letter in _SUPERSCRIPTS
        if power != in_power:
            out.append("**(" if power else ")")
            in_power = power
        if letter in _VULGAR:
            out.append(f"({_VULGAR[letter]})")
        else:
            out.append(_SUPERSCRIPTS.get(letter, letter))
    return "".join(out) + (")" if in_power else "")
