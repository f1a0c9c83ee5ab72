"""Keeps what a reference program finds over many seeds: one distribution for each claim and each end value.

The file, `goldens/<chapter>/seeds.json`, holds numbers as text (they are few), with a hash over them;
`book check --seeds` reads it.
"""

import hashlib
import json
import math
import os

import golden_store

KINDS = ("claim", "scalar", "series")


def seeds(text):
    """The seeds that "0..19", "0..190/10" (every tenth) or "3,7,11" mean, as `book` reads them."""
    found = []
    for part in text.split(","):
        ends, _, step = part.partition("/")
        first, dots, last = ends.partition("..")
        low, high, step = int(first), int(last if dots else first), int(step or 1)
        if low < 0 or high < low or step < 1:
            raise ValueError(f"{part}: expected seeds as 0..19, 0..190/10 or 3,7,11")
        found += range(low, high + 1, step)
    if len(set(found)) != len(found):
        raise ValueError(f"{text}: a seed is named twice")
    return found


class SeedStore:
    """Collects one number a seed for each name, then writes all of them."""

    def __init__(self, chapter, precision, seeds):
        self.chapter, self.precision, self.seeds, self.values = chapter, precision, list(seeds), {}

    def add(self, kind, name, number, seeds_per_run=1):
        """Adds the number of the next seed, which a run computes from `seeds_per_run` seeds, its own and the next."""
        number = float(number)
        if kind not in KINDS or not math.isfinite(number) or kind == "claim" and number not in (0.0, 1.0):
            raise ValueError(f"{name}: {kind} {number}")
        entry = self.values.setdefault(name, {"kind": kind, "seeds_per_run": seeds_per_run, "values": []})
        if (entry["kind"], entry["seeds_per_run"]) != (kind, seeds_per_run):
            raise ValueError(f"{name} was added as something else before")
        entry["values"].append(number)

    def write(self, path):
        """Writes the file, whole or not at all."""
        for name, entry in self.values.items():
            if len(entry["values"]) != len(self.seeds):
                raise ValueError(f"{name}: {len(entry['values'])} numbers for {len(self.seeds)} seeds")
        provenance = golden_store.GoldenStore(self.chapter, "quick", self.seeds[0])._provenance()
        del provenance["seed"]
        content = {"seeds": self.seeds, "values": self.values}
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(", ", ": "))
        document = {
            "chapter": self.chapter,
            "content": content,
            "content_sha256": hashlib.sha256(text.encode()).hexdigest(),
            "format": 1,
            "precision": self.precision,
            "provenance": provenance,
        }
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        golden_store.write_atomically(path, (golden_store.pretty(document) + "\n").encode())
