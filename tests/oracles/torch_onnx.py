"""torch as the judge of `calc.files.onnx`: small models exported by both exporters, with torch's own counts.

    python tests/oracles/torch_onnx.py      write tests/data/onnx.json, which the suite checks, with the files of the
                                            older exporter (those of the newer one hold the places of the source code)

It needs torch, onnx and onnxscript.
"""

from __future__ import annotations

import base64
import json
import logging
import tempfile
import warnings
from pathlib import Path
from typing import Any

from dlquiz.calc.files.onnx import read

DATA = Path(__file__).parents[1] / "data" / "onnx.json"


def models() -> dict[str, tuple[Any, tuple[int, ...]]]:
    """Models by name, each with the shape of its input."""
    import torch
    from torch import nn

    class Residual(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = nn.Conv2d(4, 4, 3, padding=1), nn.Conv2d(4, 4, (1, 3), padding=(0, 1))
            self.head = nn.Linear(4 * 36, 5)

        def forward(self, x: Any) -> Any:
            x = torch.relu(self.first(x)) + x
            x = torch.cat([self.second(x), x], 1)[:, :4]
            return self.head(x.reshape(x.shape[0], -1))

    class Attention(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.queries, self.keys, self.values = nn.Linear(16, 16), nn.Linear(16, 16), nn.Linear(16, 16)

        def forward(self, x: Any) -> Any:
            parts = (self.queries, self.keys, self.values)
            q, k, v = (part(x).view(1, 5, 2, 8).transpose(1, 2) for part in parts)
            return torch.softmax(q @ k.transpose(-1, -2) / 8**0.5, -1) @ v

    chain = nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
        nn.ConvTranspose2d(8, 4, 2, stride=2), nn.Conv2d(4, 8, 3, groups=2), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(8, 10),
    )  # fmt: skip
    signal = nn.Sequential(
        nn.Conv1d(2, 4, 3, padding=1), nn.GELU(), nn.AvgPool1d(2), nn.Conv1d(4, 4, 3, groups=4), nn.Hardswish(),
        nn.Flatten(), nn.Linear(4 * 6, 3),
    )  # fmt: skip
    volume = nn.Sequential(
        nn.Conv3d(1, 2, 3), nn.ReLU(), nn.MaxPool3d(2, ceil_mode=True),
        nn.ConvTranspose3d(2, 2, 3, stride=2, padding=1, output_padding=1),
    )  # fmt: skip
    return {
        "chain": (chain, (1, 3, 32, 32)), "residual": (Residual(), (1, 4, 6, 6)),
        "attention": (Attention(), (1, 5, 16)), "signal": (signal, (1, 2, 16)), "volume": (volume, (1, 1, 9, 9, 9)),
    }  # fmt: skip


def main() -> None:
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    torch.manual_seed(0)
    rows = []
    for name, (model, shape) in models().items():
        model.eval()
        given = torch.rand(*shape)
        with FlopCounterMode(display=False) as counter:
            model(given)
        parameters = sum(one.numel() for one in model.parameters())
        norms = sum(one.numel() for part in model.modules() for one in part.buffers(recurse=False))
        for exporter in ("torchscript", "dynamo"):
            new = {"external_data": False, "verbose": False} if exporter == "dynamo" else {}
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "model.onnx"
                torch.onnx.export(model, (given,), path, dynamo=exporter == "dynamo", **new)
                data = path.read_bytes()
            found = read(memoryview(data))
            row = {"name": name, "exporter": exporter, "macs": counter.get_total_flops() // 2}
            row |= {"parameters": parameters, "folded": norms + 8, "file": base64.b64encode(data).decode()}
            print(name, exporter, found.macs == row["macs"], found.unknown, len(data))
            rows += [row] if exporter == "torchscript" else []
    DATA.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
