"""`dlquiz calc` for vectors and sequences: linear, embedding, rnn, lstm, gru, attention, encoder, decoder."""

from __future__ import annotations

from math import prod
from typing import Annotated, Any

import typer

from dlquiz.cli.calc.params import (
    Ask,
    Batch,
    Check,
    Count,
    Dtype,
    Json,
    Lang,
    NoBias,
    Sequence,
    Tokens,
    given,
    number,
    numbers,
    refuse,
)
from dlquiz.cli.calc.render.layer import show

FORM = "tokens x features, as 128x768"
Hidden = Annotated[str | None, typer.Option("-o", "--hidden", metavar="N", help="Hidden units.")]
Layers = Annotated[str, typer.Option("-n", "--layers", metavar="N", help="Layers on top of each other.")]
Both = Annotated[bool, typer.Option("--both", "--bidirectional", help="Both directions.")]
OneBias = Annotated[bool, typer.Option("--one-bias", help="One bias a gate, as Keras and the papers have it.")]
Heads = Annotated[str | None, typer.Option("--heads", metavar="H", help="Heads.")]
Forward = Annotated[str, typer.Option("--ff", metavar="N", help="Width of the feed-forward.")]
Activation = Annotated[str, typer.Option("--activation", help="relu or gelu.")]


def sequence(text: str | None, tokens: str | None, batch: str | None) -> tuple[int, ...]:
    """Tokens x features, batch first; features alone are one token."""
    if (text is None) == (tokens is None):
        refuse(f"the input is {'missing' if text is None else 'given twice'} — write {FORM}")
    read = numbers(text or tokens or "", "the input", FORM)
    if len(read) > 2:
        refuse(
            f"the input {(text or tokens or '')[:40]!r} has {len(read)} numbers — write {FORM}, the batch to --batch"
        )
    shape = read if len(read) == 2 else (1, *read)
    return shape if batch is None else (number(batch, "--batch"), *shape)


def optional(text: str | None, name: str) -> int | None:
    return None if text is None else number(text, name)


def linear(
    input: Sequence = None, tokens: Tokens = None,
    out: Annotated[str | None, typer.Option("-o", "--out", metavar="N", help="Output features.")] = None,
    no_bias: NoBias = False, batch: Batch = None, dtype: Dtype = "fp32", count: Count = "both", check: Check = None,
    ask: Ask = None, as_json: Json = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    """Fully connected layer, on a vector or on every token.

    \b
    Examples:
      dlquiz calc linear 784 -o 128
      dlquiz calc linear 128x768 -o 3072 --batch 8
    """
    if out is None:
        refuse("-o is missing — say the output features")
    image = numbers(input or tokens or "1", "the input", FORM)
    if len(image) > 2:
        refuse(f"linear takes a vector or {FORM}, not a map — flatten it first: {prod(image)}")
    shape = sequence(input, tokens, batch)
    if "x" not in (input or tokens or "").lower().replace("×", "x"):
        shape = (*shape[:-2], shape[-1])
    arguments = given(out_features=number(out, "out"), bias=False if no_bias else None, dtype=dtype)
    show("linear", shape, arguments, count=count, check=check, ask=ask, as_json=as_json, lang=lang)


def embedding(
    vocabulary: Annotated[str, typer.Argument(metavar="VxF", help="Vocabulary x features, as 30522x768.")],
    tokens: Annotated[str, typer.Option("--tokens", metavar="T", help="Ids looked up.")] = "1",
    batch: Batch = None, dtype: Dtype = "fp32", count: Count = "both", check: Check = None, ask: Ask = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    """A table of vectors: parameters, but not one multiplication.

    \b
    Examples:
      dlquiz calc embedding 30522x768                BERT's
      dlquiz calc embedding 50257x768 --tokens 1024
    """
    read = numbers(vocabulary, "the table", "vocabulary x features, as 30522x768")
    if len(read) != 2:
        refuse(f"the table {vocabulary[:40]!r} cannot be read — write vocabulary x features, as 30522x768")
    shape = (*(() if batch is None else (number(batch, "--batch"),)), number(tokens, "--tokens"))
    arguments = {"num_embeddings": read[0], "embedding_dim": read[1], "dtype": dtype}
    show("embedding", shape, arguments, count=count, check=check, ask=ask, as_json=as_json, lang=lang)


def rnn(
    input: Sequence = None, tokens: Tokens = None, hidden: Hidden = None, layers: Layers = "1", both: Both = False,
    one_bias: OneBias = False, no_bias: NoBias = False, batch: Batch = None, dtype: Dtype = "fp32",
    count: Count = "both", check: Check = None, ask: Ask = None, as_json: Json = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    """Plain recurrent layer, with torch's two biases.

    \b
    Examples:
      dlquiz calc rnn 10x100 -o 128
      dlquiz calc rnn 100 -o 128 --one-bias     as Keras counts
    """
    _recurrent(
        "rnn", input, tokens, hidden, layers, both, one_bias, no_bias, batch, dtype, count, check, ask, as_json, lang
    )


def lstm(
    input: Sequence = None, tokens: Tokens = None, hidden: Hidden = None, layers: Layers = "1", both: Both = False,
    projection: Annotated[str | None, typer.Option("--proj", metavar="N", help="Project the state to N.")] = None,
    one_bias: OneBias = False, no_bias: NoBias = False, batch: Batch = None, dtype: Dtype = "fp32",
    count: Count = "both", check: Check = None, ask: Ask = None, as_json: Json = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    """Long short-term memory, with torch's two biases a gate.

    \b
    Examples:
      dlquiz calc lstm 10x4096 -o 256
      dlquiz calc lstm 25 -o 100 --one-bias            as Keras counts
      dlquiz calc lstm 50x300 -o 256 -n 2 --both
    """
    _recurrent("lstm", input, tokens, hidden, layers, both, one_bias, no_bias, batch, dtype, count, check, ask, as_json,
               lang, proj_size=optional(projection, "--proj"))  # fmt: skip


def gru(
    input: Sequence = None, tokens: Tokens = None, hidden: Hidden = None, layers: Layers = "1", both: Both = False,
    one_bias: OneBias = False, no_bias: NoBias = False, batch: Batch = None, dtype: Dtype = "fp32",
    count: Count = "both", check: Check = None, ask: Ask = None, as_json: Json = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    """Gated recurrent unit, with torch's (and Keras's) two biases a gate; the textbook has one.

    \b
    Examples:
      dlquiz calc gru 10x300 -o 256
      dlquiz calc gru 300 -o 256 --one-bias     the textbook's
    """
    _recurrent(
        "gru", input, tokens, hidden, layers, both, one_bias, no_bias, batch, dtype, count, check, ask, as_json, lang
    )


def _recurrent(
    kind: str, input: str | None, tokens: str | None, hidden: str | None, layers: str, both: bool, one_bias: bool,
    no_bias: bool, batch: str | None, dtype: str, count: str, check: str | None, ask: str | None, as_json: bool,
    lang: str | None, **more: Any,
) -> None:  # fmt: skip
    if hidden is None:
        refuse("-o is missing — say the hidden units")
    shape = sequence(input, tokens, batch)
    arguments = given(
        hidden_size=number(hidden, "hidden"), num_layers=number(layers, "layers"), bidirectional=both or None,
        single_bias=one_bias or None, bias=False if no_bias else None,
        batch_first=True if len(shape) == 3 else None, dtype=dtype, **more,
    )  # fmt: skip
    show(kind, shape, arguments, count=count, check=check, ask=ask, as_json=as_json, lang=lang)


def attention(
    input: Sequence = None, tokens: Tokens = None, heads: Heads = None,
    kv_heads: Annotated[str | None, typer.Option("--kv", metavar="H", help="Heads of keys and values.")] = None,
    keys: Annotated[str | None, typer.Option("--keys", metavar="TxF", help="Keys and values from here.")] = None,
    no_bias: NoBias = False, batch: Batch = None, dtype: Dtype = "fp32", count: Count = "both", check: Check = None,
    ask: Ask = None, as_json: Json = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    """Multi-head attention; parameters do not depend on the number of heads.

    \b
    Examples:
      dlquiz calc attention 128x512 --heads 8
      dlquiz calc attention 4096x4096 --heads 32 --kv 8 --no-bias    grouped-query
      dlquiz calc attention 20x512 --heads 8 --keys 100x512
    """
    if heads is None:
        refuse("--heads is missing — say how many")
    shape = sequence(input, tokens, batch)
    arguments = given(
        num_heads=number(heads, "heads"), num_kv_heads=optional(kv_heads, "--kv"), bias=False if no_bias else None,
        batch_first=True if len(shape) == 3 else None, dtype=dtype,
    )  # fmt: skip
    if keys is not None:
        source = sequence(keys, None, batch)
        arguments |= {"key": source, "kdim": source[-1], "vdim": source[-1]}
    show("multihead_attention", shape, arguments, count=count, check=check, ask=ask, as_json=as_json, lang=lang)


def encoder(
    input: Sequence = None, tokens: Tokens = None, heads: Heads = None, forward: Forward = "2048",
    activation: Activation = "relu", no_bias: NoBias = False, batch: Batch = None, dtype: Dtype = "fp32",
    count: Count = "both", check: Check = None, ask: Ask = None, as_json: Json = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    """Transformer encoder layer: self-attention, feed-forward, two layer norms.

    \b
    Examples:
      dlquiz calc encoder 128x512 --heads 8
      dlquiz calc encoder 197x768 --heads 12 --ff 3072 --activation gelu
    """
    _transformer(
        "encoder", input, tokens, heads, forward, activation, no_bias, batch, dtype, count, check, ask, as_json, lang
    )


def decoder(
    input: Sequence = None, tokens: Tokens = None, heads: Heads = None, forward: Forward = "2048",
    memory: Annotated[str | None, typer.Option("--memory", metavar="TxF", help="The encoder's output.")] = None,
    activation: Activation = "relu", no_bias: NoBias = False, batch: Batch = None, dtype: Dtype = "fp32",
    count: Count = "both", check: Check = None, ask: Ask = None, as_json: Json = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    """Transformer decoder layer: self-attention, attention over the encoder's output, feed-forward, three layer norms.

    \b
    Examples:
      dlquiz calc decoder 128x512 --heads 8
      dlquiz calc decoder 20x512 --heads 8 --memory 100x512
    """
    more = {} if memory is None else {"memory": sequence(memory, None, batch)}
    _transformer("decoder", input, tokens, heads, forward, activation, no_bias, batch, dtype, count, check, ask,
    as_json, lang,
                 **more)  # fmt: skip


def _transformer(
    name: str, input: str | None, tokens: str | None, heads: str | None, forward: str, activation: str, no_bias: bool,
    batch: str | None, dtype: str, count: str, check: str | None, ask: str | None, as_json: bool,
    lang: str | None, **more: Any,
) -> None:  # fmt: skip
    if heads is None:
        refuse("--heads is missing — say how many")
    shape = sequence(input, tokens, batch)
    arguments = given(
        nhead=number(heads, "heads"), dim_feedforward=number(forward, "--ff"), activation=activation,
        bias=False if no_bias else None, batch_first=True if len(shape) == 3 else None, dtype=dtype, **more,
    )  # fmt: skip
    show(f"transformer_{name}_layer", shape, arguments, count=count, check=check, ask=ask, as_json=as_json, lang=lang)
