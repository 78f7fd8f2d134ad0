"""Networks against published counts, torch's committed answers, other counters, counting by hand, their own sums."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.torch_networks import DATA, TOOLS, Draw, difference

from dlquiz import calc
from dlquiz.calc import CalcError
from dlquiz.calc.calculators import calculator
from dlquiz.calc.costs.configurations import configuration, published
from dlquiz.calc.networks import diff, field_depth
from dlquiz.calc.networks.from_configuration import decoder
from dlquiz.calc.networks.network import NetworkResult
from dlquiz.calc.networks.other_tools import counted
from dlquiz.calc.networks.printed import counting, order, torch_print
from dlquiz.calc.networks.table import outline, rows, stages
from dlquiz.calc.networks.unit_field import seen
from dlquiz.calc.networks.zoo import is_name, named_networks, notation
from dlquiz.calc.receptive_field.intervals import PIXEL, through
from dlquiz.calc.receptive_field.window import Window

PRINTED = Path(__file__).parent / "data" / "printed"
SAMPLE = json.loads(gzip.decompress(DATA.read_bytes()))
chances = st.integers(0, 2**32 - 1)


def drawn(seed: int) -> str:
    from random import Random

    draw = Draw(Random(seed))
    return draw.graph() if seed % 2 else draw.chain()


def fields(net: NetworkResult) -> list[dict[str, Any]]:
    field = net.receptive_field_convolutions
    assert field is not None
    return field


# ── the networks that ship

# name: parameters, MACs (exact, or to the places printed), field as size/jump/padding: the reference figures
FIGURES = {
    "lenet5": (61_706, "416520", "16/4/0"),
    "lenet5:1998": (60_000, "", ""),
    "alexnet:paper": (60_965_224, "724406816", "195/32/64"),
    "alexnet:ungrouped": (62_378_344, "1135256096", ""),
    "alexnet": (61_100_840, "714188480", "195/32/66"),
    "vgg16": (138_357_544, "15.470 G", "212/32/90"),
    "vgg16_bn": (138_357_544 + 8_448, "15.470 G", "212/32/90"),
    "googlenet:paper": (6_998_552, "1.583 G", "715/32/327"),
    "googlenet": (6_624_904, "1.498 G", "379/32/167"),
    "inception_v3": (23_834_568, "5.713 G", "1311/32/618"),
    "inception_v3:aux": (27_161_264, "", ""),
    "resnet18": (11_689_512, "1.814 G", "435/32/217"),
    "resnet50": (25_557_032, "4.089 G", "427/32/213"),
    "resnet50:stride-1x1": (25_557_032, "3.858 G", "483/32"),
    "resnext50_32x4d": (25_028_904, "4.230 G", "427/32/213"),
    "densenet121": (7_978_856, "2.834 G", "2071/32"),
    "squeezenet1_1": (1_235_496, "0.349 G", "207/16/88"),
    "mobilenet_v1": (4_231_976, "568.7 M", "315/32"),
    "mobilenet_v2": (3_504_872, "300.8 M", "491/32"),
    "mobilenet_v3_large": (5_483_032, "216.6 M", "595/32"),
    "shufflenet_v2_x1_0": (2_278_604, "144.9 M", "527/32"),
    "efficientnet_b0": (5_288_548, "0.386 G", "851/32"),
    "convnext_tiny": (28_589_128, "4.456 G", "1688/32"),
    "efficientnet_v2_s": (21_458_488, "8.37 G", ""),
    "regnet_y_400mf": (4_344_144, "0.40 G", ""),
    "regnet_x_1_6gf": (9_190_136, "1.60 G", ""),
    "mnasnet1_0": (4_383_312, "0.31 G", ""),
    "repvgg_a0": (9_108_968, "", ""),
    "repvgg_a0:deploy": (8_309_384, "1.4 G", ""),
    "xception": (22_855_952, "8.36 G", ""),
    "convmixer_1536_20": (51_625_960, "", ""),
    "darknet53": (41_609_928, "9.285 G", ""),
    "yolov3": (62_001_757 - 2 * 26_304, "32.93 G", ""),
    "swin_t": (28_288_354, "4.49 G", ""),
    "swin_s": (49_606_258, "8.74 G", ""),
    "swin_b": (87_768_224, "15.43 G", ""),
    "maxvit_t": (30_919_624, "5.56 G", ""),
    "deit_small": (22_050_664, "4.6 G", ""),
    "deit_base:distilled": (87_338_192, "", ""),
    "mixer_b_16": (59_880_472, "", ""),
    "retinanet_resnet50_fpn": (34_014_999, "151.54 G", ""),
    "fcos_resnet50_fpn": (32_269_600, "128.21 G", ""),
    "fasterrcnn_resnet50_fpn": (41_755_286, "134.38 G", ""),
    "ssd300_vgg16": (35_641_826, "34.86 G", ""),
    "clip_vit_b_32": (151_277_313, "", ""),
    "clip_vit_l_14": (427_616_513, "", ""),
    "dit_xl_2": (674_834_720, "118.6 G", ""),
    "fcn_resnet50:aux": (35_322_218, "152.72 G", "451/1"),
    "deeplabv3_resnet50:aux": (42_004_074, "178.72 G", ""),
    "deeplabv3_resnet50": (39_638_869, "168.731 G", ""),
    "unet:padded": (31_037_698, "", ""),
    "unet:bilinear": (17_263_042, "", ""),
    "unet3d": (19_069_955, "", ""),
    "detr_resnet50": (41_302_368 + 222_400, "", ""),
    "whisper_tiny": (37_184_640, "", ""),
    "whisper_base": (71_825_920, "", ""),
    "wav2vec2_base": (94_371_712, "", ""),
    "stable_diffusion_unet": (859_520_964, "401.637 G", ""),
    "stable_diffusion_vae": (83_653_863, "", ""),
    "t5_small": (60_506_624, "", ""),
    "t5_base": (222_903_552, "", ""),
    "mamba_130m": (129_135_360, "", ""),
    "mamba_2_8b": (2_768_345_600, "", ""),
    "roberta_base": (124_645_632, "", ""),
    "distilbert": (66_362_880, "", ""),
    "albert_base": (11_683_584, "", ""),
    "inception_v4": (42_679_816, "", ""),
    "inception_resnet_v2": (55_843_464, "", ""),
    "seresnet50": (28_088_024, "", ""),
    "res2net50_26w_4s": (25_699_120, "", ""),
    "convnextv2_tiny": (28_635_496, "", ""),
    "mobilevit_s": (5_578_632, "", ""),
    "gpt1": (116_534_784, "", ""),
    "segformer_b0": (3_752_694, "8.4 G", ""),
    "dcgan_generator": (3_576_704, "", ""),
    "dcgan_discriminator": (2_765_568, "", ""),
    "unet": (31_030_658, "150.43 G", "204/1"),
    "vit_b_16": (86_567_656, "17.564 G", ""),
    "transformer_base": (63_082_496, "", ""),
    "bert_base": (109_482_240, "11.174 G", ""),
    "gpt2": (124_439_808, "145.8 G", ""),
    "llama2_7b": (6_738_415_616, "", ""),
    "llama3_8b": (8_030_261_248, "", ""),
    "mistral_7b": (7_241_732_096, "", ""),
}


def rounded(count: int, published: str) -> str:
    """A count to the decimal places of the published figure."""
    number, _, unit = published.partition(" ")
    if not unit:
        return str(count)
    places = len(number.partition(".")[2])
    return f"{count / {'M': 1e6, 'G': 1e9}[unit]:.{places}f} {unit}"


@pytest.mark.no_cover
@pytest.mark.parametrize("name", FIGURES)
def test_reference_figures(name: str) -> None:
    parameters, macs, field = FIGURES[name]
    net = calc.network(name)
    assert net.parameters == parameters
    if macs:
        assert rounded(net.macs, macs) == macs
    if field:
        axis = fields(net)[0]
        assert "/".join(str(axis[part]) for part in ("size", "jump", "padding")).startswith(field)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", named_networks())
def test_every_shipped_network_is_what_its_file_says(name: str) -> None:
    net, note = calc.network(name), named_networks()[name].note
    figures = {
        unit: int(number.replace(",", "")) for number, unit in re.findall(r"([\d,]+) (parameters|MACs|active)", note)
    }
    assert figures["parameters"] == net.parameters
    assert figures["MACs"] == net.macs
    assert figures.get("active", net.parameters) == net.active_parameters
    if field := re.search(r"field (\S+)", note):
        axis = fields(net)[0]
        sizes = axis.get("sizes", [axis["size"]])
        size = f"{min(sizes)}-{max(sizes)}" if len(sizes) > 1 else str(sizes[0])
        assert field[1] == f"{size}/{axis['jump']}/{axis['padding']}"
    elif net.receptive_field_convolutions is not None:
        pytest.fail("the file names no field")


@pytest.mark.parametrize("name", ["alexnet", "vgg16", "resnet50", "densenet121", "mobilenet_v2", "unet", "vit_b_16",
                                  "googlenet", "efficientnet_b0", "wide_resnet50_2"])  # fmt: skip
def test_names_are_torchvisions(name: str) -> None:
    for spelling in (name.upper(), name.replace("_", "-"), name.replace("_", "")):
        assert is_name(spelling)
        assert calc.network(spelling).parameters == calc.network(name).parameters


def test_sizes_and_variants_follow_a_name() -> None:
    assert calc.network("resnet50@320").input_shape == (3, 320, 320)
    assert calc.network("resnet50@ 320x480").input_shape == (3, 320, 480)
    assert calc.network("resnet50:stride-1x1@448").macs > 3 * calc.network("resnet50:stride1x1").macs
    assert calc.network("gpt2@64").input_shape == (64,)
    assert calc.network("transformer_base@16").output_shape == (16, 37_000)
    assert calc.network("RegNet-X-1.6GF").parameters == calc.network("regnet_x_1_6gf").parameters
    assert calc.network("regnet_x_16gf").parameters > 5 * calc.network("regnet_x_1_6gf").parameters
    for wrong, fix in [("resnet51", "did you mean"), ("resnet50:caffe", "stride-1x1"), ("vgg16:x", "use vgg16 alone"),
                        ("gpt2@3x4", "@128"), ("resnet50@1x2x3", "@320"), ("nothing-like-it", "--list")]:  # fmt: skip
        with pytest.raises(CalcError, match=fix):
            calc.network(wrong)


def decoders() -> list[str]:
    """A published language model for each form of configuration, and those that have a name."""
    forms: dict[object, str] = {}
    for name in published():
        model = configuration(name)
        forms.setdefault(
            tuple((key, value if isinstance(value, bool | str) else "") for key, value in model.items()), name
        )
    return [*forms.values(), "qwen2.5-7b", "llama3_8b", "mixtral_8x7b", "deepseek_v3"]


@pytest.mark.parametrize("name", decoders())
def test_the_network_of_a_configuration_has_its_parameters(name: str) -> None:
    net, model = calc.network(decoder(name, 16)), configuration(name)
    sizes = {key: value for key, value in model.items() if key not in ("window", "window_layers")}
    counted = calculator("transformer_parameters", **sizes)
    assert (net.parameters, net.active_parameters) == (counted.ask("parameters"), counted.ask("active"))


def test_a_decoder_by_its_id_or_name() -> None:
    """Where a network of that name ships too, both are the same."""
    assert calc.network("Qwen/Qwen3-8B@64").output_shape == (64, 151_936)
    assert calc.network("qwen3-8b").parameters == 8_190_735_360
    for shipped in ("gpt2", "llama3_8b", "mistral_7b", "mixtral_8x7b"):
        ours, theirs = calc.network(f"{shipped}@64"), calc.network(decoder(shipped, 64))
        assert (ours.parameters, ours.macs) == (theirs.parameters, theirs.macs)
    for wrong, fix in [("qwen3-9b", "qwen3-8b"), ("qwen3-8b@3x4", "@128"),
                       ("some/thing", "--list")]:  # fmt: skip
        with pytest.raises(CalcError, match=re.escape(fix)):
            calc.network(wrong)


def test_what_is_no_decoder_is_refused() -> None:
    with pytest.raises(CalcError, match="segments, which the notation has no word for"):
        decoder("bert_base")


def test_latent_attention_is_counted_by_hand() -> None:
    """DeepSeek-V3 without its experts: queries through 1536, keys and values through 512, 64 rotary features."""
    net = calc.network("deepseek-v3@16")
    attention = 7168 * 1536 + 1536 * 128 * 192 + 7168 * (512 + 64) + 512 * 128 * 256 + 128 * 128 * 7168
    expert, dense = 3 * 7168 * 2048, 3 * 7168 * 18432
    forward = 3 * dense + 58 * (9 * expert + 7168 * 256)
    scores = 128 * 16 * 16 * (192 + 128)
    assert net.macs == 16 * (61 * attention + forward + 7168 * 129_280) + 61 * scores


def test_gpt3_is_exact() -> None:
    d, layers, words, positions = 12288, 96, 50257, 2048
    assert calc.network("gpt3").parameters == 12 * layers * d**2 + 13 * layers * d + (words + positions) * d + 2 * d


def test_lenet_of_1998_has_the_papers_connections() -> None:
    """340,908 in the paper: every weight and bias once for each place where it is used."""
    connections = 0
    for layer in calc.network("lenet5:1998").layers:
        places = int(np.prod(layer.output_shape[1:]))
        if layer.kind.startswith("conv") or layer.kind == "linear":
            connections += layer.macs + layer.elementwise.get("bias", 0)
        elif layer.kind.startswith("avg_pool"):
            connections += layer.elementwise["add"] + layer.output_shape[0] * places  # four inputs and the bias
        elif layer.kind == "rbf":
            connections += layer.buffers
    assert connections == 340_908


def test_experts_are_counted_by_hand() -> None:
    net = calc.network("mixtral_8x7b@16")
    expert = 3 * 4096 * 14336
    attention = 2 * 4096 * 4096 + 2 * 4096 * 1024
    shared = 32 * (attention + 8 * 4096 + 2 * 4096) + 2 * 32000 * 4096 + 4096
    assert net.parameters == shared + 32 * 8 * expert
    assert net.active_parameters == shared + 32 * 2 * expert
    scores = 2 * 16 * 16 * 4096
    assert net.macs == 32 * (16 * (attention + 8 * 4096 + 2 * expert) + scores) + 16 * 4096 * 32000


# ── torch


def test_torch_gave_these_answers() -> None:
    assert len(SAMPLE) >= 300
    assert sum("refused" in case["torch"] for case in SAMPLE) > 40
    assert sum(len(case.get("units", ())) for case in SAMPLE) > 700
    disagreements = [f"{case['network']}: {wrong}" for case in SAMPLE if (wrong := difference(case))]
    assert disagreements == []


@pytest.mark.oracle
@pytest.mark.filterwarnings("ignore")
def test_torch_gives_the_same_today() -> None:
    from oracles.torch_networks import compare

    pytest.importorskip("torch").backends.mkldnn.enabled = False
    assert compare(60, 30, 5)[0] == 0


def test_other_counters_say_what_we_say_they_say() -> None:
    """Their own output on three networks built from plain torch modules is committed."""
    outputs = json.loads(TOOLS.read_text(encoding="utf-8"))
    assert set(outputs) == {"vgg16", "resnet50", "mobilenet_v2"}
    for name, tools in outputs.items():
        ours = {one.tool: one for one in counted(calc.network(name))}
        for tool, spoken in tools.items():
            assert (ours[tool].operations, ours[tool].parameters) == (spoken["count"], spoken["parameters"]), (
                name,
                tool,
            )


# ── laws


@given(chances)
def test_totals_are_sums_of_parts(seed: int) -> None:
    text = drawn(seed)
    try:
        net, batch = calc.network(text), calc.network(text, batch=3, dtype="fp16")
    except CalcError:
        return
    for name in ("parameters", "macs", "flops", "activation_bytes", "buffers"):
        assert getattr(net, name) == sum(getattr(layer, name) for layer in net.layers)
        folded = sum(getattr(row, name) * row.repeat for row in rows(net))
        assert folded == getattr(net, name), name
    assert net.parameters == sum(sum(layer.parameters_by_tensor.values()) for layer in net.layers)
    assert (batch.macs, batch.parameters) == (3 * net.macs, net.parameters)
    assert 2 * batch.activation_bytes == 3 * net.activation_bytes
    inputs = net.nodes[0].result.activation_bytes
    assert max(layer.activation_bytes for layer in net.layers) <= net.peak_activation_bytes
    assert net.peak_activation_bytes <= net.activation_bytes + inputs
    for step in net.steps_for("parameters"):
        assert step.value == net.parameters


@settings(max_examples=40, deadline=None)
@given(chances)
def test_a_network_does_not_differ_from_itself(seed: int) -> None:
    text = drawn(seed)
    try:
        one, other = calc.network(text), calc.network(text)
    except CalcError:
        return
    assert diff.totals(one, other) == {}
    assert diff.differences(one, other) == []


@given(chances, st.data())
def test_the_field_is_the_union_of_what_units_see(seed: int, data: st.DataObject) -> None:
    """Inside the map a unit touches its first and last pixel where the closed form says; nowhere more."""
    text = drawn(seed)
    try:
        net = calc.network(text)
    except CalcError:
        return
    field = net.receptive_field
    if not isinstance(field, list):
        return
    sides, inputs = net.output_shape[1:], net.input_shape[1:]
    unit = tuple(data.draw(st.integers(0, side - 1)) for side in sides)
    found = seen(net, unit)
    reaches = net._fields.fields[net.last].convolutions
    for axis, (one, reach) in enumerate(zip(unit, reaches, strict=True)):
        low, high = reach.low(one), reach.high(one)
        if found.box is None or low is None or high is None:
            continue
        first, last = found.box[axis]
        assert max(low, 0) <= first <= last <= min(high, inputs[axis] - 1)


def test_tied_weights_count_once_and_views_take_no_memory() -> None:
    tied = calc.network("16 tokens, embedding 8 v100 as words, linear 100 b0 tied=words")
    free = calc.network("16 tokens, embedding 8 v100 as words, linear 100 b0")
    assert (tied.parameters, free.parameters, tied.macs) == (800, 1600, free.macs)
    viewed = calc.network("4x8x8, conv 8 k1, identity, dropout p0.5, conv 4 k1")
    assert viewed.peak_activation_bytes == (8 + 4) * 64 * 4


def test_peak_by_hand() -> None:
    """A residual keeps its input alive until the sum: input, one of the two inner maps, and the next."""
    net = calc.network("1x8x8, residual(conv 4 k1, conv 1 k1)")
    assert net.peak_activation_bytes == 4 * (64 + 256 + 64)
    chain = calc.network("1x8x8, conv 4 k1, conv 1 k1")
    assert chain.peak_activation_bytes == 4 * (256 + 64)


# ── receptive fields


def test_unet_by_phase() -> None:
    (axis, _) = fields(calc.network("unet"))
    assert axis["period"] == 16
    assert sorted(set(axis["sizes"])) == [188, 204]
    net = calc.network("unet")
    spans = {last - first + 1 for one in range(100, 116) for first, last in (seen(net, (one, 200)).box or ())[:1]}
    assert spans == {188, 204}


def test_what_is_global_and_what_is_beside_it() -> None:
    assert calc.network("resnet50").receptive_field == "global"
    assert calc.network("8x9x9, conv 4 k3, se 2").receptive_field == "global"
    (axis, _) = fields(calc.network("8x9x9, conv 4 k3, se 2, conv 4 k3"))
    assert axis["size"] == 5
    assert calc.network("9x4 tokens, linear 3").receptive_field is None
    with pytest.raises(CalcError, match=r"receptive_field_convolutions\.size"):
        calc.network("vgg16").ask("receptive_field.size")


def test_branches_that_are_not_aligned_are_reported() -> None:
    assert calc.network("3x16x16, residual(conv 3 k3 p1)").warnings == ()
    (warning,) = calc.network("3x16x16, concat(conv 3 k2 p=tf-same | identity)").warnings
    assert "not aligned" in warning
    drifting = "concat(conv 3 k3 s2 p1, upsample 2 | maxpool k4 s1, upsample o16)"
    (warning,) = calc.network(f"3x16x16, {drifting}").warnings
    assert "drift apart" in warning


def test_a_closed_form_is_what_stepping_through_gives() -> None:
    """Two windows after each other, counted tap by tap."""
    for k1, s1, d1, k2, s2, p2 in product((1, 2, 3), (1, 2, 3), (1, 2), (1, 3, 4), (1, 2), (0, 1)):
        net = calc.network(f"1x60, conv 1 k{k1} s{s1} d{d1}, conv 1 k{k2} s{s2} p{p2}")
        (axis,) = fields(net)
        unit = net.output_shape[1] // 2
        middle = [unit * s2 - p2 + tap for tap in range(k2)]
        pixels = {one * s1 + tap * d1 for one in middle for tap in range(k1)}
        assert (axis["size"], axis["jump"]) == (max(pixels) - min(pixels) + 1, s1 * s2)
        assert min(pixels) == unit * axis["jump"] - axis["padding"]
        box = seen(net, (unit,))
        assert box.box == ((min(pixels), max(pixels)),)
        assert box.touched == (len(pixels),)


@pytest.mark.parametrize(
    "chain",
    [
        "deconv 1 k3 s2, conv 1 k3 s2", "deconv 1 k4 s3, maxpool k3 s2, conv 1 k2", "deconv 1 k2 s4, conv 1 k3",
        "upsample 3, conv 1 k4 s2", "upsample 2 mode=linear, conv 1 k3 d2 s3", "upsample o90, maxpool k3 s2",
        "deconv 1 k3 s2 d3, conv 1 k3 s3", "adaptiveavgpool 48, conv 1 k3 s2",
        "conv 1 k3 s2, deconv 1 k5 s2 p2 o1, conv 1 k3",
        "deconv 1 k2 s2, deconv 1 k2 s2, conv 1 k3 s2, deconv 1 k3 s2", "concat crop (identity | conv 1 k4), conv 1 k2",
        "concat crop (conv 1 k2 | conv 1 k5 | identity), deconv 1 k2 s2",
        "concat crop (conv 1 k8 | identity), conv 1 k3 s2", "concat crop (conv 1 k9 p4 | conv 1 k4)",
    ],
)  # fmt: skip
def test_phases_are_what_stepping_through_gives(chain: str) -> None:
    """Away from the borders every unit sees from the first to the last pixel that the closed form says."""
    net = calc.network(f"1x80, {chain}")
    (reach,) = net._fields.fields[net.last].convolutions
    side = net.output_shape[1]
    assert side > 20
    for unit in range(side // 3, 2 * side // 3):
        box = seen(net, (unit,)).box
        low, high = reach.low(unit), reach.high(unit)
        assert (box is None and low is None) or box == ((low, high),), unit


def test_average_without_its_padding_is_no_ceil_mode() -> None:
    assert calc.network("1x9x9, avgpool k4 s3 p1 bare").output_shape == (1, 3, 3)
    assert calc.network("1x9x9, avgpool k4 s3 p1 ceil").output_shape == (1, 4, 4)


def test_holes_are_counted() -> None:
    unit = seen(calc.network("1x64, conv 1 k3 d4"), (10,))
    assert unit.box == ((10, 18),)
    assert unit.touched == (3,)


def field_by_composition(chain: list[Window], repeats: int) -> int:
    """The field of a chain repeated, one window after the other."""
    reach = PIXEL
    for window in chain * repeats:
        above = through(window, reach)
        assert above is not None
        reach = above
    return max(reach.sizes())


def test_how_many_layers_until() -> None:
    for k, s, wanted in product((2, 3, 5), (1, 2, 3), (1, 2, 17, 200, 1000)):
        net = calc.network(f"1x{10**9}, conv 1 k{k} s{s}")
        stack = field_depth.until(net, wanted)
        (chain,) = field_depth.windows(net)
        assert stack.field == field_by_composition(chain, stack.repeats) >= wanted
        assert stack.repeats == 0 or field_by_composition(chain, stack.repeats - 1) < wanted


def test_the_effective_field_by_brute_force() -> None:
    """The gradient of a chain of uniform windows, followed back one unit at a time."""
    net = calc.network("1x200, conv 1 k3, conv 1 k4 s2, avgpool k2, conv 1 k3 d2")
    weights = {0: 1.0}
    for window in reversed(field_depth.windows(net)[0]):
        below: dict[int, float] = {}
        for unit, weight in weights.items():
            for tap in range(window.kernel):
                place = unit * window.stride + tap * window.dilation
                below[place] = below.get(place, 0) + weight / window.kernel
        weights = below
    effective = field_depth.effective(net)
    expected = np.array([weights.get(place, 0.0) for place in range(max(weights) + 1)])
    assert effective.field == len(expected)
    np.testing.assert_allclose(effective.weights, expected, atol=1e-12)
    # Luo et al. 2016: of n layers of kernel k the deviation grows as the square root of n.
    deep = [field_depth.effective(calc.network(f"1x{10**6}, {n}*(conv 1 k3)")).deviation for n in (10, 40, 160)]
    np.testing.assert_allclose(np.array(deep[1:]) / deep[0], [2, 4])


# ── printed models


@pytest.mark.parametrize("path", sorted(PRINTED.glob("*.txt")), ids=lambda path: path.stem)
def test_printed_models(path: Path) -> None:
    """The first line of each file says what torch counted for the model that printed the rest."""
    first, _, text = path.read_text(encoding="utf-8").partition("\n")
    facts = dict(one.split("=") for one in first.removeprefix("# ").split())
    assert torch_print.is_printed(text)
    count = counting.count(torch_print.read(text))
    if facts["exact"] == "yes":
        assert (count.parameters, count.buffers) == (int(facts["parameters"]), int(facts["buffers"]))
        assert count.unseen == ()
    else:
        assert not count.exact
        assert count.at_least <= int(facts["parameters"])
    if "macs" in facts:
        net = calc.network(order.notation(torch_print.read(text), facts["input"]))
        assert (net.parameters, net.macs) == (int(facts["parameters"]), int(facts["macs"]))


@given(st.text(alphabet="()[]=:, \nConv2dLinear019xaSequential", max_size=120))
def test_printed_text_raises_nothing_else(text: str) -> None:
    with suppress(CalcError):
        counting.count(torch_print.read("Net(\n" + text + "\n)"))


@pytest.mark.no_cover
def test_a_network_is_computed_soon() -> None:
    """ResNet-50 in under 5 ms of a machine whose bare interpreter starts in 9 ms; twice that here, for slower ones."""
    import subprocess
    import sys
    import time

    calc.network("resnet50")
    bare = min(_timed(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True), time.perf_counter)
               for _ in range(5))  # fmt: skip
    best = min(_timed(lambda: calc.network("resnet50"), time.process_time) for _ in range(15))
    assert best < 2 * 5 / 9 * bare


def _timed(work: Callable[[], object], clock: Callable[[], float]) -> float:
    start = clock()
    work()
    return clock() - start


def test_shipped_networks_are_given_by_name_or_notation_alike() -> None:
    assert calc.network(notation("resnet18")).macs == calc.network("resnet18").macs


# ── cards and the guide


def test_a_numeric_family_over_a_network(tmp_path: Path) -> None:
    """Drawn, answered, and a wrong field named, as every other family."""
    from random import Random

    from dlquiz import bank, numeric
    from dlquiz.cards import Numeric

    path = tmp_path / "deck.yaml"
    path.write_text(
        "title: {en: Nets, zh: 网络}\ncards:\n  - id: field-of-a-chain\n    kind: numeric\n"
        "    question: {en: 'conv @{k} s@{s}, pool 2, conv 3 on @{n}?', zh: '@{k} @{s} @{n}？'}\n"
        "    vary: {n: 40..64, k: [3, 5, 7], s: [1, 2]}\n"
        "    calc: {network: '3x@{n}x@{n}, conv 8 k@{k} s@{s}, maxpool k2, conv @{2*k} k3'}\n"
        "    ask: [receptive_field.size, parameters, macs, 'output_shape[0]', output_size]\n"
        "    level: 1\n    weight: 2\n",
        encoding="utf-8",
    )
    cards, problems = bank.load([path])
    assert not problems
    family = cards[0].body
    assert isinstance(family, Numeric)
    for seed in range(20):
        instance = numeric.draw(family, Random(seed))
        n, k, s = (int(instance.values[name]) for name in "nks")
        field, parameters, macs, channels, side = (one.value for one in instance.quantities)
        assert field == 1 + (k - 1) + s + 2 * 2 * s
        assert parameters == 8 * (3 * k * k + 1) + 2 * k * (8 * 9 + 1)
        first = (n - k) // s + 1
        assert (channels, side) == (2 * k, first // 2 - 2)
        assert macs == first**2 * 8 * 3 * k * k + side**2 * 2 * k * 8 * 9
        assert len(instance.quantities[0].wrongs) >= 5


def test_the_guide_says_what_is_so() -> None:
    """Every layer and argument that the guide writes is read."""
    text = (Path(__file__).parents[1] / "docs" / "networks.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert calc.network(block.strip()).output_shape == (1000,)
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    chains = [
        one
        for one in re.findall(r"`([^`]+)`", text)
        if re.match(r"(conv|se|separable|position|ln|dwconv|pad|unflatten|transpose|parameter|selectivescan)( |$)", one)
    ]
    assert len(chains) >= 13
    for chain in chains:
        start = "392x768 tokens" if re.match("position|transpose|unflatten o|selective", chain) else "6x64x64"
        start = "16x8 tokens" if chain == "unflatten" else start
        if chain.startswith("conv 64"):
            start = "8x64x64"
        if chain in ("dwconv", "separable 64"):
            chain += " k3"
        calc.network(f"{start}, {chain}")


@pytest.mark.parametrize("name", ["vgg16", "resnet50", "mobilenet_v2", "densenet121"])
def test_other_counters_are_given_where_they_were_measured(name: str) -> None:
    """Three of them by the tools themselves: torchinfo 1.8, fvcore 0.1.5, ptflops 0.7."""
    from dlquiz.calc.networks.other_tools import counted

    found = {one.tool: one.operations for one in counted(calc.network(name))}
    assert None not in (found["torchinfo"], found["fvcore"], found["ptflops"])
    if name == "resnet50":
        assert (found["torchinfo"], found["fvcore"], found["ptflops"]) == (4089238376, 4111512576, 4132436968)


@pytest.mark.parametrize("name", ["vit_b_16", "convnext_tiny", "efficientnet_b0", "gpt2", "unet"])
def test_other_counters_are_left_out_where_they_depend_on_how_a_model_is_written(name: str) -> None:
    from dlquiz.calc.networks.other_tools import counted

    for one in counted(calc.network(name)):
        assert one.operations is None or one.tool == "torchvision"


@pytest.mark.parametrize(
    ("layers", "parameters"), [(20, 269722), (32, 464154), (44, 658586), (56, 853018), (110, 1727962)]
)
def test_cifar_resnets_have_the_shortcuts_of_the_paper(layers: int, parameters: int) -> None:
    """0.27, 0.46, 0.66, 0.85 and 1.7 M (He et al. 2015, table 6): shortcuts without parameters."""
    net = calc.network(f"resnet{layers}_cifar")
    assert net.parameters == parameters
    assert sum(node.uses for node in net.nodes if node.result.kind in ("conv2d", "linear")) == layers


@pytest.mark.parametrize(
    "text",
    [
        "1x146, maxpool k2, maxpool k2, upsample 2",
        "1x96, maxpool k2, maxpool k2, upsample 2, conv 4 k1, upsample 2",
        "3x64x64, conv 8 k3 s2 p1, maxpool k2, deconv 8 k2 s2, conv 4 k3 p1",
        "1x80, upsample 2 mode=linear, maxpool k2",
        "2x60, conv 4 k5 s3, upsample 3",
    ],
)
def test_a_unit_sees_from_where_its_field_says(text: str) -> None:
    """Where the field has no sizes by phase, each inner unit begins at i x jump - padding, or where `firsts` says."""
    found = calc.network(text)
    axis = fields(found)[0]
    assert "sizes" not in axis
    side = found.output_shape[1]
    for unit in range(side // 3, min(side // 3 + 16, 2 * side // 3)):
        ((place, _), *_) = seen(found, (unit,) * (len(found.output_shape) - 1)).box or ()
        if "firsts" in axis:
            turns, phase = divmod(unit, axis["period"])
            assert place == axis["firsts"][phase] + turns * axis["period"] * axis["jump"]
        else:
            assert abs(place - (unit * axis["jump"] - axis["padding"])) < 1


# FLOPs forward and backward of a batch of two by torch.utils.flop_counter (2.13) on the networks of
# `torch_networks.twin`. Grouped convolutions are left out: it counts their weights' gradient as if they had one group.
COUNTED_BY_TORCH = {
    "resnet18@64": (594231296, 1149927424),
    "vit_b_32@64": (1741357056, 3444965376),
    "densenet121@64": (929202176, 1819869184),
    "3x9x9, conv 4 k3, relu, deconv 3 k2 s2, flatten, linear 5": (42336, 63504),
    "10x16 tokens, attention h4, linear 3": (55680, 80640),
    "10x16 tokens, ln, attention h4 kv=2, linear 3": (45440, 90880),
    "12 tokens, embedding 16 v40, attention h2, linear 40": (98304, 196608),
}


@pytest.mark.parametrize("text", COUNTED_BY_TORCH)
def test_backward_flops_are_those_of_torch(text: str) -> None:
    net = calc.network(text, batch=2)
    assert (net.flops, net.backward_flops) == COUNTED_BY_TORCH[text]


@pytest.mark.parametrize("name", ["resnet50", "efficientnet_b0", "unet", "vit_b_16", "mobilenet_v3_large", "gpt2@64"])
def test_the_stages_of_a_network_are_all_of_it(name: str) -> None:
    net = calc.network(name)
    found = stages(net)
    assert sum(stage.layers for stage in found) == len(net.layers)
    assert sum(stage.parameters for stage in found) == net.parameters
    assert sum(stage.macs for stage in found) == net.macs
    assert found[-1].output_shape == net.output_shape
    assert all(one.name != other.name for one, other in pairwise(found))


@pytest.mark.parametrize("name", ["resnet50", "unet", "mobilenet_v3_large", "gpt2@64", "swin_t", "mixtral_8x7b@16"])
def test_the_parts_at_any_depth_are_all_of_a_network(name: str) -> None:
    net = calc.network(name)
    before = 0
    for depth in range(1, 7):
        found = outline(net, depth)
        assert sum(part.layers for part in found) == len(net.layers)
        assert sum(part.parameters for part in found) == net.parameters
        assert sum(part.macs for part in found) == net.macs
        assert before <= len(found) <= len(net.layers), "a deeper table has more rows"
        before = len(found)


def test_parts_have_the_names_of_the_notation() -> None:
    names = [part.name for part in outline(calc.network("resnet50"), 2)]
    assert names == ["conv 64 k7 s2 p3 b0", "bn", "relu", "maxpool k3 s2 p1", "stage(2, 64, 256, 1, 1)",
                     "stage(3, 128, 512, 1, 2)", "stage(5, 256, 1024, 1, 2)", "stage(2, 512, 2048, 1, 2)", "gap",
                     "linear 1000"]  # fmt: skip
    text = "8x4x4, 3*(residual(conv 8 k3 p1, relu)), se 2"
    found = [(part.name, part.layers) for part in outline(calc.network(text), 1)]
    assert found[0] == ("3× residual", 9)
    with pytest.raises(CalcError, match="depth is 0"):
        outline(calc.network(text), 0)
