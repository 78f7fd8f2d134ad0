"""Numbers about one's own study, from the rows of the log and the states of the cards as values."""
