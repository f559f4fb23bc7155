"""Who has drifted: one row per user, from categories and sessions alone; no trained model is needed."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Sequences, schema
from core.drift.evidence import Background, Counted, Everyone, Seen, Tables, only, own_scaled
from core.drift.verdict import certainty, evening, mixes, onsets, practice
from core.drift.verdict.certainty import Chosen, Evidence, Looks, sampled, worthwhile
from core.drift.verdict.joint import units_of
from core.drift.verdict.stages import NUMBER, Columns, Learned, Shard, Shards
from core.drift.verdict.table_file import CHANGES, LISTS, no_entries
from core.phrases import say
from core.progress import Progress, part, silent
from core.settings import MOST_ACCEPTED, DriftSettings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
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
    progress(0.0, say("steps.habits"))
    _ = everyone.doubts
    here = Shard(everyone.sequences, np.arange(sequences.n_users), Learned.of(everyone), keeps=True)
    return judged(everyone, here, settings, progress)


def judged(everyone: Everyone, shards: Shards, settings: DriftSettings, progress: Progress = silent) -> pd.DataFrame:
    """The drift table as `detect` makes it, of users who are looked at where they are."""
    looked, shuffles = _first(everyone, shards, settings, part(progress, 0.1, 0.4))
    table, users = _blank(everyone.log), looked[NUMBER]
    if len(users):
        length = certainty.length_of(looked["sessions"], looked["effective"])
        sample = sampled(len(users), settings.seed) & settings.p_values
        known = Evidence.none(sample, shuffles)
        known.take(np.arange(len(users)), looked["statistics"])
        if settings.p_values:
            _again(shards, looked, known, worthwhile(known.scaled, sample), part(progress, 0.4, 0.85))
            p = evening.learn(everyone).of(known.p_values(length), looked["sessions"])
            found = _verdicts(known.scores(length), looked["uniform"], p)
        else:
            found = pd.DataFrame({"score": known.scores(length)})
        table.loc[users, "status"] = "ok"
        table.loc[users, list(found)] = found.set_axis(users)
        table["drifted"] = table["p_value"] <= settings.alpha
        # Whoever may be named, at any share of false alarms that can be accepted, is told of.
        likely = table.loc[users, "drifted"] | (table.loc[users, "q_value"] <= MOST_ACCEPTED)
        told = np.flatnonzero(likely if settings.p_values else table.loc[users, "score"] > 0)
        _explain(
            table, everyone, shards, {NUMBER: users[told], "parts": looked["parts"][told]}, part(progress, 0.85, 1.0)
        )
        table.loc[users[told], VIEW] = np.array(everyone.lessons.names)[looked["parts"][told].argmax(axis=1)]
    progress(1.0, say("steps.drifted", users=len(users)))
    return table


def _first(everyone: Everyone, shards: Shards, settings: DriftSettings, progress: Progress) -> tuple[Columns, int]:
    """A first look at each user who can be judged, and how often such a user's sessions are shuffled."""
    possible = np.flatnonzero(everyone.log.census.lengths >= max(2, settings.min_events))
    shuffles = max(settings.permutations, -(-REFERENCE // max(1, len(possible))))
    asked = {NUMBER: possible, "place": np.arange(len(possible))}
    told = {"shuffles": shuffles, "min_sessions": settings.min_sessions}
    looked = _joined(list(shards.each("first", asked, told, progress))) or {NUMBER: possible[:0]}
    if "statistics" in looked:
        looked["statistics"] = looked["statistics"][:, : 1 + shuffles]
    return looked, shuffles


def _again(shards: Shards, looked: Columns, known: Evidence, again: Ints, progress: Progress) -> None:
    """Know the other shuffles of some users, by their places among those who were looked at."""
    asked = {NUMBER: looked[NUMBER][again], **{name: looked[name][again] for name in ("statistics", "seeds")}}
    for answer in shards.each("again", asked, {"shuffles": known.looks.shape[1] - 1}, progress):
        known.take(np.searchsorted(looked[NUMBER], answer[NUMBER]), answer["statistics"])


def _verdicts(score: Floats, uniform: Chosen, p: Floats) -> pd.DataFrame:
    """Columns score, p_value and q_value, a row per user."""
    p[uniform] = 1.0  # who had one category all along has not changed, however the sessions are sized
    return pd.DataFrame({"score": score, "p_value": p, "q_value": certainty.q_values(p)})


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
        seen, looks = [only(view, known) for view in seen], looks.only(known)
        units = units_of(seen)
        length = certainty.length_of(np.diff(units.offsets), units.effective())
        sample = sampled(len(length), settings.seed)
        looks.again(seen, worthwhile(own_scaled(looks.statistics)[:, 0], sample))
        found = Evidence.of(looks.statistics, sample)
        out[known] = _verdicts(found.scores(length), units.uniform(), found.p_values(length))["p_value"]
    return out


def _blank(sequences: Sequences) -> pd.DataFrame:
    """A row per user, all insufficient."""
    columns = [*schema.DRIFT_COLUMNS, *INTERVALS, CHANGES, VIEW]
    table = pd.DataFrame(index=np.arange(sequences.n_users), columns=columns)
    table[schema.USER] = sequences.users
    table["n_events"] = sequences.census.lengths
    table["status"] = "insufficient"
    table["drifted"] = False
    table[["kind", "direction", VIEW]] = ""
    for column in (name for name in LISTS if name in table):
        table[column] = no_entries(len(table))
    numbers = ["score", "p_value", "q_value", "magnitude", *INTERVALS]
    table[numbers] = table[numbers].astype(np.float64)
    return table


def _explain(table: pd.DataFrame, everyone: Everyone, shards: Shards, told: Columns, progress: Progress) -> None:
    """Fill in what happened to some of the users."""
    some = {name: column[: mixes.LEARNERS] for name, column in told.items()}
    taught = _joined(list(shards.each("learn", some, {}, progress)))
    if not taught:
        return
    tables = Tables.of(everyone.background.prior)
    lean = mixes.learn_lean(taught["evidence"])
    margins = onsets.learn(everyone, tables, everyone.seed)
    gradual = practice.learn(everyone, tables, lean, everyone.seed)
    how = {"lean": lean, "margins": margins, "gradual": gradual}
    cells = _joined(list(shards.each("explain", told, how, progress)))
    for column in cells:
        if column != NUMBER:
            table.loc[cells[NUMBER], column] = pd.Series(cells[column], index=cells[NUMBER])


def _joined(parts: list[Columns]) -> Columns:
    """Answers of all shards, by the numbers of the users; the parts are used up."""
    parts = [each for each in parts if len(each[NUMBER])]
    if not parts:
        return {}
    order = np.argsort(np.concatenate([each[NUMBER] for each in parts]), kind="stable")
    return {name: np.concatenate([each.pop(name) for each in parts])[order] for name in list(parts[0])}
