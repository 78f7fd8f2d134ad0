"""Cards and history → a package that Anki opens; an Anki file → reviews, or a bank. Nothing here needs Anki."""
