"""Questions in lists: outlines, stems with questions below, glossaries, tables, and lists that a line announces."""
