"""torch as the judge of `saved_tensors`: what autograd keeps of one forward pass, in unique storages.

    python tests/oracles/torch_saved.py            compare the list below and random chains
    python tests/oracles/torch_saved.py --write    write tests/data/torch_saved.json, which the suite checks

The networks are those of `torch_networks.twin` in training, with two replacements that stand for the kernels of a GPU:
dropout by `native_dropout` (a mask of one byte a value) and attention by `scaled_dot_product_attention`. RMSNorm is not
compared: the kernel of a GPU keeps its input and a statistic, while torch computes it in parts on a CPU.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import types
from pathlib import Path
from typing import Any

from dlquiz.calc import CalcError, network
from dlquiz.calc.networks import zoo
from dlquiz.calc.networks.saved_tensors import saved_tensors

DATA = Path(__file__).parents[1] / "data" / "torch_saved.json"
CASES = [
    "3x16x16, conv 8 k3 p1, bn, relu, maxpool k2, conv 16 k3, bn, relu, gap, linear 10",
    "3x16x16, conv 8 k3 p1, relu, 2*(residual(conv 8 k3 p1, bn, relu, conv 8 k3 p1, bn), relu), flatten, linear 5",
    "4x12x12, conv 8 k3 p1 g2, gelu, avgpool k2, silu, adaptiveavgpool 3, flatten, dropout p0.3, linear 7, tanh",
    "4x12x12, conv 8 k3 p1, in, sigmoid, gn 4, hardswish, ln, mish, ln all, relu6, adaptivemaxpool 2, flatten",
    "8x9x9, conv 8 k1, se 4, scale, upsample 2, deconv 4 k2 s2, prelu 4, elu, selu, celu, leakyrelu, softplus",
    "8x9x9, conv 8 k1, concat(conv 4 k1 | chunk 2 i1 | maxpool k3 s1 p1), hardsigmoid, hardtanh, separable 6 k3 p1",
    "6x20, conv 8 k3, bn, relu, maxpool k2, avgpool k2, conv 4 k1, gap, linear 3, softmax",
    "2x6x6x6, conv 4 k3 p1, bn, relu, maxpool k2, avgpool k2, gap, linear 3",
    "12 tokens, embedding 16 v40, position, ln, residual(ln, attention h4), residual(ln, linear 32, gelu, linear 16), "
    "first, linear 3",
    "10x16 tokens, attention h4 kv=2, linear 8, glu, ln, gap, linear 2",
    "6x9x9, conv 4 k3, in affine=0, bn affine=0, ln affine=0, softplus, flatten, linear 2",
    "20, linear 30, relu, dropout p0.5, linear 30, logsoftmax",
    "16x8 tokens, linear 8, maxpool k2, avgpool k2, deconv 4 k2 s2, transpose, linear 3, gelu, transpose, linear 2",
    "16x8 tokens, linear 8, 3*shared(residual(ln, linear 8, gelu)), parameter 5,"
    " add(identity | gap, linear 8), linear 2",
    "3x8x8, conv 8 k3 p1, tokens, ln, attention 8 h2 bias=qkv, unflatten, pad p1, conv 4 k1, relu",
    "3x8x8, relu, maxpool k2, conv 4 k3, mul(conv 4 k1 | conv 4 k1, sigmoid), unshuffle 2, shuffle 2",
]
CLASSICS = ["resnet18@64", "mobilenet_v2@64", "densenet121@64", "squeezenet1_1@64", "vgg11_bn@64", "efficientnet_b0@64",
            "shufflenet_v2_x1_0@64", "convnext_tiny@64", "mobilenet_v3_small@64", "vit_b_32@64",
            "mixer_s_32", "convmixer_768_32@70", "unet:padded@64"]  # fmt: skip
WINDOWS = ["swin_t", "maxvit_t"]


def kept_by_torch(text: str, batch: int) -> int:
    """Bytes of the storages that autograd keeps, parameters and buffers left out."""
    import torch
    from oracles.torch_networks import twin

    shape = network(text, batch=batch).nodes[0].result
    model = twin(zoo.notation(text) if zoo.is_name(text) else text)
    ids = shape.value_bytes == 8
    given = torch.zeros(batch, *shape.output_shape, dtype=torch.long) if ids else torch.rand(batch, *shape.output_shape)
    with torch.no_grad():
        model(given)
    model.building = False
    model.train()
    for part in model.modules():
        if isinstance(part, torch.nn.Dropout):
            part.forward = lambda x, p=part.p: torch.native_dropout(x, p, True)[0]
        if type(part).__name__ == "Attention":
            part.forward = types.MethodType(_fused, part)
    return _kept(model, given)


def kept_by_torchvision(name: str, batch: int) -> int:
    """As `kept_by_torch`, of torchvision's model, whose attention in windows has a softmax of its own."""
    import torch
    from torchvision import models, ops

    model = models.get_model(name, weights=None).train()
    for part in model.modules():
        if isinstance(part, ops.StochasticDepth):
            part.p = 0.0
    return _kept(model, torch.rand(batch, *network(name).input_shape))


def _kept(model: Any, given: Any) -> int:
    import torch

    own = {one.untyped_storage().data_ptr() for one in (*model.parameters(), *model.buffers())}
    kept: dict[int, Any] = {}

    def keep(tensor: Any) -> Any:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own and tensor.numel():
            kept[storage.data_ptr()] = storage
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        model(given)
    return sum(one.nbytes() for one in kept.values())


def _fused(self: Any, x: Any, y: Any) -> Any:
    from torch.nn import functional

    def split(z: Any, heads: int) -> Any:
        return z.unflatten(-1, (heads, self.head)).transpose(1, 2)

    q, k, v = (
        split(self.query(x), self.heads), split(self.key(y), self.shared), split(self.value(y), self.shared)
    )  # fmt: skip
    mixed = functional.scaled_dot_product_attention(q, k, v, enable_gqa=self.shared != self.heads)
    return self.output(mixed.transpose(1, 2).flatten(2))


def _random_chains(count: int) -> list[str]:
    from oracles.torch_networks import Draw

    chance, found = random.Random(5), list[str]()
    while len(found) < count:
        text = Draw(chance).chain()
        if "same" in text or ":" in text or "mode=" in text:
            continue
        try:
            saved_tensors(network(text, batch=2))
        except CalcError:
            continue
        found.append(text)
    return found


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--chains", type=int, default=0)
    options = parser.parse_args()
    texts = [*CASES, *CLASSICS, *(_random_chains(options.chains) if options.chains else [])]
    differ, rows = 0, []
    for text in texts:
        for batch in (2, 3) if text in CASES else (2,):
            theirs, ours = kept_by_torch(text, batch), saved_tensors(network(text, batch=batch)).total
            rows.append({"network": text, "batch": batch, "bytes": theirs})
            if theirs != ours:
                differ += 1
                print(
                    f"{text[:100]} batch {batch}: torch {theirs}, calc {ours} ({ours - theirs:+}, {ours / theirs:.4f})"
                )
    for name in WINDOWS:
        theirs, ours = kept_by_torchvision(name, 2), saved_tensors(network(name, batch=2)).total
        rows.append({"network": name, "batch": 2, "bytes": theirs})
        differ += theirs != ours
        print(f"{name}: torch {theirs}, calc {ours}")
    print(f"{len(rows)} networks, {differ} differ")
    if options.write:
        DATA.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
