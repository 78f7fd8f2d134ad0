"""Words typed into a hole: articles, inflections, synonyms, a noun too many and one typing error are forgiven."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from dlquiz.grading.stems import american, stem
from dlquiz.grading.thesaurus import Thesaurus
from dlquiz.grading.typos import one_typo

_SHORTEST_TYPO = 7
_ARTICLES = frozenset(
    ("the", "a", "an", "its", "their", "of", "to", "be", "is", "are", "by", "in", "only", "just", "very", "this")
)
# A noun that names what kind of thing the answer is, and says nothing: cross-entropy loss, the ReLU function.
_HEADS = frozenset(
    ("loss", "function", "layer", "set", "dataset", "distribution", "conference", "operation", "gate", "value",
     "number", "term", "unit", "feature", "activation", "network", "error", "score", "ones", "matrix", "vector",
     "example", "rule")
)  # fmt: skip
_HAN_HEADS = re.compile(
    "(?:激活函数|函数|损失|数据集|分布|会议|运算|操作|网络|矩阵|向量|误差|样本|打分|的|值|层|项|集|法|率)+$"
)
_HAN = "\u3400-\u9fff"
# What works on a formula and must not be taken for a noun around it.
_OPERATORS = re.compile(
    r"逆|转置|平方|倒|分之|根|负|开方|对数|求和|导|梯度|倍|半|加|减|乘|除|最[大小]"
    r"|^(?:square|root|invers|transpos|minus|negativ|half|reciprocal|log(?!it)|sum|deriv|grad|over|times|plus|max|min|one|hat|bar|tilde"
    r"|sqrt|exp|sin|cos|tan|relu|sigmoid|norm|abs|softmax|mean|var|prod|inv|outer|matmul|dot|pow|floor|ceil|diag|partial|nabla"
    r"|alpha|beta|gamma|delta|epsilon|zeta|theta|iota|kappa|lambda|omicron|sigma|upsilon|omega|left|right|frac|text|mathrm|top)",
    re.I,
)
_NOUNS = re.compile(
    r"(?:conv(?:olution)?|channel|layer|itself|value|matrix|matrice|unit|term|logit|number|scalar|width|size|stride|feature"
    r"|score|kernel|filter|head|gate|state|cell|unchanged|constant)s?$",
    re.I,
)
_HAN_NOUNS = re.compile(
    "(?:[个层维次的了是为即还就值项数]|卷积核?|矩阵|通道|激活|函数|本身|步[长幅数]?|特征|打分|权重|参数|输入|神经元|单元|大小|宽度|常数|不变|单位|模块)+$"
)


def fits_word(given: str, answer: str, thesaurus: Thesaurus) -> bool:
    """Whether the words name the same thing.

    >>> none = Thesaurus()
    >>> fits_word("the variances", "variance", none), fits_word("cross entropy loss", "cross-entropy", none)
    (True, True)
    >>> fits_word("hyperparameters", "parameters", none), fits_word("input channels", "kernels", none)
    (False, False)
    """
    one, other = _bare(given), _bare(answer)
    if not one or not other:
        return False
    if _same(one, other, thesaurus):
        return True
    cuts, dues = _without_heads(one), _without_heads(other)
    turned = (_turned(one), _turned(other))
    pairs = ((cut, due) for cut in (one, cuts, turned[0]) for due in (other, dues, turned[1]))
    return any(_same(cut, due, thesaurus) for cut, due in pairs)


def fits_name(given: str, answer: str, thesaurus: Thesaurus) -> bool:
    """Whether the words are the name, in any case, or another name of the same.

    >>> fits_name("cifar10", "CIFAR-10", Thesaurus()), fits_name("CIFAR-100", "CIFAR-10", Thesaurus())
    (True, False)
    """
    return _same(_bare(given), _bare(answer), thesaurus)


def _same(one: str, other: str, thesaurus: Thesaurus) -> bool:
    if (
        _joined(one).removesuffix("s") == _joined(other).removesuffix("s")
        or _stems(one) == _stems(other)
        or thesaurus.same(one, other)
    ):
        return True
    first, second = _joined(one), _joined(other)
    return (
        len(second) >= _SHORTEST_TYPO
        and second.isalpha()
        and second.isascii()
        and (first[:1] == second[:1] and one_typo(first, second) and not _differs_in_ending(first, second))
    )


def _differs_in_ending(one: str, other: str) -> bool:
    """variants is no mistyped variance: the last letter makes another word."""
    return len(one) == len(other) and one[:-1] == other[:-1]


@lru_cache(maxsize=8192)
def _bare(text: str) -> str:
    """Small letters, no articles, no punctuation around."""
    plain = unicodedata.normalize("NFKC", text).casefold().strip(" .。,;:!?$\"'`“”()")
    plain = re.sub(r"\\(?:mathrm|text|mathbf|operatorname|mathit)\s*|[{}\\]", "", plain)
    plain = re.sub(
        rf"(?<=[{_HAN}])的(?=[{_HAN}])|(?<=[{_HAN}])\s+|\s+(?=[{_HAN}])|^(?:其|一个|该|这个|所有)(?=[{_HAN}])",
        "",
        plain,
    )
    words = re.sub(r"(?<=\w)[-_](?=\w)|\s+", " ", plain).split()
    while len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    return " ".join(american(word) for word in words)


def _turned(text: str) -> str:
    """The noun with its attribute before it: `mean of the batch` as `batch mean`."""
    noun, of, whole = text.partition(" of ")
    return f"{_bare(whole)} {noun}" if of else text


def _joined(text: str) -> str:
    return text.replace(" ", "")


@lru_cache(maxsize=8192)
def _stems(text: str) -> str:
    return "".join(stem(word) for word in text.split())


def _without_heads(text: str) -> str:
    words = text.split()
    while len(words) > 1 and stem(words[-1]) in _STEMMED_HEADS:
        words = words[:-1]
    cut = _HAN_HEADS.sub("", " ".join(words))
    return cut if len(cut) > 1 else text


_STEMMED_HEADS = frozenset(stem(word) for word in _HEADS)


def unwrapped_words(given: str, text: str) -> str:
    """A formula without the nouns around it: `the logit z`, `V矩阵`, `stride s`; what works on it stays.

    >>> [unwrapped_words(given, "") for given in ("the logit z", "V矩阵", "K的转置", "sqrt d")]
    ['z', 'V', 'K的转置', 'sqrt d']
    """
    sentence = text.casefold()

    def han(match: re.Match[str]) -> str:
        run = match[0].strip("，、的")
        return match[0] if _OPERATORS.search(run) or not (_HAN_NOUNS.match(run) or run in text) else " "

    def latin(match: re.Match[str]) -> str:
        word = match[0]
        is_noun = _NOUNS.match(word) or re.search(rf"(?<![a-z\\]){word.casefold()}(?![a-z])", sentence)
        return " " if is_noun and not _OPERATORS.match(word) else word

    if not re.search(rf"[{_HAN}]|[A-Za-z]{{4}}|\bthe\b", given):
        return given
    lean = re.sub(rf"[{_HAN}，、]+", han, given)
    lean = re.sub(r"(?<![\\_A-Za-z^{.])[A-Za-z]{4,}(?![A-Za-z_^(.])", latin, lean)
    lean = re.sub(r"\bthe\b|[(（]\s*[)）]", " ", lean).strip()
    return lean or given
