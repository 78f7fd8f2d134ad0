"""Cards and history for everyone else: JSON to work on, CSV for a spreadsheet, Markdown to print."""
