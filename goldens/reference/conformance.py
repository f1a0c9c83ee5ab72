"""Writes Tests/Conformance/Samples/conformance.safetensors.zst: what PyTorch computes for every primitive of the engine.

    python goldens/reference/conformance.py [--list]

A case is an operation with its attributes and inputs. From PyTorch it keeps

    output                      f(inputs)
    gradient<i>                 g_i = d<output, cotangent>/d(input_i), for each differentiable input
    second<i>, second-cotangent the gradients of s = sum_i <g_i, direction_i> by input_i and by the cotangent

which is all that a rule written in differentiable primitives can get wrong. Inputs, cotangents and directions are short
dyadic fractions, exact in float32, so both precisions compute with the same numbers. Results are stored once, from the
float64 run: for a float32 engine they are a better judge than PyTorch's own float32, whose distance from them is measured
here for every case (`float32_scatter`, relative to each tensor's largest magnitude) and must stay below FLOAT32_LIMIT.

Inputs keep away from kinks and ties, except in the cases whose name says "at the kink" or "tie".
"""

import argparse
import json
import zlib
from pathlib import Path

import numpy as np
import safetensors.numpy
import torch
import torch.nn.functional as F
import zstandard

from golden_store import write_atomically

TARGET = Path(__file__).resolve().parents[2] / "Tests" / "Conformance" / "Samples" / "conformance.safetensors.zst"
FLOAT32_LIMIT = 1e-5
GRID = 2.0**12  # inputs are multiples of 2^-12 below 8: 15 bits, and their sums and products still round in float32

cases: list[dict] = []
tensors: dict[str, np.ndarray] = {}


# ------------------------------------------------------------------------------------------------------------- inputs


class Draw:
    """Random inputs of one case, seeded by its name: adding a case changes no other."""

    def __init__(self, name):
        self.random = np.random.Generator(np.random.PCG64(zlib.crc32(name.encode())))

    def __call__(self, *shape, kind="any"):
        n = self.random.standard_normal(shape).clip(-3, 3)
        if kind == "any":
            x = n
        elif kind == "nonzero":  # at least 0.1 from the kink of relu, leaky relu and absolute value
            x = np.sign(n) * (0.1 + np.abs(n))
        elif kind == "divisor":
            x = np.sign(n) * (0.5 + np.abs(n))
        elif kind == "positive":
            x = 0.25 + np.abs(n)
        elif kind == "distinct":  # no ties under a maximum, neighbours well apart
            count = max(int(np.prod(shape)), 1)
            x = (self.random.permutation(count).reshape(shape) - count / 2) * (6.0 / count)
        elif kind == "unit":
            x = self.random.random(shape)
        elif kind == "bits":
            x = (self.random.random(shape) < 0.5).astype(float)
        else:
            raise ValueError(kind)
        return np.asarray(np.round(x * GRID) / GRID, np.float32)


def away(x, points, margin=0.0625):
    """Moves the elements of x that lie nearer than `margin` to one of the points out to twice the margin above it."""
    for point in points:
        x = np.where(np.abs(x - point) < margin, np.float32(point + 2 * margin), x)
    return x.astype(np.float32)


# -------------------------------------------------------------------------------------------------------------- cases


def evaluate(function, inputs, cotangent, directions, differentiable, first, second, dtype):
    """{suffix: array} of everything the case asks for, computed by PyTorch in `dtype`."""
    wide = [torch.from_numpy(x.copy()).to(dtype) for x in inputs]
    for i in differentiable if first else []:
        wide[i].requires_grad_()
    result = function(*wide)
    outputs = list(result) if isinstance(result, (tuple, list)) else [result]
    found = {f"output{k}" if k else "output": output for k, output in enumerate(outputs)}
    if first:
        leaves = [wide[i] for i in differentiable]
        seed = torch.from_numpy(cotangent.copy()).to(dtype).reshape(outputs[0].shape).requires_grad_()
        gradients = torch.autograd.grad(outputs[0], leaves, seed, create_graph=second, allow_unused=True)
        gradients = [torch.zeros_like(x) if g is None else g for x, g in zip(leaves, gradients)]
        found |= {f"gradient{i}": g for i, g in zip(differentiable, gradients)}
        if second:
            s = sum((g * torch.from_numpy(directions[i]).to(dtype)).sum() for i, g in zip(differentiable, gradients))
            again = torch.autograd.grad(s, leaves + [seed], allow_unused=True)
            again = [torch.zeros_like(x) if g is None else g for x, g in zip(leaves + [seed], again)]
            found |= {f"second{i}": g for i, g in zip(differentiable, again)}
            found["second-cotangent"] = again[-1]
    return {suffix: tensor.numpy(force=True) for suffix, tensor in found.items()}


def case(op, label, function, make, attributes=None, differentiable=None, first=True, second=True):
    """Adds one case. `make(draw)` gives the inputs; the first output is the one that is differentiated."""
    name = f"{op}/{label}"
    if any(known["name"] == name for known in cases):
        raise ValueError(f"two cases are called {name}")
    draw = Draw(name)
    inputs = [np.asarray(x, np.float32) for x in make(draw)]
    differentiable = list(range(len(inputs))) if differentiable is None else differentiable
    shape = evaluate(function, inputs, None, None, [], False, False, torch.float64)["output"].shape
    cotangent = draw(*shape)
    directions = {i: draw(*inputs[i].shape) for i in differentiable}
    arguments = (function, inputs, cotangent, directions, differentiable, first, second and first)
    exact, single = (evaluate(*arguments, dtype) for dtype in (torch.float64, torch.float32))
    scatter = 0.0
    for suffix, value in exact.items():
        if not np.isfinite(value).all():
            raise ValueError(f"{name}: {suffix} is not finite")
        if 0 < np.abs(value).max(initial=0) < 1e-9:
            raise ValueError(f"{name}: {suffix} is nothing but rounding noise")
        if value.size and np.abs(value).max():
            scatter = max(scatter, float(np.abs(single[suffix] - value).max() / np.abs(value).max()))
    if scatter > FLOAT32_LIMIT:
        raise ValueError(f"{name}: PyTorch's float32 lies {scatter:.1e} from its float64: choose tamer inputs")

    stored = {f"input{i}": x for i, x in enumerate(inputs)} | exact
    if first:
        stored["cotangent"] = cotangent
    if first and second:
        stored |= {f"direction{i}": v for i, v in directions.items()}
    entry = {
        "name": name, "op": op, "attributes": attributes or {}, "dtypes": ["float32", "float64"],
        "inputs": [f"{name}/input{i}" for i in range(len(inputs))],
        "outputs": [f"{name}/{suffix}" for suffix in exact if suffix.startswith("output")],
        "differentiable": differentiable if first else [],
        "float32_scatter": float(f"{scatter:.1e}"),
    }
    if first:
        entry["cotangent"] = f"{name}/cotangent"
        entry["gradients"] = [f"{name}/gradient{i}" for i in differentiable]
    if first and second:
        entry["directions"] = [f"{name}/direction{i}" for i in differentiable]
        entry["seconds"] = [f"{name}/second{i}" for i in differentiable]
        entry["second_cotangent"] = f"{name}/second-cotangent"
    cases.append(entry)
    for suffix, value in stored.items():
        tensors[f"{name}/{suffix}"] = np.array(value, order="C")


def text(shape):
    return "x".join(map(str, shape)) if len(shape) else "scalar"


# -------------------------------------------------------------------------------------------------------- element-wise

LANES = [(), (1,), (7,), (16,), (17,), (3, 11), (1, 1, 13), (2, 3, 1, 5)]  # around 8 and 16 lanes, and odd everywhere

BROADCASTS = [
    ((5,), (5,)), ((2, 3, 5), (2, 3, 5)), ((17,), (17,)), ((2, 3, 3, 5), (2, 3, 3, 5)), ((), ()), ((), (7,)),
    ((3, 5), ()), ((1,), (2, 7)), ((2, 3, 2, 5), (1, 3, 1, 1)), ((3, 2, 2, 5), (3, 1, 1, 1)), ((2, 3, 3, 5), (1, 1, 3, 5)),
    ((2, 3, 3, 5), (5,)), ((3, 1), (1, 7)), ((1, 3, 1, 5), (2, 1, 7, 1)), ((1, 1, 5), (3, 2, 1)), ((2, 1, 3), (3,)),
    ((4, 1), (4, 1)), ((1, 1), (1, 1, 1)), ((7, 1), (1,)), ((2, 3, 2, 2), (2, 3, 1, 1)), ((0, 3), (3,)), ((1, 3), (0, 3)),
]


def elementwise():
    binary = {
        "add": (torch.add, "any"), "subtract": (torch.subtract, "any"), "multiply": (torch.multiply, "any"),
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
            case(op, f"{text(a)} with {text(b)}", function, lambda d: [
                np.round(d(*a) * 4) / 4, np.round(d(*b) * 4) / 4 + np.float32(0.125)])
        case(op, "tie", function, lambda d: [np.array([1, 2, 3, -1]), np.array([1, 2, 4, -2])])

    for value in (0.0, 1.0, -2.5, 0.109375):  # exact in float32, as the inputs are
        case("scalar-add", f"{value}", lambda x: x + value, lambda d: [d(3, 7)], {"value": value})
        case("scalar-multiply", f"{value}", lambda x: x * value, lambda d: [d(3, 7)], {"value": value})
    for value in (1.0, -2.5, 0.296875):
        case("scalar-subtract-from", f"{value}", lambda x: value - x, lambda d: [d(3, 7)], {"value": value})
        case("scalar-divide", f"{value}", lambda x: x / value, lambda d: [d(3, 7)], {"value": value})
        case("scalar-divided-by", f"{value}", lambda x: value / x, lambda d: [d(3, 7, kind="divisor")], {"value": value})

    unary = {
        "negate": (torch.neg, "any"), "exp": (torch.exp, "any"), "log": (torch.log, "positive"),
        "tanh": (torch.tanh, "any"), "sigmoid": (torch.sigmoid, "any"), "softplus": (F.softplus, "any"),
        "sqrt": (torch.sqrt, "positive"), "square": (torch.square, "any"), "absolute": (torch.abs, "nonzero"),
        "relu": (torch.relu, "nonzero"),
    }
    for op, (function, kind) in unary.items():
        for shape in LANES + [(0,)]:
            case(op, text(shape), function, lambda d: [d(*shape, kind=kind)])
    for shape in LANES:
        case("leaky_relu", f"0.2 {text(shape)}", lambda x: F.leaky_relu(x, 0.2), lambda d: [d(*shape, kind="nonzero")],
             {"slope": 0.2})
        case("clamp", f"-0.5 to 0.75 {text(shape)}", lambda x: x.clamp(-0.5, 0.75),
             lambda d: [away(d(*shape), (-0.5, 0.75))], {"minimum": -0.5, "maximum": 0.75})
    case("leaky_relu", "0.01", lambda x: F.leaky_relu(x, 0.01), lambda d: [d(5, 3, kind="nonzero")], {"slope": 0.01})

    kink = np.array([0.0, -1.0, 0.0, 2.0, -0.0])
    case("relu", "at the kink", torch.relu, lambda d: [kink])
    case("leaky_relu", "at the kink", lambda x: F.leaky_relu(x, 0.2), lambda d: [kink], {"slope": 0.2})
    case("absolute", "at the kink", torch.abs, lambda d: [kink])
    # PyTorch 2.15 has slope 0 at both bounds, as hardtanh always had; releases up to the spring of 2026 had 1.
    case("clamp", "at the kink", lambda x: x.clamp(-0.5, 0.75), lambda d: [np.array([-0.5, 0.75, 0, -1, 1])],
         {"minimum": -0.5, "maximum": 0.75})

    # Far out, where the naive formulas overflow; PyTorch's softplus is the identity from 20 up, so 15 and 40.
    far = np.array([-100, -40, -15, -8.5, 0, 8.5, 15, 40, 80])
    for op in ("sigmoid", "tanh", "softplus"):
        case(op, "far out", unary[op][0], lambda d: [far], second=False)
    case("exp", "far out", torch.exp, lambda d: [np.array([-80, -40, -10, 0, 10])])
    case("log", "near and far", torch.log, lambda d: [np.array([2.0**-20, 0.5, 1.0, 1.0009765625, 2.0**30])], second=False)
    tiny = np.array([2.0**-12, -(2.0**-12), 2.0**-8, -(2.0**-6), 0.125, -0.25, 0.5, 0.625])
    for op in ("tanh", "softplus", "sigmoid", "exp"):
        case(op, "near zero", unary[op][0], lambda d: [tiny])


# ---------------------------------------------------------------------------------------------------------- reductions


def reductions():
    def axes_of(rank):
        return {1: [(0,)], 2: [(0,), (1,), (0, 1)], 3: [(0,), (1,), (2,), (0, 2), (1, 2)],
                4: [(0,), (1,), (0, 2, 3), (2, 3), (1, 2, 3), (0, 1, 2, 3)]}[rank]

    shapes = [(1,), (19,), (3, 7), (1, 5), (5, 1), (2, 3, 5), (2, 3, 4, 5), (3, 1, 2, 2)]
    for shape in shapes:
        for axes in axes_of(len(shape)):
            for keep in (False, True):
                label = f"{text(shape)} over {','.join(map(str, axes))}{' kept' if keep else ''}"
                attributes = {"axes": list(axes), "keep": keep}
                count = int(np.prod([shape[a] for a in axes]))
                case("sum", label, lambda x: x.sum(axes, keepdim=keep), lambda d: [d(*shape)], attributes)
                case("mean", label, lambda x: x.mean(axes, keepdim=keep), lambda d: [d(*shape)], attributes)
                for unbiased in (True, False):
                    if count < 2 or keep != unbiased and len(shape) != 4:
                        continue  # one value has no unbiased variance; half of the grid says all that small shapes can
                    more = attributes | {"unbiased": unbiased}
                    kind = "unbiased " if unbiased else "biased "
                    case("variance", kind + label, lambda x: x.var(axes, unbiased=unbiased, keepdim=keep),
                         lambda d: [d(*shape)], more)
                    # Of two values it is |a - b| up to a factor, whose second derivative is zero up to rounding.
                    case("standard-deviation", kind + label, lambda x: x.std(axes, unbiased=unbiased, keepdim=keep),
                         lambda d: [d(*shape)], more, second=count > 2)
    case("sum", "0x3 over 0", lambda x: x.sum((0,)), lambda d: [d(0, 3)], {"axes": [0], "keep": False})
    for shape, axes in (((4099,), (0,)), ((3, 1031), (1,)), ((1031, 3), (0,))):  # past one chunk, past 16 lanes
        label = f"{text(shape)} over {axes[0]}"
        attributes = {"axes": list(axes), "keep": False}
        case("sum", label, lambda x: x.sum(axes), lambda d: [d(*shape)], attributes)
        case("variance", "unbiased " + label, lambda x: x.var(axes), lambda d: [d(*shape)],
             attributes | {"unbiased": True}, second=False)
    case("standard-deviation", "constant column at the kink", lambda x: x.std(0),
         lambda d: [np.array([[1, 2, 3], [1, 4, 3], [1, -1, 3]])], {"axes": [0], "keep": False, "unbiased": True}, second=False)

    for shape in ((19,), (3, 7), (1, 5), (5, 1), (2, 3, 5)):
        for axis in range(len(shape)):
            label = f"{text(shape)} over {axis}"
            case("norm", label, lambda x: torch.linalg.vector_norm(x, dim=axis), lambda d: [d(*shape, kind="nonzero")],
                 {"axis": axis}, second=shape[axis] > 1)
            case("maximum-over", label, lambda x: x.max(axis).values, lambda d: [d(*shape, kind="distinct")], {"axis": axis})
            case("minimum-over", label, lambda x: x.min(axis).values, lambda d: [d(*shape, kind="distinct")], {"axis": axis})
    case("norm", "zero row at the kink", lambda x: torch.linalg.vector_norm(x, dim=1),
         lambda d: [np.array([[0, 0, 0], [1, 2, -2]])], {"axis": 1}, second=False)


# ------------------------------------------------------------------------------------------------------------- shapes


def shapes():
    for a, b in (((2, 3, 5), (6, 5)), ((30,), (2, 3, 5)), ((1,), ()), ((), (1, 1)), ((2, 3, 4, 5), (2, 60)), ((0, 3), (3, 0))):
        case("reshape", f"{text(a)} to {text(b)}", lambda x: x.reshape(b), lambda d: [d(*a)], {"shape": list(b)})
    for shape, order in (((3, 5), (1, 0)), ((2, 3, 5), (2, 0, 1)), ((2, 3, 5), (0, 2, 1)), ((2, 3, 4, 5), (0, 2, 3, 1)),
                         ((2, 3, 4, 5), (1, 0, 2, 3)), ((2, 3, 4, 5), (3, 2, 1, 0)), ((1, 7, 1), (2, 1, 0)), ((7,), (0,))):
        case("permute", f"{text(shape)} by {text(order)}", lambda x: x.permute(order), lambda d: [d(*shape)],
             {"order": list(order)})
    for shape, first, second in (((3, 5), 0, 1), ((2, 3, 5), 0, 2), ((2, 3, 4, 5), 1, 2), ((1, 7), 0, 1), ((17, 19), 0, 1)):
        case("transpose", f"{text(shape)} {first} and {second}", lambda x: x.transpose(first, second), lambda d: [d(*shape)],
             {"axes": [first, second]})
    for shape, axis, start, end in (((7,), 0, 2, 5), ((7,), 0, 0, 7), ((3, 5), 1, 4, 5), ((3, 5), 0, 0, 2), ((2, 3, 5), 1, 1, 3),
                                    ((2, 3, 4, 5), 2, 1, 4), ((2, 3, 4, 5), 0, 1, 2), ((3, 5), 1, 2, 2)):
        case("slice", f"{text(shape)} axis {axis} {start} to {end}", lambda x: x.narrow(axis, start, end - start),
             lambda d: [d(*shape)], {"axis": axis, "start": start, "end": end})
    for parts, axis in ((((3,), (4,)), 0), (((2, 3), (5, 3)), 0), (((2, 3), (2, 1), (2, 4)), 1), (((2, 3, 2, 2), (2, 1, 2, 2)), 1),
                        (((1, 2, 3), (1, 2, 4)), 2), (((2, 3), (0, 3)), 0), (((5,),), 0)):
        case("concat", f"{' '.join(map(text, parts))} axis {axis}", lambda *x: torch.cat(x, axis),
             lambda d: [d(*part) for part in parts], {"axis": axis})
    for a, b in (((1,), (5,)), ((3, 1), (3, 7)), ((1, 3, 1, 1), (2, 3, 2, 5)), ((), (2, 3)), ((5,), (2, 3, 5)), ((2, 3), (2, 3)),
                 ((2, 1, 1, 3), (2, 5, 2, 3))):
        case("broadcast", f"{text(a)} to {text(b)}", lambda x: x.expand(b), lambda d: [d(*a)], {"shape": list(b)})


# ------------------------------------------------------------------------------------------- products and convolutions


def products():
    for m, k, n in ((1, 1, 1), (3, 5, 7), (1, 7, 5), (7, 5, 1), (5, 1, 7), (17, 3, 19), (2, 33, 3), (13, 16, 8), (5, 0, 3)):
        for ta in (False, True):
            for tb in (False, True):
                a, b = ((k, m) if ta else (m, k)), ((n, k) if tb else (k, n))
                case("matmul", f"{m}x{k}x{n}{' A' if ta else ''}{' B' if tb else ''}",
                     lambda x, y: (x.T if ta else x) @ (y.T if tb else y), lambda d: [d(*a), d(*b)],
                     {"transposeA": ta, "transposeB": tb})
    case("matmul", "3x523x5, past one chunk", lambda x, y: x @ y, lambda d: [d(3, 523), d(523, 5)],
         {"transposeA": False, "transposeB": False}, second=False)
    case("matmul", "53x37x67", lambda x, y: x @ y, lambda d: [d(53, 37), d(37, 67)],
         {"transposeA": False, "transposeB": False}, second=False)
    for batch, inputs, outputs, bias in ((1, 1, 1, True), (3, 7, 5, True), (2, 5, 1, True), (5, 3, 17, False)):
        case("linear", f"{batch} of {inputs} to {outputs}{'' if bias else ' no bias'}", F.linear,
             lambda d: [d(batch, inputs), d(outputs, inputs)] + ([d(outputs)] if bias else []))


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
]


def convolutions():
    def attributes(stride, padding):
        return {"stride": list(stride), "padding": list(padding)}

    for label, shape, (outputs, kernel), stride, padding, bias in CONVOLUTIONS:
        case("convolution", label, lambda x, w, b=None: F.conv2d(x, w, b, stride, padding),
             lambda d: [d(*shape), d(outputs, shape[1], *kernel)] + ([d(outputs)] if bias else []),
             attributes(stride, padding))
    for label, shape, (outputs, kernel), stride, padding, bias in TRANSPOSED:
        case("transposed-convolution", label, lambda x, w, b=None: F.conv_transpose2d(x, w, b, stride, padding),
             lambda d: [d(*shape), d(shape[1], outputs, *kernel)] + ([d(outputs)] if bias else []),
             attributes(stride, padding))


# --------------------------------------------------------------------------------------------------- pictures and layers


def layers():
    for shape, factor in (((1, 1, 1, 1), 2), ((2, 3, 3, 2), 2), ((1, 2, 2, 3), 3), ((1, 1, 1, 5), 2), ((3, 1, 2, 2), 1)):
        case("upsample-nearest", f"{text(shape)} by {factor}", lambda x: F.interpolate(x, scale_factor=factor),
             lambda d: [d(*shape)], {"factor": factor})
    for shape, kernel, stride, padding in (
            ((2, 3, 4, 6), 2, 2, 0), ((1, 1, 2, 2), 2, 2, 0), ((1, 2, 5, 7), 2, 2, 0), ((2, 2, 5, 6), 3, 2, 1),
            ((1, 2, 4, 4), 3, 1, 1), ((1, 2, 7, 8), 3, 2, 0), ((1, 1, 5, 5), 2, 3, 0), ((1, 3, 4, 4), 4, 4, 0)):
        attributes = {"kernel": kernel, "stride": stride, "padding": padding}
        label = f"{text(shape)} {kernel} s{stride} p{padding}"
        case("average-pool", label, lambda x: F.avg_pool2d(x, kernel, stride, padding, count_include_pad=True),
             lambda d: [d(*shape)], attributes)
        case("maximum-pool", label, lambda x: F.max_pool2d(x, kernel, stride, padding),
             lambda d: [d(*shape, kind="distinct")], attributes)
    case("maximum-pool", "tie", lambda x: F.max_pool2d(x, 2, 2), lambda d: [np.array([[[[0, 0, 1, 2], [0, 0, 2, 2]]]])],
         {"kernel": 2, "stride": 2, "padding": 0})

    for shape in ((4, 3, 3, 3), (1, 2, 3, 5), (5, 1, 1, 1), (3, 7, 2, 1), (7, 3, 1, 1), (2, 17, 2, 2)):
        channels = shape[1]
        for momentum in (0.1, 0.3):
            if momentum != 0.1 and shape != (4, 3, 3, 3):
                continue

            def trained(x, weight, bias, mean, variance):
                mean, variance = mean.clone(), variance.clone()
                return F.batch_norm(x, mean, variance, weight, bias, True, momentum, 1e-5), mean, variance

            case("batch-norm", f"training {text(shape)} momentum {momentum}", trained,
                 lambda d: [d(*shape), d(channels), d(channels), d(channels), d(channels, kind="positive")],
                 {"training": True, "momentum": momentum, "epsilon": 1e-5}, differentiable=[0, 1, 2])
        case("batch-norm", f"evaluation {text(shape)}",
             lambda x, weight, bias, mean, variance: F.batch_norm(x, mean, variance, weight, bias, False, 0.1, 1e-5),
             lambda d: [d(*shape), d(channels), d(channels), d(channels), d(channels, kind="positive")],
             {"training": False, "momentum": 0.1, "epsilon": 1e-5}, differentiable=[0, 1, 2])

    for shape in ((7,), (3, 5), (1, 5), (5, 1), (2, 3, 5), (2, 3, 2, 3)):
        for axis in range(len(shape)):
            case("softmax", f"{text(shape)} over {axis}", lambda x: x.softmax(axis), lambda d: [d(*shape)], {"axis": axis})
            case("log-softmax", f"{text(shape)} over {axis}", lambda x: x.log_softmax(axis), lambda d: [d(*shape)],
                 {"axis": axis})
    far = np.array([[-90, 0, 90], [40, 40, -40], [1000, 1001, 999]])
    case("softmax", "far out", lambda x: x.softmax(1), lambda d: [far], {"axis": 1})
    case("log-softmax", "far out", lambda x: x.log_softmax(1), lambda d: [far], {"axis": 1})

    bce = F.binary_cross_entropy_with_logits
    for shape in ((1,), (7,), (3, 1, 1, 1), (2, 1, 5, 5), (17,)):
        for kind in ("bits", "unit"):
            case("bce-with-logits", f"{text(shape)} {'hard' if kind == 'bits' else 'soft'} targets", bce,
                 lambda d: [d(*shape), d(*shape, kind=kind)], differentiable=[0])
    logits = np.array([-40, -40, 40, 40, 0, 0, 0, -15, 15, 3])
    targets = np.array([0, 1, 0, 1, 0, 1, 0.5, 0.25, 0.75, 0.125])
    case("bce-with-logits", "far out", bce, lambda d: [logits, targets], differentiable=[0])

    for shape in ((2, 5, 3, 3), (1, 2, 2, 2), (3, 17, 1, 1)):
        case("pixel-norm", text(shape), lambda x: x / torch.sqrt(torch.mean(x**2, dim=1, keepdim=True) + 1e-8),
             lambda d: [d(*shape, kind="nonzero")], {"epsilon": 1e-8})
    for shape in ((2, 3, 2, 2), (5, 1, 3, 1), (3, 2, 1, 1)):
        case("minibatch-deviation", text(shape), minibatch_deviation, lambda d: [d(*shape)], second=shape[0] > 2)


def minibatch_deviation(x):
    statistic = x.std(dim=0).mean()
    return torch.cat([x, statistic.expand(x.shape[0], 1, *x.shape[2:])], dim=1)


# -------------------------------------------------------------------------------------------- penalty and optimisation


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
            case("gradient-penalty", f"{name} batch {batch} width {width}{' with deviation' if deviation else ''}",
                 penalty(activation, deviation),
                 lambda d: [d(batch, channels, 4, 4), d(batch, channels, 4, 4), d(batch, 1, 1, 1, kind="unit"),
                            d(width, channels, 3, 3) / 2, d(width) / 2, d(1, width + deviation, 2, 2) / 2, d(1)],
                 {"activation": name, "deviation": deviation})


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
            ("the DCGAN's", 2e-4, (0.5, 0.999), 2.0**-11), ("the ProGAN's", 1e-4, (0.0, 0.99), 2.0**-12),
            ("PyTorch's defaults", 1e-3, (0.9, 0.999), 2.0**-9), ("long steps", 0.125, (0.5, 0.9), 1.0)):
        for shape in ((1,), (17,), (3, 5)):
            case("adam", f"{label} {text(shape)}", adam(rate, betas, 1e-8),
                 lambda d: [d(*shape) * np.float32(size)] + [d(*shape) for _ in range(5)],
                 {"rate": rate, "beta1": betas[0], "beta2": betas[1], "epsilon": 1e-8}, first=False)
    case("adam", "vanishing gradients", adam(1e-3, (0.5, 0.999), 1e-8),
         lambda d: [d(7) * np.float32(2.0**-9)] + [d(7) * np.float32(2.0**-s) for s in (20, 25, 27, 30)] + [np.zeros(7)],
         {"rate": 1e-3, "beta1": 0.5, "beta2": 0.999, "epsilon": 1e-8}, first=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="print the cases and write nothing")
    options = parser.parse_args()
    torch.set_num_threads(1)
    for family in (elementwise, reductions, shapes, products, convolutions, layers, penalties, optimisers):
        family()
    counts = {}
    for entry in cases:
        counts[entry["op"]] = counts.get(entry["op"], 0) + 1
        if options.list:
            print(entry["name"], entry["float32_scatter"])
    if options.list:
        return
    # One key: the order of several is left to chance, and the same cases should make the same file.
    description = {"torch": torch.__version__, "cases": cases}
    metadata = {"conformance": json.dumps(description, separators=(",", ":"))}
    content = safetensors.numpy.save(dict(sorted(tensors.items())), metadata)
    compressed = zstandard.ZstdCompressor(level=22, write_checksum=True).compress(content)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(str(TARGET), compressed)
    worst = max(cases, key=lambda entry: entry["float32_scatter"])
    print(f"{len(cases)} cases of {len(counts)} operations, {len(tensors)} tensors, {len(content)} bytes, {len(compressed)} compressed")
    print(f"PyTorch's float32 against its float64: worst {worst['float32_scatter']} in {worst['name']}")


if __name__ == "__main__":
    main()
