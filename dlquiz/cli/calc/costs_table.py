"""The commands of `dlquiz calc` for transformers, training and small sums, as data: arguments, help, examples."""

from __future__ import annotations

from typing import NamedTuple


class CostOption(NamedTuple):
    """An argument: what the calculator calls it, how it is written (`N` or `--tokens N`), its help.

    It is read as the calculator's signature types it; `type` is set only where the command reads something else: a
    model by name, or either parameters or a model.
    """

    name: str
    form: str
    help: str
    type: str = ""


class CostCommand(NamedTuple):
    """A command: its calculator, help, arguments and examples."""

    calculator: str
    summary: str
    arguments: tuple[CostOption, ...]
    examples: tuple[str, ...]


MODEL = CostOption("model", "[MODEL]", "A model by name (llama3-8b), or its config.json.", "model")
SIZE = CostOption("parameters", "MODEL", "Parameters, as 7B; or a model by name.", "size")
SIZES = (
    CostOption("layers", "--layers N", "Layers."),
    CostOption("width", "--width N", "Model width."),
    CostOption("heads", "--heads N", "Query heads."),
    CostOption("kv_heads", "--kv N", "Key-value heads."),
    CostOption("head_width", "--head-width N", "Width of a head."),
    CostOption("feed_forward", "--ff N", "Width of the feed-forward."),
)
DTYPE = CostOption("dtype", "--dtype TYPE", "fp32, fp16, bf16, fp8, int8, int4.")
TOKENS = CostOption("tokens", "--tokens N", "Tokens; 8Ki is 8192.")
BATCH = CostOption("batch", "--batch N", "Sequences.")
GPUS = CostOption("gpus", "--gpus N", "GPUs.")
PEAK = CostOption("peak", "--peak FLOP/s", "Dense peak of one GPU, as 312T.")
BANDWIDTH = CostOption("bandwidth", "--bandwidth B/s", "Bytes a second, as 3.35T.")
_WEIGHTS = MODEL._replace(help="A name, config.json, model.safetensors (or its index.json), or .onnx file.")
_LAYERS, _WIDTH, _HEADS, _KV, _HEAD_WIDTH, _FF = SIZES

COST_COMMANDS: dict[str, CostCommand] = {
    "params": CostCommand(
        "transformer_parameters", "Parameters of a transformer by part, or of a file of weights.",
        (_WEIGHTS, *SIZES, CostOption("vocabulary", "--vocabulary N", "Vocabulary."),
         CostOption("experts", "--experts N", "Experts in each layer."),
         CostOption("active_experts", "--active N", "Experts chosen for a token."),
         CostOption("gated", "--plain", "Two feed-forward matrices, not three."),
         CostOption("tied", "--tied", "The output matrix is the embedding.")),
        ("params llama3-8b", "params mixtral-8x7b", "params gpt2", "params llama3-8b --check 15B",
         "params --layers 12 --width 768 --heads 12 --vocabulary 32000"),
    ),
    "length": CostCommand(
        "attention_cost", "What attention costs as the sequence grows, and where it overtakes.",
        (MODEL, CostOption("tokens", "--tokens N", "Length of the sequence."), *SIZES),
        ("length --width 4096 --tokens 4096", "length llama3-8b --tokens 8Ki",
         "length --width 4096 --tokens 4096 --check 16.7%"),
    ),
    "kv": CostCommand(
        "kv_cache", "Bytes of the KV cache: MHA, MQA, GQA, MLA.",
        (MODEL, TOKENS, BATCH, DTYPE, _LAYERS, _HEADS, _KV, _HEAD_WIDTH,
         CostOption("latent", "--latent N", "Latent width (MLA)."),
         CostOption("rope", "--rope N", "Rotary width beside it."),
         CostOption("free", "--free BYTES", "How many sequences fit into this memory?")),
        ("kv llama3-8b --tokens 8192", "kv llama3-70b --tokens 128Ki", "kv deepseek-v3",
         "kv llama3-70b --check 2621440",
         "kv --layers 32 --kv 8 --head-width 128 --tokens 8Ki --batch 16", "kv llama3-8b --tokens 8Ki --free 60GiB"),
    ),
    "scores": CostCommand(
        "score_matrix", "Bytes of one layer's attention scores when written out.",
        (CostOption("tokens", "TOKENS", "Length of the sequence."), _HEADS, BATCH, DTYPE),
        ("scores 8192 --heads 32", "scores 8192 --heads 32 --check 128MiB"),
    ),
    "flops": CostCommand(
        "training_flops", "Training FLOPs: 6ND, and exact with a model and a length.",
        (SIZE, TOKENS, CostOption("length", "--length N", "Length of a sequence, for the exact count.")),
        ("flops 7B --tokens 2T", "flops llama3-8b --tokens 15T --length 8192", "flops 7B --tokens 2T --check 2.8e22"),
    ),
    "days": CostCommand(
        "training_days", "Days of training from parameters, tokens, GPUs and utilisation.",
        (SIZE, TOKENS, GPUS, PEAK, CostOption("mfu", "--mfu SHARE", "Utilisation, as 40%.")),
        ("days 7B --tokens 2T --gpus 1024 --peak 312T --mfu 40%",),
    ),
    "mfu": CostCommand(
        "mfu", "Model FLOPs utilisation from tokens per second.",
        (SIZE, CostOption("tokens_per_second", "--rate N", "Tokens a second on one GPU."), PEAK),
        ("mfu 7B --rate 3500 --peak 312T",),
    ),
    "chinchilla": CostCommand(
        "chinchilla", "Compute-optimal parameters and tokens for a budget.",
        (CostOption("flops", "FLOPS", "Budget, as 1e23."),), ("chinchilla 1e23",),
    ),
    "memory": CostCommand(
        "training_memory", "Weights, gradients and optimiser in training.",
        (SIZE, CostOption("optimiser", "--optimiser NAME", "adam, adamw, momentum or sgd."), DTYPE,
         CostOption("tokens", "--tokens N", "With a model by name: activations of this length too."), BATCH),
        ("memory 7B", "memory llama2-7b --tokens 4096 --batch 2",
         "memory 7B --optimiser sgd --dtype fp32", "memory 7B --check 56GB"),
    ),
    "activations": CostCommand(
        "activation_memory", "Activations in training, with and without checkpointing.",
        (MODEL, TOKENS, BATCH, _LAYERS, _WIDTH, _HEADS),
        ("activations --layers 32 --width 4096 --heads 32 --tokens 4096", "activations gpt3 --tokens 2048 --batch 4"),
    ),
    "lora": CostCommand(
        "lora", "Parameters that LoRA trains.",
        (MODEL, CostOption("rank", "--rank N", "Rank r."),
         CostOption("targets", "--targets LIST", "q,v unless given; q,k,v,o,gate,up,down or all."), *SIZES),
        ("lora llama2-7b --rank 8", "lora llama3-8b --rank 8 --targets q,v", "lora llama3-8b --rank 8 --targets all",
         "lora llama3-8b --rank 8 --check 4194304"),
    ),
    "zero": CostCommand(
        "zero", "Memory per GPU under ZeRO stages 1, 2, 3.", (SIZE, GPUS),
        ("zero 7.5B --gpus 64", "zero 7.5B --gpus 64 --check 1.875GB --ask stage_2"),
    ),
    "allreduce": CostCommand(
        "all_reduce", "Bytes each GPU sends in a ring all-reduce.",
        (CostOption("size", "BYTES", "What is reduced, as 14GB."), GPUS, BANDWIDTH),
        ("allreduce 14GB --gpus 8", "allreduce 14GB --gpus 8 --bandwidth 450G"),
    ),
    "pipeline": CostCommand(
        "pipeline", "The bubble of a pipeline.",
        (CostOption("stages", "--stages N", "Stages."),
         CostOption("microbatches", "--micro N", "Micro-batches.")),
        ("pipeline --stages 8 --micro 32", "pipeline --stages 8 --micro 32 --check 20% --ask bubble"),
    ),
    "step": CostCommand(
        "tokens_per_step", "Tokens of one optimiser step.",
        (CostOption("micro_batch", "--micro N", "Sequences of a micro-batch."),
         CostOption("accumulation", "--accumulate N", "Micro-batches before a step."), GPUS,
         CostOption("length", "--length N", "Tokens of a sequence.")),
        ("step --micro 8 --accumulate 4 --gpus 16 --length 4096",),
    ),
    "decode": CostCommand(
        "decode", "The bound that bandwidth sets to decoding.",
        (SIZE, BANDWIDTH, DTYPE, BATCH, CostOption("cache", "--cache BYTES", "KV cache read beside the weights.")),
        ("decode 70B --bandwidth 3.35T", "decode llama3-8b --bandwidth 3.35T --check 418"),
    ),
    "roofline": CostCommand(
        "roofline", "Where a chip turns from memory- to compute-bound.",
        (PEAK, BANDWIDTH, CostOption("intensity", "--intensity N", "FLOPs per byte of a kernel.")),
        ("roofline --peak 989T --bandwidth 3.35T", "roofline --peak 989T --bandwidth 3.35T --intensity 62"),
    ),
    "speculative": CostCommand(
        "speculative", "Expected tokens of a pass with a draft model.",
        (CostOption("acceptance", "--accept SHARE", "Acceptance of a guess, as 0.8."),
         CostOption("draft", "--draft N", "Guesses.")),
        ("speculative --accept 0.8 --draft 4", "speculative --accept 0.8 --draft 4 --check 3.2"),
    ),
    "quantise": CostCommand(
        "quantised", "Bytes of weights quantised in groups.",
        (SIZE, CostOption("bits", "--bits N", "Bits of a weight; 4 unless given."),
         CostOption("group", "--group N", "Weights of a group; 128 unless given."),
         CostOption("scale_bits", "--scale N", "Bits of a group's scale; 16 unless given."),
         CostOption("zero_bits", "--zero N", "Bits of its zero point; 0 unless given.")),
        ("quantise 70B", "quantise 70B --zero 16", "quantise 70B --check 35GB"),
    ),
    "vectors": CostCommand(
        "vectors", "Memory of a store of vectors.",
        (CostOption("count", "COUNT", "Vectors, as 10M."), CostOption("width", "--width N", "Values of each."),
         DTYPE, CostOption("codes", "--pq N", "Bytes of a code by product quantisation.")),
        ("vectors 10M --width 768", "vectors 10M --width 768 --pq 96"),
    ),
    "auc": CostCommand(
        "auc", "AUC from the ranks of the positives.",
        (CostOption("ranks", "RANKS", "As 3,5,6; 1 is the lowest score."),
         CostOption("total", "--of N", "Examples in all.")),
        ("auc 3,5,6 --of 6",),
    ),
    "ndcg": CostCommand(
        "ndcg", "nDCG of relevances in the order shown.",
        (CostOption("gains", "GRADES", "As 2,3,0."), CostOption("top", "--top K", "Only the first K."),
         CostOption("gain", "--gain KIND", "exponential (2^rel - 1), or linear.")),
        ("ndcg 2,3,0", "ndcg 3,2,3,0,1 --top 3", "ndcg 2,3,0 --gain linear"),
    ),
    "perplexity": CostCommand(
        "perplexity", "Perplexity of a mean loss.",
        (CostOption("loss", "LOSS", "Mean cross-entropy a token."),
         CostOption("base", "--base e|2", "e for nats, 2 for bits.")),
        ("perplexity 2.0", "perplexity 2.0 --check 4"),
    ),
    "softmax": CostCommand(
        "softmax", "Softmax of logits at a temperature.",
        (CostOption("logits", "LOGITS", "As 2,1,0."),
         CostOption("temperature", "--temperature T", "1 unless given.")),
        ("softmax 2,1,0", "softmax 2,1,0 --temperature 0.5"),
    ),
    "iou": CostCommand(
        "iou", "Intersection over union of two boxes.",
        (CostOption("first", "BOX", "left,top,right,bottom."), CostOption("second", "BOX2", "The other box.")),
        ("iou 0,0,10,10 5,5,15,15", "iou 0,0,10,10 5,5,15,15 --check 1/4"),
    ),
    "he": CostCommand(
        "he", "Standard deviation of He's and Xavier's initialisation.",
        (CostOption("fan_in", "FAN_IN", "Inputs of a unit."),
         CostOption("fan_out", "--out N", "Outputs, for Xavier's.")),
        ("he 512", "he 512 --out 256"),
    ),
    "saving": CostCommand(
        "separable_ratio", "A separable convolution's weights beside an ordinary one's.",
        (CostOption("inputs", "IN", "Input channels."), CostOption("outputs", "OUT", "Output channels."),
         CostOption("kernel", "--kernel,-k K", "3 unless given.")),
        ("saving 256 256", "saving 256 256 --check 11.1%"),
    ),
    "diffusion": CostCommand(
        "diffusion", "What is left of the signal after all steps of diffusion.",
        (CostOption("steps", "--steps N", "1000 unless given."),
         CostOption("first", "--first BETA", "0.0001 unless given."),
         CostOption("last", "--last BETA", "0.02 unless given.")),
        ("diffusion", "diffusion --steps 500"),
    ),
    "latent": CostCommand(
        "latent", "How much smaller a latent is than the image.",
        (CostOption("image", "IMAGE", "512x512x3"), CostOption("code", "LATENT", "64x64x4")),
        ("latent 512x512x3 64x64x4",),
    ),
}  # fmt: skip
