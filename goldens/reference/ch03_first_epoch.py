"""Chapter 3's first epoch on all of CIFAR-10, in PyTorch: the band that the whole runs' first lines are drawn in.

The literal and the repaired act, float32, with one thread of PyTorch and with two. In float32 two runs from one seed
drift apart, for training amplifies rounding, so what a run on another machine can be asked for is to lie where
PyTorch's own runs lie.

`--write` puts the five numbers of every line into goldens/03-dcgan-cifar10/full/first-epoch.safetensors.zst (half an
hour); without it, what is kept there is read, and the means that the chapter records are printed.
"""

import json

import numpy as np
import torch

import kept_tensors
from ch03_dcgan import BATCH, train
from cifar10_pack import Pack
from first_epoch import ACTS, COLUMNS, PATH, THREADS, kept, last_means, name
from reference_program import argument_parser, parsed


def make(seed: int) -> None:
    records, tensors = Pack().records("training"), {}
    iterations = -(-len(records) // BATCH)
    for act in ACTS:
        for threads in THREADS:
            torch.set_num_threads(threads)
            label = name(act, threads)

            def progress(line, label=label):
                print(label, line, flush=True)

            run = train(records, seed, iterations, torch.float32, act == "repaired", show=progress)
            tensors[label] = np.array([run.series[column] for column in COLUMNS], np.float32)
    metadata = {"seed": str(seed), "torch": torch.__version__, "columns": json.dumps(COLUMNS)}
    kept_tensors.write(PATH, tensors, metadata)


def show() -> None:
    for act in ACTS:
        runs = [last_means(run) for run in kept(act)]
        for threads, means in zip(THREADS, runs):
            print(f"{name(act, threads):18}" + "  ".join(f"{mean:.5f}" for mean in means))
        print(f"{'apart':18}" + "  ".join(f"{gap:.5f}" for gap in abs(runs[0] - runs[1])))


if __name__ == "__main__":
    parser = argument_parser(__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help="train anew and replace what is kept")
    options = parsed(parser)
    if options.write:
        make(options.seed)
    show()
