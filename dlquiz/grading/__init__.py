"""Understanding typed answers: words against points, fillings against holes, and the rating that follows."""
