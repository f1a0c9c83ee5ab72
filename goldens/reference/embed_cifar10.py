"""Makes Sources/Datasets/Resources/cifar10-2000.bin.zst: the first 200 images of each class in data_batch_1.bin.

The records keep the official binary layout (1 byte of label, then 3 planes of 32x32) and their order, so the decompressed file
reads like any batch. Usage, from the root of the repository:
    python goldens/reference/embed_cifar10.py FOLDER
where FOLDER holds data_batch_1.bin of CIFAR-10's binary version.
"""
import sys

import numpy as np
import zstandard

RECORD, PER_CLASS = 3073, 200

records = np.fromfile(f"{sys.argv[1]}/data_batch_1.bin", np.uint8).reshape(-1, RECORD)
labels = records[:, 0]
chosen = np.sort(np.concatenate([np.flatnonzero(labels == label)[:PER_CLASS] for label in range(10)]))
assert len(chosen) == 10 * PER_CLASS

parameters = zstandard.ZstdCompressionParameters.from_level(22, write_checksum=True, write_content_size=True)
data = zstandard.ZstdCompressor(compression_params=parameters).compress(records[chosen].tobytes())
with open("Sources/Datasets/Resources/cifar10-2000.bin.zst", "wb") as file:
    file.write(data)
print(f"{len(chosen)} images, the last of them number {chosen[-1]} of data_batch_1.bin; {len(data)} bytes")
