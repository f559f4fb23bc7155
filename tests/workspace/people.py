"""A small workspace in which all is kept that the product keeps of people, and a search through all its bytes."""

import gzip
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd

from core import jobs, pipeline
from core.data import LogFiles, export
from core.jobs import table
from core.pipeline.feeds import Feed
from core.settings import ImportSettings, Settings, StreamSettings, override
from core.workspace import Workspace

NAME = "set"
PEOPLE = [f"person-{n:03d}@example.org" for n in range(12)]
WHO = PEOPLE[3]
SMALL = ["training.epochs=1", "model.embedding_size=8", "model.heads=1", "model.blocks=1", "training.holdout=0",
         "language.model=none"]  # fmt: skip


def write_log(folder: Path, first: int = 1) -> Path:
    """A log in which ids also stand in sessions, in torn rows, in columns of items and in what others wrote."""
    rows = ["user_id,item_id,timestamp,session_id,seller,event"]
    for place, person in enumerate(PEOPLE):
        rows += [
            f"{person},i{(place * 5 + day**2) % 9},2024-0{first}-{1 + day:02d}T08:00:00,{person}-{day},{WHO},view"
            for day in range(12)
        ]
        rows += [f"{person},,never,{person},{person},x"]
    path = folder / "log.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    items = pd.DataFrame({"item_id": [f"i{n}" for n in range(9)], "category": ["tea", "cups", "pots"] * 3})
    items.assign(seller=[f"by {PEOPLE[n]}" for n in range(9)]).to_csv(folder / "items.csv", index=False)
    users = pd.DataFrame({"user_id": PEOPLE, "friend": PEOPLE[1:] + PEOPLE[:1], "name": [f"Mr {p}" for p in PEOPLE]})
    users.to_csv(folder / "users.csv", index=False)
    return path


def fill(workspace: Workspace, folder: Path, *, train: bool = True, pseudonyms: bool = False) -> None:
    """Import twice, follow a stream, note, train, compute, and let a job fail; what is queued stays waiting."""
    log = write_log(folder)
    files = LogFiles(log, folder / "items.csv", folder / "users.csv")
    settings = ImportSettings(min_events=1, pseudonyms=pseudonyms)
    for _ in range(2):
        pipeline.import_log(workspace, NAME, files, settings)
    if train:
        run = pipeline.new_run(workspace, NAME, override(Settings(), SMALL))
        pipeline.train(workspace, NAME, run)
    pipeline.drift(workspace, NAME).get()
    stream = folder / "stream.csv"
    lines = [f"{who},i{n},2024-03-0{1 + n}T10:00:00" for n in range(3) for who in (WHO, PEOPLE[4])]
    stream.write_text("\n".join(["user_id,item_id,timestamp", *lines, ""]), encoding="utf-8")
    pipeline.stream(workspace, NAME, Feed(stream, model="popularity"), StreamSettings(once=True))
    sequences = pipeline.load(workspace, NAME)
    for who in (WHO, PEOPLE[4]):
        user = export.mask(who, workspace.secret()) if pseudonyms else who
        pipeline.write_note(workspace, NAME, sequences, user, f"on {user}")
    if not pseudonyms:
        _leave_traces(workspace, log)


def _leave_traces(workspace: Workspace, log: Path) -> None:
    """Jobs that ended in every way, their logs and files."""
    pipeline.write_note(workspace, NAME, pipeline.load(workspace, NAME), PEOPLE[5], f"knows {WHO} well")
    sent = workspace.uploads().new(f"{WHO}.csv")
    shutil.copyfile(log, sent)
    for status in (jobs.FAILED, jobs.DONE):
        job = jobs.submit(workspace, "import", {"name": NAME, "events": str(sent), "asked": status})
        error = f"No user {WHO!r} in the log."
        table.move(workspace, jobs.get(workspace, job), status, error=error, ended=table.now(), message=WHO)
        workspace.job_file(job, "log").write_text(f"one\nlooking at {WHO}\nthree\n", encoding="utf-8")
    workspace.worker_log.write_text(f"told of {WHO}\nand of others\n", encoding="utf-8")
    for path in sorted((workspace.root / "uploads").glob("*.lock")):
        assert path.exists()


def holding_words(root: Path, *words: str) -> set[str]:
    """Files below a folder that hold one of the words in any byte: as they lie there, and unpacked."""
    found = set()
    for path in root.rglob("*"):
        if path.is_file() and any(_holds(path, word) for word in words):
            found.add(str(path.relative_to(root)))
    return found | {str(path.relative_to(root)) for path in root.rglob("*") if any(w in path.name for w in words)}


def _holds(path: Path, word: str) -> bool:
    text = path.read_bytes()
    if text[:4] == b"PAR1":
        text += pd.read_parquet(path).to_csv().encode()
    if text[:2] == b"\x1f\x8b":
        text += gzip.decompress(text)
    forms = (word.encode(), word.encode().hex().encode(), word.encode("utf-16-le"), word.encode("utf-32-le"))
    return any(form in text for form in forms)


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows of an SQLite file by table."""
    with closing(sqlite3.connect(path)) as database:
        names = [row[0] for row in database.execute("select name from sqlite_master where type = 'table'")]
        return {name: database.execute(f"select * from {name}").fetchall() for name in sorted(names)}
