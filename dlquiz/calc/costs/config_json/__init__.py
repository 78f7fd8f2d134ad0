"""A model's config.json as transformers writes it: one reader an architecture."""
