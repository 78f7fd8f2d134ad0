"""What print(model) gives: every size of it counts, bounds are bounds, and the layer that does not fit is named."""

from __future__ import annotations

import random
import re
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from campaign import changed_print, printed_models

from dlquiz import calc
from dlquiz.calc import CalcError
from dlquiz.calc.networks.printed import counting, order, torch_print

PRINTED = Path(__file__).parent / "data" / "printed"


def module(kind: str, *children: str, arguments: str = "", names: str = "") -> str:
    """A module as torch prints it: arguments on its own line when it has children too."""
    if not children:
        return f"{kind}({arguments})"
    labels = names.split() or [str(place) for place in range(len(children))]
    lines = [arguments] if arguments else []
    lines += [f"({label}): {child}" for label, child in zip(labels, children, strict=True)]
    inner = "\n".join("  " + line for text in lines for line in text.split("\n"))
    return f"{kind}(\n{inner}\n)"


def linear(into: int, out: int, bias: bool = True) -> str:
    return f"Linear(in_features={into}, out_features={out}, bias={bias})"


def conv(into: int, out: int, kernel: int, more: str = "") -> str:
    return f"Conv2d({into}, {out}, kernel_size=({kernel}, {kernel}), stride=(1, 1){more})"


def counted(text: str) -> counting.ParameterCount:
    return counting.count(torch_print.read(text))


# ── counts ───────────────────────────────────────────────────────────────────────────────────────────────────────


def gpt2() -> str:
    """GPT2LMHeadModel of transformers: `Conv1D` prints its outputs first, the head is the embedding."""
    block = module(
        "GPT2Block",
        "LayerNorm((768,), eps=1e-05, elementwise_affine=True)",
        module("GPT2Attention", "Conv1D(nf=2304, nx=768)", "Conv1D(nf=768, nx=768)", names="c_attn c_proj"),
        "LayerNorm((768,), eps=1e-05, elementwise_affine=True)",
        module("GPT2MLP", "Conv1D(nf=3072, nx=768)", "Conv1D(nf=768, nx=3072)", names="c_fc c_proj"),
        names="ln_1 attn ln_2 mlp",
    )
    blocks = module("ModuleList", f"12 x {block}", names="0-11")
    body = module(
        "GPT2Model", "Embedding(50257, 768)", "Embedding(1024, 768)", blocks,
        "LayerNorm((768,), eps=1e-05, elementwise_affine=True)", names="wte wpe h ln_f",
    )  # fmt: skip
    return module("GPT2LMHeadModel", body, linear(768, 50257, False), names="transformer lm_head")


def t5_small() -> str:
    """T5: norms print no size, one table stands in three places, each stack has a table of relative positions."""

    def attention(*more: str, names: str = "q k v o") -> str:
        return module("T5Attention", *(linear(512, 512, False) for _ in range(4)), *more, names=names)

    def block(first: bool, decoder: bool) -> str:
        table = attention("Embedding(32, 8)", names="q k v o relative_attention_bias") if first else attention()
        dense = module("T5DenseActDense", linear(512, 2048, False), linear(2048, 512, False), names="wi wo")
        layers = [module("T5LayerSelfAttention", table, "T5LayerNorm()", names="SelfAttention layer_norm")]
        if decoder:
            layers.append(module("T5LayerCrossAttention", attention(), "T5LayerNorm()", names="a layer_norm"))
        layers.append(module("T5LayerFF", dense, "T5LayerNorm()", names="DenseReluDense layer_norm"))
        return module("T5Block", module("ModuleList", *layers), names="layer")

    def stack(decoder: bool) -> str:
        blocks = module("ModuleList", block(True, decoder), "5 x " + block(False, decoder), names="0 1-5")
        return module("T5Stack", "Embedding(32128, 512)", blocks, "T5LayerNorm()", names="embed_tokens block norm")

    return module(
        "T5ForConditionalGeneration", "Embedding(32128, 512)", stack(False), stack(True), linear(512, 32128, False),
        names="shared encoder decoder lm_head",
    )  # fmt: skip


def r3d_18() -> str:
    """torchvision's video ResNet: its `Conv3DSimple` is a convolution by another name."""

    def block(into: int, out: int) -> str:
        def step(a: int, b: int, more: list[str], names: str) -> str:
            convolution = f"Conv3DSimple({a}, {b}, kernel_size=(3, 3, 3), stride=(1, 1, 1), bias=False)"
            return module("Sequential", convolution, norm(b), *more, names=names)

        def norm(width: int) -> str:
            return f"BatchNorm3d({width}, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)"

        parts = [step(into, out, ["ReLU(inplace=True)"], "0 1 2"), step(out, out, [], "0 1"), "ReLU(inplace=True)"]
        names = "conv1 conv2 relu"
        if into != out:
            shortcut = f"Conv3d({into}, {out}, kernel_size=(1, 1, 1), stride=(2, 2, 2), bias=False)"
            parts.append(module("Sequential", shortcut, norm(out)))
            names += " downsample"
        return module("BasicBlock", *parts, names=names)

    stem = module(
        "BasicStem", "Conv3d(3, 64, kernel_size=(3, 7, 7), stride=(1, 2, 2), padding=(1, 3, 3), bias=False)",
        "BatchNorm3d(64, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)", "ReLU(inplace=True)",
    )  # fmt: skip
    widths = [64, 64, 128, 256, 512]
    layers = [module("Sequential", block(a, b), block(b, b)) for a, b in pairwise(widths)]
    pool = "AdaptiveAvgPool3d(output_size=(1, 1, 1))"
    names = "stem layer1 layer2 layer3 layer4 avgpool fc"
    return module("VideoResNet", stem, *layers, pool, linear(512, 400), names=names)


# The model, its published parameters, and how far the bound may be below them, per cent.
PUBLISHED = [(gpt2(), 124_439_808, 0.0), (t5_small(), 60_506_624, 0.03), (r3d_18(), 33_371_472, 0.0)]


@pytest.mark.parametrize(("text", "parameters", "below"), PUBLISHED, ids=["gpt2", "t5", "r3d"])
def test_the_bound_of_a_published_model_is_below_it_and_near(text: str, parameters: int, below: float) -> None:
    found = counted(text)
    assert not found.exact
    assert parameters * (1 - below / 100) <= found.at_least <= parameters
    assert found.parameters >= found.at_least


def test_a_head_and_a_table_of_one_shape_may_be_one_tensor() -> None:
    untied = counted(module("Net", "Embedding(100, 8)", linear(8, 100, False)))
    assert (untied.at_least, untied.parameters) == (800, 1600)
    assert untied.shared == (counting.SharedWeights("tables", ("1",), 800),)
    # The bias of a head belongs to nobody else; a layer of another shape is no head.
    assert counted(module("Net", "Embedding(100, 8)", linear(8, 100))).at_least == 900
    assert counted(module("Sequential", "Embedding(100, 8)", linear(8, 10))).exact


def test_a_list_of_equal_heads_may_hold_one_head() -> None:
    """DETR's family has one head a decoder layer, of its own or the same one: both print alike."""
    heads = module("ModuleList", f"6 x {linear(8, 3)}", names="0-5")
    found = counted(module("Detector", linear(4, 8), heads, names="encoder class_embed"))
    assert (found.at_least, found.parameters) == (40 + 27, 40 + 6 * 27)
    assert found.shared == (counting.SharedWeights("heads", ("class_embed",), 135),)
    layers = counted(module("Net", heads, names="layers"))
    assert layers.at_least == layers.parameters == 162


def test_experts_that_print_no_sizes_are_named() -> None:
    experts = module("MixtralExperts", "SiLUActivation()", names="act_fn")
    found = counted(module("MixtralSparseMoeBlock", "MixtralTopKRouter()", experts, names="gate experts"))
    assert found.sizeless == ("MixtralExperts",)
    assert counted("CondConv2d()").sizeless == ("CondConv2d",)
    for text in (module("OwnExperts", linear(4, 8)), "ConvAct()", linear(4, 8), "LinearDropout(p=0.1)"):
        assert not counted(text).sizeless


def test_a_module_that_prints_again_inside_its_neighbours_may_be_one() -> None:
    """CoaT hands one position encoding to all blocks of a stage: it prints in each."""
    encoding = module("ConvPosEnc", conv(4, 4, 3), names="proj")
    block = module("SerialBlock", encoding, linear(4, 4), names="cpe mlp")
    found = counted(module("CoaT", encoding, module("ModuleList", f"3 x {block}", names="0-2"), names="cpe1 blocks"))
    assert found.shared == (counting.SharedWeights("modules", ("cpe1",), 3 * 148),)
    assert found.at_least == 148 + 3 * 20
    # A module has to be there before it can be handed on, and a layer of torch's that prints alike is no sign of it.
    assert not counted(module("Net", module("ModuleList", block), encoding, names="blocks last")).shared
    assert not counted(module("Net", linear(4, 4), module("Block", linear(4, 4), names="fc"), names="fc block")).shared


@pytest.mark.parametrize("text", [gpt2(), t5_small(), *printed_models()], ids=lambda text: text[:12])
def test_the_parts_of_a_print_are_all_of_it_at_any_depth(text: str) -> None:
    model = torch_print.read(text)
    for depth in range(1, 6):
        parts = counting.outline(model, depth)
        assert sum(part.parameters for part in parts) == counting.count(model).parameters
        assert max(part.name.count(".") for part in parts) < depth


def test_a_row_of_a_print_says_where_it_stands_and_how_often() -> None:
    found = [part for part in counting.outline(torch_print.read(gpt2()), 3) if part.parameters]
    assert [(part.name, part.kind, part.repeat) for part in found][2] == ("transformer.h.0-11", "GPT2Block", 12)
    assert found[2].parameters == 12 * 7_087_872
    own = module("BatchNormAct2d", "Identity()", arguments="32, eps=1e-05, momentum=0.1, affine=True, "
                 "track_running_stats=True")  # fmt: skip
    rows = counting.outline(torch_print.read(module("Net", own, names="bn")), 2)
    assert [(part.name, part.parameters) for part in rows] == [("bn", 64), ("bn.0", 0)]


def attention(width: int = 512) -> str:
    out = f"NonDynamicallyQuantizableLinear(in_features={width}, out_features={width}, bias=True)"
    return module("MultiheadAttention", out, names="out_proj")


def test_widths_that_attention_does_not_print_are_not_taken_for_known() -> None:
    """torch counts 722,944 with kdim=256 and vdim=128, 1,050,624 without: the print is the same."""
    found = counted(attention())
    assert not found.exact
    assert found.at_least <= 722_944 < found.parameters == 1_050_624
    layer = counted(module("TransformerEncoderLayer", attention(), linear(512, 8), names="self_attn linear1"))
    assert layer.exact


@pytest.mark.parametrize(
    ("text", "parameters", "buffers"),
    [
        (module("BatchNormAct2d", "Identity()", arguments="32, eps=1e-05, momentum=0.1, affine=True, "
                "track_running_stats=True"), 64, 65),
        (module("ParametrizedConv1d", module("ModuleDict"), arguments="4, 6, kernel_size=(3,), stride=(1,)"), 78, 0),
        ("Conv3DSimple(3, 64, kernel_size=(3, 3, 3), bias=False)", 5184, 0),
        ("GemmaTextScaledWordEmbedding(100, 8, padding_idx=0)", 800, 0),
        ("LoraLikeLinear(in_features=4, out_features=3, bias=False)", 12, 0),
        ("OlmoRMSNorm((8,), eps=1e-06)", 8, 0),
        ("LayerNormFp32((8,), eps=1e-06, elementwise_affine=True)", 16, 0),
        ("GroupNormAct(4, 16, eps=1e-05, affine=True)", 32, 0),
        ("GroupNorm1NoBias(1, 16, eps=1e-06, affine=True, bias=False)", 16, 0),
        ("T5LayerNorm()", 0, 0),
        ("MaxPool2dSame(kernel_size=(3, 3), stride=(2, 2))", 0, 0),
        ("RotaryEmbedding()", 0, 0),
    ],
)  # fmt: skip
def test_a_class_of_unknown_code_is_read_by_its_arguments(text: str, parameters: int, buffers: int) -> None:
    found = counted(text)
    assert (found.at_least, found.buffers) == (parameters, buffers)
    assert not found.exact


@pytest.mark.parametrize(
    ("kind", "parameters"), [("BatchNorm2d", 8), ("InstanceNorm2d", 8), ("GroupNorm", 8), ("LayerNorm", 8)]
)
def test_a_norm_of_torch_without_a_shift_has_its_scale_alone(kind: str, parameters: int) -> None:
    sizes = {"GroupNorm": "2, 8", "LayerNorm": "(8,)"}.get(kind, "8")
    for bias, times in (("", 2), (", bias=True", 2), (", bias=False", 1)):
        text = f"{kind}({sizes}, eps=1e-05, affine=True{bias})"
        assert counted(text).parameters == times * parameters
        assert counted(text).exact
    if kind != "LayerNorm":
        with pytest.raises(order.UnknownOrderError):
            order.notation(torch_print.read(text), "8x4x4")


@pytest.mark.parametrize("text", [
    "LocalResponseNorm(2, alpha=0.0001, beta=0.75, k=1.0)", "ConstantPad1d(padding=(1, 1), value=2.0)", "RReLU()",
    "LPPool2d(norm_type=2, kernel_size=2, stride=None, ceil_mode=False)", "CosineSimilarity()",
    "Unfold(kernel_size=3, dilation=1, padding=0, stride=1)",
])  # fmt: skip
def test_layers_of_torch_without_weights_are_exact(text: str) -> None:
    assert counted(text).parameters == 0
    assert counted(text).exact


RESIDUAL = module(
    "BasicBlock", conv(4, 4, 3, ", padding=(1, 1)"), conv(4, 4, 3, ", padding=(1, 1)"), names="conv1 conv2"
)


@pytest.mark.parametrize("text", [
    module("ResNet", conv(3, 4, 3), module("Sequential", RESIDUAL), linear(4, 10), names="conv1 layer1 fc"),
    module("AlexNet", module("Sequential", conv(3, 4, 3)), linear(4, 10), names="features fc"),
    module("VGG", conv(3, 4, 3), linear(4, 10), names="a b"), RESIDUAL, "ResNet(\n)",
])  # fmt: skip
def test_a_class_called_as_torchvisions_is_not_taken_for_it(text: str) -> None:
    assert not counted(text).exact
    with pytest.raises(order.UnknownOrderError, match="not known"):
        order.notation(torch_print.read(text), "3x32x32")


# ── the layer that does not fit ──────────────────────────────────────────────────────────────────────────────────

NORM = "BatchNorm2d({0}, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)"
FLATTEN = "Flatten(start_dim=1, end_dim=-1)"


@pytest.mark.parametrize(
    ("steps", "shape", "line", "write", "torch"),
    [
        ([FLATTEN, linear(100, 10)], "3x32x32", 3, "in_features=3072", "cannot be multiplied (1x3072 and 100x10)"),
        ([conv(1, 8, 3), FLATTEN, linear(7200, 10)], "3x32x32", 2, "in_channels=3", "to have 1 channels, but got 3"),
        ([conv(3, 8, 3), NORM.format(16)], "3x32x32", 3, "num_features=8", "should contain 8 elements not 16"),
        ([conv(3, 8, 3), "ReLU()", linear(100, 10)], "3x32x32", 4, "in_features=30", "(240x30 and 100x10)"),
        ([linear(784, 10), linear(20, 10)], "784", 3, "in_features=10", "(1x10 and 20x10)"),
        ([conv(3, 8, 3), conv(8, 8, 40)], "3x32x32", 3, "", ""),
    ],
)
def test_the_first_layer_that_does_not_fit_is_named_with_what_to_write(
    steps: list[str], shape: str, line: int, write: str, torch: str
) -> None:
    with pytest.raises(CalcError) as found:
        order.notation(torch_print.read(module("Sequential", *steps)), shape)
    assert not isinstance(found.value, order.UnknownOrderError)
    assert found.value.message.startswith(f"line {line},")
    assert write in (found.value.fix or "")
    assert torch in (found.value.torch or "")


def test_a_linear_layer_on_a_map_works_on_its_last_axis_and_is_only_counted() -> None:
    text = module("Sequential", conv(3, 8, 3), linear(30, 10))
    with pytest.raises(order.UnknownOrderError):
        order.notation(torch_print.read(text), "3x32x32")
    assert counted(text).exact


@pytest.mark.parametrize("name", ["resnet18", "alexnet", "vgg11_bn", "sequential"])
def test_one_wrong_size_of_a_network_is_found(name: str) -> None:
    """Any one input size of the print changed: the layer is named by its line; unchanged it has torch's parameters."""
    first, _, text = (PRINTED / f"{name}.txt").read_text(encoding="utf-8").partition("\n")
    facts = dict(one.split("=") for one in first.removeprefix("# ").split())
    whole = calc.network(order.notation(torch_print.read(text), facts["input"]))
    assert whole.parameters == int(facts["parameters"])
    lines = text.split("\n")
    places = [place for place, line in enumerate(lines) if re.search(r"Conv2d\((\d+), |in_features=(\d+)", line)]
    for place in random.Random(7).sample(places, min(4, len(places))):
        changed = [*lines]
        changed[place] = re.sub(r"(Conv2d\(|in_features=)(\d+)", lambda m: f"{m[1]}{int(m[2]) + 1}", lines[place])
        with pytest.raises(CalcError, match=rf"line {place + 1},"):
            order.notation(torch_print.read("\n".join(changed)), facts["input"])


# ── anything else is an error in a line ──────────────────────────────────────────────────────────────────────────


def test_a_changed_print_is_counted_or_refused_in_a_line() -> None:
    texts = [*printed_models(), gpt2(), attention(8)]
    for seed in range(300):
        source = random.Random(seed)
        text = changed_print(source, source.choice(texts))
        with suppress(CalcError):
            model = torch_print.read(text)
            found = counting.count(model)
            assert 0 <= found.at_least <= found.parameters
            calc.network(order.notation(model, source.choice(["3x32x32", "784", "8 tokens", "0x1"])))


@pytest.mark.parametrize("text", ["Conv2d(", "Embedding(a, 3)", "MultiheadAttention(", "Conv2d(3, 4, kernel_size=())",
                                  "LSTM(2, x)", "Linear(in_features=True, out_features=2)",
                                  "BatchNorm2d(-3)"])  # fmt: skip
def test_arguments_that_cannot_be_read_are_an_error_with_the_line(text: str) -> None:
    with pytest.raises(CalcError, match="line 1: the arguments"):
        counted(text)
    with pytest.raises(CalcError, match="line 1"):
        order.notation(torch_print.read(text), "784")


LONG = ["Net(\n" * 3000, "Linear(" + "(" * 5000, "Net(\n  " + "a," * 200_000, "Net(\n" + "x" * 90_000]


@pytest.mark.parametrize("text", LONG, ids=["deep", "brackets", "arguments", "word"])
def test_depth_and_length_have_bounds(text: str) -> None:
    with suppress(CalcError):
        assert counted(text).at_least == 0
