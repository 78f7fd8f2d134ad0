"""Layers, networks, receptive field, cost and the catalogue of mistakes, without torch."""
