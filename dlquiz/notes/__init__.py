"""Markdown notes of many habits → cards, with exactly one fate for every line of the source."""
