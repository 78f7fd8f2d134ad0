"""Numbers, shapes and units as people type them."""
