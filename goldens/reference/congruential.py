"""Numbers that the Swift side draws as well, so that test samples need to hold results only."""

import numpy as np


def words(count, seed):
    """The upper 24 bits of each state of x ← 1664525·x + 1013904223 (mod 2³²)."""
    out, x = np.empty(count, np.uint32), seed
    for i in range(count):
        x = (1664525 * x + 1013904223) & 0xFFFFFFFF
        out[i] = x >> 8
    return out
