"""Makes Tests/Pictures/Samples/jpeg and Tests/Datasets/Samples/image-folder.json: what Pillow decodes and torchvision
lists.

Usage, from the root of the repository:
    python goldens/reference/image_files.py
"""

import base64
import json
import os
import tempfile

import numpy as np
from PIL import Image
from torchvision import datasets

from golden_store import pretty

JPEGS = "Tests/Pictures/Samples/jpeg"
FOLDER = "Tests/Datasets/Samples/image-folder.json"


def smooth(width, height):
    """A picture with edges and gradients, so that chroma upsampling and the transform both matter."""
    y, x = np.mgrid[0:height, 0:width]
    red = (x * 255 // max(width - 1, 1)).astype(np.uint8)
    green = ((x // 3 + y // 5) % 2 * 200).astype(np.uint8)
    blue = ((x * x + y * y) % 256).astype(np.uint8)
    return Image.fromarray(np.stack([red, green, blue], axis=2))


def jpegs():
    os.makedirs(JPEGS, exist_ok=True)
    color = smooth(23, 17)
    color.save(f"{JPEGS}/color-420.jpg", quality=80, subsampling="4:2:0")
    color.save(f"{JPEGS}/color-422.jpg", quality=90, subsampling="4:2:2")
    color.save(f"{JPEGS}/color-444.jpg", quality=95, subsampling="4:4:4")
    color.save(f"{JPEGS}/progressive.jpg", quality=70, progressive=True)
    color.convert("L").save(f"{JPEGS}/gray.jpg", quality=85)
    smooth(1, 1).save(f"{JPEGS}/one-pixel.jpg", quality=75)
    color.convert("CMYK").save(f"{JPEGS}/cmyk.jpg", quality=85)
    entries = []
    for name in sorted(os.listdir(JPEGS)):
        if not name.endswith(".jpg") or name == "cmyk.jpg":
            continue
        pixels = np.asarray(Image.open(f"{JPEGS}/{name}").convert("RGB"))
        resized = np.asarray(Image.open(f"{JPEGS}/{name}").convert("RGB").resize((8, 8), Image.BILINEAR))
        entries.append(
            {
                "name": name,
                "width": pixels.shape[1],
                "height": pixels.shape[0],
                "bytes": base64.b64encode(pixels.tobytes()).decode(),
                "resized": base64.b64encode(resized.tobytes()).decode(),
            }
        )
    with open(f"{JPEGS}/jpeg.json", "w", encoding="utf-8") as file:
        file.write(json.dumps(entries, indent=1) + "\n")


def image_folder():
    paths = [
        "b/2.png",
        "b/10.png",
        "b/1.JPG",
        "a/x/3.jpeg",
        "a/x-y/4.png",
        "a/x/z/5.png",
        "a/0.png",
        "a/notes.txt",
        "Zebra/1.png",
        "Zebra/.hidden.png",
        "é/1.png",
        "a/x.png",
    ]
    with tempfile.TemporaryDirectory() as root:
        for path in paths:
            os.makedirs(os.path.dirname(f"{root}/{path}"), exist_ok=True)
            with open(f"{root}/{path}", "wb"):
                pass
        dataset = datasets.ImageFolder(root)
        listed = [os.path.relpath(path, root) for path, _ in dataset.samples]
        content = {"classes": dataset.classes, "files": listed, "labels": dataset.targets, "paths": paths}
    with open(FOLDER, "w", encoding="utf-8") as file:
        file.write(pretty(content) + "\n")


if __name__ == "__main__":
    jpegs()
    image_folder()
