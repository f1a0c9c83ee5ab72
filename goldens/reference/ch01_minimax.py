"""Chapter 1's reference: the game on distributions that fit in a table, in PyTorch.

Nothing here trains a network. What the chapter finds by climbing with its own autograd is found here by climbing with
PyTorch's, in the same number of steps, and stands beside closed forms written with PyTorch's own special functions
(xlogy, logsigmoid, kl_div). Random draws are made in float32 and widened for float64.
"""

import math

import torch
import torch.nn.functional as F

from reference_program import main

CHAPTER = "01-minimax"
STEPS, ROUNDS, DRAWS = 4000, 400, {"quick": 1024, "full": 1 << 20}
LOG4 = math.log(4)


def normalized(weights):
    return weights / weights.sum()


def bell(x, mean, deviation):
    return torch.exp(-0.5 * ((x - mean) / deviation) ** 2)


def value(p, q, logits):
    """V(D, G) for D = sigmoid(logits)."""
    return (p * F.logsigmoid(logits)).sum() + (q * F.logsigmoid(-logits)).sum()


def jsd(p, q):
    """Jensen-Shannon divergence along the last axis, in nats."""
    middle = (p + q) / 2
    return (F.kl_div(middle.log(), p, reduction="none") + F.kl_div(middle.log(), q, reduction="none")).sum(-1) / 2


def climb(p, q, steps, length, start=None):
    """Yields the logits before every step of gradient ascent on V and after the last."""
    logits = torch.zeros_like(p) if start is None else start
    for _ in range(steps):
        yield logits
        at = logits.clone().requires_grad_()
        (slope,) = torch.autograd.grad(value(p, q, at), at)
        logits = logits + length * slope
    yield logits


def games(dtype):
    x = torch.tensor([-4 + i / 20 for i in range(181)], dtype=torch.float64).to(dtype)
    dice = normalized(torch.ones(6, dtype=dtype)), normalized(torch.tensor([1, 2, 3, 4, 5, 15], dtype=dtype))
    bells = normalized(bell(x, -0.5, 1)), normalized(bell(x, 1, 1.2))
    humps = normalized(bell(x, -1.5, 0.8) + bell(x, 2.5, 0.8)), normalized(bell(x, 0.5, 1.7))
    return {"dice": dice, "bells": bells, "humps": humps}


class Chapter:
    """Computes everything the chapter records, in one precision."""

    def __init__(self, store, precision, seed, draws):
        self.store, self.precision, self.dtype, self.draws = store, precision, getattr(torch, precision), draws
        torch.manual_seed(seed)

    def tensor(self, name, value):
        self.store.tensor(name, value.to(self.dtype), self.precision)

    def series(self, name, values):
        self.store.series(name, values, self.precision)

    def scalar(self, name, value):
        self.store.scalar(name, float(value), self.precision)

    def claim(self, name, holds):
        print(f"{self.precision} {name}: {bool(holds)}")
        self.scalar(f"claim/{name}", 1.0 if holds else 0.0)

    def terms(self):
        d = (torch.arange(40, dtype=torch.float64) + 0.5) / 40
        self.tensor("terms/value", d.log()[None, :] + torch.log1p(-d)[:, None])
        z = (torch.arange(24, dtype=torch.float64) + 0.5) / 24
        pixels = (torch.arange(64, dtype=torch.float64) + 0.5) / 64
        self.tensor("latent/images", torch.exp(-(((pixels[None, :] - z[:, None]) * 12) ** 2)))

    def best_discriminators(self):
        for name, (p, q) in games(self.dtype).items():
            closed = p / (p + q)
            trail = list(climb(p, q, STEPS, 4 / (p + q)))
            apart = [float((logits.sigmoid() - closed).abs().max()) for logits in trail]
            self.tensor(f"best/{name}/d", trail[-1].sigmoid())
            self.tensor(f"best/{name}/closed-form", closed)
            self.series(f"best/{name}/distances", apart[:101])
            self.claim(f"best-discriminator/{name}", apart[-1] <= 1e-4)
            reached, expected = float(value(p, q, trail[-1])), float(2 * jsd(p, q)) - LOG4
            self.scalar(f"value/{name}/reached", reached)
            self.scalar(f"value/{name}/closed-form", expected)
            self.claim(f"value/{name}", abs(reached - expected) <= 1e-6)
        p, q = games(self.dtype)["bells"]
        for step, logits in enumerate(climb(p, q, 1000, 4 / float((p + q).max()))):
            if step in (10, 100, 1000):
                self.tensor(f"common-pace/d-{step}", logits.sigmoid())

    def separation(self):
        x = torch.tensor([-10 + i / 20 for i in range(601)], dtype=torch.float64).to(self.dtype)
        # Clamped: far from both bells float32 knows no mass, and the derivative of 0·log 0 is none.
        tiny = torch.finfo(self.dtype).tiny
        data, self.values, self.slopes = normalized(bell(x, 0, 1)), [], []
        self.means = [i / 4 for i in range(41)]
        for mean in self.means:
            center = torch.tensor(mean, dtype=self.dtype, requires_grad=True)
            q = F.softmax(-((x - center) ** 2) / 2, dim=0)
            logs = [part.clamp_min(tiny).log() for part in (data, q, (data + q) / 2)]
            c = (data * (logs[0] - logs[2]) + q * (logs[1] - logs[2])).sum()
            self.values.append(float(c.detach()) - LOG4)
            self.slopes.append(float(torch.autograd.grad(c, center)[0]))
        self.series("separation/value", self.values)
        self.series("separation/slope", self.slopes)

    def convexity(self):
        shares = torch.arange(1, 100, dtype=torch.float64) / 100
        p = torch.tensor([0.3, 0.7], dtype=torch.float64)
        second = torch.stack([shares, 1 - shares], 1)
        self.series("convexity/envelope", 2 * jsd(p, second) - LOG4)
        for index, share in enumerate((0.05, 0.3, 0.6, 0.9)):
            best = p / (p + torch.tensor([share, 1 - share], dtype=torch.float64))
            self.series(f"convexity/line-{index}", (p * best.log()).sum() + (second * torch.log1p(-best)).sum(1))

        def masses():
            weights = -torch.log(1 - torch.rand(1000, 8).to(self.dtype))
            return weights / weights.sum(1, keepdim=True)

        target, one, other = masses(), masses(), masses()
        share = torch.rand(1000, 1).to(self.dtype)
        between = share * one + (1 - share) * other
        chord = share[:, 0] * jsd(target, one) + (1 - share[:, 0]) * jsd(target, other)
        gaps = 2 * (chord - jsd(target, between))
        self.tensor("convexity/gaps", gaps)
        self.claim(
            "convexity/no-chord-below-the-curve",
            float(gaps.min()) >= (-1e-14 if gaps.dtype == torch.float64 else -1e-6),
        )

    def equilibrium(self):
        data = normalized(torch.tensor([8, 1, 4, 2, 16, 3, 6, 2], dtype=self.dtype))
        theta, logits, values = torch.zeros(8, dtype=self.dtype), torch.zeros(8, dtype=self.dtype), []
        for _ in range(ROUNDS):
            at = theta.clone().requires_grad_()
            q = F.softmax(at, 0)
            *_, logits = climb(data, q.detach(), 20, 4 / (data + q.detach()), logits)
            v = value(data, q, logits)
            values.append(float(v.detach()))
            theta = theta - 6 * torch.autograd.grad(v, at)[0]
        end, d = F.softmax(theta, 0), logits.sigmoid()
        self.series("equilibrium/value", values)
        self.tensor("equilibrium/p-g", end)
        self.tensor("equilibrium/d", d)
        self.claim("equilibrium/value", abs(values[-1] + LOG4) <= 1e-6)
        self.claim("equilibrium/d-is-one-half", float((d - 0.5).abs().max()) <= 1e-4)
        self.claim("equilibrium/generator-is-data", float((end - data).abs().max()) <= 1e-4)

    def slopes_of_the_losses(self):
        wide = self.precision == "float64"
        losses = {"saturating": lambda x: F.logsigmoid(-x), "non-saturating": lambda x: -F.logsigmoid(x)}
        logits = torch.tensor([i / 10 for i in range(-60, 61)], dtype=torch.float64).to(self.dtype).requires_grad_()
        found = {name: torch.autograd.grad(loss(logits).sum(), logits)[0] for name, loss in losses.items()}
        for name, slope in found.items():
            self.tensor(f"slope/{name}", slope)
        d = logits.detach().sigmoid()
        error = max(float((found["saturating"] + d).abs().max()), float((found["non-saturating"] + 1 - d).abs().max()))
        self.claim("slopes-are-minus-d-and-minus-one-plus-d", error <= (1e-14 if wide else 1e-6))

        z = torch.tensor([-8 + i / 40 for i in range(641)], dtype=torch.float64).to(self.dtype)
        weight, lengths = normalized(bell(z, 0, 1)), {}
        for name, loss in losses.items():
            lengths[name] = []
            for mean in self.means:
                mu = torch.tensor(mean, dtype=self.dtype, requires_grad=True)
                logits = mean * mean / 2 - mean * (mu + z)
                lengths[name].append(float(torch.autograd.grad((weight * loss(logits)).sum(), mu)[0]))
            self.series(f"moved-bell/{name}", lengths[name])
        apart = max(abs(a - b) for a, b in zip(lengths["saturating"], self.slopes))
        self.claim("saturating-gradient-is-the-slope-of-the-divergence", apart <= (1e-9 if wide else 1e-4))
        far = self.means.index(8.0)
        self.claim(
            "far-away-only-the-non-saturating-gradient-is-left",
            lengths["saturating"][far] < 1e-2 and lengths["non-saturating"][far] > 1,
        )

    def strangers(self):
        p, q = torch.tensor([0.5, 0.5, 0, 0], dtype=self.dtype), torch.tensor([0, 0, 0.5, 0.5], dtype=self.dtype)
        kept = [
            (-float(value(p, q, logits)), float(logits.sigmoid()[2]))
            for step, logits in enumerate(climb(p, q, 4096, 4 / (p + q)))
            if step > 0 and step & (step - 1) == 0
        ]
        self.series("strangers/gap", [gap for gap, _ in kept])
        self.series("strangers/push", [push for _, push in kept])

    def smoothing(self):
        def hill(x):
            return torch.exp(-(x**2).sum(-1) / 2)

        def slopes(points):
            points = points.clone().requires_grad_()
            return torch.autograd.grad(hill(points).sum(), points)[0]

        unit = torch.randn(self.draws, 2).to(self.dtype)
        self.store.hash_only("smoothing/draws", unit, self.precision)
        x = torch.tensor([1, 0.5], dtype=self.dtype)

        def laplacian(point):
            return torch.diagonal(torch.autograd.functional.hessian(hill, point, create_graph=True)).sum()

        at = x.clone().requires_grad_()
        third = torch.autograd.grad(laplacian(at), at)[0]
        self.tensor("smoothing/gradient-of-laplacian", third[None])

        truth, sigmas, worst = slopes(x), [2.0**-k for k in range(7)], 0.0
        means, errors, biases, paired = [], [], [], []
        for sigma in sigmas:
            there, back = x + sigma * unit, x - sigma * unit
            estimates = [slopes(there), (slopes(there) + slopes(back)) / 2, hill(there)[:, None] * unit / sigma]
            exact = -x / (1 + sigma**2) ** 2 * math.exp(-0.625 / (1 + sigma**2))
            biases.append(float((exact - truth).norm()))
            paired.append(float((estimates[1].mean(0) - truth).norm()))
            for estimate in estimates:
                mean, error = estimate.mean(0), estimate.std(0) / math.sqrt(self.draws)
                means.append(mean)
                errors.append(error)
                worst = max(worst, float(((mean - exact).abs() / error).max()))

        def fitted(values):
            x, y = (torch.tensor(v[2:], dtype=torch.float64).log() for v in (sigmas, values))
            return float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())

        self.tensor("smoothing/means", torch.stack(means).reshape(7, 3, 2))
        self.tensor("smoothing/standard-errors", torch.stack(errors).reshape(7, 3, 2))
        self.series("smoothing/exact-bias", biases)
        self.scalar("smoothing/slope", fitted(biases))
        self.claim("smoothing/bias-is-quadratic", abs(fitted(biases) - 2) <= 0.1 and abs(fitted(paired) - 2) <= 0.1)
        self.claim("smoothing/within-four-standard-errors", worst <= 4)

    def as_written(self):
        logit = torch.tensor(18.0, dtype=torch.float32, requires_grad=True)
        naive, stable = torch.log(1 - torch.sigmoid(logit)), F.logsigmoid(-logit)
        slope_of_naive, slope = (float(torch.autograd.grad(loss, logit)[0]) for loss in (naive, stable))
        self.series("as-written/softplus", [float(stable), slope])
        self.claim("as-written/breaks", float(naive) == -math.inf and math.isnan(slope_of_naive))

    def run(self):
        self.terms()
        self.best_discriminators()
        self.separation()
        self.convexity()
        self.equilibrium()
        self.slopes_of_the_losses()
        self.strangers()
        self.smoothing()
        self.as_written()


def compute(store, precision, options):
    Chapter(store, precision, options.seed, DRAWS[options.profile]).run()


if __name__ == "__main__":
    main(__doc__, CHAPTER, compute, profiles=("quick", "full"))
