"""Reads a portrait's factors back from its pixels, or says that they cannot be read: None."""

import numpy as np
from PIL import Image

from portraits import BACKGROUNDS, HAIRS, SHIRTS, SKINS, STYLES

FACTORS = {"background": 4, "skin": 5, "hair": 5, "style": 3, "shirt": 4, "glasses": 2}
TABLES = {
    name: np.array(table)
    for name, table in (("background", BACKGROUNDS), ("skin", SKINS), ("hair", HAIRS), ("shirt", SHIRTS))
}
# Rows and columns of 32x32 pixels where a factor's color shows whatever the other factors are.
PLACES = {
    "background": [(slice(0, 4), slice(0, 6)), (slice(0, 4), slice(26, 32))],
    "skin": [(slice(17, 20), slice(11, 21))],
    "hair": [(slice(6, 9), slice(12, 20))],
    "shirt": [(slice(29, 32), slice(10, 22))],
}
REACH = 45


def squares(pixels, colors):
    """Squared distances [pixel, color]."""
    return ((pixels[..., None, :] - colors) ** 2).sum(-1)


def read_color(picture, name):
    """The color that most pixels near any vote for; the voters' mean must be twice as near to it as to the next."""
    table = TABLES[name]
    pixels = np.concatenate([picture[place].reshape(-1, 3) for place in PLACES[name]])
    distances = squares(pixels, table)
    is_voter, choice = distances.min(1) <= REACH**2, distances.argmin(1)
    votes = np.bincount(choice[is_voter], minlength=len(table))
    winner = int(votes.argmax())
    if 3 * votes[winner] < len(pixels):
        return None
    total = pixels[is_voter & (choice == winner)].sum(0)
    from_total = ((total - votes[winner] * table) ** 2).sum(1)
    return winner if 4 * from_total[winner] <= np.delete(from_total, winner).min() else None


def read_style(picture, background, hair):
    if background is None or hair is None:
        return None
    distances = squares(picture, np.array([HAIRS[hair], BACKGROUNDS[background]]))
    is_hair = distances[..., 0] < distances[..., 1]
    hanging = is_hair[22:24][:, [9, 10, 21, 22]].sum()
    if hanging >= 6:
        return STYLES.index("long")
    if hanging > 2:
        return None
    width = 0
    for row in is_hair[10:13]:
        found = np.flatnonzero(row)
        width += found[-1] - found[0] + 1 if len(found) else 0
    return STYLES.index("short") if width <= 54 else STYLES.index("curly") if width >= 56 else None


def read_glasses(picture):
    eyes = picture[13:17, 11:21]
    blueness = np.maximum(eyes[..., 2] - eyes[..., 0], 0).sum()
    return 0 if blueness <= 400 else 1 if blueness >= 640 else None


def read(pixels):
    """Factors of pixels [H, W, 3] of 8 bits."""
    rows, columns = ((2 * np.arange(32) + 1) * side // 64 for side in pixels.shape[:2])
    picture = pixels[rows][:, columns].astype(np.int64)
    reading = {name: read_color(picture, name) for name in TABLES}
    smooth = picture
    if pixels.shape[:2] != (32, 32):
        smooth = np.asarray(Image.fromarray(pixels).resize((32, 32), Image.BILINEAR)).astype(np.int64)
    reading["style"] = read_style(smooth, reading["background"], reading["hair"])
    reading["glasses"] = read_glasses(picture)
    return reading


def is_complete(reading):
    """Whether all colors and the glasses could be read. Not the style, which hangs on single pixels of an edge."""
    return all(value is not None for name, value in reading.items() if name != "style")


def divergence(counts, truth):
    """The Jensen-Shannon divergence, in nats, of the shares in `counts` and `truth`."""
    p, q = np.array(counts, float), np.array(truth, float)
    p, q = p / p.sum(), q / q.sum()
    middle = (p + q) / 2

    def relative_entropy(a):
        return float((a[a > 0] * np.log(a[a > 0] / middle[a > 0])).sum())

    return (relative_entropy(p) + relative_entropy(q)) / 2
