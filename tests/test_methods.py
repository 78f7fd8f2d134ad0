"""Calculators of methods: published figures, the same numbers by another way, the usual wrong answers."""

from __future__ import annotations

import json
import math
import random
import re
import struct
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations, pairwise, product
from pathlib import Path
from statistics import fmean, pstdev, stdev
from typing import Any

import pytest
from method_examples import EXAMPLES

from dlquiz.calc import CalcError
from dlquiz.calc.calculators import calculator
from dlquiz.cli.calc.calculators.tables import CALCULATOR_COMMANDS

RunCalc = Callable[..., tuple[int, str, str]]

# The command, the quantity, what was published, and with how many digits (None: exact).
FIGURES: list[tuple[str, str, Any, int | None]] = [
    ("bradley-terry --chosen 1.2 --rejected 0.2", "loss", 0.313, 3),
    ("bradley-terry --chosen 1.2 --rejected 0.2", "probability", 0.731, 3),
    ("dpo --chosen -42 --rejected -48 --reference-chosen -45 --reference-rejected -46", "loss", 0.474, 3),
    ("simpo --chosen -0.8 --rejected -1.1 --beta 2.5 --margin 1.375", "loss", 1.054, 4),
    ("gae --rewards 0,0,1 --values 0.2,0.5,0.7", "advantage_1", 0.76075, 9),
    ("gae --rewards 0,0,1 --values 0.2,0.5,0.7 --lambda 1", "advantage_1", 0.8, 9),
    ("gae --rewards 0,0,1 --values 0.2,0.5,0.7 --lambda 0", "advantage_1", 0.3, 9),
    ("ppo --ratio 1.5 --advantage -1", "objective", -1.5, None),
    ("grpo --rewards 1,0,0,1", "advantage_1", 1, None),
    ("grpo --right 2 --group 8", "advantage_right", 1.732, 4),
    ("grpo --right 2 --group 8 --deviation sample", "advantage_right", 1.620, 4),
    ("grpo --right 2 --group 8 --deviation none", "advantage_right", 0.75, None),
    ("rloo --right 2 --group 8", "advantage_right", 0.857, 3),
    ("gspo --new -95 --old -100 --tokens 50", "ratio", 1.105, 4),
    ("kl --policy -1 --reference -1.5", "k1", 0.5, None),
    ("kl --policy -1 --reference -1.5", "k2", 0.125, None),
    ("kl --policy -1 --reference -1.5", "k3", 0.1065, 4),
    ("best-of-n 16", "divergence", 1.835, 4),
    ("sampling --probabilities 0.609,0.224,0.136,0.030 --top-p 0.9", "p1", 0.6285, 4),
    ("sampling --probabilities 0.609,0.224,0.136,0.030 --top-p 0.9", "kept", 3, None),
    ("sampling --logits 2,1,0.5,-1 --temperature 0.5", "p1", 0.842, 3),
    ("sampling --logits 2,1,0.5,-1 --temperature 2", "p1", 0.434, 3),
    ("sampling --logits 2,1,0.5,-1 --temperature 0.5 --top-p 0.9", "kept", 2, None),
    ("logit-penalty --logit 3 --repetition 1.2", "penalised", 2.5, None),
    ("logit-penalty --logit -1.5 --repetition 1.2", "penalised", -1.8, None),
    ("online-softmax --scores 1,3,2,5 --values 10,20,30,40", "sum", 1.2034, 5),
    ("online-softmax --scores 1,3,2,5 --values 10,20,30,40", "output", 36.88, 4),
    ("entropy 0.5,0.25,0.25", "bits", 1.5, None),
    ("rope --width 128 --position 3", "rotated_x", -0.990, 3),
    ("rope --width 128 --position 3", "rotated_y", 0.141, 3),
    ("rope --width 128", "longest_wavelength", 54_410, 5),
    ("rope --width 128 --base 500000", "longest_wavelength", 2_559_196, 7),
    ("rope-scaling --scale 2", "ntk_base", 20_221, 5),
    ("rope-scaling --scale 4", "ntk_base", 40_890, 5),
    ("rope-scaling --scale 8", "ntk_base", 82_685, 5),
    ("rope-scaling --scale 8", "attention_factor", 1.208, 4),
    ("rope-scaling --scale 8", "logit_factor", 1.459, 4),
    ("rope-scaling --scale 16", "attention_factor", 1.277, 4),
    ("rope-scaling --scale 4", "ramp_start", 20.9, 3),
    ("rope-scaling --scale 4", "ramp_end", 45.0, 3),
    # Chinchilla and Gopher by the fit of Hoffmann et al. 2022, and the optimum at Gopher's budget by both fits.
    ("scaling-law 70B --tokens 1.4T", "loss", 1.937, 4),
    ("scaling-law 280B --tokens 300B", "loss", 1.993, 4),
    ("scaling-optimum 1e23", "parameters", 14.6e9, 3),
    ("scaling-optimum 1e23", "tokens", 1.14e12, 3),
    ("scaling-optimum 1e23 --law besiroglu", "parameters", 29.4e9, 3),
    ("scaling-optimum 1e23 --law besiroglu", "tokens", 566e9, 3),
    ("bits-per-byte 2.0 --bytes 4", "bits_per_byte", 0.721, 3),
    ("bits-per-byte 2.0 --bytes 4.2", "bits_per_byte", 0.687, 3),
    ("bpe hug:10,pug:5,pun:12,bun:4,hugs:5 --merges 3", "merge_1", 20, None),
    ("bpe hug:10,pug:5,pun:12,bun:4,hugs:5 --merges 3", "merge_2", 16, None),
    ("bpe hug:10,pug:5,pun:12,bun:4,hugs:5 --merges 3", "merge_3", 15, None),
    ("bpe hug:10,pug:5,pun:12,bun:4,hugs:5 --score wordpiece", "merge_1", 0.05, None),
    ("pass-at-k --samples 20 --correct 3 --k 5", "pass_at_k", 0.601, 3),
    ("pass-at-k --samples 10 --correct 3 --k 5", "pass_at_k", 0.9167, 4),
    ("pass-at-k --samples 8 --correct 6 --k 4", "all_pass", 0.2143, 4),
    ("repeated --success 0.6 --times 5", "majority", 0.6826, 4),
    ("repeated --success 0.95 --times 10", "all", 0.5987, 4),
    ("repeated --success 0.8 --times 4", "any", 0.9984, 4),
    ("repeated --success 0.8 --times 4", "all", 0.4096, 4),
    ("precision --prevalence 1% --recall 90% --fpr 5%", "precision", 0.1538, 4),
    ("kappa --observed 0.85 --expected 0.5", "kappa", 0.7, None),
    ("elo 100", "score", 0.640, 3),
    ("rating 10/11", "points", 400, 9),
    ("rating 64.01%", "points", 100, 4),
    ("rating 73.1%", "logit", 1, 3),
    # The examples of scikit-learn's brier_score_loss.
    ("brier --probabilities 0.1,0.9,0.8,0.3 --outcomes 0,1,1,0", "score", 0.0375, None),
    ("brier-classes '0.8,0.1,0.1;0.2,0.7,0.1;0.2,0.2,0.6' --classes 1,2,3", "score", 0.1467, 4),
    ("interval --accuracy 0.75 --examples 164", "half_width", 0.0663, 3),
    ("brevity --candidate 18 --reference 20", "penalty", 0.8948, 4),
    ("info-nce --match 0.8 --negatives 0.6,0.2 --temperature 0.1", "loss", 0.1291, 4),
    ("clip-loss '0.3,0.1;0.2,0.25'", "image_loss", 0.2272, 4),
    ("clip-loss '0.3,0.1;0.2,0.25'", "text_loss", 0.163, 3),
    ("clip-loss '0.3,0.1;0.2,0.25'", "loss", 0.195, 4),
    ("split --left 5,1 --right 1,3", "decrease", 0.1633, 4),
    ("boosting --left-gradient -4 --left-hessian 3 --right-gradient 6 --right-hessian 5 --gamma 0.5", "gain", 4.278, 4),
    ("boosting --left-gradient -4 --left-hessian 3 --right-gradient 6 --right-hessian 5", "left_weight", 1, None),
    ("minhash --similarity 0.8 --rows 8 --bands 14", "detection", 0.924, 3),
    ("jaccard 4 4 --common 3", "jaccard", 0.6, None),
    ("rank-fusion 1,3", "score", 0.032266, 5),
    ("bm25 --frequency 3 --documents 1000 --containing 10", "idf", 4.557, 4),
    ("bm25 --frequency 3 --documents 1000 --containing 10", "score", 7.1616, 5),
    ("chunks 1000 --size 512 --overlap 256", "chunks", 3, None),
    ("chunks 100000 --size 512 --overlap 64", "chunks", 224, None),
    # Hits at ranks 1, 3 and 4, four objects: all-point, Pascal's 11 points, COCO's 101 points.
    ("average-precision 1,3,4 --of 4", "interpolated", 0.625, None),
    ("average-precision 1,3,4 --of 4", "at_11_points", 0.614, 3),
    ("average-precision 1,3,4 --of 4", "at_101_points", 0.629, 3),
    ("average-precision 1,3,4", "average_precision", 0.8056, 4),
    ("average-precision 1,3", "average_precision", 0.8333, 4),
    ("mrr 2,1,5", "mrr", 0.5667, 4),
    ("overlap --tp 80 --fp 20 --fn 40", "dice", 0.7273, 4),
    ("overlap --tp 80 --fp 20 --fn 40", "iou", 0.5714, 4),
    # Soft Dice: probability 0.8 on 100 pixels of the object, 0.1 on 900 of the background.
    ("overlap --tp 80 --fp 90 --fn 20", "dice", 0.5926, 4),
    ("panoptic --ious 0.8,0.9,0.7 --fp 1 --fn 2", "panoptic_quality", 0.5333, 4),
    ("iou 0,0,10,10 5,5,15,15", "giou", -0.0794, 3),
    ("iou 0,0,10,10 5,5,15,15", "diou", 0.0317, 3),
    ("box --centre 100 --size 50 --shift 0.2 --growth 0.1", "decoded_centre", 110, None),
    ("box --centre 100 --size 50 --shift 0.2 --growth 0.1", "decoded_size", 55.26, 4),
    ("pyramid 112 112", "level", 3, None),
    ("pyramid 448 448", "level", 5, None),
    ("noising --clean 0.5 --noise -1 --alpha-bar 0.64", "noised", -0.2, 9),
    ("noising --clean 0.5 --noise -1 --alpha-bar 0.64", "velocity", -1.1, 9),
    ("denoising --noised -0.2 --noise -1 --alpha-bar 0.64", "clean", 0.5, 9),
    ("denoising --noised 0.5 --noise 0.4 --alpha-bar 0.25 --next 0.64", "next", 0.4857, 4),
    ("diffusion --at 500", "alpha_bar", 0.07859, 4),
    ("guidance --unconditional 0.2 --conditional 0.5 --scale 7.5", "guided", 2.45, None),
    ("flow --noise -1 --data 3 --time 0.25", "point", 0, None),
    ("flow --noise -1 --data 3 --time 0.25", "velocity", 4, None),
    ("flow --noise -1 --data 3 --time 0.5 --shift 3", "shifted_time", 0.75, None),
    ("gaussian-kl --mean 1 --variance 1", "divergence", 0.5, 9),
    ("gaussian-kl --mean 0.5 --variance 0.25", "divergence", 0.4431, 4),
    ("gaussian-kl --mean 0 --variance 1 --other-mean 1 --other-variance 4", "frechet", 2, 9),
    ("float-format fp16", "largest", 65_504, None),
    ("float-format e5m2", "largest", 57_344, None),
    ("float-format e4m3", "largest", 448, None),
    ("float-format bf16", "largest", 3.39e38, 3),
    ("float-format bf16", "first_missing_integer", 257, None),
    ("float-format fp16", "first_missing_integer", 2_049, None),
    ("integer-codes --values 0.5,-1.2,2.54,-0.03", "scale", 0.02, None),
    ("integer-codes --values 0.5,-1.2,2.54,-0.03", "integer_2", -60, None),
    ("integer-codes --values 0.5,-1.2,2.54,-0.03", "integer_4", -2, None),
    ("integer-codes --values 100,0.3", "integer_2", 0, None),
    ("moe-balance --fractions 0.5,0.25,0.125,0.125 --probabilities 0.4,0.3,0.2,0.1", "loss", 1.25, None),
    ("moe-capacity --tokens 4096 --experts 8 --top 2 --factor 1.25", "capacity", 1_280, None),
    ("moe-capacity --tokens 4096 --experts 256 --top 8 --width 7168", "dispatch", 448 * 2**20, None),
    ("moe-capacity --tokens 4096 --experts 256 --top 8 --width 7168 --dtype fp8", "dispatch", 234.9e6, 4),
    ("moe-experts --experts 256 --top 8 --tokens 32", "experts", 163.3, 4),
    ("moe-z-loss 2,1,0", "loss", 5.797, 4),
    ("data-parallel 7.5B --gpus 64", "gradients", 29.5e9, 3),
    ("data-parallel 7.5B --gpus 64", "stage_3", 44.3e9, 3),
    ("tensor-parallel --tokens 4096 --width 4096 --gpus 8", "bytes", 224 * 2**20, None),
    ("tensor-parallel --tokens 4096 --width 4096 --gpus 8 --layers 32", "bytes", 7 * 2**30, None),
    ("ring-attention --tokens 131072 --gpus 8 --kv 8 --head-width 128", "hop", 64 * 2**20, None),
    ("ring-attention --tokens 131072 --gpus 8 --kv 8 --head-width 128", "bytes", 448 * 2**20, None),
    ("checkpoint-interval --cost 1 --failures 185.6", "interval", 19.3, 3),
    ("prefill 8.03B --tokens 2048 --peak 989T", "flops", 3.29e13, 3),
    ("prefill 8.03B --tokens 2000 --peak 989T --mfu 50%", "milliseconds", 64.95, 4),
    ("matmul 1 4096 4096", "intensity", 1.0, 3),
    ("matmul 32 4096 4096", "intensity", 31.5, 3),
    ("matmul 256 4096 4096", "intensity", 227.6, 4),
    ("matmul 4096 4096 4096", "intensity", 1365, 4),
    ("logits --tokens 32768 --vocabulary 128256", "bytes", 15.66 * 2**30, 4),
    ("speculative --accept 0.8 --draft 4 --cost 0.05", "speed_up", 2.801, 4),
    ("quantise 65B --group 64 --scale 8 --double 256", "bits_per_weight", 4.127, 4),
    ("quantise 65B --group 64 --scale 8 --double 256", "bytes", 33.5e9, 3),
    ("vectors 10M --width 768 --links 32", "with_links", 33.28e9, None),
    ("pipeline --stages 8 --micro 32 --chunks 4", "to_ideal", 5.47, 3),
    ("memory 7B --optimiser lion", "bytes", 84e9, None),
    ("post-training-memory 7B --trained 2 --frozen 2", "bytes", 252e9, None),
    ("post-training-memory 7B", "bytes", 126e9, None),
    ("memory 7B --gradients fp32", "bytes", 126e9, None),
    ("decode 8.03B --bandwidth 3.35T --batch 64 --cache 32GiB --peak 989T", "bound_milliseconds", 15.05, 4),
    ("decode 8.03B --bandwidth 3.35T --batch 64 --cache 32GiB --peak 989T", "tokens_per_second", 4252, 4),
    ("decode 8.03B --bandwidth 3.35T --batch 1000 --peak 989T", "bound_milliseconds", 16.24, 4),
    ("parallel-activations --tokens 2048 --width 12288 --heads 96 --gpus 8", "ratio", 3.06, 3),
    ("post-training-memory 6.738B --adapter 4.19M", "bytes", 13.54e9, 4),
    ("attention-intensity --heads 64 --kv 8", "intensity", 8, None),
    ("transfer 2684354560 --link 400G", "milliseconds", 53.7, 3),
    ("image-tokens 336 336 --patch 14", "tokens", 576, None),
    ("image-tokens 1120 840 --patch 14 --merge 2", "tokens", 1200, None),
    ("ff-width 4096", "hidden", 11_008, None),
    ("ff-width 4096 --multiple 1024 --multiplier 1.3", "hidden", 14_336, None),
    ("ff-width 8192 --multiple 4096 --multiplier 1.3", "hidden", 28_672, None),
    ("acceptance --target 0.5,0.3,0.2 --draft 0.4,0.4,0.2", "acceptance", 0.9, None),
    ("acceptance --target 0.5,0.3,0.2 --draft 0.4,0.4,0.2", "residual_1", 1, None),
    ("critical-batch 4", "steps_ratio", 1.25, None),
    ("critical-batch 4", "examples_ratio", 5, None),
    ("loss-scale --overflows 3 --good 4500", "scale", 32_768, None),
    ("smooth --activation 64 --weight 1", "factor", 8, None),
    ("token-mean --losses 4,2 --tokens 10,90", "loss", 2.2, None),
    ("soft-nms --score 0.8 --iou 0.7", "gaussian", 0.300, 3),
    ("soft-nms --score 0.8 --iou 0.7", "linear", 0.24, None),
    ("assignment '1,2;2,5;4,6'", "cost", 4, None),
    ("siglip --cosine 0", "positive_loss", 10.00005, 7),
    ("siglip --cosine 0", "negative_loss", 4.54e-5, 3),
    ("fold-bn --weight 0.5 --mean 1 --variance 4 --gamma 2 --beta 0.5", "folded_weight", 0.5, None),
    ("fold-bn --weight 0.5 --mean 1 --variance 4 --gamma 2 --beta 0.5", "folded_bias", -0.5, None),
    ("memory 7B --optimiser adam8bit", "bytes", 70e9, None),
    (
        "kv --layers 48 --kv 8 --head-width 256 --tokens 131072 --window 1024 --window-layers 40",
        "bytes",
        8.3125 * 2**30,
        None,
    ),
]


@pytest.mark.no_cover
@pytest.mark.parametrize("command", dict.fromkeys(command for command, *_ in FIGURES))
def test_published_figures(run_calc: RunCalc, command: str) -> None:
    code, out, err = run_calc(f"{command} --json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    for quantity, answer, digits in (row for figure, *row in FIGURES if figure == command):
        off = abs(found[quantity] - answer)
        assert off <= (abs(answer) * 10 ** (1 - digits) * 0.6 if digits else 0), (quantity, found[quantity])


# A number that people get, and a word of what is said about it.
MISTAKES = [
    ("bradley-terry --chosen 1.2 --rejected 0.2 --check 1.313", "turned round"),
    ("dpo --chosen -42 --rejected -48 --reference-chosen -45 --reference-rejected -46 --check 0.437", "reference"),
    ("dpo --chosen -42 --rejected -48 --reference-chosen -45 --reference-rejected -46 --check 0.974", "exchanged"),
    ("simpo --chosen -0.8 --rejected -1.1 --beta 2.5 --margin 1.375 --check 0.387", "left out"),
    ("gae --rewards 0,0,1 --values 0.2,0.5,0.7 --ask advantage_1 --check 0.80", "λ is taken as 1"),
    ("gae --rewards 0,0,1 --values 0.2,0.5,0.7 --ask advantage_1 --check 0.3", "λ is taken as 0"),
    ("ppo --ratio 1.5 --advantage -1 --check -1.2", "always clipped"),
    ("grpo --rewards 1,0,0,1 --check 0.5", "deviation is not divided"),
    ("grpo --right 2 --group 8 --check 1.620", "sample"),
    ("rloo --right 2 --group 8 --check 0.75", "whole group"),
    ("gspo --new -95 --old -100 --tokens 50 --check 148.4", "length"),
    ("kl --policy -1 --reference -1.5 --check 0.1487", "turned round"),
    ("sampling --probabilities 0.609,0.224,0.136,0.030 --top-p 0.9 --check 0.731", "crosses"),
    ("sampling --probabilities 0.609,0.224,0.136,0.030 --top-p 0.9 --ask p1 --check 0.609", "renormalised"),
    ("sampling --logits 2,1,0.5,-1 --temperature 0.5 --top-p 0.9 --ask kept --check 3", "before the temperature"),
    ("logit-penalty --logit -1.5 --repetition 1.2 --check -1.25", "divided"),
    ("softmax 2,1,0.5,-1 --temperature 0.5 --ask p1 --check 0.434", "multiplied"),
    ("softmax 2,1,0 --temperature 0.5 --ask p1 --check 0.665", "left out"),
    ("online-softmax --scores 1,3,2,5 --values 10,20,30,40 --check 29.17", "averaged"),
    ("online-softmax --scores 1,3,2,5 --values 10,20,30,40 --check 25", "without weights"),
    ("rope --width 128 --position 3 --check 62832", "i = d/2"),
    ("rope-scaling --scale 4 --ask ntk_base --check 40000", "exponent"),
    ("scaling-law 70B --tokens 1.4T --ask loss --check 0.247", "irreducible"),
    ("bits-per-byte 2.0 --bytes 4 --check 0.5", "bits"),
    ("bpe hug:10,pug:5,pun:12,bun:4,hugs:5 --check 3", "frequencies"),
    ("pass-at-k --samples 10 --correct 3 --k 5 --check 0.8319", "with replacement"),
    ("pass-at-k --samples 20 --correct 3 --k 5 --check 0.15", "pass@1"),
    ("repeated --success 0.95 --times 10 --check 0.5", "added"),
    ("precision --prevalence 1% --recall 90% --fpr 5% --check 0.947", "equally frequent"),
    ("kappa --observed 0.85 --expected 0.5 --check 0.35", "not divided"),
    ("elo 100 --check 0.562", "e is the base"),
    ("rating 64% --check 112", "linear"),
    ("rating 75% --ask logit --check 1.585", "base 2"),
    ("brier --probabilities 0.1,0.9,0.8,0.3 --outcomes 0,1,1,0 --check 0.175", "not squared"),
    ("brier-classes '0.8,0.1,0.1;0.2,0.7,0.1;0.2,0.2,0.6' --classes 1,2,3 --check 0.0489", "divided by the number"),
    ("interval --accuracy 0.75 --examples 164 --check 0.0338", "standard error"),
    ("brevity --candidate 18 --reference 20 --check 0.90", "ratio"),
    ("clip-loss '0.3,0.1;0.2,0.25' --ask loss --check 0.2272", "rows"),
    ("split --left 5,1 --right 1,3 --check 0.1536", "not weighted"),
    (
        "boosting --left-gradient -4 --left-hessian 3 --right-gradient 6 --right-hessian 5 --ask gain --check 9.556",
        "half",
    ),
    ("minhash --similarity 0.8 --rows 8 --bands 14 --ask detection --check 0.168", "one band"),
    ("jaccard 4 4 --common 3 --check 3/8", "twice"),
    ("rank-fusion 1,3 --check 1.333", "constant"),
    ("bm25 --frequency 3 --idf 4.557 --check 3.255", "k1 + 1"),
    ("chunks 1000 --size 512 --overlap 256 --check 4", "first chunk"),
    ("average-precision 1,3,4 --of 4 --ask interpolated --check 0.6042", "interpolated"),
    ("mrr 2,1,5 --check 0.375", "averaged first"),
    ("overlap --tp 80 --fp 20 --fn 40 --ask dice --check 0.5714", "IoU"),
    ("mean-iou '50,10;5,35' --ask mean_iou --check 0.85", "pixel accuracy"),
    ("panoptic --ious 0.8,0.9,0.7 --fp 1 --fn 2 --ask panoptic_quality --check 0.4", "fully"),
    ("nms '0,0,10,10;2,0,12,10;4,0,14,10' --check 1", "suppressed boxes suppress"),
    ("box --centre 100 --size 50 --shift 0.2 --growth 0.1 --ask decoded_size --check 55.0", "linear"),
    ("pyramid 420 420 --check 5", "root"),
    ("noising --clean 0.5 --noise -1 --alpha-bar 0.64 --ask noised --check -0.04", "roots"),
    ("guidance --unconditional 0.2 --conditional 0.5 --scale 7.5 --check 2.75", "paper"),
    ("gaussian-kl --mean 1 --variance 1 --ask divergence --check 1", "half"),
    ("gaussian-kl --mean 0 --variance 1 --other-mean 1 --other-variance 4 --ask frechet --check 10", "variances"),
    ("float-format fp16 --ask largest --check 65536", "mantissa"),
    ("integer-codes --values 0.5,-1.2,2.54,-0.03 --ask integer_2 --check -120", "one side"),
    (
        "moe-balance --fractions 0.5,0.25,0.125,0.125 --probabilities 0.4,0.3,0.2,0.1 --check 0.3125",
        "number of experts",
    ),
    ("moe-experts --experts 256 --top 8 --tokens 32 --check 256", "no expert is chosen twice"),
    ("data-parallel 7.5B --gpus 64 --ask stage_3 --check 29.53GB", "weights"),
    ("tensor-parallel --tokens 4096 --width 4096 --gpus 8 --check 112MiB", "forward"),
    ("ring-attention --tokens 131072 --gpus 8 --kv 8 --head-width 128 --check 512MiB", "P hops"),
    ("prefill 8.03B --tokens 2000 --peak 989T --mfu 50% --check 194.9 --ask milliseconds", "training"),
    ("matmul 32 4096 4096 --ask intensity --check 32", "weights"),
    ("logits --tokens 8192 --vocabulary 128256 --check 1.957GiB", "16 bits"),
    ("speculative --accept 0.8 --draft 4 --cost 0.05 --ask speed_up --check 2.46", "large model"),
    ("quantise 65B --group 64 --scale 8 --double 256 --ask bits_per_weight --check 4.125", "constants"),
    ("vectors 10M --width 768 --links 32 --ask with_links --check 32GB", "M neighbours"),
    ("pipeline --stages 8 --micro 32 --chunks 4 --ask to_ideal --check 21.875%", "chunks"),
    ("post-training-memory 7B --trained 2 --frozen 2 --check 448GB", "every model"),
    ("attention-intensity --heads 64 --kv 8 --check 1", "sharing"),
    ("memory 7B --gradients fp32 --ask bytes --check 112GB", "16 bits"),
    ("parallel-activations --tokens 2048 --width 12288 --heads 96 --gpus 8 --ask ratio --check 8", "divided"),
    ("transfer 2684354560 --link 400G --check 6.711", "bits are taken as bytes"),
    ("image-tokens 1120 840 --patch 14 --merge 2 --check 2400", "one side"),
    ("image-tiles --tiles 4 --side 336 --check 2304", "thumbnail"),
    ("image-tiles --tiles 12 --side 448 --merge 2 --check 13312", "merging"),
    ("image-grid 864 1296 --rule llava-next --check 2928", "padding"),
    ("image-grid 1920 1080 --rule qwen2-vl --check 2691", "limit"),
    ("adafactor --shapes 4096,11008 --ask numbers --check 45088768", "rows and columns"),
    ("adafactor --shapes 4096,11008 --ask bytes --check 360710144", "both moments"),
    ("ff-width 4096 --check 16384", "plain feed-forward"),
    ("acceptance --target 0.5,0.3,0.2 --draft 0.4,0.4,0.2 --check 0.36", "multiplied"),
    ("critical-batch 4 --ask steps_ratio --check 0.25", "the 1 is left out"),
    ("loss-scale --overflows 3 --good 4500 --check 8192", "growth"),
    ("token-mean --losses 4,2 --tokens 10,90 --ask loss --check 3", "means are averaged"),
    ("soft-nms --score 0.8 --iou 0.7 --ask gaussian --check 0.24", "linear"),
    ("assignment '1,2;2,5;4,6' --check 3", "used twice"),
    ("assignment '1,2;2,5;4,6' --check 6", "one after another"),
    ("siglip --cosine 0.3 --ask positive_loss --check 0.049", "bias"),
    ("fold-bn --weight 0.5 --mean 1 --variance 4 --gamma 2 --beta 0.5 --ask folded_bias --check -1", "β"),
]


@pytest.mark.parametrize(("command", "words"), MISTAKES)
def test_the_usual_wrong_answers_are_named(run_calc: RunCalc, command: str, words: str) -> None:
    code, out, err = run_calc(f"{command} --json")
    assert (code, err) == (1, "")
    assert words in " / ".join(f"{one['name']} {one['cure']}" for one in json.loads(out)["found"]), out


# ── the same by another way ──────────────────────────────────────────────────────────────────────────────────────


def log_sigmoid(value: float) -> float:
    return min(value, 0) - math.log1p(math.exp(-abs(value)))


def test_losses_of_pairs_are_log_sigmoids() -> None:
    source = random.Random(1)
    for _ in range(50):
        p, s, q, t = (-round(source.uniform(1, 60), 2) for _ in range(4))
        beta = source.choice((0.05, 0.1, 0.5))
        found = calculator("dpo", chosen=p, rejected=s, reference_chosen=q, reference_rejected=t, beta=beta)
        assert found.ask("loss") == pytest.approx(-log_sigmoid(beta * ((p - q) - (s - t))), abs=1e-9)
        # The weight of the gradient is the slope of the loss in the margin.
        assert found.ask("weight") == pytest.approx(1 - math.exp(-found.ask("loss")), abs=1e-9)
        margin = source.choice((0.5, 1.0))
        loss = calculator("simpo", chosen=p, rejected=s, beta=beta, margin=margin).ask("loss")
        assert loss == pytest.approx(-log_sigmoid(beta * (p - s) - margin), abs=1e-9)


def test_advantages_are_the_sum_of_discounted_errors() -> None:
    source = random.Random(2)
    for _ in range(20):
        n = source.randint(1, 6)
        rewards, values = ([round(source.uniform(-1, 1), 1) for _ in range(n)] for _ in range(2))
        last, gamma, decay = (source.choice((0, 0.5, 0.9, 1)) for _ in range(3))
        found = calculator("gae", rewards=rewards, values=values, last_value=last, gamma=gamma, gae_lambda=decay)
        after = [*values[1:], last]
        for start in range(n):
            total = sum(
                (gamma * decay) ** (step - start) * (rewards[step] + gamma * after[step] - values[step])
                for step in range(start, n)
            )
            assert float(found.ask(f"advantage_{start + 1}")) == pytest.approx(total, abs=1e-12)


def test_group_advantages_are_standard_scores_and_leave_one_out_means() -> None:
    source = random.Random(3)
    for _ in range(20):
        rewards = [source.randint(0, 4) for _ in range(source.randint(3, 8))]
        if len(set(rewards)) == 1:
            continue
        population, sample = (calculator("grpo", rewards=rewards, deviation=kind) for kind in ("population", "sample"))
        others = calculator("rloo", rewards=rewards)
        for place, reward in enumerate(rewards, 1):
            centred = reward - fmean(rewards)
            assert population.ask(f"advantage_{place}") == pytest.approx(centred / pstdev(rewards))
            assert sample.ask(f"advantage_{place}") == pytest.approx(centred / stdev(rewards))
            rest = rewards[: place - 1] + rewards[place:]
            assert float(others.ask(f"advantage_{place}")) == pytest.approx(reward - fmean(rest))


def test_the_clipped_objective_never_exceeds_either_term_and_stops_rewarding_beyond_the_clip() -> None:
    for ratio, advantage in product((0.3, 0.9, 1, 1.1, 2), (-2, -1, 1, 2)):
        found = calculator("ppo", ratio=ratio, advantage=advantage)
        assert found.ask("objective") == min(found.ask("clipped"), found.ask("unclipped"))
        further = calculator("ppo", ratio=ratio * 1.5, advantage=advantage).ask("objective")
        beyond = ratio >= 1.2 if advantage > 0 else ratio * 1.5 <= 0.8
        assert (further == found.ask("objective")) == beyond, (ratio, advantage)


def test_kl_estimates_have_the_divergence_as_their_mean() -> None:
    policy, reference = (0.5, 0.3, 0.2), (0.25, 0.25, 0.5)
    divergence = sum(p * math.log(p / q) for p, q in zip(policy, reference, strict=True))
    for name in ("k1", "k3"):
        mean = sum(
            p * float(calculator("kl_estimators", policy=math.log(p), reference=math.log(q)).ask(name))
            for p, q in zip(policy, reference, strict=True)
        )
        assert mean == pytest.approx(divergence)


def filtered(logits: list[float], temperature: float, top_k: int, top_p: float, min_p: float) -> list[float]:
    """Each filter by its definition, over all sets of tokens."""
    powers = [math.exp(one / temperature) for one in logits]
    shares = {place: one / sum(powers) for place, one in enumerate(powers)}
    left = sorted(shares, key=lambda place: -shares[place])[:top_k]
    total = sum(shares[place] for place in left)
    enough = [
        chosen
        for size in range(1, len(left) + 1)
        for chosen in combinations(left, size)
        if sum(shares[place] for place in chosen) >= top_p * total - 1e-12
    ]
    smallest = min(enough, key=lambda chosen: (len(chosen), -sum(shares[place] for place in chosen)))
    kept = [place for place in smallest if shares[place] >= min_p * max(shares.values())]
    mass = sum(shares[place] for place in kept)
    return [shares[place] / mass if place in kept else 0 for place in range(len(logits))]


def test_sampling_keeps_the_smallest_set() -> None:
    source = random.Random(4)
    for _ in range(40):
        logits = [round(source.uniform(-2, 3), 2) for _ in range(5)]
        temperature, top_k = source.choice((0.5, 1, 2)), source.randint(1, 5)
        top_p, min_p = source.choice((0.33, 0.77, 0.91)), source.choice((0.01, 0.13, 0.41))
        found = calculator("sampling", logits=logits, temperature=temperature, top_k=top_k, top_p=top_p, min_p=min_p)
        shares = [float(found.ask(f"p{place}")) for place in range(1, 6)]
        assert shares == pytest.approx(filtered(logits, temperature, top_k, top_p, min_p), abs=1e-9)
        assert sum(shares) == pytest.approx(1)


def test_online_softmax_is_softmax_wherever_the_blocks_are_cut() -> None:
    source = random.Random(5)
    for _ in range(20):
        n = source.randint(2, 7)
        scores, values = ([round(source.uniform(-4, 6), 1) for _ in range(n)] for _ in range(2))
        weights = [math.exp(one) for one in scores]
        right = sum(weight * value for weight, value in zip(weights, values, strict=True)) / sum(weights)
        for block in range(1, n):
            found = calculator("online_softmax", scores=scores, values=values, block=block)
            assert found.ask("output") == pytest.approx(right)
            assert found.ask("sum") * math.exp(max(scores)) == pytest.approx(sum(weights))


def test_rotated_products_depend_on_the_distance_alone() -> None:
    source = random.Random(6)
    for _ in range(20):
        pair, shift = source.randrange(32), source.randint(1, 500)
        query, key = ([round(source.uniform(-1, 1), 2) for _ in range(2)] for _ in range(2))
        m, n = source.randint(0, 900), source.randint(0, 900)

        def rotated(vector: list[float], position: int, pair: int = pair) -> complex:
            found = calculator("rope", width=64, pair=pair, position=position, x=vector[0], y=vector[1])
            turned = complex(found.ask("rotated_x"), found.ask("rotated_y"))
            # A rotation is a factor of modulus one.
            theta = 10_000 ** (-2 * pair / 64)
            assert turned == pytest.approx(
                complex(*vector) * complex(math.cos(position * theta), math.sin(position * theta))
            )
            return turned

        scores = [(rotated(query, m + by) * rotated(key, n + by).conjugate()).real for by in (0, shift)]
        assert scores[0] == pytest.approx(scores[1], abs=1e-9)


def test_the_ntk_base_stretches_the_slowest_pair_by_the_scale() -> None:
    for width, scale in product((64, 128), (2, 4, 8)):
        base = calculator("rope_scaling", scale=scale, width=width).ask("ntk_base")
        plain, stretched = (
            calculator("rope", width=width, base=one).ask("longest_wavelength") for one in (10_000, base)
        )
        assert stretched / plain == pytest.approx(scale)


@pytest.mark.parametrize("law", ["hoffmann", "besiroglu"])
def test_no_other_split_of_the_budget_has_a_smaller_loss(law: str) -> None:
    for flops in (1e20, 5.76e23):
        best = calculator("scaling_optimum", flops=flops, law=law)
        for factor in (0.5, 0.9, 1.1, 2):
            n = best.ask("parameters") * factor
            loss = calculator("scaling_law", parameters=n, tokens=flops / 6 / n, law=law).ask("loss")
            assert loss > best.ask("loss")


def test_pass_at_k_counts_the_draws_without_replacement() -> None:
    for n, c, k in ((5, 2, 1), (5, 2, 3), (6, 1, 4), (6, 3, 2), (4, 0, 2), (4, 4, 2)):
        draws = list(combinations([True] * c + [False] * (n - c), k))
        found = calculator("pass_at_k", samples=n, correct=c, k=k)
        assert found.ask("pass_at_k") == Fraction(sum(any(one) for one in draws), len(draws))
        assert found.ask("all_pass") == Fraction(sum(all(one) for one in draws), len(draws))


def test_votes_by_all_outcomes() -> None:
    for n in (1, 3, 5, 7):
        outcomes = list(product((True, False), repeat=n))
        chances = [math.prod(0.6 if right else 0.4 for right in one) for one in outcomes]
        found = calculator("repeated_success", success=0.6, times=n)
        for name, holds in (("all", all), ("any", any), ("majority", lambda one: 2 * sum(one) > len(one))):
            total = sum(chance for one, chance in zip(outcomes, chances, strict=True) if holds(one))
            assert float(found.ask(name)) == pytest.approx(total)


# ── pictures, generation, formats ────────────────────────────────────────────────────────────────────────────────────


def test_average_precision_is_the_area_under_its_curve() -> None:
    source = random.Random(8)
    for _ in range(30):
        ranks = sorted(source.sample(range(1, 15), source.randint(1, 6)))
        relevant = len(ranks) + source.randint(0, 3)
        found = calculator("average_precision", ranks=ranks, relevant=relevant)
        curve = [(Fraction(hits, relevant), Fraction(hits, rank)) for hits, rank in enumerate(ranks, 1)]

        def best(recall: Fraction, curve: list[tuple[Fraction, Fraction]] = curve) -> Fraction:
            return max((precision for at, precision in curve if at >= recall), default=Fraction(0))

        assert found.ask("average_precision") == sum(precision for _, precision in curve) / relevant
        assert (
            found.ask("interpolated") == sum(best(Fraction(hit, relevant)) for hit in range(1, relevant + 1)) / relevant
        )
        for name, steps in (("at_11_points", 10), ("at_101_points", 100)):
            assert found.ask(name) == sum(best(Fraction(at, steps)) for at in range(steps + 1)) / (steps + 1)


def area(box: tuple[int, ...]) -> int:
    return max(0, box[2] - box[0]) * max(0, box[3] - box[1])


def test_overlaps_of_boxes_by_their_cells() -> None:
    source = random.Random(9)
    for _ in range(30):
        first, second = (
            (x, y, x + source.randint(1, 6), y + source.randint(1, 6))
            for x, y in ((source.randint(0, 5), source.randint(0, 5)) for _ in range(2))
        )
        cells = [{(x, y) for x in range(box[0], box[2]) for y in range(box[1], box[3])} for box in (first, second)]
        union = len(cells[0] | cells[1])
        hull = (min(first[0], second[0]), min(first[1], second[1]), max(first[2], second[2]), max(first[3], second[3]))
        found = calculator("iou", first=first, second=second)
        assert found.ask("iou") == Fraction(len(cells[0] & cells[1]), union)
        assert found.ask("giou") == found.ask("iou") - Fraction(area(hull) - union, area(hull))
        assert -1 < found.ask("diou") <= found.ask("iou")


def reference_image_tokens(width: int, height: int, rule: str) -> int:
    """The rules as the models' own code writes them, in floating-point numbers and pixel by pixel."""
    if rule == "internvl":
        best, ratio = math.inf, (1, 1)
        grids = [(columns, rows) for columns in range(1, 13) for rows in range(1, 13)]
        for grid in sorted(grids, key=math.prod):
            distance = abs(width / height - grid[0] / grid[1])
            larger = distance == best and width * height > 448 * 448 * math.prod(grid) / 2
            if math.prod(grid) <= 12 and (distance < best or larger):
                best, ratio = distance, grid
        return 256 * (math.prod(ratio) + (math.prod(ratio) > 1))
    if rule == "qwen2-vl":
        across, down = (round(side / 28) * 28 for side in (width, height))
        if across * down > 1280 * 784:
            shrink = math.sqrt(width * height / (1280 * 784))
            across, down = (max(1, math.floor(side / shrink / 28)) * 28 for side in (width, height))
        elif across * down < 56 * 56:
            grow = math.sqrt(56 * 56 / (width * height))
            across, down = (math.ceil(side * grow / 28) * 28 for side in (width, height))
        return across * down // 784
    kept, wasted, chosen = 0, math.inf, (0, 0)
    for high, wide in ((336, 672), (672, 336), (672, 672), (1008, 336), (336, 1008)):
        scale = min(Fraction(wide, width), Fraction(high, height))
        pixels = min(int(width * scale) * int(height * scale), width * height)
        if pixels > kept or (pixels == kept and high * wide - pixels < wasted):
            kept, wasted, chosen = pixels, high * wide - pixels, (high // 14, wide // 14)
    high, wide = chosen
    if width / height > wide / high:
        high -= (high - int(round(height * (wide / width), 7))) // 2 * 2
    else:
        wide -= (wide - int(round(width * (high / height), 7))) // 2 * 2
    return high * wide + high + 576


@pytest.mark.parametrize("rule", ["internvl", "llava-next", "qwen2-vl"])
def test_the_tokens_of_an_image_are_those_of_the_models(rule: str) -> None:
    sizes = random.Random(18)
    for _ in range(60):
        width, height = sizes.randint(28, 3000), sizes.randint(28, 3000)
        found = calculator("image_grid", width=width, height=height, rule=rule)
        assert found.ask("tokens") == reference_image_tokens(width, height, rule), (width, height)


@pytest.mark.parametrize(
    ("command", "tokens"),
    [
        # InternVL 1.5 in training at most (arXiv:2404.16821), with 40 tiles in tests, and one tile.
        ("image-tiles --tiles 12 --side 448 --merge 2", 3328),
        ("image-tiles --tiles 40 --side 448 --merge 2", 10496),
        ("image-tiles --tiles 1 --side 448 --merge 2 --no-thumbnail", 256),
        ("image-tiles --tiles 4 --side 336", 2880),
        # An image of 864 × 1296 pixels has 2160 features in transformers' LLaVA-NeXT, a square one of 672 has 2928.
        ("image-grid 864 1296 --rule llava-next", 2160),
        ("image-grid 672 672 --rule llava-next", 2928),
        # Qwen2-VL's paper: 66 tokens for 224 × 224 pixels, two of them around the image.
        ("image-grid 224 224 --rule qwen2-vl", 64),
        ("image-grid 1120 840 --rule qwen2-vl", 1200),
        ("adafactor --shapes 4096,11008 --ask numbers", 15104),
    ],
)
def test_published_sizes(run_calc: RunCalc, command: str, tokens: int) -> None:
    ask = "" if "--ask" in command else " --ask tokens"
    assert run_calc(command + ask)[1] == f"{tokens:,}\n"


def test_what_the_optimisers_keep_by_tensors() -> None:
    """With momentum a little more than 4 bytes a parameter, as people count it; without, next to nothing."""
    shapes = [*[(4096, 4096)] * 4, (4096, 11008), (4096, 11008), (11008, 4096)]
    found = calculator("adafactor_memory", model="llama2-7b")
    assert found.ask("numbers") == 32 * sum(len(bytes(rows)) + len(bytes(columns)) for rows, columns in shapes)
    whole = 32 * sum(rows * columns for rows, columns in shapes)
    momentum = calculator("adafactor_memory", model="llama2-7b", momentum=True)
    assert 4 < momentum.ask("bytes") / whole < 4.002
    assert found.ask("adam") == 8 * whole


def test_brier_scores_come_apart_and_of_two_classes_are_doubled() -> None:
    chosen = random.Random(7)
    for _ in range(20):
        sure = [Fraction(chosen.randint(0, 5), 5) for _ in range(chosen.randint(1, 12))]
        came = [chosen.randint(0, 1) for _ in sure]
        found = calculator("brier_score", probabilities=sure, outcomes=came)
        squares = [(one - result) ** 2 for one, result in zip(sure, came, strict=True)]
        assert found.ask("score") == sum(squares) / len(squares)
        assert found.ask("score") == found.ask("reliability") - found.ask("resolution") + found.ask("uncertainty")
        both = [(one, 1 - one) for one in sure]
        two = calculator("multi_class_brier", probabilities=both, classes=[2 - result for result in came])
        assert two.ask("score") == 2 * found.ask("score")


def test_a_rating_difference_is_the_inverse_of_its_score() -> None:
    for difference in (-300, -20, 0, 7, 400):
        score = calculator("elo", difference=difference).ask("score")
        found = calculator("rating_difference", win_rate=score)
        assert found.ask("points") == pytest.approx(difference, abs=1e-9)
        pair = calculator("bradley_terry", chosen=found.ask("logit"), rejected=0)
        assert pair.ask("probability") == pytest.approx(score)


def test_suppression_box_by_box() -> None:
    source = random.Random(10)
    for _ in range(20):
        boxes = [(x, 0, x + 10, 10) for x in source.choices(range(25), k=6)]
        left, kept = list(range(6)), []
        while left:
            best = left.pop(0)
            kept.append(best + 1)
            overlaps = {other: calculator("iou", first=boxes[best], second=boxes[other]).ask("iou") for other in left}
            left = [other for other in left if overlaps[other] <= Fraction(1, 2)]
        found = calculator("suppression", boxes=boxes)
        assert (found.ask("kept"), found.ask("survivors")) == (len(kept), " ".join(map(str, kept)))


def test_overlaps_of_masks_pixel_by_pixel() -> None:
    source = random.Random(11)
    truth, mask = (source.choices((0, 1), k=60) for _ in range(2))
    matrix = [
        [sum(pair == (row, column) for pair in zip(truth, mask, strict=True)) for column in (0, 1)] for row in (0, 1)
    ]
    counts = {"true_positives": matrix[1][1], "false_positives": matrix[0][1], "false_negatives": matrix[1][0]}
    found = calculator("overlap", **counts)
    assert found.ask("iou") == calculator("mean_iou", matrix=matrix).ask("iou_2")
    assert found.ask("dice") == 2 * found.ask("iou") / (1 + found.ask("iou"))
    precision, recall = found.ask("precision"), found.ask("recall")
    assert found.ask("dice") == 2 * precision * recall / (precision + recall)
    assert calculator("overlap", **counts, alpha=1, beta=1).ask("tversky") == found.ask("iou")
    quality = calculator("panoptic_quality", ious=(0.7, 0.9), false_positives=1, false_negatives=3)
    assert quality.ask("panoptic_quality") == quality.ask("segmentation_quality") * quality.ask("recognition_quality")


def test_denoising_undoes_noising_and_ddim_stays_on_the_line() -> None:
    source = random.Random(12)
    for _ in range(20):
        clean, noise = (round(source.uniform(-1, 1), 2) for _ in range(2))
        now, then = (round(source.uniform(0.05, 0.95), 2) for _ in range(2))
        start = calculator("noising", clean=clean, noise=noise, alpha_bar=now)
        step = calculator("denoising", noised=start.ask("noised"), noise=noise, alpha_bar=now, next_alpha_bar=then)
        assert step.ask("clean") == pytest.approx(clean)
        assert step.ask("next") == pytest.approx(
            calculator("noising", clean=clean, noise=noise, alpha_bar=then).ask("noised")
        )
        # The velocity turns x_t back into x_0.
        back = math.sqrt(now) * start.ask("noised") - math.sqrt(1 - now) * start.ask("velocity")
        assert back == pytest.approx(clean)


def test_the_divergence_of_gaussians_is_its_integral() -> None:
    def density(x: float, mean: float, variance: float) -> float:
        return math.exp(-((x - mean) ** 2) / (2 * variance)) / math.sqrt(2 * math.pi * variance)

    for mean, variance, other_mean, other_variance in ((0.5, 0.25, 0, 1), (-1, 2, 0.5, 3)):
        step = 0.01
        total = sum(
            step * p * math.log(p / q)
            for x in (place * step for place in range(-1000, 1000))
            for p, q in [(density(x, mean, variance), density(x, other_mean, other_variance))]
            if p > 0
        )
        found = calculator(
            "gaussian_divergence", mean=mean, variance=variance, other_mean=other_mean, other_variance=other_variance
        )
        assert found.ask("divergence") == pytest.approx(total, rel=1e-3)


@pytest.mark.parametrize(("name", "code"), [("fp16", "e"), ("fp32", "f")])
def test_formats_round_as_the_machine_does(name: str, code: str) -> None:
    source = random.Random(13)
    found = calculator("float_format", format=name)
    for quantity in ("largest", "smallest_normal", "smallest_subnormal"):
        value = float(found.ask(quantity))
        assert struct.unpack(code, struct.pack(code, value))[0] == value
    values = [source.uniform(-2, 2) * 2.0 ** source.randint(-26, 12) for _ in range(40)]
    for value in (*values, 1 + float(found.ask("epsilon")) / 2, 1 + 1.5 * float(found.ask("epsilon"))):
        exact = Fraction(value)
        rounded = calculator("float_format", format=name, value=exact).ask("rounded")
        assert rounded == Fraction(struct.unpack(code, struct.pack(code, float(exact)))[0])


def test_codes_are_within_half_a_step() -> None:
    source = random.Random(14)
    for scheme, bits in product(("absmax", "affine"), (4, 8)):
        values = [round(source.uniform(-3, 5), 2) for _ in range(8)]
        found = calculator("integer_codes", values=values, bits=bits, scheme=scheme)
        zero = found.values.get("zero_point", 0)
        for place, value in enumerate(values, 1):
            back = (found.ask(f"integer_{place}") - zero) * found.ask("scale")
            assert abs(back - Fraction(str(value))) <= found.ask("scale") * (
                1 if scheme == "affine" else Fraction(1, 2)
            )


def test_a_folded_batch_norm_computes_the_same() -> None:
    source = random.Random(15)
    for _ in range(20):
        weight, bias, mean, gamma, beta, x = (round(source.uniform(-2, 2), 2) for _ in range(6))
        variance, epsilon = round(source.uniform(0.1, 4), 2), 1e-5
        found = calculator(
            "fold_batch_norm",
            weight=weight,
            bias=bias,
            mean=mean,
            variance=variance,
            gamma=gamma,
            beta=beta,
            epsilon=epsilon,
        )
        normalised = gamma * (weight * x + bias - mean) / math.sqrt(variance + epsilon) + beta
        assert found.ask("folded_weight") * x + found.ask("folded_bias") == pytest.approx(normalised)


def test_accepted_and_drawn_again_tokens_follow_the_target() -> None:
    target, draft = (0.5, 0.3, 0.2), (0.2, 0.6, 0.2)
    found = calculator("speculative_acceptance", target=target, draft=draft)
    for place, (p, q) in enumerate(zip(target, draft, strict=True), 1):
        through = q * min(1, p / q)
        again = (1 - found.ask("acceptance")) * found.ask(f"residual_{place}")
        assert through + float(again) == pytest.approx(p)


def test_a_loss_scale_step_by_step() -> None:
    for overflows, good in ((0, 0), (3, 4500), (2, 1999), (5, 6000)):
        scale = 65536.0
        for _ in range(overflows):
            scale /= 2
        for step in range(1, good + 1):
            scale *= 2 if step % 2000 == 0 else 1
        assert calculator("loss_scale", overflows=overflows, good_steps=good).ask("scale") == scale


# ── learning and search ──────────────────────────────────────────────────────────────────────────────────────────────


def test_impurity_is_the_chance_of_two_different_draws_and_entropy_the_length_of_a_code() -> None:
    found = calculator("split", left=(5, 1), right=(1, 3))
    labels = [0] * 6 + [1] * 4
    assert found.ask("parent") == Fraction(sum(a != b for a, b in product(labels, repeat=2)), 100)
    halves = calculator("split", left=(4, 0), right=(0, 4), criterion="entropy")
    assert halves.ask("decrease") == pytest.approx(1)
    four = calculator("split", left=(1, 1, 1, 1), right=(2, 2, 2, 2), criterion="entropy")
    assert (four.ask("parent"), four.ask("decrease")) == (pytest.approx(2), pytest.approx(0))


def test_the_leaf_weight_is_best_and_the_gain_is_what_it_wins() -> None:
    def objective(gradient: float, hessian: float, weight: float) -> float:
        return gradient * weight + (hessian + 1) * weight**2 / 2

    found = calculator(
        "boosting_split", left_gradient=-4, left_hessian=3, right_gradient=6, right_hessian=5, penalty=0.5
    )
    left, right = float(found.ask("left_weight")), float(found.ask("right_weight"))
    for off in (-0.1, 0.1):
        assert objective(-4, 3, left) < objective(-4, 3, left + off)
    won = objective(2, 8, -2 / 9) - objective(-4, 3, left) - objective(6, 5, right) - 0.5
    assert float(found.ask("gain")) == pytest.approx(won)


def test_bands_by_all_outcomes() -> None:
    for rows, bands in ((1, 2), (2, 2), (2, 3), (3, 1)):
        chance = Fraction(0)
        for outcome in product((True, False), repeat=rows * bands):
            if any(all(outcome[band * rows : (band + 1) * rows]) for band in range(bands)):
                chance += math.prod(
                    (Fraction(3, 10) if not one else Fraction(7, 10) for one in outcome), start=Fraction(1)
                )
        assert calculator("minhash", similarity=0.7, rows=rows, bands=bands).ask("detection") == chance


def test_chunks_by_walking_through_the_document() -> None:
    for tokens, size, overlap in product((1, 99, 100, 101, 250, 1000), (100, 64), (0, 16, 50)):
        starts = [0]
        while starts[-1] + size < tokens:
            starts.append(starts[-1] + size - overlap)
        assert calculator("chunks", tokens=tokens, size=size, overlap=overlap).ask("chunks") == len(starts)


def test_contrastive_losses_are_cross_entropies() -> None:
    rows = [(0.3, 0.1, 0.2), (0.2, 0.25, -0.1), (0.0, 0.3, 0.4)]
    for temperature in (0.07, 0.5):

        def loss(matrix: Sequence[tuple[float, ...]], temperature: float = temperature) -> float:
            return fmean(
                -math.log(math.exp(row[at] / temperature) / sum(math.exp(one / temperature) for one in row))
                for at, row in enumerate(matrix)
            )

        columns = list(zip(*rows, strict=True))
        found = calculator("clip_loss", similarities=rows, temperature=temperature)
        assert found.ask("loss") == pytest.approx((loss(rows) + loss(columns)) / 2)
        single = calculator("info_nce", match=0.3, negatives=(0.1, 0.2), temperature=temperature)
        assert single.ask("loss") == pytest.approx(loss([rows[0]]))
        assert single.ask("loss") + single.ask("information") == pytest.approx(math.log(3))


# ── experts and rings ────────────────────────────────────────────────────────────────────────────────────────────────


def test_experts_read_by_all_routings() -> None:
    for experts, chosen, tokens in ((4, 1, 3), (4, 2, 2), (3, 3, 2)):
        choices = list(combinations(range(experts), chosen))
        read = [len(set().union(*routing)) for routing in product(choices, repeat=tokens)]
        found = calculator("experts_read", experts=experts, chosen=chosen, tokens=tokens)
        assert found.ask("experts") == Fraction(sum(read), len(read))
    even = calculator("expert_balance", fractions=(0.25,) * 4, probabilities=(0.25,) * 4)
    assert even.ask("loss") == 1


def test_every_block_of_keys_visits_every_gpu() -> None:
    for gpus in (2, 4, 8):
        seen, sent = [{rank} for rank in range(gpus)], 0
        blocks = list(range(gpus))
        while any(len(one) < gpus for one in seen):
            blocks = [blocks[rank - 1] for rank in range(gpus)]
            sent += 1
            for rank, block in enumerate(blocks):
                seen[rank].add(block)
        found = calculator("ring_attention", tokens=1024, gpus=gpus, kv_heads=2, head_width=64)
        assert found.ask("bytes") == sent * found.ask("hop")


# ── tokenisers ───────────────────────────────────────────────────────────────────────────────────────────────────

PAPER = {"low": 5, "lower": 2, "newest": 6, "widest": 3}


def test_the_merges_of_the_paper() -> None:
    """Sennrich et al. 2016, algorithm 1: the merges that their code prints."""
    found = calculator("bpe", corpus=PAPER, merges=10, end="</w>", word="lowest")
    pairs = [step.formula.split(" = ")[0] for step in found.steps if step.quantity.startswith("merge_")]
    assert pairs == [
        "e s", "es t", "est </w>", "l o", "lo w", "n e", "ne w", "new est</w>", "low </w>", "w i",
    ]  # fmt: skip
    assert found.ask("segmentation") == "low est</w>"
    assert found.ask("vocabulary") == 11 + 10


def textbook_merges(corpus: dict[str, int], merges: int) -> list[tuple[str, int]]:
    """By replacing text: words as symbols with spaces between, a pair replaced by its union."""
    words = {f" {' '.join(word)} ": times for word, times in corpus.items()}
    found: list[tuple[str, int]] = []
    for _ in range(merges):
        counts: Counter[tuple[str, str]] = Counter()
        for word, times in words.items():
            for pair in pairwise(word.split()):
                counts[pair] += times
        if not counts:
            break
        pair, count = max(counts.items(), key=lambda item: item[1])
        found.append((" ".join(pair), count))
        merged = {}
        for word, times in words.items():
            symbols, out = word.split(), []
            while symbols:
                both = len(symbols) > 1 and (symbols[0], symbols[1]) == pair
                out.append("".join(symbols[: 1 + both]))
                symbols = symbols[1 + both :]
            merged[f" {' '.join(out)} "] = times
        words = merged
    return found


def test_merges_of_random_corpora() -> None:
    source = random.Random(7)
    for _ in range(15):
        corpus = {"".join(source.choices("abc", k=source.randint(1, 6))): source.randint(1, 9) for _ in range(5)}
        found = calculator("bpe", corpus=corpus, merges=6)
        merges = [
            (step.formula.split(" = ")[0], step.value) for step in found.steps if step.quantity.startswith("merge_")
        ]
        assert merges == textbook_merges(corpus, 6)
        # Segmenting the corpus with its own merges gives the tokens that training ended with.
        pieces = [calculator("bpe", corpus=corpus, merges=6, word=word).ask("pieces") for word in corpus]
        assert sum(map(lambda n, times: n * times, pieces, corpus.values())) == found.ask("tokens_after")


# ── the page of recipes ──────────────────────────────────────────────────────────────────────────────────────────────

PAGE = Path(__file__).parents[1] / "docs" / "calc.md"
RECIPES = re.findall(r"^\| [^|]+ \| `dlquiz calc ([^`]+)` \| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), re.M)


def test_every_recipe_prints_what_the_page_says(run_calc: RunCalc) -> None:
    shown = {command: run_calc(command)[1].strip() for command, _ in RECIPES}
    assert shown == dict(RECIPES)


def test_every_method_has_a_recipe() -> None:
    page = PAGE.read_text(encoding="utf-8")
    methods = {name for name, row in CALCULATOR_COMMANDS.items() if row.calculator in {one for one, _ in EXAMPLES}}
    assert {name for name in methods if f"dlquiz calc {name} " not in page} == set()


# ── what cannot be ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("dpo", {"chosen": 1, "rejected": -1, "reference_chosen": -1, "reference_rejected": -1}, "chosen is 1"),
        ("gae", {"rewards": (1, 2), "values": (1,)}, "rewards and values are 2 and 1"),
        ("grpo", {}, "the rewards are missing"),
        ("grpo", {"right": 9, "group": 8}, "right is 9"),
        ("sampling", {"probabilities": (0.5, 0.1)}, "do not come to 1"),
        ("sampling", {}, "the logits are missing"),
        ("sampling", {"logits": (1, 2), "temperature": 0.001}, "temperature is 0.001"),
        ("sampling", {"logits": (1, 2), "top_p": 1.5}, "1 or less"),
        ("online_softmax", {"scores": (1, 2), "values": (1, 2), "block": 2}, "block is 2"),
        ("rope", {"width": 63}, "an even number"),
        ("rope", {"width": 64, "pair": 32}, "pair is 32"),
        ("rope_scaling", {"scale": 0.5}, "1 or more"),
        ("bpe", {"corpus": {}}, "1 to 50 words"),
        ("bpe", {"corpus": {"a\x1b[31m": 1}}, "1 to 40 letters"),
        ("bpe", {"corpus": {"hug": 0}}, "a frequency is 0"),
        ("pass_at_k", {"samples": 10, "correct": 11, "k": 1}, "correct is 11"),
        ("pass_at_k", {"samples": 10**6, "correct": 1, "k": 1}, "use 2000 or less"),
        ("kappa", {"observed": 1, "expected": 1}, "expected is 1"),
        ("rating_difference", {"win_rate": 1}, "win_rate is 1"),
        ("brier_score", {"probabilities": (0.5,), "outcomes": (2,)}, "an outcome is 2"),
        ("brier_score", {"probabilities": (1.5,), "outcomes": (1,)}, "outside 0 to 1"),
        ("multi_class_brier", {"probabilities": ((0.5, 0.6),), "classes": (1,)}, "do not come to 1"),
        ("multi_class_brier", {"probabilities": ((0.5, 0.5),), "classes": (3,)}, "a class is 3"),
        ("image_grid", {"width": 20, "height": 90, "rule": "qwen2-vl"}, "width is 20"),
        ("image_grid", {"width": 9000, "height": 40, "rule": "qwen2-vl"}, "more than 200 times"),
        ("image_grid", {"width": 90, "height": 90, "rule": "llava-next", "limit": 3}, "no limit"),
        ("image_grid", {"width": 90, "height": 90, "rule": "clip"}, "internvl, llava-next, qwen2-vl"),
        ("image_grid", {"width": 90, "height": 90, "limit": 0}, "limit is 0"),
        ("adafactor_memory", {"shapes": ()}, "shapes are '()'"),
        ("adafactor_memory", {"model": "mixtral_8x7b"}, "not those of a dense layer"),
        ("scaling_law", {"parameters": 1, "tokens": 1, "law": "kaplan"}, "hoffmann, besiroglu"),
        ("clip_loss", {"similarities": ((1, 2), (1,))}, "give 2 to 10 numbers"),
        ("clip_loss", {"similarities": ((1, 2, 3), (1, 2, 3))}, "columns and rows are 3 and 2"),
        ("split", {"left": (0, 0), "right": (1, 1)}, "left holds no examples"),
        ("bm25", {"frequency": 1}, "the idf is missing"),
        ("chunks", {"tokens": 10, "size": 5, "overlap": 5}, "overlap is 5"),
        ("average_precision", {"ranks": (1, 1)}, "different whole numbers"),
        ("suppression", {"boxes": ((0, 0, 1, 1), (1, 1, 1, 1))}, "a box is empty"),
        ("panoptic_quality", {"ious": (0.5,), "false_positives": 0, "false_negatives": 0}, "above 0.5"),
        ("noising", {"clean": 1, "noise": 1, "alpha_bar": 1}, "alpha_bar is 1"),
        ("float_format", {"format": "fp12"}, "fp32, tf32"),
        ("float_format", {"format": "fp16", "value": 10**6}, "can hold"),
        ("float_format", {"exponent": 40, "mantissa": 3}, "exponent is 40"),
        ("integer_codes", {"values": (0, 0)}, "all values are 0"),
        ("assignment", {"costs": ((1, 2, 3), (4, 5, 6))}, "3 objects and 2 queries"),
        ("assignment", {"costs": ((1, 2), (3,))}, "two rows are 1 and 2"),
        ("loss_scale", {"overflows": 0, "good_steps": 10**9}, "more than 100 times"),
        ("speculative_acceptance", {"target": (0.5, 0.5), "draft": (1, 0, 0)}, "target and draft are 2 and 3"),
        ("token_mean", {"losses": (1,), "tokens": (0,)}, "no tokens"),
        ("experts_read", {"experts": 8, "chosen": 9, "tokens": 1}, "chosen is 9"),
    ],
)
def test_what_cannot_be_is_refused_with_its_fix(name: str, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(CalcError) as refused:
        calculator(name, **arguments)
    assert words in str(refused.value)
    assert refused.value.fix


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("bpe hug", "this asks for a number"),
        ("bpe hug:many", "CORPUS 'many'"),
        ("bpe hug:2 --word hug --ask segmentation --check 3", "segmentation is a text"),
        ("gae --rewards 1", "--values is missing"),
    ],
)
def test_errors_of_the_command_line(run_calc: RunCalc, command: str, words: str) -> None:
    code, out, err = run_calc(command)
    assert code in (1, 2)
    assert (out, err.count("\n")) == ("", 1)
    assert words in err
