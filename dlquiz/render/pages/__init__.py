"""Pages of HTML that stand alone: their frame, an interview's report, the statistics."""
