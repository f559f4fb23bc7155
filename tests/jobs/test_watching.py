"""A data set that is watched: what is new comes in once, rules speak once, and what leaves the server is wished."""

import hashlib
import hmac
import json
import os
import shutil
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pandas as pd
import pytest

from core import jobs, pipeline
from core.cli import main
from core.data import LogFiles
from core.data.sequences import build_sequences
from core.drift import judged
from core.errors import ForbiddenError, InputError, SettingsError
from core.jobs import sending, watching
from core.phrases import say
from core.pipeline import ruling
from core.settings import VIEWER, AlertSettings, WatchSettings
from core.workspace import Actor, Workspace, actors, watches

DAY = timedelta(days=1)
KEY = "of the owner"
BEGIN = datetime(2024, 3, 1, 8, tzinfo=UTC)


def rows(days: range, users: int = 12) -> str:
    """A log in which each user has an event a day."""
    lines = [f"person-{user:02d},i{(user + day**2) % 7},{(BEGIN + day * DAY):%Y-%m-%dT%H:%M:%S},view"
             for user in range(users) for day in days]  # fmt: skip
    return "\n".join(["user_id,item_id,timestamp,event", *lines, ""])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with a workspace that holds a small log, made once; never change it."""
    root = tmp_path_factory.mktemp("watched")
    (root / "first.csv").write_text(rows(range(10)))
    items = [f"i{number},{'tea' if number % 2 else 'cake'}" for number in range(7)]
    (root / "items.csv").write_text("\n".join(["item_id,category", *items]))
    pipeline.import_log(Workspace(root / "w"), "set", LogFiles(root / "first.csv", root / "items.csv"))
    return root


@pytest.fixture
def place(made, tmp_path, monkeypatch):
    """A copy of it, a folder that is watched, and no worker; files count as whole at once."""
    monkeypatch.setattr("core.pipeline.bringing.STEADY_SECONDS", -1.0)
    monkeypatch.setattr("core.jobs.worker.ensure_worker", lambda _workspace: None)
    root = tmp_path / "copy"
    shutil.copytree(made, root)
    (root / "logs").mkdir()
    return SimpleNamespace(workspace=Workspace(root / "w"), folder=root / "logs", root=root)


def command(place, *words: str) -> int:
    return main(["watch", "set", *words, "--workspace", str(place.workspace.root)])


def test_what_is_new_in_a_folder_comes_in_once(place, capsys):
    """A file comes in once; one that has grown brings what it has more; links and hidden files bring nothing."""
    assert command(place, "--from", str(place.folder), "--rule", "stopped") == 0
    (place.folder / "a.csv").write_text(rows(range(10, 12)))
    (place.folder / ".hidden.csv").write_text(rows(range(20, 22)))
    (place.folder / "link.csv").symlink_to(place.root / "first.csv")
    looks = []
    for grown in (False, False, True):
        if grown:
            (place.folder / "a.csv").write_text(rows(range(10, 13)))
        capsys.readouterr()
        assert command(place, "--once", "--json") == 0
        looks.append(json.loads(capsys.readouterr().out)["events"])
    assert looks == [24, 0, 12]
    assert place.workspace.data_set("set").version == 3


def test_a_query_brings_rows_after_the_last(place):
    """Of a database only what is newer than the last event comes in, and a query without its place is refused."""
    duckdb = pytest.importorskip("duckdb")
    base = place.root / "base.duckdb"
    (place.root / "all.csv").write_text(rows(range(12)))
    with duckdb.connect(str(base)) as connection:
        connection.execute(f"create table log as select * from read_csv('{place.root / 'all.csv'}', all_varchar=true)")
    plan = WatchSettings("query", str(base), "select * from log where timestamp > strftime(timestamp '{last}', "
                                             "'%Y-%m-%dT%H:%M:%S')")  # fmt: skip
    found = [pipeline.bring(place.workspace, "set", plan, {})["brought"] for _ in range(2)]
    assert found == [24, 0]
    with pytest.raises(SettingsError, match=r"needs \{last\}"):
        WatchSettings("query", str(base), "select 1")
    with pytest.raises(SettingsError, match="PGPASSWORD"):
        WatchSettings("query", "postgres://me:secret@host/db", "{last}")


def test_a_rule_speaks_once_until_it_was_quiet(place):
    """A late log is an alert, once while it lasts; what goes wrong is one, too, and what comes right ends it."""
    plan = WatchSettings(source=str(place.folder), late=3600, report=str(place.root / "out"))
    pipeline.watch(place.workspace, "set", plan)
    said = [watching.look(place.workspace, "set")["alerts"] for _ in range(2)]
    assert said == [["late"], []]
    assert [path.suffix for path in (place.root / "out").iterdir()] == [".html"]
    place.folder.rmdir()
    for _ in range(2):
        with pytest.raises(InputError, match="No folder"):
            watching.look(place.workspace, "set")
    found = pipeline.alerts(place.workspace, "set", unseen=True)
    assert [alert.rule for alert in found] == ["failed", "late"]
    assert found[1].said.code == "alerts.late"
    assert [alert.ways for alert in found] == [{}, {}]
    pipeline.see_alerts(place.workspace)
    assert watches.count(place.workspace) == 0
    pipeline.delete(place.workspace, "set")
    assert pipeline.alerts(place.workspace) == watches.all_of(place.workspace) == []


def test_looks_that_are_due_are_queued_once(place):
    """Whoever looks at the clock queues a due look, and only one of them does; viewers may not watch."""
    pipeline.watch(place.workspace, "set", WatchSettings(source=str(place.folder)))
    for _ in range(2):
        watching.tick(place.workspace)
    assert [(job.step, job.data_set) for job in jobs.all(place.workspace)] == [("watch", "set")]
    with actors.acting(Actor("ann", role=VIEWER)), pytest.raises(ForbiddenError):
        pipeline.watch(place.workspace, "set", WatchSettings(source=str(place.folder)))
    pipeline.unwatch(place.workspace, "set")
    with pytest.raises(InputError, match="is not watched"):
        watching.look(place.workspace, "set")


def test_a_plan_that_cannot_be_is_refused(place, capsys):
    """Each in one line: an unknown rule, a time or share that is none, a folder that is not there."""
    for words, said in (
        (["--rule", "loud=5%"], "No rule 'loud'"),
        (["--every", "soon"], "'soon' is no time"),
        (["--rule", "named=many"], "'many' is no share"),
        (["--every", "1s"], "at least 60"),
    ):
        assert command(place, "--from", str(place.folder), *words) == 2
        assert said in capsys.readouterr().err
    assert command(place, "--from", str(place.root / "none")) == 2
    assert "No folder" in capsys.readouterr().err


def test_a_kind_that_stopped_is_told_of_and_a_rare_one_is_not():
    """A kind that came daily and is silent for long is told of; one that always came in long intervals is not."""
    times = [BEGIN + day * DAY / 2 for day in range(120)]
    kinds = [("view", True), ("buy", False), ("rate", True)]
    told = [
        (f"u{place % 3}", f"i{place % 5}", moment.replace(tzinfo=None), kind)
        for place, moment in enumerate(times)
        for kind, lasts in kinds
        if (lasts or place < 90) and (kind != "rate" or place % 40 == 0)
    ]
    log = build_sequences(pd.DataFrame(told, columns=["user_id", "item_id", "timestamp", "event"]))
    assert list(ruling.stopped(log)) == ["stopped:buy"]
    assert not ruling.stopped(log.keep(log.time < log.time.min() + 30 * 86_400_000_000))


def test_quality_fell_only_where_the_intervals_lie_apart():
    """A fall beyond the rule with intervals that meet, of another model, or a small one says nothing."""
    before = {"model": "blend", "value": 0.2, "low": 0.18, "high": 0.22, "of": "a"}
    worse = before | {"value": 0.1, "low": 0.08, "high": 0.12, "of": "b"}
    assert list(ruling.fell(before, worse, 0.1)) == ["fell"]
    assert not ruling.fell(before, worse | {"high": 0.19}, 0.1)
    assert not ruling.fell(before, worse | {"model": "popularity"}, 0.1)
    assert not ruling.fell(before, worse, 0.6)


def test_named_this_week_counts_changes_of_the_last_seven_days():
    """Whoever changed before, or is not active any more, is not among those who can be named this week."""
    told = [(user, f"i{day % 3}", (BEGIN + day * DAY).replace(tzinfo=None))
            for user, last in (("a", 30), ("b", 30), ("c", 30), ("d", 10)) for day in range(last)]  # fmt: skip
    log = build_sequences(pd.DataFrame(told, columns=["user_id", "item_id", "timestamp"]))
    table = pd.DataFrame({"user_id": list("abcd"), "status": "ok", "q_value": [0.01, 0.01, 0.9, 0.01],
                          "change_events": [(26,), (5,), (), (8,)]})  # fmt: skip
    assert ruling.this_week(judged(table), log) == (3, 1, "2024-03-30")


class Mails(socketserver.StreamRequestHandler):
    """As much of SMTP as it takes to hand a mail over."""

    def handle(self) -> None:
        """Talk until the other side has gone."""
        self.wfile.write(b"220 here\r\n")
        body = None
        for raw in self.rfile:
            line = raw.decode().rstrip("\r\n")
            if body is not None:
                body.append(line)
                if line == ".":
                    self.server.got.append("\n".join(body))
                    body = None
                    self.wfile.write(b"250 ok\r\n")
                continue
            body = [] if line.upper() == "DATA" else None
            self.wfile.write(
                b"354 go on\r\n" if body is not None else b"221 bye\r\n" if line.upper() == "QUIT" else b"250 ok\r\n"
            )


class Hook(BaseHTTPRequestHandler):
    """Takes what is posted; answers what the server is told to."""

    def do_POST(self) -> None:
        """Keep what came."""
        self.server.got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
        code = self.server.answers.pop(0)
        self.send_response(code)
        if code == 302:
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def serving(kind: type, handler: type, **values: object) -> Iterator[SimpleNamespace]:
    """A server on the loopback; what it got is in `got`."""
    with kind(("127.0.0.1", 0), handler) as server:
        server.got = []
        server.__dict__.update(values)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def sent_by(monkeypatch: pytest.MonkeyPatch, **settings: object) -> None:
    """Set where alerts are sent to, as the environment of a server does."""
    for name in [name for name in os.environ if name.startswith("MEANDER_ALERTS__")]:
        monkeypatch.delenv(name)
    for name, value in settings.items():
        monkeypatch.setenv(f"MEANDER_ALERTS__{name.upper()}", str(value))


def due(workspace: Workspace) -> None:
    """Let no time pass until the next try."""
    with workspace.database() as database:
        database.execute("update alerts set next_try = '2000' where next_try != ''")


def test_an_alert_is_posted_signed_and_tried_again(place, monkeypatch):
    """A server that fails or leads elsewhere is asked again later; what comes is signed, and sent once."""
    with serving(ThreadingHTTPServer, Hook, answers=[500, 302, 204]) as server:
        sent_by(monkeypatch, hook=f"http://127.0.0.1:{server.server_port}/x", hook_secret=KEY)
        watches.raise_alert(place.workspace, "set", "late", say("alerts.late", hours=9, limit=1), ("hook",))
        pauses = []
        for _ in range(3):
            sending.send_due(place.workspace)
            (alert,) = watches.alerts(place.workspace)
            pauses.append((alert.ways["hook"], bool(alert.next_try)))
            sending.send_due(place.workspace)  # not before it is due
            due(place.workspace)
        assert pauses == [(1, True), (2, True), ("sent", False)]
        assert len(server.got) == 3
        headers, body = server.got[-1]
    signed = hmac.new(KEY.encode(), headers["X-Meander-Time"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["X-Meander-Signature"] == f"sha256={signed}"
    assert json.loads(body)["said"].startswith("The last event of the log is 9.0 hours old")


def test_an_alert_goes_by_mail_without_ids(place, monkeypatch):
    """A mail says what the rule said; of an error only that there was one, for its text may name somebody."""
    with serving(socketserver.ThreadingTCPServer, Mails) as server:
        port = server.server_address[1]
        sent_by(
            monkeypatch, mail_host="127.0.0.1", mail_port=port, mail_security="none", mail_from="a@x", mail_to="b@x"
        )
        for rule, said in (
            ("late", say("alerts.late", hours=9, limit=1)),
            ("failed", say("alerts.failed", why="person-01")),
        ):
            watches.raise_alert(place.workspace, "set", rule, said, ("mail",))
        assert sending.send_due(place.workspace) == 2
        assert "9.0 hours old" in server.got[0]
        assert "Subject: Meander: set: late" in server.got[0]
        assert "person-01" not in server.got[1]


def test_nothing_is_sent_that_was_not_configured(place, monkeypatch):
    """Without settings alerts stay here; a way that is half described is refused, and one gone since is given up."""
    sent_by(monkeypatch)
    assert AlertSettings().ways == ()
    watches.raise_alert(place.workspace, "set", "late", say("alerts.late", hours=9, limit=1), ("hook",))
    sending.send_due(place.workspace)
    assert watches.alerts(place.workspace)[0].ways == {"hook": "failed"}
    for settings, said in (
        ({"hook": "http://example.org"}, "https"),
        ({"hook": "https://example.org"}, "hook_secret"),
        ({"mail_host": "mail.example.org"}, "mail_from"),
        ({"mail_host": "m.example.org", "mail_from": "a", "mail_to": "b", "mail_security": "none"}, "anyone"),
    ):
        with pytest.raises(SettingsError, match=said):
            AlertSettings(**settings)
