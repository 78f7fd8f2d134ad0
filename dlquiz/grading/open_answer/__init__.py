"""Typed answers to open questions: the points that they make, by rows of cues."""
