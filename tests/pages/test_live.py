"""The live view: events typed in move state and list at once; nothing is written unless asked for."""

import contextlib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core import pipeline, settings
from core.data.growing import NewEvent
from core.lists import moved as moving
from core.pipeline import Feed, arrivals
from core.settings import Settings, StreamSettings
from core.stream import Flag, Journal, Named, Offset, Taken
from tests.pages.conftest import DATA_SET, use

USER = "explore/user.py"


@pytest.fixture(scope="module")
def made_live(made_workspace, tmp_path_factory):
    """A workspace with a trained run."""
    import shutil

    from core.workspace import Workspace

    root = tmp_path_factory.mktemp("live") / "workspace"
    shutil.copytree(made_workspace, root)
    workspace = Workspace(root)
    cheap = ["training.epochs=1", "training.holdout=0", "model.embedding_size=16", "model.blocks=1"]
    pipeline.train(workspace, DATA_SET, pipeline.new_run(workspace, DATA_SET, settings.override(Settings(), cheap)))
    pipeline.drift(workspace, DATA_SET).get()
    pipeline.watcher(workspace, DATA_SET).get()
    return root


@pytest.fixture
def workspace(made_live, tmp_path, monkeypatch):
    """A copy of it, used by the dashboard."""
    import shutil

    shutil.copytree(made_live, tmp_path / "workspace")
    return use(tmp_path / "workspace", monkeypatch)


def served(workspace, user):
    """The log, and a server that knows what was streamed of a user."""
    log = pipeline.load(workspace, DATA_SET)
    by = pipeline.ranker(workspace, workspace.run(DATA_SET), pipeline.BLEND, log, log)
    model = pipeline.model(workspace, DATA_SET, None, log)
    return log, arrivals.fresh(workspace, DATA_SET, (by, model), log, user)


def opened(open_page, workspace):
    user = str(pipeline.load(workspace, DATA_SET).users[0])
    app = open_page(USER, dataset=DATA_SET, user=user)
    app.session_state["live_box"] = True
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    return app, user


def table(app):
    return next((frame.value for frame in app.dataframe if "move" in frame.value), None)


def append(app, place: int = 0) -> None:
    app.selectbox(key="live_item").select_index(place).run()
    app.button(key="live_append").click().run()
    assert not app.exception, app.exception[0].stack_trace


def test_an_event_moves_the_list_and_is_written_nowhere(open_page, workspace):
    """The page's list is that of the library; taking events back takes all back."""
    app, user = opened(open_page, workspace)
    assert table(app) is None
    append(app, 2)
    found = table(app)
    (chosen,) = app.session_state[f"kept_live_{DATA_SET}_{workspace.data_set(DATA_SET).id}_{user}"]
    log, server = served(workspace, user)
    server.extend([NewEvent(user, log.find_item(chosen[0]), chosen[2], server.kind(chosen[1]))])
    assert found.loc[found["rank"].notna(), "item_id"].tolist() == [each.item for each in server.top(user)]
    watcher, history = pipeline.watcher(workspace, DATA_SET).get(), server.histories.sequences(user)
    drift = moving.evidence(watcher, history, 1)
    shown = [metric.value for metric in app.metric]
    assert (f"{drift.after:.1f}, told from {drift.limit:.1f} on" in shown) == drift.known
    assert pipeline.streamed(workspace, DATA_SET) is None
    app.button(key="live_reset").click().run()
    assert table(app) is None


def test_what_is_kept_waits_for_a_version(open_page, workspace):
    """As if a log had brought it: it counts, and a new version holds it."""
    app, user = opened(open_page, workspace)
    append(app)
    app.button(key="live_keep").click().run()
    assert not app.exception, app.exception[0].stack_trace
    assert [event.user for event in pipeline.streamed(workspace, DATA_SET).events()] == [user]
    before = int(pipeline.load(workspace, DATA_SET).lengths[0])
    assert served(workspace, user)[1].histories.length(user) == before + 1


def test_a_stream_is_shown(open_page, workspace, tmp_path):
    """Counts, newest events, and how many of them are this user's."""
    user, item = (names[0] for names in (pipeline.load(workspace, DATA_SET).users, ["i00001"]))
    rows = pd.DataFrame({"user_id": [user, "other"], "item_id": item, "timestamp": ["2024-06-01", "2024-06-02"]})
    rows.to_csv(tmp_path / "new.csv", index=False)
    pipeline.stream(workspace, DATA_SET, Feed(tmp_path / "new.csv"), StreamSettings(once=True))
    journal = pipeline.streamed(workspace, DATA_SET)
    journal.write(Taken(read={"kafka://h:1/t#0": Offset(5, end=8), "kafka://h:1/t#1": Offset(2, end=2)}))
    journal.close()
    app, _ = opened(open_page, workspace)
    assert any("2 events wait" in text.value for text in app.markdown)
    assert any("3 messages of the topic wait to be read" in text.value for text in app.caption)
    newest = next(frame.value for frame in app.dataframe if "timestamp" in frame.value and len(frame.value) == 2)
    assert newest["user_id"].tolist() == ["other", user]
    assert any("1 of them are this user's" in text.value for text in app.caption)


def test_movement_tells_what_entered_and_left(workspace):
    """Every item of both lists once, with its places; without events nothing moved."""
    user = str(pipeline.load(workspace, DATA_SET).users[3])
    log, server = served(workspace, user)
    still = moving.movement(server, user, [])
    assert set(still.lists["change"]) == {"same"}
    assert still.distance == pytest.approx(0, abs=1e-6)
    first = log.find_item(still.lists["item_id"].iloc[0])
    moved = moving.movement(server, user, [NewEvent(user, first, int(log.time.max()))])
    by = moved.lists.set_index("item_id")
    assert by.loc[str(log.catalogue.items[first]), "change"] == "left"
    assert (moved.lists["change"] == "new").sum() == (moved.lists["change"] == "left").sum()
    assert sorted(moved.lists["rank"].dropna()) == list(range(1, 11))
    assert moved.distance > 0
    assert np.isfinite(moved.usual)
    assert len(moved.histories) == log.lengths[3] + 1


def test_movement_tells_what_the_live_test_makes_of_it(workspace):
    """Before and after are the evidence of the history without and with the events; a limit that is passed is told."""
    log = pipeline.load(workspace, DATA_SET)
    watcher = pipeline.watcher(workspace, DATA_SET).get()
    place = int(np.argmax(log.lengths))
    _, server = served(workspace, str(log.users[place]))
    user, item = str(log.users[place]), int(log.item[log.rows_of(place)][0])
    whole, _ = watcher.heard(server.histories.sequences(user), 1)
    sure = replace(watcher, limit=-40.0)
    moved = moving.movement(server, user, [NewEvent(user, item, int(log.time.max()) + step) for step in range(3)], sure)
    assert moved.drift.before == pytest.approx(whole[-1])
    assert moved.drift.after == pytest.approx(watcher.heard(moved.histories, 1)[0][-1])
    assert moved.drift.flagged
    assert moved.drift.since_time
    assert not moving.evidence(replace(watcher, limit=1e9), moved.histories, 3).flagged


def test_who_is_flagged_and_who_is_named_is_told_apart(open_page, workspace):
    """Of the users whom a stream told of, those who stand out among all are counted, and marked in the table."""
    users = [str(user) for user in pipeline.load(workspace, DATA_SET).users[:2]]
    with contextlib.closing(Journal(workspace.data_set(DATA_SET).journal)) as journal:
        flags = [Flag(user, 1_800_000_000_000_000, 1_700_000_000_000_000, 9.0) for user in users]
        journal.write(Taken(flags=flags, named=[Named(users[0], 1_800_000_000_000_000, 900.0)]))
    app, _ = opened(open_page, workspace)
    told = next(frame.value for frame in app.dataframe if "named" in frame.value)
    assert dict(zip(told["user_id"], told["named"], strict=True)) == {users[0]: True, users[1]: False}
    sentence = next(caption.value for caption in app.caption if "out among everyone" in caption.value)
    assert sentence.startswith("1 user of them stands out")
    assert "at most 5% are false alarms" in sentence


def test_typed_events_are_known_again(workspace):
    """Kept twice, written once."""
    typed = [("i00001", "view", 1_800_000_000_000_000)]
    assert arrivals.keep_typed(workspace, DATA_SET, "someone", typed) == 1
    assert arrivals.keep_typed(workspace, DATA_SET, "someone", typed) == 0


def test_users_who_are_followed_stand_in_the_overview(open_page, workspace):
    """Whom a stream brought: last event, new events, known or not; the command prints the same."""
    log = pipeline.load(workspace, DATA_SET)
    now = int(log.time.max()) + 60_000_000
    item, user = str(log.catalogue.items[0]), str(log.users[0])
    arrivals.keep_typed(workspace, DATA_SET, user, [(item, log.kinds[0], now), (item, log.kinds[0], now + 1)])
    arrivals.keep_typed(workspace, DATA_SET, "someone-new", [(item, log.kinds[0], now + 2)])
    for kept in workspace.data_set(DATA_SET).derived.glob("watcher-*"):
        kept.unlink()
    found = pipeline.heard_of(workspace, DATA_SET)
    assert found["user_id"].tolist() == ["someone-new", user]
    assert found["new_events"].tolist() == [1, 2]
    assert found["known"].tolist() == [False, True]
    pipeline.watcher(workspace, DATA_SET).get()
    assert set(pipeline.heard_of(workspace, DATA_SET)["drifted"]) <= {"no", "earlier", "short"}
    app = open_page("explore/overview.py", dataset=DATA_SET)
    shown = next(frame.value for frame in app.dataframe if "new_events" in frame.value)
    assert shown["user_id"].tolist() == found["user_id"].tolist()
    assert shown["drifted"].iloc[0] == "too early to tell"


def test_rows_that_were_no_events_are_told_with_their_reasons(open_page, workspace, tmp_path):
    """In the reader's language, below the users who are followed."""
    log = pipeline.load(workspace, DATA_SET)
    source = tmp_path / "log.csv"
    source.write_text(f"user_id,item_id,timestamp\nann,{log.catalogue.items[0]},2031-01-01\nann,,2031-01-01\n")
    pipeline.stream(workspace, DATA_SET, Feed(source), StreamSettings(once=True))
    (reason,) = pipeline.refused(workspace, DATA_SET)
    assert (reason, reason.code) == ("item_id is missing", "reasons.no_item")
    app = open_page("explore/overview.py", dataset=DATA_SET, lang="zh")
    assert any("流中有 1 行不是事件" in caption.value and "missing" not in caption.value for caption in app.caption)


def test_a_user_who_turns_is_seen_among_the_followed(workspace):
    """Forty events of a category the user never had, a day apart: drifted."""
    log = pipeline.load(workspace, DATA_SET)
    pipeline.watcher(workspace, DATA_SET).get()
    user = int(np.argmax(log.lengths))
    had = set(log.catalogue.first_category[log.item[log.rows_of(user)]].tolist())
    new = next((each for each in range(len(log.catalogue.categories)) if each not in had), None)
    counts = np.bincount(log.catalogue.first_category[log.item[log.rows_of(user)]], minlength=20)
    category = new if new is not None else int(np.argmin(counts[: len(log.catalogue.categories)]))
    items = log.catalogue.items[log.catalogue.first_category == category]
    day, start = 86_400_000_000, int(log.time.max())
    typed = [(str(items[place % len(items)]), log.kinds[0], start + (place + 1) * day) for place in range(40)]
    arrivals.keep_typed(workspace, DATA_SET, str(log.users[user]), typed)
    assert pipeline.heard_of(workspace, DATA_SET)["drifted"].tolist() == ["new"]


def test_training_is_due_after_a_commit(open_page, workspace):
    """Overview and user page say so, and a button goes on from the newest run."""
    from core import jobs

    log, run = pipeline.load(workspace, DATA_SET), workspace.run(DATA_SET).id
    now = int(log.time.max()) + 60_000_000
    arrivals.keep_typed(workspace, DATA_SET, str(log.users[0]), [(str(log.catalogue.items[0]), log.kinds[0], now)])
    pipeline.commit(workspace, DATA_SET)
    pipeline.drift(workspace, DATA_SET).get()
    for page in ("explore/overview.py", USER):
        app = open_page(page, dataset=DATA_SET)
        assert any("Training is due" in warning.value for warning in app.warning)
    app.button(key="train_on").click().run()
    job = jobs.active(workspace)[0]
    assert (job.step, job.arguments["start"]) == ("train", run)
