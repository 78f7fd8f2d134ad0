"""The lines of a question → what its card holds: where the answer ends."""
