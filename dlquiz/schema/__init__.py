"""Sources with positions and the types of their fields; what a bank, and every file like it, is read with."""
