"""A log of hostile texts through the whole of the product: whatever comes out of it is read again, and must be text."""

import contextlib
import csv
import io
import json
import random
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from bench.hostile_texts import HOST

EVENTS = 14
"""Of each user."""
NAME = "hostile"
OURS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "header",
    "section",
    "article",
    "figure",
    "h1",
    "h2",
    "h3",
    "p",
    "ul",
    "li",
    "div",
    "span",
    "pre",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "svg",
    "rect",
    "line",
    "circle",
    "polygon",
    "polyline",
    "text",
}
"""Tags of a report."""
RUNS = re.compile("^[=+@\t\r＝＋－＠-]")
"""How a cell begins that a spreadsheet runs, unless it is a number."""


class Tags(HTMLParser):
    """Tags and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep them."""
        self.tags.add(tag)
        self.attributes |= {name: value or "" for name, value in attrs}


def written(folder: Path, texts: list[str], seed: int) -> Path:
    """A log in which each text is a user, an item, its title and a category; JSON can say them all."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    path = folder / "log.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for place, user in enumerate(texts):
            for event in range(EVENTS):
                half = place % 2 and event >= EVENTS // 2
                item = (place + rng.randrange(5) + (len(texts) // 2 if half else 0)) % len(texts)
                row = {
                    "user_id": user,
                    "item_id": texts[item],
                    "timestamp": 1_600_000_000 + 90_000 * event + place,
                    "title": texts[item],
                    "category": texts[item % 7],
                }
                out.write(json.dumps(row) + "\n")
    return path


def through(folder: Path, texts: list[str], seed: int) -> str:
    """Import the texts, and look at all that comes of them; raises `AssertionError` where one is not a text."""
    from core import pipeline
    from core.data import LogFiles
    from core.settings import ImportSettings
    from core.workspace import Workspace

    folder.mkdir()
    workspace = Workspace(folder / "workspace")
    data_set = pipeline.import_log(
        workspace, NAME, LogFiles(written(folder, texts, seed)), ImportSettings(min_events=1)
    )
    told = data_set.summary
    assert told["rows_read"] == told["rows_kept"] + told["rows_rejected"] + told["duplicates"] == len(texts) * EVENTS
    users = sorted(map(str, pipeline.load(workspace, NAME).users))
    _reports(workspace)
    _tables(workspace, data_set)
    for user in users[:: max(1, len(users) // 5)]:
        _person(workspace, user, folder / "person.zip")
    _audit(workspace, users)
    return "done"


def _reports(workspace: Any) -> None:
    from core import report
    from core.report.words import Words
    from core.settings import NamingSettings

    known = report.judged(workspace, NAME, NamingSettings())
    told = report.paper(report.gather(workspace, NAME, report.Asked(), known), Words())
    found = Tags(report.html(told))
    assert found.tags <= OURS, found.tags - OURS
    odd = {name for name in found.attributes if name.startswith("on") or name in ("href", "src", "srcset", "action")}
    assert not odd, odd
    assert HOST not in "".join(found.attributes.values())
    text = report.markdown(told).partition("```")[0]
    assert not re.search(r"(?<!\\)[<\[`]", text), re.search(r"(?<!\\)[<\[`].{40}", text)


def _tables(workspace: Any, data_set: Any) -> None:
    """CSV as it leaves: as many cells in each row, none of which a spreadsheet runs; Parquet that can be read."""
    import pandas as pd

    from core import pipeline
    from core.data import export

    table = pipeline.drift(workspace, NAME).get()
    for frame in (table, pd.read_parquet(data_set.folder / "items.parquet")):
        check_csv(export.csv(frame), len(frame), [str(name) for name in frame.columns])
    check_csv(data_set.rejects.read_text("utf-8"), int(data_set.summary["rows_rejected"]), None)


def check_csv(text: str, rows: int, names: list[str] | None) -> None:
    """Raise `AssertionError` for a CSV that would be read as another table, or run."""
    found = list(csv.reader(io.StringIO(text, newline="")))
    assert len(found) == rows + 1, (len(found), rows)
    assert names is None or len(found[0]) == len(names)
    for row in found:
        assert len(row) == len(found[0]), row
        assert not [cell for cell in row if RUNS.match(cell) and not _is_number(cell)], row


def _is_number(cell: str) -> bool:
    with contextlib.suppress(ValueError):
        float(cell)
        return True
    return False


def _person(workspace: Any, user: str, out: Path) -> None:
    """A note of hostile words, and all that is held of the person: names in the archive are ours."""
    from core import pipeline
    from core.errors import NoteError

    sequences = pipeline.load(workspace, NAME)
    with contextlib.suppress(NoteError):
        pipeline.write_note(workspace, NAME, sequences, user, user)
    pipeline.opened(workspace, NAME, user)
    pipeline.export_person(workspace, NAME, user, out)
    with zipfile.ZipFile(out) as archive:
        assert all(re.fullmatch(r"[\w./-]+", name) and ".." not in name for name in archive.namelist()), (
            archive.namelist()
        )
        assert user in {
            row["user_id"] for row in _rows(json.loads(archive.read("everything.json"))) if "user_id" in row
        }
    out.unlink()


def _rows(found: Any) -> Iterator[dict[str, Any]]:
    """All objects in what JSON holds."""
    if isinstance(found, dict):
        yield found
        found = list(found.values())
    if isinstance(found, list):
        for part in found:
            yield from _rows(part)


def _audit(workspace: Any, users: list[str]) -> None:
    """Rows of the audit are whole, and safe as CSV; nothing that was seen stands there."""
    from core import pipeline
    from core.data import export

    table = pipeline.audit_table(workspace, NAME)
    check_csv(export.csv(table), len(table), [str(name) for name in table.columns])
    assert pipeline.verify_audit(workspace)["rows"] >= len(table)
    assert set(table["person"]) <= {*users, ""}
