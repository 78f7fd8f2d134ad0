"""What a transformer needs of a GPU's memory, in inference and in training, and what is left of it.

Every figure is for one GPU. What frameworks allocate beside the tensors (CUDA's context, libraries, fragments of the
allocator) is the `reserve`, half a GiB unless another is given.
"""
