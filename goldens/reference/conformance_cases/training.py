"""The gradient penalty of WGAN-GP, and Adam."""

import numpy as np
import torch
import torch.nn.functional as F

from .layers import minibatch_deviation
from .recorder import case, text


def penalties():
    activations = {"leaky_relu": lambda x: F.leaky_relu(x, 0.2), "tanh": torch.tanh}

    def penalty(activation, deviation):
        def function(real, fake, beta, w1, b1, w2, b2):
            mixed = beta * real + (1 - beta) * fake
            if not mixed.requires_grad:
                mixed.requires_grad_()
            hidden = activation(F.conv2d(mixed, w1, b1, 1, 1))
            hidden = F.avg_pool2d(hidden, 2)
            if deviation:
                hidden = minibatch_deviation(hidden)
            score = F.conv2d(hidden, w2, b2).reshape(len(real), -1)
            slope = torch.autograd.grad(score, mixed, torch.ones_like(score), create_graph=True)[0]
            return ((slope.reshape(len(real), -1).norm(2, dim=1) - 1) ** 2).mean()

        return function

    for name, activation in activations.items():
        for batch, channels, width, deviation in ((1, 1, 2, False), (3, 3, 5, False), (4, 2, 3, True)):
            case(
                "gradient-penalty",
                f"{name} batch {batch} width {width}{' with deviation' if deviation else ''}",
                penalty(activation, deviation),
                lambda d: [
                    d(batch, channels, 4, 4),
                    d(batch, channels, 4, 4),
                    d(batch, 1, 1, 1, kind="unit"),
                    d(width, channels, 3, 3) / 2,
                    d(width) / 2,
                    d(1, width + deviation, 2, 2) / 2,
                    d(1),
                ],
                {"activation": name, "deviation": deviation},
            )


def optimisers():
    def adam(rate, betas, epsilon):
        def function(weight, *gradients):
            parameter = torch.nn.Parameter(weight.clone())
            optimiser = torch.optim.Adam([parameter], lr=rate, betas=betas, eps=epsilon)
            after = []
            for gradient in gradients:
                parameter.grad = gradient.clone()
                optimiser.step()
                after.append(parameter.detach().clone())
            return after

        return function

    # Weights of the size of one step, so that no error in a step can hide behind them.
    for label, rate, betas, size in (
        ("the DCGAN's", 2e-4, (0.5, 0.999), 2.0**-11),
        ("the ProGAN's", 1e-4, (0.0, 0.99), 2.0**-12),
        ("PyTorch's defaults", 1e-3, (0.9, 0.999), 2.0**-9),
        ("long steps", 0.125, (0.5, 0.9), 1.0),
    ):
        for shape in ((1,), (17,), (3, 5)):
            case(
                "adam",
                f"{label} {text(shape)}",
                adam(rate, betas, 1e-8),
                lambda d: [d(*shape) * np.float32(size)] + [d(*shape) for _ in range(5)],
                {"rate": rate, "beta1": betas[0], "beta2": betas[1], "epsilon": 1e-8},
                first=False,
            )
    case(
        "adam",
        "vanishing gradients",
        adam(1e-3, (0.5, 0.999), 1e-8),
        lambda d: [d(7) * np.float32(2.0**-9)] + [d(7) * np.float32(2.0**-s) for s in (20, 25, 27, 30)] + [np.zeros(7)],
        {"rate": 1e-3, "beta1": 0.5, "beta2": 0.999, "epsilon": 1e-8},
        first=False,
    )


def record():
    penalties()
    optimisers()
