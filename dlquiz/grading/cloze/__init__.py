"""What fills a hole: formulas, numbers, words, names, sets and lists."""
