"""Follow a growing log into states, and serve lists of what came."""

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.parquet as pq

from core import locks
from core.data import load_sequences, schema
from core.errors import InputError, UnknownDataSetError
from core.phrases import say
from core.pipeline.detecting import live_drift, watcher
from core.pipeline.gate import meant, needs
from core.pipeline.hearing import hearing_of
from core.pipeline.journals import alone, journal_if_any, journal_of, lock_of_stream
from core.pipeline.rankers import BLEND, TRAINED, model, ranker
from core.settings import EDITOR, VIEWER, StreamSettings
from core.workspace import DataSet, Workspace

if TYPE_CHECKING:
    from core.lists import Server
    from core.stream import Alarm, Engine, Flag, Journal, Layout, Logged, Named, Tail

Told = Callable[[dict[str, Any]], None]
"""Hears of each step: counts so far, the lists of followed users that changed, and users who drifted."""


@dataclass(frozen=True)
class Feed:
    """Where events come from, and which model follows them."""

    source: Path
    columns: dict[str, str] | None = None
    """Canonical name -> name or number in the file, where header and recipe do not say."""
    model: str = BLEND
    run: str | None = None


@needs(EDITOR)
def stream(
    workspace: Workspace,
    name: str,
    feed: Feed,
    settings: StreamSettings | None = None,
    told: Told = lambda _: None,
) -> dict[str, int]:
    """Follow a log until it is stopped (or its end, with `settings.once`); returns all counts of the data set's stream.

    A new version or the end of the data set is noticed between two steps: the stream then goes on from the new
    version, or raises `UnknownDataSetError`.
    """
    settings = settings or StreamSettings()
    with alone(workspace.data_set(name)):
        again = True
        while again:
            found = workspace.data_set(name)
            with journal_of(found) as journal:
                again = _followed(workspace, found, journal, (feed, settings), told)
                counts = journal.counts()
    return counts


@needs(EDITOR)
def streamed(workspace: Workspace, name: str) -> "Journal | None":
    """What was streamed into a data set and is in no version yet, to read; None where nothing ever was."""
    return journal_if_any(workspace.data_set(name))


@needs(VIEWER)
def streaming(workspace: Workspace, name: str) -> bool:
    """Whether a stream into this data set is running."""
    return locks.taken(lock_of_stream(workspace.data_set(name)))


def caught_up(workspace: Workspace, name: str, server: "Server", user: str | None = None) -> "Server":
    """A server of the current version that knows what was streamed as well, of all users or one; nothing is written."""
    from core.stream import engine

    found = workspace.data_set(name)
    if found.journal.exists():
        with journal_of(found) as journal:
            if journal.items():
                server.reads = hearing_of(workspace, found, server.model)
            own = user and meant(workspace, name, user)
            engine.caught_up(server, journal, _rules(workspace, found), own, user)
    return server


@needs(EDITOR)
def keep(workspace: Workspace, name: str, events: Sequence["Logged"]) -> int:
    """Put events among what was streamed, as if a log had brought them; those that are there already are passed over.

    Returns how many were new; raises `InputError` while a stream is running, which would not hear of them.
    """
    from core.stream import Taken, event_id

    found = workspace.data_set(name)
    with alone(found), journal_of(found) as journal:
        rows = [{schema.USER: each.user, schema.ITEM: each.item, schema.EVENT: each.event or ""} for each in events]
        ids = [event_id(row, each.time) for row, each in zip(rows, events, strict=True)]
        known = journal.known(ids)
        new = {each: event for each, event in zip(ids, events, strict=True) if each not in known}
        journal.write(Taken(list(new.values()), list(new), counts={"events": len(new)}))
        journal.keep_fact("states of", "")  # computed anew by the next stream
    return len(new)


def _followed(
    workspace: Workspace, found: DataSet, journal: "Journal", how: tuple[Feed, StreamSettings], told: Told
) -> bool:
    """Follow a log from one version; True when there is another one."""
    from core.stream import Engine

    feed, settings = how
    server, mark = _server(workspace, found, feed), _mark(workspace, found, feed)
    encoding = found.summary.get("recipe", {}).get("encoding", "utf-8")
    alarm = _alarm(workspace, server, journal, found) if settings.watch else None
    server.reads = reads = hearing_of(workspace, found, server.model)
    engine = Engine(server, journal, _rules(workspace, found), mark, alarm)
    with contextlib.ExitStack() as stack:
        tail = stack.enter_context(contextlib.closing(_tail(journal, feed, settings, encoding)))
        if reads:
            stack.enter_context(contextlib.closing(reads))
        steps = _Steps(engine, tail, feed, found)
        while not steps.is_old(workspace):
            if counts := steps.take(settings.at_once):
                lists = steps.lists(settings.followed)
                drifted = [*map(steps.drifted, engine.flags), *map(steps.named, engine.named)]
                told({"counts": journal.counts(), "events": counts["events"], "lists": lists, "drifted": drifted})
            elif settings.once and not tail.behind:
                return False
            else:
                time.sleep(settings.rest)
        return True


class _Steps:
    """One step after the other of a tail through an engine."""

    def __init__(self, engine: "Engine", tail: "Tail", feed: Feed, found: DataSet) -> None:
        self.engine, self.tail, self.feed, self.found = engine, tail, feed, found
        kept = engine.journal.source(str(feed.source.absolute()))
        from core.stream import Layout

        self.layout: Layout | None = Layout.from_text(kept[1]) if kept else None
        self._looked = time.monotonic()

    def take(self, at_once: int) -> Counter[str]:
        """Read and take in some records; empty if there are none."""
        read = self.tail.read(at_once, *([self.layout.is_open] if self.layout else []))
        records, layout = read.texts, self.layout
        if not records:
            return Counter()
        if read.begins:
            records, layout = self._begun(records)
        assert layout is not None
        self.layout = layout
        texts = layout.unrolled([record for record in records if record is None or record.strip()])
        happened, self.tail.happened = self.tail.happened, Counter()
        source = (str(self.feed.source.absolute()), read.position, layout.text())
        return self.engine.take(texts, layout, source, happened)

    def lists(self, users: tuple[str, ...]) -> dict[str, list[str]]:
        """Lists of those users whom the last step touched."""
        touched = set(self.engine.touched)
        return {user: [each.item for each in self.engine.server.top(user)] for user in users if user in touched}

    def drifted(self, flag: "Flag") -> dict[str, Any]:
        """A flag in plain values: whose, after the event of which time, changed since when, and the evidence."""
        moments = {"drifted": self._moment(flag.time), "since": self._moment(flag.since)}
        return {"user_id": flag.user, **moments, "evidence": round(flag.evidence, 3)}

    def named(self, named: "Named") -> dict[str, Any]:
        """Who is named among all, after the event of which time, and what a bet on drift was worth by then."""
        return {"user_id": named.user, "named": self._moment(named.time), "e_value": round(named.e_value, 1)}

    def _moment(self, time: int) -> int | str:
        return time if self.engine.server.sequences.ordinal else _iso(time)

    def is_old(self, workspace: Workspace) -> bool:
        """Whether there is another version by now; raises `UnknownDataSetError`."""
        if time.monotonic() - self._looked < LOOK_EVERY:
            return False
        self._looked = time.monotonic()
        now = workspace.data_set(self.found.name)
        if now.origin != self.found.origin:
            raise UnknownDataSetError(say("errors.overtaken"))
        return now.id != self.found.id

    def _begun(self, records: tuple[str | None, ...]) -> tuple[tuple[str | None, ...], "Layout"]:
        """Records behind the header of a file, and its layout."""
        from core.stream import Layout

        first = records[0] or ""
        if self.layout:
            again = self.layout.again(first)
            return (records[1:], again) if again else (records, self.layout)
        text = "\n".join(record for record in records[:1000] if record is not None)
        layout = Layout.of(text, self.feed.source.name, self.found.summary, self.feed.columns)
        return (records[1:] if layout.dialect.header and not layout.dialect.json else records), layout


def _iso(time: int) -> str:
    return str(np.datetime64(time, "us").astype("datetime64[s]"))


def _alarm(workspace: Workspace, server: "Server", journal: "Journal", found: DataSet) -> "Alarm":
    """What tells of drift, quiet about users whom the log itself or an earlier stream told of."""
    from core.drift import e_values_of, judged_live
    from core.stream import Alarm, Bets

    table = judged_live(live_drift(workspace, found.name).get())
    known = set(table.loc[table["flagged"], schema.USER]) | {flag.user for flag in journal.flags()}
    named = {each.user: each.e_value for each in journal.named()}
    bets = Bets({**e_values_of(table), **named}, {*table.loc[table["named"], schema.USER], *named})
    return Alarm(watcher(workspace, found.name, sequences=server.sequences).get(), known, bets)


LOOK_EVERY = 1.0
"""Seconds between two looks for a new version."""


def _tail(journal: "Journal", feed: Feed, settings: StreamSettings, encoding: str) -> "Tail":
    from core.stream import Tail

    if not feed.source.is_file():
        raise InputError(say("errors.no_log", path=str(feed.source)))
    kept = journal.source(str(feed.source.absolute()))
    return Tail(feed.source.absolute(), kept[0] if kept and not settings.from_start else None, encoding)


def _server(workspace: Workspace, found: DataSet, feed: Feed) -> "Server":
    from core.lists import Server

    log = load_sequences(found)
    run = workspace.run(found.name, feed.run) if feed.model in TRAINED else None
    trained = model(workspace, found.name, run.id, log) if run else None
    gap = float(found.summary.get("session_gap_minutes", 30.0))
    by = ranker(workspace, run or found, feed.model, log, log, trained)
    return Server(by, log, session_gap_minutes=gap, model=trained)


def _mark(workspace: Workspace, found: DataSet, feed: Feed) -> str:
    """What states belong to."""
    run = workspace.run(found.name, feed.run).id if feed.model in TRAINED else "no run"
    return f"version {found.id}, {run}"


def _rules(workspace: Workspace, found: DataSet) -> Any:
    from core.stream import Rules

    columns = pq.read_schema(found.events).names
    rating = 1.0
    if schema.WEIGHT not in columns and schema.RATING in columns:
        rating = float(pq.read_table(found.events, columns=[schema.RATING]).to_pandas()[schema.RATING].median())
    wished = found.summary.get("recipe", {}).get("settings", {}).get("pseudonyms")
    return Rules.of(found.summary, columns, rating, workspace.secret() if wished else "")
