"""New cards to fill in: one of each kind, with every field that a good card has."""

from __future__ import annotations

import re
from collections.abc import Container

from dlquiz.cards import Kind

_MIDDLE: dict[Kind, str] = {
    "open": """\
  question: {en: "…?", zh: "……？"}
  answer:
    en: |
      … a word … a stem …
    zh: |
      ……词……说法……
  points:
    - {en: "…", zh: "……", cues: {en: [word], zh: [词]}}
    - {en: "… …", zh: "…………", cues: {en: [stem], zh: [说法]}}
""",
    "numeric": """\
  question:
    en: "An input of side @{n}, kernel @{k}, stride @{s}, padding @{p}: the side of the output?"
    zh: "输入边长 @{n}，卷积核 @{k}，步幅 @{s}，填充 @{p}，输出边长是多少？"
  vary: {n: 13..64, k: [3, 5, 7], s: [2, 3], p: 1..3}
  where: ["p <= k // 2", "(n + 2*p - k) % s != 0"]
  calc: {layer: conv2d, input: [8, n, n], out_channels: 8, kernel_size: k, stride: s, padding: p}
  ask: output_size
  tolerance: exact
""",
    "choice": """\
  question: {en: "…?", zh: "……？"}
  options:
    - {en: "…", zh: "……", right: true, why: {en: "…", zh: "……"}}
    - {en: "… …", zh: "…………", right: false, why: {en: "…", zh: "……"}}
    - {en: "… … …", zh: "………………", right: false, why: {en: "…", zh: "……"}}
""",
    "cloze": """\
  text:
    en: 'The derivative of $\\sigma(z)$ is $@{1}\\,(1-@{2})$.'
    zh: '$\\sigma(z)$ 的导数是 $@{1}\\,(1-@{2})$。'
  holes:
    - {answer: '\\sigma(z)', accept: [sigmoid, s]}
    - {answer: '\\sigma(z)', accept: [sigmoid, s]}
""",
    "order": """\
  question: {en: "Put the steps of … in order.", zh: "把……的步骤排好顺序。"}
  steps:
    - {en: "…", zh: "……"}
    - {en: "… …", zh: "…………"}
    - {en: "… … …", zh: "………………"}
""",
}  # fmt: skip
_END = """\
  pitfall: {en: "…", zh: "……"}
  level: 2      # 1 basic, 2 solid, 3 deep
  weight: 3     # 1 to 5: how often it is asked
  tags: [new]
  references: []
"""


def skeleton(kind: Kind, id: str) -> str:
    """The card as YAML at the margin, whole and without problems, with … where words go.

    >>> skeleton("open", "why-pad").splitlines()[:2]
    ['- id: why-pad', '  kind: open']
    """
    return f"- id: {id}\n  kind: {kind}\n{_MIDDLE[kind]}{_END}"


def fresh_id(words: str, taken: Container[str]) -> str:
    """An id made of the words (`card` when they hold no letter of a-z), with a number behind it when it is taken.

    >>> fresh_id("Why pad an image?", {"why-pad-an-image"}), fresh_id("为什么", set())
    ('why-pad-an-image-2', 'card-1')
    """
    stem = "-".join(re.findall(r"[a-z0-9]+", words.casefold()))[:50].strip("-")
    if len(stem) >= 3 and stem not in taken:
        return stem
    stem = stem if len(stem) >= 3 else "card"
    first = 1 if stem == "card" else 2
    return next(id for number in range(first, 10**6) if (id := f"{stem}-{number}") not in taken)
