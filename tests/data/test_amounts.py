"""Ratings and weights that are no numbers, nobody measured or took something back; impressions."""

import random

import pytest

from core import phrases
from core.data import recipe
from core.data.log_files import LogFiles
from core.settings import ImportSettings
from tests.data.importing import ALL, HEADER, log

START = 1_600_000_000


def told(done) -> list[str]:
    return [str(phrases.unpacked(note)) for note in done.summary["notes"]]


def weighed(name: str, *values: object) -> str:
    return log(*(f"u,i{n},{START + n},{value}" for n, value in enumerate(values)), header=f"{HEADER},{name}")


def test_cells_that_are_no_numbers_are_counted(ingest):
    """A rating in stars is lost; the import says how many were."""
    done = ingest(weighed("rating", "★★★★", "4/5", "like", "", 5))
    assert done.events["rating"].isna().tolist() == [True] * 4 + [False]
    assert told(done) == ["3 of 4 cells of rating are no numbers and became empty"]


@pytest.mark.parametrize(
    ("name", "values", "kept"),
    [
        ("dwell_time", [6, -1, 12, -1], [6, None, 12, None]),
        ("hours", [0.5, -1, -5], [0.5, None, None]),
        ("rating", [7, -1, 10], [7, None, 10]),
        ("rating", [-9.5, -1, 10], [-9.5, -1, 10]),
        ("weight", [0, -1, 3], [0, None, 3]),
        ("weight", [0.5, -1, 3], [0.5, None, 3]),
    ],
)
def test_below_zero_where_nobody_measured(ingest, name, values, kept):
    """-1 is no length of time and takes nothing back: the cell is empty, and the import counts such cells."""
    done = ingest(weighed(name, *values))
    column = "rating" if name == "rating" else "weight"
    assert done.events[column].astype(object).where(done.events[column].notna(), None).tolist() == kept
    assert "event" not in done.events
    assert bool(told(done)) == (None in kept)
    assert done.summary[recipe.RECIPE][recipe.UNMEASURED] == ([column] if None in kept else [])


@pytest.mark.parametrize(("name", "values"), [("quantity", [1, 0, -1]), ("Menge", [2, -2]), ("weight", [3, 1, -1])])
def test_quantities_take_back(ingest, name, values):
    """What was given back is a kind of event of its own."""
    done = ingest(weighed(name, *values))
    assert done.events["event"].tolist() == ["event"] * (len(values) - 1) + ["cancellation"]
    assert told(done) == []


def feed(shown: str, chosen: str, step: float = 0.0, blocks: int = 40) -> str:
    """Two users who are shown ten items at once, and choose one of them a little later."""
    rng, rows = random.Random(1), []
    for block in range(blocks):
        user, at = f"u{block % 2}", START + block * 7213
        items = rng.sample(range(200), 10)
        rows += [f"{user},i{item},{at + place * step},{shown}" for place, item in enumerate(items)]
        rows.append(f"{user},i{items[3]},{at + 600},{chosen}")
    return log(*rows, header=HEADER + ",behavior")


@pytest.mark.parametrize(("shown", "chosen"), [("impression", "click"), ("0", "1"), ("feed_show", "like")])
def test_impressions_are_left_out(ingest, shown, chosen):
    """What people were shown is no interest: it is recognised, counted, said, and kept for the next month's log."""
    done = ingest(feed(shown, chosen))
    assert done.events["event"].unique().tolist() == [chosen]
    assert done.summary["reasons"] == {"event is of a kind that is left out": 400}
    assert told(done)[0].startswith(f"91% of the rows are of the kind {shown}, which comes in blocks")
    _, again = recipe.replayed(done.summary, LogFiles(done.folder))
    assert again.leave_out_kinds == shown


@pytest.mark.parametrize(
    ("shown", "chosen", "step"),
    [("view", "purchase", 0.0), ("impression", "click", 90.0), ("0", "1", 90.0), ("purchase", "return", 0.0)],
)
def test_what_people_chose_is_kept(ingest, shown, chosen, step):
    """Views, baskets, and what came one by one are interest, however many there are."""
    done = ingest(feed(shown, chosen, step))
    assert len(done.events) == 440
    assert told(done) == []


def test_kinds_that_are_left_out_can_be_chosen(ingest):
    """By name, or none at all."""
    kept = ingest(feed("impression", "click"), settings=ImportSettings(min_events=1, leave_out_kinds="none"))
    assert len(kept.events) == 440
    told_so = ImportSettings(min_events=1, leave_out_kinds="view, hover")
    done = ingest(log(f"u,a,{START},view", f"u,b,{START},buy", f"u,c,{START},hover", header=HEADER + ",event"),
                  settings=told_so, out="second")  # fmt: skip
    assert done.events["item_id"].tolist() == ["b"]
    assert ALL.leave_out_kinds == "auto"
