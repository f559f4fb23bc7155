"""People of like taste go the same way: what is new to all who like it is not one person's change.

Items come out, and people take what is new after their own taste: each follows something else, so what everyone sought
at a time (`fads`) does not tell it, and a history that is but followed looks like a change. Where a person is among the
items of a kind (`place`, by all other sessions, drawn to everyone's as far as so many events tell little) foretells
where that person goes with time, as all others of the log show: a ridge regression on place x time, its stiffness by
halves of the people who foretell each other. In a log where nobody follows anything it foretells nothing and is left
out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
TERMS = 3
"""Cosines of time, over the whole log, that places are followed by: with 2 to 8 as much is foretold."""
DIRECTIONS = 24
"""Directions of places that foretell: with 48 no more is foretold."""
STIFF = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
"""Stiffness that is tried, over the mean strength of a regressor."""
FIRMEST = 200.0
"""Events, at most, of everyone that a place is drawn to everyone's by."""
NARROW = 1e-9


@dataclass(frozen=True, eq=False)
class Pieces:
    """What each session holds of each kind of item; sessions and users numbered from 0."""

    offsets: Ints
    """First session of each user, (n_users + 1,)."""
    start: Ints
    """Period of each session, (n_sessions,)."""
    session: Ints
    """Session of each piece, (n_pieces,)."""
    kind: Ints
    events: Floats
    total: Floats
    """Sum of the vectors of its items, fads taken off, (n_pieces, n_features)."""

    @property
    def owner(self) -> Ints:
        """User of each piece."""
        return np.asarray(np.searchsorted(self.offsets, self.session, side="right") - 1)

    def means(self, total: Floats) -> tuple[Floats, Floats]:
        """Mean vector of each session, 0 for one of which nothing is known, and its events."""
        pick = summed(self.session, int(self.offsets[-1]))
        events = np.asarray(pick @ self.events)
        return np.asarray(pick @ total) / np.maximum(events, NARROW)[:, None], events


@dataclass(frozen=True, eq=False)
class Following:
    """How people go on with time, by where they are."""

    mean: Floats
    """Mean vector of each kind, (n_kinds, n_features)."""
    pull: float
    """Events of everyone that a person's place begins with."""
    turn: Floats
    """From features to directions of places, (n_features, n_directions)."""
    spread: Floats
    """Variance of places in each, (n_directions,)."""
    periods: int
    moves: Floats
    """From time x place to features, (TERMS * n_directions, n_features); without a row where nothing is followed."""

    def left(self, pieces: Pieces) -> Floats:
        """Sums of the pieces without what is followed, (n_pieces, n_features)."""
        if not len(self.moves):
            return pieces.total
        place, _, _ = _places(pieces, self.mean, self.pull)
        moved = _crossed(self._clock(pieces), place @ self.turn) @ self.moves
        return np.asarray(pieces.total - pieces.events[:, None] * moved)

    def unknown(self, pieces: Pieces, source: Ints, rng: np.random.Generator) -> Floats:
        """What could be followed besides, since nobody's place is known well, if sessions came from other times.

        `source`: the session that stands in the place of each. To be added to the mean vector of that session,
        (n_sessions, n_features).
        """
        sessions = int(pieces.offsets[-1])
        if not len(self.moves):
            return np.zeros((sessions, len(self.turn)))
        user, kinds = pieces.owner, len(self.mean)
        own, row = np.unique(user * kinds + pieces.kind, return_inverse=True)
        known = np.bincount(row, pieces.events, len(own))
        wide = np.sqrt(self.spread * (self.pull / (known + self.pull))[:, None])
        place = (rng.standard_normal(wide.shape) * wide)[row]
        share = pieces.events / np.maximum(np.bincount(pieces.session, pieces.events, sessions), NARROW)[pieces.session]
        clock = _waves(pieces.start, self.periods)
        pick = summed(pieces.session, sessions)
        # A session's place is the mean of its pieces', whatever the time is: only the time changes.
        place = np.asarray(pick @ (place * share[:, None]))[source]
        return np.asarray(_crossed(clock - clock[source], place) @ self.moves)

    def _clock(self, pieces: Pieces) -> Floats:
        return _clock(pieces, self.periods)


def learn_following(pieces: Pieces, kinds: int, periods: int) -> Following:
    """From the sessions of many people."""
    features = pieces.total.shape[1]
    pick = summed(pieces.kind, kinds)
    mean = np.asarray(pick @ pieces.total) / np.maximum(pick @ pieces.events, NARROW)[:, None]
    pull = _pull(pieces, mean)
    place, off, known = _places(pieces, mean, pull)
    strength, turn = np.linalg.eigh((place * pieces.events[:, None]).T @ place)
    turn = turn[:, ::-1][:, :DIRECTIONS]
    place = place @ turn
    trust = max(float((pieces.events * known / (known + pull)).sum()), NARROW)
    spread = (pieces.events[:, None] * place**2).sum(axis=0) / trust
    nothing = Following(mean, pull, turn, spread, periods, np.zeros((0, features)))
    if periods < 2 or not strength[-1] > NARROW:
        return nothing
    away = off / np.maximum(pieces.events, NARROW)[:, None]
    half = pieces.owner % 2 == 0
    # How near to everyone a place lies is not what is asked: that is foretold first.
    level = _ridge(place, away, pieces.events, half)
    if level is not None:
        away = away - place @ level
    moves = _ridge(_crossed(_clock(pieces, periods), place), away, pieces.events, half)
    return nothing if moves is None else Following(mean, pull, turn, spread, periods, moves)


def summed(group: Ints, groups: int) -> "sparse.csr_matrix":
    """What sums the rows of each group, (groups, n)."""
    return sparse.csr_matrix((np.ones(len(group)), (group, np.arange(len(group)))), (groups, len(group)))


def _places(pieces: Pieces, mean: Floats, pull: float) -> tuple[Floats, Floats, Floats]:
    """Where each piece's person is among items of its kind by all other sessions, the piece itself, events known of."""
    own, row = np.unique(pieces.owner * len(mean) + pieces.kind, return_inverse=True)
    off = pieces.total - pieces.events[:, None] * mean[pieces.kind]
    known = np.bincount(row, pieces.events, len(own))[row] - pieces.events
    whole = np.asarray(summed(row, len(own)) @ off)[row] - off
    return whole / (np.maximum(known, 0.0) + pull)[:, None], off, np.maximum(known, 0.0)


def _pull(pieces: Pieces, mean: Floats) -> float:
    """Variance of events about their person's place over that of places (one-way random effects, by moments)."""
    place, off, known = _places(pieces, mean, NARROW)
    told = (known > 0) & (pieces.events > 0)
    if not told.any():
        return FIRMEST
    here = off[told] / pieces.events[told, None]
    both = np.minimum(pieces.events, known)[told]
    spread = float((both * (here * place[told]).sum(axis=1)).sum() / both.sum())
    whole = float((pieces.events[told] * (here**2).sum(axis=1)).sum() / pieces.events[told].sum())
    return float(np.clip((whole - spread) / max(spread, NARROW), 0.5, FIRMEST))


def _waves(period: Ints, periods: int) -> Floats:
    when = (period + 0.5) / periods
    return np.stack([np.sqrt(2) * np.cos(np.pi * (term + 1) * when) for term in range(TERMS)], axis=1)


def _clock(pieces: Pieces, periods: int) -> Floats:
    """Time of each piece, its person's mean time taken out: what does not move is place, (n_pieces, TERMS)."""
    waves, owner = _waves(pieces.start, periods)[pieces.session], pieces.owner
    pick = summed(owner, len(pieces.offsets) - 1)
    mean = np.asarray(pick @ (waves * pieces.events[:, None])) / np.maximum(pick @ pieces.events, NARROW)[:, None]
    return np.asarray(waves - mean[owner])


def _crossed(clock: Floats, place: Floats) -> Floats:
    return (clock[:, :, None] * place[:, None, :]).reshape(len(place), -1)


def _ridge(told: Floats, away: Floats, weight: Floats, half: NDArray[np.bool_]) -> Floats | None:
    """Coefficients with the stiffness under which halves foretell each other best; None where none foretells."""
    parts = []
    for some in (half, ~half):
        heavy = told[some] * weight[some, None]
        parts.append((told[some].T @ heavy, heavy.T @ away[some]))
    scale = sum(float(np.trace(square)) for square, _ in parts) / max(1, told.shape[1]) / 2
    best, found = 0.0, None
    for stiff in STIFF:
        firm = stiff * scale * np.eye(told.shape[1]) + NARROW * np.eye(told.shape[1])
        gain = 0.0
        for (square, product), (other, asked) in zip(parts, parts[::-1], strict=True):
            guess = np.linalg.solve(square + firm, product)
            gain += float(2 * (guess * asked).sum() - (guess * (other @ guess)).sum())
        if gain > best:
            best, found = gain, np.linalg.solve(parts[0][0] + parts[1][0] + 2 * firm, parts[0][1] + parts[1][1])
    return found
