"""What the layers of a chapter's PyTorch program put out, for `book bisect CHAPTER --reference`.

Runs the reference program of chapter 3 or 6 as it is and hooks every convolution, transposed convolution, linear layer
and batch normalization of its generator and discriminator. Outputs are written in the order of the calls as
"000012/Generator.GAN_Generator.3": a number, the network's class, and the module's path. The chapter's `--trace-layers`
writes the same, so that the first layer that differs can be named.

Usage, from the root of the repository:
    python goldens/reference/trace_layers.py 03 --out layers.safetensors [--count 60] [--seed 0] \\
        [--dtype float64] [--act repaired]
"""

import argparse
import contextlib
import sys
from pathlib import Path

import torch
import torch.nn as nn
from safetensors.torch import save_file

NETWORKS = ("Generator", "Discriminator")
LAYERS = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear, nn.BatchNorm2d)


class Enough(Exception):
    """As many outputs as were asked for."""


class LayerOutputs:
    """Hooks every module there is; those that belong to no network have no path and are left out."""

    def __init__(self, count: int):
        self.count, self.paths, self.outputs = count, {}, {}
        nn.modules.module.register_module_forward_pre_hook(self.before)
        nn.modules.module.register_module_forward_hook(self.after)

    def before(self, module, _):
        name = type(module).__name__
        if name in NETWORKS:
            self.paths.update({id(part): f"{name}.{path}" for path, part in module.named_modules()})

    def after(self, module, _, output):
        path = self.paths.get(id(module))
        if path is None or not isinstance(module, LAYERS):
            return
        self.outputs[f"{len(self.outputs):06}/{path}"] = output.detach().clone().contiguous()
        if len(self.outputs) == self.count:
            raise Enough


def train_dcgan(options):
    import ch03_dcgan

    repaired = options.act == "repaired"
    ch03_dcgan.train(
        ch03_dcgan.load_records(None), options.seed, options.iterations or 1000, options.torch_dtype, repaired,
        show=lambda line: None,
    )  # fmt: skip


def train_progan(options):
    import ch06_progan_training as chapter

    images = chapter.load_images("portraits", "quick")
    training = chapter.Training(images, options.seed, options.torch_dtype, chapter.PROFILES["quick"])
    for number, _ in enumerate(training.iterations(options.from_step, 6)):
        if number + 1 == options.iterations:
            return


PROGRAMS = {"03": train_dcgan, "06": train_progan}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chapter", choices=sorted(PROGRAMS))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=60, help="outputs to write")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dtype", choices=["float32", "float64"], default="float32")
    parser.add_argument("--iterations", type=int)
    parser.add_argument("--act", choices=["literal", "repaired"], default="literal")
    parser.add_argument("--from-step", type=int, default=0)
    options, unknown = parser.parse_known_args()
    if unknown:
        # What only the chapter knows, such as a planted mistake, is what is to be found.
        print(f"left out: {' '.join(unknown)}", file=sys.stderr)
    if options.count < 1:
        parser.error("--count: expected 1 or more")
    options.torch_dtype = getattr(torch, options.dtype)
    layers = LayerOutputs(options.count)
    with contextlib.suppress(Enough):
        PROGRAMS[options.chapter](options)
    if len(layers.outputs) < options.count:
        raise SystemExit(
            f"the program came to its end after {len(layers.outputs)} outputs of layers, before {options.count}"
        )
    save_file(layers.outputs, options.out)


if __name__ == "__main__":
    main()
