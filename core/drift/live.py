"""Drift as events arrive: a test that may be looked at after every session.

After each session the evidence for a change at any earlier session is averaged over those places, and compared
with the evidence for none. A user is flagged the first time this passes a threshold that the *largest* value over
a whole history passes in at most `alpha` of histories without drift. The threshold comes from histories with
shuffled sessions, so it holds at any time, up to the lengths that the log has; as in `calibration`, users who
stand out among their own shuffles are no reference.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import schema
from core.data.sequences import Sequences
from core.drift import kernels
from core.drift.background import learn
from core.drift.calibration import OWN, own_p_values
from core.drift.evidence import Tables
from core.drift.interests import with_interests
from core.drift.units import Units
from core.progress import Progress, silent
from core.settings import DriftSettings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SHUFFLES = 20
"""Shuffles of each reference user."""
REFERENCE_USERS = 2000
CHUNK = 4000


def watch(sequences: Sequences, settings: DriftSettings, progress: Progress = silent) -> pd.DataFrame:
    """What a watcher would have said: user_id, flagged, flag_event, since_event, evidence; a row per user.

    `flag_event` is the last event before the flag (-1 without one), `since_event` the likely first event after the
    change, `evidence` the largest log evidence ratio reached.
    """
    sequences = with_interests(sequences, settings.seed)
    background = learn(sequences, settings.seed)
    tables = Tables.of(background.prior)
    limit = threshold(background.units(sequences, _some(sequences, settings.seed)), tables, settings)
    rows = np.full((sequences.n_users, 3), -1.0)
    rows[:, 2] = np.nan
    users = np.flatnonzero(sequences.lengths >= max(2, settings.min_events))
    for start in range(0, len(users), CHUNK):
        progress(start / len(users), f"Watching users {start:,} to {start + CHUNK:,}")
        chunk = users[start : start + CHUNK]
        rows[chunk] = first_flags(background.units(sequences, chunk), tables, limit, sequences.lengths[chunk])
    return pd.DataFrame(
        {
            schema.USER: sequences.users,
            "flagged": rows[:, 0] >= 0,
            "flag_event": rows[:, 0].astype(np.int64),
            "since_event": rows[:, 1].astype(np.int64),
            "evidence": rows[:, 2],
        }
    )


def threshold(units: Units, tables: Tables, settings: DriftSettings) -> float:
    """The value that the evidence of at most `alpha` of histories without drift ever passes."""
    maxima = np.full((len(units.offsets) - 1, 1 + SHUFFLES), np.nan)
    arrays = (units.offsets, units.entries, units.category, units.amount)
    kernels.live_maxima(arrays, tables.arrays, maxima, settings.seed + 1)
    maxima = maxima[np.isfinite(maxima[:, 0])]
    if not len(maxima):
        return float("inf")
    calm = own_p_values(maxima) > OWN
    reference = maxima[calm if calm.sum() >= 50 else slice(None), 1:]
    return float(np.quantile(reference, 1 - settings.alpha))


def first_flags(units: Units, tables: Tables, limit: float, events: Ints) -> Floats:
    """Event of the first flag, likely first event after the change, largest evidence; a row per user, -1 if none."""
    out = np.full((len(units.offsets) - 1, 3), -1.0)
    for user in range(len(out)):
        a, b = units.offsets[user], units.offsets[user + 1]
        own = units.entries[a : b + 1]
        if b - a < 2 or own[0] == own[-1]:
            out[user, 2] = np.nan
            continue
        entries = slice(own[0], own[-1])
        names, dense = kernels.dense_counts(own, units.category[entries], units.amount[entries], tables.reach)
        evidence, since = kernels.live(dense, names, tables.arrays)
        out[user, 2] = evidence.max()
        passed = np.flatnonzero(evidence > limit)
        if len(passed):
            last = np.append(units.start[a + 1 : b], events[user]) - 1
            out[user, :2] = last[passed[0]], units.start[a + since[passed[0]]]
    return out


def _some(sequences: Sequences, seed: int) -> Ints:
    users = np.flatnonzero(sequences.lengths >= 10)
    rng = np.random.default_rng([seed, 3])
    return np.sort(rng.choice(users, min(len(users), REFERENCE_USERS), replace=False))
