"""What chapter 6's reference knows of portraits: the pictures it learns from, and what can be read off its samples."""

import numpy as np
import torch
from PIL import Image

from portrait_reader import FACTORS, divergence, is_complete, read
from portraits import draw, draw_factors

SEED_OF_SAMPLES, BATCH = 20180228, 50
# Shares of the values, where they are not all alike.
TRUTHS = {name: [0.7, 0.3] if name == "glasses" else [1 / count] * count for name, count in FACTORS.items()}


def draw_portraits(count, size):
    return [Image.fromarray(draw(factors, size)) for factors in draw_factors(count, 0)]


def read_samples(generate, count, latents):
    """Readings of `count` samples, whose latents come from a stream of their own."""
    random = torch.Generator().manual_seed(SEED_OF_SAMPLES)
    readings = []
    for start in range(0, count, BATCH):
        images = generate(torch.randn(min(BATCH, count - start), latents, 1, 1, generator=random))
        unit = ((images + 1) / 2).clamp(0, 1)
        pixels = unit.mul(255).add(0.5).clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1).numpy()
        readings += [read(picture) for picture in pixels]
    return readings


def claims_about(readings):
    """The chapter's claims about its samples, each true or false."""
    share = np.mean([is_complete(reading) for reading in readings])
    claims = {"most-samples-can-be-read": share >= 0.6}
    for name, count in FACTORS.items():
        values = [reading[name] for reading in readings if reading[name] is not None]
        counts = np.bincount(values, minlength=count)
        difference = divergence(counts, TRUTHS[name]) if len(values) else np.log(2)
        claims[f"every-{name}-occurs"] = bool((counts > 0).all())
        claims[f"divergence-of-{name}-is-small"] = difference <= 0.1
        print(f"{name}: {counts.tolist()}, divergence {difference:.4f}")
    print(f"can be read: {share:.3f} of {len(readings)}")
    return claims
