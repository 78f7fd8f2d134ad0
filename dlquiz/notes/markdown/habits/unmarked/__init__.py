"""Questions that no mark tells: lines of their own, and lines of one look."""
