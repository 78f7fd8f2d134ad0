"""Models as torch prints them."""
