"""The reference of "Swift for readers of Python": the Python that stands on that page, run."""

import torch
from torch import nn, optim

from reference_program import main

CHAPTER = "00-swift-for-python"


def compute(store, precision, options):
    dtype = getattr(torch, precision)

    torch.manual_seed(options.seed)
    x = torch.randn(2, 3).to(dtype)
    store.hash_only("draws", x, precision)
    store.tensor("means", (x * 2).mean(dim=1), precision)

    x = torch.tensor([1.0, 2.0, 3.0], dtype=dtype, requires_grad=True)
    y = (2 * x**2).sum()
    (slope,) = torch.autograd.grad(y, x)
    with torch.no_grad():
        moved = x - 0.25 * slope
    store.tensor("slope", slope, precision)
    store.tensor("moved", moved, precision)

    torch.manual_seed(options.seed)
    x = torch.randn(64, 1).to(dtype)
    y = 3 * x + 0.5
    line = nn.Linear(1, 1).to(dtype)
    optimizer = optim.Adam(line.parameters(), lr=0.1)
    losses = []
    for _ in range(60):
        loss = ((line(x) - y) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    store.series("fit/loss", losses, precision)
    store.series("fit/line", [line.weight.item(), line.bias.item()], precision)


if __name__ == "__main__":
    main(__doc__, CHAPTER, compute, profiles=("quick", "full"))
