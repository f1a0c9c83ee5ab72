"""Functions of one element, and broadcasting arithmetic."""

import numpy as np
import torch
import torch.nn.functional as F

from .recorder import away, case, text

LANES = [(), (1,), (7,), (16,), (17,), (3, 11), (1, 1, 13), (2, 3, 1, 5)]  # around 8 and 16 lanes, and odd everywhere

BROADCASTS = [
    ((5,), (5,)),
    ((2, 3, 5), (2, 3, 5)),
    ((17,), (17,)),
    ((2, 3, 3, 5), (2, 3, 3, 5)),
    ((), ()),
    ((), (7,)),
    ((3, 5), ()),
    ((1,), (2, 7)),
    ((2, 3, 2, 5), (1, 3, 1, 1)),
    ((3, 2, 2, 5), (3, 1, 1, 1)),
    ((2, 3, 3, 5), (1, 1, 3, 5)),
    ((2, 3, 3, 5), (5,)),
    ((3, 1), (1, 7)),
    ((1, 3, 1, 5), (2, 1, 7, 1)),
    ((1, 1, 5), (3, 2, 1)),
    ((2, 1, 3), (3,)),
    ((4, 1), (4, 1)),
    ((1, 1), (1, 1, 1)),
    ((7, 1), (1,)),
    ((2, 3, 2, 2), (2, 3, 1, 1)),
    ((0, 3), (3,)),
    ((1, 3), (0, 3)),
]


def record():
    binary = {
        "add": (torch.add, "any"),
        "subtract": (torch.subtract, "any"),
        "multiply": (torch.multiply, "any"),
        "divide": (torch.divide, "divisor"),
    }
    for op, (function, kind) in binary.items():
        for a, b in BROADCASTS:
            case(op, f"{text(a)} with {text(b)}", function, lambda d: [d(*a), d(*b, kind=kind)])
            if a != b:
                case(op, f"{text(b)} with {text(a)} turned", function, lambda d: [d(*b), d(*a, kind=kind)])

    for op, function in (("maximum", torch.maximum), ("minimum", torch.minimum)):
        for a, b in BROADCASTS[:20:2] + [((7,), (7,)), ((3, 2, 2, 5), (3, 1, 1, 1))]:
            # Fractions of another denominator: never equal to one of the first input's, and rarely near.
            case(
                op,
                f"{text(a)} with {text(b)}",
                function,
                lambda d: [np.round(d(*a) * 4) / 4, np.round(d(*b) * 4) / 4 + np.float32(0.125)],
            )
        case(op, "tie", function, lambda d: [np.array([1, 2, 3, -1]), np.array([1, 2, 4, -2])])

    for value in (0.0, 1.0, -2.5, 0.109375):  # exact in float32, as the inputs are
        case("scalar-add", f"{value}", lambda x: x + value, lambda d: [d(3, 7)], {"value": value})
        case("scalar-multiply", f"{value}", lambda x: x * value, lambda d: [d(3, 7)], {"value": value})
    for value in (1.0, -2.5, 0.296875):
        case("scalar-subtract-from", f"{value}", lambda x: value - x, lambda d: [d(3, 7)], {"value": value})
        case("scalar-divide", f"{value}", lambda x: x / value, lambda d: [d(3, 7)], {"value": value})
        case(
            "scalar-divided-by", f"{value}", lambda x: value / x, lambda d: [d(3, 7, kind="divisor")], {"value": value}
        )

    unary = {
        "negate": (torch.neg, "any"),
        "exp": (torch.exp, "any"),
        "log": (torch.log, "positive"),
        "tanh": (torch.tanh, "any"),
        "sigmoid": (torch.sigmoid, "any"),
        "softplus": (F.softplus, "any"),
        "sqrt": (torch.sqrt, "positive"),
        "square": (torch.square, "any"),
        "absolute": (torch.abs, "nonzero"),
        "relu": (torch.relu, "nonzero"),
    }
    for op, (function, kind) in unary.items():
        for shape in LANES + [(0,)]:
            case(op, text(shape), function, lambda d: [d(*shape, kind=kind)])
    for shape in LANES:
        case(
            "leaky_relu",
            f"0.2 {text(shape)}",
            lambda x: F.leaky_relu(x, 0.2),
            lambda d: [d(*shape, kind="nonzero")],
            {"slope": 0.2},
        )
        case(
            "clamp",
            f"-0.5 to 0.75 {text(shape)}",
            lambda x: x.clamp(-0.5, 0.75),
            lambda d: [away(d(*shape), (-0.5, 0.75))],
            {"minimum": -0.5, "maximum": 0.75},
        )
    case("leaky_relu", "0.01", lambda x: F.leaky_relu(x, 0.01), lambda d: [d(5, 3, kind="nonzero")], {"slope": 0.01})

    kink = np.array([0.0, -1.0, 0.0, 2.0, -0.0])
    case("relu", "at the kink", torch.relu, lambda d: [kink])
    case("leaky_relu", "at the kink", lambda x: F.leaky_relu(x, 0.2), lambda d: [kink], {"slope": 0.2})
    case("absolute", "at the kink", torch.abs, lambda d: [kink])
    # PyTorch 2.15 has slope 0 at both bounds, as hardtanh always had; releases up to the spring of 2026 had 1.
    case(
        "clamp",
        "at the kink",
        lambda x: x.clamp(-0.5, 0.75),
        lambda d: [np.array([-0.5, 0.75, 0, -1, 1])],
        {"minimum": -0.5, "maximum": 0.75},
    )

    # Far out, where the naive formulas overflow; PyTorch's softplus is the identity from 20 up, so 15 and 40.
    far = np.array([-100, -40, -15, -8.5, 0, 8.5, 15, 40, 80])
    for op in ("sigmoid", "tanh", "softplus"):
        case(op, "far out", unary[op][0], lambda d: [far], second=False)
    case("exp", "far out", torch.exp, lambda d: [np.array([-80, -40, -10, 0, 10])])
    case(
        "log",
        "near and far",
        torch.log,
        lambda d: [np.array([2.0**-20, 0.5, 1.0, 1.0009765625, 2.0**30])],
        second=False,
    )
    tiny = np.array([2.0**-12, -(2.0**-12), 2.0**-8, -(2.0**-6), 0.125, -0.25, 0.5, 0.625])
    for op in ("tanh", "softplus", "sigmoid", "exp"):
        case(op, "near zero", unary[op][0], lambda d: [tiny])
