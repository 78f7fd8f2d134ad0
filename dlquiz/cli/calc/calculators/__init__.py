"""The commands of `dlquiz calc` that name a calculator: their tables, and how a row becomes a command."""
