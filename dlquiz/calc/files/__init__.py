"""Files of weights: what their headers say of the tensors, without reading the tensors."""
