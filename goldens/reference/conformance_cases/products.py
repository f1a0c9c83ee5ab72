"""Matrix products, convolutions and transposed convolutions."""

import torch.nn.functional as F

from .recorder import case


def matrices():
    for m, k, n in (
        (1, 1, 1),
        (3, 5, 7),
        (1, 7, 5),
        (7, 5, 1),
        (5, 1, 7),
        (17, 3, 19),
        (2, 33, 3),
        (13, 16, 8),
        (5, 0, 3),
    ):
        for ta in (False, True):
            for tb in (False, True):
                a, b = ((k, m) if ta else (m, k)), ((n, k) if tb else (k, n))
                case(
                    "matmul",
                    f"{m}x{k}x{n}{' A' if ta else ''}{' B' if tb else ''}",
                    lambda x, y: (x.T if ta else x) @ (y.T if tb else y),
                    lambda d: [d(*a), d(*b)],
                    {"transposeA": ta, "transposeB": tb},
                )
    case(
        "matmul",
        "3x523x5, past one chunk",
        lambda x, y: x @ y,
        lambda d: [d(3, 523), d(523, 5)],
        {"transposeA": False, "transposeB": False},
        second=False,
    )
    case(
        "matmul",
        "53x37x67",
        lambda x, y: x @ y,
        lambda d: [d(53, 37), d(37, 67)],
        {"transposeA": False, "transposeB": False},
        second=False,
    )
    for batch, inputs, outputs, bias in ((1, 1, 1, True), (3, 7, 5, True), (2, 5, 1, True), (5, 3, 17, False)):
        case(
            "linear",
            f"{batch} of {inputs} to {outputs}{'' if bias else ' no bias'}",
            F.linear,
            lambda d: [d(batch, inputs), d(outputs, inputs)] + ([d(outputs)] if bias else []),
        )


CONVOLUTIONS = [  # name, input [N,C,H,W], (outputs, kernel), stride, padding, bias
    ("1x1", (2, 3, 3, 5), (4, (1, 1)), (1, 1), (0, 0), True),
    ("1x1 to one", (1, 5, 4, 4), (1, (1, 1)), (1, 1), (0, 0), False),
    ("1x1 on 1x1", (3, 2, 1, 1), (3, (1, 1)), (1, 1), (0, 0), True),
    ("1x1 stride 2", (2, 2, 5, 4), (3, (1, 1)), (2, 2), (0, 0), False),
    ("4x4 s2 p1", (2, 3, 8, 8), (4, (4, 4)), (2, 2), (1, 1), False),
    ("4x4 s2 p1 odd", (1, 2, 7, 9), (3, (4, 4)), (2, 2), (1, 1), True),
    ("4x4 s2 p1 to 1x1", (2, 3, 2, 2), (3, (4, 4)), (2, 2), (1, 1), False),
    ("4x4 valid to 1x1", (3, 4, 4, 4), (1, (4, 4)), (1, 1), (0, 0), True),
    ("4x4 valid on 8x8", (2, 2, 8, 8), (1, (4, 4)), (1, 1), (0, 0), True),
    ("3x3 s1 p1", (2, 3, 5, 5), (4, (3, 3)), (1, 1), (1, 1), True),
    ("3x3 s1 p1 on 1x1", (1, 3, 1, 1), (2, (3, 3)), (1, 1), (1, 1), True),
    ("3x3 s1 p1 narrow", (1, 2, 1, 7), (3, (3, 3)), (1, 1), (1, 1), False),
    ("3x3 s1 p0", (1, 1, 5, 4), (2, (3, 3)), (1, 1), (0, 0), False),
    ("3x3 s1 p2", (1, 2, 3, 4), (2, (3, 3)), (1, 1), (2, 2), False),
    ("3x3 s2 p1", (2, 2, 7, 6), (3, (3, 3)), (2, 2), (1, 1), True),
    ("3x3 s2 p0 rest", (1, 2, 8, 6), (2, (3, 3)), (2, 2), (0, 0), False),
    ("3x3 s3 p1", (1, 2, 8, 11), (2, (3, 3)), (3, 3), (1, 1), False),
    ("2x2 s3 skips", (1, 2, 9, 10), (3, (2, 2)), (3, 3), (0, 0), True),
    ("1x1 s3 skips", (2, 2, 7, 8), (2, (1, 1)), (3, 3), (0, 0), False),
    ("5x5 s2 p2", (1, 2, 9, 7), (2, (5, 5)), (2, 2), (2, 2), False),
    ("7x7 s4 p3 rest", (1, 1, 11, 13), (2, (7, 7)), (4, 4), (3, 3), False),
    ("1x7 p0x3", (1, 2, 3, 9), (2, (1, 7)), (1, 1), (0, 3), True),
    ("7x1 p3x0", (1, 2, 9, 3), (2, (7, 1)), (1, 1), (3, 0), False),
    ("2x3 s1x2 p1x0", (2, 2, 5, 6), (3, (2, 3)), (1, 2), (1, 0), True),
    ("3x2 s3x1 p0x1", (1, 3, 7, 5), (2, (3, 2)), (3, 1), (0, 1), False),
    ("5x3 s2x3 p2x1 rest", (1, 2, 8, 9), (2, (5, 3)), (2, 3), (2, 1), True),
    ("2x2 p1", (1, 2, 3, 3), (2, (2, 2)), (1, 1), (1, 1), False),
    ("17 channels", (1, 17, 3, 3), (5, (3, 3)), (1, 1), (1, 1), False),
    ("to 17 channels", (1, 3, 3, 3), (17, (3, 3)), (1, 1), (1, 1), True),
    ("40 channels, past one chunk", (1, 40, 3, 3), (2, (3, 3)), (1, 1), (1, 1), False),
    # From 16 channels on to 16 channels on, with two or three taps a phase: Winograd's minimal filtering.
    ("16 to 17 channels 3x3 p1", (2, 16, 5, 6), (17, (3, 3)), (1, 1), (1, 1), True),
    ("33 to 16 channels 3x3 p0", (1, 33, 6, 7), (16, (3, 3)), (1, 1), (0, 0), False),
    ("17 to 16 channels 4x4 s2 p1", (2, 17, 8, 7), (16, (4, 4)), (2, 2), (1, 1), False),
    ("16 to 16 channels 2x2 p1", (1, 16, 4, 3), (16, (2, 2)), (1, 1), (1, 1), True),
    ("16 to 16 channels 6x6 s3 p2", (1, 16, 11, 9), (16, (6, 6)), (3, 3), (2, 2), False),
    # Inception's: rows and columns, stride 2 without padding, 5x5.
    ("16 to 17 channels 1x7 p0x3", (1, 16, 3, 9), (17, (1, 7)), (1, 1), (0, 3), False),
    ("17 to 16 channels 7x1 p3x0", (1, 17, 9, 3), (16, (7, 1)), (1, 1), (3, 0), False),
    ("16 to 17 channels 1x3 p0x1", (1, 16, 4, 5), (17, (1, 3)), (1, 1), (0, 1), True),
    ("17 to 16 channels 3x1 p1x0", (1, 17, 5, 4), (16, (3, 1)), (1, 1), (1, 0), True),
    ("16 to 17 channels 3x3 s2 p0", (1, 16, 7, 6), (17, (3, 3)), (2, 2), (0, 0), False),
    ("3 to 4 channels 5x5 p2", (1, 3, 7, 6), (4, (5, 5)), (1, 1), (2, 2), False),
]

TRANSPOSED = [
    ("4x4 s2 p1 from 1x1", (3, 4, 1, 1), (3, (4, 4)), (2, 2), (1, 1), False),
    ("4x4 s2 p1 from 2x2", (2, 3, 2, 2), (2, (4, 4)), (2, 2), (1, 1), False),
    ("4x4 s2 p1", (2, 2, 4, 4), (3, (4, 4)), (2, 2), (1, 1), True),
    ("4x4 s2 p1 odd", (1, 2, 3, 5), (3, (4, 4)), (2, 2), (1, 1), False),
    ("4x4 s1 p0 from 1x1", (2, 5, 1, 1), (3, (4, 4)), (1, 1), (0, 0), True),
    ("4x4 s1 p0", (1, 2, 3, 2), (2, (4, 4)), (1, 1), (0, 0), False),
    ("3x3 s1 p1", (2, 3, 5, 4), (2, (3, 3)), (1, 1), (1, 1), True),
    ("3x3 s2 p1", (1, 2, 4, 3), (2, (3, 3)), (2, 2), (1, 1), False),
    ("3x3 s3 p0", (1, 2, 2, 3), (2, (3, 3)), (3, 3), (0, 0), True),
    ("2x2 s3 gaps", (1, 2, 3, 2), (2, (2, 2)), (3, 3), (0, 0), False),
    ("1x1", (2, 3, 3, 2), (4, (1, 1)), (1, 1), (0, 0), True),
    ("1x1 s2 gaps", (1, 2, 3, 3), (2, (1, 1)), (2, 2), (0, 0), False),
    ("1x7 p0x3", (1, 2, 3, 9), (2, (1, 7)), (1, 1), (0, 3), False),
    ("7x1 p3x0", (1, 2, 9, 2), (2, (7, 1)), (1, 1), (3, 0), True),
    ("2x3 s1x2 p1x0", (2, 2, 4, 3), (3, (2, 3)), (1, 2), (1, 0), True),
    ("5x3 s3x2 p2x1", (1, 2, 3, 4), (2, (5, 3)), (3, 2), (2, 1), False),
    ("17 channels", (1, 17, 2, 2), (3, (4, 4)), (2, 2), (1, 1), False),
    ("70 channels, past one chunk", (1, 70, 1, 2), (2, (3, 3)), (1, 1), (1, 1), False),
    ("16 to 17 channels 4x4 s2 p1", (2, 16, 4, 3), (17, (4, 4)), (2, 2), (1, 1), True),
    ("17 to 16 channels 3x3 p1", (1, 17, 5, 4), (16, (3, 3)), (1, 1), (1, 1), False),
]


def convolutions():
    def attributes(stride, padding):
        return {"stride": list(stride), "padding": list(padding)}

    for label, shape, (outputs, kernel), stride, padding, bias in CONVOLUTIONS:
        case(
            "convolution",
            label,
            lambda x, w, b=None: F.conv2d(x, w, b, stride, padding),
            lambda d: [d(*shape), d(outputs, shape[1], *kernel)] + ([d(outputs)] if bias else []),
            attributes(stride, padding),
        )
    for label, shape, (outputs, kernel), stride, padding, bias in TRANSPOSED:
        case(
            "transposed-convolution",
            label,
            lambda x, w, b=None: F.conv_transpose2d(x, w, b, stride, padding),
            lambda d: [d(*shape), d(shape[1], outputs, *kernel)] + ([d(outputs)] if bias else []),
            attributes(stride, padding),
        )


def record():
    matrices()
    convolutions()
