"""LaTeX → Unicode: lexer, parser, tree, and its renderings on one line, in two dimensions, in words."""
