"""Correctly rounded values of exp, log, tanh, sigmoid and softplus:
Tests/Conformance/Samples/transcendental.safetensors.zst.

The points cover the whole range of each function in float32 and float64: random significands at every exponent where
the result is neither 0 nor infinite, both signs, neighbours of the places where an implementation changes formula,
overflow and underflow thresholds, subnormal arguments and results. mpmath computes with 200 bits; the result is rounded
once.

    python goldens/reference/transcendental.py
"""

from pathlib import Path

import mpmath
import numpy as np
import safetensors.numpy
import zstandard

mpmath.mp.prec = 200
OUT = Path(__file__).resolve().parents[2] / "Tests" / "Conformance" / "Samples" / "transcendental.safetensors.zst"

FUNCTIONS = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "tanh": mpmath.tanh,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
}
# The largest |x| worth asking for, by precision: beyond it the result is 0, 1, x or infinite.
LIMITS = {"float32": 110.0, "float64": 750.0}
TURNS = [0.0, 0.34657359, 0.625, 0.6931471805599453, 1.0, 2.0, 18.0, 37.0, 88.72, 103.97, 709.78, 745.13]


def rounded(value, kind):
    """`value` to nearest, ties to even, subnormals included, by exact rational scaling."""
    info = np.finfo(kind)
    if value == 0:
        return kind(0)
    magnitude = abs(value)
    exponent = max(int(mpmath.floor(mpmath.log(magnitude, 2))), int(info.minexp))
    while mpmath.mpf(2) ** (exponent + 1) <= magnitude:
        exponent += 1
    while exponent > info.minexp and mpmath.mpf(2) ** exponent > magnitude:
        exponent -= 1
    units = int(mpmath.nint(mpmath.ldexp(magnitude, info.nmant - exponent)))
    result = mpmath.ldexp(mpmath.mpf(units), exponent - info.nmant)
    if result > mpmath.mpf(float(info.max)):
        return kind(np.inf if value > 0 else -np.inf)
    return kind(float(result if value > 0 else -result))


def points(name, kind, random):
    info = np.finfo(kind)
    positive = []
    low, high = (info.minexp - info.nmant, info.maxexp) if name == "log" else (-40 if kind is np.float32 else -60, 10)
    for exponent in range(low, high):
        for significand in 1 + random.random(3 if name == "log" else 12):
            positive.append(float(np.ldexp(significand, exponent)))
    values = positive if name == "log" else positive + [-x for x in positive]
    values += list(
        random.uniform(-LIMITS[kind.__name__], LIMITS[kind.__name__], 600)
        if name != "log"
        else random.uniform(0.4, 2.5, 600)
    )
    for turn in TURNS:
        for sign in (1, -1) if name != "log" else (1,):
            x = kind(sign * turn)
            values += [x, np.nextafter(x, kind(np.inf)), np.nextafter(x, kind(-np.inf))]
    with np.errstate(over="ignore", under="ignore"):
        array = np.unique(np.array(values).astype(kind))
    array = array[np.isfinite(array)]
    if name == "log":
        return array[array > 0]
    return array[np.abs(array) <= LIMITS[kind.__name__]]


def main():
    random = np.random.default_rng(2026)
    tensors = {}
    for name, function in FUNCTIONS.items():
        for kind in (np.float32, np.float64):
            x = points(name, kind, random)
            tensors[f"{name}/{kind.__name__}/x"] = x
            tensors[f"{name}/{kind.__name__}/y"] = np.array(
                [rounded(function(mpmath.mpf(float(v))), kind) for v in x], kind
            )
            print(name, kind.__name__, len(x))
    OUT.write_bytes(zstandard.ZstdCompressor(level=19).compress(safetensors.numpy.save(tensors)))
    print(OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
