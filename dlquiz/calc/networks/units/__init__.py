"""What each unit of the notation makes of its input."""
