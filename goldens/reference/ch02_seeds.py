"""Chapter 2 over many seeds: how often each of its claims holds in PyTorch, and how its end values are distributed.

A run of the chapter from seed s trains ten networks on the ring, from seeds s to s + 9. Runs of neighboring seeds share
networks, which are trained here once, all at the same time; `seeds_per_run` says for which numbers that matters.
"""

import torch

import ch02_ten_seeds
from ch02_algorithm_1 import (
    BELL,
    BELL_ITERATIONS,
    CHAPTER,
    RESTING_STEPS,
    RING,
    RING_ITERATIONS,
    STOPS,
    resting,
    window,
)
from ch02_players import SERIES, coverage, divergence, train
from ch02_ten_seeds import SEEDS, Ends, TenPlayers, data_measures, ring_claims
from reference_program import argument_parser, parsed
from seed_store import SeedStore, seeds

DTYPE = torch.float32


class ManyPlayers(TenPlayers):
    """The ring from any seeds at once."""

    def __init__(self, rules, all_seeds, dtype):
        # The base class numbers its seeds from 0: it is told how many, and asks for the n-th.
        self.all_seeds = all_seeds
        ch02_ten_seeds.SEEDS = len(all_seeds)
        seeded = torch.manual_seed
        try:
            torch.manual_seed = lambda index: seeded(all_seeds[index])
            super().__init__(rules, 0, dtype)
        finally:
            torch.manual_seed = seeded
            ch02_ten_seeds.SEEDS = SEEDS

    def measure(self):
        z = torch.randn(2000, self.rules.latent, generator=torch.Generator().manual_seed(1)).to(self.dtype)
        with torch.no_grad():
            samples = self.forward(self.g, z.expand(len(self.all_seeds), -1, -1))
        self.moments.append([(*coverage(points), divergence(points, ring=True)) for points in samples])

    def ten(self, seed):
        """The ten players that a run of the chapter from `seed` trains, as `Ends` reads them."""
        places = [self.all_seeds.index(seed + index) for index in range(SEEDS)]

        class Ten:
            moments = [[row[place] for place in places] for row in self.moments]
            series = {name: [numbers[places] for numbers in rows] for name, rows in self.series.items()}

        return Ten


def train_ring(rules, all_seeds):
    players = ManyPlayers(rules, all_seeds, DTYPE)
    players.measure()
    for iteration in range(1, RING_ITERATIONS + 1):
        players.iterate()
        if iteration % 50 == 0:
            players.measure()
    return players


def main():
    parser = argument_parser(__doc__)
    parser.add_argument("--seeds", type=seeds, default=seeds("0..19"))
    parser.add_argument("--write-seeds", metavar="FILE", required=True)
    options = parsed(parser)
    store = SeedStore(CHAPTER, "float32", options.seeds)
    all_seeds = sorted({seed + index for seed in options.seeds for index in range(SEEDS)})
    ring = {}
    for name, rules in RING.items():
        ring[name] = train_ring(rules, all_seeds)
        print(name, "trained from", len(all_seeds), "seeds", flush=True)
    for seed in options.seeds:
        write_seed(store, seed, ring)
        print("seed", seed, flush=True)
    store.write(options.write_seeds)


def write_seed(store, seed, ring):
    bell = train(BELL, seed, DTYPE, BELL_ITERATIONS)
    for quantity in SERIES:
        store.add("series", f"bell/{quantity}", bell.series[quantity][window(BELL) - 1])
    judged = [bell.late("d-on-data"), bell.late("d-on-samples")]
    end = divergence(bell.samples(20_000), ring=False)
    for name, number in zip(("d-on-data", "d-on-samples", "divergence"), judged + [end]):
        store.add("scalar", f"bell/end/{name}", number)
    store.add("claim", "claim/bell/d-ends-near-one-half", all(abs(number - 0.5) <= 0.1 for number in judged))
    store.add("claim", "claim/bell/divergence-below-0.02", end < 0.02)
    ends = {}
    for name, players in ring.items():
        place = players.all_seeds.index(seed)
        for quantity in SERIES:
            store.add("series", f"{name}/{quantity}", players.series[quantity][window(RING[name]) - 1][place])
        ends[name] = Ends(players.ten(seed))
    store.add("series", "data/measures", data_measures(seed, DTYPE)[-1], SEEDS)

    for name, holds in ring_claims(ends).items():
        store.add("claim", f"claim/ring/{name}", bool(holds), SEEDS)
    for head_start in (0, 20):
        found = resting(seed, DTYPE, RESTING_STEPS, head_start)
        compared = [pair for stop, pair in zip(STOPS, found) if stop <= 20][-1]
        store.add("series", f"resting-{head_start}/saturating", compared[0])
        store.add("series", f"resting-{head_start}/non-saturating", compared[1])
        if head_start == 0:
            first, last = found[0], found[-1]
    store.add("claim", "claim/resting/saturating-starves", last[0] < 0.02 * first[0])
    store.add("claim", "claim/resting/non-saturating-does-not", last[1] > 0.2 * first[1])


if __name__ == "__main__":
    main()
