"""Prepare for a deep-learning interview: flashcards and computed questions in the terminal."""

__version__ = "0.1.0"
