"""Reads Sources/Datasets/Resources/cifar10.jpegs: all of CIFAR-10 as JPEGs, as records of the official binary layout.

The layout of the file stands in Sources/Datasets/Resources/README.md. What a part's pictures decode to is held against
the SHA-256 in the file, the same that the Swift package checks: both sides train on the same bytes, or do not start.
"""

import hashlib
import io
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, features

PATH = Path(__file__).resolve().parents[2] / "Sources" / "Datasets" / "Resources" / "cifar10.jpegs"
MAGIC = b"CIFAR10J"
HEADER, PART, ENTRY = struct.Struct("<8s3I"), struct.Struct("<8s2I32s"), struct.Struct("<BH")
RECORD = 1 + 3 * 32 * 32  # one label byte, then the red, green and blue planes


@dataclass(frozen=True)
class Part:
    """Consecutive pictures, and the SHA-256 of their records."""

    name: str
    first: int
    count: int
    sha256: bytes


class Pack:
    def __init__(self, path=PATH):
        self.path, self.data = path, Path(path).read_bytes()
        magic, pictures, parts, head = HEADER.unpack_from(self.data)
        if magic != MAGIC:
            raise SystemExit(f"{path}: expected {MAGIC} in the first 8 bytes, found {magic}")
        index = HEADER.size + parts * PART.size
        start = index + pictures * ENTRY.size
        self.parts = {}
        for number in range(parts):
            name, first, count, digest = PART.unpack_from(self.data, HEADER.size + number * PART.size)
            name = name.rstrip(b"\0").decode()
            self.parts[name] = Part(name, first, count, digest)
        entries = list(ENTRY.iter_unpack(self.data[index:start]))
        self.labels = [label for label, _ in entries]
        self.head = self.data[start : start + head]
        self.offsets = np.cumsum([start + head] + [size for _, size in entries]).tolist()
        if self.offsets[-1] != len(self.data):
            raise SystemExit(f"{path}: expected {self.offsets[-1]} bytes, found {len(self.data)}")

    def jpeg(self, number):
        """Picture `number` as a JPEG file."""
        return self.head + self.data[self.offsets[number] : self.offsets[number + 1]]

    def record(self, number):
        picture = np.asarray(Image.open(io.BytesIO(self.jpeg(number))).convert("RGB"))
        return bytes([self.labels[number]]) + picture.transpose(2, 0, 1).tobytes()

    def records(self, name):
        """The records of "quick", "training" or "test": [N, 3073] bytes."""
        part = self.parts[name]
        data = b"".join(self.record(number) for number in range(part.first, part.first + part.count))
        found = hashlib.sha256(data).hexdigest()
        if found != part.sha256.hex():
            raise SystemExit(
                f"{self.path}: expected {part.count} pictures with the SHA-256 {part.sha256.hex()}, found {found}, "
                f"decoded by Pillow's libjpeg-turbo {features.version('libjpeg_turbo')}"
            )
        return np.frombuffer(data, np.uint8).reshape(-1, RECORD)
