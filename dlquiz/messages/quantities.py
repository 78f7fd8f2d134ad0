"""What each quantity of a layer or a network and each unit is called: one label in each language, wherever shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlquiz.cards import Language

# The field of the result -> (English, Chinese)
QUANTITIES: dict[str, tuple[str, str]] = {
    "output_size": ("output size", "输出边长"),
    "output_shape": ("output shape", "输出形状"),
    "outputs": ("also", "另有输出"),
    "parameters": ("parameters", "参数量"),
    "trainable": ("trainable parameters", "可训练参数量"),
    "buffers": ("buffers", "缓冲区"),
    "macs": ("MACs", "MAC 数"),
    "flops": ("FLOPs", "FLOP 数"),
    "elementwise": ("element-wise", "逐元素运算"),
    "operations": ("all operations", "全部运算"),
    "activation_bytes": ("output memory", "输出内存"),
    "weight_bytes": ("weight memory", "权重内存"),
    "bytes": ("bytes", "字节数"),
    "ideal": ("ideal", "理想 DCG"),
    "receptive_field": ("receptive field", "感受野"),
    "receptive_field.size": ("receptive field size", "感受野大小"),
    "receptive_field.jump": ("receptive field jump", "感受野步进"),
    "receptive_field.start": ("receptive field start", "感受野起点"),
    "value": ("value", "值"),
}
# The units that are English words; signs such as GB and px are the same in both languages.
CHINESE_UNITS = {"days": "天", "tokens": "个词元", "tokens/s": "词元/s", "sequences": "条序列"}
# The unit of a difference of two percentages.
POINTS = "percentage points"


def quantity_label(path: str, language: Language) -> str:
    """The label of the quantity at a path of a result; a path without one is spelt out.

    >>> quantity_label("macs", "zh"), quantity_label("output_shape[0]", "en"), quantity_label("elementwise.bias", "en")
    ('MAC 数', 'output shape', 'elementwise bias')
    """
    found = QUANTITIES.get(path) or QUANTITIES.get(path.partition("[")[0])
    if found is None:
        return path.replace(".", " ").replace("_", " ")
    return found[1] if language == "zh" else found[0]


def unit_label(unit: str, language: Language) -> str:
    """The unit as a text of the language has it.

    >>> unit_label("days", "zh"), unit_label("days", "en"), unit_label("GB", "zh"), unit_label(POINTS, "zh")
    ('天', 'days', 'GB', '个百分点')
    """
    if unit == POINTS and language == "zh":
        return "个百分点"
    return CHINESE_UNITS.get(unit, unit) if language == "zh" else unit
