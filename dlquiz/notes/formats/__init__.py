"""Notes that are no Markdown of a person's own: pages, tables, and what dlquiz exported."""
