"""The commands of `dlquiz calc` that count what transformers, training and serving cost, as data."""

from __future__ import annotations

from dlquiz.cli.calc.calculators.rows import (
    BANDWIDTH,
    BATCH,
    DTYPE,
    GPUS,
    MODEL,
    PEAK,
    SIZE,
    SIZES,
    TOKENS,
    CalculatorCommand,
    CalculatorOption,
)

_WEIGHTS = MODEL._replace(help="A name, config.json, model.safetensors (or its index.json), or .onnx file.")
_LAYERS, _WIDTH, _HEADS, _KV, _HEAD_WIDTH, _FF = SIZES

COST_COMMANDS: dict[str, CalculatorCommand] = {
    "params": CalculatorCommand(
        "transformer_parameters", "Parameters of a transformer by part, or of a file of weights.",
        (_WEIGHTS, *SIZES, CalculatorOption("vocabulary", "--vocabulary N", "Vocabulary."),
         CalculatorOption("experts", "--experts N", "Experts in each layer."),
         CalculatorOption("active_experts", "--active N", "Experts chosen for a token."),
         CalculatorOption("gated", "--plain", "Two feed-forward matrices, not three."),
         CalculatorOption("tied", "--tied", "The output matrix is the embedding.")),
        ("params llama3-8b", "params mixtral-8x7b", "params gpt2", "params llama3-8b --check 15B",
         "params --layers 12 --width 768 --heads 12 --vocabulary 32000"),
    ),
    "length": CalculatorCommand(
        "attention_cost", "What attention costs as the sequence grows, and where it overtakes.",
        (MODEL, CalculatorOption("tokens", "--tokens N", "Length of the sequence."), *SIZES),
        ("length --width 4096 --tokens 4096", "length llama3-8b --tokens 8Ki",
         "length --width 4096 --tokens 4096 --check 16.7%"),
    ),
    "kv": CalculatorCommand(
        "kv_cache", "Bytes of the KV cache: MHA, MQA, GQA, MLA.",
        (MODEL, TOKENS, BATCH, DTYPE, _LAYERS, _HEADS, _KV, _HEAD_WIDTH,
         CalculatorOption("latent", "--latent N", "Latent width (MLA)."),
         CalculatorOption("rope", "--rope N", "Rotary width beside it."),
         CalculatorOption("free", "--free BYTES", "How many sequences fit into this memory?")),
        ("kv llama3-8b --tokens 8192", "kv llama3-70b --tokens 128Ki", "kv deepseek-v3",
         "kv llama3-70b --check 2621440",
         "kv --layers 32 --kv 8 --head-width 128 --tokens 8Ki --batch 16", "kv llama3-8b --tokens 8Ki --free 60GiB"),
    ),
    "scores": CalculatorCommand(
        "score_matrix", "Bytes of one layer's attention scores when written out.",
        (CalculatorOption("tokens", "TOKENS", "Length of the sequence."), _HEADS, BATCH, DTYPE),
        ("scores 8192 --heads 32", "scores 8192 --heads 32 --check 128MiB"),
    ),
    "flops": CalculatorCommand(
        "training_flops", "Training FLOPs: 6ND, and exact with a model and a length.",
        (SIZE, TOKENS, CalculatorOption("length", "--length N", "Length of a sequence, for the exact count.")),
        ("flops 7B --tokens 2T", "flops llama3-8b --tokens 15T --length 8192", "flops 7B --tokens 2T --check 2.8e22"),
    ),
    "days": CalculatorCommand(
        "training_days", "Days of training from parameters, tokens, GPUs and utilisation.",
        (SIZE, TOKENS, GPUS, PEAK, CalculatorOption("mfu", "--mfu SHARE", "Utilisation, as 40%.")),
        ("days 7B --tokens 2T --gpus 1024 --peak 312T --mfu 40%",),
    ),
    "mfu": CalculatorCommand(
        "mfu", "Model FLOPs utilisation from tokens per second.",
        (SIZE, CalculatorOption("tokens_per_second", "--rate N", "Tokens a second on one GPU."), PEAK),
        ("mfu 7B --rate 3500 --peak 312T",),
    ),
    "chinchilla": CalculatorCommand(
        "chinchilla", "Compute-optimal parameters and tokens for a budget.",
        (CalculatorOption("flops", "FLOPS", "Budget, as 1e23."),), ("chinchilla 1e23",),
    ),
    "memory": CalculatorCommand(
        "training_memory", "Weights, gradients and optimiser in training.",
        (SIZE, CalculatorOption("optimiser", "--optimiser NAME", "adam, adamw, momentum or sgd."), DTYPE,
         CalculatorOption("tokens", "--tokens N", "With a model by name: activations of this length too."), BATCH),
        ("memory 7B", "memory llama2-7b --tokens 4096 --batch 2",
         "memory 7B --optimiser sgd --dtype fp32", "memory 7B --check 56GB"),
    ),
    "activations": CalculatorCommand(
        "activation_memory", "Activations in training, with and without checkpointing.",
        (MODEL, TOKENS, BATCH, _LAYERS, _WIDTH, _HEADS),
        ("activations --layers 32 --width 4096 --heads 32 --tokens 4096", "activations gpt3 --tokens 2048 --batch 4"),
    ),
    "lora": CalculatorCommand(
        "lora", "Parameters that LoRA trains.",
        (MODEL, CalculatorOption("rank", "--rank N", "Rank r."),
         CalculatorOption("targets", "--targets LIST", "q,v unless given; q,k,v,o,gate,up,down or all."), *SIZES),
        ("lora llama2-7b --rank 8", "lora llama3-8b --rank 8 --targets q,v", "lora llama3-8b --rank 8 --targets all",
         "lora llama3-8b --rank 8 --check 4194304"),
    ),
    "zero": CalculatorCommand(
        "zero", "Memory per GPU under ZeRO stages 1, 2, 3.", (SIZE, GPUS),
        ("zero 7.5B --gpus 64", "zero 7.5B --gpus 64 --check 1.875GB --ask stage_2"),
    ),
    "allreduce": CalculatorCommand(
        "all_reduce", "Bytes each GPU sends in a ring all-reduce.",
        (CalculatorOption("size", "BYTES", "What is reduced, as 14GB."), GPUS, BANDWIDTH),
        ("allreduce 14GB --gpus 8", "allreduce 14GB --gpus 8 --bandwidth 450G"),
    ),
    "pipeline": CalculatorCommand(
        "pipeline", "The bubble of a pipeline.",
        (CalculatorOption("stages", "--stages N", "Stages."),
         CalculatorOption("microbatches", "--micro N", "Micro-batches.")),
        ("pipeline --stages 8 --micro 32", "pipeline --stages 8 --micro 32 --check 20% --ask bubble"),
    ),
    "step": CalculatorCommand(
        "tokens_per_step", "Tokens of one optimiser step.",
        (CalculatorOption("micro_batch", "--micro N", "Sequences of a micro-batch."),
         CalculatorOption("accumulation", "--accumulate N", "Micro-batches before a step."), GPUS,
         CalculatorOption("length", "--length N", "Tokens of a sequence.")),
        ("step --micro 8 --accumulate 4 --gpus 16 --length 4096",),
    ),
    "decode": CalculatorCommand(
        "decode", "The bound that bandwidth sets to decoding.",
        (SIZE, BANDWIDTH, DTYPE, BATCH,
         CalculatorOption("cache", "--cache BYTES", "KV cache read beside the weights.")),
        ("decode 70B --bandwidth 3.35T", "decode llama3-8b --bandwidth 3.35T --check 418"),
    ),
    "roofline": CalculatorCommand(
        "roofline", "Where a chip turns from memory- to compute-bound.",
        (PEAK, BANDWIDTH, CalculatorOption("intensity", "--intensity N", "FLOPs per byte of a kernel.")),
        ("roofline --peak 989T --bandwidth 3.35T", "roofline --peak 989T --bandwidth 3.35T --intensity 62"),
    ),
    "speculative": CalculatorCommand(
        "speculative", "Expected tokens of a pass with a draft model.",
        (CalculatorOption("acceptance", "--accept SHARE", "Acceptance of a guess, as 0.8."),
         CalculatorOption("draft", "--draft N", "Guesses.")),
        ("speculative --accept 0.8 --draft 4", "speculative --accept 0.8 --draft 4 --check 3.2"),
    ),
    "quantise": CalculatorCommand(
        "quantised", "Bytes of weights quantised in groups.",
        (SIZE, CalculatorOption("bits", "--bits N", "Bits of a weight; 4 unless given."),
         CalculatorOption("group", "--group N", "Weights of a group; 128 unless given."),
         CalculatorOption("scale_bits", "--scale N", "Bits of a group's scale; 16 unless given."),
         CalculatorOption("zero_bits", "--zero N", "Bits of its zero point; 0 unless given.")),
        ("quantise 70B", "quantise 70B --zero 16", "quantise 70B --check 35GB"),
    ),
    "vectors": CalculatorCommand(
        "vectors", "Memory of a store of vectors.",
        (CalculatorOption("count", "COUNT", "Vectors, as 10M."),
         CalculatorOption("width", "--width N", "Values of each."),
         DTYPE, CalculatorOption("codes", "--pq N", "Bytes of a code by product quantisation.")),
        ("vectors 10M --width 768", "vectors 10M --width 768 --pq 96"),
    ),
    "saving": CalculatorCommand(
        "separable_ratio", "A separable convolution's weights beside an ordinary one's.",
        (CalculatorOption("inputs", "IN", "Input channels."), CalculatorOption("outputs", "OUT", "Output channels."),
         CalculatorOption("kernel", "--kernel,-k K", "3 unless given.")),
        ("saving 256 256", "saving 256 256 --check 11.1%"),
    ),
}  # fmt: skip
