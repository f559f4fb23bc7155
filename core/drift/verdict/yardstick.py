"""What made-up histories teach about figures that are told: how far magnitudes are off, and what makes a ramp.

A magnitude is told as those of made-up histories were in truth whose figures look alike (nearest by a kernel of told
magnitude, width and length; split conformal prediction, Lei and others 2018, localised as by Guan 2023). In intervals
changes of every size count alike, for which sizes are common cannot be read from figures that say so little; the middle
lies halfway between that and the sizes that were made up.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.drift.verdict.mixes import COVERAGE

Floats = NDArray[np.float64]
FEWEST = 60
"""Noticed made-up histories that teach something."""
SIZES = 8
"""Groups of true magnitudes that count alike."""
NEAR = (0.1, 0.7, 0.4)
"""Standard deviations of the kernel: of told magnitudes, and of logarithms of lengths and of intervals' widths."""
UNLIKE = 0.3
"""What a history with one change told counts for one with several, and the other way round."""
GRADUAL = 2.5
"""Log likelihood ratio from which a ramp is believed where nothing teaches it: most changes are abrupt."""
NARROWEST = 0.05
"""Width that intervals have at least in the kernel."""


@dataclass(frozen=True, eq=False)
class Yardstick:
    """What was told of noticed made-up histories, and the truth."""

    figures: Floats
    """As `figures_of` gives them, (n, 4)."""
    told: Floats
    """Magnitudes told, (n,)."""
    truth: Floats
    """True magnitudes, (n,)."""
    gradual: float = GRADUAL
    """Log likelihood ratio from which a ramp is believed."""

    def magnitude(self, told: tuple[float, float, float], events: int, changes: int) -> tuple[float, float, float]:
        """Middle, low and high of a magnitude, from those by the evidence alone."""
        if len(self.truth) < FEWEST:
            return told
        off = (self.figures - figures_of(told, events, changes))[:, :3]
        likeness = np.exp(-0.5 * (off**2).sum(axis=1)) + 1e-9
        likeness = np.where(self.figures[:, 3] == (changes > 1), likeness, likeness * UNLIKE)
        (middle,) = self._off(likeness * np.sqrt(self._alike), [0.5]) + told[0]
        low, high = self._off(likeness * self._alike, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2]) + told[0]
        low, high = float(np.clip(low, 0, 1)), float(np.clip(high, 0, 1))
        return min(max(float(middle), low), high), low, high

    def _off(self, weight: Floats, shares: list[float]) -> Floats:
        """How far truths lie above what was told, at some shares of the weight."""
        off = self.truth - self.told
        order = np.argsort(off)
        running = np.cumsum(weight[order]) - weight[order] / 2
        return np.asarray(np.interp(np.array(shares) * weight.sum(), running, off[order]))

    @cached_property
    def _alike(self) -> Floats:
        """What makes changes of every size count alike, (n,)."""
        size = np.minimum((self.truth * SIZES).astype(np.int64), SIZES - 1)
        return np.asarray(1 / np.bincount(size, minlength=SIZES)[size])


UNTAUGHT = Yardstick(np.zeros((0, 4)), np.zeros(0), np.zeros(0))


def figures_of(told: tuple[float, float, float], events: int, changes: int) -> Floats:
    """By what told magnitudes are alike, each over its kernel's width; last, whether several changes are told, (4,)."""
    middle, low, high = told
    width = np.log(max(high - low, NARROWEST))
    return np.array([middle / NEAR[0], np.log(max(1, events)) / NEAR[1], width / NEAR[2], changes > 1])
