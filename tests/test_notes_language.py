"""In which language notes are: by their sentences, not by a few letters, terms or code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from studying import run_in

from dlquiz.markup.language import language_of

pytestmark = pytest.mark.usefixtures("few_questions")

ENGLISH = """\
# 卷积神经网络

## 1. What is padding?

It keeps the size of the map.

# 循环神经网络

## 2. Why gates?

# 注意力机制
"""
CODE_WITH_CHINESE = """\
## How is batch norm written?

```python
# 对批这一维求均值和方差，然后归一化，再乘以缩放系数并加上偏移
mean = x.mean(0)  # 均值
# 训练时更新滑动平均，推理时直接使用滑动平均得到的均值和方差
```
"""
CHINESE = """\
## Batch Normalization

对 batch 求均值。

```python
# subtract the mean of the batch and divide by the standard deviation, so that it is one
def batch_norm(x, eps=1e-5):
    return (x - x.mean(0)) / (x.var(0) + eps) ** 0.5  # not the running mean
```

## Layer Normalization, RMSNorm, Group Normalization

`nn.LayerNorm(768)`, `nn.GroupNorm(32, 256)`, `nn.RMSNorm(768)`：对特征归一化。
"""
TERMS_IN_CHINESE = (
    "## Transformer 中 multi-head self-attention 的 scaled dot-product 为何要除以 sqrt(d)？\n\n防止 softmax 饱和。\n"
)
QUOTATIONS = """\
## What does 注意力 mean?

The word 注意力 (attention) is used for a weighted mean, as in 自注意力 and 交叉注意力.
"""
ONLY_CODE = "## `nn.Linear`\n\n```python\ny = x @ w.T + b\n```\n\n## `nn.ReLU`\n\n```python\ny = x.clamp(min=0)\n```\n"


@pytest.mark.parametrize(
    ("notes", "language"),
    [
        (ENGLISH, "en"),
        (CODE_WITH_CHINESE, "en"),
        (CHINESE, "zh"),
        (TERMS_IN_CHINESE, "zh"),
        (QUOTATIONS, "en"),
        ("什么是填充？,保持尺寸\nWhat is it?,\n为什么要归一化？,稳定训练\n", "zh"),
    ],
)
@pytest.mark.parametrize("person", ["en", "zh"])
def test_notes_are_in_the_language_of_their_sentences(tmp_path: Path, notes: str, language: str, person: str) -> None:
    assert guessed(tmp_path, notes, person, "csv" if notes.startswith("什么") else "md") == language


@pytest.mark.parametrize("notes", [ONLY_CODE, "## ReLU\n\nmax(0, x)\n\n## GELU\n\nx Φ(x)\n"])
@pytest.mark.parametrize("person", ["en", "zh"])
def test_notes_without_a_sentence_are_in_the_language_of_the_person(tmp_path: Path, notes: str, person: str) -> None:
    assert guessed(tmp_path, notes, person) == person


def guessed(home: Path, notes: str, person: str, ending: str = "md") -> str:
    (home / f"n.{ending}").write_text(notes, encoding="utf-8")
    ran = run_in(
        home, "import", str(home / f"n.{ending}"), "--habit", "guess", "--dry-run", "--json", DLQUIZ_LANG=person
    )
    found: str = json.loads(ran.output)["banks"][0]["language"]
    return found


@pytest.mark.parametrize("text", ["f(" * 150_000, "<" * 300_000, "$a" * 100_000, "](" * 150_000, "a" * 10**7])
def test_a_long_line_is_read_at_once(text: str) -> None:
    assert language_of([text]) is None
