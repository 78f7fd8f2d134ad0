"""A mock interview as lines of text: what is asked, and the report."""
