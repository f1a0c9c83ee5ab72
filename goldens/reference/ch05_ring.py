"""Chapter 5's reference for exact transport and the ring: W1 by scipy's assignment, both losses from ten seeds."""

import torch
import torch.nn.functional as F
from scipy.optimize import linear_sum_assignment

from ch02_players import CENTERS, Rules, coverage
from ch02_ten_seeds import SEEDS, Interval, TenPlayers

ITERATIONS, WINDOW, FLOAT32_WINDOW, CRITIC_STEPS, WEIGHT = 500, 3, 2, 20, 1.0
SHIFTS = [index / 4 for index in range(25)]


def transport(first, second):
    """W1 of two clouds of as many points, and the partner of each first point."""
    costs = torch.cdist(first.double(), second.double(), compute_mode="donot_use_mm_for_euclid_dist").numpy()
    rows, columns = linear_sum_assignment(costs)
    return float(costs[rows, columns].mean()), torch.as_tensor(columns)


def ring_points(count, generator, dtype):
    places = CENTERS.to(dtype)[torch.randint(0, 8, (count,), generator=generator)]
    return places + 0.1 * torch.randn(count, 2, generator=generator).to(dtype)


class TenCritics(TenPlayers):
    """WGAN-GP from ten seeds at once. Per step of the critic: noise, data, β; per step of G: noise."""

    def __init__(self, seed, dtype):
        super().__init__(Rules(k=CRITIC_STEPS, rate_g=1e-3), seed, dtype)
        self.estimates, self.penalties, self.losses = [], [], []

    def improve_d(self):
        m = self.rules.m
        z, x = self.noise(), self.real(m)
        beta = self.draw(torch.rand, m, 1).to(self.dtype)
        with torch.no_grad():
            fakes = self.forward(self.g, z)
        mixed = (beta * x + (1 - beta) * fakes).requires_grad_()
        slope = torch.autograd.grad(self.forward(self.d, mixed).sum(), mixed, create_graph=True)[0]
        penalty = (slope.norm(dim=2) - 1).square().mean(1)
        estimate = (self.forward(self.d, x) - self.forward(self.d, fakes)).mean((1, 2))
        self.descend(self.optimizer_d, self.d, (WEIGHT * penalty - estimate).sum())
        return estimate.detach(), penalty.detach()

    def iterate(self):
        for _ in range(self.rules.k):
            estimate, penalty = self.improve_d()
        loss = -self.forward(self.d, self.forward(self.g, self.noise())).mean((1, 2))
        self.descend(self.optimizer_g, self.g, loss.sum())
        for series, numbers in ((self.estimates, estimate), (self.penalties, penalty), (self.losses, loss.detach())):
            series.append(numbers)


class RingEnds:
    """How the ten samples of the end are judged."""

    def __init__(self, players, data):
        samples = own_samples(players)
        plans = [transport(data, s[:256]) for s in samples]
        judged = [
            (*coverage(s), distance, float((data - s[:256]).norm(dim=1).mean()))
            for s, (distance, _) in zip(samples, plans)
        ]
        judged = torch.tensor(judged, dtype=torch.float64)
        self.modes, self.quality, self.distance, self.apart = (Interval(judged[:, i]) for i in range(4))
        self.complete = int((judged[:, 0] == 8).sum())
        beta = torch.rand(256, 1, generator=torch.Generator().manual_seed(5)).to(players.dtype)
        coupled = torch.stack([s[partners] for s, (_, partners) in zip(samples, plans)])
        self.coupled_slope, self.independent_slope = (
            Interval(self.slopes(players, beta * data + (1 - beta) * fake)) for fake in (coupled, samples[:, :256])
        )

    @staticmethod
    def slopes(players, mixed):
        mixed = mixed.detach().requires_grad_()
        return torch.autograd.grad(players.forward(players.d, mixed).sum(), mixed)[0].norm(dim=2).mean(1).double()

    def __repr__(self):
        return (
            f"{self.complete} of 10, modes {self.modes}, quality {self.quality}, W1 {self.distance}, "
            f"apart {self.apart}, slopes {self.coupled_slope} {self.independent_slope}"
        )


def own_samples(players):
    z = torch.randn(2000, 2, generator=torch.Generator().manual_seed(1)).to(players.dtype)
    with torch.no_grad():
        return players.forward(players.g, z.expand(SEEDS, -1, -1))


class RingExperiments:
    """What `Experiments` adds of this file: two distances of two bells, and the ring. `complete` runs to the end."""

    def two_distances(self):
        data, samples = 0.5 * self.normal(256, 2), 0.5 * self.normal(256, 2)
        x = torch.tensor([-4 + i / 71.5 for i in range(1001)], dtype=torch.float64)
        found = {name: [] for name in ("js", "js-slope", "w1", "w1-slope")}
        for shift in SHIFTS:
            # In double in either precision: masses far out are too small for float32.
            center = torch.tensor(shift, dtype=torch.float64, requires_grad=True)
            p, q = (F.softmax(-2 * (x - c).square(), 0) for c in (torch.zeros_like(center), center))
            middle = (p + q) / 2
            js = (torch.xlogy(p, p) - torch.xlogy(p, middle) + torch.xlogy(q, q) - torch.xlogy(q, middle)).sum() / 2
            log_q = F.log_softmax(-2 * (x - center).square(), 0)
            # The derivative as Σ q' log(q/m)/2, which has no 0/0 where a mass underflows.
            weight = torch.where(q > 0, log_q - middle.log(), torch.zeros_like(q)).detach() / 2
            found["js"].append(js.item())
            found["js-slope"].append(float(torch.autograd.grad((weight * q).sum(), center)[0]))
            moved = samples + torch.tensor([shift, 0.0], dtype=self.dtype)
            distance, partners = transport(data, moved)
            way = (moved[partners] - data).double()
            found["w1"].append(distance)
            found["w1-slope"].append(float((way[:, 0] / way.norm(dim=1)).mean()))
        for name, values in found.items():
            self.series[f"two-distances/{name}"] = values
        far, near = SHIFTS.index(4), SHIFTS.index(1)
        self.scalars["claim/two-distances/js-goes-flat"] = float(found["js-slope"][far] < 1e-3)
        self.scalars["claim/two-distances/w1-does-not"] = float(min(found["w1-slope"][near:]) > 0.9)
        self.scalars["claim/two-distances/prices-are-the-best-critic"] = 1  # linear programming's duality

    def ring(self, complete):
        critics = TenCritics(self.seed, self.dtype)
        data = ring_points(256, torch.Generator().manual_seed(4), self.dtype)
        self.series["ring/w1-at-the-start"] = [transport(data, s[:256])[0] for s in own_samples(critics)]
        self.series["ring/floor/w1"] = [
            transport(data, ring_points(2000, torch.Generator().manual_seed(1000 + i), self.dtype)[:256])[0]
            for i in range(SEEDS)
        ]
        for _ in range(ITERATIONS if complete else WINDOW):
            critics.iterate()
        for name, series in (("estimate", "estimates"), ("penalty", "penalties"), ("loss-g", "losses")):
            kept = self.window(getattr(critics, series)[:WINDOW], FLOAT32_WINDOW)
            self.tensors[f"ring/ten seeds/{name}"] = torch.stack(kept, 1)
        if not complete:
            return
        other = TenPlayers(Rules(k=CRITIC_STEPS), self.seed, self.dtype)
        for _ in range(ITERATIONS):
            other.iterate()
        ours, other = RingEnds(critics, data), RingEnds(other, data)
        print("WGAN-GP:", ours, "\n-log D:", other, flush=True)
        claims = {
            "wgan-gp-covers-all-eight-modes-in-nine-of-ten-seeds": ours.complete >= 9,
            "the-other-loss-covers-fewer": other.modes.upper < ours.modes.lower,
            "wgan-gp-ends-nearer-to-the-data": ours.distance.upper < other.distance.lower,
            "the-other-loss-has-the-higher-quality": other.quality.lower > ours.quality.upper,
            "the-penalty's-lines-are-not-the-plan's": ours.apart.lower > 4 * ours.distance.upper,
            "the-slope-is-alike-on-both": abs(ours.coupled_slope.mean - ours.independent_slope.mean) < 0.1
            and min(ours.coupled_slope.lower, ours.independent_slope.lower) > 1,
        }
        for name, holds in claims.items():
            print(name, holds, flush=True)
            self.scalars[f"claim/ring/{name}"] = float(holds)
