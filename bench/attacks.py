"""Hostile files and texts by seed: `python -m bench.attacks [--files 1000] [--texts 1000] [--seed 1] [--kind NAME]`.

Each file is previewed and imported in a process of its own: it is kept, counted, or refused with one line. Texts stand
as ids, titles, categories and notes of logs, which are imported, judged for drift, reported as HTML and Markdown,
exported and looked up in the audit. A line of JSON tells how many went how, which were met by a traceback, a signal or
a text that came out as anything else, and the largest memory of a process. What fails is kept in the system's folder
for temporary files.
"""

import argparse
import faulthandler
import json
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import hostile_files, hostile_logs
from bench.hostile_texts import corpus

SECONDS = 60
"""Processor time of one case."""
MEGABYTES = 1000
"""Memory that one case may take."""
AT_ONCE = 50
"""Texts in a log."""


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="attacks-") as name:
        told = files(Path(name), options.files, options.seed, options.kind) if options.files else {}
        if options.texts:
            told["texts"] = texts(Path(name), options.texts, options.seed)
    print(json.dumps(told))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.attacks")
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--texts", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=tuple(hostile_files.KINDS), help="only files of this kind")
    return parser.parse_args()


def files(folder: Path, count: int, seed: int, kind: str | None = None) -> dict[str, Any]:
    """Files of every kind in turn, each imported by itself."""
    import pyarrow.parquet  # noqa: F401 - what all cases need is loaded once

    import core.data.cleaning  # noqa: F401

    kinds, ends, failed, most, slowest = list(hostile_files.KINDS), Counter[str](), [], 0.0, (0.0, "")
    for case in range(count):
        name = kind or kinds[case % len(kinds)]
        place = folder / f"{name}-{case}"
        place.mkdir()
        # Made apart as well: what a process has grown to is counted for those that are forked from it.
        made, _, _ = apart(lambda name=name, place=place, case=case: _made(name, place, f"{seed}-{name}-{case}"))  # type: ignore[misc]
        path = Path(made)
        said, megabytes, seconds = apart(lambda path=path, place=place: imported(path, place))  # type: ignore[misc]
        ends[said.partition(":")[0]] += 1
        most, slowest = max(most, megabytes), max(slowest, (round(seconds, 1), f"{name}-{case}"))
        if said.startswith("failed") or megabytes > MEGABYTES:
            failed.append(f"{name}-{case} {megabytes:.0f} MB {said}")
            _keep(path)
            print(failed[-1], file=sys.stderr, flush=True)
        shutil.rmtree(place)
        if not (case + 1) % AT_ONCE:
            print(f"{case + 1} files, {len(failed)} failed, {most:.0f} MB at most", file=sys.stderr, flush=True)
    return {"files": count, "ends": dict(ends), "failed": failed, "megabytes": round(most), "slowest": slowest}


def _made(name: str, place: Path, seed: str) -> str:
    return str(hostile_files.KINDS[name](place, random.Random(seed)))  # noqa: S311


def _keep(path: Path) -> None:
    if path.is_file() and path.stat().st_size < 1 << 26:
        shutil.copy(path, Path(tempfile.gettempdir()) / f"failed-{path.parent.name}{path.suffix}")


def imported(path: Path, folder: Path) -> str:
    """Preview and import a file: what came of it, in a word and a line."""
    from core.data.cleaning import import_files
    from core.data.log_files import LogFiles
    from core.data.readers import preview
    from core.settings import ImportSettings

    out = folder / "out"
    out.mkdir()
    before = set(folder.parent.parent.iterdir())
    refused(lambda: preview(path))
    line = refused(lambda: _counted(import_files(LogFiles(path), out, ImportSettings(min_events=1))))
    left = [each.name for each in out.iterdir() if each.name.startswith("scratch")]
    if left or {each for each in folder.parent.parent.iterdir() if "escaped" in each.name} - before:
        raise AssertionError(f"left behind: {left}")
    return f"refused: {line}" if line else "kept"


def _counted(summary: dict[str, Any]) -> None:
    if summary["rows_read"] != summary["rows_kept"] + summary["rows_rejected"] + summary["duplicates"]:
        raise AssertionError(f"rows lost: {summary}")


def refused(act: Callable[[], object]) -> str:
    """The one line that an act is refused with, empty where it is done."""
    from core.errors import EventsError

    try:
        act()
    except EventsError as error:
        if len(str(error).splitlines()) != 1:
            raise AssertionError(f"more than one line: {error}") from error
        return str(error)
    return ""


def apart(act: Callable[[], str]) -> tuple[str, float, float]:
    """What an act says in a process of its own, the megabytes and seconds that it and its children took."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        _act(act, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        said = stream.read().decode("utf-8", "replace")
    _, status, used = os.wait4(pid, 0)
    if status or not said:
        said = f"failed: status {status} {said[-300:]}"
    return said, used.ru_maxrss / 1024, used.ru_utime + used.ru_stime


def _act(act: Callable[[], str], writing: int) -> None:
    """Do it, within limits; this process ends here."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    os.dup2(writing, 2)
    faulthandler.enable()
    faulthandler.dump_traceback_later(10 * SECONDS, exit=True)
    try:
        said = act()
    except BaseException as error:
        place = error.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else ""
        said = f"failed: {type(error).__name__} at {where}: {str(error)[:300]}"
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    if children > MEGABYTES:
        said = f"failed: a reader took {children:.0f} MB"
    os.write(writing, said.encode("utf-8", "replace"))
    os._exit(0)


def texts(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """Texts through the whole of the product, some at once; whatever comes out is read again."""
    found = corpus(seed, count)
    told: Counter[str] = Counter()
    failed, most, start = [], 0.0, time.process_time()
    for place in range(0, count, AT_ONCE):
        some = [each.text for each in found[place : place + AT_ONCE]]
        said, megabytes, _ = apart(
            lambda some=some, place=place: hostile_logs.through(folder / f"texts-{place}", some, seed)
        )  # type: ignore[misc]
        told[said.partition(":")[0]] += 1
        most = max(most, megabytes)
        if said.startswith("failed"):
            failed.append(f"{place}: {said}")
    return {
        "texts": count,
        "logs": dict(told),
        "failed": failed,
        "megabytes": round(most),
        "seconds": round(time.process_time() - start),
    }


if __name__ == "__main__":
    sys.exit(main())
