"""The words that cards use for a thing, where others are in use too: one word for one thing in the whole bank."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dlquiz.cards import Language


class GlossaryTerm(NamedTuple):
    """What is not to be written, as a regular expression, and what to write instead."""

    avoid: str
    write: str


_COUNT = r"[0-9A-Za-z$\\{}^/@]+"

GLOSSARY: Mapping[Language, tuple[GlossaryTerm, ...]] = {
    "zh": (
        GlossaryTerm("跳距|累积步长", "步进（jump）"),
        GlossaryTerm("拐点|尖点", "折点"),
        GlossaryTerm("乘加次数|乘加数|乘加运算数", "MAC 数"),
        GlossaryTerm("输出的?边长度|输出的?边的?长度", "输出边长"),
        GlossaryTerm(r"[0-9}] ?百万", "M 或亿（600M，6 亿）"),
        GlossaryTerm(rf"(?:便宜|节省|省下?|减少|减小|降低|缩小)了?约? ?{_COUNT} ?倍", "降到 1/n"),
        GlossaryTerm("批标准化|批规范化|批量归一化", "批归一化"),
        GlossaryTerm("批次大小|批量大小|批尺寸", "批大小"),
        GlossaryTerm("感受域", "感受野"),
        GlossaryTerm("空洞率|扩张率", "膨胀率"),
        GlossaryTerm("残差链接", "残差连接"),
        GlossaryTerm("学习速率", "学习率"),
        GlossaryTerm("激励函数", "激活函数"),
        GlossaryTerm("特征映射图|特征地图", "特征图"),
        GlossaryTerm("权值衰减", "权重衰减"),
        GlossaryTerm("梯度弥散", "梯度消失"),
    ),
    "en": (
        GlossaryTerm(r"\bby which factor\b", "by what factor"),
        GlossaryTerm(r"\bwhich (?:share|fraction|percentage)\b", "what share"),
        GlossaryTerm(r"\bpercent\b", "per cent"),
        GlossaryTerm(r"\b(?:normaliz|regulariz|optimiz|initializ|generaliz|standardiz|quantiz)\w+", "-is-"),
        GlossaryTerm(r"\b(?:behavior|color|neighbor|favor)\w*", "-our"),
        GlossaryTerm(r"\b(?:center|modeling|labeled|labeling)\w*", "the British spelling"),
    ),
}


def other_words(language: Language, prose: str) -> Iterator[tuple[str, str]]:
    """Each place of a text with a word that cards do not use: the word, and what they use.

    >>> list(other_words("zh", "跳距为 4，便宜 9 倍"))
    [('跳距', '步进（jump）'), ('便宜 9 倍', '降到 1/n')]
    >>> list(other_words("en", "By which factor?"))
    [('By which factor', 'by what factor')]
    """
    expression, terms = _COMPILED[language]
    for match in expression.finditer(prose):
        yield match.group(), terms[(match.lastindex or 1) - 1].write


def _compiled(terms: tuple[GlossaryTerm, ...]) -> tuple[re.Pattern[str], tuple[GlossaryTerm, ...]]:
    return re.compile("|".join(f"({term.avoid})" for term in terms), re.IGNORECASE), terms


_COMPILED = {language: _compiled(terms) for language, terms in GLOSSARY.items()}
