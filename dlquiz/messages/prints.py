"""What `dlquiz calc` says of printed models, pasted code and files of weights, in English and in Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlquiz.cards import Language

# What is said -> (English, Chinese)
PHRASES: dict[str, tuple[str, str]] = {
    "at least": ("at least {number}", "至少 {number}"),
    "as printed": ("{number}; {printed} as printed", "{number}；照打印逐个计是 {printed}"),
    "unseen": (
        "not seen: tensors that {names} may hold beside their modules",
        "看不到：{names} 除子模块外可能自带的张量",
    ),
    "tables": (
        "{names}: of the shape of an embedding; if they share the weight, subtract {spared}",
        "{names}：与嵌入表形状相同；如果共用权重，请减去 {spared}",
    ),
    "heads": (
        "{names}: lists of equal heads; if each holds one head in all places, subtract {spared}",
        "{names}：列表里的输出头都相同；如果各处其实是同一个头，请减去 {spared}",
    ),
    "modules": (
        "{names}: printed again inside other modules; if those are the same ones, subtract {spared}",
        "{names}：在别的模块里又打印了一次；如果是同一个，请减去 {spared}",
    ),
    "widths": (
        "not in the print: kdim and vdim of MultiheadAttention, taken to be the query's width",
        "打印里没有：MultiheadAttention 的 kdim 与 vdim，这里按查询的宽度算",
    ),
    "sizeless": (
        "not in the print: all weights of {names}; of a config.json `dlquiz calc params config.json` counts them",
        "打印里没有：{names} 的全部权重；如果有 config.json，`dlquiz calc params config.json` 可以计算",
    ),
    "input": (
        "give --input 3x224x224 for shapes, MACs and fields",
        "加上 --input 3x224x224 可得形状、MAC 数与感受野",
    ),
    "in tensors": ("{number} in {tensors}", "{number}（{tensors}）"),
    "tensor": ("{number} tensor", "{number} 个张量"),
    "tensors": ("{number} tensors", "{number} 个张量"),
    "packed": (
        "values of {names} count once each, also where several weights are packed into one",
        "{names} 的每个元素计一次，即使里面打包了几个权重",
    ),
    "more": ("… {number} more: --json", "… 另有 {number} 行：--json"),
    "unknown": ("shapes not known: {names}", "形状未知：{names}"),
}
# Heads of columns.
HEADS: dict[str, tuple[str, str]] = {
    "type": ("type", "类型"),
    "name": ("name", "名称"),
    "tensors": ("tensors", "张量数"),
    "values": ("values", "元素数"),
    "module": ("module", "模块"),
    "share": ("share", "占比"),
    "operator": ("operator", "算子"),
    "output": ("output", "输出"),
    "parameters": ("parameters", "参数量"),
    "macs": ("MACs", "MAC 数"),
}


def say(phrase: str, language: Language, **given: object) -> str:
    """The phrase in the language, with what was given.

    >>> say("tensors", "en", number=4), say("tensors", "zh", number=4)
    ('4 tensors', '4 个张量')
    """
    return PHRASES[phrase][language == "zh"].format_map(given)


def head(column: str, language: Language) -> str:
    """The head of a column."""
    return HEADS[column][language == "zh"]
