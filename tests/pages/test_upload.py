"""The upload page: from a dropped file to an import job, and from the finished job to what can be done next."""

import re

import pandas as pd
import pytest

from core import jobs
from core.data import schema
from core.jobs import steps
from core.settings import JobSettings
from core.workspace import inbox
from pages import _texts as texts
from tests.pages.conftest import DATA_SET, finish, labels

PAGE = "data/upload.py"
LOG = ",".join(schema.REQUIRED) + "\n" + "".join(f"u{n % 3},i{n % 7},{1_700_000_000 + n}\n" for n in range(60))
ITEMS = "item_id,title,category\n" + "".join(f"i{n},Item {n},tea\n" for n in range(9))


def drop(app, content, name="my log (2).csv"):
    """Give a file to the zone of the page."""
    data = content.encode() if isinstance(content, str) else content
    app.file_uploader[0].set_value([(name, data, "text/csv")]).run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def press(app, label):
    """Press a button by its label."""
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def uploads(workspace):
    """Files that lie in the workspace waiting to be imported."""
    return sorted(path.name for path in (workspace.root / "uploads").glob("*/*"))


def test_shows_how_a_file_is_understood(workspace, open_page):
    """Preview, guessed columns and a valid name; the file is on disk and no longer in the server's memory."""
    app = drop(open_page(PAGE), LOG)
    assert [box.value for box in app.selectbox if box.label in {"User", "Item", "Time"}] == list(schema.REQUIRED)
    assert next(box.value for box in app.text_input) == "my-log-2"
    assert len(app.dataframe[0].value) == 60
    assert uploads(workspace) == ["my-log-2-.csv"]


def test_reasons_are_in_the_language_of_the_reader(workspace, open_page):
    """Why rows would go and what the rules did is said in Chinese on Chinese pages."""
    days = "".join(f"u{n % 3},i{n % 7},2024-01-{n % 28 + 1:02} 10:{n:02}\n" for n in range(60))
    app = drop(
        open_page(PAGE, lang="zh"), LOG.partition("\n")[0] + "\n" + days + "u1,i1,never\nu8,i1,2024-01-01 10:00\n"
    )
    (told,) = (info.value for info in app.info if "1 ×" in info.value)
    assert "timestamp 不是时间" in told
    assert "用户的事件少于 5 个" in told
    assert not re.search(r"fewer|not a time", told)
    press(app, texts.catalogue("zh")["upload.start"])
    (job,) = jobs.active(workspace)
    steps.run(workspace, job.id, JobSettings(niceness=0))
    app.run()
    assert list(app.dataframe[0].value["rule"]) == ["去除重复", "最少事件数（min_events）"]


def test_imports_as_a_job(workspace, open_page):
    """The job gets the files, the columns and what differs from the default settings."""
    app = drop(open_page(PAGE), LOG)
    drop(app, ITEMS, "items.csv")
    app.number_input("setting_data_min_events").set_value(1)
    press(app, "Import")
    (job,) = jobs.active(workspace)
    assert (job.step, job.data_set) == ("import", "my-log-2")
    assert job.arguments["columns"] == {column: column for column in schema.REQUIRED}
    assert job.arguments["settings"] == {"min_events": 1}
    assert job.arguments["items"].endswith("items.csv")
    assert "waits for its turn" in app.get("progress")[0].proto.text


def test_tells_what_came_of_it_and_what_is_next(workspace, open_page):
    """After the job every row is accounted for, with what to beware of; nothing is left; drift and model follow."""
    app = press(drop(open_page(PAGE), LOG + "u1,i1,never\n"), "Import")
    (job,) = jobs.active(workspace)
    steps.run(workspace, job.id, JobSettings(niceness=0))
    app.run()
    figures = {metric.label: metric.value for metric in app.metric}
    assert figures["Rows read"] == "61"
    assert (figures["Kept"], figures["Rejected"]) == ("60", "1")
    assert "my-log-2 is ready" in app.success[0].value.replace("\\", "")
    assert any(warning.value.startswith("No categories") for warning in app.warning)
    assert uploads(workspace) == []
    assert list(app.dataframe[0].value["rule"]) == ["duplicates", "min_events"]
    following = {"drift": {"name": "my-log-2"}, "train": {"name": "my-log-2", "measure": True}}
    assert {job.step: job.arguments for job in jobs.active(workspace)} == following
    bars = [bar.proto.text for bar in app.get("progress")]
    assert any(text.startswith("Looking for drift in my") for text in bars)
    stop = next(button for button in app.button if button.key and button.key.startswith("cancel_follows_"))
    stop.click().run()
    assert [job.step for job in jobs.active(workspace)] == ["train"]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "binary"),
    ],
)
@pytest.mark.usefixtures("workspace")
def test_a_file_that_is_no_log_gets_one_clear_line(open_page, content, text):
    """The message is that of the command line; another file can be taken."""
    app = drop(open_page(PAGE), content)
    assert text in app.error[0].value
    press(app, "Use another file")
    assert len(app.file_uploader) == 1


def test_another_file_leaves_nothing_of_the_first(workspace, open_page):
    """A file that is put aside is removed from the workspace."""
    press(drop(open_page(PAGE), LOG), "Use another file")
    assert uploads(workspace) == []


@pytest.mark.usefixtures("workspace")
def test_columns_must_be_chosen_and_differ(open_page):
    """A column that is missing or taken twice is named, and nothing can be imported."""
    app = drop(open_page(PAGE), LOG)
    box = next(box for box in app.selectbox if box.label == "Item")
    box.set_value("user_id").run()
    assert r"chosen twice" in app.error[0].value
    assert next(button for button in app.button if button.label == "Import").disabled


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("name", ["../up", "", "a b"])
def test_a_name_that_cannot_be_a_folder_is_refused(open_page, name):
    """The line says what a name may hold."""
    app = drop(open_page(PAGE), LOG)
    app.text_input[0].set_value(name).run()
    assert "cannot be the name of a data set" in app.error[0].value.replace("\\", "")
    assert next(button for button in app.button if button.label == "Import").disabled


def test_events_can_be_added_to_a_data_set(workspace, open_page):
    """A known name offers a new version that replaces or adds; what is added is cleaned by the rules of before."""
    app = drop(open_page(PAGE), LOG)
    app.text_input[0].set_value(DATA_SET).run()
    choice = app.segmented_control[0]
    assert "version 2" in choice.label
    choice.set_value(True).run()
    assert not [box for box in app.number_input if box.label == "Min events"]
    press(app, "Import")
    (job,) = jobs.active(workspace)
    assert job.arguments["add"] is True


def test_a_file_in_the_inbox_can_be_taken(workspace, open_page, monkeypatch):
    """Files of any size go in without the browser once they are whole; they stay until their data set is deleted."""
    (inbox.folder(workspace) / "big.csv").write_text(LOG, encoding="utf-8")
    app = open_page(PAGE)
    assert any("still arriving" in caption.value for caption in app.caption)
    monkeypatch.setattr(inbox, "STEADY_SECONDS", -1.0)
    app.run()
    app.button("inbox_big.csv").click().run()
    press(app, "Import")
    (job,) = jobs.active(workspace)
    steps.run(workspace, job.id, JobSettings(niceness=0))
    app.run()
    assert "big is ready" in app.success[0].value
    assert [file.path.name for file in inbox.files(workspace)] == ["big.csv"]
    workspace.delete("big")
    assert inbox.files(workspace) == []


def test_several_files_are_one_log(workspace, open_page):
    """They are sent together, counted together in the forecast, and handed to one job."""
    app = open_page(PAGE)
    second = LOG.replace("u1", "v1").encode()
    app.file_uploader[0].set_value([("a.csv", LOG.encode(), "text/csv"), ("b.csv", second, "text/csv")]).run()
    assert not app.exception
    assert "Of 120 rows, **80 would be kept**" in app.info[0].value
    press(app, "Import")
    (job,) = jobs.active(workspace)
    assert job.arguments["events"].endswith("a.csv")
    assert [path.rpartition("/")[2] for path in job.arguments["more"]] == ["b.csv"]
    steps.run(workspace, job.id, JobSettings(niceness=0))
    assert workspace.data_set("a").summary["users"] == 4
    assert uploads(workspace) == []


def test_columns_can_be_left_out(workspace, open_page):
    """Attributes are taken away by choice, and what the guess found by clearing its field; neither comes back."""
    header, *rows = LOG.splitlines()
    text = "\n".join([f"{header},rating,Country", *(f"{row},3,France" for row in rows)])
    app = drop(open_page(PAGE), text)
    next(box for box in app.selectbox if box.label == "Rating").select_index(0).run()
    next(box for box in app.multiselect if box.label == "Columns to leave out").set_value(["Country"]).run()
    press(app, "Import")
    (job,) = jobs.active(workspace)
    steps.run(workspace, job.id, JobSettings(niceness=0))
    data_set = workspace.data_set("my-log-2")
    assert list(pd.read_parquet(data_set.events)) == ["user_id", "item_id", "timestamp"]
    assert list(pd.read_parquet(data_set.users)) == ["user_id"]


def test_a_failed_import_says_why_and_keeps_the_file(workspace, open_page):
    """The columns can be mended without sending the file again."""
    app = press(drop(open_page(PAGE), LOG), "Import")
    (job,) = jobs.active(workspace)
    finish(workspace, job, jobs.FAILED, error="Column 'when' holds no times.")
    app.run()
    assert "holds no times" in app.error[0].value
    assert "Import" in labels(app.button)
    assert uploads(workspace) == ["my-log-2-.csv"]


def test_a_full_disk_is_told(workspace, open_page, monkeypatch):
    """What could not be kept is named, and nothing half-written stays."""

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    app = open_page(PAGE)
    monkeypatch.setattr("pages.data._files.shutil.copyfileobj", full)
    drop(app, LOG)
    assert "No space left on device" in app.error[0].value
    assert uploads(workspace) == []


USERS = "user_id,age\n" + "".join(f"u{n},{20 + n}\n" for n in range(3))


def zone(app):
    """What each file is taken for, by its name."""
    return {box.label: box.value for box in app.selectbox if (box.key or "").startswith("place_")}


def test_all_files_go_into_one_zone(workspace, open_page):
    """Log, items and users together, in any order: their columns tell which is which; one button imports."""
    app = open_page(PAGE)
    files = {"people.csv": USERS, "things.csv": ITEMS, "what.csv": LOG}
    app.file_uploader[0].set_value([(name, text.encode(), "text/csv") for name, text in files.items()]).run()
    assert not app.exception
    assert zone(app) == {"people.csv": "users", "things.csv": "items", "what.csv": "log"}
    assert any("one row for each item" in caption.value for caption in app.caption)
    press(app, "Import")
    (job,) = jobs.active(workspace)
    assert job.data_set == "what"
    assert [job.arguments[slot].rpartition("/")[2] for slot in ("events", "items", "users")] == [
        "what.csv", "things.csv", "people.csv",
    ]  # fmt: skip
    steps.run(workspace, job.id, JobSettings(niceness=0))
    assert workspace.data_set("what").summary["categories"] == 1
    assert uploads(workspace) == []


def test_what_a_file_is_can_be_corrected(workspace, open_page):
    """A table that is left out is not imported, and nothing of it stays in the workspace."""
    app = drop(drop(open_page(PAGE), LOG), ITEMS, "items.csv")
    assert zone(app) == {"my log (2).csv": "log", "items.csv": "items"}
    box = next(box for box in app.selectbox if box.label == "items.csv")
    box.set_value("").run()
    assert zone(app)["items.csv"] == ""
    press(app, "Import")
    (job,) = jobs.active(workspace)
    assert job.arguments.get("items") is None
    assert uploads(workspace) == ["my-log-2-.csv"]


def test_files_without_a_log_say_so(workspace, open_page):
    """Two tables are no log: the line says what to do, and a file can be said to be one."""
    app = drop(drop(open_page(PAGE), ITEMS, "items.csv"), USERS, "users.csv")
    assert [error.value for error in app.error] == ["Say which of the files is the log."]
    assert "Import" not in labels(app.button)
    box = next(box for box in app.selectbox if box.label == "users.csv")
    box.set_value("log").run()
    assert not any("Say which" in error.value for error in app.error)
    press(app, "Use another file")
    assert uploads(workspace) == []
