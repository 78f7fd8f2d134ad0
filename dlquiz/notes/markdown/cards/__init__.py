"""The lines of a question → what its card holds: where the answer ends, options to choose from and which are right, and
which lines ask."""
