"""The formulas of Inception Score, Fréchet and kernel distance in NumPy."""

import numpy as np


def document_score(preds, splits, epsilon):
    """The last lines of `inception_score` in the GAN document, word for word but for ε."""
    N = preds.shape[0]
    split_indices = np.array_split(np.arange(N), splits)
    split_scores = []
    for idxs in split_indices:
        part = preds[idxs]
        py = np.mean(part, axis=0, keepdims=True)
        kl = part * (np.log(part + epsilon) - np.log(py + epsilon))
        kl = np.sum(kl, axis=1)
        split_scores.append(np.exp(np.mean(kl)))
    return float(np.mean(split_scores)), float(np.std(split_scores)), [float(score) for score in split_scores]


def common_variance(x, y):
    """tr (Σ₁Σ₂)^½ from the data, without a covariance: the singular values of X₁X₂ᵀ/√((N₁−1)(N₂−1)), both centered."""
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    return np.linalg.svd(x @ y.T, compute_uv=False).sum() / np.sqrt((len(x) - 1.0) * (len(y) - 1.0))


def squared_discrepancy(x, y):
    m, width = x.shape

    def kernel(a, b):
        return (a @ b.T / width + 1) ** 3

    xx, yy, xy = kernel(x, x), kernel(y, y), kernel(x, y)
    within = xx.sum() - np.trace(xx) + yy.sum() - np.trace(yy)
    return within / (m * (m - 1)) - 2 * xy.sum() / (m * m)
