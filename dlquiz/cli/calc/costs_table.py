"""The commands of `dlquiz calc` for transformers, training and small sums, as data: arguments, help, examples."""

from __future__ import annotations

from typing import NamedTuple


class Given(NamedTuple):
    """An argument: what the calculator calls it, how it is written (`N` or `--tokens N`), how it is read, its help."""

    name: str
    form: str
    kind: str
    help: str


class Cost(NamedTuple):
    calculator: str
    summary: str
    arguments: tuple[Given, ...]
    examples: tuple[str, ...]


MODEL = Given("model", "[MODEL]", "model", "A model by name (llama3-8b), or its config.json.")
SIZE = Given("parameters", "MODEL", "size", "Parameters, as 7B; or a model by name.")
SIZES = (
    Given("layers", "--layers N", "whole", "Layers."),
    Given("width", "--width N", "whole", "Model width."),
    Given("heads", "--heads N", "whole", "Query heads."),
    Given("kv_heads", "--kv N", "whole", "Key-value heads."),
    Given("head_width", "--head-width N", "whole", "Width of a head."),
    Given("feed_forward", "--ff N", "whole", "Width of the feed-forward."),
)
DTYPE = Given("dtype", "--dtype TYPE", "word", "fp32, fp16, bf16, fp8, int8, int4.")
TOKENS = Given("tokens", "--tokens N", "whole", "Tokens; 8Ki is 8192.")
BATCH = Given("batch", "--batch N", "whole", "Sequences.")
GPUS = Given("gpus", "--gpus N", "whole", "GPUs.")
PEAK = Given("peak", "--peak FLOP/s", "real", "Dense peak of one GPU, as 312T.")
BANDWIDTH = Given("bandwidth", "--bandwidth B/s", "real", "Bytes a second, as 3.35T.")
_LAYERS, _WIDTH, _HEADS, _KV, _HEAD_WIDTH, _FF = SIZES

COSTS: dict[str, Cost] = {
    "params": Cost(
        "transformer_parameters", "Parameters of a transformer by part, total and active.",
        (MODEL, *SIZES, Given("vocabulary", "--vocabulary N", "whole", "Vocabulary."),
         Given("experts", "--experts N", "whole", "Experts in each layer."),
         Given("active_experts", "--active N", "whole", "Experts chosen for a token."),
         Given("gated", "--plain", "no", "Two feed-forward matrices, not three."),
         Given("tied", "--tied", "yes", "The output matrix is the embedding.")),
        ("params llama3-8b", "params mixtral-8x7b", "params gpt2", "params llama3-8b --check 15B",
         "params --layers 12 --width 768 --heads 12 --vocabulary 32000"),
    ),
    "length": Cost(
        "attention_cost", "What attention costs as the sequence grows, and where it overtakes.",
        (MODEL, Given("tokens", "--tokens N", "whole", "Length of the sequence."), *SIZES),
        ("length --width 4096 --tokens 4096", "length llama3-8b --tokens 8Ki",
         "length --width 4096 --tokens 4096 --check 16.7%"),
    ),
    "kv": Cost(
        "kv_cache", "Bytes of the KV cache: MHA, MQA, GQA, MLA.",
        (MODEL, TOKENS, BATCH, DTYPE, _LAYERS, _HEADS, _KV, _HEAD_WIDTH,
         Given("latent", "--latent N", "whole", "Latent width (MLA)."),
         Given("rope", "--rope N", "whole", "Rotary width beside it."),
         Given("free", "--free BYTES", "bytes", "How many sequences fit into this memory?")),
        ("kv llama3-8b --tokens 8192", "kv llama3-70b --tokens 128Ki", "kv deepseek-v3",
         "kv llama3-70b --check 2621440",
         "kv --layers 32 --kv 8 --head-width 128 --tokens 8Ki --batch 16", "kv llama3-8b --tokens 8Ki --free 60GiB"),
    ),
    "scores": Cost(
        "score_matrix", "Bytes of one layer's attention scores when written out.",
        (Given("tokens", "TOKENS", "whole", "Length of the sequence."), _HEADS, BATCH, DTYPE),
        ("scores 8192 --heads 32", "scores 8192 --heads 32 --check 128MiB"),
    ),
    "flops": Cost(
        "training_flops", "Training FLOPs: 6ND, and exact with a model and a length.",
        (SIZE, TOKENS, Given("length", "--length N", "whole", "Length of a sequence, for the exact count.")),
        ("flops 7B --tokens 2T", "flops llama3-8b --tokens 15T --length 8192", "flops 7B --tokens 2T --check 2.8e22"),
    ),
    "days": Cost(
        "training_days", "Days of training from parameters, tokens, GPUs and utilisation.",
        (SIZE, TOKENS, GPUS, PEAK, Given("mfu", "--mfu SHARE", "share", "Utilisation, as 40%.")),
        ("days 7B --tokens 2T --gpus 1024 --peak 312T --mfu 40%",),
    ),
    "mfu": Cost(
        "mfu", "Model FLOPs utilisation from tokens per second.",
        (SIZE, Given("tokens_per_second", "--rate N", "real", "Tokens a second on one GPU."), PEAK),
        ("mfu 7B --rate 3500 --peak 312T",),
    ),
    "chinchilla": Cost(
        "chinchilla", "Compute-optimal parameters and tokens for a budget.",
        (Given("flops", "FLOPS", "real", "Budget, as 1e23."),), ("chinchilla 1e23",),
    ),
    "memory": Cost(
        "training_memory", "Weights, gradients and optimiser in training.",
        (SIZE, Given("optimiser", "--optimiser NAME", "word", "adam, adamw, momentum or sgd."), DTYPE,
         Given("tokens", "--tokens N", "whole", "With a model by name: activations of this length too."), BATCH),
        ("memory 7B", "memory llama2-7b --tokens 4096 --batch 2",
         "memory 7B --optimiser sgd --dtype fp32", "memory 7B --check 56GB"),
    ),
    "activations": Cost(
        "activation_memory", "Activations in training, with and without checkpointing.",
        (MODEL, TOKENS, BATCH, _LAYERS, _WIDTH, _HEADS),
        ("activations --layers 32 --width 4096 --heads 32 --tokens 4096", "activations gpt3 --tokens 2048 --batch 4"),
    ),
    "lora": Cost(
        "lora", "Parameters that LoRA trains.",
        (MODEL, Given("rank", "--rank N", "whole", "Rank r."),
         Given("targets", "--targets LIST", "words", "q,v unless given; q,k,v,o,gate,up,down or all."), *SIZES),
        ("lora llama2-7b --rank 8", "lora llama3-8b --rank 8 --targets q,v", "lora llama3-8b --rank 8 --targets all",
         "lora llama3-8b --rank 8 --check 4194304"),
    ),
    "zero": Cost(
        "zero", "Memory per GPU under ZeRO stages 1, 2, 3.", (SIZE, GPUS),
        ("zero 7.5B --gpus 64", "zero 7.5B --gpus 64 --check 1.875GB --ask stage_2"),
    ),
    "allreduce": Cost(
        "all_reduce", "Bytes each GPU sends in a ring all-reduce.",
        (Given("size", "BYTES", "bytes", "What is reduced, as 14GB."), GPUS, BANDWIDTH),
        ("allreduce 14GB --gpus 8", "allreduce 14GB --gpus 8 --bandwidth 450G"),
    ),
    "pipeline": Cost(
        "pipeline", "The bubble of a pipeline.",
        (Given("stages", "--stages N", "whole", "Stages."),
         Given("microbatches", "--micro N", "whole", "Micro-batches.")),
        ("pipeline --stages 8 --micro 32", "pipeline --stages 8 --micro 32 --check 20% --ask bubble"),
    ),
    "step": Cost(
        "tokens_per_step", "Tokens of one optimiser step.",
        (Given("micro_batch", "--micro N", "whole", "Sequences of a micro-batch."),
         Given("accumulation", "--accumulate N", "whole", "Micro-batches before a step."), GPUS,
         Given("length", "--length N", "whole", "Tokens of a sequence.")),
        ("step --micro 8 --accumulate 4 --gpus 16 --length 4096",),
    ),
    "decode": Cost(
        "decode", "The bound that bandwidth sets to decoding.",
        (SIZE, BANDWIDTH, DTYPE, BATCH, Given("cache", "--cache BYTES", "bytes", "KV cache read beside the weights.")),
        ("decode 70B --bandwidth 3.35T", "decode llama3-8b --bandwidth 3.35T --check 418"),
    ),
    "roofline": Cost(
        "roofline", "Where a chip turns from memory- to compute-bound.",
        (PEAK, BANDWIDTH, Given("intensity", "--intensity N", "real", "FLOPs per byte of a kernel.")),
        ("roofline --peak 989T --bandwidth 3.35T", "roofline --peak 989T --bandwidth 3.35T --intensity 62"),
    ),
    "speculative": Cost(
        "speculative", "Expected tokens of a pass with a draft model.",
        (Given("acceptance", "--accept SHARE", "share", "Acceptance of a guess, as 0.8."),
         Given("draft", "--draft N", "whole", "Guesses.")),
        ("speculative --accept 0.8 --draft 4", "speculative --accept 0.8 --draft 4 --check 3.2"),
    ),
    "quantise": Cost(
        "quantised", "Bytes of weights quantised in groups.",
        (SIZE, Given("bits", "--bits N", "whole", "Bits of a weight; 4 unless given."),
         Given("group", "--group N", "whole", "Weights of a group; 128 unless given."),
         Given("scale_bits", "--scale N", "whole", "Bits of a group's scale; 16 unless given."),
         Given("zero_bits", "--zero N", "whole", "Bits of its zero point; 0 unless given.")),
        ("quantise 70B", "quantise 70B --zero 16", "quantise 70B --check 35GB"),
    ),
    "vectors": Cost(
        "vectors", "Memory of a store of vectors.",
        (Given("count", "COUNT", "whole", "Vectors, as 10M."), Given("width", "--width N", "whole", "Values of each."),
         DTYPE, Given("codes", "--pq N", "whole", "Bytes of a code by product quantisation.")),
        ("vectors 10M --width 768", "vectors 10M --width 768 --pq 96"),
    ),
    "auc": Cost(
        "auc", "AUC from the ranks of the positives.",
        (Given("ranks", "RANKS", "list", "As 3,5,6; 1 is the lowest score."),
         Given("total", "--of N", "whole", "Examples in all.")),
        ("auc 3,5,6 --of 6",),
    ),
    "ndcg": Cost(
        "ndcg", "nDCG of relevances in the order shown.",
        (Given("gains", "GRADES", "list", "As 2,3,0."), Given("top", "--top K", "whole", "Only the first K."),
         Given("gain", "--gain KIND", "word", "exponential (2^rel - 1), or linear.")),
        ("ndcg 2,3,0", "ndcg 3,2,3,0,1 --top 3", "ndcg 2,3,0 --gain linear"),
    ),
    "perplexity": Cost(
        "perplexity", "Perplexity of a mean loss.",
        (Given("loss", "LOSS", "real", "Mean cross-entropy a token."),
         Given("base", "--base e|2", "word", "e for nats, 2 for bits.")),
        ("perplexity 2.0", "perplexity 2.0 --check 4"),
    ),
    "softmax": Cost(
        "softmax", "Softmax of logits at a temperature.",
        (Given("logits", "LOGITS", "list", "As 2,1,0."),
         Given("temperature", "--temperature T", "real", "1 unless given.")),
        ("softmax 2,1,0", "softmax 2,1,0 --temperature 0.5"),
    ),
    "iou": Cost(
        "iou", "Intersection over union of two boxes.",
        (Given("first", "BOX", "list", "left,top,right,bottom."), Given("second", "BOX2", "list", "The other box.")),
        ("iou 0,0,10,10 5,5,15,15", "iou 0,0,10,10 5,5,15,15 --check 1/4"),
    ),
    "he": Cost(
        "he", "Standard deviation of He's and Xavier's initialisation.",
        (Given("fan_in", "FAN_IN", "whole", "Inputs of a unit."),
         Given("fan_out", "--out N", "whole", "Outputs, for Xavier's.")),
        ("he 512", "he 512 --out 256"),
    ),
    "saving": Cost(
        "separable_ratio", "A separable convolution's weights beside an ordinary one's.",
        (Given("inputs", "IN", "whole", "Input channels."), Given("outputs", "OUT", "whole", "Output channels."),
         Given("kernel", "--kernel K", "whole", "3 unless given.")),
        ("saving 256 256", "saving 256 256 --check 11.1%"),
    ),
    "diffusion": Cost(
        "diffusion", "What is left of the signal after all steps of diffusion.",
        (Given("steps", "--steps N", "whole", "1000 unless given."),
         Given("first", "--first BETA", "real", "0.0001 unless given."),
         Given("last", "--last BETA", "real", "0.02 unless given.")),
        ("diffusion", "diffusion --steps 500"),
    ),
    "latent": Cost(
        "latent", "How much smaller a latent is than the image.",
        (Given("image", "IMAGE", "list", "512x512x3"), Given("code", "LATENT", "list", "64x64x4")),
        ("latent 512x512x3 64x64x4",),
    ),
}  # fmt: skip
