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
    "odd.csv": "id,x\n5,2\n6,2\n",
    "raw.csv": "1,10,1600000000\n1,11,1600000001\n",
    "letters.csv": "user_id,item_id,ts\nu1,a,1600000000\nu1,b,1600000001\nu2,a,1600000002\nu2,b,1600000003\n",
    "wares.csv": "id,x\na,2\nb,3\n",
    "folk.csv": "id,x\nu1,2\nu2,3\n",
    "bare.csv": "u1,a,1600000000\nu1,b,1600000001\nu2,a,1600000002\nu2,b,1600000003\n",
    "bare_wares.csv": "a,Apples\nb,Bread\n",
    "empty.csv": "",
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
    """Whatever the order in which they come; each file has its reason."""
    found = told_apart(given(*order))
    assert found.sure
    assert [path.name for path in (found.log, found.items, found.users)] == ["ratings.csv", "movies.csv", "people.csv"]
    assert [str(why).partition(" ")[0] for why in found.reasons] == list(order)


def test_a_log_in_parts_with_items(given):
    """Parts of a log have the same columns; a key that is only called id is told by what stands beside it."""
    found = told_apart(given("more.csv", "things.csv", "ratings.csv"))
    assert found.sure
    assert [path.name for path in (found.log, *found.more)] == ["more.csv", "ratings.csv"]
    assert found.items.name == "things.csv"


def test_ids_are_looked_up_in_the_log(given):
    """A table whose key is called id tells about whomever the log has by these ids, also without a header."""
    found = told_apart(given("letters.csv", "wares.csv", "folk.csv"))
    assert found.sure
    assert (found.log.name, found.items.name, found.users.name) == ("letters.csv", "wares.csv", "folk.csv")
    found = told_apart(given("bare.csv", "bare_wares.csv"))
    assert (found.log.name, found.items.name, found.left) == ("bare.csv", "bare_wares.csv", ())


@pytest.mark.parametrize(
    "names",
    [("ratings.csv", "tags.csv"), ("ratings.csv", "movies.csv", "links.csv"), ("ratings.csv", "odd.csv"),
     ("ratings.csv", "raw.csv"), ("movies.csv", "people.csv"), ("ratings.csv", "empty.csv")],
)  # fmt: skip
def test_what_is_not_certain_is_not_guessed(given, names):
    """Two logs with other columns, two tables of items, a table of who knows what, no header, no log, nothing in it."""
    paths = given(*names)
    found = told_apart(paths)
    assert not found.sure
    assert {found.log, *found.more, found.items, found.users, *found.left} - {None} == set(paths)
    assert len(found.reasons) == len(paths)
    files = LogFiles(paths[0], more=paths[1:])
    assert sorted_out(files) == files


def test_a_file_can_be_put_elsewhere(given):
    """What is told overrules: what stood there before has no place then, and a log gets one more part."""
    ratings, movies, links = paths = given("ratings.csv", "movies.csv", "links.csv")
    found = told_apart(paths)
    assert (found.items, found.left) == (movies, (links,))
    other = found.moved(links, "items")
    assert (other.items, other.left) == (links, (movies,))
    assert other.moved(movies, "log").more == (movies,)
    assert other.moved(ratings, "").log is None
    assert other.moved(movies, "users").sure


def test_files_that_were_named_stay(given):
    """Who says which file is what is not asked again."""
    log, items, more = given("ratings.csv", "movies.csv", "more.csv")
    files = LogFiles(log, items=items, more=(more,))
    assert sorted_out(files) == files
