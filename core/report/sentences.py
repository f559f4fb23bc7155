"""Sentences that a report and the pages say alike: each is given `say`, which knows the language and the escaping."""

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from core import pipeline
from core.charts import calibration
from core.drift import Summary, headline
from core.settings import MOST_ACCEPTED

if TYPE_CHECKING:
    import pandas as pd

Say = Callable[..., str]
PLACEBO = 0.1
"""Share of dates with as many changes, up to which a marker is said to stand out."""
LONGER = ("visits", "days", "short", "users")
"""Reasons that a longer log would take away."""
OURS = (pipeline.BLEND, pipeline.ATTENTION)
"""Models that are ours, the one whose lists are shown first."""


def first(found: Summary, say: Say) -> str:
    """How many can be named."""
    if found.named:
        return say("headline.named", named=found.named, tested=found.tested)
    return say("headline.nobody" if found.tested else "headline.untested")


def rest(found: Summary, say: Say, accept: float) -> list[str]:
    """How many of the named are wrong, how many changed in all, and who came too rarely."""
    changed, low, high = found.changed
    values = {"changed": changed, "low": low, "high": high, "tested": found.tested}
    parts = []
    if found.named:
        parts += [say("headline.wrong", accept=accept), say("headline.changed", **values)]
        parts.append(say("headline.size", size=found.magnitude))
    elif found.tested:
        parts.append(say("headline.nobody_changed" if low >= 1 else "headline.nobody_unknown", **values))
    return parts + short(found, say)


def of_some(found: Summary, say: Say, accept: float, *, by_verdict: bool) -> list[str]:
    """As `rest`, of users who are not everybody: shares of false alarms hold among all who are named.

    Of users who were picked `by_verdict` nothing can be reckoned from how many changed.
    """
    if by_verdict:
        return short(found, say)
    told = rest(found, say, accept)
    return told[1:] if found.named else told


def short(found: Summary, say: Say) -> list[str]:
    """Who came too rarely to be judged, if anyone did."""
    visits, events = headline.needed()
    return [say("headline.short", short=found.short, visits=visits, events=events)] if found.short else []


def why(found: Summary, say: Say, accept: float, accepting: str) -> str:
    """Why nobody can be named, and what would help; `accepting` is the text on accepting more false alarms."""
    values = {name: getattr(found, name) for name in ("categories", "visits", "days", "short", "users", "tested")}
    reasons = [say(f"headline.reason_{name}", **values) for name in found.reasons] or [say("headline.reason_none")]
    helps = [say("headline.help_categories")] if "categories" in found.reasons else []
    helps += [say("headline.help_longer")] if set(LONGER) & set(found.reasons) else []
    if found.perhaps and accept < MOST_ACCEPTED:
        helps.append(say(accepting, more=found.perhaps))
    because = say("headline.because", reasons=say("headline.join").join(reasons))
    return f"{because} {say('headline.helps', helps=say('headline.join').join(helps))}" if helps else because


def keeping_up(summary: "pd.DataFrame", say: Say, named: Callable[[str], str]) -> str:
    """How soon our lists follow, beside the quickest baseline, and what they still serve.

    `summary` as `core.explain.lag.summary` gives it; `named` is the plain name of a model.
    """
    rows = summary.to_dict("records")
    mine = next((row for row in rows if row["model"] == OURS[0]), rows[0] if rows else None)
    if mine is None:
        return say("keeping.nobody")
    others = [row for row in rows if row["model"] not in OURS and not math.isnan(row["lag"])]
    best = min(others, key=lambda row: float(row["lag"]), default=None)
    known = not math.isnan(mine["lag"])
    text = say("keeping.lag" if known else "keeping.no_lag", lag=mine["lag"], changes=mine["changes"])
    old = say("keeping.old_share", share=mine["old_share_10"], followed=mine["followed"])
    beside = say("keeping.beside", model=named(best["model"]), lag=best["lag"]) if best and known else ""
    return " ".join(filter(None, (text, old, beside)))


def planted(found: dict[str, Any], say: Say) -> list[str]:
    """What was found of changes planted in the log, as `core.pipeline.proof` tells it."""
    caught = sum(cell["planted"] * cell["power"] for cell in found["cells"]) / max(1, found["planted"])
    parts = [
        say("believe.result", planted=found["planted"], untouched=found["untouched"], caught=caught),
        say("believe.nothing", alarms=found["false_alarms"], untouched=found["untouched"]),
        say("believe.named", named=found["named"], wrong=found["named_wrong"], accept=found["accept"]),
    ]
    if found["off"] is not None:
        key = "believe.exact" if found["off"] >= 1 else "believe.to_the_event"
        parts.append(say(key, off=found["off"], near=found["near"]))
    return parts


def at_marker(row: Mapping[Any, Any], name: str, say: Say) -> str:
    """Whether more users changed around a marker than elsewhere; a row of `core.drift.why_then.around`."""
    text = say("markers.around", name=name, **{key: row[key] for key in ("days", "changed", "active", "expected")})
    more = {key: row[key] for key in ("more", "low", "high")}
    sure = row["low"] > 0 and row["p_value"] <= PLACEBO
    text += " " + say("markers.more" if sure else "markers.usual", placebo=row["p_value"], **more)
    return f"{text} {say('markers.offered', offered=row['offered'])}" if row["offered"] else text


def moved(table: "pd.DataFrame", say: Say) -> str:
    """How many looked changed by what was on offer alone, of a judged table; empty where nobody did."""
    from core.drift import OFFERED

    users = int(table[OFFERED].sum()) if OFFERED in table else 0
    return say("markers.moved", users=users) if users else ""


def p_values(table: "pd.DataFrame", say: Say) -> str:
    """What the p-values of all users say of the test."""
    return say(f"overview.p_{calibration.shape_of(table)}")
