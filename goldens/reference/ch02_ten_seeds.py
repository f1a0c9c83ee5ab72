"""The ring from ten seeds at once: the weights of all are stacked, each seed draws from a generator of its own."""

import math

import torch
import torch.nn.functional as F

from ch02_players import CENTERS, SERIES, Players, Rules, coverage, divergence

SEEDS = 10


class TenPlayers:
    """The ring from ten seeds at once: weights [10, in, out], a generator a seed, losses summed over the seeds."""

    def __init__(self, rules, seed, dtype):
        self.rules, self.dtype, self.generators, single = rules, dtype, [], []
        for index in range(SEEDS):
            torch.manual_seed(seed + index)
            single.append(Players(rules, torch.float32))
            generator = torch.Generator()
            generator.set_state(torch.get_rng_state())
            self.generators.append(generator)
        self.g, self.d = (self.stacked(single, name) for name in ("g", "d"))
        self.optimizer_g = torch.optim.Adam(self.g, lr=rules.rate_g, betas=(0.5, 0.999))
        self.optimizer_d = torch.optim.Adam(self.d, lr=rules.rate_d, betas=(0.5, 0.999))
        self.series = {name: [] for name in SERIES}
        self.moments = []

    def stacked(self, single, name):
        stacks = [torch.stack(p).detach().to(self.dtype) for p in zip(*(getattr(s, name).parameters() for s in single))]
        stacks = [stack.mT if stack.dim() == 3 else stack[:, None, :] for stack in stacks]
        return [stack.contiguous().requires_grad_() for stack in stacks]

    def draw(self, function, *shape):
        return torch.stack([function(*shape, generator=generator) for generator in self.generators])

    def forward(self, player, x, keep=1.0):
        for weight, bias in zip(player[:-2:2], player[1:-2:2]):
            x = F.relu(torch.baddbmm(bias, x, weight))
            if keep < 1:
                x = torch.where(self.draw(torch.rand, *x.shape[1:]) < keep, x / keep, torch.zeros_like(x))
        return torch.baddbmm(player[-1], x, player[-2])

    def noise(self):
        return self.draw(torch.randn, self.rules.m, self.rules.latent).to(self.dtype)

    def real(self, count):
        def points(count, generator):
            places = CENTERS.to(self.dtype)[torch.randint(0, 8, (count,), generator=generator)]
            return places + 0.1 * torch.randn(count, 2, generator=generator).to(self.dtype)

        return self.draw(points, count)

    def improve_d(self):
        z, x = self.noise(), self.real(self.rules.m)
        with torch.no_grad():
            fakes = self.forward(self.g, z)
        scores = self.forward(self.d, torch.cat([x, fakes], 1), self.rules.keep)
        on_data, on_samples = scores.split(self.rules.m, 1)
        value = (F.logsigmoid(on_data) + F.logsigmoid(-on_samples)).mean((1, 2))
        self.descend(self.optimizer_d, self.d, -value.sum())
        return value.detach(), *(s.detach().sigmoid().mean((1, 2)) for s in (on_data, on_samples))

    def improve_g(self):
        scores = self.forward(self.d, self.forward(self.g, self.noise()), self.rules.keep)
        loss = (F.logsigmoid(-scores) if self.rules.saturating else -F.logsigmoid(scores)).mean((1, 2))
        gradients = self.descend(self.optimizer_g, self.g, loss.sum())
        return loss.detach(), sum(g.square().sum((1, 2)) for g in gradients).sqrt()

    def descend(self, optimizer, player, loss):
        gradients = torch.autograd.grad(loss, player)
        for parameter, gradient in zip(player, gradients):
            parameter.grad = gradient
        optimizer.step()
        return gradients

    def iterate(self):
        for _ in range(self.rules.k):
            value, on_data, on_samples = self.improve_d()
        for _ in range(self.rules.steps_of_g):
            loss, length = self.improve_g()
        for name, numbers in zip(SERIES, (value, loss, on_data, on_samples, length)):
            self.series[name].append(numbers)

    def measure(self):
        z = torch.randn(2000, self.rules.latent, generator=torch.Generator().manual_seed(1)).to(self.dtype)
        with torch.no_grad():
            samples = self.forward(self.g, z.expand(SEEDS, -1, -1))
        self.moments.append([(*coverage(points), divergence(points, ring=True)) for points in samples])

    def landscape(self):
        middles = (torch.arange(60, dtype=torch.float64) + 0.5) / 10 - 3
        places = torch.cartesian_prod(middles, middles).flip(1).to(self.dtype)
        with torch.no_grad():
            return self.forward(self.d, places.expand(SEEDS, -1, -1))[0].sigmoid().reshape(60, 60)


def train_ten(rules, seed, dtype, iterations, length):
    """Ten runs; the first `length` iterations of each quantity, [10, length]; D's landscape of the first after five."""
    players, landscape = TenPlayers(rules, seed, dtype), None
    players.measure()
    for iteration in range(1, iterations + 1):
        players.iterate()
        if iteration == 5:
            landscape = players.landscape()
        if iteration % 50 == 0:
            players.measure()
    beginnings = {name: torch.stack(players.series[name][:length], 1) for name in SERIES}
    return players, beginnings, landscape


class Interval:
    """A mean over ten seeds and its 95 % interval."""

    def __init__(self, values):
        values = torch.as_tensor(values, dtype=torch.float64)
        assert len(values) == SEEDS
        self.mean, half = float(values.mean()), float(values.std()) * 2.262157 / math.sqrt(SEEDS)
        self.half, self.lower, self.upper = half, self.mean - half, self.mean + half

    def __repr__(self):
        return f"{self.mean:.3f} ± {self.half:.3f}"


class Ends:
    """What ten runs come to: measures over the second half, series over the last hundred iterations."""

    def __init__(self, players):
        moments = torch.tensor(players.moments, dtype=torch.float64)  # [moments, seeds, measures]
        late = moments[-(len(moments) // 2 + 1) :].mean(0)
        self.modes, self.quality, self.divergence = (Interval(late[:, i]) for i in range(3))
        self.modes_of_seeds, self.early = late[:, 0], Interval(moments[2, :, 2])
        self.on_data, self.slope_g = (
            Interval(torch.stack(players.series[name][-100:]).double().mean(0)) for name in ("d-on-data", "slope-g")
        )

    def __repr__(self):
        measures = f"modes {self.modes}  quality {self.quality}  JSD {self.divergence}"
        return f"{measures}  D(x) {self.on_data}  slope {self.slope_g}"


def data_measures(seed, dtype):
    """The three measures of 2,000 points of data, means of ten seeds."""
    points = TenPlayers(Rules(), seed, dtype).real(2000)
    found = torch.tensor([(*coverage(p), divergence(p, ring=True)) for p in points], dtype=torch.float64)
    return found.mean(0).tolist()


def ring_claims(ends):
    """What the chapter says of the ring: each claim, and whether it holds for these `Ends`, by the names of runs."""
    few, one, two, five, twenty, weak = (ends[n] for n in ("k=0.2", "k=1", "k=2", "k=5", "k=20", "weak"))
    held = sum(float(modes) < 1.5 for modes in few.modes_of_seeds)
    lowest = two.divergence.upper < min(one.divergence.lower, twenty.divergence.lower)
    return {
        "k-too-small-holds-one-mode-at-most-in-eight-of-ten-seeds": held >= 8,
        "k-too-small-covers-less-than-k-1": few.modes.upper < one.modes.lower,
        "k-5-covers-less-than-k-1": five.modes.upper < one.modes.lower,
        "k-20-covers-less-than-k-5": twenty.modes.upper < five.modes.lower,
        "k-2-has-the-lowest-divergence-of-1-2-and-20": lowest,
        "k-20-falls-faster-at-first": twenty.early.upper < one.early.lower,
        "k-20-has-a-higher-quality-than-k-1": twenty.quality.lower > one.quality.upper,
        "a-weak-discriminator-teaches-nothing": weak.modes.upper < 1,
        "a-larger-k-is-surer": twenty.on_data.lower > two.on_data.upper,
        "dropout-shortens-the-gradient": ends["dropout, k=1"].slope_g.upper < one.slope_g.lower,
        "k-20-loses-modes-with-either-loss": ends["saturating, k=20"].modes.upper < 6,
    }
