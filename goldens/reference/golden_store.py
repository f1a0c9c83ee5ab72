"""What the PyTorch programs of goldens/reference use to write a golden set.

    store = GoldenStore(chapter="03-dcgan-cifar10", profile="quick", seed=0,
                        runs={"float64": ["--iterations", "30", "--decimals", "12"], "float32": ["--iterations", "50"]})
    store.tensor("generator/GAN_Generator.0.weight", model.weight, precision="float64")
    store.hash_only("noise", noise, precision="float64")             # pure random draws: only the digest is kept
    store.series("loss-d", losses, precision="float64")
    store.scalar("fixed-point", 0.6931, precision="float64")
    store.log_lines(["[1/50][0/782] Loss_D: 1.4032 ..."], precision="float64")
    store.write("goldens/03-dcgan-cifar10")

Every entry is keyed by precision ("float32" or "float64") and name. The Swift side (Sources/Goldens) reduces what a
chapter records by the same rules, so the two meet:

- A tensor of up to WHOLE_LIMIT elements is stored whole (`<precision>/<name>`), as is any tensor with `whole=True`.
- A larger one is stored as SAMPLE_COUNT elements (`<precision>/<name>#sample`), as four float64 moments, mean,
  population standard deviation, minimum, maximum (`<precision>/<name>#moments`), and as its digest. The positions of
  the sample are 0, count - 1, and then for k = 0, 1, 2, ... splitmix64(seed, k) mod count, where seed is the first
  eight bytes of SHA-256(name), little-endian; `sample_positions` is the definition.
- Series and scalars are float64 numbers in both precisions (widening a float32 is exact).
- The digest is the SHA-256 of "<dtype> [<d0>,<d1>,...]\n" followed by the little-endian bytes, every NaN made
  canonical.

Values that are not finite are refused unless `allow_nonfinite=True`: a reference that went wrong must not become a
golden. `write` replaces the whole set at once or not at all: it is written beside the old one and the two folders are
exchanged."""

from __future__ import annotations

import ctypes
import datetime
import hashlib
import json
import os
import platform
import shutil
import sys
import tempfile

import numpy as np
import safetensors.numpy
import zstandard

FORMAT = 1
WHOLE_LIMIT = 4096
SAMPLE_COUNT = 1024
PRECISIONS = ("float32", "float64")
TENSOR_DTYPES = ("float32", "float64", "uint8", "int32", "int64", "bool")


def sample_positions(name: str, count: int) -> np.ndarray:
    """Where a tensor of `count` elements is sampled: its ends, then splitmix64 draws seeded by the name."""
    seed = np.uint64(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little"))
    with np.errstate(over="ignore"):
        step = np.arange(1, SAMPLE_COUNT - 1, dtype=np.uint64)
        z = seed + step * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    drawn = (z % np.uint64(count)).astype(np.int64)
    return np.concatenate([np.array([0, count - 1], dtype=np.int64), drawn])


def digest(array: np.ndarray) -> str:
    """SHA-256 of dtype, shape and bytes, with every NaN made canonical; the Swift side computes the same."""
    array = np.ascontiguousarray(array)
    if array.dtype.kind == "f" and np.isnan(array).any():
        array = array.copy()
        bits = array.reshape(-1).view(f"u{array.dtype.itemsize}")
        bits[np.isnan(array.reshape(-1))] = 0x7FC00000 if array.dtype.itemsize == 4 else 0x7FF8000000000000
    header = f"{array.dtype.name} [{','.join(str(extent) for extent in array.shape)}]\n"
    hasher = hashlib.sha256(header.encode())
    hasher.update(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())
    return hasher.hexdigest()


def moments(array: np.ndarray) -> np.ndarray:
    """Mean, population standard deviation, minimum and maximum, in float64."""
    wide = array.astype(np.float64).reshape(-1)
    return np.array([wide.mean(), wide.std(), wide.min(), wide.max()], dtype=np.float64)


class GoldenStore:
    """Collects the reference values of one chapter and writes them as a golden set."""

    def __init__(self, chapter: str, profile: str, seed: int, runs: dict[str, list[str]] | None = None):
        """`runs` gives, by precision, the options that `book check` passes to the chapter beside profile, seed and
        dtype.
        """
        self.chapter, self.profile, self.seed, self.runs = chapter, profile, seed, runs
        self._arrays: dict[str, np.ndarray] = {}
        self._entries: dict[str, dict[str, dict]] = {}
        self._logs: dict[str, list[str]] = {}
        # Where only some entries are made anew: what made the others.
        self._kept_provenance: dict | None = None

    @classmethod
    def opened(cls, folder: str, seed: int) -> GoldenStore:
        """The golden set that is there, to make some of its entries anew; all others, and the log, stay as they are."""
        with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as file:
            manifest = json.load(file)
        reference = manifest["reference"]
        store = cls(manifest["chapter"], reference["provenance"]["profile"], seed)
        with open(os.path.join(folder, "reference.safetensors.zst"), "rb") as file:
            content = zstandard.ZstdDecompressor().decompress(file.read())
        if hashlib.sha256(content).hexdigest() != reference["content_sha256"]:
            raise ValueError(f"{folder}: reference.safetensors.zst is not what manifest.json says")
        store._arrays = dict(safetensors.numpy.load(content))
        store._entries = reference["entries"]
        with open(os.path.join(folder, "log.txt"), encoding="utf-8") as file:
            for line in file.read().splitlines():
                if line in tuple(f"# {p}" for p in PRECISIONS):
                    lines = store._logs.setdefault(line[2:], [])
                else:
                    lines.append(line)
        store._kept_provenance = {k: v for k, v in reference["provenance"].items() if k != "also"}
        return store

    def tensor(self, name, array, precision="float64", whole=False, allow_nonfinite=False):
        """Keeps a tensor, whole or sampled. A floating-point tensor must have the dtype of its precision."""
        array = self._checked_array(name, array, precision, allow_nonfinite)
        entry = {"dtype": array.dtype.name, "kind": "tensor", "shape": list(array.shape)}
        key = self._add(name, precision, entry)
        if whole or array.size <= WHOLE_LIMIT:
            entry["storage"] = "whole"
            self._arrays[key] = array
        else:
            entry["storage"] = "sample"
            entry["digest"] = digest(array)
            self._arrays[key + "#sample"] = array.reshape(-1)[sample_positions(name, array.size)]
            self._arrays[key + "#moments"] = moments(array)

    def hash_only(self, name, tensor, precision="float64"):
        """Keeps only the digest: for tensors whose every bit is fixed, such as random draws and data."""
        array = self._checked_array(name, tensor, precision, allow_nonfinite=False)
        entry = {"dtype": array.dtype.name, "kind": "tensor", "shape": list(array.shape)}
        self._add(name, precision, entry)
        entry.update(storage="hash", digest=digest(array))

    def image(self, name, pixels, precision="float64"):
        """Keeps a picture whole: uint8 [height, width, channels]."""
        array = self._checked_array(name, pixels, precision, allow_nonfinite=False)
        if array.dtype != np.uint8 or array.ndim != 3 or array.shape[2] not in (1, 3, 4):
            raise ValueError(f"image {name}: expected uint8 [H, W, 1, 3 or 4], found {array.dtype} {list(array.shape)}")
        key = self._add(
            name, precision, {"dtype": "uint8", "kind": "image", "shape": list(array.shape), "storage": "whole"}
        )
        self._arrays[key] = array

    def series(self, name, values, precision="float64", allow_nonfinite=False):
        """Keeps a list of numbers, one a step."""
        self._numbers(
            name, np.asarray(list(map(float, values)), dtype=np.float64), "series", precision, allow_nonfinite
        )

    def scalar(self, name, value, precision="float64", allow_nonfinite=False):
        """Keeps one number."""
        self._numbers(name, np.asarray(float(value), dtype=np.float64), "scalar", precision, allow_nonfinite)

    def log_lines(self, lines, precision="float64"):
        """Appends lines to the log; numbers in them are compared as numbers, everything else as text."""
        self._check_precision(precision)
        for line in lines:
            if "\n" in line or "\r" in line:
                raise ValueError(f"a log line holds a line break: {line!r}")
            if line in tuple(f"# {p}" for p in PRECISIONS):
                raise ValueError(f"the log line {line!r} would read as the heading of a section")
            self._logs.setdefault(precision, []).append(line)

    def write(self, folder):
        """Writes reference.safetensors.zst, log.txt and manifest.json. Digests and runs of the old manifest stay."""
        if not self._entries and not self._logs:
            raise ValueError(f"the golden set of {self.chapter} is empty")
        folder = os.path.abspath(folder)
        manifest = self._old_manifest(os.path.join(folder, "manifest.json"))
        content = safetensors.numpy.save(dict(sorted(self._arrays.items())))
        log = "".join(
            line + "\n" for precision in sorted(self._logs) for line in [f"# {precision}", *self._logs[precision]]
        ).encode()
        manifest["reference"] = {
            "content_sha256": hashlib.sha256(content).hexdigest(),
            "entries": self._entries,
            "log_lines": {precision: len(lines) for precision, lines in self._logs.items()},
            "log_sha256": hashlib.sha256(log).hexdigest(),
            "provenance": self._provenance(),
        }
        compressor = zstandard.ZstdCompressor(level=19, write_checksum=True, write_content_size=True)
        replace_folder(
            folder,
            {
                "reference.safetensors.zst": compressor.compress(content),
                "log.txt": log,
                "manifest.json": (pretty(manifest) + "\n").encode(),
            },
        )

    def _old_manifest(self, path):
        manifest = {}
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                manifest = json.load(file)
            if manifest.get("chapter") != self.chapter:
                raise ValueError(f"{path} belongs to {manifest.get('chapter')!r}, expected {self.chapter!r}")
        manifest.setdefault("digests", {})
        manifest.setdefault("runs", {})
        if self.runs is not None:
            manifest["runs"] = self.runs
        manifest["format"] = FORMAT
        manifest["chapter"] = self.chapter
        return manifest

    # Checks

    def _check_precision(self, precision):
        if precision not in PRECISIONS:
            raise ValueError(f"precision {precision!r}: expected one of {PRECISIONS}")

    def _checked_array(self, name, value, precision, allow_nonfinite):
        self._check_precision(precision)
        if hasattr(value, "detach"):
            value = value.detach().cpu().numpy()
        array = np.array(value, order="C")  # a copy: a parameter that trains on must not change what was recorded
        if array.dtype.name not in TENSOR_DTYPES:
            raise ValueError(f"{name}: dtype {array.dtype} is none of {TENSOR_DTYPES}")
        if array.dtype.kind == "f" and array.dtype.name != precision:
            raise ValueError(f"{name}: a {array.dtype} tensor in the {precision} set")
        if array.dtype.kind == "f" and not allow_nonfinite and not np.isfinite(array).all():
            raise ValueError(f"{name}: {int((~np.isfinite(array)).sum())} values are NaN or infinite")
        return array

    def _numbers(self, name, array, kind, precision, allow_nonfinite):
        if not allow_nonfinite and not np.isfinite(array).all():
            raise ValueError(f"{name}: a value is NaN or infinite")
        key = self._add(
            name, precision, {"dtype": "float64", "kind": kind, "shape": list(array.shape), "storage": "whole"}
        )
        self._arrays[key] = array

    def _add(self, name, precision, entry):
        self._check_precision(precision)
        if not name or "#" in name or any(ord(c) < 32 for c in name) or name == "log":
            raise ValueError(f"the name {name!r} is empty, reserved, or holds # or a control character")
        entries = self._entries.setdefault(precision, {})
        key = f"{precision}/{name}"
        if name in entries and self._kept_provenance is None:
            raise ValueError(f"{key} was stored twice")
        entries[name] = entry
        for old in (key, key + "#sample", key + "#moments"):
            self._arrays.pop(old, None)
        return key

    def _provenance(self):
        script = os.path.abspath(sys.argv[0])
        versions = {"numpy": np.__version__, "python": platform.python_version()}
        if "torch" in sys.modules:
            versions["torch"] = sys.modules["torch"].__version__
        # Folders of the machine that ran it are of no use to a reader, and may be private.
        arguments = [os.path.join("…", os.path.basename(a)) if os.path.isabs(a) else a for a in sys.argv[1:]]
        command = " ".join(["python", f"goldens/reference/{os.path.basename(script)}", *arguments])
        if self._kept_provenance is not None:
            date = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            return self._kept_provenance | {"also": f"{command}, {date}, {host_cpu()}, torch {versions.get('torch')}"}
        return {
            "command": command,
            "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "host_cpu": host_cpu(),
            "profile": self.profile,
            "script": os.path.basename(script),
            "sources": local_sources(),
            "seed": self.seed,
            "versions": versions,
        }


def local_sources() -> dict[str, str]:
    """SHA-256 of the program and of every file of this repository that it has imported, by path from the repository's
    root.
    """
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    paths = {os.path.abspath(sys.argv[0])}
    paths |= {os.path.abspath(m.__file__) for m in list(sys.modules.values()) if getattr(m, "__file__", None)}
    sources = {}
    for path in sorted(paths):
        relative = os.path.relpath(path, root).replace(os.sep, "/")
        # A virtual environment inside the repository is not the repository's, and some modules have no file but a name.
        outside = relative.startswith(("../", ".")) or "site-packages" in relative
        if outside or not path.endswith(".py") or not os.path.isfile(path):
            continue
        with open(path, "rb") as file:
            sources[relative] = hashlib.sha256(file.read()).hexdigest()
    return sources


def host_cpu() -> str:
    """The processor's model name."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def pretty(value, indent="", width=100) -> str:
    """JSON with sorted keys whose small parts stand on one line; Sources/Goldens prints the same text."""
    compact = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(", ", ": "))
    if not isinstance(value, (dict, list)) or not value or (indent and len(compact) <= width):
        return compact
    inner = indent + "  "
    if isinstance(value, dict):
        parts = [
            f"{inner}{json.dumps(key, ensure_ascii=False)}: {pretty(value[key], inner, width)}" for key in sorted(value)
        ]
        return "{\n" + ",\n".join(parts) + "\n" + indent + "}"
    return "[\n" + ",\n".join(inner + pretty(item, inner, width) for item in value) + "\n" + indent + "]"


def replace_folder(folder: str, files: dict[str, bytes]) -> None:
    """Replaces the files of a folder all at once or not at all; other files in it stay.

    A copy with the new files is written beside the folder, then the two are exchanged in one step. Killed at any moment
    this leaves the old folder or the new one, and at most a hidden `.<name>.staged-*` beside it, which the next call
    removes."""
    parent, name = os.path.split(folder)
    os.makedirs(parent, exist_ok=True)
    for entry in os.listdir(parent):
        if entry.startswith(f".{name}.staged-"):
            shutil.rmtree(os.path.join(parent, entry))
    staged = tempfile.mkdtemp(dir=parent, prefix=f".{name}.staged-")
    try:
        os.chmod(staged, 0o755)
        if os.path.isdir(folder):
            shutil.copytree(
                folder, staged, dirs_exist_ok=True, ignore=lambda _, names: [n for n in names if n in files]
            )
        for file_name, content in files.items():
            write_durably(os.path.join(staged, file_name), content)
        synchronize(staged)
        if not os.path.isdir(folder):
            os.rename(staged, folder)
        elif not exchange(staged, folder):
            # Without the system call: one file after the other, the manifest, which holds the others' hashes, last.
            for file_name in sorted(files, key=lambda n: n == "manifest.json"):
                os.replace(os.path.join(staged, file_name), os.path.join(folder, file_name))
        synchronize(parent)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def exchange(first: str, second: str) -> bool:
    """Exchanges two names in one step (Linux renameat2); False where the system or the file system cannot."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    here, exchange_flag = -100, 2
    return call(here, os.fsencode(first), here, os.fsencode(second), exchange_flag) == 0


def write_atomically(path: str, content: bytes) -> None:
    """Writes one file whole or not at all: temporary file in the same folder, fsync, rename, fsync of the folder."""
    folder = os.path.dirname(os.path.abspath(path))
    temporary = os.path.join(folder, f".{os.path.basename(path)}.{os.getpid()}.tmp")
    try:
        write_durably(temporary, content)
        os.replace(temporary, path)
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)
    synchronize(folder)


def write_durably(path: str, content: bytes) -> None:
    """Writes a file and waits until it is on the disk."""
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def synchronize(folder: str) -> None:
    """Waits until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
