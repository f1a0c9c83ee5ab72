"""ProGAN as the second document writes it, in PyTorch: what the programs of chapters 4, 5 and 6 share.

The document's code, quirks included: the generator's first layer and the critic's last one are plain layers, step 0
returns colors without tanh, the critic's prog_blocks[0] is never called, the standard deviation over the batch is the
unbiased one.

Run as a program it writes Tests/ProGAN/Samples/progan.json: hashes of the first weights of both networks for several
seeds, and first and second gradients at all six resolutions 4 ... 128 px in float64, each tensor as its norm and its
products with PROJECTIONS vectors of random signs (see `projections`). Usage, from the root of the repository:
    python goldens/reference/progan.py
"""

import hashlib
import json
from math import log2

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

FACTORS = [1, 1, 1, 1, 1 / 2, 1 / 4, 1 / 4, 1 / 8, 1 / 16]
BATCH_SIZES = [128, 128, 64, 16, 8, 4, 2, 2, 1]


class PixelNorm(nn.Module):
    def forward(self, x):
        return x / torch.sqrt(torch.mean(x**2, dim=1, keepdim=True) + 1e-8)


class WSConv2d(nn.Module):
    def __init__(self, inputs, outputs, kernel_size=3, stride=1, padding=1, gain=2):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel_size, stride, padding)
        self.scale = (gain / self.conv.weight[0].numel()) ** 0.5
        nn.init.normal_(self.conv.weight)
        nn.init.zeros_(self.conv.bias)

    def forward(self, x):
        return self.conv(x * self.scale)


class ConvBlock(nn.Module):
    def __init__(self, inputs, outputs, use_pixelnorm=True):
        super().__init__()
        self.conv1 = WSConv2d(inputs, outputs)
        self.conv2 = WSConv2d(outputs, outputs)
        self.leaky = nn.LeakyReLU(0.2)
        self.pn = PixelNorm() if use_pixelnorm else nn.Identity()

    def forward(self, x):
        x = self.pn(self.leaky(self.conv1(x)))
        return self.pn(self.leaky(self.conv2(x)))


class Generator(nn.Module):
    def __init__(self, z_dim, in_channels, img_size, img_channels=3):
        super().__init__()
        # Registered before `initial`, drawn after it.
        self.prog_blocks, self.rgb_layers = nn.ModuleList(), nn.ModuleList()
        self.initial = nn.Sequential(nn.ConvTranspose2d(z_dim, in_channels, 4, 1, 0), nn.LeakyReLU(0.2), PixelNorm())
        channels = in_channels
        for index in range(int(log2(img_size / 4)) + 1):
            outputs = int(in_channels * FACTORS[index])
            self.prog_blocks.append(ConvBlock(channels, outputs))
            self.rgb_layers.append(WSConv2d(outputs, img_channels, kernel_size=1, stride=1, padding=0))
            channels = outputs

    def forward(self, x, alpha, steps, probe=lambda name, value: None):
        upscaled = self.initial(x)
        probe("initial", upscaled)
        out = self.prog_blocks[0](upscaled)
        probe("block 0", out)
        if steps == 0:
            return self.rgb_layers[0](out)
        for step in range(1, steps + 1):
            upscaled = F.interpolate(out, scale_factor=2, mode="nearest")
            probe(f"upscaled {step}", upscaled)
            out = self.prog_blocks[step](upscaled)
            probe(f"block {step}", out)
        final_upscaled = self.rgb_layers[steps - 1](upscaled)
        final_out = self.rgb_layers[steps](out)
        probe(f"toRGB {steps - 1}, old", final_upscaled)
        probe(f"toRGB {steps}, new", final_out)
        return torch.tanh(alpha * final_out + (1 - alpha) * final_upscaled)


def minibatch_std(x):
    statistics = torch.std(x, dim=0).mean().repeat(x.shape[0], 1, x.shape[2], x.shape[3])
    return torch.cat([x, statistics], dim=1)


class Discriminator(nn.Module):
    def __init__(self, img_size, z_dim, in_channels, img_channels=3, halves_after=False):
        super().__init__()
        self.halves_after = halves_after
        self.prog_blocks, self.rgb_layers = nn.ModuleList(), nn.ModuleList()
        channels = in_channels
        for index in range(int(log2(img_size / 4)) + 1):
            inputs = int(in_channels * FACTORS[index])
            self.rgb_layers.append(WSConv2d(img_channels, inputs, kernel_size=1, stride=1, padding=0))
            self.prog_blocks.append(ConvBlock(inputs, channels, use_pixelnorm=False))
            channels = inputs
        self.avg_pool = nn.AvgPool2d(kernel_size=2, stride=2)
        self.conv = WSConv2d(in_channels + 1, z_dim, kernel_size=4, stride=1, padding=0)
        self.linear = nn.Linear(z_dim, 1)

    def forward(self, x, alpha, steps, probe=lambda name, value: None):
        out = self.rgb_layers[steps](x)
        probe(f"fromRGB {steps}, new", out)
        if steps > 0:
            small = self.avg_pool(x)
            probe("halved images", small)
            downscaled = self.rgb_layers[steps - 1](small)
            probe(f"fromRGB {steps - 1}, old", downscaled)
            out = self.prog_blocks[steps](out)
            probe(f"block {steps}, whole", out)
            out = self.avg_pool(out)
            probe(f"block {steps}, halved", out)
            out = alpha * out + (1 - alpha) * downscaled
            probe("faded in", out)
            for step in range(steps - 1, 0, -1):
                # The document pools first and calls the block on the smaller picture; the paper does it the other way
                # round.
                block = self.prog_blocks[step]
                if self.halves_after:
                    out = block(out)
                    probe(f"block {step}, whole", out)
                    out = self.avg_pool(out)
                else:
                    out = self.avg_pool(out)
                    probe(f"halved for block {step}", out)
                    out = block(out)
                probe(f"block {step}", out)
        out = minibatch_std(out)
        probe("with standard deviation", out)
        out = self.conv(out)
        probe("last convolution", out)
        return self.linear(out.view(-1, out.shape[1]))


def gradient_penalty(critic, real, fake, beta, create_graph=True):
    """The document's, with beta [N, 1, 1, 1] drawn by the caller; `critic` takes images alone."""
    mixed = real * beta + fake * (1 - beta)
    if not mixed.requires_grad:
        mixed.requires_grad_()
    scores = critic(mixed)
    gradient = torch.autograd.grad(
        scores, mixed, grad_outputs=torch.ones_like(scores), create_graph=create_graph, retain_graph=True
    )[0]
    norm = gradient.view(gradient.shape[0], -1).norm(2, dim=1)
    return torch.mean((norm - 1) ** 2)


# ------------------------------------------------------------------------------------------------------------- samples

SEEDS = [0, 1, 42, 2**32 + 5]
NETWORKS = [{"latents": 128, "channels": 128, "size": 128}, {"latents": 100, "channels": 16, "size": 512}]
SMALL = {"latents": 6, "channels": 8, "size": 128}
BATCH, ALPHA, PROJECTIONS = 3, 0.3, 16


def projections(tensor):
    """Norm and products with random signs: for a difference d, E (signs . d)^2 = |d|^2, so no error can hide.

    Element i of sign vector k is + where the lowest bit of splitmix64's output number i * PROJECTIONS + k, from seed 0,
    is 0.
    """
    values = tensor.detach().double().flatten().numpy()
    with np.errstate(over="ignore"):
        step = np.arange(1, values.size * PROJECTIONS + 1, dtype=np.uint64)
        z = step * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    signs = 1.0 - 2.0 * (z & np.uint64(1)).astype(np.float64).reshape(values.size, PROJECTIONS)
    return {"norm": float(np.linalg.norm(values)), "products": [float(p) for p in values @ signs]}


def initial_weights(seed, latents, channels, size):
    torch.manual_seed(seed)
    networks = {"G": Generator(latents, channels, size), "D": Discriminator(size, latents, channels)}
    return {
        "seed": seed, "latents": latents, "channels": channels, "size": size,
        "next": int(torch.rand(1).view(torch.int32)),
        "weights": [
            {"name": f"{label}/{name}", "shape": list(tensor.shape),
             "sha256": hashlib.sha256(tensor.numpy().tobytes()).hexdigest()[:16]}
            for label, network in networks.items() for name, tensor in network.state_dict().items()
        ],
    }  # fmt: skip


def gradients_at(step):
    torch.manual_seed(step)
    generator = Generator(SMALL["latents"], SMALL["channels"], SMALL["size"])
    critic = Discriminator(SMALL["size"], SMALL["latents"], SMALL["channels"])
    side = 4 * 2**step
    noise = torch.randn(BATCH, SMALL["latents"], 1, 1).double()
    real = torch.empty(BATCH, 3, side, side).uniform_(-1, 1).double()
    beta = torch.rand(BATCH, 1, 1, 1).double()
    generator, critic = generator.double(), critic.double()

    def score(images):
        return critic(images, ALPHA, step)

    fake = generator(noise, ALPHA, step)
    penalty = gradient_penalty(score, real, fake.detach(), beta)
    loss_critic = -(score(real).mean() - score(fake.detach()).mean()) + 10 * penalty
    loss_generator = -score(fake).mean()

    def gradients(loss, network):
        found = torch.autograd.grad(loss, list(network.parameters()), allow_unused=True, retain_graph=True)
        return {
            name: projections(gradient)
            for (name, _), gradient in zip(network.named_parameters(), found)
            if gradient is not None
        }

    return {
        "step": step,
        "losses": [loss_critic.item(), penalty.item(), loss_generator.item()],
        "scores": score(fake).flatten().tolist(),
        "critic": gradients(loss_critic, critic),
        "penalty": gradients(penalty, critic),
        "generator": gradients(loss_generator, generator),
    }


def alphas(dataset, batch, epochs):
    """The document's alpha after every batch of one resolution."""
    alpha, found = 0.01, []
    for _ in range(epochs):
        for first in range(0, dataset, batch):
            current = min(batch, dataset - first)
            alpha += current / ((epochs * 0.5) * dataset)
            alpha = min(alpha, 1)
            found.append(alpha)
    return found


def samples():
    return {
        "torch": torch.__version__,
        "initial": [initial_weights(seed, **network) for network in NETWORKS for seed in SEEDS],
        "small": SMALL | {"batch": BATCH, "alpha": ALPHA, "projections": PROJECTIONS},
        "gradients": [gradients_at(step) for step in range(6)],
        "alphas": [
            {"dataset": d, "batch": b, "epochs": e, "values": alphas(d, b, e)}
            for d, b, e in ((100, 16, 8), (37, 5, 3), (640, 64, 1))
        ],
    }


if __name__ == "__main__":
    torch.set_num_threads(1)
    with open("Tests/ProGAN/Samples/progan.json", "w") as file:
        json.dump(samples(), file, separators=(",", ":"))
        file.write("\n")
