"""Makes Tests/Pictures/Samples/oddities.json: pictures of all formats and oddities, and what Pillow's convert("RGB")
makes of them.

    python goldens/reference/picture_oddities.py  # the file that is committed
    # Others, for BOOK_ODDITIES=FOLDER swift test --filter Oddities:
    python goldens/reference/picture_oddities.py 2000 FOLDER [SEED]

Every picture is small and made from a seed. "rgb" is the SHA-256 of the RGB bytes, absent where Pillow refuses the
file; "named" is there where this package refuses what Pillow reads, and says why (lossless JPEG: libjpeg-turbo before 3
does not know it).
"""

import base64
import hashlib
import io
import json
import pathlib
import struct
import sys
import warnings
import zlib

import numpy as np
from PIL import Image

warnings.simplefilter("ignore")
SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Pictures" / "Samples"


def chunk(name, data, spoiled=False):
    return (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data) ^ (1 if spoiled else 0))
    )


PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def packed_rows(samples, depth, rng):
    """Rows of [h, w, channels] samples of `depth` bits, each under a random filter."""
    height, width, channels = samples.shape
    if height == 0 or width == 0:
        return b""
    if depth == 16:
        rows = [samples[y].astype(">u2").tobytes() for y in range(height)]
    else:
        rows = []
        for y in range(height):
            bits = ((samples[y].reshape(-1, 1) >> np.arange(depth - 1, -1, -1)) & 1).reshape(-1).astype(np.uint8)
            rows.append(np.packbits(bits).tobytes())
    size = max(1, channels * depth // 8)
    out, above = b"", bytes(len(rows[0]))
    for row in rows:
        kind = int(rng.integers(0, 5))
        line = bytearray()
        for i, x in enumerate(row):
            a = row[i - size] if i >= size else 0
            b = above[i]
            c = above[i - size] if i >= size else 0
            p = a + b - c
            paeth = a if abs(p - a) <= abs(p - b) and abs(p - a) <= abs(p - c) else b if abs(p - b) <= abs(p - c) else c
            line.append((x - (0, a, b, (a + b) // 2, paeth)[kind]) & 255)
        out += bytes([kind]) + bytes(line)
        above = row
    return out


def png(rng):
    color, depth = (
        [(0, d) for d in (1, 2, 4, 8, 16)]
        + [(2, 8), (2, 16)]
        + [(3, d) for d in (1, 2, 4, 8)]
        + [(4, 8), (4, 16), (6, 8), (6, 16)],
        None,
    )
    color, depth = color[rng.integers(0, len(color))]
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[color]
    width, height = (int(x) for x in rng.integers(1, 20, 2))
    high = 1 << depth
    if color == 0 and depth == 16 and rng.random() < 0.5:
        high = 600
    samples = rng.integers(0, high, (height, width, channels))
    interlaced = int(rng.random() < 0.3)
    if interlaced:
        raw = b"".join(packed_rows(samples[y::sy, x::sx], depth, rng) for x, y, sx, sy in PASSES)
    else:
        raw = packed_rows(samples, depth, rng)
    before = []
    if color == 3 and rng.random() < 0.95:
        colors = int(rng.integers(1, (1 << depth) + 1))
        before.append(
            chunk(
                b"PLTE",
                rng.integers(0, 256, 3 * colors + (int(rng.integers(0, 3)) if rng.random() < 0.1 else 0))
                .astype(np.uint8)
                .tobytes(),
            )
        )
        if rng.random() < 0.5:
            before.append(
                chunk(b"tRNS", rng.integers(0, 256, int(rng.integers(1, colors + 1))).astype(np.uint8).tobytes())
            )
    elif color in (0, 2) and rng.random() < 0.3:
        before.append(chunk(b"tRNS", rng.integers(0, high, channels).astype(">u2").tobytes()))
    extras = {
        b"gAMA": struct.pack(">I", int(rng.choice([45455, 100000, 220000, 1]))),
        b"sRGB": bytes([int(rng.integers(0, 4))]),
        b"cHRM": rng.integers(1, 100000, 8).astype(">u4").tobytes(),
        b"sBIT": bytes([max(1, depth - 2)] * (3 if color in (2, 3) else channels)),
        b"pHYs": struct.pack(">IIB", 2835, 2835, 1),
        b"tEXt": b"Title\0\xe9t\xe9",
        b"bKGD": bytes(6)[: {0: 2, 4: 2, 3: 1}.get(color, 6)],
        b"eXIf": b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0",
        b"iCCP": b"icc\0\0" + zlib.compress(bytes(64)),
        b"prVt": b"private",
        b"tIME": bytes([7, 230, 1, 1, 0, 0, 0]),
    }
    for name, data in extras.items():
        if rng.random() < 0.2:
            before.insert(
                0 if name in (b"gAMA", b"sRGB", b"cHRM", b"sBIT", b"iCCP") else len(before),
                chunk(name, data, rng.random() < 0.03),
            )
    packed = zlib.compress(raw + (bytes(7) if rng.random() < 0.05 else b""), int(rng.integers(0, 10)))
    cuts = sorted(int(x) for x in rng.integers(0, len(packed) + 1, int(rng.integers(0, 3))))
    pixels = b"".join(chunk(b"IDAT", packed[a:b]) for a, b in zip([0] + cuts, cuts + [len(packed)]))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlaced))
    end = chunk(b"tEXt", b"a\0b", rng.random() < 0.3) if rng.random() < 0.1 else b""
    if rng.random() > 0.05:
        end += chunk(b"IEND", b"")
    if rng.random() < 0.1:
        end += b"trailing bytes"
    data = b"\x89PNG\r\n\x1a\n" + header + b"".join(before) + pixels + end
    if rng.random() < 0.05:
        data = data[: int(rng.integers(8, len(data)))]
    return "png", data


def segments(data):
    """(start, end) of a JPEG's segments up to the first scan's header."""
    places, at = [], 2
    while True:
        marker, length = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
        places.append((marker, at, at + 2 + length))
        at += 2 + length
        if marker == 0xDA:
            return places


def jpeg(rng):
    width, height = (int(x) for x in rng.integers(1, 40, 2))
    mode = str(rng.choice(["RGB", "RGB", "RGB", "L", "CMYK"]))
    array = rng.integers(0, 256, (height // 4 + 1, width // 4 + 1, {"RGB": 3, "L": 1, "CMYK": 4}[mode])).astype(
        np.uint8
    )
    small = Image.fromarray(array[..., 0] if mode == "L" else array, mode if mode == "CMYK" else None)
    image = small.resize((width, height), Image.BILINEAR)
    options = {
        "quality": int(rng.integers(5, 101)),
        "progressive": bool(rng.random() < 0.3),
        "optimize": bool(rng.random() < 0.3),
    }
    if mode == "RGB":
        options["subsampling"] = str(rng.choice(["4:4:4", "4:2:2", "4:2:0"]))
        if rng.random() < 0.15:
            options |= {"keep_rgb": True, "subsampling": "4:4:4"}
    if rng.random() < 0.25:
        options["restart_marker_blocks"] = int(rng.integers(1, 5))
    if rng.random() < 0.2:
        options["exif"] = (
            b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"
            + bytes([int(rng.integers(1, 9))])
            + b"\0\0\0\0\0\0"
        )
    if rng.random() < 0.1:
        options["comment"] = b"a comment"
    out = io.BytesIO()
    image.save(out, "JPEG", **options)
    data = bytearray(out.getvalue())
    changes = int(rng.integers(0, 3)) if rng.random() < 0.6 else 0
    for _ in range(changes):
        try:
            places = segments(data)
        except (IndexError, struct.error):  # a stray byte is in the way
            break
        kind = int(rng.integers(0, 12))
        start = places[0][1]
        jfif = start if places[0][0] == 0xE0 else None
        frame = next((a for m, a, b in places if m in (0xC0, 0xC1, 0xC2)), None)
        if frame is None:
            break
        if kind == 0 and jfif is not None:
            data[jfif + 9] = int(rng.choice([0, 1, 2, 9]))  # the major version
        elif kind == 1 and jfif is not None:
            del data[jfif : places[0][2]]  # no JFIF at all
        elif kind == 2:
            at = places[int(rng.integers(0, len(places)))][1]
            data[at:at] = bytes(rng.integers(0, 255, int(rng.integers(1, 6))).astype(np.uint8))  # stray bytes
        elif kind == 3:
            at = places[int(rng.integers(0, len(places)))][1]
            data[at:at] = b"\xff" * int(rng.integers(1, 4))  # padding
        elif kind == 4:
            data = data[: int(rng.integers(2, len(data)))]  # cut short
            break
        elif kind == 5:
            data += bytes(rng.integers(0, 256, 20).astype(np.uint8))  # bytes behind the end
        elif kind == 6:
            scan = places[-1]
            data[scan[2] - 3 + int(rng.integers(0, 3))] = int(rng.integers(0, 64))  # odd scan parameters
        elif kind == 7:
            at = places[-1][2] + int(rng.integers(0, max(1, len(data) - places[-1][2] - 2)))
            data[at] ^= 1 << int(rng.integers(0, 8))  # a bit of the pixels
        elif kind == 8:
            for index in range(data[frame + 9]):
                if rng.random() < 0.5:
                    data[frame + 10 + 3 * index] = int(rng.integers(0, 5))  # component numbers
                    break
        elif kind == 9:
            adobe = b"\xff\xee\x00\x0eAdobe\0\x64\0\0\0\0" + bytes([int(rng.integers(0, 4))])
            data[start:start] = adobe
        elif kind == 10:
            data[frame + 4] = int(rng.choice([8, 12, 16]))
        elif kind == 11:
            data[frame + 9 + 2] = int(rng.choice([0x11, 0x21, 0x12, 0x22, 0x41, 0x14, 0x31]))  # sampling
    return "jpg", bytes(data)


def other(rng):
    width, height = (int(x) for x in rng.integers(1, 20, 2))
    image = Image.fromarray(rng.integers(0, 256, (height, width, 3)).astype(np.uint8))
    out = io.BytesIO()
    image.save(out, str(rng.choice(["GIF", "BMP", "WEBP", "TIFF", "PPM", "ICO"])))
    return str(rng.choice(["jpg", "png"])), out.getvalue()


def judged(kind, data):
    entry = {"kind": kind, "bytes": base64.b64encode(data).decode()}
    try:
        image = Image.open(io.BytesIO(data))
        if image.format not in ("PNG", "JPEG", "MPO"):
            entry["format"] = image.format
            return entry
        rgb = image.convert("RGB")
        entry |= {"width": rgb.width, "height": rgb.height, "rgb": hashlib.sha256(rgb.tobytes()).hexdigest()}
    except Exception as error:
        entry["error"] = f"{type(error).__name__}: {error}"[:100].split(" <_io")[0]
    return entry


def make(count, seed):
    rng = np.random.default_rng(seed)
    for number in range(count):
        maker = png if number % 20 < 9 else jpeg if number % 20 < 19 else other
        yield judged(*maker(rng))


def main():
    if len(sys.argv) in (3, 4):
        folder = pathlib.Path(sys.argv[2])
        folder.mkdir(exist_ok=True)
        (folder / "oddities.json").write_text(
            json.dumps(list(make(int(sys.argv[1]), int(sys.argv[3]) if len(sys.argv) == 4 else 1))) + "\n"
        )
    else:
        (SAMPLES / "oddities.json").write_text(
            "[\n" + ",\n".join(json.dumps(entry) for entry in make(300, 0)) + "\n]\n"
        )


if __name__ == "__main__":
    main()
