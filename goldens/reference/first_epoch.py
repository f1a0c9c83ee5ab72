"""Chapter 3's first epoch on all of CIFAR-10, as PyTorch ran it (`ch03_first_epoch.py`)."""

from pathlib import Path

import numpy as np
import safetensors.numpy
import zstandard

ACTS = ("literal", "repaired")
COLUMNS = ("loss-d", "loss-g", "d-x", "d-gz1", "d-gz2")
THREADS = (1, 2)
LAST = 50  # iterations whose mean is recorded
PATH = Path(__file__).resolve().parents[1] / "03-dcgan-cifar10" / "full" / "first-epoch.safetensors.zst"


def name(act: str, threads: int) -> str:
    return f"{act}/{threads}-thread" + ("s" if threads > 1 else "")


def kept(act: str) -> list[np.ndarray]:
    """PyTorch's runs of an act, each [5, iterations]."""
    content = zstandard.ZstdDecompressor().decompress(PATH.read_bytes(), max_output_size=1 << 26)
    tensors = safetensors.numpy.load(content)
    return [tensors[name(act, threads)] for threads in THREADS]


def last_means(run: np.ndarray) -> np.ndarray:
    """The means of the five numbers over the last iterations of the epoch."""
    return run[:, -LAST:].astype(np.float64).mean(1)
