"""How long a training will take, told before it begins: the products it must make over what this device makes of them.

Of a target, forward and backward (three times forward), the trunk makes 2 (3 d^2 query, key, value + d^2 out + 4 d^2 in
+ 2 d^2 out of SwiGLU) = 20 d^2 operations a block, and 4 L d for scores and mixing over the L places of its window; the
softmax makes 2 d for each item that it compares. On three logs the whole came within a third of what was measured.
"""

import time

import numpy as np
import torch

from core.data import Sequences
from core.settings import Settings

ENOUGH_STEPS = 1200
"""Steps of the optimiser after which logs of very different sizes ranked best."""
FINISH = 0.3
"""Targets that the last step goes through (`core.model.finishing`), as a share of those that the weights took to learn.
"""
SHARE = {"cpu": 0.55}
"""Share of the peak of a device that training reaches; a GPU is fed in small pieces."""
SHARE_OF_GPU = 0.05
"""Share of the products of a large model on an H200 (`bench.devices steps`)."""
ELSE_A_TARGET = 2e-6
"""Seconds on a processor for whatever is no product."""
STEP_OF_GPU = (7e-3, 3.5e-3)
"""Seconds that a step on a GPU takes at least, and more for each block: so long it takes to ask for all its parts.

Through 14.8 ms of two blocks and 35.5 ms of eight on an H200 (`bench.devices steps`)."""


def expected(settings: Settings, train: Sequences, targets: int) -> float:
    """Seconds until training stops by itself, if it learns as other logs did; settings must be resolved."""
    model, training = settings.model, settings.training
    tokens, epochs, blocks = training.batch_tokens or 1, float(training.epochs or 1), model.blocks or 1
    steps = max(1.0, targets / tokens)
    if training.holdout:
        learned = -(-ENOUGH_STEPS // int(steps))
        epochs = min(epochs, learned + (training.patience or 0)) + training.finish * FINISH * min(epochs, learned)
    device = torch.device(training.device)
    products = operations(settings, train) * targets / peak(device) / SHARE.get(device.type, SHARE_OF_GPU)
    if device.type == "cpu":
        return epochs * (products + targets * ELSE_A_TARGET)
    return epochs * max(products, steps * (STEP_OF_GPU[0] + STEP_OF_GPU[1] * blocks))


def operations(settings: Settings, train: Sequences) -> float:
    """Floating-point operations of a target, forward and backward."""
    model, size = settings.model, settings.model.embedding_size or 1
    items = len(np.unique(train.item))
    compared = items if settings.training.loss == "softmax" else min(items, settings.training.negatives or items)
    lengths = np.minimum(np.maximum(train.lengths - 1, 0), model.window or 1)
    places = float((lengths.astype(float) ** 2).sum() / max(1, lengths.sum()))
    return 3.0 * ((model.blocks or 1) * (20 * size**2 + 4 * places * size) + 2 * size * compared)


def peak(device: torch.device) -> float:
    """Floating-point operations a second of a device, by the quickest of some products."""
    size, kind = (512, torch.float32) if device.type == "cpu" else (8192, torch.bfloat16)
    drawn = torch.Generator(device).manual_seed(0)
    left, right = (torch.randn(size, size, device=device, generator=drawn).to(kind) for _ in range(2))
    best = float("inf")
    for _ in range(4):
        begin = time.perf_counter()
        torch.mm(left, right).sum().item()
        best = min(best, time.perf_counter() - begin)
    return 2 * size**3 / best
