"""Card text → blocks and spans; LaTeX → Unicode; cell widths and wrapping."""
