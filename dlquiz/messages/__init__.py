"""What the program says, in English and in Chinese."""
