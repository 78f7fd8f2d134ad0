"""Why typed arithmetic cannot be read or worked out: each phrase in English and in Chinese.

`dlquiz/expressions` raises them in English; where a person typed the arithmetic they are said in both.
"""

from __future__ import annotations

from functools import cache

from dlquiz.messages.catalogue import Catalogue

# It can be read, but has no value.
WITHOUT_VALUE: tuple[tuple[str, str], ...] = (
    ("a value too large to work out", "数值太大"),
    ("a power too large to work out", "乘方太大"),
    ("a value that is not finite", "结果不是有限的数"),
    ("a division by zero", "除以了 0"),
    ("a broken power of a negative number", "负数的分数次方"),
    ("{name} of {value} does not exist", "{value} 的 {name} 不存在"),
    ("{name} of nothing", "{name} 没有参数"),
)
PHRASES: tuple[tuple[str, str], ...] = (
    *WITHOUT_VALUE,
    ("an expression of {count} characters; at most {most}", "算式有 {count} 个字符，最多 {most} 个"),
    ("more than {most} parts", "超过 {most} 项"),
    ("cannot read {text}", "读不懂 {text}"),
    ("a number of more than {most} digits", "数字超过 {most} 位"),
    ("the exponent of {text} is beyond {most}", "{text} 的指数超过 {most}"),
    ("unknown name {name}", "没有 {name} 这个名字"),
    ("unknown function {name}", "没有 {name} 这个函数"),
    ("an empty expression", "算式是空的"),
    ("unexpected {text}", "多了 {text}"),
    ("expected {text} to close {opened}, found {found}", "与 {opened} 配对的应是 {text}，却是 {found}"),
    ("nested deeper than {most}", "嵌套超过 {most} 层"),
    ("the expression ends too early", "算式没有写完"),
    ("expected a number or a name, found {found}", "这里应有数或名字，却是 {found}"),
    ("{name} is a function", "{name} 是函数"),
    ("{name}() needs a value", "{name}() 要有一个值"),
    ("{name}() takes {count}", "{name}() 要{count}"),
    ("a comma without a value before it", "逗号前面没有值"),
    ("a tuple where a single number is needed", "这里要一个数，却是一组数"),
    ("only a tuple can be indexed", "只有一组数可以用下标"),
    ("an index is an integer", "下标要是整数"),
    ("index {index} is outside a tuple of {count}", "下标 {index} 超出 {count} 个数的范围"),
)
NOUNS: dict[str, str] = {
    "the end": "结尾",
    "one value": "一个值",
    "two values": "两个值",
    "one or two": "一个或两个值",
}


@cache
def _catalogue(without_value: bool) -> Catalogue:
    return Catalogue(WITHOUT_VALUE if without_value else PHRASES, NOUNS)


def has_no_value(phrase: str) -> bool:
    """Whether the arithmetic can be read, but not worked out.

    >>> has_no_value("a division by zero"), has_no_value("an empty expression")
    (True, False)
    """
    return _catalogue(True).chinese(phrase) is not None


def chinese(phrase: str) -> str | None:
    """The phrase in Chinese; None where the catalogue has no row for it.

    >>> chinese("log of 0 does not exist"), chinese('expected ")" to close "(", found the end')
    ('0 的 log 不存在', '与 "(" 配对的应是 ")"，却是结尾')
    """
    return _catalogue(False).chinese(phrase)
