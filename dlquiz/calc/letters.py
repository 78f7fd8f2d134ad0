"""What the letters of a calculator's working stand for: arguments by their names, and what is derived from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

# Bytes of a value of the type that was chosen, and of what mixed precision keeps for each parameter.
_OPTIMISER = "w bytes_per_value, c master_bytes, m momentum_bytes, v variance_bytes"
_OF_LAYERS = "s tokens, b batch, h width, a heads, L layers, f feed_forward_width, kv kv_heads, dh head_width"
_QUANTISED = "M matrix_parameters, q bits, g group"
_LAW = "E irreducible, A parameter_factor, u parameter_exponent, B token_factor, v token_exponent"

LETTERS: Mapping[str, str] = {
    # costs of transformers
    "transformer_parameters": "V vocabulary, d width, L layers, h heads, kv kv_heads, dh head_width, "
    "f feed_forward_width, E experts, k active_experts, s shared_experts, D dense_layers, F dense_feed_forward, "
    "P positions, S segments, C classes, I image, p patch, q query_latent, c latent, r rope, N norms",
    "attention_cost": "n tokens, d width, m matrices, f feed_forward_width, L layers, h heads, kv kv_heads, "
    "dh head_width, c latent, q query_latent, r rope, E experts, k active_experts, s shared_experts, D dense_layers, "
    "F dense_feed_forward",
    "kv_cache": "L layers, kv kv_heads, h heads, dh head_width, w bytes_per_value, n tokens, b batch, W window, "
    "S window_layers, c latent, r rope, F free",
    "score_matrix": "n tokens, a heads, b batch, w bytes_per_value",
    "training_flops": "N parameters, D tokens, T table_rows, d width, L layers, n length, h heads, dh head_width, "
    "r rope",
    "training_days": "N parameters, D tokens, G gpus, R peak, m mfu",
    "mfu": "N parameters, t tokens_per_second, R peak",
    "chinchilla": "C flops, r tokens_per_parameter",
    "training_memory": f"N parameters, g gradient_bytes, {_OPTIMISER}, {_OF_LAYERS}",
    "activation_memory": _OF_LAYERS,
    "adafactor_memory": "L layers, s per_layer, p elements, f momentum, i inputs, o outputs",
    "lora": "r rank, i inputs, o outputs, io input_times_output, L layers, t trainable, N parameters",
    "zero": "N parameters, G gpus",
    "all_reduce": "S size, G gpus, R bandwidth",
    "pipeline": "p stages, v chunks, m microbatches",
    "tokens_per_step": "b micro_batch, a accumulation, G gpus, n length",
    "decode": "N parameters, w bytes_per_value, k cache, R bandwidth, P peak, b batch",
    "roofline": "R peak, B bandwidth, w bytes_per_value, I intensity",
    "speculative": "a acceptance, g draft, c cost",
    "quantised": "q bits, s scale_bits, z zero_bits, g group, N parameters, G scale_group",
    "vectors": "n count, d width, w bytes_per_value, M links, m codes",
    "separable_ratio": "c inputs, o outputs, k kernel",
    "prefill": "N parameters, n tokens, G gpus, R peak, m mfu",
    "matmul_intensity": "B rows, D inner, F columns, w bytes_per_value",
    "logits_memory": "w bytes_per_value, b batch, s tokens, V vocabulary",
    "expert_capacity": "T tokens, E experts, k chosen, c factor, d width, w bytes_per_value",
    "experts_read": "E experts_per_layer, k chosen, B tokens",
    "data_parallel_traffic": "w bytes_per_value, N parameters, G gpus",
    "tensor_parallel_traffic": "G gpus, b batch, s tokens, h width, L layers, w bytes_per_value",
    "ring_attention": "n tokens, P gpus, kv kv_heads, dh head_width, w bytes_per_value",
    "checkpoint_interval": "C cost, M between_failures",
    "post_training_memory": "t trained_models, f frozen_models, N parameters, w bytes_per_value, m adapter",
    "attention_intensity": "h heads, g kv_heads, w bytes_per_value",
    "transfer_time": "S size, R link",
    "image_tokens": "x width, y height, p patch, m merge",
    "tiled_image_tokens": "t tiles, h thumbnail, s tile, p patch, m merge, b token_bytes",
    "image_grid": "w width, h height, x columns, y rows, t tiles, e thumbnail, s tile, p patch, m merge, "
    "n patches_per_side, a patch_rows, b patch_columns, q token_side, l limit, z least_tokens",
    "parallel_activations": f"{_OF_LAYERS}, t gpus",
    "expert_balance": "n experts",
    "router_z_loss": "L log_sum_exp",
    "feed_forward_width": "d width, m multiple, c multiplier",
    "fit_inference": f"N parameters, w bytes_per_value, {_QUANTISED}, G gpus, kv kv_heads, p prefill, "
    "f feed_forward_width, d width, b batch, V vocabulary, R reserve",
    "fit_training": f"N parameters, T trainable, {_OPTIMISER}, {_QUANTISED}, G gpus, b batch, s tokens, V vocabulary, "
    "L layers, R reserve",
    "fit_network": f"N parameters, B buffers, {_OPTIMISER}, R reserve",
    # language models
    "perplexity": "x loss",
    "bpe": "s base_symbols, m merges, n pair_count, a first_count, b second_count",
    "sampling": "x probability, p kept_probabilities, M mass, n tokens",
    "logit_penalty": "z logit, r repetition, c count, f frequency, h presence",
    "online_softmax": "s scores, m max, m1 max_1, m2 max_2, l1 sum_1, l2 sum_2, o1 output_1, o2 output_2",
    "entropy": "H bits",
    "speculative_acceptance": "p target, q draft, R residual_mass",
    "scaling_law": f"N parameters, D tokens, {_LAW}",
    "scaling_optimum": f"C flops, G balance, N parameters, D tokens, {_LAW}",
    "critical_batch": "k ratio",
    "float_format": "x exponent, m mantissa, r rounded, v value",
    "integer_codes": "M largest_magnitude, l lowest, h highest, b bits, x value, s scale, z zero_point",
    # post-training
    "bradley_terry": "c chosen, r rejected",
    "dpo": "p chosen, s rejected, q reference_chosen, t reference_rejected, b beta",
    "simpo": "u chosen, v rejected, b beta, g target_margin",
    "gae": "r reward, w next_value, v value, d delta, a next_advantage, g gamma, l gae_lambda",
    "ppo": "r ratio, A advantage, c clip",
    "grpo": "r reward, S reward_sum, n answers, q squared_deviations",
    "rloo": "r reward, S reward_sum, n answers",
    "gspo": "p new, q old, n tokens",
    "kl_estimators": "p policy, q reference",
    "softmax": "x logit, T temperature, S sum",
    "bits_per_byte": "x loss, b bytes_per_token",
    "rope": "b base, d width, i pair, p position, a angle",
    "rope_scaling": "s scale, d width, b base, L context",
    "loss_scale": "S start, k overflows, n good_steps, i growth_interval",
    "smoothing_factor": "X activation, W weight, a alpha",
    "best_of_n": "n samples",
    # vision and generation
    "iou": "a first_left, b first_top, c first_right, d first_bottom, e second_left, f second_top, g second_right, "
    "h second_bottom, w width, v height, A first_area, B second_area, I intersection, C enclosing_area, "
    "q squared_distance, k squared_diagonal",
    "diffusion": "s log_alpha_bar, a alpha_bar",
    "latent": "H height, W width, C channels, h latent_height, w latent_width, c latent_channels",
    "clip_loss": "t temperature, i image_loss, c text_loss",
    "siglip_loss": "c cosine, t scale, b bias",
    "box_decoding": "x centre, w size, a shift, b growth",
    "pyramid_level": "w width, h height",
    "overlap": "a true_positives, b false_positives, c false_negatives, u alpha, v beta",
    "panoptic_quality": "s iou_sum, n matches, f false_positives, g false_negatives",
    "noising": "x clean, z noise, a alpha_bar",
    "denoising": "x noised, z noise, a alpha_bar, b next_alpha_bar",
    "guidance": "u unconditional, c conditional, w scale",
    "flow_matching": "z noise, x data, t time, s shift",
    "gaussian_divergence": "m mean, v variance, n other_mean, w other_variance",
    "soft_suppression": "s score, u iou, g sigma",
    "fold_batch_norm": "g gamma, t beta, w weight, b bias, m mean, v variance, x epsilon",
    # evaluation, retrieval and classical learning
    "auc": "P positives, N negatives",
    "average_precision": "n relevant, c precision_sum",
    "reciprocal_rank": "q queries",
    "rank_fusion": "k constant",
    "calibration_error": "g gaps",
    "brier_score": "q base_rate",
    "info_nce": "p match, t temperature, S negative_sum, n candidates",
    "split": "l left_examples, r right_examples, P parent, L left_impurity, R right_impurity",
    "boosting_split": "g left_gradient, h left_hessian, G right_gradient, H right_hessian, l regularisation, c penalty",
    "he": "n fan_in, m fan_out",
    "pass_at_k": "n samples, c correct",
    "repeated_success": "p success, n times",
    "precision_at_prevalence": "q prevalence, t recall, f false_positive_rate",
    "kappa": "o observed, c expected",
    "elo": "d difference",
    "rating_difference": "p win_rate",
    "confidence_interval": "a accuracy, n examples, z deviations",
    "brevity_penalty": "c candidate, r reference",
    "bm25": "N documents, n containing, t frequency, d length, a average_length, k saturation, b normalisation, i idf",
    "chunks": "n tokens, s size, o overlap",
    "minhash": "s similarity, r rows, b bands",
    "jaccard": "a first, b second, c common",
}


def legend(calculator: str, formulas: Iterable[str]) -> dict[str, str]:
    """The letters that the formulas have, with what they stand for.

    >>> legend("all_reduce", ["2 * (G - 1) / G * S"])
    {'S': 'size', 'G': 'gpus'}
    """
    import re

    right_sides = (formula.rpartition(" = ")[2] for formula in formulas)
    used = {letter for side in right_sides for letter in re.findall(r"\b[A-Za-z]{1,2}\d?\b", side)}
    rows = (row.split(" ") for row in LETTERS.get(calculator, "").split(", ") if row)
    return {letter: name for letter, name in rows if letter in used}
