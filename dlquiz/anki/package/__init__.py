"""Anki packages as files: reading and writing the SQLite collection inside, note types, protobuf."""
