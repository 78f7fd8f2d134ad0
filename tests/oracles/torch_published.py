"""The networks that ship against the models of torchvision and timm, counted by torch.

    python tests/oracles/torch_published.py [NAME ...]        every network of the table, or those named

What is compared: parameters, and MACs by `torch.utils.flop_counter` at the size of the network, on the meta device.
In `torch_networks.py --classics` torch is given our own definition; here the definition is theirs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from dlquiz import calc


def _torchvision(name: str, **arguments: object) -> Callable[[], Any]:
    def make() -> Any:
        from torchvision import models

        return models.get_model(name, weights=None, **arguments)

    return make


def _timm(name: str) -> Callable[[], Any]:
    def make() -> Any:
        import timm

        return timm.create_model(name)

    return make


def _fused(name: str) -> Callable[[], Any]:
    """RepVGG with its branches fused; weights are needed for that, so on the CPU."""

    def make() -> Any:
        import timm
        import torch

        with torch.device("cpu"):
            model = timm.create_model(name).eval()
            for module in model.modules():
                if hasattr(module, "reparameterize"):
                    module.reparameterize()
        return model

    return make


SAME = {
    _torchvision: (
        "efficientnet_v2_s", "efficientnet_v2_m", "efficientnet_v2_l", "mnasnet0_5", "mnasnet0_75", "mnasnet1_0",
        "mnasnet1_3", "swin_t", "swin_s", "swin_b", "maxvit_t",
        *(f"regnet_{kind}_{size}" for kind in "xy" for size in ("400mf", "800mf", "1_6gf", "3_2gf", "8gf", "16gf",
                                                                "32gf")),
    ),
    _timm: (
        "repvgg_a0", "repvgg_a1", "repvgg_a2", "repvgg_b0", "repvgg_b1", "repvgg_b2", "repvgg_b3", "darknet53",
        "convmixer_768_32", "convmixer_1536_20",
    ),
}  # fmt: skip
MODELS: dict[str, Callable[[], Any]] = {name: make(name) for make, names in SAME.items() for name in names} | {
    "convmixer_1024_20": _timm("convmixer_1024_20_ks9_p14"),
    "xception": _timm("legacy_xception"),
    **{f"deit_{size}": _timm(f"deit_{size}_patch16_224") for size in ("tiny", "small", "base")},
    **{f"deit_{size}:distilled": _timm(f"deit_{size}_distilled_patch16_224") for size in ("tiny", "small", "base")},
    **{
        f"mixer_{size}": _timm(f"mixer_{size.replace('_', '')}_224")
        for size in ("s_32", "s_16", "b_32", "b_16", "l_32", "l_16")
    },
    **{f"{name}:deploy": _fused(name) for name in ("repvgg_a0", "repvgg_a1", "repvgg_b0", "repvgg_b1")},
}


def counted(make: Callable[[], Any], shape: tuple[int, ...]) -> tuple[int, int]:
    """Parameters and MACs of a model for one example."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    try:
        with torch.device("meta"):
            model = make().eval()
    except NotImplementedError:  # a constructor that computes with values (RegNet's widths)
        model = make().eval()
    model = model.to("meta")
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(torch.zeros(1, *shape, device="meta"))
    return sum(one.numel() for one in model.parameters()), counter.get_total_flops() // 2


def main() -> None:
    wrong = 0
    for name in sys.argv[1:] or MODELS:
        net = calc.network(name)
        theirs, mine = counted(MODELS[name], net.input_shape), (net.parameters, net.macs)
        wrong += theirs != mine
        print(name, *mine, "ok" if theirs == mine else f"torch {theirs}", flush=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
