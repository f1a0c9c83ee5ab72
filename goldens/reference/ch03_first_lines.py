"""Chapter 3's first ten lines from 24 seeds, in PyTorch: the band that the document's own are drawn in.

The document's run was not seeded, so its lines compare in kind only.

Takes two minutes, and prints every seed's first line, with mean and deviation. `--write` also puts the five numbers of
all ten lines, [24, 10, 5], into goldens/03-dcgan-cifar10/full/first-lines.safetensors.zst.
"""

import json
from pathlib import Path

import numpy as np
import torch

import kept_tensors
from ch03_dcgan import CHAPTER, SERIES, first_lines, load_records
from reference_program import argument_parser, parsed

SEEDS = 24
DOCUMENT_FIRST_LINE = (1.4032, 0.6854, 0.6174, 0.5983, 0.5039)
PATH = Path(__file__).resolve().parents[1] / CHAPTER / "full" / "first-lines.safetensors.zst"


def show(table: np.ndarray) -> None:
    mean, deviation = table[:, 0].mean(0), table[:, 0].std(0, ddof=1)
    print(f"{'':12}{'mean':>9}{'sd':>9}{'document':>10}{'z':>8}")
    for column, number in enumerate(DOCUMENT_FIRST_LINE):
        z = (number - mean[column]) / deviation[column]
        print(f"{SERIES[column]:12}{mean[column]:9.4f}{deviation[column]:9.4f}{number:10.4f}{z:8.2f}")


if __name__ == "__main__":
    parser = argument_parser(__doc__)
    parser.add_argument("--write", action="store_true", help="replace what is kept")
    options = parsed(parser)
    lines = first_lines(load_records(None), range(SEEDS), torch.float32)
    show(lines)
    if options.write:
        metadata = {"torch": torch.__version__, "columns": json.dumps(SERIES[:5])}
        kept_tensors.write(PATH, {"first-lines": lines.astype(np.float32)}, metadata)
