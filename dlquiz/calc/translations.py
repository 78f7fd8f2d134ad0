"""The words of the working in both languages: formulas are built in English and read in either."""

from __future__ import annotations

from functools import cache
from typing import Any

ENGLISH = "en"
# Longest first where one phrase holds another; `_pattern` sorts them.
CHINESE = {
    "one direction of a later layer": "后续各层的一个方向",
    "one direction of layer 1": "第 1 层的一个方向",
    "all layers and directions": "所有层与方向",
    "running mean + running variance + batch counter of C channels": "C 个通道的均值 + 方差 + 批次计数",
    "Keras counts the running statistics as non-trainable parameters: ": "Keras 把滑动统计量算作不可训练参数：",
    "with Keras's one bias: all": "按 Keras 的单个偏置：总数",
    "with the textbook's one bias (Keras: reset_after=False): all": "按教科书的单个偏置（即 reset_after=False）：总数",
    "h each": "h（每层每方向）",
    "(the last window starts in the padding)": "（最后一个窗口从填充处开始，去掉）",
    "(centre of the first unit)": "（第一个单元的中心）",
    "(query, key, value, output)": "（查询、键、值、输出）",
    "two attentions": "两个注意力",
    "self-attention": "自注意力",
    "cross-attention": "交叉注意力",
    "attention": "注意力",
    "feed-forward": "前馈网络",
    "layer norms": "层归一化",
    "weighted sum": "加权求和",
    "their sum": "合计",
    "all tensors": "所有张量",
    "steps and batch * all weights": "步数与批 * 全部权重",
    "output elements * bytes each": "输出元素数 * 每个字节数",
    "parameters * bytes each": "参数量 * 每个字节数",
    "vocabulary * width": "词表大小 * 维度",
    "size / 2": "大小 / 2",
    "(ids, width)": "(词数, 维度)",
    "(..., directions * width)": "(..., 方向数 * 宽度)",
    "query and output": "查询与输出",
    "key and value": "键与值",
    "query + key + value + output": "查询 + 键 + 值 + 输出",
    "query + value + output": "查询 + 值 + 输出",
    "query + key + value": "查询 + 键 + 值",
    "(features of a query + of a value)": "(查询的特征数 + 值的特征数)",
    "learned values": "学到的值",
    "tokens of a window": "每窗词元数",
    "windows": "窗口数",
    "the product of": "各轴之积",
    "before + n + after": "前 + n + 后",
    "step sizes": "步长",
    "to r, B and C": "到 r、B 与 C",
    "A and D": "A 与 D",
    "key width * its heads": "键宽 * 键头数",
    "value width * its heads": "值宽 * 值头数",
    "heads * head width": "头数 * 每头宽度",
    "head width": "每头宽度",
    "as the input": "与输入相同",
    "joined axes": "合并的各轴之积",
    "half of the axis": "该轴的一半",
    "rows * in * out": "行数 * in * out",
    "depthwise": "逐通道",
    "pointwise": "逐点",
    "output_padding": "输出填充",
    "features": "特征数",
    "columns": "列数",
    "elements": "元素数",
    "weights": "权重",
    "weight": "权重",
    "biases": "偏置",
    "bias_k + bias_v": "bias_k + bias_v",
    "bias": "偏置",
    "scale + shift": "缩放 + 平移",
    "scores": "注意力分数",
    "slopes": "斜率",
    "shape": "形状",
    "key": "键",
    "value": "值",
}
# Work that no product counts, by its names in results; functions such as tanh are called so in both languages.
CHINESE_WORK = {
    "add": "加法", "multiply": "乘法", "divide": "除法", "max": "取最大", "scale": "缩放", "shift": "平移",
    "scale_scores": "分数缩放", "normalize": "归一化", "lookup": "查表", "bias": "偏置",
}  # fmt: skip
# These words are also letters of formulas: only as what is being computed.
CHINESE_SUBJECTS = {"size": "大小", "jump": "步进", "start": "起点", "scale": "缩放", "shift": "平移"}


def formula(text: str, language: str) -> str:
    """The formula of a step in the words of a language.

    >>> formula("weight = C_out * C_in * k * k", "zh"), formula("jump = s", "zh"), formula("jump = s", "en")
    ('权重 = C_out * C_in * k * k', '步进 = s', 'jump = s')
    """
    if language == ENGLISH:
        return text
    subject, sign, rest = text.partition(" = ")
    if sign and subject in CHINESE_SUBJECTS:
        text = f"{CHINESE_SUBJECTS[subject]} = {rest}"
    found: str = _pattern().sub(lambda match: CHINESE[match.group()], text)
    # A bracket of full width brings its own space.
    return found.replace(" （", "（")


def word(name: str, language: str) -> str:
    """The name of a tensor or of a part of the work in a language, where that has a word for it.

    >>> word("bias", "zh"), word("weight_ih_l0", "zh"), word("bias", "en")
    ('偏置', 'weight_ih_l0', 'bias')
    """
    return name if language == ENGLISH else CHINESE_WORK.get(name) or CHINESE.get(name, name)


@cache
def _pattern() -> Any:
    import re

    longest_first = sorted(CHINESE, key=len, reverse=True)
    return re.compile("|".join(rf"(?<![A-Za-z_]){re.escape(phrase)}(?![A-Za-z_])" for phrase in longest_first))
