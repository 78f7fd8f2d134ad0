"""Networks: notation, graph, totals, receptive fields, comparison, printed models."""
