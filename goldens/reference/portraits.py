"""Draws portraits independently of the Swift package, by testing points, and prints the digest of all their bytes.

Swift fills spans of sample points; this program asks of every sample point whether it lies in a shape. All arithmetic
is on whole numbers, so both must agree in every byte.

Usage:
    python goldens/reference/portraits.py --count 1000 --size 64 --seed 0 [--out DIR]
    python goldens/reference/portraits.py --write-goldens     # Tests/Datasets/Samples/portraits.json
"""

import argparse
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

BACKGROUNDS = [(120, 190, 235), (255, 240, 140), (140, 210, 150), (230, 140, 205)]
SKINS = [(255, 228, 206), (240, 196, 156), (214, 158, 112), (172, 116, 76), (124, 80, 56)]
HAIRS = [(28, 24, 30), (92, 50, 22), (190, 84, 40), (236, 196, 96), (200, 200, 206)]
SHIRTS = [(200, 48, 56), (44, 76, 160), (40, 130, 90), (244, 244, 240)]
EYES = [(70, 45, 30), (50, 120, 90)]
STYLES = ["short", "long", "curly"]
EYE_WHITE, PUPIL, MOUTH, FRAME, LENS = (250, 250, 250), (20, 18, 22), (160, 44, 52), (44, 40, 48), (150, 205, 235)
# Factors in the order they are drawn, with their numbers of values.
FACTORS = {
    "background": 4,
    "skin": 5,
    "hair": 5,
    "style": 3,
    "shirt": 4,
    "eyes": 2,
    "glasses": 10,
    "mouth": 9,
    "x": 17,
    "y": 13,
    "width": 13,
    "height": 13,
}
GRID = 256  # the shapes' units of a picture's side


def draw_factors(count, seed):
    """One torch.randint for each factor of each portrait, in this order."""
    generator = torch.Generator().manual_seed(seed)
    portraits = [
        {name: torch.randint(0, n, (1,), generator=generator).item() for name, n in FACTORS.items()}
        for _ in range(count)
    ]
    for portrait in portraits:
        portrait["glasses"] = int(portrait["glasses"] < 3)
    return portraits


@dataclass
class Canvas:
    size: int

    def __post_init__(self):
        self.pixels = np.zeros((self.size, self.size, 3), np.int64)

    def window(self, left, top, right, bottom):
        """The pixels that a box in the shapes' units touches, and their sample points in units of 1/(256 size)."""
        first = [max(0, (edge * self.size) // GRID - 1) for edge in (left, top)]
        last = [min(self.size, (edge * self.size) // GRID + 2) for edge in (right, bottom)]
        x, y = [(2 * np.arange(8 * a, 8 * b, dtype=np.int64) + 1) * 16 for a, b in zip(first, last)]
        return (slice(first[1], last[1]), slice(first[0], last[0])), x[None, :], y[:, None]

    def fill(self, where, inside, color):
        height, width = inside.shape[0] // 8, inside.shape[1] // 8
        covered = inside.reshape(height, 8, width, 8).sum((1, 3))[..., None]
        self.pixels[where] = (self.pixels[where] * (64 - covered) + np.array(color) * covered + 32) // 64

    def ellipse(self, color, cx, cy, rx, ry, top=-512, bottom=512):
        where, x, y = self.window(cx - rx, cy - ry, cx + rx, cy + ry)
        s = self.size
        dx, dy = x - cx * s, y - cy * s
        inside = (dx * dx) * (ry * s) ** 2 + (dy * dy) * (rx * s) ** 2 <= (rx * s) ** 2 * (ry * s) ** 2
        self.fill(where, inside & (y >= top * s) & (y <= bottom * s), color)

    def box(self, color, left, top, right, bottom):
        where, x, y = self.window(left, top, right, bottom)
        s = self.size
        self.fill(where, (x >= left * s) & (x <= right * s) & (y >= top * s) & (y <= bottom * s), color)

    def arc(self, color, cx, cy, half, bend, thickness):
        """Points within `thickness` above or below y = cy + bend/2 - bend (x - cx)^2 / half^2, for |x - cx| <= half."""
        reach = abs(bend) + thickness
        where, x, y = self.window(cx - half, cy - reach, cx + half, cy + reach)
        s = self.size
        dx = x - cx * s
        # All multiplied by half^2, so that nothing is divided.
        square = (half * s) ** 2
        distance = (y - cy * s - bend // 2 * s) * square + bend * s * dx * dx
        self.fill(where, (abs(dx) <= half * s) & (abs(distance) <= thickness * s * square), color)


def darker(color, share):
    return tuple(value * share // 8 for value in color)


def draw(f, size):
    canvas = Canvas(size)
    cx, cy, rx, ry = 120 + f["x"], 112 + f["y"], 48 + f["width"], 58 + f["height"]
    skin, hair, shade = SKINS[f["skin"]], HAIRS[f["hair"]], darker(SKINS[f["skin"]], 7)
    style, sides = STYLES[f["style"]], (-1, 1)
    canvas.box(BACKGROUNDS[f["background"]], 0, 0, GRID, GRID)

    # Behind the head
    if style == "long":
        canvas.ellipse(hair, cx, cy + 52, rx + 18, 48)
        canvas.box(hair, cx - rx - 15, cy - 16, cx + rx + 15, cy + 52)
    if style == "curly":
        for dx, dy, radius in ((40, 14, 28), (52, -20, 28), (30, -52, 30)):
            for side in sides:
                canvas.ellipse(hair, cx + side * dx, cy + dy, radius + f["width"], radius)
    canvas.ellipse(SHIRTS[f["shirt"]], cx, 264, 100, 62)
    canvas.box(shade, cx - 20, cy + 44, cx + 20, 206)
    canvas.ellipse(shade, cx, 206, 20, 14)
    canvas.ellipse(hair, cx, cy - 12, rx + 9, ry + 5, bottom=cy + 10)
    if style == "short":
        for side in sides:
            canvas.ellipse(skin, cx + side * rx, cy + 6, 9, 14)

    # The face
    canvas.ellipse(skin, cx, cy, rx, ry)
    canvas.ellipse(shade, cx, cy + 22, 6, 8)
    canvas.arc(MOUTH, cx, cy + 42, 22, 4 * f["mouth"] - 12, 5)
    if style == "short":
        canvas.ellipse(hair, cx - 12, cy - ry + 14, rx - 8, 20)
        canvas.ellipse(hair, cx + 12, cy - ry + 6, rx - 12, 16)
    elif style == "long":
        canvas.ellipse(hair, cx, cy - ry + 4, 24, 12)
        for side in sides:
            canvas.ellipse(hair, cx + side * 32, cy - ry + 16, 30, 22)
    else:
        for dx, dy in ((-32, 20), (0, 8), (32, 20)):
            canvas.ellipse(hair, cx + dx, cy - ry + dy, 22, 20)

    # Eyes, and glasses around them
    for side in sides:
        eye = cx + side * 24
        canvas.ellipse(darker(hair, 5), eye, cy - 19, 13, 3)
        if f["glasses"]:
            canvas.ellipse(FRAME, eye, cy + 2, 22, 19)
            canvas.ellipse(LENS, eye, cy + 2, 17, 14)
        else:
            canvas.ellipse(EYE_WHITE, eye, cy + 2, 12, 9)
        canvas.ellipse(EYES[f["eyes"]], eye, cy + 2, 8, 8)
        canvas.ellipse(PUPIL, eye, cy + 2, 4, 4)
    if f["glasses"]:
        canvas.box(FRAME, cx - 4, cy - 3, cx + 4, cy + 2)
    return canvas.pixels.astype(np.uint8)


def digest(count, size, seed):
    hash = hashlib.sha256()
    for factors in draw_factors(count, seed):
        hash.update(draw(factors, size).tobytes())
    return hash.hexdigest()


def write_goldens():
    """Digests of pictures, and what the reader makes of them when they are clean and when noise is laid over them."""
    from portrait_reader import read

    runs = [(1000, 64, 0), (1000, 64, 2**40 + 3), (1000, 128, 1), (20, 32, 5), (20, 100, 6), (5, 256, 7)]
    digests = [{"count": c, "size": s, "seed": k, "sha256": digest(c, s, k)} for c, s, k in runs]
    readings = []
    for count, size, seed, noise in ((300, 32, 8, 0), (100, 64, 9, 0), (300, 32, 10, 60), (300, 32, 11, 90)):
        generator = torch.Generator().manual_seed(seed)
        text = ""
        for factors in draw_factors(count, seed):
            pixels = draw(factors, size)
            if noise:
                change = torch.randint(-noise, noise + 1, pixels.shape, generator=generator).numpy()
                pixels = (pixels + change).clip(0, 255).astype(np.uint8)
            text += "".join("-" if v is None else str(v) for v in read(pixels).values()) + " "
        readings.append({"count": count, "size": size, "seed": seed, "noise": noise, "text": text})
    text = json.dumps({"digests": digests, "readings": readings}, indent=1)
    Path("Tests/Datasets/Samples/portraits.json").write_text(text + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", metavar="DIR", help="also write the portraits as PNG files")
    parser.add_argument("--write-goldens", action="store_true")
    options = parser.parse_args()
    if options.write_goldens:
        write_goldens()
        return
    if options.out:
        from PIL import Image

        Path(options.out).mkdir(parents=True, exist_ok=True)
        for index, factors in enumerate(draw_factors(options.count, options.seed)):
            Image.fromarray(draw(factors, options.size)).save(Path(options.out) / f"{index:06}.png")
    print(digest(options.count, options.size, options.seed))


if __name__ == "__main__":
    main()
