"""Rankers that ask what came after an item: first-order Markov and the sequence rule."""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from core.data import Sequences
from core.model.baselines.matrices import (
    Matrix,
    by_recent,
    item_counts,
    popularity_below,
    transition_matrix,
)
from core.model.evaluation import metrics, ranks
from core.model.parts import Parts, leave_last
from core.model.ranking import Scores
from core.phrases import say
from core.progress import Progress, silent

TUNING_USERS = 1000
"""Users whose last event decides about the shape of the tuned rule."""


@dataclass(frozen=True)
class Rule:
    """The shape of a sequence rule."""

    gaps: int = 10
    """Events between two items that still count as a transition."""
    power: float = 1.0
    """A transition over g events counts g^-power."""
    backward: float = 0.0
    """Weight of transitions read in the other direction."""
    damping: float = 0.5
    """Power of the target's popularity that its score is divided by."""
    last: int = 10
    """Newest events of a history that are looked at."""
    decay: float = 0.7
    """Weight of an event relative to the one after it."""


class Markov:
    """Share of the events right after the user's last item, in all histories."""

    name = "markov"

    def fit(self, train: Sequences, *, seed: int = 0, progress: Progress = silent) -> Self:  # noqa: ARG002
        """Count neighbouring pairs of events."""
        self._counts = item_counts(train)
        pairs = transition_matrix(train, gaps=1)
        totals = np.maximum(np.asarray(pairs.sum(axis=1)).ravel(), 1.0)
        self._transitions = sp.csr_matrix(sp.diags(1.0 / totals) @ pairs, dtype=np.float32)
        return self

    def scores(self, histories: Sequences, users: NDArray[np.int64]) -> Scores:
        """Transition shares of the last item; popularity below."""
        return popularity_below(self.raw(histories, users), self._counts)

    def raw(self, histories: Sequences, users: NDArray[np.int64]) -> Scores:
        """Transition shares alone."""
        return by_recent(histories, users, 1, 1.0, self._transitions)


class SequenceRule:
    """Transitions at several gaps from the user's last items, damped by the popularity of what follows.

    score(j) = sum over the last items i_k, k = 0 for the newest, of decay^k T[i_k, j] / count(j)^damping,
    where T[i, j] sums gap^-power over all times that j came `gap` events after i.
    """

    name = "sequence-rule"

    def __init__(self, rule: Rule | None = None) -> None:
        self.rule = rule or Rule()

    def fit(self, train: Sequences, *, seed: int = 0, progress: Progress = silent) -> Self:  # noqa: ARG002
        """Count transitions."""
        return self._take(self.rule, transition_matrix(train, self.rule.gaps, self.rule.power), item_counts(train))

    def scores(self, histories: Sequences, users: NDArray[np.int64]) -> Scores:
        """Damped transitions from the last items; popularity below where there are none."""
        return popularity_below(self.raw(histories, users), self._counts)

    def raw(self, histories: Sequences, users: NDArray[np.int64]) -> Scores:
        """Damped transitions alone."""
        return by_recent(histories, users, self.rule.last, self.rule.decay, self._transitions)

    def _take(self, rule: Rule, forward: Matrix, counts: NDArray[np.int64]) -> Self:
        """Use the transitions of a rule's gaps and power, read in both directions and damped as it says."""
        both = forward + rule.backward * forward.T if rule.backward else forward
        damped = both @ sp.diags(np.maximum(counts, 1) ** -rule.damping)
        self.rule, self._counts = rule, counts
        self._transitions = sp.csr_matrix(damped, dtype=np.float32)
        return self


class TunedRule(SequenceRule):
    """The sequence rule in the shape that ranks validation events, else the last training event of users, best.

    Shape by shape, one property after the other: gaps and power, direction, damping, then how far back
    a history is looked at. Without validation events the choice never sees an event that is not in `train`.
    """

    name = "tuned-rule"

    def __init__(self, rule: Rule | None = None) -> None:
        super().__init__(rule)
        self._chosen = rule is not None

    def fit(self, train: Sequences, *, seed: int = 0, progress: Progress = silent) -> Self:
        """Choose the shape on each user's last event in `train`, unless one was given; then count transitions."""
        return super().fit(train) if self._chosen else self.tuned(leave_last(train, 1), train, seed, progress)

    def tuned(self, parts: Parts, train: Sequences, seed: int = 0, progress: Progress = silent) -> Self:
        """Choose the shape by the validation of some parts; then count the transitions of `train`."""
        self.rule = _best_rule(parts, seed, progress)
        return super().fit(train)


def _best_rule(parts: Parts, seed: int, progress: Progress) -> Rule:
    """Coordinate-wise search for the rule with the best NDCG@10 on validation events."""
    split = parts.validation(TUNING_USERS, seed)
    inner, best = parts.train, Rule(damping=0.4)
    if len(split.users) == 0:
        return Rule()
    counts, quality = item_counts(inner), -1.0
    forward: dict[tuple[int, float], Matrix] = {}
    for place, options in enumerate(_options()):
        progress(place / 4, say("steps.rule"))
        start = best
        for option in options:
            rule = replace(start, **option)
            key = (rule.gaps, rule.power)
            if key not in forward:
                forward[key] = transition_matrix(inner, *key)
            ranker = SequenceRule()._take(rule, forward[key], counts)
            found = metrics(ranks(ranker, split))["ndcg@10"]
            if found > quality:
                best, quality = rule, found
            # on a large log each matrix takes hundreds of megabytes: only the best one is kept
            forward = {kept: matrix for kept, matrix in forward.items() if kept == (best.gaps, best.power)}
    return best


def _options() -> list[list[dict[str, Any]]]:
    return [
        [{"gaps": gaps, "power": power} for gaps in (10, 20) for power in (0.5, 1.0, 1.5)],
        [{"backward": backward} for backward in (0.3, 1.0)],
        [{"damping": damping} for damping in (0.15, 0.25, 0.33, 0.5)],
        [{"last": last, "decay": decay} for last, decay in ((5, 0.5), (10, 0.6), (15, 0.75), (20, 0.8), (30, 0.87))],
    ]
