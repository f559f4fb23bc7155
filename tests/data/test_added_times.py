"""A log that is added, or like another: its times are read as the first one's were."""

import pytest

from core import pipeline
from core.data import recipe
from core.data.cleaning import Base
from core.data.log_files import LogFiles
from core.errors import EventsError, InputError
from core.settings import ImportSettings
from core.workspace import Workspace
from tests.data.importing import log

POSITIONS = "user_id,item_id,position"


def places(done) -> list[int]:
    """Positions of the events of user a."""
    events = done.events
    return (events.loc[events["user_id"] == "a", "timestamp"].astype("datetime64[us]").astype("int64")).tolist()


def test_positions_stay_positions(ingest):
    """10 comes after 9 though no user of the second log begins at 0."""
    first = ingest(log(*(f"a,i{n},{n}" for n in range(10)), header=POSITIONS))
    done = ingest(
        log(*(f"a,i{n},{n}" for n in range(10, 14)), header=POSITIONS),
        out="two",
        base=Base(first.folder, first.summary),
    )
    assert done.summary["ordinal"]
    assert places(done) == list(range(14))


def test_the_order_of_rows_goes_on(ingest):
    """Behind the last row of each user; someone new begins at 0."""
    columns = {"timestamp": "#"}
    first = ingest("user_id,item_id\na,x\na,y\nb,x\n", columns=columns)
    base = Base(first.folder, first.summary)
    done = ingest("user_id,item_id\na,z\nc,x\na,x\n", columns=columns, out="two", base=base)
    assert places(done) == [0, 1, 2, 3]
    assert done.events["item_id"].tolist() == ["x", "y", "z", "x", "x", "x"]


def test_an_order_is_not_put_behind_times(ingest):
    """Nor times behind an order."""
    timed = ingest(log("a,x,2024-01-01", "a,y,2024-01-02"))
    order = log("a,x,1", "a,y,2", header=POSITIONS)
    with pytest.raises(EventsError, match="The data set has times, but column 'position' holds an order"):
        ingest(order, out="two", base=Base(timed.folder, timed.summary))
    ordered = ingest(order, out="three")
    with pytest.raises(EventsError, match="an order without a clock, but column 'timestamp' holds times"):
        ingest(log("a,x,1709131638"), out="four", base=Base(ordered.folder, ordered.summary))


def test_like_another_and_as_of_a_moment(tmp_path):
    """Day numbers of a log by itself would be asked about; like one whose unit was told they are days.

    A moment that is asked about may be written as in the log.
    """
    workspace, path = Workspace(tmp_path / "workspace"), tmp_path / "log.csv"
    path.write_text(log("a,x,700", "a,y,703"), encoding="utf-8")
    files, told = LogFiles(path), ImportSettings(min_events=1, time_unit="days")
    with pytest.raises(EventsError, match="no times for sure"):
        pipeline.import_log(workspace, "log", files, ImportSettings(min_events=1))
    first = pipeline.import_log(workspace, "log", files, told)
    again, settings = pipeline.recipe(workspace, "log", files)
    second = pipeline.import_log(workspace, "next", again, settings)
    assert second.summary["last"] == first.summary["last"] == "1971-12-05T00:00:00"
    assert recipe.reading(second.summary) == recipe.reading(first.summary)
    assert pipeline.moment(first, "703") == pipeline.moment(first, "1971-12-05")
    with pytest.raises(InputError, match="soon"):
        pipeline.moment(first, "soon")


@pytest.mark.parametrize(
    ("rows", "name", "typed"),
    [
        (("1709131638", "1709131700"), "timestamp", {"1709131638": 1_709_131_638_000_000}),
        (("1709131638000", "1709131700000"), "timestamp", {"1709131638000": 1_709_131_638_000_000}),
        (("1", "2", "3"), "position", {"2": 2}),
        (("19781", "19785"), "day", {"19781": 19_781 * 86_400_000_000}),
        (("45350,25", "45351,5"), "date", {"45350,25": 1_709_100_000_000_000}),
        (("23-03-28", "23-03-29", "23-04-02"), "date", {"23-03-04": 1_677_888_000_000_000}),
        (("2024-02-28 14:47:18 +0100", "2024-02-28 14:48:18 +0200"), "timestamp",
         {"2024-02-28 14:47:18 +0300": 1_709_120_838_000_000,
          "2024-02-28T14:47:18Z": 1_709_131_638_000_000}),
        (("28.02.2024 14:47 CET", "01.03.2024 14:47 CEST"), "timestamp",
         {"02.03.2024 14:47 CET": 1_709_387_220_000_000}),
    ],
)  # fmt: skip
def test_a_moment_that_is_typed_is_read_as_the_log_was(tmp_path, rows, name, typed):
    """In each shape of times, by what was decided for the version, not by what the text alone would be taken for."""
    workspace, path = Workspace(tmp_path / "workspace"), tmp_path / "log.csv"
    path.write_text(
        "\n".join([f"user_id;item_id;{name}", *(f"a;{place};{row}" for place, row in enumerate(rows))]),
        encoding="utf-8",
    )
    data_set = pipeline.import_log(workspace, "log", LogFiles(path), ImportSettings(min_events=1))
    assert {text: pipeline.moment(data_set, text) for text in typed} == typed
