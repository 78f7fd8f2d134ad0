"""The window of the input that an output sees."""
