"""Pictures, normalisations and losses."""

import numpy as np
import torch
import torch.nn.functional as F

from .recorder import case, text


def pools(shape, kernel, stride, padding):
    """The mean with its padding and the maximum under one window."""
    attributes = {"kernel": kernel, "stride": stride, "padding": padding}
    label = f"{text(shape)} {kernel} s{stride} p{padding}"
    case(
        "average-pool",
        label,
        lambda x: F.avg_pool2d(x, kernel, stride, padding, count_include_pad=True),
        lambda d: [d(*shape)],
        attributes,
    )
    case(
        "maximum-pool",
        label,
        lambda x: F.max_pool2d(x, kernel, stride, padding),
        lambda d: [d(*shape, kind="distinct")],
        attributes,
    )


def record():
    for shape, factor in (
        ((1, 1, 1, 1), 2),
        ((2, 3, 3, 2), 2),
        ((1, 2, 2, 3), 3),
        ((1, 1, 1, 5), 2),
        ((3, 1, 2, 2), 1),
    ):
        case(
            "upsample-nearest",
            f"{text(shape)} by {factor}",
            lambda x: F.interpolate(x, scale_factor=factor),
            lambda d: [d(*shape)],
            {"factor": factor},
        )
    for shape, kernel, stride, padding in (
        ((2, 3, 4, 6), 2, 2, 0),
        ((1, 1, 2, 2), 2, 2, 0),
        ((1, 2, 5, 7), 2, 2, 0),
        ((2, 2, 5, 6), 3, 2, 1),
        ((1, 2, 4, 4), 3, 1, 1),
        ((1, 2, 7, 8), 3, 2, 0),
        ((1, 1, 5, 5), 2, 3, 0),
        ((1, 3, 4, 4), 4, 4, 0),
    ):
        pools(shape, kernel, stride, padding)
    # Inception's: odd sizes, stride 2 without padding, stride 1 that keeps the size.
    for shape, kernel, stride, padding in (
        ((2, 3, 9, 7), 3, 1, 1),
        ((1, 2, 11, 8), 3, 2, 0),
        ((1, 1, 17, 17), 5, 3, 0),
        ((1, 1, 1, 1), 3, 1, 1),
        ((1, 3, 8, 8), 3, 1, 1),
        ((1, 2, 6, 9), 4, 1, 2),
        ((2, 1, 5, 6), 3, 2, 1),
    ):
        case(
            "average-pool-of-pixels",
            f"{text(shape)} {kernel} s{stride} p{padding}",
            lambda x: F.avg_pool2d(x, kernel, stride, padding, count_include_pad=False),
            lambda d: [d(*shape)],
            {"kernel": kernel, "stride": stride, "padding": padding},
        )
        if (kernel, stride, padding) != (3, 2, 1):  # there is such a case above
            pools(shape, kernel, stride, padding)
    for shape in ((2, 3, 8, 8), (1, 2, 1, 1), (3, 1, 5, 7)):
        case(
            "average-pool-to-one",
            text(shape),
            lambda x: F.adaptive_avg_pool2d(x, 1).flatten(1),
            lambda d: [d(*shape)],
        )
    case(
        "maximum-pool",
        "tie across padding",
        lambda x: F.max_pool2d(x, 3, 1, 1),
        lambda d: [np.array([[[[-2, -1, -1], [-3, -1, -2], [-1, -4, -1]]]])],
        {"kernel": 3, "stride": 1, "padding": 1},
    )
    case(
        "maximum-pool",
        "tie",
        lambda x: F.max_pool2d(x, 2, 2),
        lambda d: [np.array([[[[0, 0, 1, 2], [0, 0, 2, 2]]]])],
        {"kernel": 2, "stride": 2, "padding": 0},
    )

    for shape in ((4, 3, 3, 3), (1, 2, 3, 5), (5, 1, 1, 1), (3, 7, 2, 1), (7, 3, 1, 1), (2, 17, 2, 2)):
        channels = shape[1]

        def trained(x, weight, bias, mean, variance):
            mean, variance = mean.clone(), variance.clone()
            return F.batch_norm(x, mean, variance, weight, bias, True), mean, variance

        case(
            "batch-norm",
            f"training {text(shape)}",
            trained,
            lambda d: [d(*shape), d(channels), d(channels), d(channels), d(channels, kind="positive")],
            {"training": True},
            differentiable=[0, 1, 2],
        )
        if shape == (4, 3, 3, 3):  # a variance computed as E x² − (E x)² would lose here what it subtracts
            case(
                "batch-norm",
                "training far from zero",
                trained,
                lambda d: [d(*shape) + 16, d(channels), d(channels), d(channels), d(channels, kind="positive")],
                {"training": True},
                differentiable=[0, 1, 2],
            )
        case(
            "batch-norm",
            f"evaluation {text(shape)}",
            lambda x, weight, bias, mean, variance: F.batch_norm(x, mean, variance, weight, bias),
            lambda d: [d(*shape), d(channels), d(channels), d(channels), d(channels, kind="positive")],
            {"training": False},
            differentiable=[0, 1, 2],
        )

    for shape in ((7,), (3, 5), (1, 5), (5, 1), (2, 3, 5), (2, 3, 2, 3)):
        for axis in range(len(shape)):
            case(
                "softmax",
                f"{text(shape)} over {axis}",
                lambda x: x.softmax(axis),
                lambda d: [d(*shape)],
                {"axis": axis},
            )
            case(
                "log-softmax",
                f"{text(shape)} over {axis}",
                lambda x: x.log_softmax(axis),
                lambda d: [d(*shape)],
                {"axis": axis},
            )
    far = np.array([[-90, 0, 90], [40, 40, -40], [1000, 1001, 999]])
    case("softmax", "far out", lambda x: x.softmax(1), lambda d: [far], {"axis": 1})
    case("log-softmax", "far out", lambda x: x.log_softmax(1), lambda d: [far], {"axis": 1})

    bce = F.binary_cross_entropy_with_logits
    for shape in ((1,), (7,), (3, 1, 1, 1), (2, 1, 5, 5), (17,)):
        for kind in ("bits", "unit"):
            case(
                "bce-with-logits",
                f"{text(shape)} {'hard' if kind == 'bits' else 'soft'} targets",
                bce,
                lambda d: [d(*shape), d(*shape, kind=kind)],
                differentiable=[0],
            )
    logits = np.array([-40, -40, 40, 40, 0, 0, 0, -15, 15, 3])
    targets = np.array([0, 1, 0, 1, 0, 1, 0.5, 0.25, 0.75, 0.125])
    case("bce-with-logits", "far out", bce, lambda d: [logits, targets], differentiable=[0])

    for shape in ((2, 5, 3, 3), (1, 2, 2, 2), (3, 17, 1, 1)):
        case(
            "pixel-norm",
            text(shape),
            lambda x: x / torch.sqrt(torch.mean(x**2, dim=1, keepdim=True) + 1e-8),
            lambda d: [d(*shape, kind="nonzero")],
            {"epsilon": 1e-8},
        )
    for shape in ((2, 3, 2, 2), (5, 1, 3, 1), (3, 2, 1, 1)):
        case("minibatch-deviation", text(shape), minibatch_deviation, lambda d: [d(*shape)], second=shape[0] > 2)


def minibatch_deviation(x):
    statistic = x.std(dim=0).mean()
    return torch.cat([x, statistic.expand(x.shape[0], 1, *x.shape[2:])], dim=1)
