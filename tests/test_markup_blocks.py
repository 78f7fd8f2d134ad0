"""Card text: what must survive Markdown untouched, what each mark becomes, and how it is set in lines."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.markup import Passage, Span, blocks, cell_width, from_data, layout, to_data

CARD = r"""The gradient that reaches layer 1 is a product with one factor per layer, roughly $w\,\sigma'(z)$. Since
$\sigma'(z)=\sigma(z)(1-\sigma(z))\le 0.25$, the product **shrinks** *geometrically*, see `x[i]` and [the paper](https://arxiv.org/abs/1502.03167).

传到第 1 层的梯度是逐层相乘的结果，每一层大致贡献一个因子 $w\,\sigma'(z)$。由于 $\sigma'(z)\le 0.25$
（仅在 $z=0$ 处取等号），**「乘积」**会随层数指数衰减。

$$\hat x_i=\frac{x_i-\mu_B}{\sqrt{\sigma_B^2+\epsilon}},\qquad
L=-\frac{1}{N}\sum_{n=1}^{N}\sum_{c=1}^{C}y_{nc}\log\hat y_{nc}$$

1. first, with $\frac{a}{b}$
   - nested 嵌套
   - second
2. then

| layer 层 | output | note |
|:---|---:|:-:|
| conv | $\left\lfloor\frac{i+2p-k}{s}\right\rfloor+1$ | 卷积核滑动 |
| pool | $\lvert x\rvert$ | a longer note that must wrap on a narrow screen |

> quoted $x_i$ text

```python
def f(x):  # $x$ stays
    return x[0] * 1.5
```

![sigmoid curve](sigmoid.png)
"""


def only(markdown: str) -> tuple[Span, ...]:
    (passage,) = blocks(markdown)
    assert passage.kind == "paragraph"
    return passage.spans


def test_marks_nested_dozens_deep_stand_as_they_are() -> None:
    nested = [" ".join(["*a"] * depth + ["b*"] * depth) for depth in (3, 60)]
    assert only(nested[0])[2] == Span("a b", "emphasis emphasis emphasis")
    assert only(nested[1]) == (Span(nested[1]),)


@pytest.mark.parametrize(
    "text",
    ["x[i]", "a[/i]", "1:100:", "*args", "*args, **kwargs", "__init__", "$5", "from $5 to $10", "$10–$20", "3*3*64*128",
     "<pad>", "&amp;", "[i]: x", "a_b_c", "O(n) * m", "2**10", "C:", "#tag", "x<y>z", "[CLS]", "a|b", "5 $ and 6 $",
     "~/.config", "{x}", "@{1}", "100%", "~~x~~", "**", "卷积*核", "价格$5和$6"],
)  # fmt: skip
def test_what_is_no_markup_survives(text: str) -> None:
    assert only(text) == (Span(text),)


@pytest.mark.parametrize(
    ("markdown", "spans"),
    [
        (r"\$5", [("$5", "")]),
        (r"$\$5$", [(r"\$5", "math")]),
        ("$a*b*c$", [("a*b*c", "math")]),
        (r"$\{x_i\}$ and $|w|$", [(r"\{x_i\}", "math"), (" and ", ""), ("|w|", "math")]),
        ("`$5`", [("$5", "code")]),
        ("`` a`b$c ``", [("a`b$c", "code")]),
        ("**$x$**的", [("x", "strong math"), ("的", "")]),
        ("**「重标定」**的策略", [("「重标定」", "strong"), ("的策略", "")]),
        ("**注意：**见下", [("注意：", "strong"), ("见下", "")]),
        ("a *b **c** d*", [("a ", ""), ("b ", "emphasis"), ("c", "emphasis strong"), (" d", "emphasis")]),
        ("中文\n继续", [("中文继续", "")]),
        ("end\nstart", [("end start", "")]),
        ("核 $k$\n（核）", [("核 ", ""), ("k", "math"), ("（核）", "")]),
        ("$x$是$y$", [("x", "math"), ("是", ""), ("y", "math")]),
        ("[a](b) ![c](d)", [("a", "link"), (" ", ""), ("c", "image")]),
        ("$ \\alpha $", [("\\alpha", "math")]),
        ("a $$x$$", None),
        ("$x", [("$x", "")]),
        ("$$x", [("$$x", "")]),
        ("a\\\nb", [("a\nb", "")]),
    ],
)
def test_marks(markdown: str, spans: list[tuple[str, str]] | None) -> None:
    if spans is None:
        assert [passage.kind for passage in blocks(markdown)] == ["paragraph", "math"]
        return
    assert [(span.text, span.style) for span in only(markdown)] == spans


def test_kinds() -> None:
    kinds = [passage.kind for passage in blocks(CARD)]
    assert kinds == ["paragraph", "paragraph", "math", "list", "table", "quote", "code", "paragraph"]


def test_passages_are_kept_as_plain_data() -> None:
    import json

    passages = blocks(CARD)
    assert from_data(json.loads(json.dumps(to_data(passages)))) == passages


def test_code_stays_as_it_is() -> None:
    (passage,) = blocks('```python\nx = "$5"  # $y$\n\ty[i] *= 2\n```')
    assert "".join(span.text for span in passage.spans) == 'x = "$5"  # $y$\n\ty[i] *= 2'
    assert {"code string", "code comment", "code number"} <= {span.style for span in passage.spans}


def test_a_fence_in_a_list_keeps_its_dollars() -> None:
    passages = blocks("- one\n\n  ```sh\n  echo $HOME $x$\n  ```\n- $y$")
    whole = [("".join(span.text for span in one.spans), one.kind) for one in every(passages) if one.spans]
    assert whole == [("one", "paragraph"), ("echo $HOME $x$", "code"), ("y", "paragraph")]


def every(passages: tuple[Passage, ...]) -> Iterator[Passage]:
    for passage in passages:
        yield passage
        yield from every(passage.children)


# -- lines -------------------------------------------------------------------------------------------------------------


def drawn(width: int, plain: bool, language: str = "en") -> str:
    lines = layout(blocks(CARD), width, plain=plain, language=language)
    return "".join("".join(text for text, _ in line) + "\n" for line in lines)


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("plain", [False, True], ids=["drawn", "plain"])
def test_screens(width: int, plain: bool, golden: Callable[[str, str], None]) -> None:
    golden(f"text/card-{width}{'-plain' if plain else ''}.txt", drawn(width, plain))


pieces = st.sampled_from([*CARD.split("\n\n"), r"$\unknown{x}$ stays", "$$\\foo$$", "---", "## 标题 $x$"])


@given(st.lists(pieces, min_size=1, max_size=4), st.integers(20, 200), st.booleans())
def test_no_line_is_wider_than_the_screen(texts: list[str], width: int, plain: bool) -> None:
    for line in layout(blocks("\n\n".join(texts)), width, plain=plain):
        text = "".join(text for text, _ in line)
        assert cell_width(text) <= width
        assert text == text.rstrip() or "code" in line[-1][1]


def test_what_cannot_be_drawn_is_shown_as_its_source() -> None:
    assert layout(blocks(r"so $\foo{x}$"), 40) == [(("so ", ""), (r"\foo{x}", "source"))]
    assert (r"\foo", "source") in layout(blocks(r"$$\foo$$"), 40)[0]


@pytest.mark.parametrize("plain", [False, True])
def test_no_backslash_reaches_the_screen(plain: bool) -> None:
    assert "\\" not in drawn(80, plain)


def test_text_starts_without_its_parser() -> None:
    heavy = ("markdown_it", "pygments", "rich", "dataclasses")
    code = f"import sys, dlquiz.markup; print(*(name for name in {heavy} if name in sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


SCRAPS = [
    "a",
    "b c",
    "中文",
    "，",
    "。",
    " ",
    "\n",
    "\n\n",
    "$",
    "$$",
    "*",
    "**",
    "`",
    "```",
    "```python\n",
    "x_i",
    "$x$",
    r"$\frac{a}{b}$",
    "- ",
    "1. ",
    "> ",
    "# ",
    "| a | b |\n|---|---|\n| $x$ | y |\n",
    "[a](b)",
    "![x](y)",
    r"\$",
    "    ",
    "\\",
    "<pad>",
    "&amp;",
    "---",
    "@{1}",
    "\t",
    "word" * 7,
    "（",
    "”",
    "“",
    "~~~",
    "==",
    "[",
    "](",
    "!",
]


@given(st.lists(st.sampled_from(SCRAPS), max_size=14).map("".join), st.booleans())
def test_whatever_is_written_is_set(markdown: str, plain: bool) -> None:
    passages = blocks(markdown)
    assert from_data(to_data(passages)) == passages
    for line in layout(passages, 30, plain=plain):
        text = "".join(text for text, _ in line)
        assert cell_width(text) <= 30
        assert "\n" not in text
        assert not any("\U000f0000" <= character <= "\U000ffffd" for character in text), "a placeholder was left"


def test_a_sign_of_the_private_plane_is_no_formula() -> None:
    (passage,) = blocks("a \U000f0000 b $x$ \U000f0001")
    assert [(span.text, span.style) for span in passage.spans if span.style] == [("x", "math")]
    assert "".join(span.text for span in passage.spans) == "a \N{REPLACEMENT CHARACTER} b x \N{REPLACEMENT CHARACTER}"
