"""Records numbers for `book check --recording`, from numpy, PyTorch or plain Python. One file that needs numpy: copy
it.

    import golden

    with golden.recording("model") as r:                           # writes recordings/model when the block ends well
        r.record("weights", weights, atol=1e-9, rtol=1e-7)         # any array of numbers, a torch tensor too
        r.record("noise", noise, keep="hash")                      # pure random draws: only the digest is kept
        r.series("loss", losses, rtol=1e-6)                        # one number a step
        r.scalar("accuracy", 0.93, atol=1e-3)
        r.image("sample", pixels, atol=1)                          # uint8 [height, width] or [height, width, 1, 3 or 4]
        r.log("epoch 1/5  loss 0.6931", atol=1e-4)                 # text exactly, numbers within the tolerance

Then, in a shell:

    book bless --recording recordings --goldens goldens            # the first time: shows what was recorded, and asks
    book check --recording recordings --goldens goldens # 0 it holds, 1 it does not, 2 it could not be checked

An element holds where |found - golden| <= atol + rtol * |golden|; a tolerance that is not given is 0, and without any
every bit counts. The format is described in docs/recording.md, so that other languages can write it.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import platform
import re
import subprocess
import sys
import tempfile
import unicodedata

import numpy as np

FORMAT = 1
WHOLE_LIMIT = 4096  # tensors of up to so many elements are kept whole
SAMPLE_COUNT = 1024  # elements that are kept of a larger one
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_ .,+=@()\[\]-]{0,199}")
PRECISIONS = ("float32", "float64")
CODES = {
    "bool": "BOOL",
    "uint8": "U8",
    "int8": "I8",
    "uint16": "U16",
    "int16": "I16",
    "float16": "F16",
    "bfloat16": "BF16",
    "uint32": "U32",
    "int32": "I32",
    "float32": "F32",
    "uint64": "U64",
    "int64": "I64",
    "float64": "F64",
}


def recording(name, precision="float64", to=None):
    """A recording called `name`, to be used in a `with` statement; `to` is the folder of recordings.

    `precision` is what the program computes in: the units in the last place of series and scalars are counted in it,
    and a golden set holds one of each. The folder is $GOLDEN_RECORDINGS, or "recordings", where none is given.
    """
    return Recording(name, precision, to or os.environ.get("GOLDEN_RECORDINGS") or "recordings")


def check(recorded, goldens="goldens", book=None):
    """Holds a recording that was written against its golden: an AssertionError with the report where it does not."""
    folder = recorded.folder if isinstance(recorded, Recording) else os.fspath(recorded)
    command = [book or os.environ.get("BOOK") or "book", "check", "--recording", folder, "--goldens", goldens]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode == 1:
        raise AssertionError("\n" + result.stdout)
    if result.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {result.returncode}: {result.stderr}{result.stdout}")


def of_test(request, precision="float64", to=None, goldens="goldens", book=None):
    """What a fixture of pytest yields from: a recording named after the test, held against its golden at its end.

        @pytest.fixture
        def recorded(request):
            yield from golden.of_test(request)

    A test that fails leaves no recording: half of one must not become a golden.
    """
    recorded = recording(_name_of_test(request.node.nodeid), precision, to)
    recorded.__enter__()
    failures = request.session.testsfailed
    yield recorded
    if request.session.testsfailed == failures:
        recorded.write()
        check(recorded, goldens, book)


def _name_of_test(node):
    """ "tests/test_model.py::test_loss[1/2]" as "tests.test_model@test_loss[1=2F2]": what a folder may be called."""
    file, _, test = node.partition("::")
    name = file.removesuffix(".py").replace("/", ".").replace("\\", ".") + "@" + test.replace("::", ".")
    allowed = re.compile(r"[A-Za-z0-9_ .,+@()\[\]-]")
    name = "".join(c if allowed.match(c) else "".join(f"={byte:02X}" for byte in c.encode()) for c in name)
    name = name if NAME.match(name) else "_" + name
    return name if len(name) <= 200 else name[:180] + "=" + hashlib.sha256(node.encode()).hexdigest()[:16]


class Recording:
    """Collects what a run records. Nothing is written until the block ends, and nothing at all where it ends badly."""

    def __init__(self, name, precision, to):
        if not NAME.fullmatch(name):
            raise ValueError(f"the recording's name {name!r} does not match {NAME.pattern}")
        if precision not in PRECISIONS:
            raise ValueError(f"precision {precision!r}: expected one of {PRECISIONS}")
        self.name, self.precision = name, precision
        self.folder = os.path.join(os.fspath(to), name)
        self._entries, self._tensors, self._log, self._names = [], {}, [], set()

    def __enter__(self):
        # A run that never comes to its end must not be judged by an older one's recording. The index first: without it
        # the tensors are no recording.
        for path in (self._path("json"), self._path("safetensors")):
            if os.path.lexists(path):
                os.unlink(path)
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.write()

    # What can be recorded

    def record(self, name, value, atol=None, rtol=None, ulps=None, keep=None):
        """Records a tensor: whole, or a sample of it where it is large. `keep` is "whole", "sample" or "hash"."""
        if keep not in (None, "whole", "sample", "hash"):
            raise ValueError(f'{name}: keep={keep!r}: expected "whole", "sample" or "hash"')
        self._add(name, "tensor", _Values(name, value), _tolerance(name, atol, rtol, ulps), keep)

    def series(self, name, values, atol=None, rtol=None, ulps=None):
        """Records numbers, one a step; a report names the first step that diverges."""
        numbers = np.array([float(value) for value in values], dtype=np.float64)
        self._add(name, "series", _Values(name, numbers), _tolerance(name, atol, rtol, ulps), "whole")

    def scalar(self, name, value, atol=None, rtol=None, ulps=None):
        """Records one number."""
        self._add(name, "scalar", _Values(name, np.float64(value)), _tolerance(name, atol, rtol, ulps), "whole")

    def image(self, name, pixels, atol=None, rtol=None):
        """Records a picture, which reports show: expected, found and their difference."""
        values = _Values(name, pixels)
        if len(values.shape) == 2:
            values.shape = values.shape + [1]
        if values.dtype != "uint8" or len(values.shape) != 3 or values.shape[2] not in (1, 3, 4):
            raise ValueError(f"{name}: expected uint8 [H, W] or [H, W, 1, 3 or 4], found {values.dtype} {values.shape}")
        self._add(name, "image", values, _tolerance(name, atol, rtol, None), "whole")

    def log(self, line, atol=None, rtol=None):
        """Records a line of the log: text and whole numbers exactly, other numbers within the tolerance."""
        if _has_control_characters(line):
            raise ValueError(f"the log line {line!r} holds a line break or another control character")
        if line in [f"# {precision}" for precision in PRECISIONS]:
            raise ValueError(f"the log line {line!r} is a heading of the golden log")
        self._log.append({"text": line, "tolerance": _tolerance("log", atol, rtol, None), **_caller()})

    def _add(self, name, kind, values, tolerance, keep):
        if not name or name in ("log", "__metadata__") or {"#", "\t"} & set(name) or _has_control_characters(name):
            raise ValueError(f"the name {name!r} is empty, reserved, or holds # or a control character")
        if len(name.encode()) > 1024:
            raise ValueError(f"the name {name[:40]!r}… has more than 1024 bytes")
        if name in self._names:
            raise ValueError(f"{name!r} was recorded before")
        self._names.add(name)
        keep = keep or ("whole" if values.count <= WHOLE_LIMIT else "sample")
        if keep == "sample" and values.count == 0:
            raise ValueError(f"{name}: there is nothing to sample in {values.shape}")
        self._entries.append(
            {
                "name": name,
                "kind": kind,
                "dtype": values.dtype,
                "shape": values.shape,
                "storage": keep,
                "digest": values.digest(),
                "tolerance": tolerance,
                **_caller(),
            }
        )
        if keep == "whole":
            self._tensors[name] = (values.dtype, values.shape, values.bytes)
        elif keep == "sample":
            self._tensors[name + "#sample"] = (values.dtype, [SAMPLE_COUNT], values.sample(name))
            self._tensors[name + "#moments"] = ("float64", [4], values.moments())

    # Writing

    def write(self):
        """Writes the two files. The index last, for it holds the hash of the tensors: half a recording is none."""
        os.makedirs(self.folder, exist_ok=True)
        tensors = _safetensors(self._tensors)
        index = {
            "format": FORMAT,
            "chapter": self.name,
            "precision": self.precision,
            "content_sha256": hashlib.sha256(tensors).hexdigest(),
            "entries": self._entries,
            "log": self._log,
            "made_by": _versions(),
        }
        _write(self._path("safetensors"), tensors)
        _write(self._path("json"), json.dumps(index, indent=1, ensure_ascii=False, allow_nan=False).encode())

    def _path(self, extension):
        return os.path.join(self.folder, f"recorded-{self.precision}.{extension}")


class _Values:
    """The little-endian bytes of an array, its shape, and its element type by NumPy's name."""

    def __init__(self, name, value):
        if type(value).__module__.partition(".")[0] == "torch" and hasattr(value, "detach"):
            value = value.detach().cpu().contiguous()
            if str(value.dtype) == "torch.bfloat16":
                # NumPy has no bfloat16; the bits are the same under another name.
                self._set("bfloat16", value.view(sys.modules["torch"].int16).numpy())
                return
            value = value.numpy()
        array = np.asarray(value)
        if array.dtype.name not in CODES:
            raise TypeError(f"{name}: dtype {array.dtype} cannot be recorded; expected one of {', '.join(CODES)}")
        self._set(array.dtype.name, array)

    def _set(self, dtype, array):
        self.dtype, self.shape, self.count = dtype, list(array.shape), array.size
        self._array = np.ascontiguousarray(array).reshape(-1)
        if self._array.dtype.byteorder == ">" or (sys.byteorder == "big" and self._array.dtype.itemsize > 1):
            self._array = self._array.astype(self._array.dtype.newbyteorder("<"))
        self.bytes = self._array.tobytes()

    def digest(self):
        """SHA-256 of "<dtype> [<d0>,<d1>,…]\\n" and the bytes; every NaN of float32 and float64 made canonical."""
        content = self.bytes
        if self.dtype in PRECISIONS and np.isnan(self._array).any():
            bits = self._array.copy().view(f"<u{self._array.dtype.itemsize}")
            bits[np.isnan(self._array)] = 0x7FC00000 if self.dtype == "float32" else 0x7FF8000000000000
            content = bits.tobytes()
        header = f"{self.dtype} [{','.join(map(str, self.shape))}]\n"
        return hashlib.sha256(header.encode() + content).hexdigest()

    def sample(self, name):
        return self._array[sample_positions(name, self.count)].tobytes()

    def moments(self):
        """Mean, population standard deviation, minimum and maximum, in float64."""
        wide = self._array
        if self.dtype == "bfloat16":
            wide = (wide.view("<u2").astype("<u4") << 16).view("<f4")
        wide = wide.astype(np.float64)
        with np.errstate(invalid="ignore"):
            return np.array([wide.mean(), wide.std(), wide.min(), wide.max()], dtype="<f8").tobytes()


def sample_positions(name, count):
    """Where a tensor of `count` elements is sampled: its ends, then splitmix64 draws seeded by its name."""
    seed = np.uint64(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little"))
    with np.errstate(over="ignore"):
        z = seed + np.arange(1, SAMPLE_COUNT - 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return np.concatenate([np.array([0, count - 1], dtype=np.int64), (z % np.uint64(count)).astype(np.int64)])


def _tolerance(name, atol, rtol, ulps):
    if ulps is not None:
        if atol is not None or rtol is not None or int(ulps) != ulps or ulps < 0:
            raise ValueError(f"{name}: ulps={ulps!r}: expected a whole number, not negative, without atol and rtol")
        return {"ulps": int(ulps)}
    if atol is None and rtol is None:
        return "exact"
    atol, rtol = float(atol or 0), float(rtol or 0)
    if not (math.isfinite(atol) and math.isfinite(rtol) and atol >= 0 and rtol >= 0):
        raise ValueError(f"{name}: atol={atol}, rtol={rtol}: expected finite numbers that are not negative")
    return {"atol": atol, "rtol": rtol}


def _has_control_characters(text):
    """Line breaks, what moves a terminal's cursor, and what reorders or hides text; in a line a tab is harmless."""
    return any(c != "\t" and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") for c in text)


def _caller():
    """Where the recording was called from, by a path that a reader of the project can open."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    path = os.path.relpath(frame.f_code.co_filename)
    return {
        "file": os.path.basename(path) if path.startswith("..") else path.replace(os.sep, "/"),
        "line": frame.f_lineno,
    }


def _versions():
    versions = {"tool": "golden.py", "python": platform.python_version(), "numpy": np.__version__}
    if "torch" in sys.modules:
        versions["torch"] = str(sys.modules["torch"].__version__)
    return versions


def _safetensors(tensors):
    header, offset = {}, 0
    for name, (dtype, shape, content) in tensors.items():
        header[name] = {"dtype": CODES[dtype], "shape": shape, "data_offsets": [offset, offset + len(content)]}
        offset += len(content)
    text = json.dumps(header, ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([len(text).to_bytes(8, "little"), text, *(content for _, _, content in tensors.values())])


def _write(path, content):
    """Writes a file whole or not at all."""
    descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".recording-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
