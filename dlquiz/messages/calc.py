"""What `dlquiz calc` says of layers, networks and sums that cannot be: each phrase in English and in Chinese.

An error is `what — fix`, and both halves are phrases of this catalogue. A field in braces stands for what was given; a
phrase of the code becomes Chinese by the row that it fits, so both languages have the same rows by construction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

# (English, Chinese), by what they are about. The same fields stand in both.
PHRASES: tuple[tuple[str, str], ...] = (
    # numbers, types, names
    ("{name} is {value}", "{name} 是 {value}"),
    ("{name} are {value}", "{name} 是 {value}"),
    ("{name} is {value}, which is not a whole number", "{name} 是 {value}，不是整数"),
    ("{name} is {value}, which is not a number", "{name} 是 {value}，不是数"),
    ("{name} is larger than {most}", "{name} 大于 {most}"),
    ("{name} is beyond 10^30", "{name} 超出 10^30"),
    ("{name} is more than {most}", "{name} 超过 {most}"),
    ("{name} {value} is too long for a number", "{name} {value} 作为一个数太长"),
    ("{name} {value} is not a whole number", "{name} {value} 不是整数"),
    ("{name} {value} is not a number", "{name} {value} 不是数"),
    ("{name} {value} is several numbers", "{name} {value} 是好几个数"),
    ("{name} {value} is too small", "{name} {value} 太小"),
    ("{name} {value} has commas", "{name} {value} 里有逗号"),
    ("{name} {value} cannot be read", "{name} {value} 无法读懂"),
    ("{value} cannot be read", "{value} 无法读懂"),
    ("{name} {value} is unknown", "没有 {name} {value} 这个选项值"),
    ("{name} is missing", "缺少 {name}"),
    ("{name} are missing", "缺少 {name}"),
    ("{name} has {count} numbers", "{name}有 {count} 个数"),
    ("{name} has {count} values for {axes} axes", "{name} 有 {count} 个值，而轴有 {axes} 个"),
    ("{name} has {count} value for {axes} axes", "{name} 有 {count} 个值，而轴有 {axes} 个"),
    ("{name} has {count} values for {axes} axis", "{name} 有 {count} 个值，而轴有 {axes} 个"),
    ("{name} has {count} entries for {axes} axes", "{name} 有 {count} 项，而轴有 {axes} 个"),
    ("{name} has {count} entries for {axes} axis", "{name} 有 {count} 项，而轴有 {axes} 个"),
    ("{name} has nothing at {path}", "{name} 没有 {path} 这一项"),
    ("the result has nothing at {path}", "结果里没有 {path} 这一项"),
    ("the network has nothing at {path}", "网络里没有 {path} 这一项"),
    ("{name} needs {missing}", "{name} 还需要 {missing}"),
    ("{name} has no argument {value}", "{name} 没有参数 {value}"),
    ("there is no layer {name}", "没有叫 {name} 的层"),
    ("there is no layer, block or let {name}", "没有叫 {name} 的层、模块或 let"),
    ("there is no calculator {name}", "没有叫 {name} 的计算器"),
    ("there is no matrix {name}", "没有叫 {name} 的矩阵"),
    ("there is no network {name}", "没有叫 {name} 的网络"),
    ("there is no label {name} here", "这里没有标签 {name}"),
    ("there is no parameter {name} here", "这里没有参数 {name}"),
    ("no transformer is called {name}", "没有叫 {name} 的 Transformer"),
    ("no mistakes are known for {name}", "还没有 {name} 的已知错误"),
    ("model_type {name} is unknown", "不认识 model_type {name}"),
    ("{name} cannot be read: {reason}", "无法读取 {name}：{reason}"),
    ("{name} holds no configuration", "{name} 里没有配置"),
    ("{name} cannot be computed: {reason}", "无法算出 {name}：{reason}"),
    ("{path} is not UTF-8 text", "{path} 不是 UTF-8 文本"),
    ("cannot read {path}: {reason}", "无法读取 {path}：{reason}"),
    ("the input {value} has {count} numbers", "输入 {value} 有 {count} 个数"),
    ("the input is missing", "缺少输入"),
    ("the input is given twice", "输入给了两次"),
    ("the table {value} cannot be read", "词表 {value} 无法读懂"),
    # layers
    ("the input of {kind} is {value}", "{kind} 的输入是 {value}"),
    ("the input of {kind} has {count} axes", "{kind} 的输入有 {count} 个轴"),
    (
        "{kind} takes ({form}) or (N, {form2}), not a shape of {count} axes {shape}",
        "{kind} 接收 ({form}) 或 (N, {form2})，而不是 {count} 个轴的形状 {shape}",
    ),
    (
        "{kind} takes (T, features) or with a batch three axes, not {shape}",
        "{kind} 接收 (T, 特征)，带批时为三个轴，而不是 {shape}",
    ),
    ("{kind} takes (C, H, W), not {shape}", "{kind} 接收 (C, H, W)，而不是 {shape}"),
    ("{kind} takes a batched input, not {shape}", "{kind} 的输入要带批，而不是 {shape}"),
    (
        "{kind} takes {count} numbers, or {more} with the batch, not {shape}",
        "{kind} 接收 {count} 个数，带批时为 {more} 个，而不是 {shape}",
    ),
    ("group_norm takes (N, C, ...), not {shape}", "group_norm 接收 (N, C, ...)，而不是 {shape}"),
    (
        "mode {mode} takes {count} numbers (N, C, sides), not {shape}",
        "模式 {mode} 接收 {count} 个数 (N, C, 边长)，而不是 {shape}",
    ),
    ("{name}={value} does not divide {other}={count}", "{name}={value} 不能整除 {other}={count}"),
    ("{name} is {value}, and the input has {count} features", "{name} 是 {value}，而输入有 {count} 个特征"),
    ("{name} is {value}, and the input has {count} channels", "{name} 是 {value}，而输入有 {count} 个通道"),
    (
        "linear expects {value} features and the last axis of {shape} has {count}",
        "linear 需要 {value} 个特征，而 {shape} 的最后一轴有 {count} 个",
    ),
    ("the key {key} and the query {query} have different batches", "键 {key} 与查询 {query} 的批不同"),
    ("the value {value} does not go with the key {key}", "值 {value} 与键 {key} 对不上"),
    (
        "the memory has {count} features and the layer takes {wanted}",
        "memory 有 {count} 个特征，而该层接收 {wanted} 个",
    ),
    ("the key has {count} features and the layer takes {wanted}", "键有 {count} 个特征，而该层接收 {wanted} 个"),
    ("the value has {count} features and the layer takes {wanted}", "值有 {count} 个特征，而该层接收 {wanted} 个"),
    ("{kind} has no padding {value}", "{kind} 没有填充 {value}"),
    (
        "output_padding {value} is not smaller than stride {stride} or dilation {dilation}",
        "output_padding {value} 不小于步幅 {stride}，也不小于膨胀率 {dilation}",
    ),
    (
        "the output would have {count} pixels: padding {padding} cuts more than {inputs} inputs spread to",
        "输出会有 {count} 个像素：填充 {padding} 切掉的比 {inputs} 个输入展开的还多",
    ),
    (
        "{mode} padding {value} needs more pixels than a side of {side} has",
        "{mode} 填充 {value} 需要的像素多于边长 {side}",
    ),
    ("padding_idx {value} is no row of a table of {rows}", "padding_idx {value} 不是 {rows} 行的表中的一行"),
    (
        "one value for each channel in {shape} has no variance to train on",
        "{shape} 中每个通道只有一个值，没有方差可供训练",
    ),
    ("one pixel for each channel in {shape} has no variance", "{shape} 中每个通道只有一个像素，没有方差"),
    ("one value for each group in {shape} has no variance", "{shape} 中每组只有一个值，没有方差"),
    ("{kind} over {last} does not match the last axes of {shape}", "{last} 上的 {kind} 与 {shape} 的最后几个轴不符"),
    ("padding of one axis has {count} numbers", "一个轴的填充有 {count} 个数"),
    ("padding 'same' needs stride 1", "padding 'same' 要求步幅为 1"),
    (
        "avg_pool3d refuses an input {shape} below its kernel {kernel}, padded or not",
        "avg_pool3d 不接收小于核 {kernel} 的输入 {shape}，填充与否都一样",
    ),
    ("avg_pool1d has no divisor_override", "avg_pool1d 没有 divisor_override"),
    ("padding {value} is more than half of kernel {kernel}", "填充 {value} 超过核 {kernel} 的一半"),
    ("proj_size {value} is not smaller than hidden_size {hidden}", "proj_size {value} 不小于 hidden_size {hidden}"),
    (
        "start_dim {start} comes after end_dim {end} in {shape}",
        "在 {shape} 中 start_dim {start} 排在 end_dim {end} 之后",
    ),
    ("{name} {value} is no axis of an input of {axes}", "{name} {value} 不是 {axes} 个轴的输入的轴"),
    ("dim {value} is no axis of {shape}", "dim {value} 不是 {shape} 的轴"),
    ("align_corners has no meaning for mode {mode}", "align_corners 对模式 {mode} 没有意义"),
    ("upsample needs a size or a scale_factor, not both", "upsample 要 size 或 scale_factor，且只要一个"),
    ("{channels} channels are not a multiple of {factor}^2", "{channels} 个通道不是 {factor}^2 的倍数"),
    ("{name} {side} is not a multiple of {factor}", "{name} {side} 不是 {factor} 的倍数"),
    ("min_val is not below max_val", "min_val 不小于 max_val"),
    ("prelu has {slopes} slopes for {channels} channels", "prelu 有 {slopes} 个斜率，而通道有 {channels} 个"),
    ("glu cannot halve axis {axis} of {shape}", "glu 不能把 {shape} 的轴 {axis} 对半分"),
    ("kernel {kernel} does not fit a padded input of {size}", "核 {kernel} 放不进填充后大小为 {size} 的输入"),
    (
        "kernel {kernel}, with dilation {dilation} effectively {reach}, does not fit a padded input of {size}",
        "核 {kernel}（膨胀率 {dilation}，实际大小 {reach}）放不进填充后大小为 {size} 的输入",
    ),
    ("separable needs channels x sides, -o and -k", "separable 需要通道数 x 边长、-o 和 -k"),
    ("linear takes a vector or {form}, not a map", "linear 接收向量或{form}，不接收特征图"),
    # backwards
    ("these bounds mean {count} tries", "这些范围要试 {count} 次"),
    ("padding {padding} alone gives more than {output}", "单是填充 {padding} 就超过 {output}"),
    ("{budget} {unit} buy no output channel", "{budget} 个 {unit} 连一个输出通道也不够"),
    ("nothing within these bounds turns {input} into {output}", "在这些范围内没有能把 {input} 变成 {output} 的层"),
    # costs
    ("{kv} key-value heads do not divide {heads} heads", "{kv} 个键值头不能整除 {heads} 个头"),
    ("{heads} heads do not divide the width {width}", "{heads} 个头不能整除宽度 {width}"),
    ("{positives} positives of {total}", "{total} 个样本中有 {positives} 个正例"),
    ("a rank is outside 1 to {most}", "有的名次不在 1 到 {most} 之内"),
    ("a relevance is not a grade from 0 to 30", "有的相关度不是 0 到 30 的等级"),
    ("nothing is relevant", "没有一项相关"),
    ("the logits are too many or too large", "logits 太多或太大"),
    ("the schedule cannot be followed", "这个噪声调度无法计算"),
    ("an image has height, width and channels", "图像有高、宽和通道"),
    ("a box is empty or has not four numbers", "有的框为空，或者不是四个数"),
    ("no matrix is adapted", "没有矩阵被适配"),
    ("a matrix has {count} sizes", "一个矩阵有 {count} 个尺寸"),
    ("activations need layers, width and heads", "激活值需要层数、宽度和头数"),
    ("rank {rank} is above the rank of {name}, {into} x {out}", "秩 {rank} 高于 {name} 的秩，{into} x {out}"),
    ("the matrices are unknown", "矩阵未知"),
    ("{active} active experts of {experts}", "{experts} 个专家中激活 {active} 个"),
    ("{dense} dense layers of {layers}", "{layers} 层中有 {dense} 个稠密层"),
    # receptive fields
    ("there is no input map", "没有输入特征图"),
    ("no layer of the chain widens the field", "链上没有哪一层扩大感受野"),
    ("the chain has layers that make the map larger", "链上有把特征图变大的层"),
    ("it takes more than {most} layers", "需要超过 {most} 层"),
    ("the effective field is for convolutions and poolings", "有效感受野只适用于卷积和池化"),
    ("{name} joins branches", "{name} 合并分支"),
    ("the field is wider than 2,000,000 pixels", "感受野宽于 2,000,000 像素"),
    ("{name} sees everything", "{name} 看到全部输入"),
    ("{name} gives no map, so it has no units with a place", "{name} 的输出不是特征图，没有带位置的单元"),
    ("the map has a side above {most}", "特征图的边长超过 {most}"),
    ("the unit has {count} numbers for {axes} axes", "单元有 {count} 个数，而轴有 {axes} 个"),
    ("the unit sees a second input", "该单元看到第二个输入"),
    ("unit {unit} is outside a map of {map}", "单元 {unit} 在大小为 {map} 的特征图之外"),
    ("the receptive field is global", "感受野是全局的"),
    ("--at {value} is no layer", "--at {value} 不是层"),
    # networks and their notation
    ("column {column}", "第 {column} 列"),
    ("which network?", "哪个网络？"),
    ("the network has more than {most} layers", "网络超过 {most} 层"),
    ("the network takes more than {most} steps", "网络超过 {most} 步"),
    ("{kind} takes a map, not {value}", "{kind} 接收特征图，而不是{value}"),
    ("moe: top={top} of experts={experts}", "moe：experts={experts} 中 top={top}"),
    ("the weight is {shape}, and {name} has {other}", "权重是 {shape}，而 {name} 是 {other}"),
    ("the weight is {shape}, and {name} has none", "权重是 {shape}，而 {name} 没有权重"),
    ("{text} divides by 0", "{text} 除以了 0"),
    ("{value} is no value of {name}", "{value} 不是 {name} 的值"),
    ("{name} stands twice", "{name} 出现两次"),
    ("{name} stands alone", "{name} 单独出现"),
    ("expected a value of {name}", "这里应有 {name} 的值"),
    ("{value} does not fit {name}", "{value} 不适合 {name}"),
    ("a size of more than 200 characters", "尺寸超过 200 个字符"),
    ("{value} is no label", "{value} 不是标签"),
    ("{value} is too large", "{value} 太大"),
    ("expected {what}, found {found}", "这里应有{what}，却是{found}"),
    ("a network of {count} characters is too long", "{count} 个字符的网络太长"),
    ("{name} is a word of the notation", "{name} 是记法里的词"),
    ("{name} is defined twice", "{name} 定义了两次"),
    ("{value} is no input", "{value} 不是输入"),
    ("{value} repeats", "重复 {value} 次"),
    ("more than {most} parentheses inside each other", "括号嵌套超过 {most} 层"),
    ("{name} takes {wanted} sizes and has {count}", "{name} 要 {wanted} 个尺寸，给了 {count} 个"),
    ("{name} takes no size", "{name} 不带尺寸"),
    ("{name} has {count} branches and takes {wanted}", "{name} 有 {count} 个分支，应为 {wanted}"),
    ("the parameter {name} stands twice", "参数 {name} 出现两次"),
    ("{name} reads as an argument", "{name} 会被读成参数"),
    ("tokens have one or two numbers", "tokens 有一个或两个数"),
    ("line {line}: what {kind} does with its modules is not known", "第 {line} 行：不知道 {kind} 怎样使用它的模块"),
    ("{count} lines are too many", "{count} 行太多"),
    ("there is no module in it", "里面没有模块"),
    ("line {line} is no module: {text}", "第 {line} 行不是模块：{text}"),
    ("line {line}: the arguments of {kind} cannot be read", "第 {line} 行：无法读懂 {kind} 的参数"),
    ("line {line} begins a second model", "第 {line} 行开始了第二个模型"),
    ("the branches give {shapes}", "各分支给出 {shapes}"),
    ("crop is for maps", "crop 只用于特征图"),
    (
        "linear works on the last axis and refuses a map of {shape}",
        "linear 作用于最后一轴，不接收形状为 {shape} 的特征图",
    ),
    ("{kind} takes features, not ids", "{kind} 接收特征，不接收词元编号"),
    ("{kind} takes values, not ids", "{kind} 接收数值，不接收词元编号"),
    ("{kind} takes ids, not {value}", "{kind} 接收词元编号，而不是{value}"),
    ("{kind} takes a vector, not {value}", "{kind} 接收向量，而不是{value}"),
    ("{kind} takes a map or tokens, not {value}", "{kind} 接收特征图或词元，而不是{value}"),
    ("{kind} takes a map or a vector, not {value}", "{kind} 接收特征图或向量，而不是{value}"),
    ("{kind} takes tokens x features, not {value}", "{kind} 接收词元数 x 特征数，而不是{value}"),
    ("chunk {parts} i{index} of {width}", "chunk {parts} i{index}，宽度 {width}"),
    ("channelshuffle {groups} of {channels} channels", "channelshuffle {groups}，通道数 {channels}"),
    ("embedding needs the vocabulary", "embedding 需要词表大小"),
    ("a table of {rows} positions is too short for {length} tokens", "{rows} 个位置的表装不下 {length} 个词元"),
    ("links={links} of {pairs} pairs of channels", "通道对有 {pairs} 个，links={links}"),
    ("adaptive{kind}pool needs the output side", "adaptive{kind}pool 需要输出边长"),
    ("{name} is no name of a network", "{name} 不是网络名"),
    ("{name} has no variant {variant}", "{name} 没有变体 {variant}"),
    ("{name} takes {count} sides, not {size}", "{name} 要 {count} 个边长，而不是 {size}"),
    ("{name} takes a number of tokens, not {size}", "{name} 要词元数，而不是 {size}"),
    # what to do
    ("did you mean {name}?", "是不是 {name}？"),
    ("use one of: {names}", "可用：{names}"),
    ("use one of {names}", "可用：{names}"),
    ("use one of {numbers}, which divide {count}", "可用 {numbers}，它们整除 {count}"),
    ("only 1 divides {count}", "只有 1 整除 {count}"),
    ("ask for one of: {names}", "可以问：{names}"),
    ("ask for {names}", "可以问：{names}"),
    ("it takes {names}", "它的参数有 {names}"),
    ("it takes none", "它没有参数"),
    ("flatten first, or use in_features={features}", "请先展平，或用 in_features={features}"),
    ("use {value}", "请用 {value}"),
    ("use {least} or more", "请用 {least} 或更大的数"),
    ("use {most} or less", "请用 {most} 或更小的数"),
    ("use {low} to {high}", "请用 {low} 到 {high}"),
    ("use {one} or {other}", "请用 {one} 或 {other}"),
    ("use {value}, or leave it out", "请用 {value}，或者省去"),
    ("use at most {most}", "最多用 {most}"),
    ("use at most the layers", "最多用层数那么多"),
    ("use a number above {low}", "请用大于 {low} 的数"),
    ("use a number such as {value}", "请用数，例如 {value}"),
    ("use an integer such as {value}", "请用整数，例如 {value}"),
    ("use a number from 0 to 1", "请用 0 到 1 之间的数"),
    ("use a smaller number", "请用小一些的数"),
    ("use smaller numbers", "请用小一些的数"),
    ("use a smaller bound", "请用小一些的上界"),
    ("use a smaller size", "请用小一些的尺寸"),
    ("use a smaller input", "请用小一些的输入"),
    ("use a smaller kernel", "请用小一些的核"),
    ("use a shorter one", "请用短一些的"),
    ("use another size", "请用别的尺寸"),
    ("use a larger map", "请用大一些的特征图"),
    ("use a larger batch or map, or evaluation mode", "请用大一些的批或特征图，或者评估模式"),
    ("use fewer groups or a larger map", "请少分几组，或用大一些的特征图"),
    ("use a larger kernel, dilation or stride", "请用大一些的核、膨胀率或步幅"),
    ("use a kernel of 2 or more", "请用 2 或更大的核"),
    ("use less padding or a larger output", "请少填充一些，或要大一些的输出"),
    ("use fewer", "请少用几个"),
    ("use fewer layers", "请少用几层"),
    ("use up to {most}", "最多用 {most}"),
    ("the formula of activations does not cover a mixture of experts", "激活的公式不适用于混合专家模型"),
    ("quantised weights cannot be trained", "量化后的权重不能训练"),
    ("train LoRA on them: give its rank", "请在其上训练 LoRA：给出秩"),
    ("the matrices have {part} of {parameters} parameters", "矩阵有 {part} 个参数，总共只有 {parameters} 个"),
    ("give at most all", "最多给全部"),
    (
        "what {kind} keeps for its backward pass is not known",
        "{kind} 为反向传播保留什么并不确定",
    ),
    (
        "it depends on the implementation: measure it with torch.autograd.graph.saved_tensors_hooks",
        "这取决于实现：请用 torch.autograd.graph.saved_tensors_hooks 测量",
    ),
    ("no GPU is called {name}", "没有名为 {name} 的 GPU"),
    ("use one of {names}, or give the memory", "请用 {names} 之一，或直接给出显存"),
    ("the formula of activations does not cover multi-head latent attention", "激活的公式不适用于多头潜在注意力"),
    ("give --layers, --width and --heads of a dense layer", "请给稠密层的 --layers、--width 和 --heads"),
    (
        "the formula 34 + 5as/h is for a {name} of {size}, not {given}",
        "公式 34 + 5as/h 要求 {name} 为 {size}，而不是 {given}",
    ),
    ("multi-head latent attention has no matrices q, k, v of that form", "多头潜在注意力没有这种形式的 q、k、v 矩阵"),
    ("give the shapes of the matrices that are adapted", "请给要适配的矩阵的形状"),
    (
        "the model has gate, up and down once for each of {count} experts",
        "这个模型的 {count} 个专家各有一套 gate、up、down",
    ),
    ("use the targets q, k, v, o", "请用目标 q, k, v, o"),
    ("use a divisor", "请用它的因数"),
    ("use a divisor of the heads", "请用头数的因数"),
    ("use a divisor of the width", "请用宽度的因数"),
    ("use padding ≤ {most}, or a kernel ≥ {least}", "请用填充 ≤ {most}，或核 ≥ {least}"),
    ("use padding ≤ {most}, or padding_mode='zeros'", "请用填充 ≤ {most}，或 padding_mode='zeros'"),
    ("use {names}, or all", "请用 {names}，或 all"),
    ("use {channels} channels", "请用 {channels} 个通道"),
    ("use avg_pool2d", "请用 avg_pool2d"),
    (
        "use stride 1, padding {value} with this stride, or 'tf-same' for ceil(n / stride)",
        "请用步幅 1；保持此步幅则用填充 {value}，或用 'tf-same' 得到 ceil(n / stride)",
    ),
    ("use convolutions and poolings", "请用卷积和池化"),
    ("use parts that divide it, and an index below them", "请用能整除它的份数，以及小于份数的序号"),
    ("use groups that divide them", "请用能整除它们的组数"),
    ("use ln or rms", "请用 ln 或 rms"),
    ("use a config of {names}", "请用以下模型的配置：{names}"),
    ("use whole grades such as 3, 2, 0", "请用整数等级，例如 3, 2, 0"),
    ("use up to 20 logits, below 600 when divided by T", "最多 20 个 logits，除以 T 后小于 600"),
    ("use up to 100,000 steps and betas below 1", "最多 100,000 步，beta 小于 1"),
    ("give one number, or {axes}", "请给一个数，或 {axes} 个"),
    ("give {count}", "请给 {count} 个"),
    ("give {least} to 1000 numbers such as 2, 3, 0", "请给 {least} 到 1000 个数，例如 2, 3, 0"),
    ("give a shape such as {shape}", "请给形状，例如 {shape}"),
    ("give {count} numbers, or {more} with the batch", "请给 {count} 个数，带批时为 {more} 个"),
    ("give tokens and features", "请给词元数和特征数"),
    ("give steps and features", "请给步数和特征数"),
    ("give channels and sides", "请给通道数和边长"),
    ("give channels, height and width", "请给通道、高和宽"),
    ("give both the same batch", "请给两者相同的批"),
    ("give the padding as numbers", "请用数给出填充"),
    ("give (before, after)", "请给 (前, 后)"),
    ("give one of them", "请给其中一个"),
    ("give it, or a model that has it", "请给出它，或给一个包含它的模型"),
    ("give it, or a model by name", "请给出它，或按名字给一个模型"),
    ("give it; --help has examples", "请给出它；--help 里有例子"),
    ("give a whole config.json", "请给完整的 config.json"),
    ("give a model's config.json", "请给模型的 config.json"),
    ("give a config.json or a name", "请给 config.json 或名字"),
    ("give 512x512x3 and 64x64x4", "请给 512x512x3 和 64x64x4"),
    ("give left, top, right, bottom", "请给左、上、右、下"),
    ("give shapes such as (4096, 4096), or targets such as q, v", "请给形状，例如 (4096, 4096)，或目标，例如 q, v"),
    ("give in and out, as (4096, 1024)", "请给输入和输出，例如 (4096, 1024)"),
    ("give a list of (in, out), as [[4096, 1024]]", "请给 (输入, 输出) 的列表，例如 [[4096, 1024]]"),
    ("give shapes, or a model, or width and heads", "请给形状，或模型，或宽度和头数"),
    ("give head_width, or another number of heads", "请给 head_width，或换一个头数"),
    ("use one of {names}, or give the sizes", "可用 {names}，或直接给尺寸"),
    ("name a model, or leave tokens out", "请指明模型，或省去 tokens"),
    ("leave at least one negative", "请至少留一个负例"),
    ("count ranks from 1, the lowest score", "名次从 1 数起，1 是最低分"),
    ("give at least one relevance above 0", "请至少给一个大于 0 的相关度"),
    ("leave it out", "请省去"),
    ("leave it out, or use avg_pool2d", "请省去，或用 avg_pool2d"),
    ("leave one out", "请省去一个"),
    ("leave larger maps out", "请去掉变大的特征图"),
    ("swap them", "请交换两者"),
    ("narrow them", "请缩小范围"),
    ("widen them, see --help", "请放宽范围，见 --help"),
    ("add {name}=…", "请加上 {name}=…"),
    ("put the batch first", "请把批放在最前"),
    ("put the batch first: {shape}", "请把批放在最前：{shape}"),
    ("choose the mode for this number of axes", "请选适合这个轴数的模式"),
    ("choose an axis of even length", "请选长度为偶数的轴"),
    ("choose another name", "请换一个名字"),
    ("each key head serves the same number of heads", "每个键头服务同样多的头"),
    ("keys and values come in pairs: give both the same length and batch", "键和值成对出现：请给两者相同的长度和批"),
    ("start no later than the last axis", "开头不要晚于最后一轴"),
    ("at least {count} are needed for {groups}", "{groups} 至少需要 {count}"),
    ("padding ≥ {value}", "填充 ≥ {value}"),
    ("kernel ≤ {value}", "核 ≤ {value}"),
    ("dilation ≤ {value}", "膨胀率 ≤ {value}"),
    ("dilation 1", "膨胀率 1"),
    ("input ≥ {value}", "输入 ≥ {value}"),
    ("begin with a map such as 3x224x224", "请从特征图开始，例如 3x224x224"),
    ("begin with ids: 128 tokens", "请从词元编号开始：128 tokens"),
    ("ask for a plain chain of layers", "请问一条没有分支的链"),
    ("ask for a network with one input", "请问只有一个输入的网络"),
    ("ask before gap or flatten", "请问 gap 或 flatten 之前的层"),
    ("end the chain before it", "请在它之前结束这条链"),
    ("repeat less", "请少重复一些"),
    ("put it before gap or flatten", "请放在 gap 或 flatten 之前"),
    ("tie only weights of one shape", "只能共享形状相同的权重"),
    ("write {form}", "请写 {form}"),
    ("write one", "请写一个数"),
    ("write one such as {value}", "请写一个数，例如 {value}"),
    ("write rows,columns", "请写 行,列"),
    ("write {form}; the batch goes to --batch", "请写{form}；批用 --batch"),
    ("write {form}, the batch to --batch", "请写{form}；批用 --batch"),
    ("write 3, or 3x5 for rows x columns", "请写 3，或 3x5（行 x 列）"),
    ("write 1, 1x2, 1:2 (before:after), same, valid or tf-same", "请写 1、1x2、1:2（前:后）、same、valid 或 tf-same"),
    ("write before:after for an axis, as 1:2x0:1", "每个轴请写 前:后，例如 1:2x0:1"),
    ("write name=value, as kernel_size=3", "请写 名字=值，例如 kernel_size=3"),
    ("write the network in the notation for shapes and MACs", "要形状和 MAC 数，请用记法写这个网络"),
    ("paste what print(model) gives", "请粘贴 print(model) 的输出"),
    ("paste what print(model) gives, unchanged", "请原样粘贴 print(model) 的输出"),
    (
        "the field {name} is not read and may stand for tensors that are not counted",
        "字段 {name} 没有被读取，可能对应没有计入的张量",
    ),
    ("remove it if it changes no size", "如果它不改变任何大小，请删去它"),
    ("layer_types has {name}", "layer_types 里有 {name}"),
    ("{count} window layers of {layers}", "{layers} 层里有 {count} 个窗口层"),
    ("a config.json has no order of layers", "config.json 里没有层的顺序"),
    (
        "`dlquiz calc params config.json` counts it; also kv, length, lora",
        "请用 `dlquiz calc params config.json` 计数；也可用 kv、length、lora",
    ),
    ("only layers of attention are counted", "只能计算注意力层"),
    ("only equal ones are counted", "只能计算两者相等的情形"),
    ("{name} adds what is not counted here", "{name} 会带来这里没有计入的部分"),
    ("give the sizes by hand", "请手动给出大小"),
    ("paste one part of the model", "请只贴模型的一部分"),
    ("line {number} is more than {most} modules deep", "第 {number} 行的模块嵌套超过 {most} 层"),
    (
        "{place} gets {got} channels ({shape}), its {name} is {wanted}",
        "{place} 收到 {got} 个通道（{shape}），而它的 {name} 是 {wanted}",
    ),
    (
        "{place} gets {got} features ({shape}), its {name} is {wanted}",
        "{place} 收到 {got} 个特征（{shape}），而它的 {name} 是 {wanted}",
    ),
    ("write {name}={got}, or let {wanted} channels come in", "请写 {name}={got}，或让 {wanted} 个通道进来"),
    ("write {name}={got}, or let {wanted} features come in", "请写 {name}={got}，或让 {wanted} 个特征进来"),
    ("the configuration has no {name}", "配置里没有 {name}"),
    ("line {number} is not Python", "第 {number} 行不是 Python"),
    ("paste nn.Sequential(…), or what print(model) gives", "请贴 nn.Sequential(…)，或 print(model) 的输出"),
    ("there is no model in the code", "代码里没有模型"),
    ("line {number} is more than layers with numbers", "第 {number} 行不只是带数字的层"),
    ("paste one model", "请只粘贴一个模型"),
    ("put an embedding first", "请先放一个 embedding"),
    ("bring them to {shape}", "请统一成 {shape}"),
    ("bring them to one form", "请统一成一种形式"),
    ("flatten or gap first, or use conv k1", "请先 flatten 或 gap，或用 conv k1"),
    ("flatten or gap first", "请先 flatten 或 gap"),
    ("flatten it first: {count}", "请先展平：{count}"),
    ("name the inner ones by let", "请用 let 给里层命名"),
    ("put a blank: {word} {number}", "请加空格：{word} {number}"),
    ('separate them by "|"', "请用“|”分开"),
    ("repeat by a number, 3*( … ), or by a parameter of a let", "请用数重复，3*( … )，或用 let 的参数"),
    ("`dlquiz calc net --list` lists them", "`dlquiz calc net --list` 会列出"),
    (
        "`dlquiz calc net --list` lists names; or write 3x224x224, conv 64 k7 s2 p3",
        "`dlquiz calc net --list` 列出名字；或写 3x224x224, conv 64 k7 s2 p3",
    ),
    ("say the kernel", "请给出卷积核"),
    ("say the output channels", "请给出输出通道数"),
    ("say the output side, for example -o 1", "请给出输出边长，例如 -o 1"),
    ("say the output features", "请给出输出特征数"),
    ("say the hidden units", "请给出隐藏单元数"),
    ("say how many", "请给出个数"),
    ("say --parameters N, or --macs N with --output HxW", "请给 --parameters N，或 --macs N 加 --output HxW"),
    ("for example {form}", "例如 {form}"),
    ("save it as UTF-8", "请存成 UTF-8"),
    ("check the path", "请检查路径"),
)

# What a field may hold in place of a number or a name.
NOUNS: dict[str, str] = {
    "an axis of the input": "输入的某个轴",
    "an output side": "某个输出边长",
    "the input": "输入",
    "the table": "词表",
    "the shape": "形状",
    "the share": "比例",
    "kernel": "卷积核",
    "stride": "步幅",
    "padding": "填充",
    "output padding": "输出填充",
    "dilation": "膨胀率",
    "groups": "组数",
    "out": "输出通道数",
    "multiplier": "通道倍数",
    "size": "边长",
    "factor": "倍数",
    "hidden": "隐藏单元数",
    "layers": "层数",
    "heads": "头数",
    "relevances": "相关度",
    "a matrix's sizes": "矩阵的尺寸",
    "a box's corners": "框的角",
    "sizes": "尺寸",
    "a size": "某个尺寸",
    "the bytes of a value": "一个值的字节数",
    "parameters": "参数",
    "MACs": "MAC",
    "True or False": "True 或 False",
    "3 to 5": "3 到 5",
    "a map": "特征图",
    "a vector": "向量",
    "ids": "词元编号",
    "tokens x features": "词元数 x 特征数",
    "channels x sides, as 3x224x224, or one side": "通道数 x 边长，例如 3x224x224，或一个边长",
    "tokens x features, as 128x768": "词元数 x 特征数，例如 128x768",
    "vocabulary x features, as 30522x768": "词表大小 x 特征数，例如 30522x768",
}
_FIELD = re.compile(r"\{(\w+)\}")


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """The English phrases as patterns, those with most letters of their own first: the closest row is taken."""
    by_letters = sorted(PHRASES, key=lambda row: -len(_FIELD.sub("", row[0])))
    return [(_pattern(english), chinese) for english, chinese in by_letters]


def _pattern(english: str) -> re.Pattern[str]:
    parts = _FIELD.split(english)
    text = "".join(re.escape(part) if place % 2 == 0 else f"(?P<{part}>.+?)" for place, part in enumerate(parts))
    return re.compile(text, re.DOTALL)


def chinese(phrase: str) -> str | None:
    """The phrase in Chinese, what was given left as it is; None where the catalogue has no row for it.

    >>> chinese("stride is 0"), chinese("use 1 or more")
    ('步幅是 0', '请用 1 或更大的数')
    >>> chinese("padding ≥ 1, kernel ≤ 5, or input ≥ 7")
    '填充 ≥ 1，核 ≤ 5，或输入 ≥ 7'
    >>> chinese("conv 8 k9 on 3x8x8: stride is 0")
    'conv 8 k9 on 3x8x8：步幅是 0'
    """
    whole = _by_row(phrase, _SEPARATOR)
    return whole or _listed(phrase) or _placed(phrase) or _by_row(phrase, None)


# A field that holds one of these has swallowed more than was given: a second way out, or the place before the phrase.
_SEPARATOR = re.compile(r", or |: ")


def _by_row(phrase: str, refused: re.Pattern[str] | None) -> str | None:
    for pattern, template in _patterns():
        found = pattern.fullmatch(phrase)
        if found and not (refused and any(refused.search(text) for text in found.groups())):
            return _joined(template.format_map(_fields(found.groupdict())))
    return None


def _fields(given: Mapping[str, str]) -> dict[str, str]:
    return {name: NOUNS.get(text, text) for name, text in given.items()}


def _joined(text: str) -> str:
    """No blank between two Chinese characters."""
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", text)


def _listed(phrase: str) -> str | None:
    """Several ways out, `a, b, or c`."""
    *first, last = phrase.split(", ")
    if not first or not last.startswith("or "):
        return None
    parts = [_by_row(part, _SEPARATOR) for part in (*first, last.removeprefix("or "))]
    if None in parts:
        return None
    return "，".join(str(part) for part in parts[:-1]) + f"，或{parts[-1]}"


def _placed(phrase: str) -> str | None:
    """A phrase after the place that it is about, `conv 8 k9 on 3x8x8: …` or `column 8: …`."""
    place, mark, rest = phrase.partition(": ")
    message = chinese(rest) if mark else None
    return None if message is None else f"{_by_row(place, _SEPARATOR) or place}：{message}"
