"""What imports make of odd logs: right, asked, unclear, silently wrong or crashed; `python -m bench.ingest odd`.

right   users, items, times, kinds, visits, titles and categories are those of the log
asked   refused with a line that says what was found and what to do
unclear refused without such a line; or something is missing or wrong, and the import says so or it matters little
wrong   something is wrong and nothing is said
"""

import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from typing import Any

from bench.odd_logs import OddLog, odd_log
from bench.odd_times import MINUTE

VERDICTS = ("right", "asked", "unclear", "wrong", "crash")
Fault = tuple[str, str, bool]
"""What it concerns, what was found, and whether it is grave."""


def judge_all(numbers: range, folder: Path, keep: Path | None) -> dict[str, Any]:
    """Import logs by their numbers; totals, and what went wrong by kind. `keep`: where the failing ones are put."""
    started = time.process_time()
    counts, seen = Counter[str](), Counter[str]()
    failed: dict[str, list[tuple[OddLog, str]]] = defaultdict(list)
    needless = 0
    for number in numbers:
        log = odd_log(number)
        verdict, faults = judge(log, folder)
        counts[verdict] += 1
        needless += verdict == "asked" and not log.truth.shape.doubt
        seen.update(_tags(log))
        for name, found, _ in faults:
            failed[f"{verdict} | {name}: {log.tags.get(name) or _signature(found)}"].append((log, found))
        if keep and verdict != "right":
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"{number}-{log.name}").write_bytes(log.content)
    return {
        "logs": len(numbers),
        **{verdict: counts[verdict] for verdict in VERDICTS},
        "asked_without_need": needless,
        "cpu_seconds": round(time.process_time() - started, 1),
        "kinds": _by_size(failed, seen),
    }


def judge(log: OddLog, folder: Path) -> tuple[str, list[Fault]]:
    """The verdict on one import without hints, and what differs."""
    from core.data import LogFiles, import_files
    from core.errors import EventsError
    from core.settings import ImportSettings

    path, out = folder / log.name, folder / "out"
    path.write_bytes(log.content)
    rmtree(out, ignore_errors=True)
    out.mkdir()
    try:
        summary = import_files(LogFiles(path), out, ImportSettings())
    except EventsError as error:
        return ("asked" if _is_clear(str(error)) else "unclear"), [("refused", str(error), False)]
    except Exception as error:
        return "crash", [("crash", f"{type(error).__name__}: {str(error).partition(chr(10))[0]}", True)]
    finally:
        path.unlink()
    faults = [fault for compare in COMPARISONS for fault in compare(log, summary, _read(out))]
    if not faults:
        return "right", []
    return ("wrong" if any(grave for _, _, grave in faults) else "unclear"), faults


def report(found: dict[str, Any]) -> str:
    """Totals, and the kinds of faults, the worst and most frequent first, each with numbers of logs to look at."""
    totals = {name: value for name, value in found.items() if name != "kinds"}
    lines = [", ".join(f"{name.replace('_', ' ')} {value}" for name, value in totals.items())]
    for kind, failing, numbers, tags, example in found["kinds"]:
        lines.append(f"{failing:4} {kind}\n     logs {', '.join(map(str, numbers))}; {', '.join(tags) or 'all sorts'}")
        lines.append(f"     {example[:300]}")
    return "\n".join(lines)


def _is_clear(message: str) -> bool:
    """Whether a refusal is one line of at least two sentences: what was found, and what to do."""
    return "\n" not in message and 40 < len(message) < 700 and ". " in message


def _tags(log: OddLog) -> list[str]:
    return [name if value == "yes" else f"{name} {value}" for name, value in log.tags.items()]


def _signature(found: str) -> str:
    """A text without its names and figures, so that faults of a kind are counted together."""
    text = re.sub(r"\(right: .*?\)|\[.*?\]|Found: .*", "", found)
    return re.sub(r"'[^']*'|\S*\d\S*|log\.\S+", "..", text)[:100]


def _by_size(
    failed: dict[str, list[tuple[OddLog, str]]], seen: Counter[str]
) -> list[tuple[str, int, list[int], list[str], str]]:
    """Kinds of faults: what, how many logs, some of their numbers, what they have in common, an example."""
    rows = []
    for kind, logs in sorted(failed.items(), key=lambda row: (-VERDICTS.index(row[0].split(" |")[0]), -len(row[1]))):
        tags = Counter(tag for log, _ in logs for tag in _tags(log))
        # what most of them have although few logs have it: half of a tag's logs, or three times what chance has
        telling = [tag for tag, n in tags.items() if n >= max(1, 0.2 * len(logs)) and n > 0.5 * seen[tag]]
        shared = sorted(telling, key=lambda tag: (-tags[tag], tag))[:5]
        told = [f"{tag} ({tags[tag]} of {seen[tag]})" for tag in shared]
        rows.append((kind, len(logs), [log.number for log, _ in logs[:5]], told, logs[0][1]))
    return rows


def _read(folder: Path) -> dict[str, Any]:
    import pandas as pd

    return {name: pd.read_parquet(folder / f"{name}.parquet") for name in ("events", "items")}


def _moments(log: OddLog, found: dict[str, Any]) -> Any:
    """Times of the events that were kept, in steps of the log's shape."""
    micro = found["events"]["timestamp"].astype("datetime64[us]").astype("int64")
    step = log.truth.shape.step
    return (micro + (step // 2 if step > 1 else 0)) // step if log.tags["time"] == "excel days" else micro // step


def _rows(log: OddLog, summary: dict[str, Any], found: dict[str, Any]) -> Iterator[Fault]:
    truth, kept = log.truth, summary["rows_kept"]
    read = len(truth.events) + truth.rejected + truth.duplicates
    if truth.shape.doubt:
        return
    if summary["rows_read"] != read:
        yield "rows", f"{summary['rows_read']} rows read (right: {read})", True
    elif kept != len(truth.events):
        yield (
            "rows",
            f"{kept} rows kept (right: {len(truth.events)}): {summary['reasons']}",
            kept < 0.9 * len(truth.events),
        )
    assert len(found["events"]) == kept


def _ids(log: OddLog, _: dict[str, Any], found: dict[str, Any]) -> Iterator[Fault]:
    for name in ("user", "item"):
        right = {str(getattr(event, name)) for event in log.truth.events}
        ids = set(found["events"][f"{name}_id"].astype(str))
        if ids != right:
            some = sorted(ids - right)[:3] or sorted(right - ids)[:3]
            yield name, f"{len(ids)} {name}s (right: {len(right)}), such as {some}", True


def _times(log: OddLog, summary: dict[str, Any], found: dict[str, Any]) -> Iterator[Fault]:
    shape = log.truth.shape
    if summary.get("ordinal"):
        if not (shape.ordinal or shape.doubt):
            yield "time", "an order without a clock", True
        return
    warned = any("assumed" in note or "taken as" in note for note in map(str, summary.get("time_notes", [])))
    said = warned or bool(summary.get("cautions"))
    if shape.ordinal:
        yield "time", f"a clock: {summary['first']} to {summary['last']}", not said
    elif shape.relative or Counter(_moments(log, found)) != Counter(e.time // shape.step for e in log.truth.events):
        yield (
            "time",
            f"{summary['first']} to {summary['last']} {[str(n) for n in summary.get('time_notes', [])]}",
            not said,
        )


def _kind(log: OddLog, _: dict[str, Any], found: dict[str, Any]) -> Iterator[Fault]:
    events = found["events"]
    kinds = Counter(events["event"].dropna().astype(str)) if "event" in events else Counter()
    if not log.truth.has_kinds:
        if kinds:
            yield "kind", f"kinds {kinds.most_common(4)} (right: none)", True
    elif not kinds:
        yield "kind", "no kinds", False
    elif set(kinds) != (right := {event.kind for event in log.truth.events}):
        yield "kind", f"kinds {kinds.most_common(4)} (right: {right})", True


def _sessions(log: OddLog, _: dict[str, Any], found: dict[str, Any]) -> Iterator[Fault]:
    """A false column must not be taken; else the visits must be those of the log, by column or by pauses."""
    events, truth = found["events"], log.truth
    if truth.session == "false":
        if "session_id" in events:
            yield "session", "a column that tells no visits is taken", True
        return
    visits = len({event.visit for event in truth.events})
    if "session_id" in events:
        sessions = len(events[["user_id", "session_id"]].drop_duplicates())
        if truth.session == "none":
            yield "session", "a session column (right: none)", True
        elif sessions != visits:
            yield "session", f"{sessions} sessions (right: {visits})", True
    elif truth.session == "true" and truth.shape.step > MINUTE:
        yield "session", "visits are lost: no session column, and days without a time", False


def _entities(log: OddLog, _: dict[str, Any], found: dict[str, Any]) -> Iterator[Fault]:
    """Titles and categories are those of the items; no person is a title."""
    items = found["items"].astype(str).set_index("item_id")
    for name, right in (("title", log.truth.titles), ("category", log.truth.categories)):
        given = items[name].to_dict() if name in items else {}
        if right and not given:
            yield name, f"no {name}", False
        elif right and (wrong := [item for item in right if item in given and given[item].strip() != right[item]]):
            yield name, f"{name} {given[wrong[0]]!r} (right: {right[wrong[0]]!r})", True
        elif given and not right:
            yield name, f"{name} {next(iter(given.values()))!r} (right: none)", True
    people = set(log.truth.private)
    if named := [column for column in items if people & set(items[column])]:
        yield "privacy", f"names of people in {named}", True


COMPARISONS = (_rows, _ids, _times, _kind, _sessions, _entities)
