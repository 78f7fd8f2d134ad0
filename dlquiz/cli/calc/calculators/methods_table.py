"""The commands of `dlquiz calc` for methods: what is computed with them, not what they cost; as data."""

from __future__ import annotations

from dlquiz.cli.calc.calculators.rows import CalculatorCommand, CalculatorOption

LANGUAGE_MODELS: dict[str, CalculatorCommand] = {
    "perplexity": CalculatorCommand(
        "perplexity", "Perplexity of a mean loss.",
        (CalculatorOption("loss", "LOSS", "Mean cross-entropy a token."),
         CalculatorOption("base", "--base e|2", "e for nats, 2 for bits.")),
        ("perplexity 2.0", "perplexity 2.0 --check 4"),
    ),
    "softmax": CalculatorCommand(
        "softmax", "Softmax of logits at a temperature.",
        (CalculatorOption("logits", "LOGITS", "As 2,1,0."),
         CalculatorOption("temperature", "--temperature T", "1 unless given.")),
        ("softmax 2,1,0", "softmax 2,1,0 --temperature 0.5"),
    ),
}  # fmt: skip
VISION_AND_GENERATION: dict[str, CalculatorCommand] = {
    "iou": CalculatorCommand(
        "iou", "Intersection over union of two boxes.",
        (CalculatorOption("first", "BOX", "left,top,right,bottom."),
         CalculatorOption("second", "BOX2", "The other box.")),
        ("iou 0,0,10,10 5,5,15,15", "iou 0,0,10,10 5,5,15,15 --check 1/4"),
    ),
    "diffusion": CalculatorCommand(
        "diffusion", "What is left of the signal after all steps of diffusion.",
        (CalculatorOption("steps", "--steps N", "1000 unless given."),
         CalculatorOption("first", "--first BETA", "0.0001 unless given."),
         CalculatorOption("last", "--last BETA", "0.02 unless given.")),
        ("diffusion", "diffusion --steps 500"),
    ),
    "latent": CalculatorCommand(
        "latent", "How much smaller a latent is than the image.",
        (CalculatorOption("image", "IMAGE", "512x512x3"), CalculatorOption("code", "LATENT", "64x64x4")),
        ("latent 512x512x3 64x64x4",),
    ),
}  # fmt: skip
EVALUATION_AND_LEARNING: dict[str, CalculatorCommand] = {
    "auc": CalculatorCommand(
        "auc", "AUC from the ranks of the positives.",
        (CalculatorOption("ranks", "RANKS", "As 3,5,6; 1 is the lowest score."),
         CalculatorOption("total", "--of N", "Examples in all.")),
        ("auc 3,5,6 --of 6",),
    ),
    "ndcg": CalculatorCommand(
        "ndcg", "nDCG of relevances in the order shown.",
        (CalculatorOption("gains", "GRADES", "As 2,3,0."), CalculatorOption("top", "--top K", "Only the first K."),
         CalculatorOption("gain", "--gain KIND", "exponential (2^rel - 1), or linear.")),
        ("ndcg 2,3,0", "ndcg 3,2,3,0,1 --top 3", "ndcg 2,3,0 --gain linear"),
    ),
    "he": CalculatorCommand(
        "he", "Standard deviation of He's and Xavier's initialisation.",
        (CalculatorOption("fan_in", "FAN_IN", "Inputs of a unit."),
         CalculatorOption("fan_out", "--out N", "Outputs, for Xavier's.")),
        ("he 512", "he 512 --out 256"),
    ),
}  # fmt: skip
