"""Chapter 2's players, its data and its three measures, in PyTorch. One run is one call of `train`."""

import math
from dataclasses import dataclass, field

import torch
import torch.nn as nn
import torch.nn.functional as F

SERIES = ("value", "loss-g", "d-on-data", "d-on-samples", "slope-g")
ROOT = math.sqrt(2)
CENTERS = torch.tensor(
    [(2, 0), (ROOT, ROOT), (0, 2), (-ROOT, ROOT), (-2, 0), (-ROOT, -ROOT), (0, -2), (ROOT, -ROOT)], dtype=torch.float64
)


@dataclass(frozen=True)
class Rules:
    ring: bool = True
    k: int = 1
    steps_of_g: int = 1
    m: int = 128
    latent: int = 2
    hidden_g: tuple = (64, 64)
    hidden_d: tuple = (64, 64)
    saturating: bool = False
    rate_g: float = 2e-3
    rate_d: float = 2e-3
    keep: float = 1.0


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
        for _ in range(self.rules.steps_of_g):
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


def normal_masses(edges, mean, deviation):
    """Exact, from the error function; the chapter sums a density."""
    cdf = 0.5 * (1 + torch.erf((edges - mean) / (deviation * ROOT)))
    return cdf.diff() / (cdf[-1] - cdf[0])


def divergence(samples, ring):
    samples = samples.double()
    if ring:
        edges = torch.linspace(-3, 3, 61, dtype=torch.float64)
        p = (
            sum(torch.outer(normal_masses(edges, y, 0.1), normal_masses(edges, x, 0.1)) for x, y in CENTERS.tolist())
            / 8
        )
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
