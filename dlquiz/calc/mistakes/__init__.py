"""The catalogue of mistakes behind wrong numbers."""
