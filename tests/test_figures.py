"""Figures: their numbers against independent ones, and their drawings against the laws of the screen and of SVG."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from itertools import accumulate, pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dlquiz.cards import LANGUAGES
from dlquiz.figures import KINDS, FigureError, draw, figure, svg
from dlquiz.figures.functions import ACTIVATIONS, FUNCTION_NAMES, FUNCTIONS, SCHEDULE_NAMES, SCHEDULES
from dlquiz.figures.plots import NOISE_SCHEDULES, signal_left
from dlquiz.figures.rasters import FORMATS, PIPELINES, pipeline_slots, ring_states
from dlquiz.figures.scenes import DIAGRAMS
from dlquiz.figures.shapes import Bars, Plot, Scene
from dlquiz.figures.vision import u_net_sides
from dlquiz.markup import cell_width

EXAMPLES: dict[str, dict[str, Any]] = {
    "sigmoid": {"kind": "functions", "functions": ["sigmoid"], "derivative": True},
    "rectifiers": {"kind": "functions", "functions": ["relu", "gelu", "silu"], "from": -4, "to": 3},
    "schedules": {"kind": "schedules", "schedules": ["cosine", "step"], "warmup": 10},
    "overfitting": {"kind": "losses", "case": "overfitting"},
    "receptive-field": {"kind": "receptive-field", "layers": [[3, 1], [3, 2], [3, 1, 2]]},
    "strided": {"kind": "convolution", "input": 5, "kernel": 3, "stride": 2, "padding": 1},
    "dilated": {"kind": "convolution", "input": 7, "dilation": 2},
    "transposed": {"kind": "convolution", "input": 3, "stride": 2, "padding": 1, "transposed": True},
    "normalisation": {"kind": "normalisation"},
    **{name: {"kind": "blocks", "diagram": name} for name in DIAGRAMS},
    "own-block": {"kind": "blocks", "branches": [["卷积 3×3", "BN"], ["卷积 1×1"]], "merge": "+", "after": ["ReLU"]},
    "l1": {"kind": "regularisation", "norm": "l1"},
    "l2": {"kind": "regularisation", "norm": "l2"},
    "forgetting": {"kind": "forgetting", "stabilities": [2, 10, 40]},
    "noise": {"kind": "noise", "schedules": ["linear", "scaled-linear", "cosine"]},
    "roofline": {"kind": "roofline", "chips": {"A100": [312, 2.04], "H100": [989, 3.35]}},
    "pipelines": {"kind": "pipeline"},
    "heads": {"kind": "heads"},
    "pages": {"kind": "pages"},
    "bits": {"kind": "bits", "formats": ["fp32", "bf16", "fp16", "fp8-e4m3"]},
    "boxes": {"kind": "boxes", "enclosing": True},
    "ring": {"kind": "ring"},
    "u-net": {"kind": "u-net"},
    "padded-u-net": {"kind": "u-net", "input": 64, "channels": [8, 16, 32], "padding": True},
    "patches": {"kind": "patches", "class-token": True},
}


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_line_is_wider_than_the_screen(name: str, language: str) -> None:
    drawn = figure(EXAMPLES[name], language)
    for width in (20, 40, 80, 120):
        lines = draw(drawn, width)
        assert lines
        assert all(cell_width("".join(text for text, _ in line)) <= width for line in lines)


@pytest.mark.parametrize("width", [40, 80])
def test_screens(width: int, golden: Callable[[str, str], None]) -> None:
    parts = []
    for name, description in EXAMPLES.items():
        lines = ["".join(text for text, _ in line) for line in draw(figure(description), width)]
        parts.append("\n".join([f"# {name}", *lines, ""]))
    golden(f"figures/figures-{width}.txt", "\n".join(parts))


@pytest.mark.parametrize(
    ("language", "legend"), [("en", ["Gaussian", "Gaussian′", "ReLU"]), ("zh", ["高斯分布", "高斯分布′", "ReLU"])]
)
def test_a_legend_has_printed_names_in_the_language_of_the_card(language: str, legend: list[str]) -> None:
    drawn = figure({"kind": "functions", "functions": ["gaussian", "relu"], "derivative": True}, language)
    assert isinstance(drawn, Plot)
    assert [curve.label for curve in drawn.curves][:3] == legend
    assert set(FUNCTION_NAMES) <= set(FUNCTIONS)
    assert set(SCHEDULE_NAMES) == {*SCHEDULES, *NOISE_SCHEDULES}


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_svg_stands_alone(name: str, theme: str) -> None:
    text = svg(figure(EXAMPLES[name]), theme)
    tree = ElementTree.fromstring(text)
    assert tree.tag == "{http://www.w3.org/2000/svg}svg"
    assert tree.get("aria-label")
    assert tree.find("{http://www.w3.org/2000/svg}title") is not None
    assert re.findall(r"https?://[^\"]*", text) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"url\(|href|@import|<script|<image", text)
    assert not re.search(r"\bnan\b|\binf\b", text)
    assert ("prefers-color-scheme" in text) == (theme == "auto")


@pytest.mark.parametrize("name", FUNCTIONS)
@given(x=st.floats(-20, 20))
def test_derivatives_are_those_of_their_functions(name: str, x: float) -> None:
    function, slope = FUNCTIONS[name]
    if min(abs(x - kink) for kink in (0, 1, -1, 3, -3, 6)) < 1e-2:
        return
    assert slope(x) == pytest.approx((function(x + 1e-5) - function(x - 1e-5)) / 2e-5, rel=1e-4, abs=1e-5)


def test_known_values() -> None:
    assert ACTIVATIONS["sigmoid"][1](0) == 0.25
    assert ACTIVATIONS["gelu"][0](1) == pytest.approx(0.841345, abs=1e-6)
    assert ACTIVATIONS["mish"][0](1) == pytest.approx(0.865098, abs=1e-6)
    assert ACTIVATIONS["selu"][0](-1) == pytest.approx(-1.111331, abs=1e-6)
    assert SCHEDULES["cosine"](0.5, 0) == pytest.approx(0.5)
    assert SCHEDULES["linear"](0.55, 0.1) == pytest.approx(0.5)


@pytest.mark.parametrize("name", SCHEDULES)
@given(done=st.floats(0, 1), warmup=st.sampled_from([0.0, 0.05, 0.2]))
def test_schedules_stay_between_nothing_and_the_highest(name: str, done: float, warmup: float) -> None:
    assert 0 <= SCHEDULES[name](done, warmup) <= 1 + 1e-12


@given(st.integers(1, 12), st.integers(1, 7), st.integers(1, 4), st.integers(0, 4), st.integers(1, 3), st.booleans())
def test_convolution_sides(side: int, kernel: int, stride: int, padding: int, dilation: int, transposed: bool) -> None:
    """The rasters have the sides of torch's formulas, and the window touches kernel² places inside the input."""
    description = {"kind": "convolution", "input": side, "kernel": kernel, "stride": stride, "padding": padding,
                   "dilation": dilation, "transposed": transposed}  # fmt: skip
    reach = dilation * (kernel - 1)
    forward = (side + 2 * padding - reach - 1) // stride + 1
    backward = (side - 1) * stride - 2 * padding + reach + 1
    expected = backward if transposed else forward
    try:
        drawn = figure(description)
    except FigureError:
        assert expected < 1 or (transposed and padding > reach) or side + 2 * padding <= reach
        return
    assert isinstance(drawn, Scene)
    window, result = drawn.tiles
    assert len(result.rows) == len(result.rows[0]) == expected
    assert "".join(window.rows).count("k") == kernel**2
    assert "".join(result.rows).count("k") == 1


def test_receptive_field_sizes() -> None:
    """VGG-16's: 212 after the last pooling (Araujo, Norris & Sim 2019)."""
    convolution, pooling = [3, 1], [2, 2]
    layers = []
    for count in (2, 2, 3, 3, 3):
        layers += [convolution] * count + [pooling]
    drawn = figure({"kind": "receptive-field", "layers": layers})
    assert isinstance(drawn, Bars)
    assert drawn.bars[-1][1] == 212


def test_the_diamond_is_met_in_its_corner_and_the_circle_is_not() -> None:
    assert "(0.00, 1.00)" in figure(EXAMPLES["l1"]).alternative
    x, y = map(float, re.findall(r"\(([\d.]+), ([\d.]+)\)", figure(EXAMPLES["l2"]).alternative)[0])
    assert x > 0.1
    assert math.hypot(x, y) == pytest.approx(1, abs=0.01)


def test_forgetting_passes_through_nine_tenths_at_its_stability() -> None:
    drawn = figure({"kind": "forgetting", "stabilities": [30], "days": 60})
    assert isinstance(drawn, Plot)
    at_stability = min(drawn.curves[0].points, key=lambda point: abs(point[0] - 30))
    assert at_stability[1] == pytest.approx(0.9, abs=1e-9)


@pytest.mark.parametrize("schedule", PIPELINES)
@pytest.mark.parametrize(("stages", "micro_batches"), [(1, 3), (3, 1), (4, 4), (4, 8), (6, 9), (8, 2)])
def test_pipelines_run_every_pass_after_what_it_needs(schedule: str, stages: int, micro_batches: int) -> None:
    """Both have the bubble p - 1 of m + p - 1; GPipe keeps the activations of all micro-batches, 1F1B of at most p."""
    rows = pipeline_slots(schedule, stages, micro_batches)
    at = {(stage, step): slot for stage, row in enumerate(rows) for slot, step in enumerate(row) if step}
    assert len(at) == 2 * stages * micro_batches
    assert {len(row) for row in rows} == {2 * (micro_batches + stages - 1)}
    for (stage, (one, backward)), slot in at.items():
        source = (stage + 1 if backward else stage - 1, (one, backward))
        assert slot > at.get(source, -1)
        assert not backward or slot > at[stage, (one, False)]
    for stage, row in enumerate(rows):
        held = list(accumulate(-1 if step[1] else 1 for step in row if step))
        assert max(held) == (micro_batches if schedule == "gpipe" else min(stages - stage, micro_batches))


@pytest.mark.parametrize("gpus", [2, 3, 4, 6])
def test_a_ring_sums_each_chunk_once_and_every_gpu_sends_one_at_a_time(gpus: int) -> None:
    """The sums as sets of GPUs: none is added twice, and after 2(p − 1) steps of one chunk each all are everywhere."""
    states = ring_states(gpus)
    assert len(states) == 2 * gpus - 1
    held = [[{gpu} for _ in range(gpus)] for gpu in range(gpus)]
    for step, state in enumerate(states[1:]):
        sent = [(gpu, (gpu - step) % gpus) for gpu in range(gpus)]
        arriving = [(((gpu + 1) % gpus), chunk, set(held[gpu][chunk])) for gpu, chunk in sent]
        for gpu, chunk, parts in arriving:
            assert step >= gpus - 1 or not parts & held[gpu][chunk]
            held[gpu][chunk] |= parts
        assert state == [[len(parts) for parts in row] for row in held]
        assert sum(row.count(gpus) for row in state) == (gpus * (step - gpus + 3) if step > gpus - 3 else 0)
    assert states[-1] == [[gpus] * gpus] * gpus


def test_the_sides_of_the_published_u_net() -> None:
    """Figure 1 of Ronneberger, Fischer & Brox 2015; with padding every level keeps its side."""
    assert u_net_sides(572, 5, padded=False) == ([568, 280, 136, 64, 28], [52, 100, 196, 388])
    assert u_net_sides(512, 5, padded=True) == ([512, 256, 128, 64, 32], [64, 128, 256, 512])
    boxes = [box.text for box in drawn_scene(EXAMPLES["u-net"]).boxes]
    assert sorted(boxes[1:]) == sorted(
        ["64×568²", "64×388²", "128×280²", "128×196²", "256×136²", "256×100²", "512×64²", "512×52²"]
    )
    assert boxes[0] == "1024×28²"


def drawn_scene(description: dict[str, Any]) -> Scene:
    drawn = figure(description)
    assert isinstance(drawn, Scene)
    return drawn


@pytest.mark.parametrize(("grid", "patch"), [(2, 8), (3, 16)])
def test_every_pixel_of_an_image_belongs_to_the_patch_of_its_token(grid: int, patch: int) -> None:
    drawn = drawn_scene({"kind": "patches", "grid": grid, "patch": patch, "class-token": True})
    image, *cut, sequence = drawn.tiles
    for number, tiles in enumerate(cut, 1):
        assert tiles.rows == (str(number) * 2,) * 2
    assert sorted("".join(image.rows)) == sorted("".join("".join(tiles.rows) for tiles in cut))
    assert sequence.rows == ("k" + "".join(str(one + 1) for one in range(grid**2)), "0123456789"[: grid**2 + 1])
    assert f"linear: {3 * patch * patch} → d" in [box.text for box in drawn.boxes]


def test_formats_have_the_bits_of_their_names() -> None:
    for name, (exponent, mantissa) in FORMATS.items():
        size = 19 if name == "tf32" else int(re.findall(r"\d+", name)[0])
        assert 1 + exponent + mantissa == size, name


def test_the_signal_that_published_schedules_leave() -> None:
    """Lin et al. 2024 give 0.0047 for Stable Diffusion; the squared cosine passes one half half-way."""
    assert signal_left("scaled-linear")[-1] == pytest.approx(0.0047, abs=5e-5)
    assert signal_left("linear")[-1] == pytest.approx(4.04e-5, rel=0.01)
    assert signal_left("cosine")[500] == pytest.approx(0.494, abs=0.001)
    for name in NOISE_SCHEDULES:
        left = signal_left(name)
        assert len(left) == 1001
        assert all(after < before for before, after in pairwise(left))


def test_the_iou_of_boxes_is_that_of_their_areas() -> None:
    assert "6 / 42 = 0.14; GIoU = 0.14 − 12 / 54 = −0.08" in figure(EXAMPLES["boxes"]).alternative
    apart = {"kind": "boxes", "first": [0, 0, 2, 2], "second": [3, 0, 5, 2], "enclosing": True}
    assert "0 / 8 = 0.00; GIoU = 0.00 − 2 / 10 = −0.20" in figure(apart).alternative


@pytest.mark.parametrize(
    ("description", "fix"),
    [
        ({"kind": "function"}, "did you mean functions"),
        ({"kind": "functions", "functions": ["sigmod"]}, "did you mean sigmoid"),
        ({"kind": "functions"}, "name one of"),
        ({"kind": "functions", "functions": ["relu"], "colour": "red"}, "colour"),
        ({"kind": "convolution", "input": 3, "kernel": 9}, "pad more"),
        ({"kind": "convolution", "input": "x"}, "not a number"),
        ({"kind": "convolution", "input": 500}, "take 1 to 16"),
        ({"kind": "receptive-field", "layers": [[0, 1]]}, "write [kernel, stride, dilation]"),
        ({"kind": "receptive-field", "layers": ["x"]}, "layer 1"),
        ({"kind": "forgetting", "stabilities": ["long"]}, "not a number"),
        ({"kind": "convolution", "at": ["here"]}, "not a number"),
        ({"kind": "blocks"}, "one to six branches"),
        ({"kind": "roofline", "chips": {"H100": [989]}}, "write chips:"),
        ({"kind": "roofline", "chips": ["H100"]}, "write chips:"),
        ({"kind": "heads", "key-value": [3]}, "write key-value: [8, 2, 1]"),
        ({"kind": "pages", "tokens": [99]}, "write tokens: [7, 5]"),
        ({"kind": "boxes", "first": [3, 3, 1, 1]}, "write [x1, y1, x2, y2]"),
        ({"kind": "bits", "formats": ["bf15"]}, "did you mean bf16"),
        ({"kind": "pipeline", "stages": 40}, "take 1 to 8"),
        ({"kind": "ring", "gpus": 1}, "take 2 to 6"),
        ({"kind": "u-net", "input": 570}, "take 572"),
        ({"kind": "u-net", "input": 16, "channels": [1, 2, 3]}, "take a larger input"),
        ({"kind": "u-net", "input": 8}, "take a larger input"),
        ({"kind": "u-net", "channels": [1.5, 2]}, "write channels: [64, 128, 256]"),
        ({"kind": "u-net", "channels": [64]}, "write channels: [64, 128, 256]"),
        ({"kind": "patches", "grid": 14}, "take 2 to 3"),
        ({}, "not a kind of figure"),
    ],
)
def test_errors_say_what_to_write(description: dict[str, Any], fix: str) -> None:
    with pytest.raises(FigureError) as output:
        figure(description)
    assert fix in str(output.value)


def test_each_word_of_a_block_is_in_the_language_of_its_card() -> None:
    pairs = (("reward", "奖励"), ("value", "价值"), ("advantage", "优势"), ("map", "图"))
    words = [{"en": english, "zh": chinese} for english, chinese in pairs]
    one, other, merge, last = words
    described = {"kind": "blocks", "branches": [[one], other], "merge": merge, "after": [last], "input": one}
    for language in LANGUAGES:
        scene = figure(described, language)
        assert isinstance(scene, Scene)
        assert [box.text for box in scene.boxes] == [word[language] for word in words]
        assert not {"{", "}"} & set(scene.alternative)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("functions", "derivative", "from", "to", "schedules", "steps", "warmup", "case", "layers", "input", "kernel",
          "stride", "at", "norms", "diagram", "branches", "merge", "after", "norm", "stabilities", "days", "chips",
          "stages", "micro-batches", "query", "key-value", "tokens", "block", "formats", "first", "second",
          "enclosing", "gpus", "channels", "padding", "grid", "patch", "class-token")  # fmt: skip


@given(st.sampled_from(sorted(KINDS)), st.dictionaries(st.sampled_from(FIELDS), ANY, max_size=3))
def test_whatever_is_written_is_drawn_or_refused(kind: str, fields: dict[str, Any]) -> None:
    try:
        drawn = figure({"kind": kind, **fields})
    except FigureError:
        return
    for width in (*range(8, 13), 40, 80):
        assert all(cell_width("".join(text for text, _ in line)) <= width for line in draw(drawn, width))
    ElementTree.fromstring(svg(drawn))


GIVEN: dict[str, tuple[str, dict[str, Any]]] = {
    "functions": ("functions", {"functions": ["relu"]}),
    "schedules": ("schedules", {"schedules": ["cosine"]}),
    "forgetting": ("forgetting", {}),
    "receptive-field": ("receptive-field", {}),
    "convolution": ("convolution", {}),
    "blocks": ("blocks", {"branches": [["a"], []]}),
    "roofline": ("roofline", {}),
    "pipeline": ("pipeline", {}),
    "heads": ("heads", {}),
    "pages": ("pages", {}),
    "boxes": ("boxes", {}),
    "u-net": ("u-net", {}),
}


@pytest.mark.no_cover
@pytest.mark.parametrize("name", GIVEN)
@settings(max_examples=15)
@given(odd=st.dictionaries(st.sampled_from(FIELDS), ANY | st.lists(st.lists(ANY)), min_size=1, max_size=1))
@example(odd={"layers": 1})
def test_one_odd_field_is_drawn_or_refused(name: str, odd: dict[str, Any]) -> None:
    kind, fields = GIVEN[name]
    try:
        drawn = figure({"kind": kind, **fields, **odd})
    except FigureError:
        return
    for width in (*range(8, 13), 40, 80):
        assert all(cell_width("".join(text for text, _ in line)) <= width for line in draw(drawn, width))
    ElementTree.fromstring(svg(drawn))
