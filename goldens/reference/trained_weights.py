"""What whole runs have learned: weights kept beside a ledger, read by the Python side from the same files."""

import hashlib
import json
from pathlib import Path

import safetensors.torch
import zstandard

GOLDENS = Path(__file__).resolve().parents[1]


def has_ledger(chapter: str, act: str) -> bool:
    """Whether an act's whole run is kept."""
    return (GOLDENS / chapter / "full" / f"{act}.json").is_file()


def kept_weights(chapter: str):
    """Yields (act, tensors by name, metadata) of every whole run of a chapter whose weights are kept."""
    folder = GOLDENS / chapter / "full"
    for index in sorted(folder.glob("*.json")):
        ledger = json.loads(index.read_text())
        if "weights_sha256" not in ledger:
            continue
        path = folder / f"{ledger['act']}-{ledger['epochs'][-1]['state'][:12]}.safetensors.zst"
        content = zstandard.ZstdDecompressor().decompress(path.read_bytes(), max_output_size=1 << 28)
        found = hashlib.sha256(content).hexdigest()
        if found != ledger["weights_sha256"]:
            raise SystemExit(f"{path}: SHA-256 {found}, expected {ledger['weights_sha256']}, as {index} says")
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        yield ledger["act"], safetensors.torch.load(content), header["__metadata__"]
