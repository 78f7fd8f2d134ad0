"""The SQLite review log: append, undo, read, merge, back up."""
