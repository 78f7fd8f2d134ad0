"""Lines of Markdown → questions and answers: what marks a question, and which lines belong to it."""
