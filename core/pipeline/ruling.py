"""Rules of a watch: what they say of a data set as it is now, always of named users at the accepted rate."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.data import Sequences, schema, spans
from core.errors import MeanderError
from core.phrases import Said, say
from core.pipeline.dated import temporal
from core.pipeline.detecting import drift
from core.pipeline.gate import needs
from core.pipeline.importing import load
from core.pipeline.judging import measured
from core.pipeline.training import new_run, train
from core.progress import Progress, silent
from core.settings import ADMIN, NamingSettings, WatchSettings
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.pipeline.dated import Temporal

WEEK, DAY = 7 * 86_400_000_000, 86_400_000_000
FEWEST, PAUSES, LONGER = 30, 3.0, 1.0
"""Events of a kind that something can be said of; how many of its longest pauses, and days at least, it is silent."""
METRIC, BLEND = "ndcg@10", "blend"
Rulings = dict[str, tuple[str, Said]]
"""By rule what tells one case from the next, and what there is to say."""


@needs(ADMIN)
def rulings(
    workspace: Workspace, name: str, plan: WatchSettings, state: dict[str, Any], progress: Progress = silent
) -> tuple[Rulings, dict[str, Any]]:
    """What the rules of a plan say now, and the state with what was measured on the way."""
    log = load(workspace, name)
    found: Rulings = {}
    if plan.named is not None:
        found |= _named(workspace, name, log, plan.named, progress)
    if plan.served is not None:
        found |= _served(workspace, name, plan.served)
    if plan.stopped:
        found |= stopped(log)
    if plan.late is not None and not log.ordinal and len(log):
        found |= late(int(spans.usual(log.time)[1]), plan.late)
    if plan.fell is not None or plan.measured is not None:
        fell, state = _quality(workspace, name, plan, state, progress)
        found |= fell
    return found, state


def stopped(log: Sequences) -> Rulings:
    """Kinds of behaviour that came and come no more while others do: silent for far longer than ever before."""
    if log.ordinal or len(log.kinds) < 2 or not len(log):
        return {}
    _, end = spans.usual(log.time)
    found: Rulings = {}
    for number, kind in enumerate(log.kinds):
        times = np.sort(log.time[(log.kind == number) & (log.time <= end)])
        if len(times) < FEWEST:
            continue
        silent_for, pause = end - times[-1], int(np.diff(times).max())
        if silent_for > max(PAUSES * pause, LONGER * DAY):
            day = str(pd.Timestamp(int(times[-1]), unit="us"))[:10]
            often = len(times) / max(1.0, (times[-1] - times[0]) / DAY)
            found[f"stopped:{kind}"] = (day, say("alerts.stopped", kind=kind[:80], day=day, often=float(often)))
    return found


def late(last: int, limit: int, now: datetime | None = None) -> Rulings:
    """Whether the last event (microseconds) is older than so many seconds."""
    age = (now or datetime.now(UTC)).timestamp() - last / 1_000_000
    if age <= limit:
        return {}
    return {"late": (str(last), say("alerts.late", hours=age / 3600, limit=limit / 3600))}


def this_week(table: pd.DataFrame, log: Sequences) -> tuple[int, int, str]:
    """Users active in the last seven days of a log who can be judged, how many are named as changed in them, the day.

    `table` as `sureness.judged` gives it.
    """
    from core.drift import population

    last = int(spans.usual(log.time)[1])
    begin = last - WEEK
    tested = set(table.loc[table["status"] == "ok", schema.USER])
    active = tested & set(log.users[np.unique(log.user[log.time > begin])])
    changes = population.changes(table, log)
    lately = changes[changes[schema.TIME].to_numpy("datetime64[us]").astype(np.int64) > begin]
    return len(active), len(set(lately[schema.USER]) & active), str(pd.Timestamp(last, unit="us"))[:10]


def _named(workspace: Workspace, name: str, log: Sequences, limit: float, progress: Progress) -> Rulings:
    from core.drift import judged

    table = judged(drift(workspace, name).get(progress), NamingSettings())
    if log.ordinal or not len(log):
        return {}
    active, named, day = this_week(table, log)
    if not active or named / active <= limit:
        return {}
    week = "-".join(map(str, datetime.fromisoformat(day).isocalendar()[:2]))
    return {"named": (week, say("alerts.named", share=named / active, active=active, named=named, limit=limit))}


def _served(workspace: Workspace, name: str, limit: float) -> Rulings:
    """How much of the new interest lists serve, where that was measured of the current run."""
    from core.explain import lag

    try:
        made = measured(workspace, name, "lag")
    except MeanderError:
        return {}
    if not made.ready:
        return {}
    rows = lag.summary(made.get().named(NamingSettings()).lags).set_index("model")["old_share_10"]
    old = float(rows.get(BLEND, np.nan))
    if not np.isfinite(old) or 1 - old >= limit:
        return {}
    return {"served": (made.path.name, say("alerts.served", share=1 - old, limit=limit))}


def _quality(
    workspace: Workspace, name: str, plan: WatchSettings, state: dict[str, Any], progress: Progress
) -> tuple[Rulings, dict[str, Any]]:
    """Measure quality after a date where that is due, and see whether it fell surely since the last measure."""
    before = state.get("quality")
    due = plan.measured is not None and (not before or _old(before["time"]) >= plan.measured)
    if due:
        _train_on(workspace, name, progress)
    made = temporal(workspace, name)
    if not (made.ready or due):
        return {}, state
    now = measure(made.get(progress)) | {"of": made.path.name}
    if before and before["of"] == now["of"]:
        return {}, state | {"quality": before | ({"time": now["time"]} if due else {})}
    state = state | {"quality": now}
    return (fell(before, now, plan.fell) if before and plan.fell is not None else {}), state


def _train_on(workspace: Workspace, name: str, progress: Progress) -> None:
    """Train on from the newest finished run where the current version has none: quality is that of what it would be."""
    done = [run for run in workspace.runs(name) if run.status == "done"]
    if done and done[0].version != workspace.data_set(name).version:
        train(workspace, name, new_run(workspace, name, start=done[0].id), progress)


def measure(found: "Temporal") -> dict[str, Any]:
    """Quality of the blend, else of the best model, with its interval and the moment."""
    models = found.quality.models.set_index("model")
    best = BLEND if BLEND in models.index else str(models[METRIC].idxmax())
    known: dict[Any, Any] = models.loc[best].to_dict()
    row = {part: float(known[f"{METRIC}{part}"]) for part in ("", "_low", "_high")}
    return {"model": best, "value": row[""], "low": row["_low"], "high": row["_high"],
            "time": datetime.now(UTC).isoformat(timespec="seconds")}  # fmt: skip


def fell(before: dict[str, Any], now: dict[str, Any], limit: float) -> Rulings:
    """Whether quality fell by a share or more, and surely: the intervals of both measures lie apart."""
    sure = now["high"] < before["low"] and before["model"] == now["model"]
    if not sure or now["value"] > before["value"] * (1 - limit):
        return {}
    return {"fell": (now["of"], say("alerts.fell", before=before["value"], now=now["value"], limit=limit))}


def _old(time: str) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(time)).total_seconds()
