"""Chapter 4's reference: the parts of the document's ProGAN, measured one by one in PyTorch.

The networks are in progan.py; this program makes the chapter's measurements with them. Each experiment starts a stream
of its own with the same seed. Every draw is made in float32 and then widened for float64.
"""

import math

import torch
import torch.nn as nn

from ch03_dcgan import Cifar10, load_records
from progan import BATCH_SIZES, ConvBlock, Discriminator, Generator, WSConv2d, minibatch_std
from reference_program import main

CHAPTER = "04-progan-parts"
STEPS, QUICK_CHANNELS = 20, 32


def relative(new, old) -> float:
    return ((new.double() - old.double()).norm() / old.double().norm()).item()


def rms(tensor) -> float:
    return tensor.double().square().mean().sqrt().item()


def largest(tensor) -> float:
    return tensor.double().abs().max().item()


def graph(network, x, passed):
    """Numbers of a pass: of each stage its shape, parameters and the stages it takes; then the parameters of none."""
    stages, parameters = [x] + [value for _, value in passed], list(network.parameters())
    numbers, takes, above, known = [], [], [], []
    for position, stage in enumerate(stages):
        found = torch.autograd.grad(stage.sum(), stages[:position] + parameters, retain_graph=True, allow_unused=True)
        behind = {index for index in range(position) if found[index] is not None}
        direct = sorted(behind - set().union(*(above[index] for index in behind)))
        learned = {index for index in range(len(parameters)) if found[position + index] is not None}
        own = learned - set().union(*(known[index] for index in direct))
        takes.append(direct)
        above.append(behind)
        known.append(learned)
        numbers += [*stage.shape, sum(parameters[index].numel() for index in own), *direct]
    used = set().union(*known)
    return numbers + [sum(p.numel() for index, p in enumerate(parameters) if index not in used)], takes


class Experiments:
    """All of the chapter's results in one precision, by name."""

    def __init__(self, seed, dtype, records):
        self.seed, self.dtype, self.records = seed, dtype, records
        self.exact, self.tensors, self.series, self.claims = {}, {}, {}, {}

    def photographs(self, indices, size=32):
        pictures = Cifar10(self.records, size)
        return torch.stack([pictures[index][0] for index in indices]).to(self.dtype)

    def normal(self, *shape):
        return torch.randn(*shape).to(self.dtype)

    def all(self):
        for experiment in (
            self.effective_steps, self.first_steps, self.pixel_norm, self.minibatch, self.example, self.graphs,
            self.self_test, self.connected,
            self.fade_in, self.continuity, self.schedule,
        ):  # fmt: skip
            torch.manual_seed(self.seed)
            experiment()
        return self

    def effective_steps(self):
        found = {"he": [], "equalized": []}
        for inputs in (1, 4, 16, 64, 256):
            torch.manual_seed(self.seed)
            x, target = self.normal(4, inputs, 6, 6), self.normal(4, 8, 6, 6)
            plain = nn.Conv2d(inputs, 8, 3, 1, 1)
            nn.init.normal_(plain.weight, 0, math.sqrt(2 / (9 * inputs)))
            equalized = WSConv2d(inputs, 8)
            for name, layer in (("he", plain), ("equalized", equalized)):
                layer.to(self.dtype)
                weight = layer.weight if name == "he" else layer.conv.weight
                optimizer = torch.optim.Adam(layer.parameters(), lr=1e-3, betas=(0.0, 0.99))
                moved = []
                for _ in range(STEPS):
                    before = weight.detach().clone()
                    optimizer.zero_grad()
                    (layer(x) - target).square().mean().backward()
                    optimizer.step()
                    moved.append(relative(weight.detach(), before))
                found[name].append(moved)
        for name, rows in found.items():
            self.series[f"effective-step/{name}/first"] = [row[0] for row in rows]
            self.series[f"effective-step/{name}/mean"] = [sum(row) / len(row) for row in rows]
        first = {name: [row[0] for row in rows] for name, rows in found.items()}
        self.claims["equalized-steps-do-not-depend-on-fan-in"] = max(first["equalized"]) < 1.5 * min(first["equalized"])
        self.claims["plain-steps-do"] = max(first["he"]) > 10 * min(first["he"])

    def first_steps(self):
        networks = {"G": Generator(128, 128, 8), "D": Discriminator(8, 128, 128)}
        noise = self.normal(4, 128, 1, 1)
        generator, critic = (network.to(self.dtype) for network in networks.values())
        critic(generator(noise, 0.5, 1), 0.5, 1).mean().backward()
        for label, network in networks.items():
            weights = {name: p for name, p in network.named_parameters() if name.endswith("weight")}
            before = {name: p.detach().clone() for name, p in weights.items()}
            torch.optim.Adam(network.parameters(), lr=1e-4, betas=(0.0, 0.99)).step()
            self.series[f"first-step/{label}"] = [relative(p.detach(), before[name]) for name, p in weights.items()]

    @torch.no_grad()
    def pixel_norm(self):
        for normed, word in ((False, "none, weights"), (True, "pixel norm,")):
            for gain, text in ((1, "×1"), (1.5, "×1.5")):
                torch.manual_seed(self.seed)
                blocks = [ConvBlock(16, 16, normed) for _ in range(6)]
                x = self.normal(2, 16, 8, 8)
                sizes = [rms(x)]
                for block in blocks:
                    block.to(self.dtype)
                    for conv in (block.conv1, block.conv2):
                        conv.conv.weight.mul_(gain)
                    x = block(x)
                    sizes.append(rms(x))
                self.series[f"pixel-norm/{word} {text}"] = sizes

    def minibatch(self):
        self.series["minibatch-std/distinct"] = [
            minibatch_std(self.photographs([i % count for i in range(16)]))[0, 3, 0, 0].item()
            for count in (1, 2, 4, 8, 16)
        ]
        collapsed = self.photographs([0] * 16)
        lengths = []
        for images in (self.photographs(range(16)), collapsed + self.normal(*collapsed.shape) * 1e-3):
            images.requires_grad_()
            (slope,) = torch.autograd.grad(minibatch_std(images)[0, 3, 0, 0], images)
            lengths.append(slope.double().norm().item())
        self.series["minibatch-std/gradients"] = lengths
        self.claims["a-batch-of-one-is-refused"] = bool(minibatch_std(self.photographs([0])).isnan().any())

    def example(self):
        """The document's [5, 3, 112, 112]; what is appended is kept in a corner of every picture."""
        extended = minibatch_std(self.normal(5, 3, 112, 112))
        self.tensors["minibatch-std/example"] = extended[:, 3:, :2, 110:].clone()
        self.claims["the-documents-example-has-one-channel-more"] = list(extended.shape) == [5, 4, 112, 112]

    def graphs(self):
        """What every stage takes and can learn, from which gradients there are."""
        given = []
        for step, halves_after, names in (
            (2, False, ("G", "D")),
            (3, False, (None, "D at 32 px")),
            (3, True, (None, "D at 32 px, paper")),
        ):
            torch.manual_seed(self.seed)
            size = 4 * 2**step
            generator, critic = Generator(8, 16, size), Discriminator(size, 8, 16, halves_after=halves_after)
            noise = torch.randn(2, 8, 1, 1).requires_grad_()
            passed = []
            images = generator(noise, 0.5, step, lambda name, value: passed.append((name, value)))
            if names[0]:
                self.series[f"graph/{names[0]}"] = graph(generator, noise, [*passed, ("images", images)])[0]
            passed = []
            seen = images.detach().requires_grad_()
            scores = critic(seen, 0.5, step, lambda name, value: passed.append((name, value)))
            self.series[f"graph/{names[1]}"], takes = graph(critic, seen, [*passed, ("scores", scores)])
            if step == 3:
                block = next(index for index, (name, _) in enumerate(passed, 1) if name.startswith("block 2"))
                given.append(passed[takes[block][0] - 1][1].shape[3])
        self.claims["the-documents-older-block-sees-half"] = given == [8, 16]

    @torch.no_grad()
    def self_test(self):
        noise = torch.randn(5, 100, 1, 1)
        networks = {"G": Generator(100, 16, 512), "D": Discriminator(512, 100, 16)}
        self.exact["self-test/noise"] = noise.to(self.dtype)
        for label, network in networks.items():
            for name, parameter in network.named_parameters():
                self.exact[f"self-test/initial/{label}/{name}"] = parameter.detach().to(self.dtype)
        generator, critic = (network.to(self.dtype) for network in networks.values())

        def keep(label):
            return lambda name, value: self.tensors.update({f"self-test/{label} {name}": value.clone()})

        images = generator(noise.to(self.dtype), 0.5, 7, keep("G"))
        keep("G")("images", images)
        keep("D")("scores", critic(images, 0.01, 7, keep("D")))
        self.series["self-test/sizes"] = [
            rms(value)
            for name, value in self.tensors.items()
            if name.startswith("self-test/") and "/D halved" not in name and not name.endswith(", whole")
        ]
        self.claims["every-shape-of-the-document"] = all(
            list(self.tensors[f"self-test/{name}"].shape) == shape
            for name, shape in {
                "G initial": [5, 16, 4, 4], "G block 7": [5, 2, 512, 512], "G images": [5, 3, 512, 512],
                "D fromRGB 7, new": [5, 2, 512, 512], "D fromRGB 6, old": [5, 4, 256, 256],
                "D block 7, halved": [5, 4, 256, 256], "D block 1": [5, 16, 4, 4],
                "D with standard deviation": [5, 17, 4, 4], "D last convolution": [5, 100, 1, 1], "D scores": [5, 1],
            }.items()
        )  # fmt: skip

    def connected(self):
        generator, critic = Generator(8, 16, 128), Discriminator(128, 8, 16)
        noise, counts = torch.randn(2, 8, 1, 1), []
        for step in range(6):
            loss = critic(generator(noise, 0.5, step), 0.5, step).mean()
            for network in (generator, critic):
                found = torch.autograd.grad(loss, list(network.parameters()), retain_graph=True, allow_unused=True)
                counts.append(sum(gradient is not None for gradient in found))
        self.series["connected-parameters"] = counts

    @torch.no_grad()
    def fade_in(self):
        generator = Generator(64, QUICK_CHANNELS, 32)
        noise = self.normal(4, 64, 1, 1)
        generator.to(self.dtype)
        columns = [generator(noise, alpha, 3) for alpha in (0, 0.25, 0.5, 1)]
        self.tensors["fade-in/images"] = torch.stack(columns, dim=1).flatten(0, 1)

    @torch.no_grad()
    def continuity(self):
        generator = Generator(64, 16, 128)
        noise = self.normal(4, 64, 1, 1)
        generator.to(self.dtype)
        state = torch.get_rng_state()
        critics = []
        for halves_after in (False, True):
            torch.set_rng_state(state)
            critics.append(Discriminator(128, 64, 16, halves_after=halves_after).to(self.dtype))
        jumps = []
        for step in range(1, 6):
            photographs = self.photographs(range(4), 4 * 2**step)
            halved = nn.functional.avg_pool2d(photographs, 2)
            old = nn.functional.interpolate(generator(noise, 1, step - 1), scale_factor=2)
            old_scores = [critic(halved, 1, step - 1) for critic in critics]
            changes = []
            for alpha in (0, 0.01, 0.1, 0.25, 0.5, 0.75, 1):
                row = [largest(generator(noise, alpha, step) - old)]
                for critic, scores in zip(critics, old_scores):
                    row.append(largest(critic(photographs, alpha, step) - scores) / largest(scores))
                changes.append(row)
            jumps.append(changes[0])
            if step == 2:
                self.series["continuity/growing-to-16"] = sum(changes, [])
        self.series["continuity/jumps"] = sum(jumps, [])
        self.claims["generator-jumps-only-without-tanh"] = jumps[0][0] > 0.01 and all(j[0] < 1e-5 for j in jumps[1:])
        self.claims["the-documents-critic-jumps"] = all(j[1] > 0.01 for j in jumps[1:])
        self.claims["the-papers-critic-does-not"] = all(j[2] < 1e-4 for j in jumps)

    def schedule(self):
        """The document's alpha at the start of every epoch and at the end of the last."""
        found, epochs, images = [], 8, 2000
        for batch in BATCH_SIZES[:6]:
            alpha = 0.01
            for _ in range(epochs):
                found.append(alpha)
                for first in range(0, images, batch):
                    alpha += min(batch, images - first) / ((epochs * 0.5) * images)
                    alpha = min(alpha, 1)
            found.append(alpha)
        self.series["schedule/alpha"] = found


def scatter(first: Experiments, second: Experiments):
    """The largest difference of two runs, as a share of each result's largest element."""
    rows = []
    for kind in ("tensors", "series"):
        for name, value in getattr(first, kind).items():
            a, b = (torch.as_tensor(v).double() for v in (value, getattr(second, kind)[name]))
            rows.append((((a - b).abs().max() / a.abs().max().clamp_min(1e-300)).item(), name))
    return sorted(rows, reverse=True)


def experiments(precision, options):
    return Experiments(options.seed, getattr(torch, precision), load_records(options.data)).all()


def compute(store, precision, options):
    run = experiments(precision, options)
    for name, tensor in run.exact.items():
        store.hash_only(name, tensor, precision)
    for name, tensor in run.tensors.items():
        store.tensor(name, tensor, precision)
    for name, values in run.series.items():
        store.series(name, values, precision)
    for name, holds in run.claims.items():
        store.scalar(f"claim/{name}", float(holds), precision)


def add_options(parser):
    parser.add_argument("--data", metavar="DIR", help="a folder holding cifar-10-batches-bin, or being it")
    parser.add_argument(
        "--scatter", action="store_true", help="float32 with 1 and 2 threads, and float64, side by side"
    )


def measure_scatter(options):
    if options.scatter:
        own, wide = (experiments(precision, options) for precision in ("float32", "float64"))
        torch.set_num_threads(3 - options.threads)
        other = experiments("float32", options)
        for title, run in (("threads", other), ("float64", wide)):
            print(f"float32 against {title}")
            for value, name in scatter(own, run)[:12]:
                print(f"  {value:.1e}  {name}")
    return options.scatter


if __name__ == "__main__":
    main(__doc__, CHAPTER, compute, add_options=add_options, instead=measure_scatter)
