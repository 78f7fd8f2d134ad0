"""FSRS states from reviews; which card next; days that begin at 04:00. No clock, no I/O."""
