"""Who has drifted: one row per user, from categories and sessions alone; no trained model is needed."""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Sequences, schema
from core.drift.evidence import Background, Counted, Everyone, Seen, Tables, Units, history, joined, only, own_scaled
from core.drift.verdict import certainty, mixes, onsets, practice, what_happened
from core.drift.verdict.certainty import Looks, sampled, worthwhile
from core.drift.verdict.changes import Change
from core.drift.verdict.joint import Sight, units_of
from core.drift.verdict.table_file import CHANGES, LISTS, no_entries
from core.phrases import say
from core.progress import Progress, silent
from core.settings import MOST_ACCEPTED, DriftSettings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CHUNK = 4000
"""Users tested at a time: bounds the memory and paces the progress."""
REFERENCE = 20_000
"""Shuffles that a log's p-values stand on at least; small logs shuffle each user more often."""
INTERVALS = ("onset_low", "onset_high", "magnitude_low", "magnitude_high")
"""Columns of `detect` beside those of the CSV: 90 % intervals, the onset as event indices."""
VIEW = "view"
"""Another: the view of the history that carries the verdict, one of those named in `evidence.views`."""


def detect(
    sequences: Sequences, settings: DriftSettings, progress: Progress = silent, everyone: Everyone | None = None
) -> pd.DataFrame:
    """The drift table, a row per user with `schema.DRIFT_COLUMNS`, `INTERVALS` and `CHANGES`.

    Cells of `table_file.LISTS` are tuples, empty of users whom nothing is told of: of event indices, moments (ISO 8601,
    or positions in a log without a clock), names of categories, and of `Change`.

    `score` ranks users; `p_value` is uniform without drift; `drifted` means p_value <= alpha. Without
    `settings.p_values` nobody is called drifted, and what happened is told of users with a score above 0, whose
    history speaks rather for a change than against it. Logs without categories are followed by groups of items; raises
    `EventsError` if there are too few to group, or if sessions are no units to test between (`Everyone.doubts`).
    `everyone`: of this log and seed, where others learn from it, too.
    """
    everyone = everyone or Everyone(sequences, settings.seed)
    sequences = everyone.sequences
    progress(0.0, say("steps.habits"))
    _ = everyone.doubts
    background = everyone.background
    tables = Tables.of(background.prior)
    users, seen, looks = _first(everyone, tables, settings, progress)
    table = _blank(sequences)
    if len(users):
        judged = _judged(seen, looks, settings, progress)
        table.loc[users, "status"] = "ok"
        table.loc[users, list(judged)] = judged.set_axis(users)
        table["drifted"] = table["p_value"] <= settings.alpha
        progress(0.85, say("steps.telling"))
        # Whoever may be named, at any share of false alarms that can be accepted, is told of.
        likely = table.loc[users, "drifted"] | (table.loc[users, "q_value"] <= MOST_ACCEPTED)
        told = np.flatnonzero(likely if settings.p_values else table.loc[users, "score"] > 0)
        _explain(table, everyone, (users, seen, looks, told), tables)
        table.loc[users[told], VIEW] = np.array(everyone.lessons.names)[looks.parts[told].argmax(axis=1)]
    progress(1.0, say("steps.drifted", users=len(users)))
    return table


def _first(
    everyone: Everyone, tables: Tables, settings: DriftSettings, progress: Progress
) -> tuple[Ints, list[Seen], Looks]:
    """Users that can be judged, their sessions in all views, and a first look at each."""
    sequences, lessons = everyone.sequences, everyone.lessons
    possible = np.flatnonzero(sequences.lengths >= max(2, settings.min_events))
    shuffles = max(settings.permutations, -(-REFERENCE // max(1, len(possible))))
    users, parts, looks = [possible[:0]], [], []
    for start in range(0, len(possible), CHUNK):
        progress(0.1 + 0.3 * start / len(possible), say("steps.looking", first=start, last=start + CHUNK))
        chunk = possible[start : start + CHUNK]
        first = Counted(everyone.background.units(sequences, chunk), tables)
        seen: list[Seen] = [first, *(view.of(chunk) for view in lessons.views)]
        found = Looks.none(len(chunk), shuffles, settings.seed, start, lessons.weight)
        found.first(seen)
        keep = (np.diff(first.offsets) >= settings.min_sessions) & np.isfinite(found.statistics[:, 0])
        users.append(chunk[keep])
        parts.append([only(view, keep) for view in seen])
        looks.append(found.only(keep))
    return np.concatenate(users), [joined(list(of)) for of in zip(*parts, strict=True)], Looks.joined(looks)


def _judged(seen: list[Seen], looks: Looks, settings: DriftSettings, progress: Progress) -> pd.DataFrame:
    """Columns score, and with `settings.p_values` p_value and q_value, a row per user."""
    units = units_of(seen)
    length = certainty.length_of(np.diff(units.offsets), units.effective())
    if not settings.p_values:
        return pd.DataFrame({"score": certainty.scores(looks.statistics, length)})
    sample = sampled(len(length), settings.seed)
    again = worthwhile(own_scaled(looks.statistics)[:, 0], sample)
    for start in range(0, len(again), CHUNK):
        progress(
            0.4 + 0.45 * start / len(again), say("steps.testing", first=start, last=start + CHUNK, users=len(again))
        )
        looks.again(seen, again[start : start + CHUNK])
    p = certainty.p_values(looks.statistics, length, sample)
    p[units.uniform()] = 1.0  # who had one category all along has not changed, however the sessions are sized
    return pd.DataFrame(
        {"score": certainty.scores(looks.statistics, length), "p_value": p, "q_value": certainty.q_values(p)}
    )


def p_values_of(
    sequences: Sequences, users: Ints, learned: tuple[Background, Tables], settings: DriftSettings
) -> Floats:
    """P-values of some users, rising, among themselves, by categories alone; NaN without sessions, (len(users),)."""
    background, tables = learned
    seen: list[Seen] = [Counted(background.units(sequences, users), tables)]
    looks = Looks.none(len(users), settings.permutations, settings.seed)
    looks.first(seen)
    known = np.isfinite(looks.statistics[:, 0])
    out = np.full(len(users), np.nan)
    if known.any():
        sure = replace(settings, p_values=True)
        out[known] = _judged([only(view, known) for view in seen], looks.only(known), sure, silent)["p_value"]
    return out


def _blank(sequences: Sequences) -> pd.DataFrame:
    """A row per user, all insufficient."""
    columns = [*schema.DRIFT_COLUMNS, *INTERVALS, CHANGES, VIEW]
    table = pd.DataFrame(index=np.arange(sequences.n_users), columns=columns)
    table[schema.USER] = sequences.users
    table["n_events"] = sequences.lengths
    table["status"] = "insufficient"
    table["drifted"] = False
    table[["kind", "direction", VIEW]] = ""
    for column in (name for name in LISTS if name in table):
        table[column] = no_entries(len(table))
    numbers = ["score", "p_value", "q_value", "magnitude", *INTERVALS]
    table[numbers] = table[numbers].astype(np.float64)
    return table


def _explain(
    table: pd.DataFrame, everyone: Everyone, tested: tuple[Ints, list[Seen], Looks, Ints], tables: Tables
) -> None:
    """Fill in what happened to some of the users, by their places among the tested."""
    users, seen, looks, places = tested
    units, sequences, background = units_of(seen), everyone.sequences, everyone.background
    chosen = users[places]
    starts = range(0, len(chosen), CHUNK)
    plain = Units.joined([background.plain_units(sequences, chosen[start : start + CHUNK]) for start in starts])
    pasts = [history(units, int(place), int(sequences.lengths[users[place]]), tables) for place in places]
    found = [
        what_happened.segment_by(past, tables, Sight(seen, looks.weight, int(place)), looks.parts[place])
        for place, past in zip(places, pasts, strict=True)
    ]
    states = [
        what_happened.state_counts(history(plain, number, past.events, tables), one, past)
        for number, (past, one) in enumerate(zip(pasts, found, strict=True))
    ]
    lean = mixes.learn_lean(states, background.prior)
    margins = onsets.learn(everyone, tables, everyone.seed) if pasts else onsets.NONE
    gradual = practice.learn(everyone, tables, lean, everyone.seed) if pasts else what_happened.GRADUAL
    rows = {}
    for user, past, one, counted in zip(chosen.tolist(), pasts, found, states, strict=True):
        rng = np.random.default_rng([everyone.seed, 2, user])
        known = mixes.posterior(counted, what_happened.state_counts(past, one), background.prior, lean, rng)
        told = what_happened.describe(past, one, known, background.prior, margins.of(past.events), gradual)
        rows[user] = _cells(told, sequences, user)
    if rows:
        cells = pd.DataFrame.from_dict(rows, orient="index")
        for column in cells:
            table.loc[cells.index, column] = cells[column]


def _cells(drift: what_happened.Drift, sequences: Sequences, user: int) -> dict[str, object]:
    names, first = sequences.catalogue.categories, sequences.offsets[user]
    times = sequences.time[first + np.array(drift.change_events)]
    texts = times.astype(str) if sequences.ordinal else np.datetime_as_string(times.astype("datetime64[us]"), unit="s")
    return {
        "change_events": drift.change_events,
        "change_times": tuple(texts.tolist()),
        "kind": drift.kind,
        "direction": drift.direction,
        "magnitude": drift.magnitude,
        "from_categories": tuple(names[category] for category in drift.lost),
        "to_categories": tuple(names[category] for category in drift.gained),
        "onset_low": float(drift.onset[0]),
        "onset_high": float(drift.onset[1]),
        "magnitude_low": drift.magnitude_interval[0],
        "magnitude_high": drift.magnitude_interval[1],
        CHANGES: tuple(_change(turn, names) for turn in drift.turns),
    }


def _change(turn: what_happened.Turn, names: tuple[str, ...]) -> Change:
    left, found = (tuple(names[category] for category in side) for side in (turn.lost, turn.gained))
    return Change(turn.event, *turn.onset, left, found, round(float(turn.magnitude), 4))
