"""Anki's own collection: through Anki's library while it is closed, through AnkiConnect while it runs."""
