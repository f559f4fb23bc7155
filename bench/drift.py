"""The drift test on logs whose truth is known, and on real logs against the same logs with sessions shuffled.

    python -m bench.drift simulated [--seeds 901 902]    several worlds, two fresh seeds each
    python -m bench.drift habits [--seeds 901 902]       a second simulator, with other habits; beside an oracle
    python -m bench.drift inside [--seeds 901 902]       changes of style inside categories
    python -m bench.drift live [--seeds 901 902]         the same worlds, watched event by event
    python -m bench.drift comparison [--seeds 901]       beside ruptures, river, a sliding window, and an oracle
    python -m bench.drift scale [--users 100000]         CPU seconds and memory of a large log
    python -m bench.drift real FOLDER ... [--seeds 901]  real histories cut and joined, see `bench.drift_real`
    python -m bench.drift shuffled FOLDER ...            flagged users, as the log is and with sessions shuffled
    python -m bench.drift names FOLDER ...               users named where nobody changed, see `bench.drift_names`

A change point is right within max(5 events, a tenth of the history), each truth matched once; users of 20 events or
more count. A FOLDER holds interactions.csv.gz (or events.csv.gz) and items.csv.
"""

import argparse
import dataclasses
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from bench import drift_habits
from core import pipeline
from core.data import LogFiles, schema
from core.data.sequences import Sequences, build_sequences
from core.data.simulate import simulate
from core.drift.verdict.detection import detect
from core.settings import DriftSettings, ImportSettings, SimulationSettings
from core.workspace import Workspace

WORLDS = {
    "default": {},
    "5 categories": {"categories": 5},
    "60 categories": {"categories": 60},
    "very sticky": {"stickiness": 0.8, "session_events": 8.0},
    "no trend": {"trend": 0.0},
    "strong trend": {"trend": 2.0},
    "two categories an item": {"second_category": 0.5},
    "short histories": {"mean_events": 40.0},
    "subtle changes": {"smallest_change": 0.15},
}

WAYS = ("simulated", "habits", "inside", "live", "comparison", "scale", "real", "shuffled", "names")
ORACLE_PRICE = 4.5
"""Log likelihood that the oracle asks for a change."""


def main() -> None:
    options = _options()
    if options.what == "simulated":
        rows = [_simulated(label, seed) for label in WORLDS for seed in options.seeds]
    elif options.what == "habits":
        rows = [_other(label, seed) for label in drift_habits.WORLDS for seed in options.seeds]
    elif options.what == "inside":
        from bench import drift_inside

        rows = drift_inside.rows(options.seeds)
    elif options.what == "live":
        from bench import drift_live

        rows = drift_live.rows(options.seeds)
    elif options.what == "comparison":
        from bench import drift_comparison

        rows = drift_comparison.rows(options.seeds[:1])
    elif options.what == "scale":
        from bench import drift_scale

        rows = drift_scale.rows(options.users)
    elif options.what == "real":
        from bench import drift_real

        rows = drift_real.rows(options.folders, options.seeds)
    elif options.what == "names":
        from bench import drift_names

        logs = ((folder.name, _read(folder)) for folder in options.folders)
        rows = drift_names.rows(logs, options.seeds, shuffled)
    else:
        rows = [_shuffled(folder) for folder in options.folders]
    print(pd.DataFrame(rows).to_string(index=False))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=WAYS)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--seeds", nargs="+", type=int, default=[901, 902])
    parser.add_argument("--users", type=int, default=100_000, help="users of the large log")
    return parser.parse_args()


def _simulated(label: str, seed: int) -> dict[str, object]:
    """One world: how right, how often wrong, how long."""
    world = simulate(SimulationSettings(seed=seed, **WORLDS[label]))
    return {"world": label, "seed": seed, **_measured(build_sequences(world.events, world.items), world.truth)}


def _other(label: str, seed: int) -> dict[str, object]:
    """One world of the second simulator."""
    from bench.drift_comparison import _path

    habits = drift_habits.WORLDS[label]
    made = drift_habits.make(habits, seed)
    known = _joined(made.truth, drift_habits.oracle(made, habits, _path, ORACLE_PRICE))
    row = {"world": label, "seed": seed, **_measured(made.log, made.truth)}
    return {**row, "oracle F1": _f1(known)[2], "oracle long, clear": _f1(_clear(known))[2]}


def _measured(sequences: Sequences, truth: pd.DataFrame) -> dict[str, float]:
    began = time.process_time()
    found = detect(sequences, DriftSettings())
    seconds = time.process_time() - began
    table = _joined(truth, found.drop(columns="n_events"))
    calm = table[~table["drifted_true"].astype(bool)]
    lengths = " ".join(f"{share:.3f}" for share in quarters(calm))
    more = {"alarms by length": lengths, "F1 long, clear": _f1(_clear(table))[2], "CPU-s": round(seconds, 1)}
    return {**_figures(table), **more}


def _joined(truth: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Truth (`_true`) beside what was found, of users long enough to count."""
    theirs = [column for column in truth if column not in (schema.USER, "n_events")]
    table = truth.rename(columns={column: f"{column}_true" for column in theirs}).merge(found, on=schema.USER)
    return table[table["n_events"] >= 20].assign(magnitude_true=pd.to_numeric(table["magnitude_true"]))


def quarters(calm: pd.DataFrame) -> list[float]:
    """Share of p-values up to .05 in each quarter of length, of users without drift."""
    known = calm[calm["p_value"].notna()]
    quarter = pd.qcut(known["n_events"].rank(method="first"), 4, labels=False)
    return [float(share) for share in (known["p_value"] <= 0.05).groupby(quarter).mean()]


def _clear(table: pd.DataFrame) -> pd.DataFrame:
    """Users with 100 events or more, without drift or with a clear one."""
    calm = ~table["drifted_true"].astype(bool)
    return table[(table["n_events"] >= 100) & (calm | (table["magnitude_true"] >= 0.4))]


def _figures(table: pd.DataFrame) -> dict[str, float]:
    drifted, flagged = table["drifted_true"].to_numpy(bool), table["drifted"].to_numpy(bool)
    precision, recall, f1 = _f1(table)
    believed = (table["q_value"] <= 0.1).to_numpy()
    both = table[drifted & flagged]
    covered = both["magnitude_true"].between(both["magnitude_low"], both["magnitude_high"])
    figures = {
        "precision": precision,
        "recall": recall,
        "F1": f1,
        "false alarms": float(flagged[~drifted].mean()),
        "AUC": _auc(table["score"].to_numpy(float), drifted),
        "false of q<=.1": float((~drifted)[believed].mean()) if believed.any() else 0.0,
        "kind": float((both["kind"] == both["kind_true"]).mean()),
        "onset covered": _onset_covered(both),
        "magnitude covered": float(covered.mean()),
        "carriers": _carriers(both),
    }
    return {name: round(value, 3) for name, value in figures.items()}


def _f1(table: pd.DataFrame) -> tuple[float, float, float]:
    right = told = real = 0
    for row in table.itertuples():
        truth = _events(row.change_events_true)
        found = _events(row.change_events) if row.drifted else []
        reach, left = max(5.0, 0.1 * row.n_events), list(truth)
        for event in found:
            near = [place for place in left if abs(place - event) <= reach]
            if near:
                left.remove(min(near, key=lambda place: abs(place - event)))
        right, told, real = right + len(truth) - len(left), told + len(found), real + len(truth)
    precision, recall = right / max(1, told), right / max(1, real)
    return precision, recall, round(2 * precision * recall / max(1e-9, precision + recall), 3)


def _events(cell: object) -> list[int]:
    """Events of a cell: of the drift table, or of the truth, where they are text."""
    return list(cell) if isinstance(cell, tuple) else [int(text) for text in _names(cell) if text.isdigit()]


def _names(cell: object) -> list[str]:
    return str(cell).split(schema.LIST_SEPARATOR)


def _auc(score: np.ndarray, drifted: np.ndarray) -> float:
    """Chance that a drifted user scores above one without drift; users who cannot be judged stay out."""
    known = np.isfinite(score)
    rank = pd.Series(score[known]).rank().to_numpy()
    ones = drifted[known]
    return float((rank[ones].sum() - ones.sum() * (ones.sum() + 1) / 2) / max(1, ones.sum() * (~ones).sum()))


def _onset_covered(both: pd.DataFrame) -> float:
    first = both["change_events_true"].map(lambda cell: _events(cell)[0])
    return float(first.between(both["onset_low"], both["onset_high"]).mean())


def _carriers(both: pd.DataFrame) -> float:
    """Of the categories named, three at most on each side, the share that the truth names on that side, too."""
    right = named = 0
    for side in ("from_categories", "to_categories"):
        for told, truth in zip(both[side], both[f"{side}_true"], strict=True):
            right += len(set(told) & set(_names(truth)))
            named += len(told)
    return right / max(1, named)


def _shuffled(folder: Path) -> dict[str, object]:
    """Share of users flagged in a real log, and in the same log without any order of sessions."""
    sequences = _read(folder)
    shares = []
    for log in (sequences, shuffled(sequences, 1), shuffled(sequences, 2)):
        table = detect(log, DriftSettings())
        shares.append(round(float(table.loc[table["status"] == "ok", "drifted"].mean()), 3))
    return {
        "log": folder.name,
        "judged": int((table["status"] == "ok").sum()),
        "flagged": shares[0],
        "shuffled": shares[1:],
    }


def _read(folder: Path) -> Sequences:
    """The events of a folder, imported as by default."""
    with tempfile.TemporaryDirectory() as root:
        workspace, items = Workspace(root), folder / "items.csv"
        files = LogFiles(folder / "interactions.csv.gz", items)
        pipeline.import_log(workspace, "log", files, ImportSettings())
        return pipeline.load(workspace, "log")


def shuffled(sequences: Sequences, seed: int) -> Sequences:
    """The log with each user's sessions in random order; times stay where they are."""
    first = np.diff(sequences.session, prepend=-1) != 0
    key = np.random.default_rng(seed).random(int(first.sum()))[np.cumsum(first) - 1]
    order = np.lexsort((np.arange(len(sequences)), key, sequences.user))
    session = np.cumsum(np.diff(sequences.session[order], prepend=-1) != 0)
    return dataclasses.replace(
        sequences,
        item=sequences.item[order],
        kind=sequences.kind[order],
        weight=sequences.weight[order],
        session=session,
    )


if __name__ == "__main__":
    main()
