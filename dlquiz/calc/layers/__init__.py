"""One layer at a time: shapes, parameters, work and memory, as torch computes them."""
