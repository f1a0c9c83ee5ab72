"""Chapter 2's reference: Algorithm 1 with perceptrons on data whose density is known, in PyTorch.

One run is one call of `train`: G's weights, D's weights, then per iteration k times (noise, data, dropout masks, a step of
D) and once (noise, masks, a step of G). Noise and data are drawn in float32 and widened. Dropout masks come from uniform
draws, because PyTorch's own Bernoulli draws differ between builds.

`--scatter` prints how far PyTorch is from itself: float32 with one thread, with two, and with its own float64.
"""

import argparse
import math
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

CHAPTER = "02-algorithm-1"
BELL_ITERATIONS, RING_ITERATIONS, RESTING_STEPS = 600, 1000, 1000
FLOAT64_ITERATIONS = 75
STOPS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
SERIES = ("value", "loss-g", "d-on-data", "d-on-samples", "slope-g")
ROOT = math.sqrt(2)
CENTERS = torch.tensor(
    [(2, 0), (ROOT, ROOT), (0, 2), (-ROOT, ROOT), (-2, 0), (-ROOT, -ROOT), (0, -2), (ROOT, -ROOT)], dtype=torch.float64
)


@dataclass(frozen=True)
class Rules:
    ring: bool = True
    k: int = 1
    m: int = 128
    latent: int = 2
    hidden_g: tuple = (64, 64)
    hidden_d: tuple = (64, 64)
    saturating: bool = False
    rate_g: float = 2e-3
    rate_d: float = 2e-3
    keep: float = 1.0


RING = {
    "k=1": Rules(),
    "k=2": Rules(k=2),
    "k=5": Rules(k=5),
    "k=20": Rules(k=20),
    "weak": Rules(hidden_d=(8,)),
    "saturating, k=1": Rules(saturating=True),
    "saturating, k=20": Rules(saturating=True, k=20),
    "dropout, k=1": Rules(keep=0.8),
}
BELL = Rules(ring=False, k=5, latent=8, hidden_g=(32, 32), hidden_d=(32, 32), rate_d=5e-3)


class Perceptron(nn.Module):
    def __init__(self, *widths, keep=1.0):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))
        self.keep = keep

    def forward(self, x, dropout=False):
        for layer in self.layers[:-1]:
            x = F.relu(layer(x))
            if dropout and self.keep < 1:
                x = torch.where(torch.rand(x.shape) < self.keep, x / self.keep, torch.zeros_like(x))
        return self.layers[-1](x)


@dataclass
class Players:
    """Two perceptrons, their optimizers, and what they have been through."""

    rules: Rules
    dtype: torch.dtype
    series: dict = field(default_factory=lambda: {name: [] for name in SERIES})

    def __post_init__(self):
        rules, size = self.rules, 2 if self.rules.ring else 1
        self.g = Perceptron(rules.latent, *rules.hidden_g, size)
        self.d = Perceptron(size, *rules.hidden_d, 1, keep=rules.keep)
        self.initial = {
            f"{label}/{name.removeprefix('layers.')}": p.detach().clone()
            for label, player in (("G", self.g), ("D", self.d))
            for name, p in player.named_parameters()
        }
        self.g.to(self.dtype), self.d.to(self.dtype)
        self.optimizer_g = torch.optim.Adam(self.g.parameters(), lr=rules.rate_g, betas=(0.5, 0.999))
        self.optimizer_d = torch.optim.Adam(self.d.parameters(), lr=rules.rate_d, betas=(0.5, 0.999))

    def noise(self):
        return torch.randn(self.rules.m, self.rules.latent).to(self.dtype)

    def real(self):
        m = self.rules.m
        if not self.rules.ring:
            return 2 + 0.5 * torch.randn(m, 1).to(self.dtype)
        places = CENTERS.to(self.dtype)[torch.randint(0, 8, (m,))]
        return places + 0.1 * torch.randn(m, 2).to(self.dtype)

    def improve_d(self):
        z, x = self.noise(), self.real()
        with torch.no_grad():
            fakes = self.g(z)
        on_data, on_samples = self.d(torch.cat([x, fakes]), dropout=True).split(self.rules.m)
        value = F.logsigmoid(on_data).mean() + F.logsigmoid(-on_samples).mean()
        self.optimizer_d.zero_grad()
        (-value).backward()
        self.optimizer_d.step()
        return value.item(), on_data.sigmoid().mean().item(), on_samples.sigmoid().mean().item()

    def loss_g(self, scores, saturating):
        return F.logsigmoid(-scores).mean() if saturating else -F.logsigmoid(scores).mean()

    def slope(self, loss):
        gradients = torch.autograd.grad(loss, list(self.g.parameters()))
        return gradients, math.sqrt(sum(float(gradient.square().sum()) for gradient in gradients))

    def iterate(self):
        for _ in range(self.rules.k):
            value, on_data, on_samples = self.improve_d()
        loss = self.loss_g(self.d(self.g(self.noise()), dropout=True), self.rules.saturating)
        gradients, length = self.slope(loss)
        for parameter, gradient in zip(self.g.parameters(), gradients):
            parameter.grad = gradient
        self.optimizer_g.step()
        for name, number in zip(SERIES, (value, loss.item(), on_data, on_samples, length)):
            self.series[name].append(number)

    def samples(self, count, seed=1):
        z = torch.randn(count, self.rules.latent, generator=torch.Generator().manual_seed(seed)).to(self.dtype)
        with torch.no_grad():
            return self.g(z)

    def late(self, name):
        return sum(self.series[name][-100:]) / 100


def train(rules, seed, dtype, iterations):
    torch.manual_seed(seed)
    players = Players(rules, dtype)
    for _ in range(iterations):
        players.iterate()
    return players


def resting(seed, dtype, steps, head_start):
    """Both losses' gradients at a G that rests while D improves."""
    torch.manual_seed(seed)
    players, found = Players(Rules(), dtype), []
    for _ in range(head_start):
        players.iterate()
    z = torch.randn(512, 2, generator=torch.Generator().manual_seed(2)).to(dtype)
    for step in range(steps + 1):
        if step in STOPS:
            found.append([players.slope(players.loss_g(players.d(players.g(z)), kind))[1] for kind in (True, False)])
        players.improve_d()
    return found


# ------------------------------------------------------------------------------------------------------------ measures


def normal_masses(edges, mean, deviation):
    """Exact, from the error function; the chapter sums a density."""
    cdf = 0.5 * (1 + torch.erf((edges - mean) / (deviation * ROOT)))
    return cdf.diff() / (cdf[-1] - cdf[0])


def divergence(samples, ring):
    samples = samples.double()
    if ring:
        edges = torch.linspace(-3, 3, 61, dtype=torch.float64)
        p = sum(torch.outer(normal_masses(edges, y, 0.1), normal_masses(edges, x, 0.1)) for x, y in CENTERS.tolist()) / 8
        counts = torch.histogramdd(samples.flip(1), [60, 60], range=[-3.0, 3.0, -3.0, 3.0]).hist
    else:
        edges = torch.linspace(-1, 5, 61, dtype=torch.float64)
        p = normal_masses(edges, 2, 0.5)
        counts = torch.histc(samples, 60, -1, 5)
    q = counts.double() / len(samples)
    middle = (p + q) / 2
    outside = (1 - q.sum()) * math.log(2)
    terms = torch.xlogy(p, p) + torch.xlogy(q, q) - torch.xlogy(p + q, middle)
    return float(terms.sum() + outside) / 2


def coverage(samples):
    near = torch.cdist(samples.double(), CENTERS) < 0.3
    share = near.double().mean(0)
    return int((share >= 1 / 32).sum()), float(share.sum())


# ------------------------------------------------------------------------------------------------------------- goldens


def window(rules):
    return 150 // (rules.k + 1)


def write_goldens(folder, options):
    from golden_store import GoldenStore

    runs = {"float64": ["--iterations", str(FLOAT64_ITERATIONS)], "float32": []}
    store = GoldenStore(CHAPTER, options.profile, options.seed, runs)
    for precision in ("float64", "float32"):
        dtype, complete = getattr(torch, precision), precision == "float32"

        def claim(name, holds):
            print(f"{name}: {bool(holds)}", flush=True)
            store.scalar(f"claim/{name}", 1.0 if holds else 0.0, precision)

        def perform(name, rules, iterations):
            players = train(rules, options.seed, dtype, iterations)
            for parameter, tensor in players.initial.items():
                store.hash_only(f"{name}/initial/{parameter}", tensor.to(dtype), precision)
            for quantity in SERIES:
                store.series(f"{name}/{quantity}", players.series[quantity][: window(rules)], precision)
            print(precision, name, "done", flush=True)
            return players

        bell = perform("bell", BELL, BELL_ITERATIONS if complete else FLOAT64_ITERATIONS)
        ring = {name: perform(name, r, RING_ITERATIONS if complete else FLOAT64_ITERATIONS) for name, r in RING.items()}
        starved = []
        for head_start in (0, 20):
            found = resting(options.seed, dtype, RESTING_STEPS if complete else FLOAT64_ITERATIONS, head_start)
            compared = [pair for stop, pair in zip(STOPS, found) if stop <= (20 if complete else 50)]
            store.series(f"resting-{head_start}/saturating", [pair[0] for pair in compared], precision)
            store.series(f"resting-{head_start}/non-saturating", [pair[1] for pair in compared], precision)
            starved.append(found)
            print(precision, "resting", head_start, found, flush=True)
        if not complete:
            continue
        end = divergence(bell.samples(20_000), ring=False)
        ends = [bell.late("d-on-data"), bell.late("d-on-samples")]
        print("bell", ends, end)
        for name, number in zip(("d-on-data", "d-on-samples", "divergence"), ends + [end]):
            store.scalar(f"bell/end/{name}", number, precision)
        claim("bell/d-ends-near-one-half", all(abs(number - 0.5) <= 0.1 for number in ends))
        claim("bell/divergence-below-0.02", end < 0.02)
        covered = {name: coverage(players.samples(5000)) for name, players in ring.items()}
        for name, players in ring.items():
            late = [round(players.late(n), 3) for n in SERIES]
            print(name, covered[name], divergence(players.samples(5000), ring=True), late, flush=True)
        claim("ring/k-1-covers-all-eight", covered["k=1"][0] == 8)
        claim("ring/k-20-collapses", covered["k=20"][0] <= 4)
        claim("ring/collapse-has-the-higher-quality", covered["k=20"][1] > covered["k=1"][1])
        claim("ring/a-weak-discriminator-teaches-nothing", covered["weak"][0] <= 1)
        claim("ring/a-larger-k-is-surer", ring["k=20"].late("d-on-data") > ring["k=1"].late("d-on-data") + 0.1)
        claim("ring/dropout-shortens-the-gradient", ring["dropout, k=1"].late("slope-g") < ring["k=1"].late("slope-g"))
        first, last = starved[0][0], starved[0][-1]
        claim("resting/saturating-starves", last[0] < 0.02 * first[0])
        claim("resting/non-saturating-does-not", last[1] > 0.2 * first[1])
    store.write(str(folder))


def scatter(seed):
    """How far PyTorch's float32 is from itself, the worst over the compared window of every run."""
    for name, rules in {"bell": BELL, **RING}.items():
        length, found = window(rules), {}
        for label, threads, dtype in (("one", 1, torch.float32), ("two", 2, torch.float32), ("wide", 1, torch.float64)):
            torch.set_num_threads(threads)
            found[label] = train(rules, seed, dtype, length).series
        for other in ("two", "wide"):
            worst = {
                quantity: max(
                    (abs(a - b), abs(a - b) / abs(b)) for a, b in zip(found["one"][quantity], found[other][quantity])
                )
                for quantity in SERIES
            }
            print(name, other, {q: f"{a:.1e} ({r:.1e})" for q, (a, r) in worst.items()}, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--profile", choices=("quick",), default="quick")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--scatter", action="store_true", help="measure how far PyTorch is from itself")
    parser.add_argument("--write-goldens", metavar="FOLDER", help="run everything in both precisions and store it")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.scatter:
        scatter(options.seed)
    elif options.write_goldens:
        write_goldens(Path(options.write_goldens), options)
    else:
        parser.error("one of --scatter and --write-goldens is needed")


if __name__ == "__main__":
    main()
