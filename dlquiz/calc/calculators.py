"""The one lookup of every calculator: costs of transformers and training, and the small sums of interviews."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from importlib import import_module
from inspect import Parameter
from typing import Any, cast

from dlquiz.calc import argument_groups
from dlquiz.calc.calculation import Calculation
from dlquiz.calc.errors import CalcError, MissingArgumentError
from dlquiz.suggest import closest

# Module → the calculators in it: what counts memory, FLOPs or time is in `costs`, the rest in `methods`.
_NAMES = {
    "costs.transformer": "transformer_parameters feed_forward_width",
    "costs.attention": "attention_cost",
    "costs.training": ("training_flops training_days training_memory mfu chinchilla post_training_memory"),
    "costs.activations": "activation_memory",
    "costs.matrices": "lora adafactor_memory",
    "costs.fit.inference": "fit_inference",
    "costs.fit.training": "fit_training",
    "costs.parallel": (
        "zero all_reduce pipeline tokens_per_step data_parallel_traffic tensor_parallel_traffic "
        "ring_attention checkpoint_interval parallel_activations"
    ),
    "costs.key_value_cache": "kv_cache latent_cache",
    "costs.inference": (
        "score_matrix decode roofline speculative quantised vectors prefill "
        "matmul_intensity logits_memory attention_intensity transfer_time"
    ),
    "costs.images": "image_tokens tiled_image_tokens image_grid",
    "costs.mixture": "expert_balance expert_capacity experts_read router_z_loss",
    "costs.separable": "separable_ratio",
    "methods.ranking": "auc ndcg average_precision reciprocal_rank",
    "methods.evaluation": (
        "perplexity bits_per_byte pass_at_k repeated_success precision_at_prevalence calibration_error kappa "
        "elo rating_difference confidence_interval brevity_penalty token_mean brier_score multi_class_brier"
    ),
    "methods.sampling": "softmax sampling logit_penalty online_softmax entropy speculative_acceptance",
    "methods.detection": "iou suppression box_decoding pyramid_level soft_suppression assignment",
    "methods.weights": "he fold_batch_norm smoothing_factor",
    "methods.generation": "diffusion latent noising denoising guidance flow_matching gaussian_divergence",
    "methods.losses": "bradley_terry dpo simpo info_nce clip_loss siglip_loss",
    "methods.policy_gradient": "gae ppo grpo rloo gspo kl_estimators best_of_n",
    "methods.rotary": "rope rope_scaling",
    "methods.scaling": "scaling_law scaling_optimum critical_batch",
    "methods.tokenisation": "bpe",
    "methods.trees": "split boosting_split",
    "methods.retrieval": "minhash jaccard rank_fusion bm25 chunks",
    "methods.segmentation": "overlap mean_iou panoptic_quality",
    "methods.number_formats": "float_format integer_codes loss_scale",
}
CALCULATORS = {name: module for module, names in _NAMES.items() for name in names.split()}


def calculator(name: str, **arguments: object) -> Calculation:
    """A calculator by its name. `model` names a configuration, which gives whatever is not given beside it.

    Raises CalcError for an unknown calculator, model or argument, and for numbers that cannot be.

    >>> calculator("training_flops", parameters=7 * 10**9, tokens=2 * 10**12).ask("flops") == 84 * 10**21
    True
    >>> calculator("kv_cache", model="llama3-8b").ask("bytes_per_token")
    131072
    """
    plain = name.replace("-", "_")
    if plain not in CALCULATORS:
        near = closest(plain, CALCULATORS)
        fix = f"did you mean {near}?" if near else "use one of " + ", ".join(CALCULATORS)
        raise CalcError(f"there is no calculator {name[:40]!r}", fix=fix)
    known = parameters_of(plain)
    if (model := arguments.pop("model", None)) is not None:
        from dlquiz.calc.costs.transformer import fields_of

        arguments = fields_of(cast("str | Mapping[str, Any]", model), known) | arguments
    _check_arguments(plain, known, arguments)
    return argument_groups.call(_function(plain), arguments)


def parameters_of(name: str) -> Mapping[str, Parameter]:
    """The arguments of a calculator as its signature has them: name, annotation, default.

    >>> parameters_of("mfu")["peak"].annotation, parameters_of("quantised")["bits"].default
    ('Number', 4)
    """
    return argument_groups.parameters(_function(name))


def _function(name: str) -> Callable[..., Calculation]:
    function: Callable[..., Calculation] = getattr(import_module(f"dlquiz.calc.{CALCULATORS[name]}"), name)
    return function


def _check_arguments(name: str, known: Mapping[str, Parameter], arguments: Collection[str]) -> None:
    for one in arguments:
        if one not in known:
            near = closest(one, known)
            fix = f"did you mean {near}?" if near else "it takes " + ", ".join(known)
            raise CalcError(f"{name} has no argument {one[:40]!r}", fix=fix)
    required = [one.name for one in known.values() if one.default is Parameter.empty]
    if missing := [one for one in required if one not in arguments]:
        raise MissingArgumentError(name, missing)
