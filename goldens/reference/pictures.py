"""Makes Tests/Pictures/Samples: what Pillow and torchvision make of pictures that the tests compute for themselves.

The inputs come from a linear congruential generator both sides know, so only results are stored: small ones whole
(base64), large ones as SHA-256. Usage, from the root of the repository:
    python goldens/reference/pictures.py
"""

import base64
import hashlib
import io
import json
import os
import struct
import zlib

import numpy as np
import PIL
import torch
import torchvision
from PIL import Image
from torchvision import transforms
from torchvision.utils import make_grid, save_image

from congruential import words

FOLDER = "Tests/Pictures/Samples"


def picture(width, height, channels, seed):
    values = (words(width * height * channels, seed) >> 16).astype(np.uint8).reshape(height, width, channels)
    return Image.fromarray(values[..., 0] if channels == 1 else values)


def tensor(shape, seed, low, high, dtype):
    """Values on a grid of 2⁻²⁴ of the range, computed in double and narrowed to the dtype."""
    unit = words(int(np.prod(shape)), seed).astype(np.float64) * 2.0**-24
    return torch.tensor((unit * (high - low) + low).reshape(shape), dtype=torch.float64).to(dtype)


def stored(array):
    data = np.ascontiguousarray(array).tobytes()
    entry = {"sha256": hashlib.sha256(data).hexdigest()}
    if len(data) <= 1500:
        entry["bytes"] = base64.b64encode(data).decode()
    return entry


def resized():
    cases = []
    sizes = [
        ((32, 32), (64, 64)),
        ((64, 64), (32, 32)),
        ((32, 32), (32, 32)),
        ((32, 32), (4, 4)),
        ((218, 178), (4, 4)),
        ((178, 218), (128, 128)),
        ((1, 1), (5, 3)),
        ((7, 5), (1, 1)),
        ((13, 9), (29, 4)),
        ((31, 17), (16, 16)),
        ((17, 31), (17, 12)),
        ((5, 40), (11, 40)),
        ((1, 9), (3, 2)),
        ((33, 2), (7, 7)),
        ((100, 3), (3, 100)),
        ((3, 3), (2, 2)),
        ((2, 2), (3, 3)),
        ((255, 6), (64, 5)),
        ((11, 11), (10, 12)),
        ((640, 1), (7, 1)),
        # Around the rule by which Pillow 13 takes the vertical pass first.
        ((40, 60), (20, 20)),
        ((40, 60), (21, 20)),
        ((40, 60), (41, 59)),
        ((40, 60), (41, 61)),
        ((60, 40), (50, 20)),
        ((60, 40), (51, 20)),
        ((20, 90), (2, 53)),
        ((20, 90), (2, 54)),
    ]
    for index, ((width, height), (new_width, new_height)) in enumerate(sizes):
        for channels in (1, 3):
            seed = 1000 + 2 * index + channels
            result = picture(width, height, channels, seed).resize((new_width, new_height), Image.BILINEAR)
            cases.append(
                dict(
                    width=width,
                    height=height,
                    channels=channels,
                    seed=seed,
                    newWidth=new_width,
                    newHeight=new_height,
                    **stored(np.asarray(result)),
                )
            )
    return cases


def transformed():
    cases = []
    for name, make, arguments in [
        ("shorterSide", transforms.Resize, [(7,), (64,), (342,)]),
        ("centerCrop", transforms.CenterCrop, [(1, 1), (4, 7), (9, 8), (16, 20), (40, 5)]),
    ]:
        for index, (width, height) in enumerate([(9, 12), (12, 9), (10, 10), (31, 17), (8, 9), (20, 15), (7, 7)]):
            for argument in arguments:
                seed = 5000 + index
                result = make(argument[0] if len(argument) == 1 else argument)(picture(width, height, 3, seed))
                cases.append(
                    dict(
                        kind=name,
                        width=width,
                        height=height,
                        seed=seed,
                        arguments=list(argument),
                        newWidth=result.width,
                        newHeight=result.height,
                        **stored(np.asarray(result)),
                    )
                )
    return cases


def grids():
    cases = []
    shapes = [
        [1, 3, 4, 5],
        [1, 1, 4, 5],
        [3, 5, 4],
        [1, 5, 4],
        [6, 7],
        [2, 3, 3, 3],
        [8, 3, 4, 4],
        [9, 3, 4, 4],
        [5, 1, 3, 2],
        [64, 3, 8, 8],
        [17, 3, 1, 1],
    ]
    for index, shape in enumerate(shapes):
        for columns, padding, pad_value in [(8, 2, 0.0), (3, 0, 0.0), (5, 1, 0.3)]:
            for normalized in (False, True):
                for dtype in (torch.float32, torch.float64):
                    low, high = [(-1.3, 1.7), (0.0, 1.0), (0.25, 0.250001)][index % 3]
                    values = tensor(shape, 9000 + index, low, high, dtype)
                    grid = make_grid(values, nrow=columns, padding=padding, normalize=normalized, pad_value=pad_value)
                    file = io.BytesIO()
                    save_image(grid, file, format="png")
                    pixels = np.asarray(Image.open(io.BytesIO(file.getvalue())).convert("RGB"))
                    cases.append(
                        dict(
                            shape=shape,
                            seed=9000 + index,
                            low=low,
                            high=high,
                            columns=columns,
                            padding=padding,
                            padValue=pad_value,
                            normalized=normalized,
                            dtype=str(dtype)[6:],
                            gridShape=list(grid.shape),
                            gridSHA256=hashlib.sha256(grid.contiguous().numpy().tobytes()).hexdigest(),
                            **stored(pixels),
                        )
                    )
    return cases


def normalizations():
    image = Image.fromarray(np.arange(256 * 3, dtype=np.uint16).astype(np.uint8).reshape(16, 16, 3))
    cases = []
    for mean, std in [([0.5] * 3, [0.5] * 3), ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]), ([0.0] * 3, [1.0] * 3)]:
        result = transforms.Compose([transforms.ToTensor(), transforms.Normalize(mean, std)])(image)
        cases.append(dict(mean=mean, std=std, sha256=hashlib.sha256(result.numpy().tobytes()).hexdigest()))
    return cases


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def interlaced(width, height, seed):
    """Pillow does not write Adam7, so this does: the seven passes, no filter."""
    values = np.asarray(picture(width, height, 3, seed))
    raw = b""
    for x, y, dx, dy in [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ]:
        part = values[y::dy, x::dx]
        if part.size:
            raw += b"".join(b"\0" + row.tobytes() for row in part)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def png_files():
    os.makedirs(f"{FOLDER}/png", exist_ok=True)
    color, gray = picture(9, 7, 3, 21), picture(9, 7, 1, 22)
    alpha = Image.merge("RGBA", [*color.split(), gray])
    palette = color.quantize(13)
    sixteen = Image.fromarray((words(63, 23) >> 8).astype(np.uint16).reshape(7, 9))
    with open(f"{FOLDER}/png/interlaced.png", "wb") as file:
        file.write(interlaced(9, 7, 24))
    files = {
        "rgb": color,
        "gray": gray,
        "rgba": alpha,
        "palette": palette,
        "bits1": gray.convert("1"),
        "gray-alpha": Image.merge("LA", [gray, gray]),
        "sixteen": sixteen,
    }
    for name, image in files.items():
        image.save(f"{FOLDER}/png/{name}.png")
    palette.save(f"{FOLDER}/png/palette-transparent.png", transparency=3)
    color.quantize(4).save(f"{FOLDER}/png/palette-bits2.png", bits=2)
    cases = []
    for name in sorted(os.listdir(f"{FOLDER}/png")):
        if name != "sixteen.png":
            pixels = np.asarray(Image.open(f"{FOLDER}/png/{name}").convert("RGB"))
            cases.append(dict(name=name, width=pixels.shape[1], height=pixels.shape[0], **stored(pixels)))
    return cases


result = {
    "versions": {"pillow": PIL.__version__, "torch": torch.__version__, "torchvision": torchvision.__version__},
    "resized": resized(),
    "transformed": transformed(),
    "grids": grids(),
    "normalizations": normalizations(),
    "png": png_files(),
}
with open(f"{FOLDER}/pictures.json", "w") as file:
    json.dump(result, file, separators=(",", ":"))
    file.write("\n")
