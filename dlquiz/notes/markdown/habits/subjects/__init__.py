"""Files that ask nothing and name subjects: with what there is to know about them, or as lists of what is asked."""
