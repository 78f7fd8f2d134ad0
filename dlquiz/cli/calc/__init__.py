"""`dlquiz calc`: layers, networks and costs on the command line."""
