"""What transformers, training, inference and parallelism cost: memory, FLOPs, time, traffic."""
