// Kernels/Contract
