"""PyTorch code as text: the layers that it names, never run."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest

from dlquiz import calc
from dlquiz.calc import CalcError
from dlquiz.calc.networks.printed import code, counting, order

LENET = """import torch
from torch import nn

model = nn.Sequential(
    nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(),
    nn.AvgPool2d(2), nn.Conv2d(6, 16, kernel_size=5), nn.Tanh(), nn.AvgPool2d(kernel_size=2, stride=2),
    nn.Flatten(),
    nn.Linear(16 * 5 * 5, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10),
)
"""


def test_a_network_in_code_is_the_network_in_the_notation() -> None:
    """LeNet with 28 pixels and padding 2: 61,706 parameters (LeCun et al. 1998, all maps connected)."""
    model = code.read(LENET)
    assert counting.count(model).exact
    assert counting.count(model).parameters == 61_706
    written = calc.network(order.notation(model, "1x28x28"))
    same = "1x28x28, conv 6 k5 p2, tanh, avgpool k2, conv 16 k5, tanh, avgpool k2, flatten, linear 120, tanh, "
    expected = calc.network(same + "linear 84, tanh, linear 10")
    assert (written.parameters, written.macs) == (expected.parameters, expected.macs) == (61_706, 416_520)


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("nn.Conv2d(3, 64, 7, stride=2)", 9472),
        ("torch.nn.Conv2d(3, 64, (7, 7), 2, 3, 1, 1, False)", 9408),
        ("nn.Conv1d(4, 6, 3, groups=2)", 42),
        ("nn.ConvTranspose2d(4, 6, 3)", 222),
        ("nn.BatchNorm2d(64)", 128),
        ("nn.LayerNorm((4, 5))", 40),
        ("nn.GroupNorm(2, 8)", 16),
        ("nn.Embedding(100, 8)", 800),
        ("nn.LSTM(4, 8, 2)", 4 * 8 * (4 + 8 + 2) + 4 * 8 * (8 + 8 + 2)),
        ("nn.Sequential(OrderedDict([('fc', nn.Linear(4, 3)), ('act', nn.ReLU())]))", 15),
        ("nn.Sequential(*[nn.Linear(2, 2)])", None),
        ("nn.Linear(width, 3)", None),
        ("nn.Linear(2 ** 3, 3)", None),
        ("nn.Linear(__import__('os').getpid(), 3)", None),
        ("nn.Sequential(nn.Linear(2, 3), lambda x: x)", None),
        ("model = nn.Linear(2, 3)\nprint(model)", None),
        ("from torch import nn\nclass Net(nn.Module):\n    pass", None),
        ("from torch import nn", None),
        ("nn.Linear(", None),
        ("nn.Linear(" + "(" * 5000, None),
        ("nn.Sequential(" * 150 + ")" * 150, None),
    ],
)  # fmt: skip
def test_layers_count_and_anything_more_is_refused(text: str, parameters: int | None) -> None:
    assert code.is_code(text)
    if parameters is None:
        with pytest.raises(CalcError):
            counting.count(code.read(text)).exact  # noqa: B018
        return
    found = counting.count(code.read(text))
    assert found.exact
    assert found.parameters == parameters


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        # What torch 2.13 counts.
        ("nn.TransformerEncoderLayer(8, 2, dim_feedforward=5)", 413),
        ("nn.TransformerEncoderLayer(d_model=8, nhead=2, dim_feedforward=5, bias=False)", 352),
        ("nn.TransformerDecoderLayer(8, 2, 5)", 717),
        ("nn.RNN(3, 4, 2, 'relu', False)", 60),
        ("nn.Bilinear(2, 3, 4, False)", 24),
        ("nn.Sequential(nn.TransformerEncoderLayer(512, 8), nn.Linear(512, 10))", 3157514),
    ],
)
def test_arguments_by_place_and_layers_inside_are_those_of_torch(text: str, parameters: int) -> None:
    found = counting.count(code.read(text))
    assert (found.parameters, found.exact) == (parameters, True)


def test_a_class_whose_layers_are_not_in_the_code_is_no_empty_one() -> None:
    """Only a container may be empty: of `nn.Transformer()` nothing is known."""
    found = counting.count(code.read("nn.Transformer(64, 4)"))
    assert (found.at_least, found.exact, found.unseen) == (0, False, ("Transformer",))
    assert counting.count(code.read("nn.MultiheadAttention(8, 2)")).parameters == 288
    with pytest.raises(CalcError, match="not read"):
        code.read("nn.MultiheadAttention(8, 2, kdim=4)")


def test_the_layer_that_does_not_fit_is_named_in_code_too() -> None:
    with pytest.raises(CalcError, match=r"line 8, \(7\) Linear gets 576 features .* in_features is 400"):
        order.notation(code.read(LENET), "1x32x32")


def test_a_changed_code_is_read_or_refused_in_a_line() -> None:
    for seed in range(300):
        source = random.Random(seed)
        letters = list(LENET)
        for _ in range(source.randrange(1, 5)):
            at = source.randrange(len(letters))
            letters[at : at + source.randrange(3)] = source.choice(
                ["(", ")", ",", "0", "-", "=", "x", "9" * 20, "None"]
            )
        with suppress(CalcError):
            model = code.read("".join(letters))
            found = counting.count(model)
            assert 0 <= found.at_least <= found.parameters
            order.notation(model, "1x28x28")
