"""What a case of the conformance file holds, and how PyTorch's results for it are recorded.

A case is an operation with its attributes and inputs. From PyTorch it keeps

    output                      f(inputs)
    gradient<i>                 g_i = d<output, cotangent>/d(input_i), for each differentiable input
    second<i>, second-cotangent the gradients of s = sum_i <g_i, direction_i> by input_i and by the cotangent

which is all that a rule written in differentiable primitives can get wrong. Inputs, cotangents and directions are short
dyadic fractions, exact in float32, so both precisions compute with the same numbers. Results are stored once, from the
float64 run: for a float32 engine they are a better judge than PyTorch's own float32. How far that lies from them is
measured for every case (`float32_scatter`, relative to each tensor's largest magnitude) and stays below FLOAT32_LIMIT.

Inputs keep away from kinks and ties, except in the cases whose name says "at the kink" or "tie".
"""

import zlib

import numpy as np
import torch

FLOAT32_LIMIT = 1e-5
GRID = 2.0**12  # inputs are multiples of 2^-12 below 8: 15 bits, and their sums and products still round in float32

cases: list[dict] = []
tensors: dict[str, np.ndarray] = {}


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
        "name": name,
        "op": op,
        "attributes": attributes or {},
        "dtypes": ["float32", "float64"],
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
