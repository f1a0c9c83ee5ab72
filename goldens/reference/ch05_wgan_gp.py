"""Chapter 5's reference: WGAN-GP's penalty and its second gradients, critics in the plane, three mistakes.

Each experiment starts a stream of its own with the same seed. Every draw is made in float32 and then widened for
float64.
"""

import torch
import torch.nn as nn

from ch03_dcgan import Cifar10, load_records
from ch05_ring import WINDOW, RingExperiments
from progan import Discriminator, Generator, gradient_penalty
from reference_program import main

CHAPTER = "05-wgan-gp"
LAMBDA, ITERATIONS, FLOAT32_WINDOW, FLOAT32_PICTURES = 10, 400, 50, 20
DECIMALS = {"float32": 4, "float64": 9}
PLACES = (0, 0.25, 0.5, 0.75, 1)
MISTAKES = ("right", "β per pixel", "norm over channels", "not differentiated")


def plane_critic(dimensions=2, width=64):
    return nn.Sequential(
        nn.Linear(dimensions, width), nn.LeakyReLU(0.2), nn.Linear(width, width), nn.LeakyReLU(0.2), nn.Linear(width, 1)
    )


def slope(critic, points, create_graph=False):
    """The gradient of the sum of scores at every point."""
    points = points.detach().requires_grad_()
    return torch.autograd.grad(critic(points).sum(), points, create_graph=create_graph)[0]


def adam(network):
    return torch.optim.Adam(network.parameters(), lr=1e-3, betas=(0.0, 0.99))


def descend(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


class Experiments(RingExperiments):
    """All of the chapter's results in one precision, by name."""

    def __init__(self, seed, dtype, records, iterations=ITERATIONS, is_scatter=False):
        self.is_scatter = is_scatter
        self.seed, self.dtype, self.records, self.iterations = seed, dtype, records, iterations
        self.tensors, self.series, self.scalars, self.log, self.ends = {}, {}, {}, [], {}
        self.decimals = DECIMALS["float64" if dtype == torch.float64 else "float32"]

    def all(self):
        experiments = (
            self.two_distances,
            self.linear,
            self.critic,
            self.fields,
            self.truth,
            self.clipping,
            self.mistakes,
            self.beta,
        )
        for experiment in experiments:
            torch.manual_seed(self.seed)
            experiment()
        self.two_points()
        # To the end in one precision only: past the window both are chaos.
        self.ring(complete=self.dtype == torch.float32 and not self.is_scatter)
        self.scalars["claim/central-differences"] = 1  # arithmetic, no PyTorch needed
        return self

    def normal(self, *shape):
        return torch.randn(*shape).to(self.dtype)

    def uniform(self, *shape, low=0.0, high=1.0):
        return torch.empty(*shape).uniform_(low, high).to(self.dtype)

    def photographs(self, indices, size=8):
        pictures = Cifar10(self.records, size)
        return torch.stack([pictures[index][0] for index in indices]).to(self.dtype)

    def window(self, values, length):
        return values if self.dtype == torch.float64 else values[:length]

    def linear(self):
        w = self.normal(3, 1).requires_grad_()
        real, fake = self.normal(4, 3), self.normal(4, 3)
        penalty = gradient_penalty(lambda x: x @ w, real, fake, self.uniform(4, 1))
        self.tensors["linear/gradient"] = torch.autograd.grad(penalty, w)[0]
        length = w.norm()
        closed = 2 * (length - 1) * w / length
        worst = (self.tensors["linear/gradient"] - closed).abs().max()
        self.scalars["claim/by-hand"] = float(worst < (1e-14 if self.dtype == torch.float64 else 1e-6))

    def critic(self):
        critic = Discriminator(8, 16, 16).to(self.dtype)
        real = self.photographs(range(4))
        fake = self.uniform(4, 3, 8, 8, low=-1, high=1)
        penalty = gradient_penalty(lambda x: critic(x, 0.3, 1), real, fake, self.uniform(4, 1, 1, 1))
        self.scalars["critic/penalty"] = penalty.item()
        found = torch.autograd.grad(penalty, list(critic.parameters()), allow_unused=True)
        for (name, _), gradient in zip(critic.named_parameters(), found):
            # The bias of rgb_layers.0 has a gradient of zero but for rounding at 8 px.
            if gradient is not None and name != "rgb_layers.0.conv.bias":
                self.tensors[f"critic/penalty-gradient/{name}"] = gradient

    def draw(self, kind, size, count=64):
        if kind == "squares":
            shift = torch.tensor([[size / 2, 0.0]], dtype=self.dtype)
            real = self.uniform(count, 2, low=-0.5, high=0.5) + shift
            return real, self.uniform(count, 2, low=-0.5, high=0.5) - shift
        direction = self.normal(count, 2)
        return direction / direction.norm(dim=1, keepdim=True) * size, torch.zeros(count, 2, dtype=self.dtype)

    def train_in_plane(self, kind, size, limit=None, log=None):
        torch.manual_seed(self.seed)
        critic = plane_critic().to(self.dtype)
        optimizer = adam(critic)
        estimates, slopes = [], []
        for iteration in range(1, self.iterations + 1):
            real, fake = self.draw(kind, size)
            beta = self.uniform(64, 1)
            slopes.append(slope(critic, real * beta + fake * (1 - beta)).norm(dim=1).double().mean().item())
            real_score, fake_score = critic(real).mean(), critic(fake).mean()
            estimates.append((real_score - fake_score).item())
            loss = -(real_score - fake_score)
            if limit is None:
                loss = loss + LAMBDA * gradient_penalty(critic, real, fake, beta)
            descend(optimizer, loss)
            if limit is not None:
                with torch.no_grad():
                    for parameter in critic.parameters():
                        parameter.clamp_(-limit, limit)
            if log and iteration % max(1, self.iterations // 8) == 0:
                a, b = (f"{values[-1]:.{self.decimals}f}" for values in (estimates, slopes))
                self.log.append(f"[{log}][{iteration}/{self.iterations}] estimate: {a}  slope: {b}")
        return estimates, slopes

    def settled(self, values):
        last = values[-max(1, self.iterations // 10) :]
        return sum(last) / len(last)

    def fields(self):
        for name, log, arguments in (
            ("squares", "squares, penalty", ("squares", 2)),
            ("clipped", None, ("squares", 2, 0.1)),
            ("ring", "ring, penalty", ("ring", 1.5)),
        ):
            for series, values in zip(("estimate", "slope"), self.train_in_plane(*arguments, log=log)):
                self.series[f"plane/{name}/{series}"] = self.window(values, FLOAT32_WINDOW)

    def truth(self):
        errors = []
        for kind, size in (("squares", 0.5), ("squares", 1), ("squares", 2), ("squares", 4), ("ring", 1.5)):
            estimate, length = map(self.settled, self.train_in_plane(kind, size))
            self.series[f"truth/{kind}, {size}"] = [estimate, length]
            errors.append(abs(estimate / length - size) / size)
        self.scalars["claim/estimate-over-slope-is-the-distance"] = float(max(errors) < 0.05)

    def clipping(self):
        for limit in (0.01, 0.1, 0.5):
            self.series[f"clipping/{limit}"] = list(map(self.settled, self.train_in_plane("squares", 2, limit)))

    def mistakes(self):
        for variant in MISTAKES:
            torch.manual_seed(self.seed)
            generator, critic = (n.to(self.dtype) for n in (Generator(16, 16, 8), Discriminator(8, 16, 16)))
            optimizer, losses = adam(critic), []

            def score(images):
                return critic(images, 1, 1)

            @torch.no_grad()
            def fakes(count):
                return generator(self.normal(count, 16, 1, 1), 1, 1)

            test = self.photographs(range(1000, 1064)), fakes(64)
            for iteration in range(max(1, self.iterations // 4)):
                real = self.photographs([(16 * iteration + k) % 1000 for k in range(16)])
                fake = fakes(16)
                beta = self.uniform(*real.shape) if variant == "β per pixel" else self.uniform(16, 1, 1, 1)
                gradient = slope(score, real * beta + fake * (1 - beta), create_graph=variant != "not differentiated")
                if variant == "norm over channels":
                    length = gradient.norm(2, dim=1)
                else:
                    length = gradient.flatten(1).norm(2, dim=1)
                loss = -(score(real).mean() - score(fake).mean()) + LAMBDA * ((length - 1) ** 2).mean()
                losses.append(loss.item())
                descend(optimizer, loss)
            self.series[f"mistakes/{variant}/loss"] = self.window(losses, FLOAT32_PICTURES)
            self.ends[f"mistakes/{variant}/slopes"] = [
                slope(score, place * test[0] + (1 - place) * test[1]).flatten(1).norm(dim=1).double().mean().item()
                for place in PLACES
            ]
        if self.dtype == torch.float64:
            self.series |= self.ends

    def beta(self):
        real = self.photographs(range(64))
        fake = self.uniform(64, 3, 8, 8, low=-1, high=1)
        line = (real - fake).flatten(1)
        for name, shape in (("per sample", (64, 1, 1, 1)), ("per pixel", real.shape)):
            beta = self.uniform(*shape)
            way = (real * beta + fake * (1 - beta) - fake).flatten(1)
            position = (way * line).sum(1, keepdim=True) / line.square().sum(1, keepdim=True)
            off = (way - position * line).norm(dim=1) / line.norm(dim=1)
            self.series[f"beta/{name}"] = [position.std().item(), off.mean().item()]

    def two_points(self):
        settled = []
        for name, count in (("per sample", 1), ("per coordinate", 4)):
            torch.manual_seed(self.seed)
            critic = plane_critic(4).to(self.dtype)
            optimizer, estimates = adam(critic), []
            real = torch.ones(64, 4, dtype=self.dtype)
            for _ in range(self.iterations):
                penalty = gradient_penalty(critic, real, -real, self.uniform(64, count))
                difference = critic(real).mean() - critic(-real).mean()
                estimates.append(difference.item())
                descend(optimizer, -difference + LAMBDA * penalty)
            self.series[f"two-points/{name}/estimate"] = self.window(estimates, FLOAT32_WINDOW)
            settled.append(self.settled(estimates))
            self.scalars[f"two-points/{name}/settled"] = settled[-1]
        self.scalars["claim/beta-per-sample-meets-the-prediction"] = float(abs(settled[0] / 4.8 - 1) < 0.03)
        self.scalars["claim/beta-per-coordinate-overshoots"] = float(settled[1] / 4.8 > 1.1)


def scatter(first: Experiments, second: Experiments):
    """The largest difference of two runs: absolute, and as a share of the result's largest element."""
    rows = []
    for kind in ("tensors", "series", "scalars"):
        for name, value in getattr(first, kind).items():
            if name not in getattr(second, kind):
                continue
            a, b = (torch.as_tensor(v).double().flatten() for v in (value, getattr(second, kind)[name]))
            count = min(len(a), len(b))
            worst = (a[:count] - b[:count]).abs().max().item()
            rows.append((worst / max(a.abs().max().item(), 1e-300), worst, name))
    return sorted(rows, reverse=True)


def experiments(precision, options):
    dtype, records = getattr(torch, precision), load_records(options.data)
    return Experiments(options.seed, dtype, records, is_scatter=options.scatter).all()


def compute(store, precision, options):
    run = experiments(precision, options)
    for name, tensor in run.tensors.items():
        store.tensor(name, tensor, precision)
    for name, values in run.series.items():
        store.series(name, values, precision)
    for name, value in run.scalars.items():
        store.scalar(name, value, precision)
    store.log_lines(run.log, precision)


def add_options(parser):
    parser.add_argument("--data", metavar="DIR", help="a folder holding cifar-10-batches-bin, or being it")
    parser.add_argument("--scatter", action="store_true", help="how far float32 lies from float64")


def measure_scatter(options):
    if options.scatter:
        # Tensors are too small here for a second thread to change anything.
        for share, worst, entry in scatter(experiments("float32", options), experiments("float64", options)):
            print(f"  {share:.1e}  {worst:.1e}  {entry}")
    return options.scatter


if __name__ == "__main__":
    runs = {precision: ["--decimals", str(digits)] for precision, digits in DECIMALS.items()}
    runs["float64"] += ["--ring-iterations", str(WINDOW)]
    main(__doc__, CHAPTER, compute, runs=runs, add_options=add_options, instead=measure_scatter)
