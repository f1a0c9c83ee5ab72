"""Writes Tests/Conformance/Samples/conformance.safetensors.zst: what PyTorch computes for every primitive.

    python goldens/reference/conformance.py [--list]

conformance_cases/recorder.py says what a case holds; its neighbours list the cases, one file a family.
"""

import argparse
import json
from pathlib import Path

import safetensors.numpy
import torch
import zstandard

from conformance_cases import elementwise, layers, products, recorder, reductions, shapes, training
from golden_store import write_atomically

TARGET = Path(__file__).resolve().parents[2] / "Tests" / "Conformance" / "Samples" / "conformance.safetensors.zst"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="print the cases and write nothing")
    options = parser.parse_args()
    torch.set_num_threads(1)
    for family in (elementwise, reductions, shapes, products, layers, training):
        family.record()
    cases, tensors = recorder.cases, recorder.tensors
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
    print(f"{len(cases)} cases of {len(counts)} operations, {len(tensors)} tensors")
    print(f"{len(content)} bytes, {len(compressed)} compressed")
    print(f"PyTorch's float32 against its float64: worst {worst['float32_scatter']} in {worst['name']}")


if __name__ == "__main__":
    main()
