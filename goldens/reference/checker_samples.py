"""Makes Tests/Goldens/Samples/99-fake, the golden set of the checker's own fake chapter (Tests/FakeChapter).

    python goldens/reference/checker_samples.py

The numbers are NumPy's, so the tests hold the Swift side against an independent implementation of sampling, digests and
layout.
"""

import pathlib

import numpy as np

from golden_store import GoldenStore

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Goldens" / "Samples"


def main():
    store = GoldenStore(chapter="99-fake", profile="quick", seed=0)
    for precision in ("float32", "float64"):
        weights = np.sin(np.arange(12, dtype=np.float64) + 1).reshape(3, 4)
        store.tensor("weights", weights.astype(precision), precision)
        store.tensor("big", np.cos(np.arange(10_000, dtype=np.float64)).reshape(100, 100).astype(precision), precision)
        store.hash_only("draws", np.arange(100, dtype=precision), precision)
        store.series("losses", [1 / (step + 1) for step in range(20)], precision)
        store.scalar("limit", np.log(2.0), precision)
        pixels = (np.arange(32 * 48 * 3) * 7 // 3 % 256).astype(np.uint8).reshape(32, 48, 3)
        store.image("picture", pixels, precision)
        store.log_lines([f"[1/1][{step}/3] loss: {1 / (step + 1):.4f}" for step in range(3)], precision)
    store.write(SAMPLES / "99-fake")


if __name__ == "__main__":
    main()
