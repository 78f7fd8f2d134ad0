"""The checks of a bank: what can be reported without asking its questions."""
