"""Makes Tests/Scores/Samples/scores.json: Inception Score, Fréchet and kernel distance by NumPy and SciPy,
preprocessing by torchvision.

The inputs come from a linear congruential generator both sides know, so only results are stored. Where torch-fidelity
and pytorch-fid are installed (pip install --no-deps torch-fidelity pytorch-fid), their functions are held against the
same numbers, and the script fails where they differ. Usage, from the root of the repository:
    python goldens/reference/scores.py
"""

import hashlib
import importlib.metadata
import json

import numpy as np
import PIL
import scipy
import torch
import torch.nn.functional as F
import torchvision
from PIL import Image
from torchvision import transforms
from torchvision.models import Inception_V3_Weights

from congruential import words
from score_formulas import common_variance, document_score, squared_discrepancy

try:
    from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
    from torch_fidelity.metric_isc import isc_features_to_metric
    from torch_fidelity.metric_kid import kernel_mmd
except ImportError:
    isc_features_to_metric = None
try:
    from pytorch_fid.fid_score import calculate_frechet_distance
except ImportError:
    calculate_frechet_distance = None

FILE = "Tests/Scores/Samples/scores.json"
torch.set_num_threads(1)
second_opinions = []


def unit(rows, columns, seed):
    return words(rows * columns, seed).astype(np.float64).reshape(rows, columns) * 2.0**-24


def agree(what, ours, theirs, rtol):
    difference = abs(ours - theirs) / max(abs(ours), 1e-300)
    second_opinions.append(f"{what}: {difference:.1e}")
    assert difference <= rtol, f"{what}: {ours} here, {theirs} there"


# --- Inception Score --------------------------------------------------------------------------------------------------


def logits(pictures, classes, scale, seed):
    """Uniform in ±scale, and `scale` more for a class that changes from picture to picture. Exact in double."""
    values = (unit(pictures, classes, seed) * 2 - 1) * scale
    rows = np.arange(pictures)
    values[rows, rows * rows % classes] += scale
    return values


def inception_scores():
    cases = []
    for index, (pictures, classes, splits, scale) in enumerate(
        [
            (50, 10, 10, 3),
            (53, 7, 10, 3),
            (17, 1000, 4, 5),
            (10, 10, 10, 1),
            (1, 5, 1, 2),
            (103, 1008, 3, 12),
            (64, 2, 5, 20),
            (41, 1, 2, 1),
            (60, 10, 3, 100),
            (2000, 10, 10, 4),
        ]
    ):
        x = logits(pictures, classes, scale, 100 + index)
        case = dict(pictures=pictures, classes=classes, splits=splits, scale=scale, seed=100 + index)
        wide = F.softmax(torch.from_numpy(x), dim=1).numpy()
        narrow = F.softmax(torch.from_numpy(x).float(), dim=1).numpy()
        for name, preds in [("float64", wide), ("float32", narrow)]:
            score, deviation, parts = document_score(preds, splits, 1e-10)
            case[name] = dict(score=score, deviation=deviation, parts=parts)
        # The paper's definition, which has no ε; 0·log 0 = 0.
        if wide.min() > 0:
            score, deviation, parts = document_score(wide, splits, 0)
            case["withoutEpsilon"] = dict(score=score, deviation=deviation, parts=parts)
            # torch-fidelity cuts where array_split does only if nothing is left over.
            if isc_features_to_metric and pictures % splits == 0:
                theirs = isc_features_to_metric(torch.from_numpy(x), splits=splits, shuffle=False)
                agree(f"torch-fidelity, score {index}", score, theirs["inception_score_mean"], 1e-12)
                if deviation > 1e-6:
                    agree(f"torch-fidelity, deviation {index}", deviation, theirs["inception_score_std"], 1e-10)
        cases.append(case)
    return cases


# --- Fréchet distance -------------------------------------------------------------------------------------------------


def features(pictures, width, seed, falling=0, offset=0.0, stretch=1.0):
    """Neighbors share half of what they are; feature j is 2^-⌊falling·j/width⌋ as large as the first; every second is
    stretched.

    All exact in double, but for the offset's rounding.
    """
    values = unit(pictures, width, seed)
    values[:, 1:] += 0.5 * unit(pictures, width, seed)[:, :-1]
    j = np.arange(width)
    values *= 2.0 ** -(falling * j // width)
    values[:, 1::2] *= stretch
    return values + offset


def frechet_distances():
    cases = []
    for index, (first, second, width, falling, offset, stretch, same) in enumerate(
        [
            (200, 300, 16, 0, 0.0, 1.5, False),
            (700, 1100, 64, 0, 0.0, 1.25, False),
            (5, 7, 3, 0, 0.0, 1.5, False),
            (2, 2, 1, 0, 0.0, 1.0, False),
            (600, 520, 40, 20, 0.0, 1.5, False),
            (300, 200, 12, 0, 1048576.0, 1.5, False),
            (100, 120, 2048, 0, 0.0, 1.5, False),
            (30, 900, 128, 6, 0.0, 1.25, False),
            (100, 100, 2048, 0, 0.0, 1.0, True),
        ]
    ):
        x = features(first, width, 500 + 2 * index, falling, offset)
        y = x if same else features(second, width, 501 + 2 * index, falling, offset + 0.25, stretch)
        mean_term = float(((x.mean(axis=0) - y.mean(axis=0)) ** 2).sum())
        variances = float(x.var(axis=0, ddof=1).sum()), float(y.var(axis=0, ddof=1).sum())
        common = float(common_variance(x, y))
        distance = mean_term + (variances[0] + variances[1] - 2 * common)
        case = dict(
            first=first,
            second=second,
            width=width,
            falling=falling,
            offset=offset,
            stretch=stretch,
            same=same,
            seed=500 + 2 * index,
            distance=distance,
            meanTerm=mean_term,
            firstVariance=variances[0],
            secondVariance=variances[1],
            commonVariance=common,
        )
        if width <= 3:
            case["mean"] = x.mean(axis=0).tolist()
            case["covariance"] = np.atleast_2d(np.cov(x, rowvar=False)).ravel().tolist()
        cases.append(case)
        if same or width == 1:
            continue
        # Where a covariance is singular the other methods are right to √ε only, and say so here.
        isSingular = min(first, second) <= width
        if calculate_frechet_distance and width < 1000:
            theirs = calculate_frechet_distance(
                x.mean(axis=0), np.cov(x, rowvar=False), y.mean(axis=0), np.cov(y, rowvar=False)
            )
            agree(f"pytorch-fid {index}", distance, theirs, 1e-4 if isSingular else 1e-10)
        if isc_features_to_metric and width < 1000:
            theirs = fid_statistics_to_metric(
                fid_features_to_statistics(torch.from_numpy(x)), fid_features_to_statistics(torch.from_numpy(y)), False
            )
            agree(
                f"torch-fidelity, distance {index}",
                distance,
                theirs["frechet_inception_distance"],
                1e-4 if isSingular else 1e-10,
            )
    return cases


# --- Kernel distance --------------------------------------------------------------------------------------------------


def kernel_distances():
    cases = []
    for index, (first, second, width, subsets, size) in enumerate(
        [(50, 60, 16, 7, 20), (40, 33, 5, 3, 33), (2, 3, 1, 4, 2), (300, 250, 64, 5, 200), (30, 1100, 128, 2, 30)]
    ):
        x, y = features(first, width, 700 + 2 * index), features(second, width, 701 + 2 * index, stretch=1.5)
        generator = torch.Generator().manual_seed(index)
        estimates = []
        for _ in range(subsets):
            a = x[torch.randperm(first, generator=generator)[:size].numpy()]
            b = y[torch.randperm(second, generator=generator)[:size].numpy()]
            estimates.append(float(squared_discrepancy(a, b)))
            if isc_features_to_metric:
                theirs = kernel_mmd(
                    a,
                    b,
                    kid_kernel="poly",
                    kid_kernel_poly_degree=3,
                    kid_kernel_poly_gamma=None,
                    kid_kernel_poly_coef0=1,
                )
                agree(f"torch-fidelity, kernel {index}", estimates[-1], float(theirs), 1e-10)
        cases.append(
            dict(
                first=first,
                second=second,
                width=width,
                subsets=subsets,
                subsetSize=size,
                seed=index,
                dataSeed=700 + 2 * index,
                value=float(np.mean(estimates)),
                deviation=float(np.std(estimates)),
                estimates=estimates,
            )
        )
    return cases


# --- Preprocessing ----------------------------------------------------------------------------------------------------


def preparations():
    draft = transforms.Compose(
        [
            transforms.Resize(299),
            transforms.CenterCrop(299),
            transforms.ToTensor(),
            transforms.Normalize(mean=[0.5, 0.5, 0.5], std=[0.5, 0.5, 0.5]),
        ]
    )
    official = Inception_V3_Weights.IMAGENET1K_V1.transforms()
    cases = []
    for index, (width, height) in enumerate(
        [
            (32, 32),
            (64, 48),
            (48, 64),
            (274, 274),
            (299, 299),
            (342, 400),
            (343, 341),
            (427, 640),
            (5, 7),
            (1, 1),
            (33, 301),
            (700, 650),
        ]
    ):
        seed = 900 + index
        pixels = (words(width * height * 3, seed) >> 16).astype(np.uint8).reshape(height, width, 3)
        picture = Image.fromarray(pixels)
        x = transforms.ToTensor()(picture)[None]
        # pytorch_fid/inception.py, forward, up to where 2x − 1 follows.
        fid = F.interpolate(x, size=(299, 299), mode="bilinear", align_corners=False)[0]
        case = dict(width=width, height=height, seed=seed, pytorchFID=fid.flatten()[::997].tolist())
        for name, result in [("torchvision", official(picture)), ("draft", draft(picture))]:
            assert result.shape == (3, 299, 299) and result.dtype == torch.float32
            case[name] = hashlib.sha256(result.contiguous().numpy().tobytes()).hexdigest()
        cases.append(case)
    return cases


result = {
    "versions": {
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "pillow": PIL.__version__,
    },
    "inceptionScores": inception_scores(),
    "frechetDistances": frechet_distances(),
    "kernelDistances": kernel_distances(),
    "preparations": preparations(),
}
for package, is_there in [("torch-fidelity", isc_features_to_metric), ("pytorch-fid", calculate_frechet_distance)]:
    result["versions"][package] = importlib.metadata.version(package) if is_there else "not held against it"
with open(FILE, "w") as file:
    json.dump(result, file, separators=(",", ":"))
    file.write("\n")
print("\n".join(second_opinions) or "torch-fidelity and pytorch-fid are not installed: no second opinions")
