"""Words that deny something, in English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dlquiz.grading.words import Word

NEGATIONS = frozenset(("no", "not", "never", "without", "cannot", "neither", "nor", "none"))
HAN_NEGATIONS = frozenset("不没无未非别")
# Words that hold such a character and deny nothing.
_HARMLESS = re.compile(
    "不断|不仅|不但|不只|不光|不管|不论|不同|无论|无关|不久|差不多|非常|未来|特别|分别|类别|识别|区别|判别|级别|辨别|无穷|无限|非线性|无偏"
    "|无监督|不过"
)
_HARMLESS_AFTER = {"no": ("matter", "longer"), "not": ("only", "just")}


def denials(words: Sequence[Word]) -> Iterator[int]:
    """The places of the words that deny something.

    >>> from dlquiz.grading.words import words
    >>> [list(denials(words(text))) for text in ("it is not flat", "not only flat", "差不多不变", "分别训练")]
    [[2], [], [3], []]
    """
    han = "".join(word.form if word.kind == "han" else " " for word in words)
    harmless = {at for match in _HARMLESS.finditer(han) for at in range(match.start(), match.end())}
    for at, word in enumerate(words):
        following = words[at + 1].form if at + 1 < len(words) else ""
        if word.kind == "han" and word.form in HAN_NEGATIONS and at not in harmless:
            yield at
        if word.form in NEGATIONS and following not in _HARMLESS_AFTER.get(word.form, ()):
            yield at
