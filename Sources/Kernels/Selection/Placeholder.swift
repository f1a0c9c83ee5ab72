// Kernels/Selection
