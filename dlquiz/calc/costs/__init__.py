"""Costs of transformers, training, inference and parallelism, and the smaller metrics."""
