"""The folder of a data set without one person, in the making: files written anew, or linked where they know nobody."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.data import leaving, schema
from core.errors import EventsError
from core.phrases import say
from core.pipeline.words import only_said
from core.progress import Progress
from core.workspace import DataSet, Person, Treatment, Workspace, far


class Draft:
    """The folder of a data set without one person, in the making."""

    def __init__(self, workspace: Workspace, data_set: DataSet, person: Person, folder: Path) -> None:
        self.workspace, self.data_set, self.person, self.folder = workspace, data_set, person, folder
        self.events = self.streamed = self.rewritten = 0
        self.texts = False
        self._anew: set[Path] = set()
        """Versions of which files that lie at an address must be put there anew."""
        self._own: list[tuple[str, int, str]] = []
        self._how: dict[Treatment, Callable[[Path, Path], bool]] = {
            Treatment.NOTHING: lambda *_: False,
            Treatment.ROWS: self._rows,
            Treatment.LINES: lambda source, target: leaving.lines_without(source, target, person) is not None,
            Treatment.TEXT: self._text,
            Treatment.WEIGHTS: self._weights,
            Treatment.JOURNAL: self._journal,
        }

    def write(self, files: list[str], dropped: tuple[str, ...], progress: Progress) -> None:
        """Write or link all files but those of some runs, and what can be made anew."""
        ordered = sorted(files, key=lambda name: name.endswith(self.data_set.journal.name))  # it needs the events
        for place, name in enumerate(ordered):
            progress(place / len(ordered), say("steps.forgetting", data_set=self.data_set.name))
            kind = self.workspace.holding(name)
            parts = Path(name).parts[2:]
            if kind.treatment not in self._how or (parts[0] == "runs" and parts[1] in dropped):
                continue
            source, target = self._file(name), self.folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            if self._how[kind.treatment](source, target):
                self.rewritten += 1
                self._anew |= {target.parent} if far.is_far(source) else set()
            elif not target.exists():
                _link(source, target)
        if self.texts:  # what was read of items whose texts are others now
            only_said(replace(self.data_set, folder=self.folder / self.data_set.folder.name))
        for told in far.lists_of(self.data_set.folder.parent):
            version = self.folder / told.parent.name
            if version in self._anew:
                far.sent(self.workspace.root, version)
            else:
                _link(told, version / told.name)

    def _file(self, name: str) -> Path:
        return far.at_hand(self.workspace.root / name, self.data_set)

    def next_version(self) -> dict[str, Any]:
        """Let what was the current version be the next one; returns its summary."""
        after = self.folder / f"v{self.data_set.version + 1}"
        shutil.rmtree(after, ignore_errors=True)  # what a kill left there
        os.replace(self.folder / self.data_set.folder.name, after)
        counted = self._counted(after) if self.events else self.data_set.summary
        summary: dict[str, Any] = self.person.without(counted)
        return summary

    def _counted(self, version: Path) -> dict[str, Any]:
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        events = pq.read_table(version / self.data_set.events.name, columns=[schema.ITEM, schema.TIME])
        if not len(events):
            raise EventsError(say("errors.nobody_left", data_set=self.data_set.name))
        old, reason = self.data_set.summary, str(say("reasons.forgotten"))
        reasons = old.get("reasons", {})
        counted = {
            "rows_kept": len(events),
            "rows_rejected": old.get("rows_rejected", 0) + self.events,
            "reasons": reasons | {reason: reasons.get(reason, 0) + self.events},
            "users": old.get("users", 1) - 1,
            "items": int(pc.count_distinct(events[schema.ITEM]).as_py()),
        }
        if not old.get("ordinal"):
            span = pc.min_max(events[schema.TIME]).as_py()
            counted |= {"first": span["min"].isoformat(), "last": span["max"].isoformat()}
        return old | counted

    def _rows(self, source: Path, target: Path) -> bool:
        gone = leaving.without(source, target, self.person)
        self.texts |= gone is not None and source.name == self.data_set.texts.name
        if gone is not None and source == self.data_set.events:
            self.events = len(gone)
            self._own = _marks(gone)
        return gone is not None

    def _text(self, source: Path, target: Path) -> bool:
        text = source.read_text(encoding="utf-8")
        found = json.loads(text)
        hidden = self.person.without(found)
        if hidden == found:
            return False
        target.write_text(json.dumps(hidden, ensure_ascii=False), encoding="utf-8")
        return True

    def _weights(self, source: Path, target: Path) -> bool:
        from core.model import leaving as seen

        return seen.without(source, target, self.person.id)

    def _journal(self, source: Path, target: Path) -> bool:
        from core.stream import leaving as streamed

        self.streamed, rows = streamed.without(source, target, self.person, self._own)
        return rows > 0


def _marks(gone: Any) -> list[tuple[str, int, str]]:
    """Item, time and kind of events, by which a stream knows them again."""
    times = gone[schema.TIME]
    if not str(times.type).startswith("int"):
        times = times.cast("timestamp[us]").cast("int64")
    kinds = gone[schema.EVENT].to_pylist() if schema.EVENT in gone.column_names else [None] * len(gone)
    return [
        (item, time, kind or "")
        for item, time, kind in zip(gone[schema.ITEM].to_pylist(), times.to_pylist(), kinds, strict=True)
    ]


def _link(source: Path, target: Path) -> None:
    """The same file under another name; a copy where the disk has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
