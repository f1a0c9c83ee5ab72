"""Makes Tests/Datasets/Samples/datasets.json: batches by torchvision, and the draws of real DataLoaders.

Usage, from the root of the repository:
    python goldens/reference/datasets.py
"""

import hashlib
import json

import numpy as np
import PIL
import torch
import torchvision
from PIL import Image, features
from torch.utils.data import DataLoader
from torchvision import transforms

from cifar10_pack import Pack

pack = Pack()
records = pack.records("quick")


def image(index):
    return Image.fromarray(np.ascontiguousarray(records[index, 1:].reshape(3, 32, 32).transpose(1, 2, 0)))


def sha(tensor):
    return hashlib.sha256(tensor.contiguous().numpy().tobytes()).hexdigest()


def bits(tensor):
    return [int(v) & 0xFFFFFFFF for v in tensor.flatten().view(torch.int32)]


batches = []
for size in (64, 32, 4, 8, 16, 17, 50, 128):
    for indices in ([0, 1999, 7, 7, 1234], list(range(64, 128))):
        pipeline = transforms.Compose(
            [transforms.Resize(size), transforms.ToTensor(), transforms.Normalize([0.5] * 3, [0.5] * 3)]
        )
        batch = torch.stack([pipeline(image(i)) for i in indices])
        batches.append(
            {
                "size": size,
                "indices": indices,
                "shape": list(batch.shape),
                "sha256": sha(batch),
                "doubleSHA256": sha(batch.double()),
                "firstBits": bits(batch.flatten()[:8]),
                "mean": batch.double().mean().item(),
            }
        )

loaders = []
for seed, count, batch_size in (
    (0, 10, 4),
    (1, 12, 4),
    (2, 5, 1),
    (3, 6, 50),
    (4, 1, 1),
    (5, 2000, 64),
    (2**32 + 5, 131, 128),
):
    torch.manual_seed(seed)
    steps = []
    loader = DataLoader(range(count), batch_size=batch_size, shuffle=True)
    for epoch in range(3):
        for number, batch in enumerate(loader):
            # The loop body draws too, as training does, so that a draw at the wrong time shows.
            steps.append({"epoch": epoch, "number": number, "indices": batch.tolist(), "noise": bits(torch.randn(3))})
    loaders.append({"seed": seed, "count": count, "batchSize": batch_size, "steps": steps})

result = {
    "versions": {
        "pillow": PIL.__version__,
        "libjpeg-turbo": features.version("libjpeg_turbo"),
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
    },
    "recordsSHA256": hashlib.sha256(records.tobytes()).hexdigest(),
    "embedded": {name: hashlib.sha256(pack.records(name).tobytes()).hexdigest() for name in pack.parts},
    "labelCounts": np.bincount(records[:, 0]).tolist(),
    "batches": batches,
    "loaders": loaders,
}
with open("Tests/Datasets/Samples/datasets.json", "w") as file:
    json.dump(result, file, separators=(",", ":"))
    file.write("\n")
