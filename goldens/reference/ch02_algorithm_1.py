"""Chapter 2's reference: Algorithm 1 with perceptrons on data whose density is known, in PyTorch.

One run is one call of `train`: G's weights, D's weights, then per iteration k times (noise, data, dropout masks, a step
of D) and once or several times (noise, masks, a step of G). Noise and data are drawn in float32 and widened. Dropout
masks come from uniform draws, because PyTorch's own Bernoulli draws differ between builds.

Ten seeds are trained at once (`ch02_ten_seeds.py`).

`--scatter` prints how far PyTorch is from itself: float32 with one thread, with two, and with its own float64.
"""

import torch

from ch02_players import SERIES, Players, Rules, divergence, train
from ch02_ten_seeds import Ends, data_measures, ring_claims, train_ten
from reference_program import main

CHAPTER = "02-algorithm-1"
BELL_ITERATIONS, RING_ITERATIONS, RESTING_STEPS = 600, 1000, 1000
FLOAT64_ITERATIONS = 75
STOPS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)

RING = {
    "k=0.2": Rules(steps_of_g=5),
    "k=1": Rules(),
    "k=2": Rules(k=2),
    "k=5": Rules(k=5),
    "k=20": Rules(k=20),
    "weak": Rules(hidden_d=(8,)),
    "saturating, k=1": Rules(saturating=True),
    "saturating, k=20": Rules(saturating=True, k=20),
    "dropout, k=1": Rules(keep=0.8),
}
BELL = Rules(ring=False, k=5, latent=8, hidden_g=(32, 32), hidden_d=(32, 32), rate_d=5e-3)


def resting(seed, dtype, steps, head_start):
    """Both losses' gradients at a G that rests while D improves."""
    torch.manual_seed(seed)
    players, found = Players(Rules(), dtype), []
    for _ in range(head_start):
        players.iterate()
    z = torch.randn(512, 2, generator=torch.Generator().manual_seed(2)).to(dtype)
    for step in range(steps + 1):
        if step in STOPS:
            found.append([players.slope(players.loss_g(players.d(players.g(z)), kind))[1] for kind in (True, False)])
        players.improve_d()
    return found


def window(rules):
    return 150 // (rules.k + rules.steps_of_g)


def compute(store, precision, options):
    dtype, complete = getattr(torch, precision), precision == "float32"

    def claim(name, holds):
        print(f"{name}: {bool(holds)}", flush=True)
        store.scalar(f"claim/{name}", 1.0 if holds else 0.0, precision)

    def perform(name, rules, iterations):
        players = train(rules, options.seed, dtype, iterations)
        for parameter, tensor in players.initial.items():
            store.hash_only(f"{name}/initial/{parameter}", tensor.to(dtype), precision)
        for quantity in SERIES:
            store.series(f"{name}/{quantity}", players.series[quantity][: window(rules)], precision)
        print(precision, name, "done", flush=True)
        return players

    bell = perform("bell", BELL, BELL_ITERATIONS if complete else FLOAT64_ITERATIONS)
    ends = {}
    for name, rules in RING.items():
        perform(name, rules, window(rules))
        iterations = RING_ITERATIONS if complete else FLOAT64_ITERATIONS
        players, beginnings, landscape = train_ten(rules, options.seed, dtype, iterations, window(rules) // 3)
        for quantity, rows in beginnings.items():
            store.tensor(f"{name}/ten seeds/{quantity}", rows, precision)
        if name in ("k=0.2", "k=1", "k=20"):
            store.tensor(f"{name}/landscape", landscape, precision)
        if complete:
            ends[name] = Ends(players)
            print(name, ends[name], flush=True)
    store.series("data/measures", data_measures(options.seed, dtype), precision)
    starved = []
    for head_start in (0, 20):
        found = resting(options.seed, dtype, RESTING_STEPS if complete else FLOAT64_ITERATIONS, head_start)
        compared = [pair for stop, pair in zip(STOPS, found) if stop <= (20 if complete else 50)]
        store.series(f"resting-{head_start}/saturating", [pair[0] for pair in compared], precision)
        store.series(f"resting-{head_start}/non-saturating", [pair[1] for pair in compared], precision)
        starved.append(found)
        print(precision, "resting", head_start, found, flush=True)
    if not complete:
        return
    end = divergence(bell.samples(20_000), ring=False)
    judged = [bell.late("d-on-data"), bell.late("d-on-samples")]
    print("bell", judged, end)
    for name, number in zip(("d-on-data", "d-on-samples", "divergence"), judged + [end]):
        store.scalar(f"bell/end/{name}", number, precision)
    claim("bell/d-ends-near-one-half", all(abs(number - 0.5) <= 0.1 for number in judged))
    claim("bell/divergence-below-0.02", end < 0.02)
    for name, holds in ring_claims(ends).items():
        claim(f"ring/{name}", holds)
    first, last = starved[0][0], starved[0][-1]
    claim("resting/saturating-starves", last[0] < 0.02 * first[0])
    claim("resting/non-saturating-does-not", last[1] > 0.2 * first[1])


def scatter_of_ten(seed):
    """How far PyTorch's float32 is from its float64 over the compared beginnings of ten seeds."""
    for name, rules in RING.items():
        length = window(rules) // 3
        narrow, wide = (train_ten(rules, seed, dtype, length, length)[1] for dtype in (torch.float32, torch.float64))
        worst = {q: float(((narrow[q].double() - wide[q]).abs() / (1e-6 + 5e-5 * wide[q].abs())).max()) for q in SERIES}
        print(name, "ten seeds, share of the tolerance:", {q: f"{w:.2g}" for q, w in worst.items()}, flush=True)


def scatter(seed):
    """How far PyTorch's float32 is from itself, the worst over the compared window of every run."""
    for name, rules in {"bell": BELL, **RING}.items():
        length, found = window(rules), {}
        for label, threads, dtype in (("one", 1, torch.float32), ("two", 2, torch.float32), ("wide", 1, torch.float64)):
            torch.set_num_threads(threads)
            found[label] = train(rules, seed, dtype, length).series
        for other in ("two", "wide"):
            worst = {
                quantity: max(
                    (abs(a - b), abs(a - b) / abs(b)) for a, b in zip(found["one"][quantity], found[other][quantity])
                )
                for quantity in SERIES
            }
            print(name, other, {q: f"{a:.1e} ({r:.1e})" for q, (a, r) in worst.items()}, flush=True)


def add_options(parser):
    parser.add_argument("--scatter", action="store_true", help="measure how far PyTorch is from itself")


def measure_scatter(options):
    if options.scatter:
        scatter_of_ten(options.seed)
        scatter(options.seed)
    return options.scatter


if __name__ == "__main__":
    runs = {"float64": ["--iterations", str(FLOAT64_ITERATIONS)], "float32": []}
    main(__doc__, CHAPTER, compute, runs=runs, add_options=add_options, instead=measure_scatter)
