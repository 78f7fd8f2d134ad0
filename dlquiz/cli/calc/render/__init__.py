"""Results of the calculators as lines of text."""
