"""What interviews compute besides costs: losses of post-training, sampling, measures, boxes, splits, tokens."""
