"""Files that are dropped together are told apart, or nobody guesses."""

import itertools
from pathlib import Path

import pytest

from core.data.log_files import LogFiles
from core.data.parts import told_apart
from core.pipeline import sorted_out

FILES = {
    "ratings.csv": "userId,movieId,rating,timestamp\n1,10,4,1600000000\n1,11,3,1600000001\n2,10,5,1600000002\n",
    "more.csv": "userId,movieId,rating,timestamp\n3,10,4,1600000003\n",
    "movies.csv": "movieId,title,genres\n10,Ten,Drama\n11,Eleven,Drama|War\n",
    "people.csv": "id,age,city\n1,30,Rome\n2,40,Oslo\n3,30,Rome\n",
    "things.csv": "id,title,price\n10,Ten,3\n11,Eleven,4\n",
    "tags.csv": "userId,movieId,tag,timestamp\n1,10,dark,1600000009\n",
    "links.csv": "movieId,imdb\n10,1\n11,2\n",
    "odd.csv": "id,x\n1,2\n2,2\n",
    "raw.csv": "1,10,1600000000\n1,11,1600000001\n",
}


@pytest.fixture
def given(tmp_path):
    """Files by their names."""

    def make(*names: str) -> tuple[Path, ...]:
        for name in names:
            (tmp_path / name).write_text(FILES[name])
        return tuple(tmp_path / name for name in names)

    return make


@pytest.mark.parametrize("order", list(itertools.permutations(["ratings.csv", "movies.csv", "people.csv"])))
def test_log_items_and_users(given, order):
    """Whatever the order in which they come."""
    found = told_apart(given(*order))
    assert found is not None
    assert [path.name for path in (*found.log, found.items, found.users)] == ["ratings.csv", "movies.csv", "people.csv"]


def test_a_log_in_parts_with_items(given):
    """Parts of a log have the same columns; a key that is only called id is told by what stands beside it."""
    found = told_apart(given("more.csv", "things.csv", "ratings.csv"))
    assert found is not None
    assert [path.name for path in found.log] == ["more.csv", "ratings.csv"]
    assert found.items is not None
    assert found.items.name == "things.csv"


@pytest.mark.parametrize(
    "names",
    [("ratings.csv", "tags.csv"), ("ratings.csv", "movies.csv", "links.csv"), ("ratings.csv", "odd.csv"),
     ("ratings.csv", "raw.csv"), ("movies.csv", "people.csv")],
)  # fmt: skip
def test_what_is_not_certain_is_not_guessed(given, names):
    """Two logs with other columns, two tables of items, a table of who knows what, no header, no log."""
    paths = given(*names)
    assert told_apart(paths) is None
    files = LogFiles(paths[0], more=paths[1:])
    assert sorted_out(files) == files


def test_files_that_were_named_stay(given):
    """Who says which file is what is not asked again."""
    log, items, more = given("ratings.csv", "movies.csv", "more.csv")
    files = LogFiles(log, items=items, more=(more,))
    assert sorted_out(files) == files
