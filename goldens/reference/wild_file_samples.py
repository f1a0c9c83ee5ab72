"""Makes Tests/TensorFiles/Samples/wild: files as people's own tools write them, and what they hold.

    python goldens/reference/wild_file_samples.py

Everything here loads with `torch.load(weights_only=True)` or `numpy.load`, unless its name begins with "foreign" or
"refused". `expected.json` has the form of the one that tensor_file_samples.py writes; of numbers that are not exactly
float64 it holds texts.
"""

import collections
import io
import json
import pathlib
import struct
import zipfile

import ml_dtypes
import numpy as np
import torch

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "TensorFiles" / "Samples" / "wild"
expected = {}
A = torch.arange(6, dtype=torch.float32).reshape(2, 3)


def number(x):
    x = complex(x)
    return x.real if np.isfinite(x.real) else str(x.real)


def describe(value):
    if isinstance(value, torch.Tensor):
        value = value.detach()
        name = str(value.dtype).removeprefix("torch.")
        if value.is_complex():
            value = value.resolve_conj().resolve_neg()
            flat = torch.view_as_real(value.to(torch.complex128)).reshape(-1).tolist()
        else:
            flat = value.to(torch.float64).reshape(-1).tolist()
        return {"dtype": name, "shape": list(value.shape), "values": [number(x) for x in flat]}
    value = np.asarray(value)
    flat = (
        value.astype(np.complex128).reshape(-1).view(np.float64)
        if value.dtype.kind == "c"
        else value.astype(np.float64).reshape(-1)
    )
    return {
        "dtype": value.dtype.newbyteorder("=").name,
        "shape": list(value.shape),
        "values": [number(x) for x in flat.tolist()],
    }


def save(file, value, tensors, **options):
    torch.save(value, SAMPLES / file, **options)
    if "pickle_protocol" not in options and not file.startswith("foreign"):
        torch.load(SAMPLES / file, weights_only=True)
    expected[file] = {name: describe(x) for name, x in tensors.items()}


def restricted_reader():
    """All that PyTorch's restricted reader resolves."""
    tiny = torch.tensor([0.5, -1.5, 2.0, 448.0])
    small = {
        name: tiny.abs().to(getattr(torch, name))
        for name in (
            "float8_e4m3fn",
            "float8_e5m2",
            "float8_e4m3fnuz",
            "float8_e5m2fnuz",
            "float8_e8m0fnu",
            "bfloat16",
            "float16",
        )
    }
    small |= {
        name: torch.tensor([0, 1, 200]).to(getattr(torch, name))
        for name in ("uint16", "uint32", "uint64", "int16", "uint8")
    }
    save("dtypes.pth", small, small)
    z = torch.tensor([1 + 2j, -3 - 0.5j])
    lazy = {"conj": z.conj(), "z": z, "z128": z.to(torch.complex128)}
    save("complex.pth", lazy | {"number": 1.5 - 2j}, lazy | {"number": torch.tensor(1.5 - 2j, dtype=torch.complex128)})
    with torch.no_grad():
        neg = z.conj().imag  # a view with the negative bit
    save("negative.pth", {"neg": neg}, {"neg": neg.resolve_neg()})
    coo = torch.tensor([[0, 2.0], [3, 0]]).to_sparse()
    csr = torch.tensor([[0, 2.0], [3, 0]]).to_sparse_csr()
    csc = torch.tensor([[0, 2.0], [3, 0]]).to_sparse_csc()
    save(
        "sparse.pth",
        {"coo": coo, "csr": csr, "csc": csc},
        {
            "coo.indices": coo._indices(),
            "coo.values": coo._values(),
            "coo.size.0": 2,
            "coo.size.1": 2,
            "csr.crow_indices": csr.crow_indices(),
            "csr.col_indices": csr.col_indices(),
            "csr.values": csr.values(),
            "csr.size.0": 2,
            "csr.size.1": 2,
            "csc.ccol_indices": csc.ccol_indices(),
            "csc.row_indices": csc.row_indices(),
            "csc.values": csc.values(),
            "csc.size.0": 2,
            "csc.size.1": 2,
        },
    )
    q = torch.quantize_per_tensor(A, 0.5, 3, torch.quint8)
    c = torch.quantize_per_channel(A, torch.tensor([0.5, 0.25]), torch.tensor([1, 2]), 0, torch.qint8)
    save(
        "quantized.pth",
        {"q": q, "c": c},
        {
            "q.int_repr": q.int_repr(),
            "q.scale": 0.5,
            "q.zero_point": 3,
            "c.int_repr": c.int_repr(),
            "c.scale": c.q_per_channel_scales(),
            "c.zero_point": c.q_per_channel_zero_points(),
        },
    )
    parameter = torch.nn.Parameter(A.clone())
    parameter.note = "kept by _rebuild_parameter_with_state"
    buffer = torch.nn.Buffer(A.clone()) if hasattr(torch.nn, "Buffer") else A
    tagged = A.clone()
    tagged.tag = [1, 2]
    inert = {
        "counter": collections.Counter({3: 1, 5: 2}),
        "device": torch.device("cuda", 1),
        "dtype": torch.float16,
        "layout": torch.sparse_coo,
        "set": {3, 1, 2},
        "bytes": b"\x00\xff",
        "bytearray": bytearray(b"abc"),
        "size": torch.Size([4, 5]),
        "none": None,
        "parameter": parameter,
        "buffer": buffer,
        "tagged": tagged,
        "storage": A.clone().untyped_storage(),
        "typed": A.clone().storage(),
        "scheme": torch.per_tensor_affine,
        "seed": 2**64 - 7,
        "minus": -(2**63),
        "huge": 2**80,
        "meta": torch.zeros(2, device="meta"),
        None: A,
        (1, "x"): A,
        2.5: A,
        True: A,
        "class": torch.Tensor,
    }
    save(
        "inert.pth",
        inert,
        {
            "counter.3": 1,
            "counter.5": 2,
            "set.0": 1,
            "set.1": 2,
            "set.2": 3,
            "size.0": 4,
            "size.1": 5,
            "parameter": A,
            "buffer": A,
            "tagged": A,
            "storage": torch.tensor(list(A.untyped_storage()), dtype=torch.uint8),
            "typed": A.reshape(-1),
            "seed": torch.tensor(2**64 - 7, dtype=torch.uint64),
            "minus": torch.tensor(-(2**63)),
            "None": A,
            "(1, x)": A,
            "2.5": A,
            "True": A,
        },
    )
    save(
        "nested.pth",
        {"net": collections.OrderedDict([("w", A), ("1", A)]), 1: A, "1": A * 2},
        {"net.w": A, "net.1": A, "1": A, "1 (2)": A * 2},
    )


def legacy():
    base = torch.arange(12, dtype=torch.float32).reshape(3, 4)
    content = {
        "a": base,
        "t": base.t(),
        "half": base.half(),
        "brain": base.bfloat16(),
        "long": torch.tensor([2**53 + 1]),
        "n": 3,
    }
    save("legacy.pth", content, content, _use_new_zipfile_serialization=False)
    save("legacy-4.pth", {"a": base}, {"a": base}, _use_new_zipfile_serialization=False, pickle_protocol=4)


def foreign():
    rng = np.random.RandomState(0).get_state()
    save(
        "foreign-numpy.pth",
        {"a": A, "rng": rng, "generator": np.random.PCG64(1).state, "scalar": np.float64(2.5)},
        {"a": A, "rng.2": rng[2], "rng.3": rng[3], "rng.4": rng[4], "generator.has_uint32": 0, "generator.uinteger": 0},
    )
    save("foreign-defaultdict.pth", {"a": A, "d": collections.defaultdict(list, {"w": A})}, {"a": A, "d.w": A})
    save(
        "foreign-protocol-5.pth",
        {"a": A, "path": pathlib.PurePosixPath("/x"), "array": np.arange(3)},
        {"a": A},
        pickle_protocol=5,
    )

    class Call:
        def __reduce__(self):
            import os

            return os.system, ("touch executed",)

    save("foreign-call.pth", {"a": A, "call": Call()}, {"a": A})


def zips():
    content = io.BytesIO()
    torch.save(collections.OrderedDict(a=A), content)
    members = [(i.filename, zipfile.ZipFile(content).read(i)) for i in zipfile.ZipFile(content).infolist()]
    expectation = {"a": describe(A)}

    def repack(file, **options):
        with zipfile.ZipFile(SAMPLES / file, "w") as archive:
            for name, data in members:
                with archive.open(
                    options.get("rename", lambda n: n)(name), "w", force_zip64=options.get("zip64", False)
                ) as member:
                    member.write(data)
        torch.load(SAMPLES / file, weights_only=True)
        expected[file] = expectation

    repack("zip64.pth", zip64=True)
    repack("utf8-names.pth", rename=lambda name: "modèle-é" + name[name.index("/") :])
    torch.serialization.set_crc32_options(False)
    save("no-checksums.pth", collections.OrderedDict(a=A), {"a": A})
    torch.serialization.set_crc32_options(True)

    class Unseekable(io.RawIOBase):  # zipfile then writes data descriptors
        def __init__(self):
            self.data = bytearray()

        def writable(self):
            return True

        def write(self, b):
            self.data += b
            return len(b)

    stream = Unseekable()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members:
            archive.writestr(name, data)
    (SAMPLES / "descriptors.pth").write_bytes(bytes(stream.data))
    expected["descriptors.pth"] = expectation
    stream = Unseekable()
    arrays = {"été": np.arange(3.0), "日本": np.float32([1, 2])}
    np.savez_compressed(stream, **arrays)
    (SAMPLES / "descriptors.npz").write_bytes(bytes(stream.data))
    expected["descriptors.npz"] = {name: describe(x) for name, x in arrays.items()}
    with zipfile.ZipFile(SAMPLES / "deflated-comment.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in {"a": np.arange(4), "empty": np.zeros(0)}.items():
            out = io.BytesIO()
            np.save(out, array)
            archive.writestr(name + ".npy", out.getvalue())
        archive.comment = b"made by hand"
    expected["deflated-comment.npz"] = {"a": describe(np.arange(4)), "empty": describe(np.zeros(0))}


def npy(header, data, version=(1, 0)):
    text = header.encode("utf-8" if version == (3, 0) else "latin1")
    length = struct.pack("<H" if version == (1, 0) else "<I", len(text))
    return b"\x93NUMPY" + bytes(version) + length + text + data


def arrays():
    grid = np.arange(6, dtype="<f4").reshape(2, 3)
    headers = {
        "python-2": "{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }\n",
        "unpadded": "{'descr':'<f4','fortran_order':False,'shape':(2,3)}",
        "other-order": "{'shape': (2, 3), 'descr': \"<f4\", 'fortran_order': False}   \n",
        "marked-texts": "{u'descr': u'<f4', u'fortran_order': False, u'shape': (2L, 3L)}\n",
    }
    for name, header in headers.items():
        for version in ((1, 0), (2, 0), (3, 0)):
            file = f"{name}-{version[0]}.npy"
            (SAMPLES / file).write_bytes(npy(header, grid.tobytes(), version))
            if version[0] == 1:
                assert (np.load(SAMPLES / file) == grid).all()
            expected[file] = {"array": describe(grid)}
    z = np.array([1 + 2j, -3 - 0.5j])
    for name, array in {"complex64": z.astype("<c8"), "complex128-big": z.astype(">c16")}.items():
        np.save(SAMPLES / f"{name}.npy", array)
        expected[f"{name}.npy"] = {"array": describe(array)}
    np.savez(
        SAMPLES / "mixed.npz",
        a=grid,
        texts=np.array(["x", "é"]),
        bytes=np.array([b"x"]),
        dates=np.array(["2020-01-01"], "M8[D]"),
        record=np.zeros(2, dtype=[("a", "f4"), ("b", "i4")]),
        long=np.zeros(1, np.longdouble),
    )
    with zipfile.ZipFile(SAMPLES / "mixed.npz", "a") as archive:
        archive.writestr("README.txt", "hello")
        archive.writestr("__MACOSX/._a.npy", b"\x00\x05\x16\x07")
    expected["mixed.npz"] = {"a": describe(grid)}
    for name in ("bfloat16", "float8_e4m3fn", "float8_e5m2", "float8_e5m2fnuz"):
        array = np.array([0.5, -1.5, 2, 448]).astype(getattr(ml_dtypes, name))
        np.save(SAMPLES / f"view-{name}.npy", array)
        expected[f"view-{name}.npy"] = {
            "array": {"dtype": name, "shape": [4], "values": array.astype(np.float64).tolist()}
        }


def tables():
    """Every number of the one-byte formats, by PyTorch."""
    names = ("float8_e4m3fn", "float8_e5m2", "float8_e8m0fnu", "float8_e4m3fnuz", "float8_e5m2fnuz")
    tables = {name: torch.arange(256, dtype=torch.uint8).view(getattr(torch, name)) for name in names}
    torch.save(tables, SAMPLES / "float8-tables.pth")
    expected["float8-tables.pth"] = {name: describe(x) for name, x in tables.items()}


def main():
    SAMPLES.mkdir(exist_ok=True)
    restricted_reader()
    legacy()
    foreign()
    zips()
    arrays()
    tables()
    (SAMPLES / "expected.json").write_text(
        json.dumps(expected, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
    )


if __name__ == "__main__":
    main()
