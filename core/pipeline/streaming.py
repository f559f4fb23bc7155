"""Follow a growing log into states, and serve lists of what came."""

import contextlib
import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from core import locks
from core.data import load_sequences, schema
from core.errors import UnknownDataSetError
from core.phrases import say
from core.pipeline.detecting import live_drift, watcher
from core.pipeline.feeds import Feed, kept_layout, opened, parts_of
from core.pipeline.gate import meant, needs
from core.pipeline.hearing import hearing_of
from core.pipeline.journals import alone, journal_if_any, journal_of, lock_of_stream
from core.pipeline.rankers import TRAINED, model, ranker
from core.pipeline.sending import Sending, lag_of, moment, sending, written
from core.settings import EDITOR, VIEWER, StreamSettings
from core.workspace import DataSet, Workspace

if TYPE_CHECKING:
    from core.lists import Server
    from core.stream import Alarm, Engine, Flag, Journal, Layout, Logged, Named, Others, Source

Told = Callable[[dict[str, Any]], None]
"""Hears of each step: counts so far, the lists of followed users that changed, and users who drifted."""


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
    from core.stream import Others, Overtaken

    settings = settings or StreamSettings()
    parts = parts_of(feed, settings)
    others = Others() if parts else None
    with alone(workspace.data_set(name), parts):
        again = True
        while again:
            found = workspace.data_set(name)
            with journal_of(found) as journal, sending(found, journal, feed, settings) as sent:
                try:
                    again = _followed(workspace, (found, journal, sent), (feed, settings), others, told)
                except Overtaken:  # begun anew from the journal, and from then on in turns
                    others = Others(turns=True)
                settings = replace(settings, from_start=False)
                counts = journal.counts() | lag_of(journal)
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
    workspace: Workspace,
    kept: "tuple[DataSet, Journal, Sending]",
    how: tuple[Feed, StreamSettings],
    others: "Others | None",
    told: Told,
) -> bool:
    """Follow a log from one version; True when there is another one."""
    from core.stream import Beside, Engine

    (found, journal, sent), (feed, settings) = kept, how
    server, mark = _server(workspace, found, feed), _mark(workspace, found, feed)
    encoding = found.summary.get("recipe", {}).get("encoding", "utf-8")
    alarm = _alarm(workspace, server, journal, found) if settings.watch or settings.sink else None
    tells = (lambda change: written(change, found.name, ordinal=server.sequences.ordinal)) if settings.sink else None
    server.reads = reads = hearing_of(workspace, found, server.model)
    beside = Beside(alarm, tells, others and replace(others))
    engine = Engine(server, journal, _rules(workspace, found), mark, beside)
    with contextlib.ExitStack() as stack:
        source = stack.enter_context(contextlib.closing(opened(journal, feed, settings, encoding)))
        if reads:
            stack.enter_context(contextlib.closing(reads))
        steps = _Steps(engine, source, (feed, settings), found)
        while not steps.is_old(workspace):
            with _uncollected():
                counts = steps.take(settings.at_once)
            if counts:
                told(steps.told(counts, settings))
            elif settings.once and not source.behind:
                sent.send(last=True)
                return False
            else:
                time.sleep(settings.rest)
            sent.send()
        return True


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """A step makes many small things and no circles of them: a look for circles in it finds none and takes a sixth."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


class _Steps:
    """One step after the other of a log through an engine."""

    def __init__(self, engine: "Engine", source: "Source", how: tuple[Feed, StreamSettings], found: DataSet) -> None:
        self.engine, self.source, self.feed, self.found = engine, source, how[0], found
        self.layout = kept_layout(engine.journal, *how)
        self._looked = time.monotonic()

    def take(self, at_once: int) -> Counter[str]:
        """Read and take in some records; empty if there are none."""
        from core.stream import Step, Taken

        read = self.source.read(at_once, *([self.layout.is_open] if self.layout else []))
        places = self.source.places(read.position)
        if not (read.texts or read.dead):
            if read.moved:
                self.engine.journal.write(Taken(read=places, layout=self.layout.text() if self.layout else ""))
            return Counter()
        rows = list(zip(read.texts, read.where or [""] * len(read.texts), strict=True))
        if read.texts and (read.begins or not self.layout):
            header, self.layout = self._begun(read.texts)
            rows = rows[header:]
        rows = [(text, at) for text, at in rows if text is None or text.strip()]
        if self.layout and self.layout.lists:
            rows = [(row, at) for text, at in rows for row in self.layout.unrolled([text])]
        happened, self.source.happened = self.source.happened, Counter()
        records, where = [row for row, _ in rows], [at for _, at in rows] if read.where else []
        return self.engine.take(Step(records, self.layout, places, happened, where, read.dead))

    def told(self, counts: Counter[str], settings: StreamSettings) -> dict[str, Any]:
        """What is told of a step."""
        engine = self.engine
        drifted = [*map(self.drifted, engine.flags), *map(self.named, engine.named)] if settings.watch else []
        told = {"counts": engine.journal.counts() | lag_of(engine.journal), "events": counts["events"]}
        return told | {"lists": self.lists(settings.followed), "drifted": drifted}

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
        return moment(time, ordinal=self.engine.server.sequences.ordinal)

    def is_old(self, workspace: Workspace) -> bool:
        """Whether there is another version by now; raises `UnknownDataSetError`."""
        if time.monotonic() - self._looked < LOOK_EVERY:
            return False
        self._looked = time.monotonic()
        now = workspace.data_set(self.found.name)
        if now.origin != self.found.origin:
            raise UnknownDataSetError(say("errors.overtaken"))
        return now.id != self.found.id

    def _begun(self, records: tuple[str | None, ...]) -> tuple[int, "Layout"]:
        """How many records at the start of a log are its header, and its layout."""
        from core.stream import Layout

        first = records[0] or ""
        if self.layout:
            again = self.layout.again(first)
            return (1, again) if again else (0, self.layout)
        text = "\n".join(record for record in records[:1000] if record is not None)
        layout = Layout.of(text, self.source.name, self.found.summary, self.feed.columns)
        return int(layout.dialect.header and not layout.dialect.json), layout


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
