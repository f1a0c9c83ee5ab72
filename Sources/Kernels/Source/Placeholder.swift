// Kernels/Source
