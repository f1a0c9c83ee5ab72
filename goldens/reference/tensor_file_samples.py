"""Makes Tests/TensorFiles/Samples: files written by NumPy, the safetensors package and torch.save, and what they hold.

    python goldens/reference/tensor_file_samples.py

`expected.json` gives for every file its tensors with dtype, shape and values. The script also reads the files in
Samples/written-by-swift back and checks them: the Swift tests hold the writers to exactly those bytes.
"""

import collections
import io
import json
import os
import pathlib
import pickle
import zipfile

import numpy as np
import safetensors.numpy
import safetensors.torch
import torch
import zstandard

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "TensorFiles" / "Samples"
expected = {}


def describe(value):
    if isinstance(value, torch.Tensor):
        name = str(value.dtype).removeprefix("torch.")
        shape, flat = list(value.shape), value.detach().double().reshape(-1).tolist()
    else:
        value = np.asarray(value)
        name, shape, flat = (
            value.dtype.newbyteorder("=").name,
            list(value.shape),
            value.astype(np.float64).reshape(-1).tolist(),
        )
    # JSON has no NaN; the Swift side reads these words.
    return {"dtype": name, "shape": shape, "values": [x if np.isfinite(x) else str(x) for x in flat]}


def note(file, tensors):
    expected[file] = {name: describe(value) for name, value in tensors.items()}


def save_npy(file, array, **options):
    with open(SAMPLES / file, "wb") as target:
        np.lib.format.write_array(target, array, **options)
    note(file, {"array": array})


def numpy_samples():
    grid = (np.arange(24) - 11.5).reshape(2, 3, 4)
    for dtype in ("f4", "f8", "f2", "i8", "i4", "i2", "i1", "u1", "u2", "u4", "u8", "?"):
        save_npy(
            f"numpy-{np.dtype(dtype).name}.npy", np.abs(grid).astype(dtype) if dtype[0] == "u" else grid.astype(dtype)
        )
    save_npy("numpy-fortran.npy", np.asfortranarray(grid.astype("f4")))
    save_npy("numpy-big-endian.npy", grid.astype(">f8"))
    save_npy("numpy-scalar.npy", np.array(np.pi))
    save_npy("numpy-empty.npy", np.zeros((0, 3), dtype="f4"))
    save_npy("numpy-one-axis.npy", np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324]))
    save_npy("numpy-version-2.npy", grid[0], version=(2, 0))
    arrays = {"weight": grid.astype("f4"), "steps": np.arange(5), "nested/name": np.float64(2.5)}
    np.savez(SAMPLES / "numpy-stored.npz", **arrays)
    np.savez_compressed(SAMPLES / "numpy-deflated.npz", **arrays)
    note("numpy-stored.npz", arrays)
    note("numpy-deflated.npz", arrays)
    save_refused("refused-object.npy", lambda path: np.save(path, np.array([{"a": 1}]), allow_pickle=True))
    save_refused("refused-structured.npy", lambda path: np.save(path, np.zeros(2, dtype=[("a", "f4"), ("b", "i4")])))


def save_refused(file, write):
    write(SAMPLES / file)


def safetensors_samples():
    tensors = {
        "generator.weight": torch.linspace(-1, 1, 12).reshape(3, 4),
        "double": torch.tensor([[1 / 3]], dtype=torch.float64),
        "half": torch.tensor([1.5, -2, 65504], dtype=torch.float16),
        "brain": torch.tensor([1.5, -3e38], dtype=torch.bfloat16),
        "count": torch.tensor(2**40),
        "mask": torch.tensor([True, False]),
        "empty": torch.zeros(0, 4),
        "bytes": torch.arange(5, dtype=torch.uint8),
    }
    safetensors.torch.save_file(tensors, SAMPLES / "safetensors.safetensors", metadata={"format": "pt"})
    note("safetensors.safetensors", tensors)
    content = safetensors.numpy.save({"a": np.arange(6, dtype="f8").reshape(2, 3)})
    (SAMPLES / "safetensors.safetensors.zst").write_bytes(
        zstandard.ZstdCompressor(level=19, write_checksum=True).compress(content)
    )
    note("safetensors.safetensors.zst", {"a": np.arange(6, dtype="f8").reshape(2, 3)})
    # A frame that does not declare its size, as a pipe through the zstd tool makes it.
    streamed = zstandard.ZstdCompressor(write_content_size=False).compress(content)
    (SAMPLES / "safetensors-streamed.zst").write_bytes(streamed)
    note("safetensors-streamed.zst", {"a": np.arange(6, dtype="f8").reshape(2, 3)})


def torch_samples():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 2), torch.nn.BatchNorm2d(3))
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-4, betas=(0.5, 0.999))
    model(torch.ones(2, 2, 3, 3)).square().sum().backward()
    optimizer.step()
    torch.save(model.state_dict(), SAMPLES / "torch-state-dict.pth")
    note("torch-state-dict.pth", model.state_dict())
    base = torch.arange(12, dtype=torch.float32).reshape(3, 4)
    views = collections.OrderedDict(
        transposed=base.t(),
        column=base[:, 1],
        strided=base[::2, 1::2],
        expanded=base[0, 0].expand(2, 3),
        scalar=torch.tensor(7.5),
        empty=torch.zeros(2, 0),
        half=base.half(),
        brain=base.bfloat16(),
        long=torch.tensor([-(2**62), 2**53 + 1]),
        flags=base > 5,
        small=torch.tensor([-128, 127], dtype=torch.int8),
        parameter=torch.nn.Parameter(base[1]),
    )
    torch.save(views, SAMPLES / "torch-views.pth")
    note("torch-views.pth", views)
    checkpoint = {
        "epoch": 3,
        "loss": 0.25,
        "done": False,
        "name": "dcgan",
        "nothing": None,
        "sizes": [torch.Size([2, 3]), (1, 2)],
        "generator": model.state_dict(),
        "optimizer": optimizer.state_dict(),
    }
    torch.save(checkpoint, SAMPLES / "torch-checkpoint.pth")
    flat = {}

    def flatten(value, name):
        if isinstance(value, (torch.Tensor, bool, int, float)):
            flat[name] = value
        elif isinstance(value, dict):
            for key, item in value.items():
                flatten(item, f"{name}.{key}" if name else str(key))
        elif isinstance(value, (list, tuple)):
            for position, item in enumerate(value):
                flatten(item, f"{name}.{position}")

    flatten(checkpoint, "")
    note("torch-checkpoint.pth", flat)
    torch.save(base, SAMPLES / "torch-tensor.pth")
    note("torch-tensor.pth", {"value": base})
    torch.save({"a": base}, SAMPLES / "torch-protocol-4.pth", pickle_protocol=4)
    note("torch-protocol-4.pth", {"a": base})
    torch.save({"a": base}, SAMPLES / "torch-legacy.pth", _use_new_zipfile_serialization=False)
    note("torch-legacy.pth", {"a": base})
    torch.save(torch.nn.Linear(1, 1), SAMPLES / "refused-module.pth")

    class Malicious:
        def __reduce__(self):
            return os.system, ("echo executed",)

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Malicious(), protocol=2))
    (SAMPLES / "refused-malicious.pth").write_bytes(content.getvalue())


def read_back():
    folder = SAMPLES / "written-by-swift"
    if not folder.exists():
        print("written-by-swift: not there yet")
        return
    grid = np.arange(6, dtype=np.float64).reshape(2, 3) / 7
    loaded = safetensors.torch.load_file(folder / "file.safetensors")
    assert sorted(loaded) == ["bytes", "double", "scalar", "single"], sorted(loaded)
    assert (loaded["double"].numpy() == grid).all() and loaded["double"].dtype == torch.float64
    assert (loaded["single"].numpy() == grid.astype("f4")).all() and loaded["scalar"].item() == 2.5
    assert loaded["bytes"].tolist() == [1, 2, 3]
    content = zstandard.ZstdDecompressor().decompress((folder / "file.safetensors.zst").read_bytes())
    assert content == (folder / "file.safetensors").read_bytes()
    for name, value in (
        ("double", grid),
        ("single", grid.astype("f4")),
        ("scalar", np.array(2.5)),
        ("bytes", np.array([1, 2, 3], "u1")),
    ):
        array = np.load(folder / f"{name}.npy")
        assert array.dtype == value.dtype and array.shape == value.shape and (array == value).all(), name
    print("written-by-swift: read back")


def main():
    SAMPLES.mkdir(exist_ok=True)
    numpy_samples()
    safetensors_samples()
    torch_samples()
    (SAMPLES / "expected.json").write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n")
    read_back()


if __name__ == "__main__":
    main()
