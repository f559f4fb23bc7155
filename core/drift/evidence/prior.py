"""What mixes of interests look like in this population: a mixture of Dirichlet distributions.

Short histories borrow strength from it. Fitted by expectation-maximisation on counts of half histories; the
concentration parameters follow Minka's fixed point (Estimating a Dirichlet distribution, 2000, eq. 65).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln, logsumexp

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
STEPS = 40
"""Steps of expectation and maximisation: the likelihood stands still well before."""
SMALLEST = 0.01
"""Least concentration of a category: no mix is impossible."""


@dataclass(frozen=True, eq=False)
class Prior:
    """A mixture of Dirichlet distributions over mixes."""

    weight: Floats
    """Share of each component, (n_components,)."""
    alpha: Floats
    """Concentration of each category in each component, (n_components, n_categories)."""


def fit_prior(document: Ints, category: Ints, amount: Floats, categories: int, seed: int) -> Prior:
    """From entries (document, category, amount): each document is one mix, seen through counts."""
    everyone = np.bincount(category, amount, categories) + 0.5
    everyone = everyone / everyone.sum()
    documents = int(document.max()) + 1 if len(document) else 0
    components = int(np.clip(documents // 100, 1, 12))
    alpha = 3.0 * everyone[None] + SMALLEST
    if components > 1:
        centres = _centres(document, category, amount, (documents, categories), components, seed)
        alpha = np.concatenate((8.0 * centres + 0.02, alpha))
    weight = np.full(len(alpha), 1 / len(alpha))
    if documents < 20:
        return Prior(weight, alpha)
    total: Floats = np.bincount(document, amount, documents).astype(np.float64)
    for _ in range(STEPS):
        share = _responsibilities(document, category, amount, total, Prior(weight, alpha))
        weight = np.maximum(share.mean(axis=0), 0.01)
        weight = weight / weight.sum()
        alpha = np.array(
            [_concentration(document, category, amount, total, s, a) for s, a in zip(share.T, alpha, strict=True)]
        )
    return Prior(weight, alpha)


def log_evidence(document: Ints, category: Ints, amount: Floats, total: Floats, prior: Prior) -> Floats:
    """Log weight + log Dirichlet-multinomial of each document under each component, (n_documents, n_components)."""
    columns = []
    for weight, alpha in zip(prior.weight, prior.alpha, strict=True):
        gain = gammaln(alpha[category] + amount) - gammaln(alpha[category])
        mass = alpha.sum()
        whole = gammaln(mass) - gammaln(mass + total)
        columns.append(np.log(weight) + whole + np.bincount(document, gain, len(total)))
    return np.stack(columns, axis=1)


def _responsibilities(document: Ints, category: Ints, amount: Floats, total: Floats, prior: Prior) -> Floats:
    evidence = log_evidence(document, category, amount, total, prior)
    return np.asarray(np.exp(evidence - logsumexp(evidence, axis=1, keepdims=True)))


def _concentration(
    document: Ints, category: Ints, amount: Floats, total: Floats, share: Floats, alpha: Floats
) -> Floats:
    """Two steps of the fixed point with weighted documents; a weak gamma prior keeps it finite."""
    for _ in range(2):
        mass = alpha.sum()
        gain = share[document] * (digamma(alpha[category] + amount) - digamma(alpha[category]))
        above = np.bincount(category, gain, len(alpha))
        below = (share * (digamma(mass + total) - digamma(mass))).sum()
        alpha = np.maximum(alpha * above / (below + 0.05), SMALLEST)
    return alpha


def _centres(document: Ints, category: Ints, amount: Floats, shape: tuple[int, int], count: int, seed: int) -> Floats:
    """Mean mixes of clusters of documents: k-means on square roots of shares (Hellinger distance)."""
    counts = np.bincount(document * shape[1] + category, amount, shape[0] * shape[1]).astype(np.float64).reshape(shape)
    mixes = (counts + 1e-9) / (counts + 1e-9).sum(axis=1, keepdims=True)
    points = np.sqrt(mixes)
    rng = np.random.default_rng(seed)
    centres: Floats = points[[rng.integers(shape[0])]]
    for _ in range(count - 1):
        distance = (2 - 2 * (points @ centres.T).max(axis=1)).clip(1e-12)
        centres = np.concatenate((centres, points[[rng.choice(shape[0], p=distance / distance.sum())]]))
    for _ in range(15):
        nearest = (points @ centres.T).argmax(axis=1)
        sums = np.stack([np.bincount(nearest, column, count) for column in points.T], axis=1).astype(np.float64)
        centres = np.where(sums.any(axis=1, keepdims=True), sums, centres)
        centres = centres / np.linalg.norm(centres, axis=1, keepdims=True)
    nearest = (points @ centres.T).argmax(axis=1)
    means = np.stack([np.bincount(nearest, column, count) for column in mixes.T], axis=1) + 1e-3
    return np.asarray(means / means.sum(axis=1, keepdims=True))
