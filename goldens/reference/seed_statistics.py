"""Exact intervals and tests as SciPy has them, for the tests of `book check --seeds`.

Rank tests with ties, which SciPy's exact method does not count, are counted here one division after the other.

    python goldens/reference/seed_statistics.py Tests/Goldens/Samples/seed-statistics.json
"""

import itertools
import json
import sys

import numpy as np
import scipy
from scipy import stats


def counted(a, b):
    """The share of all divisions whose rank sum is at least as far from its mean."""
    ranks = stats.rankdata(a + b)
    mean = len(a) * (len(ranks) + 1) / 2
    distances = [abs(sum(chosen) - mean) for chosen in itertools.combinations(ranks.tolist(), len(a))]
    found = abs(ranks[: len(a)].sum() - mean)
    return sum(d >= found - 1e-9 for d in distances) / len(distances)


def main():
    draws = np.random.default_rng(0)
    intervals = [
        [k, n, *stats.binomtest(k, n).proportion_ci(0.95, "exact")]
        for k, n in [(0, 1), (1, 1), (0, 20), (1, 20), (10, 20), (18, 20), (20, 20), (3, 7), (437, 1000), (9999, 10000)]
    ]
    ranks = []
    for n, m, shift in [(20, 20, 0), (20, 20, 1), (20, 20, 4), (5, 9, 1), (1, 3, 0), (30, 12, 0.5), (50, 50, 0.3)]:
        a, b = draws.normal(size=n).tolist(), (draws.normal(size=m) + shift).tolist()
        p = stats.mannwhitneyu(a, b, alternative="two-sided", method="exact").pvalue
        ranks.append({"a": a, "b": b, "p": p, "by": "mannwhitneyu exact"})
    for n, m, values in [(6, 6, 3), (4, 8, 2), (7, 5, 4), (3, 3, 1), (8, 3, 2)]:
        a, b = draws.integers(values, size=n).tolist(), draws.integers(values, size=m).tolist()
        ranks.append({"a": a, "b": b, "p": counted(a, b), "by": "counted, with ties"})
    for n, m, values in [(90, 80, 9), (60, 70, 1000)]:
        a, b = draws.integers(values, size=n).tolist(), (draws.integers(values, size=m) + values // 8).tolist()
        p = stats.mannwhitneyu(a, b, alternative="two-sided", method="asymptotic").pvalue
        ranks.append({"a": a, "b": b, "p": p, "by": "mannwhitneyu asymptotic"})
    fisher = []
    for k, n, other_k, other_n in [
        (18, 20, 19, 20),
        (0, 20, 20, 20),
        (20, 20, 20, 20),
        (2, 7, 5, 6),
        (100, 300, 80, 120),
        (5, 10, 5, 10),
    ]:
        p = stats.fisher_exact([[k, n - k], [other_k, other_n - other_k]]).pvalue
        fisher.append([k, n, other_k, other_n, p])
    document = {"fisher": fisher, "intervals": intervals, "ranks": ranks, "scipy": scipy.__version__}
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(document, file, default=float)
        file.write("\n")


if __name__ == "__main__":
    main()
