"""The notation of networks: lexer, parser, tree, and its canonical text."""
