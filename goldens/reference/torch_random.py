"""Makes Tests/TorchRandom/Samples/edge-cases.json: what PyTorch draws at the sizes and in the orders where its rules
change.

Floating-point values are written as bit patterns, so that nothing is lost on the way. Usage, from the root of the
repository:
    python goldens/reference/torch_random.py
"""

import json

import torch


def bits(tensor):
    view = torch.int32 if tensor.dtype == torch.float32 else torch.int64
    mask = 0xFFFFFFFF if tensor.dtype == torch.float32 else 0xFFFFFFFFFFFFFFFF
    return [int(v) & mask for v in tensor.flatten().view(view)]


def after():
    """The next draw: equal only if the stream stands at the same place."""
    return bits(torch.rand(1))[0]


SIZES = [0, 1, 2, 7, 8, 15, 16, 17, 20, 31, 32, 33]
cases = {"torch": torch.__version__, "sizes": []}
for seed in (0, 3, 2**32 + 5):
    for n in SIZES:
        entry = {"seed": seed, "count": n}
        for name, draw in {
            "randn": lambda: torch.randn(n),
            "normal": lambda: torch.empty(n).normal_(0.3, 1.7),
            "rand": lambda: torch.rand(n),
            "uniform": lambda: torch.empty(n).uniform_(-0.37, 1.3),
            "randn64": lambda: torch.randn(n, dtype=torch.float64),
            "normal64": lambda: torch.empty(n, dtype=torch.float64).normal_(0.3, 1.7),
            "uniform64": lambda: torch.empty(n, dtype=torch.float64).uniform_(-0.37, 1.3),
        }.items():
            torch.manual_seed(seed)
            entry[name] = bits(draw())
            entry[name + "After"] = after()
        torch.manual_seed(seed)
        entry["permutation"] = torch.randperm(n).tolist()
        entry["permutationAfter"] = after()
        cases["sizes"].append(entry)

# The cached second normal outlives every other draw and a change of dtype.
torch.manual_seed(11)
mixed = [bits(torch.randn(1)), bits(torch.rand(3)), bits(torch.randn(20)), torch.randint(0, 9, (5,)).tolist()]
mixed += [bits(torch.randn(2, dtype=torch.float64)), bits(torch.randn(3)), bits(torch.rand(1, dtype=torch.float64))]
mixed += [bits(torch.randn(1)), bits(torch.randn(1))]
cases["mixed"] = mixed

# A range of two neighbouring floats: every other draw rounds up to the upper bound, and 2.15 returns the lower one.
torch.manual_seed(0)
cases["upperBound"] = bits(torch.empty(64).uniform_(1, 1 + 2.0**-23))

cases["integers"] = []
for low, high in ((-5, 7), (0, 2**28 - 1), (0, 2**28), (-(2**40), 2**41), (-(2**63), 2**63 - 1)):
    torch.manual_seed(7)
    values = torch.randint(low, high, (6,)).tolist()
    cases["integers"].append({"low": low, "high": high, "values": values, "after": after()})

with open("Tests/TorchRandom/Samples/edge-cases.json", "w") as file:
    json.dump(cases, file, separators=(",", ":"))
    file.write("\n")
