"""What `dlquiz calc` prints beside numbers: of networks, receptive fields, printed models and files of weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlquiz.cards import Language

# What is said -> (English, Chinese)
PHRASES: dict[str, tuple[str, str]] = {
    "at least": ("at least {number}", "至少 {number}"),
    "as printed": ("{number}; {printed} as printed", "{number}；逐个计入打印出的模块则是 {printed}"),
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
        "打印结果里没有：MultiheadAttention 的 kdim 与 vdim，这里按查询的宽度算",
    ),
    "sizeless": (
        "not in the print: all weights of {names}; with a config.json, `dlquiz calc params config.json` counts them",
        "打印结果里没有：{names} 的全部权重；如果有 config.json，`dlquiz calc params config.json` 可以计算",
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
    "network": ("network", "网络"),
    "either size": ("{least} or {most}", "{least} 或 {most}"),
    "by unit": ("by unit modulo {period}: {values}", "按单元序号模 {period}：{values}"),
    "first pixels": ("by unit modulo {period}: from pixel {values}", "按单元序号模 {period}：起始像素 {values}"),
    "counted parameters": ("{number} parameters", "{number} 个参数"),
    "counted here": ("{name}: {parameters} parameters, {macs} MACs", "{name}：{parameters} 个参数，{macs} 次 MAC"),
    "no count": ("no count", "不计数"),
    "why others": ("why: --count others", "原因：--count others"),
    "why others, one example": ("one example; why: --count others", "按一个样本；原因：--count others"),
    # receptive fields
    "whole map": ("{size} pixels, padding counted", "{size} 像素，含填充"),
    "field in a row": ("{field}, jump {jump}, start {start}", "{field}，步进 {jump}，起点 {start}"),
    "unit": ("unit {unit} of {name}, {shape}", "{name}（{shape}）的单元 {unit}"),
    "sees everything": ("it sees everything through a global layer", "它通过全局层看到整个输入"),
    "sees padding": ("it sees padding only", "它只看到填充"),
    "seen on an axis": (
        "{axis} {first} to {last}: {pixels} pixels, {touched} of them touched",
        "{axis} {first} 到 {last}：{pixels} 个像素，其中 {touched} 个被用到",
    ),
    "seen box": (
        "a box of {pixels} pixels, clipped at the borders of every layer",
        "共 {pixels} 个像素的矩形，在每层的边界处裁剪",
    ),
    "sees everything besides": (
        "by convolutions alone; a global layer lets it see everything",
        "以上只计卷积；全局层使它看到整个输入",
    ),
    "repeats": ("{repeats} repeats: field {field}, jump {jump}", "重复 {repeats} 次：感受野 {field}，步进 {jump}"),
    "repeats of layers": (
        "{repeats} repeats of {layers} layers that widen it: field {field}, jump {jump}",
        "重复 {repeats} 次，每次 {layers} 个扩大感受野的层：感受野 {field}，步进 {jump}",
    ),
    "effective": (
        "field {field}, of which {size} matter ({share}): weights above 4.55 % of the largest (Luo et al. 2016)",
        "感受野 {field}，其中 {size} 起作用（{share}）：权重超过最大值的 4.55%（Luo 等，2016）",
    ),
    "deviation": (
        "standard deviation {deviation} pixels, uniform weights",
        "标准差 {deviation} 像素，各权重相等",
    ),
    # two networks
    "no difference": ("no difference", "没有差别"),
    "one layer differs": (
        "1 layer differs; - only the first has, + only the second",
        "1 层不同；- 只在第一个里，+ 只在第二个里",
    ),
    "layers differ": (
        "{number} layers differ; - only the first has, + only the second",
        "{number} 层不同；- 只在第一个里，+ 只在第二个里",
    ),
    "more layers": ("… {number} more: --most {all}", "… 另有 {number} 层：--most {all}"),
    # what fits a GPU
    "fits": ("It fits {where}: {left} left.", "放得下（{where}）：还剩 {left}。"),
    "does not fit": ("It does not fit {where}: {left} too much.", "放不下（{where}）：还差 {left}。"),
    "change fits": ("It fits with {options}: {left} left.", "改用 {options} 就放得下：还剩 {left}。"),
    "no change fits": ("No single change makes it fit.", "只改一项都放不下。"),
    "the memory": ("the memory", "所给显存"),
    # calculators
    "working": ("working", "计算过程"),
    "other convention": (
        "{typed} is right in the other convention (powers of 1000 against 1024): {names}",
        "{typed} 按另一种进制（1000 与 1024）算是对的：{names}",
    ),
    # questions asked backwards
    "padding on each side": ("padding {before} on each side: {total} in all", "两侧各填充 {before}：共 {total}"),
    "padding before and after": (
        "padding {before} before, {after} after: {total} in all",
        "前面填充 {before}，后面填充 {after}：共 {total}",
    ),
    "undone": (
        "{size} becomes {output}; output_padding {extra} brings {size} back",
        "{size} 变为 {output}；output_padding {extra} 还原为 {size}",
    ),
    "one input": ("input {low} gives {output}", "输入 {low} 得到 {output}"),
    "inputs": ("inputs {low} to {high} give {output}", "输入 {low} 到 {high} 都得到 {output}"),
    "channels": (
        "{given} to {most} channels, {kernel}, within {budget} {what}",
        "{given} 到 {most} 个通道，{kernel}，预算 {budget}（{what}）",
    ),
    "channels as many": (
        "as many in as out: {most} channels, {kernel}, within {budget} {what}",
        "输入与输出同样多：{most} 个通道，{kernel}，预算 {budget}（{what}）",
    ),
}
# The totals of a network.
TOTALS: dict[str, tuple[str, str]] = {
    "parameters": ("parameters", "参数量"),
    "active": ("active for a token", "每个词元用到"),
    "buffers": ("buffers", "缓冲区"),
    "macs": ("MACs", "MAC 数"),
    "flops": ("FLOPs", "FLOP 数"),
    "backward": ("backward FLOPs", "反向传播 FLOP"),
    "elementwise": ("element-wise", "逐元素运算"),
    "outputs": ("all outputs", "全部输出"),
    "peak": ("peak of outputs", "输出峰值"),
    "weights": ("weights", "权重"),
    "field": ("receptive field", "感受野"),
    "alone": ("convolutions alone", "仅卷积与池化"),
    "warning": ("note", "注意"),
    "at": ("at {name}", "在 {name}"),
    "global": ("global: every input", "全局：整个输入"),
    "none": ("none: no input map", "无：输入不是特征图"),
    "lost": ("not followed", "未能追踪"),
    "others": ("other counters", "其他计数工具"),
    "folded": (
        "n× stands for n equal layers; their numbers are for one of them, the field is that of the last.",
        "n× 表示 n 个相同的层，数字是其中一层的，感受野是最后一层的。",
    ),
}
# Heads of columns and names of axes.
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
    "layer": ("layer", "层"),
    "field": ("field", "感受野"),
    "jump": ("jump", "步进"),
    "start": ("start", "起点"),
    "pad": ("pad", "填充"),
    "last map": ("the last map as one", "最后的特征图整体"),
    "place": ("place", "位置"),
    "rows": ("rows", "行"),
    "columns": ("columns", "列"),
    "depth": ("depth", "深度"),
    "input": ("input", "输入"),
    "kernel": ("kernel", "卷积核"),
    "stride": ("stride", "步幅"),
    "padding": ("padding", "填充"),
    "dilation": ("dilation", "膨胀率"),
    "tokens": ("tokens", "词元数"),
    "square share": ("n² part", "n² 占比"),
    "layer macs": ("layer MACs", "每层 MAC 数"),
    "projections": ("projections", "四个投影"),
    "square products": ("n² products", "n² 部分"),
    "feed-forward": ("feed-forward", "前馈层"),
    "flops": ("FLOPs", "FLOP 数"),
    "memory": ("memory", "内存"),
    "part": ("part", "部分"),
    "layers": ("layers", "层数"),
    # where "parameters" would take a line more
    "parameters, short": ("params", "参数量"),
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


def total_labels(language: Language) -> dict[str, str]:
    """What the totals of a network are called, by their names in results."""
    return {name: label[language == "zh"] for name, label in TOTALS.items()}
