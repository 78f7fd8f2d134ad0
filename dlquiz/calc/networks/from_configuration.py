"""The network of a language model's configuration: the notation of a decoder, layer by layer."""

from __future__ import annotations

from collections.abc import Mapping

from dlquiz.calc.costs.configurations import configuration
from dlquiz.calc.errors import CalcError

TOKENS = 1024
# What a decoder of the notation has no word for, and what is no decoder.
_OTHER = ("patch", "segments", "embedding_norm", "pooler", "classes", "left_out")


def decoder(name: str, tokens: int | None = None) -> str:
    """The notation of a published decoder at a number of tokens; raises `CalcError` for a name or form without one.

    Gates are written as `silu`, whatever the model takes there; a sliding window saves nothing, as any mask.

    >>> print(decoder("Qwen/Qwen2.5-0.5B", 16).splitlines()[-1])
    16 tokens, embedding 896 v151936 as words, 24*block, rms, linear 151936 b0 tied=words
    """
    model: Mapping[str, object] = configuration(name)
    if other := [one for one in _OTHER if model.get(one)]:
        raise CalcError(
            f"{name[:60]} has {other[0]}, which the notation has no word for", fix="use `dlquiz calc params`"
        )
    plan = _Decoder(model)
    dense = plan.number("dense_layers", 0)
    lines = [f"let block = {plan.block(plan.mixture() if plan.experts > 1 else plan.forward('feed_forward'))}"]
    layers = f"{plan.number('layers') - dense}*block"
    if dense:
        lines.insert(0, f"let first_block = {plan.block(plan.forward('dense_feed_forward'))}")
        layers = f"{dense}*first_block, {layers}"
    steps = [plan.embedding(), layers, *plan.final(), plan.head()]
    return "\n".join([*lines, f"{tokens or TOKENS} tokens, " + ", ".join(steps)])


class _Decoder:
    """The parts of a decoder as the notation writes them."""

    def __init__(self, model: Mapping[str, object]) -> None:
        self.model = model
        self.width, self.experts = self.number("width"), self.number("experts", 1)
        self.norm = {"rms": "rms", "layer": "ln", "none": "ln affine=0"}[str(model.get("norm", "rms"))]
        # OLMo 2, whose norm spans all heads, has its other norms after attention and feed-forward.
        self.after = model.get("query_norm") == "full"

    def number(self, name: str, default: int | None = None) -> int:
        found = self.model.get(name, default)
        if not isinstance(found, int):
            raise CalcError(f"the configuration has no {name}", fix="use `dlquiz calc params`")
        return found

    def embedding(self) -> str:
        words = f"embedding {self.width} v{self.number('vocabulary')} as words"
        return f"{words}, position {self.number('positions')}" if self.model.get("positions") else words

    def latent_attention(self) -> str:
        """Queries, keys and values from latents, a rotary part of the keys for all heads (DeepSeek-AI 2024)."""
        heads, each, rope = self.number("heads"), self.number("head_width"), self.number("rope", 0)
        narrow = f"linear {latent} b0, rms, " if (latent := self.number("query_latent", 0)) else ""
        queries = f"{narrow}linear {heads * (each + rope)} b0"
        keys = f"linear {self.number('latent')} b0, rms as latent, linear {heads * each} b0"
        keys = f"concat({keys} | linear {rope} b0)" if rope else keys
        values = f"identity from=latent, linear {heads * each} b0"
        return f"sdpa h{heads} rope={rope} causal ({queries} | {keys} | {values}), linear {self.width} b0"

    def attention(self) -> str:
        if self.model.get("latent"):
            return self.latent_attention()
        heads = self.number("heads")
        parts = [f"attention {self.width} h{heads}", f"kv={self.number('kv_heads', heads)}"]
        if "head_width" in self.model:
            parts.append(f"hd={self.number('head_width')}")
        if not (self.model.get("bias") or self.model.get("attention_bias")):
            parts.append("bias=qkv" if self.model.get("qkv_bias") else "b0")
        if (norm := self.model.get("query_norm", "none")) != "none":
            parts.append(f"qknorm={norm}")
        return " ".join([*parts, "causal"]) + (f", parameter {heads}" if self.model.get("sinks") else "")

    def forward(self, inner: str, times: int = 1) -> str:
        """A gated or plain feed-forward, as wide as a field of the configuration says, or some times that."""
        bias = "" if self.model.get("bias") or self.model.get("forward_bias") else " b0"
        width = times * self.number(inner, 4 * self.width)
        into, out = f"linear {width}{bias}", f"linear {self.width}{bias}"
        return f"mul({into} | {into}, silu), {out}" if self.model.get("gated", True) else f"{into}, gelu, {out}"

    def mixture(self) -> str:
        top = self.number("active_experts", self.experts)
        found = f"moe experts={self.experts} top={top} ({self.forward('feed_forward')})"
        if shared := self.number("shared_experts", 0):
            gate = f", parameter {self.width}" if self.model.get("shared_gate") else ""
            found = f"add({found} | {self.forward('feed_forward', shared)}{gate})"
        return f"{found}, parameter {self.experts}" if self.model.get("router_bias") else found

    def block(self, forward: str) -> str:
        norm, count = self.norm, self.number("norms", 2)
        if count == 1:
            return f"add(identity | {norm}, add({self.attention()} | {forward}))"
        if self.after:
            return f"residual({self.attention()}, {norm}), residual({forward}, {norm})"
        last = f", {norm}" if count == 4 else ""
        return f"residual({norm}, {self.attention()}{last}), residual({norm}, {forward}{last})"

    def final(self) -> list[str]:
        return [self.norm] if self.model.get("final_norm", True) else []

    def head(self) -> str:
        bias = "" if self.model.get("head_bias") else " b0"
        tied = " tied=words" if self.model.get("tied") else ""
        return f"linear {self.number('vocabulary')}{bias}{tied}"
