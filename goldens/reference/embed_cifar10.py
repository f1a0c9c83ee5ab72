"""Makes Sources/Datasets/Resources/cifar10.jpegs out of a tar archive of JPEGs, byte for byte: nothing is coded again.

The archive holds {train,test}/CLASS/NNNN.jpg, 5,000 and 1,000 files of each class. Picture i of the training set is
file i // 10 of class i mod 10, so that every stretch of them is balanced; the test set follows in the same order.
Usage, from the root of the repository:
    python goldens/reference/embed_cifar10.py cifar10-jpeg.tar.zst
"""

import hashlib
import sys
import tarfile

import zstandard

from cifar10_pack import ENTRY, HEADER, MAGIC, PART, PATH, Pack

CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
PARTS = {"quick": (0, 2_000), "training": (0, 50_000), "test": (50_000, 10_000)}


def length_of_head(jpeg):
    """Bytes up to the first entropy-coded one: markers with their lengths, the last of them SOS."""
    offset = 2
    while True:
        assert jpeg[offset] == 0xFF, offset
        marker, length = jpeg[offset + 1], int.from_bytes(jpeg[offset + 2 : offset + 4])
        offset += 2 + length
        if marker == 0xDA:
            return offset


def read(path):
    files = {}
    with (
        open(path, "rb") as file,
        zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(file) as stream,
        tarfile.open(fileobj=stream, mode="r|") as archive,
    ):
        for member in archive:
            if member.isfile():
                files[member.name] = archive.extractfile(member).read()
    return files


def write(head, labels, scans, digests):
    with open(PATH, "wb") as file:
        file.write(HEADER.pack(MAGIC, len(scans), len(PARTS), len(head)))
        for name, (first, count) in PARTS.items():
            file.write(PART.pack(name.encode(), first, count, digests.get(name, bytes(32))))
        for label, scan in zip(labels, scans):
            file.write(ENTRY.pack(label, len(scan)))
        file.write(head + b"".join(scans))


files = read(sys.argv[1])
order = [
    (label, f"{split}/{name}/{number:04}.jpg")
    for split, each in (("train", 5_000), ("test", 1_000))
    for number in range(each)
    for label, name in enumerate(CLASSES)
]
assert sorted(name for _, name in order) == sorted(files)
labels, jpegs = [label for label, _ in order], [files[name] for _, name in order]
head = jpegs[0][: length_of_head(jpegs[0])]
assert all(jpeg.startswith(head) and len(head) == length_of_head(jpeg) for jpeg in jpegs), "the JPEGs' heads differ"
scans = [jpeg[len(head) :] for jpeg in jpegs]

# Written twice: the digests are of what the file's own reader decodes.
write(head, labels, scans, {})
pack = Pack()
digests = {}
for name, (first, count) in PARTS.items():
    hashed = hashlib.sha256()
    for number in range(first, first + count):
        hashed.update(pack.record(number))
    digests[name] = hashed.digest()
write(head, labels, scans, digests)
for name, digest in digests.items():
    print(f"{name}: {PARTS[name][1]} pictures, SHA-256 {digest.hex()}")
print(f"{PATH}: {PATH.stat().st_size} bytes")
